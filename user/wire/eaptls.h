/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_WIRE_EAPTLS_H
#define XEAP_WIRE_EAPTLS_H

#include <stdbool.h>
#include <xeap/span.h>

/* The framing that EAP-TLS, PEAP, TTLS, FAST and TEAP share: RFC 5216 §3.1. */

#define XEAP_EAPTLS_LENGTH 0x80	 /* L: TLS Message Length follows */
#define XEAP_EAPTLS_MORE 0x40	 /* M: more fragments */
#define XEAP_EAPTLS_START 0x20	 /* S */
#define XEAP_EAPTLS_VERSION 0x07 /* PEAP, TTLS, FAST, TEAP put a version here */

#define XEAP_EAPTLS_MAX_MESSAGE 65536 /* largest TLS Message Length accepted */
#define XEAP_EAPTLS_MAX_FRAGMENTS 256 /* fragments of one message */

struct xeap_eaptls {
	uint8_t flags;
	uint32_t message_len;  /* TLS Message Length when XEAP_EAPTLS_LENGTH is set, else 0 */
	struct xeap_span data; /* TLS data, in place */
};

/* Parse Type-Data. 0, or -EBADMSG when it is empty, or L is set and the length is cut off. */
int xeap_eaptls_parse(struct xeap_span type_data, struct xeap_eaptls *ret_frag);

/*
 * What has been seen of the message that is being received. Zeroed: none. Holds no bytes: fragments
 * are consumed at once.
 */
struct xeap_eaptls_rx {
	uint32_t message_len; /* as announced, 0 when it was not */
	uint32_t received;
	uint32_t fragments;
	bool more; /* the last fragment had M */
};

/*
 * Account for a fragment. Returns 0; -EBADMSG when a fragment exceeds the announced length, the
 * last one falls short of it, an announced length changes or first appears midway, M is set on an
 * empty fragment, or a Start comes midway; -EMSGSIZE when a limit is passed. rx is untouched on
 * failure. After the last fragment (no M) the next one begins a new message.
 */
int xeap_eaptls_rx_add(struct xeap_eaptls_rx *rx, const struct xeap_eaptls *frag);

#endif
