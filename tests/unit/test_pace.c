/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* How a thread waits for frames, after how they came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <port/pace.h>

static struct xeap_pace p;
static uint64_t now;
static unsigned int waits[XEAP_WAIT_MAX];

static int setup(void **state)
{
	p = (struct xeap_pace){ 0 };
	now = 1000000000;
	for (int i = 0; i < XEAP_WAIT_MAX; i++)
		waits[i] = 0;
	return 0;
}

/* One wait after `frames`, which came in `us`; counted by kind. */
static enum xeap_wait step(uint32_t frames, uint64_t us)
{
	enum xeap_wait w;

	now += us * 1000;
	w = xeap_pace_next(&p, now, frames);
	waits[w]++;
	return w;
}

/* Frames at `per_ms` for so long, one by one or as many as come during a nap. */
static void pace(unsigned int per_ms, unsigned int ms)
{
	enum xeap_wait w = XEAP_WAIT_ASLEEP;

	for (unsigned int us = 0; us < 1000 * ms;) {
		unsigned int gap = w == XEAP_WAIT_NAPPING ? 150 : 1000 / per_ms;

		w = step(gap * per_ms / 1000, gap);
		us += gap;
	}
}

/* A login, and a few hundred a second: nobody is kept waiting. */
static void rare_frames_are_slept_for(void **state)
{
	step(1, 1000000);
	for (int i = 0; i < 10; i++)
		step(1, 40);
	pace(9, 500);
	assert_int_equal(waits[XEAP_WAIT_NAPPING], 0);
	assert_int_equal(waits[XEAP_WAIT_AWAKE], 0);
}

static void many_single_frames_are_napped_for(void **state)
{
	step(1, 1000000);
	pace(20, 4);
	assert_int_equal(waits[XEAP_WAIT_NAPPING], 0);
	pace(20, 1000);
	assert_in_range(waits[XEAP_WAIT_NAPPING], 5000, 7000);
	assert_in_range(waits[XEAP_WAIT_ASLEEP], 100, 250);
}

/* After the last of them there is one nap at most. */
static void naps_end_with_the_frames(void **state)
{
	pace(20, 100);
	assert_true(p.naps);
	step(0, 150);
	assert_int_equal(step(1, 1000000), XEAP_WAIT_ASLEEP);
	assert_int_equal(step(1, 1000000), XEAP_WAIT_ASLEEP);
}

/* One who waits for answers sends less, the longer they take. */
static void who_waits_for_answers_is_not_slowed_down(void **state)
{
	enum xeap_wait w = XEAP_WAIT_ASLEEP;
	unsigned int naps = 0;

	for (unsigned int us = 0, gap; us < 1000000; us += gap) {
		gap = w == XEAP_WAIT_NAPPING ? 150 + 40 : 40;
		naps += w == XEAP_WAIT_NAPPING ? gap : 0;
		w = step(2, gap);
	}
	assert_in_range(naps, 1, 1000000 / XEAP_PACE_SOBER + 20000);
}

/* More than naps are for: the thread hardly sleeps anyway. */
static void a_flood_is_not_napped_for(void **state)
{
	for (int i = 0; i < 10000; i++)
		step(64, 130);
	assert_int_equal(waits[XEAP_WAIT_NAPPING], 0);
	assert_int_equal(waits[XEAP_WAIT_AWAKE], 10000);
}

/* A burst that comes in pieces is one; small pieces without end are none. */
static void bursts_come_in_pieces(void **state)
{
	step(64, 1000000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(step(20, 40), XEAP_WAIT_AWAKE);
	xeap_pace_sleeps(&p);
	assert_int_equal(step(20, 40), XEAP_WAIT_ASLEEP);
	assert_int_equal(step(64, 40), XEAP_WAIT_AWAKE);
	for (int i = 0; i < 4; i++)
		step(5, 20);
	for (int i = 0; i < 100; i++)
		assert_int_equal(step(5, 20), XEAP_WAIT_ASLEEP);
}

static void vain_watches_are_rare(void **state)
{
	for (int i = 0; i < 10 * (1 + XEAP_PACE_REST); i++) {
		if (step(64, 1000000) == XEAP_WAIT_AWAKE)
			xeap_pace_in_vain(&p);
		xeap_pace_sleeps(&p);
	}
	assert_int_equal(waits[XEAP_WAIT_AWAKE], 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(rare_frames_are_slept_for, setup),
		cmocka_unit_test_setup(many_single_frames_are_napped_for, setup),
		cmocka_unit_test_setup(naps_end_with_the_frames, setup),
		cmocka_unit_test_setup(who_waits_for_answers_is_not_slowed_down, setup),
		cmocka_unit_test_setup(a_flood_is_not_napped_for, setup),
		cmocka_unit_test_setup(bursts_come_in_pieces, setup),
		cmocka_unit_test_setup(vain_watches_are_rare, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
