/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Diameter AVPs, RFC 5281 §10.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wire/avp.h>

#define MICROSOFT 311

/* The first AVP, from memory of exactly the size; ret_left: what follows it. */
static int first(const uint8_t *bytes, size_t len, struct xeap_avp *ret_avp, size_t *ret_left)
{
	uint8_t *exact = malloc(len ? len : 1);
	struct xeap_reader r;
	int n;

	memcpy(exact, bytes, len);
	r = xeap_reader(xeap_span(exact, len));
	n = xeap_avp_next(&r, ret_avp);
	*ret_left = xeap_reader_left(&r);
	if (n == 1)
		ret_avp->data.data = bytes + (ret_avp->data.data - exact);
	free(exact);
	return n;
}

static void assert_bad(const uint8_t *bytes, size_t len)
{
	struct xeap_avp avp, before;
	size_t left;

	memset(&avp, 0x5a, sizeof(avp));
	memset(&before, 0x5a, sizeof(before));
	assert_int_equal(first(bytes, len, &avp, &left), -EBADMSG);
	assert_memory_equal(&avp, &before, sizeof(avp));
}

static void fields(void **state)
{
	static const uint8_t plain[] = { 1, 2, 3, 4, 0x40, 0, 0, 10, 'h', 'i', 0, 0 };
	static const uint8_t vendor[] = {
		0, 0, 0, 26, 0x80, 0, 0, 13, 0xff, 2, 3, 4, 'x', 0, 0, 0
	};
	struct xeap_avp avp;
	size_t left;

	assert_int_equal(first(plain, sizeof(plain), &avp, &left), 1);
	assert_int_equal(avp.code, 0x01020304);
	assert_int_equal(avp.vendor, 0);
	assert_true(avp.mandatory);
	assert_ptr_equal(avp.data.data, plain + 8);
	assert_int_equal(avp.data.len, 2);
	assert_int_equal(left, 0);
	assert_int_equal(first(vendor, sizeof(vendor), &avp, &left), 1);
	assert_int_equal(avp.code, 26);
	assert_int_equal(avp.vendor, 0xff020304);
	assert_false(avp.mandatory);
	assert_ptr_equal(avp.data.data, vendor + 12);
	assert_int_equal(avp.data.len, 1);
	assert_int_equal(left, 0);
}

/* Each begins where the padding of the one before it ends; the last one needs none. */
static void series(void **state)
{
	for (size_t n = 0; n < 9; n++) {
		static const uint8_t tail[] = { 0, 0, 0, 9, 0, 0, 0, 9, 'z' };
		uint8_t bytes[64] = { 0, 0, 0, 7, 0, 0, 0, (uint8_t)(8 + n) };
		size_t at = (8 + n + 3) / 4 * 4;
		struct xeap_reader r = xeap_reader(xeap_span(bytes, at + sizeof(tail)));
		struct xeap_avp avp;

		memcpy(bytes + at, tail, sizeof(tail));
		assert_int_equal(xeap_avp_next(&r, &avp), 1);
		assert_int_equal(avp.code, 7);
		assert_int_equal(avp.data.len, n);
		assert_int_equal(xeap_avp_next(&r, &avp), 1);
		assert_int_equal(avp.code, 9);
		assert_int_equal(avp.data.len, 1);
		assert_int_equal(avp.data.data[0], 'z');
		assert_int_equal(xeap_avp_next(&r, &avp), 0);
		assert_int_equal(xeap_avp_next(&r, &avp), 0);
	}
}

static void nothing(void **state)
{
	struct xeap_reader r = xeap_reader(xeap_span(NULL, 0));
	struct xeap_avp avp, before;

	memset(&avp, 0x5a, sizeof(avp));
	memset(&before, 0x5a, sizeof(before));
	assert_int_equal(xeap_avp_next(&r, &avp), 0);
	assert_memory_equal(&avp, &before, sizeof(avp));
}

static void cut(void **state)
{
	static const uint8_t plain[] = { 0, 0, 0, 1, 0x40, 0, 0, 10, 'h', 'i' };
	static const uint8_t vendor[] = { 0, 0, 0, 26, 0xc0, 0, 0, 13, 0, 0, 1, 55, 'x' };

	for (size_t n = 1; n < sizeof(plain); n++)
		assert_bad(plain, n);
	for (size_t n = 1; n < sizeof(vendor); n++)
		assert_bad(vendor, n);
}

/* The length includes the header, the vendor's too: less cannot be, and no more than is there. */
static void lengths(void **state)
{
	static const uint8_t large[][3] = {
		{ 0, 0, 17 }, { 0, 1, 0 }, { 1, 0, 0 }, { 0x7f, 0xff, 0xff }, { 0xff, 0xff, 0xff }
	};
	uint8_t plain[16] = { 0, 0, 0, 1, 0x40 }, vendor[16] = { 0, 0, 0, 1, 0xc0 };
	struct xeap_avp avp;
	size_t left;

	for (uint8_t n = 0; n < 8; n++) {
		plain[7] = n;
		assert_bad(plain, sizeof(plain));
	}
	for (uint8_t n = 0; n < 12; n++) {
		vendor[7] = n;
		assert_bad(vendor, sizeof(vendor));
	}
	for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++) {
		memcpy(plain + 5, large[i], 3);
		memcpy(vendor + 5, large[i], 3);
		assert_bad(plain, sizeof(plain));
		assert_bad(vendor, sizeof(vendor));
	}
	memcpy(plain + 5, (const uint8_t[]){ 0, 0, 16 }, 3);
	assert_int_equal(first(plain, sizeof(plain), &avp, &left), 1);
	assert_int_equal(avp.data.len, 8);
	memcpy(plain + 5, (const uint8_t[]){ 0, 0, 8 }, 3);
	assert_int_equal(first(plain, sizeof(plain), &avp, &left), 1);
	assert_int_equal(avp.data.len, 0);
	assert_int_equal(left, 8);
}

/* What follows something bad is not read. */
static void bad_stays_bad(void **state)
{
	static const uint8_t bytes[] = { 0, 0, 0, 1, 0, 0, 0, 64, 0, 0, 0, 1, 0, 0, 0, 8 };
	struct xeap_reader r = xeap_reader(xeap_span(bytes, sizeof(bytes)));
	struct xeap_avp avp;

	assert_int_equal(xeap_avp_next(&r, &avp), -EBADMSG);
	assert_int_equal(xeap_avp_next(&r, &avp), -EBADMSG);
}

static void written(void **state)
{
	static const uint8_t user[] = {
		0, 0, 0, 1, 0x40, 0, 0, 13, 'a', 'l', 'i', 'c', 'e', 0, 0, 0
	};
	static const uint8_t proof[] = { 0, 0, 0, 26, 0xc0, 0, 0, 14, 0, 0, 1, 55, 'S', '=', 0, 0 };
	uint8_t bytes[32];
	struct xeap_builder b = xeap_builder(bytes, sizeof(bytes));

	memset(bytes, 0xff, sizeof(bytes));
	xeap_avp_put(&b, XEAP_AVP_USER_NAME, 0, xeap_span("alice", 5));
	xeap_avp_put(&b, XEAP_AVP_MS_CHAP2_SUCCESS, MICROSOFT, xeap_span("S=", 2));
	assert_int_equal(xeap_builder_len(&b), 32);
	assert_memory_equal(bytes, user, sizeof(user));
	assert_memory_equal(bytes + 16, proof, sizeof(proof));
	/* Room for all but the last octet of padding is none. */
	b = xeap_builder(bytes, 15);
	xeap_avp_put(&b, XEAP_AVP_USER_NAME, 0, xeap_span("alice", 5));
	assert_true(b.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields),  cmocka_unit_test(series),
		cmocka_unit_test(nothing), cmocka_unit_test(cut),
		cmocka_unit_test(lengths), cmocka_unit_test(bad_stays_bad),
		cmocka_unit_test(written),
	};

	return cmocka_run_group_tests_name("avp", tests, NULL, NULL);
}
