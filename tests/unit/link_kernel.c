/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/link_kernel.h"

#include <errno.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
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

struct link_kernel k;

void reset(unsigned int room)
{
	while (k.head != k.tail)
		free(k.queue[k.head++ % QUEUE]);
	memset(&k, 0, sizeof(k));
	k.room = room;
}

void push_bytes(const void *bytes, int len)
{
	void *copy = malloc((size_t)len);

	assert_non_null(copy);
	memcpy(copy, bytes, (size_t)len);
	assert_true(k.tail - k.head < QUEUE);
	k.queue[k.tail % QUEUE] = copy;
	k.queue_len[k.tail++ % QUEUE] = len;
}

void push_errno(int err)
{
	k.queue[k.tail % QUEUE] = NULL;
	k.queue_len[k.tail++ % QUEUE] = err;
}

/* An event: lost when the socket is full. */
void push_event(struct nl_msg *m)
{
	struct nlmsghdr *h = nlmsg_hdr(m);

	if (!k.listening) {
		nlmsg_free(m);
		return;
	}
	if (!k.congested && k.tail - k.head >= k.room)
		k.congested = k.overrun = true;
	if (!k.congested)
		push_bytes(h, (int)h->nlmsg_len);
	nlmsg_free(m);
}

struct nl_msg *message(int type, int family, int ifindex, const struct dev *d)
{
	struct nl_msg *m = nlmsg_alloc_size(8192);
	struct ifinfomsg info = { .ifi_family = (unsigned char)family,
				  .ifi_index = ifindex,
				  .ifi_type = d->arphrd,
				  .ifi_flags = d->flags };

	assert_non_null(nlmsg_put(m, 0, 0, type, 0, 0));
	assert_int_equal(nlmsg_append(m, &info, sizeof(info), NLMSG_ALIGNTO), 0);
	return m;
}

static struct nl_msg *description(int type, int ifindex)
{
	const struct dev *d = &k.dev[ifindex];
	struct nl_msg *m = message(type, AF_UNSPEC, ifindex, d);

	nla_put_string(m, IFLA_IFNAME, d->name);
	nla_put(m, IFLA_ADDRESS, sizeof(d->mac), d->mac);
	nla_put_u32(m, IFLA_MTU, d->mtu);
	nla_put_u8(m, IFLA_OPERSTATE, d->operstate);
	nla_put_u32(m, IFLA_CARRIER_DOWN_COUNT, d->downs);
	if (d->master)
		nla_put_u32(m, IFLA_MASTER, (uint32_t)d->master);
	return m;
}

void changed(int ifindex)
{
	push_event(description(RTM_NEWLINK, ifindex));
}

void create(int ifindex, const char *name)
{
	struct dev *d = &k.dev[ifindex];

	*d = (struct dev){ .there = true,
			   .arphrd = ARPHRD_ETHER,
			   .flags = ALL_UP,
			   .mtu = 1500,
			   .operstate = 6,
			   .mac = { 2, 0, 0, 0, (uint8_t)(ifindex >> 8), (uint8_t)ifindex } };
	snprintf(d->name, sizeof(d->name), "%s", name);
	k.changed_since = true;
	changed(ifindex);
}

void destroy(int ifindex)
{
	k.dev[ifindex].there = false;
	k.changed_since = true;
	push_event(description(RTM_DELLINK, ifindex));
}

void set_up(int ifindex, bool up)
{
	k.dev[ifindex].flags = up ? ALL_UP : 0;
	k.dev[ifindex].operstate = up ? 6 : 2;
	changed(ifindex);
}

void rename_dev(int ifindex, const char *name)
{
	snprintf(k.dev[ifindex].name, IFNAMSIZ, "%s", name);
	changed(ifindex);
}

/* One part of the running dump, as the kernel makes it when the socket is read. */
static void dump_part(void)
{
	int err = k.done_err, flags = NLM_F_MULTI;
	struct nl_msg *m;
	int n = 0;

	if (k.changed_since)
		flags |= NLM_F_DUMP_INTR;
	k.changed_since = false;
	for (; k.dump_at <= DEVS && n < DUMP_PART; k.dump_at++) {
		if (k.dump_at == k.skip)
			flags |= NLM_F_DUMP_INTR;
		if (!k.dev[k.dump_at].there || k.dump_at == k.skip)
			continue;
		m = description(RTM_NEWLINK, k.dump_at);
		nlmsg_hdr(m)->nlmsg_flags = (uint16_t)flags;
		nlmsg_hdr(m)->nlmsg_seq = k.seq;
		push_bytes(nlmsg_hdr(m), (int)nlmsg_hdr(m)->nlmsg_len);
		nlmsg_free(m);
		n++;
	}
	if (n)
		return;
	m = nlmsg_alloc_simple(NLMSG_DONE, flags);
	nlmsg_append(m, &err, sizeof(err), NLMSG_ALIGNTO);
	nlmsg_hdr(m)->nlmsg_seq = k.seq;
	push_bytes(nlmsg_hdr(m), (int)nlmsg_hdr(m)->nlmsg_len);
	nlmsg_free(m);
	k.dump_at = k.skip = 0;
}

int xeap_link_sock_open(int rcvbuf, struct nl_sock **ret_sock)
{
	if (k.open_err)
		return k.open_err;
	k.listening = true;
	*ret_sock = (struct nl_sock *)(void *)&k;
	return 0;
}

struct nl_sock *xeap_link_sock_close(struct nl_sock *sock)
{
	k.listening = false;
	return NULL;
}

int xeap_link_sock_fd(const struct nl_sock *sock)
{
	return 77;
}

static void answer_busy(uint32_t seq)
{
	struct nl_msg *m = nlmsg_alloc_simple(NLMSG_ERROR, 0);
	struct nlmsgerr e = { .error = -EBUSY };

	nlmsg_append(m, &e, sizeof(e), NLMSG_ALIGNTO);
	nlmsg_hdr(m)->nlmsg_seq = seq;
	push_bytes(nlmsg_hdr(m), (int)nlmsg_hdr(m)->nlmsg_len);
	nlmsg_free(m);
}

int xeap_link_sock_dump(struct nl_sock *sock, uint32_t *ret_seq)
{
	if (k.dump_err)
		return k.dump_err;
	k.dumps++;
	if (k.congested)
		k.dumps_before_empty++;
	if (k.dump_at) { /* stalled: see end_dump() */
		k.dump_busy++;
		*ret_seq = k.seq + 1000;
		answer_busy(*ret_seq);
		return 0;
	}
	*ret_seq = ++k.seq;
	k.dump_at = 1;
	k.changed_since = false;
	if (k.foreign)
		push_bytes(nlmsg_hdr(k.foreign), (int)nlmsg_hdr(k.foreign)->nlmsg_len);
	k.foreign = NULL;
	dump_part();
	return 0;
}

static int receive_one(void *buf, size_t size)
{
	int len = k.queue_len[k.head % QUEUE];

	if (len > 0) {
		assert_true((size_t)len <= size);
		memcpy(buf, k.queue[k.head % QUEUE], (size_t)len);
		free(k.queue[k.head % QUEUE]);
	}
	k.head++;
	if (k.head == k.tail)
		k.congested = false;
	if (len < 0 || !k.dump_at || k.tail - k.head > k.room / 2)
		return len;
	if (k.stall_err)
		push_errno(k.stall_err);
	else
		dump_part();
	k.stall_err = 0;
	return len;
}

int xeap_link_sock_receive(struct nl_sock *sock, void *buf, size_t size)
{
	if (k.overrun) {
		k.overrun = false;
		return -ENOBUFS;
	}
	if (k.head == k.tail) {
		k.congested = false;
		return -EAGAIN;
	}
	return receive_one(buf, size);
}
