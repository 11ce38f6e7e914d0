/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_NOOB_PEER_H
#define XEAP_METHOD_NOOB_PEER_H

#include <method/noob_message.h>
#include <method/noob_oob.h>
#include <xeap/method.h>

/* A conversation of EAP-NOOB, and its exchanges: each function takes one message of the server. */

/* Where it is; bits, as a message may come in several places. */
#define XEAP_NOOB_AT_START 0x1u
#define XEAP_NOOB_AT_CHOICE 0x2u /* PeerState is told: the server chooses the exchange */
#define XEAP_NOOB_AT_KEYS 0x4u
#define XEAP_NOOB_AT_COMPLETION 0x8u
#define XEAP_NOOB_AT_REKEYS 0x10u
#define XEAP_NOOB_AT_RECOMPLETION 0x20u
#define XEAP_NOOB_OVER 0x40u

struct xeap_noob_peer {
	struct xeap_noob_shared *shared;
	bool may_ask, asked;
	uint8_t *request; /* Discovery, while a person is asked */
	size_t request_len;
	struct xeap_noob_shown *shown; /* what the person is shown, likewise */
	const char *trouble;	       /* with the message that came from the server */

	unsigned int at;
	uint32_t sleep_time; /* seconds, 0: not given */
	/* What the state becomes when the exchange ends well; its Noob may be of either side. */
	struct xeap_noob_state next;

	/* Reconnect Exchange: what becomes of the association if the MACs are right. */
	uint32_t suite, keying_mode;
	struct xeap_noob_text nai;

	bool proven;
	struct xeap_noob_keys keys;
	uint8_t session_id[1 + XEAP_NOOB_METHOD_ID];
};

/*
 * What the functions return: 0, the members of the response are written; the ErrorCode to refuse
 * the message with; or a negative errno.
 */
int xeap_noob_take_negotiation(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
			       struct xeap_builder *b);
int xeap_noob_take_keys(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
			struct xeap_builder *b);
int xeap_noob_take_id(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
		      struct xeap_builder *b);
int xeap_noob_take_completion(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
			      struct xeap_builder *b);
int xeap_noob_take_renegotiation(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
				 struct xeap_builder *b);
int xeap_noob_take_rekeys(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
			  struct xeap_builder *b);
int xeap_noob_take_recompletion(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
				struct xeap_builder *b);

/*
 * The fields that Hoob and the MACs are made of, §3.3.2: Vers to PeerInfo, then KeyingMode to Np.
 * Dirs and Dirp are not of the Reconnect Exchange, and PeerInfo has not changed. -EMSGSIZE when
 * they are too many.
 */
int xeap_noob_begin_fields(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
			   uint32_t suite, bool reconnect);
int xeap_noob_end_fields(struct xeap_noob_state *s, uint32_t keying_mode, struct xeap_span pks,
			 struct xeap_span ns, struct xeap_span pkp);
/* Version 1, and the first of the server's cryptosuites that this peer has. */
int xeap_noob_negotiate(const struct xeap_noob_request *q, uint32_t *ret_suite);
/* Make a key pair and Z; `pks` is the server's public key, `to` where ours goes. */
int xeap_noob_exchange(struct xeap_span pks, uint32_t suite, struct xeap_builder *to,
		       uint8_t ret_z[XEAP_NOOB_KEY]);

/* MACs of the message against that of the keys: 0, XEAP_NOOB_E_MAC, or a negative errno. */
int xeap_noob_check_mac(const struct xeap_noob_peer *c, const struct xeap_noob_keys *keys,
			const uint8_t *noob, const uint8_t theirs[XEAP_NOOB_MAC]);
int xeap_noob_put_mac(const struct xeap_noob_peer *c, const struct xeap_noob_keys *keys,
		      const uint8_t *noob, struct xeap_builder *b);

#endif
