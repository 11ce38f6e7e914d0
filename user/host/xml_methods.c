/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The methods that documents can name, and what those have in them that need nothing special. */
#include "host/xml.h"

#include <errno.h>
#include <string.h>

static int read_type(struct xeap_xml *x, const xmlNode *node, void *context)
{
	const struct xeap_xml_eap *eap = context;
	uint32_t number;
	int err = xeap_xml_number(x, node, 0, 255, &number);

	if (!err && number != eap->type)
		err = xeap_xml_refuse(x, -EINVAL, node, "is not the type that EapMethod says");
	return err;
}

static int read_eap_type(struct xeap_xml *x, const xmlNode *node, void *context)
{
	const struct xeap_xml_eap *eap = context;

	return xeap_xml_each(x, node, eap->rules, eap->context);
}

static int read_eap(struct xeap_xml *x, const xmlNode *node, void *context)
{
	const struct xeap_xml_eap *eap = context;
	const struct xeap_xml_rule rules[] = {
		{ eap->base_ns, "Type", read_type },
		{ eap->type_ns, "EapType", read_eap_type },
		XEAP_XML_NETWORK,
		{ NULL, NULL, NULL },
	};

	return xeap_xml_each(x, node, rules, context);
}

int xeap_xml_read_eap(struct xeap_xml *x, const xmlNode *parent, const struct xeap_xml_eap *eap)
{
	struct xeap_xml_eap copy = *eap;
	const struct xeap_xml_rule rules[] = {
		{ eap->base_ns, "Eap", read_eap },
		XEAP_XML_NETWORK,
		{ NULL, NULL, NULL },
	};

	return xeap_xml_each(x, parent, rules, &copy);
}

static int read_username(struct xeap_xml *x, const xmlNode *node, void *context)
{
	return xeap_xml_assign(x, node, XEAP_CONFIG_IDENTITY);
}

static int read_password(struct xeap_xml *x, const xmlNode *node, void *context)
{
	return xeap_xml_assign(x, node, XEAP_CONFIG_PASSWORD);
}

/* Methods with a password have no published elements: these are the base schema's names. */
static const struct xeap_xml_rule user_rules[] = {
	{ XEAP_NS_USER, "Username", read_username },
	{ XEAP_NS_USER, "Password", read_password },
	XEAP_XML_NETWORK,
	{ NULL, NULL, NULL },
};

static const struct xeap_xml_rule no_rules[] = {
	XEAP_XML_NETWORK,
	{ NULL, NULL, NULL },
};

static int plain_from(struct xeap_xml *x, const xmlNode *config, uint8_t type)
{
	const struct xeap_xml_eap eap = {
		.type = type,
		.base_ns = XEAP_NS_BASE_CONNECTION,
		.type_ns = XEAP_NS_BASE_CONNECTION,
		.rules = no_rules,
	};

	return xeap_xml_read_eap(x, config, &eap);
}

static int plain_credentials(struct xeap_xml *x, const xmlNode *credentials, uint8_t type)
{
	const struct xeap_xml_eap eap = {
		.type = type,
		.base_ns = XEAP_NS_BASE_USER,
		.type_ns = XEAP_NS_USER,
		.rules = user_rules,
	};

	return xeap_xml_read_eap(x, credentials, &eap);
}

static int plain_to(struct xeap_text *t, const struct xeap_config *config, struct xeap_notes *notes)
{
	xeap_xml_write_network(t, config, XEAP_CONFIG_MAX, "    ");
	return 0;
}

/* A method whose elements are not known here: nothing of them may be passed over. */
static int own_only(struct xeap_xml *x, const xmlNode *parent)
{
	const xmlNode *node = xeap_xml_first(parent);
	int err = 0;

	for (; node && !err; node = xeap_xml_next(node)) {
		if (!xeap_xml_is(node, XEAP_NS_XEAP, "network"))
			return xeap_xml_refuse(x, -EOPNOTSUPP, node,
					       "this method's own elements are not supported; "
					       "network of " XEAP_NS_XEAP " is");
		err = xeap_xml_read_network(x, node, NULL);
	}
	return err;
}

#define PLAIN(type, name)                                                                          \
	{                                                                                          \
		type, name, plain_from, plain_to, plain_credentials                                \
	}

static const struct xeap_xml_method methods[] = {
	PLAIN(4, "MD5"),
	PLAIN(5, "OTP"),
	PLAIN(6, "GTC"),
	{ 13, "TLS", xeap_xml_tls_from, xeap_xml_tls_to, xeap_xml_tls_credentials },
	{ .type = 17, .name = "LEAP" },
	{ .type = 18, .name = "SIM" },
	{ .type = 21, .name = "TTLS" },
	{ .type = 23, .name = "AKA" },
	{ .type = 25, .name = "PEAP" },
	{ .type = 26, .name = "MSCHAPV2" },
	{ .type = 38, .name = "TNC" },
	{ .type = 43, .name = "FAST" },
	{ .type = 46, .name = "PAX" },
	{ .type = 47, .name = "PSK" },
	{ .type = 48, .name = "SAKE" },
	{ .type = 49, .name = "IKEV2" },
	{ .type = 50, .name = "AKA'" },
	{ .type = 51, .name = "GPSK" },
	{ .type = 52, .name = "PWD" },
	{ .type = 53, .name = "EKE" },
	{ .type = 55, .name = "TEAP" },
};

#define METHODS (sizeof(methods) / sizeof(methods[0]))

const struct xeap_xml_method *xeap_xml_method_of_type(uint32_t type)
{
	for (size_t i = 0; i < METHODS; i++) {
		if (methods[i].type == type)
			return &methods[i];
	}
	return NULL;
}

const struct xeap_xml_method *xeap_xml_method_of_name(const char *name)
{
	for (size_t i = 0; i < METHODS; i++) {
		if (!strcmp(methods[i].name, name))
			return &methods[i];
	}
	return NULL;
}

int xeap_xml_read_config(struct xeap_xml *x, const struct xeap_xml_method *method,
			 const xmlNode *config)
{
	return method->from_xml ? method->from_xml(x, config, method->type) : own_only(x, config);
}

int xeap_xml_read_credentials(struct xeap_xml *x, const struct xeap_xml_method *method,
			      const xmlNode *credentials)
{
	if (method->credentials_from_xml)
		return method->credentials_from_xml(x, credentials, method->type);
	return own_only(x, credentials);
}

int xeap_xml_write_config(struct xeap_text *t, const struct xeap_xml_method *method,
			  const struct xeap_config *config, struct xeap_notes *notes)
{
	return method->to_xml ? method->to_xml(t, config, notes) : plain_to(t, config, notes);
}
