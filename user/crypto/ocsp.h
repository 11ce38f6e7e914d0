/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_OCSP_H
#define XEAP_CRYPTO_OCSP_H

#include <crypto/tls.h>
#include <openssl/ssl.h>

/*
 * The status of its certificate that a server sends along (RFC 6066 §8, RFC 8446 §4.4.2.1). It is
 * judged in every full handshake, also where the chain is known to be good from an earlier one.
 */

/* Have connections ask for it, and call xeap_tls_on_ocsp() (tls.c) with what comes. */
void xeap_ocsp_ask(SSL_CTX *ctx);

/*
 * Judge what the server sent. 0, and in ret_until when that is out of date, in seconds since 1970;
 * -ENOENT when it says nothing: none is there, the responder had no answer, or does not know the
 * certificate; -EPERM when the server must not be believed: revoked, out of date, not signed by who
 * may, or broken. With a diagnosis in both cases.
 */
int xeap_ocsp_judge(SSL *ssl, uint64_t *ret_until, struct xeap_diag *ret_diag);

#endif
