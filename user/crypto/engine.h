/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_ENGINE_H
#define XEAP_CRYPTO_ENGINE_H

#include <crypto/tls.h>
#include <openssl/ssl.h>

/*
 * Keys and certificates that are not files: in a token with PKCS#11, through OpenSSL's engine
 * "pkcs11" (libp11), or in what another engine knows. The engine is loaded when the first
 * configuration asks for it, and stays: keys of its go on working in it.
 */

/* Whether a value names an object in a token, "pkcs11:…" (RFC 7512). NULL does not. */
bool xeap_engine_is_uri(const char *value);

/* What a key of the configuration names in the engine. */
struct xeap_engine_object {
	const char *key, *id; /* "private_key" and "pkcs11:…"; "key_id" and its value */
};

/*
 * Fetch an object, the caller's to free. 0, -EINVAL with a diagnosis that names key and id, or
 * -ENOTSUP when the engine is not installed.
 */
int xeap_engine_key(const struct xeap_tls_params *params, const struct xeap_engine_object *object,
		    EVP_PKEY **ret_key, struct xeap_diag *ret_diag);
int xeap_engine_cert(const struct xeap_tls_params *params, const struct xeap_engine_object *object,
		     X509 **ret_cert, struct xeap_diag *ret_diag);

#endif
