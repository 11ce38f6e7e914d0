/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <crypto/modp.h>
#include <errno.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <stdbool.h>

#define IKE_GENERATOR 2 /* RFC 2409 §6, RFC 3526 */

static const struct {
	size_t len;
	BN_ULONG generator;
	BIGNUM *(*prime)(BIGNUM *);
} groups[] = {
	[XEAP_MODP_1024] = { 128, 5, BN_get_rfc2409_prime_1024 },
	[XEAP_MODP_1536] = { 192, 31, BN_get_rfc3526_prime_1536 },
	[XEAP_MODP_2048] = { 256, 11, BN_get_rfc3526_prime_2048 },
	[XEAP_MODP_3072] = { 384, 5, BN_get_rfc3526_prime_3072 },
	[XEAP_MODP_4096] = { 512, 5, BN_get_rfc3526_prime_4096 },
};

size_t xeap_modp_len(uint8_t group)
{
	return group < sizeof(groups) / sizeof(groups[0]) ? groups[group].len : 0;
}

/* What a computation takes; each number wiped with it. */
struct modp {
	BN_CTX *ctx;
	int len;
	BIGNUM *p, *limit, *base, *exponent, *result;
};

static bool begin(struct modp *m, uint8_t group)
{
	*m = (struct modp){ .ctx = BN_CTX_secure_new(), .len = (int)xeap_modp_len(group) };
	if (!m->ctx || !m->len)
		return false;
	m->p = groups[group].prime(NULL);
	m->limit = BN_new();
	m->base = BN_new();
	m->exponent = BN_secure_new();
	m->result = BN_new();
	return m->p && m->limit && m->base && m->exponent && m->result && BN_copy(m->limit, m->p) &&
	       BN_sub_word(m->limit, 1);
}

static void end(struct modp *m)
{
	BN_free(m->p);
	BN_free(m->limit);
	BN_clear_free(m->base);
	BN_clear_free(m->exponent);
	BN_clear_free(m->result);
	BN_CTX_free(m->ctx);
}

static bool power(struct modp *m, uint8_t *ret)
{
	BN_set_flags(m->exponent, BN_FLG_CONSTTIME);
	return BN_mod_exp_mont_consttime(m->result, m->base, m->exponent, m->p, m->ctx, NULL) &&
	       BN_bn2binpad(m->result, ret, m->len) >= 0;
}

/* Of the whole range: a short exponent would leave public values that a guess can be tried on. */
static bool make(struct modp *m, BN_ULONG generator, uint8_t *ret_private, uint8_t *ret_public)
{
	do {
		if (!BN_priv_rand_range(m->exponent, m->limit))
			return false;
	} while (BN_is_zero(m->exponent) || BN_is_one(m->exponent));
	return BN_bn2binpad(m->exponent, ret_private, m->len) >= 0 &&
	       BN_set_word(m->base, generator) && power(m, ret_public);
}

static int make_pair(uint8_t group, BN_ULONG generator, uint8_t *ret_private, uint8_t *ret_public)
{
	struct modp m;
	bool ok;

	ERR_set_mark();
	ok = begin(&m, group) && make(&m, generator, ret_private, ret_public);
	end(&m);
	ERR_pop_to_mark();
	return ok ? 0 : -EIO;
}

int xeap_modp_make(uint8_t group, uint8_t *ret_private, uint8_t *ret_public)
{
	return xeap_modp_len(group)
		       ? make_pair(group, groups[group].generator, ret_private, ret_public)
		       : -EIO;
}

int xeap_modp_make_ike(uint8_t group, uint8_t *ret_private, uint8_t *ret_public)
{
	return make_pair(group, IKE_GENERATOR, ret_private, ret_public);
}

static int share(struct modp *m, const uint8_t *private_value, const uint8_t *public_value,
		 uint8_t *ret_secret)
{
	if (!BN_bin2bn(private_value, m->len, m->exponent) ||
	    !BN_bin2bn(public_value, m->len, m->base))
		return -EIO;
	if (BN_is_zero(m->base) || BN_is_one(m->base) || BN_cmp(m->base, m->limit) >= 0)
		return -EBADMSG;
	return power(m, ret_secret) ? 0 : -EIO;
}

int xeap_modp_share(uint8_t group, const uint8_t *private_value, const uint8_t *public_value,
		    uint8_t *ret_secret)
{
	struct modp m;
	int r = -EIO;

	ERR_set_mark();
	if (begin(&m, group))
		r = share(&m, private_value, public_value, ret_secret);
	end(&m);
	ERR_pop_to_mark();
	return r;
}
