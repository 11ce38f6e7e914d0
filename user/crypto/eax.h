/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_EAX_H
#define XEAP_CRYPTO_EAX_H

#include <xeap/span.h>

/* EAX (Bellare, Rogaway and Wagner, 2004) with AES-128 and a tag of 16 bytes. */

#define XEAP_EAX_TAG 16

/* ret_out takes as many bytes as there are, and may be where they are. 0, -ENOTSUP or -EIO. */
int xeap_eax_encrypt(struct xeap_span key, struct xeap_span nonce, struct xeap_span header,
		     struct xeap_span plain, uint8_t *ret_out, uint8_t ret_tag[XEAP_EAX_TAG]);
/* Also -EACCES when the tag is another; ret_out is then untouched. */
int xeap_eax_decrypt(struct xeap_span key, struct xeap_span nonce, struct xeap_span header,
		     struct xeap_span encrypted, const uint8_t *tag, uint8_t *ret_out);

#endif
