/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "base/frame.h"
#include "base/wipe.h"

#define MAX_FRAMES 65536
#define MIN_CHUNK 128
#define MAX_CHUNK 65536

struct xeap_pool {
	uint8_t *area;
	size_t size;		 /* bytes of area */
	uint32_t chunk;		 /* bytes of one */
	bool own;		 /* the area is freed with the pool */
	struct xeap_frame *free; /* a stack: the frame used last is still in the cache */
	struct xeap_frame *oldest, *youngest; /* held ones, linked by next and prev */
	struct xeap_pool_stats stats;
	struct xeap_frame frame[];
};

/*
 * Lending and filling are no moves of a frame: they take one from the free stack, or there is none.
 */
enum move {
	RECEIVE,
	QUEUE,
	COMPLETE,
	UNQUEUE,
	GIVE_BACK,
	MOVE_MAX
};

#define IN(state) (1u << XEAP_FRAME_##state)

/* The states from which each move is legal: the picture in xeap/frame.h. */
static const uint8_t legal[MOVE_MAX] = {
	[RECEIVE] = IN(FILLED),
	[QUEUE] = IN(LENT) | IN(HELD),
	[COMPLETE] = IN(QUEUED),
	[UNQUEUE] = IN(QUEUED),
	[GIVE_BACK] = IN(RECEIVED) | IN(LENT) | IN(QUEUED) | IN(HELD),
};

static bool may(const struct xeap_frame *f, enum move move)
{
	return legal[move] & 1u << f->state;
}

static const char *const state_names[XEAP_FRAME_STATE_MAX] = {
	[XEAP_FRAME_FREE] = "free",	    [XEAP_FRAME_FILLED] = "filled",
	[XEAP_FRAME_RECEIVED] = "received", [XEAP_FRAME_LENT] = "lent",
	[XEAP_FRAME_QUEUED] = "queued",	    [XEAP_FRAME_HELD] = "held",
};

const char *xeap_frame_state_name(enum xeap_frame_state state)
{
	return (unsigned int)state < XEAP_FRAME_STATE_MAX ? state_names[state] : "?";
}

enum xeap_frame_state xeap_frame_get_state(const struct xeap_frame *frame)
{
	return frame->state;
}

static void set_state(struct xeap_frame *f, enum xeap_frame_state state)
{
	if (f->pool) {
		f->pool->stats.state[f->state]--;
		f->pool->stats.state[state]++;
	}
	f->state = state;
}

static void push_free(struct xeap_frame *f)
{
	f->owner = NULL;
	f->abandoned = false;
	f->prev = NULL;
	f->next = f->pool->free;
	f->pool->free = f;
	set_state(f, XEAP_FRAME_FREE);
}

static struct xeap_frame *pop_free(struct xeap_pool *pool)
{
	struct xeap_frame *f = pool->free;

	if (f) {
		pool->free = f->next;
		f->next = NULL;
	}
	return f;
}

static void hold(struct xeap_frame *f)
{
	struct xeap_pool *pool = f->pool;

	f->next = NULL;
	f->prev = pool->youngest;
	*(f->prev ? &f->prev->next : &pool->oldest) = f;
	pool->youngest = f;
	set_state(f, XEAP_FRAME_HELD);
}

/* Take a held frame off the list; its state is the caller's to change. */
static void unhold(struct xeap_frame *f)
{
	struct xeap_pool *pool = f->pool;

	*(f->prev ? &f->prev->next : &pool->oldest) = f->next;
	*(f->next ? &f->next->prev : &pool->youngest) = f->prev;
	f->next = f->prev = NULL;
}

static void reset(struct xeap_frame *f, uint32_t offset, uint32_t len)
{
	f->c.data = f->base + offset;
	f->c.len = len;
	f->c.cap = f->size - offset;
	f->hdr = 0;
}

static void init_frames(struct xeap_pool *pool)
{
	for (uint32_t i = pool->stats.frames; i-- > 0;) {
		struct xeap_frame *f = &pool->frame[i];

		f->pool = pool;
		f->base = pool->area + (size_t)i * pool->chunk;
		f->size = pool->chunk;
		f->index = i;
		reset(f, 0, 0);
		push_free(f);
	}
}

static bool sizes_ok(uint32_t frames, uint32_t chunk)
{
	return frames >= 1 && frames <= MAX_FRAMES && chunk >= MIN_CHUNK && chunk <= MAX_CHUNK;
}

int xeap_pool_new_over(void *area, uint32_t frames, uint32_t chunk, struct xeap_pool **ret_pool)
{
	struct xeap_pool *pool;

	if (!area || !sizes_ok(frames, chunk))
		return -EINVAL;
	pool = calloc(1, sizeof(*pool) + frames * sizeof(pool->frame[0]));
	if (!pool)
		return -ENOMEM;
	pool->area = area;
	pool->size = (size_t)frames * chunk;
	pool->chunk = chunk;
	pool->stats.frames = frames;
	pool->stats.state[XEAP_FRAME_FREE] = frames;
	init_frames(pool);
	*ret_pool = pool;
	return 0;
}

int xeap_pool_new(uint32_t frames, uint32_t chunk, struct xeap_pool **ret_pool)
{
	struct xeap_pool *pool;
	void *area;
	int err;

	if (!sizes_ok(frames, chunk))
		return -EINVAL;
	area = calloc(frames, chunk);
	if (!area)
		return -ENOMEM;
	err = xeap_pool_new_over(area, frames, chunk, &pool);
	if (err) {
		free(area);
		return err;
	}
	pool->own = true;
	*ret_pool = pool;
	return 0;
}

struct xeap_pool *xeap_pool_free(struct xeap_pool *pool)
{
	if (!pool)
		return NULL;
	xeap_wipe(pool->area, pool->size);
	if (pool->own)
		free(pool->area);
	free(pool);
	return NULL;
}

struct xeap_frame *xeap_pool_frame(struct xeap_pool *pool, uint32_t n)
{
	return n < pool->stats.frames ? &pool->frame[n] : NULL;
}

struct xeap_frame *xeap_pool_frame_of(struct xeap_pool *pool, const void *packet)
{
	/*
	 * As integers: the address may lie in another object, where pointers do not compare. One
	 * before the area wraps to a huge offset.
	 */
	uintptr_t offset = (uintptr_t)packet - (uintptr_t)pool->area;

	return offset < pool->size ? &pool->frame[offset / pool->chunk] : NULL;
}

uint32_t xeap_pool_chunk_size(const struct xeap_pool *pool)
{
	return pool->chunk;
}

uint8_t *xeap_pool_area(const struct xeap_pool *pool)
{
	return pool->area;
}

void xeap_pool_get_stats(const struct xeap_pool *pool, struct xeap_pool_stats *ret_stats)
{
	*ret_stats = pool->stats;
}

void xeap_pool_count_copied(struct xeap_pool *pool)
{
	pool->stats.copied++;
}

/* Free the oldest held frame whose owner lets go of it. */
static void spill_one(struct xeap_pool *pool)
{
	for (struct xeap_frame *f = pool->oldest; f; f = f->next) {
		if (!f->owner || f->owner->spill(f->owner, f) != 0)
			continue;
		unhold(f);
		push_free(f);
		pool->stats.spilled++;
		return;
	}
}

struct xeap_frame *xeap_pool_lend(struct xeap_pool *pool)
{
	struct xeap_frame *f;

	if (!pool->free)
		spill_one(pool);
	f = pop_free(pool);
	if (!f)
		return NULL;
	reset(f, XEAP_FRAME_HEADROOM, 0);
	set_state(f, XEAP_FRAME_LENT);
	return f;
}

struct xeap_frame *xeap_pool_fill(struct xeap_pool *pool)
{
	struct xeap_frame *f = pop_free(pool);

	if (!f)
		return NULL;
	reset(f, 0, 0);
	set_state(f, XEAP_FRAME_FILLED);
	return f;
}

int xeap_frame_receive(struct xeap_frame *f, uint32_t offset, uint32_t len)
{
	if (!may(f, RECEIVE))
		return -EBADFD;
	if (offset > f->size || len > f->size - offset)
		return -EMSGSIZE;
	reset(f, offset, len);
	set_state(f, XEAP_FRAME_RECEIVED);
	return 0;
}

uint8_t *xeap_frame_push(struct xeap_frame *f, uint32_t n)
{
	if (!may(f, QUEUE) || n > xeap_frame_headroom(f) || n > UINT16_MAX)
		return NULL;
	f->hdr = (uint16_t)n;
	return f->c.data - n;
}

int xeap_frame_queue(struct xeap_frame *f)
{
	if (f->state == XEAP_FRAME_QUEUED)
		return -EALREADY;
	if (!f->pool || !may(f, QUEUE))
		return -EBADFD;
	if (f->state == XEAP_FRAME_HELD)
		unhold(f);
	f->before = f->state;
	set_state(f, XEAP_FRAME_QUEUED);
	return 0;
}

int xeap_frame_complete(struct xeap_frame *f)
{
	if (!may(f, COMPLETE))
		return -EBADFD;
	if (f->abandoned)
		push_free(f);
	else
		hold(f);
	return 0;
}

int xeap_frame_unqueue(struct xeap_frame *f)
{
	if (!may(f, UNQUEUE))
		return -EBADFD;
	if (f->abandoned)
		push_free(f);
	else if (f->before == XEAP_FRAME_HELD)
		hold(f);
	else
		set_state(f, XEAP_FRAME_LENT);
	return 0;
}

static void free_heap_frame(struct xeap_frame *f)
{
	xeap_wipe(f, sizeof(*f) + f->size);
	free(f);
}

int xeap_frame_give_back(struct xeap_frame *frame)
{
	if (!frame)
		return 0;
	if (!may(frame, GIVE_BACK) || frame->abandoned)
		return -EBADFD;
	if (!frame->pool) {
		free_heap_frame(frame);
	} else if (frame->state == XEAP_FRAME_QUEUED) {
		frame->abandoned = true;
	} else {
		if (frame->state == XEAP_FRAME_HELD)
			unhold(frame);
		push_free(frame);
	}
	return 0;
}

struct xeap_frame *xeap_frame_new_heap(uint32_t cap)
{
	/* The chunk follows its descriptor; the packet is aligned as in a pool frame. */
	_Static_assert(sizeof(struct xeap_frame) % 16 == 0, "alignment of heap frames");
	struct xeap_frame *f;

	if (cap > UINT32_MAX - XEAP_FRAME_HEADROOM)
		return NULL;
	f = calloc(1, sizeof(*f) + XEAP_FRAME_HEADROOM + cap);
	if (!f)
		return NULL;
	f->base = (uint8_t *)(f + 1);
	f->size = XEAP_FRAME_HEADROOM + cap;
	f->index = UINT32_MAX;
	f->state = XEAP_FRAME_LENT;
	reset(f, XEAP_FRAME_HEADROOM, 0);
	return f;
}

int xeap_frame_copy(struct xeap_frame *dst, const struct xeap_frame *src)
{
	if (dst->state != XEAP_FRAME_LENT)
		return -EBADFD;
	if (src->c.len > dst->c.cap)
		return -EMSGSIZE;
	if (dst != src)
		memcpy(dst->c.data, src->c.data, src->c.len);
	dst->c.len = src->c.len;
	if (dst->pool)
		xeap_pool_count_copied(dst->pool);
	return 0;
}
