/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_SANDBOX_H
#define XEAP_TOOL_SANDBOX_H

#include <xeap/error.h>

/*
 * What is left of the process's rights once it is set up.
 *
 * All of it: the capabilities that opening ports takes, whenever a port comes; no way to get others
 * (an empty bounding set, no_new_privs); no core file and no reader of its memory, because secrets
 * are in there. Those who parse what comes from the network have a seccomp filter besides: an
 * allow-list of system calls, anything else is refused with EPERM; strace(1) shows what was. EPERM
 * and no SIGKILL, because a call that some library takes up one day must not take a thousand ports
 * down with it.
 */

/*
 * Drop what the process does not need. To be called before it has other threads, after all that
 * needs more was done. 0, or a negative errno with one line in ret_why: it may have lost some of
 * its rights then.
 */
int sandbox_process(struct xeap_diag *ret_why);

/*
 * Put the calling thread, and threads that it makes, under the filter of those that take frames.
 * Any thread may call it. pin_dir: where links are pinned, and pins removed, NULL: nowhere. 0, or a
 * negative errno with one line in ret_why.
 */
int sandbox_worker(const char *pin_dir, struct xeap_diag *ret_why);

#endif
