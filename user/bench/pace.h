/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BENCH_PACE_H
#define XEAP_BENCH_PACE_H

#include <stdbool.h>
#include <stdint.h>
#include <xeap/span.h>

/*
 * When logins are meant to start.
 *
 * Open loop: at times that the rate alone decides, evenly spaced, from nothing up to the full rate
 * in the ramp. A start that comes late because the tester or the authenticator is slow keeps its
 * intended time, and its latency is counted from there: else a stall would hide all the logins that
 * should have begun in it.
 *
 * Closed loop: no rate; a start is due whenever fewer than `window` logins are under way. Both
 * together: by the rate, but never more than `window`; the intended time is the rate's.
 */
struct pace {
	double rate;	  /* starts a second, 0: closed loop */
	double ramp;	  /* seconds until the full rate is reached */
	uint64_t window;  /* most logins under way, 0: no limit */
	uint64_t total;	  /* starts in all, 0: no limit */
	double share;	  /* of all starts these are every `share`-th: several threads or ranks */
	double offset;	  /* and begin with this one */
	xeap_time begin;  /* of the run */
	xeap_time end;	  /* none is meant to start from here on, XEAP_NEVER: no limit */
	uint64_t started; /* so far */
};

/* When the next start is meant to be; XEAP_NEVER: there is none any more. Closed loop: `begin`. */
xeap_time pace_next(const struct pace *p);

/*
 * Whether a start is due, with so many logins under way. If so it counts as started, and
 * *ret_intended is when it was meant to be, in closed loop `now`.
 */
bool pace_due(struct pace *p, xeap_time now, uint64_t under_way, xeap_time *ret_intended);

#endif
