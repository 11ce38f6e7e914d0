/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_SYSCALLS_H
#define XEAP_TOOL_SYSCALLS_H

#include <stdbool.h>

/*
 * Let the calling thread, and those that it makes from now on, use the system calls of a worker and
 * no others; with pins: also to remove a file, which the pin of a port's link is. 0 or a negative
 * errno.
 */
int syscalls_confine(bool pins);

#endif
