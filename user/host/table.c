/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Handles. A slot's word says which generation lives in it and whether a thread is in it; one
 * compare-and-swap of it proves the handle and claims the session. Blocks of slots never move and
 * stay until the host is freed, so that a stale handle always finds a word to be refused by.
 */
#include "host/connections.h"
#include "host/host.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SLOT_BITS 20
#define SLOT_MASK ((1u << SLOT_BITS) - 1)
#define MAX_SESSIONS (1u << SLOT_BITS)
#define DEFAULT_SESSIONS 65536
#define MAX_GENERATION (UINT64_MAX >> SLOT_BITS)
#define BLOCK 256
#define NO_SLOT UINT32_MAX

/* A word: generation << 2, LIVE, BUSY. */
#define LIVE 2u
#define BUSY 1u

struct slot {
	_Atomic uint64_t word;
	struct xeap_session *session;
	uint32_t next_free;
};

struct xeap_host {
	pthread_mutex_t lock; /* of all below; words and block pointers are read without it */
	uint32_t max;
	uint32_t fresh; /* first slot that was never used */
	uint32_t free;	/* list of slots that were */
	struct xeap_connections connections;
	_Atomic(struct slot *) block[];
};

static uint32_t block_count(uint32_t max)
{
	return (max + BLOCK - 1) / BLOCK;
}

uint32_t xeap_host_new(const struct xeap_host_options *options, struct xeap_host **ret_host)
{
	uint32_t max = options ? options->max_sessions : 0;
	struct xeap_host *h;

	if (!ret_host || (options && options->size < sizeof(*options)) || max > MAX_SESSIONS)
		return XEAP_E_INVALID_PARAMETER;
	if (!max)
		max = DEFAULT_SESSIONS;
	h = calloc(1, sizeof(*h) + block_count(max) * sizeof(h->block[0]));
	if (!h)
		return XEAP_E_OUT_OF_MEMORY;
	if (xeap_connections_init(&h->connections)) {
		free(h);
		return XEAP_E_OUT_OF_MEMORY;
	}
	if (pthread_mutex_init(&h->lock, NULL)) {
		xeap_connections_destroy(&h->connections);
		free(h);
		return XEAP_E_OUT_OF_MEMORY;
	}
	h->max = max;
	h->free = NO_SLOT;
	*ret_host = h;
	return XEAP_OK;
}

static struct slot *slot_at(struct xeap_host *h, uint32_t n)
{
	struct slot *block;

	if (n >= h->max)
		return NULL;
	block = atomic_load_explicit(&h->block[n / BLOCK], memory_order_acquire);
	return block ? &block[n % BLOCK] : NULL;
}

struct xeap_host *xeap_host_free(struct xeap_host *h)
{
	if (!h)
		return NULL;
	for (uint32_t n = 0; n < h->fresh; n++) {
		struct slot *slot = slot_at(h, n);

		if (atomic_load_explicit(&slot->word, memory_order_acquire) & LIVE)
			xeap_session_free(slot->session);
	}
	for (uint32_t i = 0; i < block_count(h->max); i++)
		free(atomic_load_explicit(&h->block[i], memory_order_relaxed));
	xeap_connections_destroy(&h->connections);
	pthread_mutex_destroy(&h->lock);
	free(h);
	return NULL;
}

/* Have memory behind slot n. Under the lock. */
static bool have_block(struct xeap_host *h, uint32_t n)
{
	struct slot *block;

	if (slot_at(h, n))
		return true;
	block = calloc(BLOCK, sizeof(*block));
	if (!block)
		return false;
	atomic_store_explicit(&h->block[n / BLOCK], block, memory_order_release);
	return true;
}

/* A slot to live in, or NO_SLOT. Under the lock. */
static uint32_t take_slot(struct xeap_host *h)
{
	uint32_t n = h->free;

	if (n != NO_SLOT) {
		h->free = slot_at(h, n)->next_free;
		return n;
	}
	if (h->fresh == h->max || !have_block(h, h->fresh))
		return NO_SLOT;
	return h->fresh++;
}

static uint64_t generation(uint64_t word)
{
	return word >> 2;
}

/* Under the lock. */
static uint32_t add(struct xeap_host *h, struct xeap_session *s, xeap_session_id *ret_id)
{
	uint32_t n = take_slot(h);
	struct slot *slot;
	uint64_t word;

	if (n == NO_SLOT)
		return XEAP_E_OUT_OF_MEMORY;
	slot = slot_at(h, n);
	word = atomic_load_explicit(&slot->word, memory_order_relaxed);
	if (!generation(word))
		word = 1 << 2; /* so that no handle is 0 */
	slot->session = s;
	atomic_store_explicit(&slot->word, word | LIVE, memory_order_release);
	*ret_id = generation(word) << SLOT_BITS | n;
	return XEAP_OK;
}

uint32_t xeap_table_add(struct xeap_host *h, struct xeap_session *s, xeap_session_id *ret_id)
{
	uint32_t code;

	pthread_mutex_lock(&h->lock);
	code = add(h, s, ret_id);
	pthread_mutex_unlock(&h->lock);
	return code;
}

static uint64_t live_word(xeap_session_id id)
{
	return id >> SLOT_BITS << 2 | LIVE;
}

uint32_t xeap_table_claim(struct xeap_host *h, xeap_session_id id,
			  struct xeap_session **ret_session)
{
	struct slot *slot;
	uint64_t word = live_word(id);

	if (!h)
		return XEAP_E_INVALID_STATE;
	slot = slot_at(h, id & SLOT_MASK);
	if (!slot)
		return XEAP_E_INVALID_HANDLE;
	if (!atomic_compare_exchange_strong_explicit(&slot->word, &word, word | BUSY,
						     memory_order_acquire, memory_order_relaxed))
		return word == (live_word(id) | BUSY) ? XEAP_E_INVALID_STATE
						      : XEAP_E_INVALID_HANDLE;
	*ret_session = slot->session;
	return XEAP_OK;
}

void xeap_table_release(struct xeap_host *h, xeap_session_id id)
{
	atomic_store_explicit(&slot_at(h, id & SLOT_MASK)->word, live_word(id),
			      memory_order_release);
}

void xeap_table_remove(struct xeap_host *h, xeap_session_id id)
{
	uint32_t n = id & SLOT_MASK;
	struct slot *slot = slot_at(h, n);
	uint64_t next = (id >> SLOT_BITS) + 1;

	pthread_mutex_lock(&h->lock);
	slot->session = NULL;
	atomic_store_explicit(&slot->word, next << 2, memory_order_release);
	/* A slot whose generations are used up is left alone: no handle comes twice. */
	if (next <= MAX_GENERATION) {
		slot->next_free = h->free;
		h->free = n;
	}
	pthread_mutex_unlock(&h->lock);
}

struct xeap_connections *xeap_table_connections(struct xeap_host *h)
{
	return &h->connections;
}
