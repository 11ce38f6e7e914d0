/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "port_bed.h"
#include <signal.h>
#include <sys/wait.h>

/*
 * Ports of a funnel on veth, in a namespace of the test's own:
 *
 *	pN ── fN, the test's
 *	xeapf<process>-0 ══ xeapf<process>-1, the funnel's
 */

static char outer[IF_NAMESIZE], inner[IF_NAMESIZE];

static int setup_funnel(void **state)
{
	struct xeap_rings_options o = { .size = sizeof(o),
					.kind = XEAP_RINGS_FUNNEL,
					.funnel_frames = 1024 };
	struct state *s;

	if (setup(state))
		return -1;
	if (no_root)
		return 0;
	s = *state;
	sh("ip link add p1 type veth peer name f1 && ip link set p1 up && ip link set f1 up");
	snprintf(outer, sizeof(outer), "xeapf%d-0", getpid());
	snprintf(inner, sizeof(inner), "xeapf%d-1", getpid());
	xeap_rings_free(s->rings);
	s->rings = NULL;
	o.steer = s->steer;
	return xeap_rings_new(&o, &s->rings, &s->diag);
}

static int teardown_funnel(void **state)
{
	teardown(state);
	if (no_root)
		return 0;
	sh("ip link del p1");
	if (!if_nametoindex(outer) && !if_nametoindex(inner))
		return 0;
	print_message("the funnel's veth is left\n");
	return -1;
}

#define FUNNEL_TEST(name) cmocka_unit_test_setup_teardown(name, setup_funnel, teardown_funnel)

static void check_mode(struct state *s, enum xeap_mode mode)
{
	struct xeap_port *p = open_port(s, "p0", mode);
	struct xeap_port *q = open_port(s, "p1", mode);
	struct xeap_port_info info;
	struct xeap_port_stats stats;

	xeap_port_get_info(p, &info);
	assert_int_equal(info.mode, mode);
	assert_string_equal(info.ring, "funnel");
	assert_false(info.zero_copy);
	assert_false(info.waiting);
	assert_string_equal(info.note, "");
	assert_ptr_equal(xeap_port_pool(p), xeap_port_pool(q));
	for (int i = 0; i < 100; i++)
		expect_in(s, p, "", 0, "f0");
	expect_in(s, q, "", 0, "f1");
	expect_in(s, p, "\x81\x00\x60\x07", 4, "f0");
	expect_in(s, p, "\x88\xa8\x00\x64\x81\x00\x00\x07", 8, "f0");
	expect_out(s, p, "", 0, 5, "f0");
	expect_out(s, p, "", 0, 1400, "f0");
	expect_out(s, p, "\x81\x00\x60\x07", 4, 100, "f0");
	expect_out(s, p, "\x88\xa8\x00\x64\x81\x00\x00\x07", 8, 1492, "f0");
	expect_out(s, q, "", 0, 5, "f1");
	xeap_port_get_stats(p, &stats);
	assert_int_equal(stats.frames_rx, 102);
	assert_int_equal(stats.frames_tx, 8);
	assert_int_equal(stats.tx_copied, 0);
	assert_int_equal(stats.tx_refused, 0);
	assert_int_equal(stats.rx_dropped, 0);
	assert_int_equal(xeap_port_steer_count(p, XEAP_STEER_REDIRECTED), 102);
	assert_int_equal(xeap_port_steer_count(p, XEAP_STEER_FUNNEL_SENT), 8);
	xeap_port_get_stats(q, &stats);
	assert_int_equal(stats.frames_rx, 1);
	assert_int_equal(stats.frames_tx, 2);
	assert_int_equal(xeap_port_steer_count(q, XEAP_STEER_FUNNEL_SENT), 2);
	assert_null(xeap_port_close(p));
	assert_null(xeap_port_close(q));
	expect_nothing_left("p0");
}

static void test_native(void **state)
{
	NEED_ROOT();
	check_mode(*state, XEAP_MODE_NATIVE);
}

static void test_generic(void **state)
{
	NEED_ROOT();
	check_mode(*state, XEAP_MODE_GENERIC);
}

/* Ports of both modes, and one without XDP, in one set. */
static void test_mixed(void **state)
{
	struct state *s = *state;
	struct xeap_port *p, *q;

	NEED_ROOT();
	p = open_port(s, "p0", XEAP_MODE_GENERIC);
	q = open_port(s, "p1", XEAP_MODE_NATIVE);
	expect_in(s, p, "", 0, "f0");
	expect_in(s, q, "", 0, "f1");
	xeap_port_close(p);
	p = open_port(s, "p0", XEAP_MODE_PACKET);
	expect_in(s, p, "", 0, "f0");
	expect_in(s, q, "", 0, "f1");
	expect_out(s, p, "", 0, 5, "f0");
	expect_out(s, q, "", 0, 5, "f1");
}

static void test_several_queues(void **state)
{
	struct state *s = *state;
	struct xeap_port *p;

	NEED_ROOT();
	sh("ip link del p0; ip link add p0 numrxqueues 4 numtxqueues 4 type veth peer name f0 "
	   "numrxqueues 4 numtxqueues 4; ip link set p0 up; ip link set f0 up");
	p = open_port(s, "p0", XEAP_MODE_NATIVE);
	for (int i = 0; i < 20; i++)
		expect_in(s, p, "", 0, "f0");
	expect_out(s, p, "", 0, 100, "f0");
}

/* Frames that the funnel would lose because they are long do not go there. */
static void test_jumbo(void **state)
{
	struct state *s = *state;
	struct xeap_port_info info;
	struct xeap_port *p, *q;

	NEED_ROOT();
	sh("ip link set p0 mtu 9000 && ip link set f0 mtu 9000");
	p = open_port(s, "p0", XEAP_MODE_NATIVE);
	q = open_port(s, "p1", XEAP_MODE_NATIVE);
	xeap_port_get_info(p, &info);
	assert_string_equal(info.ring, "own");
	expect_in(s, p, "", 0, "f0");
	expect_in(s, q, "", 0, "f1");
	expect_out(s, p, "", 0, 1400, "f0");
}

/* The longest frames of the largest MTU that goes through the funnel, with two VLAN tags. */
static void test_longest(void **state)
{
	static const char tags[] = "\x88\xa8\x00\x64\x81\x00\x00\x07";
	struct state *s = *state;
	struct xeap_port_info info;
	struct xeap_port *p;
	struct xeap_rx rx;
	uint8_t frame[1780] = { 0 };
	int fd;

	NEED_ROOT();
	sh("ip link set p0 mtu 1762 && ip link set f0 mtu 1770");
	p = open_port(s, "p0", XEAP_MODE_NATIVE);
	xeap_port_get_info(p, &info);
	assert_string_equal(info.ring, "funnel");
	expect_out(s, p, tags, 8, 1754, "f0");
	fd = far_socket("f0");
	request(frame, tags, 8, sizeof(frame));
	assert_int_equal(send(fd, frame, sizeof(frame), 0), sizeof(frame));
	assert_int_equal(receive(s, &rx, 1), 1);
	assert_int_equal(rx.data.len, sizeof(frame));
	assert_memory_equal(rx.data.data, frame, sizeof(frame));
	xeap_rings_recycle(s->rings, &rx, 1);
	close(fd);
}

/* What is not taken goes the kernel's way, untouched; and everything once the port is closed. */
static void test_the_rest_passes(void **state)
{
	struct state *s = *state;
	struct xeap_port *p;
	struct xeap_rx rx;
	uint8_t frame[64], seen[64];
	int far, near;

	NEED_ROOT();
	p = open_port(s, "p0", XEAP_MODE_NATIVE);
	far = far_socket("f0");
	near = far_socket("p0");
	request(frame, "", 0, 60);
	frame[15] = 5; /* MKA */
	assert_int_equal(send(far, frame, 60, 0), 60);
	assert_int_equal(far_receive(near, seen, sizeof(seen)), 60);
	assert_memory_equal(seen, frame, 60);
	assert_int_equal(xeap_rings_receive(s->rings, &rx, 1), 0);
	frame[15] = 0;
	xeap_port_close(p);
	assert_int_equal(send(far, frame, 60, 0), 60);
	assert_int_equal(far_receive(near, seen, sizeof(seen)), 60);
	assert_memory_equal(seen, frame, 60);
	close(far);
	close(near);
}

/* Frames that come or go as their port is closed are lost; the next port with the slot is safe. */
static void test_port_goes(void **state)
{
	struct state *s = *state;
	struct xeap_port *p, *q, *again;
	struct xeap_frame *f, *g;
	struct xeap_port_stats stats;
	uint8_t frame[64], seen[2048];
	struct xeap_rx rx;
	int far;

	NEED_ROOT();
	p = open_port(s, "p0", XEAP_MODE_NATIVE);
	q = open_port(s, "p1", XEAP_MODE_NATIVE);
	far = far_socket("f0");
	request(frame, "", 0, 60);
	for (int i = 0; i < 10; i++)
		assert_int_equal(send(far, frame, 60, 0), 60);
	usleep(20000);
	f = response(p, "", 0, 30);
	g = response(q, "", 0, 30);
	assert_int_equal(xeap_port_transmit(p, f), 0);
	assert_int_equal(xeap_port_transmit(q, g), 0);
	xeap_frame_give_back(f);
	xeap_port_close(p);
	again = open_port(s, "p0", XEAP_MODE_NATIVE);
	assert_int_equal(xeap_rings_receive(s->rings, &rx, 1), 0);
	flush(s);
	assert_int_equal(far_receive(far, seen, sizeof(seen)), 0);
	expect_in(s, again, "", 0, "f0");
	expect_out(s, again, "", 0, 5, "f0");
	expect_in(s, q, "", 0, "f1");
	xeap_port_get_stats(again, &stats);
	assert_int_equal(stats.frames_rx, 1);
	assert_int_equal(stats.frames_tx, 2);
	assert_int_equal(stats.tx_refused, 0);
	xeap_port_get_stats(q, &stats);
	assert_int_equal(stats.frames_tx, 1);
	xeap_frame_give_back(g);
	close(far);
}

/* The netdev of a port goes: the others do not feel it. */
static void test_netdev_goes(void **state)
{
	struct state *s = *state;
	struct xeap_port *p, *q;

	NEED_ROOT();
	p = open_port(s, "p0", XEAP_MODE_NATIVE);
	q = open_port(s, "p1", XEAP_MODE_NATIVE);
	sh("ip link del p0");
	expect_in(s, q, "", 0, "f1");
	assert_true(xeap_port_refresh(p, &s->diag) < 0);
	xeap_port_close(p);
	expect_out(s, q, "", 0, 5, "f1");
	sh("ip link add p0 type veth peer name f0 && ip link set p0 up && ip link set f0 up");
	p = open_port(s, "p0", XEAP_MODE_NATIVE);
	expect_in(s, p, "", 0, "f0");
}

/* Its veth is removed from under it: it is made anew, and no port is lost. */
static void test_veth_goes(void **state)
{
	struct state *s = *state;
	struct xeap_port *p, *q;
	struct xeap_frame *f;
	struct xeap_rx rx;

	NEED_ROOT();
	p = open_port(s, "p0", XEAP_MODE_NATIVE);
	q = open_port(s, "p1", XEAP_MODE_GENERIC);
	expect_in(s, p, "", 0, "f0");
	assert_int_equal(sh("ip link del %s", inner), 0);
	xeap_rings_receive(s->rings, &rx, 1);
	expect_in(s, p, "", 0, "f0");
	expect_in(s, q, "", 0, "f1");
	expect_out(s, p, "", 0, 5, "f0");
	assert_int_equal(sh("ip link set %s down", inner), 0);
	f = response(p, "", 0, 5);
	xeap_port_transmit(p, f); /* it is noticed with what is sent */
	xeap_rings_flush(s->rings);
	xeap_frame_give_back(f);
	expect_out(s, p, "", 0, 5, "f0");
	expect_in(s, q, "", 0, "f1");
}

/*
 * What is not a port's goes nowhere from the veth, whichever end it is sent on: not to user space,
 * not to a port, not to the stack.
 */
static void test_nothing_leaks(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} foreign[] = {
#define FOREIGN(bytes) { bytes, sizeof(bytes) - 1 }
		FOREIGN("\xff\xff\xff\xff\xff\xff\x02\0\0\0\0\x09\x08\x00\x45\0\0\0\0\0\0\0\0\0\0"
			"\0"),
		FOREIGN("\x01\x80\xc2\0\0\x03\x02\0\0\0\0\x09\x88\x8e\x02\0\0\x05\x01\x2a\0\x05"
			"\x01"),
		FOREIGN("\x01\x80\xc2\0\0\x03\x02\0\0\0\0\x09\x88\xb5\0\x01\0\0\x88\x8e\x02\0\0\0"),
		FOREIGN("\x01\x80\xc2\0\0\x03\x02\0\0\0\0\x09\x88\xb5\0\x02\0\x01\x88\x8e\x02\0\0"
			"\0"),
		FOREIGN("\x01\x80\xc2\0\0\x03\x02\0\0\0\0\x09\x88\xb5\xff\xff\0\x01\x88\x8e\x02\0"),
		FOREIGN("\x01\x80\xc2\0\0\x03\x02\0\0\0\0\x09\x88\xb5\0\x01"),
	};
	struct state *s = *state;
	struct xeap_port *p;
	struct xeap_rx rx;
	uint8_t seen[64];
	uint64_t strays;
	int far, ends[2];

	NEED_ROOT();
	p = open_port(s, "p0", XEAP_MODE_NATIVE);
	far = far_socket("f0");
	ends[0] = far_socket(outer);
	ends[1] = far_socket(inner);
	strays = xeap_port_steer_count(p, XEAP_STEER_FUNNEL_STRAY);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		for (int end = 0; end < 2; end++)
			assert_int_equal(send(ends[end], foreign[i].bytes, foreign[i].len, 0),
					 foreign[i].len);
	usleep(50000);
	assert_int_equal(xeap_rings_receive(s->rings, &rx, 1), 0);
	assert_int_equal(far_receive(far, seen, sizeof(seen)), 0);
	/* The inner end's socket sees what its program passes, which is nothing. */
	assert_int_equal(far_receive(ends[1], seen, sizeof(seen)), 0);
	/* A right slot with a wrong generation is user space's to tell. */
	assert_in_range(xeap_port_steer_count(p, XEAP_STEER_FUNNEL_STRAY) - strays, 10, 12);
	for (int end = 0; end < 2; end++)
		close(ends[end]);
	close(far);
	expect_in(s, p, "", 0, "f0");
}

/* A funnel is no port: neither by name nor by what it is. */
static void test_protected(void **state)
{
	struct state *s = *state;

	NEED_ROOT();
	open_port(s, "p0", XEAP_MODE_NATIVE);
	assert_true(xeap_port_is_funnel(outer));
	assert_true(xeap_port_is_funnel(inner));
	assert_false(xeap_port_is_funnel("p0"));
	assert_int_equal(try_open(s, outer, XEAP_MODE_AUTO), -EINVAL);
	assert_int_equal(try_open(s, inner, XEAP_MODE_PACKET), -EINVAL);
	assert_int_not_equal(sh("ip addr show dev %s | grep -q inet", outer), 0);
	assert_int_not_equal(sh("ip addr show dev %s | grep -q inet", inner), 0);
	assert_int_equal(sh("ip link show dev %s | grep -q NOARP", outer), 0);
	assert_int_not_equal(sh("ip link show dev %s | grep -q MULTICAST", inner), 0);
	sh("ip link add xeapf1-0 type veth peer name xeapf1-1");
	assert_false(xeap_port_is_funnel("xeapf1-0")); /* somebody else's taste in names */
	sh("ip link del xeapf1-0");
}

/* A process that is killed leaves its veth; the next one removes it, and no other. */
static void test_killed(void **state)
{
	struct state *s = *state;
	struct xeap_steer *steer;
	char left[IF_NAMESIZE];
	pid_t pid;
	int ready[2];
	char c;

	NEED_ROOT();
	open_port(s, "p0", XEAP_MODE_NATIVE);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		struct xeap_rings_options o = { .size = sizeof(o), .kind = XEAP_RINGS_FUNNEL };
		struct xeap_port *p;

		if (xeap_steer_open(NULL, &o.steer, NULL) || xeap_rings_new(&o, &s->rings, NULL) ||
		    xeap_port_open(s->rings, "p1", NULL, &p, NULL) || write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	snprintf(left, sizeof(left), "xeapf%d-0", pid);
	assert_int_not_equal(if_nametoindex(left), 0);
	assert_ok(xeap_steer_open(NULL, &steer, &s->diag));
	xeap_steer_close(steer);
	assert_int_not_equal(if_nametoindex(left), 0); /* it lives */
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	for (int i = 0; i < 100 && if_nametoindex(left); i++) {
		assert_ok(xeap_steer_open(NULL, &steer, &s->diag));
		xeap_steer_close(steer);
		usleep(10000);
	}
	assert_int_equal(if_nametoindex(left), 0);
	assert_int_not_equal(if_nametoindex(outer), 0);
	expect_in(s, open_port(s, "p1", XEAP_MODE_NATIVE), "", 0, "f1");
	close(ready[0]);
	close(ready[1]);
}

/* More than one system call moves, and more frames than there are: what is lost is counted. */
static void test_burst_and_flood(void **state)
{
	struct state *s = *state;
	struct xeap_port *p;
	struct xeap_port_stats stats;
	struct xeap_rx batch[64];
	struct xeap_frame *f[128];
	uint8_t frame[64], wire[512];
	unsigned int n, got = 0;
	int fd;

	NEED_ROOT();
	p = open_port(s, "p0", XEAP_MODE_NATIVE);
	fd = far_socket("f0");
	for (unsigned int i = 0; i < 128; i++) {
		f[i] = response(p, "", 0, 100 + i);
		assert_int_equal(xeap_port_transmit(p, f[i]), 0);
	}
	flush(s);
	for (unsigned int i = 0; i < 128; i++) {
		assert_int_equal(far_receive(fd, wire, sizeof(wire)), 118 + i);
		assert_int_equal(xeap_frame_give_back(f[i]), 0);
	}
	xeap_port_get_stats(p, &stats);
	assert_int_equal(stats.frames_tx, 128);
	assert_true(stats.tx_wakeups <= 5);
	request(frame, "", 0, 60);
	for (int i = 0; i < 2000; i++)
		assert_int_equal(send(fd, frame, 60, 0), 60);
	usleep(50000);
	while ((n = xeap_rings_receive(s->rings, batch, 64))) {
		got += n;
		xeap_rings_recycle(s->rings, batch, n);
	}
	xeap_port_get_stats(p, &stats);
	assert_int_equal(stats.frames_rx, got);
	assert_true(got >= 512);
	assert_int_equal(got + stats.rx_dropped, 2000);
	assert_int_equal(xeap_port_steer_count(p, XEAP_STEER_REDIRECTED), 2000);
	expect_in(s, p, "", 0, "f0");
	expect_out(s, p, "", 0, 30, "f0");
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FUNNEL_TEST(test_native),	   FUNNEL_TEST(test_generic),
		FUNNEL_TEST(test_mixed),	   FUNNEL_TEST(test_several_queues),
		FUNNEL_TEST(test_jumbo),	   FUNNEL_TEST(test_longest),
		FUNNEL_TEST(test_the_rest_passes), FUNNEL_TEST(test_port_goes),
		FUNNEL_TEST(test_netdev_goes),	   FUNNEL_TEST(test_veth_goes),
		FUNNEL_TEST(test_nothing_leaks),   FUNNEL_TEST(test_protected),
		FUNNEL_TEST(test_killed),	   FUNNEL_TEST(test_burst_and_flood),
	};

	enter_namespace();
	return cmocka_run_group_tests_name("port funnel", tests, NULL, NULL);
}
