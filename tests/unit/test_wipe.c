/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/wipe.h"

/* Linked with --wrap, to see what goes out of scope. */
void __real_xeap_secret_wipe(struct xeap_secret *s);
void __wrap_xeap_secret_wipe(struct xeap_secret *s);

static unsigned int wiped, left;

void __wrap_xeap_secret_wipe(struct xeap_secret *s)
{
	__real_xeap_secret_wipe(s);
	wiped += s->len;
	for (size_t i = 0; i < s->len; i++)
		left += s->p[i] != 0;
}

static void wipes_exactly_what_it_is_told(void **state)
{
	uint8_t bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	const uint8_t want[8] = { 1, 2, 0, 0, 0, 0, 7, 8 };

	xeap_wipe(bytes + 2, 4);
	assert_memory_equal(bytes, want, 8);
	xeap_wipe(bytes, 0);
	assert_memory_equal(bytes, want, 8);
	xeap_wipe(NULL, 0);
}

static void one_secret(int leave_early)
{
	XEAP_SECRET(key, 48);

	memset(key, 0x42, sizeof(key));
	if (leave_early)
		return;
	key[0]++;
}

static void secret_is_wiped_on_every_way_out(void **state)
{
	for (int early = 0; early < 2; early++) {
		wiped = left = 0;
		one_secret(early);
		assert_int_equal(wiped, 48);
		assert_int_equal(left, 0);
	}
}

static void compares_every_byte(void **state)
{
	uint8_t a[32], b[32];

	memset(a, 7, sizeof(a));
	memset(b, 7, sizeof(b));
	assert_true(xeap_equal_secret(a, b, sizeof(a)));
	for (size_t i = 0; i < sizeof(a) * 8; i++) {
		b[i / 8] ^= 1 << i % 8;
		assert_false(xeap_equal_secret(a, b, sizeof(a)));
		assert_true(xeap_equal_secret(a, b, i / 8));
		b[i / 8] ^= 1 << i % 8;
	}
	assert_true(xeap_equal_secret(NULL, NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wipes_exactly_what_it_is_told),
		cmocka_unit_test(secret_is_wiped_on_every_way_out),
		cmocka_unit_test(compares_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
