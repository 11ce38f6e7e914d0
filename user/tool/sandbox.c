// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/sandbox.h"

#include <cap-ng.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/diag.h"
#include "base/sanitized.h"
#include "tool/files.h"
#include "tool/syscalls.h"

#define WAY_OUT "--no-sandbox runs without"

/*
 * CAP_NET_ADMIN attaches programs and makes the funnel, CAP_NET_RAW opens AF_XDP and AF_PACKET
 * sockets, CAP_BPF uses maps where bpf(2) is not for everybody, CAP_IPC_LOCK has UMEMs beyond
 * RLIMIT_MEMLOCK, which is 8 MiB on Debian: enough for 128 ports.
 */
static const unsigned int wanted[] = { CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF, CAP_IPC_LOCK };

/* Kernels before 5.8 have no CAP_BPF; there it is part of CAP_SYS_ADMIN. */
static unsigned int as_known(unsigned int capability)
{
	if (capability == CAP_BPF && prctl(PR_CAPBSET_READ, CAP_BPF, 0, 0, 0) < 0)
		return CAP_SYS_ADMIN;
	return capability;
}

/* What there is of it is kept; what is missing is missed by whoever needs it, with a reason. */
static int keep_capabilities(void)
{
	bool held[sizeof(wanted) / sizeof(wanted[0])];
	capng_select_t sets = CAPNG_SELECT_CAPS;

	if (capng_get_caps_process())
		return -ENOSYS;
	/* Without this right the bounding set stays; nothing can be had of it any more, either. */
	if (capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP))
		sets = CAPNG_SELECT_BOTH;
	for (size_t i = 0; i < sizeof(held); i++)
		held[i] = capng_have_capability(CAPNG_PERMITTED, as_known(wanted[i]));
	capng_clear(CAPNG_SELECT_BOTH);
	for (size_t i = 0; i < sizeof(held); i++)
		if (held[i])
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
				     as_known(wanted[i]));
	return capng_apply(sets) ? -EPERM : 0;
}

int sandbox_process(struct xeap_diag *ret_why)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return xeap_diag_set(
			ret_why, -errno, XEAP_E_NOT_SUPPORTED,
			"sandbox: the kernel does not take privileges away (%s): " WAY_OUT,
			strerror(errno));
	if (keep_capabilities())
		return xeap_diag_set(ret_why, -EPERM, XEAP_E_NOT_SUPPORTED,
				     "sandbox: capabilities cannot be dropped: " WAY_OUT);
	return 0;
}

/*
 * Where pins are made and removed the filter has to allow that, and cannot see where. Landlock can;
 * a kernel without it does not keep anybody from having pins. A sanitizer makes its files anywhere.
 */
static int confine_files(const char *pin_dir, struct xeap_diag *ret_why)
{
	int err = pin_dir && !XEAP_SANITIZED ? files_confine(pin_dir) : 0;

	if (!err || err == -ENOSYS || err == -EOPNOTSUPP)
		return 0;
	return xeap_diag_set(ret_why, err, XEAP_E_NOT_SUPPORTED,
			     "sandbox: %s cannot be made the only place to write (%s): " WAY_OUT,
			     pin_dir, strerror(-err));
}

int sandbox_worker(const char *pin_dir, struct xeap_diag *ret_why)
{
	int err = confine_files(pin_dir, ret_why);

	if (err)
		return err;
	err = syscalls_confine(pin_dir != NULL);
	if (!err)
		return 0;
	return xeap_diag_set(ret_why, err, XEAP_E_NOT_SUPPORTED,
			     "sandbox: no seccomp filter can be had here (%s): " WAY_OUT,
			     strerror(-err));
}
