// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/bench_ports.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "link/uplink.h"

#define LANS_MAX 65535

static int no_memory(struct xeap_diag *ret_why)
{
	return xeap_diag_set(ret_why, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
}

static int check_route(const struct xeap_uplinks *uplinks, const struct xeap_link *link,
		       struct xeap_diag *ret_why)
{
	struct xeap_diag why;
	int err = uplinks ? xeap_uplinks_check(uplinks, link->ifindex, &why) : 0;

	return err ? xeap_diag_set(ret_why, err, why.code, "port %s", why.text) : 0;
}

static int add_port(struct bench_ports *p, const struct bench_options *o,
		    const struct port_spec *spec, const struct xeap_link *link,
		    struct xeap_diag *ret_why)
{
	struct bench_port *more;

	if (!link->ethernet || link->loopback)
		return xeap_diag_set(ret_why, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "port %s is no Ethernet device", link->ifname);
	if (!link->up)
		return xeap_diag_set(ret_why, -ENETDOWN, XEAP_E_INVALID_STATE,
				     "port %s is down: 'ip link set %s up'", link->ifname,
				     link->ifname);
	more = reallocarray(p->ports, p->count + 1, sizeof(*more));
	if (!more)
		return no_memory(ret_why);
	p->ports = more;
	more[p->count] = (struct bench_port){
		.link = *link,
		.spec = spec,
		.worker = (unsigned int)p->count % o->threads,
	};
	p->count++;
	return 0;
}

static const struct port_spec *spec_of(const struct bench_options *o, const struct xeap_link *link)
{
	const struct port_spec *found = NULL;

	for (size_t i = 0; i < o->spec_count; i++) {
		struct port_spec *s = &o->specs[i];

		if (!port_spec_fits(s, link->ifname) ||
		    (s->is_pattern &&
		     (!link->ethernet || link->loopback || xeap_port_is_funnel(link->ifname))))
			continue;
		s->matched = true;
		if (!found || (found->is_pattern && !s->is_pattern))
			found = s;
	}
	return found;
}

/* What became of a netdev. */
static void see(struct bench_ports *p, const struct xeap_link_event *e)
{
	bool away = e->type == XEAP_LINK_REMOVED || !e->link.running;

	for (size_t i = 0; i < p->count; i++) {
		struct bench_port *port = &p->ports[i];

		if (port->link.ifindex != e->link.ifindex)
			continue;
		port->gone = e->type == XEAP_LINK_REMOVED;
		port->lost += away && !port->away;
		port->away = away;
	}
}

static int add_ports(struct bench_ports *p, const struct bench_options *o,
		     const struct xeap_uplinks *uplinks, struct xeap_diag *ret_why)
{
	struct xeap_link_event e;
	int err = xeap_links_open(&p->links, ret_why);

	if (err)
		return err;
	while (!err && xeap_links_next(p->links, &e) == 1) {
		const struct port_spec *spec = e.type == XEAP_LINK_ADDED ? spec_of(o, &e.link)
									 : NULL;

		if (spec)
			err = check_route(uplinks, &e.link, ret_why);
		if (spec && !err)
			err = add_port(p, o, spec, &e.link, ret_why);
		see(p, &e);
	}
	for (size_t i = 0; !err && i < o->spec_count; i++)
		if (!o->specs[i].matched)
			err = xeap_diag_set(ret_why, -ENODEV, XEAP_E_INVALID_PARAMETER,
					    "no port is called '%s': see 'ip link'",
					    o->specs[i].pattern);
	return err;
}

static size_t count_lans(const struct bench_ports *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->count; i++) {
		const struct port_spec *s = p->ports[i].spec;

		n += !s->vlan_count;
		for (size_t k = 0; k < s->vlan_count; k++)
			n += vlan_range_size(&s->vlans[k]);
	}
	return n;
}

static void add_range(struct bench_ports *p, struct bench_port *port, const struct vlan_range *r)
{
	for (uint32_t outer = r->first[0]; outer <= r->last[0]; outer++)
		for (uint32_t inner = r->first[1]; inner <= r->last[1]; inner++)
			p->lans[p->lan_count++] = (struct bench_lan){
				.port = port,
				.vid = { (uint16_t)outer, (uint16_t)inner },
			};
}

static int make_lans(struct bench_ports *p, struct xeap_diag *ret_why)
{
	static const struct vlan_range untagged;
	size_t n = count_lans(p);

	if (n > LANS_MAX)
		return xeap_diag_set(ret_why, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%zu VLANs over all ports: at most %d", n, LANS_MAX);
	p->lans = calloc(n, sizeof(*p->lans));
	if (!p->lans)
		return no_memory(ret_why);
	for (size_t i = 0; i < p->count; i++) {
		const struct port_spec *s = p->ports[i].spec;

		if (!s->vlan_count)
			add_range(p, &p->ports[i], &untagged);
		for (size_t k = 0; k < s->vlan_count; k++)
			add_range(p, &p->ports[i], &s->vlans[k]);
	}
	return 0;
}

int bench_ports_find(struct bench_ports *p, const struct bench_options *o,
		     struct xeap_diag *ret_why)
{
	struct xeap_uplinks *uplinks = NULL;
	int err = o->force ? 0 : xeap_uplinks_find(&uplinks, ret_why);

	if (!err)
		err = add_ports(p, o, uplinks, ret_why);
	xeap_uplinks_free(uplinks);
	return err ? err : make_lans(p, ret_why);
}

int bench_ports_fd(const struct bench_ports *p)
{
	return p->links ? xeap_links_fd(p->links) : -1;
}

bool bench_ports_look(struct bench_ports *p)
{
	struct xeap_link_event e;
	size_t gone = 0;

	while (p->links && xeap_links_next(p->links, &e) == 1)
		see(p, &e);
	for (size_t i = 0; i < p->count; i++)
		gone += p->ports[i].gone;
	return !p->count || gone < p->count;
}

void bench_ports_tell(const struct bench_ports *p, struct bench_result *result)
{
	uint64_t dropped = 0;

	for (size_t i = 0; i < p->count; i++) {
		const struct bench_port *port = &p->ports[i];
		struct xeap_port_stats stats;
		char text[BENCH_WORDS_TEXT];

		snprintf(text, sizeof(text), "%s: it was down, or away", port->link.ifname);
		if (port->lost)
			bench_result_reason(result, text, port->lost);
		if (!port->port)
			continue;
		xeap_port_get_stats(port->port, &stats);
		dropped += stats.rx_dropped;
	}
	if (!dropped || result->bottleneck)
		return;
	result->bottleneck = true;
	snprintf(result->bottleneck_why, sizeof(result->bottleneck_why),
		 "%llu frames came that no ring had room for: more of it (--frames), or more "
		 "threads (-j)",
		 (unsigned long long)dropped);
}

void bench_ports_free(struct bench_ports *p)
{
	xeap_links_close(p->links);
	free(p->lans);
	free(p->ports);
}
