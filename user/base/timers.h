/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BASE_TIMERS_H
#define XEAP_BASE_TIMERS_H

#include <xeap/span.h>

/*
 * Deadlines of one thread, earliest first: a binary heap of intrusive entries. Setting, moving and
 * cancelling cost O(log n) and allocate nothing, because the table is sized by
 * xeap_timers_reserve() when an owner is made. A zeroed timer is one that is not set.
 */
struct xeap_timer {
	xeap_time at;	/* XEAP_NEVER once cancelled or taken out as due */
	uint32_t place; /* index in the heap + 1; 0 when not in it */
};

struct xeap_timers {
	struct xeap_timer **heap;
	uint32_t count, room;
};

void xeap_timers_init(struct xeap_timers *t);
void xeap_timers_free(struct xeap_timers *t);
/* Make room for n entries in all. 0 or -ENOMEM. */
int xeap_timers_reserve(struct xeap_timers *t, uint32_t n);
/* Set, move or (XEAP_NEVER) cancel. -ENOSPC when more entries are set than were reserved. */
int xeap_timer_set(struct xeap_timers *t, struct xeap_timer *timer, xeap_time at);
/* The earliest deadline, XEAP_NEVER when none. */
xeap_time xeap_timers_next(const struct xeap_timers *t);
/* Take one that is due at `now` out of the heap, or NULL. */
struct xeap_timer *xeap_timers_due(struct xeap_timers *t, xeap_time now);

#endif
