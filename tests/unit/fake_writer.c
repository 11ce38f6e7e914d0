/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/fake_writer.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct xeap_chunk *fake_append(struct xeap_writer *w)
{
	struct fake_writer *f = w->host;
	size_t at = f->first + f->count;

	if (f->appended >= f->append_max || at >= FAKE_FLIGHT_MAX)
		return NULL;
	f->memory[at] = malloc(f->cap);
	f->flight[at] = (struct xeap_chunk){ f->memory[at], 0, f->cap };
	f->count++;
	f->appended++;
	return &f->flight[at];
}

static struct xeap_chunk *fake_last(struct xeap_writer *w)
{
	struct fake_writer *f = w->host;

	return f->count ? &f->flight[f->first + f->count - 1] : NULL;
}

static bool fake_pending(const struct xeap_writer *w)
{
	const struct fake_writer *f = w->host;

	return f->count > 0;
}

static int fake_take(struct xeap_writer *w)
{
	struct fake_writer *f = w->host;

	if (f->count == 0)
		return -ENOENT;
	if (f->take_fails > 0) {
		f->take_fails--;
		return -ENOBUFS;
	}
	free(f->response);
	f->response = f->memory[f->first];
	w->c = f->flight[f->first++];
	if (--f->count == 0)
		f->first = 0;
	return 0;
}

static void fake_clear(struct xeap_writer *w)
{
	struct fake_writer *f = w->host;

	while (f->count > 0)
		free(f->memory[f->first + --f->count]);
	f->first = 0;
}

static const struct xeap_flight_ops ops = {
	.append = fake_append,
	.last = fake_last,
	.pending = fake_pending,
	.take = fake_take,
	.clear = fake_clear,
};

void fake_writer_init(struct fake_writer *f, size_t cap)
{
	memset(f, 0, sizeof(*f));
	f->cap = cap;
	f->append_max = SIZE_MAX;
	f->w.flight = &ops;
	f->w.host = f;
}

struct xeap_writer *fake_writer_begin(struct fake_writer *f)
{
	free(f->response);
	f->response = malloc(f->cap);
	f->w.c = (struct xeap_chunk){ f->response, 0, f->cap };
	return &f->w;
}

void fake_writer_free(struct fake_writer *f)
{
	fake_clear(&f->w);
	free(f->response);
	f->response = NULL;
}
