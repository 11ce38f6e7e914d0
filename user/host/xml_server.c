/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What the methods with TLS say of the server: [MS-GPWL] §2.2.3.2.8 and its likes. */
#include "host/xml.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

const struct xeap_xml_place xeap_xml_outer = {
	.domain_match = XEAP_CONFIG_DOMAIN_MATCH,
	.ca_cert = XEAP_CONFIG_CA_CERT,
	.ca_path = XEAP_CONFIG_CA_PATH,
	.client_cert = XEAP_CONFIG_CLIENT_CERT,
	.private_key = XEAP_CONFIG_PRIVATE_KEY,
	.prompt = XEAP_CONFIG_SERVER_CERT_PROMPT,
};

const struct xeap_xml_place xeap_xml_inner = {
	.domain_match = XEAP_CONFIG_DOMAIN_MATCH2,
	.ca_cert = XEAP_CONFIG_CA_CERT2,
	.ca_path = XEAP_CONFIG_CA_PATH2,
	.client_cert = XEAP_CONFIG_CLIENT_CERT2,
	.private_key = XEAP_CONFIG_PRIVATE_KEY2,
	.prompt = XEAP_CONFIG_SERVER_CERT_PROMPT2,
	.inner = true,
};

static int read_prompt(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct xeap_xml_server *server = context;
	bool disabled;
	int err = xeap_xml_bool(x, node, &disabled);

	if (!err && disabled)
		server->unasked = node;
	return err;
}

static int read_download(struct xeap_xml *x, const xmlNode *node, void *context)
{
	bool download;
	int err = xeap_xml_bool(x, node, &download);

	if (!err && download)
		err = xeap_xml_note(x, node, "authorities are read from files, not from a server");
	return err;
}

static bool is_false(const char *attribute)
{
	return attribute && (!strcmp(attribute, "false") || !strcmp(attribute, "0"));
}

static int read_names(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct xeap_xml_server *server = context;

	server->names = node;
	server->ignore_names |= is_false(xeap_xml_attribute(node, "AcceptServerName"));
	return 0;
}

static int read_root(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct xeap_xml_server *server = context;
	struct xeap_bytes thumbprint;
	int err = xeap_xml_hex(x, node, &thumbprint);

	if (err)
		return err;
	if (thumbprint.len)
		server->root = node;
	xeap_bytes_wipe(&thumbprint);
	return 0;
}

static int refuse_perform(struct xeap_xml *x, const xmlNode *node,
			  const struct xeap_xml_server *server)
{
	if (server->place->inner)
		return xeap_xml_note(x, node,
				     "how the server within is verified is said by caCert2");
	return xeap_xml_refuse(x, -EOPNOTSUPP, node,
			       "false is not supported: xeap always verifies the server");
}

/* The names differ from method to method; none has another meaning elsewhere. */
int xeap_xml_read_validation(struct xeap_xml *x, const xmlNode *node,
			     struct xeap_xml_server *server)
{
	const struct xeap_xml_rule rules[] = {
		{ server->ns, "DisableUserPromptForServerValidation", read_prompt },
		{ server->ns, "DisablePrompt", read_prompt },
		{ server->ns, "DownloadTrustedServerRoot", read_download },
		{ server->ns, "ServerNames", read_names },
		{ server->ns, "TrustedRootCA", read_root },
		{ server->ns, "TrustedRootCAHash", read_root },
		{ server->ns, "TrustedRootCAHashes", read_root },
		{ NULL, NULL, NULL },
	};
	int err = 0;

	if (is_false(xeap_xml_attribute(node, "PerformServerValidation")))
		err = refuse_perform(x, node, server);
	return err ? err : xeap_xml_each(x, node, rules, server);
}

int xeap_xml_read_perform(struct xeap_xml *x, const xmlNode *node,
			  const struct xeap_xml_server *server)
{
	bool perform;
	int err = xeap_xml_bool(x, node, &perform);

	return err || perform ? err : refuse_perform(x, node, server);
}

int xeap_xml_read_accept(struct xeap_xml *x, const xmlNode *node, struct xeap_xml_server *server)
{
	bool accept;
	int err = xeap_xml_bool(x, node, &accept);

	if (!err)
		server->ignore_names = !accept;
	return err;
}

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

static int set_names(struct xeap_xml *x, const struct xeap_xml_server *server)
{
	const xmlNode *node = server->names;
	struct xeap_text names = { 0 };
	struct xeap_bytes text;
	int err = node ? xeap_xml_text(x, node, true, &text) : 1;

	if (err)
		return err < 0 ? err : 0;
	if (!text.len)
		err = 0;
	else if (server->ignore_names)
		err = xeap_xml_note(x, node, "AcceptServerName is false, so nobody checks");
	else if (xeap_config_has(x->config, server->place->domain_match))
		err = xeap_xml_note(x, node,
				    server->place->inner
					    ? "there is a domainMatch2, too, which goes first"
					    : "there is a domainMatch, too, which goes first");
	else if (!plain_names(xeap_span(text.data, text.len), &names))
		err = xeap_xml_refuse(x, -EOPNOTSUPP, node,
				      "regular expressions are not supported: write whole names");
	else if (names.len || names.failed)
		err = xeap_xml_assign_text(x, node, server->place->domain_match, &names);
	xeap_text_wipe(&names);
	xeap_bytes_wipe(&text);
	return err;
}

bool xeap_xml_has_either(struct xeap_xml *x, enum xeap_config_key a, enum xeap_config_key b)
{
	return xeap_config_has(x->config, a) || xeap_config_has(x->config, b);
}

static int forbid_prompt(struct xeap_xml *x, const struct xeap_xml_server *server)
{
	enum xeap_config_key key = server->place->prompt;

	if (!server->unasked || !xeap_config_get_int(x->config, key, 1))
		return 0;
	if (xeap_config_has(x->config, key))
		return xeap_xml_note(
			x, server->unasked,
			server->place->inner
				? "there is a serverCertPrompt2, too, which goes first"
				: "there is a serverCertPrompt, too, which goes first");
	return xeap_config_assign_bytes(x->config, "", key, xeap_span("0", 1), x->diag);
}

int xeap_xml_judge_server(struct xeap_xml *x, const struct xeap_xml_server *server)
{
	const struct xeap_xml_place *place = server->place;
	int err = set_names(x, server);

	if (!err)
		err = forbid_prompt(x, server);
	if (!err && server->root && !xeap_xml_has_either(x, place->ca_cert, place->ca_path))
		err = xeap_xml_note(
			x, server->root,
			place->inner
				? "a thumbprint names no file: name the authority's in caCert2"
				: "a thumbprint names no file: name the authority's in caCert");
	return err;
}

/* Whether a key with names comes back the same from ServerNames. */
static bool names_fit(struct xeap_span match)
{
	struct xeap_text t = { 0 };
	bool fit = match.len && plain_names(match, &t) && t.len == match.len &&
		   !memcmp(t.data, match.data, t.len);

	xeap_text_wipe(&t);
	return fit;
}

bool xeap_xml_write_names(struct xeap_xml_out *o, const struct xeap_config *config,
			  const struct xeap_xml_place *place)
{
	struct xeap_span match = xeap_config_get(config, place->domain_match);
	bool fit = names_fit(match);

	if (fit)
		xeap_xml_leaf(o, NULL, "ServerNames", match);
	o->said[place->domain_match] = fit;
	return fit;
}

bool xeap_xml_never_asks(struct xeap_xml_out *o, const struct xeap_config *config,
			 const struct xeap_xml_place *place)
{
	bool never = !xeap_config_get_int(config, place->prompt, 1);

	o->said[place->prompt] = never;
	return never;
}
