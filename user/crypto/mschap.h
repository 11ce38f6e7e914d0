/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_MSCHAP_H
#define XEAP_CRYPTO_MSCHAP_H

#include <crypto/legacy.h>
#include <stdbool.h>

/*
 * Microsoft's challenge handshakes: MS-CHAP (RFC 2433, its NT response), MS-CHAPv2 (RFC 2759) and
 * the keys that come of the latter (RFC 3079 §3). Functions return 0 or a negative errno, -EIO when
 * OpenSSL refused; outputs are untouched on failure.
 */

#define XEAP_NT_HASH 16
#define XEAP_MSCHAP_CHALLENGE 8
#define XEAP_MSCHAPV2_CHALLENGE 16
#define XEAP_NT_RESPONSE 24
#define XEAP_MSCHAPV2_PROOF 20	 /* AuthenticatorResponse, before it is written as 40 digits */
#define XEAP_MSCHAPV2_KEYS 32	 /* both start keys */
#define XEAP_NT_PASSWORD_MAX 256 /* UTF-16 units */
#define XEAP_NT_ENCRYPTED_PASSWORD 516

/*
 * NtPasswordHash, RFC 2759 §8.3, of a password in UTF-8. -EILSEQ when it is none; -E2BIG when it
 * is longer than XEAP_NT_PASSWORD_MAX.
 */
int xeap_nt_hash(const struct xeap_legacy *legacy, struct xeap_span password,
		 uint8_t ret_hash[XEAP_NT_HASH]);
/* HashNtPasswordHash, §8.4. */
int xeap_nt_hash_hash(const struct xeap_legacy *legacy, const uint8_t hash[XEAP_NT_HASH],
		      uint8_t ret_hash[XEAP_NT_HASH]);

/* ChallengeResponse, RFC 2759 §8.5: all of MS-CHAP's NT response (RFC 2433 §A.4). */
int xeap_mschap_response(const struct xeap_legacy *legacy, const uint8_t hash[XEAP_NT_HASH],
			 const uint8_t challenge[XEAP_MSCHAP_CHALLENGE],
			 uint8_t ret_response[XEAP_NT_RESPONSE]);

/* What both sides of an MS-CHAPv2 exchange know. */
struct xeap_mschapv2 {
	const uint8_t *authenticator_challenge, *peer_challenge; /* XEAP_MSCHAPV2_CHALLENGE each */
	struct xeap_span user; /* a domain before it is left out, RFC 2759 §4 */
};

/* The user name without DOMAIN\ before it. */
struct xeap_span xeap_mschapv2_user(struct xeap_span identity);

/* GenerateNTResponse, RFC 2759 §8.1. */
int xeap_mschapv2_response(const struct xeap_legacy *legacy, const uint8_t hash[XEAP_NT_HASH],
			   const struct xeap_mschapv2 *m, uint8_t ret_response[XEAP_NT_RESPONSE]);

/* GenerateAuthenticatorResponse, §8.7: what the server proves with that it knows the password. */
int xeap_mschapv2_proof(const struct xeap_legacy *legacy, const uint8_t hash[XEAP_NT_HASH],
			const struct xeap_mschapv2 *m, const uint8_t response[XEAP_NT_RESPONSE],
			uint8_t ret_proof[XEAP_MSCHAPV2_PROOF]);

/*
 * Whether a server's message begins with S= and that proof, RFC 2759 §5. *ret_rest, which may be
 * NULL, is what follows it.
 */
bool xeap_mschapv2_proves(struct xeap_span message, const uint8_t proof[XEAP_MSCHAPV2_PROOF],
			  struct xeap_span *ret_rest);

/*
 * GetMasterKey and GetAsymmetricStartKey, RFC 3079 §3.4: the 16-byte key that the server receives
 * with (MS-MPPE-Recv-Key, the peer's send key), then the one it sends with. EAP-MSCHAPv2, PEAP and
 * EAP-TTLS want them in that order; EAP-FAST wants the halves exchanged.
 */
int xeap_mschapv2_keys(const struct xeap_legacy *legacy, const uint8_t hash[XEAP_NT_HASH],
		       const uint8_t response[XEAP_NT_RESPONSE],
		       uint8_t ret_keys[XEAP_MSCHAPV2_KEYS]);

/*
 * NewPasswordEncryptedWithOldNtPasswordHash, RFC 2759 §8.9; -EILSEQ and -E2BIG as xeap_nt_hash().
 */
int xeap_nt_encrypt_password(const struct xeap_legacy *legacy, struct xeap_span new_password,
			     const uint8_t old_hash[XEAP_NT_HASH],
			     uint8_t ret_encrypted[XEAP_NT_ENCRYPTED_PASSWORD]);
/* OldNtPasswordHashEncryptedWithNewNtPasswordHash, §8.12. */
int xeap_nt_encrypt_hash(const struct xeap_legacy *legacy, const uint8_t old_hash[XEAP_NT_HASH],
			 const uint8_t new_hash[XEAP_NT_HASH], uint8_t ret_encrypted[XEAP_NT_HASH]);

#endif
