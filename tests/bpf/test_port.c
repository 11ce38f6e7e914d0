/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "port_bed.h"

/* Ports on veth in a namespace of the test's own: every mode that veth has, frames in and out. */

static void check_mode(struct state *s, enum xeap_mode mode)
{
	struct xeap_port *p = open_port(s, "p0", mode);
	struct xeap_port_info info;
	struct xeap_port_stats stats;

	xeap_port_get_info(p, &info);
	assert_string_equal(info.ifname, "p0");
	assert_string_equal(info.driver, "veth");
	assert_int_equal(info.mode, mode);
	assert_false(info.zero_copy);
	assert_false(info.waiting);
	assert_string_equal(info.note, "");
	for (int i = 0; i < 100; i++)
		expect_in(s, p, "", 0, "f0");
	expect_in(s, p, "\x81\x00\x60\x00", mode == XEAP_MODE_NATIVE ? 4 : 0, "f0");
	expect_out(s, p, "", 0, 5, "f0");
	expect_out(s, p, "", 0, 1400, "f0");
	expect_out(s, p, "\x81\x00\x60\x07", 4, 100, "f0");
	xeap_port_get_stats(p, &stats);
	assert_int_equal(stats.frames_rx, 101);
	assert_int_equal(stats.frames_tx, 6);
	assert_int_equal(stats.tx_copied, 0);
	assert_int_equal(stats.tx_refused, 0);
	assert_int_equal(stats.rx_dropped, 0);
	assert_int_equal(xeap_port_steer_count(p, XEAP_STEER_REDIRECTED),
			 mode == XEAP_MODE_PACKET ? 0 : 101);
	assert_null(xeap_port_close(p));
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

static void test_packet(void **state)
{
	NEED_ROOT();
	check_mode(*state, XEAP_MODE_PACKET);
}

static void test_auto_is_native(void **state)
{
	struct state *s = *state;
	struct xeap_port_info info;

	NEED_ROOT();
	xeap_port_get_info(open_port(s, "p0", XEAP_MODE_AUTO), &info);
	assert_int_equal(info.mode, XEAP_MODE_NATIVE);
	assert_string_equal(info.note, "");
	assert_int_equal(sh("ip maddress show dev p0 | grep -q 01:80:c2:00:00:03"), 0);
	assert_int_not_equal(attached_id("p0"), 0);
}

/* All counters at once are what they are one by one; of those beyond the last, 0 is told. */
static void expect_same_counts(const struct xeap_port *p)
{
	uint64_t all[XEAP_STEER_REASON_MAX + 1];

	memset(all, 0xff, sizeof(all));
	xeap_port_steer_counts(p, all, XEAP_STEER_REASON_MAX + 1);
	for (unsigned int i = 0; i < XEAP_STEER_REASON_MAX; i++)
		if (!xeap_steer_reason_is_shared(i))
			assert_int_equal(all[i], xeap_port_steer_count(p, i));
	assert_true(all[XEAP_STEER_NOT_EAPOL] <= xeap_port_steer_count(p, XEAP_STEER_NOT_EAPOL));
	assert_int_equal(all[XEAP_STEER_REASON_MAX], 0);
}

/*
 * What is not taken goes the kernel's way: a foreign type, and everything once the port is closed.
 */
static void test_the_rest_passes(void **state)
{
	struct state *s = *state;
	struct xeap_port *p;
	struct xeap_rx rx;
	uint8_t frame[64], seen[64];
	uint64_t others;
	int far, near;

	NEED_ROOT();
	p = open_port(s, "p0", XEAP_MODE_NATIVE);
	far = far_socket("f0");
	near = far_socket("p0");
	request(frame, "", 0, 60);
	frame[15] = 5; /* MKA */
	assert_int_equal(send(far, frame, 60, 0), 60);
	assert_int_equal(far_receive(near, seen, sizeof(seen)), 60);
	assert_int_equal(xeap_rings_receive(s->rings, &rx, 1), 0);
	assert_int_equal(xeap_port_steer_count(p, XEAP_STEER_MASKED), 1);
	others = xeap_port_steer_count(p, XEAP_STEER_NOT_EAPOL);
	frame[12] = 0x08; /* no EAPOL at all */
	assert_int_equal(send(far, frame, 60, 0), 60);
	frame[12] = 0x88;
	frame[15] = 0;
	assert_int_equal(send(far, frame, 60, 0), 60);
	assert_int_equal(receive(s, &rx, 1), 1);
	xeap_rings_recycle(s->rings, &rx, 1);
	assert_true(xeap_port_steer_count(p, XEAP_STEER_NOT_EAPOL) > others);
	expect_same_counts(p);
	xeap_port_close(p);
	assert_int_equal(send(far, frame, 60, 0), 60);
	assert_int_equal(far_receive(near, seen, sizeof(seen)), 60);
	close(far);
	close(near);
}

/* In generic mode a tag that stands in the frame is seen as in native mode. */
static void test_generic_tags(void **state)
{
	struct state *s = *state;
	struct xeap_port *p;

	NEED_ROOT();
	p = open_port(s, "p0", XEAP_MODE_GENERIC);
	expect_in(s, p, "\x81\x00\x60\x07", 4, "f0");
	expect_in(s, p, "\x88\xa8\x00\x64\x81\x00\x00\x07", 8, "f0");
}

static void unicast(struct state *s, enum xeap_mode mode, bool any)
{
	struct xeap_port_options o = { .size = sizeof(o), .mode = mode, .any_unicast = any };
	struct xeap_port *p = NULL;
	struct xeap_rx rx;
	uint8_t frame[64];
	int fd = far_socket("f0");

	assert_ok(xeap_port_open(s->rings, "p0", &o, &p, &s->diag));
	request(frame, "", 0, 60);
	memcpy(frame, "\x02\x00\x00\x00\x77\x77", 6);
	assert_int_equal(send(fd, frame, 60, 0), 60);
	if (any) {
		assert_int_equal(receive(s, &rx, 1), 1);
		xeap_rings_recycle(s->rings, &rx, 1);
	}
	usleep(20000);
	assert_int_equal(xeap_rings_receive(s->rings, &rx, 1), 0);
	xeap_port_close(p);
	close(fd);
}

static void test_any_unicast(void **state)
{
	NEED_ROOT();
	for (int any = 0; any < 2; any++) {
		unicast(*state, XEAP_MODE_NATIVE, any);
		unicast(*state, XEAP_MODE_GENERIC, any);
		unicast(*state, XEAP_MODE_PACKET, any);
	}
}

/* Who lives without a tag leaves other VLANs to others; a priority tag is none. */
static void untagged(struct state *s, enum xeap_mode mode)
{
	struct xeap_port_options o = { .size = sizeof(o), .mode = mode, .untagged_only = true };
	struct xeap_port *p = NULL;
	struct xeap_rx rx;
	uint8_t frame[64];
	int fd = far_socket("f0");

	assert_ok(xeap_port_open(s->rings, "p0", &o, &p, &s->diag));
	request(frame, "\x81\x00\x60\x07", 4, 60);
	assert_int_equal(send(fd, frame, 60, 0), 60);
	usleep(20000);
	assert_int_equal(xeap_rings_receive(s->rings, &rx, 1), 0);
	assert_int_equal(xeap_port_steer_count(p, XEAP_STEER_OTHER_VLAN), 1);
	expect_in(s, p, "\x81\x00\x60\x00", 4, "f0");
	expect_in(s, p, "", 0, "f0");
	xeap_port_close(p);
	close(fd);
}

static void test_untagged_only(void **state)
{
	NEED_ROOT();
	untagged(*state, XEAP_MODE_NATIVE);
	untagged(*state, XEAP_MODE_GENERIC);
}

/* The packet socket makes the XDP program's choice; tags never get as far. */
static void test_packet_choice(void **state)
{
	struct state *s = *state;
	struct xeap_rx rx;
	uint8_t frame[64];
	size_t len;
	int far;

	NEED_ROOT();
	open_port(s, "p0", XEAP_MODE_PACKET);
	far = far_socket("f0");
	request(frame, "", 0, 60);
	frame[15] = 5; /* another type */
	assert_int_equal(send(far, frame, 60, 0), 60);
	request(frame, "", 0, 60);
	frame[14] = 0; /* version 0 */
	assert_int_equal(send(far, frame, 60, 0), 60);
	request(frame, "", 0, 60);
	frame[16] = 9; /* longer than the frame */
	assert_int_equal(send(far, frame, 60, 0), 60);
	request(frame, "", 0, 60);
	frame[0] = 2; /* to another host */
	assert_int_equal(send(far, frame, 60, 0), 60);
	len = request(frame, "\x81\x00\x00\x07", 4, 60); /* of a VLAN */
	assert_int_equal(send(far, frame, len, 0), len);
	usleep(50000);
	assert_int_equal(xeap_rings_receive(s->rings, &rx, 1), 0);
	len = request(frame, "\x81\x00\xe0\x00", 4, 60); /* priority only */
	assert_int_equal(send(far, frame, len, 0), len);
	assert_int_equal(receive(s, &rx, 1), 1);
	xeap_rings_recycle(s->rings, &rx, 1);
	close(far);
}

/* More than one system call moves: every frame of a full pool leaves, in order. */
static void burst(struct state *s, enum xeap_mode mode)
{
	struct xeap_rings_options o = { .size = sizeof(o), .steer = s->steer, .frames = 256 };
	struct xeap_frame *f[128];
	struct xeap_port_stats stats;
	struct xeap_port *p;
	uint8_t wire[512];
	int fd;

	xeap_rings_free(s->rings);
	s->rings = NULL;
	assert_ok(xeap_rings_new(&o, &s->rings, &s->diag));
	p = open_port(s, "p0", mode);
	fd = far_socket("f0");
	for (unsigned int i = 0; i < 128; i++) {
		f[i] = response(p, "", 0, 100 + i);
		assert_int_equal(xeap_port_transmit(p, f[i]), 0);
	}
	assert_int_equal(xeap_rings_flush(s->rings), 0);
	for (unsigned int i = 0; i < 128; i++) {
		assert_int_equal(far_receive(fd, wire, sizeof(wire)), 118 + i);
		assert_int_equal(xeap_frame_get_state(f[i]), XEAP_FRAME_HELD);
		assert_int_equal(xeap_frame_give_back(f[i]), 0);
	}
	xeap_port_get_stats(p, &stats);
	assert_int_equal(stats.frames_tx, 128);
	assert_true(stats.tx_wakeups <= 5);
	close(fd);
}

static void test_burst(void **state)
{
	NEED_ROOT();
	burst(*state, XEAP_MODE_NATIVE);
	burst(*state, XEAP_MODE_GENERIC);
	burst(*state, XEAP_MODE_PACKET);
}

/*
 * Far more than the ring holds, nobody reading: the rest is dropped and counted, and it goes on
 * afterwards.
 */
static void flood(struct state *s, enum xeap_mode mode)
{
	struct xeap_port *p = open_port(s, "p0", mode);
	struct xeap_port_stats stats;
	struct xeap_rx batch[64];
	uint8_t frame[64];
	unsigned int n, got = 0;
	int fd = far_socket("f0");

	request(frame, "", 0, 60);
	for (int i = 0; i < 500; i++)
		assert_int_equal(send(fd, frame, 60, 0), 60);
	usleep(50000);
	while ((n = xeap_rings_receive(s->rings, batch, 64))) {
		got += n;
		xeap_rings_recycle(s->rings, batch, n);
	}
	xeap_port_get_stats(p, &stats);
	assert_int_equal(stats.frames_rx, got);
	assert_true(got >= 16);
	assert_int_equal(got + stats.rx_dropped, 500);
	expect_in(s, p, "", 0, "f0");
	expect_out(s, p, "", 0, 30, "f0");
	xeap_port_close(p);
	close(fd);
}

static void test_flood(void **state)
{
	NEED_ROOT();
	flood(*state, XEAP_MODE_NATIVE);
	flood(*state, XEAP_MODE_GENERIC);
	flood(*state, XEAP_MODE_PACKET);
}

/* An EAP packet longer than Ethernet's usual MTU arrives whole. */
static void expect_long_in(struct state *s, struct xeap_port *p, size_t len)
{
	uint8_t frame[4000] = { 0 };
	struct xeap_rx rx;
	int fd = far_socket("f0");

	request(frame, "", 0, 0);
	frame[16] = (uint8_t)((len - 18) >> 8);
	frame[17] = (uint8_t)(len - 18);
	frame[len - 1] = 0x5a;
	assert_int_equal(send(fd, frame, len, 0), len);
	assert_int_equal(receive(s, &rx, 1), 1);
	assert_ptr_equal(rx.port, p);
	assert_int_equal(rx.data.len, len);
	assert_memory_equal(rx.data.data, frame, len);
	xeap_rings_recycle(s->rings, &rx, 1);
	close(fd);
}

/* An MTU that does not fit one buffer takes the program that knows several. */
static void test_jumbo(void **state)
{
	struct state *s = *state;
	struct xeap_port *p;

	NEED_ROOT();
	sh("ip link set p0 mtu 9000 && ip link set f0 mtu 9000");
	for (enum xeap_mode mode = XEAP_MODE_NATIVE; mode <= XEAP_MODE_PACKET; mode++) {
		p = open_port(s, "p0", mode);
		expect_in(s, p, "", 0, "f0");
		expect_long_in(s, p, 2500);
		expect_long_in(s, p, 3400);
		expect_out(s, p, "", 0, 1400, "f0");
		xeap_port_close(p);
	}
}

static void test_several_queues(void **state)
{
	struct state *s = *state;
	struct xeap_port *p;
	struct xeap_port_info info;

	NEED_ROOT();
	sh("ip link del p0; ip link add p0 numrxqueues 4 numtxqueues 4 type veth peer name f0 "
	   "numrxqueues 4 numtxqueues 4; ip link set p0 up; ip link set f0 up");
	p = open_port(s, "p0", XEAP_MODE_NATIVE);
	xeap_port_get_info(p, &info);
	assert_int_equal(info.queues, 4);
	assert_false(info.waiting);
	for (int i = 0; i < 20; i++)
		expect_in(s, p, "", 0, "f0");
	expect_out(s, p, "", 0, 100, "f0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_native),	   TEST(test_generic),	       TEST(test_packet),
		TEST(test_auto_is_native), TEST(test_the_rest_passes), TEST(test_generic_tags),
		TEST(test_any_unicast),	   TEST(test_packet_choice),   TEST(test_burst),
		TEST(test_untagged_only),  TEST(test_flood),	       TEST(test_jumbo),
		TEST(test_several_queues),
	};

	enter_namespace();
	return cmocka_run_group_tests_name("port", tests, NULL, NULL);
}
