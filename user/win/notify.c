/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Callbacks of connections. EAPHost calls them from a thread of its own, and so does this, from the
 * first callback on; unless the application waits for the descriptor itself.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "win/win.h"

#define BUCKETS 256

struct connection {
	struct connection *next;
	GUID id;
	NotificationHandler func;
	void *ctx;
};

static struct {
	pthread_mutex_t lock; /* of all */
	struct connection *bucket[BUCKETS];
	bool running; /* the thread is */
	bool manual;  /* the application dispatches */
	pthread_t thread;
	int stop_fd;
} notifier = { .lock = PTHREAD_MUTEX_INITIALIZER, .stop_fd = -1 };

static struct connection **find(const void *id)
{
	const uint8_t *bytes = id;
	struct connection **link = &notifier.bucket[bytes[0] ^ bytes[sizeof(GUID) - 1]];

	while (*link && memcmp(&(*link)->id, id, sizeof(GUID)))
		link = &(*link)->next;
	return link;
}

void xeap_win_notify(void *ctx, const uint8_t *connection_id, enum xeap_notification_reason reason)
{
	struct connection c = { 0 };

	pthread_mutex_lock(&notifier.lock);
	if (*find(connection_id))
		c = **find(connection_id);
	pthread_mutex_unlock(&notifier.lock);
	if (c.func)
		c.func(c.id, c.ctx);
}

/* Wait for something to deliver; false when it is time to stop. */
static bool wait_for(int fd)
{
	struct pollfd fds[] = { { .fd = fd, .events = POLLIN },
				{ .fd = notifier.stop_fd, .events = POLLIN } };

	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return false;
	return !fds[1].revents;
}

static void *deliver(void *arg)
{
	struct xeap_host *host = arg;
	int fd = xeap_host_notification_fd(host);

	while (fd >= 0 && wait_for(fd))
		xeap_host_dispatch(host);
	return NULL;
}

/* Under the lock. */
static int start(struct xeap_host *host)
{
	int err;

	if (notifier.running || notifier.manual)
		return 0;
	notifier.stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (notifier.stop_fd < 0)
		return -ENOMEM;
	err = pthread_create(&notifier.thread, NULL, deliver, host);
	if (err) {
		close(notifier.stop_fd);
		return -ENOMEM;
	}
	notifier.running = true;
	return 0;
}

/* Under the lock. */
static int add(struct xeap_host *host, const GUID *id, NotificationHandler func, void *ctx)
{
	struct connection **link = find(id);
	int err = start(host);

	if (err)
		return err;
	if (!*link)
		*link = calloc(1, sizeof(**link));
	if (!*link)
		return -ENOMEM;
	(*link)->id = *id;
	(*link)->func = func;
	(*link)->ctx = ctx;
	return 0;
}

int xeap_win_connection_add(struct xeap_host *host, const GUID *id, NotificationHandler func,
			    void *ctx)
{
	int err;

	pthread_mutex_lock(&notifier.lock);
	err = add(host, id, func, ctx);
	pthread_mutex_unlock(&notifier.lock);
	return err;
}

static void forget(struct connection **link)
{
	struct connection *c = *link;

	*link = c->next;
	free(c);
}

DWORD EapHostPeerClearConnection(GUID *pConnectionId, EAP_ERROR **ppEapError)
{
	struct xeap_host *host = xeap_win_host();
	struct xeap_error *error = NULL;
	DWORD code;

	if (ppEapError)
		*ppEapError = NULL;
	if (!host)
		return xeap_win_refuse(ppEapError, ERROR_INVALID_STATE, NULL);
	code = xeap_connection_clear(host, (const uint8_t *)pConnectionId,
				     ppEapError ? &error : NULL);
	if (code)
		return xeap_win_pass(ppEapError, code, error);
	pthread_mutex_lock(&notifier.lock);
	if (*find(pConnectionId))
		forget(find(pConnectionId));
	pthread_mutex_unlock(&notifier.lock);
	return NO_ERROR;
}

static void stop(void)
{
	static const uint64_t one = 1;

	if (!notifier.running)
		return;
	if (write(notifier.stop_fd, &one, sizeof(one)) == sizeof(one))
		pthread_join(notifier.thread, NULL);
	close(notifier.stop_fd);
	notifier.running = false;
}

void xeap_win_connections_end(void)
{
	stop();
	notifier.manual = false;
	for (size_t i = 0; i < BUCKETS; i++)
		while (notifier.bucket[i])
			forget(&notifier.bucket[i]);
}

DWORD XeapHostPeerNotify(const GUID *pConnectionId)
{
	struct xeap_host *host = xeap_win_host();

	if (!host)
		return ERROR_INVALID_STATE;
	return xeap_connection_notify(host, (const uint8_t *)pConnectionId,
				      XEAP_NOTIFY_CONFIGURATION);
}

int XeapHostPeerNotificationFd(void)
{
	struct xeap_host *host = xeap_win_host();
	bool running;

	if (!host)
		return -EINVAL;
	pthread_mutex_lock(&notifier.lock);
	running = notifier.running;
	notifier.manual = !running;
	pthread_mutex_unlock(&notifier.lock);
	return running ? -EBUSY : xeap_host_notification_fd(host);
}

DWORD XeapHostPeerDispatch(void)
{
	struct xeap_host *host = xeap_win_host();

	return host ? xeap_host_dispatch(host) : 0;
}
