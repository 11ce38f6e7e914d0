/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_CERTS_H
#define XEAP_CRYPTO_CERTS_H

#include <crypto/tls.h>
#include <openssl/ssl.h>

#define XEAP_CERT_FILE_MAX (4u << 20) /* bytes of a file of certificates or keys */
#define XEAP_CA_PATH_MAX_FILES 8192

/*
 * Fill the context's trust store from ca_cert and ca_path. Revocation lists that are there too are
 * what certificates are checked against from then on. As xeap_tls_profile_new().
 */
int xeap_certs_load_trust(SSL_CTX *ctx, const struct xeap_tls_params *params,
			  struct xeap_diag *ret_diag);

/*
 * Read ca_cert="hash://server/sha256/HEX". 1; 0 when ca_cert is none; else as
 * xeap_tls_profile_new().
 */
int xeap_certs_read_pin(const struct xeap_tls_params *params,
			uint8_t ret_fingerprint[XEAP_TLS_FINGERPRINT], struct xeap_diag *ret_diag);

/* Load client_cert and private_key into the context. As xeap_tls_profile_new(). */
int xeap_certs_load_client(SSL_CTX *ctx, const struct xeap_tls_params *params,
			   struct xeap_diag *ret_diag);

#endif
