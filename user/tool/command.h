/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_COMMAND_H
#define XEAP_TOOL_COMMAND_H

#include <sys/types.h>

/*
 * Start a line of the shell in a process group of its own, with standard input and output as given,
 * our standard error and no other descriptor. The process is the caller's to wait for. 0 or a
 * negative errno.
 */
int command_start(const char *command, int input, int output, pid_t *ret_pid);

#endif
