/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_TESTCA_H
#define XEAP_CRYPTO_TESTCA_H

#include <stdbool.h>
#include <xeap/error.h>
#include <xeap/span.h>

/*
 * A certification authority for load tests: it signs a client certificate for every supplicant.
 * None of the library: the program has it.
 */

enum xeap_testca_key {
	XEAP_TESTCA_EC, /* P-256 */
	XEAP_TESTCA_RSA2048,
	XEAP_TESTCA_RSA4096,
	XEAP_TESTCA_RSA8192,
	XEAP_TESTCA_ML_DSA_44, /* FIPS 204, post-quantum: OpenSSL has them from 3.5 on */
	XEAP_TESTCA_ML_DSA_65,
	XEAP_TESTCA_ML_DSA_87,
	XEAP_TESTCA_KEY_MAX
};

/* "ec", "rsa2048", …; XEAP_TESTCA_KEY_MAX: there is none of that name. */
enum xeap_testca_key xeap_testca_key_of(const char *name);
const char *xeap_testca_key_name(enum xeap_testca_key key);
/* Whether OpenSSL, as it is here, can make keys of the kind. */
bool xeap_testca_key_is_here(enum xeap_testca_key key);

#define XEAP_TESTCA_NAME_MAX 64 /* characters of a common name, RFC 5280 appendix A.1 */
#define XEAP_TESTCA_KEYS_MAX 1024

struct xeap_testca;

struct xeap_testca_params {
	/* PEM of an authority that is there, its key not encrypted; data NULL: one is made. */
	struct xeap_span cert, key;
	enum xeap_testca_key kind; /* of the clients' keys, and of an authority that is made */
	/*
	 * How many keys clients have, taking turns: a key of RSA takes long to make, up to a minute
	 * at 8192 bits, and that supplicants have the same is nothing to a server. 0: one for each.
	 */
	unsigned int keys;
};

/* 0; -EINVAL or -ENOMEM with a diagnosis. */
int xeap_testca_new(const struct xeap_testca_params *params, struct xeap_testca **ret_ca,
		    struct xeap_diag *ret_diag);
struct xeap_testca *xeap_testca_free(struct xeap_testca *ca);

/* Texts in PEM; the key is a secret. */
struct xeap_testca_pair {
	char *cert, *key;
};

/*
 * A certificate for clients (RFC 5280 §4.2.1.12: clientAuth) with this common name, followed by the
 * authority's unless that is a root; and its key. Any number of threads. 0; -EINVAL for a name that
 * is empty, too long or not UTF-8; -ENOMEM.
 */
int xeap_testca_issue(struct xeap_testca *ca, struct xeap_span name,
		      struct xeap_testca_pair *ret_pair, struct xeap_diag *ret_diag);
/* Wipe and free. */
void xeap_testca_pair_free(struct xeap_testca_pair *pair);

/* The authority's own certificate, for servers to trust; the authority's. */
const char *xeap_testca_cert(const struct xeap_testca *ca);

#endif
