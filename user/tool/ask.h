/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_ASK_H
#define XEAP_TOOL_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <xeap/error.h>

#include "tool/request.h"

/* The asking side of the control socket: one request, one reply. */
struct answerer {
	int fd;
	bool begun; /* the reply's first bytes have been looked at */
	size_t len, taken;
	uint8_t bytes[16384];
};

/*
 * Connect to a running process and put a request. 0, or a negative errno with one line. With 0 it
 * is to be closed by ask_end().
 */
int ask(struct answerer *a, const char *path, const struct request *r, struct xeap_diag *ret_why);
void ask_end(struct answerer *a);

/*
 * Wait for more of the reply: at least one byte lies in bytes[taken..len) then. 1; 0 at its end; or
 * a negative errno with one line: -EREMOTEIO with what the other side says is wrong, -EINTR.
 */
int ask_wait(struct answerer *a, struct xeap_diag *ret_why);

/* No more is wanted: what can be stopped comes to its end. */
void ask_stop(struct answerer *a);

/* Exit status for an error of these functions. */
int ask_exit_status(int err);

#endif
