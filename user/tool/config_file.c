/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tool/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/wipe.h"

#define MOST ((1u << 20) + 1)

void config_file_wipe(struct config_text *text)
{
	if (text->data)
		xeap_wipe(text->data, text->room);
	free(text->data);
	*text = (struct config_text){ 0 };
}

/* O_NONBLOCK: opening a FIFO that nobody writes to must not hang. */
static int open_input(const char *path)
{
	struct stat st;
	int fd;

	if (!strcmp(path, "-"))
		return STDIN_FILENO;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
}

int config_file_room(struct config_text *ret_text)
{
	*ret_text = (struct config_text){ malloc(MOST), 0, MOST };
	return ret_text->data ? 0 : -ENOMEM;
}

int config_file_read(const char *path, struct config_text *ret_text)
{
	struct config_text text;
	ssize_t len;
	int fd, err = config_file_room(&text);

	if (err)
		return err;
	fd = open_input(path);
	len = fd < 0 ? fd : xeap_fd_read(fd, text.data, text.room);
	if (fd > STDIN_FILENO)
		close(fd);
	if (len < 0) {
		config_file_wipe(&text);
		return (int)len;
	}
	text.len = (size_t)len;
	*ret_text = text;
	return 0;
}

int config_file_put(int fd, const struct xeap_span *pieces, size_t count)
{
	int err = 0;

	for (size_t i = 0; !err && i < count; i++)
		err = xeap_fd_write(fd, pieces[i]);
	return err;
}

static int fill(int fd, const struct xeap_span *pieces, size_t count)
{
	int err = config_file_put(fd, pieces, count);

	if (!err && fsync(fd) < 0)
		err = -errno;
	if (close(fd) < 0 && !err)
		err = -errno;
	return err;
}

int config_file_write(const char *path, const struct xeap_span *pieces, size_t count)
{
	struct stat st;
	char *name;
	int fd, err;

	if (!lstat(path, &st) && !S_ISREG(st.st_mode))
		return -EEXIST;
	if (asprintf(&name, "%s.XXXXXX", path) < 0)
		return -ENOMEM;
	fd = mkostemp(name, O_CLOEXEC);
	err = fd < 0 ? -errno : fill(fd, pieces, count);
	if (!err && rename(name, path) < 0)
		err = -errno;
	if (err && fd >= 0)
		unlink(name);
	free(name);
	return err;
}
