/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Plug-ins in this process, and what is refused before it becomes one. */
#define ISOLATE false
#include "plugin_bed.h"

/* Load the directory again, with a file more that has to be refused; returns that line. */
static const char *refusal(const char *file)
{
	struct xeap_plugins_options o = plugins_options(false);
	static char line[300];
	const char *at;

	/* The two that are there already are taken. */
	assert_int_equal(xeap_plugins_load(&o, NULL), 0);
	assert_non_null(strstr(refused, "/example.so: method EXAMPLE: its name or type is taken"));
	at = strstr(refused, file);
	assert_non_null(at);
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
	return line;
}

static void unlink_at(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(unlink(path), 0);
}

static void what_is_refused(void **state)
{
	static const char *const rows[][2] = {
		{ "wrong_abi", ": it was compiled for ABI 1, this is 5" },
		{ "wrong_method_abi",
		  ": method 1: it was compiled for another version of xeap/method.h" },
		{ "no_process", ": method 1, REFUSED: it has no init() or no process()" },
		{ "wrong_name", ": method 1: its name is not of" },
		{ "wrong_type", ": method 1, REFUSED: its type is none of a method" },
		{ "name_taken", ": method example: its name or type is taken by another" },
		{ "type_taken", ": method REFUSED: its name or type is taken by another" },
		{ "no_symbol", ": it defines no xeap_plugin" },
	};
	struct xeap_method_entry e;
	char name[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(name, sizeof(name), "%s.so", rows[i][0]);
		put(rows[i][0], name, 0755);
		if (!strstr(refusal(name), rows[i][1]))
			fail_msg("%s", refusal(name));
		unlink_at(name);
	}
	/* Nothing of any of them is left: a plug-in is taken whole or not at all. */
	assert_int_equal(xeap_method_enumerate(3, &e), -ENOENT);
}

static void files_of_others_are_refused(void **state)
{
	char path[64];

	put("no_symbol", "z.so", 0775);
	assert_non_null(strstr(refusal("z.so"), "others than its owner may write it (mode 0775)"));
	put("no_symbol", "z.so", 0757);
	assert_non_null(strstr(refusal("z.so"), "others than its owner may write it"));
	put("no_symbol", "z.so", 0755);
	snprintf(path, sizeof(path), "%s/z.so", dir);
	if (geteuid() == 0) {
		assert_int_equal(chown(path, 12345, 0), 0);
		assert_non_null(strstr(refusal("z.so"), "it belongs to user 12345"));
	}
	unlink_at("z.so");
}

static void what_is_no_file_is_refused(void **state)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/z.so", dir);
	assert_int_equal(mkfifo(path, 0700), 0); /* and does not block */
	assert_non_null(strstr(refusal("z.so"), "it is no regular file"));
	unlink_at("z.so");
	assert_int_equal(mkdir(path, 0700), 0);
	assert_non_null(strstr(refusal("z.so"), "it is no regular file"));
	assert_int_equal(rmdir(path), 0);
	fd = open(path, O_WRONLY | O_CREAT, 0700);
	assert_true(fd >= 0 && write(fd, "text", 4) == 4);
	close(fd);
	refusal("z.so");
	assert_null(strstr(refused, "/proc/self"));
	unlink_at("z.so");
}

/* A link may name a file beside it, and what counts is that file's mode. */
static void symbolic_links(void **state)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/z.so", dir);
	assert_int_equal(symlink("/etc/../etc/passwd", path), 0);
	assert_non_null(strstr(refusal("z.so"), "a symbolic link that leaves its directory"));
	unlink_at("z.so");
	put("no_symbol", "z.so.1", 0755);
	assert_int_equal(symlink("z.so.1", path), 0);
	assert_non_null(strstr(refusal("z.so"), "it defines no xeap_plugin"));
	put("no_symbol", "z.so.1", 0777);
	assert_non_null(strstr(refusal("z.so"), "others than its owner may write it"));
	unlink_at("z.so");
	assert_int_equal(symlink("z.so", path), 0);
	assert_non_null(strstr(refusal("z.so"), "z.so: "));
	unlink_at("z.so");
	unlink_at("z.so.1");
}

static void the_directory_is_checked(void **state)
{
	struct xeap_plugins_options o = plugins_options(false);
	struct xeap_diag why;

	assert_int_equal(chmod(dir, 0777), 0);
	assert_int_equal(xeap_plugins_load(&o, &why), -EACCES);
	assert_non_null(strstr(why.text, dir));
	assert_int_equal(chmod(dir, 0755), 0);
	o.directory = "/nonexistent/methods";
	assert_int_equal(xeap_plugins_load(&o, &why), -ENOENT);
	assert_non_null(strstr(why.text, o.directory));
	assert_int_equal(xeap_plugins_load(&o, NULL), -ENOENT);
	o.size = 0;
	assert_int_equal(xeap_plugins_load(&o, &why), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SHARED_TESTS,
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(files_of_others_are_refused),
		cmocka_unit_test(what_is_no_file_is_refused),
		cmocka_unit_test(symbolic_links),
		cmocka_unit_test(the_directory_is_checked),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
