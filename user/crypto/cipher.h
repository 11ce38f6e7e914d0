/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_CIPHER_H
#define XEAP_CRYPTO_CIPHER_H

#include <stdbool.h>
#include <xeap/span.h>

/* AES without padding; the key's length, 16 or 32, says which. */

#define XEAP_AES_BLOCK 16

enum xeap_cipher_mode {
	XEAP_CIPHER_ECB, /* no iv */
	XEAP_CIPHER_CBC,
	XEAP_CIPHER_CTR, /* iv is the first counter block */
	XEAP_CIPHER_MODE_MAX
};

/*
 * Encrypt or decrypt in.len bytes, whole blocks except in CTR mode, to ret_out, which may be where
 * they are. iv has 16 bytes, data NULL for ECB. 0; -EINVAL for lengths that do not fit; -ENOTSUP;
 * -EIO.
 */
int xeap_aes(enum xeap_cipher_mode mode, bool encrypt, struct xeap_span key, struct xeap_span iv,
	     struct xeap_span in, uint8_t *ret_out);

/* 0, or -EIO when the generator failed. */
int xeap_random(uint8_t *ret_bytes, size_t len);

#endif
