/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "link/uplink.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/diag.h"

#define TURNS 10

struct netdev {
	int ifindex;
	int above; /* the bridge, bond or team it is in */
	int below; /* what a VLAN or macvlan is on */
	char name[IF_NAMESIZE];
	int route; /* ifindex of the netdev whose route goes by here */
};

struct xeap_uplinks {
	struct netdev *netdevs; /* by ifindex */
	size_t count;
	bool short_of_memory;
};

static int by_ifindex(const void *a, const void *b)
{
	const struct netdev *x = a, *y = b;

	return (x->ifindex > y->ifindex) - (x->ifindex < y->ifindex);
}

static struct netdev *find(const struct xeap_uplinks *u, int ifindex)
{
	struct netdev key = { .ifindex = ifindex };

	return ifindex && u->count ? bsearch(&key, u->netdevs, u->count, sizeof(key), by_ifindex)
				   : NULL;
}

/* A veth's other end is not beneath it, nor is a number of another namespace one of ours. */
static bool stands_on(struct nlattr *tb[])
{
	struct nlattr *info[IFLA_INFO_MAX + 1];

	if (!tb[IFLA_LINK] || nla_len(tb[IFLA_LINK]) != 4 || tb[IFLA_LINK_NETNSID])
		return false;
	return !tb[IFLA_LINKINFO] ||
	       nla_parse_nested(info, IFLA_INFO_MAX, tb[IFLA_LINKINFO], NULL) ||
	       !info[IFLA_INFO_KIND] || nla_strcmp(info[IFLA_INFO_KIND], "veth") != 0;
}

static int add_netdev(struct nl_msg *msg, void *arg)
{
	struct xeap_uplinks *u = arg;
	struct nlmsghdr *h = nlmsg_hdr(msg);
	struct nlattr *tb[IFLA_MAX + 1];
	struct netdev *more;

	if (h->nlmsg_type != RTM_NEWLINK ||
	    nlmsg_parse(h, sizeof(struct ifinfomsg), tb, IFLA_MAX, NULL) < 0 || !tb[IFLA_IFNAME])
		return NL_SKIP;
	more = reallocarray(u->netdevs, u->count + 1, sizeof(*more));
	if (!more) {
		u->short_of_memory = true;
		return NL_STOP;
	}
	u->netdevs = more;
	more += u->count++;
	*more = (struct netdev){
		.ifindex = ((struct ifinfomsg *)nlmsg_data(h))->ifi_index,
		.above = tb[IFLA_MASTER] && nla_len(tb[IFLA_MASTER]) == 4
				 ? nla_get_s32(tb[IFLA_MASTER])
				 : 0,
		.below = stands_on(tb) ? nla_get_s32(tb[IFLA_LINK]) : 0,
	};
	nla_strlcpy(more->name, tb[IFLA_IFNAME], sizeof(more->name));
	return NL_OK;
}

static void goes_by(struct xeap_uplinks *u, int ifindex)
{
	struct netdev *d = find(u, ifindex);

	if (d)
		d->route = ifindex;
}

static int add_route(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *h = nlmsg_hdr(msg);
	struct nlattr *tb[RTA_MAX + 1];
	struct rtmsg *r = nlmsg_data(h);

	/* Routes that say "unreachable" stand at the loopback. */
	if (h->nlmsg_type != RTM_NEWROUTE || nlmsg_parse(h, sizeof(*r), tb, RTA_MAX, NULL) < 0 ||
	    (r->rtm_family != AF_INET && r->rtm_family != AF_INET6) || r->rtm_dst_len ||
	    r->rtm_type != RTN_UNICAST)
		return NL_SKIP;
	if (tb[RTA_OIF] && nla_len(tb[RTA_OIF]) == 4)
		goes_by(arg, nla_get_s32(tb[RTA_OIF]));
	if (tb[RTA_MULTIPATH]) {
		struct rtnexthop *hop = nla_data(tb[RTA_MULTIPATH]);
		int left = nla_len(tb[RTA_MULTIPATH]);

		for (; RTNH_OK(hop, left); left -= NLMSG_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop))
			goes_by(arg, hop->rtnh_ifindex);
	}
	return NL_OK;
}

/* One dump; every message of it is given to `each`. Returns 0 or a negative error of libnl. */
static int dump(struct nl_sock *sock, int type, const void *head, size_t len,
		nl_recvmsg_msg_cb_t each, struct xeap_uplinks *u)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_DUMP);
	int err = -NLE_NOMEM;

	if (msg && !nlmsg_append(msg, (void *)(uintptr_t)head, len, NLMSG_ALIGNTO) &&
	    !nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, each, u)) {
		err = nl_send_auto(sock, msg);
		if (err >= 0)
			err = nl_recvmsgs_default(sock);
	}
	nlmsg_free(msg);
	return u->short_of_memory ? -NLE_NOMEM : err;
}

static int read_netdevs(struct nl_sock *sock, struct xeap_uplinks *u)
{
	const struct ifinfomsg head = { .ifi_family = AF_UNSPEC };
	int err;

	u->count = 0;
	err = dump(sock, RTM_GETLINK, &head, sizeof(head), add_netdev, u);
	if (!err && u->count)
		qsort(u->netdevs, u->count, sizeof(*u->netdevs), by_ifindex);
	return err;
}

/* Once more when netdevs or routes changed while they were listed, but not for ever. */
static int read_kernel(struct nl_sock *sock, struct xeap_uplinks *u)
{
	const struct rtmsg head = { .rtm_family = AF_UNSPEC };
	int err, turn = 0;

	do {
		err = read_netdevs(sock, u);
		if (!err)
			err = dump(sock, RTM_GETROUTE, &head, sizeof(head), add_route, u);
	} while (err == -NLE_DUMP_INTR && ++turn < TURNS);
	return err;
}

static int read_all(struct xeap_uplinks *u)
{
	struct nl_sock *sock = nl_socket_alloc();
	int err = sock ? nl_connect(sock, NETLINK_ROUTE) : -NLE_NOMEM;

	if (!err)
		err = read_kernel(sock, u);
	nl_socket_free(sock);
	return err;
}

/* From where a route is to all beneath; what is stacked is never deeper than there are netdevs. */
static void spread(struct xeap_uplinks *u)
{
	bool changed = true;

	for (size_t turn = 0; changed && turn < u->count; turn++) {
		changed = false;
		for (size_t i = 0; i < u->count; i++) {
			struct netdev *d = &u->netdevs[i], *above = find(u, d->above);
			struct netdev *below = find(u, d->below);

			if (above && above->route && !d->route) {
				d->route = above->route;
				changed = true;
			}
			if (below && d->route && !below->route) {
				below->route = d->route;
				changed = true;
			}
		}
	}
}

int xeap_uplinks_find(struct xeap_uplinks **ret_uplinks, struct xeap_diag *ret_why)
{
	struct xeap_uplinks *u = calloc(1, sizeof(*u));
	int err = u ? read_all(u) : -NLE_NOMEM;

	if (err) {
		xeap_uplinks_free(u);
		if (err == -NLE_NOMEM)
			return xeap_diag_set(ret_why, -ENOMEM, XEAP_E_OUT_OF_MEMORY,
					     "out of memory");
		return xeap_diag_set(ret_why, -EIO, XEAP_E_INVALID_STATE,
				     "the kernel's routes cannot be read: %s", nl_geterror(err));
	}
	spread(u);
	*ret_uplinks = u;
	return 0;
}

void xeap_uplinks_free(struct xeap_uplinks *u)
{
	if (u)
		free(u->netdevs);
	free(u);
}

int xeap_uplinks_check(const struct xeap_uplinks *u, int ifindex, struct xeap_diag *ret_why)
{
	const struct netdev *d = find(u, ifindex);
	const struct netdev *route = d ? find(u, d->route) : NULL;
	bool other = route && route != d;

	if (!route)
		return 0;
	return xeap_diag_set(ret_why, -EPERM, XEAP_E_INVALID_PARAMETER,
			     "%s carries the default route%s%s: a load there may cut this machine "
			     "off; --force does it all the same",
			     d->name, other ? " of " : "", other ? route->name : "");
}
