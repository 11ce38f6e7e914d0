/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "link/brport.h"

#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "link/link_sock.h"

#define MAC_LEN 6

/* Begin a message; NULL when memory is short. */
static struct nl_msg *begin(int type, int flags, const void *body, size_t size)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_REQUEST | flags);
	void *at = msg ? nlmsg_reserve(msg, size, NLMSG_ALIGNTO) : NULL;

	if (!at) {
		nlmsg_free(msg);
		return NULL;
	}
	memcpy(at, body, size);
	return msg;
}

/* What an answer carries: the message, an error of the kernel's, or 0 for its "done". */
static int open_answer(const void *answer, int len, int type, struct nlmsghdr **ret_message)
{
	struct nlmsghdr *h = (struct nlmsghdr *)(uintptr_t)answer;
	int err;

	if (!nlmsg_ok(h, len))
		return -EBADMSG;
	if (h->nlmsg_type == NLMSG_ERROR) {
		if (nlmsg_datalen(h) < (int)sizeof(err))
			return -EBADMSG;
		memcpy(&err, nlmsg_data(h), sizeof(err));
		return err < 0 ? err : 0;
	}
	if (h->nlmsg_type != type)
		return -EBADMSG;
	*ret_message = h;
	return 0;
}

/* Send a message, which is freed, for an acknowledgement only. */
static int tell(struct nl_sock *sock, struct nl_msg *msg)
{
	uint8_t answer[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *h = NULL;
	int n;

	if (!msg)
		return -ENOMEM;
	n = xeap_link_sock_ask(sock, msg, answer, sizeof(answer));
	nlmsg_free(msg);
	if (n >= 0)
		n = open_answer(answer, n, NLMSG_ERROR, &h);
	return n;
}

static struct nla_policy link_policy[IFLA_MAX + 1] = {
	[IFLA_IFNAME] = { .type = NLA_STRING, .maxlen = IF_NAMESIZE },
	[IFLA_MASTER] = { .type = NLA_U32 },
	[IFLA_LINKMODE] = { .type = NLA_U8 },
	[IFLA_OPERSTATE] = { .type = NLA_U8 },
	[IFLA_LINKINFO] = { .type = NLA_NESTED },
};

static struct nla_policy info_policy[IFLA_INFO_MAX + 1] = {
	[IFLA_INFO_SLAVE_KIND] = { .type = NLA_NUL_STRING },
};

/* IFLA_INFO_SLAVE_DATA of a bridge port. */
static int read_bridge(struct nlattr *slave, struct xeap_brport *s)
{
	struct nlattr *tb[IFLA_BRPORT_MAX + 1];

	if (!slave || nla_parse_nested(tb, IFLA_BRPORT_MAX, slave, NULL) < 0)
		return -EBADMSG;
	if (tb[IFLA_BRPORT_LOCKED] && nla_len(tb[IFLA_BRPORT_LOCKED]) == 1) {
		s->can_lock = true;
		s->locked = nla_get_u8(tb[IFLA_BRPORT_LOCKED]) != 0;
	}
	return 0;
}

static bool is_bridge(const struct nlattr *kind)
{
	return kind && !nla_strcmp(kind, "bridge");
}

/* A netdev may also be part of a bond, a team or a VRF. */
static int read_master(struct nlattr **tb, struct xeap_brport *s)
{
	struct nlattr *info[IFLA_INFO_MAX + 1];
	uint32_t master;

	if (!tb[IFLA_MASTER] || !tb[IFLA_LINKINFO])
		return 0;
	if (nla_parse_nested(info, IFLA_INFO_MAX, tb[IFLA_LINKINFO], info_policy) < 0)
		return -EBADMSG;
	master = nla_get_u32(tb[IFLA_MASTER]);
	if (!is_bridge(info[IFLA_INFO_SLAVE_KIND]) || !master || master > INT32_MAX)
		return 0;
	s->bridge = (int)master;
	return read_bridge(info[IFLA_INFO_SLAVE_DATA], s);
}

int xeap_brport_parse(const void *answer, int len, struct xeap_brport *ret_state)
{
	struct xeap_brport s = { 0 };
	struct nlattr *tb[IFLA_MAX + 1];
	struct nlmsghdr *h = NULL;
	int err = open_answer(answer, len, RTM_NEWLINK, &h);

	if (err)
		return err;
	if (!h || nlmsg_parse(h, sizeof(struct ifinfomsg), tb, IFLA_MAX, link_policy) < 0 ||
	    !tb[IFLA_LINKMODE] || !tb[IFLA_OPERSTATE] || !tb[IFLA_IFNAME])
		return -EBADMSG;
	nla_strlcpy(s.ifname, tb[IFLA_IFNAME], sizeof(s.ifname));
	s.linkmode = nla_get_u8(tb[IFLA_LINKMODE]);
	s.operstate = nla_get_u8(tb[IFLA_OPERSTATE]);
	err = read_master(tb, &s);
	if (err)
		return err;
	*ret_state = s;
	return 0;
}

int xeap_brport_read(struct nl_sock *sock, int ifindex, struct xeap_brport *ret_state)
{
	const struct ifinfomsg link = { .ifi_family = AF_UNSPEC, .ifi_index = ifindex };
	struct nl_msg *msg = begin(RTM_GETLINK, 0, &link, sizeof(link));
	void *answer = malloc(XEAP_BRPORT_ANSWER);
	int n = -ENOMEM;

	if (msg && answer && !nla_put_u32(msg, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS))
		n = xeap_link_sock_ask(sock, msg, answer, XEAP_BRPORT_ANSWER);
	if (n >= 0)
		n = xeap_brport_parse(answer, n, ret_state);
	nlmsg_free(msg);
	free(answer);
	return n;
}

static bool put_locked(struct nl_msg *msg, bool locked)
{
	struct nlattr *port = nla_nest_start(msg, IFLA_PROTINFO | NLA_F_NESTED);

	if (!port || nla_put_u8(msg, IFLA_BRPORT_LOCKED, locked))
		return false;
	if (locked && nla_put_flag(msg, IFLA_BRPORT_FLUSH))
		return false;
	nla_nest_end(msg, port);
	return true;
}

int xeap_brport_lock(struct nl_sock *sock, int ifindex, bool locked)
{
	const struct ifinfomsg link = { .ifi_family = AF_BRIDGE, .ifi_index = ifindex };
	struct nl_msg *msg = begin(RTM_SETLINK, NLM_F_ACK, &link, sizeof(link));

	if (msg && !put_locked(msg, locked)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return tell(sock, msg);
}

int xeap_brport_link(struct nl_sock *sock, int ifindex, int linkmode, int operstate)
{
	const struct ifinfomsg link = { .ifi_family = AF_UNSPEC, .ifi_index = ifindex };
	struct nl_msg *msg = begin(RTM_SETLINK, NLM_F_ACK, &link, sizeof(link));

	if (msg && ((operstate >= 0 && nla_put_u8(msg, IFLA_OPERSTATE, (uint8_t)operstate)) ||
		    (linkmode >= 0 && nla_put_u8(msg, IFLA_LINKMODE, (uint8_t)linkmode)))) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return tell(sock, msg);
}

/*
 * NTF_MASTER: the bridge's FDB, not the netdev's own. Without a VLAN the kernel makes an entry for
 * each that the port is a member of.
 */
static struct nl_msg *station(int type, int flags, int ifindex, const uint8_t mac[6])
{
	const struct ndmsg entry = {
		.ndm_family = AF_BRIDGE,
		.ndm_ifindex = ifindex,
		.ndm_state = type == RTM_NEWNEIGH ? NUD_NOARP : 0, /* static */
		.ndm_flags = NTF_MASTER,
	};
	struct nl_msg *msg = begin(type, flags, &entry, sizeof(entry));

	if (msg && nla_put(msg, NDA_LLADDR, MAC_LEN, mac)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

int xeap_brport_parse_entry(const void *answer, int len, struct xeap_brport_entry *ret_entry)
{
	struct nlmsghdr *h = NULL;
	const struct ndmsg *entry;
	int err = open_answer(answer, len, RTM_NEWNEIGH, &h);

	if (err)
		return err;
	if (!h || !nlmsg_valid_hdr(h, sizeof(*entry)))
		return -EBADMSG;
	entry = nlmsg_data(h);
	*ret_entry = (struct xeap_brport_entry){
		.ifindex = entry->ndm_ifindex,
		.is_static = entry->ndm_state == NUD_NOARP,
		.is_own = entry->ndm_state & NUD_PERMANENT,
	};
	return 0;
}

static int find_station(struct nl_sock *sock, int ifindex, const uint8_t mac[6],
			struct xeap_brport_entry *ret_entry)
{
	uint8_t answer[1024] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nl_msg *msg = station(RTM_GETNEIGH, 0, ifindex, mac);
	int n = msg ? xeap_link_sock_ask(sock, msg, answer, sizeof(answer)) : -ENOMEM;

	nlmsg_free(msg);
	return n < 0 ? n : xeap_brport_parse_entry(answer, n, ret_entry);
}

int xeap_brport_add_station(struct nl_sock *sock, int ifindex, const uint8_t mac[6], bool *ret_made)
{
	const int flags = NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE;
	struct xeap_brport_entry there = { 0 };
	int err = find_station(sock, ifindex, mac, &there);

	if (err && err != -ENOENT)
		return err;
	if (!err && there.is_own)
		return -EADDRINUSE;
	if (!err && there.is_static && there.ifindex == ifindex) {
		*ret_made = false;
		return 0;
	}
	err = tell(sock, station(RTM_NEWNEIGH, flags, ifindex, mac));
	if (!err)
		*ret_made = true;
	return err;
}

int xeap_brport_delete_station(struct nl_sock *sock, int ifindex, const uint8_t mac[6])
{
	return tell(sock, station(RTM_DELNEIGH, NLM_F_ACK, ifindex, mac));
}
