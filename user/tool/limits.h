/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_LIMITS_H
#define XEAP_TOOL_LIMITS_H

#include <stdint.h>
#include <xeap/error.h>
#include <xeap/port.h>

#include "tool/run_options.h"

/* What the ports that are there are going to take at least. */
struct limits_need {
	unsigned int ports;
	uint64_t files;	 /* open at a time */
	uint64_t locked; /* bytes of memory that the kernel counts as locked */
};

/* What a run with these options and sets of rings, one a worker, will need for ports. */
struct limits_need limits_need(const struct run_options *options,
			       const struct xeap_rings_options *rings, unsigned int ports);

/* Take what the system allows this process: soft limits go up to the hard ones. */
void limits_raise(void);

/*
 * Whether the limits will do, so that a run does not lose some of its ports half-way. -EMFILE or
 * -ENOMEM with one line that says which limit, what is needed, and how to get it.
 */
int limits_check(const struct limits_need *need, struct xeap_diag *ret_why);

#endif
