/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_PWD_H
#define XEAP_CRYPTO_PWD_H

#include <stdbool.h>
#include <xeap/span.h>

/*
 * The key exchange of EAP-pwd, RFC 5931 §2.8, over elliptic curves: what a peer computes. The
 * password becomes a point (hunting and pecking) in a time that does not depend on it.
 */

#define XEAP_PWD_TOKEN 4
#define XEAP_PWD_PRIME_MAX 66 /* bytes of a coordinate or a scalar */
#define XEAP_PWD_COMMIT_MAX (3 * XEAP_PWD_PRIME_MAX)
#define XEAP_PWD_CONFIRM 32
#define XEAP_PWD_KEYS 128 /* MSK, then EMSK */
#define XEAP_PWD_SESSION_ID 33

/* The ciphersuite that the server chose. */
struct xeap_pwd_suite {
	uint16_t group; /* IANA's number of IKE's groups */
	uint8_t random_function, prf;
};

/* What the curves are called, for messages: "19, 20, …". */
extern const char xeap_pwd_groups[];

struct xeap_pwd;

/* One exchange, one thread at a time. 0; -ENOTSUP for another suite; -ENOMEM. */
int xeap_pwd_new(const struct xeap_pwd_suite *suite, struct xeap_pwd **ret_pwd);
/* Wipes. NULL is accepted; returns NULL. */
struct xeap_pwd *xeap_pwd_free(struct xeap_pwd *p);

/* Bytes of an Element and a Scalar. */
size_t xeap_pwd_commit_len(const struct xeap_pwd *p);

/* What the password element is made of. */
struct xeap_pwd_input {
	struct xeap_span token, peer, server, password;
};

/* RFC 5931 §2.8.3.1. 0 or -EIO, also when there is no such point, which nobody has seen yet. */
int xeap_pwd_hunt(struct xeap_pwd *p, const struct xeap_pwd_input *input);

/* §2.8.4.1: Element and Scalar of the peer, xeap_pwd_commit_len() bytes. After hunting. */
int xeap_pwd_commit(struct xeap_pwd *p, uint8_t *ret_commit);

/*
 * Element and Scalar of the server; computes what is shared. After xeap_pwd_commit(). -EBADMSG for
 * a scalar out of range, an element that is no point of the curve or leads to none, and what the
 * peer itself sent (RFC 5931 §2.8.5.2); -EIO.
 */
int xeap_pwd_take_commit(struct xeap_pwd *p, struct xeap_span commit);

/* §2.8.4.2: what a side confirms with. After xeap_pwd_take_commit(). 0 or -EIO. */
int xeap_pwd_confirm(const struct xeap_pwd *p, bool of_server,
		     uint8_t ret_confirm[XEAP_PWD_CONFIRM]);

/* §2.9 and §2.10. After xeap_pwd_take_commit(). 0 or -EIO. */
int xeap_pwd_keys(const struct xeap_pwd *p, uint8_t ret_keys[XEAP_PWD_KEYS],
		  uint8_t ret_session_id[XEAP_PWD_SESSION_ID]);

/* H of RFC 5931 §2.4: HMAC-SHA256 with a key of zeros. */
int xeap_pwd_h(const struct xeap_span *parts, size_t n, uint8_t ret_value[XEAP_PWD_CONFIRM]);
/* KDF of §2.5: `bits` bits. */
int xeap_pwd_kdf(const uint8_t key[32], struct xeap_span label, uint16_t bits, uint8_t *ret_bytes);

#endif
