/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What is written every second: a line of CSV (RFC 4180: it ends with CR LF), or of a log. */
#include <inttypes.h>

#include "tool/bench_facts.h"
#include "tool/bench_result.h"

void bench_report_csv_head(FILE *out)
{
	fputs("at_s,length_s,started,succeeded,failed,under_way,p50_us,p90_us,p99_us,p999_us,"
	      "max_us,frames_received,frames_sent,retransmitted,cpu",
	      out);
	for (int i = BENCH_SUCCESS + 1; i < BENCH_CAUSE_MAX; i++)
		fprintf(out, ",%s", bench_cause_id(i));
	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		fprintf(out, ",%s_p50_us", bench_latency_id(i));
	fputs("\r\n", out);
}

void bench_report_csv(const struct bench_second *s, FILE *out)
{
	const uint64_t counts[] = { s->started,	  s->succeeded, bench_second_failed(s),
				    s->under_way, s->p50,	s->p90,
				    s->p99,	  s->p999,	s->max,
				    s->frames_rx, s->frames_tx, s->retransmitted };

	fprintf(out, "%.3f,%.3f", s->at, s->length);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		fprintf(out, ",%" PRIu64, counts[i]);
	fprintf(out, ",%.3f", s->cpu);
	for (int i = BENCH_SUCCESS + 1; i < BENCH_CAUSE_MAX; i++)
		fprintf(out, ",%" PRIu64, s->failed[i]);
	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		fprintf(out, ",%" PRIu64, s->stage[i]);
	fputs("\r\n", out);
}

void bench_report_line(const struct bench_second *s, FILE *out)
{
	char started[32], succeeded[32], failed[32], under_way[32], p50[24], p99[24];

	bench_text_rate(bench_rate(s->started, s->length), started);
	bench_text_rate(bench_rate(s->succeeded, s->length), succeeded);
	bench_text_rate(bench_rate(bench_second_failed(s), s->length), failed);
	bench_text_count(s->under_way, under_way);
	fprintf(out, "%7.1f s  started %s/s  succeeded %s/s  failed %s/s  under way %s", s->at,
		started, succeeded, failed, under_way);
	if (s->succeeded) {
		bench_text_ms((double)s->p50, p50);
		bench_text_ms((double)s->p99, p99);
		fprintf(out, "  p50 %s ms  p99 %s ms", p50, p99);
	}
	fprintf(out, "  cpu %.0f %%\n", s->cpu * 100);
}
