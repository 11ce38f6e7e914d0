/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/reader.h>
#include <base/wipe.h>
#include <crypto/mac.h>
#include <errno.h>
#include <method/eke_keys.h>

#define AES128_CBC 1
#define HMAC_SHA1 1 /* as PRF and as MAC */
#define HMAC_SHA256 2

bool xeap_eke_suite_known(const struct xeap_eke_suite *suite)
{
	return xeap_modp_len(suite->group) && suite->cipher == AES128_CBC &&
	       (suite->prf == HMAC_SHA1 || suite->prf == HMAC_SHA256) &&
	       (suite->mac == HMAC_SHA1 || suite->mac == HMAC_SHA256);
}

static enum xeap_digest_name digest_of(uint8_t number)
{
	return number == HMAC_SHA1 ? XEAP_DIGEST_SHA1 : XEAP_DIGEST_SHA256;
}

static size_t hash_len(uint8_t number)
{
	return number == HMAC_SHA1 ? XEAP_SHA1_LEN : XEAP_SHA256_LEN;
}

size_t xeap_eke_component_len(const struct xeap_eke *e)
{
	return XEAP_AES_BLOCK + xeap_modp_len(e->suite.group);
}

size_t xeap_eke_auth_len(const struct xeap_eke *e)
{
	return hash_len(e->suite.prf);
}

size_t xeap_eke_prot_len(const struct xeap_eke *e, size_t n)
{
	return XEAP_AES_BLOCK + n + hash_len(e->suite.mac);
}

static int prf(const struct xeap_eke *e, const uint8_t *key, const struct xeap_span *parts,
	       size_t n, uint8_t *ret)
{
	int r = xeap_hmac(digest_of(e->suite.prf), xeap_span(key, hash_len(e->suite.prf)), parts, n,
			  ret, XEAP_EKE_HASH_MAX);

	return r < 0 ? r : 0;
}

/* RFC 6124 §5.1: the prf+ of IKEv2. */
static int prf_plus(const struct xeap_eke *e, const uint8_t *key, const struct xeap_span *parts,
		    size_t n, uint8_t *ret, size_t len)
{
	return xeap_prf_plus(digest_of(e->suite.prf), xeap_span(key, hash_len(e->suite.prf)), parts,
			     n, ret, len);
}

/* key = prf+(prf(0+, password), ID_S | ID_P) */
static int derive_key(struct xeap_eke *e, struct xeap_span password)
{
	static const uint8_t zero[XEAP_EKE_HASH_MAX];
	const struct xeap_span ids[] = { e->server, e->peer };
	XEAP_SECRET(temp, XEAP_EKE_HASH_MAX);
	int r = prf(e, zero, &password, 1, temp);

	return r < 0 ? r : prf_plus(e, temp, ids, 2, e->key, sizeof(e->key));
}

/* prf(0+, g^(x_s x_p)), and Ke | Ki = prf+(SharedSecret, "EAP-EKE Keys" | ID_S | ID_P) */
static int derive_shared(struct xeap_eke *e, struct xeap_span secret)
{
	static const uint8_t zero[XEAP_EKE_HASH_MAX];
	static const char label[] = "EAP-EKE Keys";
	const struct xeap_span parts[] = { xeap_span(label, sizeof(label) - 1), e->server,
					   e->peer };
	XEAP_SECRET(keys, XEAP_EKE_KEY + XEAP_EKE_HASH_MAX);
	size_t ki_len = hash_len(e->suite.mac);
	int r = prf(e, zero, &secret, 1, e->shared);

	if (r == 0)
		r = prf_plus(e, e->shared, parts, 3, keys, XEAP_EKE_KEY + ki_len);
	if (r < 0)
		return r;
	memcpy(e->ke, keys, XEAP_EKE_KEY);
	memcpy(e->ki, keys + XEAP_EKE_KEY, ki_len);
	return 0;
}

int xeap_eke_commit(struct xeap_eke *e, struct xeap_span password, const uint8_t *server_component,
		    uint8_t *ret_component)
{
	const struct xeap_span iv = { server_component, XEAP_AES_BLOCK };
	const struct xeap_span key = { e->key, sizeof(e->key) };
	size_t len = xeap_modp_len(e->suite.group);
	XEAP_SECRET(mine, XEAP_MODP_MAX);
	XEAP_SECRET(secret, XEAP_MODP_MAX);
	XEAP_SECRET(public_value, XEAP_MODP_MAX);
	int r = derive_key(e, password);

	if (r == 0)
		r = xeap_aes(XEAP_CIPHER_CBC, false, key, iv,
			     xeap_span(server_component + XEAP_AES_BLOCK, len), secret);
	if (r == 0)
		r = xeap_modp_make(e->suite.group, mine, public_value);
	if (r == 0)
		r = xeap_modp_share(e->suite.group, mine, secret, secret);
	if (r == 0)
		r = derive_shared(e, xeap_span(secret, len));
	if (r == 0)
		r = xeap_random(ret_component, XEAP_AES_BLOCK);
	if (r == 0)
		r = xeap_aes(XEAP_CIPHER_CBC, true, key, xeap_span(ret_component, XEAP_AES_BLOCK),
			     xeap_span(public_value, len), ret_component + XEAP_AES_BLOCK);
	return r;
}

static int mac(const struct xeap_eke *e, struct xeap_span data, uint8_t *ret)
{
	int r = xeap_hmac(digest_of(e->suite.mac), xeap_span(e->ki, hash_len(e->suite.mac)), &data,
			  1, ret, XEAP_EKE_HASH_MAX);

	return r < 0 ? r : 0;
}

int xeap_eke_protect(const struct xeap_eke *e, struct xeap_span data, uint8_t *ret_protected)
{
	uint8_t code[XEAP_EKE_HASH_MAX], *encrypted = ret_protected + XEAP_AES_BLOCK;
	int r = xeap_random(ret_protected, XEAP_AES_BLOCK);

	if (r == 0)
		r = xeap_aes(XEAP_CIPHER_CBC, true, xeap_span(e->ke, sizeof(e->ke)),
			     xeap_span(ret_protected, XEAP_AES_BLOCK), data, encrypted);
	if (r == 0)
		r = mac(e, xeap_span(encrypted, data.len), code);
	if (r == 0)
		memcpy(encrypted + data.len, code, hash_len(e->suite.mac));
	return r;
}

int xeap_eke_open(const struct xeap_eke *e, struct xeap_span protected_data, uint8_t *ret_data)
{
	size_t code_len = hash_len(e->suite.mac);
	struct xeap_reader r = xeap_reader(protected_data);
	struct xeap_span iv = xeap_read_span(&r, XEAP_AES_BLOCK);
	size_t left = xeap_reader_left(&r);
	struct xeap_span encrypted = xeap_read_span(&r, left < code_len ? 0 : left - code_len);
	struct xeap_span code = xeap_read_span(&r, code_len);
	uint8_t wanted[XEAP_EKE_HASH_MAX];
	int err;

	if (r.bad)
		return -EACCES;
	err = mac(e, encrypted, wanted);
	if (err < 0)
		return err;
	if (!xeap_equal_secret(code.data, wanted, code_len))
		return -EACCES;
	return xeap_aes(XEAP_CIPHER_CBC, false, xeap_span(e->ke, sizeof(e->ke)), iv, encrypted,
			ret_data);
}

/* prf+(SharedSecret, label | ID_S | ID_P | one nonce | the other) */
static int derive_with_nonces(const struct xeap_eke *e, const char *label, const uint8_t *first,
			      const uint8_t *second, uint8_t *ret, size_t len)
{
	const struct xeap_span parts[] = {
		xeap_span(label, strlen(label)), e->server, e->peer, { first, XEAP_EKE_NONCE },
		{ second, XEAP_EKE_NONCE },
	};

	return prf_plus(e, e->shared, parts, 5, ret, len);
}

int xeap_eke_derive_ka(struct xeap_eke *e)
{
	return derive_with_nonces(e, "EAP-EKE Ka", e->nonce_peer, e->nonce_server, e->ka,
				  hash_len(e->suite.prf));
}

/*
 * RFC 6124 §5.6 has Nonce_P | Nonce_S here too. hostapd and wpa_supplicant, which are all there is,
 * have them the other way round, and a key is of use only if the other side has it as well.
 */
int xeap_eke_export(const struct xeap_eke *e, uint8_t ret_keys[XEAP_EKE_KEYS])
{
	return derive_with_nonces(e, "EAP-EKE Exported Keys", e->nonce_server, e->nonce_peer,
				  ret_keys, XEAP_EKE_KEYS);
}

int xeap_eke_auth(const struct xeap_eke *e, bool of_server, struct xeap_span messages,
		  uint8_t *ret_auth)
{
	const char *label = of_server ? "EAP-EKE server" : "EAP-EKE peer";
	const struct xeap_span parts[] = { xeap_span(label, strlen(label)), messages };

	return prf(e, e->ka, parts, 2, ret_auth);
}
