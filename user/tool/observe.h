/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_OBSERVE_H
#define XEAP_TOOL_OBSERVE_H

#include <stdatomic.h>
#include <xeap/error.h>
#include <xeap/span.h>

#include "tool/run_options.h"

/*
 * What others may ask of this process while it runs, see control.h: its status, and captures. Lives
 * in the main thread; it looks at workers through their jobs.
 */
struct observe;
struct worker;

struct observed {
	const struct run_options *options;
	struct worker *workers;
	unsigned int worker_count;
	xeap_time began;
	const size_t *refused;	   /* supplicants without a worker */
	const atomic_size_t *lost; /* and those that a worker had no memory for */
};

/*
 * Open the control socket that the options name. 0, with *ret_observe NULL when they name none or
 * when a default could not be had: *ret_why has a line then. A negative errno with one line.
 */
int observe_open(const struct observed *what, struct observe **ret_observe,
		 struct xeap_diag *ret_why);
/*
 * Clients get what there is of what they asked for. The workers may have been joined already; NULL
 * is accepted.
 */
struct observe *observe_close(struct observe *o);

/* A descriptor to wait for, -1: none; what to do then; and when to do it at the latest. */
int observe_fd(const struct observe *o);
void observe_turn(struct observe *o, xeap_time now);
xeap_time observe_next(const struct observe *o, xeap_time now);

#endif
