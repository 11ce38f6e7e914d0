/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_WIRE_EAP_H
#define XEAP_WIRE_EAP_H

#include <base/reader.h>
#include <xeap/method.h>

/* EAP packets, RFC 3748 §4 and §5. */

enum xeap_eap_code {
	XEAP_EAP_REQUEST = 1,
	XEAP_EAP_RESPONSE = 2,
	XEAP_EAP_SUCCESS = 3,
	XEAP_EAP_FAILURE = 4,
	XEAP_EAP_INITIATE = 5, /* RFC 6696 */
	XEAP_EAP_FINISH = 6,
};

enum xeap_eap_type {
	XEAP_EAP_IDENTITY = 1,
	XEAP_EAP_NOTIFICATION = 2,
	XEAP_EAP_NAK = 3,
	XEAP_EAP_MD5 = 4,
	XEAP_EAP_OTP = 5,
	XEAP_EAP_GTC = 6,
	XEAP_EAP_TLS = 13,
	XEAP_EAP_SIM = 18,
	XEAP_EAP_TTLS = 21,
	XEAP_EAP_AKA = 23,
	XEAP_EAP_PEAP = 25,
	XEAP_EAP_MSCHAPV2 = 26,
	XEAP_EAP_EXTENSIONS = 33, /* [MS-PEAP] §2.2.8.1, inside PEAP */
	XEAP_EAP_FAST = 43,
	XEAP_EAP_PAX = 46,
	XEAP_EAP_PSK = 47,
	XEAP_EAP_SAKE = 48,
	XEAP_EAP_IKEV2 = 49,
	XEAP_EAP_AKA_PRIME = 50,
	XEAP_EAP_GPSK = 51,
	XEAP_EAP_PWD = 52,
	XEAP_EAP_EKE = 53,
	XEAP_EAP_TEAP = 55,
	XEAP_EAP_NOOB = 56,
	XEAP_EAP_EXPANDED = 254,
};

#define XEAP_EAP_HEADER 4	    /* Code, Identifier, Length */
#define XEAP_EAP_EXPANDED_HEADER 12 /* and Type, Vendor-Id, Vendor-Type */
#define XEAP_EAP_MIN_MTU 1020	    /* RFC 3748 §3.1 */

/* A parsed packet. type and data are set for Request and Response only. */
struct xeap_eap {
	uint8_t code;
	uint8_t id;
	uint16_t len;		      /* the Length field */
	struct xeap_method_type type; /* 254: with vendor and vendor_type; author 0 */
	struct xeap_span data;	      /* Type-Data, in place */
	struct xeap_span packet;      /* the whole packet, bytes past Length cut off */
};

/*
 * Parse a packet. Bytes past Length are ignored (RFC 3748 §4). Returns 0; -EBADMSG when the bytes
 * are too few for the header or for Length, when Length is below what Code and Type need, or when
 * Success and Failure are not 4 long; -EPROTONOSUPPORT for a Code outside 1 to 6. ret_eap is
 * untouched unless 0 is returned.
 */
int xeap_eap_parse(struct xeap_span bytes, struct xeap_eap *ret_eap);

/*
 * Whether a type is the same in type, vendor and vendor_type. Type N equals expanded type {254, 0,
 * N} (RFC 3748 §5.7).
 */
bool xeap_eap_type_equal(struct xeap_method_type a, struct xeap_method_type b);

/*
 * Write the header of a Response of `type` into the chunk: Code, Identifier, Length 0, Type
 * (expanded for type 254). Returns where Type-Data goes, with len set after the header, or NULL
 * when cap is too small; the chunk is then as before.
 */
uint8_t *xeap_eap_begin_response(struct xeap_chunk *c, uint8_t id, struct xeap_method_type type);

/*
 * Store chunk.len, at most 65535, in the Length field, after Type-Data was appended and len
 * raised.
 */
void xeap_eap_finish(struct xeap_chunk *c);

/*
 * Both with a builder at Type-Data, which is bad when cap is too small. The latter takes what was
 * put: 0 or -EMSGSIZE.
 */
struct xeap_builder xeap_eap_build_response(struct xeap_chunk *c, uint8_t id,
					    struct xeap_method_type type);
int xeap_eap_finish_built(struct xeap_chunk *c, const struct xeap_builder *b);

/* Whole responses of the peer itself. 0, or -EMSGSIZE with the chunk as before. */
int xeap_eap_build_identity(struct xeap_chunk *c, uint8_t id, struct xeap_span identity);
int xeap_eap_build_notification(struct xeap_chunk *c, uint8_t id);
/*
 * Legacy Nak (RFC 3748 §5.3.1) with the desired types; none: a single 0. Vendors' expanded ones
 * among them are named as one 254.
 */
int xeap_eap_build_nak(struct xeap_chunk *c, uint8_t id, const struct xeap_method_type *types,
		       size_t n);
/* Expanded Nak (§5.3.2), the answer to an expanded Request; none: a single type 0 of vendor 0. */
int xeap_eap_build_expanded_nak(struct xeap_chunk *c, uint8_t id,
				const struct xeap_method_type *types, size_t n);

#endif
