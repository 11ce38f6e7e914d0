/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_IKEV2_KEYS_H
#define XEAP_METHOD_IKEV2_KEYS_H

#include <crypto/cipher.h>
#include <crypto/digest.h>
#include <crypto/modp.h>
#include <wire/ike.h>

/*
 * What EAP-IKEv2 computes, RFC 5106 §5, RFC 7296 §2.14, §2.15 and §3.14: the ciphersuite, the keys
 * that follow of it, Encrypted payloads, AUTH of a shared key, the keys that are exported.
 * Functions return 0 or a negative errno, unless they say otherwise.
 */

#define XEAP_IKEV2_KEYS 128 /* MSK, then EMSK */
#define XEAP_IKEV2_ICV_MAX 32
#define XEAP_IKEV2_AES_MAX 32
#define XEAP_IKEV2_NONCE_MAX 32 /* of the own one */
/* Most bytes of a message either way: several times what any has without certificates. */
#define XEAP_IKEV2_MESSAGE_MAX 4096

/* The server is the initiator, the peer the responder. */
enum xeap_ikev2_side {
	XEAP_IKEV2_SERVER,
	XEAP_IKEV2_PEER,
	XEAP_IKEV2_SIDE_MAX
};

/* What was chosen; numbers of RFC 7296 §3.3.2 and what IANA has beside them. */
struct xeap_ikev2_suite {
	uint8_t proposal;
	uint16_t key_bits; /* of AES in CBC mode */
	uint16_t prf, integ, group;
};

struct xeap_ikev2_keys {
	struct xeap_ikev2_suite suite;
	/* SK_d, SK_a, SK_e, SK_p */
	uint8_t d[XEAP_DIGEST_MAX];
	uint8_t a[XEAP_IKEV2_SIDE_MAX][XEAP_DIGEST_MAX];
	uint8_t e[XEAP_IKEV2_SIDE_MAX][XEAP_IKEV2_AES_MAX];
	uint8_t p[XEAP_IKEV2_SIDE_MAX][XEAP_DIGEST_MAX];
};

/*
 * The first proposal all of which is known; its group is that of KE if it has that. 0; -EBADMSG;
 * -ENOENT when there is none.
 */
int xeap_ikev2_choose(struct xeap_span sa, uint16_t ke_group, struct xeap_ikev2_suite *ret_suite);
/* The four transforms of the answer. */
void xeap_ikev2_answer(const struct xeap_ikev2_suite *suite,
		       struct xeap_ike_transform ret_transforms[4]);

/* Number of a group in crypto/modp.h; 0 for one that is not there. */
uint8_t xeap_ikev2_group(uint16_t group);

/* Bytes of a nonce of the own (RFC 7296 §2.10), of AUTH, of a checksum. */
size_t xeap_ikev2_nonce_len(const struct xeap_ikev2_suite *suite);
size_t xeap_ikev2_auth_len(const struct xeap_ikev2_suite *suite);
size_t xeap_ikev2_icv_len(const struct xeap_ikev2_suite *suite);

/* What the two messages of IKE_SA_INIT had in them. */
struct xeap_ikev2_init {
	struct xeap_span nonce[XEAP_IKEV2_SIDE_MAX];
	struct xeap_span spi[XEAP_IKEV2_SIDE_MAX];
};

/* All keys, of the suite in ret_keys and the secret of Diffie-Hellman. */
int xeap_ikev2_derive(struct xeap_ikev2_keys *ret_keys, const struct xeap_ikev2_init *init,
		      struct xeap_span secret);
/* KEYMAT = prf+(SK_d, Ni | Nr) */
int xeap_ikev2_export(const struct xeap_ikev2_keys *keys, const struct xeap_ikev2_init *init,
		      uint8_t ret_keys[XEAP_IKEV2_KEYS]);

/* What AUTH of one side is over: its first message, the other's nonce, its Identification. */
struct xeap_ikev2_signed {
	struct xeap_span message, nonce, id;
};

/* AUTH with a shared key; auth_len() bytes, of at most XEAP_DIGEST_MAX. */
int xeap_ikev2_auth(const struct xeap_ikev2_keys *keys, enum xeap_ikev2_side side,
		    struct xeap_span shared_key, const struct xeap_ikev2_signed *what,
		    uint8_t *ret_auth);

/* The checksum with SK_a of a side; icv_len() bytes, of at most XEAP_IKEV2_ICV_MAX. */
int xeap_ikev2_checksum(const struct xeap_ikev2_keys *keys, enum xeap_ikev2_side side,
			struct xeap_span covered, uint8_t *ret_icv);

/*
 * End the peer's message with an Encrypted payload; `first` is the type of the first in it. Sets
 * the message's Length. -EMSGSIZE when there is no room.
 */
int xeap_ikev2_seal(const struct xeap_ikev2_keys *keys, struct xeap_builder *message, uint8_t first,
		    struct xeap_span inner);
/*
 * Open the Encrypted payload `sk` that ends the server's message. *ret_len bytes in ret_inner,
 * which takes sk.len; -EACCES when the checksum is another; -EBADMSG for lengths that do not fit.
 */
int xeap_ikev2_open(const struct xeap_ikev2_keys *keys, struct xeap_span message,
		    struct xeap_span sk, uint8_t *ret_inner, size_t *ret_len);

#endif
