/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "veth.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <linux/types.h>
#include <sys/mman.h>
#include <xdp/xsk.h>
#include <xeap/steer.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#include <bpf/steer.skel.h>
#pragma GCC diagnostic pop

/*
 * Verdicts of bpf/steer.bpf.c by BPF_PROG_TEST_RUN: packets as data, and what becomes of them. Both
 * programs, xdp and xdp.frags, must agree on every row.
 */

#define PAE "\x01\x80\xc2\x00\x00\x03"
#define BRIDGE "\x01\x80\xc2\x00\x00\x00"
#define LLDP "\x01\x80\xc2\x00\x00\x0e"
#define LACP "\x01\x80\xc2\x00\x00\x02"
#define BROADCAST "\xff\xff\xff\xff\xff\xff"
#define MAC "\x02\x00\x00\x00\x00\x01"
#define STRANGER "\x02\x00\x00\x00\x00\x77"
#define SRC "\x02\x00\x00\x00\x00\x09"
#define VLAN7 "\x81\x00\x00\x07"
#define VLAN0 "\x81\x00\xe0\x00"
#define SVLAN "\x88\xa8\x00\x64"
#define TYPE "\x88\x8e"
#define IDENTITY "\x01\x2a\x00\x05\x01"
#define EAPOL TYPE "\x02\x00\x00\x05" IDENTITY
#define PADDING "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

enum where {
	HERE,	   /* slot 1, a socket on queue 0 */
	HERE_ANY,  /* the same with XEAP_STEER_F_ANY_UNICAST */
	UNTAGGED,  /* the same with XEAP_STEER_F_UNTAGGED_ONLY */
	VLANS,	   /* the same with XEAP_STEER_F_VLANS: VIDs 7, 4094, and 7 within 100 */
	VLANS_TOO, /* the same with XEAP_STEER_F_UNTAGGED, too */
	ALL_TYPES, /* the same with all types in the mask */
	MUTE,	   /* slot 2, no socket */
	NOWHERE,   /* a netdev that is no port */
	FAR_QUEUE, /* slot 3, queue 65 */
	WHERE_MAX
};

struct row {
	const char *what;
	const char *bytes;
	size_t len;
	enum where where;
	enum xeap_steer_reason reason;
};

#define ROW(what, bytes, where, reason)                                                            \
	{                                                                                          \
		what, bytes, sizeof(bytes) - 1, where, XEAP_STEER_##reason                         \
	}

static const struct row rows[] = {
	ROW("to the PAE group", PAE SRC EAPOL, HERE, REDIRECTED),
	ROW("padded to 60", PAE SRC EAPOL PADDING, HERE, REDIRECTED),
	ROW("to the bridge group", BRIDGE SRC EAPOL, HERE, REDIRECTED),
	ROW("to the nearest bridge group", LLDP SRC EAPOL, HERE, REDIRECTED),
	ROW("to the port itself", MAC SRC EAPOL, HERE, REDIRECTED),
	ROW("EAPOL version 1", PAE SRC TYPE "\x01\x00\x00\x05" IDENTITY, HERE, REDIRECTED),
	ROW("EAPOL version 3", PAE SRC TYPE "\x03\x00\x00\x05" IDENTITY, HERE, REDIRECTED),
	ROW("EAPOL version 255", PAE SRC TYPE "\xff\x00\x00\x05" IDENTITY, HERE, REDIRECTED),
	ROW("empty body", PAE SRC TYPE "\x02\x00\x00\x00", HERE, REDIRECTED),
	ROW("VLAN tag", PAE SRC VLAN7 EAPOL, HERE, REDIRECTED),
	ROW("service tag", PAE SRC SVLAN EAPOL, HERE, REDIRECTED),
	ROW("priority tag", PAE SRC VLAN0 EAPOL, HERE, REDIRECTED),
	ROW("QinQ", PAE SRC SVLAN VLAN7 EAPOL, HERE, REDIRECTED),
	ROW("two 802.1Q tags", PAE SRC VLAN7 VLAN0 EAPOL, HERE, REDIRECTED),
	ROW("any unicast, to a stranger", STRANGER SRC EAPOL, HERE_ANY, REDIRECTED),
	ROW("any unicast, to the PAE group", PAE SRC EAPOL, HERE_ANY, REDIRECTED),
	ROW("untagged only, untagged", PAE SRC EAPOL, UNTAGGED, REDIRECTED),
	ROW("untagged only, priority tag", PAE SRC VLAN0 EAPOL, UNTAGGED, REDIRECTED),
	ROW("a VLAN of the port", PAE SRC VLAN7 EAPOL, VLANS, REDIRECTED),
	ROW("the same with a service tag", PAE SRC "\x88\xa8\x00\x07" EAPOL, VLANS, REDIRECTED),
	ROW("the same with priority 7 and DEI", PAE SRC "\x81\x00\xf0\x07" EAPOL, VLANS,
	    REDIRECTED),
	ROW("the last VLAN", PAE SRC "\x81\x00\x0f\xfe" EAPOL, VLANS, REDIRECTED),
	ROW("a VLAN within a VLAN", PAE SRC SVLAN VLAN7 EAPOL, VLANS, REDIRECTED),
	ROW("a VLAN within a priority tag", PAE SRC VLAN0 VLAN7 EAPOL, VLANS, REDIRECTED),
	ROW("a priority tag within a VLAN", PAE SRC VLAN7 VLAN0 EAPOL, VLANS, REDIRECTED),
	ROW("to the port itself, tagged", MAC SRC VLAN7 EAPOL, VLANS, REDIRECTED),
	ROW("VLANs and untagged, tagged", PAE SRC VLAN7 EAPOL, VLANS_TOO, REDIRECTED),
	ROW("VLANs and untagged, untagged", PAE SRC EAPOL, VLANS_TOO, REDIRECTED),
	ROW("VLANs and untagged, priority tag", PAE SRC VLAN0 EAPOL, VLANS_TOO, REDIRECTED),
	ROW("all types, MKA", PAE SRC TYPE "\x03\x05\x00\x05" IDENTITY, ALL_TYPES, REDIRECTED),
	ROW("all types, type 31", PAE SRC TYPE "\x03\x1f\x00\x05" IDENTITY, ALL_TYPES, REDIRECTED),

	ROW("no socket", PAE SRC EAPOL, MUTE, NO_SOCKET),
	ROW("no socket, tagged", PAE SRC VLAN7 EAPOL, MUTE, NO_SOCKET),
	ROW("unknown netdev", PAE SRC EAPOL, NOWHERE, UNKNOWN_PORT),
	ROW("unknown netdev, tagged", PAE SRC VLAN7 EAPOL, NOWHERE, UNKNOWN_PORT),
	ROW("queue 65", PAE SRC EAPOL, FAR_QUEUE, BAD_QUEUE),

	ROW("IPv4", MAC SRC "\x08\x00\x45" PADDING, HERE, NOT_EAPOL),
	ROW("IPv4, unknown netdev", MAC SRC "\x08\x00\x45" PADDING, NOWHERE, NOT_EAPOL),
	ROW("IPv4, tagged", MAC SRC VLAN7 "\x08\x00\x45" PADDING, HERE, NOT_EAPOL),
	ROW("ARP, QinQ", BROADCAST SRC SVLAN VLAN7 "\x08\x06" PADDING, HERE, NOT_EAPOL),
	ROW("LLC length", BRIDGE SRC "\x00\x26\x42\x42\x03" PADDING, HERE, NOT_EAPOL),
	ROW("0x888e where a tag's TCI is", PAE SRC "\x81\x00\x88\x8e\x08\x00" PADDING, HERE,
	    NOT_EAPOL),

	ROW("Start", PAE SRC TYPE "\x02\x01\x00\x00", HERE, MASKED),
	ROW("Logoff", PAE SRC TYPE "\x02\x02\x00\x00", HERE, MASKED),
	ROW("Key", PAE SRC TYPE "\x02\x03\x00\x05" IDENTITY, HERE, MASKED),
	ROW("MKA", PAE SRC TYPE "\x03\x05\x00\x05" IDENTITY, HERE, MASKED),
	ROW("type 32", PAE SRC TYPE "\x02\x20\x00\x05" IDENTITY, HERE, MASKED),
	ROW("type 32 is not type 0", PAE SRC TYPE "\x02\x20\x00\x05" IDENTITY, ALL_TYPES, MASKED),
	ROW("type 255", PAE SRC TYPE "\x02\xff\x00\x05" IDENTITY, ALL_TYPES, MASKED),

	ROW("to a stranger", STRANGER SRC EAPOL, HERE, OTHER_DST),
	ROW("to the LACP group", LACP SRC EAPOL, HERE, OTHER_DST),
	ROW("to broadcast", BROADCAST SRC EAPOL, HERE, OTHER_DST),
	ROW("any unicast, to broadcast", BROADCAST SRC EAPOL, HERE_ANY, OTHER_DST),
	ROW("to the zero address", "\0\0\0\0\0\0" SRC EAPOL, HERE, OTHER_DST),

	ROW("version 0", PAE SRC TYPE "\x00\x00\x00\x05" IDENTITY, HERE, BAD_VERSION),
	ROW("body one byte short", PAE SRC TYPE "\x02\x00\x00\x06" IDENTITY, HERE, BAD_LENGTH),
	ROW("length 65535", PAE SRC TYPE "\x02\x00\xff\xff" IDENTITY, HERE, BAD_LENGTH),
	ROW("tagged, body one byte short", PAE SRC VLAN7 TYPE "\x02\x00\x00\x06" IDENTITY, HERE,
	    BAD_LENGTH),

	ROW("three tags", PAE SRC SVLAN VLAN7 VLAN7 EAPOL, HERE, VLAN_DEPTH),
	ROW("three tags, unknown netdev", PAE SRC SVLAN VLAN7 VLAN7 EAPOL, NOWHERE, VLAN_DEPTH),
	ROW("untagged only, tagged", PAE SRC VLAN7 EAPOL, UNTAGGED, OTHER_VLAN),
	ROW("untagged only, inner tag", PAE SRC VLAN0 VLAN7 EAPOL, UNTAGGED, OTHER_VLAN),

	ROW("VLANs, untagged", PAE SRC EAPOL, VLANS, OTHER_VLAN),
	ROW("VLANs, priority tag", PAE SRC VLAN0 EAPOL, VLANS, OTHER_VLAN),
	ROW("VLANs, two priority tags", PAE SRC VLAN0 VLAN0 EAPOL, VLANS, OTHER_VLAN),
	ROW("VLANs, another", PAE SRC "\x81\x00\x00\x08" EAPOL, VLANS, OTHER_VLAN),
	ROW("VLANs, another port's", PAE SRC "\x81\x00\x00\x09" EAPOL, VLANS, OTHER_VLAN),
	ROW("VLANs, the outer tag alone", PAE SRC SVLAN EAPOL, VLANS, OTHER_VLAN),
	ROW("VLANs, the other way round", PAE SRC VLAN7 SVLAN EAPOL, VLANS, OTHER_VLAN),
	ROW("VLANs, one within itself", PAE SRC VLAN7 VLAN7 EAPOL, VLANS, OTHER_VLAN),
	ROW("VLANs, to a stranger", STRANGER SRC VLAN7 EAPOL, VLANS, OTHER_DST),
	ROW("VLANs and untagged, another", PAE SRC SVLAN EAPOL, VLANS_TOO, OTHER_VLAN),

	ROW("ends after the EtherType", PAE SRC TYPE, HERE, RUNT),
	ROW("ends in the EAPOL header", PAE SRC TYPE "\x02\x00\x00", HERE, RUNT),
	ROW("ends before the tag", PAE SRC "\x81\x00", HERE, RUNT),
	ROW("ends in the tag", PAE SRC "\x81\x00\x00\x07\x88", HERE, RUNT),
	ROW("ends in the second tag", PAE SRC SVLAN "\x81\x00\x00", HERE, RUNT),
	ROW("ends in the tag, unknown netdev", PAE SRC "\x81\x00\x00", NOWHERE, RUNT),
};

#define SLOTS 4
#define PORTS_MAX 16
#define MAX_CPUS 8192
#define AREA (64 << 10)

struct lab {
	struct steer_bpf *skel;
	int ifindex[WHERE_MAX];
	void *area;
	struct xsk_umem *umem;
	struct xsk_socket *socket;
	struct xsk_ring_prod fill, tx;
	struct xsk_ring_cons comp, rx;
};

static struct lab lab;
static const char *why_not;

static int add_netdev(const char *name, const char *far, int queues)
{
	sh("ip link add %s numrxqueues %d numtxqueues %d type veth peer name %s "
	   "numrxqueues %d numtxqueues %d && ip link set %s up && ip link set %s up",
	   name, queues, queues, far, queues, queues, name, far);
	return (int)if_nametoindex(name);
}

static int attach(int ifindex)
{
	/* A netdev's queues must know XDP before a test run can pretend to come from one. */
	return bpf_xdp_attach(ifindex, bpf_program__fd(lab.skel->progs.xeap_steer),
			      XDP_FLAGS_DRV_MODE, NULL);
}

static int open_socket(void)
{
	struct xsk_umem_config u = { .fill_size = 16, .comp_size = 16, .frame_size = 4096 };
	struct xsk_socket_config c = { .rx_size = 16,
				       .tx_size = 16,
				       .libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
				       .bind_flags = XDP_COPY };
	uint32_t key = XEAP_STEER_SOCKET(1, 0);
	int fd;

	lab.area = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (xsk_umem__create(&lab.umem, lab.area, AREA, &lab.fill, &lab.comp, &u) ||
	    xsk_socket__create(&lab.socket, "p0", 0, lab.umem, &lab.rx, &lab.tx, &c))
		return -1;
	fd = xsk_socket__fd(lab.socket);
	return bpf_map_update_elem(bpf_map__fd(lab.skel->maps.xeap_sockets), &key, &fd, 0);
}

static int add_vlan(uint16_t slot, uint16_t outer, uint16_t inner)
{
	const struct xeap_steer_vlan key = { .slot = slot, .outer = outer, .inner = inner };
	const uint32_t meaningless = 1;

	return bpf_map_update_elem(bpf_map__fd(lab.skel->maps.xeap_vlans), &key, &meaningless, 0);
}

static const char *set_up(void)
{
	if (own_namespace())
		return "needs root for a network namespace";
	lab.skel = steer_bpf__open();
	if (!lab.skel || bpf_map__set_max_entries(lab.skel->maps.xeap_counters, PORTS_MAX) ||
	    steer_bpf__load(lab.skel))
		return "the kernel does not load the program: needs CAP_BPF and Linux 5.18";
	lab.ifindex[HERE] = add_netdev("p0", "f0", 1);
	lab.ifindex[MUTE] = add_netdev("p1", "f1", 1);
	lab.ifindex[NOWHERE] = add_netdev("p2", "f2", 1);
	lab.ifindex[FAR_QUEUE] = add_netdev("p3", "f3", 70);
	for (int i = 0; i < WHERE_MAX; i++)
		if (lab.ifindex[i] && attach(lab.ifindex[i]))
			return "no native XDP on veth here";
	lab.ifindex[HERE_ANY] = lab.ifindex[UNTAGGED] = lab.ifindex[ALL_TYPES] = lab.ifindex[HERE];
	lab.ifindex[VLANS] = lab.ifindex[VLANS_TOO] = lab.ifindex[HERE];
	if (add_vlan(1, 7, 0) || add_vlan(1, 4094, 0) || add_vlan(1, 100, 7) || add_vlan(2, 9, 0))
		return "no VLAN can be named";
	if (!lab.ifindex[FAR_QUEUE] || open_socket())
		return "no AF_XDP socket on veth here";
	return NULL;
}

static void set_port(enum where where)
{
	struct xeap_steer_port p = { .type_mask = XEAP_STEER_TYPES_SUPPLICANT };

	memcpy(p.mac, MAC, 6);
	p.slot = where == MUTE ? 2 : where == FAR_QUEUE ? 3 : 1;
	if (where == HERE_ANY)
		p.flags = XEAP_STEER_F_ANY_UNICAST;
	if (where == UNTAGGED)
		p.flags = XEAP_STEER_F_UNTAGGED_ONLY;
	if (where == VLANS || where == VLANS_TOO)
		p.flags = XEAP_STEER_F_VLANS;
	if (where == VLANS_TOO)
		p.flags |= XEAP_STEER_F_UNTAGGED;
	if (where == ALL_TYPES)
		p.type_mask = UINT32_MAX;
	if (where != NOWHERE)
		assert_int_equal(bpf_map_update_elem(bpf_map__fd(lab.skel->maps.xeap_ports),
						     &lab.ifindex[where], &p, 0),
				 0);
}

static void read_counters(uint64_t ret[SLOTS][XEAP_STEER_REASON_MAX])
{
	static struct xeap_steer_counters c[MAX_CPUS];
	int cpus = libbpf_num_possible_cpus();

	assert_in_range(cpus, 1, MAX_CPUS);
	memset(ret, 0, sizeof(uint64_t) * SLOTS * XEAP_STEER_REASON_MAX);
	for (uint32_t slot = 0; slot < SLOTS; slot++) {
		assert_int_equal(bpf_map_lookup_elem(bpf_map__fd(lab.skel->maps.xeap_counters),
						     &slot, c),
				 0);
		for (int i = 0; i < cpus; i++)
			for (int r = 0; r < XEAP_STEER_REASON_MAX; r++)
				ret[slot][r] += c[i].packets[r];
	}
}

/* The slot in which a verdict is to be counted. */
static uint32_t counting_slot(const struct row *row)
{
	if (row->where == NOWHERE || row->reason == XEAP_STEER_NOT_EAPOL)
		return XEAP_STEER_SLOT_NONE;
	return row->where == MUTE ? 2 : row->where == FAR_QUEUE ? 3 : 1;
}

static int run(const struct bpf_program *program, const struct row *row, uint32_t *ret_verdict,
	       char *out, uint32_t out_size)
{
	struct xdp_md md = { .data_end = (uint32_t)row->len,
			     .ingress_ifindex = (uint32_t)lab.ifindex[row->where],
			     .rx_queue_index = row->where == FAR_QUEUE ? 65 : 0 };
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = row->bytes, .data_size_in = (uint32_t)row->len,
		    .data_out = out, .data_size_out = out_size, .ctx_in = &md,
		    .ctx_size_in = sizeof(md), .repeat = 1);
	int err = bpf_prog_test_run_opts(bpf_program__fd(program), &o);

	*ret_verdict = o.retval;
	return err;
}

static void check(const struct bpf_program *program, const struct row *row)
{
	uint64_t before[SLOTS][XEAP_STEER_REASON_MAX], after[SLOTS][XEAP_STEER_REASON_MAX];
	uint32_t verdict, want = row->reason == XEAP_STEER_REDIRECTED ? XDP_REDIRECT : XDP_PASS;
	char out[16384];
	int err;

	set_port(row->where);
	read_counters(before);
	err = run(program, row, &verdict, out, sizeof(out));
	if (err)
		fail_msg("%s: not run: %s", row->what, strerror(-err));
	read_counters(after);
	if (verdict != want)
		fail_msg("%s: verdict %u, expected %u", row->what, verdict, want);
	assert_memory_equal(out, row->bytes, row->len);
	before[counting_slot(row)][row->reason]++;
	for (int s = 0; s < SLOTS; s++)
		for (int r = 0; r < XEAP_STEER_REASON_MAX; r++)
			if (before[s][r] != after[s][r])
				fail_msg("%s: slot %d, counter %d: %d too many", row->what, s, r,
					 (int)(after[s][r] - before[s][r]));
}

static void need_lab(void)
{
	if (!why_not)
		return;
	print_message("skipped: %s\n", why_not);
	skip();
}

static void test_verdicts(void **state)
{
	need_lab();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(lab.skel->progs.xeap_steer, &rows[i]);
}

static void test_verdicts_frags(void **state)
{
	need_lab();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(lab.skel->progs.xeap_steer_frags, &rows[i]);
}

/* Every reason that the program can give has a row, so that none goes untested. */
static void test_every_reason(void **state)
{
	for (int r = 0; r < XEAP_STEER_REASON_MAX; r++) {
		/* test_several_buffers, test_steer_funnel.c, test_steer_protect.c and _gate.c */
		bool seen = r == XEAP_STEER_FRAGS || r == XEAP_STEER_NO_HEADROOM ||
			    r == XEAP_STEER_FUNNEL_SENT || r == XEAP_STEER_FUNNEL_STRAY ||
			    (r >= XEAP_STEER_MALFORMED && r <= XEAP_STEER_GATE_OPEN);

		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			seen |= (int)rows[i].reason == r;
		if (!seen)
			fail_msg("no row for reason %d", r);
	}
}

/*
 * A frame cut off at every length: it passes, and nothing but its own bytes decides. The kernel
 * makes no XDP frame shorter than an Ethernet header; it says so.
 */
static void test_runts(void **state)
{
	static const char whole[] = PAE SRC VLAN7 TYPE "\x02\x00\x00\x26" IDENTITY PADDING;
	struct row row = { .bytes = whole, .where = HERE };
	uint32_t verdict;
	char what[32], out[64];

	need_lab();
	row.what = what;
	for (row.len = 0; row.len <= 60; row.len++) {
		snprintf(what, sizeof(what), "cut to %zu", row.len);
		if (row.len < 14) {
			assert_int_equal(run(lab.skel->progs.xeap_steer, &row, &verdict, out, 64),
					 -EINVAL);
			continue;
		}
		row.reason = row.len < 22   ? XEAP_STEER_RUNT
			     : row.len < 60 ? XEAP_STEER_BAD_LENGTH
					    : XEAP_STEER_REDIRECTED;
		check(lab.skel->progs.xeap_steer, &row);
		check(lab.skel->progs.xeap_steer_frags, &row);
	}
}

static void test_several_buffers(void **state)
{
	static char jumbo[9000] = PAE SRC TYPE "\x02\x00\x20\x00";
	const struct row row = { "9000 bytes of EAPOL", jumbo, sizeof(jumbo), HERE,
				 XEAP_STEER_FRAGS };
	static char other[9000] = MAC SRC "\x08\x00";
	const struct row ip = { "9000 bytes of IPv4", other, sizeof(other), HERE,
				XEAP_STEER_NOT_EAPOL };

	need_lab();
	check(lab.skel->progs.xeap_steer_frags, &row);
	check(lab.skel->progs.xeap_steer_frags, &ip);
}

/* Nanoseconds a run, the best of some. */
static uint32_t cost(int program)
{
	static const char ip[64] = MAC SRC "\x08\x00";
	uint32_t best = UINT32_MAX;

	for (int i = 0; i < 7; i++) {
		LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = ip, .data_size_in = sizeof(ip),
			    .repeat = 300000);

		assert_int_equal(bpf_prog_test_run_opts(program, &o), 0);
		best = o.duration < best ? o.duration : best;
	}
	return best;
}

static void test_cost_of_passing(void **state)
{
	/* r0 = XDP_PASS; exit */
	const struct bpf_insn bare[] = { { .code = 0xb7, .imm = XDP_PASS }, { .code = 0x95 } };
	uint32_t steer, pass;
	int fd;

	need_lab();
	if (getenv("XEAP_EMULATED")) {
		print_message("skipped: on an emulated processor times mean nothing\n");
		skip();
	}
	fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "bare", "GPL", bare, 2, NULL);
	assert_true(fd >= 0);
	pass = cost(fd);
	steer = cost(bpf_program__fd(lab.skel->progs.xeap_steer));
	print_message("a frame that is not EAPOL: %u ns, bare XDP_PASS: %u ns\n", steer, pass);
	assert_in_range(steer, 0, pass + 25);
	close(fd);
}

static int tear_down(void **state)
{
	if (lab.socket)
		xsk_socket__delete(lab.socket);
	if (lab.umem)
		xsk_umem__delete(lab.umem);
	steer_bpf__destroy(lab.skel);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),	cmocka_unit_test(test_verdicts_frags),
		cmocka_unit_test(test_every_reason),	cmocka_unit_test(test_runts),
		cmocka_unit_test(test_several_buffers), cmocka_unit_test(test_cost_of_passing),
	};

	why_not = set_up();
	return cmocka_run_group_tests_name("steer", tests, NULL, tear_down);
}
