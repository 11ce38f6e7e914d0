/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_XML_H
#define XEAP_XML_H

#include <stdbool.h>
#include <stdint.h>
#include <xeap/config.h>
#include <xeap/config_text.h>
#include <xeap/error.h>
#include <xeap/span.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Networks as EAPHost's documents. Namespaces are accepted with http:// and https://. What EAPHost
 * keeps elsewhere (files of certificates and keys, and the secrets) stands in an element of xeap's
 * own, `network` of the namespace urn:xeap:config:1, within Config or EapType:
 *
 *	<network xmlns="urn:xeap:config:1">
 *	  <identity>host/a.example.org</identity>
 *	  <caCert>/etc/ssl/ca.pem</caCert>
 *	  <password encoding="hex">00ff</password>
 *	</network>
 *
 * Its elements are the keys of a network block without underscores, the next letter a capital:
 * private_key_passwd is privateKeyPasswd, a password's hash passwordHash, the name of one that is
 * kept outside passwordExternal; eap is there when a network has several methods. Text counts as it
 * stands; encoding="hex" is for other bytes.
 *
 * EAP-TLS: ServerNames becomes domain_match. Both are names with semicolons between them of which
 * one has to be the server's; but xeap compares whole names, so a document with a regular
 * expression there is refused. TrustedRootCA is a thumbprint and names no file: without a caCert
 * beside it there is a note. A certificate store or a smart card is noted unless there is a
 * clientCert or privateKey. PerformServerValidation=false is refused.
 * DisableUserPromptForServerValidation=true becomes server_cert_prompt=0, and so does DisablePrompt
 * of TTLS and TEAP; what PEAP has in AllowPromptingWhenServerCANotFound=false does, too, with a
 * note, since nobody is then asked about a name either.
 *
 * PEAP, TTLS, TEAP, MSCHAPv2, SIM, AKA and AKA' have EAPHost's elements, too. What runs in a
 * tunnel becomes words of phase2 ("auth=MSCHAPV2", "autheap=TLS"), RequireCryptoBinding
 * phase1="peapver=0 crypto_binding=2", UseStrongCipherKeys phase1="sim_min_num_chal=3"; an
 * anonymous name without a realm gets the identity's and becomes anonymous_identity; LogonDomain
 * and Username are DOMAIN\user. Of EAP-TLS within a tunnel the keys are those with a 2. What
 * `network` says goes first, with a note where the elements say otherwise. Noted, as it has no
 * meaning here: whoever is logged on, statements of health, a card's provider. Other
 * methods have the element `network` alone, and where they take a password the base schema's
 * Username and Password.
 *
 * A document with a DTD is refused, nothing is loaded from elsewhere; at most 1 MiB and 32 elements
 * deep. A library that was built without XML answers -EOPNOTSUPP to all of it.
 */

/**
 * Read an EapHostConfig document, or the one within a LANProfile or OneX document.
 * @text: the document in an encoding that it names, UTF-8 or UTF-16
 * @ret_config: the network, the caller's to free with xeap_config_free(); untouched on failure
 * @notes: gets a line for everything that is not carried; may be NULL
 * @ret_diag: on failure one line; may be NULL
 * Returns 0, -EINVAL for a document that is not well-formed, of another kind or incomplete,
 * -EOPNOTSUPP for what xeap does not do and must not pass over, -E2BIG, -ENOMEM.
 */
int xeap_config_from_xml(struct xeap_span text, struct xeap_config **ret_config,
			 struct xeap_notes *notes, struct xeap_diag *ret_diag);

/**
 * Complete a network with an EapHostUserCredentials document: identity and password.
 * @config: the network, which has the document's method; unchanged on failure
 * @text: the document
 * @notes: as for xeap_config_from_xml()
 * @ret_diag: as for xeap_config_from_xml()
 * Returns as xeap_config_from_xml().
 */
int xeap_config_credentials_from_xml(struct xeap_config *config, struct xeap_span text,
				     struct xeap_notes *notes, struct xeap_diag *ret_diag);

/**
 * Read a document as xeap_config_from_xml() and complete it as xeap_config_credentials_from_xml():
 * what the first only has with the second, such as the realm of an anonymous name, is there, and
 * nothing is noted as missing that the second has.
 * @text: as for xeap_config_from_xml()
 * @credentials: an EapHostUserCredentials document
 * @ret_config: as for xeap_config_from_xml()
 * @notes: as for xeap_config_from_xml()
 * @ret_diag: as for xeap_config_from_xml(); about credentials it begins with "credentials: "
 * Returns as xeap_config_from_xml().
 */
int xeap_config_completed_from_xml(struct xeap_span text, struct xeap_span credentials,
				   struct xeap_config **ret_config, struct xeap_notes *notes,
				   struct xeap_diag *ret_diag);

/**
 * Write a network as an EapHostConfig document for its first method, in UTF-8.
 * xeap_config_from_xml() reads back the same keys, and key_mgmt, with the same bytes.
 * @config: the network
 * @ret_text: the document, secrets included, to be freed with xeap_text_free(); untouched on
 * failure
 * @notes: gets a line for everything that is not carried; may be NULL
 * @ret_diag: on failure one line; may be NULL
 * Returns 0, -EINVAL for a network without a method, -EOPNOTSUPP when the first method has no
 * number that is known here, -ENOMEM.
 */
int xeap_config_to_xml(const struct xeap_config *config, char **ret_text, struct xeap_notes *notes,
		       struct xeap_diag *ret_diag);

/** What a LANProfile says beside the network. Times in seconds. */
struct xeap_lan_profile {
	bool enabled;		    /**< OneXEnabled, default true */
	bool enforced;		    /**< OneXEnforced, default false: without success no traffic */
	bool send_start;	    /**< supplicantMode is not inhibitTransmission */
	uint32_t held_period;	    /**< default 1 */
	uint32_t auth_period;	    /**< default 18 */
	uint32_t start_period;	    /**< default 5 */
	uint32_t max_start;	    /**< default 3 */
	uint32_t max_auth_failures; /**< default 1 */
	struct xeap_config *config; /**< owned by this struct; NULL when there is no EAPConfig */
};

/**
 * Read a LANProfile document, or a OneX document alone.
 * @text: the document
 * @ret_profile: the profile, to be given back with xeap_lan_profile_clear(); untouched on failure
 * @notes: gets a line for everything that is not carried; may be NULL
 * @ret_diag: on failure one line; may be NULL
 * Returns as xeap_config_from_xml().
 */
int xeap_lan_profile_from_xml(struct xeap_span text, struct xeap_lan_profile *ret_profile,
			      struct xeap_notes *notes, struct xeap_diag *ret_diag);

/**
 * Wipe and free what a profile owns; it is all zeros afterwards.
 * @profile: the profile
 */
void xeap_lan_profile_clear(struct xeap_lan_profile *profile);

#ifdef __cplusplus
}
#endif
#endif
