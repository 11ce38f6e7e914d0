/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/utf16.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static struct xeap_span text(const char *s)
{
	return xeap_span(s, strlen(s));
}

static void check_both_ways(const char *utf8, const uint16_t *utf16, size_t len)
{
	uint16_t units[64];
	char bytes[64];

	assert_int_equal(xeap_utf16_from_utf8(text(utf8), units, LEN(units)), (long)len + 1);
	assert_memory_equal(units, utf16, len * sizeof(*utf16));
	assert_int_equal(units[len], 0);
	assert_int_equal(xeap_utf16_to_utf8(utf16, len, bytes, sizeof(bytes)),
			 (long)strlen(utf8) + 1);
	assert_string_equal(bytes, utf8);
}

#define BOTH_WAYS(utf8, ...)                                                                       \
	check_both_ways(utf8, (const uint16_t[]){ __VA_ARGS__ },                                   \
			LEN(((const uint16_t[]){ __VA_ARGS__ })))

static void test_texts_come_back_the_same(void **state)
{
	BOTH_WAYS("a", 'a');
	BOTH_WAYS("\x7f", 0x7f);
	BOTH_WAYS("\xc2\x80", 0x80);
	BOTH_WAYS("J\xc3\xbcrgen", 'J', 0xfc, 'r', 'g', 'e', 'n');
	BOTH_WAYS("\xdf\xbf", 0x7ff);
	BOTH_WAYS("\xe0\xa0\x80", 0x800);
	BOTH_WAYS("\xed\x9f\xbf", 0xd7ff);
	BOTH_WAYS("\xee\x80\x80", 0xe000);
	BOTH_WAYS("\xef\xbf\xbf", 0xffff);
}

/* RFC 2781 §2.1 */
static void test_a_pair_stands_for_what_is_beyond_the_first_plane(void **state)
{
	BOTH_WAYS("\xf0\x90\x80\x80", 0xd800, 0xdc00);
	BOTH_WAYS("\xf0\x9f\x94\x91!", 0xd83d, 0xdd11, '!');
	BOTH_WAYS("\xf4\x8f\xbf\xbf", 0xdbff, 0xdfff);
}

/* RFC 3629 §3 and §10 */
static void test_what_is_no_utf8_is_refused(void **state)
{
	static const char *const bad[] = {
		"\x80",
		"\xbf",
		"\xc3",
		"\xc3(",
		"\xc0\x80",
		"\xc1\xbf",
		"\xe0\x9f\xbf",
		"\xe2\x82",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf8\x88\x80\x80",
		"\xf0\x9f\x94(",
		"\xff",
		"a\xfe",
	};
	uint16_t units[8];

	for (size_t i = 0; i < LEN(bad); i++)
		assert_int_equal(xeap_utf16_from_utf8(text(bad[i]), units, LEN(units)), -EILSEQ);
	assert_int_equal(xeap_utf16_from_utf8(xeap_span("a\0b", 3), units, LEN(units)), -EILSEQ);
}

static void test_half_a_pair_is_refused(void **state)
{
	static const uint16_t bad[][3] = {
		{ 0xd800, 0, 0 },      { 0xdbff, 'a', 0 },	   { 0xdc00, 0, 0 },
		{ 0xdfff, 0xd800, 0 }, { 0xd800, 0xd800, 0xdc00 },
	};
	char bytes[16];

	for (size_t i = 0; i < LEN(bad); i++)
		assert_int_equal(xeap_utf16_to_utf8(bad[i], 3, bytes, sizeof(bytes)), -EILSEQ);
	/* the second half lies behind the end */
	assert_int_equal(xeap_utf16_to_utf8((const uint16_t[]){ 0xd800, 0xdc00 }, 1, bytes,
					    sizeof(bytes)),
			 -EILSEQ);
}

static void test_a_zero_ends_a_text(void **state)
{
	char bytes[16];

	assert_int_equal(
		xeap_utf16_to_utf8((const uint16_t[]){ 'a', 0, 'b' }, 3, bytes, sizeof(bytes)), 2);
	assert_string_equal(bytes, "a");
	assert_int_equal(xeap_utf16_to_utf8(NULL, 0, bytes, sizeof(bytes)), 1);
	assert_string_equal(bytes, "");
}

static void test_nothing_is_written_past_the_room(void **state)
{
	static const uint16_t key[] = { 0xd83d, 0xdd11 };
	uint16_t units[4] = { 7, 7, 7, 7 };
	char bytes[8];

	memset(bytes, 7, sizeof(bytes));
	assert_int_equal(xeap_utf16_from_utf8(text("\xf0\x9f\x94\x91"), units, 2), 3);
	assert_int_equal(units[2], 7);
	assert_int_equal(xeap_utf16_to_utf8(key, 2, bytes, 4), 5);
	assert_int_equal(bytes[4], 7);
	assert_int_equal(xeap_utf16_to_utf8(key, 2, bytes, 5), 5);
	assert_string_equal(bytes, "\xf0\x9f\x94\x91");
	assert_int_equal(xeap_utf16_from_utf8(text("abc"), NULL, 0), 4);
	assert_int_equal(xeap_utf16_to_utf8(key, 2, NULL, 0), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts_come_back_the_same),
		cmocka_unit_test(test_a_pair_stands_for_what_is_beyond_the_first_plane),
		cmocka_unit_test(test_what_is_no_utf8_is_refused),
		cmocka_unit_test(test_half_a_pair_is_refused),
		cmocka_unit_test(test_a_zero_ends_a_text),
		cmocka_unit_test(test_nothing_is_written_past_the_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
