/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "link/link.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>
#include "base/diag.h"
#include "link/link_parse.h"
#include "link/link_sock.h"
#include "link/link_table.h"

struct xeap_links {
	struct nl_sock *sock;
	struct xeap_link_table *table;
	bool dump_wanted;  /* messages were lost: dump as soon as the socket is drained */
	bool dump_running; /* asked for and not done yet */
	bool dump_broken;  /* the running one may miss netdevs that are there */
	bool listed;	   /* a dump came through whole */
	uint32_t dump_seq;
	uint64_t dumps;
	char datagram[XEAP_LINKS_DATAGRAM] __attribute__((aligned(NLMSG_ALIGNTO)));
};

/*
 * After an overrun the kernel drops events until the socket has been read empty (netlink_overrun).
 * A dump asked for before that would miss what happens in the meantime, which is why this is called
 * on -EAGAIN only.
 */
static int start_dump(struct xeap_links *links)
{
	int err = xeap_link_sock_dump(links->sock, &links->dump_seq);

	if (err)
		return err;
	xeap_link_table_dump_begins(links->table);
	links->dump_wanted = false;
	links->dump_running = true;
	links->dump_broken = false;
	links->dumps++;
	return 0;
}

/*
 * -EBUSY: the kernel is still at an earlier dump, which happens when it ran short of memory in the
 * middle and left the socket empty. Reading that answer has set the earlier one going again; ours
 * follows once it is drained.
 */
static int end_dump(struct xeap_links *links, int err)
{
	links->dump_running = false;
	if (err || links->dump_broken) {
		links->dump_wanted = true;
		return err == -EBUSY ? 0 : err;
	}
	xeap_link_table_dump_ends(links->table);
	links->listed = true;
	return 0;
}

/*
 * NLMSG_DONE and NLMSG_ERROR both begin with a negative errno or 0; an old kernel's DONE has none.
 */
static int message_error(struct nlmsghdr *h)
{
	int err = 0;

	if (nlmsg_datalen(h) >= (int)sizeof(err))
		memcpy(&err, nlmsg_data(h), sizeof(err));
	return err < 0 ? err : 0;
}

static int take_message(struct xeap_links *links, struct nlmsghdr *h)
{
	bool of_dump = links->dump_running && h->nlmsg_seq == links->dump_seq;
	struct xeap_link_news news;
	int err;

	if (h->nlmsg_flags & NLM_F_DUMP_INTR)
		links->dump_broken = true;
	if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR)
		return of_dump ? end_dump(links, message_error(h)) : 0;
	err = xeap_link_parse(h, &news);
	if (err != 1)
		return err;
	err = xeap_link_table_apply(links->table, &news);
	if (err)
		links->dump_wanted = true;
	return err;
}

/*
 * Every message is taken, also after one that failed: the rest is not to be lost. Returns the first
 * error.
 */
static int take_datagram(struct xeap_links *links, int len)
{
	struct nlmsghdr *h = (struct nlmsghdr *)(void *)links->datagram;
	int err, first = 0;

	for (; nlmsg_ok(h, len); h = nlmsg_next(h, &len)) {
		err = take_message(links, h);
		if (err && !first)
			first = err;
	}
	return first;
}

/*
 * Read one datagram, or find what to do instead. Returns 1 to go on, 0 when all is read, or a
 * negative errno.
 */
static int step(struct xeap_links *links)
{
	int n = xeap_link_sock_receive(links->sock, links->datagram, sizeof(links->datagram));
	int err;

	if (n >= 0) {
		err = take_datagram(links, n);
		return err ? err : 1;
	}
	if (n == -EAGAIN) {
		if (!links->dump_wanted && !links->dump_running)
			return 0;
		err = start_dump(links);
		return err ? err : 1;
	}
	if (n == -ENOBUFS) {
		links->dump_wanted = true;
		return 1;
	}
	if (n == -EMSGSIZE)
		links->dump_wanted = true;
	return n;
}

static int drain(struct xeap_links *links)
{
	int ret = 1;

	for (unsigned int i = 0; ret == 1 && i < XEAP_LINKS_DRAIN; i++)
		ret = step(links);
	return ret < 0 ? ret : 0;
}

/* A dump never waits: the kernel makes its next part when the one before is read. */
static int first_dump(struct xeap_links *links)
{
	int err = 0;

	links->dump_wanted = true;
	for (unsigned int i = 0; !err && !links->listed && i < XEAP_LINKS_OPEN_TRIES; i++)
		err = drain(links);
	return err;
}

int xeap_links_open_sized(int rcvbuf, struct xeap_links **ret_links, struct xeap_diag *ret_diag)
{
	struct xeap_links *links = calloc(1, sizeof(*links));
	int err = -ENOMEM;

	if (!links)
		goto fail;
	links->table = xeap_link_table_new();
	if (!links->table)
		goto fail;
	err = xeap_link_sock_open(rcvbuf, &links->sock);
	if (!err)
		err = first_dump(links);
	if (err)
		goto fail;
	*ret_links = links;
	return 0;
fail:
	xeap_links_close(links);
	return xeap_diag_set(ret_diag, err, xeap_code_of_errno(err),
			     "cannot list the netdevs over rtnetlink: %s", strerror(-err));
}

int xeap_links_open(struct xeap_links **ret_links, struct xeap_diag *ret_diag)
{
	return xeap_links_open_sized(XEAP_LINKS_RCVBUF, ret_links, ret_diag);
}

struct xeap_links *xeap_links_close(struct xeap_links *links)
{
	if (!links)
		return NULL;
	xeap_link_sock_close(links->sock);
	xeap_link_table_free(links->table);
	free(links);
	return NULL;
}

int xeap_links_fd(const struct xeap_links *links)
{
	return xeap_link_sock_fd(links->sock);
}

int xeap_links_next(struct xeap_links *links, struct xeap_link_event *ret_event)
{
	int err = drain(links);

	/* What is known is told first; an error that lasts comes back at the next call. */
	if (xeap_link_table_next(links->table, ret_event))
		return 1;
	return err;
}

int xeap_links_find(const struct xeap_links *links, const char *ifname, struct xeap_link *ret_link)
{
	const struct xeap_link *link = xeap_link_table_find(links->table, ifname);

	if (!link)
		return -ENODEV;
	*ret_link = *link;
	return 0;
}

uint64_t xeap_links_resyncs(const struct xeap_links *links)
{
	return links->dumps ? links->dumps - 1 : 0;
}
