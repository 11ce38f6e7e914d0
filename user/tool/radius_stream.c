// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/radius_stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/diag.h"
#include "radius/radsec.h"
#include "tool/worker.h"

#define READ_SIZE 16384

static bool is_address(const char *text)
{
	uint8_t bytes[16];

	return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

int radius_stream_load(struct radius_net *net)
{
	const struct radius_options *o = net->options;
	const struct xeap_radsec_params p = {
		.ca_cert = o->ca_cert,
		.client_cert = o->client_cert,
		.private_key = o->private_key,
		.private_key_passwd = o->private_key_passwd,
		.server_name = o->server_name ? o->server_name : o->host,
	};

	if (!o->server_name && is_address(o->host))
		return xeap_diag_set(&net->why, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "--radsec to an address needs --server-name, the name in the "
				     "server's certificate");
	return xeap_radsec_profile_new(&p, &net->profile, &net->why);
}

void radius_stream_unload(struct radius_net *net)
{
	net->profile = xeap_radsec_profile_free(net->profile);
}

static void take_packet(void *ctx, struct xeap_span packet)
{
	struct radius_flow *f = ctx;

	xeap_radius_client_receive(f->net->client, f->index, packet, worker_clock());
}

void radius_stream_close(struct radius_flow *f)
{
	f->radsec = xeap_radsec_free(f->radsec);
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

/* The connection is no more; the next request makes another. Its logins end, so it goes first. */
static void lose(struct radius_flow *f, const char *what)
{
	char why[XEAP_DIAG_TEXT];

	snprintf(why, sizeof(why), "RadSec connection to %s: %s", f->net->name, what);
	radius_stream_close(f);
	xeap_radius_client_lost(f->net->client, f->index, why, worker_clock());
}

static void watch(struct radius_flow *f, int operation)
{
	bool out = f->connecting || xeap_radsec_output(f->radsec).len;
	struct epoll_event e = { .events = EPOLLIN | (out ? EPOLLOUT : 0), .data.ptr = f };

	if (operation == EPOLL_CTL_MOD && out == f->wants_out)
		return;
	f->wants_out = out;
	epoll_ctl(f->net->epoll, operation, f->fd, &e);
}

/* As much as the kernel takes. 0 or a negative errno. */
static int flush(struct radius_flow *f)
{
	struct xeap_span out;

	while (!f->connecting && (out = xeap_radsec_output(f->radsec)).len) {
		ssize_t n = send(f->fd, out.data, out.len, MSG_NOSIGNAL);

		if (n < 0 && errno != EAGAIN)
			return -errno;
		if (n < 0)
			break;
		xeap_radsec_sent(f->radsec, (size_t)n);
	}
	watch(f, EPOLL_CTL_MOD);
	return 0;
}

static int open_stream(struct radius_flow *f)
{
	int one = 1;

	f->sink = (struct xeap_radsec_sink){ .packet = take_packet, .ctx = f };
	f->fd = radius_net_connect(f->net, SOCK_STREAM);
	if (f->fd < 0)
		return f->fd;
	setsockopt(f->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (xeap_radsec_new(f->net->profile, &f->sink, &f->radsec)) {
		radius_stream_close(f);
		return -ENOMEM;
	}
	f->connecting = true;
	watch(f, EPOLL_CTL_ADD);
	return xeap_radsec_start(f->radsec);
}

int radius_stream_send(struct radius_flow *f, struct xeap_span packet)
{
	int err = f->fd < 0 ? open_stream(f) : 0;

	if (!err)
		err = xeap_radsec_send(f->radsec, packet);
	return err ? err : flush(f);
}

/* Whether connecting came to its end, and how. 0 or a negative errno. */
static int connected(struct radius_flow *f)
{
	socklen_t len = sizeof(int);
	int err = 0;

	if (getsockopt(f->fd, SOL_SOCKET, SO_ERROR, &err, &len))
		return -errno;
	f->connecting = err != 0;
	return -err;
}

/* 1: there may be more; 0: there is not; or the connection is lost, and what is returned is -1. */
static int receive(struct radius_flow *f)
{
	uint8_t bytes[READ_SIZE];
	ssize_t n = recv(f->fd, bytes, sizeof(bytes), 0);
	int one = 1;

	/*
	 * A server that collects small packets until the last one was acknowledged (Nagle) would
	 * wait 40 ms for an acknowledgment that the kernel puts off. The option does not last.
	 */
	setsockopt(f->fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof(one));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0) {
		lose(f, strerror(errno));
		return -1;
	}
	if (!n) {
		lose(f, "the server closed it");
		return -1;
	}
	if (!xeap_radsec_receive(f->radsec, xeap_span(bytes, (size_t)n)))
		return 1;
	/* An alert that says why may still leave. */
	flush(f);
	lose(f, xeap_radsec_why(f->radsec));
	return -1;
}

void radius_stream_event(struct radius_flow *f, uint32_t events)
{
	int err = 0, more = 1;

	if (f->fd < 0)
		return;
	if (f->connecting)
		err = connected(f);
	while (!err && more > 0 && events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		more = receive(f);
	if (!err && more >= 0)
		err = flush(f);
	if (err)
		lose(f, strerror(-err));
}
