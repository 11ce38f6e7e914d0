/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/*
 * Ports under control in the kernel's bridge. What passes is what frames do:
 *
 *	inside ── i0 ┐                ┌ p0 ── f0   outside, behind the authenticator
 *	              └───── br0 ─────┘
 */
#include "veth.h"

#include <xeap/bridge.h>
#include "link/link.h"

static int no_root;

struct bed {
	struct xeap_bridge *bridge;
	struct xeap_bridge_port *port;
	struct xeap_diag diag;
	int inside, outside; /* sockets */
};

#define NEED_ROOT()                                                                                \
	do {                                                                                       \
		if (no_root) {                                                                     \
			print_message("skipped: needs root for a network namespace\n");            \
			skip();                                                                    \
		}                                                                                  \
	} while (0)

#define assert_ok(call)                                                                            \
	do {                                                                                       \
		int err_ = (call);                                                                 \
		if (err_)                                                                          \
			fail_msg("%s: %s (%s)", #call, strerror(-err_), b->diag.text);             \
	} while (0)

static int set_up(void **state)
{
	struct bed *b = calloc(1, sizeof(*b));

	*state = b;
	b->inside = b->outside = -1;
	if (no_root)
		return 0;
	if (sh("ip link add br0 type bridge mcast_snooping 0 && "
	       "ip link add p0 type veth peer name f0 && ip link add b0 type veth peer name i0 && "
	       "ip link set p0 master br0 && ip link set b0 master br0 && "
	       "for i in br0 p0 f0 b0 i0; do ip link set $i up; done"))
		return -1;
	/* netdevs tell of their operational state some time later */
	for (int i = 0; i < 200 && sh("test $(ip link | grep -c ' state UP ') = 5"); i++)
		usleep(20000);
	b->inside = far_socket("i0");
	b->outside = far_socket("f0");
	return xeap_bridge_open(&b->bridge, &b->diag);
}

static int tear_down(void **state)
{
	struct bed *b = *state;

	xeap_bridge_close(b->bridge);
	if (b->inside >= 0)
		close(b->inside);
	if (b->outside >= 0)
		close(b->outside);
	free(b);
	if (!no_root)
		sh("ip link del br0; ip link del p0; ip link del b0");
	return 0;
}

/* What `ip -d link` or `bridge` says of a netdev matches an extended regular expression. */
static bool says(const char *command, const char *pattern)
{
	return !sh("%s | tr '\\n' ' ' | grep -qE '%s'", command, pattern);
}

static bool locked(void)
{
	return says("bridge -d link show dev p0", "locked on");
}

static bool link_is(const char *state, const char *mode)
{
	char pattern[64];

	snprintf(pattern, sizeof(pattern), "state %s mode %s ", state, mode);
	return says("ip link show p0", pattern);
}

/* The kernel tells of carriers some time later. */
static bool link_soon(const char *state)
{
	for (int i = 0; i < 200 && !link_is(state, "DORMANT"); i++)
		usleep(20000);
	return link_is(state, "DORMANT");
}

static bool has_entry(const char *mac)
{
	char pattern[64];

	snprintf(pattern, sizeof(pattern), "%s dev p0 master br0 static", mac);
	return says("bridge fdb show br br0", pattern);
}

static void join(struct bed *b, uint32_t ways)
{
	static const uint8_t station[6] = { 2, 0, 0, 0, 0, 0x77 };
	struct xeap_bridge_options o = { .size = sizeof(o), .ways = ways };

	if (ways & XEAP_BRIDGE_STATIONS) {
		o.stations = station;
		o.station_count = 1;
	}
	assert_ok(xeap_bridge_join(b->bridge, (int)if_nametoindex("p0"), &o, &b->port, &b->diag));
}

static void authorize(struct bed *b)
{
	static const uint8_t authenticator[6] = { 2, 0, 0, 0, 0, 0xaa };

	assert_ok(xeap_bridge_authorize(b->port, authenticator, &b->diag));
}

/* Whether a broadcast from a station at one end comes out at the other end. */
static bool passes(int from, int to, uint8_t station)
{
	static uint8_t serial;
	uint8_t frame[60] = { 0xff, 0xff, 0xff, 0xff,	 0xff, 0xff, 2,	      0,
			      0,    0,	  0,	station, 0x88, 0xb5, ++serial },
		in[2048];
	struct pollfd p = { .fd = to, .events = POLLIN };

	assert_int_equal(send(from, frame, sizeof(frame), 0), sizeof(frame));
	while (poll(&p, 1, 150) == 1) {
		ssize_t n = recv(to, in, sizeof(in), 0);

		if (n == sizeof(frame) && !memcmp(in, frame, sizeof(frame)))
			return true;
	}
	return false;
}

/* After a port comes up, the bridge takes a moment. */
static bool soon_passes(int from, int to, uint8_t station)
{
	for (int i = 0; i < 10; i++)
		if (passes(from, to, station))
			return true;
	return false;
}

static void test_locked(void **state)
{
	struct bed *b = *state;

	NEED_ROOT();
	/* the bridge learns the station, which is no way in */
	assert_true(soon_passes(b->outside, b->inside, 0x77));
	join(b, XEAP_BRIDGE_LOCKED);
	assert_true(locked());
	assert_false(passes(b->outside, b->inside, 0x77));
	assert_true(soon_passes(b->inside, b->outside, 0x01));
	authorize(b);
	assert_false(locked());
	assert_true(soon_passes(b->outside, b->inside, 0x77));
	assert_ok(xeap_bridge_withdraw(b->port, &b->diag));
	assert_false(passes(b->outside, b->inside, 0x77));
	assert_ok(xeap_bridge_leave(b->port, &b->diag));
	assert_false(locked());
	assert_true(soon_passes(b->outside, b->inside, 0x77));
}

static void test_stations(void **state)
{
	struct bed *b = *state;

	NEED_ROOT();
	join(b, XEAP_BRIDGE_STATIONS);
	assert_false(passes(b->outside, b->inside, 0x77));
	authorize(b);
	assert_true(locked());
	assert_true(has_entry("02:00:00:00:00:77"));
	assert_true(has_entry("02:00:00:00:00:aa"));
	assert_true(soon_passes(b->outside, b->inside, 0x77));
	assert_true(soon_passes(b->outside, b->inside, 0xaa));
	assert_false(passes(b->outside, b->inside, 0x78));
	authorize(b);
	assert_true(has_entry("02:00:00:00:00:aa"));
	assert_ok(xeap_bridge_withdraw(b->port, &b->diag));
	assert_false(passes(b->outside, b->inside, 0x77));
	authorize(b);
	assert_ok(xeap_bridge_leave(b->port, &b->diag));
	assert_false(locked());
	assert_false(has_entry("02:00:00:00:00:77"));
	assert_false(has_entry("02:00:00:00:00:aa"));
}

/* An entry of the user's own is not removed, one that was learned at another port is taken over. */
static void test_entries_that_are_there(void **state)
{
	struct bed *b = *state;

	NEED_ROOT();
	assert_true(soon_passes(b->inside, b->outside, 0xaa));
	assert_int_equal(sh("bridge fdb add 02:00:00:00:00:77 dev p0 master static"), 0);
	join(b, XEAP_BRIDGE_STATIONS);
	authorize(b);
	assert_true(has_entry("02:00:00:00:00:aa"));
	assert_ok(xeap_bridge_leave(b->port, &b->diag));
	assert_true(has_entry("02:00:00:00:00:77"));
	assert_false(has_entry("02:00:00:00:00:aa"));
}

static void test_linkmode(void **state)
{
	struct bed *b = *state;

	NEED_ROOT();
	assert_true(soon_passes(b->outside, b->inside, 0x77));
	join(b, XEAP_BRIDGE_LINKMODE);
	assert_true(link_is("DORMANT", "DORMANT"));
	assert_false(passes(b->outside, b->inside, 0x77));
	assert_false(passes(b->inside, b->outside, 0x01));
	authorize(b);
	assert_true(link_is("UP", "DORMANT"));
	assert_true(soon_passes(b->outside, b->inside, 0x77));
	assert_true(soon_passes(b->inside, b->outside, 0x01));
	/* the kernel closes it when the carrier was away, and it has noticed */
	sh("ip link set f0 down");
	assert_true(link_soon("LOWERLAYERDOWN"));
	sh("ip link set f0 up");
	assert_true(link_soon("DORMANT"));
	assert_ok(xeap_bridge_leave(b->port, &b->diag));
	assert_true(link_is("UP", "DEFAULT"));
}

/* EAPOL has to pass a dormant port, so to xeap_links it runs; the kernel says it does not. */
static void test_dormant_runs(void **state)
{
	struct bed *b = *state;
	struct xeap_links *links;
	struct xeap_link_event e;
	struct xeap_link link;

	NEED_ROOT();
	join(b, XEAP_BRIDGE_LINKMODE);
	assert_true(says("ip link show p0", "<NO-CARRIER,"));
	assert_ok(xeap_links_open(&links, &b->diag));
	while (xeap_links_next(links, &e) == 1)
		;
	assert_int_equal(xeap_links_find(links, "p0", &link), 0);
	assert_true(link.running);
	assert_int_equal(link.master, if_nametoindex("br0"));
	/* and no state of authorisation is an event */
	authorize(b);
	assert_ok(xeap_bridge_withdraw(b->port, &b->diag));
	assert_int_equal(xeap_links_next(links, &e), 0);
	sh("ip link set p0 nomaster");
	assert_int_equal(xeap_links_next(links, &e), 1);
	assert_int_equal(e.link.master, 0);
	xeap_links_close(links);
}

static void test_moves(void **state)
{
	struct bed *b = *state;
	struct xeap_bridge_info info;

	NEED_ROOT();
	sh("ip link set p0 nomaster");
	join(b, XEAP_BRIDGE_LOCKED | XEAP_BRIDGE_LINKMODE);
	xeap_bridge_get_info(b->port, &info);
	assert_int_equal(info.ways, XEAP_BRIDGE_LINKMODE);
	assert_true(link_is("DORMANT", "DORMANT"));
	sh("ip link set p0 master br0");
	assert_ok(xeap_bridge_refresh(b->port, &b->diag));
	assert_true(locked());
	xeap_bridge_get_info(b->port, &info);
	assert_int_equal(info.bridge, if_nametoindex("br0"));
	sh("ip link set p0 nomaster");
	assert_ok(xeap_bridge_refresh(b->port, &b->diag));
	authorize(b);
	sh("ip link set p0 master br0");
	assert_ok(xeap_bridge_refresh(b->port, &b->diag));
	assert_false(locked());
	assert_true(soon_passes(b->outside, b->inside, 0x77));
	/* left behind our back */
	assert_ok(xeap_bridge_withdraw(b->port, &b->diag));
	sh("ip link set p0 nomaster");
	assert_ok(xeap_bridge_leave(b->port, &b->diag));
	assert_true(link_is("UP", "DEFAULT"));
}

static void test_gone(void **state)
{
	struct bed *b = *state;

	NEED_ROOT();
	join(b, XEAP_BRIDGE_STATIONS | XEAP_BRIDGE_LINKMODE);
	authorize(b);
	sh("ip link del p0");
	assert_int_equal(xeap_bridge_refresh(b->port, &b->diag), -ENODEV);
	assert_int_equal(xeap_bridge_withdraw(b->port, &b->diag), -ENODEV);
	assert_ok(xeap_bridge_leave(b->port, &b->diag));
}

static void test_not_restored_over_others(void **state)
{
	struct bed *b = *state;

	NEED_ROOT();
	sh("bridge link set dev p0 locked on");
	join(b, XEAP_BRIDGE_LOCKED);
	authorize(b);
	assert_false(locked());
	assert_ok(xeap_bridge_leave(b->port, &b->diag));
	assert_true(locked());
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_locked),
		TEST(test_stations),
		TEST(test_entries_that_are_there),
		TEST(test_linkmode),
		TEST(test_dormant_runs),
		TEST(test_moves),
		TEST(test_gone),
		TEST(test_not_restored_over_others),
	};

	no_root = own_namespace() != 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
