/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <base/diag.h>
#include <base/frame.h>
#include <port/program.h>
#include <port/protect.h>
#include <port/ring.h>
#include <port/vlan_strip.h>

/*
 * Group addresses that EAPOL comes to (IEEE 802.1X-2020 Table 11-1): PAE, and the nearest bridge
 * groups that some authenticators use in its place.
 */
static const uint8_t groups[][6] = {
	{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x03 },
	{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x00 },
	{ 0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e },
};
#define GROUPS (sizeof(groups) / sizeof(groups[0]))

static const char *const mode_names[XEAP_MODE_MAX] = {
	[XEAP_MODE_AUTO] = "auto",     [XEAP_MODE_ZERO_COPY] = "zero-copy",
	[XEAP_MODE_NATIVE] = "native", [XEAP_MODE_GENERIC] = "generic",
	[XEAP_MODE_PACKET] = "packet",
};

const char *xeap_mode_name(enum xeap_mode mode)
{
	return (unsigned int)mode < XEAP_MODE_MAX ? mode_names[mode] : "?";
}

int xeap_mode_parse(const char *name, enum xeap_mode *ret_mode)
{
	for (unsigned int i = 0; i < XEAP_MODE_MAX; i++) {
		if (strcmp(name, mode_names[i]))
			continue;
		*ret_mode = (enum xeap_mode)i;
		return 0;
	}
	return -EINVAL;
}

static const char *const kind_names[XEAP_RINGS_KIND_MAX] = {
	[XEAP_RINGS_AUTO] = "auto",
	[XEAP_RINGS_OWN] = "own",
	[XEAP_RINGS_FUNNEL] = "funnel",
};

const char *xeap_rings_kind_name(enum xeap_rings_kind kind)
{
	return (unsigned int)kind < XEAP_RINGS_KIND_MAX ? kind_names[kind] : "?";
}

int xeap_rings_kind_parse(const char *name, enum xeap_rings_kind *ret_kind)
{
	for (unsigned int i = 0; i < XEAP_RINGS_KIND_MAX; i++) {
		if (strcmp(name, kind_names[i]))
			continue;
		*ret_kind = (enum xeap_rings_kind)i;
		return 0;
	}
	return -EINVAL;
}

static const char *const gate_names[XEAP_GATE_MAX] = {
	[XEAP_GATE_NONE] = "none",
	[XEAP_GATE_PORT] = "port",
	[XEAP_GATE_STATION] = "station",
};

const char *xeap_gate_name(enum xeap_gate gate)
{
	return (unsigned int)gate < XEAP_GATE_MAX ? gate_names[gate] : "?";
}

int xeap_gate_parse(const char *name, enum xeap_gate *ret_gate)
{
	for (unsigned int i = 0; i < XEAP_GATE_MAX; i++) {
		if (strcmp(name, gate_names[i]))
			continue;
		*ret_gate = (enum xeap_gate)i;
		return 0;
	}
	return -EINVAL;
}

/* Several supplicants' addresses are more than the netdev's own. */
static unsigned int memberships(const struct xeap_port *p)
{
	return p->options.any_unicast ? GROUPS + 1 : GROUPS;
}

static const uint8_t *member_of(unsigned int i)
{
	return i < GROUPS ? groups[i] : NULL;
}

static void leave_groups(struct xeap_port *p, unsigned int joined)
{
	for (unsigned int i = 0; i < joined; i++)
		xeap_sys_packet_leave(p->rings->groups, p->netdev.ifindex, member_of(i));
}

static int join_groups(struct xeap_port *p)
{
	struct xeap_rings *r = p->rings;

	if (r->groups < 0) {
		int fd = xeap_sys_packet_open(0);

		if (fd < 0)
			return fd;
		r->groups = fd;
	}
	for (unsigned int i = 0; i < memberships(p); i++) {
		int err = xeap_sys_packet_join(r->groups, p->netdev.ifindex, member_of(i));

		if (err) {
			leave_groups(p, i);
			return err;
		}
	}
	p->grouped = true;
	return 0;
}

static bool is_open(const struct xeap_rings *rings, int ifindex)
{
	const struct xeap_node *n;

	for (n = rings->ports.next; n != &rings->ports; n = n->next) {
		const struct xeap_port *p =
			(const void *)((const char *)n - offsetof(struct xeap_port, node));

		if (p->netdev.ifindex == ifindex)
			return true;
	}
	return false;
}

static int unreadable(const char *ifname, int err, struct xeap_diag *ret_diag)
{
	return xeap_diag_set(ret_diag, err, XEAP_E_NOT_SUPPORTED, "port %s cannot be read: %s%s",
			     ifname, strerror(-err),
			     err == -EMFILE || err == -ENFILE
				     ? ": raise the limit of open files (ulimit -n)"
				     : "");
}

/* wanted: its ifindex, 0 for any. */
static int find_netdev(struct xeap_port *p, const char *ifname, int wanted,
		       struct xeap_diag *ret_diag)
{
	int ifindex = xeap_sys_netdev_index(ifname);
	int err = ifindex < 0 ? ifindex : xeap_sys_netdev_read(ifindex, &p->netdev);

	if (err == -ENODEV)
		return xeap_diag_set(ret_diag, err, XEAP_E_INVALID_PARAMETER,
				     "no port %s here: 'ip link' lists what there is", ifname);
	if (!err && wanted && ifindex != wanted)
		return xeap_diag_set(ret_diag, -ENODEV, XEAP_E_INVALID_PARAMETER,
				     "port %s is not what it was: its name went to another",
				     ifname);
	if (err)
		return unreadable(ifname, err, ret_diag);
	if (xeap_port_is_funnel(ifname))
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "port %s is the funnel of a xeap: leave it alone", ifname);
	if (!p->netdev.ethernet)
		return xeap_diag_set(ret_diag, -EOPNOTSUPP, XEAP_E_NOT_SUPPORTED,
				     "port %s is not an Ethernet port: 802.1X needs one", ifname);
	if (is_open(p->rings, ifindex))
		return xeap_diag_set(ret_diag, -EBUSY, XEAP_E_INVALID_STATE,
				     "port %s is open already: name it once", ifname);
	return 0;
}

static struct xeap_port_options with_defaults(const struct xeap_port_options *options)
{
	struct xeap_port_options o = { 0 };

	if (options)
		memcpy(&o, options, options->size < sizeof(o) ? options->size : sizeof(o));
	if (!o.type_mask)
		o.type_mask = XEAP_STEER_TYPES_SUPPLICANT;
	return o;
}

static int climb(struct xeap_port *p, struct xeap_diag *ret_diag)
{
	enum xeap_mode mode = p->options.mode;

	if ((unsigned int)mode >= XEAP_MODE_MAX)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "port %s: no such mode: %u", p->netdev.name, mode);
	/*
	 * Zero-copy on a queue that carries other traffic, too, would copy all of that: only on
	 * request, or within native mode where a flow rule makes the queue the port's own.
	 */
	if (mode == XEAP_MODE_AUTO)
		return xeap_ladder_climb(p, XEAP_MODE_NATIVE, XEAP_MODE_PACKET, ret_diag);
	return xeap_ladder_climb(p, mode, mode, ret_diag);
}

int xeap_port_open(struct xeap_rings *rings, const char *ifname,
		   const struct xeap_port_options *options, struct xeap_port **ret_port,
		   struct xeap_diag *ret_diag)
{
	struct xeap_port *p = calloc(1, sizeof(*p));
	int err;

	if (!p)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	p->rings = rings;
	p->options = with_defaults(options);
	xeap_list_init(&p->node);
	err = find_netdev(p, ifname, p->options.ifindex, ret_diag);
	if (!err)
		err = xeap_protect_check(&p->options, ifname, ret_diag);
	if (!err && p->options.frames)
		err = xeap_rings_check_frames(p->options.frames, ret_diag);
	if (err)
		goto out_free;
	err = climb(p, ret_diag);
	if (err)
		goto out_free;
	err = p->options.vlans ? xeap_vlan_strip_settle(p, ret_diag) : 0;
	if (err)
		goto out_leave;
	err = join_groups(p);
	if (err) {
		xeap_diag_set(ret_diag, err, XEAP_E_NOT_SUPPORTED,
			      "port %s: cannot join the PAE group address (%s): %s", ifname,
			      strerror(-err),
			      err == -EMFILE ? "raise the limit of open files (ulimit -n)"
					     : "run as root, or with CAP_NET_RAW");
		goto out_leave;
	}
	xeap_list_append(&rings->ports, &p->node);
	*ret_port = p;
	return 0;

out_leave:
	xeap_ladder_silence(p);
	xeap_ladder_release(&p, 1);
out_free:
	free(p);
	return err;
}

static int attach_port(struct xeap_port *p, const char *ifname, struct xeap_diag *ret_diag)
{
	enum xeap_mode mode = p->options.mode;
	bool any = mode == XEAP_MODE_AUTO;
	int err;

	if (!any && mode != XEAP_MODE_NATIVE && mode != XEAP_MODE_GENERIC)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "port %s: a program is attached in mode native or generic",
				     ifname);
	err = find_netdev(p, ifname, p->options.ifindex, ret_diag);
	if (!err)
		err = xeap_protect_check(&p->options, ifname, ret_diag);
	if (err)
		return err;
	return xeap_ladder_attach(p, any ? XEAP_MODE_NATIVE : mode, any ? XEAP_MODE_GENERIC : mode,
				  ret_diag);
}

int xeap_steer_attach_port(struct xeap_steer *steer, const char *ifname,
			   const struct xeap_port_options *options, enum xeap_mode *ret_mode,
			   struct xeap_diag *ret_diag)
{
	struct xeap_rings none = { .steer = steer };
	struct xeap_port p = { .rings = &none, .options = with_defaults(options) };
	int err;

	if (!xeap_steer_is_pinned(steer))
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_STATE,
				     "port %s: a program that is not pinned ends with its process",
				     ifname);
	xeap_list_init(&none.ports);
	err = attach_port(&p, ifname, ret_diag);
	if (err)
		return err;
	xeap_steer_leave(steer, &p.attachment);
	*ret_mode = p.mode;
	return 0;
}

void xeap_ports_close(struct xeap_port *const *ports, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		if (!ports[i])
			continue;
		xeap_list_remove(&ports[i]->node);
		leave_groups(ports[i], ports[i]->grouped ? memberships(ports[i]) : 0);
		xeap_ladder_silence(ports[i]);
	}
	xeap_ladder_release(ports, count);
	for (unsigned int i = 0; i < count; i++)
		free(ports[i]);
}

struct xeap_port *xeap_port_close(struct xeap_port *port)
{
	xeap_ports_close(&port, 1);
	return NULL;
}

static bool is_vid(uint16_t vid)
{
	return vid && vid < 4095; /* IEEE 802.1Q-2018 Table 9-2 */
}

static int check_vlan(const struct xeap_port *port, const uint16_t *vids, unsigned int count)
{
	if (!count || count > 2 || !is_vid(vids[0]) || (count == 2 && !is_vid(vids[1])))
		return -EINVAL;
	return port->options.vlans ? 0 : -EOPNOTSUPP;
}

int xeap_port_add_vlan(struct xeap_port *port, const uint16_t *vids, unsigned int count)
{
	int err = check_vlan(port, vids, count);

	if (err)
		return err;
	return xeap_steer_add_vlan(port->rings->steer, &port->attachment, vids[0],
				   count == 2 ? vids[1] : 0);
}

int xeap_port_remove_vlan(struct xeap_port *port, const uint16_t *vids, unsigned int count)
{
	int err = check_vlan(port, vids, count);

	if (err)
		return err;
	return xeap_steer_remove_vlan(port->rings->steer, &port->attachment, vids[0],
				      count == 2 ? vids[1] : 0);
}

/* A station's address is an individual one, and not the zeros that stand for all. */
static bool is_station(const uint8_t *mac)
{
	static const uint8_t zeros[6];

	return mac && !(mac[0] & 1) && memcmp(mac, zeros, sizeof(zeros));
}

int xeap_port_authorize(struct xeap_port *port, const uint8_t *mac, bool authorized)
{
	static const uint8_t zeros[6];
	struct xeap_steer *steer = port->rings->steer;

	if (port->options.gate == XEAP_GATE_NONE)
		return -EOPNOTSUPP;
	if (port->options.gate == XEAP_GATE_STATION ? !is_station(mac) : mac != NULL)
		return -EINVAL;
	mac = mac ? mac : zeros;
	return authorized ? xeap_steer_authorize(steer, &port->attachment, mac)
			  : xeap_steer_revoke(steer, &port->attachment, mac);
}

static bool is_waiting(const struct xeap_port *p)
{
	for (uint32_t q = 0; q < p->ring_count; q++)
		if (!xeap_own_ring_bound(p->own[q]))
			return true;
	return false;
}

void xeap_port_get_info(const struct xeap_port *port, struct xeap_port_info *ret_info)
{
	const struct xeap_netdev *n = &port->netdev;
	struct xeap_port_info info = {
		.ifindex = n->ifindex,
		.mtu = n->mtu,
		.queues = n->queues,
		.mode = port->mode,
		.zero_copy = port->zero_copy,
		.waiting = is_waiting(port),
		.flow_queue = port->rule.set ? (int)port->rule.queue : -1,
	};

	memcpy(info.ifname, n->name, sizeof(info.ifname));
	memcpy(info.driver, n->driver, sizeof(info.driver));
	memcpy(info.mac, n->mac, sizeof(info.mac));
	memcpy(info.note, port->note, sizeof(info.note));
	snprintf(info.ring, sizeof(info.ring), "%s",
		 port->packet	? "packet"
		 : port->funnel ? xeap_rings_kind_name(XEAP_RINGS_FUNNEL)
				: xeap_rings_kind_name(XEAP_RINGS_OWN));
	*ret_info = info;
}

void xeap_port_get_stats(const struct xeap_port *port, struct xeap_port_stats *ret_stats)
{
	struct xeap_port_stats s = {
		.frames_rx = port->frames_rx,
		.frames_tx = port->frames_tx,
		.tx_refused = port->tx_refused,
		.rx_wakeups = port->rx_wakeups,
		.tx_wakeups = port->tx_wakeups,
	};

	if (port->packet || port->funnel)
		port->ring->ops->stats(port->ring, port, &s);
	for (uint32_t q = 0; q < port->ring_count; q++)
		port->own[q]->ops->stats(port->own[q], port, &s);
	*ret_stats = s;
}

uint64_t xeap_port_steer_count(const struct xeap_port *port, unsigned int reason)
{
	uint64_t packets[XEAP_STEER_REASON_MAX] = { 0 };
	uint32_t slot = port->attachment.slot;

	if (!slot || reason >= XEAP_STEER_REASON_MAX)
		return 0;
	if (xeap_steer_reason_is_shared(reason))
		slot = XEAP_STEER_SLOT_NONE;
	xeap_steer_counts(port->rings->steer, slot, packets);
	return packets[reason];
}

void xeap_port_steer_counts(const struct xeap_port *port, uint64_t *ret_packets,
			    unsigned int reasons)
{
	uint64_t own[XEAP_STEER_REASON_MAX] = { 0 }, shared[XEAP_STEER_REASON_MAX] = { 0 };
	uint32_t slot = port->attachment.slot;

	if (slot) {
		xeap_steer_counts(port->rings->steer, slot, own);
		xeap_steer_counts(port->rings->steer, XEAP_STEER_SLOT_NONE, shared);
	}
	for (unsigned int i = 0; i < reasons; i++) {
		if (i >= XEAP_STEER_REASON_MAX)
			ret_packets[i] = 0;
		else
			ret_packets[i] = xeap_steer_reason_is_shared(i) ? shared[i] : own[i];
	}
}

void *xeap_port_user(const struct xeap_port *port)
{
	return port->options.user;
}

struct xeap_pool *xeap_port_pool(const struct xeap_port *port)
{
	return port->ring->pool;
}

int xeap_port_transmit(struct xeap_port *port, struct xeap_frame *frame)
{
	int err;

	if (frame->pool != port->ring->pool)
		return -EBADFD;
	err = port->ring->ops->transmit(port->ring, port, frame);
	if (err && err != -EALREADY)
		port->tx_refused++;
	return err;
}

static int take_netdev(struct xeap_port *p, const struct xeap_netdev *now)
{
	bool moved = memcmp(p->netdev.mac, now->mac, sizeof(now->mac));

	p->netdev = *now;
	return moved && p->attachment.slot ? xeap_ladder_steer(p) : 0;
}

int xeap_port_refresh(struct xeap_port *port, struct xeap_diag *ret_diag)
{
	struct xeap_netdev now;
	int err = xeap_sys_netdev_read(port->netdev.ifindex, &now);

	if (err == -ENODEV)
		return xeap_diag_set(ret_diag, err, XEAP_E_INVALID_STATE, "port %s is gone",
				     port->netdev.name);
	if (err)
		return unreadable(port->netdev.name, err, ret_diag);
	err = take_netdev(port, &now);
	if (err)
		return xeap_diag_set(ret_diag, err, XEAP_E_NOT_SUPPORTED,
				     "port %s: its new address cannot be set: %s", now.name,
				     strerror(-err));
	port->down = !now.up;
	return port->down ? 0 : xeap_ladder_bind(port, ret_diag);
}
