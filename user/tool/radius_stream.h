/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_RADIUS_STREAM_H
#define XEAP_TOOL_RADIUS_STREAM_H

#include "tool/radius_net.h"

/* Flows that are connections: RadSec, RFC 6614. The TLS is radius/radsec.h. */

/* Load certificates. 0, or a negative errno with net->why set. */
int radius_stream_load(struct radius_net *net);
void radius_stream_unload(struct radius_net *net);

/* Send on the connection, which is made if there is none. 0 or a negative errno. */
int radius_stream_send(struct radius_flow *f, struct xeap_span packet);
/* What epoll said. */
void radius_stream_event(struct radius_flow *f, uint32_t events);
void radius_stream_close(struct radius_flow *f);

/* Of radius_net.c: a socket that is connected, or about to be; a negative errno with why set. */
int radius_net_connect(struct radius_net *net, int type);
/* Set why, and return err. */
int radius_net_failed(struct radius_net *net, const char *what, int err);

#endif
