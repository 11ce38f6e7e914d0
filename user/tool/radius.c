// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/radius.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/list.h"
#include "tool/credentials.h"
#include "tool/exit.h"
#include "tool/plugins.h"
#include "tool/radius_net.h"
#include "tool/radius_report.h"
#include "tool/tickets.h"
#include "tool/worker.h"

#define BEGUN_A_TURN 32 /* so that answers are taken in between */
#define MAX_WAIT_MS 60000
#define STATION_NAME 160 /* of a ticket: the server's, and a word */

/* One EAP peer with its logins, one after the other. */
struct station {
	struct xeap_radius_login login;
	struct xeap_resumption *resumption;
	struct xeap_node node; /* on `ready`, when its next login is to begin */
	struct run *run;
	uint64_t kept;	   /* when, what is in resumption */
	unsigned int left; /* logins */
	uint8_t mac[6];
};

struct run {
	struct radius_options options;
	struct radius_report report;
	struct credentials credentials;
	struct radius_net net;
	struct tickets *tickets; /* NULL: none are kept */
	struct xeap_host *host;
	struct xeap_radius_keys *keys;
	struct xeap_radius_client *client;
	struct station *stations;
	struct xeap_node ready;
	uint64_t left; /* logins, of all */
};

static int complain(int err, const char *why)
{
	fprintf(stderr, "xeap radius: %s\n", why);
	return err;
}

static int send_packet(void *ctx, struct xeap_radius_login *login, struct xeap_span packet)
{
	struct run *r = ctx;

	return radius_net_send(&r->net, login->flow, packet);
}

static void login_ended(void *ctx, struct xeap_radius_login *login)
{
	struct run *r = ctx;
	struct station *s = login->owner;

	radius_report_login(&r->report, s->mac, &login->result);
	tickets_changed(r->tickets);
	if (login->result.success)
		s->kept = tickets_clock();
	r->left--;
	if (--s->left)
		xeap_list_append(&r->ready, &s->node);
}

static const struct xeap_radius_ops ops = { .send = send_packet, .ended = login_ended };

/* The first address, and so many on from there in its last three octets. */
static void make_mac(const uint8_t first[6], unsigned int on, uint8_t ret[6])
{
	unsigned int tail =
		((unsigned int)first[3] << 16 | (unsigned int)first[4] << 8 | first[5]) + on;

	memcpy(ret, first, 3);
	ret[3] = (uint8_t)(tail >> 16);
	ret[4] = (uint8_t)(tail >> 8);
	ret[5] = (uint8_t)tail;
}

static int make_stations(struct run *r)
{
	const struct radius_options *o = &r->options;

	xeap_list_init(&r->ready);
	r->stations = calloc(o->sessions, sizeof(*r->stations));
	if (!r->stations)
		return complain(-ENOMEM, "out of memory");
	for (unsigned int i = 0; i < o->sessions; i++) {
		struct station *s = &r->stations[i];

		s->run = r;
		s->login.owner = s;
		s->left = 1 + o->again;
		make_mac(o->mac, i, s->mac);
		xeap_list_init(&s->node);
		xeap_list_append(&r->ready, &s->node);
	}
	r->left = r->report.wanted = (uint64_t)o->sessions * (1 + o->again);
	return 0;
}

static uint32_t flows_for(const struct radius_options *o)
{
	return (o->sessions + XEAP_RADIUS_FLOW_LOGINS - 1) / XEAP_RADIUS_FLOW_LOGINS;
}

static int make_client(struct run *r)
{
	struct xeap_radius_options o = {
		.host = r->host,
		.keys = r->keys,
		.ops = &ops,
		.ctx = r,
		.server = r->net.name,
		.framed_mtu = r->options.framed_mtu,
		.timeout = r->options.timeout,
		.flows = flows_for(&r->options),
		.logins = r->options.sessions,
		.reliable = r->options.radsec,
		.no_keys = r->options.no_keys,
		.wants_key_name = r->options.wants_key_name,
	};
	uint8_t nas[16], attributes[XEAP_RADIUS_COMMON_MAX];

	if (getrandom(&o.seed, sizeof(o.seed), 0) != sizeof(o.seed))
		o.seed = worker_clock();
	o.attributes.data = attributes;
	o.attributes.len = radius_options_attributes(
		&r->options, xeap_span(nas, radius_net_address(&r->net, nas)), attributes,
		sizeof(attributes));
	if (!o.attributes.len)
		return complain(-EINVAL, "the attributes of -N leave no room for the others");
	if (xeap_radius_client_new(&o, &r->client))
		return complain(-ENOMEM, "out of memory");
	r->net.client = r->client;
	return 0;
}

static int make_engine(struct run *r)
{
	struct xeap_host_options host = { .size = sizeof(host),
					  .max_sessions = r->options.sessions };
	struct xeap_diag why = { 0 };

	if (xeap_radius_keys_new(xeap_span(r->options.secret, r->options.secret_len), &r->keys,
				 &why))
		return complain(-EINVAL, why.text);
	if (xeap_host_new(&host, &r->host))
		return complain(-ENOMEM, "out of memory");
	if (make_stations(r))
		return -ENOMEM;
	return make_client(r);
}

/* A line for a file that is of no use; an error for one that is refused. */
static int open_tickets(struct run *r)
{
	struct xeap_diag why;
	int err;

	if (!r->options.tickets)
		return 0;
	err = tickets_open(r->options.tickets, &r->tickets, &why);
	return why.text[0] ? complain(err, why.text) : err;
}

static int open_run(struct run *r)
{
	int err = plugins_load(r->options.plugins, false, NULL);

	if (err)
		return err;
	err = credentials_load(&r->credentials, r->options.conf, false);
	if (err)
		return complain(err, r->credentials.diag.text);
	err = open_tickets(r);
	if (err)
		return err;
	err = radius_net_open(&r->net, &r->options, flows_for(&r->options));
	if (err)
		return complain(err, r->net.why.text);
	r->report.options = &r->options;
	r->report.server = r->net.name;
	return make_engine(r);
}

static void close_run(struct run *r)
{
	for (unsigned int i = 0; r->stations && i < r->options.sessions; i++)
		xeap_resumption_free(r->stations[i].resumption);
	free(r->stations);
	tickets_close(r->tickets);
	xeap_radius_client_free(r->client);
	xeap_host_free(r->host);
	xeap_radius_keys_free(r->keys);
	radius_net_close(&r->net);
	credentials_free(&r->credentials);
	radius_options_free(&r->options);
}

/* A session is one server's. */
static struct ticket_owner owner_of(const struct station *s, char name[STATION_NAME])
{
	snprintf(name, STATION_NAME, "radius %s", s->run->net.name);
	return (struct ticket_owner){
		.name = name, .mac = s->mac, .profiles = s->run->credentials.profiles, .count = 1
	};
}

static struct xeap_resumption *resumption_of(struct station *s, struct xeap_profile *profile)
{
	char name[STATION_NAME];
	struct ticket_owner owner = owner_of(s, name);

	if (!s->resumption && s->run->credentials.globals.fast_reauth &&
	    xeap_profile_resumes(profile) && !xeap_resumption_new(&s->resumption))
		s->kept = tickets_take(s->run->tickets, &owner, s->resumption);
	return s->resumption;
}

static void save_tickets(struct run *r)
{
	struct tickets_draft *d = tickets_begin(r->tickets);
	struct xeap_diag why;

	if (!d)
		return;
	for (unsigned int i = 0; i < r->options.sessions; i++) {
		const struct station *s = &r->stations[i];
		char name[STATION_NAME];
		struct ticket_owner owner = owner_of(s, name);

		if (s->resumption && s->kept)
			tickets_add(d, &owner, s->kept, s->resumption);
	}
	if (tickets_save(d, &why) && why.text[0])
		complain(0, why.text);
}

static void begin(struct station *s)
{
	struct run *r = s->run;
	struct xeap_profile *profile = r->credentials.profiles[0];
	char station[24];
	struct xeap_radius_begin b = {
		.profile = profile,
		.resumption = resumption_of(s, profile),
		.flags = r->credentials.globals.fast_reauth ? 0 : XEAP_FLAG_FULL_AUTH,
		.flow = (uint32_t)(s - r->stations) / XEAP_RADIUS_FLOW_LOGINS,
	};

	/* RFC 3580 §3.21 */
	snprintf(station, sizeof(station), "%02X-%02X-%02X-%02X-%02X-%02X", s->mac[0], s->mac[1],
		 s->mac[2], s->mac[3], s->mac[4], s->mac[5]);
	b.station = xeap_span(station, strlen(station));
	xeap_radius_login_begin(r->client, &s->login, &b, worker_clock());
}

static void begin_some(struct run *r)
{
	for (int i = 0; i < BEGUN_A_TURN && !xeap_list_empty(&r->ready); i++) {
		struct station *s = XEAP_CONTAINER(r->ready.next, struct station, node);

		xeap_list_remove(&s->node);
		begin(s);
	}
}

static int wait_ms(struct run *r)
{
	xeap_time at = xeap_radius_client_deadline(r->client), now = worker_clock();

	if (tickets_next(r->tickets) < at)
		at = tickets_next(r->tickets);

	if (!xeap_list_empty(&r->ready) || at <= now)
		return 0;
	return at - now < XEAP_MS(MAX_WAIT_MS) ? (int)((at - now + 999) / 1000) : MAX_WAIT_MS;
}

static int log_in(struct run *r)
{
	int err = 0;

	r->report.began = worker_clock();
	while (!err && r->left && !r->report.broken) {
		begin_some(r);
		if (r->left)
			err = radius_net_turn(&r->net, wait_ms(r));
		xeap_radius_client_tick(r->client, worker_clock());
		if (tickets_is_due(r->tickets, worker_clock()))
			save_tickets(r);
	}
	if (tickets_is_behind(r->tickets))
		save_tickets(r);
	radius_report_end(&r->report, xeap_radius_client_counters(r->client), worker_clock());
	return err ? complain(err, strerror(-err)) : 0;
}

int xeap_cmd_radius(int argc, char **argv)
{
	struct run r = { .net.epoll = -1 };
	int status = XEAP_EXIT_USAGE;

	if (radius_options_parse(&r.options, argc, argv)) {
		fputs("xeap radius: see 'xeap radius --help'\n", stderr);
	} else if (r.options.help) {
		radius_options_help();
		status = XEAP_EXIT_OK;
	} else if (!open_run(&r)) {
		status = !log_in(&r) && radius_report_is_success(&r.report) ? XEAP_EXIT_OK
									    : XEAP_EXIT_FAILED;
	}
	close_run(&r);
	return status;
}
