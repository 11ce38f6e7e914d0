/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_OUTPUT_H
#define XEAP_TOOL_BENCH_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "tool/bench_options.h"

#define BENCH_OUTPUT_WHY 200

/* A file of a run's results. What an earlier run left in it stays until this one begins. */
struct bench_output {
	const char *option;
	const char *path; /* NULL: not asked for; "-": standard output */
	FILE *f;	  /* NULL without a path */
	char *made;	  /* its name in full, when it was not there before; NULL */
	bool stuck;	  /* what was in it could not be taken out */
};

enum bench_output_kind {
	BENCH_OUTPUT_JSON,
	BENCH_OUTPUT_CSV,
	BENCH_OUTPUT_REPORT,
	BENCH_OUTPUT_MAX
};

struct bench_outputs {
	struct bench_output all[BENCH_OUTPUT_MAX];
	bool begun;
};

/*
 * Open all for writing, without touching what is in them. 0, or -EINVAL with why and none open.
 * To be closed either way.
 */
int bench_outputs_open(struct bench_outputs *b, const struct bench_options *o,
		       char why[BENCH_OUTPUT_WHY]);
/* The run is certain to begin: empty them. */
void bench_outputs_begin(struct bench_outputs *b);
/* NULL when it was not asked for. */
FILE *bench_output_of(const struct bench_outputs *b, enum bench_output_kind kind);
/* Whether one of them has standard output to itself. */
bool bench_outputs_on_stdout(const struct bench_outputs *b);
/*
 * 0, or -EIO after a line on standard error for each that could not be written. Where nothing
 * began, files that were not there before are taken away again.
 */
int bench_outputs_close(struct bench_outputs *b);

#endif
