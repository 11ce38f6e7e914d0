/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What the probe concludes from what the kernel says and from how joining ends, on netdevs that no
 * test machine has: everything that probe.c calls is replaced.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <xeap/port.h>
#include "base/diag.h"
#include "port/netdev.h"
#include "port/sys.h"

#define JOINED_BUT_DOWN 1

static struct {
	int features_err;
	uint64_t features;
	struct xeap_netdev_program program;
	int join[XEAP_MODE_MAX]; /* how it ends: 0, JOINED_BUT_DOWN or a negative errno */
	unsigned int tried[XEAP_MODE_MAX];
	int open_ports, open_rings;
	int read_err;
	int rules, spread; /* what asking for them answers */
	struct xeap_sys_strip strip;
	const char *driver; /* NULL: "nic" */
	uint32_t queues;    /* 0: 4 */
} k;

int xeap_sys_rules(int ifindex, struct xeap_sys_rule *ret_rules, unsigned int max)
{
	return k.rules;
}

int xeap_sys_spread_read(int ifindex, uint32_t **ret_table, uint32_t *ret_size)
{
	*ret_table = NULL;
	*ret_size = 1;
	return k.spread;
}

int xeap_sys_strip_read(int ifindex, struct xeap_sys_strip *ret_strip)
{
	*ret_strip = k.strip;
	return 0;
}

/* Nothing is changed by a probe. */

int xeap_sys_rule_add(int ifindex, uint32_t queue, uint32_t *ret_location)
{
	fail_msg("a rule was added");
	return -EIO;
}

int xeap_sys_rule_delete(int ifindex, uint32_t location)
{
	fail_msg("a rule was removed");
	return -EIO;
}

int xeap_sys_spread_write(int ifindex, const uint32_t *table, uint32_t size)
{
	fail_msg("other traffic was moved");
	return -EIO;
}

int xeap_sys_strip_write(int ifindex, uint32_t which, bool on)
{
	fail_msg("a feature was changed");
	return -EIO;
}

int xeap_sys_netdev_index(const char *name)
{
	return strcmp(name, "eth7") ? -ENODEV : 7;
}

int xeap_sys_netdev_read(int ifindex, struct xeap_netdev *ret_netdev)
{
	if (k.read_err)
		return k.read_err;
	*ret_netdev = (struct xeap_netdev){ .ifindex = ifindex,
					    .name = "eth7",
					    .mtu = 1500,
					    .queues = k.queues ? k.queues : 4,
					    .ethernet = true,
					    .up = true };
	snprintf(ret_netdev->driver, sizeof(ret_netdev->driver), "%s", k.driver ? k.driver : "nic");
	return 0;
}

int xeap_netdev_features(int ifindex, uint64_t *ret_features)
{
	if (!k.features_err)
		*ret_features = k.features;
	return k.features_err;
}

int xeap_netdev_program(int ifindex, struct xeap_netdev_program *ret_program)
{
	*ret_program = k.program;
	return 0;
}

int xeap_rings_new(const struct xeap_rings_options *options, struct xeap_rings **ret_rings,
		   struct xeap_diag *ret_diag)
{
	k.open_rings++;
	*ret_rings = NULL;
	return 0;
}

struct xeap_rings *xeap_rings_free(struct xeap_rings *rings)
{
	k.open_rings--;
	return NULL;
}

static enum xeap_mode joined;

int xeap_port_open(struct xeap_rings *rings, const char *ifname,
		   const struct xeap_port_options *options, struct xeap_port **ret_port,
		   struct xeap_diag *ret_diag)
{
	int err = k.join[options->mode];

	k.tried[options->mode]++;
	if (err < 0)
		return xeap_diag_set(ret_diag, err, XEAP_E_NOT_SUPPORTED,
				     "port %s, mode %d: %s: pray", ifname, options->mode,
				     strerror(-err));
	joined = options->mode;
	k.open_ports++;
	*ret_port = NULL;
	return 0;
}

struct xeap_port *xeap_port_close(struct xeap_port *port)
{
	k.open_ports--;
	return NULL;
}

void xeap_port_get_info(const struct xeap_port *port, struct xeap_port_info *ret_info)
{
	*ret_info = (struct xeap_port_info){ .waiting = k.join[joined] == JOINED_BUT_DOWN };
}

static struct xeap_port_probe probe(void)
{
	static char steer; /* any address: nobody looks into it here */
	struct xeap_port_probe p;

	assert_int_equal(xeap_port_probe((struct xeap_steer *)(void *)&steer, "eth7", &p, NULL), 0);
	assert_int_equal(k.open_ports, 0);
	assert_int_equal(k.open_rings, 0);
	return p;
}

static void expect(const struct xeap_port_probe *p, enum xeap_probe_result zero_copy,
		   enum xeap_probe_result native, enum xeap_probe_result generic,
		   enum xeap_probe_result packet)
{
	assert_int_equal(p->mode[XEAP_MODE_ZERO_COPY], zero_copy);
	assert_int_equal(p->mode[XEAP_MODE_NATIVE], native);
	assert_int_equal(p->mode[XEAP_MODE_GENERIC], generic);
	assert_int_equal(p->mode[XEAP_MODE_PACKET], packet);
}

static int reset(void **state)
{
	memset(&k, 0, sizeof(k));
	return 0;
}

/* A driver that can do all is not troubled: native attaching may restart its rings. */
static void test_kernel_says_yes(void **state)
{
	struct xeap_port_probe p;

	k.features = XEAP_XDP_BASIC | XEAP_XDP_REDIRECT | XEAP_XDP_ZERO_COPY;
	p = probe();
	expect(&p, XEAP_PROBE_YES, XEAP_PROBE_YES, XEAP_PROBE_TRIED, XEAP_PROBE_TRIED);
	assert_int_equal(k.tried[XEAP_MODE_NATIVE] + k.tried[XEAP_MODE_ZERO_COPY], 0);
	assert_int_equal(p.info.mode, XEAP_MODE_NATIVE); /* zero-copy is had on request only */
	assert_string_equal(p.blocked, "");
	assert_int_equal(p.info.queues, 4);
}

static void test_kernel_says_no(void **state)
{
	struct xeap_port_probe p;

	k.features = XEAP_XDP_BASIC; /* a driver that cannot redirect is of no use */
	p = probe();
	expect(&p, XEAP_PROBE_NO, XEAP_PROBE_NO, XEAP_PROBE_TRIED, XEAP_PROBE_TRIED);
	assert_int_equal(p.info.mode, XEAP_MODE_GENERIC);
	assert_string_equal(p.blocked, "driver nic has no native XDP");
	k.join[XEAP_MODE_GENERIC] = -EBUSY; /* the first obstacle is the one that is told */
	p = probe();
	assert_string_equal(p.blocked, "driver nic has no native XDP");
	assert_int_equal(p.mode[XEAP_MODE_GENERIC], XEAP_PROBE_NO);
	assert_int_equal(p.info.mode, XEAP_MODE_PACKET);
}

/* Before Linux 6.3: everything is tried. */
static void test_all_tried(void **state)
{
	struct xeap_port_probe p;

	k.features_err = -EOPNOTSUPP;
	k.join[XEAP_MODE_ZERO_COPY] = -EOPNOTSUPP;
	p = probe();
	expect(&p, XEAP_PROBE_NO, XEAP_PROBE_TRIED, XEAP_PROBE_TRIED, XEAP_PROBE_TRIED);
	for (enum xeap_mode m = XEAP_MODE_ZERO_COPY; m < XEAP_MODE_MAX; m++)
		assert_int_equal(k.tried[m], 1);
	assert_string_equal(p.blocked, "Operation not supported: pray");
}

static void test_no_permission(void **state)
{
	struct xeap_port_probe p;

	k.features_err = -EOPNOTSUPP;
	for (enum xeap_mode m = XEAP_MODE_ZERO_COPY; m < XEAP_MODE_MAX; m++)
		k.join[m] = -EPERM;
	p = probe();
	expect(&p, XEAP_PROBE_UNKNOWN, XEAP_PROBE_UNKNOWN, XEAP_PROBE_UNKNOWN, XEAP_PROBE_UNKNOWN);
	assert_int_equal(p.info.mode, XEAP_MODE_AUTO);
	assert_int_equal(p.mode[XEAP_MODE_AUTO], XEAP_PROBE_NO);
	assert_string_equal(p.blocked, "Operation not permitted: pray");
}

/* Joined, but nothing could be bound: xeap would still take that mode. */
static void test_down(void **state)
{
	struct xeap_port_probe p;

	k.features_err = -EOPNOTSUPP;
	k.join[XEAP_MODE_ZERO_COPY] = k.join[XEAP_MODE_NATIVE] = JOINED_BUT_DOWN;
	k.join[XEAP_MODE_GENERIC] = JOINED_BUT_DOWN;
	p = probe();
	expect(&p, XEAP_PROBE_UNKNOWN, XEAP_PROBE_UNKNOWN, XEAP_PROBE_UNKNOWN, XEAP_PROBE_TRIED);
	assert_int_equal(p.info.mode, XEAP_MODE_NATIVE);
	assert_non_null(strstr(p.blocked, "down"));
}

static void test_program_there(void **state)
{
	struct xeap_port_probe p;

	k.features = XEAP_XDP_BASIC | XEAP_XDP_REDIRECT;
	k.program = (struct xeap_netdev_program){ .id = 42, .mode = "generic" };
	p = probe();
	expect(&p, XEAP_PROBE_NO, XEAP_PROBE_NO, XEAP_PROBE_NO, XEAP_PROBE_TRIED);
	assert_string_equal(p.blocked, "XDP program (id 42, generic) is attached");
	assert_int_equal(p.info.mode, XEAP_MODE_PACKET);
	assert_int_equal(k.tried[XEAP_MODE_GENERIC], 0);
}

static void test_gone_in_between(void **state)
{
	struct xeap_port_probe p = { .blocked = "untouched" };
	struct xeap_diag diag = { 0 };

	k.join[XEAP_MODE_PACKET] = -ENODEV;
	assert_int_equal(xeap_port_probe(NULL, "eth7", &p, &diag), -ENODEV);
	assert_non_null(strstr(diag.text, "eth7"));
	assert_string_equal(p.blocked, "untouched");
	k.read_err = -EMFILE;
	assert_int_equal(xeap_port_probe(NULL, "eth7", &p, &diag), -EMFILE);
	assert_int_equal(xeap_port_probe(NULL, "eth8", &p, NULL), -ENODEV);
	assert_int_equal(k.open_rings, 0);
}

static void expect_rule(int rules, int spread, uint32_t queues, enum xeap_probe_result result)
{
	k.rules = rules;
	k.spread = spread;
	k.queues = queues;
	assert_int_equal(probe().flow_rule, result);
}

static void test_flow_rule(void **state)
{
	expect_rule(0, 0, 4, XEAP_PROBE_YES);
	expect_rule(3, 0, 2, XEAP_PROBE_YES);
	expect_rule(0, 0, 1, XEAP_PROBE_NO);
	expect_rule(-EOPNOTSUPP, 0, 4, XEAP_PROBE_NO);
	expect_rule(0, -EOPNOTSUPP, 4, XEAP_PROBE_NO);
	expect_rule(-EPERM, 0, 4, XEAP_PROBE_UNKNOWN);
}

static void test_tags(void **state)
{
	assert_int_equal(probe().tags, XEAP_VLAN_TAGS_KEPT);
	k.strip.active = XEAP_STRIP_CTAG;
	assert_int_equal(probe().tags, XEAP_VLAN_TAGS_FIXED);
	k.strip.changeable = XEAP_STRIP_CTAG;
	assert_int_equal(probe().tags, XEAP_VLAN_TAGS_STRIPPED);
	k.strip.active |= XEAP_STRIP_STAG;
	assert_int_equal(probe().tags, XEAP_VLAN_TAGS_FIXED);
	k.driver = "veth";
	assert_int_equal(probe().tags, XEAP_VLAN_TAGS_FAR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_kernel_says_yes, reset),
		cmocka_unit_test_setup(test_kernel_says_no, reset),
		cmocka_unit_test_setup(test_all_tried, reset),
		cmocka_unit_test_setup(test_no_permission, reset),
		cmocka_unit_test_setup(test_down, reset),
		cmocka_unit_test_setup(test_program_there, reset),
		cmocka_unit_test_setup(test_gone_in_between, reset),
		cmocka_unit_test_setup(test_flow_rule, reset),
		cmocka_unit_test_setup(test_tags, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
