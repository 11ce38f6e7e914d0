// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/control_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"

#define BACKLOG 64
#define NO_GROUP ((gid_t)-1)

static int address_of(const char *path, struct sockaddr_un *ret, struct xeap_diag *ret_why)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (!*path || strlen(path) >= sizeof(ret->sun_path))
		return xeap_diag_set(ret_why, -ENAMETOOLONG, XEAP_E_INVALID_PARAMETER,
				     "a control socket's path has from 1 to %zu bytes, not %zu",
				     sizeof(ret->sun_path) - 1, strlen(path));
	memcpy(ret->sun_path, path, strlen(path) + 1);
	return 0;
}

static int failed(const char *path, int err, const char *what, struct xeap_diag *ret_why)
{
	return xeap_diag_set(ret_why, err, XEAP_E_NOT_SUPPORTED, "control socket %s: %s", path,
			     what ? what : strerror(-err));
}

/* The folder, made where it is missing (its parent is not), open and locked. */
static int lock_folder(const char *path, struct xeap_diag *ret_why)
{
	char folder[sizeof(((struct sockaddr_un *)0)->sun_path)];
	const char *slash = strrchr(path, '/');
	int fd;

	if (!slash)
		snprintf(folder, sizeof(folder), ".");
	else
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path) + (slash == path),
			 path);
	if (mkdir(folder, 0755) && errno != EEXIST)
		return failed(path, -errno, NULL, ret_why);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX)) {
		failed(path, -errno, NULL, ret_why);
		if (fd >= 0)
			close(fd);
		return -EACCES;
	}
	return fd;
}

/* Whether somebody listens there. */
static bool is_alive(const struct sockaddr_un *a)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool alive;

	if (fd < 0)
		return true;
	/* EAGAIN: its queue is full. */
	alive = !connect(fd, (const struct sockaddr *)a, sizeof(*a)) || errno == EAGAIN;
	close(fd);
	return alive;
}

/* Under the folder's lock, so that two that start at once do not take the file from each other. */
static int make_way(const struct sockaddr_un *a, struct xeap_diag *ret_why)
{
	struct stat st;

	if (lstat(a->sun_path, &st))
		return errno == ENOENT ? 0 : failed(a->sun_path, -errno, NULL, ret_why);
	if (!S_ISSOCK(st.st_mode))
		return failed(a->sun_path, -EADDRINUSE,
			      "there is a file that is no socket: "
			      "remove it or name another path with --control",
			      ret_why);
	if (is_alive(a))
		return failed(a->sun_path, -EADDRINUSE,
			      "another xeap run has it: name another "
			      "path with --control, or none",
			      ret_why);
	return unlink(a->sun_path) ? failed(a->sun_path, -errno, NULL, ret_why) : 0;
}

/* Nobody can connect before listen(), so the file may get its group and mode first. */
static int set_up(struct control_socket *s, const struct sockaddr_un *a, gid_t gid)
{
	struct stat st;

	if (fchmod(s->fd, 0600) || bind(s->fd, (const struct sockaddr *)a, sizeof(*a)))
		return -errno;
	if (lstat(s->path, &st))
		return -errno;
	s->dev = st.st_dev;
	s->ino = st.st_ino;
	if (chmod(s->path, 0600) ||
	    (gid != NO_GROUP && (lchown(s->path, (uid_t)-1, gid) || chmod(s->path, 0660))) ||
	    listen(s->fd, BACKLOG)) {
		int err = -errno;

		unlink(s->path);
		return err;
	}
	return 0;
}

static int listen_at(struct control_socket *s, const struct sockaddr_un *a, gid_t gid,
		     struct xeap_diag *ret_why)
{
	int err = make_way(a, ret_why);

	if (err)
		return err;
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0)
		return failed(s->path, -errno, NULL, ret_why);
	err = set_up(s, a, gid);
	if (!err)
		return 0;
	close(s->fd);
	return failed(s->path, err, NULL, ret_why);
}

int control_socket_open(struct control_socket *s, const char *path, gid_t gid,
			struct xeap_diag *ret_why)
{
	struct sockaddr_un a;
	int err = address_of(path, &a, ret_why), folder;

	if (err)
		return err;
	folder = lock_folder(path, ret_why);
	if (folder < 0)
		return folder;
	*s = (struct control_socket){ .fd = -1 };
	memcpy(s->path, a.sun_path, sizeof(s->path));
	err = listen_at(s, &a, gid, ret_why);
	close(folder);
	return err;
}

void control_socket_close(struct control_socket *s)
{
	struct stat st;

	if (!lstat(s->path, &st) && st.st_dev == s->dev && st.st_ino == s->ino)
		unlink(s->path);
	close(s->fd);
}

static int unreachable(const char *path, int err, struct xeap_diag *ret_why)
{
	switch (err) {
	case -ENOENT:
	case -ECONNREFUSED:
		return xeap_diag_set(ret_why, err, XEAP_E_INVALID_PARAMETER,
				     "no xeap run listens at %s: start one, or name its socket "
				     "with --control",
				     path);
	case -EACCES:
	case -EPERM:
		return xeap_diag_set(ret_why, err, XEAP_E_NOT_SUPPORTED,
				     "no permission for %s: become its owner, or a member of the "
				     "group that xeap run --control-group named",
				     path);
	}
	return failed(path, err, NULL, ret_why);
}

int control_socket_connect(const char *path, struct xeap_diag *ret_why)
{
	struct sockaddr_un a;
	int err = address_of(path, &a, ret_why), fd;

	if (err)
		return err;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return failed(path, -errno, NULL, ret_why);
	if (!connect(fd, (const struct sockaddr *)&a, sizeof(a)))
		return fd;
	err = unreachable(path, -errno, ret_why);
	close(fd);
	return err;
}
