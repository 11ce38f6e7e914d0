/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/tls_certs.h"
#include "tests/unit/check.h"
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_extension(X509 *x, const struct test_cert *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	X509V3_set_ctx(&ctx, issuer ? issuer->x : x, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	CHECK(e);
	CHECK(X509_add_ext(x, e, -1));
	X509_EXTENSION_free(e);
}

static void add_padding(X509 *x, const struct test_cert *issuer, unsigned int bytes)
{
	char *text = malloc(bytes + 1);

	memset(text, 'x', bytes);
	text[bytes] = '\0';
	add_extension(x, issuer, NID_netscape_comment, text);
	free(text);
}

static void add_extensions(X509 *x, const struct test_cert_spec *spec)
{
	if (!spec->issuer)
		add_extension(x, NULL, NID_basic_constraints, "critical,CA:TRUE");
	if (spec->san)
		add_extension(x, spec->issuer, NID_subject_alt_name, spec->san);
	if (spec->eku)
		add_extension(x, spec->issuer, NID_ext_key_usage, spec->eku);
	if (spec->padding)
		add_padding(x, spec->issuer, spec->padding);
}

struct test_cert test_cert_make(const struct test_cert_spec *spec)
{
	static long serial = 1;
	struct test_cert c = { X509_new(), NULL };
	X509_NAME *name = X509_get_subject_name(c.x);
	int from = spec->from_days, to = spec->to_days;

	if (!from && !to) {
		from = -1;
		to = 1;
	}
	c.key = spec->rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
	CHECK(c.key);
	X509_set_version(c.x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(c.x), serial++);
	X509_gmtime_adj(X509_getm_notBefore(c.x), 86400L * from);
	X509_gmtime_adj(X509_getm_notAfter(c.x), 86400L * to + spec->to_seconds);
	X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC, (const unsigned char *)"xeap test", -1,
				   -1, 0);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)spec->cn, -1,
				   -1, 0);
	X509_set_issuer_name(c.x, spec->issuer ? X509_get_subject_name(spec->issuer->x) : name);
	X509_set_pubkey(c.x, c.key);
	add_extensions(c.x, spec);
	CHECK(X509_sign(c.x, spec->issuer ? spec->issuer->key : c.key, EVP_sha256()));
	return c;
}

void test_cert_free(struct test_cert *cert)
{
	X509_free(cert->x);
	EVP_PKEY_free(cert->key);
	memset(cert, 0, sizeof(*cert));
}

static FILE *open_in(const char *dir, const char *name, const char *mode)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, mode);
	CHECK(f);
	return f;
}

void test_cert_write(const struct test_cert *cert, const char *dir, const char *name,
		     enum test_cert_form form)
{
	FILE *f = open_in(dir, name, form == TEST_PEM ? "ab" : "wb");

	CHECK(form == TEST_PEM ? PEM_write_X509(f, cert->x) : i2d_X509_fp(f, cert->x));
	fclose(f);
}

void test_key_write(const struct test_cert *cert, const char *dir, const char *name,
		    enum test_cert_form form, const char *passphrase)
{
	const EVP_CIPHER *cipher = passphrase ? EVP_aes_128_cbc() : NULL;
	FILE *f = open_in(dir, name, "wb");
	int ok;

	if (form == TEST_PEM)
		ok = PEM_write_PKCS8PrivateKey(f, cert->key, cipher, passphrase,
					       passphrase ? (int)strlen(passphrase) : 0, NULL,
					       NULL);
	else
		ok = i2d_PKCS8PrivateKey_fp(f, cert->key, cipher, passphrase,
					    passphrase ? (int)strlen(passphrase) : 0, NULL, NULL);
	CHECK(ok);
	fclose(f);
}

void test_pkcs12_write(const struct test_cert *cert, const struct test_cert *ca, const char *dir,
		       const char *name, const char *passphrase)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	FILE *f = open_in(dir, name, "wb");
	PKCS12 *p12;

	sk_X509_push(chain, ca->x);
	p12 = PKCS12_create(passphrase, "client", cert->key, cert->x, chain, 0, 0, 0, 0, 0);
	CHECK(p12 && i2d_PKCS12_fp(f, p12));
	PKCS12_free(p12);
	sk_X509_free(chain);
	fclose(f);
}
