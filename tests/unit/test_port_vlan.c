/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/* Devices that take VLAN tags off, and ports that need them. */
#include <errno.h>
#include "rings_bed.h"
#include <port/vlan_strip.h>

static struct fake_netdev *nic;

static int setup(void **state)
{
	int err = bed_setup(state);

	nic = &fake.netdev[0];
	nic->strip.active = XEAP_STRIP_CTAG;
	nic->strip.changeable = XEAP_STRIP_CTAG | XEAP_STRIP_STAG;
	return err;
}

static int try_open(enum xeap_vlan_strip use, struct xeap_port **ret_port)
{
	struct xeap_port_options o = { .size = sizeof(o), .vlan_strip = use, .vlans = true };

	return xeap_port_open(rings, "p0", &o, ret_port, &diag);
}

static struct xeap_port *open_port(enum xeap_vlan_strip use)
{
	struct xeap_port *p = NULL;

	if (try_open(use, &p))
		fail_msg("%s", diag.text);
	return p;
}

static void expect_refusal(enum xeap_vlan_strip use, const char *why)
{
	struct xeap_port *p = NULL;

	assert_int_equal(try_open(use, &p), -EOPNOTSUPP);
	assert_null(p);
	if (!strstr(diag.text, why))
		fail_msg("%s", diag.text);
	assert_int_equal(nic->strip.active, XEAP_STRIP_CTAG);
	assert_int_equal(nic->link, 0);
}

static void test_refused(void **state)
{
	expect_refusal(XEAP_VLAN_STRIP_REFUSE,
		       "port p0: its device takes VLAN tags off before XDP sees them: let xeap "
		       "switch that off (--vlan-strip off), or do it with 'ethtool -K'");
}

/* Only what was on is switched off, and that alone on again. */
static void test_switched_off(void **state)
{
	struct xeap_port *p = open_port(XEAP_VLAN_STRIP_OFF);

	assert_int_equal(nic->strip.active, 0);
	assert_int_equal(xeap_vlan_strip_settle(p, &diag), 0);
	xeap_port_close(p);
	assert_int_equal(nic->strip.active, XEAP_STRIP_CTAG);
}

/* A port that serves no VLAN is none of its business. */
static void test_no_vlans(void **state)
{
	struct xeap_port_options o = { .size = sizeof(o), .vlan_strip = XEAP_VLAN_STRIP_OFF };
	struct xeap_port *p = NULL;

	assert_int_equal(xeap_port_open(rings, "p0", &o, &p, &diag), 0);
	assert_int_equal(nic->strip.active, XEAP_STRIP_CTAG);
	xeap_port_close(p);
}

static void test_fixed(void **state)
{
	nic->strip.changeable = XEAP_STRIP_STAG;
	expect_refusal(XEAP_VLAN_STRIP_OFF, "its driver cannot do otherwise");
}

static void test_driver_goes_on(void **state)
{
	nic->keeps_stripping = true;
	expect_refusal(XEAP_VLAN_STRIP_OFF, "does not let that be switched off");
}

static void test_nothing_to_do(void **state)
{
	struct xeap_port *p;

	nic->strip.active = 0;
	p = open_port(XEAP_VLAN_STRIP_REFUSE);
	xeap_port_close(p);
	/* a veth's features mean nothing */
	nic->strip.active = XEAP_STRIP_CTAG | XEAP_STRIP_STAG;
	strcpy(nic->n.driver, "veth");
	p = open_port(XEAP_VLAN_STRIP_REFUSE);
	xeap_port_close(p);
	assert_int_equal(nic->strip.active, XEAP_STRIP_CTAG | XEAP_STRIP_STAG);
}

static void test_gone(void **state)
{
	struct xeap_port *p = open_port(XEAP_VLAN_STRIP_OFF);

	fake_remove_netdev("p0");
	xeap_port_close(p);
}

static void test_names(void **state)
{
	enum xeap_vlan_strip use = XEAP_VLAN_STRIP_MAX;

	for (unsigned int i = 0; i < XEAP_VLAN_STRIP_MAX; i++) {
		enum xeap_vlan_strip given = (enum xeap_vlan_strip)i;

		assert_int_equal(xeap_vlan_strip_parse(xeap_vlan_strip_name(given), &use), 0);
		assert_int_equal(use, given);
	}
	assert_int_equal(xeap_vlan_strip_parse("on", &use), -EINVAL);
	assert_string_equal(xeap_vlan_strip_name(XEAP_VLAN_STRIP_MAX), "?");
	assert_string_equal(xeap_vlan_tags_name(XEAP_VLAN_TAGS_STRIPPED), "stripped");
	assert_string_equal(xeap_vlan_tags_name(XEAP_VLAN_TAGS_MAX), "?");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, bed_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_refused), TEST(test_switched_off),	  TEST(test_no_vlans),
		TEST(test_fixed),   TEST(test_driver_goes_on),	  TEST(test_nothing_to_do),
		TEST(test_gone),    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
