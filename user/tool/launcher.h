/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_LAUNCHER_H
#define XEAP_TOOL_LAUNCHER_H

/*
 * A thread that starts and ends programs, and writes files, for threads that may not. It has no
 * seccomp filter, sees no frame, and sleeps until a plug-in's process is to be started again or a
 * PAC is to be kept.
 */
struct launcher;

/* A thread with the rights of the caller. NULL: no memory. */
struct launcher *launcher_new(void);
struct launcher *launcher_free(struct launcher *l);

/* Have it call run(arg), and wait until that has returned. Callers take turns. */
void launcher_run(struct launcher *l, void (*run)(void *arg), void *arg);

/*
 * The one of the process: from now on a thread with the rights of the caller does what
 * launcher_do() is asked for. 0 or -ENOMEM.
 */
int launcher_begin(void);
/* End it, when no other thread can ask any more. Without one nothing happens. */
void launcher_end(void);
/* As launcher_run() of the process's, or at once when there is none. ctx is ignored. */
void launcher_do(void *ctx, void (*run)(void *arg), void *arg);

#endif
