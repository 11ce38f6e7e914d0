/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Beginning and ending a session: the two calls that may allocate and lock. */
#include "host/host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "host/connections.h"
#include "host/interaction.h"
#include "host/resumption.h"

#define MIN_CHUNK 128 /* of a pool */

/* A request to begin, checked. */
struct beginning {
	struct xeap_session_options o;
	struct xeap_span identity, user;
	uint32_t first, count; /* of the profile's methods */
	uint8_t assigned[XEAP_IDENTITY_ASSIGNED_MAX];
	char why[XEAP_DIAG_TEXT];
};

/* `where` is "FILE:LINE" of the profile, or "" when that matters not. */
static uint32_t refuse(struct beginning *b, uint32_t code, const char *where, const char *why)
{
	snprintf(b->why, sizeof(b->why), "%s%s%s", where, *where ? ": " : "", why);
	return code;
}

/* The caller's struct may be of an older or a newer version of this one. */
static uint32_t read_options(struct beginning *b, const struct xeap_session_options *options)
{
	size_t n;

	if (!options || options->size < sizeof(options->size))
		return refuse(b, XEAP_E_INVALID_PARAMETER, "", "session options without a size");
	n = options->size < sizeof(b->o) ? options->size : sizeof(b->o);
	memcpy(&b->o, options, n);
	if (!b->o.profile)
		return refuse(b, XEAP_E_INVALID_PARAMETER, "", "session options without a profile");
	if (!b->o.max_send_packet_size)
		b->o.max_send_packet_size = XEAP_DEFAULT_SEND_PACKET;
	if (b->o.max_send_packet_size < XEAP_MIN_SEND_PACKET ||
	    b->o.max_send_packet_size > XEAP_MAX_SEND_PACKET)
		return refuse(b, XEAP_E_INVALID_PARAMETER, "",
			      "max_send_packet_size is out of range");
	return XEAP_OK;
}

/* No more than a frame of the pool holds. */
static void fit_pool(struct beginning *b)
{
	uint32_t room;

	if (!b->o.pool)
		return;
	room = xeap_pool_chunk_size(b->o.pool) - XEAP_FRAME_HEADROOM;
	if (b->o.max_send_packet_size > room)
		b->o.max_send_packet_size = room;
}

static uint32_t choose_methods(struct beginning *b)
{
	const struct xeap_profile *p = b->o.profile;

	b->count = p->count;
	if (!b->o.method_type)
		return XEAP_OK;
	for (b->first = 0; b->first < p->count; b->first++)
		if (p->methods[b->first].method->type.type == b->o.method_type)
			break;
	if (b->first == p->count)
		return refuse(b, XEAP_E_METHOD_NOT_INSTALLED, "",
			      "method_type is of no method of the profile");
	b->count = 1;
	return XEAP_OK;
}

static bool may_ask(const struct beginning *b)
{
	return b->o.profile->interactive &&
	       !(b->o.flags & (XEAP_FLAG_NON_INTERACTIVE | XEAP_FLAG_SUPPRESS_UI));
}

/* The name that a server gave in an earlier session, else the profile's. */
static struct xeap_span find_identity(struct beginning *b)
{
	const struct xeap_peer_method *m = b->o.profile->methods + b->first;

	for (uint32_t i = 0; i < b->count; i++) {
		int n = m[i].method->get_identity
				? m[i].method->get_identity(m[i].shared, b->assigned,
							    sizeof(b->assigned))
				: -ENOENT;

		if (n >= 0 && (size_t)n <= sizeof(b->assigned))
			return xeap_span(b->assigned, (size_t)n);
	}
	return b->o.profile->identity;
}

static uint32_t choose_identity(struct beginning *b)
{
	b->user = xeap_config_get(b->o.profile->config, XEAP_CONFIG_IDENTITY);
	if (b->o.flags & XEAP_FLAG_GUEST_ACCESS) {
		b->identity = xeap_span("", 0);
		return XEAP_OK;
	}
	b->identity = find_identity(b);
	if (!b->identity.data && may_ask(b))
		return XEAP_OK;
	if (!b->identity.data)
		return refuse(b, XEAP_E_IDENTITY_UNKNOWN, xeap_config_origin(b->o.profile->config),
			      "identity= is missing");
	if (b->identity.len > b->o.max_send_packet_size - XEAP_IDENTITY_HEADER)
		return refuse(b, XEAP_E_INVALID_PARAMETER, xeap_config_origin(b->o.profile->config),
			      "the identity does not fit a packet");
	return XEAP_OK;
}

static uint32_t check(struct beginning *b, const struct xeap_session_options *options)
{
	uint32_t code = read_options(b, options);

	if (code)
		return code;
	fit_pool(b);
	code = choose_methods(b);
	return code ? code : choose_identity(b);
}

/* Chunk of a pool of the session's own: packets in it are aligned as in a UMEM. */
static uint32_t own_chunk(uint32_t max_packet)
{
	uint32_t chunk = (XEAP_FRAME_HEADROOM + max_packet + 15) & ~15u;

	return chunk < MIN_CHUNK ? MIN_CHUNK : chunk;
}

static bool have_pool(struct xeap_session *s, const struct beginning *b)
{
	s->pool = b->o.pool;
	if (s->pool)
		return true;
	if (xeap_pool_new(XEAP_OWN_POOL_FRAMES, own_chunk(b->o.max_send_packet_size), &s->own_pool))
		return false;
	s->pool = s->own_pool;
	return true;
}

static bool holds(const void *session, const struct xeap_chunk *c)
{
	return xeap_session_work_holds(session, c);
}

/* The beginning goes, the session stays. */
static bool keep_assigned(struct xeap_session *s, const struct beginning *b)
{
	if (b->identity.data != b->assigned)
		return true;
	s->assigned = malloc(sizeof(b->assigned));
	if (s->assigned)
		memcpy(s->assigned, b->assigned, sizeof(b->assigned));
	return s->assigned != NULL;
}

static struct xeap_session *new_session(const struct beginning *b)
{
	const struct xeap_profile *p = b->o.profile;
	struct xeap_session *s = calloc(1, sizeof(*s) + p->ctx_size);

	if (!s || !keep_assigned(s, b) || !have_pool(s, b)) {
		if (s)
			free(s->assigned);
		free(s);
		return NULL;
	}
	s->profile = xeap_profile_ref(b->o.profile);
	s->config = (struct xeap_peer_config){
		.config = p->config,
		.methods = p->methods + b->first,
		.method_count = b->count,
		.identity = s->assigned ? xeap_span(s->assigned, b->identity.len) : b->identity,
		.user = b->user,
		.ask_again = b->o.ask_again,
		.flags = b->o.flags,
		.max_packet = b->o.max_send_packet_size,
		.ctx_memory = s->ctx,
		.ctx_size = p->ctx_size,
		.holds = holds,
		.holds_ctx = s,
		.save = b->o.save,
		.save_ctx = b->o.save_ctx,
		.next_id_accepted = xeap_config_get_int(p->config, XEAP_CONFIG_EAP_WORKAROUND, 0) !=
				    0,
	};
	xeap_session_own_frames(s);
	xeap_peer_init(&s->peer, &s->config);
	return s;
}

void xeap_session_free(struct xeap_session *s)
{
	size_t size = sizeof(*s) + s->config.ctx_size;

	xeap_resumption_give_back(s);
	xeap_resumption_free(s->left);
	xeap_peer_done(&s->peer);
	xeap_session_drop_frames(s);
	xeap_pool_free(s->own_pool);
	xeap_extras_free(s->extras);
	xeap_profile_unref(s->profile);
	free(s->assigned);
	xeap_wipe(s, size);
	free(s);
}

/* The caller's, else the connection's. */
static uint32_t borrow_resumption(struct xeap_host *host, struct beginning *b,
				  struct xeap_session *s)
{
	struct xeap_resumption *r = b->o.resumption;

	if (!r)
		r = xeap_connection_resumption(xeap_table_connections(host), s);
	if (!xeap_resumption_borrow(r, s))
		return XEAP_OK;
	return refuse(b, XEAP_E_INVALID_PARAMETER, "",
		      "resumption is with another session; end that one first");
}

static uint32_t enter_connection(struct xeap_host *host, struct beginning *b,
				 struct xeap_session *s)
{
	uint32_t code = xeap_connection_enter(xeap_table_connections(host), &b->o, s);

	if (!code)
		return XEAP_OK;
	return refuse(b, code, "",
		      code == XEAP_E_OUT_OF_MEMORY
			      ? "no memory for a connection"
			      : "the connection id has a session; end that one first");
}

static uint32_t begin(struct xeap_host *host, struct beginning *b, xeap_session_id *ret_session)
{
	struct xeap_session *s = new_session(b);
	uint32_t code;

	if (!s)
		return refuse(b, XEAP_E_OUT_OF_MEMORY, "", "no memory for a session");
	code = enter_connection(host, b, s);
	if (!code)
		code = borrow_resumption(host, b, s);
	if (!code && xeap_table_add(host, s, ret_session))
		code = refuse(b, XEAP_E_OUT_OF_MEMORY, "",
			      "the host is full: max_sessions are open");
	if (!code)
		return XEAP_OK;
	xeap_resumption_give_back(s);
	xeap_connection_leave(xeap_table_connections(host), s);
	xeap_session_free(s);
	return code;
}

uint32_t xeap_session_begin(struct xeap_host *host, const struct xeap_session_options *options,
			    xeap_session_id *ret_session, struct xeap_error **ret_error)
{
	struct beginning b = { 0 };
	uint32_t code;

	if (ret_error)
		*ret_error = NULL;
	if (!ret_session)
		return xeap_refuse(ret_error, XEAP_E_INVALID_PARAMETER, NULL);
	*ret_session = 0;
	if (!host)
		return xeap_refuse(ret_error, XEAP_E_INVALID_STATE, NULL);
	code = check(&b, options);
	if (!code)
		code = begin(host, &b, ret_session);
	return code ? xeap_refuse(ret_error, code, b.why) : XEAP_OK;
}

uint32_t xeap_session_end(struct xeap_host *host, xeap_session_id session,
			  struct xeap_error **ret_error)
{
	struct xeap_session *s;
	uint32_t code;

	if (ret_error)
		*ret_error = NULL;
	code = xeap_table_claim(host, session, &s);
	if (code)
		return xeap_refuse(ret_error, code, NULL);
	/* First, because what it borrowed may be the connection's. */
	xeap_resumption_give_back(s);
	xeap_connection_leave(xeap_table_connections(host), s);
	xeap_table_remove(host, session);
	xeap_session_free(s);
	return XEAP_OK;
}
