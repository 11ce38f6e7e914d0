/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include "allocations.h"
#include "rings_bed.h"
#include <base/frame.h>
#include <port/ring.h>

/* Own rings and the packet ring over a kernel that the test plays. */

#define FRAMES 32
#define CHUNK 2048

static struct xeap_pool_stats pool_stats(const struct xeap_port *p)
{
	struct xeap_pool_stats s;

	xeap_pool_get_stats(xeap_port_pool(p), &s);
	return s;
}

static struct xeap_port_stats port_stats(const struct xeap_port *p)
{
	struct xeap_port_stats s;

	xeap_port_get_stats(p, &s);
	return s;
}

static const uint8_t request[60] = { 0x01, 0x80, 0xc2, 0, 0, 3, 2, 0, 0, 0, 0, 9,
				     0x88, 0x8e, 2,    0, 0, 5, 1, 7, 0, 5, 1 };

/* A frame of `len` bytes on the wire. */
static struct xeap_frame *response(struct xeap_port *p, uint32_t len)
{
	struct xeap_frame *f = xeap_pool_lend(xeap_port_pool(p));

	assert_non_null(f);
	memset(f->c.data, 0xab, len - 18);
	f->c.len = len - 18;
	memcpy(xeap_frame_push(f, 18), request, 18);
	return f;
}

/* The port's frames add up, and its own share of them is free again. */
static void expect_idle(const struct xeap_port *p)
{
	struct xeap_pool_stats s = pool_stats(p);

	assert_int_equal(s.state[XEAP_FRAME_FREE], FRAMES / 2);
	assert_int_equal(s.state[XEAP_FRAME_FILLED], FRAMES / 2);
}

static void test_half_to_receive(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_NATIVE);

	assert_int_equal(fake_filled(fake_socket_on("p0", 0)), FRAMES / 2);
	assert_int_equal(fake_socket_on("p0", 0)->filled_at_bind, FRAMES / 2);
	expect_idle(p);
}

static void test_in_place(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_NATIVE);
	struct fake_socket *k = fake_socket_on("p0", 0);
	struct xeap_rx rx;

	assert_int_equal(xeap_rings_receive(rings, &rx, 1), 0);
	assert_true(fake_deliver(k, request, sizeof(request)));
	assert_int_equal(xeap_rings_receive(rings, &rx, 1), 1);
	assert_ptr_equal(rx.port, p);
	assert_int_equal(rx.data.len, sizeof(request));
	assert_memory_equal(rx.data.data, request, sizeof(request));
	assert_true(rx.data.data >= (uint8_t *)k->config.area &&
		    rx.data.data < (uint8_t *)k->config.area + FRAMES * CHUNK);
	/* refilled before it is worked on */
	assert_int_equal(fake_filled(k), FRAMES / 2);
	assert_int_equal(xeap_frame_get_state(rx.frame), XEAP_FRAME_RECEIVED);
	xeap_rings_recycle(rings, &rx, 1);
	expect_idle(p);
	assert_int_equal(port_stats(p).frames_rx, 1);
	assert_int_equal(port_stats(p).rx_dropped, 7);
	assert_int_equal(port_stats(p).rx_wakeups, 0);
}

/* A whole ring of requests comes at once: a quarter of the chunks stays for the answers. */
static void test_room_for_answers(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_NATIVE);
	struct fake_socket *k = fake_socket_on("p0", 0);
	struct xeap_rx rx[FRAMES];
	unsigned int n;

	for (n = 0; n < FRAMES / 2; n++)
		assert_true(fake_deliver(k, request, sizeof(request)));
	assert_false(fake_deliver(k, request, sizeof(request)));
	assert_int_equal(xeap_rings_receive(rings, rx, FRAMES), FRAMES / 2);
	assert_int_equal(pool_stats(p).state[XEAP_FRAME_FREE], FRAMES / 4);
	xeap_rings_recycle(rings, rx, FRAMES / 2);
	expect_idle(p);
}

/* Chunks that held frames keep are not missing in the fill ring once they are back. */
static void test_refill_later(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_NATIVE);
	struct fake_socket *k = fake_socket_on("p0", 0);
	struct xeap_frame *f[FRAMES / 2];
	struct xeap_rx rx;

	for (unsigned int i = 0; i < FRAMES / 2; i++)
		f[i] = response(p, 60);
	assert_null(xeap_pool_lend(xeap_port_pool(p)));
	for (unsigned int i = 0; i < 100; i++) {
		assert_true(fake_deliver(k, request, sizeof(request)));
		assert_int_equal(xeap_rings_receive(rings, &rx, 1), 1);
		assert_int_equal(fake_filled(k), FRAMES / 2 - 1);
		xeap_rings_recycle(rings, &rx, 1);
		assert_int_equal(fake_filled(k), FRAMES / 2);
	}
	for (unsigned int i = 0; i < FRAMES / 2; i++)
		xeap_frame_give_back(f[i]);
	expect_idle(p);
}

/* Twelve frames, one system call; they are held until given back, and can be sent again. */
static void test_send_batch(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_NATIVE);
	struct fake_socket *k = fake_socket_on("p0", 0);
	struct xeap_frame *f[12];

	for (unsigned int i = 0; i < 12; i++) {
		f[i] = response(p, 100 + i);
		assert_int_equal(xeap_port_transmit(p, f[i]), 0);
		assert_int_equal(xeap_port_transmit(p, f[i]), -EALREADY);
	}
	assert_int_equal(k->tx_kicks, 0);
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(k->tx_kicks, 1);
	assert_int_equal(k->sent, 12);
	assert_int_equal(k->last_len, 111);
	assert_memory_equal(k->last, xeap_frame_wire(f[11]), 111);
	for (unsigned int i = 0; i < 12; i++)
		assert_int_equal(xeap_frame_get_state(f[i]), XEAP_FRAME_HELD);
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(k->tx_kicks, 1); /* nothing to send, no call */
	assert_int_equal(xeap_port_transmit(p, f[3]), 0);
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(k->last_len, 103);
	for (unsigned int i = 0; i < 12; i++)
		assert_int_equal(xeap_frame_give_back(f[i]), 0);
	expect_idle(p);
	assert_int_equal(port_stats(p).frames_tx, 13);
	assert_int_equal(port_stats(p).tx_wakeups, 2);
	assert_int_equal(port_stats(p).tx_copied, 0);
}

static void test_padding(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_NATIVE);
	struct fake_socket *k = fake_socket_on("p0", 0);
	struct xeap_frame *f = response(p, 23);
	static const uint8_t zeros[37];

	memset(f->c.data + 5, 0x5e, 100); /* what an earlier owner left */
	assert_int_equal(xeap_port_transmit(p, f), 0);
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(k->last_len, 60);
	assert_memory_equal(k->last + 23, zeros, 37);
	assert_int_equal(f->c.len, 5);
	xeap_frame_give_back(f);
}

/* Rings of 256: one call moves 32, the rest follows as long as it goes on. */
static void test_more_than_a_call_moves(void **state)
{
	struct xeap_rings_options o = { .size = sizeof(o), .steer = steer, .frames = 256 };
	struct xeap_port *p;
	struct fake_socket *k;

	xeap_rings_free(rings);
	assert_int_equal(xeap_rings_new(&o, &rings, &diag), 0);
	p = bed_open("p0", XEAP_MODE_NATIVE);
	k = fake_socket_on("p0", 0);
	for (unsigned int i = 0; i < 100; i++)
		assert_int_equal(xeap_port_transmit(p, response(p, 60)), 0);
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(k->sent, 100);
	assert_int_equal(k->tx_kicks, 4);
}

static void test_stuck(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_NATIVE);
	struct fake_socket *k = fake_socket_on("p0", 0);
	struct xeap_frame *f = response(p, 60);

	k->stuck = true;
	assert_int_equal(xeap_port_transmit(p, f), 0);
	assert_int_equal(xeap_rings_flush(rings), -EAGAIN);
	assert_int_equal(k->tx_kicks, 1);
	assert_int_equal(xeap_frame_get_state(f), XEAP_FRAME_QUEUED);
	k->stuck = false;
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(xeap_frame_get_state(f), XEAP_FRAME_HELD);
	xeap_frame_give_back(f);
}

/* Given back while the kernel has it: free when it completes, not before. */
static void test_abandoned(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_NATIVE);
	struct xeap_frame *f = response(p, 60);

	assert_int_equal(xeap_port_transmit(p, f), 0);
	assert_int_equal(xeap_frame_give_back(f), 0);
	assert_int_equal(xeap_frame_get_state(f), XEAP_FRAME_QUEUED);
	assert_int_equal(xeap_rings_flush(rings), 0);
	expect_idle(p);
}

/* The link is down: frames come back as they were, nothing of them is sent when it is up again. */
static void test_down(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_NATIVE);
	struct fake_socket *k = fake_socket_on("p0", 0);
	struct xeap_frame *held = response(p, 60), *lent, *gone;

	assert_int_equal(xeap_port_transmit(p, held), 0);
	assert_int_equal(xeap_rings_flush(rings), 0);
	lent = response(p, 61);
	gone = response(p, 62);
	fake.netdev[0].n.up = false;
	assert_int_equal(xeap_port_transmit(p, held), 0);
	assert_int_equal(xeap_port_transmit(p, lent), 0);
	assert_int_equal(xeap_port_transmit(p, gone), 0);
	xeap_frame_give_back(gone);
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(xeap_frame_get_state(held), XEAP_FRAME_HELD);
	assert_int_equal(xeap_frame_get_state(lent), XEAP_FRAME_LENT);
	assert_int_equal(xeap_frame_get_state(gone), XEAP_FRAME_FREE);
	assert_int_equal(xeap_port_transmit(p, lent), -ENETDOWN);
	assert_int_equal(port_stats(p).tx_refused, 4);
	fake.netdev[0].n.up = true;
	assert_int_equal(xeap_port_transmit(p, lent), -ENETDOWN); /* until refreshed */
	assert_int_equal(xeap_port_refresh(p, &diag), 0);
	assert_int_equal(xeap_port_transmit(p, lent), 0);
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(k->sent, 2);
	assert_int_equal(k->skipped, 3);
	assert_int_equal(k->last_len, 61);
	xeap_frame_give_back(held);
	xeap_frame_give_back(lent);
	expect_idle(p);
}

static void test_gone(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_NATIVE), *other;
	struct xeap_frame *f = response(p, 60);
	struct xeap_rx rx;

	other = bed_open("p1", XEAP_MODE_NATIVE);
	assert_int_equal(xeap_port_transmit(p, f), 0);
	fake_remove_netdev("p0");
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(xeap_frame_get_state(f), XEAP_FRAME_LENT);
	assert_int_equal(xeap_port_transmit(p, f), -ENODEV);
	assert_int_equal(xeap_rings_receive(rings, &rx, 1), 0);
	assert_int_equal(xeap_rings_receive(rings, &rx, 1), 0);
	assert_int_equal(fake.asked_sockets, 1); /* or it would be ready for ever */
	assert_int_equal(xeap_port_refresh(p, &diag), -ENODEV);
	assert_true(fake_deliver(fake_socket_on("p1", 0), request, 60));
	assert_int_equal(xeap_rings_receive(rings, &rx, 1), 1);
	assert_ptr_equal(rx.port, other);
	xeap_rings_recycle(rings, &rx, 1);
	xeap_frame_give_back(f);
	xeap_port_close(p);
}

/*
 * The socket breaks under a netdev that stays: refresh makes a new one, and no frame is lost to the
 * old.
 */
static void test_rebind(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_NATIVE);
	struct fake_socket *k = fake_socket_on("p0", 0);
	struct xeap_frame *stuck = response(p, 60);
	struct xeap_rx rx;

	assert_int_equal(xeap_port_transmit(p, stuck), 0);
	k->kick_error = ENXIO;
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(xeap_port_transmit(p, stuck), -ENODEV);
	assert_int_equal(xeap_port_refresh(p, &diag), 0);
	k = fake_socket_on("p0", 0);
	assert_int_equal(fake.sockets, 1);
	assert_int_equal(fake_filled(k), FRAMES / 2);
	assert_true(fake_deliver(k, request, 60));
	assert_int_equal(xeap_rings_receive(rings, &rx, 1), 1);
	xeap_rings_recycle(rings, &rx, 1);
	assert_int_equal(xeap_port_transmit(p, stuck), 0);
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(k->sent, 1);
	xeap_frame_give_back(stuck);
	expect_idle(p);
}

/* A port leaves in the middle of everything: the set forgets its ring. */
static void test_leave(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_NATIVE), *q;
	struct fake_socket *k = fake_socket_on("p0", 0);
	struct xeap_rx rx[2];

	q = bed_open("p1", XEAP_MODE_NATIVE);
	k->stuck = true;
	assert_int_equal(xeap_port_transmit(p, response(p, 60)), 0);
	assert_int_equal(xeap_rings_flush(rings), -EAGAIN);
	assert_true(fake_deliver(k, request, 60));
	assert_true(fake_deliver(k, request, 60));
	assert_int_equal(xeap_rings_receive(rings, rx, 1), 1); /* one waits, one is out */
	xeap_frame_give_back(rx[0].frame);
	xeap_port_close(p);
	assert_int_equal(xeap_rings_flush(rings), 0);
	xeap_rings_recycle(rings, rx, 0);
	assert_true(fake_deliver(fake_socket_on("p1", 0), request, 60));
	assert_int_equal(xeap_rings_receive(rings, rx, 2), 1);
	assert_ptr_equal(rx[0].port, q);
	xeap_rings_recycle(rings, rx, 1);
}

/* A kernel that has gone mad is no way into memory. */
static void test_bad_descriptors(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_NATIVE);
	struct fake_socket *k = fake_socket_on("p0", 0);
	struct xeap_rx rx[8];

	fake_deliver_raw(k, (uint64_t)FRAMES * CHUNK, 60);
	fake_deliver_raw(k, UINT64_MAX, 60);
	fake_deliver_raw(k, (UINT64_C(1) << 32) * CHUNK,
			 60);			     /* chunk 0 to whoever cuts it to 32 bits */
	fake_deliver_raw(k, 0x100 + 31 * CHUNK, 60); /* not filled */
	assert_true(fake_deliver(k, request, 60));
	((struct xdp_desc *)k->xsk->rx.ring)[4].len = CHUNK; /* past the chunk's end */
	assert_true(fake_deliver(k, request, 60));
	assert_int_equal(xeap_rings_receive(rings, rx, 8), 1);
	assert_memory_equal(rx[0].data.data, request, 60);
	xeap_rings_recycle(rings, rx, 1);
	assert_int_equal(port_stats(p).frames_rx, 1);
	expect_idle(p);
}

static void test_not_its_frame(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_NATIVE);
	struct xeap_port *q = bed_open("p1", XEAP_MODE_NATIVE);
	struct xeap_frame *f = response(q, 60);

	assert_int_equal(xeap_port_transmit(p, f), -EBADFD);
	assert_int_equal(xeap_frame_get_state(f), XEAP_FRAME_LENT);
	xeap_frame_give_back(f);
	assert_int_equal(xeap_port_transmit(q, f), -EBADFD);
	assert_int_equal(fake_socket_on("p1", 0)->sent, 0);
}

/* One port is flooded; the others get their turn in every call. */
static void test_fairness(void **state)
{
	struct xeap_rings_options o = { .size = sizeof(o), .steer = steer, .frames = 128 };
	struct xeap_port *quiet;
	struct fake_socket *loud;
	struct xeap_rx rx[32];
	unsigned int n, seen;

	xeap_rings_free(rings);
	assert_int_equal(xeap_rings_new(&o, &rings, &diag), 0);
	bed_open("p0", XEAP_MODE_NATIVE);
	quiet = bed_open("p1", XEAP_MODE_NATIVE);
	loud = fake_socket_on("p0", 0);
	for (unsigned int turn = 0; turn < 10; turn++) {
		while (fake_deliver(loud, request, 60))
			;
		assert_true(fake_deliver(fake_socket_on("p1", 0), request, 60));
		n = xeap_rings_receive(rings, rx, 32);
		assert_int_equal(n, 32);
		seen = 0;
		for (unsigned int i = 0; i < n; i++)
			seen += rx[i].port == quiet;
		assert_int_equal(seen, 1);
		xeap_rings_recycle(rings, rx, n);
	}
}

/* A ring that only receives has all its chunks to do so. */
static void test_several_queues(void **state)
{
	struct xeap_port *p;
	struct xeap_rx rx[4];

	fake.netdev[0].n.queues = 3;
	p = bed_open("p0", XEAP_MODE_NATIVE);
	assert_int_equal(fake.sockets, 3);
	assert_int_equal(fake_filled(fake_socket_on("p0", 0)), FRAMES / 2);
	assert_int_equal(fake_filled(fake_socket_on("p0", 2)), FRAMES);
	assert_true(fake_deliver(fake_socket_on("p0", 0), request, 60));
	assert_true(fake_deliver(fake_socket_on("p0", 2), request, 60));
	assert_int_equal(xeap_rings_receive(rings, rx, 4), 2);
	assert_ptr_equal(rx[0].port, p);
	assert_ptr_equal(rx[1].port, p);
	xeap_rings_recycle(rings, rx, 2);
	assert_int_equal(fake_filled(fake_socket_on("p0", 2)), FRAMES);
}

static void test_more_queues_than_steered(void **state)
{
	fake.netdev[0].n.queues = 100;
	bed_open("p0", XEAP_MODE_NATIVE);
	assert_int_equal(fake.sockets, XEAP_STEER_MAX_QUEUES);
	assert_null(fake_socket_on("p0", 64));
}

/* In zero-copy the driver sends by itself once woken, and asks when it wants to be woken again. */
static void test_zero_copy_wakeups(void **state)
{
	struct xeap_port *p;
	struct xeap_port_info info;
	struct fake_socket *k;
	struct xeap_frame *f;

	fake.netdev[0].zero_copy = true;
	p = bed_open("p0", XEAP_MODE_ZERO_COPY);
	xeap_port_get_info(p, &info);
	assert_true(info.zero_copy);
	k = fake_socket_on("p0", 0);
	*k->xsk->tx.flags = 0;
	f = response(p, 60);
	assert_int_equal(xeap_port_transmit(p, f), 0);
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(k->tx_kicks, 0);
	*k->xsk->tx.flags = XDP_RING_NEED_WAKEUP;
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(k->tx_kicks, 1);
	*k->xsk->fill.flags = XDP_RING_NEED_WAKEUP;
	assert_true(fake_deliver(k, request, 60));
	assert_int_equal(xeap_rings_receive(rings, &(struct xeap_rx){ 0 }, 1), 1);
	assert_int_equal(k->rx_kicks, 1);
	xeap_frame_give_back(f);
}

static void packet_in(int ifindex, const uint8_t *bytes, int tag)
{
	struct fake_packet in = {
		.ifindex = ifindex, .len = 60, .pkttype = PACKET_MULTICAST, .tag = tag
	};

	memcpy(in.bytes, bytes, 60);
	fake_packet_in(&in);
}

static void test_packet_receive(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_PACKET);
	struct xeap_port *q = bed_open("p1", XEAP_MODE_PACKET);
	struct xeap_rx rx[4];
	uint8_t other[60];

	memcpy(other, request, 60);
	other[19] = 8;
	assert_int_equal(fake.packet_sockets, 2); /* one for frames, one for memberships */
	packet_in(101, request, -1);
	packet_in(100, request, -1);
	packet_in(107, request, -1); /* a netdev that is not ours */
	assert_int_equal(xeap_rings_receive(rings, rx, 4), 2);
	assert_ptr_equal(rx[0].port, q);
	assert_ptr_equal(rx[1].port, p);
	assert_int_equal(rx[1].data.len, 60);
	assert_memory_equal(rx[1].data.data, request, 60);
	/* these stay as they are until they are given back, whatever comes */
	packet_in(100, other, -1);
	assert_int_equal(xeap_rings_receive(rings, &rx[2], 1), 1);
	assert_memory_equal(rx[0].data.data, request, 60);
	assert_memory_equal(rx[1].data.data, request, 60);
	assert_memory_equal(rx[2].data.data, other, 60);
	xeap_rings_recycle(rings, rx, 3);
	assert_int_equal(port_stats(p).frames_rx, 2);
}

/* A tag that was taken off is put back where it was. */
static void test_packet_tag(void **state)
{
	struct xeap_rx rx;

	bed_open("p0", XEAP_MODE_PACKET);
	packet_in(100, request, 0x6007);
	assert_int_equal(xeap_rings_receive(rings, &rx, 1), 1);
	assert_int_equal(rx.data.len, 64);
	assert_memory_equal(rx.data.data, request, 12);
	assert_memory_equal(rx.data.data + 12, "\x88\xa8\x60\x07", 4);
	assert_memory_equal(rx.data.data + 16, request + 12, 48);
	xeap_rings_recycle(rings, &rx, 1);
}

/* Who lives without a tag leaves other VLANs alone; a priority tag is none. */
static void test_packet_untagged_only(void **state)
{
	struct xeap_port_options o = { .size = sizeof(o),
				       .mode = XEAP_MODE_PACKET,
				       .untagged_only = true };
	struct xeap_port *p;
	struct xeap_rx rx;

	assert_int_equal(xeap_port_open(rings, "p0", &o, &p, &diag), 0);
	packet_in(100, request, 0x6007);
	assert_int_equal(xeap_rings_receive(rings, &rx, 1), 0);
	packet_in(100, request, 0x6000);
	assert_int_equal(xeap_rings_receive(rings, &rx, 1), 1);
	xeap_rings_recycle(rings, &rx, 1);
}

/* Thousands of frames that are not for us neither starve a port nor use up the pool. */
static void test_packet_unwanted(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_PACKET);
	uint8_t other[60];
	struct xeap_rx rx[4];
	unsigned int n, turns = 0;

	memcpy(other, request, 60);
	other[5] = 0x02;
	for (int i = 0; i < 200; i++)
		packet_in(100, other, -1);
	packet_in(100, request, -1);
	while (!(n = xeap_rings_receive(rings, rx, 4)) && turns < 100)
		turns++;
	assert_int_equal(n, 1);
	assert_true(turns > 5); /* not all of them in one call */
	xeap_rings_recycle(rings, rx, 1);
	assert_int_equal(port_stats(p).frames_rx, 1);
	assert_int_equal(pool_stats(p).state[XEAP_FRAME_RECEIVED], 0);
}

/* To the group and yet another host's: the kernel's word for a VLAN that has no netdev. */
static void test_packet_other_vlan(void **state)
{
	struct fake_packet in = {
		.ifindex = 100, .len = 60, .pkttype = PACKET_OTHERHOST, .tag = -1
	};
	struct xeap_rx rx;

	bed_open("p0", XEAP_MODE_PACKET);
	memcpy(in.bytes, request, 60);
	fake_packet_in(&in);
	assert_int_equal(xeap_rings_receive(rings, &rx, 1), 0);
}

/*
 * Frames of several ports leave in one call; one whose port is down comes back and holds up nobody.
 */
static void test_packet_send(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_PACKET);
	struct xeap_port *q = bed_open("p1", XEAP_MODE_PACKET);
	struct xeap_frame *a = response(p, 60), *b = response(q, 61), *c = response(p, 62);

	fake.send_error = ENETDOWN;
	fake.send_error_ifindex = 101;
	assert_int_equal(xeap_port_transmit(p, a), 0);
	assert_int_equal(xeap_port_transmit(q, b), 0);
	assert_int_equal(xeap_port_transmit(p, c), 0);
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(fake.out_count, 2);
	assert_int_equal(fake.out[1].len, 62);
	assert_int_equal(xeap_frame_get_state(a), XEAP_FRAME_HELD);
	assert_int_equal(xeap_frame_get_state(b), XEAP_FRAME_LENT);
	assert_int_equal(xeap_frame_get_state(c), XEAP_FRAME_HELD);
	assert_int_equal(port_stats(q).tx_refused, 1);
	assert_int_equal(xeap_port_transmit(q, b), -ENETDOWN);
	fake.send_error = 0;
	assert_int_equal(xeap_port_refresh(q, &diag), 0);
	assert_int_equal(xeap_port_transmit(q, b), 0);
	fake.send_error = EAGAIN;
	assert_int_equal(xeap_rings_flush(rings), -EAGAIN);
	assert_int_equal(xeap_frame_get_state(b), XEAP_FRAME_QUEUED);
	fake.send_error = 0;
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(xeap_frame_get_state(b), XEAP_FRAME_HELD);
	xeap_frame_give_back(a);
	xeap_frame_give_back(b);
	xeap_frame_give_back(c);
}

/* A port leaves with frames queued: they come back, the others' go out. */
static void test_packet_leave(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_PACKET);
	struct xeap_port *q = bed_open("p1", XEAP_MODE_PACKET);
	struct xeap_frame *a = response(p, 60), *b = response(q, 61);

	assert_int_equal(xeap_port_transmit(p, a), 0);
	assert_int_equal(xeap_port_transmit(q, b), 0);
	xeap_port_close(p);
	assert_int_equal(xeap_frame_get_state(a), XEAP_FRAME_LENT);
	assert_int_equal(xeap_rings_flush(rings), 0);
	assert_int_equal(fake.out_count, 1);
	assert_int_equal(fake.out[0].ifindex, 101);
	xeap_frame_give_back(a);
	xeap_frame_give_back(b);
}

/* One pool for all packet ports: a copy is the port's whose frame it was made for. */
static void test_packet_copies(void **state)
{
	struct xeap_port *p = bed_open("p0", XEAP_MODE_PACKET);
	struct xeap_port *q = bed_open("p1", XEAP_MODE_PACKET);
	struct xeap_frame *a = response(p, 60), *b = response(q, 60), *heap;

	heap = xeap_frame_new_heap(1500);
	heap->c.len = 42;
	assert_int_equal(xeap_port_transmit(p, a), 0);
	assert_int_equal(xeap_frame_copy(b, heap), 0);
	assert_int_equal(xeap_port_transmit(q, b), 0);
	assert_int_equal(port_stats(p).tx_copied, 0);
	assert_int_equal(port_stats(q).tx_copied, 1);
	assert_int_equal(xeap_port_transmit(q, response(q, 60)), 0);
	assert_int_equal(port_stats(q).tx_copied, 1);
	/* the socket's drops show once */
	assert_int_equal(port_stats(p).rx_dropped + port_stats(q).rx_dropped > 0, 1);
	assert_int_equal(port_stats(q).rx_dropped, 0);
	xeap_frame_give_back(heap);
}

/* Round trips: receive, lend, send, flush, complete, give back, recycle. */
static void turn(struct xeap_port *p, unsigned int i, enum xeap_mode mode)
{
	struct xeap_rx rx[16];
	unsigned int n;
	struct xeap_frame *f;

	if (mode == XEAP_MODE_PACKET)
		packet_in(100, request, i & 1 ? 7 : -1);
	else
		fake_deliver(fake_socket_on("p0", 0), request, 60);
	n = xeap_rings_receive(rings, rx, 16);
	assert_int_equal(n, 1);
	f = response(p, 60);
	assert_int_equal(xeap_port_transmit(p, f), 0);
	xeap_rings_recycle(rings, rx, n);
	assert_int_equal(xeap_rings_flush(rings), 0);
	xeap_frame_give_back(f);
}

static void check_allocations(enum xeap_mode mode)
{
	struct xeap_port *p = bed_open("p0", mode);

	assert_true(allocations > 0); /* it is seen to count */
	allocations = 0;
	for (unsigned int i = 0; i < 1000; i++)
		turn(p, i, mode);
	assert_int_equal(allocations, 0);
	assert_int_equal(port_stats(p).frames_tx, 1000);
}

static void test_no_allocation_own(void **state)
{
	check_allocations(XEAP_MODE_NATIVE);
}

static void test_no_allocation_packet(void **state)
{
	check_allocations(XEAP_MODE_PACKET);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bed_setup, bed_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_half_to_receive),
		TEST(test_in_place),
		TEST(test_room_for_answers),
		TEST(test_refill_later),
		TEST(test_send_batch),
		TEST(test_padding),
		TEST(test_more_than_a_call_moves),
		TEST(test_stuck),
		TEST(test_abandoned),
		TEST(test_down),
		TEST(test_gone),
		TEST(test_rebind),
		TEST(test_leave),
		TEST(test_bad_descriptors),
		TEST(test_not_its_frame),
		TEST(test_fairness),
		TEST(test_several_queues),
		TEST(test_more_queues_than_steered),
		TEST(test_zero_copy_wakeups),
		TEST(test_packet_receive),
		TEST(test_packet_tag),
		TEST(test_packet_untagged_only),
		TEST(test_packet_unwanted),
		TEST(test_packet_other_vlan),
		TEST(test_packet_send),
		TEST(test_packet_leave),
		TEST(test_packet_copies),
		TEST(test_no_allocation_own),
		TEST(test_no_allocation_packet),
	};

	return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
