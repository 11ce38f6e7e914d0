/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_SAMPLE_H
#define XEAP_TOOL_BENCH_SAMPLE_H

#include "tool/bench_result.h"
#include "tool/bench_worker.h"

/* What the threads of a run count, fetched once a second and added up. */
struct bench_sample {
	struct bench_worker *workers;
	unsigned int count;
	struct bench_result *result;
	struct tally *second;  /* of the interval that is being added up */
	xeap_time begin, last; /* of the run; when the interval began */
	xeap_time cpu;	       /* of the process until then */
	xeap_time user,
		system;	   /* of the process when the run began: what came before is no login's */
	xeap_time *busy;   /* of each thread until then */
	unsigned int full; /* seconds in which a thread had no time left */
};

/* 0 or -ENOMEM; to be freed either way. The workers have not been started. */
int bench_sample_init(struct bench_sample *s, struct bench_worker *workers, unsigned int count,
		      struct bench_result *result, xeap_time begin);
void bench_sample_free(struct bench_sample *s);

/* Add what was counted since; returns the second that it made, NULL: out of memory. */
const struct bench_second *bench_sample_take(struct bench_sample *s);
/* After all threads have ended: add the rest, and what is known of the whole. */
const struct bench_second *bench_sample_finish(struct bench_sample *s);

#endif
