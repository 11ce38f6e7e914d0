/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <port/arena.h>
#include <port/sys.h>

#define AREA ((size_t)64 << 10)

static unsigned int maps, unmaps;
static size_t mapped;
static bool short_of_memory;

void *xeap_sys_area_map(size_t size)
{
	if (short_of_memory)
		return NULL;
	maps++;
	mapped += size;
	return calloc(1, size);
}

void xeap_sys_area_unmap(void *area, size_t size)
{
	unmaps++;
	mapped -= size;
	free(area);
}

static int setup(void **state)
{
	maps = unmaps = 0;
	mapped = 0;
	short_of_memory = false;
	return 0;
}

static bool is_zero(const unsigned char *area)
{
	for (size_t i = 0; i < AREA; i++)
		if (area[i])
			return false;
	return true;
}

/* One ring has what it needs, a thousand have little more, and few mappings. */
static void memory_is_linear_and_mappings_are_few(void **state)
{
	static unsigned char *area[1024];
	struct xeap_arena a;

	xeap_arena_init(&a);
	area[0] = xeap_arena_take(&a, AREA);
	assert_int_equal(mapped, AREA);
	for (int i = 1; i < 1024; i++) {
		area[i] = xeap_arena_take(&a, AREA);
		assert_non_null(area[i]);
	}
	assert_true(mapped < 1024 * AREA + ((size_t)2 << 20));
	assert_true(maps < 48);
	for (int i = 0; i < 1024; i++) /* none overlaps another */
		memset(area[i], i & 0xff, AREA);
	for (int i = 0; i < 1024; i++)
		assert_true(area[i][0] == (i & 0xff) && area[i][AREA - 1] == (i & 0xff));
	xeap_arena_done(&a);
	assert_int_equal(maps, unmaps);
	assert_int_equal(mapped, 0);
}

static void what_is_given_back_is_taken_again(void **state)
{
	struct xeap_arena a;
	unsigned char *one, *two;

	xeap_arena_init(&a);
	one = xeap_arena_take(&a, AREA);
	xeap_arena_give(&a, one, AREA);
	two = xeap_arena_take(&a, 2 * AREA); /* of another size */
	assert_ptr_not_equal(two, one);
	assert_ptr_equal(xeap_arena_take(&a, AREA), one);
	assert_true(is_zero(one));
	xeap_arena_done(&a);
}

static void without_memory_nothing_is_lost(void **state)
{
	struct xeap_arena a;

	xeap_arena_init(&a);
	short_of_memory = true;
	assert_null(xeap_arena_take(&a, AREA));
	short_of_memory = false;
	assert_non_null(xeap_arena_take(&a, AREA));
	xeap_arena_done(&a);
	assert_int_equal(maps, unmaps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(memory_is_linear_and_mappings_are_few, setup),
		cmocka_unit_test_setup(what_is_given_back_is_taken_again, setup),
		cmocka_unit_test_setup(without_memory_nothing_is_lost, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
