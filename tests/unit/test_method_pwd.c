/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <crypto/mschap.h>
#include <crypto/pwd.h>
#include <errno.h>
#include <method/list.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/fake_writer.h"
#include "tests/unit/pwd_server.h"

static const uint8_t token[] = { 0xbc, 0xe5, 0x4d, 0x62 };
static uint32_t max_packet = 1496;
static const char peer_id[] = "pwduser", server_id[] = "server";

struct bed {
	struct xeap_config *config;
	void *shared, *ctx;
	struct fake_writer out;
	struct xeap_method_result result;
	struct pwd_server server;
	uint8_t id;
	/* of the peer's last message, put together from its fragments */
	uint8_t exch, message[2100];
	size_t len, fragments;
};

static struct xeap_span text(const char *s)
{
	return xeap_span(s, strlen(s));
}

static void begin_with(struct bed *b, const char *password, const char *fragment_size, bool again)
{
	struct xeap_method_args args = { .size = sizeof(args),
					 .max_packet = max_packet,
					 .ask_again = again,
					 .identity = text(peer_id) };

	memset(b, 0, sizeof(*b));
	assert_int_equal(xeap_config_new(&b->config), 0);
	if (password)
		assert_int_equal(xeap_config_set(b->config, "password", password, NULL), 0);
	if (fragment_size)
		assert_int_equal(xeap_config_set(b->config, "fragment_size", fragment_size, NULL),
				 0);
	assert_int_equal(xeap_method_pwd.load(b->config, true, &b->shared, NULL), 0);
	b->ctx = calloc(1, xeap_method_pwd.ctx_size);
	args.config = b->config;
	args.shared = b->shared;
	assert_int_equal(xeap_method_pwd.init(b->ctx, &args), 0);
	fake_writer_init(&b->out, 1496);
}

static void begin(struct bed *b)
{
	begin_with(b, "\"pwdpass\"", NULL, false);
}

static void end(struct bed *b)
{
	if (b->server.group)
		pwd_server_free(&b->server);
	xeap_method_pwd.done(b->ctx);
	free(b->ctx);
	fake_writer_free(&b->out);
	xeap_method_pwd.unload(b->shared);
	xeap_config_free(b->config);
}

/* One request: the octet of L, M and PWD-Exch, then the rest. */
static int feed(struct bed *b, uint8_t flags, const void *bytes, size_t len)
{
	uint8_t *packet = malloc(6 + len);
	int r;

	b->id++;
	memcpy(packet,
	       (uint8_t[]){ 1, b->id, (uint8_t)((len + 6) >> 8), (uint8_t)(len + 6), 52, flags },
	       6);
	if (len)
		memcpy(packet + 6, bytes, len);
	memset(&b->result, 0, sizeof(b->result));
	r = xeap_method_pwd.process(b->ctx, xeap_span(packet, len + 6), fake_writer_begin(&b->out),
				    &b->result);
	free(packet);
	return r;
}

/* Read a response as the server does, asking for the fragments that are to come. */
static void collect(struct bed *b)
{
	size_t total = 0;
	uint8_t flags;

	b->len = b->fragments = 0;
	do {
		const uint8_t *p = b->out.w.c.data;
		size_t n = b->out.w.c.len, at = 6;

		assert_true(n >= 6);
		assert_int_equal(p[0], 2);
		assert_int_equal(p[1], b->id);
		assert_int_equal(p[2] << 8 | p[3], n);
		assert_int_equal(p[4], 52);
		flags = p[5];
		b->exch = flags & 0x3f;
		assert_int_equal(!!(flags & 0x80), b->fragments == 0 && (flags & 0x40));
		if (flags & 0x80) {
			total = (size_t)(p[6] << 8 | p[7]);
			at = 8;
		}
		memcpy(b->message + b->len, p + at, n - at);
		b->len += n - at;
		b->fragments++;
		if (flags & 0x40)
			assert_int_equal(feed(b, b->exch, NULL, 0), 0);
	} while (flags & 0x40);
	assert_true(!total || total == b->len);
}

static int send_id(struct bed *b, uint16_t group, uint8_t random, uint8_t prf, uint8_t prep)
{
	uint8_t body[9 + 6] = { (uint8_t)(group >> 8), (uint8_t)group, random, prf };

	memcpy(body + 4, token, 4);
	body[8] = prep;
	memcpy(body + 9, server_id, 6);
	return feed(b, 1, body, sizeof(body));
}

static void do_id(struct bed *b, uint16_t group, uint8_t prep)
{
	pwd_server_init(&b->server, group);
	assert_int_equal(send_id(b, group, 1, 1, prep), 0);
	assert_int_equal(b->result.method_state, XEAP_METHOD_CONT);
	collect(b);
	assert_int_equal(b->exch, 1);
	assert_int_equal(b->len, 9 + strlen(peer_id));
	assert_int_equal(b->message[1], group);
	assert_memory_equal(b->message + 4, token, 4);
	assert_int_equal(b->message[8], prep);
	assert_memory_equal(b->message + 9, peer_id, strlen(peer_id));
}

static int make_commit(struct bed *b, struct xeap_span password)
{
	return pwd_server_commit(&b->server, xeap_span(token, 4), text(peer_id), text(server_id),
				 password);
}

static void read_commit(struct bed *b)
{
	collect(b);
	assert_int_equal(b->exch, 2);
	assert_int_equal(b->len, pwd_server_commit_len(&b->server));
	assert_true(pwd_server_take(&b->server, b->message));
}

static void do_commit(struct bed *b, struct xeap_span salt, struct xeap_span password)
{
	uint8_t body[1 + 255 + 198] = { (uint8_t)salt.len };
	size_t n = pwd_server_commit_len(&b->server), at = salt.len ? 1 + salt.len : 0;

	make_commit(b, password);
	if (at)
		memcpy(body + 1, salt.data, salt.len);
	memcpy(body + at, b->server.mine, n);
	assert_int_equal(feed(b, 2, body, at + n), 0);
	if (b->result.need == XEAP_NEED_NONE)
		read_commit(b);
}

static void assert_keys(struct bed *b)
{
	uint8_t keys[128], id[33], got[64];

	pwd_server_keys(&b->server, keys, id);
	assert_int_equal(xeap_method_pwd.get_key(b->ctx, XEAP_KEY_MSK, got, 64), 64);
	assert_memory_equal(got, keys, 64);
	assert_int_equal(xeap_method_pwd.get_key(b->ctx, XEAP_KEY_EMSK, got, 64), 64);
	assert_memory_equal(got, keys + 64, 64);
	assert_int_equal(xeap_method_pwd.get_key(b->ctx, XEAP_KEY_SESSION_ID, got, 64), 33);
	assert_memory_equal(got, id, 33);
	assert_int_equal(xeap_method_pwd.get_key(b->ctx, XEAP_KEY_SESSION_ID, got, 32), -ENOSPC);
}

static void do_confirm(struct bed *b)
{
	uint8_t confirm[32], key[64];

	assert_int_equal(xeap_method_pwd.get_key(b->ctx, XEAP_KEY_MSK, key, 64), -ENOENT);
	pwd_server_confirm(&b->server, true, confirm);
	assert_int_equal(feed(b, 3, confirm, 32), 0);
	collect(b);
	assert_int_equal(b->exch, 3);
	assert_int_equal(b->len, 32);
	pwd_server_confirm(&b->server, false, confirm);
	assert_memory_equal(b->message, confirm, 32);
	assert_int_equal(b->result.method_state, XEAP_METHOD_DONE);
	assert_int_equal(b->result.decision, XEAP_DECISION_COND_SUCC);
	assert_keys(b);
}

static const struct xeap_span no_salt = { NULL, 0 };

static void every_group(void **state)
{
	static const uint16_t groups[] = { 19, 20, 21, 28, 29, 30 };
	struct bed b;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		begin(&b);
		do_id(&b, groups[i], 0);
		do_commit(&b, no_salt, text("pwdpass"));
		do_confirm(&b);
		assert_false(b.result.save_user_data);
		end(&b);
	}
}

/* Found in the first round and in late ones, with even and odd y, past an x above the prime. */
static void many_passwords(void **state)
{
	char quoted[32], password[32];
	int latest = 0;

	for (int i = 0; i < 24; i++) {
		struct bed b;
		int round;

		sprintf(password, "word%d", i);
		sprintf(quoted, "\"word%d\"", i);
		begin_with(&b, quoted, NULL, false);
		do_id(&b, i % 2 ? 28 : 19, 0);
		do_commit(&b, no_salt, text(password));
		round = make_commit(&b, text(password));
		latest = round > latest ? round : latest;
		end(&b);
		begin_with(&b, quoted, NULL, false);
		do_id(&b, i % 2 ? 28 : 19, 0);
		do_commit(&b, no_salt, text(password));
		do_confirm(&b);
		end(&b);
	}
	assert_true(latest > 3);
}

/* tests/fixtures/captures/pwd.pcap: what Session-Id is of, and so the server in here. */
static void session_id_of_another_program(void **state)
{
	static const uint8_t wanted[] = { 0x34, 0xab, 0xd3, 0x56, 0xce, 0x4e, 0xab, 0x23, 0x8e,
					  0xc1, 0x8c, 0x92, 0x88, 0x3d, 0xa1, 0xa3, 0xf2, 0x0d,
					  0x84, 0xab, 0x92, 0x2f, 0xe1, 0xbf, 0x9c, 0x80, 0xea,
					  0x8a, 0x06, 0xbe, 0x9d, 0xb7, 0x90 };
	static const uint8_t server_scalar[] = { 0x9f, 0xaf, 0xa3, 0x3f, 0x7c, 0xe0, 0x7f, 0xbe,
						 0x8f, 0x6d, 0x18, 0x3f, 0x4e, 0xb6, 0x05, 0x61,
						 0xd3, 0x9b, 0xed, 0x26, 0x00, 0xd1, 0xab, 0x8c,
						 0xf7, 0x52, 0x29, 0x4c, 0xc8, 0xdb, 0x10, 0xe8 };
	static const uint8_t peer_scalar[] = { 0x5e, 0x26, 0x04, 0xe5, 0xa8, 0xfc, 0xaf, 0x54,
					       0xef, 0xc2, 0x65, 0x04, 0x24, 0xc8, 0x21, 0x72,
					       0x03, 0xc9, 0x70, 0xa5, 0xbe, 0x6a, 0x74, 0x16,
					       0xb0, 0x7d, 0x23, 0x6a, 0x86, 0x84, 0xb5, 0xa9 };
	struct pwd_server s;
	uint8_t keys[128], id[33];

	pwd_server_init(&s, 19);
	memcpy(s.mine + 64, server_scalar, 32);
	memcpy(s.theirs + 64, peer_scalar, 32);
	pwd_server_keys(&s, keys, id);
	assert_memory_equal(id, wanted, 33);
	pwd_server_free(&s);
}

static void salted_passwords(void **state)
{
	static const struct {
		uint8_t prep;
		size_t len;
		uint8_t *(*digest)(const uint8_t *, size_t, uint8_t *);
	} rows[] = {
		{ 3, 20, SHA1 }, { 4, 32, SHA256 }, { 5, 64, SHA512 },
		{ 7, 20, SHA1 }, { 8, 32, SHA256 }, { 9, 64, SHA512 },
	};
	struct bed b;

	for (size_t i = 0; i < 6; i++) {
		uint8_t hash[64];

		rows[i].digest((const uint8_t *)"pwdpassNaCl", 11, hash);
		begin(&b);
		do_id(&b, 19, rows[i].prep);
		do_commit(&b, text("NaCl"), xeap_span(hash, rows[i].len));
		do_confirm(&b);
		end(&b);
		/* RFC 8146: a salt is required. */
		begin(&b);
		do_id(&b, 19, rows[i].prep);
		make_commit(&b, text("pwdpass"));
		memmove(b.server.mine + 1, b.server.mine, 96);
		b.server.mine[0] = 0;
		assert_int_equal(feed(&b, 2, b.server.mine, 97), -EPROTO);
		assert_non_null(strstr(b.result.diag.text, "without a salt"));
		end(&b);
	}
}

static void nt_hashes(void **state)
{
	struct xeap_legacy *legacy;
	uint8_t hash[16], twice[16];
	char as_hash[40] = "hash:";
	struct bed b;

	assert_int_equal(xeap_legacy_get(&legacy), 0);
	assert_int_equal(xeap_nt_hash(legacy, text("pwdpass"), hash), 0);
	assert_int_equal(xeap_nt_hash_hash(legacy, hash, twice), 0);
	xeap_legacy_put(legacy);
	for (int i = 0; i < 16; i++)
		sprintf(as_hash + 5 + 2 * i, "%02x", hash[i]);
	for (int i = 0; i < 2; i++) {
		begin_with(&b, i ? as_hash : "\"pwdpass\"", NULL, false);
		do_id(&b, 19, 1);
		do_commit(&b, no_salt, xeap_span(twice, 16));
		do_confirm(&b);
		end(&b);
	}
	begin_with(&b, as_hash, NULL, false);
	assert_int_equal(send_id(&b, 19, 1, 1, 0), -ENOTSUP);
	assert_non_null(strstr(b.result.diag.text, "password=\"…\" is needed"));
	end(&b);
}

/* Preparing text is the identity for ASCII, and not done for the rest. */
static void text_that_would_have_to_be_prepared(void **state)
{
	struct bed b;

	begin(&b);
	do_id(&b, 19, 2);
	do_commit(&b, no_salt, text("pwdpass"));
	do_confirm(&b);
	end(&b);
	begin_with(&b, "\"p\xc3\xa4ss\"", NULL, false);
	do_id(&b, 19, 2);
	make_commit(&b, text("p\xc3\xa4ss"));
	assert_int_equal(feed(&b, 2, b.server.mine, 96), -EILSEQ);
	assert_non_null(strstr(b.result.diag.text, "ASCII"));
	end(&b);
}

static void what_is_not_supported(void **state)
{
	static const struct {
		uint16_t group;
		uint8_t random, prf, prep;
		const char *why;
	} rows[] = {
		{ 25, 1, 1, 0, "group 25" },	    { 1, 1, 1, 0, "has to be 19, 20" },
		{ 19, 2, 1, 0, "function 2" },	    { 19, 1, 0, 0, "PRF 0" },
		{ 19, 1, 1, 6, "preprocessing 6" }, { 19, 1, 1, 0xff, "preprocessing 255" },
	};
	struct bed b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(&b);
		assert_int_equal(send_id(&b, rows[i].group, rows[i].random, rows[i].prf,
					 rows[i].prep),
				 -ENOTSUP);
		assert_non_null(strstr(b.result.diag.text, rows[i].why));
		end(&b);
	}
	begin(&b);
	assert_int_equal(feed(&b, 1, "\0\x13\1\1tok", 8), -EPROTO);
	end(&b);
}

static void another_password(void **state)
{
	uint8_t confirm[32], key[64];
	struct bed b;

	begin(&b);
	do_id(&b, 19, 0);
	do_commit(&b, no_salt, text("other"));
	pwd_server_confirm(&b.server, true, confirm);
	assert_int_equal(feed(&b, 3, confirm, 32), -EACCES);
	assert_int_equal(b.result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	assert_non_null(strstr(b.result.diag.text, "check identity and password"));
	assert_int_equal(xeap_method_pwd.get_key(b.ctx, XEAP_KEY_MSK, key, 64), -ENOENT);
	end(&b);
}

static void tampered_confirm(void **state)
{
	uint8_t confirm[33] = { 0 };
	struct bed b;

	for (size_t i = 0; i < 4; i++) {
		begin(&b);
		do_id(&b, 19, 0);
		do_commit(&b, no_salt, text("pwdpass"));
		/* A bit flipped, one's own, too short, too long. */
		pwd_server_confirm(&b.server, i != 1, confirm);
		confirm[31] ^= i == 0;
		assert_int_equal(feed(&b, 3, confirm, i == 2 ? 31 : i == 3 ? 33 : 32), -EACCES);
		end(&b);
	}
}

enum forgery {
	SCALAR_0,
	SCALAR_1,
	SCALAR_ORDER,
	SCALAR_ALL_ONES,
	NOT_ON_CURVE,
	ZERO,
	X_ABOVE_PRIME,
	TOO_SHORT,
	TOO_LONG,
	FORGERIES
};

static size_t forge(struct bed *b, enum forgery how)
{
	uint8_t *p = b->server.mine;

	if (how <= SCALAR_ALL_ONES)
		memset(p + 64, how == SCALAR_ALL_ONES ? 0xff : 0, 32);
	if (how == SCALAR_1)
		p[95] = 1;
	if (how == SCALAR_ORDER)
		BN_bn2binpad(EC_GROUP_get0_order(b->server.group), p + 64, 32);
	if (how == NOT_ON_CURVE)
		p[63] ^= 1;
	if (how == ZERO)
		memset(p, 0, 64);
	if (how == X_ABOVE_PRIME)
		memset(p, 0xff, 32);
	if (how == TOO_SHORT)
		return 95;
	return how == TOO_LONG ? 97 : 96;
}

/* CVE-2019-9498 and -9499: each lets a server in that knows no password. */
static void forged_commits(void **state)
{
	struct bed b;

	for (enum forgery how = 0; how < FORGERIES; how++) {
		size_t n;
		int r;

		begin(&b);
		do_id(&b, 19, 0);
		make_commit(&b, text("pwdpass"));
		n = forge(&b, how);
		r = feed(&b, 2, b.server.mine, n);
		assert_int_equal(r, n == 96 ? -EBADMSG : -EPROTO);
		assert_int_equal(b.result.diag.code, XEAP_E_REMOTE_INVALID_PACKET);
		assert_int_equal(b.out.w.c.len, 0);
		end(&b);
	}
}

/* A server of nothing but what the peer sent: the exchange itself, as the peer commits first. */
static void reflection(void **state)
{
	struct xeap_pwd_suite suite = { 19, 1, 1 };
	struct xeap_pwd_input input = { xeap_span(token, 4), text(peer_id), text(server_id),
					text("pwdpass") };
	uint8_t ours[XEAP_PWD_COMMIT_MAX], half[96];
	struct pwd_server s;
	struct xeap_pwd *p;

	assert_int_equal(xeap_pwd_new(&suite, &p), 0);
	assert_int_equal(xeap_pwd_commit(p, ours), -EIO);
	assert_int_equal(xeap_pwd_hunt(p, &input), 0);
	assert_int_equal(xeap_pwd_take_commit(p, xeap_span(ours, 96)), -EIO);
	assert_int_equal(xeap_pwd_commit(p, ours), 0);
	assert_int_equal(xeap_pwd_take_commit(p, xeap_span(ours, 96)), -EBADMSG);
	pwd_server_init(&s, 19);
	pwd_server_commit(&s, input.token, input.peer, input.server, input.password);
	memcpy(half, s.mine, 96);
	memcpy(half + 64, ours + 64, 32);
	assert_int_equal(xeap_pwd_take_commit(p, xeap_span(half, 96)), -EBADMSG);
	memcpy(half, ours, 64);
	memcpy(half + 64, s.mine + 64, 32);
	assert_int_equal(xeap_pwd_take_commit(p, xeap_span(half, 96)), -EBADMSG);
	assert_int_equal(xeap_pwd_take_commit(p, xeap_span(s.mine, 96)), 0);
	pwd_server_free(&s);
	xeap_pwd_free(p);
}

/* Commits in fragments of 40 bytes from the server, and of few from the peer. */
static void fragments_both_ways(void **state)
{
	uint8_t first[2 + 40] = { 0, 198 + 3 }; /* as hostapd counts */
	struct bed b;

	begin_with(&b, "\"pwdpass\"", "64", false);
	do_id(&b, 21, 0);
	make_commit(&b, text("pwdpass"));
	memcpy(first + 2, b.server.mine, 40);
	assert_int_equal(feed(&b, 0xc2, first, 42), 0);
	for (size_t at = 40; at < 200; at += 40) {
		collect(&b);
		assert_int_equal(b.exch, 2);
		assert_int_equal(b.len, 0);
		if (at < 160)
			assert_int_equal(feed(&b, 0x42, b.server.mine + at, 40), 0);
		else
			assert_int_equal(feed(&b, 0x02, b.server.mine + at, 38), 0);
	}
	read_commit(&b);
	assert_int_equal(b.fragments, 4);
	do_confirm(&b);
	end(&b);
	/* The last message in fragments: success comes with the last of them. */
	max_packet = 20;
	begin(&b);
	max_packet = 1496;
	do_id(&b, 19, 0);
	do_commit(&b, no_salt, text("pwdpass"));
	do_confirm(&b);
	assert_int_equal(b.fragments, 3);
	end(&b);
}

static void fragments_that_are_none(void **state)
{
	static const struct {
		uint8_t flags, len;
		uint8_t bytes[8];
	} rows[] = {
		{ 0x80 | 1, 0, { 0 } },		 /* no Total-Length */
		{ 0x80 | 1, 1, { 0 } },		 /* half of one */
		{ 0xc0 | 1, 3, { 0, 0, 1 } },	 /* nothing in all */
		{ 0xc0 | 1, 3, { 0xff, 0xff } }, /* too much */
		{ 0x40 | 1, 2, { 0, 19 } },	 /* no first one */
		{ 0xc0 | 1, 4, { 0, 1, 1, 2 } }, /* more than all */
		{ 0x02, 8, { 0 } },		 /* Commit before ID */
		{ 0x00, 8, { 0 } },		 /* no exchange */
	};
	struct bed b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(&b);
		assert_int_equal(feed(&b, rows[i].flags, rows[i].bytes, rows[i].len), 0);
		assert_true(b.result.ignore);
		end(&b);
	}
}

/* What has been is not again. */
static void replay_is_ignored(void **state)
{
	uint8_t confirm[32];
	struct bed b;

	begin(&b);
	do_id(&b, 19, 0);
	assert_int_equal(send_id(&b, 19, 1, 1, 0), 0);
	assert_true(b.result.ignore);
	do_commit(&b, no_salt, text("pwdpass"));
	assert_int_equal(feed(&b, 2, b.server.mine, 96), 0);
	assert_true(b.result.ignore);
	do_confirm(&b);
	pwd_server_confirm(&b.server, true, confirm);
	assert_int_equal(feed(&b, 3, confirm, 32), 0);
	assert_true(b.result.ignore);
	end(&b);
}

static void a_person_is_asked(void **state)
{
	struct xeap_prompt prompt;

	for (int again = 0; again < 2; again++) {
		struct bed b;

		begin_with(&b, again ? "\"wrong\"" : NULL, NULL, again);
		do_id(&b, 19, 0);
		assert_int_equal(xeap_method_pwd.get_prompt(b.ctx, &prompt), -EINVAL);
		do_commit(&b, no_salt, text("pwdpass"));
		assert_int_equal(b.result.need, XEAP_NEED_UI);
		assert_int_equal(xeap_method_pwd.get_prompt(b.ctx, &prompt), 0);
		assert_int_equal(xeap_method_pwd.answer(b.ctx, &prompt, &b.out.w, &b.result), 0);
		assert_int_equal(b.result.need, XEAP_NEED_UI);
		prompt.fields[0].value = text("pwdpass");
		memset(&b.result, 0, sizeof(b.result));
		assert_int_equal(xeap_method_pwd.answer(b.ctx, &prompt, fake_writer_begin(&b.out),
							&b.result),
				 0);
		read_commit(&b);
		do_confirm(&b);
		assert_true(b.result.save_user_data);
		end(&b);
	}
}

static void what_load_refuses(void **state)
{
	struct xeap_config *config;
	struct xeap_diag diag = { 0 };
	void *shared = NULL;

	assert_int_equal(xeap_config_new(&config), 0);
	assert_int_equal(xeap_method_pwd.load(config, false, &shared, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, "password is missing: eap=PWD"));
	setenv("OPENSSL_MODULES", "/nonexistent", 1);
	assert_int_equal(xeap_config_set(config, "password",
					 "hash:8846f7eaee8fb117ad06bdd830b7586c", NULL),
			 0);
	assert_int_equal(xeap_method_pwd.load(config, false, &shared, &diag), -ENOTSUP);
	assert_non_null(strstr(diag.text, "needs MD4"));
	/* With the password itself all but NT hashes works. */
	xeap_config_free(config);
	unsetenv("OPENSSL_MODULES");
}

static void without_md4(void **state)
{
	struct bed b;

	setenv("OPENSSL_MODULES", "/nonexistent", 1);
	begin(&b);
	do_id(&b, 19, 0);
	do_commit(&b, no_salt, text("pwdpass"));
	do_confirm(&b);
	end(&b);
	begin(&b);
	assert_int_equal(send_id(&b, 19, 1, 1, 1), -ENOTSUP);
	assert_non_null(strstr(b.result.diag.text, "MD4"));
	end(&b);
	unsetenv("OPENSSL_MODULES");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_group),
		cmocka_unit_test(many_passwords),
		cmocka_unit_test(session_id_of_another_program),
		cmocka_unit_test(salted_passwords),
		cmocka_unit_test(nt_hashes),
		cmocka_unit_test(text_that_would_have_to_be_prepared),
		cmocka_unit_test(what_is_not_supported),
		cmocka_unit_test(another_password),
		cmocka_unit_test(tampered_confirm),
		cmocka_unit_test(forged_commits),
		cmocka_unit_test(reflection),
		cmocka_unit_test(fragments_both_ways),
		cmocka_unit_test(fragments_that_are_none),
		cmocka_unit_test(replay_is_ignored),
		cmocka_unit_test(a_person_is_asked),
		cmocka_unit_test(what_load_refuses),
		cmocka_unit_test(without_md4),
	};

	return cmocka_run_group_tests_name("method pwd", tests, NULL, NULL);
}
