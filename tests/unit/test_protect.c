/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "test_port_fake.h"
#include <xeap/port.h>

/* VLANs, protection and gate of a port: what the XDP program is told of them. */

#define SECOND 1000000000ull

static const uint8_t zeros[6];
static const uint8_t mac_a[6] = { 2, 0, 0, 0, 0, 0xa };
static const uint8_t mac_b[6] = { 2, 0, 0, 0, 0, 0xb };
static const uint8_t group[6] = { 1, 0x80, 0xc2, 0, 0, 3 };

struct state {
	struct xeap_steer *steer;
	struct xeap_rings *rings;
	struct xeap_diag diag;
};

static void set_up_for(struct state *s, const struct xeap_steer_options *options)
{
	struct xeap_rings_options rings = { .size = sizeof(rings) };

	*s = (struct state){ 0 };
	fake_reset();
	assert_int_equal(xeap_steer_open(options, &s->steer, &s->diag), 0);
	rings.steer = s->steer;
	assert_int_equal(xeap_rings_new(&rings, &s->rings, &s->diag), 0);
}

static void set_up(struct state *s)
{
	set_up_for(s, NULL);
}

static void tear_down(struct state *s)
{
	xeap_rings_free(s->rings);
	xeap_steer_close(s->steer);
	assert_true(fake_is_clean());
}

static struct xeap_port *open_with(struct state *s, const char *name, struct xeap_port_options o)
{
	struct xeap_port *p = NULL;

	o.size = sizeof(o);
	assert_int_equal(xeap_port_open(s->rings, name, &o, &p, &s->diag), 0);
	return p;
}

static void refused_with(struct state *s, struct xeap_port_options o, int err, const char *why)
{
	struct xeap_port *p = NULL;

	o.size = sizeof(o);
	memset(&s->diag, 0, sizeof(s->diag));
	assert_int_equal(xeap_port_open(s->rings, "p0", &o, &p, &s->diag), err);
	assert_null(p);
	assert_non_null(strstr(s->diag.text, "port p0"));
	assert_null(strchr(s->diag.text, '\n'));
	if (!strstr(s->diag.text, why))
		fail_msg("does not say \"%s\": %s", why, s->diag.text);
}

/* A port that asks for nothing has no entry in any map of these, and the plain program. */
static void test_nothing_asked(void **state)
{
	struct state s;
	unsigned int entries;

	set_up(&s);
	open_with(&s, "p0", (struct xeap_port_options){ .mode = XEAP_MODE_NATIVE });
	entries = fake.entries;
	assert_int_equal(fake.steered.flags, 0);
	assert_int_equal(fake.steered.drop_types, 0);
	assert_int_equal(fake.netdev[0].gated_by, XEAP_GATE_NONE);
	open_with(&s, "p1", (struct xeap_port_options){ .gate = XEAP_GATE_PORT, .police.rate = 1 });
	assert_int_equal(fake.entries, 2 * entries + 2);
	tear_down(&s);
}

static void test_vlans(void **state)
{
	struct state s;
	struct xeap_port *p, *q;
	uint16_t slot;

	set_up(&s);
	p = open_with(&s, "p0", (struct xeap_port_options){ .vlans = true });
	slot = fake.steered.slot;
	assert_int_equal(fake.steered.flags, XEAP_STEER_F_VLANS);
	q = open_with(&s, "p1",
		      (struct xeap_port_options){ .vlans = true, .vlans_and_untagged = true });
	assert_int_equal(fake.steered.flags, XEAP_STEER_F_VLANS | XEAP_STEER_F_UNTAGGED);

	for (int turn = 0; turn < 2; turn++) /* what is named stays named */
		for (uint16_t vid = 1; vid <= 20; vid++)
			assert_int_equal(xeap_port_add_vlan(p, (uint16_t[]){ vid }, 1), 0);
	assert_int_equal(xeap_port_add_vlan(p, (uint16_t[]){ 100, 7 }, 2), 0);
	assert_int_equal(xeap_port_add_vlan(q, (uint16_t[]){ 4094 }, 1), 0);
	assert_true(fake_has_vlan(slot, 20, 0));
	assert_true(fake_has_vlan(slot, 100, 7));
	assert_false(fake_has_vlan(slot, 100, 0));
	assert_false(fake_has_vlan(slot, 4094, 0));
	assert_int_equal(xeap_port_remove_vlan(p, (uint16_t[]){ 7 }, 1), 0);
	assert_false(fake_has_vlan(slot, 7, 0));
	assert_true(fake_has_vlan(slot, 8, 0));
	assert_int_equal(xeap_port_remove_vlan(p, (uint16_t[]){ 7 }, 1), -ENOENT);
	assert_int_equal(xeap_port_remove_vlan(p, (uint16_t[]){ 4094 }, 1), -ENOENT);
	assert_int_equal(xeap_port_remove_vlan(p, (uint16_t[]){ 100, 7 }, 2), 0);
	xeap_port_close(p);
	for (uint16_t vid = 1; vid <= 20; vid++)
		assert_false(fake_has_vlan(slot, vid, 0));
	tear_down(&s); /* of the rest, too */
}

static void test_vlans_refused(void **state)
{
	struct xeap_steer_options few = { .size = sizeof(few), .max_vlans = 2 };
	static const struct {
		uint16_t vid[2];
		unsigned int count;
	} bad[] = {
		{ { 0 }, 1 },	 { { 4095 }, 1 },    { { 5000 }, 1 }, { { 1, 0 }, 2 },
		{ { 0, 1 }, 2 }, { { 1, 4095 }, 2 }, { { 1 }, 0 },    { { 1, 2 }, 3 },
	};
	struct xeap_port *p, *plain;
	struct state s;

	set_up_for(&s, &few);
	p = open_with(&s, "p0", (struct xeap_port_options){ .vlans = true });
	plain = open_with(&s, "p1", (struct xeap_port_options){ 0 });
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(xeap_port_add_vlan(p, bad[i].vid, bad[i].count), -EINVAL);
		assert_int_equal(xeap_port_remove_vlan(p, bad[i].vid, bad[i].count), -EINVAL);
	}
	assert_int_equal(xeap_port_add_vlan(plain, (uint16_t[]){ 7 }, 1), -EOPNOTSUPP);
	assert_int_equal(xeap_port_remove_vlan(plain, (uint16_t[]){ 7 }, 1), -EOPNOTSUPP);
	assert_int_equal(xeap_port_add_vlan(p, (uint16_t[]){ 1 }, 1), 0);
	assert_int_equal(xeap_port_add_vlan(p, (uint16_t[]){ 2 }, 1), 0);
	assert_int_equal(xeap_port_add_vlan(p, (uint16_t[]){ 3 }, 1), -ENOSPC);
	assert_int_equal(xeap_port_remove_vlan(p, (uint16_t[]){ 3 }, 1), -ENOENT);
	assert_int_equal(xeap_port_remove_vlan(p, (uint16_t[]){ 2 }, 1), 0);
	assert_int_equal(xeap_port_add_vlan(p, (uint16_t[]){ 3 }, 1), 0);
	tear_down(&s);
}

static void test_guard(void **state)
{
	const struct xeap_port_options o = { .police = { 1000, 50 },
					     .police_station = { .rate = 10 },
					     .max_stations = 5,
					     .station_idle = 70,
					     .drop_malformed = true,
					     .drop_types = 1u << 1 | 1u << 31 };
	struct state s;

	set_up(&s);
	open_with(&s, "p0", o);
	assert_int_equal(fake.steered.flags, XEAP_STEER_F_GUARD | XEAP_STEER_F_DROP_MALFORMED);
	assert_int_equal(fake.steered.drop_types, 1u << 1 | 1u << 31);
	assert_int_equal(fake.guard.port.interval, SECOND / 1000);
	assert_int_equal(fake.guard.port.tolerance, 49 * (SECOND / 1000));
	assert_int_equal(fake.guard.station.interval, SECOND / 10);
	assert_int_equal(fake.guard.station.tolerance, 9 * (SECOND / 10));
	assert_int_equal(fake.guard.station_limit, 5);
	assert_int_equal(fake.guard.span, 10 * SECOND);
	assert_int_equal(fake.guard.due, 0);

	open_with(&s, "p1", (struct xeap_port_options){ .max_stations = 1 });
	assert_int_equal(fake.guard.span, 300 * SECOND / 7);
	assert_int_equal(fake.guard.port.interval, 0);
	assert_int_equal(fake.guard.port.tolerance, 0);
	tear_down(&s);
}

static void test_guard_refused(void **state)
{
	struct state s;

	set_up(&s);
	refused_with(&s, (struct xeap_port_options){ .vlans = true, .untagged_only = true },
		     -EINVAL, "choose one");
	refused_with(&s, (struct xeap_port_options){ .vlans_and_untagged = true }, -EINVAL,
		     "goes with vlans");
	refused_with(&s, (struct xeap_port_options){ .drop_types = 1 }, -EINVAL,
		     "taken or dropped");
	refused_with(&s, (struct xeap_port_options){ .type_mask = 1u << 5, .drop_types = 3u << 5 },
		     -EINVAL, "taken or dropped");
	refused_with(&s, (struct xeap_port_options){ .police.burst = 1 }, -EINVAL, "a rate");
	refused_with(&s, (struct xeap_port_options){ .police_station.rate = 2000000000 }, -EINVAL,
		     "a rate");
	refused_with(&s, (struct xeap_port_options){ .station_idle = 1 }, -EINVAL, "no limit");
	refused_with(&s, (struct xeap_port_options){ .gate = XEAP_GATE_MAX }, -EINVAL,
		     "no such gate");
	refused_with(&s, (struct xeap_port_options){ .gate_fail_open = true }, -EINVAL, "no gate");
	refused_with(&s, (struct xeap_port_options){ .gate_allow = { 0x88cc } }, -EINVAL,
		     "no gate");
	refused_with(&s,
		     (struct xeap_port_options){ .gate = XEAP_GATE_PORT,
						 .gate_allow = { 0x88cc, 0x5ff } },
		     -EINVAL, "0x05ff");
	refused_with(&s,
		     (struct xeap_port_options){ .gate = XEAP_GATE_PORT, .gate_allow = { 0x8100 } },
		     -EINVAL, "0x8100");
	assert_int_equal(fake.links, 0);
	tear_down(&s);
}

/* The limits of all ports together are what the map has room for. */
static void test_stations_run_out(void **state)
{
	struct xeap_steer_options few = { .size = sizeof(few), .max_stations = 10 };
	struct state s;
	struct xeap_port *p;

	set_up_for(&s, &few);
	refused_with(&s, (struct xeap_port_options){ .max_stations = 11 }, -ENOSPC, "stations");
	p = open_with(&s, "p1", (struct xeap_port_options){ .max_stations = 6 });
	refused_with(&s, (struct xeap_port_options){ .max_stations = 5 }, -ENOSPC, "stations");
	open_with(&s, "p2", (struct xeap_port_options){ .max_stations = 4 });
	xeap_port_close(p);
	open_with(&s, "p0", (struct xeap_port_options){ .max_stations = 6 });
	tear_down(&s);
}

static void test_options_of_steer(void **state)
{
	struct xeap_steer_options o = { .size = sizeof(o), .max_vlans = 1u << 25 };
	struct xeap_steer_options old = { .size = offsetof(struct xeap_steer_options, max_vlans),
					  .max_vlans = 1u << 25 };
	struct xeap_steer *steer = NULL;
	struct xeap_diag diag;

	fake_reset();
	assert_int_equal(xeap_steer_open(&o, &steer, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, "VLANs"));
	o = (struct xeap_steer_options){ .size = sizeof(o), .max_stations = 1u << 25 };
	assert_int_equal(xeap_steer_open(&o, &steer, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, "stations"));
	assert_null(steer);
	assert_int_equal(xeap_steer_open(&old, &steer, &diag), 0); /* it ends before that member */
	xeap_steer_close(steer);
}

static void test_gate_by_port(void **state)
{
	struct state s;
	struct xeap_port *p;

	set_up(&s);
	p = open_with(&s, "p0",
		      (struct xeap_port_options){ .gate = XEAP_GATE_PORT,
						  .gate_fail_open = true,
						  .gate_allow = { 0x88cc, 0x0806 } });
	assert_int_equal(fake.netdev[0].gated_by, XEAP_GATE_PORT);
	assert_int_equal(fake.gate.flags, XEAP_STEER_GATE_FAIL_OPEN);
	assert_int_equal(fake.gate.slot, fake.steered.slot);
	assert_int_equal(fake.gate.allow[0], htons(0x88cc));
	assert_int_equal(fake.gate.allow[1], htons(0x0806));
	assert_int_equal(fake.gate.allow[2], 0);
	assert_false(fake_is_authorized(100, zeros));
	assert_int_equal(xeap_port_authorize(p, mac_a, true), -EINVAL);
	for (int turn = 0; turn < 3; turn++) {
		assert_int_equal(xeap_port_authorize(p, NULL, true), 0);
		assert_int_equal(xeap_port_authorize(p, NULL, true), 0);
		assert_true(fake_is_authorized(100, zeros));
		assert_int_equal(xeap_port_authorize(p, NULL, false), 0);
		assert_int_equal(xeap_port_authorize(p, NULL, false), 0);
		assert_false(fake_is_authorized(100, zeros));
	}
	assert_int_equal(xeap_port_authorize(p, NULL, true), 0);
	tear_down(&s);
}

static void test_gate_by_station(void **state)
{
	struct state s;
	struct xeap_port *p;

	set_up(&s);
	p = open_with(&s, "p0", (struct xeap_port_options){ .gate = XEAP_GATE_STATION });
	assert_int_equal(fake.netdev[0].gated_by, XEAP_GATE_STATION);
	assert_int_equal(fake.gate.flags, XEAP_STEER_GATE_STATIONS);
	assert_int_equal(xeap_port_authorize(p, NULL, true), -EINVAL);
	assert_int_equal(xeap_port_authorize(p, zeros, true), -EINVAL);
	assert_int_equal(xeap_port_authorize(p, group, true), -EINVAL);
	assert_int_equal(xeap_port_authorize(p, mac_a, true), 0);
	assert_int_equal(xeap_port_authorize(p, mac_a, true), 0);
	assert_int_equal(xeap_port_authorize(p, mac_b, true), 0);
	assert_true(fake_is_authorized(100, mac_a));
	assert_true(fake_is_authorized(100, zeros));
	assert_int_equal(xeap_port_authorize(p, mac_a, false), 0);
	assert_int_equal(xeap_port_authorize(p, mac_a, false), 0);
	assert_false(fake_is_authorized(100, mac_a));
	assert_true(fake_is_authorized(100, mac_b));
	assert_true(fake_is_authorized(100, zeros)); /* b hears groups */
	assert_int_equal(xeap_port_authorize(p, mac_b, false), 0);
	assert_false(fake_is_authorized(100, zeros));
	assert_int_equal(xeap_port_authorize(p, mac_a, true), 0);
	assert_int_equal(xeap_port_authorize(p, mac_b, true), 0);
	tear_down(&s);
}

/* Two whose place is the same: the second goes without, and does not take it with it. */
static void test_gate_places(void **state)
{
	uint8_t same[6] = { 2, 0, 0, 0, 1, 0 };
	uint32_t place;
	struct state s;
	struct xeap_port *p;

	set_up(&s);
	p = open_with(&s, "p0", (struct xeap_port_options){ .gate = XEAP_GATE_STATION });
	place = xeap_steer_gate_place(xeap_steer_gate_number(100, xeap_steer_mac_number(mac_a)));
	for (uint32_t i = 0;
	     place !=
	     xeap_steer_gate_place(xeap_steer_gate_number(100, xeap_steer_mac_number(same)));
	     i++)
		memcpy(same + 1, &i, sizeof(i));
	assert_int_equal(xeap_port_authorize(p, mac_a, true), 0);
	assert_true(fake_has_gate_place(100, mac_a));
	assert_true(fake_has_gate_place(100, zeros));
	assert_int_equal(xeap_port_authorize(p, same, true), 0);
	assert_true(fake_is_authorized(100, same));
	assert_false(fake_has_gate_place(100, same));
	assert_int_equal(xeap_port_authorize(p, same, false), 0);
	assert_true(fake_has_gate_place(100, mac_a));
	assert_int_equal(xeap_port_authorize(p, mac_a, false), 0);
	assert_false(fake_has_gate_place(100, mac_a));
	assert_false(fake_has_gate_place(100, zeros));
	assert_int_equal(xeap_port_authorize(p, same, true), 0);
	assert_true(fake_has_gate_place(100, same));
	tear_down(&s);
}

/* A number has room for so many netdevs only. */
static void test_gate_far_netdev(void **state)
{
	struct state s;
	struct xeap_port *p;

	set_up(&s);
	fake.netdev[0].n.ifindex = 65536 + 101; /* as p1, where a number ends */
	p = open_with(&s, "p0", (struct xeap_port_options){ .gate = XEAP_GATE_PORT });
	open_with(&s, "p1", (struct xeap_port_options){ .gate = XEAP_GATE_PORT });
	assert_int_equal(xeap_port_authorize(p, NULL, true), 0);
	assert_true(fake_is_authorized(65536 + 101, zeros));
	assert_false(fake_has_gate_place(101, zeros));
	tear_down(&s);
}

static void test_no_gate(void **state)
{
	struct state s;
	struct xeap_port *p;

	set_up(&s);
	p = open_with(&s, "p0", (struct xeap_port_options){ 0 });
	assert_int_equal(xeap_port_authorize(p, NULL, true), -EOPNOTSUPP);
	assert_int_equal(xeap_port_authorize(p, mac_a, true), -EOPNOTSUPP);
	tear_down(&s);
}

/* As many as there is room for; what did not get in leaves no trace. */
static void test_gate_full(void **state)
{
	struct xeap_steer_options few = { .size = sizeof(few),
					  .max_ports = 1,
					  .max_authorized = 1 };
	struct state s;
	struct xeap_port *p;

	set_up_for(&s, &few);
	p = open_with(&s, "p0", (struct xeap_port_options){ .gate = XEAP_GATE_STATION });
	assert_int_equal(xeap_port_authorize(p, mac_a, true), 0);
	assert_int_equal(xeap_port_authorize(p, mac_b, true), -ENOSPC);
	assert_int_equal(xeap_port_authorize(p, mac_b, false), 0);
	assert_true(fake_is_authorized(100, mac_a));
	assert_int_equal(xeap_port_authorize(p, mac_a, false), 0);
	assert_false(fake_is_authorized(100, zeros));
	assert_int_equal(xeap_port_authorize(p, mac_b, true), 0);
	tear_down(&s);
}

/* An error on the way in leaves the gate shut, to groups as well. */
static void test_authorize_fails(void **state)
{
	struct state s;
	struct xeap_port *p;

	set_up(&s);
	p = open_with(&s, "p0", (struct xeap_port_options){ .gate = XEAP_GATE_STATION });
	for (unsigned int n = 1; n <= 3; n += 2) { /* for groups, then its own */
		fake.fail_at = fake.calls + n;
		fake.fail_with = ENOMEM;
		assert_int_equal(xeap_port_authorize(p, mac_a, true), -ENOMEM);
		assert_false(fake_is_authorized(100, mac_a));
		assert_false(fake_is_authorized(100, zeros));
	}
	assert_int_equal(xeap_port_authorize(p, mac_a, true), 0);
	tear_down(&s);
}

/* Mode packet refuses, and mode auto does not end there; both say why. */
static void test_packet_mode(void **state)
{
	static const struct {
		struct xeap_port_options o;
		const char *why;
	} rows[] = {
		{ { .vlans = true }, "VLAN tags" },
		{ { .gate = XEAP_GATE_PORT }, "gate" },
		{ { .gate = XEAP_GATE_STATION }, "gate" },
		{ { .police.rate = 1 }, "dropping EAPOL" },
		{ { .police_station.rate = 1 }, "dropping EAPOL" },
		{ { .max_stations = 1 }, "dropping EAPOL" },
		{ { .drop_malformed = true }, "dropping EAPOL" },
		{ { .drop_types = 2 }, "dropping EAPOL" },
	};
	struct state s;

	set_up(&s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct xeap_port_options o = rows[i].o;

		fake.netdev[0].foreign_id = 0;
		o.mode = XEAP_MODE_PACKET;
		refused_with(&s, o, -EOPNOTSUPP, rows[i].why);
		refused_with(&s, o, -EOPNOTSUPP, "use mode native or generic");
		o.mode = XEAP_MODE_AUTO;
		fake.netdev[0].foreign_id = 9;
		refused_with(&s, o, -EOPNOTSUPP, rows[i].why);
		refused_with(&s, o, -EOPNOTSUPP, "XDP program somebody");
	}
	tear_down(&s);
}

/* Whatever call fails while such a port is opened, nothing stays. */
static void test_each_call_fails(void **state)
{
	const struct xeap_port_options o = { .size = sizeof(o),
					     .mode = XEAP_MODE_NATIVE,
					     .vlans = true,
					     .police.rate = 5,
					     .max_stations = 4,
					     .gate = XEAP_GATE_PORT };
	struct state s;
	struct xeap_port *p;
	unsigned int first, total;

	set_up(&s);
	xeap_port_close(open_with(&s, "p0", o)); /* the set has its socket for groups now */
	first = fake.calls;
	p = open_with(&s, "p0", o);
	total = fake.calls - first;
	xeap_port_close(p);
	for (unsigned int n = 1; n <= total; n++) {
		unsigned int entries = fake.entries;

		fake.fail_at = fake.calls + n;
		fake.fail_with = ENOMEM;
		p = NULL;
		if (!xeap_port_open(s.rings, "p0", &o, &p, &s.diag))
			fail_msg("call %u failed and nobody noticed", n);
		assert_null(p);
		assert_int_equal(fake.entries, entries);
		assert_int_equal(fake.links, 0);
		fake.fail_at = 0;
	}
	for (int i = 0; i < 4096 / 4; i++) { /* no station was lost on the way */
		p = open_with(&s, "p0", o);
		xeap_port_close(p);
	}
	tear_down(&s);
}

/* Somebody who has the port open already keeps gate and guard. */
static void test_twice(void **state)
{
	struct xeap_port_options o = { .size = sizeof(o),
				       .mode = XEAP_MODE_NATIVE,
				       .police.rate = 5,
				       .gate = XEAP_GATE_PORT };
	struct xeap_rings_options rings = { .size = sizeof(rings) };
	struct xeap_rings *other = NULL;
	struct xeap_port *p, *q = NULL;
	unsigned int entries;
	struct state s;

	set_up(&s);
	p = open_with(&s, "p0", o);
	assert_int_equal(xeap_port_authorize(p, NULL, true), 0);
	entries = fake.entries;
	rings.steer = s.steer;
	assert_int_equal(xeap_rings_new(&rings, &other, &s.diag), 0);
	assert_int_equal(xeap_port_open(other, "p0", &o, &q, &s.diag), -EBUSY);
	assert_int_equal(fake.entries, entries);
	assert_true(fake_is_authorized(100, zeros));
	xeap_rings_free(other);
	tear_down(&s);
}

/* What a new address changes is the address. */
static void test_readdressed(void **state)
{
	struct state s;
	struct xeap_port *p;

	set_up(&s);
	p = open_with(&s, "p0", (struct xeap_port_options){ .vlans = true, .drop_types = 2 });
	fake.netdev[0].n.mac[5] = 0x55;
	assert_int_equal(xeap_port_refresh(p, &s.diag), 0);
	assert_int_equal(fake.steered.mac[5], 0x55);
	assert_int_equal(fake.steered.flags, XEAP_STEER_F_VLANS);
	assert_int_equal(fake.steered.drop_types, 2);
	tear_down(&s);
}

static void test_names(void **state)
{
	enum xeap_gate g = XEAP_GATE_MAX;

	for (unsigned int i = 0; i < XEAP_GATE_MAX; i++) {
		assert_int_equal(xeap_gate_parse(xeap_gate_name((enum xeap_gate)i), &g), 0);
		assert_int_equal(g, i);
	}
	assert_int_equal(xeap_gate_parse("ajar", &g), -EINVAL);
	assert_int_equal(g, XEAP_GATE_STATION);
	assert_string_equal(xeap_gate_name(XEAP_GATE_MAX), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_asked),
		cmocka_unit_test(test_vlans),
		cmocka_unit_test(test_vlans_refused),
		cmocka_unit_test(test_guard),
		cmocka_unit_test(test_guard_refused),
		cmocka_unit_test(test_stations_run_out),
		cmocka_unit_test(test_options_of_steer),
		cmocka_unit_test(test_gate_by_port),
		cmocka_unit_test(test_gate_by_station),
		cmocka_unit_test(test_gate_places),
		cmocka_unit_test(test_gate_far_netdev),
		cmocka_unit_test(test_no_gate),
		cmocka_unit_test(test_gate_full),
		cmocka_unit_test(test_authorize_fails),
		cmocka_unit_test(test_packet_mode),
		cmocka_unit_test(test_each_call_fails),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_readdressed),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("protect", tests, NULL, NULL);
}
