// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/takeover.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/diag.h"
#include "tool/report.h"
#include "tool/worker.h"

#define LET_GO_TIME XEAP_S(10) /* a thousand ports are closed in less than one */
#define LET_GO_STEP_US 500

int takeover_open(const struct run_options *o, const struct xeap_steer_options *sizes,
		  struct report *report, struct xeap_steer **ret_steer, struct xeap_diag *ret_why)
{
	struct xeap_steer_options so = *sizes;
	int err;

	so.pin_dir = o->pin_dir;
	so.beside = o->takeover;
	if (o->mode == XEAP_MODE_PACKET)
		return 0;
	err = xeap_steer_open(&so, ret_steer, ret_why);
	if (!err || o->mode != XEAP_MODE_AUTO || o->pin_dir || err == -EPERM)
		return err;
	report_warning(report, ret_why->text);
	return 0;
}

/*
 * By a descriptor, so that it is this process and not another that has its number by then: it is
 * looked up again once the descriptor is there.
 */
static int ask(const struct xeap_steer *steer, int pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0), err = 0;

	if (fd < 0)
		return errno == ESRCH ? 0 : -errno; /* it is gone, and so is its lock */
	if (xeap_steer_owner(steer) == pid &&
	    syscall(SYS_pidfd_send_signal, fd, TAKEOVER_SIGNAL, NULL, 0) && errno != ESRCH)
		err = -errno;
	close(fd);
	return err;
}

static int cannot_ask(int pid, int err, struct xeap_diag *ret_why)
{
	return xeap_diag_set(ret_why, err, XEAP_E_NOT_SUPPORTED,
			     "process %d cannot be asked to let go of its ports (%s): run as its "
			     "user, or end it",
			     pid, strerror(-err));
}

static int not_let_go(int pid, struct xeap_diag *ret_why)
{
	if (pid < 0)
		return -EBUSY; /* the diagnosis is that of the last try */
	return xeap_diag_set(ret_why, -EBUSY, XEAP_E_INVALID_STATE,
			     "process %d was asked to let go of its ports and has not: end it",
			     pid);
}

/* One that cannot be told is about to begin, and is asked when it can be, or to end. */
int takeover_own(struct xeap_steer *steer, struct xeap_diag *ret_why)
{
	xeap_time limit = worker_clock() + LET_GO_TIME;
	int pid = -1, err;

	if (!steer || xeap_steer_is_owned(steer))
		return 0;
	while ((err = xeap_steer_own(steer, ret_why)) == -EBUSY && worker_clock() < limit) {
		if (pid < 0 && (pid = xeap_steer_owner(steer)) >= 0 && (err = ask(steer, pid)))
			return cannot_ask(pid, err, ret_why);
		usleep(LET_GO_STEP_US);
	}
	return err == -EBUSY ? not_let_go(pid, ret_why) : err;
}

static void nothing(struct worker *w, void *arg)
{
}

/* A job that is done says that those before it are. */
void takeover_tell(const struct xeap_steer *steer, struct worker *workers, unsigned int count)
{
	struct xeap_steer_gap gap;

	if (!steer)
		return;
	xeap_steer_get_gap(steer, &gap);
	if (!gap.ports)
		return;
	for (unsigned int i = 0; i < count; i++)
		worker_call(&workers[i], nothing, NULL);
	xeap_steer_get_gap(steer, &gap);
	report_takeover(workers[0].report, &gap);
}

void takeover_keep(struct xeap_steer *steer)
{
	if (steer)
		xeap_steer_keep(steer);
}
