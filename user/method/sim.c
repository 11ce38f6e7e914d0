/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <crypto/cipher.h>
#include <errno.h>
#include <method/list.h>
#include <method/sim_peer.h>
#include <string.h>
#include <wire/sim_identity.h>

/* EAP-SIM, RFC 4186. */

static const char name[] = "SIM";

#define SRES_LEN 4
#define KC_LEN 8

struct gsm {
	size_t count;
	uint8_t sres[XEAP_SIM_RANDS_MAX * SRES_LEN];
	uint8_t kc[XEAP_SIM_RANDS_MAX * KC_LEN];
};

static bool has_version_1(struct xeap_span versions)
{
	struct xeap_reader r = xeap_reader(versions);

	while (xeap_reader_left(&r))
		if (xeap_read_u16(&r) == XEAP_SIM_VERSION_1 && !r.bad)
			return true;
	return false;
}

/* MK depends on the list as the server sent it: it stays what it was (RFC 4186 §4.3 and §7). */
static const char *take_versions(struct xeap_sim_peer *p, struct xeap_span versions)
{
	if (versions.len == 0 || versions.len % 2 || versions.len > sizeof(p->versions))
		return "server sent a malformed list of versions";
	if (p->versions_known && (versions.len != p->versions_len ||
				  memcmp(versions.data, p->versions, versions.len) != 0))
		return "server changed its list of versions";
	memcpy(p->versions, versions.data, versions.len);
	p->versions_len = versions.len;
	p->versions_known = true;
	return NULL;
}

/* RFC 4186 §9.2: to a re-authentication identity belongs no nonce. */
static int write_start(struct xeap_sim_call *call, bool with_identity)
{
	struct xeap_sim_peer *p = call->peer;
	struct xeap_sim_reply reply =
		xeap_sim_reply(call->chunk, call->eap.id, XEAP_EAP_SIM, XEAP_SIM_START);
	int err;

	if (!p->offered_reauth) {
		xeap_sim_put_block(&reply.b, XEAP_AT_NONCE_MT,
				   xeap_span(p->nonce_mt, sizeof(p->nonce_mt)));
		xeap_sim_put_u16(&reply.b, XEAP_AT_SELECTED_VERSION, XEAP_SIM_VERSION_1);
	}
	if (with_identity)
		xeap_sim_put_counted(&reply.b, XEAP_AT_IDENTITY,
				     xeap_span(p->identity.bytes, p->identity.len));
	err = xeap_sim_reply_finish(&reply, false, NULL, xeap_span(NULL, 0));
	return err ? err : xeap_sim_go_on(call);
}

static int start(struct xeap_sim_call *call)
{
	struct xeap_span versions = call->m.value[XEAP_AT_VERSION_LIST];
	const char *why = "server sent Start without a list of versions";
	int err;

	if (call->m.present & XEAP_AT_BIT(VERSION_LIST))
		why = take_versions(call->peer, versions);
	if (why)
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE, why);
	if (!has_version_1(versions))
		return xeap_sim_client_error(call, XEAP_SIM_VERSION,
					     "server does not speak version 1");
	err = xeap_sim_choose_identity(call, &why);
	if (err == -EPROTO)
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE, why);
	return write_start(call, err == 0);
}

/* RFC 4186 §10.9: the RANDs differ from each other. */
static bool are_fresh(struct xeap_span rands)
{
	for (size_t i = 0; i < rands.len; i += XEAP_SIM_BLOCK)
		for (size_t j = i + XEAP_SIM_BLOCK; j < rands.len; j += XEAP_SIM_BLOCK)
			if (memcmp(rands.data + i, rands.data + j, XEAP_SIM_BLOCK) == 0)
				return false;
	return true;
}

static int run_gsm(struct xeap_sim_shared *s, struct xeap_span rands, struct gsm *gsm)
{
	struct xeap_reader r = xeap_reader(rands);
	int err = 0;

	for (gsm->count = 0; !err && xeap_reader_left(&r); gsm->count++)
		err = xeap_sim_run_gsm(s, xeap_read_span(&r, XEAP_SIM_BLOCK).data,
				       gsm->sres + gsm->count * SRES_LEN,
				       gsm->kc + gsm->count * KC_LEN);
	return err;
}

/* MK = SHA1(Identity | n × Kc | NONCE_MT | Version List | Selected Version), RFC 4186 §7. */
static int derive(const struct xeap_sim_peer *p, const struct gsm *gsm, struct xeap_sim_keys *keys)
{
	static const uint8_t selected[2] = { 0, XEAP_SIM_VERSION_1 };
	struct xeap_span parts[] = {
		xeap_span(p->identity.bytes, p->identity.len),
		xeap_span(gsm->kc, gsm->count * KC_LEN),
		xeap_span(p->nonce_mt, sizeof(p->nonce_mt)),
		xeap_span(p->versions, p->versions_len),
		xeap_span(selected, sizeof(selected)),
	};

	return xeap_sim_keys_derive(parts, 5, keys);
}

/* RFC 5247 appendix A: Type, RANDs, NONCE_MT. */
static void make_session_id(struct xeap_sim_call *call)
{
	struct xeap_sim_peer *p = call->peer;
	struct xeap_builder b = xeap_builder(p->session_id, sizeof(p->session_id));

	xeap_put_u8(&b, XEAP_EAP_SIM);
	xeap_put_span(&b, call->m.value[XEAP_AT_RAND]);
	xeap_put_span(&b, xeap_span(p->nonce_mt, sizeof(p->nonce_mt)));
	p->session_id_len = xeap_builder_len(&b);
}

static int answer(struct xeap_sim_call *call, const struct gsm *gsm, struct xeap_sim_keys *keys)
{
	struct xeap_sim_peer *p = call->peer;
	struct xeap_sim_reply reply;
	int err = derive(p, gsm, keys);

	if (err)
		return err;
	if (!xeap_sim_mac_is_right(&call->m, call->eap.packet, false, keys,
				   xeap_span(p->nonce_mt, sizeof(p->nonce_mt))))
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
					     "server sent a challenge with a wrong AT_MAC: it does "
					     "not know the key in password=");
	if (xeap_sim_take_identities(call, keys))
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
					     "server sent a challenge whose encrypted part is "
					     "malformed");
	p->keys = *keys;
	make_session_id(call);
	reply = xeap_sim_reply(call->chunk, call->eap.id, XEAP_EAP_SIM, XEAP_SIM_CHALLENGE);
	return xeap_sim_finish_challenge(call, &reply, xeap_span(gsm->sres, gsm->count * SRES_LEN));
}

static int card_failed(struct xeap_sim_call *call, int err)
{
	const char *why = "the card does not answer";

	if (err == -ENOENT)
		why = "password= has no triplet for a RAND of the server";
	else if (err == -EACCES)
		why = "the card wants its PIN: pin= is missing or wrong";
	return xeap_sim_client_error(call, XEAP_SIM_UNABLE, why);
}

static int challenge(struct xeap_sim_call *call)
{
	struct xeap_span rands = call->m.value[XEAP_AT_RAND];
	struct xeap_sim_peer *p = call->peer;
	struct xeap_sim_keys keys = { 0 };
	struct gsm gsm = { 0 };
	int err;

	if (!p->versions_known || p->offered_reauth)
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
					     "server sent a challenge before Start");
	if (rands.len < (size_t)p->shared->min_challenges * XEAP_SIM_BLOCK)
		return xeap_sim_client_error(call, XEAP_SIM_FEW_CHALLENGES,
					     "server sent fewer RANDs than sim_min_num_chal= of "
					     "phase1 wants");
	if (!are_fresh(rands))
		return xeap_sim_client_error(call, XEAP_SIM_RANDS_NOT_FRESH,
					     "server sent one RAND twice");
	err = run_gsm(p->shared, rands, &gsm);
	err = err ? card_failed(call, err) : answer(call, &gsm, &keys);
	xeap_wipe(&gsm, sizeof(gsm));
	xeap_wipe(&keys, sizeof(keys));
	return err;
}

static const struct xeap_sim_kind kind = {
	.type = XEAP_EAP_SIM,
	.name = name,
	.prefix = XEAP_SIM_PREFIX_SIM,
	.identity_subtype = XEAP_SIM_START,
	.challenge_subtype = XEAP_SIM_CHALLENGE,
	.identity_attributes = XEAP_AT_BIT(VERSION_LIST) | XEAP_AT_BIT(ANY_ID_REQ) |
			       XEAP_AT_BIT(FULLAUTH_ID_REQ) | XEAP_AT_BIT(PERMANENT_ID_REQ),
	.challenge_attributes = XEAP_AT_BIT(RAND) | XEAP_AT_BIT(IV) | XEAP_AT_BIT(ENCR_DATA) |
				XEAP_AT_BIT(RESULT_IND) | XEAP_AT_BIT(MAC),
	.identity = start,
	.challenge = challenge,
};

static int sim_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		    struct xeap_diag *ret_diag)
{
	struct xeap_sim_shared *shared;
	int err = xeap_sim_shared_load(config, name, kind.prefix, &shared, ret_diag);

	(void)interactive;
	if (!err)
		*ret_shared = shared;
	return err;
}

static int sim_derive(void *shared, const struct xeap_method_derivation *derivation,
		      void **ret_shared, struct xeap_diag *ret_diag)
{
	int err = xeap_sim_check_derivation(derivation, name, ret_diag);

	(void)shared;
	return err ? err
		   : sim_load(derivation->config, derivation->interactive, ret_shared, ret_diag);
}

static void sim_unload(void *shared)
{
	xeap_sim_shared_free(shared);
}

static int sim_init(void *ctx, const struct xeap_method_args *args)
{
	struct xeap_sim_peer *p = ctx;
	int err = xeap_sim_peer_init(p, &kind, args);

	return err ? err : xeap_random(p->nonce_mt, sizeof(p->nonce_mt));
}

static int sim_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
		       struct xeap_method_result *ret_result)
{
	return xeap_sim_peer_process(ctx, request, response, ret_result);
}

static int sim_get_key(const void *ctx, enum xeap_key_kind which, uint8_t *buf, size_t size)
{
	return xeap_sim_peer_get_key(ctx, which, buf, size);
}

static int sim_get_resumption(const void *ctx, uint8_t *buf, size_t size)
{
	return xeap_sim_peer_get_resumption(ctx, buf, size);
}

static void sim_describe(const void *ctx, struct xeap_method_info *ret_info)
{
	xeap_sim_peer_describe(ctx, ret_info);
}

static void sim_done(void *ctx)
{
	xeap_sim_peer_done(ctx);
}

const struct xeap_method xeap_method_sim = {
	.abi = XEAP_METHOD_ABI,
	.name = name,
	.type = { .type = XEAP_EAP_SIM },
	.flags = XEAP_METHOD_F_KEYS,
	.ctx_size = sizeof(struct xeap_sim_peer),
	.load = sim_load,
	.unload = sim_unload,
	.derive = sim_derive,
	.init = sim_init,
	.process = sim_process,
	.get_key = sim_get_key,
	.get_resumption = sim_get_resumption,
	.describe = sim_describe,
	.done = sim_done,
};
