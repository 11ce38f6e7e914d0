/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_POINTS_H
#define XEAP_TOOL_BENCH_POINTS_H

#include "tool/bench_result.h"

/*
 * A run's seconds as points of plots: at most so many, so that ten hours make a page, too. A point
 * of several seconds has their rates over all of them, and of latencies and states the largest.
 */
#define BENCH_POINTS_MAX 600

enum bench_column {
	COLUMN_STARTED, /* a second */
	COLUMN_SUCCEEDED,
	COLUMN_FAILED,
	COLUMN_UNDER_WAY,
	COLUMN_P50, /* ms, NAN without any login */
	COLUMN_P90,
	COLUMN_P99,
	COLUMN_P999,
	COLUMN_MAX_LATENCY,
	COLUMN_RETRANSMITTED, /* a second */
	COLUMN_CPU,	      /* percent of one processor */
	COLUMN_MAX
};

struct bench_points {
	size_t count;
	double end;		    /* of the axis, in units of x */
	const char *unit;	    /* "s", "min" or "h" */
	double x[BENCH_POINTS_MAX]; /* their middles */
	double y[COLUMN_MAX][BENCH_POINTS_MAX];
};

void bench_points(const struct bench_result *r, struct bench_points *ret);

#endif
