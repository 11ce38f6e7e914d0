/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The file of --users: what its lines say, and what is refused by file and line. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/bench_people.h"

static char path[] = "/tmp/xeap-people-XXXXXX";
static struct bench_people people;

static int read_text(const char *text, char why[BENCH_PEOPLE_WHY])
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	bench_people_free(&people);
	return bench_people_read(&people, path, why);
}

static void taken(const char *text, size_t count)
{
	char why[BENCH_PEOPLE_WHY] = "";

	if (read_text(text, why))
		fail_msg("not taken: %s: %s", text, why);
	assert_int_equal(people.count, count);
}

/* In this line, with these words. */
static void refused(const char *text, unsigned int line, const char *words)
{
	char why[BENCH_PEOPLE_WHY] = "", wanted[BENCH_PEOPLE_WHY];

	snprintf(wanted, sizeof(wanted), "--users %s:%u: %s", path, line, words);
	assert_int_equal(read_text(text, why), -EINVAL);
	assert_string_equal(why, wanted);
}

static const char *field(uint32_t number, enum bench_column column)
{
	return bench_people_of(&people, number)->field[column];
}

static void without_a_head(void **state)
{
	taken("u1,p1\n\"u2\",\"a \"\"b\"\", c\"\r\n\nu3,\n", 3);
	assert_string_equal(field(0, BENCH_COLUMN_IDENTITY), "u1");
	assert_string_equal(field(1, BENCH_COLUMN_PASSWORD), "a \"b\", c");
	assert_string_equal(field(2, BENCH_COLUMN_PASSWORD), "");
	assert_string_equal(field(3, BENCH_COLUMN_IDENTITY), "u1");
	assert_null(field(0, BENCH_COLUMN_MAC));
	assert_false(bench_person_has_cert(bench_people_of(&people, 0)));
	/* Somebody may be called so. */
	taken("\"identity\",p1\nidentity2,p2\n", 2);
	refused("", 1, "there is nobody in it");
	refused("u1\n", 1, "it has fewer fields than the 2 columns");
	refused("u1,p1\nu2,p2,\n", 2, "it has more fields than the 2 columns");
	refused("u1,p1\n\n\n,p2\n", 4, "the identity is empty, or one of them too long");
	refused("u1,p1\nu2,\"p2\n", 2, "quotes do not match");
}

static void columns(void **state)
{
	static const uint8_t mac[] = { 2, 0, 0, 0xab, 0, 2 };
	char text[200];

	taken("identity,mac\r\nu1,02:00:00:00:00:01\r\nu2,02:00:00:AB:00:02\r\n", 2);
	assert_true(people.has[BENCH_COLUMN_MAC] && !people.has[BENCH_COLUMN_PASSWORD]);
	assert_null(field(0, BENCH_COLUMN_PASSWORD));
	assert_memory_equal(bench_people_of(&people, 1)->mac, mac, 6);
	snprintf(text, sizeof(text), "identity,key,password,cert\nu1,%s,p,%s\nu2,,p,\n", path,
		 path);
	taken(text, 2);
	assert_true(bench_person_has_cert(bench_people_of(&people, 0)));
	assert_false(bench_person_has_cert(bench_people_of(&people, 1)));
	assert_string_equal(field(0, BENCH_COLUMN_PASSWORD), "p");
	refused("identity,name\nu,n\n", 1, "columns are identity, password, mac, cert and key");
	refused("identity,mac,mac\n", 1, "a column is there twice");
	refused("identity,cert\nu,c\n", 1, "cert and key go together");
	refused("identity,key\nu,c\n", 1, "cert and key go together");
	refused("identity,password,mac\n", 1, "there is nobody in it");
	refused("identity,password,mac\nu1,p1\n", 2, "it has fewer fields than the 3 columns");
}

static void addresses(void **state)
{
	static const char *const bad[] = { "",
					   "02:00:00:00:00",
					   "02:00:00:00:00:01:02",
					   "02:00:00:00:00:0g",
					   "01:00:00:00:00:01",
					   " 2:00:00:00:00:01",
					   "02:00:00:00:00:+1" };
	char text[100];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "identity,mac\nu0,02:00:00:00:00:09\nu1,%s\n", bad[i]);
		refused(text, 3, "mac is an address such as 02:00:00:00:00:01, not a group's");
	}
	refused("identity,mac\nu1,02:00:00:00:00:0a\nu2,02:00:00:00:00:01\n\nu3,02:00:00:00:00:"
		"0A\n",
		5, "its mac is that of line 2");
}

static void files(void **state)
{
	char text[200], what[100];

	refused("identity,cert,key\nu1,/none/c,/none/k\n", 2, "/none/c: No such file or directory");
	snprintf(text, sizeof(text), "identity,cert,key\nu0,,\nu1,%s,/none/k\n", path);
	snprintf(what, sizeof(what), "/none/k: No such file or directory");
	refused(text, 3, what);
	refused("identity,cert,key\nu1,c,\n", 2, "cert needs its key, and a key its cert");
	refused("identity,cert,key\nu1,,k\n", 2, "cert needs its key, and a key its cert");
	bench_people_free(&people);
	assert_int_equal(bench_people_read(&people, "/none", text), -ENOENT);
	assert_string_equal(text, "--users /none: No such file or directory");
}

static int set_up(void **state)
{
	int fd = mkstemp(path);

	return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
	bench_people_free(&people);
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_head),
		cmocka_unit_test(columns),
		cmocka_unit_test(addresses),
		cmocka_unit_test(files),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
