/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* LANProfile and OneX. */
#include "host/xml.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"

#define PERIOD_MOST 3600 /* seconds; the schema's limits */
#define COUNT_MOST 100

/* Lists of rules have their context in one of these. */
struct lan {
	struct xeap_lan_profile *profile;
	bool note_timers; /* where only the network is wanted */
	bool has_config;
};

static const struct {
	const char *name;
	size_t offset;
	uint32_t most, otherwise;
} timers[] = {
	{ "heldPeriod", offsetof(struct xeap_lan_profile, held_period), PERIOD_MOST, 1 },
	{ "authPeriod", offsetof(struct xeap_lan_profile, auth_period), PERIOD_MOST, 18 },
	{ "startPeriod", offsetof(struct xeap_lan_profile, start_period), PERIOD_MOST, 5 },
	{ "maxStart", offsetof(struct xeap_lan_profile, max_start), COUNT_MOST, 3 },
	{ "maxAuthFailures", offsetof(struct xeap_lan_profile, max_auth_failures), COUNT_MOST, 1 },
};

#define TIMERS (sizeof(timers) / sizeof(timers[0]))

static uint32_t *timer(struct xeap_lan_profile *profile, size_t i)
{
	return (uint32_t *)(void *)((uint8_t *)profile + timers[i].offset);
}

static int read_timer(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct lan *lan = context;
	int err = 0;

	for (size_t i = 0; i < TIMERS && !err; i++) {
		if (strcmp((const char *)node->name, timers[i].name) != 0)
			continue;
		err = xeap_xml_number(x, node, 1, timers[i].most, timer(lan->profile, i));
		if (!err && lan->note_timers)
			err = xeap_xml_note(x, node, "it is an option of xeap run");
	}
	return err;
}

static int read_mode(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct lan *lan = context;
	struct xeap_bytes text;
	int err = xeap_xml_text(x, node, true, &text);

	if (err)
		return err;
	if (xeap_span_is(xeap_span(text.data, text.len), "inhibitTransmission")) {
		lan->profile->send_start = false;
		if (lan->note_timers)
			err = xeap_xml_note(x, node, "a network does not say who starts");
	} else if (xeap_span_is(xeap_span(text.data, text.len), "includeLearning")) {
		err = xeap_xml_note(x, node, "xeap does not learn who starts: it does");
	} else if (!xeap_span_is(xeap_span(text.data, text.len), "compliant")) {
		err = xeap_xml_refuse(x, -EINVAL, node, "is not one of the three modes");
	}
	xeap_bytes_wipe(&text);
	return err;
}

static int read_cache(struct xeap_xml *x, const xmlNode *node, void *context)
{
	bool cache;
	int err = xeap_xml_bool(x, node, &cache);

	return err || !cache ? err : xeap_xml_note(x, node, "nothing is kept of what was asked");
}

static int leave_out(struct xeap_xml *x, const xmlNode *node, void *context)
{
	return xeap_xml_note(x, node, "a network has one identity, whoever is logged on");
}

static int read_eap_config(struct xeap_xml *x, const xmlNode *node, void *context)
{
	const xmlNode *config = xeap_xml_child(node, XEAP_NS_HOST_CONFIG, "EapHostConfig");
	struct lan *lan = context;

	if (lan->has_config)
		return xeap_xml_refuse(x, -EINVAL, node, "is there twice");
	if (!config)
		return xeap_xml_refuse(x, -EINVAL, node, "has no EapHostConfig");
	lan->has_config = true;
	return xeap_xml_read_host_config(x, config);
}

static const struct xeap_xml_rule onex_rules[] = {
	{ XEAP_NS_ONEX, "heldPeriod", read_timer },
	{ XEAP_NS_ONEX, "authPeriod", read_timer },
	{ XEAP_NS_ONEX, "startPeriod", read_timer },
	{ XEAP_NS_ONEX, "maxStart", read_timer },
	{ XEAP_NS_ONEX, "maxAuthFailures", read_timer },
	{ XEAP_NS_ONEX, "supplicantMode", read_mode },
	{ XEAP_NS_ONEX, "cacheUserData", read_cache },
	{ XEAP_NS_ONEX, "authMode", leave_out },
	{ XEAP_NS_ONEX, "singleSignOn", leave_out },
	{ XEAP_NS_ONEX, "EAPConfig", read_eap_config },
	{ XEAP_NS_HOST_CONFIG, "EAPConfig", read_eap_config },
	{ NULL, NULL, NULL },
};

static int read_onex(struct xeap_xml *x, const xmlNode *node, void *context)
{
	return xeap_xml_each(x, node, onex_rules, context);
}

static int read_enabled(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct lan *lan = context;

	return xeap_xml_bool(x, node, &lan->profile->enabled);
}

static int read_enforced(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct lan *lan = context;

	return xeap_xml_bool(x, node, &lan->profile->enforced);
}

static int read_security(struct xeap_xml *x, const xmlNode *node, void *context)
{
	static const struct xeap_xml_rule rules[] = {
		{ XEAP_NS_LAN_PROFILE, "OneXEnforced", read_enforced },
		{ XEAP_NS_LAN_PROFILE, "OneXEnabled", read_enabled },
		{ XEAP_NS_ONEX, "OneX", read_onex },
		{ NULL, NULL, NULL },
	};

	return xeap_xml_each(x, node, rules, context);
}

static int read_msm(struct xeap_xml *x, const xmlNode *node, void *context)
{
	static const struct xeap_xml_rule rules[] = {
		{ XEAP_NS_LAN_PROFILE, "security", read_security },
		{ NULL, NULL, NULL },
	};

	return xeap_xml_each(x, node, rules, context);
}

static int read_root(struct xeap_xml *x, const xmlNode *root, struct lan *lan)
{
	static const struct xeap_xml_rule rules[] = {
		{ XEAP_NS_LAN_PROFILE, "MSM", read_msm },
		{ NULL, NULL, NULL },
	};

	if (xeap_xml_is(root, XEAP_NS_ONEX, "OneX"))
		return read_onex(x, root, lan);
	if (xeap_xml_is(root, XEAP_NS_LAN_PROFILE, "LANProfile"))
		return xeap_xml_each(x, root, rules, lan);
	return xeap_xml_refuse(x, -EINVAL, root, "is neither LANProfile nor OneX");
}

int xeap_xml_read_profile(struct xeap_xml *x, const xmlNode *root, struct xeap_lan_profile *profile,
			  bool note_timers)
{
	struct lan lan = { .profile = profile, .note_timers = note_timers };
	int err;

	profile->enabled = true;
	profile->enforced = false;
	profile->send_start = true;
	for (size_t i = 0; i < TIMERS; i++)
		*timer(profile, i) = timers[i].otherwise;
	err = read_root(x, root, &lan);
	if (!err && !lan.has_config) {
		profile->config = NULL;
		if (note_timers)
			err = xeap_xml_refuse(x, -EINVAL, root, "has no EAPConfig in it");
	}
	return err;
}

int xeap_lan_profile_from_xml(struct xeap_span text, struct xeap_lan_profile *ret_profile,
			      struct xeap_notes *notes, struct xeap_diag *ret_diag)
{
	struct xeap_xml x = { .notes = notes, .diag = ret_diag };
	struct xeap_lan_profile profile = { 0 };
	xmlDoc *doc;
	int err = xeap_xml_parse(text, &doc, ret_diag);

	if (err)
		return err;
	err = xeap_config_new(&x.config) ? xeap_xml_no_memory(&x) : 0;
	profile.config = x.config;
	if (!err)
		err = xeap_xml_read_profile(&x, xmlDocGetRootElement(doc), &profile, false);
	xeap_xml_free(doc);
	if (err || !profile.config)
		xeap_config_free(x.config);
	if (!err)
		*ret_profile = profile;
	return err;
}

void xeap_lan_profile_clear(struct xeap_lan_profile *profile)
{
	xeap_config_free(profile->config);
	*profile = (struct xeap_lan_profile){ 0 };
}
