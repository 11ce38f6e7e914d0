/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "wire/radius.h"

#include <errno.h>
#include <string.h>

#define ATTRIBUTE_HEADER 2 /* Type, Length */
#define VENDOR_HEADER 4	   /* Vendor-Id */

bool xeap_radius_next(struct xeap_reader *r, struct xeap_radius_attribute *ret_attribute)
{
	uint8_t type, len;
	struct xeap_span value;

	if (!xeap_reader_left(r))
		return false;
	type = xeap_read_u8(r);
	len = xeap_read_u8(r);
	if (len < ATTRIBUTE_HEADER)
		r->bad = true;
	value = xeap_read_span(r, (size_t)len - ATTRIBUTE_HEADER);
	if (r->bad)
		return false;
	*ret_attribute = (struct xeap_radius_attribute){ .type = type, .value = value };
	return true;
}

static bool attributes_are_sound(struct xeap_span attributes)
{
	struct xeap_reader r = xeap_reader(attributes);
	struct xeap_radius_attribute a;

	while (xeap_radius_next(&r, &a))
		;
	return !r.bad;
}

int xeap_radius_parse(struct xeap_span bytes, struct xeap_radius *ret_radius)
{
	struct xeap_reader r = xeap_reader(bytes);
	uint8_t code = xeap_read_u8(&r), id = xeap_read_u8(&r);
	uint16_t len = xeap_read_u16(&r);
	struct xeap_span authenticator = xeap_read_span(&r, XEAP_RADIUS_AUTHENTICATOR), attributes;

	if (r.bad || len < XEAP_RADIUS_HEADER || len > XEAP_RADIUS_MAX)
		return -EBADMSG;
	attributes = xeap_read_span(&r, (size_t)len - XEAP_RADIUS_HEADER);
	if (r.bad || !attributes_are_sound(attributes))
		return -EBADMSG;
	*ret_radius = (struct xeap_radius){
		.code = code,
		.id = id,
		.packet = xeap_span(bytes.data, len),
		.authenticator = authenticator,
		.attributes = attributes,
	};
	return 0;
}

bool xeap_radius_find(const struct xeap_radius *radius, uint8_t type, struct xeap_span *ret_value)
{
	struct xeap_reader r = xeap_reader(radius->attributes);
	struct xeap_radius_attribute a;

	while (xeap_radius_next(&r, &a)) {
		if (a.type != type)
			continue;
		*ret_value = a.value;
		return true;
	}
	return false;
}

bool xeap_radius_find_u32(const struct xeap_radius *radius, uint8_t type, uint32_t *ret_value)
{
	struct xeap_reader r;
	struct xeap_span value;

	if (!xeap_radius_find(radius, type, &value) || value.len != sizeof(*ret_value))
		return false;
	r = xeap_reader(value);
	*ret_value = xeap_read_u32(&r);
	return true;
}

/* The attributes of one Vendor-Specific have the form of RADIUS' own (RFC 2865 §5.26). */
static bool find_inside(struct xeap_span value, uint32_t vendor, uint8_t type,
			struct xeap_span *ret_value)
{
	struct xeap_reader r = xeap_reader(value);
	struct xeap_radius_attribute a;

	if (xeap_read_u32(&r) != vendor || r.bad ||
	    !attributes_are_sound(xeap_span(r.p, xeap_reader_left(&r))))
		return false;
	while (xeap_radius_next(&r, &a)) {
		if (a.type != type)
			continue;
		*ret_value = a.value;
		return true;
	}
	return false;
}

bool xeap_radius_find_vendor(const struct xeap_radius *radius, uint32_t vendor, uint8_t type,
			     struct xeap_span *ret_value)
{
	struct xeap_reader r = xeap_reader(radius->attributes);
	struct xeap_radius_attribute a;

	while (xeap_radius_next(&r, &a))
		if (a.type == XEAP_RADIUS_VENDOR_SPECIFIC &&
		    find_inside(a.value, vendor, type, ret_value))
			return true;
	return false;
}

int xeap_radius_get_eap(const struct xeap_radius *radius, uint8_t *buf, size_t size)
{
	struct xeap_reader r = xeap_reader(radius->attributes);
	struct xeap_builder b = xeap_builder(buf, size);
	struct xeap_radius_attribute a;
	bool begun = false, ended = false;

	while (xeap_radius_next(&r, &a)) {
		if (a.type != XEAP_RADIUS_EAP_MESSAGE) {
			ended = begun;
			continue;
		}
		if (ended)
			return -EBADMSG;
		begun = true;
		xeap_put_span(&b, a.value);
	}
	return b.bad ? -ENOSPC : (int)xeap_builder_len(&b);
}

void xeap_radius_begin(struct xeap_builder *b, uint8_t code, uint8_t id,
		       const uint8_t authenticator[XEAP_RADIUS_AUTHENTICATOR])
{
	xeap_put_u8(b, code);
	xeap_put_u8(b, id);
	xeap_put_u16(b, 0);
	xeap_put_span(b, xeap_span(authenticator, XEAP_RADIUS_AUTHENTICATOR));
}

void xeap_radius_put(struct xeap_builder *b, uint8_t type, struct xeap_span value)
{
	if (value.len > XEAP_RADIUS_VALUE_MAX) {
		b->bad = true;
		return;
	}
	xeap_put_u8(b, type);
	xeap_put_u8(b, (uint8_t)(ATTRIBUTE_HEADER + value.len));
	xeap_put_span(b, value);
}

void xeap_radius_put_u32(struct xeap_builder *b, uint8_t type, uint32_t value)
{
	xeap_put_u8(b, type);
	xeap_put_u8(b, ATTRIBUTE_HEADER + sizeof(value));
	xeap_put_u32(b, value);
}

void xeap_radius_put_vendor(struct xeap_builder *b, uint32_t vendor, uint8_t type,
			    struct xeap_span value)
{
	const size_t header = VENDOR_HEADER + ATTRIBUTE_HEADER;

	if (value.len > XEAP_RADIUS_VALUE_MAX - header) {
		b->bad = true;
		return;
	}
	xeap_put_u8(b, XEAP_RADIUS_VENDOR_SPECIFIC);
	xeap_put_u8(b, (uint8_t)(ATTRIBUTE_HEADER + header + value.len));
	xeap_put_u32(b, vendor);
	xeap_radius_put(b, type, value);
}

void xeap_radius_put_eap(struct xeap_builder *b, struct xeap_span eap)
{
	struct xeap_reader r = xeap_reader(eap);

	while (xeap_reader_left(&r)) {
		size_t left = xeap_reader_left(&r);

		xeap_radius_put(b, XEAP_RADIUS_EAP_MESSAGE,
				xeap_read_span(&r, left < XEAP_RADIUS_VALUE_MAX
							   ? left
							   : XEAP_RADIUS_VALUE_MAX));
	}
}

size_t xeap_radius_finish(struct xeap_builder *b)
{
	size_t len = xeap_builder_len(b);

	if (len < XEAP_RADIUS_HEADER || len > XEAP_RADIUS_MAX)
		return 0;
	b->base[XEAP_RADIUS_LENGTH_AT] = (uint8_t)(len >> 8);
	b->base[XEAP_RADIUS_LENGTH_AT + 1] = (uint8_t)len;
	return len;
}
