/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* AES against the vectors of NIST SP 800-38A, F.1.1, F.2.5 and F.5.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <crypto/cipher.h>
#include <errno.h>
#include <string.h>

static const uint8_t key128[] = { 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
				  0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c };
static const uint8_t key256[] = { 0x60, 0x3d, 0xeb, 0x10, 0x15, 0xca, 0x71, 0xbe, 0x2b, 0x73, 0xae,
				  0xf0, 0x85, 0x7d, 0x77, 0x81, 0x1f, 0x35, 0x2c, 0x07, 0x3b, 0x61,
				  0x08, 0xd7, 0x2d, 0x98, 0x10, 0xa3, 0x09, 0x14, 0xdf, 0xf4 };
static const uint8_t zero_up[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
static const uint8_t counter[] = { 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7,
				   0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff };
static const uint8_t plain[] = { 0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96,
				 0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a };

static const struct {
	enum xeap_cipher_mode mode;
	struct xeap_span key, iv;
	uint8_t cipher[16];
} rows[] = {
	{ XEAP_CIPHER_ECB,
	  { key128, 16 },
	  { NULL, 0 },
	  { 0x3a, 0xd7, 0x7b, 0xb4, 0x0d, 0x7a, 0x36, 0x60, 0xa8, 0x9e, 0xca, 0xf3, 0x24, 0x66,
	    0xef, 0x97 } },
	{ XEAP_CIPHER_CBC,
	  { key256, 32 },
	  { zero_up, 16 },
	  { 0xf5, 0x8c, 0x4c, 0x04, 0xd6, 0xe5, 0xf1, 0xba, 0x77, 0x9e, 0xab, 0xfb, 0x5f, 0x7b,
	    0xfb, 0xd6 } },
	{ XEAP_CIPHER_CTR,
	  { key128, 16 },
	  { counter, 16 },
	  { 0x87, 0x4d, 0x61, 0x91, 0xb6, 0x20, 0xe3, 0x26, 0x1b, 0xef, 0x68, 0x64, 0x99, 0x0d,
	    0xb6, 0xce } },
};

static void aes_is_nists_both_ways(void **state)
{
	uint8_t out[16];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(xeap_aes(rows[i].mode, true, rows[i].key, rows[i].iv,
					  xeap_span(plain, 16), out),
				 0);
		assert_memory_equal(out, rows[i].cipher, 16);
		assert_int_equal(xeap_aes(rows[i].mode, false, rows[i].key, rows[i].iv,
					  xeap_span(out, 16), out),
				 0);
		assert_memory_equal(out, plain, 16);
	}
}

static void a_counter_needs_no_whole_block(void **state)
{
	uint8_t out[16] = { 0 };

	assert_int_equal(xeap_aes(XEAP_CIPHER_CTR, true, rows[2].key, rows[2].iv,
				  xeap_span(plain, 5), out),
			 0);
	assert_memory_equal(out, rows[2].cipher, 5);
	assert_int_equal(out[5], 0);
}

static void lengths_that_do_not_fit_are_refused(void **state)
{
	struct xeap_span key = { key256, 24 }, none = { NULL, 0 }, iv = { zero_up, 16 };
	uint8_t out[16];

	assert_int_equal(xeap_aes(XEAP_CIPHER_ECB, true, key, none, xeap_span(plain, 16), out),
			 -EINVAL);
	assert_int_equal(xeap_aes(XEAP_CIPHER_ECB, true, rows[0].key, iv, xeap_span(plain, 16),
				  out),
			 -EINVAL);
	assert_int_equal(xeap_aes(XEAP_CIPHER_CBC, true, rows[1].key, iv, xeap_span(plain, 15),
				  out),
			 -EINVAL);
	assert_int_equal(xeap_aes(XEAP_CIPHER_CBC, true, rows[1].key, none, xeap_span(plain, 16),
				  out),
			 -EINVAL);
}

static void random_bytes_are_not_the_same_twice(void **state)
{
	uint8_t one[16] = { 0 }, two[16] = { 0 };

	assert_int_equal(xeap_random(one, sizeof(one)), 0);
	assert_int_equal(xeap_random(two, sizeof(two)), 0);
	assert_memory_not_equal(one, two, sizeof(one));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(aes_is_nists_both_ways),
		cmocka_unit_test(a_counter_needs_no_whole_block),
		cmocka_unit_test(lengths_that_do_not_fit_are_refused),
		cmocka_unit_test(random_bytes_are_not_the_same_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
