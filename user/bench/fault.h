/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BENCH_FAULT_H
#define XEAP_BENCH_FAULT_H

#include <stddef.h>
#include <xeap/span.h>

#include "bench/chance.h"
#include "bench/tally.h"

/*
 * What is done to frames on purpose, to see what the other side makes of it: each of the following
 * with a probability of its own, in the stages that are named, the same again from the same seed.
 */
enum fault_kind {
	FAULT_DROP,
	FAULT_DUPLICATE, /* sent twice */
	FAULT_CORRUPT,	 /* one octet of the EAP packet is another */
	FAULT_DELAY,	 /* sent later */
	FAULT_REORDER,	 /* sent after the next one */
	FAULT_KIND_MAX
};

struct fault_rule {
	enum fault_kind kind;
	double probability;
	uint8_t stages;	 /* bits 1 << enum bench_stage: what the login waits for after this frame */
	xeap_time delay; /* FAULT_DELAY */
};

#define FAULT_RULES_MAX 16

struct faults {
	struct fault_rule rules[FAULT_RULES_MAX];
	size_t count;
	uint64_t done[FAULT_KIND_MAX];
};

/*
 * Add what one word says: KIND=PROBABILITY[@STAGE[+STAGE…]][:MILLISECONDS], as in "drop=0.01",
 * "corrupt=0.001@method", "delay=0.1@identity+method:250". 0; -EINVAL: *ret_why says what would be
 * right; -E2BIG.
 */
int faults_add(struct faults *f, const char *word, const char **ret_why);

/* The rule that hits a frame in this stage, counted as done; NULL: none does. */
const struct fault_rule *faults_hit(struct faults *f, struct chance *c, enum bench_stage stage);

/* Change one octet of a packet. */
void fault_corrupt(struct chance *c, uint8_t *packet, size_t len);

const char *fault_kind_name(enum fault_kind kind);

#endif
