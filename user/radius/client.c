/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/cipher.h"
#include "radius/login.h"

/* RFC 5080 §2.2.1 */
#define IRT XEAP_S(2)
#define MRC 5
#define MRT XEAP_S(16)
#define MRD XEAP_S(30)

#define AUTHENTICATOR_AT 4

static bool options_are_sound(const struct xeap_radius_options *o)
{
	return o->flows && o->logins && o->logins <= INT32_MAX &&
	       o->attributes.len <= XEAP_RADIUS_COMMON_MAX && o->framed_mtu >= 64 &&
	       o->framed_mtu <= XEAP_RADIUS_MTU_MAX;
}

static bool is_common(const struct xeap_radius_client *c, uint8_t type)
{
	struct xeap_reader r = xeap_reader(c->o.attributes);
	struct xeap_radius_attribute a;

	while (xeap_radius_next(&r, &a))
		if (a.type == type)
			return true;
	return false;
}

int xeap_radius_client_new(const struct xeap_radius_options *options,
			   struct xeap_radius_client **ret_client)
{
	struct xeap_radius_client *c;

	if (!options_are_sound(options))
		return -EINVAL;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->o = *options;
	if (c->o.attributes.len)
		memcpy(c->common, c->o.attributes.data, c->o.attributes.len);
	c->o.attributes.data = c->common;
	c->has_user_name = is_common(c, XEAP_RADIUS_USER_NAME);
	c->has_station = is_common(c, XEAP_RADIUS_CALLING_STATION_ID);
	c->random = options->seed;
	xeap_timers_init(&c->timers);
	c->flows = calloc(options->flows, sizeof(*c->flows));
	if (!c->flows || xeap_timers_reserve(&c->timers, options->logins)) {
		xeap_radius_client_free(c);
		return -ENOMEM;
	}
	*ret_client = c;
	return 0;
}

struct xeap_radius_client *xeap_radius_client_free(struct xeap_radius_client *client)
{
	if (!client)
		return NULL;
	xeap_timers_free(&client->timers);
	free(client->flows);
	free(client);
	return NULL;
}

const struct xeap_radius_counters *xeap_radius_client_counters(const struct xeap_radius_client *c)
{
	return &c->counters;
}

/* t × RAND, which is between -0.1 and +0.1 (RFC 5080 §2.2.1). Nothing secret hangs on it. */
static int64_t jitter(struct xeap_radius_client *c, xeap_time t)
{
	c->random = c->random * 6364136223846793005u + 1442695040888963407u;
	return (int64_t)t / 10 * ((int64_t)(c->random >> 33) % 2001 - 1000) / 1000;
}

/* RT, from the one before it, or 0. */
static xeap_time next_interval(struct xeap_radius_client *c, xeap_time before)
{
	xeap_time t = before ? 2 * before : IRT;

	t += (xeap_time)jitter(c, before ? before : IRT);
	return t > MRT ? MRT + (xeap_time)jitter(c, MRT) : t;
}

static void arm(struct xeap_radius_login *l)
{
	xeap_timer_set(&l->client->timers, &l->timer,
		       l->resend < l->give_up ? l->resend : l->give_up);
}

static void transmit(struct xeap_radius_login *l)
{
	struct xeap_radius_client *c = l->client;
	int err = c->o.ops->send(c->o.ctx, l, xeap_span(l->packet, l->packet_len));

	if (err)
		l->error = err;
	l->tries++;
	c->counters.sent++;
}

/* An identifier that no request of the flow has; of those, the one that was used longest ago. */
static bool take_id(struct xeap_radius_login *l)
{
	struct xeap_radius_flow *f = &l->client->flows[l->flow];

	for (unsigned int i = 0; i < XEAP_RADIUS_FLOW_LOGINS; i++) {
		uint8_t id = f->next_id++;

		if (f->waiting[id])
			continue;
		f->waiting[id] = l;
		l->id = id;
		l->waiting = true;
		return true;
	}
	return false;
}

static void give_id_back(struct xeap_radius_login *l)
{
	if (l->waiting)
		l->client->flows[l->flow].waiting[l->id] = NULL;
	l->waiting = false;
}

static void put_if(struct xeap_builder *b, bool wanted, uint8_t type, const uint8_t *value,
		   size_t len)
{
	if (wanted)
		xeap_radius_put(b, type, xeap_span(value, len));
}

/* Returns its length, 0 when it cannot be. */
static size_t build(struct xeap_radius_login *l, struct xeap_span eap)
{
	static const uint8_t any_name; /* RFC 7268 §2.2: asked for with one octet of zero */
	struct xeap_builder b = xeap_builder(l->packet, sizeof(l->packet));
	const struct xeap_radius_options *o = &l->client->o;
	uint8_t authenticator[XEAP_RADIUS_AUTHENTICATOR];
	size_t len;

	if (xeap_random(authenticator, sizeof(authenticator)))
		return 0;
	xeap_radius_begin(&b, XEAP_RADIUS_ACCESS_REQUEST, l->id, authenticator);
	xeap_radius_put_message_authenticator(&b);
	put_if(&b, l->user_name_len && !l->client->has_user_name, XEAP_RADIUS_USER_NAME,
	       l->user_name, l->user_name_len);
	put_if(&b, l->station_len && !l->client->has_station, XEAP_RADIUS_CALLING_STATION_ID,
	       l->station, l->station_len);
	xeap_put_span(&b, o->attributes);
	put_if(&b, o->wants_key_name, XEAP_RADIUS_EAP_KEY_NAME, &any_name, sizeof(any_name));
	xeap_radius_put_eap(&b, eap);
	put_if(&b, l->has_state, XEAP_RADIUS_STATE, l->state, l->state_len);
	len = xeap_radius_finish(&b);
	return len && !xeap_radius_sign(o->keys, l->packet, len) ? len : 0;
}

const uint8_t *xeap_radius_request_authenticator(const struct xeap_radius_login *l)
{
	return l->packet + AUTHENTICATOR_AT;
}

bool xeap_radius_request(struct xeap_radius_login *l, struct xeap_span eap, xeap_time now)
{
	xeap_time limit = l->began + l->client->o.timeout;

	if (!take_id(l)) {
		xeap_radius_fail(l, now, XEAP_E_INVALID_STATE, "no RADIUS identifier is free");
		return false;
	}
	l->packet_len = build(l, eap);
	if (!l->packet_len) {
		xeap_radius_fail(l, now, XEAP_E_INVALID_PARAMETER,
				 "an EAP packet of %zu bytes has no room in a RADIUS packet",
				 eap.len);
		return false;
	}
	l->tries = 0;
	l->error = 0;
	l->interval = next_interval(l->client, 0);
	l->resend = l->client->o.reliable ? XEAP_NEVER : now + l->interval;
	l->give_up = l->client->o.reliable || limit < now + MRD ? limit : now + MRD;
	arm(l);
	transmit(l);
	if (!l->client->o.reliable || !l->error)
		return true;
	xeap_radius_fail(l, now, XEAP_E_AUTHENTICATION_FAILED, "%s: %s", l->client->o.server,
			 strerror(-l->error));
	return false;
}

void xeap_radius_end(struct xeap_radius_login *l, xeap_time now)
{
	struct xeap_radius_client *c = l->client;

	give_id_back(l);
	xeap_timer_set(&c->timers, &l->timer, XEAP_NEVER);
	l->running = false;
	l->result.elapsed = now - l->began;
	c->o.ops->ended(c->o.ctx, l);
}

/* What was dropped says more than that nothing came. */
static const char *why_refused(const struct xeap_radius_login *l)
{
	if (l->refused[XEAP_RADIUS_WRONG_AUTHENTICATOR])
		return "have a wrong Response Authenticator: is the shared secret right?";
	if (l->refused[XEAP_RADIUS_WRONG_MESSAGE_AUTHENTICATOR])
		return "have a wrong Message-Authenticator: is the shared secret right?";
	if (l->refused[XEAP_RADIUS_NO_MESSAGE_AUTHENTICATOR])
		return "have no Message-Authenticator, so anybody may have made them "
		       "(CVE-2024-3596): update the server";
	return NULL;
}

static void no_answer(struct xeap_radius_login *l, xeap_time now)
{
	const struct xeap_radius_client *c = l->client;
	uint64_t dropped = 0;

	l->result.timed_out = true;
	for (int i = 0; i < XEAP_RADIUS_VERDICT_MAX; i++)
		dropped += l->refused[i];
	if (dropped)
		xeap_radius_fail(l, now, XEAP_E_AUTHENTICATION_FAILED,
				 "%llu responses of %s were dropped, for they %s",
				 (unsigned long long)dropped, c->o.server, why_refused(l));
	else if (l->error)
		xeap_radius_fail(l, now, XEAP_E_AUTHENTICATION_FAILED,
				 "no answer from %s to %u requests: %s", c->o.server, l->tries,
				 strerror(-l->error));
	else
		xeap_radius_fail(l, now, XEAP_E_AUTHENTICATION_FAILED,
				 "no answer from %s to %u requests: a server is silent, too, when "
				 "it does not know this client or its shared secret is another",
				 c->o.server, l->tries);
}

static void due(struct xeap_radius_login *l, xeap_time now)
{
	if (now >= l->give_up) {
		no_answer(l, now);
		return;
	}
	/* The same packet with the same identifier: the server knows it again (RFC 5080 §2.2.2). */
	transmit(l);
	l->client->counters.retransmitted++;
	l->interval = next_interval(l->client, l->interval);
	/* After MRC transmissions there is only waiting, for as long as the last one has. */
	l->resend = l->tries < MRC ? now + l->interval : XEAP_NEVER;
	if (l->tries >= MRC && now + l->interval < l->give_up)
		l->give_up = now + l->interval;
	arm(l);
}

xeap_time xeap_radius_client_deadline(const struct xeap_radius_client *client)
{
	return xeap_timers_next(&client->timers);
}

static struct xeap_radius_login *login_of(struct xeap_timer *timer)
{
	return (struct xeap_radius_login *)((char *)timer -
					    offsetof(struct xeap_radius_login, timer));
}

void xeap_radius_client_tick(struct xeap_radius_client *client, xeap_time now)
{
	struct xeap_timer *timer;

	while ((timer = xeap_timers_due(&client->timers, now)) != NULL)
		due(login_of(timer), now);
}

static bool is_response(uint8_t code)
{
	return code == XEAP_RADIUS_ACCESS_ACCEPT || code == XEAP_RADIUS_ACCESS_REJECT ||
	       code == XEAP_RADIUS_ACCESS_CHALLENGE;
}

/*
 * What is not genuine changes nothing: the answer that is may still come, and anybody can send
 * what is not.
 */
void xeap_radius_client_receive(struct xeap_radius_client *client, uint32_t flow,
				struct xeap_span bytes, xeap_time now)
{
	struct xeap_radius response;
	struct xeap_radius_login *l;
	enum xeap_radius_verdict verdict;

	if (flow >= client->o.flows)
		return;
	client->counters.received++;
	if (xeap_radius_parse(bytes, &response) || !is_response(response.code)) {
		client->counters.malformed++;
		return;
	}
	l = client->flows[flow].waiting[response.id];
	if (!l) {
		client->counters.stray++;
		return;
	}
	verdict =
		xeap_radius_check(client->o.keys, &response, xeap_radius_request_authenticator(l));
	if (verdict != XEAP_RADIUS_GENUINE) {
		client->counters.refused[verdict]++;
		l->refused[verdict]++;
		return;
	}
	give_id_back(l);
	xeap_timer_set(&client->timers, &l->timer, XEAP_NEVER);
	xeap_radius_take(l, &response, now);
}

void xeap_radius_client_error(struct xeap_radius_client *client, uint32_t flow, int error)
{
	for (unsigned int i = 0; flow < client->o.flows && i < XEAP_RADIUS_FLOW_LOGINS; i++)
		if (client->flows[flow].waiting[i])
			client->flows[flow].waiting[i]->error = error;
}

void xeap_radius_client_lost(struct xeap_radius_client *client, uint32_t flow, const char *why,
			     xeap_time now)
{
	for (unsigned int i = 0; flow < client->o.flows && i < XEAP_RADIUS_FLOW_LOGINS; i++)
		if (client->flows[flow].waiting[i])
			xeap_radius_fail(client->flows[flow].waiting[i], now,
					 XEAP_E_AUTHENTICATION_FAILED, "%s", why);
}
