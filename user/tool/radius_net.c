// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/radius_net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/diag.h"
#include "tool/radius_stream.h"
#include "tool/worker.h"

#define EVENTS 64
#define PACKETS_A_TURN 64		 /* of one socket, so that the others have theirs */
#define RECEIVE_BUFFER (4 * 1024 * 1024) /* a burst of answers to many requests waits here */

static int resolve(struct radius_net *net, const char *host, const char *port, int family,
		   struct sockaddr_storage *ret, socklen_t *ret_len)
{
	struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_DGRAM }, *found;
	int err = getaddrinfo(host, port, &hints, &found);

	if (err)
		return xeap_diag_set(&net->why, -EHOSTUNREACH, XEAP_E_INVALID_PARAMETER, "%s: %s",
				     host, gai_strerror(err));
	memcpy(ret, found->ai_addr, found->ai_addrlen);
	*ret_len = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

static int find_addresses(struct radius_net *net)
{
	const struct radius_options *o = net->options;
	int err = resolve(net, o->host, o->port, AF_UNSPEC, &net->server, &net->server_len);

	snprintf(net->name, sizeof(net->name), strchr(o->host, ':') ? "[%s]:%s" : "%s:%s", o->host,
		 o->port);
	if (!err && o->bind)
		err = resolve(net, o->bind, NULL, net->server.ss_family, &net->local,
			      &net->local_len);
	return err;
}

int radius_net_failed(struct radius_net *net, const char *what, int err)
{
	return xeap_diag_set(&net->why, err, XEAP_E_AUTHENTICATION_FAILED, "%s: %s: %s", net->name,
			     what, strerror(-err));
}

int radius_net_connect(struct radius_net *net, int type)
{
	int fd = socket(net->server.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), err;

	if (fd < 0)
		return radius_net_failed(net, "socket", -errno);
	if (net->local_len && bind(fd, (struct sockaddr *)&net->local, net->local_len))
		err = radius_net_failed(net, "--bind", -errno);
	else if (connect(fd, (struct sockaddr *)&net->server, net->server_len) &&
		 errno != EINPROGRESS)
		err = radius_net_failed(net, "connect", -errno);
	else
		return fd;
	close(fd);
	return err;
}

static int open_socket(struct radius_flow *f)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = f };
	int size = RECEIVE_BUFFER;

	f->fd = radius_net_connect(f->net, SOCK_DGRAM);
	if (f->fd < 0)
		return f->fd;
	/* As much as may be had; less is no failure. */
	setsockopt(f->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	arrival_ask(f->fd);
	return epoll_ctl(f->net->epoll, EPOLL_CTL_ADD, f->fd, &e)
		       ? radius_net_failed(f->net, "epoll", -errno)
		       : 0;
}

static int open_flows(struct radius_net *net, uint32_t count)
{
	net->flows = calloc(count, sizeof(*net->flows));
	if (!net->flows)
		return xeap_diag_set(&net->why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	for (; net->count < count; net->count++) {
		struct radius_flow *f = &net->flows[net->count];
		int err;

		*f = (struct radius_flow){ .net = net, .index = net->count, .fd = -1 };
		err = net->options->radsec ? 0 : open_socket(f);
		if (err)
			return err;
	}
	return 0;
}

int radius_net_open(struct radius_net *net, const struct radius_options *options, uint32_t flows)
{
	int err;

	*net = (struct radius_net){ .options = options, .epoll = epoll_create1(EPOLL_CLOEXEC) };
	arrival_look(&net->clock);
	err = find_addresses(net);
	if (!err && net->epoll < 0)
		err = radius_net_failed(net, "epoll", -errno);
	if (!err && options->radsec)
		err = radius_stream_load(net);
	return err ? err : open_flows(net, flows);
}

void radius_net_close(struct radius_net *net)
{
	for (uint32_t i = 0; i < net->count; i++)
		radius_stream_close(&net->flows[i]);
	free(net->flows);
	radius_stream_unload(net);
	if (net->epoll >= 0)
		close(net->epoll);
	net->flows = NULL;
	net->count = 0;
	net->epoll = -1;
}

/* A UDP socket that is connected to the server has the address that packets to it get. */
size_t radius_net_address(const struct radius_net *net, uint8_t address[16])
{
	struct sockaddr_storage own;
	socklen_t len = sizeof(own);
	struct radius_net ask = *net;
	int fd = radius_net_connect(&ask, SOCK_DGRAM), err;

	if (fd < 0)
		return 0;
	err = getsockname(fd, (struct sockaddr *)&own, &len);
	close(fd);
	if (err)
		return 0;
	if (own.ss_family == AF_INET) {
		memcpy(address, &((struct sockaddr_in *)&own)->sin_addr, 4);
		return 4;
	}
	memcpy(address, &((struct sockaddr_in6 *)&own)->sin6_addr, 16);
	return 16;
}

int radius_net_send(struct radius_net *net, uint32_t flow, struct xeap_span packet)
{
	struct radius_flow *f = &net->flows[flow];

	if (net->options->radsec)
		return radius_stream_send(f, packet);
	/* An error that waits is an earlier packet's, and reported once: this one can go. */
	if (send(f->fd, packet.data, packet.len, 0) >= 0 ||
	    (errno == ECONNREFUSED && send(f->fd, packet.data, packet.len, 0) >= 0))
		return 0;
	return -errno;
}

static ssize_t receive_one(struct radius_flow *f)
{
	_Alignas(struct cmsghdr) char control[ARRIVAL_CONTROL];
	uint8_t packet[XEAP_RADIUS_MAX];
	struct iovec bytes = { packet, sizeof(packet) };
	struct msghdr m = { .msg_iov = &bytes,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(f->fd, &m, 0);
	xeap_time now;

	if (n < 0)
		return -errno;
	now = worker_clock();
	f->net->arrived = arrival_of(&f->net->clock, &m, now);
	xeap_radius_client_receive(f->net->client, f->index, xeap_span(packet, (size_t)n), now);
	f->net->arrived = 0;
	return n;
}

static void receive(struct radius_flow *f)
{
	for (int i = 0; i < PACKETS_A_TURN; i++) {
		ssize_t n = receive_one(f);

		if (n == -EAGAIN || n == -EINTR)
			return;
		if (n < 0)
			xeap_radius_client_error(f->net->client, f->index, (int)n);
	}
}

int radius_net_wake(struct radius_net *net, int fd)
{
	struct epoll_event e = { .events = EPOLLIN };

	return epoll_ctl(net->epoll, EPOLL_CTL_ADD, fd, &e) ? -errno : 0;
}

int radius_net_turn(struct radius_net *net, int timeout_ms)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(net->epoll, events, EVENTS, timeout_ms);

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	arrival_look(&net->clock);
	for (int i = 0; i < n; i++) {
		struct radius_flow *f = events[i].data.ptr;

		if (!f)
			continue;
		if (net->options->radsec)
			radius_stream_event(f, events[i].events);
		else
			receive(f);
	}
	return 0;
}
