/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_CLIENT_H
#define XEAP_CRYPTO_CLIENT_H

#include <crypto/tls.h>
#include <openssl/ssl.h>

/*
 * A client's certificate with its key, kept as OpenSSL has it in memory: to read it anew for every
 * connection takes as long as to sign with it.
 */
struct xeap_client;

/* As xeap_tls_profile_derive(), for connections of the context. */
int xeap_client_new(SSL_CTX *ctx, struct xeap_span cert, struct xeap_span key, const char *passwd,
		    const char *origin, struct xeap_client **ret_client,
		    struct xeap_diag *ret_diag);
struct xeap_client *xeap_client_free(struct xeap_client *client);

/* Show it in a connection, in place of what its context has. 0 or -ENOMEM, with OpenSSL's error. */
int xeap_client_use(const struct xeap_client *client, SSL *ssl);

#endif
