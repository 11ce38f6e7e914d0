// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fd.h"
#include "base/wipe.h"
#include "tool/tickets_state.h"

#define BLOCK 65536

/* What was collected stays where it is: a buffer that grows would leave copies of secrets. */
struct block {
	struct block *next;
	struct xeap_builder b;
	uint8_t bytes[BLOCK];
};

struct tickets_draft {
	struct tickets *tickets;
	uint64_t now;
	struct block *first, *last;
	bool failed; /* out of memory */
};

static struct block *append_block(struct tickets_draft *d)
{
	struct block *k = malloc(sizeof(*k));

	if (!k)
		return NULL;
	k->next = NULL;
	k->b = xeap_builder(k->bytes, sizeof(k->bytes));
	if (d->last)
		d->last->next = k;
	else
		d->first = k;
	d->last = k;
	return k;
}

static struct tickets_draft *draft_free(struct tickets_draft *d)
{
	struct block *next;

	for (struct block *k = d->first; k; k = next) {
		next = k->next;
		xeap_wipe(k->bytes, xeap_builder_len(&k->b));
		free(k);
	}
	free(d);
	return NULL;
}

/* Room for anything that is put at once. */
static struct xeap_builder *room(struct tickets_draft *d)
{
	struct block *k = d->last;

	if (BLOCK - xeap_builder_len(&k->b) < TICKET_SIZE_MAX)
		k = append_block(d);
	d->failed |= !k;
	return k ? &k->b : NULL;
}

struct tickets_draft *tickets_begin(struct tickets *t)
{
	struct tickets_draft *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->tickets = t;
	d->now = tickets_clock();
	if (!append_block(d))
		return draft_free(d);
	tickets_put_head(&d->last->b);
	return d;
}

static void add(struct tickets_draft *d, const struct ticket *t)
{
	struct xeap_builder *b;

	if (!ticket_is_good(t, d->now))
		return;
	b = room(d);
	if (b)
		ticket_put(b, t);
}

void tickets_add(struct tickets_draft *d, const struct ticket_owner *owner, uint64_t time,
		 struct xeap_resumption *resumption)
{
	XEAP_SECRET(kept, XEAP_RESUMPTION_EXPORT_MAX);
	struct ticket t = { .name = xeap_span(owner->name, strlen(owner->name)), .time = time };
	size_t len = 0;

	memcpy(t.mac, owner->mac, sizeof(t.mac));
	for (size_t i = 0; i < owner->count && !len; i++)
		if (xeap_resumption_export(resumption, owner->profiles[i], kept, sizeof(kept),
					   &len))
			continue;
	t.kept = xeap_span(kept, len);
	if (len && t.name.len <= TICKET_NAME_MAX)
		add(d, &t);
}

/* What nobody has come for yet. */
static void add_rest(struct tickets_draft *d)
{
	struct tickets *t = d->tickets;

	pthread_mutex_lock(&t->lock);
	for (size_t i = 0; i < t->store.count; i++)
		if (t->store.entries[i].there)
			add(d, &t->store.entries[i].ticket);
	pthread_mutex_unlock(&t->lock);
}

static uint64_t sum_of(const struct tickets_draft *d)
{
	uint64_t sum = TICKETS_SUM_BEGIN;

	for (const struct block *k = d->first; k; k = k->next)
		sum = tickets_sum(sum, xeap_span(k->bytes, xeap_builder_len(&k->b)));
	return sum;
}

static int write_blocks(const struct tickets_draft *d, int fd)
{
	int err = 0;

	for (const struct block *k = d->first; k && !err; k = k->next)
		err = xeap_fd_write(fd, xeap_span(k->bytes, xeap_builder_len(&k->b)));
	/* Else a power failure may leave a new name for nothing. */
	return !err && fsync(fd) ? -errno : err;
}

/* One of a process that was killed is in the way for ever. */
static int create(const struct tickets *t)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(t->directory, t->temporary, flags, 0600);

	if (fd < 0 && errno == EEXIST && !unlinkat(t->directory, t->temporary, 0))
		fd = openat(t->directory, t->temporary, flags, 0600);
	return fd < 0 ? -errno : fd;
}

static int write_file(const struct tickets_draft *d)
{
	const struct tickets *t = d->tickets;
	int fd = create(t), err;

	if (fd < 0)
		return fd;
	err = write_blocks(d, fd);
	if (close(fd) && !err)
		err = -errno;
	if (!err && renameat(t->directory, t->temporary, t->directory, t->name))
		err = -errno;
	if (err)
		unlinkat(t->directory, t->temporary, 0);
	return err;
}

/* Once for as long as it is the same. */
static int tell(struct tickets *t, int err, struct xeap_diag *ret_why)
{
	if (err && err != t->told)
		xeap_diag_set(ret_why, err, XEAP_E_INVALID_STATE,
			      "--keep-tickets %s cannot be written: %s", t->path, strerror(-err));
	t->told = err;
	return err;
}

int tickets_save(struct tickets_draft *d, struct xeap_diag *ret_why)
{
	struct tickets *t = d->tickets;
	struct xeap_builder *b;
	int err = -ENOMEM;

	*ret_why = (struct xeap_diag){ 0 };
	add_rest(d);
	b = room(d);
	if (!d->failed) {
		tickets_put_end(b, sum_of(d));
		err = write_file(d);
	}
	draft_free(d);
	return tell(t, err, ret_why);
}
