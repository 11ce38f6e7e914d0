/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_SIM_SHARED_H
#define XEAP_METHOD_SIM_SHARED_H

#include <crypto/milenage.h>
#include <method/card.h>
#include <pthread.h>
#include <stdbool.h>
#include <xeap/method.h>

/*
 * What the conversations of one network block share: the subscriber's key, with the sequence number
 * of a software USIM; triplets; or a card; the pseudonym; and what phase1 says.
 */

#define XEAP_SIM_IDENTITY_MAX 256
#define XEAP_SIM_TRIPLETS_MAX 16

struct xeap_sim_name {
	size_t len; /* 0: none */
	uint8_t bytes[XEAP_SIM_IDENTITY_MAX];
};

struct xeap_sim_triplet {
	uint8_t rand[16], sres[4], kc[8];
};

/* Forward secrecy of AKA', phase1 aka_fs=. */
enum xeap_sim_fs {
	XEAP_SIM_FS_OFF,
	XEAP_SIM_FS_IF_OFFERED,
	XEAP_SIM_FS_REQUIRED,
	XEAP_SIM_FS_MAX
};

struct xeap_sim_shared {
	/* As loaded. */
	const struct xeap_card *card; /* NULL: software */
	const char *pin;
	bool has_key; /* Milenage */
	struct xeap_milenage_key key;
	size_t triplet_count;
	struct xeap_sim_triplet triplet[XEAP_SIM_TRIPLETS_MAX];
	bool result_ind, conservative, prefers_prime;
	uint8_t min_challenges;
	enum xeap_sim_fs fs;
	struct xeap_span network; /* phase1 network_name=, data NULL when not given */
	struct xeap_sim_name imsi_identity;

	pthread_mutex_t lock; /* of what follows */
	uint8_t sqn[XEAP_MILENAGE_SQN];
	struct xeap_sim_name pseudonym, pseudonym_of;
};

/* load() and unload() of the three. prefix begins an identity that is made of an IMSI. */
int xeap_sim_shared_load(const struct xeap_config *config, const char *method, char prefix,
			 struct xeap_sim_shared **ret_shared, struct xeap_diag *ret_diag);
struct xeap_sim_shared *xeap_sim_shared_free(struct xeap_sim_shared *s);

/* Whether load() of a derivation gives all that differs: 0, or -EOPNOTSUPP with a diagnosis. */
int xeap_sim_check_derivation(const struct xeap_method_derivation *derivation, const char *method,
			      struct xeap_diag *ret_diag);

/* 0; -ENOENT when no triplet is for this RAND; or a negative errno of the card. */
int xeap_sim_run_gsm(struct xeap_sim_shared *s, const uint8_t rand[16], uint8_t ret_sres[4],
		     uint8_t ret_kc[8]);

/*
 * 3GPP TS 33.102 §6.3.3. 0; -EBADMSG for a wrong AUTN; -ESTALE when its sequence number is not
 * above the last one, ret_umts->auts filled; or a negative errno of the card.
 */
int xeap_sim_run_umts(struct xeap_sim_shared *s, const uint8_t rand[16], const uint8_t autn[16],
		      struct xeap_card_umts *ret_umts);

/* The pseudonym that the server gave this permanent identity; len 0 when there is none. */
void xeap_sim_get_pseudonym(struct xeap_sim_shared *s, struct xeap_span permanent,
			    struct xeap_sim_name *ret_name);
void xeap_sim_set_pseudonym(struct xeap_sim_shared *s, struct xeap_span permanent,
			    const struct xeap_sim_name *name);

/* Keep a name; false and len 0 when it is too long. */
bool xeap_sim_name_set(struct xeap_sim_name *name, struct xeap_span value);

#endif
