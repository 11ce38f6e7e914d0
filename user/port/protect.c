/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <base/diag.h>
#include <port/protect.h>

#define SECOND 1000000000ull /* ns */
#define STATION_IDLE 300     /* seconds, where nothing is said */

static int bad(struct xeap_diag *ret_diag, const char *ifname, const char *what)
{
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER, "port %s: %s", ifname,
			     what);
}

static int bad_gate(struct xeap_diag *ret_diag, const char *ifname, unsigned int gate)
{
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "port %s: no such gate: %u", ifname, gate);
}

static int bad_type(struct xeap_diag *ret_diag, const char *ifname, unsigned int type)
{
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "port %s: a gate goes by EtherTypes behind VLAN tags, from 0x0600 on: "
			     "not 0x%04x",
			     ifname, type);
}

static bool is_ethertype(uint16_t type)
{
	return type >= ETH_P_802_3_MIN && type != ETH_P_8021Q && type != ETH_P_8021AD;
}

static int check_gate(const struct xeap_port_options *o, const char *ifname,
		      struct xeap_diag *ret_diag)
{
	if ((unsigned int)o->gate >= XEAP_GATE_MAX)
		return bad_gate(ret_diag, ifname, o->gate);
	for (int i = 0; i < XEAP_GATE_ALLOW; i++)
		if (o->gate_allow[i] && !is_ethertype(o->gate_allow[i]))
			return bad_type(ret_diag, ifname, o->gate_allow[i]);
	if (o->gate == XEAP_GATE_NONE && (o->gate_fail_open || o->gate_allow[0]))
		return bad(ret_diag, ifname,
			   "there is no gate that could fail open or let EtherTypes through: ask "
			   "for one");
	return 0;
}

static bool is_rate(const struct xeap_rate *r)
{
	return r->rate <= SECOND && (r->rate || !r->burst);
}

int xeap_protect_check(const struct xeap_port_options *o, const char *ifname,
		       struct xeap_diag *ret_diag)
{
	if (o->vlans && o->untagged_only)
		return bad(ret_diag, ifname,
			   "EAPOL is either of VLANs or untagged only: choose one");
	if (o->vlans_and_untagged && !o->vlans)
		return bad(ret_diag, ifname,
			   "untagged EAPOL is taken anyway: vlans_and_untagged goes with vlans");
	if (o->drop_types & o->type_mask)
		return bad(ret_diag, ifname,
			   "an EAPOL type is either taken or dropped: take it out of one list");
	if (!is_rate(&o->police) || !is_rate(&o->police_station))
		return bad(ret_diag, ifname,
			   "policing takes a rate of 1 to 1,000,000,000 frames a second");
	if (o->station_idle && !o->max_stations)
		return bad(ret_diag, ifname,
			   "stations have no limit: station_idle goes with max_stations");
	return check_gate(o, ifname, ret_diag);
}

static bool wants_guard(const struct xeap_port_options *o)
{
	return o->police.rate || o->police_station.rate || o->max_stations;
}

const char *xeap_protect_needs_xdp(const struct xeap_port_options *o)
{
	if (o->vlans)
		return "a packet socket sees no VLAN tags";
	if (o->gate != XEAP_GATE_NONE)
		return "a gate needs XDP";
	if (wants_guard(o) || o->drop_malformed || o->drop_types)
		return "dropping EAPOL needs XDP";
	return NULL;
}

static struct xeap_steer_rate rate_of(const struct xeap_rate *r)
{
	uint32_t burst = r->burst ? r->burst : r->rate;

	if (!r->rate)
		return (struct xeap_steer_rate){ 0 };
	return (struct xeap_steer_rate){
		.interval = SECOND / r->rate,
		.tolerance = (burst - 1) * (SECOND / r->rate),
	};
}

static struct xeap_steer_guard guard_of(const struct xeap_port_options *o)
{
	uint64_t idle = o->station_idle ? o->station_idle : STATION_IDLE;
	struct xeap_steer_guard guard = {
		.port = rate_of(&o->police),
		.station = rate_of(&o->police_station),
		.station_limit = o->max_stations,
	};

	if (o->max_stations)
		guard.span = idle * SECOND / (XEAP_STEER_SPANS - 1);
	return guard;
}

static struct xeap_steer_gate gate_of(const struct xeap_port_options *o)
{
	struct xeap_steer_gate gate = {
		.flags = o->gate_fail_open ? XEAP_STEER_GATE_FAIL_OPEN : 0,
	};

	for (int i = 0; i < XEAP_GATE_ALLOW; i++)
		gate.allow[i] = htons(o->gate_allow[i]);
	return gate;
}

void xeap_protect_conf(const struct xeap_port_options *o, struct xeap_steer_conf *conf)
{
	if (o->vlans)
		conf->port.flags |= XEAP_STEER_F_VLANS;
	if (o->vlans_and_untagged)
		conf->port.flags |= XEAP_STEER_F_UNTAGGED;
	if (o->drop_malformed)
		conf->port.flags |= XEAP_STEER_F_DROP_MALFORMED;
	if (wants_guard(o))
		conf->port.flags |= XEAP_STEER_F_GUARD;
	conf->port.drop_types = o->drop_types;
	conf->guard = guard_of(o);
	conf->gated_by = o->gate;
	conf->gate = gate_of(o);
}
