/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * bench_path XEAP CONF NEAR-NAMESPACE PORT FAR-PORT FEED FEED-END [native|generic]
 *
 * EAP-Request/Identity in, response out: `xeap run` on PORT, authenticated by EAP-MD5 and asked for
 * its identity again and again, as an authenticator does that polls; beside bare loops on the same
 * port that do nothing but send the frame back. In bursts the figure is responses a second; paced
 * it is CPU time of the whole machine, the making of the requests included, which is the same for
 * all. Receivers are on CPU 0, requests come from CPU 1. Is run in the far namespace.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/echo.h"
#include "tests/bench/wire.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#include <bpf/bench_path.skel.h>
#pragma GCC diagnostic pop

#define BURST_SECONDS 0.4
#define PACE_SECONDS 0.5
#define MOST_OTHERS 0.25 /* seconds of CPU a second */

enum receiver {
	XEAP,
	ECHO_XDP,
	ECHO_PLAIN,
	ECHO_MAPPED,
	RECEIVERS
};

static const char *const receiver_names[] = {
	[XEAP] = "xeap run",
	[ECHO_XDP] = "bare AF_XDP echo",
	[ECHO_PLAIN] = "AF_PACKET recvfrom/sendto",
	[ECHO_MAPPED] = "AF_PACKET mapped ring/sendmmsg",
};
_Static_assert(sizeof(receiver_names) / sizeof(receiver_names[0]) == RECEIVERS, "a name each");

struct bed {
	const char *xeap, *conf, *near, *mode;
	struct echo echo;
	struct wire wire;
	pid_t pid;
};

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		bench_die("this needs two CPUs: %m");
}

static void enter_namespace(const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		bench_die("%s: %m", path);
	close(fd);
}

/* Without a program veth takes XDP frames only if it does GRO; so it does it for all. */
static void accept_frames(const char *ifname)
{
	struct ethtool_value on = { .cmd = ETHTOOL_SGRO, .data = 1 };
	struct ifreq r = { .ifr_data = (void *)&on };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", ifname);
	if (fd < 0 || ioctl(fd, SIOCETHTOOL, &r))
		bench_die("%s: no GRO: %m", ifname);
	close(fd);
}

static void exec_xeap(const struct bed *b)
{
	char frames[16];
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	snprintf(frames, sizeof(frames), "%d", ECHO_FRAMES);
	dup2(null, STDOUT_FILENO);
	execl(b->xeap, b->xeap, "run", "--json", "-c", b->conf, "-p", b->echo.ifname, "--mode",
	      b->mode, "--frames", frames, "--control", "none", NULL);
	bench_die("%s: %m", b->xeap);
}

static void receive(const struct bed *b, enum receiver r)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pin(0);
	enter_namespace(b->near);
	accept_frames(b->echo.ifname);
	switch (r) {
	case XEAP:
		exec_xeap(b);
		break;
	case ECHO_XDP:
		echo_xdp(&b->echo);
		break;
	case ECHO_PLAIN:
		echo_plain(&b->echo);
		break;
	case ECHO_MAPPED:
		echo_mapped(&b->echo);
		break;
	case RECEIVERS:
		break;
	}
	_exit(1);
}

/* EAP-MD5; the authenticator is not choosy about the response. */
static void log_in(const struct wire *w)
{
	static const uint8_t identity[] = { 1, 1, 0, 5, 1 };
	static const uint8_t challenge[] = { 1, 2, 0, 22, 4,  16, 1,  2,  3,  4,  5,
					     6, 7, 8, 9,  10, 11, 12, 13, 14, 15, 16 };
	static const uint8_t success[] = { 3, 2, 0, 4 };

	wire_send(w, identity, sizeof(identity));
	if (!wire_wait_responses(w, 1))
		bench_die("xeap does not answer");
	wire_send(w, challenge, sizeof(challenge));
	if (!wire_wait_responses(w, 2))
		bench_die("xeap does not log in");
	wire_send(w, success, sizeof(success));
	usleep(20000);
}

static void start(struct bed *b, enum receiver r)
{
	wire_reset(&b->wire);
	b->pid = fork();
	if (b->pid < 0)
		bench_die("no process: %m");
	if (!b->pid)
		receive(b, r);
	if (!wire_wait_start(&b->wire))
		bench_die("%s does not start", receiver_names[r]);
	if (r == XEAP)
		log_in(&b->wire);
	wire_reset(&b->wire);
}

static void stop(struct bed *b)
{
	kill(b->pid, SIGTERM);
	while (waitpid(b->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* CPU seconds of the receiver. */
static double process_seconds(const struct bed *b)
{
	clockid_t clock;

	return clock_getcpuclockid(b->pid, &clock) ? 0 : bench_clock(clock) / 1e9;
}

/* What a receiver is compared by. */
struct figures {
	double rate, lost, machine, process;
	double others; /* seconds of CPU a second, right before */
};

/* rate 0: bursts */
static struct figures measure(struct bed *b, enum receiver r, double rate)
{
	struct wire_run run;
	struct figures f;

	f.others = rate ? wire_wait_quiet() : 0;
	start(b, r);
	f.process = -process_seconds(b);
	run = rate ? wire_pace(&b->wire, rate, PACE_SECONDS) : wire_burst(&b->wire, BURST_SECONDS);
	f.process += process_seconds(b);
	stop(b);
	if (run.responses < 1)
		bench_die("%s does not answer", receiver_names[r]);
	f.rate = run.responses / run.seconds;
	f.lost = run.lost / (run.responses + run.lost) * 100;
	f.machine = run.machine / run.seconds * 100;
	f.process = f.process / run.seconds * 100;
	return f;
}

typedef struct figures table[RECEIVERS][BENCH_ROUNDS];

static void measure_all(struct bed *b, double rate, table t)
{
	for (size_t i = 0; i < BENCH_ROUNDS; i++)
		for (int r = 0; r < RECEIVERS; r++)
			t[r][i] = measure(b, (enum receiver)r, rate);
}

static void compare(const struct bed *b, table t, const char *what, const char *unit, size_t figure,
		    enum receiver with, struct bench_goal goal)
{
	struct bench_pair pair;
	char text[128];

	for (size_t i = 0; i < BENCH_ROUNDS; i++) {
		pair.ours[i] = *(const double *)((const char *)&t[XEAP][i] + figure);
		pair.theirs[i] = *(const double *)((const char *)&t[with][i] + figure);
	}
	snprintf(text, sizeof(text), "%s, %s", what, b->mode);
	bench_print(&(struct bench_row){ .row = "path",
					 .what = text,
					 .unit = unit,
					 .against = receiver_names[with],
					 .goal = goal },
		    &pair);
}

static double median_of(table t, enum receiver r, size_t figure)
{
	double values[BENCH_ROUNDS];

	for (size_t i = 0; i < BENCH_ROUNDS; i++)
		values[i] = *(const double *)((const char *)&t[r][i] + figure);
	return bench_median(values, BENCH_ROUNDS);
}

/* Frames that were lost do not show in a figure a second; whoever reads it has to know. */
static void tell_lost(table t, const char *what)
{
	for (int r = 0; r < RECEIVERS; r++) {
		double lost = median_of(t, (enum receiver)r, offsetof(struct figures, lost));

		if (lost > 0.5)
			fprintf(stderr, "path: %s: %s lost %.1f %% of the requests\n", what,
				receiver_names[r], lost);
	}
}

/* CPU of the whole machine says nothing while others use it. */
static bool is_quiet(table t)
{
	double others = median_of(t, XEAP, offsetof(struct figures, others));

	if (others < MOST_OTHERS)
		return true;
	fprintf(stderr, "path: machine CPU is not judged: others take %.0f %% of a CPU\n",
		others * 100);
	return false;
}

static void run_bursts(struct bed *b)
{
	static const char what[] = "responses a second, bursts of 64";
	static const struct bench_goal none = { .about = BENCH_NO_GOAL };
	static const struct bench_goal nearly = { BENCH_RATIO, true, 0.85 };
	static const struct bench_goal twice = { BENCH_RATIO, true, 2 };
	const size_t rate = offsetof(struct figures, rate);
	static table t;

	measure_all(b, 0, t);
	compare(b, t, what, "/s", rate, ECHO_XDP, nearly);
	compare(b, t, what, "/s", rate, ECHO_PLAIN, twice);
	compare(b, t, what, "/s", rate, ECHO_MAPPED, none);
	tell_lost(t, what);
}

static void run_paced(struct bed *b, double rate, const char *machine, const char *process)
{
	static const struct bench_goal none = { .about = BENCH_NO_GOAL };
	static const struct bench_goal no_more = { BENCH_RATIO, false, 1 };
	const size_t all = offsetof(struct figures, machine);
	const size_t own = offsetof(struct figures, process);
	static table t;

	measure_all(b, rate, t);
	compare(b, t, machine, "% CPU", all, ECHO_PLAIN, is_quiet(t) ? no_more : none);
	compare(b, t, machine, "% CPU", all, ECHO_XDP, none);
	compare(b, t, machine, "% CPU", all, ECHO_MAPPED, none);
	compare(b, t, process, "% CPU", own, ECHO_PLAIN, none);
	compare(b, t, process, "% CPU", own, ECHO_XDP, none);
	tell_lost(t, machine);
}

int main(int argc, char **argv)
{
	struct bed b = { .mode = argc == 9 ? argv[8] : "native" };

	if (argc != 8 && argc != 9)
		bench_die("usage: bench_path XEAP CONF NEAR-NAMESPACE PORT FAR-PORT FEED FEED-END "
			  "[native|generic]");
	b.xeap = argv[1];
	b.conf = argv[2];
	b.near = argv[3];
	b.echo.ifname = argv[4];
	b.echo.xdp_flags = strcmp(b.mode, "generic") ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE;
	pin(1);
	wire_open(&b.wire, argv[5], argv[6], argv[7]);
	b.echo.program = bpf_program__fd(b.wire.skel->progs.bench_echo);
	b.echo.sockets = bpf_map__fd(b.wire.skel->maps.bench_sockets);
	run_bursts(&b);
	run_paced(&b, 20000, "machine CPU at 20,000 a second", "process CPU at 20,000 a second");
	run_paced(&b, 100000, "machine CPU at 100,000 a second", "process CPU at 100,000 a second");
	wire_close(&b.wire);
	return 0;
}
