/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_NOOB_SERVER_H
#define XEAP_TESTS_NOOB_SERVER_H

#include <stddef.h>
#include <stdint.h>

/*
 * The server's side of EAP-NOOB, written from RFC 9140 with OpenSSL and jansson alone: nothing of
 * the peer's is in it. Texts are JSON values as they are sent.
 */

#define NOOB_TEXT 600

struct noob_server {
	/* What it sends. */
	const char *vers, *suites, *info, *nai, *peer_id; /* NULL: left out */
	int dirs;
	/* What it has of the exchange: texts for the arrays, bytes for the keys. */
	int suite, dirp, keying_mode;
	char peer_info[NOOB_TEXT], pks[NOOB_TEXT], pkp[NOOB_TEXT], ns_text[64], np_text[64];
	uint8_t z[32], ns[32], np[32], noob[16];
	char noob_text[32];
	uint8_t keys[320], kz[32];
	void *key; /* EVP_PKEY */
};

void noob_server_init(struct noob_server *s);
void noob_server_free(struct noob_server *s);

/* Make PKs and Ns, of cryptosuite 1 or 2. */
void noob_server_make_keys(struct noob_server *s, int suite);
/* Take the members PKp (or that of the name given, NULL: none) and Np of a response. */
void noob_server_take_keys(struct noob_server *s, const char *response, const char *pkp,
			   const char *np);
/* Choose a Noob. */
void noob_server_set_noob(struct noob_server *s, const uint8_t noob[16]);

void noob_server_id(const struct noob_server *s, char ret_text[32]);
void noob_server_hoob(const struct noob_server *s, int dir, char ret_text[32]);
/* Keys of the Completion Exchange, or of the Reconnect Exchange with keying_mode. */
void noob_server_derive(struct noob_server *s);
/* side 2: MACs, 1: MACp; of the Reconnect Exchange unless keying_mode is 0. */
void noob_server_mac(const struct noob_server *s, int side, char ret_text[64]);

void noob_base64url(const uint8_t *bytes, size_t len, char *ret_text);
/* Returns the length. */
size_t noob_unbase64url(const char *text, uint8_t *ret_bytes, size_t size);

#endif
