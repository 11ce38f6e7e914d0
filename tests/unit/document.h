/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_DOCUMENT_H
#define XEAP_TESTS_DOCUMENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <xeap/config_text.h>

/* Networks out of documents of another program, and what is said of them. */

static struct xeap_diag diag;
static struct xeap_notes notes;

/* The test's own: its kind of document. */
static int from_document(struct xeap_span text, struct xeap_config **ret_config);

static inline int parse_bytes(const void *text, size_t len, struct xeap_config **ret_config)
{
	memset(&diag, 0, sizeof(diag));
	xeap_notes_clear(&notes);
	return from_document(xeap_span(text, len), ret_config);
}

static inline struct xeap_config *accept(const char *text)
{
	struct xeap_config *config = NULL;

	if (parse_bytes(text, strlen(text), &config))
		fail_msg("refused: %s", diag.text);
	return config;
}

static inline void refuse(const char *text, int err, const char *message)
{
	struct xeap_config *config = NULL;

	assert_int_equal(parse_bytes(text, strlen(text), &config), err);
	assert_null(config);
	assert_string_equal(diag.text, message);
	assert_int_not_equal(diag.code, 0);
}

static inline void assert_notes(size_t count, ...)
{
	va_list args;

	for (size_t i = 0; i < notes.count && notes.count != count; i++)
		print_message("note: %s\n", notes.lines[i]);
	assert_int_equal(notes.count, count);
	va_start(args, count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(notes.lines[i], va_arg(args, const char *));
	va_end(args);
	xeap_notes_clear(&notes);
}

/* NULL: it is not set. */
static inline void assert_key(const struct xeap_config *config, enum xeap_config_key key,
			      const char *value)
{
	const char *string = xeap_config_get_string(config, key);

	if (!value && xeap_config_get(config, key).data)
		fail_msg("%s is set", xeap_config_key_name(key));
	if (value && !string)
		fail_msg("%s is not set", xeap_config_key_name(key));
	if (value)
		assert_string_equal(string, value);
}

#endif
