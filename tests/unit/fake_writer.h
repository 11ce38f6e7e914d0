/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_FAKE_WRITER_H
#define XEAP_TESTS_FAKE_WRITER_H

#include <xeap/method.h>

/*
 * A writer over heap memory: every packet has an allocation of exactly its size, so that a
 * sanitizer sees a byte written too far. The flight outlives the responses, as in a session.
 */
#define FAKE_FLIGHT_MAX 1024

struct fake_writer {
	struct xeap_writer w; /* what the method under test is given */
	size_t cap;
	uint8_t *response; /* memory of the response, or of the chunk taken for it */
	struct xeap_chunk flight[FAKE_FLIGHT_MAX];
	uint8_t *memory[FAKE_FLIGHT_MAX];
	size_t first, count;
	size_t appended;   /* chunks in all */
	size_t append_max; /* fail beyond so many in all */
	size_t take_fails; /* so many takes answer -ENOBUFS */
};

void fake_writer_init(struct fake_writer *f, size_t cap);
/* A fresh response; the one before is gone. */
struct xeap_writer *fake_writer_begin(struct fake_writer *f);
void fake_writer_free(struct fake_writer *f);

#endif
