/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <crypto/tls_pac.h>
#include <crypto/tls_prf.h>
#include <errno.h>
#include <method/fast_keys.h>
#include <string.h>
#include "tests/unit/hex.h"

#define SPAN(array) xeap_span(array, sizeof(array))

static void assert_hex(const uint8_t *got, const char *digits)
{
	uint8_t want[512];
	size_t n = hex(digits, want);

	assert_memory_equal(got, want, n);
}

/* RFC 4851 Appendix B.1 and B.2: one conversation from its PAC-Key to its Compound MAC and MSK. */
static const char pac_key[] = "0b97390f37517809811efd9c6e65942b632ce953893808ba360b037cd185e414";
static const char server_random[] =
	"3ffb11c46cbfa57a5440dae822d311d3f76de41dd933e5937097eba9b366f42a";
static const char client_random[] =
	"000000026a66432a8d14432cec582d2fc79c3364ba04ad3a5254d6a579ad1e00";
static const char master_secret[] =
	"4a1a512c0160bc023ccfbc833f03bc6488c1312f0ba9a27716a8d8e8bdc9d229"
	"384b7a85be164d2733d5247987b1c5a2";
static const char session_key_seed[] =
	"d64b7d7217592805aff9b7ff666da1968f0b5e06467a448464c1c80c96440998"
	"ff92a8b4c6422871";
static const char first_simck[] = "16153c3f2155efd97f34aec81a4e66804cc376f28aa96f96c2545f8cab6502e1"
				  "18407b56beeaa7c5";
static const char first_cmk[] = "765d8f0bc507c6b904d06956728b6bb815ec577b";
static const char first_msk[] = "4d83a9be6f8a74ed6a02660a634d2c33c2da6015c6370451903863da543e14b9"
				"2799181e07bf0f5a5e3c3293808c6c4967ed24fe4540a0595e37c2e9d05d0ae3";
static const char binding[] = "800c003800010100d86a8c683c3231a85663b64021fe21144ee75420792d4262"
			      "c9bf537f54fdac5843246e3092176dcfe6e069eb33616acc05c55bb7";

static void test_master_secret(void **state)
{
	uint8_t key[32], seed[64], out[48];

	hex(pac_key, key);
	hex(server_random, seed);
	hex(client_random, seed + 32);
	assert_int_equal(xeap_tprf(SPAN(key), "PAC to master secret label hash", SPAN(seed), out,
				   sizeof(out)),
			 0);
	assert_hex(out, master_secret);
}

/* One octet counts the blocks (RFC 4851 §5.5). */
static void test_tprf_limit(void **state)
{
	uint8_t key[32] = { 0 }, out[5101];

	assert_int_equal(xeap_tprf(SPAN(key), "", xeap_span(NULL, 0), out, 5100), 0);
	assert_int_equal(xeap_tprf(SPAN(key), "", xeap_span(NULL, 0), out, 5101), -EINVAL);
}

static void test_no_method(void **state)
{
	struct xeap_fast_keys keys;
	uint8_t out[128];

	hex(session_key_seed, keys.simck);
	assert_int_equal(xeap_fast_keys_next(&keys, xeap_span(NULL, 0)), 0);
	assert_hex(keys.simck, first_simck);
	assert_hex(keys.cmk, first_cmk);
	assert_int_equal(xeap_fast_keys_export(&keys, out), 0);
	assert_hex(out, first_msk);
}

static void test_compound_mac(void **state)
{
	struct xeap_fast_keys keys;
	uint8_t tlv[60], mac[20];

	hex(first_cmk, keys.cmk);
	assert_int_equal(hex(binding, tlv), sizeof(tlv));
	assert_int_equal(xeap_fast_mac(&keys, SPAN(tlv), mac), 0);
	assert_memory_equal(mac, tlv + 40, sizeof(mac));
	/* what the MAC's own field holds does not matter, all before it does */
	memset(tlv + 40, 0xff, 20);
	assert_int_equal(xeap_fast_mac(&keys, SPAN(tlv), mac), 0);
	assert_hex(mac, binding + 80);
	for (size_t i = 0; i < 40; i++) {
		uint8_t other[20];

		tlv[i] ^= 1;
		assert_int_equal(xeap_fast_mac(&keys, SPAN(tlv), other), 0);
		assert_memory_not_equal(mac, other, sizeof(mac));
		tlv[i] ^= 1;
	}
	assert_int_equal(xeap_fast_mac(&keys, xeap_span(tlv, 59), mac), -EINVAL);
}

/*
 * A login that hostapd and wpa_supplicant made (tests/fixtures/captures/fast-mschapv2): what its
 * key log, its randoms and its decrypted records hold, and the keys that wpa_supplicant printed.
 */
static void test_capture(void **state)
{
	static const char master[] =
		"0da2991586e6c9bd90d8736cc590b93292fd003e6888d260a554dacc74d91817"
		"d6c573ab9f7440268d4f2e9f0d2d7cb1";
	static const char randoms[] =
		"c5c14c275882b4f240b324037cfdaa77d63e3a15c39bdd0f83d6a119b67c96b2"
		"a95cfc3d09ce6df826d393256b1f19b11cac6485355090058474fb9c2aa45806";
	static const char request[] =
		"800c00380001010041d8d41ea183dbfcd63bb1587a67713be68c3c0acf06e125"
		"d3828ae03c9a30acd381f05f11b0e59cd03c80b496ad94fbb503866e";
	static const char response[] =
		"800c00380001010141d8d41ea183dbfcd63bb1587a67713be68c3c0acf06e125"
		"d3828ae03c9a30ad1b42992441fad4f7c28e4d4be76b5bb2ecdd76a6";
	/* of EAP-MSCHAPv2, what the server sends with first (RFC 5422 §3.2.3) */
	static const char isk[] =
		"61c04a7363f48c77954bbf14c80b7a7a30a1697a2898eb2f89ff85ae6f1cd35b";
	static const char msk[] =
		"ab440c56b629c2cf12d645e787d0e387fc322c11f00000e5c81c98e38d3e3cba"
		"c906de816a66ca1485eb32876a310660e05182ecd5447b29c9bfa2bb862940af";
	static const char emsk[] =
		"e924110bd154330762ff5e03b217fc532e1dd9019c03aeccf61d1f1ccccad4c4"
		"416bf1675f4f7d352588e0a9a554bc79769a69f3862cde0424e934ee1167adae";
	/* of TLS_DHE_RSA_WITH_AES_256_CBC_SHA, with the IVs that TLS 1.2 does not use any more */
	enum {
		BLOCK = 2 * (20 + 32 + 16)
	};
	uint8_t secret[48], seed[64], block[BLOCK + 40], inner[32], tlv[60], mac[20], out[128];
	struct xeap_fast_keys keys;

	hex(master, secret);
	hex(randoms, seed);
	hex(isk, inner);
	assert_int_equal(xeap_tls_prf(XEAP_DIGEST_SHA256, SPAN(secret), "key expansion", SPAN(seed),
				      block, sizeof(block)),
			 0);
	memcpy(keys.simck, block + BLOCK, 40);
	assert_int_equal(xeap_fast_keys_next(&keys, SPAN(inner)), 0);
	hex(request, tlv);
	assert_int_equal(xeap_fast_mac(&keys, SPAN(tlv), mac), 0);
	assert_memory_equal(mac, tlv + 40, sizeof(mac));
	hex(response, tlv);
	assert_int_equal(xeap_fast_mac(&keys, SPAN(tlv), mac), 0);
	assert_memory_equal(mac, tlv + 40, sizeof(mac));
	assert_int_equal(xeap_fast_keys_export(&keys, out), 0);
	assert_hex(out, msk);
	assert_hex(out + 64, emsk);
}

/* RFC 4851 §5.2: a short MSK is filled up with zeros, a long one is cut. */
static void test_isk_length(void **state)
{
	struct xeap_fast_keys a = { .simck = { 1 } }, b = a, c = a, d = a;
	uint8_t msk[64] = { 1, 2, 3 };

	assert_int_equal(xeap_fast_keys_next(&a, xeap_span(msk, 3)), 0);
	assert_int_equal(xeap_fast_keys_next(&b, xeap_span(msk, 32)), 0);
	msk[40] = 9;
	assert_int_equal(xeap_fast_keys_next(&c, xeap_span(msk, 64)), 0);
	msk[31] = 9;
	assert_int_equal(xeap_fast_keys_next(&d, xeap_span(msk, 64)), 0);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_memory_equal(&a, &c, sizeof(a));
	assert_memory_not_equal(&a, &d, sizeof(a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_master_secret), cmocka_unit_test(test_tprf_limit),
		cmocka_unit_test(test_no_method),     cmocka_unit_test(test_compound_mac),
		cmocka_unit_test(test_capture),	      cmocka_unit_test(test_isk_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
