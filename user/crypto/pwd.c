/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/reader.h>
#include <base/wipe.h>
#include <crypto/mac.h>
#include <crypto/pwd.h>
#include <crypto/pwd_hunt.h>
#include <errno.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <stdlib.h>
#include <string.h>

/*
 * 25, 26 and 27, below 256 bits, are left out as others do; the group of a server is no secret, and
 * an attacker would choose the weakest.
 */
static const struct {
	uint16_t group;
	int curve;
} curves[] = {
	{ 19, NID_X9_62_prime256v1 }, { 20, NID_secp384r1 },	   { 21, NID_secp521r1 },
	{ 28, NID_brainpoolP256r1 },  { 29, NID_brainpoolP384r1 }, { 30, NID_brainpoolP512r1 },
};

const char xeap_pwd_groups[] = "19, 20, 21, 28, 29 or 30";

#define HMAC_SHA256 1 /* the only random function and PRF there are, RFC 5931 §3.2.1 */

struct xeap_pwd {
	struct xeap_pwd_suite suite;
	BN_CTX *ctx;
	EC_GROUP *group;
	EC_POINT *element;     /* the password's */
	BIGNUM *private_value; /* the peer's */
	size_t prime_len, order_len;
	uint8_t peer[XEAP_PWD_COMMIT_MAX]; /* Element and Scalar of each side, as sent */
	uint8_t server[XEAP_PWD_COMMIT_MAX];
	uint8_t k[XEAP_PWD_PRIME_MAX];
};

int xeap_pwd_h(const struct xeap_span *parts, size_t n, uint8_t ret_value[XEAP_PWD_CONFIRM])
{
	static const uint8_t zero[XEAP_SHA256_LEN];
	int r = xeap_hmac(XEAP_DIGEST_SHA256, xeap_span(zero, sizeof(zero)), parts, n, ret_value,
			  XEAP_PWD_CONFIRM);

	return r < 0 ? -EIO : 0;
}

int xeap_pwd_kdf(const uint8_t key[32], struct xeap_span label, uint16_t bits, uint8_t *ret_bytes)
{
	XEAP_SECRET(block, XEAP_SHA256_LEN);
	uint8_t counter[2], length[2] = { (uint8_t)(bits >> 8), (uint8_t)bits };
	const struct xeap_span parts[] = {
		{ block, sizeof(block) }, { counter, 2 }, label, { length, 2 }
	};
	struct xeap_builder out = xeap_builder(ret_bytes, (bits + 7u) / 8);
	size_t left = (bits + 7u) / 8;

	for (unsigned int i = 1; left; i++) {
		size_t first = i == 1; /* the first block has none before it */
		size_t n = left < sizeof(block) ? left : sizeof(block);

		counter[0] = (uint8_t)(i >> 8);
		counter[1] = (uint8_t)i;
		if (xeap_hmac(XEAP_DIGEST_SHA256, xeap_span(key, 32), parts + first, 4 - first,
			      block, sizeof(block)) < 0)
			return -EIO;
		xeap_put_span(&out, xeap_span(block, n));
		left -= n;
	}
	if (bits % 8)
		ret_bytes[bits / 8] &= (uint8_t)(0xff << (8 - bits % 8));
	return 0;
}

static int curve_of(const struct xeap_pwd_suite *suite)
{
	if (suite->random_function != HMAC_SHA256 || suite->prf != HMAC_SHA256)
		return NID_undef;
	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
		if (curves[i].group == suite->group)
			return curves[i].curve;
	return NID_undef;
}

int xeap_pwd_new(const struct xeap_pwd_suite *suite, struct xeap_pwd **ret_pwd)
{
	int curve = curve_of(suite);
	struct xeap_pwd *p;

	if (curve == NID_undef)
		return -ENOTSUP;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	ERR_set_mark();
	p->suite = *suite;
	p->ctx = BN_CTX_secure_new();
	p->group = EC_GROUP_new_by_curve_name(curve);
	ERR_pop_to_mark();
	if (!p->ctx || !p->group) {
		/* Without memory neither is there; a curve may be missing from OpenSSL. */
		int r = p->ctx ? -ENOTSUP : -ENOMEM;

		xeap_pwd_free(p);
		return r;
	}
	p->prime_len = (size_t)(EC_GROUP_get_degree(p->group) + 7) / 8;
	p->order_len = (size_t)(EC_GROUP_order_bits(p->group) + 7) / 8;
	*ret_pwd = p;
	return 0;
}

struct xeap_pwd *xeap_pwd_free(struct xeap_pwd *p)
{
	if (!p)
		return NULL;
	EC_POINT_clear_free(p->element);
	BN_clear_free(p->private_value);
	EC_GROUP_free(p->group);
	BN_CTX_free(p->ctx);
	xeap_wipe(p, sizeof(*p));
	free(p);
	return NULL;
}

size_t xeap_pwd_commit_len(const struct xeap_pwd *p)
{
	return 2 * p->prime_len + p->order_len;
}

int xeap_pwd_hunt(struct xeap_pwd *p, const struct xeap_pwd_input *input)
{
	EC_POINT *point;

	ERR_set_mark();
	point = xeap_pwd_hunt_point(p->group, input, p->ctx);
	ERR_pop_to_mark();
	if (!point)
		return -EIO;
	EC_POINT_clear_free(p->element);
	p->element = point;
	return 0;
}

/* x and y, each prime_len bytes. */
static bool write_point(const struct xeap_pwd *p, const EC_POINT *point, uint8_t *ret_x,
			uint8_t *ret_y)
{
	bool ok;
	BIGNUM *x, *y;

	BN_CTX_start(p->ctx);
	x = BN_CTX_get(p->ctx);
	y = BN_CTX_get(p->ctx);
	ok = y && EC_POINT_get_affine_coordinates(p->group, point, x, y, p->ctx) &&
	     BN_bn2binpad(x, ret_x, (int)p->prime_len) >= 0 &&
	     BN_bn2binpad(y, ret_y, (int)p->prime_len) >= 0;
	BN_CTX_end(p->ctx);
	return ok;
}

/* A number from 2 to the order less 1. */
static bool random_scalar(const struct xeap_pwd *p, BIGNUM *ret)
{
	do {
		if (!BN_priv_rand_range(ret, EC_GROUP_get0_order(p->group)))
			return false;
	} while (BN_is_zero(ret) || BN_is_one(ret));
	BN_set_flags(ret, BN_FLG_CONSTTIME);
	return true;
}

/* scalar = (private + mask) mod order; Element = inverse(mask × password element). */
static bool make_commit(struct xeap_pwd *p, BIGNUM *mask, BIGNUM *scalar, EC_POINT *point)
{
	uint8_t *at = p->peer;

	do {
		if (!random_scalar(p, p->private_value) || !random_scalar(p, mask) ||
		    !BN_mod_add(scalar, p->private_value, mask, EC_GROUP_get0_order(p->group),
				p->ctx))
			return false;
	} while (BN_is_zero(scalar) || BN_is_one(scalar));
	return EC_POINT_mul(p->group, point, NULL, p->element, mask, p->ctx) &&
	       EC_POINT_invert(p->group, point, p->ctx) &&
	       write_point(p, point, at, at + p->prime_len) &&
	       BN_bn2binpad(scalar, at + 2 * p->prime_len, (int)p->order_len) >= 0;
}

int xeap_pwd_commit(struct xeap_pwd *p, uint8_t *ret_commit)
{
	EC_POINT *point;
	BIGNUM *mask, *scalar;
	bool ok;

	if (!p->element)
		return -EIO;
	ERR_set_mark();
	BN_CTX_start(p->ctx);
	mask = BN_CTX_get(p->ctx);
	scalar = BN_CTX_get(p->ctx);
	point = EC_POINT_new(p->group);
	if (!p->private_value)
		p->private_value = BN_secure_new();
	ok = scalar && point && p->private_value && make_commit(p, mask, scalar, point);
	if (mask)
		BN_clear(mask);
	EC_POINT_clear_free(point);
	BN_CTX_end(p->ctx);
	ERR_pop_to_mark();
	if (!ok)
		return -EIO;
	memcpy(ret_commit, p->peer, xeap_pwd_commit_len(p));
	return 0;
}

/*
 * RFC 5931 §2.8.5.2. What CVE-2019-9498 and -9499 are about: a scalar that is 0 or 1, or an element
 * that is not of the curve, would let a server in that does not know the password.
 */
static bool read_commit(const struct xeap_pwd *p, struct xeap_span commit, BIGNUM *ret_scalar,
			EC_POINT *ret_point, BIGNUM *x, BIGNUM *y)
{
	struct xeap_reader r = xeap_reader(commit);
	int len = (int)p->prime_len;
	const uint8_t *at_x = xeap_read_span(&r, p->prime_len).data;
	const uint8_t *at_y = xeap_read_span(&r, p->prime_len).data;
	const uint8_t *at_scalar = xeap_read_span(&r, p->order_len).data;

	if (r.bad || xeap_reader_left(&r) || !BN_bin2bn(at_x, len, x) || !BN_bin2bn(at_y, len, y) ||
	    !BN_bin2bn(at_scalar, (int)p->order_len, ret_scalar))
		return false;
	if (BN_is_zero(ret_scalar) || BN_is_one(ret_scalar) ||
	    BN_cmp(ret_scalar, EC_GROUP_get0_order(p->group)) >= 0)
		return false;
	/* Refuses coordinates out of range and what is not on the curve; infinity has none. */
	if (!EC_POINT_set_affine_coordinates(p->group, ret_point, x, y, p->ctx))
		return false;
	/* A reflection, or half of one. */
	return memcmp(p->peer, commit.data, 2 * p->prime_len) != 0 &&
	       memcmp(p->peer + 2 * p->prime_len, at_scalar, p->order_len) != 0;
}

/* K = private × (Element_S + scalar_S × password element), whose x is shared. */
static int share(struct xeap_pwd *p, const BIGNUM *scalar, EC_POINT *point, EC_POINT *k)
{
	XEAP_SECRET(y, XEAP_PWD_PRIME_MAX);

	if (!EC_POINT_mul(p->group, k, NULL, p->element, scalar, p->ctx) ||
	    !EC_POINT_add(p->group, k, k, point, p->ctx) ||
	    !EC_POINT_mul(p->group, point, NULL, k, p->private_value, p->ctx))
		return -EIO;
	if (EC_POINT_is_at_infinity(p->group, point))
		return -EBADMSG;
	return write_point(p, point, p->k, y) ? 0 : -EIO;
}

int xeap_pwd_take_commit(struct xeap_pwd *p, struct xeap_span commit)
{
	BIGNUM *scalar, *x, *y;
	EC_POINT *point, *k;
	int r = -EIO;

	if (!p->element || !p->private_value)
		return -EIO;
	ERR_set_mark();
	BN_CTX_start(p->ctx);
	scalar = BN_CTX_get(p->ctx);
	x = BN_CTX_get(p->ctx);
	y = BN_CTX_get(p->ctx);
	point = EC_POINT_new(p->group);
	k = EC_POINT_new(p->group);
	if (y && point && k)
		r = read_commit(p, commit, scalar, point, x, y) ? share(p, scalar, point, k)
								: -EBADMSG;
	if (r == 0)
		memcpy(p->server, commit.data, commit.len);
	EC_POINT_clear_free(point);
	EC_POINT_clear_free(k);
	BN_CTX_end(p->ctx);
	ERR_pop_to_mark();
	return r;
}

static void write_suite(const struct xeap_pwd *p, uint8_t ret[4])
{
	ret[0] = (uint8_t)(p->suite.group >> 8);
	ret[1] = (uint8_t)p->suite.group;
	ret[2] = p->suite.random_function;
	ret[3] = p->suite.prf;
}

/* H(k | Element and Scalar of who confirms | of the other one | Ciphersuite) */
int xeap_pwd_confirm(const struct xeap_pwd *p, bool of_server,
		     uint8_t ret_confirm[XEAP_PWD_CONFIRM])
{
	size_t len = xeap_pwd_commit_len(p);
	uint8_t suite[4];
	const struct xeap_span parts[] = { { p->k, p->prime_len },
					   { of_server ? p->server : p->peer, len },
					   { of_server ? p->peer : p->server, len },
					   { suite, sizeof(suite) } };

	write_suite(p, suite);
	return xeap_pwd_h(parts, 4, ret_confirm);
}

/* Session-Id = Type | H(Ciphersuite | scalar_P | scalar_S) */
static int make_session_id(const struct xeap_pwd *p, uint8_t ret_id[XEAP_PWD_SESSION_ID])
{
	uint8_t suite[4];
	const struct xeap_span parts[] = { { suite, sizeof(suite) },
					   { p->peer + 2 * p->prime_len, p->order_len },
					   { p->server + 2 * p->prime_len, p->order_len } };
	int r;

	write_suite(p, suite);
	r = xeap_pwd_h(parts, 3, ret_id + 1);
	if (r == 0)
		ret_id[0] = 52; /* the Type */
	return r;
}

/* MK = H(k | confirm_P | confirm_S); MSK | EMSK = KDF(MK, Session-Id, 1024) */
int xeap_pwd_keys(const struct xeap_pwd *p, uint8_t ret_keys[XEAP_PWD_KEYS],
		  uint8_t ret_session_id[XEAP_PWD_SESSION_ID])
{
	uint8_t peer[XEAP_PWD_CONFIRM], server[XEAP_PWD_CONFIRM], id[XEAP_PWD_SESSION_ID];
	const struct xeap_span parts[] = { { p->k, p->prime_len },
					   { peer, sizeof(peer) },
					   { server, sizeof(server) } };
	XEAP_SECRET(mk, XEAP_PWD_CONFIRM);
	int r = xeap_pwd_confirm(p, false, peer);

	if (r == 0)
		r = xeap_pwd_confirm(p, true, server);
	if (r == 0)
		r = make_session_id(p, id);
	if (r == 0)
		r = xeap_pwd_h(parts, 3, mk);
	if (r == 0)
		r = xeap_pwd_kdf(mk, xeap_span(id, sizeof(id)), XEAP_PWD_KEYS * 8, ret_keys);
	if (r == 0)
		memcpy(ret_session_id, id, sizeof(id));
	return r;
}
