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
	return SSL_CIPHER_get_handshake_digest(SSL_get_current_cipher(s->ssl));
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

	if (SSL_version(s->ssl) == TLS1_3_VERSION && !s->prf) {
		snprintf(text, sizeof(text), "EXPORTER: %s", label);
		memcpy(context, simck, 40);
		if (imsk)
			memcpy(context + 40, imsk, 32);
		CHECK(SSL_export_keying_material(s->ssl, out, len, text, strlen(text), context,
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

void teap_say(struct teap_server *s, uint16_t type, const void *value, size_t len)
{
	uint8_t *at = s->say + s->say_len;

	CHECK(s->say_len + 4 + len <= sizeof(s->say));
	at[0] = (uint8_t)(type >> 8 | 0x80);
	at[1] = (uint8_t)type;
	at[2] = (uint8_t)(len >> 8);
	at[3] = (uint8_t)len;
	if (len)
		memcpy(at + 4, value, len);
	s->say_len += 4 + len;
}

void teap_say_u16(struct teap_server *s, uint16_t type, uint16_t value)
{
	uint8_t bytes[] = { (uint8_t)(value >> 8), (uint8_t)value };

	teap_say(s, type, bytes, 2);
}

uint8_t *teap_say_binding(struct teap_server *s, uint8_t flags)
{
	uint8_t value[BINDING - 4] = { 0, 1, 1, (uint8_t)(flags << 4) };
	uint8_t *tlv = s->say + s->say_len;

	s->nonce += 2;
	value[4 + 31] = s->nonce;
	value[4] = 7;
	teap_say(s, 12, value, sizeof(value));
	if (flags & 1)
		mac(s, 1, tlv, tlv + 40);
	if (flags & 2)
		mac(s, 0, tlv, tlv + 60);
	return tlv;
}

const uint8_t *teap_find(const struct teap_server *s, uint16_t type, size_t *ret_len)
{
	for (size_t at = 0; at + 4 <= s->heard_len;) {
		size_t len = (size_t)s->heard[at + 2] << 8 | s->heard[at + 3];

		CHECK(at + 4 + len <= s->heard_len);
		if (((s->heard[at] & 0x3f) << 8 | s->heard[at + 1]) == type) {
			if (ret_len)
				*ret_len = len;
			return s->heard + at + 4;
		}
		at += 4 + len;
	}
	return NULL;
}

bool teap_binding_is_right(const struct teap_server *s, int emsk)
{
	size_t len = 0;
	const uint8_t *v = teap_find(s, 12, &len);
	uint8_t expected[20];

	if (!v || len != 76 || v[1] != 1 || v[2] != 1 || (v[3] & 15) != 1 ||
	    v[4 + 31] != s->nonce + 1 || !(v[3] >> 4 & (emsk ? 1 : 2)))
		return false;
	mac(s, emsk, v - 4, expected);
	return memcmp(expected, v + (emsk ? 36 : 56), 20) == 0;
}

static void feed(struct teap_server *s, uint8_t flags, const uint8_t *data, size_t len)
{
	size_t total = 6 + len;
	uint8_t *p = malloc(total);

	CHECK(p && total <= 65535);
	p[0] = 1;
	p[1] = ++s->id;
	p[2] = (uint8_t)(total >> 8);
	p[3] = (uint8_t)total;
	p[4] = TEAP;
	p[5] = flags;
	if (len)
		memcpy(p + 6, data, len);
	memset(&s->result, 0, sizeof(s->result));
	s->error = s->method->process(s->peer, xeap_span(p, total), fake_writer_begin(&s->writer),
				      &s->result);
	free(p);
}

void teap_hear(struct teap_server *s, const struct xeap_writer *w)
{
	const uint8_t *r = w->c.data;
	size_t skip = w->c.len > 5 && r[5] & 0x80 ? 10 : 6;
	int n;

	s->heard_len = 0;
	if (s->error || s->result.ignore || s->result.need || w->c.len < skip)
		return;
	CHECK(r[0] == 2 && r[1] == s->id && r[4] == TEAP && (r[5] & 7) == 1 && !(r[5] & 0x40));
	if (w->c.len > skip)
		CHECK(BIO_write(s->in, r + skip, (int)(w->c.len - skip)) > 0);
	if (!SSL_is_init_finished(s->ssl))
		SSL_do_handshake(s->ssl);
	while (SSL_is_init_finished(s->ssl) &&
	       (n = SSL_read(s->ssl, s->heard + s->heard_len,
			     (int)(sizeof(s->heard) - s->heard_len))) > 0)
		s->heard_len += (size_t)n;
}

static void flush(struct teap_server *s)
{
	static uint8_t bytes[TEAP_SERVER_MAX];
	int n = BIO_read(s->out, bytes, sizeof(bytes));

	feed(s, 1, bytes, n > 0 ? (size_t)n : 0);
	teap_hear(s, &s->writer.w);
}

void teap_turn(struct teap_server *s)
{
	if (s->say_len)
		CHECK(SSL_write(s->ssl, s->say, (int)s->say_len) == (int)s->say_len);
	s->say_len = 0;
	flush(s);
}

static void make_tls(struct teap_server *s, const struct test_cert *cert, int version)
{
	s->ctx = SSL_CTX_new(TLS_server_method());
	CHECK(s->ctx && SSL_CTX_set_min_proto_version(s->ctx, version) == 1);
	CHECK(SSL_CTX_set_max_proto_version(s->ctx, version) == 1);
	CHECK(SSL_CTX_use_certificate(s->ctx, cert->x) == 1);
	CHECK(SSL_CTX_use_PrivateKey(s->ctx, cert->key) == 1);
	SSL_CTX_set_num_tickets(s->ctx, 0);
	s->ssl = SSL_new(s->ctx);
	s->in = BIO_new(BIO_s_mem());
	s->out = BIO_new(BIO_s_mem());
	SSL_set_bio(s->ssl, s->in, s->out);
	SSL_set_accept_state(s->ssl);
}

static void start(struct teap_server *s, uint8_t teap_version)
{
	uint8_t data[4 + 64] = { 0, 0, 0, (uint8_t)s->outer_len };

	memcpy(data + 4, s->outer, s->outer_len);
	feed(s, (uint8_t)(0x20 | (s->outer_len ? 0x10 : 0) | teap_version), data,
	     s->outer_len ? 4 + s->outer_len : 0);
}

bool teap_server_begin(struct teap_server *s, const struct test_cert *cert, int version,
		       const struct xeap_method *method, const struct xeap_method_args *args,
		       uint8_t teap_version)
{
	static const char label[] = "EXPORTER: teap session key seed";
	static const uint8_t type = TEAP;
	bool context = version == TLS1_3_VERSION && !s->prf && !s->bare;

	make_tls(s, cert, version);
	s->method = method;
	s->peer = calloc(1, method->ctx_size);
	CHECK(s->peer && method->init(s->peer, args) == 0);
	fake_writer_init(&s->writer, 2000);
	start(s, teap_version);
	if (s->error || s->result.ignore || s->writer.w.c.len < 6 || !s->writer.w.c.data)
		return false;
	teap_hear(s, &s->writer.w);
	for (int i = 0; i < 4 && !SSL_is_init_finished(s->ssl); i++)
		flush(s);
	if (!SSL_is_init_finished(s->ssl))
		return false;
	if (version == TLS1_2_VERSION) /* the server's Finished */
		flush(s);
	CHECK(SSL_export_keying_material(s->ssl, s->simck[0], 40, label, sizeof(label) - 1, &type,
					 context, context) == 1);
	memcpy(s->simck[1], s->simck[0], 40);
	return true;
}

void teap_server_end(struct teap_server *s)
{
	s->method->done(s->peer);
	free(s->peer);
	fake_writer_free(&s->writer);
	SSL_free(s->ssl);
	SSL_CTX_free(s->ctx);
}
