/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/reader.h>
#include <base/wipe.h>
#include <crypto/cipher.h>
#include <errno.h>
#include <method/list.h>
#include <method/peap_binding.h>
#include <method/tunnel_keys.h>
#include <method/tunnel_load.h>
#include <stdlib.h>
#include <string.h>
#include <wire/eap.h>
#include <wire/peaptlv.h>

/*
 * PEAP, version 0 as Microsoft documents it ([MS-PEAP]) and version 1 (draft-josefsson-pppext-eap-
 * tls-eap-06 to -10), with RFC 9427 on TLS 1.3.
 *
 * In version 0 inner packets have no EAP header, except those of EAP Extensions, whose Result TLV
 * is the protected result; in version 1 all have one, and the result is an EAP-Success inside.
 */

#define VERSION_MAX 1
#define EXTENSIONS_HEADER (XEAP_EAP_HEADER + 1)
#define RESULT_TLV 6

enum peap_use {
	USE_NOT,
	USE_IF_OFFERED,
	USE_REQUIRED,
};

struct peap_shared {
	struct xeap_tunnel_shared tunnel;
	int version; /* the only one to be used; -1: the highest that both have */
	int binding; /* enum peap_use */
	int label;   /* of TLS 1.2's keys: 1 for that of an old draft */
	int outer_success;
};

struct peap {
	struct xeap_tunnel tunnel;
	struct xeap_inner inner;
	const struct peap_shared *shared;
	uint8_t id; /* of the request that is being processed */
	bool bound;
	bool refused;	/* the server was told so, or told us: nothing changes that any more */
	bool distrusts; /* for want of a proof, not for what the method inside says */
	struct xeap_tunnel_keys keys;
};

static struct peap *peap_of(struct xeap_tunnel *t)
{
	return (struct peap *)(void *)((char *)t - offsetof(struct peap, tunnel));
}

static void await(struct xeap_tunnel *t, const char *lacking)
{
	t->verdict =
		(struct xeap_tunnel_verdict){ XEAP_METHOD_MAY_CONT, XEAP_DECISION_FAIL, lacking };
}

static void succeed(struct xeap_tunnel *t)
{
	t->state = XEAP_TUNNEL_CLOSED;
	t->verdict = (struct xeap_tunnel_verdict){
		.method_state = XEAP_METHOD_DONE,
		.decision = XEAP_DECISION_UNCOND_SUCC,
	};
}

/* What was answered has still to go out, which it would not with DONE (RFC 4137 §4.4). */
static void fail(struct xeap_tunnel *t, const char *why)
{
	peap_of(t)->refused = true;
	await(t, why);
}

static int peap_start(struct xeap_tunnel *t, uint8_t offered, struct xeap_span data)
{
	const struct peap *p = peap_of(t);
	int version = p->shared->version;

	(void)data;
	if (version < 0)
		return offered < VERSION_MAX ? offered : VERSION_MAX;
	if (version > offered)
		return xeap_diag_set(&t->tls.why, -EPROTO, XEAP_E_NOT_SUPPORTED,
				     "server offers PEAP version %d only: peapver=%d in phase1 "
				     "wants more",
				     offered, version);
	return version;
}

static int peap_established(struct xeap_tunnel *t)
{
	struct peap *p = peap_of(t);

	await(t, "server ended PEAP before it was done");
	return xeap_tunnel_keys_derive(
		t, p->shared->label ? "client PEAP encryption" : "client EAP encryption", &p->keys);
}

/*
 * The server may be believed that it is done: the method inside is content, or was once, in the
 * session that this one resumes.
 */
static bool may_succeed(const struct peap *p)
{
	if (p->inner.method || p->inner.was_refused)
		return xeap_inner_succeeded(&p->inner);
	return xeap_tls_resumed(&p->tunnel.tls);
}

static int bind(struct peap *p, struct xeap_peap_binding *ret_binding)
{
	XEAP_SECRET(isk, 64);
	int r;

	memset(isk, 0, sizeof(isk));
	if (!p->inner.method && xeap_tls_resumed(&p->tunnel.tls)) {
		xeap_peap_bind_resumed(p->keys.keys, ret_binding);
		return 0;
	}
	r = xeap_inner_get_key(&p->inner, XEAP_KEY_MSK, isk, sizeof(isk));
	if (r < 0 && r != -ENOENT)
		return r;
	return xeap_peap_bind(p->keys.keys, isk, ret_binding);
}

static bool mac_is_right(const struct xeap_peap_binding *b, struct xeap_span tlv)
{
	uint8_t mac[XEAP_PEAP_MAC];

	if (xeap_peap_binding_mac(b, tlv.data, mac) < 0)
		return false;
	return xeap_equal_secret(mac, tlv.data + tlv.len - sizeof(mac), sizeof(mac));
}

/*
 * Reserved, Version, RecvVersion, SubType (0 request, 1 response), Nonce, Compound MAC. Which
 * versions were negotiated is bound in here.
 */
static const char *check_binding(const struct peap *p, const struct xeap_peap_binding *b,
				 struct xeap_span tlv)
{
	const uint8_t *version = tlv.data + 5;

	if (version[2] != 0)
		return "server's PEAP cryptobinding is no request";
	if (version[0] != p->tunnel.version || version[1] != p->tunnel.version)
		return "server's PEAP cryptobinding says that another version was negotiated";
	if (!mac_is_right(b, tlv))
		return "server's PEAP cryptobinding is wrong: who ends the tunnel is not who "
		       "authenticated inside, or computes it otherwise (crypto_binding=0)";
	return NULL;
}

static int put_binding(const struct peap *p, const struct xeap_peap_binding *b,
		       struct xeap_builder *to)
{
	uint8_t *tlv = xeap_put_space(to, XEAP_PEAP_BINDING_TLV);
	struct xeap_builder in = xeap_builder(tlv, tlv ? XEAP_PEAP_BINDING_TLV : 0);
	uint8_t *nonce;
	int r;

	xeap_put_u16(&in, XEAP_PEAPTLV_CRYPTOBINDING);
	xeap_put_u16(&in, XEAP_PEAP_BINDING_TLV - 4);
	xeap_put_u8(&in, 0);
	xeap_put_u8(&in, p->tunnel.version);
	xeap_put_u8(&in, p->tunnel.version);
	xeap_put_u8(&in, 1);
	nonce = xeap_put_space(&in, XEAP_PEAP_NONCE);
	if (!nonce || in.bad)
		return -ENOBUFS;
	r = xeap_random(nonce, XEAP_PEAP_NONCE);
	if (r < 0)
		return r;
	return xeap_peap_binding_mac(b, tlv, nonce + XEAP_PEAP_NONCE);
}

/* The Result TLV's answer, with that of the Cryptobinding TLV when there was one. */
static int answer_extensions(struct peap *p, uint8_t id, bool success,
			     const struct xeap_peap_binding *b)
{
	uint8_t packet[EXTENSIONS_HEADER + RESULT_TLV + XEAP_PEAP_BINDING_TLV];
	struct xeap_builder to = xeap_builder(packet, sizeof(packet));
	size_t len = EXTENSIONS_HEADER + RESULT_TLV + (b ? XEAP_PEAP_BINDING_TLV : 0);

	xeap_put_u8(&to, XEAP_EAP_RESPONSE);
	xeap_put_u8(&to, id);
	xeap_put_u16(&to, (uint16_t)len);
	xeap_put_u8(&to, XEAP_EAP_EXTENSIONS);
	xeap_put_u16(&to, XEAP_PEAPTLV_MANDATORY | XEAP_PEAPTLV_RESULT);
	xeap_put_u16(&to, 2);
	xeap_put_u16(&to, success ? XEAP_PEAP_RESULT_SUCCESS : XEAP_PEAP_RESULT_FAILURE);
	if (b && put_binding(p, b, &to) < 0)
		return xeap_diag_set(&p->tunnel.tls.why, -EIO, XEAP_E_AUTHENTICATION_FAILED,
				     "PEAP cryptobinding could not be made");
	return xeap_tunnel_write(&p->tunnel, xeap_span(packet, len));
}

/* [MS-PEAP] §2.2.8.1.2: of a TLV that must be understood and is not. */
static int answer_nak(struct peap *p, uint8_t id, uint16_t type)
{
	uint8_t packet[EXTENSIONS_HEADER + 4 + 6];
	struct xeap_builder to = xeap_builder(packet, sizeof(packet));

	xeap_put_u8(&to, XEAP_EAP_RESPONSE);
	xeap_put_u8(&to, id);
	xeap_put_u16(&to, sizeof(packet));
	xeap_put_u8(&to, XEAP_EAP_EXTENSIONS);
	xeap_put_u16(&to, XEAP_PEAPTLV_MANDATORY | XEAP_PEAPTLV_NAK);
	xeap_put_u16(&to, 6);
	xeap_put_u32(&to, 0);
	xeap_put_u16(&to, type);
	return xeap_tunnel_write(&p->tunnel, xeap_span(packet, sizeof(packet)));
}

/* Why a result that says success is not to be believed; NULL: it is. */
static const char *doubt(const struct peap *p, const struct xeap_peaptlvs *tlvs,
			 const struct xeap_peap_binding *b)
{
	if (!may_succeed(p))
		return "server says success inside PEAP, but the method inside has not proved it";
	if (b)
		return check_binding(p, b, tlvs->cryptobinding);
	if (p->shared->binding == USE_REQUIRED)
		return "server sent no PEAP cryptobinding, which crypto_binding=2 asks for";
	return NULL;
}

static int use_keys(struct peap *p, const struct xeap_peap_binding *b)
{
	p->bound = true;
	if (!xeap_peap_binding_keys(b, p->keys.keys))
		return 0;
	return xeap_diag_set(&p->tunnel.tls.why, -EIO, XEAP_E_AUTHENTICATION_FAILED,
			     "keys could not be derived");
}

static int conclude_extensions(struct peap *p, uint8_t id, const struct xeap_peaptlvs *tlvs,
			       const struct xeap_peap_binding *b)
{
	const char *why = "server says failure inside PEAP: check identity and password";
	bool success = false;
	int r;

	if (tlvs->result == XEAP_PEAP_RESULT_SUCCESS) {
		why = doubt(p, tlvs, b);
		success = !why;
		p->distrusts = !success;
	}
	r = answer_extensions(p, id, success, success ? b : NULL);
	if (r < 0)
		return r;
	if (!success) {
		fail(&p->tunnel, why);
		return 0;
	}
	succeed(&p->tunnel);
	return b ? use_keys(p, b) : 0;
}

static int process_extensions(struct peap *p, const struct xeap_eap *eap)
{
	__attribute__((cleanup(xeap_secret_wipe))) struct xeap_secret wiped;
	struct xeap_peap_binding binding;
	struct xeap_peaptlvs tlvs;
	bool binds;

	wiped = (struct xeap_secret){ (uint8_t *)&binding, sizeof(binding) };
	if (xeap_peaptlvs_parse(eap->data, &tlvs) < 0)
		return xeap_diag_set(&p->tunnel.tls.why, -EPROTO, XEAP_E_REMOTE_INVALID_PACKET,
				     "server sent malformed PEAP extensions");
	if (tlvs.refuses)
		return answer_nak(p, eap->id, tlvs.refused);
	if (tlvs.result == XEAP_PEAP_RESULT_NONE)
		return xeap_diag_set(&p->tunnel.tls.why, -EPROTO, XEAP_E_REMOTE_INVALID_PACKET,
				     "server sent PEAP extensions without a result");
	binds = tlvs.cryptobinding.data && p->shared->binding != USE_NOT;
	if (binds && bind(p, &binding) < 0)
		return xeap_diag_set(&p->tunnel.tls.why, -EIO, XEAP_E_AUTHENTICATION_FAILED,
				     "PEAP cryptobinding could not be computed");
	return conclude_extensions(p, eap->id, &tlvs, binds ? &binding : NULL);
}

/* What the inner peer made of a packet. */
static int answer(struct peap *p, int r, struct xeap_span response)
{
	struct xeap_tunnel *t = &p->tunnel;

	if (r == -EAGAIN)
		return r;
	if (r < 0) {
		t->tls.why = p->inner.result.diag;
		if (!t->tls.why.code)
			xeap_diag_set(&t->tls.why, -EPROTO, XEAP_E_REMOTE_INVALID_PACKET,
				      "server sent a packet inside PEAP that makes no sense");
		return -EPROTO;
	}
	if (t->version == 0 && response.len > XEAP_EAP_HEADER)
		response =
			xeap_span(response.data + XEAP_EAP_HEADER, response.len - XEAP_EAP_HEADER);
	return xeap_tunnel_write(t, response);
}

/* EAP-Success inside, version 1: what comes then differs from server to server. */
static int conclude_success(struct peap *p, struct xeap_span packet)
{
	p->distrusts = !may_succeed(p);
	if (p->distrusts) {
		fail(&p->tunnel,
		     "server says success inside PEAP, but the method inside has not proved it");
		return 0;
	}
	if (p->shared->binding == USE_REQUIRED) {
		fail(&p->tunnel,
		     "PEAP version 1 has no cryptobinding, which crypto_binding=2 asks for");
		return 0;
	}
	succeed(&p->tunnel);
	return p->shared->outer_success == 1 ? xeap_tunnel_write(&p->tunnel, packet) : 0;
}

static int process_packet(struct peap *p, struct xeap_span packet)
{
	struct xeap_span response = { NULL, 0 };
	struct xeap_eap eap;
	int r;

	if (xeap_eap_parse(packet, &eap) < 0)
		return answer(p, -EBADMSG, response);
	if (eap.code == XEAP_EAP_REQUEST && eap.type.type == XEAP_EAP_EXTENSIONS)
		return process_extensions(p, &eap);
	if (eap.code == XEAP_EAP_SUCCESS && p->tunnel.version > 0)
		return conclude_success(p, packet);
	if (eap.code == XEAP_EAP_FAILURE && p->tunnel.version > 0) {
		fail(&p->tunnel, "server says failure inside PEAP: check identity and password");
		return 0;
	}
	r = xeap_inner_process(&p->inner, packet, &response);
	return answer(p, r, response);
}

/* Whether bytes are a whole packet of EAP Extensions, which has its header in version 0, too. */
static bool is_extensions(struct xeap_span data)
{
	return data.len > EXTENSIONS_HEADER && data.data[0] == XEAP_EAP_REQUEST &&
	       (size_t)(data.data[2] << 8 | data.data[3]) == data.len &&
	       data.data[4] == XEAP_EAP_EXTENSIONS;
}

/* Put the header in front that version 0 leaves out. */
static int process_bare(struct peap *p, struct xeap_span data)
{
	size_t len = XEAP_EAP_HEADER + data.len;
	struct xeap_builder to;
	uint8_t *packet;
	int r;

	if (len > XEAP_INNER_PACKET)
		return answer(p, -EBADMSG, xeap_span(NULL, 0));
	packet = malloc(len);
	if (!packet)
		return xeap_diag_set(&p->tunnel.tls.why, -ENOMEM, XEAP_E_OUT_OF_MEMORY,
				     "out of memory");
	to = xeap_builder(packet, len);
	xeap_put_u8(&to, XEAP_EAP_REQUEST);
	xeap_put_u8(&to, p->id);
	xeap_put_u16(&to, (uint16_t)len);
	xeap_put_span(&to, data);
	r = process_packet(p, xeap_span(packet, len));
	xeap_wipe(packet, len);
	free(packet);
	return r;
}

/*
 * FreeRADIUS says in a session that was resumed with TLS 1.3 what it says in EAP-TLS (RFC 9190
 * §2.5), one octet of zero. It is no success: that has to be said in PEAP's own way, which follows.
 */
static bool is_indication(const struct xeap_tunnel *t, struct xeap_span data)
{
	return xeap_tls_is_13(&t->tls) && xeap_tls_resumed(&t->tls) && data.len == 1 &&
	       data.data[0] == 0;
}

static int peap_message(struct xeap_tunnel *t, struct xeap_span data)
{
	struct peap *p = peap_of(t);

	if (!data.len || is_indication(t, data) || p->refused) /* the server speaks first */
		return 0;
	if (t->version == 0 && !is_extensions(data))
		return process_bare(p, data);
	return process_packet(p, data);
}

static int peap_prompt(struct xeap_tunnel *t, struct xeap_prompt *ret_prompt)
{
	return xeap_inner_get_prompt(&peap_of(t)->inner, ret_prompt);
}

static int peap_answered(struct xeap_tunnel *t, const struct xeap_prompt *answers)
{
	struct peap *p = peap_of(t);
	struct xeap_span response = { NULL, 0 };
	int r = xeap_inner_answer(&p->inner, answers, &response);

	return answer(p, r, response);
}

static const struct xeap_tunnel_ops peap_ops = {
	.type = { .type = XEAP_EAP_PEAP },
	.start = peap_start,
	.established = peap_established,
	.message = peap_message,
	.get_prompt = peap_prompt,
	.answer = peap_answered,
};

static int read_words(const struct xeap_config *config, struct peap_shared *s, struct xeap_diag *d)
{
	int r;

	s->version = -1;
	s->binding = USE_IF_OFFERED;
	s->outer_success = 2;
	r = xeap_tunnel_digit(config, XEAP_CONFIG_PHASE1, "peapver", 1, &s->version, d);
	if (r == 0)
		r = xeap_tunnel_digit(config, XEAP_CONFIG_PHASE1, "peaplabel", 1, &s->label, d);
	if (r == 0)
		r = xeap_tunnel_digit(config, XEAP_CONFIG_PHASE1, "peap_outer_success", 2,
				      &s->outer_success, d);
	if (r == 0)
		r = xeap_tunnel_digit(config, XEAP_CONFIG_PHASE1, "crypto_binding", 2, &s->binding,
				      d);
	return r;
}

static int peap_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		     struct xeap_diag *ret_diag)
{
	static const char *const otherwise[] = { "MSCHAPV2", "GTC", "MD5", "TLS", NULL };
	static const struct xeap_inner_choice choice = {
		.outer = "PEAP",
		.prefix = "auth=",
		.otherwise = otherwise,
	};
	struct peap_shared *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	r = read_words(config, s, ret_diag);
	if (r == 0)
		r = xeap_tunnel_load(config, &choice, interactive, &s->tunnel, ret_diag);
	if (r < 0) {
		free(s);
		return r;
	}
	*ret_shared = s;
	return 0;
}

static int peap_derive(void *shared, const struct xeap_method_derivation *derivation,
		       void **ret_shared, struct xeap_diag *ret_diag)
{
	const struct peap_shared *base = shared;
	struct peap_shared *s = malloc(sizeof(*s));
	int r;

	if (!s)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	*s = *base;
	r = xeap_tunnel_derive(&base->tunnel, derivation, &s->tunnel, ret_diag);
	if (r < 0) {
		free(s);
		return r;
	}
	*ret_shared = s;
	return 0;
}

static void peap_unload(void *shared)
{
	struct peap_shared *s = shared;

	xeap_tunnel_unload(&s->tunnel);
	free(s);
}

static int peap_init(void *ctx, const struct xeap_method_args *args)
{
	struct xeap_method_args outer = *args;
	struct peap *p = ctx;
	int r;

	if (!args->shared)
		return -EINVAL;
	p->shared = args->shared;
	outer.shared = p->shared->tunnel.profile;
	r = xeap_tunnel_init(&p->tunnel, &peap_ops, &outer);
	if (r < 0)
		return r;
	r = xeap_inner_init(&p->inner, p->shared->tunnel.inner, args);
	if (r < 0)
		xeap_tunnel_done(&p->tunnel);
	return r;
}

static int peap_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
			struct xeap_method_result *ret_result)
{
	struct peap *p = ctx;
	int r;

	p->id = request.len > 1 ? request.data[1] : 0;
	r = xeap_tunnel_process(&p->tunnel, request, response, ret_result);
	if (!p->distrusts)
		xeap_tunnel_blame_inner(&p->inner, ret_result);
	return r;
}

static int peap_get_prompt(void *ctx, struct xeap_prompt *ret_prompt)
{
	struct peap *p = ctx;

	return xeap_tunnel_get_prompt(&p->tunnel, "PEAP", ret_prompt);
}

static int peap_answer(void *ctx, const struct xeap_prompt *answers, struct xeap_writer *response,
		       struct xeap_method_result *ret_result)
{
	struct peap *p = ctx;
	int r = xeap_tunnel_answer(&p->tunnel, answers, response, ret_result);

	if (!p->distrusts)
		xeap_tunnel_blame_inner(&p->inner, ret_result);
	return r;
}

static int peap_get_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	const struct peap *p = ctx;

	if (p->tunnel.state != XEAP_TUNNEL_CLOSED)
		return -ENOENT;
	return xeap_tunnel_keys_get(&p->keys, kind, buf, size);
}

static int peap_get_resumption(const void *ctx, uint8_t *buf, size_t size)
{
	const struct peap *p = ctx;

	if (p->tunnel.state != XEAP_TUNNEL_CLOSED)
		return -ENOENT;
	return xeap_tls_get_session(&p->tunnel.tls, buf, size);
}

static void peap_describe(const void *ctx, struct xeap_method_info *ret_info)
{
	const struct peap *p = ctx;

	xeap_tunnel_describe(&p->tunnel, ret_info);
}

static void peap_done(void *ctx)
{
	struct peap *p = ctx;

	xeap_inner_done(&p->inner);
	xeap_tunnel_done(&p->tunnel);
	xeap_wipe(&p->keys, sizeof(p->keys));
}

const struct xeap_method xeap_method_peap = {
	.abi = XEAP_METHOD_ABI,
	.name = "PEAP",
	.type = { .type = XEAP_EAP_PEAP },
	.flags = XEAP_METHOD_F_KEYS | XEAP_METHOD_F_TUNNEL | XEAP_METHOD_F_LASTING |
		 XEAP_METHOD_F_CERTIFICATE,
	.ctx_size = sizeof(struct peap),
	.load = peap_load,
	.unload = peap_unload,
	.derive = peap_derive,
	.init = peap_init,
	.process = peap_process,
	.get_prompt = peap_get_prompt,
	.answer = peap_answer,
	.get_key = peap_get_key,
	.get_resumption = peap_get_resumption,
	.describe = peap_describe,
	.done = peap_done,
};
