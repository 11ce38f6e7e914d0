/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "veth.h"
#include <base/frame.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <sys/wait.h>
#include <xeap/port.h>
#include <xeap/steer.h>

/* Ports on veth in a namespace of the test's own: every mode that veth has, frames in and out. */

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

static int setup(void **state)
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

static int teardown(void **state)
{
	struct state *s = *state;

	xeap_rings_free(s->rings);
	xeap_steer_close(s->steer);
	free(s);
	if (!no_root)
		sh("ip link del p0");
	return 0;
}

static struct xeap_port *open_port(struct state *s, const char *name, enum xeap_mode mode)
{
	struct xeap_port_options o = { .size = sizeof(o), .mode = mode };
	struct xeap_port *p = NULL;

	assert_ok(xeap_port_open(s->rings, name, &o, &p, &s->diag));
	return p;
}

/* An EAP-Request/Identity in EAPOL to the PAE group; returns its length. */
static size_t request(uint8_t *buf, const char *tags, size_t tags_len, size_t pad_to)
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
static unsigned int receive(struct state *s, struct xeap_rx *batch, unsigned int max)
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
static void expect_in(struct state *s, struct xeap_port *p, const char *tags, size_t tags_len,
		      const char *far)
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
static struct xeap_frame *response(struct xeap_port *p, const char *tags, uint32_t tags_len,
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

static void flush(struct state *s)
{
	int err = xeap_rings_flush(s->rings);

	for (int i = 0; err == -EAGAIN && i < 1000; i++)
		err = xeap_rings_flush(s->rings);
	assert_int_equal(err, 0);
}

/* A frame that is sent arrives at the far end with the same bytes, padded to 60, and is held afterwards. */
static void expect_out(struct state *s, struct xeap_port *p, const char *tags, uint32_t tags_len,
		       size_t body, const char *far)
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

/* An XDP program that has nothing to do with xeap; returns its descriptor. */
static int foreign_program(void)
{
	const struct bpf_insn pass[] = { { .code = 0xb7, .imm = XDP_PASS }, { .code = 0x95 } };

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "somebody", "GPL", pass, 2, NULL);
}

static uint32_t attached_id(const char *name)
{
	uint32_t id = 0;

	assert_int_equal(bpf_xdp_query_id((int)if_nametoindex(name), 0, &id), 0);
	return id;
}

/* What stays behind on a netdev: a program, or group memberships. */
static void expect_nothing_left(const char *name)
{
	assert_int_equal(attached_id(name), 0);
	assert_int_not_equal(sh("ip maddress show dev %s | grep -q 01:80:c2:00:00:03", name), 0);
}

static int try_open(struct state *s, const char *name, enum xeap_mode mode)
{
	struct xeap_port_options o = { .size = sizeof(o), .mode = mode };
	struct xeap_port *p = NULL;
	int err = xeap_port_open(s->rings, name, &o, &p, &s->diag);

	assert_null(p);
	if (err)
		print_message("%s\n", s->diag.text);
	return err;
}

static void test_refusals(void **state)
{
	struct state *s = *state;

	NEED_ROOT();
	assert_int_equal(try_open(s, "p0", XEAP_MODE_ZERO_COPY), -EOPNOTSUPP);
	assert_string_equal(s->diag.text, "port p0, mode zero-copy: driver veth has no AF_XDP "
					  "zero-copy: use mode native or auto");
	expect_nothing_left("p0");
	assert_int_equal(try_open(s, "nowhere0", XEAP_MODE_AUTO), -ENODEV);
	assert_non_null(strstr(s->diag.text, "nowhere0"));
	assert_int_equal(try_open(s, "lo", XEAP_MODE_AUTO), -EOPNOTSUPP);
	assert_non_null(strstr(s->diag.text, "not an Ethernet port"));
}

static void test_two_at_once(void **state)
{
	struct state *s = *state;

	NEED_ROOT();
	open_port(s, "p0", XEAP_MODE_AUTO);
	assert_int_equal(try_open(s, "p0", XEAP_MODE_AUTO), -EBUSY);
	assert_non_null(strstr(s->diag.text, "open already"));
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

/* A program that somebody else attached stays; AUTO makes do with the packet socket and says why. */
static void foreign(struct state *s, uint32_t flags)
{
	int ifindex = (int)if_nametoindex("p0"), fd = foreign_program();
	struct xeap_port *p;
	struct xeap_port_info info;
	uint32_t id;

	assert_int_equal(bpf_xdp_attach(ifindex, fd, flags, NULL), 0);
	id = attached_id("p0");
	assert_int_equal(try_open(s, "p0", XEAP_MODE_NATIVE), -EBUSY);
	assert_non_null(strstr(s->diag.text, "somebody (id"));
	assert_int_equal(try_open(s, "p0", XEAP_MODE_GENERIC), -EBUSY);
	p = open_port(s, "p0", XEAP_MODE_AUTO);
	xeap_port_get_info(p, &info);
	assert_int_equal(info.mode, XEAP_MODE_PACKET);
	assert_non_null(strstr(info.note, "somebody (id"));
	expect_in(s, p, "", 0, "f0");
	expect_out(s, p, "", 0, 64, "f0");
	xeap_port_close(p);
	assert_int_equal(attached_id("p0"), id);
	bpf_xdp_detach(ifindex, flags, NULL);
	close(fd);
}

static void test_foreign_program(void **state)
{
	NEED_ROOT();
	foreign(*state, XDP_FLAGS_DRV_MODE);
	foreign(*state, XDP_FLAGS_SKB_MODE);
}

static void test_reopen(void **state)
{
	struct state *s = *state;

	NEED_ROOT();
	for (int i = 0; i < 5; i++) {
		struct xeap_port *p =
			open_port(s, "p0", i & 1 ? XEAP_MODE_GENERIC : XEAP_MODE_NATIVE);

		expect_in(s, p, "", 0, "f0");
		xeap_port_close(p);
		expect_nothing_left("p0");
	}
}

/* Another process opens the port and says so; it never returns. */
static void own_until_killed(struct state *s, int ready)
{
	struct xeap_rings_options o = { .size = sizeof(o) };
	struct xeap_port *p;

	if (xeap_steer_open(NULL, &o.steer, NULL) || xeap_rings_new(&o, &s->rings, NULL) ||
	    xeap_port_open(s->rings, "p0", NULL, &p, NULL) || write(ready, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

/* The owner is killed; netdev and queue are ours some milliseconds later. */
static void test_owner_killed(void **state)
{
	struct state *s = *state;
	struct xeap_port *p;
	int ready[2], status;
	char byte;
	pid_t pid;

	NEED_ROOT();
	for (int i = 0; i < 3; i++) {
		assert_int_equal(pipe(ready), 0);
		pid = fork();
		if (!pid)
			own_until_killed(s, ready[1]);
		assert_int_equal(read(ready[0], &byte, 1), 1);
		assert_int_equal(try_open(s, "p0", XEAP_MODE_NATIVE), -EBUSY);
		assert_non_null(strstr(s->diag.text, "xeap_steer (id"));
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		assert_true(WIFSIGNALED(status));
		p = open_port(s, "p0", XEAP_MODE_NATIVE);
		expect_in(s, p, "", 0, "f0");
		xeap_port_close(p);
		close(ready[0]);
		close(ready[1]);
	}
}

/* Frames in flight over a link that goes down and comes back: refused, not late. */
static void flap(struct state *s, enum xeap_mode mode)
{
	struct xeap_port *p = open_port(s, "p0", mode);
	struct xeap_frame *f = response(p, "", 0, 50);
	struct xeap_port_stats stats;
	uint8_t wire[256];
	size_t len;
	int fd;

	expect_out(s, p, "", 0, 5, "f0");
	sh("ip link set p0 down");
	assert_int_equal(xeap_port_transmit(p, f), 0);
	assert_int_equal(xeap_rings_flush(s->rings), 0);
	assert_int_equal(xeap_frame_get_state(f), XEAP_FRAME_LENT);
	assert_int_equal(xeap_port_transmit(p, f), -ENETDOWN);
	assert_ok(xeap_port_refresh(p, &s->diag));
	assert_int_equal(xeap_port_transmit(p, f), -ENETDOWN);
	fd = far_socket("f0");
	sh("ip link set p0 up");
	assert_ok(xeap_port_refresh(p, &s->diag));
	expect_in(s, p, "", 0, "f0");
	expect_out(s, p, "", 0, 70, "f0");
	while ((len = far_receive(fd, wire, sizeof(wire))))
		assert_int_not_equal(len, 68); /* the frame of before the flap */
	assert_int_equal(xeap_port_transmit(p, f), 0);
	flush(s);
	assert_int_equal(far_receive(fd, wire, sizeof(wire)), 68);
	xeap_port_get_stats(p, &stats);
	assert_int_equal(stats.tx_refused, 3);
	xeap_frame_give_back(f);
	xeap_port_close(p);
	close(fd);
}

static void test_down_up(void **state)
{
	NEED_ROOT();
	flap(*state, XEAP_MODE_NATIVE);
	flap(*state, XEAP_MODE_GENERIC);
	flap(*state, XEAP_MODE_PACKET);
}

static void open_down(struct state *s, enum xeap_mode mode)
{
	struct xeap_port *p;
	struct xeap_port_info info;

	sh("ip link set p0 down");
	p = open_port(s, "p0", mode);
	assert_non_null(xeap_port_pool(p));
	xeap_port_get_info(p, &info);
	assert_int_equal(info.mode, mode);
	assert_ok(xeap_port_refresh(p, &s->diag));
	sh("ip link set p0 up");
	assert_ok(xeap_port_refresh(p, &s->diag));
	xeap_port_get_info(p, &info);
	assert_false(info.waiting);
	sh("ip link set f0 up");
	expect_in(s, p, "", 0, "f0");
	expect_out(s, p, "", 0, 50, "f0");
	xeap_port_close(p);
}

static void test_open_while_down(void **state)
{
	NEED_ROOT();
	open_down(*state, XEAP_MODE_NATIVE);
	open_down(*state, XEAP_MODE_GENERIC);
	open_down(*state, XEAP_MODE_PACKET);
}

static void removed(struct state *s, enum xeap_mode mode)
{
	struct xeap_rx batch[4];
	struct xeap_port *p;
	struct xeap_frame *f;
	struct pollfd poll_fd = { .fd = xeap_rings_fd(s->rings), .events = POLLIN };

	p = open_port(s, "p0", mode);
	f = response(p, "", 0, 50);
	expect_in(s, p, "", 0, "f0");
	sh("ip link del p0");
	assert_int_equal(xeap_rings_receive(s->rings, batch, 4), 0);
	xeap_port_transmit(p, f);
	assert_int_equal(xeap_rings_flush(s->rings), 0);
	assert_int_equal(xeap_frame_get_state(f), XEAP_FRAME_LENT);
	if (mode != XEAP_MODE_PACKET)
		assert_int_equal(xeap_port_transmit(p, f), -ENODEV);
	/* what is gone does not keep the descriptor busy */
	assert_int_equal(poll(&poll_fd, 1, 10), 0);
	assert_int_equal(xeap_port_refresh(p, &s->diag), -ENODEV);
	assert_string_equal(s->diag.text, "port p0 is gone");
	xeap_frame_give_back(f);
	xeap_port_close(p);
	sh("ip link add p0 type veth peer name f0 && ip link set p0 up && ip link set f0 up");
	p = open_port(s, "p0", mode);
	expect_in(s, p, "", 0, "f0");
	xeap_port_close(p);
}

static void test_removed(void **state)
{
	NEED_ROOT();
	removed(*state, XEAP_MODE_NATIVE);
	removed(*state, XEAP_MODE_GENERIC);
	removed(*state, XEAP_MODE_PACKET);
}

static void test_renamed_and_readdressed(void **state)
{
	struct state *s = *state;
	struct xeap_port *p;
	struct xeap_port_info info;
	struct xeap_rx rx;
	uint8_t frame[64];
	int fd;

	NEED_ROOT();
	p = open_port(s, "p0", XEAP_MODE_NATIVE);
	sh("ip link set p0 down && ip link set p0 name q0 address 02:00:00:00:aa:bb && "
	   "ip link set q0 up");
	assert_ok(xeap_port_refresh(p, &s->diag));
	xeap_port_get_info(p, &info);
	assert_string_equal(info.ifname, "q0");
	assert_memory_equal(info.mac, "\x02\x00\x00\x00\xaa\xbb", 6);
	fd = far_socket("f0");
	request(frame, "", 0, 60);
	memcpy(frame, info.mac, 6);
	assert_int_equal(send(fd, frame, 60, 0), 60);
	assert_int_equal(receive(s, &rx, 1), 1);
	xeap_rings_recycle(s->rings, &rx, 1);
	close(fd);
	xeap_port_close(p);
	sh("ip link set q0 down && ip link set q0 name p0");
}

/* What is not taken goes the kernel's way: a foreign type, and everything once the port is closed. */
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
	assert_int_equal(xeap_rings_receive(s->rings, &rx, 1), 0);
	assert_int_equal(xeap_port_steer_count(p, XEAP_STEER_MASKED), 1);
	frame[15] = 0;
	assert_int_equal(send(far, frame, 60, 0), 60);
	assert_int_equal(receive(s, &rx, 1), 1);
	xeap_rings_recycle(s->rings, &rx, 1);
	xeap_port_close(p);
	assert_int_equal(send(far, frame, 60, 0), 60);
	assert_int_equal(far_receive(near, seen, sizeof(seen)), 60);
	close(far);
	close(near);
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

/* Far more than the ring holds, nobody reading: the rest is dropped and counted, and it goes on afterwards. */
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

/* An MTU that does not fit one buffer takes the program that knows several. */
static void test_jumbo(void **state)
{
	struct state *s = *state;
	struct xeap_port *p;

	NEED_ROOT();
	sh("ip link set p0 mtu 9000 && ip link set f0 mtu 9000");
	p = open_port(s, "p0", XEAP_MODE_NATIVE);
	expect_in(s, p, "", 0, "f0");
	expect_out(s, p, "", 0, 1400, "f0");
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

#define MANY 64

static void many(struct state *s, enum xeap_mode mode)
{
	struct xeap_port *p[MANY];
	struct xeap_rx batch[MANY];
	unsigned int n = 0, got;
	double t0, t1, t2;
	uint8_t frame[64];
	char name[16];

	t0 = seconds();
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "m%d", i);
		p[i] = open_port(s, name, mode);
	}
	t1 = seconds();
	request(frame, "", 0, 60);
	for (int i = 0; i < MANY; i++) {
		int fd;

		snprintf(name, sizeof(name), "n%d", i);
		fd = far_socket(name);
		assert_int_equal(send(fd, frame, 60, 0), 60);
		close(fd);
	}
	while (n < MANY && (got = receive(s, batch, MANY))) {
		n += got;
		xeap_rings_recycle(s->rings, batch, got);
	}
	assert_int_equal(n, MANY);
	t2 = seconds();
	xeap_ports_close(p, MANY);
	print_message("%d ports, %s: opened in %.3f s, closed in %.3f s\n", MANY,
		      xeap_mode_name(mode), t1 - t0, seconds() - t2);
}

static void test_many(void **state)
{
	NEED_ROOT();
	for (int i = 0; i < MANY; i++)
		sh("ip link add m%d type veth peer name n%d; ip link set m%d up; ip link set n%d "
		   "up",
		   i, i, i, i);
	many(*state, XEAP_MODE_NATIVE);
	many(*state, XEAP_MODE_GENERIC);
	many(*state, XEAP_MODE_PACKET);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_native),
		TEST(test_generic),
		TEST(test_packet),
		TEST(test_refusals),
		TEST(test_two_at_once),
		TEST(test_auto_is_native),
		TEST(test_foreign_program),
		TEST(test_reopen),
		TEST(test_owner_killed),
		TEST(test_down_up),
		TEST(test_open_while_down),
		TEST(test_removed),
		TEST(test_renamed_and_readdressed),
		TEST(test_the_rest_passes),
		TEST(test_packet_choice),
		TEST(test_burst),
		TEST(test_flood),
		TEST(test_jumbo),
		TEST(test_several_queues),
		TEST(test_many),
	};

	no_root = own_namespace() != 0;
	if (!no_root)
		sh("ip link set lo up");
	return cmocka_run_group_tests_name("port", tests, NULL, NULL);
}
