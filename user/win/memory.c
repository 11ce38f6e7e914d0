/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * EAPHost's callers free by address: what a function returned, one of its strings, or by mistake a
 * packet that is not theirs. So every piece is looked up by its address before it is touched.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf16.h"
#include "base/wipe.h"
#include "win/win.h"

#define BUCKETS 1024

_Static_assert(sizeof(WCHAR) == sizeof(uint16_t), "UTF-16");

struct piece {
	struct piece *next; /* in its bucket */
	struct piece *whole;
	struct piece *parts, *next_part;
	size_t size;
	_Alignas(max_align_t) uint8_t data[];
};

static struct {
	pthread_mutex_t lock;
	struct piece *bucket[BUCKETS];
} pieces = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct piece **bucket_of(const void *data)
{
	return &pieces.bucket[((uintptr_t)data >> 4) % BUCKETS];
}

/* The link that leads to a piece, or to NULL. Under the lock. */
static struct piece **find(const void *data)
{
	struct piece **link = bucket_of(data);

	while (*link && (*link)->data != data)
		link = &(*link)->next;
	return link;
}

void *xeap_win_alloc(size_t size, void *whole)
{
	struct piece *p = calloc(1, sizeof(*p) + size);

	if (!p)
		return NULL;
	p->size = size;
	pthread_mutex_lock(&pieces.lock);
	p->next = *bucket_of(p->data);
	*bucket_of(p->data) = p;
	p->whole = whole ? *find(whole) : NULL;
	if (p->whole) {
		p->next_part = p->whole->parts;
		p->whole->parts = p;
	}
	pthread_mutex_unlock(&pieces.lock);
	return p->data;
}

static void leave_whole(struct piece *p)
{
	struct piece **link;

	if (!p->whole)
		return;
	for (link = &p->whole->parts; *link != p;)
		link = &(*link)->next_part;
	*link = p->next_part;
}

/* Under the lock. */
static void free_piece(struct piece **link)
{
	struct piece *p = *link;

	*link = p->next;
	while (p->parts)
		free_piece(find(p->parts->data));
	leave_whole(p);
	xeap_wipe(p, sizeof(*p) + p->size);
	free(p);
}

void xeap_win_free(const void *data)
{
	struct piece **link;

	pthread_mutex_lock(&pieces.lock);
	link = find(data);
	if (*link)
		free_piece(link);
	pthread_mutex_unlock(&pieces.lock);
}

void *xeap_win_copy(const void *bytes, size_t size, void *whole)
{
	void *p = xeap_win_alloc(size, whole);

	if (p && size)
		memcpy(p, bytes, size);
	return p;
}

LPWSTR xeap_win_string(struct xeap_span text, void *whole)
{
	long n = xeap_utf16_from_utf8(text, NULL, 0);
	uint16_t *p;

	if (n < 0)
		return NULL;
	p = xeap_win_alloc((size_t)n * sizeof(*p), whole);
	if (p)
		xeap_utf16_from_utf8(text, p, (size_t)n);
	return p;
}

int xeap_win_utf8(const WCHAR *text, size_t max, char **ret_text)
{
	size_t len = 0;
	char *p;
	long n;

	while (text && len <= max && text[len])
		len++;
	if (len > max)
		return -EMSGSIZE;
	n = xeap_utf16_to_utf8(text, len, NULL, 0);
	if (n < 0)
		return (int)n;
	p = malloc((size_t)n);
	if (!p)
		return -ENOMEM;
	xeap_utf16_to_utf8(text, len, p, (size_t)n);
	*ret_text = p;
	return 0;
}

struct xeap_win_chunk {
	struct xeap_win_chunk *next;
	size_t size;
	_Alignas(max_align_t) uint8_t data[];
};

void *xeap_win_take(struct xeap_win_arena *arena, size_t size)
{
	struct xeap_win_chunk *c = calloc(1, sizeof(*c) + size);

	if (!c)
		return NULL;
	c->size = size;
	c->next = arena->chunks;
	arena->chunks = c;
	return c->data;
}

LPWSTR xeap_win_take_string(struct xeap_win_arena *arena, struct xeap_span text)
{
	long n = xeap_utf16_from_utf8(text, NULL, 0);
	uint16_t *p;

	if (n < 0)
		return NULL;
	p = xeap_win_take(arena, (size_t)n * sizeof(*p));
	if (p)
		xeap_utf16_from_utf8(text, p, (size_t)n);
	return p;
}

void xeap_win_arena_clear(struct xeap_win_arena *arena)
{
	while (arena->chunks) {
		struct xeap_win_chunk *c = arena->chunks;

		arena->chunks = c->next;
		xeap_wipe(c, sizeof(*c) + c->size);
		free(c);
	}
}

void xeap_win_no_data(DWORD *ret_size, BYTE **ret_data)
{
	if (ret_size)
		*ret_size = 0;
	if (ret_data)
		*ret_data = NULL;
}

void EapHostPeerFreeMemory(BYTE *pData)
{
	xeap_win_free(pData);
}

void EapHostPeerFreeRuntimeMemory(BYTE *pData)
{
	xeap_win_free(pData);
}

void EapHostPeerFreeEapError(EAP_ERROR *pEapError)
{
	xeap_win_free(pEapError);
}

void EapHostPeerFreeErrorMemory(EAP_ERROR *pEapError)
{
	xeap_win_free(pEapError);
}
