/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_RANKS_H
#define XEAP_TOOL_BENCH_RANKS_H

#include "tool/bench_mpi.h"
#include "tool/bench_result.h"

/*
 * Together: the results of all ranks become one, rank 0's. A run of its own stays as it is, and so
 * do the other ranks'. 0 or a negative errno, with why.
 */
int bench_ranks_merge(struct bench_mpi *m, struct bench_result *r, char why[BENCH_MPI_WHY]);

#endif
