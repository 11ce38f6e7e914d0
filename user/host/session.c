/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Feeding a session packets, and fetching what is to be sent. Nothing here allocates, but error
 * objects.
 */
#include "host/host.h"

#include <errno.h>

/* The verdict is there, or there is none any more: no response is sent after it. */
static uint32_t finished(struct xeap_session *s, enum xeap_action *ret_action)
{
	xeap_session_drop_frames(s);
	*ret_action = XEAP_ACTION_RESULT;
	return XEAP_OK;
}

static uint32_t shortage(struct xeap_error **ret_error)
{
	return xeap_refuse(ret_error, XEAP_E_OUT_OF_MEMORY,
			   "no frame or memory for a response; nothing has changed");
}

static uint32_t failed(struct xeap_session *s, int err, struct xeap_error **ret_error)
{
	xeap_session_drop_frames(s);
	return xeap_refuse_peer(ret_error,
				err == -EPROTO ? XEAP_E_METHOD_INVALID_PACKET
					       : XEAP_E_AUTHENTICATION_FAILED,
				&s->peer);
}

/* The supplicant has to help before there is a response. */
static enum xeap_action action_of(enum xeap_method_need need)
{
	return need == XEAP_NEED_UI ? XEAP_ACTION_INVOKE_UI : XEAP_ACTION_RESPOND;
}

uint32_t xeap_session_settle(struct xeap_session *s, int err, enum xeap_peer_verdict verdict,
			     const struct xeap_writer *w, enum xeap_action *ret_action,
			     struct xeap_error **ret_error)
{
	if (err && xeap_peer_state(&s->peer) == XEAP_PEER_IDLE) {
		xeap_session_drop_work(s);
		return shortage(ret_error);
	}
	if (err)
		return failed(s, err, ret_error);
	if (verdict == XEAP_PEER_DONE)
		return finished(s, ret_action);
	if (verdict == XEAP_PEER_RESPOND) {
		xeap_session_keep_work(s, &w->c);
		*ret_action = XEAP_ACTION_SEND;
		return XEAP_OK;
	}
	xeap_session_drop_work(s);
	if (verdict == XEAP_PEER_ASK)
		*ret_action = action_of(xeap_peer_need(&s->peer));
	return XEAP_OK;
}

/* A packet that asks for a new response. */
static uint32_t respond(struct xeap_session *s, const struct xeap_peer_received *r,
			enum xeap_action *ret_action, struct xeap_error **ret_error)
{
	enum xeap_peer_verdict verdict = XEAP_PEER_DISCARD;
	struct xeap_writer w;
	int err = xeap_session_lend(s, &w);

	if (!err)
		err = xeap_peer_enter(&s->peer, r, &w, &verdict);
	return xeap_session_settle(s, err, verdict, &w, ret_action, ret_error);
}

static uint32_t retransmit(struct xeap_session *s, enum xeap_action *ret_action,
			   struct xeap_error **ret_error)
{
	if (xeap_session_restore_last(s))
		return shortage(ret_error);
	*ret_action = XEAP_ACTION_SEND;
	return XEAP_OK;
}

static uint32_t process(struct xeap_session *s, struct xeap_span packet,
			enum xeap_action *ret_action, struct xeap_error **ret_error)
{
	enum xeap_peer_verdict verdict = XEAP_PEER_DISCARD;
	struct xeap_peer_received r;

	if (xeap_peer_receive(&s->peer, packet, &r))
		return xeap_refuse(ret_error, XEAP_E_REMOTE_INVALID_PACKET,
				   "an EAP packet with a Length that does not hold");
	if (xeap_peer_responds(&r))
		return respond(s, &r, ret_action, ret_error);
	xeap_peer_enter(&s->peer, &r, NULL, &verdict);
	switch (verdict) {
	case XEAP_PEER_RETRANSMIT:
		return retransmit(s, ret_action, ret_error);
	case XEAP_PEER_DONE:
		return finished(s, ret_action);
	case XEAP_PEER_WAIT:
		*ret_action = XEAP_ACTION_NONE;
		break;
	case XEAP_PEER_RESPOND:
	case XEAP_PEER_ASK:
	case XEAP_PEER_DISCARD:
	case XEAP_PEER_VERDICT_MAX:
		break;
	}
	return XEAP_OK;
}

uint32_t xeap_session_process_received_packet(struct xeap_host *host, xeap_session_id session,
					      uint32_t size, const uint8_t *packet,
					      enum xeap_action *ret_action,
					      struct xeap_error **ret_error)
{
	struct xeap_session *s;
	uint32_t code;

	if (ret_error)
		*ret_error = NULL;
	if (ret_action)
		*ret_action = XEAP_ACTION_DISCARD;
	if (!packet || !ret_action)
		return xeap_refuse(ret_error, XEAP_E_INVALID_PARAMETER, NULL);
	code = xeap_table_claim(host, session, &s);
	if (code == XEAP_E_INVALID_HANDLE)
		*ret_action = XEAP_ACTION_START_AUTHENTICATION;
	if (code)
		return xeap_refuse(ret_error, code, NULL);
	code = process(s, xeap_span(packet, size), ret_action, ret_error);
	xeap_table_release(host, session);
	return code;
}

/* The last response, if there is one and the conversation goes on. */
static uint32_t get_send_packet(struct xeap_session *s, uint32_t *ret_size, uint8_t **ret_packet)
{
	if (!s->last || xeap_peer_need(&s->peer) != XEAP_NEED_NONE)
		return XEAP_E_INVALID_STATE;
	if (xeap_session_restore_last(s))
		return XEAP_E_OUT_OF_MEMORY;
	xeap_session_hand_out_last(s);
	*ret_size = (uint32_t)s->last->c.len;
	*ret_packet = s->last->c.data;
	return XEAP_OK;
}

uint32_t xeap_session_get_send_packet(struct xeap_host *host, xeap_session_id session,
				      uint32_t *ret_size, uint8_t **ret_packet,
				      struct xeap_error **ret_error)
{
	struct xeap_session *s;
	uint32_t code;

	if (ret_error)
		*ret_error = NULL;
	if (ret_size)
		*ret_size = 0;
	if (ret_packet)
		*ret_packet = NULL;
	if (!ret_size || !ret_packet)
		return xeap_refuse(ret_error, XEAP_E_INVALID_PARAMETER, NULL);
	code = xeap_table_claim(host, session, &s);
	if (code)
		return xeap_refuse(ret_error, code, NULL);
	code = get_send_packet(s, ret_size, ret_packet);
	xeap_table_release(host, session);
	return code ? xeap_refuse(ret_error, code, NULL) : XEAP_OK;
}
