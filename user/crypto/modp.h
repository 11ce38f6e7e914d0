/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_MODP_H
#define XEAP_CRYPTO_MODP_H

#include <xeap/span.h>

/*
 * Diffie-Hellman modulo IKE's primes, with one of two generators: IKE's, which is 2, or those of
 * EAP-EKE (RFC 6124 §7.1), which are primitive roots: a public value is any number, so that one
 * that was decrypted with a wrong key does not show.
 */

#define XEAP_MODP_MAX 512

/* Numbers of RFC 6124 §7.1; in the comment those of IKE. */
enum xeap_modp_group {
	XEAP_MODP_1024 = 1, /* 2 */
	XEAP_MODP_1536 = 2, /* 5 */
	XEAP_MODP_2048 = 3, /* 14 */
	XEAP_MODP_3072 = 4, /* 15 */
	XEAP_MODP_4096 = 5, /* 16 */
};

/* Bytes of a public value, private value or shared secret; 0 for a group there is not. */
size_t xeap_modp_len(uint8_t group);

/* A private and its public value, of EAP-EKE's generator or of IKE's. 0 or -EIO. */
int xeap_modp_make(uint8_t group, uint8_t *ret_private, uint8_t *ret_public);
int xeap_modp_make_ike(uint8_t group, uint8_t *ret_private, uint8_t *ret_public);

/*
 * The shared secret. 0; -EBADMSG for a public value outside 2 to p - 2, which has few powers or
 * none; -EIO.
 */
int xeap_modp_share(uint8_t group, const uint8_t *private_value, const uint8_t *public_value,
		    uint8_t *ret_secret);

#endif
