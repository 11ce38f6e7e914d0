/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_LINK_PARSE_H
#define XEAP_LINK_PARSE_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

struct nlmsghdr;

/*
 * Which fields of struct xeap_link_news the message carried. A missing one keeps the value known
 * before.
 */
#define XEAP_LINK_HAS_NAME 0x01
#define XEAP_LINK_HAS_MAC 0x02
#define XEAP_LINK_HAS_MTU 0x04
#define XEAP_LINK_HAS_OPERSTATE 0x08
#define XEAP_LINK_HAS_CARRIER_DOWNS 0x10

/* What one rtnetlink message says about one netdev. */
struct xeap_link_news {
	bool gone; /* RTM_DELLINK: only ifindex counts */
	int ifindex;
	uint16_t arphrd;
	uint32_t flags; /* IFF_ */
	uint32_t has;	/* XEAP_LINK_HAS_ */
	char ifname[IF_NAMESIZE];
	uint8_t mac[6];
	uint32_t mtu;
	int master; /* 0: none; every description of a netdev that has one carries it */
	uint8_t operstate;
	uint32_t carrier_downs; /* how often the carrier was lost since the netdev was made */
};

/*
 * Read one message whose nlmsg_len lies within the bytes received. Returns 1 when it is about a
 * netdev, 0 when it is not (another type, a bridge port, a wireless event), -EBADMSG when it is
 * malformed. Writes on 1 only.
 */
int xeap_link_parse(struct nlmsghdr *message, struct xeap_link_news *ret_news);

#endif
