/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_ARENA_H
#define XEAP_PORT_ARENA_H

#include <pthread.h>
#include <stddef.h>

/*
 * The memory that the rings of one set have their frames in: areas carved out of a few large
 * mappings, which the kernel can give whole huge pages, in place of a mapping a ring. Mappings
 * double in size up to 2 MiB, so that a single port stays small. What is given back is kept for the
 * next ring of that size. Areas are given back by the threads that close rings side by side.
 */
struct xeap_arena {
	pthread_mutex_t lock;
	struct xeap_arena_block *blocks; /* the newest first: it is carved from */
	struct xeap_arena_spare *spares; /* given back */
	size_t mapped;
};

void xeap_arena_init(struct xeap_arena *a);
/* Unmap all; nothing of it may be in use. */
void xeap_arena_done(struct xeap_arena *a);
/* Page-aligned zeros, a multiple of the page's size. NULL when memory is short. */
void *xeap_arena_take(struct xeap_arena *a, size_t size);
/* Give back an area that holds zeros again. */
void xeap_arena_give(struct xeap_arena *a, void *area, size_t size);

#endif
