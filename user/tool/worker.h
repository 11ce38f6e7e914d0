/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_WORKER_H
#define XEAP_TOOL_WORKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <xeap/host.h>
#include <xeap/port.h>

#include "base/list.h"
#include "base/timers.h"
#include "tool/run_options.h"

struct capture_ring;
struct prompts;
struct report;
struct tickets;
struct worker;

/* Run in a worker's thread. */
typedef void (*worker_job)(struct worker *w, void *arg);

struct job {
	struct job *next;
	worker_job fn;
	void *arg;
	bool *done; /* NULL: nobody waits */
	bool owned; /* freed when it was done */
};

/* How many supplicants a worker has and how many have come to what; read by other threads. */
struct worker_totals {
	atomic_size_t authenticated, failed;
};

/*
 * One thread with its ports: its own rings, sessions and deadlines. Between workers nothing is
 * shared that a frame touches. Other threads speak to it by jobs, which it does between turns, in
 * the order they were given.
 */
struct worker {
	/* as it was made */
	const struct run_options *options;
	struct report *report;
	struct prompts *prompts;
	struct tickets *tickets; /* NULL: none are kept */
	unsigned int number;	 /* from 0 on */
	int news;		 /* eventfd that tells the main thread of a change, -1: none */

	/* the thread's own */
	struct xeap_host *host;
	struct xeap_rings *rings;
	struct xeap_timers timers;  /* of supplicants */
	struct xeap_timers retries; /* of ports that could not be joined */
	uint32_t timers_wanted, retries_wanted;
	struct xeap_node netports;
	uint64_t next_number;	       /* of a netport */
	struct capture_ring *captured; /* copies of all frames go there; NULL: nobody captures */
	xeap_time now; /* read once a turn of the loop and every few received frames */
	bool unsent;   /* the kernel did not take all frames; nothing wakes us when it would */
	bool changed;  /* an outcome, since the main thread was told */
	bool leaving;  /* the loop is to end */

	/* between threads */
	struct worker_totals totals;
	pthread_t thread;
	bool running; /* the thread was started and not joined */
	int wake;
	pthread_mutex_t lock; /* of jobs */
	pthread_cond_t done;
	struct job *first, **last;
};

/* The clock of all deadlines and reports. */
xeap_time worker_clock(void);

/*
 * Rings and sessions for a worker whose options, report, prompts and number are set. It has no
 * thread yet.
 */
int worker_open(struct worker *w, const struct xeap_rings_options *rings,
		struct xeap_diag *ret_why);
int worker_start(struct worker *w);

/* Give a job; `arg` is the job's to free. 0 or -ENOMEM: it will not be done. */
int worker_post(struct worker *w, worker_job fn, void *arg);
/* The same for a job whose memory is the caller's until it begins. Cannot fail. */
void worker_give(struct worker *w, struct job *job);
/* Have a job done and wait for it. Not from a worker's thread. */
void worker_call(struct worker *w, worker_job fn, void *arg);

/* Wait until the thread has ended: a job has set `leaving`. */
void worker_join(struct worker *w);
/* What worker_open() made. After worker_join(), or instead of worker_start(). */
void worker_close(struct worker *w);

/* Deadlines for so many supplicants more (or fewer), and netports. 0 or -ENOMEM. */
int worker_reserve(struct worker *w, int supplicants, int netports);

#endif
