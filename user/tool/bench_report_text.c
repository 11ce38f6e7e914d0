/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <string.h>

#include "tool/bench_facts.h"
#include "tool/bench_result.h"

static void print_facts(FILE *out, const struct bench_fact *facts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fprintf(out, "  %-18s  %s\n", facts[i].name, facts[i].value);
}

static void print_line(FILE *out, const char *name, uint64_t count, double seconds,
		       uint64_t started)
{
	char n[32], rate[32];

	bench_text_count(count, n);
	bench_text_rate(bench_rate(count, seconds), rate);
	fprintf(out, "  %-26s %14s %12s/s", name, n, rate);
	if (started)
		fprintf(out, " %7.2f %%", 100 * (double)count / (double)started);
	fputc('\n', out);
}

static void print_logins(FILE *out, const struct bench_result *r)
{
	const struct tally *t = &r->total;

	fputs("\nLogins\n", out);
	print_line(out, "started", t->started, r->elapsed, 0);
	print_line(out, "succeeded", t->ended[BENCH_SUCCESS], r->elapsed, t->started);
	print_line(out, "failed", tally_failed(t), r->elapsed, t->started);
	for (int i = BENCH_ABANDONED; i <= BENCH_CUT; i++)
		if (t->ended[i])
			print_line(out, bench_cause_name(i), t->ended[i], r->elapsed, t->started);
}

static void print_failures(FILE *out, const struct bench_result *r)
{
	char n[32];

	if (tally_failed(&r->total))
		fputs("\nFailures\n", out);
	for (int i = 0; i < BENCH_CAUSE_MAX; i++)
		if (i != BENCH_SUCCESS && i != BENCH_ABANDONED && i != BENCH_CUT &&
		    r->total.ended[i])
			print_line(out, bench_cause_name(i), r->total.ended[i], r->elapsed,
				   r->total.started);
	if (r->reason_count)
		fputs("\nReasons\n", out);
	for (size_t i = 0; i < r->reason_count; i++) {
		bench_text_count(r->reasons[i].count, n);
		fprintf(out, "  %10s  %s\n", n, r->reasons[i].text);
	}
}

static void print_latency(FILE *out, const char *name, const struct hist *h)
{
	char text[32];

	if (!h->count)
		return;
	bench_text_count(h->count, text);
	fprintf(out, "  %-30s %12s", name, text);
	for (size_t i = 0; i < BENCH_SHARES; i++) {
		bench_text_ms((double)hist_at(h, bench_shares[i].share), text);
		fprintf(out, " %8s", text);
	}
	bench_text_ms((double)h->max, text);
	fprintf(out, " %8s\n", text);
}

static void print_latencies(FILE *out, const struct bench_result *r)
{
	bool any = false;

	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		any |= r->total.latency[i].count > 0;
	if (!any)
		return;
	fprintf(out, "\n%-32s %12s", "Latency in ms", "count");
	for (size_t i = 0; i < BENCH_SHARES; i++)
		fprintf(out, " %8s", bench_shares[i].name);
	fprintf(out, " %8s\n", "max");
	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		print_latency(out, bench_latency_name(i), &r->total.latency[i]);
}

static void print_background(FILE *out, const struct bench_result *r)
{
	char packets[32], pps[32], errors[32];

	if (r->background_count)
		fputs("\nBackground load\n", out);
	for (size_t i = 0; i < r->background_count; i++) {
		const struct bench_background *b = &r->background[i];

		bench_text_count(b->packets, packets);
		bench_text_rate(b->pps, pps);
		bench_text_count(b->errors, errors);
		fprintf(out, "  %-18s  %s packets, %s/s, %.1f Mb/s, %s errors\n", b->name, packets,
			pps, b->mbps, errors);
	}
}

void bench_report_text(const struct bench_result *r, FILE *out)
{
	struct bench_fact facts[BENCH_FACTS_MAX];

	fputs("Run\n", out);
	print_facts(out, facts, bench_facts_run(r, facts));
	print_logins(out, r);
	print_failures(out, r);
	print_latencies(out, r);
	fputs("\nMeasured beside\n", out);
	print_facts(out, facts, bench_facts_measured(r, facts));
	print_background(out, r);
	if (r->cut)
		fprintf(out, "\nThis run was cut%s%s: the figures are of %.1f s.\n",
			*r->cut_why ? ", " : "", r->cut_why, r->elapsed);
	if (r->bottleneck)
		fprintf(out, "\nWarning: the tester itself was the bottleneck%s%s\n",
			*r->bottleneck_why ? ": " : "", r->bottleneck_why);
}
