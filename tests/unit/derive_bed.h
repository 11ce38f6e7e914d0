/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_DERIVE_BED_H
#define XEAP_TESTS_DERIVE_BED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <xeap/host.h>
#include "tests/unit/tls_bed.h"

/* Profiles, derived ones, and one session of a host at a time. */

/* Keys of a network; @ is the folder of files. */
#define CA "ca_cert=\"@/ca.pem\""
#define CERTIFICATE CA, "client_cert=\"@/client.pem\"", "private_key=\"@/client.key\""

struct derive_bed {
	struct xeap_session_options options;
	xeap_session_id session;
	struct xeap_span response;
	bool resumed;
};

/* For cmocka: files, and a host. */
int derive_bed_set_up(void **state);
int derive_bed_tear_down(void **state);

static inline struct xeap_span text(const char *s)
{
	return s ? xeap_span(s, strlen(s)) : xeap_span(NULL, 0);
}

struct xeap_config *config_of(const char *const *keys);
struct xeap_profile *load(const char *const *keys);
struct xeap_profile *derive(struct xeap_profile *base, const char *identity, const char *password);
/* PEM of a new certificate of files.ca, or of that and its key; to be freed. */
struct pem {
	char *cert, *key;
};
struct pem pem_make(const char *cn, bool rsa, bool chained);
/* The same with an RSA key of 512 bits. */
struct pem pem_make_weak(const char *cn);
void pem_free(struct pem *p);
struct xeap_profile *derive_certified(struct xeap_profile *base, const char *cn, bool rsa,
				      bool chained);

/* A session, its Identity already answered with the profile's. */
void derive_bed_begin(struct derive_bed *b, struct xeap_profile *p, struct xeap_resumption *r);
/* Whether the request has a response. */
bool derive_bed_feed(struct derive_bed *b, const uint8_t *packet, size_t len);
struct xeap_span derive_bed_response(const struct derive_bed *b);
/* EAP-Success or -Failure, and whether it is a success to the session. */
bool derive_bed_end(struct derive_bed *b, bool success, uint8_t id);

/* Of a server that knows its sessions again. */
SSL_CTX *derive_bed_server_context(void);

#endif
