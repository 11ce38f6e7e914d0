/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/pwd_hunt.h>
#include <openssl/bn.h>
#include <string.h>

/*
 * RFC 5931 §2.8.3.1. The number of the round that finds the point depends on the password, and so
 * did, in other programs, the time it took (Dragonblood, CVE-2019-9495). Here every round does the
 * same: there are always at least 40 (RFC 7664 §3.2.1), all values are computed, none is branched
 * on, and whether x³ + ax + b is a square is asked of a number that has been multiplied with a
 * random one (RFC 7664 §3.2.1.1). After 40 rounds the odds of having found nothing are 2⁻⁴⁰; only
 * then are there more.
 */

#define ROUNDS 40
#define ROUNDS_MAX 255 /* the counter is one octet */

struct hunt {
	const EC_GROUP *group;
	BN_CTX *ctx;
	BN_MONT_CTX *mont;
	size_t len; /* bytes of the prime */
	/* p, the curve's a and b, (p - 1) / 2, a number that is no square, and p - 1 */
	BIGNUM *p, *a, *b, *half, *odd_one, *minus_one;
	/* what changes: x, x³ + ax + b, and two for what comes between */
	BIGNUM *x, *v, *t, *u;
	uint8_t prime[XEAP_PWD_PRIME_MAX];
};

/* All ones when a is below b, else 0, both of len bytes with the highest first. */
static uint8_t mask_less(const uint8_t *a, const uint8_t *b, size_t len)
{
	unsigned int borrow = 0;

	for (size_t i = len; i-- > 0;)
		borrow = ((unsigned int)a[i] - b[i] - borrow) >> 8 & 1;
	return (uint8_t)(0u - borrow);
}

static void select_bytes(uint8_t mask, uint8_t *to, const uint8_t *from, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)((from[i] & mask) | (to[i] & ~mask));
}

/* Euler's criterion: v^((p-1)/2) is 1 for a square. */
static bool power_half(const struct hunt *h, BIGNUM *ret, const BIGNUM *v)
{
	return BN_mod_exp_mont_consttime(ret, v, h->half, h->p, h->ctx, h->mont);
}

/* The smallest number that is no square is no secret. */
static bool find_odd_one(struct hunt *h)
{
	for (BN_ULONG n = 2; n < 1000; n++) {
		if (!BN_set_word(h->odd_one, n) || !power_half(h, h->t, h->odd_one))
			return false;
		if (BN_cmp(h->t, h->minus_one) == 0)
			return true;
	}
	return false;
}

static bool set_up(struct hunt *h)
{
	BIGNUM **const all[] = { &h->p,		&h->a, &h->b, &h->half, &h->odd_one,
				 &h->minus_one, &h->x, &h->v, &h->t,	&h->u };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		*all[i] = BN_CTX_get(h->ctx);
	h->mont = BN_MONT_CTX_new();
	if (!h->u || !h->mont || !EC_GROUP_get_curve(h->group, h->p, h->a, h->b, h->ctx) ||
	    !BN_MONT_CTX_set(h->mont, h->p, h->ctx))
		return false;
	h->len = (size_t)BN_num_bytes(h->p);
	return h->len <= sizeof(h->prime) && BN_bn2binpad(h->p, h->prime, (int)h->len) > 0 &&
	       BN_copy(h->minus_one, h->p) && BN_sub_word(h->minus_one, 1) &&
	       BN_rshift1(h->half, h->minus_one) && find_odd_one(h);
}

/* v = x³ + ax + b */
static bool evaluate(const struct hunt *h, const uint8_t *x)
{
	return BN_bin2bn(x, (int)h->len, h->x) && BN_mod_sqr(h->t, h->x, h->p, h->ctx) &&
	       BN_mod_add_quick(h->t, h->t, h->a, h->p) &&
	       BN_mod_mul(h->u, h->t, h->x, h->p, h->ctx) &&
	       BN_mod_add_quick(h->v, h->u, h->b, h->p);
}

/*
 * Whether v is a square, *ret_mask all ones or 0: v times the square of a random number, and
 * sometimes times one that is no square, so that the answer has to be no.
 */
static bool is_square(const struct hunt *h, uint8_t *ret_mask)
{
	XEAP_SECRET(other, XEAP_PWD_PRIME_MAX);
	uint8_t one[XEAP_PWD_PRIME_MAX] = { 0 }, got[XEAP_PWD_PRIME_MAX];
	uint8_t factor[XEAP_PWD_PRIME_MAX] = { 0 }, flip, below, above;

	if (!BN_priv_rand_range(h->t, h->minus_one) || !BN_add_word(h->t, 1) ||
	    !BN_mod_sqr(h->u, h->t, h->p, h->ctx) || !BN_mod_mul(h->v, h->v, h->u, h->p, h->ctx) ||
	    BN_bn2binpad(h->u, other, (int)h->len) < 0)
		return false;
	/* The random number's own lowest bit decides, unknown to who watches. */
	flip = (uint8_t)(0u - (other[h->len - 1] & 1));
	one[h->len - 1] = factor[h->len - 1] = 1;
	if (BN_bn2binpad(h->odd_one, other, (int)h->len) < 0)
		return false;
	select_bytes(flip, factor, other, h->len);
	if (!BN_bin2bn(factor, (int)h->len, h->t) || !BN_mod_mul(h->u, h->v, h->t, h->p, h->ctx) ||
	    !power_half(h, h->t, h->u) || BN_bn2binpad(h->t, got, (int)h->len) < 0)
		return false;
	below = mask_less(got, one, h->len);
	above = mask_less(one, got, h->len);
	/* got is 1 or p - 1 (or 0, where x is a point of order two: no curve here has one) */
	*ret_mask = (uint8_t)(flip ^ (uint8_t) ~(below | above));
	return true;
}

/* pwd-seed and pwd-value of a round. */
static bool make_value(const struct hunt *h, const struct xeap_pwd_input *in, uint8_t counter,
		       uint8_t ret_seed[XEAP_PWD_CONFIRM], uint8_t *ret_value)
{
	static const char label[] = "EAP-pwd Hunting And Pecking";
	const struct xeap_span parts[] = {
		in->token, in->peer, in->server, in->password, { &counter, 1 }
	};
	int bits = BN_num_bits(h->p), excess = (int)h->len * 8 - bits;

	if (xeap_pwd_h(parts, 5, ret_seed) < 0 ||
	    xeap_pwd_kdf(ret_seed, xeap_span(label, sizeof(label) - 1), (uint16_t)bits, ret_value) <
		    0)
		return false;
	/* The bits stand at the top; a number has them at the bottom. */
	for (size_t i = h->len; excess && i-- > 0;)
		ret_value[i] = (uint8_t)(ret_value[i] >> excess |
					 (i ? ret_value[i - 1] << (8 - excess) : 0));
	return true;
}

/* The x of the first round that finds one, and whether its y is odd. */
static bool find_x(struct hunt *h, const struct xeap_pwd_input *in, uint8_t *ret_x,
		   uint8_t *ret_odd)
{
	XEAP_SECRET(seed, XEAP_PWD_CONFIRM);
	XEAP_SECRET(value, XEAP_PWD_PRIME_MAX);
	uint8_t found = 0;

	for (unsigned int i = 1; i <= ROUNDS || (!found && i <= ROUNDS_MAX); i++) {
		uint8_t square, take;

		if (!make_value(h, in, (uint8_t)i, seed, value) || !evaluate(h, value) ||
		    !is_square(h, &square))
			return false;
		take = (uint8_t)(~found & square & mask_less(value, h->prime, h->len));
		select_bytes(take, ret_x, value, h->len);
		select_bytes(take, ret_odd, &seed[XEAP_PWD_CONFIRM - 1], 1);
		found |= take;
	}
	return found;
}

/* All these primes are 3 mod 4: the root of v is v^((p+1)/4). Of both, the one with that parity. */
static bool find_y(const struct hunt *h, const uint8_t *x, uint8_t odd, uint8_t *ret_y)
{
	XEAP_SECRET(other, XEAP_PWD_PRIME_MAX);
	uint8_t differ;

	if (!evaluate(h, x) || !BN_copy(h->t, h->p) || !BN_add_word(h->t, 1) ||
	    !BN_rshift(h->t, h->t, 2) ||
	    !BN_mod_exp_mont_consttime(h->u, h->v, h->t, h->p, h->ctx, h->mont) ||
	    !BN_sub(h->t, h->p, h->u) || BN_bn2binpad(h->u, ret_y, (int)h->len) < 0 ||
	    BN_bn2binpad(h->t, other, (int)h->len) < 0)
		return false;
	differ = (uint8_t)(0u - ((ret_y[h->len - 1] ^ odd) & 1));
	select_bytes(differ, ret_y, other, h->len);
	return true;
}

static EC_POINT *hunt(struct hunt *h, const struct xeap_pwd_input *input)
{
	XEAP_SECRET(x, XEAP_PWD_PRIME_MAX);
	XEAP_SECRET(y, XEAP_PWD_PRIME_MAX);
	EC_POINT *point;
	uint8_t odd = 0;

	memset(x, 0, sizeof(x));
	if (!set_up(h) || !find_x(h, input, x, &odd) || !find_y(h, x, odd, y))
		return NULL;
	point = EC_POINT_new(h->group);
	/* This also asks whether the point is on the curve. */
	if (!point || !BN_bin2bn(x, (int)h->len, h->t) || !BN_bin2bn(y, (int)h->len, h->u) ||
	    !EC_POINT_set_affine_coordinates(h->group, point, h->t, h->u, h->ctx)) {
		EC_POINT_clear_free(point);
		return NULL;
	}
	return point;
}

EC_POINT *xeap_pwd_hunt_point(const EC_GROUP *group, const struct xeap_pwd_input *input,
			      BN_CTX *ctx)
{
	struct hunt h = { .group = group, .ctx = ctx };
	EC_POINT *point;

	BN_CTX_start(ctx);
	point = hunt(&h, input);
	BN_MONT_CTX_free(h.mont);
	BN_CTX_end(ctx);
	return point;
}
