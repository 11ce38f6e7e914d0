/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <crypto/verify.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <xeap/span.h>

#define NAME_TEXT 96

/* The next word of a "…;…" list, empty ones passed over. False at the end. */
static bool next_word(const char **list, struct xeap_span *ret_word)
{
	size_t n;

	*list += strspn(*list, ";");
	n = strcspn(*list, ";");
	if (n == 0)
		return false;
	*ret_word = xeap_span(*list, n);
	*list += n;
	return true;
}

static bool same_name(struct xeap_span name, struct xeap_span want)
{
	return name.len == want.len &&
	       strncasecmp((const char *)name.data, (const char *)want.data, want.len) == 0;
}

/* "radius.example.com" ends in "example.com", "badexample.com" does not. */
static bool ends_in(struct xeap_span name, struct xeap_span want)
{
	struct xeap_span tail;

	if (name.len <= want.len)
		return same_name(name, want);
	tail = xeap_span(name.data + name.len - want.len, want.len);
	return name.data[name.len - want.len - 1] == '.' && same_name(tail, want);
}

static bool domain_in_list(struct xeap_span name, const char *list, bool suffix)
{
	struct xeap_span want;

	/*
	 * A NUL within a name was once a way to have a CA sign something else than what is
	 * compared.
	 */
	if (memchr(name.data, 0, name.len))
		return false;
	while (next_word(&list, &want))
		if (suffix ? ends_in(name, want) : same_name(name, want))
			return true;
	return false;
}

static struct xeap_span span_of(const ASN1_STRING *s)
{
	return xeap_span(ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s));
}

static bool common_name_in_list(X509 *cert, const char *list, bool suffix)
{
	X509_NAME *subject = X509_get_subject_name(cert);
	int i = -1;

	while ((i = X509_NAME_get_index_by_NID(subject, NID_commonName, i)) >= 0) {
		X509_NAME_ENTRY *e = X509_NAME_get_entry(subject, i);

		if (domain_in_list(span_of(X509_NAME_ENTRY_get_data(e)), list, suffix))
			return true;
	}
	return false;
}

/* The common name counts only in a certificate without any dNSName (RFC 6125 §6.4.4). */
static bool domain_matches(X509 *cert, const char *list, bool suffix)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	bool any = false, found = false;

	for (int i = 0; i < sk_GENERAL_NAME_num(names) && !found; i++) {
		const GENERAL_NAME *n = sk_GENERAL_NAME_value(names, i);

		if (n->type != GEN_DNS)
			continue;
		any = true;
		found = domain_in_list(span_of(n->d.dNSName), list, suffix);
	}
	GENERAL_NAMES_free(names);
	return any ? found : common_name_in_list(cert, list, suffix);
}

/* Kinds of names that altsubject_match can ask for, and how it writes them. */
static const struct {
	int type;
	const char *prefix;
} alt_kinds[] = {
	{ GEN_EMAIL, "EMAIL:" },
	{ GEN_DNS, "DNS:" },
	{ GEN_URI, "URI:" },
};

#define ALT_KINDS (sizeof(alt_kinds) / sizeof(alt_kinds[0]))

static const char *alt_prefix(int type)
{
	for (size_t i = 0; i < ALT_KINDS; i++)
		if (alt_kinds[i].type == type)
			return alt_kinds[i].prefix;
	return NULL;
}

static bool alt_word_valid(struct xeap_span word)
{
	for (size_t i = 0; i < ALT_KINDS; i++) {
		size_t n = strlen(alt_kinds[i].prefix);

		if (word.len > n && memcmp(word.data, alt_kinds[i].prefix, n) == 0)
			return true;
	}
	return false;
}

bool xeap_verify_altsubject_valid(const char *list)
{
	struct xeap_span word;
	size_t words = 0;

	for (; next_word(&list, &word); words++)
		if (!alt_word_valid(word))
			return false;
	return words > 0;
}

static bool alt_in_list(const char *prefix, struct xeap_span name, const char *list)
{
	size_t n = strlen(prefix);
	struct xeap_span want;

	while (next_word(&list, &want))
		if (want.len == n + name.len && memcmp(want.data, prefix, n) == 0 &&
		    memcmp(want.data + n, name.data, name.len) == 0)
			return true;
	return false;
}

static bool altsubject_matches(X509 *cert, const char *list)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	bool found = false;

	for (int i = 0; i < sk_GENERAL_NAME_num(names) && !found; i++) {
		const GENERAL_NAME *n = sk_GENERAL_NAME_value(names, i);
		const char *prefix = alt_prefix(n->type);

		found = prefix && alt_in_list(prefix, span_of(n->d.ia5), list);
	}
	GENERAL_NAMES_free(names);
	return found;
}

static bool subject_matches(X509 *cert, const char *part)
{
	char *line = X509_NAME_oneline(X509_get_subject_name(cert), NULL, 0);
	bool found = line && strstr(line, part);

	OPENSSL_free(line);
	return found;
}

/* Fields of a subject that check_cert_subject can ask for, and how it writes them. */
static const struct {
	const char *name;
	int nid;
} subject_fields[] = {
	{ "CN=", NID_commonName },
	{ "C=", NID_countryName },
	{ "L=", NID_localityName },
	{ "ST=", NID_stateOrProvinceName },
	{ "O=", NID_organizationName },
	{ "OU=", NID_organizationalUnitName },
	{ "emailAddress=", NID_pkcs9_emailAddress },
};

#define SUBJECT_FIELDS (sizeof(subject_fields) / sizeof(subject_fields[0]))

/* The next part of "…/…": which field, and its value. 1, 0 at the end, -1 for a wrong part. */
static int next_part(const char **parts, size_t *ret_field, struct xeap_span *ret_value)
{
	size_t n;

	*parts += strspn(*parts, "/");
	n = strcspn(*parts, "/");
	if (n == 0)
		return 0;
	for (size_t i = 0; i < SUBJECT_FIELDS; i++) {
		size_t len = strlen(subject_fields[i].name);

		if (n <= len || strncmp(*parts, subject_fields[i].name, len) != 0)
			continue;
		*ret_field = i;
		*ret_value = xeap_span(*parts + len, n - len);
		*parts += n;
		return 1;
	}
	return -1;
}

bool xeap_verify_subject_valid(const char *parts)
{
	struct xeap_span value;
	size_t field, count = 0;
	int r;

	while ((r = next_part(&parts, &field, &value)) > 0)
		count++;
	return r == 0 && count > 0;
}

/* A value that ends in * is the beginning of what is wanted. */
static bool field_matches(struct xeap_span have, struct xeap_span want)
{
	bool open_end = want.data[want.len - 1] == '*';
	size_t len = open_end ? want.len - 1 : want.len;

	return (open_end ? have.len >= len : have.len == len) &&
	       memcmp(have.data, want.data, len) == 0;
}

/* The n-th part that names a field is about the n-th such field of the subject. */
static bool subject_parts_match(X509 *cert, const char *parts)
{
	X509_NAME *subject = X509_get_subject_name(cert);
	int at[SUBJECT_FIELDS];
	struct xeap_span want;
	size_t f;
	int r;

	for (size_t i = 0; i < SUBJECT_FIELDS; i++)
		at[i] = -1;
	while ((r = next_part(&parts, &f, &want)) > 0) {
		at[f] = X509_NAME_get_index_by_NID(subject, subject_fields[f].nid, at[f]);
		if (at[f] < 0 || !field_matches(span_of(X509_NAME_ENTRY_get_data(
							X509_NAME_get_entry(subject, at[f]))),
						want))
			return false;
	}
	return r == 0;
}

/* A name for messages, cut to what fits. */
static const char *name_text(const X509_NAME *name, char buf[NAME_TEXT])
{
	BIO *bio = BIO_new(BIO_s_mem());
	int n = 0;

	if (bio && name && X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253) >= 0)
		n = BIO_read(bio, buf, NAME_TEXT - 1);
	buf[n > 0 ? n : 0] = '\0';
	BIO_free(bio);
	return n > 0 ? buf : "no name";
}

static bool refuse(X509 *cert, const char *key, const char *value, struct xeap_diag *d)
{
	char name[NAME_TEXT];

	xeap_diag_set(d, 0, XEAP_E_SERVER_CERT_OTHER,
		      "server certificate (%s) does not satisfy %s=\"%s\"",
		      name_text(X509_get_subject_name(cert), name), key, value);
	return false;
}

bool xeap_verify_names(const struct xeap_verify_rules *rules, X509 *cert,
		       struct xeap_diag *ret_diag)
{
	if (rules->subject_match && !subject_matches(cert, rules->subject_match))
		return refuse(cert, "subject_match", rules->subject_match, ret_diag);
	if (rules->check_cert_subject && !subject_parts_match(cert, rules->check_cert_subject))
		return refuse(cert, "check_cert_subject", rules->check_cert_subject, ret_diag);
	if (rules->altsubject_match && !altsubject_matches(cert, rules->altsubject_match))
		return refuse(cert, "altsubject_match", rules->altsubject_match, ret_diag);
	if (rules->domain_suffix_match && !domain_matches(cert, rules->domain_suffix_match, true))
		return refuse(cert, "domain_suffix_match", rules->domain_suffix_match, ret_diag);
	if (rules->domain_match && !domain_matches(cert, rules->domain_match, false))
		return refuse(cert, "domain_match", rules->domain_match, ret_diag);
	return true;
}

static const struct verify_text {
	int error;
	uint32_t server,
		ca; /* code when it is about the server's certificate, or about one above it */
	const char *text;
} verify_texts[] = {
	{ X509_V_ERR_CERT_HAS_EXPIRED, XEAP_E_SERVER_CERT_EXPIRED, XEAP_E_SERVER_ROOT_CERT_INVALID,
	  "expired" },
	{ X509_V_ERR_CERT_NOT_YET_VALID, XEAP_E_SERVER_CERT_INVALID,
	  XEAP_E_SERVER_ROOT_CERT_INVALID, "is not yet valid (is this machine's clock right?)" },
	{ X509_V_ERR_CERT_REVOKED, XEAP_E_SERVER_CERT_REVOKED, XEAP_E_SERVER_ROOT_CERT_INVALID,
	  "was revoked" },
	{ X509_V_ERR_CERT_SIGNATURE_FAILURE, XEAP_E_SERVER_CERT_INVALID,
	  XEAP_E_SERVER_ROOT_CERT_INVALID, "has a wrong signature" },
	{ X509_V_ERR_INVALID_PURPOSE, XEAP_E_SERVER_CERT_INVALID, XEAP_E_SERVER_ROOT_CERT_INVALID,
	  "is not for TLS servers (extended key usage)" },
	{ X509_V_ERR_INVALID_CA, XEAP_E_SERVER_CERT_INVALID, XEAP_E_SERVER_ROOT_CERT_INVALID,
	  "is not that of a CA" },
	{ X509_V_ERR_EE_KEY_TOO_SMALL, XEAP_E_SERVER_CERT_INVALID, XEAP_E_SERVER_ROOT_CERT_INVALID,
	  "has too short a key" },
	{ X509_V_ERR_UNABLE_TO_GET_CRL, XEAP_E_SERVER_CERT_INVALID, XEAP_E_SERVER_ROOT_CERT_INVALID,
	  "has no revocation list of its issuer in ca_cert or ca_path" },
	{ X509_V_ERR_CRL_HAS_EXPIRED, XEAP_E_SERVER_CERT_INVALID, XEAP_E_SERVER_ROOT_CERT_INVALID,
	  "cannot be checked: its issuer's revocation list in ca_cert or ca_path expired" },
	{ X509_V_ERR_CRL_NOT_YET_VALID, XEAP_E_SERVER_CERT_INVALID, XEAP_E_SERVER_ROOT_CERT_INVALID,
	  "cannot be checked: its issuer's revocation list is not yet valid" },
	{ X509_V_ERR_CRL_SIGNATURE_FAILURE, XEAP_E_SERVER_CERT_INVALID,
	  XEAP_E_SERVER_ROOT_CERT_INVALID,
	  "cannot be checked: its issuer's revocation list has a wrong signature" },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
	  XEAP_E_SERVER_ROOT_CERT_NOT_FOUND, NULL },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
	  XEAP_E_SERVER_ROOT_CERT_NOT_FOUND, NULL },
	{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
	  XEAP_E_SERVER_ROOT_CERT_NOT_FOUND, NULL },
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
	  XEAP_E_SERVER_ROOT_CERT_NOT_FOUND, NULL },
	{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND,
	  XEAP_E_SERVER_ROOT_CERT_NOT_FOUND, NULL },
};

static struct verify_text text_of(int error)
{
	for (size_t i = 0; i < sizeof(verify_texts) / sizeof(verify_texts[0]); i++)
		if (verify_texts[i].error == error)
			return verify_texts[i];
	return (struct verify_text){ error, XEAP_E_SERVER_CERT_INVALID,
				     XEAP_E_SERVER_ROOT_CERT_INVALID,
				     X509_verify_cert_error_string(error) };
}

bool xeap_verify_is_doubt(int error)
{
	for (size_t i = 0; i < sizeof(verify_texts) / sizeof(verify_texts[0]); i++)
		if (verify_texts[i].error == error)
			return !verify_texts[i].text;
	return false;
}

static void print_name(BIO *bio, const char *what, const X509_NAME *name)
{
	char text[NAME_TEXT];

	BIO_printf(bio, "%s: %s\n", what, name_text(name, text));
}

static void print_fingerprint(BIO *bio, const uint8_t *fingerprint, size_t len)
{
	BIO_puts(bio, "SHA-256: ");
	for (size_t i = 0; i < len; i++)
		BIO_printf(bio, "%s%02X", i ? ":" : "", fingerprint[i]);
	BIO_puts(bio, "\n");
}

void xeap_verify_describe(X509 *cert, const uint8_t *fingerprint, size_t len, char *text,
			  size_t size)
{
	BIO *bio = BIO_new(BIO_s_mem());
	int n = 0;

	if (bio) {
		print_name(bio, "Subject", X509_get_subject_name(cert));
		print_name(bio, "Issuer", X509_get_issuer_name(cert));
		BIO_puts(bio, "Valid: ");
		ASN1_TIME_print(bio, X509_get0_notBefore(cert));
		BIO_puts(bio, " to ");
		ASN1_TIME_print(bio, X509_get0_notAfter(cert));
		BIO_puts(bio, "\n");
		print_fingerprint(bio, fingerprint, len);
		n = BIO_read(bio, text, (int)size - 1);
	}
	text[n > 0 ? n : 0] = '\0';
	BIO_free(bio);
}

void xeap_verify_explain_pin(X509 *cert, const uint8_t *fingerprint, size_t len,
			     struct xeap_diag *ret_diag)
{
	char name[NAME_TEXT], hex[2 * EVP_MAX_MD_SIZE + 1] = "";

	for (size_t i = 0; i < len && i < EVP_MAX_MD_SIZE; i++)
		snprintf(hex + 2 * i, 3, "%02x", fingerprint[i]);
	xeap_diag_set(ret_diag, 0, XEAP_E_SERVER_CERT_OTHER,
		      "server certificate (%s) is another one than ca_cert names: it is "
		      "hash://server/sha256/%s",
		      name_text(X509_get_subject_name(cert), name), hex);
}

void xeap_verify_explain(int error, int depth, X509 *cert, struct xeap_diag *ret_diag)
{
	struct verify_text t = text_of(error);
	uint32_t code = depth == 0 ? t.server : t.ca;
	const char *whose = depth == 0 ? "server" : "CA";
	char subject[NAME_TEXT] = "", issuer[NAME_TEXT] = "";

	if (cert) {
		name_text(X509_get_subject_name(cert), subject);
		name_text(X509_get_issuer_name(cert), issuer);
	}
	if (t.text)
		xeap_diag_set(ret_diag, 0, code, "%s certificate %s (%s)", whose, t.text, subject);
	else
		xeap_diag_set(ret_diag, 0, code,
			      "server certificate's CA (%s) is not in ca_cert or ca_path", issuer);
}

static const struct {
	int alert;
	uint32_t code;
	const char *hint;
} alert_texts[] = {
	{ SSL_AD_BAD_CERTIFICATE, XEAP_E_USER_CERT_INVALID, ": it refuses client_cert" },
	{ SSL_AD_UNSUPPORTED_CERTIFICATE, XEAP_E_USER_CERT_INVALID, ": it refuses client_cert" },
	{ SSL_AD_CERTIFICATE_REVOKED, XEAP_E_USER_CERT_REVOKED, ": it refuses client_cert" },
	{ SSL_AD_CERTIFICATE_EXPIRED, XEAP_E_USER_CERT_EXPIRED, ": it refuses client_cert" },
	{ SSL_AD_CERTIFICATE_UNKNOWN, XEAP_E_USER_CERT_REJECTED, ": it refuses client_cert" },
	{ SSL_AD_UNKNOWN_CA, XEAP_E_USER_CERT_REJECTED, ": it does not know client_cert's CA" },
	{ SSL_AD_ACCESS_DENIED, XEAP_E_USER_CERT_REJECTED, ": it refuses client_cert" },
	{ SSL_AD_DECRYPT_ERROR, XEAP_E_USER_CERT_INVALID, "" },
	{ SSL_AD_CERTIFICATE_REQUIRED, XEAP_E_USER_CERT_NOT_FOUND, ": it wants client_cert" },
	{ SSL_AD_PROTOCOL_VERSION, XEAP_E_AUTHENTICATION_FAILED, ": no TLS version in common" },
	{ SSL_AD_HANDSHAKE_FAILURE, XEAP_E_AUTHENTICATION_FAILED,
	  ": no cipher suite in common, or it refuses client_cert" },
};

void xeap_alert_explain(int alert, struct xeap_diag *ret_diag)
{
	const char *name = SSL_alert_desc_string_long(alert);
	uint32_t code = XEAP_E_AUTHENTICATION_FAILED;
	const char *hint = "";

	for (size_t i = 0; i < sizeof(alert_texts) / sizeof(alert_texts[0]); i++)
		if (alert_texts[i].alert == alert) {
			code = alert_texts[i].code;
			hint = alert_texts[i].hint;
		}
	xeap_diag_set(ret_diag, 0, code, "server sent TLS alert %d (%s)%s", alert, name, hint);
}
