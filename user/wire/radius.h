/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_WIRE_RADIUS_H
#define XEAP_WIRE_RADIUS_H

#include <stdbool.h>

#include "base/reader.h"

/*
 * RADIUS packets, RFC 2865 §3 and §5, without what needs the shared secret (radius/keys.h).
 */

#define XEAP_RADIUS_HEADER 20	/* Code, Identifier, Length, Authenticator */
#define XEAP_RADIUS_MAX 4096	/* bytes of a packet, RFC 2865 §3 */
#define XEAP_RADIUS_LENGTH_AT 2 /* of the Length field */
#define XEAP_RADIUS_AUTHENTICATOR 16
#define XEAP_RADIUS_VALUE_MAX 253 /* bytes of one attribute's value */

enum xeap_radius_code {
	XEAP_RADIUS_ACCESS_REQUEST = 1,
	XEAP_RADIUS_ACCESS_ACCEPT = 2,
	XEAP_RADIUS_ACCESS_REJECT = 3,
	XEAP_RADIUS_ACCESS_CHALLENGE = 11,
};

enum xeap_radius_attribute_type {
	XEAP_RADIUS_USER_NAME = 1,
	XEAP_RADIUS_NAS_IP_ADDRESS = 4,
	XEAP_RADIUS_SERVICE_TYPE = 6,
	XEAP_RADIUS_FRAMED_MTU = 12,
	XEAP_RADIUS_REPLY_MESSAGE = 18,
	XEAP_RADIUS_STATE = 24,
	XEAP_RADIUS_VENDOR_SPECIFIC = 26,
	XEAP_RADIUS_SESSION_TIMEOUT = 27,
	XEAP_RADIUS_CALLED_STATION_ID = 30,
	XEAP_RADIUS_CALLING_STATION_ID = 31,
	XEAP_RADIUS_NAS_IDENTIFIER = 32,
	XEAP_RADIUS_NAS_PORT_TYPE = 61,
	XEAP_RADIUS_CONNECT_INFO = 77,
	XEAP_RADIUS_EAP_MESSAGE = 79,
	XEAP_RADIUS_MESSAGE_AUTHENTICATOR = 80,
	XEAP_RADIUS_NAS_IPV6_ADDRESS = 95,
	XEAP_RADIUS_EAP_KEY_NAME = 102, /* RFC 7268 §2.2 */
};

/* A packet whose lengths are sound: all attributes fill it exactly. */
struct xeap_radius {
	uint8_t code, id;
	struct xeap_span packet;	/* bytes past Length cut off */
	struct xeap_span authenticator; /* 16 bytes, in place */
	struct xeap_span attributes;	/* in place, for xeap_radius_next() */
};

/*
 * Parse a packet. Bytes past Length are padding, RFC 2865 §3. Returns 0; -EBADMSG when the bytes
 * are fewer than Length, Length is outside 20 to 4096, or an attribute is shorter than 2 or reaches
 * past the end. ret_radius is untouched unless 0 is returned.
 */
int xeap_radius_parse(struct xeap_span bytes, struct xeap_radius *ret_radius);

struct xeap_radius_attribute {
	uint8_t type;
	struct xeap_span value;
};

/* The next attribute of a reader over `attributes`; false at the end. */
bool xeap_radius_next(struct xeap_reader *r, struct xeap_radius_attribute *ret_attribute);

/* The value of the first attribute of a type. False: there is none. */
bool xeap_radius_find(const struct xeap_radius *radius, uint8_t type, struct xeap_span *ret_value);
/* The same as a number of 32 bits; one of another length counts as none. */
bool xeap_radius_find_u32(const struct xeap_radius *radius, uint8_t type, uint32_t *ret_value);
/*
 * The value of the first vendor's attribute, RFC 2865 §5.26. One whose inner lengths are not sound
 * is passed over.
 */
bool xeap_radius_find_vendor(const struct xeap_radius *radius, uint32_t vendor, uint8_t type,
			     struct xeap_span *ret_value);

/*
 * Join the EAP packet of all EAP-Message attributes in buf. Returns its length, 0 when there is
 * none; -EBADMSG when they are not consecutive (RFC 3579 §3.1: they MUST be); -ENOSPC.
 */
int xeap_radius_get_eap(const struct xeap_radius *radius, uint8_t *buf, size_t size);

/* Writing. The builder's `bad` tells at the end whether all had room. */
void xeap_radius_begin(struct xeap_builder *b, uint8_t code, uint8_t id,
		       const uint8_t authenticator[XEAP_RADIUS_AUTHENTICATOR]);
/* One attribute; a value longer than XEAP_RADIUS_VALUE_MAX makes the builder bad. */
void xeap_radius_put(struct xeap_builder *b, uint8_t type, struct xeap_span value);
void xeap_radius_put_u32(struct xeap_builder *b, uint8_t type, uint32_t value);
void xeap_radius_put_vendor(struct xeap_builder *b, uint32_t vendor, uint8_t type,
			    struct xeap_span value);
/* As many EAP-Message attributes as the packet needs, in order. */
void xeap_radius_put_eap(struct xeap_builder *b, struct xeap_span eap);
/* Store Length. Returns it, 0 when the builder is bad. */
size_t xeap_radius_finish(struct xeap_builder *b);

#endif
