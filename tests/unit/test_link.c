/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The netdev list over a simulated kernel, see link_kernel.h. */
#include <errno.h>
#include <linux/if.h>
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
#include "link/link.h"
#include "link/link_sock.h"
#include "tests/unit/link_kernel.h"

static struct xeap_links *open_links(void)
{
	struct xeap_links *links = NULL;
	struct xeap_diag diag = { 0 };

	assert_int_equal(xeap_links_open(&links, &diag), 0);
	return links;
}

static void expect(struct xeap_links *links, enum xeap_link_event_type type, int ifindex,
		   const char *name)
{
	struct xeap_link_event e;

	assert_int_equal(xeap_links_next(links, &e), 1);
	assert_int_equal(e.type, type);
	assert_int_equal(e.link.ifindex, ifindex);
	assert_string_equal(e.link.ifname, name);
}

static void expect_running(struct xeap_links *links, int ifindex, bool up, bool running)
{
	struct xeap_link_event e;

	assert_int_equal(xeap_links_next(links, &e), 1);
	assert_int_equal(e.type, XEAP_LINK_CHANGED);
	assert_int_equal(e.link.ifindex, ifindex);
	assert_int_equal(e.link.up, up);
	assert_int_equal(e.link.running, running);
}

static void expect_none(struct xeap_links *links)
{
	struct xeap_link_event e;

	assert_int_equal(xeap_links_next(links, &e), 0);
}

static void test_start_tells_all(void **state)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 7 };
	struct xeap_link_event e;
	struct xeap_links *links;

	reset(100);
	create(7, "port7");
	create(9, "lo");
	k.dev[9].arphrd = ARPHRD_LOOPBACK;
	k.dev[9].flags = IFF_LOOPBACK;
	links = open_links();
	assert_int_equal(xeap_links_next(links, &e), 1);
	assert_int_equal(e.type, XEAP_LINK_ADDED);
	assert_string_equal(e.link.ifname, "port7");
	assert_memory_equal(e.link.mac, mac, 6);
	assert_true(e.link.ethernet && e.link.up && e.link.running && !e.link.loopback);
	assert_int_equal(e.link.mtu, 1500);
	assert_string_equal(e.old_name, "");
	assert_int_equal(xeap_links_next(links, &e), 1);
	assert_true(e.link.loopback && !e.link.ethernet && !e.link.up && !e.link.running);
	assert_memory_equal(e.link.mac, "\0\0\0\0\0\0", 6);
	expect_none(links);
	assert_int_equal(xeap_links_resyncs(links), 0);
	assert_int_equal(xeap_links_fd(links), 77);
	assert_null(xeap_links_close(links));
}

/*
 * RFC 2863 §3.1.12: dormant waits for an external event, which 802.1X is; EAPOL has to pass then.
 */
static void test_running(void **state)
{
	static const struct {
		uint32_t flags;
		uint8_t operstate;
		bool running;
	} table[] = {
		{ IFF_UP | IFF_LOWER_UP, IF_OPER_UP, true },
		{ IFF_UP | IFF_LOWER_UP, IF_OPER_UNKNOWN, true },
		{ IFF_UP | IFF_LOWER_UP, IF_OPER_DORMANT, true },
		{ IFF_UP | IFF_LOWER_UP, IF_OPER_DOWN, false },
		{ IFF_UP | IFF_LOWER_UP, IF_OPER_LOWERLAYERDOWN, false },
		{ IFF_UP | IFF_LOWER_UP, IF_OPER_TESTING, false },
		{ IFF_UP | IFF_LOWER_UP, IF_OPER_NOTPRESENT, false },
		{ IFF_UP, IF_OPER_DORMANT, false },
		{ IFF_UP, IF_OPER_UNKNOWN, false },
		{ IFF_LOWER_UP, IF_OPER_UP, false },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct xeap_link_event e;
		struct xeap_links *links;

		reset(100);
		create(3, "p");
		k.dev[3].flags = table[i].flags;
		k.dev[3].operstate = table[i].operstate;
		links = open_links();
		assert_int_equal(xeap_links_next(links, &e), 1);
		assert_int_equal(e.link.running, table[i].running);
		xeap_links_close(links);
	}
}

static struct xeap_links *open_with_ports(unsigned int room)
{
	struct xeap_link_event e;
	struct xeap_links *links;

	reset(room);
	create(5, "five");
	create(6, "six");
	links = open_links();
	while (xeap_links_next(links, &e))
		;
	return links;
}

static void test_down_and_up(void **state)
{
	struct xeap_links *links = open_with_ports(100);

	set_up(5, false);
	expect_running(links, 5, false, false);
	expect_none(links);
	set_up(5, true);
	expect_running(links, 5, true, true);
	/* over before anybody asked: told all the same */
	set_up(5, false);
	set_up(5, true);
	expect_running(links, 5, false, false);
	expect_running(links, 5, true, true);
	expect_none(links);
	/* the carrier alone */
	k.dev[5].flags &= ~(uint32_t)IFF_LOWER_UP;
	changed(5);
	set_up(5, true);
	expect_running(links, 5, true, false);
	expect_running(links, 5, true, true);
	expect_none(links);
	xeap_links_close(links);
}

static void test_carrier_lost_unseen(void **state)
{
	struct xeap_links *links = open_with_ports(100);

	k.dev[5].downs++;
	changed(5);
	expect_running(links, 5, true, false);
	expect_running(links, 5, true, true);
	expect_none(links);
	changed(5);
	expect_none(links);
	xeap_links_close(links);
}

static void test_mac_and_mtu(void **state)
{
	struct xeap_links *links = open_with_ports(100);
	struct xeap_link link;

	k.dev[6].mac[5] = 0xee;
	changed(6);
	expect(links, XEAP_LINK_CHANGED, 6, "six");
	k.dev[6].mtu = 9000;
	changed(6);
	expect(links, XEAP_LINK_CHANGED, 6, "six");
	assert_int_equal(xeap_links_find(links, "six", &link), 0);
	assert_int_equal(link.mtu, 9000);
	assert_int_equal(link.mac[5], 0xee);
	expect_none(links);
	/* a tun that is made to carry something else has no MAC address any more */
	k.dev[6].arphrd = ARPHRD_NONE;
	changed(6);
	expect(links, XEAP_LINK_CHANGED, 6, "six");
	assert_int_equal(xeap_links_find(links, "six", &link), 0);
	assert_false(link.ethernet);
	assert_memory_equal(link.mac, "\0\0\0\0\0\0", 6);
	xeap_links_close(links);
}

/* A netdev enters a bridge, and leaves it. */
static void test_master(void **state)
{
	struct xeap_links *links = open_with_ports(100);
	struct xeap_link link;

	for (int master = 6; master >= 0; master -= 6) {
		k.dev[5].master = master;
		changed(5);
		expect(links, XEAP_LINK_CHANGED, 5, "five");
		assert_int_equal(xeap_links_find(links, "five", &link), 0);
		assert_int_equal(link.master, master);
		changed(5);
		expect_none(links);
	}
	xeap_links_close(links);
}

static void expect_master(struct xeap_links *links, int ifindex, const char *name, int master)
{
	struct xeap_link link;

	expect(links, XEAP_LINK_CHANGED, ifindex, name);
	assert_int_equal(xeap_links_find(links, name, &link), 0);
	assert_int_equal(link.master, master);
	assert_true(link.running);
}

/* Out of its bridge and in again before anybody asked: told all the same. */
static void test_master_left_unseen(void **state)
{
	struct xeap_links *links = open_with_ports(100);

	k.dev[5].master = 6;
	changed(5);
	expect_master(links, 5, "five", 6);
	k.dev[5].master = 0;
	changed(5);
	k.dev[5].master = 6;
	changed(5);
	expect_master(links, 5, "five", 0);
	expect_master(links, 5, "five", 6);
	expect_none(links);
	/* in and out again leaves nothing to be done */
	k.dev[6].master = 5;
	changed(6);
	k.dev[6].master = 0;
	changed(6);
	expect_none(links);
	xeap_links_close(links);
}

static void test_rename(void **state)
{
	struct xeap_links *links = open_with_ports(100);
	struct xeap_link_event e;
	struct xeap_link link;

	rename_dev(5, "fünf");
	assert_int_equal(xeap_links_find(links, "five", &link), 0); /* not told yet */
	assert_int_equal(xeap_links_next(links, &e), 1);
	assert_int_equal(e.type, XEAP_LINK_RENAMED);
	assert_string_equal(e.old_name, "five");
	assert_string_equal(e.link.ifname, "fünf");
	assert_int_equal(xeap_links_find(links, "five", &link), -ENODEV);
	assert_int_equal(xeap_links_find(links, "fünf", &link), 0);
	assert_int_equal(link.ifindex, 5);
	xeap_links_close(links);
}

static void test_names_swapped(void **state)
{
	struct xeap_links *links = open_with_ports(100);
	struct xeap_link link;

	rename_dev(5, "tmp");
	rename_dev(6, "five");
	rename_dev(5, "six");
	expect(links, XEAP_LINK_RENAMED, 5, "six");
	assert_int_equal(xeap_links_find(links, "six", &link), 0);
	assert_int_equal(link.ifindex, 5);
	expect(links, XEAP_LINK_RENAMED, 6, "five");
	assert_int_equal(xeap_links_find(links, "six", &link), 0);
	assert_int_equal(link.ifindex, 5);
	assert_int_equal(xeap_links_find(links, "five", &link), 0);
	assert_int_equal(link.ifindex, 6);
	expect_none(links);
	xeap_links_close(links);
}

static void test_removed_and_made_again(void **state)
{
	struct xeap_links *links = open_with_ports(100);
	struct xeap_link link;

	destroy(5);
	create(5, "five"); /* alike in everything */
	expect(links, XEAP_LINK_REMOVED, 5, "five");
	assert_int_equal(xeap_links_find(links, "five", &link), -ENODEV);
	expect(links, XEAP_LINK_ADDED, 5, "five");
	expect_none(links);
	destroy(5);
	expect(links, XEAP_LINK_REMOVED, 5, "five");
	create(5, "five");
	destroy(5); /* came and went: nobody need know */
	expect_none(links);
	/* a name that passes to another netdev: its old owner goes first */
	create(8, "eight");
	destroy(6);
	rename_dev(8, "six");
	expect(links, XEAP_LINK_REMOVED, 6, "six");
	expect(links, XEAP_LINK_ADDED, 8, "six");
	expect_none(links);
	xeap_links_close(links);
}

static void test_made_again_unseen(void **state)
{
	struct xeap_links *links = open_with_ports(100);

	k.dev[5].downs = 4;
	changed(5);
	expect_running(links, 5, true, false);
	expect_running(links, 5, true, true);
	k.dev[5].downs = 0; /* a count that goes back is another netdev's */
	changed(5);
	expect(links, XEAP_LINK_REMOVED, 5, "five");
	expect(links, XEAP_LINK_ADDED, 5, "five");
	expect_none(links);
	xeap_links_close(links);
}

static void test_bridge_and_wireless(void **state)
{
	struct xeap_links *links = open_with_ports(100);
	struct dev odd = { .flags = 0, .arphrd = ARPHRD_ETHER };
	struct nl_msg *m;

	/* five leaves a bridge: it is still there, and still up */
	push_event(message(RTM_NEWLINK, AF_BRIDGE, 5, &odd));
	push_event(message(RTM_DELLINK, AF_BRIDGE, 5, &odd));
	expect_none(links);
	m = message(RTM_NEWLINK, AF_UNSPEC, 5, &odd);
	nla_put_string(m, IFLA_IFNAME, "five");
	nla_put(m, IFLA_WIRELESS, 4, "abcd");
	push_event(m);
	expect_none(links);
	/* what a message does not carry stays */
	odd.flags = ALL_UP;
	push_event(message(RTM_NEWLINK, AF_UNSPEC, 5, &odd));
	expect_none(links);
	/* nor is a netdev that was never described one */
	push_event(message(RTM_NEWLINK, AF_UNSPEC, 50, &odd));
	push_event(message(RTM_DELLINK, AF_UNSPEC, 51, &odd));
	expect_none(links);
	xeap_links_close(links);
}

static void test_overrun(void **state)
{
	struct xeap_links *links = open_with_ports(4);

	for (int i = 0; i < 4; i++) {
		k.dev[5].mtu++;
		changed(5);
	}
	destroy(6);
	create(8, "eight");
	assert_true(k.congested);
	expect(links, XEAP_LINK_REMOVED, 6, "six");
	expect(links, XEAP_LINK_CHANGED, 5, "five");
	expect(links, XEAP_LINK_ADDED, 8, "eight");
	expect_none(links);
	assert_int_equal(xeap_links_resyncs(links), 1);
	/* a dump before the socket is empty would miss what is still being dropped */
	assert_int_equal(k.dumps_before_empty, 0);
	xeap_links_close(links);
}

static void test_interrupted_dump(void **state)
{
	struct xeap_links *links = open_with_ports(100);

	/*
	 * Interrupted, a dump may pass over netdevs that are there: what it does not name is not
	 * gone.
	 */
	k.overrun = true;
	k.skip = 5;
	expect_none(links);
	assert_int_equal(xeap_links_resyncs(links), 2);
	/* Whole, it may not. */
	k.overrun = true;
	k.dev[5].there = false;
	expect(links, XEAP_LINK_REMOVED, 5, "five");
	expect_none(links);
	assert_int_equal(xeap_links_resyncs(links), 3);
	xeap_links_close(links);
}

/*
 * Short of memory the kernel stops in the middle of a dump, and nothing more comes until it is
 * asked.
 */
static void test_stalled_dump(void **state)
{
	struct xeap_links *links = open_with_ports(100);
	struct xeap_link_event e;

	k.dev[5].mtu = 1400; /* and no event of it */
	k.dev[6].there = false;
	k.overrun = true;
	k.stall_err = -ENOMEM;
	expect(links, XEAP_LINK_CHANGED, 5, "five"); /* the first part came through */
	assert_int_equal(k.dump_busy, 0);
	expect(links, XEAP_LINK_REMOVED, 6, "six");
	assert_int_equal(k.dump_busy, 1);
	expect_none(links);
	k.dev[5].mtu = 1300;
	k.overrun = true;
	k.stall_err = -ENOBUFS;
	expect(links, XEAP_LINK_CHANGED, 5, "five");
	assert_int_equal(k.dump_busy, 2);
	assert_int_equal(xeap_links_next(links, &e), 0);
	xeap_links_close(links);
}

/*
 * The end of somebody else's dump, on a socket that inherits nothing from it, is not the end of
 * ours.
 */
static void test_foreign_done(void **state)
{
	struct xeap_links *links = open_with_ports(100);
	struct nl_msg *m = nlmsg_alloc_simple(NLMSG_DONE, NLM_F_MULTI);

	nlmsg_hdr(m)->nlmsg_seq = 4711;
	k.overrun = true;
	k.foreign = m;
	expect_none(links);
	nlmsg_free(m);
	xeap_links_close(links);
}

static void test_failing_dump(void **state)
{
	struct xeap_links *links = open_with_ports(100);
	struct xeap_link_event e = { .old_name = "untouched" };

	k.overrun = true;
	k.done_err = -ENOMEM;
	assert_int_equal(xeap_links_next(links, &e), -ENOMEM);
	assert_string_equal(e.old_name, "untouched");
	k.done_err = 0;
	k.dump_err = -EIO;
	assert_int_equal(xeap_links_next(links, &e), -EIO);
	k.dump_err = 0;
	k.dev[6].mtu = 1400;
	expect(links, XEAP_LINK_CHANGED, 6, "six");
	expect_none(links);
	/* a datagram that did not fit: what it said is dumped */
	k.dev[6].mtu = 1300;
	push_errno(-EMSGSIZE);
	assert_int_equal(xeap_links_next(links, &e), -EMSGSIZE);
	expect(links, XEAP_LINK_CHANGED, 6, "six");
	xeap_links_close(links);
}

static void test_malformed(void **state)
{
	struct xeap_links *links = open_with_ports(100);
	struct nl_msg *m = nlmsg_alloc_simple(RTM_NEWLINK, 0);
	struct dev d = { .arphrd = ARPHRD_ETHER };
	struct xeap_link_event e;

	push_event(m); /* no struct ifinfomsg */
	assert_int_equal(xeap_links_next(links, &e), -EBADMSG);
	m = message(RTM_NEWLINK, AF_UNSPEC, 5, &d);
	nla_put(m, IFLA_IFNAME, 17, "abcdefghijklmnop"); /* longer than a name may be */
	push_event(m);
	assert_int_equal(xeap_links_next(links, &e), -EBADMSG);
	push_event(message(RTM_DELLINK, AF_UNSPEC, -5, &d));
	assert_int_equal(xeap_links_next(links, &e), -EBADMSG);
	push_bytes("", 1);
	push_errno(0); /* not the kernel's */
	set_up(6, false);
	expect_running(links, 6, false, false);
	expect_none(links);
	xeap_links_close(links);
}

static void test_open_fails(void **state)
{
	struct xeap_links *links = NULL;
	struct xeap_diag diag = { 0 };

	reset(10);
	k.open_err = -EAFNOSUPPORT;
	assert_int_equal(xeap_links_open(&links, &diag), -EAFNOSUPPORT);
	assert_null(links);
	assert_non_null(strstr(diag.text, "rtnetlink"));
	k.open_err = 0;
	k.done_err = -EPERM;
	assert_int_equal(xeap_links_open(&links, NULL), -EPERM);
	assert_null(links);
	assert_null(xeap_links_close(NULL));
}

static void test_many(void **state)
{
	struct xeap_link_event e;
	struct xeap_links *links;
	char name[IFNAMSIZ];
	int events = 0;

	reset(QUEUE);
	links = open_links();
	for (int i = 1; i <= 4096; i++) {
		snprintf(name, sizeof(name), "port%d", i);
		create(i, name);
		rename_dev(i, "passing");
		rename_dev(i, name);
	}
	for (; xeap_links_next(links, &e) == 1; events++)
		assert_int_equal(e.type, XEAP_LINK_ADDED);
	assert_int_equal(events, 4096);
	for (int i = 1; i <= 4096; i++) {
		struct xeap_link link = { 0 };

		snprintf(name, sizeof(name), "port%d", i);
		assert_int_equal(xeap_links_find(links, name, &link), 0);
		assert_int_equal(link.ifindex, i);
	}
	xeap_links_close(links);
}

/* What a caller knows: the events folded. */
static struct xeap_link model[DEVS + 1];
static bool known[DEVS + 1];

static void fold(const struct xeap_link_event *e)
{
	int i = e->link.ifindex;

	assert_int_equal(known[i], e->type != XEAP_LINK_ADDED);
	if (e->type == XEAP_LINK_REMOVED)
		assert_string_equal(model[i].ifname, e->link.ifname);
	if (e->type == XEAP_LINK_RENAMED)
		assert_string_equal(model[i].ifname, e->old_name);
	if (e->type == XEAP_LINK_CHANGED)
		assert_string_equal(model[i].ifname, e->link.ifname);
	known[i] = e->type != XEAP_LINK_REMOVED;
	model[i] = e->link;
}

static void check_model(struct xeap_links *links)
{
	struct xeap_link link;

	for (int i = 1; i <= DEVS; i++) {
		assert_int_equal(known[i], k.dev[i].there);
		if (!known[i])
			continue;
		assert_string_equal(model[i].ifname, k.dev[i].name);
		assert_int_equal(model[i].mtu, k.dev[i].mtu);
		assert_int_equal(model[i].up, (k.dev[i].flags & IFF_UP) != 0);
		assert_int_equal(xeap_links_find(links, k.dev[i].name, &link), 0);
	}
}

static void random_change(void)
{
	int i = 1 + rand() % 40;
	char name[IFNAMSIZ];

	snprintf(name, sizeof(name), "n%d", rand() % 60);
	if (!k.dev[i].there)
		create(i, name);
	else if (rand() % 4 == 0)
		destroy(i);
	else if (rand() % 3 == 0)
		rename_dev(i, name);
	else if (rand() % 2)
		set_up(i, rand() % 2);
	else
		k.dev[i].mtu = 1000u + (unsigned int)rand() % 500, changed(i);
}

/*
 * Whatever is lost and however the caller dawdles, events and kernel agree once things are quiet.
 */
static void test_random(void **state)
{
	struct xeap_link_event e;
	struct xeap_links *links;

	reset(12);
	srand(1);
	memset(known, 0, sizeof(known));
	links = open_links();
	for (int round = 0; round < 2000; round++) {
		for (int n = rand() % 30; n > 0; n--)
			random_change();
		for (int n = rand() % 10; n > 0 && xeap_links_next(links, &e) == 1; n--)
			fold(&e);
		if (round % 20)
			continue;
		while (xeap_links_next(links, &e) == 1)
			fold(&e);
		check_model(links);
	}
	assert_true(xeap_links_resyncs(links) > 100);
	assert_int_equal(k.dumps_before_empty, 0);
	xeap_links_close(links);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start_tells_all),
		cmocka_unit_test(test_running),
		cmocka_unit_test(test_down_and_up),
		cmocka_unit_test(test_carrier_lost_unseen),
		cmocka_unit_test(test_mac_and_mtu),
		cmocka_unit_test(test_master),
		cmocka_unit_test(test_master_left_unseen),
		cmocka_unit_test(test_rename),
		cmocka_unit_test(test_names_swapped),
		cmocka_unit_test(test_removed_and_made_again),
		cmocka_unit_test(test_made_again_unseen),
		cmocka_unit_test(test_bridge_and_wireless),
		cmocka_unit_test(test_overrun),
		cmocka_unit_test(test_interrupted_dump),
		cmocka_unit_test(test_stalled_dump),
		cmocka_unit_test(test_foreign_done),
		cmocka_unit_test(test_failing_dump),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_open_fails),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_random),
	};
	int err = cmocka_run_group_tests(tests, NULL, NULL);

	reset(1);
	return err;
}
