/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "host/config_keys.h"
#include "host/config_limits.h"
#include "host/config_network.h"
#include "host/config_value.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"

#define NT_HASH_SIZE 16 /* RFC 2759 §8.3 */

/* One key being set. */
struct assignment {
	struct xeap_config *config;
	const struct xeap_config_rule *rule;
	enum xeap_config_key key;
	struct xeap_span value;
	const char *where;
	struct xeap_diag *diag;
};

/* The value itself stays out of every message: it may be a secret, or a secret's key misspelt. */
static int refuse(const struct assignment *a, const char *why)
{
	return xeap_diag_set(a->diag, -EINVAL, XEAP_E_INVALID_PARAMETER, "%s%s %s", a->where,
			     a->rule->name, why);
}

static int no_memory(const char *where, struct xeap_diag *diag)
{
	return xeap_diag_set(diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "%sout of memory", where);
}

static int finish(const struct assignment *a, int err)
{
	return err == -ENOMEM ? no_memory(a->where, a->diag) : err;
}

static bool starts_with(struct xeap_span text, const char *start)
{
	size_t len = strlen(start);

	return text.len >= len && !memcmp(text.data, start, len);
}

/* What the bytes of a string must not be. Returns a reason, or NULL. */
static const char *string_fault(enum xeap_config_form form, const struct xeap_bytes *bytes)
{
	if (form == XEAP_FORM_BYTES || form == XEAP_FORM_PASSWORD)
		return NULL;
	if (memchr(bytes->data, 0, bytes->len))
		return "must not contain a zero byte";
	if (form == XEAP_FORM_FILE && starts_with(xeap_span(bytes->data, bytes->len), "blob://"))
		return "names a blob, which is not supported; write it to a file and name that";
	return NULL;
}

static int assign_string(const struct assignment *a)
{
	struct xeap_config_entry entry = { .key = a->key };
	const char *why;
	int err;

	if (xeap_span_is(a->value, "NULL"))
		return finish(a, xeap_config_unset(a->config, a->key));
	err = xeap_value_string(a->value, &entry.bytes, &why);
	if (err == -EINVAL && starts_with(a->value, "ext:"))
		return refuse(a,
			      "cannot be kept outside (ext:), only a password can; write it here");
	if (err)
		return err == -EINVAL ? refuse(a, why) : finish(a, err);
	why = string_fault(a->rule->form, &entry.bytes);
	if (why) {
		xeap_bytes_wipe(&entry.bytes);
		return refuse(a, why);
	}
	return finish(a, xeap_config_store(a->config, entry));
}

static int assign_hash(const struct assignment *a, struct xeap_span digits)
{
	struct xeap_config_entry entry = { .key = a->rule->hash };
	const char *why;
	int err = -EINVAL;

	if (digits.len == 2 * NT_HASH_SIZE)
		err = xeap_value_hex(digits, &entry.bytes, &why);
	if (err == -EINVAL)
		return refuse(a, "needs 32 hexadecimal digits after hash:");
	if (!err)
		err = xeap_config_store(a->config, entry);
	return finish(a, err);
}

/* What a line of a password file can begin with, and a message show. */
static bool is_external_name(struct xeap_span name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (name.data[i] <= ' ' || name.data[i] == 0x7f || strchr("=#\"", name.data[i]))
			return false;
	}
	return name.len && name.len <= XEAP_CONFIG_MAX_EXTERNAL;
}

static int assign_external(const struct assignment *a, struct xeap_span name)
{
	if (!is_external_name(name))
		return refuse(a, "needs a name after ext: that has no blank and none of = # \"");
	return finish(a, xeap_config_put(a->config, a->rule->external, name));
}

static struct xeap_span after(const struct assignment *a, size_t start)
{
	return xeap_span(a->value.data + start, a->value.len - start);
}

/* A password is given in one of three forms; the one given last counts. */
static int assign_password(const struct assignment *a)
{
	enum xeap_config_key forms[] = { a->key, a->rule->hash, a->rule->external }, set = a->key;
	int err;

	if (starts_with(a->value, "hash:")) {
		set = a->rule->hash;
		err = assign_hash(a, after(a, 5));
	} else if (starts_with(a->value, "ext:")) {
		set = a->rule->external;
		err = assign_external(a, after(a, 4));
	} else {
		err = assign_string(a);
	}
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]) && !err; i++) {
		if (forms[i] != set)
			err = finish(a, xeap_config_unset(a->config, forms[i]));
	}
	return err;
}

static int assign_number(const struct assignment *a)
{
	struct xeap_config_entry entry = { .key = a->key };
	int err = xeap_value_number(a->value, &entry.number);

	if (!err && !entry.number && a->rule->zero_unsets) {
		xeap_config_unset(a->config, a->key);
		return 0;
	}
	if (err || entry.number < a->rule->min || entry.number > a->rule->max)
		return xeap_diag_set(a->diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%s takes a whole number from %d to %d", a->where,
				     a->rule->name, a->rule->min, a->rule->max);
	return finish(a, xeap_config_store(a->config, entry));
}

/*
 * Letters, digits and the other marks of method names (AKA', VENDOR-TEST), in upper case; 0 for
 * anything else.
 */
static uint8_t method_letter(uint8_t c)
{
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 'A';
	if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '\'')
		return c;
	return 0;
}

/*
 * Words one after the other, a NUL after each but the last (which has the one that all bytes have).
 */
static int pack_methods(struct xeap_span text, uint8_t *to, size_t *ret_len)
{
	struct xeap_span word;
	size_t words = 0, len = 0;

	while (xeap_value_word(&text, &word)) {
		if (words++ == XEAP_CONFIG_MAX_METHODS || word.len > XEAP_CONFIG_MAX_WORD)
			return -EINVAL;
		if (len)
			to[len++] = 0;
		for (size_t i = 0; i < word.len; i++) {
			to[len] = method_letter(word.data[i]);
			if (!to[len++])
				return -EINVAL;
		}
	}
	*ret_len = len;
	return words ? 0 : -EINVAL;
}

static int assign_methods(const struct assignment *a)
{
	uint8_t packed[XEAP_CONFIG_MAX_METHODS * (XEAP_CONFIG_MAX_WORD + 1)];
	size_t len;

	if (pack_methods(a->value, packed, &len))
		return refuse(a, "takes names of EAP methods without quotes, blanks between them");
	return finish(a, xeap_config_put(a->config, a->key, xeap_span(packed, len)));
}

static int assign_key_mgmt(const struct assignment *a)
{
	struct xeap_span text = a->value, word;

	while (xeap_value_word(&text, &word)) {
		const char *near = NULL;

		if (xeap_config_is_key_mgmt(word))
			continue;
		near = xeap_config_nearest_key_mgmt(word);
		return xeap_diag_set(a->diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%skey_mgmt has an unknown word '%.*s'; did you mean '%s'?",
				     a->where, (int)(word.len > 40 ? 40 : word.len), word.data,
				     near ? near : "IEEE8021X");
	}
	return finish(a, xeap_config_put(a->config, a->key, a->value));
}

static int assign_stored(const struct assignment *a)
{
	switch (a->rule->form) {
	case XEAP_FORM_TEXT:
	case XEAP_FORM_FILE:
	case XEAP_FORM_BYTES:
		return assign_string(a);
	case XEAP_FORM_PASSWORD:
		return assign_password(a);
	case XEAP_FORM_NUMBER:
		return assign_number(a);
	case XEAP_FORM_METHODS:
		return assign_methods(a);
	case XEAP_FORM_KEY_MGMT:
		return assign_key_mgmt(a);
	case XEAP_FORM_HASH:
	case XEAP_FORM_EXTERNAL:
	case XEAP_FORM_MAX:
		break;
	}
	return refuse(a, "cannot be set");
}

/*
 * A line of something pasted (a PEM key, say) must not be repeated in a message: only what looks
 * like a name is.
 */
static bool looks_like_name(struct xeap_span name)
{
	if (!name.len || name.len > XEAP_CONFIG_MAX_KEY)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.data[i];

		if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '_' && c != '-')
			return false;
	}
	return true;
}

int xeap_config_unknown(const char *where, struct xeap_span name, const char *near,
			struct xeap_diag *ret_diag)
{
	if (!looks_like_name(name))
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%snot a line of KEY=VALUE (there are no blanks around the =)",
				     where);
	if (near)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%sunknown key '%.*s'; did you mean '%s'?", where,
				     (int)name.len, name.data, near);
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "%sunknown key '%.*s'; wpa_supplicant.conf(5) has no such key either",
			     where, (int)name.len, name.data);
}

int xeap_config_assign(struct xeap_config *config, const char *where, struct xeap_span name,
		       struct xeap_span value, struct xeap_diag *ret_diag)
{
	struct assignment a = {
		.config = config, .value = value, .where = where, .diag = ret_diag
	};

	switch (xeap_config_find_key(name, &a.key)) {
	case XEAP_NAME_STORED:
		a.rule = xeap_config_rule(a.key);
		return assign_stored(&a);
	case XEAP_NAME_IGNORED:
		return 0;
	case XEAP_NAME_MISPLACED:
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%skey '%.*s' belongs outside network={…}", where,
				     (int)name.len, name.data);
	case XEAP_NAME_UNKNOWN:
	case XEAP_NAME_MAX:
		break;
	}
	return xeap_config_unknown(where, name, xeap_config_nearest_key(name), ret_diag);
}

int xeap_config_set(struct xeap_config *config, const char *name, const char *value,
		    struct xeap_diag *ret_diag)
{
	size_t len = strlen(value);

	if (len > XEAP_CONFIG_MAX_LINE)
		return xeap_diag_set(ret_diag, -E2BIG, XEAP_E_INVALID_PARAMETER,
				     "a value may have %d bytes, this one has %zu",
				     XEAP_CONFIG_MAX_LINE, len);
	return xeap_config_assign(config, "", xeap_span(name, strlen(name)), xeap_span(value, len),
				  ret_diag);
}
