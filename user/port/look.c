/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/*
 * What stands on the netdevs here, whoever attached it: the kernel is asked, the pins only tell
 * what would stay.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <base/diag.h>
#include <port/pin.h>
#include <port/sys_pin.h>

_Static_assert(XEAP_STEER_REASON_MAX <= sizeof(((struct xeap_steer_seen *)0)->packets) / 8,
	       "each reason has a count");

struct look {
	const char *pin_dir;
	void (*seen)(void *arg, const struct xeap_steer_seen *port);
	void *arg;
	uint32_t program; /* whose maps these are: most netdevs have the same */
	int ports, counters;
	struct xeap_steer_counters *per_cpu;
	uint32_t cpus;
	bool refused; /* programs may not be looked at */
};

static void close_map(int *map)
{
	if (*map >= 0)
		xeap_sys_close(*map);
	*map = -1;
}

/* Those of another version are left unread. */
static void open_maps(struct look *l, uint32_t program)
{
	if (l->program == program)
		return;
	close_map(&l->ports);
	close_map(&l->counters);
	l->program = program;
	l->ports = xeap_sys_program_map(program, "xeap_ports", sizeof(struct xeap_steer_port));
	l->counters =
		xeap_sys_program_map(program, "xeap_counters", sizeof(struct xeap_steer_counters));
}

static void read_counters(const struct look *l, struct xeap_steer_seen *seen)
{
	if (l->counters < 0 || xeap_sys_map_lookup(l->counters, &seen->slot, l->per_cpu))
		return;
	for (uint32_t cpu = 0; cpu < l->cpus; cpu++)
		for (unsigned int i = 0; i < XEAP_STEER_REASON_MAX; i++)
			seen->packets[i] += l->per_cpu[cpu].packets[i];
}

static void read_port(const struct look *l, struct xeap_steer_seen *seen)
{
	struct xeap_steer_port port;

	if (l->ports < 0 || xeap_sys_map_lookup(l->ports, &seen->ifindex, &port))
		return;
	seen->slot = port.slot;
	seen->type_mask = port.type_mask;
	seen->funnel = port.flags & XEAP_STEER_F_FUNNEL;
	memcpy(seen->mac, port.mac, sizeof(seen->mac));
	read_counters(l, seen);
}

/* A name that is missing may be one that may not be read. */
static bool is_ours(struct look *l, const struct xeap_steer_seen *seen)
{
	int map;

	if (!seen->program)
		return false;
	if (seen->program_name[0])
		return !strncmp(seen->program_name, "xeap_steer", 10);
	map = xeap_sys_program_map(seen->program, "", 0);
	if (map == -EPERM || map == -EACCES)
		l->refused = true;
	if (map >= 0)
		xeap_sys_close(map);
	return false;
}

static void look_at(void *arg, int ifindex, const char *name)
{
	struct look *l = arg;
	struct xeap_steer_seen seen = { .ifindex = ifindex };
	uint32_t flags;

	seen.program = xeap_sys_xdp_query(ifindex, seen.program_name);
	if (!is_ours(l, &seen))
		return;
	snprintf(seen.ifname, sizeof(seen.ifname), "%s", name);
	flags = xeap_sys_xdp_flags(ifindex, seen.program);
	seen.mode = flags == XDP_FLAGS_SKB_MODE ? XEAP_MODE_GENERIC : XEAP_MODE_NATIVE;
	seen.pinned = l->pin_dir && xeap_pins_has(l->pin_dir, ifindex);
	open_maps(l, seen.program);
	read_port(l, &seen);
	l->seen(l->arg, &seen);
}

int xeap_steer_look(const char *pin_dir,
		    void (*seen)(void *arg, const struct xeap_steer_seen *port), void *arg,
		    struct xeap_diag *ret_diag)
{
	struct look l = {
		.pin_dir = pin_dir, .seen = seen, .arg = arg, .ports = -1, .counters = -1
	};
	int cpus = xeap_sys_cpus(), err;

	l.cpus = cpus < 0 ? 0 : (uint32_t)cpus;
	l.per_cpu = calloc(l.cpus + 1, sizeof(*l.per_cpu));
	if (!l.per_cpu)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	err = xeap_sys_netdevs(look_at, &l);
	close_map(&l.ports);
	close_map(&l.counters);
	free(l.per_cpu);
	if (err)
		return xeap_diag_set(ret_diag, err, XEAP_E_NOT_SUPPORTED,
				     "netdevs cannot be listed: %s", strerror(-err));
	if (l.refused)
		return xeap_diag_set(ret_diag, -EPERM, XEAP_E_NOT_SUPPORTED,
				     "no permission to look at XDP programs: run as root, or with "
				     "CAP_SYS_ADMIN");
	return 0;
}
