/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_EKE_KEYS_H
#define XEAP_METHOD_EKE_KEYS_H

#include <crypto/cipher.h>
#include <crypto/digest.h>
#include <crypto/modp.h>

/* EAP-EKE's keys and protection, RFC 6124 §4 and §5. Functions return 0 or a negative errno. */

#define XEAP_EKE_NONCE 16
#define XEAP_EKE_KEY 16 /* AES-128 */
#define XEAP_EKE_HASH_MAX XEAP_SHA256_LEN
#define XEAP_EKE_KEYS 128 /* MSK, then EMSK */
#define XEAP_EKE_PROT_MAX (XEAP_AES_BLOCK + 2 * XEAP_EKE_NONCE + XEAP_EKE_HASH_MAX)

/* One proposal, §4.2.1, numbers of §7. */
struct xeap_eke_suite {
	uint8_t group, cipher, prf, mac;
};

/* Whether there is code for all four. */
bool xeap_eke_suite_known(const struct xeap_eke_suite *suite);

struct xeap_eke {
	struct xeap_eke_suite suite;
	struct xeap_span server, peer; /* identities; the caller's */
	uint8_t key[XEAP_EKE_KEY];     /* of the password */
	uint8_t shared[XEAP_EKE_HASH_MAX];
	uint8_t ke[XEAP_EKE_KEY], ki[XEAP_EKE_HASH_MAX], ka[XEAP_EKE_HASH_MAX];
	uint8_t nonce_peer[XEAP_EKE_NONCE], nonce_server[XEAP_EKE_NONCE];
};

/* Bytes of a DHComponent, of an Auth value, of n bytes protected. */
size_t xeap_eke_component_len(const struct xeap_eke *e);
size_t xeap_eke_auth_len(const struct xeap_eke *e);
size_t xeap_eke_prot_len(const struct xeap_eke *e, size_t n);

/*
 * The password's key, the server's public value out of its DHComponent, the own DHComponent, and
 * all that follows of both: SharedSecret, Ke, Ki. -EBADMSG for a public value that is none.
 */
int xeap_eke_commit(struct xeap_eke *e, struct xeap_span password, const uint8_t *server_component,
		    uint8_t *ret_component);

/* Prot(), §5.5: iv | encrypted | MAC; data are whole blocks. */
int xeap_eke_protect(const struct xeap_eke *e, struct xeap_span data, uint8_t *ret_protected);
/* The way back; -EACCES when the MAC is another. ret_data takes what was protected. */
int xeap_eke_open(const struct xeap_eke *e, struct xeap_span protected_data, uint8_t *ret_data);

/* Ka, once both nonces are there. */
int xeap_eke_derive_ka(struct xeap_eke *e);
/* Auth_S or Auth_P over the four messages. */
int xeap_eke_auth(const struct xeap_eke *e, bool of_server, struct xeap_span messages,
		  uint8_t *ret_auth);
int xeap_eke_export(const struct xeap_eke *e, uint8_t ret_keys[XEAP_EKE_KEYS]);

#endif
