/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/reader.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/fast_keys.h>
#include <method/fast_load.h>
#include <method/list.h>
#include <method/mschapv2.h>
#include <method/tlv_answer.h>
#include <method/tunnel_keys.h>
#include <stdlib.h>
#include <string.h>
#include <wire/eap.h>

/*
 * EAP-FAST version 1, RFC 4851, and how a PAC comes to be known, RFC 5422. The tunnel's master
 * secret is made from a PAC; without one a server with a certificate, or anybody when that was
 * asked for, may provide one. What the server says about success counts only with the binding
 * proved.
 */

#define VERSION 1
#define A_ID_MAX 1024
#define CHALLENGE XEAP_MSCHAPV2_CHALLENGE

struct fast {
	struct xeap_tunnel tunnel;
	struct xeap_inner inner;
	const struct fast_shared *shared;
	void (*save)(void *ctx, void (*run)(void *arg), void *arg);
	void *save_ctx;
	uint8_t offered; /* version of the server's Start */
	uint8_t a_id[A_ID_MAX];
	size_t a_id_len;
	struct xeap_tls_pac pac;
	bool anonymous; /* nobody knows yet who the server is */
	/* The lengths that the key block may have had; one after the server has proved it. */
	struct xeap_fast_keys ways[XEAP_TLS_BLOCK_MAX];
	unsigned int way_count;
	uint8_t challenges[2 * CHALLENGE]; /* of an anonymous tunnel: server's, ours */
	unsigned int bound;		   /* bindings proved */
	bool refused;			   /* the method inside failed and is not forgotten yet */
	bool requested, provisioned;	   /* a PAC */
	bool succeeded;
	bool has_nonce;
	uint8_t nonce[XEAP_FAST_NONCE]; /* of the last binding */
	struct xeap_tlv_answer answer;
	struct xeap_tunnel_keys keys;
};

static struct fast *fast_of(struct xeap_tunnel *t)
{
	return (struct fast *)(void *)((char *)t - offsetof(struct fast, tunnel));
}

static int break_off(struct fast *p, int err, enum xeap_code code, const char *why)
{
	return xeap_diag_set(&p->tunnel.tls.why, err, code, "%s", why);
}

static void await(struct fast *p, const char *lacking)
{
	p->tunnel.verdict = (struct xeap_tunnel_verdict){ XEAP_METHOD_MAY_CONT, XEAP_DECISION_FAIL,
							  lacking, 0 };
}

static int use_pac(struct fast *p)
{
	uint8_t *ticket;
	size_t len;
	int r = xeap_pacs_find(p->shared->pacs, xeap_span(p->a_id, p->a_id_len),
			       p->inner.args.identity, p->pac.key, &ticket, &len);

	if (r < 0)
		return r;
	r = xeap_tls_use_pac(&p->tunnel.tls, &p->pac, xeap_span(ticket, len));
	free(ticket);
	return r;
}

static int begin_tunnel(struct fast *p)
{
	int provisioning = p->shared->provisioning, r = use_pac(p);

	if (r == 0)
		return 0;
	if (r != -ENOENT)
		return break_off(p, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	if (!provisioning)
		return break_off(p, -EPROTO, XEAP_E_AUTHENTICATION_FAILED,
				 "no PAC of this EAP-FAST server in pac_file: set "
				 "phase1=\"fast_provisioning=2\" to be given one");
	if (!(provisioning & XEAP_FAST_ANONYMOUS))
		return 0;
	if (!xeap_tls_allow_anonymous(&p->tunnel.tls, provisioning & XEAP_FAST_AUTHENTICATED))
		return 0;
	return break_off(p, -EPROTO, XEAP_E_NOT_SUPPORTED,
			 "OpenSSL has no anonymous TLS, which fast_provisioning=1 asks for");
}

static int fast_start(struct xeap_tunnel *t, uint8_t offered, struct xeap_span data)
{
	struct fast *p = fast_of(t);
	struct xeap_span a_id = xeap_fast_a_id(data);
	int r;

	if (offered < VERSION)
		return xeap_diag_set(&t->tls.why, -EPROTO, XEAP_E_NOT_SUPPORTED,
				     "server offers EAP-FAST version %d, which does not exist",
				     offered);
	if (a_id.len > A_ID_MAX)
		return break_off(p, -EPROTO, XEAP_E_REMOTE_INVALID_PACKET,
				 "EAP-FAST server's A-ID is too long");
	if (a_id.len)
		memcpy(p->a_id, a_id.data, a_id.len);
	p->a_id_len = a_id.len;
	p->offered = offered;
	r = begin_tunnel(p);
	return r < 0 ? r : VERSION;
}

/* RFC 5422 §3.2.3: the challenges follow the seed. */
static int begin_way(struct fast *p, enum xeap_tls_block block)
{
	XEAP_SECRET(seed, XEAP_FAST_SIMCK + 2 * CHALLENGE);
	int r = xeap_tls_after_key_block(&p->tunnel.tls, block, seed,
					 XEAP_FAST_SIMCK + 2 * CHALLENGE);

	if (r < 0)
		return r;
	if (p->way_count && memcmp(p->ways[0].simck, seed, XEAP_FAST_SIMCK) == 0)
		return 0;
	memcpy(p->ways[p->way_count++].simck, seed, XEAP_FAST_SIMCK);
	memcpy(p->challenges, seed + XEAP_FAST_SIMCK, sizeof(p->challenges));
	return 0;
}

static int fast_established(struct xeap_tunnel *t)
{
	struct fast *p = fast_of(t);
	uint8_t *id = p->keys.session_id;
	int r;

	id[0] = XEAP_EAP_FAST;
	p->anonymous = xeap_tls_is_anonymous(&t->tls);
	r = xeap_tls_randoms(&t->tls, id + 1, id + 1 + XEAP_TLS_RANDOM);
	for (int block = 0; r == 0 && block < XEAP_TLS_BLOCK_MAX; block++)
		r = begin_way(p, (enum xeap_tls_block)block);
	if (r < 0)
		return break_off(p, r, XEAP_E_AUTHENTICATION_FAILED, "keys could not be derived");
	await(p, "server ended EAP-FAST before it was done");
	return 0;
}

static bool is_mschapv2(const struct xeap_inner *inner)
{
	return inner->method && inner->method->type.type == XEAP_EAP_MSCHAPV2;
}

static void inner_begun(struct xeap_inner *inner)
{
	const struct fast *p =
		(struct fast *)(void *)((char *)inner - offsetof(struct fast, inner));

#ifdef CONFIG_XEAP_MSCHAPV2
	if (p->anonymous && is_mschapv2(inner))
		xeap_mschapv2_set_challenges(inner->ctx, p->challenges, p->challenges + CHALLENGE);
#endif
}

/* Whether there is something whose success the server may confirm. */
static bool is_finished(const struct fast *p)
{
	return !p->refused && xeap_inner_succeeded(&p->inner);
}

static bool is_busy(const struct fast *p)
{
	return !p->refused && p->inner.method && !xeap_inner_succeeded(&p->inner);
}

/* RFC 5422 §3.2.3: of EAP-MSCHAPv2's keys, what the server sends with comes first. */
static void order_keys(uint8_t *msk)
{
	XEAP_SECRET(half, 16);

	memcpy(half, msk, 16);
	memcpy(msk, msk + 16, 16);
	memcpy(msk + 16, half, 16);
}

/* One link for each method; one of zeros for a conversation without any (RFC 4851 §5.2). */
static int go_on(struct fast *p)
{
	XEAP_SECRET(msk, 256);
	int r = 0;

	if (!is_finished(p) && p->bound)
		return 0;
	if (is_finished(p))
		r = xeap_inner_get_key(&p->inner, XEAP_KEY_MSK, msk, 256);
	if (r < 0 && r != -ENOENT)
		return r;
	if (r >= XEAP_FAST_ISK && is_mschapv2(&p->inner))
		order_keys(msk);
	const struct xeap_span isk = xeap_span(msk, r > 0 ? (size_t)r : 0);

	r = 0;
	for (unsigned int i = 0; r == 0 && i < p->way_count; i++)
		r = xeap_fast_keys_next(&p->ways[i], isk);
	return r;
}

/* RFC 4851 §4.2.9: what the fields of a request say. */
static const char *doubt_fields(const struct fast *p, const struct xeap_fast_binding *b)
{
	if (b->subtype != 0)
		return "server's EAP-FAST crypto-binding is no request";
	if (b->version != VERSION || b->received_version != VERSION)
		return "server's EAP-FAST crypto-binding says that another version was negotiated";
	if (b->nonce.data[XEAP_FAST_NONCE - 1] & 1)
		return "server's EAP-FAST crypto-binding has the nonce of a response";
	if (p->has_nonce && memcmp(p->nonce, b->nonce.data, XEAP_FAST_NONCE) == 0)
		return "server's EAP-FAST crypto-binding repeats an earlier nonce";
	return NULL;
}

static const char *doubt_binding(struct fast *p, const struct xeap_fast_binding *b)
{
	const char *why = doubt_fields(p, b);
	uint8_t mac[XEAP_FAST_MAC];

	if (why)
		return why;
	if (go_on(p) < 0)
		return "EAP-FAST crypto-binding could not be computed";
	for (unsigned int i = 0; i < p->way_count; i++) {
		if (xeap_fast_mac(&p->ways[i], b->whole, mac) < 0 ||
		    !xeap_equal_secret(mac, b->mac.data, sizeof(mac)))
			continue;
		p->ways[0] = p->ways[i];
		p->way_count = 1;
		memcpy(p->nonce, b->nonce.data, XEAP_FAST_NONCE);
		p->has_nonce = true;
		p->bound++;
		return NULL;
	}
	return "server's EAP-FAST crypto-binding is wrong: who ends the tunnel is not who "
	       "authenticated inside";
}

/* What follows from the order of things alone, RFC 4851 §3.3 and §4.2. */
static const char *doubt_order(const struct fast *p, const struct xeap_fast_tlvs *tlvs)
{
	bool binding = tlvs->binding.whole.data;

	if (tlvs->intermediate && !is_finished(p))
		return "server says success inside EAP-FAST, but the method inside has not proved "
		       "it";
	if (tlvs->intermediate && !binding)
		return "server sent an EAP-FAST result without crypto-binding";
	if (binding && !tlvs->intermediate && !tlvs->result)
		return "server sent an EAP-FAST crypto-binding without a result";
	if (tlvs->result && tlvs->eap.data)
		return "server sent the final EAP-FAST result along with more to do";
	if (tlvs->result && is_busy(p))
		return "server sent the final EAP-FAST result amid a method inside";
	if (tlvs->result && !binding && (!p->bound || is_finished(p)))
		return "server sent an EAP-FAST result without crypto-binding";
	/* With a PAC of the user both ends are known already. */
	if (tlvs->result && !p->bound && !is_finished(p) && !xeap_tls_resumed(&p->tunnel.tls))
		return "server says success inside EAP-FAST, but ran no method inside";
	if (tlvs->pac.there && !binding && !p->bound)
		return "server sent a PAC before the crypto-binding";
	return NULL;
}

static int send_head(struct fast *p)
{
	return xeap_tlv_answer_send(&p->answer, &p->tunnel, XEAP_TLV_RESULT, xeap_span(NULL, 0));
}

/* What is wrong is not what the method inside would say. */
static void acquit_inner(struct fast *p)
{
	p->inner.result.diag = (struct xeap_diag){ 0 };
}

static void fail(struct fast *p, const char *why, enum xeap_code code)
{
	p->tunnel.verdict =
		(struct xeap_tunnel_verdict){ XEAP_METHOD_DONE, XEAP_DECISION_FAIL, why, code };
}

/* What we cannot believe: RFC 4851 §3.6.2, the server hears why. */
static int refuse(struct fast *p, uint32_t error, const char *why)
{
	struct xeap_builder to = xeap_tlv_answer_add(&p->answer);

	xeap_tlv_put_u16(&to, XEAP_TLV_RESULT, XEAP_FAST_FAILURE);
	xeap_tlv_put_u32(&to, XEAP_TLV_ERROR, error);
	xeap_tlv_answer_keep(&p->answer, &to);
	acquit_inner(p);
	fail(p, why, 0);
	return send_head(p);
}

/* The response's nonce is one more than the request's, whose last bit is 0. */
static int put_binding(struct fast *p, struct xeap_builder *to)
{
	uint8_t *tlv = xeap_put_space(to, XEAP_FAST_BINDING_LEN);
	struct xeap_builder b = xeap_builder(tlv, tlv ? XEAP_FAST_BINDING_LEN : 0);
	uint8_t mac[XEAP_FAST_MAC];
	int r;

	if (!tlv)
		return -ENOBUFS;
	xeap_put_u16(&b, XEAP_FAST_MANDATORY | XEAP_FAST_BINDING);
	xeap_put_u16(&b, XEAP_FAST_BINDING_VALUE);
	xeap_put_u8(&b, 0);
	xeap_put_u8(&b, VERSION);
	xeap_put_u8(&b, p->offered);
	xeap_put_u8(&b, 1);
	xeap_put_span(&b, xeap_span(p->nonce, XEAP_FAST_NONCE - 1));
	xeap_put_u8(&b, p->nonce[XEAP_FAST_NONCE - 1] | 1);
	r = xeap_fast_mac(&p->ways[0], xeap_span(tlv, XEAP_FAST_BINDING_LEN), mac);
	xeap_put_span(&b, xeap_span(mac, sizeof(mac)));
	return r;
}

/* A PAC is kept if it is one of the authority that the tunnel was made with. */
static bool take_pac(struct fast *p, const struct xeap_fast_pac *pac)
{
	if ((pac->type && pac->type != XEAP_PAC_TUNNEL) || pac->a_id.len != p->a_id_len ||
	    !p->a_id_len || memcmp(pac->a_id.data, p->a_id, p->a_id_len) != 0)
		return false;
	if (xeap_pacs_add(p->shared->pacs, pac) < 0)
		return false;
	p->provisioned = true;
	return true;
}

static bool wants_pac(const struct fast *p, const struct xeap_fast_tlvs *tlvs)
{
	return p->shared->provisioning & XEAP_FAST_AUTHENTICATED && !p->anonymous &&
	       !p->requested && !p->provisioned && !tlvs->pac.there && p->a_id_len &&
	       (tlvs->intermediate || tlvs->result) && !xeap_tls_resumed(&p->tunnel.tls);
}

/* RFC 5422 §3.5: it is acknowledged; §4.2: asked for along with the result that leads to it. */
static void put_pac(struct fast *p, const struct xeap_fast_tlvs *tlvs, struct xeap_builder *to)
{
	if (tlvs->pac.there)
		xeap_fast_put_pac(to, XEAP_PAC_ACKNOWLEDGEMENT,
				  take_pac(p, &tlvs->pac) ? XEAP_FAST_SUCCESS : XEAP_FAST_FAILURE);
	if (!wants_pac(p, tlvs))
		return;
	xeap_fast_put_process_tlv(to);
	xeap_fast_put_pac(to, XEAP_PAC_TYPE, XEAP_PAC_TUNNEL);
	p->requested = true;
}

static void forget_method(struct fast *p)
{
	xeap_inner_restart(&p->inner);
	p->refused = false;
}

/* An anonymous tunnel leads to a PAC, and never to the network (RFC 5422 §3.5). */
static int end_anonymous(struct fast *p)
{
	fail(p,
	     p->provisioned ? "EAP-FAST server gave a PAC: the next login is with it"
			    : "EAP-FAST server gave no PAC in an anonymous tunnel",
	     0);
	return 0;
}

/* A server that was asked for a PAC may go on with it, or end. */
static int succeed(struct fast *p)
{
	bool more = p->requested && !p->provisioned;

	if (p->anonymous)
		return end_anonymous(p);
	if (xeap_fast_keys_export(&p->ways[0], p->keys.keys) < 0)
		return break_off(p, -EIO, XEAP_E_AUTHENTICATION_FAILED,
				 "keys could not be derived");
	p->succeeded = true;
	p->tunnel.verdict = (struct xeap_tunnel_verdict){
		more ? XEAP_METHOD_MAY_CONT : XEAP_METHOD_DONE,
		more ? XEAP_DECISION_COND_SUCC : XEAP_DECISION_UNCOND_SUCC, NULL, 0
	};
	if (!more)
		p->tunnel.state = XEAP_TUNNEL_CLOSED;
	return 0;
}

/* The results and the binding, believed. */
static int confirm(struct fast *p, const struct xeap_fast_tlvs *tlvs)
{
	struct xeap_builder to = xeap_tlv_answer_add(&p->answer);

	if (tlvs->intermediate)
		xeap_tlv_put_u16(&to, XEAP_TLV_INTERMEDIATE_RESULT, XEAP_FAST_SUCCESS);
	if (tlvs->binding.whole.data && put_binding(p, &to) < 0)
		return break_off(p, -EIO, XEAP_E_AUTHENTICATION_FAILED,
				 "EAP-FAST crypto-binding could not be made");
	if (tlvs->result)
		xeap_tlv_put_u16(&to, XEAP_TLV_RESULT, XEAP_FAST_SUCCESS);
	put_pac(p, tlvs, &to);
	xeap_tlv_answer_keep(&p->answer, &to);
	if (tlvs->binding.whole.data) {
		forget_method(p);
		await(p, "server ended EAP-FAST before it was done");
	}
	return tlvs->result ? succeed(p) : 0;
}

/* The server says that it failed: another method may follow an intermediate failure. */
static int accept_failure(struct fast *p, const struct xeap_fast_tlvs *tlvs)
{
	static const char why[] =
		"server says failure inside EAP-FAST: check identity and password";
	struct xeap_builder to = xeap_tlv_answer_add(&p->answer);
	bool end = tlvs->result || tlvs->error >= XEAP_FAST_ERROR_FATAL;

	if (tlvs->intermediate)
		xeap_tlv_put_u16(&to, XEAP_TLV_INTERMEDIATE_RESULT, XEAP_FAST_FAILURE);
	if (end)
		xeap_tlv_put_u16(&to, XEAP_TLV_RESULT, XEAP_FAST_FAILURE);
	xeap_tlv_answer_keep(&p->answer, &to);
	p->refused = true;
	p->succeeded = false;
	if (end)
		fail(p, why, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	else
		await(p, why);
	return send_head(p);
}

static bool says_failure(const struct xeap_fast_tlvs *tlvs)
{
	return tlvs->result == XEAP_FAST_FAILURE || tlvs->intermediate == XEAP_FAST_FAILURE ||
	       tlvs->error >= XEAP_FAST_ERROR_FATAL;
}

/*
 * What the inner peer made of a packet. Whoever may be at the other end of an anonymous tunnel sees
 * nothing but EAP-MSCHAPv2 bound to that tunnel (RFC 5422 §3.2.3).
 */
static int answer_eap(struct fast *p, int r, struct xeap_span response)
{
	if (p->anonymous && p->inner.method && !is_mschapv2(&p->inner)) {
		acquit_inner(p);
		return break_off(
			p, -EPROTO, XEAP_E_NOT_SUPPORTED,
			"server wants another method than MSCHAPV2 in an anonymous tunnel");
	}
	if (r == -EAGAIN)
		return r;
	if (r < 0) {
		p->tunnel.tls.why = p->inner.result.diag;
		if (p->tunnel.tls.why.code)
			return -EPROTO;
		return break_off(p, -EPROTO, XEAP_E_REMOTE_INVALID_PACKET,
				 "server sent a packet inside EAP-FAST that makes no sense");
	}
	return xeap_tlv_answer_send(&p->answer, &p->tunnel, XEAP_TLV_EAP_PAYLOAD, response);
}

static int process_eap(struct fast *p, struct xeap_span packet)
{
	const struct xeap_method *before;
	struct xeap_span response = { NULL, 0 };
	bool finished = is_finished(p);
	int r;

	if (p->refused)
		forget_method(p);
	before = p->inner.method;
	r = xeap_inner_process(&p->inner, packet, &response);
	if (finished && p->inner.method != before)
		return refuse(p, XEAP_FAST_ERROR_UNEXPECTED,
			      "server begins another method inside EAP-FAST without the result of "
			      "the first");
	return answer_eap(p, r, response);
}

static int process_tlvs(struct fast *p, const struct xeap_fast_tlvs *tlvs)
{
	const char *why;
	int r;

	if (says_failure(tlvs))
		return accept_failure(p, tlvs);
	why = doubt_order(p, tlvs);
	if (!why && tlvs->binding.whole.data)
		why = doubt_binding(p, &tlvs->binding);
	if (why)
		return refuse(p, XEAP_FAST_ERROR_COMPROMISE, why);
	r = confirm(p, tlvs);
	if (r < 0)
		return r;
	return tlvs->eap.data ? process_eap(p, tlvs->eap) : send_head(p);
}

static int fast_message(struct xeap_tunnel *t, struct xeap_span data)
{
	struct fast *p = fast_of(t);
	struct xeap_builder to;
	struct xeap_fast_tlvs tlvs;

	p->answer.len = 0;
	if (t->verdict.method_state == XEAP_METHOD_DONE)
		return break_off(p, -EPROTO, XEAP_E_REMOTE_INVALID_PACKET,
				 "server goes on inside EAP-FAST after its end");
	if (!data.len) /* the server speaks first */
		return 0;
	if (xeap_fast_parse(data, &tlvs) < 0)
		return refuse(p, XEAP_FAST_ERROR_UNEXPECTED, "server sent malformed EAP-FAST TLVs");
	if (!tlvs.refuses)
		return process_tlvs(p, &tlvs);
	/* RFC 4851 §4.2.3: the rest of such a message counts for nothing */
	to = xeap_tlv_answer_add(&p->answer);
	xeap_tlv_put_nak(&to, tlvs.refused_vendor, tlvs.refused);
	xeap_tlv_answer_keep(&p->answer, &to);
	return send_head(p);
}

static int fast_prompt(struct xeap_tunnel *t, struct xeap_prompt *ret_prompt)
{
	return xeap_inner_get_prompt(&fast_of(t)->inner, ret_prompt);
}

static int fast_answered(struct xeap_tunnel *t, const struct xeap_prompt *answers)
{
	struct fast *p = fast_of(t);
	struct xeap_span response = { NULL, 0 };
	int r = xeap_inner_answer(&p->inner, answers, &response);

	return answer_eap(p, r, response);
}

static const struct xeap_tunnel_ops fast_ops = {
	.type = { .type = XEAP_EAP_FAST },
	.start = fast_start,
	.established = fast_established,
	.message = fast_message,
	.get_prompt = fast_prompt,
	.answer = fast_answered,
};

static void write_pacs(void *arg)
{
	xeap_pacs_sync(arg);
}

static void save_pacs(const struct fast *p)
{
	if (p->save)
		p->save(p->save_ctx, write_pacs, p->shared->pacs);
	else
		write_pacs(p->shared->pacs);
}

static void fast_done(void *ctx)
{
	struct fast *p = ctx;

	xeap_inner_done(&p->inner);
	xeap_tunnel_done(&p->tunnel);
	if (p->provisioned)
		save_pacs(p);
	xeap_wipe(p, sizeof(*p));
}

static int fast_init(void *ctx, const struct xeap_method_args *args)
{
	struct xeap_method_args outer = *args;
	struct fast *p = ctx;
	int r;

	if (!args->shared)
		return -EINVAL;
	p->shared = args->shared;
	p->save = args->save;
	p->save_ctx = args->save_ctx;
	/* What is kept for the next time is the PAC. */
	outer.keeps_resumption = false;
	outer.shared = p->shared->tunnel.profile;
	r = xeap_tunnel_init(&p->tunnel, &fast_ops, &outer);
	if (r < 0)
		return r;
	r = xeap_inner_init(&p->inner, p->shared->tunnel.inner, args);
	if (r < 0)
		fast_done(p);
	else
		p->inner.begun = inner_begun;
	return r;
}

/* The server took the ticket, and what it says with the key that follows makes no sense. */
static bool has_stale_pac(const struct fast *p)
{
	return p->tunnel.state == XEAP_TUNNEL_FAILED && p->pac.asked && !p->way_count &&
	       xeap_tls_resumed(&p->tunnel.tls);
}

static int fast_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
			struct xeap_method_result *ret_result)
{
	struct fast *p = ctx;
	int r = xeap_tunnel_process(&p->tunnel, request, response, ret_result);

	if (has_stale_pac(p))
		xeap_diag_set(&ret_result->diag, 0, XEAP_E_AUTHENTICATION_FAILED,
			      "EAP-FAST server took the PAC of pac_file but does not know its key: "
			      "it is an impostor, or pac_file is too old: remove the file then");
	xeap_tunnel_blame_inner(&p->inner, ret_result);
	return r;
}

static int fast_get_prompt(void *ctx, struct xeap_prompt *ret_prompt)
{
	struct fast *p = ctx;

	return xeap_tunnel_get_prompt(&p->tunnel, "FAST", ret_prompt);
}

static int fast_answer(void *ctx, const struct xeap_prompt *answers, struct xeap_writer *response,
		       struct xeap_method_result *ret_result)
{
	struct fast *p = ctx;
	int r = xeap_tunnel_answer(&p->tunnel, answers, response, ret_result);

	xeap_tunnel_blame_inner(&p->inner, ret_result);
	return r;
}

static int fast_get_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	const struct fast *p = ctx;

	return p->succeeded ? xeap_tunnel_keys_get(&p->keys, kind, buf, size) : -ENOENT;
}

static void fast_describe(const void *ctx, struct xeap_method_info *ret_info)
{
	const struct fast *p = ctx;

	xeap_tunnel_describe(&p->tunnel, ret_info);
}

const struct xeap_method xeap_method_fast = {
	.abi = XEAP_METHOD_ABI,
	.name = "FAST",
	.type = { .type = XEAP_EAP_FAST },
	.flags = XEAP_METHOD_F_KEYS | XEAP_METHOD_F_TUNNEL | XEAP_METHOD_F_CERTIFICATE,
	.ctx_size = sizeof(struct fast),
	.load = xeap_fast_load,
	.unload = xeap_fast_unload,
	.derive = xeap_fast_derive,
	.init = fast_init,
	.process = fast_process,
	.get_prompt = fast_get_prompt,
	.answer = fast_answer,
	.get_key = fast_get_key,
	.describe = fast_describe,
	.done = fast_done,
};
