/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/* The fake kernel's bpffs, in the place of user/port/sys_pin.c. */
#include "test_port_fake.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xeap/steer.h>

static const struct {
	const char *name;
	int map;
} maps[] = {
	{ "xeap_ports", FD_PORTS },
	{ "xeap_sockets", FD_SOCKETS },
	{ "xeap_counters", FD_COUNTERS },
	{ "xeap_funnels", FD_FUNNELS },
	{ "xeap_exits", FD_EXITS },
	{ "xeap_vlans", FD_VLANS },
	{ "xeap_guards", FD_GUARDS },
	{ "xeap_stations", FD_STATIONS },
	{ "xeap_gates", FD_GATES },
	{ "xeap_authorized", FD_AUTHORIZED },
	{ "xeap_gate_places", FD_GATE_PLACES },
};
#define MAPS (sizeof(maps) / sizeof(maps[0]))

static int find_pin(const char *path)
{
	for (int i = 0; i < FAKE_PINS; i++)
		if (fake.pin[i].object && !strcmp(fake.pin[i].path, path))
			return i;
	return -1;
}

bool fake_pinned(const char *path)
{
	return find_pin(path) >= 0;
}

unsigned int fake_pins(void)
{
	unsigned int n = 0;

	for (int i = 0; i < FAKE_PINS; i++)
		n += fake.pin[i].object != 0;
	return n;
}

int fake_open(int object)
{
	for (int i = 0; i < FAKE_HANDLES; i++) {
		if (fake.handle[i].fd)
			continue;
		fake.handle[i].fd = fake.next_fd++;
		fake.handle[i].object = object;
		return fake.handle[i].fd;
	}
	abort();
}

int fake_object(int fd)
{
	for (int i = 0; i < FAKE_HANDLES; i++)
		if (fake.handle[i].fd == fd)
			return fake.handle[i].object;
	return fd;
}

static struct fake_netdev *by_link(int link)
{
	for (int i = 0; i < FAKE_NETDEVS; i++)
		if (link && fake.netdev[i].link == link)
			return &fake.netdev[i];
	return NULL;
}

static bool is_held(int object)
{
	for (int i = 0; i < FAKE_HANDLES; i++)
		if (fake.handle[i].fd && fake.handle[i].object == object)
			return true;
	for (int i = 0; i < FAKE_PINS; i++)
		if (fake.pin[i].object == object)
			return true;
	return false;
}

static void detach(int link)
{
	struct fake_netdev *d = by_link(link);

	if (!d)
		return;
	d->link = 0;
	fake.links--;
}

/* The kernel keeps a link as long as somebody has it, and what is in a map as long. */
static void let_go(int object)
{
	if (is_held(object))
		return;
	detach(object);
	if (object >= FD_PORTS && object < FAKE_FD_FIRST)
		fake_drop_entries(object);
}

bool fake_closed(int fd)
{
	if (fd && fd == fake.locked) {
		fake.locked = 0;
		return true;
	}
	for (int i = 0; i < FAKE_HANDLES; i++) {
		int object = fake.handle[i].object;

		if (!fd || fake.handle[i].fd != fd)
			continue;
		fake.handle[i].fd = 0;
		let_go(object);
		return true;
	}
	return false;
}

int xeap_sys_pin_dir(const char *path, bool make)
{
	int err = fake_step();

	if (err || fake.no_bpffs)
		return err ? err : -fake.no_bpffs;
	if (!fake.dir && !make)
		return -ENOENT;
	fake.dir = true;
	return fake_open(9999);
}

int xeap_sys_pin_lock(int dir)
{
	int err = fake_step();

	if (err)
		return err;
	if (fake.locked_by_other || fake.locked)
		return -EBUSY;
	for (int i = 0; i < FAKE_HANDLES; i++)
		if (fake.handle[i].fd == dir)
			fake.handle[i].fd = 0;
	fake.locked = dir;
	return 0;
}

void xeap_sys_pin_dir_remove(const char *path)
{
	fake.dir = fake_pins() != 0;
}

int xeap_sys_pin_list(const char *dir, void (*found)(void *arg, const char *name), void *arg)
{
	int err = fake_step();

	for (int i = 0; !err && i < FAKE_PINS; i++)
		if (fake.pin[i].object && !strncmp(fake.pin[i].path, dir, strlen(dir)))
			found(arg, strrchr(fake.pin[i].path, '/') + 1);
	return err;
}

static int pin_object(int object, const char *path)
{
	int err = fake_step();

	if (err)
		return err;
	if (find_pin(path) >= 0)
		return -EEXIST;
	for (int i = 0; i < FAKE_PINS; i++) {
		if (fake.pin[i].object)
			continue;
		snprintf(fake.pin[i].path, sizeof(fake.pin[i].path), "%s", path);
		fake.pin[i].object = object;
		return 0;
	}
	abort();
}

int xeap_sys_pin(int fd, const char *path)
{
	return pin_object(fake_object(fd), path);
}

int xeap_sys_pin_get(const char *path)
{
	int i = find_pin(path), err = i < 0 ? -ENOENT : fake_step();

	if (err)
		return err;
	return fake_open(fake.pin[i].object);
}

int xeap_sys_pin_remove(const char *path)
{
	int i = find_pin(path), object;

	if (i < 0)
		return -ENOENT;
	object = fake.pin[i].object;
	fake.pin[i].object = 0;
	let_go(object);
	return 0;
}

int xeap_sys_program_reload(const struct xeap_sys_object *object, const char *dir,
			    struct xeap_sys_program *ret_program)
{
	return fake.map_mismatch ? -fake.map_mismatch : xeap_sys_program_load(object, ret_program);
}

int xeap_sys_program_pin(const struct xeap_sys_program *program, const char *dir)
{
	char path[160];
	int err = 0;

	for (size_t i = 0; !err && i < MAPS; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, maps[i].name);
		err = pin_object(maps[i].map, path);
	}
	return err;
}

int xeap_sys_single_make(const char *name, uint32_t value_size)
{
	int err = fake_step();

	return err ? err : fake_open(FD_HEADER);
}

int xeap_sys_single_read(int map, void *ret_value, size_t size)
{
	uint32_t zero = 0;
	int err = fake_step();

	return err ? err : xeap_sys_map_lookup(map, &zero, ret_value);
}

int xeap_sys_program_map(uint32_t program_id, const char *name, uint32_t value_size)
{
	for (size_t i = 0; i < MAPS; i++)
		if (!strcmp(maps[i].name, name))
			return fake_open(maps[i].map);
	return -ENOENT;
}

int xeap_sys_link_read(int link, struct xeap_sys_link *ret_link)
{
	struct fake_netdev *d = by_link(fake_object(link));
	int err = fake_step();

	if (err)
		return err;
	ret_link->ifindex = d && d->there ? d->n.ifindex : 0;
	ret_link->program = (uint32_t)fake_object(link);
	return 0;
}

int xeap_sys_link_update(int link, int program)
{
	struct fake_netdev *d = by_link(fake_object(link));
	int err = fake_step();

	if (err)
		return err;
	if (!d || !d->there)
		return -ENOLINK;
	if (program < FD_FRAGS && d->no_native == EINVAL)
		return -EINVAL; /* it wants the one for frames in several buffers */
	d->linked_program = program;
	d->gated_by = (enum xeap_gate)((program - FD_PROGRAM) % XEAP_GATE_MAX);
	d->updates++;
	return 0;
}

void xeap_sys_link_detach(int link)
{
	detach(fake_object(link));
}

uint32_t xeap_sys_xdp_flags(int ifindex, uint32_t program)
{
	const struct fake_netdev *d = fake_netdev_at(ifindex);

	return d && (uint32_t)d->link == program ? d->link_flags : 0;
}

int xeap_sys_netdevs(void (*found)(void *arg, int ifindex, const char *name), void *arg)
{
	int err = fake_step();

	for (int i = 0; !err && i < FAKE_NETDEVS; i++)
		if (fake.netdev[i].there)
			found(arg, fake.netdev[i].n.ifindex, fake.netdev[i].n.name);
	return err;
}

uint64_t xeap_sys_clock(void)
{
	return 123456789;
}

uint64_t xeap_sys_network_namespace(void)
{
	return fake.netns;
}
