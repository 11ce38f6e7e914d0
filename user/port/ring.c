/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/* An own ring: one AF_XDP socket with a small UMEM on one queue of one port. */
#include <errno.h>
#include <stdlib.h>
#include <base/frame.h>
#include <port/xsk_ring.h>

struct own_ring {
	struct xeap_xsk_ring x;
	struct xeap_port *port;
	uint32_t queue;
};

static struct own_ring *own(struct xeap_xsk_ring *x)
{
	return XEAP_CONTAINER(x, struct own_ring, x);
}

static struct xeap_port *own_arrived(struct xeap_xsk_ring *x, struct xeap_frame *f,
				     uint32_t *offset, uint32_t *len)
{
	return own(x)->port;
}

static struct xeap_port *own_sender(struct xeap_xsk_ring *x, const struct xeap_frame *f)
{
	return own(x)->port;
}

static void own_down(struct xeap_xsk_ring *x)
{
	own(x)->port->down = true;
}

static const struct xeap_xsk_kind own_kind = {
	.arrived = own_arrived,
	.sender = own_sender,
	.down = own_down,
};

static int own_transmit(struct xeap_ring *ring, struct xeap_port *port, struct xeap_frame *frame)
{
	struct xeap_xsk_ring *x = xeap_xsk_ring_of(ring);

	if (port->down && !x->broken)
		return -ENETDOWN;
	return xeap_xsk_ring_queue(x, frame, 0);
}

static void own_stats(struct xeap_ring *ring, const struct xeap_port *port,
		      struct xeap_port_stats *stats)
{
	const struct xeap_xsk_ring *x = xeap_xsk_ring_of(ring);
	struct xdp_statistics s;
	struct xeap_pool_stats pool;

	xeap_pool_get_stats(ring->pool, &pool);
	stats->tx_copied += pool.copied;
	stats->rx_wakeups += x->rx_wakeups;
	stats->tx_wakeups += x->tx_wakeups;
	if (x->bound && !xeap_sys_xsk_statistics(ring->fd, &s))
		stats->rx_dropped += s.rx_dropped + s.rx_ring_full;
}

static void own_close(struct xeap_ring *ring)
{
	struct xeap_xsk_ring *x = xeap_xsk_ring_of(ring);

	xeap_xsk_ring_done(x);
	free(own(x));
}

static const struct xeap_ring_ops own_ops = {
	.receive = xeap_xsk_ring_receive,
	.waiting = xeap_xsk_ring_waiting,
	.recycle = xeap_xsk_ring_recycle,
	.transmit = own_transmit,
	.flush = xeap_xsk_ring_flush,
	.sending = xeap_xsk_ring_sending,
	.stats = own_stats,
	.fail = xeap_xsk_ring_fail,
	.close = own_close,
};

/* The kernel keeps XDP_PACKET_HEADROOM of each chunk to itself; tags stand before the packet. */
#define XDP_PACKET_HEADROOM 256
#define LINK_HEADERS (14 + 2 * 4)

/*
 * Bytes of a small chunk that can be received into. Some devices have buffers of whole KiB, and for
 * zero-copy their drivers round down what a chunk has (igb, igc).
 */
static uint32_t small_room(bool zero_copy)
{
	return zero_copy ? (XEAP_CHUNK_SMALL - XDP_PACKET_HEADROOM) / 1024 * 1024
			 : XEAP_CHUNK_SMALL - XDP_PACKET_HEADROOM;
}

/* Chunks that hold whatever the port's MTU lets in, as far as there are any. */
static uint32_t chunk_for(const struct xeap_rings_options *o, uint32_t mtu, bool zero_copy)
{
	if (o->chunk)
		return o->chunk;
	return mtu + LINK_HEADERS <= small_room(zero_copy) ? XEAP_CHUNK_SMALL : XEAP_CHUNK_LARGE;
}

int xeap_own_ring_new(struct xeap_port *port, const struct xeap_own_ring_config *config,
		      struct xeap_ring **ret_ring)
{
	struct own_ring *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	xeap_ring_init(&r->x.ring, &own_ops, port->rings);
	r->x.kind = &own_kind;
	r->x.frames = port->options.frames ? port->options.frames : port->rings->options.frames;
	r->x.chunk = chunk_for(&port->rings->options, port->netdev.mtu, config->zero_copy);
	r->x.tx = config->tx;
	r->port = port;
	r->queue = config->queue;
	err = xeap_xsk_ring_init(&r->x);
	if (err) {
		free(r);
		return err;
	}
	*ret_ring = &r->x.ring;
	return 0;
}

int xeap_own_ring_bind(struct xeap_ring *ring, enum xeap_mode mode, bool *ret_zero_copy)
{
	struct own_ring *r = own(xeap_xsk_ring_of(ring));
	int err = xeap_xsk_ring_bind(&r->x, r->port->netdev.name, r->queue,
				     mode == XEAP_MODE_ZERO_COPY ? XDP_ZEROCOPY : XDP_COPY);

	if (!err)
		*ret_zero_copy = r->x.zero_copy;
	return err;
}

bool xeap_own_ring_bound(const struct xeap_ring *ring)
{
	const struct xeap_xsk_ring *x =
		(const void *)((const char *)ring - offsetof(struct xeap_xsk_ring, ring));

	return x->bound && !x->broken;
}
