/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/bench/bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

double bench_clock(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_median(const double *values, size_t n)
{
	double sorted[BENCH_ROUNDS];

	memcpy(sorted, values, n * sizeof(*values));
	qsort(sorted, n, sizeof(*sorted), order);
	return n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

static const char *const about_names[] = {
	[BENCH_NO_GOAL] = "",
	[BENCH_VALUE] = "value",
	[BENCH_DIFFERENCE] = "difference",
	[BENCH_RATIO] = "ratio",
};
_Static_assert(sizeof(about_names) / sizeof(about_names[0]) == BENCH_ABOUT_MAX, "a name each");

static void print_goal(const struct bench_goal *goal, const double figures[BENCH_ABOUT_MAX])
{
	double got = figures[goal->about];
	bool met = goal->at_least ? got >= goal->limit : got <= goal->limit;

	if (goal->about == BENCH_NO_GOAL) {
		printf(", \"goal\": null, \"met\": null}\n");
		return;
	}
	printf(", \"goal\": {\"about\": \"%s\", \"%s\": %.9g}, \"met\": %s}\n",
	       about_names[goal->about], goal->at_least ? "least" : "most", goal->limit,
	       met ? "true" : "false");
}

void bench_print(const struct bench_row *row, const struct bench_pair *pair)
{
	double ratios[BENCH_ROUNDS], differences[BENCH_ROUNDS], figures[BENCH_ABOUT_MAX] = { 0 };

	for (size_t i = 0; i < BENCH_ROUNDS; i++) {
		ratios[i] = pair->ours[i] / pair->theirs[i];
		differences[i] = pair->ours[i] - pair->theirs[i];
	}
	figures[BENCH_VALUE] = bench_median(pair->ours, BENCH_ROUNDS);
	figures[BENCH_DIFFERENCE] = bench_median(differences, BENCH_ROUNDS);
	figures[BENCH_RATIO] = bench_median(ratios, BENCH_ROUNDS);
	printf("{\"row\": \"%s\", \"what\": \"%s\", \"unit\": \"%s\", \"value\": %.9g, "
	       "\"against\": \"%s\", \"reference\": %.9g, \"difference\": %.9g, \"ratio\": %.9g",
	       row->row, row->what, row->unit, figures[BENCH_VALUE], row->against,
	       bench_median(pair->theirs, BENCH_ROUNDS), figures[BENCH_DIFFERENCE],
	       figures[BENCH_RATIO]);
	print_goal(&row->goal, figures);
	fflush(stdout);
}

void bench_print_value(const struct bench_row *row, const double *values)
{
	double figures[BENCH_ABOUT_MAX] = { [BENCH_VALUE] = bench_median(values, BENCH_ROUNDS) };

	printf("{\"row\": \"%s\", \"what\": \"%s\", \"unit\": \"%s\", \"value\": %.9g", row->row,
	       row->what, row->unit, figures[BENCH_VALUE]);
	print_goal(&row->goal, figures);
	fflush(stdout);
}

void bench_print_count(const char *row, const char *what, unsigned long count, unsigned long most)
{
	double figures[BENCH_ABOUT_MAX] = { [BENCH_VALUE] = (double)count };

	printf("{\"row\": \"%s\", \"what\": \"%s\", \"unit\": \"\", \"value\": %lu", row, what,
	       count);
	print_goal(&(struct bench_goal){ .about = BENCH_VALUE, .limit = (double)most }, figures);
	fflush(stdout);
}

void bench_die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}
