/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_RADIUS_SERVER_H
#define XEAP_TESTS_RADIUS_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The server's side of RADIUS, written from RFC 2865, 2548 and 3579 with OpenSSL alone, so that
 * nothing of what is tested makes what it is tested with.
 */

#define SERVER_SECRET "testing123"

struct server_packet {
	uint8_t data[4200];
	size_t len;
};

/* A response that has no attributes yet; its Authenticator is the request's until it is sealed. */
void server_begin(struct server_packet *p, uint8_t code, const struct server_packet *request);
void server_add(struct server_packet *p, uint8_t type, const void *value, size_t len);
/* In as many EAP-Message attributes as it needs. */
void server_add_eap(struct server_packet *p, const void *eap, size_t len);
/* MS-MPPE-Send-Key (16) or -Recv-Key (17), RFC 2548 §2.4.2 */
void server_add_key(struct server_packet *p, uint8_t type, const uint8_t *key, size_t len,
		    const struct server_packet *request);
/* Message-Authenticator where it is to stand; its value comes when the packet is sealed. */
void server_add_message_authenticator(struct server_packet *p);
/*
 * Make the Response Authenticator right, and leave Message-Authenticators as they are: what a
 * forger without the secret can do to MD5, CVE-2024-3596.
 */
void server_forge(struct server_packet *p, const char *secret);
/* Fill Message-Authenticators and the Response Authenticator. */
void server_seal(struct server_packet *p, const char *secret);

/* The value of an attribute; NULL when there is none. */
const uint8_t *server_find(const struct server_packet *p, uint8_t type, size_t *ret_len);
/* Whether the request's first attribute is a right Message-Authenticator. */
bool server_accepts(const struct server_packet *request, const char *secret);

#endif
