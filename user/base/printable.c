/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "base/printable.h"

#include <string.h>

/* Bytes of the UTF-8 sequence that begins with `c` (RFC 3629 §4), 0 when none does. */
static size_t sequence_len(uint8_t c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if ((c & 0xf0) == 0xe0)
		return 3;
	return c >= 0xf0 && c <= 0xf4 ? 4 : 0;
}

/* Overlong forms, surrogates and what lies past U+10FFFF show in the second octet (RFC 3629 §4). */
static bool second_fits(uint8_t first, uint8_t second)
{
	switch (first) {
	case 0xe0:
		return second >= 0xa0;
	case 0xed:
		return second <= 0x9f;
	case 0xf0:
		return second >= 0x90;
	case 0xf4:
		return second <= 0x8f;
	}
	return true;
}

/* Length of the printable character at the start of `s`, 0 when there is none. */
static size_t printable_len(struct xeap_span s)
{
	size_t n = sequence_len(s.data[0]);

	if (n == 0 || n > s.len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s.data[i] & 0xc0) != 0x80)
			return 0;
	if (n == 1)
		return s.data[0] >= 0x20 && s.data[0] != 0x7f;
	/* C2 80 to C2 9F are the C1 controls. */
	if (s.data[0] == 0xc2 && s.data[1] < 0xa0)
		return 0;
	return second_fits(s.data[0], s.data[1]) ? n : 0;
}

static bool is_line_end(struct xeap_span s)
{
	return s.len >= 2 && s.data[0] == '\r' && s.data[1] == '\n';
}

size_t xeap_printable(struct xeap_span text, bool lines, char *out, size_t size)
{
	size_t at = 0;

	while (text.len) {
		size_t skip = lines && is_line_end(text) ? 1 : 0;
		const uint8_t *from = text.data + skip;
		size_t n = lines && *from == '\n' ? 1 : printable_len(text);
		size_t used = n ? n : 1;

		if (at + used >= size)
			break;
		if (n)
			memcpy(out + at, from, n);
		else
			out[at] = '?';
		at += used;
		text = xeap_span(from + used, text.len - used - skip);
	}
	out[at] = '\0';
	return at;
}
