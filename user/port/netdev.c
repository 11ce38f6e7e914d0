/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "port/netdev.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* linux/netdev.h and Documentation/netlink/specs/netdev.yaml, Linux 6.3 */
#define NETDEV_FAMILY "netdev"
#define NETDEV_VERSION 1
#define NETDEV_DEV_GET 1      /* NETDEV_CMD_DEV_GET */
#define NETDEV_IFINDEX 1      /* NETDEV_A_DEV_IFINDEX, u32 */
#define NETDEV_XDP_FEATURES 3 /* NETDEV_A_DEV_XDP_FEATURES, u64 */

/* Read an attribute of a known size out of an answer. */
static int read_attribute(struct nlmsghdr *h, int len, int attribute, void *ret, int size)
{
	const struct nlattr *a;
	int err;

	if (!nlmsg_ok(h, len))
		return -EBADMSG;
	if (h->nlmsg_type == NLMSG_ERROR) {
		if (nlmsg_datalen(h) < (int)sizeof(err))
			return -EBADMSG;
		memcpy(&err, nlmsg_data(h), sizeof(err));
		return err < 0 ? err : -EBADMSG;
	}
	if (!nlmsg_valid_hdr(h, GENL_HDRLEN))
		return -EBADMSG;
	a = nlmsg_find_attr(h, GENL_HDRLEN, attribute);
	if (!a || nla_len(a) != size)
		return -EBADMSG;
	memcpy(ret, nla_data(a), (size_t)size);
	return 0;
}

/* Send a request, whose message is freed, and read one attribute of the answer. */
static int ask(struct nl_sock *sock, struct nl_msg *msg, int attribute, void *ret, int size)
{
	struct sockaddr_nl from = { 0 };
	unsigned char *buf = NULL;
	int n = nl_send_auto(sock, msg);

	nlmsg_free(msg);
	if (n >= 0)
		n = nl_recv(sock, &from, &buf, NULL);
	if (n <= 0 || from.nl_pid) {
		free(buf);
		return -EIO;
	}
	n = read_attribute((struct nlmsghdr *)(void *)buf, n, attribute, ret, size);
	free(buf);
	return n;
}

static struct nl_msg *request(int family, uint8_t command, uint8_t version)
{
	struct genlmsghdr header = { .cmd = command, .version = version };
	struct nl_msg *msg = nlmsg_alloc_simple(family, NLM_F_REQUEST);

	if (msg && nlmsg_append(msg, &header, sizeof(header), NLMSG_ALIGNTO)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static int find_family(struct nl_sock *sock, uint16_t *ret_family)
{
	struct nl_msg *msg = request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);

	if (!msg)
		return -ENOMEM;
	if (nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, NETDEV_FAMILY)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return ask(sock, msg, CTRL_ATTR_FAMILY_ID, ret_family, sizeof(*ret_family));
}

static int get_features(struct nl_sock *sock, int ifindex, uint64_t *ret_features)
{
	struct nl_msg *msg;
	uint16_t family;
	int err = find_family(sock, &family);

	if (err)
		return err == -ENOENT ? -EOPNOTSUPP : err;
	msg = request(family, NETDEV_DEV_GET, NETDEV_VERSION);
	if (!msg)
		return -ENOMEM;
	if (nla_put_u32(msg, NETDEV_IFINDEX, (uint32_t)ifindex)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return ask(sock, msg, NETDEV_XDP_FEATURES, ret_features, sizeof(*ret_features));
}

int xeap_netdev_features(int ifindex, uint64_t *ret_features)
{
	struct nl_sock *sock = nl_socket_alloc();
	int err = -EOPNOTSUPP;

	if (!sock)
		return -ENOMEM;
	nl_socket_disable_auto_ack(sock); /* one answer a request is enough */
	if (!nl_connect(sock, NETLINK_GENERIC))
		err = get_features(sock, ifindex, ret_features);
	nl_socket_free(sock);
	return err;
}

static void read_program_name(uint32_t id, char ret_name[16])
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id);

	if (fd < 0)
		return;
	if (!bpf_obj_get_info_by_fd(fd, &info, &size)) {
		memcpy(ret_name, info.name, 15);
		ret_name[15] = '\0';
	}
	close(fd);
}

/* Native, generic and offloaded can be there together; the one that sees frames first is named. */
int xeap_netdev_program(int ifindex, struct xeap_netdev_program *ret_program)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, o);
	struct xeap_netdev_program p = { .mode = "" };
	int err = bpf_xdp_query(ifindex, 0, &o);

	if (err)
		return err;
	if (o.hw_prog_id)
		p = (struct xeap_netdev_program){ .id = o.hw_prog_id, .mode = "offloaded" };
	else if (o.drv_prog_id)
		p = (struct xeap_netdev_program){ .id = o.drv_prog_id, .mode = "native" };
	else if (o.skb_prog_id)
		p = (struct xeap_netdev_program){ .id = o.skb_prog_id, .mode = "generic" };
	if (p.id)
		read_program_name(p.id, p.name);
	*ret_program = p;
	return 0;
}
