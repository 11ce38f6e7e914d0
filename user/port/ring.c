/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/*
 * An own ring: one AF_XDP socket with a small UMEM on one queue of one port.
 *
 * Of the chunks, half at most are the kernel's to receive into, so that there is always something
 * to send from; a ring that only receives (all queues but the first) gives them all. Chunks that
 * are borrowed to refill before a batch is worked on leave a quarter for sending.
 */
#include <errno.h>
#include <stdlib.h>
#include <base/frame.h>
#include <port/ring.h>

/* In copy mode one system call moves this many descriptors at most (the kernel's TX_BATCH_SIZE). */
#define COPY_BATCH 32

/*
 * The address of a descriptor that was withdrawn: no UMEM has it, so the kernel skips it without a
 * completion.
 */
#define WITHDRAWN UINT64_MAX

struct own_ring {
	struct xeap_ring ring;
	struct xeap_port *port;
	struct xeap_own_ring_config config;
	struct xeap_xsk xsk;
	uint32_t chunk; /* bytes of each */
	void *area;
	size_t area_size;
	bool bound;
	bool broken; /* the kernel took the socket off its netdev */
	bool zero_copy;
	uint32_t filled; /* chunks the kernel has to receive into */
	uint32_t queued; /* frames that were not completed */
};

static struct own_ring *own(struct xeap_ring *ring)
{
	return XEAP_CONTAINER(ring, struct own_ring, ring);
}

static const struct own_ring *own_const(const struct xeap_ring *ring)
{
	return (const struct own_ring *)(const void *)((const char *)ring -
						       offsetof(struct own_ring, ring));
}

static uint32_t frame_count(const struct own_ring *r)
{
	return r->ring.set->options.frames;
}

/* The frame in whose chunk a descriptor's address lies, NULL for nonsense. */
static struct xeap_frame *frame_at(const struct own_ring *r, uint64_t addr)
{
	uint64_t n = addr / r->chunk;

	return n < frame_count(r) ? xeap_pool_frame(r->ring.pool, (uint32_t)n) : NULL;
}

static uint32_t fill_target(const struct own_ring *r)
{
	return r->config.tx ? frame_count(r) / 2 : frame_count(r);
}

/* How many chunks may go to the kernel now so that `spare` stay free. */
static uint32_t fill_room(const struct own_ring *r, uint32_t spare)
{
	struct xeap_pool_stats s;
	uint32_t want = fill_target(r) - r->filled, free;

	xeap_pool_get_stats(r->ring.pool, &s);
	free = s.state[XEAP_FRAME_FREE];
	if (free <= spare)
		return 0;
	return want < free - spare ? want : free - spare;
}

/* Returns whether there was anything to give. */
static bool fill(struct own_ring *r, uint32_t spare)
{
	uint32_t n = fill_room(r, spare), at, i;

	if (!n || !xsk_ring_prod__reserve(&r->xsk.fill, n, &at))
		return false;
	for (i = 0; i < n; i++) {
		const struct xeap_frame *f = xeap_pool_fill(r->ring.pool);

		*xsk_ring_prod__fill_addr(&r->xsk.fill, at + i) = (uint64_t)f->index * r->chunk;
	}
	xsk_ring_prod__submit(&r->xsk.fill, n);
	r->filled += n;
	return true;
}

static void refill(struct own_ring *r, uint32_t spare)
{
	if (!r->bound || r->broken || !fill(r, spare) || !xsk_ring_prod__needs_wakeup(&r->xsk.fill))
		return;
	r->port->rx_wakeups++;
	xeap_sys_xsk_kick_rx(r->ring.fd);
}

static void own_recycle(struct xeap_ring *ring)
{
	refill(own(ring), 0);
}

/*
 * A descriptor that names no chunk of the kernel's is passed over: it must not become a way into
 * memory.
 */
static bool take(struct own_ring *r, const struct xdp_desc *d, struct xeap_rx *ret_rx)
{
	struct xeap_frame *f = frame_at(r, d->addr);

	if (!f || f->state != XEAP_FRAME_FILLED)
		return false;
	r->filled--;
	if (xeap_frame_receive(f, (uint32_t)(d->addr % r->chunk), d->len)) {
		xeap_frame_receive(f, 0, 0);
		xeap_frame_give_back(f);
		return false;
	}
	*ret_rx = (struct xeap_rx){
		.port = r->port,
		.frame = f,
		.data = xeap_span(f->c.data, d->len),
	};
	return true;
}

static unsigned int take_some(struct own_ring *r, struct xeap_rx *ret_batch, unsigned int max,
			      uint32_t *ret_taken)
{
	uint32_t at, n = xsk_ring_cons__peek(&r->xsk.rx, max, &at);
	unsigned int stored = 0;

	for (uint32_t i = 0; i < n; i++)
		if (take(r, xsk_ring_cons__rx_desc(&r->xsk.rx, at + i), &ret_batch[stored]))
			stored++;
	if (n)
		xsk_ring_cons__release(&r->xsk.rx, n);
	*ret_taken = n;
	return stored;
}

/*
 * A peek sees only what the one before it saw, until that is used up: one that was short is not the
 * last word.
 */
static unsigned int own_receive(struct xeap_ring *ring, struct xeap_rx *ret_batch, unsigned int max)
{
	struct own_ring *r = own(ring);
	unsigned int stored = 0;
	uint32_t taken = 1;

	if (!r->bound)
		return 0;
	while (taken && stored < max)
		stored += take_some(r, ret_batch + stored, max - stored, &taken);
	r->port->frames_rx += stored;
	refill(r, r->config.tx ? frame_count(r) / 4 : 0);
	xeap_list_append(&ring->set->owing, &ring->owing);
	return stored;
}

static void reap(struct own_ring *r)
{
	uint32_t at, n = xsk_ring_cons__peek(&r->xsk.comp, frame_count(r), &at);

	if (!n)
		return;
	for (uint32_t i = 0; i < n; i++) {
		struct xeap_frame *f = frame_at(r, *xsk_ring_cons__comp_addr(&r->xsk.comp, at + i));

		if (!f || xeap_frame_complete(f))
			continue;
		r->queued--;
		r->port->frames_tx++;
	}
	xsk_ring_cons__release(&r->xsk.comp, n);
}

static int own_transmit(struct xeap_ring *ring, struct xeap_port *port, struct xeap_frame *frame)
{
	struct own_ring *r = own(ring);
	uint32_t at = 0;
	int err;

	if (r->broken)
		return -ENODEV;
	if (!r->bound || port->down)
		return -ENETDOWN;
	if (!xsk_prod_nb_free(&r->xsk.tx, 1))
		return -ENOBUFS;
	err = xeap_frame_queue(frame);
	if (err)
		return err;
	xsk_ring_prod__reserve(&r->xsk.tx, 1, &at);
	*xsk_ring_prod__tx_desc(&r->xsk.tx, at) = (struct xdp_desc){
		.addr = (uint64_t)(xeap_frame_wire(frame) - (uint8_t *)r->area),
		.len = xeap_frame_pad(frame),
	};
	xsk_ring_prod__submit(&r->xsk.tx, 1);
	r->queued++;
	xeap_list_append(&ring->set->busy, &ring->busy);
	return 0;
}

/* Descriptors that the kernel has not taken off the TX ring. */
static uint32_t untaken(const struct own_ring *r)
{
	return *r->xsk.tx.producer - __atomic_load_n(r->xsk.tx.consumer, __ATOMIC_ACQUIRE);
}

/*
 * Take back what the kernel has not: on a netdev that is down it would otherwise lie there until
 * the link comes back, and leave then, long after its time.
 */
static void withdraw(struct own_ring *r)
{
	uint32_t end = *r->xsk.tx.producer;

	for (uint32_t i = end - untaken(r); i != end; i++) {
		struct xdp_desc *d = xsk_ring_prod__tx_desc(&r->xsk.tx, i);
		struct xeap_frame *f = d->addr == WITHDRAWN ? NULL : frame_at(r, d->addr);

		d->addr = WITHDRAWN;
		if (!f || xeap_frame_unqueue(f))
			continue;
		r->queued--;
		r->port->tx_refused++;
	}
}

static bool passing(int err)
{
	return !err || err == -EAGAIN || err == -EBUSY || err == -ENOBUFS || err == -EINTR;
}

static void own_fail(struct xeap_ring *ring)
{
	struct own_ring *r = own(ring);

	if (r->broken)
		return;
	r->broken = true;
	xeap_sys_epoll_remove(ring->set->epoll, ring->fd);
	if (r->config.tx)
		withdraw(r);
}

/* One system call. 0: the kernel took some; -EAGAIN: nothing, later; another errno: it will not. */
static int kick(struct own_ring *r)
{
	uint32_t before = untaken(r);
	int err = xeap_sys_xsk_kick_tx(r->ring.fd);

	r->port->tx_wakeups++;
	if (!passing(err))
		return err;
	return r->zero_copy || untaken(r) < before ? 0 : -EAGAIN;
}

/* Withdrawn descriptors lie in the ring, too, so one turn more than the frames take. */
static int send_all(struct own_ring *r)
{
	uint32_t turns = r->zero_copy ? 1 : frame_count(r) / COPY_BATCH + 2;
	int err = 0;

	while (turns-- && !err && untaken(r) && xsk_ring_prod__needs_wakeup(&r->xsk.tx)) {
		err = kick(r);
		reap(r);
	}
	if (err && err != -EAGAIN)
		return err;
	return untaken(r) && !r->zero_copy ? -EAGAIN : 0;
}

static int own_flush(struct xeap_ring *ring, bool send)
{
	struct own_ring *r = own(ring);
	int err;

	if (!r->bound || !r->config.tx)
		return 0;
	reap(r);
	if (!send || r->broken)
		return 0;
	err = send_all(r);
	if (!err || err == -EAGAIN)
		return err;
	if (err == -ENETDOWN) {
		r->port->down = true;
		withdraw(r);
	} else {
		own_fail(ring);
	}
	return 0;
}

static bool own_sending(const struct xeap_ring *ring)
{
	return own_const(ring)->queued;
}

static void own_stats(struct xeap_ring *ring, const struct xeap_port *port,
		      struct xeap_port_stats *stats)
{
	struct xdp_statistics s;
	struct xeap_pool_stats pool;

	xeap_pool_get_stats(ring->pool, &pool);
	stats->tx_copied += pool.copied;
	if (own(ring)->bound && !xeap_sys_xsk_statistics(ring->fd, &s))
		stats->rx_dropped += s.rx_dropped + s.rx_ring_full;
}

/* The socket is closed: what the kernel had comes back without a completion. */
static void reclaim(struct own_ring *r)
{
	for (uint32_t i = 0; i < frame_count(r); i++) {
		struct xeap_frame *f = xeap_pool_frame(r->ring.pool, i);

		if (f->state == XEAP_FRAME_QUEUED) {
			xeap_frame_unqueue(f);
			r->port->tx_refused++;
		} else if (f->state == XEAP_FRAME_FILLED) {
			xeap_frame_receive(f, 0, 0);
			xeap_frame_give_back(f);
		}
	}
	r->filled = r->queued = 0;
}

static void own_close(struct xeap_ring *ring)
{
	struct own_ring *r = own(ring);

	if (r->bound)
		xeap_sys_xsk_close(&r->xsk);
	xeap_pool_free(ring->pool);
	xeap_sys_area_unmap(r->area, r->area_size);
	free(r);
}

static const struct xeap_ring_ops own_ops = {
	.receive = own_receive,
	.recycle = own_recycle,
	.transmit = own_transmit,
	.flush = own_flush,
	.sending = own_sending,
	.stats = own_stats,
	.fail = own_fail,
	.close = own_close,
};

/* The kernel keeps XDP_PACKET_HEADROOM of each chunk to itself; tags stand before the packet. */
#define CHUNK_OVERHEAD (256 + 14 + 2 * 4)

/* Chunks that hold whatever the port's MTU lets in, as far as there are any. */
static uint32_t chunk_for(const struct xeap_rings_options *o, uint32_t mtu)
{
	if (o->chunk)
		return o->chunk;
	return mtu + CHUNK_OVERHEAD <= XEAP_CHUNK_SMALL ? XEAP_CHUNK_SMALL : XEAP_CHUNK_LARGE;
}

int xeap_own_ring_new(struct xeap_port *port, const struct xeap_own_ring_config *config,
		      struct xeap_ring **ret_ring)
{
	const struct xeap_rings_options *o = &port->rings->options;
	struct own_ring *r = calloc(1, sizeof(*r));
	int err = -ENOMEM;

	if (!r)
		return -ENOMEM;
	xeap_ring_init(&r->ring, &own_ops, port->rings);
	r->port = port;
	r->config = *config;
	r->chunk = chunk_for(o, port->netdev.mtu);
	r->area_size = (size_t)o->frames * r->chunk;
	r->area = xeap_sys_area_map(r->area_size);
	if (r->area)
		err = xeap_pool_new_over(r->area, o->frames, r->chunk, &r->ring.pool);
	if (err) {
		if (r->area)
			xeap_sys_area_unmap(r->area, r->area_size);
		free(r);
		return err;
	}
	*ret_ring = &r->ring;
	return 0;
}

static void close_socket(struct own_ring *r)
{
	xeap_sys_xsk_close(&r->xsk);
	r->ring.fd = -1;
	r->bound = r->broken = false;
	reclaim(r);
}

/* The driver asks for chunks while it is bound to: the fill ring is filled before. */
static int open_socket(struct own_ring *r, const struct xeap_xsk_config *c)
{
	int err = xeap_sys_xsk_open(c, &r->xsk);

	if (err)
		return err;
	fill(r, 0);
	err = xeap_sys_xsk_bind(c, &r->xsk);
	if (!err)
		err = xeap_sys_xsk_zero_copy(r->xsk.fd, &r->zero_copy);
	if (err)
		close_socket(r);
	return err;
}

int xeap_own_ring_bind(struct xeap_ring *ring, enum xeap_mode mode, bool *ret_zero_copy)
{
	struct own_ring *r = own(ring);
	struct xeap_xsk_config c = {
		.ifname = r->port->netdev.name,
		.queue = r->config.queue,
		.area = r->area,
		.frames = frame_count(r),
		.chunk = r->chunk,
		.tx = r->config.tx,
		.flags = XDP_USE_NEED_WAKEUP,
	};
	int err;

	c.flags |= mode == XEAP_MODE_ZERO_COPY ? XDP_ZEROCOPY : XDP_COPY;
	if (r->bound)
		close_socket(r);
	err = open_socket(r, &c);
	for (int i = 0; err == -EBUSY && i < XEAP_BUSY_RETRIES; i++) {
		xeap_sys_pause(XEAP_BUSY_PAUSE_MS);
		err = open_socket(r, &c);
	}
	if (err)
		return err;
	ring->fd = r->xsk.fd;
	r->bound = true;
	if (xsk_ring_prod__needs_wakeup(&r->xsk.fill))
		xeap_sys_xsk_kick_rx(ring->fd);
	*ret_zero_copy = r->zero_copy;
	return 0;
}

bool xeap_own_ring_bound(const struct xeap_ring *ring)
{
	return own_const(ring)->bound && !own_const(ring)->broken;
}
