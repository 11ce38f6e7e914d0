/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/*
 * What the benchmarks share. Each measures both sides of a comparison in turn, round by round, and
 * writes one JSON object a line to standard output; scripts/bench makes the table. The exit status
 * says only whether everything could be measured.
 */
#define BENCH_ROUNDS 7

struct bench_pair {
	double ours[BENCH_ROUNDS], theirs[BENCH_ROUNDS];
};

/* What a goal is about. */
enum bench_about {
	BENCH_NO_GOAL,
	BENCH_VALUE,
	BENCH_DIFFERENCE,
	BENCH_RATIO,
	BENCH_ABOUT_MAX
};

struct bench_goal {
	enum bench_about about;
	bool at_least; /* else at most */
	double limit;
};

struct bench_row {
	const char *row;  /* as ROWS= names it */
	const char *what; /* what was measured */
	const char *unit;
	const char *against; /* the other side */
	struct bench_goal goal;
};

/* CLOCK_MONOTONIC, or CPU time of this thread, in ns. */
double bench_clock(clockid_t clock);

double bench_median(const double *values, size_t n);

/* Medians of both sides and of the ratios and differences of the rounds. */
void bench_print(const struct bench_row *row, const struct bench_pair *pair);
/* The median of one side, where there is no other. */
void bench_print_value(const struct bench_row *row, const double *values);
/* A figure that was counted, not timed: `count` and the most it may be. */
void bench_print_count(const char *row, const char *what, unsigned long count, unsigned long most);

/* Not measured: one line on stderr, exit status 1. */
void bench_die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
