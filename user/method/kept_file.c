/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/fd.h>
#include <errno.h>
#include <fcntl.h>
#include <method/kept_file.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(int fd, char *text, size_t size, size_t *ret_len)
{
	ssize_t n = xeap_fd_read(fd, (uint8_t *)text, size);

	if (n < 0)
		return (int)n;
	if ((size_t)n == size)
		return -EFBIG;
	*ret_len = (size_t)n;
	return 0;
}

/* A file that may be read only is still good for reading. */
static int open_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);

	if (fd < 0)
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? -errno : fd;
}

/* Behind a symbolic link it is the file that is replaced. */
static void resolve(struct xeap_kept_file *f)
{
	char *real = realpath(f->path, NULL);

	if (!real)
		return;
	free(f->path);
	f->path = real;
}

int xeap_kept_file_open(struct xeap_kept_file *f, const char *path, char *text, size_t size,
			size_t *ret_len)
{
	int r;

	*f = (struct xeap_kept_file){ .fd = -1 };
	*ret_len = 0;
	if (!path)
		return 0;
	f->path = strdup(path);
	if (!f->path)
		return -ENOMEM;
	f->fd = open_file(path);
	r = f->fd < 0 ? f->fd : read_all(f->fd, text, size, ret_len);
	if (r < 0)
		xeap_kept_file_close(f);
	else
		resolve(f);
	return r;
}

void xeap_kept_file_close(struct xeap_kept_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	free(f->path);
	*f = (struct xeap_kept_file){ .fd = -1 };
}

static int write_temporary(char *path, struct xeap_span text)
{
	int fd = mkostemp(path, O_CLOEXEC), r; /* of mode 0600 */

	if (fd < 0)
		return -errno;
	r = xeap_fd_write(fd, text);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (close(fd) < 0 && r == 0)
		r = -errno;
	return r;
}

static int replace(const struct xeap_kept_file *f, struct xeap_span text)
{
	char *path;
	int r;

	if (asprintf(&path, "%s.XXXXXX", f->path) < 0)
		return -ENOMEM;
	r = write_temporary(path, text);
	if (r == 0 && rename(path, f->path) < 0)
		r = -errno;
	if (r < 0)
		unlink(path);
	free(path);
	return r;
}

static int write_in_place(const struct xeap_kept_file *f, struct xeap_span text)
{
	struct stat st;
	int r;

	if (lseek(f->fd, 0, SEEK_SET) < 0)
		return -errno;
	r = xeap_fd_write(f->fd, text);
	if (r < 0 || fstat(f->fd, &st) < 0)
		return r;
	for (size_t at = text.len; r == 0 && at < (size_t)st.st_size; at++)
		r = xeap_fd_write(f->fd, xeap_span("\n", 1));
	return r;
}

int xeap_kept_file_write(struct xeap_kept_file *f, struct xeap_span text)
{
	int r, fd;

	if (!f->path)
		return 0;
	r = replace(f, text);
	if (r < 0)
		return f->fd >= 0 ? write_in_place(f, text) : r;
	/* the file open is not the one of that name any more */
	fd = open(f->path, O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (f->fd >= 0)
		close(f->fd);
	f->fd = fd;
	return 0;
}
