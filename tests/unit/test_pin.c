/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <linux/if_link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "test_port_fake.h"
#include <xeap/port.h>
#include <xeap/steer.h>

/* Pins: what one process leaves and the next one takes over, and what stands in the way. */

#define DIR "/sys/fs/bpf/xeap"
#define PINS 12 /* header and maps */

static struct xeap_diag diag;

struct set {
	struct xeap_steer *steer;
	struct xeap_rings *rings;
};

static int make_set(struct set *s, bool beside)
{
	struct xeap_steer_options so = { .size = sizeof(so), .pin_dir = DIR, .beside = beside };
	struct xeap_rings_options o = { .size = sizeof(o) };
	int err;

	memset(&diag, 0, sizeof(diag));
	err = xeap_steer_open(&so, &s->steer, &diag);
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

/* As a process that is killed, but that its memory is freed. */
static void leave_set(struct set *s)
{
	xeap_steer_keep(s->steer);
	free_set(s);
}

static int try_port(struct set *s, const char *name, enum xeap_mode mode, struct xeap_port **ret)
{
	struct xeap_port_options o = { .size = sizeof(o), .mode = mode };

	return xeap_port_open(s->rings, name, &o, ret, &diag);
}

static struct xeap_port *open_port(struct set *s, const char *name)
{
	struct xeap_port *p = NULL;

	assert_int_equal(try_port(s, name, XEAP_MODE_NATIVE, &p), 0);
	return p;
}

static struct xeap_steer_port *entry_of(int ifindex)
{
	struct fake_entry *e = fake_find_entry(FD_PORTS, &ifindex);

	return e ? (struct xeap_steer_port *)(void *)e->value : NULL;
}

static struct xeap_steer_header *header(void)
{
	const uint32_t zero = 0;
	struct fake_entry *e = fake_find_entry(FD_HEADER, &zero);

	assert_non_null(e);
	return (struct xeap_steer_header *)(void *)e->value;
}

static void expect_refused(bool beside, int err, const char *says)
{
	struct set s = { NULL, NULL };
	unsigned int pins = fake_pins();

	assert_int_equal(make_set(&s, beside), err);
	assert_null(s.steer);
	if (!strstr(diag.text, says) || strchr(diag.text, '\n'))
		fail_msg("says: %s", diag.text);
	assert_int_equal(fake_pins(), pins);
	assert_int_equal(fake.programs, 0);
	assert_int_equal(fake.locked, 0);
}

/* A normal end leaves nothing; while it lasts header, maps and links are pinned. */
static void test_nothing_left(void **state)
{
	struct set s = { NULL, NULL };

	fake_reset();
	assert_int_equal(make_set(&s, false), 0);
	assert_true(xeap_steer_is_owned(s.steer));
	assert_int_equal(header()->magic, XEAP_STEER_MAGIC);
	assert_int_equal(header()->abi, XEAP_STEER_ABI);
	assert_int_equal(header()->complete, 1);
	assert_int_equal(header()->process, 42);
	assert_int_equal(header()->max_ports, XEAP_STEER_MAX_PORTS);
	assert_int_equal(fake_pins(), PINS);
	open_port(&s, "p0");
	xeap_port_close(open_port(&s, "p1"));
	assert_true(fake_pinned(DIR "/link-100"));
	assert_false(fake_pinned(DIR "/link-101"));
	assert_int_equal(fake_pins(), PINS + 1);
	free_set(&s);
	assert_true(fake_is_clean());
	assert_false(fake.dir);
}

/* The port is taken over with slot and generation, its link gets the new program, once. */
static void test_take_over(void **state)
{
	struct set s = { NULL, NULL };
	struct xeap_steer_port before;
	struct xeap_steer_gap gap;
	struct xeap_port *p;

	fake_reset();
	assert_int_equal(make_set(&s, false), 0);
	xeap_port_close(open_port(&s, "p1"));
	open_port(&s, "p0");
	open_port(&s, "p1");
	before = *entry_of(101);
	leave_set(&s);
	assert_int_equal(fake.links, 2);
	assert_int_equal(fake_pins(), PINS + 2);
	assert_int_equal(header()->process, 0);
	assert_int_equal(header()->left_at, 123456789);
	assert_memory_equal(entry_of(101), &before, sizeof(before));

	fake.netdev[1].n.mac[5] = 77;
	assert_int_equal(make_set(&s, false), 0);
	assert_int_equal(fake.netdev[0].updates, 1);
	assert_int_equal(fake.netdev[1].updates, 1);
	xeap_steer_get_gap(s.steer, &gap);
	assert_int_equal(gap.ports, 2);
	assert_true(gap.known);
	assert_int_equal(gap.ns, 0);
	assert_int_equal(gap.passed, 0);
	assert_int_equal(header()->left_at, 0);
	p = open_port(&s, "p1");
	assert_int_equal(entry_of(101)->slot, before.slot);
	assert_int_equal(entry_of(101)->generation, before.generation);
	assert_int_equal(entry_of(101)->mac[5], 77);
	assert_int_equal(fake.netdev[1].attaches, 2);
	assert_int_equal(try_port(&s, "p1", XEAP_MODE_NATIVE, &p), -EBUSY);
	/* a port that is new gets a slot that is not p0's, though nobody has opened p0 yet */
	open_port(&s, "p2");
	assert_int_not_equal(entry_of(102)->slot, entry_of(100)->slot);
	assert_int_not_equal(entry_of(102)->slot, entry_of(101)->slot);
	free_set(&s);
	assert_true(fake_is_clean()); /* p0's pin is gone, too */
}

/* Another set of the same program does not take over what this one has. */
static void test_two_sets(void **state)
{
	struct set s = { NULL, NULL };
	struct xeap_rings_options o = { .size = sizeof(o) };
	struct xeap_rings *more;
	struct xeap_port *p = NULL;

	fake_reset();
	assert_int_equal(make_set(&s, false), 0);
	open_port(&s, "p0");
	o.steer = s.steer;
	assert_int_equal(xeap_rings_new(&o, &more, &diag), 0);
	assert_int_equal(xeap_port_open(more, "p0", NULL, &p, &diag), -EBUSY);
	xeap_rings_free(more);
	assert_int_equal(fake.links, 1);
	assert_non_null(entry_of(100));
	free_set(&s);
	assert_true(fake_is_clean());
}

/* A link whose netdev is gone, or whose number is another's now, and an entry without a link. */
static void test_stale(void **state)
{
	struct xeap_steer_port lost = { .slot = 9, .generation = 1 };
	int ifindex = 107;
	struct set s = { NULL, NULL };

	fake_reset();
	assert_int_equal(make_set(&s, false), 0);
	open_port(&s, "p0");
	open_port(&s, "p1");
	leave_set(&s);
	fake.netdev[0].there = false;
	fake.links--;
	fake.netdev[0].link = 0;
	xeap_sys_map_update(FD_PORTS, &ifindex, &lost, 0);
	assert_int_equal(make_set(&s, false), 0);
	assert_false(fake_pinned(DIR "/link-100"));
	assert_null(entry_of(100));
	assert_null(entry_of(107));
	assert_true(fake_pinned(DIR "/link-101"));
	fake.netdev[0].there = true; /* another netdev of the same number */
	open_port(&s, "p0");
	assert_int_equal(fake.netdev[0].attaches, 2);
	assert_int_equal(fake.netdev[0].updates, 0);
	free_set(&s);
	assert_true(fake_is_clean());
}

/* A link without an entry: its process died between the two. It is made anew. */
static void test_no_entry(void **state)
{
	struct set s = { NULL, NULL };
	int ifindex = 100;

	fake_reset();
	assert_int_equal(make_set(&s, false), 0);
	open_port(&s, "p0");
	leave_set(&s);
	xeap_sys_map_delete(FD_PORTS, &ifindex);
	assert_int_equal(make_set(&s, false), 0);
	open_port(&s, "p0");
	assert_non_null(entry_of(100));
	free_set(&s);
	assert_true(fake_is_clean());
}

/* Pinned in another mode than asked for: said so; auto takes it as it is. */
static void test_other_mode(void **state)
{
	struct set s = { NULL, NULL };
	struct xeap_port_info info;
	struct xeap_port *p;

	fake_reset();
	assert_int_equal(make_set(&s, false), 0);
	assert_int_equal(try_port(&s, "p0", XEAP_MODE_GENERIC, &p), 0);
	leave_set(&s);
	assert_int_equal(make_set(&s, false), 0);
	assert_int_equal(try_port(&s, "p0", XEAP_MODE_NATIVE, &p), -EBUSY);
	assert_string_equal(diag.text, "port p0, mode native: its pinned program runs in another "
				       "mode: ask for that mode, or run 'xeap steer detach'");
	assert_int_equal(try_port(&s, "p0", XEAP_MODE_AUTO, &p), 0);
	xeap_port_get_info(p, &info);
	assert_int_equal(info.mode, XEAP_MODE_GENERIC);
	assert_int_equal(fake.netdev[0].attaches, 1);
	free_set(&s);
	assert_true(fake_is_clean());
}

/* What cannot be used is refused, named, and left as it is. */
static void test_refused(void **state)
{
	struct xeap_steer_options o = { .size = sizeof(o), .pin_dir = DIR, .max_ports = 5000 };
	struct xeap_steer_header good;
	struct xeap_steer *steer = NULL;
	struct set s = { NULL, NULL };

	fake_reset();
	assert_int_equal(make_set(&s, false), 0);
	open_port(&s, "p0");
	leave_set(&s);
	good = *header();

	header()->abi = 77;
	strcpy(header()->version, "9.8.7");
	expect_refused(false, -EPROTO,
		       "xeap 9.8.7 (version 77), not of " XEAP_VERSION " (version ");
	assert_non_null(strstr(diag.text, "xeap steer detach --pin " DIR));
	expect_refused(true, -EPROTO, "9.8.7");
	*header() = good;
	header()->port_size++;
	expect_refused(false, -EPROTO, "xeap steer detach");
	*header() = good;
	header()->magic = 1;
	expect_refused(false, -EPROTO, "is not xeap's: name another directory");
	*header() = good;
	fake.map_mismatch = EPROTO;
	expect_refused(false, -EPROTO, "xeap steer detach");
	fake.map_mismatch = 0;
	fake.netns = 3;
	expect_refused(false, -EXDEV, "another network namespace");
	fake.netns = 0;
	assert_int_equal(xeap_steer_open(&o, &steer, &diag), -EINVAL);
	assert_non_null(strstr(
		diag.text,
		"are for 4096 ports, 65536 VLANs and 4096 or 4096 stations, which is too few"));
	header()->process = 4711;
	fake.locked_by_other = true;
	expect_refused(false, -EBUSY, "process 4711 works with the pins in " DIR);
	assert_int_equal(xeap_steer_unpin(DIR, NULL, &diag), -EBUSY);
	fake.locked_by_other = false;
	assert_int_equal(fake.netdev[0].updates, 0);
	assert_int_equal(fake.links, 1);

	/* and the way out works, whatever the version */
	header()->abi = 77;
	assert_int_equal(xeap_steer_unpin(DIR, NULL, &diag), 0);
	assert_true(fake_is_clean());
	assert_int_equal(make_set(&s, false), 0);
	free_set(&s);
	assert_true(fake_is_clean());
}

static void test_no_place(void **state)
{
	struct xeap_steer_options o = { .size = sizeof(o) };
	struct xeap_steer *steer = NULL;
	char longest[400];

	fake_reset();
	fake.no_bpffs = EMEDIUMTYPE;
	expect_refused(false, -EMEDIUMTYPE, DIR " is not on a bpffs: mount one");
	fake.no_bpffs = ENOENT;
	expect_refused(false, -ENOENT, "no directory to pin in, " DIR);
	fake.no_bpffs = EACCES;
	expect_refused(false, -EPERM, "no permission to pin in " DIR ": run as root");
	fake.no_bpffs = 0;
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	o.pin_dir = longest;
	assert_int_equal(xeap_steer_open(&o, &steer, &diag), -EINVAL);
	o.pin_dir = "";
	assert_int_equal(xeap_steer_open(&o, &steer, &diag), -EINVAL);
	fake.dir = true;
	assert_int_equal(xeap_sys_pin(FD_PORTS, DIR "/xeap_ports"), 0);
	expect_refused(false, -EEXIST, "files xeap_… that are not xeap's pins");
	assert_int_equal(xeap_sys_pin_remove(DIR "/xeap_ports"), 0);
	assert_true(fake_is_clean());
}

/* Who died in the middle of making or removing the pins left a header that says so. */
static void test_half_made(void **state)
{
	struct set s = { NULL, NULL };

	fake_reset();
	assert_int_equal(make_set(&s, false), 0);
	leave_set(&s);
	header()->complete = 0;
	xeap_sys_pin_remove(DIR "/xeap_counters");
	expect_refused(true && (fake.locked_by_other = true), -EBUSY, "works with the pins");
	fake.locked_by_other = false;
	assert_int_equal(make_set(&s, false), 0);
	assert_int_equal(header()->complete, 1);
	assert_int_equal(fake_pins(), PINS);
	free_set(&s);
	assert_true(fake_is_clean());
}

/* Beside another process nothing can be opened or changed; once it has let go, all is taken. */
static void test_beside(void **state)
{
	struct set s = { NULL, NULL };
	struct xeap_port *p = NULL;

	fake_reset();
	assert_int_equal(make_set(&s, false), 0);
	open_port(&s, "p0");
	leave_set(&s);
	header()->process = 4711;
	fake.locked_by_other = true;
	assert_int_equal(make_set(&s, true), 0);
	assert_false(xeap_steer_is_owned(s.steer));
	assert_int_equal(fake.netdev[0].updates, 0);
	assert_int_equal(try_port(&s, "p0", XEAP_MODE_NATIVE, &p), -EBUSY);
	assert_int_equal(xeap_steer_own(s.steer, &diag), -EBUSY);
	assert_non_null(strstr(diag.text, "process 4711"));
	/* a process of this number there is, but it began at another time */
	assert_int_equal(xeap_steer_owner(s.steer), -ESRCH);
	header()->process_start = 471100;
	assert_int_equal(xeap_steer_owner(s.steer), 4711);
	fake.dead_process = 4711;
	assert_int_equal(xeap_steer_owner(s.steer), -ESRCH);
	assert_int_equal(xeap_steer_total(s.steer, XEAP_STEER_NO_SOCKET), 0);
	free_set(&s);
	assert_int_equal(fake_pins(), PINS + 1);
	assert_int_equal(header()->process, 4711);

	assert_int_equal(make_set(&s, true), 0);
	fake.locked_by_other = false;
	assert_int_equal(xeap_steer_own(s.steer, &diag), 0);
	assert_int_equal(xeap_steer_own(s.steer, &diag), 0);
	assert_true(xeap_steer_is_owned(s.steer));
	assert_int_equal(header()->process, 42);
	assert_int_equal(fake.netdev[0].updates, 1);
	open_port(&s, "p0");
	assert_int_equal(fake.netdev[0].attaches, 1);
	free_set(&s);
	assert_true(fake_is_clean());
}

/* A netdev whose MTU wants the other program gets it. */
static void test_frags(void **state)
{
	struct set s = { NULL, NULL };

	fake_reset();
	assert_int_equal(make_set(&s, false), 0);
	open_port(&s, "p0");
	leave_set(&s);
	fake.netdev[0].no_native = EINVAL;
	assert_int_equal(make_set(&s, false), 0);
	assert_int_equal(fake.netdev[0].linked_program, FD_FRAGS);
	open_port(&s, "p0");
	free_set(&s);
	assert_true(fake_is_clean());
}

/* Attached ahead of the process that serves it. */
static void test_ahead(void **state)
{
	struct xeap_port_options o = { .size = sizeof(o), .type_mask = 0x81 };
	enum xeap_mode mode = XEAP_MODE_MAX;
	struct xeap_steer *plain = NULL;
	struct set s = { NULL, NULL };

	fake_reset();
	assert_int_equal(make_set(&s, false), 0);
	fake.netdev[1].no_native = EOPNOTSUPP;
	assert_int_equal(xeap_steer_attach_port(s.steer, "p0", &o, &mode, &diag), 0);
	assert_int_equal(mode, XEAP_MODE_NATIVE);
	assert_int_equal(xeap_steer_attach_port(s.steer, "p1", NULL, &mode, &diag), 0);
	assert_int_equal(mode, XEAP_MODE_GENERIC);
	assert_int_equal(xeap_steer_attach_port(s.steer, "p0", NULL, &mode, &diag), 0);
	assert_int_equal(xeap_steer_attach_port(s.steer, "nix", NULL, &mode, &diag), -ENODEV);
	o.mode = XEAP_MODE_PACKET;
	assert_int_equal(xeap_steer_attach_port(s.steer, "p2", &o, &mode, &diag), -EINVAL);
	leave_set(&s);
	assert_int_equal(fake.links, 2);
	assert_int_equal(fake.netdev[0].attaches, 1);
	assert_int_equal(xeap_steer_open(NULL, &plain, &diag), 0);
	assert_int_equal(xeap_steer_attach_port(plain, "p2", NULL, &mode, &diag), -EINVAL);
	xeap_steer_close(plain);

	assert_int_equal(xeap_steer_unpin(DIR, "p2", &diag), -ENOENT);
	assert_non_null(strstr(diag.text, "port p2 is not pinned in " DIR));
	assert_int_equal(xeap_steer_unpin(DIR, "nix", &diag), -ENODEV);
	assert_int_equal(xeap_steer_unpin(DIR, "p1", &diag), 0);
	assert_int_equal(fake.links, 1);
	assert_null(entry_of(101));
	assert_int_equal(make_set(&s, false), 0);
	open_port(&s, "p0");
	assert_int_equal(fake.netdev[0].attaches, 1);
	free_set(&s);
	assert_true(fake_is_clean());
	assert_int_equal(xeap_steer_unpin(DIR, NULL, &diag), -ENOENT);
}

static unsigned int looked;

static void look(void *arg, const struct xeap_steer_seen *seen)
{
	looked++;
	assert_string_equal(seen->ifname, "p0");
	assert_int_equal(seen->ifindex, 100);
	assert_int_equal(seen->mode, XEAP_MODE_GENERIC);
	assert_true(seen->pinned);
	assert_int_equal(seen->slot, 1);
	assert_int_equal(seen->type_mask, 1);
	assert_string_equal(seen->program_name, "xeap_steer");
}

static void test_look(void **state)
{
	struct set s = { NULL, NULL };
	struct xeap_port *p;

	fake_reset();
	fake.netdev[1].foreign_id = 5;
	assert_int_equal(make_set(&s, false), 0);
	assert_int_equal(try_port(&s, "p0", XEAP_MODE_GENERIC, &p), 0);
	looked = 0;
	assert_int_equal(xeap_steer_look(DIR, look, NULL, &diag), 0);
	assert_int_equal(looked, 1);
	free_set(&s);
	assert_int_equal(xeap_steer_look(DIR, look, NULL, &diag), 0);
	assert_int_equal(looked, 1);
	assert_true(fake_is_clean());
}

/* From nothing to two ports, whichever call fails. */
static int whole_story(void)
{
	struct set s = { NULL, NULL };
	struct xeap_port *p;
	int err = make_set(&s, false);

	if (err) {
		assert_true(strlen(diag.text) > 0);
		return err;
	}
	err = try_port(&s, "p0", XEAP_MODE_NATIVE, &p);
	if (!err)
		err = try_port(&s, "p1", XEAP_MODE_NATIVE, &p);
	free_set(&s);
	return err;
}

/*
 * A failure leaves nothing behind that cannot be told: at most the directory, or pins that the next
 * one removes. Only the calls of a removal may fail unnoticed.
 */
static void test_each_call_fails(void **state)
{
	unsigned int total, n;

	fake_reset();
	assert_int_equal(whole_story(), 0);
	total = fake.calls;
	assert_true(total > 20);
	for (n = 1; n <= total; n++) {
		fake_reset();
		memset(&diag, 0, sizeof(diag));
		fake.fail_at = n;
		fake.fail_with = ENOMEM;
		whole_story();
		if (fake.programs || fake.locked || fake.sockets || fake.areas)
			fail_msg("something is left after call %u failed", n);
		fake.fail_at = 0;
		if (whole_story())
			fail_msg("after call %u failed: %s", n, diag.text);
		if (!fake_is_clean())
			fail_msg("after call %u failed", n);
	}
}

/* The same for a process that finds pins: they are all there afterwards. */
static void test_each_call_fails_again(void **state)
{
	unsigned int total, n;

	for (n = 0, total = 1; n <= total; n++) {
		struct set s = { NULL, NULL };
		int err;

		fake_reset();
		assert_int_equal(make_set(&s, false), 0);
		open_port(&s, "p0");
		open_port(&s, "p1");
		leave_set(&s);
		fake.calls = 0;
		fake.fail_at = n;
		fake.fail_with = EIO;
		err = make_set(&s, false);
		total = n ? total : fake.calls;
		fake.fail_at = 0;
		if (!err)
			leave_set(&s);
		if (fake_pins() < PINS + 2 - (unsigned int)!err)
			fail_msg("call %u: %u pins are left", n, fake_pins());
		assert_int_equal(fake.locked, 0);
		assert_int_equal(fake.programs, 0);
		assert_int_equal(make_set(&s, false), 0);
		open_port(&s, "p1");
		free_set(&s);
		if (!fake_is_clean())
			fail_msg("after call %u failed", n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_left),
		cmocka_unit_test(test_take_over),
		cmocka_unit_test(test_two_sets),
		cmocka_unit_test(test_stale),
		cmocka_unit_test(test_no_entry),
		cmocka_unit_test(test_other_mode),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_place),
		cmocka_unit_test(test_half_made),
		cmocka_unit_test(test_beside),
		cmocka_unit_test(test_frags),
		cmocka_unit_test(test_ahead),
		cmocka_unit_test(test_look),
		cmocka_unit_test(test_each_call_fails),
		cmocka_unit_test(test_each_call_fails_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
