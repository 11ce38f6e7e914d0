/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_WIRE_TLV_H
#define XEAP_WIRE_TLV_H

#include <base/reader.h>
#include <stdbool.h>
#include <xeap/span.h>

/* The TLVs inside TEAP's tunnel, RFC 9930 §4.2. */

#define XEAP_TLV_MANDATORY 0x8000
#define XEAP_TLV_HEADER 4

enum xeap_tlv_type {
	XEAP_TLV_AUTHORITY_ID = 1,
	XEAP_TLV_IDENTITY_TYPE,
	XEAP_TLV_RESULT,
	XEAP_TLV_NAK,
	XEAP_TLV_ERROR,
	XEAP_TLV_CHANNEL_BINDING,
	XEAP_TLV_VENDOR_SPECIFIC,
	XEAP_TLV_REQUEST_ACTION,
	XEAP_TLV_EAP_PAYLOAD,
	XEAP_TLV_INTERMEDIATE_RESULT,
	XEAP_TLV_PAC,
	XEAP_TLV_CRYPTO_BINDING,
	XEAP_TLV_BASIC_PASSWORD_REQ,
	XEAP_TLV_BASIC_PASSWORD_RESP,
	XEAP_TLV_PKCS7,
	XEAP_TLV_PKCS10,
	XEAP_TLV_TRUSTED_SERVER_ROOT,
	XEAP_TLV_CSR_ATTRIBUTES,
	XEAP_TLV_IDENTITY_HINT,
};

enum xeap_tlv_result {
	XEAP_TLV_RESULT_NONE, /* there is no such TLV */
	XEAP_TLV_RESULT_SUCCESS = 1,
	XEAP_TLV_RESULT_FAILURE = 2,
};

enum xeap_tlv_identity {
	XEAP_TLV_IDENTITY_NONE,
	XEAP_TLV_IDENTITY_USER = 1,
	XEAP_TLV_IDENTITY_MACHINE = 2,
};

/* Of the Error TLV, RFC 9930 §4.2.6; from 2000 on they are fatal. */
#define XEAP_TLV_ERROR_FATAL 2000
#define XEAP_TLV_ERROR_TUNNEL_COMPROMISE 2001
#define XEAP_TLV_ERROR_UNEXPECTED_TLVS 2002
#define XEAP_TLV_ERROR_BINDING_FIELDS 2003 /* Version, Received-Ver or Sub-Type */
#define XEAP_TLV_ERROR_NO_MSK_MAC 2004
#define XEAP_TLV_ERROR_MSK_MAC 2005
#define XEAP_TLV_ERROR_EMSK_MAC 2007

#define XEAP_TLV_NONCE 32
#define XEAP_TLV_MAC 20
#define XEAP_TLV_BINDING_VALUE (4 + XEAP_TLV_NONCE + 2 * XEAP_TLV_MAC)
#define XEAP_TLV_BINDING_LEN (XEAP_TLV_HEADER + XEAP_TLV_BINDING_VALUE)
/* Flags of the Crypto-Binding TLV: which of its MACs are there. */
#define XEAP_TLV_BINDING_EMSK 1
#define XEAP_TLV_BINDING_MSK 2

struct xeap_tlv_binding {
	struct xeap_span whole; /* XEAP_TLV_BINDING_LEN bytes, header included; NULL: none */
	uint8_t version, received_version, flags, subtype;
	struct xeap_span nonce, emsk_mac, msk_mac;
};

/* What a message of the server says; spans point into it, data NULL: not there. */
struct xeap_tlvs {
	enum xeap_tlv_result result, intermediate;
	enum xeap_tlv_identity identity;
	uint32_t error; /* 0: none */
	/* What to answer to a Request-Action that is not followed; the worst of several. */
	enum xeap_tlv_result action;
	bool pac; /* there is a PAC, which there is no more */
	struct xeap_span eap;
	bool password_wanted;
	struct xeap_span password_prompt;
	bool nak;
	struct xeap_tlv_binding binding;
	/* A mandatory TLV is not known, or is nothing for a peer; the first one's type. */
	bool refuses;
	uint16_t refused;
	uint32_t refused_vendor;
};

/*
 * Parse a message. 0; -EBADMSG: lengths that do not fit, a TLV that may come once comes twice, or a
 * result, binding or method that makes no sense. Other TLVs of a wrong format are passed over (RFC
 * 9930 §4.2.1). ret_tlvs is untouched on failure.
 */
int xeap_tlvs_parse(struct xeap_span data, struct xeap_tlvs *ret_tlvs);

/* Whom the outer TLVs of a Start ask for: an optional one, as all are there (RFC 9930 §4.3.1). */
enum xeap_tlv_identity xeap_tlvs_outer_identity(struct xeap_span data);

/* Write one; the mandatory bit is the standard's (RFC 9930 §4.2). */
void xeap_tlv_put(struct xeap_builder *to, enum xeap_tlv_type type, struct xeap_span value);
void xeap_tlv_put_u16(struct xeap_builder *to, enum xeap_tlv_type type, uint16_t value);
void xeap_tlv_put_u32(struct xeap_builder *to, enum xeap_tlv_type type, uint32_t value);
void xeap_tlv_put_nak(struct xeap_builder *to, uint32_t vendor, uint16_t type);

#endif
