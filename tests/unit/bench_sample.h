/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_BENCH_SAMPLE_H
#define XEAP_TESTS_BENCH_SAMPLE_H

#include "tool/bench_result.h"

/* Results as a run has them, the same every time. */
enum bench_sample {
	SAMPLE_GOOD,	/* a minute, with a bad while in it, some failures and a bottleneck */
	SAMPLE_SECOND,	/* of one second */
	SAMPLE_LONG,	/* ten hours */
	SAMPLE_FAILED,	/* nobody got in, and it was cut */
	SAMPLE_NOTHING, /* ended before anything was measured */
	SAMPLE_MAX
};

extern const char *const bench_sample_names[SAMPLE_MAX];

/* To be given to bench_result_done() and free(). */
struct bench_result *bench_sample_new(enum bench_sample what);

#endif
