// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/tickets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fd.h"
#include "base/list.h"
#include "base/wipe.h"
#include "tool/tickets_state.h"

#define SAVE_PERIOD XEAP_S(60)
#define FILE_MAX ((off_t)1 << 30)
#define CLOCK_MAY_DIFFER 300 /* a time later than that from now on is none */

static const char temporary_suffix[] = ".new";

uint64_t tickets_clock(void)
{
	return (uint64_t)time(NULL);
}

bool ticket_is_good(const struct ticket *t, uint64_t now)
{
	return t->time <= now + CLOCK_MAY_DIFFER && t->time + TICKET_SECONDS > now;
}

/* Whose it is: a name and an address. That others have the same key is left to the comparison. */
static uint64_t key_of(struct xeap_span name, const uint8_t mac[6])
{
	return tickets_sum(tickets_sum(TICKETS_SUM_BEGIN, xeap_span(mac, 6)), name);
}

static void store_free(struct ticket_store *s)
{
	if (s->file)
		xeap_wipe(s->file, s->len);
	free(s->file);
	free(s->entries);
	xeap_map_free(&s->map);
	*s = (struct ticket_store){ 0 };
}

static size_t count_entries(struct xeap_reader entries)
{
	struct ticket t;
	size_t n = 0;

	while (ticket_next(&entries, &t))
		n++;
	return n;
}

/* The file is the store's already. */
static int index_store(struct ticket_store *s, struct xeap_reader entries)
{
	size_t n = count_entries(entries);
	uint64_t now = tickets_clock();
	struct ticket_entry *e;

	s->entries = calloc(n + 1, sizeof(*s->entries));
	if (!s->entries || xeap_map_init(&s->map, (uint32_t)n, 0))
		return -ENOMEM;
	for (e = s->entries; ticket_next(&entries, &e->ticket);) {
		e->map.key = key_of(e->ticket.name, e->ticket.mac);
		if (!ticket_is_good(&e->ticket, now) || xeap_map_insert(&s->map, &e->map))
			continue;
		e->there = true;
		e++;
	}
	s->count = (size_t)(e - s->entries);
	return 0;
}

static int refuse(const struct tickets *t, int err, const char *what, struct xeap_diag *ret_why)
{
	return xeap_diag_set(ret_why, err, XEAP_E_INVALID_PARAMETER, "--keep-tickets %s: %s",
			     t->path, what);
}

/* Whoever reads it can log in with it, and whoever writes it has us read what he likes. */
static int check_owner(const struct tickets *t, const struct stat *st, struct xeap_diag *ret_why)
{
	char what[128];

	if (!S_ISREG(st->st_mode))
		return refuse(t, -EINVAL, "is not a regular file", ret_why);
	if (st->st_uid != geteuid()) {
		snprintf(what, sizeof(what), "belongs to user %u, not to %u: name another file",
			 (unsigned int)st->st_uid, (unsigned int)geteuid());
		return refuse(t, -EPERM, what, ret_why);
	}
	if (st->st_mode & 077) {
		snprintf(what, sizeof(what),
			 "has mode %04o, so that others get at the keys in it: chmod 600, or "
			 "remove it",
			 (unsigned int)st->st_mode & 07777);
		return refuse(t, -EPERM, what, ret_why);
	}
	if (st->st_size > FILE_MAX)
		return refuse(t, -EFBIG, "has more than 1 GiB", ret_why);
	return 0;
}

/* What it is no use for; the process goes on without. */
static void tell_form(struct tickets *t, enum tickets_form form, struct xeap_diag *ret_why)
{
	switch (form) {
	case TICKETS_SOUND:
		return;
	case TICKETS_DAMAGED:
		refuse(t, 0, "is damaged or cut off: all logins are full ones", ret_why);
		return;
	case TICKETS_OTHER:
		refuse(t, 0, "is of another version of xeap: all logins are full ones", ret_why);
		return;
	case TICKETS_FOREIGN:
		t->untouched = true;
		refuse(t, 0, "is no file of xeap's tickets: it stays as it is, and none are kept",
		       ret_why);
		return;
	case TICKETS_FORM_MAX:
		return;
	}
}

static int load(struct tickets *t, int fd, size_t len, struct ticket_store *s,
		struct xeap_diag *ret_why)
{
	struct xeap_reader entries;
	enum tickets_form form;
	ssize_t n;
	int err;

	s->file = malloc(len + 1);
	if (!s->file)
		return refuse(t, -ENOMEM, "out of memory", ret_why);
	s->len = len;
	n = xeap_fd_read(fd, s->file, len);
	if (n != (ssize_t)len) { /* -EIO: it changes while it is read */
		err = n < 0 ? (int)n : -EIO;
		return refuse(t, err, strerror(-err), ret_why);
	}
	form = tickets_form_of(xeap_span(s->file, len), &entries);
	tell_form(t, form, ret_why);
	if (form == TICKETS_SOUND && index_store(s, entries))
		return refuse(t, -ENOMEM, "out of memory", ret_why);
	return 0;
}

/* 0 also where there is none. O_NONBLOCK: a FIFO must not hang. */
static int read_file(struct tickets *t, struct ticket_store *s, struct xeap_diag *ret_why)
{
	int fd = openat(t->directory, t->name,
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	int err;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 && errno == ELOOP)
		return refuse(t, -ELOOP, "is a symbolic link: name the file itself", ret_why);
	if (fd < 0)
		return refuse(t, -errno, strerror(errno), ret_why);
	err = fstat(fd, &st) ? refuse(t, -errno, strerror(errno), ret_why)
			     : check_owner(t, &st, ret_why);
	if (!err)
		err = load(t, fd, (size_t)st.st_size, s, ret_why);
	close(fd);
	return err;
}

void tickets_read_again(struct tickets *t)
{
	struct ticket_store s = { 0 };
	struct xeap_diag why = { 0 };

	if (!t)
		return;
	if (read_file(t, &s, &why) || why.text[0]) {
		store_free(&s);
		return;
	}
	pthread_mutex_lock(&t->lock);
	store_free(&t->store);
	t->store = s;
	pthread_mutex_unlock(&t->lock);
}

/* Everything before the last slash. */
static int open_directory(struct tickets *t, struct xeap_diag *ret_why)
{
	const char *slash = strrchr(t->path, '/');
	char *directory = slash ? strndup(t->path, (size_t)(slash - t->path) + 1) : strdup(".");
	int err = 0;

	t->name = slash ? slash + 1 : t->path;
	if (!directory || asprintf(&t->temporary, "%s%s", t->name, temporary_suffix) < 0) {
		free(directory);
		t->temporary = NULL;
		return refuse(t, -ENOMEM, "out of memory", ret_why);
	}
	t->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->directory < 0)
		err = -errno;
	free(directory);
	if (err)
		return refuse(t, err, strerror(-err), ret_why);
	return *t->name ? 0 : refuse(t, -EISDIR, "names no file", ret_why);
}

int tickets_open(const char *path, struct tickets **ret_tickets, struct xeap_diag *ret_why)
{
	struct tickets *t = calloc(1, sizeof(*t));
	int err = -ENOMEM;

	*ret_why = (struct xeap_diag){ 0 };
	if (!t)
		return xeap_diag_set(ret_why, err, XEAP_E_OUT_OF_MEMORY, "out of memory");
	t->directory = -1;
	pthread_mutex_init(&t->lock, NULL);
	atomic_init(&t->changed, true); /* to see at once that it can be written */
	t->path = strdup(path);
	if (t->path)
		err = open_directory(t, ret_why);
	if (!err)
		err = read_file(t, &t->store, ret_why);
	if (err) {
		tickets_close(t);
		return err;
	}
	*ret_tickets = t;
	return 0;
}

struct tickets *tickets_close(struct tickets *t)
{
	if (!t)
		return NULL;
	store_free(&t->store);
	if (t->directory >= 0)
		close(t->directory);
	pthread_mutex_destroy(&t->lock);
	free(t->temporary);
	free(t->path);
	free(t);
	return NULL;
}

static struct ticket_entry *find(struct tickets *t, const struct ticket_owner *owner)
{
	struct xeap_span name = xeap_span(owner->name, strlen(owner->name));
	struct xeap_map_entry *m = xeap_map_find(&t->store.map, key_of(name, owner->mac));
	struct ticket_entry *e = m ? XEAP_CONTAINER(m, struct ticket_entry, map) : NULL;

	if (!e || !e->there || e->ticket.name.len != name.len ||
	    memcmp(e->ticket.name.data, name.data, name.len) ||
	    memcmp(e->ticket.mac, owner->mac, sizeof(e->ticket.mac)))
		return NULL;
	return e;
}

static bool import(const struct ticket_entry *e, const struct ticket_owner *owner,
		   struct xeap_resumption *resumption)
{
	for (size_t i = 0; i < owner->count; i++)
		if (!xeap_resumption_import(resumption, owner->profiles[i], e->ticket.kept))
			return true;
	return false;
}

/* What none of its networks can use is no use to anybody. */
static uint64_t take(struct ticket_store *s, struct ticket_entry *e,
		     const struct ticket_owner *owner, struct xeap_resumption *resumption)
{
	const struct xeap_span kept = e->ticket.kept;
	bool done = ticket_is_good(&e->ticket, tickets_clock()) && import(e, owner, resumption);

	e->there = false;
	xeap_wipe(s->file + (kept.data - s->file), kept.len);
	return done ? e->ticket.time : 0;
}

uint64_t tickets_take(struct tickets *t, const struct ticket_owner *owner,
		      struct xeap_resumption *resumption)
{
	struct ticket_entry *e;
	uint64_t when = 0;

	if (!t)
		return 0;
	pthread_mutex_lock(&t->lock);
	e = find(t, owner);
	if (e)
		when = take(&t->store, e, owner, resumption);
	pthread_mutex_unlock(&t->lock);
	if (e)
		tickets_changed(t);
	return when;
}

void tickets_changed(struct tickets *t)
{
	if (t)
		atomic_store_explicit(&t->changed, true, memory_order_relaxed);
}

xeap_time tickets_next(const struct tickets *t)
{
	return t && !t->untouched ? t->next : XEAP_NEVER;
}

bool tickets_is_behind(struct tickets *t)
{
	return t && !t->untouched && atomic_exchange(&t->changed, false);
}

bool tickets_is_due(struct tickets *t, xeap_time now)
{
	if (now < tickets_next(t))
		return false;
	t->next = now + SAVE_PERIOD;
	return tickets_is_behind(t);
}
