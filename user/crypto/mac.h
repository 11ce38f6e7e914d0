/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_MAC_H
#define XEAP_CRYPTO_MAC_H

#include <crypto/digest.h>

/*
 * Message authentication codes over parts that are taken one after the other as one message. Both
 * return the length of what was written to ret_value; -ENOSPC when size is too small; -ENOTSUP when
 * OpenSSL does not offer the algorithm; -EIO. ret_value is untouched on failure.
 */

/* HMAC, RFC 2104; a key of any length. */
int xeap_hmac(enum xeap_digest_name name, struct xeap_span key, const struct xeap_span *parts,
	      size_t n, uint8_t *ret_value, size_t size);

/*
 * prf+ with HMAC, RFC 7296 §2.13: T1 = prf(K, S | 1), Tn = prf(K, Tn-1 | S | n). S is the parts, at
 * most XEAP_PRF_PLUS_PARTS. 0, -EINVAL for more of them or more bytes than 255 T, or as above.
 */
#define XEAP_PRF_PLUS_PARTS 5
int xeap_prf_plus(enum xeap_digest_name name, struct xeap_span key, const struct xeap_span *parts,
		  size_t n, uint8_t *ret_bytes, size_t len);

/* AES-CMAC, RFC 4493 (OMAC1); a key of 16, 24 or 32 bytes, else -EINVAL. */
#define XEAP_CMAC_LEN 16
int xeap_cmac(struct xeap_span key, const struct xeap_span *parts, size_t n, uint8_t *ret_value,
	      size_t size);

#endif
