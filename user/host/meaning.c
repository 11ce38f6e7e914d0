/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "host/meaning.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xeap/config_text.h>

#include "base/fd.h"
#include "base/wipe.h"
#include "crypto/digest.h"
#include "host/config_keys.h"

#define FILE_MAX (4u << 20) /* all CA certificates of Debian have 0.2 MiB */

static int digest_content(int fd, size_t size, uint8_t ret[XEAP_SHA256_LEN])
{
	uint8_t *buf = malloc(size + 1);
	struct xeap_span content = { buf, size };
	ssize_t n;
	int r;

	if (!buf)
		return -ENOMEM;
	n = xeap_fd_read(fd, buf, size);
	if (n != (ssize_t)size)
		r = n < 0 ? (int)n : -EIO; /* it has become shorter */
	else
		r = xeap_digest_once(XEAP_DIGEST_SHA256, &content, 1, ret, XEAP_SHA256_LEN);
	xeap_wipe(buf, size);
	free(buf);
	return r < 0 ? r : 0;
}

/*
 * What is no file that can be opened, the method has taken for something else (a token's URI, a
 * directory), or does without: there the name says all. O_NONBLOCK: a FIFO must not hang.
 */
static int digest_file(const char *path, uint8_t ret[XEAP_SHA256_LEN])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), r = 0;
	struct stat st;

	if (fd < 0)
		return 0;
	if (fstat(fd, &st))
		r = -errno;
	else if (S_ISREG(st.st_mode) && st.st_size > FILE_MAX)
		r = -EFBIG;
	else if (S_ISREG(st.st_mode))
		r = digest_content(fd, (size_t)st.st_size, ret);
	close(fd);
	return r;
}

/* One behind the other: each key's file, zeros where there is none. */
static int digest_files(const struct xeap_config *config,
			uint8_t ret[XEAP_CONFIG_MAX][XEAP_SHA256_LEN])
{
	int r = 0;

	for (int i = 0; i < XEAP_CONFIG_MAX && !r; i++) {
		enum xeap_config_key key = (enum xeap_config_key)i;
		const char *path = NULL;

		if (key != XEAP_CONFIG_PAC_FILE && xeap_config_rule(key)->form == XEAP_FORM_FILE)
			path = xeap_config_get_string(config, key);
		if (path)
			r = digest_file(path, ret[i]);
	}
	return r;
}

int xeap_meaning(const struct xeap_config *config, uint8_t ret_meaning[XEAP_MEANING])
{
	uint8_t files[XEAP_CONFIG_MAX][XEAP_SHA256_LEN] = { 0 };
	struct xeap_span parts[2] = { { 0 }, { files[0], sizeof(files) } };
	char *text;
	int r = digest_files(config, files);

	if (!r)
		r = xeap_config_write(config, &text);
	if (r)
		return r;
	parts[0] = xeap_span(text, strlen(text));
	r = xeap_digest_once(XEAP_DIGEST_SHA256, parts, 2, ret_meaning, XEAP_MEANING);
	xeap_text_free(text);
	return r < 0 ? r : 0;
}
