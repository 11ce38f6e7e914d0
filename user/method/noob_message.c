/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <method/noob_message.h>
#include <stdio.h>
#include <wire/base64url.h>

#define LIST_MAX 16
#define COORDINATE 32

static const struct {
	uint32_t code;
	const char *text;
} errors[] = {
	{ 1001, "invalid NAI" },
	{ XEAP_NOOB_E_STRUCTURE, "invalid message structure" },
	{ XEAP_NOOB_E_DATA, "invalid data" },
	{ XEAP_NOOB_E_UNEXPECTED, "unexpected message type" },
	{ XEAP_NOOB_E_KEY, "invalid ECDHE key" },
	{ 2001, "unwanted peer" },
	{ XEAP_NOOB_E_STATE, "state mismatch, user action required" },
	{ XEAP_NOOB_E_OOB_ID, "unrecognized out-of-band message" },
	{ XEAP_NOOB_E_PEER_ID, "unexpected peer identifier" },
	{ XEAP_NOOB_E_VERSION, "no mutually supported protocol version" },
	{ XEAP_NOOB_E_SUITE, "no mutually supported cryptosuite" },
	{ XEAP_NOOB_E_DIRECTION, "no mutually supported out-of-band direction" },
	{ XEAP_NOOB_E_MAC, "MAC verification failure" },
	{ 5001, "application-specific error" },
	{ XEAP_NOOB_E_SERVER_INFO, "invalid server information" },
	{ 5003, "invalid server URL" },
	{ 5004, "invalid peer information" },
};

const char *xeap_noob_error_text(uint32_t code)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].code == code)
			return errors[i].text;
	return NULL;
}

int xeap_noob_read(struct xeap_span text, struct xeap_noob_request *ret_request)
{
	struct xeap_noob_request *q = ret_request;

	if (xeap_json_members(text, q->members, XEAP_NOOB_MEMBERS_MAX, &q->n) < 0)
		return XEAP_NOOB_E_STRUCTURE;
	return xeap_noob_number(q, "Type", UINT8_MAX, &q->type);
}

struct xeap_span xeap_noob_value(const struct xeap_noob_request *q, const char *name)
{
	return xeap_json_find(q->members, q->n, name);
}

int xeap_noob_string(const struct xeap_noob_request *q, const char *name, size_t max,
		     struct xeap_span *ret_string)
{
	struct xeap_span value = xeap_noob_value(q, name), inside = { NULL, 0 };

	if (value.data && xeap_json_plain(value, &inside) < 0)
		return XEAP_NOOB_E_STRUCTURE;
	if (inside.len > max)
		return XEAP_NOOB_E_DATA;
	*ret_string = inside;
	return 0;
}

int xeap_noob_bytes(const struct xeap_noob_request *q, const char *name, uint8_t *ret_bytes,
		    size_t len)
{
	struct xeap_span inside;

	if (xeap_json_plain(xeap_noob_value(q, name), &inside) < 0)
		return XEAP_NOOB_E_STRUCTURE;
	return xeap_base64url(inside, ret_bytes, len) < 0 ? XEAP_NOOB_E_DATA : 0;
}

int xeap_noob_number(const struct xeap_noob_request *q, const char *name, uint32_t max,
		     uint32_t *ret_number)
{
	return xeap_json_number(xeap_noob_value(q, name), max, ret_number) < 0
		       ? XEAP_NOOB_E_STRUCTURE
		       : 0;
}

static bool is_among(uint32_t number, const uint32_t *wanted, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (wanted[i] == number)
			return true;
	return false;
}

int xeap_noob_choose(const struct xeap_noob_request *q, const char *name, const uint32_t *wanted,
		     size_t n, int none, uint32_t *ret_chosen)
{
	struct xeap_span items[LIST_MAX];
	uint32_t chosen = 0;
	size_t count;

	if (xeap_json_items(xeap_noob_value(q, name), items, LIST_MAX, &count) < 0)
		return XEAP_NOOB_E_STRUCTURE;
	for (size_t i = 0; i < count; i++) {
		uint32_t number;

		if (xeap_json_number(items[i], UINT16_MAX, &number) < 0)
			return XEAP_NOOB_E_STRUCTURE;
		if (!chosen && is_among(number, wanted, n))
			chosen = number;
	}
	if (!chosen)
		return none;
	*ret_chosen = chosen;
	return 0;
}

enum xeap_ecdhe_curve xeap_noob_curve(uint32_t suite)
{
	return suite == 1 ? XEAP_ECDHE_X25519 : XEAP_ECDHE_P256_XY;
}

static bool member_is(const struct xeap_noob_request *q, const char *name, const char *wanted)
{
	struct xeap_span inside;

	return xeap_json_plain(xeap_noob_value(q, name), &inside) == 0 &&
	       inside.len == strlen(wanted) && memcmp(inside.data, wanted, inside.len) == 0;
}

int xeap_noob_read_key(struct xeap_span jwk, uint32_t suite, uint8_t ret_key[XEAP_ECDHE_PUBLIC_MAX])
{
	struct xeap_noob_request q;
	int r;

	if (xeap_json_members(jwk, q.members, XEAP_NOOB_MEMBERS_MAX, &q.n) < 0)
		return XEAP_NOOB_E_STRUCTURE;
	if (!member_is(&q, "kty", suite == 1 ? "OKP" : "EC") ||
	    !member_is(&q, "crv", suite == 1 ? "X25519" : "P-256"))
		return XEAP_NOOB_E_KEY;
	r = xeap_noob_bytes(&q, "x", ret_key, COORDINATE);
	if (r == 0 && suite != 1)
		r = xeap_noob_bytes(&q, "y", ret_key + COORDINATE, COORDINATE);
	return r ? XEAP_NOOB_E_KEY : 0;
}

static void put(struct xeap_builder *b, const char *text)
{
	xeap_put_span(b, xeap_span(text, strlen(text)));
}

void xeap_noob_put_key(struct xeap_builder *b, uint32_t suite, const uint8_t *key)
{
	put(b, suite == 1 ? "{\"kty\":\"OKP\",\"crv\":\"X25519\""
			  : "{\"kty\":\"EC\",\"crv\":\"P-256\"");
	xeap_noob_put_name(b, "x");
	xeap_noob_put_bytes(b, key, COORDINATE);
	if (suite != 1) {
		xeap_noob_put_name(b, "y");
		xeap_noob_put_bytes(b, key + COORDINATE, COORDINATE);
	}
	xeap_put_u8(b, '}');
}

void xeap_noob_put_open(struct xeap_builder *b, uint32_t type)
{
	put(b, "{\"Type\":");
	xeap_noob_put_number(b, type);
}

void xeap_noob_put_name(struct xeap_builder *b, const char *name)
{
	put(b, ",\"");
	put(b, name);
	put(b, "\":");
}

void xeap_noob_put_number(struct xeap_builder *b, uint32_t number)
{
	char text[12];

	snprintf(text, sizeof(text), "%u", number);
	put(b, text);
}

void xeap_noob_put_string(struct xeap_builder *b, struct xeap_span inside)
{
	xeap_put_u8(b, '"');
	xeap_put_span(b, inside);
	xeap_put_u8(b, '"');
}

void xeap_noob_put_bytes(struct xeap_builder *b, const uint8_t *bytes, size_t len)
{
	xeap_put_u8(b, '"');
	xeap_put_base64url(b, xeap_span(bytes, len));
	xeap_put_u8(b, '"');
}
