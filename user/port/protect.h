/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_PROTECT_H
#define XEAP_PORT_PROTECT_H

#include <port/steer.h>

/* What options ask of the XDP program beyond handing EAPOL over: VLANs, protection, gate. */

/* Returns 0, or -EINVAL and one line. */
int xeap_protect_check(const struct xeap_port_options *options, const char *ifname,
		       struct xeap_diag *ret_diag);
/* Why the packet socket will not do, NULL: it will. */
const char *xeap_protect_needs_xdp(const struct xeap_port_options *options);
/* Add it to what the program is told of a port. */
void xeap_protect_conf(const struct xeap_port_options *options, struct xeap_steer_conf *conf);

#endif
