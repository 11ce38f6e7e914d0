/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_TLV_ANSWER_H
#define XEAP_METHOD_TLV_ANSWER_H

#include <method/tls_tunnel.h>
#include <wire/tlv.h>

/*
 * An answer of TLVs inside a tunnel, TEAP's or EAP-FAST's: short ones in front, gathered at once,
 * and what a method or a person says after them, which may be later.
 */
#define XEAP_TLV_ANSWER_MAX 256

/* Part of a method's context, zero at first. */
struct xeap_tlv_answer {
	uint8_t head[XEAP_TLV_ANSWER_MAX];
	size_t len;
};

/* Where to add to the head; it counts once it is kept. */
struct xeap_builder xeap_tlv_answer_add(struct xeap_tlv_answer *a);
void xeap_tlv_answer_keep(struct xeap_tlv_answer *a, const struct xeap_builder *to);

/*
 * Send the head, and a TLV after it; value.data NULL: none. Nothing is sent when there is nothing.
 * As xeap_tunnel_write(); the head is empty afterwards.
 */
int xeap_tlv_answer_send(struct xeap_tlv_answer *a, struct xeap_tunnel *t, enum xeap_tlv_type type,
			 struct xeap_span value);

#endif
