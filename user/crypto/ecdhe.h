/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_ECDHE_H
#define XEAP_CRYPTO_ECDHE_H

#include <xeap/span.h>

/* Ephemeral Diffie-Hellman with one public value each way; all secrets have 32 bytes. */

enum xeap_ecdhe_curve {
	XEAP_ECDHE_X25519,  /* RFC 7748; a public value of 32 bytes */
	XEAP_ECDHE_P256,    /* SEC 1; a compressed point of 33 bytes */
	XEAP_ECDHE_P256_XY, /* both coordinates, 64 bytes */
	XEAP_ECDHE_CURVE_MAX
};

#define XEAP_ECDHE_PUBLIC_MAX 64
#define XEAP_ECDHE_SECRET 32

/* Bytes of a curve's public value. */
size_t xeap_ecdhe_public_len(enum xeap_ecdhe_curve curve);

/*
 * Make a key pair, forget its private half after the secret with `theirs` is known. 0; -EBADMSG for
 * a public value that is no point, or that makes a secret of zero (RFC 7748 §6.1); -ENOTSUP when
 * OpenSSL does not offer the curve; -EIO.
 */
int xeap_ecdhe(enum xeap_ecdhe_curve curve, struct xeap_span theirs,
	       uint8_t ret_ours[XEAP_ECDHE_PUBLIC_MAX], uint8_t ret_secret[XEAP_ECDHE_SECRET]);

#endif
