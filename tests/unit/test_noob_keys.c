/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The inputs are those of the examples that RFC 9140's authors generate, with RFC 7748's key pairs;
 * what is expected was made of them by another implementation, in Python.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <method/noob_keys.h>
#include <string.h>
#include "hex.h"

#define Z "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
#define NP "1c8bc1ea0d27d9bb69c44714ed85e7581fb8e75103e8beaf79041deae8223c55"
#define NS "3d83bb35577d01fdc1c44ae2d4c23a84bf02938f58c700a34913ea942d523dbc"
#define NP2 "8cdd3f5783f42684eac08f551c740a77da33521eed41d73d00177e8faa13cbfe"
#define NS2 "4432da8470652209e62ff17fc5cca7ac7bab2cf902b2ba771b707f4bcd96505e"
#define NOOB "c77265a2568f7222b859ae9794c271b5"

static const char fields[] =
	",[1],1,\"07KRU6OgqX0HIeRFldnbSW\",[1,2],3,{\"Type\":\"url_wifi\",\"Name"
	"\":\"Example\",\"Url\":\"https://noob.example.org/sendOOB\"},1,2,\"noob@"
	"example.org\",{\"Type\":\"wifi\",\"Make\":\"Acme\",\"Serial\":\"DU-9999\",\"SS"
	"ID\":\"Noob1\",\"BSSID\":\"6c:19:8f:83:c2:80\"},0,{\"kty\":\"OKP\",\"crv\":\"X"
	"25519\",\"x\":\"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo\"},\"PYO7N"
	"Vd9Af3BxEri1MI6hL8Ck49YxwCjSRPqlC1SPbw\",{\"kty\":\"OKP\",\"crv\":\"X255"
	"19\",\"x\":\"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08\"},\"HIvB6g0n"
	"2btpxEcU7YXnWB-451ED6L6veQQd6ugiPFU\",\"x3JlolaPciK4Wa6XlMJxtQ\"]";

static struct xeap_span bytes(const char *digits, uint8_t *room)
{
	return xeap_span(room, hex(digits, room));
}

static void assert_hex(const void *actual, const char *digits)
{
	uint8_t expected[400];
	size_t n = hex(digits, expected);

	assert_memory_equal(actual, expected, n);
}

static void derive(const char *z, const char *np, const char *ns, const char *secret,
		   struct xeap_noob_keys *ret_keys)
{
	uint8_t a[32], b[32], c[32], d[32];

	assert_int_equal(xeap_noob_keys_derive(bytes(z, a), bytes(np, b), bytes(ns, c),
					       bytes(secret, d), ret_keys),
			 0);
}

static void keys_of_the_completion(void **state)
{
	struct xeap_noob_keys k;

	derive(Z, NP, NS, NOOB, &k);
	assert_hex(&k, "4c7166a4b512e79d3b0f18970922fa61f538a89b8cbe976b5cbf2df698e5349b"
		       "76cbe017eca221301f82e7c4a0320717991e1f21c0c53f320736fa456e50c29b"
		       "5e7b09dbc6921e7ffcfb11dff48ec71520f925f0f945937ead7e29380b465a4d"
		       "7418101cb8f064a3bbfa4e1dc92db6a636b0a4fe187678cdcc885a691e60e259"
		       "db99d856ccfeef139e6264d0918f18e57c721eaf6aaa81af84c5fe3183dfd87b"
		       "4ce676b8a81c01f99d9c7253b89cb97befd1889d538c8b7c27a093c946398273"
		       "49e03e0e5c0aa586e5c2c9f595c0a4ee05fef59004a74f4ed189003d9f37f1e9"
		       "c3d4e9ab0eb6703f23144c1369643bfd9dec1bda90a085db181e219b3913f2e2"
		       "b8d6852046a1e07c0f68789279a70b3055035d2b64cad0862d40866e902748ca"
		       "50d04db89f0aadd86df523234a3876780f77a467a8b1cc993cd0acd4278c0b9e");
}

/* KeyingMode 1: of Kz alone; 2 and 3: of a new secret, with Kz instead of Noob. */
static void keys_of_the_reconnect(void **state)
{
	static const char kz[] = "50d04db89f0aadd86df523234a3876780f77a467a8b1cc993cd0acd4278c0b9e";
	struct xeap_noob_keys k;

	derive(kz, NP2, NS2, "", &k);
	assert_hex(&k, "5e66b9e61f8794af45c4efe319618d0fa1fdf90a79aa712842e5ddfc4187df15"
		       "b2de9686b02a00935a094342327f4229937c1ecc4795180a195508bb103b3222"
		       "b034c407c8e644aa0addecdb334fbf4f2366aa09a4e32bf1fe5ccf0df42cf74d"
		       "490702928681092704573b0086e9860adc851efb31439c6f0c5e92c42e58dc50"
		       "5b10a5f099ab69ff897b89bb14bf37b0af00bbf7baa491170695ea0958924e28"
		       "7c83f364de9f0c56455b67b49eed064933db4a213bdce6782578975a8c2522c0"
		       "d5658210dede1380d2f7e077239dfc0a83c70fa0dde9501664d912f0254fd46a"
		       "1db14f0e120ec99fc3432be1cc8ed437be7391b6e79f88cfdcbe17efacbf4238"
		       "8c061702aa347c728e5ccaa901b47b6360e8311c1152437515b896bfa9c0f404");
	derive(Z, NP2, NS2, kz, &k);
	assert_hex(&k, "2850122ba7b79a7a0462ccb9f9c6cac8f37752b3c83a6b8504b28aae8ea03f00"
		       "1bcc7d9742b6267284ff53faeb8edf75ced6a2fd0e8b936cc843f6ef8ca47a0f"
		       "818673f77aa68af1f6cf79a01cce3d9d18186a3ef211024f0585d7d471eba8cd"
		       "944c4b57b61670bfd6604ba46f88e2dc70581977fbcca6915d8399a9ca688e5d"
		       "ef5d5be78da2b38dea0b47daba59f7f2a7cf4b5afeeb2a83caf6ccd7c367ac34"
		       "254040252d4685566d498555084e9fd3ffc4dc81a2ba17adbcd1c6bf0c5d3b09"
		       "daaee020569958afba0d299cfee80fab75d02e41b7181b26a5f999ce013c1d42"
		       "d272c16e2c0a538c6f3a422c87978c132c5be7d0bc1ab277a99973fd477d2549"
		       "c67e8bb59d101a1bad9d3afdb50bfc4a15e6e889eb816d5de093880de35c52af"
		       "43a8b2be69d97802a78ce2c7b11588bf9fd6d06a82e11c104ce8db069b35fd4e");
}

static struct xeap_span array(char first, char room[2000])
{
	int n = snprintf(room, 2000, "[%c%s", first, fields);

	return xeap_span(room, (size_t)n);
}

static void fingers_and_macs(void **state)
{
	struct xeap_noob_keys k;
	char room[2000];
	uint8_t out[XEAP_NOOB_MAC];

	derive(Z, NP, NS, NOOB, &k);
	assert_int_equal(xeap_noob_id(xeap_span("x3JlolaPciK4Wa6XlMJxtQ", 22), out), 0);
	assert_hex(out, "534387c181824b89c49339364cf204ea");
	assert_int_equal(xeap_noob_hoob(array('2', room), out), 0);
	assert_hex(out, "ad5f332be384bea276332c022a3c00b2");
	assert_int_equal(xeap_noob_mac(k.kms, array('2', room), out), 0);
	assert_hex(out, "75759bfc462589030003cd1ceebb73b1b5370301deb879e6eeec874f02b4875b");
	assert_int_equal(xeap_noob_mac(k.kmp, array('1', room), out), 0);
	assert_hex(out, "31321211868be5b571e2ed23aa61f4acd3c17f382b9b681747c8c3e621a9a5a8");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_the_completion),
		cmocka_unit_test(keys_of_the_reconnect),
		cmocka_unit_test(fingers_and_macs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
