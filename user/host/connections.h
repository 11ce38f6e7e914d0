/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_HOST_CONNECTIONS_H
#define XEAP_HOST_CONNECTIONS_H

#include <pthread.h>
#include <stdbool.h>
#include <xeap/host.h>

#define XEAP_CONNECTION_BUCKETS 4096

struct xeap_connection;
struct xeap_session;

/* All connections of a host, with a lock of their own. */
struct xeap_connections {
	pthread_mutex_t lock; /* of all below, and of every session's `connection` */
	pthread_cond_t called;
	struct xeap_connection **buckets;	 /* made for the first connection id */
	struct xeap_connection *waiting, **last; /* to be notified, oldest first */
	const struct xeap_connection *calling;	 /* whose callback runs, in `caller` */
	pthread_t caller;
	bool dispatching;
	int fd; /* readable while something waits; -1 before it was asked for */
};

int xeap_connections_init(struct xeap_connections *c);
void xeap_connections_destroy(struct xeap_connections *c);

/*
 * Enter a session under the connection id of its options, if there is one. XEAP_OK,
 * XEAP_E_OUT_OF_MEMORY, or XEAP_E_INVALID_PARAMETER when the connection has a session.
 */
uint32_t xeap_connection_enter(struct xeap_connections *c, const struct xeap_session_options *o,
			       struct xeap_session *s);
/* What the session's connection keeps for resumption; NULL when there is nothing to be kept. */
struct xeap_resumption *xeap_connection_resumption(struct xeap_connections *c,
						   struct xeap_session *s);
void xeap_connection_leave(struct xeap_connections *c, struct xeap_session *s);

/* table.c. */
struct xeap_connections *xeap_table_connections(struct xeap_host *host);

#endif
