/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <crypto/legacy.h>
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* RFC 1320 §A.5: MD4 ("abc"). */
static const uint8_t md4_abc[] = { 0xa4, 0x48, 0x01, 0x7a, 0xaf, 0x21, 0xd8, 0x52,
				   0x5f, 0xc1, 0x0a, 0xe8, 0x7a, 0xa6, 0x72, 0x9d };

static void assert_md4(const struct xeap_legacy *legacy)
{
	const struct xeap_span parts[] = { xeap_span("a", 1), xeap_span("bc", 2) };
	uint8_t got[XEAP_MD4_LEN];

	assert_int_equal(xeap_md4(legacy, parts, 2, got), 0);
	assert_memory_equal(got, md4_abc, sizeof(md4_abc));
}

/* FIPS 81's example: key 0123456789abcdef, whose parity bits are left out here. */
static void des_of_fips_81(void **state)
{
	static const uint8_t wanted[] = { 0x3f, 0xa4, 0x0e, 0x8a, 0x98, 0x4d, 0x48, 0x15 };
	uint8_t spread[XEAP_DES_BLOCK] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };
	uint8_t packed[XEAP_DES_KEY], got[XEAP_DES_BLOCK];
	struct xeap_legacy *legacy;
	uint64_t bits = 0;

	for (int i = 0; i < 8; i++)
		bits = bits << 7 | spread[i] >> 1;
	for (int i = 0; i < 7; i++)
		packed[i] = (uint8_t)(bits >> (48 - 8 * i));
	assert_int_equal(xeap_legacy_get(&legacy), 0);
	assert_int_equal(xeap_des_block(legacy, packed, (const uint8_t *)"Now is t", got), 0);
	assert_memory_equal(got, wanted, sizeof(wanted));
	xeap_legacy_put(legacy);
}

/* RFC 6229 §2: a key of 128 bits, the first bytes of the stream. */
static void rc4_of_rfc_6229(void **state)
{
	static const uint8_t wanted[] = { 0x9a, 0xc7, 0xcc, 0x9a, 0x60, 0x9d, 0x1e, 0xf7,
					  0xb2, 0x93, 0x28, 0x99, 0xcd, 0xe4, 0x1b, 0x97 };
	uint8_t key[16], buf[16] = { 0 };
	struct xeap_legacy *legacy;

	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(i + 1);
	assert_int_equal(xeap_legacy_get(&legacy), 0);
	assert_int_equal(xeap_rc4(legacy, key, xeap_span(buf, sizeof(buf)), buf), 0);
	assert_memory_equal(buf, wanted, sizeof(wanted));
	xeap_legacy_put(legacy);
}

/* The rest of the process does not get to see what is loaded. */
static void nothing_of_it_in_the_default_context(void **state)
{
	struct xeap_legacy *legacy, *again;

	assert_int_equal(xeap_legacy_get(&legacy), 0);
	assert_int_equal(xeap_legacy_get(&again), 0);
	assert_ptr_equal(legacy, again);
	assert_null(EVP_MD_fetch(NULL, "MD4", NULL));
	assert_int_equal(OSSL_PROVIDER_available(NULL, "legacy"), 0);
	assert_null(xeap_legacy_put(again));
	assert_md4(legacy);
	assert_null(xeap_legacy_put(legacy));
	assert_null(xeap_legacy_put(NULL));
	assert_int_equal(xeap_legacy_get(&legacy), 0);
	assert_md4(legacy);
	xeap_legacy_put(legacy);
}

static void not_installed(void **state)
{
	struct xeap_legacy *legacy = NULL;

	setenv("OPENSSL_MODULES", "/nonexistent", 1);
	assert_int_equal(xeap_legacy_get(&legacy), -ENOTSUP);
	assert_null(legacy);
	unsetenv("OPENSSL_MODULES");
	assert_int_equal(xeap_legacy_get(&legacy), 0);
	assert_md4(legacy);
	xeap_legacy_put(legacy);
}

static void forbidden_by_fips(void **state)
{
	struct xeap_legacy *legacy = NULL;

	assert_int_equal(EVP_default_properties_enable_fips(NULL, 1), 1);
	assert_int_equal(xeap_legacy_get(&legacy), -ENOTSUP);
	assert_null(legacy);
	assert_int_equal(EVP_default_properties_enable_fips(NULL, 0), 1);
	assert_int_equal(xeap_legacy_get(&legacy), 0);
	xeap_legacy_put(legacy);
}

static void *come_and_go(void *arg)
{
	static const struct xeap_span abc = { (const uint8_t *)"abc", 3 };
	uintptr_t failures = 0;

	for (int i = 0; i < 100; i++) {
		struct xeap_legacy *legacy;
		uint8_t got[XEAP_MD4_LEN];

		if (xeap_legacy_get(&legacy) < 0) {
			failures++;
			continue;
		}
		failures += xeap_md4(legacy, &abc, 1, got) < 0 || memcmp(got, md4_abc, 16) != 0;
		xeap_legacy_put(legacy);
	}
	return (void *)failures;
}

static void any_thread(void **state)
{
	pthread_t threads[4];

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, come_and_go, NULL), 0);
	for (size_t i = 0; i < 4; i++) {
		void *failures;

		assert_int_equal(pthread_join(threads[i], &failures), 0);
		assert_null(failures);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(des_of_fips_81),
		cmocka_unit_test(rc4_of_rfc_6229),
		cmocka_unit_test(nothing_of_it_in_the_default_context),
		cmocka_unit_test(not_installed),
		cmocka_unit_test(forbidden_by_fips),
		cmocka_unit_test(any_thread),
	};

	return cmocka_run_group_tests_name("legacy", tests, NULL, NULL);
}
