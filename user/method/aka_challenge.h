/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_AKA_CHALLENGE_H
#define XEAP_METHOD_AKA_CHALLENGE_H

#include <crypto/ecdhe.h>
#include <method/sim_peer.h>

/* What EAP-AKA (RFC 4187) and EAP-AKA' (RFC 9048) share beyond EAP-SIM. */

/* AKA-Identity. */
int xeap_aka_identity(struct xeap_sim_call *call);

/* The attributes of a Challenge of either. */
#define XEAP_AKA_CHALLENGE_ATTRIBUTES                                                              \
	(XEAP_AT_BIT(RAND) | XEAP_AT_BIT(AUTN) | XEAP_AT_BIT(IV) | XEAP_AT_BIT(ENCR_DATA) |        \
	 XEAP_AT_BIT(CHECKCODE) | XEAP_AT_BIT(RESULT_IND) | XEAP_AT_BIT(MAC))

/* One Challenge, on its way from the card to the response. */
struct xeap_aka_run {
	struct xeap_card_umts card;
	struct xeap_sim_keys keys;
	struct xeap_span public_value; /* AT_PUB_ECDHE of the response; data NULL: none */
	uint8_t public_bytes[XEAP_ECDHE_PUBLIC_MAX]; /* where it is */
};

/*
 * Run the card, derive the keys with `derive`, check AT_MAC and what else the Challenge has, and
 * answer. derive: 0; -EPROTO when it has answered the request itself; or another negative errno.
 */
int xeap_aka_challenge(struct xeap_sim_call *call,
		       int (*derive)(struct xeap_sim_call *call, struct xeap_aka_run *run));

/* Authentication-Reject, as for a wrong AUTN. */
int xeap_aka_reject(struct xeap_sim_call *call, const char *why);

/* load() of both. */
int xeap_aka_load(const struct xeap_config *config, const struct xeap_sim_kind *kind,
		  void **ret_shared, struct xeap_diag *ret_diag);

#endif
