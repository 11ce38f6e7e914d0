/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "port_bed.h"
#include <fcntl.h>
#include <sys/wait.h>

/*
 * What happens to ports on veth: refusals, other programs, killed owners, links that go and come.
 */

/* An XDP program that has nothing to do with xeap; returns its descriptor. */
static int foreign_program(void)
{
	const struct bpf_insn pass[] = { { .code = 0xb7, .imm = XDP_PASS }, { .code = 0x95 } };

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "somebody", "GPL", pass, 2, NULL);
}

static unsigned int open_descriptors(void)
{
	unsigned int n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* A refused port costs no descriptor, however often it is tried. */
static void test_refused_again_and_again(void **state)
{
	struct state *s = *state;
	unsigned int before;

	NEED_ROOT();
	before = open_descriptors();
	for (int i = 0; i < 20; i++) {
		struct xeap_port_options o = { .size = sizeof(o), .mode = XEAP_MODE_ZERO_COPY };
		struct xeap_port *p;

		assert_int_equal(xeap_port_open(s->rings, "p0", &o, &p, NULL), -EOPNOTSUPP);
	}
	assert_int_equal(open_descriptors(), before);
	open_port(s, "p0", XEAP_MODE_NATIVE);
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

/*
 * A program that somebody else attached stays; AUTO makes do with the packet socket and says why.
 */
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
	struct xeap_rings_options rings = { .size = sizeof(rings), .steer = s->steer };
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
		assert_non_null(strstr(s->diag.text, "another xeap serves it"));
		assert_int_equal(try_open(s, "p0", XEAP_MODE_AUTO), -EBUSY);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		assert_true(WIFSIGNALED(status));
		/* this set has seen it stay, and would not wait for it again */
		xeap_rings_free(s->rings);
		assert_ok(xeap_rings_new(&rings, &s->rings, &s->diag));
		p = open_port(s, "p0", XEAP_MODE_NATIVE);
		expect_in(s, p, "", 0, "f0");
		xeap_port_close(p);
		close(ready[0]);
		close(ready[1]);
	}
}

/*
 * The kernel lets a netdev send again some time after its carrier is back, up to a second on a busy
 * machine; until then frames vanish.
 */
static void await_carrier(const char *name)
{
	sh("for i in $(seq 200); do ip -o link show %s | grep -q 'state UP' && break; sleep 0.01; "
	   "done",
	   name);
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
	await_carrier("f0");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_refusals),	TEST(test_refused_again_and_again),
		TEST(test_two_at_once), TEST(test_foreign_program),
		TEST(test_reopen),	TEST(test_owner_killed),
		TEST(test_down_up),	TEST(test_open_while_down),
		TEST(test_removed),	TEST(test_renamed_and_readdressed),
		TEST(test_many),
	};

	enter_namespace();
	return cmocka_run_group_tests_name("port events", tests, NULL, NULL);
}
