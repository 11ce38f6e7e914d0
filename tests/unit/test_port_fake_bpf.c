/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "test_port_fake.h"
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* bpf(2): programs, links and maps of the kernel for tests. */

int xeap_sys_program_load(const struct xeap_sys_object *object,
			  struct xeap_sys_program *ret_program)
{
	struct xeap_sys_program p = { .ports = FD_PORTS,
				      .sockets = FD_SOCKETS,
				      .counters = FD_COUNTERS,
				      .funnel_in = FD_FUNNEL_IN,
				      .funnel_out = FD_FUNNEL_OUT,
				      .funnels = FD_FUNNELS,
				      .exits = FD_EXITS,
				      .vlans = FD_VLANS,
				      .guards = FD_GUARDS,
				      .stations = FD_STATIONS,
				      .gates = FD_GATES,
				      .authorized = FD_AUTHORIZED,
				      .gate_places = FD_GATE_PLACES };
	int err = fake_step();

	if (err)
		return err;
	fake.programs++;
	for (int gate = 0; gate < XEAP_GATE_MAX; gate++) {
		p.xdp[gate] = FD_PROGRAM + gate;
		p.xdp_frags[gate] = FD_FRAGS + gate;
	}
	for (const struct xeap_sys_map_size *m = object->map_sizes; m->map; m++)
		if (!strcmp(m->map, "xeap_vlans"))
			fake.max_vlans = m->entries;
		else if (!strcmp(m->map, "xeap_authorized"))
			fake.max_authorized = m->entries;
	*ret_program = p;
	return 0;
}

void xeap_sys_program_unload(struct xeap_sys_program *program)
{
	fake.programs--;
}

static size_t key_size(int map)
{
	return map == FD_VLANS	      ? sizeof(struct xeap_steer_vlan)
	       : map == FD_AUTHORIZED ? sizeof(struct xeap_steer_authorized)
				      : sizeof(uint32_t);
}

struct fake_entry *fake_find_entry(int map, const void *key)
{
	for (unsigned int i = 0; i < fake.entries; i++)
		if (fake.entry[i].map == map && !memcmp(fake.entry[i].key, key, key_size(map)))
			return &fake.entry[i];
	return NULL;
}

static size_t value_size(int map)
{
	return map == FD_PORTS	  ? sizeof(struct xeap_steer_port)
	       : map == FD_GUARDS ? sizeof(struct xeap_steer_guard)
	       : map == FD_GATES  ? sizeof(struct xeap_steer_gate)
	       : map == FD_HEADER ? sizeof(struct xeap_steer_header)
				  : sizeof(uint32_t);
}

/* What is behind it moves up: the order is what a hash has, too, when nothing is added. */
static void drop_entry(struct fake_entry *e)
{
	fake.entries--;
	memmove(e, e + 1, (size_t)(&fake.entry[fake.entries] - e) * sizeof(*e));
}

void fake_drop_entries(int map)
{
	for (unsigned int i = fake.entries; i--;)
		if (fake.entry[i].map == map)
			drop_entry(&fake.entry[i]);
}

static unsigned int entries_of(int map)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < fake.entries; i++)
		n += fake.entry[i].map == map;
	return n;
}

static bool is_full(int map)
{
	return (map == FD_VLANS && entries_of(map) >= fake.max_vlans) ||
	       (map == FD_AUTHORIZED && entries_of(map) >= fake.max_authorized);
}

static void note_value(int map, const void *value)
{
	if (map == FD_PORTS)
		memcpy(&fake.steered, value, sizeof(fake.steered));
	if (map == FD_GUARDS)
		memcpy(&fake.guard, value, sizeof(fake.guard));
	if (map == FD_GATES)
		memcpy(&fake.gate, value, sizeof(fake.gate));
}

static struct fake_entry *new_entry(int map, const void *key)
{
	struct fake_entry *e = &fake.entry[fake.entries++];

	if (fake.entries > FAKE_ENTRIES)
		abort();
	e->map = map;
	memcpy(e->key, key, key_size(map));
	return e;
}

int xeap_sys_map_update(int fd, const void *key, const void *value, uint64_t flags)
{
	int err = fake_step(), map = fake_object(fd);
	struct fake_entry *e = fake_find_entry(map, key);

	if (err || map == FD_COUNTERS)
		return err;
	note_value(map, value);
	if (map == FD_GATE_PLACES) {
		memcpy(&fake.gate_place[*(const uint32_t *)key], value, sizeof(uint64_t));
		return 0;
	}
	if (e && flags == BPF_NOEXIST)
		return -EEXIST;
	if (!e && flags == BPF_EXIST)
		return -ENOENT;
	if (!e && is_full(map))
		return -E2BIG;
	if (!e)
		e = new_entry(map, key);
	memcpy(e->value, value, value_size(map));
	return 0;
}

int xeap_sys_map_delete(int fd, const void *key)
{
	struct fake_entry *e = fake_find_entry(fake_object(fd), key);

	if (!e)
		return -ENOENT;
	drop_entry(e);
	return 0;
}

int xeap_sys_map_next(int fd, const void *key, void *ret_next)
{
	int map = fake_object(fd);
	const struct fake_entry *e = key ? fake_find_entry(map, key) : NULL;

	for (e = e ? e + 1 : fake.entry; e < fake.entry + fake.entries; e++) {
		if (e->map != map)
			continue;
		memcpy(ret_next, e->key, key_size(map));
		return 0;
	}
	return -ENOENT;
}

bool fake_has_vlan(uint16_t slot, uint16_t outer, uint16_t inner)
{
	const struct xeap_steer_vlan key = { .slot = slot, .outer = outer, .inner = inner };

	return fake_find_entry(FD_VLANS, &key);
}

bool fake_has_gate_place(int ifindex, const uint8_t mac[6])
{
	uint64_t number = xeap_steer_gate_number((uint32_t)ifindex, xeap_steer_mac_number(mac));

	return fake.gate_place[xeap_steer_gate_place(number)] == number;
}

bool fake_is_authorized(int ifindex, const uint8_t mac[6])
{
	struct xeap_steer_authorized key = { .ifindex = (uint32_t)ifindex };

	memcpy(key.mac, mac, sizeof(key.mac));
	return fake_find_entry(FD_AUTHORIZED, &key);
}

int xeap_sys_map_lookup(int fd, const void *key, void *ret_value)
{
	int map = fake_object(fd);
	const struct fake_entry *e = fake_find_entry(map, key);

	if (map == FD_GATE_PLACES)
		memcpy(ret_value, &fake.gate_place[*(const uint32_t *)key], sizeof(uint64_t));
	else if (map == FD_COUNTERS)
		memset(ret_value, 0, sizeof(struct xeap_steer_counters));
	else if (!e)
		return -ENOENT;
	else
		memcpy(ret_value, e->value, value_size(map));
	return 0;
}

int xeap_sys_cpus(void)
{
	return 1;
}

int xeap_sys_xdp_attach(int program, int ifindex, uint32_t flags)
{
	struct fake_netdev *d = fake_netdev_at(ifindex);
	int err = fake_step();

	if (err)
		return err;
	if (!d)
		return -ENODEV;
	if (d->link || d->foreign_id)
		return -EBUSY;
	if (flags == XDP_FLAGS_DRV_MODE && d->no_native)
		return -d->no_native;
	if (program >= FD_PROGRAM && program <= FD_FRAGS_LAST)
		d->gated_by = (enum xeap_gate)((program - FD_PROGRAM) % XEAP_GATE_MAX);
	d->link = fake.next_fd++;
	d->linked_program = program;
	d->link_flags = flags;
	d->attaches++;
	fake.links++;
	return fake_open(d->link);
}

uint32_t xeap_sys_xdp_query(int ifindex, char ret_name[16])
{
	struct fake_netdev *d = fake_netdev_at(ifindex);

	snprintf(ret_name, 16, "%s", d && d->foreign_id ? "somebody" : "xeap_steer");
	return !d ? 0 : d->foreign_id ? d->foreign_id : (uint32_t)d->link;
}
