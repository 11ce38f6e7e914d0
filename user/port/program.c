/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/* Loading the XDP program, with maps of its own or with pinned ones, and letting go of it. */
#include <errno.h>
#include <linux/if_link.h>
#include <stdlib.h>
#include <string.h>
#include <base/diag.h>
#include <port/program.h>
#include <port/steer.h>
#include <port/sys_pin.h>
#include <port/veth.h>

/* Generated; only the object file in it is used, the program is loaded through sys.h. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#include <bpf/steer.skel.h>
#pragma GCC diagnostic pop

#define MAX_PORTS_LIMIT 65535 /* a slot has 16 bits in a funnel's tag */
#define VLANS_A_SLOT 16
#define STATIONS 4096
#define STATIONS_LIMIT (1u << 24)
#define VLANS_LIMIT (1u << 24)
/* Entries of an LRU map that each CPU may have set aside for itself (kernel/bpf/bpf_lru_list.c). */
#define LRU_ASIDE 128

int xeap_steer_blocked(int err, struct xeap_diag *ret_diag)
{
	if (err == -EPERM || err == -EACCES)
		return xeap_diag_set(ret_diag, -EPERM, XEAP_E_NOT_SUPPORTED,
				     "no permission to load an XDP program: run as root, or with "
				     "CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW");
	if (err == -ENOMEM)
		return xeap_diag_set(ret_diag, err, XEAP_E_OUT_OF_MEMORY,
				     "no memory for the XDP program's maps: raise the limit of "
				     "locked memory (ulimit -l) or ask for fewer ports");
	return xeap_diag_set(ret_diag, err, XEAP_E_NOT_SUPPORTED,
			     "the kernel refuses the XDP program (%s): it needs Linux 5.10 or "
			     "later with CONFIG_BPF_SYSCALL and CONFIG_XDP_SOCKETS",
			     strerror(-err));
}

/* What nobody asked for is as the pins have it, or else a default. */
static void fill_sizes(struct xeap_pins_sizes *z)
{
	if (!z->ports)
		z->ports = XEAP_STEER_MAX_PORTS;
	if (!z->vlans)
		z->vlans = VLANS_A_SLOT * z->ports;
	if (!z->stations)
		z->stations = STATIONS;
	if (!z->authorized)
		z->authorized = STATIONS;
}

static int check_most(const char *what, uint32_t asked, uint32_t most, struct xeap_diag *ret_diag)
{
	if (asked <= most)
		return 0;
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "%u %s are more than a program can have: at most %u", asked, what,
			     most);
}

static int check_sizes(const struct xeap_pins_sizes *z, struct xeap_diag *ret_diag)
{
	int err = check_most("ports", z->ports, MAX_PORTS_LIMIT, ret_diag);

	if (!err)
		err = check_most("VLANs", z->vlans, VLANS_LIMIT, ret_diag);
	if (!err)
		err = check_most("stations", z->stations, STATIONS_LIMIT, ret_diag);
	if (!err)
		err = check_most("stations", z->authorized, STATIONS_LIMIT, ret_diag);
	return err;
}

static struct xeap_steer *new_steer(const struct xeap_pins_sizes *z)
{
	struct xeap_steer *s = calloc(1, sizeof(*s) + (z->ports + 1) * sizeof(s->slot[0]));

	if (!s)
		return NULL;
	s->slot = (struct slot *)(s + 1);
	s->max_ports = z->ports;
	s->max_stations = z->stations;
	return s;
}

/* A gate for stations has an entry a port for their group addresses, too. */
static int load(struct xeap_steer *s, const struct xeap_pins_sizes *z, struct xeap_diag *ret_diag)
{
	const struct xeap_sys_map_size sizes[] = {
		{ "xeap_ports", z->ports },
		{ "xeap_sockets", XEAP_STEER_SOCKET(z->ports + 1, 0) },
		{ "xeap_funnels", z->ports + 1 },
		{ "xeap_exits", z->ports + 1 },
		{ "xeap_counters", z->ports + 1 },
		{ "xeap_vlans", z->vlans },
		{ "xeap_guards", z->ports },
		{ "xeap_stations", z->stations + LRU_ASIDE * s->cpus },
		{ "xeap_gates", z->ports },
		{ "xeap_authorized", z->authorized + z->ports },
		{ NULL, 0 },
	};
	struct xeap_sys_object object = { .map_sizes = sizes };
	int err;

	object.elf = steer_bpf__elf_bytes(&object.size);
	if (xeap_steer_is_pinned(s))
		return xeap_pins_load(&s->pins, &object, z, &s->program, ret_diag);
	err = xeap_sys_program_load(&object, &s->program);
	return err ? xeap_steer_blocked(err, ret_diag) : 0;
}

/* A port that is still pinned keeps its slot, also when nobody opens it. */
static void find_left(void *arg, int ifindex, const struct xeap_steer_port *port)
{
	struct xeap_steer *s = arg;

	if (!port->slot || port->slot > s->max_ports)
		return;
	s->found++;
	s->slot[port->slot] = (struct slot){ true, true, port->generation };
}

static int load_all(struct xeap_steer *s, const struct xeap_pins_sizes *z,
		    struct xeap_diag *ret_diag)
{
	int err, cpus = xeap_sys_cpus();

	if (cpus < 0)
		return xeap_steer_blocked(cpus, ret_diag);
	s->cpus = (uint32_t)cpus;
	err = load(s, z, ret_diag);
	if (err || !s->pins.owned)
		return err;
	err = xeap_pins_own(&s->pins, &s->program, find_left, s, ret_diag);
	if (err)
		xeap_sys_program_unload(&s->program);
	return err;
}

static int make_steer(struct xeap_pins *pins, const struct xeap_pins_sizes *z,
		      struct xeap_steer **ret_steer, struct xeap_diag *ret_diag)
{
	struct xeap_steer *s = new_steer(z);
	int err;

	if (!s)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	s->pins = *pins;
	err = load_all(s, z, ret_diag);
	if (!err) {
		*ret_steer = s;
		return 0;
	}
	*pins = s->pins;
	free(s);
	return err;
}

int xeap_steer_open(const struct xeap_steer_options *options, struct xeap_steer **ret_steer,
		    struct xeap_diag *ret_diag)
{
	struct xeap_steer_options o = { 0 };
	struct xeap_pins pins = { .lock = -1, .header = -1 };
	struct xeap_pins_sizes z;
	struct xeap_steer *s = NULL;
	int err;

	if (options)
		memcpy(&o, options, options->size < sizeof(o) ? options->size : sizeof(o));
	z = (struct xeap_pins_sizes){ o.max_ports, o.max_vlans, o.max_stations, o.max_authorized };
	err = check_sizes(&z, ret_diag);
	if (!err && o.pin_dir)
		err = xeap_pins_open(o.pin_dir, o.beside, &z, &pins, ret_diag);
	if (err)
		return err;
	fill_sizes(&z);
	err = make_steer(&pins, &z, &s, ret_diag);
	if (err) {
		xeap_pins_close(&pins);
		return err;
	}
	pthread_mutex_init(&s->lock, NULL);
	xeap_funnel_veth_sweep();
	*ret_steer = s;
	return 0;
}

bool xeap_steer_is_owned(const struct xeap_steer *steer)
{
	return !xeap_steer_is_pinned(steer) || steer->pins.owned;
}

int xeap_steer_own(struct xeap_steer *steer, struct xeap_diag *ret_diag)
{
	if (xeap_steer_is_owned(steer))
		return 0;
	return xeap_pins_own(&steer->pins, &steer->program, find_left, steer, ret_diag);
}

void xeap_steer_keep(struct xeap_steer *steer)
{
	xeap_pins_keep(&steer->pins, xeap_steer_total(steer, XEAP_STEER_NO_SOCKET));
}

int xeap_steer_owner(const struct xeap_steer *steer)
{
	return xeap_pins_owner(&steer->pins);
}

void xeap_steer_get_gap(const struct xeap_steer *steer, struct xeap_steer_gap *ret_gap)
{
	const struct xeap_pins *p = &steer->pins;
	uint64_t passed = xeap_steer_total(steer, XEAP_STEER_NO_SOCKET);
	struct xeap_steer_gap gap = { .ports = steer->found, .known = p->left_at != 0 };

	if (gap.known) {
		gap.ns = xeap_sys_clock() - p->left_at;
		gap.passed = passed > p->left_passed ? passed - p->left_passed : 0;
	}
	*ret_gap = gap;
}

uint64_t xeap_steer_total(const struct xeap_steer *steer, unsigned int reason)
{
	uint64_t packets[XEAP_STEER_REASON_MAX], sum = 0;
	struct xeap_steer_port port;
	int ports = steer->program.ports, ifindex, next;
	int err = reason < XEAP_STEER_REASON_MAX ? xeap_sys_map_next(ports, NULL, &ifindex) : -1;

	for (; !err; ifindex = next) {
		if (!xeap_sys_map_lookup(ports, &ifindex, &port)) {
			xeap_steer_counts(steer, port.slot, packets);
			sum += packets[reason];
		}
		err = xeap_sys_map_next(ports, &ifindex, &next);
	}
	return sum;
}

struct xeap_steer *xeap_steer_close(struct xeap_steer *steer)
{
	if (!steer)
		return NULL;
	xeap_pins_close(&steer->pins);
	xeap_sys_program_unload(&steer->program);
	pthread_mutex_destroy(&steer->lock);
	free(steer);
	return NULL;
}
