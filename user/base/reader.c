/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "base/reader.h"

static uint32_t read_number(struct xeap_reader *r, size_t n)
{
	struct xeap_span s = xeap_read_span(r, n);
	uint32_t v = 0;

	for (size_t i = 0; i < s.len; i++)
		v = v << 8 | s.data[i];
	return v;
}

uint32_t xeap_read_u24(struct xeap_reader *r)
{
	return read_number(r, 3);
}

uint32_t xeap_read_u32(struct xeap_reader *r)
{
	return read_number(r, 4);
}

static void put_number(struct xeap_builder *b, uint32_t v, size_t n)
{
	uint8_t *at = xeap_put_space(b, n);

	if (!at)
		return;
	while (n--) {
		at[n] = (uint8_t)v;
		v >>= 8;
	}
}

void xeap_put_u24(struct xeap_builder *b, uint32_t v)
{
	put_number(b, v, 3);
}

void xeap_put_u32(struct xeap_builder *b, uint32_t v)
{
	put_number(b, v, 4);
}
