/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Milenage and the key derivations of EAP-SIM, EAP-AKA and EAP-AKA' against published vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <crypto/ecdhe.h>
#include <crypto/fips186.h>
#include <crypto/milenage.h>
#include <errno.h>
#include <method/sim_keys.h>
#include <string.h>
#include "tests/unit/hex.h"

static void assert_hex(const void *bytes, const char *digits)
{
	uint8_t wanted[256];
	size_t n = hex(digits, wanted);

	assert_memory_equal(bytes, wanted, n);
}

/* 3GPP TS 35.208 §4.3: test sets 1, 3 and 19. */
static void milenage_is_that_of_3gpp(void **state)
{
	static const struct {
		const char *k, *rand, *sqn, *amf, *op, *opc, *f1, *f1s, *f2, *f5, *f3, *f4, *f5s;
	} sets[] = {
		{ "465b5ce8b199b49faa5f0a2ee238a6bc", "23553cbe9637a89d218ae64dae47bf35",
		  "ff9bb4d0b607", "b9b9", "cdc202d5123e20f62b6d676ac72cb318",
		  "cd63cb71954a9f4e48a5994e37a02baf", "4a9ffac354dfafb3", "01cfaf9ec4e871e9",
		  "a54211d5e3ba50bf", "aa689c648370", "b40ba9a3c58b2a05bbf0d987b21bf8cb",
		  "f769bcd751044604127672711c6d3441", "451e8beca43b" },
		{ "fec86ba6eb707ed08905757b1bb44b8f", "9f7c8d021accf4db213ccff0c7f71a6a",
		  "9d0277595ffc", "725c", "dbc59adcb6f9a0ef735477b7fadf8374",
		  "1006020f0a478bf6b699f15c062e42b3", "9cabc3e99baf7281", "95814ba2b3044324",
		  "8011c48c0c214ed2", "33484dc2136b", "5dbdbb2954e8f3cde665b046179a5098",
		  "59a92d3b476a0443487055cf88b2307b", "deacdd848cc6" },
		{ "5122250214c33e723a5dd523fc145fc0", "81e92b6c0ee0e12ebceba8d92a99dfa5",
		  "16f3b3f70fc2", "c3ab", "c9e8763286b5b9ffbdf56e1297d0887b",
		  "981d464c7c52eb6e5036234984ad0bcf", "2a5c23d15ee351d5", "62dae3853f3af9d2",
		  "28d7b0f2a2ec3de5", "ada15aeb7bb8", "5349fbe098649f948f5d2e973a81c00f",
		  "9744871ad32bf9bbd1dd5ce54e3e2e5a", "d461bc15475d" },
	};

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		uint8_t rand[16], sqn[6], amf[2], op[16], opc[16], mac_a[8], mac_s[8];
		struct xeap_milenage_key key;
		struct xeap_milenage out;

		hex(sets[i].k, key.k);
		hex(sets[i].opc, key.opc);
		hex(sets[i].rand, rand);
		hex(sets[i].sqn, sqn);
		hex(sets[i].amf, amf);
		hex(sets[i].op, op);
		assert_int_equal(xeap_milenage_opc(key.k, op, opc), 0);
		assert_hex(opc, sets[i].opc);
		assert_int_equal(xeap_milenage_f1(&key, rand, sqn, amf, mac_a, mac_s), 0);
		assert_hex(mac_a, sets[i].f1);
		assert_hex(mac_s, sets[i].f1s);
		assert_int_equal(xeap_milenage_f2345(&key, rand, &out), 0);
		assert_hex(out.res, sets[i].f2);
		assert_hex(out.ck, sets[i].f3);
		assert_hex(out.ik, sets[i].f4);
		assert_hex(out.ak, sets[i].f5);
		assert_hex(out.aks, sets[i].f5s);
	}
}

/* 3GPP TS 55.205, test set 1. */
static void gsm_milenage_is_that_of_3gpp(void **state)
{
	struct xeap_milenage_key key;
	uint8_t rand[16], sres[4], kc[8];

	hex("465b5ce8b199b49faa5f0a2ee238a6bc", key.k);
	hex("cd63cb71954a9f4e48a5994e37a02baf", key.opc);
	hex("23553cbe9637a89d218ae64dae47bf35", rand);
	assert_int_equal(xeap_milenage_gsm(&key, rand, sres, kc), 0);
	assert_hex(sres, "46f8416a");
	assert_hex(kc, "eae4be823af9a08b");
}

/* NIST's example for FIPS 186-2 with change notice 1. */
static void generator_is_that_of_nist(void **state)
{
	uint8_t key[XEAP_FIPS186_KEY], out[40], less[27];

	hex("bd029bbe7f51960bcf9edb2b61f06f0feb5a38b6", key);
	xeap_fips186_prf(key, out, sizeof(out));
	assert_hex(out, "2070b3223dba372fde1c0ffc7b2e3b498b2606143c6c18bacb0f6c55babb13788e20d737"
			"a3275116");
	xeap_fips186_prf(key, less, sizeof(less));
	assert_memory_equal(out, less, sizeof(less));
}

static struct xeap_span text(const char *s)
{
	return xeap_span(s, strlen(s));
}

/* RFC 4186 appendix A.5 and A.6. */
static void sim_keys_are_those_of_the_rfc(void **state)
{
	static const char identity[] = "1244070100000001@eapsim.foo";
	static const char next[] = "Y24fNSrz8BP274jOJaF17WfxI8YO7QX00pMXk9XMMVOw7broaNhTczuFq53aEp"
				   "Okk3L0dm@eapsim.foo";
	static const uint8_t version[] = { 0, 1 };
	uint8_t kc[24], nonce[16];
	struct xeap_sim_keys keys;
	struct xeap_span parts[] = { text(identity), xeap_span(kc, 24), xeap_span(nonce, 16),
				     xeap_span(version, 2), xeap_span(version, 2) };

	hex("a0a1a2a3a4a5a6a7b0b1b2b3b4b5b6b7c0c1c2c3c4c5c6c7", kc);
	hex("0123456789abcdeffedcba9876543210", nonce);
	assert_int_equal(xeap_sim_keys_derive(parts, 5, &keys), 0);
	assert_hex(keys.mk, "e576d5ca332e9930018bf1baee2763c795b3c712");
	assert_hex(keys.k_encr, "536e5ebc4465582aa6a8ec9986ebb620");
	assert_hex(keys.k_aut, "25af1942efcbf4bc72b3943421f2a974");
	assert_hex(keys.msk, "39d45aeaf4e30601983e972b6cfd46d1c363773365690d09cd44976b525f47d3"
			     "a60a985e955c53b090b2e4b73719196a402542968fd14a888f46b9a7886e4488");
	assert_hex(keys.emsk, "5949eab0fff69d52315c6c634fd14a7f0d52023d56f79698fa6596abeed4f93f"
			      "bb48eb534d985414ceed0d9a8ed33c387c9dfdab92ffbdf240fcecf65a2c93b9");
	assert_int_equal(xeap_sim_keys_reauth(&keys, text(next), 1, xeap_span(nonce, 16)), 0);
	assert_hex(keys.msk, "6263f614973895e1335f7e30cff028ee2176f519002c9abe732fe0ef00cf167c"
			     "756d9e4ced6d5ed640eb3fe38565ca076e7fb8a817cfe8d9adbce441d47c4f5e");
	assert_hex(keys.emsk, "3d8ff7863a630b2b06e2cf209684c13f6b82f992f2b06f1b54bf51ef237f2a40"
			      "1ef5e0d7e098a34c533eaebf34578854b772152620a777f0e0340884a294fb73");
}

/* As another implementation derives them, for the AKA outputs of RFC 9048 appendix D case 1. */
static void aka_keys_are_those_of_others(void **state)
{
	uint8_t ck[16], ik[16];
	struct xeap_sim_keys keys;
	struct xeap_span parts[] = { text("0555444333222111"), xeap_span(ik, 16),
				     xeap_span(ck, 16) };

	hex("5349fbe098649f948f5d2e973a81c00f", ck);
	hex("9744871ad32bf9bbd1dd5ce54e3e2e5a", ik);
	assert_int_equal(xeap_sim_keys_derive(parts, 3, &keys), 0);
	assert_hex(keys.k_encr, "18e8b20bcda70486fd5959586a9e7c3d");
	assert_hex(keys.k_aut, "18c044070e5e642a2643876ff7a83812");
	assert_hex(keys.msk, "352ffaef2df120cb22410b9c0b70623cb5a35bc9fcd6bca0fc337b48b1763089");
}

/* RFC 9048 appendix D. */
static const struct prime_case {
	const char *ck, *ik, *sqn_ak, *network, *ck_prime, *ik_prime, *k_encr, *k_aut, *k_re, *msk,
		*emsk;
} prime_cases[] = {
	{ "5349fbe098649f948f5d2e973a81c00f", "9744871ad32bf9bbd1dd5ce54e3e2e5a", "bb52e91c747a",
	  "WLAN", "0093962d0dd84aa5684b045c9edffa04", "ccfc230ca74fcc96c0a5d61164f5a76c",
	  "766fa0a6c317174b812d52fbcd11a179",
	  "0842ea722ff6835bfa2032499fc3ec23c2f0e388b4f07543ffc677f1696d71ea",
	  "cf83aa8bc7e0aced892acc98e76a9b2095b558c7795c7094715cb3393aa7d17a",
	  "67c42d9aa56c1b79e295e3459fc3d187d42be0bf818d3070e362c5e967a4d544"
	  "e8ecfe19358ab3039aff03b7c930588c055babee58a02650b067ec4e9347c75a",
	  "f861703cd775590e16c7679ea3874ada866311de290764d760cf76df647ea01c"
	  "313f69924bdd7650ca9bac141ea075c4ef9e8029c0e290cdbad5638b63bc23fb" },
	{ "5349fbe098649f948f5d2e973a81c00f", "9744871ad32bf9bbd1dd5ce54e3e2e5a", "bb52e91c747a",
	  "HRPD", "3820f0277fa5f77732b1fb1d90c1a0da", "db94a0ab557ef6c9ab48619ca05b9a9f",
	  "05ad73ac915fce89ac77e1520d82187b",
	  "5b4acaef62c6ebb8882b2f3d534c4b35277337a00184f20ff25d224c04be2afd",
	  "3f90bf5c6e5ef325ff04eb5ef6539fa8cca8398194fbd00be425b3f40dba10ac",
	  "87b321570117cd6c95ab6c436fb5073ff15cf85505d2bc5bb7355fc21ea8a757"
	  "57e8f86a2b138002e05752913bb43b82f868a96117e91a2d95f526677d572900",
	  "c891d5f20f148a1007553e2dea555c9cb672e9675f4a66b4bafa027379f93aee"
	  "539a5979d0a0042b9d2ae28bed3b17a31dc8ab75072b80bd0c1da612466e402c" },
	{ "c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0", "b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0", "a0a0a0a0a0a0",
	  "WLAN", "cd4c8e5c68f57dd1d7d7dfd0c538e577", "3ece6b705dbbf7dfc459a11280c65524",
	  "897d302fa2847416488c28e20dcb7be4",
	  "c40700e7722483ae3dc7139eb0b88bb558cb3081eccd057f9207d1286ee7dd53",
	  "0a591a22dd8b5b1cf29e3d508c91dbbdb4aee23051892c42b6a2de66ea504473",
	  "9f7dca9e37bb22029ed986e7cd09d4a70d1ac76d95535c5cac40a7504699bb89"
	  "61a29ef6f3e90f183de5861ad1bedc81ce9916391b401aa006c98785a5756df7",
	  "724de00bdb9e568187be3fe746114557d5018779537ee37f4d3c6c738cb97b9d"
	  "c651bc19bfadc344ffe2b52ca78bd8316b51dacc5f2b1440cb9515521cc7ba23" },
	{ "c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0", "b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0", "a0a0a0a0a0a0",
	  "HRPD", "8310a71ce6f754889613da8f64d5fb46", "5adf14360ae838192db23f6fcb7f8c76",
	  "745e7439ba238f50fcac4d15d47cd1d9", "3e1d2aa4e677025cfd862a4be18361a1", "", "", "" },
};

static void prime_keys_are_those_of_the_rfc(void **state)
{
	for (size_t i = 0; i < sizeof(prime_cases) / sizeof(prime_cases[0]); i++) {
		const struct prime_case *c = &prime_cases[i];
		uint8_t ck[16], ik[16], sqn_ak[6], ck_prime[16], ik_prime[16];
		struct xeap_sim_keys keys;

		hex(c->ck, ck);
		hex(c->ik, ik);
		hex(c->sqn_ak, sqn_ak);
		assert_int_equal(xeap_aka_prime_ck_ik(xeap_span(ck, 16), xeap_span(ik, 16),
						      text(c->network), xeap_span(sqn_ak, 6),
						      ck_prime, ik_prime),
				 0);
		assert_hex(ck_prime, c->ck_prime);
		assert_hex(ik_prime, c->ik_prime);
		assert_int_equal(xeap_aka_prime_keys_derive(
					 xeap_span(ck_prime, 16), xeap_span(ik_prime, 16),
					 text("0555444333222111"), xeap_span(NULL, 0), &keys),
				 0);
		assert_hex(keys.k_encr, c->k_encr);
		assert_hex(keys.k_aut, c->k_aut);
		assert_hex(keys.k_re, c->k_re);
		assert_hex(keys.msk, c->msk);
		assert_hex(keys.emsk, c->emsk);
	}
}

/* RFC 9678 §6.3: the shared secret changes K_re, MSK and EMSK and nothing else. */
static void forward_secrecy_leaves_what_protects_packets(void **state)
{
	static const uint8_t ck[16] = { 1 }, ik[16] = { 2 }, secret[32] = { 3 };
	struct xeap_sim_keys plain, fs;

	assert_int_equal(xeap_aka_prime_keys_derive(xeap_span(ck, 16), xeap_span(ik, 16),
						    text("6id"), xeap_span(NULL, 0), &plain),
			 0);
	assert_int_equal(xeap_aka_prime_keys_derive(xeap_span(ck, 16), xeap_span(ik, 16),
						    text("6id"), xeap_span(secret, 32), &fs),
			 0);
	assert_memory_equal(plain.k_encr, fs.k_encr, sizeof(fs.k_encr));
	assert_memory_equal(plain.k_aut, fs.k_aut, sizeof(fs.k_aut));
	assert_memory_not_equal(plain.k_re, fs.k_re, sizeof(fs.k_re));
	assert_memory_not_equal(plain.msk, fs.msk, sizeof(fs.msk));
	/* MK_ECDHE by another implementation of PRF', of IK' | CK' | secret and the label. */
	assert_hex(fs.k_re, "96e27c2595ea32d19705167e879c5f6156e8e5fd8ef6a5db11f20081a15f5032");
	assert_hex(fs.msk, "6146ae1aeccab5b34b1c722aabe0fe528f75bbea00666a81f54cd76052711fba"
			   "71f890ae3bcc89a5e4b89aefb988f510e13bdf7a526b409bfffefa8e500b2286");
	assert_hex(fs.emsk, "6f3ed4f9c8edc661e8ffd8c8b563a134e760a310ea03e65998df9443ad8c5438"
			    "d8ff5f634478aba206dd15b57340c0665ee2304993860c2cd3685ff4b07baf68");
}

/* RFC 7748 §6.1: a peer's value of small order makes a secret of zero; SEC 1: no such point. */
static void public_values_that_are_none(void **state)
{
	static const uint8_t zero[32], no_point[33] = { 5, 1 };
	uint8_t ours[XEAP_ECDHE_PUBLIC_MAX], secret[XEAP_ECDHE_SECRET];

	assert_int_equal(xeap_ecdhe(XEAP_ECDHE_X25519, xeap_span(zero, 32), ours, secret),
			 -EBADMSG);
	assert_int_equal(xeap_ecdhe(XEAP_ECDHE_X25519, xeap_span(zero, 31), ours, secret),
			 -EBADMSG);
	assert_int_equal(xeap_ecdhe(XEAP_ECDHE_P256, xeap_span(no_point, 33), ours, secret),
			 -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(milenage_is_that_of_3gpp),
		cmocka_unit_test(gsm_milenage_is_that_of_3gpp),
		cmocka_unit_test(generator_is_that_of_nist),
		cmocka_unit_test(sim_keys_are_those_of_the_rfc),
		cmocka_unit_test(aka_keys_are_those_of_others),
		cmocka_unit_test(prime_keys_are_those_of_the_rfc),
		cmocka_unit_test(forward_secrecy_leaves_what_protects_packets),
		cmocka_unit_test(public_values_that_are_none),
	};

	return cmocka_run_group_tests_name("sim keys", tests, NULL, NULL);
}
