/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/fips186.h>
#include <crypto/mac.h>
#include <method/sim_keys.h>
#include <string.h>

_Static_assert(XEAP_SIM_MK == XEAP_FIPS186_KEY, "MK is the generator's key");

static int sha1(const struct xeap_span *parts, size_t n, uint8_t ret_value[XEAP_SHA1_LEN])
{
	int r = xeap_digest_once(XEAP_DIGEST_SHA1, parts, n, ret_value, XEAP_SHA1_LEN);

	return r < 0 ? r : 0;
}

/* The first n bytes of a stream go to `to`; returns what follows them. */
static const uint8_t *take(const uint8_t *from, uint8_t *to, size_t n)
{
	memcpy(to, from, n);
	return from + n;
}

int xeap_sim_keys_derive(const struct xeap_span *parts, size_t n, struct xeap_sim_keys *ret_keys)
{
	XEAP_SECRET(stream, XEAP_SIM_K_ENCR + 16 + 2 * XEAP_SIM_MSK);
	const uint8_t *p = stream;
	int r = sha1(parts, n, ret_keys->mk);

	if (r < 0)
		return r;
	xeap_fips186_prf(ret_keys->mk, stream, sizeof(stream));
	p = take(p, ret_keys->k_encr, XEAP_SIM_K_ENCR);
	p = take(p, ret_keys->k_aut, 16);
	p = take(p, ret_keys->msk, XEAP_SIM_MSK);
	take(p, ret_keys->emsk, XEAP_SIM_MSK);
	return 0;
}

int xeap_sim_keys_reauth(struct xeap_sim_keys *keys, struct xeap_span identity, uint16_t counter,
			 struct xeap_span nonce_s)
{
	uint8_t count[2] = { (uint8_t)(counter >> 8), (uint8_t)counter };
	struct xeap_span parts[] = { identity, xeap_span(count, 2), nonce_s,
				     xeap_span(keys->mk, XEAP_SIM_MK) };
	XEAP_SECRET(stream, 2 * XEAP_SIM_MSK);
	XEAP_SECRET(xkey, XEAP_SHA1_LEN);
	int r = sha1(parts, 4, xkey);

	if (r < 0)
		return r;
	xeap_fips186_prf(xkey, stream, sizeof(stream));
	take(take(stream, keys->msk, XEAP_SIM_MSK), keys->emsk, XEAP_SIM_MSK);
	return 0;
}

static int hmac_sha256(struct xeap_span key, const struct xeap_span *parts, size_t n,
		       uint8_t ret_value[XEAP_SHA256_LEN])
{
	int r = xeap_hmac(XEAP_DIGEST_SHA256, key, parts, n, ret_value, XEAP_SHA256_LEN);

	return r < 0 ? r : 0;
}

/* The key derivation function of 3GPP TS 33.402 annex A.2, FC 0x20. */
int xeap_aka_prime_ck_ik(struct xeap_span ck, struct xeap_span ik, struct xeap_span network,
			 struct xeap_span sqn_ak, uint8_t ret_ck[16], uint8_t ret_ik[16])
{
	static const uint8_t fc = 0x20, sqn_len[2] = { 0, 6 };
	uint8_t network_len[2] = { (uint8_t)(network.len >> 8), (uint8_t)network.len };
	struct xeap_span parts[] = { xeap_span(&fc, 1), network, xeap_span(network_len, 2), sqn_ak,
				     xeap_span(sqn_len, 2) };
	XEAP_SECRET(key, 32);
	XEAP_SECRET(out, XEAP_SHA256_LEN);
	int r;

	memcpy(key, ck.data, 16);
	memcpy(key + 16, ik.data, 16);
	r = hmac_sha256(xeap_span(key, sizeof(key)), parts, 5, out);
	if (r < 0)
		return r;
	memcpy(ret_ck, out, 16);
	memcpy(ret_ik, out + 16, 16);
	return 0;
}

/* PRF' of RFC 9048 §3.4: T1 = HMAC(K, S | 1), Tn = HMAC(K, Tn-1 | S | n); S in parts, at most 4. */
static int prf_prime(struct xeap_span key, const struct xeap_span *s, size_t n, uint8_t *ret_bytes,
		     size_t len)
{
	XEAP_SECRET(t, XEAP_SHA256_LEN);
	struct xeap_span parts[6] = { { NULL, 0 } };
	uint8_t round = 1;

	memcpy(parts + 1, s, n * sizeof(*s));
	parts[n + 1] = xeap_span(&round, 1);
	for (; len; round++) {
		size_t some = len < sizeof(t) ? len : sizeof(t);
		int r = hmac_sha256(key, parts, n + 2, t);

		if (r < 0)
			return r;
		parts[0] = xeap_span(t, sizeof(t));
		memcpy(ret_bytes, t, some);
		ret_bytes += some;
		len -= some;
	}
	return 0;
}

/* IK' | CK' and, with forward secrecy, the shared secret. */
static size_t join(uint8_t *key, struct xeap_span ck, struct xeap_span ik, struct xeap_span shared)
{
	memcpy(key, ik.data, 16);
	memcpy(key + 16, ck.data, 16);
	if (shared.len)
		memcpy(key + 32, shared.data, shared.len);
	return 32 + shared.len;
}

#define SHARED_MAX 32

int xeap_aka_prime_keys_derive(struct xeap_span ck, struct xeap_span ik, struct xeap_span identity,
			       struct xeap_span shared, struct xeap_sim_keys *ret_keys)
{
	static const char label[] = "EAP-AKA'", label_fs[] = "EAP-AKA' FS";
	struct xeap_span s[] = { xeap_span(label, sizeof(label) - 1), identity };
	XEAP_SECRET(mk, XEAP_SIM_K_ENCR + 32 + XEAP_SIM_K_RE + 2 * XEAP_SIM_MSK);
	XEAP_SECRET(key, 32 + SHARED_MAX);
	const uint8_t *p = mk;
	int r = prf_prime(xeap_span(key, join(key, ck, ik, xeap_span(NULL, 0))), s, 2, mk,
			  sizeof(mk));

	if (r < 0)
		return r;
	p = take(p, ret_keys->k_encr, XEAP_SIM_K_ENCR);
	p = take(p, ret_keys->k_aut, 32);
	if (shared.data) {
		s[0] = xeap_span(label_fs, sizeof(label_fs) - 1);
		r = prf_prime(xeap_span(key, join(key, ck, ik, shared)), s, 2, mk,
			      XEAP_SIM_K_RE + 2 * XEAP_SIM_MSK);
		p = mk;
	}
	if (r < 0)
		return r;
	p = take(p, ret_keys->k_re, XEAP_SIM_K_RE);
	p = take(p, ret_keys->msk, XEAP_SIM_MSK);
	take(p, ret_keys->emsk, XEAP_SIM_MSK);
	return 0;
}

int xeap_aka_prime_keys_reauth(struct xeap_sim_keys *keys, struct xeap_span identity,
			       uint16_t counter, struct xeap_span nonce_s)
{
	static const char label[] = "EAP-AKA' re-auth";
	uint8_t count[2] = { (uint8_t)(counter >> 8), (uint8_t)counter };
	struct xeap_span s[] = { xeap_span(label, sizeof(label) - 1), identity, xeap_span(count, 2),
				 nonce_s };
	XEAP_SECRET(mk, 2 * XEAP_SIM_MSK);
	int r = prf_prime(xeap_span(keys->k_re, XEAP_SIM_K_RE), s, 4, mk, sizeof(mk));

	if (r < 0)
		return r;
	take(take(mk, keys->msk, XEAP_SIM_MSK), keys->emsk, XEAP_SIM_MSK);
	return 0;
}

int xeap_sim_mac(bool prime, const struct xeap_sim_keys *keys, const struct xeap_span *parts,
		 size_t n, uint8_t ret_mac[XEAP_SIM_MAC])
{
	XEAP_SECRET(mac, XEAP_SHA256_LEN);
	int r = xeap_hmac(prime ? XEAP_DIGEST_SHA256 : XEAP_DIGEST_SHA1,
			  xeap_span(keys->k_aut, prime ? 32 : 16), parts, n, mac, sizeof(mac));

	if (r < 0)
		return r;
	memcpy(ret_mac, mac, XEAP_SIM_MAC);
	return 0;
}
