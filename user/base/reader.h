/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BASE_READER_H
#define XEAP_BASE_READER_H

#include <stdbool.h>
#include <xeap/span.h>

/*
 * Bounded cursors: the only pointer arithmetic on bytes from outside. Both are sticky: after the
 * first access out of bounds every read gives zeros and every write is dropped, and `bad` stays
 * set, so that a parser checks once. Integers are in network byte order.
 */
struct xeap_reader {
	const uint8_t *p, *end;
	bool bad;
};

struct xeap_reader xeap_reader(struct xeap_span s);
size_t xeap_reader_left(const struct xeap_reader *r);
uint8_t xeap_read_u8(struct xeap_reader *r);
uint16_t xeap_read_u16(struct xeap_reader *r);
uint32_t xeap_read_u24(struct xeap_reader *r);
uint32_t xeap_read_u32(struct xeap_reader *r);
/* n bytes in place; data NULL and len 0 when there are not as many. */
struct xeap_span xeap_read_span(struct xeap_reader *r, size_t n);
struct xeap_span xeap_read_rest(struct xeap_reader *r);

struct xeap_builder {
	uint8_t *base, *p, *end;
	bool bad;
};

struct xeap_builder xeap_builder(void *buf, size_t cap);
size_t xeap_builder_len(const struct xeap_builder *b); /* 0 when bad */
void xeap_put_u8(struct xeap_builder *b, uint8_t v);
void xeap_put_u16(struct xeap_builder *b, uint16_t v);
void xeap_put_u24(struct xeap_builder *b, uint32_t v);
void xeap_put_u32(struct xeap_builder *b, uint32_t v);
void xeap_put_span(struct xeap_builder *b, struct xeap_span s);
/* n bytes to be written by the caller, NULL when there is no room. */
uint8_t *xeap_put_space(struct xeap_builder *b, size_t n);

#endif
