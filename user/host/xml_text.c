/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "host/xml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool starts_with(struct xeap_span text, const char *bytes, size_t len)
{
	return text.len >= len && !memcmp(text.data, bytes, len);
}

/* The 16 bits at i, with the high byte first or last. */
static uint32_t unit(struct xeap_span text, size_t i, bool big)
{
	return big ? (uint32_t)text.data[i] << 8 | text.data[i + 1]
		   : (uint32_t)text.data[i + 1] << 8 | text.data[i];
}

/* RFC 3629 §3 */
static size_t encode(uint32_t c, uint8_t *to)
{
	if (c < 0x80) {
		to[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (uint8_t)(0xc0 | c >> 6);
		to[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (uint8_t)(0xe0 | c >> 12);
		to[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		to[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (uint8_t)(0xf0 | c >> 18);
	to[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	to[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	to[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

/* RFC 2781 §2.2: a high surrogate and a low one are a character, alone they are none. */
static int convert(struct xeap_span text, bool big, struct xeap_bytes *to)
{
	for (size_t i = 0; i < text.len; i += 2) {
		uint32_t c = unit(text, i, big);

		if (c >= 0xd800 && c < 0xe000) {
			uint32_t low = i + 3 < text.len ? unit(text, i + 2, big) : 0;

			if (c >= 0xdc00 || low < 0xdc00 || low >= 0xe000)
				return -EINVAL;
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			i += 2;
		}
		if (!c)
			return -EINVAL;
		to->len += encode(c, to->data + to->len);
	}
	return 0;
}

static int from_utf16(struct xeap_span text, bool big, struct xeap_bytes *ret_utf8)
{
	struct xeap_bytes utf8 = { NULL, 0 };
	int err;

	if (text.len % 2)
		return -EINVAL;
	/* Two bytes become three at most, four become four. */
	utf8.data = calloc(1, text.len / 2 * 3 + 1);
	if (!utf8.data)
		return -ENOMEM;
	err = convert(text, big, &utf8);
	if (err)
		xeap_bytes_wipe(&utf8);
	else
		*ret_utf8 = utf8;
	return err;
}

int xeap_xml_decode(struct xeap_span text, struct xeap_bytes *ret_utf8)
{
	bool big = starts_with(text, "\xfe\xff", 2), little = starts_with(text, "\xff\xfe", 2);

	if (big || little)
		return from_utf16(xeap_span(text.data + 2, text.len - 2), big, ret_utf8);
	if (starts_with(text, "\0<", 2) || starts_with(text, "<\0", 2))
		return from_utf16(text, !text.data[0], ret_utf8);
	if (starts_with(text, "\xef\xbb\xbf", 3))
		text = xeap_span(text.data + 3, text.len - 3);
	if (!xeap_text_is_utf8(text, false) || (text.len && memchr(text.data, 0, text.len)))
		return -EINVAL;
	return xeap_bytes_copy(text, ret_utf8);
}
