/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/reader.h>
#include <base/wipe.h>
#include <crypto/mac.h>
#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

static int authenticate(EVP_MAC_CTX *ctx, struct xeap_span key, const struct xeap_span *parts,
			size_t n, uint8_t *ret_value, size_t size)
{
	XEAP_SECRET(value, EVP_MAX_MD_SIZE);
	/* An empty key is a key, and OpenSSL takes NULL for none. */
	static const uint8_t empty;
	size_t len = 0;

	if (!EVP_MAC_init(ctx, key.len ? key.data : &empty, key.len, NULL))
		return -EIO;
	if (size < EVP_MAC_CTX_get_mac_size(ctx))
		return -ENOSPC;
	for (size_t i = 0; i < n; i++)
		if (parts[i].len && !EVP_MAC_update(ctx, parts[i].data, parts[i].len))
			return -EIO;
	if (!EVP_MAC_final(ctx, value, &len, sizeof(value)))
		return -EIO;
	memcpy(ret_value, value, len);
	return (int)len;
}

/* One parameter names the digest or the cipher that the code is built on. */
static int code(const char *mac_name, const char *parameter, const char *built_on,
		struct xeap_span key, const struct xeap_span *parts, size_t n, uint8_t *ret_value,
		size_t size)
{
	OSSL_PARAM params[2] = { OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end() };
	char name[16];
	EVP_MAC_CTX *ctx = NULL;
	EVP_MAC *mac;
	int r = -ENOTSUP;

	snprintf(name, sizeof(name), "%s", built_on);
	params[0] = OSSL_PARAM_construct_utf8_string(parameter, name, 0);
	ERR_set_mark();
	mac = EVP_MAC_fetch(NULL, mac_name, NULL);
	if (mac)
		ctx = EVP_MAC_CTX_new(mac);
	if (ctx && EVP_MAC_CTX_set_params(ctx, params))
		r = authenticate(ctx, key, parts, n, ret_value, size);
	EVP_MAC_CTX_free(ctx);
	EVP_MAC_free(mac);
	ERR_pop_to_mark();
	return r;
}

int xeap_hmac(enum xeap_digest_name name, struct xeap_span key, const struct xeap_span *parts,
	      size_t n, uint8_t *ret_value, size_t size)
{
	if (name >= XEAP_DIGEST_NAME_MAX)
		return -EINVAL;
	return code("HMAC", OSSL_MAC_PARAM_DIGEST, xeap_digest_name(name), key, parts, n, ret_value,
		    size);
}

int xeap_prf_plus(enum xeap_digest_name name, struct xeap_span key, const struct xeap_span *parts,
		  size_t n, uint8_t *ret_bytes, size_t len)
{
	struct xeap_span all[XEAP_PRF_PLUS_PARTS + 2] = { { NULL, 0 } };
	struct xeap_builder out = xeap_builder(ret_bytes, len);
	XEAP_SECRET(t, XEAP_DIGEST_MAX);
	uint8_t i = 1;

	if (n > XEAP_PRF_PLUS_PARTS)
		return -EINVAL;
	for (size_t k = 0; k < n; k++)
		all[k + 1] = parts[k];
	all[n + 1] = xeap_span(&i, 1);
	for (; len; i++) {
		int r = i ? xeap_hmac(name, key, all, n + 2, t, sizeof(t)) : -EINVAL;
		size_t take;

		if (r < 0)
			return r;
		all[0] = xeap_span(t, (size_t)r);
		take = len < all[0].len ? len : all[0].len;
		xeap_put_span(&out, xeap_span(t, take));
		len -= take;
	}
	return 0;
}

int xeap_cmac(struct xeap_span key, const struct xeap_span *parts, size_t n, uint8_t *ret_value,
	      size_t size)
{
	const char *cipher = NULL;

	if (key.len == 16)
		cipher = "AES-128-CBC";
	else if (key.len == 24)
		cipher = "AES-192-CBC";
	else if (key.len == 32)
		cipher = "AES-256-CBC";
	if (!cipher)
		return -EINVAL;
	return code("CMAC", OSSL_MAC_PARAM_CIPHER, cipher, key, parts, n, ret_value, size);
}
