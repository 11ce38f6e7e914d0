/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_TLS_CERTS_H
#define XEAP_TESTS_TLS_CERTS_H

#include <openssl/x509.h>
#include <stdbool.h>

/*
 * Certificates made while a test runs, so that their validity is relative to now and none is in the
 * tree.
 */
struct test_cert {
	X509 *x;
	EVP_PKEY *key;
};

struct test_cert_spec {
	const char *cn;
	const char *san;		/* OpenSSL's syntax, "DNS:a,URI:b"; NULL: none */
	const char *eku;		/* "serverAuth"; NULL: no extended key usage at all */
	const struct test_cert *issuer; /* NULL: self-signed, a CA */
	int from_days, to_days;		/* from now; both 0: yesterday to tomorrow */
	int to_seconds;			/* on top of to_days */
	bool rsa;
	unsigned int padding; /* bytes of comment that make it larger */
};

struct test_cert test_cert_make(const struct test_cert_spec *spec);
void test_cert_free(struct test_cert *cert);

enum test_cert_form {
	TEST_PEM,
	TEST_DER,
};

/* Write to DIR/NAME; appended to what is there with TEST_PEM. */
void test_cert_write(const struct test_cert *cert, const char *dir, const char *name,
		     enum test_cert_form form);
void test_key_write(const struct test_cert *cert, const char *dir, const char *name,
		    enum test_cert_form form, const char *passphrase);
void test_pkcs12_write(const struct test_cert *cert, const struct test_cert *ca, const char *dir,
		       const char *name, const char *passphrase);

#endif
