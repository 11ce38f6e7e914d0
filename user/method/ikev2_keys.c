/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/mac.h>
#include <errno.h>
#include <method/ikev2_keys.h>

#define ENCR_AES_CBC 12

static const struct {
	uint16_t id;
	enum xeap_digest_name digest;
	size_t len;
} prfs[] = {
	{ 2, XEAP_DIGEST_SHA1, 20 },
	{ 5, XEAP_DIGEST_SHA256, 32 },
	{ 6, XEAP_DIGEST_SHA384, 48 },
	{ 7, XEAP_DIGEST_SHA512, 64 },
};

/* RFC 2404, RFC 4868: HMAC with a key as long as the digest, cut. */
static const struct {
	uint16_t id;
	enum xeap_digest_name digest;
	size_t key, icv;
} integs[] = {
	{ 2, XEAP_DIGEST_SHA1, 20, 12 },
	{ 12, XEAP_DIGEST_SHA256, 32, 16 },
	{ 13, XEAP_DIGEST_SHA384, 48, 24 },
	{ 14, XEAP_DIGEST_SHA512, 64, 32 },
};

static const struct {
	uint16_t id;
	uint8_t group;
} groups[] = {
	{ 2, XEAP_MODP_1024 },	{ 5, XEAP_MODP_1536 },	{ 14, XEAP_MODP_2048 },
	{ 15, XEAP_MODP_3072 }, { 16, XEAP_MODP_4096 },
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Rows of the tables; the number of rows for what is not there. */
static size_t find_prf(uint16_t id)
{
	size_t i = 0;

	while (i < COUNT(prfs) && prfs[i].id != id)
		i++;
	return i;
}

static size_t find_integ(uint16_t id)
{
	size_t i = 0;

	while (i < COUNT(integs) && integs[i].id != id)
		i++;
	return i;
}

uint8_t xeap_ikev2_group(uint16_t group)
{
	for (size_t i = 0; i < COUNT(groups); i++)
		if (groups[i].id == group)
			return groups[i].group;
	return 0;
}

size_t xeap_ikev2_auth_len(const struct xeap_ikev2_suite *suite)
{
	return prfs[find_prf(suite->prf)].len;
}

size_t xeap_ikev2_icv_len(const struct xeap_ikev2_suite *suite)
{
	return integs[find_integ(suite->integ)].icv;
}

/* RFC 7296 §2.10: 128 bits, and half the key of the prf. */
size_t xeap_ikev2_nonce_len(const struct xeap_ikev2_suite *suite)
{
	size_t half = xeap_ikev2_auth_len(suite) / 2;

	return half > XEAP_IKE_NONCE_MIN ? half : XEAP_IKE_NONCE_MIN;
}

/*
 * Take a transform if it is known and the first of its type. RFC 7296 §3.3.6: one with an attribute
 * that is not known is passed over; a proposal with another type of transform is none.
 */
static bool take_transform(const struct xeap_ike_transform *t, uint16_t ke_group,
			   struct xeap_ikev2_suite *suite)
{
	switch (t->type) {
	case XEAP_IKE_ENCR:
		if (!t->unknown && !suite->key_bits && t->id == ENCR_AES_CBC &&
		    (t->key_bits == 128 || t->key_bits == 256))
			suite->key_bits = t->key_bits;
		return true;
	case XEAP_IKE_PRF:
		if (!t->unknown && !suite->prf && find_prf(t->id) < COUNT(prfs))
			suite->prf = t->id;
		return true;
	case XEAP_IKE_INTEG:
		if (!t->unknown && !suite->integ && find_integ(t->id) < COUNT(integs))
			suite->integ = t->id;
		return true;
	case XEAP_IKE_DH:
		if (!t->unknown && xeap_ikev2_group(t->id) && (!suite->group || t->id == ke_group))
			suite->group = t->id;
		return true;
	default:
		return false;
	}
}

/* 0; -ENOENT; -EBADMSG */
static int read_proposal(const struct xeap_ike_proposal *p, uint16_t ke_group,
			 struct xeap_ikev2_suite *ret_suite)
{
	struct xeap_ikev2_suite suite = { .proposal = p->number };
	struct xeap_reader r = xeap_reader(p->transforms);
	struct xeap_ike_transform t;
	bool known = p->protocol == XEAP_IKE_PROTOCOL_IKE && p->spi.len == 0;
	int got;

	while ((got = xeap_ike_next_transform(&r, &t)) == 1)
		known &= take_transform(&t, ke_group, &suite);
	if (got < 0)
		return got;
	if (!known || !suite.key_bits || !suite.prf || !suite.integ || !suite.group)
		return -ENOENT;
	*ret_suite = suite;
	return 0;
}

int xeap_ikev2_choose(struct xeap_span sa, uint16_t ke_group, struct xeap_ikev2_suite *ret_suite)
{
	struct xeap_reader r = xeap_reader(sa);
	struct xeap_ike_proposal p;
	int got;

	while ((got = xeap_ike_next_proposal(&r, &p)) == 1) {
		int found = read_proposal(&p, ke_group, ret_suite);

		if (found != -ENOENT)
			return found;
	}
	return got < 0 ? got : -ENOENT;
}

void xeap_ikev2_answer(const struct xeap_ikev2_suite *suite,
		       struct xeap_ike_transform ret_transforms[4])
{
	ret_transforms[0] = (struct xeap_ike_transform){ .type = XEAP_IKE_ENCR,
							 .id = ENCR_AES_CBC,
							 .key_bits = suite->key_bits };
	ret_transforms[1] = (struct xeap_ike_transform){ .type = XEAP_IKE_PRF, .id = suite->prf };
	ret_transforms[2] =
		(struct xeap_ike_transform){ .type = XEAP_IKE_INTEG, .id = suite->integ };
	ret_transforms[3] = (struct xeap_ike_transform){ .type = XEAP_IKE_DH, .id = suite->group };
}

static int prf(const struct xeap_ikev2_suite *suite, struct xeap_span key,
	       const struct xeap_span *parts, size_t n, uint8_t *ret)
{
	int r = xeap_hmac(prfs[find_prf(suite->prf)].digest, key, parts, n, ret, XEAP_DIGEST_MAX);

	return r < 0 ? r : 0;
}

static int prf_plus(const struct xeap_ikev2_suite *suite, const uint8_t *key,
		    const struct xeap_span *parts, size_t n, uint8_t *ret, size_t len)
{
	size_t row = find_prf(suite->prf);

	return xeap_prf_plus(prfs[row].digest, xeap_span(key, prfs[row].len), parts, n, ret, len);
}

/* SKEYSEED = prf(Ni | Nr, g^ir) */
static int derive_seed(const struct xeap_ikev2_suite *suite, const struct xeap_ikev2_init *init,
		       struct xeap_span secret, uint8_t *ret_seed)
{
	uint8_t nonces[XEAP_IKE_NONCE_MAX + XEAP_IKEV2_NONCE_MAX];
	struct xeap_builder b = xeap_builder(nonces, sizeof(nonces));

	xeap_put_span(&b, init->nonce[XEAP_IKEV2_SERVER]);
	xeap_put_span(&b, init->nonce[XEAP_IKEV2_PEER]);
	if (b.bad)
		return -EINVAL;
	return prf(suite, xeap_span(nonces, xeap_builder_len(&b)), &secret, 1, ret_seed);
}

#define ALL_MAX (5 * XEAP_DIGEST_MAX + 2 * XEAP_IKEV2_AES_MAX)

static void cut(struct xeap_reader *r, size_t len, uint8_t *ret)
{
	struct xeap_span s = xeap_read_span(r, len);

	if (s.len)
		memcpy(ret, s.data, s.len);
}

/* SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr = prf+(SKEYSEED, Ni | Nr | SPIi | SPIr) */
int xeap_ikev2_derive(struct xeap_ikev2_keys *ret_keys, const struct xeap_ikev2_init *init,
		      struct xeap_span secret)
{
	const struct xeap_ikev2_suite *suite = &ret_keys->suite;
	const struct xeap_span parts[] = { init->nonce[0], init->nonce[1], init->spi[0],
					   init->spi[1] };
	size_t p = xeap_ikev2_auth_len(suite), a = integs[find_integ(suite->integ)].key;
	size_t e = suite->key_bits / 8, len = 3 * p + 2 * a + 2 * e;
	XEAP_SECRET(seed, XEAP_DIGEST_MAX);
	XEAP_SECRET(all, ALL_MAX);
	struct xeap_reader r = xeap_reader(xeap_span(all, len));
	int err = derive_seed(suite, init, secret, seed);

	if (err == 0)
		err = prf_plus(suite, seed, parts, 4, all, len);
	if (err < 0)
		return err;
	cut(&r, p, ret_keys->d);
	cut(&r, a, ret_keys->a[0]);
	cut(&r, a, ret_keys->a[1]);
	cut(&r, e, ret_keys->e[0]);
	cut(&r, e, ret_keys->e[1]);
	cut(&r, p, ret_keys->p[0]);
	cut(&r, p, ret_keys->p[1]);
	return 0;
}

int xeap_ikev2_export(const struct xeap_ikev2_keys *keys, const struct xeap_ikev2_init *init,
		      uint8_t ret_keys[XEAP_IKEV2_KEYS])
{
	return prf_plus(&keys->suite, keys->d, init->nonce, 2, ret_keys, XEAP_IKEV2_KEYS);
}

/*
 * RFC 7296 §2.15: prf(prf(Shared Secret, pad), message | nonce | prf(SK_p, Identification)); the
 * pad is that of EAP-IKEv2.
 */
int xeap_ikev2_auth(const struct xeap_ikev2_keys *keys, enum xeap_ikev2_side side,
		    struct xeap_span shared_key, const struct xeap_ikev2_signed *what,
		    uint8_t *ret_auth)
{
	static const char pad[] = "Key Pad for EAP-IKEv2";
	const struct xeap_span padding = xeap_span(pad, sizeof(pad) - 1);
	size_t len = xeap_ikev2_auth_len(&keys->suite);
	XEAP_SECRET(key, XEAP_DIGEST_MAX);
	uint8_t id[XEAP_DIGEST_MAX];
	const struct xeap_span parts[] = { what->message, what->nonce, xeap_span(id, len) };
	int r = prf(&keys->suite, xeap_span(keys->p[side], len), &what->id, 1, id);

	if (r == 0)
		r = prf(&keys->suite, shared_key, &padding, 1, key);
	if (r == 0)
		r = prf(&keys->suite, xeap_span(key, len), parts, 3, ret_auth);
	return r;
}

int xeap_ikev2_checksum(const struct xeap_ikev2_keys *keys, enum xeap_ikev2_side side,
			struct xeap_span covered, uint8_t *ret_icv)
{
	size_t row = find_integ(keys->suite.integ);
	uint8_t whole[XEAP_DIGEST_MAX];
	int r = xeap_hmac(integs[row].digest, xeap_span(keys->a[side], integs[row].key), &covered,
			  1, whole, sizeof(whole));

	if (r < 0)
		return r;
	memcpy(ret_icv, whole, integs[row].icv);
	return 0;
}

/* With one octet of Pad Length at least, to whole blocks. */
static size_t padded(size_t len)
{
	return len + XEAP_AES_BLOCK - len % XEAP_AES_BLOCK;
}

static size_t sk_len(const struct xeap_ikev2_suite *suite, size_t len)
{
	return XEAP_AES_BLOCK + padded(len) + xeap_ikev2_icv_len(suite);
}

static int encrypt(const struct xeap_ikev2_keys *keys, struct xeap_span inner, uint8_t *ret_iv,
		   uint8_t *ret_encrypted)
{
	size_t len = padded(inner.len), pad = len - inner.len - 1;
	struct xeap_builder b = xeap_builder(ret_encrypted, len);
	uint8_t *zero;
	int r = xeap_random(ret_iv, XEAP_AES_BLOCK);

	if (r < 0)
		return r;
	xeap_put_span(&b, inner);
	zero = xeap_put_space(&b, pad);
	if (zero && pad)
		memset(zero, 0, pad);
	xeap_put_u8(&b, (uint8_t)pad);
	return xeap_aes(XEAP_CIPHER_CBC, true,
			xeap_span(keys->e[XEAP_IKEV2_PEER], keys->suite.key_bits / 8),
			xeap_span(ret_iv, XEAP_AES_BLOCK), xeap_span(ret_encrypted, len),
			ret_encrypted);
}

int xeap_ikev2_seal(const struct xeap_ikev2_keys *keys, struct xeap_builder *message, uint8_t first,
		    struct xeap_span inner)
{
	size_t icv_len = xeap_ikev2_icv_len(&keys->suite);
	uint8_t *iv, *encrypted, icv[XEAP_IKEV2_ICV_MAX];
	int r;

	xeap_ike_put_sk(message, first, sk_len(&keys->suite, inner.len));
	iv = xeap_put_space(message, XEAP_AES_BLOCK);
	encrypted = xeap_put_space(message, padded(inner.len));
	if (message->bad)
		return -EMSGSIZE;
	xeap_ike_finish(message, icv_len);
	r = encrypt(keys, inner, iv, encrypted);
	if (r == 0)
		r = xeap_ikev2_checksum(keys, XEAP_IKEV2_PEER,
					xeap_span(message->base, xeap_builder_len(message)), icv);
	if (r < 0)
		return r;
	xeap_put_span(message, xeap_span(icv, icv_len));
	return message->bad ? -EMSGSIZE : 0;
}

static int check_icv(const struct xeap_ikev2_keys *keys, struct xeap_span message,
		     struct xeap_span icv)
{
	uint8_t wanted[XEAP_IKEV2_ICV_MAX];
	int r = xeap_ikev2_checksum(keys, XEAP_IKEV2_SERVER,
				    xeap_span(message.data, message.len - icv.len), wanted);

	if (r == 0 && !xeap_equal_secret(icv.data, wanted, icv.len))
		r = -EACCES;
	return r;
}

int xeap_ikev2_open(const struct xeap_ikev2_keys *keys, struct xeap_span message,
		    struct xeap_span sk, uint8_t *ret_inner, size_t *ret_len)
{
	size_t icv_len = xeap_ikev2_icv_len(&keys->suite), pad;
	struct xeap_reader r = xeap_reader(sk);
	struct xeap_span iv = xeap_read_span(&r, XEAP_AES_BLOCK);
	size_t left = xeap_reader_left(&r);
	struct xeap_span encrypted = xeap_read_span(&r, left < icv_len ? 0 : left - icv_len);
	struct xeap_span icv = xeap_read_span(&r, icv_len);
	int err;

	if (r.bad || encrypted.len == 0 || encrypted.len % XEAP_AES_BLOCK)
		return -EBADMSG;
	err = check_icv(keys, message, icv);
	if (err == 0)
		err = xeap_aes(XEAP_CIPHER_CBC, false,
			       xeap_span(keys->e[XEAP_IKEV2_SERVER], keys->suite.key_bits / 8), iv,
			       encrypted, ret_inner);
	if (err < 0)
		return err;
	pad = ret_inner[encrypted.len - 1];
	if (pad >= encrypted.len)
		return -EBADMSG;
	*ret_len = encrypted.len - 1 - pad;
	return 0;
}
