/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <crypto/cipher.h>
#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

static const struct {
	const char *name128, *name256;
} aes_names[XEAP_CIPHER_MODE_MAX] = {
	[XEAP_CIPHER_ECB] = { "AES-128-ECB", "AES-256-ECB" },
	[XEAP_CIPHER_CBC] = { "AES-128-CBC", "AES-256-CBC" },
	[XEAP_CIPHER_CTR] = { "AES-128-CTR", "AES-256-CTR" },
};

static int run(EVP_CIPHER_CTX *ctx, struct xeap_span in, uint8_t *ret_out)
{
	int len = 0;

	if (!EVP_CipherUpdate(ctx, ret_out, &len, in.data, (int)in.len) || (size_t)len != in.len)
		return -EIO;
	return 0;
}

int xeap_aes(enum xeap_cipher_mode mode, bool encrypt, struct xeap_span key, struct xeap_span iv,
	     struct xeap_span in, uint8_t *ret_out)
{
	EVP_CIPHER_CTX *ctx = NULL;
	EVP_CIPHER *cipher;
	int r = -ENOTSUP;

	if (mode >= XEAP_CIPHER_MODE_MAX || (key.len != 16 && key.len != 32) ||
	    iv.len != (mode == XEAP_CIPHER_ECB ? 0 : XEAP_AES_BLOCK) || in.len > INT_MAX ||
	    (mode != XEAP_CIPHER_CTR && in.len % XEAP_AES_BLOCK))
		return -EINVAL;
	if (in.len == 0)
		return 0;
	ERR_set_mark();
	cipher = EVP_CIPHER_fetch(
		NULL, key.len == 16 ? aes_names[mode].name128 : aes_names[mode].name256, NULL);
	if (cipher)
		ctx = EVP_CIPHER_CTX_new();
	if (ctx && EVP_CipherInit_ex2(ctx, cipher, key.data, iv.data, encrypt, NULL) &&
	    EVP_CIPHER_CTX_set_padding(ctx, 0))
		r = run(ctx, in, ret_out);
	EVP_CIPHER_CTX_free(ctx);
	EVP_CIPHER_free(cipher);
	ERR_pop_to_mark();
	return r;
}

int xeap_random(uint8_t *ret_bytes, size_t len)
{
	if (len > INT_MAX || RAND_bytes(ret_bytes, (int)len) != 1) {
		ERR_clear_error();
		return -EIO;
	}
	return 0;
}
