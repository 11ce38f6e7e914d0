/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <pae/pae.h>

/* Making a machine, and names for people. */

void xeap_pae_config_defaults(struct xeap_pae_config *ret_config)
{
	*ret_config = (struct xeap_pae_config){
		.size = sizeof(*ret_config),
		.start_period = XEAP_S(30),
		.max_start = 3,
		.held_period = XEAP_S(60),
		.auth_period = XEAP_S(30),
		.ui_period = XEAP_S(120),
		.eapol_version = 2,
		.send_start = true,
	};
}

static bool is_period(xeap_time period)
{
	return period >= XEAP_PAE_PERIOD_MIN && period <= XEAP_PAE_PERIOD_MAX;
}

static bool are_tags(const struct xeap_pae_config *config)
{
	if (config->vlan_tags > XEAP_EAPOL_MAX_TAGS)
		return false;
	for (unsigned int i = 0; i < config->vlan_tags; i++)
		if (config->vlan_tpid[i] != XEAP_ETHERTYPE_VLAN &&
		    config->vlan_tpid[i] != XEAP_ETHERTYPE_QINQ)
			return false;
	return true;
}

static bool is_config(const struct xeap_pae_config *config)
{
	return is_period(config->start_period) && is_period(config->held_period) &&
	       is_period(config->auth_period) && is_period(config->ui_period) &&
	       config->max_start >= 1 && config->max_start <= UINT16_MAX &&
	       config->eapol_version >= 1 && config->eapol_version <= 3 && are_tags(config);
}

/* A caller built with another version of the header: what it does not know keeps its default. */
static int copy_config(const struct xeap_pae_config *from, struct xeap_pae_config *to)
{
	xeap_pae_config_defaults(to);
	if (!from)
		return 0;
	if (from->size < sizeof(from->size) || from->size > sizeof(*to))
		return -EINVAL;
	memcpy(to, from, from->size);
	to->size = sizeof(*to);
	return is_config(to) ? 0 : -EINVAL;
}

static struct xeap_eapol header_of(const struct xeap_pae *p)
{
	struct xeap_eapol h = { .version = p->config.eapol_version, .type = XEAP_EAPOL_EAP };

	/* A supplicant on a wire talks to the group address (IEEE 802.1X-2004 §7.8). */
	memcpy(h.dst, xeap_pae_group, sizeof(h.dst));
	memcpy(h.src, p->mac, sizeof(h.src));
	h.tags = p->config.vlan_tags;
	for (unsigned int i = 0; i < h.tags; i++)
		h.tag[i] = (struct xeap_eapol_tag){ p->config.vlan_tpid[i], p->config.vlan_tci[i] };
	return h;
}

int xeap_pae_new(const struct xeap_pae_config *config, const uint8_t *mac,
		 const struct xeap_pae_engine_ops *engine_ops, void *engine,
		 const struct xeap_pae_port_ops *port_ops, void *port, struct xeap_pae **ret_pae)
{
	struct xeap_pae_config checked;
	struct xeap_pae *p;
	int err = copy_config(config, &checked);

	if (err < 0)
		return err;
	/* Frames come from one station: a group address cannot be a source. */
	if (mac[0] & 1)
		return -EINVAL;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->config = checked;
	memcpy(p->mac, mac, sizeof(p->mac));
	p->header = header_of(p);
	p->engine_ops = engine_ops;
	p->engine = engine;
	p->port_ops = port_ops;
	p->port = port;
	p->state = XEAP_PAE_DISCONNECTED;
	p->reason = XEAP_PAE_REASON_LINK_DOWN;
	p->expiry = XEAP_NEVER;
	p->deadline = XEAP_NEVER;
	p->last_request = -1;
	p->last_response = -1;
	*ret_pae = p;
	return 0;
}

struct xeap_pae *xeap_pae_free(struct xeap_pae *p)
{
	if (p && p->conversation)
		p->engine_ops->end(p->engine);
	free(p);
	return NULL;
}

const char *xeap_pae_state_name(enum xeap_pae_state state)
{
	static const char *const names[XEAP_PAE_STATE_MAX] = {
		[XEAP_PAE_LOGOFF] = "LOGOFF",
		[XEAP_PAE_DISCONNECTED] = "DISCONNECTED",
		[XEAP_PAE_CONNECTING] = "CONNECTING",
		[XEAP_PAE_AUTHENTICATING] = "AUTHENTICATING",
		[XEAP_PAE_AUTHENTICATED] = "AUTHENTICATED",
		[XEAP_PAE_HELD] = "HELD",
		[XEAP_PAE_RESTART] = "RESTART",
	};

	return (unsigned int)state < XEAP_PAE_STATE_MAX ? names[state] : "?";
}

const char *xeap_pae_reason_name(enum xeap_pae_reason reason)
{
	static const char *const names[XEAP_PAE_REASON_MAX] = {
		[XEAP_PAE_REASON_NONE] = "none",
		[XEAP_PAE_REASON_LINK_DOWN] = "the link is down",
		[XEAP_PAE_REASON_LOGOFF] = "logged off",
		[XEAP_PAE_REASON_NO_ANSWER] = "no answer from an authenticator",
		[XEAP_PAE_REASON_SILENT] = "the authenticator fell silent",
		[XEAP_PAE_REASON_FAILURE] = "the authentication failed",
		[XEAP_PAE_REASON_REFUSED] = "the authenticator refused before it asked",
		[XEAP_PAE_REASON_WITHDRAWN] = "the authenticator withdrew the authorisation",
		[XEAP_PAE_REASON_NO_ENGINE] = "no memory to begin a conversation",
		[XEAP_PAE_REASON_UNANSWERED] = "nobody answered what was asked",
	};

	return (unsigned int)reason < XEAP_PAE_REASON_MAX ? names[reason] : "?";
}
