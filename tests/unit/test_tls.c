/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <crypto/verify.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509v3.h>
#include "tests/unit/tls_bed.h"

/* What a user gets wrong in a network block, and what xeap says of it. */
static void assert_load_fails(const char *const *keys, int err, uint32_t code,
			      const char *const *says)
{
	struct xeap_config *config = tls_config(keys);
	struct xeap_diag diag = { 0 };
	void *shared = NULL;
	int r = xeap_method_tls.load(config, false, &shared, &diag);

	if (r != err)
		fail_msg("%d, not %d: %s", r, err, diag.text);
	for (; *says; says++)
		if (!strstr(diag.text, *says))
			fail_msg("\"%s\" is not in \"%s\"", *says, diag.text);
	assert_int_equal(diag.code, code);
	assert_null(shared);
	assert_null(strstr(diag.text, "sesame"));
	xeap_config_free(config);
}

static void assert_loads(const char *const *keys)
{
	struct xeap_config *config = tls_config(keys);
	struct xeap_diag diag = { 0 };
	void *shared = NULL;

	if (xeap_method_tls.load(config, false, &shared, &diag) < 0)
		fail_msg("%s", diag.text);
	assert_non_null(shared);
	xeap_method_tls.unload(shared);
	xeap_config_free(config);
}

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void write_text(const char *name, const char *mode, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", files.dir, name);
	f = fopen(path, mode);
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void ca_errors(void **state)
{
	write_text("empty.pem", "w", "");
	write_text("text.pem", "w", "no certificate here\n");
	write_text("broken.pem", "w",
		   "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
	assert_load_fails(LIST("ca_cert=\"@/none.pem\""), -ENOENT,
			  XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
			  LIST("ca_cert=\"/", "/none.pem\"", "No such file"));
	assert_load_fails(LIST("ca_cert=\"@\""), -EISDIR, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
			  LIST("ca_cert", "directory"));
	assert_load_fails(LIST("ca_cert=\"/dev/null\""), -EFBIG, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
			  LIST("ca_cert", "regular file"));
	for (int i = 0; i < 3; i++)
		assert_load_fails(
			LIST(((const char *[]){ "ca_cert=\"@/empty.pem\"", "ca_cert=\"@/text.pem\"",
						"ca_cert=\"@/broken.pem\"" })[i]),
			-EINVAL, XEAP_E_SERVER_ROOT_CERT_INVALID,
			LIST("ca_cert", "no certificate"));
	assert_load_fails(LIST("ca_cert=\"hash://server/sha256/00\""), -EINVAL,
			  XEAP_E_SERVER_ROOT_CERT_INVALID, LIST("ca_cert", "64 digits of hex"));
	assert_load_fails(LIST("ca_cert=\"probe://\""), -EINVAL, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
			  LIST("ca_cert", "not probe"));
}

/* A bundle of which the second is broken must not be half a trust store in silence. */
static void broken_bundle(void **state)
{
	test_cert_write(&files.ca, files.dir, "bundle.pem", TEST_PEM);
	test_cert_write(&files.other_ca, files.dir, "bundle.pem", TEST_PEM);
	assert_loads(LIST("ca_cert=\"@/bundle.pem\""));
	test_cert_write(&files.ca, files.dir, "half.pem", TEST_PEM);
	write_text("half.pem", "a",
		   "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
	assert_load_fails(LIST("ca_cert=\"@/half.pem\""), -EINVAL, XEAP_E_SERVER_ROOT_CERT_INVALID,
			  LIST("half.pem", "broken"));
}

static void ca_forms(void **state)
{
	char path[128];

	test_cert_write(&files.ca, files.dir, "ca.der", TEST_DER);
	assert_loads(LIST("ca_cert=\"@/ca.der\""));
	assert_loads(LIST("ca_path=\"@\""));
	assert_load_fails(LIST("ca_path=\"@/none\""), -ENOENT, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
			  LIST("ca_path", "/none", "No such file"));
	snprintf(path, sizeof(path), "%s/hollow", files.dir);
	mkdir(path, 0700);
	assert_load_fails(LIST("ca_path=\"@/hollow\""), -EINVAL, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
			  LIST("ca_path", "no file"));
	rmdir(path);
}

/* The server's CA is in ca_path alone. */
static void login_with_ca_path(void **state)
{
	struct tls_bed b;

	tls_bed_begin(&b, NULL, 0, LIST("ca_cert=\"@/otherca.pem\"", "ca_path=\"@\""));
	tls_bed_run(&b);
	tls_bed_assert_success(&b);
	tls_bed_end(&b);
}

static void no_trust_at_all(void **state)
{
	struct xeap_config *config;
	struct xeap_diag diag = { 0 };
	void *shared = NULL;

	assert_int_equal(xeap_config_new(&config), 0);
	assert_int_equal(xeap_method_tls.load(config, false, &shared, &diag), -EINVAL);
	assert_int_equal(diag.code, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND);
	assert_non_null(strstr(diag.text, "ca_cert is missing"));
	assert_non_null(strstr(diag.text, "ca_path"));
	xeap_config_free(config);
}

static void no_client_key(void **state)
{
	static const char text[] = "network={\n key_mgmt=IEEE8021X\n eap=TLS\n identity=\"u\"\n"
				   " ca_cert=\"%s/ca.pem\"\n}\n";
	struct xeap_config_file *file;
	struct xeap_diag diag = { 0 };
	void *shared = NULL;
	char full[512];

	snprintf(full, sizeof(full), text, files.dir);
	assert_int_equal(
		xeap_config_parse(xeap_span(full, strlen(full)), "dock.conf", &file, &diag), 0);
	assert_int_equal(xeap_method_tls.load(file->networks[0], false, &shared, &diag), -EINVAL);
	assert_int_equal(diag.code, XEAP_E_USER_CERT_NOT_FOUND);
	assert_non_null(strstr(diag.text, "dock.conf:1: private_key is missing"));
	xeap_config_file_free(file);
}

static void client_cert_errors(void **state)
{
	assert_load_fails(LIST("client_cert=\"@/none.pem\""), -ENOENT, XEAP_E_USER_CERT_NOT_FOUND,
			  LIST("client_cert=\"/", "none.pem", "No such file"));
	write_text("text.pem", "w", "no certificate here\n");
	assert_load_fails(LIST("client_cert=\"@/text.pem\""), -EINVAL, XEAP_E_USER_CERT_INVALID,
			  LIST("client_cert", "no certificate"));
}

static void private_key_errors(void **state)
{
	assert_load_fails(LIST("private_key=\"@/none.key\""), -ENOENT, XEAP_E_USER_CERT_NOT_FOUND,
			  LIST("private_key=\"/", "none.key", "No such file"));
	write_text("text.key", "w", "no key here\n");
	assert_load_fails(LIST("private_key=\"@/text.key\""), -EINVAL, XEAP_E_USER_CERT_INVALID,
			  LIST("private_key=", "text.key", "no private key"));
	assert_load_fails(LIST("private_key=\"@/client-rsa.key\""), -EINVAL,
			  XEAP_E_USER_CERT_INVALID,
			  LIST("private_key=", "client-rsa.key", "is not the key of client_cert",
			       "client.pem"));
	test_key_write(&files.other_ca, files.dir, "other.key", TEST_PEM, NULL);
	assert_load_fails(LIST("private_key=\"@/other.key\""), -EINVAL, XEAP_E_USER_CERT_INVALID,
			  LIST("private_key=", "is not the key of client_cert"));
}

static void encrypted_keys(void **state)
{
	for (int form = TEST_PEM; form <= TEST_DER; form++) {
		test_key_write(&files.client, files.dir, "locked.key", form, "open sesame");
		assert_loads(
			LIST("private_key=\"@/locked.key\"", "private_key_passwd=\"open sesame\""));
		assert_load_fails(LIST("private_key=\"@/locked.key\""), -EINVAL,
				  XEAP_E_USER_CERT_INVALID,
				  LIST("locked.key", "private_key_passwd is missing"));
		assert_load_fails(LIST("private_key=\"@/locked.key\"",
				       "private_key_passwd=\"close sesame\""),
				  -EINVAL, XEAP_E_USER_CERT_INVALID,
				  LIST("locked.key", "private_key_passwd does not open it"));
	}
	test_key_write(&files.client, files.dir, "plain.der", TEST_DER, NULL);
	assert_loads(LIST("private_key=\"@/plain.der\""));
}

static void pkcs12(void **state)
{
	char text[4][128];
	struct xeap_config *config;
	struct xeap_diag diag = { 0 };
	void *shared = NULL;

	test_pkcs12_write(&files.client, &files.ca, files.dir, "client.p12", "open sesame");
	snprintf(text[0], sizeof(text[0]), "\"%s/ca.pem\"", files.dir);
	snprintf(text[1], sizeof(text[1]), "\"%s/client.p12\"", files.dir);
	assert_int_equal(xeap_config_new(&config), 0);
	xeap_config_set(config, "ca_cert", text[0], NULL);
	xeap_config_set(config, "private_key", text[1], NULL);
	assert_int_equal(xeap_method_tls.load(config, false, &shared, &diag), -EINVAL);
	assert_non_null(
		strstr(diag.text, "client.p12\": encrypted: private_key_passwd is missing"));
	xeap_config_set(config, "private_key_passwd", "\"close sesame\"", NULL);
	assert_int_equal(xeap_method_tls.load(config, false, &shared, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, "private_key_passwd does not open it"));
	xeap_config_set(config, "private_key_passwd", "\"open sesame\"", NULL);
	assert_int_equal(xeap_method_tls.load(config, false, &shared, &diag), 0);
	xeap_method_tls.unload(shared);
	snprintf(text[1], sizeof(text[1]), "\"%s/client.key\"", files.dir);
	xeap_config_set(config, "private_key", text[1], NULL);
	assert_int_equal(xeap_method_tls.load(config, false, &shared, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, "client_cert is missing"));
	xeap_config_free(config);
}

/* "-----BEGIN EC PRIVATE KEY-----" with "Proc-Type: 4,ENCRYPTED". */
static void traditional_key(void **state)
{
	char path[128];
	BIO *bio;

	snprintf(path, sizeof(path), "%s/old.key", files.dir);
	bio = BIO_new_file(path, "w");
	assert_non_null(bio);
	assert_true(PEM_write_bio_PrivateKey_traditional(bio, files.client.key, EVP_aes_128_cbc(),
							 (const unsigned char *)"open sesame", 11,
							 NULL, NULL));
	BIO_free(bio);
	assert_loads(LIST("private_key=\"@/old.key\"", "private_key_passwd=\"open sesame\""));
	assert_load_fails(LIST("private_key=\"@/old.key\"", "private_key_passwd=\"close sesame\""),
			  -EINVAL, XEAP_E_USER_CERT_INVALID,
			  LIST("old.key", "private_key_passwd does not open it"));
}

/* As Windows wrote them until 2019: RC2 with 40 bits, which OpenSSL 3 has put away. */
static void old_pkcs12(void **state)
{
	OSSL_PROVIDER *legacy = OSSL_PROVIDER_load(NULL, "legacy");
	OSSL_PROVIDER *usual = OSSL_PROVIDER_load(NULL, "default");
	char path[128], key[160];
	struct xeap_config *config;
	struct xeap_diag diag = { 0 };
	void *shared = NULL;
	PKCS12 *p12;
	FILE *f;

	assert_non_null(legacy);
	snprintf(path, sizeof(path), "%s/old.p12", files.dir);
	f = fopen(path, "w");
	p12 = PKCS12_create("open sesame", "client", files.client.key, files.client.x, NULL,
			    NID_pbe_WithSHA1And40BitRC2_CBC, NID_pbe_WithSHA1And40BitRC2_CBC, 0, 0,
			    0);
	assert_true(p12 && i2d_PKCS12_fp(f, p12));
	fclose(f);
	PKCS12_free(p12);
	OSSL_PROVIDER_unload(legacy);
	assert_int_equal(xeap_config_new(&config), 0);
	snprintf(key, sizeof(key), "\"%s/ca.pem\"", files.dir);
	xeap_config_set(config, "ca_cert", key, NULL);
	snprintf(key, sizeof(key), "\"%s\"", path);
	xeap_config_set(config, "private_key", key, NULL);
	xeap_config_set(config, "private_key_passwd", "\"open sesame\"", NULL);
	assert_int_equal(xeap_method_tls.load(config, false, &shared, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, "old.p12\": encrypted with an old cipher (RC2)"));
	xeap_config_free(config);
	OSSL_PROVIDER_unload(usual);
}

static void words_of_phase1(void **state)
{
	assert_loads(LIST("phase1=\"tls_disable_tlsv1_0=0 tls_disable_tlsv1_1=1 "
			  "allow_canned_success=1  tls_disable_time_checks=0 peapver=0\""));
	assert_load_fails(LIST("phase1=\"tls_disable_tlsv1_3=1 tls_disable_tlsv14=1\""), -EINVAL,
			  XEAP_E_INVALID_PARAMETER, LIST("phase1", "\"tls_disable_tlsv14=1\""));
	assert_load_fails(LIST("phase1=\"tls_disable_tlsv1_3=2\""), -EINVAL,
			  XEAP_E_INVALID_PARAMETER,
			  LIST("phase1", "tls_disable_tlsv1_3=2", "0 or 1"));
	assert_load_fails(LIST("phase1=\"tls_suiteb=1\""), -EINVAL, XEAP_E_INVALID_PARAMETER,
			  LIST("phase1", "tls_suiteb=1"));
	assert_loads(
		LIST("phase1=\"phase2_auth=1 allow_unsafe_renegotiation=0 dhgroup=4 aka_fs=1\""));
	assert_load_fails(LIST("phase1=\"phase2_auth=2\""), -EINVAL, XEAP_E_INVALID_PARAMETER,
			  LIST("phase1", "unsupported value", "phase2_auth=2"));
	assert_load_fails(LIST("phase1=\"tnc=soh\""), -EINVAL, XEAP_E_INVALID_PARAMETER,
			  LIST("phase1", "unsupported value", "tnc=soh"));
	assert_load_fails(LIST("phase1=\"tls_disable_tlsv1_3=1 tls_disable_tlsv1_2=1\""), -EINVAL,
			  XEAP_E_INVALID_PARAMETER, LIST("phase1", "no TLS version"));
}

static void other_keys(void **state)
{
	assert_loads(LIST("openssl_ciphers=\"ECDHE+AESGCM\"", "ocsp=1"));
	assert_load_fails(LIST("openssl_ciphers=\"nonesuch\""), -EINVAL, XEAP_E_INVALID_PARAMETER,
			  LIST("openssl_ciphers=\"nonesuch\""));
	assert_loads(LIST("openssl_ecdh_curves=\"X25519:P-256\"",
			  "openssl_sigalgs=\"ECDSA+SHA256:RSA-PSS+SHA256\""));
	assert_load_fails(LIST("openssl_ecdh_curves=\"nonesuch\""), -EINVAL,
			  XEAP_E_INVALID_PARAMETER,
			  LIST("openssl_ecdh_curves=\"nonesuch\"", "X25519"));
	/* Of a curve that TLS 1.3 has not. */
	assert_loads(LIST("openssl_ecdh_curves=\"secp256k1\"", "phase1=\"tls_disable_tlsv1_3=1\""));
	assert_load_fails(LIST("openssl_ecdh_curves=\"secp256k1\""), -EINVAL,
			  XEAP_E_INVALID_PARAMETER, LIST("leave nothing to offer"));
	assert_load_fails(LIST("openssl_sigalgs=\"nonesuch\""), -EINVAL, XEAP_E_INVALID_PARAMETER,
			  LIST("openssl_sigalgs=\"nonesuch\"", "ECDSA"));
	assert_load_fails(LIST("altsubject_match=\"radius.xeap.test\""), -EINVAL,
			  XEAP_E_INVALID_PARAMETER, LIST("altsubject_match", "DNS:"));
	assert_loads(LIST("ocsp=2", "check_cert_subject=\"O=x*/CN=y\""));
	assert_load_fails(LIST("ocsp=3"), -EINVAL, XEAP_E_NOT_SUPPORTED, LIST("ocsp"));
	assert_load_fails(LIST("check_cert_subject=\"CN=x/SN=1\""), -EINVAL,
			  XEAP_E_INVALID_PARAMETER, LIST("check_cert_subject", "emailAddress="));
	assert_load_fails(LIST("engine=1"), -EINVAL, XEAP_E_NOT_SUPPORTED, LIST("engine"));
}

struct name_case {
	const char *cn, *san;
	const char *subject, *alt, *suffix, *domain;
	bool matches;
};

/* The rules of wpa_supplicant.conf's own description of these keys. */
static const struct name_case name_cases[] = {
	{ "a.b", "DNS:r.x.test", .domain = "r.x.test", .matches = true },
	{ "a.b", "DNS:r.x.test", .domain = "R.X.TEST", .matches = true },
	{ "a.b", "DNS:r.x.test", .domain = "x.test" },
	{ "a.b", "DNS:r.x.test", .domain = "r.x.test.y" },
	{ "a.b", "DNS:q.x.test,DNS:r.x.test", .domain = "r.x.test", .matches = true },
	{ "a.b", "DNS:r.x.test", .domain = "o;r.x.test;p", .matches = true },
	{ "a.b", "DNS:r.x.test", .domain = ";;r.x.test", .matches = true },
	{ "a.b", "DNS:r.x.test", .domain = ";" },
	{ "a.b", "DNS:*.x.test", .domain = "r.x.test" },
	{ "a.b", "DNS:r.x.test", .suffix = "x.test", .matches = true },
	{ "a.b", "DNS:r.x.test", .suffix = "r.x.test", .matches = true },
	{ "a.b", "DNS:r.x.test", .suffix = "o.test;x.TEST", .matches = true },
	{ "a.b", "DNS:rx.test", .suffix = "x.test" },
	{ "a.b", "DNS:test", .suffix = "x.test" },
	{ "a.b", "DNS:r.x.test", .suffix = "o.test" },
	/* The common name stands in only when there is no dNSName at all. */
	{ "r.x.test", NULL, .domain = "r.x.test", .matches = true },
	{ "r.x.test", "URI:http://o/", .suffix = "x.test", .matches = true },
	{ "r.x.test", "DNS:o.test", .domain = "r.x.test" },
	{ "r.x.test", "DNS:o.test", .suffix = "x.test" },
	{ "a", "DNS:r.x,email:m@x,URI:http://u", .alt = "DNS:r.x", .matches = true },
	{ "a", "DNS:r.x,email:m@x,URI:http://u", .alt = "EMAIL:m@x", .matches = true },
	{ "a", "DNS:r.x,email:m@x,URI:http://u", .alt = "DNS:o;URI:http://u", .matches = true },
	{ "a", "DNS:r.x,email:m@x,URI:http://u", .alt = "DNS:r.xx" },
	{ "a", "DNS:r.x,email:m@x,URI:http://u", .alt = "DNS:r" },
	{ "a", "DNS:r.x,email:m@x,URI:http://u", .alt = "URI:r.x" },
	{ "a", "DNS:r.x,email:m@x,URI:http://u", .alt = "DNS:R.X" },
	{ "a", NULL, .alt = "DNS:a" },
	{ "server 1", NULL, .subject = "/CN=server 1", .matches = true },
	{ "server 1", NULL, .subject = "/O=xeap test/CN=server", .matches = true },
	{ "server 1", NULL, .subject = "/CN=server 2" },
};

static char *unconst(const char *text)
{
	union {
		const char *in;
		char *out;
	} u = { text };

	return u.out;
}

static void names(void **state)
{
	for (size_t i = 0; i < sizeof(name_cases) / sizeof(name_cases[0]); i++) {
		const struct name_case *c = &name_cases[i];
		struct test_cert_spec spec = { .cn = c->cn, .san = c->san, .issuer = &files.ca };
		struct xeap_verify_rules rules = { unconst(c->subject), unconst(c->alt),
						   unconst(c->suffix), unconst(c->domain) };
		struct test_cert cert = test_cert_make(&spec);
		struct xeap_diag diag = { 0 };

		if (xeap_verify_names(&rules, cert.x, &diag) != c->matches)
			fail_msg("case %zu: %s", i, diag.text);
		assert_int_equal(diag.code, c->matches ? 0 : XEAP_E_SERVER_CERT_OTHER);
		test_cert_free(&cert);
	}
}

/* A CA signed "r.x.test\0.evil.test": what a C string of it says must not count. */
static void nul_in_a_name(void **state)
{
	struct xeap_verify_rules rules = { .domain_match = unconst("r.x.test") };
	struct xeap_verify_rules suffix = { .domain_suffix_match = unconst("evil.test") };
	struct test_cert cert = test_cert_make(&(struct test_cert_spec){ .cn = "a.b" });
	GENERAL_NAMES *list = sk_GENERAL_NAME_new_null();
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_STRING *text = ASN1_STRING_type_new(V_ASN1_IA5STRING);
	struct xeap_diag diag;

	ASN1_STRING_set(text, "r.x.test\0.evil.test", 19);
	GENERAL_NAME_set0_value(name, GEN_DNS, text);
	sk_GENERAL_NAME_push(list, name);
	assert_int_equal(X509_add1_ext_i2d(cert.x, NID_subject_alt_name, list, 0, 0), 1);
	assert_false(xeap_verify_names(&rules, cert.x, &diag));
	assert_false(xeap_verify_names(&suffix, cert.x, &diag));
	GENERAL_NAMES_free(list);
	test_cert_free(&cert);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ca_errors),
		cmocka_unit_test(broken_bundle),
		cmocka_unit_test(ca_forms),
		cmocka_unit_test(login_with_ca_path),
		cmocka_unit_test(no_trust_at_all),
		cmocka_unit_test(no_client_key),
		cmocka_unit_test(client_cert_errors),
		cmocka_unit_test(private_key_errors),
		cmocka_unit_test(encrypted_keys),
		cmocka_unit_test(pkcs12),
		cmocka_unit_test(traditional_key),
		cmocka_unit_test(old_pkcs12),
		cmocka_unit_test(words_of_phase1),
		cmocka_unit_test(other_keys),
		cmocka_unit_test(names),
		cmocka_unit_test(nul_in_a_name),
	};

	return cmocka_run_group_tests_name("tls", tests, tls_files_make, tls_files_remove);
}
