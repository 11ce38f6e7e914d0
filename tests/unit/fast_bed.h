/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_FAST_BED_H
#define XEAP_TESTS_FAST_BED_H

#include "tests/unit/fast_server.h"
#include "tests/unit/insider.h"
#include "tests/unit/tls_bed.h"

/* A peer of EAP-FAST and a server of it. */
struct fast_bed {
	struct xeap_config *config;
	void *shared;
	bool sharing, begun, interactive;
	void (*save)(void *ctx, void (*run)(void *arg), void *arg);
	void *save_ctx;
	struct fast_server s;
	struct insider inside;
};

extern const struct fast_pac fast_pac_one, fast_pac_two;

/*
 * A network with the CA, identity "user" and password "secret", and a server with an A-ID. Keys as
 * tls_config(), e.g. "phase1=\"fast_provisioning=2\"". fast_bed_begin() follows.
 */
void fast_bed_prepare(struct fast_bed *b, const char *const *keys);
/* The next login of the same network: PACs are known to it. b ends before `first` does. */
void fast_bed_again(struct fast_bed *b, const struct fast_bed *first);
/* Load, if not sharing, and do the handshake. False when it failed. */
bool fast_bed_begin(struct fast_bed *b);
void fast_bed_end(struct fast_bed *b);

/* Identity and one method inside, to where its result is due. */
enum insider_verdict fast_bed_inside(struct fast_bed *b, enum insider_kind kind,
				     const char *password);
/* The link of the method that ran. */
void fast_bed_link(struct fast_bed *b);
/* A method, and what confirms it: binding and intermediate result, heard and checked. */
void fast_bed_method(struct fast_bed *b, enum insider_kind kind);
/* A certificate, EAP-MSCHAPv2 and a PAC: a whole login. */
void fast_bed_provision(struct fast_bed *b, const struct fast_pac *pac);
/* The same with a PAC. */
void fast_bed_login(struct fast_bed *b);

void fast_assert_result(const struct fast_bed *b, uint16_t type, int value);
void fast_assert_success(struct fast_bed *b);
void fast_assert_no_keys(struct fast_bed *b);
void fast_assert_says(const struct fast_bed *b, const char *why);
/* The server hears a failure and an error; there are no keys. */
void fast_assert_refused(struct fast_bed *b, const char *why);
/* load() refuses. */
void fast_assert_load_says(const char *const *keys, const char *why);

#endif
