/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/noob_server.h"
#include <jansson.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

void noob_base64url(const uint8_t *bytes, size_t len, char *ret_text)
{
	EVP_EncodeBlock((unsigned char *)ret_text, bytes, (int)len);
	for (char *p = ret_text; *p; p++) {
		if (*p == '+')
			*p = '-';
		else if (*p == '/')
			*p = '_';
		else if (*p == '=')
			*p = '\0';
	}
}

size_t noob_unbase64url(const char *text, uint8_t *ret_bytes, size_t size)
{
	unsigned char padded[200] = "", out[200];
	size_t len = strlen(text), n = len * 3 / 4;

	assert_true(len < sizeof(padded) - 4 && n <= size);
	for (size_t i = 0; i < len; i++)
		padded[i] = text[i] == '-' ? '+' : text[i] == '_' ? '/' : (unsigned char)text[i];
	while (len % 4)
		padded[len++] = '=';
	assert_true(EVP_DecodeBlock(out, padded, (int)len) > 0);
	memcpy(ret_bytes, out, n);
	return n;
}

void noob_server_init(struct noob_server *s)
{
	*s = (struct noob_server){
		.vers = "[1]",
		.suites = "[1,2]",
		.info = "{\"Type\":\"url\",\"Name\":\"Example\",\"Url\":\"https://noob.example.org/"
			"sendOOB\"}",
		.nai = "noob@example.org",
		.peer_id = "07KRU6OgqX0HIeRFldnbSW",
		.dirs = 3,
	};
}

void noob_server_free(struct noob_server *s)
{
	EVP_PKEY_free(s->key);
	s->key = NULL;
}

static void write_p256(EVP_PKEY *key, char *ret_jwk)
{
	uint8_t point[65];
	char x[64], y[64];
	size_t len;

	assert_int_equal(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point,
							 sizeof(point), &len),
			 1);
	assert_int_equal(len, sizeof(point));
	noob_base64url(point + 1, 32, x);
	noob_base64url(point + 33, 32, y);
	snprintf(ret_jwk, NOOB_TEXT, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}",
		 x, y);
}

static void write_x25519(EVP_PKEY *key, char *ret_jwk)
{
	uint8_t bytes[32];
	char x[64];
	size_t len = sizeof(bytes);

	assert_int_equal(EVP_PKEY_get_raw_public_key(key, bytes, &len), 1);
	noob_base64url(bytes, sizeof(bytes), x);
	snprintf(ret_jwk, NOOB_TEXT, "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"%s\"}", x);
}

void noob_server_make_keys(struct noob_server *s, int suite)
{
	noob_server_free(s);
	s->suite = suite;
	s->key = suite == 1 ? EVP_PKEY_Q_keygen(NULL, NULL, "X25519") : EVP_EC_gen("P-256");
	assert_non_null(s->key);
	if (suite == 1)
		write_x25519(s->key, s->pks);
	else
		write_p256(s->key, s->pks);
	assert_int_equal(RAND_bytes(s->ns, sizeof(s->ns)), 1);
	noob_base64url(s->ns, sizeof(s->ns), s->ns_text);
}

static EVP_PKEY *read_key(const struct noob_server *s, json_t *jwk)
{
	uint8_t point[65] = { 4 };
	EVP_PKEY *key;

	noob_unbase64url(json_string_value(json_object_get(jwk, "x")), point + 1, 32);
	if (s->suite == 1) {
		assert_string_equal(json_string_value(json_object_get(jwk, "crv")), "X25519");
		return EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, point + 1, 32);
	}
	assert_string_equal(json_string_value(json_object_get(jwk, "crv")), "P-256");
	noob_unbase64url(json_string_value(json_object_get(jwk, "y")), point + 33, 32);
	key = EVP_PKEY_new();
	assert_int_equal(EVP_PKEY_copy_parameters(key, s->key), 1);
	assert_int_equal(EVP_PKEY_set1_encoded_public_key(key, point, sizeof(point)), 1);
	return key;
}

static void agree(struct noob_server *s, json_t *jwk)
{
	EVP_PKEY *theirs = read_key(s, jwk);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(s->key, NULL);
	size_t len = sizeof(s->z);

	assert_int_equal(EVP_PKEY_derive_init(ctx), 1);
	assert_int_equal(EVP_PKEY_derive_set_peer(ctx, theirs), 1);
	assert_int_equal(EVP_PKEY_derive(ctx, s->z, &len), 1);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(theirs);
}

void noob_server_take_keys(struct noob_server *s, const char *response, const char *pkp,
			   const char *np)
{
	json_t *root = json_loads(response, 0, NULL), *jwk;
	const char *nonce;
	char *text;

	assert_non_null(root);
	nonce = json_string_value(json_object_get(root, np));
	assert_non_null(nonce);
	assert_int_equal(noob_unbase64url(nonce, s->np, sizeof(s->np)), 32);
	snprintf(s->np_text, sizeof(s->np_text), "%s", nonce);
	if (pkp) {
		jwk = json_object_get(root, pkp);
		assert_non_null(jwk);
		text = json_dumps(jwk, JSON_COMPACT);
		snprintf(s->pkp, sizeof(s->pkp), "%s", text);
		free(text);
		agree(s, jwk);
	}
	json_decref(root);
}

void noob_server_set_noob(struct noob_server *s, const uint8_t noob[16])
{
	memcpy(s->noob, noob, sizeof(s->noob));
	noob_base64url(noob, sizeof(s->noob), s->noob_text);
}

static void finger(const char *text, char *ret_text)
{
	uint8_t digest[32];

	assert_int_equal(EVP_Digest(text, strlen(text), digest, NULL, EVP_sha256(), NULL), 1);
	noob_base64url(digest, 16, ret_text);
}

void noob_server_id(const struct noob_server *s, char ret_text[32])
{
	char text[64];

	snprintf(text, sizeof(text), "NoobId%s", s->noob_text);
	finger(text, ret_text);
}

/* §3.3.2: what is not there is "". */
static void array(const struct noob_server *s, int first, char *to, size_t size)
{
	const char *nai = s->nai ? s->nai : "";
	const char *info = s->info ? s->info : "\"\"";
	int n;

	if (!s->keying_mode)
		n = snprintf(
			to, size,
			"[%d,%s,1,\"%s\",%s,%d,%s,%d,%d,\"%s\",%s,0,%s,\"%s\",%s,\"%s\",\"%s\"]",
			first, s->vers, s->peer_id, s->suites, s->dirs, info, s->suite, s->dirp,
			nai, s->peer_info, s->pks, s->ns_text, s->pkp, s->np_text, s->noob_text);
	else
		n = snprintf(to, size,
			     "[%d,%s,1,\"%s\",%s,\"\",%s,%d,\"\",\"%s\",\"\",%d,%s,\"%s\",%s,\"%"
			     "s\",\"\"]",
			     first, s->vers, s->peer_id, s->suites, info, s->suite, nai,
			     s->keying_mode, s->keying_mode == 1 ? "\"\"" : s->pks, s->ns_text,
			     s->keying_mode == 1 ? "\"\"" : s->pkp, s->np_text);
	assert_true(n > 0 && (size_t)n < size);
}

void noob_server_hoob(const struct noob_server *s, int dir, char ret_text[32])
{
	char text[4000];

	array(s, dir, text, sizeof(text));
	finger(text, ret_text);
}

/* NIST SP 800-56C, one step, SHA-256. */
void noob_server_derive(struct noob_server *s)
{
	const uint8_t *z = s->keying_mode == 1 ? s->kz : s->z;
	uint8_t in[4 + 32 + 8 + 32 + 32 + 32] = { 0 };
	size_t n = 4;

	memcpy(in + n, z, 32);
	n += 32;
	memcpy(in + n, "EAP-NOOB", 8);
	n += 8;
	memcpy(in + n, s->np, 32);
	n += 32;
	memcpy(in + n, s->ns, 32);
	n += 32;
	if (s->keying_mode == 0) {
		memcpy(in + n, s->noob, 16);
		n += 16;
	} else if (s->keying_mode > 1) {
		memcpy(in + n, s->kz, 32);
		n += 32;
	}
	for (uint8_t i = 0; i < 10; i++) {
		in[3] = (uint8_t)(i + 1);
		assert_int_equal(
			EVP_Digest(in, n, s->keys + (size_t)i * 32, NULL, EVP_sha256(), NULL), 1);
	}
}

void noob_server_mac(const struct noob_server *s, int side, char ret_text[64])
{
	char text[4000];
	uint8_t mac[32];

	array(s, side, text, sizeof(text));
	assert_non_null(HMAC(EVP_sha256(), s->keys + (side == 2 ? 224 : 256), 32,
			     (const unsigned char *)text, strlen(text), mac, NULL));
	noob_base64url(mac, sizeof(mac), ret_text);
}
