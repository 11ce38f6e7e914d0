/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <method/list.h>
#include <method/mschapv2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xeap/host.h>
#include "tests/unit/fake_writer.h"

/* EAP-MSCHAPv2 against a server in here, and against a login between other programs. */

struct bed {
	struct xeap_config *config;
	void *shared, *ctx;
	struct fake_writer out;
	struct xeap_method_result result;
	struct xeap_prompt prompt;
	struct xeap_legacy *legacy;
	const char *user;
	uint8_t challenge[XEAP_MSCHAPV2_CHALLENGE];
	uint8_t id; /* of the last request */
};

static const uint8_t *random_bytes; /* what xeap_random() gives next; NULL: random */

int __real_xeap_random(uint8_t *ret_bytes, size_t len);
int __wrap_xeap_random(uint8_t *ret_bytes, size_t len);

int __wrap_xeap_random(uint8_t *ret_bytes, size_t len)
{
	if (!random_bytes)
		return __real_xeap_random(ret_bytes, len);
	memcpy(ret_bytes, random_bytes, len);
	return 0;
}

/* phase2 of those who begin after it was set. */
static const char *phase2;

static void begin_with(struct bed *b, const char *user, const char *password, uint32_t flags,
		       bool again)
{
	struct xeap_method_args args = { .size = sizeof(args),
					 .max_packet = 1496,
					 .flags = flags,
					 .ask_again = again,
					 .identity = xeap_span(user, strlen(user)) };

	memset(b, 0, sizeof(*b));
	b->user = user;
	assert_int_equal(xeap_config_new(&b->config), 0);
	if (password)
		assert_int_equal(xeap_config_set(b->config, "password", password, NULL), 0);
	if (phase2)
		assert_int_equal(xeap_config_set(b->config, "phase2", phase2, NULL), 0);
	assert_int_equal(xeap_method_mschapv2.load(b->config, true, &b->shared, NULL), 0);
	b->ctx = calloc(1, xeap_method_mschapv2.ctx_size);
	args.config = b->config;
	args.shared = b->shared;
	assert_int_equal(xeap_method_mschapv2.init(b->ctx, &args), 0);
	fake_writer_init(&b->out, 1496);
	assert_int_equal(xeap_legacy_get(&b->legacy), 0);
	memset(b->challenge, 0x5a, sizeof(b->challenge));
}

static void begin(struct bed *b)
{
	begin_with(b, "User", "\"clientPass\"", 0, false);
}

static void end(struct bed *b)
{
	xeap_legacy_put(b->legacy);
	xeap_method_mschapv2.done(b->ctx);
	free(b->ctx);
	fake_writer_free(&b->out);
	xeap_method_mschapv2.unload(b->shared);
	xeap_config_free(b->config);
}

static int feed(struct bed *b, const void *bytes, size_t len)
{
	uint8_t *exact = malloc(len);
	int r;

	memcpy(exact, bytes, len);
	memset(&b->result, 0, sizeof(b->result));
	r = xeap_method_mschapv2.process(b->ctx, xeap_span(exact, len), fake_writer_begin(&b->out),
					 &b->result);
	free(exact);
	return r;
}

static int send(struct bed *b, uint8_t opcode, uint8_t ms_id, const void *body, size_t len)
{
	uint8_t packet[600] = { 1, ++b->id, 0, 0, 26, opcode, ms_id };
	size_t n = 9 + len;

	packet[2] = (uint8_t)(n >> 8);
	packet[3] = (uint8_t)n;
	packet[7] = (uint8_t)((n - 5) >> 8);
	packet[8] = (uint8_t)(n - 5);
	memcpy(packet + 9, body, len);
	return feed(b, packet, n);
}

static int send_challenge(struct bed *b, uint8_t ms_id)
{
	uint8_t body[1 + 16 + 6] = { 16 };

	memcpy(body + 1, b->challenge, 16);
	memcpy(body + 17, "server", 6);
	return send(b, 1, ms_id, body, sizeof(body));
}

static int send_text(struct bed *b, uint8_t opcode, const char *text)
{
	return send(b, opcode, 7, text, strlen(text));
}

/* What the server makes of a response: whether it is of that password, and its proof. */
static bool is_right(struct bed *b, const uint8_t *peer_challenge, const uint8_t *response,
		     const char *password, char ret_proof[43])
{
	struct xeap_mschapv2 m = { b->challenge, peer_challenge,
				   xeap_span(b->user, strlen(b->user)) };
	uint8_t hash[16], wanted[24], proof[20];

	assert_int_equal(xeap_nt_hash(b->legacy, xeap_span(password, strlen(password)), hash), 0);
	assert_int_equal(xeap_mschapv2_response(b->legacy, hash, &m, wanted), 0);
	assert_int_equal(xeap_mschapv2_proof(b->legacy, hash, &m, wanted, proof), 0);
	strcpy(ret_proof, "S=");
	for (size_t i = 0; i < sizeof(proof); i++)
		sprintf(ret_proof + 2 + 2 * i, "%02X", proof[i]);
	return memcmp(response, wanted, sizeof(wanted)) == 0;
}

/* The draft's §2.2: Value-Size 49 = 16 + 8 + 24 + 1, then the name. */
static bool check_response(struct bed *b, uint8_t ms_id, const char *password, char ret_proof[43])
{
	static const uint8_t zero[8];
	const uint8_t *p = b->out.w.c.data;
	size_t n = 5 + 4 + 1 + 49 + strlen(b->user);

	assert_int_equal(b->result.need, XEAP_NEED_NONE);
	assert_int_equal(b->out.w.c.len, n);
	assert_int_equal(p[0], 2);
	assert_int_equal(p[1], b->id);
	assert_int_equal(p[2] << 8 | p[3], n);
	assert_int_equal(p[4], 26);
	assert_int_equal(p[5], 2);
	assert_int_equal(p[6], ms_id);
	assert_int_equal(p[7] << 8 | p[8], n - 5);
	assert_int_equal(p[9], 49);
	assert_memory_equal(p + 26, zero, 8);
	assert_int_equal(p[58], 0);
	assert_memory_equal(p + 59, b->user, strlen(b->user));
	return is_right(b, p + 10, p + 34, password, ret_proof);
}

static void assert_ack(struct bed *b, uint8_t opcode)
{
	const uint8_t wanted[] = { 2, b->id, 0, 6, 26, opcode };

	assert_int_equal(b->out.w.c.len, sizeof(wanted));
	assert_memory_equal(b->out.w.c.data, wanted, sizeof(wanted));
}

static void assert_succeeds(struct bed *b, const char *proof)
{
	uint8_t msk[64];

	assert_int_equal(xeap_method_mschapv2.get_key(b->ctx, XEAP_KEY_MSK, msk, 64), -ENOENT);
	assert_int_equal(send_text(b, 3, proof), 0);
	assert_false(b->result.ignore);
	assert_ack(b, 3);
	assert_int_equal(b->result.method_state, XEAP_METHOD_DONE);
	assert_int_equal(b->result.decision, XEAP_DECISION_UNCOND_SUCC);
	assert_int_equal(xeap_method_mschapv2.get_key(b->ctx, XEAP_KEY_MSK, msk, 64), 64);
	assert_int_equal(xeap_method_mschapv2.get_key(b->ctx, XEAP_KEY_MSK, msk, 63), -ENOSPC);
	assert_int_equal(xeap_method_mschapv2.get_key(b->ctx, XEAP_KEY_EMSK, msk, 64), -ENOENT);
}

/* tests/fixtures/captures/mschapv2.pcap and .keys.txt; the password is "mschappass". */
static void answers_as_another_program_did(void **state)
{
	static const uint8_t challenge[] = { 0x01, 0xb7, 0x00, 0x2e, 0x1a, 0x01, 0xb7, 0x00,
					     0x29, 0x10, 0x34, 0xa4, 0x01, 0x33, 0xdb, 0xbe,
					     0x00, 0x2c, 0x2c, 0x84, 0x38, 0x74, 0xff, 0x85,
					     0x38, 0x8b, 0x72, 0x61, 0x64, 0x69, 0x75, 0x73,
					     0x2e, 0x62, 0x61, 0x73, 0x65, 0x6c, 0x69, 0x6e,
					     0x65, 0x2e, 0x74, 0x65, 0x73, 0x74 };
	static const uint8_t response[] = {
		0x02, 0xb7, 0x00, 0x45, 0x1a, 0x02, 0xb7, 0x00, 0x40, 0x31, 0x0b, 0x83, 0x25, 0x34,
		0x61, 0xe1, 0x21, 0x71, 0x6e, 0xe9, 0xe7, 0x5c, 0xc3, 0xd6, 0x97, 0x9f, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x14, 0x48, 0x2a, 0xb1, 0x0e, 0x7f, 0x4d, 0x3d,
		0x7b, 0x3e, 0xb8, 0x89, 0x9c, 0x29, 0x3a, 0xbf, 0x2d, 0x55, 0xa1, 0x70, 0xbe, 0x1b,
		0x31, 0x95, 0x00, 0x6d, 0x73, 0x63, 0x68, 0x61, 0x70, 0x75, 0x73, 0x65, 0x72
	};
	static const char success[] = "S=CE1A4D55BA82919412A8BB43E43B4AF41C070268 M=OK";
	static const uint8_t keys[] = { 0x3a, 0x4e, 0x1f, 0x5f, 0x3e, 0x1a, 0x1f, 0x97,
					0x09, 0x9b, 0xd3, 0x26, 0xbc, 0xa0, 0xbc, 0x60,
					0x84, 0x43, 0xf9, 0x0a, 0x33, 0xf2, 0x34, 0xf0,
					0xa6, 0xc5, 0x9f, 0xdc, 0x5a, 0xc1, 0xdd, 0xfb };
	uint8_t hash[16], msk[64], zero[32] = { 0 };
	char as_hash[40] = "hash:";
	struct bed b;

	begin_with(&b, "mschapuser", "\"mschappass\"", 0, false);
	assert_int_equal(xeap_nt_hash(b.legacy, xeap_span("mschappass", 10), hash), 0);
	for (int i = 0; i < 16; i++)
		sprintf(as_hash + 5 + 2 * i, "%02x", hash[i]);
	for (int i = 0; i < 2; i++) {
		random_bytes = response + 10;
		assert_int_equal(feed(&b, challenge, sizeof(challenge)), 0);
		random_bytes = NULL;
		assert_int_equal(b.out.w.c.len, sizeof(response));
		assert_memory_equal(b.out.w.c.data, response, sizeof(response));
		assert_int_equal(b.result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
		assert_succeeds(&b, success);
		assert_false(b.result.save_user_data);
		assert_int_equal(
			xeap_method_mschapv2.get_key(b.ctx, XEAP_KEY_MSK, msk, sizeof(msk)), 64);
		assert_memory_equal(msk, keys, sizeof(keys));
		assert_memory_equal(msk + 32, zero, 32);
		end(&b);
		begin_with(&b, "mschapuser", as_hash, 0, false);
	}
	end(&b);
}

/* As other supplicants: the domain is sent, and is no part of what is hashed. */
static void domain_before_the_name(void **state)
{
	char proof[43];
	struct bed b;

	begin_with(&b, "DOMAIN\\User", "\"clientPass\"", 0, false);
	assert_int_equal(send_challenge(&b, 7), 0);
	assert_true(check_response(&b, 7, "clientPass", proof));
	assert_succeeds(&b, proof);
	end(&b);
}

static void server_without_proof(void **state)
{
	static const char *const wrong[] = { "", "S=", "M=OK",
					     "S=0000000000000000000000000000000000000000" };
	char proof[43];
	struct bed b;

	for (size_t i = 0; i < 5; i++) {
		begin(&b);
		assert_int_equal(send_challenge(&b, 7), 0);
		assert_true(check_response(&b, 7, "clientPass", proof));
		/* Also: the proof of a server with another password. */
		if (i == 4)
			is_right(&b, b.out.w.c.data + 10, b.out.w.c.data + 34, "other", proof);
		assert_int_equal(send_text(&b, 3, i < 4 ? wrong[i] : proof), -EACCES);
		assert_non_null(strstr(b.result.diag.text, "did not prove"));
		end(&b);
	}
}

/* A verdict before any response, a second one, and opcodes that only a peer sends. */
static void out_of_order_is_ignored(void **state)
{
	char proof[43];
	struct bed b;

	begin(&b);
	assert_int_equal(send_text(&b, 3, "S=407A5589115FD0D6209F510FE9C04566932CDA56"), 0);
	assert_true(b.result.ignore);
	assert_int_equal(send_text(&b, 4, "E=691 R=0"), 0);
	assert_true(b.result.ignore);
	assert_int_equal(send_challenge(&b, 7), 0);
	assert_true(check_response(&b, 7, "clientPass", proof));
	assert_int_equal(send(&b, 2, 7, "", 0), 0);
	assert_true(b.result.ignore);
	assert_int_equal(send(&b, 7, 7, "", 0), 0);
	assert_true(b.result.ignore);
	assert_succeeds(&b, proof);
	assert_int_equal(send_text(&b, 3, proof), 0);
	assert_true(b.result.ignore);
	assert_int_equal(send_challenge(&b, 8), 0);
	assert_true(b.result.ignore);
	assert_int_equal(send_text(&b, 4, "E=691 R=0"), 0);
	assert_true(b.result.ignore);
	end(&b);
}

static void malformed_is_ignored(void **state)
{
	static const uint8_t bodies[][3] = { { 15 }, { 16, 1, 2 }, { 17, 1, 2 } };
	static const uint8_t tiny[][8] = { { 1, 1, 0, 5, 26 }, { 1, 1, 0, 8, 26, 1, 1, 0 } };
	struct bed b;

	begin(&b);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(send(&b, 1, 1, bodies[i], 3), 0);
		assert_true(b.result.ignore);
	}
	assert_int_equal(feed(&b, tiny[0], 5), 0);
	assert_true(b.result.ignore);
	assert_int_equal(feed(&b, tiny[1], 8), 0);
	assert_true(b.result.ignore);
	end(&b);
}

/* What a wrong password looks like where nobody can be asked. */
static void failure_is_acknowledged_and_said(void **state)
{
	static const struct {
		const char *message, *said;
		uint32_t code;
	} rows[] = {
		{ "E=691 R=1 C=00112233445566778899aabbccddeeff V=3 M=Not\033you",
		  "(E=691, \"Not?you\"): check identity and password",
		  XEAP_E_USER_NAME_PASSWORD_REJECTED },
		{ "E=647 R=0", "(E=647): the account is disabled",
		  XEAP_E_USER_CREDENTIALS_REJECTED },
		{ "E=646", "no login at this time", XEAP_E_USER_CREDENTIALS_REJECTED },
		{ "E=649", "may not log in", XEAP_E_USER_CREDENTIALS_REJECTED },
		{ "E=648 R=0 V=3", "expired", XEAP_E_USER_CREDENTIALS_REJECTED },
		{ "E=99999999999 R", "E=0", XEAP_E_USER_CREDENTIALS_REJECTED },
		{ "", "E=0", XEAP_E_USER_CREDENTIALS_REJECTED },
	};
	char proof[43];
	struct bed b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin_with(&b, "User", "\"clientPass\"", XEAP_FLAG_NON_INTERACTIVE, false);
		assert_int_equal(send_challenge(&b, 7), 0);
		assert_true(check_response(&b, 7, "clientPass", proof));
		assert_int_equal(send_text(&b, 4, rows[i].message), 0);
		assert_ack(&b, 4);
		assert_int_equal(b.result.decision, XEAP_DECISION_FAIL);
		assert_int_equal(b.result.method_state, XEAP_METHOD_MAY_CONT);
		assert_int_equal(b.result.diag.code, rows[i].code);
		assert_non_null(strstr(b.result.diag.text, rows[i].said));
		/* A change of mind is not believed. */
		assert_int_equal(send_text(&b, 3, proof), 0);
		assert_true(b.result.ignore);
		end(&b);
	}
}

static int answer(struct bed *b, const char *password, const char *repeat)
{
	struct xeap_prompt answers;
	char *copy = strdup(password), *again = repeat ? strdup(repeat) : NULL;
	int r;

	assert_int_equal(xeap_method_mschapv2.get_prompt(b->ctx, &answers), 0);
	answers.fields[0].value = xeap_span(copy, strlen(copy));
	if (answers.count > 1 && again)
		answers.fields[1].value = xeap_span(again, strlen(again));
	memset(&b->result, 0, sizeof(b->result));
	r = xeap_method_mschapv2.answer(b->ctx, &answers, fake_writer_begin(&b->out), &b->result);
	free(copy);
	free(again);
	return r;
}

static void assert_asks(struct bed *b, size_t fields, const char *text)
{
	assert_int_equal(b->result.need, XEAP_NEED_UI);
	assert_int_equal(b->out.w.c.len, 0);
	assert_int_equal(xeap_method_mschapv2.get_prompt(b->ctx, &b->prompt), 0);
	assert_int_equal(b->prompt.count, fields);
	assert_string_equal(b->prompt.fields[0].id, "password");
	assert_non_null(strstr(b->prompt.text, text));
	assert_true(xeap_prompt_write(&b->prompt, NULL, 0) > 0);
}

static void a_person_is_asked_for_a_missing_password(void **state)
{
	char proof[43];
	struct bed b;

	for (int again = 0; again < 2; again++) {
		begin_with(&b, "User", again ? "\"wrong\"" : NULL, 0, again);
		assert_int_equal(xeap_method_mschapv2.get_prompt(b.ctx, &b.prompt), -EINVAL);
		assert_int_equal(xeap_method_mschapv2.answer(b.ctx, &b.prompt, &b.out.w, &b.result),
				 -EINVAL);
		assert_int_equal(send_challenge(&b, 7), 0);
		assert_asks(&b, 1, "asks for a password");
		assert_int_equal(answer(&b, "", NULL), 0);
		assert_asks(&b, 1, "A password is needed");
		assert_int_equal(answer(&b, "\xff", NULL), 0);
		assert_asks(&b, 1, "at most 256");
		assert_int_equal(answer(&b, "clientPass", NULL), 0);
		assert_true(check_response(&b, 7, "clientPass", proof));
		assert_succeeds(&b, proof);
		assert_true(b.result.save_user_data);
		end(&b);
	}
}

/* RFC 2759 §6: R=1 allows another try, with the challenge of C=. */
static void another_try(void **state)
{
	char proof[43];
	struct bed b;

	begin_with(&b, "User", "\"wrong\"", 0, false);
	assert_int_equal(send_challenge(&b, 7), 0);
	assert_false(check_response(&b, 7, "clientPass", proof));
	assert_int_equal(send_text(&b, 4,
				   "E=691 R=1 C=00112233445566778899AABBCCDDEEFF V=3 M=Wrong one"),
			 0);
	assert_asks(&b, 1, "refused the password. (E=691, \"Wrong one\")");
	for (int i = 0; i < 16; i++)
		b.challenge[i] = (uint8_t)(i * 0x11);
	assert_int_equal(answer(&b, "clientPass", NULL), 0);
	assert_true(check_response(&b, 7, "clientPass", proof));
	assert_succeeds(&b, proof);
	assert_true(b.result.save_user_data);
	end(&b);
}

/* §7: what the server gets out of a Change-Password packet. */
/* A server that allows another try, and an administrator who does not. */
static void no_other_try(void **state)
{
	char proof[43];
	struct bed b;

	phase2 = "\"mschapv2_retry=0\"";
	begin_with(&b, "User", "\"wrong\"", 0, false);
	assert_int_equal(send_challenge(&b, 7), 0);
	assert_false(check_response(&b, 7, "clientPass", proof));
	assert_int_equal(send_text(&b, 4, "E=691 R=1 C=00112233445566778899AABBCCDDEEFF V=3 M="),
			 0);
	assert_ack(&b, 4);
	assert_int_equal(b.result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	end(&b);
	/* An expired password is not a wrong one. */
	begin_with(&b, "User", "\"clientPass\"", 0, false);
	assert_int_equal(send_challenge(&b, 7), 0);
	assert_true(check_response(&b, 7, "clientPass", proof));
	assert_int_equal(send_text(&b, 4, "E=648 R=0 C=00112233445566778899aabbccddeeff V=3 M="),
			 0);
	assert_asks(&b, 2, "The password has expired");
	end(&b);
	phase2 = NULL;
}

static void check_change(struct bed *b, const char *old, const char *new, char ret_proof[43])
{
	uint8_t old_hash[16], new_hash[16], clear[516], encrypted_hash[16];
	const uint8_t *p = b->out.w.c.data;
	size_t len = strlen(new);

	assert_int_equal(b->out.w.c.len, 5 + 586);
	assert_int_equal(p[1], b->id);
	assert_int_equal(p[5], 7);
	assert_int_equal(p[6], 8); /* one more than the Failure's */
	assert_int_equal(p[7] << 8 | p[8], 586);
	assert_int_equal(xeap_nt_hash(b->legacy, xeap_span(old, strlen(old)), old_hash), 0);
	assert_int_equal(xeap_nt_hash(b->legacy, xeap_span(new, len), new_hash), 0);
	assert_int_equal(xeap_rc4(b->legacy, old_hash, xeap_span(p + 9, 516), clear), 0);
	assert_int_equal(clear[512] | clear[513] << 8 | clear[514] << 16, 2 * len);
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(clear[512 - 2 * len + 2 * i], new[i]);
		assert_int_equal(clear[513 - 2 * len + 2 * i], 0);
	}
	assert_int_equal(xeap_nt_encrypt_hash(b->legacy, old_hash, new_hash, encrypted_hash), 0);
	assert_memory_equal(p + 525, encrypted_hash, 16);
	assert_true(is_right(b, p + 541, p + 565, new, ret_proof));
	assert_int_equal(p[589] | p[590], 0);
}

static void password_is_changed(void **state)
{
	char proof[43];
	struct bed b;

	begin(&b);
	assert_int_equal(send_challenge(&b, 7), 0);
	assert_true(check_response(&b, 7, "clientPass", proof));
	assert_int_equal(
		send_text(&b, 4, "E=648 R=0 C=00112233445566778899aabbccddeeff V=3 M=Expired"), 0);
	for (int i = 0; i < 16; i++)
		b.challenge[i] = (uint8_t)(i * 0x11);
	assert_asks(&b, 2, "expired: choose another. (E=648, \"Expired\")");
	assert_string_equal(b.prompt.fields[1].id, "repeat");
	assert_int_equal(answer(&b, "newPass", "newpass"), 0);
	assert_asks(&b, 2, "not the same");
	assert_int_equal(answer(&b, "newPass", NULL), 0);
	assert_asks(&b, 2, "not the same");
	assert_int_equal(answer(&b, "newPass", "newPass"), 0);
	check_change(&b, "clientPass", "newPass", proof);
	assert_succeeds(&b, proof);
	assert_true(b.result.save_user_data);
	end(&b);
}

static void change_that_the_server_refuses(void **state)
{
	char proof[43];
	struct bed b;

	begin(&b);
	assert_int_equal(send_challenge(&b, 7), 0);
	assert_int_equal(send_text(&b, 4, "E=648 R=0 V=3"), 0);
	assert_int_equal(answer(&b, "short", "short"), 0);
	check_change(&b, "clientPass", "short", proof);
	assert_int_equal(send_text(&b, 4, "E=709 R=0 V=3 M=Too short"), 0);
	assert_ack(&b, 4);
	assert_non_null(strstr(b.result.diag.text, "\"Too short\"): the password was not changed"));
	end(&b);
	/* A server that cannot change passwords is not asked to. */
	begin(&b);
	assert_int_equal(send_challenge(&b, 7), 0);
	assert_int_equal(send_text(&b, 4, "E=648 R=0 V=2"), 0);
	assert_ack(&b, 4);
	end(&b);
}

/* RFC 5422 §3.2.3: EAP-FAST takes both challenges from the tunnel; the packets' are ignored. */
static void challenges_from_a_tunnel(void **state)
{
	uint8_t peer[16], zero[16] = { 0 };
	char proof[43];
	struct bed b;

	begin(&b);
	memset(b.challenge, 1, 16);
	memset(peer, 2, 16);
	xeap_mschapv2_set_challenges(b.ctx, b.challenge, peer);
	memset(b.challenge, 3, 16);
	assert_int_equal(send_challenge(&b, 7), 0);
	assert_memory_equal(b.out.w.c.data + 10, zero, 16);
	memset(b.challenge, 1, 16);
	assert_true(is_right(&b, peer, b.out.w.c.data + 34, "clientPass", proof));
	assert_succeeds(&b, proof);
	end(&b);
}

static void response_that_does_not_fit(void **state)
{
	struct bed b;

	begin(&b);
	fake_writer_free(&b.out);
	fake_writer_init(&b.out, 62);
	assert_int_equal(send_challenge(&b, 7), -EMSGSIZE);
	fake_writer_free(&b.out);
	fake_writer_init(&b.out, 63);
	assert_int_equal(send_challenge(&b, 7), 0);
	end(&b);
}

static void what_load_refuses(void **state)
{
	struct xeap_config *config;
	struct xeap_diag diag = { 0 };
	void *shared = NULL;

	assert_int_equal(xeap_config_new(&config), 0);
	assert_int_equal(xeap_method_mschapv2.load(config, false, &shared, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, "password is missing: eap=MSCHAPV2"));
	assert_int_equal(xeap_config_set(config, "password", "ff", NULL), 0);
	assert_int_equal(xeap_method_mschapv2.load(config, false, &shared, &diag), -EILSEQ);
	assert_non_null(strstr(diag.text, "password is no UTF-8"));
	assert_int_equal(xeap_config_set(config, "password", "\"x\"", NULL), 0);
	assert_int_equal(xeap_config_set(config, "phase2", "\"mschapv2_retry=no\"", NULL), 0);
	assert_int_equal(xeap_method_mschapv2.load(config, false, &shared, &diag), -EINVAL);
	assert_string_equal(diag.text, "mschapv2_retry= of phase2 is 0 or 1");
	assert_int_equal(xeap_config_set(config, "phase2", "NULL", NULL), 0);
	setenv("OPENSSL_MODULES", "/nonexistent", 1);
	assert_int_equal(xeap_method_mschapv2.load(config, false, &shared, &diag), -ENOTSUP);
	assert_int_equal(diag.code, XEAP_E_NOT_SUPPORTED);
	assert_non_null(strstr(diag.text, "eap=MSCHAPV2: OpenSSL offers no MD4"));
	unsetenv("OPENSSL_MODULES");
	assert_null(shared);
	xeap_config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_as_another_program_did),
		cmocka_unit_test(domain_before_the_name),
		cmocka_unit_test(server_without_proof),
		cmocka_unit_test(out_of_order_is_ignored),
		cmocka_unit_test(malformed_is_ignored),
		cmocka_unit_test(failure_is_acknowledged_and_said),
		cmocka_unit_test(a_person_is_asked_for_a_missing_password),
		cmocka_unit_test(another_try),
		cmocka_unit_test(no_other_try),
		cmocka_unit_test(password_is_changed),
		cmocka_unit_test(change_that_the_server_refuses),
		cmocka_unit_test(challenges_from_a_tunnel),
		cmocka_unit_test(response_that_does_not_fit),
		cmocka_unit_test(what_load_refuses),
	};

	return cmocka_run_group_tests_name("method mschapv2", tests, NULL, NULL);
}
