/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/*
 * One AF_XDP socket with its UMEM on one queue.
 *
 * Of the chunks, half at most are the kernel's to receive into, so that there is always something
 * to send from; a ring that only receives gives them all. Chunks that are borrowed to refill before
 * a batch is worked on leave a quarter for sending.
 */
#include <errno.h>
#include <base/frame.h>
#include <port/xsk_ring.h>

/* In copy mode one system call moves this many descriptors at most (the kernel's TX_BATCH_SIZE). */
#define COPY_BATCH 32

/*
 * The address of a descriptor that was withdrawn: no UMEM has it, so the kernel skips it without a
 * completion.
 */
#define WITHDRAWN UINT64_MAX

/* The frame in whose chunk a descriptor's address lies, NULL for nonsense. */
static struct xeap_frame *frame_at(const struct xeap_xsk_ring *r, uint64_t addr)
{
	uint64_t n = addr / r->chunk;

	return n < r->frames ? xeap_pool_frame(r->ring.pool, (uint32_t)n) : NULL;
}

static uint32_t fill_target(const struct xeap_xsk_ring *r)
{
	return r->tx ? r->frames / 2 : r->frames;
}

static const struct xeap_xsk_ring *const_of(const struct xeap_ring *ring)
{
	return (const void *)((const char *)ring - offsetof(struct xeap_xsk_ring, ring));
}

/* How many chunks may go to the kernel now so that `spare` stay free. */
static uint32_t fill_room(const struct xeap_xsk_ring *r, uint32_t spare)
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
static bool fill(struct xeap_xsk_ring *r, uint32_t spare)
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

static void refill(struct xeap_xsk_ring *r, uint32_t spare)
{
	if (!r->bound || r->broken || !fill(r, spare) || !xsk_ring_prod__needs_wakeup(&r->xsk.fill))
		return;
	r->rx_wakeups++;
	xeap_sys_xsk_kick_rx(r->ring.fd);
}

bool xeap_xsk_ring_waiting(const struct xeap_ring *ring)
{
	const struct xeap_xsk_ring *r = const_of(ring);

	return r->bound &&
	       __atomic_load_n(r->xsk.rx.producer, __ATOMIC_ACQUIRE) != r->xsk.rx.cached_cons;
}

void xeap_xsk_ring_recycle(struct xeap_ring *ring)
{
	refill(xeap_xsk_ring_of(ring), 0);
}

static bool nobodys(struct xeap_frame *f)
{
	xeap_frame_receive(f, 0, 0);
	xeap_frame_give_back(f);
	return false;
}

/*
 * A descriptor that names no chunk of the kernel's is passed over: it must not become a way into
 * memory.
 */
static bool take(struct xeap_xsk_ring *r, const struct xdp_desc *d, struct xeap_rx *ret_rx)
{
	struct xeap_frame *f = frame_at(r, d->addr);
	uint32_t offset = (uint32_t)(d->addr % r->chunk), len = d->len;
	struct xeap_port *port;

	if (!f || f->state != XEAP_FRAME_FILLED)
		return false;
	r->filled--;
	if (len > f->size - offset)
		return nobodys(f);
	port = r->kind->arrived(r, f, &offset, &len);
	if (!port)
		return nobodys(f);
	xeap_frame_receive(f, offset, len);
	__builtin_prefetch(f->c.data);
	port->frames_rx++;
	*ret_rx = (struct xeap_rx){
		.port = port,
		.frame = f,
		.data = xeap_span(f->c.data, len),
	};
	return true;
}

static unsigned int take_some(struct xeap_xsk_ring *r, struct xeap_rx *ret_batch, unsigned int max,
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
unsigned int xeap_xsk_ring_receive(struct xeap_ring *ring, struct xeap_rx *ret_batch,
				   unsigned int max)
{
	struct xeap_xsk_ring *r = xeap_xsk_ring_of(ring);
	unsigned int stored = 0;
	uint32_t taken = 1;

	if (!r->bound)
		return 0;
	while (taken && stored < max)
		stored += take_some(r, ret_batch + stored, max - stored, &taken);
	refill(r, r->tx ? r->frames / 4 : 0);
	xeap_list_append(&ring->set->owing, &ring->owing);
	return stored;
}

/* A queued frame is off the TX ring: its port, NULL when that is closed. */
static struct xeap_port *depart(struct xeap_xsk_ring *r, struct xeap_frame *f)
{
	struct xeap_port *port = r->kind->sender(r, f);

	if (r->kind->restore)
		r->kind->restore(r, f);
	r->queued--;
	return port;
}

/* One that did not leave. */
static void refuse(struct xeap_xsk_ring *r, struct xeap_frame *f)
{
	struct xeap_port *port = depart(r, f);

	xeap_frame_unqueue(f);
	if (port)
		port->tx_refused++;
}

static void completed(struct xeap_xsk_ring *r, struct xeap_frame *f)
{
	struct xeap_port *port;

	if (!f || f->state != XEAP_FRAME_QUEUED)
		return;
	port = depart(r, f);
	xeap_frame_complete(f);
	if (port)
		port->frames_tx++;
}

static void reap(struct xeap_xsk_ring *r)
{
	uint32_t at, n = xsk_ring_cons__peek(&r->xsk.comp, r->frames, &at);

	if (!n)
		return;
	for (uint32_t i = 0; i < n; i++)
		completed(r, frame_at(r, *xsk_ring_cons__comp_addr(&r->xsk.comp, at + i)));
	xsk_ring_cons__release(&r->xsk.comp, n);
}

/* Descriptors that the kernel has not taken off the TX ring. */
static uint32_t untaken(const struct xeap_xsk_ring *r)
{
	return *r->xsk.tx.producer - __atomic_load_n(r->xsk.tx.consumer, __ATOMIC_ACQUIRE);
}

static bool passing(int err)
{
	return !err || err == -EAGAIN || err == -EBUSY || err == -ENOBUFS || err == -EINTR;
}

/*
 * One system call. 0: the kernel took some; -EAGAIN: nothing, later; another errno: it will not.
 * It says EAGAIN after a full batch, too, and older kernels (6.1) show how far they came only when
 * they look for more than they have seen: then it counts as some.
 */
static int kick(struct xeap_xsk_ring *r)
{
	uint32_t before = untaken(r);
	int err = xeap_sys_xsk_kick_tx(r->ring.fd);

	r->tx_wakeups++;
	if (!passing(err))
		return err;
	if (r->zero_copy || untaken(r) < before)
		return 0;
	return err == -EAGAIN && before >= COPY_BATCH ? 0 : -EAGAIN;
}

/*
 * The TX ring has a place for each frame, so when it is full, withdrawn descriptors lie in it: a
 * link that flapped often enough between two sends leaves that many. The kernel passes over them.
 */
static bool has_room(struct xeap_xsk_ring *r)
{
	if (xsk_prod_nb_free(&r->xsk.tx, 1))
		return true;
	kick(r);
	reap(r);
	return xsk_prod_nb_free(&r->xsk.tx, 1);
}

int xeap_xsk_ring_queue(struct xeap_xsk_ring *r, struct xeap_frame *frame, uint32_t front)
{
	uint32_t at = 0;
	int err;

	if (r->broken)
		return -ENODEV;
	if (!r->bound)
		return -ENETDOWN;
	if (!has_room(r))
		return -ENOBUFS;
	err = xeap_frame_queue(frame);
	if (err)
		return err;
	xsk_ring_prod__reserve(&r->xsk.tx, 1, &at);
	*xsk_ring_prod__tx_desc(&r->xsk.tx, at) = (struct xdp_desc){
		.addr = (uint64_t)(xeap_frame_wire(frame) - front - (uint8_t *)r->area),
		.len = xeap_frame_pad(frame) + front,
	};
	xsk_ring_prod__submit(&r->xsk.tx, 1);
	r->queued++;
	xeap_list_append(&r->ring.set->busy, &r->ring.busy);
	return 0;
}

/*
 * On a netdev that is down it would otherwise lie there until the link comes back, and leave then,
 * long after its time.
 */
void xeap_xsk_ring_withdraw(struct xeap_xsk_ring *r, const struct xeap_port *port)
{
	uint32_t end = *r->xsk.tx.producer;

	for (uint32_t i = end - untaken(r); i != end; i++) {
		struct xdp_desc *d = xsk_ring_prod__tx_desc(&r->xsk.tx, i);
		struct xeap_frame *f = d->addr == WITHDRAWN ? NULL : frame_at(r, d->addr);

		if (f && port && r->kind->sender(r, f) != port)
			continue;
		d->addr = WITHDRAWN;
		if (f && f->state == XEAP_FRAME_QUEUED)
			refuse(r, f);
	}
}

void xeap_xsk_ring_fail(struct xeap_ring *ring)
{
	struct xeap_xsk_ring *r = xeap_xsk_ring_of(ring);

	if (r->broken)
		return;
	r->broken = true;
	xeap_ring_unwatch(ring);
	if (r->tx)
		xeap_xsk_ring_withdraw(r, NULL);
}

/* Withdrawn descriptors lie in the ring, too, so one turn more than the frames take. */
static int send_all(struct xeap_xsk_ring *r)
{
	uint32_t turns = r->zero_copy ? 1 : untaken(r) / COPY_BATCH + 2;
	int err = 0;

	while (turns-- && !err && untaken(r) && xsk_ring_prod__needs_wakeup(&r->xsk.tx)) {
		err = kick(r);
		reap(r);
	}
	if (err && err != -EAGAIN)
		return err;
	return untaken(r) && !r->zero_copy ? -EAGAIN : 0;
}

int xeap_xsk_ring_flush(struct xeap_ring *ring, bool send)
{
	struct xeap_xsk_ring *r = xeap_xsk_ring_of(ring);
	int err;

	if (!r->bound || !r->tx)
		return 0;
	reap(r);
	if (!send || r->broken)
		return 0;
	err = send_all(r);
	if (!err || err == -EAGAIN)
		return err;
	if (err == -ENETDOWN && r->kind->down) {
		r->kind->down(r);
		xeap_xsk_ring_withdraw(r, NULL);
	} else {
		ring->ops->fail(ring);
	}
	return 0;
}

bool xeap_xsk_ring_sending(const struct xeap_ring *ring)
{
	return const_of(ring)->queued;
}

/* The socket is closed: what the kernel had comes back without a completion. */
static void reclaim(struct xeap_xsk_ring *r)
{
	for (uint32_t i = 0; i < r->frames; i++) {
		struct xeap_frame *f = xeap_pool_frame(r->ring.pool, i);

		if (f->state == XEAP_FRAME_QUEUED) {
			refuse(r, f);
		} else if (f->state == XEAP_FRAME_FILLED) {
			nobodys(f);
		}
	}
	r->filled = r->queued = 0;
}

void xeap_xsk_ring_done(struct xeap_xsk_ring *r)
{
	if (r->bound)
		xeap_sys_xsk_close(&r->xsk);
	xeap_pool_free(r->ring.pool);
	xeap_arena_give(&r->ring.set->arena, r->area, r->area_size);
}

int xeap_xsk_ring_init(struct xeap_xsk_ring *r)
{
	int err;

	r->area_size = (size_t)r->frames * r->chunk;
	r->area = xeap_arena_take(&r->ring.set->arena, r->area_size);
	if (!r->area)
		return -ENOMEM;
	err = xeap_pool_new_over(r->area, r->frames, r->chunk, &r->ring.pool);
	if (err)
		xeap_arena_give(&r->ring.set->arena, r->area, r->area_size);
	return err;
}

static void close_socket(struct xeap_xsk_ring *r)
{
	xeap_sys_xsk_close(&r->xsk);
	r->ring.fd = -1;
	r->bound = r->broken = false;
	reclaim(r);
}

/* The driver asks for chunks while it is bound to: the fill ring is filled before. */
static int open_socket(struct xeap_xsk_ring *r, const struct xeap_xsk_config *c)
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

int xeap_xsk_ring_bind(struct xeap_xsk_ring *r, const char *ifname, uint32_t queue, uint16_t flags)
{
	const struct xeap_xsk_config c = {
		.ifname = ifname,
		.queue = queue,
		.area = r->area,
		.frames = r->frames,
		.chunk = r->chunk,
		.tx = r->tx,
		.flags = XDP_USE_NEED_WAKEUP | flags,
	};
	int err;

	if (r->bound)
		close_socket(r);
	err = open_socket(r, &c);
	for (int i = 0; err == -EBUSY && i < XEAP_BUSY_RETRIES; i++) {
		xeap_sys_pause(XEAP_BUSY_PAUSE_MS);
		err = open_socket(r, &c);
	}
	if (err)
		return err;
	r->ring.fd = r->xsk.fd;
	r->bound = true;
	if (xsk_ring_prod__needs_wakeup(&r->xsk.fill))
		xeap_sys_xsk_kick_rx(r->ring.fd);
	return 0;
}
