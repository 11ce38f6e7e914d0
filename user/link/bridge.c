/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/*
 * Each port has what it was before, what is to be (authorised or not), and what was made of that.
 * Closing goes from the outside in, opening the other way: the link goes up last and dormant first,
 * so that nothing slips through between two messages.
 */
#include <xeap/bridge.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/diag.h"
#include "link/brport.h"
#include "link/link_sock.h"

#define LOCKS (XEAP_BRIDGE_LOCKED | XEAP_BRIDGE_STATIONS)
#define MAC_LEN 6
#define ALL_WAYS (LOCKS | XEAP_BRIDGE_LINKMODE)

struct station {
	uint8_t mac[MAC_LEN];
	bool made; /* the entry is there, and by us */
};

struct xeap_bridge {
	struct nl_sock *sock;
	struct xeap_bridge_port *ports;
};

struct xeap_bridge_port {
	struct xeap_bridge *set;
	struct xeap_bridge_port *next;
	int ifindex;
	char ifname[IF_NAMESIZE];
	uint32_t ways;
	bool authorized;
	bool dormant_before, linkmode_before; /* operational state and link mode, when joined */
	bool linked;			      /* link mode was set */
	int bridge;			      /* that it is a port of, 0: none */
	bool locking;			      /* `locked` of that bridge is ours to set */
	bool was_locked;
	/* The last one is the authenticator's; `count` without it. */
	struct station *stations;
	uint32_t count;
	bool has_authenticator;
};

static const struct {
	enum xeap_bridge_way way;
	const char *name;
} names[XEAP_BRIDGE_WAYS] = {
	{ XEAP_BRIDGE_LOCKED, "locked" },
	{ XEAP_BRIDGE_STATIONS, "stations" },
	{ XEAP_BRIDGE_LINKMODE, "linkmode" },
};

const char *xeap_bridge_way_name(enum xeap_bridge_way way)
{
	for (size_t i = 0; i < XEAP_BRIDGE_WAYS; i++)
		if (names[i].way == way)
			return names[i].name;
	return "?";
}

static uint32_t way_of(const char *name, size_t len)
{
	for (size_t i = 0; i < XEAP_BRIDGE_WAYS; i++)
		if (strlen(names[i].name) == len && !memcmp(names[i].name, name, len))
			return names[i].way;
	return 0;
}

static bool sensible(uint32_t ways)
{
	return ways && !(ways & ~(uint32_t)ALL_WAYS) && (ways & LOCKS) != LOCKS;
}

int xeap_bridge_ways_parse(const char *given, uint32_t *ret_ways)
{
	uint32_t ways = 0;

	for (;;) {
		size_t len = strcspn(given, ",");
		uint32_t way = way_of(given, len);

		if (!way)
			return -EINVAL;
		ways |= way;
		given += len;
		if (!*given++)
			break;
	}
	if (!sensible(ways))
		return -EINVAL;
	*ret_ways = ways;
	return 0;
}

int xeap_bridge_open(struct xeap_bridge **ret_bridge, struct xeap_diag *ret_diag)
{
	struct xeap_bridge *b = calloc(1, sizeof(*b));
	int err = b ? xeap_link_sock_open_quiet(&b->sock) : -ENOMEM;

	if (err) {
		free(b);
		return xeap_diag_set(ret_diag, err, xeap_code_of_errno(err),
				     "no socket to the kernel's bridges: %s", strerror(-err));
	}
	*ret_bridge = b;
	return 0;
}

struct xeap_bridge *xeap_bridge_close(struct xeap_bridge *bridge)
{
	if (!bridge)
		return NULL;
	while (bridge->ports)
		xeap_bridge_leave(bridge->ports, NULL);
	xeap_link_sock_close(bridge->sock);
	free(bridge);
	return NULL;
}

/* One line for what the kernel refused. */
static int failed(const struct xeap_bridge_port *p, int err, const char *doing,
		  struct xeap_diag *ret_diag)
{
	const char *why = strerror(-err), *way_out = "see 'ip -d link' and 'bridge -d link'";

	switch (err) {
	case -ENODEV:
		return xeap_diag_set(ret_diag, err, XEAP_E_INVALID_STATE, "port %s is gone",
				     p->ifname);
	case -EPERM:
	case -EACCES:
		err = -EPERM;
		way_out = "run as root, or with CAP_NET_ADMIN";
		break;
	case -EOPNOTSUPP:
		why = "its driver or bridge does not take that";
		way_out = "use linkmode alone";
		break;
	case -EADDRINUSE:
		why = "the address is the bridge's own";
		way_out = "name stations behind the authenticator";
		break;
	default:
		break;
	}
	return xeap_diag_set(ret_diag, err, xeap_code_of_errno(err),
			     "port %s cannot be %s (%s): %s", p->ifname, doing, why, way_out);
}

static int first_of(int first, int second)
{
	return first ? first : second;
}

static bool locks(const struct xeap_bridge_port *p)
{
	return p->ways & LOCKS;
}

/* A netdev that left its bridge has taken `locked` and entries with it. */
static int in_bridge(int err)
{
	return err == -ENODEV || err == -ENOENT || err == -EOPNOTSUPP || err == -EINVAL ? 0 : err;
}

static int remove_station(struct xeap_bridge_port *p, struct station *s)
{
	int err;

	if (!s->made)
		return 0;
	err = xeap_brport_delete_station(p->set->sock, p->ifindex, s->mac);
	s->made = false;
	return in_bridge(err);
}

static int remove_stations(struct xeap_bridge_port *p)
{
	int err = 0;

	for (uint32_t i = 0; p->stations && i <= p->count; i++)
		err = first_of(err, remove_station(p, &p->stations[i]));
	return err;
}

static int add_stations(struct xeap_bridge_port *p)
{
	uint32_t n = p->count + p->has_authenticator;
	int err = 0;

	for (uint32_t i = 0; !err && i < n; i++) {
		struct station *s = &p->stations[i];
		bool made = false;

		if (s->made)
			continue;
		err = xeap_brport_add_station(p->set->sock, p->ifindex, s->mac, &made);
		s->made = made;
	}
	return err;
}

/* What is enforced at a bridge, for the state that the port is in. */
static int enforce_in_bridge(struct xeap_bridge_port *p)
{
	bool lock = !p->authorized || p->ways & XEAP_BRIDGE_STATIONS;
	int err = 0;

	if (!p->locking)
		return 0;
	if (!p->authorized)
		err = remove_stations(p);
	err = first_of(xeap_brport_lock(p->set->sock, p->ifindex, lock), err);
	if (!err && p->authorized && p->ways & XEAP_BRIDGE_STATIONS)
		err = add_stations(p);
	return err;
}

static int enforce_on_link(struct xeap_bridge_port *p)
{
	if (!(p->ways & XEAP_BRIDGE_LINKMODE))
		return 0;
	p->linked = true;
	return xeap_brport_link(p->set->sock, p->ifindex, XEAP_LINK_MODE_DORMANT,
				p->authorized ? XEAP_OPER_UP : XEAP_OPER_DORMANT);
}

static int close_port(struct xeap_bridge_port *p, struct xeap_diag *ret_diag)
{
	int link, bridge;

	p->authorized = false;
	link = enforce_on_link(p);
	bridge = enforce_in_bridge(p);
	if (link)
		return failed(p, link, "made dormant", ret_diag);
	return bridge ? failed(p, bridge, "locked", ret_diag) : 0;
}

static int open_port(struct xeap_bridge_port *p, struct xeap_diag *ret_diag)
{
	int err;

	p->authorized = true;
	err = enforce_in_bridge(p);
	if (err)
		return failed(p, err,
			      p->ways & XEAP_BRIDGE_STATIONS ? "opened for its stations"
							     : "unlocked",
			      ret_diag);
	err = enforce_on_link(p);
	return err ? failed(p, err, "made operational", ret_diag) : 0;
}

/* Whether `locked` is as it was made; one that came back to its bridge is another bridge port. */
static bool is_enforced(const struct xeap_bridge_port *p, const struct xeap_brport *now)
{
	return !p->locking || now->locked == (!p->authorized || p->ways & XEAP_BRIDGE_STATIONS);
}

/* Take note of the bridge that it is a port of now. */
static int note_bridge(struct xeap_bridge_port *p, const struct xeap_brport *now,
		       struct xeap_diag *ret_diag)
{
	memcpy(p->ifname, now->ifname, sizeof(p->ifname));
	if (p->bridge == now->bridge && is_enforced(p, now))
		return 0;
	for (uint32_t i = 0; p->stations && i <= p->count; i++)
		p->stations[i].made = false;
	p->bridge = now->bridge;
	p->locking = now->bridge && locks(p) && now->can_lock;
	p->was_locked = p->locking && now->locked;
	if (now->bridge && locks(p) && !now->can_lock)
		return xeap_diag_set(
			ret_diag, -EOPNOTSUPP, XEAP_E_NOT_SUPPORTED,
			"port %s cannot be locked: the kernel's bridge has no 'locked' "
			"before Linux 5.16: use linkmode alone",
			p->ifname);
	return 0;
}

static int read_state(struct xeap_bridge *b, int ifindex, struct xeap_brport *ret_state,
		      struct xeap_diag *ret_diag)
{
	int err = xeap_brport_read(b->sock, ifindex, ret_state);

	return err ? xeap_diag_set(ret_diag, err, xeap_code_of_errno(err),
				   "netdev %d cannot be read: %s", ifindex, strerror(-err))
		   : 0;
}

static int take_stations(struct xeap_bridge_port *p, const struct xeap_bridge_options *o)
{
	if (!(p->ways & XEAP_BRIDGE_STATIONS))
		return 0;
	p->stations = calloc((size_t)o->station_count + 1, sizeof(*p->stations));
	if (!p->stations)
		return -ENOMEM;
	p->count = o->station_count;
	for (uint32_t i = 0; i < p->count; i++)
		memcpy(p->stations[i].mac, o->stations + (size_t)MAC_LEN * i, MAC_LEN);
	return 0;
}

static int check_options(const struct xeap_bridge *b, int ifindex,
			 const struct xeap_bridge_options *o, struct xeap_diag *ret_diag)
{
	const struct xeap_bridge_port *p = b->ports;

	if (!sensible(o->ways))
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "no sensible way to close a port: 0x%x", o->ways);
	if (o->station_count > XEAP_BRIDGE_MAX_STATIONS ||
	    (o->station_count && (!o->stations || !(o->ways & XEAP_BRIDGE_STATIONS))))
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%u stations: they go with 'stations', at most %u of them",
				     o->station_count, XEAP_BRIDGE_MAX_STATIONS);
	while (p && p->ifindex != ifindex)
		p = p->next;
	return p ? xeap_diag_set(ret_diag, -EBUSY, XEAP_E_INVALID_STATE,
				 "port %s is under control already", p->ifname)
		 : 0;
}

static struct xeap_bridge_port *new_port(struct xeap_bridge *b, int ifindex,
					 const struct xeap_bridge_options *o)
{
	struct xeap_bridge_port *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->set = b;
	p->ifindex = ifindex;
	p->ways = o->ways;
	if (take_stations(p, o)) {
		free(p);
		return NULL;
	}
	p->next = b->ports;
	b->ports = p;
	return p;
}

int xeap_bridge_join(struct xeap_bridge *bridge, int ifindex,
		     const struct xeap_bridge_options *options, struct xeap_bridge_port **ret_port,
		     struct xeap_diag *ret_diag)
{
	struct xeap_bridge_options o = { 0 };
	struct xeap_bridge_port *p;
	struct xeap_brport now;
	int err;

	memcpy(&o, options, options->size < sizeof(o) ? options->size : sizeof(o));
	err = check_options(bridge, ifindex, &o, ret_diag);
	if (!err)
		err = read_state(bridge, ifindex, &now, ret_diag);
	if (err)
		return err;
	p = new_port(bridge, ifindex, &o);
	if (!p)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	p->linkmode_before = now.linkmode == XEAP_LINK_MODE_DORMANT;
	p->dormant_before = now.operstate == XEAP_OPER_DORMANT;
	err = note_bridge(p, &now, ret_diag);
	if (!err)
		err = close_port(p, ret_diag);
	if (err) {
		xeap_bridge_leave(p, NULL);
		return err;
	}
	*ret_port = p;
	return 0;
}

/* Another authenticator's entry goes before the new one's comes. */
static int take_authenticator(struct xeap_bridge_port *p, const uint8_t *mac)
{
	struct station *s = p->stations ? &p->stations[p->count] : NULL;
	int err;

	if (!s)
		return 0;
	if (mac && p->has_authenticator && !memcmp(s->mac, mac, sizeof(s->mac)))
		return 0;
	err = remove_station(p, s);
	p->has_authenticator = mac != NULL;
	if (mac)
		memcpy(s->mac, mac, sizeof(s->mac));
	return err;
}

int xeap_bridge_authorize(struct xeap_bridge_port *port, const uint8_t *authenticator,
			  struct xeap_diag *ret_diag)
{
	int err = take_authenticator(port, authenticator);

	if (err)
		failed(port, err, "closed to an earlier authenticator", ret_diag);
	else
		err = open_port(port, ret_diag);
	if (err)
		close_port(port, NULL);
	return err;
}

int xeap_bridge_withdraw(struct xeap_bridge_port *port, struct xeap_diag *ret_diag)
{
	return close_port(port, ret_diag);
}

int xeap_bridge_refresh(struct xeap_bridge_port *port, struct xeap_diag *ret_diag)
{
	bool settled;
	struct xeap_brport now;
	int err;

	err = read_state(port->set, port->ifindex, &now, ret_diag);
	if (err)
		return err;
	settled = port->bridge == now.bridge && is_enforced(port, &now);
	err = note_bridge(port, &now, ret_diag);
	if (err || settled)
		return err;
	err = enforce_in_bridge(port);
	return err ? failed(port, err, "made to keep its state in the bridge", ret_diag) : 0;
}

static void unlink_port(struct xeap_bridge_port *p)
{
	struct xeap_bridge_port **at = &p->set->ports;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
}

/*
 * The kernel moves between DORMANT and UP only where there is a carrier, so that UP is no lie for a
 * netdev that has none.
 */
static int restore_link(struct xeap_bridge_port *p)
{
	if (!p->linked)
		return 0;
	return xeap_brport_link(p->set->sock, p->ifindex,
				p->linkmode_before ? XEAP_LINK_MODE_DORMANT
						   : XEAP_LINK_MODE_DEFAULT,
				p->dormant_before ? XEAP_OPER_DORMANT : XEAP_OPER_UP);
}

static int restore_bridge(struct xeap_bridge_port *p)
{
	int err = remove_stations(p);

	if (!p->locking)
		return err;
	return first_of(in_bridge(xeap_brport_lock(p->set->sock, p->ifindex, p->was_locked)), err);
}

int xeap_bridge_leave(struct xeap_bridge_port *port, struct xeap_diag *ret_diag)
{
	int err;

	if (!port)
		return 0;
	err = restore_bridge(port);
	err = first_of(err, restore_link(port));
	if (err == -ENODEV)
		err = 0;
	if (err)
		failed(port, err, "made what it was before", ret_diag);
	unlink_port(port);
	free(port->stations);
	free(port);
	return err;
}

void xeap_bridge_get_info(const struct xeap_bridge_port *port, struct xeap_bridge_info *ret_info)
{
	struct xeap_bridge_info info = {
		.ifindex = port->ifindex,
		.bridge = port->bridge,
		.ways = port->ways & ~(port->locking ? 0 : (uint32_t)LOCKS),
		.authorized = port->authorized,
		.was_locked = port->was_locked,
	};

	memcpy(info.ifname, port->ifname, sizeof(info.ifname));
	for (uint32_t i = 0; port->stations && i <= port->count; i++)
		info.stations += port->stations[i].made;
	*ret_info = info;
}

int xeap_bridge_probe(struct xeap_bridge *bridge, int ifindex, uint32_t *ret_ways,
		      struct xeap_diag *ret_diag)
{
	struct xeap_brport now;
	int err = read_state(bridge, ifindex, &now, ret_diag);

	if (err)
		return err;
	*ret_ways = XEAP_BRIDGE_LINKMODE | (now.bridge && now.can_lock ? (uint32_t)LOCKS : 0);
	return 0;
}
