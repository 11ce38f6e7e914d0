/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_XSK_RING_H
#define XEAP_PORT_XSK_RING_H

#include <port/ring.h>

/*
 * An AF_XDP socket with its UMEM on one queue of a netdev: what own rings and the funnel have in
 * common.
 */
struct xeap_xsk_ring;

/* How frames of a kind of ring belong to ports. */
struct xeap_xsk_kind {
	/*
	 * A frame lies in its chunk at [*offset, *offset + *len), which is inside. Returns the port
	 * it came in on, with *offset and *len now those of the Ethernet frame; NULL: nobody's.
	 */
	struct xeap_port *(*arrived)(struct xeap_xsk_ring *r, struct xeap_frame *f,
				     uint32_t *offset, uint32_t *len);
	/* The port that a queued frame is to leave by; NULL when that is closed. */
	struct xeap_port *(*sender)(struct xeap_xsk_ring *r, const struct xeap_frame *f);
	/*
	 * A queued frame is off the TX ring, sent or not: make its bytes what they were. NULL:
	 * nothing changes them.
	 */
	void (*restore)(struct xeap_xsk_ring *r, struct xeap_frame *f);
	/* The netdev is down. NULL: it never should be, the ring has failed. */
	void (*down)(struct xeap_xsk_ring *r);
};

struct xeap_xsk_ring {
	struct xeap_ring ring;
	const struct xeap_xsk_kind *kind;
	struct xeap_xsk xsk;
	void *area;
	size_t area_size;
	uint32_t frames; /* chunks, power of two */
	uint32_t chunk;	 /* bytes of each */
	bool tx;	 /* frames are sent through it, too */
	bool bound;
	bool broken; /* the kernel took the socket off its netdev */
	bool zero_copy;
	uint32_t filled; /* chunks the kernel has to receive into */
	uint32_t queued; /* frames that were not completed */
	uint64_t rx_wakeups, tx_wakeups;
};

static inline struct xeap_xsk_ring *xeap_xsk_ring_of(struct xeap_ring *ring)
{
	return XEAP_CONTAINER(ring, struct xeap_xsk_ring, ring);
}

/* Memory and pool; the ring's common part, kind, frames, chunk and tx are set. 0 or -ENOMEM. */
int xeap_xsk_ring_init(struct xeap_xsk_ring *r);
/* Close the socket and free all but the struct. */
void xeap_xsk_ring_done(struct xeap_xsk_ring *r);

/* Socket, bind, first fill; flags: XDP_COPY or XDP_ZEROCOPY. Frames of an earlier one come back. */
int xeap_xsk_ring_bind(struct xeap_xsk_ring *r, const char *ifname, uint32_t queue, uint16_t flags);

/*
 * Queue a frame, whose bytes from `front` before its link headers on are to leave. 0, -ENODEV,
 * -ENETDOWN, -ENOBUFS or as xeap_frame_queue().
 */
int xeap_xsk_ring_queue(struct xeap_xsk_ring *r, struct xeap_frame *frame, uint32_t front);
/* Take back what the kernel has not and, with `port`, is this port's. */
void xeap_xsk_ring_withdraw(struct xeap_xsk_ring *r, const struct xeap_port *port);

/* For struct xeap_ring_ops. */
unsigned int xeap_xsk_ring_receive(struct xeap_ring *ring, struct xeap_rx *ret_batch,
				   unsigned int max);
bool xeap_xsk_ring_waiting(const struct xeap_ring *ring);
void xeap_xsk_ring_recycle(struct xeap_ring *ring);
int xeap_xsk_ring_flush(struct xeap_ring *ring, bool send);
bool xeap_xsk_ring_sending(const struct xeap_ring *ring);
void xeap_xsk_ring_fail(struct xeap_ring *ring);

#endif
