// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/signals.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "tool/takeover.h"

int signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	/* A terminal that a secret is typed at has to get its echo back. */
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, TAKEOVER_SIGNAL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

void signals_take(int fd, struct signals *s)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == TAKEOVER_SIGNAL)
			s->hand_over = true;
		else
			s->stop = true;
	}
}
