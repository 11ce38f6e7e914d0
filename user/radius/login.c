/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/printable.h"
#include "base/wipe.h"
#include "radius/login.h"
#include "wire/eap.h"

/*
 * The EAP peer between two RADIUS packets. As an authenticator's pass-through does (RFC 3579 §2.1),
 * it asks for the identity itself, and passes on what follows.
 */

#define MSK_HALF 32 /* of the MSK, in each of the MPPE keys (RFC 2548 §2.4, RFC 3748 §7.10) */
#define MSCHAPV2_HALF 16

static const char *const mppe_names[XEAP_RADIUS_MPPE_MAX] = {
	[XEAP_RADIUS_MPPE_NONE] = "none",
	[XEAP_RADIUS_MPPE_EQUAL] = "equal",
	[XEAP_RADIUS_MPPE_MISMATCH] = "mismatch",
};

const char *xeap_radius_mppe_name(enum xeap_radius_mppe mppe)
{
	return mppe < XEAP_RADIUS_MPPE_MAX ? mppe_names[mppe] : "?";
}

/* What the session has to tell of itself before it goes. */
static void describe(struct xeap_radius_login *l, const struct xeap_session_result *s)
{
	snprintf(l->result.method, sizeof(l->result.method), "%s", s->method);
	snprintf(l->result.tls_version, sizeof(l->result.tls_version), "%s",
		 s->info.tls_version ? s->info.tls_version : "");
	l->result.resumed = s->info.resumed;
}

static bool get_result(struct xeap_radius_login *l, enum xeap_result_reason reason,
		       struct xeap_session_result *ret)
{
	if (xeap_session_get_result(l->client->o.host, l->session, reason, ret, NULL))
		return false;
	describe(l, ret);
	return true;
}

static void close_session(struct xeap_radius_login *l)
{
	if (l->session)
		xeap_session_end(l->client->o.host, l->session, NULL);
	l->session = 0;
}

/* A session that has no result yet says how far it came, and then it is over. */
void xeap_radius_fail(struct xeap_radius_login *l, xeap_time now, uint32_t code, const char *format,
		      ...)
{
	struct xeap_session_result s;
	char text[XEAP_DIAG_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	xeap_diag_set(&l->result.why, 0, code, "%s", text);
	l->result.success = false;
	if (l->session)
		get_result(l, XEAP_REASON_TIMEOUT, &s);
	close_session(l);
	xeap_radius_end(l, now);
}

/*
 * Compare one half of the key that was sent with the MSK: halves of 32 octets, or 16 for
 * EAP-MSCHAPv2, whose key has no more (RFC 3079 §3.3).
 */
static enum xeap_radius_mppe compare_half(struct xeap_radius_login *l,
					  const struct xeap_radius *accept, uint8_t type,
					  const uint8_t *msk, size_t half)
{
	const uint8_t *request_authenticator = xeap_radius_request_authenticator(l);
	XEAP_SECRET(key, XEAP_KEY_MAX);
	struct xeap_span covered;
	int n;

	if (!xeap_radius_find_vendor(accept, XEAP_VENDOR_MICROSOFT, type, &covered))
		return XEAP_RADIUS_MPPE_NONE;
	n = xeap_radius_uncover(l->client->o.keys, covered, request_authenticator, key,
				sizeof(key));
	if (n != MSK_HALF && n != MSCHAPV2_HALF)
		return XEAP_RADIUS_MPPE_MISMATCH;
	return msk && xeap_equal_secret(key, msk + half * (size_t)n, (size_t)n)
		       ? XEAP_RADIUS_MPPE_EQUAL
		       : XEAP_RADIUS_MPPE_MISMATCH;
}

/* MS-MPPE-Recv-Key is octets 0 to 31 of the MSK, MS-MPPE-Send-Key octets 32 to 63. */
static enum xeap_radius_mppe compare_keys(struct xeap_radius_login *l,
					  const struct xeap_radius *accept)
{
	XEAP_SECRET(msk, XEAP_KEY_MAX);
	uint32_t len = sizeof(msk);
	bool have = !xeap_session_get_key(l->client->o.host, l->session, XEAP_KEY_MSK, &len, msk,
					  NULL) &&
		    len >= 2 * MSK_HALF;
	enum xeap_radius_mppe recv =
		compare_half(l, accept, XEAP_MS_MPPE_RECV_KEY, have ? msk : NULL, 0);
	enum xeap_radius_mppe send =
		compare_half(l, accept, XEAP_MS_MPPE_SEND_KEY, have ? msk : NULL, 1);

	return recv == send ? recv : XEAP_RADIUS_MPPE_MISMATCH;
}

/* EAP-Key-Name is the method's Session-Id (RFC 7268 §2.2), no secret. */
static enum xeap_radius_mppe compare_key_name(struct xeap_radius_login *l,
					      const struct xeap_radius *accept)
{
	struct xeap_span name;
	uint8_t id[XEAP_KEY_MAX];
	uint32_t len = sizeof(id);

	if (!xeap_radius_find(accept, XEAP_RADIUS_EAP_KEY_NAME, &name))
		return XEAP_RADIUS_MPPE_NONE;
	if (xeap_session_get_key(l->client->o.host, l->session, XEAP_KEY_SESSION_ID, &len, id,
				 NULL))
		return XEAP_RADIUS_MPPE_MISMATCH;
	return name.len == len && memcmp(name.data, id, len) == 0 ? XEAP_RADIUS_MPPE_EQUAL
								  : XEAP_RADIUS_MPPE_MISMATCH;
}

static void judge_keys(struct xeap_radius_login *l, xeap_time now)
{
	const struct xeap_radius_options *o = &l->client->o;

	if (l->result.mppe == XEAP_RADIUS_MPPE_MISMATCH)
		xeap_radius_fail(l, now, XEAP_E_AUTHENTICATION_FAILED,
				 "the MPPE keys of %s are not the MSK that %s derived", o->server,
				 l->result.method);
	else if (l->result.mppe == XEAP_RADIUS_MPPE_NONE && !o->no_keys)
		xeap_radius_fail(l, now, XEAP_E_AUTHENTICATION_FAILED,
				 "%s accepted %s and sent no MPPE keys: -n where none are to come",
				 o->server, l->result.method);
	/* Who did not ask is only told: hostapd 2.10's Session-Id of EAP-SAKE is wrong, for one. */
	else if (o->wants_key_name && l->result.key_name == XEAP_RADIUS_MPPE_MISMATCH)
		xeap_radius_fail(l, now, XEAP_E_AUTHENTICATION_FAILED,
				 "EAP-Key-Name of %s is not the Session-Id of %s", o->server,
				 l->result.method);
	else
		l->result.success = true;
}

/* An EAP-Success whose Identifier is one more than that of the response (RFC 3748 §4.2). */
static bool is_next_id(const struct xeap_radius_login *l, struct xeap_span eap)
{
	uint32_t size;
	uint8_t *response;

	return eap.len == 4 && eap.data[0] == XEAP_EAP_SUCCESS &&
	       !xeap_session_get_send_packet(l->client->o.host, l->session, &size, &response,
					     NULL) &&
	       size > 1 && eap.data[1] == (uint8_t)(response[1] + 1);
}

/* Both have said yes: the server by RADIUS, and the peer has its result. */
static void judge(struct xeap_radius_login *l, const struct xeap_radius *accept,
		  struct xeap_span eap, xeap_time now)
{
	enum xeap_result_reason reason = eap.len ? XEAP_REASON_FROM_METHOD
						 : XEAP_REASON_ALT_SUCCESS_RECEIVED;
	bool next_id = is_next_id(l, eap);
	struct xeap_session_result s;

	if (!get_result(l, reason, &s)) {
		xeap_radius_fail(
			l, now, XEAP_E_AUTHENTICATION_FAILED,
			next_id ? "%s sent an EAP-Success with the next Identifier, which "
				  "eap_workaround=1 takes"
				: "%s sent an Access-Accept before the EAP method was done",
			l->client->o.server);
		return;
	}
	if (!s.success) {
		xeap_radius_fail(l, now, s.failure_code, "%s", s.reason);
		return;
	}
	l->result.mppe = compare_keys(l, accept);
	l->result.key_name = compare_key_name(l, accept);
	judge_keys(l, now);
	if (!l->result.success)
		return; /* it has ended */
	close_session(l);
	xeap_radius_end(l, now);
}

/* A code of the session that came without an action. True: nothing is wrong. */
static bool session_goes_on(struct xeap_radius_login *l, uint32_t code, struct xeap_error *error,
			    xeap_time now)
{
	if (code)
		xeap_radius_fail(l, now, error ? error->reason : code, "%s",
				 error ? error->root_cause : xeap_strerror(code));
	xeap_error_free(error);
	return !code;
}

/* Feed the session. False: the login has ended. */
static bool feed(struct xeap_radius_login *l, struct xeap_span eap, enum xeap_action *ret_action,
		 xeap_time now)
{
	struct xeap_error *error = NULL;
	uint32_t code = xeap_session_process_received_packet(
		l->client->o.host, l->session, (uint32_t)eap.len, eap.data, ret_action, &error);

	return session_goes_on(l, code, error, now);
}

/*
 * Nobody is there to be asked, and the supplicant has no attributes for the method. True: there is
 * another action; false: the login has ended.
 */
static bool decline(struct xeap_radius_login *l, enum xeap_action *action, xeap_time now)
{
	struct xeap_host *host = l->client->o.host;
	struct xeap_attributes attributes;
	struct xeap_error *error = NULL;
	uint32_t code;

	if (*action == XEAP_ACTION_INVOKE_UI) {
		code = xeap_session_set_ui_context(host, l->session, 0, NULL, action, &error);
		return session_goes_on(l, code, error, now);
	}
	code = xeap_session_get_response_attributes(host, l->session, &attributes, &error);
	if (!session_goes_on(l, code, error, now))
		return false;
	attributes.count = 0;
	error = NULL;
	code = xeap_session_set_response_attributes(host, l->session, &attributes, action, &error);
	return session_goes_on(l, code, error, now);
}

static bool may_send(struct xeap_radius_login *l, uint8_t *eap, size_t len, xeap_time now)
{
	const struct xeap_radius_options *o = &l->client->o;

	return !o->ops->responds ||
	       o->ops->responds(o->ctx, l, eap, len,
				xeap_session_is_concluding(o->host, l->session), now);
}

static void send_response(struct xeap_radius_login *l, xeap_time now)
{
	struct xeap_error *error = NULL;
	uint32_t size, code;
	uint8_t *packet;

	code = xeap_session_get_send_packet(l->client->o.host, l->session, &size, &packet, &error);
	if (session_goes_on(l, code, error, now) && may_send(l, packet, size, now))
		xeap_radius_request(l, xeap_span(packet, size), now);
}

static void fail_as_session(struct xeap_radius_login *l, xeap_time now)
{
	struct xeap_session_result s;

	if (get_result(l, XEAP_REASON_FROM_METHOD, &s) && !s.success)
		xeap_radius_fail(l, now, s.failure_code, "%s", s.reason);
	else
		xeap_radius_fail(l, now, XEAP_E_AUTHENTICATION_FAILED,
				 "%s went on after EAP was over", l->client->o.server);
}

/* Answer what asks for an answer. A server that gets none would wait for ever. */
static void answer(struct xeap_radius_login *l, struct xeap_span eap, xeap_time now)
{
	enum xeap_action action;

	if (!feed(l, eap, &action, now))
		return;
	while (action == XEAP_ACTION_INVOKE_UI || action == XEAP_ACTION_RESPOND)
		if (!decline(l, &action, now))
			return;
	if (action == XEAP_ACTION_SEND)
		send_response(l, now);
	else if (action == XEAP_ACTION_RESULT)
		fail_as_session(l, now);
	else
		xeap_radius_fail(l, now, XEAP_E_REMOTE_INVALID_PACKET,
				 "%s sent an EAP packet that nothing answers", l->client->o.server);
}

/* The EAP packet of a response; len 0: none. False: what is there is none, and the login ended. */
static bool take_eap(struct xeap_radius_login *l, const struct xeap_radius *response,
		     struct xeap_span *ret_eap, xeap_time now)
{
	struct xeap_radius_client *c = l->client;
	int n = xeap_radius_get_eap(response, c->eap, sizeof(c->eap));

	if (n < 0) {
		xeap_radius_fail(l, now, XEAP_E_REMOTE_INVALID_PACKET,
				 "EAP-Message attributes of %s do not follow one another "
				 "(RFC 3579 §3.1)",
				 c->o.server);
		return false;
	}
	*ret_eap = xeap_span(c->eap, (size_t)n);
	return true;
}

static void take_challenge(struct xeap_radius_login *l, const struct xeap_radius *challenge,
			   xeap_time now)
{
	struct xeap_span eap, state;

	if (!take_eap(l, challenge, &eap, now))
		return;
	if (!eap.len) {
		xeap_radius_fail(l, now, XEAP_E_REMOTE_INVALID_PACKET,
				 "%s sent an Access-Challenge without EAP", l->client->o.server);
		return;
	}
	l->has_state = xeap_radius_find(challenge, XEAP_RADIUS_STATE, &state);
	l->state_len = l->has_state ? state.len : 0;
	if (l->state_len)
		memcpy(l->state, state.data, state.len);
	xeap_radius_find_u32(challenge, XEAP_RADIUS_SESSION_TIMEOUT, &l->result.challenge_timeout);
	if (l->client->o.ops->challenged)
		l->client->o.ops->challenged(l->client->o.ctx, l, now);
	answer(l, eap, now);
}

/* RFC 3579 §2.6.3: an Access-Accept is one, whatever EAP packet is in it; the peer has its say. */
static void take_accept(struct xeap_radius_login *l, const struct xeap_radius *accept,
			xeap_time now)
{
	enum xeap_action action = XEAP_ACTION_NONE;
	struct xeap_span eap;

	l->result.accepted = true;
	xeap_radius_find_u32(accept, XEAP_RADIUS_SESSION_TIMEOUT, &l->result.session_timeout);
	if (!take_eap(l, accept, &eap, now) || (eap.len && !feed(l, eap, &action, now)))
		return;
	judge(l, accept, eap, now);
}

static void fail_rejected(struct xeap_radius_login *l, const struct xeap_session_result *s,
			  xeap_time now)
{
	bool told = s->reason && *s->reason;

	xeap_radius_fail(l, now, s->failure_code ? s->failure_code : XEAP_E_AUTHENTICATION_FAILED,
			 "%s%s%s%s", told ? s->reason : "Access-Reject",
			 *l->result.message ? " (" : "", l->result.message,
			 *l->result.message ? ")" : "");
}

static void take_reject(struct xeap_radius_login *l, const struct xeap_radius *reject,
			xeap_time now)
{
	struct xeap_session_result s = { 0 };
	enum xeap_action action;
	struct xeap_span eap;

	l->result.rejected = true;
	if (!take_eap(l, reject, &eap, now) || (eap.len && !feed(l, eap, &action, now)))
		return;
	if (!get_result(l, eap.len ? XEAP_REASON_FROM_METHOD : XEAP_REASON_TIMEOUT, &s) ||
	    s.success || !eap.len)
		s = (struct xeap_session_result){ .reason = "Access-Reject" };
	fail_rejected(l, &s, now);
}

static void take_message(struct xeap_radius_login *l, const struct xeap_radius *response)
{
	struct xeap_span text;

	if (xeap_radius_find(response, XEAP_RADIUS_REPLY_MESSAGE, &text))
		xeap_printable(text, false, l->result.message, sizeof(l->result.message));
}

void xeap_radius_take(struct xeap_radius_login *l, const struct xeap_radius *response,
		      xeap_time now)
{
	l->result.round_trips++;
	take_message(l, response);
	if (response->code == XEAP_RADIUS_ACCESS_CHALLENGE)
		take_challenge(l, response, now);
	else if (response->code == XEAP_RADIUS_ACCESS_ACCEPT)
		take_accept(l, response, now);
	else
		take_reject(l, response, now);
}

/* User-Name is EAP's identity; who has none goes by its address, RFC 3579 §2.1. */
static bool take_user_name(struct xeap_radius_login *l, struct xeap_span response)
{
	struct xeap_eap eap;

	if (xeap_eap_parse(response, &eap) || eap.type.type != XEAP_EAP_IDENTITY ||
	    eap.data.len > sizeof(l->user_name))
		return false;
	l->user_name_len = eap.data.len ? eap.data.len : l->station_len;
	memcpy(l->user_name, eap.data.len ? eap.data.data : l->station, l->user_name_len);
	return true;
}

static void ask_identity(struct xeap_radius_login *l, xeap_time now)
{
	static const uint8_t request[] = { XEAP_EAP_REQUEST, 0, 0, 5, XEAP_EAP_IDENTITY };
	enum xeap_action action;
	uint32_t size;
	uint8_t *packet;

	if (!feed(l, xeap_span(request, sizeof(request)), &action, now))
		return;
	if (action != XEAP_ACTION_SEND ||
	    xeap_session_get_send_packet(l->client->o.host, l->session, &size, &packet, NULL) ||
	    !take_user_name(l, xeap_span(packet, size)))
		xeap_radius_fail(l, now, XEAP_E_IDENTITY_UNKNOWN,
				 "there is no identity of up to %d bytes, which RADIUS needs",
				 XEAP_RADIUS_VALUE_MAX);
	else
		xeap_radius_request(l, xeap_span(packet, size), now);
}

/* What is left of the login before goes, but for where it is and whose. */
static void set_up(struct xeap_radius_client *c, struct xeap_radius_login *l,
		   const struct xeap_radius_begin *begin, xeap_time now)
{
	memset(&l->result, 0, sizeof(l->result));
	memset(l->refused, 0, sizeof(l->refused));
	l->client = c;
	l->flow = begin->flow;
	l->running = true;
	l->began = now;
	l->has_state = false;
	l->error = 0;
	l->tries = 0;
	l->user_name_len = 0;
	l->station_len = begin->station.len;
	if (l->station_len)
		memcpy(l->station, begin->station.data, l->station_len);
}

int xeap_radius_login_begin(struct xeap_radius_client *client, struct xeap_radius_login *login,
			    const struct xeap_radius_begin *begin, xeap_time now)
{
	struct xeap_session_options o = {
		.size = sizeof(o),
		.flags = begin->flags | XEAP_FLAG_NON_INTERACTIVE,
		.profile = begin->profile,
		.max_send_packet_size = client->o.framed_mtu,
		.resumption = begin->resumption,
	};
	struct xeap_error *error = NULL;
	uint32_t code;

	if (login->running || begin->flow >= client->o.flows ||
	    begin->station.len > sizeof(login->station))
		return -EINVAL;
	set_up(client, login, begin, now);
	code = xeap_session_begin(client->o.host, &o, &login->session, &error);
	if (session_goes_on(login, code, error, now))
		ask_identity(login, now);
	return 0;
}

void xeap_radius_login_stop(struct xeap_radius_login *login, const char *why, xeap_time now)
{
	if (login->running)
		xeap_radius_fail(login, now, XEAP_E_AUTHENTICATION_FAILED, "%s", why);
}
