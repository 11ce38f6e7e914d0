/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include "base/timers.h"

static void no_timer_no_deadline(void **state)
{
	struct xeap_timers t;

	xeap_timers_init(&t);
	assert_true(xeap_timers_next(&t) == XEAP_NEVER);
	assert_null(xeap_timers_due(&t, XEAP_NEVER));
	xeap_timers_free(&t);
	xeap_timers_free(&t);
}

static void due_in_order_of_deadlines(void **state)
{
	static const xeap_time at[] = { 50, 10, 40, 10, 30, 0, XEAP_NEVER - 1 };
	enum {
		N = sizeof(at) / sizeof(at[0])
	};
	struct xeap_timer timer[N] = { 0 };
	struct xeap_timers t;
	xeap_time last = 0;

	xeap_timers_init(&t);
	assert_int_equal(xeap_timers_reserve(&t, N), 0);
	for (int i = 0; i < N; i++)
		assert_int_equal(xeap_timer_set(&t, &timer[i], at[i]), 0);
	for (int i = 0; i < N; i++) {
		xeap_time next = xeap_timers_next(&t);
		struct xeap_timer *due;

		assert_true(next >= last);
		assert_null(next ? xeap_timers_due(&t, next - 1) : NULL);
		due = xeap_timers_due(&t, next);
		assert_non_null(due);
		assert_true(at[due - timer] == next);
		assert_true(due->at == XEAP_NEVER);
		assert_int_equal(due->place, 0);
		last = next;
	}
	assert_null(xeap_timers_due(&t, XEAP_NEVER));
	xeap_timers_free(&t);
}

static void moved_and_cancelled(void **state)
{
	struct xeap_timer a = { 0 }, b = { 0 };
	struct xeap_timers t;

	xeap_timers_init(&t);
	assert_int_equal(xeap_timers_reserve(&t, 2), 0);
	/* Cancelling what is not set does nothing. */
	assert_int_equal(xeap_timer_set(&t, &a, XEAP_NEVER), 0);
	assert_true(a.at == XEAP_NEVER);
	xeap_timer_set(&t, &a, 10);
	xeap_timer_set(&t, &b, 20);
	xeap_timer_set(&t, &a, 30);
	assert_int_equal(xeap_timers_next(&t), 20);
	xeap_timer_set(&t, &a, 5);
	assert_int_equal(xeap_timers_next(&t), 5);
	xeap_timer_set(&t, &a, XEAP_NEVER);
	assert_true(a.at == XEAP_NEVER);
	assert_int_equal(xeap_timers_next(&t), 20);
	assert_ptr_equal(xeap_timers_due(&t, 100), &b);
	/* One that fired is set anew. */
	assert_int_equal(xeap_timer_set(&t, &b, 7), 0);
	assert_ptr_equal(xeap_timers_due(&t, 7), &b);
	assert_null(xeap_timers_due(&t, XEAP_NEVER));
	xeap_timers_free(&t);
}

static void no_more_than_reserved(void **state)
{
	struct xeap_timer timer[4] = { 0 };
	struct xeap_timers t;

	xeap_timers_init(&t);
	assert_int_equal(xeap_timer_set(&t, &timer[0], 1), -ENOSPC);
	assert_int_equal(timer[0].place, 0);
	assert_int_equal(xeap_timers_reserve(&t, 3), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(xeap_timer_set(&t, &timer[i], 10 - i), 0);
	assert_int_equal(xeap_timer_set(&t, &timer[3], 1), -ENOSPC);
	assert_int_equal(xeap_timers_next(&t), 8);
	/* Moving needs no room; a cancelled one makes some. */
	assert_int_equal(xeap_timer_set(&t, &timer[0], 3), 0);
	assert_int_equal(xeap_timer_set(&t, &timer[1], XEAP_NEVER), 0);
	assert_int_equal(xeap_timer_set(&t, &timer[3], 1), 0);
	assert_int_equal(xeap_timers_next(&t), 1);
	xeap_timers_free(&t);
}

static void reserving_keeps_what_is_set(void **state)
{
	enum {
		N = 100
	};
	struct xeap_timer timer[N] = { 0 };
	struct xeap_timers t;

	xeap_timers_init(&t);
	for (uint32_t i = 0; i < N; i++) {
		assert_int_equal(xeap_timers_reserve(&t, i + 1), 0);
		assert_int_equal(xeap_timer_set(&t, &timer[i], N - i), 0);
	}
	assert_int_equal(xeap_timers_reserve(&t, 1), 0);
	assert_int_equal(xeap_timers_reserve(&t, UINT32_MAX), -ENOMEM);
	for (uint32_t i = N; i-- > 0;)
		assert_ptr_equal(xeap_timers_due(&t, N), &timer[i]);
	xeap_timers_free(&t);
}

/* The same operations on a heap and on an array that is searched from end to end. */
enum {
	MODEL = 60
};

static xeap_time model_next(const xeap_time at[MODEL])
{
	xeap_time next = XEAP_NEVER;

	for (int i = 0; i < MODEL; i++)
		next = at[i] < next ? at[i] : next;
	return next;
}

static uint32_t rnd(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static void agrees_with_a_naive_model(void **state)
{
	struct xeap_timer timer[MODEL] = { 0 };
	xeap_time at[MODEL];
	struct xeap_timers t;
	uint64_t seed = 42;

	for (int i = 0; i < MODEL; i++)
		at[i] = XEAP_NEVER;
	xeap_timers_init(&t);
	assert_int_equal(xeap_timers_reserve(&t, MODEL), 0);
	for (int step = 0; step < 300000; step++) {
		uint32_t op = rnd(&seed) % 8, i = rnd(&seed) % MODEL;
		xeap_time when = op == 0 ? XEAP_NEVER : rnd(&seed) % 1000;

		if (op < 6) {
			assert_int_equal(xeap_timer_set(&t, &timer[i], when), 0);
			at[i] = when;
		} else {
			struct xeap_timer *due = xeap_timers_due(&t, when);

			assert_int_equal(due != NULL, model_next(at) <= when);
			if (due) {
				assert_true(at[due - timer] == model_next(at));
				at[due - timer] = XEAP_NEVER;
			}
		}
		assert_true(xeap_timers_next(&t) == model_next(at));
	}
	xeap_timers_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_timer_no_deadline),
		cmocka_unit_test(due_in_order_of_deadlines),
		cmocka_unit_test(moved_and_cancelled),
		cmocka_unit_test(no_more_than_reserved),
		cmocka_unit_test(reserving_keeps_what_is_set),
		cmocka_unit_test(agrees_with_a_naive_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
