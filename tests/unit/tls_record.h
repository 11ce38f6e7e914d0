/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_TLS_RECORD_H
#define XEAP_TESTS_TLS_RECORD_H

#include <openssl/ssl.h>
#include <xeap/span.h>

/*
 * Records of a TLS 1.3 server that OpenSSL would not write: RFC 8446 §5.2 and §7.3. The server's
 * own connection is of no more use for writing afterwards.
 */

/* For SSL_CTX_set_keylog_callback(), before the handshake: keeps the last server's secret. */
void tls_record_note(const SSL *ssl, const char *line);

/*
 * A record of that type inside, under the first keys for application data; `number` records were
 * written with them. Returns its size.
 */
size_t tls_record_seal(const SSL *ssl, uint64_t number, uint8_t type, struct xeap_span content,
		       uint8_t *ret_record, size_t size);

#endif
