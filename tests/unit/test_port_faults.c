/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "test_port_fake.h"
#include <xeap/port.h>
#include <xeap/steer.h>

/* What a port makes of netdevs and of every system call that fails. */

static struct xeap_diag diag;

/* Fill a diagnosis with what must not survive a failure. */
static void expect_line(const char *name)
{
	assert_int_not_equal(diag.code, 0);
	assert_true(strlen(diag.text) > 0);
	assert_null(strchr(diag.text, '\n'));
	if (name && !strstr(diag.text, name))
		fail_msg("does not name %s: %s", name, diag.text);
}

struct set {
	struct xeap_steer *steer;
	struct xeap_rings *rings;
};

static int make_set(struct set *s)
{
	struct xeap_rings_options o = { .size = sizeof(o) };
	int err = xeap_steer_open(NULL, &s->steer, &diag);

	if (err)
		return err;
	o.steer = s->steer;
	err = xeap_rings_new(&o, &s->rings, &diag);
	if (err)
		s->steer = xeap_steer_close(s->steer);
	return err;
}

static void free_set(struct set *s)
{
	s->rings = xeap_rings_free(s->rings);
	s->steer = xeap_steer_close(s->steer);
}

static int open_port(struct set *s, const char *name, enum xeap_mode mode,
		     struct xeap_port **ret_port)
{
	struct xeap_port_options o = { .size = sizeof(o), .mode = mode };

	return xeap_port_open(s->rings, name, &o, ret_port, &diag);
}

/* Two ports from nothing; a failure on the way leaves the set as it was. */
static int whole_story(enum xeap_mode mode)
{
	struct xeap_port *untouched = (struct xeap_port *)&diag, *p = untouched;
	struct set s = { NULL, NULL };
	int err = make_set(&s);

	if (err) {
		assert_null(s.rings);
		return err;
	}
	err = open_port(&s, "p0", mode, &p);
	if (!err)
		err = open_port(&s, "p1", mode, &p);
	else
		assert_ptr_equal(p, untouched);
	free_set(&s);
	return err;
}

/* Fail each call in turn: an error and a line come out, and nothing stays behind. */
static void fail_each(enum xeap_mode mode, bool may_succeed)
{
	unsigned int n = 1, total;

	fake_reset();
	fake.netdev[0].n.queues = 3;
	fake.netdev[0].zero_copy = fake.netdev[1].zero_copy = true;
	assert_int_equal(whole_story(mode), 0);
	total = fake.calls;
	assert_true(total > 8);
	for (n = 1; n <= total; n++) {
		int err;

		fake_reset();
		memset(&diag, 0, sizeof(diag));
		fake.netdev[0].n.queues = 3;
		fake.netdev[0].zero_copy = fake.netdev[1].zero_copy = true;
		fake.fail_at = n;
		fake.fail_with = ENOMEM;
		err = whole_story(mode);
		if (!err && !may_succeed)
			fail_msg("%s: call %u failed and nobody noticed", xeap_mode_name(mode), n);
		if (err)
			expect_line(NULL);
		if (!fake_is_clean())
			fail_msg("%s: after call %u failed", xeap_mode_name(mode), n);
	}
}

static void test_each_call_fails(void **state)
{
	fail_each(XEAP_MODE_ZERO_COPY, false);
	fail_each(XEAP_MODE_NATIVE, false);
	fail_each(XEAP_MODE_GENERIC, false);
	fail_each(XEAP_MODE_PACKET, false);
	fail_each(XEAP_MODE_AUTO, true); /* another mode may do */
}

/* A failed set leaves a port that was open before alone. */
static void test_others_unaffected(void **state)
{
	struct set s = { NULL, NULL };
	struct xeap_port *p, *q;
	unsigned int links, sockets, entries, groups;

	fake_reset();
	assert_int_equal(make_set(&s), 0);
	assert_int_equal(open_port(&s, "p0", XEAP_MODE_NATIVE, &p), 0);
	links = fake.links;
	sockets = fake.sockets;
	entries = fake.entries;
	groups = fake.memberships;
	fake.netdev[1].bind_error = EINVAL;
	assert_int_not_equal(open_port(&s, "p1", XEAP_MODE_NATIVE, &q), 0);
	expect_line("p1");
	assert_int_equal(fake.links, links);
	assert_int_equal(fake.sockets, sockets);
	assert_int_equal(fake.entries, entries);
	assert_int_equal(fake.memberships, groups);
	free_set(&s);
	assert_true(fake_is_clean());
}

struct ladder_row {
	const char *what;
	struct fake_netdev d; /* no_native, bind_error, zero_copy, foreign_id are used */
	enum xeap_mode asked, got;
	int err;
	const char *says; /* in the note, or in the line when err */
};

static const struct ladder_row ladder[] = {
	{ "all there", { .foreign_id = 0 }, XEAP_MODE_AUTO, XEAP_MODE_NATIVE, 0, "" },
	{ "zero-copy is not taken unasked",
	  { .zero_copy = true },
	  XEAP_MODE_AUTO,
	  XEAP_MODE_NATIVE,
	  0,
	  "" },
	{ "zero-copy", { .zero_copy = true }, XEAP_MODE_ZERO_COPY, XEAP_MODE_ZERO_COPY, 0, "" },
	{ "no zero-copy",
	  { .foreign_id = 0 },
	  XEAP_MODE_ZERO_COPY,
	  0,
	  -EOPNOTSUPP,
	  "port p0, mode zero-copy: driver fake has no AF_XDP zero-copy: use mode native or auto" },
	{ "no native",
	  { .no_native = EOPNOTSUPP },
	  XEAP_MODE_AUTO,
	  XEAP_MODE_GENERIC,
	  0,
	  "native: driver fake has no native XDP" },
	{ "native asked, not there",
	  { .no_native = EOPNOTSUPP },
	  XEAP_MODE_NATIVE,
	  0,
	  -EOPNOTSUPP,
	  "port p0, mode native: driver fake has no native XDP: use mode generic or packet" },
	{ "MTU", { .no_native = EINVAL }, XEAP_MODE_NATIVE, 0, -EOPNOTSUPP, "MTU 1500" },
	{ "no AF_XDP",
	  { .bind_error = EAFNOSUPPORT },
	  XEAP_MODE_AUTO,
	  XEAP_MODE_PACKET,
	  0,
	  "native: the kernel has no AF_XDP" },
	{ "queue taken",
	  { .bind_error = EBUSY },
	  XEAP_MODE_NATIVE,
	  0,
	  -EBUSY,
	  "queue 0 belongs to another AF_XDP socket" },
	{ "foreign program",
	  { .foreign_id = 77 },
	  XEAP_MODE_NATIVE,
	  0,
	  -EBUSY,
	  "XDP program somebody (id 77) is attached" },
	{ "foreign program, auto",
	  { .foreign_id = 77 },
	  XEAP_MODE_AUTO,
	  XEAP_MODE_PACKET,
	  0,
	  "native: XDP program somebody (id 77) is attached" },
	{ "no permission", { .no_native = EPERM }, XEAP_MODE_NATIVE, 0, -EPERM, "run as root" },
	{ "no descriptors, auto",
	  { .bind_error = EMFILE },
	  XEAP_MODE_AUTO,
	  0,
	  -EMFILE,
	  "ulimit -n" },
	{ "locked memory", { .bind_error = ENOBUFS }, XEAP_MODE_NATIVE, 0, -ENOMEM, "ulimit -l" },
};

static void climb(const struct ladder_row *row)
{
	struct set s = { NULL, NULL };
	struct xeap_port_info info;
	struct xeap_port *p;
	int err;

	fake_reset();
	fake.netdev[0].no_native = row->d.no_native;
	fake.netdev[0].bind_error = row->d.bind_error;
	fake.netdev[0].zero_copy = row->d.zero_copy;
	fake.netdev[0].foreign_id = row->d.foreign_id;
	assert_int_equal(make_set(&s), 0);
	err = open_port(&s, "p0", row->asked, &p);
	if (err != row->err)
		fail_msg("%s: %d, expected %d", row->what, err, row->err);
	if (!err) {
		xeap_port_get_info(p, &info);
		if (info.mode != row->got)
			fail_msg("%s: got %s", row->what, xeap_mode_name(info.mode));
		if (row->says[0] ? !strstr(info.note, row->says) : info.note[0])
			fail_msg("%s: note says: %s", row->what, info.note);
	} else if (!strstr(diag.text, row->says)) {
		fail_msg("%s: says: %s", row->what, diag.text);
	}
	free_set(&s);
	assert_true(fake_is_clean());
}

static void test_ladder(void **state)
{
	for (size_t i = 0; i < sizeof(ladder) / sizeof(ladder[0]); i++)
		climb(&ladder[i]);
}

/*
 * The kernel lets go of a dead owner's queue a little late; for a live one waiting ends after some
 * 100 ms.
 */
static void test_busy(void **state)
{
	struct set s = { NULL, NULL };
	struct xeap_port *p;

	fake_reset();
	assert_int_equal(make_set(&s), 0);
	fake.netdev[0].busy = 5;
	assert_int_equal(open_port(&s, "p0", XEAP_MODE_NATIVE, &p), 0);
	assert_in_range(fake.paused_ms, 10, 50);
	fake.netdev[1].bind_error = EBUSY;
	fake.paused_ms = 0;
	assert_int_equal(open_port(&s, "p1", XEAP_MODE_NATIVE, &p), -EBUSY);
	assert_in_range(fake.paused_ms, 80, 200);
	/* a xeap sits there that does not go away; then one of somebody else's */
	fake.netdev[2].link = 9999;
	fake.paused_ms = 0;
	assert_int_equal(open_port(&s, "p2", XEAP_MODE_NATIVE, &p), -EBUSY);
	assert_in_range(fake.paused_ms, 80, 200);
	/* it takes the frames away: a packet socket would be of no use */
	assert_int_equal(open_port(&s, "p2", XEAP_MODE_AUTO, &p), -EBUSY);
	assert_non_null(strstr(diag.text, "another xeap"));
	fake.netdev[2].link = 0;
	fake.netdev[2].foreign_id = 5;
	fake.paused_ms = 0;
	assert_int_equal(open_port(&s, "p2", XEAP_MODE_NATIVE, &p), -EBUSY);
	assert_int_equal(fake.paused_ms, 0);
	free_set(&s);
	assert_true(fake_is_clean());
}

/*
 * A xeap that stays may have a thousand ports: it is waited for once, or they would keep the others
 * from their frames for minutes.
 */
static void test_busy_for_good(void **state)
{
	struct set s = { NULL, NULL };
	struct xeap_port *p;

	fake_reset();
	assert_int_equal(make_set(&s), 0);
	fake.netdev[0].link = fake.netdev[1].link = fake.netdev[2].link = 9999;
	assert_int_equal(open_port(&s, "p0", XEAP_MODE_AUTO, &p), -EBUSY);
	assert_int_equal(open_port(&s, "p1", XEAP_MODE_AUTO, &p), -EBUSY);
	assert_int_equal(open_port(&s, "p2", XEAP_MODE_NATIVE, &p), -EBUSY);
	assert_in_range(fake.paused_ms, 80, 200);
	assert_int_equal(open_port(&s, "p4", XEAP_MODE_NATIVE, &p), 0);
	free_set(&s);
	assert_true(fake_is_clean());
}

/* Without a descriptor to ask with, a port is not said to be missing. */
static void test_no_descriptor_to_ask(void **state)
{
	struct set s = { NULL, NULL };
	struct xeap_port *p;

	fake_reset();
	assert_int_equal(make_set(&s), 0);
	fake.fail_at = fake.calls + 1;
	fake.fail_with = EMFILE;
	assert_int_equal(open_port(&s, "p0", XEAP_MODE_AUTO, &p), -EMFILE);
	expect_line("p0");
	assert_non_null(strstr(diag.text, "ulimit -n"));
	assert_int_equal(open_port(&s, "p0", XEAP_MODE_AUTO, &p), 0);
	fake.fail_at = fake.calls + 1;
	assert_int_equal(xeap_port_refresh(p, &diag), -EMFILE);
	assert_non_null(strstr(diag.text, "ulimit -n"));
	free_set(&s);
	assert_true(fake_is_clean());
}

/* Chunks hold what the MTU lets in, unless the caller has chosen. */
static void test_chunk_by_mtu(void **state)
{
	struct set s = { NULL, NULL };
	struct xeap_rings_options o = { .size = sizeof(o), .chunk = 2048 };
	struct xeap_port *p;

	fake_reset();
	assert_int_equal(make_set(&s), 0);
	fake.netdev[1].n.mtu = 9000;
	assert_int_equal(open_port(&s, "p0", XEAP_MODE_NATIVE, &p), 0);
	assert_int_equal(open_port(&s, "p1", XEAP_MODE_NATIVE, &p), 0);
	assert_int_equal(fake_socket_on("p0", 0)->config.chunk, 2048);
	assert_int_equal(fake_socket_on("p1", 0)->config.chunk, 4096);
	/* buffers of whole KiB, of which a small chunk has one */
	xeap_port_close(p);
	fake.netdev[1].n.mtu = 1500;
	fake.netdev[1].zero_copy = true;
	assert_int_equal(open_port(&s, "p1", XEAP_MODE_ZERO_COPY, &p), 0);
	assert_int_equal(fake_socket_on("p1", 0)->config.chunk, 4096);
	s.rings = xeap_rings_free(s.rings);
	o.steer = s.steer;
	assert_int_equal(xeap_rings_new(&o, &s.rings, &diag), 0);
	assert_int_equal(open_port(&s, "p1", XEAP_MODE_NATIVE, &p), 0);
	assert_int_equal(fake_socket_on("p1", 0)->config.chunk, 2048);
	free_set(&s);
	assert_true(fake_is_clean());
}

/* A port that is down is joined, and bound once it is up. */
static void test_down_at_first(void **state)
{
	struct set s = { NULL, NULL };
	struct xeap_port_info info;
	struct xeap_port *p;
	struct xeap_frame *f;

	fake_reset();
	fake.netdev[0].n.up = false;
	assert_int_equal(make_set(&s), 0);
	assert_int_equal(open_port(&s, "p0", XEAP_MODE_NATIVE, &p), 0);
	xeap_port_get_info(p, &info);
	assert_true(info.waiting);
	assert_int_equal(fake.links, 1);
	f = xeap_pool_lend(xeap_port_pool(p));
	assert_int_equal(xeap_port_transmit(p, f), -ENETDOWN);
	assert_int_equal(xeap_port_refresh(p, &diag), 0);
	assert_int_equal(fake.sockets, 0);
	fake.netdev[0].n.up = true;
	assert_int_equal(xeap_port_refresh(p, &diag), 0);
	xeap_port_get_info(p, &info);
	assert_false(info.waiting);
	assert_int_equal(fake.sockets, 1);
	assert_int_equal(xeap_port_transmit(p, f), 0);
	/* up again, but it cannot be bound: one line, and the caller closes it */
	assert_int_equal(xeap_rings_flush(s.rings), 0);
	xeap_frame_give_back(f);
	xeap_port_close(p);
	fake.netdev[0].n.up = false;
	assert_int_equal(open_port(&s, "p0", XEAP_MODE_NATIVE, &p), 0);
	fake.netdev[0].n.up = true;
	fake.netdev[0].bind_error = EOPNOTSUPP;
	assert_int_not_equal(xeap_port_refresh(p, &diag), 0);
	expect_line("p0");
	free_set(&s);
	assert_true(fake_is_clean());
}

/* ethtool -L: what comes in by the new queues is not missed. */
static void test_more_queues(void **state)
{
	struct set s = { NULL, NULL };
	struct xeap_port *p;

	fake_reset();
	assert_int_equal(make_set(&s), 0);
	assert_int_equal(open_port(&s, "p0", XEAP_MODE_NATIVE, &p), 0);
	fake.netdev[0].n.queues = 2;
	assert_int_equal(xeap_port_refresh(p, &diag), 0);
	for (uint32_t q = 0; q < 2; q++)
		assert_non_null(fake_socket_on("p0", q));
	fake.netdev[0].n.queues = 3;
	fake.fail_at = fake.calls + 2;
	fake.fail_with = ENOMEM;
	assert_int_equal(xeap_port_refresh(p, &diag), -ENOMEM);
	expect_line("p0");
	fake.netdev[0].n.queues = 1;
	assert_int_equal(xeap_port_refresh(p, &diag), 0);
	assert_int_equal(fake.sockets, 2);
	free_set(&s);
	assert_true(fake_is_clean());
}

static void test_renamed(void **state)
{
	struct set s = { NULL, NULL };
	struct xeap_port_info info;
	struct xeap_port *p;

	fake_reset();
	assert_int_equal(make_set(&s), 0);
	assert_int_equal(open_port(&s, "p0", XEAP_MODE_NATIVE, &p), 0);
	strcpy(fake.netdev[0].n.name, "uplink");
	fake.netdev[0].n.mac[5] = 0x99;
	fake.netdev[0].n.mtu = 9000;
	assert_int_equal(xeap_port_refresh(p, &diag), 0);
	xeap_port_get_info(p, &info);
	assert_string_equal(info.ifname, "uplink");
	assert_int_equal(info.mac[5], 0x99);
	assert_int_equal(info.mtu, 9000);
	fake_remove_netdev("uplink");
	assert_int_equal(xeap_port_refresh(p, &diag), -ENODEV);
	expect_line("uplink");
	free_set(&s);
	assert_true(fake_is_clean());
}

static void test_without_program(void **state)
{
	struct xeap_rings_options o = { .size = sizeof(o) };
	struct xeap_port_info info;
	struct set s = { NULL, NULL };
	struct xeap_port *p;

	fake_reset();
	assert_int_equal(xeap_rings_new(&o, &s.rings, &diag), 0);
	assert_int_equal(open_port(&s, "p0", XEAP_MODE_NATIVE, &p), -EOPNOTSUPP);
	expect_line("p0");
	assert_int_equal(open_port(&s, "p0", XEAP_MODE_AUTO, &p), 0);
	xeap_port_get_info(p, &info);
	assert_int_equal(info.mode, XEAP_MODE_PACKET);
	assert_string_equal(info.note, "native: no XDP program could be loaded");
	assert_int_equal(xeap_port_steer_count(p, XEAP_STEER_REDIRECTED), 0);
	free_set(&s);
	assert_true(fake_is_clean());
}

static void test_options(void **state)
{
	static const struct xeap_rings_options bad[] = {
		{ .size = sizeof(bad[0]), .frames = 48 },
		{ .size = sizeof(bad[0]), .frames = 8 },
		{ .size = sizeof(bad[0]), .frames = 32768 },
		{ .size = sizeof(bad[0]), .chunk = 1024 },
		{ .size = sizeof(bad[0]), .packet_frames = 8 },
		{ .size = sizeof(bad[0]), .packet_frames = 70000 },
	};
	struct xeap_steer_options many = { .size = sizeof(many), .max_ports = 1000000 };
	struct xeap_rings *r = NULL;
	struct xeap_steer *s = NULL;

	fake_reset();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&diag, 0, sizeof(diag));
		assert_int_equal(xeap_rings_new(&bad[i], &r, &diag), -EINVAL);
		expect_line(NULL);
		assert_null(r);
	}
	assert_int_equal(xeap_steer_open(&many, &s, &diag), -EINVAL);
	assert_null(s);
	assert_true(fake_is_clean());
}

static void test_slots_run_out(void **state)
{
	struct xeap_steer_options few = { .size = sizeof(few), .max_ports = 2 };
	struct xeap_rings_options o = { .size = sizeof(o) };
	struct set s = { NULL, NULL };
	struct xeap_port *p, *q;

	fake_reset();
	assert_int_equal(xeap_steer_open(&few, &s.steer, &diag), 0);
	o.steer = s.steer;
	assert_int_equal(xeap_rings_new(&o, &s.rings, &diag), 0);
	fake.netdev[3].foreign_id = 1; /* what fails keeps no slot */
	for (int i = 0; i < 4; i++)
		assert_int_equal(open_port(&s, "p3", XEAP_MODE_NATIVE, &q), -EBUSY);
	assert_int_equal(open_port(&s, "p0", XEAP_MODE_NATIVE, &p), 0);
	assert_int_equal(open_port(&s, "p1", XEAP_MODE_NATIVE, &q), 0);
	assert_int_equal(open_port(&s, "p2", XEAP_MODE_NATIVE, &q), -ENOMEM);
	expect_line("p2");
	xeap_port_close(p);
	assert_int_equal(open_port(&s, "p2", XEAP_MODE_NATIVE, &q), 0);
	free_set(&s);
	assert_true(fake_is_clean());
}

/* A netdev that is meant by its ifindex is not taken for whoever has its name by now. */
static void test_name_went_on(void **state)
{
	struct xeap_port_options o = { .size = sizeof(o), .ifindex = 100 };
	struct set s = { NULL, NULL };
	struct xeap_port *p;

	fake_reset();
	assert_int_equal(make_set(&s), 0);
	snprintf(fake.netdev[0].n.name, IF_NAMESIZE, "q0");
	snprintf(fake.netdev[1].n.name, IF_NAMESIZE, "p0");
	assert_int_equal(xeap_port_open(s.rings, "p0", &o, &p, &diag), -ENODEV);
	expect_line("p0");
	assert_int_equal(fake.links, 0);
	assert_int_equal(xeap_port_open(s.rings, "q0", &o, &p, &diag), 0);
	free_set(&s);
	assert_true(fake_is_clean());
}

/* Withdrawn frames leave descriptors behind; as many as fill the ring must not be the end of it. */
static void test_flaps_fill_the_ring(void **state)
{
	struct set s = { NULL, NULL };
	struct xeap_frame *f;
	struct xeap_port *p;

	fake_reset();
	assert_int_equal(make_set(&s), 0);
	assert_int_equal(open_port(&s, "p0", XEAP_MODE_NATIVE, &p), 0);
	f = xeap_pool_lend(xeap_port_pool(p));
	for (int i = 0; i < 100; i++) {
		fake.netdev[0].n.up = true;
		assert_int_equal(xeap_port_refresh(p, &diag), 0);
		fake.netdev[0].n.up = false; /* again, before anything left */
		xeap_port_transmit(p, f);
		xeap_rings_flush(s.rings);
	}
	assert_int_equal(fake_socket_on("p0", 0)->sent, 0);
	fake.netdev[0].n.up = true;
	assert_int_equal(xeap_port_refresh(p, &diag), 0);
	assert_int_equal(xeap_port_transmit(p, f), 0);
	assert_int_equal(xeap_rings_flush(s.rings), 0);
	assert_int_equal(fake_socket_on("p0", 0)->sent, 1);
	xeap_frame_give_back(f);
	free_set(&s);
	assert_true(fake_is_clean());
}

static void test_names(void **state)
{
	enum xeap_mode m = XEAP_MODE_MAX;

	for (unsigned int i = 0; i < XEAP_MODE_MAX; i++) {
		assert_int_equal(xeap_mode_parse(xeap_mode_name((enum xeap_mode)i), &m), 0);
		assert_int_equal(m, i);
	}
	assert_string_equal(xeap_mode_name(XEAP_MODE_MAX), "?");
	assert_int_equal(xeap_mode_parse("fast", &m), -EINVAL);
	assert_int_equal(m, XEAP_MODE_PACKET);
	for (unsigned int i = 0; i < XEAP_STEER_REASON_MAX; i++)
		assert_string_not_equal(xeap_steer_reason_name(i), "?");
	assert_string_equal(xeap_steer_reason_name(XEAP_STEER_REASON_MAX), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_call_fails), cmocka_unit_test(test_others_unaffected),
		cmocka_unit_test(test_ladder),		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_down_at_first),	cmocka_unit_test(test_renamed),
		cmocka_unit_test(test_without_program), cmocka_unit_test(test_options),
		cmocka_unit_test(test_slots_run_out),	cmocka_unit_test(test_names),
		cmocka_unit_test(test_busy_for_good),	cmocka_unit_test(test_no_descriptor_to_ask),
		cmocka_unit_test(test_chunk_by_mtu),	cmocka_unit_test(test_more_queues),
		cmocka_unit_test(test_name_went_on),	cmocka_unit_test(test_flaps_fill_the_ring),
	};

	return cmocka_run_group_tests_name("port faults", tests, NULL, NULL);
}
