// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/limits.h"

#include <cap-ng.h>
#include <errno.h>
#include <sys/resource.h>

#include "base/diag.h"

#define KIB 1024

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
