/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_TEAP_SERVER_H
#define XEAP_TESTS_TEAP_SERVER_H

#include "tests/unit/tls_certs.h"
#include "tests/unit/tlv_server.h"

/*
 * A TEAP server in memory, from RFC 9930 without any code of the peer, over a peer it feeds. What
 * it says inside is the caller's, TLV by TLV.
 */
struct teap_server {
	struct tlv_server t;
	bool prf;  /* the PRF on TLS 1.3, too */
	bool bare; /* S-IMCK[0] without the Type on TLS 1.3 */
	bool asks; /* for the peer's certificate in the handshake; any will do */
	uint8_t outer[64];
	size_t outer_len;
	uint8_t simck[2][40], cmk[2][20]; /* by MSK, by EMSK */
	uint8_t nonce;
};

/*
 * version of TLS, of which 1.2 gives tickets that every server takes; the peer is initialised. Runs
 * the handshake. False when it failed.
 */
bool teap_server_begin(struct teap_server *s, const struct test_cert *cert, int version,
		       const struct xeap_method *method, const struct xeap_method_args *args,
		       uint8_t teap_version);
void teap_server_end(struct teap_server *s);

/* The next link of the chains, of a method's keys (NULL: none). */
void teap_link(struct teap_server *s, const uint8_t *msk, const uint8_t *emsk);
/* flags: 1 EMSK, 2 MSK. Returns the TLV, to be spoilt. */
uint8_t *teap_say_binding(struct teap_server *s, uint8_t flags);
/* The peer's binding is right: that of EMSK (1) or MSK (0). */
bool teap_binding_is_right(const struct teap_server *s, int emsk);
/* TEAP's own MSK. */
void teap_msk(const struct teap_server *s, int emsk, uint8_t msk[64]);

#endif
