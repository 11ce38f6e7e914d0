/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <method/aka_challenge.h>
#include <method/list.h>
#include <string.h>
#include <wire/sim_identity.h>

/* EAP-AKA, RFC 4187. */

/* MK = SHA1(Identity | IK | CK), RFC 4187 §7. */
static int derive(struct xeap_sim_call *call, struct xeap_aka_run *run)
{
	const struct xeap_sim_name *identity = &call->peer->identity;
	struct xeap_span parts[] = {
		xeap_span(identity->bytes, identity->len),
		xeap_span(run->card.ik, sizeof(run->card.ik)),
		xeap_span(run->card.ck, sizeof(run->card.ck)),
	};

	return xeap_sim_keys_derive(parts, 3, &run->keys);
}

/*
 * RFC 9048 §4: a server that would rather run AKA' says so under AT_MAC; when this peer would, too,
 * somebody took the offer of AKA' away.
 */
static bool is_bid_down(const struct xeap_sim_call *call)
{
	return call->peer->shared->prefers_prime && (call->m.present & XEAP_AT_BIT(BIDDING)) &&
	       (xeap_sim_u16(&call->m, XEAP_AT_BIDDING) & XEAP_SIM_BIDDING_D);
}

static int challenge(struct xeap_sim_call *call)
{
	if (is_bid_down(call))
		return xeap_aka_reject(call, "server prefers AKA' and so does eap=: somebody on "
					     "the way bid down to AKA");
	return xeap_aka_challenge(call, derive);
}

static const struct xeap_sim_kind kind = {
	.type = XEAP_EAP_AKA,
	.name = "AKA",
	.prefix = XEAP_SIM_PREFIX_AKA,
	.identity_subtype = XEAP_AKA_IDENTITY,
	.challenge_subtype = XEAP_AKA_CHALLENGE,
	.identity_attributes = XEAP_AT_BIT(ANY_ID_REQ) | XEAP_AT_BIT(FULLAUTH_ID_REQ) |
			       XEAP_AT_BIT(PERMANENT_ID_REQ),
	.challenge_attributes = XEAP_AKA_CHALLENGE_ATTRIBUTES | XEAP_AT_BIT(BIDDING),
	.identity = xeap_aka_identity,
	.challenge = challenge,
};

static int aka_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		    struct xeap_diag *ret_diag)
{
	(void)interactive;
	return xeap_aka_load(config, &kind, ret_shared, ret_diag);
}

static int aka_derive(void *shared, const struct xeap_method_derivation *derivation,
		      void **ret_shared, struct xeap_diag *ret_diag)
{
	int err = xeap_sim_check_derivation(derivation, kind.name, ret_diag);

	(void)shared;
	return err ? err
		   : aka_load(derivation->config, derivation->interactive, ret_shared, ret_diag);
}

static void aka_unload(void *shared)
{
	xeap_sim_shared_free(shared);
}

static int aka_init(void *ctx, const struct xeap_method_args *args)
{
	return xeap_sim_peer_init(ctx, &kind, args);
}

static int aka_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
		       struct xeap_method_result *ret_result)
{
	return xeap_sim_peer_process(ctx, request, response, ret_result);
}

static int aka_get_key(const void *ctx, enum xeap_key_kind which, uint8_t *buf, size_t size)
{
	return xeap_sim_peer_get_key(ctx, which, buf, size);
}

static int aka_get_resumption(const void *ctx, uint8_t *buf, size_t size)
{
	return xeap_sim_peer_get_resumption(ctx, buf, size);
}

static void aka_describe(const void *ctx, struct xeap_method_info *ret_info)
{
	xeap_sim_peer_describe(ctx, ret_info);
}

static void aka_done(void *ctx)
{
	xeap_sim_peer_done(ctx);
}

const struct xeap_method xeap_method_aka = {
	.abi = XEAP_METHOD_ABI,
	.name = "AKA",
	.type = { .type = XEAP_EAP_AKA },
	.flags = XEAP_METHOD_F_KEYS,
	.ctx_size = sizeof(struct xeap_sim_peer),
	.load = aka_load,
	.unload = aka_unload,
	.derive = aka_derive,
	.init = aka_init,
	.process = aka_process,
	.get_key = aka_get_key,
	.get_resumption = aka_get_resumption,
	.describe = aka_describe,
	.done = aka_done,
};
