// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/supplicant.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "tool/report.h"

#define RETRY_PERIOD XEAP_S(10) /* until a port that could not be joined is tried again */
#define EAPOL_HEADER 4
#define ANSWERS_MAX 3 /* to refused passwords, before the port is held as usual */

static void rearm(struct supplicant *s)
{
	xeap_time at = XEAP_NEVER;

	if (s->pae)
		at = xeap_pae_deadline(s->pae);
	else if (!s->gone)
		at = s->worker->now + RETRY_PERIOD;
	xeap_timer_set(&s->worker->timers, &s->timer, at);
}

static void keep_reason(struct supplicant *s, const char *reason)
{
	snprintf(s->facts.reason, sizeof(s->facts.reason), "%s", reason);
}

static void keep_why(struct supplicant *s, const char *why)
{
	snprintf(s->why, sizeof(s->why), "%s", why);
}

/* The engine that the 802.1X machine drives: one EAPHost-shaped session after the other. */

static void engine_end(void *engine)
{
	struct supplicant *s = engine;

	s->asks = false;
	prompts_forget(s->worker->prompts, &s->question);
	if (s->session)
		xeap_session_end(s->worker->host, s->session, NULL);
	s->session = 0;
}

/* What fits a frame of the port's pool and of its link. */
static uint32_t max_packet(const struct supplicant *s)
{
	struct xeap_port_info info;

	xeap_port_get_info(s->port, &info);
	return info.mtu > EAPOL_HEADER + 64 ? info.mtu - EAPOL_HEADER : 64;
}

static struct xeap_profile *profile_of(const struct supplicant *s)
{
	if (s->typed && s->typed_network == s->network)
		return s->typed;
	return s->credentials->profiles[s->network];
}

/*
 * So that nobody is asked at each re-authentication. What answers EAP-GTC may be good for once.
 */
static void remember(struct supplicant *s, const struct xeap_session_result *result)
{
	struct xeap_profile *typed;

	if (!result->success || !result->save_user_data || strcmp(result->method, "GTC") == 0)
		return;
	typed = credentials_with(s->credentials, s->network, result->user_data);
	if (!typed)
		return;
	xeap_profile_unref(s->typed);
	s->typed = typed;
	s->typed_network = s->network;
	s->ask_again = false;
}

static int engine_restart(void *engine)
{
	struct supplicant *s = engine;
	struct xeap_session_options o = {
		.size = sizeof(o),
		.profile = profile_of(s),
		.pool = xeap_port_pool(s->port),
		.max_send_packet_size = max_packet(s),
		.ask_again = s->ask_again,
		.resumption = s->resumption,
	};

	engine_end(s);
	s->verdict = false;
	*s->why = '\0';
	s->refused = false;
	if (!prompts_somebody(s->worker->prompts))
		o.flags |= XEAP_FLAG_NON_INTERACTIVE;
	if (!s->credentials->globals.fast_reauth)
		o.flags |= XEAP_FLAG_FULL_AUTH;
	return xeap_session_begin(s->worker->host, &o, &s->session, NULL) ? -ENOMEM : 0;
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
	prompts_forget(s->worker->prompts, &s->question);
	s->asks = action == XEAP_ACTION_INVOKE_UI;
}

static int engine_process(void *engine, struct xeap_span eap, enum xeap_action *ret_action)
{
	struct supplicant *s = engine;
	struct xeap_error *error;
	uint32_t code = xeap_session_process_received_packet(
		s->worker->host, s->session, (uint32_t)eap.len, eap.data, ret_action, &error);

	if (!code) {
		note_action(s, *ret_action);
		return 0;
	}
	if (error)
		keep_why(s, error->root_cause);
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

	if (xeap_session_get_send_packet(s->worker->host, s->session, &size, &packet, NULL))
		return -EINVAL;
	frame = xeap_pool_frame_of(xeap_port_pool(s->port), packet);
	if (!frame)
		return -EFAULT;
	*ret_frame = frame;
	return 0;
}

static int engine_get_result(void *engine, enum xeap_result_reason reason, bool *ret_success)
{
	struct supplicant *s = engine;
	struct xeap_session_result result;

	if (xeap_session_get_result(s->worker->host, s->session, reason, &result, NULL))
		return -EINVAL;
	snprintf(s->facts.method, sizeof(s->facts.method), "%s", result.method);
	snprintf(s->facts.tls_version, sizeof(s->facts.tls_version), "%s",
		 result.info.tls_version ? result.info.tls_version : "");
	s->facts.resumed = result.info.resumed;
	if (!result.success && !*s->why)
		keep_why(s, result.reason);
	s->verdict = true;
	remember(s, &result);
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

	return xeap_pool_lend(xeap_port_pool(s->port));
}

static int port_transmit(void *port, struct xeap_frame *frame)
{
	struct supplicant *s = port;

	return xeap_port_transmit(s->port, frame);
}

static void settle(struct supplicant *s, enum outcome outcome, xeap_time now)
{
	s->facts.elapsed = s->began ? now - s->began : 0;
	s->began = 0;
	s->facts.outcome = outcome;
	supplicant_count(s);
	report_auth(s->worker->report, s, outcome == OUTCOME_AUTHENTICATED);
}

/* A refused password is asked for while a person is there who may know it. */
static bool may_ask_again(struct supplicant *s)
{
	if (!s->refused || !prompts_somebody(s->worker->prompts))
		return false;
	s->ask_again = true;
	return s->answers < ANSWERS_MAX;
}

static void failed(struct supplicant *s, xeap_time now)
{
	keep_reason(s, *s->why ? s->why : xeap_pae_reason_name(xeap_pae_get_reason(s->pae)));
	*s->why = '\0';
	/* A session that was resumed and failed may do better as a full one, which is the next. */
	s->start_over = s->facts.resumed || may_ask_again(s);
	s->facts.resumed = false;
	if (s->start_over)
		return;
	s->answers = 0;
	if (s->network + 1 < s->credentials->count) {
		s->network++;
		s->ask_again = false;
		s->start_over = true;
		return;
	}
	s->network = 0;
	settle(s, OUTCOME_FAILED, now);
}

static void port_state_changed(void *port, enum xeap_pae_state from, enum xeap_pae_state to,
			       xeap_time now)
{
	struct supplicant *s = port;

	report_state(s->worker->report, s, from, to);
	switch (to) {
	case XEAP_PAE_CONNECTING:
	case XEAP_PAE_RESTART:
	case XEAP_PAE_AUTHENTICATING:
		if (!s->began)
			s->began = now;
		break;
	case XEAP_PAE_AUTHENTICATED:
		/*
		 * Without a verdict it was a keep-alive: the authenticator only asked for the
		 * identity.
		 */
		if (s->verdict)
			settle(s, OUTCOME_AUTHENTICATED, now);
		s->answers = 0;
		s->verdict = false;
		s->began = 0;
		break;
	case XEAP_PAE_HELD:
		failed(s, now);
		break;
	case XEAP_PAE_DISCONNECTED:
		if (!s->worker->options->once)
			s->facts.outcome = OUTCOME_PENDING;
		s->began = 0;
		break;
	case XEAP_PAE_LOGOFF:
		s->began = 0;
		break;
	case XEAP_PAE_STATE_MAX:
		break;
	}
}

static const struct xeap_pae_port_ops port_ops = {
	.lend = port_lend,
	.transmit = port_transmit,
	.state_changed = port_state_changed,
};

static int make_pae(struct supplicant *s)
{
	const struct run_options *o = s->worker->options;
	struct xeap_port_info info;
	struct xeap_pae_config config;

	xeap_port_get_info(s->port, &info);
	snprintf(s->facts.driver, sizeof(s->facts.driver), "%s", info.driver);
	snprintf(s->facts.mode, sizeof(s->facts.mode), "%s", xeap_mode_name(info.mode));
	snprintf(s->facts.ring, sizeof(s->facts.ring), "%s", info.ring);
	xeap_pae_config_defaults(&config);
	config.start_period = o->start_period;
	config.held_period = o->held_period;
	config.auth_period = o->auth_period;
	config.ui_period = o->ui_period;
	config.max_start = o->max_start;
	config.eapol_version = (uint8_t)s->credentials->globals.eapol_version;
	memcpy(s->mac, info.mac, sizeof(s->mac));
	return xeap_pae_new(&config, info.mac, &engine_ops, s, &port_ops, s, &s->pae);
}

/* Their counters go with them, what they counted stays. */
static void drop_pae(struct supplicant *s)
{
	supplicant_count(s);
	s->earlier.frames_rx = s->facts.frames_rx;
	s->earlier.frames_tx = s->facts.frames_tx;
	s->earlier.retransmitted = s->facts.retransmitted;
	s->pae = xeap_pae_free(s->pae);
	engine_end(s);
}

void supplicant_detach(struct supplicant *s)
{
	drop_pae(s);
	s->earlier.tx_copied = s->facts.tx_copied;
	s->port = NULL;
}

static void leave(struct supplicant *s)
{
	struct xeap_port *port = s->port;

	supplicant_detach(s);
	xeap_port_close(port);
}

/* Say why once; a retry that fails for the same reason stays silent. */
static void refused(struct supplicant *s, const char *why)
{
	if (!strcmp(s->facts.reason, why) && s->facts.outcome == OUTCOME_FAILED)
		return;
	keep_reason(s, why);
	s->facts.outcome = OUTCOME_FAILED;
	report_warning(s->worker->report, s->facts.reason);
	report_port(s->worker->report, s, "refused", s->facts.reason);
}

static void join(struct supplicant *s)
{
	struct xeap_diag why = { 0 };
	struct xeap_port_info info;
	struct xeap_port_options o = {
		.size = sizeof(o),
		.mode = s->worker->options->mode,
		.user = s,
		.untagged_only = true, /* as the frames of this supplicant are */
	};

	if (xeap_port_open(s->worker->rings, s->ifname, &o, &s->port, &why)) {
		refused(s, why.text);
		return;
	}
	if (make_pae(s)) {
		s->port = xeap_port_close(s->port);
		refused(s, "out of memory");
		return;
	}
	s->facts.outcome = OUTCOME_PENDING;
	*s->facts.reason = '\0';
	xeap_port_get_info(s->port, &info);
	report_port(s->worker->report, s, "joined", *info.note ? info.note : NULL);
	xeap_pae_set_link(s->pae, s->running, s->worker->now);
}

/* With the next block, or with the same one and a person's next answer. */
static void start_over(struct supplicant *s)
{
	s->start_over = false;
	xeap_pae_set_link(s->pae, false, s->worker->now);
	xeap_pae_set_link(s->pae, s->running, s->worker->now);
}

/* Put the session's question to somebody; one that cannot be put is cancelled. */
static void ask(struct supplicant *s)
{
	const uint8_t *context;
	uint32_t size;
	int err = -EINVAL;

	s->asks = false;
	s->question.again = s->ask_again;
	if (!xeap_session_get_ui_context(s->worker->host, s->session, &size, &context, NULL))
		err = prompts_ask(s->worker->prompts, &s->question, xeap_span(context, size));
	if (err)
		supplicant_answer(s, xeap_span(NULL, 0));
}

static void after_turn(struct supplicant *s)
{
	if (s->start_over)
		start_over(s);
	if (s->asks)
		ask(s);
	rearm(s);
}

const char *supplicant_name(const struct supplicant *s)
{
	return s->ifname;
}

/* Returns the code; an answer that cannot be taken leaves the question open. */
static uint32_t set_ui_context(struct supplicant *s, struct xeap_span answer,
			       enum xeap_action *ret_action)
{
	struct xeap_error *error;
	uint32_t code = xeap_session_set_ui_context(
		s->worker->host, s->session, (uint32_t)answer.len, answer.data, ret_action, &error);

	if (code && error)
		keep_reason(s, error->root_cause);
	xeap_error_free(error);
	return code;
}

void supplicant_answer(struct supplicant *s, struct xeap_span answer)
{
	enum xeap_action action = XEAP_ACTION_RESULT;
	uint32_t code = set_ui_context(s, answer, &action);

	if (answer.len && (code == XEAP_E_INVALID_PARAMETER || code == XEAP_E_OUT_OF_MEMORY))
		code = set_ui_context(s, xeap_span(NULL, 0), &action);
	else if (answer.len)
		s->answers++;
	if (code && action != XEAP_ACTION_SEND)
		action = XEAP_ACTION_RESULT;
	note_action(s, action);
	xeap_pae_resume(s->pae, action, s->worker->now);
	after_turn(s);
}

struct supplicant *supplicant_new(struct worker *w, const struct xeap_link *link,
				  const struct credentials *credentials)
{
	struct supplicant *s = calloc(1, sizeof(*s));

	if (!s || xeap_resumption_new(&s->resumption)) {
		free(s);
		return NULL;
	}
	s->worker = w;
	s->question.supplicant = s;
	s->credentials = credentials;
	s->ifindex = link->ifindex;
	s->running = link->running;
	s->timer.at = XEAP_NEVER;
	snprintf(s->ifname, sizeof(s->ifname), "%s", link->ifname);
	join(s);
	rearm(s);
	return s;
}

struct supplicant *supplicant_free(struct supplicant *s)
{
	if (!s)
		return NULL;
	xeap_timer_set(&s->worker->timers, &s->timer, XEAP_NEVER);
	leave(s);
	xeap_resumption_free(s->resumption);
	xeap_profile_unref(s->typed);
	free(s);
	return NULL;
}

/* Another address is another supplicant: the authenticator has to be told, from that address. */
static int change_address(struct supplicant *s)
{
	report_port(s->worker->report, s, "readdressed", NULL);
	drop_pae(s);
	if (!s->worker->options->once)
		s->facts.outcome = OUTCOME_PENDING;
	s->began = 0;
	return make_pae(s);
}

static bool has_moved(const struct supplicant *s)
{
	struct xeap_port_info info;

	xeap_port_get_info(s->port, &info);
	return memcmp(s->mac, info.mac, sizeof(s->mac)) != 0;
}

/* Of a netdev that is down only a new address matters. */
static int follow(struct supplicant *s, const struct xeap_link *link, struct xeap_diag *ret_why)
{
	int err = 0;

	if (link->running || memcmp(s->mac, link->mac, sizeof(s->mac)) != 0)
		err = xeap_port_refresh(s->port, ret_why);
	if (!err && has_moved(s) && change_address(s))
		err = xeap_diag_set(ret_why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	return err;
}

static void follow_or_leave(struct supplicant *s, const struct xeap_link *link)
{
	struct xeap_diag why = { 0 };
	int err = follow(s, link, &why);

	/* That it is gone is about to be told. */
	if (!err || err == -ENODEV) {
		xeap_pae_set_link(s->pae, s->running && !err, s->worker->now);
		return;
	}
	leave(s);
	refused(s, why.text);
}

void supplicant_link_changed(struct supplicant *s, const struct xeap_link *link)
{
	bool flipped = link->running != s->running;

	s->running = link->running;
	if (flipped)
		report_port(s->worker->report, s, s->running ? "up" : "down", NULL);
	if (s->port)
		follow_or_leave(s, link);
	else if (flipped)
		join(s);
	after_turn(s);
}

void supplicant_renamed(struct supplicant *s, const struct xeap_link *link)
{
	snprintf(s->ifname, sizeof(s->ifname), "%s", link->ifname);
	report_port(s->worker->report, s, "renamed", NULL);
	supplicant_link_changed(s, link);
}

void supplicant_receive(struct supplicant *s, struct xeap_span frame)
{
	if (!s->pae)
		return;
	xeap_pae_receive(s->pae, frame, s->worker->now);
	after_turn(s);
}

void supplicant_due(struct supplicant *s)
{
	if (s->pae)
		xeap_pae_tick(s->pae, s->worker->now);
	else
		join(s);
	after_turn(s);
}

void supplicant_logoff(struct supplicant *s)
{
	if (s->pae)
		xeap_pae_set_logoff(s->pae, true, s->worker->now);
	rearm(s);
}

void supplicant_count(struct supplicant *s)
{
	struct xeap_pae_stats pae;
	struct xeap_port_stats port;

	if (!s->pae)
		return;
	xeap_pae_get_stats(s->pae, &pae);
	xeap_port_get_stats(s->port, &port);
	s->facts.frames_rx = s->earlier.frames_rx + pae.eapol_frames_rx;
	s->facts.frames_tx = s->earlier.frames_tx + pae.eapol_frames_tx;
	s->facts.retransmitted = s->earlier.retransmitted + pae.retransmitted;
	s->facts.tx_copied = s->earlier.tx_copied + port.tx_copied;
}

void supplicant_removed(struct supplicant *s, const char *reason)
{
	s->gone = true;
	report_port(s->worker->report, s, "removed", reason);
	supplicant_give_up(s, reason);
	if (s->pae)
		xeap_pae_set_link(s->pae, false, s->worker->now);
	rearm(s);
}

void supplicant_give_up(struct supplicant *s, const char *reason)
{
	if (s->facts.outcome != OUTCOME_PENDING)
		return;
	keep_reason(s, s->gone || s->running ? reason : "the link is down");
	if (s->pae)
		settle(s, OUTCOME_FAILED, s->worker->now);
	s->facts.outcome = OUTCOME_FAILED;
}
