/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_TICKETS_STATE_H
#define XEAP_TOOL_TICKETS_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/map.h"
#include "tool/tickets.h"
#include "tool/tickets_file.h"

/* Inside of tickets.h: tickets.c reads and hands out, tickets_save.c writes. */

#define TICKET_SECONDS 86400 /* RFC 5246 §F.1.4; what TLS itself has to say is less or as much */

struct ticket_entry {
	struct xeap_map_entry map; /* by its owner */
	struct ticket ticket;	   /* in the store's file */
	bool there;		   /* nobody has taken it */
};

/* The file as it was read, and what is in it. */
struct ticket_store {
	uint8_t *file;
	size_t len;
	struct ticket_entry *entries;
	size_t count;
	struct xeap_map map;
};

struct tickets {
	char *path;
	const char *name; /* the last part of path */
	char *temporary;  /* beside it */
	int directory;
	bool untouched; /* what is there is no file of ours */
	int told;	/* the error that the last save had */
	xeap_time next;
	atomic_bool changed;
	pthread_mutex_t lock; /* of the store */
	struct ticket_store store;
};

bool ticket_is_good(const struct ticket *t, uint64_t now);

#endif
