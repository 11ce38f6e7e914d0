/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_WIRE_ERP_H
#define XEAP_WIRE_ERP_H

#include <wire/eap.h>

/* EAP-Initiate and EAP-Finish, RFC 6696 §5.3. */

enum xeap_erp_type {
	XEAP_ERP_REAUTH_START = 1,
	XEAP_ERP_REAUTH = 2,
};

#define XEAP_ERP_FLAG_FAILURE 0x80u   /* R, in EAP-Finish only */
#define XEAP_ERP_FLAG_BOOTSTRAP 0x40u /* B */
#define XEAP_ERP_FLAG_LIFETIME 0x20u  /* L */

/* RFC 6696 §5.3.2; HMAC-SHA256-128 is the one that all have. */
enum xeap_erp_suite {
	XEAP_ERP_SHA256_64 = 1,
	XEAP_ERP_SHA256_128 = 2,
	XEAP_ERP_SHA256_256 = 3,
};

#define XEAP_ERP_MAX_TAG 32
#define XEAP_ERP_MAX_NAI 253 /* RFC 7542 §2.2 */

/* Bytes of a suite's tag; 0 for a suite that is not known. */
size_t xeap_erp_tag_len(uint8_t suite);

/* EAP-Initiate/Re-auth-Start: the domain of the ER server, data NULL when it is not named. */
struct xeap_erp_start {
	uint8_t id;
	struct xeap_span domain;
};

/* EAP-Initiate/Re-auth and EAP-Finish/Re-auth. */
struct xeap_erp_reauth {
	uint8_t code, id, flags;
	uint16_t seq;
	struct xeap_span name;		      /* keyName-NAI; data NULL: it is not there */
	struct xeap_span domain;	      /* the same */
	struct xeap_span suites;	      /* that the server knows, a byte each; the same */
	uint32_t rrk_lifetime, rmsk_lifetime; /* seconds; 0: not said */
	struct xeap_span covered;	      /* from Code to Cryptosuite */
	struct xeap_span tag;
};

/*
 * Parse. Attributes that are not known are passed over; one that is there twice counts once, the
 * first. Returns 0; -EBADMSG for a packet that is malformed, of another Code or Type, or, for
 * Re-auth, does not end as one of `suite` does. The result is untouched on failure.
 */
int xeap_erp_parse_start(struct xeap_span packet, struct xeap_erp_start *ret_start);
int xeap_erp_parse_reauth(struct xeap_span packet, uint8_t suite,
			  struct xeap_erp_reauth *ret_reauth);
/*
 * The same for a message that need not be authentic: what follows its attributes is not looked at,
 * and covered and tag are left out.
 */
int xeap_erp_parse_unprotected(struct xeap_span packet, struct xeap_erp_reauth *ret_reauth);

/*
 * Write EAP-Initiate/Re-auth with its tag left zero, which is the last tag_len bytes. 0, or
 * -EMSGSIZE with the chunk as before.
 */
int xeap_erp_build_reauth(struct xeap_chunk *c, uint8_t id, uint16_t seq, struct xeap_span name,
			  uint8_t suite);

#endif
