/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_SIM_PEER_H
#define XEAP_METHOD_SIM_PEER_H

#include <method/sim_message.h>
#include <method/sim_shared.h>

/*
 * The conversation that EAP-SIM, EAP-AKA and EAP-AKA' have in common: identities, fast
 * re-authentication, notifications, errors, keys. What differs is behind struct xeap_sim_kind.
 */

#define XEAP_SIM_ROUNDS_MAX 2048 /* bytes of the AKA-Identity packets of a conversation */
#define XEAP_SIM_SESSION_ID_MAX (1 + XEAP_SIM_RANDS_MAX * 16 + 16)

struct xeap_sim_peer;

/* One request and its response. */
struct xeap_sim_call {
	struct xeap_sim_peer *peer;
	struct xeap_eap eap;
	struct xeap_sim_message m;
	struct xeap_chunk *chunk;
	struct xeap_method_result *result;
};

struct xeap_sim_kind {
	uint8_t type;
	const char *name;
	char prefix;
	bool prime;
	enum xeap_sim_subtype identity_subtype, challenge_subtype;
	uint32_t identity_attributes, challenge_attributes; /* that may be in these requests */
	int (*identity)(struct xeap_sim_call *call);
	int (*challenge)(struct xeap_sim_call *call);
};

enum xeap_sim_state {
	XEAP_SIM_IDENTIFYING,	/* no key yet */
	XEAP_SIM_AUTHENTICATED, /* the server proved to know them */
	XEAP_SIM_REAUTHENTICATED,
	XEAP_SIM_SUCCEEDED, /* and said so */
	XEAP_SIM_FAILED,
	XEAP_SIM_STATE_MAX
};

/* What the server asked for last; each only after the one before it (RFC 4186 §4.2.5). */
enum xeap_sim_asked {
	XEAP_SIM_ASKED_NOTHING,
	XEAP_SIM_ASKED_ANY,
	XEAP_SIM_ASKED_FULLAUTH,
	XEAP_SIM_ASKED_PERMANENT,
	XEAP_SIM_ASKED_MAX
};

struct xeap_sim_peer {
	const struct xeap_sim_kind *kind;
	struct xeap_sim_shared *shared;
	enum xeap_sim_state state;
	bool keeps_resumption;

	struct xeap_sim_name permanent;
	struct xeap_sim_name identity; /* the last one told: what keys are derived from */
	struct xeap_sim_name reauth;   /* len 0: the next login is a full one */
	enum xeap_sim_asked asked;
	bool offered_reauth; /* `identity` is `reauth` */

	/* AKA: what AT_CHECKCODE is about. */
	uint8_t rounds[XEAP_SIM_ROUNDS_MAX];
	size_t rounds_len;

	/* SIM */
	bool versions_known;
	uint8_t nonce_mt[XEAP_SIM_BLOCK];
	uint8_t versions[XEAP_SIM_BLOCK];
	size_t versions_len;

	/* AKA': the lists of the first Challenge. */
	bool lists_known;
	struct xeap_sim_list kdf, kdf_fs;
	uint16_t chose_kdf, chose_kdf_fs; /* 0: none yet */

	struct xeap_sim_keys keys;
	uint16_t counter; /* the least that is good for the next re-authentication */
	bool result_ind;  /* both sides want a protected result */
	uint8_t session_id[XEAP_SIM_SESSION_ID_MAX];
	size_t session_id_len;
};

int xeap_sim_peer_init(struct xeap_sim_peer *p, const struct xeap_sim_kind *kind,
		       const struct xeap_method_args *args);
int xeap_sim_peer_process(struct xeap_sim_peer *p, struct xeap_span request,
			  struct xeap_writer *response, struct xeap_method_result *ret_result);
int xeap_sim_peer_get_key(const struct xeap_sim_peer *p, enum xeap_key_kind kind, uint8_t *buf,
			  size_t size);
int xeap_sim_peer_get_resumption(const struct xeap_sim_peer *p, uint8_t *buf, size_t size);
void xeap_sim_peer_describe(const struct xeap_sim_peer *p, struct xeap_method_info *ret_info);
void xeap_sim_peer_done(struct xeap_sim_peer *p);

/* For the three. All return what process() returns. */

/* Client-Error: the conversation is over. `why` ends "server sent …". */
int xeap_sim_client_error(struct xeap_sim_call *call, enum xeap_sim_error error, const char *why);
/* A response without attributes that ends the conversation. `why` is the diagnosis. */
int xeap_sim_give_up(struct xeap_sim_call *call, enum xeap_sim_subtype subtype, uint32_t code,
		     const char *why);
/* The conversation goes on. */
int xeap_sim_go_on(struct xeap_sim_call *call);

/*
 * Choose the identity that a request asks for. 0; -ENOENT when it asks for none; -EPROTO when it
 * must not ask now, *ret_why says what is wrong.
 */
int xeap_sim_choose_identity(struct xeap_sim_call *call, const char **ret_why);

/* The identities in what the Challenge encrypted; once its MAC was right. 0 or -EBADMSG. */
int xeap_sim_take_identities(struct xeap_sim_call *call, const struct xeap_sim_keys *keys);

/* The Challenge is answered, peer->keys are known: AT_RESULT_IND, AT_MAC, end of the response. */
int xeap_sim_finish_challenge(struct xeap_sim_call *call, struct xeap_sim_reply *reply,
			      struct xeap_span extra);

/* Whether AT_CHECKCODE, if there, is that of the identity packets (RFC 4187 §10.13). */
bool xeap_sim_checkcode_is_right(const struct xeap_sim_call *call);
void xeap_sim_put_checkcode(const struct xeap_sim_call *call, struct xeap_builder *b);

#endif
