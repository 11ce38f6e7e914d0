/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "peer/peer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/wipe.h"
#include <xeap/host.h>

#define MAX_NAK_TYPES 32
#define FLAGS_OCTET 1 /* Type-Data this long carries no payload: RFC 5216 §3.1 */

/*
 * Content of a request, to tell a duplicate from a new one with the same Identifier. Not meant to
 * resist design: who finds a collision gets the previous response sent again.
 */
static void digest(struct xeap_span s, uint64_t ret_digest[2])
{
	uint64_t a = 0x9e3779b97f4a7c15u ^ s.len, b = 0xc2b2ae3d27d4eb4fu;

	while (s.len) {
		size_t n = s.len < 8 ? s.len : 8;
		uint64_t word = 0;

		memcpy(&word, s.data, n);
		a = (a ^ word) * 0xff51afd7ed558ccdu;
		a ^= a >> 32;
		b = (b + word) * 0xc4ceb9fe1a85ec53u;
		b = (b << 29 | b >> 35) ^ a;
		s = xeap_span(s.data + n, s.len - n);
	}
	ret_digest[0] = a;
	ret_digest[1] = b;
}

void xeap_peer_init(struct xeap_peer *p, const struct xeap_peer_config *config)
{
	*p = (struct xeap_peer){
		.config = config,
		.state = XEAP_PEER_IDLE,
		.method_state = XEAP_METHOD_NONE,
		.decision = XEAP_DECISION_FAIL,
		.allow_notifications = true,
	};
}

/* A method in CONT has not made up its mind, whatever it says beside (RFC 4137 §4.2). */
static enum xeap_decision decision(const struct xeap_peer *p)
{
	return p->method_state == XEAP_METHOD_CONT ? XEAP_DECISION_FAIL
						   : (enum xeap_decision)p->decision;
}

static bool is_duplicate(const struct xeap_peer *p, const struct xeap_peer_received *r)
{
	return p->have_last_req && r->req.id == p->last_id &&
	       r->digest[0] == p->last_req_digest[0] && r->digest[1] == p->last_req_digest[1];
}

static bool is_open(const struct xeap_peer *p, const struct xeap_peer_received *r)
{
	return p->need != XEAP_NEED_NONE && r->req.id == p->open_id &&
	       r->digest[0] == p->open_digest[0] && r->digest[1] == p->open_digest[1];
}

static enum xeap_peer_step method_step(const struct xeap_peer *p, struct xeap_method_type type)
{
	if (!p->selected)
		return XEAP_PEER_TO_GET_METHOD;
	if (xeap_eap_type_equal(p->selected->method->type, type) &&
	    p->method_state != XEAP_METHOD_DONE)
		return XEAP_PEER_TO_METHOD;
	return XEAP_PEER_TO_DISCARD;
}

/* Whether an expanded type spells 0 to 3, which are no methods to be negotiated (RFC 3748 §5.7). */
static bool is_no_method(struct xeap_method_type type)
{
	return type.type == XEAP_EAP_EXPANDED && !type.vendor && type.vendor_type <= XEAP_EAP_NAK;
}

static enum xeap_peer_step request_step(const struct xeap_peer *p,
					const struct xeap_peer_received *r)
{
	if (is_open(p, r))
		return XEAP_PEER_TO_WAIT;
	if (is_duplicate(p, r))
		return p->need == XEAP_NEED_NONE ? XEAP_PEER_TO_RETRANSMIT : XEAP_PEER_TO_DISCARD;
	switch (r->req.type.type) {
	case 0:
	case XEAP_EAP_NAK: /* in responses only, RFC 3748 §5.3 */
		return XEAP_PEER_TO_DISCARD;
	case XEAP_EAP_IDENTITY:
		return p->selected ? XEAP_PEER_TO_DISCARD : XEAP_PEER_TO_IDENTITY;
	case XEAP_EAP_NOTIFICATION:
		return p->allow_notifications ? XEAP_PEER_TO_NOTIFICATION : XEAP_PEER_TO_DISCARD;
	}
	return is_no_method(r->req.type) ? XEAP_PEER_TO_DISCARD : method_step(p, r->req.type);
}

/*
 * RFC 3748 §4.2: the Identifier of Success and Failure is that of the Response they answer. An
 * authenticator that waited in vain fails with that of its request (RFC 4137 §5.4, currentId).
 */
static bool answers_us(const struct xeap_peer *p, const struct xeap_eap *eap)
{
	if (p->need != XEAP_NEED_NONE && eap->code == XEAP_EAP_FAILURE && eap->id == p->open_id)
		return true;
	if (!p->have_last_req)
		return false;
	return eap->id == p->last_id ||
	       (p->config->next_id_accepted && eap->id == (uint8_t)(p->last_id + 1));
}

static enum xeap_peer_step verdict_step(const struct xeap_peer *p, const struct xeap_eap *eap)
{
	bool success = eap->code == XEAP_EAP_SUCCESS;

	if (!answers_us(p, eap))
		return XEAP_PEER_TO_DISCARD;
	if (success && decision(p) != XEAP_DECISION_FAIL)
		return XEAP_PEER_TO_SUCCESS;
	if (p->method_state == XEAP_METHOD_CONT)
		return XEAP_PEER_TO_DISCARD;
	if (success || decision(p) != XEAP_DECISION_UNCOND_SUCC)
		return XEAP_PEER_TO_FAILURE;
	return XEAP_PEER_TO_DISCARD;
}

static enum xeap_peer_step step(const struct xeap_peer *p, const struct xeap_peer_received *r)
{
	if (p->state != XEAP_PEER_IDLE)
		return XEAP_PEER_TO_DISCARD;
	switch (r->req.code) {
	case XEAP_EAP_REQUEST:
		return request_step(p, r);
	case XEAP_EAP_SUCCESS:
	case XEAP_EAP_FAILURE:
		return verdict_step(p, &r->req);
	case XEAP_EAP_INITIATE:
		return is_duplicate(p, r) ? XEAP_PEER_TO_RETRANSMIT
					  : xeap_peer_initiate_step(p, r->req.packet);
	case XEAP_EAP_FINISH:
		return xeap_peer_finish_step(p, r->req.packet);
	}
	return XEAP_PEER_TO_DISCARD; /* RFC 3748 §4: a peer discards Responses */
}

int xeap_peer_receive(const struct xeap_peer *p, struct xeap_span packet,
		      struct xeap_peer_received *ret_received)
{
	struct xeap_peer_received *r = ret_received;
	int err = xeap_eap_parse(packet, &r->req);

	if (err == -EPROTONOSUPPORT) {
		*r = (struct xeap_peer_received){ .step = XEAP_PEER_TO_DISCARD };
		return 0;
	}
	if (err)
		return -EBADMSG;
	digest(r->req.packet, r->digest);
	r->step = step(p, r);
	return 0;
}

bool xeap_peer_responds(const struct xeap_peer_received *received)
{
	switch (received->step) {
	case XEAP_PEER_TO_METHOD:
	case XEAP_PEER_TO_GET_METHOD:
	case XEAP_PEER_TO_IDENTITY:
	case XEAP_PEER_TO_NOTIFICATION:
	case XEAP_PEER_TO_REAUTH:
		return true;
	case XEAP_PEER_TO_DISCARD:
	case XEAP_PEER_TO_RETRANSMIT:
	case XEAP_PEER_TO_WAIT:
	case XEAP_PEER_TO_SUCCESS:
	case XEAP_PEER_TO_FAILURE:
	case XEAP_PEER_STEP_MAX:
		break;
	}
	return false;
}

static void keep_diag(struct xeap_peer *p, const struct xeap_diag *diag)
{
	if (diag->code || diag->text[0])
		p->diag = *diag;
}

/* How far the conversation came, for the reasons of failures: two parts of a phrase. */
static const char *how_far(const struct xeap_peer *p)
{
	if (p->selected)
		return "after ";
	if (p->naked)
		return "after offering none of the configured methods";
	return p->identity_done ? "after the identity" : "before any method";
}

static const char *which(const struct xeap_peer *p)
{
	return p->selected ? p->selected->method->name : "";
}

/* FAILURE; a reason that is known already, the method's, is better than `what`. */
static void fail(struct xeap_peer *p, const char *what)
{
	uint32_t code = p->naked && !p->selected ? XEAP_I_NEGOTIATION_FAILED
						 : XEAP_E_AUTHENTICATION_FAILED;

	p->state = XEAP_PEER_FAILURE;
	if (!p->diag.code)
		p->diag.code = code;
	if (!p->diag.text[0])
		xeap_diag_set(&p->diag, 0, p->diag.code, "%s %s%s", what, how_far(p), which(p));
}

int xeap_peer_refuse(struct xeap_peer *p, const char *why)
{
	p->state = XEAP_PEER_FAILURE;
	return xeap_diag_set(&p->diag, -EPROTO, XEAP_E_METHOD_INVALID_PACKET,
			     "%s made a response that must not be sent: %s",
			     p->selected ? which(p) : "the peer", why);
}

/* What is wrong with a response, NULL when nothing is. */
static const char *response_fault(const struct xeap_peer *p, const struct xeap_eap *req,
				  const struct xeap_chunk *c, struct xeap_eap *ret_resp)
{
	if (!c->len)
		return "it is empty";
	if (c->len > c->cap || c->len > p->config->max_packet)
		return "it is longer than allowed";
	if (xeap_eap_parse(xeap_span(c->data, c->len), ret_resp))
		return "it is malformed";
	if (ret_resp->len != c->len)
		return "its Length is not its length";
	if (ret_resp->code != XEAP_EAP_RESPONSE)
		return "its Code is not Response";
	if (ret_resp->id != req->id)
		return "its Identifier is not the request's";
	return NULL;
}

static int limit(struct xeap_peer *p, unsigned int n, const char *what)
{
	p->state = XEAP_PEER_FAILURE;
	return xeap_diag_set(&p->diag, -ELOOP, XEAP_E_AUTHENTICATION_FAILED,
			     "no result in %u requests%s, %s%s", n, what, how_far(p), which(p));
}

static int count_round(struct xeap_peer *p, const struct xeap_peer_received *r,
		       enum xeap_peer_verdict *ret_verdict)
{
	if (p->rounds >= XEAP_PEER_MAX_ROUNDS)
		return limit(p, XEAP_PEER_MAX_ROUNDS, "");
	p->rounds++;
	p->last_id = r->req.id;
	p->have_last_req = true;
	p->need = XEAP_NEED_NONE;
	memcpy(p->last_req_digest, r->digest, sizeof(p->last_req_digest));
	*ret_verdict = XEAP_PEER_RESPOND;
	return 0;
}

/* SEND_RESPONSE, with the round limits. */
static int send_response(struct xeap_peer *p, const struct xeap_peer_received *r,
			 const struct xeap_chunk *c, enum xeap_peer_verdict *ret_verdict)
{
	struct xeap_eap resp;
	const char *fault = response_fault(p, &r->req, c, &resp);

	if (fault)
		return xeap_peer_refuse(p, fault);
	if (r->req.data.len > FLAGS_OCTET || resp.data.len > FLAGS_OCTET)
		p->empty_rounds = 0;
	else if (p->empty_rounds++ >= XEAP_PEER_MAX_EMPTY_ROUNDS)
		return limit(p, XEAP_PEER_MAX_EMPTY_ROUNDS, " without content");
	return count_round(p, r, ret_verdict);
}

/* What a method may say of a request it took (RFC 4137 §4.2). */
static bool is_sound(const struct xeap_method_result *m)
{
	return (m->method_state == XEAP_METHOD_CONT || m->method_state == XEAP_METHOD_MAY_CONT ||
		m->method_state == XEAP_METHOD_DONE) &&
	       (unsigned int)m->decision < XEAP_DECISION_MAX;
}

static int method_failed(struct xeap_peer *p, int err, const struct xeap_diag *diag)
{
	keep_diag(p, diag);
	p->state = XEAP_PEER_FAILURE;
	if (!p->diag.code)
		p->diag.code = xeap_code_of_errno(err);
	if (!p->diag.text[0])
		xeap_diag_set(&p->diag, 0, p->diag.code, "%s gave up: %s", which(p),
			      strerror(-err));
	return err;
}

/*
 * A type is a method's when it says so itself; which of the two spellings of {254, 0, N} it uses
 * is no fault (RFC 3748 §5.7).
 */
static bool is_methods_own(const struct xeap_peer *p, const struct xeap_chunk *c)
{
	struct xeap_eap resp;

	return c->len > c->cap || xeap_eap_parse(xeap_span(c->data, c->len), &resp) ||
	       resp.code != XEAP_EAP_RESPONSE ||
	       xeap_eap_type_equal(resp.type, p->selected->method->type);
}

/* The end of METHOD. */
static int after_method(struct xeap_peer *p, const struct xeap_peer_received *r,
			const struct xeap_chunk *c, enum xeap_peer_verdict *ret_verdict)
{
	/*
	 * RFC 4137 goes to FAILURE at once on DONE and FAIL. A response that the method made all
	 * the same goes out first: it is how a TLS alert gets to the server (RFC 5216 §2.1.3).
	 * The state stays DONE, so that nothing but Failure can follow.
	 */
	if (p->method_state == XEAP_METHOD_DONE && p->decision == XEAP_DECISION_FAIL && !c->len) {
		fail(p, "failure");
		*ret_verdict = XEAP_PEER_DONE;
		return 0;
	}
	if (c->len && c->len <= c->cap && p->config->holds &&
	    !p->config->holds(p->config->holds_ctx, c))
		return xeap_peer_refuse(p, "it lies outside its frame");
	if (!is_methods_own(p, c))
		return xeap_peer_refuse(p, "its Type is another method's");
	return send_response(p, r, c, ret_verdict);
}

/* The request stays open, with all that it takes to answer it later. */
static int keep_open(struct xeap_peer *p, const struct xeap_peer_received *r,
		     enum xeap_method_need need, enum xeap_peer_verdict *ret_verdict)
{
	p->need = (uint8_t)need;
	p->open_id = r->req.id;
	p->open_empty = r->req.data.len <= FLAGS_OCTET;
	memcpy(p->open_digest, r->digest, sizeof(p->open_digest));
	*ret_verdict = XEAP_PEER_ASK;
	return 0;
}

static struct xeap_peer_received reopen(const struct xeap_peer *p)
{
	struct xeap_peer_received r = { .step = XEAP_PEER_TO_METHOD };

	r.req.code = XEAP_EAP_REQUEST;
	r.req.id = p->open_id;
	r.req.data.len = p->open_empty ? 0 : FLAGS_OCTET + 1;
	memcpy(r.digest, p->open_digest, sizeof(r.digest));
	return r;
}

/* Nobody is there to be asked: a method's own words for what is missing are better than these. */
static int cannot_ask(struct xeap_peer *p, const struct xeap_diag *diag,
		      enum xeap_peer_verdict *ret_verdict)
{
	p->diag = *diag;
	if (!p->diag.code)
		p->diag.code = p->selected ? XEAP_E_USER_CREDENTIALS_REJECTED
					   : XEAP_E_IDENTITY_UNKNOWN;
	if (!p->diag.text[0])
		xeap_diag_set(&p->diag, 0, p->diag.code,
			      "%s has to ask a person, and this session must not",
			      p->selected ? which(p) : "the peer");
	p->state = XEAP_PEER_FAILURE;
	*ret_verdict = XEAP_PEER_DONE;
	return 0;
}

static int ask_person(struct xeap_peer *p, const struct xeap_peer_received *r,
		      const struct xeap_diag *diag, enum xeap_peer_verdict *ret_verdict)
{
	struct xeap_prompt prompt;

	if (p->config->flags & (XEAP_FLAG_NON_INTERACTIVE | XEAP_FLAG_SUPPRESS_UI))
		return cannot_ask(p, diag, ret_verdict);
	if (xeap_peer_get_prompt(p, &prompt) || xeap_prompt_write(&prompt, NULL, 0) < 0)
		return xeap_peer_refuse(p, "it asks what cannot be shown");
	return keep_open(p, r, XEAP_NEED_UI, ret_verdict);
}

static int method_needs(struct xeap_peer *p, const struct xeap_peer_received *r,
			const struct xeap_method_result *m, enum xeap_peer_verdict *ret_verdict)
{
	switch (m->need) {
	case XEAP_NEED_UI:
		if (p->selected->method->get_prompt)
			return ask_person(p, r, &m->diag, ret_verdict);
		break;
	case XEAP_NEED_ATTRIBUTES:
		if (p->selected->method->get_attributes)
			return keep_open(p, r, XEAP_NEED_ATTRIBUTES, ret_verdict);
		break;
	case XEAP_NEED_NONE:
	case XEAP_NEED_MAX:
		break;
	}
	return xeap_peer_refuse(p, "it needs what it has no function for");
}

/* What the method made of a request, an answer or attributes: `err` and `m`. */
static int conclude(struct xeap_peer *p, const struct xeap_peer_received *r, int err,
		    const struct xeap_method_result *m, const struct xeap_writer *w,
		    enum xeap_peer_verdict *ret_verdict)
{
	if (err == -ENOBUFS || err == -ENOMEM)
		return err;
	if (err)
		return method_failed(p, err < 0 ? err : -EPROTO, &m->diag);
	if (m->ignore) {
		*ret_verdict = XEAP_PEER_DISCARD;
		return 0;
	}
	if (m->need != XEAP_NEED_NONE)
		return method_needs(p, r, m, ret_verdict);
	if (!is_sound(m))
		return xeap_peer_refuse(p, "it came with a methodState or decision there is not");
	keep_diag(p, &m->diag);
	p->method_state = (uint8_t)m->method_state;
	p->decision = (uint8_t)m->decision;
	p->allow_notifications = m->allow_notifications;
	p->save_user_data |= m->save_user_data;
	return after_method(p, r, &w->c, ret_verdict);
}

/* METHOD: m.check, m.process, m.buildResp of RFC 4137 in one. */
static int enter_method(struct xeap_peer *p, const struct xeap_peer_received *r,
			struct xeap_writer *w, enum xeap_peer_verdict *ret_verdict)
{
	struct xeap_method_result result = { 0 };
	int err = p->selected->method->process(p->config->ctx_memory, r->req.packet, w, &result);

	return conclude(p, r, err, &result, w, ret_verdict);
}

static const struct xeap_peer_method *allow_method(const struct xeap_peer *p,
						   struct xeap_method_type type)
{
	for (uint32_t i = 0; i < p->config->method_count; i++)
		if (xeap_eap_type_equal(p->config->methods[i].method->type, type))
			return &p->config->methods[i];
	return NULL;
}

/* buildNak: legacy, or expanded when the request is (RFC 3748 §5.3). */
static int nak(struct xeap_peer *p, const struct xeap_peer_received *r, struct xeap_writer *w,
	       enum xeap_peer_verdict *ret_verdict)
{
	struct xeap_method_type types[MAX_NAK_TYPES];
	size_t n = p->config->method_count < MAX_NAK_TYPES ? p->config->method_count
							   : MAX_NAK_TYPES;
	int err;

	for (size_t i = 0; i < n; i++)
		types[i] = p->config->methods[i].method->type;
	if (r->req.type.type == XEAP_EAP_EXPANDED)
		err = xeap_eap_build_expanded_nak(&w->c, r->req.id, types, n);
	else
		err = xeap_eap_build_nak(&w->c, r->req.id, types, n);
	if (err)
		return xeap_peer_refuse(p, "the list of methods does not fit a packet");
	p->naked = true;
	return send_response(p, r, &w->c, ret_verdict);
}

static int init_method(struct xeap_peer *p, const struct xeap_peer_method *m)
{
	struct xeap_method_args args = {
		.size = sizeof(args),
		.config = p->config->config,
		.shared = m->shared,
		.max_packet = p->config->max_packet,
		.flags = p->config->flags,
		.identity = p->config->user,
		.ask_again = p->config->ask_again,
		.keeps_resumption = p->config->keeps_resumption,
		.save = p->config->save,
		.save_ctx = p->config->save_ctx,
	};
	int err;

	if (m->method == p->config->resumption_of)
		args.resumption = p->config->resumption;
	err = m->method->init(p->config->ctx_memory, &args);
	if (!err) {
		p->selected = m;
		p->method_state = XEAP_METHOD_INIT;
	}
	return err;
}

static void end_method(struct xeap_peer *p)
{
	if (p->method_state != XEAP_METHOD_NONE && p->selected->method->done)
		p->selected->method->done(p->config->ctx_memory);
	xeap_wipe(p->config->ctx_memory, p->config->ctx_size);
	p->selected = NULL;
	p->method_state = XEAP_METHOD_NONE;
}

/* The context is as good as never begun: selected without a methodState only names the culprit. */
static int init_failed(struct xeap_peer *p, const struct xeap_peer_method *m, int err)
{
	struct xeap_diag diag = { 0 };

	xeap_wipe(p->config->ctx_memory, p->config->ctx_size);
	if (err == -ENOMEM || err == -ENOBUFS)
		return err;
	p->selected = m;
	xeap_diag_set(&diag, 0, XEAP_E_AUTHENTICATION_FAILED, "%s cannot start: %s",
		      m->method->name, strerror(-err));
	return method_failed(p, err, &diag);
}

static int enter_get_method(struct xeap_peer *p, const struct xeap_peer_received *r,
			    struct xeap_writer *w, enum xeap_peer_verdict *ret_verdict)
{
	const struct xeap_peer_method *m = allow_method(p, r->req.type);
	int err;

	if (!m)
		return nak(p, r, w, ret_verdict);
	err = init_method(p, m);
	if (err)
		return init_failed(p, m, err < 0 ? err : -EPROTO);
	err = enter_method(p, r, w, ret_verdict);
	/*
	 * RFC 4137 keeps the method selected when it ignored the request. It is let go here, so
	 * that a forged first request does not shut out the methods that the authenticator
	 * offers.
	 */
	if (err == -ENOBUFS || err == -ENOMEM || (!err && *ret_verdict == XEAP_PEER_DISCARD))
		end_method(p);
	return err;
}

static int enter_identity(struct xeap_peer *p, const struct xeap_peer_received *r,
			  struct xeap_writer *w, enum xeap_peer_verdict *ret_verdict)
{
	static const struct xeap_diag nothing;
	int err;

	if (!p->config->identity.data)
		return ask_person(p, r, &nothing, ret_verdict);
	err = xeap_eap_build_identity(&w->c, r->req.id, p->config->identity);
	if (err)
		return xeap_peer_refuse(p, "the identity does not fit a packet");
	p->identity_done = true;
	return send_response(p, r, &w->c, ret_verdict);
}

static int enter_notification(struct xeap_peer *p, const struct xeap_peer_received *r,
			      struct xeap_writer *w, enum xeap_peer_verdict *ret_verdict)
{
	char *text = xeap_peer_printable(r->req.data);
	int err;

	if (!text)
		return -ENOMEM;
	free(p->notification);
	p->notification = text;
	err = xeap_eap_build_notification(&w->c, r->req.id);
	if (err)
		return xeap_peer_refuse(p, "there is no room for it");
	return send_response(p, r, &w->c, ret_verdict);
}

static int enter_reauth(struct xeap_peer *p, const struct xeap_peer_received *r,
			struct xeap_writer *w, enum xeap_peer_verdict *ret_verdict)
{
	if (xeap_peer_enter_reauth(p, r->req.id, &w->c))
		return xeap_peer_refuse(p, "EAP-Initiate/Re-auth cannot be made");
	return count_round(p, r, ret_verdict);
}

static void succeed(struct xeap_peer *p)
{
	p->state = XEAP_PEER_SUCCESS;
	p->diag = (struct xeap_diag){ 0 };
}

static void finish(struct xeap_peer *p, const struct xeap_peer_received *r)
{
	if (r->step == XEAP_PEER_TO_SUCCESS)
		succeed(p);
	else if (r->req.code == XEAP_EAP_FINISH)
		fail(p, "the server refused to re-authenticate (ERP)");
	else if (r->req.code == XEAP_EAP_SUCCESS)
		fail(p, "authenticator sent EAP-Success, which this side does not agree with,");
	else
		fail(p, "authenticator sent EAP-Failure");
}

int xeap_peer_enter(struct xeap_peer *p, const struct xeap_peer_received *r, struct xeap_writer *w,
		    enum xeap_peer_verdict *ret_verdict)
{
	switch (r->step) {
	case XEAP_PEER_TO_METHOD:
		return enter_method(p, r, w, ret_verdict);
	case XEAP_PEER_TO_GET_METHOD:
		return enter_get_method(p, r, w, ret_verdict);
	case XEAP_PEER_TO_IDENTITY:
		return enter_identity(p, r, w, ret_verdict);
	case XEAP_PEER_TO_NOTIFICATION:
		return enter_notification(p, r, w, ret_verdict);
	case XEAP_PEER_TO_REAUTH:
		return enter_reauth(p, r, w, ret_verdict);
	case XEAP_PEER_TO_RETRANSMIT:
		*ret_verdict = XEAP_PEER_RETRANSMIT;
		return 0;
	case XEAP_PEER_TO_WAIT:
		*ret_verdict = XEAP_PEER_WAIT;
		return 0;
	case XEAP_PEER_TO_SUCCESS:
	case XEAP_PEER_TO_FAILURE:
		finish(p, r);
		*ret_verdict = XEAP_PEER_DONE;
		return 0;
	case XEAP_PEER_TO_DISCARD:
	case XEAP_PEER_STEP_MAX:
		break;
	}
	*ret_verdict = XEAP_PEER_DISCARD;
	return 0;
}

enum xeap_method_need xeap_peer_need(const struct xeap_peer *p)
{
	return p->state == XEAP_PEER_IDLE ? (enum xeap_method_need)p->need : XEAP_NEED_NONE;
}

/* Who one is, when the configuration does not say (RFC 3748 §5.1). */
static const struct xeap_prompt identity_prompt = {
	.title = "Network authentication",
	.text = "The network asks who you are.",
	.method = "",
	.count = 1,
	.fields = { { .kind = XEAP_FIELD_TEXT,
		      .flags = XEAP_FIELD_F_REQUIRED | XEAP_FIELD_F_SAVE,
		      .id = "identity",
		      .label = "User name" } },
};

int xeap_peer_get_prompt(const struct xeap_peer *p, struct xeap_prompt *ret_prompt)
{
	if (p->selected)
		return p->selected->method->get_prompt(p->config->ctx_memory, ret_prompt);
	*ret_prompt = identity_prompt;
	return 0;
}

/* An answer that the method ignored closes the request all the same: it can be asked again. */
static void close_ignored(struct xeap_peer *p, int err, enum xeap_peer_verdict verdict)
{
	if (!err && verdict == XEAP_PEER_DISCARD)
		p->need = XEAP_NEED_NONE;
}

int xeap_peer_answer(struct xeap_peer *p, const struct xeap_prompt *answers, struct xeap_writer *w,
		     enum xeap_peer_verdict *ret_verdict)
{
	const struct xeap_peer_received r = reopen(p);
	struct xeap_method_result result = { 0 };
	int err;

	if (!p->selected)
		return enter_identity(p, &r, w, ret_verdict);
	err = p->selected->method->answer(p->config->ctx_memory, answers, w, &result);
	err = conclude(p, &r, err, &result, w, ret_verdict);
	close_ignored(p, err, *ret_verdict);
	return err;
}

int xeap_peer_get_attributes(const struct xeap_peer *p, struct xeap_attributes *ret_attributes)
{
	return p->selected->method->get_attributes(p->config->ctx_memory, ret_attributes);
}

int xeap_peer_set_attributes(struct xeap_peer *p, const struct xeap_attributes *answers,
			     struct xeap_writer *w, enum xeap_peer_verdict *ret_verdict)
{
	const struct xeap_peer_received r = reopen(p);
	struct xeap_method_result result = { 0 };
	int err = p->selected->method->set_attributes(p->config->ctx_memory, answers, w, &result);

	err = conclude(p, &r, err, &result, w, ret_verdict);
	close_ignored(p, err, *ret_verdict);
	return err;
}

void xeap_peer_cancel(struct xeap_peer *p)
{
	p->state = XEAP_PEER_FAILURE;
	xeap_diag_set(&p->diag, 0, XEAP_E_AUTHENTICATION_FAILED, "%s%sthe question was cancelled",
		      which(p), p->selected ? ": " : "");
}

bool xeap_peer_alt_indication(struct xeap_peer *p, bool accept)
{
	if (p->state != XEAP_PEER_IDLE)
		return p->state == XEAP_PEER_SUCCESS;
	if (!accept)
		fail(p, "the lower layer rejected the authentication");
	else if (decision(p) != XEAP_DECISION_FAIL)
		succeed(p);
	else if (p->method_state != XEAP_METHOD_CONT)
		fail(p, "the lower layer signalled success, which this side does not agree with,");
	return p->state == XEAP_PEER_SUCCESS;
}

bool xeap_peer_timeout(struct xeap_peer *p)
{
	if (p->state != XEAP_PEER_IDLE)
		return p->state == XEAP_PEER_SUCCESS;
	/* What the method said then is about a server that refuses; this one says nothing. */
	if (decision(p) == XEAP_DECISION_COND_SUCC)
		p->diag = (struct xeap_diag){ 0 };
	if (decision(p) == XEAP_DECISION_UNCOND_SUCC)
		succeed(p);
	else
		fail(p, "the authenticator went silent");
	return p->state == XEAP_PEER_SUCCESS;
}

enum xeap_peer_state xeap_peer_state(const struct xeap_peer *p)
{
	return (enum xeap_peer_state)p->state;
}

const struct xeap_diag *xeap_peer_diag(const struct xeap_peer *p)
{
	return &p->diag;
}

const struct xeap_peer_method *xeap_peer_selected(const struct xeap_peer *p)
{
	return p->selected;
}

void xeap_peer_describe(const struct xeap_peer *p, struct xeap_method_info *ret_info)
{
	*ret_info = (struct xeap_method_info){ .resumed = xeap_peer_used_erp(p) };
	if (p->method_state != XEAP_METHOD_NONE && p->selected->method->describe)
		p->selected->method->describe(p->config->ctx_memory, ret_info);
}

const char *xeap_peer_notification(const struct xeap_peer *p)
{
	return p->notification ? p->notification : "";
}

int xeap_peer_get_key(const struct xeap_peer *p, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	int n;

	if (p->state == XEAP_PEER_SUCCESS && !p->selected)
		return xeap_peer_erp_key(p, kind, buf, size);
	if (p->state != XEAP_PEER_SUCCESS || !p->selected->method->get_key)
		return -ENOENT;
	n = p->selected->method->get_key(p->config->ctx_memory, kind, buf, size);
	return n > 0 && (size_t)n > size ? -EPROTO : n;
}

int xeap_peer_get_resumption(const struct xeap_peer *p, uint8_t *buf, size_t size)
{
	int n;

	if (p->state != XEAP_PEER_SUCCESS || !p->selected || !p->selected->method->get_resumption)
		return -ENOENT;
	n = p->selected->method->get_resumption(p->config->ctx_memory, buf, size);
	return n > 0 && (size_t)n > size ? -EPROTO : n;
}

void xeap_peer_done(struct xeap_peer *p)
{
	if (!p->config)
		return;
	end_method(p);
	free(p->notification);
	xeap_wipe(p, sizeof(*p));
}
