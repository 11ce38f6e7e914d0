/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Prompts as bytes, there and back. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <xeap/prompt.h>

static struct xeap_prompt example(void)
{
	return (struct xeap_prompt){
		.title = "Token",
		.text = "Enter the code\nshown by the tokén.",
		.method = "GTC",
		.count = 3,
		.fields = { { .kind = XEAP_FIELD_NOTE, .id = "note", .label = "Mind the time." },
			    { .kind = XEAP_FIELD_PIN,
			      .flags = XEAP_FIELD_F_REQUIRED | XEAP_FIELD_F_SAVE,
			      .id = "response",
			      .label = "Code",
			      .value = xeap_span("123456", 6) },
			    { .kind = XEAP_FIELD_CONFIRM,
			      .id = "accept",
			      .label = "Sure?",
			      .value = xeap_span("1", 1) } },
	};
}

static void what_is_written_is_read_again(void **state)
{
	struct xeap_prompt p = example(), q;
	uint8_t buf[512];
	int n = xeap_prompt_write(&p, buf, sizeof(buf));

	assert_true(n > 0);
	assert_int_equal(xeap_prompt_parse(xeap_span(buf, (size_t)n), &q), 0);
	assert_string_equal(q.title, p.title);
	assert_string_equal(q.text, p.text);
	assert_string_equal(q.method, p.method);
	assert_int_equal(q.count, 3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(q.fields[i].kind, p.fields[i].kind);
		assert_int_equal(q.fields[i].flags, p.fields[i].flags);
		assert_string_equal(q.fields[i].id, p.fields[i].id);
		assert_string_equal(q.fields[i].label, p.fields[i].label);
		assert_int_equal(q.fields[i].value.len, p.fields[i].value.len);
	}
	assert_memory_equal(q.fields[1].value.data, "123456", 6);
	/* Within the bytes, nothing copied. */
	assert_true((const uint8_t *)q.title > buf && (const uint8_t *)q.title < buf + n);
}

static void buffer_that_is_too_small_is_left_alone(void **state)
{
	struct xeap_prompt p = example();
	uint8_t buf[512], untouched[512];
	int n = xeap_prompt_write(&p, NULL, 0);

	memset(buf, 0x5a, sizeof(buf));
	memcpy(untouched, buf, sizeof(buf));
	assert_int_equal(xeap_prompt_write(&p, buf, (size_t)n - 1), n);
	assert_memory_equal(buf, untouched, sizeof(buf));
	assert_int_equal(xeap_prompt_write(&p, buf, (size_t)n), n);
	assert_int_equal(buf[n], 0x5a);
}

static void every_cut_is_refused(void **state)
{
	struct xeap_prompt p = example(), q = { .count = 77 };
	uint8_t buf[512];
	int n = xeap_prompt_write(&p, buf, sizeof(buf));

	for (int i = 0; i < n; i++)
		assert_int_equal(xeap_prompt_parse(xeap_span(buf, (size_t)i), &q), -EBADMSG);
	assert_int_equal(xeap_prompt_parse(xeap_span(buf, (size_t)n + 1), &q), -EBADMSG);
	assert_int_equal(q.count, 77);
}

static void another_version_is_told_apart(void **state)
{
	struct xeap_prompt p = example(), q;
	uint8_t buf[512];
	int n = xeap_prompt_write(&p, buf, sizeof(buf));

	buf[5]++;
	assert_int_equal(xeap_prompt_parse(xeap_span(buf, (size_t)n), &q), -EPROTONOSUPPORT);
	buf[0]++;
	assert_int_equal(xeap_prompt_parse(xeap_span(buf, (size_t)n), &q), -EBADMSG);
}

static void expect_refusal(const struct xeap_prompt *p)
{
	assert_int_equal(xeap_prompt_write(p, NULL, 0), -EINVAL);
}

static void what_people_could_not_read_is_refused(void **state)
{
	struct xeap_prompt p = example();

	p.title = "two\nlines";
	expect_refusal(&p);
	p = example();
	p.text = "bell\a";
	expect_refusal(&p);
	p.text = "broken \xc3";
	expect_refusal(&p);
	p.text = NULL;
	expect_refusal(&p);
	p = example();
	p.fields[0].label = "\x1b[2J";
	expect_refusal(&p);
	p = example();
	p.fields[1].value = xeap_span("a\0b", 3);
	expect_refusal(&p);
}

static void what_programs_could_not_read_is_refused(void **state)
{
	struct xeap_prompt p = example();

	p.fields[1].id = "Response";
	expect_refusal(&p);
	p.fields[1].id = "";
	expect_refusal(&p);
	p.fields[1].id = "note"; /* there is one */
	expect_refusal(&p);
	p = example();
	p.fields[2].value = xeap_span("yes", 3);
	expect_refusal(&p);
	p = example();
	p.fields[0].kind = XEAP_FIELD_KIND_MAX;
	expect_refusal(&p);
	p = example();
	p.fields[0].flags = 4;
	expect_refusal(&p);
	p = example();
	p.count = XEAP_PROMPT_FIELDS_MAX + 1;
	expect_refusal(&p);
}

static void texts_are_bounded(void **state)
{
	struct xeap_prompt p = example();
	char text[XEAP_PROMPT_TEXT_MAX + 2], ids[XEAP_PROMPT_FIELDS_MAX][2];

	memset(text, 'x', sizeof(text));
	text[XEAP_PROMPT_TEXT_MAX] = '\0';
	p.text = text;
	assert_true(xeap_prompt_write(&p, NULL, 0) > XEAP_PROMPT_TEXT_MAX);
	/* Each for itself is well, all together are too much. */
	p.title = p.method = text;
	p.count = XEAP_PROMPT_FIELDS_MAX;
	for (uint32_t i = 0; i < p.count; i++) {
		ids[i][0] = (char)('a' + i);
		ids[i][1] = '\0';
		p.fields[i] = (struct xeap_field){ .kind = XEAP_FIELD_TEXT,
						   .id = ids[i],
						   .label = text,
						   .value = xeap_span(text, 1024) };
	}
	expect_refusal(&p);
	p = example();
	text[XEAP_PROMPT_TEXT_MAX] = 'x';
	text[XEAP_PROMPT_TEXT_MAX + 1] = '\0';
	p.text = text;
	expect_refusal(&p);
}

static void fields_are_found_by_id(void **state)
{
	struct xeap_prompt p = example();

	assert_ptr_equal(xeap_prompt_field(&p, "response"), &p.fields[1]);
	assert_null(xeap_prompt_field(&p, "password"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(buffer_that_is_too_small_is_left_alone),
		cmocka_unit_test(every_cut_is_refused),
		cmocka_unit_test(another_version_is_told_apart),
		cmocka_unit_test(what_people_could_not_read_is_refused),
		cmocka_unit_test(what_programs_could_not_read_is_refused),
		cmocka_unit_test(texts_are_bounded),
		cmocka_unit_test(fields_are_found_by_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
