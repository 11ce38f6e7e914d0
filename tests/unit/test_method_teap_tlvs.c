/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What TEAP's peer says beside its methods: RFC 9930 §3.6, §4.2, §4.2.3 and §4.2.20. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "tests/unit/teap_bed.h"

#define IDENTITY_TYPE 2
#define RESULT 3
#define NAK 4
#define EAP_PAYLOAD 9
#define INTERMEDIATE 10
#define HINT 19

static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };

static void set_client(struct teap_bed *b)
{
	static const char *const names[][2] = { { "client_cert", "client.pem" },
						{ "private_key", "client.key" } };
	char value[128];

	for (int i = 0; i < 2; i++) {
		snprintf(value, sizeof(value), "\"%s/%s\"", files.dir, names[i][1]);
		teap_bed_set(b, names[i][0], value);
	}
}

static void set_machine(struct teap_bed *b)
{
	teap_bed_set(b, "machine_identity", "\"host/pc\"");
	teap_bed_set(b, "machine_phase2", "\"auth=WITH\"");
}

/* All that was heard are hints at these identities; NULL: there is one less. */
static void assert_hints(const struct teap_server *s, const char *first, const char *second)
{
	uint8_t expected[256];
	size_t len = 0;

	for (const char *const *name = (const char *const[]){ first, second, NULL }; *name;
	     name++) {
		size_t n = strlen(*name);

		memcpy(expected + len, (uint8_t[]){ 0, HINT, 0, (uint8_t)n }, 4);
		memcpy(expected + len + 4, *name, n);
		len += 4 + n;
	}
	assert_int_equal(s->t.heard_len, len);
	assert_memory_equal(s->t.heard, expected, len);
}

/* A login after which the server's answers are as if there had been no hint. */
static void assert_goes_on(struct teap_bed *b)
{
	teap_bed_run(&b->s, WITH);
	assert_null(tlv_find(&b->s.t, HINT, NULL));
	teap_link(&b->s, teap_bed_msk, teap_bed_emsk);
	tlv_say_u16(&b->s.t, INTERMEDIATE, 1);
	teap_say_binding(&b->s, 3);
	tlv_say_u16(&b->s.t, RESULT, 1);
	tlv_turn(&b->s.t);
	teap_bed_assert_success(b, 1);
}

static void hint(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct teap_bed b;

		teap_bed_prepare(&b);
		teap_bed_set(&b, "password", "\"secret\"");
		assert_true(teap_bed_begin(&b, versions[i], 1));
		assert_hints(&b.s, "user", NULL);
		assert_goes_on(&b);
		teap_bed_end(&b);
	}
}

/* One for each identity there is, first the one who would speak first. */
static void hint_at_both(void **state)
{
	struct teap_bed b;

	teap_bed_prepare(&b);
	set_machine(&b);
	assert_true(teap_bed_begin(&b, TLS1_3_VERSION, 1));
	assert_hints(&b.s, "user", "host/pc");
	assert_goes_on(&b);
	teap_bed_end(&b);
}

/* An identity too long for two of them in one message is left out, and nothing fails. */
static void hint_too_long(void **state)
{
	char value[400];
	struct teap_bed b;

	memset(value, 'u', sizeof(value) - 1);
	value[0] = value[sizeof(value) - 2] = '"';
	value[sizeof(value) - 1] = '\0';
	teap_bed_prepare(&b);
	set_machine(&b);
	teap_bed_set(&b, "identity", value);
	assert_true(teap_bed_begin(&b, TLS1_3_VERSION, 1));
	assert_hints(&b.s, "host/pc", NULL);
	assert_goes_on(&b);
	teap_bed_end(&b);
}

/* A hint has two bytes at least. */
static void hint_too_short(void **state)
{
	struct teap_bed b;

	teap_bed_prepare(&b);
	teap_bed_set(&b, "identity", "\"u\"");
	assert_true(teap_bed_begin(&b, TLS1_3_VERSION, 1));
	assert_hints(&b.s, NULL, NULL);
	assert_goes_on(&b);
	teap_bed_end(&b);
}

static void hint_switched_off(void **state)
{
	struct teap_bed b;

	teap_bed_prepare(&b);
	teap_bed_set(&b, "phase1", "\"teap_identity_hint=0\"");
	assert_true(teap_bed_begin(&b, TLS1_2_VERSION, 1));
	assert_hints(&b.s, NULL, NULL);
	assert_goes_on(&b);
	teap_bed_end(&b);
}

/* A certificate authenticates if the server asked for it, not by being configured. */
static void hint_beside_certificate(void **state)
{
	for (int i = 0; i < 4; i++) {
		struct teap_bed b;

		teap_bed_prepare(&b);
		set_client(&b);
		b.s.asks = i & 2;
		assert_true(teap_bed_begin(&b, versions[i & 1], 1));
		assert_hints(&b.s, i & 2 ? NULL : "user", NULL);
		assert_goes_on(&b);
		teap_bed_end(&b);
	}
}

/* Whoever resumes a session was authenticated in the one before, and is now. */
static void hint_beside_resumption(void **state)
{
	uint8_t session[8192];
	struct teap_bed b;
	int len = 0;

	for (int i = 0; i < 2; i++) {
		teap_bed_prepare(&b);
		b.keeps = true;
		b.resumption = len > 0 ? xeap_span(session, (size_t)len) : xeap_span(NULL, 0);
		assert_true(teap_bed_begin(&b, TLS1_2_VERSION, 1));
		assert_int_equal(SSL_session_reused(b.s.t.ssl), i);
		assert_hints(&b.s, i ? NULL : "user", NULL);
		assert_goes_on(&b);
		len = xeap_method_teap.get_resumption(b.s.t.peer, session, sizeof(session));
		assert_true(len > 0);
		teap_bed_end(&b);
	}
}

static void say_identity_request(struct teap_bed *b)
{
	static const uint8_t identity[] = { 1, 1, 0, 5, 1 };

	tlv_say(&b->s.t, EAP_PAYLOAD, identity, sizeof(identity));
}

static void assert_identity(const struct teap_bed *b, const char *name)
{
	size_t len = 0;
	const uint8_t *eap = tlv_find(&b->s.t, EAP_PAYLOAD, &len);

	assert_non_null(eap);
	assert_int_equal(len, 5 + strlen(name));
	assert_memory_equal(eap + 5, name, len - 5);
}

static void begin_certified(struct teap_bed *b, int version)
{
	teap_bed_prepare(b);
	set_client(b);
	b->s.asks = true;
	set_machine(b);
	assert_true(teap_bed_begin(b, version, 1));
}

/* After a certificate of Phase 1: the answer is who speaks, the one asked for if there is one. */
static void identity_beside_certificate(void **state)
{
	for (uint8_t type = 0; type < 4; type++) {
		struct teap_bed b;

		begin_certified(&b, versions[type & 1]);
		tlv_say_u16(&b.s.t, IDENTITY_TYPE, type);
		say_identity_request(&b);
		tlv_turn(&b.s.t);
		teap_bed_assert_result(&b.s, IDENTITY_TYPE, type == 2 ? 2 : 1);
		assert_identity(&b, type == 2 ? "host/pc" : "user");
		assert_goes_on(&b);
		teap_bed_end(&b);
	}
}

/* The certificate is enough for the server: no Identity-Type is in a message with a result. */
static void identity_beside_result(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct teap_bed b;

		begin_certified(&b, versions[i]);
		teap_link(&b.s, NULL, NULL);
		tlv_say_u16(&b.s.t, IDENTITY_TYPE, 2);
		teap_say_binding(&b.s, 2);
		tlv_say_u16(&b.s.t, RESULT, 1);
		tlv_turn(&b.s.t);
		assert_null(tlv_find(&b.s.t, IDENTITY_TYPE, NULL));
		assert_true(teap_binding_is_right(&b.s, 0));
		teap_bed_assert_success(&b, 0);
		teap_bed_end(&b);
	}
}

/* Alone it is noted, and not answered by itself. */
static void identity_alone(void **state)
{
	struct teap_bed b;

	begin_certified(&b, TLS1_3_VERSION);
	tlv_say_u16(&b.s.t, IDENTITY_TYPE, 2);
	tlv_turn(&b.s.t);
	assert_null(tlv_find(&b.s.t, IDENTITY_TYPE, NULL));
	teap_bed_assert_result(&b.s, RESULT, 1);
	say_identity_request(&b);
	tlv_turn(&b.s.t);
	assert_identity(&b, "host/pc");
	teap_bed_end(&b);
}

/* In the outer TLVs it says who speaks first; a mandatory one is none, and so are two. */
static void identity_outside(void **state)
{
	static const struct {
		uint8_t outer[12], len;
		bool machine;
	} cases[] = {
		{ { 0, 2, 0, 2, 0, 2 }, 6, true },
		{ { 0, 1, 0, 1, 'a', 0, 2, 0, 2, 0, 2 }, 11, true },
		{ { 0, 2, 0, 2, 0, 1 }, 6, false },
		{ { 0x80, 2, 0, 2, 0, 2 }, 6, false },
		{ { 0, 2, 0, 2, 0, 2, 0, 2, 0, 2, 0, 2 }, 12, false },
		{ { 0, 2, 0, 2, 0, 2, 0, 1, 0, 9 }, 10, false },
		{ { 0, 2, 0, 1, 2 }, 5, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool machine = cases[i].machine;
		struct teap_bed b;

		teap_bed_prepare(&b);
		set_machine(&b);
		b.s.outer_len = cases[i].len;
		memcpy(b.s.outer, cases[i].outer, cases[i].len);
		assert_true(teap_bed_begin(&b, TLS1_3_VERSION, 1));
		assert_hints(&b.s, machine ? "host/pc" : "user", machine ? "user" : "host/pc");
		say_identity_request(&b);
		tlv_turn(&b.s.t);
		assert_null(tlv_find(&b.s.t, IDENTITY_TYPE, NULL));
		assert_identity(&b, machine ? "host/pc" : "user");
		assert_goes_on(&b);
		teap_bed_end(&b);
	}
}

static void say_optional(struct teap_bed *b, uint16_t type)
{
	tlv_say(&b->s.t, type, "\0\0\0\1abcd", 8)[0] &= 0x3f;
}

/* Nothing but optional TLVs that are unknown, at the beginning and amid a method. */
static void unknown_optional(void **state)
{
	static const uint16_t types[] = { 0, 1, 6, 7, 14, 15, 17, 18, 20, 99, 0x3fff };

	for (size_t i = 0; i < 2 * sizeof(types) / sizeof(types[0]); i++) {
		struct teap_bed b;

		teap_bed_prepare(&b);
		assert_true(teap_bed_begin(&b, versions[i & 1], 1));
		if (i & 1) {
			teap_bed_say_eap(&b.s, WITH, REFUSES);
			tlv_turn(&b.s.t);
		}
		say_optional(&b, types[i / 2]);
		say_optional(&b, 100);
		tlv_turn(&b.s.t);
		assert_int_equal(b.s.t.heard_len, 6);
		teap_bed_assert_result(&b.s, RESULT, 1);
		assert_int_equal(b.s.t.result.decision, XEAP_DECISION_FAIL);
		assert_int_equal(b.s.t.result.method_state, XEAP_METHOD_MAY_CONT);
		assert_goes_on(&b);
		teap_bed_end(&b);
	}
}

/* Beside something that is understood they change nothing; nor is a NAK answered. */
static void unknown_optional_beside(void **state)
{
	struct teap_bed b;

	teap_bed_prepare(&b);
	assert_true(teap_bed_begin(&b, TLS1_3_VERSION, 1));
	say_optional(&b, 99);
	say_identity_request(&b);
	tlv_turn(&b.s.t);
	assert_null(tlv_find(&b.s.t, RESULT, NULL));
	assert_identity(&b, "user");
	tlv_say(&b.s.t, NAK, "\0\0\0\0\0\23", 6);
	tlv_turn(&b.s.t);
	assert_int_equal(b.s.t.heard_len, 0);
	assert_goes_on(&b);
	teap_bed_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hint),
		cmocka_unit_test(hint_at_both),
		cmocka_unit_test(hint_too_long),
		cmocka_unit_test(hint_too_short),
		cmocka_unit_test(hint_switched_off),
		cmocka_unit_test(hint_beside_certificate),
		cmocka_unit_test(hint_beside_resumption),
		cmocka_unit_test(identity_beside_certificate),
		cmocka_unit_test(identity_beside_result),
		cmocka_unit_test(identity_alone),
		cmocka_unit_test(identity_outside),
		cmocka_unit_test(unknown_optional),
		cmocka_unit_test(unknown_optional_beside),
	};

	return cmocka_run_group_tests(tests, tls_files_make, tls_files_remove);
}
