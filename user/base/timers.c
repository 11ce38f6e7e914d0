/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include "base/timers.h"

void xeap_timers_init(struct xeap_timers *t)
{
	*t = (struct xeap_timers){ 0 };
}

void xeap_timers_free(struct xeap_timers *t)
{
	free(t->heap);
	xeap_timers_init(t);
}

int xeap_timers_reserve(struct xeap_timers *t, uint32_t n)
{
	/* Doubled, so that owners who come one at a time do not copy the table each time. */
	uint32_t room = n / 2 < t->room && t->room <= UINT32_MAX / 2 ? 2 * t->room : n;
	struct xeap_timer **heap;

	if (n <= t->room)
		return 0;
	if (n > INT32_MAX)
		return -ENOMEM;
	heap = reallocarray(t->heap, room, sizeof(heap[0]));
	if (!heap)
		return -ENOMEM;
	t->heap = heap;
	t->room = room;
	return 0;
}

static void put_at(struct xeap_timers *t, uint32_t i, struct xeap_timer *timer)
{
	t->heap[i] = timer;
	timer->place = i + 1;
}

static uint32_t earlier_child(const struct xeap_timers *t, uint32_t i)
{
	uint32_t left = 2 * i + 1, right = left + 1;

	return right < t->count && t->heap[right]->at < t->heap[left]->at ? right : left;
}

/*
 * Find the place of the timer whose deadline changed, from where it is towards the root or the
 * leaves.
 */
static void settle(struct xeap_timers *t, struct xeap_timer *timer)
{
	uint32_t i = timer->place - 1;

	for (; i > 0 && timer->at < t->heap[(i - 1) / 2]->at; i = (i - 1) / 2)
		put_at(t, i, t->heap[(i - 1) / 2]);
	for (;;) {
		uint32_t child = earlier_child(t, i);

		if (child >= t->count || t->heap[child]->at >= timer->at)
			break;
		put_at(t, i, t->heap[child]);
		i = child;
	}
	put_at(t, i, timer);
}

static void take_out(struct xeap_timers *t, struct xeap_timer *timer)
{
	struct xeap_timer *last = t->heap[--t->count];

	if (last != timer) {
		put_at(t, timer->place - 1, last);
		settle(t, last);
	}
	timer->place = 0;
	timer->at = XEAP_NEVER;
}

int xeap_timer_set(struct xeap_timers *t, struct xeap_timer *timer, xeap_time at)
{
	if (at == XEAP_NEVER) {
		if (timer->place)
			take_out(t, timer);
		timer->at = XEAP_NEVER;
		return 0;
	}
	if (!timer->place) {
		if (t->count == t->room)
			return -ENOSPC;
		put_at(t, t->count++, timer);
	}
	timer->at = at;
	settle(t, timer);
	return 0;
}

xeap_time xeap_timers_next(const struct xeap_timers *t)
{
	return t->count ? t->heap[0]->at : XEAP_NEVER;
}

struct xeap_timer *xeap_timers_due(struct xeap_timers *t, xeap_time now)
{
	struct xeap_timer *first;

	if (!t->count || t->heap[0]->at > now)
		return NULL;
	first = t->heap[0];
	take_out(t, first);
	return first;
}
