/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_TLS_PAC_H
#define XEAP_CRYPTO_TLS_PAC_H

#include <crypto/tls.h>

/* What EAP-FAST needs of TLS beyond the rest, RFC 4851 and RFC 5422. TLS 1.2 only. */

#define XEAP_PAC_KEY 32

/*
 * T-PRF, RFC 4851 §5.5. 0; -EINVAL when len is over 5100 bytes; or a negative errno of xeap_hmac()
 * with ret_key wiped.
 */
int xeap_tprf(struct xeap_span key, const char *label, struct xeap_span seed, uint8_t *ret_key,
	      size_t len);

/* A PAC for a connection, RFC 4851 §3.2.2; kept at one address as long as the connection. */
struct xeap_tls_pac {
	uint8_t key[XEAP_PAC_KEY];
	bool asked; /* the server has answered the ticket, if only with a ServerHello */
};

/*
 * Before the handshake: send the ticket (PAC-Opaque, header included), and take the master secret
 * from the key if the server accepts it. 0 or -ENOMEM.
 */
int xeap_tls_use_pac(struct xeap_tls *t, struct xeap_tls_pac *pac, struct xeap_span ticket);

/*
 * Before the handshake: offer TLS_DH_anon_WITH_AES_128_CBC_SHA (RFC 5422 §3.2.2), alone or
 * `beside` suites with a certificate. Anybody may be the server then. 0, or -ENOTSUP when OpenSSL
 * does not have it.
 */
int xeap_tls_allow_anonymous(struct xeap_tls *t, bool beside);

/* Whether the server has shown no certificate, nor the knowledge of a PAC. */
bool xeap_tls_is_anonymous(const struct xeap_tls *t);

/* How long a key block is: RFC 5246 §6.3, or with the whole nonce of AEAD suites. */
enum xeap_tls_block {
	XEAP_TLS_BLOCK_RFC5246,	    /* fixed_iv_length of a nonce is in it */
	XEAP_TLS_BLOCK_WHOLE_NONCE, /* hostapd and wpa_supplicant */
	XEAP_TLS_BLOCK_MAX
};

/*
 * After the handshake: the bytes of the key expansion that follow TLS's own (RFC 4851 §5.1). 0,
 * -EIO, or a negative errno of xeap_tls_prf().
 */
int xeap_tls_after_key_block(const struct xeap_tls *t, enum xeap_tls_block block, uint8_t *ret_key,
			     size_t len);

#endif
