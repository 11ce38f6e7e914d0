/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_STATUS_GATHER_H
#define XEAP_TOOL_STATUS_GATHER_H

#include "tool/request.h"
#include "tool/status_facts.h"
#include "tool/worker.h"

/*
 * Copies of what a worker has, taken in its thread between two turns: a slice at a time, so that
 * frames never wait for a thousand ports to be looked at. Ports that come or go between slices are
 * told or not; the others are told once.
 */
#define STATUS_SLICE_PORTS 16
#define STATUS_SLICE_SUPPLICANTS 64

struct status_slice {
	const struct request *request;
	/* Where to begin, and then where to go on. */
	uint64_t port;	     /* netport->number, or the next one that there is */
	uint32_t supplicant; /* of that port; 0: with the port itself */

	struct status_port ports[STATUS_SLICE_PORTS];
	uint32_t port_count;
	/* Those of the last of the ports; or, with none, of the one that was begun with. */
	struct status_supplicant supplicants[STATUS_SLICE_SUPPLICANTS];
	uint32_t supplicant_count;
	/* Each port's one supplicant, when it has one. */
	struct status_supplicant only[STATUS_SLICE_PORTS];
	bool has_only[STATUS_SLICE_PORTS];
	bool port_open; /* the last port has supplicants that are to come */
	bool last;	/* there is nothing more */
};

/* Fill a slice. A worker_job; arg is the slice. */
void status_gather_slice(struct worker *w, void *arg);
/* What is told of the worker itself. A worker_job; arg is a struct status_worker. */
void status_gather_worker(struct worker *w, void *arg);

#endif
