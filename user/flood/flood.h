/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_FLOOD_FLOOD_H
#define XEAP_FLOOD_FLOOD_H

#include <stddef.h>
#include <stdint.h>

/* Load on a netdev, by frames that the kernel makes (BPF_F_TEST_XDP_LIVE_FRAMES, Linux 5.18). */

#define FLOOD_HEAD 60	   /* octets that differ among frames; zeros follow */
#define FLOOD_SHAPES_MAX 3 /* heads that frames take turns with */
#define FLOOD_BATCH 64	   /* frames that the kernel makes before it sends them */

/* Frames of one netdev. */
struct flood_frames {
	uint8_t head[FLOOD_SHAPES_MAX][FLOOD_HEAD];
	unsigned int shapes;
	size_t size;		/* of each frame, FLOOD_HEAD at least */
	uint32_t sources;	/* 0: the sender is as in the head */
	unsigned int number_at; /* offset of a number in the frame, 0: none */
	unsigned int number_size;
};

struct flood_count {
	uint64_t sent;	  /* that the netdev took */
	uint64_t dropped; /* that it did not */
};

struct flood;

/*
 * Load the programs. 0, -EPERM, -EOPNOTSUPP: the kernel has no live frames; or another negative
 * errno. *ret is given to flood_close(), by the thread that calls flood_send() too.
 */
int flood_open(struct flood **ret);
struct flood *flood_close(struct flood *f);
/* Send so many frames to a netdev at once; the count is added to. 0 or a negative errno. */
int flood_send(struct flood *f, int ifindex, const struct flood_frames *frames, uint32_t count,
	       struct flood_count *count_of);

#endif
