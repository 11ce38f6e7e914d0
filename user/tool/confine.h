/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_CONFINE_H
#define XEAP_TOOL_CONFINE_H

#include "tool/worker.h"

/*
 * Where tool/sandbox.h meets a run. Both do nothing with --no-sandbox; both return 0, or a negative
 * errno with one line in ret_why, after which the run must not go on.
 */

/*
 * Take away what running ports does not need, when everything was read and loaded and before
 * workers are started. What plug-ins' processes need, and what is to be saved in files if
 * anything is (`saves`), is kept in a thread of its own: launcher_end().
 */
int confine_process(const struct run_options *options, bool saves, struct xeap_diag *ret_why);

/* The rest from workers that were started and have no ports yet. */
int confine_workers(struct worker *workers, unsigned int count, struct xeap_diag *ret_why);

#endif
