// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/bench_sample.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tool/worker.h"

#define HAND_OVER_US 1000 /* between two looks at a thread, which looks itself every 50 ms */
#define BUSY 0.9	  /* share of a thread's time above which it has none left */
#define LATE 5000 /* us that a start may be late by before it says something of the tester */

static xeap_time time_of(struct timeval t)
{
	return XEAP_S(t.tv_sec) + (xeap_time)t.tv_usec;
}

int bench_sample_init(struct bench_sample *s, struct bench_worker *workers, unsigned int count,
		      struct bench_result *result, xeap_time begin)
{
	struct rusage usage;

	*s = (struct bench_sample){
		.workers = workers,
		.count = count,
		.result = result,
		.begin = begin,
		.last = begin,
		.second = calloc(1, sizeof(struct tally)),
		.busy = calloc(count, sizeof(xeap_time)),
	};
	getrusage(RUSAGE_SELF, &usage);
	s->user = time_of(usage.ru_utime);
	s->system = time_of(usage.ru_stime);
	s->cpu = s->user + s->system;
	return s->second && s->busy ? 0 : -ENOMEM;
}

void bench_sample_free(struct bench_sample *s)
{
	free(s->second);
	free(s->busy);
}

static void add(struct bench_sample *s, unsigned int n, struct bench_interval *i, double length,
		uint64_t *under_way)
{
	double share = (double)(i->busy - s->busy[n]) / 1e6 / length;

	tally_merge(s->second, &i->tally);
	for (size_t k = 0; k < i->words.count; k++)
		bench_result_reason(s->result, i->words.words[k].text, i->words.words[k].count);
	*under_way += i->under_way;
	if (i->busy > s->busy[n]) {
		s->full += share > BUSY;
		s->busy[n] = i->busy;
	}
	bench_interval_empty(i);
}

static double cpu_since(struct bench_sample *s)
{
	struct rusage usage;
	xeap_time now, since;

	getrusage(RUSAGE_SELF, &usage);
	now = time_of(usage.ru_utime) + time_of(usage.ru_stime);
	since = now - s->cpu;
	s->cpu = now;
	return (double)since / 1e6;
}

static const struct bench_second *close_second(struct bench_sample *s, xeap_time now,
					       uint64_t under_way)
{
	const struct tally *t = s->second;
	const struct hist *logins = &t->latency[BENCH_LOGIN];
	struct bench_second *second = bench_result_second(s->result);

	tally_merge(&s->result->total, t);
	if (!second)
		return NULL;
	second->at = (double)(now - s->begin) / 1e6;
	second->length = (double)(now - s->last) / 1e6;
	second->started = t->started;
	second->succeeded = t->ended[BENCH_SUCCESS];
	for (int i = 0; i < BENCH_CAUSE_MAX; i++)
		second->failed[i] = i == BENCH_SUCCESS ? 0 : t->ended[i];
	second->under_way = under_way;
	second->p50 = hist_at(logins, 0.5);
	second->p90 = hist_at(logins, 0.9);
	second->p99 = hist_at(logins, 0.99);
	second->p999 = hist_at(logins, 0.999);
	second->max = logins->count ? logins->max : 0;
	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		second->stage[i] = hist_at(&t->latency[i], 0.5);
	second->frames_rx = t->frames_rx;
	second->frames_tx = t->frames_tx;
	second->retransmitted = t->retransmitted;
	second->cpu = second->length > 0 ? cpu_since(s) / second->length : 0;
	s->last = now;
	tally_empty(s->second);
	return second;
}

const struct bench_second *bench_sample_take(struct bench_sample *s)
{
	uint64_t under_way = 0;
	xeap_time now = worker_clock();
	double length = (double)(now - s->last) / 1e6;

	for (unsigned int n = 0; n < s->count; n++)
		bench_engine_ask(&s->workers[n].engine);
	for (unsigned int n = 0; n < s->count; n++) {
		struct bench_worker *w = &s->workers[n];
		struct bench_interval *i = NULL;

		/* One that has ended meanwhile is read when all have. */
		while (!(i = bench_engine_take(&w->engine)) && !atomic_load(&w->over))
			usleep(HAND_OVER_US);
		if (i)
			add(s, n, i, length, &under_way);
	}
	return close_second(s, now, under_way);
}

static void judge(struct bench_sample *s)
{
	struct bench_result *r = s->result;
	uint64_t late = hist_at(&r->total.latency[BENCH_LATE], 0.99);

	for (unsigned int n = 0; n < s->count && r->elapsed > 0; n++) {
		double share = (double)s->busy[n] / 1e6 / r->elapsed;

		if (share > r->busiest)
			r->busiest = share < 1 ? share : 1;
	}
	if (r->busiest > BUSY || 2 * s->full > r->second_count) {
		r->bottleneck = true;
		snprintf(r->bottleneck_why, sizeof(r->bottleneck_why),
			 "a thread had no time left in %u of %zu intervals: more of them (-j), or "
			 "more machines",
			 s->full, r->second_count);
	} else if (r->rate > 0 && late > LATE && !r->unbegun &&
		   (!r->window || r->window >= r->supplicants)) {
		r->bottleneck = true;
		snprintf(r->bottleneck_why, sizeof(r->bottleneck_why),
			 "one start in a hundred was %llu ms late or more: this machine is too "
			 "busy to keep the rate",
			 (unsigned long long)late / 1000);
	}
}

const struct bench_second *bench_sample_finish(struct bench_sample *s)
{
	struct bench_result *r = s->result;
	xeap_time now = worker_clock();
	const struct bench_second *last;
	uint64_t under_way = 0;
	struct rusage usage;
	double length = (double)(now - s->last) / 1e6;

	for (unsigned int n = 0; n < s->count; n++) {
		struct bench_worker *w = &s->workers[n];

		add(s, n, w->engine.intervals[w->engine.at ^ 1], length, &under_way);
		add(s, n, w->engine.intervals[w->engine.at], length, &under_way);
		r->unbegun += w->unbegun;
		for (int i = 0; i < FAULT_KIND_MAX; i++)
			r->faults[i] += w->engine.faults.done[i];
	}
	/* A rest without events is no second of its own. */
	last = !r->second_count || s->second->started || tally_ended(s->second) ||
			       s->second->frames_rx
		       ? close_second(s, now, under_way)
		       : NULL;
	getrusage(RUSAGE_SELF, &usage);
	r->elapsed = (double)(now - s->begin) / 1e6;
	r->cpu_user = (double)(time_of(usage.ru_utime) - s->user) / 1e6;
	r->cpu_system = (double)(time_of(usage.ru_stime) - s->system) / 1e6;
	r->memory = (uint64_t)usage.ru_maxrss * 1024;
	judge(s);
	return last;
}
