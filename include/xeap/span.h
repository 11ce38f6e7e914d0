/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_SPAN_H
#define XEAP_SPAN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Read-only bytes that somebody else owns; valid as long as the owner says. */
struct xeap_span {
	const uint8_t *data;
	size_t len;
};

/**
 * The span over some bytes.
 * @data: first byte; may be NULL when len is 0
 * @len: bytes
 * Returns the span; the bytes stay their owner's.
 */
static inline struct xeap_span xeap_span(const void *data, size_t len)
{
	return (struct xeap_span){ (const uint8_t *)data, len };
}

/** Monotonic time in microseconds. The library reads no clock: the caller passes the time in. */
typedef uint64_t xeap_time;

#define XEAP_NEVER UINT64_MAX
#define XEAP_MS(n) ((xeap_time)(n)*1000)
#define XEAP_S(n) ((xeap_time)(n)*1000000)

#ifdef __cplusplus
}
#endif
#endif
