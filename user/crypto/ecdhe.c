/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/ecdhe.h>
#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

static const struct {
	const char *algorithm, *group;
	size_t len;
} curves[XEAP_ECDHE_CURVE_MAX] = {
	[XEAP_ECDHE_X25519] = { "X25519", NULL, 32 },
	[XEAP_ECDHE_P256] = { "EC", "P-256", 33 },
	[XEAP_ECDHE_P256_XY] = { "EC", "P-256", 64 },
};

size_t xeap_ecdhe_public_len(enum xeap_ecdhe_curve curve)
{
	return curves[curve].len;
}

static EVP_PKEY *make(enum xeap_ecdhe_curve curve)
{
	if (curves[curve].group)
		return EVP_PKEY_Q_keygen(NULL, NULL, curves[curve].algorithm, curves[curve].group);
	return EVP_PKEY_Q_keygen(NULL, NULL, curves[curve].algorithm);
}

/* Their key, with the parameters of ours. */
static EVP_PKEY *import(EVP_PKEY *ours, struct xeap_span theirs)
{
	EVP_PKEY *key = EVP_PKEY_new();

	if (key && EVP_PKEY_copy_parameters(key, ours) == 1 &&
	    EVP_PKEY_set1_encoded_public_key(key, theirs.data, theirs.len) == 1)
		return key;
	EVP_PKEY_free(key);
	return NULL;
}

static EVP_PKEY *import_coordinates(EVP_PKEY *ours, struct xeap_span theirs)
{
	uint8_t point[65] = { 4 }; /* SEC 1 §2.3.3: uncompressed */

	memcpy(point + 1, theirs.data, sizeof(point) - 1);
	return import(ours, xeap_span(point, sizeof(point)));
}

/* X25519 has no parameters to copy. */
static EVP_PKEY *import_x25519(struct xeap_span theirs)
{
	return EVP_PKEY_new_raw_public_key_ex(NULL, "X25519", NULL, theirs.data, theirs.len);
}

static int coordinates(EVP_PKEY *key, uint8_t ret_xy[64])
{
	BIGNUM *x = NULL, *y = NULL;
	int r = -EIO;

	if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1 &&
	    BN_bn2binpad(x, ret_xy, 32) == 32 && BN_bn2binpad(y, ret_xy + 32, 32) == 32)
		r = 0;
	BN_free(x);
	BN_free(y);
	return r;
}

static int compressed(EVP_PKEY *key, uint8_t *ret_ours)
{
	uint8_t xy[64];
	int r = coordinates(key, xy);

	if (r < 0)
		return r;
	ret_ours[0] = (uint8_t)(2 + (xy[63] & 1));
	memcpy(ret_ours + 1, xy, 32);
	return 0;
}

static int export(enum xeap_ecdhe_curve curve, EVP_PKEY *key, uint8_t *ret_ours)
{
	size_t len = curves[curve].len;

	if (curve == XEAP_ECDHE_P256)
		return compressed(key, ret_ours);
	if (curve == XEAP_ECDHE_P256_XY)
		return coordinates(key, ret_ours);
	return EVP_PKEY_get_raw_public_key(key, ret_ours, &len) == 1 ? 0 : -EIO;
}

static EVP_PKEY *import_any(enum xeap_ecdhe_curve curve, EVP_PKEY *ours, struct xeap_span theirs)
{
	if (curve == XEAP_ECDHE_X25519)
		return import_x25519(theirs);
	return curve == XEAP_ECDHE_P256 ? import(ours, theirs) : import_coordinates(ours, theirs);
}

static int derive(EVP_PKEY *ours, EVP_PKEY *theirs, uint8_t *ret_secret)
{
	static const uint8_t zero[XEAP_ECDHE_SECRET];
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, ours, NULL);
	size_t len = XEAP_ECDHE_SECRET;
	int r = -EIO;

	if (ctx && EVP_PKEY_derive_init(ctx) == 1) {
		r = -EBADMSG;
		if (EVP_PKEY_derive_set_peer(ctx, theirs) == 1 &&
		    EVP_PKEY_derive(ctx, ret_secret, &len) == 1 && len == XEAP_ECDHE_SECRET &&
		    !xeap_equal_secret(ret_secret, zero, sizeof(zero)))
			r = 0;
	}
	EVP_PKEY_CTX_free(ctx);
	return r;
}

int xeap_ecdhe(enum xeap_ecdhe_curve curve, struct xeap_span theirs,
	       uint8_t ret_ours[XEAP_ECDHE_PUBLIC_MAX], uint8_t ret_secret[XEAP_ECDHE_SECRET])
{
	EVP_PKEY *ours, *other = NULL;
	int r = -ENOTSUP;

	if (curve >= XEAP_ECDHE_CURVE_MAX || theirs.len != curves[curve].len)
		return -EBADMSG;
	ERR_set_mark();
	ours = make(curve);
	if (ours) {
		other = import_any(curve, ours, theirs);
		r = other ? derive(ours, other, ret_secret) : -EBADMSG;
	}
	if (r == 0)
		r = export(curve, ours, ret_ours);
	EVP_PKEY_free(other);
	EVP_PKEY_free(ours);
	ERR_pop_to_mark();
	return r;
}
