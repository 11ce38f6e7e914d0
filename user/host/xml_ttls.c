/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * TTLS and TEAP: EapTtlsConnectionPropertiesV1 and EapTeapConnectionPropertiesV1, [MS-GPWL]
 * §2.2.3.2.12 and §2.2.3.2.13. The schemas have Eap for a method within, EAPHost writes a whole
 * EapHostConfig; both are read.
 */
#include "host/xml.h"

#include <string.h>

#include "host/config_network.h"

struct tunnel {
	struct xeap_xml_server server;
	struct xeap_xml_inside in;
	struct xeap_xml_privacy privacy;
	const char *root; /* the element that all of it is in */
	bool ttls;
};

static int read_validation(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct tunnel *t = context;

	return xeap_xml_read_validation(x, node, &t->server);
}

static const struct {
	const char *element, *name;
} own_methods[] = {
	{ "PAPAuthentication", "PAP" },
	{ "CHAPAuthentication", "CHAP" },
	{ "MSCHAPAuthentication", "MSCHAP" },
	{ "MSCHAPv2Authentication", "MSCHAPV2" },
};

#define OWN_METHODS (sizeof(own_methods) / sizeof(own_methods[0]))

static int read_own(struct xeap_xml *x, const xmlNode *node, void *context)
{
	static const struct xeap_xml_rule rules[] = {
		{ XEAP_NS_TTLS, "UseWinlogonCredentials", xeap_xml_read_logon },
		{ NULL, NULL, NULL },
	};
	struct xeap_xml_inside *in = context;

	for (size_t i = 0; i < OWN_METHODS; i++) {
		if (!strcmp((const char *)node->name, own_methods[i].element))
			xeap_xml_add_inner(in, node, "auth", own_methods[i].name);
	}
	return xeap_xml_each(x, node, rules, context);
}

static int read_inner_config(struct xeap_xml *x, const xmlNode *node, void *context)
{
	static const struct xeap_xml_rule rules[] = {
		{ XEAP_NS_BASE_CONNECTION, "Eap", xeap_xml_read_inner_eap },
		{ XEAP_NS_HOST_CONFIG, "EapHostConfig", xeap_xml_read_inner_host },
		{ NULL, NULL, NULL },
	};

	return xeap_xml_each(x, node, rules, context);
}

static int read_phase2(struct xeap_xml *x, const xmlNode *node, void *context)
{
	static const struct xeap_xml_rule rules[] = {
		{ XEAP_NS_TTLS, "PAPAuthentication", read_own },
		{ XEAP_NS_TTLS, "CHAPAuthentication", read_own },
		{ XEAP_NS_TTLS, "MSCHAPAuthentication", read_own },
		{ XEAP_NS_TTLS, "MSCHAPv2Authentication", read_own },
		{ XEAP_NS_TEAP, "InnerMethodConfig", read_inner_config },
		{ XEAP_NS_BASE_CONNECTION, "Eap", xeap_xml_read_inner_eap },
		{ XEAP_NS_HOST_CONFIG, "EapHostConfig", xeap_xml_read_inner_host },
		{ NULL, NULL, NULL },
	};
	struct tunnel *t = context;

	return xeap_xml_each(x, node, rules, &t->in);
}

/* IdentityPrivacy is true when it is left out. */
static int read_phase1(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct tunnel *t = context;
	const struct xeap_xml_rule rules[] = {
		{ t->server.ns, "IdentityPrivacy", xeap_xml_read_private },
		{ t->server.ns, "AnonymousIdentity", xeap_xml_read_anonymous },
		{ NULL, NULL, NULL },
	};

	t->privacy = (struct xeap_xml_privacy){ .node = node, .enabled = true };
	return xeap_xml_each(x, node, rules, &t->privacy);
}

static int read_tunnel(struct xeap_xml *x, const xmlNode *node, void *context)
{
	const struct tunnel *t = context;
	const struct xeap_xml_rule rules[] = {
		{ t->server.ns, "ServerValidation", read_validation },
		{ t->server.ns, "Phase2Authentication", read_phase2 },
		{ t->server.ns, "Phase1Identity", read_phase1 },
		XEAP_XML_NETWORK,
		{ NULL, NULL, NULL },
	};

	return xeap_xml_each(x, node, rules, context);
}

/* The schema's own spelling begins with a small letter, EAPHost's with a capital. */
static int read_config(struct xeap_xml *x, const xmlNode *config, struct tunnel *t)
{
	const struct xeap_xml_rule rules[] = {
		{ t->server.ns, t->root, read_tunnel },
		{ t->server.ns, t->ttls ? "eapTtls" : "eapTeap", read_tunnel },
		XEAP_XML_NETWORK,
		{ NULL, NULL, NULL },
	};
	int err = xeap_xml_each(x, config, rules, t);

	if (!err)
		err = xeap_xml_judge_server(x, &t->server);
	if (!err)
		err = xeap_xml_judge_inner(x, &t->in, t->ttls);
	if (!err)
		err = xeap_xml_judge_privacy(x, &t->privacy);
	xeap_text_wipe(&t->in.words);
	return err;
}

int xeap_xml_ttls_from(struct xeap_xml *x, const xmlNode *config, uint8_t type)
{
	struct tunnel t = {
		.server = { .place = &xeap_xml_outer, .ns = XEAP_NS_TTLS },
		.in.word = "autheap",
		.root = "EapTtls",
		.ttls = true,
	};

	return read_config(x, config, &t);
}

int xeap_xml_teap_from(struct xeap_xml *x, const xmlNode *config, uint8_t type)
{
	struct tunnel t = {
		.server = { .place = &xeap_xml_outer, .ns = XEAP_NS_TEAP },
		.in.word = "auth",
		.root = "EapTeap",
	};

	return read_config(x, config, &t);
}

static void write_validation(struct xeap_xml_out *o, const struct xeap_config *config)
{
	xeap_xml_open(o, NULL, "ServerValidation");
	xeap_xml_write_names(o, config, &xeap_xml_outer);
	xeap_xml_flag(o, NULL, "DisablePrompt", xeap_xml_never_asks(o, config, &xeap_xml_outer));
	xeap_xml_close(o, "ServerValidation");
}

static void write_phase1(struct xeap_xml_out *o, const struct xeap_config *config)
{
	struct xeap_span name;
	bool private = xeap_xml_privacy_name(config, &name);

	xeap_xml_open(o, NULL, "Phase1Identity");
	xeap_xml_flag(o, NULL, "IdentityPrivacy", private);
	if (private)
		xeap_xml_leaf(o, NULL, "AnonymousIdentity", name);
	xeap_xml_close(o, "Phase1Identity");
}

static void write_own(struct xeap_xml_out *o, struct xeap_span name)
{
	for (size_t i = 0; i < OWN_METHODS; i++) {
		if (!xeap_span_is(name, own_methods[i].name))
			continue;
		if (strcmp(own_methods[i].name, "MSCHAPV2") != 0) {
			xeap_xml_empty(o, NULL, own_methods[i].element);
			continue;
		}
		xeap_xml_open(o, NULL, own_methods[i].element);
		xeap_xml_flag(o, NULL, "UseWinlogonCredentials", false);
		xeap_xml_close(o, own_methods[i].element);
	}
}

static void write_phase2(struct xeap_xml_out *o, const struct xeap_config *config, bool ttls)
{
	static const char own[] = "auth=";
	struct xeap_text words = { 0 };

	xeap_xml_inner_words(config, ttls, &words);
	xeap_xml_say_inner(o, config, &words);
	if (words.len) {
		xeap_xml_open(o, NULL, "Phase2Authentication");
		if (ttls && !memcmp(words.data, own, sizeof(own) - 1))
			write_own(o, xeap_span(words.data + sizeof(own) - 1,
					       words.len - sizeof(own) + 1));
		else
			xeap_xml_write_inner(o, config, &words, true,
					     ttls ? NULL : "InnerMethodConfig");
		xeap_xml_close(o, "Phase2Authentication");
	}
	xeap_text_wipe(&words);
}

static void write_config(struct xeap_xml_out *o, const struct xeap_config *config, const char *ns,
			 const char *root, bool ttls)
{
	xeap_xml_open(o, ns, root);
	write_validation(o, config);
	write_phase2(o, config, ttls);
	write_phase1(o, config);
	xeap_xml_write_network(o, config);
	xeap_xml_close(o, root);
}

void xeap_xml_ttls_to(struct xeap_xml_out *o, const struct xeap_config *config)
{
	write_config(o, config, XEAP_NS_TTLS, "EapTtls", true);
}

void xeap_xml_teap_to(struct xeap_xml_out *o, const struct xeap_config *config)
{
	write_config(o, config, XEAP_NS_TEAP, "EapTeap", false);
}

static const struct xeap_xml_rule user_rules[] = {
	{ XEAP_NS_TTLS_USER, "Username", xeap_xml_read_username },
	{ XEAP_NS_TTLS_USER, "Password", xeap_xml_read_password },
	{ XEAP_NS_TEAP_USER, "Username", xeap_xml_read_username },
	{ XEAP_NS_TEAP_USER, "Password", xeap_xml_read_password },
	{ XEAP_NS_BASE_USER, "Eap", xeap_xml_read_inner_user },
	XEAP_XML_NETWORK,
	{ NULL, NULL, NULL },
};

static int read_user(struct xeap_xml *x, const xmlNode *node, void *context)
{
	return xeap_xml_each(x, node, user_rules, context);
}

int xeap_xml_ttls_credentials(struct xeap_xml *x, const xmlNode *credentials, uint8_t type)
{
	static const struct xeap_xml_rule rules[] = {
		{ XEAP_NS_TTLS_USER, "EapTtls", read_user },
		{ XEAP_NS_TTLS_USER, "eapTtls", read_user },
		XEAP_XML_NETWORK,
		{ NULL, NULL, NULL },
	};

	return xeap_xml_each(x, credentials, rules, NULL);
}

int xeap_xml_teap_credentials(struct xeap_xml *x, const xmlNode *credentials, uint8_t type)
{
	static const struct xeap_xml_rule rules[] = {
		{ XEAP_NS_TEAP_USER, "EapTeap", read_user },
		{ XEAP_NS_TEAP_USER, "eapTeap", read_user },
		XEAP_XML_NETWORK,
		{ NULL, NULL, NULL },
	};

	return xeap_xml_each(x, credentials, rules, NULL);
}
