/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/printable.h>
#include <base/reader.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/list.h>
#include <method/teap_peer.h>
#include <stdlib.h>
#include <string.h>
#include <wire/eap.h>
#include <wire/tlv.h>

/*
 * TEAP version 1, RFC 9930: methods inside one after the other, of the machine and of the user, or
 * a bare password. Each of them ends with an Intermediate-Result and a Crypto-Binding TLV, all of
 * them with a Result TLV; what the server says about success counts only with the binding proved.
 */

#define PASSWORD_MAX 255

static struct teap *teap_of(struct xeap_tunnel *t)
{
	return (struct teap *)(void *)((char *)t - offsetof(struct teap, tunnel));
}

static int break_off(struct teap *p, int err, enum xeap_code code, const char *why)
{
	return xeap_diag_set(&p->tunnel.tls.why, err, code, "%s", why);
}

static void await(struct teap *p, const char *lacking)
{
	p->tunnel.verdict = (struct xeap_tunnel_verdict){ XEAP_METHOD_MAY_CONT, XEAP_DECISION_FAIL,
							  lacking, 0 };
}

/* Who is asked for, or whoever is there (RFC 9930 §4.2.3). */
static void choose(struct teap *p, enum xeap_tlv_identity wanted)
{
	bool machine = wanted == XEAP_TLV_IDENTITY_MACHINE;

	if (wanted == XEAP_TLV_IDENTITY_NONE)
		return;
	if (machine ? !p->shared->machine : !p->shared->user)
		machine = !machine;
	p->whose = machine ? XEAP_INNER_MACHINE : XEAP_INNER_USER;
}

/* Outer TLVs are a length and TLVs, when the O flag is set (RFC 9930 §4.1). */
static int take_outer(struct teap *p, struct xeap_span data)
{
	struct xeap_reader r = xeap_reader(data);
	uint32_t len = xeap_read_u32(&r);
	struct xeap_span tlvs = xeap_read_rest(&r);

	if (!data.len)
		return 0;
	if (r.bad || len != tlvs.len)
		return break_off(p, -EPROTO, XEAP_E_REMOTE_INVALID_PACKET,
				 "server sent malformed outer TLVs");
	if (!tlvs.len)
		return 0;
	p->outer = malloc(tlvs.len);
	if (!p->outer)
		return break_off(p, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	memcpy(p->outer, tlvs.data, tlvs.len);
	p->outer_len = tlvs.len;
	/*
	 * Whom the server is going to ask for. It is not answered here: an answer comes with that
	 * of a method (§4.2.3), and methods are inside. What makes no sense is ignored (§3.9.1).
	 */
	choose(p, xeap_tlvs_outer_identity(tlvs));
	return 0;
}

static int teap_start(struct xeap_tunnel *t, uint8_t offered, struct xeap_span data)
{
	struct teap *p = teap_of(t);
	int r;

	if (offered < XEAP_TEAP_VERSION)
		return xeap_diag_set(&t->tls.why, -EPROTO, XEAP_E_NOT_SUPPORTED,
				     "server offers TEAP version %d, which does not exist",
				     offered);
	r = take_outer(p, data);
	p->offered = offered;
	return r < 0 ? r : XEAP_TEAP_VERSION;
}

/*
 * There are several ways on TLS 1.3. Each proves the same, so that the server's first binding
 * decides.
 */
static int teap_established(struct xeap_tunnel *t)
{
	struct teap *p = teap_of(t);
	bool one = !xeap_tls_is_13(&t->tls) || p->shared->freeradius;
	int r = xeap_teap_session_id(&t->tls, p->keys.session_id, &p->session_id_len);

	for (int kdf = XEAP_TEAP_PRF; r == 0 && kdf < (one ? 1 : XEAP_TEAP_KDF_MAX); kdf++)
		r = xeap_teap_keys_begin(&t->tls, (enum xeap_teap_kdf)kdf,
					 &p->ways[p->way_count++]);
	if (r < 0)
		return break_off(p, r, XEAP_E_AUTHENTICATION_FAILED, "keys could not be derived");
	await(p, "server ended TEAP before it was done");
	return 0;
}

static bool is_busy(struct teap *p)
{
	return !p->refused && xeap_teap_speaking(p)->method &&
	       !xeap_inner_succeeded(xeap_teap_speaking(p));
}

/* Without any method the certificates of the tunnel, or of the session resumed, are the proof. */
static bool needs_no_method(const struct teap *p)
{
	return xeap_tls_resumed(&p->tunnel.tls) || p->shared->certificate;
}

static bool lacks_binding(const struct teap *p, const struct xeap_tlvs *tlvs)
{
	return !tlvs->binding.whole.data && (tlvs->intermediate || (tlvs->result && !p->bound));
}

/* What follows from the order of things alone, RFC 9930 §3.6 and §4.3. */
static const char *doubt_order(struct teap *p, const struct xeap_tlvs *tlvs)
{
	bool begins = tlvs->eap.data || tlvs->password_wanted;

	p->error = XEAP_TLV_ERROR_UNEXPECTED_TLVS;
	if (tlvs->pac)
		return "server sent a PAC inside TEAP, which has none";
	if (tlvs->intermediate && !xeap_teap_is_finished(p))
		return "server says success inside TEAP, but the method inside has not proved it";
	if (lacks_binding(p, tlvs)) {
		p->error = XEAP_TLV_ERROR_TUNNEL_COMPROMISE;
		return "server sent a TEAP result without crypto-binding";
	}
	if (tlvs->binding.whole.data && !tlvs->intermediate && !tlvs->result)
		return "server sent a TEAP crypto-binding without a result";
	if (tlvs->result && begins)
		return "server sent the final TEAP result along with more to do";
	if (tlvs->result && !tlvs->intermediate && (xeap_teap_is_finished(p) || is_busy(p)))
		return "server sent the final TEAP result without that of the method inside";
	if (tlvs->result && !p->bound && !tlvs->intermediate && !needs_no_method(p))
		return "server says success inside TEAP, but ran no method inside";
	if (tlvs->eap.data && tlvs->password_wanted)
		return "server wants a method and a password at once inside TEAP";
	if (begins && p->answered && !tlvs->intermediate && tlvs->eap.data)
		return "server begins another method inside TEAP without the result of the first";
	if (tlvs->identity && is_busy(p))
		return "server changes whom it asks midway inside TEAP";
	return NULL;
}

/* What is in the answer already, and a TLV after it. */
static int send(struct teap *p, enum xeap_tlv_type type, struct xeap_span value)
{
	return xeap_tlv_answer_send(&p->answer, &p->tunnel, type, value);
}

static int send_head(struct teap *p)
{
	return send(p, XEAP_TLV_RESULT, xeap_span(NULL, 0));
}

static void fail(struct teap *p, const char *why, enum xeap_code code)
{
	p->tunnel.verdict =
		(struct xeap_tunnel_verdict){ XEAP_METHOD_DONE, XEAP_DECISION_FAIL, why, code };
}

/* What we cannot believe: RFC 9930 §3.9.3, the server hears why. */
static int refuse(struct teap *p, uint32_t error, const char *why)
{
	struct xeap_builder to = xeap_tlv_answer_add(&p->answer);

	xeap_tlv_put_u16(&to, XEAP_TLV_RESULT, XEAP_TLV_RESULT_FAILURE);
	xeap_tlv_put_u32(&to, XEAP_TLV_ERROR, error);
	xeap_tlv_answer_keep(&p->answer, &to);
	fail(p, why, 0);
	return send_head(p);
}

static void forget_method(struct teap *p)
{
	xeap_inner_restart(xeap_teap_speaking(p));
	p->answered = false;
	p->refused = false;
}

static int succeed(struct teap *p)
{
	p->tunnel.state = XEAP_TUNNEL_CLOSED;
	p->tunnel.verdict = (struct xeap_tunnel_verdict){ XEAP_METHOD_DONE,
							  XEAP_DECISION_UNCOND_SUCC, NULL, 0 };
	if (!xeap_teap_keys_export(&p->tunnel.tls, &p->ways[0], p->uses_emsk, p->keys.keys))
		return 0;
	return break_off(p, -EIO, XEAP_E_AUTHENTICATION_FAILED, "keys could not be derived");
}

/* The results and the binding, believed. */
static int confirm(struct teap *p, const struct xeap_tlvs *tlvs)
{
	struct xeap_builder to = xeap_tlv_answer_add(&p->answer);

	if (tlvs->intermediate)
		xeap_tlv_put_u16(&to, XEAP_TLV_INTERMEDIATE_RESULT, XEAP_TLV_RESULT_SUCCESS);
	if (tlvs->binding.whole.data && xeap_teap_put_binding(p, &to, tlvs->binding.flags) < 0)
		return break_off(p, -EIO, XEAP_E_AUTHENTICATION_FAILED,
				 "TEAP crypto-binding could not be made");
	if (tlvs->result)
		xeap_tlv_put_u16(&to, XEAP_TLV_RESULT, XEAP_TLV_RESULT_SUCCESS);
	xeap_tlv_answer_keep(&p->answer, &to);
	if (tlvs->intermediate) {
		forget_method(p);
		await(p, "server ended TEAP before it was done");
	}
	return tlvs->result ? succeed(p) : 0;
}

/* The server says that it failed: another method may follow an intermediate failure. */
static int accept_failure(struct teap *p, const struct xeap_tlvs *tlvs)
{
	static const char why[] = "server says failure inside TEAP: check identity and password";
	struct xeap_builder to = xeap_tlv_answer_add(&p->answer);

	if (tlvs->intermediate)
		xeap_tlv_put_u16(&to, XEAP_TLV_INTERMEDIATE_RESULT, XEAP_TLV_RESULT_FAILURE);
	if (tlvs->result || tlvs->error >= XEAP_TLV_ERROR_FATAL || !tlvs->intermediate)
		xeap_tlv_put_u16(&to, XEAP_TLV_RESULT, XEAP_TLV_RESULT_FAILURE);
	xeap_tlv_answer_keep(&p->answer, &to);
	p->refused = true;
	p->answered = false;
	if (tlvs->result || tlvs->error >= XEAP_TLV_ERROR_FATAL)
		fail(p, why, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	else
		await(p, why);
	return send_head(p);
}

static bool says_failure(const struct xeap_tlvs *tlvs)
{
	return tlvs->result == XEAP_TLV_RESULT_FAILURE ||
	       tlvs->intermediate == XEAP_TLV_RESULT_FAILURE || tlvs->error >= XEAP_TLV_ERROR_FATAL;
}

/* What the inner peer made of a packet. */
static int answer_eap(struct teap *p, int r, struct xeap_span response)
{
	if (r == -EAGAIN)
		return r;
	if (r < 0) {
		p->tunnel.tls.why = xeap_teap_speaking(p)->result.diag;
		if (p->tunnel.tls.why.code)
			return -EPROTO;
		return break_off(p, -EPROTO, XEAP_E_REMOTE_INVALID_PACKET,
				 "server sent a packet inside TEAP that makes no sense");
	}
	return send(p, XEAP_TLV_EAP_PAYLOAD, response);
}

static int process_eap(struct teap *p, struct xeap_span packet)
{
	struct xeap_inner *inner = xeap_teap_speaking(p);
	const struct xeap_method *before;
	struct xeap_span response = { NULL, 0 };
	bool finished = xeap_teap_is_finished(p);
	int r;

	if (p->refused)
		forget_method(p);
	before = inner->method;
	r = xeap_inner_process(inner, packet, &response);
	if (finished && inner->method != before)
		return refuse(p, XEAP_TLV_ERROR_UNEXPECTED_TLVS,
			      "server begins another method inside TEAP without the result of the "
			      "first");
	return answer_eap(p, r, response);
}

/* RFC 9930 §4.2.15: neither of them is empty. */
static int send_password(struct teap *p)
{
	XEAP_SECRET(value, 2 + 2 * PASSWORD_MAX);
	const struct xeap_inner *inner = xeap_teap_speaking(p);
	struct xeap_span identity = inner->args.identity;
	struct xeap_span password = xeap_password_get(&p->password[p->whose]);
	struct xeap_builder to = xeap_builder(value, 2 + 2 * PASSWORD_MAX);

	if (!password.data) {
		p->asking_password = true;
		return -EAGAIN;
	}
	if (identity.len - 1 >= PASSWORD_MAX || password.len - 1 >= PASSWORD_MAX)
		return break_off(p, -EINVAL, XEAP_E_INVALID_PARAMETER,
				 "identity and password have 1 to 255 bytes each inside TEAP");
	xeap_put_u8(&to, (uint8_t)identity.len);
	xeap_put_span(&to, identity);
	xeap_put_u8(&to, (uint8_t)password.len);
	xeap_put_span(&to, password);
	p->answered = true;
	p->tunnel.verdict = (struct xeap_tunnel_verdict){
		XEAP_METHOD_MAY_CONT, XEAP_DECISION_FAIL,
		"server ended TEAP after the password: check identity and password",
		XEAP_E_USER_NAME_PASSWORD_REJECTED
	};
	return send(p, XEAP_TLV_BASIC_PASSWORD_RESP, xeap_span(value, xeap_builder_len(&to)));
}

/* RFC 9930 §3.6.2: the server's prompt is what a person reads. Without memory there is none. */
static void keep_prompt(struct teap *p, struct xeap_span text)
{
	if (!p->prompt)
		p->prompt = malloc(XEAP_PROMPT_TEXT_MAX);
	if (p->prompt)
		xeap_printable(text, true, p->prompt, XEAP_PROMPT_TEXT_MAX);
}

/* Asked again, for a new password or because it was wrong: a person has to say. */
static int process_password(struct teap *p, struct xeap_span prompt)
{
	if (p->refused)
		forget_method(p);
	if (xeap_teap_speaking(p)->method)
		return refuse(p, XEAP_TLV_ERROR_UNEXPECTED_TLVS,
			      "server wants a password amid a method inside TEAP");
	if (p->answered) {
		xeap_password_done(&p->password[p->whose]);
		p->password[p->whose] = (struct xeap_password){ .typed = NULL };
		p->answered = false;
	}
	if (!xeap_password_get(&p->password[p->whose]).data)
		keep_prompt(p, prompt);
	return send_password(p);
}

/*
 * RFC 9930 §4.2.9: what is not done is answered by a result with the status that was named for it.
 * It says nothing about the server, which has its own result still to prove.
 */
static int decline(struct teap *p, enum xeap_tlv_result status)
{
	struct xeap_builder to = xeap_tlv_answer_add(&p->answer);

	xeap_tlv_put_u16(&to, XEAP_TLV_RESULT, (uint16_t)status);
	xeap_tlv_answer_keep(&p->answer, &to);
	if (status == XEAP_TLV_RESULT_FAILURE)
		await(p, "server insists on an action inside TEAP that is not supported");
	return send_head(p);
}

/* Who has something to be asked for. A hint has two bytes or more (RFC 9930 §4.2.20). */
static struct xeap_span hint_of(struct teap *p, enum xeap_inner_whose whose)
{
	bool there = whose == XEAP_INNER_MACHINE ? p->shared->machine != NULL : p->shared->user;
	struct xeap_span identity = p->inner[whose].args.identity;

	return there && identity.len >= 2 ? identity : xeap_span(NULL, 0);
}

/*
 * RFC 9930 §3.6: a peer that did not authenticate in the handshake says at once whom the server may
 * ask for, each of them (§4.2.20), first the one who would speak.
 */
static int send_hints(struct teap *p)
{
	struct xeap_span first = hint_of(p, p->whose);
	struct xeap_span second =
		hint_of(p, p->whose == XEAP_INNER_USER ? XEAP_INNER_MACHINE : XEAP_INNER_USER);
	struct xeap_builder to = xeap_tlv_answer_add(&p->answer);

	if (p->shared->silent || xeap_tls_resumed(&p->tunnel.tls) ||
	    xeap_tls_gave_certificate(&p->tunnel.tls))
		return 0;
	if (first.data && second.data) {
		xeap_tlv_put(&to, XEAP_TLV_IDENTITY_HINT, first);
		if (!to.bad)
			xeap_tlv_answer_keep(&p->answer, &to);
		first = second;
	}
	return send(p, XEAP_TLV_IDENTITY_HINT, first.data ? first : second);
}

/* A NAK; the rest of such a message counts for nothing (RFC 9930 §4.2). */
static int refuse_tlv(struct teap *p, const struct xeap_tlvs *tlvs)
{
	struct xeap_builder to = xeap_tlv_answer_add(&p->answer);

	if (tlvs->result) /* §4.2.5 */
		return refuse(p, XEAP_TLV_ERROR_UNEXPECTED_TLVS,
			      "server sent an unknown mandatory TLV with the TEAP result");
	xeap_tlv_put_nak(&to, tlvs->refused_vendor, tlvs->refused);
	xeap_tlv_answer_keep(&p->answer, &to);
	return send_head(p);
}

/*
 * The answer says who speaks, and goes with a method's or a password (RFC 9930 §4.2.3): not with a
 * result (§4.3.2), as when a certificate in the handshake leaves nothing to ask for.
 */
static void process_identity(struct teap *p, const struct xeap_tlvs *tlvs)
{
	struct xeap_builder to;

	if (tlvs->identity == XEAP_TLV_IDENTITY_NONE || tlvs->result)
		return;
	if (p->refused)
		forget_method(p);
	choose(p, tlvs->identity);
	if (!tlvs->eap.data && !tlvs->password_wanted)
		return;
	to = xeap_tlv_answer_add(&p->answer);
	xeap_tlv_put_u16(&to, XEAP_TLV_IDENTITY_TYPE,
			 p->whose == XEAP_INNER_MACHINE ? XEAP_TLV_IDENTITY_MACHINE
							: XEAP_TLV_IDENTITY_USER);
	xeap_tlv_answer_keep(&p->answer, &to);
}

/*
 * RFC 9930 §4.2: a message in which nothing is understood is answered by a Result TLV, so that the
 * conversation goes on. To a NAK and a warning there is nothing to say.
 */
static int acknowledge(struct teap *p, const struct xeap_tlvs *tlvs)
{
	if (!p->answer.len && !tlvs->nak && !tlvs->error)
		return decline(p, XEAP_TLV_RESULT_SUCCESS);
	return send_head(p);
}

static int process_tlvs(struct teap *p, const struct xeap_tlvs *tlvs)
{
	const char *why;
	int r;

	if (says_failure(tlvs))
		return accept_failure(p, tlvs);
	why = doubt_order(p, tlvs);
	if (!why && tlvs->binding.whole.data)
		why = xeap_teap_doubt_binding(p, &tlvs->binding);
	if (why)
		return refuse(p, p->error, why);
	r = confirm(p, tlvs);
	if (r < 0)
		return r;
	if (tlvs->action && !tlvs->result)
		return decline(p, tlvs->action);
	process_identity(p, tlvs);
	if (tlvs->eap.data)
		return process_eap(p, tlvs->eap);
	if (tlvs->password_wanted)
		return process_password(p, tlvs->password_prompt);
	return acknowledge(p, tlvs);
}

static int teap_message(struct xeap_tunnel *t, struct xeap_span data)
{
	struct teap *p = teap_of(t);
	struct xeap_tlvs tlvs;

	p->answer.len = 0;
	if (t->verdict.method_state == XEAP_METHOD_DONE)
		return break_off(p, -EPROTO, XEAP_E_REMOTE_INVALID_PACKET,
				 "server goes on inside TEAP after its end");
	if (!data.len)
		return send_hints(p);
	if (xeap_tlvs_parse(data, &tlvs) < 0)
		return refuse(p, XEAP_TLV_ERROR_UNEXPECTED_TLVS, "server sent malformed TEAP TLVs");
	return tlvs.refuses ? refuse_tlv(p, &tlvs) : process_tlvs(p, &tlvs);
}

static int teap_prompt(struct xeap_tunnel *t, struct xeap_prompt *ret_prompt)
{
	struct teap *p = teap_of(t);

	if (!p->asking_password)
		return xeap_inner_get_prompt(xeap_teap_speaking(p), ret_prompt);
	xeap_password_prompt("TEAP", ret_prompt);
	if (p->prompt && *p->prompt)
		ret_prompt->text = p->prompt;
	return 0;
}

static int teap_answered(struct xeap_tunnel *t, const struct xeap_prompt *answers)
{
	struct teap *p = teap_of(t);
	struct xeap_span response = { NULL, 0 };
	int r;

	if (!p->asking_password) {
		r = xeap_inner_answer(xeap_teap_speaking(p), answers, &response);
		return answer_eap(p, r, response);
	}
	p->asking_password = false;
	r = xeap_password_take(&p->password[p->whose], answers, "password");
	if (r < 0)
		return break_off(p, r, XEAP_E_AUTHENTICATION_FAILED, "there was no password");
	return send_password(p);
}

static const struct xeap_tunnel_ops teap_ops = {
	.type = { .type = XEAP_EAP_TEAP },
	.start = teap_start,
	.established = teap_established,
	.message = teap_message,
	.get_prompt = teap_prompt,
	.answer = teap_answered,
};

static int begin_inner(struct teap *p, enum xeap_inner_whose whose,
		       const struct xeap_inner_set *set, const struct xeap_method_args *args)
{
	struct xeap_method_args inner = *args;
	int r;

	if (!set)
		return 0;
	r = xeap_inner_init(&p->inner[whose], set, args);
	if (r < 0)
		return r;
	inner.config = xeap_inner_config(set);
	xeap_password_init(&p->password[whose], &inner);
	return 0;
}

static void teap_done(void *ctx)
{
	struct teap *p = ctx;

	for (int i = 0; i < XEAP_INNER_WHOSE_MAX; i++) {
		xeap_inner_done(&p->inner[i]);
		xeap_password_done(&p->password[i]);
	}
	xeap_tunnel_done(&p->tunnel);
	xeap_wipe(p->ways, sizeof(p->ways));
	xeap_wipe(&p->keys, sizeof(p->keys));
	free(p->outer);
	free(p->prompt);
}

static int teap_init(void *ctx, const struct xeap_method_args *args)
{
	struct xeap_method_args outer = *args;
	struct teap *p = ctx;
	int r;

	if (!args->shared)
		return -EINVAL;
	p->shared = args->shared;
	p->whose = p->shared->user ? XEAP_INNER_USER : XEAP_INNER_MACHINE;
	outer.shared = p->shared->tunnel.profile;
	r = xeap_tunnel_init(&p->tunnel, &teap_ops, &outer);
	if (r < 0)
		return r;
	r = begin_inner(p, XEAP_INNER_USER, p->shared->tunnel.inner, args);
	if (r == 0)
		r = begin_inner(p, XEAP_INNER_MACHINE, p->shared->machine, args);
	if (r < 0)
		teap_done(p);
	return r;
}

static int teap_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
			struct xeap_method_result *ret_result)
{
	struct teap *p = ctx;
	int r = xeap_tunnel_process(&p->tunnel, request, response, ret_result);

	xeap_tunnel_blame_inner(xeap_teap_speaking(p), ret_result);
	return r;
}

static int teap_get_prompt(void *ctx, struct xeap_prompt *ret_prompt)
{
	struct teap *p = ctx;

	return xeap_tunnel_get_prompt(&p->tunnel, "TEAP", ret_prompt);
}

static int teap_answer(void *ctx, const struct xeap_prompt *answers, struct xeap_writer *response,
		       struct xeap_method_result *ret_result)
{
	struct teap *p = ctx;
	int r = xeap_tunnel_answer(&p->tunnel, answers, response, ret_result);

	xeap_tunnel_blame_inner(xeap_teap_speaking(p), ret_result);
	return r;
}

static int teap_get_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	const struct teap *p = ctx;

	if (p->tunnel.state != XEAP_TUNNEL_CLOSED)
		return -ENOENT;
	if (kind != XEAP_KEY_SESSION_ID)
		return xeap_tunnel_keys_get(&p->keys, kind, buf, size);
	if (size < p->session_id_len)
		return -ENOSPC;
	memcpy(buf, p->keys.session_id, p->session_id_len);
	return (int)p->session_id_len;
}

static int teap_get_resumption(const void *ctx, uint8_t *buf, size_t size)
{
	const struct teap *p = ctx;

	if (p->tunnel.state != XEAP_TUNNEL_CLOSED)
		return -ENOENT;
	return xeap_tls_get_session(&p->tunnel.tls, buf, size);
}

static void teap_describe(const void *ctx, struct xeap_method_info *ret_info)
{
	const struct teap *p = ctx;

	xeap_tunnel_describe(&p->tunnel, ret_info);
}

const struct xeap_method xeap_method_teap = {
	.abi = XEAP_METHOD_ABI,
	.name = "TEAP",
	.type = { .type = XEAP_EAP_TEAP },
	.flags = XEAP_METHOD_F_KEYS | XEAP_METHOD_F_TUNNEL | XEAP_METHOD_F_LASTING |
		 XEAP_METHOD_F_CERTIFICATE,
	.ctx_size = sizeof(struct teap),
	.load = xeap_teap_load,
	.unload = xeap_teap_unload,
	.derive = xeap_teap_derive,
	.init = teap_init,
	.process = teap_process,
	.get_prompt = teap_get_prompt,
	.answer = teap_answer,
	.get_key = teap_get_key,
	.get_resumption = teap_get_resumption,
	.describe = teap_describe,
	.done = teap_done,
};
