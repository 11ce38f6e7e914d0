/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/digest.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

/*
 * Neither struct has members: they are EVP_MD and EVP_MD_CTX by names that do not pull OpenSSL's
 * headers in.
 */

static const char *const digest_names[XEAP_DIGEST_NAME_MAX] = {
	[XEAP_DIGEST_MD5] = "MD5",	 [XEAP_DIGEST_SHA1] = "SHA1",
	[XEAP_DIGEST_SHA256] = "SHA256", [XEAP_DIGEST_SHA384] = "SHA384",
	[XEAP_DIGEST_SHA512] = "SHA512",
};

const char *xeap_digest_name(enum xeap_digest_name name)
{
	return digest_names[name];
}

static EVP_MD_CTX *ctx_of(struct xeap_digest *digest)
{
	return (EVP_MD_CTX *)digest;
}

int xeap_digest_fetch(enum xeap_digest_name name, struct xeap_digest_algorithm **ret_algorithm)
{
	EVP_MD *md;

	if (name >= XEAP_DIGEST_NAME_MAX)
		return -EINVAL;
	ERR_set_mark();
	md = EVP_MD_fetch(NULL, digest_names[name], NULL);
	ERR_pop_to_mark();
	if (!md)
		return -ENOTSUP;
	*ret_algorithm = (struct xeap_digest_algorithm *)md;
	return 0;
}

struct xeap_digest_algorithm *xeap_digest_algorithm_free(struct xeap_digest_algorithm *algorithm)
{
	EVP_MD_free((EVP_MD *)algorithm);
	return NULL;
}

int xeap_digest_new(const struct xeap_digest_algorithm *algorithm, struct xeap_digest **ret_digest)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	/* Set up once here, so that later calls find their memory in place. */
	if (!ctx || !EVP_DigestInit_ex2(ctx, (const EVP_MD *)algorithm, NULL)) {
		EVP_MD_CTX_free(ctx);
		return -ENOMEM;
	}
	*ret_digest = (struct xeap_digest *)ctx;
	return 0;
}

struct xeap_digest *xeap_digest_free(struct xeap_digest *digest)
{
	EVP_MD_CTX_free(ctx_of(digest));
	return NULL;
}

int xeap_digest_parts(struct xeap_digest *digest, const struct xeap_span *parts, size_t n,
		      uint8_t *ret_value, size_t size)
{
	EVP_MD_CTX *ctx = ctx_of(digest);
	XEAP_SECRET(value, EVP_MAX_MD_SIZE);
	unsigned int len = 0;
	bool ok;

	if (size < (size_t)EVP_MD_CTX_get_size(ctx))
		return -ENOSPC;
	ok = EVP_DigestInit_ex2(ctx, NULL, NULL);
	for (size_t i = 0; ok && i < n; i++)
		ok = EVP_DigestUpdate(ctx, parts[i].data, parts[i].len);
	if (!ok || !EVP_DigestFinal_ex(ctx, value, &len))
		return -EIO;
	/*
	 * Final leaves the provider's state as it was: a fresh start overwrites the key that went
	 * in.
	 */
	if (!EVP_DigestInit_ex2(ctx, NULL, NULL))
		return -EIO;
	memcpy(ret_value, value, len);
	return (int)len;
}

int xeap_digest_once(enum xeap_digest_name name, const struct xeap_span *parts, size_t n,
		     uint8_t *ret_value, size_t size)
{
	struct xeap_digest_algorithm *algorithm;
	struct xeap_digest *digest = NULL;
	int r = xeap_digest_fetch(name, &algorithm);

	if (r < 0)
		return r;
	r = xeap_digest_new(algorithm, &digest);
	if (r == 0)
		r = xeap_digest_parts(digest, parts, n, ret_value, size);
	xeap_digest_free(digest);
	xeap_digest_algorithm_free(algorithm);
	return r;
}
