/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_FRAME_H
#define XEAP_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xeap/span.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A pool is one piece of memory (a UMEM, or heap) cut into chunks of equal size; a frame is one
 * chunk and where its packet lies in it. One thread at a time per pool. A frame is in exactly one
 * state:
 *
 *	free ──lend──► lent ──queue──► queued ──complete──► held ──give back──► free
 *	  │              └────────────── give back ─────────────────────────────►
 *	  │                               queued: give back marks it, complete then frees it
 *	  └─fill─► filled ──receive──► received ──give back──► free
 *	  held ──queue──► queued    a duplicate request sends the same frame again
 *
 * A frame that the TX ring had no room for goes back from queued to what it was. lent, queued and
 * held frames have an owner: a session, which keeps its last response; or the 802.1X machine, which
 * gives its EAPOL-Start back at once. Every move that is not in the picture is refused with -EBADFD
 * and changes nothing.
 */
enum xeap_frame_state {
	XEAP_FRAME_FREE,
	XEAP_FRAME_FILLED,   /**< in the fill ring: the kernel writes it */
	XEAP_FRAME_RECEIVED, /**< holds a received frame, in place */
	XEAP_FRAME_LENT,     /**< being written by its owner */
	XEAP_FRAME_QUEUED,   /**< in the TX ring: the kernel reads it */
	XEAP_FRAME_HELD,     /**< was sent, kept by its owner to be sent again */
	XEAP_FRAME_STATE_MAX
};

/**
 * Bytes kept free before the EAP packet of every lent frame: Ethernet 14, two VLAN tags 8, EAPOL
 * 4, rounded up so that the EAP packet is 16-byte aligned in its chunk. The worst case of all
 * framings.
 */
#define XEAP_FRAME_HEADROOM 32

struct xeap_pool;
struct xeap_frame;

struct xeap_pool_stats {
	uint32_t frames;		      /**< in all */
	uint32_t state[XEAP_FRAME_STATE_MAX]; /**< now in each state; they add up to frames */
	uint64_t spilled; /**< held frames moved to the heap because the pool had run dry */
	uint64_t copied;  /**< responses copied into a frame before sending, for whatever reason */
};

/**
 * Make a pool over heap memory of its own, for transports that are not AF_XDP.
 * @frames: how many, 1 to 65536
 * @chunk: bytes of each, headroom included, 128 to 65536
 * @ret_pool: the pool, the caller's to free with xeap_pool_free(); untouched on failure
 * Returns 0, -EINVAL for a size out of range, -ENOMEM.
 */
int xeap_pool_new(uint32_t frames, uint32_t chunk, struct xeap_pool **ret_pool);

/**
 * Make a pool over memory that the caller owns (a UMEM area) and that outlives it.
 * @area: frames × chunk bytes
 * @frames: how many, 1 to 65536
 * @chunk: bytes of each, headroom included, 128 to 65536
 * @ret_pool: the pool, the caller's to free with xeap_pool_free(); untouched on failure
 * Returns 0, -EINVAL for a size out of range or a NULL area, -ENOMEM.
 */
int xeap_pool_new_over(void *area, uint32_t frames, uint32_t chunk, struct xeap_pool **ret_pool);

/**
 * Wipe and free a pool. No frame of it may be used afterwards.
 * @pool: NULL is accepted
 * Returns NULL.
 */
struct xeap_pool *xeap_pool_free(struct xeap_pool *pool);

/**
 * The frame in whose chunk an address lies: how a packet from xeap_session_get_send_packet()
 * becomes a frame to send.
 * @pool: the pool the session was begun with
 * @packet: any address
 * Returns the frame, or NULL when the address is not in this pool. Costs one division.
 */
struct xeap_frame *xeap_pool_frame_of(struct xeap_pool *pool, const void *packet);

/**
 * Read a pool's counters.
 * @pool: the pool
 * @ret_stats: filled
 */
void xeap_pool_get_stats(const struct xeap_pool *pool, struct xeap_pool_stats *ret_stats);

/**
 * Take a free frame; when there is none, the oldest held frame's owner is asked to spill it.
 * @pool: the pool
 * Returns a frame in state lent, its data after XEAP_FRAME_HEADROOM bytes, or NULL when nothing is
 * free.
 */
struct xeap_frame *xeap_pool_lend(struct xeap_pool *pool);

/**
 * Give a frame back: lent, held and received ones become free; a queued one becomes free when it
 * completes.
 * @frame: the frame; NULL is accepted
 * Returns 0 or -EBADFD when its state does not allow it.
 */
int xeap_frame_give_back(struct xeap_frame *frame);

/**
 * State of a frame.
 * @frame: the frame
 * Returns the state.
 */
enum xeap_frame_state xeap_frame_get_state(const struct xeap_frame *frame);

/**
 * Name of a state, for people.
 * @state: the state
 * Returns a constant string, "?" for a number out of range.
 */
const char *xeap_frame_state_name(enum xeap_frame_state state);

#ifdef __cplusplus
}
#endif
#endif
