/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <crypto/mschap.h>
#include <errno.h>
#include <string.h>

static struct xeap_legacy *legacy;

/* RFC 2759 §9.2. */
static const uint8_t authenticator_challenge[] = { 0x5b, 0x5d, 0x7c, 0x7d, 0x7b, 0x3f, 0x2f, 0x3e,
						   0x3c, 0x2c, 0x60, 0x21, 0x32, 0x26, 0x26, 0x28 };
static const uint8_t peer_challenge[] = { 0x21, 0x40, 0x23, 0x24, 0x25, 0x5e, 0x26, 0x2a,
					  0x28, 0x29, 0x5f, 0x2b, 0x3a, 0x33, 0x7c, 0x7e };
static const uint8_t hash[] = { 0x44, 0xeb, 0xba, 0x8d, 0x53, 0x12, 0xb8, 0xd6,
				0x11, 0x47, 0x44, 0x11, 0xf5, 0x69, 0x89, 0xae };
static const uint8_t response[] = { 0x82, 0x30, 0x9e, 0xcd, 0x8d, 0x70, 0x8b, 0x5e,
				    0xa0, 0x8f, 0xaa, 0x39, 0x81, 0xcd, 0x83, 0x54,
				    0x42, 0x33, 0x11, 0x4a, 0x3d, 0x85, 0xd6, 0xdf };
static const char proof_text[] = "S=407A5589115FD0D6209F510FE9C04566932CDA56";

static struct xeap_span text(const char *s)
{
	return xeap_span(s, strlen(s));
}

static struct xeap_mschapv2 exchange_of(const char *user)
{
	return (struct xeap_mschapv2){ authenticator_challenge, peer_challenge, text(user) };
}

static void hashes_of_rfc_2759(void **state)
{
	static const uint8_t twice[] = { 0x41, 0xc0, 0x0c, 0x58, 0x4b, 0xd2, 0xd9, 0x1c,
					 0x40, 0x17, 0xa2, 0xa1, 0x2f, 0xa5, 0x9f, 0x3f };
	uint8_t got[XEAP_NT_HASH];

	assert_int_equal(xeap_nt_hash(legacy, text("clientPass"), got), 0);
	assert_memory_equal(got, hash, sizeof(hash));
	assert_int_equal(xeap_nt_hash_hash(legacy, hash, got), 0);
	assert_memory_equal(got, twice, sizeof(twice));
}

static void response_of_rfc_2759(void **state)
{
	static const char *const users[] = { "User", "DOMAIN\\User", "\\User" };
	uint8_t got[XEAP_NT_RESPONSE];

	/* §4: the domain is no part of what is hashed. */
	for (size_t i = 0; i < 3; i++) {
		struct xeap_mschapv2 m = exchange_of(users[i]);

		assert_int_equal(xeap_mschapv2_response(legacy, hash, &m, got), 0);
		assert_memory_equal(got, response, sizeof(response));
	}
}

static void proof_of_rfc_2759(void **state)
{
	struct xeap_mschapv2 m = exchange_of("User");
	uint8_t proof[XEAP_MSCHAPV2_PROOF];
	struct xeap_span rest = text("?");
	char long_text[64], other[64];

	assert_int_equal(xeap_mschapv2_proof(legacy, hash, &m, response, proof), 0);
	assert_true(xeap_mschapv2_proves(text(proof_text), proof, &rest));
	assert_int_equal(rest.len, 0);
	strcat(strcpy(long_text, proof_text), " M=OK");
	assert_true(xeap_mschapv2_proves(text(long_text), proof, &rest));
	assert_int_equal(rest.len, 5);
	assert_true(xeap_mschapv2_proves(text("S=407a5589115fd0d6209f510fe9c04566932cda56"), proof,
					 NULL));
	/* Any digit wrong, and anything too short. */
	for (size_t i = 0; i < strlen(proof_text); i++) {
		strcpy(other, proof_text);
		other[i] = other[i] == '7' ? '8' : '7';
		assert_false(xeap_mschapv2_proves(text(other), proof, NULL));
		other[i] = 'g';
		assert_false(xeap_mschapv2_proves(text(other), proof, NULL));
		assert_false(xeap_mschapv2_proves(xeap_span(proof_text, i), proof, NULL));
	}
}

/* RFC 3079 §3.5.3 has the key that the server sends with. */
static void keys_of_rfc_3079(void **state)
{
	static const uint8_t server_sends[] = { 0x8b, 0x7c, 0xdc, 0x14, 0x9b, 0x99, 0x3a, 0x1b,
						0xa1, 0x18, 0xcb, 0x15, 0x3f, 0x56, 0xdc, 0xcb };
	uint8_t keys[XEAP_MSCHAPV2_KEYS];

	assert_int_equal(xeap_mschapv2_keys(legacy, hash, response, keys), 0);
	assert_memory_equal(keys + 16, server_sends, 16);
	assert_memory_not_equal(keys, server_sends, 16);
}

/* RFC 2433 §B.2. */
static void response_of_rfc_2433(void **state)
{
	static const uint8_t challenge[] = { 0x10, 0x2d, 0xb5, 0xdf, 0x08, 0x5d, 0x30, 0x41 };
	static const uint8_t my_hash[] = { 0xfc, 0x15, 0x6a, 0xf7, 0xed, 0xcd, 0x6c, 0x0e,
					   0xdd, 0xe3, 0x33, 0x7d, 0x42, 0x7f, 0x4e, 0xac };
	static const uint8_t wanted[] = { 0x4e, 0x9d, 0x3c, 0x8f, 0x9c, 0xfd, 0x38, 0x5d,
					  0x5b, 0xf4, 0xd3, 0x24, 0x67, 0x91, 0x95, 0x6c,
					  0xa4, 0xc3, 0x51, 0xab, 0x40, 0x9a, 0x3d, 0x61 };
	uint8_t got_hash[XEAP_NT_HASH], got[XEAP_NT_RESPONSE];

	assert_int_equal(xeap_nt_hash(legacy, text("MyPw"), got_hash), 0);
	assert_memory_equal(got_hash, my_hash, sizeof(my_hash));
	assert_int_equal(xeap_mschap_response(legacy, my_hash, challenge, got), 0);
	assert_memory_equal(got, wanted, sizeof(wanted));
}

/* §8.10: RC4 is its own inverse; the password ends the first 512 bytes, its length follows. */
static void new_password_is_encrypted(void **state)
{
	uint8_t encrypted[XEAP_NT_ENCRYPTED_PASSWORD], clear[XEAP_NT_ENCRYPTED_PASSWORD];
	static const uint8_t tail[] = { 'n', 0, 0xe9, 0, 'w', 0, 6, 0, 0, 0 };

	assert_int_equal(xeap_nt_encrypt_password(legacy, text("n\xc3\xa9w"), hash, encrypted), 0);
	assert_int_equal(xeap_rc4(legacy, hash, xeap_span(encrypted, sizeof(encrypted)), clear), 0);
	assert_memory_equal(clear + sizeof(clear) - sizeof(tail), tail, sizeof(tail));
	/* What is before it is not the same twice. */
	assert_int_equal(xeap_nt_encrypt_password(legacy, text("n\xc3\xa9w"), hash, clear), 0);
	assert_memory_not_equal(clear, encrypted, 500);
}

/* §8.13: DES with the new hash's bytes 0 to 6, then 7 to 13. */
static void old_hash_is_encrypted(void **state)
{
	uint8_t got[XEAP_NT_HASH], zero[XEAP_MSCHAP_CHALLENGE] = { 0 }, wanted[XEAP_NT_RESPONSE];
	uint8_t old[XEAP_NT_HASH] = { 0 };

	/* An old hash of zeros gives what a challenge of zeros does. */
	assert_int_equal(xeap_nt_encrypt_hash(legacy, old, hash, got), 0);
	assert_int_equal(xeap_mschap_response(legacy, hash, zero, wanted), 0);
	assert_memory_equal(got, wanted, sizeof(got));
	old[15] = 1;
	assert_int_equal(xeap_nt_encrypt_hash(legacy, old, hash, got), 0);
	assert_memory_equal(got, wanted, 8);
	assert_memory_not_equal(got + 8, wanted + 8, 8);
}

/* RFC 2759 §2: passwords of up to 256 characters. */
static void passwords_that_are_none(void **state)
{
	uint8_t got[XEAP_NT_HASH] = { 0 }, encrypted[XEAP_NT_ENCRYPTED_PASSWORD];
	/* MD4 of nothing, RFC 1320 §A.5. */
	static const uint8_t empty[] = { 0x31, 0xd6, 0xcf, 0xe0, 0xd1, 0x6a, 0xe9, 0x31,
					 0xb7, 0x3c, 0x59, 0xd7, 0xe0, 0xc0, 0x89, 0xc0 };
	char longest[258];

	memset(longest, 'a', sizeof(longest));
	assert_int_equal(xeap_nt_hash(legacy, xeap_span(NULL, 0), got), 0);
	assert_memory_equal(got, empty, sizeof(empty));
	assert_int_equal(xeap_nt_hash(legacy, text("\xff"), got), -EILSEQ);
	assert_int_equal(xeap_nt_hash(legacy, xeap_span(longest, 257), got), -E2BIG);
	assert_memory_equal(got, empty, sizeof(empty));
	assert_int_equal(xeap_nt_hash(legacy, xeap_span(longest, 256), got), 0);
	assert_int_equal(xeap_nt_encrypt_password(legacy, xeap_span(longest, 257), hash, encrypted),
			 -E2BIG);
	assert_int_equal(xeap_nt_encrypt_password(legacy, xeap_span(longest, 256), hash, encrypted),
			 0);
}

static int set_up(void **state)
{
	return xeap_legacy_get(&legacy);
}

static int tear_down(void **state)
{
	legacy = xeap_legacy_put(legacy);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_of_rfc_2759),
		cmocka_unit_test(response_of_rfc_2759),
		cmocka_unit_test(proof_of_rfc_2759),
		cmocka_unit_test(keys_of_rfc_3079),
		cmocka_unit_test(response_of_rfc_2433),
		cmocka_unit_test(new_password_is_encrypted),
		cmocka_unit_test(old_hash_is_encrypted),
		cmocka_unit_test(passwords_that_are_none),
	};

	return cmocka_run_group_tests_name("mschap", tests, set_up, tear_down);
}
