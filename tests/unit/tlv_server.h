/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_TLV_SERVER_H
#define XEAP_TESTS_TLV_SERVER_H

#include "tests/unit/fake_writer.h"
#include <openssl/ssl.h>
#include <stdbool.h>

/*
 * The half of a server that methods with TLVs in their tunnel have in common, without any code of
 * the peer, over a peer it feeds: it carries TLS in EAP packets of one fragment. What it says
 * inside is the caller's, TLV by TLV.
 */
#define TLV_SERVER_MAX 70000

struct tlv_server {
	SSL_CTX *ctx;
	SSL *ssl;
	BIO *in, *out;
	const struct xeap_method *method;
	void *peer;
	struct fake_writer writer;
	struct xeap_method_result result; /* of the last request */
	int error;			  /* process() said */
	uint8_t id;
	bool failed;		     /* the handshake, here or by the peer's alert */
	uint8_t say[TLV_SERVER_MAX]; /* what is to be said */
	size_t say_len;
	uint8_t heard[TLV_SERVER_MAX]; /* what the peer said inside */
	size_t heard_len;
};

/* Begin a peer, and a TLS server of ctx, which it owns. */
void tlv_server_init(struct tlv_server *s, SSL_CTX *ctx, const struct xeap_method *method,
		     const struct xeap_method_args *args);
/* Send a Start with these flags, and do the handshake. False when it failed. */
bool tlv_server_start(struct tlv_server *s, uint8_t flags, const uint8_t *data, size_t len);
void tlv_server_end(struct tlv_server *s);

/* Add a mandatory TLV to what is to be said. Returns where it is. */
uint8_t *tlv_say(struct tlv_server *s, uint16_t type, const void *value, size_t len);
void tlv_say_u16(struct tlv_server *s, uint16_t type, uint16_t value);
/* Say it and hear the answer. */
void tlv_turn(struct tlv_server *s);
/* Hear what answer() wrote. */
void tlv_hear(struct tlv_server *s, const struct xeap_writer *w);
/* Value of a TLV heard; NULL when there is none. */
const uint8_t *tlv_find(const struct tlv_server *s, uint16_t type, size_t *ret_len);

#endif
