/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <port/keys.h>

/* Where it is; `count` where it is not. */
static uint32_t find(const struct xeap_keys *keys, uint64_t key)
{
	uint32_t i = 0;

	while (i < keys->count && keys->key[i] != key)
		i++;
	return i;
}

bool xeap_keys_has(const struct xeap_keys *keys, uint64_t key)
{
	return find(keys, key) < keys->count;
}

int xeap_keys_reserve(struct xeap_keys *keys)
{
	uint32_t room = keys->room ? 2 * keys->room : 4;
	uint64_t *more;

	if (keys->count < keys->room)
		return 0;
	more = reallocarray(keys->key, room, sizeof(*more));
	if (!more)
		return -ENOMEM;
	keys->key = more;
	keys->room = room;
	return 0;
}

void xeap_keys_add(struct xeap_keys *keys, uint64_t key)
{
	keys->key[keys->count++] = key;
}

void xeap_keys_remove(struct xeap_keys *keys, uint64_t key)
{
	uint32_t i = find(keys, key);

	if (i < keys->count)
		keys->key[i] = keys->key[--keys->count];
}

void xeap_keys_free(struct xeap_keys *keys)
{
	free(keys->key);
	*keys = (struct xeap_keys){ 0 };
}
