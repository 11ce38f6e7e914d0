/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_CONFIG_FILE_H
#define XEAP_TOOL_CONFIG_FILE_H

#include <stdint.h>
#include <xeap/span.h>

/* A file as a whole, wiped when it is given back. */
struct config_text {
	uint8_t *data;
	size_t len, room;
};

/*
 * Read a regular file, or standard input when the path is "-": at most one byte more than a
 * configuration may have, so that its parser says what is too much. 0 or a negative errno.
 */
int config_file_room(struct config_text *ret_text); /* such a room, empty: 0 or -ENOMEM */
int config_file_read(const char *path, struct config_text *ret_text);
void config_file_wipe(struct config_text *text);

/*
 * Write pieces to a file, all or nothing: it is readable by its owner only from the first byte, and
 * takes its name when all is on the disk. What is no regular file is left alone (-EEXIST). 0 or a
 * negative errno.
 */
int config_file_write(const char *path, const struct xeap_span *pieces, size_t count);

/* Write pieces to a descriptor. */
int config_file_put(int fd, const struct xeap_span *pieces, size_t count);

#endif
