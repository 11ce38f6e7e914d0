// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/limits.h"

#include <cap-ng.h>
#include <errno.h>
#include <stdbool.h>
#include <sys/resource.h>

#include "base/diag.h"

#define KIB 1024
#define FRAMES 32  /* of an own ring, if nobody says how many */
#define CHUNK 2048 /* bytes of a frame, at least */
/*
 * Counted: 11 with a packet socket and one worker, 20 with XDP programs, which have maps; a worker
 * has up to 11 with a funnel. The rest is for agents, files that are read, and their like.
 */
#define FILES 32
#define FILES_WORKER 12

/* A port has the link of its program, and a socket for each queue where it has own rings. */
struct limits_need limits_need(const struct run_options *options,
			       const struct xeap_rings_options *rings, unsigned int ports)
{
	bool own = rings->steer && rings->kind != XEAP_RINGS_FUNNEL;
	bool funnel = rings->steer && rings->kind == XEAP_RINGS_FUNNEL;
	struct limits_need need = {
		.ports = ports,
		.files = FILES + FILES_WORKER * (uint64_t)options->workers,
	};

	if (own)
		need.locked = (uint64_t)ports * (rings->frames ? rings->frames : FRAMES);
	if (funnel)
		need.locked = (uint64_t)options->workers * rings->funnel_frames;
	need.locked *= CHUNK;
	need.files += (uint64_t)ports * (own ? 2 : funnel ? 1 : 0);
	return need;
}

static void raise_one(__rlimit_resource_t resource)
{
	struct rlimit l;

	if (getrlimit(resource, &l) || l.rlim_cur == l.rlim_max)
		return;
	l.rlim_cur = l.rlim_max;
	setrlimit(resource, &l);
}

void limits_raise(void)
{
	raise_one(RLIMIT_NOFILE);
	raise_one(RLIMIT_MEMLOCK);
}

static rlim_t soft(__rlimit_resource_t resource)
{
	struct rlimit l;

	return getrlimit(resource, &l) ? RLIM_INFINITY : l.rlim_cur;
}

/* The kernel does not count what those with this capability lock. */
static rlim_t lockable(void)
{
	if (!capng_get_caps_process() && capng_have_capability(CAPNG_EFFECTIVE, CAP_IPC_LOCK))
		return RLIM_INFINITY;
	return soft(RLIMIT_MEMLOCK);
}

int limits_check(const struct limits_need *need, struct xeap_diag *ret_why)
{
	rlim_t files = soft(RLIMIT_NOFILE), locked = lockable();

	if (need->files > files)
		return xeap_diag_set(ret_why, -EMFILE, XEAP_E_OUT_OF_MEMORY,
				     "%u ports need %llu open files, the limit is %llu: raise it "
				     "(ulimit -n %llu, or LimitNOFILE= of the unit)",
				     need->ports, (unsigned long long)need->files,
				     (unsigned long long)files, (unsigned long long)need->files);
	if (need->locked > locked)
		return xeap_diag_set(ret_why, -ENOMEM, XEAP_E_OUT_OF_MEMORY,
				     "%u ports need %llu KiB of locked memory, the limit is %llu: "
				     "raise it (ulimit -l %llu, or LimitMEMLOCK= of the unit), or "
				     "give the program CAP_IPC_LOCK",
				     need->ports, (unsigned long long)need->locked / KIB,
				     (unsigned long long)locked / KIB,
				     (unsigned long long)need->locked / KIB);
	return 0;
}
