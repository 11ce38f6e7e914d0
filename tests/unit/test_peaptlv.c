/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The TLVs of PEAP's EAP Extensions, [MS-PEAP] §2.2.8.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wire/peaptlv.h>

#define TLVS(...) ((const uint8_t[]){ __VA_ARGS__ }), sizeof((const uint8_t[]){ __VA_ARGS__ })
#define SUCCESS 0x80, 3, 0, 2, 0, 1
#define FAILURE 0x80, 3, 0, 2, 0, 2
#define BINDING 60

/* From memory of exactly the size; what is found points into bytes. */
static int parse(const uint8_t *bytes, size_t len, struct xeap_peaptlvs *ret_tlvs)
{
	uint8_t *exact = malloc(len ? len : 1);
	int r;

	if (len)
		memcpy(exact, bytes, len);
	r = xeap_peaptlvs_parse(xeap_span(exact, len), ret_tlvs);
	if (r == 0 && ret_tlvs->cryptobinding.data)
		ret_tlvs->cryptobinding.data = bytes + (ret_tlvs->cryptobinding.data - exact);
	free(exact);
	return r;
}

static struct xeap_peaptlvs parsed(const uint8_t *bytes, size_t len)
{
	struct xeap_peaptlvs t;

	assert_int_equal(parse(bytes, len, &t), 0);
	return t;
}

static void assert_bad(const uint8_t *bytes, size_t len)
{
	struct xeap_peaptlvs t, before;

	memset(&t, 0x5a, sizeof(t));
	memset(&before, 0x5a, sizeof(before));
	assert_int_equal(parse(bytes, len, &t), -EBADMSG);
	assert_memory_equal(&t, &before, sizeof(t));
}

static void results(void **state)
{
	assert_int_equal(parsed(TLVS(SUCCESS)).result, XEAP_PEAP_RESULT_SUCCESS);
	assert_int_equal(parsed(TLVS(FAILURE)).result, XEAP_PEAP_RESULT_FAILURE);
	assert_int_equal(parsed(NULL, 0).result, XEAP_PEAP_RESULT_NONE);
	assert_bad(TLVS(0x80, 3, 0, 2, 0, 0));
	assert_bad(TLVS(0x80, 3, 0, 2, 0, 3));
	/* 0x0101 is not success. */
	assert_bad(TLVS(0x80, 3, 0, 2, 1, 1));
	assert_bad(TLVS(0x80, 3, 0, 1, 1));
	assert_bad(TLVS(0x80, 3, 0, 0));
	assert_bad(TLVS(0x80, 3, 0, 3, 0, 1, 0));
}

/* Which of two counts, nobody could say. */
static void two_results(void **state)
{
	assert_bad(TLVS(SUCCESS, SUCCESS));
	assert_bad(TLVS(SUCCESS, FAILURE));
	assert_bad(TLVS(FAILURE, SUCCESS));
	assert_bad(TLVS(FAILURE, 0, 9, 0, 1, 7, SUCCESS));
}

static void bindings(void **state)
{
	uint8_t bytes[6 + 2 * BINDING] = { SUCCESS, 0, 12, 0, 56, 0, 0, 0, 0 };
	struct xeap_peaptlvs t = parsed(bytes, 6 + BINDING);

	assert_int_equal(t.result, XEAP_PEAP_RESULT_SUCCESS);
	assert_ptr_equal(t.cryptobinding.data, bytes + 6);
	assert_int_equal(t.cryptobinding.len, BINDING);
	assert_false(t.refuses);
	t = parsed(bytes + 6, BINDING);
	assert_int_equal(t.result, XEAP_PEAP_RESULT_NONE);
	assert_int_equal(t.cryptobinding.len, BINDING);
	/* Two of them, or one of another length. */
	memcpy(bytes + 6 + BINDING, bytes + 6, BINDING);
	assert_bad(bytes, sizeof(bytes));
	for (uint8_t n = 0; n < 100; n++) {
		bytes[9] = n;
		if (n != 56)
			assert_bad(bytes, (size_t)6 + 4 + n);
	}
}

/* [MS-PEAP] §2.2.8.1.2: the first one that must be understood and is not is named in the NAK. */
static void unknown(void **state)
{
	struct xeap_peaptlvs t = parsed(TLVS(0x80, 99, 0, 1, 0, SUCCESS));

	assert_true(t.refuses);
	assert_int_equal(t.refused, 99);
	assert_int_equal(t.result, XEAP_PEAP_RESULT_SUCCESS);
	assert_false(parsed(TLVS(0, 99, 0, 0, SUCCESS)).refuses);
	assert_int_equal(parsed(TLVS(0xbf, 0xff, 0, 0)).refused, 0x3fff);
	assert_int_equal(parsed(TLVS(0x81, 1, 0, 0, 0x80, 99, 0, 0)).refused, 0x101);
	/* A type of 0 is one as any other. */
	t = parsed(TLVS(SUCCESS, 0x80, 0, 0, 0, 0x80, 99, 0, 0));
	assert_true(t.refuses);
	assert_int_equal(t.refused, 0);
	/* The bit beside M is reserved, and no part of the type. */
	assert_int_equal(parsed(TLVS(0x40, 3, 0, 2, 0, 1)).result, XEAP_PEAP_RESULT_SUCCESS);
}

static void cut(void **state)
{
	static const uint8_t bytes[] = { 0, 99, 0, 3, 1, 2, 3, SUCCESS };

	for (size_t n = 1; n < sizeof(bytes); n++)
		if (n != 7)
			assert_bad(bytes, n);
	assert_bad(TLVS(SUCCESS, 0));
	assert_bad(TLVS(SUCCESS, 0, 99, 0));
	assert_bad(TLVS(0, 99, 0xff, 0xff, 0));
	assert_bad(TLVS(SUCCESS, 0x80, 99, 0, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(results),  cmocka_unit_test(two_results),
		cmocka_unit_test(bindings), cmocka_unit_test(unknown),
		cmocka_unit_test(cut),
	};

	return cmocka_run_group_tests_name("peaptlv", tests, NULL, NULL);
}
