/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_PWD_SERVER_H
#define XEAP_TESTS_PWD_SERVER_H

#include <openssl/ec.h>
#include <stdbool.h>
#include <xeap/span.h>

/*
 * The server's side of EAP-pwd's key exchange, in the plainest way that RFC 5931 can be written
 * down with OpenSSL: no care for timing, nothing shared with the code under test.
 */
struct pwd_server {
	uint16_t number;
	EC_GROUP *group;
	EC_POINT *pwe, *element;
	BIGNUM *private_value, *scalar;
	size_t prime_len, order_len;
	uint8_t mine[198], theirs[198]; /* Element and Scalar */
	uint8_t k[66];
};

void pwd_server_init(struct pwd_server *s, uint16_t number);
void pwd_server_free(struct pwd_server *s);
size_t pwd_server_commit_len(const struct pwd_server *s);
/* The element of a password, and a Commit in s->mine. Returns the round that found the element. */
int pwd_server_commit(struct pwd_server *s, struct xeap_span token, struct xeap_span peer,
		      struct xeap_span server, struct xeap_span password);
bool pwd_server_take(struct pwd_server *s, const uint8_t *commit);
void pwd_server_confirm(const struct pwd_server *s, bool mine, uint8_t ret[32]);
/* MSK and EMSK, Session-Id. */
void pwd_server_keys(const struct pwd_server *s, uint8_t ret_keys[128], uint8_t ret_id[33]);

#endif
