/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "peer/peer.h"

#include <stdlib.h>
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

char *xeap_peer_printable(struct xeap_span text)
{
	size_t room = text.len < XEAP_PEER_NOTIFICATION_TEXT ? text.len + 1
							     : XEAP_PEER_NOTIFICATION_TEXT;
	char *out = calloc(1, room);
	size_t at = 0;

	if (!out)
		return NULL;
	while (text.len) {
		size_t n = printable_len(text);
		size_t used = n ? n : 1;

		if (at + used >= room)
			break;
		if (n)
			memcpy(out + at, text.data, n);
		else
			out[at] = '?';
		at += used;
		text = xeap_span(text.data + used, text.len - used);
	}
	return out;
}
