/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_TEAP_KEYS_H
#define XEAP_METHOD_TEAP_KEYS_H

#include <crypto/tls_prf.h>
#include <method/tunnel_keys.h>
#include <wire/tlv.h>

/*
 * TEAP's keys, RFC 9930 §6: from the tunnel's S-IMCK[0] a chain goes through the methods inside,
 * one of their MSKs and one of their EMSKs. The CMK of a link proves in the Crypto-Binding TLV that
 * both ends have been at the same tunnel and the same methods.
 */

#define XEAP_TEAP_SIMCK 40
#define XEAP_TEAP_CMK 20
#define XEAP_TEAP_IMSK 32
#define XEAP_TEAP_KEY 64

/*
 * How a link is made. With TLS 1.2 there is one way only, and servers before RFC 9427 went on with
 * it. RFC 9427 §2.2 has the Type as context of S-IMCK[0], which RFC 9930 §6.1 has not.
 */
enum xeap_teap_kdf {
	XEAP_TEAP_PRF,		 /* TLS 1.2's PRF, with the hash negotiated */
	XEAP_TEAP_EXPORTER,	 /* TLS 1.3's exporter */
	XEAP_TEAP_EXPORTER_BARE, /* the same, S-IMCK[0] without context */
	XEAP_TEAP_KDF_MAX
};

struct xeap_teap_link {
	uint8_t simck[XEAP_TEAP_SIMCK], cmk[XEAP_TEAP_CMK];
};

struct xeap_teap_keys {
	enum xeap_teap_kdf kdf;
	enum xeap_digest_name digest;
	struct xeap_teap_link msk, emsk;
	bool has_emsk; /* the last method had one */
};

/* Type, and tls-unique with TLS 1.2 (RFC 9930 §3.8). 0 or a negative errno. */
int xeap_teap_session_id(const struct xeap_tls *tls, uint8_t ret_id[XEAP_TUNNEL_SESSION_ID],
			 size_t *ret_len);

/* S-IMCK[0]. 0 or a negative errno. */
int xeap_teap_keys_begin(const struct xeap_tls *tls, enum xeap_teap_kdf kdf,
			 struct xeap_teap_keys *ret_keys);

/*
 * The next link, from a method's keys; data NULL: it has none. keys are unchanged on failure. 0 or
 * a negative errno.
 */
int xeap_teap_keys_next(const struct xeap_tls *tls, struct xeap_teap_keys *keys,
			struct xeap_span msk, struct xeap_span emsk);

/*
 * RFC 9930 §6.3: the MAC over a Crypto-Binding TLV (header included, its MACs taken as zeros), the
 * Type and the outer TLVs, server's and peer's.
 */
int xeap_teap_mac(const struct xeap_teap_keys *keys, bool emsk, struct xeap_span binding,
		  struct xeap_span outer, uint8_t ret_mac[XEAP_TLV_MAC]);

/* RFC 9930 §6.4: TEAP's own MSK and EMSK, one after the other. */
int xeap_teap_keys_export(const struct xeap_tls *tls, const struct xeap_teap_keys *keys, bool emsk,
			  uint8_t ret_keys[2 * XEAP_TEAP_KEY]);

#endif
