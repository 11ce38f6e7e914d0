/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_SIM_MESSAGE_H
#define XEAP_METHOD_SIM_MESSAGE_H

#include <method/sim_keys.h>
#include <wire/eap.h>
#include <wire/sim.h>

/* Protection of requests, and the writing of responses, for EAP-SIM, EAP-AKA and EAP-AKA'. */

#define XEAP_SIM_PLAIN_MAX 1012 /* what AT_ENCR_DATA can hold at most */

/*
 * Whether AT_MAC is there and right, over the packet and what the method adds to it (RFC 4186
 * §10.14, RFC 4187 §10.15).
 */
bool xeap_sim_mac_is_right(const struct xeap_sim_message *m, struct xeap_span packet, bool prime,
			   const struct xeap_sim_keys *keys, struct xeap_span extra);

/*
 * Decrypt AT_ENCR_DATA, which AT_IV comes with, and parse what it held; of the result only
 * attributes in `allowed` and padding may be there. plain lives as long as ret_message. With
 * neither of the two, ret_message is empty. 0 or -EBADMSG, or a negative errno of the cipher.
 */
int xeap_sim_decrypt(const struct xeap_sim_message *m, const struct xeap_sim_keys *keys,
		     uint32_t allowed, uint8_t plain[XEAP_SIM_PLAIN_MAX],
		     struct xeap_sim_message *ret_message);

/* A response being written. */
struct xeap_sim_reply {
	struct xeap_chunk *chunk;
	struct xeap_builder b;
	uint8_t *mac; /* of AT_MAC, NULL when there is none */
};

/* Begin anew in the chunk, whatever is in it. */
struct xeap_sim_reply xeap_sim_reply(struct xeap_chunk *chunk, uint8_t id, uint8_t type,
				     enum xeap_sim_subtype subtype);
/* AT_IV and AT_ENCR_DATA with AT_COUNTER, and AT_COUNTER_TOO_SMALL. 0 or a negative errno. */
int xeap_sim_reply_counter(struct xeap_sim_reply *r, const struct xeap_sim_keys *keys,
			   uint16_t counter, bool too_small);
/* AT_MAC, to be filled by xeap_sim_reply_finish(). */
void xeap_sim_reply_mac(struct xeap_sim_reply *r);
/* Length and AT_MAC. 0; -EMSGSIZE when it did not fit; or a negative errno. */
int xeap_sim_reply_finish(struct xeap_sim_reply *r, bool prime, const struct xeap_sim_keys *keys,
			  struct xeap_span extra);

#endif
