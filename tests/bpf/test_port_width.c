/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "port_bed.h"
#include <sys/resource.h>

/*
 * Many ports in one set: a burst of one frame a port is answered by every port, whichever way they
 * are joined; and what that costs, side by side. One CPU does all of it, far ends included.
 */

#define PORTS 1024
#define ROUNDS 21

static const struct way {
	const char *name;
	enum xeap_rings_kind kind;
	enum xeap_mode mode;
} ways[] = {
	{ "own rings, native", XEAP_RINGS_OWN, XEAP_MODE_NATIVE },
	{ "funnel, native", XEAP_RINGS_FUNNEL, XEAP_MODE_NATIVE },
	{ "own rings, generic", XEAP_RINGS_OWN, XEAP_MODE_GENERIC },
	{ "funnel, generic", XEAP_RINGS_FUNNEL, XEAP_MODE_GENERIC },
	{ "packet", XEAP_RINGS_AUTO, XEAP_MODE_PACKET },
};

struct bed {
	struct xeap_steer *steer;
	struct xeap_rings *rings;
	struct xeap_port *port[PORTS];
	unsigned int count;
	struct xeap_diag diag;
	int far; /* unbound, sends only */
	struct sockaddr_ll to[PORTS];
	struct iovec iov;
	struct mmsghdr message[PORTS];
	uint8_t frame[64];
	double all[ROUNDS], near[ROUNDS]; /* seconds of a round; from the first receive on */
};

static struct bed bed;

static int add_veths(void)
{
	FILE *f = popen("ip -batch - 2>/dev/null", "w");

	if (!f)
		return -1;
	for (int i = 0; i < PORTS; i++)
		fprintf(f,
			"link add w%d type veth peer name v%d\nlink set w%d up\n"
			"link set v%d up\n",
			i, i, i, i);
	return pclose(f);
}

static void prepare(struct bed *b)
{
	b->far = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	b->iov = (struct iovec){ b->frame, request(b->frame, "", 0, 60) };
	for (int i = 0; i < PORTS; i++) {
		char name[IF_NAMESIZE];

		snprintf(name, sizeof(name), "v%d", i);
		b->to[i] = (struct sockaddr_ll){ .sll_family = AF_PACKET,
						 .sll_ifindex = (int)if_nametoindex(name),
						 .sll_halen = 6 };
		b->message[i].msg_hdr = (struct msghdr){ .msg_name = &b->to[i],
							 .msg_namelen = sizeof(b->to[i]),
							 .msg_iov = &b->iov,
							 .msg_iovlen = 1 };
	}
}

static void answer(struct xeap_port *p)
{
	struct xeap_frame *f = response(p, "", 0, 5);

	assert_int_equal(xeap_port_transmit(p, f), 0);
	xeap_frame_give_back(f);
}

static unsigned int drain(struct bed *b)
{
	struct xeap_rx batch[64];
	unsigned int n, all = 0;

	while ((n = xeap_rings_receive(b->rings, batch, 64))) {
		for (unsigned int i = 0; i < n; i++)
			answer(batch[i].port);
		xeap_rings_recycle(b->rings, batch, n);
		while (xeap_rings_flush(b->rings) == -EAGAIN)
			;
		all += n;
	}
	return all;
}

static void round_of(struct bed *b, int round)
{
	double begin = seconds(), middle;
	unsigned int sent = 0, got = 0;

	while (sent < b->count) {
		int n = sendmmsg(b->far, b->message + sent, b->count - sent, 0);

		assert_true(n > 0);
		sent += (unsigned int)n;
	}
	middle = seconds();
	for (int tries = 0; got < b->count && tries < 1000; tries++)
		got += drain(b);
	assert_int_equal(got, b->count);
	b->near[round] = seconds() - middle;
	b->all[round] = seconds() - begin;
}

static int compare(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return a < b ? -1 : a > b;
}

static double median_us(double *s, unsigned int ports)
{
	qsort(s, ROUNDS, sizeof(*s), compare);
	return s[ROUNDS / 2] * 1e6 / ports;
}

static void open_set(struct bed *b, const struct way *way)
{
	struct xeap_rings_options o = { .size = sizeof(o), .kind = way->kind };
	struct xeap_port_options po = { .size = sizeof(po), .mode = way->mode };
	struct bed *s = b;

	assert_ok(xeap_steer_open(NULL, &b->steer, &b->diag));
	o.steer = b->steer;
	o.funnel_frames = 4 * b->count;
	assert_ok(xeap_rings_new(&o, &b->rings, &b->diag));
	for (unsigned int i = 0; i < b->count; i++) {
		char name[IF_NAMESIZE];

		snprintf(name, sizeof(name), "w%u", i);
		assert_ok(xeap_port_open(b->rings, name, &po, &b->port[i], &b->diag));
	}
}

/* Every port has its own frames, counted exactly, and none is lost. */
static void check_counts(const struct bed *b, const struct way *way)
{
	uint64_t dropped = 0;

	for (unsigned int i = 0; i < b->count; i++) {
		struct xeap_port_stats stats;

		xeap_port_get_stats(b->port[i], &stats);
		assert_int_equal(stats.frames_rx, ROUNDS);
		assert_int_equal(stats.frames_tx, ROUNDS);
		assert_int_equal(stats.tx_copied + stats.tx_refused, 0);
		dropped += stats.rx_dropped;
		if (way->kind == XEAP_RINGS_FUNNEL)
			assert_int_equal(xeap_port_steer_count(b->port[i], XEAP_STEER_FUNNEL_SENT),
					 ROUNDS);
	}
	assert_int_equal(dropped, 0);
}

/* Lines of a file in /proc, "NAME: N kB", added up. */
static long add_up(const char *path, const char *const *names)
{
	FILE *f = fopen(path, "re");
	char line[128], name[64];
	long kib, sum = 0;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63[^:]: %ld kB", name, &kib) != 2)
			continue;
		for (const char *const *n = names; *n; n++)
			sum += strcmp(*n, name) ? 0 : kib;
	}
	if (f)
		fclose(f);
	return sum;
}

/* What the machine's kernel and this process have; what else goes on shows in it, too. */
static long used_kib(void)
{
	static const char *const kernel[] = { "SUnreclaim", "VmallocUsed", "Percpu", NULL };
	static const char *const process[] = { "RssAnon", NULL };

	return add_up("/proc/meminfo", kernel) + add_up("/proc/self/status", process);
}

static void measure(struct bed *b, const struct way *way)
{
	double begin = seconds(), opened, closing;
	long before = used_kib(), used;

	open_set(b, way);
	opened = seconds() - begin;
	used = used_kib() - before;
	for (int i = 0; i < ROUNDS; i++)
		round_of(b, i);
	check_counts(b, way);
	closing = seconds();
	b->rings = xeap_rings_free(b->rings);
	closing = seconds() - closing;
	b->steer = xeap_steer_close(b->steer);
	print_message("%4u ports, %-18s %5.2f us a port (%5.2f drained and answered), "
		      "opened in %.3f s, closed in %.3f s, %.1f KiB a port\n",
		      b->count, way->name, median_us(b->all, b->count),
		      median_us(b->near, b->count), opened, closing, (double)used / b->count);
}

static void check_width(unsigned int ports)
{
	NEED_ROOT();
	bed.count = ports;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		measure(&bed, &ways[i]);
}

static void test_64(void **state)
{
	check_width(64);
}

static void test_1024(void **state)
{
	check_width(PORTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_64),
		cmocka_unit_test(test_1024),
	};
	struct rlimit files = { 8192, 8192 };
	cpu_set_t one;

	enter_namespace();
	if (!no_root) {
		CPU_ZERO(&one);
		CPU_SET(0, &one);
		sched_setaffinity(0, sizeof(one), &one);
		setrlimit(RLIMIT_NOFILE, &files);
		if (add_veths())
			no_root = 1;
		prepare(&bed);
	}
	return cmocka_run_group_tests_name("port width", tests, NULL, NULL);
}
