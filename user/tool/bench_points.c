/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tool/bench_points.h"

#include <math.h>

static double ms_or_none(uint64_t us)
{
	return us ? (double)us / 1e3 : NAN;
}

static void raise_to(double *y, double v)
{
	if (isfinite(v) && (isnan(*y) || v > *y))
		*y = v;
}

/* Seconds from `from` up to `to` become point i. */
static void fold(const struct bench_second *s, size_t from, size_t to, struct bench_points *p,
		 size_t i)
{
	double length = 0, started = 0, succeeded = 0, failed = 0, again = 0, begin;

	for (int c = 0; c < COLUMN_MAX; c++)
		p->y[c][i] = NAN;
	for (size_t k = from; k < to; k++) {
		length += s[k].length;
		started += (double)s[k].started;
		succeeded += (double)s[k].succeeded;
		failed += (double)bench_second_failed(&s[k]);
		again += (double)s[k].retransmitted;
		raise_to(&p->y[COLUMN_UNDER_WAY][i], (double)s[k].under_way);
		raise_to(&p->y[COLUMN_P50][i], ms_or_none(s[k].p50));
		raise_to(&p->y[COLUMN_P90][i], ms_or_none(s[k].p90));
		raise_to(&p->y[COLUMN_P99][i], ms_or_none(s[k].p99));
		raise_to(&p->y[COLUMN_P999][i], ms_or_none(s[k].p999));
		raise_to(&p->y[COLUMN_MAX_LATENCY][i], ms_or_none(s[k].max));
		raise_to(&p->y[COLUMN_CPU][i], s[k].cpu * 100);
	}
	begin = s[from].at - s[from].length;
	p->x[i] = ((begin > 0 ? begin : 0) + s[to - 1].at) / 2;
	if (length <= 0)
		return;
	p->y[COLUMN_STARTED][i] = started / length;
	p->y[COLUMN_SUCCEEDED][i] = succeeded / length;
	p->y[COLUMN_FAILED][i] = failed / length;
	p->y[COLUMN_RETRANSMITTED][i] = again / length;
}

/* Of the axis: as many seconds, minutes or hours as can be read. */
static void choose_unit(struct bench_points *p)
{
	double in = p->end > 3 * 3600 ? 3600 : p->end > 600 ? 60 : 1;

	p->unit = in > 60 ? "h" : in > 1 ? "min" : "s";
	p->end /= in;
	for (size_t i = 0; i < p->count; i++)
		p->x[i] /= in;
}

void bench_points(const struct bench_result *r, struct bench_points *ret)
{
	size_t n = r->second_count, each = (n + BENCH_POINTS_MAX - 1) / BENCH_POINTS_MAX;

	ret->count = 0;
	ret->end = r->elapsed;
	for (size_t from = 0; from < n; from += each) {
		size_t to = from + each < n ? from + each : n;

		fold(r->seconds, from, to, ret, ret->count++);
	}
	if (n && r->seconds[n - 1].at > ret->end)
		ret->end = r->seconds[n - 1].at;
	choose_unit(ret);
}
