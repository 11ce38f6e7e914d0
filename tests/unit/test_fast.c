/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <method/fast_pac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define BYTES(...)                                                                                 \
	xeap_span(((const uint8_t[]){ __VA_ARGS__ }), sizeof((const uint8_t[]){ __VA_ARGS__ }))
#define FIRST "wpa_supplicant EAP-FAST PAC file - version 1\n"
#define KEY "PAC-Key=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define ONE "START\nPAC-Type=1\n" KEY "PAC-Opaque=aabb\nA-ID=0102\nI-ID=75\nI-ID-txt=u\nEND\n"

static void test_tlvs(void **state)
{
	struct xeap_fast_tlvs t;

	assert_int_equal(xeap_fast_parse(BYTES(0x80, 3, 0, 2, 0, 1, 0, 11, 0, 13, 0, 9, 0, 8, 0, 4,
					       0, 1, 'A', 0, 10, 0, 0),
					 &t),
			 -EBADMSG);
	assert_int_equal(xeap_fast_parse(BYTES(0, 11, 0, 15, 0, 1, 0, 1, 'K', 0, 9, 0, 6, 0, 4, 0,
					       2, 'A', 'B'),
					 &t),
			 0);
	assert_true(t.pac.there);
	assert_int_equal(t.pac.key.len, 1);
	assert_int_equal(t.pac.a_id.len, 2);
	assert_int_equal(xeap_fast_parse(BYTES(0x80, 3, 0, 2, 0, 3), &t), -EBADMSG);
	assert_int_equal(xeap_fast_parse(BYTES(0x80, 3, 0, 2, 0, 1, 0x80, 3, 0, 2, 0, 1), &t),
			 -EBADMSG);
	assert_int_equal(xeap_fast_parse(BYTES(0x80, 3, 0, 3, 0, 1), &t), -EBADMSG);
	assert_int_equal(xeap_fast_parse(BYTES(0x80, 99, 0, 0), &t), 0);
	assert_true(t.refuses);
	assert_int_equal(t.refused, 99);
	assert_int_equal(xeap_fast_parse(BYTES(0x80, 0, 0, 0, 0x80, 99, 0, 0), &t), 0);
	assert_true(t.refuses);
	assert_int_equal(t.refused, 0);
	assert_int_equal(xeap_fast_a_id(BYTES(0, 4, 0, 2, 7, 8)).len, 2);
	assert_null(xeap_fast_a_id(BYTES(0, 4, 0, 9, 7, 8)).data);
}

static unsigned int bad_line(const char *text)
{
	struct xeap_pacs *pacs;
	unsigned int line = 0;

	assert_int_equal(xeap_pacs_open(NULL, "", 10, &pacs, NULL), 0);
	if (xeap_pacs_parse(pacs, xeap_span(text, strlen(text)), &line) == 0)
		line = 0;
	xeap_pacs_close(pacs);
	return line;
}

static void test_file(void **state)
{
	assert_int_equal(bad_line(""), 0);
	assert_int_equal(bad_line(FIRST), 0);
	assert_int_equal(bad_line(FIRST ONE ONE "\n\n"), 0);
	assert_int_equal(bad_line("garbage"), 1);
	assert_int_equal(bad_line(FIRST "garbage\n"), 2);
	assert_int_equal(bad_line(FIRST "START\nPAC-Key=00\nEND\n"), 3);
	assert_int_equal(bad_line(FIRST "START\n" KEY "PAC-Opaque=0g\n"), 4);
	assert_int_equal(bad_line(FIRST "START\n" KEY "A-ID=01\nEND\n"), 5);
	assert_int_not_equal(bad_line(FIRST "START\n" KEY), 0);
}

static void test_find(void **state)
{
	struct xeap_pacs *pacs;
	uint8_t key[XEAP_PAC_KEY], *ticket;
	unsigned int line;
	size_t len;

	assert_int_equal(xeap_pacs_open("blob://x", "", 1, &pacs, NULL), 0);
	assert_int_equal(xeap_pacs_parse(pacs, xeap_span(FIRST ONE, strlen(FIRST ONE)), &line), 0);
	assert_int_equal(xeap_pacs_find(pacs, BYTES(1, 3), BYTES('u'), key, &ticket, &len),
			 -ENOENT);
	assert_int_equal(xeap_pacs_find(pacs, BYTES(1, 2), BYTES('v'), key, &ticket, &len),
			 -ENOENT);
	assert_int_equal(xeap_pacs_find(pacs, BYTES(1, 2), BYTES('u'), key, &ticket, &len), 0);
	assert_int_equal(len, 6);
	assert_memory_equal(ticket, "\0\2\0\2\xaa\xbb", 6);
	assert_int_equal(key[31], 31);
	free(ticket);
	xeap_pacs_close(pacs);
}

/* Two PACs in turn, each as long as several pages, and written at once. */
static void write_on(const char *path)
{
	static uint8_t opaque[XEAP_PACS_VALUE_MAX], key[XEAP_PAC_KEY];
	struct xeap_fast_pac pac = { .key = xeap_span(key, sizeof(key)), .a_id = BYTES('A') };
	struct xeap_pacs *pacs;

	if (xeap_pacs_open(path, "", 10, &pacs, NULL) < 0)
		_exit(1);
	for (unsigned int i = 0;; i++) {
		pac.opaque = xeap_span(opaque, i % 2 ? 5 : sizeof(opaque));
		if (xeap_pacs_add(pacs, &pac) < 0 || xeap_pacs_sync(pacs) < 0)
			_exit(1);
	}
}

/* Whoever is killed leaves a file that can be read: the one before, or the one after. */
static void test_killed(void **state)
{
	char dir[] = "/tmp/xeap-test-pacs-XXXXXX", path[64], command[96];
	struct xeap_pacs *pacs;
	struct stat st;
	int status;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/pacs", dir);
	for (int i = 0; i < 40; i++) {
		struct xeap_diag diag = { 0 };
		pid_t child = fork();

		if (!child)
			write_on(path);
		usleep(1000 + 377 * (useconds_t)i);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		if (xeap_pacs_open(path, "", 10, &pacs, &diag) < 0)
			fail_msg("%s", diag.text);
		xeap_pacs_close(pacs);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
	}
	snprintf(command, sizeof(command), "rm -r %s", dir);
	assert_int_equal(system(command), 0);
}

/* What is behind a symbolic link is replaced, and the link stays. */
static void test_link(void **state)
{
	char dir[] = "/tmp/xeap-test-pacs-XXXXXX", path[64], real[64], to[64];
	struct xeap_pacs *pacs;
	unsigned int line;
	struct stat st;
	ssize_t n;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/link", dir);
	snprintf(real, sizeof(real), "%s/real", dir);
	assert_int_equal(symlink("real", path), 0);
	assert_int_equal(xeap_pacs_open(path, "", 1, &pacs, NULL), 0);
	assert_int_equal(xeap_pacs_parse(pacs, xeap_span(FIRST ONE, strlen(FIRST ONE)), &line), 0);
	assert_int_equal(xeap_pacs_sync(pacs), 0);
	xeap_pacs_close(pacs);
	n = readlink(path, to, sizeof(to));
	assert_int_equal(n, 4);
	assert_int_equal(stat(real, &st), 0);
	assert_true(st.st_size > 100);
	unlink(path);
	unlink(real);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tlvs), cmocka_unit_test(test_file),
		cmocka_unit_test(test_find), cmocka_unit_test(test_killed),
		cmocka_unit_test(test_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
