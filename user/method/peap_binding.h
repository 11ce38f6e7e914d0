/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_PEAP_BINDING_H
#define XEAP_METHOD_PEAP_BINDING_H

#include <xeap/span.h>

/*
 * PEAP's cryptobinding, [MS-PEAP] §3.1.5.5: both sides prove that who is at the other end of the
 * tunnel is who was authenticated in it. Each function returns 0 or -EIO.
 */

#define XEAP_PEAP_TK 60	 /* bytes of the tunnel's key that go into it */
#define XEAP_PEAP_ISK 32 /* of the inner method's key */
#define XEAP_PEAP_CSK 128
#define XEAP_PEAP_NONCE 32
#define XEAP_PEAP_MAC 20
#define XEAP_PEAP_BINDING_TLV (4 + 4 + XEAP_PEAP_NONCE + XEAP_PEAP_MAC) /* §2.2.8.1.1 */

struct xeap_peap_binding {
	uint8_t ipmk[40];
	uint8_t cmk[20];
};

/* isk: the first bytes of the inner method's MSK, zeros where it has none. */
int xeap_peap_bind(const uint8_t tk[XEAP_PEAP_TK], const uint8_t isk[XEAP_PEAP_ISK],
		   struct xeap_peap_binding *ret_binding);
/* Of a session that was resumed with no method inside: the tunnel's key is all there is. */
void xeap_peap_bind_resumed(const uint8_t tk[XEAP_PEAP_TK], struct xeap_peap_binding *ret_binding);
/* The Compound MAC of a whole Cryptobinding TLV; what its MAC field holds does not count. */
int xeap_peap_binding_mac(const struct xeap_peap_binding *b,
			  const uint8_t tlv[XEAP_PEAP_BINDING_TLV], uint8_t ret_mac[XEAP_PEAP_MAC]);
/* The keys of a session that was bound: MSK and EMSK. */
int xeap_peap_binding_keys(const struct xeap_peap_binding *b, uint8_t ret_keys[XEAP_PEAP_CSK]);

#endif
