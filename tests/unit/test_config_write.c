/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A network as a block and as a blob: what is written is read back byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <glob.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xeap/config_text.h>

#include "host/config_limits.h"
#include "host/text.h"
#include "tests/unit/same_network.h"

#define SECRET "Only-the-two-of-us-know-this"

static struct xeap_diag diag;
static bool looking; /* for the secret in what is given back */
static size_t left_behind;
static long room_left = -1; /* allocations until memory is short; -1: never */

void *__real_malloc(size_t size);
void __real_free(void *p);
void *__wrap_malloc(size_t size);
void __wrap_free(void *p);

void *__wrap_malloc(size_t size)
{
	if (room_left == 0)
		return NULL;
	if (room_left > 0)
		room_left--;
	return __real_malloc(size);
}

void __wrap_free(void *p)
{
	if (looking && p && memmem(p, malloc_usable_size(p), SECRET, sizeof(SECRET) - 1))
		left_behind++;
	__real_free(p);
}

static struct xeap_config *one(const char *key, const char *value)
{
	struct xeap_config *config;

	assert_int_equal(xeap_config_new(&config), 0);
	if (xeap_config_set(config, key, value, &diag))
		fail_msg("%s", diag.text);
	return config;
}

static char *written(const struct xeap_config *config)
{
	char *text = NULL;

	assert_int_equal(xeap_config_write(config, &text), 0);
	return text;
}

/* Written, read by the parser and as a blob, the network is the same. */
static void survives(const struct xeap_config *config)
{
	struct xeap_config_file *file = NULL;
	struct xeap_config *copy = NULL;
	char *text = written(config), *blob = NULL;
	size_t size = 0;

	if (xeap_config_parse(xeap_span(text, strlen(text)), "t", &file, &diag))
		fail_msg("%s in:\n%s", diag.text, text);
	assert_int_equal(file->count, 1);
	assert_same_network(config, file->networks[0]);
	xeap_config_file_free(file);
	xeap_text_free(text);
	assert_int_equal(xeap_config_to_blob(config, &blob, &size), 0);
	if (xeap_config_from_blob(xeap_span(blob, size), &copy, &diag))
		fail_msg("%s", diag.text);
	assert_same_network(config, copy);
	xeap_config_free(copy);
	xeap_text_free(blob);
}

static void assert_line(const char *key, const char *value, const char *line)
{
	struct xeap_config *config = one(key, value);
	char *text = written(config), *wanted = NULL;

	assert_true(asprintf(&wanted, "network={\n\t%s\n}\n", line) > 0);
	assert_string_equal(text, wanted);
	free(wanted);
	xeap_text_free(text);
	survives(config);
	xeap_config_free(config);
}

static void test_forms(void **state)
{
	assert_line("identity", "\"a user\"", "identity=\"a user\"");
	assert_line("identity", "\"\"", "identity=\"\"");
	assert_line("identity", "\"a # b\\\"", "identity=\"a # b\\\"");
	assert_line("identity", "\"a\"b\"", "identity=P\"a\\x22b\"");
	assert_line("identity", "\"a\"#b\"", "identity=P\"a\\x22\\x23b\"");
	assert_line("identity", "P\"a\\nb\\\\\"", "identity=P\"a\\x0ab\\\\\"");
	assert_line("identity", "P\"\\0001\"", "identity=P\"\\x001\"");
	assert_line("identity", "\"grün\"", "identity=\"grün\"");
	assert_line("identity", "fffe", "identity=fffe");
	assert_line("identity", "6162", "identity=\"ab\"");
	assert_line("identity", "c080", "identity=c080");
	assert_line("identity", "eda080", "identity=eda080");
	assert_line("password", "hash:000102030405060708090A0B0C0D0E0F",
		    "password=hash:000102030405060708090a0b0c0d0e0f");
	assert_line("password", "\"hash:00\"", "password=\"hash:00\"");
	assert_line("eap", "tls  MD5", "eap=TLS MD5");
	assert_line("key_mgmt", "IEEE8021X WPA-EAP", "key_mgmt=IEEE8021X WPA-EAP");
	assert_line("priority", "-3", "priority=-3");
	assert_line("eapol_flags", "0", "eapol_flags=0");
	assert_line("private_key2_passwd", "\"x\"", "private_key2_passwd=\"x\"");
}

static void test_every_single_and_double_byte(void **state)
{
	char value[8];

	for (int i = 0; i < 65536; i++) {
		struct xeap_config *config;

		if (i < 256)
			snprintf(value, sizeof(value), "%02x", i);
		else
			snprintf(value, sizeof(value), "%04x", i);
		config = one("identity", value);
		survives(config);
		xeap_config_free(config);
	}
}

static void test_every_key(void **state)
{
	struct xeap_config *config;

	assert_int_equal(xeap_config_new(&config), 0);
	for (int key = 0; key < XEAP_CONFIG_MAX; key++) {
		const char *name = xeap_config_key_name((enum xeap_config_key)key);

		if (key == XEAP_CONFIG_DISABLED)
			continue;
		if (xeap_config_set(config, name, "\"IEEE8021X\"", &diag) &&
		    xeap_config_set(config, name, "IEEE8021X", &diag) &&
		    xeap_config_set(config, name, "1", &diag))
			assert_int_equal(xeap_config_set(config, name, "100", &diag), 0);
	}
	survives(config);
	xeap_config_free(config);
}

/* A value that only stands for itself fits, one that would need more than a line is refused. */
static void test_long_values(void **state)
{
	size_t len = XEAP_CONFIG_MAX_LINE - 64;
	char *value = calloc(1, len + 1), *text = NULL;
	struct xeap_config *config;

	assert_non_null(value);
	memset(value, 0xff, len);
	value[0] = value[len - 1] = '"';
	config = one("identity", value);
	survives(config);
	xeap_config_free(config);
	for (size_t i = 0; i < 2; i++) {
		value[5] = "\"\n"[i];
		config = one("identity", value);
		assert_int_equal(xeap_config_write(config, &text), -E2BIG);
		assert_null(text);
		xeap_config_free(config);
	}
	free(value);
}

static void test_fixtures(void **state)
{
	glob_t found;

	assert_int_equal(glob("tests/fixtures/*/*.conf", 0, NULL, &found), 0);
	size_t networks = 0;

	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct xeap_config_file *file;

		if (strstr(found.gl_pathv[i], "/hostapd/"))
			continue;
		if (xeap_config_read(found.gl_pathv[i], &file, &diag))
			fail_msg("%s", diag.text);
		for (size_t n = 0; n < file->count; n++, networks++)
			survives(file->networks[n]);
		xeap_config_file_free(file);
	}
	assert_true(networks >= 40);
	globfree(&found);
}

static void refuse_blob(const char *blob, size_t size, int err)
{
	struct xeap_config *config = NULL;

	memset(&diag, 0, sizeof(diag));
	assert_int_equal(xeap_config_from_blob(xeap_span(blob, size), &config, &diag), err);
	assert_null(config);
	assert_true(diag.text[0] && diag.code);
}

#define REFUSE_BLOB(blob, err) refuse_blob(blob, sizeof(blob) - 1, err)

static void test_blobs(void **state)
{
	static char big[XEAP_CONFIG_MAX_TEXT + 1];
	struct xeap_config *config = one("disabled", "1");
	char *blob;
	size_t size;

	/* What the parser of files leaves out comes back from a blob. */
	assert_int_equal(xeap_config_to_blob(config, &blob, &size), 0);
	assert_string_equal(blob, "xeap-config 1\nnetwork={\n\tdisabled=1\n}\n");
	assert_int_equal(size, strlen(blob));
	for (size_t n = 0; n < size; n++)
		refuse_blob(blob, n, -EINVAL);
	xeap_text_free(blob);
	xeap_config_free(config);
	REFUSE_BLOB("xeap-config 2\nnetwork={\n}\n", -EINVAL);
	REFUSE_BLOB("xeap-config 1\nnetwork={\n}\n\n", -EINVAL);
	REFUSE_BLOB("xeap-config 1\nnetwork={\n\tidentity=\n\tnothing\n}\n", -EINVAL);
	assert_string_equal(diag.text, "not a blob of xeap's, or of a version that this one "
				       "does not know");
	REFUSE_BLOB("xeap-config 1\nnetwork={\n\tidentity=bare\n}\n", -EINVAL);
	refuse_blob(big, sizeof(big), -E2BIG);
	memset(big, 'a', sizeof(big));
	memcpy(big, "xeap-config 1\nnetwork={\n\tidentity=\"", 36);
	big[XEAP_CONFIG_MAX_LINE + 100] = '\n';
	refuse_blob(big, XEAP_CONFIG_MAX_TEXT, -E2BIG);
}

/* Growing, cutting a form that was too long, and freeing leave no secret in free memory. */
static void test_secrets_are_wiped(void **state)
{
	struct xeap_config *config = one("password", "\"" SECRET "\"");
	struct xeap_config *copy = NULL;
	char *text, *blob;
	size_t size;

	for (int key = 0; key < XEAP_CONFIG_MAX; key++)
		(void)xeap_config_set(config, xeap_config_key_name((enum xeap_config_key)key),
				      "\"" SECRET "\"", &diag);
	looking = true;
	left_behind = 0;
	text = written(config);
	assert_non_null(strstr(text, SECRET));
	xeap_text_free(text);
	assert_int_equal(xeap_config_to_blob(config, &blob, &size), 0);
	assert_int_equal(xeap_config_from_blob(xeap_span(blob, size), &copy, &diag), 0);
	xeap_text_free(blob);
	xeap_config_free(copy);
	xeap_config_free(config);
	looking = false;
	assert_int_equal(left_behind, 0);
}

static void test_short_memory(void **state)
{
	struct xeap_config *config = one("password", "\"" SECRET "\"");
	char *text = NULL;

	for (int key = 0; key < XEAP_CONFIG_MAX; key++)
		(void)xeap_config_set(config, xeap_config_key_name((enum xeap_config_key)key),
				      "\"" SECRET "\"", &diag);
	for (room_left = 0; room_left < 3; room_left++) {
		long before = room_left;

		looking = true;
		left_behind = 0;
		assert_int_equal(xeap_config_write(config, &text), -ENOMEM);
		looking = false;
		assert_int_equal(left_behind, 0);
		assert_null(text);
		room_left = before;
	}
	room_left = -1;
	xeap_config_free(config);
}

static void test_notes(void **state)
{
	struct xeap_notes notes = { 0 };
	char many[600];

	assert_int_equal(xeap_note(NULL, "key", "why"), 0);
	assert_int_equal(xeap_note(&notes, "a\nb", "it is %d", 3), 0);
	memset(many, 'x', sizeof(many));
	many[sizeof(many) - 1] = 0;
	memcpy(many + 255 - strlen("cannot carry k: ") - 1, "ü", 2);
	assert_int_equal(xeap_note(&notes, "k", "%s", many), 0);
	assert_int_equal(notes.count, 2);
	assert_string_equal(notes.lines[0], "cannot carry a?b: it is 3");
	assert_int_equal(strlen(notes.lines[1]), 254);
	assert_true(xeap_text_is_utf8(xeap_span(notes.lines[1], 254), true));
	xeap_notes_clear(&notes);
	assert_int_equal(notes.count, 0);
	xeap_notes_clear(&notes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_every_single_and_double_byte),
		cmocka_unit_test(test_every_key),
		cmocka_unit_test(test_long_values),
		cmocka_unit_test(test_fixtures),
		cmocka_unit_test(test_blobs),
		cmocka_unit_test(test_secrets_are_wiped),
		cmocka_unit_test(test_short_memory),
		cmocka_unit_test(test_notes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
