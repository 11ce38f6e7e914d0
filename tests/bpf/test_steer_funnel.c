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
 * Verdicts of the funnel's programs by BPF_PROG_TEST_RUN: packets as data, and what becomes of
 * them, byte by byte. Slot 1, generation 0x0203, is the port's.
 */

#define PAE "\x01\x80\xc2\x00\x00\x03"
#define SRC "\x02\x00\x00\x00\x00\x09"
#define VLAN7 "\x81\x00\x00\x07"
#define SVLAN "\x88\xa8\x00\x64"
#define EAPOL "\x88\x8e\x02\x00\x00\x05\x01\x2a\x00\x05\x01"
#define MKA "\x88\x8e\x03\x05\x00\x05\x01\x2a\x00\x05\x01"
#define TAG "\x88\xb5\x00\x01\x02\x03"
#define OLD_TAG "\x88\xb5\x00\x01\x02\x02"
#define OTHER_TAG "\x88\xb5\x00\x02\x02\x03"
#define FAR_TAG "\x88\xb5\xff\xff\x02\x03"
#define NO_TAG "\x88\xb5\x00\x00\x02\x03"
#define PADDING "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

enum program {
	STEER,	    /* on the port, both programs */
	STEER_MUTE, /* the same with no funnel in the slot */
	STEER_FULL, /* the same with a frame that has nothing free in front */
	IN,
	OUT,
};

struct row {
	const char *what;
	enum program program;
	const char *bytes;
	size_t len;
	const char *out; /* NULL: as it came */
	size_t out_len;
	uint32_t verdict;
	int reason; /* -1: nothing is counted */
};

#define SAME(what, program, bytes, verdict, reason)                                                \
	{                                                                                          \
		what, program, bytes, sizeof(bytes) - 1, NULL, 0, XDP_##verdict, reason            \
	}
#define CHANGED(what, program, bytes, out, reason)                                                 \
	{                                                                                          \
		what, program, bytes, sizeof(bytes) - 1, out, sizeof(out) - 1, XDP_REDIRECT,       \
			reason                                                                     \
	}
#define STRAY(what, program, bytes) SAME(what, program, bytes, DROP, XEAP_STEER_FUNNEL_STRAY)

static const struct row rows[] = {
	CHANGED("into the funnel", STEER, PAE SRC EAPOL PADDING, PAE SRC TAG EAPOL PADDING,
		XEAP_STEER_REDIRECTED),
	CHANGED("without padding", STEER, PAE SRC EAPOL, PAE SRC TAG EAPOL, XEAP_STEER_REDIRECTED),
	CHANGED("VLAN tags stay inside", STEER, PAE SRC SVLAN VLAN7 EAPOL,
		PAE SRC TAG SVLAN VLAN7 EAPOL, XEAP_STEER_REDIRECTED),
	SAME("not EAPOL", STEER, PAE SRC "\x08\x00\x45" PADDING, PASS, XEAP_STEER_NOT_EAPOL),
	SAME("masked type", STEER, PAE SRC MKA, PASS, XEAP_STEER_MASKED),
	SAME("tagged as in a funnel, on a port", STEER, PAE SRC TAG EAPOL, PASS,
	     XEAP_STEER_NOT_EAPOL),
	SAME("no funnel there", STEER_MUTE, PAE SRC EAPOL PADDING, PASS, XEAP_STEER_NO_SOCKET),
	SAME("no room in front", STEER_FULL, PAE SRC EAPOL PADDING, PASS, XEAP_STEER_NO_HEADROOM),

	SAME("to the socket", IN, PAE SRC TAG EAPOL PADDING, REDIRECT, -1),
	SAME("an old generation is user space's to tell", IN, PAE SRC OLD_TAG EAPOL, REDIRECT, -1),
	STRAY("in: a slot without a port", IN, PAE SRC OTHER_TAG EAPOL),
	STRAY("in: slot 0", IN, PAE SRC NO_TAG EAPOL),
	STRAY("in: the last slot", IN, PAE SRC FAR_TAG EAPOL),
	STRAY("in: EAPOL without a tag", IN, PAE SRC EAPOL PADDING),
	STRAY("in: IPv4", IN, PAE SRC "\x08\x00\x45" PADDING),
	STRAY("in: VLAN", IN, PAE SRC VLAN7 TAG EAPOL),
	STRAY("in: ends in the tag", IN, PAE SRC "\x88\xb5\x00\x01"),
	STRAY("in: ends after the tag", IN, PAE SRC TAG "\x88"),

	CHANGED("to the port", OUT, PAE SRC TAG EAPOL PADDING, PAE SRC EAPOL PADDING,
		XEAP_STEER_FUNNEL_SENT),
	CHANGED("VLAN tags stay", OUT, PAE SRC TAG SVLAN VLAN7 EAPOL, PAE SRC SVLAN VLAN7 EAPOL,
		XEAP_STEER_FUNNEL_SENT),
	STRAY("out: an old generation", OUT, PAE SRC OLD_TAG EAPOL PADDING),
	STRAY("out: a slot without a port", OUT, PAE SRC OTHER_TAG EAPOL PADDING),
	STRAY("out: slot 0", OUT, PAE SRC NO_TAG EAPOL PADDING),
	STRAY("out: the last slot", OUT, PAE SRC FAR_TAG EAPOL PADDING),
	STRAY("out: EAPOL without a tag", OUT, PAE SRC EAPOL PADDING),
	STRAY("out: IPv4", OUT, PAE SRC "\x08\x00\x45" PADDING),
	STRAY("out: VLAN", OUT, PAE SRC VLAN7 TAG EAPOL),
	STRAY("out: ends in the tag", OUT, PAE SRC "\x88\xb5\x00\x01"),
	STRAY("out: ends after the tag", OUT, PAE SRC TAG "\x88"),
};

#define SLOT 1
#define GENERATION 0x0203
#define MAX_CPUS 8192
#define AREA (64 << 10)
#define META 212 /* bytes of metadata that leave less in front of a frame than a tag takes */

static struct lab {
	struct steer_bpf *skel;
	int port, outer;
	struct xsk_umem *umem;
	struct xsk_socket *socket;
	struct xsk_ring_prod fill, tx;
	struct xsk_ring_cons comp, rx;
} lab;
static const char *why_not;

static int map_set(const struct bpf_map *map, uint32_t key, const void *value)
{
	return bpf_map_update_elem(bpf_map__fd(map), &key, value, 0);
}

static int open_socket(void)
{
	struct xsk_umem_config u = { .fill_size = 16, .comp_size = 16, .frame_size = 4096 };
	struct xsk_socket_config c = { .rx_size = 16,
				       .tx_size = 16,
				       .libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
				       .bind_flags = XDP_COPY };
	void *area = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd;

	if (xsk_umem__create(&lab.umem, area, AREA, &lab.fill, &lab.comp, &u) ||
	    xsk_socket__create(&lab.socket, "i0", 0, lab.umem, &lab.rx, &lab.tx, &c))
		return -1;
	fd = xsk_socket__fd(lab.socket);
	return map_set(lab.skel->maps.xeap_sockets, XEAP_STEER_SOCKET(SLOT, 0), &fd);
}

static int attach(int ifindex)
{
	return bpf_xdp_attach(ifindex, bpf_program__fd(lab.skel->progs.xeap_steer),
			      XDP_FLAGS_DRV_MODE, NULL);
}

static const char *set_up(void)
{
	struct xeap_steer_port p = { .slot = SLOT,
				     .generation = GENERATION,
				     .type_mask = XEAP_STEER_TYPES_SUPPLICANT,
				     .flags = XEAP_STEER_F_FUNNEL };

	if (own_namespace())
		return "needs root for a network namespace";
	lab.skel = steer_bpf__open_and_load();
	if (!lab.skel)
		return "the kernel does not load the programs: needs CAP_BPF and Linux 5.18";
	sh("ip link add p0 type veth peer name f0; ip link add o0 type veth peer name i0");
	sh("for i in p0 f0 o0 i0; do ip link set $i up; done");
	lab.port = (int)if_nametoindex("p0");
	lab.outer = (int)if_nametoindex("o0");
	if (attach(lab.port) || open_socket() ||
	    map_set(lab.skel->maps.xeap_ports, (uint32_t)lab.port, &p) ||
	    map_set(lab.skel->maps.xeap_exits, SLOT, &lab.port))
		return "no native XDP or AF_XDP on veth here";
	return NULL;
}

static uint64_t counted(int slot, int reason)
{
	static struct xeap_steer_counters c[MAX_CPUS];
	uint32_t key = (uint32_t)slot;
	uint64_t sum = 0;

	assert_int_equal(bpf_map_lookup_elem(bpf_map__fd(lab.skel->maps.xeap_counters), &key, c),
			 0);
	for (int i = 0; i < libbpf_num_possible_cpus(); i++)
		sum += c[i].packets[reason];
	return sum;
}

static int counting_slot(int reason)
{
	return reason == XEAP_STEER_FUNNEL_STRAY || reason == XEAP_STEER_NOT_EAPOL
		       ? XEAP_STEER_SLOT_NONE
		       : SLOT;
}

static void read_all(uint64_t ret[2][XEAP_STEER_REASON_MAX])
{
	for (int slot = 0; slot < 2; slot++)
		for (int r = 0; r < XEAP_STEER_REASON_MAX; r++)
			ret[slot][r] = counted(slot, r);
}

/*
 * Returns the length of what came out, from the frame's first byte on; 0 when the kernel does not
 * run it: metadata of over 32 bytes, which fills the room in front, is too much for older ones.
 */
static uint32_t run(const struct bpf_program *program, const struct row *row, uint32_t *ret_verdict,
		    uint8_t *ret_out, uint32_t size)
{
	uint32_t meta = row->program == STEER_FULL ? META : 0;
	uint8_t in[512] = { 0 };
	struct xdp_md md = { .data = meta,
			     .data_end = meta + (uint32_t)row->len,
			     .ingress_ifindex = (uint32_t)lab.port };
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = in, .data_size_in = md.data_end,
		    .data_out = ret_out, .data_size_out = size, .ctx_in = &md,
		    .ctx_size_in = sizeof(md), .ctx_out = &md, .ctx_size_out = sizeof(md),
		    .repeat = 1);
	int err;

	memcpy(in + meta, row->bytes, row->len);
	err = bpf_prog_test_run_opts(bpf_program__fd(program), &o);
	if (err == -EINVAL && meta)
		return 0;
	if (err)
		fail_msg("%s: not run: %s", row->what, strerror(-err));
	*ret_verdict = o.retval;
	memmove(ret_out, ret_out + md.data, o.data_size_out - md.data);
	return o.data_size_out - md.data;
}

static void set_funnel(enum program program)
{
	uint32_t slot = SLOT;

	bpf_map_delete_elem(bpf_map__fd(lab.skel->maps.xeap_funnels), &slot);
	if (program != STEER_MUTE)
		assert_int_equal(map_set(lab.skel->maps.xeap_funnels, SLOT, &lab.outer), 0);
}

static void check(const struct bpf_program *program, const struct row *row)
{
	uint64_t before[2][XEAP_STEER_REASON_MAX], after[2][XEAP_STEER_REASON_MAX];
	const char *want = row->out ? row->out : row->bytes;
	uint32_t verdict, len, want_len = (uint32_t)(row->out ? row->out_len : row->len);
	uint8_t out[1024];

	set_funnel(row->program);
	read_all(before);
	len = run(program, row, &verdict, out, sizeof(out));
	if (len == 0) {
		print_message("skipped: %s: not on this kernel\n", row->what);
		return;
	}
	read_all(after);
	if (verdict != row->verdict)
		fail_msg("%s: verdict %u, expected %u", row->what, verdict, row->verdict);
	if (verdict != XDP_DROP && (len != want_len || memcmp(out, want, len)))
		fail_msg("%s: other bytes came out", row->what);
	if (row->reason >= 0)
		before[counting_slot(row->reason)][row->reason]++;
	if (memcmp(before, after, sizeof(after)))
		fail_msg("%s: something else was counted", row->what);
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
	const struct bpf_program *in, *out;

	need_lab();
	in = lab.skel->progs.xeap_funnel_in;
	out = lab.skel->progs.xeap_funnel_out;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].program == IN) {
			check(in, &rows[i]);
		} else if (rows[i].program == OUT) {
			check(out, &rows[i]);
		} else {
			check(lab.skel->progs.xeap_steer, &rows[i]);
			check(lab.skel->progs.xeap_steer_frags, &rows[i]);
		}
	}
}

/* Whatever a frame is cut to, it is dropped or carried whole. */
static void test_runts(void **state)
{
	static const char whole[] = PAE SRC TAG EAPOL;
	struct row row = { .bytes = whole };
	uint8_t out[256];
	uint32_t verdict, len;

	need_lab();
	row.what = "cut";
	for (row.len = 14; row.len < sizeof(whole); row.len++) {
		row.program = IN;
		len = run(lab.skel->progs.xeap_funnel_in, &row, &verdict, out, sizeof(out));
		assert_int_equal(verdict, row.len < 20 ? XDP_DROP : XDP_REDIRECT);
		assert_int_equal(len, row.len);
		row.program = OUT;
		len = run(lab.skel->progs.xeap_funnel_out, &row, &verdict, out, sizeof(out));
		assert_int_equal(verdict, row.len < 20 ? XDP_DROP : XDP_REDIRECT);
		assert_int_equal(len, row.len < 20 ? row.len : row.len - 6);
	}
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
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_runts),
	};

	why_not = set_up();
	return cmocka_run_group_tests_name("steer funnel", tests, NULL, tear_down);
}
