/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* EAP-SIM, and what it shares with EAP-AKA: identities, re-authentication, notifications. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wire/sim_identity.h>
#include <xeap/card.h>
#include "tests/unit/sim_bed.h"

static void begin(struct sim_bed *b, const char *phase1)
{
	bed_begin(b, &xeap_method_sim, NULL, phase1, NULL);
}

static void good_challenge(struct sim_bed *b)
{
	bed_challenge(b);
	bed_inner_text(b, AT_NEXT_PSEUDONYM, "3pseudonym");
	bed_inner_text(b, AT_NEXT_REAUTH_ID, "5reauth@realm");
	bed_put_encrypted(b);
	bed_challenge_mac(b);
	assert_int_equal(b->r, 0);
	assert_int_equal(bed_subtype(b), 11);
}

static void full_login(struct sim_bed *b)
{
	bed_identity(b, AT_ANY_ID_REQ);
	assert_int_equal(bed_subtype(b), 10);
	good_challenge(b);
}

static void assert_keys(const struct sim_bed *b)
{
	uint8_t key[64];

	assert_int_equal(b->method->get_key(b->ctx, XEAP_KEY_MSK, key, 64), 64);
	assert_memory_equal(key, b->keys.msk, 64);
	assert_int_equal(b->method->get_key(b->ctx, XEAP_KEY_EMSK, key, 64), 64);
	assert_memory_equal(key, b->keys.emsk, 64);
}

static void logs_in(void **state)
{
	struct sim_bed b;
	uint8_t id[1 + 64];
	size_t n;

	begin(&b, NULL);
	bed_identity(&b, 0);
	assert_null(bed_find(&b, AT_IDENTITY, &n));
	assert_memory_equal(bed_find(&b, AT_SELECTED_VERSION, &n), "\0\1", 2);
	assert_int_equal(b.result.method_state, XEAP_METHOD_CONT);
	assert_int_equal(b.method->get_key(b.ctx, XEAP_KEY_MSK, id, sizeof(id)), -ENOENT);
	good_challenge(&b);
	assert_true(bed_mac_is_right(&b, b.card.sres, 12));
	assert_int_equal(b.result.method_state, XEAP_METHOD_MAY_CONT);
	assert_int_equal(b.result.decision, XEAP_DECISION_COND_SUCC);
	assert_keys(&b);
	assert_int_equal(b.method->get_key(b.ctx, XEAP_KEY_MSK, id, 63), -ENOSPC);
	/* RFC 5247 appendix A: Type, RANDs, NONCE_MT. */
	assert_int_equal(b.method->get_key(b.ctx, XEAP_KEY_SESSION_ID, id, sizeof(id)), 65);
	assert_int_equal(id[0], 18);
	assert_memory_equal(id + 1, b.rand, 48);
	assert_memory_equal(id + 49, b.nonce_mt, 16);
	bed_end(&b);
}

/* RFC 4186 §4.2.5: any, then full authentication, then permanent; each once, one at a time. */
static void identities_are_asked_for_in_order(void **state)
{
	static const uint8_t all[] = { AT_ANY_ID_REQ, AT_FULLAUTH_ID_REQ, AT_PERMANENT_ID_REQ };
	struct sim_bed b;

	begin(&b, NULL);
	for (size_t i = 0; i < 3; i++) {
		bed_identity(&b, all[i]);
		assert_int_equal(bed_subtype(&b), 10);
		assert_string_equal(b.identity, BED_IDENTITY);
	}
	good_challenge(&b);
	assert_keys(&b);
	bed_end(&b);
	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j <= i; j++) {
			begin(&b, NULL);
			bed_identity(&b, all[i]);
			bed_identity(&b, all[j]);
			assert_true(bed_is_client_error(&b, 0));
			bed_end(&b);
		}
	begin(&b, NULL);
	bed_request(&b, 10);
	bed_put(&b, AT_VERSION_LIST, "\0\2\0\1", 4);
	bed_put_u16(&b, AT_ANY_ID_REQ, 0);
	bed_put_u16(&b, AT_PERMANENT_ID_REQ, 0);
	bed_feed(&b);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
}

static void a_pseudonym_serves_the_next_session(void **state)
{
	struct sim_bed b;

	begin(&b, NULL);
	full_login(&b);
	bed_again(&b);
	b.kept_len = 0;
	bed_identity(&b, AT_FULLAUTH_ID_REQ);
	assert_string_equal(b.identity, "3pseudonym@wlan.mnc001.mcc232.3gppnetwork.org");
	good_challenge(&b);
	assert_keys(&b);
	bed_again(&b);
	bed_identity(&b, AT_PERMANENT_ID_REQ);
	assert_string_equal(b.identity, BED_IDENTITY);
	bed_end(&b);
}

static void conservative_peer_keeps_its_identity_back(void **state)
{
	struct sim_bed b;

	begin(&b, "conservative_peer_mode=1");
	bed_identity(&b, AT_PERMANENT_ID_REQ);
	assert_string_equal(b.identity, BED_IDENTITY);
	good_challenge(&b);
	bed_again(&b);
	bed_identity(&b, AT_PERMANENT_ID_REQ);
	assert_true(bed_is_client_error(&b, 0));
	assert_non_null(strstr(b.result.diag.text, "conservative_peer_mode"));
	bed_end(&b);
}

/* Android's name for it. */
static void strict_conservative_peer_mode(void **state)
{
	struct sim_bed b;

	bed_begin_with(&b, &xeap_method_sim, "strict_conservative_peer_mode", "1");
	bed_identity(&b, AT_PERMANENT_ID_REQ);
	good_challenge(&b);
	bed_again(&b);
	bed_identity(&b, AT_PERMANENT_ID_REQ);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
}

static void reauthenticates(void **state)
{
	struct xeap_method_info info = { 0 };
	struct sim_bed b;
	uint8_t id[33];
	size_t n;

	begin(&b, NULL);
	full_login(&b);
	for (uint16_t counter = 1; counter < 4; counter++) {
		bed_again(&b);
		assert_true(b.kept_len > 0);
		bed_identity(&b, AT_ANY_ID_REQ);
		assert_string_equal(b.identity, "5reauth@realm");
		/* RFC 4186 §9.2 */
		assert_null(bed_find(&b, AT_NONCE_MT, &n));
		assert_null(bed_find(&b, AT_SELECTED_VERSION, &n));
		bed_reauth(&b, counter, "5reauth@realm");
		assert_int_equal(bed_subtype(&b), 13);
		assert_true(bed_mac_is_right(&b, b.nonce_s, 16));
		assert_int_equal(xeap_sim_keys_reauth(&b.keys,
						      xeap_span(b.identity, strlen(b.identity)),
						      counter, xeap_span(b.nonce_s, 16)),
				 0);
		assert_keys(&b);
		assert_int_equal(b.result.decision, XEAP_DECISION_COND_SUCC);
		b.method->describe(b.ctx, &info);
		assert_true(info.resumed);
		/* RFC 8940 §2 */
		assert_int_equal(b.method->get_key(b.ctx, XEAP_KEY_SESSION_ID, id, 33), 33);
		assert_memory_equal(id + 1, b.nonce_s, 16);
		assert_memory_equal(id + 17, b.packet + b.mac_at, 16);
	}
	/* Without a next identity there is no next time. */
	bed_again(&b);
	bed_identity(&b, AT_ANY_ID_REQ);
	bed_reauth(&b, 9, NULL);
	assert_int_equal(bed_subtype(&b), 13);
	assert_int_equal(b.method->get_resumption(b.ctx, b.kept, sizeof(b.kept)), -ENOENT);
	bed_end(&b);
}

/* RFC 4186 §5.6: what follows is a full authentication. */
static void a_counter_that_was_used_is_too_small(void **state)
{
	struct sim_bed b;

	begin(&b, NULL);
	full_login(&b);
	bed_again(&b);
	bed_identity(&b, AT_ANY_ID_REQ);
	bed_reauth(&b, 7, "5reauth@realm");
	assert_int_equal(b.result.decision, XEAP_DECISION_COND_SUCC);
	bed_again(&b);
	bed_identity(&b, AT_ANY_ID_REQ);
	bed_reauth(&b, 7, "5reauth@realm");
	assert_int_equal(bed_subtype(&b), 13);
	assert_true(bed_mac_is_right(&b, b.nonce_s, 16));
	assert_int_equal(b.result.decision, XEAP_DECISION_FAIL);
	assert_int_equal(b.result.method_state, XEAP_METHOD_CONT);
	assert_int_equal(b.method->get_key(b.ctx, XEAP_KEY_MSK, b.inner, 64), -ENOENT);
	bed_reauth(&b, 8, "5reauth@realm");
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);

	begin(&b, NULL);
	full_login(&b);
	bed_again(&b);
	bed_identity(&b, AT_ANY_ID_REQ);
	bed_reauth(&b, 0, NULL);
	bed_identity(&b, AT_ANY_ID_REQ);
	assert_string_equal(b.identity, "3pseudonym@wlan.mnc001.mcc232.3gppnetwork.org");
	good_challenge(&b);
	assert_keys(&b);
	bed_end(&b);
}

static void reauthentication_that_is_not_right(void **state)
{
	struct sim_bed b;

	begin(&b, NULL);
	bed_identity(&b, AT_ANY_ID_REQ);
	bed_reauth(&b, 1, NULL); /* never offered */
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);

	begin(&b, NULL);
	full_login(&b);
	bed_again(&b);
	bed_identity(&b, AT_ANY_ID_REQ);
	b.keys.k_aut[0] ^= 1;
	bed_reauth(&b, 1, NULL);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);

	/* Without AT_COUNTER: not fresh for anybody. */
	begin(&b, NULL);
	full_login(&b);
	bed_again(&b);
	bed_identity(&b, AT_ANY_ID_REQ);
	bed_request(&b, 13);
	bed_inner(&b, AT_NONCE_S, "\0\0nonce nonce nonc", 18);
	bed_put_encrypted(&b);
	bed_mac(&b, NULL, 0);
	bed_feed(&b);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
}

static void what_was_kept_is_checked(void **state)
{
	struct sim_bed b;
	uint8_t exact[512];
	int n;

	begin(&b, NULL);
	full_login(&b);
	n = b.method->get_resumption(b.ctx, exact, sizeof(exact));
	assert_true(n > 0);
	assert_int_equal(b.method->get_resumption(b.ctx, exact, (size_t)n - 1), -ENOSPC);
	bed_again(&b);
	/* One of another method, and one cut short: a full login. */
	for (int i = 0; i < 2; i++) {
		b.method->done(b.ctx);
		memset(b.ctx, 0, b.method->ctx_size);
		if (i == 0)
			b.kept[1] = 23;
		struct xeap_method_args args = {
			.size = sizeof(args),
			.config = b.config,
			.shared = b.shared,
			.identity = xeap_span(BED_IDENTITY, strlen(BED_IDENTITY)),
			.keeps_resumption = true,
			.resumption = xeap_span(b.kept, i == 0 ? (size_t)b.kept_len : 40),
		};
		assert_int_equal(b.method->init(b.ctx, &args), 0);
		bed_identity(&b, AT_ANY_ID_REQ);
		assert_int_equal(b.identity[0], '3');
	}
	bed_end(&b);
}

/* RFC 4186 §6.2: once both agreed, only the server's word counts. */
static void result_indication(void **state)
{
	struct sim_bed b;
	size_t n;

	begin(&b, "result_ind=1");
	bed_identity(&b, 0);
	bed_challenge(&b);
	bed_put_u16(&b, AT_RESULT_IND, 0);
	bed_challenge_mac(&b);
	assert_non_null(bed_find(&b, AT_RESULT_IND, &n));
	assert_int_equal(b.result.decision, XEAP_DECISION_FAIL);
	assert_int_equal(b.result.method_state, XEAP_METHOD_MAY_CONT);
	assert_non_null(strstr(b.result.diag.text, "result indication"));
	bed_notification(&b, 0x8000);
	assert_int_equal(bed_subtype(&b), 12);
	assert_true(bed_mac_is_right(&b, NULL, 0));
	assert_int_equal(b.result.decision, XEAP_DECISION_UNCOND_SUCC);
	assert_int_equal(b.result.method_state, XEAP_METHOD_DONE);
	assert_keys(&b);
	bed_end(&b);

	/* Not asked for by one of the two: a success is not to be told. */
	begin(&b, NULL);
	bed_identity(&b, 0);
	bed_challenge(&b);
	bed_put_u16(&b, AT_RESULT_IND, 0);
	bed_challenge_mac(&b);
	assert_null(bed_find(&b, AT_RESULT_IND, &n));
	bed_notification(&b, 0x8000);
	assert_true(bed_is_client_error(&b, 0));
	assert_int_equal(b.method->get_key(b.ctx, XEAP_KEY_MSK, b.inner, 64), -ENOENT);
	bed_end(&b);
}

static void result_indication_after_reauthentication(void **state)
{
	struct sim_bed b;

	for (int right = 0; right < 2; right++) {
		uint8_t counter[] = { 0, right ? 1 : 2 };

		begin(&b, "result_ind=1");
		full_login(&b);
		bed_again(&b);
		bed_identity(&b, AT_ANY_ID_REQ);
		bed_request(&b, 13);
		bed_inner(&b, AT_COUNTER, "\0\1", 2);
		bed_inner(&b, AT_NONCE_S, "\0\0nonce nonce nonc", 18);
		bed_put_encrypted(&b);
		bed_put_u16(&b, AT_RESULT_IND, 0);
		bed_mac(&b, NULL, 0);
		bed_feed(&b);
		assert_int_equal(b.result.decision, XEAP_DECISION_FAIL);
		bed_request(&b, 12);
		bed_put_u16(&b, AT_NOTIFICATION, 0x8000);
		bed_inner(&b, AT_COUNTER, counter, 2);
		bed_put_encrypted(&b);
		bed_mac(&b, NULL, 0);
		bed_feed(&b);
		if (right)
			assert_int_equal(b.result.decision, XEAP_DECISION_UNCOND_SUCC);
		else
			assert_true(bed_is_client_error(&b, 0));
		bed_end(&b);
	}
}

static void the_server_says_why_it_refuses(void **state)
{
	struct sim_bed b;

	begin(&b, NULL);
	full_login(&b);
	bed_notification(&b, 1031);
	assert_int_equal(bed_subtype(&b), 12);
	assert_int_equal(b.result.method_state, XEAP_METHOD_DONE);
	assert_int_equal(b.result.decision, XEAP_DECISION_FAIL);
	assert_non_null(strstr(b.result.diag.text, "not subscribed"));
	bed_end(&b);

	begin(&b, NULL);
	bed_notification(&b, 0x4000);
	assert_int_equal(bed_subtype(&b), 12);
	assert_int_equal(b.out.w.c.len, 8);
	assert_int_equal(b.result.decision, XEAP_DECISION_FAIL);
	bed_identity(&b, 0);
	assert_true(b.result.ignore);
	bed_end(&b);
}

/* RFC 4186 §6.1: which phase a notification is for, and that it is protected. */
static void notifications_of_the_wrong_phase(void **state)
{
	struct sim_bed b;

	begin(&b, NULL);
	bed_notification(&b, 0);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
	begin(&b, NULL);
	bed_notification(&b, 0xc000);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
	begin(&b, NULL);
	full_login(&b);
	bed_notification(&b, 0x4000);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
	begin(&b, NULL);
	full_login(&b);
	b.keys.k_aut[3] ^= 1;
	bed_notification(&b, 1026);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
}

static void a_wrong_mac(void **state)
{
	struct sim_bed b;

	begin(&b, NULL);
	bed_identity(&b, 0);
	bed_challenge(&b);
	b.keys.k_aut[0] ^= 1;
	bed_challenge_mac(&b);
	assert_true(bed_is_client_error(&b, 0));
	assert_non_null(strstr(b.result.diag.text, "does not know the key"));
	bed_end(&b);
	/* One for another NONCE_MT: a challenge that is replayed. */
	begin(&b, NULL);
	bed_identity(&b, 0);
	b.nonce_mt[5] ^= 1;
	bed_challenge(&b);
	bed_challenge_mac(&b);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
}

static void rands(void **state)
{
	struct sim_bed b;

	begin(&b, NULL);
	bed_identity(&b, 0);
	bed_challenge(&b);
	bed_request(&b, 11);
	memcpy(b.rand + 16, b.rand, 16);
	bed_put_block(&b, AT_RAND, b.rand, 48);
	bed_challenge_mac(&b);
	assert_true(bed_is_client_error(&b, 3));
	bed_end(&b);
	for (size_t n = 1; n < 3; n++) {
		begin(&b, n == 2 ? "sim_min_num_chal=3" : NULL);
		bed_identity(&b, 0);
		bed_challenge(&b);
		bed_request(&b, 11);
		bed_put_block(&b, AT_RAND, b.rand, 16 * n);
		bed_challenge_mac(&b);
		assert_true(bed_is_client_error(&b, 2));
		bed_end(&b);
	}
}

static void versions(void **state)
{
	struct sim_bed b;

	begin(&b, NULL);
	bed_request(&b, 10);
	bed_put(&b, AT_VERSION_LIST, "\0\2\0\7", 4);
	bed_feed(&b);
	assert_true(bed_is_client_error(&b, 1));
	bed_end(&b);
	/* The list is part of the keys: it must not change. */
	begin(&b, NULL);
	bed_identity(&b, AT_ANY_ID_REQ);
	bed_request(&b, 10);
	bed_put(&b, AT_VERSION_LIST, "\0\4\0\1\0\2", 6);
	bed_feed(&b);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
	begin(&b, NULL);
	bed_challenge(&b);
	bed_challenge_mac(&b);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
}

/* Attributes where they do not belong, twice, unknown, cut short, too long. */
static void malformed(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} rows[] = {
		{ "\x01\x05", 2 },			/* beyond the packet */
		{ "\x0a\x00\x00\x00", 4 },		/* a length of nothing */
		{ "\x0a\x02\0\0\0\0\0\0", 8 },		/* a flag with content */
		{ "\x7f\x01\0\0", 4 },			/* unknown, not to be skipped */
		{ "\x0a\x01\0\0\x0a\x01\0\0", 8 },	/* twice */
		{ "\x13\x01\0\1", 4 },			/* AT_COUNTER in the clear */
		{ "\x06\x01\0\0", 4 },			/* AT_PADDING in the clear */
		{ "\x02\x05\0\0aaaaaaaaaaaaaaaa", 20 }, /* AT_AUTN in EAP-SIM */
		{ "\x0e\x02\0\5abcd", 8 },		/* AT_IDENTITY beyond itself */
		{ "\x0b\x04\0\0aaaaaaaaaaaa", 16 },	/* a short AT_MAC */
	};
	struct sim_bed b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(&b, NULL);
		bed_request(&b, 10);
		bed_put(&b, AT_VERSION_LIST, "\0\2\0\1", 4);
		memcpy(b.packet + b.len, rows[i].bytes, rows[i].n);
		b.len += rows[i].n;
		bed_feed(&b);
		assert_true(bed_is_client_error(&b, 0));
		bed_end(&b);
	}
	begin(&b, NULL);
	bed_request(&b, 10);
	bed_put(&b, AT_VERSION_LIST, "\0\2\0\1", 4);
	bed_put(&b, 200, "skip", 4);
	bed_feed(&b);
	assert_int_equal(bed_subtype(&b), 10);
	bed_request(&b, 99);
	bed_feed(&b);
	assert_true(bed_is_client_error(&b, 0));
	bed_end(&b);
}

static void encrypted_part_that_is_not_right(void **state)
{
	struct sim_bed b;

	for (int i = 0; i < 5; i++) {
		begin(&b, NULL);
		bed_identity(&b, 0);
		bed_challenge(&b);
		if (i == 0) /* AT_IV alone */
			bed_put_block(&b, AT_IV, b.rand, 16);
		if (i == 1) /* no whole block */
			bed_put_block(&b, AT_ENCR_DATA, b.rand, 12);
		if (i == 1)
			bed_put_block(&b, AT_IV, b.rand, 16);
		if (i == 2) /* what belongs into a re-authentication */
			bed_inner(&b, AT_COUNTER, "\0\1", 2);
		if (i == 3) /* padding that is not zero */
			bed_inner(&b, AT_PADDING, "\0\0\0\0\0\0\0\0\0\1\0\0\0\0", 10);
		if (i == 4) { /* something after the padding */
			bed_inner(&b, AT_PADDING, "\0\0", 2);
			bed_inner_text(&b, AT_NEXT_PSEUDONYM, "3late");
		}
		if (i >= 2)
			bed_put_encrypted(&b);
		bed_challenge_mac(&b);
		assert_true(bed_is_client_error(&b, 0));
		bed_end(&b);
	}
}

/* Names in the clear, and ones too long to be kept, are no names. */
static void names_that_are_not_kept(void **state)
{
	char longest[301];
	struct sim_bed b;

	memset(longest, 'x', sizeof(longest) - 1);
	longest[300] = '\0';
	begin(&b, NULL);
	bed_identity(&b, 0);
	bed_challenge(&b);
	bed_put_text(&b, AT_NEXT_PSEUDONYM, "3clear");
	bed_inner_text(&b, AT_NEXT_REAUTH_ID, longest);
	bed_put_encrypted(&b);
	bed_challenge_mac(&b);
	assert_int_equal(bed_subtype(&b), 11);
	assert_int_equal(b.method->get_resumption(b.ctx, b.kept, sizeof(b.kept)), -ENOENT);
	bed_again(&b);
	bed_identity(&b, AT_ANY_ID_REQ);
	assert_string_equal(b.identity, BED_IDENTITY);
	bed_end(&b);
}

static void triplets(void **state)
{
	static const char password[] =
		"triplets:101112131415161718191a1b1c1d1e1f:d1d2d3d4:a0a1a2a3a4a5a6a7,"
		"202122232425262728292a2b2c2d2e2f:e1e2e3e4:b0b1b2b3b4b5b6b7";
	static const uint8_t version[] = { 0, 1 };
	struct sim_bed b;

	bed_begin(&b, &xeap_method_sim, password, NULL, NULL);
	bed_identity(&b, 0);
	for (uint8_t i = 0; i < 16; i++) {
		b.rand[i] = 0x10 + i;
		b.rand[16 + i] = 0x20 + i;
	}
	memcpy(b.card.sres, "\xd1\xd2\xd3\xd4\xe1\xe2\xe3\xe4", 8);
	memcpy(b.card.kc, "\xa0\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xb0\xb1\xb2\xb3\xb4\xb5\xb6\xb7", 16);
	struct xeap_span parts[] = { xeap_span(b.identity, strlen(b.identity)),
				     xeap_span(b.card.kc, 16), xeap_span(b.nonce_mt, 16),
				     xeap_span(version, 2), xeap_span(version, 2) };
	assert_int_equal(xeap_sim_keys_derive(parts, 5, &b.keys), 0);
	bed_request(&b, 11);
	bed_put_block(&b, AT_RAND, b.rand, 32);
	bed_challenge_mac(&b);
	assert_int_equal(bed_subtype(&b), 11);
	assert_true(bed_mac_is_right(&b, b.card.sres, 8));
	assert_keys(&b);
	bed_again(&b);
	bed_identity(&b, 0);
	bed_challenge(&b);
	bed_challenge_mac(&b);
	assert_true(bed_is_client_error(&b, 0));
	assert_non_null(strstr(b.result.diag.text, "triplet"));
	bed_end(&b);
}

/* What load() says. */
static void assert_refused(const char *name, const char *value, const char *says)
{
	struct xeap_config *config;
	struct xeap_diag diag = { 0 };
	void *shared = NULL;

	assert_int_equal(xeap_config_new(&config), 0);
	assert_int_equal(xeap_config_set(config, "password", "\"" BED_KEY "\"", NULL), 0);
	assert_int_equal(xeap_config_set(config, name, value, NULL), 0);
	assert_int_equal(xeap_method_sim.load(config, true, &shared, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, says));
	assert_null(strstr(diag.text, "90dca4"));
	assert_null(shared);
	xeap_config_free(config);
}

static void configurations_that_cannot_be(void **state)
{
	assert_refused("password", "NULL", "password=");
	assert_refused("password", "\"90dca4\"", "Ki:OPc");
	assert_refused("password", "\"" BED_KEY ":00\"", "Ki:OPc");
	assert_refused("password", "\"triplets:00:00:00\"", "triplets");
	assert_refused("phase1", "\"sim_min_num_chal=4\"", "sim_min_num_chal");
	assert_refused("phase1", "\"result_ind=yes\"", "result_ind");
	assert_refused("phase1", "\"aka_fs=3\"", "aka_fs");
	assert_refused("imsi_identity", "\"12x\"", "imsi_identity");
	assert_refused("pcsc", "\"\"", "xeap_card_register()");
}

/* 3GPP TS 23.003 §19.3.2 */
static void an_imsi_makes_an_identity(void **state)
{
	static const struct {
		const char *imsi, *identity;
	} rows[] = {
		{ "232010000000000", "1232010000000000@wlan.mnc001.mcc232.3gppnetwork.org" },
		{ "310410123456789", "1310410123456789@wlan.mnc410.mcc310.3gppnetwork.org" },
		{ "12345", NULL },
		{ "1234567890123456", NULL },
		{ "23201000000000x", NULL },
	};
	uint8_t nai[XEAP_SIM_IMSI_NAI];
	struct sim_bed b;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = xeap_sim_nai_of_imsi(xeap_span(rows[i].imsi, strlen(rows[i].imsi)), '1',
						nai);

		assert_int_equal(n, rows[i].identity ? strlen(rows[i].identity) : 0);
		if (n)
			assert_memory_equal(nai, rows[i].identity, n);
	}
	/* It goes before identity=, which then is for whom it may concern. */
	begin(&b, NULL);
	assert_int_equal(xeap_config_set(b.config, "imsi_identity", "\"310410123456789\"", NULL),
			 0);
	b.method->unload(b.shared);
	assert_int_equal(b.method->load(b.config, false, &b.shared, NULL), 0);
	bed_again(&b);
	bed_identity(&b, AT_PERMANENT_ID_REQ);
	assert_string_equal(b.identity, rows[1].identity);
	good_challenge(&b);
	assert_keys(&b);
	bed_end(&b);
}

static int card_gsm(void *ctx, const char *pin, const uint8_t rand[16], uint8_t ret_sres[4],
		    uint8_t ret_kc[8])
{
	struct sim_bed *b = *(struct sim_bed **)ctx;

	if (!pin || strcmp(pin, "1234") != 0)
		return -EACCES;
	return xeap_milenage_gsm(&b->key, rand, ret_sres, ret_kc);
}

static struct sim_bed *card_bed;

static void a_card(void **state)
{
	static const struct xeap_card card = {
		.size = sizeof(card), .name = "tests", .ctx = &card_bed, .gsm = card_gsm
	};
	static const struct xeap_card nothing = { .size = sizeof(card), .name = "nothing" };
	struct sim_bed b;

	assert_int_equal(xeap_card_register(&nothing), -EINVAL);
	assert_int_equal(xeap_card_register(&card), 0);
	assert_int_equal(xeap_card_register(&card), -EEXIST);
	for (int right = 0; right < 2; right++) {
		begin(&b, NULL);
		card_bed = &b;
		b.method->unload(b.shared);
		b.shared = NULL;
		assert_int_equal(xeap_config_set(b.config, "pcsc", "\"tests\"", NULL), 0);
		assert_int_equal(
			xeap_config_set(b.config, "pin", right ? "\"1234\"" : "\"0\"", NULL), 0);
		assert_int_equal(b.method->load(b.config, false, &b.shared, NULL), 0);
		bed_again(&b);
		bed_identity(&b, 0);
		bed_challenge(&b);
		bed_challenge_mac(&b);
		if (right)
			assert_keys(&b);
		else
			assert_true(bed_is_client_error(&b, 0));
		bed_end(&b);
	}
}

static void a_response_that_does_not_fit(void **state)
{
	struct sim_bed b;

	begin(&b, NULL);
	fake_writer_free(&b.out);
	fake_writer_init(&b.out, 30);
	bed_identity(&b, AT_ANY_ID_REQ);
	assert_int_equal(b.r, -EMSGSIZE);
	bed_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logs_in),
		cmocka_unit_test(identities_are_asked_for_in_order),
		cmocka_unit_test(a_pseudonym_serves_the_next_session),
		cmocka_unit_test(conservative_peer_keeps_its_identity_back),
		cmocka_unit_test(strict_conservative_peer_mode),
		cmocka_unit_test(reauthenticates),
		cmocka_unit_test(a_counter_that_was_used_is_too_small),
		cmocka_unit_test(reauthentication_that_is_not_right),
		cmocka_unit_test(what_was_kept_is_checked),
		cmocka_unit_test(result_indication),
		cmocka_unit_test(result_indication_after_reauthentication),
		cmocka_unit_test(the_server_says_why_it_refuses),
		cmocka_unit_test(notifications_of_the_wrong_phase),
		cmocka_unit_test(a_wrong_mac),
		cmocka_unit_test(rands),
		cmocka_unit_test(versions),
		cmocka_unit_test(malformed),
		cmocka_unit_test(encrypted_part_that_is_not_right),
		cmocka_unit_test(names_that_are_not_kept),
		cmocka_unit_test(triplets),
		cmocka_unit_test(configurations_that_cannot_be),
		cmocka_unit_test(an_imsi_makes_an_identity),
		cmocka_unit_test(a_card),
		cmocka_unit_test(a_response_that_does_not_fit),
	};

	return cmocka_run_group_tests_name("method sim", tests, NULL, NULL);
}
