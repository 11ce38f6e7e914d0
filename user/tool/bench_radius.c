// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "tool/bench_hold.h"
#include "tool/bench_worker.h"
#include "tool/radius_net.h"
#include "tool/worker.h"

/*
 * Logins straight at a RADIUS server. What a login needs while it is under way is lent to it, so
 * that memory goes by how many are under way, not by how many supplicants there are.
 */

/* A login of the RADIUS client; on the free list when none has it. */
struct radius_slot {
	struct xeap_radius_login login; /* owner: the supplicant, NULL once it was let go of */
	struct radius_slot *next;
	struct radius_slot *all;
};

struct bench_radius {
	struct bench_worker *worker;
	struct radius_net net;
	struct xeap_radius_keys *keys;
	struct xeap_radius_client *client;
	struct radius_slot *free, *all;
	struct bench_hold hold;		  /* packets that are late on purpose */
	uint64_t received, retransmitted; /* as counted so far */
	uint32_t flows;
};

static struct bench_radius *of(const struct bench_worker *w)
{
	return w->transport_data;
}

static int send_now(void *ctx, uint32_t flow, struct xeap_span packet)
{
	struct bench_radius *r = ctx;
	int err = radius_net_send(&r->net, flow, packet);

	/* Not as the client counts: a fault may have it sent twice, later or never. */
	bench_tally(&r->worker->engine)->frames_tx += !err;
	return err;
}

static int send_packet(void *ctx, struct xeap_radius_login *login, struct xeap_span packet)
{
	struct bench_radius *r = ctx;
	struct bench_supplicant *b = login->owner;

	return bench_hold_send(&r->hold, &r->worker->engine, b ? &b->s : NULL, login->flow, packet,
			       worker_clock());
}

/*
 * When what the login came to had come, or when it came to that without a packet: not when this
 * thread found time for it.
 */
static xeap_time when(const struct bench_radius *r)
{
	return r->net.arrived ? r->net.arrived : worker_clock();
}

static void challenged(void *ctx, struct xeap_radius_login *login, xeap_time now)
{
	struct bench_radius *r = ctx;
	struct bench_supplicant *b = login->owner;

	if (b)
		bench_requested(&r->worker->engine, &b->s, false, when(r));
}

static bool responds(void *ctx, struct xeap_radius_login *login, uint8_t *eap, size_t len,
		     bool last, xeap_time now)
{
	struct bench_radius *r = ctx;
	struct bench_engine *e = &r->worker->engine;
	struct bench_supplicant *b = login->owner;

	if (!b || bench_gives_up(e, &b->s, last, now))
		return false;
	/* What the method took to make it is no time of the server's. */
	bench_responded(&b->s, worker_clock());
	if (last)
		b->s.login.stage = BENCH_STAGE_RESULT;
	if (e->faults.count)
		bench_hold_judge(e, &b->s, eap, len);
	return true;
}

static enum bench_cause cause_of(const struct xeap_radius_result *result, enum bench_stage stage)
{
	if (result->success)
		return BENCH_SUCCESS;
	if (result->timed_out)
		return bench_silence(stage);
	if (result->accepted)
		return result->mppe == XEAP_RADIUS_MPPE_MISMATCH ? BENCH_WRONG_KEYS
								 : BENCH_PEER_REFUSED;
	return bench_cause_of(result->why.code, result->why.text,
			      result->rejected ? BENCH_RADIUS_REJECT : BENCH_PEER_REFUSED);
}

/* Also of one that was let go of; then nothing is told. */
static void login_ended(void *ctx, struct xeap_radius_login *login)
{
	struct bench_radius *r = ctx;
	struct bench_supplicant *b = login->owner;
	struct radius_slot *slot = (struct radius_slot *)login;
	const struct xeap_radius_result *result = &login->result;

	login->owner = NULL;
	slot->next = r->free;
	r->free = slot;
	if (!b)
		return;
	b->slot = NULL;
	if (result->success)
		bench_worker_note(r->worker, result->method, result->tls_version);
	bench_ended(&r->worker->engine, &b->s, cause_of(result, b->s.login.stage), result->resumed,
		    result->success ? NULL : result->why.text, when(r));
}

static const struct xeap_radius_ops client_ops = {
	.send = send_packet,
	.ended = login_ended,
	.challenged = challenged,
	.responds = responds,
};

static struct radius_slot *take_slot(struct bench_radius *r)
{
	struct radius_slot *slot = r->free;

	if (slot) {
		r->free = slot->next;
		return slot;
	}
	slot = calloc(1, sizeof(*slot));
	if (!slot)
		return NULL;
	slot->all = r->all;
	r->all = slot;
	return slot;
}

static void begin(void *ctx, struct bench_station *s, enum bench_start how, xeap_time now)
{
	struct bench_worker *w = ctx;
	struct bench_radius *r = of(w);
	struct bench_supplicant *b = XEAP_CONTAINER(s, struct bench_supplicant, s);
	const uint8_t *m = b->mac;
	char station[24];
	struct xeap_radius_begin options = {
		.profile = b->profile,
		.resumption = bench_resumption(b),
		.flags = w->resumes ? 0 : XEAP_FLAG_FULL_AUTH,
		.flow = s->number / w->options->threads % r->flows,
	};

	b->slot = take_slot(r);
	if (!b->slot) {
		bench_ended(&w->engine, s, BENCH_PEER_REFUSED, false, "out of memory", now);
		return;
	}
	b->slot->login.owner = b;
	/* RFC 3580 §3.21 */
	snprintf(station, sizeof(station), "%02X-%02X-%02X-%02X-%02X-%02X", m[0], m[1], m[2], m[3],
		 m[4], m[5]);
	options.station = xeap_span(station, strlen(station));
	xeap_radius_login_begin(r->client, &b->slot->login, &options, now);
	bench_gives_up_at_start(&w->engine, s, now);
}

static void drop(void *ctx, struct bench_station *s)
{
	struct bench_supplicant *b = XEAP_CONTAINER(s, struct bench_supplicant, s);
	struct radius_slot *slot = b->slot;

	if (!slot)
		return;
	b->slot = NULL;
	slot->login.owner = NULL;
	xeap_radius_login_stop(&slot->login, "given up", worker_clock());
}

/*
 * A flow has 256 identifiers; more flows than that takes are source ports, which a server or a
 * load balancer spreads logins by.
 */
static uint32_t flows_for(const struct bench_worker *w)
{
	uint32_t least = (w->count + XEAP_RADIUS_FLOW_LOGINS - 1) / XEAP_RADIUS_FLOW_LOGINS;
	uint32_t wanted = w->options->source_ports / w->options->threads;

	if (w->options->window && w->options->window < w->count)
		least = (uint32_t)(2 * w->options->window / XEAP_RADIUS_FLOW_LOGINS + 1);
	return wanted > least ? wanted : least;
}

static int make_client(struct bench_radius *r)
{
	struct bench_worker *w = r->worker;
	const struct radius_options *options = &w->options->radius;
	struct xeap_radius_options o = {
		.host = w->host,
		.keys = r->keys,
		.ops = &client_ops,
		.ctx = r,
		.server = r->net.name,
		.framed_mtu = options->framed_mtu,
		.timeout = w->options->timeout,
		.flows = r->flows,
		.logins = w->count,
		.seed = w->options->seed + w->number,
		.reliable = options->radsec,
		.no_keys = options->no_keys,
		.wants_key_name = options->wants_key_name,
	};
	uint8_t nas[16], attributes[XEAP_RADIUS_COMMON_MAX];

	o.attributes.data = attributes;
	o.attributes.len =
		radius_options_attributes(options, xeap_span(nas, radius_net_address(&r->net, nas)),
					  attributes, sizeof(attributes));
	if (!o.attributes.len)
		return xeap_diag_set(&w->why, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "the attributes of --attribute leave no room for the others");
	if (xeap_radius_client_new(&o, &r->client))
		return xeap_diag_set(&w->why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	r->net.client = r->client;
	return 0;
}

static int open_radius(struct bench_worker *w)
{
	const struct radius_options *o = &w->options->radius;
	struct bench_radius *r = calloc(1, sizeof(*r));
	int err;

	w->transport_data = r;
	if (!r)
		return xeap_diag_set(&w->why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	r->worker = w;
	r->net.epoll = -1;
	bench_hold_init(&r->hold, send_now, r);
	r->flows = flows_for(w);
	err = radius_net_open(&r->net, o, r->flows);
	if (err) {
		w->why = r->net.why;
		return err;
	}
	err = radius_net_wake(&r->net, w->timer);
	if (err)
		return xeap_diag_set(&w->why, err, XEAP_E_INVALID_STATE, "epoll: %s",
				     strerror(-err));
	err = xeap_radius_keys_new(xeap_span(o->secret, o->secret_len), &r->keys, &w->why);
	return err ? err : make_client(r);
}

static void count(struct bench_radius *r)
{
	const struct xeap_radius_counters *c = xeap_radius_client_counters(r->client);
	struct tally *t = bench_tally(&r->worker->engine);

	t->frames_rx += c->received - r->received;
	t->retransmitted += c->retransmitted - r->retransmitted;
	r->received = c->received;
	r->retransmitted = c->retransmitted;
}

static int turn(struct bench_worker *w, int timeout_ms)
{
	struct bench_radius *r = of(w);
	int err = radius_net_turn(&r->net, timeout_ms);
	xeap_time now = worker_clock();

	xeap_radius_client_tick(r->client, now);
	bench_hold_tick(&r->hold, now);
	count(r);
	return err ? xeap_diag_set(&w->why, err, XEAP_E_INVALID_STATE, "waiting for packets: %s",
				   strerror(-err))
		   : 0;
}

static xeap_time deadline(const struct bench_worker *w)
{
	struct bench_radius *r = of(w);
	xeap_time at = xeap_radius_client_deadline(r->client), held = bench_hold_deadline(&r->hold);

	return held < at ? held : at;
}

static void close_radius(struct bench_worker *w)
{
	struct bench_radius *r = of(w);
	struct radius_slot *next;

	if (!r)
		return;
	bench_hold_free(&r->hold);
	xeap_radius_client_free(r->client);
	xeap_radius_keys_free(r->keys);
	radius_net_close(&r->net);
	for (struct radius_slot *slot = r->all; slot; slot = next) {
		next = slot->all;
		free(slot);
	}
	free(r);
	w->transport_data = NULL;
}

const struct bench_transport bench_radius_transport = {
	.open = open_radius,
	.turn = turn,
	.deadline = deadline,
	.ops = { .begin = begin, .drop = drop },
	.close = close_radius,
};
