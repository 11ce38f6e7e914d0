/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef TESTS_BENCH_PEER_H
#define TESTS_BENCH_PEER_H

#include <xeap/host.h>

#include "tests/unit/tls_server.h"

/* EAP sessions as a program on top of libxeap has them, and the certificates that they need. */

struct bench_files {
	char dir[64];
	struct test_cert ca, server, client;
};

/* padding: bytes that make the client's certificate larger */
void bench_files_make(struct bench_files *f, unsigned int padding);
void bench_files_remove(struct bench_files *f);

/* A network of "NAME=VALUE" until NULL; @ in a value is the folder of `files`. Dies on an error. */
struct xeap_profile *bench_profile(const struct bench_files *files, const char *const *settings);
/* pool: NULL for one of the session's own */
xeap_session_id bench_begin(struct xeap_host *host, struct xeap_profile *profile,
			    struct xeap_pool *pool);
/* Feed a packet that has to be answered, and fetch the answer. */
struct xeap_span bench_answer(struct xeap_host *host, xeap_session_id id, struct xeap_span packet);

#endif
