/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * bench_steer PORT
 *
 * What the XDP programs cost a frame, by BPF_PROG_TEST_RUN with repeat, beside a program that only
 * returns XDP_PASS. They are attached to PORT, with a socket, as `xeap run` does it: without and
 * with a gate, without and with policing.
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
	const char *ifname;
	int program; /* what the port has; -1: it is not open */
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

static void open_bed(struct bed *b)
{
	struct xeap_rings_options rings = { .size = sizeof(rings) };
	struct xeap_diag why = { 0 };

	if (xeap_steer_open(NULL, &b->steer, &why))
		bench_die("%s", why.text);
	rings.steer = b->steer;
	if (xeap_rings_new(&rings, &b->rings, &why))
		bench_die("%s", why.text);
	b->ifindex = if_nametoindex(b->ifname);
	b->pass = bench_pass_bpf__open_and_load();
	if (!b->pass)
		bench_die("a program could not be loaded: %m");
}

/* Have the port with these options, and none that it had before. */
static void open_port(struct bed *b, struct xeap_port_options o)
{
	struct xeap_diag why = { 0 };
	uint32_t id = 0;

	b->port = xeap_port_close(b->port);
	if (b->program >= 0)
		close(b->program);
	o.size = sizeof(o);
	o.mode = XEAP_MODE_NATIVE;
	if (xeap_port_open(b->rings, b->ifname, &o, &b->port, &why))
		bench_die("%s", why.text);
	if (bpf_xdp_query_id((int)b->ifindex, 0, &id) || !id)
		bench_die("%s: no program is attached", b->ifname);
	b->program = bpf_prog_get_fd_by_id(id);
	if (b->program < 0)
		bench_die("the port's program cannot be had: %m");
}

static void close_bed(struct bed *b)
{
	bench_pass_bpf__destroy(b->pass);
	close(b->program);
	xeap_rings_free(b->rings);
	xeap_steer_close(b->steer);
}

static void authorize(struct bed *b, const uint8_t *mac, bool yes)
{
	int err = xeap_port_authorize(b->port, mac, yes);

	if (err)
		bench_die("the gate cannot be moved: %s", strerror(-err));
}

static const struct bench_goal at_most_25 = { .about = BENCH_DIFFERENCE, .limit = 25 };
static const struct bench_goal none = { .about = BENCH_NO_GOAL };

static void without_gate(struct bed *b)
{
	open_port(b, (struct xeap_port_options){ 0 });
	compare(b, "XDP program, a frame that is not EAPOL passes", ipv4, XDP_PASS, at_most_25);
	compare(b, "XDP program, the same with a VLAN tag", tagged, XDP_PASS, at_most_25);
	compare(b, "XDP program, EAPOL goes to the socket", eapol, XDP_REDIRECT, none);
}

static void with_gate(struct bed *b)
{
	open_port(b, (struct xeap_port_options){ .gate = XEAP_GATE_PORT });
	compare(b, "gate for the port, shut: dropped", ipv4, XDP_DROP, none);
	authorize(b, NULL, true);
	compare(b, "gate for the port, authorised: passes", ipv4, XDP_PASS, at_most_25);
	open_port(b, (struct xeap_port_options){ .gate = XEAP_GATE_STATION });
	compare(b, "gate for stations, shut: dropped", ipv4, XDP_DROP, none);
	authorize(b, ipv4, true);
	compare(b, "gate for stations, authorised: passes", ipv4, XDP_PASS, at_most_25);
	compare(b, "gate for stations, with a VLAN tag: passes", tagged, XDP_PASS, at_most_25);
}

static void policed(struct bed *b)
{
	const struct xeap_rate plenty = { .rate = 1000000000, .burst = 1000000000 };
	const struct xeap_rate scant = { .rate = 1, .burst = 1 };

	open_port(b, (struct xeap_port_options){ .police = plenty });
	compare(b, "policed, a frame that is not EAPOL passes", ipv4, XDP_PASS, at_most_25);
	compare(b, "policed, EAPOL goes to the socket", eapol, XDP_REDIRECT, none);
	open_port(b, (struct xeap_port_options){
			     .police = plenty, .police_station = plenty, .max_stations = 16 });
	compare(b, "policed by station, too: EAPOL to the socket", eapol, XDP_REDIRECT, none);
	open_port(b, (struct xeap_port_options){ .police = scant });
	compare(b, "policed, EAPOL above the rate: dropped", eapol, XDP_DROP, none);
}

int main(int argc, char **argv)
{
	struct bed b = { .program = -1 };

	if (argc != 2)
		bench_die("usage: bench_steer PORT");
	b.ifname = argv[1];
	open_bed(&b);
	without_gate(&b);
	with_gate(&b);
	policed(&b);
	close_bed(&b);
	return 0;
}
