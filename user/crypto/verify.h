/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_CRYPTO_VERIFY_H
#define XEAP_CRYPTO_VERIFY_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <xeap/error.h>

/*
 * What a configuration asks of the server's certificate beyond a valid chain; NULL where nothing.
 */
struct xeap_verify_rules {
	char *subject_match, *altsubject_match, *domain_suffix_match, *domain_match;
	char *check_cert_subject;
};

/* Whether the certificate satisfies the rules; if not, a diagnosis that names the key. */
bool xeap_verify_names(const struct xeap_verify_rules *rules, X509 *cert,
		       struct xeap_diag *ret_diag);

/* Whether every part of a check_cert_subject is one that can be asked for. */
bool xeap_verify_subject_valid(const char *parts);

/* Whether every word of an altsubject_match list names a kind that can be asked for. */
bool xeap_verify_altsubject_valid(const char *list);

/*
 * Whether an X509_V_ERR_ number says no more than that nobody known vouches for the certificate:
 * a person may. Expired, revoked, wrong purpose, wrong signature: nobody may.
 */
bool xeap_verify_is_doubt(int error);

/* Subject, issuer, validity and fingerprint, a line each, into at most size bytes. */
void xeap_verify_describe(X509 *cert, const uint8_t *fingerprint, size_t len, char *text,
			  size_t size);

/* A diagnosis for a certificate that is not the one that ca_cert="hash://…" names. */
void xeap_verify_explain_pin(X509 *cert, const uint8_t *fingerprint, size_t len,
			     struct xeap_diag *ret_diag);

/* A diagnosis for an X509_V_ERR_ number on a certificate `depth` steps above the server's. */
void xeap_verify_explain(int error, int depth, X509 *cert, struct xeap_diag *ret_diag);

/* A diagnosis for an alert that the server sent (RFC 8446 §6). */
void xeap_alert_explain(int alert, struct xeap_diag *ret_diag);

#endif
