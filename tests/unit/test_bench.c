/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The load tester's parts without I/O: when logins start, what they come to, names, faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <xeap/span.h>

#include "bench/chance.h"
#include "bench/fault.h"
#include "bench/pace.h"
#include "bench/pattern.h"
#include "bench/tally.h"

#define S(n) XEAP_S(n)

static void open_loop_keeps_its_times(void **state)
{
	struct pace p = { .rate = 100, .total = 250, .begin = S(10), .end = XEAP_NEVER };
	xeap_time at;

	(void)state;
	assert_int_equal(pace_next(&p), S(10));
	/* Nobody looked for a second: all that was due in it is due still, at its own time. */
	for (int i = 0; i <= 100; i++) {
		assert_true(pace_due(&p, S(11), 1000000, &at));
		assert_int_equal(at, S(10) + (xeap_time)i * 10000);
	}
	assert_false(pace_due(&p, S(11), 0, &at));
	while (pace_due(&p, S(100), 0, &at))
		;
	assert_int_equal(p.started, 250);
	assert_int_equal(pace_next(&p), XEAP_NEVER);
}

static void a_ramp_grows_evenly(void **state)
{
	struct pace p = { .rate = 1000, .ramp = 10, .end = S(12) };
	unsigned int in_second[12] = { 0 };
	xeap_time at;

	(void)state;
	while (pace_due(&p, S(12) - 1, 0, &at))
		in_second[at / S(1)]++;
	/* 50, 150, … 950, and the full rate from then on. */
	for (unsigned int s = 0; s < 10; s++)
		assert_in_range(in_second[s], 100 * s + 49, 100 * s + 51);
	assert_in_range(in_second[10], 999, 1001);
	assert_in_range(in_second[11], 999, 1001);
	assert_false(pace_due(&p, S(12), 0, &at));
}

static void threads_share_the_starts(void **state)
{
	struct pace one = { .rate = 300, .ramp = 2, .total = 900, .end = XEAP_NEVER };
	xeap_time whole[900], at;

	(void)state;
	for (int i = 0; i < 900; i++)
		assert_true(pace_due(&one, S(100), 0, &whole[i]));
	for (int thread = 0; thread < 3; thread++) {
		struct pace p = { .rate = 300,
				  .ramp = 2,
				  .total = 300,
				  .share = 3,
				  .offset = thread,
				  .end = XEAP_NEVER };

		for (int i = 0; pace_due(&p, S(100), 0, &at); i++)
			assert_int_equal(at, whole[thread + 3 * i]);
		assert_int_equal(p.started, 300);
	}
}

static void closed_loop_keeps_a_window(void **state)
{
	struct pace p = { .window = 8, .total = 100, .begin = S(1), .end = XEAP_NEVER };
	xeap_time at;

	(void)state;
	assert_false(pace_due(&p, S(1), 8, &at));
	assert_true(pace_due(&p, S(2), 7, &at));
	assert_int_equal(at, S(2));
}

/* A start that the window held up is late, and its latency says so. */
static void a_window_does_not_move_the_rates_times(void **state)
{
	struct pace p = { .rate = 10, .window = 1, .end = XEAP_NEVER };
	xeap_time at;

	(void)state;
	assert_true(pace_due(&p, 0, 0, &at));
	assert_false(pace_due(&p, S(5), 1, &at));
	assert_true(pace_due(&p, S(5), 0, &at));
	assert_int_equal(at, XEAP_MS(100));
}

static struct tally tally;

static void a_login_is_measured_stage_by_stage(void **state)
{
	struct login l;

	(void)state;
	memset(&tally, 0, sizeof(tally));
	login_start(&l, &tally, 1000, 1500);
	login_request(&l, &tally, true, 2500);
	login_response(&l, 2600);
	login_request(&l, &tally, false, 3600);
	login_response(&l, 3700);
	login_request(&l, &tally, false, 4200);
	login_response(&l, 4300);
	assert_int_equal(l.stage, BENCH_STAGE_METHOD);
	login_end(&l, &tally, BENCH_SUCCESS, true, 5000);
	assert_int_equal(tally.latency[BENCH_LATE].max, 500);
	assert_int_equal(tally.latency[BENCH_START_TO_IDENTITY].max, 1000);
	assert_int_equal(tally.latency[BENCH_IDENTITY_TO_METHOD].max, 1000);
	assert_int_equal(tally.latency[BENCH_METHOD_TURN].max, 500);
	assert_int_equal(tally.latency[BENCH_METHOD].max, 700);
	assert_int_equal(tally.latency[BENCH_RESPONSE_TO_RESULT].max, 700);
	assert_int_equal(tally.latency[BENCH_LOGIN].max, 4000);
	assert_int_equal(tally.started, 1);
	assert_int_equal(tally.resumed, 1);
	assert_int_equal(tally_ended(&tally), 1);
	assert_int_equal(tally_failed(&tally), 0);
}

/* One that seemed to be done with its method, and is asked once more. */
static void a_method_begins_once(void **state)
{
	struct login l;

	(void)state;
	memset(&tally, 0, sizeof(tally));
	login_start(&l, &tally, 1000, 1000);
	login_request(&l, &tally, true, 2000);
	login_response(&l, 2000);
	login_request(&l, &tally, false, 3000);
	/* Asked again before it has answered. */
	login_request(&l, &tally, false, 3500);
	login_response(&l, 4000);
	l.stage = BENCH_STAGE_RESULT;
	login_request(&l, &tally, false, 6000);
	assert_int_equal(l.stage, BENCH_STAGE_METHOD);
	login_response(&l, 6500);
	login_end(&l, &tally, BENCH_SUCCESS, false, 7000);
	assert_int_equal(tally.latency[BENCH_IDENTITY_TO_METHOD].count, 1);
	assert_int_equal(tally.latency[BENCH_IDENTITY_TO_METHOD].max, 1000);
	assert_int_equal(tally.latency[BENCH_METHOD_TURN].count, 1);
	assert_int_equal(tally.latency[BENCH_METHOD_TURN].max, 2000);
	assert_int_equal(tally.latency[BENCH_METHOD].max, 3500);
}

static void silence_is_that_of_its_stage(void **state)
{
	struct tally more = { 0 };
	struct login l;

	(void)state;
	memset(&tally, 0, sizeof(tally));
	login_start(&l, &tally, 0, 0);
	assert_int_equal(bench_silence(l.stage), BENCH_NO_ANSWER);
	login_request(&l, &tally, true, 1);
	assert_int_equal(bench_silence(l.stage), BENCH_SILENT_IDENTITY);
	login_request(&l, &tally, false, 2);
	assert_int_equal(bench_silence(l.stage), BENCH_SILENT_METHOD);
	login_end(&l, &tally, BENCH_SILENT_METHOD, false, 3);
	login_start(&l, &more, 0, 0);
	login_end(&l, &more, BENCH_CUT, false, 1);
	tally_merge(&tally, &more);
	assert_int_equal(tally.started, 2);
	assert_int_equal(tally_ended(&tally), 2);
	assert_int_equal(tally_failed(&tally), 1);
	assert_int_equal(tally.latency[BENCH_LOGIN].count, 0);
	for (int i = 0; i < BENCH_CAUSE_MAX; i++)
		assert_non_null(bench_cause_name((enum bench_cause)i));
	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		assert_non_null(bench_latency_name((enum bench_latency)i));
}

static void patterns_name_supplicants(void **state)
{
	static const uint8_t mac[] = { 2, 0, 0, 0xab, 0, 1 };
	static const char *const bad[] = { "%", "user%", "%5d", "%05m", "%s", "%00d" };
	char text[PATTERN_MAX], longest[400];
	const char *why;

	(void)state;
	assert_int_equal(pattern_check("u%05d-%d%%-%m@x", &why), 0);
	assert_int_equal(pattern_expand("u%05d-%d%%-%m@x", 42, mac, text), 25);
	assert_string_equal(text, "u00042-42%-020000ab0001@x");
	assert_int_equal(pattern_expand("%x-%04x", 0x2a, mac, text), 7);
	assert_string_equal(text, "2a-002a");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(pattern_check(bad[i], &why), -EINVAL);
	memset(longest, 'a', sizeof(longest));
	longest[PATTERN_MAX] = '\0';
	assert_int_equal(pattern_check(longest, &why), -E2BIG);
	longest[PATTERN_MAX - 1] = '\0';
	assert_int_equal(pattern_check(longest, &why), 0);
	assert_int_equal(pattern_expand(longest, 0, mac, text), PATTERN_MAX - 1);
}

static void addresses_are_patterns(void **state)
{
	static const struct {
		const char *pattern;
		uint64_t count;
		const char *why;
	} bad[] = {
		{ "02:00:00:00:00:01", 1, "has one number" },
		{ "02:00:%02x:00:%02x:01", 1, "has one number" },
		{ "02:00:00:%06x%m", 1, "has one number" },
		{ "02:00:00:%y", 1, "after % comes" },
		{ "02:00:00:%05x", 1, "twelve hexadecimal digits" },
		{ "02:00:00:%06xx", 1, "twelve hexadecimal digits" },
		{ "02-00-00-%06x", 1, "twelve hexadecimal digits" },
		{ "02:00:00:00:00:%02x", 257, "too few digits for so many" },
		{ "02:00:00:00:00:%02d", 101, "too few digits for so many" },
		{ "%02x:00:00:00:00:02", 1, "no number" },
		{ "0%01x:00:00:00:00:02", 1, "no number" },
		{ "03:00:00:00:00:%02x", 1, "be no group's" },
	};
	const char *why;
	uint8_t mac[6];

	(void)state;
	assert_int_equal(pattern_check_mac("02:ab:00:%06x", 1 << 24, &why), 0);
	pattern_expand_mac("02:ab:00:%06x", 0xabcde, mac);
	assert_memory_equal(mac, "\2\xab\0\x0a\xbc\xde", 6);
	assert_int_equal(pattern_check_mac("02:00:00:00:00:%02x", 256, &why), 0);
	assert_int_equal(pattern_check_mac("0200:%04d:00:02", 10000, &why), 0);
	pattern_expand_mac("0200:%04d:00:02", 1234, mac);
	assert_memory_equal(mac, "\2\0\x12\x34\0\2", 6);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(pattern_check_mac(bad[i].pattern, bad[i].count, &why), -EINVAL);
		if (!strstr(why, bad[i].why))
			fail_msg("%s: %s", bad[i].pattern, why);
	}
}

static void csv_is_rfc_4180(void **state)
{
	char line[] = "user1,\"a \"\"b\"\", c\",,last", open[] = "\"a", after[] = "\"a\"b";
	char *at = line;

	(void)state;
	assert_string_equal(csv_field(&at), "user1");
	assert_string_equal(csv_field(&at), "a \"b\", c");
	assert_string_equal(csv_field(&at), "");
	assert_string_equal(csv_field(&at), "last");
	assert_null(at);
	at = open;
	assert_null(csv_field(&at));
	at = after;
	assert_null(csv_field(&at));
}

static void faults_are_words(void **state)
{
	static const char *const bad[] = { "drop",	"lose=0.1",   "drop=2",	   "drop=0.1@sleep",
					   "delay=0.1", "drop=0.1:5", "delay=1:0", "delay=1:700000",
					   "drop=0.1 ", "drop=",      "drop=nan" };
	struct faults f = { 0 };
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(faults_add(&f, bad[i], &why), -EINVAL);
		assert_non_null(why);
	}
	assert_int_equal(f.count, 0);
	assert_int_equal(faults_add(&f, "drop=0.25@method", &why), 0);
	assert_int_equal(faults_add(&f, "delay=1@start+identity:250", &why), 0);
	assert_int_equal(f.rules[1].delay, XEAP_MS(250));
	assert_int_equal(f.rules[1].stages, 3);
	while (f.count < FAULT_RULES_MAX)
		assert_int_equal(faults_add(&f, "corrupt=0", &why), 0);
	assert_int_equal(faults_add(&f, "corrupt=0", &why), -E2BIG);
}

static void faults_come_as_often_as_asked_and_the_same_again(void **state)
{
	struct faults f = { 0 }, g;
	struct chance c = { .state = 7 }, d = { .state = 7 };
	const char *why;

	(void)state;
	assert_int_equal(faults_add(&f, "drop=0.25@method", &why), 0);
	assert_int_equal(faults_add(&f, "duplicate=1@start", &why), 0);
	g = f;
	for (int i = 0; i < 40000; i++) {
		const struct fault_rule *r = faults_hit(&f, &c, BENCH_STAGE_METHOD);
		const struct fault_rule *again = faults_hit(&g, &d, BENCH_STAGE_METHOD);

		assert_int_equal(!r, !again);
	}
	assert_in_range(f.done[FAULT_DROP], 9500, 10500);
	assert_int_equal(f.done[FAULT_DUPLICATE], 0);
	assert_int_equal(faults_hit(&f, &c, BENCH_STAGE_START)->kind, FAULT_DUPLICATE);
	assert_null(faults_hit(&f, &c, BENCH_STAGE_RESULT));
}

static void a_corrupt_packet_differs_in_one_octet(void **state)
{
	struct chance c = { .state = 1 };

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uint8_t packet[20] = { 0 };
		int differing = 0;

		fault_corrupt(&c, packet, sizeof(packet));
		for (size_t j = 0; j < sizeof(packet); j++)
			differing += packet[j] != 0;
		assert_int_equal(differing, 1);
	}
	fault_corrupt(&c, NULL, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_loop_keeps_its_times),
		cmocka_unit_test(a_ramp_grows_evenly),
		cmocka_unit_test(threads_share_the_starts),
		cmocka_unit_test(closed_loop_keeps_a_window),
		cmocka_unit_test(a_window_does_not_move_the_rates_times),
		cmocka_unit_test(a_login_is_measured_stage_by_stage),
		cmocka_unit_test(a_method_begins_once),
		cmocka_unit_test(silence_is_that_of_its_stage),
		cmocka_unit_test(patterns_name_supplicants),
		cmocka_unit_test(addresses_are_patterns),
		cmocka_unit_test(csv_is_rfc_4180),
		cmocka_unit_test(faults_are_words),
		cmocka_unit_test(faults_come_as_often_as_asked_and_the_same_again),
		cmocka_unit_test(a_corrupt_packet_differs_in_one_octet),
	};

	return cmocka_run_group_tests_name("bench", tests, NULL, NULL);
}
