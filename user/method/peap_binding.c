/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/mac.h>
#include <errno.h>
#include <method/peap_binding.h>
#include <string.h>
#include <wire/eap.h>

#define TEMP_KEY 40 /* bytes of TK that are the key */
#define IMCK 60
#define MAC_AT (XEAP_PEAP_BINDING_TLV - XEAP_PEAP_MAC)

/* PRF+ of §3.1.5.5.2.2: blocks T(n) = HMAC-SHA1(key, T(n-1) ‖ label ‖ seed ‖ n ‖ 0 ‖ 0). */
static int prf_plus(struct xeap_span key, const char *label, struct xeap_span seed, uint8_t *ret,
		    size_t len)
{
	XEAP_SECRET(block, XEAP_SHA1_LEN);
	uint8_t counter[3] = { 0 };
	struct xeap_span parts[] = { xeap_span(NULL, 0), xeap_span(label, strlen(label)), seed,
				     xeap_span(counter, sizeof(counter)) };

	for (size_t at = 0; at < len; at += XEAP_SHA1_LEN) {
		size_t n = len - at < XEAP_SHA1_LEN ? len - at : XEAP_SHA1_LEN;

		counter[0]++;
		if (xeap_hmac(XEAP_DIGEST_SHA1, key, parts, 4, block, sizeof(block)) < 0)
			return -EIO;
		memcpy(ret + at, block, n);
		parts[0] = xeap_span(block, sizeof(block));
	}
	return 0;
}

int xeap_peap_bind(const uint8_t tk[XEAP_PEAP_TK], const uint8_t isk[XEAP_PEAP_ISK],
		   struct xeap_peap_binding *ret_binding)
{
	XEAP_SECRET(imck, IMCK);
	int r = prf_plus(xeap_span(tk, TEMP_KEY), "Inner Methods Compound Keys",
			 xeap_span(isk, XEAP_PEAP_ISK), imck, sizeof(imck));

	if (r < 0)
		return r;
	memcpy(ret_binding->ipmk, imck, sizeof(ret_binding->ipmk));
	memcpy(ret_binding->cmk, imck + sizeof(ret_binding->ipmk), sizeof(ret_binding->cmk));
	return 0;
}

/* §3.1.5.5.2.2: IPMK and CMK are TK as it is. */
void xeap_peap_bind_resumed(const uint8_t tk[XEAP_PEAP_TK], struct xeap_peap_binding *ret_binding)
{
	memcpy(ret_binding->ipmk, tk, sizeof(ret_binding->ipmk));
	memcpy(ret_binding->cmk, tk + sizeof(ret_binding->ipmk), sizeof(ret_binding->cmk));
}

int xeap_peap_binding_mac(const struct xeap_peap_binding *b,
			  const uint8_t tlv[XEAP_PEAP_BINDING_TLV], uint8_t ret_mac[XEAP_PEAP_MAC])
{
	static const uint8_t no_mac[XEAP_PEAP_MAC], type = XEAP_EAP_PEAP;
	struct xeap_span parts[] = { xeap_span(tlv, MAC_AT), xeap_span(no_mac, sizeof(no_mac)),
				     xeap_span(&type, 1) };
	int r = xeap_hmac(XEAP_DIGEST_SHA1, xeap_span(b->cmk, sizeof(b->cmk)), parts, 3, ret_mac,
			  XEAP_PEAP_MAC);

	return r == XEAP_PEAP_MAC ? 0 : -EIO;
}

int xeap_peap_binding_keys(const struct xeap_peap_binding *b, uint8_t ret_keys[XEAP_PEAP_CSK])
{
	static const uint8_t nul;

	return prf_plus(xeap_span(b->ipmk, sizeof(b->ipmk)), "Session Key Generating Function",
			xeap_span(&nul, 1), ret_keys, XEAP_PEAP_CSK);
}
