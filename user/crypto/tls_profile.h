/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_TLS_PROFILE_H
#define XEAP_CRYPTO_TLS_PROFILE_H

#include <crypto/chains.h>
#include <crypto/client.h>
#include <crypto/tls.h>
#include <crypto/verify.h>
#include <openssl/ssl.h>

/*
 * What stands behind struct xeap_tls_profile; the functions are those of the connection, in
 * tls.c and tls_session.c.
 */
struct xeap_tls_profile {
	SSL_CTX *ctx;
	BIO_METHOD *bio;
	struct xeap_verify_rules rules;
	struct xeap_chains *chains;
	bool interactive;
	bool ignores_time; /* validity periods are not checked */
	bool no_ticket;
	bool pinned; /* fingerprint alone decides which certificate is the server's */
	uint8_t fingerprint[XEAP_TLS_FINGERPRINT];
	bool requires_ocsp; /* the server has to prove that its certificate is not revoked */
	/* Derived: all of the above is another's, and this is shown to the server. */
	struct xeap_client *client;
};

/*
 * A BIO that reads from a connection's `in` and writes to its `output`. NULL when memory is short.
 */
BIO_METHOD *xeap_tls_bio_method(void);

int xeap_tls_on_verify(int ok, X509_STORE_CTX *store);
int xeap_tls_on_chain(X509_STORE_CTX *store, void *arg);
int xeap_tls_on_ocsp(SSL *ssl, void *arg);
void xeap_tls_on_info(const SSL *ssl, int where, int value);
int xeap_tls_on_session(SSL *ssl, SSL_SESSION *session);

#endif
