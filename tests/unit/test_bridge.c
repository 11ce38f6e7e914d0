/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/* Ports under control, over a kernel that is a table (bridge_kernel.c). */
#include <errno.h>
#include <linux/neighbour.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <xeap/bridge.h>
#include "tests/unit/bridge_kernel.h"

#define DEFAULT_MODE 0
#define DORMANT_MODE 1
#define DOWN 2
#define DORMANT 5
#define UP 6

static const uint8_t router[6] = { 2, 0, 0, 0, 0, 0x77 };
static const uint8_t server[6] = { 2, 0, 0, 0, 0, 0x78 };
static const uint8_t authenticator[6] = { 2, 0, 0, 0, 0, 0xaa };
static const uint8_t other[6] = { 2, 0, 0, 0, 0, 0xbb };

struct bed {
	struct xeap_bridge *bridge;
	struct xeap_bridge_port *port;
	struct xeap_diag diag;
};

static int set_up(void **state)
{
	struct bed *b = calloc(1, sizeof(*b));

	kernel_reset();
	*state = b;
	return xeap_bridge_open(&b->bridge, &b->diag);
}

static int tear_down(void **state)
{
	struct bed *b = *state;

	xeap_bridge_close(b->bridge);
	free(b);
	return kernel.open ? -1 : 0;
}

static int join(struct bed *b, int ifindex, uint32_t ways)
{
	uint8_t macs[2][6];
	struct xeap_bridge_options o = { .size = sizeof(o), .ways = ways };

	memcpy(macs[0], router, 6);
	memcpy(macs[1], server, 6);
	if (ways & XEAP_BRIDGE_STATIONS) {
		o.stations = macs[0];
		o.station_count = 2;
	}
	kernel.log[0] = '\0';
	return xeap_bridge_join(b->bridge, ifindex, &o, &b->port, &b->diag);
}

static void authorize(struct bed *b, const uint8_t *mac)
{
	kernel.log[0] = '\0';
	assert_int_equal(xeap_bridge_authorize(b->port, mac, &b->diag), 0);
}

static void withdraw(struct bed *b)
{
	kernel.log[0] = '\0';
	assert_int_equal(xeap_bridge_withdraw(b->port, &b->diag), 0);
}

static void leave(struct bed *b)
{
	kernel.log[0] = '\0';
	assert_int_equal(xeap_bridge_leave(b->port, &b->diag), 0);
	b->port = NULL;
}

static void expect_link(int ifindex, int mode, int state)
{
	assert_int_equal(kernel_dev(ifindex)->linkmode, mode);
	assert_int_equal(kernel_dev(ifindex)->operstate, state);
}

static struct xeap_bridge_info info(const struct bed *b)
{
	struct xeap_bridge_info i;

	xeap_bridge_get_info(b->port, &i);
	return i;
}

static void test_names(void **state)
{
	uint32_t ways = 77;

	assert_string_equal(xeap_bridge_way_name(XEAP_BRIDGE_LOCKED), "locked");
	assert_string_equal(xeap_bridge_way_name(XEAP_BRIDGE_LINKMODE), "linkmode");
	assert_string_equal(xeap_bridge_way_name((enum xeap_bridge_way)3), "?");
	assert_int_equal(xeap_bridge_ways_parse("", &ways), -EINVAL);
	assert_int_equal(xeap_bridge_ways_parse("locked,", &ways), -EINVAL);
	assert_int_equal(xeap_bridge_ways_parse("lock", &ways), -EINVAL);
	assert_int_equal(xeap_bridge_ways_parse("locked,stations", &ways), -EINVAL);
	assert_int_equal(ways, 77);
	assert_int_equal(xeap_bridge_ways_parse("linkmode,stations", &ways), 0);
	assert_int_equal(ways, XEAP_BRIDGE_LINKMODE | XEAP_BRIDGE_STATIONS);
	assert_int_equal(xeap_bridge_ways_parse("locked", &ways), 0);
	assert_int_equal(ways, XEAP_BRIDGE_LOCKED);
}

/* Learned entries would let their stations in on a locked port: they go. Static ones stay. */
static void test_locked(void **state)
{
	struct bed *b = *state;

	kernel_add_entry(router, PORT, NUD_REACHABLE);
	kernel_add_entry(server, PORT, NUD_NOARP);
	assert_int_equal(join(b, PORT, XEAP_BRIDGE_LOCKED), 0);
	assert_string_equal(kernel.log, "lock");
	assert_null(kernel_entry(router));
	assert_non_null(kernel_entry(server));
	expect_link(PORT, DEFAULT_MODE, UP);
	assert_int_equal(info(b).bridge, BRIDGE);
	assert_int_equal(info(b).ways, XEAP_BRIDGE_LOCKED);
	authorize(b, authenticator);
	assert_string_equal(kernel.log, "unlock");
	assert_true(info(b).authorized);
	assert_null(kernel_entry(authenticator));
	withdraw(b);
	assert_true(kernel_dev(PORT)->locked);
	assert_false(info(b).authorized);
	leave(b);
	assert_false(kernel_dev(PORT)->locked);
	assert_int_equal(kernel.dev[0].flushed, 2);
}

static void test_linkmode(void **state)
{
	struct bed *b = *state;

	assert_int_equal(join(b, PORT2, XEAP_BRIDGE_LINKMODE), 0);
	expect_link(PORT2, DORMANT_MODE, DORMANT);
	assert_int_equal(info(b).bridge, 0);
	authorize(b, NULL);
	expect_link(PORT2, DORMANT_MODE, UP);
	withdraw(b);
	expect_link(PORT2, DORMANT_MODE, DORMANT);
	leave(b);
	expect_link(PORT2, DEFAULT_MODE, UP);
}

/* Closing begins outside, with the link; opening ends with it. */
static void test_order(void **state)
{
	struct bed *b = *state;

	assert_int_equal(join(b, PORT, XEAP_BRIDGE_LOCKED | XEAP_BRIDGE_LINKMODE), 0);
	assert_string_equal(kernel.log, "dormant lock");
	authorize(b, NULL);
	assert_string_equal(kernel.log, "unlock up");
	withdraw(b);
	assert_string_equal(kernel.log, "dormant lock");
	leave(b);
	assert_string_equal(kernel.log, "unlock up");
}

static void test_stations(void **state)
{
	struct bed *b = *state;

	assert_int_equal(join(b, PORT, XEAP_BRIDGE_STATIONS), 0);
	assert_true(kernel_dev(PORT)->locked);
	assert_null(kernel_entry(router));
	authorize(b, authenticator);
	assert_true(kernel_dev(PORT)->locked);
	assert_int_equal(kernel_entry(router)->ifindex, PORT);
	assert_int_equal(kernel_entry(authenticator)->state, NUD_NOARP);
	assert_int_equal(info(b).stations, 3);
	/* the same again: nothing is made twice; another one: the first is let in no longer */
	authorize(b, authenticator);
	assert_null(strstr(kernel.log, "add"));
	authorize(b, other);
	assert_null(kernel_entry(authenticator));
	assert_non_null(kernel_entry(other));
	authorize(b, NULL);
	assert_null(kernel_entry(other));
	assert_int_equal(info(b).stations, 2);
	withdraw(b);
	assert_null(kernel_entry(router));
	assert_null(kernel_entry(server));
	authorize(b, other);
	leave(b);
	assert_null(kernel_entry(router));
	assert_null(kernel_entry(other));
	assert_false(kernel_dev(PORT)->locked);
}

/* What others made stays; what was learned elsewhere is taken over. */
static void test_stations_that_are_there(void **state)
{
	struct bed *b = *state;

	kernel_add_entry(router, PORT, NUD_NOARP);
	kernel_add_entry(server, PORT2, NUD_REACHABLE);
	assert_int_equal(join(b, PORT, XEAP_BRIDGE_STATIONS), 0);
	authorize(b, NULL);
	assert_int_equal(kernel_entry(server)->ifindex, PORT);
	assert_int_equal(info(b).stations, 1);
	leave(b);
	assert_non_null(kernel_entry(router));
	assert_null(kernel_entry(server));
}

static void test_own_address(void **state)
{
	struct bed *b = *state;

	kernel_add_entry(server, PORT, NUD_PERMANENT);
	assert_int_equal(join(b, PORT, XEAP_BRIDGE_STATIONS), 0);
	assert_int_equal(xeap_bridge_authorize(b->port, NULL, &b->diag), -EADDRINUSE);
	assert_string_equal(b->diag.text,
			    "port p cannot be opened for its stations (the address is the bridge's "
			    "own): name stations behind the authenticator");
	assert_null(kernel_entry(router));
	assert_true(kernel_dev(PORT)->locked);
	assert_false(info(b).authorized);
}

/* Somebody else's lock and link mode come back. */
static void test_restored(void **state)
{
	struct bed *b = *state;

	kernel.dev[0].locked = true;
	kernel.dev[0].linkmode = DORMANT_MODE;
	kernel.dev[0].operstate = DORMANT;
	assert_int_equal(join(b, PORT, XEAP_BRIDGE_LOCKED | XEAP_BRIDGE_LINKMODE), 0);
	assert_true(info(b).was_locked);
	authorize(b, NULL);
	assert_false(kernel_dev(PORT)->locked);
	leave(b);
	assert_true(kernel_dev(PORT)->locked);
	expect_link(PORT, DORMANT_MODE, DORMANT);
}

static void test_without_carrier(void **state)
{
	struct bed *b = *state;

	kernel.dev[0].carrier = false;
	kernel.dev[0].operstate = DOWN;
	assert_int_equal(join(b, PORT, XEAP_BRIDGE_LINKMODE), 0);
	leave(b);
	expect_link(PORT, DEFAULT_MODE, DOWN);
}

static void test_old_kernel(void **state)
{
	struct bed *b = *state;

	kernel.no_locked = true;
	assert_int_equal(join(b, PORT, XEAP_BRIDGE_LOCKED | XEAP_BRIDGE_LINKMODE), -EOPNOTSUPP);
	assert_string_equal(b->diag.text,
			    "port p cannot be locked: the kernel's bridge has no 'locked' before "
			    "Linux 5.16: use linkmode alone");
	assert_null(b->port);
	expect_link(PORT, DEFAULT_MODE, UP);
	assert_int_equal(join(b, PORT, XEAP_BRIDGE_LINKMODE), 0);
}

static void refresh(struct bed *b)
{
	kernel.log[0] = '\0';
	assert_int_equal(xeap_bridge_refresh(b->port, &b->diag), 0);
}

/* A port that leaves its bridge and comes into another keeps its state; so does one come late. */
static void test_moves(void **state)
{
	struct bed *b = *state;

	assert_int_equal(join(b, PORT, XEAP_BRIDGE_STATIONS | XEAP_BRIDGE_LINKMODE), 0);
	authorize(b, NULL);
	kernel_move(PORT, 0);
	refresh(b);
	assert_string_equal(kernel.log, "");
	assert_int_equal(info(b).ways, XEAP_BRIDGE_LINKMODE);
	assert_int_equal(info(b).stations, 0);
	withdraw(b);
	expect_link(PORT, DORMANT_MODE, DORMANT);
	kernel_move(PORT, BRIDGE2);
	refresh(b);
	assert_true(kernel_dev(PORT)->locked);
	assert_int_equal(info(b).bridge, BRIDGE2);
	authorize(b, NULL);
	assert_int_equal(info(b).stations, 2);
	/* from bridge to bridge without having been looked at in between */
	kernel_move(PORT, BRIDGE);
	refresh(b);
	assert_int_equal(info(b).stations, 2);
	assert_non_null(kernel_entry(server));
	refresh(b);
	assert_string_equal(kernel.log, "");
	leave(b);
	assert_false(kernel_dev(PORT)->locked);
}

/* Out of its bridge and in again before anybody looked: it is another bridge port now. */
static void test_comes_back(void **state)
{
	struct bed *b = *state;

	assert_int_equal(join(b, PORT, XEAP_BRIDGE_STATIONS), 0);
	kernel_move(PORT, BRIDGE);
	refresh(b);
	assert_string_equal(kernel.log, "lock");
	authorize(b, NULL);
	kernel_move(PORT, BRIDGE);
	refresh(b);
	assert_true(kernel_dev(PORT)->locked);
	assert_non_null(kernel_entry(router));
	assert_int_equal(info(b).stations, 2);
	leave(b);
	assert_false(kernel_dev(PORT)->locked);
	assert_null(kernel_entry(router));
}

static void test_enters_locked_by_another(void **state)
{
	struct bed *b = *state;

	assert_int_equal(join(b, PORT2, XEAP_BRIDGE_LOCKED), 0);
	assert_string_equal(kernel.log, "");
	assert_int_equal(info(b).ways, 0);
	kernel_move(PORT2, BRIDGE);
	kernel_dev(PORT2)->locked = true;
	refresh(b);
	assert_true(info(b).was_locked);
	leave(b);
	assert_true(kernel_dev(PORT2)->locked);
}

static void test_bond(void **state)
{
	struct bed *b = *state;

	kernel.dev[0].not_bridge = true;
	assert_int_equal(join(b, PORT, XEAP_BRIDGE_LOCKED | XEAP_BRIDGE_LINKMODE), 0);
	assert_int_equal(info(b).bridge, 0);
	expect_link(PORT, DORMANT_MODE, DORMANT);
	leave(b);
}

static void test_gone(void **state)
{
	struct bed *b = *state;

	assert_int_equal(join(b, 12, XEAP_BRIDGE_LINKMODE), -ENODEV);
	assert_int_equal(join(b, PORT, XEAP_BRIDGE_STATIONS | XEAP_BRIDGE_LINKMODE), 0);
	authorize(b, authenticator);
	kernel.dev[0].there = false;
	assert_int_equal(xeap_bridge_refresh(b->port, &b->diag), -ENODEV);
	assert_int_equal(xeap_bridge_withdraw(b->port, &b->diag), -ENODEV);
	assert_string_equal(b->diag.text, "port p is gone");
	leave(b);
}

static void test_left_before_it_was_seen(void **state)
{
	struct bed *b = *state;

	assert_int_equal(join(b, PORT, XEAP_BRIDGE_STATIONS), 0);
	authorize(b, NULL);
	kernel_move(PORT, 0);
	leave(b);
}

static void test_options(void **state)
{
	struct bed *b = *state;
	struct xeap_bridge_options o = { .size = sizeof(o), .ways = XEAP_BRIDGE_LOCKED };
	struct xeap_bridge_port *second = NULL;

	o.stations = router;
	o.station_count = 1;
	assert_int_equal(xeap_bridge_join(b->bridge, PORT, &o, &second, &b->diag), -EINVAL);
	assert_int_equal(join(b, PORT, 0), -EINVAL);
	assert_int_equal(join(b, PORT, 0x10), -EINVAL);
	assert_int_equal(join(b, PORT, XEAP_BRIDGE_LOCKED | XEAP_BRIDGE_STATIONS), -EINVAL);
	assert_int_equal(kernel.calls, 1);
	assert_int_equal(join(b, PORT, XEAP_BRIDGE_LOCKED), 0);
	o.station_count = 0;
	assert_int_equal(xeap_bridge_join(b->bridge, PORT, &o, &second, &b->diag), -EBUSY);
	assert_null(second);
}

static void test_permission(void **state)
{
	struct bed *b = *state;

	kernel.fail_at = kernel.calls + 2;
	kernel.fail_with = EPERM;
	assert_int_equal(join(b, PORT, XEAP_BRIDGE_LINKMODE), -EPERM);
	assert_string_equal(b->diag.text,
			    "port p cannot be made dormant (Operation not permitted): run as root, "
			    "or with CAP_NET_ADMIN");
}

static void test_probe(void **state)
{
	struct bed *b = *state;
	uint32_t ways = 77;

	assert_int_equal(xeap_bridge_probe(b->bridge, PORT, &ways, &b->diag), 0);
	assert_int_equal(ways, XEAP_BRIDGE_LOCKED | XEAP_BRIDGE_STATIONS | XEAP_BRIDGE_LINKMODE);
	assert_int_equal(xeap_bridge_probe(b->bridge, PORT2, &ways, &b->diag), 0);
	assert_int_equal(ways, XEAP_BRIDGE_LINKMODE);
	kernel.no_locked = true;
	assert_int_equal(xeap_bridge_probe(b->bridge, PORT, &ways, &b->diag), 0);
	assert_int_equal(ways, XEAP_BRIDGE_LINKMODE);
	assert_int_equal(xeap_bridge_probe(b->bridge, 12, &ways, &b->diag), -ENODEV);
	assert_string_equal(kernel.log, "");
}

/* All that happens to a port, in one go. Returns the first error. */
static int whole_life(struct bed *b)
{
	int err = join(b, PORT, XEAP_BRIDGE_STATIONS | XEAP_BRIDGE_LINKMODE);

	if (err)
		return err;
	err = xeap_bridge_authorize(b->port, authenticator, &b->diag);
	if (err) {
		/* a port that could not be opened is closed */
		assert_false(info(b).authorized);
		assert_int_equal(info(b).stations, 0);
		expect_link(PORT, DORMANT_MODE, DORMANT);
		assert_true(kernel_dev(PORT)->locked);
	}
	if (!err)
		err = xeap_bridge_withdraw(b->port, &b->diag);
	if (xeap_bridge_leave(b->port, &b->diag) && !err)
		err = -EIO;
	return err;
}

/*
 * Each message fails once. Whatever happened before the last one, which puts the port back, it is
 * as it was afterwards.
 */
static void test_every_failure(void **state)
{
	struct bed *b = *state;
	unsigned int calls, restoring = 2; /* the messages of the last call */

	assert_int_equal(whole_life(b), 0);
	calls = kernel.calls - 1;
	for (unsigned int i = 1; i <= calls; i++) {
		kernel_reset();
		kernel.open = 1;
		kernel.fail_at = i;
		kernel.fail_with = EIO;
		memset(&b->diag, 0, sizeof(b->diag));
		assert_int_not_equal(whole_life(b), 0);
		assert_int_not_equal(b->diag.code, 0);
		assert_null(strchr(b->diag.text, '\n'));
		if (i > calls - restoring)
			continue;
		assert_false(kernel_dev(PORT)->locked);
		expect_link(PORT, DEFAULT_MODE, UP);
	}
}

static void test_no_socket(void **state)
{
	struct xeap_bridge *bridge = NULL;
	struct xeap_diag diag;

	kernel_reset();
	kernel.fail_at = 1;
	kernel.fail_with = EAFNOSUPPORT;
	assert_int_equal(xeap_bridge_open(&bridge, &diag), -EAFNOSUPPORT);
	assert_null(bridge);
	assert_null(xeap_bridge_close(NULL));
	assert_int_equal(xeap_bridge_leave(NULL, NULL), 0);
}

/* Closing the socket leaves every port. */
static void test_close(void **state)
{
	struct bed *b = *state;

	assert_int_equal(join(b, PORT, XEAP_BRIDGE_LOCKED), 0);
	assert_int_equal(join(b, PORT2, XEAP_BRIDGE_LINKMODE), 0);
	b->bridge = xeap_bridge_close(b->bridge);
	assert_false(kernel_dev(PORT)->locked);
	expect_link(PORT2, DEFAULT_MODE, UP);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		TEST(test_locked),
		TEST(test_linkmode),
		TEST(test_order),
		TEST(test_stations),
		TEST(test_stations_that_are_there),
		TEST(test_own_address),
		TEST(test_restored),
		TEST(test_without_carrier),
		TEST(test_old_kernel),
		TEST(test_moves),
		TEST(test_comes_back),
		TEST(test_enters_locked_by_another),
		TEST(test_bond),
		TEST(test_gone),
		TEST(test_left_before_it_was_seen),
		TEST(test_options),
		TEST(test_permission),
		TEST(test_probe),
		TEST(test_every_failure),
		cmocka_unit_test(test_no_socket),
		TEST(test_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
