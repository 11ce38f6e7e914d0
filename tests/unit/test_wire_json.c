/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <wire/json.h>

static struct xeap_span text(const char *s)
{
	return xeap_span(s, strlen(s));
}

static void assert_text(struct xeap_span s, const char *expected)
{
	assert_int_equal(s.len, strlen(expected));
	assert_memory_equal(s.data, expected, s.len);
}

static void members(void **state)
{
	struct xeap_json_member m[4];
	size_t n;

	assert_int_equal(xeap_json_members(text(" { \"Type\" : 1 ,\"A\":[1, {\"b\":\"}\"}] ,"
						"\"\":\"x\\\"y\"}\n"),
					   m, 4, &n),
			 0);
	assert_int_equal(n, 3);
	assert_text(m[0].name, "Type");
	assert_text(m[0].value, "1");
	assert_text(m[1].value, "[1, {\"b\":\"}\"}]");
	assert_int_equal(m[2].name.len, 0);
	assert_text(xeap_json_find(m, n, "A"), "[1, {\"b\":\"}\"}]");
	assert_text(xeap_json_find(m, n, ""), "\"x\\\"y\"");
	assert_null(xeap_json_find(m, n, "type").data);
	assert_int_equal(xeap_json_members(text("{}"), m, 0, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(xeap_json_members(text("{\"a\":1,\"b\":2}"), m, 1, &n), -ENOSPC);
}

/* Each text as the value of a member and as an item. */
static int as_value(const char *value)
{
	struct xeap_json_member m[2];
	struct xeap_span items[4];
	char object[200], array[200];
	size_t n;
	int r;

	snprintf(object, sizeof(object), "{\"a\":%s}", value);
	snprintf(array, sizeof(array), "[0,%s]", value);
	r = xeap_json_members(text(object), m, 2, &n);
	assert_int_equal(xeap_json_items(text(array), items, 4, &n), r);
	return r;
}

static void values(void **state)
{
	static const char *const good[] = { "0",
					    "-0",
					    "12.5e+3",
					    "1E9",
					    "1e-9",
					    "true",
					    "false",
					    "null",
					    "\"\"",
					    "\"\\u00e4\\n\\/\"",
					    "\"\xc3\xa4\"",
					    "\"\xe2\x82\xac\"",
					    "\"\xf0\x9f\x98\x80\"",
					    "[]",
					    "{}",
					    "[ ]",
					    "{ }",
					    "[[],{}]",
					    "[1,[2],{\"x\":[3]}]",
					    "[[[[[[[[1]]]]]]]]",
					    "{\"a\":{\"b\":{}},\"c\":0}" };
	static const char *const bad[] = { "",
					   "01",
					   "-",
					   "1.",
					   ".5",
					   "1e",
					   "+1",
					   "0x1",
					   "tru",
					   "True",
					   "nul",
					   "\"",
					   "\"\\",
					   "\"\\x\"",
					   "\"\\u12g4\"",
					   "\"\n\"",
					   "\"\x80\"",
					   "\"\xc0\x80\"",
					   "\"\xc3\"",
					   "\"\xed\xa0\x80\"",
					   "\"\xe0\x80\x80\"",
					   "\"\xf4\x90\x80\x80\"",
					   "\"\xf0\x80\x80\x80\"",
					   "\"\xff\"",
					   "'a'",
					   "[",
					   "[1",
					   "[1,]",
					   "[,1]",
					   "[1 2]",
					   "[1}",
					   "{",
					   "{\"a\"}",
					   "{\"a\":}",
					   "{\"a\":1,}",
					   "{a:1}",
					   "{\"a\":1]",
					   "{1:1}",
					   "[[[[[[[[[1]]]]]]]]]",
					   "{\"\\u0061\":1}",
					   "1 2" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(as_value(good[i]), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(as_value(bad[i]), -EBADMSG);
}

static void no_object(void **state)
{
	static const char *const bad[] = { "",
					   " ",
					   "1",
					   "[]",
					   "{",
					   "{}x",
					   "{}{}",
					   "{,}",
					   "{\"a\":1,\"a\":2}",
					   "{\"a\":1,\"b\":2,\"a\":1}",
					   "{\"a\\n\":1}" };
	struct xeap_json_member m[8];
	size_t n = 99;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(xeap_json_members(text(bad[i]), m, 8, &n), -EBADMSG);
	assert_int_equal(n, 99);
	/* A NUL is no white space and no end. */
	assert_int_equal(xeap_json_members(xeap_span("{}\0", 3), m, 8, &n), -EBADMSG);
	assert_int_equal(xeap_json_members(xeap_span("{\"\0\":1}", 7), m, 8, &n), -EBADMSG);
}

static void arrays(void **state)
{
	struct xeap_span items[3];
	size_t n;

	assert_int_equal(xeap_json_items(text("[ 1 , \"a,]\" , [2,3] ] "), items, 3, &n), 0);
	assert_int_equal(n, 3);
	assert_text(items[1], "\"a,]\"");
	assert_text(items[2], "[2,3]");
	assert_int_equal(xeap_json_items(text("[]"), items, 0, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(xeap_json_items(text("[1,2,3,4]"), items, 3, &n), -ENOSPC);
	assert_int_equal(xeap_json_items(text("[1] x"), items, 3, &n), -EBADMSG);
	assert_int_equal(xeap_json_items(text("{}"), items, 3, &n), -EBADMSG);
}

static void numbers(void **state)
{
	static const char *const bad[] = { "",	  "00", "01",  "-1",	"1.0",
					   "1e1", " 1", "256", "\"1\"", "99999999999999999999999" };
	uint32_t v = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(xeap_json_number(text(bad[i]), 255, &v), -EBADMSG);
	assert_int_equal(v, 7);
	assert_int_equal(xeap_json_number(text("0"), 0, &v), 0);
	assert_int_equal(v, 0);
	assert_int_equal(xeap_json_number(text("4294967295"), UINT32_MAX, &v), 0);
	assert_int_equal(v, UINT32_MAX);
}

static void strings(void **state)
{
	struct xeap_span s = { NULL, 0 };

	assert_int_equal(xeap_json_plain(text("\"noob@eap-noob.arpa\""), &s), 0);
	assert_text(s, "noob@eap-noob.arpa");
	assert_int_equal(xeap_json_plain(text("\"a\\/b\""), &s), -EBADMSG);
	assert_int_equal(xeap_json_plain(text("\"a\"b"), &s), -EBADMSG);
	assert_int_equal(xeap_json_plain(text("1"), &s), -EBADMSG);
	assert_text(s, "noob@eap-noob.arpa");
}

static void compact(void **state)
{
	static const char expected[] = "{\"a b\":[1,\"x \\\" y\",{}]}";
	char out[64];
	struct xeap_builder b = xeap_builder(out, sizeof(out));

	xeap_json_put_compact(&b, text("{ \"a b\" :\t[ 1 , \"x \\\" y\" , { }\r\n] }"));
	assert_int_equal(xeap_builder_len(&b), sizeof(expected) - 1);
	assert_memory_equal(out, expected, sizeof(expected) - 1);
	b = xeap_builder(out, 3);
	xeap_json_put_compact(&b, text("[1, 2]"));
	assert_true(b.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members), cmocka_unit_test(values),  cmocka_unit_test(no_object),
		cmocka_unit_test(arrays),  cmocka_unit_test(numbers), cmocka_unit_test(strings),
		cmocka_unit_test(compact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
