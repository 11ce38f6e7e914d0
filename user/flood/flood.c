// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "flood/flood.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#include <bpf/flood.skel.h>
#pragma GCC diagnostic pop

struct flood {
	struct flood_bpf *skel;
	uint8_t *frame; /* as it is copied into every page once */
	size_t room;
};

static int silent(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level, (void)format, (void)args;
	return 0;
}

static int run(struct flood *f, const uint8_t *frame, size_t size, uint32_t count)
{
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = frame, .data_size_in = (uint32_t)size,
		    .repeat = (int)count, .flags = BPF_F_TEST_XDP_LIVE_FRAMES,
		    .batch_size = FLOOD_BATCH);

	return bpf_prog_test_run_opts(bpf_program__fd(f->skel->progs.flood_make), &o);
}

/* The program drops what has no target, so that nothing is sent. */
static int try_live_frames(struct flood *f)
{
	static const uint8_t zeros[FLOOD_HEAD];
	int err = run(f, zeros, sizeof(zeros), 1);

	return err == -EINVAL || err == -ENOTSUP ? -EOPNOTSUPP : err;
}

int flood_open(struct flood **ret)
{
	struct flood *f = calloc(1, sizeof(*f));
	int err;

	if (!f)
		return -ENOMEM;
	libbpf_set_print(silent);
	f->skel = flood_bpf__open_and_load();
	err = f->skel ? flood_bpf__attach(f->skel) : -errno;
	if (!err) {
		f->skel->bss->thread = (uint32_t)gettid();
		err = try_live_frames(f);
	}
	if (err)
		flood_close(f);
	else
		*ret = f;
	return err;
}

struct flood *flood_close(struct flood *f)
{
	if (f) {
		flood_bpf__destroy(f->skel);
		free(f->frame);
		free(f);
	}
	return NULL;
}

static int set_frames(struct flood *f, const struct flood_frames *frames)
{
	struct flood_bpf__bss *b = f->skel->bss;

	if (f->room < frames->size) {
		uint8_t *more = realloc(f->frame, frames->size);

		if (!more)
			return -ENOMEM;
		f->frame = more;
		f->room = frames->size;
	}
	memset(f->frame, 0, frames->size);
	memcpy(f->frame, frames->head[0], FLOOD_HEAD);
	for (unsigned int i = 0; i < frames->shapes; i++)
		memcpy(b->heads[i], frames->head[i], FLOOD_HEAD);
	b->shapes = frames->shapes;
	b->sources = frames->sources;
	b->number_at = frames->number_at;
	b->number_size = frames->number_size;
	return 0;
}

int flood_send(struct flood *f, int ifindex, const struct flood_frames *frames, uint32_t count,
	       struct flood_count *count_of)
{
	struct flood_bpf__bss *b = f->skel->bss;
	uint64_t sent = b->sent, made = b->made;
	int err = set_frames(f, frames);

	if (err)
		return err;
	b->target = (uint32_t)ifindex;
	err = run(f, f->frame, frames->size, count);
	b->target = 0;
	count_of->sent += b->sent - sent;
	/* A netdev that takes no redirected frames has them dropped before they are traced. */
	count_of->dropped += (b->made - made) - (b->sent - sent);
	return err;
}
