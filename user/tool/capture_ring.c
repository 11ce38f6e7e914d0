// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/capture_ring.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CACHE_LINE 64

/*
 * Positions count bytes and never wrap. What is before `taken` is room, what is before `put` is
 * whole. Each side writes its own line only.
 */
struct capture_ring {
	size_t size;
	_Alignas(CACHE_LINE) _Atomic uint64_t put;
	uint64_t seen_taken; /* as the putting side knows it: an old value is a safe one */
	_Alignas(CACHE_LINE) _Atomic uint64_t taken;
	_Alignas(CACHE_LINE) uint8_t bytes[];
};

int capture_ring_new(size_t bytes, struct capture_ring **ret_ring)
{
	struct capture_ring *r;

	if (bytes < 4096 || bytes & (bytes - 1))
		return -EINVAL;
	r = aligned_alloc(CACHE_LINE, sizeof(*r) + bytes);
	if (!r)
		return -ENOMEM;
	r->size = bytes;
	r->seen_taken = 0;
	atomic_init(&r->put, 0);
	atomic_init(&r->taken, 0);
	*ret_ring = r;
	return 0;
}

struct capture_ring *capture_ring_free(struct capture_ring *r)
{
	free(r);
	return NULL;
}

static size_t record_size(uint32_t len)
{
	return sizeof(struct capture_record) + ((len + 7u) & ~(size_t)7);
}

static void copy_in(struct capture_ring *r, uint64_t at, const void *from, size_t n)
{
	size_t place = at & (r->size - 1);
	size_t first = n < r->size - place ? n : r->size - place;

	memcpy(r->bytes + place, from, first);
	memcpy(r->bytes, (const uint8_t *)from + first, n - first);
}

static void copy_out(const struct capture_ring *r, uint64_t at, void *to, size_t n)
{
	size_t place = at & (r->size - 1);
	size_t first = n < r->size - place ? n : r->size - place;

	memcpy(to, r->bytes + place, first);
	memcpy((uint8_t *)to + first, r->bytes, n - first);
}

/* The other side's line is looked at only when what is known of it is not enough. */
static bool has_room(struct capture_ring *r, uint64_t put, size_t n)
{
	if (r->size - (put - r->seen_taken) >= n)
		return true;
	r->seen_taken = atomic_load_explicit(&r->taken, memory_order_acquire);
	return r->size - (put - r->seen_taken) >= n;
}

bool capture_ring_put(struct capture_ring *r, struct capture_record *record, struct xeap_span frame)
{
	uint64_t put = atomic_load_explicit(&r->put, memory_order_relaxed);
	size_t n;

	record->whole = (uint32_t)frame.len;
	record->len = frame.len < CAPTURE_FRAME_MAX ? (uint32_t)frame.len : CAPTURE_FRAME_MAX;
	n = record_size(record->len);
	if (!has_room(r, put, n))
		return false;
	copy_in(r, put, record, sizeof(*record));
	copy_in(r, put + sizeof(*record), frame.data, record->len);
	atomic_store_explicit(&r->put, put + n, memory_order_release);
	return true;
}

bool capture_ring_peek(struct capture_ring *r, struct capture_record *ret_record)
{
	uint64_t taken = atomic_load_explicit(&r->taken, memory_order_relaxed);

	if (atomic_load_explicit(&r->put, memory_order_acquire) == taken)
		return false;
	copy_out(r, taken, ret_record, sizeof(*ret_record));
	return true;
}

void capture_ring_take(struct capture_ring *r, const struct capture_record *record, uint8_t *frame)
{
	uint64_t taken = atomic_load_explicit(&r->taken, memory_order_relaxed);

	if (frame)
		copy_out(r, taken + sizeof(*record), frame, record->len);
	atomic_store_explicit(&r->taken, taken + record_size(record->len), memory_order_release);
}

uint64_t capture_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static bool put_now(struct capture_ring *r, const char *ifname, enum pcapng_direction direction,
		    struct xeap_span frame, uint32_t *lost)
{
	struct capture_record record = {
		.time = capture_clock(),
		.lost = *lost,
		.direction = (uint8_t)direction,
	};

	memcpy(record.ifname, ifname, strnlen(ifname, sizeof(record.ifname) - 1));
	if (!capture_ring_put(r, &record, frame))
		return false;
	*lost = 0;
	return true;
}

void capture_frame(struct capture_ring *r, const char *ifname, enum pcapng_direction direction,
		   struct xeap_span frame, uint32_t *lost)
{
	if (!put_now(r, ifname, direction, frame, lost))
		++*lost;
}

void capture_losses(struct capture_ring *r, const char *ifname, uint32_t *lost)
{
	if (*lost)
		put_now(r, ifname, PCAPNG_INBOUND, xeap_span("", 0), lost);
}
