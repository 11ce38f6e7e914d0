/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_TLS_PRF_H
#define XEAP_CRYPTO_TLS_PRF_H

#include <crypto/digest.h>
#include <crypto/tls.h>

/* The hash that a connection negotiated for its PRF, after the handshake. 0 or -ENOTSUP. */
int xeap_tls_digest(const struct xeap_tls *t, enum xeap_digest_name *ret_name);

/*
 * TLS 1.2's PRF, RFC 5246 §5: P_hash(secret, label + seed) to len bytes. 0, or a negative errno of
 * xeap_hmac() with ret_key wiped.
 */
int xeap_tls_prf(enum xeap_digest_name name, struct xeap_span secret, const char *label,
		 struct xeap_span seed, uint8_t *ret_key, size_t len);

#define XEAP_TLS_UNIQUE 12
/* TLS 1.2's tls-unique, RFC 5929 §3: the first Finished message. 0 or -EIO. */
int xeap_tls_unique(const struct xeap_tls *t, uint8_t ret_unique[XEAP_TLS_UNIQUE]);

#endif
