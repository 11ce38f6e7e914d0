/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What the probe says of netdevs whose abilities are known: a veth has native XDP and no zero-copy,
 * a bridge has generic XDP only.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include "tests/bpf/veth.h"
#include "port/netdev.h"
#include <xeap/port.h>

static struct xeap_steer *steer;

static int set_up(void **state)
{
	struct xeap_diag diag = { 0 };

	if (own_namespace()) {
		print_message("skipped: no network namespace: run as root\n");
		return 0;
	}
	if (xeap_steer_open(NULL, &steer, &diag)) {
		print_error("%s\n", diag.text);
		return -1;
	}
	if (sh("ip link add p0 address 02:00:00:00:00:07 type veth peer name f0 && "
	       "ip link set p0 up mtu 1400 && ip link set f0 up && ip link set lo up && "
	       "ip link add br0 type bridge && ip link set br0 up && "
	       "ip link add d0 type veth peer name d1"))
		return -1;
	return 0;
}

static int tear_down(void **state)
{
	steer = xeap_steer_close(steer);
	return 0;
}

static void probe(const char *ifname, struct xeap_port_probe *ret_probe)
{
	struct xeap_diag diag = { 0 };

	if (!steer)
		skip();
	if (xeap_port_probe(steer, ifname, ret_probe, &diag))
		fail_msg("%s", diag.text);
}

static bool can(enum xeap_probe_result result)
{
	return result == XEAP_PROBE_YES || result == XEAP_PROBE_TRIED;
}

static uint32_t attached(const char *ifname)
{
	struct xeap_netdev_program p;

	assert_int_equal(xeap_netdev_program((int)if_nametoindex(ifname), &p), 0);
	return p.id;
}

static void test_veth(void **state)
{
	struct xeap_port_probe p;

	probe("p0", &p);
	assert_true(can(p.mode[XEAP_MODE_NATIVE]));
	assert_int_equal(p.mode[XEAP_MODE_ZERO_COPY], XEAP_PROBE_NO);
	assert_int_equal(p.mode[XEAP_MODE_GENERIC], XEAP_PROBE_TRIED);
	assert_int_equal(p.mode[XEAP_MODE_PACKET], XEAP_PROBE_TRIED);
	assert_int_equal(p.info.mode, XEAP_MODE_NATIVE);
	assert_non_null(strstr(p.blocked, "driver veth has no AF_XDP zero-copy"));
	assert_string_equal(p.info.ifname, "p0");
	assert_string_equal(p.info.driver, "veth");
	assert_memory_equal(p.info.mac, "\2\0\0\0\0\7", 6);
	assert_int_equal(p.info.mtu, 1400);
	assert_true(p.info.queues >= 1);
	assert_int_equal(p.info.ifindex, if_nametoindex("p0"));
	assert_int_equal(attached("p0"), 0);
}

static void test_generic_only(void **state)
{
	struct xeap_port_probe p;

	probe("br0", &p);
	assert_int_equal(p.mode[XEAP_MODE_NATIVE], XEAP_PROBE_NO);
	assert_int_equal(p.mode[XEAP_MODE_ZERO_COPY], XEAP_PROBE_NO);
	assert_int_equal(p.mode[XEAP_MODE_GENERIC], XEAP_PROBE_TRIED);
	assert_int_equal(p.info.mode, XEAP_MODE_GENERIC);
	assert_non_null(strstr(p.blocked, "driver bridge has no native XDP"));
	assert_int_equal(attached("br0"), 0);
}

/*
 * As xeap would get it: a probe that promises a mode which the port does not give is worth nothing.
 */
static void test_keeps_its_word(void **state)
{
	static const char *const ports[] = { "p0", "br0", "d0" };

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		struct xeap_rings_options options = { .size = sizeof(options) };
		struct xeap_rings *rings;
		struct xeap_port_info info;
		struct xeap_port_probe p;
		struct xeap_port *port;

		probe(ports[i], &p);
		options.steer = steer;
		assert_int_equal(xeap_rings_new(&options, &rings, NULL), 0);
		assert_int_equal(xeap_port_open(rings, ports[i], NULL, &port, NULL), 0);
		xeap_port_get_info(port, &info);
		assert_int_equal(p.info.mode, info.mode);
		assert_string_equal(p.info.driver, info.driver);
		assert_int_equal(p.info.queues, info.queues);
		xeap_rings_free(rings);
	}
}

/* Down or not, it is the same port; only what must be bound may remain unknown. */
static void test_down(void **state)
{
	struct xeap_port_probe p;

	probe("d0", &p);
	assert_int_equal(p.info.mode, XEAP_MODE_NATIVE);
	assert_int_not_equal(p.mode[XEAP_MODE_NATIVE], XEAP_PROBE_NO);
	assert_int_not_equal(p.mode[XEAP_MODE_GENERIC], XEAP_PROBE_NO);
	assert_int_equal(p.mode[XEAP_MODE_ZERO_COPY], XEAP_PROBE_NO);
	assert_int_equal(attached("d0"), 0);
}

/*
 * Since Linux 6.3 the kernel says what a driver can do, and is believed; before, each mode is
 * tried.
 */
static void test_features(void **state)
{
	uint64_t features = 0;
	struct xeap_port_probe p;
	int err = xeap_netdev_features((int)if_nametoindex("p0"), &features);

	probe("p0", &p);
	if (err) {
		assert_int_equal(err, -EOPNOTSUPP);
		assert_int_equal(p.mode[XEAP_MODE_NATIVE], XEAP_PROBE_TRIED);
		return;
	}
	assert_true(features & XEAP_XDP_BASIC && features & XEAP_XDP_REDIRECT);
	assert_false(features & XEAP_XDP_ZERO_COPY);
	assert_int_equal(p.mode[XEAP_MODE_NATIVE], XEAP_PROBE_YES);
	assert_int_equal(xeap_netdev_features(99999, &features), -ENODEV);
}

static int foreign_program(void)
{
	struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "foreign", "GPL", code, 2, NULL);
}

static void check_foreign(uint32_t flags, const char *mode)
{
	int ifindex = (int)if_nametoindex("p0"), program = foreign_program();
	struct xeap_port_probe p;
	char expected[64];
	uint32_t id;

	assert_true(program >= 0);
	assert_int_equal(bpf_xdp_attach(ifindex, program, flags, NULL), 0);
	id = attached("p0");
	assert_int_not_equal(id, 0);
	probe("p0", &p);
	snprintf(expected, sizeof(expected), "XDP program foreign (id %u, %s) is attached", id,
		 mode);
	assert_string_equal(p.blocked, expected);
	assert_int_equal(p.mode[XEAP_MODE_NATIVE], XEAP_PROBE_NO);
	assert_int_equal(p.mode[XEAP_MODE_GENERIC], XEAP_PROBE_NO);
	assert_int_equal(p.mode[XEAP_MODE_PACKET], XEAP_PROBE_TRIED);
	assert_int_equal(p.info.mode, XEAP_MODE_PACKET);
	assert_int_equal(attached("p0"), id); /* and it was left alone */
	bpf_xdp_detach(ifindex, flags, NULL);
	close(program);
}

static void test_foreign_program(void **state)
{
	if (!steer)
		skip();
	check_foreign(XDP_FLAGS_DRV_MODE, "native");
	check_foreign(XDP_FLAGS_SKB_MODE, "generic");
}

static void test_without_program(void **state)
{
	struct xeap_port_probe p;

	if (!steer)
		skip();
	assert_int_equal(xeap_port_probe(NULL, "p0", &p, NULL), 0);
	assert_int_equal(p.mode[XEAP_MODE_NATIVE], XEAP_PROBE_UNKNOWN);
	assert_int_equal(p.mode[XEAP_MODE_GENERIC], XEAP_PROBE_UNKNOWN);
	assert_int_equal(p.mode[XEAP_MODE_ZERO_COPY], XEAP_PROBE_UNKNOWN);
	assert_int_equal(p.mode[XEAP_MODE_PACKET], XEAP_PROBE_TRIED);
	assert_int_equal(p.info.mode, XEAP_MODE_PACKET);
	assert_true(p.blocked[0]);
}

static void test_refused(void **state)
{
	struct xeap_port_probe p = { .blocked = "untouched" };
	struct xeap_diag diag = { 0 };

	if (!steer)
		skip();
	assert_int_equal(xeap_port_probe(steer, "nowhere", &p, &diag), -ENODEV);
	assert_non_null(strstr(diag.text, "nowhere"));
	assert_int_equal(xeap_port_probe(steer, "lo", &p, &diag), -EOPNOTSUPP);
	assert_non_null(strstr(diag.text, "lo is not an Ethernet port"));
	assert_string_equal(p.blocked, "untouched");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_veth),
		cmocka_unit_test(test_generic_only),
		cmocka_unit_test(test_keeps_its_word),
		cmocka_unit_test(test_down),
		cmocka_unit_test(test_features),
		cmocka_unit_test(test_foreign_program),
		cmocka_unit_test(test_without_program),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
