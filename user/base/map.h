/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BASE_MAP_H
#define XEAP_BASE_MAP_H

#include <stdint.h>

/*
 * A hash table of intrusive entries by 64-bit keys, each key once. Its places are allocated by
 * xeap_map_init() alone; with fewer places than entries it works, and gets slower. The seed makes
 * it hard to choose keys that share a place.
 */
struct xeap_map_entry {
	struct xeap_map_entry *next;
	uint64_t key;
};

struct xeap_map {
	struct xeap_map_entry **place;
	uint32_t places; /* power of two */
	uint64_t seed;
};

/* For so many entries. 0 or -ENOMEM. */
int xeap_map_init(struct xeap_map *m, uint32_t entries, uint64_t seed);
void xeap_map_free(struct xeap_map *m);
/* Put in, key set. Returns 0, or -EEXIST when the key is there. */
int xeap_map_insert(struct xeap_map *m, struct xeap_map_entry *e);
/* Take out; one that is not in is left alone. */
void xeap_map_remove(struct xeap_map *m, struct xeap_map_entry *e);
/* NULL when there is none. */
struct xeap_map_entry *xeap_map_find(const struct xeap_map *m, uint64_t key);

#endif
