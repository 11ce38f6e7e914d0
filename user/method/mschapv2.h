/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_MSCHAPV2_H
#define XEAP_METHOD_MSCHAPV2_H

#include <crypto/mschap.h>

/*
 * EAP-MSCHAPv2 for the methods that run it inside a tunnel, beside the ops of xeap_method_mschapv2.
 *
 * Its MSK has 64 bytes: what the server receives with (16), what it sends with (16), and zeros.
 * PEAP's cryptobinding and TEAP take the first 32 as they are; EAP-FAST (RFC 4851 §5.2) wants the
 * first two halves exchanged.
 */

/*
 * Use these challenges instead of any in packets, whose fields are then zero or ignored: RFC 5422
 * §3.2.3 derives them from the tunnel. ctx is one that init() set up, before its first request.
 */
void xeap_mschapv2_set_challenges(void *ctx, const uint8_t authenticator[XEAP_MSCHAPV2_CHALLENGE],
				  const uint8_t peer[XEAP_MSCHAPV2_CHALLENGE]);

#endif
