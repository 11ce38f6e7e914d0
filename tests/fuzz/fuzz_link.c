/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Datagrams of rtnetlink through the whole netdev list. An input is a row of them, each behind two
 * bytes of length, little-endian; a length of 0xffff stands for an overrun. The socket is replaced;
 * each dump is answered with its end.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "link/link.h"
#include "link/link_sock.h"

#define OVERRUN 0xffff

static const uint8_t *input, *input_end;
static uint32_t seq;
static bool done_waits;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int xeap_link_sock_open(int rcvbuf, struct nl_sock **ret_sock)
{
	*ret_sock = (struct nl_sock *)(void *)&seq;
	return 0;
}

struct nl_sock *xeap_link_sock_close(struct nl_sock *sock)
{
	return NULL;
}

int xeap_link_sock_fd(const struct nl_sock *sock)
{
	return -1;
}

int xeap_link_sock_dump(struct nl_sock *sock, uint32_t *ret_seq)
{
	*ret_seq = ++seq;
	done_waits = true;
	return 0;
}

static int end_of_dump(void *buf)
{
	struct nlmsghdr done = { .nlmsg_len = NLMSG_LENGTH(sizeof(int)),
				 .nlmsg_type = NLMSG_DONE,
				 .nlmsg_seq = seq };

	done_waits = false;
	memset(buf, 0, NLMSG_LENGTH(sizeof(int)));
	memcpy(buf, &done, sizeof(done));
	return NLMSG_LENGTH(sizeof(int));
}

int xeap_link_sock_receive(struct nl_sock *sock, void *buf, size_t size)
{
	size_t len;

	if (done_waits)
		return end_of_dump(buf);
	if (input_end - input < 2)
		return -EAGAIN;
	len = (size_t)(input[0] | input[1] << 8);
	input += 2;
	if (len == OVERRUN)
		return -ENOBUFS;
	if (len > (size_t)(input_end - input))
		len = (size_t)(input_end - input);
	memcpy(buf, input, len);
	input += len;
	return (int)len;
}

/* What was told can be found, under a name that is one. */
static void check(const struct xeap_links *links, const struct xeap_link_event *e)
{
	struct xeap_link found;
	bool there = !xeap_links_find(links, e->link.ifname, &found);

	if (e->link.ifindex <= 0 || !memchr(e->link.ifname, 0, sizeof(e->link.ifname)))
		abort();
	if (e->type != XEAP_LINK_REMOVED && !there)
		abort();
	/* Of two that were told to have a name, the one told last has it. */
	if ((e->type == XEAP_LINK_ADDED || e->type == XEAP_LINK_RENAMED) &&
	    found.ifindex != e->link.ifindex)
		abort();
	if (e->type == XEAP_LINK_RENAMED && !strcmp(e->old_name, e->link.ifname))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_links *links;
	struct xeap_link_event e;
	int n;

	input = input_end = data;
	seq = 0;
	if (xeap_links_open(&links, NULL))
		return 0;
	input_end = data + size;
	do {
		n = xeap_links_next(links, &e);
		if (n == 1)
			check(links, &e);
	} while (n == 1 || input_end - input >= 2);
	xeap_links_close(links);
	return 0;
}
