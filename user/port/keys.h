/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_KEYS_H
#define XEAP_PORT_KEYS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The keys that a port has put into a map, so that it can take them out again. Zeros are an empty
 * set.
 */
struct xeap_keys {
	uint64_t *key; /* in no order */
	uint32_t count, room;
};

bool xeap_keys_has(const struct xeap_keys *keys, uint64_t key);
/* Make room for one more. 0 or -ENOMEM. */
int xeap_keys_reserve(struct xeap_keys *keys);
/* One that is not in it; there is room. */
void xeap_keys_add(struct xeap_keys *keys, uint64_t key);
void xeap_keys_remove(struct xeap_keys *keys, uint64_t key);
void xeap_keys_free(struct xeap_keys *keys);

#endif
