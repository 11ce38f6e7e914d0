/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_MSCHAPV2_PACKET_H
#define XEAP_METHOD_MSCHAPV2_PACKET_H

#include <crypto/mschap.h>
#include <stdbool.h>
#include <xeap/method.h>

/* EAP-MSCHAPv2's packets, draft-kamath-pppext-eap-mschapv2-02 §2, with the fields of RFC 2759. */

enum xeap_mschapv2_opcode {
	XEAP_MSCHAPV2_CHALLENGE_OP = 1,
	XEAP_MSCHAPV2_RESPONSE_OP = 2,
	XEAP_MSCHAPV2_SUCCESS_OP = 3,
	XEAP_MSCHAPV2_FAILURE_OP = 4,
	XEAP_MSCHAPV2_CHANGE_OP = 7,
};

struct xeap_mschapv2_request {
	uint8_t opcode, id;	  /* OpCode, MS-CHAPv2-ID */
	const uint8_t *challenge; /* of a Challenge: XEAP_MSCHAPV2_CHALLENGE bytes, in place */
	struct xeap_span message; /* of a Success or Failure, in place */
};

/* Read Type-Data of a request. False: it is none of the three. */
bool xeap_mschapv2_read(struct xeap_span type_data, struct xeap_mschapv2_request *ret_request);

/* RFC 2759 §6. */
#define XEAP_MSCHAPV2_RESTRICTED_HOURS 646u
#define XEAP_MSCHAPV2_ACCOUNT_DISABLED 647u
#define XEAP_MSCHAPV2_PASSWORD_EXPIRED 648u
#define XEAP_MSCHAPV2_NO_DIALIN 649u
#define XEAP_MSCHAPV2_REFUSED 691u
#define XEAP_MSCHAPV2_CHANGE_FAILED 709u

/* What a Failure says: "E=eeeeeeeeee R=r C=cccccccccccccccccccccccccccccccc V=v M=<msg>". */
struct xeap_mschapv2_failure {
	unsigned int error, version;
	bool retry, has_challenge;
	uint8_t challenge[XEAP_MSCHAPV2_CHALLENGE];
	struct xeap_span text; /* for people, not yet fit for a terminal */
};

/* Fields that are missing or malformed stay 0. */
void xeap_mschapv2_read_failure(struct xeap_span message,
				struct xeap_mschapv2_failure *ret_failure);

/* What an error means, for people. */
const char *xeap_mschapv2_error_text(unsigned int error);

struct xeap_mschapv2_answer {
	uint8_t eap_id, id;
	const uint8_t *peer_challenge; /* XEAP_MSCHAPV2_CHALLENGE */
	const uint8_t *response;       /* XEAP_NT_RESPONSE */
};

/* Whole packets; 0 or -EMSGSIZE. */
int xeap_mschapv2_write_response(const struct xeap_mschapv2_answer *a, struct xeap_span name,
				 struct xeap_chunk *to);
int xeap_mschapv2_write_change(const struct xeap_mschapv2_answer *a,
			       const uint8_t password[XEAP_NT_ENCRYPTED_PASSWORD],
			       const uint8_t hash[XEAP_NT_HASH], struct xeap_chunk *to);
/* The acknowledgement of a Success or Failure. */
int xeap_mschapv2_write_ack(uint8_t eap_id, uint8_t opcode, struct xeap_chunk *to);

#endif
