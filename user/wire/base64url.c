/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <wire/base64url.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* The first `count` characters of what 24 bits make. */
static void put_group(struct xeap_builder *b, uint32_t bits, size_t count)
{
	for (size_t i = 0; i < count; i++)
		xeap_put_u8(b, (uint8_t)alphabet[bits >> (18 - 6 * i) & 63]);
}

void xeap_put_base64url(struct xeap_builder *b, struct xeap_span bytes)
{
	struct xeap_reader r = xeap_reader(bytes);
	size_t left;

	while ((left = xeap_reader_left(&r))) {
		uint32_t bits = (uint32_t)xeap_read_u8(&r) << 16;

		if (left > 1)
			bits |= (uint32_t)xeap_read_u8(&r) << 8;
		if (left > 2)
			bits |= xeap_read_u8(&r);
		put_group(b, bits, left > 2 ? 4 : left + 1);
	}
}

/* What is decoded may be a secret: no table is looked up with it. */
static int value_of(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '-')
		return 62;
	return c == '_' ? 63 : -1;
}

int xeap_base64url(struct xeap_span text, uint8_t *ret_bytes, size_t len)
{
	struct xeap_reader r = xeap_reader(text);
	struct xeap_builder b = xeap_builder(ret_bytes, len);
	unsigned int bits = 0, count = 0;

	if (text.len != XEAP_BASE64URL_LEN(len))
		return -EBADMSG;
	while (xeap_reader_left(&r)) {
		int value = value_of(xeap_read_u8(&r));

		if (value < 0)
			return -EBADMSG;
		bits = (bits << 6 | (unsigned int)value) & 0xffff;
		count += 6;
		if (count >= 8) {
			count -= 8;
			xeap_put_u8(&b, (uint8_t)(bits >> count));
		}
	}
	return bits & ((1u << count) - 1) ? -EBADMSG : 0;
}
