/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <string.h>
#include "base/reader.h"

struct xeap_reader xeap_reader(struct xeap_span s)
{
	/* NULL + 0 is undefined in C, hence the question. */
	return (struct xeap_reader){ .p = s.data, .end = s.len ? s.data + s.len : s.data };
}

size_t xeap_reader_left(const struct xeap_reader *r)
{
	return r->bad ? 0 : (size_t)(r->end - r->p);
}

struct xeap_span xeap_read_span(struct xeap_reader *r, size_t n)
{
	struct xeap_span s = { r->p, n };

	if (r->bad || n > xeap_reader_left(r)) {
		r->bad = true;
		return xeap_span(NULL, 0);
	}
	if (n)
		r->p += n;
	return s;
}

struct xeap_span xeap_read_rest(struct xeap_reader *r)
{
	return xeap_read_span(r, xeap_reader_left(r));
}

static uint32_t read_number(struct xeap_reader *r, size_t n)
{
	struct xeap_span s = xeap_read_span(r, n);
	uint32_t v = 0;

	for (size_t i = 0; i < s.len; i++)
		v = v << 8 | s.data[i];
	return v;
}

uint8_t xeap_read_u8(struct xeap_reader *r)
{
	return (uint8_t)read_number(r, 1);
}

uint16_t xeap_read_u16(struct xeap_reader *r)
{
	return (uint16_t)read_number(r, 2);
}

uint32_t xeap_read_u24(struct xeap_reader *r)
{
	return read_number(r, 3);
}

uint32_t xeap_read_u32(struct xeap_reader *r)
{
	return read_number(r, 4);
}

struct xeap_builder xeap_builder(void *buf, size_t cap)
{
	uint8_t *base = buf;

	return (struct xeap_builder){ .base = base, .p = base, .end = cap ? base + cap : base };
}

size_t xeap_builder_len(const struct xeap_builder *b)
{
	return b->bad ? 0 : (size_t)(b->p - b->base);
}

uint8_t *xeap_put_space(struct xeap_builder *b, size_t n)
{
	uint8_t *at = b->p;

	if (b->bad || n > (size_t)(b->end - b->p)) {
		b->bad = true;
		return NULL;
	}
	if (n)
		b->p += n;
	return at;
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

void xeap_put_u8(struct xeap_builder *b, uint8_t v)
{
	put_number(b, v, 1);
}

void xeap_put_u16(struct xeap_builder *b, uint16_t v)
{
	put_number(b, v, 2);
}

void xeap_put_u24(struct xeap_builder *b, uint32_t v)
{
	put_number(b, v, 3);
}

void xeap_put_u32(struct xeap_builder *b, uint32_t v)
{
	put_number(b, v, 4);
}

void xeap_put_span(struct xeap_builder *b, struct xeap_span s)
{
	uint8_t *at = xeap_put_space(b, s.len);

	if (at && s.len)
		memcpy(at, s.data, s.len);
}
