/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_USERS_H
#define XEAP_TOOL_BENCH_USERS_H

#include "tool/bench_ca.h"
#include "tool/bench_options.h"
#include "tool/bench_people.h"
#include "tool/credentials.h"

/* Whom the supplicants of a run log in as. */
struct bench_users {
	const struct bench_options *options;
	struct credentials credentials;
	struct bench_ca *ca;	    /* that signs their certificates; NULL: nobody does */
	struct bench_people people; /* of --users */
	bool lent; /* the network block has the certificate of one of them, having none itself */
};

/* Load the configuration and what --users names. 0 or a negative errno with why. */
int bench_users_load(struct bench_users *u, const struct bench_options *o,
		     char why[BENCH_PEOPLE_WHY]);
void bench_users_free(struct bench_users *u);

/* Whether so many have an address each. 0, or -EINVAL with why. */
int bench_users_check_count(const struct bench_users *u, uint32_t supplicants,
			    char why[BENCH_COUNT_WHY]);
/* The address of a supplicant by number. */
void bench_users_mac(const struct bench_users *u, uint32_t number, uint8_t mac[6]);
/*
 * A supplicant's profile, a reference, with a certificate of its own where --users names one or an
 * authority signs such.
 * 0 or a negative errno with why.
 */
int bench_users_profile(const struct bench_users *u, uint32_t number, const uint8_t mac[6],
			struct xeap_profile **ret, struct xeap_diag *ret_why);

#endif
