/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_NOOB_KEYS_H
#define XEAP_METHOD_NOOB_KEYS_H

#include <stdbool.h>
#include <stdint.h>
#include <xeap/span.h>

/* What EAP-NOOB derives and digests (RFC 9140 §3.3 and §3.5), with cryptosuites 1 and 2. */

#define XEAP_NOOB_NONCE 32
#define XEAP_NOOB_NOOB 16   /* the secret of the out-of-band message */
#define XEAP_NOOB_FINGER 16 /* NoobId, Hoob */
#define XEAP_NOOB_MAC 32
#define XEAP_NOOB_KEY 32 /* Kms, Kmp, Kz */
#define XEAP_NOOB_MSK 64
#define XEAP_NOOB_METHOD_ID 32

struct xeap_noob_keys {
	uint8_t msk[XEAP_NOOB_MSK], emsk[XEAP_NOOB_MSK], amsk[XEAP_NOOB_MSK];
	uint8_t method_id[XEAP_NOOB_METHOD_ID];
	uint8_t kms[XEAP_NOOB_KEY], kmp[XEAP_NOOB_KEY];
	uint8_t kz[XEAP_NOOB_KEY];
};

/*
 * Derive all of them. z is the shared secret, or Kz with KeyingMode 1; secret is Noob after the
 * out-of-band step, Kz with KeyingMode 2 and 3, nothing with KeyingMode 1. Of KeyingMode 1 and 2
 * kz is none: the association keeps its own. 0, or what OpenSSL failed with; ret_keys is undefined
 * then.
 */
int xeap_noob_keys_derive(struct xeap_span z, struct xeap_span np, struct xeap_span ns,
			  struct xeap_span secret, struct xeap_noob_keys *ret_keys);

/* NoobId, of Noob's text in base64url. */
int xeap_noob_id(struct xeap_span noob_text, uint8_t ret_id[XEAP_NOOB_FINGER]);

/* Hoob, of the array's text. */
int xeap_noob_hoob(struct xeap_span array, uint8_t ret_hoob[XEAP_NOOB_FINGER]);

/* MACs and MACp, of the array's text. */
int xeap_noob_mac(const uint8_t key[XEAP_NOOB_KEY], struct xeap_span array,
		  uint8_t ret_mac[XEAP_NOOB_MAC]);

#endif
