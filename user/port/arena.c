/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <port/arena.h>
#include <port/sys.h>

#define BLOCK_MAX ((size_t)2 << 20)

struct xeap_arena_block {
	struct xeap_arena_block *next;
	unsigned char *memory;
	size_t size, used;
};

/* Stands at the start of an area that is not in use. */
struct xeap_arena_spare {
	struct xeap_arena_spare *next;
	size_t size;
};

void xeap_arena_init(struct xeap_arena *a)
{
	*a = (struct xeap_arena){ 0 };
	pthread_mutex_init(&a->lock, NULL);
}

void xeap_arena_done(struct xeap_arena *a)
{
	while (a->blocks) {
		struct xeap_arena_block *b = a->blocks;

		a->blocks = b->next;
		xeap_sys_area_unmap(b->memory, b->size);
		free(b);
	}
	pthread_mutex_destroy(&a->lock);
}

static void *take_spare(struct xeap_arena *a, size_t size)
{
	struct xeap_arena_spare **at = &a->spares, *s;

	while (*at && (*at)->size != size)
		at = &(*at)->next;
	s = *at;
	if (!s)
		return NULL;
	*at = s->next;
	memset(s, 0, sizeof(*s));
	return s;
}

static struct xeap_arena_block *add_block(struct xeap_arena *a, size_t least)
{
	size_t size = a->mapped < BLOCK_MAX ? a->mapped : BLOCK_MAX;
	struct xeap_arena_block *b = malloc(sizeof(*b));

	if (!b)
		return NULL;
	*b = (struct xeap_arena_block){ .next = a->blocks, .size = size > least ? size : least };
	b->memory = xeap_sys_area_map(b->size);
	if (!b->memory) {
		free(b);
		return NULL;
	}
	a->blocks = b;
	a->mapped += b->size;
	return b;
}

static void *carve(struct xeap_arena *a, size_t size)
{
	struct xeap_arena_block *b = a->blocks;
	void *area;

	if (!b || b->size - b->used < size)
		b = add_block(a, size);
	if (!b)
		return NULL;
	area = b->memory + b->used;
	b->used += size;
	return area;
}

void *xeap_arena_take(struct xeap_arena *a, size_t size)
{
	void *area;

	pthread_mutex_lock(&a->lock);
	area = take_spare(a, size);
	if (!area)
		area = carve(a, size);
	pthread_mutex_unlock(&a->lock);
	return area;
}

void xeap_arena_give(struct xeap_arena *a, void *area, size_t size)
{
	struct xeap_arena_spare *s = area;

	pthread_mutex_lock(&a->lock);
	*s = (struct xeap_arena_spare){ .next = a->spares, .size = size };
	a->spares = s;
	pthread_mutex_unlock(&a->lock);
}
