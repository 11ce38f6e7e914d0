/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The process's host, and the handles of its sessions. A slot's word says which generation lives
 * in it and whether a thread is in it; one compare-and-swap of it proves a handle and claims the
 * session. The slots outlive the host: so does what they know of dead handles.
 */
#include <pthread.h>
#include <stddef.h>
#include <string.h>

#include "win/win.h"

#define SLOT_BITS 16
#define SLOTS (1u << SLOT_BITS)
#define MAX_GENERATION 0xffffu
#define NO_SLOT UINT32_MAX

/* A word: generation << 2, LIVE, BUSY. */
#define LIVE 2u
#define BUSY 1u

struct slot {
	_Atomic uint32_t word;
	uint32_t next; /* in the queue */
	struct xeap_win_session session;
};

static struct slot slots[SLOTS];

static struct {
	pthread_mutex_t setup; /* of Initialize and Uninitialize as a whole */
	unsigned int count;
	_Atomic(struct xeap_host *) host;
	pthread_mutex_t lock;	   /* of the following */
	uint32_t fresh;		   /* first slot that was never used */
	uint32_t oldest, youngest; /* queue of those that were */
} process = {
	.setup = PTHREAD_MUTEX_INITIALIZER,
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.oldest = NO_SLOT,
};

struct xeap_host *xeap_win_host(void)
{
	return atomic_load_explicit(&process.host, memory_order_acquire);
}

static DWORD initialize(void)
{
	struct xeap_host_options options = { .size = sizeof(options), .max_sessions = SLOTS };
	struct xeap_host *host;
	DWORD code;

	if (process.count++)
		return NO_ERROR;
	code = xeap_host_new(&options, &host);
	if (code)
		process.count--;
	else
		atomic_store_explicit(&process.host, host, memory_order_release);
	return code;
}

DWORD EapHostPeerInitialize(void)
{
	DWORD code;

	pthread_mutex_lock(&process.setup);
	code = initialize();
	pthread_mutex_unlock(&process.setup);
	return code;
}

static struct slot *slot_of(struct xeap_win_session *s)
{
	return (struct slot *)(void *)((char *)s - offsetof(struct slot, session));
}

static void enqueue(uint32_t n)
{
	slots[n].next = NO_SLOT;
	if (process.oldest == NO_SLOT)
		process.oldest = n;
	else
		slots[process.youngest].next = n;
	process.youngest = n;
}

static uint32_t dequeue(void)
{
	uint32_t n = process.oldest;

	if (process.fresh < SLOTS)
		return process.fresh++;
	if (n != NO_SLOT)
		process.oldest = slots[n].next;
	return n;
}

struct xeap_win_session *xeap_win_reserve(void)
{
	uint32_t n;

	pthread_mutex_lock(&process.lock);
	n = dequeue();
	pthread_mutex_unlock(&process.lock);
	return n == NO_SLOT ? NULL : &slots[n].session;
}

static uint32_t generation(uint32_t word)
{
	return word >> 2;
}

EAP_SESSIONID xeap_win_publish(struct xeap_win_session *s)
{
	struct slot *slot = slot_of(s);
	uint32_t last = generation(atomic_load_explicit(&slot->word, memory_order_relaxed));
	uint32_t g = last == MAX_GENERATION ? 1 : last + 1;

	atomic_store_explicit(&slot->word, g << 2 | LIVE, memory_order_release);
	return g << SLOT_BITS | (uint32_t)(slot - slots);
}

void xeap_win_session_clear(struct xeap_win_session *s)
{
	xeap_win_arena_clear(&s->result);
	xeap_win_arena_clear(&s->status);
	xeap_win_arena_clear(&s->attributes);
	xeap_profile_unref(s->profile);
	memset(s, 0, sizeof(*s));
}

void xeap_win_vacate(struct xeap_win_session *s)
{
	struct slot *slot = slot_of(s);
	uint32_t word = atomic_load_explicit(&slot->word, memory_order_relaxed);

	xeap_win_session_clear(s);
	atomic_store_explicit(&slot->word, generation(word) << 2, memory_order_release);
	pthread_mutex_lock(&process.lock);
	enqueue((uint32_t)(slot - slots));
	pthread_mutex_unlock(&process.lock);
}

DWORD xeap_win_claim(EAP_SESSIONID handle, struct xeap_win_session **ret_session)
{
	struct slot *slot = &slots[handle & (SLOTS - 1)];
	uint32_t idle = (handle >> SLOT_BITS) << 2 | LIVE;
	uint32_t word = idle;

	if (!xeap_win_host())
		return ERROR_INVALID_STATE;
	if (!atomic_compare_exchange_strong_explicit(&slot->word, &word, idle | BUSY,
						     memory_order_acquire, memory_order_relaxed))
		return word == (idle | BUSY) ? ERROR_INVALID_STATE : ERROR_INVALID_HANDLE;
	*ret_session = &slot->session;
	return NO_ERROR;
}

DWORD xeap_win_enter(EAP_SESSIONID handle, struct xeap_win_session **ret_session,
		     EAP_ERROR **ret_error)
{
	DWORD code = xeap_win_claim(handle, ret_session);

	if (ret_error)
		*ret_error = NULL;
	if (code)
		xeap_win_refuse(ret_error, code, NULL);
	return code;
}

void xeap_win_release(struct xeap_win_session *s)
{
	struct slot *slot = slot_of(s);
	uint32_t word = atomic_load_explicit(&slot->word, memory_order_relaxed);

	atomic_store_explicit(&slot->word, word & ~BUSY, memory_order_release);
}

/* Nobody else is in a session any more. */
static void end_all(void)
{
	for (uint32_t n = 0; n < process.fresh; n++)
		if (atomic_load_explicit(&slots[n].word, memory_order_acquire) & LIVE)
			xeap_win_vacate(&slots[n].session);
}

static void uninitialize(void)
{
	struct xeap_host *host = xeap_win_host();

	if (!process.count || --process.count)
		return;
	xeap_win_connections_end();
	atomic_store_explicit(&process.host, NULL, memory_order_release);
	end_all();
	xeap_host_free(host);
	xeap_win_profiles_end();
}

void EapHostPeerUninitialize(void)
{
	pthread_mutex_lock(&process.setup);
	uninitialize();
	pthread_mutex_unlock(&process.setup);
}

DWORD XeapHostPeerGetSession(EAP_SESSIONID sessionHandle, struct xeap_host **ret_host,
			     uint64_t *ret_session)
{
	struct xeap_win_session *s;
	DWORD code;

	if (!ret_host || !ret_session)
		return ERROR_INVALID_PARAMETER;
	code = xeap_win_claim(sessionHandle, &s);
	if (code)
		return code;
	*ret_host = xeap_win_host();
	*ret_session = s->id;
	xeap_win_release(s);
	return NO_ERROR;
}
