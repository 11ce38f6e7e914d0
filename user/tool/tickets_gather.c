// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/tickets_gather.h"

#include "tool/netport.h"
#include "tool/report.h"

#define SLICE 64 /* supplicants; each takes some ten microseconds */

static struct ticket_owner owner_of(const struct supplicant *s, char name[SUPPLICANT_NAME])
{
	const struct credentials *c = s->netport->credentials;

	return (struct ticket_owner){ .name = supplicant_name(s, name),
				      .mac = s->mac,
				      .profiles = c->profiles,
				      .count = c->count };
}

void tickets_give(struct supplicant *s)
{
	struct tickets *t = s->netport->worker->tickets;
	char name[SUPPLICANT_NAME];
	struct ticket_owner owner;

	if (!t)
		return;
	owner = owner_of(s, name);
	s->kept = tickets_take(t, &owner, s->resumption);
}

struct gathering {
	struct tickets_draft *draft;
	uint64_t port; /* the next one's number, and which of its supplicants */
	uint32_t supplicant;
	unsigned int left; /* of the slice */
	bool done;
};

static void add_supplicant(struct gathering *g, const struct supplicant *s)
{
	char name[SUPPLICANT_NAME];
	struct ticket_owner owner = owner_of(s, name);

	if (s->resumption && s->kept)
		tickets_add(g->draft, &owner, s->kept, s->resumption);
	g->left--;
}

static void gather_port(struct gathering *g, const struct netport *n)
{
	if (n->number != g->port)
		g->supplicant = 0; /* the one that it was in is gone */
	g->port = n->number;
	while (g->left && g->supplicant < n->count)
		add_supplicant(g, &n->supplicants[g->supplicant++]);
	if (g->supplicant < n->count)
		return;
	g->port++;
	g->supplicant = 0;
}

static void gather(struct worker *w, void *arg)
{
	struct gathering *g = arg;
	struct xeap_node *i;

	g->left = SLICE;
	for (i = w->netports.next; g->left && i != &w->netports; i = i->next) {
		const struct netport *n = XEAP_CONTAINER(i, struct netport, node);

		if (n->number >= g->port)
			gather_port(g, n);
	}
	g->done = g->left;
}

static void save(struct tickets *t, struct worker *workers, unsigned int count,
		 struct report *report)
{
	struct tickets_draft *d = tickets_begin(t);
	struct xeap_diag why;

	if (!d) {
		tickets_changed(t); /* another time */
		return;
	}
	for (unsigned int i = 0; i < count; i++) {
		struct gathering g = { .draft = d };

		while (!g.done)
			worker_call(&workers[i], gather, &g);
	}
	if (tickets_save(d, &why) && why.text[0])
		report_warning(report, why.text);
}

void tickets_turn(struct tickets *t, struct worker *workers, unsigned int count,
		  struct report *report, xeap_time now)
{
	if (tickets_is_due(t, now))
		save(t, workers, count, report);
}

void tickets_finish(struct tickets *t, struct worker *workers, unsigned int count,
		    struct report *report)
{
	if (tickets_is_behind(t))
		save(t, workers, count, report);
}
