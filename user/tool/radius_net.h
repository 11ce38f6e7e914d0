/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_RADIUS_NET_H
#define XEAP_TOOL_RADIUS_NET_H

#include <sys/socket.h>
#include <xeap/error.h>

#include "radius/radsec.h"
#include "tool/arrival.h"
#include "tool/radius_options.h"

struct radius_net;

/* One UDP socket, or one connection. */
struct radius_flow {
	struct radius_net *net;
	uint32_t index;
	int fd; /* -1: there is no connection */
	/* of a connection */
	struct xeap_radsec *radsec;
	struct xeap_radsec_sink sink;
	bool connecting, wants_out;
};

/* The sockets of a RADIUS client, and where they lead. */
struct radius_net {
	const struct radius_options *options;
	struct xeap_radius_client *client;
	struct xeap_radsec_profile *profile; /* with RadSec */
	struct sockaddr_storage server, local;
	socklen_t server_len, local_len; /* local_len 0: the kernel's choice */
	char name[128];			 /* of the server, for people */
	int epoll;
	uint32_t count;
	struct radius_flow *flows;
	struct arrival_clock clock;
	/*
	 * When the packet that net->client is being given had arrived at this host; 0 without one,
	 * and with a connection, whose bytes have no such time.
	 */
	xeap_time arrived;
	struct xeap_diag why; /* of what failed last */
};

/*
 * Find the server, load what RadSec needs, and open so many flows; connections are made when they
 * are first used. 0, or a negative errno with net->why set. To be closed either way.
 */
int radius_net_open(struct radius_net *net, const struct radius_options *options, uint32_t flows);
void radius_net_close(struct radius_net *net);

/* The address that requests are sent from, in network order. Returns its length, 0: unknown. */
size_t radius_net_address(const struct radius_net *net, uint8_t address[16]);

/* Send on a flow: 0 or a negative errno. */
int radius_net_send(struct radius_net *net, uint32_t flow, struct xeap_span packet);

/* Let a descriptor of the caller's end the waits when it is readable. 0 or a negative errno. */
int radius_net_wake(struct radius_net *net, int fd);
/* Wait at most so long, -1 for ever, and give what came to net->client. 0 or a negative errno. */
int radius_net_turn(struct radius_net *net, int timeout_ms);

#endif
