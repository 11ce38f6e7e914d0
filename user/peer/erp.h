/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PEER_ERP_H
#define XEAP_PEER_ERP_H

#include <wire/erp.h>

/*
 * The peer's side of ERP, RFC 6696: one round trip with a key of an earlier full authentication.
 * Run with the home domain's ER server, after EAP-Initiate/Re-auth-Start. Not run: keys of another
 * domain (DSRK, explicit bootstrapping) and Initiate without a Start. The engine has no clock: it
 * is the server that knows when a key's lifetime is over, and refuses it; then and when nobody
 * answers the next session is a full one.
 */

#define XEAP_ERP_KEY 64 /* bytes of EMSK, rRK, rIK and rMSK: RFC 6696 §4.1, §4.3 and §4.6 */
#define XEAP_ERP_NAME (2 * 8) /* EMSKname in hexadecimal digits, RFC 5295 §3.2 */

/* What is kept of a full authentication: a secret. All zeros: nothing. */
struct xeap_erp {
	uint8_t rrk[XEAP_ERP_KEY];
	uint16_t seq;		    /* SEQ to be sent next */
	uint16_t nai_len;	    /* 0: there is no key */
	char nai[XEAP_ERP_MAX_NAI]; /* keyName-NAI */
};

/* The realm of an NAI, behind its last @ (RFC 7542 §2.2); empty when there is none. */
struct xeap_span xeap_erp_realm(struct xeap_span nai);

/*
 * Derive the key. Returns 0; -EINVAL for a realm that is empty or too long, an EMSK that is not 64
 * bytes or a Session-Id that is empty; as xeap_hmac(). ret_erp is untouched on failure.
 */
int xeap_erp_derive(struct xeap_span emsk, struct xeap_span session_id, struct xeap_span realm,
		    struct xeap_erp *ret_erp);

/* Whether there is a key that can be used in a domain; data NULL: any. */
bool xeap_erp_usable(const struct xeap_erp *erp, struct xeap_span domain);

/*
 * Write EAP-Initiate/Re-auth with the next SEQ, which is used up and returned. 0; -EMSGSIZE; as
 * xeap_hmac().
 */
int xeap_erp_initiate(struct xeap_erp *erp, struct xeap_chunk *c, uint8_t id, uint8_t suite,
		      uint16_t *ret_seq);

/*
 * Whether EAP-Finish/Re-auth is the server's answer to that. Returns 0 with the message; -EBADMSG
 * for one that is malformed, another's or an old one's, or whose tag is wrong.
 */
int xeap_erp_check_finish(const struct xeap_erp *erp, struct xeap_span packet, uint8_t id,
			  uint8_t suite, uint16_t seq, struct xeap_erp_reauth *ret_finish);

/*
 * Whether it is a refusal of that, authentic or not: a server that has not the key cannot sign
 * (RFC 6696 §5.3.3). It is believed as EAP-Failure is, which nobody signs either.
 */
bool xeap_erp_is_refusal(const struct xeap_erp *erp, struct xeap_span packet, uint8_t id,
			 uint16_t seq);

/* Derive rMSK of a SEQ. Returns its length, -ENOSPC, or as xeap_hmac(). */
int xeap_erp_rmsk(const struct xeap_erp *erp, uint16_t seq, uint8_t *buf, size_t size);

#endif
