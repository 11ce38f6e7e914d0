/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Passwords from a descriptor and from a command, as the program fetches them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool/passwords.h"

static struct xeap_diag why;
static struct config_text text;

static int run(const char *command, int wait_ms)
{
	memset(&why, 0, sizeof(why));
	return passwords_run(command, wait_ms, &text, &why);
}

static void assert_text(const char *expected)
{
	assert_int_equal(text.len, strlen(expected));
	assert_memory_equal(text.data, expected, text.len);
	config_file_wipe(&text);
}

static void no_child_is_left(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void test_a_command_says_the_passwords(void **state)
{
	assert_int_equal(run("echo me=x; sleep 0.05; printf you=y", 5000), 0);
	assert_text("me=x\nyou=y");
	assert_int_equal(run("true", 5000), 0);
	assert_text("");
	/* Output without an end of file, and the end after it. */
	assert_int_equal(run("echo a=b; exec >&-; sleep 0.05", 5000), 0);
	assert_text("a=b\n");
	no_child_is_left();
}

/* Nothing of ours, and nothing to read. */
static void test_a_command_inherits_no_descriptors(void **state)
{
	char command[64];
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	snprintf(command, sizeof(command), "cat; cat <&%d", ends[0]);
	assert_int_equal(run(command, 5000), -EIO);
	close(ends[0]);
	close(ends[1]);
	assert_int_equal(run("cat", 5000), 0);
	assert_text("");
}

static void test_a_command_that_fails_gives_no_passwords(void **state)
{
	assert_int_equal(run("echo me=x; exit 3", 5000), -EIO);
	assert_string_equal(why.text, "ended with status 3");
	assert_int_equal(run("echo me=x; kill -TERM $$", 5000), -EIO);
	assert_string_equal(why.text, "was ended by signal 15");
	assert_int_equal(run("/nonexistent/safe", 5000), -EIO);
	assert_string_equal(why.text, "ended with status 127");
	no_child_is_left();
}

/* With everything that it started. */
static void test_a_command_has_its_time(void **state)
{
	assert_int_equal(run("echo me=x; sleep 77; true", 100), -ETIMEDOUT);
	assert_string_equal(why.text, "did not end in time");
	assert_int_equal(run("echo me=x; exec >&-; sleep 77", 100), -ETIMEDOUT);
	assert_string_equal(why.text, "did not end in time");
	assert_int_equal(run("sleep 77 & echo me=x", 100), -ETIMEDOUT);
	no_child_is_left();
}

static void test_output_without_an_end(void **state)
{
	assert_int_equal(run("exec yes", 30000), 0);
	assert_int_equal(text.len, text.room);
	config_file_wipe(&text);
	no_child_is_left();
}

static int read_fd(int fd, int wait_ms)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", fd);
	memset(&why, 0, sizeof(why));
	return passwords_read_fd(number, wait_ms, &text, &why);
}

static void test_a_descriptor_is_read_once(void **state)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "me=x\n", 5), 5);
	close(ends[1]);
	assert_int_equal(read_fd(ends[0], 5000), 0);
	assert_text("me=x\n");
	assert_int_equal(read_fd(ends[0], 5000), -EBADF);
	/* The number may have been taken by something of ours. */
	assert_int_equal(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, ends[0]), ends[0]);
	assert_int_equal(read_fd(ends[0], 5000), -EBADF);
	assert_string_equal(why.text, "is no descriptor that was inherited, or was read already");
	close(ends[0]);
}

static void test_a_descriptor_that_nobody_closes(void **state)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "me=x\n", 5), 5);
	assert_int_equal(read_fd(ends[0], 50), -ETIMEDOUT);
	assert_string_equal(why.text, "has no end in time; its other side has to be closed");
	close(ends[1]);
}

static void test_numbers_of_descriptors(void **state)
{
	static const char *const numbers[] = { "", "x", "3x", " 3", "-1", "1", "2", "99999" };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		assert_int_equal(passwords_read_fd(numbers[i], 50, &text, &why), -EINVAL);
		assert_string_equal(why.text, "takes the number of a descriptor, 0 or 3 to 65535");
	}
}

static int fetch(const char *conf, struct xeap_config_file **ret_file)
{
	memset(&why, 0, sizeof(why));
	assert_int_equal(xeap_config_parse(xeap_span(conf, strlen(conf)), "x.conf", ret_file, &why),
			 0);
	return passwords_fetch(*ret_file, "x.conf", &why);
}

static void refuse(const char *conf, const char *message)
{
	struct xeap_config_file *file;

	assert_true(fetch(conf, &file) < 0);
	assert_string_equal(why.text, message);
	xeap_config_file_free(file);
}

static void test_what_is_fetched_takes_the_place_of_its_name(void **state)
{
	struct xeap_config_file *file;

	assert_int_equal(fetch("ext_password_backend=cmd:printf 'me=%s' \"x # y\"\n"
			       "network={\npassword=ext:me\n}\nnetwork={\npassword=\"z\"\n}\n",
			       &file),
			 0);
	assert_string_equal(xeap_config_get_string(file->networks[0], XEAP_CONFIG_PASSWORD), "x");
	xeap_config_file_free(file);
}

static void test_a_command_that_nothing_needs_is_not_run(void **state)
{
	struct xeap_config_file *file;

	assert_int_equal(
		fetch("ext_password_backend=cmd:exit 1\nnetwork={\npassword=\"z\"\n}\n", &file), 0);
	xeap_config_file_free(file);
}

/* Never the command, which may have a token in it. */
static void test_messages(void **state)
{
	refuse("ext_password_backend=cmd:exit 4\nnetwork={\npassword=ext:me\n}\n",
	       "x.conf: ext_password_backend=cmd:… ended with status 4");
	refuse("ext_password_backend=cmd:echo you=x\nnetwork={\npassword=ext:me\n}\n",
	       "x.conf:2: password=ext:me, and output of cmd has no such name");
	refuse("ext_password_backend=cmd:echo word\nnetwork={\npassword=ext:me\n}\n",
	       "output of cmd:1: not a line of NAME=PASSWORD");
	refuse("ext_password_backend=fd:60000\nnetwork={\npassword=ext:me\n}\n",
	       "x.conf: ext_password_backend=fd:60000 is no descriptor that was inherited, or was "
	       "read already");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_command_says_the_passwords),
		cmocka_unit_test(test_a_command_inherits_no_descriptors),
		cmocka_unit_test(test_a_command_that_fails_gives_no_passwords),
		cmocka_unit_test(test_a_command_has_its_time),
		cmocka_unit_test(test_output_without_an_end),
		cmocka_unit_test(test_a_descriptor_is_read_once),
		cmocka_unit_test(test_a_descriptor_that_nobody_closes),
		cmocka_unit_test(test_numbers_of_descriptors),
		cmocka_unit_test(test_what_is_fetched_takes_the_place_of_its_name),
		cmocka_unit_test(test_a_command_that_nothing_needs_is_not_run),
		cmocka_unit_test(test_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
