// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/supplicant.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/frame.h"
#include "tool/gate.h"
#include "tool/launcher.h"
#include "tool/netport.h"
#include "tool/prompt.h"
#include "tool/report.h"
#include "tool/tickets_gather.h"

#define TPID_VLAN 0x8100
#define TPID_SERVICE_VLAN 0x88a8
#define ANSWERS_MAX 3 /* to refused passwords, before the port is held as usual */

/* One whose turn has not come has nothing to wait for. */
static void rearm(struct supplicant *s)
{
	xeap_time at = s->pae && !s->is_waiting ? xeap_pae_deadline(s->pae) : XEAP_NEVER;

	xeap_timer_set(&s->netport->worker->timers, &s->timer, at);
}

static xeap_time now_of(const struct supplicant *s)
{
	return s->netport->worker->now;
}

static void keep(char **at, const char *text)
{
	char *copy = text ? strdup(text) : NULL;

	free(*at);
	*at = copy;
}

/* The engine that the 802.1X machine drives: one EAPHost-shaped session after the other. */

static void forget_question(struct supplicant *s)
{
	s->asks = false;
	prompts_forget(s->question);
	s->question = NULL;
}

static void engine_end(void *engine)
{
	struct supplicant *s = engine;

	forget_question(s);
	if (s->session)
		xeap_session_end(s->netport->worker->host, s->session, NULL);
	s->session = 0;
}

static struct xeap_profile *profile_of(const struct supplicant *s)
{
	if (s->typed && s->typed_network == s->network)
		return s->typed;
	return s->netport->credentials->profiles[s->network];
}

/*
 * So that nobody is asked at each re-authentication. What answers EAP-GTC may be good for once.
 */
static void remember(struct supplicant *s, const struct xeap_session_result *result)
{
	struct xeap_profile *typed;

	if (!result->success || !result->save_user_data || strcmp(result->method, "GTC") == 0)
		return;
	typed = credentials_with(s->netport->credentials, s->network, result->user_data);
	if (!typed)
		return;
	xeap_profile_unref(s->typed);
	s->typed = typed;
	s->typed_network = s->network;
	s->ask_again = false;
}

/* Made for those that can use it. */
static struct xeap_resumption *resumption_of(struct supplicant *s, struct xeap_profile *profile)
{
	if (!s->resumption && s->netport->credentials->globals.fast_reauth &&
	    xeap_profile_resumes(profile) && !xeap_resumption_new(&s->resumption))
		tickets_give(s);
	return s->resumption;
}

static void note_ticket(struct supplicant *s, bool success)
{
	struct tickets *t = s->netport->worker->tickets;

	tickets_changed(t);
	if (t && success)
		s->kept = tickets_clock();
}

static int engine_restart(void *engine)
{
	struct supplicant *s = engine;
	struct xeap_session_options o = {
		.size = sizeof(o),
		.profile = profile_of(s),
		.pool = xeap_port_pool(s->netport->port),
		.max_send_packet_size = s->netport->max_packet,
		.ask_again = s->ask_again,
		.save = launcher_do,
	};

	engine_end(s);
	o.resumption = resumption_of(s, o.profile);
	s->verdict = false;
	keep(&s->why, NULL);
	s->refused = false;
	if (!prompts_somebody(s->netport->worker->prompts))
		o.flags |= XEAP_FLAG_NON_INTERACTIVE;
	if (!s->netport->credentials->globals.fast_reauth)
		o.flags |= XEAP_FLAG_FULL_AUTH;
	return xeap_session_begin(s->netport->worker->host, &o, &s->session, NULL) ? -ENOMEM : 0;
}

/* What the machine has to know: try again, drop the packet, or the conversation has failed. */
static int errno_of(uint32_t code)
{
	if (code == XEAP_E_OUT_OF_MEMORY)
		return -ENOMEM;
	return code == XEAP_E_REMOTE_INVALID_PACKET ? -EBADMSG : -EPROTO;
}

/*
 * A question is put after the machine's turn, because its answer is the machine's next input. The
 * same request again says NONE; any other action means that the question is over.
 */
static void note_action(struct supplicant *s, enum xeap_action action)
{
	if (action == XEAP_ACTION_NONE || action == XEAP_ACTION_DISCARD)
		return;
	forget_question(s);
	s->asks = action == XEAP_ACTION_INVOKE_UI;
}

static uint32_t process_packet(struct supplicant *s, struct xeap_span eap,
			       enum xeap_action *ret_action, struct xeap_error **ret_error)
{
	return xeap_session_process_received_packet(s->netport->worker->host, s->session,
						    (uint32_t)eap.len, eap.data, ret_action,
						    ret_error);
}

/*
 * With many supplicants a batch may have more responses than the port has frames: what waits in the
 * ring is sent then, and the packet has its second try.
 */
static int engine_process(void *engine, struct xeap_span eap, enum xeap_action *ret_action)
{
	struct supplicant *s = engine;
	struct xeap_error *error;
	uint32_t code = process_packet(s, eap, ret_action, &error);

	if (code == XEAP_E_OUT_OF_MEMORY) {
		xeap_error_free(error);
		xeap_rings_flush(s->netport->worker->rings);
		code = process_packet(s, eap, ret_action, &error);
	}
	if (!code) {
		note_action(s, *ret_action);
		return 0;
	}
	if (error)
		keep(&s->why, error->root_cause);
	xeap_error_free(error);
	if (code == XEAP_E_INVALID_HANDLE) {
		*ret_action = XEAP_ACTION_START_AUTHENTICATION;
		return 0;
	}
	return errno_of(code);
}

static int engine_get_send_frame(void *engine, struct xeap_frame **ret_frame)
{
	struct supplicant *s = engine;
	uint32_t size;
	uint8_t *packet;
	struct xeap_frame *frame;

	if (xeap_session_get_send_packet(s->netport->worker->host, s->session, &size, &packet,
					 NULL))
		return -EINVAL;
	frame = xeap_pool_frame_of(xeap_port_pool(s->netport->port), packet);
	if (!frame)
		return -EFAULT;
	*ret_frame = frame;
	return 0;
}

static int engine_get_result(void *engine, enum xeap_result_reason reason, bool *ret_success)
{
	struct supplicant *s = engine;
	struct xeap_session_result result;

	if (xeap_session_get_result(s->netport->worker->host, s->session, reason, &result, NULL))
		return -EINVAL;
	snprintf(s->method, sizeof(s->method), "%s", result.method);
	snprintf(s->tls_version, sizeof(s->tls_version), "%s",
		 result.info.tls_version ? result.info.tls_version : "");
	s->resumed = result.info.resumed;
	if (!result.success && !s->why)
		keep(&s->why, result.reason);
	s->verdict = true;
	remember(s, &result);
	note_ticket(s, result.success);
	s->refused = result.failure_code == XEAP_E_USER_NAME_PASSWORD_REJECTED;
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

/* The port that the 802.1X machine lives on. */

static struct xeap_frame *port_lend(void *port)
{
	struct supplicant *s = port;
	struct xeap_pool *pool = xeap_port_pool(s->netport->port);
	struct xeap_frame *frame = xeap_pool_lend(pool);

	if (frame)
		return frame;
	xeap_rings_flush(s->netport->worker->rings);
	return xeap_pool_lend(pool);
}

static int port_transmit(void *port, struct xeap_frame *frame)
{
	struct netport *n = ((struct supplicant *)port)->netport;
	int err = xeap_port_transmit(n->port, frame);

	if (n->worker->captured && !err)
		netport_capture(n, PCAPNG_OUTBOUND,
				xeap_span(xeap_frame_wire(frame), xeap_frame_wire_len(frame)));
	return err;
}

static void settle(struct supplicant *s, enum outcome outcome, xeap_time now)
{
	s->elapsed = s->began ? now - s->began : 0;
	s->began = 0;
	netport_outcome(s, outcome);
	supplicant_count(s);
	if (s->netport->worker->options->json) /* it asks the kernel */
		netport_count(s->netport);
	report_auth(s->netport->worker->report, s, outcome == OUTCOME_AUTHENTICATED);
}

/* A refused password is asked for while a person is there who may know it. */
static bool may_ask_again(struct supplicant *s)
{
	if (!s->refused || !prompts_somebody(s->netport->worker->prompts))
		return false;
	s->ask_again = true;
	return s->answers < ANSWERS_MAX;
}

static void failed(struct supplicant *s, xeap_time now)
{
	keep(&s->reason, s->why ? s->why : xeap_pae_reason_name(xeap_pae_get_reason(s->pae)));
	keep(&s->why, NULL);
	/* A session that was resumed and failed may do better as a full one, which is the next. */
	s->start_over = (s->verdict && s->resumed) || may_ask_again(s);
	s->resumed = false;
	if (s->start_over)
		return;
	s->answers = 0;
	if (s->network + 1u < s->netport->credentials->count) {
		s->network++;
		s->ask_again = false;
		s->start_over = true;
		return;
	}
	s->network = 0;
	settle(s, OUTCOME_FAILED, now);
}

static void authenticated(struct supplicant *s, xeap_time now)
{
	/* Without a verdict it was a keep-alive: the authenticator only asked for the identity. */
	if (s->verdict)
		settle(s, OUTCOME_AUTHENTICATED, now);
	s->answers = 0;
	s->verdict = false;
	s->began = 0;
}

static void port_state_changed(void *port, enum xeap_pae_state from, enum xeap_pae_state to,
			       xeap_time now)
{
	struct supplicant *s = port;

	gate_follow(s, xeap_pae_is_authorized(s->pae));
	report_state(s->netport->worker->report, s, from, to);
	if (to == XEAP_PAE_AUTHENTICATED || !xeap_pae_is_authorized(s->pae))
		netport_authorized(s->netport, to == XEAP_PAE_AUTHENTICATED);
	switch (to) {
	case XEAP_PAE_CONNECTING:
	case XEAP_PAE_RESTART:
	case XEAP_PAE_AUTHENTICATING:
		lan_running(s->lan, s);
		if (!s->began)
			s->began = now;
		return;
	case XEAP_PAE_AUTHENTICATED:
		authenticated(s, now);
		break;
	case XEAP_PAE_HELD:
		failed(s, now);
		break;
	case XEAP_PAE_DISCONNECTED:
		if (!s->netport->worker->options->once)
			netport_outcome(s, OUTCOME_PENDING);
		s->began = 0;
		break;
	case XEAP_PAE_LOGOFF:
		s->began = 0;
		break;
	case XEAP_PAE_STATE_MAX:
		break;
	}
	lan_settled(s->lan, s);
}

static const struct xeap_pae_port_ops port_ops = {
	.lend = port_lend,
	.transmit = port_transmit,
	.state_changed = port_state_changed,
};

/* EAPOL-Start carries the LAN's tags; those of two are a service's and a customer's. */
static void take_vlans(struct xeap_pae_config *config, const struct lan *lan)
{
	while (config->vlan_tags < 2 && lan->vid[config->vlan_tags]) {
		config->vlan_tpid[config->vlan_tags] = TPID_VLAN;
		config->vlan_tci[config->vlan_tags] = lan->vid[config->vlan_tags];
		config->vlan_tags++;
	}
	if (config->vlan_tags == 2)
		config->vlan_tpid[0] = TPID_SERVICE_VLAN;
}

/* Whether a network of the file asks for ERP, and re-authentication is not switched off. */
static bool wants_erp(const struct credentials *c)
{
	if (!c->globals.fast_reauth || !c->file)
		return false;
	for (size_t i = 0; i < c->file->count; i++) {
		if (xeap_config_get_int(c->file->networks[i], XEAP_CONFIG_ERP, 0))
			return true;
	}
	return false;
}

int supplicant_join(struct supplicant *s)
{
	const struct run_options *o = s->netport->worker->options;
	struct xeap_pae_config config;

	xeap_pae_config_defaults(&config);
	config.start_period = o->start_period;
	config.held_period = o->held_period;
	config.auth_period = o->auth_period;
	config.ui_period = o->ui_period;
	config.max_start = o->max_start;
	config.eapol_version = (uint8_t)s->netport->credentials->globals.eapol_version;
	config.erp = wants_erp(s->netport->credentials);
	take_vlans(&config, s->lan);
	if (xeap_pae_new(&config, s->mac, &engine_ops, s, &port_ops, s, &s->pae))
		return -ENOMEM;
	netport_outcome(s, OUTCOME_PENDING);
	keep(&s->reason, NULL);
	return 0;
}

/* The machine's counters go with it, what they counted stays. */
void supplicant_leave(struct supplicant *s)
{
	supplicant_count(s);
	s->earlier_rx = s->frames_rx;
	s->earlier_tx = s->frames_tx;
	s->earlier_retransmitted = s->retransmitted;
	gate_follow(s, false);
	s->pae = xeap_pae_free(s->pae);
	netport_authorized(s->netport, false);
	engine_end(s);
	s->began = 0;
	s->start_over = false;
	lan_settled(s->lan, s);
	rearm(s);
}

void supplicant_refuse(struct supplicant *s, const char *why)
{
	keep(&s->reason, why);
	netport_outcome(s, OUTCOME_FAILED);
}

void supplicant_init(struct supplicant *s, struct netport *n)
{
	s->netport = n;
	s->timer.at = XEAP_NEVER;
	xeap_list_init(&s->line);
}

void supplicant_done(struct supplicant *s)
{
	supplicant_leave(s);
	lan_remove(s->lan, s);
	xeap_resumption_free(s->resumption);
	xeap_profile_unref(s->typed);
	keep(&s->why, NULL);
	keep(&s->reason, NULL);
}

/* Put the session's question to somebody; one that cannot be put is cancelled. */
static void ask(struct supplicant *s)
{
	struct worker *w = s->netport->worker;
	char name[SUPPLICANT_NAME];
	struct asking a = {
		.worker = w,
		.supplicant = s,
		.name = supplicant_name(s, name),
		.again = s->ask_again,
	};
	const uint8_t *context;
	uint32_t size;

	s->asks = false;
	if (!xeap_session_get_ui_context(w->host, s->session, &size, &context, NULL)) {
		a.context = xeap_span(context, size);
		s->question = prompts_ask(w->prompts, &a);
	}
	if (!s->question)
		supplicant_answer(s, xeap_span(NULL, 0));
}

/* With the next block, or with the same one and a person's next answer. */
static void start_over(struct supplicant *s)
{
	s->start_over = false;
	xeap_pae_set_link(s->pae, false, now_of(s));
	if (s->netport->running)
		lan_queue(s->lan, s);
}

/* What the machine's turn has left to do. */
static void conclude_turn(struct supplicant *s)
{
	if (s->start_over)
		start_over(s);
	if (s->asks)
		ask(s);
	rearm(s);
}

static void after_turn(struct supplicant *s)
{
	conclude_turn(s);
	lan_admit(s->lan);
}

/* Returns the code; an answer that cannot be taken leaves the question open. */
static uint32_t set_ui_context(struct supplicant *s, struct xeap_span answer,
			       enum xeap_action *ret_action)
{
	struct xeap_error *error;
	uint32_t code = xeap_session_set_ui_context(s->netport->worker->host, s->session,
						    (uint32_t)answer.len, answer.data, ret_action,
						    &error);

	if (code && error)
		keep(&s->reason, error->root_cause);
	xeap_error_free(error);
	return code;
}

void supplicant_answer(struct supplicant *s, struct xeap_span answer)
{
	enum xeap_action action = XEAP_ACTION_RESULT;
	uint32_t code;

	s->question = NULL;
	code = set_ui_context(s, answer, &action);
	if (answer.len && (code == XEAP_E_INVALID_PARAMETER || code == XEAP_E_OUT_OF_MEMORY))
		code = set_ui_context(s, xeap_span(NULL, 0), &action);
	else if (answer.len)
		s->answers++;
	if (code && action != XEAP_ACTION_SEND)
		action = XEAP_ACTION_RESULT;
	note_action(s, action);
	xeap_pae_resume(s->pae, action, now_of(s));
	after_turn(s);
}

void supplicant_link(struct supplicant *s, bool up)
{
	if (!s->pae)
		return;
	if (!up) {
		xeap_pae_set_link(s->pae, false, now_of(s));
		lan_settled(s->lan, s); /* nobody's turn comes while the link is down */
	} else if (xeap_pae_get_state(s->pae) == XEAP_PAE_DISCONNECTED) {
		lan_queue(s->lan, s);
	}
	conclude_turn(s);
}

void supplicant_begin(struct supplicant *s)
{
	if (xeap_pae_get_state(s->pae) == XEAP_PAE_DISCONNECTED)
		xeap_pae_set_link(s->pae, true, now_of(s));
	else
		xeap_pae_tick(s->pae, now_of(s));
	conclude_turn(s);
}

void supplicant_receive(struct supplicant *s, struct xeap_span frame)
{
	if (!s->pae)
		return;
	xeap_pae_receive(s->pae, frame, now_of(s));
	after_turn(s);
}

/* After being held it asks for an authenticator again, when its turn comes. */
void supplicant_due(struct supplicant *s)
{
	if (xeap_pae_get_state(s->pae) == XEAP_PAE_HELD)
		lan_queue(s->lan, s);
	else
		xeap_pae_tick(s->pae, now_of(s));
	after_turn(s);
}

void supplicant_logoff(struct supplicant *s)
{
	if (s->pae)
		xeap_pae_set_logoff(s->pae, true, now_of(s));
	rearm(s);
}

void supplicant_count(struct supplicant *s)
{
	struct xeap_pae_stats pae;

	if (!s->pae)
		return;
	xeap_pae_get_stats(s->pae, &pae);
	s->frames_rx = s->earlier_rx + pae.eapol_frames_rx;
	s->frames_tx = s->earlier_tx + pae.eapol_frames_tx;
	s->retransmitted = s->earlier_retransmitted + pae.retransmitted;
}

void supplicant_give_up(struct supplicant *s, const char *reason)
{
	if (s->outcome != OUTCOME_PENDING)
		return;
	keep(&s->reason, s->netport->gone || s->netport->running ? reason : "the link is down");
	if (s->pae)
		settle(s, OUTCOME_FAILED, now_of(s));
	netport_outcome(s, OUTCOME_FAILED);
}

const char *supplicant_name(const struct supplicant *s, char buf[SUPPLICANT_NAME])
{
	const uint16_t *vid = s->lan->vid;
	const uint8_t *mac = s->mac;
	int n = snprintf(buf, SUPPLICANT_NAME, "%s", s->netport->ifname);

	if (vid[0])
		n += snprintf(buf + n, SUPPLICANT_NAME - (size_t)n, ":%u", vid[0]);
	if (vid[1])
		n += snprintf(buf + n, SUPPLICANT_NAME - (size_t)n, ".%u", vid[1]);
	if (s->own_mac)
		snprintf(buf + n, SUPPLICANT_NAME - (size_t)n, "/%02x:%02x:%02x:%02x:%02x:%02x",
			 mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	return buf;
}
