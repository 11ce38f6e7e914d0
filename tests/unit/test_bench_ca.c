/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* An authority for a bench: certificates that OpenSSL believes, and that log supplicants in. */
#include "tests/unit/derive_bed.h"
#include <errno.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "tool/bench_ca.h"

static char path[3][128];

static X509 *cert_of(const char *pem, X509 **ret_second)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	if (ret_second)
		*ret_second = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	BIO_free(bio);
	return x;
}

static EVP_PKEY *key_of(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);

	BIO_free(bio);
	return key;
}

/* As a server does. */
static void assert_valid(X509 *x, X509 *between, X509 *root)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *chain = sk_X509_new_null();

	if (between)
		sk_X509_push(chain, between);
	X509_STORE_add_cert(store, root);
	X509_STORE_CTX_init(ctx, store, x, chain);
	X509_STORE_CTX_set_purpose(ctx, X509_PURPOSE_SSL_CLIENT);
	if (X509_verify_cert(ctx) != 1)
		fail_msg("%s", X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx)));
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	sk_X509_free(chain);
}

static struct bench_ca *open_ca(const struct bench_ca_options *o)
{
	struct bench_ca *ca;
	struct xeap_diag why;

	if (bench_ca_open(o, &ca, &why))
		fail_msg("%s", why.text);
	return ca;
}

static struct xeap_testca_pair issue(struct bench_ca *ca, const char *name)
{
	struct xeap_testca_pair pair;
	struct xeap_diag why;

	if (bench_ca_issue(ca, text(name), &pair, &why))
		fail_msg("%s", why.text);
	return pair;
}

static void assert_of(const X509 *x, const char *name, EVP_PKEY *key, int bits)
{
	char cn[128];

	X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, cn, sizeof(cn));
	assert_string_equal(cn, name);
	assert_int_equal(X509_check_private_key(x, key), 1);
	assert_int_equal(EVP_PKEY_get_bits(key), bits);
	assert_int_equal(X509_get_extended_key_usage((X509 *)(uintptr_t)x), XKU_SSL_CLIENT);
	assert_true(X509_cmp_current_time(X509_get0_notBefore(x)) < 0);
	assert_true(X509_cmp_current_time(X509_get0_notAfter(x)) > 0);
}

static void refused(struct bench_ca_options o, int err, const char *why)
{
	struct bench_ca *ca = NULL;
	struct xeap_diag diag = { 0 };

	assert_int_equal(bench_ca_open(&o, &ca, &diag), err);
	assert_null(ca);
	if (!strstr(diag.text, why))
		fail_msg("\"%s\" is not in \"%s\"", why, diag.text);
}

static void made(void **state)
{
	static const struct {
		const char *key;
		int bits;
		bool shared;
	} rows[] = {
		{ NULL, 256, false },
		{ "ec", 256, false },
		{ "rsa2048", 2048, true },
		/* FIPS 204 table 2: octets of a public key */
		{ "ml-dsa-44", 1312 * 8, false },
		{ "ml-dsa-65", 1952 * 8, false },
		{ "ml-dsa-87", 2592 * 8, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct bench_ca_options o = { .key = rows[i].key, .write = path[0] };

		if (rows[i].key && !xeap_testca_key_is_here(xeap_testca_key_of(rows[i].key))) {
			refused(o, -EINVAL, "the OpenSSL that is installed has no ml-dsa-");
			continue;
		}

		struct bench_ca *ca = open_ca(&o);
		struct xeap_testca_pair a = issue(ca, "a@example.org"), b = issue(ca, "b ü");
		X509 *x = cert_of(a.cert, NULL), *y = cert_of(b.cert, NULL), *root, *no;
		EVP_PKEY *k = key_of(a.key), *l = key_of(b.key);
		FILE *f = fopen(path[0], "r");

		root = PEM_read_X509(f, NULL, NULL, NULL);
		no = PEM_read_X509(f, NULL, NULL, NULL);
		fclose(f);
		assert_null(no);
		assert_valid(x, NULL, root);
		assert_valid(y, NULL, root);
		assert_of(x, "a@example.org", k, rows[i].bits);
		assert_of(y, "b ü", l, rows[i].bits);
		assert_int_not_equal(
			ASN1_INTEGER_cmp(X509_get0_serialNumber(x), X509_get0_serialNumber(y)), 0);
		assert_int_equal(EVP_PKEY_eq(k, l), rows[i].shared);
		X509_free(x);
		X509_free(y);
		X509_free(root);
		EVP_PKEY_free(k);
		EVP_PKEY_free(l);
		xeap_testca_pair_free(&a);
		xeap_testca_pair_free(&b);
		bench_ca_close(ca);
	}
}

/* Keys take turns. */
static void keys_of_clients(void **state)
{
	const struct bench_ca_options o = { .keys = 2 };
	struct bench_ca *ca = open_ca(&o);
	struct xeap_testca_pair p[3] = { issue(ca, "0"), issue(ca, "1"), issue(ca, "2") };

	assert_string_equal(p[0].key, p[2].key);
	assert_string_not_equal(p[0].key, p[1].key);
	for (int i = 0; i < 3; i++)
		xeap_testca_pair_free(&p[i]);
	bench_ca_close(ca);
}

/* One below a root shows itself; a certificate is valid no longer than it is. */
static void existing(void **state)
{
	struct test_cert sub = test_cert_make(
		&(struct test_cert_spec){ .cn = "below", .issuer = &files.ca, .to_days = 2 });
	struct bench_ca_options o = { .ca_cert = path[1], .ca_key = path[2] };
	struct xeap_testca_pair pair;
	X509_EXTENSION *ext;
	struct bench_ca *ca;
	X509 *x, *between;
	EVP_PKEY *key;

	ext = X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, "critical,CA:TRUE");
	for (int at; (at = X509_get_ext_by_NID(sub.x, NID_basic_constraints, -1)) >= 0;)
		X509_EXTENSION_free(X509_delete_ext(sub.x, at));
	X509_add_ext(sub.x, ext, -1);
	X509_EXTENSION_free(ext);
	X509_sign(sub.x, files.ca.key, EVP_sha256());
	test_cert_write(&sub, files.dir, "below.pem", TEST_PEM);
	test_key_write(&sub, files.dir, "below.key", TEST_PEM, NULL);
	ca = open_ca(&o);
	pair = issue(ca, "somebody");
	x = cert_of(pair.cert, &between);
	key = key_of(pair.key);
	assert_non_null(between);
	assert_valid(x, between, files.ca.x);
	assert_of(x, "somebody", key, 256);
	assert_int_equal(ASN1_TIME_compare(X509_get0_notAfter(x), X509_get0_notAfter(sub.x)), 0);
	X509_free(x);
	X509_free(between);
	EVP_PKEY_free(key);
	xeap_testca_pair_free(&pair);
	bench_ca_close(ca);
	test_cert_free(&sub);
}

/* A profile out of nothing but the authority, and a supplicant of its own. */
static void log_in_with(struct xeap_profile *p, const struct server_options *o, const char *cn)
{
	char seen[64] = "";
	struct derive_bed b;
	struct server s;

	derive_bed_begin(&b, p, NULL);
	server_init(&s, o);
	while (s.verdict == SERVER_GOING_ON && derive_bed_feed(&b, s.request, s.request_len))
		server_take(&s, derive_bed_response(&b));
	assert_true(derive_bed_end(&b, s.verdict == SERVER_SUCCESS, s.id));
	X509_NAME_get_text_by_NID(X509_get_subject_name(SSL_get0_peer_certificate(s.ssl)),
				  NID_commonName, seen, sizeof(seen));
	assert_string_equal(seen, cn);
	server_free(&s);
}

static void logins(void **state)
{
	static const char *const keys[] = { "eap=TLS", "identity=\"nobody\"", CA, NULL };
	const struct bench_ca_options co = { .write = path[0] };
	struct bench_ca *ca = open_ca(&co);
	struct xeap_config *config = config_of(keys);
	struct xeap_testca_pair pair = issue(ca, "me");
	const struct xeap_derivation d = { .size = sizeof(d),
					   .identity = text("me"),
					   .client_cert = text(pair.cert),
					   .private_key = text(pair.key) };
	struct server_options o = { .cert = &files.server };
	struct xeap_profile *base, *p;
	struct test_cert trusted = { 0 };
	FILE *f = fopen(path[0], "r");
	struct xeap_diag why;

	trusted.x = PEM_read_X509(f, NULL, NULL, NULL);
	fclose(f);
	o.ca = &trusted;
	assert_int_equal(bench_ca_certify(ca, config, &why), 0);
	if (xeap_profile_new(config, &base, &why))
		fail_msg("%s", why.text);
	bench_ca_close(ca);
	assert_int_equal(xeap_profile_derive(base, &d, &p, &why), 0);
	log_in_with(base, &o, "xeap bench");
	log_in_with(p, &o, "me");
	xeap_profile_unref(p);
	xeap_profile_unref(base);
	xeap_testca_pair_free(&pair);
	xeap_config_free(config);
	X509_free(trusted.x);
}

/* What a network has stays. */
static void certified_before(void **state)
{
	static const char *const keys[] = { "eap=TLS", CERTIFICATE, NULL };
	const struct bench_ca_options o = { 0 };
	struct xeap_config *config = config_of(keys);
	const char *key = xeap_config_get_string(config, XEAP_CONFIG_PRIVATE_KEY);
	struct bench_ca *ca = open_ca(&o);

	assert_int_equal(bench_ca_certify(ca, config, NULL), 0);
	assert_ptr_equal(xeap_config_get_string(config, XEAP_CONFIG_PRIVATE_KEY), key);
	bench_ca_close(ca);
	xeap_config_free(config);
}

static void refusals(void **state)
{
	const struct bench_ca_options o = { 0 };
	struct xeap_testca_pair pair;
	char cert[128], key[128], other[128], name[100];
	struct xeap_diag why = { 0 };
	struct bench_ca *ca = open_ca(&o);

	snprintf(cert, sizeof(cert), "%s/ca.pem", files.dir);
	snprintf(key, sizeof(key), "%s/ca.key", files.dir);
	snprintf(other, sizeof(other), "%s/client.pem", files.dir);
	refused((struct bench_ca_options){ .key = "rsa1024" }, -EINVAL, "ec, rsa2048");
	refused((struct bench_ca_options){ .keys = 1025 }, -EINVAL, "more than 1024 keys");
	refused((struct bench_ca_options){ .ca_cert = cert }, -EINVAL, "one is missing");
	refused((struct bench_ca_options){ .ca_cert = "/none", .ca_key = key }, -ENOENT, "/none: ");
	refused((struct bench_ca_options){ .ca_cert = key, .ca_key = key }, -EINVAL, "none in PEM");
	refused((struct bench_ca_options){ .ca_cert = cert, .ca_key = cert }, -EINVAL,
		"key is none in PEM");
	refused((struct bench_ca_options){ .ca_cert = other, .ca_key = key }, -EINVAL,
		"of another certificate");
	snprintf(key, sizeof(key), "%s/client.key", files.dir);
	refused((struct bench_ca_options){ .ca_cert = other, .ca_key = key }, -EINVAL,
		"not one of a CA");
	refused((struct bench_ca_options){ .write = "/none/x" }, -ENOENT, "/none/x: ");
	memset(name, 'x', sizeof(name));
	assert_int_equal(bench_ca_issue(ca, xeap_span(name, 65), &pair, &why), -EINVAL);
	assert_non_null(strstr(why.text, "string too long"));
	assert_int_equal(bench_ca_issue(ca, xeap_span(name, 64), &pair, &why), 0);
	xeap_testca_pair_free(&pair);
	assert_int_equal(bench_ca_issue(ca, xeap_span("", 0), &pair, &why), -EINVAL);
	assert_int_equal(bench_ca_issue(ca, xeap_span("\xff", 1), &pair, &why), -EINVAL);
	bench_ca_close(ca);
}

static int set_up(void **state)
{
	int r = derive_bed_set_up(state);

	snprintf(path[0], sizeof(path[0]), "%s/written.pem", files.dir);
	snprintf(path[1], sizeof(path[1]), "%s/below.pem", files.dir);
	snprintf(path[2], sizeof(path[2]), "%s/below.key", files.dir);
	return r;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(made),
		cmocka_unit_test(keys_of_clients),
		cmocka_unit_test(existing),
		cmocka_unit_test(logins),
		cmocka_unit_test(certified_before),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, set_up, derive_bed_tear_down);
}
