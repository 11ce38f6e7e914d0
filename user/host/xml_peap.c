/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * PEAP: MsPeapConnectionPropertiesV1 with its extensions V2 and V3, MsPeapUserPropertiesV1;
 * [MS-GPWL] §2.2.3.2.6. What EAPHost has is version 0 ([MS-PEAP] §1.3): so has a document of it.
 */
#include "host/xml.h"

#include <string.h>

#include "host/config_network.h"

#define BOUND "peapver=0 crypto_binding=2"

struct peap {
	struct xeap_xml_server server;
	struct xeap_xml_inside in;
	struct xeap_xml_privacy privacy;
	const xmlNode *binding; /* RequireCryptoBinding, when it is true */
};

static int read_validation(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct peap *peap = context;

	return xeap_xml_read_validation(x, node, &peap->server);
}

static int read_optional(struct xeap_xml *x, const xmlNode *node, void *context)
{
	return xeap_xml_note_if(x, node, true, "a login without a method in the tunnel is refused");
}

static int read_quarantine(struct xeap_xml *x, const xmlNode *node, void *context)
{
	return xeap_xml_note_if(x, node, true, "there is no statement of health to be made here");
}

static int read_binding(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct peap *peap = context;
	bool required;
	int err = xeap_xml_bool(x, node, &required);

	if (!err && required)
		peap->binding = node;
	return err;
}

static int read_inner(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct peap *peap = context;

	return xeap_xml_read_inner_eap(x, node, &peap->in);
}

static int read_privacy(struct xeap_xml *x, const xmlNode *node, void *context)
{
	static const struct xeap_xml_rule rules[] = {
		{ XEAP_NS_PEAP1, "EnableIdentityPrivacy", xeap_xml_read_private },
		{ XEAP_NS_PEAP1, "AnonymousUserName", xeap_xml_read_anonymous },
		{ XEAP_NS_PEAP2, "EnableIdentityPrivacy", xeap_xml_read_private },
		{ XEAP_NS_PEAP2, "AnonymousUserName", xeap_xml_read_anonymous },
		{ NULL, NULL, NULL },
	};
	struct peap *peap = context;

	peap->privacy = (struct xeap_xml_privacy){ .node = node };
	return xeap_xml_each(x, node, rules, &peap->privacy);
}

static int read_perform(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct peap *peap = context;

	return xeap_xml_read_perform(x, node, &peap->server);
}

static int read_accept(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct peap *peap = context;

	return xeap_xml_read_accept(x, node, &peap->server);
}

/*
 * Without it nobody is asked where the server's authority is not among those that are configured,
 * but where it is another one of the machine's, which is not told apart here.
 */
static int read_prompting(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct peap *peap = context;
	bool allowed;
	int err = xeap_xml_bool(x, node, &allowed);

	if (err || allowed || peap->server.unasked)
		return err;
	peap->server.unasked = node;
	return xeap_xml_note(x, node, "nobody is asked about a server's name either");
}

static int pass_over(struct xeap_xml *x, const xmlNode *node, void *context)
{
	return 0;
}

static int read_extensions2(struct xeap_xml *x, const xmlNode *node, void *context)
{
	static const struct xeap_xml_rule rules[] = {
		{ XEAP_NS_PEAP3, "AllowPromptingWhenServerCANotFound", read_prompting },
		{ XEAP_NS_PEAP3, "PeapExtensionsV3", pass_over },
		{ NULL, NULL, NULL },
	};

	return xeap_xml_each(x, node, rules, context);
}

/* With extensions IdentityPrivacy is one of them, and the one before them says nothing. */
static int read_extensions(struct xeap_xml *x, const xmlNode *node, void *context)
{
	static const struct xeap_xml_rule rules[] = {
		{ XEAP_NS_PEAP2, "PerformServerValidation", read_perform },
		{ XEAP_NS_PEAP2, "AcceptServerName", read_accept },
		{ XEAP_NS_PEAP2, "IdentityPrivacy", read_privacy },
		{ XEAP_NS_PEAP2, "PeapExtensionsV2", read_extensions2 },
		{ NULL, NULL, NULL },
	};
	struct peap *peap = context;

	peap->privacy = (struct xeap_xml_privacy){ 0 };
	return xeap_xml_each(x, node, rules, context);
}

static const struct xeap_xml_rule connection_rules[] = {
	{ XEAP_NS_PEAP1, "ServerValidation", read_validation },
	{ XEAP_NS_PEAP1, "IdentityPrivacy", read_privacy },
	{ XEAP_NS_PEAP1, "FastReconnect", xeap_xml_note_fast },
	{ XEAP_NS_PEAP1, "InnerEapOptional", read_optional },
	{ XEAP_NS_BASE_CONNECTION, "Eap", read_inner },
	{ XEAP_NS_PEAP1, "EnableQuarantineChecks", read_quarantine },
	{ XEAP_NS_PEAP1, "RequireCryptoBinding", read_binding },
	{ XEAP_NS_PEAP1, "PeapExtensions", read_extensions },
	XEAP_XML_NETWORK,
	{ NULL, NULL, NULL },
};

static bool is_bound(const struct xeap_config *config)
{
	struct xeap_span value;

	return !xeap_config_get_word(config, XEAP_CONFIG_PHASE1, "crypto_binding", &value) &&
	       xeap_span_is(value, "2");
}

static int put_phase1(struct xeap_xml *x, const char *text)
{
	return xeap_config_assign_bytes(x->config, "", XEAP_CONFIG_PHASE1,
					xeap_span(text, strlen(text)), x->diag);
}

static int judge_phase1(struct xeap_xml *x, const struct peap *peap)
{
	if (!xeap_config_has(x->config, XEAP_CONFIG_PHASE1)) {
		if (peap->binding)
			return put_phase1(x, BOUND);
		return x->has_network ? 0 : put_phase1(x, "peapver=0");
	}
	if (peap->binding && !is_bound(x->config))
		return xeap_xml_note(x, peap->binding, "there is a phase1, too, which goes first");
	return 0;
}

static int judge(struct xeap_xml *x, struct peap *peap)
{
	int err = xeap_xml_judge_server(x, &peap->server);

	if (!err)
		err = judge_phase1(x, peap);
	if (!err)
		err = xeap_xml_judge_inner(x, &peap->in, false);
	if (!err)
		err = xeap_xml_judge_privacy(x, &peap->privacy);
	return err;
}

int xeap_xml_peap_from(struct xeap_xml *x, const xmlNode *config, uint8_t type)
{
	struct peap peap = {
		.server = { .place = &xeap_xml_outer, .ns = XEAP_NS_PEAP1 },
		.in.word = "auth",
	};
	const struct xeap_xml_eap eap = {
		.type = type,
		.base_ns = XEAP_NS_BASE_CONNECTION,
		.type_ns = XEAP_NS_PEAP1,
		.rules = connection_rules,
		.context = &peap,
	};
	int err = xeap_xml_read_eap(x, config, &eap);

	if (!err)
		err = judge(x, &peap);
	xeap_text_wipe(&peap.in.words);
	return err;
}

static void write_privacy(struct xeap_xml_out *o, const struct xeap_config *config)
{
	struct xeap_span name;

	if (!xeap_xml_privacy_name(config, &name))
		return;
	xeap_xml_open(o, XEAP_NS_PEAP2, "IdentityPrivacy");
	xeap_xml_flag(o, NULL, "EnableIdentityPrivacy", true);
	xeap_xml_leaf(o, NULL, "AnonymousUserName", name);
	xeap_xml_close(o, "IdentityPrivacy");
}

/* Beside DisableUserPromptForServerValidation=true it says nothing. */
static void write_prompting(struct xeap_xml_out *o, bool never_asks)
{
	if (never_asks)
		return;
	xeap_xml_open(o, XEAP_NS_PEAP2, "PeapExtensionsV2");
	xeap_xml_flag(o, XEAP_NS_PEAP3, "AllowPromptingWhenServerCANotFound", true);
	xeap_xml_close(o, "PeapExtensionsV2");
}

static void write_extensions(struct xeap_xml_out *o, const struct xeap_config *config, bool names,
			     bool never_asks)
{
	xeap_xml_open(o, NULL, "PeapExtensions");
	xeap_xml_flag(o, XEAP_NS_PEAP2, "PerformServerValidation", true);
	xeap_xml_flag(o, XEAP_NS_PEAP2, "AcceptServerName", names);
	write_privacy(o, config);
	write_prompting(o, never_asks);
	xeap_xml_close(o, "PeapExtensions");
}

void xeap_xml_peap_to(struct xeap_xml_out *o, const struct xeap_config *config)
{
	struct xeap_text words = { 0 };
	bool names, never_asks = xeap_xml_never_asks(o, config, &xeap_xml_outer);

	xeap_xml_inner_words(config, false, &words);
	xeap_xml_open(o, XEAP_NS_BASE_CONNECTION, "Eap");
	xeap_xml_count(o, NULL, "Type", 25);
	xeap_xml_open(o, XEAP_NS_PEAP1, "EapType");
	xeap_xml_open(o, NULL, "ServerValidation");
	xeap_xml_flag(o, NULL, "DisableUserPromptForServerValidation", never_asks);
	names = xeap_xml_write_names(o, config, &xeap_xml_outer);
	xeap_xml_close(o, "ServerValidation");
	xeap_xml_flag(o, NULL, "FastReconnect", true);
	xeap_xml_flag(o, NULL, "InnerEapOptional", false);
	xeap_xml_write_inner(o, config, &words, false, NULL);
	xeap_xml_say_inner(o, config, &words);
	xeap_xml_flag(o, NULL, "EnableQuarantineChecks", false);
	xeap_xml_flag(o, NULL, "RequireCryptoBinding", is_bound(config));
	o->said[XEAP_CONFIG_PHASE1] = xeap_xml_key_is(config, XEAP_CONFIG_PHASE1, BOUND);
	write_extensions(o, config, names, never_asks);
	xeap_xml_write_network(o, config);
	xeap_xml_close(o, "EapType");
	xeap_xml_close(o, "Eap");
	xeap_text_wipe(&words);
}

static int read_routing(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct xeap_bytes text;
	int err = xeap_xml_text(x, node, true, &text);
	bool some = !err && text.len;

	if (err)
		return err;
	xeap_bytes_wipe(&text);
	return some ? xeap_xml_assign(x, node, XEAP_CONFIG_ANONYMOUS_IDENTITY) : 0;
}

static const struct xeap_xml_rule user_rules[] = {
	{ XEAP_NS_PEAP_USER, "RoutingIdentity", read_routing },
	{ XEAP_NS_BASE_USER, "Eap", xeap_xml_read_inner_user },
	XEAP_XML_NETWORK,
	{ NULL, NULL, NULL },
};

int xeap_xml_peap_credentials(struct xeap_xml *x, const xmlNode *credentials, uint8_t type)
{
	const struct xeap_xml_eap eap = {
		.type = type,
		.base_ns = XEAP_NS_BASE_USER,
		.type_ns = XEAP_NS_PEAP_USER,
		.rules = user_rules,
	};

	return xeap_xml_read_eap(x, credentials, &eap);
}
