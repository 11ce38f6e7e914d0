/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_PCAPNG_H
#define XEAP_TOOL_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xeap/span.h>

/*
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng), written into memory one at a time: a section
 * header, a description of each interface before its first frame, frames, and at the end what was
 * counted of each interface. Numbers are in this machine's byte order, as the format has it.
 *
 * Each function writes one whole block and returns its length, or 0 when `size` bytes are too few:
 * PCAPNG_BLOCK_MAX of them never are for a header, PCAPNG_FRAME_MAX(n) for a frame of n bytes.
 */
#define PCAPNG_BLOCK_MAX 512
#define PCAPNG_FRAME_MAX(n) (64 + (((size_t)(n) + 3) & ~(size_t)3))

enum pcapng_direction {
	PCAPNG_INBOUND,
	PCAPNG_OUTBOUND,
	PCAPNG_DIRECTION_MAX
};

struct pcapng_interface {
	const char *name, *description; /* "": none; longer than 127 bytes are cut */
	uint8_t mac[6];
};

struct pcapng_frame {
	uint32_t interface; /* in the order of their blocks, from 0 */
	enum pcapng_direction direction;
	uint64_t time;	/* nanoseconds since 1970, UTC */
	uint64_t lost;	/* frames of the interface that could not be kept since the one before */
	uint32_t whole; /* bytes on the wire; data may be the first of them */
	struct xeap_span data; /* an Ethernet frame, destination address first */
};

struct pcapng_statistics {
	uint32_t interface;
	uint64_t time, began; /* as a frame's */
	uint64_t kept, lost;
};

size_t pcapng_section(uint8_t *out, size_t size, const char *application);
size_t pcapng_interface(uint8_t *out, size_t size, const struct pcapng_interface *i);
size_t pcapng_frame(uint8_t *out, size_t size, const struct pcapng_frame *f);
size_t pcapng_statistics(uint8_t *out, size_t size, const struct pcapng_statistics *s);

/*
 * For a reader of the stream: what the first 8 bytes of a block say. Returns the block's length, 0
 * when it is none that this file writes.
 */
enum pcapng_block {
	PCAPNG_BLOCK_SECTION,
	PCAPNG_BLOCK_INTERFACE,
	PCAPNG_BLOCK_FRAME,
	PCAPNG_BLOCK_STATISTICS,
	PCAPNG_BLOCK_KIND_MAX
};

#define PCAPNG_HEAD 8
size_t pcapng_head(const uint8_t *head, enum pcapng_block *ret_kind);

/* Kept and lost of a whole block of statistics; false when it does not have them. */
bool pcapng_read_statistics(const uint8_t *block, size_t len, uint64_t *ret_kept,
			    uint64_t *ret_lost);

#endif
