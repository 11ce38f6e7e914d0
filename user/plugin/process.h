/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PLUGIN_PROCESS_H
#define XEAP_PLUGIN_PROCESS_H

#include <pthread.h>
#include <wire/isolate.h>

/*
 * The process of a plug-in. It is started when it is needed, and ended for the first thing that is
 * wrong with it: no answer in time, a message that is none, a crash. What it knew is lost then;
 * `generation` tells one process from the next. Everything here is called under the lock, which
 * is held from a call until its reply was read.
 */

#define XEAP_PROCESS_STARTS 5 /* in XEAP_PROCESS_PERIOD */
#define XEAP_PROCESS_PERIOD XEAP_S(60)

struct xeap_process {
	pthread_mutex_t lock;
	char *file;	 /* of the plug-in, for messages */
	char *host_path; /* the program to run */
	int fd;		 /* of the plug-in: the very file that was checked */
	uint32_t timeout_ms;
	/* Where processes are started and ended; NULL: here. See xeap/plugin.h. */
	void (*launch)(void *ctx, void (*run)(void *arg), void *arg);
	void *launch_ctx;
	int pidfd, sock;     /* -1: no process */
	uint32_t generation; /* of the process; 0: none yet */
	uint32_t next_id;
	xeap_time started[XEAP_PROCESS_STARTS]; /* the last ones, in a ring */
	unsigned int starts;
	struct xeap_isolate_hello hello; /* what the first process said */
	size_t used;			 /* bytes of buf that may hold secrets */
	uint8_t buf[XEAP_ISOLATE_MAX];
};

/* Take over fd on success. 0 or -ENOMEM. Nothing is started yet. */
int xeap_process_new(int fd, const char *file, const char *host_path, uint32_t timeout_ms,
		     struct xeap_process **ret_process);
struct xeap_process *xeap_process_free(struct xeap_process *p);

void xeap_process_lock(struct xeap_process *p);
/* Wipes what passed through the buffer. */
void xeap_process_unlock(struct xeap_process *p);

/*
 * Have a process: start one unless there is. 0; -EINVAL when the plug-in is not acceptable;
 * -ECONNRESET when it cannot be started, or was too often. One line in ret_diag, which may be NULL
 * here and below.
 */
int xeap_process_start(struct xeap_process *p, struct xeap_diag *ret_diag);

/* Whether this generation is the one that runs. */
bool xeap_process_is(const struct xeap_process *p, uint32_t generation);

/*
 * Call and wait. 0 with the reply, whose data is valid until the next call or the unlock;
 * -EMSGSIZE when the call is too long, nothing sent; -ECONNRESET when the process had to be ended.
 */
int xeap_process_call(struct xeap_process *p, const struct xeap_isolate_call *call,
		      struct xeap_isolate_reply *ret_reply, struct xeap_diag *ret_diag);

/* End the process because of what it did. Returns -ECONNRESET. */
int xeap_process_fail(struct xeap_process *p, const char *what, struct xeap_diag *ret_diag);

#endif
