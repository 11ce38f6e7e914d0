/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Who is believed to be the server: by hash, revocation lists, stapled status, subject. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <string.h>
#include <unistd.h>
#include "tests/unit/tls_bed.h"

static void free_span(struct xeap_span s)
{
	uint8_t *p = NULL;

	memcpy(&p, &s.data, sizeof(p));
	OPENSSL_free(p);
}

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void run(int version, const struct server_options *options, const char *const *keys,
		uint32_t code, const char *text)
{
	struct server_options o = *options;
	struct tls_bed b;

	o.version = version;
	tls_bed_begin(&b, &o, 0, keys);
	tls_bed_run(&b);
	if (!text) {
		tls_bed_assert_success(&b);
	} else {
		assert_int_equal(b.result.decision, XEAP_DECISION_FAIL);
		if (!strstr(b.result.diag.text, text))
			fail_msg("\"%s\" is not in \"%s\"", text, b.result.diag.text);
		assert_int_equal(b.result.diag.code, code);
		assert_true(b.server.alert >= 0);
	}
	tls_bed_end(&b);
}

static void accepts(const struct server_options *o, const char *const *keys)
{
	run(TLS1_2_VERSION, o, keys, 0, NULL);
	run(TLS1_3_VERSION, o, keys, 0, NULL);
}

static void refuses(const struct server_options *o, const char *const *keys, uint32_t code,
		    const char *text)
{
	run(TLS1_2_VERSION, o, keys, code, text);
	run(TLS1_3_VERSION, o, keys, code, text);
}

/* ca_cert="hash://server/sha256/…" of a certificate. */
static const char *pin_of(const struct test_cert *cert, char text[128])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len;
	int n = sprintf(text, "ca_cert=\"hash://server/sha256/");

	assert_true(X509_digest(cert->x, EVP_sha256(), digest, &len));
	for (unsigned int i = 0; i < len; i++)
		n += sprintf(text + n, "%02x", digest[i]);
	strcpy(text + n, "\"");
	return text;
}

/* The hash is all that counts: neither who signed it nor until when it is valid. */
static void by_hash(void **state)
{
	struct test_cert old = test_cert_make(&(struct test_cert_spec){
		.cn = "self", .eku = "serverAuth", .from_days = -9, .to_days = -1 });
	char pin[128], other[128];

	pin_of(&old, pin);
	accepts(&(struct server_options){ .cert = &old }, LIST(pin));
	refuses(&(struct server_options){ 0 }, LIST(pin), XEAP_E_SERVER_CERT_OTHER,
		"is another one than ca_cert names: it is hash://server/sha256/");
	pin_of(&files.server, other);
	accepts(&(struct server_options){ 0 }, LIST(other));
	refuses(&(struct server_options){ 0 }, LIST(other, "domain_match=\"a.test\""),
		XEAP_E_SERVER_CERT_OTHER, "domain_match=\"a.test\"");
	test_cert_free(&old);
}

/* Of the machine's own authorities none signed the test's server. */
static void by_the_system(void **state)
{
	if (access("/etc/ssl/certs/ca-certificates.crt", R_OK) != 0)
		skip();
	refuses(&(struct server_options){ 0 }, LIST("ca_cert=\"system\""),
		XEAP_E_SERVER_ROOT_CERT_NOT_FOUND, "is not in ca_cert or ca_path");
}

static void by_subject(void **state)
{
	struct server_options o = { 0 };

	accepts(&o, LIST("check_cert_subject=\"O=xeap test/CN=radius.xeap.test\""));
	accepts(&o, LIST("check_cert_subject=\"CN=radius.*\""));
	refuses(&o, LIST("check_cert_subject=\"CN=radius\""), XEAP_E_SERVER_CERT_OTHER,
		"check_cert_subject=\"CN=radius\"");
	refuses(&o, LIST("check_cert_subject=\"CN=radius.xeap.test/CN=radius.xeap.test\""),
		XEAP_E_SERVER_CERT_OTHER, "check_cert_subject");
	refuses(&o, LIST("check_cert_subject=\"OU=*\""), XEAP_E_SERVER_CERT_OTHER,
		"check_cert_subject");
}

/* A file of the CA and its list, in force from and to some seconds from now. */
static void write_list(const char *name, const struct test_cert *revoked, long from, long to)
{
	X509_CRL *crl = X509_CRL_new();
	X509_REVOKED *r = X509_REVOKED_new();
	ASN1_TIME *t = X509_gmtime_adj(NULL, from);
	char path[128];
	FILE *f;

	X509_CRL_set_version(crl, 1);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(files.ca.x));
	X509_CRL_set1_lastUpdate(crl, t);
	X509_REVOKED_set_revocationDate(r, t);
	X509_gmtime_adj(t, to);
	X509_CRL_set1_nextUpdate(crl, t);
	X509_REVOKED_set_serialNumber(r, X509_get_serialNumber(revoked->x));
	X509_CRL_add0_revoked(crl, r);
	assert_true(X509_CRL_sign(crl, files.ca.key, EVP_sha256()));
	snprintf(path, sizeof(path), "%s/%s", files.dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	PEM_write_X509(f, files.ca.x);
	PEM_write_X509_CRL(f, crl);
	fclose(f);
	ASN1_TIME_free(t);
	X509_CRL_free(crl);
}

static void by_list(void **state)
{
	struct server_options o = { 0 };

	write_list("revoked.pem", &files.server, -60, 3600);
	refuses(&o, LIST("ca_cert=\"@/revoked.pem\""), XEAP_E_SERVER_CERT_REVOKED, "was revoked");
	write_list("good.pem", &files.server_rsa, -60, 3600);
	accepts(&o, LIST("ca_cert=\"@/good.pem\""));
	write_list("late.pem", &files.server_rsa, -3600, -60);
	refuses(&o, LIST("ca_cert=\"@/late.pem\""), XEAP_E_SERVER_CERT_INVALID,
		"revocation list in ca_cert or ca_path expired");
}

/* What a list that is there does not cover is not known to be good. */
static void no_list_of_the_issuer(void **state)
{
	struct test_cert c = test_cert_make(&(struct test_cert_spec){
		.cn = "radius.xeap.test", .eku = "serverAuth", .issuer = &files.other_ca });

	write_list("both.pem", &files.client, -60, 3600);
	test_cert_write(&files.other_ca, files.dir, "both.pem", TEST_PEM);
	refuses(&(struct server_options){ .cert = &c }, LIST("ca_cert=\"@/both.pem\""),
		XEAP_E_SERVER_CERT_INVALID, "no revocation list of its issuer");
	test_cert_free(&c);
}

/* What a responder says, from and to some seconds from now. */
struct says {
	const struct test_cert *about, *signer;
	int status;
	long from, to; /* to 0: no nextUpdate */
};

static struct xeap_span respond(const struct says *s)
{
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_CERTID *id = OCSP_cert_to_id(NULL, s->about->x, files.ca.x);
	ASN1_TIME *from = X509_gmtime_adj(NULL, s->from);
	ASN1_TIME *to = s->to ? X509_gmtime_adj(NULL, s->to) : NULL;
	bool revoked = s->status == V_OCSP_CERTSTATUS_REVOKED;
	OCSP_RESPONSE *response;
	unsigned char *der = NULL;
	int len;

	assert_non_null(
		OCSP_basic_add1_status(basic, id, s->status, 0, revoked ? from : NULL, from, to));
	assert_true(OCSP_basic_sign(basic, s->signer->x, s->signer->key, EVP_sha256(), NULL, 0));
	response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
	len = i2d_OCSP_RESPONSE(response, &der);
	assert_true(len > 0);
	OCSP_RESPONSE_free(response);
	OCSP_BASICRESP_free(basic);
	OCSP_CERTID_free(id);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	return xeap_span(der, (size_t)len);
}

static void stapled(const struct says *s, const char *key, uint32_t code, const char *text)
{
	struct server_options o = { .ocsp = respond(s) };

	if (text)
		refuses(&o, LIST(key), code, text);
	else
		accepts(&o, LIST(key));
	free_span(o.ocsp);
}

static void by_status(void **state)
{
	struct says s = { &files.server, &files.ca, V_OCSP_CERTSTATUS_GOOD, -60, 3600 };

	stapled(&s, "ocsp=1", 0, NULL);
	stapled(&s, "ocsp=2", 0, NULL);
	s.to = 0;
	stapled(&s, "ocsp=2", 0, NULL);
	s.status = V_OCSP_CERTSTATUS_REVOKED;
	stapled(&s, "ocsp=0", 0, NULL);
	stapled(&s, "ocsp=1", XEAP_E_SERVER_CERT_REVOKED, "revoked");
	stapled(&s, "ocsp=2", XEAP_E_SERVER_CERT_REVOKED, "revoked");
	s.status = V_OCSP_CERTSTATUS_UNKNOWN;
	stapled(&s, "ocsp=1", 0, NULL);
	stapled(&s, "ocsp=2", XEAP_E_SERVER_CERT_INVALID, "not known to its issuer");
}

static void status_that_is_not_to_be_believed(void **state)
{
	struct test_cert delegate = test_cert_make(
		&(struct test_cert_spec){ .cn = "d", .eku = "OCSPSigning", .issuer = &files.ca });
	struct says s = { &files.server, &files.ca, V_OCSP_CERTSTATUS_GOOD, -7200, -3600 };

	stapled(&s, "ocsp=1", XEAP_E_SERVER_CERT_INVALID, "out of date");
	s.to = 3600;
	s.signer = &files.other_ca;
	stapled(&s, "ocsp=1", XEAP_E_SERVER_CERT_INVALID, "not signed by its issuer");
	/* A server's certificate of the same CA may not speak for it (RFC 6960 §4.2.2.2). */
	s.signer = &files.server;
	stapled(&s, "ocsp=2", XEAP_E_SERVER_CERT_INVALID, "not signed by its issuer");
	s.signer = &delegate;
	stapled(&s, "ocsp=2", 0, NULL);
	s.about = &files.server_rsa;
	stapled(&s, "ocsp=2", XEAP_E_SERVER_CERT_INVALID, "about another certificate");
	test_cert_free(&delegate);
}

static void status_that_is_missing_or_broken(void **state)
{
	struct server_options o = { 0 };

	accepts(&o, LIST("ocsp=1"));
	refuses(&o, LIST("ocsp=2"), XEAP_E_SERVER_CERT_INVALID, "the server sends none");
	o.ocsp = xeap_span("nonsense", 8);
	refuses(&o, LIST("ocsp=1"), XEAP_E_SERVER_CERT_INVALID, "broken");
	/* tryLater */
	o.ocsp = xeap_span("\x30\x03\x0a\x01\x03", 5);
	accepts(&o, LIST("ocsp=1"));
	refuses(&o, LIST("ocsp=2"), XEAP_E_SERVER_CERT_INVALID, "the responder had no answer");
}

/* That a chain was good once does not make up for a status. */
static void status_of_a_known_chain(void **state)
{
	struct says s = { &files.server, &files.ca, V_OCSP_CERTSTATUS_GOOD, -60, 3600 };
	struct server_options o = { .ocsp = respond(&s) };
	struct tls_bed first, second;

	tls_bed_begin(&first, &o, 0, LIST("ocsp=1"));
	tls_bed_run(&first);
	tls_bed_assert_success(&first);
	free_span(o.ocsp);
	s.status = V_OCSP_CERTSTATUS_REVOKED;
	o.ocsp = respond(&s);
	tls_bed_begin_sharing(&second, &o, &first);
	tls_bed_run(&second);
	assert_int_equal(second.result.decision, XEAP_DECISION_FAIL);
	assert_int_equal(second.result.diag.code, XEAP_E_SERVER_CERT_REVOKED);
	tls_bed_end(&second);
	tls_bed_end(&first);
	free_span(o.ocsp);
}

/*
 * A session that is resumed rests on the status of the full handshake: no new one is wanted, not
 * even where one is required. After one that says not until when it holds, nothing
 * is kept.
 */
static void resume(int version, long to, bool kept)
{
	struct says s = { &files.server, &files.ca, V_OCSP_CERTSTATUS_GOOD, -60, to };
	struct server_options o = { .version = version, .tickets = 1, .ocsp = respond(&s) };
	struct tls_bed first, second, third;
	uint8_t buf[4096];
	int len;

	tls_bed_begin(&first, &o, 0, LIST("ocsp=2"));
	o.ctx = first.server.ctx;
	tls_bed_begin_resuming(&second, &o, &first, xeap_span(NULL, 0));
	tls_bed_run(&second);
	tls_bed_assert_success(&second);
	len = xeap_method_tls.get_resumption(second.ctx, buf, sizeof(buf));
	assert_int_equal(len > 0, kept);
	tls_bed_end(&second);
	free_span(o.ocsp);
	o.ocsp = xeap_span(NULL, 0);
	if (kept) {
		tls_bed_begin_resuming(&third, &o, &first, xeap_span(buf, (size_t)len));
		tls_bed_run(&third);
		tls_bed_assert_success(&third);
		assert_true(SSL_session_reused(third.server.ssl));
		tls_bed_end(&third);
	}
	tls_bed_end(&first);
}

static void status_and_resumption(void **state)
{
	for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
		resume(version, 3600, true);
		resume(version, 0, false);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hash),
		cmocka_unit_test(by_the_system),
		cmocka_unit_test(by_subject),
		cmocka_unit_test(by_list),
		cmocka_unit_test(no_list_of_the_issuer),
		cmocka_unit_test(by_status),
		cmocka_unit_test(status_that_is_not_to_be_believed),
		cmocka_unit_test(status_that_is_missing_or_broken),
		cmocka_unit_test(status_of_a_known_chain),
		cmocka_unit_test(status_and_resumption),
	};

	return cmocka_run_group_tests_name("tls trust", tests, tls_files_make, tls_files_remove);
}
