// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "tool/control_socket.h"
#include "tool/json.h"

#define CLIENTS_MAX 16
#define BUFFER_SIZE ((size_t)256 * 1024)
#define REQUEST_TIME XEAP_S(5) /* until a client has said what it wants */
#define REPLY_TIME XEAP_S(10)  /* without a byte being read */
#define REST_TIME XEAP_S(1)    /* until somebody is let in again after accept() failed */
#define LATER_TIME XEAP_MS(5)
#define FINISH_TIME XEAP_MS(500)

struct control_client {
	int fd;
	const struct control_command *command; /* NULL: the request is not whole, or was refused */
	void *state;
	enum control_progress progress;
	bool asked;	 /* the request was read */
	bool stopping;	 /* stop() was called, or need not be any more */
	uint32_t events; /* as epoll knows them */
	xeap_time since; /* the last sign of life */
	size_t in_len;
	char in[REQUEST_MAX + 1];
	size_t out_len, out_sent;
	uint8_t out[BUFFER_SIZE];
};

struct control {
	struct control_socket socket;
	int epoll;
	const struct control_command *commands;
	void *ctx;
	bool listening;	     /* epoll tells of newcomers */
	xeap_time listen_at; /* when it is to do so again */
	struct control_client *clients[CLIENTS_MAX];
	size_t count;
};

/* Output */

size_t control_room(const struct control_client *c)
{
	return sizeof(c->out) - (c->out_len - c->out_sent);
}

bool control_put(struct control_client *c, const void *bytes, size_t len)
{
	if (len > control_room(c))
		return false;
	if (len > sizeof(c->out) - c->out_len) {
		memmove(c->out, c->out + c->out_sent, c->out_len - c->out_sent);
		c->out_len -= c->out_sent;
		c->out_sent = 0;
	}
	memcpy(c->out + c->out_len, bytes, len);
	c->out_len += len;
	return true;
}

void control_set_state(struct control_client *c, void *state)
{
	c->state = state;
}

void *control_state(const struct control_client *c)
{
	return c->state;
}

/* The reply to what cannot be done. */
static void put_error(struct control_client *c, const char *text)
{
	char *line = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&line, &len);
	struct json j;

	if (!f)
		return;
	json_begin(&j, f);
	json_string(&j, "error", text);
	json_end(&j);
	if (!fclose(f))
		control_put(c, line, len);
	free(line);
}

/* 0, or a negative errno: nobody is there. */
static int send_some(struct control_client *c, xeap_time now)
{
	while (c->out_sent < c->out_len) {
		ssize_t n = send(c->fd, c->out + c->out_sent, c->out_len - c->out_sent,
				 MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		c->out_sent += (size_t)n;
		c->since = now;
	}
	c->out_sent = c->out_len = 0;
	return 0;
}

/* Clients */

static void hang_up(struct control *c, struct control_client *client)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->clients[i] == client)
			c->clients[i] = c->clients[--c->count];
	if (client->command && client->command->end)
		client->command->end(c->ctx, client);
	close(client->fd);
	free(client);
}

static int interest(struct control *c, struct control_client *client, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = client };

	if (client->events == events)
		return 0;
	client->events = events;
	return epoll_ctl(c->epoll, EPOLL_CTL_MOD, client->fd, &e) ? -errno : 0;
}

static int welcome(struct control *c, int fd, xeap_time now)
{
	struct control_client *client = malloc(sizeof(*client));
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = client };

	if (!client || epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &e)) {
		free(client);
		close(fd);
		return -ENOMEM;
	}
	/* The buffers need not be cleared. */
	memset(client, 0, offsetof(struct control_client, in));
	client->fd = fd;
	client->events = EPOLLIN;
	client->since = now;
	client->out_len = client->out_sent = 0;
	c->clients[c->count++] = client;
	return 0;
}

/* Newcomers wait in the kernel's queue while there is no place for them. */
static void listen_or_rest(struct control *c, bool on)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = NULL };

	if (c->listening == on)
		return;
	if (!epoll_ctl(c->epoll, on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, c->socket.fd, &e))
		c->listening = on;
}

static void let_in(struct control *c, xeap_time now)
{
	while (c->count < CLIENTS_MAX) {
		int fd = accept4(c->socket.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (fd < 0 && errno == EAGAIN)
			return;
		if (fd < 0 || welcome(c, fd, now)) {
			c->listen_at = now + REST_TIME;
			return;
		}
	}
}

static const struct control_command *find_command(const struct control *c, const char *name)
{
	for (const struct control_command *k = c->commands; k->name; k++)
		if (!strcmp(k->name, name))
			return k;
	return NULL;
}

static void take_up(struct control *c, struct control_client *client, size_t len)
{
	const struct control_command *command = NULL;
	struct xeap_diag why = { 0 };
	struct request r;
	int err = request_read(client->in, len, &r, &why);

	client->asked = true;
	client->progress = CONTROL_DONE;
	if (!err) {
		command = find_command(c, r.cmd);
		if (!command)
			err = xeap_diag_set(&why, -EINVAL, XEAP_E_INVALID_PARAMETER,
					    "there is no command '%s'", r.cmd);
		else if (command->begin)
			err = command->begin(c->ctx, client, &r, &why);
	}
	if (err) {
		put_error(client, why.text);
		return;
	}
	client->command = command;
	client->progress = CONTROL_MORE;
	client->stopping = !command->stop;
}

/* Returns a negative errno when nobody is there. */
static int hear(struct control *c, struct control_client *client, xeap_time now)
{
	ssize_t n = recv(client->fd, client->in + client->in_len,
			 sizeof(client->in) - client->in_len, MSG_DONTWAIT);
	char *end;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n == 0)
		return -EPIPE;
	client->in_len += (size_t)n;
	end = memchr(client->in, '\n', client->in_len);
	if (!end && client->in_len < sizeof(client->in))
		return 0;
	client->since = now;
	take_up(c, client, end ? (size_t)(end - client->in) : client->in_len);
	return 0;
}

/* From now on it is to read. */
static void stop(struct control *c, struct control_client *client, xeap_time now)
{
	if (client->stopping)
		return;
	client->stopping = true;
	client->since = now;
	client->command->stop(c->ctx, client);
}

static void take_event(struct control *c, struct control_client *client, uint32_t events,
		       xeap_time now)
{
	if (events & (EPOLLHUP | EPOLLERR) ||
	    (!client->asked && events & EPOLLIN && hear(c, client, now))) {
		hang_up(c, client);
		return;
	}
	if (client->command && events & EPOLLRDHUP)
		stop(c, client, now);
}

/* Write on. Returns false when the client was hung up on. */
static bool serve(struct control *c, struct control_client *client, xeap_time now)
{
	bool blocked;

	if (!client->asked)
		return true;
	if (client->progress != CONTROL_DONE && control_room(client) >= CONTROL_SLICE)
		client->progress = client->command->more(c->ctx, client);
	blocked = send_some(client, now) < 0;
	if (!blocked && client->out_len)
		blocked = interest(c, client, EPOLLOUT | (client->stopping ? 0 : EPOLLRDHUP)) < 0;
	else if (!blocked)
		blocked = client->progress == CONTROL_DONE ||
			  interest(c, client, client->stopping ? 0 : EPOLLRDHUP) < 0;
	if (blocked)
		hang_up(c, client);
	return !blocked;
}

/* Whether somebody is waited for, and until when. */
static xeap_time patience(const struct control_client *client)
{
	if (!client->asked)
		return client->since + REQUEST_TIME;
	if (client->out_len && (!client->command || !client->command->stop || client->stopping))
		return client->since + REPLY_TIME;
	return XEAP_NEVER;
}

static void serve_all(struct control *c, xeap_time now)
{
	size_t i = 0;

	while (i < c->count) {
		struct control_client *client = c->clients[i];

		if (now >= patience(client))
			hang_up(c, client);
		else if (serve(c, client, now))
			i++;
	}
}

int control_fd(const struct control *c)
{
	return c->epoll;
}

static void take_events(struct control *c, xeap_time now)
{
	struct epoll_event events[CLIENTS_MAX + 1];
	int n = epoll_wait(c->epoll, events, CLIENTS_MAX + 1, 0);

	for (int i = 0; i < n; i++) {
		if (events[i].data.ptr)
			take_event(c, events[i].data.ptr, events[i].events, now);
		else
			let_in(c, now);
	}
}

void control_turn(struct control *c, xeap_time now)
{
	take_events(c, now);
	serve_all(c, now);
	listen_or_rest(c, c->count < CLIENTS_MAX && now >= c->listen_at);
}

static xeap_time earlier(xeap_time a, xeap_time b)
{
	return a < b ? a : b;
}

xeap_time control_next(const struct control *c, xeap_time now)
{
	xeap_time next = c->listening || now >= c->listen_at ? XEAP_NEVER : c->listen_at;

	for (size_t i = 0; i < c->count; i++) {
		const struct control_client *client = c->clients[i];

		next = earlier(next, patience(client));
		if (client->asked && control_room(client) >= CONTROL_SLICE) {
			if (client->progress == CONTROL_MORE)
				return now;
			if (client->progress == CONTROL_LATER)
				next = earlier(next, now + LATER_TIME);
		}
	}
	return next;
}

/* Opening and closing */

int control_open(const char *path, gid_t gid, const struct control_command *commands, void *ctx,
		 struct control **ret_control, struct xeap_diag *ret_why)
{
	struct control *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return xeap_diag_set(ret_why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	c->commands = commands;
	c->ctx = ctx;
	err = control_socket_open(&c->socket, path, gid, ret_why);
	if (err)
		goto out_free;
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (c->epoll >= 0)
		listen_or_rest(c, true);
	if (!c->listening) {
		err = xeap_diag_set(ret_why, -errno, XEAP_E_OUT_OF_MEMORY, "%s: %s", path,
				    strerror(errno));
		goto out_close;
	}
	*ret_control = c;
	return 0;

out_close:
	if (c->epoll >= 0)
		close(c->epoll);
	control_socket_close(&c->socket);
out_free:
	free(c);
	return err;
}

static xeap_time clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return XEAP_S(t.tv_sec) + (xeap_time)t.tv_nsec / 1000;
}

/* Those that are worth waiting for get their last bytes; the others are hung up on. */
static void finish(struct control *c, xeap_time now)
{
	for (size_t i = c->count; i-- > 0;) {
		struct control_client *client = c->clients[i];

		if (!client->command || !client->command->stop)
			hang_up(c, client);
		else
			stop(c, client, now);
	}
	for (xeap_time end = now + FINISH_TIME; c->count && now < end; now = clock_now()) {
		struct epoll_event e;

		serve_all(c, now);
		if (c->count)
			epoll_wait(c->epoll, &e, 1, 5);
	}
}

struct control *control_close(struct control *c)
{
	if (!c)
		return NULL;
	listen_or_rest(c, false);
	finish(c, clock_now());
	while (c->count)
		hang_up(c, c->clients[0]);
	close(c->epoll);
	control_socket_close(&c->socket);
	free(c);
	return NULL;
}
