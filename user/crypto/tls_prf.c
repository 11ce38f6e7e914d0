/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/wipe.h>
#include <crypto/mac.h>
#include <crypto/tls_prf.h>
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <string.h>

int xeap_tls_digest(const struct xeap_tls *t, enum xeap_digest_name *ret_name)
{
	const SSL_CIPHER *cipher = SSL_get_current_cipher(t->ssl);
	const EVP_MD *md = cipher ? SSL_CIPHER_get_handshake_digest(cipher) : NULL;

	if (!md)
		return -ENOTSUP;
	switch (EVP_MD_get_type(md)) {
	case NID_sha256:
	case NID_md5_sha1: /* TLS 1.2 takes SHA-256 where the suite names none (RFC 5246 §5) */
		*ret_name = XEAP_DIGEST_SHA256;
		return 0;
	case NID_sha384:
		*ret_name = XEAP_DIGEST_SHA384;
		return 0;
	default:
		return -ENOTSUP;
	}
}

int xeap_tls_prf(enum xeap_digest_name name, struct xeap_span secret, const char *label,
		 struct xeap_span seed, uint8_t *ret_key, size_t len)
{
	XEAP_SECRET(a, XEAP_DIGEST_MAX);
	XEAP_SECRET(block, XEAP_DIGEST_MAX);
	const struct xeap_span text = xeap_span(label, strlen(label));
	const struct xeap_span first[] = { text, seed };
	int n = xeap_hmac(name, secret, first, 2, a, XEAP_DIGEST_MAX);

	for (size_t done = 0; n > 0 && done < len;) {
		const struct xeap_span parts[] = { xeap_span(a, (size_t)n), text, seed };
		size_t take;

		n = xeap_hmac(name, secret, parts, 3, block, XEAP_DIGEST_MAX);
		if (n < 0)
			break;
		take = len - done < (size_t)n ? len - done : (size_t)n;
		memcpy(ret_key + done, block, take);
		done += take;
		n = xeap_hmac(name, secret, parts, 1, a, XEAP_DIGEST_MAX);
	}
	if (n >= 0)
		return 0;
	xeap_wipe(ret_key, len);
	return n;
}

int xeap_tls_unique(const struct xeap_tls *t, uint8_t ret_unique[XEAP_TLS_UNIQUE])
{
	/* In an abbreviated handshake the server's Finished comes first. */
	size_t n = SSL_session_reused(t->ssl)
			   ? SSL_get_peer_finished(t->ssl, ret_unique, XEAP_TLS_UNIQUE)
			   : SSL_get_finished(t->ssl, ret_unique, XEAP_TLS_UNIQUE);

	return n == XEAP_TLS_UNIQUE ? 0 : -EIO;
}
