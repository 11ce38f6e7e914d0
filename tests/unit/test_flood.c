/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The command line of `xeap flood`, the frames that it asks for, and the results that are read. */
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

#include "tool/bench_background.h"
#include "tool/flood_frames.h"
#include "tool/flood_options.h"

#define WORDS_MAX 32

static const uint8_t own[6] = { 2, 0, 0, 0, 0, 9 };

static int parse(const char *line, struct flood_options *o)
{
	static char buf[500];
	char *argv[WORDS_MAX] = { NULL }, *save;
	int argc = 0;

	snprintf(buf, sizeof(buf), "flood %s", line);
	for (char *w = strtok_r(buf, " ", &save); w && argc < WORDS_MAX - 1;
	     w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	return flood_options_parse(o, argc, argv);
}

static void a_whole_line(void **state)
{
	struct flood_options o;

	assert_int_equal(parse("-i a -i b -n 7 -t 1.5 -r 100 -s 200 -m 02:00:00:00:00:01 "
			       "-d 192.0.2.1 --eapol identity --sources 4294967295 --vlan 4094 "
			       "--json --force",
			       &o),
			 0);
	assert_int_equal(o.netdev_count, 2);
	assert_string_equal(o.netdevs[1], "b");
	assert_int_equal(o.count, 7);
	assert_true(o.seconds == 1.5 && o.rate == 100);
	assert_int_equal(o.size, 200);
	assert_memory_equal(o.mac, "\2\0\0\0\0\1", 6);
	assert_memory_equal(o.address, "\xc0\0\2\1", 4);
	assert_int_equal(o.kind, FLOOD_IDENTITY);
	assert_int_equal(o.sources, 4294967295);
	assert_int_equal(o.vid, 4094);
	assert_true(o.json && o.force);
}

static void what_is_refused(void **state)
{
	static const char *const lines[] = {
		"-n 1",
		"-i a",
		"-i a -n 0",
		"-i a -n -1",
		"-i a -n 4294967296",
		"-i a -n 1x",
		"-i a -t 0",
		"-i a -t nan",
		"-i a -n 1 -r -1",
		"-i a -n 1 -r inf",
		"-i a -n 1 -s 59",
		"-i a -n 1 -s 1519",
		"-i a -n 1 -m 1:2",
		"-i a -n 1 -m 02:00:00:00:00:01:",
		"-i a -n 1 -d 300.0.0.1",
		"-i a -n 1 -d ::1",
		"-i a -n 1 --eapol hello",
		"-i a -n 1 --sources 0",
		"-i a -n 1 --vlan 0",
		"-i a -n 1 --vlan 4095",
		"-i a -i a -n 1",
		"-i a -n 1 more",
	};
	struct flood_options o;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (!parse(lines[i], &o))
			fail_msg("taken: %s", lines[i]);
}

static void build(const char *line, struct flood_frames *f)
{
	struct flood_options o;

	assert_int_equal(parse(line, &o), 0);
	flood_frames_build(f, &o, own);
}

/* RFC 791's header with a checksum of its own calculation, RFC 768's behind it. */
static void udp(void **state)
{
	static const char wanted[] =
		"\x90\xe2\xba\xff\xff\xff\x02\x00\x00\x00\x00\x09\x81\x00\x00\x07\x08\x00"
		"\x45\x00\x00\x2a\x00\x00\x00\x00\x20\x11\x8e\x72\xc6\x12\x00\x01\xc6\x12\x00\x2a"
		"\x00\x09\x00\x09\x00\x16\x00\x00";
	struct flood_frames f;
	uint32_t sum = 0;

	build("-i a -n 1 --vlan 7", &f);
	assert_int_equal(f.shapes, 1);
	for (int i = 18; i < 38; i += 2)
		sum += (uint32_t)f.head[0][i] << 8 | f.head[0][i + 1];
	assert_int_equal((sum & 0xffff) + (sum >> 16), 0xffff);
	assert_memory_equal(f.head[0], wanted, 28);
	assert_memory_equal(f.head[0] + 30, wanted + 30, sizeof(wanted) - 1 - 30);
	assert_int_equal(f.number_at, 46);
	assert_int_equal(f.number_size, 4);
}

static void eapol(void **state)
{
	struct flood_frames f;

	build("-i a -n 1 --eapol start --sources 3", &f);
	assert_memory_equal(f.head[0],
			    "\x01\x80\xc2\x00\x00\x03\x02\xf1\x00\x00\x00\x00\x88\x8e\x02\x01\0\0",
			    18);
	assert_int_equal(f.sources, 3);
	assert_int_equal(f.number_size, 0);
	build("-i a -n 1 --eapol identity", &f);
	assert_memory_equal(f.head[0] + 12, "\x88\x8e\x02\x00\0\5\1\0\0\5\1", 11);
	assert_int_equal(f.number_at, 19);
	assert_int_equal(f.number_size, 1);
	build("-i a -n 1 --eapol malformed", &f);
	assert_int_equal(f.shapes, 3);
	assert_memory_equal(f.head[0] + 12, "\x88\x8e\x02\x00\xff\xff", 6);
	assert_memory_equal(f.head[1] + 12, "\x88\x8e\x00\x00\0\5", 6);
	assert_memory_equal(f.head[2] + 12, "\x88\x8e\x02\x63\0\0", 6);
}

static int read_text(const char *text, struct bench_result *r)
{
	char path[] = "/tmp/xeap-test-XXXXXX", why[200] = "";
	int fd = mkstemp(path), err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	err = bench_background_read(path, r, why);
	unlink(path);
	assert_int_equal(!*why, !err);
	return err;
}

#define DEVICE(errors)                                                                             \
	"{\"device\":\"eth1@0\",\"packets\":7,\"errors\":" errors ",\"pps\":3.5,\"bps\":2000000}"
#define DOCUMENT(schema, devices)                                                                  \
	"{\"schema\":\"" schema "\",\"version\":1,\"devices\":[" devices "]}"

static void results(void **state)
{
	static const char *const others[] = {
		"",
		"[]",
		"{}",
		DOCUMENT("xeap-bench", DEVICE("1")),
		DOCUMENT("xeap-flood", ""),
		DOCUMENT("xeap-flood", DEVICE("1") "," DEVICE("-1")),
		DOCUMENT("xeap-flood", DEVICE("\"1\"")),
		DOCUMENT("xeap-flood", "7"),
		"{\"schema\":\"xeap-flood\",\"version\":2,\"devices\":[" DEVICE("1") "]}",
	};
	struct bench_result r = { 0 };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (read_text(others[i], &r) != -EINVAL || r.background_count)
			fail_msg("taken: %s", others[i]);
	assert_int_equal(read_text(DOCUMENT("xeap-pktgen", DEVICE("1") "," DEVICE("2")), &r), 0);
	assert_int_equal(read_text(DOCUMENT("xeap-flood", DEVICE("3")), &r), 0);
	assert_int_equal(r.background_count, 3);
	assert_string_equal(r.background[0].name, "eth1@0");
	assert_int_equal(r.background[2].packets, 7);
	assert_int_equal(r.background[2].errors, 3);
	assert_true(r.background[2].pps == 3.5 && r.background[2].mbps == 2);
	free(r.background);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_line), cmocka_unit_test(what_is_refused),
		cmocka_unit_test(udp),		cmocka_unit_test(eapol),
		cmocka_unit_test(results),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
