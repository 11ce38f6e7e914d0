/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_LINK_BRPORT_H
#define XEAP_LINK_BRPORT_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The rtnetlink messages about one bridge port. libnl 3.7 has no call for `locked` and none for
 * link modes of a single message, so the attributes are put together here.
 */

struct nl_msg;
struct nl_sock;

/* RFC 2863 operational states and link modes, as linux/if.h numbers them. */
#define XEAP_OPER_UNKNOWN 0
#define XEAP_OPER_DORMANT 5
#define XEAP_OPER_UP 6
#define XEAP_LINK_MODE_DEFAULT 0
#define XEAP_LINK_MODE_DORMANT 1

/* What a netdev says of itself. */
struct xeap_brport {
	char ifname[IF_NAMESIZE];
	int bridge;    /* ifindex of the bridge that it is a port of, 0: none */
	bool can_lock; /* the kernel knows `locked` */
	bool locked;
	uint8_t linkmode, operstate;
};

/* Room for any answer. */
#define XEAP_BRPORT_ANSWER (32 * 1024)

/* Each asks and waits for the answer. 0 or a negative errno. */
int xeap_brport_read(struct nl_sock *sock, int ifindex, struct xeap_brport *ret_state);
/* With `locked`, entries that the port has learned go. */
int xeap_brport_lock(struct nl_sock *sock, int ifindex, bool locked);
/* Link mode and operational state at once; the state first. -1: leave it. */
int xeap_brport_link(struct nl_sock *sock, int ifindex, int linkmode, int operstate);

/*
 * Let a station in by a static FDB entry; it takes the place of one that was learned.
 * *ret_made: false when there was such an entry already. -EADDRINUSE: the address is the bridge's
 * own.
 */
int xeap_brport_add_station(struct nl_sock *sock, int ifindex, const uint8_t mac[6],
			    bool *ret_made);
int xeap_brport_delete_station(struct nl_sock *sock, int ifindex, const uint8_t mac[6]);

/* Read an answer of `len` bytes to RTM_GETLINK. 0, the error that it carries, or -EBADMSG. */
int xeap_brport_parse(const void *answer, int len, struct xeap_brport *ret_state);

/* An entry of the FDB. */
struct xeap_brport_entry {
	int ifindex;
	bool is_static, is_own;
};

/* The same for RTM_GETNEIGH. */
int xeap_brport_parse_entry(const void *answer, int len, struct xeap_brport_entry *ret_entry);

#endif
