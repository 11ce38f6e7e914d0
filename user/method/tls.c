/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/list.h>
#include <method/tls_config.h>
#include <method/tunnel_keys.h>
#include <wire/eap.h>

/* EAP-TLS, RFC 5216 with TLS 1.2 and RFC 9190 with TLS 1.3. */

struct tls_conversation {
	struct xeap_tunnel tunnel;
	struct xeap_tunnel_keys keys;
	bool takes_bare_success; /* eap_workaround=1, see await_indication() */
};

static struct tls_conversation *conversation_of(struct xeap_tunnel *t)
{
	return (struct tls_conversation *)(void *)((char *)t -
						   offsetof(struct tls_conversation, tunnel));
}

/*
 * With TLS 1.2 the server's Finished is the last word: the server may still refuse for reasons of
 * its own, so Success and Failure are both believed from now on.
 */
static void succeed_12(struct xeap_tunnel *t)
{
	t->state = XEAP_TUNNEL_CLOSED;
	t->verdict =
		(struct xeap_tunnel_verdict){ XEAP_METHOD_DONE, XEAP_DECISION_COND_SUCC, NULL, 0 };
}

/*
 * With TLS 1.3 nothing is decided yet: the server has not seen our certificate, and RFC 9190 §2.5
 * wants its protected success indication, also where a session is resumed (§2.1.3).
 *
 * hostapd 2.10 makes the indication of a resumed session and ends before it has sent it. What the
 * indication is for, to know that our certificate was taken, was known by the full handshake, and
 * the server's Finished proves that it has the key which that left; so with eap_workaround=1 such a
 * session is what one of TLS 1.2 is, where nothing protects the EAP-Success either. The tunnel says
 * so once our Finished has left.
 */
static void await_indication(struct xeap_tunnel *t)
{
	bool resumed = xeap_tls_resumed(&t->tls);

	if (resumed && conversation_of(t)->takes_bare_success) {
		t->verdict = (struct xeap_tunnel_verdict){ XEAP_METHOD_MAY_CONT,
							   XEAP_DECISION_COND_SUCC, NULL, 0 };
		return;
	}
	t->verdict = (struct xeap_tunnel_verdict){
		XEAP_METHOD_MAY_CONT,
		XEAP_DECISION_FAIL,
		resumed ? "server ended a resumed session without the protected success indication "
			  "of TLS 1.3 (RFC 9190 §2.5), which eap_workaround=1 takes"
			: "server ended without the protected success indication of TLS 1.3 "
			  "(RFC 9190 §2.5): try phase1=\"tls_disable_tlsv1_3=1\"",
		0,
	};
}

static int tls_established(struct xeap_tunnel *t)
{
	struct tls_conversation *c = conversation_of(t);
	int r = xeap_tunnel_keys_derive(t, "client EAP encryption", &c->keys);

	if (r < 0)
		return r;
	if (xeap_tls_is_13(&t->tls))
		await_indication(t);
	else
		succeed_12(t);
	return 0;
}

/*
 * The only application data in EAP-TLS is the protected success indication, one octet of zero (RFC
 * 9190 §2.5). The server sends it once it has seen our Finished, so before that it would prove
 * nothing. A session ticket may follow.
 */
static int tls_received(struct xeap_tunnel *t, struct xeap_span data, bool early)
{
	const char *why = NULL;

	if (t->state == XEAP_TUNNEL_CLOSED)
		why = "application data after the end of EAP-TLS";
	else if (data.len != 1 || data.data[0] != 0)
		why = "application data that is no protected success indication (RFC 9190 §2.5)";
	else if (early)
		why = "protected success indication before the end of the handshake";
	if (why)
		return xeap_diag_set(&t->tls.why, -EPROTO, XEAP_E_REMOTE_INVALID_PACKET,
				     "server sent %s", why);
	t->state = XEAP_TUNNEL_CLOSED;
	t->verdict = (struct xeap_tunnel_verdict){ XEAP_METHOD_MAY_CONT, XEAP_DECISION_UNCOND_SUCC,
						   NULL };
	return 0;
}

static const struct xeap_tunnel_ops tls_ops = {
	.type = { .type = XEAP_EAP_TLS },
	.established = tls_established,
	.received = tls_received,
};

static int tls_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		    struct xeap_diag *ret_diag)
{
	struct xeap_tls_profile *profile;
	struct xeap_tls_params params;
	int r = xeap_tls_config_read(config, &params, ret_diag);

	if (r < 0)
		return r;
	params.interactive = interactive;
	r = xeap_tls_profile_new(&params, &profile, ret_diag);
	if (r < 0)
		return r;
	*ret_shared = profile;
	return 0;
}

static int tls_derive(void *shared, const struct xeap_method_derivation *derivation,
		      void **ret_shared, struct xeap_diag *ret_diag)
{
	struct xeap_tls_profile *profile = shared;
	int r = xeap_tls_config_derive(profile, derivation, &profile, ret_diag);

	if (r == 0)
		*ret_shared = profile;
	return r;
}

static void tls_unload(void *shared)
{
	xeap_tls_profile_free(shared);
}

static int tls_init(void *ctx, const struct xeap_method_args *args)
{
	struct tls_conversation *c = ctx;

	c->takes_bare_success = xeap_config_get_int(args->config, XEAP_CONFIG_EAP_WORKAROUND, 0) !=
				0;
	return xeap_tunnel_init(&c->tunnel, &tls_ops, args);
}

static int tls_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
		       struct xeap_method_result *ret_result)
{
	struct tls_conversation *c = ctx;

	return xeap_tunnel_process(&c->tunnel, request, response, ret_result);
}

static int tls_get_prompt(void *ctx, struct xeap_prompt *ret_prompt)
{
	struct tls_conversation *c = ctx;

	return xeap_tunnel_get_prompt(&c->tunnel, "TLS", ret_prompt);
}

static int tls_answer(void *ctx, const struct xeap_prompt *answers, struct xeap_writer *response,
		      struct xeap_method_result *ret_result)
{
	struct tls_conversation *c = ctx;

	return xeap_tunnel_answer(&c->tunnel, answers, response, ret_result);
}

/* Whether an EAP-Success would end it now, or already has. */
static bool may_succeed(const struct tls_conversation *c)
{
	const struct xeap_tunnel *t = &c->tunnel;

	return t->state == XEAP_TUNNEL_CLOSED ||
	       (t->state == XEAP_TUNNEL_OPEN && t->verdict.decision != XEAP_DECISION_FAIL);
}

static int tls_get_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	const struct tls_conversation *c = ctx;

	if (!may_succeed(c))
		return -ENOENT;
	return xeap_tunnel_keys_get(&c->keys, kind, buf, size);
}

static int tls_get_resumption(const void *ctx, uint8_t *buf, size_t size)
{
	const struct tls_conversation *c = ctx;

	if (!may_succeed(c))
		return -ENOENT;
	return xeap_tls_get_session(&c->tunnel.tls, buf, size);
}

static void tls_describe(const void *ctx, struct xeap_method_info *ret_info)
{
	const struct tls_conversation *c = ctx;

	xeap_tunnel_describe(&c->tunnel, ret_info);
}

static void tls_done(void *ctx)
{
	struct tls_conversation *c = ctx;

	xeap_tunnel_done(&c->tunnel);
	xeap_wipe(&c->keys, sizeof(c->keys));
}

const struct xeap_method xeap_method_tls = {
	.abi = XEAP_METHOD_ABI,
	.name = "TLS",
	.type = { .type = XEAP_EAP_TLS },
	.flags = XEAP_METHOD_F_KEYS | XEAP_METHOD_F_LASTING | XEAP_METHOD_F_CERTIFICATE,
	.ctx_size = sizeof(struct tls_conversation),
	.load = tls_load,
	.unload = tls_unload,
	.derive = tls_derive,
	.init = tls_init,
	.process = tls_process,
	.get_prompt = tls_get_prompt,
	.answer = tls_answer,
	.get_key = tls_get_key,
	.get_resumption = tls_get_resumption,
	.describe = tls_describe,
	.done = tls_done,
};
