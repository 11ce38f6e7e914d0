/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_STREAMS_H
#define XEAP_TOOL_STREAMS_H

/*
 * Have standard input, output and error, before anything else is opened: else the first sockets
 * would get their numbers, and messages would go out as frames.
 */
void streams_open(void);

/*
 * At the end of a command whose result goes to standard output: the exit status that it ends with,
 * which is XEAP_EXIT_FAILED after a line on standard error when that could not be written.
 */
int streams_end(const char *command, int status);

#endif
