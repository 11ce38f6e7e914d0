/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/* A queue of its own for EAPOL, on drivers that take a flow rule and drivers that do not. */
#include <errno.h>
#include <stdio.h>
#include "rings_bed.h"
#include <base/frame.h>
#include <linux/if_xdp.h>
#include <port/flow_rule.h>
#include <xeap/steer.h>

#define QUEUES 4
#define LAST (QUEUES - 1)

static struct fake_netdev *nic;

static int make(enum xeap_rings_kind kind)
{
	int err = bed_begin((struct xeap_rings_options){ .kind = kind });

	nic = &fake.netdev[0];
	fake_takes_rules(nic, QUEUES);
	nic->zero_copy = true;
	return err;
}

static int setup(void **state)
{
	return make(XEAP_RINGS_OWN);
}

static int setup_funnel(void **state)
{
	return make(XEAP_RINGS_FUNNEL);
}

static struct xeap_port *open_with(enum xeap_mode mode, enum xeap_flow_rule_use use)
{
	struct xeap_port_options o = { .size = sizeof(o), .mode = mode, .flow_rule = use };
	struct xeap_port *p = NULL;

	if (xeap_port_open(rings, "p0", &o, &p, &diag))
		fail_msg("%s", diag.text);
	return p;
}

static struct xeap_port *open_port(void)
{
	return open_with(XEAP_MODE_AUTO, XEAP_FLOW_RULE_AUTO);
}

static struct xeap_port_info info(const struct xeap_port *p)
{
	struct xeap_port_info i;

	xeap_port_get_info(p, &i);
	return i;
}

/* Everything on the device is as its driver would have it. */
static void expect_untouched(void)
{
	assert_int_equal(nic->rules, 0);
	for (uint32_t i = 0; i < FAKE_SPREAD; i++)
		assert_int_equal(nic->spread[i], i % nic->n.queues);
}

static void expect_without(const struct xeap_port *p, const char *note)
{
	assert_int_equal(info(p).mode, XEAP_MODE_NATIVE);
	assert_int_equal(info(p).flow_queue, -1);
	assert_false(info(p).zero_copy);
	assert_string_equal(info(p).note, note);
	expect_untouched();
}

static void expect_with_rule(const struct xeap_port *p)
{
	assert_int_equal(info(p).mode, XEAP_MODE_ZERO_COPY);
	assert_int_equal(info(p).flow_queue, LAST);
	assert_true(info(p).zero_copy);
	assert_string_equal(info(p).note, "");
	assert_int_equal(nic->rules, 1);
	assert_int_equal(nic->rule[0].queue, LAST);
	for (uint32_t i = 0; i < FAKE_SPREAD; i++)
		assert_in_range(nic->spread[i], 0, LAST - 1);
}

/* Zero-copy is for EAPOL's queue; what comes in by the others, tagged perhaps, is not missed. */
static void test_rule(void **state)
{
	static const uint8_t frame[60] = { 1, 0x80, 0xc2, 0, 0, 3 };
	struct xeap_port *p = open_port();
	struct xeap_frame *f;
	struct xeap_rx rx[4];

	expect_with_rule(p);
	assert_int_equal(fake.sockets, QUEUES);
	assert_true(fake_socket_on("p0", LAST)->config.flags & XDP_ZEROCOPY);
	assert_true(fake_socket_on("p0", LAST)->config.tx);
	for (uint32_t q = 0; q < LAST; q++) {
		assert_true(fake_socket_on("p0", q)->config.flags & XDP_COPY);
		assert_false(fake_socket_on("p0", q)->config.tx);
	}
	assert_true(fake_deliver(fake_socket_on("p0", LAST), frame, 60));
	assert_true(fake_deliver(fake_socket_on("p0", 1), frame, 60));
	assert_int_equal(xeap_rings_receive(rings, rx, 4), 2);
	xeap_rings_recycle(rings, rx, 2);
	f = xeap_pool_lend(xeap_port_pool(p));
	f->c.len = 60;
	assert_int_equal(xeap_port_transmit(p, f), 0);
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(fake_socket_on("p0", LAST)->sent, 1);
	while (xeap_frame_get_state(f) == XEAP_FRAME_QUEUED)
		xeap_rings_flush(rings);
	xeap_frame_give_back(f);
	xeap_port_close(p);
	expect_untouched();
	assert_int_equal(nic->spread_resets, 1);
}

/* Other traffic is dealt out evenly over what is left. */
static void test_spread(void **state)
{
	unsigned int share[QUEUES] = { 0 };
	struct xeap_port *p = open_port();

	for (uint32_t i = 0; i < FAKE_SPREAD; i++)
		share[nic->spread[i]]++;
	assert_int_equal(share[LAST], 0);
	for (uint32_t q = 0; q < LAST; q++)
		assert_in_range(share[q], FAKE_SPREAD / LAST, FAKE_SPREAD / LAST + 1);
	xeap_port_close(p);
}

/* A table of the user's own comes back, but not over one that was made in the meantime. */
static void test_own_spread(void **state)
{
	struct xeap_port *p;

	memset(nic->spread, 0, sizeof(nic->spread));
	nic->spread[5] = LAST;
	p = open_port();
	assert_int_equal(nic->spread[5], 1);
	xeap_port_close(p);
	assert_int_equal(nic->spread[5], LAST);
	assert_int_equal(nic->spread[4], 0);
	assert_int_equal(nic->spread_resets, 0);
	p = open_port();
	nic->spread[7] = 2;
	xeap_port_close(p);
	assert_int_equal(nic->spread[7], 2);
	assert_int_equal(nic->spread[5], 1);
}

/* The queue is kept free already: the table is not ours to touch. */
static void test_spread_that_leaves_it_free(void **state)
{
	struct xeap_port *p;

	memset(nic->spread, 0, sizeof(nic->spread));
	p = open_port();
	assert_int_equal(info(p).flow_queue, LAST);
	xeap_port_close(p);
	assert_int_equal(nic->spread_resets, 0);
	assert_int_equal(nic->rules, 0);
}

static void test_no_zero_copy(void **state)
{
	struct xeap_port *p;

	nic->zero_copy = false;
	p = open_port();
	expect_without(p, "zero-copy: driver fake has no AF_XDP zero-copy");
	assert_int_equal(fake.sockets, QUEUES);
	assert_true(fake_socket_on("p0", LAST)->config.flags & XDP_COPY);
	xeap_port_close(p);
}

static void test_no_rules(void **state)
{
	struct xeap_port *p;

	nic->takes_rules = false;
	p = open_port();
	expect_without(p, "zero-copy: the driver takes no flow rule for EAPOL");
	xeap_port_close(p);
	nic->takes_rules = true;
	nic->rule_error = EINVAL;
	p = open_port();
	expect_without(p, "zero-copy: the driver takes no flow rule for EAPOL");
	xeap_port_close(p);
	nic->rule_error = ENOSPC;
	p = open_port();
	expect_without(p, "zero-copy: no flow rule for EAPOL (No space left on device)");
	xeap_port_close(p);
}

static void test_spread_is_fixed(void **state)
{
	struct xeap_port *p;

	nic->spread_error = EOPNOTSUPP;
	p = open_port();
	expect_without(p, "zero-copy: other traffic cannot be kept off queue 3 (Operation not "
			  "supported)");
	xeap_port_close(p);
}

static void test_not_tried(void **state)
{
	struct xeap_port *p = open_with(XEAP_MODE_AUTO, XEAP_FLOW_RULE_OFF);

	expect_without(p, "");
	xeap_port_close(p);
	p = open_with(XEAP_MODE_NATIVE, XEAP_FLOW_RULE_AUTO);
	expect_without(p, "");
	xeap_port_close(p);
	/* who asks for zero-copy has seen to it that the queues are the port's own */
	p = open_with(XEAP_MODE_ZERO_COPY, XEAP_FLOW_RULE_AUTO);
	assert_int_equal(info(p).flow_queue, -1);
	expect_untouched();
	xeap_port_close(p);
	fake_takes_rules(nic, 1);
	p = open_port();
	expect_without(p, "");
	xeap_port_close(p);
}

/* What a process that was killed has left is known by where it leads, and taken back. */
static void test_stale(void **state)
{
	struct xeap_port *p = open_port();
	struct fake_netdev left = *nic;

	xeap_port_close(p);
	memcpy(nic->spread, left.spread, sizeof(left.spread));
	nic->rule[0] = left.rule[0];
	nic->rules = 1;
	p = open_port();
	expect_with_rule(p);
	assert_int_not_equal(nic->rule[0].location, left.rule[0].location);
	xeap_port_close(p);
	expect_untouched();
}

/* A rule that leads elsewhere is somebody's. */
static void test_somebody_elses(void **state)
{
	struct xeap_port *p;

	nic->rule[0] = (struct xeap_sys_rule){ .location = 7, .queue = 1 };
	nic->rules = 1;
	p = open_port();
	assert_int_equal(info(p).mode, XEAP_MODE_NATIVE);
	assert_string_equal(info(p).note,
			    "zero-copy: a rule for EAPOL leads to queue 1: remove it (ethtool -N)");
	xeap_port_close(p);
	assert_int_equal(nic->rules, 1);
	assert_int_equal(nic->rule[0].location, 7);
}

/* No native XDP: of the rule nothing is said, as it would not have helped. */
static void test_generic(void **state)
{
	struct xeap_port *p;

	nic->no_native = EOPNOTSUPP;
	p = open_port();
	assert_int_equal(info(p).mode, XEAP_MODE_GENERIC);
	assert_string_equal(info(p).note, "native: driver fake has no native XDP");
	expect_untouched();
	xeap_port_close(p);
}

/* Native mode comes to nothing after the rule did: that is what is said. */
static void test_neither(void **state)
{
	struct xeap_port *p;

	nic->takes_rules = false;
	nic->bind_error = EAFNOSUPPORT;
	p = open_port();
	assert_int_equal(info(p).mode, XEAP_MODE_PACKET);
	assert_string_equal(info(p).note, "native: the kernel has no AF_XDP (CONFIG_XDP_SOCKETS)");
	xeap_port_close(p);
	nic->takes_rules = true;
	p = open_port();
	assert_int_equal(info(p).mode, XEAP_MODE_PACKET);
	expect_untouched();
	xeap_port_close(p);
}

/* Another xeap lives there: its rule is not to be taken for one that was left behind. */
static void test_live_neighbour(void **state)
{
	struct xeap_port_options o = { .size = sizeof(o) };
	struct xeap_port *p = NULL;

	nic->link = 99;
	nic->rule[0] = (struct xeap_sys_rule){ .location = 7, .queue = LAST };
	nic->rules = 1;
	assert_int_equal(xeap_port_open(rings, "p0", &o, &p, &diag), -EBUSY);
	assert_int_equal(nic->rules, 1);
	nic->link = 0;
}

static void test_down(void **state)
{
	struct xeap_port *p;

	nic->n.up = false;
	p = open_port();
	assert_true(info(p).waiting);
	nic->n.up = true;
	assert_int_equal(xeap_port_refresh(p, &diag), 0);
	expect_with_rule(p);
	xeap_port_close(p);
	expect_untouched();
}

/* Zero-copy turns out not to be had once it is up; frames that are lent stay good. */
static void test_down_without_zero_copy(void **state)
{
	struct xeap_frame *f;
	struct xeap_port *p;

	nic->n.up = false;
	nic->zero_copy = false;
	p = open_port();
	f = xeap_pool_lend(xeap_port_pool(p));
	assert_non_null(f);
	nic->n.up = true;
	assert_int_equal(xeap_port_refresh(p, &diag), 0);
	expect_without(p, "zero-copy: driver fake has no AF_XDP zero-copy");
	f->c.len = 60;
	assert_int_equal(xeap_port_transmit(p, f), 0);
	while (xeap_frame_get_state(f) == XEAP_FRAME_QUEUED)
		xeap_rings_flush(rings);
	xeap_frame_give_back(f);
	xeap_port_close(p);
}

static void test_netdev_goes(void **state)
{
	struct xeap_port *p = open_port();

	fake_remove_netdev("p0");
	xeap_port_close(p);
}

static void expect_funnel(const struct xeap_port *p)
{
	assert_string_equal(info(p).ring, "funnel");
	assert_int_equal(info(p).flow_queue, -1);
	assert_int_equal(info(p).mode, XEAP_MODE_NATIVE);
	assert_int_not_equal(info(p).note[0], 0);
	expect_untouched();
}

/* With a funnel: own rings for a port with its own queue, the funnel for those without. */
static void test_beside_a_funnel(void **state)
{
	struct xeap_port *p = open_port();

	expect_with_rule(p);
	assert_string_equal(info(p).ring, "own");
	xeap_port_close(p);
	nic->zero_copy = false;
	p = open_port();
	expect_funnel(p);
	xeap_port_close(p);
	nic->takes_rules = false;
	p = open_port();
	expect_funnel(p);
	xeap_port_close(p);
}

/* Each call fails once: whatever the port came to, nothing of the rule stays. */
static void test_each_call_fails(void **state)
{
	unsigned int before, total;
	struct xeap_port *p;

	before = fake.calls;
	p = open_port();
	total = fake.calls - before;
	xeap_port_close(p);
	for (unsigned int n = 1; n <= total; n++) {
		struct xeap_port_options o = { .size = sizeof(o) };

		p = NULL;
		fake.fail_at = fake.calls + n;
		fake.fail_with = EIO;
		xeap_port_open(rings, "p0", &o, &p, &diag);
		xeap_port_close(p);
		expect_untouched();
		assert_int_equal(fake.links + fake.memberships, 0);
	}
}

static void test_names(void **state)
{
	enum xeap_flow_rule_use use = XEAP_FLOW_RULE_MAX;

	for (unsigned int i = 0; i < XEAP_FLOW_RULE_MAX; i++) {
		enum xeap_flow_rule_use given = (enum xeap_flow_rule_use)i;

		assert_int_equal(xeap_flow_rule_parse(xeap_flow_rule_name(given), &use), 0);
		assert_int_equal(use, given);
	}
	assert_string_equal(xeap_flow_rule_name(XEAP_FLOW_RULE_MAX), "?");
	assert_int_equal(xeap_flow_rule_parse("on", &use), -EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, bed_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rule),
		TEST(test_spread),
		TEST(test_own_spread),
		TEST(test_spread_that_leaves_it_free),
		TEST(test_no_zero_copy),
		TEST(test_no_rules),
		TEST(test_spread_is_fixed),
		TEST(test_not_tried),
		TEST(test_stale),
		TEST(test_somebody_elses),
		TEST(test_generic),
		TEST(test_neither),
		TEST(test_live_neighbour),
		TEST(test_down),
		TEST(test_down_without_zero_copy),
		TEST(test_netdev_goes),
		cmocka_unit_test_setup_teardown(test_beside_a_funnel, setup_funnel, bed_teardown),
		TEST(test_each_call_fails),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
