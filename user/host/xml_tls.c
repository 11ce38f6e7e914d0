/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* EAP-TLS: EapTlsConnectionPropertiesV1 with its extensions V2 and V3, EapTlsUserPropertiesV1. */
#include "host/xml.h"

#include <string.h>

static int read_store(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct xeap_xml_tls *tls = context;

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

static int read_validation(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct xeap_xml_tls *tls = context;

	return xeap_xml_read_validation(x, node, &tls->server);
}

static int read_different(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct xeap_xml_tls *tls = context;

	tls->different = node;
	return xeap_xml_bool(x, node, &tls->different_username);
}

static int read_perform(struct xeap_xml *x, const xmlNode *node, void *context)
{
	const struct xeap_xml_tls *tls = context;

	return xeap_xml_read_perform(x, node, &tls->server);
}

static int read_accept(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct xeap_xml_tls *tls = context;

	return xeap_xml_read_accept(x, node, &tls->server);
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

int xeap_xml_judge_tls(struct xeap_xml *x, const struct xeap_xml_tls *tls)
{
	const struct xeap_xml_place *place = tls->server.place;
	int err = xeap_xml_judge_server(x, &tls->server);

	if (!err && tls->store && !xeap_xml_has_either(x, place->client_cert, place->private_key))
		err = xeap_xml_note(
			x, tls->store,
			place->inner ? "not supported: name files in clientCert2 and privateKey2"
				     : "not supported: name files in clientCert and privateKey");
	if (!err && tls->different && !tls->different_username &&
	    !xeap_config_has(x->config, XEAP_CONFIG_IDENTITY))
		err = xeap_xml_note(x, tls->different,
				    "the identity is not read from the certificate: give it");
	return err;
}

/* The content of an Eap, and what it is to be put into. */
static struct xeap_xml_eap eap_of(struct xeap_xml_tls *tls, const struct xeap_xml_place *place)
{
	tls->server.place = place;
	tls->server.ns = XEAP_NS_TLS1;
	return (struct xeap_xml_eap){
		.type = 13,
		.base_ns = XEAP_NS_BASE_CONNECTION,
		.type_ns = XEAP_NS_TLS1,
		.rules = connection_rules,
		.context = tls,
	};
}

int xeap_xml_tls_from(struct xeap_xml *x, const xmlNode *config, uint8_t type)
{
	struct xeap_xml_tls tls = { 0 };
	const struct xeap_xml_eap eap = eap_of(&tls, &xeap_xml_outer);
	int err = xeap_xml_read_eap(x, config, &eap);

	return err ? err : xeap_xml_judge_tls(x, &tls);
}

int xeap_xml_inner_tls(struct xeap_xml *x, const xmlNode *node, struct xeap_xml_tls *tls)
{
	const struct xeap_xml_eap eap = eap_of(tls, &xeap_xml_inner);

	return xeap_xml_read_this_eap(x, node, &eap);
}

static int read_user_cert(struct xeap_xml *x, const xmlNode *node, void *context)
{
	const struct xeap_xml_place *place = context;
	struct xeap_bytes thumbprint;
	int err = xeap_xml_hex(x, node, &thumbprint);
	bool some = !err && thumbprint.len;

	if (err)
		return err;
	xeap_bytes_wipe(&thumbprint);
	if (some && !xeap_xml_has_either(x, place->client_cert, place->private_key))
		err = xeap_xml_note(
			x, node,
			place->inner ? "a thumbprint names no file: use clientCert2 and privateKey2"
				     : "a thumbprint names no file: use clientCert and privateKey");
	return err;
}

static const struct xeap_xml_rule user_rules[] = {
	{ XEAP_NS_TLS_USER, "Username", xeap_xml_read_username },
	{ XEAP_NS_TLS_USER, "UserCert", read_user_cert },
	XEAP_XML_NETWORK,
	{ NULL, NULL, NULL },
};

/* Only read, as what it is passed on to has no const. */
static struct xeap_xml_eap user_of(struct xeap_xml_place *place)
{
	return (struct xeap_xml_eap){
		.type = 13,
		.base_ns = XEAP_NS_BASE_USER,
		.type_ns = XEAP_NS_TLS_USER,
		.rules = user_rules,
		.context = place,
	};
}

int xeap_xml_tls_credentials(struct xeap_xml *x, const xmlNode *credentials, uint8_t type)
{
	struct xeap_xml_place place = xeap_xml_outer;
	const struct xeap_xml_eap eap = user_of(&place);

	return xeap_xml_read_eap(x, credentials, &eap);
}

int xeap_xml_inner_tls_user(struct xeap_xml *x, const xmlNode *node)
{
	struct xeap_xml_place place = xeap_xml_inner;
	const struct xeap_xml_eap eap = user_of(&place);

	return xeap_xml_read_this_eap(x, node, &eap);
}

void xeap_xml_write_tls(struct xeap_xml_out *o, const struct xeap_config *config,
			const struct xeap_xml_place *place)
{
	bool names;

	xeap_xml_open(o, XEAP_NS_BASE_CONNECTION, "Eap");
	xeap_xml_count(o, NULL, "Type", 13);
	xeap_xml_open(o, XEAP_NS_TLS1, "EapType");
	xeap_xml_open(o, NULL, "ServerValidation");
	xeap_xml_flag(o, NULL, "DisableUserPromptForServerValidation",
		      xeap_xml_never_asks(o, config, place));
	names = xeap_xml_write_names(o, config, place);
	xeap_xml_close(o, "ServerValidation");
	xeap_xml_flag(o, NULL, "DifferentUsername", xeap_config_has(config, XEAP_CONFIG_IDENTITY));
	xeap_xml_flag(o, XEAP_NS_TLS2, "PerformServerValidation", true);
	xeap_xml_flag(o, XEAP_NS_TLS2, "AcceptServerName", names);
	if (!place->inner)
		xeap_xml_write_network(o, config);
	xeap_xml_close(o, "EapType");
	xeap_xml_close(o, "Eap");
}

void xeap_xml_tls_to(struct xeap_xml_out *o, const struct xeap_config *config)
{
	xeap_xml_write_tls(o, config, &xeap_xml_outer);
}
