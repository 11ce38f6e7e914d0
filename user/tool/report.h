/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_REPORT_H
#define XEAP_TOOL_REPORT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "tool/netport.h"

/*
 * What `xeap run` tells people (text) or programs (JSON), as it happens and at the end. Workers and
 * the main thread tell; one at a time prints.
 */
struct report {
	pthread_mutex_t lock;
	bool json;
	bool live;  /* a terminal: one line that updates */
	bool dirty; /* that line is on the screen */
	bool held;  /* that line must not come up */
	bool once;
	unsigned int verbose;
	xeap_time started;
	atomic_bool waiting; /* results were printed and not yet let go of */
	atomic_int error;    /* errno of writing to stdout, 0: none; nobody is told any more */
	size_t ports, authenticated, failed; /* as of the last count */
};

void report_init(struct report *r, const struct run_options *o, xeap_time now);
void report_done(struct report *r);

/*
 * Something happened to a port: "joined", "up", "down", "renamed", "readdressed", "removed" or
 * "refused". reason may be NULL.
 */
void report_port(struct report *r, const struct netport *n, const char *state, const char *reason);
/* A port without a supplicant. What is wrong goes to report_warning() as well, once. */
void report_refused(struct report *r, const char *ifname, const char *reason);
/*
 * What the kernel makes of a port: "closed", "open" or "moved" (to another bridge, or out of one),
 * and by what means.
 */
void report_bridge(struct report *r, const char *ifname, const char *state, const char *means);
/* An attempt came to a result. It is seen when report_flush() is called, once for many. */
void report_auth(struct report *r, const struct supplicant *s, bool success);
void report_flush(struct report *r);
void report_state(struct report *r, const struct supplicant *s, enum xeap_pae_state from,
		  enum xeap_pae_state to);
/* A line on stderr that concerns the whole run. */
void report_warning(struct report *r, const char *text);

/* Ports came from a process before this one. */
void report_takeover(struct report *r, const struct xeap_steer_gap *gap);

void report_progress(struct report *r, xeap_time now);
/* Keep the updating line away while a person is asked on the same screen. */
void report_hold(struct report *r, bool held);
/* What the run came to. `refused` ports count as failed. */
struct summary {
	struct netport *const *netports;
	size_t count, refused;
	xeap_time elapsed;
};
/* The table (text, --once) and the totals. */
void report_summary(struct report *r, const struct summary *s);

#endif
