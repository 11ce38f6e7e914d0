/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <pae/pae.h>

/*
 * The Supplicant PAE machine, IEEE 802.1X-2004 figure 8-17, with the backend machine (figure
 * 8-18) folded into its AUTHENTICATING state.
 *
 * Timers. A machine waits for one thing at a time, so that it has one timer, whose name follows
 * from the state:
 *
 * - startWhen, in CONNECTING. EAPOL-Start goes out at once and again every startPeriod, maxStart
 *   times in all. When the last period ends without a request, the standard asks portValid: a
 *   port whose secrecy other means provide counts as AUTHENTICATED, any other goes to HELD. No
 *   other means exist here, and an authenticator that never answers is not a success, so that
 *   portValid is false and the machine goes to HELD, with the reason that nobody answered.
 *
 * - authWhile, in AUTHENTICATING (and RESTART). Every request that the engine takes starts it
 *   anew: authPeriod is the longest silence. A request that the engine discards does not, or a
 *   stranger's junk could keep a dead conversation alive. When it ends, the engine is asked for
 *   its verdict: a method may have succeeded so firmly that the lost EAP-Success does not matter
 *   (RFC 4137 §4.2, decision UNCOND_SUCC). Otherwise back to CONNECTING.
 *
 *   While the engine waits for a person, or for the program (xeap_pae_resume()), a period of its
 *   own runs in place of authPeriod, from the question on: requests that the authenticator
 *   repeats do not prolong it. When it ends the machine goes to HELD, because an attempt begun at
 *   once would ask the person who is not there again. An answer that comes later is no one's.
 *
 * - heldWhile, in HELD. After heldPeriod the machine goes to CONNECTING. A request ends the wait,
 *   as in the standard: the authenticator is ready and asks by itself.
 *
 * In LOGOFF, DISCONNECTED and AUTHENTICATED no timer runs. A timer's end is `expiry`. Where
 * something failed for want of memory or of room in a ring, `deadline` comes earlier, every
 * XEAP_PAE_RETRY, to try again: a Start that found the TX ring full because a thousand ports came
 * up at once would otherwise cost its port a whole startPeriod. The end of the timer does not
 * move for that.
 *
 * Periods begin when the machine is told of the time, not when the last deadline was: a program
 * that was stopped for an hour does not send an hour's EAPOL-Starts.
 *
 * Asked again. A request in AUTHENTICATED begins a new conversation while the port stays
 * authorised. Some authenticators poll with Identity requests as a sign of life and say nothing
 * when they got their answer. So if nothing but Identity was exchanged when authWhile ends, the
 * machine returns to AUTHENTICATED in silence. If a method had begun, the authenticator is in
 * earnest: back to CONNECTING, the port no longer authorised.
 *
 * ERP. EAP-Initiate/Re-auth-Start is a request like any other, and EAP-Finish/Re-auth takes the
 * place of Success and Failure, where the configuration says so; else both are passed over. The
 * engine tells success by the authentication tag, and drops a Finish that is another's.
 *
 * Late requests. EAP runs in lock-step, but a network may deliver a frame twice, and an
 * authenticator repeats a request while we have given its conversation up. Such a request carries
 * the Identifier of the last one taken; unless it asks for Identity it cannot begin a
 * conversation, and is dropped.
 */

typedef void (*pae_cell)(struct xeap_pae *p, struct xeap_pae_input *in);

static void begin(struct xeap_pae *p, struct xeap_pae_input *in);

static xeap_time later(xeap_time now, xeap_time period)
{
	return period < XEAP_NEVER - now ? now + period : XEAP_NEVER;
}

static void run_timer(struct xeap_pae *p, xeap_time now, xeap_time period)
{
	p->expiry = later(now, period);
	p->deadline = p->expiry;
}

static void stop_timer(struct xeap_pae *p)
{
	p->expiry = XEAP_NEVER;
	p->deadline = XEAP_NEVER;
}

static void try_again_soon(struct xeap_pae *p, xeap_time now)
{
	xeap_time at = later(now, XEAP_PAE_RETRY);

	p->deadline = at < p->expiry ? at : p->expiry;
}

/* The one place where the state changes. Being asked again leaves a port authorised. */
static void set_state(struct xeap_pae *p, enum xeap_pae_state to, xeap_time now)
{
	enum xeap_pae_state from = p->state;

	p->state = to;
	if (to == XEAP_PAE_AUTHENTICATED)
		p->authorized = true;
	else if (to != XEAP_PAE_RESTART && to != XEAP_PAE_AUTHENTICATING)
		p->authorized = false;
	if (p->port_ops->state_changed)
		p->port_ops->state_changed(p->port, from, to, now);
}

static void end_conversation(struct xeap_pae *p)
{
	p->asking = false;
	if (!p->conversation)
		return;
	p->conversation = false;
	p->engine_ops->end(p->engine);
}

/* Once for each startPeriod, and again within one as long as it did not work. */
static void ask_authenticator(struct xeap_pae *p, xeap_time now)
{
	p->deadline = p->expiry;
	if (!p->config.send_start)
		return;
	if (xeap_pae_send_empty(p, XEAP_EAPOL_START) < 0)
		try_again_soon(p, now);
	else if (p->start_count > 1)
		p->stats.retransmitted++;
}

/* Enter a state in which no conversation runs. */
static void enter(struct xeap_pae *p, enum xeap_pae_state to, enum xeap_pae_reason reason,
		  xeap_time now)
{
	p->reason = reason;
	set_state(p, to, now);
	end_conversation(p);
}

static void enter_connecting(struct xeap_pae *p, enum xeap_pae_reason reason, xeap_time now)
{
	p->start_count = 1;
	run_timer(p, now, p->config.start_period);
	enter(p, XEAP_PAE_CONNECTING, reason, now);
	ask_authenticator(p, now);
}

static void enter_held(struct xeap_pae *p, enum xeap_pae_reason reason, xeap_time now)
{
	run_timer(p, now, p->config.held_period);
	enter(p, XEAP_PAE_HELD, reason, now);
}

static void enter_authenticated(struct xeap_pae *p, xeap_time now)
{
	stop_timer(p);
	enter(p, XEAP_PAE_AUTHENTICATED, XEAP_PAE_REASON_NONE, now);
}

static void enter_logoff(struct xeap_pae *p, xeap_time now)
{
	stop_timer(p);
	enter(p, XEAP_PAE_LOGOFF, XEAP_PAE_REASON_LOGOFF, now);
	xeap_pae_send_empty(p, XEAP_EAPOL_LOGOFF);
}

static void conclude(struct xeap_pae *p, bool success, xeap_time now)
{
	if (success)
		enter_authenticated(p, now);
	else
		enter_held(p, XEAP_PAE_REASON_FAILURE, now);
}

static bool ask_verdict(struct xeap_pae *p, enum xeap_result_reason why)
{
	bool success = false;
	int err = p->engine_ops->get_result(p->engine, why, &success);

	return err == 0 && success;
}

/* EAP-Initiate/Re-auth-Start asks for authentication, too (RFC 6696 §3.1). */
static bool is_request(const struct xeap_pae_input *in)
{
	return in->eap->code == XEAP_EAP_REQUEST || in->eap->code == XEAP_EAP_INITIATE;
}

static bool is_identity(const struct xeap_pae_input *in)
{
	return is_request(in) && in->eap->type.type == XEAP_EAP_IDENTITY;
}

/* A request of which a method is no part: RFC 3748 §5.1 and §5.2. */
static bool is_about_peer(const struct xeap_pae_input *in)
{
	return is_identity(in) || in->eap->type.type == XEAP_EAP_NOTIFICATION;
}

static bool is_question(enum xeap_action action)
{
	return action == XEAP_ACTION_INVOKE_UI || action == XEAP_ACTION_RESPOND;
}

/*
 * The engine took a request: authWhile starts anew. Not while it waits for an answer: the
 * authenticator repeats its request meanwhile, and the person's time runs on.
 */
static void note_request(struct xeap_pae *p, const struct xeap_pae_input *in,
			 enum xeap_action action)
{
	if (p->asking && action == XEAP_ACTION_NONE)
		return;
	p->asking = false;
	p->last_request = in->eap->id;
	if ((action == XEAP_ACTION_SEND || is_question(action)) && !is_about_peer(in))
		p->method_began = true;
	run_timer(p, in->now, p->config.auth_period);
}

/* In place of authWhile a person's time runs; the response goes where the request came from. */
static void wait_for_answer(struct xeap_pae *p, const struct xeap_pae_input *in)
{
	p->asking = true;
	p->asked = *in->eapol;
	p->asked.body = xeap_span(NULL, 0);
	run_timer(p, in->now, p->config.ui_period);
}

static void act(struct xeap_pae *p, struct xeap_pae_input *in, enum xeap_action action)
{
	switch (action) {
	case XEAP_ACTION_SEND:
		xeap_pae_send_response(p, in->eapol);
		break;
	case XEAP_ACTION_RESULT:
		conclude(p, ask_verdict(p, XEAP_REASON_FROM_METHOD), in->now);
		break;
	case XEAP_ACTION_START_AUTHENTICATION:
		if (!in->begun_again) {
			in->begun_again = true;
			begin(p, in);
		}
		break;
	case XEAP_ACTION_INVOKE_UI:
	case XEAP_ACTION_RESPOND:
		wait_for_answer(p, in);
		break;
	case XEAP_ACTION_DISCARD:
	case XEAP_ACTION_NONE:
	case XEAP_ACTION_MAX:
		break;
	}
}

/* Whether a failing process() left the conversation as it was: the authenticator asks again. */
static bool is_dropped(int err)
{
	return err == -ENOMEM || err == -ENOBUFS || err == -EBADMSG;
}

static void feed(struct xeap_pae *p, struct xeap_pae_input *in)
{
	enum xeap_action action = XEAP_ACTION_DISCARD;
	int err = p->engine_ops->process(p->engine, in->eap->packet, &action);

	if (is_dropped(err))
		return;
	if (err < 0 && action != XEAP_ACTION_SEND) {
		if (is_request(in)) /* it will be repeated, for want of an answer */
			p->last_request = in->eap->id;
		conclude(p, false, in->now);
		return;
	}
	if (is_request(in) && action != XEAP_ACTION_DISCARD)
		note_request(p, in, action);
	act(p, in, action);
}

static void enter_restart(struct xeap_pae *p, xeap_time now)
{
	p->method_began = false;
	run_timer(p, now, p->config.auth_period);
	set_state(p, XEAP_PAE_RESTART, now);
}

/* Begin a conversation, with the request that asks for it if there is one (else it is repeated). */
static void begin(struct xeap_pae *p, struct xeap_pae_input *in)
{
	if (p->state != XEAP_PAE_RESTART)
		enter_restart(p, in->now);
	p->conversation = true;
	p->asking = false;
	if (p->engine_ops->restart(p->engine) < 0) {
		try_again_soon(p, in->now);
		return;
	}
	p->begun = in->now;
	p->polls = 0;
	p->last_request = -1;
	p->last_response = -1;
	run_timer(p, in->now, p->config.auth_period);
	set_state(p, XEAP_PAE_AUTHENTICATING, in->now);
	if (in->eap)
		feed(p, in);
}

/* ---- the cells: what an event does in a state ---- */

static void ignore(struct xeap_pae *p, struct xeap_pae_input *in)
{
	(void)p;
	(void)in;
}

/* Logging off while the link was down is told to the authenticator as soon as it can be. */
static void link_up(struct xeap_pae *p, struct xeap_pae_input *in)
{
	if (p->user_logoff)
		enter_logoff(p, in->now);
	else
		enter_connecting(p, XEAP_PAE_REASON_NONE, in->now);
}

static void link_down(struct xeap_pae *p, struct xeap_pae_input *in)
{
	stop_timer(p);
	enter(p, XEAP_PAE_DISCONNECTED, XEAP_PAE_REASON_LINK_DOWN, in->now);
}

static void log_off(struct xeap_pae *p, struct xeap_pae_input *in)
{
	enter_logoff(p, in->now);
}

/* The standard passes through DISCONNECTED, which has nothing left to do. */
static void log_on(struct xeap_pae *p, struct xeap_pae_input *in)
{
	enter_connecting(p, XEAP_PAE_REASON_NONE, in->now);
}

static void start_when_over(struct xeap_pae *p, struct xeap_pae_input *in)
{
	if (in->now < p->expiry) {
		ask_authenticator(p, in->now);
		return;
	}
	if (p->start_count >= p->config.max_start) {
		enter_held(p, XEAP_PAE_REASON_NO_ANSWER, in->now);
		return;
	}
	p->start_count++;
	run_timer(p, in->now, p->config.start_period);
	ask_authenticator(p, in->now);
}

static void held_while_over(struct xeap_pae *p, struct xeap_pae_input *in)
{
	enter_connecting(p, p->reason, in->now);
}

static void auth_while_over(struct xeap_pae *p, struct xeap_pae_input *in)
{
	if (p->asking)
		enter_held(p, XEAP_PAE_REASON_UNANSWERED, in->now);
	else if (p->authorized && !p->method_began)
		enter_authenticated(p, in->now);
	else if (ask_verdict(p, XEAP_REASON_TIMEOUT))
		conclude(p, true, in->now);
	else
		enter_connecting(p, XEAP_PAE_REASON_SILENT, in->now);
}

static void restart_due(struct xeap_pae *p, struct xeap_pae_input *in)
{
	if (in->now < p->expiry)
		begin(p, in);
	else if (p->authorized)
		enter_authenticated(p, in->now);
	else
		enter_connecting(p, XEAP_PAE_REASON_NO_ENGINE, in->now);
}

static void first_request(struct xeap_pae *p, struct xeap_pae_input *in)
{
	if (is_identity(in) || in->eap->id != p->last_request)
		begin(p, in);
}

static bool is_poll(const struct xeap_pae *p, const struct xeap_pae_input *in)
{
	return p->authorized && !p->method_began && is_identity(in) &&
	       in->eap->id != p->last_request;
}

/*
 * Each poll of an authorised port is a conversation of its own: those of one conversation would
 * add up to the engine's limit of rounds, if they come more often than authWhile ends. But polls
 * in quick succession share one, or an authenticator could have one begun with every frame.
 */
static void next_request(struct xeap_pae *p, struct xeap_pae_input *in)
{
	if (!is_poll(p, in))
		feed(p, in);
	else if (p->polls < XEAP_PAE_POLLS && in->now - p->begun < XEAP_PAE_POLL_SPELL) {
		p->polls++;
		feed(p, in);
	} else {
		begin(p, in);
	}
}

/* The conversation goes on with what the engine makes of the answer. */
static void answered(struct xeap_pae *p, struct xeap_pae_input *in)
{
	struct xeap_eapol asked = p->asked;

	if (!p->asking)
		return;
	p->asking = false;
	in->eapol = &asked;
	run_timer(p, in->now, p->config.auth_period);
	act(p, in, in->action);
}

/* There is no conversation that the engine could judge the failure by. */
static void refused(struct xeap_pae *p, struct xeap_pae_input *in)
{
	enter_held(p, p->authorized ? XEAP_PAE_REASON_WITHDRAWN : XEAP_PAE_REASON_REFUSED, in->now);
}

/*
 * NULL: cannot happen, because the functions below tell of changes only, LOGOFF is the state of a
 * user who is logged off, and the states without DUE run no timer.
 */
static const pae_cell cells[XEAP_PAE_STATE_MAX][XEAP_PAE_EVENT_MAX] = {
	[XEAP_PAE_LOGOFF] = {
		[XEAP_PAE_LINK_DOWN] = link_down,
		[XEAP_PAE_USER_LOGON] = log_on,
		[XEAP_PAE_REQUEST] = ignore,
		[XEAP_PAE_SUCCESS] = ignore,
		[XEAP_PAE_FAILURE] = ignore,
		[XEAP_PAE_ANSWER] = ignore,
	},
	[XEAP_PAE_DISCONNECTED] = {
		[XEAP_PAE_LINK_UP] = link_up,
		[XEAP_PAE_USER_LOGOFF] = ignore,
		[XEAP_PAE_USER_LOGON] = ignore,
		[XEAP_PAE_REQUEST] = ignore,
		[XEAP_PAE_SUCCESS] = ignore,
		[XEAP_PAE_FAILURE] = ignore,
		[XEAP_PAE_ANSWER] = ignore,
	},
	[XEAP_PAE_CONNECTING] = {
		[XEAP_PAE_LINK_DOWN] = link_down,
		[XEAP_PAE_USER_LOGOFF] = log_off,
		[XEAP_PAE_DUE] = start_when_over,
		[XEAP_PAE_REQUEST] = first_request,
		[XEAP_PAE_SUCCESS] = ignore,
		[XEAP_PAE_FAILURE] = refused,
		[XEAP_PAE_ANSWER] = ignore,
	},
	[XEAP_PAE_AUTHENTICATING] = {
		[XEAP_PAE_LINK_DOWN] = link_down,
		[XEAP_PAE_USER_LOGOFF] = log_off,
		[XEAP_PAE_DUE] = auth_while_over,
		[XEAP_PAE_REQUEST] = next_request,
		[XEAP_PAE_SUCCESS] = feed,
		[XEAP_PAE_FAILURE] = feed,
		[XEAP_PAE_ANSWER] = answered,
	},
	[XEAP_PAE_AUTHENTICATED] = {
		[XEAP_PAE_LINK_DOWN] = link_down,
		[XEAP_PAE_USER_LOGOFF] = log_off,
		[XEAP_PAE_REQUEST] = first_request,
		[XEAP_PAE_SUCCESS] = ignore,
		[XEAP_PAE_FAILURE] = refused,
		[XEAP_PAE_ANSWER] = ignore,
	},
	[XEAP_PAE_HELD] = {
		[XEAP_PAE_LINK_DOWN] = link_down,
		[XEAP_PAE_USER_LOGOFF] = log_off,
		[XEAP_PAE_DUE] = held_while_over,
		[XEAP_PAE_REQUEST] = first_request,
		[XEAP_PAE_SUCCESS] = ignore,
		[XEAP_PAE_FAILURE] = ignore,
		[XEAP_PAE_ANSWER] = ignore,
	},
	[XEAP_PAE_RESTART] = {
		[XEAP_PAE_LINK_DOWN] = link_down,
		[XEAP_PAE_USER_LOGOFF] = log_off,
		[XEAP_PAE_DUE] = restart_due,
		[XEAP_PAE_REQUEST] = begin,
		[XEAP_PAE_SUCCESS] = ignore,
		[XEAP_PAE_FAILURE] = refused,
		[XEAP_PAE_ANSWER] = ignore,
	},
};

void xeap_pae_happen(struct xeap_pae *p, enum xeap_pae_event event, struct xeap_pae_input *in)
{
	pae_cell cell = cells[p->state][event];

	assert(cell);
	cell(p, in);
}

void xeap_pae_set_link(struct xeap_pae *p, bool up, xeap_time now)
{
	struct xeap_pae_input in = { .now = now };

	if (up == p->port_enabled)
		return;
	p->port_enabled = up;
	xeap_pae_happen(p, up ? XEAP_PAE_LINK_UP : XEAP_PAE_LINK_DOWN, &in);
}

void xeap_pae_set_logoff(struct xeap_pae *p, bool logoff, xeap_time now)
{
	struct xeap_pae_input in = { .now = now };

	if (logoff == p->user_logoff)
		return;
	p->user_logoff = logoff;
	xeap_pae_happen(p, logoff ? XEAP_PAE_USER_LOGOFF : XEAP_PAE_USER_LOGON, &in);
}

void xeap_pae_resume(struct xeap_pae *p, enum xeap_action action, xeap_time now)
{
	struct xeap_pae_input in = { .now = now, .action = action };

	xeap_pae_happen(p, XEAP_PAE_ANSWER, &in);
}

void xeap_pae_tick(struct xeap_pae *p, xeap_time now)
{
	struct xeap_pae_input in = { .now = now };

	if (p->deadline != XEAP_NEVER && p->deadline <= now)
		xeap_pae_happen(p, XEAP_PAE_DUE, &in);
}

xeap_time xeap_pae_deadline(const struct xeap_pae *p)
{
	return p->deadline;
}

enum xeap_pae_state xeap_pae_get_state(const struct xeap_pae *p)
{
	return p->state;
}

bool xeap_pae_is_authorized(const struct xeap_pae *p)
{
	return p->authorized;
}

enum xeap_pae_reason xeap_pae_get_reason(const struct xeap_pae *p)
{
	return p->reason;
}

void xeap_pae_get_stats(const struct xeap_pae *p, struct xeap_pae_stats *ret_stats)
{
	*ret_stats = p->stats;
}

int xeap_pae_outstanding(const struct xeap_pae *p)
{
	return p->conversation ? p->last_response : -1;
}
