/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "steer_bed.h"

/*
 * What bpf/steer.bpf.c drops of EAPOL on ports that ask for it. Packets as data; the state that
 * policing has in xeap_guards and xeap_stations is moved back in time, where a test need not wait
 * for it.
 */

#define SECOND 1000000000ull

/* Both programs without a gate, and those with one, have to agree. */
static const struct bpf_program *programs[6];
#define PROGRAMS 6

static const char *set_up(void)
{
	const char *why = set_up_lab();

	if (why)
		return why;
	programs[0] = lab.skel->progs.xeap_steer;
	programs[1] = lab.skel->progs.xeap_steer_frags;
	programs[2] = lab.skel->progs.xeap_steer_gate_port;
	programs[3] = lab.skel->progs.xeap_steer_gate_port_frags;
	programs[4] = lab.skel->progs.xeap_steer_gate_station;
	programs[5] = lab.skel->progs.xeap_steer_gate_station_frags;
	return NULL;
}

struct row {
	const char *what;
	const char *bytes;
	size_t len;
	uint32_t verdict;
	enum xeap_steer_reason reason;
};

#define ROW(what, bytes, verdict, reason)                                                          \
	{                                                                                          \
		what, bytes, sizeof(bytes) - 1, XDP_##verdict, XEAP_STEER_##reason                 \
	}

static void check_rows(const struct row *rows, size_t count)
{
	for (int p = 0; p < PROGRAMS; p++)
		for (size_t i = 0; i < count; i++)
			expect(programs[p], rows[i].what, rows[i].bytes, rows[i].len,
			       rows[i].verdict, rows[i].reason);
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void test_malformed(void **state)
{
	static const struct row rows[] = {
		ROW("well-formed", PAE SRC EAPOL, REDIRECT, REDIRECTED),
		ROW("cut off after the EtherType", PAE SRC TYPE, DROP, MALFORMED),
		ROW("cut off in the EAPOL header", PAE SRC TYPE "\x02\x00\x00", DROP, MALFORMED),
		ROW("the same to the port", MAC SRC TYPE "\x02\x00\x00", DROP, MALFORMED),
		ROW("the same behind a tag", PAE SRC VLAN7 TYPE "\x02\x00\x00", DROP, MALFORMED),
		ROW("version 0", PAE SRC TYPE "\x00\x00\x00\x05" IDENTITY, DROP, MALFORMED),
		ROW("body one byte short", PAE SRC TYPE "\x02\x00\x00\x06" IDENTITY, DROP,
		    MALFORMED),
		ROW("a type for others", PAE SRC TYPE "\x02\x01\x00\x00", PASS, MASKED),
		ROW("a short one to a stranger", STRANGER SRC TYPE "\x02\x00\x00", PASS, OTHER_DST),
		ROW("version 0 to a stranger", STRANGER SRC TYPE "\x00\x00\x00\x05" IDENTITY, PASS,
		    OTHER_DST),
	};

	need_lab();
	set_port(XEAP_STEER_F_DROP_MALFORMED, 0);
	CHECK_ROWS(rows);
}

/* A frame that ends before it is known to be EAPOL is nobody's to drop. */
static void test_runt_passes(void **state)
{
	static const char runt[] = PAE SRC "\x81\x00\x00";

	need_lab();
	set_port(XEAP_STEER_F_DROP_MALFORMED, 0);
	expect(programs[0], "ends in the tag", runt, sizeof(runt) - 1, XDP_PASS, XEAP_STEER_RUNT);
}

static void test_types(void **state)
{
	static const struct row rows[] = {
		ROW("EAP packet", PAE SRC EAPOL, REDIRECT, REDIRECTED),
		ROW("Start", PAE SRC TYPE "\x02\x01\x00\x00", DROP, TYPE_DROPPED),
		ROW("Logoff", PAE SRC TYPE "\x02\x02\x00\x00", DROP, TYPE_DROPPED),
		ROW("Key", PAE SRC TYPE "\x02\x03\x00\x00", PASS, MASKED),
		ROW("MKA", PAE SRC TYPE "\x03\x05\x00\x05" IDENTITY, PASS, MASKED),
		ROW("type 30", PAE SRC TYPE "\x02\x1e\x00\x00", PASS, MASKED),
		ROW("type 31", PAE SRC TYPE "\x02\x1f\x00\x00", DROP, TYPE_DROPPED),
		ROW("type 32", PAE SRC TYPE "\x02\x20\x00\x00", DROP, TYPE_DROPPED),
		ROW("type 33, whose low bits are those of Start", PAE SRC TYPE "\x02\x21\x00\x00",
		    DROP, TYPE_DROPPED),
		ROW("type 255", PAE SRC TYPE "\x02\xff\x00\x00", DROP, TYPE_DROPPED),
		ROW("Start to a stranger", STRANGER SRC TYPE "\x02\x01\x00\x00", PASS, OTHER_DST),
		ROW("not EAPOL's type 1", MAC SRC "\x08\x00\x02\x01\x00\x00", PASS, NOT_EAPOL),
	};

	need_lab();
	set_port(0, 1u << 1 | 1u << 2 | 1u << 31);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(programs[0], rows[i].what, rows[i].bytes, rows[i].len, rows[i].verdict,
		       rows[i].reason);
	CHECK_ROWS(((const struct row[]){ rows[0], rows[1], rows[5], rows[7] }));
}

/* Policing. Rates are so low that nothing becomes due while a test runs. */

static const struct xeap_steer_rate three_a_day = { .interval = 28800 * SECOND,
						    .tolerance = 2 * 28800 * SECOND };

static void set_guard(const struct xeap_steer_guard *guard)
{
	uint32_t slot = SLOT;
	struct xeap_steer_source key;

	while (!bpf_map_get_next_key(bpf_map__fd(lab.skel->maps.xeap_stations), NULL, &key))
		bpf_map_delete_elem(bpf_map__fd(lab.skel->maps.xeap_stations), &key);
	assert_int_equal(put(lab.skel->maps.xeap_guards, &slot, guard), 0);
	set_port(XEAP_STEER_F_GUARD, 0);
}

static uint64_t earlier(uint64_t due, uint64_t ns)
{
	return due > ns ? due - ns : 0;
}

/* What was due at a time is due so much earlier. */
static void let_pass(uint64_t ns)
{
	uint32_t slot = SLOT;
	struct xeap_steer_guard g;
	struct xeap_steer_source key, *last = NULL;
	struct xeap_steer_station s;

	assert_int_equal(bpf_map_lookup_elem(bpf_map__fd(lab.skel->maps.xeap_guards), &slot, &g),
			 0);
	g.due = earlier(g.due, ns);
	assert_int_equal(put(lab.skel->maps.xeap_guards, &slot, &g), 0);
	while (!bpf_map_get_next_key(bpf_map__fd(lab.skel->maps.xeap_stations), last, &key)) {
		last = &key;
		assert_int_equal(bpf_map_lookup_elem(bpf_map__fd(lab.skel->maps.xeap_stations),
						     &key, &s),
				 0);
		s.due = earlier(s.due, ns);
		assert_int_equal(put(lab.skel->maps.xeap_stations, &key, &s), 0);
	}
}

static void from(const char *source, int times, uint32_t verdict, enum xeap_steer_reason reason)
{
	static int turn;
	char frame[] = PAE SRC EAPOL PADDING, what[64];

	memcpy(frame + 6, source, 6);
	for (int i = 0; i < times; i++) {
		snprintf(what, sizeof(what), "from ..%02x, frame %d of %d", source[5] & 0xff, i + 1,
			 times);
		expect(programs[turn++ % PROGRAMS], what, frame, 60, verdict, reason);
	}
}

static void test_police_port(void **state)
{
	const struct xeap_steer_guard g = { .port = three_a_day };

	need_lab();
	set_guard(&g);
	from(SRC, 2, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	from(SRC2, 1, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	from(SRC, 2, XDP_DROP, XEAP_STEER_POLICED_PORT);
	from(SRC3, 1, XDP_DROP, XEAP_STEER_POLICED_PORT);
	let_pass(28790 * SECOND);
	from(SRC, 1, XDP_DROP, XEAP_STEER_POLICED_PORT);
	let_pass(20 * SECOND);
	from(SRC, 1, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	from(SRC, 1, XDP_DROP, XEAP_STEER_POLICED_PORT);
	let_pass(1000000 * SECOND); /* no more than the bucket holds */
	from(SRC, 3, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	from(SRC, 1, XDP_DROP, XEAP_STEER_POLICED_PORT);
}

static void test_police_station(void **state)
{
	const struct xeap_steer_guard g = { .station = three_a_day };

	need_lab();
	set_guard(&g);
	from(SRC, 3, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	from(SRC, 2, XDP_DROP, XEAP_STEER_POLICED_STATION);
	from(SRC2, 3, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	from(SRC2, 1, XDP_DROP, XEAP_STEER_POLICED_STATION);
	let_pass(28810 * SECOND);
	from(SRC, 1, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	from(SRC, 1, XDP_DROP, XEAP_STEER_POLICED_STATION);
	from(SRC2, 1, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
}

/* What one station sends too much of does not use up what the port has for all. */
static void test_police_both(void **state)
{
	const struct xeap_steer_guard g = { .port = { .interval = 28800 * SECOND,
						      .tolerance = 4 * 28800 * SECOND },
					    .station = three_a_day };

	need_lab();
	set_guard(&g);
	from(SRC, 3, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	from(SRC, 50, XDP_DROP, XEAP_STEER_POLICED_STATION);
	from(SRC2, 2, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	from(SRC3, 1, XDP_DROP, XEAP_STEER_POLICED_PORT);
}

/* What is not taken is not policed, and what is not policed costs nothing of the rate. */
static void test_police_ours_only(void **state)
{
	static const struct row rows[] = {
		ROW("IPv4", MAC SRC "\x08\x00\x45" PADDING, PASS, NOT_EAPOL),
		ROW("Start", PAE SRC TYPE "\x02\x01\x00\x00", PASS, MASKED),
		ROW("to a stranger", STRANGER SRC EAPOL, PASS, OTHER_DST),
		ROW("version 0", PAE SRC TYPE "\x00\x00\x00\x05" IDENTITY, PASS, BAD_VERSION),
	};
	const struct xeap_steer_guard g = { .port = three_a_day };

	need_lab();
	set_guard(&g);
	for (int n = 0; n < 3; n++)
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			expect(programs[0], rows[i].what, rows[i].bytes, rows[i].len,
			       rows[i].verdict, rows[i].reason);
	from(SRC, 3, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	from(SRC, 1, XDP_DROP, XEAP_STEER_POLICED_PORT);
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

/* By the clock: 20 frames a second, and in a second and a half of flood 30 and the burst get by. */
static void test_refill(void **state)
{
	const struct xeap_steer_guard g = { .port = { .interval = SECOND / 20,
						      .tolerance = 4 * (SECOND / 20) } };
	static const char frame[] = PAE SRC EAPOL PADDING;
	struct xdp_md md = { .data_end = 60, .ingress_ifindex = (uint32_t)lab.port };
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = frame, .data_size_in = 60, .ctx_in = &md,
		    .ctx_size_in = sizeof(md), .repeat = 1);
	unsigned int taken = 0;
	double start = seconds(), took;

	need_lab();
	set_guard(&g);
	do {
		assert_int_equal(bpf_prog_test_run_opts(bpf_program__fd(programs[0]), &o), 0);
		taken += o.retval == XDP_REDIRECT;
		took = seconds() - start;
		pause_ms(2);
	} while (took < 1.5);
	/* 50 ms to spare, in which a busy machine sends nothing */
	assert_in_range(taken, (unsigned int)(5 + took * 20 * 0.8), (unsigned int)(6 + took * 20));
}

/* Stations */

static void test_station_limit(void **state)
{
	const struct xeap_steer_guard g = { .station_limit = 2, .span = 1000000 * SECOND };

	need_lab();
	set_guard(&g);
	from(SRC, 5, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	from(SRC2, 5, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	from(SRC3, 5, XDP_DROP, XEAP_STEER_STATION_LIMIT);
	from(SRC, 1, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
}

/* Those that are refused leave nothing behind that would push others out of the map. */
static void test_refused_stations_forgotten(void **state)
{
	const struct xeap_steer_guard g = { .station_limit = 1, .span = 1000000 * SECOND };
	struct xeap_steer_source key, next;
	char other[6] = SRC;

	need_lab();
	set_guard(&g);
	from(SRC, 1, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	for (int i = 0; i < 200; i++) {
		other[4] = (char)(i + 1);
		from(other, 1, XDP_DROP, XEAP_STEER_STATION_LIMIT);
	}
	assert_int_equal(
		bpf_map_get_next_key(bpf_map__fd(lab.skel->maps.xeap_stations), NULL, &key), 0);
	assert_memory_equal(key.mac, SRC, 6);
	assert_int_equal(bpf_map_get_next_key(bpf_map__fd(lab.skel->maps.xeap_stations), &key,
					      &next),
			 -ENOENT);
}

/* Another port that had the slot before has left its stations there: they have no place. */
static void test_stations_of_before(void **state)
{
	const struct xeap_steer_guard g = { .station_limit = 1, .span = 1000000 * SECOND };
	const struct xeap_steer_source old = { .slot = SLOT,
					       .generation = 9,
					       .mac = { 2, 0, 0, 0, 0, 0x0a } };
	struct xeap_steer_station s = { .span = 8 };

	need_lab();
	set_guard(&g);
	from(SRC, 1, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	assert_int_equal(put(lab.skel->maps.xeap_stations, &old, &s), 0);
	from(SRC2, 1, XDP_DROP, XEAP_STEER_STATION_LIMIT);
}

/* By the clock: a place is free again once its owner was silent for 700 to 800 ms. */
static void test_station_ages(void **state)
{
	const struct xeap_steer_guard g = { .station_limit = 2, .span = SECOND / 10 };
	double start;

	need_lab();
	set_guard(&g);
	from(SRC2, 1, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	start = seconds();
	do {
		from(SRC, 1, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
		if (seconds() - start < 0.6)
			from(SRC3, 1, XDP_DROP, XEAP_STEER_STATION_LIMIT);
		pause_ms(40);
	} while (seconds() - start < 0.9);
	from(SRC3, 1, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	from(SRC2, 1, XDP_DROP, XEAP_STEER_STATION_LIMIT);
	from(SRC, 1, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	pause_ms(2000);
	from(SRC2, 1, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	from(SRC3, 1, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
	from(SRC, 1, XDP_DROP, XEAP_STEER_STATION_LIMIT);
}

/* A port that asks for a guard and has none in the map yet takes frames as any other. */
static void test_no_guard(void **state)
{
	uint32_t slot = SLOT;

	need_lab();
	bpf_map_delete_elem(bpf_map__fd(lab.skel->maps.xeap_guards), &slot);
	set_port(XEAP_STEER_F_GUARD, 0);
	from(SRC, 10, XDP_REDIRECT, XEAP_STEER_REDIRECTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_runt_passes),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_police_port),
		cmocka_unit_test(test_police_station),
		cmocka_unit_test(test_police_both),
		cmocka_unit_test(test_police_ours_only),
		cmocka_unit_test(test_refill),
		cmocka_unit_test(test_station_limit),
		cmocka_unit_test(test_refused_stations_forgotten),
		cmocka_unit_test(test_stations_of_before),
		cmocka_unit_test(test_station_ages),
		cmocka_unit_test(test_no_guard),
	};

	why_not = set_up();
	return cmocka_run_group_tests_name("steer protect", tests, NULL, tear_down_lab);
}
