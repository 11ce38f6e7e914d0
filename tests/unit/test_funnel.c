/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include "allocations.h"
#include "rings_bed.h"
#include <base/frame.h>
#include <port/ring.h>

/* The funnel over a kernel that the test plays. */

#define FRAMES 64
#define OUTER "xeapf42-0"
#define INNER "xeapf42-1"

static const struct xeap_rings_options funnel = { .kind = XEAP_RINGS_FUNNEL,
						  .funnel_frames = FRAMES };

static int setup(void **state)
{
	return bed_begin(funnel);
}

static int try_open(const char *name, enum xeap_mode mode, struct xeap_port **ret_port)
{
	struct xeap_port_options o = { .size = sizeof(o), .mode = mode };

	return xeap_port_open(rings, name, &o, ret_port, &diag);
}

static struct xeap_port *open_port(const char *name)
{
	struct xeap_port *p = NULL;

	if (try_open(name, XEAP_MODE_NATIVE, &p))
		fail_msg("%s", diag.text);
	return p;
}

static struct xeap_port_info port_info(const struct xeap_port *p)
{
	struct xeap_port_info info;

	xeap_port_get_info(p, &info);
	return info;
}

static struct xeap_port_stats port_stats(const struct xeap_port *p)
{
	struct xeap_port_stats s;

	xeap_port_get_stats(p, &s);
	return s;
}

static void expect_idle(const struct xeap_port *p)
{
	struct xeap_pool_stats s;

	xeap_pool_get_stats(xeap_port_pool(p), &s);
	assert_int_equal(s.state[XEAP_FRAME_FREE], FRAMES / 2);
	assert_int_equal(s.state[XEAP_FRAME_FILLED], FRAMES / 2);
}

static const uint8_t request[60] = { 0x01, 0x80, 0xc2, 0, 0, 3, 2, 0, 0, 0, 0, 9,
				     0x88, 0x8e, 2,    0, 0, 5, 1, 7, 0, 5, 1 };

/* The request as the XDP program puts it into the funnel. */
static void tagged(uint8_t ret[66], uint32_t slot, uint16_t generation)
{
	const uint8_t tag[6] = { 0x88,
				 0xb5,
				 (uint8_t)(slot >> 8),
				 (uint8_t)slot,
				 (uint8_t)(generation >> 8),
				 (uint8_t)generation };

	memcpy(ret, request, 12);
	memcpy(ret + 12, tag, 6);
	memcpy(ret + 18, request + 12, 48);
}

static void arrive(uint32_t slot, uint16_t generation)
{
	uint8_t frame[66];

	tagged(frame, slot, generation);
	assert_true(fake_deliver(fake_socket_on(INNER, 0), frame, sizeof(frame)));
}

static struct xeap_frame *response(struct xeap_port *p, uint32_t headers)
{
	struct xeap_frame *f = xeap_pool_lend(xeap_port_pool(p));
	uint8_t *at;

	assert_non_null(f);
	memset(f->c.data, 0xab, 20);
	f->c.len = 20;
	at = xeap_frame_push(f, headers);
	assert_non_null(at);
	memset(at, 0x55, headers);
	memcpy(at, request, 14);
	return f;
}

static void send_one(struct xeap_port *p)
{
	struct xeap_frame *f = response(p, 18);

	assert_int_equal(xeap_port_transmit(p, f), 0);
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(xeap_frame_give_back(f), 0);
}

/* One socket, one veth, and half of the pool to receive into, however many ports there are. */
static void test_one_ring(void **state)
{
	struct xeap_port *p = open_port("p0"), *q = open_port("p1");

	assert_int_equal(fake.sockets, 1);
	assert_int_equal(fake.veths, 1);
	assert_ptr_equal(xeap_port_pool(p), xeap_port_pool(q));
	assert_string_equal(port_info(p).ring, "funnel");
	assert_false(port_info(p).waiting);
	assert_int_equal(port_info(p).mode, XEAP_MODE_NATIVE);
	expect_idle(p);
}

static void test_in_place(void **state)
{
	struct xeap_port *p = open_port("p0"), *q = open_port("p1");
	struct fake_socket *k = fake_socket_on(INNER, 0);
	struct xeap_rx rx[3];

	arrive(2, 1);
	arrive(1, 1);
	assert_int_equal(xeap_rings_receive(rings, rx, 3), 2);
	assert_ptr_equal(rx[0].port, q);
	assert_ptr_equal(rx[1].port, p);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(rx[i].data.len, sizeof(request));
		assert_memory_equal(rx[i].data.data, request, sizeof(request));
		assert_true(rx[i].data.data >= (uint8_t *)k->config.area &&
			    rx[i].data.data < (uint8_t *)k->config.area + FRAMES * 2048);
	}
	xeap_rings_recycle(rings, rx, 2);
	expect_idle(p);
	assert_int_equal(port_stats(p).frames_rx, 1);
	assert_int_equal(port_stats(q).frames_rx, 1);
}

/* What carries no tag of a port is nobody's, and its memory comes back. */
static void test_nobodys(void **state)
{
	struct xeap_port *p = open_port("p0");
	struct fake_socket *k = fake_socket_on(INNER, 0);
	struct xeap_rx rx[8];
	uint8_t frame[66];

	arrive(0, 1);
	arrive(1, 0);
	arrive(1, 2);
	arrive(2, 1);
	arrive(65535, 1);
	tagged(frame, 1, 1);
	fake_deliver(k, frame, 19); /* ends in the EtherType */
	fake_deliver(k, frame, 0);
	frame[13] = 0xb6;
	fake_deliver(k, frame, 66);
	assert_int_equal(xeap_rings_receive(rings, rx, 8), 0);
	xeap_rings_recycle(rings, rx, 0);
	expect_idle(p);
	assert_int_equal(port_stats(p).frames_rx, 0);
	tagged(frame, 1, 1);
	fake_deliver(k, frame, 20);
	assert_int_equal(xeap_rings_receive(rings, rx, 8), 1);
	assert_int_equal(rx[0].data.len, 14);
	xeap_rings_recycle(rings, rx, 1);
}

/* The tag goes in front of the EtherType; afterwards the frame is as it was and can go again. */
static void test_send(void **state)
{
	struct xeap_port *p, *q;
	struct fake_socket *k;
	struct xeap_frame *f;
	uint8_t before[60], want[66];

	open_port("p0");
	p = open_port("p1");
	q = open_port("p2");
	k = fake_socket_on(INNER, 0);
	f = response(p, 18);
	tagged(want, 2, 1);
	memcpy(before, xeap_frame_wire(f), 38);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(xeap_port_transmit(p, f), 0);
		assert_int_equal(xeap_port_transmit(p, f), -EALREADY);
		assert_int_equal(xeap_rings_flush(rings), 0);
		assert_int_equal(k->last_len, 66); /* 60 on the port's own wire */
		assert_memory_equal(k->last, want, 20);
		assert_memory_equal(k->last + 18, before + 12, 26);
		for (int j = 44; j < 66; j++)
			assert_int_equal(k->last[j], 0);
		assert_int_equal(xeap_frame_get_state(f), XEAP_FRAME_HELD);
		assert_memory_equal(xeap_frame_wire(f), before, 38);
	}
	assert_int_equal(port_stats(p).frames_tx, 3);
	assert_int_equal(port_stats(p).tx_refused, 0);
	assert_int_equal(port_stats(q).frames_tx, 0);
	assert_int_equal(port_stats(p).tx_copied, 0);
	xeap_frame_give_back(f);
	expect_idle(p);
}

/* Two VLAN tags and EAPOL leave just the room it takes; more is refused, and nothing is broken. */
static void test_headroom(void **state)
{
	struct xeap_port *p = open_port("p0");
	struct xeap_frame *f = response(p, 26);

	assert_int_equal(xeap_port_transmit(p, f), 0);
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(fake_socket_on(INNER, 0)->last_len, 66);
	xeap_frame_push(f, 27);
	assert_int_equal(xeap_port_transmit(p, f), -EMSGSIZE);
	assert_int_equal(xeap_frame_get_state(f), XEAP_FRAME_HELD);
	assert_int_equal(port_stats(p).tx_refused, 1);
	xeap_frame_give_back(f);
	expect_idle(p);
}

/* A burst over many ports is one system call for each 32 frames. */
static void test_batch(void **state)
{
	static const char *const names[] = { "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7" };
	struct xeap_port *p[8];
	struct xeap_frame *f[24];

	for (int i = 0; i < 8; i++)
		p[i] = open_port(names[i]);
	for (int i = 0; i < 24; i++) {
		f[i] = response(p[i % 8], 18);
		assert_int_equal(xeap_port_transmit(p[i % 8], f[i]), 0);
	}
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(fake_socket_on(INNER, 0)->tx_kicks, 1);
	for (int i = 0; i < 24; i++)
		xeap_frame_give_back(f[i]);
	for (int i = 0; i < 8; i++)
		assert_int_equal(port_stats(p[i]).frames_tx, 3);
	/* the socket's calls and drops show on one port */
	assert_int_equal(port_stats(p[0]).tx_wakeups, 1);
	assert_int_equal(port_stats(p[0]).rx_dropped, 3 + 4 + 5);
	assert_int_equal(port_stats(p[1]).tx_wakeups, 0);
	assert_int_equal(port_stats(p[1]).rx_dropped, 0);
}

/* A port that is closed takes its frames along, and only those; its slot is another's at once. */
static void test_close(void **state)
{
	struct xeap_port *p = open_port("p0"), *q = open_port("p1"), *next;
	struct fake_socket *k = fake_socket_on(INNER, 0);
	struct xeap_frame *f[3];
	struct xeap_rx rx;

	for (int i = 0; i < 3; i++) {
		f[i] = response(i == 1 ? q : p, 18);
		assert_int_equal(xeap_port_transmit(i == 1 ? q : p, f[i]), 0);
	}
	xeap_frame_give_back(f[0]);
	xeap_frame_give_back(f[2]);
	arrive(1, 1);
	xeap_port_close(p);
	next = open_port("p2");
	assert_int_equal(fake.steered.slot, 1);
	assert_int_equal(fake.steered.generation, 2);
	assert_int_equal(xeap_rings_receive(rings, &rx, 1), 0);
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(k->sent, 1);
	assert_int_equal(k->skipped, 2);
	assert_int_equal(k->last[15], 2); /* q's slot */
	assert_int_equal(port_stats(q).frames_tx, 1);
	assert_int_equal(port_stats(next).frames_tx, 0);
	assert_int_equal(port_stats(next).tx_refused, 0);
	xeap_frame_give_back(f[1]);
	arrive(1, 2);
	assert_int_equal(xeap_rings_receive(rings, &rx, 1), 1);
	assert_ptr_equal(rx.port, next);
	xeap_rings_recycle(rings, &rx, 1);
	expect_idle(q);
}

/* What the kernel has taken when its port is closed completes as nobody's. */
static void test_close_late(void **state)
{
	struct xeap_port *p = open_port("p0"), *q = open_port("p1");
	struct fake_socket *k = fake_socket_on(INNER, 0);
	struct xeap_frame *f = response(p, 18);

	assert_int_equal(xeap_port_transmit(p, f), 0);
	xeap_frame_give_back(f);
	assert_int_equal(xeap_sys_xsk_kick_tx(k->xsk->fd), 0); /* sent, not reaped */
	xeap_port_close(p);
	p = open_port("p0");
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(port_stats(p).frames_tx, 0);
	assert_int_equal(port_stats(q).frames_tx, 0);
	expect_idle(q);
}

static void test_down(void **state)
{
	struct xeap_port *p;
	struct xeap_frame *f;

	fake.netdev[0].n.up = false;
	p = open_port("p0");
	f = response(p, 18);
	assert_int_equal(xeap_port_transmit(p, f), -ENETDOWN);
	fake.netdev[0].n.up = true;
	assert_int_equal(xeap_port_refresh(p, &diag), 0);
	assert_int_equal(xeap_port_transmit(p, f), 0);
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(port_stats(p).frames_tx, 1);
	xeap_frame_give_back(f);
}

/* The veth is removed: queued frames are refused, a new one is made, the ports go on. */
static void test_veth_gone(void **state)
{
	struct xeap_port *p = open_port("p0"), *q = open_port("p1");
	struct xeap_frame *f = response(p, 18);
	struct xeap_rx rx;

	assert_int_equal(xeap_port_transmit(p, f), 0);
	fake_remove_netdev(OUTER);
	assert_int_equal(xeap_rings_receive(rings, &rx, 1), 0);
	assert_int_equal(xeap_frame_get_state(f), XEAP_FRAME_LENT);
	assert_int_equal(port_stats(p).tx_refused, 1);
	assert_int_equal(fake.veths, 1);
	xeap_frame_give_back(f);
	expect_idle(p);
	arrive(2, 1);
	assert_int_equal(xeap_rings_receive(rings, &rx, 1), 1);
	assert_ptr_equal(rx.port, q);
	xeap_rings_recycle(rings, &rx, 1);
	send_one(p);
	assert_int_equal(port_stats(p).frames_tx, 1);
}

/* It cannot be made anew just now: frames are refused until a refresh succeeds. */
static void test_veth_gone_for_longer(void **state)
{
	struct xeap_port *p = open_port("p0"), *q = open_port("p1");
	struct xeap_frame *f = response(p, 18);
	struct xeap_rx rx;

	fake_remove_netdev(INNER);
	fake.fail_at = fake.calls + 1;
	fake.fail_with = ENOMEM;
	assert_int_equal(xeap_rings_receive(rings, &rx, 1), 0);
	assert_int_equal(fake.veths, 0);
	assert_int_equal(xeap_port_transmit(p, f), -ENODEV);
	fake.fail_at = fake.calls + 2; /* after the netdev was read */
	assert_int_not_equal(xeap_port_refresh(p, &diag), 0);
	assert_non_null(strstr(diag.text, "p0"));
	assert_int_equal(xeap_port_refresh(q, &diag), 0);
	assert_int_equal(xeap_port_transmit(p, f), 0);
	assert_int_equal(xeap_rings_flush(rings), 0);
	xeap_frame_give_back(f);
	expect_idle(p);
}

/* What a killed process left goes with the next program that is loaded; nothing else does. */
static void test_sweep(void **state)
{
	struct xeap_steer *another;
	int ifindex;

	fake_foreign_veth("xeapf7-0", "xeap funnel of process 7 started 700");
	assert_int_equal(xeap_steer_open(NULL, &another, &diag), 0);
	xeap_steer_close(another);
	assert_int_equal(fake.veths, 1); /* it lives */
	fake.dead_process = 7;
	ifindex = fake_foreign_veth("veth0", "somebody's");
	assert_int_equal(xeap_steer_open(NULL, &another, &diag), 0);
	xeap_steer_close(another);
	assert_int_equal(fake.veths, 1);
	assert_true(xeap_sys_netdev_index("veth0") == ifindex);
	/* The number is another process's by now. */
	fake_foreign_veth("xeapf8-0", "xeap funnel of process 8 started 799");
	assert_int_equal(xeap_steer_open(NULL, &another, &diag), 0);
	xeap_steer_close(another);
	assert_int_equal(fake.veths, 1);
	/* Out of sight, but its programs are there: of another process namespace. */
	ifindex = fake_foreign_veth("xeapf7-0", "xeap funnel of process 7 started 701");
	assert_true(xeap_sys_xdp_attach(10, ifindex, 0) > 0);
	assert_true(xeap_sys_xdp_attach(10, xeap_sys_netdev_index("xeapf7-01"), 0) > 0);
	assert_int_equal(xeap_steer_open(NULL, &another, &diag), 0);
	xeap_steer_close(another);
	assert_int_equal(fake.veths, 2);
	fake.veths = fake.links = 0;
}

static void test_protected(void **state)
{
	struct xeap_port *p = open_port("p0");

	assert_true(xeap_port_is_funnel(OUTER));
	assert_true(xeap_port_is_funnel(INNER));
	assert_false(xeap_port_is_funnel("p0"));
	assert_false(xeap_port_is_funnel("xeapf9-0"));
	/* Of this process, 42: it is about to get its alias. */
	assert_true(xeap_port_is_funnel("xeapf42-98"));
	assert_int_equal(try_open(INNER, XEAP_MODE_AUTO, &p), -EINVAL);
	assert_non_null(strstr(diag.text, INNER));
}

static void test_name_taken(void **state)
{
	fake_foreign_veth("xeapf42-0", "");
	open_port("p0");
	assert_non_null(fake_socket_on("xeapf42-3", 0));
	fake_remove_netdev("xeapf42-0");
}

/* Ports of all kinds in one set; zero-copy is between a queue and a ring of its own. */
static void test_beside_others(void **state)
{
	struct xeap_port *p = open_port("p0"), *q = NULL, *r = NULL;

	fake.netdev[1].zero_copy = true;
	assert_int_equal(try_open("p1", XEAP_MODE_ZERO_COPY, &q), 0);
	assert_int_equal(try_open("p2", XEAP_MODE_PACKET, &r), 0);
	assert_string_equal(port_info(p).ring, "funnel");
	assert_string_equal(port_info(q).ring, "own");
	assert_string_equal(port_info(r).ring, "packet");
	assert_true(port_info(q).zero_copy);
	assert_int_equal(xeap_port_transmit(q, response(p, 18)), -EBADFD);
	send_one(p);
	send_one(q);
	assert_int_equal(fake_socket_on("p1", 0)->last_len, 60);
}

/* Where no veth can be had, mode auto still has the packet socket, and says why. */
static void test_no_veth(void **state)
{
	struct xeap_port *p = NULL;

	fake.no_veth = EOPNOTSUPP;
	assert_int_equal(try_open("p0", XEAP_MODE_NATIVE, &p), -EOPNOTSUPP);
	assert_non_null(strstr(diag.text, "veth"));
	assert_int_equal(try_open("p0", XEAP_MODE_AUTO, &p), 0);
	assert_string_equal(port_info(p).ring, "packet");
	assert_non_null(strstr(port_info(p).note, "veth"));
	assert_int_equal(fake.links, 0);
}

/* The longest frames of a port fit the funnel with two VLAN tags, or it has rings of its own. */
static void test_mtu(void **state)
{
	fake.netdev[0].n.mtu = 1762;
	fake.netdev[1].n.mtu = 1763;
	assert_string_equal(port_info(open_port("p0")).ring, "funnel");
	assert_string_equal(port_info(open_port("p1")).ring, "own");
}

static void test_copies(void **state)
{
	struct xeap_port *p = open_port("p0"), *q = open_port("p1");
	struct xeap_frame *f = response(p, 18), *g = response(q, 18);

	xeap_pool_count_copied(xeap_port_pool(p));
	assert_int_equal(xeap_port_transmit(p, f), 0);
	assert_int_equal(xeap_port_transmit(q, g), 0);
	assert_int_equal(port_stats(p).tx_copied, 1);
	assert_int_equal(port_stats(q).tx_copied, 0);
	xeap_rings_flush(rings);
	xeap_frame_give_back(f);
	xeap_frame_give_back(g);
}

static int whole_story(void)
{
	struct xeap_port *p;
	int err = bed_make(funnel);

	if (!err)
		err = try_open("p0", XEAP_MODE_NATIVE, &p);
	if (!err)
		err = try_open("p1", XEAP_MODE_GENERIC, &p);
	bed_free();
	return err;
}

/* Fail each call in turn: an error and a line come out, and nothing stays behind. */
static void test_each_call_fails(void **state)
{
	unsigned int total;

	bed_free();
	fake_reset();
	assert_int_equal(whole_story(), 0);
	total = fake.calls;
	assert_true(total > 20);
	for (unsigned int n = 1; n <= total; n++) {
		fake_reset();
		memset(&diag, 0, sizeof(diag));
		fake.fail_at = n;
		fake.fail_with = ENOMEM;
		if (!whole_story())
			fail_msg("call %u failed and nobody noticed", n);
		assert_int_not_equal(diag.code, 0);
		if (!fake_is_clean())
			fail_msg("after call %u failed", n);
	}
}

static void refuse(struct xeap_rings_options o, const char *why)
{
	struct xeap_rings *r = NULL;

	o.size = sizeof(o);
	assert_int_equal(xeap_rings_new(&o, &r, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, why));
	assert_null(r);
}

static void test_options(void **state)
{
	enum xeap_rings_kind kind = XEAP_RINGS_KIND_MAX;

	refuse((struct xeap_rings_options){ .funnel_frames = 32 }, "32 frames");
	refuse((struct xeap_rings_options){ .funnel_frames = 96 }, "96 frames");
	refuse((struct xeap_rings_options){ .funnel_frames = 131072 }, "131072 frames");
	refuse((struct xeap_rings_options){ .kind = XEAP_RINGS_KIND_MAX }, "kind");
	for (int i = 0; i < XEAP_RINGS_KIND_MAX; i++) {
		assert_int_equal(
			xeap_rings_kind_parse(xeap_rings_kind_name((enum xeap_rings_kind)i), &kind),
			0);
		assert_int_equal(kind, i);
	}
	assert_int_equal(xeap_rings_kind_parse("", &kind), -EINVAL);
	assert_string_equal(xeap_rings_kind_name(XEAP_RINGS_KIND_MAX), "?");
}

static void test_no_allocation(void **state)
{
	struct xeap_port *p = open_port("p0");
	struct xeap_rx rx[4];

	assert_true(allocations > 0); /* it is seen to count */
	allocations = 0;
	for (unsigned int i = 0; i < 1000; i++) {
		arrive(1, 1);
		assert_int_equal(xeap_rings_receive(rings, rx, 4), 1);
		send_one(p);
		xeap_rings_recycle(rings, rx, 1);
	}
	assert_int_equal(allocations, 0);
	assert_int_equal(port_stats(p).frames_tx, 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, bed_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_one_ring),
		TEST(test_in_place),
		TEST(test_nobodys),
		TEST(test_send),
		TEST(test_headroom),
		TEST(test_batch),
		TEST(test_close),
		TEST(test_close_late),
		TEST(test_down),
		TEST(test_veth_gone),
		TEST(test_veth_gone_for_longer),
		TEST(test_sweep),
		TEST(test_protected),
		TEST(test_name_taken),
		TEST(test_beside_others),
		TEST(test_no_veth),
		TEST(test_mtu),
		TEST(test_copies),
		TEST(test_each_call_fails),
		TEST(test_options),
		TEST(test_no_allocation),
	};

	return cmocka_run_group_tests_name("funnel", tests, NULL, NULL);
}
