/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <crypto/digest.h>
#include <errno.h>
#include <string.h>

struct bed {
	struct xeap_digest_algorithm *md5;
	struct xeap_digest *digest;
};

static int set_up(void **state)
{
	static struct bed bed;

	assert_int_equal(xeap_digest_fetch(XEAP_DIGEST_MD5, &bed.md5), 0);
	assert_int_equal(xeap_digest_new(bed.md5, &bed.digest), 0);
	*state = &bed;
	return 0;
}

static int tear_down(void **state)
{
	struct bed *bed = *state;

	bed->digest = xeap_digest_free(bed->digest);
	bed->md5 = xeap_digest_algorithm_free(bed->md5);
	return 0;
}

static void assert_md5(struct bed *bed, const char *text, size_t cut, const uint8_t want[16])
{
	struct xeap_span parts[] = { xeap_span(text, cut), xeap_span("", 0),
				     xeap_span(text + cut, strlen(text) - cut) };
	uint8_t got[16];

	assert_int_equal(xeap_digest_parts(bed->digest, parts, 3, got, sizeof(got)), 16);
	assert_memory_equal(got, want, 16);
}

/*
 * RFC 1321 §A.5, whole and cut anywhere; one context for all, so that nothing is left of the
 * message before.
 */
static void rfc1321_vectors(void **state)
{
	static const char abc[] = "message digest";
	static const uint8_t of_abc[] = { 0xf9, 0x6b, 0x69, 0x7d, 0x7c, 0xb7, 0x93, 0x8d,
					  0x52, 0x5a, 0x2f, 0x31, 0xaa, 0xf1, 0x61, 0xd0 };
	static const uint8_t of_nothing[] = { 0xd4, 0x1d, 0x8c, 0xd9, 0x8f, 0x00, 0xb2, 0x04,
					      0xe9, 0x80, 0x09, 0x98, 0xec, 0xf8, 0x42, 0x7e };

	for (size_t cut = 0; cut <= strlen(abc); cut++)
		assert_md5(*state, abc, cut, of_abc);
	assert_md5(*state, "", 0, of_nothing);
	assert_md5(*state, abc, 3, of_abc);
}

static void too_small_a_buffer_is_left_alone(void **state)
{
	struct bed *bed = *state;
	struct xeap_span part = xeap_span("x", 1);
	uint8_t got[16] = { 0xaa }, was[16] = { 0xaa };

	assert_int_equal(xeap_digest_parts(bed->digest, &part, 1, got, 15), -ENOSPC);
	assert_memory_equal(got, was, sizeof(got));
}

static void unknown_algorithm(void **state)
{
	struct xeap_digest_algorithm *none = NULL;

	assert_int_equal(xeap_digest_fetch(XEAP_DIGEST_NAME_MAX, &none), -EINVAL);
	assert_null(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rfc1321_vectors, set_up, tear_down),
		cmocka_unit_test_setup_teardown(too_small_a_buffer_is_left_alone, set_up,
						tear_down),
		cmocka_unit_test(unknown_algorithm),
	};

	return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
