/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The frames of a session: its last response, the one that is being made, and a flight of further
 * ones.
 */
#include "host/host.h"

#include <errno.h>
#include <stddef.h>

static struct xeap_session *session_of(struct xeap_frame_owner *owner)
{
	return (struct xeap_session *)((char *)owner - offsetof(struct xeap_session, owner));
}

/* Whether what a method left of a chunk lies in its frame, behind the headroom. */
static bool holds(const struct xeap_frame *f, const struct xeap_chunk *c)
{
	/* As integers: a method's pointer may be anything. */
	uintptr_t at = (uintptr_t)c->data, first = (uintptr_t)f->base + XEAP_FRAME_HEADROOM;
	uintptr_t end = (uintptr_t)f->base + f->size;

	return at >= first && at <= end && c->len <= end - at;
}

/* A copy of a frame's packet that takes no frame of the pool. */
static struct xeap_frame *heap_copy(const struct xeap_session *s, const struct xeap_frame *f)
{
	struct xeap_frame *copy;

	if (!holds(f, &f->c))
		return NULL;
	copy = xeap_frame_new_heap(s->config.max_packet);
	if (copy && xeap_frame_copy(copy, f)) {
		xeap_frame_give_back(copy);
		return NULL;
	}
	return copy;
}

/*
 * The pool ran dry: the last response, which was sent, moves to the heap until a duplicate asks
 * for it. One that was fetched to be sent again stays until it has its link headers.
 */
static int spill(struct xeap_frame_owner *owner, struct xeap_frame *frame)
{
	struct xeap_session *s = session_of(owner);
	struct xeap_frame *copy;

	if (frame != s->last || (s->handed_out && !frame->hdr))
		return -EBUSY;
	copy = heap_copy(s, frame);
	if (!copy)
		return -ENOMEM;
	s->last = copy;
	return 0;
}

void xeap_session_own_frames(struct xeap_session *s)
{
	s->owner.spill = spill;
}

/*
 * Move the flight's last frame that is the pool's to the heap. Returns whether one was freed by
 * that.
 */
static bool shed_flight(struct xeap_session *s)
{
	struct xeap_frame **at = NULL, *old, *copy;

	for (struct xeap_frame **p = &s->flight; *p; p = &(*p)->next)
		if ((*p)->pool)
			at = p;
	if (!at)
		return false;
	old = *at;
	copy = heap_copy(s, old);
	if (!copy)
		return false;
	copy->next = old->next;
	*at = copy;
	if (s->flight_last == old)
		s->flight_last = copy;
	xeap_frame_give_back(old);
	return true;
}

/* A frame of the pool with no more room than a packet may have. */
static struct xeap_frame *lend(struct xeap_session *s)
{
	struct xeap_frame *f = xeap_pool_lend(s->pool);

	if (!f)
		return NULL;
	f->owner = &s->owner;
	if (f->c.cap > s->config.max_packet)
		f->c.cap = s->config.max_packet;
	return f;
}

/*
 * For a response a flight gives way: sessions that wait for one frame each, and hold others for
 * later, would wait for each other.
 */
static struct xeap_frame *lend_at_any_price(struct xeap_session *s)
{
	struct xeap_frame *f = lend(s);

	return f || !shed_flight(s) ? f : lend(s);
}

static struct xeap_frame *flight_pop(struct xeap_session *s)
{
	struct xeap_frame *f = s->flight;

	s->flight = f->next;
	f->next = NULL;
	if (!s->flight)
		s->flight_last = NULL;
	return f;
}

static struct xeap_chunk *flight_append(struct xeap_writer *w)
{
	struct xeap_session *s = w->host;
	struct xeap_frame *f = lend(s);

	if (!f)
		f = xeap_frame_new_heap(s->config.max_packet);
	if (!f)
		return NULL;
	*(s->flight_last ? &s->flight_last->next : &s->flight) = f;
	s->flight_last = f;
	return &f->c;
}

static struct xeap_chunk *flight_last(struct xeap_writer *w)
{
	struct xeap_session *s = w->host;

	return s->flight_last ? &s->flight_last->c : NULL;
}

static bool flight_pending(const struct xeap_writer *w)
{
	const struct xeap_session *s = w->host;

	return s->flight;
}

static int flight_take(struct xeap_writer *w)
{
	struct xeap_session *s = w->host;

	if (!s->flight)
		return -ENOENT;
	if (s->flight->pool) {
		xeap_frame_give_back(s->work);
		s->work = flight_pop(s);
	} else {
		if (!holds(s->flight, &s->flight->c))
			return -EPROTO;
		if (xeap_frame_copy(s->work, s->flight))
			return -ENOBUFS;
		xeap_frame_give_back(flight_pop(s));
	}
	w->c = s->work->c;
	return 0;
}

static void clear_flight(struct xeap_session *s)
{
	while (s->flight)
		xeap_frame_give_back(flight_pop(s));
}

static void flight_clear(struct xeap_writer *w)
{
	clear_flight(w->host);
}

static const struct xeap_flight_ops flight_ops = {
	.append = flight_append,
	.last = flight_last,
	.pending = flight_pending,
	.take = flight_take,
	.clear = flight_clear,
};

int xeap_session_lend(struct xeap_session *s, struct xeap_writer *ret_writer)
{
	s->work = lend_at_any_price(s);
	if (!s->work)
		return -ENOBUFS;
	*ret_writer = (struct xeap_writer){ .c = s->work->c, .flight = &flight_ops, .host = s };
	return 0;
}

bool xeap_session_work_holds(const struct xeap_session *s, const struct xeap_chunk *c)
{
	return holds(s->work, c);
}

void xeap_session_keep_work(struct xeap_session *s, const struct xeap_chunk *c)
{
	s->work->c = *c;
	xeap_frame_give_back(s->last);
	s->last = s->work;
	s->work = NULL;
	s->handed_out = false;
}

void xeap_session_hand_out_last(struct xeap_session *s)
{
	if (xeap_frame_get_state(s->last) != XEAP_FRAME_HELD)
		return;
	s->last->hdr = 0;
	s->handed_out = true;
}

void xeap_session_drop_work(struct xeap_session *s)
{
	xeap_frame_give_back(s->work);
	s->work = NULL;
}

int xeap_session_restore_last(struct xeap_session *s)
{
	struct xeap_frame *spilled = s->last, *f;

	if (spilled->pool)
		return 0;
	f = lend_at_any_price(s);
	if (!f)
		return -ENOBUFS;
	if (xeap_frame_copy(f, spilled)) {
		xeap_frame_give_back(f);
		return -ENOBUFS;
	}
	s->last = f;
	xeap_frame_give_back(spilled);
	return 0;
}

void xeap_session_drop_frames(struct xeap_session *s)
{
	clear_flight(s);
	xeap_session_drop_work(s);
	xeap_frame_give_back(s->last);
	s->last = NULL;
}
