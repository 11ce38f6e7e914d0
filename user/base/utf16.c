/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "base/utf16.h"

#include <errno.h>
#include <stdbool.h>

#define HIGH_FIRST 0xd800u
#define LOW_FIRST 0xdc00u
#define LOW_LAST 0xdfffu
#define PLANE_1 0x10000u
#define LAST 0x10ffffu

static bool is_surrogate(uint32_t c)
{
	return c >= HIGH_FIRST && c <= LOW_LAST;
}

/* Bytes after the first one, its bits in *ret_bits; -1 for a byte that begins nothing. */
static int following(uint8_t first, uint32_t *ret_bits)
{
	static const struct {
		uint8_t mask, value;
		int more;
	} forms[] = { { 0x80, 0x00, 0 }, { 0xe0, 0xc0, 1 }, { 0xf0, 0xe0, 2 }, { 0xf8, 0xf0, 3 } };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if ((first & forms[i].mask) == forms[i].value) {
			*ret_bits = (uint8_t)(first & ~forms[i].mask);
			return forms[i].more;
		}
	}
	return -1;
}

/* The next character, 0 when there is none to be had: U+0000 is none either. */
static uint32_t take_utf8(struct xeap_span *text)
{
	/* RFC 3629 §3: the shortest form only. */
	static const uint32_t least[] = { 1, 0x80, 0x800, PLANE_1 };
	uint32_t c;
	int more = following(text->data[0], &c);

	if (more < 0 || (size_t)more >= text->len)
		return 0;
	for (int i = 1; i <= more; i++) {
		if ((text->data[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (text->data[i] & 0x3f);
	}
	if (c < least[more] || c > LAST || is_surrogate(c))
		return 0;
	*text = xeap_span(text->data + more + 1, text->len - (size_t)more - 1);
	return c;
}

static void put_unit(uint16_t *buf, size_t room, size_t at, uint32_t unit)
{
	if (at < room)
		buf[at] = (uint16_t)unit;
}

long xeap_utf16_from_utf8(struct xeap_span text, uint16_t *buf, size_t room)
{
	size_t n = 0;

	while (text.len) {
		uint32_t c = take_utf8(&text);

		if (!c)
			return -EILSEQ;
		if (c >= PLANE_1) {
			put_unit(buf, room, n++, HIGH_FIRST + ((c - PLANE_1) >> 10));
			c = LOW_FIRST + ((c - PLANE_1) & 0x3ff);
		}
		put_unit(buf, room, n++, c);
	}
	put_unit(buf, room, n++, 0);
	return (long)n;
}

/* The next character; LAST + 1 for half a pair. */
static uint32_t take_utf16(const uint16_t *units, size_t len, size_t *at)
{
	uint32_t high = units[(*at)++], low;

	if (!is_surrogate(high))
		return high;
	if (high >= LOW_FIRST || *at == len)
		return LAST + 1;
	low = units[*at];
	if (low < LOW_FIRST || low > LOW_LAST)
		return LAST + 1;
	(*at)++;
	return PLANE_1 + ((high - HIGH_FIRST) << 10) + (low - LOW_FIRST);
}

static size_t put_utf8(char *buf, size_t room, size_t at, uint32_t c)
{
	static const uint8_t marks[] = { 0, 0xc0, 0xe0, 0xf0 };
	size_t more = (c >= 0x80) + (c >= 0x800) + (c >= PLANE_1);

	if (at + more >= room)
		return more + 1;
	for (size_t i = more; i > 0; i--, c >>= 6)
		buf[at + i] = (char)(0x80 | (c & 0x3f));
	buf[at] = (char)(marks[more] | c);
	return more + 1;
}

long xeap_utf16_to_utf8(const uint16_t *units, size_t len, char *buf, size_t room)
{
	size_t at = 0, n = 0;

	while (at < len && units[at]) {
		uint32_t c = take_utf16(units, len, &at);

		if (c > LAST)
			return -EILSEQ;
		n += put_utf8(buf, room, n, c);
	}
	if (n < room)
		buf[n] = '\0';
	return (long)n + 1;
}
