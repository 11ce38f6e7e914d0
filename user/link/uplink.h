/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_LINK_UPLINK_H
#define XEAP_LINK_UPLINK_H

#include <xeap/error.h>

/*
 * The netdevs that a default route goes by, of IPv4 or IPv6 and of any table, and all that those
 * stand on: the ports of a bridge, bond or team, the netdev of a VLAN or macvlan, and so on down.
 */
struct xeap_uplinks;

/*
 * Look once, in this network namespace. 0 and an object of the caller's, to be freed with
 * xeap_uplinks_free(); or a negative errno with why.
 */
int xeap_uplinks_find(struct xeap_uplinks **ret_uplinks, struct xeap_diag *ret_why);
void xeap_uplinks_free(struct xeap_uplinks *u);

/*
 * The name of the netdev whose default route would be cut off with this one: its own, or that of
 * one above it; NULL when it carries none. It lives as long as `u`.
 */
const char *xeap_uplinks_route(const struct xeap_uplinks *u, int ifindex);

#endif
