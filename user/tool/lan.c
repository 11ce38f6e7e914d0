// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/lan.h"

#include "tool/supplicant.h"

#define REQUEST 1 /* EAP Code, RFC 3748 §4 */

uint64_t lan_key(const uint16_t vid[2])
{
	return (uint64_t)vid[0] << 16 | vid[1];
}

void lan_init(struct lan *l, const uint16_t vid[2], uint32_t side_by_side)
{
	*l = (struct lan){ .vid = { vid[0], vid[1] }, .side_by_side = side_by_side };
	l->entry.key = lan_key(vid);
	xeap_list_init(&l->waiting);
	xeap_list_init(&l->running);
	xeap_list_init(&l->settled);
}

void lan_add(struct lan *l, struct supplicant *s)
{
	s->lan = l;
	l->supplicants++;
	xeap_list_append(&l->settled, &s->line);
}

static void leave_list(struct lan *l, struct supplicant *s)
{
	if (s->is_running)
		l->active--;
	s->is_running = s->is_waiting = false;
	xeap_list_remove(&s->line);
}

void lan_remove(struct lan *l, struct supplicant *s)
{
	leave_list(l, s);
	l->supplicants--;
}

void lan_running(struct lan *l, struct supplicant *s)
{
	if (s->is_running)
		return;
	leave_list(l, s);
	xeap_list_append(&l->running, &s->line);
	s->is_running = true;
	l->active++;
}

void lan_settled(struct lan *l, struct supplicant *s)
{
	leave_list(l, s);
	xeap_list_append(&l->settled, &s->line);
}

void lan_queue(struct lan *l, struct supplicant *s)
{
	if (s->is_running || s->is_waiting)
		return;
	leave_list(l, s);
	xeap_list_append(&l->waiting, &s->line);
	s->is_waiting = true;
	lan_admit(l);
}

static bool has_room(const struct lan *l)
{
	if (l->supplicants == 1)
		return true;
	return l->active < (l->addressing == LAN_UNICAST ? l->side_by_side : 1);
}

static struct supplicant *first(const struct xeap_node *list)
{
	return xeap_list_empty(list) ? NULL : XEAP_CONTAINER(list->next, struct supplicant, line);
}

/* One that cannot begin settles, and the next one has its turn. */
void lan_admit(struct lan *l)
{
	struct supplicant *s;

	while (has_room(l) && (s = first(&l->waiting))) {
		lan_running(l, s);
		supplicant_begin(s);
	}
}

void lan_forget(struct lan *l)
{
	l->addressing = LAN_UNKNOWN;
}

void lan_addressed(struct lan *l)
{
	l->addressing = LAN_UNICAST;
}

/* A request follows the response with the next Identifier or repeats itself; a result has its. */
static bool answers(const struct xeap_pae_address *a, const struct supplicant *s)
{
	int id = xeap_pae_outstanding(s->pae);

	if (id < 0)
		return false;
	return a->id == id || (a->code == REQUEST && a->id == ((id + 1) & 0xff));
}

static struct supplicant *find_answered(const struct lan *l, const struct xeap_pae_address *a)
{
	for (struct xeap_node *n = l->running.next; n != &l->running; n = n->next) {
		struct supplicant *s = XEAP_CONTAINER(n, struct supplicant, line);

		if (answers(a, s))
			return s;
	}
	return NULL;
}

/* Who asked for an authenticator first gets the first Request/Identity. */
static struct supplicant *find_asking(const struct lan *l)
{
	for (struct xeap_node *n = l->running.next; n != &l->running; n = n->next) {
		struct supplicant *s = XEAP_CONTAINER(n, struct supplicant, line);

		if (xeap_pae_get_state(s->pae) == XEAP_PAE_CONNECTING)
			return s;
	}
	return NULL;
}

/*
 * The authenticator asks by itself, and says not whom. While somebody is under way it is theirs.
 * Else those who wait come first; then who was authenticated longest ago, which is whose
 * re-authentication is due. An answer from the wrong one is nobody's at the authenticator (IEEE
 * 802.1X-2004 §8.2.4), which asks again, and the next one's turn comes.
 */
static struct supplicant *find_unasked(struct lan *l)
{
	struct supplicant *s = first(&l->running);

	if (s)
		return s;
	s = first(&l->waiting);
	if (s) {
		lan_running(l, s);
		supplicant_begin(s);
		return s;
	}
	s = first(&l->settled);
	if (s)
		lan_settled(l, s); /* last in line now, whatever it makes of the frame */
	return s;
}

struct supplicant *lan_answered(struct lan *l, const struct xeap_pae_address *a)
{
	struct supplicant *s;

	if (l->supplicants == 1) {
		s = first(&l->running);
		return s ? s : first(&l->settled);
	}
	s = find_answered(l, a);
	if (!s && a->identity)
		s = find_asking(l);
	if (s && l->addressing == LAN_UNKNOWN)
		l->addressing = LAN_GROUP;
	if (!s && a->identity)
		s = find_unasked(l);
	if (!s && l->active == 1)
		s = first(&l->running);
	if (!s)
		l->unmatched++;
	return s;
}
