/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "bench/hist.h"

static struct hist one, two;

static int empty(void **state)
{
	memset(&one, 0, sizeof(one));
	memset(&two, 0, sizeof(two));
	return 0;
}

/* Every value lies in its cell, cells follow each other without a gap, and none is too wide. */
static void cells_are_where_values_are(void **state)
{
	uint64_t low, high, next = 0;

	for (uint32_t cell = 0; cell < HIST_CELLS; cell++) {
		hist_cell(cell, &low, &high);
		assert_int_equal(low, next);
		assert_true(high - low <= low / HIST_HALF);
		next = high + 1;
	}
	assert_int_equal(next, HIST_MAX + 1);
	for (uint64_t v = 1; v < HIST_MAX; v = v * 3 + 1) {
		uint32_t cell;

		empty(NULL);
		hist_record(&one, v);
		cell = hist_next(&one, 0);
		hist_cell(cell, &low, &high);
		assert_in_range(v, low, high);
		assert_int_equal(hist_next(&one, cell + 1), HIST_CELLS);
	}
}

static void shares_of_a_thousand(void **state)
{
	for (uint64_t v = 1; v <= 1000; v++)
		hist_record(&one, v);
	assert_int_equal(hist_at(&one, 0.5), 500);
	assert_int_equal(hist_at(&one, 0.9), 900);
	assert_int_equal(hist_at(&one, 0.999), 999);
	assert_int_equal(hist_at(&one, 1), 1000);
	assert_true(hist_mean(&one) == 500.5);
	assert_int_equal(one.min, 1);
	assert_int_equal(one.max, 1000);
}

/* A percentile is never less than what was recorded, and at most one part in 512 more. */
static void large_values_keep_their_precision(void **state)
{
	hist_record(&one, 5000000);
	hist_record(&one, 7000000);
	assert_in_range(hist_at(&one, 0.5), 5000000, 5000000 + 5000000 / HIST_HALF);
	assert_int_equal(hist_at(&one, 0.99), 7000000);
}

static void what_is_too_much_is_the_most(void **state)
{
	hist_record(&one, UINT64_MAX);
	assert_int_equal(one.max, HIST_MAX);
	assert_int_equal(hist_at(&one, 0.5), HIST_MAX);
}

static void nothing_has_no_percentiles(void **state)
{
	assert_int_equal(hist_at(&one, 0.5), 0);
	assert_true(hist_mean(&one) == 0);
	hist_merge(&one, &two);
	assert_int_equal(one.count, 0);
}

static void two_add_up(void **state)
{
	struct hist all = { 0 };

	for (uint64_t v = 0; v < 100000; v += 7) {
		hist_record(v % 2 ? &one : &two, v);
		hist_record(&all, v);
	}
	hist_merge(&one, &two);
	assert_memory_equal(&one, &all, sizeof(all));
}

/* As they go through a file: cells and counts. */
static void cells_make_the_same_histogram(void **state)
{
	for (uint64_t v = 1; v < 50000000; v = v * 5 / 4 + 1)
		hist_record(&one, v);
	for (uint32_t c = 0; (c = hist_next(&one, c)) < HIST_CELLS; c++)
		assert_true(hist_add_cell(&two, c, one.cells[c]));
	assert_int_equal(two.count, one.count);
	assert_memory_equal(two.cells, one.cells, sizeof(one.cells));
	assert_in_range(hist_at(&two, 0.5), hist_at(&one, 0.5), hist_at(&one, 0.5));
	assert_false(hist_add_cell(&two, HIST_CELLS, 1));
}

static void emptied_is_as_new(void **state)
{
	static const struct hist none;

	(void)state;
	hist_empty(&one);
	assert_memory_equal(&one, &none, sizeof(none));
	for (uint64_t v = 3; v < 2 * HIST_MAX; v = v * 3 + 1)
		hist_record(&one, v);
	hist_record(&one, 0);
	hist_merge(&two, &one);
	hist_empty(&one);
	hist_empty(&two);
	assert_memory_equal(&one, &none, sizeof(none));
	assert_memory_equal(&two, &none, sizeof(none));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(cells_are_where_values_are, empty),
		cmocka_unit_test_setup(shares_of_a_thousand, empty),
		cmocka_unit_test_setup(large_values_keep_their_precision, empty),
		cmocka_unit_test_setup(what_is_too_much_is_the_most, empty),
		cmocka_unit_test_setup(nothing_has_no_percentiles, empty),
		cmocka_unit_test_setup(two_add_up, empty),
		cmocka_unit_test_setup(cells_make_the_same_histogram, empty),
		cmocka_unit_test_setup(emptied_is_as_new, empty),
	};

	return cmocka_run_group_tests_name("hist", tests, NULL, NULL);
}
