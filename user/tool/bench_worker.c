// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/bench_worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "tool/worker.h"

#define SLICE_NS 100000 /* the shortest that there is */
#define LOOK_MS 50	/* a thread looks at least so often whether it is to hand over, or to end */

static xeap_time busy(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return XEAP_S(t.tv_sec) + (xeap_time)t.tv_nsec / 1000;
}

/*
 * Until when to wait is told to a timer, since milliseconds are too coarse for starts that are
 * meant to be at a time. Returns milliseconds: the most to wait, in any case.
 */
static int arm(struct bench_worker *w)
{
	xeap_time at = w->transport->deadline(w), start = bench_engine_deadline(&w->engine, w->now);
	struct itimerspec when = { 0 };

	if (start < at)
		at = start;
	if (at <= w->now)
		return 0;
	if (at - w->now < XEAP_MS(LOOK_MS) && at != w->armed) {
		when.it_value.tv_sec = (time_t)(at / XEAP_S(1));
		when.it_value.tv_nsec = (long)(at % XEAP_S(1)) * 1000;
		timerfd_settime(w->timer, TFD_TIMER_ABSTIME, &when, NULL);
		w->armed = at;
	} else if (w->armed && w->armed <= w->now) {
		/* One that has fired stays readable, and no wait would be one. */
		timerfd_settime(w->timer, 0, &when, NULL);
		w->armed = 0;
	}
	return LOOK_MS;
}

/* sched_setattr(2), whose struct the C library does not have and the kernel's header has twice. */
struct scheduling {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period; /* ns */
};

/*
 * Ask for short slices, and more of them: since Linux 6.12 a thread that does so runs sooner after
 * it was woken where others have work, and gets no more time for it. It takes no privilege. Older
 * kernels know no slices and other policies need none, so that a failure says nothing.
 */
static void ask_for_short_slices(void)
{
	struct scheduling s = { .size = sizeof(s) };

	if (syscall(SYS_sched_getattr, 0, &s, sizeof(s), 0) || s.policy != SCHED_OTHER)
		return;
	s.runtime = SLICE_NS;
	syscall(SYS_sched_setattr, 0, &s, 0);
}

static void *run(void *arg)
{
	struct bench_worker *w = arg;

	ask_for_short_slices();
	w->now = worker_clock();
	while (!w->err && !bench_engine_is_over(&w->engine, w->now)) {
		bench_engine_begin(&w->engine, w->now);
		w->err = w->transport->turn(w, arm(w));
		w->now = worker_clock();
		bench_engine_hand_over(&w->engine, busy());
		if (atomic_load(&w->cut))
			break;
	}
	w->unbegun = bench_engine_unbegun(&w->engine, w->now);
	bench_engine_cut(&w->engine, w->now);
	if (w->transport->finish)
		w->transport->finish(w);
	bench_engine_close(&w->engine, busy());
	atomic_store(&w->over, true);
	return NULL;
}

int bench_worker_open(struct bench_worker *w)
{
	struct xeap_host_options host = { .size = sizeof(host), .max_sessions = w->count };

	w->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (w->timer < 0)
		return xeap_diag_set(&w->why, -errno, XEAP_E_INVALID_STATE, "timerfd: %s",
				     strerror(errno));
	w->engine.ops = &w->transport->ops;
	w->engine.ctx = w;
	if (bench_engine_init(&w->engine) || xeap_host_new(&host, &w->host))
		return xeap_diag_set(&w->why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	for (uint32_t i = 0; i < w->count; i++) {
		w->supplicants[i].worker = w;
		bench_engine_add(&w->engine, &w->supplicants[i].s);
	}
	return w->transport->open(w);
}

int bench_worker_start(struct bench_worker *w, xeap_time begin)
{
	struct bench_engine *e = &w->engine;
	struct pace *paces[] = { &e->logins, &e->churn, &e->reauth };

	for (size_t i = 0; i < sizeof(paces) / sizeof(paces[0]); i++) {
		paces[i]->begin = begin;
		if (paces[i]->end != XEAP_NEVER)
			paces[i]->end += begin;
	}
	w->started = !pthread_create(&w->thread, NULL, run, w);
	return w->started ? 0 : -EAGAIN;
}

void bench_worker_join(struct bench_worker *w)
{
	if (w->started)
		pthread_join(w->thread, NULL);
	w->started = false;
}

void bench_worker_close(struct bench_worker *w)
{
	if (w->transport)
		w->transport->close(w);
	for (uint32_t i = 0; w->supplicants && i < w->count; i++) {
		xeap_resumption_free(w->supplicants[i].resumption);
		xeap_profile_unref(w->supplicants[i].profile);
		free(w->supplicants[i].why);
	}
	if (w->timer > 0)
		close(w->timer);
	xeap_host_free(w->host);
	if (w->transport)
		bench_engine_free(&w->engine);
	free(w->supplicants);
}

struct xeap_resumption *bench_resumption(struct bench_supplicant *b)
{
	if (!b->resumption && b->worker->resumes && xeap_profile_resumes(b->profile))
		xeap_resumption_new(&b->resumption);
	return b->resumption;
}

void bench_worker_note(struct bench_worker *w, const char *method, const char *tls_version)
{
	if (*w->method)
		return;
	snprintf(w->method, sizeof(w->method), "%s", method);
	snprintf(w->tls_version, sizeof(w->tls_version), "%s", tls_version ? tls_version : "");
}

/* That the server's certificate was not taken, in EAPHost's numbers. */
static bool is_about_server(uint32_t code)
{
	return code >= XEAP_E_SERVER_CERT_NOT_FOUND &&
	       code <= XEAP_E_SERVER_ROOT_CERT_NAME_REQUIRED;
}

enum bench_cause bench_cause_of(uint32_t code, const char *words, enum bench_cause otherwise)
{
	if (is_about_server(code))
		return BENCH_PEER_REFUSED;
	return words && strstr(words, "alert") ? BENCH_ALERT : otherwise;
}
