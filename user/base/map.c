/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include "base/map.h"

#define MAX_PLACES (1u << 24)

int xeap_map_init(struct xeap_map *m, uint32_t entries, uint64_t seed)
{
	uint32_t places = 1;

	while (places < entries && places < MAX_PLACES)
		places *= 2;
	m->place = calloc(places, sizeof(m->place[0]));
	if (!m->place)
		return -ENOMEM;
	m->places = places;
	m->seed = seed;
	return 0;
}

void xeap_map_free(struct xeap_map *m)
{
	free(m->place);
	*m = (struct xeap_map){ 0 };
}

/* The finaliser of splitmix64: every bit of the key reaches every bit of the place. */
static uint32_t place_of(const struct xeap_map *m, uint64_t key)
{
	key ^= m->seed;
	key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9u;
	key = (key ^ (key >> 27)) * 0x94d049bb133111ebu;
	return (uint32_t)(key ^ (key >> 31)) & (m->places - 1);
}

struct xeap_map_entry *xeap_map_find(const struct xeap_map *m, uint64_t key)
{
	struct xeap_map_entry *e = m->places ? m->place[place_of(m, key)] : NULL;

	while (e && e->key != key)
		e = e->next;
	return e;
}

int xeap_map_insert(struct xeap_map *m, struct xeap_map_entry *e)
{
	struct xeap_map_entry **place = &m->place[place_of(m, e->key)];

	if (xeap_map_find(m, e->key))
		return -EEXIST;
	e->next = *place;
	*place = e;
	return 0;
}

void xeap_map_remove(struct xeap_map *m, struct xeap_map_entry *e)
{
	struct xeap_map_entry **at;

	if (!m->places)
		return;
	at = &m->place[place_of(m, e->key)];
	while (*at && *at != e)
		at = &(*at)->next;
	if (*at)
		*at = e->next;
	e->next = NULL;
}
