/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "test_port_fake.h"
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* bpf(2): programs, links and maps of the kernel for tests. */

enum {
	FD_PROGRAM = 10, /* by what the gate goes by */
	FD_FRAGS = FD_PROGRAM + XEAP_GATE_MAX,
	FD_FRAGS_LAST = FD_FRAGS + XEAP_GATE_MAX - 1,
	FD_PORTS,
	FD_SOCKETS,
	FD_COUNTERS,
	FD_FUNNEL_IN,
	FD_FUNNEL_OUT,
	FD_FUNNELS,
	FD_EXITS,
	FD_VLANS,
	FD_GUARDS,
	FD_STATIONS,
	FD_GATES,
	FD_AUTHORIZED,
	FD_GATE_PLACES,
	FD_LAST
};
_Static_assert(FD_LAST <= FAKE_FD_FIRST, "descriptors are told apart");

int xeap_sys_program_load(const void *elf, size_t size, const struct xeap_sys_map_size *map_sizes,
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
	for (; map_sizes->map; map_sizes++)
		if (!strcmp(map_sizes->map, "xeap_vlans"))
			fake.max_vlans = map_sizes->entries;
		else if (!strcmp(map_sizes->map, "xeap_authorized"))
			fake.max_authorized = map_sizes->entries;
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

static struct fake_entry *find_entry(int map, const void *key)
{
	for (unsigned int i = 0; i < fake.entries; i++)
		if (fake.entry[i].map == map && !memcmp(fake.entry[i].key, key, key_size(map)))
			return &fake.entry[i];
	return NULL;
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

int xeap_sys_map_update(int map, const void *key, const void *value, uint64_t flags)
{
	int err = fake_step();

	if (err || map == FD_COUNTERS)
		return err;
	note_value(map, value);
	if (map == FD_GATE_PLACES) {
		memcpy(&fake.gate_place[*(const uint32_t *)key], value, sizeof(uint64_t));
		return 0;
	}
	if (find_entry(map, key))
		return flags == BPF_NOEXIST ? -EEXIST : 0;
	if (is_full(map))
		return -E2BIG;
	if (fake.entries == FAKE_ENTRIES)
		abort();
	fake.entry[fake.entries].map = map;
	memcpy(fake.entry[fake.entries++].key, key, key_size(map));
	return 0;
}

int xeap_sys_map_delete(int map, const void *key)
{
	struct fake_entry *e = find_entry(map, key);

	if (!e)
		return -ENOENT;
	*e = fake.entry[--fake.entries];
	return 0;
}

bool fake_has_vlan(uint16_t slot, uint16_t outer, uint16_t inner)
{
	const struct xeap_steer_vlan key = { .slot = slot, .outer = outer, .inner = inner };

	return find_entry(FD_VLANS, &key);
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
	return find_entry(FD_AUTHORIZED, &key);
}

int xeap_sys_map_lookup(int map, const void *key, void *ret_value)
{
	if (map == FD_GATE_PLACES)
		memcpy(ret_value, &fake.gate_place[*(const uint32_t *)key], sizeof(uint64_t));
	else
		memset(ret_value, 0, sizeof(struct xeap_steer_counters));
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
	fake.links++;
	return d->link;
}

uint32_t xeap_sys_xdp_query(int ifindex, char ret_name[16])
{
	struct fake_netdev *d = fake_netdev_at(ifindex);

	snprintf(ret_name, 16, "%s", d && d->foreign_id ? "somebody" : "xeap_steer");
	return !d ? 0 : d->foreign_id ? d->foreign_id : (uint32_t)d->link;
}
