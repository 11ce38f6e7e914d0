/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_KEPT_FILE_H
#define XEAP_METHOD_KEPT_FILE_H

#include <stddef.h>
#include <xeap/span.h>

/* A small file with secrets in it that a method reads at load and writes now and then. */

struct xeap_kept_file {
	char *path; /* NULL: no file, writing does nothing */
	int fd;	    /* of the file as it was opened, for who may open none later; or -1 */
};

/*
 * Read all of it; a file that is not there is empty, and is made. 0, the text is in `text`;
 * -EFBIG for size bytes or more; or another negative errno, nothing to close. `path` NULL: no file.
 */
int xeap_kept_file_open(struct xeap_kept_file *f, const char *path, char *text, size_t size,
			size_t *ret_len);

/*
 * Replace the file at once, with one of mode 0600. A process in a sandbox may make no file any
 * more: it writes into the one that it has open, and fills up with empty lines what was longer
 * before. 0 or a negative errno.
 */
int xeap_kept_file_write(struct xeap_kept_file *f, struct xeap_span text);

void xeap_kept_file_close(struct xeap_kept_file *f);

#endif
