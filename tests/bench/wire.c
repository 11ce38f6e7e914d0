/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/bench/wire.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/bench.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#include <bpf/bench_path.skel.h>
#pragma GCC diagnostic pop

#define TICK 50000.0 /* ns */
#define WARM_UP 0.1  /* s */
#define GROUP_MAX 64
#define QUIET 0.15 /* seconds of CPU a second */
#define QUIET_SECONDS 0.1
#define QUIET_TRIES 5

static const uint8_t request[WIRE_FRAME] = { 0x01, 0x80, 0xc2, 0, 0, 3, 2, 0, 0, 0, 0, 9,
					     0x88, 0x8e, 2,    0, 0, 5, 1, 0, 0, 5, 1 };

static void pause_for(double seconds)
{
	struct timespec t = { (time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9) };

	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

static double now(void)
{
	return bench_clock(CLOCK_MONOTONIC) / 1e9;
}

static int index_of(const char *ifname)
{
	int ifindex = (int)if_nametoindex(ifname);

	if (!ifindex)
		bench_die("there is no %s", ifname);
	return ifindex;
}

/* Sends only: protocol 0 receives nothing. */
static int open_socket(int ifindex)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_ifindex = ifindex };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)))
		bench_die("no packet socket: %m");
	return fd;
}

static void attach(struct bpf_program *program, int ifindex)
{
	if (bpf_xdp_attach(ifindex, bpf_program__fd(program), 0, NULL))
		bench_die("no XDP on the far end: %m");
}

void wire_open(struct wire *w, const char *far, const char *feed, const char *feed_end)
{
	memset(w, 0, sizeof(*w));
	w->skel = bench_path_bpf__open_and_load();
	if (!w->skel)
		bench_die("the programs of the far end could not be loaded: %m");
	w->far = index_of(far);
	attach(w->skel->progs.bench_count, w->far);
	attach(w->skel->progs.bench_feed, index_of(feed_end));
	w->skel->bss->target = (uint32_t)w->far;
	w->skel->bss->window = WIRE_BURST;
	w->socket = open_socket(w->far);
	w->feed = open_socket(index_of(feed));
	prctl(PR_SET_TIMERSLACK, 1);
}

void wire_close(struct wire *w)
{
	close(w->socket);
	close(w->feed);
	bench_path_bpf__destroy(w->skel);
}

static uint64_t read_counter(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

void wire_reset(struct wire *w)
{
	w->skel->bss->sent = 0;
	w->skel->bss->responses = 0;
	w->skel->bss->starts = 0;
	w->skel->bss->lost = 0;
}

static bool wait_for(const __u64 *counter, uint64_t count)
{
	double end = now() + 2;

	while (read_counter((const uint64_t *)counter) < count) {
		if (now() > end)
			return false;
		pause_for(0.001);
	}
	return true;
}

bool wire_wait_start(const struct wire *w)
{
	return wait_for(&w->skel->bss->starts, 1);
}

bool wire_wait_responses(const struct wire *w, uint64_t count)
{
	return wait_for(&w->skel->bss->responses, count);
}

void wire_send(const struct wire *w, const uint8_t *eap, uint16_t len)
{
	uint8_t frame[WIRE_FRAME];

	memcpy(frame, request, sizeof(frame));
	frame[16] = (uint8_t)(len >> 8);
	frame[17] = (uint8_t)len;
	memcpy(frame + 18, eap, len);
	if (send(w->socket, frame, sizeof(frame), 0) != sizeof(frame))
		bench_die("a frame could not be sent: %m");
}

/* The fields of /proc/stat are hundredths of a second; those of idle time are exact. */
static double idle_seconds(void)
{
	unsigned long long idle, iowait, steal;
	FILE *f = fopen("/proc/stat", "re");

	if (!f || fscanf(f, "cpu %*u %*u %*u %llu %llu %*u %*u %llu", &idle, &iowait, &steal) != 3)
		bench_die("/proc/stat cannot be read");
	fclose(f);
	return (double)(idle + iowait + steal) / (double)sysconf(_SC_CLK_TCK);
}

/* Counters at a time; the difference of two is a run. */
static struct wire_run look(const struct wire *w)
{
	const struct bench_path_bpf__bss *b = w->skel->bss;

	return (struct wire_run){ .seconds = now(),
				  .responses = (double)b->responses,
				  .lost = (double)b->sent - (double)b->responses,
				  .machine = -idle_seconds(),
				  .sender = bench_clock(CLOCK_PROCESS_CPUTIME_ID) / 1e9,
				  .receiver = bench_clock(w->receiver) / 1e9 };
}

static struct wire_run since(const struct wire *w, const struct wire_run *start)
{
	struct wire_run end = look(w);

	end.seconds -= start->seconds;
	end.responses -= start->responses;
	end.lost -= start->lost;
	end.sender -= start->sender;
	end.receiver -= start->receiver;
	end.machine -= start->machine;
	end.machine += end.seconds * (double)sysconf(_SC_NPROCESSORS_ONLN);
	return end;
}

double wire_wait_quiet(void)
{
	double busy = 0, idle, start;

	for (int i = 0; i < QUIET_TRIES; i++) {
		idle = -idle_seconds();
		start = now();
		pause_for(QUIET_SECONDS);
		idle += idle_seconds();
		busy = (double)sysconf(_SC_NPROCESSORS_ONLN) - idle / (now() - start);
		if (busy < QUIET)
			break;
	}
	return busy;
}

static void ignore(int signal)
{
}

/* One call that lasts until a signal ends it. */
static void *inject(void *arg)
{
	struct wire *w = arg;
	struct xdp_md ctx = { .data_end = WIRE_FRAME, .ingress_ifindex = (uint32_t)w->far };
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = request, .data_size_in = WIRE_FRAME,
		    .ctx_in = &ctx, .ctx_size_in = sizeof(ctx), .repeat = 1 << 30,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = WIRE_BURST);
	int err = 0;

	while (!w->stop && (!err || err == -EINTR))
		err = bpf_prog_test_run_opts(bpf_program__fd(w->skel->progs.bench_inject), &o);
	if (err && err != -EINTR)
		bench_die("BPF_F_TEST_XDP_LIVE_FRAMES (needs Linux 5.18): %s", strerror(-err));
	return NULL;
}

static void stop(struct wire *w)
{
	w->stop = true;
	while (pthread_tryjoin_np(w->injector, NULL)) {
		pthread_kill(w->injector, SIGUSR1);
		pause_for(0.001);
	}
}

struct wire_run wire_burst(struct wire *w, double seconds)
{
	struct sigaction quiet = { .sa_handler = ignore };
	struct wire_run start;

	sigaction(SIGUSR1, &quiet, NULL);
	w->stop = false;
	if (pthread_create(&w->injector, NULL, inject, w))
		bench_die("no thread");
	pause_for(WARM_UP);
	start = look(w);
	pause_for(seconds);
	start = since(w, &start);
	stop(w);
	return start;
}

static void send_group(const struct wire *w, unsigned int n)
{
	struct mmsghdr m[GROUP_MAX];
	struct iovec iov = { (void *)(uintptr_t)request, WIRE_FRAME };

	memset(m, 0, sizeof(m));
	for (unsigned int i = 0; i < n; i++) {
		m[i].msg_hdr.msg_iov = &iov;
		m[i].msg_hdr.msg_iovlen = 1;
	}
	sendmmsg(w->feed, m, n, 0);
}

/* What is due and was not sent goes, so that a late wake-up costs no frame. */
static void pace(const struct wire *w, double rate, double seconds)
{
	double start = bench_clock(CLOCK_MONOTONIC), sent = 0, due;
	double tick = rate > 1e9 / TICK ? TICK : 1e9 / rate;

	for (double at = start; at < start + seconds * 1e9; at += tick) {
		struct timespec t = { (time_t)(at / 1e9), 0 };

		t.tv_nsec = (long)(at - (double)t.tv_sec * 1e9);
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
		due = (bench_clock(CLOCK_MONOTONIC) - start) * rate / 1e9 - sent + 1;
		if (due > GROUP_MAX)
			due = GROUP_MAX;
		if (due < 1)
			continue;
		send_group(w, (unsigned int)due);
		sent += (unsigned int)due;
	}
}

struct wire_run wire_pace(struct wire *w, double rate, double seconds)
{
	struct wire_run start;

	pace(w, rate, WARM_UP);
	pause_for(0.01);
	start = look(w);
	pace(w, rate, seconds);
	return since(w, &start);
}
