/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <linux/if_link.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <port/program.h>
#include <port/steer.h>
#include <port/sys_pin.h>

static uint32_t free_slot(const struct xeap_steer *s)
{
	for (uint32_t i = 1; i <= s->max_ports; i++)
		if (!s->slot[i].taken)
			return i;
	return XEAP_STEER_SLOT_NONE;
}

/* A slot, and places for as many stations as the port has. */
static int take_slot(struct xeap_steer *s, const struct xeap_steer_conf *conf,
		     struct xeap_attachment *a)
{
	uint32_t limit = conf->guard.station_limit, slot;
	int err = -ENOSPC;

	pthread_mutex_lock(&s->lock);
	slot = free_slot(s);
	if (limit > s->max_stations - s->stations_limited) {
		err = -EDQUOT;
	} else if (slot) {
		s->slot[slot].taken = true;
		s->stations_limited += limit;
		a->slot = slot;
		a->generation = ++s->slot[slot].generation;
		a->station_limit = limit;
		err = 0;
	}
	pthread_mutex_unlock(&s->lock);
	return err;
}

static void give_slot(struct xeap_steer *s, const struct xeap_attachment *a)
{
	pthread_mutex_lock(&s->lock);
	s->slot[a->slot].taken = false;
	s->stations_limited -= a->station_limit;
	pthread_mutex_unlock(&s->lock);
}

uint32_t xeap_steer_slots(const struct xeap_steer *steer)
{
	return steer->max_ports;
}

static int clear_counters(struct xeap_steer *s, uint32_t slot)
{
	struct xeap_steer_counters *zeros = calloc(s->cpus, sizeof(*zeros));
	int err = -ENOMEM;

	if (zeros)
		err = xeap_sys_map_update(s->program.counters, &slot, zeros, 0);
	free(zeros);
	return err;
}

bool xeap_steer_wants_frags(int err)
{
	return err == -EINVAL || err == -ERANGE || err == -EOPNOTSUPP || err == -E2BIG ||
	       err == -524; /* the kernel's ENOTSUPP, which some drivers let out */
}

static uint32_t flags_of(enum xeap_mode mode)
{
	return mode == XEAP_MODE_GENERIC ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
}

static int make_link(const struct xeap_steer *s, int ifindex, enum xeap_mode mode,
		     enum xeap_gate gated_by)
{
	uint32_t flags = flags_of(mode);
	int link = xeap_sys_xdp_attach(s->program.xdp[gated_by], ifindex, flags), again;

	if (link == -EEXIST) /* in the other mode */
		return -EBUSY;
	if (link >= 0 || !xeap_steer_wants_frags(link) || s->program.xdp_frags[gated_by] < 0)
		return link;
	again = xeap_sys_xdp_attach(s->program.xdp_frags[gated_by], ifindex, flags);
	return again >= 0 ? again : link;
}

static int attach_link(const struct xeap_steer *s, int ifindex, enum xeap_mode mode,
		       enum xeap_gate gated_by)
{
	int link = make_link(s, ifindex, mode, gated_by), err;

	if (link < 0 || !xeap_steer_is_pinned(s))
		return link;
	err = xeap_pins_add(&s->pins, ifindex, link);
	if (!err)
		return link;
	xeap_sys_close(link);
	return err;
}

/* Keys that are in a map because a port has put them there. */

static int enter(int map, const void *key)
{
	const uint32_t meaningless = 1;
	int err = xeap_sys_map_update(map, key, &meaningless, 0);

	return err == -E2BIG ? -ENOSPC : err;
}

static struct xeap_steer_vlan vlan_key(const struct xeap_attachment *a, uint64_t vids)
{
	return (struct xeap_steer_vlan){
		.slot = (uint16_t)a->slot,
		.outer = (uint16_t)(vids >> 16),
		.inner = (uint16_t)vids,
	};
}

static uint64_t vids_of(uint16_t outer, uint16_t inner)
{
	return (uint64_t)outer << 16 | inner;
}

int xeap_steer_add_vlan(struct xeap_steer *steer, struct xeap_attachment *a, uint16_t outer,
			uint16_t inner)
{
	uint64_t vids = vids_of(outer, inner);
	struct xeap_steer_vlan key = vlan_key(a, vids);
	int err;

	if (xeap_keys_has(&a->vlans, vids))
		return 0;
	err = xeap_keys_reserve(&a->vlans);
	if (!err)
		err = enter(steer->program.vlans, &key);
	if (!err)
		xeap_keys_add(&a->vlans, vids);
	return err;
}

int xeap_steer_remove_vlan(struct xeap_steer *steer, struct xeap_attachment *a, uint16_t outer,
			   uint16_t inner)
{
	uint64_t vids = vids_of(outer, inner);
	struct xeap_steer_vlan key = vlan_key(a, vids);
	int err;

	if (!xeap_keys_has(&a->vlans, vids))
		return -ENOENT;
	err = xeap_sys_map_delete(steer->program.vlans, &key);
	if (!err)
		xeap_keys_remove(&a->vlans, vids);
	return err;
}

static struct xeap_steer_authorized authorized_key(const struct xeap_attachment *a, uint64_t mac)
{
	struct xeap_steer_authorized key = { .ifindex = (uint32_t)a->ifindex };

	for (unsigned int i = 0; i < sizeof(key.mac); i++)
		key.mac[i] = (uint8_t)(mac >> 8 * i);
	return key;
}

/* The place of what is authorised, if it is free or has it. */
static bool find_place(const struct xeap_steer *s, uint32_t ifindex, uint64_t mac,
		       uint32_t *ret_place, uint64_t *ret_number)
{
	uint64_t number = xeap_steer_gate_number(ifindex, mac), there;

	*ret_number = number;
	*ret_place = xeap_steer_gate_place(number);
	return ifindex <= UINT16_MAX &&
	       !xeap_sys_map_lookup(s->program.gate_places, ret_place, &there) &&
	       (!there || there == number);
}

/* Without a place it takes a frame longer, no more. */
static int admit(struct xeap_steer *s, const struct xeap_attachment *a, uint64_t mac)
{
	struct xeap_steer_authorized key = authorized_key(a, mac);
	uint64_t number;
	uint32_t place;
	int err = enter(s->program.authorized, &key);

	if (!err && find_place(s, key.ifindex, mac, &place, &number))
		xeap_sys_map_update(s->program.gate_places, &place, &number, 0);
	return err;
}

static int expel(struct xeap_steer *s, const struct xeap_attachment *a, uint64_t mac)
{
	struct xeap_steer_authorized key = authorized_key(a, mac);
	const uint64_t nobody = 0;
	uint64_t number;
	uint32_t place;
	int err = 0;

	if (find_place(s, key.ifindex, mac, &place, &number))
		err = xeap_sys_map_update(s->program.gate_places, &place, &nobody, 0);
	return err ? err : xeap_sys_map_delete(s->program.authorized, &key);
}

/* With a gate for stations: the zeros are there for group addresses while anybody is. */
static int open_for_groups(struct xeap_steer *s, const struct xeap_attachment *a)
{
	return a->authorized.count ? 0 : admit(s, a, 0);
}

static void shut_for_groups(struct xeap_steer *s, const struct xeap_attachment *a)
{
	if (!a->authorized.count)
		expel(s, a, 0);
}

int xeap_steer_authorize(struct xeap_steer *steer, struct xeap_attachment *a, const uint8_t mac[6])
{
	uint64_t number = xeap_steer_mac_number(mac);
	int err;

	if (xeap_keys_has(&a->authorized, number))
		return 0;
	err = xeap_keys_reserve(&a->authorized);
	if (!err)
		err = open_for_groups(steer, a);
	if (err)
		return err;
	err = number ? admit(steer, a, number) : 0;
	if (err)
		shut_for_groups(steer, a);
	else
		xeap_keys_add(&a->authorized, number);
	return err;
}

int xeap_steer_revoke(struct xeap_steer *steer, struct xeap_attachment *a, const uint8_t mac[6])
{
	uint64_t number = xeap_steer_mac_number(mac);
	int err;

	if (!xeap_keys_has(&a->authorized, number))
		return 0;
	err = number ? expel(steer, a, number) : 0;
	if (err && err != -ENOENT)
		return err;
	xeap_keys_remove(&a->authorized, number);
	shut_for_groups(steer, a);
	return 0;
}

static int enter_port(struct xeap_steer *s, const struct xeap_attachment *a,
		      const struct xeap_steer_conf *conf, uint64_t flags)
{
	struct xeap_steer_port value = conf->port;
	int err;

	value.slot = (uint16_t)a->slot;
	value.generation = a->generation;
	err = xeap_sys_map_update(s->program.ports, &a->ifindex, &value, flags);
	return err == -EEXIST ? -EBUSY : err;
}

static int enter_guard(struct xeap_steer *s, struct xeap_attachment *a,
		       const struct xeap_steer_conf *conf)
{
	int err;

	if (!(conf->port.flags & XEAP_STEER_F_GUARD))
		return 0;
	err = xeap_sys_map_update(s->program.guards, &a->slot, &conf->guard, 0);
	a->guarded = !err;
	return err;
}

static int enter_gate(struct xeap_steer *s, struct xeap_attachment *a,
		      const struct xeap_steer_conf *conf)
{
	struct xeap_steer_gate value = conf->gate;
	int err;

	if (conf->gated_by == XEAP_GATE_NONE)
		return 0;
	value.slot = (uint16_t)a->slot;
	if (conf->gated_by == XEAP_GATE_STATION)
		value.flags |= XEAP_STEER_GATE_STATIONS;
	err = xeap_sys_map_update(s->program.gates, &a->ifindex, &value, 0);
	a->gated_by = err ? XEAP_GATE_NONE : conf->gated_by;
	return err;
}

static void leave_vlans(struct xeap_steer *s, struct xeap_attachment *a)
{
	for (uint32_t i = 0; i < a->vlans.count; i++) {
		struct xeap_steer_vlan key = vlan_key(a, a->vlans.key[i]);

		xeap_sys_map_delete(s->program.vlans, &key);
	}
	xeap_keys_free(&a->vlans);
}

static void leave_gate(struct xeap_steer *s, struct xeap_attachment *a)
{
	for (uint32_t i = 0; i < a->authorized.count; i++)
		expel(s, a, a->authorized.key[i]);
	xeap_keys_free(&a->authorized);
	if (a->gated_by == XEAP_GATE_NONE)
		return;
	shut_for_groups(s, a);
	xeap_sys_map_delete(s->program.gates, &a->ifindex);
	a->gated_by = XEAP_GATE_NONE;
}

/* What stays until the program is gone: a gate holds to the end. */
static void leave_maps(struct xeap_steer *s, struct xeap_attachment *a)
{
	leave_vlans(s, a);
	leave_gate(s, a);
	if (a->guarded)
		xeap_sys_map_delete(s->program.guards, &a->slot);
	a->guarded = false;
}

/* An entry of the port that was there is another's, and so is a gate's. */
static int enter_maps(struct xeap_steer *s, struct xeap_attachment *a,
		      const struct xeap_steer_conf *conf)
{
	int err = clear_counters(s, a->slot);

	if (!err)
		err = enter_guard(s, a, conf);
	if (err)
		return err;
	err = enter_port(s, a, conf, BPF_NOEXIST);
	if (err)
		goto out_guard;
	err = enter_gate(s, a, conf);
	if (err)
		goto out_port;
	return 0;

out_port:
	xeap_sys_map_delete(s->program.ports, &a->ifindex);
out_guard:
	leave_maps(s, a);
	return err;
}

/* Entries that a process before this one has left. Its keys are read from the maps. */

static void forget_vlans(struct xeap_steer *s, const struct xeap_attachment *a)
{
	struct xeap_steer_vlan key, next;
	int err = xeap_sys_map_next(s->program.vlans, NULL, &key);

	for (; !err; key = next) {
		err = xeap_sys_map_next(s->program.vlans, &key, &next);
		if (key.slot == a->slot)
			xeap_sys_map_delete(s->program.vlans, &key);
	}
}

static void forget_authorized(struct xeap_steer *s, const struct xeap_attachment *a)
{
	struct xeap_steer_authorized key, next;
	int end = xeap_sys_map_next(s->program.authorized, NULL, &key);

	for (; !end; key = next) {
		end = xeap_sys_map_next(s->program.authorized, &key, &next);
		if (key.ifindex == (uint32_t)a->ifindex)
			expel(s, a, xeap_steer_mac_number(key.mac));
	}
}

static void forget_all(struct xeap_steer *s, struct xeap_attachment *a)
{
	forget_vlans(s, a);
	forget_authorized(s, a);
	xeap_sys_map_delete(s->program.gates, &a->ifindex);
	xeap_sys_map_delete(s->program.guards, &a->slot);
}

static enum xeap_gate gate_before(const struct xeap_steer *s, const struct xeap_attachment *a)
{
	struct xeap_steer_gate gate;

	if (xeap_sys_map_lookup(s->program.gates, &a->ifindex, &gate))
		return XEAP_GATE_NONE;
	return gate.flags & XEAP_STEER_GATE_STATIONS ? XEAP_GATE_STATION : XEAP_GATE_PORT;
}

/*
 * Who was authorised was so by a process that is gone: a gate is shut, and it is so before the
 * program changes, whatever that was.
 */
static int inherit_gate(struct xeap_steer *s, struct xeap_attachment *a,
			const struct xeap_steer_conf *conf)
{
	enum xeap_gate before = gate_before(s, a);
	int err;

	if (before == XEAP_GATE_PORT)
		expel(s, a, 0);
	else if (before == XEAP_GATE_STATION)
		forget_authorized(s, a);
	err = enter_gate(s, a, conf);
	if (!err)
		err = xeap_pins_update(a->link, &s->program, conf->gated_by);
	if (!err && conf->gated_by == XEAP_GATE_NONE)
		xeap_sys_map_delete(s->program.gates, &a->ifindex);
	return err;
}

/*
 * What is on its way in a funnel is for this port, whoever serves it, so the generation stays; but
 * stations are counted anew, and those of the generation before are no longer the port's.
 */
static int inherit_maps(struct xeap_steer *s, struct xeap_attachment *a,
			const struct xeap_steer_conf *conf)
{
	int err;

	if (conf->port.flags & XEAP_STEER_F_GUARD)
		a->generation = ++s->slot[a->slot].generation;
	forget_vlans(s, a);
	xeap_sys_map_delete(s->program.guards, &a->slot);
	err = enter_guard(s, a, conf);
	if (!err)
		err = inherit_gate(s, a, conf);
	return err ? err : enter_port(s, a, conf, BPF_EXIST);
}

/* The slot that was left behind now is whose it was. */
static int take_left(struct xeap_steer *s, const struct xeap_steer_conf *conf,
		     struct xeap_attachment *a)
{
	uint32_t limit = conf->guard.station_limit;
	int err = 0;

	pthread_mutex_lock(&s->lock);
	if (a->slot > s->max_ports || !s->slot[a->slot].left)
		err = -EBUSY;
	else if (limit > s->max_stations - s->stations_limited)
		err = -EDQUOT;
	if (!err) {
		s->slot[a->slot].left = false;
		s->stations_limited += limit;
		a->station_limit = limit;
	}
	pthread_mutex_unlock(&s->lock);
	return err;
}

/* To whoever comes next. Its keys stay in the maps. */
static void give_back(struct xeap_steer *s, struct xeap_attachment *a)
{
	pthread_mutex_lock(&s->lock);
	s->slot[a->slot].left = true;
	s->stations_limited -= a->station_limit;
	pthread_mutex_unlock(&s->lock);
	xeap_keys_free(&a->vlans);
	xeap_keys_free(&a->authorized);
}

static int inherit(struct xeap_steer *s, struct xeap_attachment *a,
		   const struct xeap_steer_conf *conf)
{
	struct xeap_steer_port before;
	int err = xeap_sys_map_lookup(s->program.ports, &a->ifindex, &before);

	if (err)
		return err;
	a->slot = before.slot;
	a->generation = before.generation;
	err = take_left(s, conf, a);
	if (err)
		return err;
	err = inherit_maps(s, a, conf);
	if (err)
		give_back(s, a);
	return err;
}

/* -ENOENT: it is not pinned, or has no slot: that goes first when a port is left. */
static int take_over(struct xeap_steer *s, int ifindex, enum xeap_mode mode,
		     const struct xeap_steer_conf *conf, struct xeap_attachment *ret_attachment)
{
	struct xeap_attachment a = { .ifindex = ifindex };
	uint32_t flags;
	int err;

	a.link = xeap_pins_link(&s->pins, ifindex, &flags);
	if (a.link < 0)
		return a.link;
	err = flags == flags_of(mode) ? inherit(s, &a, conf) : -EEXIST;
	if (!err) {
		*ret_attachment = a;
		return 0;
	}
	if (err == -ENOENT)
		xeap_pins_remove(&s->pins, ifindex, a.link);
	xeap_sys_close(a.link);
	return err;
}

static int attach_new(struct xeap_steer *steer, int ifindex, enum xeap_mode mode,
		      const struct xeap_steer_conf *conf, struct xeap_attachment *ret_attachment)
{
	struct xeap_attachment a = { .ifindex = ifindex };
	int err = take_slot(steer, conf, &a);

	if (err)
		return err;
	if (steer->pins.inherited)
		forget_all(steer, &a);
	err = enter_maps(steer, &a, conf);
	if (err)
		goto out_slot;
	a.link = attach_link(steer, ifindex, mode, conf->gated_by);
	if (a.link < 0) {
		err = a.link;
		goto out_maps;
	}
	*ret_attachment = a;
	return 0;

out_maps:
	leave_maps(steer, &a);
	xeap_sys_map_delete(steer->program.ports, &ifindex);
out_slot:
	give_slot(steer, &a);
	return err;
}

static void set_used(struct xeap_steer *s)
{
	pthread_mutex_lock(&s->lock);
	s->pins.used = true;
	pthread_mutex_unlock(&s->lock);
}

int xeap_steer_attach(struct xeap_steer *steer, int ifindex, enum xeap_mode mode,
		      const struct xeap_steer_conf *conf, struct xeap_attachment *ret_attachment)
{
	int err = -ENOENT;

	if (!xeap_steer_is_owned(steer))
		return -EBUSY;
	if (xeap_steer_is_pinned(steer))
		err = take_over(steer, ifindex, mode, conf, ret_attachment);
	if (err == -ENOENT)
		err = attach_new(steer, ifindex, mode, conf, ret_attachment);
	if (!err)
		set_used(steer);
	return err;
}

static void leave_funnel(struct xeap_steer *steer, const struct xeap_attachment *a)
{
	uint32_t key = XEAP_STEER_SOCKET(a->slot, 0);

	xeap_sys_map_delete(steer->program.funnels, &a->slot);
	xeap_sys_map_delete(steer->program.exits, &a->slot);
	xeap_sys_map_delete(steer->program.sockets, &key);
}

/* What is kept is silent once its sockets are closed: the kernel takes them out of the map. */
void xeap_steer_silence(struct xeap_steer *steer, const struct xeap_attachment *a, uint32_t queues)
{
	if (steer->pins.keep)
		return;
	xeap_sys_map_delete(steer->program.ports, &a->ifindex);
	if (a->funnelled)
		leave_funnel(steer, a);
	for (uint32_t q = 0; q < queues; q++) {
		uint32_t key = XEAP_STEER_SOCKET(a->slot, q);

		xeap_sys_map_delete(steer->program.sockets, &key);
	}
}

void xeap_steer_leave(struct xeap_steer *steer, struct xeap_attachment *a)
{
	xeap_sys_close(a->link);
	give_back(steer, a);
	a->slot = XEAP_STEER_SLOT_NONE;
}

void xeap_steer_detach(struct xeap_steer *steer, struct xeap_attachment *a)
{
	if (steer->pins.keep) {
		xeap_steer_leave(steer, a);
		return;
	}
	if (xeap_steer_is_pinned(steer))
		xeap_pins_remove(&steer->pins, a->ifindex, a->link);
	xeap_sys_close(a->link);
	leave_maps(steer, a);
	give_slot(steer, a);
	a->slot = XEAP_STEER_SLOT_NONE;
}

int xeap_steer_update(struct xeap_steer *steer, const struct xeap_attachment *a,
		      const struct xeap_steer_conf *conf)
{
	return enter_port(steer, a, conf, BPF_EXIST);
}

int xeap_steer_set_socket(struct xeap_steer *steer, const struct xeap_attachment *a, uint32_t queue,
			  int xsk)
{
	uint32_t key = XEAP_STEER_SOCKET(a->slot, queue);

	return xeap_sys_map_update(steer->program.sockets, &key, &xsk, 0);
}

/*
 * The outer end's program runs in generic mode, whatever the ports have: what it sends is an skb
 * then, which every driver takes; ndo_xdp_xmit many have not, and veth only while its peer polls.
 */
int xeap_steer_funnel_attach(struct xeap_steer *steer, int outer, int inner,
			     struct xeap_funnel_links *ret_links)
{
	struct xeap_funnel_links l;

	l.in = xeap_sys_xdp_attach(steer->program.funnel_in, inner, XDP_FLAGS_DRV_MODE);
	if (l.in < 0)
		return l.in;
	l.out = xeap_sys_xdp_attach(steer->program.funnel_out, outer, XDP_FLAGS_SKB_MODE);
	if (l.out < 0) {
		xeap_sys_close(l.in);
		return l.out;
	}
	*ret_links = l;
	return 0;
}

void xeap_steer_funnel_detach(struct xeap_funnel_links *links)
{
	if (links->in >= 0)
		xeap_sys_close(links->in);
	if (links->out >= 0)
		xeap_sys_close(links->out);
	links->in = links->out = -1;
}

/* The way in comes last: nothing is taken off a port that could not be answered. */
int xeap_steer_funnel_join(struct xeap_steer *steer, struct xeap_attachment *a, int outer, int xsk)
{
	int err = xeap_sys_map_update(steer->program.exits, &a->slot, &a->ifindex, 0);

	if (!err)
		err = xeap_steer_set_socket(steer, a, 0, xsk);
	if (!err)
		err = xeap_sys_map_update(steer->program.funnels, &a->slot, &outer, 0);
	if (err)
		leave_funnel(steer, a);
	a->funnelled = !err;
	return err;
}

void xeap_steer_counts(const struct xeap_steer *steer, uint32_t slot, uint64_t *ret_packets)
{
	struct xeap_steer_counters *c = calloc(steer->cpus, sizeof(*c));
	uint64_t sums[XEAP_STEER_REASON_MAX] = { 0 };

	if (c && !xeap_sys_map_lookup(steer->program.counters, &slot, c))
		for (uint32_t i = 0; i < steer->cpus; i++)
			for (unsigned int reason = 0; reason < XEAP_STEER_REASON_MAX; reason++)
				sums[reason] += c[i].packets[reason];
	free(c);
	memcpy(ret_packets, sums, sizeof(sums));
}

const char *xeap_steer_reason_name(unsigned int reason)
{
	static const char *const names[XEAP_STEER_REASON_MAX] = {
		[XEAP_STEER_REDIRECTED] = "redirected",
		[XEAP_STEER_NO_SOCKET] = "no-socket",
		[XEAP_STEER_NOT_EAPOL] = "not-eapol",
		[XEAP_STEER_MASKED] = "masked",
		[XEAP_STEER_OTHER_DST] = "other-dst",
		[XEAP_STEER_RUNT] = "runt",
		[XEAP_STEER_BAD_VERSION] = "bad-version",
		[XEAP_STEER_BAD_LENGTH] = "bad-length",
		[XEAP_STEER_VLAN_DEPTH] = "vlan-depth",
		[XEAP_STEER_BAD_QUEUE] = "bad-queue",
		[XEAP_STEER_UNKNOWN_PORT] = "unknown-port",
		[XEAP_STEER_OTHER_VLAN] = "other-vlan",
		[XEAP_STEER_FRAGS] = "frags",
		[XEAP_STEER_NO_HEADROOM] = "no-headroom",
		[XEAP_STEER_FUNNEL_SENT] = "funnel-sent",
		[XEAP_STEER_FUNNEL_STRAY] = "funnel-stray",
		[XEAP_STEER_MALFORMED] = "malformed",
		[XEAP_STEER_TYPE_DROPPED] = "type-dropped",
		[XEAP_STEER_STATION_LIMIT] = "station-limit",
		[XEAP_STEER_POLICED_STATION] = "policed-station",
		[XEAP_STEER_POLICED_PORT] = "policed-port",
		[XEAP_STEER_GATED] = "gated",
		[XEAP_STEER_GATE_ALLOWED] = "gate-allowed",
		[XEAP_STEER_GATE_OPEN] = "gate-open",
	};

	return reason < XEAP_STEER_REASON_MAX ? names[reason] : "?";
}

bool xeap_steer_reason_is_shared(unsigned int reason)
{
	return reason == XEAP_STEER_NOT_EAPOL || reason == XEAP_STEER_UNKNOWN_PORT ||
	       reason == XEAP_STEER_FUNNEL_STRAY;
}
