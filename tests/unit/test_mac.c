/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Message authentication codes against the vectors of their RFCs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <crypto/mac.h>
#include <errno.h>
#include <string.h>
#include "tests/unit/hex.h"

static struct xeap_span text(const char *s)
{
	return xeap_span((const uint8_t *)s, strlen(s));
}

/* The message in two parts, as every user has it. */
static int hmac(enum xeap_digest_name name, struct xeap_span key, const char *message,
		uint8_t *ret_value, size_t size)
{
	struct xeap_span whole = text(message);
	struct xeap_span parts[] = { xeap_span(whole.data, 5),
				     xeap_span(whole.data + 5, whole.len - 5) };

	return xeap_hmac(name, key, parts, 2, ret_value, size);
}

/* RFC 2202 §2 and §3, RFC 4231 §4.3: test case 2 of each. */
static void hmac_is_that_of_the_rfcs(void **state)
{
	static const struct {
		enum xeap_digest_name name;
		int len;
		uint8_t begin[8];
	} rows[] = {
		{ XEAP_DIGEST_MD5, 16, { 0x75, 0x0c, 0x78, 0x3e, 0x6a, 0xb0, 0xb5, 0x03 } },
		{ XEAP_DIGEST_SHA1, 20, { 0xef, 0xfc, 0xdf, 0x6a, 0xe5, 0xeb, 0x2f, 0xa2 } },
		{ XEAP_DIGEST_SHA256, 32, { 0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e } },
		{ XEAP_DIGEST_SHA384, 48, { 0xaf, 0x45, 0xd2, 0xe3, 0x76, 0x48, 0x40, 0x31 } },
		{ XEAP_DIGEST_SHA512, 64, { 0x16, 0x4b, 0x7a, 0x7b, 0xfc, 0xf8, 0x19, 0xe2 } },
	};
	uint8_t value[XEAP_DIGEST_MAX];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(hmac(rows[i].name, text("Jefe"), "what do ya want for nothing?",
				      value, sizeof(value)),
				 rows[i].len);
		assert_memory_equal(value, rows[i].begin, sizeof(rows[i].begin));
	}
}

/* HMAC-SHA256 of nothing with an empty key, as other implementations have it. */
static void an_empty_key_is_a_key(void **state)
{
	static const uint8_t begin[] = { 0xb6, 0x13, 0x67, 0x9a, 0x08, 0x14, 0xd9, 0xec };
	uint8_t value[XEAP_DIGEST_MAX];

	assert_int_equal(xeap_hmac(XEAP_DIGEST_SHA256, xeap_span(NULL, 0), NULL, 0, value,
				   sizeof(value)),
			 XEAP_SHA256_LEN);
	assert_memory_equal(value, begin, sizeof(begin));
}

/* RFC 4493 §4, examples 1 and 3. */
static void cmac_is_that_of_rfc_4493(void **state)
{
	static const uint8_t key[] = { 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
				       0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c };
	static const uint8_t message[] = {
		0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96, 0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93,
		0x17, 0x2a, 0xae, 0x2d, 0x8a, 0x57, 0x1e, 0x03, 0xac, 0x9c, 0x9e, 0xb7, 0x6f, 0xac,
		0x45, 0xaf, 0x8e, 0x51, 0x30, 0xc8, 0x1c, 0x46, 0xa3, 0x5c, 0xe4, 0x11,
	};
	static const uint8_t of_nothing[] = { 0xbb, 0x1d, 0x69, 0x29, 0xe9, 0x59, 0x37, 0x28,
					      0x7f, 0xa3, 0x7d, 0x12, 0x9b, 0x75, 0x67, 0x46 };
	static const uint8_t of_message[] = { 0xdf, 0xa6, 0x67, 0x47, 0xde, 0x9a, 0xe6, 0x30,
					      0x30, 0xca, 0x32, 0x61, 0x14, 0x97, 0xc8, 0x27 };
	struct xeap_span k = xeap_span(key, sizeof(key)), m = xeap_span(message, sizeof(message));
	uint8_t value[XEAP_CMAC_LEN];

	assert_int_equal(xeap_cmac(k, NULL, 0, value, sizeof(value)), XEAP_CMAC_LEN);
	assert_memory_equal(value, of_nothing, sizeof(value));
	assert_int_equal(xeap_cmac(k, &m, 1, value, sizeof(value)), XEAP_CMAC_LEN);
	assert_memory_equal(value, of_message, sizeof(value));
}

static void what_does_not_fit_is_refused(void **state)
{
	uint8_t key[17] = { 0 }, value[XEAP_DIGEST_MAX] = { 7 };

	assert_int_equal(xeap_cmac(xeap_span(key, 17), NULL, 0, value, sizeof(value)), -EINVAL);
	assert_int_equal(xeap_cmac(xeap_span(key, 16), NULL, 0, value, 15), -ENOSPC);
	assert_int_equal(hmac(XEAP_DIGEST_SHA1, text("key"), "message", value, 19), -ENOSPC);
	assert_int_equal(hmac(XEAP_DIGEST_NAME_MAX, text("key"), "message", value, 64), -EINVAL);
	assert_int_equal(value[0], 7);
}

/* SK_d, Ni, Nr and KEYMAT of an EAP-IKEv2 login of wpa_supplicant. */
static void prf_plus_is_that_of_ikev2(void **state)
{
	uint8_t key[20], nonces[32], wanted[128], got[128];
	struct xeap_span seed[] = { { nonces, 16 }, { nonces + 16, 16 }, { NULL, 0 },
				    { NULL, 0 },    { NULL, 0 },	 { NULL, 0 } };
	struct xeap_span k = { key, hex("3dea927b60bf31cceb37cc327c9c4d1a7cddbd82", key) };

	hex("d1f93454238fc2290dfd850617e1aeac"
	    "c5b5479fdb377c321c3fc123bee66390",
	    nonces);
	hex("6fd6904b0be043eeb422f0d779e3fef5ef0197fd3e2caf927bef88c98872b1a7"
	    "9fededb8dd4f37cc2f7820aa05d6bb67fe84c009a4adad6973dbd6861237e7cb"
	    "6df2d04666493f9259121e578d9e797104a71491414f70b46027ba8eacec95dc"
	    "aaeca90917d5dcd892b32c0f6ea73a0f665d09b1d8d541b32056f31c5d34579a",
	    wanted);
	for (size_t len = 0; len <= sizeof(wanted); len++) {
		memset(got, 0, sizeof(got));
		assert_int_equal(xeap_prf_plus(XEAP_DIGEST_SHA1, k, seed, 2, got, len), 0);
		assert_memory_equal(got, wanted, len);
	}
	assert_int_equal(xeap_prf_plus(XEAP_DIGEST_SHA1, k, seed, 6, got, 1), -EINVAL);
}

/* The counter has one octet. */
static void prf_plus_has_an_end(void **state)
{
	static uint8_t much[255 * XEAP_SHA1_LEN + 1];

	assert_int_equal(
		xeap_prf_plus(XEAP_DIGEST_SHA1, text("k"), NULL, 0, much, sizeof(much) - 1), 0);
	assert_int_equal(xeap_prf_plus(XEAP_DIGEST_SHA1, text("k"), NULL, 0, much, sizeof(much)),
			 -EINVAL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(hmac_is_that_of_the_rfcs),
		cmocka_unit_test(an_empty_key_is_a_key),
		cmocka_unit_test(cmac_is_that_of_rfc_4493),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(prf_plus_is_that_of_ikev2),
		cmocka_unit_test(prf_plus_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
