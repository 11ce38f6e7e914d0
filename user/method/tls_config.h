/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_TLS_CONFIG_H
#define XEAP_METHOD_TLS_CONFIG_H

#include <crypto/tls.h>
#include <xeap/method.h>

/*
 * What the TLS methods read from a network block: the keys about certificates, and the words of
 * phase1.
 *
 * Words of phase1, as wpa_supplicant names them, and their values:
 *
 *	tls_disable_tlsv1_2	0 (default) or 1
 *	tls_disable_tlsv1_3	0 (default) or 1
 *	tls_disable_tlsv1_0	0 or 1, but TLS 1.0 is never offered
 *	tls_disable_tlsv1_1	0 or 1, but TLS 1.1 is never offered
 *	tls_disable_time_checks	1: the server's certificate may be outside its validity period
 *	include_tls_length	1: every message says its length, unfragmented ones too
 *	tls_disable_session_ticket
 *				1: TLS 1.2 resumes by session ids, without tickets
 *	allow_canned_success	0 or 1, without effect
 *	tls_allow_md5, tls_suiteb, tls_suiteb_no_ecdh, tls_ext_cert_check, teap_anon_dh, tnc,
 *	allow_unsafe_renegotiation
 *				0 only
 *	phase2_auth		1 only
 *
 * Words of other methods (PEAP, FAST, TEAP, EKE, GPSK, SIM and so on) are passed over, for blocks
 * that name several; an unknown word is an error.
 */

/*
 * Fill params with what the block says; the strings are the block's. 0 or -EINVAL with a diagnosis.
 */
int xeap_tls_config_read(const struct xeap_config *config, struct xeap_tls_params *ret_params,
			 struct xeap_diag *ret_diag);

/*
 * derive() of a TLS context: `base` itself when the certificate is the same, else one that is to be
 * freed before it. 0, -EINVAL or -ENOMEM with a diagnosis.
 */
int xeap_tls_config_derive(struct xeap_tls_profile *base,
			   const struct xeap_method_derivation *derivation,
			   struct xeap_tls_profile **ret_profile, struct xeap_diag *ret_diag);

/* Whether a word of phase1 is there and its value is 1. */
bool xeap_tls_config_word(const struct xeap_config *config, const char *word);

#endif
