/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BASE_FRAME_H
#define XEAP_BASE_FRAME_H

#include <xeap/frame.h>
#include <xeap/method.h>

/** Asked to move a held frame's bytes elsewhere because the pool ran dry. */
struct xeap_frame_owner {
	/**
	 * Returns 0 when the bytes are safe and the frame was forgotten: it becomes free right
	 * after, without being given back. Else it stays held and the next oldest is asked.
	 * Touches no other frame of the pool.
	 */
	int (*spill)(struct xeap_frame_owner *owner, struct xeap_frame *frame);
};

struct xeap_frame {
	/* data: first byte of the EAP packet; cap: bytes writable from data on */
	struct xeap_chunk c;
	uint8_t *base;			/* first byte of the chunk */
	struct xeap_pool *pool;		/* NULL: a heap frame, see xeap_frame_new_heap() */
	struct xeap_frame_owner *owner; /* NULL: never spilled */
	struct xeap_frame *next; /* held and free: the pool's; lent: the owner's, for a flight */
	struct xeap_frame *prev;
	uint32_t size;	/* bytes of the chunk */
	uint32_t index; /* place in the pool; UINT32_MAX for a heap frame */
	uint16_t hdr;	/* bytes of link headers now in front of data */
	uint8_t state;	/* enum xeap_frame_state */
	uint8_t before; /* queued: the state to go back to, see xeap_frame_unqueue() */
	bool abandoned; /* given back while queued */
};

/* First byte and length of what goes on the wire: link headers and EAP packet. */
static inline uint8_t *xeap_frame_wire(const struct xeap_frame *f)
{
	return f->c.data - f->hdr;
}

static inline uint32_t xeap_frame_wire_len(const struct xeap_frame *f)
{
	return f->hdr + (uint32_t)f->c.len;
}

/* Bytes free in front of data. */
static inline uint32_t xeap_frame_headroom(const struct xeap_frame *f)
{
	return (uint32_t)(f->c.data - f->base);
}

/*
 * Make room for n bytes of link headers directly in front of data, replacing those that an earlier
 * sending left. Returns their first byte; NULL, and nothing changes, when the headroom is too small
 * or the frame is neither lent nor held (the kernel may be reading it).
 */
uint8_t *xeap_frame_push(struct xeap_frame *f, uint32_t n);

/* lent or held → queued. -EALREADY when it is queued already, -EBADFD otherwise. */
int xeap_frame_queue(struct xeap_frame *f);

/* queued → held as the youngest, or free when it was given back meanwhile. -EBADFD otherwise. */
int xeap_frame_complete(struct xeap_frame *f);

/*
 * queued → what it was before (the TX ring had no room after all), or free when it was given back
 * meanwhile. -EBADFD otherwise.
 */
int xeap_frame_unqueue(struct xeap_frame *f);

/* free → filled. Returns a frame for the fill ring or NULL; never spills. */
struct xeap_frame *xeap_pool_fill(struct xeap_pool *pool);

/*
 * filled → received, with the bytes the kernel wrote at [offset, offset + len) of the chunk.
 * -EBADFD, or -EMSGSIZE for bytes outside the chunk; the frame then stays as it was.
 */
int xeap_frame_receive(struct xeap_frame *f, uint32_t offset, uint32_t len);

/*
 * A frame of its own on the heap with `cap` bytes from data on, lent, for a flight that outgrows
 * the pool. NULL when memory is short. It is never queued: its bytes are copied into a pool frame
 * when their turn comes, which counts as copied. Give it back to free and wipe it.
 */
struct xeap_frame *xeap_frame_new_heap(uint32_t cap);

/*
 * Copy the packet of src into dst (lent), counting it in dst's pool. -EMSGSIZE when it does not
 * fit, -EBADFD when dst is not lent.
 */
int xeap_frame_copy(struct xeap_frame *dst, const struct xeap_frame *src);

/* Count a response that had to be copied for another reason. */
void xeap_pool_count_copied(struct xeap_pool *pool);

/* Chunk number n of the pool; NULL when out of range. */
struct xeap_frame *xeap_pool_frame(struct xeap_pool *pool, uint32_t n);

/* Bytes of each chunk. */
uint32_t xeap_pool_chunk_size(const struct xeap_pool *pool);

/* First byte of all chunks. */
uint8_t *xeap_pool_area(const struct xeap_pool *pool);

#endif
