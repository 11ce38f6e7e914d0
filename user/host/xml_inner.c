/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What runs within PEAP, TTLS and TEAP, and what is said of it outside: [MS-GPWL] §2.2.3.2.6,
 * §2.2.3.2.7, §2.2.3.2.12 and §2.2.3.2.13. MSCHAPv2 alone is here, too.
 */
#include "host/xml.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host/config_network.h"

#define TYPE_TLS 13
#define TYPE_MSCHAPV2 26

/* A tunnel within a tunnel is nothing that a network block could say. */
static bool runs_inside(const struct xeap_xml_method *m)
{
	static const char *const tunnels[] = { "TTLS", "PEAP", "FAST", "TEAP", "LEAP", "TNC" };

	for (size_t i = 0; i < sizeof(tunnels) / sizeof(tunnels[0]); i++) {
		if (!strcmp(m->name, tunnels[i]))
			return false;
	}
	return true;
}

/* TTLS's own methods, RFC 5281 §11.2, as words of phase2. */
static const char *const own_names[] = { "PAP", "CHAP", "MSCHAP", "MSCHAPV2" };

static bool is_own(const char *name)
{
	for (size_t i = 0; i < sizeof(own_names) / sizeof(own_names[0]); i++) {
		if (!strcmp(name, own_names[i]))
			return true;
	}
	return false;
}

bool xeap_xml_key_is(const struct xeap_config *config, enum xeap_config_key key, const char *text)
{
	return xeap_span_is(xeap_config_get(config, key), text);
}

static void add_word(struct xeap_text *words, const char *word, const char *name)
{
	xeap_text_puts(words, words->len ? " " : "");
	xeap_text_puts(words, word);
	xeap_text_puts(words, "=");
	xeap_text_puts(words, name);
}

void xeap_xml_add_inner(struct xeap_xml_inside *in, const xmlNode *node, const char *word,
			const char *name)
{
	add_word(&in->words, word, name);
	in->node = node;
}

int xeap_xml_read_logon(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct xeap_xml_inside *in = context;
	bool logon;
	int err = xeap_xml_bool(x, node, &logon);

	if (!err && logon)
		in->logon = node;
	return err;
}

static const struct xeap_xml_rule mschapv2_rules[] = {
	{ XEAP_NS_MSCHAPV2, "UseWinLogonCredentials", xeap_xml_read_logon },
	XEAP_XML_NETWORK,
	{ NULL, NULL, NULL },
};

static struct xeap_xml_eap mschapv2_eap(struct xeap_xml_inside *in)
{
	return (struct xeap_xml_eap){
		.type = TYPE_MSCHAPV2,
		.base_ns = XEAP_NS_BASE_CONNECTION,
		.type_ns = XEAP_NS_MSCHAPV2,
		.rules = mschapv2_rules,
		.context = in,
	};
}

static int read_plain(struct xeap_xml *x, const xmlNode *node, uint8_t type)
{
	const struct xeap_xml_eap eap = {
		.type = type,
		.base_ns = XEAP_NS_BASE_CONNECTION,
		.type_ns = XEAP_NS_BASE_CONNECTION,
		.rules = xeap_xml_no_rules,
	};

	return xeap_xml_read_this_eap(x, node, &eap);
}

static int read_content(struct xeap_xml *x, const xmlNode *node, struct xeap_xml_inside *in,
			uint8_t type)
{
	struct xeap_xml_eap eap = mschapv2_eap(in);

	if (type == TYPE_MSCHAPV2)
		return xeap_xml_read_this_eap(x, node, &eap);
	if (type != TYPE_TLS)
		return read_plain(x, node, type);
	in->has_tls = true;
	return xeap_xml_inner_tls(x, node, &in->tls);
}

/* The method of a Type in an Eap, be it of a connection or of a user. */
static int method_of(struct xeap_xml *x, const xmlNode *node, const char *ns,
		     const struct xeap_xml_method **ret_method)
{
	const xmlNode *type = xeap_xml_child(node, ns, "Type");
	const struct xeap_xml_method *method;
	uint32_t number;
	int err;

	if (!type)
		return xeap_xml_refuse(x, -EINVAL, node, "has no Type");
	err = xeap_xml_number(x, type, 0, 255, &number);
	if (err)
		return err;
	method = xeap_xml_method_of_type(number);
	if (!method || !runs_inside(method))
		return xeap_xml_refuse(x, -EOPNOTSUPP, type,
				       "xeap runs no method of this type within another");
	*ret_method = method;
	return 0;
}

int xeap_xml_read_inner_eap(struct xeap_xml *x, const xmlNode *node, void *context)
{
	const struct xeap_xml_method *method = NULL;
	struct xeap_xml_inside *in = context;
	int err = method_of(x, node, XEAP_NS_BASE_CONNECTION, &method);

	if (err)
		return err;
	if (in->type && in->type != method->type)
		return xeap_xml_refuse(x, -EINVAL, node, "is not of the type that EapMethod says");
	xeap_xml_add_inner(in, node, in->word, method->name);
	return read_content(x, node, in, method->type);
}

static const struct xeap_xml_rule host_rules[] = {
	{ XEAP_NS_BASE_CONNECTION, "Eap", xeap_xml_read_inner_eap },
	XEAP_XML_NETWORK,
	{ NULL, NULL, NULL },
};

int xeap_xml_read_inner_host(struct xeap_xml *x, const xmlNode *node, void *context)
{
	const xmlNode *type = xeap_xml_child(node, XEAP_NS_HOST_CONFIG, "EapMethod");
	const xmlNode *config = xeap_xml_child(node, XEAP_NS_HOST_CONFIG, "Config");
	const struct xeap_xml_method *method = NULL;
	struct xeap_xml_inside *in = context;
	int err;

	if (!type || !config)
		return xeap_xml_refuse(x, -EINVAL, node, "has to have EapMethod and Config");
	err = xeap_xml_find_method(x, type, &method);
	if (err)
		return err;
	if (!runs_inside(method))
		return xeap_xml_refuse(x, -EOPNOTSUPP, type,
				       "xeap runs no method of this type within another");
	if (!xeap_xml_child(config, XEAP_NS_BASE_CONNECTION, "Eap")) {
		xeap_xml_add_inner(in, type, in->word, method->name);
		return xeap_xml_read_config(x, method, config);
	}
	in->type = method->type;
	err = xeap_xml_each(x, config, host_rules, in);
	in->type = 0;
	return err;
}

/* The name of an EAP method in a word of phase2; NULL for another word. */
static const struct xeap_xml_method *eap_of_word(struct xeap_span word, const char *start)
{
	size_t len = strlen(start);
	char name[32] = { 0 };
	const struct xeap_xml_method *method;

	if (word.len <= len || word.len - len >= sizeof(name) || memcmp(word.data, start, len))
		return NULL;
	memcpy(name, word.data + len, word.len - len);
	method = xeap_xml_method_of_name(name);
	return method && runs_inside(method) ? method : NULL;
}

static void eap_words(const struct xeap_config *config, bool ttls, struct xeap_text *words)
{
	struct xeap_span text = xeap_config_get(config, XEAP_CONFIG_PHASE2), next;

	while (xeap_value_word(&text, &next)) {
		const struct xeap_xml_method *method =
			eap_of_word(next, ttls ? "autheap=" : "auth=");

		if (method)
			add_word(words, ttls ? "autheap" : "auth", method->name);
	}
}

void xeap_xml_inner_words(const struct xeap_config *config, bool ttls, struct xeap_text *words)
{
	struct xeap_span own;
	char name[16] = { 0 };

	eap_words(config, ttls, words);
	if (!ttls || words->len || xeap_config_get_word(config, XEAP_CONFIG_PHASE2, "auth", &own) ||
	    own.len >= sizeof(name))
		return;
	memcpy(name, own.data, own.len);
	if (is_own(name))
		add_word(words, "auth", name);
}

static int judge_words(struct xeap_xml *x, const struct xeap_xml_inside *in, bool ttls)
{
	struct xeap_text others = { 0 };
	int err = 0;

	if (!in->words.len && !in->words.failed)
		return 0;
	if (!xeap_config_has(x->config, XEAP_CONFIG_PHASE2))
		return xeap_xml_assign_text(x, in->node, XEAP_CONFIG_PHASE2, &in->words);
	xeap_xml_inner_words(x->config, ttls, &others);
	if (others.failed || in->words.failed)
		err = xeap_xml_no_memory(x);
	else if (others.len != in->words.len || memcmp(others.data, in->words.data, others.len))
		err = xeap_xml_note(x, in->node, "there is a phase2, too, which goes first");
	xeap_text_wipe(&others);
	return err;
}

static int judge_logon(struct xeap_xml *x, const xmlNode *logon)
{
	if (!logon || (xeap_config_has(x->config, XEAP_CONFIG_IDENTITY) &&
		       xeap_xml_has_either(x, XEAP_CONFIG_PASSWORD, XEAP_CONFIG_PASSWORD_HASH)))
		return 0;
	return xeap_xml_note(x, logon, "nobody is logged on here: give identity and password");
}

int xeap_xml_judge_inner(struct xeap_xml *x, struct xeap_xml_inside *in, bool ttls)
{
	int err = judge_words(x, in, ttls);

	if (!err)
		err = judge_logon(x, in->logon);
	if (!err && in->has_tls)
		err = xeap_xml_judge_tls(x, &in->tls);
	return err;
}

static void write_mschapv2(struct xeap_xml_out *o, const struct xeap_config *network)
{
	xeap_xml_open(o, XEAP_NS_BASE_CONNECTION, "Eap");
	xeap_xml_count(o, NULL, "Type", TYPE_MSCHAPV2);
	xeap_xml_open(o, XEAP_NS_MSCHAPV2, "EapType");
	xeap_xml_flag(o, NULL, "UseWinLogonCredentials", false);
	if (network)
		xeap_xml_write_network(o, network);
	xeap_xml_close(o, "EapType");
	xeap_xml_close(o, "Eap");
}

static void write_eap(struct xeap_xml_out *o, const struct xeap_config *config, uint8_t type)
{
	if (type == TYPE_MSCHAPV2) {
		write_mschapv2(o, NULL);
	} else if (type == TYPE_TLS) {
		xeap_xml_write_tls(o, config, &xeap_xml_inner);
	} else {
		xeap_xml_open(o, XEAP_NS_BASE_CONNECTION, "Eap");
		xeap_xml_count(o, NULL, "Type", type);
		xeap_xml_close(o, "Eap");
	}
}

static void write_host(struct xeap_xml_out *o, const struct xeap_config *config,
		       const struct xeap_xml_method *method)
{
	xeap_xml_open(o, XEAP_NS_HOST_CONFIG, "EapHostConfig");
	xeap_xml_write_method(o, method);
	xeap_xml_open(o, NULL, "Config");
	write_eap(o, config, method->type);
	xeap_xml_close(o, "Config");
	xeap_xml_close(o, "EapHostConfig");
}

void xeap_xml_write_inner(struct xeap_xml_out *o, const struct xeap_config *config,
			  const struct xeap_text *words, bool host, const char *around)
{
	struct xeap_span text = xeap_span(words->data, words->len), word;

	while (xeap_value_word(&text, &word)) {
		const uint8_t *name = memchr(word.data, '=', word.len);
		size_t before = (size_t)(name + 1 - word.data);
		const struct xeap_xml_method *method =
			eap_of_word(xeap_span(name + 1, word.len - before), "");

		if (around)
			xeap_xml_open(o, NULL, around);
		if (host)
			write_host(o, config, method);
		else
			write_eap(o, config, method->type);
		if (around)
			xeap_xml_close(o, around);
	}
}

void xeap_xml_say_inner(struct xeap_xml_out *o, const struct xeap_config *config,
			const struct xeap_text *words)
{
	struct xeap_span all = xeap_config_get(config, XEAP_CONFIG_PHASE2);

	o->text.failed |= words->failed;
	o->said[XEAP_CONFIG_PHASE2] = all.len && all.len == words->len &&
				      !memcmp(all.data, words->data, all.len);
}

/* ---- MSCHAPv2 alone ---- */

int xeap_xml_mschapv2_from(struct xeap_xml *x, const xmlNode *config, uint8_t type)
{
	struct xeap_xml_inside in = { 0 };
	const struct xeap_xml_eap eap = mschapv2_eap(&in);
	int err = xeap_xml_read_eap(x, config, &eap);

	return err ? err : judge_logon(x, in.logon);
}

void xeap_xml_mschapv2_to(struct xeap_xml_out *o, const struct xeap_config *config)
{
	write_mschapv2(o, config);
}

/* ---- credentials ---- */

struct user {
	const xmlNode *name, *domain;
};

static int take_name(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct user *user = context;

	user->name = node;
	return 0;
}

static int take_domain(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct user *user = context;

	user->domain = node;
	return 0;
}

static const struct xeap_xml_rule mschapv2_user_rules[] = {
	{ XEAP_NS_MSCHAPV2_USER, "Username", take_name },
	{ XEAP_NS_MSCHAPV2_USER, "Password", xeap_xml_read_password },
	{ XEAP_NS_MSCHAPV2_USER, "LogonDomain", take_domain },
	XEAP_XML_NETWORK,
	{ NULL, NULL, NULL },
};

static struct xeap_xml_eap mschapv2_user(struct user *user)
{
	return (struct xeap_xml_eap){
		.type = TYPE_MSCHAPV2,
		.base_ns = XEAP_NS_BASE_USER,
		.type_ns = XEAP_NS_MSCHAPV2_USER,
		.rules = mschapv2_user_rules,
		.context = user,
	};
}

static int add_text(struct xeap_xml *x, const xmlNode *node, bool trim, struct xeap_text *t)
{
	struct xeap_bytes bytes;
	int err = xeap_xml_text(x, node, trim, &bytes);

	if (err)
		return err;
	xeap_text_add(t, xeap_span(bytes.data, bytes.len));
	xeap_bytes_wipe(&bytes);
	return 0;
}

/* DOMAIN\user, RFC 2759 §4 */
static int set_user(struct xeap_xml *x, const struct user *user)
{
	struct xeap_text t = { 0 };
	int err = 0;

	if (!user->name)
		return user->domain ? xeap_xml_note(x, user->domain, "there is no Username") : 0;
	if (user->domain)
		err = add_text(x, user->domain, true, &t);
	xeap_text_puts(&t, t.len ? "\\" : "");
	if (!err)
		err = add_text(x, user->name, false, &t);
	if (!err)
		err = xeap_xml_assign_text(x, user->name, XEAP_CONFIG_IDENTITY, &t);
	xeap_text_wipe(&t);
	return err;
}

int xeap_xml_mschapv2_credentials(struct xeap_xml *x, const xmlNode *credentials, uint8_t type)
{
	struct user user = { 0 };
	const struct xeap_xml_eap eap = mschapv2_user(&user);
	int err = xeap_xml_read_eap(x, credentials, &eap);

	return err ? err : set_user(x, &user);
}

static int inner_mschapv2_user(struct xeap_xml *x, const xmlNode *node)
{
	struct user user = { 0 };
	const struct xeap_xml_eap eap = mschapv2_user(&user);
	int err = xeap_xml_read_this_eap(x, node, &eap);

	return err ? err : set_user(x, &user);
}

int xeap_xml_read_inner_user(struct xeap_xml *x, const xmlNode *node, void *unused)
{
	struct xeap_xml_eap eap = {
		.base_ns = XEAP_NS_BASE_USER,
		.type_ns = XEAP_NS_USER,
		.rules = xeap_xml_user_rules,
	};
	const struct xeap_xml_method *method = NULL;
	int err = method_of(x, node, XEAP_NS_BASE_USER, &method);

	if (err)
		return err;
	if (method->type == TYPE_MSCHAPV2)
		return inner_mschapv2_user(x, node);
	if (method->type == TYPE_TLS)
		return xeap_xml_inner_tls_user(x, node);
	eap.type = method->type;
	return xeap_xml_read_this_eap(x, node, &eap);
}

/* ---- the identity outside ---- */

/* From the last @ on, RFC 7542 §2.2; empty when there is none. */
static struct xeap_span realm_of(struct xeap_span identity)
{
	for (size_t i = identity.len; i--;) {
		if (identity.data[i] == '@')
			return xeap_span(identity.data + i, identity.len - i);
	}
	return xeap_span(NULL, 0);
}

/* The name is carried, so this is not about the element. */
static int note_realm(struct xeap_xml *x, const xmlNode *node)
{
	char what[64];

	snprintf(what, sizeof(what), "the realm of %.40s", (const char *)node->name);
	return xeap_note(x->notes, what,
			 "no identity is there to take it from, so anonymous_identity is the name "
			 "alone")
		       ? xeap_xml_no_memory(x)
		       : 0;
}

/* EAPHost sends the name with the realm of the user's. */
static int set_anonymous(struct xeap_xml *x, const struct xeap_xml_privacy *privacy,
			 struct xeap_text *name)
{
	struct xeap_span identity = xeap_config_get(x->config, XEAP_CONFIG_IDENTITY);
	const xmlNode *node = privacy->name ? privacy->name : privacy->node;
	bool whole = realm_of(xeap_span(name->data, name->len)).len;
	int err;

	if (!whole)
		xeap_text_add(name, realm_of(identity));
	if (!name->len && !name->failed)
		return xeap_xml_note(x, node, "there is no realm of an identity: give one");
	err = xeap_xml_assign_text(x, node, XEAP_CONFIG_ANONYMOUS_IDENTITY, name);
	return !err && !whole && !identity.data ? note_realm(x, node) : err;
}

int xeap_xml_read_private(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct xeap_xml_privacy *privacy = context;

	return xeap_xml_bool(x, node, &privacy->enabled);
}

int xeap_xml_read_anonymous(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct xeap_xml_privacy *privacy = context;

	privacy->name = node;
	return 0;
}

int xeap_xml_judge_privacy(struct xeap_xml *x, const struct xeap_xml_privacy *privacy)
{
	struct xeap_text name = { 0 };
	int err = 0;

	if (!privacy->enabled || xeap_config_has(x->config, XEAP_CONFIG_ANONYMOUS_IDENTITY))
		return 0;
	if (privacy->name)
		err = add_text(x, privacy->name, true, &name);
	if (!err)
		err = set_anonymous(x, privacy, &name);
	xeap_text_wipe(&name);
	return err;
}

bool xeap_xml_privacy_name(const struct xeap_config *config, struct xeap_span *ret_name)
{
	struct xeap_span name = xeap_config_get(config, XEAP_CONFIG_ANONYMOUS_IDENTITY);
	struct xeap_span realm = realm_of(name);
	struct xeap_span user = realm_of(xeap_config_get(config, XEAP_CONFIG_IDENTITY));

	if (!name.len || !xeap_xml_is_text(name))
		return false;
	if (realm.len && realm.len == user.len && !memcmp(realm.data, user.data, user.len))
		name.len -= realm.len;
	*ret_name = name;
	return true;
}
