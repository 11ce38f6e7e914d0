/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <xeap/config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fd.h"
#include "base/wipe.h"
#include "host/config_limits.h"
#include "host/config_value.h"

struct xeap_config_file *xeap_config_file_free(struct xeap_config_file *file)
{
	if (!file)
		return NULL;
	for (size_t i = 0; i < file->count; i++)
		xeap_config_free(file->networks[i]);
	free(file->networks);
	free(file->ext_password_backend);
	free(file);
	return NULL;
}

static int fail(const char *path, int err, struct xeap_diag *diag)
{
	return xeap_diag_set(diag, err,
			     err == -ENOMEM ? XEAP_E_OUT_OF_MEMORY : XEAP_E_INVALID_PARAMETER,
			     "%s: %s", path, strerror(-err));
}

static int check_regular(int fd, const char *path, const char *what, struct xeap_diag *diag)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fail(path, -errno, diag);
	if (S_ISREG(st.st_mode))
		return 0;
	return xeap_diag_set(diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "%s: not a regular file; %s read from one", path, what);
}

/* One byte more than a text may have is read, so that the parser says what is too much. */
static int read_text(int fd, const char *path, struct xeap_bytes *ret_text, struct xeap_diag *diag)
{
	size_t size = XEAP_CONFIG_MAX_TEXT + 1;
	uint8_t *buf = malloc(size);
	ssize_t len;

	if (!buf)
		return fail(path, -ENOMEM, diag);
	len = xeap_fd_read(fd, buf, size);
	if (len >= 0) {
		*ret_text = (struct xeap_bytes){ buf, (size_t)len };
		return 0;
	}
	/* Part of the file may have been read. */
	xeap_wipe(buf, size);
	free(buf);
	return fail(path, (int)len, diag);
}

static int read_regular(const char *path, const char *what, struct xeap_bytes *ret_text,
			struct xeap_diag *diag)
{
	/* O_NONBLOCK: opening a FIFO that nobody writes to must not hang. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int err;

	if (fd < 0)
		return fail(path, -errno, diag);
	err = check_regular(fd, path, what, diag);
	if (!err)
		err = read_text(fd, path, ret_text, diag);
	close(fd);
	return err;
}

static int read_passwords(struct xeap_config_file *file, const char *path, struct xeap_diag *diag)
{
	struct xeap_bytes text;
	int err = read_regular(path, "passwords are", &text, diag);

	if (err)
		return err;
	err = xeap_config_resolve(file, xeap_span(text.data, text.len), path, diag);
	xeap_bytes_wipe(&text);
	return err;
}

static bool is_kind(const char *backend, const char *kind)
{
	return !strncmp(backend, kind, strlen(kind));
}

static int no_backend(const struct xeap_config_file *file, const char *path, struct xeap_diag *diag)
{
	if (file->ext_password_backend)
		return xeap_diag_set(diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s: ext_password_backend is none of file:PATH, fd:N and "
				     "cmd:COMMAND",
				     path);
	return xeap_diag_set(diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "%s: a password is kept outside (ext:), and ext_password_backend= "
			     "does not say where",
			     path);
}

static int find_passwords(struct xeap_config_file *file, const char *path, struct xeap_diag *diag)
{
	const char *backend = file->ext_password_backend;

	if (!xeap_config_wants_passwords(file))
		return 0;
	if (backend && is_kind(backend, "file:"))
		return read_passwords(file, backend + strlen("file:"), diag);
	/* Not a library's to read or start. */
	if (backend && (is_kind(backend, "fd:") || is_kind(backend, "cmd:")))
		return 0;
	return no_backend(file, path, diag);
}

int xeap_config_read(const char *path, struct xeap_config_file **ret_file,
		     struct xeap_diag *ret_diag)
{
	struct xeap_config_file *file;
	struct xeap_bytes text;
	int err = read_regular(path, "a configuration is", &text, ret_diag);

	if (err)
		return err;
	err = xeap_config_parse(xeap_span(text.data, text.len), path, &file, ret_diag);
	xeap_bytes_wipe(&text);
	if (err)
		return err;
	err = find_passwords(file, path, ret_diag);
	if (err)
		xeap_config_file_free(file);
	else
		*ret_file = file;
	return err;
}
