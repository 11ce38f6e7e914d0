/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What a supplicant keeps from one session for the next. A session borrows it from begin to end;
 * what it offers is used up once its method has answered a request, whatever comes of it.
 */
#include "host/resumption.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

/* Flags that choose whose credentials a session shows. */
#define WHO                                                                                        \
	(XEAP_FLAG_GUEST_ACCESS | XEAP_FLAG_MACHINE_AUTH | XEAP_FLAG_USER_AUTH |                   \
	 XEAP_FLAG_PREFER_ALT_CREDENTIALS)

/*
 * Sessions that are full ones after one was resumed and failed: there are servers that resume and
 * then go wrong, hostapd 2.10 with TLS 1.3 among them, which sends no protected success indication.
 */
#define PAUSE 16

struct xeap_resumption {
	atomic_bool borrowed;
	uint8_t pause;	  /* of the profile's sessions, so many yet */
	uint32_t who;	  /* flags */
	uint64_t profile; /* its number */
	const struct xeap_method *method;
	uint8_t *data; /* NULL: nothing */
	uint32_t len;
};

int xeap_resumption_new(struct xeap_resumption **ret_resumption)
{
	struct xeap_resumption *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	*ret_resumption = r;
	return 0;
}

static void drop(struct xeap_resumption *r)
{
	if (r->data)
		xeap_wipe(r->data, r->len);
	free(r->data);
	r->data = NULL;
	r->len = 0;
}

struct xeap_resumption *xeap_resumption_free(struct xeap_resumption *resumption)
{
	if (!resumption)
		return NULL;
	drop(resumption);
	free(resumption);
	return NULL;
}

int xeap_resumption_clear(struct xeap_resumption *resumption)
{
	if (atomic_exchange(&resumption->borrowed, true))
		return -EBUSY;
	drop(resumption);
	atomic_store(&resumption->borrowed, false);
	return 0;
}

size_t xeap_resumption_size(const struct xeap_resumption *resumption)
{
	return sizeof(*resumption) + resumption->len;
}

static bool is_of(const struct xeap_resumption *r, const struct xeap_session *s)
{
	return r->data && r->profile == s->profile->number && r->who == (s->config.flags & WHO);
}

/* Whether the session is one of those that must not resume. */
static bool is_full(struct xeap_resumption *r, const struct xeap_session *s)
{
	if (s->config.flags & XEAP_FLAG_FULL_AUTH) {
		drop(r);
		return true;
	}
	if (!r->pause || r->profile != s->profile->number)
		return false;
	r->pause--;
	return true;
}

int xeap_resumption_borrow(struct xeap_resumption *r, struct xeap_session *s)
{
	if (!r)
		return 0;
	if (atomic_exchange(&r->borrowed, true))
		return -EBUSY;
	s->resumption = r;
	if (is_full(r, s))
		return 0;
	s->config.keeps_resumption = true;
	if (!is_of(r, s))
		return 0;
	s->config.resumption = xeap_span(r->data, r->len);
	s->config.resumption_of = r->method;
	return 0;
}

static void replace(struct xeap_resumption *r, const struct xeap_session *s, struct xeap_span data)
{
	uint8_t *copy = malloc(data.len);

	if (!copy)
		return;
	drop(r);
	memcpy(copy, data.data, data.len);
	r->data = copy;
	r->len = (uint32_t)data.len;
	r->who = s->config.flags & WHO;
	r->pause = 0;
	r->profile = s->profile->number;
	r->method = xeap_peer_selected(&s->peer)->method;
}

/* Of a person who had to say who it is, the next session knows nothing. */
static void keep(struct xeap_resumption *r, const struct xeap_session *s)
{
	XEAP_SECRET(data, XEAP_RESUMPTION_MAX);
	int n;

	if (!s->config.keeps_resumption || (s->extras && s->extras->identity_typed))
		return;
	n = xeap_peer_get_resumption(&s->peer, data, sizeof(data));
	if (n > 0)
		replace(r, s, xeap_span(data, (size_t)n));
}

static bool was_offered(const struct xeap_session *s)
{
	const struct xeap_peer_method *selected = xeap_peer_selected(&s->peer);

	return s->config.resumption.data && selected && selected->method == s->config.resumption_of;
}

static bool resumed_and_failed(const struct xeap_session *s)
{
	struct xeap_method_info info;

	xeap_peer_describe(&s->peer, &info);
	return info.resumed && xeap_peer_state(&s->peer) == XEAP_PEER_FAILURE;
}

void xeap_resumption_give_back(struct xeap_session *s)
{
	struct xeap_resumption *r = s->resumption;

	if (!r)
		return;
	if (was_offered(s)) {
		drop(r);
		r->pause = resumed_and_failed(s) ? PAUSE : 0;
	}
	if (xeap_peer_state(&s->peer) == XEAP_PEER_SUCCESS)
		keep(r, s);
	s->resumption = NULL;
	s->config.resumption = xeap_span(NULL, 0);
	atomic_store(&r->borrowed, false);
}
