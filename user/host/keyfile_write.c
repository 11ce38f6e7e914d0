/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <xeap/keyfile.h>

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/wipe.h"
#include "host/config_keys.h"
#include "host/keyfile.h"

#define PRIORITY_MOST 999 /* of NetworkManager's autoconnect-priority, either way */

struct writer {
	const struct xeap_config *config;
	struct xeap_text t;
	struct xeap_notes *notes;
	int err;
};

static const char *const methods[] = {
	"MD5", "TLS", "PEAP", "TTLS", "PWD", "FAST",
};

static void note(struct writer *w, const char *key, const char *why)
{
	if (!w->err)
		w->err = xeap_note(w->notes, key, "%s", why);
}

/* Control characters but those with an escape would not come back. */
static bool is_text(struct xeap_span value)
{
	for (size_t i = 0; i < value.len; i++) {
		if ((value.data[i] < ' ' || value.data[i] == 0x7f) &&
		    (!value.data[i] || !strchr("\n\t\r", value.data[i])))
			return false;
	}
	return xeap_text_is_utf8(value, false);
}

static void begin(struct writer *w, const char *name)
{
	xeap_text_puts(&w->t, name);
	xeap_text_puts(&w->t, "=");
}

static void end(struct writer *w)
{
	xeap_text_puts(&w->t, "\n");
}

static void write_text(struct writer *w, const struct xeap_keyfile_rule *rule,
		       struct xeap_span value)
{
	if (!is_text(value)) {
		/* Of a password there is password-raw. */
		if (rule->key != XEAP_CONFIG_PASSWORD)
			note(w, xeap_config_key_name(rule->key), "it is not text");
		return;
	}
	begin(w, rule->name);
	xeap_keyfile_escape(&w->t, value, false);
	end(w);
}

static void write_raw(struct writer *w, const struct xeap_keyfile_rule *rule,
		      struct xeap_span value)
{
	if (is_text(value))
		return;
	begin(w, rule->name);
	for (size_t i = 0; i < value.len; i++) {
		xeap_text_number(&w->t, value.data[i]);
		xeap_text_puts(&w->t, ";");
	}
	end(w);
}

static bool trusts_system(const struct writer *w, enum xeap_config_key key)
{
	return xeap_span_is(xeap_config_get(w->config, key), "system");
}

static bool is_authority(enum xeap_config_key key)
{
	return key == XEAP_CONFIG_CA_CERT || key == XEAP_CONFIG_CA_CERT2;
}

static void write_file(struct writer *w, const struct xeap_keyfile_rule *rule,
		       struct xeap_span value)
{
	if (value.len && *value.data == '/' && is_text(value))
		write_text(w, rule, value);
	else
		note(w, xeap_config_key_name(rule->key),
		     "NetworkManager takes a file by its absolute name");
}

/* What the system trusts is said by a property of its own, for the server within as well. */
static void write_system(struct writer *w, const struct xeap_keyfile_rule *rule)
{
	if (rule->key == XEAP_CONFIG_CA_CERT)
		xeap_text_puts(&w->t, "system-ca-certs=true\n");
	else if (!trusts_system(w, XEAP_CONFIG_CA_CERT))
		note(w, xeap_config_key_name(rule->key),
		     "system-ca-certs would be about the server outside, too");
}

static void write_cert(struct writer *w, const struct xeap_keyfile_rule *rule,
		       struct xeap_span value)
{
	if (xeap_keyfile_is_token(value))
		write_text(w, rule, value);
	else if (is_authority(rule->key) && xeap_span_is(value, "system"))
		write_system(w, rule);
	else
		write_file(w, rule, value);
}

static void write_list(struct writer *w, const struct xeap_keyfile_rule *rule,
		       struct xeap_span value)
{
	if (!is_text(value)) {
		note(w, xeap_config_key_name(rule->key), "it is not text");
		return;
	}
	begin(w, rule->name);
	for (const uint8_t *p = value.data, *stop = p + value.len;; p++) {
		const uint8_t *semicolon = memchr(p, ';', (size_t)(stop - p));
		const uint8_t *last = semicolon ? semicolon : stop;

		xeap_keyfile_escape(&w->t, xeap_span(p, (size_t)(last - p)), true);
		xeap_text_puts(&w->t, ";");
		if (!semicolon)
			break;
		p = semicolon;
	}
	end(w);
}

static void write_lower(struct writer *w, const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = (char)tolower((unsigned char)name[i]);

		xeap_text_add(&w->t, xeap_span(&c, 1));
	}
}

static bool has_method(const char *name)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (!strcmp(methods[i], name))
			return true;
	}
	return false;
}

/* LEAP, which NetworkManager has, would not be read again. */
static void note_method(struct writer *w, const char *name)
{
	if (!strcmp(name, "LEAP"))
		note(w, "eap", "LEAP is broken and not supported");
	else if (!w->err)
		w->err = xeap_note(w->notes, "eap", "NetworkManager has no method %s", name);
}

static void write_methods(struct writer *w, const struct xeap_keyfile_rule *rule,
			  struct xeap_span value)
{
	size_t written = 0;
	const char *name;

	for (size_t n = 0; (name = xeap_config_get_eap(w->config, n)); n++) {
		if (!has_method(name)) {
			note_method(w, name);
			continue;
		}
		if (!written++)
			begin(w, rule->name);
		write_lower(w, name, strlen(name));
		xeap_text_puts(&w->t, ";");
	}
	if (written)
		end(w);
}

static void write_number(struct writer *w, const struct xeap_keyfile_rule *rule,
			 struct xeap_span value)
{
	long number = xeap_config_get_int(w->config, rule->key, 0);

	if (number < -PRIORITY_MOST || number > PRIORITY_MOST) {
		note(w, xeap_config_key_name(rule->key), "NetworkManager takes -999 to 999");
		return;
	}
	begin(w, rule->name);
	xeap_text_number(&w->t, number);
	end(w);
}

static void write_word(struct writer *w, const struct xeap_keyfile_rule *rule,
		       struct xeap_span value)
{
	if (xeap_config_get_word(w->config, rule->key, rule->word, &value) ||
	    !xeap_keyfile_takes(rule, value))
		return;
	begin(w, rule->name);
	write_lower(w, (const char *)value.data, value.len);
	end(w);
}

static bool is_flag(const struct xeap_keyfile_flag *f, const char *name, struct xeap_span value)
{
	return !strcmp(f->word, name) && xeap_span_is(value, f->value);
}

static void write_tls_flags(struct writer *w, const struct xeap_keyfile_rule *rule,
			    struct xeap_span value)
{
	unsigned int flags = 0;

	for (const struct xeap_keyfile_flag *f = xeap_keyfile_flags; f->word; f++) {
		if (!xeap_config_get_word(w->config, rule->key, f->word, &value) &&
		    is_flag(f, f->word, value))
			flags |= f->bit;
	}
	if (!flags)
		return;
	begin(w, rule->name);
	xeap_text_number(&w->t, (long)flags);
	end(w);
}

static void (*const forms[XEAP_KF_MAX])(struct writer *w, const struct xeap_keyfile_rule *rule,
					struct xeap_span value) = {
	[XEAP_KF_TEXT] = write_text,	 [XEAP_KF_FILE] = write_file,
	[XEAP_KF_CERT] = write_cert,	 [XEAP_KF_LIST] = write_list,
	[XEAP_KF_BYTES] = write_raw,	 [XEAP_KF_METHODS] = write_methods,
	[XEAP_KF_NUMBER] = write_number, [XEAP_KF_WORD] = write_word,
	[XEAP_KF_METHOD] = write_word,	 [XEAP_KF_TLS_FLAGS] = write_tls_flags,
};

/* A PKCS#12 file is given as the certificate, too, and so is a key in a token. */
static struct xeap_span value_of(const struct writer *w, enum xeap_config_key key)
{
	struct xeap_span value = xeap_config_get(w->config, key), file = { NULL, 0 };

	if (!value.data && key == XEAP_CONFIG_CLIENT_CERT)
		file = xeap_config_get(w->config, XEAP_CONFIG_PRIVATE_KEY);
	if (!value.data && key == XEAP_CONFIG_CLIENT_CERT2)
		file = xeap_config_get(w->config, XEAP_CONFIG_PRIVATE_KEY2);
	if (file.len && *file.data == '/' && xeap_keyfile_is_pkcs12(file))
		return file;
	return xeap_keyfile_is_token(file) ? file : value;
}

/* Whether something that this PIN opens is in a token: it is the password of that there. */
static bool opens_token(const struct writer *w, enum xeap_config_key pin)
{
	const struct xeap_keyfile_object *o = xeap_keyfile_objects;

	for (; o->name; o++) {
		if (o->pin == pin && xeap_keyfile_is_token(xeap_config_get(w->config, o->key)))
			return true;
	}
	return false;
}

/* Without a PIN NetworkManager would ask for one, unless it is told not to. */
static void write_pins(struct writer *w)
{
	const struct xeap_keyfile_object *o = xeap_keyfile_objects;

	for (; o->name; o++) {
		struct xeap_span pin = xeap_config_get(w->config, o->pin);

		if (!xeap_keyfile_is_token(value_of(w, o->key)))
			continue;
		xeap_text_puts(&w->t, o->name);
		if (pin.data && is_text(pin)) {
			xeap_text_puts(&w->t, "-password=");
			xeap_keyfile_escape(&w->t, pin, false);
		} else {
			xeap_text_puts(&w->t, "-password-flags=4"); /* not required */
			if (pin.data)
				note(w, xeap_config_key_name(o->pin), "it is not text");
		}
		end(w);
	}
}

/* What NetworkManager would not look at, or takes for something else. */
static const char *why_skipped(const struct writer *w, enum xeap_config_key key)
{
	struct xeap_span private_key = { NULL, 0 };

	if ((key == XEAP_CONFIG_CA_PATH || key == XEAP_CONFIG_CA_PATH2) &&
	    trusts_system(w, XEAP_CONFIG_CA_CERT))
		return "system-ca-certs takes its place";
	if (key == XEAP_CONFIG_PRIVATE_KEY_PASSWD)
		private_key = xeap_config_get(w->config, XEAP_CONFIG_PRIVATE_KEY);
	else if (key == XEAP_CONFIG_PRIVATE_KEY2_PASSWD)
		private_key = xeap_config_get(w->config, XEAP_CONFIG_PRIVATE_KEY2);
	return xeap_keyfile_is_token(private_key) ? "a key in a token has a pin" : NULL;
}

static void write_group(struct writer *w, const char *group)
{
	const struct xeap_keyfile_rule *rule = xeap_keyfile_rules;

	for (; rule->name; rule++) {
		struct xeap_span value = value_of(w, rule->key);

		const char *why = value.data ? why_skipped(w, rule->key) : NULL;

		if (strcmp(rule->group, group) != 0)
			continue;
		if (why)
			note(w, xeap_config_key_name(rule->key), why);
		else if (rule->key == XEAP_CONFIG_PIN && opens_token(w, XEAP_CONFIG_PIN))
			continue; /* write_pins() has it */
		else if (value.data || xeap_config_has(w->config, rule->key))
			forms[rule->form](w, rule, value);
	}
}

/* Whether write_word() or write_tls_flags() carries a word, so that it can be read again. */
static bool carries_word(enum xeap_config_key key, const char *name, struct xeap_span value)
{
	const struct xeap_keyfile_rule *rule = xeap_keyfile_rules;

	for (const struct xeap_keyfile_flag *f = xeap_keyfile_flags; f->word; f++) {
		if (key == XEAP_CONFIG_PHASE1 && is_flag(f, name, value))
			return true;
	}
	for (; rule->name; rule++) {
		if (rule->key == key && rule->word && !strcmp(rule->word, name))
			return xeap_keyfile_takes(rule, value);
	}
	return false;
}

/* Of a word given twice the first counts, as xeap_config_get_word() has it. */
static void check_word(struct writer *w, enum xeap_config_key key, struct xeap_span word)
{
	const uint8_t *equals = memchr(word.data, '=', word.len);
	size_t len = equals ? (size_t)(equals - word.data) : word.len;
	struct xeap_span value = { NULL, 0 };
	char name[41] = { 0 };

	memcpy(name, word.data, len < sizeof(name) ? len : sizeof(name) - 1);
	if (equals && !xeap_config_get_word(w->config, key, name, &value) &&
	    value.data == equals + 1 && carries_word(key, name, value))
		return;
	if (!w->err)
		w->err = xeap_note(w->notes, xeap_config_key_name(key),
				   "NetworkManager has nothing for %s", name);
}

static void check_words(struct writer *w, enum xeap_config_key key)
{
	struct xeap_span text = xeap_config_get(w->config, key), word;

	while (xeap_value_word(&text, &word))
		check_word(w, key, word);
}

static bool has_rule(enum xeap_config_key key)
{
	const struct xeap_keyfile_rule *rule = xeap_keyfile_rules;

	for (; rule->name; rule++) {
		if (rule->key == key)
			return true;
	}
	return false;
}

/* What every wired connection of NetworkManager is, and what means nothing. */
static bool is_understood(const struct writer *w, enum xeap_config_key key)
{
	if (key == XEAP_CONFIG_KEY_MGMT)
		return xeap_span_is(xeap_config_get(w->config, key), "IEEE8021X");
	if (key == XEAP_CONFIG_PIN2)
		return opens_token(w, key);
	if (key == XEAP_CONFIG_EAPOL_FLAGS || key == XEAP_CONFIG_DISABLED)
		return !xeap_config_get_int(w->config, key, 0);
	return false;
}

static const char *why_not(enum xeap_config_key key)
{
	if (key == XEAP_CONFIG_SERVER_CERT_PROMPT || key == XEAP_CONFIG_SERVER_CERT_PROMPT2 ||
	    key == XEAP_CONFIG_MACHINE_SERVER_CERT_PROMPT)
		return "NetworkManager asks nobody about a server and has no setting for it";
	if (xeap_config_rule(key)->form == XEAP_FORM_HASH)
		return "NetworkManager takes no hash of a password";
	if (xeap_config_rule(key)->form == XEAP_FORM_EXTERNAL)
		return "NetworkManager takes no password from a file of them";
	return "NetworkManager has no such setting";
}

static void note_others(struct writer *w)
{
	for (int i = 0; i < XEAP_CONFIG_MAX; i++) {
		enum xeap_config_key key = (enum xeap_config_key)i;

		if (!xeap_config_has(w->config, key) || has_rule(key) || is_understood(w, key))
			continue;
		note(w, xeap_config_key_name(key), why_not(key));
	}
}

int xeap_config_to_keyfile(const struct xeap_config *config, char **ret_text,
			   struct xeap_notes *notes)
{
	struct writer w = { .config = config, .notes = notes };

	xeap_text_puts(&w.t, "[" XEAP_KEYFILE_CONNECTION "]\n");
	write_group(&w, XEAP_KEYFILE_CONNECTION);
	xeap_text_puts(&w.t, "type=ethernet\n\n[" XEAP_KEYFILE_8021X "]\n");
	write_group(&w, XEAP_KEYFILE_8021X);
	write_pins(&w);
	if (trusts_system(&w, XEAP_CONFIG_CA_CERT) &&
	    xeap_config_has(config, XEAP_CONFIG_CA_CERT2) &&
	    !trusts_system(&w, XEAP_CONFIG_CA_CERT2))
		note(&w, "ca_cert2", "system-ca-certs counts beside it");
	check_words(&w, XEAP_CONFIG_PHASE1);
	check_words(&w, XEAP_CONFIG_PHASE2);
	note_others(&w);
	if (!w.err)
		w.err = xeap_text_finish(&w.t, ret_text, NULL);
	xeap_text_wipe(&w.t);
	return w.err;
}
