/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/* The rtnetlink half of sys.h, and processes. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <port/sys_pin.h>
#include <xeap/steer.h>

/*
 * Takes one message of an answer. Returns 0 to go on, 1 when it was the last, or a negative errno.
 */
typedef int take_message(struct nlmsghdr *h, void *arg);

static int take_error(const struct nlmsghdr *h)
{
	int err;

	if (nlmsg_datalen(h) < (int)sizeof(err))
		return -EBADMSG;
	memcpy(&err, nlmsg_data(h), sizeof(err));
	return err < 0 ? err : 1;
}

static int take_messages(unsigned char *buf, int n, take_message *take, void *arg)
{
	struct nlmsghdr *h = (struct nlmsghdr *)(void *)buf;
	int err = 0;

	for (; !err && nlmsg_ok(h, n); h = nlmsg_next(h, &n)) {
		if (h->nlmsg_type == NLMSG_ERROR)
			err = take_error(h);
		else if (h->nlmsg_type == NLMSG_DONE)
			err = 1;
		else if (h->nlmsg_type == RTM_NEWLINK && take)
			err = take(h, arg);
	}
	return err;
}

static int receive_all(struct nl_sock *sock, take_message *take, void *arg)
{
	int err = 0;

	while (!err) {
		struct sockaddr_nl from = { 0 };
		unsigned char *buf = NULL;
		int n = nl_recv(sock, &from, &buf, NULL);

		if (n <= 0)
			err = -EIO;
		else if (!from.nl_pid) /* only the kernel is listened to */
			err = take_messages(buf, n, take, arg);
		free(buf);
	}
	return err < 0 ? err : 0;
}

/* Send a message, which is freed, and take the answer. NULL: there was no memory for it. */
static int talk(struct nl_msg *msg, take_message *take, void *arg)
{
	struct nl_sock *sock = msg ? nl_socket_alloc() : NULL;
	int err = sock ? 0 : -ENOMEM;

	if (!err)
		nl_socket_disable_auto_ack(sock);
	if (!err && (nl_connect(sock, NETLINK_ROUTE) || nl_send_auto(sock, msg) < 0))
		err = -EIO;
	if (!err)
		err = receive_all(sock, take, arg);
	nl_socket_free(sock);
	nlmsg_free(msg);
	return err;
}

static struct nl_msg *message(int type, int flags, const struct ifinfomsg *link)
{
	struct ifinfomsg body = *link;
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_REQUEST | flags);

	if (msg && nlmsg_append(msg, &body, sizeof(body), NLMSG_ALIGNTO)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/* Send what was put together without an error, else free it. */
static int talk_if(bool complete, struct nl_msg *msg, take_message *take, void *arg)
{
	if (complete)
		return talk(msg, take, arg);
	nlmsg_free(msg);
	return -ENOMEM;
}

int xeap_sys_netdev_delete(int ifindex)
{
	const struct ifinfomsg link = { .ifi_index = ifindex };

	return talk(message(RTM_DELLINK, NLM_F_ACK, &link), NULL, NULL);
}

static int take_tx_dropped(struct nlmsghdr *h, void *arg)
{
	const struct nlattr *a = nlmsg_find_attr(h, sizeof(struct ifinfomsg), IFLA_STATS64);
	struct rtnl_link_stats64 s = { 0 };

	if (!a || nla_len(a) < (int)offsetof(struct rtnl_link_stats64, multicast))
		return -EBADMSG;
	memcpy(&s, nla_data(a), offsetof(struct rtnl_link_stats64, multicast));
	*(uint64_t *)arg = s.tx_dropped;
	return 1;
}

int xeap_sys_netdev_tx_dropped(int ifindex, uint64_t *ret_dropped)
{
	const struct ifinfomsg link = { .ifi_index = ifindex };

	return talk(message(RTM_GETLINK, 0, &link), take_tx_dropped, ret_dropped);
}

static uint32_t program_of(const struct nlattr *xdp, int mode)
{
	const struct nlattr *a = nla_find(nla_data(xdp), nla_len(xdp), mode);

	return a && nla_len(a) == sizeof(uint32_t) ? nla_get_u32(a) : 0;
}

static int take_xdp(struct nlmsghdr *h, void *arg)
{
	const struct nlattr *a = nlmsg_find_attr(h, sizeof(struct ifinfomsg), IFLA_XDP);
	struct xeap_sys_xdp *x = arg;

	if (a)
		*x = (struct xeap_sys_xdp){
			.native = program_of(a, IFLA_XDP_DRV_PROG_ID),
			.generic = program_of(a, IFLA_XDP_SKB_PROG_ID),
			.offloaded = program_of(a, IFLA_XDP_HW_PROG_ID),
		};
	return 1;
}

int xeap_sys_xdp_read(int ifindex, struct xeap_sys_xdp *ret_xdp)
{
	const struct ifinfomsg link = { .ifi_index = ifindex };
	struct xeap_sys_xdp x = { 0 };
	int err = talk(message(RTM_GETLINK, 0, &link), take_xdp, &x);

	if (!err)
		*ret_xdp = x;
	return err;
}

static void read_alias(struct nlmsghdr *h, char ret_alias[XEAP_SYS_ALIAS])
{
	const struct nlattr *a = nlmsg_find_attr(h, sizeof(struct ifinfomsg), IFLA_IFALIAS);

	ret_alias[0] = '\0';
	if (a)
		nla_strlcpy(ret_alias, a, XEAP_SYS_ALIAS);
}

static int take_alias(struct nlmsghdr *h, void *arg)
{
	read_alias(h, arg);
	return 1;
}

int xeap_sys_netdev_alias(const char *name, char ret_alias[XEAP_SYS_ALIAS])
{
	const struct ifinfomsg link = { 0 };
	struct nl_msg *msg = message(RTM_GETLINK, 0, &link);

	return talk_if(msg && !nla_put_string(msg, IFLA_IFNAME, name), msg, take_alias, ret_alias);
}

struct aliases {
	void (*found)(void *arg, int ifindex, const char *alias);
	void *arg;
};

static int take_aliased(struct nlmsghdr *h, void *arg)
{
	const struct aliases *a = arg;
	const struct ifinfomsg *link = nlmsg_data(h);
	char alias[XEAP_SYS_ALIAS];

	if (nlmsg_datalen(h) < (int)sizeof(*link))
		return -EBADMSG;
	read_alias(h, alias);
	if (alias[0])
		a->found(a->arg, link->ifi_index, alias);
	return 0;
}

int xeap_sys_netdev_aliases(void (*found)(void *arg, int ifindex, const char *alias), void *arg)
{
	const struct ifinfomsg link = { 0 };
	struct aliases a = { found, arg };
	struct nl_msg *msg = message(RTM_GETLINK, NLM_F_DUMP, &link);
	bool complete = msg && !nla_put_u32(msg, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);

	return talk_if(complete, msg, take_aliased, &a);
}

static bool put_end(struct nl_msg *msg, const struct xeap_sys_veth *v, int end)
{
	return !nla_put_string(msg, IFLA_IFNAME, v->name[end]) &&
	       !nla_put_u32(msg, IFLA_MTU, v->mtu) && !nla_put_u32(msg, IFLA_NUM_TX_QUEUES, 1) &&
	       !nla_put_u32(msg, IFLA_NUM_RX_QUEUES, 1);
}

static bool put_pair(struct nl_msg *msg, const struct xeap_sys_veth *v)
{
	struct ifinfomsg link = { 0 };
	struct nlattr *info, *data, *peer;

	if (!put_end(msg, v, 0))
		return false;
	info = nla_nest_start(msg, IFLA_LINKINFO);
	if (!info || nla_put_string(msg, IFLA_INFO_KIND, "veth"))
		return false;
	data = nla_nest_start(msg, IFLA_INFO_DATA);
	peer = data ? nla_nest_start(msg, VETH_INFO_PEER) : NULL;
	if (!peer || nlmsg_append(msg, &link, sizeof(link), NLMSG_ALIGNTO) || !put_end(msg, v, 1))
		return false;
	nla_nest_end(msg, peer);
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return true;
}

static bool put_no_address(struct nl_msg *msg)
{
	struct nlattr *spec = nla_nest_start(msg, IFLA_AF_SPEC);
	struct nlattr *inet6 = spec ? nla_nest_start(msg, AF_INET6) : NULL;

	if (!inet6 || nla_put_u8(msg, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE))
		return false;
	nla_nest_end(msg, inet6);
	nla_nest_end(msg, spec);
	return true;
}

/* A kernel without IPv6 refuses to be told to keep it away. */
static int without_address(int ifindex)
{
	const struct ifinfomsg link = { .ifi_index = ifindex };
	struct nl_msg *msg = message(RTM_SETLINK, NLM_F_ACK, &link);
	int err = talk_if(msg && put_no_address(msg), msg, NULL, NULL);

	return err == -EAFNOSUPPORT || err == -EOPNOTSUPP ? 0 : err;
}

static int set_up(int ifindex, const char *alias)
{
	const struct ifinfomsg link = {
		.ifi_index = ifindex,
		.ifi_flags = IFF_UP | IFF_NOARP,
		.ifi_change = IFF_UP | IFF_NOARP | IFF_MULTICAST,
	};
	struct nl_msg *msg = message(RTM_SETLINK, NLM_F_ACK, &link);

	return talk_if(msg && !nla_put_string(msg, IFLA_IFALIAS, alias), msg, NULL, NULL);
}

static int set_up_both(const struct xeap_sys_veth *veth, int ifindex[2])
{
	int err = 0;

	for (int end = 0; !err && end < 2; end++) {
		ifindex[end] = (int)if_nametoindex(veth->name[end]);
		err = ifindex[end] ? without_address(ifindex[end]) : -ENODEV;
		if (!err)
			err = set_up(ifindex[end], veth->alias);
	}
	return err;
}

int xeap_sys_veth_make(const struct xeap_sys_veth *veth, int ret_ifindex[2])
{
	const struct ifinfomsg link = { 0 };
	struct nl_msg *msg = message(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &link);
	int err = talk_if(msg && put_pair(msg, veth), msg, NULL, NULL);
	int ifindex[2] = { 0, 0 };

	if (err)
		return err;
	err = set_up_both(veth, ifindex);
	if (err && ifindex[0])
		xeap_sys_netdev_delete(ifindex[0]);
	if (err)
		return err;
	memcpy(ret_ifindex, ifindex, sizeof(ifindex));
	return 0;
}

/* A packet socket is told; one for a protocol that no program lets through has nothing to read. */
int xeap_sys_netdev_watch(int ifindex)
{
	const struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(XEAP_ETH_P_FUNNEL),
		.sll_ifindex = ifindex,
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at))) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

int xeap_sys_process_id(void)
{
	return getpid();
}

int xeap_sys_process_start(int pid, uint64_t *ret_ticks)
{
	char path[32], line[512] = "";
	const char *at;
	FILE *f;

	if (kill(pid, 0) && errno == ESRCH)
		return -ESRCH;
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	if (!fgets(line, sizeof(line), f))
		line[0] = '\0';
	fclose(f);
	/* The name in parentheses may hold anything; the start is the 20th field behind it. */
	at = strrchr(line, ')');
	for (int i = 0; at && i < 20; i++)
		at = strchr(at + 1, ' ');
	if (!at)
		return -EBADMSG;
	*ret_ticks = strtoull(at + 1, NULL, 10);
	return 0;
}
