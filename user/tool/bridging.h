/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BRIDGING_H
#define XEAP_TOOL_BRIDGING_H

#include <pthread.h>
#include <stdbool.h>
#include <xeap/bridge.h>
#include <xeap/link.h>

#include "base/list.h"
#include "tool/run_options.h"

struct report;

/*
 * Ports that the kernel keeps closed until they are authorised (--bridge). The main thread has
 * them all, because rtnetlink makes its caller wait; workers tell what became of a port, and the
 * main thread does it at its next turn.
 */
struct bridging {
	const struct run_options *options;
	struct report *report;
	struct xeap_bridge *bridge; /* NULL: --bridge was not given */
	struct xeap_node ports;
	pthread_mutex_t lock; /* of what workers have told */
	struct xeap_node told;
};

/*
 * One port. The main thread makes it; it is freed at its next turn after the worker has let go of
 * it.
 */
struct bridged;

/* For a struct that is zeroed. 0 or a negative errno. */
int bridging_open(struct bridging *b, const struct run_options *o, struct report *report,
		  struct xeap_diag *ret_why);
/* Every port becomes what it was. The workers are done with theirs. */
void bridging_close(struct bridging *b);

/*
 * Close a port that is about to be served. 0, with *ret_port NULL where --bridge was not given; or
 * a negative errno: it is not to be served.
 */
int bridging_add(struct bridging *b, const struct xeap_link *link, struct bridged **ret_port,
		 struct xeap_diag *ret_why);
/* A netdev changed: it may have entered a bridge, or left one. */
void bridging_follow(struct bridging *b, const struct xeap_link *link);
/* Do what workers have told. */
void bridging_turn(struct bridging *b);

/*
 * From a worker's thread; NULL is accepted. An authorised port has an authenticator. Returns
 * whether the main thread has something to do.
 */
bool bridged_set(struct bridged *p, bool authorized, const uint8_t authenticator[6]);
/* The worker has done with it, which closes nothing: the port becomes what it was. */
bool bridged_release(struct bridged *p);

#endif
