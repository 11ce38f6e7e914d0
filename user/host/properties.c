/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What methods claim: the security claims of their standards, in EAPHost's bits. */
#include "host/properties.h"

#include "wire/eap.h"

#define PASSWORD_CLAIMS                                                                            \
	(XEAP_PROP_STANDALONE | XEAP_PROP_SUPPORTS_CONFIG | XEAP_PROP_USER_AUTH |                  \
	 XEAP_PROP_MACHINE_AUTH)

/* RFC 5216 §4.1 and §5.1; RFC 9190 §5.1. */
#define TLS_CLAIMS                                                                                 \
	(XEAP_PROP_CIPHER_SUITE_NEGOTIATION | XEAP_PROP_MUTUAL_AUTH | XEAP_PROP_INTEGRITY |        \
	 XEAP_PROP_REPLAY_PROTECTION | XEAP_PROP_CONFIDENTIALITY | XEAP_PROP_KEY_DERIVATION |      \
	 XEAP_PROP_KEY_STRENGTH_64 | XEAP_PROP_KEY_STRENGTH_128 | XEAP_PROP_KEY_STRENGTH_256 |     \
	 XEAP_PROP_DICTIONARY_ATTACK_RESISTANCE | XEAP_PROP_FAST_RECONNECT |                       \
	 XEAP_PROP_SESSION_INDEPENDENCE | XEAP_PROP_FRAGMENTATION | XEAP_PROP_STANDALONE |         \
	 XEAP_PROP_MPPE_ENCRYPTION | XEAP_PROP_SUPPORTS_CONFIG | XEAP_PROP_MACHINE_AUTH |          \
	 XEAP_PROP_USER_AUTH | XEAP_PROP_IDENTITY_PRIVACY)

/* RFC 4186 §12, RFC 4187 §12 and RFC 9048 §6.5: the same for the three, but for key strength. */
#define SIM_CLAIMS                                                                                 \
	(XEAP_PROP_MUTUAL_AUTH | XEAP_PROP_INTEGRITY | XEAP_PROP_REPLAY_PROTECTION |               \
	 XEAP_PROP_KEY_DERIVATION | XEAP_PROP_KEY_STRENGTH_64 |                                    \
	 XEAP_PROP_DICTIONARY_ATTACK_RESISTANCE | XEAP_PROP_FAST_RECONNECT |                       \
	 XEAP_PROP_SESSION_INDEPENDENCE | XEAP_PROP_STANDALONE | XEAP_PROP_MPPE_ENCRYPTION |       \
	 XEAP_PROP_SUPPORTS_CONFIG | XEAP_PROP_MACHINE_AUTH | XEAP_PROP_USER_AUTH |                \
	 XEAP_PROP_IDENTITY_PRIVACY)
#define AKA_CLAIMS (SIM_CLAIMS | XEAP_PROP_KEY_STRENGTH_128)

/* draft-kamath-pppext-eap-mschapv2-02 §4: keys of 128 bits from the password; RFC 2759 §8.9. */
#define MSCHAPV2_CLAIMS                                                                            \
	(PASSWORD_CLAIMS | XEAP_PROP_MUTUAL_AUTH | XEAP_PROP_REPLAY_PROTECTION |                   \
	 XEAP_PROP_KEY_DERIVATION | XEAP_PROP_KEY_STRENGTH_64 | XEAP_PROP_KEY_STRENGTH_128 |       \
	 XEAP_PROP_MPPE_ENCRYPTION)

/* RFC 5931 §5 and RFC 6124 §8. */
#define PAKE_CLAIMS                                                                                \
	(PASSWORD_CLAIMS | XEAP_PROP_MUTUAL_AUTH | XEAP_PROP_INTEGRITY |                           \
	 XEAP_PROP_REPLAY_PROTECTION | XEAP_PROP_KEY_DERIVATION | XEAP_PROP_KEY_STRENGTH_64 |      \
	 XEAP_PROP_KEY_STRENGTH_128 | XEAP_PROP_DICTIONARY_ATTACK_RESISTANCE |                     \
	 XEAP_PROP_SESSION_INDEPENDENCE | XEAP_PROP_MPPE_ENCRYPTION)

/* RFC 4764 §8.1, RFC 5433 §11.1 and alike: what a key that is no password gives. */
#define PRESHARED_CLAIMS                                                                           \
	(PASSWORD_CLAIMS | XEAP_PROP_MUTUAL_AUTH | XEAP_PROP_INTEGRITY |                           \
	 XEAP_PROP_REPLAY_PROTECTION | XEAP_PROP_KEY_DERIVATION | XEAP_PROP_KEY_STRENGTH_64 |      \
	 XEAP_PROP_KEY_STRENGTH_128 | XEAP_PROP_SESSION_INDEPENDENCE | XEAP_PROP_MPPE_ENCRYPTION)

static const struct {
	uint8_t type;
	uint32_t properties;
} known[] = {
	/* RFC 3748 §5.4 to §5.6: they claim none of what protects. */
	{ XEAP_EAP_MD5, PASSWORD_CLAIMS },
	{ XEAP_EAP_OTP, PASSWORD_CLAIMS & ~XEAP_PROP_MACHINE_AUTH },
	{ XEAP_EAP_GTC, PASSWORD_CLAIMS & ~XEAP_PROP_MACHINE_AUTH },
	{ XEAP_EAP_TLS, TLS_CLAIMS },
	{ XEAP_EAP_TTLS, TLS_CLAIMS | XEAP_PROP_TUNNEL_METHOD },
	{ XEAP_EAP_PEAP, TLS_CLAIMS | XEAP_PROP_TUNNEL_METHOD | XEAP_PROP_CRYPTO_BINDING },
	{ XEAP_EAP_SIM, SIM_CLAIMS },
	{ XEAP_EAP_AKA, AKA_CLAIMS },
	{ XEAP_EAP_AKA_PRIME, AKA_CLAIMS },
	{ XEAP_EAP_MSCHAPV2, MSCHAPV2_CLAIMS },
	/* RFC 4851 §7.8; the PAC is what reconnects */
	{ XEAP_EAP_FAST, TLS_CLAIMS | XEAP_PROP_TUNNEL_METHOD | XEAP_PROP_CRYPTO_BINDING },
	/* RFC 9930 §8, its security claims */
	{ XEAP_EAP_TEAP, TLS_CLAIMS | XEAP_PROP_TUNNEL_METHOD | XEAP_PROP_CRYPTO_BINDING |
				 XEAP_PROP_METHOD_CHAINING },
	{ XEAP_EAP_PAX, PRESHARED_CLAIMS },
	{ XEAP_EAP_PSK, PRESHARED_CLAIMS },
	{ XEAP_EAP_SAKE, PRESHARED_CLAIMS },
	{ XEAP_EAP_GPSK, PRESHARED_CLAIMS | XEAP_PROP_CIPHER_SUITE_NEGOTIATION },
	/* RFC 5106 §10; who gets the server's proof, which comes first, can guess at a password */
	{ XEAP_EAP_IKEV2,
	  PRESHARED_CLAIMS | XEAP_PROP_CIPHER_SUITE_NEGOTIATION | XEAP_PROP_FRAGMENTATION },
	{ XEAP_EAP_PWD, PAKE_CLAIMS | XEAP_PROP_FRAGMENTATION },
	{ XEAP_EAP_EKE, PAKE_CLAIMS | XEAP_PROP_CIPHER_SUITE_NEGOTIATION },
	/* RFC 9140: a device logs in, no user; the Reconnect Exchange is what reconnects */
	{ XEAP_EAP_NOOB,
	  (PRESHARED_CLAIMS & ~XEAP_PROP_USER_AUTH) | XEAP_PROP_CIPHER_SUITE_NEGOTIATION |
		  XEAP_PROP_DICTIONARY_ATTACK_RESISTANCE | XEAP_PROP_FAST_RECONNECT },
};

uint32_t xeap_properties_guess(const struct xeap_method *method)
{
	uint32_t properties = XEAP_PROP_STANDALONE;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].type == method->type.type)
			return known[i].properties;
	if (method->flags & XEAP_METHOD_F_KEYS)
		properties |= XEAP_PROP_KEY_DERIVATION | XEAP_PROP_MPPE_ENCRYPTION;
	if (method->flags & XEAP_METHOD_F_TUNNEL)
		properties |= XEAP_PROP_TUNNEL_METHOD;
	if (method->load)
		properties |= XEAP_PROP_SUPPORTS_CONFIG;
	return properties;
}
