/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_INSIDER_H
#define XEAP_TESTS_INSIDER_H

#include "tests/unit/tls_server.h"
#include <crypto/mschap.h>
#include <stdbool.h>
#include <xeap/span.h>

/*
 * The server side of the EAP methods that run inside tunnels, as far as tests need them: identity,
 * then one method, or more where none should be. Written from RFC 3748 and RFC 2759; of the
 * project's code it takes the primitives of RFC 2759 §8, which have tests with that RFC's vectors.
 */
#define INSIDER_PACKET 512

enum insider_kind {
	INSIDER_MSCHAPV2 = 26,
	INSIDER_TLS = 13, /* by the server `nested` */
	INSIDER_GTC = 6,
	INSIDER_MD5 = 4,
	INSIDER_NONE = 0, /* content with the identity */
};

enum insider_verdict {
	INSIDER_GOES_ON,
	INSIDER_ACCEPTS,
	INSIDER_REFUSES,
};

struct insider {
	/* set by the test */
	enum insider_kind kind;
	const char *user, *password;
	uint8_t first;	    /* a type that is asked for before, and is to be refused by Nak */
	bool forges_proof;  /* MSCHAPv2: Success without having checked anything */
	bool skips_success; /* MSCHAPv2: content with the response, no Success-Request */
	bool asks_twice;    /* GTC: once more */
	/* MSCHAPv2: types, 0: none; in place of the proof, or once it is acknowledged. */
	uint8_t instead, afterwards;
	unsigned int nags;    /* how often `first` is asked for again */
	bool identity_midway; /* MSCHAPv2: asked for again before the proof is told */
	struct server *nested;
	/* MSCHAPv2: of the tunnel, the server's and the peer's, which count instead of those in
	 * packets (RFC 5422 §3.2.3); NULL: those in packets do */
	const uint8_t *challenges;

	struct xeap_legacy *legacy;
	unsigned int step;
	uint8_t id;
	bool naked;  /* a Nak came */
	bool proved; /* MSCHAPv2's proof was acknowledged */
	bool leaked; /* what was asked for instead or afterwards was answered */
	uint8_t proof[XEAP_MSCHAPV2_PROOF]; /* MSCHAPv2's; zeros if forged */
	uint8_t challenge[XEAP_MSCHAPV2_CHALLENGE];
	uint8_t isk[XEAP_MSCHAPV2_KEYS]; /* zeros without keys */
	uint8_t packet[INSIDER_PACKET];	 /* the next request, a whole EAP packet */
	size_t packet_len;
};

/* The identity request is in packet afterwards. */
void insider_begin(struct insider *i);
/* A whole EAP response. */
enum insider_verdict insider_take(struct insider *i, struct xeap_span response);

#endif
