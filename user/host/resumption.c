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

int xeap_resumption_new(struct xeap_resumption **ret_resumption)
{
	struct xeap_resumption *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	*ret_resumption = r;
	return 0;
}

void xeap_resumption_drop(struct xeap_resumption *r)
{
	if (r->data)
		xeap_wipe(r->data, r->len);
	free(r->data);
	r->data = NULL;
	r->len = 0;
}

static void forget_erp(struct xeap_resumption *r)
{
	if (r->erp)
		xeap_wipe(r->erp, sizeof(*r->erp));
}

struct xeap_resumption *xeap_resumption_free(struct xeap_resumption *resumption)
{
	if (!resumption)
		return NULL;
	xeap_resumption_drop(resumption);
	forget_erp(resumption);
	free(resumption->erp);
	free(resumption);
	return NULL;
}

int xeap_resumption_clear(struct xeap_resumption *resumption)
{
	if (atomic_exchange(&resumption->borrowed, true))
		return -EBUSY;
	xeap_resumption_drop(resumption);
	forget_erp(resumption);
	atomic_store(&resumption->borrowed, false);
	return 0;
}

size_t xeap_resumption_size(const struct xeap_resumption *resumption)
{
	return sizeof(*resumption) + resumption->len +
	       (resumption->erp ? sizeof(*resumption->erp) : 0);
}

static bool is_of(const struct xeap_resumption *r, const struct xeap_session *s)
{
	return r->data && r->profile == s->profile->number && r->who == (s->config.flags & WHO);
}

/* Whether the session is one of those that must not resume. */
static bool is_full(struct xeap_resumption *r, const struct xeap_session *s)
{
	if (s->config.flags & XEAP_FLAG_FULL_AUTH) {
		xeap_resumption_drop(r);
		forget_erp(r);
		return true;
	}
	if (!r->pause || r->profile != s->profile->number)
		return false;
	r->pause--;
	return true;
}

/* Another's key is no use. Without memory there is no ERP. */
static void lend_erp(struct xeap_resumption *r, struct xeap_session *s)
{
	if (!xeap_config_get_int(s->profile->config, XEAP_CONFIG_ERP, 0))
		return;
	if (!r->erp)
		r->erp = calloc(1, sizeof(*r->erp));
	if (r->erp_profile != s->profile->number || r->erp_who != (s->config.flags & WHO))
		forget_erp(r);
	s->config.erp = r->erp;
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
	lend_erp(r, s);
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
	xeap_resumption_drop(r);
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

/* RFC 6696 §5.3.4: what is behind the @ is for AAA to find its way by, as that of the identity. */
static struct xeap_span home_realm(const struct xeap_session *s)
{
	struct xeap_span realm = xeap_erp_realm(s->config.identity);

	return realm.len ? realm : xeap_erp_realm(s->config.user);
}

/* Of a full authentication with an EMSK; of another there is no key. */
static void keep_erp(struct xeap_resumption *r, const struct xeap_session *s)
{
	XEAP_SECRET(emsk, XEAP_ERP_KEY);
	uint8_t id[XEAP_KEY_MAX];
	int n = xeap_peer_get_key(&s->peer, XEAP_KEY_EMSK, emsk, sizeof(emsk));
	int m = xeap_peer_get_key(&s->peer, XEAP_KEY_SESSION_ID, id, sizeof(id));

	forget_erp(r);
	if (n < 0 || m < 0 || (s->extras && s->extras->identity_typed))
		return;
	if (xeap_erp_derive(xeap_span(emsk, (size_t)n), xeap_span(id, (size_t)m), home_realm(s),
			    s->config.erp))
		return;
	r->erp_profile = s->profile->number;
	r->erp_who = s->config.flags & WHO;
}

/* What is kept of another profile goes: the pause is this one's. */
static void pause_erp(struct xeap_resumption *r, const struct xeap_session *s)
{
	forget_erp(r);
	if (r->profile != s->profile->number)
		xeap_resumption_drop(r);
	r->profile = s->profile->number;
	r->pause = PAUSE;
}

/*
 * A key that the server answered to once does so again, until it says no or nothing. A session that
 * came to no result has used up its SEQ and no more.
 */
static void settle_erp(struct xeap_resumption *r, const struct xeap_session *s)
{
	enum xeap_peer_state state = xeap_peer_state(&s->peer);
	bool erp = xeap_peer_used_erp(&s->peer);

	if (!s->config.erp)
		return;
	if (state == XEAP_PEER_SUCCESS && !erp)
		keep_erp(r, s);
	else if (state == XEAP_PEER_FAILURE && erp)
		pause_erp(r, s);
	else if (state == XEAP_PEER_FAILURE && s->peer.erp_sent)
		forget_erp(r);
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
		xeap_resumption_drop(r);
		r->pause = resumed_and_failed(s) ? PAUSE : 0;
	}
	if (xeap_peer_state(&s->peer) == XEAP_PEER_SUCCESS)
		keep(r, s);
	settle_erp(r, s);
	s->resumption = NULL;
	s->config.erp = NULL;
	s->config.resumption = xeap_span(NULL, 0);
	atomic_store(&r->borrowed, false);
}
