/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/teap_bed.h"

static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };
#define EACH_VERSION(v) (int v##_i = 0; v##_i < 2; v##_i++)

static void test_emsk(void **state)
{
	for
		EACH_VERSION(v)
		{
			struct teap_bed b;

			teap_bed_prepare(&b);
			assert_true(teap_bed_begin(&b, versions[v_i], 1));
			teap_bed_run(&b.s, WITH);
			teap_link(&b.s, teap_bed_msk, teap_bed_emsk);
			tlv_say_u16(&b.s.t, 10, 1);
			teap_say_binding(&b.s, 3);
			tlv_say_u16(&b.s.t, 3, 1);
			tlv_turn(&b.s.t);
			assert_true(teap_binding_is_right(&b.s, 0));
			assert_true(teap_binding_is_right(&b.s, 1));
			teap_bed_assert_result(&b.s, 10, 1);
			teap_bed_assert_success(&b, 1);
			teap_bed_end(&b);
		}
}

static void test_mschapv2_order(void **state)
{
	uint8_t swapped[64] = { 0 };

	for
		EACH_VERSION(v)
		{
			struct teap_bed b;

			teap_bed_prepare(&b);
			memcpy(swapped, teap_bed_msk + 16, 16);
			memcpy(swapped + 16, teap_bed_msk, 16);
			assert_true(teap_bed_begin(&b, versions[v_i], 1));
			teap_bed_run(&b.s, MSCHAPV2);
			teap_link(&b.s, swapped, NULL);
			tlv_say_u16(&b.s.t, 10, 1);
			teap_say_binding(&b.s, 2);
			tlv_turn(&b.s.t);
			assert_true(teap_binding_is_right(&b.s, 0));
			assert_int_equal(b.s.t.result.decision, XEAP_DECISION_FAIL);
			tlv_say_u16(&b.s.t, 3, 1);
			tlv_turn(&b.s.t);
			teap_bed_assert_success(&b, 0);
			teap_bed_end(&b);
		}
}

/* A server that goes on with the PRF on TLS 1.3, and outer TLVs, which the binding covers. */
static void test_prf_and_outer(void **state)
{
	static const uint8_t authority[] = { 0, 1, 0, 3, 'x', 'e', 'a' };
	struct teap_bed b;

	teap_bed_prepare(&b);
	b.s.prf = true;
	memcpy(b.s.outer, authority, sizeof(authority));
	b.s.outer_len = sizeof(authority);
	assert_true(teap_bed_begin(&b, TLS1_3_VERSION, 1));
	teap_bed_run(&b.s, WITH);
	teap_link(&b.s, teap_bed_msk, teap_bed_emsk);
	tlv_say_u16(&b.s.t, 10, 1);
	teap_say_binding(&b.s, 2);
	tlv_say_u16(&b.s.t, 3, 1);
	tlv_turn(&b.s.t);
	assert_true(teap_binding_is_right(&b.s, 0));
	teap_bed_assert_success(&b, 0);
	teap_bed_end(&b);
}

/* RFC 9427 §2.2 and RFC 9930 §6.1 have different words about the first key on TLS 1.3. */
static void test_bare_seed(void **state)
{
	struct teap_bed b;

	teap_bed_prepare(&b);
	b.s.bare = true;
	assert_true(teap_bed_begin(&b, TLS1_3_VERSION, 1));
	teap_bed_run(&b.s, WITH);
	teap_link(&b.s, teap_bed_msk, teap_bed_emsk);
	tlv_say_u16(&b.s.t, 10, 1);
	teap_say_binding(&b.s, 3);
	tlv_say_u16(&b.s.t, 3, 1);
	tlv_turn(&b.s.t);
	assert_true(teap_binding_is_right(&b.s, 1));
	teap_bed_assert_success(&b, 1);
	teap_bed_end(&b);
}

/* A Request-Action that nobody follows, amid a login; its status is failure, or success. */
static void test_request_action(void **state)
{
	for (uint8_t status = 1; status <= 2; status++) {
		const uint8_t action[] = { status, 1, 0, 6, 0, 0 };
		struct teap_bed b;

		teap_bed_prepare(&b);
		assert_true(teap_bed_begin(&b, TLS1_3_VERSION, 1));
		teap_bed_run(&b.s, WITH);
		teap_link(&b.s, teap_bed_msk, teap_bed_emsk);
		tlv_say_u16(&b.s.t, 10, 1);
		teap_say_binding(&b.s, 3);
		tlv_say(&b.s.t, 8, action, sizeof(action));
		tlv_turn(&b.s.t);
		assert_true(teap_binding_is_right(&b.s, 1));
		teap_bed_assert_result(&b.s, 3, status);
		assert_null(tlv_find(&b.s.t, 4, NULL));
		assert_int_equal(b.s.t.result.decision, XEAP_DECISION_FAIL);
		if (status == 2)
			assert_non_null(strstr(b.s.t.result.diag.text, "insists on an action"));
		/* and what it says afterwards is what counts */
		tlv_say_u16(&b.s.t, 3, 1);
		tlv_turn(&b.s.t);
		teap_bed_assert_success(&b, 1);
		teap_bed_end(&b);
	}
}

static void test_machine_then_user(void **state)
{
	static const uint8_t identity[] = { 1, 1, 0, 5, 1 };
	struct teap_bed b;
	size_t len = 0;

	teap_bed_prepare(&b);
	teap_bed_set(&b, "machine_identity", "\"host/pc\"");
	teap_bed_set(&b, "machine_phase2", "\"auth=WITH\"");
	assert_true(teap_bed_begin(&b, TLS1_3_VERSION, 1));
	tlv_say_u16(&b.s.t, 2, 2);
	tlv_say(&b.s.t, 9, identity, sizeof(identity));
	tlv_turn(&b.s.t);
	teap_bed_assert_result(&b.s, 2, 2);
	assert_memory_equal(tlv_find(&b.s.t, 9, &len) + 5, "host/pc", 7);
	teap_bed_run(&b.s, WITH);
	teap_link(&b.s, teap_bed_msk, teap_bed_emsk);
	tlv_say_u16(&b.s.t, 10, 1);
	teap_say_binding(&b.s, 3);
	tlv_say_u16(&b.s.t, 2, 1);
	tlv_say(&b.s.t, 9, identity, sizeof(identity));
	tlv_turn(&b.s.t);
	assert_true(teap_binding_is_right(&b.s, 1));
	teap_bed_assert_result(&b.s, 2, 1);
	assert_memory_equal(tlv_find(&b.s.t, 9, &len) + 5, "user", 4);
	teap_bed_run(&b.s, WITH);
	teap_link(&b.s, teap_bed_msk, teap_bed_emsk);
	tlv_say_u16(&b.s.t, 10, 1);
	teap_say_binding(&b.s, 3);
	tlv_say_u16(&b.s.t, 3, 1);
	tlv_turn(&b.s.t);
	teap_bed_assert_success(&b, 1);
	teap_bed_end(&b);
}

/* No machine is configured: the answer says that it is the user who speaks. */
static void test_other_identity(void **state)
{
	struct teap_bed b;

	teap_bed_prepare(&b);
	assert_true(teap_bed_begin(&b, TLS1_2_VERSION, 1));
	tlv_say_u16(&b.s.t, 2, 2);
	teap_bed_run(&b.s, WITH);
	teap_bed_assert_result(&b.s, 2, 1);
	teap_bed_end(&b);
}

static void test_password(void **state)
{
	for
		EACH_VERSION(v)
		{
			struct teap_bed b;
			size_t len = 0;

			teap_bed_prepare(&b);
			teap_bed_set(&b, "password", "\"secret\"");
			assert_true(teap_bed_begin(&b, versions[v_i], 1));
			tlv_say(&b.s.t, 13, "Password:", 9);
			tlv_turn(&b.s.t);
			assert_memory_equal(tlv_find(&b.s.t, 14, &len), "\4user\6secret", 12);
			assert_int_equal(len, 12);
			teap_link(&b.s, NULL, NULL);
			tlv_say_u16(&b.s.t, 10, 1);
			teap_say_binding(&b.s, 2);
			tlv_say_u16(&b.s.t, 3, 1);
			tlv_turn(&b.s.t);
			teap_bed_assert_success(&b, 0);
			teap_bed_end(&b);
		}
}

static void test_password_asked(void **state)
{
	struct xeap_prompt prompt;
	struct teap_bed b;

	teap_bed_prepare(&b);
	assert_true(teap_bed_begin(&b, TLS1_3_VERSION, 1));
	tlv_say(&b.s.t, 13, "PIN of\nyour \33card:", 18);
	tlv_turn(&b.s.t);
	assert_int_equal(b.s.t.result.need, XEAP_NEED_UI);
	assert_int_equal(xeap_method_teap.get_prompt(b.s.t.peer, &prompt), 0);
	assert_non_null(strstr(prompt.text, "PIN of\nyour "));
	assert_null(strchr(prompt.text, 27));
	prompt.fields[0].value = xeap_span("typed", 5);
	memset(&b.s.t.result, 0, sizeof(b.s.t.result));
	assert_int_equal(xeap_method_teap.answer(b.s.t.peer, &prompt,
						 fake_writer_begin(&b.s.t.writer), &b.s.t.result),
			 0);
	tlv_hear(&b.s.t, &b.s.t.writer.w);
	assert_memory_equal(tlv_find(&b.s.t, 14, NULL), "\4user\5typed", 11);
	/* asked once more: the password was wrong, or a new one is wanted */
	tlv_say(&b.s.t, 13, NULL, 0);
	tlv_turn(&b.s.t);
	assert_int_equal(b.s.t.result.need, XEAP_NEED_UI);
	teap_bed_end(&b);
}

static void spoil_mac(struct teap_server *s, uint8_t *tlv)
{
	tlv[79] ^= 1;
}

static void spoil_emsk_mac(struct teap_server *s, uint8_t *tlv)
{
	tlv[40] ^= 1;
}

static void spoil_version(struct teap_server *s, uint8_t *tlv)
{
	tlv[5] = 2;
}

static void spoil_received(struct teap_server *s, uint8_t *tlv)
{
	tlv[6] = 0;
}

static void spoil_subtype(struct teap_server *s, uint8_t *tlv)
{
	tlv[7] |= 1;
}

static void spoil_flags(struct teap_server *s, uint8_t *tlv)
{
	tlv[7] = 0;
}

static void spoil_nonce(struct teap_server *s, uint8_t *tlv)
{
	tlv[39] |= 1;
}

static void leave_out(struct teap_server *s, uint8_t *tlv)
{
	memmove(tlv, tlv + 80, 6);
	s->t.say_len -= 80;
}

static void cut(struct teap_server *s, uint8_t *tlv)
{
	tlv[3] -= 2;
}

static void twice(struct teap_server *s, uint8_t *tlv)
{
	tlv_say_u16(&s->t, 3, 1);
}

static void more_to_do(struct teap_server *s, uint8_t *tlv)
{
	teap_bed_say_eap(s, WITH, 0);
}

static void add_pac(struct teap_server *s, uint8_t *tlv)
{
	tlv_say(&s->t, 11, "pac", 3);
}

/* No NAK is sent in answer to a result (RFC 9930 §4.2.5). */
static void add_unknown(struct teap_server *s, uint8_t *tlv)
{
	tlv_say(&s->t, 99, NULL, 0);
}

static void test_spoilt(void **state)
{
	static const struct {
		void (*spoil)(struct teap_server *s, uint8_t *tlv);
		const char *why;
		int error;
	} cases[] = {
		{ spoil_mac, "crypto-binding is wrong", 2005 },
		{ spoil_emsk_mac, "crypto-binding is wrong", 2007 },
		{ spoil_version, "another version", 2003 },
		{ spoil_received, "another version", 2003 },
		{ spoil_subtype, "no request", 2003 },
		{ spoil_flags, "no MAC", 2001 },
		{ spoil_nonce, "nonce of a response", 2001 },
		{ leave_out, "without crypto-binding", 2001 },
		{ cut, "malformed", 2002 },
		{ twice, "malformed", 2002 },
		{ more_to_do, "along with more to do", 2002 },
		{ add_pac, "a PAC", 2002 },
		{ add_unknown, "unknown mandatory TLV", 2002 },
	};

	for
		EACH_VERSION(v)
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const uint8_t *error;
		struct teap_bed b;
		uint8_t *tlv;

		teap_bed_prepare(&b);
		assert_true(teap_bed_begin(&b, versions[v_i], 1));
		teap_bed_run(&b.s, WITH);
		teap_link(&b.s, teap_bed_msk, teap_bed_emsk);
		tlv_say_u16(&b.s.t, 10, 1);
		tlv = teap_say_binding(&b.s, 3);
		tlv_say_u16(&b.s.t, 3, 1);
		cases[i].spoil(&b.s, tlv);
		tlv_turn(&b.s.t);
		teap_bed_assert_refused(&b, cases[i].why);
		error = tlv_find(&b.s.t, 5, NULL);
		assert_int_equal(error[2] << 8 | error[3], cases[i].error);
		teap_bed_end(&b);
	}
}

static void test_replayed_nonce(void **state)
{
	struct teap_bed b;

	teap_bed_prepare(&b);
	assert_true(teap_bed_begin(&b, TLS1_3_VERSION, 1));
	for (int i = 0; i < 2; i++) {
		teap_bed_run(&b.s, WITH);
		teap_link(&b.s, teap_bed_msk, teap_bed_emsk);
		tlv_say_u16(&b.s.t, 10, 1);
		b.s.nonce = 0;
		teap_say_binding(&b.s, 3);
		tlv_turn(&b.s.t);
	}
	teap_bed_assert_refused(&b, "repeats an earlier nonce");
	teap_bed_end(&b);
}

/* What a server may not say: TLVs in an order that leaves something unproved. */
static void test_order(void **state)
{
	for (int i = 0; i < 6; i++) {
		static const char *const why[] = {
			"ran no method inside",	  "without that of the method inside",
			"has not proved it",	  "without the result of the first",
			"without crypto-binding", "has not proved it",
		};
		struct teap_bed b;

		teap_bed_prepare(&b);
		assert_true(teap_bed_begin(&b, TLS1_3_VERSION, 1));
		if (i == 1 || i == 3)
			teap_bed_run(&b.s, WITH);
		if (i == 5) {
			teap_bed_say_eap(&b.s, WITH, REFUSES);
			tlv_turn(&b.s.t);
		}
		teap_link(&b.s, i ? teap_bed_msk : NULL, i ? teap_bed_emsk : NULL);
		if (i == 2 || i == 5)
			tlv_say_u16(&b.s.t, 10, 1);
		if (i == 3)
			teap_bed_say_eap(&b.s, MSCHAPV2, 0);
		else if (i != 4)
			teap_say_binding(&b.s, 2);
		if (i != 3)
			tlv_say_u16(&b.s.t, 3, 1);
		tlv_turn(&b.s.t);
		teap_bed_assert_refused(&b, why[i]);
		teap_bed_end(&b);
	}
}

/* RFC 3748 §2.1: a method whose proof is due is not left for another, nor for a bare password. */
static void test_switch_midway(void **state)
{
	for (int i = 0; i < 6; i++) {
		struct teap_bed b;
		uint8_t msk[64];

		teap_bed_prepare(&b);
		teap_bed_set(&b, "password", "\"secret\"");
		assert_true(teap_bed_begin(&b, versions[i % 2], 1));
		teap_bed_say_eap(&b.s, WITH, REFUSES);
		tlv_turn(&b.s.t);
		assert_int_equal(b.s.t.result.decision, XEAP_DECISION_FAIL);
		if (i / 2 == 0)
			teap_bed_say_eap(&b.s, MSCHAPV2, 0);
		else if (i / 2 == 1)
			tlv_say(&b.s.t, 13, "Password:", 9);
		else
			tlv_say_u16(&b.s.t, 2, 2);
		tlv_turn(&b.s.t);
		assert_null(tlv_find(&b.s.t, 9, NULL));
		assert_null(tlv_find(&b.s.t, 14, NULL));
		assert_int_equal(b.s.t.result.decision, XEAP_DECISION_FAIL);
		assert_non_null(strstr(b.s.t.result.diag.text, i / 2 == 0 ? "before the end of WITH"
							       : i / 2 == 1 ? "amid a method"
									    : "midway"));
		assert_int_equal(xeap_method_teap.get_key(b.s.t.peer, XEAP_KEY_MSK, msk, 64),
				 -ENOENT);
		teap_bed_end(&b);
	}
}

/* The binding of another tunnel, byte for byte; what the peer said itself, sent back. */
static void test_cross_wired_binding(void **state)
{
	static uint8_t recorded[80];

	for (int i = 0; i < 3; i++) {
		struct teap_bed b;
		uint8_t *tlv;

		teap_bed_prepare(&b);
		assert_true(teap_bed_begin(&b, TLS1_3_VERSION, 1));
		teap_bed_run(&b.s, WITH);
		teap_link(&b.s, teap_bed_msk, teap_bed_emsk);
		tlv_say_u16(&b.s.t, 10, 1);
		tlv = teap_say_binding(&b.s, 3);
		if (i > 0)
			memcpy(tlv, recorded, sizeof(recorded));
		memcpy(recorded, tlv, sizeof(recorded));
		if (i == 0)
			tlv_say_u16(&b.s.t, 3, 1);
		if (i == 2)
			tlv[7] |= 1;
		tlv_turn(&b.s.t);
		if (i == 0)
			teap_bed_assert_success(&b, 1);
		else
			teap_bed_assert_refused(&b,
						i == 1 ? "crypto-binding is wrong" : "no request");
		teap_bed_end(&b);
	}
}

/* What was sent back is the peer's own response, which has its nonce and its MACs. */
static void test_reflected_binding(void **state)
{
	struct teap_bed b;
	uint8_t response[80], *tlv;

	teap_bed_prepare(&b);
	assert_true(teap_bed_begin(&b, TLS1_3_VERSION, 1));
	teap_bed_run(&b.s, WITH);
	teap_link(&b.s, teap_bed_msk, teap_bed_emsk);
	tlv_say_u16(&b.s.t, 10, 1);
	teap_say_binding(&b.s, 3);
	tlv_turn(&b.s.t);
	assert_non_null(tlv_find(&b.s.t, 12, NULL));
	memcpy(response, tlv_find(&b.s.t, 12, NULL) - 4, sizeof(response));
	tlv = teap_say_binding(&b.s, 3);
	memcpy(tlv, response, sizeof(response));
	tlv_say_u16(&b.s.t, 3, 1);
	tlv_turn(&b.s.t);
	teap_bed_assert_refused(&b, "no request");
	teap_bed_end(&b);
}

/* A binding, however right, makes no success of a failure. */
static void test_failure_with_binding(void **state)
{
	for (int i = 0; i < 4; i++) {
		uint8_t msk[64];
		struct teap_bed b;

		teap_bed_prepare(&b);
		assert_true(teap_bed_begin(&b, versions[i % 2], 1));
		teap_bed_run(&b.s, WITH);
		teap_link(&b.s, teap_bed_msk, teap_bed_emsk);
		tlv_say_u16(&b.s.t, 10, i / 2 ? 1 : 2);
		teap_say_binding(&b.s, 3);
		tlv_say_u16(&b.s.t, 3, i / 2 ? 2 : 1);
		tlv_turn(&b.s.t);
		assert_int_equal(b.s.t.result.decision, XEAP_DECISION_FAIL);
		teap_bed_assert_result(&b.s, 3, 2);
		assert_null(tlv_find(&b.s.t, 12, NULL));
		assert_int_equal(xeap_method_teap.get_key(b.s.t.peer, XEAP_KEY_MSK, msk, 64),
				 -ENOENT);
		teap_bed_end(&b);
	}
}

static void test_nak(void **state)
{
	static const uint8_t types[] = { 0, 14, 18, 99 };

	for (size_t i = 0; i < sizeof(types); i++) {
		struct teap_bed b;
		size_t len = 0;
		const uint8_t *nak;

		teap_bed_prepare(&b);
		assert_true(teap_bed_begin(&b, TLS1_2_VERSION, 1));
		tlv_say(&b.s.t, types[i], "abcdef", 6);
		teap_bed_say_eap(&b.s, WITH, 0);
		tlv_turn(&b.s.t);
		nak = tlv_find(&b.s.t, 4, &len);
		assert_non_null(nak);
		assert_int_equal(len, 6);
		assert_int_equal(nak[5], types[i]);
		assert_null(tlv_find(&b.s.t, 9, NULL));
		teap_bed_run(&b.s, WITH); /* and on it goes */
		teap_bed_end(&b);
	}
}

/* After an intermediate failure another method may follow; after a final one nothing. */
static void test_failure(void **state)
{
	struct teap_bed b;

	teap_bed_prepare(&b);
	assert_true(teap_bed_begin(&b, TLS1_3_VERSION, 1));
	teap_bed_run(&b.s, WITH);
	tlv_say_u16(&b.s.t, 10, 2);
	tlv_turn(&b.s.t);
	teap_bed_assert_result(&b.s, 10, 2);
	teap_bed_run(&b.s, WITH);
	tlv_say_u16(&b.s.t, 10, 2);
	tlv_say_u16(&b.s.t, 3, 2);
	tlv_turn(&b.s.t);
	teap_bed_assert_result(&b.s, 3, 2);
	assert_int_equal(b.s.t.result.decision, XEAP_DECISION_FAIL);
	assert_int_equal(b.s.t.result.method_state, XEAP_METHOD_DONE);
	assert_int_equal(b.s.t.result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	teap_bed_end(&b);
}

static void test_version_0(void **state)
{
	struct teap_bed b;

	teap_bed_prepare(&b);
	assert_false(teap_bed_begin(&b, TLS1_3_VERSION, 0));
	teap_bed_end(&b);
}

static void assert_load_says(const char *key, const char *value, const char *why)
{
	struct xeap_diag diag = { 0 };
	struct teap_bed b;

	teap_bed_prepare(&b);
	teap_bed_set(&b, key, value);
	assert_int_equal(xeap_method_teap.load(b.config, false, &b.shared, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, why));
	xeap_config_free(b.config);
}

static void test_words(void **state)
{
	assert_load_says("phase1", "\"teap_compat=cisco\"", "teap_compat=cisco");
	assert_load_says("phase1", "\"teap_anon_dh=1\"", "teap_anon_dh=1 is not supported");
	assert_load_says("machine_phase2", "\"auth=WITH mschapv2_try=0\"",
			 "machine_phase2: unknown word \"mschapv2_try=0\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_emsk),
		cmocka_unit_test(test_mschapv2_order),
		cmocka_unit_test(test_prf_and_outer),
		cmocka_unit_test(test_bare_seed),
		cmocka_unit_test(test_request_action),
		cmocka_unit_test(test_machine_then_user),
		cmocka_unit_test(test_other_identity),
		cmocka_unit_test(test_password),
		cmocka_unit_test(test_password_asked),
		cmocka_unit_test(test_spoilt),
		cmocka_unit_test(test_replayed_nonce),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_switch_midway),
		cmocka_unit_test(test_cross_wired_binding),
		cmocka_unit_test(test_reflected_binding),
		cmocka_unit_test(test_failure_with_binding),
		cmocka_unit_test(test_nak),
		cmocka_unit_test(test_failure),
		cmocka_unit_test(test_version_0),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, tls_files_make, tls_files_remove);
}
