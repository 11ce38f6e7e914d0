/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <time.h>

#include "tool/arrival.h"

#define SECOND INT64_C(1000000000)

/* Both clocks, as the test has them; every look takes `pace` ns. */
static int64_t monotonic, realtime, pace;

int __wrap_clock_gettime(clockid_t id, struct timespec *t);
int __wrap_clock_gettime(clockid_t id, struct timespec *t)
{
	int64_t at = id == CLOCK_MONOTONIC ? monotonic : realtime;

	*t = (struct timespec){ .tv_sec = at / SECOND, .tv_nsec = at % SECOND };
	monotonic += pace;
	realtime += pace;
	return 0;
}

/* A message that the kernel stamped with a time of day; 0: with none. */
struct message {
	_Alignas(struct cmsghdr) char control[ARRIVAL_CONTROL];
	struct msghdr m;
};

static struct msghdr *stamped(struct message *message, int64_t at)
{
	const struct timespec t = { .tv_sec = at / SECOND, .tv_nsec = at % SECOND };
	struct cmsghdr *c;

	*message = (struct message){ 0 };
	message->m.msg_control = message->control;
	message->m.msg_controllen = at ? CMSG_SPACE(sizeof(t)) : 0;
	c = CMSG_FIRSTHDR(&message->m);
	if (!c)
		return &message->m;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_TIMESTAMPNS;
	c->cmsg_len = CMSG_LEN(sizeof(t));
	memcpy(CMSG_DATA(c), &t, sizeof(t));
	return &message->m;
}

static struct arrival_clock settled(void)
{
	struct arrival_clock clock = { 0 };

	monotonic = 1000 * SECOND;
	realtime = 1800000000 * SECOND;
	pace = 0;
	arrival_look(&clock);
	arrival_look(&clock);
	return clock;
}

static void test_stamp_is_told_by_the_monotonic_clock(void **state)
{
	struct arrival_clock clock = settled();
	xeap_time now = XEAP_S(1000);
	struct message m;

	assert_int_equal(arrival_of(&clock, stamped(&m, realtime - 3000000), now), now - 3000);
	/* Rounded up, so that no latency is told shorter than it was. */
	assert_int_equal(arrival_of(&clock, stamped(&m, realtime - 3000001), now), now - 3000);
	assert_int_equal(arrival_of(&clock, stamped(&m, realtime - 2999999), now), now - 2999);
}

static void test_without_a_stamp_it_is_now(void **state)
{
	struct arrival_clock clock = settled();
	struct message m;

	assert_int_equal(arrival_of(&clock, stamped(&m, 0), 77), 77);
}

static void test_nothing_arrives_in_the_future(void **state)
{
	struct arrival_clock clock = settled();
	xeap_time now = XEAP_S(1000);
	struct message m;

	assert_int_equal(arrival_of(&clock, stamped(&m, realtime + 5000000), now), now);
}

static void test_one_look_is_not_trusted(void **state)
{
	struct arrival_clock clock = settled();
	xeap_time now = XEAP_S(1000);
	struct message m;

	clock = (struct arrival_clock){ 0 };
	arrival_look(&clock);
	assert_int_equal(arrival_of(&clock, stamped(&m, realtime - 3000000), now), now);
	arrival_look(&clock);
	assert_int_equal(arrival_of(&clock, stamped(&m, realtime - 3000000), now), now - 3000);
}

/* What was stamped before somebody set the clock would be hours off. */
static void test_a_day_that_was_set_is_not_trusted_until_the_next_look(void **state)
{
	struct arrival_clock clock = settled();
	xeap_time now = XEAP_S(1000);
	int64_t before = realtime - 3000000;
	struct message m;

	for (int hours = -1; hours <= 1; hours += 2) {
		realtime += 3600 * SECOND * hours;
		arrival_look(&clock);
		assert_int_equal(arrival_of(&clock, stamped(&m, before), now), now);
		arrival_look(&clock);
		assert_int_equal(arrival_of(&clock, stamped(&m, realtime - 3000000), now),
				 now - 3000);
	}
}

/* The thread loses its processor whenever it looks: the gap would be off by as much. */
static void test_a_look_that_took_long_is_not_trusted(void **state)
{
	struct arrival_clock clock = settled();
	xeap_time now = XEAP_S(1000);
	int64_t at = realtime - 3000000;
	struct message m;

	pace = 50000;
	arrival_look(&clock);
	assert_int_equal(arrival_of(&clock, stamped(&m, at), now), now);
	pace = 0;
	arrival_look(&clock);
	assert_int_equal(arrival_of(&clock, stamped(&m, at), now), now - 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stamp_is_told_by_the_monotonic_clock),
		cmocka_unit_test(test_without_a_stamp_it_is_now),
		cmocka_unit_test(test_nothing_arrives_in_the_future),
		cmocka_unit_test(test_one_look_is_not_trusted),
		cmocka_unit_test(test_a_day_that_was_set_is_not_trusted_until_the_next_look),
		cmocka_unit_test(test_a_look_that_took_long_is_not_trusted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
