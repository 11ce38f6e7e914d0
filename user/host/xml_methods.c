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

int xeap_xml_read_this_eap(struct xeap_xml *x, const xmlNode *node, const struct xeap_xml_eap *eap)
{
	struct xeap_xml_eap copy = *eap;
	const struct xeap_xml_rule rules[] = {
		{ eap->base_ns, "Type", read_type },
		{ eap->type_ns, "EapType", read_eap_type },
		XEAP_XML_NETWORK,
		{ NULL, NULL, NULL },
	};

	return xeap_xml_each(x, node, rules, &copy);
}

static int read_eap(struct xeap_xml *x, const xmlNode *node, void *context)
{
	return xeap_xml_read_this_eap(x, node, context);
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

int xeap_xml_read_username(struct xeap_xml *x, const xmlNode *node, void *context)
{
	return xeap_xml_assign(x, node, XEAP_CONFIG_IDENTITY);
}

int xeap_xml_read_password(struct xeap_xml *x, const xmlNode *node, void *context)
{
	return xeap_xml_assign(x, node, XEAP_CONFIG_PASSWORD);
}

/* Methods with a password have no published elements: these are the base schema's names. */
const struct xeap_xml_rule xeap_xml_user_rules[] = {
	{ XEAP_NS_USER, "Username", xeap_xml_read_username },
	{ XEAP_NS_USER, "Password", xeap_xml_read_password },
	XEAP_XML_NETWORK,
	{ NULL, NULL, NULL },
};

const struct xeap_xml_rule xeap_xml_no_rules[] = {
	XEAP_XML_NETWORK,
	{ NULL, NULL, NULL },
};

int xeap_xml_plain_from(struct xeap_xml *x, const xmlNode *config, uint8_t type)
{
	const struct xeap_xml_eap eap = {
		.type = type,
		.base_ns = XEAP_NS_BASE_CONNECTION,
		.type_ns = XEAP_NS_BASE_CONNECTION,
		.rules = xeap_xml_no_rules,
	};

	return xeap_xml_read_eap(x, config, &eap);
}

int xeap_xml_plain_credentials(struct xeap_xml *x, const xmlNode *credentials, uint8_t type)
{
	const struct xeap_xml_eap eap = {
		.type = type,
		.base_ns = XEAP_NS_BASE_USER,
		.type_ns = XEAP_NS_USER,
		.rules = xeap_xml_user_rules,
	};

	return xeap_xml_read_eap(x, credentials, &eap);
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

#define MICROSOFT 311

#define PLAIN(type, name)                                                                          \
	{                                                                                          \
		type, name, 0, xeap_xml_plain_from, NULL, xeap_xml_plain_credentials               \
	}
#define METHOD(type, name, author, stem)                                                           \
	{                                                                                          \
		type, name, author, xeap_xml_##stem##_from, xeap_xml_##stem##_to,                  \
			xeap_xml_##stem##_credentials                                              \
	}

static const struct xeap_xml_method methods[] = {
	PLAIN(4, "MD5"),
	PLAIN(5, "OTP"),
	PLAIN(6, "GTC"),
	METHOD(13, "TLS", 0, tls),
	{ .type = 17, .name = "LEAP" },
	{ 18, "SIM", MICROSOFT, xeap_xml_sim_from, xeap_xml_sim_to, NULL },
	METHOD(21, "TTLS", MICROSOFT, ttls),
	{ 23, "AKA", MICROSOFT, xeap_xml_sim_from, xeap_xml_aka_to, NULL },
	METHOD(25, "PEAP", 0, peap),
	METHOD(26, "MSCHAPV2", 0, mschapv2),
	{ .type = 38, .name = "TNC" },
	{ .type = 43, .name = "FAST" },
	PLAIN(46, "PAX"),
	PLAIN(47, "PSK"),
	PLAIN(48, "SAKE"),
	PLAIN(49, "IKEV2"),
	{ 50, "AKA'", MICROSOFT, xeap_xml_sim_from, xeap_xml_aka_prime_to, NULL },
	PLAIN(51, "GPSK"),
	PLAIN(52, "PWD"),
	PLAIN(53, "EKE"),
	METHOD(55, "TEAP", MICROSOFT, teap),
	{ .type = 56, .name = "NOOB" },
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

void xeap_xml_write_config(struct xeap_xml_out *o, const struct xeap_xml_method *method,
			   const struct xeap_config *config)
{
	if (method->to_xml)
		method->to_xml(o, config);
	else
		xeap_xml_write_network(o, config);
}
