// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sanitized.h"

/*
 * The list was made by running all of tests/net under strace(1); why a call is in it is said where
 * it is not plain. The kernel answers those without conditions from a bitmap (5.11), so that the
 * hot path (epoll_wait, sendto, recvfrom, bpf of none) does not run the filter.
 */

static const int always[] = {
	/* memory, but for executable memory: see below */
	SCMP_SYS(brk),
	SCMP_SYS(madvise),
	SCMP_SYS(mremap),
	SCMP_SYS(munmap),
	/* threads, which close rings side by side, and their ends */
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(futex),
	SCMP_SYS(gettid),
	SCMP_SYS(rseq),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_yield),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigaction),
	/* time and chance */
	SCMP_SYS(clock_getres),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(getrandom),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(nanosleep),
	SCMP_SYS(time),
	/* descriptors that are there */
	SCMP_SYS(close),
	SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_pwait2),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(eventfd2),
	SCMP_SYS(fcntl),
	SCMP_SYS(fstat),
	SCMP_SYS(lseek),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(pread64),
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(timerfd_create),
	SCMP_SYS(timerfd_settime),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	/* sockets; which ones can be made: see below */
	SCMP_SYS(bind),
	SCMP_SYS(getpeername),
	SCMP_SYS(getsockname),
	SCMP_SYS(getsockopt),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmmsg),
	SCMP_SYS(recvmsg),
	SCMP_SYS(sendmmsg),
	SCMP_SYS(sendmsg),
	SCMP_SYS(sendto),
	SCMP_SYS(setsockopt),
	/* files that are read: OpenSSL's configuration and modules, /proc and /sys */
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(getdents64),
	SCMP_SYS(newfstatat),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(stat),
	SCMP_SYS(statx),
	/* who and where this is */
	SCMP_SYS(getegid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getpid),
	SCMP_SYS(getppid),
	SCMP_SYS(getrusage),
	SCMP_SYS(getuid),
	SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
	/* how the process of a plug-in ended */
	SCMP_SYS(waitid),
};

/* Calls that are let through if each condition holds; several lines of one call: if one does. */
#define MOST_CONDITIONS 2
static const struct {
	int call;
	struct scmp_arg_cmp conditions[MOST_CONDITIONS];
	unsigned int count;
} sometimes[] = {
#define EQUALS(arg, value) SCMP_CMP64(arg, SCMP_CMP_EQ, value)
#define BITS(arg, mask, value) SCMP_CMP64(arg, SCMP_CMP_MASKED_EQ, mask, value)
	/* Code comes from files alone, and cannot be written: dlopen() works, nothing else does. */
	{ SCMP_SYS(mmap), { BITS(2, PROT_EXEC, 0) }, 1 },
	{ SCMP_SYS(mmap),
	  { BITS(2, PROT_EXEC | PROT_WRITE, PROT_EXEC), BITS(3, MAP_ANONYMOUS, 0) },
	  2 },
	{ SCMP_SYS(mprotect), { BITS(2, PROT_EXEC, 0) }, 1 },
	/* No file is written or made. */
	{ SCMP_SYS(open), { BITS(1, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY) }, 1 },
	{ SCMP_SYS(openat), { BITS(2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY) }, 1 },
	/* Rings, and what netdevs are read and changed by: none to talk over a network with. */
	{ SCMP_SYS(socket), { EQUALS(0, AF_XDP) }, 1 },
	{ SCMP_SYS(socket), { EQUALS(0, AF_PACKET) }, 1 },
	{ SCMP_SYS(socket), { EQUALS(0, AF_NETLINK), EQUALS(2, NETLINK_ROUTE) }, 2 },
	{ SCMP_SYS(socket), { EQUALS(0, AF_NETLINK), EQUALS(2, NETLINK_GENERIC) }, 2 },
	{ SCMP_SYS(socket), { EQUALS(0, AF_UNIX), BITS(1, 0xf, SOCK_DGRAM) }, 2 },
	{ SCMP_SYS(ioctl), { EQUALS(1, SIOCETHTOOL) }, 1 },
	{ SCMP_SYS(ioctl), { EQUALS(1, SIOCGIFFLAGS) }, 1 },
	{ SCMP_SYS(ioctl), { EQUALS(1, SIOCGIFHWADDR) }, 1 },
	{ SCMP_SYS(ioctl), { EQUALS(1, SIOCGIFINDEX) }, 1 },
	{ SCMP_SYS(ioctl), { EQUALS(1, SIOCGIFMTU) }, 1 },
	{ SCMP_SYS(ioctl), { EQUALS(1, SIOCGIFNAME) }, 1 },
	{ SCMP_SYS(ioctl), { EQUALS(1, FIONBIO) }, 1 },
	{ SCMP_SYS(ioctl), { EQUALS(1, TCGETS) }, 1 }, /* stdio asks for a terminal */
	/* Programs and maps are there: no new ones. */
	{ SCMP_SYS(bpf), { EQUALS(0, BPF_MAP_LOOKUP_ELEM) }, 1 },
	{ SCMP_SYS(bpf), { EQUALS(0, BPF_MAP_UPDATE_ELEM) }, 1 },
	{ SCMP_SYS(bpf), { EQUALS(0, BPF_MAP_DELETE_ELEM) }, 1 },
	{ SCMP_SYS(bpf), { EQUALS(0, BPF_MAP_GET_NEXT_KEY) }, 1 },
	{ SCMP_SYS(bpf), { EQUALS(0, BPF_LINK_CREATE) }, 1 },
	{ SCMP_SYS(bpf), { EQUALS(0, BPF_LINK_UPDATE) }, 1 },
	{ SCMP_SYS(bpf), { EQUALS(0, BPF_LINK_DETACH) }, 1 },
	{ SCMP_SYS(bpf), { EQUALS(0, BPF_OBJ_PIN) }, 1 }, /* links */
	{ SCMP_SYS(bpf), { EQUALS(0, BPF_OBJ_GET) }, 1 },
	{ SCMP_SYS(bpf), { EQUALS(0, BPF_PROG_GET_FD_BY_ID) }, 1 },
	{ SCMP_SYS(bpf), { EQUALS(0, BPF_OBJ_GET_INFO_BY_FD) }, 1 },
	/*
	 * Threads, no processes; what clone3() is to do cannot be seen, so glibc is sent here. That
	 * is a refusal at every thread, which would fill the kernel's log if refusals went there.
	 */
	{ SCMP_SYS(clone), { BITS(0, CLONE_THREAD, CLONE_THREAD) }, 1 },
	{ SCMP_SYS(prctl), { EQUALS(0, PR_SET_NAME) }, 1 },
	{ SCMP_SYS(prctl), { EQUALS(0, PR_SET_VMA) }, 1 },
	/* Limits are asked for, whether a process is there is asked, no signal is sent. */
	{ SCMP_SYS(prlimit64), { EQUALS(2, 0) }, 1 },
	{ SCMP_SYS(kill), { EQUALS(1, 0) }, 1 },
#if XEAP_SANITIZED
	/* Reports go to files, and are put together in memory that is mapped anew. */
	{ SCMP_SYS(openat), { BITS(2, 0, 0) }, 1 },
	{ SCMP_SYS(prctl), { BITS(0, 0, 0) }, 1 },
#endif
};

static int add_always(scmp_filter_ctx filter)
{
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(always) / sizeof(always[0]); i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, always[i], 0);
	return err;
}

static int add_sometimes(scmp_filter_ctx filter)
{
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(sometimes) / sizeof(sometimes[0]); i++)
		err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, sometimes[i].call,
					     sometimes[i].count, sometimes[i].conditions);
	return err;
}

/* abort() is to end this process, and no other. */
static int add_abort(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
				SCMP_A0_64(SCMP_CMP_EQ, (uint64_t)getpid()));
}

/* Removing a file is what takes a port's pin away. */
static int add_unpin(scmp_filter_ctx filter)
{
	int err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(unlink), 0);

	return err ? err : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(unlinkat), 0);
}

static int fill(scmp_filter_ctx filter, bool pins)
{
	int err = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

	seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (!err)
		err = add_always(filter);
	if (!err)
		err = add_sometimes(filter);
	if (!err)
		err = add_abort(filter);
	if (!err && pins)
		err = add_unpin(filter);
	if (!err)
		err = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	return err;
}

static int confine(bool pins)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int err = filter ? fill(filter, pins) : -ENOMEM;

	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}

int syscalls_confine(bool pins)
{
	/* libseccomp does not say that it may be used by several threads. */
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	int err;

	pthread_mutex_lock(&lock);
	err = confine(pins);
	pthread_mutex_unlock(&lock);
	return err;
}
