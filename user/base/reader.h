/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BASE_READER_H
#define XEAP_BASE_READER_H

#include <stdbool.h>
#include <string.h>
#include <xeap/span.h>

/*
 * Bounded cursors: the only pointer arithmetic on bytes from outside. Both are sticky: after the
 * first access out of bounds every read gives zeros and every write is dropped, and `bad` stays
 * set, so that a parser checks once. Integers are in network byte order. What every frame takes
 * stands here, so that a parser of a few octets is no chain of calls.
 */
struct xeap_reader {
	const uint8_t *p, *end;
	bool bad;
};

static inline struct xeap_reader xeap_reader(struct xeap_span s)
{
	/* NULL + 0 is undefined in C, hence the question. */
	return (struct xeap_reader){ .p = s.data, .end = s.len ? s.data + s.len : s.data };
}

static inline size_t xeap_reader_left(const struct xeap_reader *r)
{
	return r->bad ? 0 : (size_t)(r->end - r->p);
}

/* n bytes in place; data NULL and len 0 when there are not as many. */
static inline struct xeap_span xeap_read_span(struct xeap_reader *r, size_t n)
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

static inline struct xeap_span xeap_read_rest(struct xeap_reader *r)
{
	return xeap_read_span(r, xeap_reader_left(r));
}

static inline uint8_t xeap_read_u8(struct xeap_reader *r)
{
	struct xeap_span s = xeap_read_span(r, 1);

	return s.len ? s.data[0] : 0;
}

static inline uint16_t xeap_read_u16(struct xeap_reader *r)
{
	struct xeap_span s = xeap_read_span(r, 2);

	return s.len ? (uint16_t)(s.data[0] << 8 | s.data[1]) : 0;
}

uint32_t xeap_read_u24(struct xeap_reader *r);
uint32_t xeap_read_u32(struct xeap_reader *r);

struct xeap_builder {
	uint8_t *base, *p, *end;
	bool bad;
};

static inline struct xeap_builder xeap_builder(void *buf, size_t cap)
{
	uint8_t *base = (uint8_t *)buf;

	return (struct xeap_builder){ .base = base, .p = base, .end = cap ? base + cap : base };
}

/* 0 when bad */
static inline size_t xeap_builder_len(const struct xeap_builder *b)
{
	return b->bad ? 0 : (size_t)(b->p - b->base);
}

/* n bytes to be written by the caller, NULL when there is no room. */
static inline uint8_t *xeap_put_space(struct xeap_builder *b, size_t n)
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

static inline void xeap_put_u8(struct xeap_builder *b, uint8_t v)
{
	uint8_t *at = xeap_put_space(b, 1);

	if (at)
		*at = v;
}

static inline void xeap_put_u16(struct xeap_builder *b, uint16_t v)
{
	uint8_t *at = xeap_put_space(b, 2);

	if (!at)
		return;
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

void xeap_put_u24(struct xeap_builder *b, uint32_t v);
void xeap_put_u32(struct xeap_builder *b, uint32_t v);

static inline void xeap_put_span(struct xeap_builder *b, struct xeap_span s)
{
	uint8_t *at = xeap_put_space(b, s.len);

	if (at && s.len)
		memcpy(at, s.data, s.len);
}

#endif
