/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/keys.h>
#include <method/sim_peer.h>
#include <stdio.h>
#include <string.h>

#define RESUMPTION_VERSION 1

/* Attributes that a peer may skip are not looked at where they do not belong. */
#define SKIPPABLE                                                                                  \
	(XEAP_AT_BIT(IV) | XEAP_AT_BIT(ENCR_DATA) | XEAP_AT_BIT(NEXT_PSEUDONYM) |                  \
	 XEAP_AT_BIT(NEXT_REAUTH_ID) | XEAP_AT_BIT(CHECKCODE) | XEAP_AT_BIT(RESULT_IND) |          \
	 XEAP_AT_BIT(BIDDING) | XEAP_AT_BIT(PUB_ECDHE) | XEAP_AT_BIT(KDF_FS))

#define REAUTH_ATTRIBUTES                                                                          \
	(XEAP_AT_BIT(IV) | XEAP_AT_BIT(ENCR_DATA) | XEAP_AT_BIT(RESULT_IND) |                      \
	 XEAP_AT_BIT(CHECKCODE) | XEAP_AT_BIT(MAC))
#define NOTIFICATION_ATTRIBUTES                                                                    \
	(XEAP_AT_BIT(NOTIFICATION) | XEAP_AT_BIT(IV) | XEAP_AT_BIT(ENCR_DATA) | XEAP_AT_BIT(MAC))

static struct xeap_span name_span(const struct xeap_sim_name *n)
{
	return xeap_span(n->bytes, n->len);
}

int xeap_sim_go_on(struct xeap_sim_call *call)
{
	call->result->method_state = XEAP_METHOD_CONT;
	call->result->decision = XEAP_DECISION_FAIL;
	call->result->allow_notifications = true;
	return 0;
}

static int end(struct xeap_sim_call *call, struct xeap_sim_reply *reply)
{
	int err = xeap_sim_reply_finish(reply, false, NULL, xeap_span(NULL, 0));

	if (err)
		return err;
	call->peer->state = XEAP_SIM_FAILED;
	call->result->method_state = XEAP_METHOD_DONE;
	call->result->decision = XEAP_DECISION_FAIL;
	return 0;
}

int xeap_sim_client_error(struct xeap_sim_call *call, enum xeap_sim_error error, const char *why)
{
	const struct xeap_sim_kind *kind = call->peer->kind;
	struct xeap_sim_reply reply =
		xeap_sim_reply(call->chunk, call->eap.id, kind->type, XEAP_SIM_CLIENT_ERROR);

	xeap_sim_put_u16(&reply.b, XEAP_AT_CLIENT_ERROR_CODE, (uint16_t)error);
	xeap_diag_set(&call->result->diag, 0, XEAP_E_REMOTE_INVALID_PACKET, "%s: %s", kind->name,
		      why);
	return end(call, &reply);
}

int xeap_sim_give_up(struct xeap_sim_call *call, enum xeap_sim_subtype subtype, uint32_t code,
		     const char *why)
{
	const struct xeap_sim_kind *kind = call->peer->kind;
	struct xeap_sim_reply reply =
		xeap_sim_reply(call->chunk, call->eap.id, kind->type, subtype);

	xeap_diag_set(&call->result->diag, 0, code, "%s: %s", kind->name, why);
	return end(call, &reply);
}

/* A message has what it must have and nothing that does not belong into it. */
static bool has_just(struct xeap_sim_message *m, uint32_t needed, uint32_t allowed)
{
	m->present &= allowed | ~SKIPPABLE;
	return (m->present & needed) == needed && !(m->present & ~allowed);
}

static bool asks(const struct xeap_sim_message *m, enum xeap_sim_asked *ret_asked)
{
	uint32_t which = m->present & (XEAP_AT_BIT(ANY_ID_REQ) | XEAP_AT_BIT(FULLAUTH_ID_REQ) |
				       XEAP_AT_BIT(PERMANENT_ID_REQ));

	*ret_asked = XEAP_SIM_ASKED_NOTHING;
	if (which == XEAP_AT_BIT(ANY_ID_REQ))
		*ret_asked = XEAP_SIM_ASKED_ANY;
	else if (which == XEAP_AT_BIT(FULLAUTH_ID_REQ))
		*ret_asked = XEAP_SIM_ASKED_FULLAUTH;
	else if (which == XEAP_AT_BIT(PERMANENT_ID_REQ))
		*ret_asked = XEAP_SIM_ASKED_PERMANENT;
	return *ret_asked != XEAP_SIM_ASKED_NOTHING || !which;
}

/* RFC 4186 §4.2.6: a peer that holds a pseudonym may keep its permanent identity to itself. */
static const char *identity_for(struct xeap_sim_peer *p, enum xeap_sim_asked asked)
{
	struct xeap_sim_name pseudonym;

	p->offered_reauth = asked == XEAP_SIM_ASKED_ANY && p->reauth.len;
	if (p->offered_reauth) {
		p->identity = p->reauth;
		return NULL;
	}
	xeap_sim_get_pseudonym(p->shared, name_span(&p->permanent), &pseudonym);
	if (asked == XEAP_SIM_ASKED_PERMANENT && pseudonym.len && p->shared->conservative)
		return "server asked for the permanent identity, which "
		       "conservative_peer_mode=1 keeps back while there is a pseudonym";
	if (asked != XEAP_SIM_ASKED_PERMANENT && pseudonym.len)
		p->identity = pseudonym;
	else if (p->permanent.len)
		p->identity = p->permanent;
	else
		return "server asked for an identity and identity= is missing";
	return NULL;
}

int xeap_sim_choose_identity(struct xeap_sim_call *call, const char **ret_why)
{
	struct xeap_sim_peer *p = call->peer;
	enum xeap_sim_asked asked;

	*ret_why = NULL;
	if (!asks(&call->m, &asked))
		*ret_why = "server asked for several identities at once";
	else if (asked == XEAP_SIM_ASKED_NOTHING)
		return -ENOENT;
	else if (asked <= p->asked)
		*ret_why = "server asked again for an identity that it has (RFC 4186 §4.2.5)";
	else
		*ret_why = identity_for(p, asked);
	if (*ret_why)
		return -EPROTO;
	p->asked = asked;
	return 0;
}

/* Realm of the permanent identity: a pseudonym comes without one (RFC 4186 §4.2.1.7). */
static struct xeap_span realm_of(const struct xeap_sim_name *permanent)
{
	struct xeap_reader r = xeap_reader(name_span(permanent));
	const uint8_t *at = permanent->len ? memchr(permanent->bytes, '@', permanent->len) : NULL;

	if (!at)
		return xeap_span(NULL, 0);
	xeap_read_span(&r, (size_t)(at - permanent->bytes));
	return xeap_read_rest(&r);
}

static void keep_pseudonym(struct xeap_sim_peer *p, struct xeap_span value)
{
	struct xeap_sim_name name;
	struct xeap_builder b = xeap_builder(name.bytes, sizeof(name.bytes));

	xeap_put_span(&b, value);
	if (!memchr(value.data, '@', value.len))
		xeap_put_span(&b, realm_of(&p->permanent));
	name.len = xeap_builder_len(&b);
	if (name.len)
		xeap_sim_set_pseudonym(p->shared, name_span(&p->permanent), &name);
}

/* Each re-authentication identity is good for one time (RFC 4186 §5.5). */
static void keep_reauth(struct xeap_sim_peer *p, const struct xeap_sim_message *inner)
{
	p->reauth.len = 0;
	if (inner->present & XEAP_AT_BIT(NEXT_REAUTH_ID))
		xeap_sim_name_set(&p->reauth, inner->value[XEAP_AT_NEXT_REAUTH_ID]);
}

int xeap_sim_take_identities(struct xeap_sim_call *call, const struct xeap_sim_keys *keys)
{
	static const uint32_t allowed = XEAP_AT_BIT(NEXT_PSEUDONYM) | XEAP_AT_BIT(NEXT_REAUTH_ID);
	uint8_t plain[XEAP_SIM_PLAIN_MAX];
	struct xeap_sim_message inner;
	int err = xeap_sim_decrypt(&call->m, keys, allowed, plain, &inner);

	if (err)
		return err;
	keep_reauth(call->peer, &inner);
	if (inner.value[XEAP_AT_NEXT_PSEUDONYM].len)
		keep_pseudonym(call->peer, inner.value[XEAP_AT_NEXT_PSEUDONYM]);
	return 0;
}

static int checkcode(const struct xeap_sim_peer *p, uint8_t ret_value[XEAP_SHA256_LEN])
{
	struct xeap_span rounds = xeap_span(p->rounds, p->rounds_len);

	if (!p->rounds_len)
		return 0;
	return xeap_digest_once(p->kind->prime ? XEAP_DIGEST_SHA256 : XEAP_DIGEST_SHA1, &rounds, 1,
				ret_value, XEAP_SHA256_LEN);
}

bool xeap_sim_checkcode_is_right(const struct xeap_sim_call *call)
{
	struct xeap_span theirs = call->m.value[XEAP_AT_CHECKCODE];
	uint8_t value[XEAP_SHA256_LEN];
	int n;

	if (!(call->m.present & XEAP_AT_BIT(CHECKCODE)))
		return true;
	n = checkcode(call->peer, value);
	return n >= 0 && theirs.len == (size_t)n &&
	       (n == 0 || memcmp(theirs.data, value, theirs.len) == 0);
}

/* An answer to theirs, when there was one. */
void xeap_sim_put_checkcode(const struct xeap_sim_call *call, struct xeap_builder *b)
{
	uint8_t value[XEAP_SHA256_LEN];
	int n;

	if (!(call->m.present & XEAP_AT_BIT(CHECKCODE)))
		return;
	n = checkcode(call->peer, value);
	if (n < 0)
		b->bad = true;
	else
		xeap_sim_put_reserved(b, XEAP_AT_CHECKCODE, xeap_span(value, (size_t)n));
}

/* The server may still refuse; with AT_RESULT_IND it says what it decided, and only that counts. */
static void await_end(struct xeap_sim_call *call)
{
	struct xeap_method_result *r = call->result;
	const char *name = call->peer->kind->name;

	r->method_state = XEAP_METHOD_MAY_CONT;
	r->allow_notifications = true;
	r->decision = call->peer->result_ind ? XEAP_DECISION_FAIL : XEAP_DECISION_COND_SUCC;
	if (call->peer->result_ind)
		xeap_diag_set(&r->diag, 0, XEAP_E_AUTHENTICATION_FAILED,
			      "%s: server ended without the result indication that both sides "
			      "agreed on (result_ind=1 of phase1)",
			      name);
	else
		xeap_diag_set(&r->diag, 0, XEAP_E_USER_CREDENTIALS_REJECTED,
			      "authenticator sent EAP-Failure after %s: it refused this subscriber "
			      "or the key in password=",
			      name);
}

static void agree_on_result_ind(struct xeap_sim_call *call, struct xeap_sim_reply *reply)
{
	struct xeap_sim_peer *p = call->peer;

	p->result_ind = p->shared->result_ind && (call->m.present & XEAP_AT_BIT(RESULT_IND));
	if (p->result_ind)
		xeap_sim_put_u16(&reply->b, XEAP_AT_RESULT_IND, 0);
}

int xeap_sim_finish_challenge(struct xeap_sim_call *call, struct xeap_sim_reply *reply,
			      struct xeap_span extra)
{
	struct xeap_sim_peer *p = call->peer;
	int err;

	agree_on_result_ind(call, reply);
	xeap_sim_reply_mac(reply);
	err = xeap_sim_reply_finish(reply, p->kind->prime, &p->keys, extra);
	if (err)
		return err;
	p->state = XEAP_SIM_AUTHENTICATED;
	p->offered_reauth = false;
	p->counter = 1;
	await_end(call);
	return 0;
}

/* RFC 4186 §5.6: the server goes on with a full authentication, with identities from the start. */
static int counter_too_small(struct xeap_sim_call *call, uint16_t counter, struct xeap_span nonce_s)
{
	struct xeap_sim_peer *p = call->peer;
	struct xeap_sim_reply reply =
		xeap_sim_reply(call->chunk, call->eap.id, p->kind->type, XEAP_SIM_REAUTHENTICATION);
	int err = xeap_sim_reply_counter(&reply, &p->keys, counter, true);

	if (err)
		return err;
	xeap_sim_put_checkcode(call, &reply.b);
	xeap_sim_reply_mac(&reply);
	err = xeap_sim_reply_finish(&reply, p->kind->prime, &p->keys, nonce_s);
	if (err)
		return err;
	p->reauth.len = 0;
	p->offered_reauth = false;
	p->asked = XEAP_SIM_ASKED_NOTHING;
	return xeap_sim_go_on(call);
}

static int derive_reauth(struct xeap_sim_peer *p, uint16_t counter, struct xeap_span nonce_s)
{
	struct xeap_span identity = name_span(&p->identity);

	return p->kind->prime ? xeap_aka_prime_keys_reauth(&p->keys, identity, counter, nonce_s)
			      : xeap_sim_keys_reauth(&p->keys, identity, counter, nonce_s);
}

/* RFC 8940 §2: Type, NONCE_S, and the MAC of the request. */
static void reauth_session_id(struct xeap_sim_call *call, struct xeap_span nonce_s)
{
	struct xeap_sim_peer *p = call->peer;
	struct xeap_builder b = xeap_builder(p->session_id, sizeof(p->session_id));

	xeap_put_u8(&b, p->kind->type);
	xeap_put_span(&b, nonce_s);
	xeap_put_span(&b, call->m.value[XEAP_AT_MAC]);
	p->session_id_len = xeap_builder_len(&b);
}

static int accept_reauth(struct xeap_sim_call *call, const struct xeap_sim_message *inner)
{
	struct xeap_sim_peer *p = call->peer;
	struct xeap_span nonce_s = inner->value[XEAP_AT_NONCE_S];
	struct xeap_sim_reply reply =
		xeap_sim_reply(call->chunk, call->eap.id, p->kind->type, XEAP_SIM_REAUTHENTICATION);
	uint16_t counter = xeap_sim_u16(inner, XEAP_AT_COUNTER);
	int err = xeap_sim_reply_counter(&reply, &p->keys, counter, false);

	if (!err)
		err = derive_reauth(p, counter, nonce_s);
	if (err)
		return err;
	xeap_sim_put_checkcode(call, &reply.b);
	agree_on_result_ind(call, &reply);
	xeap_sim_reply_mac(&reply);
	err = xeap_sim_reply_finish(&reply, p->kind->prime, &p->keys, nonce_s);
	if (err)
		return err;
	reauth_session_id(call, nonce_s);
	keep_reauth(p, inner);
	p->counter = counter;
	p->state = XEAP_SIM_REAUTHENTICATED;
	await_end(call);
	return 0;
}

static int reauthenticate(struct xeap_sim_call *call)
{
	static const uint32_t needed = XEAP_AT_BIT(COUNTER) | XEAP_AT_BIT(NONCE_S);
	struct xeap_sim_peer *p = call->peer;
	struct xeap_sim_message inner;
	uint8_t plain[XEAP_SIM_PLAIN_MAX];
	uint16_t counter;

	if (p->state != XEAP_SIM_IDENTIFYING || !p->offered_reauth)
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
					     "server sent Re-authentication that nobody offered");
	if (!has_just(&call->m, XEAP_AT_BIT(MAC), REAUTH_ATTRIBUTES) ||
	    !xeap_sim_mac_is_right(&call->m, call->eap.packet, p->kind->prime, &p->keys,
				   xeap_span(NULL, 0)))
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
					     "server sent Re-authentication with a wrong AT_MAC");
	if (xeap_sim_decrypt(&call->m, &p->keys, needed | XEAP_AT_BIT(NEXT_REAUTH_ID), plain,
			     &inner) ||
	    (inner.present & needed) != needed || !xeap_sim_checkcode_is_right(call))
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
					     "server sent a malformed Re-authentication");
	counter = xeap_sim_u16(&inner, XEAP_AT_COUNTER);
	if (counter < p->counter)
		return counter_too_small(call, counter, inner.value[XEAP_AT_NONCE_S]);
	return accept_reauth(call, &inner);
}

/* Notifications after a re-authentication carry its counter (RFC 4186 §6.1). */
static bool has_counter(struct xeap_sim_call *call)
{
	struct xeap_sim_peer *p = call->peer;
	uint8_t plain[XEAP_SIM_PLAIN_MAX];
	struct xeap_sim_message inner;

	if (p->state != XEAP_SIM_REAUTHENTICATED)
		return true;
	return xeap_sim_decrypt(&call->m, &p->keys, XEAP_AT_BIT(COUNTER), plain, &inner) == 0 &&
	       (inner.present & XEAP_AT_BIT(COUNTER)) &&
	       xeap_sim_u16(&inner, XEAP_AT_COUNTER) == p->counter;
}

static const char *notification_text(uint16_t code)
{
	static const struct {
		uint16_t code;
		const char *text;
	} texts[] = {
		{ 0, "general failure after authentication" },
		{ 1026, "the user is temporarily denied access" },
		{ 1031, "the user has not subscribed to the service" },
		{ 16384, "general failure" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].code == code)
			return texts[i].text;
	return "no reason that has a name";
}

static int end_notified(struct xeap_sim_call *call, struct xeap_sim_reply *reply, uint16_t code)
{
	struct xeap_sim_peer *p = call->peer;
	bool success = code & XEAP_SIM_NOTIFICATION_S;
	int err = xeap_sim_reply_finish(reply, p->kind->prime, &p->keys, xeap_span(NULL, 0));

	if (err)
		return err;
	call->result->method_state = XEAP_METHOD_DONE;
	call->result->decision = success ? XEAP_DECISION_UNCOND_SUCC : XEAP_DECISION_FAIL;
	p->state = success ? XEAP_SIM_SUCCEEDED : XEAP_SIM_FAILED;
	if (!success)
		xeap_diag_set(&call->result->diag, 0, XEAP_E_AUTHENTICATION_FAILED,
			      "%s: server refused with notification %u: %s", p->kind->name, code,
			      notification_text(code));
	return 0;
}

static const char *notification_fault(struct xeap_sim_call *call, uint16_t code)
{
	struct xeap_sim_peer *p = call->peer;
	bool early = code & XEAP_SIM_NOTIFICATION_P;

	if (early != (p->state == XEAP_SIM_IDENTIFYING))
		return "server sent a notification in the wrong phase (RFC 4186 §6.1)";
	if (early)
		return (code & XEAP_SIM_NOTIFICATION_S) || (call->m.present & XEAP_AT_BIT(MAC))
			       ? "server sent a notification that only follows a challenge"
			       : NULL;
	if (!xeap_sim_mac_is_right(&call->m, call->eap.packet, p->kind->prime, &p->keys,
				   xeap_span(NULL, 0)))
		return "server sent a notification with a wrong AT_MAC";
	if (!has_counter(call))
		return "server sent a notification without the counter of the re-authentication";
	if ((code & XEAP_SIM_NOTIFICATION_S) && !p->result_ind)
		return "server sent a result indication that nobody agreed on";
	return NULL;
}

static int notify(struct xeap_sim_call *call)
{
	struct xeap_sim_peer *p = call->peer;
	struct xeap_sim_reply reply;
	const char *why;
	uint16_t code;
	int err = 0;

	if (!has_just(&call->m, XEAP_AT_BIT(NOTIFICATION), NOTIFICATION_ATTRIBUTES))
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
					     "server sent a malformed notification");
	code = xeap_sim_u16(&call->m, XEAP_AT_NOTIFICATION);
	why = notification_fault(call, code);
	if (why)
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE, why);
	reply = xeap_sim_reply(call->chunk, call->eap.id, p->kind->type, XEAP_SIM_NOTIFICATION);
	if (p->state == XEAP_SIM_REAUTHENTICATED)
		err = xeap_sim_reply_counter(&reply, &p->keys, p->counter, false);
	if (p->state != XEAP_SIM_IDENTIFYING)
		xeap_sim_reply_mac(&reply);
	return err ? err : end_notified(call, &reply, code);
}

static int identify(struct xeap_sim_call *call)
{
	const struct xeap_sim_kind *kind = call->peer->kind;

	if (call->peer->state != XEAP_SIM_IDENTIFYING ||
	    !has_just(&call->m, 0, kind->identity_attributes))
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
					     "server sent a malformed request for an identity");
	return kind->identity(call);
}

static int challenge(struct xeap_sim_call *call)
{
	const struct xeap_sim_kind *kind = call->peer->kind;

	if (call->peer->state != XEAP_SIM_IDENTIFYING ||
	    !has_just(&call->m, XEAP_AT_BIT(RAND) | XEAP_AT_BIT(MAC), kind->challenge_attributes))
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
					     "server sent a malformed challenge");
	return kind->challenge(call);
}

static int dispatch(struct xeap_sim_call *call)
{
	const struct xeap_sim_kind *kind = call->peer->kind;
	uint8_t subtype = call->m.subtype;

	if (subtype == kind->identity_subtype)
		return identify(call);
	if (subtype == kind->challenge_subtype)
		return challenge(call);
	if (subtype == XEAP_SIM_REAUTHENTICATION)
		return reauthenticate(call);
	if (subtype == XEAP_SIM_NOTIFICATION)
		return notify(call);
	return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
				     "server sent a request of an unknown subtype");
}

int xeap_sim_peer_process(struct xeap_sim_peer *p, struct xeap_span request,
			  struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	struct xeap_sim_call call = { .peer = p, .chunk = &response->c, .result = ret_result };

	if (xeap_eap_parse(request, &call.eap) < 0 || p->state == XEAP_SIM_SUCCEEDED ||
	    p->state == XEAP_SIM_FAILED) {
		ret_result->ignore = true;
		return 0;
	}
	switch (xeap_sim_parse(call.eap.data, &call.m)) {
	case 0:
		return dispatch(&call);
	case -EPROTONOSUPPORT:
		return xeap_sim_client_error(&call, XEAP_SIM_UNABLE,
					     "server sent an unknown attribute that must not be "
					     "skipped");
	}
	return xeap_sim_client_error(&call, XEAP_SIM_UNABLE, "server sent a malformed packet");
}

/* What get_resumption() wrote; anything else is no resumption. */
static void resume(struct xeap_sim_peer *p, struct xeap_span blob)
{
	struct xeap_reader r = xeap_reader(blob);
	uint8_t version = xeap_read_u8(&r), type = xeap_read_u8(&r);
	uint16_t counter = xeap_read_u16(&r);
	struct xeap_span mk = xeap_read_span(&r, sizeof(p->keys.mk));
	struct xeap_span k_re = xeap_read_span(&r, sizeof(p->keys.k_re));
	struct xeap_span k_encr = xeap_read_span(&r, sizeof(p->keys.k_encr));
	struct xeap_span k_aut = xeap_read_span(&r, sizeof(p->keys.k_aut));

	if (r.bad || version != RESUMPTION_VERSION || type != p->kind->type)
		return;
	xeap_sim_name_set(&p->reauth, xeap_read_rest(&r));
	memcpy(p->keys.mk, mk.data, mk.len);
	memcpy(p->keys.k_re, k_re.data, k_re.len);
	memcpy(p->keys.k_encr, k_encr.data, k_encr.len);
	memcpy(p->keys.k_aut, k_aut.data, k_aut.len);
	p->counter = counter;
}

/* Who the subscriber is, and what the host has answered an Identity request with. */
static void learn_identities(struct xeap_sim_peer *p, const struct xeap_method_args *args)
{
	struct xeap_span imsi = name_span(&p->shared->imsi_identity);
	struct xeap_span outer = xeap_config_get(args->config, XEAP_CONFIG_ANONYMOUS_IDENTITY);
	struct xeap_span permanent = imsi.len ? imsi : args->identity;

	if (!outer.data)
		outer = args->identity.data ? args->identity : imsi;
	xeap_sim_name_set(&p->permanent, permanent);
	xeap_sim_name_set(&p->identity, outer);
}

int xeap_sim_peer_init(struct xeap_sim_peer *p, const struct xeap_sim_kind *kind,
		       const struct xeap_method_args *args)
{
	if (!args->shared)
		return -EINVAL;
	p->kind = kind;
	p->shared = args->shared;
	p->keeps_resumption = args->keeps_resumption;
	learn_identities(p, args);
	if (args->keeps_resumption && args->resumption.data)
		resume(p, args->resumption);
	return 0;
}

static bool has_keys(const struct xeap_sim_peer *p)
{
	return p->state == XEAP_SIM_AUTHENTICATED || p->state == XEAP_SIM_REAUTHENTICATED ||
	       p->state == XEAP_SIM_SUCCEEDED;
}

int xeap_sim_peer_get_key(const struct xeap_sim_peer *p, enum xeap_key_kind kind, uint8_t *buf,
			  size_t size)
{
	const struct xeap_method_keys exported = {
		.msk = xeap_span(p->keys.msk, sizeof(p->keys.msk)),
		.emsk = xeap_span(p->keys.emsk, sizeof(p->keys.emsk)),
		.session_id = xeap_span(p->session_id, p->session_id_len),
	};

	return has_keys(p) ? xeap_method_keys_get(&exported, kind, buf, size) : -ENOENT;
}

/* The next counter is one higher than that of a re-authentication (RFC 4186 §5.1). */
int xeap_sim_peer_get_resumption(const struct xeap_sim_peer *p, uint8_t *buf, size_t size)
{
	struct xeap_builder b = xeap_builder(buf, size);
	uint32_t counter = p->counter + (uint32_t)p->offered_reauth;

	if (!has_keys(p) || !p->keeps_resumption || !p->reauth.len || counter > UINT16_MAX)
		return -ENOENT;
	xeap_put_u8(&b, RESUMPTION_VERSION);
	xeap_put_u8(&b, p->kind->type);
	xeap_put_u16(&b, (uint16_t)counter);
	xeap_put_span(&b, xeap_span(p->keys.mk, sizeof(p->keys.mk)));
	xeap_put_span(&b, xeap_span(p->keys.k_re, sizeof(p->keys.k_re)));
	xeap_put_span(&b, xeap_span(p->keys.k_encr, sizeof(p->keys.k_encr)));
	xeap_put_span(&b, xeap_span(p->keys.k_aut, sizeof(p->keys.k_aut)));
	xeap_put_span(&b, name_span(&p->reauth));
	return b.bad ? -ENOSPC : (int)xeap_builder_len(&b);
}

void xeap_sim_peer_describe(const struct xeap_sim_peer *p, struct xeap_method_info *ret_info)
{
	ret_info->resumed = p->offered_reauth && has_keys(p);
}

void xeap_sim_peer_done(struct xeap_sim_peer *p)
{
	xeap_wipe(p, sizeof(*p));
}
