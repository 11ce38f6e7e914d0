/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Waiting for frames: what the kernel is asked, and when it is not. */
#include <errno.h>
#include <linux/if_packet.h>
#include <port/ring.h>
#include "rings_bed.h"

#define OTHER 7777

static const uint8_t request[60] = { 0x01, 0x80, 0xc2, 0, 0, 3, 2, 0, 0, 0, 0, 9,
				     0x88, 0x8e, 2,    0, 0, 5, 1, 7, 0, 5, 1 };

static void deliver(const char *name)
{
	assert_true(fake_deliver(fake_socket_on(name, 0), request, sizeof(request)));
}

static unsigned int take(unsigned int max)
{
	struct xeap_rx rx[8];
	unsigned int n = xeap_rings_receive(rings, rx, max);

	xeap_rings_recycle(rings, rx, n);
	return n;
}

/* One call says that a frame is there, and none that it was the last. */
static void one_call_a_wait(void **state)
{
	bed_open("p0", XEAP_MODE_NATIVE);
	assert_int_equal(xeap_rings_wait(rings, OTHER, 30), 0);
	assert_int_equal(fake.asked, 1);
	assert_int_equal(fake.asked_sockets, 1);
	assert_int_equal(fake.timeout_ms, 30);
	assert_int_equal(fake.polls, 0);
	deliver("p0");
	assert_int_equal(take(8), 1);
	assert_int_equal(take(8), 0);
	assert_int_equal(fake.asked, 1);
}

/* What is there is found by a look; the rest of the world gets its turn all the same. */
static void a_look_is_no_call(void **state)
{
	unsigned int others = 0;

	bed_open("p0", XEAP_MODE_NATIVE);
	fake.other = OTHER;
	for (unsigned int i = 0; i < 64; i++) {
		deliver("p0");
		others += xeap_rings_wait(rings, OTHER, 30) == 1;
		assert_int_equal(take(8), 1);
	}
	assert_true(others >= 2 && others <= 8);
	assert_int_equal(fake.asked, others);
	assert_int_equal(fake.timeout_ms, 0); /* with frames in hand nobody sleeps */
}

/* Frames that the last receive left behind are no reason to sleep either. */
static void what_is_left_is_not_waited_for(void **state)
{
	struct fake_packet p = { .len = sizeof(request), .pkttype = PACKET_MULTICAST, .tag = -1 };

	bed_open("p0", XEAP_MODE_PACKET);
	p.ifindex = fake.netdev[0].n.ifindex;
	memcpy(p.bytes, request, sizeof(request));
	for (unsigned int i = 0; i < 3; i++)
		fake_packet_in(&p);
	assert_int_equal(xeap_rings_wait(rings, -1, 30), 0);
	assert_int_equal(take(2), 2);
	assert_int_equal(xeap_rings_wait(rings, -1, 30), 0);
	assert_int_equal(take(2), 1);
}

/* poll(2) over many sockets costs more than an epoll. */
static void many_rings_are_gathered(void **state)
{
	fake.netdev[0].n.queues = XEAP_DIRECT_RINGS;
	bed_open("p0", XEAP_MODE_NATIVE);
	assert_int_equal(fake.polls, 0);
	assert_int_equal(xeap_rings_wait(rings, -1, 30), 0);
	assert_int_equal(fake.asked_sockets, XEAP_DIRECT_RINGS);
	bed_open("p1", XEAP_MODE_NATIVE);
	assert_int_equal(fake.polls, XEAP_DIRECT_RINGS + 1);
	deliver("p0");
	deliver("p1");
	assert_int_equal(xeap_rings_wait(rings, -1, 30), 0);
	assert_int_equal(fake.asked_sockets, 0);
	assert_int_equal(take(8), 2);
}

/* A caller with an epoll of its own is told of everything by one descriptor. */
static void one_descriptor_for_all(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_NATIVE);

	assert_int_equal(fake.polls, 0);
	assert_true(xeap_rings_fd(rings) > 0);
	assert_int_equal(fake.polls, 1);
	bed_open("p1", XEAP_MODE_NATIVE);
	assert_int_equal(fake.polls, 2);
	deliver("p0");
	deliver("p1");
	assert_int_equal(take(8), 2);
	assert_int_equal(fake.asked, 0);
	xeap_port_close(p);
	assert_int_equal(fake.polls, 1);
}

static void no_descriptor_for_all(void **state)
{
	bed_open("p0", XEAP_MODE_NATIVE);
	fake.fail_at = fake.calls + 1;
	fake.fail_with = ENOSPC;
	assert_int_equal(xeap_rings_fd(rings), -ENOSPC);
	deliver("p0"); /* it is asked on */
	assert_int_equal(take(8), 1);
}

static void take_burst(void)
{
	struct xeap_rx rx[64];
	unsigned int n;

	while (fake_deliver(fake_socket_on("p0", 0), request, sizeof(request)))
		;
	n = xeap_rings_receive(rings, rx, 64);
	xeap_rings_recycle(rings, rx, n);
	assert_int_equal(n, 64);
	assert_int_equal(take(8), 0);
}

/* The next burst may be here sooner than a thread sleeps; if not, it sleeps at once for a while. */
static void bursts_are_waited_for_awake(void **state)
{
	struct xeap_rings_options o = { .size = sizeof(o), .steer = steer, .frames = 128 };
	unsigned int spins = 0;
	uint64_t before;

	xeap_rings_free(rings);
	assert_int_equal(xeap_rings_new(&o, &rings, &diag), 0);
	bed_open("p0", XEAP_MODE_NATIVE);
	for (unsigned int i = 0; i < 34; i++) {
		take_burst();
		before = fake.now_ns;
		assert_int_equal(xeap_rings_wait(rings, -1, 30), 0);
		assert_int_equal(fake.timeout_ms, 30);
		spins += fake.now_ns - before > 2000;
		assert_true(fake.now_ns - before <= 100000);
	}
	assert_int_equal(spins, 2);
	deliver("p0");
	assert_int_equal(take(8), 1);
	before = fake.now_ns;
	assert_int_equal(xeap_rings_wait(rings, -1, 30), 0);
	assert_true(fake.now_ns - before <= 2000);
}

/* Many frames, one by one: what comes during a nap is found by a look. */
static void a_stream_is_waited_for_by_naps(void **state)
{
	uint64_t sent = 0;

	bed_open("p0", XEAP_MODE_NATIVE);
	for (unsigned int i = 0; i < 300; i++) {
		fake.now_ns += 50000;
		for (; sent < fake.now_ns; sent += 50000)
			deliver("p0");
		assert_int_equal(xeap_rings_wait(rings, -1, 30), 0);
		assert_true(take(8));
	}
	assert_in_range(fake.naps, 150, 250);
	assert_int_equal(fake.paused_ms, 0);
}

/* A socket in error leaves the question, or it would answer it for ever. */
static void errors_are_found(void **state)
{
	bed_open("p0", XEAP_MODE_NATIVE);
	bed_open("p1", XEAP_MODE_NATIVE);
	fake_remove_netdev("p0");
	assert_int_equal(xeap_rings_wait(rings, -1, 30), 0);
	assert_int_equal(fake.asked_sockets, 2);
	assert_int_equal(take(8), 0);
	assert_int_equal(xeap_rings_wait(rings, -1, 30), 0);
	assert_int_equal(fake.asked_sockets, 1);
	deliver("p1");
	assert_int_equal(take(8), 1);
}

static void signals_are_no_errors(void **state)
{
	bed_open("p0", XEAP_MODE_NATIVE);
	fake.poll_error = EINTR;
	assert_int_equal(xeap_rings_wait(rings, -1, -1), 0);
	fake.poll_error = ENOMEM;
	assert_int_equal(xeap_rings_wait(rings, -1, -1), -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_call_a_wait, bed_setup, bed_teardown),
		cmocka_unit_test_setup_teardown(a_look_is_no_call, bed_setup, bed_teardown),
		cmocka_unit_test_setup_teardown(what_is_left_is_not_waited_for, bed_setup,
						bed_teardown),
		cmocka_unit_test_setup_teardown(many_rings_are_gathered, bed_setup, bed_teardown),
		cmocka_unit_test_setup_teardown(one_descriptor_for_all, bed_setup, bed_teardown),
		cmocka_unit_test_setup_teardown(no_descriptor_for_all, bed_setup, bed_teardown),
		cmocka_unit_test_setup_teardown(bursts_are_waited_for_awake, bed_setup,
						bed_teardown),
		cmocka_unit_test_setup_teardown(a_stream_is_waited_for_by_naps, bed_setup,
						bed_teardown),
		cmocka_unit_test_setup_teardown(errors_are_found, bed_setup, bed_teardown),
		cmocka_unit_test_setup_teardown(signals_are_no_errors, bed_setup, bed_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
