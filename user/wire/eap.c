/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include "base/reader.h"
#include "wire/eap.h"

#define MAX_LEGACY_TYPE 253 /* RFC 3748 §5: 254 is Expanded, 255 experimental */
#define VENDOR_AND_TYPE 7   /* of an expanded type, RFC 3748 §5.7 */
#define EXPANDED_ENTRY 8    /* Type, Vendor-Id, Vendor-Type in an Expanded Nak */

/* Bytes in front of Type-Data. */
static size_t header_len(struct xeap_method_type type)
{
	return type.type == XEAP_EAP_EXPANDED ? XEAP_EAP_EXPANDED_HEADER : XEAP_EAP_HEADER + 1;
}

/* The rare case has a reader of its own, so that the caller's can live in registers. */
static struct xeap_method_type read_type(struct xeap_reader *r)
{
	struct xeap_method_type type = { .type = xeap_read_u8(r) };
	struct xeap_reader vendor;

	if (type.type != XEAP_EAP_EXPANDED)
		return type;
	vendor = xeap_reader(xeap_read_span(r, VENDOR_AND_TYPE));
	type.vendor = xeap_read_u24(&vendor);
	type.vendor_type = xeap_read_u32(&vendor);
	return type;
}

/* What follows the header, within Length. */
static int parse_rest(struct xeap_reader *r, uint8_t code, struct xeap_method_type *ret_type,
		      struct xeap_span *ret_data)
{
	if (code < XEAP_EAP_REQUEST || code > XEAP_EAP_FINISH)
		return -EPROTONOSUPPORT;
	if (code == XEAP_EAP_SUCCESS || code == XEAP_EAP_FAILURE)
		/* RFC 3748 §4.2: Length is 4. */
		return xeap_reader_left(r) ? -EBADMSG : 0;
	if (code == XEAP_EAP_INITIATE || code == XEAP_EAP_FINISH) {
		/* RFC 6696 §5.3: these have a Type octet, too. */
		xeap_read_u8(r);
	} else {
		*ret_type = read_type(r);
		*ret_data = xeap_read_rest(r);
	}
	return r->bad ? -EBADMSG : 0;
}

/* The parts become a packet at the end only: to copy a struct that was just filled stalls. */
int xeap_eap_parse(struct xeap_span bytes, struct xeap_eap *ret_eap)
{
	struct xeap_reader r = xeap_reader(bytes);
	const uint8_t *header = xeap_read_span(&r, XEAP_EAP_HEADER).data;
	struct xeap_method_type type = { 0 };
	struct xeap_span data = { 0 };
	uint16_t len;
	int err;

	if (!header)
		return -EBADMSG;
	len = (uint16_t)(header[2] << 8 | header[3]);
	if (len < XEAP_EAP_HEADER || len > bytes.len)
		return -EBADMSG;
	r = xeap_reader(xeap_span(header + XEAP_EAP_HEADER, len - XEAP_EAP_HEADER));
	err = parse_rest(&r, header[0], &type, &data);
	if (err)
		return err;
	*ret_eap = (struct xeap_eap){
		.code = header[0],
		.id = header[1],
		.len = len,
		.type = type,
		.data = data,
		.packet = xeap_span(bytes.data, len),
	};
	return 0;
}

static struct xeap_method_type expanded(struct xeap_method_type t)
{
	if (t.type == XEAP_EAP_EXPANDED)
		return t;
	return (struct xeap_method_type){ .type = XEAP_EAP_EXPANDED, .vendor_type = t.type };
}

bool xeap_eap_type_equal(struct xeap_method_type a, struct xeap_method_type b)
{
	a = expanded(a);
	b = expanded(b);
	return a.vendor == b.vendor && a.vendor_type == b.vendor_type;
}

static void put_expanded(struct xeap_builder *b, struct xeap_method_type t)
{
	size_t room = 1 + VENDOR_AND_TYPE;
	uint8_t *at = xeap_put_space(b, room);
	struct xeap_builder type = xeap_builder(at, at ? room : 0);

	t = expanded(t);
	xeap_put_u8(&type, XEAP_EAP_EXPANDED);
	xeap_put_u24(&type, t.vendor);
	xeap_put_u32(&type, t.vendor_type);
}

static void put_header(struct xeap_chunk *c, uint8_t id, struct xeap_method_type type, size_t len)
{
	struct xeap_builder b = xeap_builder(c->data, c->cap);

	xeap_put_u8(&b, XEAP_EAP_RESPONSE);
	xeap_put_u8(&b, id);
	xeap_put_u16(&b, (uint16_t)len);
	if (type.type == XEAP_EAP_EXPANDED)
		put_expanded(&b, type);
	else
		xeap_put_u8(&b, type.type);
}

uint8_t *xeap_eap_begin_response(struct xeap_chunk *c, uint8_t id, struct xeap_method_type type)
{
	size_t header = header_len(type);

	if (header > c->cap)
		return NULL;
	put_header(c, id, type, 0);
	c->len = header;
	return c->data + header;
}

void xeap_eap_finish(struct xeap_chunk *c)
{
	struct xeap_builder b = xeap_builder(c->data, c->len);

	xeap_put_space(&b, 2);
	xeap_put_u16(&b, (uint16_t)c->len);
}

struct xeap_builder xeap_eap_build_response(struct xeap_chunk *c, uint8_t id,
					    struct xeap_method_type type)
{
	uint8_t *at = xeap_eap_begin_response(c, id, type);
	struct xeap_builder b = xeap_builder(at, at ? c->cap - c->len : 0);

	b.bad = !at;
	return b;
}

int xeap_eap_finish_built(struct xeap_chunk *c, const struct xeap_builder *b)
{
	if (b->bad)
		return -EMSGSIZE;
	c->len += xeap_builder_len(b);
	xeap_eap_finish(c);
	return 0;
}

/*
 * Begin a response whose Type-Data is n bytes long, and give a builder for exactly these; len
 * counts them already. -EMSGSIZE, and the chunk is as before, when it is too small or Length
 * cannot say it.
 */
static int begin_sized(struct xeap_chunk *c, uint8_t id, struct xeap_method_type type, size_t n,
		       struct xeap_builder *ret_b)
{
	size_t header = header_len(type);

	if (n > UINT16_MAX - header || header + n > c->cap)
		return -EMSGSIZE;
	put_header(c, id, type, header + n);
	c->len = header + n;
	*ret_b = xeap_builder(c->data + header, n);
	return 0;
}

int xeap_eap_build_identity(struct xeap_chunk *c, uint8_t id, struct xeap_span identity)
{
	struct xeap_method_type type = { .type = XEAP_EAP_IDENTITY };
	struct xeap_builder b;
	int err = begin_sized(c, id, type, identity.len, &b);

	if (!err)
		xeap_put_span(&b, identity);
	return err;
}

int xeap_eap_build_notification(struct xeap_chunk *c, uint8_t id)
{
	struct xeap_method_type type = { .type = XEAP_EAP_NOTIFICATION };
	struct xeap_builder b;

	/* RFC 3748 §5.2: the Type-Data of the Response is zero octets long. */
	return begin_sized(c, id, type, 0, &b);
}

/* A type as a legacy Nak names it: {254, 0, N} is N (RFC 3748 §5.7), other vendors' are 254. */
static uint8_t legacy_name(struct xeap_method_type t)
{
	t = expanded(t);
	if (t.vendor == 0 && t.vendor_type <= MAX_LEGACY_TYPE)
		return (uint8_t)t.vendor_type;
	return XEAP_EAP_EXPANDED;
}

/* Whether types[i] adds a name to the Nak: 254 says "any expanded type" and is said once. */
static bool names_anew(const struct xeap_method_type *types, size_t i)
{
	if (legacy_name(types[i]) != XEAP_EAP_EXPANDED)
		return true;
	while (i-- > 0)
		if (legacy_name(types[i]) == XEAP_EAP_EXPANDED)
			return false;
	return true;
}

int xeap_eap_build_nak(struct xeap_chunk *c, uint8_t id, const struct xeap_method_type *types,
		       size_t n)
{
	struct xeap_method_type type = { .type = XEAP_EAP_NAK };
	struct xeap_builder b;
	size_t names = 0;
	int err;

	for (size_t i = 0; i < n; i++)
		names += names_anew(types, i);
	err = begin_sized(c, id, type, n ? names : 1, &b);
	if (err)
		return err;
	for (size_t i = 0; i < n; i++)
		if (names_anew(types, i))
			xeap_put_u8(&b, legacy_name(types[i]));
	if (!n)
		xeap_put_u8(&b, 0);
	return 0;
}

int xeap_eap_build_expanded_nak(struct xeap_chunk *c, uint8_t id,
				const struct xeap_method_type *types, size_t n)
{
	struct xeap_method_type type = { .type = XEAP_EAP_EXPANDED, .vendor_type = XEAP_EAP_NAK };
	struct xeap_method_type none = { .type = XEAP_EAP_EXPANDED };
	struct xeap_builder b;
	int err;

	if (n > UINT16_MAX / EXPANDED_ENTRY)
		return -EMSGSIZE;
	err = begin_sized(c, id, type, (n ? n : 1) * EXPANDED_ENTRY, &b);
	if (err)
		return err;
	for (size_t i = 0; i < n; i++)
		put_expanded(&b, types[i]);
	if (!n)
		put_expanded(&b, none);
	return 0;
}
