/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>

#include "tool/bench_members.h"
#include "tool/bench_result.h"
#include "tool/json.h"

static void write_members(struct json *j, const struct bench_member *m, const void *base)
{
	char digits[24];

	for (; m->key; m++) {
		switch (m->kind) {
		case BENCH_TEXT:
			json_string(j, m->key, bench_member_text(m, base));
			break;
		case BENCH_COUNT:
			json_uint(j, m->key, bench_member_count(m, base));
			break;
		case BENCH_DIGITS:
			snprintf(digits, sizeof(digits), "%" PRIu64, bench_member_count(m, base));
			json_string(j, m->key, digits);
			break;
		case BENCH_REAL:
			json_real(j, m->key, bench_member_real(m, base));
			break;
		case BENCH_KIND_MAX:
			break;
		}
	}
}

/* The run's begin is a time of day, which the tables have no kind for. */
static void write_groups(struct json *j, const struct bench_result *r)
{
	json_uint(j, "began", (uint64_t)r->began);
	json_string(j, "cut", r->cut ? r->cut_why : NULL);
	json_string(j, "bottleneck", r->bottleneck ? r->bottleneck_why : NULL);
	for (size_t g = 0; g < BENCH_GROUPS; g++) {
		if (bench_groups[g].key)
			json_open_object(j, bench_groups[g].key);
		write_members(j, bench_groups[g].members, r);
		if (bench_groups[g].key)
			json_close_object(j);
	}
}

/* Those that are not 0, or all. */
static void write_causes(struct json *j, const char *key, const uint64_t counts[BENCH_CAUSE_MAX],
			 bool all)
{
	json_open_object(j, key);
	for (int i = 0; i < BENCH_CAUSE_MAX; i++)
		if (all || counts[i])
			json_uint(j, bench_cause_id(i), counts[i]);
	json_close_object(j);
}

static void write_hist(struct json *j, const char *key, const struct hist *h)
{
	static const struct {
		const char *key;
		double share;
	} at[] = { { "p50_us", .5 }, { "p90_us", .9 }, { "p99_us", .99 }, { "p999_us", .999 } };

	json_open_object(j, key);
	json_uint(j, "count", h->count);
	json_uint(j, "sum_us", h->sum);
	json_uint(j, "min_us", h->count ? h->min : 0);
	json_uint(j, "max_us", h->count ? h->max : 0);
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		json_uint(j, at[i].key, hist_at(h, at[i].share));
	json_open_array(j, "cells");
	for (uint32_t i = 0; (i = hist_next(h, i)) < HIST_CELLS; i++) {
		json_open_array(j, NULL);
		json_uint(j, NULL, i);
		json_uint(j, NULL, h->cells[i]);
		json_close_array(j);
	}
	json_close_array(j);
	json_close_object(j);
}

static void write_second(struct json *j, const struct bench_second *s)
{
	json_open_object(j, NULL);
	write_members(j, bench_second_members, s);
	write_causes(j, "failed", s->failed, false);
	json_open_object(j, "stages_us");
	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		if (s->stage[i])
			json_uint(j, bench_latency_id(i), s->stage[i]);
	json_close_object(j);
	json_close_object(j);
}

static void write_lists(struct json *j, const struct bench_result *r)
{
	json_open_array(j, "reasons");
	for (size_t i = 0; i < r->reason_count; i++) {
		json_open_object(j, NULL);
		json_string(j, "text", r->reasons[i].text);
		json_uint(j, "count", r->reasons[i].count);
		json_close_object(j);
	}
	json_close_array(j);
	json_open_array(j, "background");
	for (size_t i = 0; i < r->background_count; i++) {
		json_open_object(j, NULL);
		write_members(j, bench_background_members, &r->background[i]);
		json_close_object(j);
	}
	json_close_array(j);
	json_open_array(j, "seconds");
	for (size_t i = 0; i < r->second_count; i++)
		write_second(j, &r->seconds[i]);
	json_close_array(j);
}

int bench_report_json(const struct bench_result *r, FILE *out)
{
	struct json j;

	json_begin(&j, out);
	json_string(&j, "schema", BENCH_SCHEMA);
	json_uint(&j, "version", BENCH_SCHEMA_VERSION);
	write_groups(&j, r);
	write_causes(&j, "ended", r->total.ended, true);
	json_open_object(&j, "faults");
	for (int i = 0; i < FAULT_KIND_MAX; i++)
		json_uint(&j, fault_kind_name(i), r->faults[i]);
	json_close_object(&j);
	json_open_object(&j, "latency");
	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		write_hist(&j, bench_latency_id(i), &r->total.latency[i]);
	json_close_object(&j);
	write_lists(&j, r);
	json_end(&j);
	return ferror(out) ? -EIO : 0;
}
