// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/bench_hold.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LATE_MAX 65536	      /* more than that are sent in time */
#define SWAP_TIME XEAP_MS(50) /* without a next one it goes out after this */

struct held {
	struct held *next;
	xeap_time at;
	uint32_t flow;
	size_t len;
	uint8_t data[];
};

void bench_hold_init(struct bench_hold *h, bench_send send, void *ctx)
{
	*h = (struct bench_hold){ .send = send, .ctx = ctx };
}

void bench_hold_free(struct bench_hold *h)
{
	struct held *next;

	for (struct held *i = h->late; i; i = next) {
		next = i->next;
		free(i);
	}
	free(h->swapped);
	h->late = h->swapped = NULL;
}

void bench_hold_judge(struct bench_engine *e, struct bench_station *s, uint8_t *eap, size_t len)
{
	s->fault = faults_hit(&e->faults, &s->chance, s->login.stage);
	s->judged = true;
	if (!s->fault || s->fault->kind != FAULT_CORRUPT)
		return;
	fault_corrupt(&s->chance, eap, len);
	s->fault = NULL;
}

const struct fault_rule *bench_hold_verdict(struct bench_engine *e, struct bench_station *s)
{
	const struct fault_rule *rule = s->fault;

	if (!s->judged) {
		rule = faults_hit(&e->faults, &s->chance, s->login.stage);
		if (rule && rule->kind == FAULT_CORRUPT) {
			/* A repetition is the same packet again, as it was made. */
			e->faults.done[FAULT_CORRUPT]--;
			rule = NULL;
		}
	}
	s->judged = false;
	s->fault = NULL;
	return rule;
}

static struct held *copy_of(uint32_t flow, struct xeap_span packet, xeap_time at)
{
	struct held *i = malloc(sizeof(*i) + packet.len);

	if (!i)
		return NULL;
	*i = (struct held){ .at = at, .flow = flow, .len = packet.len };
	memcpy(i->data, packet.data, packet.len);
	return i;
}

static void send_held(struct bench_hold *h, struct held *i)
{
	h->send(h->ctx, i->flow, xeap_span(i->data, i->len));
	free(i);
}

void bench_hold_sent(struct bench_hold *h)
{
	struct held *i = h->swapped;

	h->swapped = NULL;
	if (i)
		send_held(h, i);
}

/* Whether it is kept for later. */
static bool keep_late(struct bench_hold *h, uint32_t flow, struct xeap_span packet, xeap_time at)
{
	struct held *i = h->count < LATE_MAX ? copy_of(flow, packet, at) : NULL, **place = &h->late;

	if (!i)
		return false;
	while (*place && (*place)->at <= at)
		place = &(*place)->next;
	i->next = *place;
	*place = i;
	h->count++;
	return true;
}

static bool keep_swapped(struct bench_hold *h, uint32_t flow, struct xeap_span packet, xeap_time at)
{
	if (h->swapped)
		return false;
	h->swapped = copy_of(flow, packet, at);
	return h->swapped;
}

int bench_hold_do(struct bench_hold *h, const struct fault_rule *rule, uint32_t flow,
		  struct xeap_span packet, xeap_time now, bool *ret_now)
{
	*ret_now = true;
	if (!rule)
		return 0;
	switch (rule->kind) {
	case FAULT_DROP:
		*ret_now = false;
		break;
	case FAULT_DUPLICATE:
		return h->send(h->ctx, flow, packet);
	case FAULT_DELAY:
		*ret_now = !keep_late(h, flow, packet, now + rule->delay);
		break;
	case FAULT_REORDER:
		*ret_now = !keep_swapped(h, flow, packet, now + SWAP_TIME);
		break;
	case FAULT_CORRUPT:
	case FAULT_KIND_MAX:
		break;
	}
	return 0;
}

int bench_hold_send(struct bench_hold *h, struct bench_engine *e, struct bench_station *s,
		    uint32_t flow, struct xeap_span packet, xeap_time now)
{
	const struct fault_rule *rule = s && e->faults.count ? bench_hold_verdict(e, s) : NULL;
	bool at_once;
	int err = bench_hold_do(h, rule, flow, packet, now, &at_once);

	if (!at_once)
		return 0;
	err = h->send(h->ctx, flow, packet);
	bench_hold_sent(h);
	return err;
}

void bench_hold_tick(struct bench_hold *h, xeap_time now)
{
	struct held *i;

	while ((i = h->late) && i->at <= now) {
		h->late = i->next;
		h->count--;
		send_held(h, i);
	}
	if (h->swapped && h->swapped->at <= now)
		bench_hold_sent(h);
}

xeap_time bench_hold_deadline(const struct bench_hold *h)
{
	xeap_time at = h->late ? h->late->at : XEAP_NEVER;

	return h->swapped && h->swapped->at < at ? h->swapped->at : at;
}
