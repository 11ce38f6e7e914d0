/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What a session came to, and how far it is. */
#include "host/host.h"

#include <errno.h>
#include <string.h>

#include "base/wipe.h"
#include "host/interaction.h"
#include <xeap/config_text.h>

#define VENDOR_SPECIFIC 26 /* RFC 2865 §5.26 */

static const char *const action_names[XEAP_ACTION_MAX] = {
	[XEAP_ACTION_DISCARD] = "discard",
	[XEAP_ACTION_SEND] = "send",
	[XEAP_ACTION_RESULT] = "result",
	[XEAP_ACTION_INVOKE_UI] = "invoke UI",
	[XEAP_ACTION_RESPOND] = "respond",
	[XEAP_ACTION_START_AUTHENTICATION] = "start authentication",
	[XEAP_ACTION_NONE] = "none",
};

static const char *const status_names[XEAP_AUTH_STATUS_MAX] = {
	[XEAP_AUTH_INVALID_SESSION] = "invalid session",
	[XEAP_AUTH_NOT_STARTED] = "not started",
	[XEAP_AUTH_IDENTITY_EXCHANGE] = "identity exchange",
	[XEAP_AUTH_NEGOTIATING_TYPE] = "negotiating type",
	[XEAP_AUTH_IN_PROGRESS] = "in progress",
	[XEAP_AUTH_SUCCEEDED] = "succeeded",
	[XEAP_AUTH_FAILED] = "failed",
};

const char *xeap_action_name(enum xeap_action action)
{
	return (unsigned int)action < XEAP_ACTION_MAX ? action_names[action] : "?";
}

const char *xeap_auth_status_name(enum xeap_auth_status status)
{
	return (unsigned int)status < XEAP_AUTH_STATUS_MAX ? status_names[status] : "?";
}

/* Bring the peer to the state that the reason speaks of. */
static uint32_t conclude(struct xeap_session *s, enum xeap_result_reason reason)
{
	switch (reason) {
	case XEAP_REASON_FROM_METHOD:
		if (xeap_peer_state(&s->peer) == XEAP_PEER_IDLE)
			return XEAP_E_INVALID_STATE;
		break;
	case XEAP_REASON_ALT_SUCCESS_RECEIVED:
		xeap_peer_alt_indication(&s->peer, true);
		break;
	case XEAP_REASON_TIMEOUT:
		xeap_peer_timeout(&s->peer);
		break;
	}
	if (xeap_peer_state(&s->peer) != XEAP_PEER_IDLE)
		xeap_session_drop_frames(s);
	return XEAP_OK;
}

static void set_failure(const struct xeap_peer *peer, struct xeap_session_result *r)
{
	if (xeap_peer_state(peer) == XEAP_PEER_IDLE) {
		/* altAccept in methodState CONT moves nothing (RFC 4137 figure 3). */
		r->failure_code = XEAP_E_AUTHENTICATION_FAILED;
		r->reason = "the lower layer signalled success before the method had finished";
		return;
	}
	r->failure_code = xeap_peer_diag(peer)->code;
	r->reason = xeap_peer_diag(peer)->text;
}

static void fill_result(const struct xeap_peer *peer, struct xeap_session_result *r)
{
	const struct xeap_peer_method *m = xeap_peer_selected(peer);

	*r = (struct xeap_session_result){
		.success = xeap_peer_state(peer) == XEAP_PEER_SUCCESS,
		.reason = "",
		.method = m			     ? m->method->name
			  : xeap_peer_used_erp(peer) ? "ERP"
						     : "",
		.round_trips = peer->rounds,
	};
	if (m)
		r->type = m->method->type;
	xeap_peer_describe(peer, &r->info);
	if (!r->success)
		set_failure(peer, r);
}

static size_t mppe_key_size(const struct xeap_peer *peer)
{
	const struct xeap_peer_method *m = xeap_peer_selected(peer);

	return m && m->method->flags & XEAP_METHOD_F_MPPE_128 ? XEAP_MPPE_KEY_128 : XEAP_MPPE_KEY;
}

/* The keys as an authenticator is told them (RFC 2548 §2.4.2 and §2.4.3, RFC 5216 §2.3). */
static uint32_t fill_keys(struct xeap_session *s, struct xeap_session_result *r)
{
	XEAP_SECRET(msk, 2 * XEAP_MPPE_KEY);
	size_t size = mppe_key_size(&s->peer);
	struct xeap_extras *x;
	int n = xeap_peer_get_key(&s->peer, XEAP_KEY_MSK, msk, sizeof(msk));

	if (n != (int)sizeof(msk))
		return XEAP_OK;
	x = xeap_session_extras(s);
	if (!x)
		return XEAP_E_OUT_OF_MEMORY;
	memcpy(x->msk, msk, sizeof(msk));
	r->attributes.count = 2;
	for (uint32_t i = 0; i < 2; i++)
		r->attributes.item[i] = (struct xeap_attribute){
			.type = VENDOR_SPECIFIC,
			.vendor = XEAP_VENDOR_MICROSOFT,
			.vendor_type = i ? XEAP_MS_MPPE_SEND_KEY : XEAP_MS_MPPE_RECV_KEY,
			.value = xeap_span(x->msk + i * size, size),
		};
	return XEAP_OK;
}

/* What a person typed and the authenticator took. */
static uint32_t fill_user_data(struct xeap_session *s, struct xeap_session_result *r)
{
	struct xeap_extras *x = s->extras;

	if (!x || !x->typed || (!x->identity_typed && !s->peer.save_user_data))
		return XEAP_OK;
	/* A password that the method does not vouch for is not worth keeping. */
	if (!s->peer.save_user_data)
		xeap_config_set(x->typed, "password", "NULL", NULL);
	if (!x->user_data && xeap_config_to_blob(x->typed, &x->user_data, &x->user_data_size))
		return XEAP_E_OUT_OF_MEMORY;
	r->save_user_data = true;
	r->user_data = xeap_span(x->user_data, x->user_data_size);
	return XEAP_OK;
}

static uint32_t fill_success(struct xeap_session *s, struct xeap_session_result *r)
{
	uint32_t code;

	if (!r->success)
		return XEAP_OK;
	code = fill_keys(s, r);
	return code ? code : fill_user_data(s, r);
}

static bool is_reason(enum xeap_result_reason reason)
{
	return reason == XEAP_REASON_FROM_METHOD || reason == XEAP_REASON_TIMEOUT ||
	       reason == XEAP_REASON_ALT_SUCCESS_RECEIVED;
}

uint32_t xeap_session_get_result(struct xeap_host *host, xeap_session_id session,
				 enum xeap_result_reason reason,
				 struct xeap_session_result *ret_result,
				 struct xeap_error **ret_error)
{
	struct xeap_session *s;
	uint32_t code;

	if (ret_error)
		*ret_error = NULL;
	if (ret_result)
		*ret_result = (struct xeap_session_result){ 0 };
	if (!ret_result || !is_reason(reason))
		return xeap_refuse(ret_error, XEAP_E_INVALID_PARAMETER, NULL);
	code = xeap_table_claim(host, session, &s);
	if (code)
		return xeap_refuse(ret_error, code, NULL);
	code = conclude(s, reason);
	if (!code) {
		fill_result(&s->peer, ret_result);
		code = fill_success(s, ret_result);
	}
	if (code)
		*ret_result = (struct xeap_session_result){ 0 };
	xeap_table_release(host, session);
	return code ? xeap_refuse(ret_error, code,
				  code == XEAP_E_INVALID_STATE ? "there is no result yet" : NULL)
		    : XEAP_OK;
}

static enum xeap_auth_status status_of(const struct xeap_peer *peer)
{
	switch (xeap_peer_state(peer)) {
	case XEAP_PEER_SUCCESS:
		return XEAP_AUTH_SUCCEEDED;
	case XEAP_PEER_FAILURE:
		return XEAP_AUTH_FAILED;
	case XEAP_PEER_IDLE:
	case XEAP_PEER_STATE_MAX:
		break;
	}
	if (xeap_peer_selected(peer) || xeap_peer_used_erp(peer))
		return XEAP_AUTH_IN_PROGRESS;
	if (peer->naked)
		return XEAP_AUTH_NEGOTIATING_TYPE;
	return peer->identity_done ? XEAP_AUTH_IDENTITY_EXCHANGE : XEAP_AUTH_NOT_STARTED;
}

uint32_t xeap_session_get_auth_status(struct xeap_host *host, xeap_session_id session,
				      enum xeap_auth_status *ret_status,
				      struct xeap_error **ret_error)
{
	struct xeap_session *s;
	uint32_t code;

	if (ret_error)
		*ret_error = NULL;
	if (!ret_status)
		return xeap_refuse(ret_error, XEAP_E_INVALID_PARAMETER, NULL);
	*ret_status = XEAP_AUTH_INVALID_SESSION;
	code = xeap_table_claim(host, session, &s);
	if (code)
		return xeap_refuse(ret_error, code, NULL);
	*ret_status = status_of(&s->peer);
	xeap_table_release(host, session);
	return XEAP_OK;
}

static uint32_t copy_key(const struct xeap_peer *peer, enum xeap_key_kind kind, uint8_t *buf,
			 uint32_t room, uint32_t *ret_size)
{
	int n;

	if (xeap_peer_state(peer) != XEAP_PEER_SUCCESS)
		return XEAP_E_INVALID_STATE;
	n = xeap_peer_get_key(peer, kind, buf, room);
	if (n == -ENOSPC)
		return XEAP_E_INVALID_PARAMETER;
	if (n < 0)
		return XEAP_E_NOT_SUPPORTED;
	*ret_size = (uint32_t)n;
	return XEAP_OK;
}

uint32_t xeap_session_get_key(struct xeap_host *host, xeap_session_id session,
			      enum xeap_key_kind kind, uint32_t *ret_size, uint8_t *buf,
			      struct xeap_error **ret_error)
{
	struct xeap_session *s;
	uint32_t code, room;

	if (ret_error)
		*ret_error = NULL;
	if (!ret_size)
		return xeap_refuse(ret_error, XEAP_E_INVALID_PARAMETER, NULL);
	room = *ret_size;
	*ret_size = 0;
	if (!buf || (unsigned int)kind >= XEAP_KEY_KIND_MAX)
		return xeap_refuse(ret_error, XEAP_E_INVALID_PARAMETER, NULL);
	code = xeap_table_claim(host, session, &s);
	if (code)
		return xeap_refuse(ret_error, code, NULL);
	code = copy_key(&s->peer, kind, buf, room, ret_size);
	xeap_table_release(host, session);
	return code ? xeap_refuse(ret_error, code, NULL) : XEAP_OK;
}

uint32_t xeap_session_get_notification(struct xeap_host *host, xeap_session_id session,
				       const char **ret_text, struct xeap_error **ret_error)
{
	struct xeap_session *s;
	uint32_t code;

	if (ret_error)
		*ret_error = NULL;
	if (!ret_text)
		return xeap_refuse(ret_error, XEAP_E_INVALID_PARAMETER, NULL);
	*ret_text = NULL;
	code = xeap_table_claim(host, session, &s);
	if (code)
		return xeap_refuse(ret_error, code, NULL);
	*ret_text = xeap_peer_notification(&s->peer);
	xeap_table_release(host, session);
	return XEAP_OK;
}

bool xeap_session_is_concluding(struct xeap_host *host, xeap_session_id session)
{
	struct xeap_session *s;
	bool concluding;

	if (xeap_table_claim(host, session, &s))
		return false;
	concluding = xeap_peer_state(&s->peer) == XEAP_PEER_IDLE &&
		     (s->peer.method_state == XEAP_METHOD_DONE ||
		      (s->peer.method_state == XEAP_METHOD_MAY_CONT &&
		       s->peer.decision != XEAP_DECISION_FAIL));
	xeap_table_release(host, session);
	return concluding;
}
