/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <crypto/digest.h>
#include <errno.h>
#include <method/list.h>
#include <method/ttls_password.h>
#include <method/tunnel_keys.h>
#include <method/tunnel_load.h>
#include <stdlib.h>
#include <string.h>
#include <wire/avp.h>
#include <wire/eap.h>

/* EAP-TTLSv0, RFC 5281, with RFC 9427 on TLS 1.3. */

static const char name[] = "TTLS";

struct ttls_shared {
	struct xeap_tunnel_shared tunnel;
	enum xeap_ttls_way way;
	struct xeap_legacy *legacy; /* of Microsoft's ways */
};

enum ttls_progress {
	SPEAKS,	     /* the peer has the word */
	WAITS_EAP,   /* for the inner method */
	WAITS_PROOF, /* for MS-CHAP2-Success */
	ANSWERED,    /* all has been said */
	REFUSED,     /* by the server, or for want of its proof: nothing changes that any more */
};

struct ttls {
	struct xeap_tunnel tunnel;
	struct xeap_inner inner;
	struct xeap_password password;
	struct xeap_ttls_login login;
	const struct ttls_shared *shared;
	enum ttls_progress progress;
	bool asks; /* for the password */
	struct xeap_tunnel_keys keys;
};

static struct ttls *ttls_of(struct xeap_tunnel *t)
{
	return (struct ttls *)(void *)((char *)t - offsetof(struct ttls, tunnel));
}

static void await(struct ttls *c, const char *lacking)
{
	c->tunnel.verdict =
		(struct xeap_tunnel_verdict){ XEAP_METHOD_MAY_CONT, XEAP_DECISION_FAIL, lacking };
}

/* The server's word decides: it has all it wants, and nothing more to prove. */
static void leave_to_server(struct ttls *c)
{
	c->progress = ANSWERED;
	c->tunnel.state = XEAP_TUNNEL_CLOSED;
	c->tunnel.verdict = (struct xeap_tunnel_verdict){
		XEAP_METHOD_MAY_CONT,
		XEAP_DECISION_COND_SUCC,
		"authenticator sent EAP-Failure after TTLS: check identity and password",
		XEAP_E_USER_NAME_PASSWORD_REJECTED,
	};
}

static int break_off(struct ttls *c, int err, enum xeap_code code, const char *why)
{
	return xeap_diag_set(&c->tunnel.tls.why, err, code, "%s", why);
}

static int ttls_start(struct xeap_tunnel *t, uint8_t offered, struct xeap_span data)
{
	(void)t;
	(void)offered; /* version 0 is the only one there is */
	(void)data;
	return 0;
}

static int ttls_established(struct xeap_tunnel *t)
{
	struct ttls *c = ttls_of(t);

	await(c, "server ended TTLS before it was done");
	return xeap_tunnel_keys_derive(t, "ttls keying material", &c->keys);
}

static int write_eap(struct ttls *c, struct xeap_span packet)
{
	size_t size = XEAP_AVP_HEADER_MAX + packet.len + 4;
	uint8_t *avp = malloc(size);
	struct xeap_builder b;
	int r;

	if (!avp)
		return break_off(c, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	b = xeap_builder(avp, size);
	xeap_avp_put(&b, XEAP_AVP_EAP_MESSAGE, 0, packet);
	r = xeap_tunnel_write(&c->tunnel, xeap_span(avp, xeap_builder_len(&b)));
	xeap_wipe(avp, size);
	free(avp);
	return r;
}

/* What the inner peer made of a packet. */
static int answer_eap(struct ttls *c, int r, struct xeap_span response)
{
	if (r == -EAGAIN)
		return r;
	if (r < 0) {
		c->tunnel.tls.why = c->inner.result.diag;
		if (c->tunnel.tls.why.code)
			return -EPROTO;
		return break_off(c, -EPROTO, XEAP_E_REMOTE_INVALID_PACKET,
				 "server sent a packet inside TTLS that makes no sense");
	}
	c->progress = WAITS_EAP;
	if (xeap_inner_succeeded(&c->inner)) {
		leave_to_server(c);
		c->tunnel.state = XEAP_TUNNEL_OPEN; /* it may go on */
	} else {
		await(c, "server ended TTLS before the method inside was done");
	}
	return write_eap(c, response);
}

static int process_eap(struct ttls *c, struct xeap_span packet)
{
	struct xeap_span response = { NULL, 0 };
	int r = xeap_inner_process(&c->inner, packet, &response);

	return answer_eap(c, r, response);
}

/* The first packet of the inner conversation is the identity, unasked (RFC 5281 §11.2.1). */
static int speak_eap(struct ttls *c)
{
	static const uint8_t ask[] = { XEAP_EAP_REQUEST, 0, 0, 5, XEAP_EAP_IDENTITY };

	c->progress = WAITS_EAP;
	return process_eap(c, xeap_span(ask, sizeof(ask)));
}

static int say_password(struct ttls *c)
{
	XEAP_SECRET(avps, XEAP_TTLS_LOGIN_MAX);
	int r;

	c->login.password = xeap_password_get(&c->password);
	r = xeap_ttls_login_write(&c->login, &c->tunnel.tls, avps, sizeof(avps));
	if (r == -EILSEQ)
		return break_off(c, r, XEAP_E_INVALID_PARAMETER, "password is no UTF-8");
	if (r < 0)
		return break_off(c, r, XEAP_E_AUTHENTICATION_FAILED,
				 "the password could not be made into a TTLS message");
	if (c->shared->way == XEAP_TTLS_MSCHAPV2) {
		c->progress = WAITS_PROOF;
		await(c, "server refused the login inside TTLS: check identity and password");
	} else {
		leave_to_server(c);
	}
	return xeap_tunnel_write(&c->tunnel, xeap_span(avps, (size_t)r));
}

/* A session that was resumed needs nothing more (RFC 5281 §7.5). */
static int speak(struct ttls *c)
{
	if (xeap_tls_resumed(&c->tunnel.tls)) {
		leave_to_server(c);
		return 0;
	}
	if (c->shared->way == XEAP_TTLS_EAP)
		return speak_eap(c);
	if (!xeap_password_get(&c->password).data && !c->login.hash.data) {
		c->asks = true;
		return -EAGAIN;
	}
	return say_password(c);
}

static int take_proof(struct ttls *c, const struct xeap_avp *avp)
{
	if (!xeap_ttls_login_proves(&c->login, avp->data)) {
		c->progress = REFUSED;
		await(c, "server does not prove that it knows the password (MS-CHAP2-Success)");
		return 0;
	}
	leave_to_server(c);
	return 0;
}

static bool is_microsofts(const struct xeap_avp *avp, uint32_t code)
{
	return avp->vendor == XEAP_VENDOR_MICROSOFT && avp->code == code;
}

/* What comes in EAP-Message AVPs is one packet, however many there are (RFC 5281 §10.1). */
static int collect(struct xeap_builder *packet, const struct xeap_avp *avp)
{
	xeap_put_span(packet, avp->data);
	return packet->bad ? -EBADMSG : 0;
}

/* A method that could be content may be asked on: another token code. */
static bool hears_eap(const struct ttls *c)
{
	return c->progress == WAITS_EAP ||
	       (c->progress == ANSWERED && c->shared->way == XEAP_TTLS_EAP);
}

static int take_avp(struct ttls *c, const struct xeap_avp *avp, struct xeap_builder *packet)
{
	if (!avp->vendor && avp->code == XEAP_AVP_EAP_MESSAGE && hears_eap(c))
		return collect(packet, avp);
	if (c->progress == WAITS_PROOF && is_microsofts(avp, XEAP_AVP_MS_CHAP2_SUCCESS))
		return take_proof(c, avp);
	if (c->progress == WAITS_PROOF && is_microsofts(avp, XEAP_AVP_MS_CHAP_ERROR)) {
		c->progress = REFUSED;
		return 0;
	}
	if (!avp->vendor && avp->code == XEAP_AVP_REPLY_MESSAGE)
		return 0;
	/* RFC 5281 §10: what must be understood and is not ends it. */
	return avp->mandatory ? -EBADMSG : 0;
}

static int take_avps(struct ttls *c, struct xeap_span data, struct xeap_builder *packet)
{
	struct xeap_reader r = xeap_reader(data);
	struct xeap_avp avp;
	int more;

	while ((more = xeap_avp_next(&r, &avp)) > 0) {
		more = take_avp(c, &avp, packet);
		if (more < 0)
			return more;
	}
	return more;
}

static int listen(struct ttls *c, struct xeap_span data)
{
	uint8_t *memory = malloc(data.len);
	struct xeap_builder packet;
	int r;

	if (!memory)
		return break_off(c, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	packet = xeap_builder(memory, data.len);
	r = take_avps(c, data, &packet);
	if (r < 0)
		r = break_off(c, -EPROTO, XEAP_E_REMOTE_INVALID_PACKET,
			      "server sent AVPs inside TTLS that make no sense");
	else if (xeap_builder_len(&packet))
		r = process_eap(c, xeap_span(memory, xeap_builder_len(&packet)));
	xeap_wipe(memory, data.len);
	free(memory);
	return r;
}

/* One octet of zero: nothing more will come of the method (RFC 9427 §4.1, after resumption). */
static bool is_indication(const struct xeap_tunnel *t, struct xeap_span data)
{
	return xeap_tls_is_13(&t->tls) && data.len == 1 && data.data[0] == 0;
}

static int ttls_message(struct xeap_tunnel *t, struct xeap_span data)
{
	struct ttls *c = ttls_of(t);
	int r = 0;

	if (c->progress == SPEAKS)
		r = speak(c);
	if (r < 0 || !data.len || is_indication(t, data) || c->progress == REFUSED)
		return r;
	return listen(c, data);
}

static int ttls_prompt(struct xeap_tunnel *t, struct xeap_prompt *ret_prompt)
{
	struct ttls *c = ttls_of(t);

	if (!c->asks)
		return xeap_inner_get_prompt(&c->inner, ret_prompt);
	xeap_password_prompt(name, ret_prompt);
	return 0;
}

static int ttls_answered(struct xeap_tunnel *t, const struct xeap_prompt *answers)
{
	struct xeap_span response = { NULL, 0 };
	struct ttls *c = ttls_of(t);
	int r;

	if (!c->asks) {
		r = xeap_inner_answer(&c->inner, answers, &response);
		return answer_eap(c, r, response);
	}
	r = xeap_password_take(&c->password, answers, "password");
	if (r == -EINVAL)
		return -EAGAIN;
	if (r < 0)
		return break_off(c, r, XEAP_E_OUT_OF_MEMORY, "out of memory");
	c->asks = false;
	return say_password(c);
}

static const struct xeap_tunnel_ops ttls_ops = {
	.type = { .type = XEAP_EAP_TTLS },
	.start = ttls_start,
	.established = ttls_established,
	.message = ttls_message,
	.get_prompt = ttls_prompt,
	.answer = ttls_answered,
};

/* "auth=PAP": a password without EAP; none of those: EAP. */
static int read_way(const struct xeap_config *config, enum xeap_ttls_way *ret_way,
		    struct xeap_diag *d)
{
	const char *origin = xeap_config_origin(config);
	struct xeap_span value, eap;

	*ret_way = XEAP_TTLS_EAP;
	if (xeap_config_get_word(config, XEAP_CONFIG_PHASE2, "auth", &value) < 0)
		return 0;
	*ret_way = xeap_ttls_way_of(value);
	if (*ret_way == XEAP_TTLS_WAY_MAX)
		return xeap_diag_set(d, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%sphase2: auth=%.*s is none of PAP, CHAP, MSCHAP and "
				     "MSCHAPV2; EAP methods inside TTLS are named with autheap=",
				     origin, *origin ? ": " : "", (int)value.len,
				     (const char *)value.data);
	if (xeap_config_get_word(config, XEAP_CONFIG_PHASE2, "autheap", &eap) == 0)
		return xeap_diag_set(d, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%sphase2: auth= and autheap= exclude each other", origin,
				     *origin ? ": " : "");
	return 0;
}

/* Whether OpenSSL has what the way is made of, before anybody connects. */
static int load_algorithms(const struct xeap_config *config, struct ttls_shared *s,
			   struct xeap_diag *d)
{
	const char *origin = xeap_config_origin(config), *lacks = "MD4 and DES";
	struct xeap_digest_algorithm *md5 = NULL;
	int r = 0;

	if (xeap_ttls_way_is_microsofts(s->way)) {
		r = xeap_legacy_get(&s->legacy);
	} else if (s->way == XEAP_TTLS_CHAP) {
		r = xeap_digest_fetch(XEAP_DIGEST_MD5, &md5);
		xeap_digest_algorithm_free(md5);
		lacks = "MD5";
	}
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return xeap_diag_set(d, r, XEAP_E_NOT_SUPPORTED,
				     "%s%sphase2: auth=%s: OpenSSL offers no %s here (FIPS, or no "
				     "such provider): use auth=PAP",
				     origin, *origin ? ": " : "", xeap_ttls_way_name(s->way),
				     lacks);
	return 0;
}

static int load_password(const struct xeap_config *config, struct ttls_shared *s, bool interactive,
			 struct xeap_diag *d)
{
	int r = xeap_ttls_way_is_microsofts(s->way)
			? xeap_password_or_hash_check(config, name, interactive, d)
			: xeap_password_check(config, name, interactive, d);

	return r < 0 ? r : load_algorithms(config, s, d);
}

static int load(const struct xeap_config *config, struct ttls_shared *s, bool interactive,
		struct xeap_diag *d)
{
	static const char *const any[] = { "MSCHAPV2", "GTC", "MD5", "TLS", NULL };
	static const char *const none[] = { NULL };
	struct xeap_inner_choice choice = { .outer = name, .prefix = "autheap=" };
	int r = read_way(config, &s->way, d);

	if (r < 0)
		return r;
	choice.otherwise = s->way == XEAP_TTLS_EAP ? any : none;
	if (s->way != XEAP_TTLS_EAP)
		r = load_password(config, s, interactive, d);
	return r < 0 ? r : xeap_tunnel_load(config, &choice, interactive, &s->tunnel, d);
}

static void ttls_unload(void *shared)
{
	struct ttls_shared *s = shared;

	xeap_tunnel_unload(&s->tunnel);
	xeap_legacy_put(s->legacy);
	free(s);
}

static int ttls_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		     struct xeap_diag *ret_diag)
{
	struct ttls_shared *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	r = load(config, s, interactive, ret_diag);
	if (r < 0) {
		ttls_unload(s);
		return r;
	}
	*ret_shared = s;
	return 0;
}

static int ttls_derive(void *shared, const struct xeap_method_derivation *derivation,
		       void **ret_shared, struct xeap_diag *ret_diag)
{
	const struct ttls_shared *base = shared;
	struct ttls_shared *s = calloc(1, sizeof(*s));
	int r = 0;

	if (!s)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	s->way = base->way;
	if (s->way != XEAP_TTLS_EAP)
		r = load_password(derivation->config, s, derivation->interactive, ret_diag);
	if (r == 0)
		r = xeap_tunnel_derive(&base->tunnel, derivation, &s->tunnel, ret_diag);
	if (r < 0) {
		ttls_unload(s);
		return r;
	}
	*ret_shared = s;
	return 0;
}

static void begin_password(struct ttls *c, const struct xeap_method_args *args)
{
	xeap_password_init(&c->password, args);
	c->login = (struct xeap_ttls_login){
		.way = c->shared->way,
		.identity = args->identity,
		.legacy = c->shared->legacy,
	};
	if (xeap_ttls_way_is_microsofts(c->shared->way) && !args->ask_again)
		c->login.hash = xeap_config_get(args->config, XEAP_CONFIG_PASSWORD_HASH);
}

static int ttls_init(void *ctx, const struct xeap_method_args *args)
{
	struct xeap_method_args outer = *args;
	struct ttls *c = ctx;
	int r;

	if (!args->shared)
		return -EINVAL;
	c->shared = args->shared;
	outer.shared = c->shared->tunnel.profile;
	r = xeap_tunnel_init(&c->tunnel, &ttls_ops, &outer);
	if (r < 0)
		return r;
	begin_password(c, args);
	r = xeap_inner_init(&c->inner, c->shared->tunnel.inner, args);
	if (r < 0)
		xeap_tunnel_done(&c->tunnel);
	return r;
}

static void tell(const struct ttls *c, struct xeap_method_result *ret_result)
{
	ret_result->save_user_data = c->password.typed != NULL;
	xeap_tunnel_blame_inner(&c->inner, ret_result);
}

static int ttls_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
			struct xeap_method_result *ret_result)
{
	struct ttls *c = ctx;
	int r = xeap_tunnel_process(&c->tunnel, request, response, ret_result);

	tell(c, ret_result);
	return r;
}

static int ttls_get_prompt(void *ctx, struct xeap_prompt *ret_prompt)
{
	struct ttls *c = ctx;

	return xeap_tunnel_get_prompt(&c->tunnel, name, ret_prompt);
}

static int ttls_answer(void *ctx, const struct xeap_prompt *answers, struct xeap_writer *response,
		       struct xeap_method_result *ret_result)
{
	struct ttls *c = ctx;
	int r = xeap_tunnel_answer(&c->tunnel, answers, response, ret_result);

	tell(c, ret_result);
	return r;
}

static int ttls_get_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	const struct ttls *c = ctx;

	if (c->progress != ANSWERED || c->tunnel.state == XEAP_TUNNEL_FAILED)
		return -ENOENT;
	return xeap_tunnel_keys_get(&c->keys, kind, buf, size);
}

static int ttls_get_resumption(const void *ctx, uint8_t *buf, size_t size)
{
	const struct ttls *c = ctx;

	if (c->progress != ANSWERED || c->tunnel.state == XEAP_TUNNEL_FAILED)
		return -ENOENT;
	return xeap_tls_get_session(&c->tunnel.tls, buf, size);
}

static void ttls_describe(const void *ctx, struct xeap_method_info *ret_info)
{
	const struct ttls *c = ctx;

	xeap_tunnel_describe(&c->tunnel, ret_info);
}

static void ttls_done(void *ctx)
{
	struct ttls *c = ctx;

	xeap_inner_done(&c->inner);
	xeap_tunnel_done(&c->tunnel);
	xeap_password_done(&c->password);
	xeap_wipe(&c->keys, sizeof(c->keys));
	xeap_wipe(&c->login, sizeof(c->login));
}

const struct xeap_method xeap_method_ttls = {
	.abi = XEAP_METHOD_ABI,
	.name = "TTLS",
	.type = { .type = XEAP_EAP_TTLS },
	.flags = XEAP_METHOD_F_KEYS | XEAP_METHOD_F_TUNNEL | XEAP_METHOD_F_LASTING |
		 XEAP_METHOD_F_CERTIFICATE,
	.ctx_size = sizeof(struct ttls),
	.load = ttls_load,
	.unload = ttls_unload,
	.derive = ttls_derive,
	.init = ttls_init,
	.process = ttls_process,
	.get_prompt = ttls_get_prompt,
	.answer = ttls_answer,
	.get_key = ttls_get_key,
	.get_resumption = ttls_get_resumption,
	.describe = ttls_describe,
	.done = ttls_done,
};
