/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_CAPTURE_RING_H
#define XEAP_TOOL_CAPTURE_RING_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xeap/span.h>

#include "tool/pcapng.h"

/*
 * Copies of frames on their way from the thread that sent or received them to the one that writes
 * them out. One thread puts, one takes, neither waits for the other: what finds no room is lost,
 * and whoever puts counts it.
 */
struct capture_ring;

struct capture_record {
	uint64_t time;	   /* nanoseconds since 1970, UTC */
	uint32_t len;	   /* of the frame, at most CAPTURE_FRAME_MAX */
	uint32_t whole;	   /* what it had on the wire */
	uint32_t lost;	   /* frames of this port that found no room since its last one */
	uint8_t direction; /* enum pcapng_direction */
	char ifname[IF_NAMESIZE];
};

#define CAPTURE_FRAME_MAX 9216

/* bytes: a power of two, at least 4096. 0, -EINVAL or -ENOMEM. */
int capture_ring_new(size_t bytes, struct capture_ring **ret_ring);
struct capture_ring *capture_ring_free(struct capture_ring *r);

/* Copy a frame in; record->len and ->whole are set from it. False: there is no room. */
bool capture_ring_put(struct capture_ring *r, struct capture_record *record,
		      struct xeap_span frame);

/* What comes next; false when there is nothing. */
bool capture_ring_peek(struct capture_ring *r, struct capture_record *ret_record);
/* Take what was peeked; frame: room for record->len bytes, or NULL to drop it. */
void capture_ring_take(struct capture_ring *r, const struct capture_record *record, uint8_t *frame);

/*
 * For whoever puts: copy a frame of a port, as of now. *lost counts the port's frames that found no
 * room, and is told with the next one that does.
 */
void capture_frame(struct capture_ring *r, const char *ifname, enum pcapng_direction direction,
		   struct xeap_span frame, uint32_t *lost);
/* Tell what *lost has, though no frame follows: a record without bytes. */
void capture_losses(struct capture_ring *r, const char *ifname, uint32_t *lost);

/* Nanoseconds since 1970, UTC. */
uint64_t capture_clock(void);

#endif
