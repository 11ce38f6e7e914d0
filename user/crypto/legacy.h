/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_LEGACY_H
#define XEAP_CRYPTO_LEGACY_H

#include <xeap/span.h>

/*
 * MD4, DES and RC4, which Microsoft's challenge handshakes are made of. OpenSSL has them in its
 * legacy provider, which is loaded into a library context of its own, so that nothing else in the
 * process gets to see them, when the first user comes, and goes with the last one. Any thread.
 */

#define XEAP_MD4_LEN 16
#define XEAP_DES_KEY 7 /* without parity bits */
#define XEAP_DES_BLOCK 8

struct xeap_legacy;

/*
 * Take a reference. 0; -ENOTSUP when OpenSSL does not offer them: no legacy provider is installed,
 * or the configuration is FIPS-only, which is respected; -ENOMEM.
 */
int xeap_legacy_get(struct xeap_legacy **ret_legacy);
/* Give a reference back; NULL is accepted. Returns NULL. */
struct xeap_legacy *xeap_legacy_put(struct xeap_legacy *legacy);

/* Each 0 or -EIO; the output is untouched on failure. */
int xeap_md4(const struct xeap_legacy *legacy, const struct xeap_span *parts, size_t n,
	     uint8_t ret_value[XEAP_MD4_LEN]);
int xeap_des_block(const struct xeap_legacy *legacy, const uint8_t key[XEAP_DES_KEY],
		   const uint8_t in[XEAP_DES_BLOCK], uint8_t ret_out[XEAP_DES_BLOCK]);
/* in.len bytes to ret_out, which may be where they are; the key has 16 bytes. */
int xeap_rc4(const struct xeap_legacy *legacy, const uint8_t key[16], struct xeap_span in,
	     uint8_t *ret_out);

#endif
