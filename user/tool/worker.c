// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "tool/netport.h"
#include "tool/report.h"
#include "tool/supplicant.h"

#define BATCH 64
#define BATCHES 16 /* a turn: a flooded port must not keep timers and jobs waiting */
#define FLUSH_PERIOD XEAP_MS(1)
#define CLOCK_EVERY 4 /* frames; to read it costs a tenth of what one does */
#define MAX_WAIT_MS 3600000

xeap_time worker_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return XEAP_S(t.tv_sec) + (xeap_time)t.tv_nsec / 1000;
}

void worker_give(struct worker *w, struct job *j)
{
	const uint64_t one = 1;
	bool first;

	j->next = NULL;
	pthread_mutex_lock(&w->lock);
	first = !w->first;
	*w->last = j;
	w->last = &j->next;
	pthread_mutex_unlock(&w->lock);
	/* A counter that is full is readable, which is all that is asked of it. */
	if (first && write(w->wake, &one, sizeof(one)) < 0)
		return;
}

int worker_post(struct worker *w, worker_job fn, void *arg)
{
	struct job *j = malloc(sizeof(*j));

	if (!j)
		return -ENOMEM;
	*j = (struct job){ .fn = fn, .arg = arg, .owned = true };
	worker_give(w, j);
	return 0;
}

void worker_call(struct worker *w, worker_job fn, void *arg)
{
	bool done = false;
	struct job j = { .fn = fn, .arg = arg, .done = &done };

	if (!w->running) {
		fn(w, arg);
		return;
	}
	worker_give(w, &j);
	pthread_mutex_lock(&w->lock);
	while (!done)
		pthread_cond_wait(&w->done, &w->lock);
	pthread_mutex_unlock(&w->lock);
}

static struct job *take_jobs(struct worker *w)
{
	struct job *jobs;

	pthread_mutex_lock(&w->lock);
	jobs = w->first;
	w->first = NULL;
	w->last = &w->first;
	pthread_mutex_unlock(&w->lock);
	return jobs;
}

static void do_job(struct worker *w, struct job *j)
{
	bool *done = j->done, owned = j->owned;

	j->fn(w, j->arg); /* one that is neither waited for nor owned may be gone after that */
	if (owned)
		free(j);
	if (!done)
		return;
	pthread_mutex_lock(&w->lock);
	*done = true;
	pthread_cond_broadcast(&w->done);
	pthread_mutex_unlock(&w->lock);
}

static void do_jobs(struct worker *w)
{
	struct job *j = take_jobs(w), *next;

	for (; j; j = next) {
		next = j->next;
		do_job(w, j);
	}
}

/*
 * Responses leave with the batch; but a TLS handshake takes a millisecond, and the first response
 * of a batch is not to wait for the last handshake.
 */
static void receive_batch(struct worker *w, const struct xeap_rx *batch, unsigned int n)
{
	xeap_time flushed = w->now;

	for (unsigned int i = 0; i < n; i++) {
		netport_receive(xeap_port_user(batch[i].port), batch[i].data);
		if (i % CLOCK_EVERY)
			continue;
		w->now = worker_clock();
		if (w->now - flushed < FLUSH_PERIOD)
			continue;
		xeap_rings_flush(w->rings);
		flushed = w->now;
	}
}

static void receive_frames(struct worker *w)
{
	struct xeap_rx batch[BATCH];
	unsigned int n = BATCH;

	for (unsigned int i = 0; i < BATCHES && n == BATCH; i++) {
		n = xeap_rings_receive(w->rings, batch, BATCH);
		receive_batch(w, batch, n);
		xeap_rings_recycle(w->rings, batch, n);
	}
}

static void run_timers(struct worker *w)
{
	struct xeap_timer *t;

	while ((t = xeap_timers_due(&w->timers, w->now)))
		supplicant_due(XEAP_CONTAINER(t, struct supplicant, timer));
	while ((t = xeap_timers_due(&w->retries, w->now)))
		netport_due(XEAP_CONTAINER(t, struct netport, retry));
}

/* Milliseconds until the next deadline, rounded up, so that a turn is never made too early. */
static int wait_time(const struct worker *w)
{
	xeap_time next = xeap_timers_next(&w->timers), retry = xeap_timers_next(&w->retries);

	if (retry < next)
		next = retry;
	if (w->unsent && w->now + XEAP_MS(1) < next)
		next = w->now + XEAP_MS(1);
	if (next == XEAP_NEVER)
		return -1;
	if (next <= w->now)
		return 0;
	next = (next - w->now + 999) / 1000;
	return next < MAX_WAIT_MS ? (int)next : MAX_WAIT_MS;
}

/* The main thread looks at totals and at whether output can be written. */
static void tell_news(struct worker *w)
{
	const uint64_t one = 1;

	if (!w->changed)
		return;
	w->changed = false;
	if (w->news >= 0 && write(w->news, &one, sizeof(one)) < 0)
		return;
}

static void turn(struct worker *w)
{
	int woken = xeap_rings_wait(w->rings, w->wake, wait_time(w));
	uint64_t count;

	if (woken < 0)
		report_warning(w->report, "waiting for frames failed");
	w->now = worker_clock();
	if (woken > 0 && read(w->wake, &count, sizeof(count)) > 0)
		do_jobs(w);
	if (w->leaving) /* its rings are gone */
		return;
	receive_frames(w);
	run_timers(w);
	w->unsent = xeap_rings_flush(w->rings) == -EAGAIN;
	tell_news(w);
}

static void *run(void *arg)
{
	struct worker *w = arg;

	while (!w->leaving)
		turn(w);
	do_jobs(w);
	return NULL;
}

int worker_open(struct worker *w, const struct xeap_rings_options *rings, struct xeap_diag *ret_why)
{
	int err;

	w->now = worker_clock();
	xeap_timers_init(&w->timers);
	xeap_timers_init(&w->retries);
	xeap_list_init(&w->netports);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->done, NULL);
	w->last = &w->first;
	w->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	err = xeap_rings_new(rings, &w->rings, ret_why);
	if (err)
		return err;
	if (w->wake < 0 || xeap_host_new(NULL, &w->host))
		return xeap_diag_set(ret_why, -ENOMEM, XEAP_E_OUT_OF_MEMORY,
				     "out of memory or file descriptors");
	return 0;
}

int worker_start(struct worker *w)
{
	int err = pthread_create(&w->thread, NULL, run, w);

	w->running = !err;
	return -err;
}

void worker_join(struct worker *w)
{
	if (w->running)
		pthread_join(w->thread, NULL);
	w->running = false;
}

void worker_close(struct worker *w)
{
	do_jobs(w);
	xeap_host_free(w->host);
	xeap_rings_free(w->rings);
	xeap_timers_free(&w->timers);
	xeap_timers_free(&w->retries);
	if (w->wake >= 0)
		close(w->wake);
	pthread_cond_destroy(&w->done);
	pthread_mutex_destroy(&w->lock);
}

int worker_reserve(struct worker *w, int supplicants, int netports)
{
	uint32_t timers = w->timers_wanted + (uint32_t)supplicants;
	uint32_t retries = w->retries_wanted + (uint32_t)netports;
	int err = xeap_timers_reserve(&w->timers, timers);

	if (!err)
		err = xeap_timers_reserve(&w->retries, retries);
	if (err)
		return err;
	w->timers_wanted = timers;
	w->retries_wanted = retries;
	return 0;
}
