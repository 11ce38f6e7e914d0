/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <xeap/host.h>
#include "tests/unit/tls_bed.h"

/*
 * Servers that a person may vouch for, and those that nobody may. Each case runs with both TLS
 * versions, with large and small fragments.
 */
struct question {
	struct server_options o;
	const char *keys[4];
	const char *text[3]; /* parts of what is shown */
	int alert;	     /* for a refusal */
	uint32_t code;
};

static void ask(struct tls_bed *b, const struct question *q, int version, size_t fragment)
{
	struct server_options o = q->o;
	struct xeap_prompt prompt;

	o.version = version;
	o.fragment = fragment;
	tls_bed_begin_asking(b, &o, fragment == 100 ? 64 : 0, q->keys, 0);
	tls_bed_run(b);
	assert_int_equal(b->result.need, XEAP_NEED_UI);
	assert_int_equal(b->server.alert, -1);
	assert_int_equal(xeap_method_tls.get_prompt(b->ctx, &prompt), 0);
	for (size_t i = 0; i < 3 && q->text[i]; i++)
		if (!strstr(prompt.text, q->text[i]))
			fail_msg("\"%s\" is not in \"%s\"", q->text[i], prompt.text);
}

static void assert_no_key(struct tls_bed *b)
{
	uint8_t key[128];

	assert_true(xeap_method_tls.get_key(b->ctx, XEAP_KEY_MSK, key, sizeof(key)) < 0);
}

static void accept(const struct question *q, int version, size_t fragment)
{
	struct tls_bed b;

	ask(&b, q, version, fragment);
	assert_int_equal(tls_bed_answer(&b, "1"), 0);
	tls_bed_run(&b);
	tls_bed_assert_success(&b);
	tls_bed_end(&b);
}

static void refuse(const struct question *q, int version, size_t fragment, const char *answer)
{
	struct tls_bed b;

	ask(&b, q, version, fragment);
	assert_int_equal(tls_bed_answer(&b, answer), 0);
	tls_bed_run(&b);
	assert_int_equal(b.result.decision, XEAP_DECISION_FAIL);
	assert_int_equal(b.result.diag.code, q->code);
	assert_int_equal(b.server.alert, q->alert);
	assert_no_key(&b);
	tls_bed_end(&b);
}

static void both_ways(const struct question *q)
{
	static const size_t fragments[] = { 1400, 100 };

	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		for (size_t i = 0; i < 2; i++) {
			accept(q, version, fragments[i]);
			refuse(q, version, fragments[i], "0");
			refuse(q, version, fragments[i], "");
		}
	}
}

static void unknown_ca(void **state)
{
	both_ways(&(struct question){
		.keys = { "ca_cert=\"@/otherca.pem\"" },
		.text = { "not in ca_cert", "Subject: CN=radius.xeap.test", "Issuer: CN=the CA" },
		.alert = SSL_AD_UNKNOWN_CA,
		.code = XEAP_E_SERVER_ROOT_CERT_NOT_FOUND });
}

static void unknown_ca_that_is_sent_along(void **state)
{
	both_ways(&(struct question){ .o = { .extra = &files.ca },
				      .keys = { "ca_cert=\"@/otherca.pem\"" },
				      .text = { "Subject: CN=radius.xeap.test" },
				      .alert = SSL_AD_UNKNOWN_CA,
				      .code = XEAP_E_SERVER_ROOT_CERT_NOT_FOUND });
}

static void no_ca_configured(void **state)
{
	both_ways(&(struct question){ .keys = { TLS_NO_CA },
				      .text = { "not in ca_cert", "Valid: ", "SHA-256: " },
				      .alert = SSL_AD_UNKNOWN_CA,
				      .code = XEAP_E_SERVER_ROOT_CERT_NOT_FOUND });
}

static void self_signed(void **state)
{
	struct test_cert c = test_cert_make(&(struct test_cert_spec){ .cn = "alone" });

	both_ways(&(struct question){ .o = { .cert = &c },
				      .text = { "Subject: CN=alone", "Issuer: CN=alone" },
				      .alert = SSL_AD_UNKNOWN_CA,
				      .code = XEAP_E_SERVER_ROOT_CERT_NOT_FOUND });
	test_cert_free(&c);
}

static void another_name(void **state)
{
	both_ways(&(struct question){
		.keys = { "domain_match=\"other.xeap.test\"" },
		.text = { "does not satisfy domain_match", "Subject: CN=radius.xeap.test" },
		.alert = SSL_AD_BAD_CERTIFICATE,
		.code = XEAP_E_SERVER_CERT_OTHER });
}

static void unknown_ca_and_another_name(void **state)
{
	both_ways(&(struct question){
		.keys = { "ca_cert=\"@/otherca.pem\"", "domain_match=\"other.xeap.test\"" },
		.text = { "not in ca_cert", "does not satisfy domain_match" },
		.alert = SSL_AD_UNKNOWN_CA,
		.code = XEAP_E_SERVER_ROOT_CERT_NOT_FOUND });
}

/* Nobody is asked, whether or not the CA is known: the reason is the usual one. */
static void nobody_may(const struct test_cert_spec *spec, int alert, uint32_t code)
{
	static const char *const cas[] = { "ca_cert=\"@/ca.pem\"", "ca_cert=\"@/otherca.pem\"" };
	struct test_cert c = test_cert_make(spec);

	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		for (size_t i = 0; i < 4; i++) {
			const char *const keys[] = { cas[i % 2], NULL };
			struct server_options o = { .cert = &c,
						    .version = version,
						    .extra = i / 2 ? &files.ca : NULL };
			struct tls_bed b;

			tls_bed_begin_asking(&b, &o, 0, keys, 0);
			tls_bed_run(&b);
			assert_int_equal(b.result.need, XEAP_NEED_NONE);
			assert_int_equal(b.result.decision, XEAP_DECISION_FAIL);
			assert_int_equal(b.result.diag.code, code);
			assert_int_equal(b.server.alert, alert);
			tls_bed_end(&b);
		}
	}
	test_cert_free(&c);
}

static void expired(void **state)
{
	nobody_may(&(struct test_cert_spec){ .cn = "old",
					     .eku = "serverAuth",
					     .issuer = &files.ca,
					     .from_days = -10,
					     .to_days = -1 },
		   SSL_AD_CERTIFICATE_EXPIRED, XEAP_E_SERVER_CERT_EXPIRED);
}

static void not_yet_valid(void **state)
{
	nobody_may(&(struct test_cert_spec){ .cn = "new",
					     .eku = "serverAuth",
					     .issuer = &files.ca,
					     .from_days = 1,
					     .to_days = 10 },
		   SSL_AD_BAD_CERTIFICATE, XEAP_E_SERVER_CERT_INVALID);
}

static void wrong_purpose(void **state)
{
	nobody_may(&(struct test_cert_spec){ .cn = "client",
					     .eku = "clientAuth",
					     .issuer = &files.ca },
		   SSL_AD_UNSUPPORTED_CERTIFICATE, XEAP_E_SERVER_CERT_INVALID);
}

/* A session that must not ask, of a profile that may: refused as ever. */
static void sessions_without_a_person(void **state)
{
	static const uint32_t flags[] = { XEAP_FLAG_NON_INTERACTIVE, XEAP_FLAG_SUPPRESS_UI };
	static const char *const keys[] = { TLS_NO_CA, NULL };

	for (size_t i = 0; i < 2; i++) {
		struct tls_bed b;

		tls_bed_begin_asking(&b, NULL, 0, keys, flags[i]);
		tls_bed_run(&b);
		assert_int_equal(b.result.need, XEAP_NEED_NONE);
		assert_int_equal(b.server.alert, SSL_AD_UNKNOWN_CA);
		assert_int_equal(b.result.diag.code, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND);
		tls_bed_end(&b);
	}
}

static void a_known_server_is_no_question(void **state)
{
	struct tls_bed b;

	tls_bed_begin_asking(&b, NULL, 0, NULL, 0);
	tls_bed_run(&b);
	tls_bed_assert_success(&b);
	tls_bed_end(&b);
}

static void the_answer_is_for_one_session(void **state)
{
	static const struct question q = { .keys = { TLS_NO_CA } };
	struct tls_bed first, second;

	ask(&first, &q, TLS1_3_VERSION, 1400);
	assert_int_equal(tls_bed_answer(&first, "1"), 0);
	tls_bed_run(&first);
	tls_bed_assert_success(&first);
	tls_bed_begin_sharing(&second, NULL, &first);
	tls_bed_run(&second);
	assert_int_equal(second.result.need, XEAP_NEED_UI);
	tls_bed_end(&second);
	tls_bed_end(&first);
}

/* Without room for what comes next the answer is given again, or the request comes again. */
static void no_room_for_what_follows(void **state)
{
	static const struct question q = { .keys = { TLS_NO_CA } };

	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		struct tls_bed b;

		ask(&b, &q, version, 1400);
		b.out.append_max = b.out.appended;
		assert_int_equal(tls_bed_answer(&b, "1"), -ENOBUFS);
		b.out.append_max = b.out.appended + 1;
		b.out.take_fails = 1;
		assert_int_equal(tls_bed_answer(&b, "1"), -ENOBUFS);
		b.out.append_max = SIZE_MAX;
		while (tls_bed_answer(&b, "1") == -ENOBUFS)
			;
		tls_bed_run(&b);
		tls_bed_assert_success(&b);
		tls_bed_end(&b);
	}
}

/* Nobody on the link can take the question away. */
static void other_requests_are_ignored_meanwhile(void **state)
{
	static const uint8_t start[] = { 1, 99, 0, 6, 13, 0x20 };
	static const uint8_t data[] = { 1, 98, 0, 8, 13, 0, 0x15, 3 };
	static const struct question q = { .keys = { TLS_NO_CA } };
	struct xeap_prompt prompt;
	struct tls_bed b;
	bool ignored;

	ask(&b, &q, TLS1_3_VERSION, 1400);
	assert_int_equal(tls_bed_feed(&b, start, sizeof(start), &ignored), 0);
	assert_true(ignored);
	assert_int_equal(tls_bed_feed(&b, data, sizeof(data), &ignored), 0);
	assert_true(ignored);
	assert_int_equal(tls_bed_answer(&b, "1"), 0);
	tls_bed_run(&b);
	tls_bed_assert_success(&b);
	assert_int_equal(xeap_method_tls.get_prompt(b.ctx, &prompt), -EINVAL);
	assert_int_equal(xeap_method_tls.answer(b.ctx, &prompt, fake_writer_begin(&b.out),
						&b.result),
			 -EINVAL);
	tls_bed_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_ca),
		cmocka_unit_test(unknown_ca_that_is_sent_along),
		cmocka_unit_test(no_ca_configured),
		cmocka_unit_test(self_signed),
		cmocka_unit_test(another_name),
		cmocka_unit_test(unknown_ca_and_another_name),
		cmocka_unit_test(expired),
		cmocka_unit_test(not_yet_valid),
		cmocka_unit_test(wrong_purpose),
		cmocka_unit_test(sessions_without_a_person),
		cmocka_unit_test(a_known_server_is_no_question),
		cmocka_unit_test(the_answer_is_for_one_session),
		cmocka_unit_test(no_room_for_what_follows),
		cmocka_unit_test(other_requests_are_ignored_meanwhile),
	};

	return cmocka_run_group_tests_name("method tls, asking", tests, tls_files_make,
					   tls_files_remove);
}
