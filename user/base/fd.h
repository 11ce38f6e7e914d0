/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BASE_FD_H
#define XEAP_BASE_FD_H

#include <errno.h>
#include <unistd.h>
#include <xeap/span.h>

/*
 * Read what there is, at most `size` bytes. Returns how many, fewer at the end only, or a negative
 * errno, with as much as came in buf.
 */
static inline ssize_t xeap_fd_read(int fd, uint8_t *buf, size_t size)
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

/* Write all. 0 or a negative errno. */
static inline int xeap_fd_write(int fd, struct xeap_span bytes)
{
	for (size_t done = 0; done < bytes.len;) {
		ssize_t n = write(fd, bytes.data + done, bytes.len - done);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			done += (size_t)n;
	}
	return 0;
}

#endif
