/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_CA_H
#define XEAP_TOOL_BENCH_CA_H

#include <xeap/config.h>

#include "crypto/testca.h"

/*
 * Client certificates of a bench's supplicants, signed as they are needed by an authority that is
 * made for the run, or by one that there is.
 */
struct bench_ca_options {
	const char *key; /* of clients: "ec" (NULL as well), "rsa2048", "ml-dsa-65", … */
	const char *ca_cert, *ca_key; /* files of an authority, PEM; both NULL: one is made */
	const char *write; /* file that its certificate is written to, for servers; or NULL */
	/*
	 * Keys that clients have, taking turns. 0: one for all with RSA, one for each with others:
	 * a key of RSA takes from a tenth of a second (2048) to a minute (8192) to make.
	 */
	unsigned int keys;
};

struct bench_ca;

/* 0 or a negative errno with why. */
int bench_ca_open(const struct bench_ca_options *o, struct bench_ca **ret_ca,
		  struct xeap_diag *ret_why);
struct bench_ca *bench_ca_close(struct bench_ca *ca);

/* As xeap_testca_issue(); for xeap_profile_derive(). */
int bench_ca_issue(struct bench_ca *ca, struct xeap_span identity,
		   struct xeap_testca_pair *ret_pair, struct xeap_diag *ret_why);

/*
 * Set client_cert and private_key of a network that lacks them, so that a profile can be made to
 * derive the supplicants' from. The values name files in memory that are there until the authority
 * is closed. A network with a private_key stays as it is. 0 or a negative errno with why.
 */
int bench_ca_certify(struct bench_ca *ca, struct xeap_config *network, struct xeap_diag *ret_why);

#endif
