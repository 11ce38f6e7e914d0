// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/status_gather.h"

#include <string.h>

#include "tool/netport.h"

_Static_assert((int)STATUS_SUCCESS == (int)OUTCOME_AUTHENTICATED &&
		       (int)STATUS_FAILURE == (int)OUTCOME_FAILED,
	       "results are outcomes by other names");

static struct netport *netport_of(struct xeap_node *node)
{
	return XEAP_CONTAINER(node, struct netport, node);
}

static void copy_text(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

static void copy_supplicant(const struct supplicant *s, struct status_supplicant *to)
{
	*to = (struct status_supplicant){ .result = (enum status_result)s->outcome,
					  .elapsed = s->elapsed };
	memcpy(to->mac, s->mac, sizeof(to->mac));
	memcpy(to->vid, s->lan->vid, sizeof(to->vid));
	copy_text(to->reason, sizeof(to->reason), s->reason);
	copy_text(to->method, sizeof(to->method), s->method);
	copy_text(to->tls_version, sizeof(to->tls_version), s->tls_version);
	to->running = s->pae;
	if (!s->pae)
		return;
	to->state = xeap_pae_get_state(s->pae);
	to->authorized = xeap_pae_is_authorized(s->pae);
	xeap_pae_get_stats(s->pae, &to->stats);
}

static void add_supplicants(const struct netport *n, struct status_port *to)
{
	for (uint32_t i = 0; i < n->count; i++) {
		const struct supplicant *s = &n->supplicants[i];
		struct xeap_pae_stats stats;

		to->results[s->outcome]++;
		if (!s->pae)
			continue;
		to->states[xeap_pae_get_state(s->pae)]++;
		xeap_pae_get_stats(s->pae, &stats);
		status_add_stats(&to->sum, &stats);
	}
}

static bool has_own_pool(const struct xeap_port_info *info)
{
	return !strcmp(info->ring, xeap_rings_kind_name(XEAP_RINGS_OWN));
}

static void copy_rings(const struct netport *n, struct status_port *to)
{
	xeap_port_get_info(n->port, &to->info);
	xeap_port_get_stats(n->port, &to->rings);
	xeap_port_steer_counts(n->port, to->steer, XEAP_STEER_REASON_MAX);
	if (has_own_pool(&to->info))
		xeap_pool_get_stats(xeap_port_pool(n->port), &to->pool);
}

static void copy_port(const struct netport *n, struct status_port *to)
{
	*to = (struct status_port){
		.worker = n->worker->number,
		.ifindex = n->ifindex,
		.joined = n->port && !n->gone,
		.link = n->running && !n->gone,
		.eapol_version = (uint8_t)n->credentials->globals.eapol_version,
		.supplicants = n->count,
		.strays = n->strays,
	};
	copy_text(to->ifname, sizeof(to->ifname), n->ifname);
	copy_text(to->reason, sizeof(to->reason), n->gone ? "the port was removed" : n->reason);
	if (to->joined)
		copy_rings(n, to);
	add_supplicants(n, to);
}

/* Supplicants of one port, from where the slice is. */
static void gather_supplicants(const struct netport *n, struct status_slice *s)
{
	while (s->supplicant < n->count && s->supplicant_count < STATUS_SLICE_SUPPLICANTS)
		copy_supplicant(&n->supplicants[s->supplicant++],
				&s->supplicants[s->supplicant_count++]);
	s->port_open = s->supplicant < n->count;
	if (s->port_open)
		return;
	s->supplicant = 0;
	s->port = n->number + 1;
}

/* A port; with all of its supplicants it is the slice's last. */
static void gather_port(const struct netport *n, struct status_slice *s)
{
	uint32_t at = s->port_count++;

	copy_port(n, &s->ports[at]);
	s->has_only[at] = n->count == 1;
	s->port = n->number + 1;
	if (s->has_only[at]) {
		copy_supplicant(&n->supplicants[0], &s->only[at]);
	} else if (s->request->stations) {
		s->port = n->number;
		gather_supplicants(n, s);
	}
}

/* The first that is asked for, from a place in the list on; NULL: there is none. */
static struct netport *wanted_from(const struct worker *w, struct xeap_node *i,
				   const struct status_slice *s)
{
	for (; i != &w->netports; i = i->next) {
		struct netport *n = netport_of(i);

		if (n->number >= s->port && port_list_fits(s->request->ports, n->ifname))
			return n;
	}
	return NULL;
}

void status_gather_slice(struct worker *w, void *arg)
{
	struct status_slice *s = arg;
	struct netport *n = wanted_from(w, w->netports.next, s);

	s->port_count = s->supplicant_count = 0;
	s->port_open = false;
	if (s->supplicant && n && n->number == s->port) {
		gather_supplicants(n, s);
		return;
	}
	s->supplicant = 0; /* its port went */
	while (n && s->port_count < STATUS_SLICE_PORTS && !s->supplicant_count) {
		gather_port(n, s);
		n = wanted_from(w, n->node.next, s);
	}
	s->last = !n && !s->port_open;
}

static void copy_pool(const struct netport *n, struct status_worker *to)
{
	struct xeap_port_info info;
	struct status_pool *pool;

	xeap_port_get_info(n->port, &info);
	if (has_own_pool(&info))
		return;
	pool = !strcmp(info.ring, xeap_rings_kind_name(XEAP_RINGS_FUNNEL)) ? &to->funnel
									   : &to->packet;
	if (!pool->present)
		xeap_pool_get_stats(xeap_port_pool(n->port), &pool->stats);
	pool->present = true;
}

void status_gather_worker(struct worker *w, void *arg)
{
	struct status_worker *to = arg;

	*to = (struct status_worker){ .number = w->number };
	for (struct xeap_node *i = w->netports.next; i != &w->netports; i = i->next) {
		const struct netport *n = netport_of(i);

		to->ports++;
		to->supplicants += n->count;
		if (n->port)
			copy_pool(n, to);
	}
}
