/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_SIM_KEYS_H
#define XEAP_METHOD_SIM_KEYS_H

#include <crypto/digest.h>
#include <stdbool.h>
#include <xeap/span.h>

/* Key derivation of EAP-SIM, EAP-AKA and EAP-AKA', and what protects their packets. */

#define XEAP_SIM_MK XEAP_SHA1_LEN
#define XEAP_SIM_K_ENCR 16
#define XEAP_SIM_K_AUT_MAX 32
#define XEAP_SIM_K_RE 32
#define XEAP_SIM_MSK 64
#define XEAP_SIM_MAC 16

struct xeap_sim_keys {
	uint8_t mk[XEAP_SIM_MK];     /* SIM and AKA: what re-authentication goes on from */
	uint8_t k_re[XEAP_SIM_K_RE]; /* AKA': the same */
	uint8_t k_encr[XEAP_SIM_K_ENCR];
	uint8_t k_aut[XEAP_SIM_K_AUT_MAX]; /* 16 of them for SIM and AKA */
	uint8_t msk[XEAP_SIM_MSK];
	uint8_t emsk[XEAP_SIM_MSK];
};

/* All return 0 or a negative errno. */

/* RFC 4186 §7: MK is the digest of the parts. RFC 4187 §7 the same, with other parts. */
int xeap_sim_keys_derive(const struct xeap_span *parts, size_t n, struct xeap_sim_keys *ret_keys);
/* RFC 4186 §7 and RFC 4187 §7, fast re-authentication: new MSK and EMSK. */
int xeap_sim_keys_reauth(struct xeap_sim_keys *keys, struct xeap_span identity, uint16_t counter,
			 struct xeap_span nonce_s);

/* CK' and IK' of RFC 9048 §3.3, 16 bytes each, from those of the card and SQN ⊕ AK. */
int xeap_aka_prime_ck_ik(struct xeap_span ck, struct xeap_span ik, struct xeap_span network,
			 struct xeap_span sqn_ak, uint8_t ret_ck[16], uint8_t ret_ik[16]);
/*
 * RFC 9048 §3.3; with a shared secret, whose data is not NULL, RFC 9678 §6.3: K_re, MSK and EMSK
 * come from it too.
 */
int xeap_aka_prime_keys_derive(struct xeap_span ck, struct xeap_span ik, struct xeap_span identity,
			       struct xeap_span shared, struct xeap_sim_keys *ret_keys);
int xeap_aka_prime_keys_reauth(struct xeap_sim_keys *keys, struct xeap_span identity,
			       uint16_t counter, struct xeap_span nonce_s);

/* AT_MAC: HMAC-SHA1-128, or HMAC-SHA-256-128 for AKA', over the parts. */
int xeap_sim_mac(bool prime, const struct xeap_sim_keys *keys, const struct xeap_span *parts,
		 size_t n, uint8_t ret_mac[XEAP_SIM_MAC]);

#endif
