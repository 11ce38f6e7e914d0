/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The element `network` of our own namespace: every key of a network block. */
#include "host/xml.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "host/config_keys.h"

#define NAME_SIZE 64

/*
 * private_key_passwd as privateKeyPasswd; other forms of a password as passwordHash and
 * passwordExternal.
 */
static void element_name(enum xeap_config_key key, char name[NAME_SIZE])
{
	const char *from = xeap_config_key_name(key);
	char *to = name;

	for (; *from; from++) {
		if (*from == '_' && from[1])
			*to++ = (char)toupper((unsigned char)*++from);
		else
			*to++ = *from;
	}
	*to = 0;
	if (xeap_config_rule(key)->form == XEAP_FORM_HASH)
		memcpy(to, "Hash", sizeof("Hash"));
	if (xeap_config_rule(key)->form == XEAP_FORM_EXTERNAL)
		memcpy(to, "External", sizeof("External"));
}

static bool find_key(const xmlNode *node, enum xeap_config_key *ret_key)
{
	char name[NAME_SIZE];

	if (!xeap_xml_in(node, XEAP_NS_XEAP))
		return false;
	for (int i = 0; i < XEAP_CONFIG_MAX; i++) {
		element_name((enum xeap_config_key)i, name);
		if (strcmp(name, (const char *)node->name) != 0)
			continue;
		*ret_key = (enum xeap_config_key)i;
		return true;
	}
	return false;
}

/* Whether the element has encoding="hex"; any other encoding is refused. */
static int is_hex(struct xeap_xml *x, const xmlNode *node, bool *ret_hex)
{
	const char *value = xeap_xml_attribute(node, "encoding");

	if (value && strcmp(value, "hex") != 0)
		return xeap_xml_refuse(x, -EINVAL, node, "has no encoding but hex");
	*ret_hex = value;
	return 0;
}

static bool is_string(enum xeap_config_key key)
{
	enum xeap_config_form form = xeap_config_rule(key)->form;

	return form != XEAP_FORM_NUMBER && form != XEAP_FORM_METHODS && form != XEAP_FORM_KEY_MGMT;
}

static int assign(struct xeap_xml *x, const xmlNode *node, enum xeap_config_key key,
		  const struct xeap_bytes *value)
{
	char where[32];

	snprintf(where, sizeof(where), "line %ld: ", xmlGetLineNo(node));
	return xeap_config_assign_bytes(x->config, where, key, xeap_span(value->data, value->len),
					x->diag);
}

int xeap_xml_assign(struct xeap_xml *x, const xmlNode *node, enum xeap_config_key key)
{
	struct xeap_bytes value;
	int err = xeap_xml_text(x, node, false, &value);

	if (err)
		return err;
	err = assign(x, node, key, &value);
	xeap_bytes_wipe(&value);
	return err;
}

int xeap_xml_assign_text(struct xeap_xml *x, const xmlNode *node, enum xeap_config_key key,
			 const struct xeap_text *text)
{
	struct xeap_bytes value = { (uint8_t *)text->data, text->len };

	if (text->failed)
		return xeap_xml_no_memory(x);
	return assign(x, node, key, &value);
}

static int read_key(struct xeap_xml *x, const xmlNode *node)
{
	enum xeap_config_key key;
	struct xeap_bytes value;
	bool hex = false;
	int err;

	if (!find_key(node, &key))
		return xeap_xml_refuse(x, -EINVAL, node, "is no key of a network");
	err = is_hex(x, node, &hex);
	if (!err)
		err = hex ? xeap_xml_hex(x, node, &value)
			  : xeap_xml_text(x, node, !is_string(key), &value);
	if (err)
		return err;
	err = assign(x, node, key, &value);
	xeap_bytes_wipe(&value);
	return err;
}

int xeap_xml_read_network(struct xeap_xml *x, const xmlNode *node, void *unused)
{
	int err = 0;

	x->has_network = true;
	for (node = xeap_xml_first(node); node && !err; node = xeap_xml_next(node))
		err = read_key(x, node);
	return err;
}

void xeap_xml_escape(struct xeap_text *t, struct xeap_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		switch (text.data[i]) {
		case '&':
			xeap_text_puts(t, "&amp;");
			continue;
		case '<':
			xeap_text_puts(t, "&lt;");
			continue;
		case '>':
			xeap_text_puts(t, "&gt;");
			continue;
		}
		xeap_text_add(t, xeap_span(text.data + i, 1));
	}
}

/* Blanks at the ends get lost where somebody sets a document out anew; XML 1.0 §2.2 the rest. */
bool xeap_xml_is_text(struct xeap_span value)
{
	if (!xeap_text_is_utf8(value, true))
		return false;
	if (memmem(value.data, value.len, "\xef\xbf\xbe", 3) ||
	    memmem(value.data, value.len, "\xef\xbf\xbf", 3))
		return false;
	return !value.len || (value.data[0] != ' ' && value.data[value.len - 1] != ' ');
}

static void write_bytes(struct xeap_text *t, const char *name, enum xeap_config_key key,
			struct xeap_span value)
{
	bool hex = xeap_config_rule(key)->form == XEAP_FORM_HASH || !xeap_xml_is_text(value);

	xeap_text_puts(t, "<");
	xeap_text_puts(t, name);
	xeap_text_puts(t, hex ? " encoding=\"hex\">" : ">");
	if (hex)
		xeap_text_hex(t, value);
	else
		xeap_xml_escape(t, value);
	xeap_text_puts(t, "</");
	xeap_text_puts(t, name);
	xeap_text_puts(t, ">\n");
}

static void write_methods(struct xeap_xml_out *o, const struct xeap_config *config)
{
	struct xeap_text names = { 0 };

	xeap_text_methods(&names, config);
	xeap_xml_leaf(o, NULL, "eap", xeap_span(names.data, names.len));
	o->text.failed |= names.failed;
	xeap_text_wipe(&names);
}

static void write_key(struct xeap_xml_out *o, const struct xeap_config *config,
		      enum xeap_config_key key)
{
	struct xeap_span value = xeap_config_get(config, key);
	char name[NAME_SIZE];

	element_name(key, name);
	if (key == XEAP_CONFIG_EAP) {
		write_methods(o, config);
	} else if (!value.data) {
		xeap_xml_count(o, NULL, name, xeap_config_get_int(config, key, 0));
	} else {
		for (int i = 0; i < o->depth; i++)
			xeap_text_puts(&o->text, "  ");
		write_bytes(&o->text, name, key, value);
	}
}

/* One method is said by EapMethod already. */
static bool is_wanted(const struct xeap_config *config, enum xeap_config_key key)
{
	if (key == XEAP_CONFIG_EAP)
		return xeap_config_get_eap(config, 1);
	return xeap_config_has(config, key);
}

void xeap_xml_write_network(struct xeap_xml_out *o, const struct xeap_config *config)
{
	xeap_xml_open(o, XEAP_NS_XEAP, "network");
	for (int i = 0; i < XEAP_CONFIG_MAX; i++) {
		if (!o->said[i] && is_wanted(config, (enum xeap_config_key)i))
			write_key(o, config, (enum xeap_config_key)i);
	}
	xeap_xml_close(o, "network");
}
