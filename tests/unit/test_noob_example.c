/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The conversations of the examples that RFC 9140's authors generate for its appendix E, with RFC
 * 7748's key pairs (§6.1) instead of fresh ones. Hoob, keys and MACs were made of the same inputs
 * by another implementation, in Python.
 */
#include <crypto/cipher.h>
#include <crypto/ecdhe.h>
#include <method/list.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "tests/unit/hex.h"
#include "tests/unit/noob_bed.h"

#define ID "\"PeerId\":\"07KRU6OgqX0HIeRFldnbSW\""

static const char *random_text; /* what the peer draws first, in base64url */

int __wrap_xeap_random(uint8_t *ret_bytes, size_t len);
int __wrap_xeap_ecdhe(enum xeap_ecdhe_curve curve, struct xeap_span theirs, uint8_t *ret_ours,
		      uint8_t *ret_secret);

int __wrap_xeap_random(uint8_t *ret_bytes, size_t len)
{
	memset(ret_bytes, 0, len);
	if (len == 32)
		assert_int_equal(noob_unbase64url(random_text, ret_bytes, len), len);
	return 0;
}

int __wrap_xeap_ecdhe(enum xeap_ecdhe_curve curve, struct xeap_span theirs, uint8_t *ret_ours,
		      uint8_t *ret_secret)
{
	uint8_t expected[32];

	assert_int_equal(curve, XEAP_ECDHE_X25519);
	hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", expected);
	assert_int_equal(theirs.len, sizeof(expected));
	assert_memory_equal(theirs.data, expected, sizeof(expected));
	hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", ret_ours);
	hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742", ret_secret);
	return 0;
}

static const char *const lines[] = {
	"noob_dir=2",
	"noob_peer_info=\"{\"Type\":\"wifi\",\"Make\":\"Acme\",\"Serial\":\"DU-9999\",\"SSID\":"
	"\"Noob1\",\"BSSID\":\"6c:19:8f:83:c2:80\"}\"",
	"noob=\"P=07KRU6OgqX0HIeRFldnbSW&N=x3JlolaPciK4Wa6XlMJxtQ&H=rV8zK-OEvqJ2MywCKjwAsg\"",
	NULL,
};

static void assert_key(const struct noob_bed *b, enum xeap_key_kind kind, size_t len,
		       const char *start)
{
	uint8_t key[64], expected[64];
	size_t n = hex(start, expected);

	assert_int_equal(xeap_method_noob.get_key(b->ctx, kind, key, sizeof(key)), len);
	assert_memory_equal(key, expected, n);
}

static void first_contact(struct noob_bed *b)
{
	noob_feed(b, "{\"Type\":1}");
	assert_string_equal(b->reply, "{\"Type\":1,\"PeerState\":0}");
	noob_feed(b, "{\"Type\":2,\"Vers\":[1]," ID ",\"NewNAI\":\"noob@example.org\","
		     "\"Cryptosuites\":[1,2],\"Dirs\":3,\"ServerInfo\":{\"Type\":\"url_wifi\","
		     "\"Name\":\"Example\",\"Url\":\"https://noob.example.org/sendOOB\"}}");
	assert_string_equal(b->reply, "{\"Type\":2,\"Verp\":1," ID ",\"Cryptosuitep\":1,\"Dirp\":2,"
				      "\"PeerInfo\":{\"Type\":\"wifi\",\"Make\":\"Acme\","
				      "\"Serial\":\"DU-9999\",\"SSID\":\"Noob1\",\"BSSID\":"
				      "\"6c:19:8f:83:c2:80\"}}");
	random_text = "HIvB6g0n2btpxEcU7YXnWB-451ED6L6veQQd6ugiPFU";
	noob_feed(b, "{\"Type\":3," ID ",\"PKs\":{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":"
		     "\"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo\"},\"Ns\":"
		     "\"PYO7NVd9Af3BxEri1MI6hL8Ck49YxwCjSRPqlC1SPbw\",\"SleepTime\":60}");
	assert_string_equal(b->reply, "{\"Type\":3," ID ",\"PKp\":{\"kty\":\"OKP\",\"crv\":"
				      "\"X25519\",\"x\":\"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-"
				      "IK08\"},\"Np\":"
				      "\"HIvB6g0n2btpxEcU7YXnWB-451ED6L6veQQd6ugiPFU\"}");
}

static void completion(struct noob_bed *b)
{
	noob_feed(b, "{\"Type\":1}");
	assert_string_equal(b->reply, "{\"Type\":1," ID ",\"PeerState\":2}");
	noob_feed(b, "{\"Type\":5," ID "}");
	assert_string_equal(b->reply, "{\"Type\":5," ID ",\"NoobId\":\"U0OHwYGCS4nEkzk2TPIE6g\"}");
	noob_feed(b, "{\"Type\":6," ID ",\"NoobId\":\"U0OHwYGCS4nEkzk2TPIE6g\",\"MACs\":"
		     "\"dXWb_EYliQMAA80c7rtzsbU3AwHeuHnm7uyHTwK0h1s\"}");
	assert_string_equal(b->reply, "{\"Type\":6," ID
				      ",\"MACp\":\"MTISEYaL5bVx4u0jqmH0rNPBfzgrm2gXR8jD5iGppag\"}");
	assert_key(b, XEAP_KEY_MSK, 64,
		   "4c7166a4b512e79d3b0f18970922fa61f538a89b8cbe976b5cbf2df698e5349b");
}

static void reconnect(struct noob_bed *b)
{
	noob_feed(b, "{\"Type\":1}");
	assert_string_equal(b->reply, "{\"Type\":1," ID ",\"PeerState\":3}");
	noob_feed(b, "{\"Type\":7,\"Vers\":[1]," ID ",\"Cryptosuites\":[1,2]}");
	assert_string_equal(b->reply, "{\"Type\":7,\"Verp\":1," ID ",\"Cryptosuitep\":1}");
	random_text = "jN0_V4P0JoTqwI9VHHQKd9ozUh7tQdc9ABd-j6oTy_4";
	noob_feed(b, "{\"Type\":8," ID ",\"KeyingMode\":1,\"Ns2\":"
		     "\"RDLahHBlIgnmL_F_xcynrHurLPkCsrp3G3B_S82WUF4\"}");
	assert_string_equal(b->reply, "{\"Type\":8," ID
				      ",\"Np2\":\"jN0_V4P0JoTqwI9VHHQKd9ozUh7tQdc9ABd-j6oTy_4\"}");
	noob_feed(b,
		  "{\"Type\":9," ID ",\"MACs2\":\"kQpDAb8W5set6juShu10Kqa_qZ12NDTAq6S6ca_RzXI\"}");
	assert_string_equal(b->reply, "{\"Type\":9," ID ",\"MACp2\":\"l3-f_WAlQuriP-_"
				      "OaHA9IY6gWYUsM5Ngz3hk83PLgBc\"}");
	assert_key(b, XEAP_KEY_MSK, 64,
		   "5e66b9e61f8794af45c4efe319618d0fa1fdf90a79aa712842e5ddfc4187df15");
	assert_key(b, XEAP_KEY_SESSION_ID, 33,
		   "38d5658210dede1380d2f7e077239dfc0a83c70fa0dde9501664d912f0254fd46a");
}

static void conversations_of_the_examples(void **state)
{
	struct noob_bed b;

	noob_bed_init(&b, false, lines);
	first_contact(&b);
	noob_bed_again(&b);
	completion(&b);
	noob_bed_again(&b);
	reconnect(&b);
	noob_bed_free(&b);
}

/* §3.3.2: white space between tokens is not in what is digested. */
static void white_space_changes_nothing(void **state)
{
	struct noob_bed b;

	noob_bed_init(&b, false, lines);
	noob_feed(&b, " {\t\"Type\" : 1 }\r\n");
	noob_feed(&b, "{\"Type\":2,\"Vers\":[ 1 ]," ID ",\"NewNAI\": \"noob@example.org\",\n"
		      "\"Cryptosuites\":[ 1,\n2 ],\"Dirs\": 3 ,\"ServerInfo\":{ \"Type\": "
		      "\"url_wifi\",\n\"Name\":\"Example\",\"Url\":"
		      "\"https://noob.example.org/sendOOB\" } }");
	random_text = "HIvB6g0n2btpxEcU7YXnWB-451ED6L6veQQd6ugiPFU";
	noob_feed(&b, "{\"Type\":3," ID ",\"PKs\":{ \"kty\" :\"OKP\", \"crv\":\"X25519\",\"x\":"
		      "\"hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo\"},\"Ns\":"
		      "\"PYO7NVd9Af3BxEri1MI6hL8Ck49YxwCjSRPqlC1SPbw\"}");
	noob_bed_again(&b);
	completion(&b);
	noob_bed_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conversations_of_the_examples),
		cmocka_unit_test(white_space_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
