/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/reader.h>
#include <base/wipe.h>
#include <crypto/mac.h>
#include <errno.h>
#include <method/gpsk_keys.h>
#include <string.h>
#include <wire/eap.h>

#define BLOCK_MAX (2 * XEAP_GPSK_MAC_MAX + 192) /* MSK, EMSK, SK and PK */
#define INPUT_MAX (2 * XEAP_GPSK_RAND + 2 * XEAP_GPSK_ID_MAX)
#define SEED_MAX (2 + XEAP_GPSK_KEY_MAX + XEAP_GPSK_SUITE_LEN + INPUT_MAX)

size_t xeap_gpsk_key_size(enum xeap_gpsk_suite suite)
{
	return suite == XEAP_GPSK_AES ? 16 : 32;
}

static int code(enum xeap_gpsk_suite suite, const uint8_t *key, const struct xeap_span *parts,
		size_t n, uint8_t ret[XEAP_GPSK_MAC_MAX])
{
	size_t size = xeap_gpsk_key_size(suite);
	struct xeap_span k = xeap_span(key, size);
	int r = suite == XEAP_GPSK_AES ? xeap_cmac(k, parts, n, ret, size)
				       : xeap_hmac(XEAP_DIGEST_SHA256, k, parts, n, ret, size);

	return r < 0 ? r : 0;
}

int xeap_gpsk_mac(const struct xeap_gpsk_keys *keys, struct xeap_span covered, uint8_t *ret_mac)
{
	return code(keys->suite, keys->sk, &covered, 1, ret_mac);
}

/* GKDF, RFC 5433 §4: blocks MAC(i ‖ Z), i from 1 on in two octets. */
static int gkdf(enum xeap_gpsk_suite suite, const uint8_t *key, struct xeap_span z, uint8_t *ret,
		size_t len)
{
	XEAP_SECRET(block, XEAP_GPSK_MAC_MAX);
	size_t size = xeap_gpsk_key_size(suite);
	uint8_t counter[2] = { 0, 0 };
	struct xeap_span parts[] = { xeap_span(counter, 2), z };

	for (size_t at = 0; at < len; at += size) {
		int r;

		counter[1]++;
		r = code(suite, key, parts, 2, block);
		if (r < 0)
			return r;
		memcpy(ret + at, block, len - at < size ? len - at : size);
	}
	return 0;
}

/* inputString: RAND_Peer ‖ ID_Peer ‖ RAND_Server ‖ ID_Server. */
static void put_input(struct xeap_builder *b, const struct xeap_gpsk_seed *s)
{
	xeap_put_span(b, xeap_span(s->rand_peer, XEAP_GPSK_RAND));
	xeap_put_span(b, s->peer);
	xeap_put_span(b, xeap_span(s->rand_server, XEAP_GPSK_RAND));
	xeap_put_span(b, s->server);
}

static void put_suite(struct xeap_builder *b, enum xeap_gpsk_suite suite)
{
	xeap_put_u32(b, 0);
	xeap_put_u16(b, (uint16_t)suite);
}

/* MK = GKDF(PSK's first octets, PL ‖ PSK ‖ CSuite_Sel ‖ inputString), of a key's size. */
static int master(enum xeap_gpsk_suite suite, const struct xeap_gpsk_seed *s, uint8_t *ret_mk)
{
	XEAP_SECRET(seed, SEED_MAX);
	struct xeap_builder b = xeap_builder(seed, sizeof(seed));

	xeap_put_u16(&b, (uint16_t)s->psk.len);
	xeap_put_span(&b, s->psk);
	put_suite(&b, suite);
	put_input(&b, s);
	if (b.bad)
		return -EINVAL;
	return gkdf(suite, s->psk.data, xeap_span(seed, xeap_builder_len(&b)), ret_mk,
		    xeap_gpsk_key_size(suite));
}

/* RFC 5433 §5: the Method-ID; Session-Id is the Type and that. */
static int session_id(enum xeap_gpsk_suite suite, const struct xeap_gpsk_seed *s, uint8_t *ret_id)
{
	static const char label[] = "Method ID";
	uint8_t seed[SEED_MAX];
	struct xeap_builder b = xeap_builder(seed, sizeof(seed));

	xeap_put_span(&b, xeap_span(label, sizeof(label) - 1));
	xeap_put_u8(&b, XEAP_EAP_GPSK);
	put_suite(&b, suite);
	put_input(&b, s);
	if (b.bad)
		return -EINVAL;
	ret_id[0] = XEAP_EAP_GPSK;
	return gkdf(suite, s->psk.data, xeap_span(seed, xeap_builder_len(&b)), ret_id + 1,
		    XEAP_GPSK_METHOD_ID);
}

int xeap_gpsk_derive(enum xeap_gpsk_suite suite, const struct xeap_gpsk_seed *s,
		     struct xeap_gpsk_keys *ret_keys)
{
	XEAP_SECRET(mk, XEAP_GPSK_MAC_MAX);
	XEAP_SECRET(block, BLOCK_MAX);
	size_t size = xeap_gpsk_key_size(suite);
	uint8_t input[INPUT_MAX];
	struct xeap_builder b = xeap_builder(input, sizeof(input));
	int r;

	put_input(&b, s);
	if (b.bad || s->psk.len < size)
		return -EINVAL;
	r = master(suite, s, mk);
	if (r == 0)
		r = gkdf(suite, mk, xeap_span(input, xeap_builder_len(&b)), block,
			 sizeof(ret_keys->msk) + sizeof(ret_keys->emsk) + size);
	if (r == 0)
		r = session_id(suite, s, ret_keys->session_id);
	if (r < 0)
		return r;
	ret_keys->suite = suite;
	memcpy(ret_keys->msk, block, sizeof(ret_keys->msk));
	memcpy(ret_keys->emsk, block + sizeof(ret_keys->msk), sizeof(ret_keys->emsk));
	memcpy(ret_keys->sk, block + sizeof(ret_keys->msk) + sizeof(ret_keys->emsk), size);
	return 0;
}
