/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_TAKEOVER_H
#define XEAP_TOOL_TAKEOVER_H

#include <xeap/port.h>

#include "tool/run_options.h"

struct report;
struct worker;

/*
 * From one process to the next. What stays are pins (`--pin`); a process that gets this signal
 * leaves its ports at once and as they are: sessions end without EAPOL-Logoff, sockets are closed,
 * the program and its maps stay pinned. The next one prepares all it can before it sends it. Who
 * may send it the kernel decides: the same user, or who has CAP_KILL.
 */
#define TAKEOVER_SIGNAL SIGUSR2

/*
 * The XDP program of a run, with pins as the options say; beside another process with `--takeover`.
 * *ret_steer is NULL when mode auto has to do without.
 */
int takeover_open(const struct run_options *o, const struct xeap_steer_options *sizes,
		  struct report *report, struct xeap_steer **ret_steer, struct xeap_diag *ret_why);

/* Have the process that has the pins let go of them, if there is one. steer may be NULL. */
int takeover_own(struct xeap_steer *steer, struct xeap_diag *ret_why);

/*
 * Tell what was taken over, and in what time, once the workers have joined all ports that they were
 * told of. steer may be NULL.
 */
void takeover_tell(const struct xeap_steer *steer, struct worker *workers, unsigned int count);

/* From now on what is closed stays pinned. steer may be NULL. */
void takeover_keep(struct xeap_steer *steer);

#endif
