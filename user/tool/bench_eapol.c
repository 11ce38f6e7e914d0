// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/frame.h"
#include "tool/bench_hold.h"
#include "tool/bench_worker.h"
#include "tool/worker.h"

/* Logins at an authenticator, over ports: many supplicants on one, each with its own address. */

#define BATCH 64
#define BATCHES 16
#define EAPOL_HEADER 4
#define FRAMES_MIN 64
#define FRAMES_MAX 4096
#define TPID_VLAN 0x8100
#define TPID_SERVICE_VLAN 0x88a8
#define EAP_REQUEST 1
#define EAP_FAILURE 4
#define EAP_TYPE_AT 4
#define EAP_IDENTITY 1
/*
 * After a logoff many authenticators ask on their own, and some lose their way when a Start comes
 * then (hostapd 2.10 is silent after it): so long is waited before one is sent.
 */
#define ASKS_ITSELF XEAP_MS(100)
#define MAX_STARTS 65535 /* the run's own time limit ends a login */

struct bench_eapol {
	struct bench_worker *worker;
	struct xeap_rings *rings;
	struct xeap_timers timers;
	struct bench_hold hold;
	bool unsent;
};

static struct bench_eapol *of(const struct bench_worker *w)
{
	return w->transport_data;
}

static struct bench_port *port_of(const struct bench_supplicant *b)
{
	return b->lan->port;
}

static void rearm(struct bench_supplicant *b)
{
	xeap_time at = b->pae ? xeap_pae_deadline(b->pae) : XEAP_NEVER;

	if (!b->s.under_way)
		at = XEAP_NEVER;
	else if (b->back && b->back < at)
		at = b->back;
	else if (b->give_up < at)
		at = b->give_up;
	xeap_timer_set(&of(b->worker)->timers, &b->timer, at);
}

static void keep_why(struct bench_supplicant *b, const char *why)
{
	free(b->why);
	b->why = why && *why ? strdup(why) : NULL;
}

/* The engine that the 802.1X machine drives. */

static void engine_end(void *engine)
{
	struct bench_supplicant *b = engine;

	if (b->session)
		xeap_session_end(b->worker->host, b->session, NULL);
	b->session = 0;
}

static int engine_restart(void *engine)
{
	struct bench_supplicant *b = engine;
	struct xeap_session_options o = {
		.size = sizeof(o),
		.flags = XEAP_FLAG_NON_INTERACTIVE | (b->worker->resumes ? 0 : XEAP_FLAG_FULL_AUTH),
		.profile = b->profile,
		.pool = xeap_port_pool(port_of(b)->port),
		.max_send_packet_size = port_of(b)->max_packet,
	};

	engine_end(b);
	o.resumption = bench_resumption(b);
	b->verdict = b->refused = false;
	b->code = 0;
	keep_why(b, NULL);
	return xeap_session_begin(b->worker->host, &o, &b->session, NULL) ? -ENOMEM : 0;
}

static uint32_t process_packet(struct bench_supplicant *b, struct xeap_span eap,
			       enum xeap_action *ret_action, struct xeap_error **ret_error)
{
	return xeap_session_process_received_packet(b->worker->host, b->session, (uint32_t)eap.len,
						    eap.data, ret_action, ret_error);
}

/* Nobody is asked anything. */
static void decline(struct bench_supplicant *b, enum xeap_action *action)
{
	struct xeap_attributes none = { 0 };

	while (*action == XEAP_ACTION_INVOKE_UI || *action == XEAP_ACTION_RESPOND) {
		struct xeap_host *host = b->worker->host;
		bool ui = *action == XEAP_ACTION_INVOKE_UI;
		uint32_t code =
			ui ? xeap_session_set_ui_context(host, b->session, 0, NULL, action, NULL)
			   : xeap_session_get_response_attributes(host, b->session, &none, NULL);

		if (!ui && !code) {
			none.count = 0;
			code = xeap_session_set_response_attributes(host, b->session, &none, action,
								    NULL);
		}
		if (code) {
			*action = XEAP_ACTION_RESULT;
			return;
		}
	}
}

static int engine_process(void *engine, struct xeap_span eap, enum xeap_action *ret_action)
{
	struct bench_supplicant *b = engine;
	struct xeap_error *error;
	uint32_t code;

	if (eap.data[0] == EAP_REQUEST && eap.len > EAP_TYPE_AT)
		bench_requested(&b->worker->engine, &b->s, eap.data[EAP_TYPE_AT] == EAP_IDENTITY,
				b->worker->now);
	b->refused |= eap.data[0] == EAP_FAILURE;
	code = process_packet(b, eap, ret_action, &error);
	if (code == XEAP_E_OUT_OF_MEMORY) {
		xeap_error_free(error);
		xeap_rings_flush(of(b->worker)->rings);
		code = process_packet(b, eap, ret_action, &error);
	}
	if (!code) {
		decline(b, ret_action);
		return 0;
	}
	if (error) {
		b->code = error->reason;
		keep_why(b, error->root_cause);
	}
	xeap_error_free(error);
	if (code == XEAP_E_OUT_OF_MEMORY)
		return -ENOMEM;
	return code == XEAP_E_REMOTE_INVALID_PACKET ? -EBADMSG : -EPROTO;
}

static int engine_get_send_frame(void *engine, struct xeap_frame **ret_frame)
{
	struct bench_supplicant *b = engine;
	uint32_t size;
	uint8_t *packet;

	if (xeap_session_get_send_packet(b->worker->host, b->session, &size, &packet, NULL))
		return -EINVAL;
	*ret_frame = xeap_pool_frame_of(xeap_port_pool(port_of(b)->port), packet);
	return *ret_frame ? 0 : -EFAULT;
}

static int engine_get_result(void *engine, enum xeap_result_reason reason, bool *ret_success)
{
	struct bench_supplicant *b = engine;
	struct xeap_session_result result;

	if (xeap_session_get_result(b->worker->host, b->session, reason, &result, NULL))
		return -EINVAL;
	b->verdict = true;
	b->resumed = result.info.resumed;
	if (!result.success) {
		b->code = result.failure_code;
		if (!b->why)
			keep_why(b, result.reason);
	} else {
		bench_worker_note(b->worker, result.method, result.info.tls_version);
	}
	*ret_success = result.success;
	return 0;
}

static const struct xeap_pae_engine_ops engine_ops = {
	.restart = engine_restart,
	.process = engine_process,
	.get_send_frame = engine_get_send_frame,
	.get_result = engine_get_result,
	.end = engine_end,
};

/* The port that the machine lives on. */

static struct xeap_frame *lend(struct bench_worker *w, struct bench_port *p)
{
	struct xeap_pool *pool = xeap_port_pool(p->port);
	struct xeap_frame *frame = xeap_pool_lend(pool);

	if (frame)
		return frame;
	xeap_rings_flush(of(w)->rings);
	return xeap_pool_lend(pool);
}

static struct xeap_frame *port_lend(void *port)
{
	struct bench_supplicant *b = port;

	return lend(b->worker, port_of(b));
}

static int transmit(struct bench_worker *w, struct bench_port *p, struct xeap_frame *frame)
{
	int err = xeap_port_transmit(p->port, frame);

	bench_tally(&w->engine)->frames_tx += !err;
	return err;
}

/* Send a copy; with `corrupt` an octet of its EAP packet, which begins there, is another. */
static int send_copy(struct bench_worker *w, struct bench_port *p, struct xeap_span wire,
		     struct chance *corrupt, size_t eap)
{
	struct xeap_frame *frame = lend(w, p);
	int err;

	if (!frame)
		return -ENOBUFS;
	if (wire.len > frame->c.cap) {
		xeap_frame_give_back(frame);
		return -EMSGSIZE;
	}
	memcpy(frame->c.data, wire.data, wire.len);
	frame->c.len = wire.len;
	if (corrupt && eap < wire.len)
		fault_corrupt(corrupt, frame->c.data + eap, wire.len - eap);
	err = transmit(w, p, frame);
	xeap_frame_give_back(frame);
	return err;
}

static int send_held(void *ctx, uint32_t flow, struct xeap_span packet)
{
	struct bench_eapol *e = ctx;

	return send_copy(e->worker, &e->worker->ports->ports[flow], packet, NULL, 0);
}

static uint32_t number_of(const struct bench_supplicant *b)
{
	return (uint32_t)(port_of(b) - b->worker->ports->ports);
}

/* What a rule of --fault says. True: it was seen to, and the frame itself does not go out. */
static bool do_fault(struct bench_supplicant *b, struct xeap_frame *frame)
{
	struct bench_worker *w = b->worker;
	struct bench_engine *e = &w->engine;
	struct xeap_span wire = { xeap_frame_wire(frame), xeap_frame_wire_len(frame) };
	const struct fault_rule *rule = faults_hit(&e->faults, &b->s.chance, b->s.login.stage);
	bool at_once;

	if (rule && rule->kind == FAULT_CORRUPT)
		return !send_copy(w, port_of(b), wire, &b->s.chance, frame->hdr);
	bench_hold_do(&of(w)->hold, rule, number_of(b), wire, w->now, &at_once);
	return !at_once;
}

/*
 * A login that is given up says nothing more; what the machine thinks it sent is let go of when its
 * call is over.
 */
static int port_transmit(void *port, struct xeap_frame *frame)
{
	struct bench_supplicant *b = port;
	struct bench_worker *w = b->worker;
	bool response = b->session && frame->c.len;
	int err;

	if (b->dropped || b->mute)
		return 0;
	if (response && bench_gives_up(&w->engine, &b->s,
				       xeap_session_is_concluding(w->host, b->session), w->now))
		return 0;
	if (response && b->s.under_way) {
		bench_responded(&b->s, w->now);
		if (xeap_session_is_concluding(w->host, b->session))
			b->s.login.stage = BENCH_STAGE_RESULT;
	}
	if (w->engine.faults.count && b->s.under_way && do_fault(b, frame))
		return 0;
	err = transmit(w, port_of(b), frame);
	bench_hold_sent(&of(w)->hold);
	return err;
}

static void ended(struct bench_supplicant *b, enum bench_cause cause, xeap_time now)
{
	struct tally *t = bench_tally(&b->worker->engine);
	struct xeap_pae_stats stats;

	xeap_pae_get_stats(b->pae, &stats);
	t->retransmitted += stats.retransmitted - b->retransmitted;
	b->retransmitted = stats.retransmitted;
	bench_ended(&b->worker->engine, &b->s, cause, b->resumed,
		    cause == BENCH_SUCCESS ? NULL : b->why, now);
}

static enum bench_cause cause_of(const struct bench_supplicant *b)
{
	switch (xeap_pae_get_reason(b->pae)) {
	case XEAP_PAE_REASON_NO_ANSWER:
	case XEAP_PAE_REASON_SILENT:
		return bench_silence(b->s.login.stage);
	case XEAP_PAE_REASON_REFUSED:
	case XEAP_PAE_REASON_WITHDRAWN:
		/* After an alert EAP-Failure is what follows, not why. */
		return bench_cause_of(0, b->why, BENCH_EAP_FAILURE);
	case XEAP_PAE_REASON_NONE:
	case XEAP_PAE_REASON_LINK_DOWN:
	case XEAP_PAE_REASON_LOGOFF:
	case XEAP_PAE_REASON_FAILURE:
	case XEAP_PAE_REASON_NO_ENGINE:
	case XEAP_PAE_REASON_UNANSWERED:
	case XEAP_PAE_REASON_MAX:
		break;
	}
	return bench_cause_of(b->code, b->why, b->refused ? BENCH_EAP_FAILURE : BENCH_PEER_REFUSED);
}

static void port_state_changed(void *port, enum xeap_pae_state from, enum xeap_pae_state to,
			       xeap_time now)
{
	struct bench_supplicant *b = port;

	if (!b->s.under_way || b->dropped)
		return;
	if (to == XEAP_PAE_AUTHENTICATED && b->verdict)
		ended(b, BENCH_SUCCESS, now);
	else if (to == XEAP_PAE_HELD)
		ended(b, cause_of(b), now);
}

static const struct xeap_pae_port_ops port_ops = {
	.lend = port_lend,
	.transmit = port_transmit,
	.state_changed = port_state_changed,
};

/* Logins. */

/* After a call of the machine: it may have been let go of meanwhile. */
static void called(struct bench_supplicant *b)
{
	b->busy = false;
	if (b->dropped)
		xeap_pae_set_link(b->pae, false, b->worker->now);
	b->dropped = false;
	rearm(b);
}

static void drop(void *ctx, struct bench_station *s)
{
	struct bench_supplicant *b = XEAP_CONTAINER(s, struct bench_supplicant, s);

	b->dropped = true;
	b->back = 0;
	if (!b->busy)
		called(b);
}

/* Ask for an authenticator, by a link that has just come up. */
static void ask(struct bench_supplicant *b, xeap_time now)
{
	b->back = 0;
	xeap_pae_set_link(b->pae, false, now);
	xeap_pae_set_logoff(b->pae, false, now);
	xeap_pae_set_link(b->pae, true, now);
}

static void log_off_and_in(struct bench_supplicant *b, xeap_time now)
{
	xeap_pae_set_logoff(b->pae, true, now);
	b->mute = true;
	xeap_pae_set_logoff(b->pae, false, now);
	b->mute = false;
	b->back = now + ASKS_ITSELF;
}

static void begin(void *ctx, struct bench_station *s, enum bench_start how, xeap_time now)
{
	struct bench_supplicant *b = XEAP_CONTAINER(s, struct bench_supplicant, s);

	b->give_up = now + b->worker->options->timeout;
	b->verdict = b->refused = false;
	b->busy = true;
	if (how == BENCH_START_AGAIN)
		log_off_and_in(b, now);
	else
		ask(b, now);
	bench_gives_up_at_start(&b->worker->engine, s, now);
	called(b);
}

static void due(struct bench_supplicant *b, xeap_time now)
{
	if (b->s.under_way && now >= b->give_up) {
		enum bench_cause cause = bench_silence(b->s.login.stage);

		drop(b->worker, &b->s);
		ended(b, cause, now);
		rearm(b);
		return;
	}
	b->busy = true;
	if (b->back && b->s.login.stage == BENCH_STAGE_START)
		ask(b, now);
	b->back = 0;
	xeap_pae_tick(b->pae, now);
	called(b);
}

/* Frames. */

static bool is_on(const struct bench_lan *l, const struct xeap_pae_address *a)
{
	return l->vid[0] == (a->vlans ? a->vid[0] : 0) &&
	       l->vid[1] == (a->vlans > 1 ? a->vid[1] : 0);
}

/*
 * Whom a frame to the group address answers: the one supplicant that waits for an answer to a
 * packet with its Identifier.
 */
static struct bench_supplicant *answered(struct bench_worker *w, const struct bench_port *p,
					 const struct xeap_pae_address *a)
{
	struct bench_supplicant *found = NULL;
	struct xeap_node *list = &w->engine.under_way;

	for (struct xeap_node *i = list->next; i != list; i = i->next) {
		struct bench_station *s = XEAP_CONTAINER(i, struct bench_station, line);
		struct bench_supplicant *b = XEAP_CONTAINER(s, struct bench_supplicant, s);
		int id = xeap_pae_outstanding(b->pae);

		if (port_of(b) != p || !is_on(b->lan, a))
			continue;
		if (b->lan->supplicants == 1)
			return b;
		if (a->code == EAP_REQUEST ? id >= 0 && a->id == id : a->id != id)
			continue;
		if (found)
			return NULL;
		found = b;
	}
	return found;
}

static struct bench_supplicant *addressee(struct bench_worker *w, struct bench_port *p,
					  const struct xeap_pae_address *a)
{
	struct bench_supplicant *b;
	struct xeap_map_entry *e;
	uint64_t key = 0;

	if (a->group)
		return answered(w, p, a);
	for (int i = 0; i < 6; i++)
		key = key << 8 | a->dst[i];
	e = xeap_map_find(&p->by_address, key);
	b = e ? XEAP_CONTAINER(e, struct bench_supplicant, entry) : NULL;
	return b && is_on(b->lan, a) ? b : NULL;
}

static void receive(struct bench_worker *w, struct bench_port *p, struct xeap_span frame)
{
	struct xeap_pae_address a;
	struct bench_supplicant *b = xeap_pae_read_address(frame, &a) ? NULL : addressee(w, p, &a);

	bench_tally(&w->engine)->frames_rx++;
	if (!b) {
		p->strays++;
		return;
	}
	b->busy = true;
	xeap_pae_receive(b->pae, frame, w->now);
	called(b);
}

static void receive_frames(struct bench_worker *w)
{
	struct bench_eapol *e = of(w);
	struct xeap_rx batch[BATCH];
	unsigned int n = BATCH;

	for (unsigned int i = 0; i < BATCHES && n == BATCH; i++) {
		n = xeap_rings_receive(e->rings, batch, BATCH);
		for (unsigned int k = 0; k < n; k++) {
			w->now = worker_clock();
			receive(w, xeap_port_user(batch[k].port), batch[k].data);
		}
		xeap_rings_recycle(e->rings, batch, n);
		if (n == BATCH)
			xeap_rings_flush(e->rings);
	}
}

static int turn(struct bench_worker *w, int timeout_ms)
{
	struct bench_eapol *e = of(w);
	struct xeap_timer *t;
	int woken;

	/* What begin() queued goes out before the wait. */
	e->unsent = xeap_rings_flush(e->rings) == -EAGAIN;
	woken = xeap_rings_wait(e->rings, w->timer, e->unsent && timeout_ms > 1 ? 1 : timeout_ms);
	w->now = worker_clock();
	receive_frames(w);
	while ((t = xeap_timers_due(&e->timers, w->now)) != NULL)
		due(XEAP_CONTAINER(t, struct bench_supplicant, timer), w->now);
	bench_hold_tick(&e->hold, w->now);
	e->unsent = xeap_rings_flush(e->rings) == -EAGAIN;
	return woken < 0 ? xeap_diag_set(&w->why, woken, XEAP_E_INVALID_STATE,
					 "waiting for frames: %s", strerror(-woken))
			 : 0;
}

static xeap_time deadline(const struct bench_worker *w)
{
	xeap_time at = xeap_timers_next(&of(w)->timers), held = bench_hold_deadline(&of(w)->hold);

	return held < at ? held : at;
}

/* Opening. */

static int no_memory(struct bench_worker *w)
{
	return xeap_diag_set(&w->why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
}

static bool has_untagged(const struct bench_worker *w, const struct bench_port *p)
{
	for (size_t i = 0; i < w->ports->lan_count; i++)
		if (w->ports->lans[i].port == p && !w->ports->lans[i].vid[0])
			return true;
	return false;
}

static int add_vlans(struct bench_worker *w, struct bench_port *p)
{
	for (size_t i = 0; i < w->ports->lan_count; i++) {
		const struct bench_lan *l = &w->ports->lans[i];
		int err = l->port == p && l->vid[0]
				  ? xeap_port_add_vlan(p->port, l->vid, l->vid[1] ? 2 : 1)
				  : 0;

		if (err)
			return xeap_diag_set(&w->why, err, XEAP_E_NOT_SUPPORTED,
					     "port %s: no VLAN %u: %s", p->link.ifname, l->vid[0],
					     strerror(-err));
	}
	return 0;
}

/* Two frames for each supplicant that can be under way, within bounds. */
static uint32_t frames_for(const struct bench_worker *w, const struct bench_port *p)
{
	uint64_t window = w->options->window ? w->options->window : p->supplicants;
	uint32_t frames = FRAMES_MIN;

	if (w->options->frames)
		return w->options->frames;
	while (frames < FRAMES_MAX && frames < 4 * window && frames < 4u * p->supplicants)
		frames *= 2;
	return frames;
}

static void note_mode(struct bench_worker *w, const struct xeap_port_info *info)
{
	if (!*w->mode)
		snprintf(w->mode, sizeof(w->mode), "%s%s, %s ring, %s", xeap_mode_name(info->mode),
			 info->zero_copy ? " (zero-copy)" : "", info->ring, info->driver);
}

static int open_port(struct bench_worker *w, struct bench_port *p)
{
	struct xeap_port_info info;
	struct xeap_port_options o = {
		.size = sizeof(o),
		.mode = w->options->mode,
		.user = p,
		.untagged_only = !p->spec->vlan_count,
		.vlans = p->spec->vlan_count,
		.vlans_and_untagged = p->spec->vlan_count && has_untagged(w, p),
		.any_unicast = true,
		.frames = frames_for(w, p),
		.vlan_strip = XEAP_VLAN_STRIP_OFF,
		.ifindex = p->link.ifindex,
	};
	int err = xeap_port_open(of(w)->rings, p->link.ifname, &o, &p->port, &w->why);

	if (!err && p->spec->vlan_count)
		err = add_vlans(w, p);
	if (err)
		return err;
	xeap_port_get_info(p->port, &info);
	if (info.waiting)
		return xeap_diag_set(&w->why, -ENETDOWN, XEAP_E_INVALID_STATE,
				     "port %s is down: 'ip link set %s up'", p->link.ifname,
				     p->link.ifname);
	note_mode(w, &info);
	p->max_packet = info.mtu > EAPOL_HEADER + 64 ? info.mtu - EAPOL_HEADER : 64;
	return xeap_map_init(&p->by_address, p->supplicants, w->options->seed) ? no_memory(w) : 0;
}

static int open_ports(struct bench_worker *w)
{
	for (size_t i = 0; i < w->ports->count; i++) {
		struct bench_port *p = &w->ports->ports[i];
		int err = p->worker == w->number ? open_port(w, p) : 0;

		if (err)
			return err;
	}
	return 0;
}

static int make_machine(struct bench_worker *w, struct bench_supplicant *b)
{
	struct xeap_pae_config c;

	xeap_pae_config_defaults(&c);
	c.start_period = w->options->start_period;
	c.max_start = MAX_STARTS;
	c.auth_period = w->options->timeout < XEAP_PAE_PERIOD_MIN ? XEAP_PAE_PERIOD_MIN
								  : w->options->timeout;
	c.held_period = XEAP_PAE_PERIOD_MAX;
	c.eapol_version = w->eapol_version;
	while (c.vlan_tags < 2 && b->lan->vid[c.vlan_tags]) {
		c.vlan_tpid[c.vlan_tags] = TPID_VLAN;
		c.vlan_tci[c.vlan_tags] = b->lan->vid[c.vlan_tags];
		c.vlan_tags++;
	}
	if (c.vlan_tags == 2)
		c.vlan_tpid[0] = TPID_SERVICE_VLAN;
	if (xeap_pae_new(&c, b->mac, &engine_ops, b, &port_ops, b, &b->pae))
		return no_memory(w);
	for (int i = 0; i < 6; i++)
		b->entry.key = b->entry.key << 8 | b->mac[i];
	return xeap_map_insert(&port_of(b)->by_address, &b->entry)
		       ? xeap_diag_set(&w->why, -EEXIST, XEAP_E_INVALID_PARAMETER,
				       "two supplicants have one address")
		       : 0;
}

static int open_eapol(struct bench_worker *w)
{
	struct bench_eapol *e = calloc(1, sizeof(*e));
	struct xeap_rings_options rings = {
		.size = sizeof(rings),
		.steer = w->steer,
		.kind = w->options->rings,
	};
	int err;

	w->transport_data = e;
	if (!e)
		return no_memory(w);
	e->worker = w;
	xeap_timers_init(&e->timers);
	bench_hold_init(&e->hold, send_held, e);
	if (xeap_timers_reserve(&e->timers, w->count))
		return no_memory(w);
	err = xeap_rings_new(&rings, &e->rings, &w->why);
	if (!err)
		err = open_ports(w);
	for (uint32_t i = 0; !err && i < w->count; i++)
		err = make_machine(w, &w->supplicants[i]);
	return err;
}

static void finish(struct bench_worker *w)
{
	for (size_t i = 0; i < w->ports->count; i++) {
		struct bench_port *p = &w->ports->ports[i];
		struct xeap_port_stats stats;
		char text[BENCH_WORDS_TEXT];

		if (p->worker != w->number)
			continue;
		xeap_port_get_stats(p->port, &stats);
		bench_tally(&w->engine)->copied += stats.tx_copied;
		snprintf(text, sizeof(text), "%s: frames for none of the supplicants",
			 p->link.ifname);
		if (p->strays)
			bench_words_add(&w->engine.intervals[w->engine.at]->words, text, p->strays);
		snprintf(text, sizeof(text), "%s: frames that the kernel had no room for",
			 p->link.ifname);
		if (stats.rx_dropped)
			bench_words_add(&w->engine.intervals[w->engine.at]->words, text,
					stats.rx_dropped);
	}
}

static void close_eapol(struct bench_worker *w)
{
	struct bench_eapol *e = of(w);

	if (!e)
		return;
	for (uint32_t i = 0; i < w->count; i++) {
		struct bench_supplicant *b = &w->supplicants[i];

		b->pae = xeap_pae_free(b->pae);
		engine_end(b);
	}
	bench_hold_free(&e->hold);
	xeap_rings_free(e->rings);
	for (size_t i = 0; i < w->ports->count; i++)
		if (w->ports->ports[i].worker == w->number)
			xeap_map_free(&w->ports->ports[i].by_address);
	xeap_timers_free(&e->timers);
	free(e);
	w->transport_data = NULL;
}

const struct bench_transport bench_eapol_transport = {
	.open = open_eapol,
	.turn = turn,
	.deadline = deadline,
	.ops = { .begin = begin, .drop = drop },
	.finish = finish,
	.close = close_eapol,
};
