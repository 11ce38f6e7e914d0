/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_GPSK_KEYS_H
#define XEAP_METHOD_GPSK_KEYS_H

#include <xeap/span.h>

/* Keys and codes of EAP-GPSK, RFC 5433 §4 to §6. */

#define XEAP_GPSK_RAND 32
#define XEAP_GPSK_ID_MAX 254
#define XEAP_GPSK_KEY_MIN 16
#define XEAP_GPSK_KEY_MAX 1024
#define XEAP_GPSK_SUITE_LEN 6 /* vendor and number */
#define XEAP_GPSK_SUITES_MAX (16 * XEAP_GPSK_SUITE_LEN)
#define XEAP_GPSK_MAC_MAX 32
#define XEAP_GPSK_METHOD_ID 16

enum xeap_gpsk_suite {
	XEAP_GPSK_NO_SUITE,
	XEAP_GPSK_AES = 1,    /* AES-128-CMAC, keys and codes of 16 octets */
	XEAP_GPSK_SHA256 = 2, /* HMAC-SHA256, 32 octets */
};

struct xeap_gpsk_seed {
	struct xeap_span psk, peer, server; /* the key and both names */
	const uint8_t *rand_peer, *rand_server;
};

struct xeap_gpsk_keys {
	enum xeap_gpsk_suite suite;
	uint8_t msk[64], emsk[64];
	uint8_t sk[XEAP_GPSK_MAC_MAX]; /* of the codes in packets */
	uint8_t session_id[1 + XEAP_GPSK_METHOD_ID];
};

/* Octets of a suite's keys and codes. */
size_t xeap_gpsk_key_size(enum xeap_gpsk_suite suite);
/* 0; -EINVAL: the key or a name has no length that there is; or another negative errno. */
int xeap_gpsk_derive(enum xeap_gpsk_suite suite, const struct xeap_gpsk_seed *seed,
		     struct xeap_gpsk_keys *ret_keys);
/* The code of a message, xeap_gpsk_key_size() octets. 0 or a negative errno. */
int xeap_gpsk_mac(const struct xeap_gpsk_keys *keys, struct xeap_span covered, uint8_t *ret_mac);

#endif
