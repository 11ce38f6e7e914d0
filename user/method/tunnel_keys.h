/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_TUNNEL_KEYS_H
#define XEAP_METHOD_TUNNEL_KEYS_H

#include <method/tls_tunnel.h>

/*
 * The keys of EAP-TLS and of the methods that derive theirs in the same way: with TLS 1.2 and a
 * label of the method's own RFC 5216 §2.3, with TLS 1.3 RFC 9190 §2.3 and RFC 9427 §2.1.
 */

#define XEAP_TUNNEL_MSK 64
#define XEAP_TUNNEL_EMSK 64
#define XEAP_TUNNEL_SESSION_ID (1 + 2 * XEAP_TLS_RANDOM)

struct xeap_tunnel_keys {
	uint8_t keys[XEAP_TUNNEL_MSK + XEAP_TUNNEL_EMSK];
	uint8_t session_id[XEAP_TUNNEL_SESSION_ID];
};

/* After the handshake; label_12 is that of TLS 1.2. 0, or -EIO with t->tls.why set. */
int xeap_tunnel_keys_derive(struct xeap_tunnel *t, const char *label_12,
			    struct xeap_tunnel_keys *ret_keys);
/* As xeap_method.get_key(). */
int xeap_tunnel_keys_get(const struct xeap_tunnel_keys *keys, enum xeap_key_kind kind, uint8_t *buf,
			 size_t size);

#endif
