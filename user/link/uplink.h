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
 * 0, or -EPERM with why when a load on this netdev may cut the machine off: a default route is its
 * own, or that of a netdev above it. The text begins with the netdev's name.
 */
int xeap_uplinks_check(const struct xeap_uplinks *u, int ifindex, struct xeap_diag *ret_why);

#endif
