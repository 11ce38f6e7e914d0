/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/bridge_kernel.h"

#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <cmocka.h>
#include "link/link_sock.h"

#define DORMANT 5
#define UP 6

struct bridge_kernel kernel;

void kernel_reset(void)
{
	memset(&kernel, 0, sizeof(kernel));
	for (int i = 0; i < 2; i++) {
		kernel.dev[i] =
			(struct bridge_dev){ .there = true, .carrier = true, .operstate = UP };
		kernel.dev[i].name[0] = i ? 'q' : 'p';
	}
	kernel.dev[0].master = BRIDGE;
}

struct bridge_dev *kernel_dev(int ifindex)
{
	int i = ifindex - PORT;

	return (i == 0 || i == 1) && kernel.dev[i].there ? &kernel.dev[i] : NULL;
}

struct bridge_entry *kernel_entry(const uint8_t mac[6])
{
	for (int i = 0; i < ENTRIES; i++)
		if (kernel.fdb[i].state && !memcmp(kernel.fdb[i].mac, mac, 6))
			return &kernel.fdb[i];
	return NULL;
}

void kernel_add_entry(const uint8_t mac[6], int ifindex, uint16_t state)
{
	for (int i = 0; i < ENTRIES; i++) {
		if (kernel.fdb[i].state)
			continue;
		memcpy(kernel.fdb[i].mac, mac, 6);
		kernel.fdb[i].ifindex = ifindex;
		kernel.fdb[i].state = state;
		return;
	}
	abort();
}

void kernel_move(int ifindex, int master)
{
	struct bridge_dev *d = kernel_dev(ifindex);

	for (int i = 0; i < ENTRIES; i++)
		if (kernel.fdb[i].ifindex == ifindex)
			kernel.fdb[i].state = 0;
	d->locked = false;
	d->master = master;
}

static void note(const char *what)
{
	size_t n = strlen(kernel.log);

	snprintf(kernel.log + n, sizeof(kernel.log) - n, "%s%s", n ? " " : "", what);
}

/* Write a message of the kernel's as the answer. Returns its bytes. */
static int answer_with(struct nl_msg *m, uint32_t seq, void *answer, size_t size)
{
	struct nlmsghdr *h = nlmsg_hdr(m);
	int n = (int)h->nlmsg_len;

	assert_true((size_t)n <= size);
	h->nlmsg_seq = seq;
	memcpy(answer, h, (size_t)n);
	nlmsg_free(m);
	return n;
}

static int answer_errno(int err, uint32_t seq, void *answer, size_t size)
{
	struct nlmsgerr e = { .error = err };
	struct nl_msg *m = nlmsg_alloc_simple(NLMSG_ERROR, 0);

	nlmsg_append(m, &e, sizeof(e), NLMSG_ALIGNTO);
	return answer_with(m, seq, answer, size);
}

static void put_slave(struct nl_msg *m, const struct bridge_dev *d)
{
	struct nlattr *info = nla_nest_start(m, IFLA_LINKINFO), *data;

	nla_put_string(m, IFLA_INFO_KIND, "veth");
	nla_put_string(m, IFLA_INFO_SLAVE_KIND, d->not_bridge ? "bond" : "bridge");
	data = nla_nest_start(m, IFLA_INFO_SLAVE_DATA);
	nla_put_u8(m, IFLA_BRPORT_STATE, 3);
	if (!kernel.no_locked && !d->not_bridge)
		nla_put_u8(m, IFLA_BRPORT_LOCKED, d->locked);
	nla_nest_end(m, data);
	nla_nest_end(m, info);
	nla_put_u32(m, IFLA_MASTER, (uint32_t)d->master);
}

static int get_link(const struct nlmsghdr *h, void *answer, size_t size)
{
	const struct ifinfomsg *asked = nlmsg_data(h);
	struct ifinfomsg info = { .ifi_index = asked->ifi_index };
	const struct bridge_dev *d = kernel_dev(asked->ifi_index);
	struct nl_msg *m;

	if (!d)
		return answer_errno(-ENODEV, h->nlmsg_seq, answer, size);
	m = nlmsg_alloc_simple(RTM_NEWLINK, 0);
	nlmsg_append(m, &info, sizeof(info), NLMSG_ALIGNTO);
	nla_put_string(m, IFLA_IFNAME, d->name);
	nla_put_u8(m, IFLA_OPERSTATE, d->operstate);
	nla_put_u8(m, IFLA_LINKMODE, d->linkmode);
	if (d->master)
		put_slave(m, d);
	return answer_with(m, h->nlmsg_seq, answer, size);
}

static void set_operstate(struct bridge_dev *d, uint8_t state)
{
	note(state == UP ? "up" : state == DORMANT ? "dormant" : "?");
	if (d->carrier)
		d->operstate = state;
}

/* As br_setport(). */
static int set_port(struct bridge_dev *d, struct nlattr *port)
{
	struct nlattr *tb[IFLA_BRPORT_MAX + 1];

	assert_non_null(port);
	assert_int_equal(nla_parse_nested(tb, IFLA_BRPORT_MAX, port, NULL), 0);
	if (!d->master)
		return -EOPNOTSUPP;
	assert_false(kernel.no_locked);
	d->locked = nla_get_u8(tb[IFLA_BRPORT_LOCKED]);
	note(d->locked ? "lock" : "unlock");
	if (!tb[IFLA_BRPORT_FLUSH])
		return 0;
	d->flushed++;
	for (int i = 0; i < ENTRIES; i++)
		if (kernel.fdb[i].state == NUD_REACHABLE && kernel_dev(kernel.fdb[i].ifindex) == d)
			kernel.fdb[i].state = 0;
	return 0;
}

static int set_link(struct nlmsghdr *h)
{
	struct nlattr *tb[IFLA_MAX + 1];
	const struct ifinfomsg *info = nlmsg_data(h);
	struct bridge_dev *d = kernel_dev(info->ifi_index);

	assert_int_equal(nlmsg_parse(h, sizeof(*info), tb, IFLA_MAX, NULL), 0);
	if (!d)
		return -ENODEV;
	if (info->ifi_family == AF_BRIDGE)
		return set_port(d, tb[IFLA_PROTINFO]);
	if (tb[IFLA_OPERSTATE])
		set_operstate(d, nla_get_u8(tb[IFLA_OPERSTATE]));
	if (tb[IFLA_LINKMODE])
		d->linkmode = nla_get_u8(tb[IFLA_LINKMODE]);
	return 0;
}

static int check_neigh(struct nlmsghdr *h, uint8_t mac[6])
{
	const struct ndmsg *n = nlmsg_data(h);
	const struct nlattr *a = nlmsg_find_attr(h, sizeof(*n), NDA_LLADDR);
	const struct bridge_dev *d = kernel_dev(n->ndm_ifindex);

	assert_int_equal(n->ndm_family, AF_BRIDGE);
	assert_int_equal(n->ndm_flags, NTF_MASTER);
	assert_int_equal(nla_len(a), 6);
	memcpy(mac, nla_data(a), 6);
	return !d ? -ENODEV : !d->master ? -EINVAL : 0;
}

static int new_entry(struct nlmsghdr *h)
{
	const struct ndmsg *n = nlmsg_data(h);
	struct bridge_entry *e;
	uint8_t mac[6];
	int err = check_neigh(h, mac);

	if (err)
		return err;
	note("add");
	assert_int_equal(n->ndm_state, NUD_NOARP);
	e = kernel_entry(mac);
	if (e) {
		e->ifindex = n->ndm_ifindex;
		e->state = NUD_NOARP;
	} else {
		kernel_add_entry(mac, n->ndm_ifindex, NUD_NOARP);
	}
	return 0;
}

static int delete_entry(struct nlmsghdr *h)
{
	const struct ndmsg *n = nlmsg_data(h);
	struct bridge_entry *e;
	uint8_t mac[6];
	int err = check_neigh(h, mac);

	if (err)
		return err;
	note("del");
	e = kernel_entry(mac);
	if (!e || e->ifindex != n->ndm_ifindex)
		return -ENOENT;
	e->state = 0;
	return 0;
}

static int get_entry(struct nlmsghdr *h, void *answer, size_t size)
{
	const struct ndmsg *asked = nlmsg_data(h);
	struct ndmsg n = { .ndm_family = AF_BRIDGE };
	const struct bridge_entry *e;
	struct nl_msg *m;
	uint8_t mac[6];
	int err = check_neigh(h, mac);

	/* valid_fdb_get_strict() */
	if (!err && asked->ndm_state)
		err = -EINVAL;
	e = err ? NULL : kernel_entry(mac);
	if (!e)
		return answer_errno(err ? err : -ENOENT, h->nlmsg_seq, answer, size);
	n.ndm_ifindex = e->ifindex;
	n.ndm_state = e->state;
	m = nlmsg_alloc_simple(RTM_NEWNEIGH, 0);
	nlmsg_append(m, &n, sizeof(n), NLMSG_ALIGNTO);
	nla_put(m, NDA_LLADDR, 6, e->mac);
	return answer_with(m, h->nlmsg_seq, answer, size);
}

int xeap_link_sock_ask(struct nl_sock *sock, struct nl_msg *msg, void *answer, size_t size)
{
	struct nlmsghdr *h = nlmsg_hdr(msg);
	int err = ++kernel.calls == kernel.fail_at ? -kernel.fail_with : 0;

	assert_int_equal(h->nlmsg_type == RTM_GETLINK || h->nlmsg_type == RTM_GETNEIGH,
			 !(h->nlmsg_flags & NLM_F_ACK));
	if (err)
		return answer_errno(err, h->nlmsg_seq, answer, size);
	switch (h->nlmsg_type) {
	case RTM_GETLINK:
		return get_link(h, answer, size);
	case RTM_GETNEIGH:
		return get_entry(h, answer, size);
	case RTM_SETLINK:
		return answer_errno(set_link(h), h->nlmsg_seq, answer, size);
	case RTM_NEWNEIGH:
		return answer_errno(new_entry(h), h->nlmsg_seq, answer, size);
	case RTM_DELNEIGH:
		return answer_errno(delete_entry(h), h->nlmsg_seq, answer, size);
	}
	fail_msg("a message of type %u", h->nlmsg_type);
	return -EIO;
}

int xeap_link_sock_open_quiet(struct nl_sock **ret_sock)
{
	if (++kernel.calls == kernel.fail_at)
		return -kernel.fail_with;
	kernel.open++;
	*ret_sock = (struct nl_sock *)(void *)&kernel;
	return 0;
}

struct nl_sock *xeap_link_sock_close(struct nl_sock *sock)
{
	kernel.open -= sock != NULL;
	return NULL;
}
