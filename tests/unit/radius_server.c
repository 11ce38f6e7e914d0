/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "radius_server.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#define HEADER 20

static void set_length(struct server_packet *p)
{
	p->data[2] = (uint8_t)(p->len >> 8);
	p->data[3] = (uint8_t)p->len;
}

void server_begin(struct server_packet *p, uint8_t code, const struct server_packet *request)
{
	memset(p, 0, sizeof(*p));
	p->data[0] = code;
	memcpy(p->data + 1, request->data + 1, 1);
	memcpy(p->data + 4, request->data + 4, 16);
	p->len = HEADER;
	set_length(p);
}

void server_add(struct server_packet *p, uint8_t type, const void *value, size_t len)
{
	p->data[p->len] = type;
	p->data[p->len + 1] = (uint8_t)(len + 2);
	if (len)
		memcpy(p->data + p->len + 2, value, len);
	p->len += len + 2;
	set_length(p);
}

void server_add_eap(struct server_packet *p, const void *eap, size_t len)
{
	const uint8_t *at = eap;

	while (len) {
		size_t n = len < 253 ? len : 253;

		server_add(p, 79, at, n);
		at += n;
		len -= n;
	}
}

static void md5(uint8_t out[16], const void *a, size_t a_len, const void *b, size_t b_len,
		const void *c, size_t c_len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	EVP_DigestInit_ex(ctx, EVP_md5(), NULL);
	EVP_DigestUpdate(ctx, a, a_len);
	EVP_DigestUpdate(ctx, b, b_len);
	EVP_DigestUpdate(ctx, c, c_len);
	EVP_DigestFinal_ex(ctx, out, NULL);
	EVP_MD_CTX_free(ctx);
}

void server_add_key(struct server_packet *p, uint8_t type, const uint8_t *key, size_t len,
		    const struct server_packet *request)
{
	uint8_t value[256] = { 0, 0, 1, 0x37, type, 0, 0x80 | type, 0x42 }, plain[240] = { 0 },
		b[16];
	uint8_t *salt = value + 6, *cipher = value + 8;
	size_t blocks = (1 + len + 15) / 16;

	plain[0] = (uint8_t)len;
	memcpy(plain + 1, key, len);
	for (size_t i = 0; i < blocks; i++) {
		if (i == 0)
			md5(b, SERVER_SECRET, strlen(SERVER_SECRET), request->data + 4, 16, salt,
			    2);
		else
			md5(b, SERVER_SECRET, strlen(SERVER_SECRET), cipher + 16 * (i - 1), 16, "",
			    0);
		for (size_t k = 0; k < 16; k++)
			cipher[16 * i + k] = plain[16 * i + k] ^ b[k];
	}
	value[5] = (uint8_t)(2 + 2 + 16 * blocks);
	server_add(p, 26, value, 8 + 16 * blocks);
}

void server_add_message_authenticator(struct server_packet *p)
{
	uint8_t zeros[16] = { 0 };

	server_add(p, 80, zeros, sizeof(zeros));
}

void server_forge(struct server_packet *p, const char *secret)
{
	uint8_t authenticator[16];

	md5(authenticator, p->data, p->len, secret, strlen(secret), "", 0);
	memcpy(p->data + 4, authenticator, 16);
}

void server_seal(struct server_packet *p, const char *secret)
{
	uint8_t code[16];

	HMAC(EVP_md5(), secret, (int)strlen(secret), p->data, p->len, code, NULL);
	for (size_t at = HEADER; at < p->len && p->data[at + 1] >= 2; at += p->data[at + 1])
		if (p->data[at] == 80 && p->data[at + 1] == 18)
			memcpy(p->data + at + 2, code, sizeof(code));
	server_forge(p, secret);
}

const uint8_t *server_find(const struct server_packet *p, uint8_t type, size_t *ret_len)
{
	for (size_t at = HEADER; at + 2 <= p->len && p->data[at + 1] >= 2; at += p->data[at + 1]) {
		if (p->data[at] != type)
			continue;
		*ret_len = p->data[at + 1] - 2U;
		return p->data + at + 2;
	}
	return NULL;
}

bool server_accepts(const struct server_packet *request, const char *secret)
{
	struct server_packet copy = *request;
	uint8_t code[16];

	if (request->len < HEADER + 18 || request->data[HEADER] != 80 ||
	    request->data[HEADER + 1] != 18)
		return false;
	memset(copy.data + HEADER + 2, 0, 16);
	HMAC(EVP_md5(), secret, (int)strlen(secret), copy.data, copy.len, code, NULL);
	return memcmp(code, request->data + HEADER + 2, 16) == 0;
}
