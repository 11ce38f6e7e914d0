/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_WIRE_IKE_H
#define XEAP_WIRE_IKE_H

#include <base/reader.h>
#include <stdbool.h>
#include <xeap/span.h>

/* IKEv2 messages, RFC 7296 §3: header and payloads, as far as EAP-IKEv2 (RFC 5106) has them. */

#define XEAP_IKE_HEADER 28
#define XEAP_IKE_PAYLOAD_HEADER 4
#define XEAP_IKE_SPI 8
#define XEAP_IKE_VERSION 0x20

enum xeap_ike_exchange {
	XEAP_IKE_SA_INIT = 34,
	XEAP_IKE_AUTH = 35,
	XEAP_IKE_INFORMATIONAL = 37,
};

#define XEAP_IKE_INITIATOR 0x08u
#define XEAP_IKE_RESPONSE 0x20u

enum xeap_ike_payload {
	XEAP_IKE_NO_NEXT = 0,
	XEAP_IKE_PAYLOAD_SA = 33,
	XEAP_IKE_PAYLOAD_KE = 34,
	XEAP_IKE_PAYLOAD_ID_I = 35,
	XEAP_IKE_PAYLOAD_ID_R = 36,
	XEAP_IKE_PAYLOAD_AUTH = 39,
	XEAP_IKE_PAYLOAD_NONCE = 40,
	XEAP_IKE_PAYLOAD_NOTIFY = 41,
	XEAP_IKE_PAYLOAD_SK = 46,
};

#define XEAP_IKE_NONCE_MIN 16
#define XEAP_IKE_NONCE_MAX 256
#define XEAP_IKE_ID_KEY_ID 11
#define XEAP_IKE_AUTH_SHARED_KEY 2

/* Notify Message Types, §3.10.1; those below 16384 are errors. */
#define XEAP_IKE_UNSUPPORTED_CRITICAL_PAYLOAD 1
#define XEAP_IKE_INVALID_SYNTAX 7
#define XEAP_IKE_NO_PROPOSAL_CHOSEN 14
#define XEAP_IKE_INVALID_KE_PAYLOAD 17
#define XEAP_IKE_AUTHENTICATION_FAILED 24
#define XEAP_IKE_STATUS_FIRST 16384

struct xeap_ike_header {
	uint8_t spi_i[XEAP_IKE_SPI], spi_r[XEAP_IKE_SPI];
	uint8_t first; /* type of the first payload */
	uint8_t exchange, flags;
	uint32_t message_id;
};

/*
 * Parse the header of a whole message. 0; -EBADMSG when Length is not that of the message;
 * -EPROTONOSUPPORT for another major version. Outputs are untouched on failure.
 */
int xeap_ike_parse_header(struct xeap_span message, struct xeap_ike_header *ret_header,
			  struct xeap_span *ret_payloads);

/* What a chain of payloads has; spans point into it, data NULL: not there. */
struct xeap_ike_payloads {
	struct xeap_span sa; /* proposals */
	uint16_t group;
	struct xeap_span public_value;
	struct xeap_span nonce;
	struct xeap_span id_i, id_r; /* with ID Type and reserved octets: what AUTH is over */
	uint8_t auth_method;
	struct xeap_span auth;
	uint16_t error;	     /* the first Notify that is an error; 0: none */
	uint8_t unknown;     /* a critical payload that is not known; 0: none */
	uint8_t inner;	     /* type of the first payload in sk */
	struct xeap_span sk; /* of the Encrypted payload, which is the last */
};

/*
 * Parse a chain of payloads. 0; -EBADMSG: lengths that do not fit, a payload twice that may come
 * once, or a nonce of another length than 16 to 256. ret_payloads is untouched on failure.
 */
int xeap_ike_parse_payloads(uint8_t first, struct xeap_span chain,
			    struct xeap_ike_payloads *ret_payloads);

enum xeap_ike_transform_type {
	XEAP_IKE_ENCR = 1,
	XEAP_IKE_PRF = 2,
	XEAP_IKE_INTEG = 3,
	XEAP_IKE_DH = 4,
};

#define XEAP_IKE_PROTOCOL_IKE 1

struct xeap_ike_transform {
	uint8_t type;
	uint16_t id;
	uint16_t key_bits; /* Key Length; 0: none */
	bool unknown;	   /* has an attribute that is none of IKEv2's */
};

struct xeap_ike_proposal {
	uint8_t number, protocol;
	struct xeap_span spi;
	struct xeap_span transforms;
};

/* The next one: 1; 0 at the end; -EBADMSG. */
int xeap_ike_next_proposal(struct xeap_reader *sa, struct xeap_ike_proposal *ret_proposal);
int xeap_ike_next_transform(struct xeap_reader *transforms,
			    struct xeap_ike_transform *ret_transform);

/*
 * Building: the header first, then each payload with the type of the one after it, then finish(),
 * which stores Length; put_sk() begins an Encrypted payload of len bytes after its header.
 */
void xeap_ike_put_header(struct xeap_builder *b, const struct xeap_ike_header *header);
void xeap_ike_put_sa(struct xeap_builder *b, uint8_t next, uint8_t proposal,
		     const struct xeap_ike_transform *transforms, uint8_t n);
void xeap_ike_put_ke(struct xeap_builder *b, uint8_t next, uint16_t group,
		     struct xeap_span public_value);
void xeap_ike_put_nonce(struct xeap_builder *b, uint8_t next, struct xeap_span nonce);
/* Identification, from ID Type on. */
void xeap_ike_put_id(struct xeap_builder *b, uint8_t next, struct xeap_span id);
void xeap_ike_put_auth(struct xeap_builder *b, uint8_t next, uint8_t method, struct xeap_span auth);
void xeap_ike_put_notify(struct xeap_builder *b, uint8_t next, uint16_t type,
			 struct xeap_span data);
void xeap_ike_put_sk(struct xeap_builder *b, uint8_t inner, size_t len);
/* `more` bytes are to follow that are counted. */
void xeap_ike_finish(struct xeap_builder *b, size_t more);

#endif
