/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_TUNNEL_BED_H
#define XEAP_TESTS_TUNNEL_BED_H

#include "tests/unit/insider.h"
#include "tests/unit/tls_bed.h"

/* A peer with a tunnelled method, and a server of it; what is inside is the test's. */
struct tunnel_bed {
	const struct xeap_method *method;
	struct xeap_config *config;
	void *shared;
	void *ctx;
	struct fake_writer out;
	struct xeap_method_result result; /* of the last request that was not ignored */
	struct server server;
	unsigned int rounds;
	bool sharing; /* config and shared are another's */
};

struct tunnel_start {
	const struct xeap_method *method;
	struct server_options server;
	const char *const *keys; /* as tls_config() */
	size_t max_packet;	 /* 0: 1496 */
	bool interactive, keeps;
	struct xeap_span resumption;
	const struct tunnel_bed *with; /* its network and what was loaded, which end last */
};

void tunnel_bed_begin(struct tunnel_bed *b, const struct tunnel_start *start);
void tunnel_bed_end(struct tunnel_bed *b);

/* One request and its response. False when it is over, the peer gave up, or a person is asked. */
bool tunnel_bed_step(struct tunnel_bed *b);
void tunnel_bed_run(struct tunnel_bed *b);
/* Answer the prompt's only field, which is called id. */
void tunnel_bed_answer(struct tunnel_bed *b, const char *id, const char *value);

/* Both ends agree on a success and on these keys: MSK and EMSK. */
void tunnel_bed_assert_success(struct tunnel_bed *b, const uint8_t keys[128]);
/* The peer does not believe in a success, has no keys, and says why; `why` is part of that. */
void tunnel_bed_assert_failure(struct tunnel_bed *b, const char *why);
/* load() refuses, with `why` in its message. */
void tunnel_bed_assert_refused(const struct xeap_method *method, const char *const *keys,
			       const char *why);

#endif
