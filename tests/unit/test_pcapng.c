// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* The blocks of a pcapng file, byte for byte, and what a reader of the stream makes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tool/pcapng.h"

static uint8_t out[65536];

static uint16_t u16(size_t at)
{
	uint16_t v;

	memcpy(&v, out + at, sizeof(v));
	return v;
}

static uint32_t u32(size_t at)
{
	uint32_t v;

	memcpy(&v, out + at, sizeof(v));
	return v;
}

static uint64_t u64(size_t at)
{
	uint64_t v;

	memcpy(&v, out + at, sizeof(v));
	return v;
}

/* Type and both lengths of the block that was written. */
static void expect_block(size_t len, uint32_t type)
{
	assert_int_not_equal(len, 0);
	assert_int_equal(len % 4, 0);
	assert_int_equal(u32(0), type);
	assert_int_equal(u32(4), len);
	assert_int_equal(u32(len - 4), len);
}

/* Where an option's value stands, behind `at`; its length must be as told. */
static size_t option(size_t at, uint16_t code, uint16_t len)
{
	while (u16(at)) {
		if (u16(at) == code) {
			assert_int_equal(u16(at + 2), len);
			return at + 4;
		}
		at += 4 + ((u16(at + 2) + 3u) & ~3u);
	}
	fail_msg("there is no option %u", code);
	return 0;
}

static void section(void **state)
{
	size_t len = pcapng_section(out, sizeof(out), "xeap 1");

	expect_block(len, 0x0A0D0D0A);
	assert_int_equal(u32(8), 0x1A2B3C4D);
	assert_int_equal(u16(12), 1);
	assert_int_equal(u16(14), 0);
	assert_true(u64(16) == UINT64_MAX);
	assert_memory_equal(out + option(24, 4, 6), "xeap 1", 6);
}

static void interface(void **state)
{
	struct pcapng_interface i = { "port17", "veth, native", { 2, 0, 0, 0, 0, 9 } };
	size_t len = pcapng_interface(out, sizeof(out), &i);

	expect_block(len, 1);
	assert_int_equal(u16(8), 1); /* LINKTYPE_ETHERNET */
	assert_int_equal(u32(12), 0);
	assert_memory_equal(out + option(16, 2, 6), "port17", 6);
	assert_memory_equal(out + option(16, 3, 12), "veth, native", 12);
	assert_memory_equal(out + option(16, 6, 6), i.mac, 6);
	assert_int_equal(out[option(16, 9, 1)], 9);
}

/* Whatever the names are, the block stays within what is promised. */
static void names_are_cut(void **state)
{
	char name[2000];
	struct pcapng_interface i = { name, name };

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_in_range(pcapng_interface(out, PCAPNG_BLOCK_MAX, &i), 2 * 127, PCAPNG_BLOCK_MAX);
	assert_in_range(pcapng_section(out, PCAPNG_BLOCK_MAX, name), 127, PCAPNG_BLOCK_MAX);
}

static void frame(void **state)
{
	uint8_t bytes[61] = { 0x01, 0x80, 0xc2, 0, 0, 3 };
	struct pcapng_frame f = {
		.interface = 3,
		.direction = PCAPNG_OUTBOUND,
		.time = 0x1122334455667788,
		.whole = 70,
		.data = xeap_span(bytes, sizeof(bytes)),
	};
	size_t len = pcapng_frame(out, sizeof(out), &f);

	expect_block(len, 6);
	assert_int_equal(u32(8), 3);
	assert_int_equal(u32(12), 0x11223344);
	assert_int_equal(u32(16), 0x55667788);
	assert_int_equal(u32(20), 61);
	assert_int_equal(u32(24), 70);
	assert_memory_equal(out + 28, bytes, 61);
	assert_int_equal(out[28 + 61] | out[28 + 62] | out[28 + 63], 0);
	/* outbound, to a group */
	assert_int_equal(u32(option(28 + 64, 2, 4)), 2 | 2 << 2);
	assert_int_equal(len, 28 + 64 + 8 + 4 + 4);

	bytes[0] = 0x02;
	f.direction = PCAPNG_INBOUND;
	f.lost = 5;
	expect_block(pcapng_frame(out, sizeof(out), &f), 6);
	assert_int_equal(u32(option(28 + 64, 2, 4)), 1 | 1 << 2);
	assert_true(u64(option(28 + 64, 4, 8)) == 5);

	memset(bytes, 0xff, 6);
	expect_block(pcapng_frame(out, sizeof(out), &f), 6);
	assert_int_equal(u32(option(28 + 64, 2, 4)), 1 | 3 << 2);
}

static void frames_of_any_length_fit(void **state)
{
	static uint8_t bytes[9216];
	struct pcapng_frame f = { .lost = 1 };

	for (size_t n = 0; n <= sizeof(bytes); n += n < 70 ? 1 : 997) {
		f.data = xeap_span(bytes, n);
		expect_block(pcapng_frame(out, PCAPNG_FRAME_MAX(n), &f), 6);
		assert_int_equal(u32(20), n);
	}
}

static void nothing_is_written_where_it_does_not_fit(void **state)
{
	struct pcapng_statistics s = { 0 };
	struct pcapng_interface i = { "a", "b" };
	struct pcapng_frame f = { .data = xeap_span("0123456", 7) };
	size_t whole = pcapng_frame(out, sizeof(out), &f);

	memset(out, 0xAA, sizeof(out));
	for (size_t size = 0; size < whole; size++) {
		assert_int_equal(pcapng_frame(out, size, &f), 0);
		assert_int_equal(out[size], 0xAA);
	}
	assert_int_equal(pcapng_frame(out, whole, &f), whole);
	assert_int_equal(pcapng_section(out, 20, "x"), 0);
	assert_int_equal(pcapng_interface(out, 20, &i), 0);
	assert_int_equal(pcapng_statistics(out, 20, &s), 0);
}

static void statistics(void **state)
{
	struct pcapng_statistics s = { 7, 0x200000003, 0x100000002, 11, 12 };
	size_t len = pcapng_statistics(out, sizeof(out), &s);
	uint64_t kept = 0, lost = 0;

	expect_block(len, 5);
	assert_int_equal(u32(8), 7);
	assert_int_equal(u32(12), 2);
	assert_int_equal(u32(16), 3);
	assert_int_equal(u32(option(20, 2, 8)), 1);
	assert_int_equal(u32(option(20, 2, 8) + 4), 2);
	assert_int_equal(u32(option(20, 3, 8) + 4), 3);
	assert_true(u64(option(20, 5, 8)) == 12);
	assert_true(u64(option(20, 8, 8)) == 11);
	assert_true(pcapng_read_statistics(out, len, &kept, &lost));
	assert_true(kept == 11 && lost == 12);
	/* Cut anywhere it is none, and nothing beyond its end is looked at. */
	for (size_t n = 0; n < len - 8; n++)
		assert_false(pcapng_read_statistics(out, n, &kept, &lost));
}

static void heads(void **state)
{
	struct pcapng_frame f = { .data = xeap_span("0123456", 7) };
	enum pcapng_block kind = PCAPNG_BLOCK_KIND_MAX;
	size_t len = pcapng_frame(out, sizeof(out), &f);
	uint32_t bad;

	assert_int_equal(pcapng_head(out, &kind), len);
	assert_int_equal(kind, PCAPNG_BLOCK_FRAME);
	len = pcapng_section(out, sizeof(out), "");
	assert_int_equal(pcapng_head(out, &kind), len);
	assert_int_equal(kind, PCAPNG_BLOCK_SECTION);
	kind = PCAPNG_BLOCK_KIND_MAX;
	for (bad = 8; bad < 12; bad++) {
		memcpy(out + 4, &bad, sizeof(bad));
		assert_int_equal(pcapng_head(out, &kind), 0);
	}
	bad = 1u << 30;
	memcpy(out + 4, &bad, sizeof(bad));
	assert_int_equal(pcapng_head(out, &kind), 0);
	assert_int_equal(pcapng_head((const uint8_t *)"{\"error\"", &kind), 0);
	assert_int_equal(kind, PCAPNG_BLOCK_KIND_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(section),
		cmocka_unit_test(interface),
		cmocka_unit_test(names_are_cut),
		cmocka_unit_test(frame),
		cmocka_unit_test(frames_of_any_length_fit),
		cmocka_unit_test(nothing_is_written_where_it_does_not_fit),
		cmocka_unit_test(statistics),
		cmocka_unit_test(heads),
	};

	return cmocka_run_group_tests_name("pcapng", tests, NULL, NULL);
}
