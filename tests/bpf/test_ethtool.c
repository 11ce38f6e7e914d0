/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */

/*
 * What a port asks of its driver, on veth, and where VLAN tags are when a frame comes in: in it, or
 * beside it and out of sight.
 */
#include "port_bed.h"

#include <port/sys.h>
#include <port/vlan_strip.h>

static const char tag[4] = { (char)0x81, 0, 0, 7 };

static int ifindex_of(const char *name)
{
	return (int)if_nametoindex(name);
}

/* Read and written like ethtool -K does. */
static void test_features(void **state)
{
	struct xeap_sys_strip s;

	NEED_ROOT();
	assert_int_equal(xeap_sys_strip_read(ifindex_of("p0"), &s), 0);
	assert_int_equal(s.active, XEAP_STRIP_CTAG | XEAP_STRIP_STAG);
	assert_int_equal(s.changeable, XEAP_STRIP_CTAG | XEAP_STRIP_STAG);
	assert_int_equal(xeap_sys_strip_write(ifindex_of("p0"), XEAP_STRIP_CTAG, false), 0);
	assert_int_equal(sh("ethtool -k p0 | grep -q 'rx-vlan-offload: off'"), 0);
	assert_int_equal(sh("ethtool -k p0 | grep -q 'tx-vlan-offload: on'"), 0);
	assert_int_equal(sh("ethtool -k p0 | grep -q 'rx-vlan-stag-hw-parse: on'"), 0);
	assert_int_equal(xeap_sys_strip_read(ifindex_of("p0"), &s), 0);
	assert_int_equal(s.active, XEAP_STRIP_STAG);
	assert_int_equal(xeap_sys_strip_write(ifindex_of("p0"), XEAP_STRIP_CTAG, true), 0);
	assert_int_equal(sh("ethtool -k p0 | grep -q 'rx-vlan-offload: on'"), 0);
	assert_int_equal(xeap_sys_strip_read(9999, &s), -ENODEV);
	assert_int_equal(xeap_sys_strip_write(9999, XEAP_STRIP_CTAG, true), -ENODEV);
}

static void test_no_rules(void **state)
{
	struct xeap_sys_rule rule;
	uint32_t *table, size, location;

	NEED_ROOT();
	assert_int_equal(xeap_sys_rules(ifindex_of("p0"), &rule, 1), -EOPNOTSUPP);
	assert_int_equal(xeap_sys_rule_add(ifindex_of("p0"), 0, &location), -EOPNOTSUPP);
	assert_int_equal(xeap_sys_rule_delete(ifindex_of("p0"), 0), -EOPNOTSUPP);
	assert_int_equal(xeap_sys_spread_read(ifindex_of("p0"), &table, &size), -EOPNOTSUPP);
	assert_int_equal(xeap_sys_rules(9999, &rule, 1), -ENODEV);
}

/* A port of several queues without rules is served as ever, and says why not better. */
static void test_port_without_rules(void **state)
{
	struct state *s = *state;
	struct xeap_port_info info;
	struct xeap_port_probe probe;
	struct xeap_port *p;

	NEED_ROOT();
	sh("ip link del p0");
	assert_int_equal(sh("ip link add p0 numrxqueues 2 numtxqueues 2 type veth "
			    "peer name f0 numrxqueues 2 numtxqueues 2 && "
			    "ethtool -L p0 rx 2 tx 2; ip link set p0 up && ip link set f0 up"),
			 0);
	p = open_port(s, "p0", XEAP_MODE_AUTO);
	xeap_port_get_info(p, &info);
	assert_int_equal(info.mode, XEAP_MODE_NATIVE);
	assert_int_equal(info.queues, 2);
	assert_int_equal(info.flow_queue, -1);
	assert_string_equal(info.note, "zero-copy: the driver takes no flow rule for EAPOL");
	expect_in(s, p, "", 0, "f0");
	expect_out(s, p, "", 0, 20, "f0");
	xeap_port_close(p);
	assert_ok(xeap_port_probe(s->steer, "p0", &probe, &s->diag));
	assert_int_equal(probe.flow_rule, XEAP_PROBE_NO);
	assert_int_equal(probe.tags, XEAP_VLAN_TAGS_FAR);
}

/*
 * A VLAN netdev on the far end, or a bridge there, gives its tag to the driver beside the frame.
 * This program does what they do.
 */
static void tag_beside(const char *ifname)
{
	const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2, .imm = 0x0081 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3, .imm = 7 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_skb_vlan_push },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex_of(ifname),
		    .attach_point = BPF_TC_EGRESS);
	LIBBPF_OPTS(bpf_tc_opts, tc);

	tc.prog_fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "tag", "GPL", program,
				   sizeof(program) / sizeof(program[0]), NULL);
	assert_true(tc.prog_fd >= 0);
	assert_int_equal(bpf_tc_hook_create(&hook), 0);
	assert_int_equal(bpf_tc_attach(&hook, &tc), 0);
	close(tc.prog_fd);
}

/* What arrives of an untagged frame that got a tag on the way out of the far end. */
static bool arrives_tagged(struct state *s)
{
	uint8_t frame[64];
	size_t len = request(frame, "", 0, 60);
	int fd = far_socket("f0");
	struct xeap_rx rx;
	bool tagged;

	assert_int_equal(send(fd, frame, len, 0), len);
	assert_int_equal(receive(s, &rx, 1), 1);
	tagged = !memcmp(rx.data.data + 12, tag, sizeof(tag));
	assert_int_equal(rx.data.len, tagged ? len + 4 : len);
	xeap_rings_recycle(s->rings, &rx, 1);
	close(fd);
	return tagged;
}

/*
 * A tag in the frame is seen in both modes, whatever this end's rxvlan says; one beside it
 * in neither: it takes the far end's txvlan to see that.
 */
static void check_tags(struct state *s, enum xeap_mode mode)
{
	struct xeap_port *p = open_port(s, "p0", mode);

	assert_ok(xeap_vlan_strip_settle(p, &s->diag));
	expect_in(s, p, tag, sizeof(tag), "f0");
	sh("ethtool -K p0 rxvlan off");
	expect_in(s, p, tag, sizeof(tag), "f0");
	tag_beside("f0");
	assert_false(arrives_tagged(s));
	sh("ethtool -K p0 rxvlan on; ethtool -K f0 txvlan off");
	assert_true(arrives_tagged(s));
	xeap_port_close(p);
}

static void test_tags_native(void **state)
{
	NEED_ROOT();
	check_tags(*state, XEAP_MODE_NATIVE);
}

static void test_tags_generic(void **state)
{
	NEED_ROOT();
	check_tags(*state, XEAP_MODE_GENERIC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_features),	TEST(test_no_rules),	 TEST(test_port_without_rules),
		TEST(test_tags_native), TEST(test_tags_generic),
	};

	enter_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
