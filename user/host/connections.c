/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Connections: who has a session under which id, and who is to be told to authenticate again. A
 * connection is remembered from its first session until it is cleared or the host is freed.
 */
#include "host/connections.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "host/host.h"

struct xeap_connection {
	struct xeap_connection *next;	      /* in its bucket */
	struct xeap_connection *next_waiting; /* when `waiting` */
	struct xeap_session *session;	      /* NULL: none is open */
	struct xeap_resumption *resumption;   /* NULL until a session can use it */
	void (*notify)(void *ctx, const uint8_t *id, enum xeap_notification_reason reason);
	void *notify_ctx;
	enum xeap_notification_reason reason;
	bool waiting;
	uint8_t id[XEAP_CONNECTION_ID];
};

int xeap_connections_init(struct xeap_connections *c)
{
	*c = (struct xeap_connections){ .fd = -1 };
	c->last = &c->waiting;
	if (pthread_mutex_init(&c->lock, NULL))
		return -ENOMEM;
	if (pthread_cond_init(&c->called, NULL)) {
		pthread_mutex_destroy(&c->lock);
		return -ENOMEM;
	}
	return 0;
}

void xeap_connections_destroy(struct xeap_connections *c)
{
	for (size_t i = 0; c->buckets && i < XEAP_CONNECTION_BUCKETS; i++) {
		while (c->buckets[i]) {
			struct xeap_connection *gone = c->buckets[i];

			c->buckets[i] = gone->next;
			xeap_resumption_free(gone->resumption);
			free(gone);
		}
	}
	free(c->buckets);
	if (c->fd >= 0)
		close(c->fd);
	pthread_cond_destroy(&c->called);
	pthread_mutex_destroy(&c->lock);
}

static struct xeap_connection **bucket(struct xeap_connections *c, const uint8_t *id)
{
	uint64_t half[2];

	memcpy(half, id, sizeof(half));
	return &c->buckets[((half[0] ^ half[1]) * 0x9e3779b97f4a7c15u >> 32) %
			   XEAP_CONNECTION_BUCKETS];
}

/* Where a connection hangs, or would: *it is NULL when it is not known. Under the lock. */
static struct xeap_connection **place(struct xeap_connections *c, const uint8_t *id)
{
	struct xeap_connection **p = bucket(c, id);

	while (*p && memcmp((*p)->id, id, XEAP_CONNECTION_ID) != 0)
		p = &(*p)->next;
	return p;
}

static struct xeap_connection *find(struct xeap_connections *c, const uint8_t *id)
{
	return c->buckets ? *place(c, id) : NULL;
}

/* Under the lock. NULL when memory is short. */
static struct xeap_connection *find_or_add(struct xeap_connections *c, const uint8_t *id)
{
	struct xeap_connection **p, *n;

	if (!c->buckets)
		c->buckets = calloc(XEAP_CONNECTION_BUCKETS, sizeof(c->buckets[0]));
	if (!c->buckets)
		return NULL;
	p = place(c, id);
	if (*p)
		return *p;
	n = calloc(1, sizeof(*n));
	if (!n)
		return NULL;
	memcpy(n->id, id, sizeof(n->id));
	*p = n;
	return n;
}

/* Under the lock. */
static uint32_t enter(struct xeap_connections *c, const struct xeap_session_options *o,
		      struct xeap_session *s)
{
	struct xeap_connection *n = find_or_add(c, o->connection_id);

	if (!n)
		return XEAP_E_OUT_OF_MEMORY;
	if (n->session)
		return XEAP_E_INVALID_PARAMETER;
	n->session = s;
	n->notify = o->notify;
	n->notify_ctx = o->notify_ctx;
	s->connection = n;
	return XEAP_OK;
}

uint32_t xeap_connection_enter(struct xeap_connections *c, const struct xeap_session_options *o,
			       struct xeap_session *s)
{
	uint32_t code;

	if (!o->connection_id)
		return XEAP_OK;
	pthread_mutex_lock(&c->lock);
	code = enter(c, o, s);
	pthread_mutex_unlock(&c->lock);
	return code;
}

struct xeap_resumption *xeap_connection_resumption(struct xeap_connections *c,
						   struct xeap_session *s)
{
	struct xeap_resumption *r = NULL;

	if (!s->profile->resumes)
		return NULL;
	pthread_mutex_lock(&c->lock);
	if (s->connection && !s->connection->resumption)
		xeap_resumption_new(&s->connection->resumption);
	if (s->connection)
		r = s->connection->resumption;
	pthread_mutex_unlock(&c->lock);
	return r;
}

void xeap_connection_leave(struct xeap_connections *c, struct xeap_session *s)
{
	pthread_mutex_lock(&c->lock);
	if (s->connection)
		s->connection->session = NULL;
	s->connection = NULL;
	pthread_mutex_unlock(&c->lock);
}

/*
 * The descriptor is readable exactly while something waits. Neither call can fail in a way that
 * matters: the counter goes from 0 to 1 and back. Under the lock.
 */
static void signal_fd(const struct xeap_connections *c, bool readable)
{
	eventfd_t count;

	if (c->fd < 0)
		return;
	if (readable)
		eventfd_write(c->fd, 1);
	else
		eventfd_read(c->fd, &count);
}

static void wait_in_line(struct xeap_connections *c, struct xeap_connection *n)
{
	if (!c->waiting)
		signal_fd(c, true);
	n->waiting = true;
	n->next_waiting = NULL;
	*c->last = n;
	c->last = &n->next_waiting;
}

/* Take out what `p` points to. */
static struct xeap_connection *take(struct xeap_connections *c, struct xeap_connection **p)
{
	struct xeap_connection *n = *p;

	*p = n->next_waiting;
	if (!*p)
		c->last = p;
	n->waiting = false;
	if (!c->waiting)
		signal_fd(c, false);
	return n;
}

/* The first that waits for a callback, or for none. Under the lock. */
static struct xeap_connection *take_first(struct xeap_connections *c, bool callback)
{
	for (struct xeap_connection **p = &c->waiting; *p; p = &(*p)->next_waiting)
		if (!(*p)->notify == !callback)
			return take(c, p);
	return NULL;
}

uint32_t xeap_connection_notify(struct xeap_host *host, const uint8_t *connection_id,
				enum xeap_notification_reason reason)
{
	struct xeap_connections *c;
	struct xeap_connection *n;

	if (!host)
		return XEAP_E_INVALID_STATE;
	if (!connection_id || (unsigned int)reason >= XEAP_NOTIFY_REASON_MAX)
		return XEAP_E_INVALID_PARAMETER;
	c = xeap_table_connections(host);
	pthread_mutex_lock(&c->lock);
	n = find(c, connection_id);
	if (n && !n->waiting) {
		n->reason = reason;
		wait_in_line(c, n);
	}
	pthread_mutex_unlock(&c->lock);
	return n ? XEAP_OK : XEAP_E_INVALID_PARAMETER;
}

int xeap_host_notification_fd(struct xeap_host *host)
{
	struct xeap_connections *c;
	int fd;

	if (!host)
		return -EINVAL;
	c = xeap_table_connections(host);
	pthread_mutex_lock(&c->lock);
	if (c->fd < 0) {
		c->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		fd = c->fd < 0 ? -errno : c->fd;
		if (c->waiting)
			signal_fd(c, true);
	} else {
		fd = c->fd;
	}
	pthread_mutex_unlock(&c->lock);
	return fd;
}

int xeap_host_next_notification(struct xeap_host *host, struct xeap_notification *ret_notification)
{
	struct xeap_connections *c;
	struct xeap_connection *n;

	if (!host || !ret_notification)
		return 0;
	c = xeap_table_connections(host);
	pthread_mutex_lock(&c->lock);
	n = take_first(c, false);
	if (n) {
		memcpy(ret_notification->connection_id, n->id, sizeof(n->id));
		ret_notification->reason = n->reason;
	}
	pthread_mutex_unlock(&c->lock);
	return n != NULL;
}

/* How many wait for their callbacks. Under the lock. */
static unsigned int count_callbacks(const struct xeap_connections *c)
{
	unsigned int count = 0;

	for (const struct xeap_connection *n = c->waiting; n; n = n->next_waiting)
		count += n->notify != NULL;
	return count;
}

/* Call one callback, the lock released meanwhile. Returns whether there was one. */
static bool call_one(struct xeap_connections *c)
{
	struct xeap_connection *n = take_first(c, true), copy;

	if (!n)
		return false;
	copy = *n;
	c->calling = n;
	c->caller = pthread_self();
	pthread_mutex_unlock(&c->lock);
	copy.notify(copy.notify_ctx, copy.id, copy.reason);
	pthread_mutex_lock(&c->lock);
	c->calling = NULL;
	pthread_cond_broadcast(&c->called);
	return true;
}

/* As many as wait now: a callback that asks for itself again waits for the next time. */
unsigned int xeap_host_dispatch(struct xeap_host *host)
{
	struct xeap_connections *c;
	unsigned int called = 0, most;

	if (!host)
		return 0;
	c = xeap_table_connections(host);
	pthread_mutex_lock(&c->lock);
	if (!c->dispatching) {
		c->dispatching = true;
		most = count_callbacks(c);
		while (called < most && call_one(c))
			called++;
		c->dispatching = false;
	}
	pthread_mutex_unlock(&c->lock);
	return called;
}

/* Take one that may be anywhere in the line. */
static void leave_line(struct xeap_connections *c, const struct xeap_connection *n)
{
	struct xeap_connection **p = &c->waiting;

	while (*p != n)
		p = &(*p)->next_waiting;
	take(c, p);
}

static void forget(struct xeap_connections *c, struct xeap_connection *n)
{
	if (n->waiting)
		leave_line(c, n);
	if (n->session) {
		n->session->connection = NULL;
		n->session->left = n->resumption;
	} else {
		xeap_resumption_free(n->resumption);
	}
	*place(c, n->id) = n->next;
	free(n);
}

uint32_t xeap_connection_clear(struct xeap_host *host, const uint8_t *connection_id,
			       struct xeap_error **ret_error)
{
	struct xeap_connections *c;
	struct xeap_connection *n;

	if (ret_error)
		*ret_error = NULL;
	if (!host)
		return xeap_refuse(ret_error, XEAP_E_INVALID_STATE, NULL);
	if (!connection_id)
		return xeap_refuse(ret_error, XEAP_E_INVALID_PARAMETER, NULL);
	c = xeap_table_connections(host);
	pthread_mutex_lock(&c->lock);
	/* From within its own callback there is no waiting for that. */
	while ((n = find(c, connection_id)) && c->calling == n &&
	       !pthread_equal(c->caller, pthread_self()))
		pthread_cond_wait(&c->called, &c->lock);
	if (n)
		forget(c, n);
	pthread_mutex_unlock(&c->lock);
	return n ? XEAP_OK
		 : xeap_refuse(ret_error, XEAP_E_INVALID_PARAMETER,
			       "the host knows no such connection");
}
