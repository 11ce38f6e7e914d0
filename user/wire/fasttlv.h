/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_WIRE_FASTTLV_H
#define XEAP_WIRE_FASTTLV_H

#include <base/reader.h>
#include <stdbool.h>
#include <xeap/span.h>

/* The TLVs inside EAP-FAST's tunnel, RFC 4851 §4.2, and those of a PAC, RFC 5422 §4.2. */

#define XEAP_FAST_MANDATORY 0x8000
#define XEAP_FAST_HEADER 4

enum xeap_fast_type {
	XEAP_FAST_RESULT = 3,
	XEAP_FAST_NAK = 4,
	XEAP_FAST_ERROR = 5,
	XEAP_FAST_VENDOR = 7,
	XEAP_FAST_EAP_PAYLOAD = 9,
	XEAP_FAST_INTERMEDIATE = 10,
	XEAP_FAST_PAC = 11,
	XEAP_FAST_BINDING = 12,
	XEAP_FAST_REQUEST_ACTION = 19,
};

enum xeap_pac_attribute {
	XEAP_PAC_KEY_ATTRIBUTE = 1,
	XEAP_PAC_OPAQUE = 2,
	XEAP_PAC_LIFETIME = 3,
	XEAP_PAC_A_ID = 4,
	XEAP_PAC_I_ID = 5,
	XEAP_PAC_A_ID_INFO = 7,
	XEAP_PAC_ACKNOWLEDGEMENT = 8,
	XEAP_PAC_INFO = 9,
	XEAP_PAC_TYPE = 10,
};

#define XEAP_PAC_TUNNEL 1 /* the PAC-Type of a Tunnel PAC */

#define XEAP_FAST_SUCCESS 1
#define XEAP_FAST_FAILURE 2
#define XEAP_FAST_PROCESS_TLV 1 /* of Request-Action, RFC 4851 §4.2.8 */

#define XEAP_FAST_ERROR_FATAL 2000
#define XEAP_FAST_ERROR_COMPROMISE 2001
#define XEAP_FAST_ERROR_UNEXPECTED 2002

#define XEAP_FAST_NONCE 32
#define XEAP_FAST_MAC 20
#define XEAP_FAST_BINDING_VALUE (4 + XEAP_FAST_NONCE + XEAP_FAST_MAC)
#define XEAP_FAST_BINDING_LEN (XEAP_FAST_HEADER + XEAP_FAST_BINDING_VALUE)

struct xeap_fast_binding {
	struct xeap_span whole; /* header included; data NULL: none */
	uint8_t version, received_version, subtype;
	struct xeap_span nonce, mac;
};

/* What a server gives; spans point into the message, data NULL: not there. */
struct xeap_fast_pac {
	bool there;
	struct xeap_span key, opaque, a_id, i_id, a_id_info;
	uint16_t type; /* 0: not said */
};

struct xeap_fast_tlvs {
	uint16_t result, intermediate; /* 0: none */
	uint32_t error;		       /* 0: none */
	struct xeap_span eap;
	struct xeap_fast_binding binding;
	struct xeap_fast_pac pac;
	/* A mandatory TLV is not known; the first one's type. */
	bool refuses;
	uint16_t refused;
	uint32_t refused_vendor;
};

/*
 * Parse a message. 0; -EBADMSG: lengths that do not fit, a TLV twice that may come once, or a value
 * that does not exist. ret_tlvs is untouched on failure.
 */
int xeap_fast_parse(struct xeap_span data, struct xeap_fast_tlvs *ret_tlvs);

/* The A-ID of a Start, RFC 4851 §4.1.1; data NULL when there is none. */
struct xeap_span xeap_fast_a_id(struct xeap_span data);

/*
 * TLVs that TEAP has not; those that it took over, with their types and mandatory bits, are written
 * by xeap_tlv_put(). A Request-Action, Process-TLV:
 */
void xeap_fast_put_process_tlv(struct xeap_builder *to);
/* A PAC TLV with one attribute of 16 bits: a PAC-Acknowledgement, or the PAC-Type asked for. */
void xeap_fast_put_pac(struct xeap_builder *to, enum xeap_pac_attribute attribute, uint16_t value);

#endif
