/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Any bytes as an Ethernet frame. What is accepted lies within the frame, and its headers written
 * again are the same bytes. What is refused left the result alone, and stays refused when cut.
 */
#include <string.h>
#include "wire/eapol.h"
#include "tests/unit/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void accepted(struct xeap_span frame, const struct xeap_eapol *h)
{
	uint8_t header[XEAP_EAPOL_HEADER + 14 + 4 * XEAP_EAPOL_MAX_TAGS];
	struct xeap_eapol again;
	uint32_t n;

	CHECK(h->tags <= XEAP_EAPOL_MAX_TAGS && h->version != 0);
	n = xeap_eapol_header_len(h->tags);
	CHECK(n <= sizeof(header) && n <= frame.len);
	CHECK(h->body.data == frame.data + n && h->body.len <= frame.len - n);
	xeap_eapol_write_header(header, h, (uint16_t)h->body.len);
	CHECK(memcmp(header, frame.data, n) == 0);
	/* Without its padding it is the same frame; a byte less and it is none. */
	frame.len = n + h->body.len;
	CHECK(xeap_eapol_parse(frame, &again) == 0 && again.body.len == h->body.len);
	frame.len--;
	CHECK(xeap_eapol_parse(frame, &again) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_eapol h, before;

	memset(&before, 0x5a, sizeof(before));
	h = before;
	if (xeap_eapol_parse(xeap_span(data, size), &h) == 0)
		accepted(xeap_span(data, size), &h);
	else
		CHECK(same_bytes(&h, &before, sizeof(h)));
	return 0;
}
