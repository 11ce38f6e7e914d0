/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * bench_steer PORT
 *
 * What the XDP program costs a frame, by BPF_PROG_TEST_RUN with repeat, beside a program that only
 * returns XDP_PASS. The program is attached to PORT, with a socket, as `xeap run` does it.
 */
#include <bpf/bpf.h>
#include <net/if.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <xeap/port.h>
#include <xeap/steer.h>

#include "tests/bench/bench.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#include <bpf/bench_pass.skel.h>
#pragma GCC diagnostic pop

#define REPEAT 1000000

struct bed {
	struct xeap_steer *steer;
	struct xeap_rings *rings;
	struct xeap_port *port;
	struct bench_pass_bpf *pass;
	uint32_t ifindex;
	int program;
};

static const uint8_t ipv4[60] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 0x08, 0x00, 0x45 };
static const uint8_t tagged[60] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 0x81, 0, 7, 0x08, 0x00, 0x45
};
static const uint8_t eapol[60] = { 0x01, 0x80, 0xc2, 0, 0, 3, 2, 0, 0, 0, 0, 9,
				   0x88, 0x8e, 2,    0, 0, 5, 1, 1, 0, 5, 1 };

/* ns a frame; the verdict has to be the one that is measured. */
static double cost(const struct bed *b, int program, const uint8_t *frame, uint32_t verdict)
{
	struct xdp_md ctx = { .data_end = 60, .ingress_ifindex = b->ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = frame, .data_size_in = 60, .ctx_in = &ctx,
		    .ctx_size_in = sizeof(ctx), .repeat = REPEAT);
	double start = bench_clock(CLOCK_THREAD_CPUTIME_ID);
	int err = bpf_prog_test_run_opts(program, &o);

	if (err)
		bench_die("BPF_PROG_TEST_RUN: %s", strerror(-err));
	if (o.retval != verdict)
		bench_die("verdict %u, not %u", o.retval, verdict);
	return (bench_clock(CLOCK_THREAD_CPUTIME_ID) - start) / REPEAT;
}

static void compare(const struct bed *b, const char *what, const uint8_t *frame, uint32_t verdict,
		    struct bench_goal goal)
{
	int pass = bpf_program__fd(b->pass->progs.bench_pass);
	struct bench_pair pair;

	for (size_t i = 0; i < BENCH_ROUNDS; i++) {
		pair.ours[i] = cost(b, b->program, frame, verdict);
		pair.theirs[i] = cost(b, pass, frame, XDP_PASS);
	}
	bench_print(&(struct bench_row){ .row = "steer",
					 .what = what,
					 .unit = "ns",
					 .against = "a program that returns XDP_PASS",
					 .goal = goal },
		    &pair);
}

static void open_bed(struct bed *b, const char *ifname)
{
	struct xeap_rings_options rings = { .size = sizeof(rings) };
	struct xeap_port_options port = { .size = sizeof(port), .mode = XEAP_MODE_NATIVE };
	struct xeap_diag why = { 0 };
	uint32_t id = 0;

	if (xeap_steer_open(NULL, &b->steer, &why))
		bench_die("%s", why.text);
	rings.steer = b->steer;
	if (xeap_rings_new(&rings, &b->rings, &why) ||
	    xeap_port_open(b->rings, ifname, &port, &b->port, &why))
		bench_die("%s", why.text);
	b->ifindex = if_nametoindex(ifname);
	if (bpf_xdp_query_id((int)b->ifindex, 0, &id) || !id)
		bench_die("%s: no program is attached", ifname);
	b->program = bpf_prog_get_fd_by_id(id);
	b->pass = bench_pass_bpf__open_and_load();
	if (b->program < 0 || !b->pass)
		bench_die("a program could not be loaded: %m");
}

int main(int argc, char **argv)
{
	static const struct bench_goal at_most_25 = { .about = BENCH_DIFFERENCE, .limit = 25 };
	static const struct bench_goal none = { .about = BENCH_NO_GOAL };
	struct bed b = { 0 };

	if (argc != 2)
		bench_die("usage: bench_steer PORT");
	open_bed(&b, argv[1]);
	compare(&b, "XDP program, a frame that is not EAPOL passes", ipv4, XDP_PASS, at_most_25);
	compare(&b, "XDP program, the same with a VLAN tag", tagged, XDP_PASS, at_most_25);
	compare(&b, "XDP program, EAPOL goes to the socket", eapol, XDP_REDIRECT, none);
	bench_pass_bpf__destroy(b.pass);
	close(b.program);
	xeap_rings_free(b.rings);
	xeap_steer_close(b.steer);
	return 0;
}
