/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/map.h"

#define COUNT 5000

static struct xeap_map_entry entries[COUNT];

static void what_is_put_in_is_found(void **state)
{
	struct xeap_map m;

	assert_int_equal(xeap_map_init(&m, 64, 42), 0); /* fewer places than entries */
	for (uint64_t i = 0; i < COUNT; i++) {
		entries[i] = (struct xeap_map_entry){ .key = i << 20 };
		assert_int_equal(xeap_map_insert(&m, &entries[i]), 0);
	}
	for (uint64_t i = 0; i < COUNT; i++)
		assert_ptr_equal(xeap_map_find(&m, i << 20), &entries[i]);
	assert_null(xeap_map_find(&m, 1));
	for (uint64_t i = 0; i < COUNT; i += 2)
		xeap_map_remove(&m, &entries[i]);
	for (uint64_t i = 0; i < COUNT; i++)
		assert_ptr_equal(xeap_map_find(&m, i << 20), i % 2 ? &entries[i] : NULL);
	xeap_map_free(&m);
}

static void a_key_is_there_once(void **state)
{
	struct xeap_map_entry a = { .key = 7 }, b = { .key = 7 };
	struct xeap_map m;

	assert_int_equal(xeap_map_init(&m, 1, 0), 0);
	assert_int_equal(xeap_map_insert(&m, &a), 0);
	assert_int_equal(xeap_map_insert(&m, &b), -EEXIST);
	xeap_map_remove(&m, &b); /* was never in */
	assert_ptr_equal(xeap_map_find(&m, 7), &a);
	xeap_map_remove(&m, &a);
	assert_null(xeap_map_find(&m, 7));
	xeap_map_free(&m);
}

static void an_empty_one_has_nothing(void **state)
{
	struct xeap_map m = { 0 };
	struct xeap_map_entry a = { .key = 7 };

	assert_null(xeap_map_find(&m, 7));
	xeap_map_remove(&m, &a);
	xeap_map_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_in_is_found),
		cmocka_unit_test(a_key_is_there_once),
		cmocka_unit_test(an_empty_one_has_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
