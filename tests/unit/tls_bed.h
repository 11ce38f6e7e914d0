/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_TLS_BED_H
#define XEAP_TESTS_TLS_BED_H

#include "tests/unit/fake_writer.h"
#include "tests/unit/tls_certs.h"
#include "tests/unit/tls_server.h"
#include <method/list.h>

/* Certificates for all tests of a program, and a folder that holds the client's as files. */
struct tls_files {
	char dir[64];
	struct test_cert ca, other_ca, server, server_rsa, client, client_rsa;
};

extern struct tls_files files;

/* Group set-up and tear-down for cmocka: make and remove them. */
int tls_files_make(void **state);
int tls_files_remove(void **state);

/* A peer and a server. */
struct tls_bed {
	struct xeap_config *config;
	void *shared;
	void *ctx;
	struct fake_writer out;
	struct xeap_method_result result; /* of the last request that was not ignored */
	struct server server;
	unsigned int rounds;
	bool sharing; /* config and shared are another's */
	bool keeps;   /* as keeps_resumption */
	struct xeap_span resumption;
};

/*
 * A network that names ca.pem, client.pem and client.key. Further keys: "NAME=VALUE" until NULL, @
 * is the folder. TLS_NO_CA as the first one leaves ca_cert out.
 */
#define TLS_NO_CA "no ca_cert"
struct xeap_config *tls_config(const char *const *further);

/* Load, begin, and a server at its Start. max_packet 0: 1496. */
void tls_bed_begin(struct tls_bed *b, const struct server_options *options, size_t max_packet,
		   const char *const *further);
/* The same with a person to be asked; flags are the session's. */
void tls_bed_begin_asking(struct tls_bed *b, const struct server_options *options,
			  size_t max_packet, const char *const *further, uint32_t flags);
/* The same with another's network and what was loaded for it; that one ends last. */
void tls_bed_begin_sharing(struct tls_bed *b, const struct server_options *options,
			   const struct tls_bed *with);
/* The same with what an earlier peer left to resume from. */
void tls_bed_begin_resuming(struct tls_bed *b, const struct server_options *options,
			    const struct tls_bed *with, struct xeap_span resumption);
void tls_bed_end(struct tls_bed *b);

/*
 * Give the peer bytes, from an allocation of exactly their size. As process(); result is set unless
 * ignored.
 */
int tls_bed_feed(struct tls_bed *b, const uint8_t *bytes, size_t len, bool *ret_ignored);

/* One request of the server and its response, both taken. False when it is over or asks. */
bool tls_bed_step(struct tls_bed *b);
/* To the end. */
void tls_bed_run(struct tls_bed *b);

/* Answer what was asked about the server's certificate; the response is taken. As answer(). */
int tls_bed_answer(struct tls_bed *b, const char *accept);

/* Both ends agree that it succeeded, and on the keys. */
void tls_bed_assert_success(struct tls_bed *b);

#endif
