/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_IKEV2_PACKET_H
#define XEAP_METHOD_IKEV2_PACKET_H

#include <method/ikev2_keys.h>
#include <xeap/method.h>

/*
 * EAP-IKEv2's packets around IKEv2's messages: fragments, their acknowledgements and the Integrity
 * Checksum Data of each, RFC 5106 §8.1.
 */

/* What is being put together or sent off, freed by xeap_ikev2_packets_done(). */
struct xeap_ikev2_packets {
	size_t packet_max; /* bytes of one EAP packet sent */
	/* Once there: what comes has a checksum, and so has what is sent from then on. */
	const struct xeap_ikev2_keys *keys;
	uint8_t *in, *out;
	size_t in_len, in_total;
	bool in_whole;
	size_t out_len, out_at;
	bool out_protected;
};

/* What to do with a request. */
enum xeap_ikev2_turn {
	XEAP_IKEV2_IGNORE,
	XEAP_IKEV2_WRITTEN, /* a response was written: a fragment, or an acknowledgement of one */
	XEAP_IKEV2_MESSAGE, /* a whole message is there */
	XEAP_IKEV2_TURN_MAX
};

/*
 * Take a request. XEAP_IKEV2_MESSAGE: *ret_message, which lives until the next call or as long as
 * the request. An enum xeap_ikev2_turn, or a negative errno; -ENOMEM and -EMSGSIZE with all as
 * before.
 */
int xeap_ikev2_take(struct xeap_ikev2_packets *m, struct xeap_span request,
		    struct xeap_chunk *response, struct xeap_span *ret_message);

/* Whether a request has the first octets of a conversation, so that a person can be asked. */
bool xeap_ikev2_begins(struct xeap_span request);

/* Answer request `id` with a message, or its first fragment. 0 or a negative errno, as above. */
int xeap_ikev2_send(struct xeap_ikev2_packets *m, uint8_t id, struct xeap_span message,
		    struct xeap_chunk *response);

/* Whether fragments of a message are yet to be sent. */
bool xeap_ikev2_sending(const struct xeap_ikev2_packets *m);

void xeap_ikev2_packets_done(struct xeap_ikev2_packets *m);

#endif
