/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/bench_sample.h"

#include <stdlib.h>
#include <string.h>

#include "bench/chance.h"
#include "tests/unit/check.h"

const char *const bench_sample_names[SAMPLE_MAX] = { "good", "second", "long", "failed",
						     "nothing" };

static void fill_run(struct bench_result *r)
{
	strcpy(r->version, "0.1.0");
	strcpy(r->host, "tester-1");
	strcpy(r->kernel, "6.1.0-25-amd64");
	strcpy(r->transport, "eapol");
	strcpy(r->target, "eth1, eth2");
	strcpy(r->mode, "native, mlx5_core, zero-copy");
	strcpy(r->method, "TLS");
	strcpy(r->tls_version, "1.3");
	r->began = 1796000000;
	r->seed = UINT64_C(0xfedcba9876543210);
	r->supplicants = 1000;
	r->window = 400;
	r->rate = 250;
	r->ramp = 5;
	r->threads = 2;
	r->ranks = r->machines = 1;
	r->cpu_user = 12.345678901234567;
	r->cpu_system = 3.25;
	r->memory = 123456789;
	r->busiest = 0.71;
}

/* In µs; worse in the middle third of a run. */
static uint64_t latency(struct chance *c, size_t at, size_t of)
{
	uint64_t base = at * 3 / of == 1 ? 9000 : 4000, n = base + chance_below(c, base);

	if (chance_happens(c, 0.02))
		n *= 5;
	return n;
}

/* What of a login's time each latency is: the share of it, one to so many. */
static const unsigned int parts[BENCH_LATENCY_MAX] = {
	[BENCH_LOGIN] = 1,
	[BENCH_LATE] = 200,
	[BENCH_START_TO_IDENTITY] = 10,
	[BENCH_IDENTITY_TO_METHOD] = 8,
	[BENCH_METHOD_TURN] = 6,
	[BENCH_METHOD] = 2,
	[BENCH_RESPONSE_TO_RESULT] = 5,
};

/* A login that gets in, and its stages. Returns how long it took. */
static uint64_t succeed(struct bench_result *r, struct bench_second *s, struct chance *c, size_t of)
{
	uint64_t us = latency(c, r->second_count - 1, of);

	s->succeeded++;
	r->total.ended[BENCH_SUCCESS]++;
	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		hist_record(&r->total.latency[i], us / parts[i]);
	return us;
}

static void fail(struct bench_result *r, struct bench_second *s, enum bench_cause cause)
{
	s->failed[cause]++;
	r->total.ended[cause]++;
	if (cause == BENCH_ALERT)
		bench_result_reason(r, "certificate_expired <the server's & \"own\">", 1);
	else if (cause == BENCH_RADIUS_REJECT)
		bench_result_reason(r, "Access-Reject: \xC3\xA4 \xE2\x82\xAC no such user", 1);
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

/* Of so many latencies, in any order. */
static void measure_latency(struct bench_second *s, uint64_t *us, size_t n)
{
	if (!n)
		return;
	qsort(us, n, sizeof(*us), by_value);
	s->p50 = us[n / 2];
	s->p90 = us[n * 9 / 10];
	s->p99 = us[n * 99 / 100];
	s->p999 = us[n * 999 / 1000];
	s->max = us[n - 1];
	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		s->stage[i] = s->p50 / parts[i];
}

#define LOGINS_MAX 260

static void measure_second(struct bench_result *r, struct chance *c, size_t of, bool nobody)
{
	static const enum bench_cause causes[] = { BENCH_NO_ANSWER, BENCH_SILENT_METHOD,
						   BENCH_EAP_FAILURE, BENCH_ALERT,
						   BENCH_RADIUS_REJECT };
	struct bench_second *s = bench_result_second(r);
	uint64_t us[LOGINS_MAX], n = of > 1000 ? 4 : 200 + chance_below(c, LOGINS_MAX - 200);
	size_t well = 0;

	CHECK(s);
	s->at = (double)r->second_count * 1.0009765625;
	s->length = 1.0009765625;
	s->under_way = 20 + chance_below(c, 80);
	for (uint64_t i = 0; i < n; i++) {
		if (nobody || chance_happens(c, 0.03))
			fail(r, s, causes[chance_below(c, 5)]);
		else
			us[well++] = succeed(r, s, c, of);
	}
	measure_latency(s, us, well);
	s->started = n;
	r->total.started += n;
	s->frames_rx = n * 8;
	s->frames_tx = n * 9;
	s->retransmitted = chance_below(c, 5);
	s->cpu = 0.25 + (double)chance_below(c, 1000) / 3000;
	r->total.frames_rx += s->frames_rx;
	r->total.frames_tx += s->frames_tx;
	r->total.retransmitted += s->retransmitted;
}

static void end_of(struct bench_result *r, enum bench_sample what)
{
	static const struct bench_background load = { "eth1@0", 1000000, 2, 148809.5, 71.4 };

	r->elapsed = r->second_count ? r->seconds[r->second_count - 1].at : 0;
	r->duration = r->elapsed;
	if (what == SAMPLE_FAILED || what == SAMPLE_NOTHING) {
		r->duration = 60;
		r->cut = true;
		strcpy(r->cut_why, "interrupted");
		memset(r->method, 0, sizeof(r->method));
	}
	if (what != SAMPLE_GOOD)
		return;
	r->unbegun = 3;
	r->total.resumed = 17;
	r->total.ended[BENCH_CUT] = 3;
	r->total.started += 3;
	r->faults[FAULT_DROP] = 12;
	r->faults[FAULT_DELAY] = 3;
	r->bottleneck = true;
	strcpy(r->bottleneck_why, "a thread was busy 97 % of its time, starts came 3 ms late");
	r->background = malloc(sizeof(load));
	CHECK(r->background);
	r->background[0] = load;
	r->background_count = 1;
}

struct bench_result *bench_sample_new(enum bench_sample what)
{
	static const size_t seconds[SAMPLE_MAX] = { 60, 1, 36000, 20, 0 };
	struct bench_result *r = calloc(1, sizeof(*r));
	struct chance c = { 7 };

	CHECK(r);
	fill_run(r);
	for (size_t i = 0; i < seconds[what]; i++)
		measure_second(r, &c, seconds[what], what == SAMPLE_FAILED);
	end_of(r, what);
	return r;
}
