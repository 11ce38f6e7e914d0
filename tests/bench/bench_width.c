/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * bench_width XEAP CONF NEAR-NAMESPACE PORTS
 *
 * `xeap run` on 1, 64, 256 … PORTS ports port0, port1 …, whose far ends are auth0, auth1 … here:
 * with rings of its own for every port, with the funnel, with one AF_PACKET socket; and beside it
 * the bare loop of packet_loop.h. Programs on the far ends let everybody in.
 *
 * A burst is a request for the identity to every port while the process is halted. What it costs is
 * CPU time: of those who send, up to the process's rings, and of the process from when it goes on
 * until everything is answered and on the far ends. It is sent once by a socket, whose frames veth
 * has to copy before an XDP program can have them, and once as XDP frames, so that the near ends
 * receive what a driver with native XDP receives.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/packet_loop.h"
#include "tests/bench/subject.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#include <bpf/bench_responder.skel.h>
#pragma GCC diagnostic pop

#define PORTS_MAX 1024
#define BURSTS 5
#define BURST_PATIENCE 0.2 /* s */
#define PATIENCE 20.0	   /* s */
#define NAMES (PORTS_MAX * 10)

/* The kinds that bpf/bench_responder.bpf.c counts. */
enum {
	START_SEEN,
	IDENTITY_SEEN,
	MD5_SEEN
};

enum way {
	WAY_OWN,
	WAY_FUNNEL,
	WAY_PACKET,
	WAY_LOOP,
	WAY_MAX
};

static const char *const way_names[] = {
	[WAY_OWN] = "own rings",
	[WAY_FUNNEL] = "funnel",
	[WAY_PACKET] = "packet",
	[WAY_LOOP] = "bare AF_PACKET recvmmsg/sendmmsg",
};
_Static_assert(sizeof(way_names) / sizeof(way_names[0]) == WAY_MAX, "a name each");

/* How a burst is sent. */
enum sent {
	SENT_BY_SOCKET,
	SENT_AS_XDP,
	SENT_MAX
};

static const char *const sent_names[] = {
	[SENT_BY_SOCKET] = "from a socket",
	[SENT_AS_XDP] = "of XDP frames",
};
_Static_assert(sizeof(sent_names) / sizeof(sent_names[0]) == SENT_MAX, "a name each");

/* us of CPU a port that answers; the receiver's alone; % of the ports that do not answer. */
struct burst {
	double all, receiver, lost;
};

/* What is measured of a process, from its start to its end. */
struct figures {
	double set_up; /* us a port */
	struct burst burst[SENT_MAX];
	double teardown;	/* s */
	double process, kernel; /* KiB */
};

static const uint8_t request[60] = { 0x01, 0x80, 0xc2, 0, 0, 3, 2, 0, 0, 0, 0, 9,
				     0x88, 0x8e, 2,    0, 0, 5, 1, 0, 0, 5, 1 };

struct bed {
	const char *xeap, *conf, *near;
	unsigned int ports; /* all that there are */
	struct bench_responder_bpf *skel;
	int socket; /* unbound, sends only */
	uint8_t frame[sizeof(request)];
	struct iovec iov;
	struct sockaddr_ll to[PORTS_MAX];
	struct mmsghdr message[PORTS_MAX];
};

struct start {
	const struct bed *bed;
	enum way way;
	unsigned int ports;
};

static struct bed bed;
static struct figures table[WAY_MAX][BENCH_ROUNDS];	    /* at all ports */
static double memory[WAY_MAX][PORTS_MAX + 1][BENCH_ROUNDS]; /* KiB, by number of ports */

static double now(void)
{
	return bench_clock(CLOCK_MONOTONIC) / 1e9;
}

static uint64_t seen(const struct bed *b, int kind)
{
	return __atomic_load_n((const uint64_t *)&b->skel->bss->seen[kind], __ATOMIC_RELAXED);
}

static bool comes(const struct bed *b, int kind, uint64_t count, double patience)
{
	double end = now() + patience;

	while (seen(b, kind) < count) {
		if (now() > end)
			return false;
		usleep(1000);
	}
	return true;
}

static void wait_for(const struct bed *b, int kind, uint64_t count, const char *what)
{
	if (!comes(b, kind, count, PATIENCE))
		bench_die("%s: %lu of %lu", what, (unsigned long)seen(b, kind),
			  (unsigned long)count);
}

/* The far ends. */

static void attach(const struct bed *b, unsigned int port)
{
	char name[IF_NAMESIZE];
	unsigned int ifindex;

	snprintf(name, sizeof(name), "auth%u", port);
	ifindex = if_nametoindex(name);
	if (!ifindex ||
	    bpf_xdp_attach((int)ifindex, bpf_program__fd(b->skel->progs.bench_responder),
			   XDP_FLAGS_DRV_MODE, NULL))
		bench_die("%s: no XDP on the far end: %m", name);
}

static void detach(unsigned int port)
{
	char name[IF_NAMESIZE];

	snprintf(name, sizeof(name), "auth%u", port);
	bpf_xdp_detach((int)if_nametoindex(name), XDP_FLAGS_DRV_MODE, NULL);
}

static void prepare_message(struct bed *b, unsigned int port)
{
	char name[IF_NAMESIZE];

	snprintf(name, sizeof(name), "auth%u", port);
	b->to[port] = (struct sockaddr_ll){ .sll_family = AF_PACKET,
					    .sll_protocol = htons(ETH_P_PAE),
					    .sll_ifindex = (int)if_nametoindex(name) };
	if (bpf_map_update_elem(bpf_map__fd(b->skel->maps.bench_far), &port,
				&b->to[port].sll_ifindex, 0))
		bench_die("%s: not in the map: %m", name);
	b->message[port].msg_hdr = (struct msghdr){ .msg_name = &b->to[port],
						    .msg_namelen = sizeof(b->to[port]),
						    .msg_iov = &b->iov,
						    .msg_iovlen = 1 };
}

static void open_far(struct bed *b)
{
	b->skel = bench_responder_bpf__open_and_load();
	if (!b->skel)
		bench_die("the program of the far ends could not be loaded: %m");
	b->socket = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (b->socket < 0)
		bench_die("no packet socket: %m");
	memcpy(b->frame, request, sizeof(request));
	b->iov = (struct iovec){ b->frame, sizeof(b->frame) };
	for (unsigned int i = 0; i < b->ports; i++) {
		prepare_message(b, i);
		attach(b, i);
	}
}

static void send_from_socket(struct bed *b)
{
	for (unsigned int sent = 0; sent < b->ports;) {
		int n = sendmmsg(b->socket, b->message + sent, b->ports - sent, 0);

		if (n <= 0)
			bench_die("a burst could not be sent: %m");
		sent += (unsigned int)n;
	}
}

static void send_as_xdp(struct bed *b)
{
	struct xdp_md ctx = { .data_end = sizeof(request) };
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = request, .data_size_in = sizeof(request),
		    .ctx_in = &ctx, .ctx_size_in = sizeof(ctx), .repeat = (int)b->ports,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = 64);
	int err;

	b->skel->bss->burst_id = b->frame[19];
	b->skel->bss->burst_next = 0;
	err = bpf_prog_test_run_opts(bpf_program__fd(b->skel->progs.bench_burst), &o);
	if (err)
		bench_die("BPF_F_TEST_XDP_LIVE_FRAMES (needs Linux 5.18): %s", strerror(-err));
}

/* CPU seconds. */
static double send_burst(struct bed *b, enum sent how)
{
	double begin = bench_clock(CLOCK_THREAD_CPUTIME_ID);

	b->frame[19]++; /* the identifier */
	if (how == SENT_AS_XDP)
		send_as_xdp(b);
	else
		send_from_socket(b);
	return (bench_clock(CLOCK_THREAD_CPUTIME_ID) - begin) / 1e9;
}

/* The near ends. */

struct gro {
	unsigned int ports;
	bool on;
};

/* Without a program veth takes XDP frames only if it does GRO. */
static void set_gro(void *arg)
{
	const struct gro *g = arg;
	struct ethtool_value value = { .cmd = ETHTOOL_SGRO, .data = g->on };
	struct ifreq r = { .ifr_data = (void *)&value };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	for (unsigned int i = 0; i < g->ports; i++) {
		snprintf(r.ifr_name, sizeof(r.ifr_name), "port%u", i);
		if (fd < 0 || ioctl(fd, SIOCETHTOOL, &r))
			bench_die("%s: no GRO: %m", r.ifr_name);
	}
	close(fd);
}

static const char *names_of(const struct start *s)
{
	static char names[NAMES];
	size_t n = 0;

	if (s->ports == s->bed->ports)
		return "port*";
	for (unsigned int i = 0; i < s->ports; i++)
		n += (size_t)snprintf(names + n, sizeof(names) - n, "%sport%u", i ? "," : "", i);
	return names;
}

static void run_subject(const void *arg)
{
	static const char *const rings[WAY_MAX] = { "own", "funnel", "auto", "" };
	const struct start *s = arg;
	const struct bed *b = s->bed;

	if (s->way == WAY_LOOP)
		packet_loop("port0");
	else
		subject_exec((const char *const[]){
			b->xeap, "run", "-c", b->conf, "-p", names_of(s), "--start-period", "2",
			"--auth-period", "2", "--mode", s->way == WAY_PACKET ? "packet" : "native",
			"--rings", rings[s->way], "--frames", "32", NULL });
}

/* All ports are logged in, or, for a bare loop, one is there. Returns the seconds of the set-up. */
static double start(struct bed *b, struct subject *s, enum way way, unsigned int ports)
{
	struct bench_responder_bpf__bss *bss = b->skel->bss;
	const struct start what = { b, way, ports };
	double begin = now();

	memset(bss->seen, 0, sizeof(bss->seen));
	bss->silent = way == WAY_LOOP;
	bss->no_program = way == WAY_PACKET;
	bss->awaited = way == WAY_LOOP ? 1 : ports;
	subject_start(s, b->near, run_subject, &what);
	wait_for(b, START_SEEN, bss->awaited, "EAPOL-Start");
	if (way != WAY_LOOP)
		wait_for(b, MD5_SEEN, ports, "logins");
	bss->silent = true;
	usleep(50000);
	return (double)bss->started_at / 1e9 - begin;
}

static struct burst burst(struct bed *b, struct subject *s, enum sent how)
{
	uint64_t before = seen(b, IDENTITY_SEEN);
	double cpu, sender, receiver, answered;

	subject_halt(s);
	cpu = subject_cpu(s);
	sender = send_burst(b, how) + subject_cpu(s) - cpu;
	cpu = subject_cpu(s);
	subject_go_on(s);
	comes(b, IDENTITY_SEEN, before + b->ports, BURST_PATIENCE);
	usleep(2000);
	receiver = subject_cpu(s) - cpu;
	answered = (double)(seen(b, IDENTITY_SEEN) - before);
	if (answered < b->ports / 2.0)
		bench_die("a burst %s of %u was answered by %.0f", sent_names[how], b->ports,
			  answered);
	return (struct burst){ (sender + receiver) / answered * 1e6, receiver / answered * 1e6,
			       (b->ports - answered) / b->ports * 100 };
}

static struct burst median_burst(struct bed *b, struct subject *s, enum sent how)
{
	double all[BURSTS], receiver[BURSTS], lost[BURSTS];

	for (int i = 0; i < BURSTS; i++) {
		struct burst one = burst(b, s, how);

		all[i] = one.all;
		receiver[i] = one.receiver;
		lost[i] = one.lost;
	}
	return (struct burst){ bench_median(all, BURSTS), bench_median(receiver, BURSTS),
			       bench_median(lost, BURSTS) };
}

/* Without a program on the near ends. */
static void let_in_xdp_frames(const struct bed *b, enum way way, unsigned int ports, bool on)
{
	struct gro gro = { ports, on };

	if (way == WAY_PACKET || way == WAY_LOOP)
		subject_visit(b->near, set_gro, &gro);
}

static struct figures measure(struct bed *b, enum way way, unsigned int ports)
{
	struct figures f = { 0 };
	struct subject s;

	let_in_xdp_frames(b, way, ports, true);
	f.kernel = -subject_kernel_kib();
	f.set_up = start(b, &s, way, ports) / ports * 1e6;
	f.kernel += subject_kernel_kib();
	f.process = subject_kib(&s);
	for (int how = 0; ports == b->ports && how < SENT_MAX; how++)
		f.burst[how] = median_burst(b, &s, (enum sent)how);
	f.teardown = subject_end(&s);
	let_in_xdp_frames(b, way, ports, false);
	return f;
}

static unsigned int next_width(const struct bed *b, unsigned int ports)
{
	unsigned int next = ports == 1 ? 64 : 4 * ports;

	return next < b->ports ? next : b->ports;
}

static void measure_all(struct bed *b, size_t round)
{
	for (unsigned int n = 1;; n = next_width(b, n)) {
		for (int way = 0; way < WAY_MAX; way++) {
			if (way == WAY_LOOP && n < b->ports)
				continue;
			table[way][round] = measure(b, (enum way)way, n);
			memory[way][n][round] =
				table[way][round].process + table[way][round].kernel;
		}
		if (n == b->ports)
			break;
	}
}

/* The table. */

static const struct bench_goal none = { .about = BENCH_NO_GOAL };

static void pick(double *values, enum way way, size_t figure)
{
	for (size_t i = 0; i < BENCH_ROUNDS; i++)
		values[i] = *(const double *)((const char *)&table[way][i] + figure);
}

static void print_burst(const struct bed *b, enum way way, enum sent how, const char *what,
			size_t figure, struct bench_goal goal)
{
	size_t at = offsetof(struct figures, burst) + how * sizeof(struct burst) + figure;
	struct bench_pair pair;
	char text[128];

	pick(pair.ours, way, at);
	pick(pair.theirs, WAY_LOOP, at);
	snprintf(text, sizeof(text), "burst at %u ports %s, %s, %s", b->ports, sent_names[how],
		 what, way_names[way]);
	bench_print(&(struct bench_row){ .row = "width",
					 .what = text,
					 .unit = "us/port",
					 .against = way_names[WAY_LOOP],
					 .goal = goal },
		    &pair);
}

static void print_bursts(const struct bed *b, enum way way)
{
	const struct bench_goal below = { BENCH_RATIO, false, 1 };

	for (int how = 0; how < SENT_MAX; how++) {
		print_burst(b, way, (enum sent)how, "in all", offsetof(struct burst, all),
			    way == WAY_FUNNEL ? below : none);
		print_burst(b, way, (enum sent)how, "receiver", offsetof(struct burst, receiver),
			    none);
	}
}

static void print_one(const struct bed *b, enum way way, const char *what, const char *unit,
		      size_t figure, struct bench_goal goal)
{
	double values[BENCH_ROUNDS];
	char text[128];

	pick(values, way, figure);
	snprintf(text, sizeof(text), "%s, %u ports, %s", what, b->ports, way_names[way]);
	bench_print_value(
		&(struct bench_row){ .row = "width", .what = text, .unit = unit, .goal = goal },
		values);
}

/* What the first port takes is the program's; what each further port takes has a goal. */
static void print_memory(enum way way, unsigned int ports, struct bench_goal goal)
{
	double values[BENCH_ROUNDS];
	char text[128];

	for (size_t i = 0; i < BENCH_ROUNDS; i++) {
		values[i] = memory[way][ports][i];
		if (ports > 1)
			values[i] = (values[i] - memory[way][1][i]) / (ports - 1);
	}
	snprintf(text, sizeof(text), "memory, %s, %u ports, %s",
		 ports > 1 ? "a port beyond the first" : "process and kernel", ports,
		 way_names[way]);
	bench_print_value(
		&(struct bench_row){ .row = "width", .what = text, .unit = "KiB", .goal = goal },
		values);
}

static void print_way(const struct bed *b, enum way way, double most_kib)
{
	static const struct bench_goal set_up = { BENCH_VALUE, false, 1000 };
	static const struct bench_goal teardown = { BENCH_VALUE, false, 1 };
	const struct bench_goal kib = { BENCH_VALUE, false, most_kib };

	print_bursts(b, way);
	print_one(b, way, "set-up", "us/port", offsetof(struct figures, set_up), set_up);
	print_one(b, way, "teardown of all", "s", offsetof(struct figures, teardown), teardown);
	for (unsigned int n = 1;; n = next_width(b, n)) {
		print_memory(way, n, most_kib > 0 && n == b->ports && n > 1 ? kib : none);
		if (n == b->ports)
			break;
	}
}

/* A frame that was lost does not show in the cost of those that were answered. */
static void tell_lost(enum way way, enum sent how)
{
	double values[BENCH_ROUNDS], lost;

	pick(values, way,
	     offsetof(struct figures, burst) + how * sizeof(struct burst) +
		     offsetof(struct burst, lost));
	lost = bench_median(values, BENCH_ROUNDS);
	if (lost > 0)
		fprintf(stderr, "width: %s: %.1f %% of a burst %s got no answer\n", way_names[way],
			lost, sent_names[how]);
}

int main(int argc, char **argv)
{
	struct bed *b = &bed;

	if (argc != 5)
		bench_die("usage: bench_width XEAP CONF NEAR-NAMESPACE PORTS");
	b->xeap = argv[1];
	b->conf = argv[2];
	b->near = argv[3];
	b->ports = (unsigned int)atoi(argv[4]);
	if (b->ports < 1 || b->ports > PORTS_MAX)
		bench_die("PORTS is from 1 to %d", PORTS_MAX);
	subject_pin();
	open_far(b);
	for (size_t i = 0; i < BENCH_ROUNDS; i++)
		measure_all(b, i);
	print_way(b, WAY_OWN, 90);
	print_way(b, WAY_FUNNEL, 12);
	print_way(b, WAY_PACKET, 0);
	for (int way = 0; way < WAY_MAX; way++)
		for (int how = 0; how < SENT_MAX; how++)
			tell_lost((enum way)way, (enum sent)how);
	for (unsigned int i = 0; i < b->ports; i++)
		detach(i);
	bench_responder_bpf__destroy(b->skel);
	return 0;
}
