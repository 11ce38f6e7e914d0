/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_VLAN_STRIP_H
#define XEAP_PORT_VLAN_STRIP_H

#include <stdint.h>
#include <port/sys.h>
#include <xeap/port.h>

/*
 * Tags that a device takes off frames (rx-vlan-hw-parse, rx-vlan-stag-hw-parse) travel beside them,
 * where no XDP program sees them in any mode: EAPOL of a VLAN looks untagged, and would be taken
 * for the port's own.
 */

/* Where a netdev's tags are. 0 or a negative errno. */
int xeap_vlan_tags_of(const struct xeap_netdev *netdev, enum xeap_vlan_tags *ret_tags);

/*
 * Have the tags of a port's frames stay in them: it is to serve VLANs. Does nothing the second
 * time. 0; -EOPNOTSUPP when they are stripped, and may not or cannot be had otherwise; the errno of
 * the driver. On failure it is as before.
 */
int xeap_vlan_strip_settle(struct xeap_port *port, struct xeap_diag *ret_diag);

/* Switch on again what was switched off. */
void xeap_vlan_strip_restore(struct xeap_port *port);

#endif
