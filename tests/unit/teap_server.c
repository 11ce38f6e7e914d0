/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/teap_server.h"
#include "tests/unit/check.h"
#include <openssl/core_names.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <string.h>

#define TEAP 55
#define BINDING 80

static const EVP_MD *digest(const struct teap_server *s)
{
	return SSL_CIPHER_get_handshake_digest(SSL_get_current_cipher(s->t.ssl));
}

/* OpenSSL's own TLS 1.2 PRF. */
static void prf(const struct teap_server *s, const uint8_t *secret, size_t secret_len,
		const void *seed, size_t seed_len, uint8_t *out, size_t len)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "TLS1-PRF", NULL);
	EVP_KDF_CTX *c = EVP_KDF_CTX_new(kdf);
	OSSL_PARAM p[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
						 (char *)(uintptr_t)EVP_MD_get0_name(digest(s)), 0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, (void *)(uintptr_t)secret,
						  secret_len),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, (void *)(uintptr_t)seed,
						  seed_len),
		OSSL_PARAM_construct_end(),
	};

	CHECK(EVP_KDF_derive(c, out, len, p) == 1);
	EVP_KDF_CTX_free(c);
	EVP_KDF_free(kdf);
}

static void derive(const struct teap_server *s, const uint8_t *simck, const char *label,
		   const uint8_t *imsk, uint8_t *out, size_t len)
{
	uint8_t context[72];
	char text[100];
	size_t n = imsk ? 32 : 0, at = strlen(label);

	if (SSL_version(s->t.ssl) == TLS1_3_VERSION && !s->prf) {
		snprintf(text, sizeof(text), "EXPORTER: %s", label);
		memcpy(context, simck, 40);
		if (imsk)
			memcpy(context + 40, imsk, 32);
		CHECK(SSL_export_keying_material(s->t.ssl, out, len, text, strlen(text), context,
						 40 + n, 1) == 1);
		return;
	}
	memcpy(text, label, at);
	if (imsk)
		memcpy(text + at, imsk, 32);
	prf(s, simck, 40, text, at + n, out, len);
}

static void one_link(struct teap_server *s, int which, const uint8_t *imsk)
{
	uint8_t imck[60];

	derive(s, s->simck[which], "Inner Methods Compound Keys", imsk, imck, 60);
	memcpy(s->simck[which], imck, 40);
	memcpy(s->cmk[which], imck + 40, 20);
}

void teap_link(struct teap_server *s, const uint8_t *msk, const uint8_t *emsk)
{
	uint8_t imsk[64] = { 0 };

	if (msk)
		memcpy(imsk, msk, 32);
	one_link(s, 0, imsk);
	if (!emsk)
		return;
	prf(s, emsk, 64, "TEAPbindkey@ietf.org\0\0\x40", 23, imsk, 64);
	one_link(s, 1, imsk);
}

void teap_msk(const struct teap_server *s, int emsk, uint8_t msk[64])
{
	derive(s, s->simck[emsk], "Session Key Generating Function", NULL, msk, 64);
}

static void mac(const struct teap_server *s, int emsk, const uint8_t *tlv, uint8_t out[20])
{
	uint8_t buffer[BINDING + 1 + 64], whole[EVP_MAX_MD_SIZE];

	memcpy(buffer, tlv, 40);
	memset(buffer + 40, 0, 40);
	buffer[80] = TEAP;
	memcpy(buffer + 81, s->outer, s->outer_len);
	CHECK(HMAC(digest(s), s->cmk[emsk], 20, buffer, 81 + s->outer_len, whole, NULL));
	memcpy(out, whole, 20);
}

uint8_t *teap_say_binding(struct teap_server *s, uint8_t flags)
{
	uint8_t value[BINDING - 4] = { 0, 1, 1, (uint8_t)(flags << 4) };
	uint8_t *tlv;

	s->nonce += 2;
	value[4 + 31] = s->nonce;
	value[4] = 7;
	tlv = tlv_say(&s->t, 12, value, sizeof(value));
	if (flags & 1)
		mac(s, 1, tlv, tlv + 40);
	if (flags & 2)
		mac(s, 0, tlv, tlv + 60);
	return tlv;
}

bool teap_binding_is_right(const struct teap_server *s, int emsk)
{
	size_t len = 0;
	const uint8_t *v = tlv_find(&s->t, 12, &len);
	uint8_t expected[20];

	if (!v || len != 76 || v[1] != 1 || v[2] != 1 || (v[3] & 15) != 1 ||
	    v[4 + 31] != s->nonce + 1 || !(v[3] >> 4 & (emsk ? 1 : 2)))
		return false;
	mac(s, emsk, v - 4, expected);
	return memcmp(expected, v + (emsk ? 36 : 56), 20) == 0;
}

static int believe(int ok, X509_STORE_CTX *store)
{
	return 1;
}

static SSL_CTX *make_ctx(const struct teap_server *s, const struct test_cert *cert, int version)
{
	static uint8_t ticket_keys[80];
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	CHECK(ctx && SSL_CTX_set_min_proto_version(ctx, version) == 1);
	CHECK(SSL_CTX_set_max_proto_version(ctx, version) == 1);
	CHECK(SSL_CTX_use_certificate(ctx, cert->x) == 1);
	CHECK(SSL_CTX_use_PrivateKey(ctx, cert->key) == 1);
	CHECK(SSL_CTX_set_tlsext_ticket_keys(ctx, ticket_keys, sizeof(ticket_keys)) == 1);
	SSL_CTX_set_num_tickets(ctx, 0);
	if (s->asks)
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, believe);
	return ctx;
}

bool teap_server_begin(struct teap_server *s, const struct test_cert *cert, int version,
		       const struct xeap_method *method, const struct xeap_method_args *args,
		       uint8_t teap_version)
{
	static const char label[] = "EXPORTER: teap session key seed";
	static const uint8_t type = TEAP;
	bool context = version == TLS1_3_VERSION && !s->prf && !s->bare;
	uint8_t start[4 + sizeof(s->outer)] = { 0, 0, 0, (uint8_t)s->outer_len };
	uint8_t flags = (uint8_t)(0x20 | (s->outer_len ? 0x10 : 0) | teap_version);

	memcpy(start + 4, s->outer, s->outer_len);
	tlv_server_init(&s->t, make_ctx(s, cert, version), method, args);
	if (!tlv_server_start(&s->t, flags, start, s->outer_len ? 4 + s->outer_len : 0))
		return false;
	CHECK(SSL_export_keying_material(s->t.ssl, s->simck[0], 40, label, sizeof(label) - 1, &type,
					 context, context) == 1);
	memcpy(s->simck[1], s->simck[0], 40);
	return true;
}

void teap_server_end(struct teap_server *s)
{
	tlv_server_end(&s->t);
}
