/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/*
 * The funnel: one AF_XDP socket for all ports of a set that have no zero-copy, on the inner end of
 * a veth of its own; the picture is in bpf/steer.bpf.c. A tag in each frame says which port it
 * belongs to. In received frames it is taken out and the addresses move up to where they were, in
 * place; in frames to be sent it is put into the headroom and the addresses move down, until the
 * frame completes.
 *
 * A slot's generation is in the tag, so that what was on its way when a port was closed goes
 * nowhere, even if the slot is another port's by then.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <base/frame.h>
#include <port/veth.h>
#include <port/xsk_ring.h>

#define TAG_LEN ((uint32_t)sizeof(struct xeap_funnel_tag))
#define ADDRESSES_LEN 12 /* destination and source */
#define TAGGED_LEN (ADDRESSES_LEN + TAG_LEN + 2)
_Static_assert(14 + 8 + 4 + sizeof(struct xeap_funnel_tag) <= XEAP_FRAME_HEADROOM,
	       "the tag fits before Ethernet, two VLAN tags and EAPOL");

/* What the kernel keeps free before a received frame. */
#define RX_ROOM 256
/* A veth with an XDP program has every frame in one page. */
#define MAX_MTU 3500

struct funnel_ring {
	struct xeap_xsk_ring x;
	struct xeap_funnel_veth veth;
	struct xeap_funnel_links links;
	int watch[2]; /* tell when the veth goes: the AF_XDP socket does not; -1: none */
	struct xeap_port **by_slot; /* 0 to slots */
	uint32_t slots;
	struct xeap_port *bearer; /* shows the socket's drops and calls */
	uint64_t copied_seen;	  /* copies of the pool that were booked to a port */
	struct xeap_port *to[];	  /* of queued frames, by their index */
};

static struct funnel_ring *funnel(struct xeap_xsk_ring *x)
{
	return XEAP_CONTAINER(x, struct funnel_ring, x);
}

static struct funnel_ring *funnel_of(struct xeap_ring *ring)
{
	return funnel(xeap_xsk_ring_of(ring));
}

static struct xeap_port *port_of_tag(const struct funnel_ring *r, const struct xeap_funnel_tag *tag)
{
	uint32_t slot = ntohs(tag->slot);
	struct xeap_port *port = slot <= r->slots ? r->by_slot[slot] : NULL;

	return port && port->attachment.generation == ntohs(tag->generation) ? port : NULL;
}

static struct xeap_port *funnel_arrived(struct xeap_xsk_ring *x, struct xeap_frame *f,
					uint32_t *offset, uint32_t *len)
{
	uint8_t *frame = f->base + *offset;
	struct xeap_funnel_tag tag;
	struct xeap_port *port;

	if (*len < TAGGED_LEN)
		return NULL;
	memcpy(&tag, frame + ADDRESSES_LEN, TAG_LEN);
	if (tag.type != htons(XEAP_ETH_P_FUNNEL))
		return NULL;
	port = port_of_tag(funnel(x), &tag);
	if (!port)
		return NULL;
	memmove(frame + TAG_LEN, frame, ADDRESSES_LEN);
	*offset += TAG_LEN;
	*len -= TAG_LEN;
	return port;
}

static struct xeap_port *funnel_sender(struct xeap_xsk_ring *x, const struct xeap_frame *f)
{
	return funnel(x)->to[f->index];
}

static void push_tag(const struct xeap_frame *f, const struct xeap_port *port)
{
	uint8_t *wire = xeap_frame_wire(f);
	const struct xeap_funnel_tag tag = {
		.type = htons(XEAP_ETH_P_FUNNEL),
		.slot = htons((uint16_t)port->attachment.slot),
		.generation = htons(port->attachment.generation),
	};

	memmove(wire - TAG_LEN, wire, ADDRESSES_LEN);
	memcpy(wire - TAG_LEN + ADDRESSES_LEN, &tag, TAG_LEN);
}

static void funnel_restore(struct xeap_xsk_ring *x, struct xeap_frame *f)
{
	uint8_t *wire = xeap_frame_wire(f);

	memmove(wire, wire - TAG_LEN, ADDRESSES_LEN);
	funnel(x)->to[f->index] = NULL;
}

static const struct xeap_xsk_kind funnel_kind = {
	.arrived = funnel_arrived,
	.sender = funnel_sender,
	.restore = funnel_restore,
};

static int funnel_transmit(struct xeap_ring *ring, struct xeap_port *port, struct xeap_frame *frame)
{
	struct funnel_ring *r = funnel_of(ring);
	struct xeap_pool_stats s;
	int err;

	if (port->down)
		return -ENETDOWN;
	if (xeap_frame_headroom(frame) < frame->hdr + TAG_LEN)
		return -EMSGSIZE;
	err = xeap_xsk_ring_queue(&r->x, frame, TAG_LEN);
	if (err)
		return err;
	push_tag(frame, port);
	r->to[frame->index] = port;
	xeap_pool_get_stats(ring->pool, &s);
	port->tx_copied += s.copied - r->copied_seen; /* copied just now, to be sent here */
	r->copied_seen = s.copied;
	return 0;
}

static void show_drops(const struct funnel_ring *r, struct xeap_port_stats *stats)
{
	struct xdp_statistics s;
	uint64_t dropped;

	stats->rx_wakeups += r->x.rx_wakeups;
	stats->tx_wakeups += r->x.tx_wakeups;
	if (!r->x.bound)
		return;
	if (!xeap_sys_xsk_statistics(r->x.ring.fd, &s))
		stats->rx_dropped += s.rx_dropped + s.rx_ring_full;
	if (!xeap_sys_netdev_tx_dropped(r->veth.outer, &dropped))
		stats->rx_dropped += dropped;
}

static void funnel_stats(struct xeap_ring *ring, const struct xeap_port *port,
			 struct xeap_port_stats *stats)
{
	struct funnel_ring *r = funnel_of(ring);

	if (!r->bearer)
		r->bearer = r->by_slot[port->attachment.slot];
	stats->tx_copied += port->tx_copied;
	if (r->bearer == port)
		show_drops(r, stats);
}

static void drop_veth(struct funnel_ring *r)
{
	for (int end = 0; end < 2; end++) {
		if (r->watch[end] < 0)
			continue;
		xeap_sys_epoll_remove(r->x.ring.set->epoll, r->watch[end]);
		xeap_sys_close(r->watch[end]);
		r->watch[end] = -1;
	}
	xeap_steer_funnel_detach(&r->links);
	xeap_funnel_veth_remove(&r->veth);
}

static int watch_veth(struct funnel_ring *r)
{
	const int ifindex[2] = { r->veth.outer, r->veth.inner };
	int err = 0;

	for (int end = 0; !err && end < 2; end++) {
		int fd = xeap_sys_netdev_watch(ifindex[end]);

		if (fd < 0)
			return fd;
		r->watch[end] = fd;
		err = xeap_sys_epoll_add(r->x.ring.set->epoll, fd, &r->x.ring);
	}
	return err;
}

static int fill_veth(struct funnel_ring *r)
{
	int err = xeap_steer_funnel_attach(r->x.ring.set->steer, r->veth.outer, r->veth.inner,
					   &r->links);

	if (!err)
		err = watch_veth(r);
	if (!err)
		err = xeap_xsk_ring_bind(&r->x, r->veth.inner_name, 0, XDP_COPY);
	return err ? err : xeap_ring_enter(&r->x.ring);
}

static uint32_t chunk_of(const struct xeap_rings *set)
{
	return set->options.chunk ? set->options.chunk : XEAP_CHUNK_SMALL;
}

static uint32_t veth_mtu(const struct xeap_rings *set)
{
	uint32_t room = chunk_of(set) - RX_ROOM - TAGGED_LEN;

	return room < MAX_MTU ? room : MAX_MTU;
}

/* Two VLAN tags count, and the kernel lets one more through than the MTU says. */
bool xeap_funnel_fits(const struct xeap_rings *set, uint32_t mtu)
{
	return mtu + 2 * 4 + TAG_LEN <= veth_mtu(set) + 4;
}

static int make_veth(struct funnel_ring *r)
{
	int err = xeap_funnel_veth_make(veth_mtu(r->x.ring.set), &r->veth);

	if (!err)
		err = fill_veth(r);
	if (err)
		drop_veth(r);
	return err;
}

static int join(struct funnel_ring *r, struct xeap_port *port)
{
	return xeap_steer_funnel_join(port->rings->steer, &port->attachment, r->veth.outer,
				      r->x.ring.fd);
}

/* A new veth in the place of one that somebody has removed; the ports stay. */
int xeap_funnel_ring_mend(struct xeap_ring *ring)
{
	struct funnel_ring *r = funnel_of(ring);
	int err;

	if (r->x.bound && !r->x.broken)
		return 0;
	drop_veth(r);
	err = make_veth(r);
	for (uint32_t slot = 1; !err && slot <= r->slots; slot++)
		if (r->by_slot[slot])
			err = join(r, r->by_slot[slot]);
	if (err && r->x.bound)
		xeap_xsk_ring_fail(ring); /* half of it is no use */
	return err;
}

/* If it cannot be mended now, xeap_port_refresh() of any port tries again. */
static void funnel_fail(struct xeap_ring *ring)
{
	if (xeap_xsk_ring_of(ring)->broken)
		return;
	xeap_xsk_ring_fail(ring);
	xeap_funnel_ring_mend(ring);
}

static void funnel_close(struct xeap_ring *ring)
{
	struct funnel_ring *r = funnel_of(ring);

	xeap_xsk_ring_done(&r->x);
	drop_veth(r);
	free(r->by_slot);
	free(r);
}

static const struct xeap_ring_ops funnel_ops = {
	.receive = xeap_xsk_ring_receive,
	.waiting = xeap_xsk_ring_waiting,
	.recycle = xeap_xsk_ring_recycle,
	.transmit = funnel_transmit,
	.flush = xeap_xsk_ring_flush,
	.sending = xeap_xsk_ring_sending,
	.stats = funnel_stats,
	.fail = funnel_fail,
	.close = funnel_close,
};

static struct funnel_ring *new_funnel(struct xeap_rings *set)
{
	uint32_t frames = set->options.funnel_frames;
	struct funnel_ring *r = calloc(1, sizeof(*r) + frames * sizeof(r->to[0]));

	if (!r)
		return NULL;
	xeap_ring_init(&r->x.ring, &funnel_ops, set);
	r->x.kind = &funnel_kind;
	r->x.frames = frames;
	r->x.chunk = chunk_of(set);
	r->x.tx = true;
	r->links = (struct xeap_funnel_links){ -1, -1 };
	r->watch[0] = r->watch[1] = -1;
	r->slots = xeap_steer_slots(set->steer);
	r->by_slot = calloc(r->slots + 1, sizeof(struct xeap_port *));
	if (!r->by_slot) {
		free(r);
		return NULL;
	}
	return r;
}

int xeap_funnel_ring_new(struct xeap_rings *set, struct xeap_ring **ret_ring)
{
	struct funnel_ring *r = new_funnel(set);
	int err;

	if (!r)
		return -ENOMEM;
	err = xeap_xsk_ring_init(&r->x);
	if (err) {
		free(r->by_slot);
		free(r);
		return err;
	}
	err = make_veth(r);
	if (err) {
		funnel_close(&r->x.ring);
		return err;
	}
	*ret_ring = &r->x.ring;
	return 0;
}

int xeap_funnel_ring_add(struct xeap_ring *ring, struct xeap_port *port)
{
	struct funnel_ring *r = funnel_of(ring);
	int err = xeap_funnel_ring_mend(ring);

	if (!err)
		err = join(r, port);
	if (!err)
		r->by_slot[port->attachment.slot] = port;
	return err;
}

/* Frames that the kernel has taken complete later, and are nobody's then. */
void xeap_funnel_ring_remove(struct xeap_ring *ring, struct xeap_port *port)
{
	struct funnel_ring *r = funnel_of(ring);

	if (r->by_slot[port->attachment.slot] != port)
		return;
	r->by_slot[port->attachment.slot] = NULL;
	if (r->bearer == port)
		r->bearer = NULL;
	if (!r->x.queued)
		return;
	if (r->x.bound)
		xeap_xsk_ring_withdraw(&r->x, port);
	for (uint32_t i = 0; i < r->x.frames; i++)
		if (r->to[i] == port)
			r->to[i] = NULL;
}
