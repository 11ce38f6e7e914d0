/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The syntax of GLib's key files, and what NetworkManager calls the keys of a network block. */
#include "host/keyfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/diag.h"
#include "host/config_limits.h"

#define P1 XEAP_CONFIG_PHASE1
#define P2 XEAP_CONFIG_PHASE2

/* clang-format off */

const struct xeap_keyfile_rule xeap_keyfile_rules[] = {
	{ XEAP_KEYFILE_CONNECTION, "id", XEAP_KF_TEXT, XEAP_CONFIG_ID_STR },
	{ XEAP_KEYFILE_CONNECTION, "autoconnect-priority", XEAP_KF_NUMBER, XEAP_CONFIG_PRIORITY },
	{ XEAP_KEYFILE_8021X, "eap", XEAP_KF_METHODS, XEAP_CONFIG_EAP },
	{ XEAP_KEYFILE_8021X, "identity", XEAP_KF_TEXT, XEAP_CONFIG_IDENTITY },
	{ XEAP_KEYFILE_8021X, "anonymous-identity", XEAP_KF_TEXT, XEAP_CONFIG_ANONYMOUS_IDENTITY },
	{ XEAP_KEYFILE_8021X, "password", XEAP_KF_TEXT, XEAP_CONFIG_PASSWORD },
	{ XEAP_KEYFILE_8021X, "password-raw", XEAP_KF_BYTES, XEAP_CONFIG_PASSWORD },
	{ XEAP_KEYFILE_8021X, "ca-cert", XEAP_KF_CERT, XEAP_CONFIG_CA_CERT },
	{ XEAP_KEYFILE_8021X, "ca-path", XEAP_KF_FILE, XEAP_CONFIG_CA_PATH },
	{ XEAP_KEYFILE_8021X, "client-cert", XEAP_KF_CERT, XEAP_CONFIG_CLIENT_CERT },
	{ XEAP_KEYFILE_8021X, "private-key", XEAP_KF_CERT, XEAP_CONFIG_PRIVATE_KEY },
	{ XEAP_KEYFILE_8021X, "private-key-password", XEAP_KF_TEXT,
	  XEAP_CONFIG_PRIVATE_KEY_PASSWD },
	{ XEAP_KEYFILE_8021X, "subject-match", XEAP_KF_TEXT, XEAP_CONFIG_SUBJECT_MATCH },
	{ XEAP_KEYFILE_8021X, "altsubject-matches", XEAP_KF_LIST, XEAP_CONFIG_ALTSUBJECT_MATCH },
	{ XEAP_KEYFILE_8021X, "domain-suffix-match", XEAP_KF_TEXT,
	  XEAP_CONFIG_DOMAIN_SUFFIX_MATCH },
	{ XEAP_KEYFILE_8021X, "domain-match", XEAP_KF_TEXT, XEAP_CONFIG_DOMAIN_MATCH },
	{ XEAP_KEYFILE_8021X, "openssl-ciphers", XEAP_KF_TEXT, XEAP_CONFIG_OPENSSL_CIPHERS },
	{ XEAP_KEYFILE_8021X, "pac-file", XEAP_KF_FILE, XEAP_CONFIG_PAC_FILE },
	{ XEAP_KEYFILE_8021X, "pin", XEAP_KF_TEXT, XEAP_CONFIG_PIN },
	{ XEAP_KEYFILE_8021X, "phase1-peapver", XEAP_KF_WORD, P1, "peapver",
	  "0 1" },
	{ XEAP_KEYFILE_8021X, "phase1-peaplabel", XEAP_KF_WORD, P1, "peaplabel",
	  "0 1" },
	{ XEAP_KEYFILE_8021X, "phase1-fast-provisioning", XEAP_KF_WORD, P1, "fast_provisioning",
	  "0 1 2 3" },
	{ XEAP_KEYFILE_8021X, "phase1-auth-flags", XEAP_KF_TLS_FLAGS, P1 },
	{ XEAP_KEYFILE_8021X, "phase2-auth", XEAP_KF_METHOD, P2, "auth",
	  "PAP CHAP MSCHAP MSCHAPV2 GTC OTP MD5 TLS" },
	{ XEAP_KEYFILE_8021X, "phase2-autheap", XEAP_KF_METHOD, P2, "autheap",
	  "MD5 MSCHAPV2 OTP GTC TLS" },
	{ XEAP_KEYFILE_8021X, "phase2-ca-cert", XEAP_KF_CERT, XEAP_CONFIG_CA_CERT2 },
	{ XEAP_KEYFILE_8021X, "phase2-ca-path", XEAP_KF_FILE, XEAP_CONFIG_CA_PATH2 },
	{ XEAP_KEYFILE_8021X, "phase2-client-cert", XEAP_KF_CERT, XEAP_CONFIG_CLIENT_CERT2 },
	{ XEAP_KEYFILE_8021X, "phase2-private-key", XEAP_KF_CERT, XEAP_CONFIG_PRIVATE_KEY2 },
	{ XEAP_KEYFILE_8021X, "phase2-private-key-password", XEAP_KF_TEXT,
	  XEAP_CONFIG_PRIVATE_KEY2_PASSWD },
	{ XEAP_KEYFILE_8021X, "phase2-subject-match", XEAP_KF_TEXT, XEAP_CONFIG_SUBJECT_MATCH2 },
	{ XEAP_KEYFILE_8021X, "phase2-altsubject-matches", XEAP_KF_LIST,
	  XEAP_CONFIG_ALTSUBJECT_MATCH2 },
	{ XEAP_KEYFILE_8021X, "phase2-domain-suffix-match", XEAP_KF_TEXT,
	  XEAP_CONFIG_DOMAIN_SUFFIX_MATCH2 },
	{ XEAP_KEYFILE_8021X, "phase2-domain-match", XEAP_KF_TEXT, XEAP_CONFIG_DOMAIN_MATCH2 },
	{ NULL, NULL },
};

/* clang-format on */

const struct xeap_keyfile_flag xeap_keyfile_flags[] = {
	{ "tls_disable_tlsv1_0", "1", 0x1 },   { "tls_disable_tlsv1_1", "1", 0x2 },
	{ "tls_disable_tlsv1_2", "1", 0x4 },   { "tls_disable_time_checks", "1", 0x8 },
	{ "tls_disable_tlsv1_3", "1", 0x10 },  { "tls_disable_tlsv1_0", "0", 0x20 },
	{ "tls_disable_tlsv1_1", "0", 0x40 },  { "tls_disable_tlsv1_2", "0", 0x80 },
	{ "tls_disable_tlsv1_3", "0", 0x100 }, { NULL, NULL, 0 },
};

const struct xeap_keyfile_object xeap_keyfile_objects[] = {
	{ "private-key", XEAP_CONFIG_PRIVATE_KEY, XEAP_CONFIG_PIN },
	{ "client-cert", XEAP_CONFIG_CLIENT_CERT, XEAP_CONFIG_PIN },
	{ "ca-cert", XEAP_CONFIG_CA_CERT, XEAP_CONFIG_PIN },
	{ "phase2-private-key", XEAP_CONFIG_PRIVATE_KEY2, XEAP_CONFIG_PIN2 },
	{ "phase2-client-cert", XEAP_CONFIG_CLIENT_CERT2, XEAP_CONFIG_PIN2 },
	{ "phase2-ca-cert", XEAP_CONFIG_CA_CERT2, XEAP_CONFIG_PIN2 },
	{ NULL },
};

bool xeap_keyfile_is_token(struct xeap_span value)
{
	static const char start[] = "pkcs11:";

	return value.len >= sizeof(start) - 1 && !memcmp(value.data, start, sizeof(start) - 1);
}

bool xeap_keyfile_takes(const struct xeap_keyfile_rule *rule, struct xeap_span value)
{
	struct xeap_span values = xeap_span(rule->values, strlen(rule->values)), word;

	while (xeap_value_word(&values, &word)) {
		if (word.len == value.len && !memcmp(word.data, value.data, word.len))
			return true;
	}
	return false;
}

bool xeap_keyfile_is_pkcs12(struct xeap_span file)
{
	const char *end = (const char *)file.data + file.len;

	return file.len > 4 &&
	       (!strncasecmp(end - 4, ".p12", 4) || !strncasecmp(end - 4, ".pfx", 4));
}

bool xeap_keyfile_is_letter(uint8_t c)
{
	return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '_' || c == '\'';
}

static int fail(const struct xeap_keyfile *kf, int err, const char *why, struct xeap_diag *diag)
{
	return xeap_diag_set(diag, err, XEAP_E_INVALID_PARAMETER, "line %u: %s", kf->line, why);
}

static bool blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Blanks in front of a line count nowhere, those at its end belong to a value. */
static struct xeap_span take_line(struct xeap_span *text)
{
	const uint8_t *p = text->data, *end = p + text->len;
	const uint8_t *newline = memchr(p, '\n', text->len);
	const uint8_t *stop = newline ? newline : end;

	*text = newline ? xeap_span(newline + 1, (size_t)(end - newline - 1)) : xeap_span(end, 0);
	if (stop > p && stop[-1] == '\r')
		stop--;
	while (p < stop && blank(*p))
		p++;
	return xeap_span(p, (size_t)(stop - p));
}

static int read_group(struct xeap_keyfile *kf, struct xeap_span line, struct xeap_diag *diag)
{
	while (line.len && blank(line.data[line.len - 1]))
		line.len--;
	if (line.len < 3 || line.data[line.len - 1] != ']')
		return fail(kf, -EINVAL, "a group is written [NAME]", diag);
	kf->group = xeap_span(line.data + 1, line.len - 2);
	kf->key = kf->value = xeap_span(NULL, 0);
	return 1;
}

static int read_key(struct xeap_keyfile *kf, struct xeap_span line, struct xeap_diag *diag)
{
	const uint8_t *equals = memchr(line.data, '=', line.len);
	const uint8_t *p, *end = line.data + line.len;
	size_t len;

	if (!equals || equals == line.data)
		return fail(kf, -EINVAL, "neither [GROUP] nor KEY=VALUE", diag);
	if (!kf->group.len)
		return fail(kf, -EINVAL, "a key stands in front of the first [GROUP]", diag);
	if (++kf->keys > XEAP_KEYFILE_MAX_KEYS)
		return fail(kf, -E2BIG, "more keys than 1024", diag);
	for (len = (size_t)(equals - line.data); len && blank(line.data[len - 1]);)
		len--;
	for (p = equals + 1; p < end && blank(*p);)
		p++;
	kf->key = xeap_span(line.data, len);
	kf->value = xeap_span(p, (size_t)(end - p));
	return 1;
}

int xeap_keyfile_next(struct xeap_keyfile *kf, struct xeap_diag *ret_diag)
{
	struct xeap_span line;

	while (kf->text.len) {
		line = take_line(&kf->text);
		kf->line++;
		if (line.len > XEAP_CONFIG_MAX_LINE)
			return fail(kf, -E2BIG, "more than 16384 bytes in a line", ret_diag);
		if (!line.len || *line.data == '#')
			continue;
		return *line.data == '[' ? read_group(kf, line, ret_diag)
					 : read_key(kf, line, ret_diag);
	}
	return 0;
}

/* The byte that a backslash and c stand for, -1 for none. */
static int unescape(uint8_t c, bool item)
{
	static const char names[] = "sntr\\;", bytes[] = " \n\t\r\\;";
	const char *p = c ? strchr(names, c) : NULL;

	return !p || (c == ';' && !item) ? -1 : bytes[p - names];
}

/* Up to the end, or in a list to the next semicolon. Returns how many bytes were read. */
static ssize_t decode(struct xeap_span from, bool item, struct xeap_bytes *to)
{
	size_t i;

	for (i = 0; i < from.len && !(item && from.data[i] == ';'); i++) {
		int c = from.data[i];

		if (c == '\\')
			c = ++i < from.len ? unescape(from.data[i], item) : -1;
		if (c < 0)
			return -EINVAL;
		to->data[to->len++] = (uint8_t)c;
	}
	to->data[to->len] = 0;
	return (ssize_t)i;
}

static ssize_t decode_new(struct xeap_span from, bool item, struct xeap_bytes *ret_bytes)
{
	struct xeap_bytes bytes = { calloc(1, from.len + 1), 0 };
	ssize_t size;

	if (!bytes.data)
		return -ENOMEM;
	size = decode(from, item, &bytes);
	if (size < 0)
		xeap_bytes_wipe(&bytes);
	else
		*ret_bytes = bytes;
	return size;
}

int xeap_keyfile_string(struct xeap_span value, struct xeap_bytes *ret_bytes)
{
	ssize_t size = decode_new(value, false, ret_bytes);

	return size < 0 ? (int)size : 0;
}

int xeap_keyfile_item(struct xeap_span *list, struct xeap_bytes *ret_item)
{
	ssize_t size;

	if (!list->len)
		return 0;
	size = decode_new(*list, true, ret_item);
	if (size < 0)
		return (int)size;
	if ((size_t)size < list->len) /* the semicolon */
		size++;
	*list = xeap_span(list->data + size, list->len - (size_t)size);
	return 1;
}

void xeap_keyfile_escape(struct xeap_text *t, struct xeap_span value, bool item)
{
	static const char bytes[] = "\n\t\r\\;", *const escapes[] = { "\\n", "\\t", "\\r", "\\\\",
								      "\\;" };

	for (size_t i = 0; i < value.len; i++) {
		const char *p = memchr(bytes, value.data[i], sizeof(bytes) - 1);

		if (!i && value.data[i] == ' ')
			xeap_text_puts(t, "\\s");
		else if (!p || (*p == ';' && !item))
			xeap_text_add(t, xeap_span(value.data + i, 1));
		else
			xeap_text_puts(t, escapes[p - bytes]);
	}
}
