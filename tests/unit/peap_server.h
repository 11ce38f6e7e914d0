/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_PEAP_SERVER_H
#define XEAP_TESTS_PEAP_SERVER_H

#include "tests/unit/insider.h"
#include "tests/unit/tls_server.h"

/*
 * What a PEAP server says inside the tunnel, version 0 ([MS-PEAP]) and 1, good or bad: inner
 * packets, EAP Extensions with Result and Cryptobinding, and their keys, without code of the peer.
 */
enum peap_ending {
	PEAP_GOOD,	      /* a Result TLV, with the binding below; version 1: EAP-Success */
	PEAP_OUTER_ONLY,      /* no word inside: EAP-Success outside at once */
	PEAP_RESULT_FAILURE,  /* failure inside, then success outside */
	PEAP_RESULT_TWICE,    /* two Result TLVs: failure and success */
	PEAP_BINDING_ALONE,   /* no Result TLV */
	PEAP_RESULT_LONG,     /* the TLV's length passes the end of the packet */
	PEAP_RESULT_ODD,      /* a Result of 3 */
	PEAP_UNKNOWN_FIRST,   /* a mandatory TLV nobody knows, to be refused; then good */
	PEAP_FAILURE_SUCCESS, /* a Result of failure, then another of success */
	PEAP_NO_HEADER,	      /* bytes that are no packet */
	PEAP_FAILURE_BOUND,   /* failure, with a binding that is right */
	PEAP_SUCCESS_FAILURE, /* success, which the peer confirms, and then failure */
	PEAP_SUCCESS_TWICE,   /* the same again, nonce and all */
};

enum peap_binding {
	BINDING_GOOD,
	BINDING_NONE,
	BINDING_WRONG_MAC,
	BINDING_OTHER_KEYS, /* of another inner login: somebody between tunnel and method */
	BINDING_OTHER_TUNNEL,
	BINDING_REFLECTED, /* says that it is a response */
	BINDING_OTHER_VERSION,
	BINDING_OTHER_RECEIVED, /* the version that it says was received */
	BINDING_SHORT,
};

struct peap_server {
	struct insider insider;
	enum peap_ending ending;
	enum peap_binding binding;
	bool skips_inner; /* the result at once, as after a resumption */
	bool runs_inner;  /* though the session was resumed */
	/* May change the Cryptobinding TLV, MAC and all. */
	void (*spoil)(struct peap_server *p, uint8_t *tlv);
	bool indicates; /* one octet of zero before that, as FreeRADIUS does on TLS 1.3 */

	bool began, told, refused_tlv, peer_agreed, peer_bound;
	bool bound; /* keys are those of a binding */
	uint8_t id;
	uint8_t cmk[20], ipmk[40];
	uint8_t keys[128];
};

enum server_verdict peap_server_inside(struct server *s, struct xeap_span data);

#endif
