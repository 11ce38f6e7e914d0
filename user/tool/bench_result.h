/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_RESULT_H
#define XEAP_TOOL_BENCH_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "bench/fault.h"
#include "bench/tally.h"
#include "bench/words.h"

#define BENCH_SCHEMA "xeap-bench"
#define BENCH_SCHEMA_VERSION 1

#define BENCH_ALERTS_MAX 16 /* different ones that are told apart */

/* What happened within an interval, which is about a second. */
struct bench_second {
	double at;     /* its end, in seconds since the begin of the run */
	double length; /* in seconds */
	uint64_t started, succeeded;
	uint64_t failed[BENCH_CAUSE_MAX];
	uint64_t under_way; /* at its end */
	/* of the logins that succeeded in it, in microseconds; 0 without any */
	uint64_t p50, p90, p99, p999, max;
	/* medians of the stages in it, in microseconds; 0 without any */
	uint64_t stage[BENCH_LATENCY_MAX];
	uint64_t frames_rx, frames_tx, retransmitted;
	double cpu; /* of the tester: processors that it kept busy, 1 is one */
};

/* Words of failures, and how often they came: alerts with their names, and what else is told. */
struct bench_reason {
	char text[BENCH_WORDS_TEXT];
	uint64_t count;
};

/* Background load beside the run: a line of /proc/net/pktgen's result, or of `xeap flood`. */
struct bench_background {
	char name[32]; /* of the thread and netdev, "eth1@0" */
	uint64_t packets, errors;
	double pps, mbps;
};

/* All that a run had and measured, which reports are written from. */
struct bench_result {
	/* what was run */
	char version[32];
	char host[65];	   /* of this machine */
	char kernel[65];   /* uname -r */
	char transport[8]; /* "eapol", "udp" or "radsec" */
	char target[160];  /* ports, or the server */
	char mode[64];	   /* eapol: mode, driver and whether zero-copy, as of the first port */
	char method[24];   /* of the first login that came so far; "" */
	char tls_version[8];
	char stop_at[16]; /* "" without */
	time_t began;	  /* UTC */
	uint64_t seed;
	uint64_t supplicants, window;	       /* 0: no limit */
	double rate, ramp, duration;	       /* 0: none */
	double churn, reauth;		       /* 0: none */
	unsigned int threads, ranks, machines; /* 1 at least */

	/* what was measured */
	struct tally total;
	uint64_t unbegun; /* starts that were due and had no free station or place in the window */
	struct bench_second *seconds; /* malloc()ed */
	size_t second_count, second_room;
	struct bench_reason reasons[BENCH_ALERTS_MAX]; /* most frequent first */
	size_t reason_count;
	uint64_t faults[FAULT_KIND_MAX]; /* done on purpose */
	struct bench_background *background;
	size_t background_count;
	double elapsed;		     /* seconds */
	double cpu_user, cpu_system; /* seconds */
	uint64_t memory;	     /* most resident, bytes */
	double busiest;		     /* share of its time that the busiest thread worked, 0 to 1 */
	bool bottleneck;	     /* the tester itself was what limited */
	char bottleneck_why[160];    /* one line */
	bool cut;		     /* ended before it was to */
	char cut_why[BENCH_WORDS_TEXT]; /* "interrupted" */
};

/* Room for one second more, zeroed; NULL: out of memory. */
struct bench_second *bench_result_second(struct bench_result *r);
/*
 * Count a failure's words. The list has room for so many: when it is full its last one stands for
 * all others.
 */
#define BENCH_OTHER_REASONS "others"
void bench_result_reason(struct bench_result *r, const char *text, uint64_t count);
/* What lists hold is freed. */
void bench_result_done(struct bench_result *r);
/* All that failed in an interval: every cause but success, abandoned and cut. */
uint64_t bench_second_failed(const struct bench_second *s);

/*
 * Reports. Each returns 0 or a negative errno; text goes to `out`, which stays the caller's.
 */
/* For people: a page of text, as a run ends with it. */
void bench_report_text(const struct bench_result *r, FILE *out);
/* One JSON object on one line (schema in xeap-bench(1)). */
int bench_report_json(const struct bench_result *r, FILE *out);
/* One self-contained HTML page with plots, no scripts from elsewhere. */
int bench_report_html(const struct bench_result *r, FILE *out);
/* CSV, RFC 4180: the head, and a line for each second. */
void bench_report_csv_head(FILE *out);
void bench_report_csv(const struct bench_second *s, FILE *out);
/* One line for a log, as every second has without a terminal. */
void bench_report_line(const struct bench_second *s, FILE *out);

/*
 * Read what bench_report_json() wrote. 0, or -EINVAL or another negative errno with one line in
 * why. *ret is zeroed at first and, after success, to be given to bench_result_done().
 */
int bench_result_read(const char *path, struct bench_result *ret, char why[200]);
/* The same of a text in memory, which why calls `name`. */
int bench_result_parse(const char *text, size_t len, const char *name, struct bench_result *ret,
		       char why[200]);
/*
 * Add what another machine or rank measured beside: counts and histograms add up, seconds are
 * laid over one another by their time of day; a second's percentiles are the largest of theirs.
 * Texts that may differ are listed, and ranks of one host are one machine. -EINVAL, with why: the
 * two did not run the same; -ENOMEM. *r is as it was unless 0 is returned.
 */
int bench_result_merge(struct bench_result *r, const struct bench_result *from, char why[200]);

#endif
