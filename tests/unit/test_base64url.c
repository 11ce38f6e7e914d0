/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <wire/base64url.h>

/* RFC 4648 §10, without padding; and both characters that the URL-safe alphabet has of its own. */
static const struct {
	const char *bytes, *text;
} vectors[] = {
	{ "", "" },
	{ "f", "Zg" },
	{ "fo", "Zm8" },
	{ "foo", "Zm9v" },
	{ "foob", "Zm9vYg" },
	{ "fooba", "Zm9vYmE" },
	{ "foobar", "Zm9vYmFy" },
	{ "\xfb\xff\xbf", "-_-_" },
	{ "\x02\x03\xe9", "AgPp" },
};

static void vectors_of_the_rfc(void **state)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		size_t len = strlen(vectors[i].bytes), n = strlen(vectors[i].text);
		uint8_t text[20], bytes[20];
		struct xeap_builder b = xeap_builder(text, n);

		assert_int_equal(XEAP_BASE64URL_LEN(len), n);
		xeap_put_base64url(&b, xeap_span(vectors[i].bytes, len));
		assert_false(b.bad);
		assert_int_equal(xeap_builder_len(&b), n);
		assert_memory_equal(text, vectors[i].text, n);
		assert_int_equal(xeap_base64url(xeap_span(vectors[i].text, n), bytes, len), 0);
		assert_memory_equal(bytes, vectors[i].bytes, len);
	}
}

static void what_is_none(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} rows[] = {
		{ "Zg", 2 },   { "Zg", 0 },  { "Z", 1 },     { "Zg==", 1 }, { "Z+", 1 },
		{ "Z/", 1 },   { "Z ", 1 },  { "Z\x80", 1 }, /* no character of the alphabet */
		{ "Zh", 1 },   { "Zm9", 2 }, /* bits beyond the last byte: RFC 4648 §3.5 */
		{ "Zm9v", 4 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[4];

		assert_int_equal(xeap_base64url(xeap_span(rows[i].text, strlen(rows[i].text)),
						bytes, rows[i].len),
				 -EBADMSG);
	}
}

static void room_that_is_short(void **state)
{
	uint8_t text[3];
	struct xeap_builder b = xeap_builder(text, sizeof(text));

	xeap_put_base64url(&b, xeap_span("foo", 3));
	assert_true(b.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_of_the_rfc),
		cmocka_unit_test(what_is_none),
		cmocka_unit_test(room_that_is_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
