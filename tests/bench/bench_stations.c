/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * bench_stations XEAP CONF NEAR-NAMESPACE PORT FAR-PORT STATIONS
 *
 * `xeap run --stations` on PORT: that many supplicants log in by EAP-MD5 with the program on the
 * far end; a login is three frames each way. Beside it the limit of the way of a frame: a bare
 * AF_XDP loop on the same port whose frames a program on the far end sends back, so that what one
 * receives is what the other has sent; a third of its rate. All of it, far end included, is on one
 * CPU, and is measured in its time.
 */
#include <bpf/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/echo.h"
#include "tests/bench/subject.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#include <bpf/bench_path.skel.h>
#include <bpf/bench_responder.skel.h>
#pragma GCC diagnostic pop

#define WINDOW 64	  /* frames on the way, of the bare loop */
#define SECONDS 0.2	  /* that it is measured */
#define STATIONS_MIN 1000 /* fewer are logged in before one could look */
#define PATIENCE 30.0	  /* s */

/* The kinds that bpf/bench_responder.bpf.c counts. */
enum {
	START_SEEN,
	IDENTITY_SEEN,
	MD5_SEEN,
	OTHER_SEEN
};

struct bed {
	const char *xeap, *conf, *near, *port;
	unsigned int far, stations;
	struct bench_responder_bpf *responder;
	struct bench_path_bpf *path;
	struct echo echo;
};

struct start {
	const struct bed *bed;
	unsigned int stations;
};

static double now(void)
{
	return bench_clock(CLOCK_MONOTONIC) / 1e9;
}

static uint64_t seen(const struct bed *b, int kind)
{
	return __atomic_load_n((const uint64_t *)&b->responder->bss->seen[kind], __ATOMIC_RELAXED);
}

static void wait_for(const struct bed *b, int kind, uint64_t count, const char *what)
{
	double end = now() + PATIENCE;

	while (seen(b, kind) < count) {
		if (now() > end)
			bench_die("%s: %lu of %lu", what, (unsigned long)seen(b, kind),
				  (unsigned long)count);
		usleep(500);
	}
}

static void attach(const struct bed *b, const struct bpf_program *program)
{
	memset(b->responder->bss->seen, 0, sizeof(b->responder->bss->seen));
	if (bpf_xdp_attach((int)b->far, bpf_program__fd(program), XDP_FLAGS_DRV_MODE, NULL))
		bench_die("no XDP on the far end: %m");
}

/* The bare loop. */

static void run_echo(const void *arg)
{
	const struct bed *b = arg;

	echo_xdp(&b->echo);
}

/* Frames for the loop to pass on, for ever. */
static void set_going(const struct bed *b)
{
	static const uint8_t request[60] = { 0x01, 0x80, 0xc2, 0, 0, 3, 2, 0, 0, 0, 0, 9,
					     0x88, 0x8e, 2,    0, 0, 5, 1, 1, 0, 5, 1 };
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)b->far };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	for (int i = 0; i < WINDOW; i++)
		if (sendto(fd, request, sizeof(request), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
			bench_die("a frame could not be sent: %m");
	close(fd);
}

/* Logins a second of CPU, if nothing but the way of its frames were to do. */
static double measure_limit(const struct bed *b)
{
	struct subject s;
	uint64_t frames;
	double cpu;

	attach(b, b->responder->progs.bench_bounce);
	subject_start(&s, b->near, run_echo, b);
	wait_for(b, OTHER_SEEN, 1, "EAPOL-Start of the bare loop");
	set_going(b);
	usleep(50000);
	frames = seen(b, OTHER_SEEN);
	cpu = subject_cpu(&s);
	usleep((useconds_t)(SECONDS * 1e6));
	frames = seen(b, OTHER_SEEN) - frames;
	cpu = subject_cpu(&s) - cpu;
	subject_end(&s);
	if (frames < WINDOW)
		bench_die("the bare loop lost its frames");
	return (double)frames / cpu / 3;
}

/* The stations. */

static void run_xeap(const void *arg)
{
	const struct start *s = arg;
	const struct bed *b = s->bed;
	char stations[16];

	snprintf(stations, sizeof(stations), "%u", s->stations);
	subject_exec((const char *const[]){ b->xeap, "run", "-c", b->conf, "-p", b->port,
					    "--stations", stations, "--mode", "native", NULL });
}

/* Returns KiB of the process when all are authenticated and nothing is to do. */
static double log_in(const struct bed *b, unsigned int stations, double *ret_rate)
{
	struct start start = { b, stations };
	struct subject s;
	double cpu, kib;

	b->responder->bss->awaited = stations;
	attach(b, b->responder->progs.bench_responder);
	subject_start(&s, b->near, run_xeap, &start);
	wait_for(b, START_SEEN, 1, "EAPOL-Start");
	cpu = subject_cpu(&s);
	wait_for(b, MD5_SEEN, stations, "logins");
	cpu = subject_cpu(&s) - cpu;
	usleep(100000);
	kib = subject_kib(&s);
	subject_end(&s);
	*ret_rate = stations / cpu;
	return kib;
}

static void open_bed(struct bed *b, char **argv)
{
	b->xeap = argv[1];
	b->conf = argv[2];
	b->near = argv[3];
	b->port = argv[4];
	b->far = if_nametoindex(argv[5]);
	b->stations = (unsigned int)atoi(argv[6]);
	b->responder = bench_responder_bpf__open_and_load();
	b->path = bench_path_bpf__open_and_load();
	if (!b->far || b->stations < STATIONS_MIN || !b->responder || !b->path)
		bench_die("no far port, too few stations, or the programs could not be loaded: %m");
	b->echo = (struct echo){ .ifname = b->port,
				 .xdp_flags = XDP_FLAGS_DRV_MODE,
				 .program = bpf_program__fd(b->path->progs.bench_echo),
				 .sockets = bpf_map__fd(b->path->maps.bench_sockets) };
}

static void print(const struct bed *b, const struct bench_pair *rate, const double *bytes)
{
	char what[64];

	snprintf(what, sizeof(what), "logins a second of one CPU, MD5, %u stations", b->stations);
	bench_print(&(struct bench_row){ .row = "stations",
					 .what = what,
					 .unit = "/s",
					 .against = "a third of a bare AF_XDP echo",
					 .goal = { BENCH_RATIO, true, 0.6 } },
		    rate);
	bench_print_value(&(struct bench_row){ .row = "stations",
					       .what = "an idle authenticated supplicant",
					       .unit = "bytes",
					       .goal = { BENCH_VALUE, false, 1024 } },
			  bytes);
}

int main(int argc, char **argv)
{
	double bytes[BENCH_ROUNDS], alone;
	struct bench_pair rate;
	struct bed b;

	if (argc != 7)
		bench_die("usage: bench_stations XEAP CONF NEAR-NAMESPACE PORT FAR-PORT STATIONS");
	open_bed(&b, argv);
	subject_pin();
	for (size_t i = 0; i < BENCH_ROUNDS; i++) {
		rate.theirs[i] = measure_limit(&b);
		bytes[i] = -log_in(&b, 1, &alone);
		bytes[i] += log_in(&b, b.stations, &rate.ours[i]);
		bytes[i] *= 1024.0 / (b.stations - 1);
	}
	print(&b, &rate, bytes);
	bpf_xdp_detach((int)b.far, XDP_FLAGS_DRV_MODE, NULL);
	bench_responder_bpf__destroy(b.responder);
	bench_path_bpf__destroy(b.path);
	return 0;
}
