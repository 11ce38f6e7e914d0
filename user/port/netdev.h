/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_NETDEV_H
#define XEAP_PORT_NETDEV_H

#include <stdint.h>

/* What the kernel says of a netdev when it is asked, without anything being tried on it. */

/*
 * Bits of NETDEV_A_DEV_XDP_FEATURES (linux/netdev.h, since Linux 6.3; Debian 12 has no such
 * header).
 */
#define XEAP_XDP_BASIC 0x01	/* NETDEV_XDP_ACT_BASIC: pass, drop, transmit, abort */
#define XEAP_XDP_REDIRECT 0x02	/* NETDEV_XDP_ACT_REDIRECT */
#define XEAP_XDP_ZERO_COPY 0x08 /* NETDEV_XDP_ACT_XSK_ZEROCOPY */

/*
 * What native XDP can do on a netdev. 0; -EOPNOTSUPP when the kernel does not tell; another
 * negative errno.
 */
int xeap_netdev_features(int ifindex, uint64_t *ret_features);

struct xeap_netdev_program {
	uint32_t id;	  /* 0: none */
	const char *mode; /* "native", "generic", "offloaded"; "" when there is none */
	char name[16];	  /* "" when it has none, or may not be read */
};

/* The XDP program that sits on a netdev. 0 or a negative errno. */
int xeap_netdev_program(int ifindex, struct xeap_netdev_program *ret_program);

#endif
