/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The netdev list against the kernel: netdevs of a network namespace made by this process, changed
 * with ip(8). What the kernel has is asked with the ioctls of netdevice(7), which share nothing
 * with netlink.
 */
#include <errno.h>
#include <linux/if.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "link/link.h"

#define MAX_INDEX 8192
#define MANY 300

static struct xeap_link model[MAX_INDEX];
static bool known[MAX_INDEX];
static unsigned int told[XEAP_LINK_EVENT_MAX]; /* events of each type since forget_told() */

static void ip(const char *batch)
{
	FILE *f = popen("ip -batch -", "w");

	assert_non_null(f);
	assert_true(fputs(batch, f) >= 0);
	assert_int_equal(pclose(f), 0);
}

/* The lines once for each of 0 … count - 1, which stands in place of '#'. */
static void ip_many(int count, const char *lines)
{
	FILE *f = popen("ip -batch -", "w");

	assert_non_null(f);
	for (int i = 0; i < count; i++) {
		for (const char *p = lines; *p; p++) {
			if (*p == '#')
				fprintf(f, "%d", i);
			else
				fputc(*p, f);
		}
	}
	assert_int_equal(pclose(f), 0);
}

static void forget_model(void)
{
	memset(known, 0, sizeof(known));
	memset(told, 0, sizeof(told));
}

static void fold(const struct xeap_link_event *e)
{
	int i = e->link.ifindex;

	assert_in_range(i, 1, MAX_INDEX - 1);
	assert_int_equal(known[i], e->type != XEAP_LINK_ADDED);
	if (e->type == XEAP_LINK_RENAMED)
		assert_string_equal(model[i].ifname, e->old_name);
	else if (known[i])
		assert_string_equal(model[i].ifname, e->link.ifname);
	known[i] = e->type != XEAP_LINK_REMOVED;
	model[i] = e->link;
	told[e->type]++;
}

static int take_one(struct xeap_links *links, struct xeap_link_event *ret_event)
{
	struct pollfd p = { .fd = xeap_links_fd(links), .events = POLLIN };
	int n = xeap_links_next(links, ret_event);

	if (n)
		return n;
	/* What makes the descriptor readable may come to nothing. */
	while (!n && poll(&p, 1, 3000) == 1)
		n = xeap_links_next(links, ret_event);
	return n;
}

/*
 * Fold events until one of the type comes for the name; the kernel may tell of other things before.
 */
static struct xeap_link_event wait_for(struct xeap_links *links, enum xeap_link_event_type type,
				       const char *name)
{
	struct xeap_link_event e = { 0 };

	while (take_one(links, &e) == 1) {
		fold(&e);
		if (e.type == type && !strcmp(e.link.ifname, name))
			return e;
	}
	fail_msg("no event of type %d for %s", type, name);
	return e;
}

static struct xeap_link_event wait_running(struct xeap_links *links, const char *name, bool running)
{
	struct xeap_link_event e;

	do {
		e = wait_for(links, XEAP_LINK_CHANGED, name);
	} while (e.link.running != running);
	return e;
}

/* Fold events until the netdev is said to run; it may be so already. */
static void until_running(struct xeap_links *links, const char *name)
{
	struct xeap_link link = { 0 };
	struct xeap_link_event e;

	while (xeap_links_find(links, name, &link) || !link.running) {
		if (take_one(links, &e) != 1)
			fail_msg("%s does not run", name);
		fold(&e);
	}
}

/*
 * Fold all there is, until nothing has come for `quiet` milliseconds (the kernel tells of carriers
 * late).
 */
static void settle(struct xeap_links *links, int quiet)
{
	struct pollfd p = { .fd = xeap_links_fd(links), .events = POLLIN };
	struct xeap_link_event e;

	do {
		while (xeap_links_next(links, &e) == 1)
			fold(&e);
	} while (poll(&p, 1, quiet) == 1);
}

static void check_one(int fd, const struct xeap_link *l)
{
	struct ifreq r = { 0 };

	memcpy(r.ifr_name, l->ifname, sizeof(r.ifr_name));
	assert_int_equal(ioctl(fd, SIOCGIFINDEX, &r), 0);
	assert_int_equal(r.ifr_ifindex, l->ifindex);
	assert_int_equal(ioctl(fd, SIOCGIFMTU, &r), 0);
	assert_int_equal(r.ifr_mtu, l->mtu);
	assert_int_equal(ioctl(fd, SIOCGIFFLAGS, &r), 0);
	assert_int_equal((r.ifr_flags & IFF_UP) != 0, l->up);
	assert_int_equal((r.ifr_flags & IFF_RUNNING) != 0, l->running);
	assert_int_equal((r.ifr_flags & IFF_LOOPBACK) != 0, l->loopback);
	assert_int_equal(ioctl(fd, SIOCGIFHWADDR, &r), 0);
	assert_memory_equal(r.ifr_hwaddr.sa_data, l->mac, 6);
}

/* The model is the kernel's list: each of its netdevs as it is there, and as many. */
static void check_model(struct xeap_links *links)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	unsigned int kernel = 0, ours = 0;
	struct xeap_link found;
	struct ifreq r;

	assert_true(fd >= 0);
	for (int i = 1; i < MAX_INDEX; i++) {
		memset(&r, 0, sizeof(r));
		r.ifr_ifindex = i;
		kernel += !ioctl(fd, SIOCGIFNAME, &r);
		ours += known[i];
		if (!known[i])
			continue;
		check_one(fd, &model[i]);
		assert_int_equal(xeap_links_find(links, model[i].ifname, &found), 0);
		assert_int_equal(found.ifindex, i);
	}
	assert_int_equal(kernel, ours);
	close(fd);
}

static int set_up(void **state)
{
	struct xeap_links *links = NULL;
	struct xeap_diag diag = { 0 };

	if (unshare(CLONE_NEWNET)) {
		print_message("skipped: no network namespace (%s): run as root\n", strerror(errno));
		*state = NULL;
		return 0;
	}
	forget_model();
	if (xeap_links_open(&links, &diag)) {
		print_error("%s\n", diag.text);
		return -1;
	}
	*state = links;
	return 0;
}

static int tear_down(void **state)
{
	xeap_links_close(*state);
	return 0;
}

static struct xeap_links *links_of(void **state)
{
	if (!*state)
		skip();
	return *state;
}

static void test_add_and_remove(void **state)
{
	struct xeap_links *links = links_of(state);
	struct xeap_link_event e = wait_for(links, XEAP_LINK_ADDED, "lo");
	struct xeap_link link;

	assert_true(e.link.loopback && !e.link.ethernet && !e.link.up);
	ip("link add p0 address 02:00:00:00:00:01 mtu 1400 type veth peer name q0\n");
	e = wait_for(links, XEAP_LINK_ADDED, "p0");
	assert_true(e.link.ethernet && !e.link.up && !e.link.running);
	assert_int_equal(e.link.mtu, 1400);
	assert_memory_equal(e.link.mac, "\2\0\0\0\0\1", 6);
	ip("link del p0\n");
	wait_for(links, XEAP_LINK_REMOVED, "p0");
	assert_int_equal(xeap_links_find(links, "p0", &link), -ENODEV);
	settle(links, 50);
	check_model(links);
}

static void test_changes(void **state)
{
	struct xeap_links *links = links_of(state);
	struct xeap_link_event e;

	ip("link add p0 type veth peer name q0\n");
	wait_for(links, XEAP_LINK_ADDED, "p0");
	ip("link set p0 up\nlink set q0 up\n");
	wait_running(links, "p0", true);
	ip("link set p0 down\n");
	e = wait_running(links, "p0", false);
	assert_false(e.link.up);
	ip("link set p0 name p1\n");
	e = wait_for(links, XEAP_LINK_RENAMED, "p1");
	assert_string_equal(e.old_name, "p0");
	ip("link set p1 address 02:00:00:00:00:99\n");
	e = wait_for(links, XEAP_LINK_CHANGED, "p1");
	assert_memory_equal(e.link.mac, "\2\0\0\0\0\x99", 6);
	ip("link set p1 mtu 9000\n");
	e = wait_for(links, XEAP_LINK_CHANGED, "p1");
	assert_int_equal(e.link.mtu, 9000);
	settle(links, 50);
	check_model(links);
}

static void test_carrier(void **state)
{
	struct xeap_links *links = links_of(state);
	struct xeap_link_event e;
	struct xeap_link link;

	ip("link add v0 type veth peer name v1\nlink set v0 up\nlink set v1 up\n");
	until_running(links, "v0");
	settle(links, 1200);
	ip("link set v1 down\n");
	e = wait_running(links, "v0", false);
	assert_true(e.link.up);
	ip("link set v1 up\n");
	wait_running(links, "v0", true);
	settle(links, 1200);
	/* Lost and regained before anybody asked. */
	ip("link set v1 down\nlink set v1 up\n");
	usleep(1200000);
	e = wait_running(links, "v0", false);
	assert_true(e.link.up);
	wait_running(links, "v0", true);
	/* 802.1X-2020 ports may be held dormant until they are authorized: EAPOL has to pass. */
	ip("link set v0 mode dormant\nlink set v1 down\n");
	wait_running(links, "v0", false);
	ip("link set v1 up\n");
	wait_running(links, "v0", true);
	settle(links, 1200);
	assert_int_equal(xeap_links_find(links, "v0", &link), 0);
	assert_true(link.running);
	ip("link del v1\n");
	wait_for(links, XEAP_LINK_REMOVED, "v0");
	settle(links, 1200);
	check_model(links);
}

static void test_bridge_port(void **state)
{
	struct xeap_links *links = links_of(state);
	struct xeap_link link;

	ip("link add br0 type bridge\nlink add p0 type veth peer name q0\n"
	   "link set q0 up\nlink set p0 up\n");
	ip("link set p0 master br0\nlink set br0 up\n");
	settle(links, 200);
	assert_int_equal(xeap_links_find(links, "p0", &link), 0);
	memset(told, 0, sizeof(told));
	ip("link set p0 nomaster\n"); /* RTM_DELLINK of family AF_BRIDGE */
	settle(links, 1200);	      /* the kernel looks at carriers once a second */
	assert_int_equal(told[XEAP_LINK_REMOVED], 0);
	assert_int_equal(xeap_links_find(links, "p0", &link), 0);
	assert_true(link.up);
	check_model(links);
}

static void test_same_ifindex(void **state)
{
	struct xeap_links *links = links_of(state);

	const char *add = "link add p0 index 4000 address 02:00:00:00:00:01 type bridge\n";

	ip(add);
	settle(links, 50);
	ip("link del p0\n");
	ip(add);
	memset(told, 0, sizeof(told));
	wait_for(links, XEAP_LINK_REMOVED, "p0");
	wait_for(links, XEAP_LINK_ADDED, "p0");
	settle(links, 50);
	assert_int_equal(told[XEAP_LINK_CHANGED], 0);
	check_model(links);
}

static void test_moved_away(void **state)
{
	struct xeap_links *links = links_of(state);
	char line[64];
	int to_child[2];
	pid_t pid;
	char c;

	ip("link add p0 type veth peer name q0\n");
	wait_for(links, XEAP_LINK_ADDED, "p0");
	assert_int_equal(pipe(to_child), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) { /* somewhere to move to, for as long as the pipe is open */
		close(to_child[0]);
		if (unshare(CLONE_NEWNET) || write(to_child[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	close(to_child[1]);
	assert_int_equal(read(to_child[0], &c, 1), 1);
	snprintf(line, sizeof(line), "link set p0 netns %d\n", (int)pid);
	ip(line);
	wait_for(links, XEAP_LINK_REMOVED, "p0");
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(to_child[0]);
	settle(links, 50);
	check_model(links);
}

/* Hundreds of netdevs come, flap, change their names, and a part of them goes. */
static void churn(void)
{
	ip_many(MANY, "link add d# type veth peer name p#\nlink set p# up\n");
	ip_many(MANY, "link set d# up\nlink set d# mtu 1300\nlink set d# down\n");
	ip_many(MANY / 2, "link set d# name e#\nlink set e# up\n");
	ip_many(MANY / 4, "link del e#\n");
}

static void delete_known(void)
{
	FILE *f = popen("ip -batch -", "w");

	assert_non_null(f);
	for (int i = 1; i < MAX_INDEX; i++) {
		if (known[i] && strchr("de", model[i].ifname[0]))
			fprintf(f, "link del %s\n", model[i].ifname);
	}
	assert_int_equal(pclose(f), 0);
}

/* A socket that holds a few messages, and a caller who does not listen in the meantime. */
static void test_overrun(void **state)
{
	struct xeap_links *links = NULL;

	links_of(state);
	assert_int_equal(xeap_links_open_sized(4096, &links, NULL), 0);
	for (uint64_t round = 0; round < 2; round++) {
		churn();
		settle(links, 1200);
		check_model(links);
		assert_true(xeap_links_resyncs(links) > round);
		delete_known();
	}
	settle(links, 1200);
	check_model(links);
	xeap_links_close(links);
}

/* The same while the caller listens, so that dumps are interrupted and overrun in their turn. */
static void test_overrun_listening(void **state)
{
	struct xeap_links *links = NULL;
	pid_t pid;

	links_of(state);
	assert_int_equal(xeap_links_open_sized(4096, &links, NULL), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		churn();
		_exit(0);
	}
	while (!waitpid(pid, NULL, WNOHANG))
		settle(links, 10);
	settle(links, 1200);
	check_model(links);
	print_message("dumped again %lu times\n", (unsigned long)xeap_links_resyncs(links));
	xeap_links_close(links);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_add_and_remove, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_changes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_carrier, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bridge_port, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_same_ifindex, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_moved_away, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_overrun, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_overrun_listening, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
