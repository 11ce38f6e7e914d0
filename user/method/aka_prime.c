/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/ecdhe.h>
#include <errno.h>
#include <method/aka_challenge.h>
#include <method/list.h>
#include <string.h>
#include <wire/sim_identity.h>

/* EAP-AKA', RFC 9048, with the forward secrecy of RFC 9678. */

#define KDF_1 1	    /* RFC 9048 §3.3 */
#define FS_X25519 1 /* AT_KDF_FS, RFC 9678 §6.2 */
#define FS_P256 2
#define AMF_AT 6	    /* of AUTN */
#define AMF_SEPARATION 0x80 /* TS 33.102 annex H */

static bool has_value(const struct xeap_sim_list *list, uint16_t value)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->value[i] == value)
			return true;
	return false;
}

static bool has_duplicates(const struct xeap_sim_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		for (size_t j = i + 1; j < list->count; j++)
			if (list->value[i] == list->value[j])
				return true;
	return false;
}

/*
 * The server's list after its first one: what we chose, if we did, in front of the first one, and
 * no other change (RFC 9048 §3.2, RFC 9678 §6.2).
 */
static bool list_goes_on(const struct xeap_sim_list *list, const struct xeap_sim_list *first,
			 uint16_t chosen)
{
	size_t more = chosen ? 1 : 0;

	return list->count == first->count + more && (!chosen || list->value[0] == chosen) &&
	       memcmp(list->value + more, first->value, first->count * sizeof(*first->value)) == 0;
}

/* Ask for another function than the first one: a Challenge with nothing but our choice. */
static int choose(struct xeap_sim_call *call, enum xeap_sim_attribute which, uint16_t value)
{
	struct xeap_sim_peer *p = call->peer;
	struct xeap_sim_reply reply =
		xeap_sim_reply(call->chunk, call->eap.id, p->kind->type, XEAP_AKA_CHALLENGE);
	int err;

	xeap_sim_put_u16(&reply.b, which, value);
	err = xeap_sim_reply_finish(&reply, true, NULL, xeap_span(NULL, 0));
	if (err)
		return err;
	if (which == XEAP_AT_KDF)
		p->chose_kdf = value;
	else
		p->chose_kdf_fs = value;
	return xeap_sim_go_on(call);
}

static bool next_field(struct xeap_reader *r, struct xeap_span *ret_field)
{
	struct xeap_reader ahead = *r;
	size_t n = 0;

	while (xeap_reader_left(&ahead) && xeap_read_u8(&ahead) != ':')
		n++;
	*ret_field = xeap_read_span(r, n);
	return xeap_reader_left(r) && xeap_read_u8(r) == ':';
}

/*
 * RFC 9048 §3.1: names are compared field by field, between colons; fields that only one of them
 * has do not count.
 */
static bool network_is_ours(struct xeap_span theirs, struct xeap_span ours)
{
	struct xeap_reader a = xeap_reader(theirs), b = xeap_reader(ours);
	bool more = true;

	while (more) {
		struct xeap_span x, y;
		bool more_a = next_field(&a, &x), more_b = next_field(&b, &y);

		if (x.len != y.len || (x.len && memcmp(x.data, y.data, x.len) != 0))
			return false;
		more = more_a && more_b;
	}
	return true;
}

/* What makes a Challenge as bad as a wrong AUTN; NULL: nothing. */
static const char *fault_of(const struct xeap_sim_call *call)
{
	const struct xeap_sim_peer *p = call->peer;
	const struct xeap_sim_message *m = &call->m;
	struct xeap_span autn = m->value[XEAP_AT_AUTN], network = m->value[XEAP_AT_KDF_INPUT];

	if (has_duplicates(&p->kdf))
		return "server offers the same key derivation function twice (AT_KDF)";
	if (!has_value(&m->kdf, KDF_1))
		return "server offers no key derivation function that is known here";
	if (autn.len == XEAP_SIM_BLOCK && !(autn.data[AMF_AT] & AMF_SEPARATION))
		return "AUTN is for a 3GPP network: its AMF separation bit is not set";
	if (network.len == 0)
		return "server sent no network name";
	if (p->shared->network.data && !network_is_ours(network, p->shared->network))
		return "server's network name is not network_name= of phase1";
	return NULL;
}

/* Whether a Challenge offers forward secrecy; the first AT_KDF_FS is what AT_PUB_ECDHE is of. */
static bool offers_fs(const struct xeap_sim_message *m)
{
	return (m->present & XEAP_AT_BIT(PUB_ECDHE)) && m->kdf_fs.count;
}

static const char *fs_fault_of(const struct xeap_sim_call *call)
{
	const struct xeap_sim_peer *p = call->peer;
	const struct xeap_sim_message *m = &call->m;

	if (p->shared->fs == XEAP_SIM_FS_OFF)
		return NULL;
	if (has_duplicates(&p->kdf_fs))
		return "server offers the same forward secrecy twice (AT_KDF_FS)";
	if (p->shared->fs == XEAP_SIM_FS_REQUIRED &&
	    (!offers_fs(m) ||
	     (!has_value(&m->kdf_fs, FS_X25519) && !has_value(&m->kdf_fs, FS_P256))))
		return "server offers no forward secrecy that is known here, and aka_fs=2 of "
		       "phase1 requires it";
	return NULL;
}

/*
 * What makes a Challenge as bad as a wrong AT_MAC; NULL: nothing. Lists change only as we asked
 * for. Without forward secrecy its list is as if it were not there.
 */
static const char *change_of(struct xeap_sim_call *call)
{
	struct xeap_sim_peer *p = call->peer;
	const struct xeap_sim_message *m = &call->m;

	if (!p->lists_known) {
		p->kdf = m->kdf;
		p->kdf_fs = m->kdf_fs;
		p->lists_known = true;
		return NULL;
	}
	if (!list_goes_on(&m->kdf, &p->kdf, p->chose_kdf))
		return "server changed its AT_KDF list in another way than it was asked to";
	if (p->shared->fs == XEAP_SIM_FS_OFF)
		return NULL;
	if (!list_goes_on(&m->kdf_fs, &p->kdf_fs, p->chose_kdf_fs) ||
	    (p->chose_kdf_fs && !offers_fs(m)))
		return "server changed its AT_KDF_FS list in another way than it was asked to";
	return NULL;
}

/* The function that is to be asked for, 0 when the first one is good or none is. */
static uint16_t better_fs(const struct xeap_sim_call *call)
{
	const struct xeap_sim_list *list = &call->m.kdf_fs;
	uint16_t first = list->value[0];

	if (call->peer->shared->fs == XEAP_SIM_FS_OFF || call->peer->chose_kdf_fs ||
	    !offers_fs(&call->m) || first == FS_X25519 || first == FS_P256)
		return 0;
	if (has_value(list, FS_X25519))
		return FS_X25519;
	return has_value(list, FS_P256) ? FS_P256 : 0;
}

/*
 * RFC 9678 §6.5: agree on the secret. The attribute's padding is not part of the value. 0; -ENOENT
 * when there is to be none; -EBADMSG.
 */
static int agree(struct xeap_sim_call *call, struct xeap_aka_run *run,
		 uint8_t ret_secret[XEAP_ECDHE_SECRET])
{
	struct xeap_reader r = xeap_reader(call->m.value[XEAP_AT_PUB_ECDHE]);
	uint16_t which = call->m.kdf_fs.value[0];
	enum xeap_ecdhe_curve curve;
	struct xeap_span theirs;
	int err;

	if (call->peer->shared->fs == XEAP_SIM_FS_OFF || !offers_fs(&call->m) ||
	    (which != FS_X25519 && which != FS_P256))
		return -ENOENT;
	curve = which == FS_X25519 ? XEAP_ECDHE_X25519 : XEAP_ECDHE_P256;
	theirs = xeap_read_span(&r, xeap_ecdhe_public_len(curve));
	if (r.bad || xeap_reader_left(&r) > 3)
		return -EBADMSG;
	err = xeap_ecdhe(curve, theirs, run->public_bytes, ret_secret);
	if (!err)
		run->public_value = xeap_span(run->public_bytes, xeap_ecdhe_public_len(curve));
	return err;
}

static int derive_keys(struct xeap_sim_call *call, struct xeap_aka_run *run,
		       struct xeap_span shared)
{
	struct xeap_reader autn = xeap_reader(call->m.value[XEAP_AT_AUTN]);
	const struct xeap_sim_name *identity = &call->peer->identity;
	struct xeap_span ck = xeap_span(run->card.ck, 16), ik = xeap_span(run->card.ik, 16);
	XEAP_SECRET(ck_prime, 16);
	XEAP_SECRET(ik_prime, 16);
	int err = xeap_aka_prime_ck_ik(ck, ik, call->m.value[XEAP_AT_KDF_INPUT],
				       xeap_read_span(&autn, 6), ck_prime, ik_prime);

	if (err)
		return err;
	return xeap_aka_prime_keys_derive(xeap_span(ck_prime, 16), xeap_span(ik_prime, 16),
					  xeap_span(identity->bytes, identity->len), shared,
					  &run->keys);
}

static int derive(struct xeap_sim_call *call, struct xeap_aka_run *run)
{
	XEAP_SECRET(secret, XEAP_ECDHE_SECRET);
	int err = agree(call, run, secret);

	if (err && err != -ENOENT) {
		err = xeap_sim_client_error(
			call, XEAP_SIM_UNABLE,
			"server sent a public value that is none (AT_PUB_ECDHE)");
		return err ? err : -EPROTO;
	}
	return derive_keys(call, run, xeap_span(err ? NULL : secret, err ? 0 : sizeof(secret)));
}

static int challenge(struct xeap_sim_call *call)
{
	const char *why;
	uint16_t fs;

	if (!(call->m.present & XEAP_AT_BIT(KDF)))
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE,
					     "server sent a challenge without AT_KDF");
	why = change_of(call);
	if (why)
		return xeap_sim_client_error(call, XEAP_SIM_UNABLE, why);
	why = fault_of(call);
	if (!why)
		why = fs_fault_of(call);
	if (why)
		return xeap_aka_reject(call, why);
	if (call->m.kdf.value[0] != KDF_1)
		return choose(call, XEAP_AT_KDF, KDF_1);
	fs = better_fs(call);
	if (fs)
		return choose(call, XEAP_AT_KDF_FS, fs);
	return xeap_aka_challenge(call, derive);
}

static const struct xeap_sim_kind kind = {
	.type = XEAP_EAP_AKA_PRIME,
	.name = "AKA'",
	.prefix = XEAP_SIM_PREFIX_AKA_PRIME,
	.prime = true,
	.identity_subtype = XEAP_AKA_IDENTITY,
	.challenge_subtype = XEAP_AKA_CHALLENGE,
	.identity_attributes = XEAP_AT_BIT(ANY_ID_REQ) | XEAP_AT_BIT(FULLAUTH_ID_REQ) |
			       XEAP_AT_BIT(PERMANENT_ID_REQ),
	.challenge_attributes = XEAP_AKA_CHALLENGE_ATTRIBUTES | XEAP_AT_BIT(KDF) |
				XEAP_AT_BIT(KDF_INPUT) | XEAP_AT_BIT(PUB_ECDHE) |
				XEAP_AT_BIT(KDF_FS),
	.identity = xeap_aka_identity,
	.challenge = challenge,
};

static int prime_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		      struct xeap_diag *ret_diag)
{
	(void)interactive;
	return xeap_aka_load(config, &kind, ret_shared, ret_diag);
}

static int prime_derive(void *shared, const struct xeap_method_derivation *derivation,
			void **ret_shared, struct xeap_diag *ret_diag)
{
	int err = xeap_sim_check_derivation(derivation, kind.name, ret_diag);

	(void)shared;
	return err ? err
		   : prime_load(derivation->config, derivation->interactive, ret_shared, ret_diag);
}

static void prime_unload(void *shared)
{
	xeap_sim_shared_free(shared);
}

static int prime_init(void *ctx, const struct xeap_method_args *args)
{
	return xeap_sim_peer_init(ctx, &kind, args);
}

static int prime_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
			 struct xeap_method_result *ret_result)
{
	return xeap_sim_peer_process(ctx, request, response, ret_result);
}

static int prime_get_key(const void *ctx, enum xeap_key_kind which, uint8_t *buf, size_t size)
{
	return xeap_sim_peer_get_key(ctx, which, buf, size);
}

static int prime_get_resumption(const void *ctx, uint8_t *buf, size_t size)
{
	return xeap_sim_peer_get_resumption(ctx, buf, size);
}

static void prime_describe(const void *ctx, struct xeap_method_info *ret_info)
{
	xeap_sim_peer_describe(ctx, ret_info);
}

static void prime_done(void *ctx)
{
	xeap_sim_peer_done(ctx);
}

const struct xeap_method xeap_method_aka_prime = {
	.abi = XEAP_METHOD_ABI,
	.name = "AKA'",
	.type = { .type = XEAP_EAP_AKA_PRIME },
	.flags = XEAP_METHOD_F_KEYS,
	.ctx_size = sizeof(struct xeap_sim_peer),
	.load = prime_load,
	.unload = prime_unload,
	.derive = prime_derive,
	.init = prime_init,
	.process = prime_process,
	.get_key = prime_get_key,
	.get_resumption = prime_get_resumption,
	.describe = prime_describe,
	.done = prime_done,
};
