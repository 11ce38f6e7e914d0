/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "bench/hist.h"

#include <string.h>

/*
 * Cell of a value: below 2^HIST_BITS its own; above, the value's HIST_BITS leading bits, after
 * those of all smaller powers of two.
 */
static uint32_t cell_of(uint64_t value)
{
	unsigned int shift;

	if (value >> HIST_BITS == 0)
		return (uint32_t)value;
	shift = 64 - HIST_BITS - (unsigned int)__builtin_clzll(value);
	return shift * HIST_HALF + (uint32_t)(value >> shift);
}

void hist_cell(uint32_t cell, uint64_t *ret_low, uint64_t *ret_high)
{
	unsigned int shift = cell >> HIST_BITS ? cell / HIST_HALF - 1 : 0;
	uint64_t leading = cell - (uint64_t)shift * HIST_HALF;

	*ret_low = leading << shift;
	*ret_high = ((leading + 1) << shift) - 1;
}

static void widen(struct hist *h, uint64_t low, uint64_t high)
{
	if (!h->count || low < h->min)
		h->min = low;
	if (!h->count || high > h->max)
		h->max = high;
}

void hist_record(struct hist *h, uint64_t value)
{
	if (value > HIST_MAX)
		value = HIST_MAX;
	widen(h, value, value);
	h->cells[cell_of(value)]++;
	h->count++;
	h->sum += value;
}

void hist_merge(struct hist *h, const struct hist *from)
{
	if (!from->count)
		return;
	widen(h, from->min, from->max);
	h->count += from->count;
	h->sum += from->sum;
	for (uint32_t i = cell_of(from->min); i <= cell_of(from->max); i++)
		h->cells[i] += from->cells[i];
}

void hist_empty(struct hist *h)
{
	if (h->count)
		memset(&h->cells[cell_of(h->min)], 0,
		       (cell_of(h->max) - cell_of(h->min) + 1) * sizeof(*h->cells));
	h->count = h->sum = h->min = h->max = 0;
}

bool hist_add_cell(struct hist *h, uint32_t cell, uint64_t count)
{
	uint64_t low, high;

	if (cell >= HIST_CELLS)
		return false;
	hist_cell(cell, &low, &high);
	widen(h, low, high);
	h->cells[cell] += count;
	h->count += count;
	h->sum += count * (low + (high - low) / 2);
	return true;
}

uint32_t hist_next(const struct hist *h, uint32_t cell)
{
	while (cell < HIST_CELLS && !h->cells[cell])
		cell++;
	return cell;
}

uint64_t hist_at(const struct hist *h, double share)
{
	double wanted = share * (double)h->count;
	uint64_t seen = 0, low, high;

	if (!h->count)
		return 0;
	for (uint32_t i = cell_of(h->min); (i = hist_next(h, i)) < HIST_CELLS; i++) {
		seen += h->cells[i];
		if ((double)seen < wanted)
			continue;
		hist_cell(i, &low, &high);
		return high < h->max ? high : h->max;
	}
	return h->max;
}

double hist_mean(const struct hist *h)
{
	return h->count ? (double)h->sum / (double)h->count : 0;
}
