/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_MERGE_H
#define XEAP_TOOL_BENCH_MERGE_H

#include "tool/bench_result.h"

/*
 * xeap bench --merge: the results of several machines, out of the files that each of them wrote.
 * 0, with *ret to be given to bench_result_done(); else a negative errno, with one line in why.
 * *ret is zeroed at first.
 */
int bench_merge(char *const *paths, size_t count, struct bench_result *ret, char why[200]);

#endif
