/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/fast_server.h"
#include "tests/unit/check.h"
#include <openssl/core_names.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <string.h>

#define START 0x20
#define BINDING 60
#define MASTER 48

/* Lengths of each direction in the key block; RFC 5246 §6.3 has the IVs of AEAD's fixed part. */
static const struct suite {
	const char *name, *digest;
	size_t mac, key, iv, whole_iv;
} suites[] = {
	{ "ECDHE-ECDSA-AES128-GCM-SHA256", "SHA256", 0, 16, 4, 12 },
	{ "ECDHE-ECDSA-AES256-GCM-SHA384", "SHA384", 0, 32, 4, 12 },
	{ "ECDHE-ECDSA-CHACHA20-POLY1305", "SHA256", 0, 32, 12, 12 },
	{ "ECDHE-ECDSA-AES256-SHA", "SHA256", 20, 32, 16, 16 },
	{ "ADH-AES128-SHA", "SHA256", 20, 16, 16, 16 },
};

static const struct suite *suite_of(const struct fast_server *s)
{
	const char *name = SSL_get_cipher_name(s->t.ssl);
	size_t i = 0;

	while (strcmp(suites[i].name, name) != 0)
		CHECK(++i < sizeof(suites) / sizeof(suites[0]));
	return &suites[i];
}

/* T-PRF, RFC 4851 §5.5. */
static void tprf(const uint8_t *key, size_t key_len, const char *label, const uint8_t *seed,
		 size_t seed_len, uint8_t *out, size_t len)
{
	uint8_t message[20 + 64 + 64 + 3], t[20];
	size_t before = 0, n, take;

	for (uint8_t i = 1; len; i++) {
		n = before;
		memcpy(message, t, before);
		memcpy(message + n, label, strlen(label) + 1);
		n += strlen(label) + 1;
		if (seed_len)
			memcpy(message + n, seed, seed_len);
		n += seed_len;
		/* the whole length that was asked for, in every block */
		message[n++] = (uint8_t)((len + (size_t)(i - 1) * 20) >> 8);
		message[n++] = (uint8_t)(len + (size_t)(i - 1) * 20);
		message[n++] = i;
		CHECK(HMAC(EVP_sha1(), key, (int)key_len, message, n, t, NULL));
		take = len < 20 ? len : 20;
		memcpy(out, t, take);
		out += take;
		len -= take;
		before = 20;
	}
}

/* OpenSSL's own TLS 1.2 PRF, for the key expansion and what follows it. */
static void key_block(const struct fast_server *s, const char *digest, uint8_t *out, size_t len)
{
	uint8_t master[MASTER], seed[13 + 64] = "key expansion";
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "TLS1-PRF", NULL);
	EVP_KDF_CTX *c = EVP_KDF_CTX_new(kdf);
	OSSL_PARAM p[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)(uintptr_t)digest,
						 0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, master, MASTER),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed, sizeof(seed)),
		OSSL_PARAM_construct_end(),
	};

	CHECK(SSL_SESSION_get_master_key(SSL_get_session(s->t.ssl), master, MASTER) == MASTER);
	SSL_get_server_random(s->t.ssl, seed + 13, 32);
	SSL_get_client_random(s->t.ssl, seed + 13 + 32, 32);
	CHECK(EVP_KDF_derive(c, out, len, p) == 1);
	EVP_KDF_CTX_free(c);
	EVP_KDF_free(kdf);
}

/* RFC 4851 §5.1, RFC 5422 §3.2.3. */
static void derive_seed(struct fast_server *s)
{
	const struct suite *suite = suite_of(s);
	size_t before =
		2 * (suite->mac + suite->key + (s->whole_nonce ? suite->whole_iv : suite->iv));
	uint8_t block[256];

	CHECK(before + 40 + 32 <= sizeof(block));
	key_block(s, suite->digest, block, before + 40 + 32);
	memcpy(s->simck, block + before, 40);
	memcpy(s->challenges, block + before + 40, 32);
}

static int take_ticket(SSL *ssl, const unsigned char *data, int len, void *arg)
{
	struct fast_server *s = arg;

	CHECK(len >= 0 && (size_t)len <= sizeof(s->ticket));
	if (len)
		memcpy(s->ticket, data, (size_t)len);
	s->ticket_len = (size_t)len;
	return 1;
}

/* PAC-Opaque, header included (RFC 4851 §4.1.2 of the extension's data). */
static bool is_known(const struct fast_server *s)
{
	const struct fast_pac *pac = s->pac;

	return pac && s->ticket_len == 4 + pac->opaque_len && s->ticket[1] == 2 &&
	       memcmp(s->ticket + 4, pac->opaque, pac->opaque_len) == 0;
}

static int give_secret(SSL *ssl, void *secret, int *len, STACK_OF(SSL_CIPHER) * peer,
		       const SSL_CIPHER **cipher, void *arg)
{
	const struct fast_server *s = arg;
	const STACK_OF(SSL_CIPHER) *mine = SSL_get_ciphers(ssl);
	uint8_t seed[64];

	if (!is_known(s))
		return 0;
	/* left to itself OpenSSL chooses before it knows its certificate */
	for (int i = 0; i < sk_SSL_CIPHER_num(mine) && !*cipher; i++)
		if (sk_SSL_CIPHER_find(peer, sk_SSL_CIPHER_value(mine, i)) >= 0)
			*cipher = sk_SSL_CIPHER_value(mine, i);
	SSL_get_server_random(ssl, seed, 32);
	SSL_get_client_random(ssl, seed + 32, 32);
	tprf(s->pac->key, 32, "PAC to master secret label hash", seed, sizeof(seed), secret,
	     MASTER);
	*len = MASTER;
	return 1;
}

static SSL_CTX *make_ctx(const struct fast_server *s, const struct test_cert *cert)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	const char *suite = s->suite ? s->suite : suites[0].name;

	CHECK(ctx && SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION) == 1);
	SSL_CTX_set_security_level(ctx, s->anonymous ? 0 : 1);
	CHECK(SSL_CTX_set_cipher_list(ctx, s->anonymous ? "ADH-AES128-SHA" : suite) == 1);
	SSL_CTX_set_dh_auto(ctx, 1);
	CHECK(SSL_CTX_use_certificate(ctx, cert->x) == 1);
	CHECK(SSL_CTX_use_PrivateKey(ctx, cert->key) == 1);
	return ctx;
}

bool fast_server_begin(struct fast_server *s, const struct test_cert *cert,
		       const struct xeap_method *method, const struct xeap_method_args *args)
{
	uint8_t start[4 + sizeof(s->a_id)] = { 0, 4, (uint8_t)(s->a_id_len >> 8),
					       (uint8_t)s->a_id_len };
	uint8_t flags = s->version_0 ? START : (uint8_t)(START | (s->version ? s->version : 1));

	memcpy(start + 4, s->a_id, s->a_id_len);
	tlv_server_init(&s->t, make_ctx(s, cert), method, args);
	SSL_set_session_ticket_ext_cb(s->t.ssl, take_ticket, s);
	SSL_set_session_secret_cb(s->t.ssl, give_secret, s);
	if (!tlv_server_start(&s->t, flags, start, s->a_id_len ? 4 + s->a_id_len : 0))
		return false;
	derive_seed(s);
	return true;
}

void fast_server_end(struct fast_server *s)
{
	tlv_server_end(&s->t);
}

void fast_link(struct fast_server *s, const uint8_t *isk)
{
	static const uint8_t zeros[32];
	uint8_t imck[60];

	tprf(s->simck, 40, "Inner Methods Compound Keys", isk ? isk : zeros, 32, imck, 60);
	memcpy(s->simck, imck, 40);
	memcpy(s->cmk, imck + 40, 20);
}

void fast_export(const struct fast_server *s, uint8_t keys[128])
{
	tprf(s->simck, 40, "Session Key Generating Function", NULL, 0, keys, 64);
	tprf(s->simck, 40, "Extended Session Key Generating Function", NULL, 0, keys + 64, 64);
}

/* RFC 4851 §5.3. */
static void mac(const struct fast_server *s, const uint8_t *tlv, uint8_t out[20])
{
	uint8_t whole[BINDING] = { 0 };

	memcpy(whole, tlv, BINDING - 20);
	CHECK(HMAC(EVP_sha1(), s->cmk, 20, whole, BINDING, out, NULL));
}

uint8_t *fast_say_binding(struct fast_server *s)
{
	uint8_t value[BINDING - 4] = { 0, 1, 1, 0, 7 }, *tlv;

	s->nonce += 2;
	value[4 + 31] = s->nonce;
	tlv = tlv_say(&s->t, 12, value, sizeof(value));
	mac(s, tlv, tlv + 40);
	return tlv;
}

bool fast_binding_is_right(const struct fast_server *s)
{
	size_t len = 0;
	const uint8_t *v = tlv_find(&s->t, 12, &len);
	uint8_t want[20];

	if (!v || len != BINDING - 4 || v[1] != 1 || v[2] != 1 || v[3] != 1 || v[4] != 7 ||
	    v[4 + 31] != s->nonce + 1)
		return false;
	mac(s, v - 4, want);
	return memcmp(want, v + 36, 20) == 0;
}

static size_t put(uint8_t *out, uint8_t type, const void *value, size_t len)
{
	out[0] = 0;
	out[1] = type;
	out[2] = (uint8_t)(len >> 8);
	out[3] = (uint8_t)len;
	memcpy(out + 4, value, len);
	return 4 + len;
}

/* RFC 5422 §4.2: PAC-Key, PAC-Opaque, PAC-Info with PAC-Lifetime, A-ID, A-ID-Info, PAC-Type. */
size_t fast_pac_value(const struct fast_server *s, const struct fast_pac *pac, uint8_t *out)
{
	uint8_t info[1200];
	size_t n = put(info, 3, "\x7f\0\0\0", 4);

	n += put(info + n, 4, s->a_id, s->a_id_len);
	n += put(info + n, 7, "test", 4);
	n += put(info + n, 10, "\0\1", 2);
	size_t len = put(out, 1, pac->key, 32);

	len += put(out + len, 2, pac->opaque, pac->opaque_len);
	return len + put(out + len, 9, info, n);
}

void fast_say_pac(struct fast_server *s, const struct fast_pac *pac)
{
	uint8_t value[1400];

	/* not mandatory */
	*tlv_say(&s->t, 11, value, fast_pac_value(s, pac, value)) &= 0x7f;
}
