/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "link/link_parse.h"

#include <errno.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>
#include <sys/socket.h>

static const struct nla_policy link_policy[IFLA_MAX + 1] = {
	[IFLA_IFNAME] = { .type = NLA_STRING, .maxlen = IF_NAMESIZE },
	[IFLA_MTU] = { .type = NLA_U32 },
	[IFLA_MASTER] = { .type = NLA_U32 },
	[IFLA_OPERSTATE] = { .type = NLA_U8 },
	[IFLA_CARRIER_DOWN_COUNT] = { .type = NLA_U32 },
};

/* The attribute need not end in a NUL, and a name without bytes is none. */
static void read_name(const struct nlattr *a, struct xeap_link_news *n)
{
	if (!a)
		return;
	nla_strlcpy(n->ifname, a, sizeof(n->ifname));
	if (n->ifname[0])
		n->has |= XEAP_LINK_HAS_NAME;
}

/*
 * Addresses of other link types (tunnels, InfiniBand) are not MAC addresses, whatever their length.
 */
static void read_mac(const struct nlattr *a, struct xeap_link_news *n)
{
	if (!a || n->arphrd != ARPHRD_ETHER || nla_len(a) != sizeof(n->mac))
		return;
	memcpy(n->mac, nla_data(a), sizeof(n->mac));
	n->has |= XEAP_LINK_HAS_MAC;
}

static void read_numbers(struct nlattr **tb, struct xeap_link_news *n)
{
	if (tb[IFLA_MTU]) {
		n->mtu = nla_get_u32(tb[IFLA_MTU]);
		n->has |= XEAP_LINK_HAS_MTU;
	}
	if (tb[IFLA_MASTER])
		n->master = (int)nla_get_u32(tb[IFLA_MASTER]);
	if (tb[IFLA_OPERSTATE]) {
		n->operstate = nla_get_u8(tb[IFLA_OPERSTATE]);
		n->has |= XEAP_LINK_HAS_OPERSTATE;
	}
	if (tb[IFLA_CARRIER_DOWN_COUNT]) {
		n->carrier_downs = nla_get_u32(tb[IFLA_CARRIER_DOWN_COUNT]);
		n->has |= XEAP_LINK_HAS_CARRIER_DOWNS;
	}
}

int xeap_link_parse(struct nlmsghdr *message, struct xeap_link_news *ret_news)
{
	struct nlattr *tb[IFLA_MAX + 1];
	struct xeap_link_news n = { 0 };
	const struct ifinfomsg *info;

	if (message->nlmsg_type != RTM_NEWLINK && message->nlmsg_type != RTM_DELLINK)
		return 0;
	if (nlmsg_parse(message, sizeof(*info), tb, IFLA_MAX, link_policy) < 0)
		return -EBADMSG;
	info = nlmsg_data(message);
	/*
	 * AF_BRIDGE: a netdev became or ceased to be a bridge port; RTM_DELLINK then does not mean
	 * it is gone.
	 */
	if (info->ifi_family != AF_UNSPEC)
		return 0;
	/*
	 * A wireless event travels as an RTM_NEWLINK that carries next to nothing of the netdev's
	 * state.
	 */
	if (tb[IFLA_WIRELESS])
		return 0;
	if (info->ifi_index <= 0)
		return -EBADMSG;
	n.gone = message->nlmsg_type == RTM_DELLINK;
	n.ifindex = info->ifi_index;
	n.arphrd = info->ifi_type;
	n.flags = info->ifi_flags;
	read_name(tb[IFLA_IFNAME], &n);
	read_mac(tb[IFLA_ADDRESS], &n);
	read_numbers(tb, &n);
	*ret_news = n;
	return 1;
}
