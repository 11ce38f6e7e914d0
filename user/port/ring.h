/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_RING_H
#define XEAP_PORT_RING_H

#include <stdbool.h>
#include <stdint.h>
#include <base/list.h>
#include <port/arena.h>
#include <port/flow_rule.h>
#include <port/pace.h>
#include <port/steer.h>
#include <port/sys.h>
#include <xeap/port.h>

#define XEAP_CHUNK_SMALL 2048
#define XEAP_CHUNK_LARGE 4096

struct xeap_ring;

/*
 * A kind of ring. It may serve one port or many; which port a received frame came in on the ring
 * says, which port a frame is to leave by it is told.
 */
struct xeap_ring_ops {
	/*
	 * Take at most `max` frames off. Returns how many were stored; fewer than `max` means that
	 * no more wait. The ring is then among those to be refilled, if it needs to.
	 */
	unsigned int (*receive)(struct xeap_ring *ring, struct xeap_rx *ret_batch,
				unsigned int max);
	/*
	 * Whether frames wait, by a look into memory that costs no system call. NULL: only the
	 * kernel knows.
	 */
	bool (*waiting)(const struct xeap_ring *ring);
	/* Frames were given back: give the kernel buffers. */
	void (*recycle)(struct xeap_ring *ring);
	/* As xeap_port_transmit(), with the ring now among those that are sending. */
	int (*transmit)(struct xeap_ring *ring, struct xeap_port *port, struct xeap_frame *frame);
	/*
	 * Reap completions; with `send`, let the kernel send first. 0; -EAGAIN: some are left for
	 * the next turn.
	 */
	int (*flush)(struct xeap_ring *ring, bool send);
	/* Whether frames are still queued. */
	bool (*sending)(const struct xeap_ring *ring);
	/* Add what only the ring knows of a port. */
	void (*stats)(struct xeap_ring *ring, const struct xeap_port *port,
		      struct xeap_port_stats *stats);
	/* The netdev under it is gone, or its socket is broken. */
	void (*fail)(struct xeap_ring *ring);
	/*
	 * Close the socket and free. Safe in any thread once the ring is out of its set, see
	 * xeap_ring_leave().
	 */
	void (*close)(struct xeap_ring *ring);
};

struct xeap_ring {
	const struct xeap_ring_ops *ops;
	struct xeap_rings *set;
	struct xeap_pool *pool;
	int fd;			 /* -1: no socket now */
	struct xeap_node direct; /* in set->direct: the socket is not in the epoll */
	struct xeap_node ready;	 /* in set->ready: frames may wait */
	struct xeap_node owing;	 /* in set->owing: to be refilled by recycle */
	struct xeap_node busy;	 /* in set->busy: frames are queued */
};

/*
 * So many rings at most are asked directly, by a look into them and with poll(2). In an epoll each
 * frame that leaves costs 0.1 us more and each that comes a call more, since a socket that is in
 * one tells it of everything; but poll(2) over many sockets costs more than that.
 */
#define XEAP_DIRECT_RINGS 8

struct xeap_rings {
	struct xeap_steer *steer;
	struct xeap_rings_options options; /* defaults filled in, but for chunk */
	int epoll;
	int groups; /* AF_PACKET socket that holds the group memberships; -1: none yet */
	struct xeap_arena arena;  /* of its AF_XDP rings' frames */
	struct xeap_ring *packet; /* NULL: none yet */
	struct xeap_ring *funnel; /* NULL: none yet */
	uint32_t staying;	  /* id of another xeap's program that was waited for in vain */
	bool gathered;		  /* all rings are in the epoll from now on */
	bool waits;		  /* xeap_rings_wait() is used */
	unsigned int unasked;	  /* turns since the kernel was asked what is ready */
	unsigned int received;	  /* frames since the last wait */
	struct xeap_pace pace;
	unsigned int direct_count;
	struct xeap_node direct, ready, owing, busy;
	struct xeap_node ports;
};

struct xeap_port {
	struct xeap_node node;	      /* in rings->ports */
	struct xeap_port *same_place; /* next in a place of the packet ring's table */
	struct xeap_rings *rings;
	struct xeap_netdev netdev;
	enum xeap_mode mode;
	struct xeap_port_options options; /* defaults filled in */
	uint32_t strip_off;		  /* XEAP_STRIP_ that was switched off */
	struct xeap_flow_rule rule; /* set: its queue is served by zero-copy, the others are not */
	bool zero_copy;
	bool down;    /* a send said ENETDOWN, or it was never bound; until refreshed */
	bool grouped; /* is a member of the groups */
	bool packet;  /* served by the packet ring */
	bool funnel;  /* served by the funnel, or to be */
	char note[128];
	struct xeap_attachment attachment;
	uint32_t ring_count; /* own rings, one a queue */
	uint32_t tx_queue;   /* whose ring frames are sent through; it is bound first */
	struct xeap_ring **own;
	/* Where frames to send go: own ring of tx_queue, funnel or packet ring. */
	struct xeap_ring *ring;
	uint64_t frames_rx, frames_tx, tx_copied, tx_refused, rx_wakeups, tx_wakeups;
};

/* 0 or -EINVAL. */
int xeap_rings_check_frames(uint32_t frames, struct xeap_diag *ret_diag);
/* Start a ring's common part. */
void xeap_ring_init(struct xeap_ring *ring, const struct xeap_ring_ops *ops,
		    struct xeap_rings *set);
/* Let the set watch the ring's socket. 0 or a negative errno. */
int xeap_ring_enter(struct xeap_ring *ring);
/* The socket is of no use any more: the set does not watch it. */
void xeap_ring_unwatch(struct xeap_ring *ring);
/* Take the ring out of everything in its set. */
void xeap_ring_leave(struct xeap_ring *ring);

/* Ethernet frames are at least this long without FCS (IEEE 802.3 §3.2.8). */
#define XEAP_MIN_WIRE 60
/* Bytes to send, after zeros were put behind a short frame. */
uint32_t xeap_frame_pad(struct xeap_frame *frame);

/* After an owner's exit the kernel lets go of queue and netdev only some 16 ms later. */
#define XEAP_BUSY_RETRIES 25
#define XEAP_BUSY_PAUSE_MS 4

/* An AF_XDP ring on one queue. */
struct xeap_own_ring_config {
	uint32_t queue;
	bool tx;	/* frames are sent through it, too */
	bool zero_copy; /* the device is to write into its chunks */
};
/* Memory and pool, without a socket. 0 or -ENOMEM. */
int xeap_own_ring_new(struct xeap_port *port, const struct xeap_own_ring_config *config,
		      struct xeap_ring **ret_ring);
/*
 * Socket, bind, first fill. Frames that an earlier socket had are taken back first. -ENETDOWN: not
 * now, the ring stays unbound. *ret_zero_copy is what the kernel says.
 */
int xeap_own_ring_bind(struct xeap_ring *ring, enum xeap_mode mode, bool *ret_zero_copy);
bool xeap_own_ring_bound(const struct xeap_ring *ring);

/* The AF_PACKET ring of a set. */
int xeap_packet_ring_new(struct xeap_rings *set, struct xeap_ring **ret_ring);
void xeap_packet_ring_add(struct xeap_ring *ring, struct xeap_port *port);
void xeap_packet_ring_remove(struct xeap_ring *ring, struct xeap_port *port);

/* Whether all frames of a port with this MTU get through the set's funnel. */
bool xeap_funnel_fits(const struct xeap_rings *set, uint32_t mtu);
/* The funnel of a set, with its veth. 0 or a negative errno. */
int xeap_funnel_ring_new(struct xeap_rings *set, struct xeap_ring **ret_ring);
/* A port that is attached with XEAP_STEER_F_FUNNEL. 0, or a negative errno and it is not in. */
int xeap_funnel_ring_add(struct xeap_ring *ring, struct xeap_port *port);
/* After xeap_steer_silence(). */
void xeap_funnel_ring_remove(struct xeap_ring *ring, struct xeap_port *port);
/* Make it work again if it does not. 0 or a negative errno. */
int xeap_funnel_ring_mend(struct xeap_ring *ring);

/*
 * Enter the best mode of the ladder from `best` to `worst`. On failure the port is as before and
 * one line says why.
 * Returns as xeap_port_open().
 */
int xeap_ladder_climb(struct xeap_port *port, enum xeap_mode best, enum xeap_mode worst,
		      struct xeap_diag *ret_diag);
/* The same without any ring: only the program is attached. */
int xeap_ladder_attach(struct xeap_port *port, enum xeap_mode best, enum xeap_mode worst,
		       struct xeap_diag *ret_diag);
/*
 * Bind the rings that are not bound, or no longer, and those of queues that are new. 0 also when
 * the netdev is down: they wait.
 */
int xeap_ladder_bind(struct xeap_port *port, struct xeap_diag *ret_diag);
/* Tell the XDP program the port's address and types anew. */
int xeap_ladder_steer(struct xeap_port *port);
/* Frames stop coming and going: out of maps, epoll and lists. */
void xeap_ladder_silence(struct xeap_port *port);
/* Close what xeap_ladder_silence() has silenced: many ports' rings side by side in threads. */
void xeap_ladder_release(struct xeap_port *const *ports, unsigned int count);

#endif
