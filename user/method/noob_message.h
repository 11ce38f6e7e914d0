/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_NOOB_MESSAGE_H
#define XEAP_METHOD_NOOB_MESSAGE_H

#include <crypto/ecdhe.h>
#include <wire/json.h>

/* EAP-NOOB's messages: JSON objects with a number Type (RFC 9140 §3.3 and §5.2). */

#define XEAP_NOOB_MEMBERS_MAX 32
#define XEAP_NOOB_TYPE_MAX 9

enum xeap_noob_type {
	XEAP_NOOB_ERROR = 0,
	XEAP_NOOB_DISCOVERY = 1,
	XEAP_NOOB_NEGOTIATION = 2,
	XEAP_NOOB_KEYS = 3,
	XEAP_NOOB_WAIT = 4,
	XEAP_NOOB_ID = 5,
	XEAP_NOOB_COMPLETION = 6,
	XEAP_NOOB_RENEGOTIATION = 7,
	XEAP_NOOB_REKEYS = 8,
	XEAP_NOOB_RECOMPLETION = 9,
};

/* ErrorCode, §5.3. Functions that read a message return one, 0, or a negative errno. */
#define XEAP_NOOB_E_STRUCTURE 1002
#define XEAP_NOOB_E_DATA 1003
#define XEAP_NOOB_E_UNEXPECTED 1004
#define XEAP_NOOB_E_KEY 1005
#define XEAP_NOOB_E_STATE 2002
#define XEAP_NOOB_E_OOB_ID 2003
#define XEAP_NOOB_E_PEER_ID 2004
#define XEAP_NOOB_E_VERSION 3001
#define XEAP_NOOB_E_SUITE 3002
#define XEAP_NOOB_E_DIRECTION 3003
#define XEAP_NOOB_E_MAC 4001
#define XEAP_NOOB_E_SERVER_INFO 5002

/* What an ErrorCode means, for people; NULL for one that RFC 9140 does not know. */
const char *xeap_noob_error_text(uint32_t code);

struct xeap_noob_request {
	uint32_t type;
	struct xeap_json_member members[XEAP_NOOB_MEMBERS_MAX];
	size_t n;
};

/* 0 or XEAP_NOOB_E_STRUCTURE. The members point into the text. */
int xeap_noob_read(struct xeap_span text, struct xeap_noob_request *ret_request);

/* The text of a member's value; data NULL when there is none. */
struct xeap_span xeap_noob_value(const struct xeap_noob_request *q, const char *name);
/* A string without escapes of at most max bytes; one that is not there is empty. */
int xeap_noob_string(const struct xeap_noob_request *q, const char *name, size_t max,
		     struct xeap_span *ret_string);
/* Bytes in base64url. */
int xeap_noob_bytes(const struct xeap_noob_request *q, const char *name, uint8_t *ret_bytes,
		    size_t len);
int xeap_noob_number(const struct xeap_noob_request *q, const char *name, uint32_t max,
		     uint32_t *ret_number);

/*
 * The first number of an array of at most 16 that is among the n wanted, or `none` when it has no
 * such.
 */
int xeap_noob_choose(const struct xeap_noob_request *q, const char *name, const uint32_t *wanted,
		     size_t n, int none, uint32_t *ret_chosen);

/* A public key as JWK (RFC 7517, RFC 8037 §2): 1 is X25519, 2 is P-256. */
enum xeap_ecdhe_curve xeap_noob_curve(uint32_t suite);
int xeap_noob_read_key(struct xeap_span jwk, uint32_t suite,
		       uint8_t ret_key[XEAP_ECDHE_PUBLIC_MAX]);
void xeap_noob_put_key(struct xeap_builder *b, uint32_t suite, const uint8_t *key);

/* Writing: {"Type":type first, then members, then }. */
void xeap_noob_put_open(struct xeap_builder *b, uint32_t type);
void xeap_noob_put_name(struct xeap_builder *b, const char *name);
void xeap_noob_put_number(struct xeap_builder *b, uint32_t number);
void xeap_noob_put_string(struct xeap_builder *b, struct xeap_span inside);
void xeap_noob_put_bytes(struct xeap_builder *b, const uint8_t *bytes, size_t len);

#endif
