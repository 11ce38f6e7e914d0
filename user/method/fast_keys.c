/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/mac.h>
#include <crypto/tls_pac.h>
#include <errno.h>
#include <method/fast_keys.h>
#include <string.h>

int xeap_fast_keys_next(struct xeap_fast_keys *keys, struct xeap_span isk)
{
	XEAP_SECRET(seed, XEAP_FAST_ISK);
	XEAP_SECRET(imck, XEAP_FAST_SIMCK + XEAP_FAST_CMK);
	int r;

	memset(seed, 0, XEAP_FAST_ISK);
	if (isk.len)
		memcpy(seed, isk.data, isk.len < XEAP_FAST_ISK ? isk.len : XEAP_FAST_ISK);
	r = xeap_tprf(xeap_span(keys->simck, XEAP_FAST_SIMCK), "Inner Methods Compound Keys",
		      xeap_span(seed, XEAP_FAST_ISK), imck, XEAP_FAST_SIMCK + XEAP_FAST_CMK);
	if (r < 0)
		return r;
	memcpy(keys->simck, imck, XEAP_FAST_SIMCK);
	memcpy(keys->cmk, imck + XEAP_FAST_SIMCK, XEAP_FAST_CMK);
	return 0;
}

int xeap_fast_mac(const struct xeap_fast_keys *keys, struct xeap_span binding,
		  uint8_t ret_mac[XEAP_FAST_MAC])
{
	static const uint8_t zeros[XEAP_FAST_MAC];
	const struct xeap_span parts[] = {
		xeap_span(binding.data, XEAP_FAST_BINDING_LEN - XEAP_FAST_MAC),
		xeap_span(zeros, sizeof(zeros)),
	};
	int r;

	if (binding.len != XEAP_FAST_BINDING_LEN)
		return -EINVAL;
	r = xeap_hmac(XEAP_DIGEST_SHA1, xeap_span(keys->cmk, XEAP_FAST_CMK), parts, 2, ret_mac,
		      XEAP_FAST_MAC);
	return r < 0 ? r : 0;
}

int xeap_fast_keys_export(const struct xeap_fast_keys *keys, uint8_t ret_keys[2 * XEAP_FAST_KEY])
{
	const struct xeap_span simck = xeap_span(keys->simck, XEAP_FAST_SIMCK);
	const struct xeap_span none = { NULL, 0 };
	int r = xeap_tprf(simck, "Session Key Generating Function", none, ret_keys, XEAP_FAST_KEY);

	if (r < 0)
		return r;
	return xeap_tprf(simck, "Extended Session Key Generating Function", none,
			 ret_keys + XEAP_FAST_KEY, XEAP_FAST_KEY);
}
