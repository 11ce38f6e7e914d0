/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_CAPTURES_H
#define XEAP_TOOL_CAPTURES_H

#include <stdbool.h>
#include <stdint.h>
#include <xeap/span.h>

#include "tool/capture_ring.h"
#include "tool/control.h"
#include "tool/pcapng.h"

/*
 * `xeap capture`, in the process that is watched. While somebody captures, each worker copies what
 * its rings carry into a capture ring of its own, of bounded size. The thread of the control socket
 * empties those rings and sends each client the frames of the ports that it asked for, as pcapng.
 * A client that reads too slowly loses frames, which are counted; nobody waits for it.
 */

/* The process that is watched. Workers are numbered from 0. */
struct captures_source {
	/* From now on the worker copies its frames into ring; NULL: it no longer does. */
	void (*attach)(void *ctx, unsigned int worker, struct capture_ring *ring);
	/* Call capture_losses() for each port of the worker. */
	void (*losses)(void *ctx, unsigned int worker, struct capture_ring *ring);
	/* Name, description and address of a port. False: there is none of this name. */
	bool (*describe)(void *ctx, const char *ifname, char *ret_description, size_t size,
			 uint8_t *ret_mac);
};

struct captures;

/* source: outlives it. 0 or -ENOMEM. */
int captures_new(const struct captures_source *source, void *ctx, unsigned int workers,
		 struct captures **ret_captures);
/* After the last client has gone. NULL is accepted. */
struct captures *captures_free(struct captures *c);

/* The functions of a control_command whose ctx gives a struct captures. */
int captures_begin(struct captures *c, struct control_client *client, const struct request *request,
		   struct xeap_diag *ret_why);
enum control_progress captures_more(struct captures *c, struct control_client *client);
void captures_stop(struct captures *c, struct control_client *client);
void captures_end(struct captures *c, struct control_client *client);

#endif
