/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Passwords that a configuration names and that are kept elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xeap/config_text.h>

#include "host/config_limits.h"

#define MARK "s3cr3t-0123456789"

static struct xeap_diag diag;

/* volatile: for the compiler, free() cannot call back into this file. */
static volatile bool watching;
static volatile unsigned int marks_freed;

void __real_free(void *p);
void __wrap_free(void *p);

/* Every block that the library gives back while watched is looked through. */
void __wrap_free(void *p)
{
	if (p && watching && memmem(p, malloc_usable_size(p), MARK, strlen(MARK)))
		marks_freed++;
	__real_free(p);
}

static struct xeap_config_file *parse(const char *text)
{
	struct xeap_config_file *file = NULL;

	memset(&diag, 0, sizeof(diag));
	if (xeap_config_parse(xeap_span(text, strlen(text)), "t.conf", &file, &diag))
		fail_msg("refused: %s", diag.text);
	return file;
}

static struct xeap_config_file *parse_lines(const char *lines)
{
	char text[1024];

	snprintf(text, sizeof(text), "network={\n%s\n}\n", lines);
	return parse(text);
}

static int resolve(struct xeap_config_file *file, const char *passwords)
{
	memset(&diag, 0, sizeof(diag));
	return xeap_config_resolve(file, xeap_span(passwords, strlen(passwords)), "pw", &diag);
}

static void assert_password(const struct xeap_config *config, const char *password)
{
	assert_string_equal(xeap_config_get_string(config, XEAP_CONFIG_PASSWORD), password);
	assert_null(xeap_config_get(config, XEAP_CONFIG_PASSWORD_EXTERNAL).data);
}

/* What a text has for the name that stands in the one network. */
static void assert_found(const char *name, const char *passwords, const char *password)
{
	struct xeap_config_file *file;
	char line[128];

	snprintf(line, sizeof(line), "password=ext:%s", name);
	file = parse_lines(line);
	assert_true(xeap_config_wants_passwords(file));
	if (resolve(file, passwords))
		fail_msg("refused: %s", diag.text);
	assert_false(xeap_config_wants_passwords(file));
	assert_password(file->networks[0], password);
	xeap_config_file_free(file);
}

static void refuse(const char *passwords, int err, const char *message)
{
	struct xeap_config_file *file = parse_lines("password=ext:me");

	assert_int_equal(resolve(file, passwords), err);
	assert_string_equal(diag.text, message);
	assert_int_not_equal(diag.code, 0);
	assert_null(xeap_config_get(file->networks[0], XEAP_CONFIG_PASSWORD).data);
	xeap_config_file_free(file);
}

static void test_a_name_is_no_password(void **state)
{
	struct xeap_config_file *file = parse_lines("password=ext:me\nmachine_password=ext:box");
	const struct xeap_config *c = file->networks[0];

	assert_null(xeap_config_get(c, XEAP_CONFIG_PASSWORD).data);
	assert_null(xeap_config_get(c, XEAP_CONFIG_MACHINE_PASSWORD).data);
	assert_string_equal(xeap_config_get_string(c, XEAP_CONFIG_PASSWORD_EXTERNAL), "me");
	assert_string_equal(xeap_config_get_string(c, XEAP_CONFIG_MACHINE_PASSWORD_EXTERNAL),
			    "box");
	assert_string_equal(xeap_config_key_name(XEAP_CONFIG_PASSWORD_EXTERNAL), "password");
	xeap_config_file_free(file);
}

/* As with any key: what is set last replaces what is there, in whichever form. */
static void test_the_last_form_of_a_password_counts(void **state)
{
	static const char *const values[] = { "\"plain\"", "hash:000102030405060708090a0b0c0d0e0f",
					      "ext:me" };
	static const enum xeap_config_key keys[] = { XEAP_CONFIG_PASSWORD,
						     XEAP_CONFIG_PASSWORD_HASH,
						     XEAP_CONFIG_PASSWORD_EXTERNAL };
	struct xeap_config *c;

	assert_int_equal(xeap_config_new(&c), 0);
	for (size_t i = 0; i < 9; i++) {
		assert_int_equal(xeap_config_set(c, "password", values[i / 3], &diag), 0);
		assert_int_equal(xeap_config_set(c, "password", values[i % 3], &diag), 0);
		for (size_t k = 0; k < 3; k++)
			assert_int_equal(!!xeap_config_get(c, keys[k]).data, k == i % 3);
	}
	assert_int_equal(xeap_config_set(c, "password", "ext:", &diag), -EINVAL);
	assert_non_null(xeap_config_get(c, XEAP_CONFIG_PASSWORD_EXTERNAL).data);
	assert_int_equal(xeap_config_set(c, "password", "NULL", &diag), 0);
	for (size_t k = 0; k < 3; k++)
		assert_null(xeap_config_get(c, keys[k]).data);
	xeap_config_free(c);
}

static void test_names_that_no_line_can_begin_with(void **state)
{
	static const char message[] = "password needs a name after ext: that has no blank and none "
				      "of = # \"";
	static const char *const names[] = { "", "a b", "a=b", "a#b", "\"a\"", "a\tb", "a\x7f" };
	char value[XEAP_CONFIG_MAX_EXTERNAL + 8] = "ext:";
	struct xeap_config *c;

	assert_int_equal(xeap_config_new(&c), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(value, sizeof(value), "ext:%s", names[i]);
		assert_int_equal(xeap_config_set(c, "password", value, &diag), -EINVAL);
		assert_string_equal(diag.text, message);
	}
	memset(value + 4, 'a', XEAP_CONFIG_MAX_EXTERNAL);
	value[4 + XEAP_CONFIG_MAX_EXTERNAL] = 0;
	assert_int_equal(xeap_config_set(c, "password", value, &diag), 0);
	value[4 + XEAP_CONFIG_MAX_EXTERNAL] = 'a';
	value[5 + XEAP_CONFIG_MAX_EXTERNAL] = 0;
	assert_int_equal(xeap_config_set(c, "password", value, &diag), -EINVAL);
	xeap_config_free(c);
}

/* wpa_supplicant takes ext: for passwords only. */
static void test_other_secrets_are_not_kept_outside(void **state)
{
	static const char *const keys[] = { "private_key_passwd", "private_key2_passwd", "pin" };
	struct xeap_config *c;
	char message[128];

	assert_int_equal(xeap_config_new(&c), 0);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		assert_int_equal(xeap_config_set(c, keys[i], "ext:me", &diag), -EINVAL);
		snprintf(message, sizeof(message),
			 "%s cannot be kept outside (ext:), only a password can; write it here",
			 keys[i]);
		assert_string_equal(diag.text, message);
	}
	xeap_config_free(c);
}

static void test_lines_are_read_as_in_wpa_supplicant(void **state)
{
	assert_found("me", "me=secret", "secret");
	assert_found("me", "me=secret\n", "secret");
	assert_found("me", "# head\n\n \t \nyou=other\nme=secret\r\n", "secret");
	assert_found("me", "  me=two words  \n", "two words");
	assert_found("me", "me= lead\n", " lead");
	assert_found("me", "me=a=b\n", "a=b");
	assert_found("me", "me=\"quoted\"\n", "\"quoted\"");
	assert_found("me", "me=first\nme=second\n", "first");
	assert_found("me", "mea=1\nm=2\nMe=3\nme=4\n", "4");
	assert_found("me", "me=\xc3\xa9\n", "\xc3\xa9");
	assert_found("p/\xc3\xa9.1", "p/\xc3\xa9.1=x\n", "x");
}

static void test_a_machine_has_a_password_of_its_own(void **state)
{
	struct xeap_config_file *file = parse_lines("password=ext:me\nmachine_password=ext:box");
	const struct xeap_config *c = file->networks[0];

	assert_int_equal(resolve(file, "me=mine\n"), -EINVAL);
	assert_string_equal(diag.text,
			    "t.conf:1: machine_password=ext:box, and pw has no such name");
	assert_true(xeap_config_wants_passwords(file));
	assert_int_equal(resolve(file, "box=its\nme=other\n"), 0);
	assert_password(c, "mine"); /* which was there before */
	assert_string_equal(xeap_config_get_string(c, XEAP_CONFIG_MACHINE_PASSWORD), "its");
	xeap_config_file_free(file);
}

/* Not as in wpa_supplicant, which would log in with the part in front. */
static void test_a_number_sign_within_a_password_belongs_to_it(void **state)
{
	assert_found("me", "me=a#b\n", "a#b");
	assert_found("me", "me=a#b # comment\n", "a#b");
	assert_found("me", "me=secret #comment\n", "secret");
	assert_found("me", "me=\"a # b\" # c\n", "\"a # b\"");
	assert_found("me", "me=one \" # comment\n", "one \"");
}

static void test_what_is_wrong_is_named_without_the_password(void **state)
{
	refuse("", -EINVAL, "t.conf:1: password=ext:me, and pw has no such name");
	refuse("mea=x\nm=y\n#me=z\n", -EINVAL,
	       "t.conf:1: password=ext:me, and pw has no such name");
	refuse("me=\n", -EINVAL, "pw:1: no password after the equals sign");
	refuse("me= # x\n", -EINVAL, "pw:1: no password after the equals sign");
	refuse("you=x\n" MARK "\n", -EINVAL, "pw:2: not a line of NAME=PASSWORD");
	refuse("=" MARK "\n", -EINVAL, "pw:1: not a line of NAME=PASSWORD");
}

static void test_bytes_that_are_no_text(void **state)
{
	struct xeap_config_file *file = parse_lines("password=ext:me");

	assert_int_equal(xeap_config_resolve(file, xeap_span("me=a\0b\n", 7), "pw", &diag),
			 -EINVAL);
	assert_string_equal(diag.text, "pw:1: a password must not contain a zero byte");
	assert_int_equal(xeap_config_resolve(file, xeap_span(NULL, 0), "pw", NULL), -EINVAL);
	xeap_config_file_free(file);
}

static void test_limits(void **state)
{
	struct xeap_config_file *file = parse_lines("password=ext:me");
	size_t size = XEAP_CONFIG_MAX_TEXT + 1;
	char *text = malloc(size);

	assert_non_null(text);
	memset(text, '\n', size);
	assert_int_equal(xeap_config_resolve(file, xeap_span(text, size), "pw", &diag), -E2BIG);
	assert_string_equal(diag.text, "pw: more than 1048576 bytes of passwords");
	memset(text, 'a', XEAP_CONFIG_MAX_LINE + 1);
	memcpy(text, "me=", 3);
	assert_int_equal(xeap_config_resolve(file, xeap_span(text, size - 1), "pw", &diag), -E2BIG);
	assert_string_equal(diag.text, "pw:1: a line may have 16384 bytes");
	text[XEAP_CONFIG_MAX_LINE] = '\n';
	assert_int_equal(xeap_config_resolve(file, xeap_span(text, size - 1), "pw", &diag), 0);
	assert_int_equal(xeap_config_get(file->networks[0], XEAP_CONFIG_PASSWORD).len,
			 XEAP_CONFIG_MAX_LINE - 3);
	free(text);
	xeap_config_file_free(file);
}

/* A block and a line for each port of a big switch. */
static void test_many_names(void **state)
{
	enum {
		MANY = 10000
	};
	struct xeap_config_file *file;
	char *text = malloc(100 * MANY), *passwords = malloc(40 * MANY), *p = text, *q = passwords;

	for (int i = 0; i < MANY; i++) {
		p += sprintf(p, "network={\npassword=ext:p%d\n}\n", i);
		q += sprintf(q, "p%d=secret of %d\n", MANY - 1 - i, MANY - 1 - i);
	}
	file = parse(text);
	assert_int_equal(resolve(file, passwords), 0);
	for (int i = 0; i < MANY; i++) {
		char expected[40];

		sprintf(expected, "secret of %d", i);
		assert_password(file->networks[i], expected);
	}
	xeap_config_file_free(file);
	free(text);
	free(passwords);
}

static void test_a_name_survives_being_written(void **state)
{
	struct xeap_config_file *file = parse_lines("password=ext:me\nmachine_password=ext:box");
	struct xeap_config *copy, *read;
	char *text, *blob;
	size_t size;

	assert_int_equal(xeap_config_copy(file->networks[0], &copy), 0);
	xeap_config_file_free(file);
	assert_int_equal(xeap_config_write(copy, &text), 0);
	assert_string_equal(text, "network={\n\tpassword=ext:me\n\tmachine_password=ext:box\n}\n");
	assert_int_equal(xeap_config_to_blob(copy, &blob, &size), 0);
	assert_int_equal(xeap_config_from_blob(xeap_span(blob, size), &read, &diag), 0);
	assert_string_equal(xeap_config_get_string(read, XEAP_CONFIG_PASSWORD_EXTERNAL), "me");
	xeap_config_free(read);
	xeap_config_free(copy);
	xeap_text_free(blob);
	xeap_text_free(text);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

struct files {
	char dir[64], conf[128], passwords[128];
};

static void make_files(struct files *files, const char *backend, const char *passwords)
{
	char text[1024];

	strcpy(files->dir, "/tmp/xeap-test-external-XXXXXX");
	assert_non_null(mkdtemp(files->dir));
	snprintf(files->conf, sizeof(files->conf), "%s/conf", files->dir);
	snprintf(files->passwords, sizeof(files->passwords), "%s/pw", files->dir);
	snprintf(text, sizeof(text), "%s%s\nnetwork={\npassword=ext:me\n}\n", backend,
		 strcmp(backend, "ext_password_backend=file:") ? "" : files->passwords);
	write_file(files->conf, text);
	if (passwords)
		write_file(files->passwords, passwords);
}

static void drop_files(struct files *files)
{
	unlink(files->passwords);
	unlink(files->conf);
	rmdir(files->dir);
}

static void test_a_file_of_passwords(void **state)
{
	struct xeap_config_file *file;
	char *volatile unwiped; /* or the compiler leaves the pair of calls out */
	struct files files;

	make_files(&files, "ext_password_backend=file:", "you=x\nme=" MARK "\n");
	marks_freed = 0;
	watching = true;
	unwiped = strdup(MARK);
	free(unwiped);
	assert_int_equal(marks_freed, 1); /* the watch works */
	assert_int_equal(xeap_config_read(files.conf, &file, &diag), 0);
	assert_password(file->networks[0], MARK);
	xeap_config_file_free(file);
	write_file(files.passwords, "me=" MARK "\nword\n");
	assert_int_equal(xeap_config_read(files.conf, &file, &diag), -EINVAL);
	watching = false;
	assert_int_equal(marks_freed, 1);
	drop_files(&files);
}

static void refuse_read(const char *backend, const char *passwords, int err, const char *message)
{
	struct xeap_config_file *file = NULL;
	struct files files;
	char expected[XEAP_DIAG_TEXT];

	make_files(&files, backend, passwords);
	if (strstr(message, "regular"))
		assert_int_equal(mkfifo(files.passwords, 0600), 0);
	assert_int_equal(xeap_config_read(files.conf, &file, &diag), err);
	assert_null(file);
	snprintf(expected, sizeof(expected), message, files.dir, files.dir);
	assert_string_equal(diag.text, expected);
	drop_files(&files);
}

static void test_files_of_passwords_that_do_not_serve(void **state)
{
	static const char here[] = "ext_password_backend=file:";

	refuse_read(here, NULL, -ENOENT, "%s/pw: No such file or directory");
	refuse_read(here, NULL, -EINVAL, "%s/pw: not a regular file; passwords are read from one");
	refuse_read(here, "you=x\n", -EINVAL,
		    "%s/conf:2: password=ext:me, and %s/pw has no such name");
	refuse_read(here, "x\n", -EINVAL, "%s/pw:1: not a line of NAME=PASSWORD");
	refuse_read("", NULL, -EINVAL,
		    "%s/conf: a password is kept outside (ext:), and ext_password_backend= does "
		    "not say where");
	refuse_read("ext_password_backend=test:me=x", NULL, -EINVAL,
		    "%s/conf: ext_password_backend is none of file:PATH, fd:N and cmd:COMMAND");
}

/* A library starts nothing: its caller does. */
static void test_other_backends_are_left_to_the_caller(void **state)
{
	static const char *const backends[] = { "fd:3", "cmd:echo me=x" };

	for (size_t i = 0; i < 2; i++) {
		struct xeap_config_file *file;
		struct files files;
		char line[64];

		snprintf(line, sizeof(line), "ext_password_backend=%s", backends[i]);
		make_files(&files, line, NULL);
		assert_int_equal(xeap_config_read(files.conf, &file, &diag), 0);
		assert_string_equal(file->ext_password_backend, backends[i]);
		assert_true(xeap_config_wants_passwords(file));
		xeap_config_file_free(file);
		drop_files(&files);
	}
}

/* As in wpa_supplicant: a backend that no password needs is not even looked at. */
static void test_a_backend_without_use(void **state)
{
	struct xeap_config_file *file =
		parse("ext_password_backend=a\next_password_backend=test:x\nnetwork={\n}\n");

	assert_string_equal(file->ext_password_backend, "test:x");
	assert_false(xeap_config_wants_passwords(file));
	assert_int_equal(resolve(file, "me=x\n"), 0);
	xeap_config_file_free(file);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_name_is_no_password),
		cmocka_unit_test(test_the_last_form_of_a_password_counts),
		cmocka_unit_test(test_names_that_no_line_can_begin_with),
		cmocka_unit_test(test_other_secrets_are_not_kept_outside),
		cmocka_unit_test(test_lines_are_read_as_in_wpa_supplicant),
		cmocka_unit_test(test_a_machine_has_a_password_of_its_own),
		cmocka_unit_test(test_a_number_sign_within_a_password_belongs_to_it),
		cmocka_unit_test(test_what_is_wrong_is_named_without_the_password),
		cmocka_unit_test(test_bytes_that_are_no_text),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_many_names),
		cmocka_unit_test(test_a_name_survives_being_written),
		cmocka_unit_test(test_a_file_of_passwords),
		cmocka_unit_test(test_files_of_passwords_that_do_not_serve),
		cmocka_unit_test(test_other_backends_are_left_to_the_caller),
		cmocka_unit_test(test_a_backend_without_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
