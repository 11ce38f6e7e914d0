/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_TEAP_SERVER_H
#define XEAP_TESTS_TEAP_SERVER_H

#include "tests/unit/fake_writer.h"
#include "tests/unit/tls_certs.h"
#include <openssl/ssl.h>
#include <stdbool.h>

/*
 * A TEAP server in memory, from RFC 9930 without any code of the peer, over a peer it feeds. What
 * it says inside is the caller's, TLV by TLV.
 */
#define TEAP_SERVER_MAX 70000

struct teap_server {
	SSL_CTX *ctx;
	SSL *ssl;
	BIO *in, *out;
	const struct xeap_method *method;
	void *peer;
	struct fake_writer writer;
	struct xeap_method_result result; /* of the last request */
	int error;			  /* process() said */
	uint8_t id;
	bool prf;  /* the PRF on TLS 1.3, too */
	bool bare; /* S-IMCK[0] without the Type on TLS 1.3 */
	uint8_t outer[64];
	size_t outer_len;
	uint8_t simck[2][40], cmk[2][20]; /* by MSK, by EMSK */
	uint8_t nonce;
	uint8_t say[TEAP_SERVER_MAX]; /* what is to be said */
	size_t say_len;
	uint8_t heard[TEAP_SERVER_MAX]; /* what the peer said inside */
	size_t heard_len;
};

/* version of TLS; the peer is initialised. Runs the handshake. False when it failed. */
bool teap_server_begin(struct teap_server *s, const struct test_cert *cert, int version,
		       const struct xeap_method *method, const struct xeap_method_args *args,
		       uint8_t teap_version);
void teap_server_end(struct teap_server *s);

/* Add TLVs to what is to be said. */
void teap_say(struct teap_server *s, uint16_t type, const void *value, size_t len);
void teap_say_u16(struct teap_server *s, uint16_t type, uint16_t value);
/* The next link of the chains, of a method's keys (NULL: none). */
void teap_link(struct teap_server *s, const uint8_t *msk, const uint8_t *emsk);
/* flags: 1 EMSK, 2 MSK. Returns the TLV, to be spoilt. */
uint8_t *teap_say_binding(struct teap_server *s, uint8_t flags);
/* Say it and hear the answer. */
void teap_turn(struct teap_server *s);
/* Hear what answer() wrote. */
void teap_hear(struct teap_server *s, const struct xeap_writer *w);
/* Value of a TLV heard; NULL when there is none. */
const uint8_t *teap_find(const struct teap_server *s, uint16_t type, size_t *ret_len);
/* The peer's binding is right: that of EMSK (1) or MSK (0). */
bool teap_binding_is_right(const struct teap_server *s, int emsk);
/* TEAP's own MSK. */
void teap_msk(const struct teap_server *s, int emsk, uint8_t msk[64]);

#endif
