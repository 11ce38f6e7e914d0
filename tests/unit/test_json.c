// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* The JSON that `xeap run --json` writes: RFC 8259, one object a line. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tool/json.h"

static char *written(const char *value)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	struct json j;

	json_begin(&j, f);
	json_string(&j, "k", value);
	json_end(&j);
	fclose(f);
	return text;
}

static void expect(const char *value, const char *json)
{
	char *text = written(value);

	assert_string_equal(text, json);
	free(text);
}

static void quotes_and_controls_are_escaped(void **state)
{
	expect("plain", "{\"k\":\"plain\"}\n");
	expect("a\"b\\c", "{\"k\":\"a\\\"b\\\\c\"}\n");
	expect("tab\tnl\nesc\x1b", "{\"k\":\"tab\\u0009nl\\u000aesc\\u001b\"}\n");
	expect("del\x7f", "{\"k\":\"del\\u007f\"}\n");
}

static void null_and_empty_differ(void **state)
{
	expect(NULL, "{\"k\":null}\n");
	expect("", "{\"k\":\"\"}\n");
}

static void utf8_passes(void **state)
{
	expect("µ€😀", "{\"k\":\"µ€😀\"}\n");
}

/* RFC 3629 §3, §4: overlong forms, surrogates, lone bytes, cut-off sequences are not UTF-8. */
static void other_bytes_are_replaced(void **state)
{
	expect("\xC0\xAF", "{\"k\":\"\\ufffd\\ufffd\"}\n");
	expect("\xED\xA0\x80", "{\"k\":\"\\ufffd\\ufffd\\ufffd\"}\n");
	expect("\xFFx", "{\"k\":\"\\ufffdx\"}\n");
	expect("\xE2\x82", "{\"k\":\"\\ufffd\\ufffd\"}\n");
	expect("\xF0\x9F\x98\"", "{\"k\":\"\\ufffd\\ufffd\\ufffd\\\"\"}\n");
	expect("\xF4\x90\x80", "{\"k\":\"\\ufffd\\ufffd\\ufffd\"}\n");
}

static void members_keep_their_order(void **state)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	struct json j;

	json_begin(&j, f);
	json_uint(&j, "n", UINT64_MAX);
	json_bool(&j, "yes", true);
	json_null(&j, "none");
	json_end(&j);
	json_begin(&j, f);
	json_end(&j);
	fclose(f);
	assert_string_equal(text, "{\"n\":18446744073709551615,\"yes\":true,\"none\":null}\n{}\n");
	free(text);
}

static void reals_come_back(void **state)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	struct json j;

	json_begin(&j, f);
	json_real(&j, "a", 0.1);
	json_real(&j, "b", 0.1 + 0.2);
	json_real(&j, "c", 250);
	json_real(&j, "d", -1e-300);
	json_real(&j, "e", (double)INFINITY);
	json_real(&j, "f", (double)NAN);
	json_end(&j);
	fclose(f);
	assert_string_equal(text, "{\"a\":0.1,\"b\":0.30000000000000004,\"c\":250,"
				  "\"d\":-1e-300,\"e\":null,\"f\":null}\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_and_controls_are_escaped),
		cmocka_unit_test(null_and_empty_differ),
		cmocka_unit_test(utf8_passes),
		cmocka_unit_test(other_bytes_are_replaced),
		cmocka_unit_test(members_keep_their_order),
		cmocka_unit_test(reals_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
