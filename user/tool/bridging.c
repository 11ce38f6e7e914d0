// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/bridging.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "tool/report.h"

struct bridged {
	struct bridging *all;
	struct xeap_node node; /* in all->ports */
	struct xeap_bridge_port *port;
	int ifindex, master;

	/* under all->lock */
	struct xeap_node told; /* in all->told */
	bool authorized, released;
	bool withdrawn; /* it was not authorised, if only for a moment, since this was done */
	uint8_t authenticator[6];
};

int bridging_open(struct bridging *b, const struct run_options *o, struct report *report,
		  struct xeap_diag *ret_why)
{
	b->options = o;
	b->report = report;
	xeap_list_init(&b->ports);
	xeap_list_init(&b->told);
	pthread_mutex_init(&b->lock, NULL);
	return o->bridge ? xeap_bridge_open(&b->bridge, ret_why) : 0;
}

/* What is at work on a port, for people: "locked in br0, linkmode". */
static void describe(const struct xeap_bridge_info *info, char *buf, size_t size)
{
	char bridge[IF_NAMESIZE];
	size_t n = 0;

	*buf = '\0';
	for (unsigned int i = 0; i < XEAP_BRIDGE_WAYS && n < size; i++) {
		enum xeap_bridge_way way = (enum xeap_bridge_way)(1 << i);

		if (!(info->ways & way))
			continue;
		n += (size_t)snprintf(buf + n, size - n, "%s%s", n ? ", " : "",
				      xeap_bridge_way_name(way));
	}
	if (n < size && info->bridge && if_indextoname((unsigned int)info->bridge, bridge))
		n += (size_t)snprintf(buf + n, size - n, "%sin %s", n ? " " : "", bridge);
	if (n < size && !info->ways)
		snprintf(buf + n, size - n, "%snothing keeps it closed", n ? ": " : "");
	else if (n < size && info->was_locked)
		snprintf(buf + n, size - n, ", which was locked before");
}

static void say(const struct bridged *p, const char *state)
{
	struct xeap_bridge_info info;
	char text[96];

	xeap_bridge_get_info(p->port, &info);
	describe(&info, text, sizeof(text));
	report_bridge(p->all->report, info.ifname, state, text);
}

/* A netdev that is gone has told so, or is about to. */
static void complain(const struct bridged *p, int err, const struct xeap_diag *why)
{
	if (err && err != -ENODEV)
		report_warning(p->all->report, why->text);
}

int bridging_add(struct bridging *b, const struct xeap_link *link, struct bridged **ret_port,
		 struct xeap_diag *ret_why)
{
	struct xeap_bridge_options o = {
		.size = sizeof(o),
		.ways = b->options->bridge,
		.stations = b->options->bridge_stations,
		.station_count = b->options->bridge_station_count,
	};
	struct bridged *p;
	int err;

	*ret_port = NULL;
	if (!b->bridge)
		return 0;
	p = calloc(1, sizeof(*p));
	if (!p)
		return xeap_diag_set(ret_why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	err = xeap_bridge_join(b->bridge, link->ifindex, &o, &p->port, ret_why);
	if (err) {
		free(p);
		return err;
	}
	p->all = b;
	p->ifindex = link->ifindex;
	p->master = link->master;
	xeap_list_init(&p->node);
	xeap_list_init(&p->told);
	xeap_list_append(&b->ports, &p->node);
	say(p, "closed");
	*ret_port = p;
	return 0;
}

static void free_port(struct bridged *p)
{
	struct xeap_diag why = { 0 };
	int err = xeap_bridge_leave(p->port, &why);

	complain(p, err, &why);
	xeap_list_remove(&p->node);
	xeap_list_remove(&p->told);
	free(p);
}

void bridging_close(struct bridging *b)
{
	if (!b->options)
		return;
	while (!xeap_list_empty(&b->ports))
		free_port(XEAP_CONTAINER(b->ports.next, struct bridged, node));
	b->bridge = xeap_bridge_close(b->bridge);
	pthread_mutex_destroy(&b->lock);
	b->options = NULL;
}

void bridging_follow(struct bridging *b, const struct xeap_link *link)
{
	for (struct xeap_node *i = b->ports.next; i != &b->ports; i = i->next) {
		struct bridged *p = XEAP_CONTAINER(i, struct bridged, node);
		struct xeap_diag why = { 0 };
		int err;

		if (p->ifindex != link->ifindex)
			continue;
		if (p->master == link->master)
			return;
		p->master = link->master;
		err = xeap_bridge_refresh(p->port, &why);
		complain(p, err, &why);
		if (!err)
			say(p, "moved");
		return;
	}
}

/* What was told of a port, taken from under the lock. */
struct wish {
	struct bridged *port;
	bool authorized, released, withdrawn;
	uint8_t authenticator[6];
};

static bool take_wish(struct bridging *b, struct wish *ret_wish)
{
	struct bridged *p;
	bool any;

	pthread_mutex_lock(&b->lock);
	any = !xeap_list_empty(&b->told);
	if (any) {
		p = XEAP_CONTAINER(b->told.next, struct bridged, told);
		xeap_list_remove(&p->told);
		*ret_wish = (struct wish){ .port = p,
					   .authorized = p->authorized,
					   .released = p->released,
					   .withdrawn = p->withdrawn };
		memcpy(ret_wish->authenticator, p->authenticator, sizeof(p->authenticator));
		p->withdrawn = false;
	}
	pthread_mutex_unlock(&b->lock);
	return any;
}

static void do_wish(const struct wish *w)
{
	struct xeap_bridge_info info;
	struct xeap_diag why = { 0 };
	int err = 0;

	xeap_bridge_get_info(w->port->port, &info);
	if (w->withdrawn && info.authorized)
		err = xeap_bridge_withdraw(w->port->port, &why);
	if (!err && w->authorized)
		err = xeap_bridge_authorize(w->port->port, w->authenticator, &why);
	complain(w->port, err, &why);
	if (!err && (w->authorized || info.authorized))
		say(w->port, w->authorized ? "open" : "closed");
}

void bridging_turn(struct bridging *b)
{
	struct wish w;

	while (b->bridge && take_wish(b, &w)) {
		if (w.released)
			free_port(w.port);
		else
			do_wish(&w);
	}
}

/* Put a port among those that something was told of. Under the lock. */
static void tell(struct bridged *p)
{
	xeap_list_append(&p->all->told, &p->told);
}

bool bridged_set(struct bridged *p, bool authorized, const uint8_t authenticator[6])
{
	if (!p)
		return false;
	pthread_mutex_lock(&p->all->lock);
	p->authorized = authorized;
	p->withdrawn |= !authorized;
	memcpy(p->authenticator, authenticator, sizeof(p->authenticator));
	tell(p);
	pthread_mutex_unlock(&p->all->lock);
	return true;
}

bool bridged_release(struct bridged *p)
{
	if (!p)
		return false;
	pthread_mutex_lock(&p->all->lock);
	p->released = true;
	tell(p);
	pthread_mutex_unlock(&p->all->lock);
	return true;
}
