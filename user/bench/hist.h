/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BENCH_HIST_H
#define XEAP_BENCH_HIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A histogram of times in microseconds, log-linear as HDR histograms are: every value is kept to
 * one part in 512 or better, from one microsecond to twelve days. Recording is a few instructions
 * and never allocates; histograms of threads, ranks and machines add up exactly. Only cells between
 * min and max are ever touched: latencies of one run are close together, and what adds them up
 * every second is not to take a processor from who measures them.
 */
#define HIST_BITS 10			   /* values below 2^10 are exact */
#define HIST_HALF (1u << (HIST_BITS - 1))  /* cells a power of two */
#define HIST_MAX ((UINT64_C(1) << 40) - 1) /* what is more counts as this */
#define HIST_CELLS ((40 - HIST_BITS + 2) * HIST_HALF)

struct hist {
	uint64_t count, sum;
	uint64_t min, max; /* undefined while count is 0 */
	uint64_t cells[HIST_CELLS];
};

void hist_record(struct hist *h, uint64_t value);
/* Add what another has. */
void hist_merge(struct hist *h, const struct hist *from);
/* Make it as it was when it was zeroed. */
void hist_empty(struct hist *h);

/*
 * The least value that `share` of all values do not exceed, 0 < share <= 1: the upper end of its
 * cell, at most max. 0 when there are none.
 */
uint64_t hist_at(const struct hist *h, double share);
double hist_mean(const struct hist *h);

/* Cells that are not empty, in order. Returns the first from `cell` on, HIST_CELLS: none. */
uint32_t hist_next(const struct hist *h, uint32_t cell);
/* Values of a cell, its ends included. */
void hist_cell(uint32_t cell, uint64_t *ret_low, uint64_t *ret_high);
/* Add `count` to a cell that another histogram had; false when there is no such cell. */
bool hist_add_cell(struct hist *h, uint32_t cell, uint64_t count);

#endif
