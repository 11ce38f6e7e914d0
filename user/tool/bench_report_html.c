/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* One page that needs nothing else: its style and its plots are in it, and nothing runs. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tool/bench_facts.h"
#include "tool/bench_page.h"
#include "tool/bench_plot.h"
#include "tool/bench_points.h"

#define WIDE 1040.0
#define HALF 500.0

static void throughput(FILE *out, const struct bench_points *p)
{
	const struct bench_series series[] = {
		{ "started", 6, p->y[COLUMN_STARTED], .dashed = true },
		{ "succeeded", 0, p->y[COLUMN_SUCCEEDED], .filled = true },
		{ "failed", 5, p->y[COLUMN_FAILED] },
	};
	char x_title[32];
	const struct bench_plot plot = {
		.id = "throughput",
		.title = "Logins a second",
		.x_title = x_title,
		.y_title = "logins a second",
		.x_unit = p->unit,
		.y_unit = "/s",
		.width = WIDE,
		.height = 290,
		.x = p->x,
		.x_max = p->end,
		.points = p->count,
		.series = series,
		.count = 3,
	};

	snprintf(x_title, sizeof(x_title), "time since the begin, %s", p->unit);
	bench_plot_lines(out, &plot);
}

static bool latency_over_time(FILE *out, const struct bench_points *p)
{
	const struct bench_series series[] = {
		{ "max", 6, p->y[COLUMN_MAX_LATENCY], .dashed = true },
		{ "p99.9", 5, p->y[COLUMN_P999] },
		{ "p99", 4, p->y[COLUMN_P99] },
		{ "p90", 3, p->y[COLUMN_P90] },
		{ "p50", 0, p->y[COLUMN_P50] },
	};
	char x_title[32];
	const struct bench_plot plot = {
		.id = "latency",
		.title = "Latency of logins that succeeded",
		.x_title = x_title,
		.y_title = "ms, logarithmic",
		.x_unit = p->unit,
		.y_unit = "ms",
		.width = WIDE,
		.height = 310,
		.y_scale = BENCH_LOG,
		.x = p->x,
		.x_max = p->end,
		.points = p->count,
		.series = series,
		.count = 5,
	};

	snprintf(x_title, sizeof(x_title), "time since the begin, %s", p->unit);
	return bench_plot_lines(out, &plot);
}

/* A plot of half the width, of one series. */
static void small_plot(FILE *out, const struct bench_points *p, const char *id, const char *title,
		       const char *unit, enum bench_column column, unsigned int colour)
{
	const struct bench_series series = { title, colour, p->y[column], .filled = true };
	char x_title[32];
	const struct bench_plot plot = {
		.id = id,
		.title = title,
		.x_title = x_title,
		.y_title = unit,
		.x_unit = p->unit,
		.y_unit = unit,
		.width = HALF,
		.height = 220,
		.x = p->x,
		.x_max = p->end,
		.points = p->count,
		.series = &series,
		.count = 1,
	};

	snprintf(x_title, sizeof(x_title), "time since the begin, %s", p->unit);
	bench_plot_lines(out, &plot);
}

#define DISTRIBUTION_MAX 500

/*
 * Points of the curve of percentiles: one for each cell, but none nearer to the one before than
 * can be seen. Each share is that of the middle of its last value, so that the largest of n has one
 * below 1.
 */
static size_t distribution_points(const struct hist *h, double x[], double y[])
{
	const double widest = log10(2 * (double)h->count), least = widest / (DISTRIBUTION_MAX - 8);
	double last = -least, seen = 0;
	uint64_t low, high;
	size_t n = 0;

	for (uint32_t i = 0; (i = hist_next(h, i)) < HIST_CELLS; i++) {
		double share, at;

		seen += (double)h->cells[i];
		share = (seen - .5) / (double)h->count;
		at = -log10(1 - share);
		if (at - last < least && hist_next(h, i + 1) < HIST_CELLS)
			continue;
		hist_cell(i, &low, &high);
		x[n] = share;
		y[n] = (double)(high < h->max ? high : h->max) / 1e3;
		last = at;
		n++;
	}
	return n;
}

static void distribution(FILE *out, const struct hist *h)
{
	double x[DISTRIBUTION_MAX], y[DISTRIBUTION_MAX];
	const struct bench_series series = { "login", 0, y, .filled = true };
	struct bench_plot plot = {
		.id = "distribution",
		.title = "Distribution of the latency of logins",
		.x_title = "percentile",
		.y_title = "ms",
		.x_unit = "%",
		.y_unit = "ms",
		.width = HALF,
		.height = 270,
		.x_scale = BENCH_NINES,
		.x = x,
		.series = &series,
		.count = 1,
	};

	if (!h->count)
		return;
	plot.points = distribution_points(h, x, y);
	plot.x_max = 1 - .5 / (double)h->count;
	bench_plot_lines(out, &plot);
}

static void stages(FILE *out, const struct bench_result *r)
{
	static const unsigned int colours[] = { 6, 1, 0, 3, 4 };
	static const enum bench_latency parts[] = { BENCH_LATE, BENCH_START_TO_IDENTITY,
						    BENCH_IDENTITY_TO_METHOD, BENCH_METHOD,
						    BENCH_RESPONSE_TO_RESULT };
	struct bench_bar bars[sizeof(parts) / sizeof(parts[0])];
	char ms[24];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct hist *h = &r->total.latency[parts[i]];

		if (!h->count)
			continue;
		bars[n] = (struct bench_bar){ .name = bench_latency_name(parts[i]),
					      .value = (double)hist_at(h, .5),
					      .colour = colours[i] };
		bench_text_ms(bars[n].value, ms);
		snprintf(bars[n++].text, sizeof(bars[0].text), "%s ms", ms);
	}
	if (n)
		bench_plot_stack(out, "stages", "Where the time goes: the medians of the stages",
				 WIDE, bars, n);
}

static int by_value(const void *a, const void *b)
{
	const struct bench_bar *one = a, *other = b;

	return (one->value < other->value) - (one->value > other->value);
}

static void failures(FILE *out, const struct bench_result *r)
{
	const struct tally *t = &r->total;
	struct bench_bar bars[BENCH_CAUSE_MAX];
	char count[32];
	size_t n = 0;

	for (int i = 0; i < BENCH_CAUSE_MAX; i++) {
		if (i == BENCH_SUCCESS || i == BENCH_ABANDONED || i == BENCH_CUT || !t->ended[i])
			continue;
		bars[n] = (struct bench_bar){ .name = bench_cause_name(i),
					      .value = (double)t->ended[i],
					      .colour = 5 };
		bench_text_count(t->ended[i], count);
		snprintf(bars[n++].text, sizeof(bars[0].text), "%s (%.2f %%)", count,
			 t->started ? 100 * (double)t->ended[i] / (double)t->started : 0);
	}
	qsort(bars, n, sizeof(bars[0]), by_value);
	if (n)
		bench_plot_bars(out, "failures", "Failures by cause", HALF, bars, n);
}

static void plots(FILE *out, const struct bench_result *r, const struct bench_points *p)
{
	throughput(out, p);
	if (!latency_over_time(out, p))
		fputs("<p class=\"none\">No login succeeded: there is no latency to show.</p>\n",
		      out);
	stages(out, r);
	fputs("<div class=\"halves\">\n", out);
	distribution(out, &r->total.latency[BENCH_LOGIN]);
	failures(out, r);
	small_plot(out, p, "under-way", "Logins under way", "logins", COLUMN_UNDER_WAY, 1);
	small_plot(out, p, "cpu", "CPU of the tester", "% of one processor", COLUMN_CPU, 2);
	fputs("</div>\n", out);
}

int bench_report_html(const struct bench_result *r, FILE *out)
{
	struct bench_points *p = malloc(sizeof(*p));

	if (!p)
		return -ENOMEM;
	bench_points(r, p);
	bench_page_begin(out, r);
	plots(out, r, p);
	bench_page_end(out, r);
	free(p);
	return ferror(out) ? -EIO : 0;
}
