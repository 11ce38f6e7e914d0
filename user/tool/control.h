/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_CONTROL_H
#define XEAP_TOOL_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <xeap/error.h>
#include <xeap/span.h>

#include "tool/request.h"

/*
 * The local socket that a running process can be asked on. A client sends one request (request.h),
 * gets one reply, a line of JSON or a stream of pcapng, and the connection is closed. Everything
 * happens in the event loop of one thread and never waits for a client: each has a buffer of
 * bounded size, and one that does not speak, or does not read its reply, is hung up on.
 */

#define CONTROL_PATH "/run/xeap/control"
/* What a command may write before it is to ask for room again. */
#define CONTROL_SLICE ((size_t)192 * 1024)

struct control;
struct control_client;

enum control_progress {
	CONTROL_MORE,  /* there is more to write, now */
	CONTROL_LATER, /* there is nothing just now, ask again soon */
	CONTROL_DONE,
	CONTROL_PROGRESS_MAX
};

/* What can be asked. Each function gets `ctx` of control_open(). */
struct control_command {
	const char *name;
	/*
	 * Take up a request. 0, or a negative errno with one line that becomes the reply: no other
	 * function is called then. NULL: there is nothing to prepare.
	 */
	int (*begin)(void *ctx, struct control_client *c, const struct request *request,
		     struct xeap_diag *ret_why);
	/* Write on, at most CONTROL_SLICE bytes. */
	enum control_progress (*more)(void *ctx, struct control_client *c);
	/*
	 * The client wants no more, or the process ends: `more` comes to an end soon. NULL: it does
	 * anyway, and nobody waits for it when the process ends. One that can be stopped is not
	 * hung up on because it reads slowly.
	 */
	void (*stop)(void *ctx, struct control_client *c);
	/* The client is gone; what begin() set up is to be freed. May be NULL. */
	void (*end)(void *ctx, struct control_client *c);
};

/*
 * Listen at `path`, for the owner, and for a group's members where gid is not -1. Its folder is
 * made, the socket of a process that is no more is replaced. commands: up to one without a name.
 * Returns 0; -EADDRINUSE (another process listens there, or the file is no socket); or another
 * negative errno, with one line in either case.
 */
int control_open(const char *path, gid_t gid, const struct control_command *commands, void *ctx,
		 struct control **ret_control, struct xeap_diag *ret_why);
/* Stop what runs, give clients some time to read the rest, hang up. NULL is accepted. */
struct control *control_close(struct control *c);

/* Becomes readable when control_turn() has something to do. */
int control_fd(const struct control *c);
void control_turn(struct control *c, xeap_time now);
/* When to turn at the latest. */
xeap_time control_next(const struct control *c, xeap_time now);

/* For commands. What control_put() does not take is not sent: false. */
bool control_put(struct control_client *c, const void *bytes, size_t len);
/* Bytes that control_put() would take. */
size_t control_room(const struct control_client *c);
void control_set_state(struct control_client *c, void *state);
void *control_state(const struct control_client *c);

#endif
