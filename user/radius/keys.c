/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "radius/keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/wipe.h"
#include "crypto/digest.h"

#define MD5_BLOCK 64 /* bytes, RFC 2104 §2: B */
#define SALT 2
#define COVERED_MAX 240 /* bytes of a key with its length and padding: 15 blocks of an attribute */

/* The way from the start of a packet to the value of its first attribute. */
#define FIRST_VALUE_AT (XEAP_RADIUS_HEADER + 2)

struct xeap_radius_keys {
	struct xeap_digest_algorithm *md5;
	struct xeap_digest *digest;
	size_t secret_len;
	uint8_t secret[XEAP_RADIUS_SECRET_MAX];
	uint8_t inner[MD5_BLOCK], outer[MD5_BLOCK]; /* the secret XOR ipad and opad */
};

static int md5(struct xeap_radius_keys *k, const struct xeap_span *parts, size_t n,
	       uint8_t ret_value[XEAP_MD5_LEN])
{
	return xeap_digest_parts(k->digest, parts, n, ret_value, XEAP_MD5_LEN) < 0 ? -EIO : 0;
}

/* RFC 2104 §2. A key longer than a block is replaced by its digest. */
static int make_pads(struct xeap_radius_keys *k)
{
	struct xeap_span secret = xeap_span(k->secret, k->secret_len);
	XEAP_SECRET(key, MD5_BLOCK);

	memset(key, 0, sizeof(key));
	if (k->secret_len > MD5_BLOCK) {
		if (md5(k, &secret, 1, key))
			return -EIO;
	} else {
		memcpy(key, k->secret, k->secret_len);
	}
	for (size_t i = 0; i < MD5_BLOCK; i++) {
		k->inner[i] = key[i] ^ 0x36;
		k->outer[i] = key[i] ^ 0x5c;
	}
	return 0;
}

#define PARTS_MAX 5
/* crypto/mac.h would make a context for each packet. */
static int hmac(struct xeap_radius_keys *k, const struct xeap_span *parts, size_t n,
		uint8_t ret_value[XEAP_MD5_LEN])
{
	struct xeap_span all[1 + PARTS_MAX] = { xeap_span(k->inner, MD5_BLOCK) };
	uint8_t inner[XEAP_MD5_LEN];
	struct xeap_span outer[] = { xeap_span(k->outer, MD5_BLOCK),
				     xeap_span(inner, sizeof(inner)) };

	memcpy(&all[1], parts, n * sizeof(*parts));
	if (md5(k, all, n + 1, inner))
		return -EIO;
	return md5(k, outer, 2, ret_value);
}

int xeap_radius_keys_new(struct xeap_span secret, struct xeap_radius_keys **ret_keys,
			 struct xeap_diag *ret_diag)
{
	struct xeap_radius_keys *k;
	int err;

	if (!secret.len || secret.len > XEAP_RADIUS_SECRET_MAX)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "a shared secret has 1 to %d bytes", XEAP_RADIUS_SECRET_MAX);
	k = calloc(1, sizeof(*k));
	if (!k)
		return xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	memcpy(k->secret, secret.data, secret.len);
	k->secret_len = secret.len;
	err = xeap_digest_fetch(XEAP_DIGEST_MD5, &k->md5);
	if (!err)
		err = xeap_digest_new(k->md5, &k->digest);
	if (!err)
		err = make_pads(k);
	if (err) {
		xeap_radius_keys_free(k);
		return xeap_diag_set(ret_diag, err, XEAP_E_NOT_SUPPORTED,
				     "RADIUS needs MD5, which OpenSSL does not offer here (FIPS?)");
	}
	*ret_keys = k;
	return 0;
}

struct xeap_radius_keys *xeap_radius_keys_free(struct xeap_radius_keys *keys)
{
	if (!keys)
		return NULL;
	xeap_digest_free(keys->digest);
	xeap_digest_algorithm_free(keys->md5);
	xeap_wipe(keys, sizeof(*keys));
	free(keys);
	return NULL;
}

static const uint8_t zeros[XEAP_RADIUS_AUTHENTICATOR];

void xeap_radius_put_message_authenticator(struct xeap_builder *b)
{
	xeap_radius_put(b, XEAP_RADIUS_MESSAGE_AUTHENTICATOR, xeap_span(zeros, sizeof(zeros)));
}

int xeap_radius_sign(struct xeap_radius_keys *keys, uint8_t *packet, size_t len)
{
	struct xeap_span whole = xeap_span(packet, len);
	struct xeap_reader r = xeap_reader(whole);
	struct xeap_radius_attribute first;

	xeap_read_span(&r, XEAP_RADIUS_HEADER);
	if (!xeap_radius_next(&r, &first) || first.type != XEAP_RADIUS_MESSAGE_AUTHENTICATOR ||
	    first.value.len != XEAP_MD5_LEN)
		return -EBADMSG;
	memset(packet + FIRST_VALUE_AT, 0, XEAP_MD5_LEN);
	return hmac(keys, &whole, 1, packet + FIRST_VALUE_AT);
}

/* MD5(Code ‖ ID ‖ Length ‖ Request Authenticator ‖ attributes ‖ secret), RFC 2865 §3 */
static bool authenticator_is_right(struct xeap_radius_keys *k, const struct xeap_radius *response,
				   const uint8_t *request_authenticator)
{
	uint8_t value[XEAP_MD5_LEN];
	struct xeap_span parts[] = {
		xeap_span(response->packet.data, XEAP_RADIUS_HEADER - XEAP_RADIUS_AUTHENTICATOR),
		xeap_span(request_authenticator, XEAP_RADIUS_AUTHENTICATOR),
		response->attributes,
		xeap_span(k->secret, k->secret_len),
	};

	return !md5(k, parts, 4, value) &&
	       xeap_equal_secret(value, response->authenticator.data, sizeof(value));
}

/* Where the one Message-Authenticator stands: bytes of attributes before its value. */
static int find_message_authenticator(const struct xeap_radius *response, size_t *ret_before)
{
	struct xeap_reader r = xeap_reader(response->attributes);
	struct xeap_radius_attribute a;
	int found = -ENOENT;

	while (xeap_radius_next(&r, &a)) {
		if (a.type != XEAP_RADIUS_MESSAGE_AUTHENTICATOR)
			continue;
		if (!found || a.value.len != XEAP_MD5_LEN)
			return -EBADMSG; /* more than one, or no 16 bytes */
		*ret_before = response->attributes.len - xeap_reader_left(&r) - XEAP_MD5_LEN;
		found = 0;
	}
	return found;
}

/* RFC 3579 §3.2: over the response, its Authenticator the request's, its own value zeros. */
static bool message_authenticator_is_right(struct xeap_radius_keys *k,
					   const struct xeap_radius *response,
					   const uint8_t *request_authenticator, size_t before)
{
	struct xeap_reader r = xeap_reader(response->attributes);
	struct xeap_span front = xeap_read_span(&r, before), given;
	uint8_t value[XEAP_MD5_LEN];
	struct xeap_span parts[5];

	given = xeap_read_span(&r, XEAP_MD5_LEN);
	parts[0] = xeap_span(response->packet.data, XEAP_RADIUS_HEADER - XEAP_RADIUS_AUTHENTICATOR);
	parts[1] = xeap_span(request_authenticator, XEAP_RADIUS_AUTHENTICATOR);
	parts[2] = front;
	parts[3] = xeap_span(zeros, XEAP_MD5_LEN);
	parts[4] = xeap_read_rest(&r);
	return !r.bad && !hmac(k, parts, 5, value) &&
	       xeap_equal_secret(value, given.data, sizeof(value));
}

enum xeap_radius_verdict
xeap_radius_check(struct xeap_radius_keys *keys, const struct xeap_radius *response,
		  const uint8_t request_authenticator[XEAP_RADIUS_AUTHENTICATOR])
{
	size_t before;
	int found;

	if (!authenticator_is_right(keys, response, request_authenticator))
		return XEAP_RADIUS_WRONG_AUTHENTICATOR;
	found = find_message_authenticator(response, &before);
	if (found == -ENOENT)
		return XEAP_RADIUS_NO_MESSAGE_AUTHENTICATOR;
	if (found || !message_authenticator_is_right(keys, response, request_authenticator, before))
		return XEAP_RADIUS_WRONG_MESSAGE_AUTHENTICATOR;
	return XEAP_RADIUS_GENUINE;
}

/* p(i) = c(i) XOR b(i), b(1) = MD5(secret ‖ Authenticator ‖ salt), b(i) = MD5(secret ‖ c(i-1)) */
static int uncover_blocks(struct xeap_radius_keys *k, struct xeap_span salt,
			  struct xeap_span covered, const uint8_t *request_authenticator,
			  uint8_t *plain)
{
	struct xeap_span parts[] = {
		xeap_span(k->secret, k->secret_len),
		xeap_span(request_authenticator, XEAP_RADIUS_AUTHENTICATOR),
		salt,
	};
	XEAP_SECRET(b, XEAP_MD5_LEN);

	for (size_t at = 0; at < covered.len; at += XEAP_MD5_LEN) {
		if (md5(k, parts, at ? 2 : 3, b))
			return -EIO;
		for (size_t i = 0; i < XEAP_MD5_LEN; i++)
			plain[at + i] = covered.data[at + i] ^ b[i];
		parts[1] = xeap_span(covered.data + at, XEAP_MD5_LEN);
	}
	return 0;
}

int xeap_radius_uncover(struct xeap_radius_keys *keys, struct xeap_span covered,
			const uint8_t request_authenticator[XEAP_RADIUS_AUTHENTICATOR],
			uint8_t *ret_key, size_t size)
{
	struct xeap_reader r = xeap_reader(covered);
	struct xeap_span salt = xeap_read_span(&r, SALT), string = xeap_read_rest(&r);
	XEAP_SECRET(plain, COVERED_MAX);

	if (!string.len || string.len % XEAP_MD5_LEN || string.len > COVERED_MAX)
		return -EBADMSG;
	if (uncover_blocks(keys, salt, string, request_authenticator, plain))
		return -EIO;
	if (plain[0] > string.len - 1)
		return -EBADMSG;
	if (plain[0] > size)
		return -ENOSPC;
	memcpy(ret_key, plain + 1, plain[0]);
	return plain[0];
}
