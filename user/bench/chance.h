/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BENCH_CHANCE_H
#define XEAP_BENCH_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Numbers that look random and are the same again from the same seed (SplitMix64). Not for keys.
 */
struct chance {
	uint64_t state;
};

static inline uint64_t chance_next(struct chance *c)
{
	uint64_t z = c->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Below n, which is not 0. */
static inline uint64_t chance_below(struct chance *c, uint64_t n)
{
	return (uint64_t)((unsigned __int128)chance_next(c) * n >> 64);
}

/* Whether something of this probability, 0 to 1, happens. */
static inline bool chance_happens(struct chance *c, double probability)
{
	return probability > 0 && (double)(chance_next(c) >> 11) * 0x1p-53 < probability;
}

#endif
