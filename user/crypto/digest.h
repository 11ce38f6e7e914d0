/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_DIGEST_H
#define XEAP_CRYPTO_DIGEST_H

#include <xeap/span.h>

/*
 * Message digests. Fetching an algorithm from OpenSSL costs more than digesting a challenge with
 * it, so it is fetched once, shared by any number of threads, and each user has a context of its
 * own that is set up again for every digest.
 */

#define XEAP_MD5_LEN 16
#define XEAP_SHA1_LEN 20
#define XEAP_SHA256_LEN 32
#define XEAP_DIGEST_MAX 64 /* bytes of the longest */

enum xeap_digest_name {
	XEAP_DIGEST_MD5,
	XEAP_DIGEST_SHA1,
	XEAP_DIGEST_SHA256,
	XEAP_DIGEST_SHA384,
	XEAP_DIGEST_SHA512,
	XEAP_DIGEST_NAME_MAX
};

/* What OpenSSL calls it; name is one of the enum. */
const char *xeap_digest_name(enum xeap_digest_name name);

struct xeap_digest_algorithm;
struct xeap_digest;

/*
 * Fetch an algorithm. Returns 0; -ENOTSUP when OpenSSL does not offer it (MD5 under a FIPS-only
 * configuration); -ENOMEM. Freed with xeap_digest_algorithm_free(), after all digests made from it.
 */
int xeap_digest_fetch(enum xeap_digest_name name, struct xeap_digest_algorithm **ret_algorithm);
struct xeap_digest_algorithm *xeap_digest_algorithm_free(struct xeap_digest_algorithm *algorithm);

/* A context, one thread at a time. 0 or -ENOMEM. */
int xeap_digest_new(const struct xeap_digest_algorithm *algorithm, struct xeap_digest **ret_digest);
struct xeap_digest *xeap_digest_free(struct xeap_digest *digest);

/*
 * Digest the parts, one after the other, as one message. Returns the length of what was written to
 * ret_value; -ENOSPC when size is too small; -EIO when OpenSSL refused. The context holds nothing
 * of the message afterwards.
 */
int xeap_digest_parts(struct xeap_digest *digest, const struct xeap_span *parts, size_t n,
		      uint8_t *ret_value, size_t size);

/*
 * One digest, for who makes but a few in a conversation: xeap_digest_parts() with all around it.
 * Also -ENOTSUP and -ENOMEM.
 */
int xeap_digest_once(enum xeap_digest_name name, const struct xeap_span *parts, size_t n,
		     uint8_t *ret_value, size_t size);

#endif
