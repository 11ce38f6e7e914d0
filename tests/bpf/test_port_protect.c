/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "port_bed.h"

/* VLANs, policing and gate of a port on a real veth. */

#define TAG(vid) ((const char[]){ '\x81', 0, (char)((vid) >> 8), (char)(vid) })

struct ring {
	enum xeap_mode mode;
	enum xeap_rings_kind kind;
};

static const struct ring rings_of[] = {
	{ XEAP_MODE_NATIVE, XEAP_RINGS_OWN },
	{ XEAP_MODE_GENERIC, XEAP_RINGS_OWN },
	{ XEAP_MODE_NATIVE, XEAP_RINGS_FUNNEL },
	{ XEAP_MODE_GENERIC, XEAP_RINGS_FUNNEL },
};
#define RINGS 4

static struct xeap_port *open_on(struct state *s, const struct ring *ring,
				 struct xeap_port_options o)
{
	struct xeap_rings_options r = { .size = sizeof(r), .steer = s->steer, .kind = ring->kind };
	struct xeap_port *p = NULL;

	s->rings = xeap_rings_free(s->rings);
	assert_ok(xeap_rings_new(&r, &s->rings, &s->diag));
	o.size = sizeof(o);
	o.mode = ring->mode;
	assert_ok(xeap_port_open(s->rings, "p0", &o, &p, &s->diag));
	return p;
}

static void send_far(const char *far, const uint8_t *frame, size_t len)
{
	int fd = far_socket(far);

	assert_true(fd >= 0);
	assert_int_equal(send(fd, frame, len, 0), len);
	close(fd);
}

/* EAPOL behind these tags does not arrive, and is counted. */
static void expect_counted(struct state *s, struct xeap_port *p, const char *tags, size_t tags_len,
			   enum xeap_steer_reason reason)
{
	uint64_t before = xeap_port_steer_count(p, reason);
	uint8_t frame[64];
	size_t len = request(frame, tags, tags_len, 60);
	double end = seconds() + 1;
	struct xeap_rx rx;

	send_far("f0", frame, len);
	while (xeap_port_steer_count(p, reason) == before && seconds() < end)
		usleep(1000);
	assert_int_equal(xeap_port_steer_count(p, reason), before + 1);
	assert_int_equal(xeap_rings_receive(s->rings, &rx, 1), 0);
}

static void vlans(struct state *s, const struct ring *ring)
{
	struct xeap_port *p = open_on(s, ring, (struct xeap_port_options){ .vlans = true });

	expect_counted(s, p, TAG(7), 4, XEAP_STEER_OTHER_VLAN);
	assert_int_equal(xeap_port_add_vlan(p, (uint16_t[]){ 7 }, 1), 0);
	assert_int_equal(xeap_port_add_vlan(p, (uint16_t[]){ 100, 7 }, 2), 0);
	expect_in(s, p, TAG(7), 4, "f0");
	expect_in(s, p, "\x88\xa8\x00\x64\x81\x00\x00\x07", 8, "f0");
	expect_in(s, p, "\x81\x00\x00\x64\x81\x00\xe0\x07", 8, "f0");
	expect_counted(s, p, TAG(8), 4, XEAP_STEER_OTHER_VLAN);
	expect_counted(s, p, TAG(100), 4, XEAP_STEER_OTHER_VLAN);
	expect_counted(s, p, "", 0, XEAP_STEER_OTHER_VLAN);
	expect_out(s, p, TAG(7), 4, 50, "f0");
	expect_out(s, p, "\x88\xa8\x00\x64\x81\x00\x00\x07", 8, 50, "f0");
	assert_int_equal(xeap_port_remove_vlan(p, (uint16_t[]){ 7 }, 1), 0);
	expect_counted(s, p, TAG(7), 4, XEAP_STEER_OTHER_VLAN);
	expect_in(s, p, "\x88\xa8\x00\x64\x81\x00\x00\x07", 8, "f0");
	xeap_port_close(p);

	/* the slot's next owner has none of them */
	p = open_on(s, ring,
		    (struct xeap_port_options){ .vlans = true, .vlans_and_untagged = true });
	expect_counted(s, p, "\x88\xa8\x00\x64\x81\x00\x00\x07", 8, XEAP_STEER_OTHER_VLAN);
	expect_in(s, p, "", 0, "f0");
	expect_in(s, p, TAG(0), 4, "f0");
	xeap_port_close(p);
}

static void test_vlans(void **state)
{
	NEED_ROOT();
	for (int i = 0; i < RINGS; i++)
		vlans(*state, &rings_of[i]);
}

/* All VLANs of a port, and of more ports than the map has room for. */
static void test_many_vlans(void **state)
{
	struct state *s = *state;
	struct xeap_port *p;
	uint16_t vid[2] = { 0 };
	double start;

	NEED_ROOT();
	p = open_on(s, &rings_of[0], (struct xeap_port_options){ .vlans = true });
	start = seconds();
	for (vid[0] = 1; vid[0] < 4095; vid[0]++)
		assert_int_equal(xeap_port_add_vlan(p, vid, 1), 0);
	print_message("4,094 VLANs: named in %.3f s", seconds() - start);
	expect_in(s, p, TAG(1), 4, "f0");
	expect_in(s, p, TAG(4094), 4, "f0");
	for (vid[0] = 1; vid[0] < 15; vid[0]++)
		for (vid[1] = 1; vid[1] < 4095; vid[1]++)
			assert_int_equal(xeap_port_add_vlan(p, vid, 2), 0);
	assert_int_equal(xeap_port_add_vlan(p, (uint16_t[]){ 15, 1 }, 2), 0);
	start = seconds();
	xeap_port_close(p);
	print_message(", 61,411 forgotten in %.3f s\n", seconds() - start);
	p = open_on(s, &rings_of[0], (struct xeap_port_options){ .vlans = true });
	expect_counted(s, p, TAG(1), 4, XEAP_STEER_OTHER_VLAN);
}

/* Sent as fast as it goes: the burst arrives, the rest is counted. */
static void police(struct state *s, const struct ring *ring)
{
	struct xeap_port *p = open_on(
		s, ring, (struct xeap_port_options){ .police = { .rate = 1, .burst = 10 } });
	unsigned int got = 0, n;
	uint64_t refused;
	struct xeap_rx rx[64];
	uint8_t frame[64];
	size_t len = request(frame, "", 0, 60);
	double end;

	for (int i = 0; i < 40; i++)
		send_far("f0", frame, len);
	for (end = seconds() + 1; seconds() < end && got < 10; got += n) {
		n = xeap_rings_receive(s->rings, rx, 64);
		xeap_rings_recycle(s->rings, rx, n);
	}
	refused = xeap_port_steer_count(p, XEAP_STEER_POLICED_PORT);
	assert_in_range(got, 10, 13); /* another one for each second that it took */
	assert_in_range(refused, 27, 30);
	assert_int_equal(refused + xeap_port_steer_count(p, XEAP_STEER_REDIRECTED), 40);
	xeap_port_close(p);
}

static void test_police(void **state)
{
	NEED_ROOT();
	for (int i = 0; i < RINGS; i++)
		police(*state, &rings_of[i]);
}

/* Whether a frame that is not EAPOL gets through the port to a socket behind it. */
static bool gets_in(const char *dst, const char *type)
{
	uint8_t frame[60] = { [6] = 2, [11] = 9, [20] = 'g', [21] = 'a', [22] = 't', [23] = 'e' };
	uint8_t buf[128];
	int fd = far_socket("p0");
	struct pollfd p = { .fd = fd, .events = POLLIN };
	bool in = false;

	memcpy(frame, dst, 6);
	memcpy(frame + 12, type, 2);
	send_far("f0", frame, sizeof(frame));
	while (!in && poll(&p, 1, 100) == 1)
		in = recv(fd, buf, sizeof(buf), 0) >= 24 && !memcmp(buf + 20, frame + 20, 4);
	close(fd);
	return in;
}

#define TO_ME "\x02\x00\x00\x00\x00\x0a"
#define TO_OTHER "\x02\x00\x00\x00\x00\x0b"
#define TO_ALL "\xff\xff\xff\xff\xff\xff"
#define IPV4 "\x08\x00"
#define LLDP "\x88\xcc"

static void gate_by_port(struct state *s, const struct ring *ring)
{
	struct xeap_port *p = open_on(s, ring,
				      (struct xeap_port_options){ .gate = XEAP_GATE_PORT,
								  .gate_allow = { 0x88cc } });

	assert_false(gets_in(TO_ME, IPV4));
	assert_false(gets_in(TO_ALL, IPV4));
	assert_int_equal(xeap_port_steer_count(p, XEAP_STEER_GATED), 2);
	assert_true(gets_in(TO_ME, LLDP));
	assert_int_equal(xeap_port_steer_count(p, XEAP_STEER_GATE_ALLOWED), 1);
	expect_in(s, p, "", 0, "f0");
	expect_out(s, p, "", 0, 50, "f0");
	assert_int_equal(xeap_port_authorize(p, NULL, true), 0);
	assert_true(gets_in(TO_ME, IPV4));
	assert_true(gets_in(TO_ALL, IPV4));
	expect_in(s, p, "", 0, "f0");
	assert_int_equal(xeap_port_authorize(p, NULL, false), 0);
	assert_false(gets_in(TO_ME, IPV4));
	assert_int_equal(xeap_port_authorize(p, NULL, true), 0);
	xeap_port_close(p);
	assert_true(gets_in(TO_ME, IPV4));

	/* what was authorised ended with the port */
	p = open_on(s, ring, (struct xeap_port_options){ .gate = XEAP_GATE_PORT });
	assert_false(gets_in(TO_ME, IPV4));
	assert_false(gets_in(TO_ME, LLDP));
	xeap_port_close(p);
}

static void test_gate_by_port(void **state)
{
	NEED_ROOT();
	for (int i = 0; i < RINGS; i++)
		gate_by_port(*state, &rings_of[i]);
}

static void gate_by_station(struct state *s, const struct ring *ring)
{
	struct xeap_port *p =
		open_on(s, ring, (struct xeap_port_options){ .gate = XEAP_GATE_STATION });
	const uint8_t *me = (const uint8_t *)TO_ME, *other = (const uint8_t *)TO_OTHER;

	assert_false(gets_in(TO_ME, IPV4));
	assert_int_equal(xeap_port_authorize(p, me, true), 0);
	assert_true(gets_in(TO_ME, IPV4));
	assert_false(gets_in(TO_OTHER, IPV4));
	assert_true(gets_in(TO_ALL, IPV4));
	assert_int_equal(xeap_port_authorize(p, other, true), 0);
	assert_int_equal(xeap_port_authorize(p, me, false), 0);
	assert_false(gets_in(TO_ME, IPV4));
	assert_true(gets_in(TO_OTHER, IPV4));
	assert_true(gets_in(TO_ALL, IPV4));
	assert_int_equal(xeap_port_authorize(p, other, false), 0);
	assert_false(gets_in(TO_ALL, IPV4));
	expect_in(s, p, "", 0, "f0");
	xeap_port_close(p);
}

static void test_gate_by_station(void **state)
{
	NEED_ROOT();
	for (int i = 0; i < RINGS; i++)
		gate_by_station(*state, &rings_of[i]);
}

/* An MTU that takes several buffers needs the program that knows of them. */
static void test_gate_jumbo(void **state)
{
	static const struct ring native = { XEAP_MODE_NATIVE, XEAP_RINGS_OWN };

	NEED_ROOT();
	sh("ip link set p0 mtu 9000 && ip link set f0 mtu 9000");
	gate_by_port(*state, &native);
	gate_by_station(*state, &native);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_vlans),	 TEST(test_many_vlans),	     TEST(test_police),
		TEST(test_gate_by_port), TEST(test_gate_by_station), TEST(test_gate_jumbo),
	};

	enter_namespace();
	return cmocka_run_group_tests_name("port protect", tests, NULL, NULL);
}
