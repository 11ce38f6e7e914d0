/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_LINK_JOB_H
#define XEAP_TOOL_LINK_JOB_H

#include <stdatomic.h>

#include "tool/netport.h"

/* What happened to a netdev, on its way to the worker that has it. The job frees it. */
struct link_job {
	struct netport_seed seed;
	const char *reason; /* of a removal */
	bool logoff;
	atomic_size_t *lost; /* supplicants that there was no memory for */
};

/* Each is a worker_job; arg is a struct link_job. */
void link_job_add(struct worker *w, void *arg);
void link_job_change(struct worker *w, void *arg);
void link_job_rename(struct worker *w, void *arg);
void link_job_remove(struct worker *w, void *arg);

#endif
