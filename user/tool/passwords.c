// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/passwords.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "tool/command.h"

static const char fd_kind[] = "fd:", cmd_kind[] = "cmd:";

static int fail(struct xeap_diag *why, int err, const char *what)
{
	return xeap_diag_set(why, err,
			     err == -ENOMEM ? XEAP_E_OUT_OF_MEMORY : XEAP_E_INVALID_PARAMETER, "%s",
			     what);
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* 0 when there is something to read, or the end of it. */
static int wait_for(int fd, long long until)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	for (;;) {
		long long left = until - now_ms();
		int n = poll(&p, 1, left > 0 ? (int)left : 0);

		if (n > 0)
			return p.revents & POLLNVAL ? -EBADF : 0;
		if (!n)
			return -ETIMEDOUT;
		if (errno != EINTR)
			return -errno;
	}
}

/* Up to the end, or one byte more than the parser takes. */
static int read_all(int fd, long long until, struct config_text *text)
{
	while (text->len < text->room) {
		int err = wait_for(fd, until);
		ssize_t n = err ? 0 : read(fd, text->data + text->len, text->room - text->len);

		if (err)
			return err;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (!n)
			return 0;
		if (n > 0)
			text->len += (size_t)n;
	}
	return 0;
}

static int read_new(int fd, long long until, struct config_text *ret_text)
{
	struct config_text text;
	int err = config_file_room(&text);

	if (!err)
		err = read_all(fd, until, &text);
	if (err)
		config_file_wipe(&text);
	else
		*ret_text = text;
	return err;
}

/*
 * Whether a descriptor was there when the program started: all that it opens itself is closed on
 * exec. So a number that was read and closed, and taken by something else since, is told apart.
 */
static bool is_inherited(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	return flags >= 0 && !(flags & FD_CLOEXEC);
}

static int parse_fd(const char *number)
{
	char *end;
	long fd = strtol(number, &end, 10);

	if (*number < '0' || *number > '9' || *end || fd > 65535)
		return -EINVAL;
	return fd == STDOUT_FILENO || fd == STDERR_FILENO ? -EINVAL : (int)fd;
}

int passwords_read_fd(const char *number, int wait_ms, struct config_text *ret_text,
		      struct xeap_diag *ret_why)
{
	int fd = parse_fd(number), err;

	if (fd < 0)
		return fail(ret_why, fd, "takes the number of a descriptor, 0 or 3 to 65535");
	if (!is_inherited(fd))
		return fail(ret_why, -EBADF,
			    "is no descriptor that was inherited, or was read already");
	err = read_new(fd, now_ms() + wait_ms, ret_text);
	/* Others would take the place of standard input. */
	if (fd > STDERR_FILENO)
		close(fd);
	if (err == -ETIMEDOUT)
		return fail(ret_why, err, "has no end in time; its other side has to be closed");
	return err ? fail(ret_why, err, strerror(-err)) : 0;
}

/* The group is killed, so that nothing is left of what ran, then its first process is let go. */
static int end_command(pid_t pid, struct xeap_diag *why)
{
	char text[64];
	int status;

	kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return fail(why, -errno, strerror(errno));
	}
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	if (WIFEXITED(status))
		snprintf(text, sizeof(text), "ended with status %d", WEXITSTATUS(status));
	else
		snprintf(text, sizeof(text), "was ended by signal %d", WTERMSIG(status));
	return fail(why, -EIO, text);
}

/* Its pidfd can be read when it has ended. */
static int wait_for_end(pid_t pid, long long until)
{
	int pidfd = pidfd_open(pid, 0);
	int err = pidfd < 0 ? -errno : wait_for(pidfd, until);

	if (pidfd >= 0)
		close(pidfd);
	return err;
}

/*
 * Output that is too long is refused by who parses it; what the command would still say is not
 * waited for.
 */
static int read_command(pid_t pid, int output, int wait_ms, struct config_text *ret_text,
			struct xeap_diag *why)
{
	long long until = now_ms() + wait_ms;
	struct config_text text = { 0 };
	int err = read_new(output, until, &text), ended;
	bool full = !err && text.len == text.room;

	close(output);
	if (!err && !full)
		err = wait_for_end(pid, until);
	ended = end_command(pid, err || full ? NULL : why);
	if (err == -ETIMEDOUT)
		fail(why, err, "did not end in time");
	else if (err)
		fail(why, err, strerror(-err));
	else if (!full)
		err = ended;
	if (err)
		config_file_wipe(&text);
	else
		*ret_text = text;
	return err;
}

int passwords_run(const char *command, int wait_ms, struct config_text *ret_text,
		  struct xeap_diag *ret_why)
{
	int ends[2], input = open("/dev/null", O_RDONLY | O_CLOEXEC), err;
	pid_t pid;

	if (input < 0 || pipe2(ends, O_CLOEXEC)) {
		err = -errno;
		if (input >= 0)
			close(input);
		return fail(ret_why, err, strerror(-err));
	}
	err = command_start(command, input, ends[1], &pid);
	close(input);
	close(ends[1]);
	if (!err)
		return read_command(pid, ends[0], wait_ms, ret_text, ret_why);
	close(ends[0]);
	return fail(ret_why, err, strerror(-err));
}

static bool is_kind(const char *backend, const char *kind)
{
	return !strncmp(backend, kind, strlen(kind));
}

static int fetch(const char *backend, struct config_text *ret_text, struct xeap_diag *why)
{
	if (is_kind(backend, fd_kind))
		return passwords_read_fd(backend + strlen(fd_kind), PASSWORDS_WAIT_MS, ret_text,
					 why);
	return passwords_run(backend + strlen(cmd_kind), PASSWORDS_WAIT_MS, ret_text, why);
}

int passwords_fetch(struct xeap_config_file *file, const char *path, struct xeap_diag *ret_why)
{
	const char *backend = file->ext_password_backend, *name;
	struct xeap_diag why = { 0 };
	struct config_text text;
	int err;

	/* A kind of another name was refused where the file was read. */
	if (!backend || !xeap_config_wants_passwords(file))
		return 0;
	name = is_kind(backend, fd_kind) ? backend : "output of cmd";
	err = fetch(backend, &text, &why);
	/* A command is not shown: there may be a secret in it. */
	if (err)
		return xeap_diag_set(ret_why, err, why.code, "%s: ext_password_backend=%s %s", path,
				     is_kind(backend, fd_kind) ? backend : "cmd:…", why.text);
	err = xeap_config_resolve(file, xeap_span(text.data, text.len), name, ret_why);
	config_file_wipe(&text);
	return err;
}
