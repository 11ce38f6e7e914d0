/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <xeap/config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/wipe.h"
#include "host/config_limits.h"

struct xeap_config_file *xeap_config_file_free(struct xeap_config_file *file)
{
	if (!file)
		return NULL;
	for (size_t i = 0; i < file->count; i++)
		xeap_config_free(file->networks[i]);
	free(file->networks);
	free(file);
	return NULL;
}

static int fail(const char *path, int err, struct xeap_diag *diag)
{
	return xeap_diag_set(diag, err,
			     err == -ENOMEM ? XEAP_E_OUT_OF_MEMORY : XEAP_E_INVALID_PARAMETER,
			     "%s: %s", path, strerror(-err));
}

static int check_regular(int fd, const char *path, struct xeap_diag *diag)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fail(path, -errno, diag);
	if (S_ISREG(st.st_mode))
		return 0;
	return xeap_diag_set(diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "%s: not a regular file; a configuration is read from one", path);
}

/* At most `size` bytes. Returns how many, or a negative errno. */
static ssize_t read_bytes(int fd, uint8_t *buf, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n = read(fd, buf + len, size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

/* One byte more than a text may have is read, so that the parser says what is too much. */
static int read_and_parse(int fd, const char *path, struct xeap_config_file **ret_file,
			  struct xeap_diag *diag)
{
	size_t size = XEAP_CONFIG_MAX_TEXT + 1;
	uint8_t *buf = malloc(size);
	ssize_t len;
	int err;

	if (!buf)
		return fail(path, -ENOMEM, diag);
	len = read_bytes(fd, buf, size);
	if (len < 0)
		err = fail(path, (int)len, diag);
	else
		err = xeap_config_parse(xeap_span(buf, (size_t)len), path, ret_file, diag);
	/* After a failed read, too: part of the file may have been read. */
	xeap_wipe(buf, len < 0 ? size : (size_t)len);
	free(buf);
	return err;
}

int xeap_config_read(const char *path, struct xeap_config_file **ret_file,
		     struct xeap_diag *ret_diag)
{
	/* O_NONBLOCK: opening a FIFO that nobody writes to must not hang. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int err;

	if (fd < 0)
		return fail(path, -errno, ret_diag);
	err = check_regular(fd, path, ret_diag);
	if (!err)
		err = read_and_parse(fd, path, ret_file, ret_diag);
	close(fd);
	return err;
}
