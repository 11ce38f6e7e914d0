/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/mac.h>
#include <errno.h>
#include <method/teap_keys.h>
#include <string.h>
#include <wire/eap.h>

_Static_assert(sizeof(struct xeap_teap_link) == XEAP_TEAP_SIMCK + XEAP_TEAP_CMK, "an IMCK, split");

int xeap_teap_session_id(const struct xeap_tls *tls, uint8_t ret_id[XEAP_TUNNEL_SESSION_ID],
			 size_t *ret_len)
{
	uint8_t type = XEAP_EAP_TEAP;

	ret_id[0] = type;
	if (!xeap_tls_is_13(tls)) {
		*ret_len = 1 + XEAP_TLS_UNIQUE;
		return xeap_tls_unique(tls, ret_id + 1);
	}
	*ret_len = XEAP_TUNNEL_SESSION_ID;
	return xeap_tls_export(tls, "EXPORTER_EAP_TLS_Method-Id", xeap_span(&type, 1), ret_id + 1,
			       XEAP_TUNNEL_SESSION_ID - 1);
}

int xeap_teap_keys_begin(const struct xeap_tls *tls, enum xeap_teap_kdf kdf,
			 struct xeap_teap_keys *ret_keys)
{
	static const uint8_t type = XEAP_EAP_TEAP;
	struct xeap_teap_keys k = { .kdf = kdf };
	struct xeap_span context = { NULL, 0 };
	int r = xeap_tls_digest(tls, &k.digest);

	if (kdf == XEAP_TEAP_EXPORTER)
		context = xeap_span(&type, 1);
	if (r == 0)
		r = xeap_tls_export(tls, "EXPORTER: teap session key seed", context, k.msk.simck,
				    XEAP_TEAP_SIMCK);
	memcpy(k.emsk.simck, k.msk.simck, XEAP_TEAP_SIMCK);
	if (r == 0)
		*ret_keys = k;
	xeap_wipe(&k, sizeof(k));
	return r;
}

static int derive(const struct xeap_tls *tls, const struct xeap_teap_keys *keys,
		  const uint8_t simck[XEAP_TEAP_SIMCK], const char *label, struct xeap_span seed,
		  uint8_t *ret_key, size_t len)
{
	XEAP_SECRET(context, XEAP_TEAP_SIMCK + XEAP_TEAP_IMSK);
	char exporter[64] = "EXPORTER: ";

	if (keys->kdf == XEAP_TEAP_PRF)
		return xeap_tls_prf(keys->digest, xeap_span(simck, XEAP_TEAP_SIMCK), label, seed,
				    ret_key, len);
	memcpy(exporter + 10, label, strlen(label) + 1);
	memcpy(context, simck, XEAP_TEAP_SIMCK);
	if (seed.len)
		memcpy(context + XEAP_TEAP_SIMCK, seed.data, seed.len);
	return xeap_tls_export(tls, exporter, xeap_span(context, XEAP_TEAP_SIMCK + seed.len),
			       ret_key, len);
}

static int next_link(const struct xeap_tls *tls, const struct xeap_teap_keys *keys,
		     struct xeap_teap_link *link, const uint8_t imsk[XEAP_TEAP_IMSK])
{
	XEAP_SECRET(imck, XEAP_TEAP_SIMCK + XEAP_TEAP_CMK);
	int r = derive(tls, keys, link->simck, "Inner Methods Compound Keys",
		       xeap_span(imsk, XEAP_TEAP_IMSK), imck, XEAP_TEAP_SIMCK + XEAP_TEAP_CMK);

	if (r < 0)
		return r;
	memcpy(link->simck, imck, XEAP_TEAP_SIMCK);
	memcpy(link->cmk, imck + XEAP_TEAP_SIMCK, XEAP_TEAP_CMK);
	return 0;
}

/* RFC 9930 §6.2: 64 octets of RFC 5295's USRK, of which the first 32 are used. */
static int imsk_of_emsk(const struct xeap_teap_keys *keys, struct xeap_span emsk,
			uint8_t ret_imsk[2 * XEAP_TEAP_IMSK])
{
	static const uint8_t seed[] = { 0, 0, 64 };

	return xeap_tls_prf(keys->digest, emsk, "TEAPbindkey@ietf.org",
			    xeap_span(seed, sizeof(seed)), ret_imsk, 2 * XEAP_TEAP_IMSK);
}

int xeap_teap_keys_next(const struct xeap_tls *tls, struct xeap_teap_keys *keys,
			struct xeap_span msk, struct xeap_span emsk)
{
	XEAP_SECRET(imsk, 2 * XEAP_TEAP_IMSK);
	struct xeap_teap_keys k = *keys;
	int r;

	memset(imsk, 0, 2 * XEAP_TEAP_IMSK);
	if (msk.len)
		memcpy(imsk, msk.data, msk.len < XEAP_TEAP_IMSK ? msk.len : XEAP_TEAP_IMSK);
	r = next_link(tls, &k, &k.msk, imsk);
	k.has_emsk = emsk.len > 0;
	if (r == 0 && k.has_emsk)
		r = imsk_of_emsk(&k, emsk, imsk);
	if (r == 0 && k.has_emsk)
		r = next_link(tls, &k, &k.emsk, imsk);
	if (r == 0)
		*keys = k;
	xeap_wipe(&k, sizeof(k));
	return r;
}

int xeap_teap_mac(const struct xeap_teap_keys *keys, bool emsk, struct xeap_span binding,
		  struct xeap_span outer, uint8_t ret_mac[XEAP_TLV_MAC])
{
	static const uint8_t zeros[2 * XEAP_TLV_MAC], type = XEAP_EAP_TEAP;
	const struct xeap_teap_link *link = emsk ? &keys->emsk : &keys->msk;
	const struct xeap_span parts[] = {
		xeap_span(binding.data, XEAP_TLV_BINDING_LEN - sizeof(zeros)),
		xeap_span(zeros, sizeof(zeros)),
		xeap_span(&type, 1),
		outer,
	};
	uint8_t mac[XEAP_DIGEST_MAX];
	int r;

	if (binding.len < XEAP_TLV_BINDING_LEN - sizeof(zeros))
		return -EINVAL;
	r = xeap_hmac(keys->digest, xeap_span(link->cmk, XEAP_TEAP_CMK), parts, 4, mac,
		      sizeof(mac));
	if (r < XEAP_TLV_MAC)
		return r < 0 ? r : -EIO;
	memcpy(ret_mac, mac, XEAP_TLV_MAC);
	return 0;
}

int xeap_teap_keys_export(const struct xeap_tls *tls, const struct xeap_teap_keys *keys, bool emsk,
			  uint8_t ret_keys[2 * XEAP_TEAP_KEY])
{
	const uint8_t *simck = emsk ? keys->emsk.simck : keys->msk.simck;
	const struct xeap_span none = { NULL, 0 };
	int r = derive(tls, keys, simck, "Session Key Generating Function", none, ret_keys,
		       XEAP_TEAP_KEY);

	if (r < 0)
		return r;
	return derive(tls, keys, simck, "Extended Session Key Generating Function", none,
		      ret_keys + XEAP_TEAP_KEY, XEAP_TEAP_KEY);
}
