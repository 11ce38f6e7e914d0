// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/netport.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "tool/bridging.h"
#include "tool/capture_ring.h"
#include "tool/report.h"

#define RETRY_PERIOD XEAP_S(10) /* until a port that could not be joined is tried again */
#define EAPOL_HEADER 4
#define STATION_FRAMES_MAX 1024 /* of an own ring with many supplicants */
#define SIDE_BY_SIDE_MIN 8
#define SIDE_BY_SIDE_MAX 64 /* more would only wait at the authenticator, or be lost there */
#define LOCAL_ADDRESS 0x02  /* bit of the first octet, IEEE 802-2014 §8.4 */
#define GROUP_ADDRESS 0x01

static const struct vlan_range untagged = { { 0, 0 }, { 0, 0 } };

static uint32_t count_lans(const struct port_spec *spec)
{
	uint32_t n = 0;

	for (size_t i = 0; i < spec->vlan_count; i++)
		n += vlan_range_size(&spec->vlans[i]);
	return n ? n : 1;
}

static uint32_t per_lan(const struct run_options *o)
{
	return o->stations ? o->stations : 1;
}

uint32_t netport_size(const struct run_options *o, const struct port_spec *spec)
{
	return count_lans(spec) * per_lan(o);
}

static bool is_plain(const struct netport *n)
{
	return n->count == 1 && !n->lans[0].vid[0];
}

/*
 * With so many supplicants frames are what limits how many can be under way. An own ring's are its
 * port's alone: two a supplicant are plenty, up to a bound. What others share is not.
 */
static uint32_t frames_of(const struct netport *n)
{
	uint32_t base = n->worker->options->frames ? n->worker->options->frames : 32;
	uint32_t frames = base;

	if (n->worker->options->frames)
		return base;
	while (frames < 2 * n->count && frames < STATION_FRAMES_MAX)
		frames *= 2;
	return frames;
}

/* Half of a ring's frames are to send from, and one may wait to be sent while another is held. */
static uint32_t side_by_side(const struct netport *n)
{
	uint32_t some = frames_of(n) / 4;

	if (some < SIDE_BY_SIDE_MIN)
		return SIDE_BY_SIDE_MIN;
	return some < SIDE_BY_SIDE_MAX ? some : SIDE_BY_SIDE_MAX;
}

static void add_lans(struct netport *n, const struct vlan_range *r, uint32_t *at)
{
	for (uint32_t outer = r->first[0]; outer <= r->last[0]; outer++)
		for (uint32_t inner = r->first[1]; inner <= r->last[1]; inner++) {
			const uint16_t vid[2] = { (uint16_t)outer, (uint16_t)inner };
			struct lan *l = &n->lans[*at];

			lan_init(l, vid, side_by_side(n));
			l->number = (uint16_t)*at;
			xeap_map_insert(&n->by_vlans, &l->entry);
			++*at;
		}
}

static void make_lans(struct netport *n)
{
	uint32_t at = 0;

	for (size_t i = 0; i < n->spec->vlan_count; i++)
		add_lans(n, &n->spec->vlans[i], &at);
	if (!at)
		add_lans(n, &untagged, &at);
}

static uint64_t mac_number(const uint8_t mac[6])
{
	uint64_t number = 0;

	for (int i = 0; i < 6; i++)
		number = number << 8 | mac[i];
	return number;
}

static void write_mac(uint8_t mac[6], uint64_t number)
{
	for (int i = 5; i >= 0; i--, number >>= 8)
		mac[i] = (uint8_t)number;
}

static uint64_t key_of(const struct lan *l, const uint8_t mac[6])
{
	return (uint64_t)l->number << 48 | mac_number(mac);
}

/*
 * Addresses of stations: from the one that was named on, each once over all ports; or local ones
 * that keep what tells the netdev's apart from its siblings', and count below it.
 */
static void station_mac(const struct netport *n, uint64_t first, uint32_t i, uint8_t mac[6])
{
	const uint8_t own[6] = { (uint8_t)((n->mac[0] | LOCAL_ADDRESS) & ~GROUP_ADDRESS), n->mac[4],
				 n->mac[5] };

	if (n->worker->options->station_mac_set)
		write_mac(mac, mac_number(n->worker->options->station_mac) + first + i);
	else
		write_mac(mac, mac_number(own) + i + 1);
}

static void index_supplicant(struct netport *n, struct supplicant *s)
{
	s->entry.key = key_of(s->lan, s->mac);
	if (!is_plain(n))
		xeap_map_insert(&n->by_address, &s->entry);
}

static void make_supplicants(struct netport *n, uint64_t first)
{
	uint32_t each = per_lan(n->worker->options);

	for (uint32_t i = 0; i < n->count; i++) {
		struct supplicant *s = &n->supplicants[i];

		supplicant_init(s, n);
		s->own_mac = n->worker->options->stations;
		if (s->own_mac)
			station_mac(n, first, i, s->mac);
		else
			memcpy(s->mac, n->mac, sizeof(s->mac));
		lan_add(&n->lans[i / each], s);
		index_supplicant(n, s);
	}
}

/* Joining. */

static void refuse(struct netport *n, const char *why)
{
	bool told = !strcmp(n->reason, why);

	snprintf(n->reason, sizeof(n->reason), "%s", why);
	for (uint32_t i = 0; i < n->count; i++)
		supplicant_refuse(&n->supplicants[i], why);
	if (told)
		return;
	report_warning(n->worker->report, n->reason);
	report_port(n->worker->report, n, "refused", n->reason);
}

static void rearm(struct netport *n)
{
	xeap_time at = n->port || n->gone ? XEAP_NEVER : n->worker->now + RETRY_PERIOD;

	xeap_timer_set(&n->worker->retries, &n->retry, at);
}

static void take_info(struct netport *n, const struct xeap_port_info *info)
{
	snprintf(n->driver, sizeof(n->driver), "%s", info->driver);
	snprintf(n->mode, sizeof(n->mode), "%s", xeap_mode_name(info->mode));
	snprintf(n->ring, sizeof(n->ring), "%s", info->ring);
	memcpy(n->mac, info->mac, sizeof(n->mac));
	n->max_packet = info->mtu > EAPOL_HEADER + 64 ? info->mtu - EAPOL_HEADER : 64;
}

/* From another address it is another supplicant: the authenticator has to be told, from there. */
static int take_address(struct netport *n, struct supplicant *s)
{
	if (s->own_mac || !memcmp(s->mac, n->mac, sizeof(s->mac)))
		return 0;
	xeap_map_remove(&n->by_address, &s->entry);
	memcpy(s->mac, n->mac, sizeof(s->mac));
	index_supplicant(n, s);
	if (!s->pae)
		return 0;
	supplicant_leave(s);
	return supplicant_join(s);
}

static int join_supplicants(struct netport *n)
{
	for (uint32_t i = 0; i < n->count; i++)
		if (take_address(n, &n->supplicants[i]) || supplicant_join(&n->supplicants[i]))
			return -ENOMEM;
	return 0;
}

static void set_links(struct netport *n, bool up)
{
	for (uint32_t i = 0; i < n->lan_count && !up; i++)
		lan_forget(&n->lans[i]);
	for (uint32_t i = 0; i < n->count; i++)
		supplicant_link(&n->supplicants[i], up);
}

static bool has_untagged(const struct netport *n)
{
	return xeap_map_find(&n->by_vlans, lan_key(untagged.first));
}

static int add_vlan(struct netport *n, const struct lan *l, struct xeap_diag *ret_why)
{
	int err = xeap_port_add_vlan(n->port, l->vid, l->vid[1] ? 2 : 1);

	if (!err)
		return 0;
	return xeap_diag_set(ret_why, err, XEAP_E_NOT_SUPPORTED, "port %s: no VLAN %u%s", n->ifname,
			     l->vid[0],
			     err == -ENOSPC ? ": the XDP program's table of VLANs is full" : "");
}

static int add_vlans(struct netport *n, struct xeap_diag *ret_why)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < n->lan_count; i++)
		if (n->lans[i].vid[0])
			err = add_vlan(n, &n->lans[i], ret_why);
	if (err)
		n->port = xeap_port_close(n->port);
	return err;
}

static int open_port(struct netport *n, struct xeap_diag *ret_why)
{
	const struct run_options *o = n->worker->options;
	struct xeap_port_options p = {
		.size = sizeof(p),
		.mode = o->mode,
		.user = n,
		.untagged_only = !n->spec->vlan_count,
		.vlans = n->spec->vlan_count,
		.vlans_and_untagged = n->spec->vlan_count && has_untagged(n),
		.any_unicast = o->stations,
		.frames = frames_of(n),
		.flow_rule = o->flow_rule,
		.vlan_strip = o->vlan_strip,
		.ifindex = n->ifindex,
	};
	int err;

	protect_options_port(&o->protect, &p);
	err = xeap_port_open(n->worker->rings, n->ifname, &p, &n->port, ret_why);
	return !err && n->spec->vlan_count ? add_vlans(n, ret_why) : err;
}

/* What there is to say of how a port was joined; NULL: nothing. */
static const char *remark(const struct xeap_port_info *info, char *buf, size_t size)
{
	if (info->flow_queue >= 0)
		snprintf(buf, size, "EAPOL has queue %d to itself", info->flow_queue);
	else
		snprintf(buf, size, "%s", info->note);
	return *buf ? buf : NULL;
}

static void join(struct netport *n)
{
	struct xeap_port_info info;
	char text[sizeof(info.note)];
	struct xeap_diag why = { 0 };

	if (open_port(n, &why)) {
		refuse(n, why.text);
		return;
	}
	xeap_port_get_info(n->port, &info);
	take_info(n, &info);
	if (join_supplicants(n)) {
		xeap_port_close(netport_detach(n));
		refuse(n, "out of memory");
		return;
	}
	*n->reason = '\0';
	report_port(n->worker->report, n, "joined", remark(&info, text, sizeof(text)));
	if (n->running)
		set_links(n, true);
}

static void free_memory(struct netport *n)
{
	xeap_map_free(&n->by_address);
	xeap_map_free(&n->by_vlans);
	free(n->supplicants);
	free(n->lans);
	free(n);
}

static int allocate(struct netport *n)
{
	uint64_t seed = worker_clock() * 0x9e3779b97f4a7c15u;

	n->lans = calloc(n->lan_count, sizeof(*n->lans));
	n->supplicants = calloc(n->count, sizeof(*n->supplicants));
	if (!n->lans || !n->supplicants || xeap_map_init(&n->by_address, n->count, seed) ||
	    xeap_map_init(&n->by_vlans, n->lan_count, seed))
		return -ENOMEM;
	return worker_reserve(n->worker, (int)n->count, 1);
}

struct netport *netport_new(struct worker *w, const struct netport_seed *seed)
{
	struct netport *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->worker = w;
	n->spec = seed->spec;
	n->credentials = seed->credentials;
	n->bridged = seed->bridged;
	n->number = w->next_number++;
	n->ifindex = seed->link.ifindex;
	n->running = seed->link.running;
	n->retry.at = XEAP_NEVER;
	n->lan_count = count_lans(seed->spec);
	n->count = netport_size(w->options, seed->spec);
	memcpy(n->mac, seed->link.mac, sizeof(n->mac));
	snprintf(n->ifname, sizeof(n->ifname), "%s", seed->link.ifname);
	if (allocate(n)) {
		free_memory(n);
		return NULL;
	}
	make_lans(n);
	make_supplicants(n, seed->first_station);
	xeap_list_init(&n->node);
	xeap_list_append(&w->netports, &n->node);
	join(n);
	rearm(n);
	return n;
}

struct xeap_port *netport_detach(struct netport *n)
{
	struct xeap_port *port = n->port;

	netport_count(n);
	n->earlier_copied = n->tx_copied;
	for (uint32_t i = 0; i < n->count; i++)
		supplicant_leave(&n->supplicants[i]);
	n->port = NULL;
	return port;
}

static void leave(struct netport *n)
{
	xeap_port_close(netport_detach(n));
}

struct netport *netport_free(struct netport *n)
{
	if (!n)
		return NULL;
	leave(n);
	xeap_timer_set(&n->worker->retries, &n->retry, XEAP_NEVER);
	for (uint32_t i = 0; i < n->count; i++) {
		netport_outcome(&n->supplicants[i], OUTCOME_PENDING);
		supplicant_done(&n->supplicants[i]);
	}
	worker_reserve(n->worker, -(int)n->count, -1);
	n->worker->changed |= bridged_release(n->bridged);
	xeap_list_remove(&n->node);
	free_memory(n);
	return NULL;
}

struct netport *netport_find(const struct worker *w, int ifindex)
{
	for (struct xeap_node *i = w->netports.next; i != &w->netports; i = i->next) {
		struct netport *n = XEAP_CONTAINER(i, struct netport, node);

		if (n->ifindex == ifindex && !n->gone)
			return n;
	}
	return NULL;
}

/* Following the netdev. */

static int take_addresses(struct netport *n)
{
	for (uint32_t i = 0; i < n->count; i++)
		if (take_address(n, &n->supplicants[i]))
			return -ENOMEM;
	return 0;
}

/* Of a netdev that is down only a new address matters. */
static int follow(struct netport *n, const struct xeap_link *link, struct xeap_diag *ret_why)
{
	struct xeap_port_info info;
	bool moved = memcmp(n->mac, link->mac, sizeof(n->mac)) != 0;
	int err = 0;

	if (link->running || moved)
		err = xeap_port_refresh(n->port, ret_why);
	if (err)
		return err;
	xeap_port_get_info(n->port, &info);
	moved = memcmp(n->mac, info.mac, sizeof(n->mac)) != 0;
	take_info(n, &info);
	if (!moved || n->supplicants[0].own_mac)
		return 0;
	report_port(n->worker->report, n, "readdressed", NULL);
	if (take_addresses(n))
		return xeap_diag_set(ret_why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	return 0;
}

static void follow_or_leave(struct netport *n, const struct xeap_link *link)
{
	struct xeap_diag why = { 0 };
	int err = follow(n, link, &why);

	/* That it is gone is about to be told. */
	if (!err || err == -ENODEV) {
		set_links(n, n->running && !err);
		return;
	}
	leave(n);
	refuse(n, why.text);
}

/* again: what kept it from being joined may be over. */
static void link_changed(struct netport *n, const struct xeap_link *link, bool again)
{
	bool flipped = link->running != n->running;

	n->running = link->running;
	if (flipped)
		report_port(n->worker->report, n, n->running ? "up" : "down", NULL);
	if (n->port)
		follow_or_leave(n, link);
	else if (flipped || again)
		join(n);
	rearm(n);
}

void netport_link_changed(struct netport *n, const struct xeap_link *link)
{
	link_changed(n, link, false);
}

void netport_renamed(struct netport *n, const struct xeap_link *link)
{
	snprintf(n->ifname, sizeof(n->ifname), "%s", link->ifname);
	report_port(n->worker->report, n, "renamed", NULL);
	link_changed(n, link, true);
}

void netport_removed(struct netport *n, const char *reason)
{
	n->gone = true;
	report_port(n->worker->report, n, "removed", reason);
	for (uint32_t i = 0; i < n->count; i++)
		supplicant_give_up(&n->supplicants[i], reason);
	set_links(n, false);
	rearm(n);
}

void netport_due(struct netport *n)
{
	join(n);
	rearm(n);
}

static struct lan *find_lan(struct netport *n, const struct xeap_pae_address *a)
{
	uint64_t key = lan_key(a->vid);
	struct xeap_map_entry *e;

	if (n->lan_count == 1)
		return n->lans[0].entry.key == key ? &n->lans[0] : NULL;
	e = xeap_map_find(&n->by_vlans, key);
	return e ? XEAP_CONTAINER(e, struct lan, entry) : NULL;
}

/* Whom a frame is for; NULL: nobody here. */
static struct supplicant *addressee(struct netport *n, const struct xeap_pae_address *a)
{
	struct lan *l = find_lan(n, a);
	struct xeap_map_entry *e;

	if (!l)
		return NULL;
	if (a->group)
		return lan_answered(l, a);
	e = xeap_map_find(&n->by_address, key_of(l, a->dst));
	if (!e)
		return NULL;
	lan_addressed(l);
	return XEAP_CONTAINER(e, struct supplicant, entry);
}

void netport_capture(struct netport *n, enum pcapng_direction direction, struct xeap_span frame)
{
	capture_frame(n->worker->captured, n->ifname, direction, frame, &n->uncaptured);
}

void netport_receive(struct netport *n, struct xeap_span frame)
{
	struct xeap_pae_address a;
	struct supplicant *s = &n->supplicants[0];

	if (n->bridged && frame.len >= 12)
		memcpy(n->authenticator, frame.data + 6, sizeof(n->authenticator));
	if (n->worker->captured)
		netport_capture(n, PCAPNG_INBOUND, frame);
	if (!is_plain(n))
		s = xeap_pae_read_address(frame, &a) ? NULL : addressee(n, &a);
	if (s)
		supplicant_receive(s, frame);
	else
		n->strays++;
}

/* Authorised once more is told as well: the kernel may have closed the port in between. */
void netport_authorized(struct netport *n, bool authorized)
{
	if (!authorized && !n->bridge_open)
		return;
	n->bridge_open = authorized;
	n->worker->changed |= bridged_set(n->bridged, authorized, n->authenticator);
}

void netport_count(struct netport *n)
{
	struct xeap_port_stats port;

	if (!n->port)
		return;
	xeap_port_get_stats(n->port, &port);
	n->tx_copied = n->earlier_copied + port.tx_copied;
}

/* The only writer is the worker's thread. */
static void add(atomic_size_t *count, int n)
{
	size_t was = atomic_load_explicit(count, memory_order_relaxed);

	atomic_store_explicit(count, was + (size_t)n, memory_order_relaxed);
}

void netport_outcome(struct supplicant *s, enum outcome outcome)
{
	struct worker *w = s->netport->worker;

	if (s->outcome == outcome)
		return;
	add(&w->totals.authenticated,
	    (outcome == OUTCOME_AUTHENTICATED) - (s->outcome == OUTCOME_AUTHENTICATED));
	add(&w->totals.failed, (outcome == OUTCOME_FAILED) - (s->outcome == OUTCOME_FAILED));
	s->outcome = outcome;
	w->changed = true;
}
