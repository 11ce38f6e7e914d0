/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "tests/unit/tls_bed.h"

/*
 * Servers that must not be believed, and servers that do not believe us. Each case runs with both
 * TLS versions, with large and small fragments.
 */
struct refusal {
	struct server_options o;
	const char *keys[4];
	int alert;	  /* that must have reached the server; -1: none */
	uint32_t code;	  /* of the diagnosis */
	const char *text; /* part of it */
};

static void assert_no_keys(struct tls_bed *b)
{
	uint8_t key[128];

	for (int k = 0; k < XEAP_KEY_KIND_MAX; k++)
		assert_true(xeap_method_tls.get_key(b->ctx, k, key, sizeof(key)) < 0);
}

static void assert_refused(const struct refusal *r, int version, size_t fragment)
{
	struct server_options o = r->o;
	struct tls_bed b;

	o.version = version;
	o.fragment = fragment;
	tls_bed_begin(&b, &o, fragment == 100 ? 64 : 0, r->keys);
	tls_bed_run(&b);
	assert_int_equal(b.result.decision, XEAP_DECISION_FAIL);
	assert_int_equal(b.result.method_state, XEAP_METHOD_MAY_CONT);
	assert_int_equal(b.server.alert, r->alert);
	if (!strstr(b.result.diag.text, r->text))
		fail_msg("\"%s\" is not in \"%s\"", r->text, b.result.diag.text);
	assert_int_equal(b.result.diag.code, r->code);
	assert_no_keys(&b);
	tls_bed_end(&b);
}

static void refuse(const struct refusal *r)
{
	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		assert_refused(r, version, 1400);
		assert_refused(r, version, 100);
	}
}

static void accept(const struct server_options *o, const char *const *keys)
{
	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		struct server_options with = *o;
		struct tls_bed b;

		with.version = version;
		tls_bed_begin(&b, &with, 0, keys);
		tls_bed_run(&b);
		tls_bed_assert_success(&b);
		tls_bed_end(&b);
	}
}

static struct test_cert leaf(const struct test_cert_spec *spec)
{
	struct test_cert_spec s = *spec;

	if (!s.cn)
		s.cn = "radius.xeap.test";
	if (!s.issuer)
		s.issuer = &files.ca;
	return test_cert_make(&s);
}

static void unknown_ca(void **state)
{
	refuse(&(struct refusal){ .keys = { "ca_cert=\"@/otherca.pem\"" },
				  .alert = SSL_AD_UNKNOWN_CA,
				  .code = XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
				  .text = "server certificate's CA (CN=the CA" });
}

static void unknown_ca_that_is_sent_along(void **state)
{
	refuse(&(struct refusal){ .o = { .extra = &files.ca },
				  .keys = { "ca_cert=\"@/otherca.pem\"" },
				  .alert = SSL_AD_UNKNOWN_CA,
				  .code = XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
				  .text = "CA (CN=the CA" });
}

static void expired(void **state)
{
	static const char *const keys[] = { "phase1=\"tls_disable_time_checks=1\"", NULL };
	struct test_cert c = leaf(
		&(struct test_cert_spec){ .eku = "serverAuth", .from_days = -10, .to_days = -1 });
	struct server_options o = { .cert = &c };

	refuse(&(struct refusal){ .o = { .cert = &c },
				  .alert = SSL_AD_CERTIFICATE_EXPIRED,
				  .code = XEAP_E_SERVER_CERT_EXPIRED,
				  .text = "server certificate expired (CN=radius.xeap.test" });
	accept(&o, keys);
	test_cert_free(&c);
}

static void not_yet_valid(void **state)
{
	struct test_cert c = leaf(
		&(struct test_cert_spec){ .eku = "serverAuth", .from_days = 1, .to_days = 10 });

	refuse(&(struct refusal){ .o = { .cert = &c },
				  .alert = SSL_AD_BAD_CERTIFICATE,
				  .code = XEAP_E_SERVER_CERT_INVALID,
				  .text = "not yet valid" });
	test_cert_free(&c);
}

static void expired_ca(void **state)
{
	struct test_cert ca = test_cert_make(
		&(struct test_cert_spec){ .cn = "old CA", .from_days = -10, .to_days = -1 });
	struct test_cert c = leaf(&(struct test_cert_spec){ .eku = "serverAuth", .issuer = &ca });

	test_cert_write(&ca, files.dir, "oldca.pem", TEST_PEM);
	refuse(&(struct refusal){ .o = { .cert = &c },
				  .keys = { "ca_cert=\"@/oldca.pem\"" },
				  .alert = SSL_AD_CERTIFICATE_EXPIRED,
				  .code = XEAP_E_SERVER_ROOT_CERT_INVALID,
				  .text = "CA certificate expired (CN=old CA" });
	test_cert_free(&c);
	test_cert_free(&ca);
}

/* RFC 5216 §5.3: a client's certificate of the same CA does not make a server. */
static void certificate_of_a_client(void **state)
{
	refuse(&(struct refusal){ .o = { .cert = &files.client },
				  .alert = SSL_AD_UNSUPPORTED_CERTIFICATE,
				  .code = XEAP_E_SERVER_CERT_INVALID,
				  .text = "extended key usage" });
}

/*
 * Without the extension a certificate is for any use (RFC 5216 §5.3 refuses only one that excludes
 * this).
 */
static void no_extended_key_usage(void **state)
{
	struct test_cert c = leaf(&(struct test_cert_spec){ .cn = "any" });
	struct server_options o = { .cert = &c };

	accept(&o, NULL);
	test_cert_free(&c);
}

/* A server's certificate that a server's certificate signed. */
static void issuer_that_is_no_ca(void **state)
{
	struct test_cert c = leaf(&(struct test_cert_spec){
		.cn = "b", .eku = "serverAuth", .issuer = &files.server });

	refuse(&(struct refusal){ .o = { .cert = &c, .extra = &files.server },
				  .alert = SSL_AD_UNKNOWN_CA,
				  .code = XEAP_E_SERVER_ROOT_CERT_INVALID,
				  .text = "not that of a CA" });
	test_cert_free(&c);
}

static void wrong_name(void **state)
{
	struct refusal r = { .alert = SSL_AD_BAD_CERTIFICATE, .code = XEAP_E_SERVER_CERT_OTHER };

	r.keys[0] = "domain_match=\"xeap.test\"";
	r.text = "domain_match=\"xeap.test\"";
	refuse(&r);
	r.keys[0] = "domain_suffix_match=\"eap.test\"";
	r.text = "domain_suffix_match";
	refuse(&r);
	r.keys[0] = "altsubject_match=\"DNS:other.xeap.test\"";
	r.text = "altsubject_match";
	refuse(&r);
	r.keys[0] = "subject_match=\"/CN=other\"";
	r.text = "subject_match";
	refuse(&r);
	/* All that are set must hold. */
	r.keys[0] = "domain_match=\"radius.xeap.test\"";
	r.keys[1] = "domain_suffix_match=\"other.test\"";
	r.text = "domain_suffix_match";
	refuse(&r);
}

static void right_names(void **state)
{
	static const char *const keys[] = { "domain_match=\"other;RADIUS.xeap.test\"",
					    "domain_suffix_match=\"xeap.test\"",
					    "altsubject_match=\"DNS:radius.xeap.test\"",
					    "subject_match=\"/CN=radius.xeap\"", NULL };
	struct server_options o = { 0 };

	accept(&o, keys);
}

/*
 * Our certificate is not from the CA that the server trusts: its alert is acknowledged, its reason
 * told.
 */
static void server_refuses_the_client(void **state)
{
	refuse(&(struct refusal){ .o = { .ca = &files.other_ca },
				  .alert = -1,
				  .code = XEAP_E_USER_CERT_REJECTED,
				  .text = "unknown CA" });
}

static void expired_client(void **state)
{
	struct test_cert c = leaf(&(struct test_cert_spec){
		.cn = "late", .eku = "clientAuth", .from_days = -10, .to_days = -1 });

	test_cert_write(&c, files.dir, "late.pem", TEST_PEM);
	test_key_write(&c, files.dir, "late.key", TEST_PEM, NULL);
	refuse(&(struct refusal){
		.keys = { "client_cert=\"@/late.pem\"", "private_key=\"@/late.key\"" },
		.alert = -1,
		.code = XEAP_E_USER_CERT_EXPIRED,
		.text = "certificate expired" });
	test_cert_free(&c);
}

static void no_version_in_common(void **state)
{
	struct refusal r = { .keys = { "phase1=\"tls_disable_tlsv1_2=1\"" },
			     .alert = -1,
			     .code = XEAP_E_AUTHENTICATION_FAILED,
			     .text = "protocol version" };

	assert_refused(&r, TLS1_2_VERSION, 1400);
	r.keys[0] = "phase1=\"tls_disable_tlsv1_3=1\"";
	assert_refused(&r, TLS1_3_VERSION, 1400);
}

static void no_cipher_in_common(void **state)
{
	struct refusal r = { .keys = { "openssl_ciphers=\"ECDHE-RSA-AES256-GCM-SHA384\"" },
			     .alert = -1,
			     .code = XEAP_E_AUTHENTICATION_FAILED,
			     .text = "handshake failure" };

	assert_refused(&r, TLS1_2_VERSION, 1400);
}

/* The server's certificate has a key on P-256. */
static void no_signature_in_common(void **state)
{
	struct refusal r = { .keys = { "openssl_sigalgs=\"RSA-PSS+SHA256\"" },
			     .alert = -1,
			     .code = XEAP_E_AUTHENTICATION_FAILED,
			     .text = "handshake failure" };

	assert_refused(&r, TLS1_2_VERSION, 1400);
	assert_refused(&r, TLS1_3_VERSION, 1400);
}

/*
 * RFC 9190 §2.5: without the indication, with another one, or with one that came too early, no
 * success.
 */
static void indication_missing_or_wrong(void **state)
{
	struct refusal r = { .o = { .no_indication = true },
			     .alert = -1,
			     .code = XEAP_E_AUTHENTICATION_FAILED,
			     .text = "protected success indication" };

	assert_refused(&r, TLS1_3_VERSION, 1400);
	r.o = (struct server_options){ .no_indication = true, .tickets = 1 };
	assert_refused(&r, TLS1_3_VERSION, 1400);
	r.o = (struct server_options){ .indication = "x" };
	r.code = XEAP_E_REMOTE_INVALID_PACKET;
	assert_refused(&r, TLS1_3_VERSION, 1400);
	r.o = (struct server_options){ .indication = "two" };
	assert_refused(&r, TLS1_3_VERSION, 1400);
	r.o = (struct server_options){ .early_indication = true };
	r.text = "before the end of the handshake";
	assert_refused(&r, TLS1_3_VERSION, 1400);
	r.o = (struct server_options){ .close_notify = true };
	r.text = "close notify";
	r.code = XEAP_E_AUTHENTICATION_FAILED;
	assert_refused(&r, TLS1_3_VERSION, 1400);
}

static void assert_ends_tls(const uint8_t *bytes, size_t len, size_t response_len)
{
	struct tls_bed b;
	bool ignored;

	tls_bed_begin(&b, NULL, 0, NULL);
	tls_bed_step(&b);
	assert_int_equal(tls_bed_feed(&b, bytes, len, &ignored), 0);
	assert_false(ignored);
	assert_int_equal(b.result.decision, XEAP_DECISION_FAIL);
	assert_non_null(strstr(b.result.diag.text, "TLS"));
	assert_int_equal(b.out.w.c.len, response_len);
	assert_int_equal(tls_bed_feed(&b, bytes, len, &ignored), 0);
	assert_true(ignored);
	tls_bed_end(&b);
}

/*
 * TLS that makes no sense gets an alert, what is no TLS an empty response; then nothing is answered
 * any more.
 */
static void not_tls(void **state)
{
	static const uint8_t other[] = { 1, 99, 0, 12, 13, 0, 'H', 'T', 'T', 'P', '/', '1' };
	static const uint8_t bad[] = { 1, 99, 0, 15, 13, 0, 0x16, 3, 3, 0, 4, 99, 0, 0, 0 };

	assert_ends_tls(other, sizeof(other), 6);
	assert_ends_tls(bad, sizeof(bad), 6 + 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_ca),
		cmocka_unit_test(unknown_ca_that_is_sent_along),
		cmocka_unit_test(expired),
		cmocka_unit_test(not_yet_valid),
		cmocka_unit_test(expired_ca),
		cmocka_unit_test(certificate_of_a_client),
		cmocka_unit_test(no_extended_key_usage),
		cmocka_unit_test(issuer_that_is_no_ca),
		cmocka_unit_test(wrong_name),
		cmocka_unit_test(right_names),
		cmocka_unit_test(server_refuses_the_client),
		cmocka_unit_test(expired_client),
		cmocka_unit_test(no_version_in_common),
		cmocka_unit_test(no_cipher_in_common),
		cmocka_unit_test(no_signature_in_common),
		cmocka_unit_test(indication_missing_or_wrong),
		cmocka_unit_test(not_tls),
	};

	return cmocka_run_group_tests_name("method tls refusals", tests, tls_files_make,
					   tls_files_remove);
}
