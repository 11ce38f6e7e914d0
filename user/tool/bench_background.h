/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_BACKGROUND_H
#define XEAP_TOOL_BENCH_BACKGROUND_H

#include "tool/bench_result.h"

/*
 * Add what a load beside the run sent: what scripts/pktgen wrote with -j, or `xeap flood --json`.
 * 0, or a negative errno with one line in why; then nothing was added.
 */
int bench_background_read(const char *path, struct bench_result *r, char why[200]);

#endif
