/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/hex.h>
#include <base/utf16.h>
#include <base/wipe.h>
#include <crypto/cipher.h>
#include <crypto/digest.h>
#include <crypto/mschap.h>
#include <errno.h>
#include <string.h>

#define PASSWORD_BYTES (2 * XEAP_NT_PASSWORD_MAX)

/* The password in UTF-16, low byte first; its bytes, or -EILSEQ or -E2BIG. */
static int encode_password(struct xeap_span password, uint8_t ret_bytes[PASSWORD_BYTES])
{
	XEAP_SECRET(memory, sizeof(uint16_t) * (XEAP_NT_PASSWORD_MAX + 1) + sizeof(uint16_t));
	/* The array of bytes may be at an odd address. */
	uint16_t *units = (uint16_t *)(void *)(memory + ((uintptr_t)memory & 1));
	long n = xeap_utf16_from_utf8(password, units, XEAP_NT_PASSWORD_MAX + 1);

	if (n < 0)
		return -EILSEQ;
	if (n > XEAP_NT_PASSWORD_MAX + 1)
		return -E2BIG;
	for (long i = 0; i < n - 1; i++) {
		ret_bytes[2 * i] = (uint8_t)units[i];
		ret_bytes[2 * i + 1] = (uint8_t)(units[i] >> 8);
	}
	return (int)(2 * (n - 1));
}

int xeap_nt_hash(const struct xeap_legacy *legacy, struct xeap_span password,
		 uint8_t ret_hash[XEAP_NT_HASH])
{
	XEAP_SECRET(bytes, PASSWORD_BYTES);
	int n = encode_password(password, bytes);

	if (n < 0)
		return n;
	return xeap_md4(legacy, &(struct xeap_span){ bytes, (size_t)n }, 1, ret_hash);
}

int xeap_nt_hash_hash(const struct xeap_legacy *legacy, const uint8_t hash[XEAP_NT_HASH],
		      uint8_t ret_hash[XEAP_NT_HASH])
{
	return xeap_md4(legacy, &(struct xeap_span){ hash, XEAP_NT_HASH }, 1, ret_hash);
}

/* The hash, with 5 bytes of zero after it, makes three keys. */
int xeap_mschap_response(const struct xeap_legacy *legacy, const uint8_t hash[XEAP_NT_HASH],
			 const uint8_t challenge[XEAP_MSCHAP_CHALLENGE],
			 uint8_t ret_response[XEAP_NT_RESPONSE])
{
	XEAP_SECRET(keys, 3 * XEAP_DES_KEY);
	uint8_t response[XEAP_NT_RESPONSE];
	int r = 0;

	memset(keys, 0, sizeof(keys));
	memcpy(keys, hash, XEAP_NT_HASH);
	for (size_t i = 0; r == 0 && i < 3; i++)
		r = xeap_des_block(legacy, keys + i * XEAP_DES_KEY, challenge,
				   response + i * XEAP_DES_BLOCK);
	if (r == 0)
		memcpy(ret_response, response, sizeof(response));
	return r;
}

struct xeap_span xeap_mschapv2_user(struct xeap_span identity)
{
	const uint8_t *backslash = identity.len ? memchr(identity.data, '\\', identity.len) : NULL;
	size_t domain = backslash ? (size_t)(backslash - identity.data) + 1 : 0;

	return domain ? xeap_span(backslash + 1, identity.len - domain) : identity;
}

static int sha1(const struct xeap_span *parts, size_t n, uint8_t ret_value[XEAP_SHA1_LEN])
{
	int r = xeap_digest_once(XEAP_DIGEST_SHA1, parts, n, ret_value, XEAP_SHA1_LEN);

	return r < 0 ? r : 0;
}

/* ChallengeHash, RFC 2759 §8.2. */
static int hash_challenge(const struct xeap_mschapv2 *m, uint8_t ret[XEAP_MSCHAP_CHALLENGE])
{
	const struct xeap_span parts[] = {
		{ m->peer_challenge, XEAP_MSCHAPV2_CHALLENGE },
		{ m->authenticator_challenge, XEAP_MSCHAPV2_CHALLENGE },
		xeap_mschapv2_user(m->user),
	};
	uint8_t value[XEAP_SHA1_LEN];
	int r = sha1(parts, 3, value);

	if (r == 0)
		memcpy(ret, value, XEAP_MSCHAP_CHALLENGE);
	return r;
}

int xeap_mschapv2_response(const struct xeap_legacy *legacy, const uint8_t hash[XEAP_NT_HASH],
			   const struct xeap_mschapv2 *m, uint8_t ret_response[XEAP_NT_RESPONSE])
{
	uint8_t challenge[XEAP_MSCHAP_CHALLENGE];
	int r = hash_challenge(m, challenge);

	return r < 0 ? r : xeap_mschap_response(legacy, hash, challenge, ret_response);
}

int xeap_mschapv2_proof(const struct xeap_legacy *legacy, const uint8_t hash[XEAP_NT_HASH],
			const struct xeap_mschapv2 *m, const uint8_t response[XEAP_NT_RESPONSE],
			uint8_t ret_proof[XEAP_MSCHAPV2_PROOF])
{
	static const char magic1[] = "Magic server to client signing constant";
	static const char magic2[] = "Pad to make it do more than one iteration";
	uint8_t challenge[XEAP_MSCHAP_CHALLENGE], inner[XEAP_SHA1_LEN];
	XEAP_SECRET(hash_hash, XEAP_NT_HASH);
	const struct xeap_span first[] = { { hash_hash, XEAP_NT_HASH },
					   { response, XEAP_NT_RESPONSE },
					   xeap_span(magic1, sizeof(magic1) - 1) };
	const struct xeap_span second[] = { { inner, sizeof(inner) },
					    { challenge, sizeof(challenge) },
					    xeap_span(magic2, sizeof(magic2) - 1) };
	int r = xeap_nt_hash_hash(legacy, hash, hash_hash);

	if (r == 0)
		r = hash_challenge(m, challenge);
	if (r == 0)
		r = sha1(first, 3, inner);
	return r < 0 ? r : sha1(second, 3, ret_proof);
}

bool xeap_mschapv2_proves(struct xeap_span message, const uint8_t proof[XEAP_MSCHAPV2_PROOF],
			  struct xeap_span *ret_rest)
{
	const size_t len = 2 + 2 * XEAP_MSCHAPV2_PROOF;
	uint8_t got[XEAP_MSCHAPV2_PROOF];

	if (message.len < len || message.data[0] != 'S' || message.data[1] != '=' ||
	    !xeap_hex_octets(xeap_span(message.data + 2, len - 2), got))
		return false;
	if (!xeap_equal_secret(got, proof, sizeof(got)))
		return false;
	if (ret_rest)
		*ret_rest = xeap_span(message.data + len, message.len - len);
	return true;
}

/* GetAsymmetricStartKey, RFC 3079 §3.4, with the magic constant that stands for a direction. */
static int start_key(const uint8_t master[16], const char magic[84], uint8_t ret_key[16])
{
	uint8_t pads[2][40];
	XEAP_SECRET(value, XEAP_SHA1_LEN);
	const struct xeap_span parts[] = {
		{ master, 16 }, { pads[0], 40 }, xeap_span(magic, 84), { pads[1], 40 }
	};
	int r;

	memset(pads[0], 0x00, sizeof(pads[0]));
	memset(pads[1], 0xf2, sizeof(pads[1]));
	r = sha1(parts, 4, value);
	if (r == 0)
		memcpy(ret_key, value, 16);
	return r;
}

/* GetMasterKey, RFC 3079 §3.4. */
static int master_key(const struct xeap_legacy *legacy, const uint8_t hash[XEAP_NT_HASH],
		      const uint8_t response[XEAP_NT_RESPONSE], uint8_t ret_master[16])
{
	static const char magic1[] = "This is the MPPE Master Key";
	XEAP_SECRET(hash_hash, XEAP_NT_HASH);
	XEAP_SECRET(value, XEAP_SHA1_LEN);
	const struct xeap_span parts[] = { { hash_hash, XEAP_NT_HASH },
					   { response, XEAP_NT_RESPONSE },
					   xeap_span(magic1, sizeof(magic1) - 1) };
	int r = xeap_nt_hash_hash(legacy, hash, hash_hash);

	if (r == 0)
		r = sha1(parts, 3, value);
	if (r == 0)
		memcpy(ret_master, value, 16);
	return r;
}

int xeap_mschapv2_keys(const struct xeap_legacy *legacy, const uint8_t hash[XEAP_NT_HASH],
		       const uint8_t response[XEAP_NT_RESPONSE],
		       uint8_t ret_keys[XEAP_MSCHAPV2_KEYS])
{
	/* RFC 3079 §3.4's Magic2 and Magic3. */
	static const char peer_sends[] = "On the client side, this is the send key; "
					 "on the server side, it is the receive key.";
	static const char peer_receives[] = "On the client side, this is the receive key; "
					    "on the server side, it is the send key.";
	XEAP_SECRET(master, 16);
	XEAP_SECRET(keys, XEAP_MSCHAPV2_KEYS);
	int r = master_key(legacy, hash, response, master);

	if (r == 0)
		r = start_key(master, peer_sends, keys);
	if (r == 0)
		r = start_key(master, peer_receives, keys + 16);
	if (r == 0)
		memcpy(ret_keys, keys, sizeof(keys));
	return r;
}

/* EncryptPwBlockWithPasswordHash, §8.10: the password ends a block of random bytes. */
int xeap_nt_encrypt_password(const struct xeap_legacy *legacy, struct xeap_span new_password,
			     const uint8_t old_hash[XEAP_NT_HASH],
			     uint8_t ret_encrypted[XEAP_NT_ENCRYPTED_PASSWORD])
{
	XEAP_SECRET(bytes, PASSWORD_BYTES);
	XEAP_SECRET(clear, XEAP_NT_ENCRYPTED_PASSWORD);
	uint8_t encrypted[XEAP_NT_ENCRYPTED_PASSWORD];
	int n = encode_password(new_password, bytes);
	int r;

	if (n < 0)
		return n;
	r = xeap_random(clear, PASSWORD_BYTES);
	if (r < 0)
		return r;
	memcpy(clear + PASSWORD_BYTES - n, bytes, (size_t)n);
	/* Its length in bytes, low byte first. */
	clear[PASSWORD_BYTES] = (uint8_t)n;
	clear[PASSWORD_BYTES + 1] = (uint8_t)(n >> 8);
	clear[PASSWORD_BYTES + 2] = clear[PASSWORD_BYTES + 3] = 0;
	r = xeap_rc4(legacy, old_hash, xeap_span(clear, sizeof(clear)), encrypted);
	if (r == 0)
		memcpy(ret_encrypted, encrypted, sizeof(encrypted));
	return r;
}

/* NtPasswordHashEncryptedWithBlock, §8.13: two blocks, the key's first and second 7 bytes. */
int xeap_nt_encrypt_hash(const struct xeap_legacy *legacy, const uint8_t old_hash[XEAP_NT_HASH],
			 const uint8_t new_hash[XEAP_NT_HASH], uint8_t ret_encrypted[XEAP_NT_HASH])
{
	uint8_t encrypted[XEAP_NT_HASH];
	int r = xeap_des_block(legacy, new_hash, old_hash, encrypted);

	if (r == 0)
		r = xeap_des_block(legacy, new_hash + XEAP_DES_KEY, old_hash + XEAP_DES_BLOCK,
				   encrypted + XEAP_DES_BLOCK);
	if (r == 0)
		memcpy(ret_encrypted, encrypted, sizeof(encrypted));
	return r;
}
