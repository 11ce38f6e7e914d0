/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "tool/answer.h"

/* What agents say, and what they say instead. */

static const struct xeap_prompt question = {
	.count = 3,
	.fields = { { .kind = XEAP_FIELD_NOTE, .id = "note", .label = "shown" },
		    { .kind = XEAP_FIELD_PASSWORD,
		      .flags = XEAP_FIELD_F_REQUIRED,
		      .id = "password",
		      .label = "Password" },
		    { .kind = XEAP_FIELD_CONFIRM, .id = "accept", .label = "Accept" } },
};

static bool read_exact(const char *text, struct xeap_prompt *answers, void **ret_root)
{
	size_t len = strlen(text);
	char *exact = malloc(len ? len : 1);
	bool ok;

	*answers = question;
	memcpy(exact, text, len);
	ok = answer_read(exact, len, answers, ret_root);
	free(exact);
	return ok;
}

static void assert_value(const struct xeap_prompt *answers, uint32_t field, const char *want)
{
	assert_int_equal(answers->fields[field].value.len, strlen(want));
	assert_memory_equal(answers->fields[field].value.data, want, strlen(want));
}

static void accepted(const char *text, const char *password, const char *accept)
{
	struct xeap_prompt answers;
	void *root = NULL;

	assert_true(read_exact(text, &answers, &root));
	assert_value(&answers, 1, password);
	if (accept)
		assert_value(&answers, 2, accept);
	else
		assert_null(answers.fields[2].value.data);
	answer_free(root);
}

static void answers(void **state)
{
	accepted("{\"fields\":{\"password\":\"secret\"}}", "secret", NULL);
	accepted(" {\"fields\" : {\"accept\":true,\"password\":\"\\u20ac\"}}\n", "€", "1");
	accepted("{\"fields\":{\"accept\":\"0\",\"password\":\"x\",\"more\":[1]},\"more\":null}",
		 "x", "0");
	accepted("{\"fields\":{\"accept\":false,\"password\":\"x\"}}", "x", "0");
}

static void what_is_none(void **state)
{
	static const char *const text[] = {
		"",
		"secret",
		"{}",
		"[]",
		"{\"fields\":[]}",
		"{\"fields\":null}",
		"{\"fields\":{}}",
		"{\"fields\":{\"password\":\"\"}}",
		"{\"fields\":{\"password\":7}}",
		"{\"fields\":{\"password\":[\"x\"]}}",
		"{\"fields\":{\"accept\":true}}",
		"{\"fields\":{\"password\":\"x\"}",
		"{\"fields\":{\"password\":\"x\"}} and more",
		"{\"fields\":{\"password\":\"x\",\"password\":\"y\"}}",
		"{\"fields\":{\"password\":\"\xff\"}}",
		"{\"fields\":{\"password\":\"a\\u0000b\"}}",
	};

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		struct xeap_prompt answers;
		void *root;

		if (read_exact(text[i], &answers, &root))
			fail_msg("taken: %s", text[i]);
	}
}

/* Brackets without end are no reason to run out of stack. */
static void deep_nesting(void **state)
{
	size_t n = 16384;
	char *text = malloc(n);
	struct xeap_prompt answers = question;
	void *root;

	memset(text, '[', n);
	assert_false(answer_read(text, n, &answers, &root));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(what_is_none),
		cmocka_unit_test(deep_nesting),
	};

	return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
