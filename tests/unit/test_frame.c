/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The frame contract of xeap/frame.h: every state × move, spilling, counters, wiping. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/frame.h"

#define CHUNK 256

/*
 * Linked with --wrap: allocations are counted, can fail, and a watched one is inspected when
 * freed.
 */
void *__real_calloc(size_t n, size_t size);
void __real_free(void *p);
void *__wrap_calloc(size_t n, size_t size);
void __wrap_free(void *p);

static unsigned int allocations, fail_allocation;
static struct {
	const uint8_t *p;
	size_t len;
	bool freed, wiped;
} watched;

void *__wrap_calloc(size_t n, size_t size)
{
	if (++allocations == fail_allocation)
		return NULL;
	return __real_calloc(n, size);
}

static bool all_zero(const uint8_t *p, size_t len)
{
	while (len && !*p)
		p++, len--;
	return len == 0;
}

void __wrap_free(void *p)
{
	if (p && p == (const void *)watched.p) {
		watched.freed = true;
		watched.wiped = all_zero(watched.p, watched.len);
	}
	__real_free(p);
}

static void watch(const void *p, size_t len)
{
	watched.p = p;
	watched.len = len;
	watched.freed = watched.wiped = false;
}

static struct xeap_pool *new_pool(uint32_t frames)
{
	struct xeap_pool *pool = NULL;

	assert_int_equal(xeap_pool_new(frames, CHUNK, &pool), 0);
	return pool;
}

static void assert_adds_up(const struct xeap_pool *pool)
{
	struct xeap_pool_stats s;
	uint32_t sum = 0;

	xeap_pool_get_stats(pool, &s);
	for (int i = 0; i < XEAP_FRAME_STATE_MAX; i++)
		sum += s.state[i];
	assert_int_equal(sum, s.frames);
}

static uint32_t count_in(const struct xeap_pool *pool, enum xeap_frame_state state)
{
	struct xeap_pool_stats s;

	xeap_pool_get_stats(pool, &s);
	return s.state[state];
}

/* A frame brought to a state by legal moves only. */
static struct xeap_frame *frame_in(struct xeap_pool *pool, enum xeap_frame_state state)
{
	struct xeap_frame *f;

	if (state == XEAP_FRAME_FILLED || state == XEAP_FRAME_RECEIVED) {
		f = xeap_pool_fill(pool);
		if (state == XEAP_FRAME_RECEIVED)
			assert_int_equal(xeap_frame_receive(f, 0, 64), 0);
		return f;
	}
	f = xeap_pool_lend(pool);
	if (state == XEAP_FRAME_FREE)
		assert_int_equal(xeap_frame_give_back(f), 0);
	if (state == XEAP_FRAME_QUEUED || state == XEAP_FRAME_HELD)
		assert_int_equal(xeap_frame_queue(f), 0);
	if (state == XEAP_FRAME_HELD)
		assert_int_equal(xeap_frame_complete(f), 0);
	return f;
}

static int receive_64(struct xeap_frame *f)
{
	return xeap_frame_receive(f, 0, 64);
}

#define BAD (-EBADFD)
#define FREE XEAP_FRAME_FREE
#define FILLED XEAP_FRAME_FILLED
#define RECEIVED XEAP_FRAME_RECEIVED
#define LENT XEAP_FRAME_LENT
#define QUEUED XEAP_FRAME_QUEUED
#define HELD XEAP_FRAME_HELD

/* What each move does in each state: the state afterwards, or the errno of a refusal. */
static const struct {
	const char *name;
	int (*move)(struct xeap_frame *f);
	int from[XEAP_FRAME_STATE_MAX]; /* free, filled, received, lent, queued, held */
} moves[] = {
	{ "receive", receive_64, { BAD, RECEIVED, BAD, BAD, BAD, BAD } },
	{ "queue", xeap_frame_queue, { BAD, BAD, BAD, QUEUED, -EALREADY, QUEUED } },
	{ "complete", xeap_frame_complete, { BAD, BAD, BAD, BAD, HELD, BAD } },
	{ "unqueue", xeap_frame_unqueue, { BAD, BAD, BAD, BAD, LENT, BAD } },
	{ "give back", xeap_frame_give_back, { BAD, BAD, FREE, FREE, QUEUED, FREE } },
};

static void check_move(size_t m, enum xeap_frame_state from)
{
	struct xeap_pool *pool = new_pool(3);
	struct xeap_frame *f = frame_in(pool, from), before = *f;
	struct xeap_pool_stats stats, stats_after;
	int want = moves[m].from[from], after = want < 0 ? (int)from : want, got;

	xeap_pool_get_stats(pool, &stats);
	got = moves[m].move(f);
	xeap_pool_get_stats(pool, &stats_after);
	if (got != (want < 0 ? want : 0) || (int)xeap_frame_get_state(f) != after)
		fail_msg("%s from %s: %d, then %s", moves[m].name, xeap_frame_state_name(from), got,
			 xeap_frame_state_name(xeap_frame_get_state(f)));
	if (want < 0) {
		assert_memory_equal(f, &before, sizeof(before));
		assert_memory_equal(&stats, &stats_after, sizeof(stats));
	}
	assert_adds_up(pool);
	xeap_pool_free(pool);
}

static void every_move_in_every_state(void **state)
{
	for (size_t m = 0; m < sizeof(moves) / sizeof(moves[0]); m++)
		for (int from = 0; from < XEAP_FRAME_STATE_MAX; from++)
			check_move(m, from);
}

static void only_free_frames_are_lent_or_filled(void **state)
{
	struct xeap_pool *pool = new_pool(5);

	for (int s = FILLED; s < XEAP_FRAME_STATE_MAX; s++)
		assert_int_equal(xeap_frame_get_state(frame_in(pool, s)), s);
	assert_int_equal(count_in(pool, FREE), 0);
	assert_null(xeap_pool_fill(pool));
	assert_null(xeap_pool_lend(pool));
	assert_adds_up(pool);
	xeap_pool_free(pool);
}

static void lent_frame_is_as_documented(void **state)
{
	struct xeap_pool *pool = new_pool(2);
	struct xeap_frame_owner owner = { 0 };

	for (int round = 0; round < 2; round++) {
		struct xeap_frame *f = xeap_pool_lend(pool);

		assert_ptr_equal(f->c.data, xeap_pool_area(pool) + XEAP_FRAME_HEADROOM);
		assert_int_equal(f->c.len, 0);
		assert_int_equal(f->c.cap, CHUNK - XEAP_FRAME_HEADROOM);
		assert_int_equal(f->hdr, 0);
		assert_null(f->owner);
		assert_null(f->next);
		assert_int_equal(xeap_frame_headroom(f), XEAP_FRAME_HEADROOM);
		/* Used and moved as a method may: nothing of it is left when it is lent again. */
		f->owner = &owner;
		f->c.data += 10;
		f->c.cap -= 10;
		f->c.len = 7;
		f->next = f;
		assert_non_null(xeap_frame_push(f, 18));
		assert_int_equal(xeap_frame_give_back(f), 0);
	}
	xeap_pool_free(pool);
}

static void headers_go_in_front(void **state)
{
	struct xeap_pool *pool = new_pool(1);
	struct xeap_frame *f = xeap_pool_lend(pool);

	f->c.len = 100;
	assert_ptr_equal(xeap_frame_push(f, 18), f->c.data - 18);
	assert_ptr_equal(xeap_frame_push(f, 26), f->c.data - 26);
	assert_ptr_equal(xeap_frame_wire(f), f->c.data - 26);
	assert_int_equal(xeap_frame_wire_len(f), 126);
	assert_null(xeap_frame_push(f, XEAP_FRAME_HEADROOM + 1));
	assert_null(xeap_frame_push(f, UINT32_MAX));
	assert_int_equal(f->hdr, 26);
	assert_ptr_equal(xeap_frame_push(f, XEAP_FRAME_HEADROOM), f->base);
	xeap_frame_queue(f);
	assert_null(xeap_frame_push(f, 18));
	assert_int_equal(xeap_frame_wire_len(f), 132);
	xeap_frame_complete(f);
	assert_ptr_equal(xeap_frame_push(f, 22), f->c.data - 22);
	assert_int_equal(xeap_frame_wire_len(f), 122);
	xeap_frame_give_back(f);
	assert_null(xeap_frame_push(f, 18));
	xeap_pool_free(pool);
}

static void received_bytes_stay_in_the_chunk(void **state)
{
	static const struct {
		uint32_t offset, len;
		int ret;
	} cases[] = {
		{ 0, CHUNK, 0 },
		{ CHUNK, 0, 0 },
		{ 0, 0, 0 },
		{ 16, CHUNK - 16, 0 },
		{ 16, CHUNK - 15, -EMSGSIZE },
		{ CHUNK + 1, 0, -EMSGSIZE },
		{ 0, CHUNK + 1, -EMSGSIZE },
		{ UINT32_MAX, 2, -EMSGSIZE }, /* the sum is 1 in 32 bits */
		{ 2, UINT32_MAX, -EMSGSIZE },
	};
	struct xeap_pool *pool = new_pool(2);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct xeap_frame *f = xeap_pool_fill(pool);

		assert_int_equal(xeap_frame_receive(f, cases[i].offset, cases[i].len),
				 cases[i].ret);
		if (cases[i].ret) {
			assert_int_equal(f->state, FILLED);
			assert_int_equal(receive_64(f), 0);
		} else {
			assert_ptr_equal(f->c.data, f->base + cases[i].offset);
			assert_int_equal(f->c.len, cases[i].len);
			assert_int_equal(f->c.cap, CHUNK - cases[i].offset);
		}
		xeap_frame_give_back(f);
	}
	xeap_pool_free(pool);
}

static void given_back_while_queued(void **state)
{
	struct xeap_pool *pool = new_pool(1);
	int (*const ends[])(struct xeap_frame *) = { xeap_frame_complete, xeap_frame_unqueue };

	for (size_t i = 0; i < 2; i++) {
		struct xeap_frame *f = frame_in(pool, QUEUED);

		assert_int_equal(xeap_frame_give_back(f), 0);
		assert_int_equal(f->state, QUEUED);
		assert_null(xeap_pool_lend(pool));
		assert_int_equal(xeap_frame_give_back(f), -EBADFD);
		assert_int_equal(xeap_frame_queue(f), -EALREADY);
		assert_int_equal(ends[i](f), 0);
		assert_int_equal(f->state, FREE);
		assert_int_equal(count_in(pool, FREE), 1);
		assert_int_equal(xeap_frame_give_back(f), -EBADFD);
	}
	/* The mark does not stick to the chunk. */
	assert_int_equal(frame_in(pool, HELD)->state, HELD);
	assert_int_equal(xeap_frame_give_back(NULL), 0);
	xeap_pool_free(pool);
}

static void unqueued_is_what_it_was(void **state)
{
	struct xeap_pool *pool = new_pool(2);
	struct xeap_frame *lent = xeap_pool_lend(pool), *held = frame_in(pool, HELD);

	for (int round = 0; round < 2; round++) {
		assert_int_equal(xeap_frame_queue(lent), 0);
		assert_int_equal(xeap_frame_unqueue(lent), 0);
		assert_int_equal(lent->state, LENT);
		assert_int_equal(xeap_frame_queue(held), 0);
		assert_int_equal(xeap_frame_unqueue(held), 0);
		assert_int_equal(held->state, HELD);
	}
	assert_adds_up(pool);
	xeap_pool_free(pool);
}

/* An owner that notes what it was asked, and refuses while told so. */
struct note {
	struct xeap_frame_owner owner;
	struct xeap_frame *asked[16];
	unsigned int n;
	bool refuse;
	struct xeap_frame *saved;
};

static int note_spill(struct xeap_frame_owner *owner, struct xeap_frame *f)
{
	struct note *note = (struct note *)owner;

	assert_int_equal(f->state, HELD);
	note->asked[note->n++] = f;
	if (note->refuse)
		return -ENOMEM;
	if (note->saved)
		assert_int_equal(xeap_frame_copy(note->saved, f), 0);
	return 0;
}

static struct xeap_frame *held_by(struct xeap_pool *pool, struct note *note)
{
	struct xeap_frame *f = xeap_pool_lend(pool);

	f->owner = note ? &note->owner : NULL;
	assert_int_equal(xeap_frame_queue(f), 0);
	assert_int_equal(xeap_frame_complete(f), 0);
	return f;
}

static void oldest_held_is_spilled_first(void **state)
{
	struct xeap_pool *pool = new_pool(4);
	struct note note = { .owner.spill = note_spill };
	struct xeap_frame *f[4];
	struct xeap_pool_stats stats;

	for (int i = 0; i < 4; i++)
		f[i] = held_by(pool, &note);
	/* Sent again: now the youngest. */
	xeap_frame_queue(f[0]);
	xeap_frame_complete(f[0]);
	/* Given back from the middle. */
	xeap_frame_give_back(f[2]);
	assert_ptr_equal(xeap_pool_lend(pool), f[2]);
	assert_int_equal(note.n, 0);
	assert_ptr_equal(xeap_pool_lend(pool), f[1]);
	assert_ptr_equal(xeap_pool_lend(pool), f[3]);
	assert_ptr_equal(xeap_pool_lend(pool), f[0]);
	assert_null(xeap_pool_lend(pool));
	assert_int_equal(note.n, 3);
	assert_ptr_equal(note.asked[0], f[1]);
	assert_ptr_equal(note.asked[1], f[3]);
	assert_ptr_equal(note.asked[2], f[0]);
	xeap_pool_get_stats(pool, &stats);
	assert_int_equal(stats.spilled, 3);
	assert_int_equal(stats.copied, 0);
	assert_null(f[1]->owner);
	xeap_pool_free(pool);
}

static void refusing_owner_is_passed_over(void **state)
{
	struct xeap_pool *pool = new_pool(3);
	struct note no = { .owner.spill = note_spill, .refuse = true };
	struct note yes = { .owner.spill = note_spill };
	struct xeap_frame *nobodys = held_by(pool, NULL), *kept = held_by(pool, &no);
	struct xeap_frame *let_go = held_by(pool, &yes);

	assert_ptr_equal(xeap_pool_lend(pool), let_go);
	assert_int_equal(no.n, 1);
	assert_ptr_equal(no.asked[0], kept);
	assert_int_equal(kept->state, HELD);
	assert_int_equal(nobodys->state, HELD);
	assert_null(xeap_pool_lend(pool));
	assert_int_equal(no.n, 2);
	no.refuse = false;
	assert_ptr_equal(xeap_pool_lend(pool), kept);
	xeap_pool_free(pool);
}

static void only_lend_spills_and_only_held_frames(void **state)
{
	struct xeap_pool *pool = new_pool(2);
	struct note note = { .owner.spill = note_spill };
	struct xeap_frame *held = held_by(pool, &note), *queued = held_by(pool, &note);

	xeap_frame_queue(queued);
	assert_null(xeap_pool_fill(pool));
	assert_int_equal(note.n, 0);
	assert_ptr_equal(xeap_pool_lend(pool), held);
	assert_null(xeap_pool_lend(pool));
	assert_int_equal(note.n, 1);
	xeap_pool_free(pool);
}

static void spilled_bytes_come_back(void **state)
{
	struct xeap_pool *pool = new_pool(1);
	struct note note = { .owner.spill = note_spill };
	struct xeap_frame *f = held_by(pool, &note);
	struct xeap_pool_stats stats;

	memcpy(f->c.data, "response", 8);
	f->c.len = 8;
	note.saved = xeap_frame_new_heap(64);
	f = xeap_pool_lend(pool);
	memset(f->c.data, 0xff, f->c.cap);
	assert_int_equal(xeap_frame_copy(f, note.saved), 0);
	assert_int_equal(f->c.len, 8);
	assert_memory_equal(f->c.data, "response", 8);
	xeap_pool_get_stats(pool, &stats);
	assert_int_equal(stats.spilled, 1);
	assert_int_equal(stats.copied, 1); /* into the frame; saving it is not a sending */
	xeap_pool_count_copied(pool);
	xeap_pool_get_stats(pool, &stats);
	assert_int_equal(stats.copied, 2);
	xeap_frame_give_back(note.saved);
	xeap_pool_free(pool);
}

static void copies_that_are_refused(void **state)
{
	struct xeap_pool *pool = new_pool(2);
	struct xeap_frame *small = xeap_frame_new_heap(10), *f = xeap_pool_lend(pool);
	struct xeap_pool_stats stats;

	f->c.len = 11;
	small->c.len = 3;
	assert_int_equal(xeap_frame_copy(small, f), -EMSGSIZE);
	assert_int_equal(small->c.len, 3);
	for (int s = 0; s < XEAP_FRAME_STATE_MAX; s++) {
		struct xeap_frame *dst;

		if (s == LENT)
			continue;
		dst = frame_in(pool, s);
		assert_int_equal(xeap_frame_copy(dst, small), -EBADFD);
		xeap_pool_get_stats(pool, &stats);
		assert_int_equal(stats.copied, 0);
		if (s == FILLED)
			receive_64(dst);
		xeap_frame_give_back(dst);
		if (s == QUEUED)
			xeap_frame_complete(dst);
	}
	xeap_frame_give_back(small);
	xeap_pool_free(pool);
}

static void heap_frame_is_never_queued(void **state)
{
	struct xeap_frame *f = xeap_frame_new_heap(100);

	assert_int_equal(f->state, LENT);
	assert_int_equal(f->c.cap, 100);
	assert_int_equal(f->c.len, 0);
	assert_int_equal(xeap_frame_headroom(f), XEAP_FRAME_HEADROOM);
	assert_int_equal((uintptr_t)f->c.data % 16, 0);
	assert_null(f->pool);
	memset(f->c.data, 0x5a, 100);
	assert_int_equal(xeap_frame_queue(f), -EBADFD);
	assert_int_equal(xeap_frame_complete(f), -EBADFD);
	assert_int_equal(xeap_frame_unqueue(f), -EBADFD);
	assert_int_equal(receive_64(f), -EBADFD);
	assert_int_equal(f->state, LENT);
	watch(f, sizeof(*f) + XEAP_FRAME_HEADROOM + 100);
	assert_int_equal(xeap_frame_give_back(f), 0);
	assert_true(watched.freed && watched.wiped);
	assert_null(xeap_frame_new_heap(UINT32_MAX));
}

static void pool_sizes(void **state)
{
	static const struct {
		uint32_t frames, chunk;
		int ret;
	} cases[] = {
		{ 1, 128, 0 },	       { 65536, 128, 0 },	{ 1, 65536, 0 },
		{ 0, 128, -EINVAL },   { 65537, 128, -EINVAL }, { 1, 127, -EINVAL },
		{ 1, 65537, -EINVAL }, { 1, 0, -EINVAL },
	};
	uint8_t area[128];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct xeap_pool *const untouched = (struct xeap_pool *)area, *pool = untouched;

		assert_int_equal(xeap_pool_new(cases[i].frames, cases[i].chunk, &pool),
				 cases[i].ret);
		if (cases[i].ret) {
			assert_ptr_equal(pool, untouched);
			assert_int_equal(xeap_pool_new_over(area, cases[i].frames, cases[i].chunk,
							    &pool),
					 -EINVAL);
			continue;
		}
		assert_int_equal(xeap_pool_chunk_size(pool), cases[i].chunk);
		assert_int_equal(count_in(pool, FREE), cases[i].frames);
		assert_null(xeap_pool_free(pool));
	}
	assert_int_equal(xeap_pool_new_over(NULL, 1, 128, &(struct xeap_pool *){ NULL }), -EINVAL);
	assert_null(xeap_pool_free(NULL));
}

static void no_memory(void **state)
{
	struct xeap_pool *pool = NULL;

	for (unsigned int nth = 1; nth <= 2; nth++) {
		allocations = 0;
		fail_allocation = nth;
		assert_int_equal(xeap_pool_new(4, CHUNK, &pool), -ENOMEM);
		assert_null(pool);
	}
	allocations = 0;
	fail_allocation = 1;
	assert_null(xeap_frame_new_heap(10));
	fail_allocation = 0;
}

static void pool_is_wiped(void **state)
{
	static uint8_t area[3 * 200 + 1];
	struct xeap_pool *pool;

	assert_int_equal(xeap_pool_new_over(area, 3, 200, &pool), 0);
	memset(area, 0xa5, sizeof(area));
	xeap_pool_free(pool);
	assert_true(all_zero(area, 3 * 200));
	assert_int_equal(area[3 * 200], 0xa5);

	pool = new_pool(2);
	memset(xeap_pool_area(pool), 0xa5, 2 * CHUNK);
	watch(xeap_pool_area(pool), 2 * CHUNK);
	xeap_pool_free(pool);
	assert_true(watched.freed && watched.wiped);
}

static void frame_of_an_address(void **state)
{
	static uint8_t area[5 * 129 + 2]; /* a size that is no power of two */
	struct xeap_pool *pool;

	assert_int_equal(xeap_pool_new_over(area + 1, 5, 129, &pool), 0);
	for (uint32_t i = 0; i < 5 * 129; i++) {
		struct xeap_frame *f = xeap_pool_frame_of(pool, area + 1 + i);

		assert_ptr_equal(f, xeap_pool_frame(pool, i / 129));
		assert_int_equal(f->index, i / 129);
		assert_ptr_equal(f->base, area + 1 + i / 129 * 129);
	}
	assert_null(xeap_pool_frame_of(pool, area));
	assert_null(xeap_pool_frame_of(pool, area + 1 + 5 * 129));
	assert_null(xeap_pool_frame_of(pool, NULL));
	assert_null(xeap_pool_frame_of(pool, (void *)UINTPTR_MAX));
	assert_null(xeap_pool_frame(pool, 5));
	assert_null(xeap_pool_frame(pool, UINT32_MAX));
	xeap_pool_free(pool);
}

/* Chunks do not overlap, and the whole pool can be out at once. */
static void every_chunk_once(void **state)
{
	struct xeap_pool *pool = new_pool(100);
	struct xeap_frame *f;

	for (uint32_t i = 0; i < 100; i++) {
		f = i & 1 ? xeap_pool_lend(pool) : xeap_pool_fill(pool);
		assert_non_null(f);
		assert_true(all_zero(f->base, CHUNK));
		memset(f->base, 0xee, CHUNK);
	}
	assert_null(xeap_pool_lend(pool));
	xeap_pool_free(pool);
}

static void no_allocation_a_frame(void **state)
{
	struct xeap_pool *pool = new_pool(4);
	unsigned int before = allocations;

	for (int i = 0; i < 1000; i++) {
		struct xeap_frame *f = xeap_pool_lend(pool), *r = xeap_pool_fill(pool);

		xeap_frame_push(f, 18);
		xeap_frame_queue(f);
		xeap_frame_complete(f);
		xeap_frame_give_back(f);
		receive_64(r);
		xeap_frame_give_back(r);
	}
	assert_int_equal(allocations, before);
	xeap_pool_free(pool);
}

/* Many random moves, legal and not: the counters and each frame agree with a model all the time. */
static void random_walk(void **state)
{
	enum {
		N = 8
	};
	struct xeap_pool *pool = new_pool(N);
	int model[N] = { 0 };
	bool gone[N] = { 0 };
	uint32_t seed = 1;

	for (int step = 0; step < 200000; step++) {
		struct xeap_frame *f;
		uint32_t n, m;
		int want;

		seed = seed * 1664525 + 1013904223;
		n = seed >> 29;
		m = (seed >> 16) % 7;
		if (m >= 5) {
			f = m == 5 ? xeap_pool_lend(pool) : xeap_pool_fill(pool);
			if (f) {
				assert_int_equal(model[f->index], FREE);
				model[f->index] = m == 5 ? LENT : FILLED;
			}
			continue;
		}
		f = xeap_pool_frame(pool, n);
		want = moves[m].from[model[n]];
		if (gone[n] && model[n] == QUEUED)
			want = m == 4 ? BAD : m >= 2 ? FREE : want;
		else if (m == 3 && model[n] == QUEUED)
			want = f->before;
		assert_int_equal(moves[m].move(f), want < 0 ? want : 0);
		if (want >= 0) {
			gone[n] = m == 4 && model[n] == QUEUED;
			model[n] = want;
		}
		assert_int_equal(f->state, model[n]);
		assert_adds_up(pool);
	}
	for (int s = 0; s < XEAP_FRAME_STATE_MAX; s++) {
		uint32_t n = 0;

		for (int i = 0; i < N; i++)
			n += model[i] == s;
		assert_int_equal(count_in(pool, s), n);
	}
	xeap_pool_free(pool);
}

static void names(void **state)
{
	assert_string_equal(xeap_frame_state_name(QUEUED), "queued");
	for (int s = 0; s < XEAP_FRAME_STATE_MAX; s++)
		assert_true(strlen(xeap_frame_state_name(s)) > 1);
	assert_string_equal(xeap_frame_state_name(XEAP_FRAME_STATE_MAX), "?");
	assert_string_equal(xeap_frame_state_name((enum xeap_frame_state) - 1), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_move_in_every_state),
		cmocka_unit_test(only_free_frames_are_lent_or_filled),
		cmocka_unit_test(lent_frame_is_as_documented),
		cmocka_unit_test(headers_go_in_front),
		cmocka_unit_test(received_bytes_stay_in_the_chunk),
		cmocka_unit_test(given_back_while_queued),
		cmocka_unit_test(unqueued_is_what_it_was),
		cmocka_unit_test(oldest_held_is_spilled_first),
		cmocka_unit_test(refusing_owner_is_passed_over),
		cmocka_unit_test(only_lend_spills_and_only_held_frames),
		cmocka_unit_test(spilled_bytes_come_back),
		cmocka_unit_test(copies_that_are_refused),
		cmocka_unit_test(heap_frame_is_never_queued),
		cmocka_unit_test(pool_sizes),
		cmocka_unit_test(no_memory),
		cmocka_unit_test(pool_is_wiped),
		cmocka_unit_test(frame_of_an_address),
		cmocka_unit_test(every_chunk_once),
		cmocka_unit_test(no_allocation_a_frame),
		cmocka_unit_test(random_walk),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
