/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "veth.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/types.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#include <bpf/shape.skel.h>
#pragma GCC diagnostic pop

/* What bpf/shape.bpf.c makes of the packet generator's frames, by BPF_PROG_TEST_RUN. */

#define DST "\x02\x00\x00\x00\x00\x09"
#define SRC "\x02\x00\x00\x00\x00\x01"
#define SHAPED_SRC "\x02\x00\x00\x00\x12\x34" /* the UDP source port is 0x1234 */
#define PAE "\x01\x80\xc2\x00\x00\x03"
#define VLAN "\x81\x00\x00\x64"
#define IPV4(protocol)                                                                             \
	"\x08\x00\x45\x00\x00\x2e\x00\x00\x00\x00\x20" protocol                                    \
	"\x00\x00\xc6\x12\x00\x01\xc6\x12\x00\x2a"
#define UDP(port) "\x12\x34\x1f" port "\x00\x1a\x00\x00"
#define MAGIC "\xbe\x9b\xe9\x55"
#define REST "\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define GENERATED(port) IPV4("\x11") UDP(port) MAGIC REST
#define EAPOL "\x88\x8e"

struct row {
	const char *what;
	const char *in;
	size_t len;
	const char *out; /* up to its zeroes; NULL: the frame stays as it was */
	size_t out_len;
};

#define ROW(what, in, out)                                                                         \
	{                                                                                          \
		what, in, sizeof(in) - 1, out, sizeof(out) - 1                                     \
	}
#define SAME(what, in)                                                                             \
	{                                                                                          \
		what, in, sizeof(in) - 1, NULL, 0                                                  \
	}

static const struct row rows[] = {
	ROW("8021: EAPOL-Start", DST SRC GENERATED("\x55"),
	    PAE SHAPED_SRC EAPOL "\x02\x01\x00\x00"),
	ROW("8022: Request/Identity", DST SRC GENERATED("\x56"),
	    DST SHAPED_SRC EAPOL "\x02\x00\x00\x05\x01\x00\x00\x05\x01"),
	ROW("8023: Length past the end", DST SRC GENERATED("\x57"),
	    DST SHAPED_SRC EAPOL "\x02\x00\xff\xff\x01\x00\x00\x05\x01"),
	ROW("8024: version 0", DST SRC GENERATED("\x58"),
	    DST SHAPED_SRC EAPOL "\x00\x00\x00\x05\x01\x00\x00\x05\x01"),
	ROW("8025: an unassigned type", DST SRC GENERATED("\x59"),
	    DST SHAPED_SRC EAPOL "\x02\x63\x00\x00"),
	ROW("8021 in a VLAN", DST SRC VLAN GENERATED("\x55"),
	    PAE SHAPED_SRC VLAN EAPOL "\x02\x01\x00\x00"),
	ROW("a long one becomes short",
	    DST SRC GENERATED("\x55") REST REST REST REST REST REST REST REST REST REST,
	    PAE SHAPED_SRC EAPOL "\x02\x01\x00\x00"),
	SAME("8020: not a port of ours", DST SRC GENERATED("\x54")),
	SAME("8026: not a port of ours", DST SRC GENERATED("\x5a")),
	SAME("TCP", DST SRC IPV4("\x06") UDP("\x55") MAGIC REST),
	SAME("no mark of the generator", DST SRC IPV4("\x11") UDP("\x55") "\0\0\0\0" REST),
	SAME("two tags", DST SRC VLAN VLAN GENERATED("\x55")),
	SAME("too short for the mark", DST SRC IPV4("\x11") UDP("\x55")),
	SAME("EAPOL of somebody else", PAE SRC EAPOL "\x02\x01\x00\x00" REST REST REST),
};

static struct shape_bpf *skel;

static void check(const struct row *row)
{
	size_t tag = memcmp(row->in + 12, VLAN, 2) ? 0 : 4;
	char in[256], out[256], want[64] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = in, .data_size_in = (uint32_t)row->len,
		    .data_out = out, .data_size_out = sizeof(out), .repeat = 1);

	memcpy(in, row->in, row->len);
	assert_int_equal(bpf_prog_test_run_opts(bpf_program__fd(skel->progs.xeap_shape), &o), 0);
	if (o.retval != UINT32_MAX)
		fail_msg("%s: verdict %d, not that of no opinion", row->what, (int)o.retval);
	if (!row->out) {
		if (o.data_size_out != row->len || memcmp(out, in, row->len) != 0)
			fail_msg("%s: it was changed", row->what);
		return;
	}
	memcpy(want, row->out, row->out_len);
	if (o.data_size_out != 60 + tag || memcmp(out, want, 60 + tag) != 0)
		fail_msg("%s: other bytes came out, %u of them", row->what, o.data_size_out);
}

static void test_shapes(void **state)
{
	if (!skel) {
		print_message("skipped: needs root for bpf(2)\n");
		skip();
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i]);
}

static int set_up(void **state)
{
	if (geteuid() == 0)
		assert_non_null(skel = shape_bpf__open_and_load());
	return 0;
}

static int tear_down(void **state)
{
	shape_bpf__destroy(skel);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_shapes) };

	return cmocka_run_group_tests_name("shape", tests, set_up, tear_down);
}
