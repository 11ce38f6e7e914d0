/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_WIRE_BASE64URL_H
#define XEAP_WIRE_BASE64URL_H

#include <base/reader.h>

/* The URL-safe alphabet of RFC 4648 §5, without padding, as EAP-NOOB writes bytes. */

/* Characters that n bytes take. */
#define XEAP_BASE64URL_LEN(n) (((n)*4 + 2) / 3)

void xeap_put_base64url(struct xeap_builder *b, struct xeap_span bytes);

/*
 * Read exactly len bytes. 0; -EBADMSG for another length, another character, or bits that are set
 * beyond the last byte (RFC 4648 §3.5): then one value would have several texts. ret_bytes is
 * undefined unless 0 is returned.
 */
int xeap_base64url(struct xeap_span text, uint8_t *ret_bytes, size_t len);

#endif
