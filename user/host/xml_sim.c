/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* SIM, AKA and AKA': [MS-GPWL] §2.2.3.2.9 to §2.2.3.2.11. */
#include "host/xml.h"

#include <string.h>

#include "host/config_network.h"

#define STRONG "sim_min_num_chal=3" /* RFC 4186 §4.3: 2 or 3 */

struct card {
	const xmlNode *strong, *realm; /* when they say something */
};

static int read_strong(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct card *card = context;
	bool strong;
	int err = xeap_xml_bool(x, node, &strong);

	if (!err && strong)
		card->strong = node;
	return err;
}

static int read_permanent(struct xeap_xml *x, const xmlNode *node, void *context)
{
	return xeap_xml_note_if(x, node, true,
				"a server that asks for the permanent identity gets it");
}

static int read_mismatch(struct xeap_xml *x, const xmlNode *node, void *context)
{
	return xeap_xml_note_if(x, node, false, "a wired port has no network name to compare");
}

static int read_provider(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct xeap_bytes text;
	int err = xeap_xml_text(x, node, true, &text);
	bool some = !err && text.len;

	if (err)
		return err;
	xeap_bytes_wipe(&text);
	return some ? xeap_xml_note(x, node, "the provider of a card is not compared") : 0;
}

/* Enabled without text: derived from the IMSI (3GPP TS 23.003 §14.2). */
static int read_realm(struct xeap_xml *x, const xmlNode *node, void *context)
{
	const char *enabled = xeap_xml_attribute(node, "Enabled");
	struct card *card = context;
	struct xeap_bytes text;
	int err = xeap_xml_text(x, node, true, &text);

	if (err)
		return err;
	if (text.len && enabled && (!strcmp(enabled, "true") || !strcmp(enabled, "1")))
		card->realm = node;
	xeap_bytes_wipe(&text);
	return 0;
}

static int read_card(struct xeap_xml *x, const xmlNode *node, void *context)
{
	const char *ns = xeap_xml_in(node, XEAP_NS_SIM)	  ? XEAP_NS_SIM
			 : xeap_xml_in(node, XEAP_NS_AKA) ? XEAP_NS_AKA
							  : XEAP_NS_AKA_PRIME;
	const struct xeap_xml_rule rules[] = {
		{ XEAP_NS_SIM, "UseStrongCipherKeys", read_strong },
		{ XEAP_NS_AKA_PRIME, "IgnoreNetworkNameMismatch", read_mismatch },
		{ XEAP_NS_AKA_PRIME, "EnableFastReauth", xeap_xml_note_fast },
		{ ns, "DontRevealPermanentID", read_permanent },
		{ ns, "ProviderName", read_provider },
		{ ns, "Realm", read_realm },
		XEAP_XML_NETWORK,
		{ NULL, NULL, NULL },
	};

	return xeap_xml_each(x, node, rules, context);
}

static bool is_strong(const struct xeap_config *config)
{
	struct xeap_span value;

	return !xeap_config_get_word(config, XEAP_CONFIG_PHASE1, "sim_min_num_chal", &value) &&
	       xeap_span_is(value, "3");
}

static int judge(struct xeap_xml *x, const struct card *card)
{
	struct xeap_span identity = xeap_config_get(x->config, XEAP_CONFIG_IDENTITY);
	int err = 0;

	if (card->strong && !xeap_config_has(x->config, XEAP_CONFIG_PHASE1))
		err = xeap_config_assign_bytes(x->config, "", XEAP_CONFIG_PHASE1,
					       xeap_span(STRONG, sizeof(STRONG) - 1), x->diag);
	else if (card->strong && !is_strong(x->config))
		err = xeap_xml_note(x, card->strong, "there is a phase1, too, which goes first");
	if (!err && card->realm && !(identity.len && memchr(identity.data, '@', identity.len)))
		err = xeap_xml_note(x, card->realm, "write the realm into the identity");
	return err;
}

static const char *root_of(uint8_t type, const char **ret_ns)
{
	*ret_ns = type == 18 ? XEAP_NS_SIM : type == 23 ? XEAP_NS_AKA : XEAP_NS_AKA_PRIME;
	return type == 18 ? "EapSim" : type == 23 ? "EapAka" : "EapAkaPrime";
}

int xeap_xml_sim_from(struct xeap_xml *x, const xmlNode *config, uint8_t type)
{
	struct card card = { 0 };
	const char *ns, *root = root_of(type, &ns);
	const struct xeap_xml_rule rules[] = {
		{ ns, root, read_card },
		XEAP_XML_NETWORK,
		{ NULL, NULL, NULL },
	};
	int err = xeap_xml_each(x, config, rules, &card);

	return err ? err : judge(x, &card);
}

static void write_realm(struct xeap_xml_out *o, const struct xeap_config *config)
{
	struct xeap_span identity = xeap_config_get(config, XEAP_CONFIG_IDENTITY);
	const uint8_t *at = identity.len ? memchr(identity.data, '@', identity.len) : NULL;
	size_t before = at ? (size_t)(at + 1 - identity.data) : 0;

	for (int i = 0; i < o->depth; i++)
		xeap_text_puts(&o->text, "  ");
	if (!at || !xeap_xml_is_text(identity)) {
		xeap_text_puts(&o->text, "<Realm Enabled=\"false\"/>\n");
		return;
	}
	xeap_text_puts(&o->text, "<Realm Enabled=\"true\">");
	xeap_xml_escape(&o->text, xeap_span(at + 1, identity.len - before));
	xeap_text_puts(&o->text, "</Realm>\n");
}

static void write_card(struct xeap_xml_out *o, const struct xeap_config *config, uint8_t type)
{
	const char *ns, *root = root_of(type, &ns);

	xeap_xml_open(o, ns, root);
	if (type == 18) {
		xeap_xml_flag(o, NULL, "UseStrongCipherKeys", is_strong(config));
		o->said[XEAP_CONFIG_PHASE1] = xeap_xml_key_is(config, XEAP_CONFIG_PHASE1, STRONG);
	}
	if (type == 50)
		xeap_xml_flag(o, NULL, "EnableFastReauth", true);
	xeap_xml_flag(o, NULL, "DontRevealPermanentID", false);
	write_realm(o, config);
	xeap_xml_write_network(o, config);
	xeap_xml_close(o, root);
}

void xeap_xml_sim_to(struct xeap_xml_out *o, const struct xeap_config *config)
{
	write_card(o, config, 18);
}

void xeap_xml_aka_to(struct xeap_xml_out *o, const struct xeap_config *config)
{
	write_card(o, config, 23);
}

void xeap_xml_aka_prime_to(struct xeap_xml_out *o, const struct xeap_config *config)
{
	write_card(o, config, 50);
}
