/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_FAST_SERVER_H
#define XEAP_TESTS_FAST_SERVER_H

#include "tests/unit/tlv_server.h"
#include "tests/unit/tls_certs.h"

/*
 * An EAP-FAST server in memory, from RFC 4851 and RFC 5422 without any code of the peer: its T-PRF,
 * key block, Crypto-Binding and keys are its own. All zero but a_id: a good one.
 */
struct fast_pac {
	uint8_t key[32];
	uint8_t opaque[64];
	size_t opaque_len;
};

struct fast_server {
	struct tlv_server t;
	/* set before it begins */
	const char *suite;	    /* OpenSSL's name; NULL: one of GCM */
	bool whole_nonce;	    /* as hostapd: the key block has AEAD's nonces as a whole */
	bool anonymous;		    /* no certificate */
	uint8_t version;	    /* of the Start; 0: 1 */
	bool version_0;		    /* of the Start */
	const struct fast_pac *pac; /* the one it knows; NULL: none */
	uint8_t a_id[1100];
	size_t a_id_len;
	/* set by it */
	uint8_t ticket[128]; /* that the peer sent */
	size_t ticket_len;
	uint8_t simck[40], cmk[20];
	uint8_t challenges[32]; /* RFC 5422 §3.2.3: the server's, the peer's */
	uint8_t nonce;
};

/* The peer is initialised. Runs the handshake. False when it failed. */
bool fast_server_begin(struct fast_server *s, const struct test_cert *cert,
		       const struct xeap_method *method, const struct xeap_method_args *args);
void fast_server_end(struct fast_server *s);

/* The next link of the chain, of 32 bytes of a method; NULL: zeros. */
void fast_link(struct fast_server *s, const uint8_t *isk);
/* Returns the TLV, to be spoilt. */
uint8_t *fast_say_binding(struct fast_server *s);
/* The peer's answer to it was right. */
bool fast_binding_is_right(const struct fast_server *s);
/* The PAC TLV's value of a Tunnel PAC with this server's A-ID, for anybody. Returns its length. */
size_t fast_pac_value(const struct fast_server *s, const struct fast_pac *pac, uint8_t *out);
void fast_say_pac(struct fast_server *s, const struct fast_pac *pac);
/* MSK and EMSK. */
void fast_export(const struct fast_server *s, uint8_t keys[128]);

#endif
