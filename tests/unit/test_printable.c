/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <base/printable.h>
#include <stdlib.h>
#include <string.h>

static void check(const char *text, bool lines, size_t size, const char *want)
{
	size_t len = strlen(text);
	uint8_t *exact = malloc(len ? len : 1);
	char *out = malloc(size);

	memcpy(exact, text, len);
	assert_int_equal(xeap_printable(xeap_span(exact, len), lines, out, size), strlen(want));
	assert_string_equal(out, want);
	free(exact);
	free(out);
}

static void text_stays(void **state)
{
	check("", true, 1, "");
	check("Token für €: 𝄞", false, 64, "Token für €: 𝄞");
}

static void control_characters_go(void **state)
{
	check("a\033[2Jb\177c\rd\xc2\x9b", false, 64, "a?[2Jb?c?d??");
	check("a\nb", false, 64, "a?b");
}

static void line_ends_stay_where_asked_for(void **state)
{
	check("a\nb\r\nc\rd\r", true, 64, "a\nb\nc?d?");
}

/* RFC 3629 §4: overlong, surrogate, past U+10FFFF, cut short. */
static void broken_sequences_go(void **state)
{
	check("\xc0\xaf \xe0\x80\xaf \xed\xa0\x80 \xf4\x90\x80\x80 \xe2\x82", false, 64,
	      "?? ??? ??? ???? ??");
}

static void cut_between_characters(void **state)
{
	check("abc", false, 3, "ab");
	check("a€", false, 4, "a");
	check("a€", false, 5, "a€");
	check("a\r\nb", true, 3, "a\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_stays),
		cmocka_unit_test(control_characters_go),
		cmocka_unit_test(line_ends_stay_where_asked_for),
		cmocka_unit_test(broken_sequences_go),
		cmocka_unit_test(cut_between_characters),
	};

	return cmocka_run_group_tests_name("printable", tests, NULL, NULL);
}
