/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_HOLD_H
#define XEAP_TOOL_BENCH_HOLD_H

#include "bench/engine.h"

/*
 * Packets on their way out, and what is done to them on purpose: dropped, sent twice, sent late,
 * sent after the next one. Copies are kept of those that are late; without faults none is made.
 */

/* Send at once, on a flow or port of this number. 0 or a negative errno. */
typedef int (*bench_send)(void *ctx, uint32_t flow, struct xeap_span packet);

struct held;

struct bench_hold {
	bench_send send;
	void *ctx;
	struct held *late;    /* the earliest first */
	struct held *swapped; /* to be sent after the next one */
	uint32_t count;	      /* of late */
};

void bench_hold_init(struct bench_hold *h, bench_send send, void *ctx);
void bench_hold_free(struct bench_hold *h);

/*
 * Decide what is to be done to a station's next packet; one octet of it is changed if that is what
 * is done.
 */
void bench_hold_judge(struct bench_engine *e, struct bench_station *s, uint8_t *eap, size_t len);
/*
 * What is to be done to the packet that is about to be sent; NULL: nothing. One that was not judged
 * is a repetition, and judged now.
 */
const struct fault_rule *bench_hold_verdict(struct bench_engine *e, struct bench_station *s);
/* Send as the verdict says; s NULL: nobody's, and as it is. 0 or a negative errno. */
int bench_hold_send(struct bench_hold *h, struct bench_engine *e, struct bench_station *s,
		    uint32_t flow, struct xeap_span packet, xeap_time now);
/* Do to a packet what a rule says; NULL: send it. `*ret_now`: whether the caller is to send it. */
int bench_hold_do(struct bench_hold *h, const struct fault_rule *rule, uint32_t flow,
		  struct xeap_span packet, xeap_time now, bool *ret_now);
/* A packet went out: the one that was to follow the next does. */
void bench_hold_sent(struct bench_hold *h);

/* Send what is due. */
void bench_hold_tick(struct bench_hold *h, xeap_time now);
xeap_time bench_hold_deadline(const struct bench_hold *h);

#endif
