/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "plugin/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/wipe.h"
#include "plugin/serve.h"

#define EXIT_GRACE_MS 200 /* for a process that hung up to say how it ended */
#define LOWEST_SPARE 10	  /* descriptors that are not among those of the new process */

static xeap_time clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return XEAP_S(t.tv_sec) + (xeap_time)t.tv_nsec / 1000;
}

int xeap_process_new(int fd, const char *file, const char *host_path, uint32_t timeout_ms,
		     struct xeap_process **ret_process)
{
	struct xeap_process *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	*p = (struct xeap_process){ .file = strdup(file),
				    .host_path = strdup(host_path),
				    .fd = -1,
				    .timeout_ms = timeout_ms,
				    .pidfd = -1,
				    .sock = -1 };
	pthread_mutex_init(&p->lock, NULL);
	if (!p->file || !p->host_path) {
		xeap_process_free(p);
		return -ENOMEM;
	}
	p->fd = fd;
	*ret_process = p;
	return 0;
}

/* For what a thread may have no right to. */
static void elsewhere(const struct xeap_process *p, void (*run)(void *arg), void *arg)
{
	if (p->launch)
		p->launch(p->launch_ctx, run, arg);
	else
		run(arg);
}

/* Gone and reaped afterwards, whoever else waits for processes. */
static void kill_it(void *arg)
{
	const struct xeap_process *p = arg;
	siginfo_t info;

	pidfd_send_signal(p->pidfd, SIGKILL, NULL, 0);
	while (waitid(P_PIDFD, (id_t)p->pidfd, &info, WEXITED) && errno == EINTR)
		;
}

static void end(struct xeap_process *p)
{
	if (p->pidfd >= 0) {
		elsewhere(p, kill_it, p);
		close(p->pidfd);
	}
	if (p->sock >= 0)
		close(p->sock);
	p->pidfd = p->sock = -1;
}

struct xeap_process *xeap_process_free(struct xeap_process *p)
{
	if (!p)
		return NULL;
	end(p);
	if (p->fd >= 0)
		close(p->fd);
	pthread_mutex_destroy(&p->lock);
	free(p->file);
	free(p->host_path);
	xeap_wipe(p, sizeof(*p));
	free(p);
	return NULL;
}

void xeap_process_lock(struct xeap_process *p)
{
	pthread_mutex_lock(&p->lock);
}

void xeap_process_unlock(struct xeap_process *p)
{
	xeap_wipe(p->buf, p->used);
	p->used = 0;
	pthread_mutex_unlock(&p->lock);
}

int xeap_process_fail(struct xeap_process *p, const char *what, struct xeap_diag *ret_diag)
{
	end(p);
	return xeap_diag_set(ret_diag, -ECONNRESET, XEAP_E_THIRD_PARTY_METHOD_HOST_RESET,
			     "%s: the plug-in's process %s", p->file, what);
}

/* It hung up: a crash says by which signal. */
static int hung_up(struct xeap_process *p, struct xeap_diag *ret_diag)
{
	struct pollfd ended = { .fd = p->pidfd, .events = POLLIN };
	siginfo_t info = { 0 };
	char what[96] = "hung up";

	poll(&ended, 1, EXIT_GRACE_MS);
	if (!waitid(P_PIDFD, (id_t)p->pidfd, &info, WEXITED | WNOHANG | WNOWAIT) && info.si_pid) {
		if (info.si_code == CLD_EXITED)
			snprintf(what, sizeof(what), "ended with status %d", info.si_status);
		else
			snprintf(what, sizeof(what), "crashed: %s",
				 sigdescr_np(info.si_status) ? sigdescr_np(info.si_status)
							     : "an unknown signal");
	}
	return xeap_process_fail(p, what, ret_diag);
}

static bool wait_for(struct xeap_process *p, short events, xeap_time deadline)
{
	struct pollfd pfd = { .fd = p->sock, .events = events };
	xeap_time now;
	int n;

	do {
		now = clock_now();
		n = poll(&pfd, 1, now < deadline ? (int)((deadline - now + 999) / 1000) : 0);
	} while (n < 0 && errno == EINTR);
	return n > 0;
}

static int no_answer(struct xeap_process *p, struct xeap_diag *ret_diag)
{
	char what[64];

	snprintf(what, sizeof(what), "did not answer within %u ms", (unsigned int)p->timeout_ms);
	return xeap_process_fail(p, what, ret_diag);
}

/* Send the first `len` bytes of the buffer, wait for the reply to be there in their place. */
static int exchange(struct xeap_process *p, size_t len, size_t *ret_len, struct xeap_diag *ret_diag)
{
	xeap_time deadline = clock_now() + XEAP_MS(p->timeout_ms);
	ssize_t n;

	if (!wait_for(p, POLLOUT, deadline))
		return no_answer(p, ret_diag);
	if (send(p->sock, p->buf, len, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)len)
		return hung_up(p, ret_diag);
	if (!wait_for(p, POLLIN, deadline))
		return no_answer(p, ret_diag);
	n = recv(p->sock, p->buf, sizeof(p->buf), MSG_DONTWAIT | MSG_TRUNC);
	if (n <= 0)
		return hung_up(p, ret_diag);
	if ((size_t)n > sizeof(p->buf))
		return xeap_process_fail(p, "sent a message past all bounds", ret_diag);
	*ret_len = (size_t)n;
	return 0;
}

int xeap_process_call(struct xeap_process *p, const struct xeap_isolate_call *call,
		      struct xeap_isolate_reply *ret_reply, struct xeap_diag *ret_diag)
{
	size_t len = xeap_isolate_write_call(call, p->buf, sizeof(p->buf));
	struct xeap_isolate_reply reply;
	int err;

	if (!len)
		return xeap_diag_set(ret_diag, -EMSGSIZE, XEAP_E_INVALID_PARAMETER,
				     "%s: too much for a message to the plug-in's process",
				     p->file);
	if (len > p->used)
		p->used = len;
	err = exchange(p, len, &len, ret_diag);
	if (err)
		return err;
	if (len > p->used)
		p->used = len;
	if (xeap_isolate_parse_reply(xeap_span(p->buf, len), &reply) || reply.op != call->op ||
	    reply.id != call->id)
		return xeap_process_fail(p, "sent a message that is no reply", ret_diag);
	*ret_reply = reply;
	return 0;
}

/* What the new process has open, and how it starts: with nothing of this one's environment. */
static int spawn(struct xeap_process *p, int sock, pid_t *ret_pid)
{
	char *argv[] = { p->host_path, p->file, NULL }, *envp[] = { NULL };
	posix_spawn_file_actions_t fds;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int err;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&fds);
	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_addopen(&fds, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&fds, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&fds, sock, XEAP_SERVE_SOCKET);
	posix_spawn_file_actions_adddup2(&fds, p->fd, XEAP_SERVE_PLUGIN);
	posix_spawn_file_actions_addclosefrom_np(&fds, XEAP_SERVE_PLUGIN + 1);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	/* What a terminal sends to this program's group is this program's to decide about. */
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						POSIX_SPAWN_SETPGROUP);
	err = -posix_spawn(ret_pid, p->host_path, &fds, &attr, argv, envp);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&fds);
	return err;
}

static int open_pair(int ret_pair[2])
{
	int size = 2 * XEAP_ISOLATE_MAX, pair[2], moved;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	for (int i = 0; i < 2; i++)
		setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	moved = fcntl(pair[1], F_DUPFD_CLOEXEC, LOWEST_SPARE);
	close(pair[1]);
	if (moved < 0) {
		close(pair[0]);
		return -EMFILE;
	}
	ret_pair[0] = pair[0];
	ret_pair[1] = moved;
	return 0;
}

static int start(struct xeap_process *p)
{
	int pair[2] = { -1, -1 }, err = open_pair(pair);
	pid_t pid;

	if (err)
		return err;
	err = spawn(p, pair[1], &pid);
	close(pair[1]);
	if (err) {
		close(pair[0]);
		return err;
	}
	p->pidfd = pidfd_open(pid, 0);
	if (p->pidfd < 0) {
		err = -errno;
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		close(pair[0]);
		return err;
	}
	p->sock = pair[0];
	return 0;
}

struct start {
	struct xeap_process *p;
	int err;
};

static void run_start(void *arg)
{
	struct start *s = arg;

	s->err = start(s->p);
}

static int launch(struct xeap_process *p, struct xeap_diag *ret_diag)
{
	struct start s = { .p = p };

	elsewhere(p, run_start, &s);
	if (!s.err)
		return 0;
	return xeap_diag_set(ret_diag, -ECONNRESET, XEAP_E_THIRD_PARTY_METHOD_HOST_RESET,
			     "%s: %s cannot be started: %s", p->file, p->host_path,
			     strerror(-s.err));
}

/* The process says what its plug-in brings; every one the same. */
static int greet(struct xeap_process *p, struct xeap_diag *ret_diag)
{
	struct xeap_isolate_call call = { .op = XEAP_ISOLATE_HELLO, .arg = { p->timeout_ms } };
	struct xeap_isolate_hello hello;
	struct xeap_isolate_reply reply;
	struct xeap_diag why;
	int err = xeap_process_call(p, &call, &reply, ret_diag);

	if (err)
		return err;
	if (reply.error && !xeap_isolate_parse_diag(reply.data, &why)) {
		end(p);
		return xeap_diag_set(ret_diag, -EINVAL, why.code, "%s", why.text);
	}
	if (reply.error || xeap_isolate_parse_hello(reply.data, &hello))
		return xeap_process_fail(p, "sent a list of methods that is none", ret_diag);
	if (!p->hello.count)
		p->hello = hello;
	return 0;
}

static bool too_often(const struct xeap_process *p, xeap_time now)
{
	return p->starts >= XEAP_PROCESS_STARTS &&
	       now - p->started[p->starts % XEAP_PROCESS_STARTS] < XEAP_PROCESS_PERIOD;
}

int xeap_process_start(struct xeap_process *p, struct xeap_diag *ret_diag)
{
	xeap_time now = clock_now();
	int err;

	if (p->pidfd >= 0)
		return 0;
	if (too_often(p, now))
		return xeap_diag_set(ret_diag, -ECONNRESET, XEAP_E_THIRD_PARTY_METHOD_HOST_RESET,
				     "%s: the plug-in's process failed too often; it is not "
				     "started again for up to a minute",
				     p->file);
	p->started[p->starts++ % XEAP_PROCESS_STARTS] = now;
	err = launch(p, ret_diag);
	if (err)
		return err;
	p->generation++;
	p->next_id = 1;
	return greet(p, ret_diag);
}

bool xeap_process_is(const struct xeap_process *p, uint32_t generation)
{
	return p->pidfd >= 0 && p->generation == generation;
}
