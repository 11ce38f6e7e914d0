/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The command line of `xeap radius`, and what of it every request carries. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/radius_options.h"

#define WORDS_MAX 32

/* Parse a line of words. */
static int parse(const char *line, struct radius_options *o)
{
	static char buf[1300];
	char *argv[WORDS_MAX] = { NULL }, *save;
	int argc = 0;

	snprintf(buf, sizeof(buf), "radius %s", line);
	for (char *w = strtok_r(buf, " ", &save); w && argc < WORDS_MAX - 1;
	     w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	return radius_options_parse(o, argc, argv);
}

/* Who is asked, and with which secret. */
static void servers_and_secrets(void **state)
{
	static const struct {
		const char *line, *host, *port, *secret;
	} cases[] = {
		/* as eapol_test has it */
		{ "-c x", "127.0.0.1", "1812", "radius" },
		{ "-c x -s testing123", "127.0.0.1", "1812", "testing123" },
		{ "-c x -a 192.0.2.1 -s testing123", "192.0.2.1", "1812", "testing123" },
		{ "-c x -a192.0.2.1 -p1645 -stesting123", "192.0.2.1", "1645", "testing123" },
		{ "-c x -s 10.0.0.1 -a 192.0.2.1", "192.0.2.1", "1812", "10.0.0.1" },
		{ "-c x -s radius.example.org", "127.0.0.1", "1812", "radius.example.org" },
		/* as people have it */
		{ "-c x -s 192.0.2.1", "192.0.2.1", "1812", "radius" },
		{ "-c x -s localhost", "localhost", "1812", "radius" },
		{ "-c x -s radius.example.org:1645", "radius.example.org", "1645", "radius" },
		{ "-c x -s radius.example.org --secret s", "radius.example.org", "1812", "s" },
		{ "-c x -s h:99 -p 98 --secret s", "h", "98", "s" },
		{ "-c x --server h:99 -s s", "h", "99", "s" },
		{ "-c x --server h --secret s", "h", "1812", "s" },
		/* IPv6 */
		{ "-c x -a 2001:db8::1 -s s", "2001:db8::1", "1812", "s" },
		{ "-c x -s 2001:db8::1", "2001:db8::1", "1812", "radius" },
		{ "-c x -s [2001:db8::1]:99", "2001:db8::1", "99", "radius" },
		{ "-c x -a [2001:db8::1] -s s", "2001:db8::1", "1812", "s" },
		/* RadSec */
		{ "-c x --radsec -s h --ca-cert a --client-cert b --private-key c", "h", "2083",
		  "radsec" },
		{ "-c x --radsec -a h -s s --ca-cert a --client-cert b --private-key c", "h",
		  "2083", "s" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct radius_options o;

		if (parse(cases[i].line, &o))
			fail_msg("%s", cases[i].line);
		assert_string_equal(o.host, cases[i].host);
		assert_string_equal(o.port, cases[i].port);
		assert_string_equal(o.secret, cases[i].secret);
		assert_int_equal(o.secret_len, strlen(cases[i].secret));
		radius_options_free(&o);
	}
}

static void secret_of_a_file(void **state)
{
	char path[] = "/tmp/xeap-test-XXXXXX", line[128];
	int fd = mkstemp(path);
	struct radius_options o;

	assert_int_equal(write(fd, "a secret \r\nnot this\n", 20), 20);
	close(fd);
	snprintf(line, sizeof(line), "-c x -s h --secret-file %s", path);
	assert_int_equal(parse(line, &o), 0);
	assert_string_equal(o.secret, "a secret ");
	assert_string_equal(o.host, "h");
	radius_options_free(&o);
	unlink(path);
	assert_int_equal(parse(line, &o), -EINVAL);
	radius_options_free(&o);
}

static void what_is_refused(void **state)
{
	static const char *const lines[] = {
		"-s h",
		"-c x y",
		"-c x -p 0",
		"-c x -p 65536",
		"-c x -p radius",
		"-c x -s h:0 --secret s",
		"-c x -s h:65536 --secret s",
		"-c x -s [::1 --secret s",
		"-c x -s [::1]x --secret s",
		"-c x -s : --secret s",
		"-c x -a h --server h",
		"-c x -t 0",
		"-c x -t x",
		"-c x -r x",
		"-c x --sessions 0",
		"-c x -M 02:00:00:00:00",
		"-c x -M 02:00:00:00:00:001",
		"-c x --framed-mtu 63",
		"-c x --framed-mtu 2049",
		"-c x -N 0",
		"-c x -N 256",
		"-c x -N x",
		"-c x -N 1:",
		"-c x -N 1:s",
		"-c x -N 1:q:1",
		"-c x -N 1:d:x",
		"-c x -N 1:d:4294967296",
		"-c x -N 1:x:abc",
		"-c x -N 1:x:zz",
		"-c x -N 24:s:x",
		"-c x -N 79",
		"-c x -N 80",
		"-c x --radsec -s h",
		"-c x --radsec -s h --ca-cert a --client-cert b",
		"-c x --ca-cert a",
		"-c x --server-name a",
		"-c x --no-such",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct radius_options o;

		if (parse(lines[i], &o) != -EINVAL)
			fail_msg("%s", lines[i]);
		radius_options_free(&o);
	}
}

struct attributes {
	uint8_t bytes[XEAP_RADIUS_COMMON_MAX];
	size_t len;
};

static void make(const char *line, const char *nas, size_t nas_len, struct attributes *a)
{
	struct radius_options o;

	assert_int_equal(parse(line, &o), 0);
	a->len = radius_options_attributes(&o, xeap_span(nas, nas_len), a->bytes, sizeof(a->bytes));
	radius_options_free(&o);
}

/* How often a type is there, and its last value. */
static unsigned int find(const struct attributes *a, uint8_t type, struct xeap_span *ret_value)
{
	struct xeap_reader r = xeap_reader(xeap_span(a->bytes, a->len));
	struct xeap_radius_attribute found;
	unsigned int n = 0;

	while (xeap_radius_next(&r, &found)) {
		if (found.type != type)
			continue;
		*ret_value = found.value;
		n++;
	}
	return n;
}

static void assert_value(const struct attributes *a, uint8_t type, const char *value, size_t len)
{
	struct xeap_span found;

	assert_int_equal(find(a, type, &found), 1);
	assert_int_equal(found.len, len);
	if (len)
		assert_memory_equal(found.data, value, len);
}

static void usual_attributes(void **state)
{
	struct xeap_span value;
	struct attributes a;

	make("-c x", "\x7f\0\0\1", 4, &a);
	assert_value(&a, 4, "\x7f\0\0\1", 4);
	assert_int_equal(find(&a, 95, &value), 0);
	assert_value(&a, 32, "xeap", 4);
	assert_value(&a, 12, "\0\0\5\x78", 4);
	assert_value(&a, 61, "\0\0\0\x13", 4);
	assert_value(&a, 6, "\0\0\0\2", 4);
	assert_value(&a, 77, "CONNECT 11Mbps 802.11b", 22);
	make("-c x --framed-mtu 1000", "0123456789abcdef", 16, &a);
	assert_int_equal(find(&a, 4, &value), 0);
	assert_value(&a, 95, "0123456789abcdef", 16);
	assert_value(&a, 12, "\0\0\3\xe8", 4);
	make("-c x -C wire", NULL, 0, &a);
	assert_int_equal(find(&a, 4, &value), 0);
	assert_value(&a, 77, "wire", 4);
}

/* Those of -N, in each syntax; they take the place of ours. */
static void attributes_of_the_user(void **state)
{
	struct xeap_span value;
	struct attributes a;

	make("-c x -N 30:s:aa:bb -N 61:d:15 -N 26:x:00000009Ab -N 102 -N 1:s:", "\x7f\0\0\1", 4,
	     &a);
	assert_value(&a, 30, "aa:bb", 5);
	assert_value(&a, 61, "\0\0\0\x0f", 4);
	assert_value(&a, 26, "\0\0\0\x09\xab", 5);
	assert_value(&a, 102, "\0", 1);
	assert_value(&a, 1, "", 0);
	make("-c x -N 18:s:one -N 18:s:two -N 4:x:0a000001", "\x7f\0\0\1", 4, &a);
	assert_int_equal(find(&a, 18, &value), 2);
	assert_value(&a, 4, "\x0a\0\0\1", 4);
}

static void attributes_have_room(void **state)
{
	char value[231], line[1200];
	struct radius_options o;

	memset(value, 'x', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	snprintf(line, sizeof(line), "-c x -N 18:s:%s -N 18:s:%s -N 18:s:%s -N 18:s:%s", value,
		 value, value, value);
	assert_int_equal(parse(line, &o), 0);
	radius_options_free(&o);
	snprintf(line, sizeof(line),
		 "-c x -N 18:s:%s -N 18:s:%s -N 18:s:%s -N 18:s:%s -N 18:s:%.100s", value, value,
		 value, value, value);
	assert_int_equal(parse(line, &o), -EINVAL);
	radius_options_free(&o);
}

static void flags(void **state)
{
	struct radius_options o;

	assert_int_equal(
		parse("-c x -nevr3 -t1.5 -M0a:0b:0c:0d:0e:0f -A ::1 --sessions 7 --json", &o), 0);
	assert_true(o.no_keys && o.wants_key_name && o.verbose && o.json);
	assert_int_equal(o.again, 3);
	assert_int_equal(o.sessions, 7);
	assert_int_equal(o.timeout, XEAP_MS(1500));
	assert_memory_equal(o.mac, "\x0a\x0b\x0c\x0d\x0e\x0f", 6);
	assert_string_equal(o.bind, "::1");
	radius_options_free(&o);
	assert_int_equal(parse("--help", &o), 0);
	assert_true(o.help);
	radius_options_free(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(servers_and_secrets),
		cmocka_unit_test(secret_of_a_file),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(usual_attributes),
		cmocka_unit_test(attributes_of_the_user),
		cmocka_unit_test(attributes_have_room),
		cmocka_unit_test(flags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
