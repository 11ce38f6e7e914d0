/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/tls_record.h"
#include "tests/unit/check.h"
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER 5
#define TAG 16
#define NONCE 12

static uint8_t secret[EVP_MAX_MD_SIZE];

void tls_record_note(const SSL *ssl, const char *line)
{
	static const char label[] = "SERVER_TRAFFIC_SECRET_0 ";
	const char *hex = strrchr(line, ' ');

	(void)ssl;
	if (strncmp(line, label, sizeof(label) - 1) != 0)
		return;
	for (size_t i = 0; hex[1 + 2 * i] && i < sizeof(secret); i++) {
		const char digits[] = { hex[1 + 2 * i], hex[2 + 2 * i], 0 };

		secret[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
}

static OSSL_PARAM octets(const char *name, const void *data, size_t len)
{
	return OSSL_PARAM_construct_octet_string(name, (void *)(uintptr_t)data, len);
}

/* HKDF-Expand-Label(secret, label, "", len) */
static void expand(const SSL *ssl, const char *label, uint8_t *ret, size_t len)
{
	const EVP_MD *md = SSL_CIPHER_get_handshake_digest(SSL_get_current_cipher(ssl));
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "TLS13-KDF", NULL);
	EVP_KDF_CTX *c = EVP_KDF_CTX_new(kdf);
	int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
	OSSL_PARAM p[] = {
		OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
						 (char *)(uintptr_t)EVP_MD_get0_name(md), 0),
		octets(OSSL_KDF_PARAM_KEY, secret, (size_t)EVP_MD_get_size(md)),
		octets(OSSL_KDF_PARAM_PREFIX, "tls13 ", 6),
		octets(OSSL_KDF_PARAM_LABEL, label, strlen(label)),
		OSSL_PARAM_construct_end(),
	};

	CHECK(EVP_KDF_derive(c, ret, len, p) == 1);
	EVP_KDF_CTX_free(c);
	EVP_KDF_free(kdf);
}

static const EVP_CIPHER *cipher_of(const SSL *ssl)
{
	switch (SSL_CIPHER_get_cipher_nid(SSL_get_current_cipher(ssl))) {
	case NID_aes_256_gcm:
		return EVP_aes_256_gcm();
	case NID_aes_128_gcm:
		return EVP_aes_128_gcm();
	default: /* OpenSSL's numbers */
		return EVP_chacha20_poly1305();
	}
}

size_t tls_record_seal(const SSL *ssl, uint64_t number, uint8_t type, struct xeap_span content,
		       uint8_t *ret_record, size_t size)
{
	size_t n = content.len + 1 + TAG;
	uint8_t header[HEADER] = { 23, 3, 3, (uint8_t)(n >> 8), (uint8_t)n };
	uint8_t key[EVP_MAX_KEY_LENGTH], nonce[NONCE], *at = ret_record + HEADER;
	const EVP_CIPHER *cipher = cipher_of(ssl);
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int len;

	CHECK(HEADER + n <= size);
	expand(ssl, "key", key, (size_t)EVP_CIPHER_get_key_length(cipher));
	expand(ssl, "iv", nonce, NONCE);
	for (int i = 0; i < 8; i++)
		nonce[NONCE - 1 - i] ^= (uint8_t)(number >> (8 * i));
	memcpy(ret_record, header, HEADER);
	CHECK(EVP_EncryptInit_ex(c, cipher, NULL, key, nonce) == 1);
	CHECK(EVP_EncryptUpdate(c, NULL, &len, header, HEADER) == 1);
	if (content.len)
		CHECK(EVP_EncryptUpdate(c, at, &len, content.data, (int)content.len) == 1);
	CHECK(EVP_EncryptUpdate(c, at + content.len, &len, &type, 1) == 1);
	CHECK(EVP_EncryptFinal_ex(c, at + content.len + 1, &len) == 1);
	CHECK(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG, at + content.len + 1) == 1);
	EVP_CIPHER_CTX_free(c);
	return HEADER + n;
}
