/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <xeap/keyfile.h>

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/diag.h"
#include "base/wipe.h"
#include "host/config_limits.h"
#include "host/config_network.h"
#include "host/keyfile.h"

#define WHERE_SIZE 32
#define NOT_REQUIRED "4" /* of NMSettingSecretFlags */
#define OBJECTS 6	 /* of xeap_keyfile_objects */

struct reader {
	struct xeap_keyfile kf;
	struct xeap_config *config;
	struct xeap_notes *notes;
	struct xeap_diag *diag;
	char where[WHERE_SIZE];
	struct xeap_text phase1, phase2; /* words found so far */
	bool has_8021x, system;		 /* system-ca-certs=true */
	struct xeap_bytes passwords[OBJECTS];
};

/* What NetworkManager has and a network block has not; `neutral` is the value that says nothing. */
static const struct {
	const char *group, *name, *neutral, *why;
} left_out[] = {
	{ XEAP_KEYFILE_CONNECTION, "uuid", NULL, NULL },
	{ XEAP_KEYFILE_CONNECTION, "timestamp", NULL, NULL },
	{ XEAP_KEYFILE_CONNECTION, "autoconnect", "true", "a network in a file is in use" },
	{ XEAP_KEYFILE_CONNECTION, "interface-name", "", "ports are given to xeap run" },
	{ XEAP_KEYFILE_CONNECTION, "permissions", "", "who may read the file may use it" },
	{ XEAP_KEYFILE_8021X, "optional", "false", "xeap leaves other traffic alone anyway" },
	{ XEAP_KEYFILE_8021X, "auth-timeout", "0", "timers are options of xeap run" },
};

static int out_of_memory(struct reader *r)
{
	return xeap_diag_set(r->diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
}

static int refuse(struct reader *r, const char *why)
{
	return xeap_diag_set(r->diag, -EINVAL, XEAP_E_INVALID_PARAMETER, "%s%.*s %s", r->where,
			     (int)(r->kf.key.len > 60 ? 60 : r->kf.key.len), r->kf.key.data, why);
}

static int result(struct reader *r, int err)
{
	if (err == -EINVAL)
		return refuse(r, "has a backslash before a character that has no such form");
	return err == -ENOMEM ? out_of_memory(r) : err;
}

/* A key of the file, or its group when there is none, as a string that a note can show. */
static int note(struct reader *r, const char *why)
{
	struct xeap_span name = r->kf.key.len ? r->kf.key : r->kf.group;
	char key[64];

	snprintf(key, sizeof(key), r->kf.key.len ? "%.*s" : "[%.*s]",
		 (int)(name.len > 60 ? 60 : name.len), name.data);
	return xeap_note(r->notes, key, "%s", why) ? out_of_memory(r) : 0;
}

static int assign(struct reader *r, enum xeap_config_key key, struct xeap_span bytes)
{
	return xeap_config_assign_bytes(r->config, r->where, key, bytes, r->diag);
}

static int read_text(struct reader *r, const struct xeap_keyfile_rule *rule, struct xeap_span value)
{
	return assign(r, rule->key, value);
}

static int read_file(struct reader *r, const struct xeap_keyfile_rule *rule, struct xeap_span value)
{
	static const char scheme[] = "file://";

	if (!value.len)
		return 0;
	if (rule->form == XEAP_KF_CERT && xeap_keyfile_is_token(value))
		return assign(r, rule->key, value);
	if (value.len >= sizeof(scheme) - 1 && !memcmp(value.data, scheme, sizeof(scheme) - 1))
		value = xeap_span(value.data + sizeof(scheme) - 1, value.len - sizeof(scheme) + 1);
	if (!value.len || *value.data != '/')
		return note(r, rule->form == XEAP_KF_CERT
				       ? "only a file is carried, by its absolute name, or a "
					 "pkcs11: URI"
				       : "only a file is carried, by its absolute name");
	return assign(r, rule->key, value);
}

/* The items of a list with semicolons between them. */
static int join(struct xeap_span list, struct xeap_text *t)
{
	struct xeap_bytes item;
	int err, n = 0;

	while ((err = xeap_keyfile_item(&list, &item)) > 0) {
		if (memchr(item.data, ';', item.len))
			err = -ENOTSUP;
		xeap_text_puts(t, n++ ? ";" : "");
		xeap_text_add(t, xeap_span(item.data, item.len));
		xeap_bytes_wipe(&item);
		if (err < 0)
			break;
	}
	return t->failed ? -ENOMEM : err;
}

static int read_list(struct reader *r, const struct xeap_keyfile_rule *rule, struct xeap_span value)
{
	struct xeap_text t = { 0 };
	int err;

	if (!value.len)
		return 0;
	err = join(value, &t);
	if (err == -ENOTSUP)
		err = note(r, "a name with a semicolon in it has no form in a list");
	else if (err)
		err = result(r, err);
	else
		err = assign(r, rule->key, xeap_span(t.data ? t.data : "", t.len));
	xeap_text_wipe(&t);
	return err;
}

static bool is_leap(const struct xeap_bytes *name)
{
	return name->len == 4 && !strcasecmp((const char *)name->data, "leap");
}

/* LEAP was broken in 2004 (asleap); nothing here runs it. */
static int join_methods(struct xeap_span list, struct xeap_text *names, bool *ret_leap)
{
	struct xeap_bytes item;
	int err;

	while ((err = xeap_keyfile_item(&list, &item)) > 0) {
		if (is_leap(&item)) {
			*ret_leap = true;
		} else {
			xeap_text_puts(names, names->len ? " " : "");
			xeap_text_add(names, xeap_span(item.data, item.len));
		}
		xeap_bytes_wipe(&item);
	}
	return names->failed ? -ENOMEM : err;
}

static int read_methods(struct reader *r, const struct xeap_keyfile_rule *rule,
			struct xeap_span value)
{
	struct xeap_text t = { 0 };
	bool leap = false;
	int err = join_methods(value, &t, &leap);

	if (err)
		err = result(r, err);
	else if (leap && !t.len)
		err = xeap_diag_set(r->diag, -EOPNOTSUPP, XEAP_E_NOT_SUPPORTED,
				    "%seap=leap is not supported: LEAP is broken; use another "
				    "method",
				    r->where);
	else
		err = assign(r, rule->key, xeap_span(t.data ? t.data : "", t.len));
	if (!err && leap)
		err = note(r, "LEAP is broken and not supported; the others are carried");
	xeap_text_wipe(&t);
	return err;
}

/* A number from 0 to 255 and a semicolon, again and again. -EINVAL for anything else. */
static int read_numbers(struct xeap_span list, struct xeap_text *t)
{
	struct xeap_bytes item;
	long number;
	int err;

	while ((err = xeap_keyfile_item(&list, &item)) > 0) {
		uint8_t byte;

		err = xeap_value_number(xeap_span(item.data, item.len), &number);
		xeap_bytes_wipe(&item);
		if (err || number < 0 || number > 255)
			return -EINVAL;
		byte = (uint8_t)number;
		number = 0;
		xeap_text_add(t, xeap_span(&byte, 1));
		xeap_wipe(&byte, 1);
	}
	return t->failed ? -ENOMEM : err;
}

/* As in NetworkManager, password= goes before it. */
static int read_raw(struct reader *r, const struct xeap_keyfile_rule *rule, struct xeap_span value)
{
	struct xeap_text t = { 0 };
	int err;

	if (xeap_config_has(r->config, rule->key))
		return note(r, "there is a password, too, which goes first");
	err = read_numbers(value, &t);
	if (err == -EINVAL)
		err = refuse(r, "is a list of numbers from 0 to 255, a semicolon after each");
	else if (err)
		err = result(r, err);
	else
		err = assign(r, rule->key, xeap_span(t.data ? t.data : "", t.len));
	xeap_text_wipe(&t);
	return err;
}

static void add_word(struct xeap_text *t, const char *word)
{
	xeap_text_puts(t, t->len ? " " : "");
	xeap_text_puts(t, word);
	xeap_text_puts(t, "=");
}

/* The value of a word has no blank in it, or it would be two words. */
static int read_word(struct reader *r, const struct xeap_keyfile_rule *rule, struct xeap_span value)
{
	bool method = rule->form == XEAP_KF_METHOD;
	struct xeap_text *t = method ? &r->phase2 : &r->phase1;

	for (size_t i = 0; i < value.len; i++) {
		if (!xeap_keyfile_is_letter(value.data[i]))
			return refuse(r, "takes one word");
	}
	if (!value.len)
		return 0;
	add_word(t, rule->word);
	for (size_t i = 0; i < value.len; i++) {
		char c = (char)(method ? toupper(value.data[i]) : value.data[i]);

		xeap_text_add(t, xeap_span(&c, 1));
	}
	return 0;
}

static int read_tls_flags(struct reader *r, const struct xeap_keyfile_rule *rule,
			  struct xeap_span value)
{
	long flags;

	if (xeap_value_number(value, &flags) || flags < 0)
		return refuse(r, "takes a number");
	for (const struct xeap_keyfile_flag *f = xeap_keyfile_flags; f->word; f++) {
		if (!(flags & f->bit))
			continue;
		flags &= ~(long)f->bit;
		add_word(&r->phase1, f->word);
		xeap_text_puts(&r->phase1, f->value);
	}
	return flags ? note(r, "has flags that xeap does not know") : 0;
}

typedef int (*read_form)(struct reader *r, const struct xeap_keyfile_rule *rule,
			 struct xeap_span value);

/* Lists get the value as it stands in the file, others without its escapes. */
static const struct {
	read_form read;
	bool list;
} forms[XEAP_KF_MAX] = {
	[XEAP_KF_TEXT] = { read_text },	      [XEAP_KF_FILE] = { read_file },
	[XEAP_KF_CERT] = { read_file },	      [XEAP_KF_LIST] = { read_list, true },
	[XEAP_KF_BYTES] = { read_raw, true }, [XEAP_KF_METHODS] = { read_methods, true },
	[XEAP_KF_NUMBER] = { read_text },     [XEAP_KF_WORD] = { read_word },
	[XEAP_KF_METHOD] = { read_word },     [XEAP_KF_TLS_FLAGS] = { read_tls_flags },
};

static int read_value(struct reader *r, const struct xeap_keyfile_rule *rule)
{
	struct xeap_bytes bytes;
	int err;

	if (forms[rule->form].list)
		return forms[rule->form].read(r, rule, r->kf.value);
	err = xeap_keyfile_string(r->kf.value, &bytes);
	if (err)
		return result(r, err);
	err = forms[rule->form].read(r, rule, xeap_span(bytes.data, bytes.len));
	xeap_bytes_wipe(&bytes);
	return err;
}

static int read_type(struct reader *r)
{
	if (xeap_span_is(r->kf.value, "ethernet") || xeap_span_is(r->kf.value, "802-3-ethernet"))
		return 0;
	return note(r, "it becomes a network of a wired port");
}

static bool is_secret_flags(struct xeap_span key)
{
	static const char end[] = "-flags";
	size_t len = sizeof(end) - 1;

	return key.len > len && !memcmp(key.data + key.len - len, end, len);
}

static int read_other(struct reader *r)
{
	for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++) {
		if (!xeap_span_is(r->kf.group, left_out[i].group) ||
		    !xeap_span_is(r->kf.key, left_out[i].name))
			continue;
		if (!left_out[i].why || xeap_span_is(r->kf.value, left_out[i].neutral))
			return 0;
		return note(r, left_out[i].why);
	}
	if (!is_secret_flags(r->kf.key))
		return note(r, "a network block has no such key");
	if (xeap_span_is(r->kf.value, "0") || xeap_span_is(r->kf.value, NOT_REQUIRED))
		return 0;
	return note(r, "the secret is kept elsewhere or asked for; write it into the network");
}

static int read_system(struct reader *r)
{
	r->system = xeap_span_is(r->kf.value, "true") || xeap_span_is(r->kf.value, "1");
	if (r->system || xeap_span_is(r->kf.value, "false") || xeap_span_is(r->kf.value, "0"))
		return 0;
	return refuse(r, "is true or false");
}

/* Whether a key is the password of something that may be in a token. */
static bool is_password_of(struct xeap_span key, const char *name)
{
	static const char end[] = "-password";
	size_t len = strlen(name);

	return key.len == len + sizeof(end) - 1 && !memcmp(key.data, name, len) &&
	       !memcmp(key.data + len, end, sizeof(end) - 1);
}

/* Kept until it is known what it opens: a token, or a file. */
static int keep_password(struct reader *r, bool *ret_kept)
{
	*ret_kept = false;
	for (size_t i = 0; xeap_keyfile_objects[i].name; i++) {
		if (!is_password_of(r->kf.key, xeap_keyfile_objects[i].name))
			continue;
		*ret_kept = true;
		xeap_bytes_wipe(&r->passwords[i]);
		return result(r, xeap_keyfile_string(r->kf.value, &r->passwords[i]));
	}
	return 0;
}

static int read_key(struct reader *r)
{
	const struct xeap_keyfile_rule *rule = xeap_keyfile_rules;
	bool kept;
	int err;

	if (xeap_span_is(r->kf.group, XEAP_KEYFILE_8021X)) {
		if (xeap_span_is(r->kf.key, "system-ca-certs"))
			return read_system(r);
		err = keep_password(r, &kept);
		if (err || kept)
			return err;
	}

	for (; rule->name; rule++) {
		if (xeap_span_is(r->kf.group, rule->group) && xeap_span_is(r->kf.key, rule->name))
			return read_value(r, rule);
	}
	if (xeap_span_is(r->kf.group, XEAP_KEYFILE_CONNECTION) && xeap_span_is(r->kf.key, "type"))
		return read_type(r);
	return read_other(r);
}

/* Of other groups there is one note, whatever is in them. */
static int read_line(struct reader *r)
{
	bool here = xeap_span_is(r->kf.group, XEAP_KEYFILE_8021X);

	r->has_8021x |= here;
	snprintf(r->where, sizeof(r->where), "line %u: ", r->kf.line);
	if (here || xeap_span_is(r->kf.group, XEAP_KEYFILE_CONNECTION))
		return r->kf.key.len ? read_key(r) : 0;
	return r->kf.key.len ? 0 : note(r, "it is not about authentication");
}

static int put(struct reader *r, enum xeap_config_key key, const struct xeap_text *t)
{
	if (t->failed)
		return out_of_memory(r);
	return t->len ? assign(r, key, xeap_span(t->data, t->len)) : 0;
}

/* A PKCS#12 file is given twice there and once here, as may a token's key and certificate be. */
static void drop_twin(struct xeap_config *config, enum xeap_config_key cert,
		      enum xeap_config_key key)
{
	struct xeap_span a = xeap_config_get(config, cert), b = xeap_config_get(config, key);

	if (a.len && a.len == b.len && !memcmp(a.data, b.data, a.len) &&
	    (xeap_keyfile_is_pkcs12(a) || xeap_keyfile_is_token(a)))
		xeap_config_unset(config, cert);
}

static int note_password(struct reader *r, const char *name, const char *why)
{
	char key[40];

	snprintf(key, sizeof(key), "%s-password", name);
	return xeap_note(r->notes, key, "%s", why) ? out_of_memory(r) : 0;
}

static int put_pin(struct reader *r, const struct xeap_keyfile_object *o, struct xeap_span pin)
{
	struct xeap_span old = xeap_config_get(r->config, o->pin);

	if (!old.data)
		return assign(r, o->pin, pin);
	if (old.len == pin.len && xeap_equal_secret(old.data, pin.data, pin.len))
		return 0;
	return note_password(r, o->name, "a token has one PIN, and another came first");
}

/* A file's password is a private key's, and a token's a PIN, whichever of its objects it is for. */
static int put_password(struct reader *r, const struct xeap_keyfile_object *o,
			struct xeap_span password)
{
	bool token = xeap_keyfile_is_token(xeap_config_get(r->config, o->key));

	if (!password.data)
		return 0;
	if (!token && o->key == XEAP_CONFIG_PRIVATE_KEY)
		return assign(r, XEAP_CONFIG_PRIVATE_KEY_PASSWD, password);
	if (!token && o->key == XEAP_CONFIG_PRIVATE_KEY2)
		return assign(r, XEAP_CONFIG_PRIVATE_KEY2_PASSWD, password);
	if (!password.len)
		return 0;
	if (token)
		return put_pin(r, o, password);
	return note_password(r, o->name, "certificates are read from files only");
}

static int put_passwords(struct reader *r)
{
	int err = 0;

	for (size_t i = 0; xeap_keyfile_objects[i].name && !err; i++)
		err = put_password(r, &xeap_keyfile_objects[i],
				   xeap_span(r->passwords[i].data, r->passwords[i].len));
	return err;
}

/*
 * What the system trusts takes the place of a directory there. Beside a file it counts there, too;
 * here the file alone, which is less.
 */
static int put_system(struct reader *r, enum xeap_config_key cert, enum xeap_config_key path)
{
	if (xeap_config_has(r->config, cert))
		return xeap_note(r->notes, "system-ca-certs",
				 "there is a %s, too, which goes first", xeap_config_key_name(cert))
			       ? out_of_memory(r)
			       : 0;
	if (xeap_config_has(r->config, path) &&
	    xeap_note(r->notes, xeap_config_key_name(path), "system-ca-certs takes its place"))
		return out_of_memory(r);
	xeap_config_unset(r->config, path);
	return assign(r, cert, xeap_span("system", 6));
}

static int put_systems(struct reader *r)
{
	bool inside = xeap_config_has(r->config, XEAP_CONFIG_PRIVATE_KEY2) ||
		      xeap_config_has(r->config, XEAP_CONFIG_CLIENT_CERT2);
	int err = r->system ? put_system(r, XEAP_CONFIG_CA_CERT, XEAP_CONFIG_CA_PATH) : 0;

	if (!err && r->system && inside)
		err = put_system(r, XEAP_CONFIG_CA_CERT2, XEAP_CONFIG_CA_PATH2);
	return err;
}

static int complete(struct reader *r)
{
	int err;

	r->where[0] = 0;
	if (!r->has_8021x)
		return xeap_diag_set(r->diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "no [802-1x] in it: the connection has no authentication");
	drop_twin(r->config, XEAP_CONFIG_CLIENT_CERT, XEAP_CONFIG_PRIVATE_KEY);
	drop_twin(r->config, XEAP_CONFIG_CLIENT_CERT2, XEAP_CONFIG_PRIVATE_KEY2);
	err = put_passwords(r);
	if (!err)
		err = put_systems(r);
	if (!err)
		err = put(r, XEAP_CONFIG_PHASE1, &r->phase1);
	if (!err)
		err = put(r, XEAP_CONFIG_PHASE2, &r->phase2);
	if (!err)
		err = assign(r, XEAP_CONFIG_KEY_MGMT, xeap_span("IEEE8021X", 9));
	if (!err)
		err = assign(r, XEAP_CONFIG_EAPOL_FLAGS, xeap_span("0", 1));
	return err;
}

int xeap_config_from_keyfile(struct xeap_span text, struct xeap_config **ret_config,
			     struct xeap_notes *notes, struct xeap_diag *ret_diag)
{
	struct reader r = { .kf.text = text, .notes = notes, .diag = ret_diag };
	int err;

	if (text.len > XEAP_CONFIG_MAX_TEXT)
		return xeap_diag_set(ret_diag, -E2BIG, XEAP_E_INVALID_PARAMETER,
				     "more than %d bytes", XEAP_CONFIG_MAX_TEXT);
	if (xeap_config_new(&r.config))
		return out_of_memory(&r);
	while ((err = xeap_keyfile_next(&r.kf, ret_diag)) > 0) {
		err = read_line(&r);
		if (err)
			break;
	}
	if (!err)
		err = complete(&r);
	xeap_text_wipe(&r.phase1);
	xeap_text_wipe(&r.phase2);
	for (size_t i = 0; i < OBJECTS; i++)
		xeap_bytes_wipe(&r.passwords[i]);
	if (err) {
		xeap_config_free(r.config);
		return err;
	}
	*ret_config = r.config;
	return 0;
}
