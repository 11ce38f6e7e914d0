/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_TTLS_SERVER_H
#define XEAP_TESTS_TTLS_SERVER_H

#include "tests/unit/insider.h"
#include "tests/unit/tls_server.h"

/* What an EAP-TTLS server says inside, RFC 5281 §10 and §11, without code of the peer. */
enum ttls_oddity {
	TTLS_GOOD,
	TTLS_FORGES_PROOF,	/* MS-CHAP2-Success that proves nothing */
	TTLS_OTHER_IDENT,	/* the right proof with another Ident */
	TTLS_OUTER_ONLY,	/* no MS-CHAP2-Success, EAP-Success at once */
	TTLS_ERROR_THEN_PROOF,	/* MS-CHAP-Error, and the right proof in the next message */
	TTLS_UNKNOWN_MANDATORY, /* beside the proof an AVP nobody knows, with M */
	TTLS_UNKNOWN_OPTIONAL,	/* the same without M, and a Reply-Message */
	TTLS_LENGTH_LONG,	/* AVPs whose length passes the end, */
	TTLS_LENGTH_SHORT,	/* or is less than their header */
	TTLS_SPLIT_EAP,		/* an EAP packet in two EAP-Message AVPs */
};

enum ttls_says {
	TTLS_SAYS_NOTHING,
	TTLS_SAYS_PAP,
	TTLS_SAYS_CHAP,
	TTLS_SAYS_MSCHAP,
	TTLS_SAYS_MSCHAPV2,
	TTLS_SAYS_EAP,
};

struct ttls_server {
	struct insider insider; /* kind for EAP; user and password for all */
	enum ttls_oddity oddity;
	enum ttls_says said;	 /* the last login */
	size_t padded;		 /* length of User-Password */
	const uint8_t *replayed; /* MS-CHAP2-Success: another login's proof; NULL: this one's */
	uint8_t ident;
	uint8_t proof[20];
	bool right, told, eap_began, eap_done;
};

enum server_verdict ttls_server_inside(struct server *s, struct xeap_span data);

#endif
