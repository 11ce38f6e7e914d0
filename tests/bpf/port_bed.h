/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef TESTS_BPF_PORT_BED_H
#define TESTS_BPF_PORT_BED_H

#include "veth.h"
#include <base/frame.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <xeap/port.h>
#include <xeap/steer.h>

/* A port p0 and its far end f0, a loaded program and an empty set of rings for every test. */

struct state {
	struct xeap_steer *steer;
	struct xeap_rings *rings;
	struct xeap_diag diag;
};

static int no_root;

#define NEED_ROOT()                                                                                \
	do {                                                                                       \
		if (no_root) {                                                                     \
			print_message("skipped: needs root for a network namespace and bpf(2)\n"); \
			skip();                                                                    \
		}                                                                                  \
	} while (0)

#define assert_ok(call)                                                                            \
	do {                                                                                       \
		int err_ = (call);                                                                 \
		if (err_)                                                                          \
			fail_msg("%s: %s (%s)", #call, strerror(-err_), s->diag.text);             \
	} while (0)

static inline int setup(void **state)
{
	struct xeap_rings_options o = { .size = sizeof(o) };
	struct state *s = calloc(1, sizeof(*s));

	*state = s;
	if (no_root)
		return 0;
	sh("ip link add p0 type veth peer name f0");
	sh("ip link set p0 up && ip link set f0 up");
	if (xeap_steer_open(NULL, &s->steer, &s->diag)) {
		print_message("%s\n", s->diag.text);
		return -1;
	}
	o.steer = s->steer;
	return xeap_rings_new(&o, &s->rings, &s->diag);
}

static inline int teardown(void **state)
{
	struct state *s = *state;

	xeap_rings_free(s->rings);
	xeap_steer_close(s->steer);
	free(s);
	if (!no_root)
		sh("ip link del p0");
	return 0;
}

static inline struct xeap_port *open_port(struct state *s, const char *name, enum xeap_mode mode)
{
	struct xeap_port_options o = { .size = sizeof(o), .mode = mode };
	struct xeap_port *p = NULL;

	assert_ok(xeap_port_open(s->rings, name, &o, &p, &s->diag));
	return p;
}

/* An EAP-Request/Identity in EAPOL to the PAE group; returns its length. */
static inline size_t request(uint8_t *buf, const char *tags, size_t tags_len, size_t pad_to)
{
	static const uint8_t head[12] = { 0x01, 0x80, 0xc2, 0, 0, 3, 2, 0, 0, 0, 0, 9 };
	static const uint8_t tail[] = { 0x88, 0x8e, 2, 0, 0, 5, 1, 42, 0, 5, 1 };
	size_t n = 12;

	memset(buf, 0, 64);
	memcpy(buf, head, 12);
	memcpy(buf + n, tags, tags_len);
	n += tags_len;
	memcpy(buf + n, tail, sizeof(tail));
	n += sizeof(tail);
	return n < pad_to ? pad_to : n;
}

/* Wait for frames; returns how many came within a second. */
static inline unsigned int receive(struct state *s, struct xeap_rx *batch, unsigned int max)
{
	struct pollfd p = { .fd = xeap_rings_fd(s->rings), .events = POLLIN };
	unsigned int n = 0;
	double end = seconds() + 1;

	while (!n && seconds() < end) {
		poll(&p, 1, 50);
		n = xeap_rings_receive(s->rings, batch, max);
	}
	return n;
}

/* A frame sent at the far end arrives with the same bytes. */
static inline void expect_in(struct state *s, struct xeap_port *p, const char *tags,
			     size_t tags_len, const char *far)
{
	uint8_t frame[64];
	size_t len = request(frame, tags, tags_len, 60);
	struct xeap_rx rx;
	int fd = far_socket(far);

	assert_true(fd >= 0);
	assert_int_equal(send(fd, frame, len, 0), len);
	assert_int_equal(receive(s, &rx, 1), 1);
	assert_ptr_equal(rx.port, p);
	assert_int_equal(rx.data.len, len);
	assert_memory_equal(rx.data.data, frame, len);
	assert_int_equal(xeap_frame_get_state(rx.frame), XEAP_FRAME_RECEIVED);
	xeap_rings_recycle(s->rings, &rx, 1);
	assert_int_not_equal(xeap_frame_get_state(rx.frame), XEAP_FRAME_RECEIVED);
	close(fd);
}

/* Put an EAPOL frame with `body` bytes of EAP into a lent frame. */
static inline struct xeap_frame *response(struct xeap_port *p, const char *tags, uint32_t tags_len,
					  size_t body)
{
	struct xeap_frame *f = xeap_pool_lend(xeap_port_pool(p));
	uint8_t *at;

	assert_non_null(f);
	for (size_t i = 0; i < body; i++)
		f->c.data[i] = (uint8_t)(i * 7 + 1);
	f->c.len = body;
	at = xeap_frame_push(f, 18 + tags_len);
	assert_non_null(at);
	memcpy(at, "\x01\x80\xc2\x00\x00\x03\x02\x00\x00\x00\x00\x01", 12);
	memcpy(at + 12, tags, tags_len);
	memcpy(at + 12 + tags_len, "\x88\x8e\x02\x00", 4);
	at[16 + tags_len] = (uint8_t)(body >> 8);
	at[17 + tags_len] = (uint8_t)body;
	return f;
}

static inline void flush(struct state *s)
{
	int err = xeap_rings_flush(s->rings);

	for (int i = 0; err == -EAGAIN && i < 1000; i++)
		err = xeap_rings_flush(s->rings);
	assert_int_equal(err, 0);
}

/*
 * A frame that is sent arrives at the far end with the same bytes, padded to 60, and is held
 * afterwards.
 */
static inline void expect_out(struct state *s, struct xeap_port *p, const char *tags,
			      uint32_t tags_len, size_t body, const char *far)
{
	struct xeap_frame *f = response(p, tags, tags_len, body);
	uint8_t wire[2048], want[2048] = { 0 };
	size_t len = 18 + tags_len + body;
	int fd = far_socket(far);

	memcpy(want, xeap_frame_wire(f), len);
	len = len < 60 ? 60 : len;
	assert_int_equal(xeap_port_transmit(p, f), 0);
	assert_int_equal(xeap_port_transmit(p, f), -EALREADY);
	flush(s);
	assert_int_equal(far_receive(fd, wire, sizeof(wire)), len);
	assert_memory_equal(wire, want, len);
	for (int i = 0; xeap_frame_get_state(f) == XEAP_FRAME_QUEUED && i < 100; i++)
		xeap_rings_flush(s->rings);
	assert_int_equal(xeap_frame_get_state(f), XEAP_FRAME_HELD);
	/* a duplicate request: the same frame again */
	assert_int_equal(xeap_port_transmit(p, f), 0);
	flush(s);
	assert_int_equal(far_receive(fd, wire, sizeof(wire)), len);
	assert_memory_equal(wire, want, len);
	assert_int_equal(xeap_frame_give_back(f), 0);
	close(fd);
}

static inline uint32_t attached_id(const char *name)
{
	uint32_t id = 0;

	assert_int_equal(bpf_xdp_query_id((int)if_nametoindex(name), 0, &id), 0);
	return id;
}

/* What stays behind on a netdev: a program, or group memberships. */
static inline void expect_nothing_left(const char *name)
{
	assert_int_equal(attached_id(name), 0);
	assert_int_not_equal(sh("ip maddress show dev %s | grep -q 01:80:c2:00:00:03", name), 0);
}

static inline int try_open(struct state *s, const char *name, enum xeap_mode mode)
{
	struct xeap_port_options o = { .size = sizeof(o), .mode = mode };
	struct xeap_port *p = NULL;
	int err = xeap_port_open(s->rings, name, &o, &p, &s->diag);

	assert_null(p);
	if (err)
		print_message("%s\n", s->diag.text);
	return err;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static inline void enter_namespace(void)
{
	no_root = own_namespace() != 0;
	if (!no_root)
		sh("ip link set lo up");
}

#endif
