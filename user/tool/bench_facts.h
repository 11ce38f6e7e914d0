/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_FACTS_H
#define XEAP_TOOL_BENCH_FACTS_H

#include "tool/bench_result.h"

/*
 * What reports for people say of a run, in words: the page of text and the one of HTML have the
 * same.
 */
struct bench_fact {
	const char *name; /* "Method" */
	char value[240];
};

#define BENCH_FACTS_MAX 24

/* What was run; and, beside the logins, what was measured. Return how many they are. */
size_t bench_facts_run(const struct bench_result *r, struct bench_fact ret[BENCH_FACTS_MAX]);
size_t bench_facts_measured(const struct bench_result *r, struct bench_fact ret[BENCH_FACTS_MAX]);

/* One line: "EAP-TLS, 1000 supplicants, 30 s". */
void bench_facts_title(const struct bench_result *r, char ret[240]);
/* And one below it: "50 starts a second on eth1 over eapol, 2026-11-28 10:49:25 UTC". */
void bench_facts_subtitle(const struct bench_result *r, char ret[240]);

/* Of counts in seconds; 0 when there was no time. */
double bench_rate(uint64_t count, double seconds);

/* Milliseconds with three digits that count, "0.123", "12.3", "1230". */
void bench_text_ms(double us, char ret[24]);
/* A count with its thousands apart: "1,234,567". */
void bench_text_count(uint64_t n, char ret[32]);
/* A rate: "1,234", "56.7" or "0.12". */
void bench_text_rate(double n, char ret[32]);

/* A time: "60.1 s", "12 min 5 s", "10 h 0 min". */
void bench_text_time(double seconds, char ret[48]);

/* The percentiles that tables have, and what they are called. */
#define BENCH_SHARES 4
extern const struct bench_share {
	double share;
	const char *name; /* "p50" */
} bench_shares[BENCH_SHARES];

#endif
