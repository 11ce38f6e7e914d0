/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* EAP-TLS: EapTlsConnectionPropertiesV1 with its extensions V2 and V3, EapTlsUserPropertiesV1. */
#include "host/xml.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* What an EapType said that can only be judged when all of it has been read. */
struct tls {
	const xmlNode *store, *root, *names, *different;
	bool different_username, ignore_names;
};

static int read_store(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct tls *tls = context;

	tls->store = node;
	return 0;
}

static int read_source(struct xeap_xml *x, const xmlNode *node, void *context)
{
	static const struct xeap_xml_rule rules[] = {
		{ XEAP_NS_TLS1, "CertificateStore", read_store },
		{ XEAP_NS_TLS1, "SmartCard", read_store },
		{ NULL, NULL, NULL },
	};

	return xeap_xml_each(x, node, rules, context);
}

static int read_prompt(struct xeap_xml *x, const xmlNode *node, void *context)
{
	bool disabled;
	int err = xeap_xml_bool(x, node, &disabled);

	if (!err && !disabled)
		err = xeap_xml_note(x, node,
				    "a server that cannot be verified is refused, nobody is asked");
	return err;
}

static int read_names(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct tls *tls = context;

	tls->names = node;
	return 0;
}

static int read_root(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct tls *tls = context;
	struct xeap_bytes thumbprint;
	int err = xeap_xml_hex(x, node, &thumbprint);

	if (err)
		return err;
	if (thumbprint.len)
		tls->root = node;
	xeap_bytes_wipe(&thumbprint);
	return 0;
}

static int read_validation(struct xeap_xml *x, const xmlNode *node, void *context)
{
	static const struct xeap_xml_rule rules[] = {
		{ XEAP_NS_TLS1, "DisableUserPromptForServerValidation", read_prompt },
		{ XEAP_NS_TLS1, "ServerNames", read_names },
		{ XEAP_NS_TLS1, "TrustedRootCA", read_root },
		{ NULL, NULL, NULL },
	};

	return xeap_xml_each(x, node, rules, context);
}

static int read_different(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct tls *tls = context;

	tls->different = node;
	return xeap_xml_bool(x, node, &tls->different_username);
}

static int read_perform(struct xeap_xml *x, const xmlNode *node, void *context)
{
	bool perform;
	int err = xeap_xml_bool(x, node, &perform);

	if (!err && !perform)
		err = xeap_xml_refuse(x, -EOPNOTSUPP, node,
				      "false is not supported: xeap always verifies the server");
	return err;
}

static int read_accept(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct tls *tls = context;
	bool accept;
	int err = xeap_xml_bool(x, node, &accept);

	if (!err)
		tls->ignore_names = !accept;
	return err;
}

static int read_extensions(struct xeap_xml *x, const xmlNode *node, void *context)
{
	if (!xeap_xml_first(node))
		return 0;
	return xeap_xml_note(x, node, "a certificate is named by its file, not searched for");
}

static const struct xeap_xml_rule connection_rules[] = {
	{ XEAP_NS_TLS1, "CredentialsSource", read_source },
	{ XEAP_NS_TLS1, "ServerValidation", read_validation },
	{ XEAP_NS_TLS1, "DifferentUsername", read_different },
	{ XEAP_NS_TLS2, "PerformServerValidation", read_perform },
	{ XEAP_NS_TLS2, "AcceptServerName", read_accept },
	{ XEAP_NS_TLS2, "TLSExtensions", read_extensions },
	XEAP_XML_NETWORK,
	{ NULL, NULL, NULL },
};

/*
 * Names with a semicolon between them and nothing else. Returns false for one that is a regular
 * expression; a dot matches more there than here, where it is a dot.
 */
static bool plain_names(struct xeap_span text, struct xeap_text *t)
{
	const uint8_t *p = text.data, *end = p + text.len;

	while (p < end) {
		const uint8_t *semicolon = memchr(p, ';', (size_t)(end - p));
		const uint8_t *next = semicolon ? semicolon + 1 : end, *stop = semicolon;

		for (stop = stop ? stop : end; p < stop && isspace(*p);)
			p++;
		while (stop > p && isspace(stop[-1]))
			stop--;
		for (const uint8_t *c = p; c < stop; c++) {
			if (!isalnum(*c) && *c != '.' && *c != '-' && *c != '_')
				return false;
		}
		xeap_text_puts(t, t->len && stop > p ? ";" : "");
		xeap_text_add(t, xeap_span(p, (size_t)(stop - p)));
		p = next;
	}
	return true;
}

static int assign_names(struct xeap_xml *x, const xmlNode *node, const struct xeap_text *names)
{
	if (names->failed)
		return xeap_xml_no_memory(x);
	return xeap_config_assign_bytes(x->config, "", XEAP_CONFIG_DOMAIN_MATCH,
					xeap_span(names->data, names->len), x->diag);
}

static int set_names(struct xeap_xml *x, const struct tls *tls)
{
	struct xeap_text names = { 0 };
	struct xeap_bytes text;
	int err = tls->names ? xeap_xml_text(x, tls->names, true, &text) : 1;

	if (err)
		return err < 0 ? err : 0;
	if (!text.len)
		err = 0;
	else if (tls->ignore_names)
		err = xeap_xml_note(x, tls->names, "AcceptServerName is false, so nobody checks");
	else if (xeap_config_has(x->config, XEAP_CONFIG_DOMAIN_MATCH))
		err = xeap_xml_note(x, tls->names, "there is a domainMatch, too, which goes first");
	else if (!plain_names(xeap_span(text.data, text.len), &names))
		err = xeap_xml_refuse(x, -EOPNOTSUPP, tls->names,
				      "regular expressions are not supported: write whole names");
	else if (names.len || names.failed)
		err = assign_names(x, tls->names, &names);
	xeap_text_wipe(&names);
	xeap_bytes_wipe(&text);
	return err;
}

static bool has_either(struct xeap_xml *x, enum xeap_config_key a, enum xeap_config_key b)
{
	return xeap_config_has(x->config, a) || xeap_config_has(x->config, b);
}

static int judge(struct xeap_xml *x, const struct tls *tls)
{
	int err = set_names(x, tls);

	if (!err && tls->root && !has_either(x, XEAP_CONFIG_CA_CERT, XEAP_CONFIG_CA_PATH))
		err = xeap_xml_note(x, tls->root,
				    "a thumbprint names no file: name the authority's in caCert");
	if (!err && tls->store && !has_either(x, XEAP_CONFIG_CLIENT_CERT, XEAP_CONFIG_PRIVATE_KEY))
		err = xeap_xml_note(x, tls->store,
				    "not supported: name files in clientCert and privateKey");
	if (!err && tls->different && !tls->different_username &&
	    !xeap_config_has(x->config, XEAP_CONFIG_IDENTITY))
		err = xeap_xml_note(x, tls->different,
				    "the identity is not read from the certificate: give it");
	return err;
}

int xeap_xml_tls_from(struct xeap_xml *x, const xmlNode *config, uint8_t type)
{
	struct tls tls = { 0 };
	const struct xeap_xml_eap eap = {
		.type = type,
		.base_ns = XEAP_NS_BASE_CONNECTION,
		.type_ns = XEAP_NS_TLS1,
		.rules = connection_rules,
		.context = &tls,
	};
	int err = xeap_xml_read_eap(x, config, &eap);

	return err ? err : judge(x, &tls);
}

static int read_username(struct xeap_xml *x, const xmlNode *node, void *context)
{
	return xeap_xml_assign(x, node, XEAP_CONFIG_IDENTITY);
}

static int read_user_cert(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct xeap_bytes thumbprint;
	int err = xeap_xml_hex(x, node, &thumbprint);
	bool some = !err && thumbprint.len;

	if (err)
		return err;
	xeap_bytes_wipe(&thumbprint);
	if (some && !has_either(x, XEAP_CONFIG_CLIENT_CERT, XEAP_CONFIG_PRIVATE_KEY))
		err = xeap_xml_note(x, node,
				    "a thumbprint names no file: use clientCert and privateKey");
	return err;
}

static const struct xeap_xml_rule user_rules[] = {
	{ XEAP_NS_TLS_USER, "Username", read_username },
	{ XEAP_NS_TLS_USER, "UserCert", read_user_cert },
	XEAP_XML_NETWORK,
	{ NULL, NULL, NULL },
};

int xeap_xml_tls_credentials(struct xeap_xml *x, const xmlNode *credentials, uint8_t type)
{
	const struct xeap_xml_eap eap = {
		.type = type,
		.base_ns = XEAP_NS_BASE_USER,
		.type_ns = XEAP_NS_TLS_USER,
		.rules = user_rules,
	};

	return xeap_xml_read_eap(x, credentials, &eap);
}

/* Whether domain_match comes back the same from ServerNames. */
static bool names_fit(struct xeap_span match)
{
	struct xeap_text t = { 0 };
	bool fit = match.len && plain_names(match, &t) && t.len == match.len &&
		   !memcmp(t.data, match.data, t.len);

	xeap_text_wipe(&t);
	return fit;
}

static void write_line(struct xeap_text *t, const char *before, struct xeap_span value,
		       const char *after)
{
	xeap_text_puts(t, before);
	xeap_text_add(t, value);
	xeap_text_puts(t, after);
}

int xeap_xml_tls_to(struct xeap_text *t, const struct xeap_config *config, struct xeap_notes *notes)
{
	static const char v2[] = " xmlns=\"http://" XEAP_NS_TLS2 "\">";
	struct xeap_span match = xeap_config_get(config, XEAP_CONFIG_DOMAIN_MATCH);
	bool names = names_fit(match);
	bool identity = xeap_config_has(config, XEAP_CONFIG_IDENTITY);

	xeap_text_puts(t, "    <Eap xmlns=\"http://" XEAP_NS_BASE_CONNECTION "\">\n"
			  "      <Type>13</Type>\n"
			  "      <EapType xmlns=\"http://" XEAP_NS_TLS1 "\">\n"
			  "        <ServerValidation>\n"
			  "          <DisableUserPromptForServerValidation>true"
			  "</DisableUserPromptForServerValidation>\n");
	if (names)
		write_line(t, "          <ServerNames>", match, "</ServerNames>\n");
	xeap_text_puts(t, "        </ServerValidation>\n        <DifferentUsername>");
	xeap_text_puts(t, identity ? "true" : "false");
	xeap_text_puts(t, "</DifferentUsername>\n        <PerformServerValidation");
	xeap_text_puts(t, v2);
	xeap_text_puts(t, "true</PerformServerValidation>\n        <AcceptServerName");
	xeap_text_puts(t, v2);
	xeap_text_puts(t, names ? "true" : "false");
	xeap_text_puts(t, "</AcceptServerName>\n");
	xeap_xml_write_network(t, config, names ? XEAP_CONFIG_DOMAIN_MATCH : XEAP_CONFIG_MAX,
			       "        ");
	xeap_text_puts(t, "      </EapType>\n    </Eap>\n");
	return 0;
}
