/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_FILES_H
#define XEAP_TOOL_FILES_H

/*
 * Let the calling thread, and those that it makes from now on, make and remove files in this
 * directory and nowhere else, and write none that is not open. By Landlock (Linux 5.13). 0, or a
 * negative errno; -EOPNOTSUPP or -ENOSYS: this kernel has it not.
 */
int files_confine(const char *directory);

#endif
