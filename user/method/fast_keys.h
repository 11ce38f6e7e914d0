/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_FAST_KEYS_H
#define XEAP_METHOD_FAST_KEYS_H

#include <wire/fasttlv.h>

/* EAP-FAST's keys, RFC 4851 §5: S-IMCK goes through the methods inside, CMK is that of the last. */

#define XEAP_FAST_SIMCK 40
#define XEAP_FAST_CMK 20
#define XEAP_FAST_ISK 32
#define XEAP_FAST_KEY 64

struct xeap_fast_keys {
	uint8_t simck[XEAP_FAST_SIMCK], cmk[XEAP_FAST_CMK];
};

/* The next link, from a method's MSK, shorter than 32 bytes or none. 0 or a negative errno. */
int xeap_fast_keys_next(struct xeap_fast_keys *keys, struct xeap_span isk);

/* RFC 4851 §5.3: the MAC over a Crypto-Binding TLV, header included, its MAC taken as zeros. */
int xeap_fast_mac(const struct xeap_fast_keys *keys, struct xeap_span binding,
		  uint8_t ret_mac[XEAP_FAST_MAC]);

/* RFC 4851 §5.4: MSK and EMSK, one after the other. */
int xeap_fast_keys_export(const struct xeap_fast_keys *keys, uint8_t ret_keys[2 * XEAP_FAST_KEY]);

#endif
