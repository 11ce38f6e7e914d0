/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/reader.h"

static const uint8_t bytes[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0xff };

static void reads_network_byte_order(void **state)
{
	struct xeap_reader r = xeap_reader(xeap_span(bytes, sizeof(bytes)));

	assert_int_equal(xeap_reader_left(&r), 10);
	assert_int_equal(xeap_read_u8(&r), 0x01);
	assert_int_equal(xeap_read_u16(&r), 0x0203);
	assert_int_equal(xeap_read_u24(&r), 0x040506);
	assert_int_equal(xeap_read_u32(&r), 0x070809ff);
	assert_int_equal(xeap_reader_left(&r), 0);
	assert_false(r.bad);
}

static void high_bits_survive(void **state)
{
	const uint8_t ff[10] = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };
	struct xeap_reader r = xeap_reader(xeap_span(ff, sizeof(ff)));

	assert_int_equal(xeap_read_u8(&r), UINT8_MAX);
	assert_int_equal(xeap_read_u16(&r), UINT16_MAX);
	assert_int_equal(xeap_read_u24(&r), 0xffffff);
	assert_true(xeap_read_u32(&r) == UINT32_MAX);
}

/* The number that `width` bytes from r give. */
static uint32_t read_width(struct xeap_reader *r, size_t width)
{
	switch (width) {
	case 1:
		return xeap_read_u8(r);
	case 2:
		return xeap_read_u16(r);
	case 3:
		return xeap_read_u24(r);
	default:
		return xeap_read_u32(r);
	}
}

static void first_access_out_of_bounds_sticks(void **state)
{
	for (size_t width = 1; width <= 4; width++) {
		struct xeap_reader r = xeap_reader(xeap_span(bytes, width - 1));

		assert_int_equal(read_width(&r, width), 0);
		assert_true(r.bad);
		/* What was there would have sufficed for these: no more. */
		assert_int_equal(xeap_reader_left(&r), 0);
		for (size_t w = 1; w <= 4; w++)
			assert_int_equal(read_width(&r, w), 0);
		assert_null(xeap_read_span(&r, 0).data);
		assert_null(xeap_read_rest(&r).data);
		assert_true(r.bad);
	}
}

static void spans_lie_in_place(void **state)
{
	struct xeap_reader r = xeap_reader(xeap_span(bytes, sizeof(bytes)));
	struct xeap_span s = xeap_read_span(&r, 4);

	assert_ptr_equal(s.data, bytes);
	assert_int_equal(s.len, 4);
	s = xeap_read_span(&r, 0);
	assert_ptr_equal(s.data, bytes + 4);
	assert_int_equal(s.len, 0);
	s = xeap_read_rest(&r);
	assert_ptr_equal(s.data, bytes + 4);
	assert_int_equal(s.len, 6);
	assert_int_equal(xeap_read_rest(&r).len, 0);
	assert_false(r.bad);
	s = xeap_read_span(&r, 1);
	assert_null(s.data);
	assert_int_equal(s.len, 0);
	assert_true(r.bad);
}

static void length_that_wraps_is_out_of_bounds(void **state)
{
	struct xeap_reader r = xeap_reader(xeap_span(bytes, sizeof(bytes)));

	xeap_read_u8(&r);
	assert_null(xeap_read_span(&r, SIZE_MAX).data);
	assert_true(r.bad);
}

static void nothing_at_all(void **state)
{
	struct xeap_reader r = xeap_reader(xeap_span(NULL, 0));

	assert_int_equal(xeap_reader_left(&r), 0);
	assert_int_equal(xeap_read_rest(&r).len, 0);
	assert_false(r.bad);
	xeap_read_u8(&r);
	assert_true(r.bad);
}

static void builds_what_is_read(void **state)
{
	uint8_t buf[sizeof(bytes)] = { 0 };
	struct xeap_builder b = xeap_builder(buf, sizeof(buf));
	uint8_t *space;

	xeap_put_u8(&b, 0x01);
	xeap_put_u16(&b, 0x0203);
	xeap_put_u24(&b, 0x99040506); /* only 24 bits count */
	xeap_put_span(&b, xeap_span(bytes + 6, 2));
	xeap_put_span(&b, xeap_span(NULL, 0));
	space = xeap_put_space(&b, 2);
	assert_ptr_equal(space, buf + 8);
	memcpy(space, bytes + 8, 2);
	assert_int_equal(xeap_builder_len(&b), sizeof(bytes));
	assert_false(b.bad);
	assert_memory_equal(buf, bytes, sizeof(bytes));
}

static void put_width(struct xeap_builder *b, size_t width)
{
	switch (width) {
	case 1:
		xeap_put_u8(b, 0xee);
		break;
	case 2:
		xeap_put_u16(b, 0xeeee);
		break;
	case 3:
		xeap_put_u24(b, 0xeeeeee);
		break;
	case 4:
		xeap_put_u32(b, 0xeeeeeeee);
		break;
	default:
		xeap_put_span(b, xeap_span(bytes, width));
	}
}

static void nothing_is_written_past_the_end(void **state)
{
	for (size_t width = 1; width <= 5; width++) {
		uint8_t buf[8] = { 0 };
		const uint8_t untouched[8] = { 0 };
		struct xeap_builder b = xeap_builder(buf, width - 1);

		put_width(&b, width);
		assert_true(b.bad);
		assert_int_equal(xeap_builder_len(&b), 0);
		for (size_t w = 1; w < width; w++)
			put_width(&b, w);
		assert_null(xeap_put_space(&b, 0));
		assert_memory_equal(buf, untouched, sizeof(buf));
		assert_true(b.bad);
	}
}

/* Half a packet must not look like a whole one. */
static void length_of_what_did_not_fit_is_0(void **state)
{
	uint8_t buf[4];
	struct xeap_builder b = xeap_builder(buf, sizeof(buf));

	xeap_put_u24(&b, 1);
	assert_int_equal(xeap_builder_len(&b), 3);
	xeap_put_u16(&b, 2);
	assert_int_equal(xeap_builder_len(&b), 0);
}

static void builder_without_memory(void **state)
{
	struct xeap_builder b = xeap_builder(NULL, 0);

	xeap_put_span(&b, xeap_span(NULL, 0));
	assert_false(b.bad);
	assert_int_equal(xeap_builder_len(&b), 0);
	assert_null(xeap_put_space(&b, SIZE_MAX));
	assert_true(b.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_network_byte_order),
		cmocka_unit_test(high_bits_survive),
		cmocka_unit_test(first_access_out_of_bounds_sticks),
		cmocka_unit_test(spans_lie_in_place),
		cmocka_unit_test(length_that_wraps_is_out_of_bounds),
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(builds_what_is_read),
		cmocka_unit_test(nothing_is_written_past_the_end),
		cmocka_unit_test(length_of_what_did_not_fit_is_0),
		cmocka_unit_test(builder_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
