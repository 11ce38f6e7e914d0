// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/streams.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "tool/exit.h"

/* /dev/null stands in for it, which takes everything. */
static bool output_was_closed;

void streams_open(void)
{
	int fd;

	output_was_closed = fcntl(STDOUT_FILENO, F_GETFD) < 0;
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int streams_end(const char *command, int status)
{
	bool lost = fflush(stdout) != 0;

	if (!lost && !ferror(stdout) && !output_was_closed)
		return status;
	fprintf(stderr, "xeap %s: standard output could not be written\n", command);
	return XEAP_EXIT_FAILED;
}
