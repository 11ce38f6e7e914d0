/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <linux/if_link.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <base/diag.h>
#include <port/pin.h>
#include <port/steer.h>
#include <port/sys_pin.h>
#include <port/veth.h>

/* Generated; only the object file in it is used, the program is loaded through sys.h. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#include <bpf/steer.skel.h>
#pragma GCC diagnostic pop

#define MAX_PORTS_LIMIT 65535 /* a slot has 16 bits in a funnel's tag */

struct xeap_steer {
	struct xeap_sys_program program;
	struct xeap_pins pins;
	uint32_t max_ports;
	uint32_t found; /* ports that were pinned */
	uint32_t cpus;
	pthread_mutex_t lock; /* of `slot` */
	struct slot {
		bool taken;
		bool left;	     /* by a process before this one, to whoever opens the port */
		uint16_t generation; /* of the last that had it */
	} * slot;		     /* from 1 on */
};

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

static struct xeap_steer *new_steer(uint32_t max_ports)
{
	struct xeap_steer *s = calloc(1, sizeof(*s) + (max_ports + 1) * sizeof(s->slot[0]));

	if (!s)
		return NULL;
	s->slot = (struct slot *)(s + 1);
	s->max_ports = max_ports;
	return s;
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

static int load(struct xeap_steer *s, struct xeap_diag *ret_diag)
{
	size_t size;
	const void *elf = steer_bpf__elf_bytes(&size);
	int err, cpus = xeap_sys_cpus();

	if (cpus < 0)
		return xeap_steer_blocked(cpus, ret_diag);
	s->cpus = (uint32_t)cpus;
	if (s->pins.dir[0])
		return xeap_pins_load(&s->pins, elf, size, s->max_ports, &s->program, ret_diag);
	err = xeap_sys_program_load(elf, size, s->max_ports, &s->program);
	return err ? xeap_steer_blocked(err, ret_diag) : 0;
}

static int load_all(struct xeap_steer *s, struct xeap_diag *ret_diag)
{
	int err = load(s, ret_diag);

	if (err || !s->pins.owned)
		return err;
	err = xeap_pins_own(&s->pins, &s->program, find_left, s, ret_diag);
	if (err)
		xeap_sys_program_unload(&s->program);
	return err;
}

/* The pins come first: they say how many ports there are. */
static int open_steer(const struct xeap_steer_options *o, struct xeap_steer **ret_steer,
		      struct xeap_diag *ret_diag)
{
	struct xeap_pins pins = { .lock = -1, .header = -1 };
	uint32_t max_ports = o->max_ports;
	struct xeap_steer *s;
	int err = 0;

	if (o->pin_dir)
		err = xeap_pins_open(o->pin_dir, o->beside, &max_ports, &pins, ret_diag);
	if (err)
		return err;
	s = new_steer(max_ports ? max_ports : XEAP_STEER_MAX_PORTS);
	if (!s) {
		xeap_pins_close(&pins);
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	}
	s->pins = pins;
	err = load_all(s, ret_diag);
	if (err) {
		xeap_pins_close(&s->pins);
		free(s);
		return err;
	}
	*ret_steer = s;
	return 0;
}

int xeap_steer_open(const struct xeap_steer_options *options, struct xeap_steer **ret_steer,
		    struct xeap_diag *ret_diag)
{
	struct xeap_steer_options o = { 0 };
	struct xeap_steer *s = NULL;
	int err;

	if (options)
		memcpy(&o, options, options->size < sizeof(o) ? options->size : sizeof(o));
	if (o.max_ports > MAX_PORTS_LIMIT)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%u ports are more than a program can have: at most %u",
				     o.max_ports, MAX_PORTS_LIMIT);
	err = open_steer(&o, &s, ret_diag);
	if (err)
		return err;
	pthread_mutex_init(&s->lock, NULL);
	xeap_funnel_veth_sweep();
	*ret_steer = s;
	return 0;
}

bool xeap_steer_is_pinned(const struct xeap_steer *steer)
{
	return steer->pins.dir[0];
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

static uint32_t free_slot(const struct xeap_steer *s)
{
	for (uint32_t i = 1; i <= s->max_ports; i++)
		if (!s->slot[i].taken)
			return i;
	return XEAP_STEER_SLOT_NONE;
}

static uint32_t take_slot(struct xeap_steer *s, uint16_t *ret_generation)
{
	uint32_t slot;

	pthread_mutex_lock(&s->lock);
	slot = free_slot(s);
	if (slot) {
		s->slot[slot].taken = true;
		*ret_generation = ++s->slot[slot].generation;
	}
	pthread_mutex_unlock(&s->lock);
	return slot;
}

static void give_slot(struct xeap_steer *s, uint32_t slot)
{
	pthread_mutex_lock(&s->lock);
	s->slot[slot].taken = false;
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

static int make_link(const struct xeap_steer *s, int ifindex, enum xeap_mode mode)
{
	uint32_t flags = flags_of(mode);
	int link = xeap_sys_xdp_attach(s->program.xdp, ifindex, flags), again;

	if (link == -EEXIST) /* in the other mode */
		return -EBUSY;
	if (link >= 0 || !xeap_steer_wants_frags(link) || s->program.xdp_frags < 0)
		return link;
	again = xeap_sys_xdp_attach(s->program.xdp_frags, ifindex, flags);
	return again >= 0 ? again : link;
}

static int attach_link(const struct xeap_steer *s, int ifindex, enum xeap_mode mode)
{
	int link = make_link(s, ifindex, mode), err;

	if (link < 0 || !s->pins.dir[0])
		return link;
	err = xeap_pins_add(&s->pins, ifindex, link);
	if (!err)
		return link;
	xeap_sys_close(link);
	return err;
}

static struct xeap_steer_port steering(const struct xeap_attachment *a,
				       const struct xeap_steer_port *conf)
{
	struct xeap_steer_port value = *conf;

	value.slot = (uint16_t)a->slot;
	value.generation = a->generation;
	return value;
}

static int attach_new(struct xeap_steer *steer, int ifindex, enum xeap_mode mode,
		      const struct xeap_steer_port *conf, struct xeap_attachment *ret_attachment)
{
	struct xeap_attachment a = { .ifindex = ifindex };
	struct xeap_steer_port value;
	int err;

	a.slot = take_slot(steer, &a.generation);
	if (!a.slot)
		return -ENOSPC;
	value = steering(&a, conf);
	err = clear_counters(steer, a.slot);
	if (err)
		goto out_slot;
	err = xeap_sys_map_update(steer->program.ports, &ifindex, &value, BPF_NOEXIST);
	if (err) {
		err = err == -EEXIST ? -EBUSY : err;
		goto out_slot;
	}
	a.link = attach_link(steer, ifindex, mode);
	if (a.link < 0) {
		err = a.link;
		goto out_port;
	}
	*ret_attachment = a;
	return 0;

out_port:
	xeap_sys_map_delete(steer->program.ports, &ifindex);
out_slot:
	give_slot(steer, a.slot);
	return err;
}

/* Whether the slot was left behind, and now is whose it was. */
static bool take_left(struct xeap_steer *s, uint32_t slot)
{
	bool left;

	pthread_mutex_lock(&s->lock);
	left = slot <= s->max_ports && s->slot[slot].left;
	if (left)
		s->slot[slot].left = false;
	pthread_mutex_unlock(&s->lock);
	return left;
}

static int take_over_slot(struct xeap_steer *s, struct xeap_attachment *a,
			  const struct xeap_steer_port *conf)
{
	struct xeap_steer_port value;
	int err = xeap_sys_map_lookup(s->program.ports, &a->ifindex, &value);

	if (err)
		return err;
	if (!take_left(s, value.slot))
		return -EBUSY;
	a->slot = value.slot;
	a->generation = value.generation;
	err = xeap_steer_update(s, a, conf);
	s->slot[value.slot].left = err != 0; /* nobody else takes what is not there yet */
	return err;
}

/*
 * Slot and generation stay: what is on its way in a funnel is for this port, whoever serves it.
 * -ENOENT: it is not pinned, or without its slot, which goes first when a port is left.
 */
static int take_over(struct xeap_steer *s, int ifindex, enum xeap_mode mode,
		     const struct xeap_steer_port *conf, struct xeap_attachment *ret_attachment)
{
	struct xeap_attachment a = { .ifindex = ifindex };
	uint32_t flags;
	int err;

	a.link = xeap_pins_link(&s->pins, ifindex, &flags);
	if (a.link < 0)
		return a.link;
	err = flags == flags_of(mode) ? take_over_slot(s, &a, conf) : -EEXIST;
	if (!err) {
		*ret_attachment = a;
		return 0;
	}
	if (err == -ENOENT)
		xeap_pins_remove(&s->pins, ifindex, a.link);
	xeap_sys_close(a.link);
	return err;
}

static void set_used(struct xeap_steer *s)
{
	pthread_mutex_lock(&s->lock);
	s->pins.used = true;
	pthread_mutex_unlock(&s->lock);
}

int xeap_steer_attach(struct xeap_steer *steer, int ifindex, enum xeap_mode mode,
		      const struct xeap_steer_port *conf, struct xeap_attachment *ret_attachment)
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
	pthread_mutex_lock(&steer->lock);
	steer->slot[a->slot].left = true;
	pthread_mutex_unlock(&steer->lock);
	a->slot = XEAP_STEER_SLOT_NONE;
}

void xeap_steer_detach(struct xeap_steer *steer, struct xeap_attachment *a)
{
	if (xeap_steer_is_pinned(steer) && !steer->pins.keep)
		xeap_pins_remove(&steer->pins, a->ifindex, a->link);
	xeap_sys_close(a->link);
	give_slot(steer, a->slot);
	a->slot = XEAP_STEER_SLOT_NONE;
}

int xeap_steer_update(struct xeap_steer *steer, const struct xeap_attachment *a,
		      const struct xeap_steer_port *conf)
{
	struct xeap_steer_port value = steering(a, conf);

	return xeap_sys_map_update(steer->program.ports, &a->ifindex, &value, BPF_EXIST);
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

uint64_t xeap_steer_count(const struct xeap_steer *steer, uint32_t slot, unsigned int reason)
{
	struct xeap_steer_counters *c;
	uint64_t sum = 0;

	if (reason >= XEAP_STEER_REASON_MAX)
		return 0;
	c = calloc(steer->cpus, sizeof(*c));
	if (c && !xeap_sys_map_lookup(steer->program.counters, &slot, c))
		for (uint32_t i = 0; i < steer->cpus; i++)
			sum += c[i].packets[reason];
	free(c);
	return sum;
}

uint64_t xeap_steer_total(const struct xeap_steer *steer, unsigned int reason)
{
	struct xeap_steer_port port;
	int ports = steer->program.ports, ifindex, next;
	int err = xeap_sys_map_next(ports, NULL, &ifindex);
	uint64_t sum = 0;

	for (; !err; ifindex = next) {
		if (!xeap_sys_map_lookup(ports, &ifindex, &port))
			sum += xeap_steer_count(steer, port.slot, reason);
		err = xeap_sys_map_next(ports, &ifindex, &next);
	}
	return sum;
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
	};

	return reason < XEAP_STEER_REASON_MAX ? names[reason] : "?";
}
