/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <errno.h>
#include <method/aka_challenge.h>
#include <string.h>

/* AT_CHECKCODE is about every one of these packets (RFC 4187 §10.13). False: they are too many. */
static bool remember(struct xeap_sim_peer *p, struct xeap_span packet)
{
	if (packet.len > sizeof(p->rounds) - p->rounds_len)
		return false;
	memcpy(p->rounds + p->rounds_len, packet.data, packet.len);
	p->rounds_len += packet.len;
	return true;
}

static int write_identity(struct xeap_sim_call *call)
{
	struct xeap_sim_peer *p = call->peer;
	struct xeap_sim_reply reply =
		xeap_sim_reply(call->chunk, call->eap.id, p->kind->type, XEAP_AKA_IDENTITY);
	int err;

	xeap_sim_put_counted(&reply.b, XEAP_AT_IDENTITY,
			     xeap_span(p->identity.bytes, p->identity.len));
	err = xeap_sim_reply_finish(&reply, p->kind->prime, NULL, xeap_span(NULL, 0));
	if (err)
		return err;
	if (!remember(p, call->eap.packet) ||
	    !remember(p, xeap_span(call->chunk->data, call->chunk->len)))
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
					     "server sent requests for an identity that are too "
					     "long");
	return xeap_sim_go_on(call);
}

int xeap_aka_identity(struct xeap_sim_call *call)
{
	const char *why = "server sent a request for no identity";
	int err = xeap_sim_choose_identity(call, &why);

	if (err == -ENOENT)
		why = "server sent a request for no identity";
	if (err)
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE, why);
	return write_identity(call);
}

int xeap_aka_reject(struct xeap_sim_call *call, const char *why)
{
	return xeap_sim_give_up(call, XEAP_AKA_AUTHENTICATION_REJECT,
				XEAP_E_USER_CREDENTIALS_REJECTED, why);
}

/* RFC 9048 §3.2: AKA' repeats the AT_KDF attributes, so that nobody changes them on the way. */
static int synchronize(struct xeap_sim_call *call, const struct xeap_card_umts *card)
{
	struct xeap_sim_peer *p = call->peer;
	struct xeap_sim_reply reply = xeap_sim_reply(call->chunk, call->eap.id, p->kind->type,
						     XEAP_AKA_SYNCHRONIZATION_FAILURE);
	int err;

	xeap_sim_put_bare(&reply.b, XEAP_AT_AUTS, xeap_span(card->auts, sizeof(card->auts)));
	for (size_t i = 0; i < call->m.kdf.count; i++)
		xeap_sim_put_u16(&reply.b, XEAP_AT_KDF, call->m.kdf.value[i]);
	err = xeap_sim_reply_finish(&reply, p->kind->prime, NULL, xeap_span(NULL, 0));
	return err ? err : xeap_sim_go_on(call);
}

static int card_failed(struct xeap_sim_call *call, int err, const struct xeap_card_umts *card)
{
	if (err == -ESTALE)
		return synchronize(call, card);
	if (err == -EBADMSG)
		return xeap_aka_reject(call, "AUTN does not verify: the server's Ki and OPc are "
					     "not those in password= (or of the card)");
	if (err == -EACCES)
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
					     "the card wants its PIN: pin= is missing or wrong");
	return xeap_sim_client_error(call, XEAP_SIM_UNABLE, "the card does not answer");
}

/* RFC 5247 appendix A: Type, RAND, AUTN. */
static void make_session_id(struct xeap_sim_call *call)
{
	struct xeap_sim_peer *p = call->peer;
	struct xeap_builder b = xeap_builder(p->session_id, sizeof(p->session_id));

	xeap_put_u8(&b, p->kind->type);
	xeap_put_span(&b, call->m.value[XEAP_AT_RAND]);
	xeap_put_span(&b, call->m.value[XEAP_AT_AUTN]);
	p->session_id_len = xeap_builder_len(&b);
}

static int write_challenge(struct xeap_sim_call *call, const struct xeap_aka_run *run)
{
	struct xeap_sim_reply reply = xeap_sim_reply(call->chunk, call->eap.id,
						     call->peer->kind->type, XEAP_AKA_CHALLENGE);

	xeap_sim_put_counted(&reply.b, XEAP_AT_RES, xeap_span(run->card.res, run->card.res_len));
	if (run->public_value.data)
		xeap_sim_put_bare(&reply.b, XEAP_AT_PUB_ECDHE, run->public_value);
	xeap_sim_put_checkcode(call, &reply.b);
	return xeap_sim_finish_challenge(call, &reply, xeap_span(NULL, 0));
}

static int answer(struct xeap_sim_call *call, const struct xeap_aka_run *run)
{
	struct xeap_sim_peer *p = call->peer;

	if (!xeap_sim_mac_is_right(&call->m, call->eap.packet, p->kind->prime, &run->keys,
				   xeap_span(NULL, 0)))
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
					     "server sent a challenge with a wrong AT_MAC");
	if (!xeap_sim_checkcode_is_right(call))
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
					     "server sent a wrong AT_CHECKCODE: somebody changed "
					     "an identity on the way");
	if (xeap_sim_take_identities(call, &run->keys))
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
					     "server sent a challenge whose encrypted part is "
					     "malformed");
	p->keys = run->keys;
	make_session_id(call);
	return write_challenge(call, run);
}

int xeap_aka_challenge(struct xeap_sim_call *call,
		       int (*derive)(struct xeap_sim_call *call, struct xeap_aka_run *run))
{
	struct xeap_span rand = call->m.value[XEAP_AT_RAND], autn = call->m.value[XEAP_AT_AUTN];
	struct xeap_aka_run run = { 0 };
	int err;

	if (rand.len != XEAP_SIM_BLOCK || autn.len != XEAP_SIM_BLOCK)
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
					     "server sent a malformed challenge");
	err = xeap_sim_run_umts(call->peer->shared, rand.data, autn.data, &run.card);
	if (err) {
		err = card_failed(call, err, &run.card);
	} else {
		err = derive(call, &run);
		err = err ? err : answer(call, &run);
	}
	xeap_wipe(&run, sizeof(run));
	return err == -EPROTO ? 0 : err;
}

int xeap_aka_load(const struct xeap_config *config, const struct xeap_sim_kind *kind,
		  void **ret_shared, struct xeap_diag *ret_diag)
{
	struct xeap_sim_shared *shared;
	int err = xeap_sim_shared_load(config, kind->name, kind->prefix, &shared, ret_diag);

	if (!err)
		*ret_shared = shared;
	return err;
}
