// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/link_job.h"

#include <stdlib.h>

#include "tool/report.h"

void link_job_add(struct worker *w, void *arg)
{
	struct link_job *j = arg;

	if (!netport_new(w, &j->seed)) {
		report_warning(w->report, "out of memory: a port was left out");
		atomic_fetch_add(j->lost, netport_size(w->options, j->seed.spec));
		w->changed = true;
	}
	free(j);
}

void link_job_change(struct worker *w, void *arg)
{
	struct link_job *j = arg;
	struct netport *n = netport_find(w, j->seed.link.ifindex);

	if (n)
		netport_link_changed(n, &j->seed.link);
	free(j);
}

void link_job_rename(struct worker *w, void *arg)
{
	struct link_job *j = arg;
	struct netport *n = netport_find(w, j->seed.link.ifindex);

	if (n)
		netport_renamed(n, &j->seed.link);
	free(j);
}

/* With --once the port's row stays for the report; else nothing is left of it. */
void link_job_remove(struct worker *w, void *arg)
{
	struct link_job *j = arg;
	struct netport *n = netport_find(w, j->seed.link.ifindex);

	for (uint32_t i = 0; n && j->logoff && i < n->count; i++)
		supplicant_logoff(&n->supplicants[i]);
	if (n) {
		netport_removed(n, j->reason);
		if (!w->options->once)
			netport_free(n);
	}
	free(j);
}
