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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hint),
		cmocka_unit_test(hint_at_both),
		cmocka_unit_test(hint_too_long),
		cmocka_unit_test(hint_too_short),
		cmocka_unit_test(hint_switched_off),
		cmocka_unit_test(hint_beside_certificate),
	};

	return cmocka_run_group_tests(tests, tls_files_make, tls_files_remove);
}
