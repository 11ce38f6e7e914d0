/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/legacy.h>
#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

struct xeap_legacy {
	OSSL_LIB_CTX *ctx;
	OSSL_PROVIDER *provider;
	EVP_MD *md4;
	EVP_CIPHER *des, *rc4;
};

/* One for the process: each more would load the module once more. */
static struct {
	pthread_mutex_t lock;
	unsigned int users;
	struct xeap_legacy legacy;
} shared = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void unload(struct xeap_legacy *l)
{
	EVP_MD_free(l->md4);
	EVP_CIPHER_free(l->des);
	EVP_CIPHER_free(l->rc4);
	if (l->provider)
		OSSL_PROVIDER_unload(l->provider);
	OSSL_LIB_CTX_free(l->ctx);
	*l = (struct xeap_legacy){ 0 };
}

/*
 * A context of one's own does not read openssl.cnf. What an administrator forbids there is
 * forbidden here as well.
 */
static bool forbidden(void)
{
	return EVP_default_properties_is_fips_enabled(NULL) == 1 ||
	       !OSSL_PROVIDER_available(NULL, "default");
}

static int load(struct xeap_legacy *l)
{
	if (forbidden())
		return -ENOTSUP;
	l->ctx = OSSL_LIB_CTX_new();
	if (!l->ctx)
		return -ENOMEM;
	l->provider = OSSL_PROVIDER_load(l->ctx, "legacy");
	if (!l->provider)
		return -ENOTSUP;
	l->md4 = EVP_MD_fetch(l->ctx, "MD4", NULL);
	l->des = EVP_CIPHER_fetch(l->ctx, "DES-ECB", NULL);
	l->rc4 = EVP_CIPHER_fetch(l->ctx, "RC4", NULL);
	return l->md4 && l->des && l->rc4 ? 0 : -ENOTSUP;
}

int xeap_legacy_get(struct xeap_legacy **ret_legacy)
{
	int r = 0;

	pthread_mutex_lock(&shared.lock);
	if (shared.users == 0) {
		ERR_set_mark();
		r = load(&shared.legacy);
		if (r < 0)
			unload(&shared.legacy);
		ERR_pop_to_mark();
	}
	if (r == 0) {
		shared.users++;
		*ret_legacy = &shared.legacy;
	}
	pthread_mutex_unlock(&shared.lock);
	return r;
}

struct xeap_legacy *xeap_legacy_put(struct xeap_legacy *legacy)
{
	if (!legacy)
		return NULL;
	pthread_mutex_lock(&shared.lock);
	if (--shared.users == 0)
		unload(&shared.legacy);
	pthread_mutex_unlock(&shared.lock);
	return NULL;
}

int xeap_md4(const struct xeap_legacy *legacy, const struct xeap_span *parts, size_t n,
	     uint8_t ret_value[XEAP_MD4_LEN])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	XEAP_SECRET(value, XEAP_MD4_LEN);
	bool ok;

	ERR_set_mark();
	ok = ctx && EVP_DigestInit_ex2(ctx, legacy->md4, NULL);
	for (size_t i = 0; ok && i < n; i++)
		ok = EVP_DigestUpdate(ctx, parts[i].data, parts[i].len);
	ok = ok && EVP_DigestFinal_ex(ctx, value, NULL);
	EVP_MD_CTX_free(ctx);
	ERR_pop_to_mark();
	if (!ok)
		return -EIO;
	memcpy(ret_value, value, XEAP_MD4_LEN);
	return 0;
}

static int encrypt(const EVP_CIPHER *cipher, const uint8_t *key, struct xeap_span in,
		   uint8_t *ret_out)
{
	EVP_CIPHER_CTX *ctx;
	int len = 0;
	bool ok;

	if (in.len > INT_MAX)
		return -EIO;
	ERR_set_mark();
	ctx = EVP_CIPHER_CTX_new();
	ok = ctx && EVP_EncryptInit_ex2(ctx, cipher, key, NULL, NULL) &&
	     EVP_CIPHER_CTX_set_padding(ctx, 0) &&
	     EVP_EncryptUpdate(ctx, ret_out, &len, in.data, (int)in.len) && (size_t)len == in.len;
	EVP_CIPHER_CTX_free(ctx);
	ERR_pop_to_mark();
	return ok ? 0 : -EIO;
}

/* RFC 2759 §8.6: each 7 bits of the key are followed by one of parity, which nothing looks at. */
static void spread_key(const uint8_t key[XEAP_DES_KEY], uint8_t ret_key[XEAP_DES_BLOCK])
{
	uint64_t bits = 0;

	for (int i = 0; i < XEAP_DES_KEY; i++)
		bits = bits << 8 | key[i];
	for (int i = 0; i < XEAP_DES_BLOCK; i++)
		ret_key[i] = (uint8_t)((bits >> (49 - 7 * i) & 0x7f) << 1);
}

int xeap_des_block(const struct xeap_legacy *legacy, const uint8_t key[XEAP_DES_KEY],
		   const uint8_t in[XEAP_DES_BLOCK], uint8_t ret_out[XEAP_DES_BLOCK])
{
	XEAP_SECRET(spread, XEAP_DES_BLOCK);
	uint8_t out[XEAP_DES_BLOCK];
	int r;

	spread_key(key, spread);
	r = encrypt(legacy->des, spread, xeap_span(in, XEAP_DES_BLOCK), out);
	if (r == 0)
		memcpy(ret_out, out, sizeof(out));
	return r;
}

int xeap_rc4(const struct xeap_legacy *legacy, const uint8_t key[16], struct xeap_span in,
	     uint8_t *ret_out)
{
	return encrypt(legacy->rc4, key, in, ret_out);
}
