/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "link/link_sock.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <sys/socket.h>

/*
 * libnl folds errnos together (ENOBUFS, an overrun, becomes "out of memory"), so none of its
 * receive calls is used.
 */
static int errno_of_nl(int err)
{
	switch (-err) {
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_AF_NOSUPPORT:
		return -EAFNOSUPPORT;
	case NLE_AGAIN:
		return -EAGAIN;
	default:
		return -EIO;
	}
}

/* Beyond net.core.rmem_max where we may; the plain call is clamped to it. */
static int set_receive_buffer(struct nl_sock *sock, int rcvbuf)
{
	int fd = nl_socket_get_fd(sock);

	if (!setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &rcvbuf, sizeof(rcvbuf)))
		return 0;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf)))
		return -errno;
	return 0;
}

static int set_up(struct nl_sock *sock, int rcvbuf)
{
	int err = nl_connect(sock, NETLINK_ROUTE);

	if (!err)
		err = nl_socket_set_nonblocking(sock);
	if (err)
		return errno_of_nl(err);
	err = set_receive_buffer(sock, rcvbuf);
	if (err)
		return err;
	err = nl_socket_add_membership(sock, RTNLGRP_LINK);
	return err ? errno_of_nl(err) : 0;
}

int xeap_link_sock_open(int rcvbuf, struct nl_sock **ret_sock)
{
	struct nl_sock *sock = nl_socket_alloc();
	int err;

	if (!sock)
		return -ENOMEM;
	err = set_up(sock, rcvbuf);
	if (err) {
		nl_socket_free(sock);
		return err;
	}
	*ret_sock = sock;
	return 0;
}

int xeap_link_sock_open_quiet(struct nl_sock **ret_sock)
{
	struct nl_sock *sock = nl_socket_alloc();
	int err;

	if (!sock)
		return -ENOMEM;
	nl_socket_disable_auto_ack(sock); /* one answer a question is enough */
	err = nl_connect(sock, NETLINK_ROUTE);
	if (!err)
		err = nl_socket_set_nonblocking(sock);
	if (err) {
		nl_socket_free(sock);
		return errno_of_nl(err);
	}
	*ret_sock = sock;
	return 0;
}

struct nl_sock *xeap_link_sock_close(struct nl_sock *sock)
{
	if (sock)
		nl_socket_free(sock);
	return NULL;
}

int xeap_link_sock_fd(const struct nl_sock *sock)
{
	return nl_socket_get_fd(sock);
}

int xeap_link_sock_dump(struct nl_sock *sock, uint32_t *ret_seq)
{
	struct ifinfomsg info = { .ifi_family = AF_UNSPEC };
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP);
	int err;

	if (!msg)
		return -ENOMEM;
	err = nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO);
	if (!err) /* counters are most of a netdev's description, and not asked for */
		err = nla_put_u32(msg, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	if (!err)
		err = nl_send_auto(sock, msg);
	if (err >= 0)
		*ret_seq = nlmsg_hdr(msg)->nlmsg_seq;
	nlmsg_free(msg);
	return err < 0 ? errno_of_nl(err) : 0;
}

int xeap_link_sock_receive(struct nl_sock *sock, void *buf, size_t size)
{
	struct sockaddr_nl from = { 0 };
	struct iovec iov = { .iov_base = buf, .iov_len = size };
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1
	};
	ssize_t n;

	do {
		n = recvmsg(nl_socket_get_fd(sock), &msg, 0);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (msg.msg_flags & MSG_TRUNC)
		return -EMSGSIZE;
	/* Another process may send to our port, too; port 0 is the kernel. */
	return from.nl_pid ? 0 : (int)n;
}

/* Of answers to earlier questions that were cut short, nothing may be left to be taken for this. */
int xeap_link_sock_ask(struct nl_sock *sock, struct nl_msg *msg, void *answer, size_t size)
{
	int n = nl_send_auto(sock, msg);
	const struct nlmsghdr *h = answer;

	if (n < 0)
		return errno_of_nl(n);
	do {
		n = xeap_link_sock_receive(sock, answer, size);
	} while (n >= 0 && (n < NLMSG_HDRLEN || h->nlmsg_seq != nlmsg_hdr(msg)->nlmsg_seq));
	return n;
}
