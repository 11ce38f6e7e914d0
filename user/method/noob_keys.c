/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/mac.h>
#include <method/noob_keys.h>
#include <string.h>

#define KEYING 320 /* RFC 9140 table 4, Kz at its end */

/* The one-step function of NIST SP 800-56C: H(counter | Z | OtherInfo), n parts after counter. */
static int one_step(const struct xeap_span *parts, size_t n, uint8_t *ret_bytes, size_t len)
{
	uint8_t counter[4] = { 0, 0, 0, 0 };
	struct xeap_span all[6] = { xeap_span(counter, sizeof(counter)) };

	memcpy(all + 1, parts, n * sizeof(*parts));
	for (size_t at = 0; at < len; at += XEAP_SHA256_LEN) {
		int r;

		counter[3]++;
		r = xeap_digest_once(XEAP_DIGEST_SHA256, all, n + 1, ret_bytes + at,
				     XEAP_SHA256_LEN);
		if (r < 0)
			return r;
	}
	return 0;
}

static const uint8_t *take(const uint8_t *from, uint8_t *to, size_t n)
{
	memcpy(to, from, n);
	return from + n;
}

int xeap_noob_keys_derive(struct xeap_span z, struct xeap_span np, struct xeap_span ns,
			  struct xeap_span secret, struct xeap_noob_keys *ret_keys)
{
	static const char algorithm[] = "EAP-NOOB";
	struct xeap_span parts[] = { z, xeap_span(algorithm, sizeof(algorithm) - 1), np, ns,
				     secret };
	XEAP_SECRET(keying, KEYING);
	const uint8_t *p = keying;
	int r = one_step(parts, 5, keying, KEYING);

	if (r < 0)
		return r;
	p = take(p, ret_keys->msk, XEAP_NOOB_MSK);
	p = take(p, ret_keys->emsk, XEAP_NOOB_MSK);
	p = take(p, ret_keys->amsk, XEAP_NOOB_MSK);
	p = take(p, ret_keys->method_id, XEAP_NOOB_METHOD_ID);
	p = take(p, ret_keys->kms, XEAP_NOOB_KEY);
	p = take(p, ret_keys->kmp, XEAP_NOOB_KEY);
	take(p, ret_keys->kz, XEAP_NOOB_KEY);
	return 0;
}

static int finger(const struct xeap_span *parts, size_t n, uint8_t ret_finger[XEAP_NOOB_FINGER])
{
	XEAP_SECRET(digest, XEAP_SHA256_LEN);
	int r = xeap_digest_once(XEAP_DIGEST_SHA256, parts, n, digest, sizeof(digest));

	if (r < 0)
		return r;
	memcpy(ret_finger, digest, XEAP_NOOB_FINGER);
	return 0;
}

int xeap_noob_id(struct xeap_span noob_text, uint8_t ret_id[XEAP_NOOB_FINGER])
{
	static const char label[] = "NoobId";
	struct xeap_span parts[] = { xeap_span(label, sizeof(label) - 1), noob_text };

	return finger(parts, 2, ret_id);
}

int xeap_noob_hoob(struct xeap_span array, uint8_t ret_hoob[XEAP_NOOB_FINGER])
{
	return finger(&array, 1, ret_hoob);
}

int xeap_noob_mac(const uint8_t key[XEAP_NOOB_KEY], struct xeap_span array,
		  uint8_t ret_mac[XEAP_NOOB_MAC])
{
	int r = xeap_hmac(XEAP_DIGEST_SHA256, xeap_span(key, XEAP_NOOB_KEY), &array, 1, ret_mac,
			  XEAP_NOOB_MAC);

	return r < 0 ? r : 0;
}
