/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "bench/pace.h"

#include <math.h>

/*
 * Seconds from the beginning to the n-th start. The rate grows evenly over the ramp: after t
 * seconds of it rate·t²/(2·ramp) have started, and rate·ramp/2 at its end.
 */
static double seconds_to(const struct pace *p, double n)
{
	double in_ramp = p->rate * p->ramp / 2;

	if (n < in_ramp)
		return sqrt(2 * n * p->ramp / p->rate);
	return p->ramp + (n - in_ramp) / p->rate;
}

xeap_time pace_next(const struct pace *p)
{
	xeap_time at = p->begin;

	if (p->total && p->started >= p->total)
		return XEAP_NEVER;
	if (p->rate > 0) {
		double share = p->share > 0 ? p->share : 1;
		double s = seconds_to(p, p->offset + (double)p->started * share);

		at += (xeap_time)(s * 1e6);
	}
	return at < p->end ? at : XEAP_NEVER;
}

bool pace_due(struct pace *p, xeap_time now, uint64_t under_way, xeap_time *ret_intended)
{
	xeap_time at = pace_next(p);

	if (at > now || now >= p->end || (p->window && under_way >= p->window))
		return false;
	p->started++;
	*ret_intended = p->rate > 0 ? at : now;
	return true;
}
