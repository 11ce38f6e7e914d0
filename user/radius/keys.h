/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_RADIUS_KEYS_H
#define XEAP_RADIUS_KEYS_H

#include <xeap/error.h>

#include "wire/radius.h"

/*
 * What a RADIUS client and its server make of their shared secret: signatures and hidden keys. One
 * thread at a time. After xeap_radius_keys_new() nothing here allocates.
 */
struct xeap_radius_keys;

#define XEAP_RADIUS_SECRET_MAX 512

/*
 * Returns 0; -EINVAL for an empty or over-long secret; -ENOTSUP when OpenSSL offers no MD5 (FIPS);
 * -ENOMEM. The secret is copied.
 */
int xeap_radius_keys_new(struct xeap_span secret, struct xeap_radius_keys **ret_keys,
			 struct xeap_diag *ret_diag);
struct xeap_radius_keys *xeap_radius_keys_free(struct xeap_radius_keys *keys);

/*
 * Append a Message-Authenticator of zeros, which xeap_radius_sign() fills: as the first attribute,
 * so that what an attacker can choose of a packet comes after it (CVE-2024-3596,
 * draft-ietf-radext-deprecating-radius §5.2).
 */
void xeap_radius_put_message_authenticator(struct xeap_builder *b);

/*
 * Fill the Message-Authenticator of a finished request, RFC 3579 §3.2: HMAC-MD5 over the packet
 * with that attribute zero. 0; -EBADMSG when it is not the first attribute; -EIO.
 */
int xeap_radius_sign(struct xeap_radius_keys *keys, uint8_t *packet, size_t len);

/* What a response was found to be. */
enum xeap_radius_verdict {
	XEAP_RADIUS_GENUINE,
	XEAP_RADIUS_WRONG_AUTHENTICATOR, /* the Response Authenticator, RFC 2865 §3 */
	XEAP_RADIUS_NO_MESSAGE_AUTHENTICATOR,
	XEAP_RADIUS_WRONG_MESSAGE_AUTHENTICATOR, /* also one too many, or of a wrong length */
	XEAP_RADIUS_VERDICT_MAX
};

/* Check a response to the request whose Authenticator is given. */
enum xeap_radius_verdict
xeap_radius_check(struct xeap_radius_keys *keys, const struct xeap_radius *response,
		  const uint8_t request_authenticator[XEAP_RADIUS_AUTHENTICATOR]);

/*
 * Uncover an MS-MPPE-Send-Key or -Recv-Key of a response, RFC 2548 §2.4.2. Returns the key's
 * length; -EBADMSG when the lengths are not sound (a wrong secret, too); -ENOSPC; -EIO.
 */
int xeap_radius_uncover(struct xeap_radius_keys *keys, struct xeap_span covered,
			const uint8_t request_authenticator[XEAP_RADIUS_AUTHENTICATOR],
			uint8_t *ret_key, size_t size);

#endif
