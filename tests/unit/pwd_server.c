/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/pwd_server.h"
#include "tests/unit/check.h"
#include <openssl/hmac.h>
#include <openssl/obj_mac.h>
#include <string.h>

struct text {
	uint8_t bytes[2048];
	size_t len;
};

static void add(struct text *t, const void *bytes, size_t len)
{
	CHECK(t->len + len <= sizeof(t->bytes));
	if (len)
		memcpy(t->bytes + t->len, bytes, len);
	t->len += len;
}

static void hmac(const uint8_t key[32], const struct text *t, uint8_t ret[32])
{
	unsigned int n = 0;

	CHECK(HMAC(EVP_sha256(), key, 32, t->bytes, t->len, ret, &n) && n == 32);
}

static void h(const struct text *t, uint8_t ret[32])
{
	static const uint8_t zero[32];

	hmac(zero, t, ret);
}

/* K(1) = PRF(key, 1 | label | bits), K(i) = PRF(key, K(i-1) | i | label | bits) */
static void kdf(const uint8_t key[32], const void *label, size_t label_len, unsigned int bits,
		uint8_t *ret)
{
	size_t bytes = (bits + 7) / 8;
	uint8_t k[32];

	for (unsigned int i = 1; (i - 1) * 32 < bytes; i++) {
		const uint8_t number[] = { (uint8_t)(i >> 8), (uint8_t)i };
		const uint8_t length[] = { (uint8_t)(bits >> 8), (uint8_t)bits };
		size_t at = (size_t)(i - 1) * 32;
		struct text t = { .len = 0 };

		add(&t, k, i == 1 ? 0 : 32);
		add(&t, number, 2);
		add(&t, label, label_len);
		add(&t, length, 2);
		hmac(key, &t, k);
		memcpy(ret + at, k, bytes - at < 32 ? bytes - at : 32);
	}
}

static int nid_of(uint16_t number)
{
	switch (number) {
	case 19:
		return NID_X9_62_prime256v1;
	case 20:
		return NID_secp384r1;
	case 21:
		return NID_secp521r1;
	case 28:
		return NID_brainpoolP256r1;
	case 29:
		return NID_brainpoolP384r1;
	case 30:
		return NID_brainpoolP512r1;
	}
	return NID_undef;
}

void pwd_server_init(struct pwd_server *s, uint16_t number)
{
	memset(s, 0, sizeof(*s));
	s->number = number;
	s->group = EC_GROUP_new_by_curve_name(nid_of(number));
	CHECK(s->group);
	s->prime_len = (size_t)(EC_GROUP_get_degree(s->group) + 7) / 8;
	s->order_len = (size_t)(EC_GROUP_order_bits(s->group) + 7) / 8;
	s->pwe = EC_POINT_new(s->group);
	s->element = EC_POINT_new(s->group);
	s->private_value = BN_new();
	s->scalar = BN_new();
}

void pwd_server_free(struct pwd_server *s)
{
	EC_POINT_free(s->pwe);
	EC_POINT_free(s->element);
	BN_free(s->private_value);
	BN_free(s->scalar);
	EC_GROUP_free(s->group);
}

size_t pwd_server_commit_len(const struct pwd_server *s)
{
	return 2 * s->prime_len + s->order_len;
}

static int hunt(struct pwd_server *s, const struct text *seed)
{
	static const char label[] = "EAP-pwd Hunting And Pecking";
	int bits = EC_GROUP_get_degree(s->group);
	BIGNUM *x = BN_new(), *p = BN_new();
	int round, found = 0;

	CHECK(EC_GROUP_get_curve(s->group, p, NULL, NULL, NULL));
	for (round = 1; round < 256 && !found; round++) {
		uint8_t digest[32], value[66], counter = (uint8_t)round;
		struct text t = *seed;

		add(&t, &counter, 1);
		h(&t, digest);
		kdf(digest, label, strlen(label), (unsigned int)bits, value);
		BN_bin2bn(value, (int)s->prime_len, x);
		BN_rshift(x, x, (int)s->prime_len * 8 - bits);
		found = BN_cmp(x, p) < 0 && EC_POINT_set_compressed_coordinates(
						    s->group, s->pwe, x, digest[31] & 1, NULL);
	}
	CHECK(found);
	BN_free(x);
	BN_free(p);
	return round - 1;
}

static void put_point(const struct pwd_server *s, const EC_POINT *point, uint8_t *x, uint8_t *y)
{
	BIGNUM *bx = BN_new(), *by = BN_new();

	CHECK(EC_POINT_get_affine_coordinates(s->group, point, bx, by, NULL));
	CHECK(BN_bn2binpad(bx, x, (int)s->prime_len) >= 0);
	CHECK(BN_bn2binpad(by, y, (int)s->prime_len) >= 0);
	BN_free(bx);
	BN_free(by);
}

int pwd_server_commit(struct pwd_server *s, struct xeap_span token, struct xeap_span peer,
		      struct xeap_span server, struct xeap_span password)
{
	const BIGNUM *order = EC_GROUP_get0_order(s->group);
	struct text seed = { .len = 0 };
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *mask = BN_new();
	int round;

	add(&seed, token.data, token.len);
	add(&seed, peer.data, peer.len);
	add(&seed, server.data, server.len);
	add(&seed, password.data, password.len);
	round = hunt(s, &seed);
	BN_rand_range(s->private_value, order);
	BN_rand_range(mask, order);
	BN_mod_add(s->scalar, s->private_value, mask, order, ctx);
	EC_POINT_mul(s->group, s->element, NULL, s->pwe, mask, ctx);
	EC_POINT_invert(s->group, s->element, ctx);
	put_point(s, s->element, s->mine, s->mine + s->prime_len);
	BN_bn2binpad(s->scalar, s->mine + 2 * s->prime_len, (int)s->order_len);
	BN_free(mask);
	BN_CTX_free(ctx);
	return round;
}

bool pwd_server_take(struct pwd_server *s, const uint8_t *commit)
{
	BIGNUM *x = BN_bin2bn(commit, (int)s->prime_len, NULL);
	BIGNUM *y = BN_bin2bn(commit + s->prime_len, (int)s->prime_len, NULL);
	BIGNUM *scalar = BN_bin2bn(commit + 2 * s->prime_len, (int)s->order_len, NULL);
	EC_POINT *e = EC_POINT_new(s->group), *k = EC_POINT_new(s->group);
	bool ok = EC_POINT_set_affine_coordinates(s->group, e, x, y, NULL);
	uint8_t unused[66];

	memcpy(s->theirs, commit, pwd_server_commit_len(s));
	if (ok) {
		EC_POINT_mul(s->group, k, NULL, s->pwe, scalar, NULL);
		EC_POINT_add(s->group, k, k, e, NULL);
		EC_POINT_mul(s->group, k, NULL, k, s->private_value, NULL);
		put_point(s, k, s->k, unused);
	}
	BN_free(x);
	BN_free(y);
	BN_free(scalar);
	EC_POINT_free(e);
	EC_POINT_free(k);
	return ok;
}

static void add_suite(const struct pwd_server *s, struct text *t)
{
	const uint8_t suite[] = { 0, (uint8_t)s->number, 1, 1 };

	add(t, suite, sizeof(suite));
}

void pwd_server_confirm(const struct pwd_server *s, bool mine, uint8_t ret[32])
{
	size_t n = pwd_server_commit_len(s);
	struct text t = { .len = 0 };

	add(&t, s->k, s->prime_len);
	add(&t, mine ? s->mine : s->theirs, n);
	add(&t, mine ? s->theirs : s->mine, n);
	add_suite(s, &t);
	h(&t, ret);
}

void pwd_server_keys(const struct pwd_server *s, uint8_t ret_keys[128], uint8_t ret_id[33])
{
	struct text t = { .len = 0 }, id = { .len = 0 };
	uint8_t confirm[32], mk[32];

	add(&t, s->k, s->prime_len);
	pwd_server_confirm(s, false, confirm);
	add(&t, confirm, 32);
	pwd_server_confirm(s, true, confirm);
	add(&t, confirm, 32);
	h(&t, mk);
	add_suite(s, &id);
	add(&id, s->theirs + 2 * s->prime_len, s->order_len);
	add(&id, s->mine + 2 * s->prime_len, s->order_len);
	ret_id[0] = 52;
	h(&id, ret_id + 1);
	kdf(mk, ret_id, 33, 1024, ret_keys);
}
