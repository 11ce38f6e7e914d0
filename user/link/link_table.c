/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "link/link_table.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <stdlib.h>
#include <string.h>

/* net/if.h and linux/if.h divide these between them, depending on which came first. */
#ifndef IFF_LOWER_UP
#define IFF_LOWER_UP 0x10000 /* linux/if.h */
#endif
#define OPER_UNKNOWN 0 /* RFC 2863 operational states, as linux/if.h numbers them */
#define OPER_DORMANT 5
#define OPER_UP 6

#define FIRST_BUCKETS 64u

struct link_entry;

struct link_queue {
	struct link_entry *first, *last;
};

struct link_entry {
	struct xeap_link told, now;
	bool is_told;	   /* told is valid: the caller has been told of it */
	bool is_there;	   /* now is valid: the kernel has it */
	bool reborn;	   /* removed and made again since told */
	bool was_down;	   /* IFF_UP was missing since told */
	bool lost_carrier; /* not running since told */
	bool left_master;  /* it was another's, or nobody's, since told */
	uint8_t operstate;
	uint32_t carrier_downs;
	uint32_t dump; /* number of the last dump during which it was seen */
	struct link_entry *next_by_index, *next_by_name;
	struct link_queue *queue; /* where it waits, NULL when told and now agree */
	struct link_entry *prev, *next;
};

struct xeap_link_table {
	struct link_entry **by_index; /* all entries */
	struct link_entry **by_name;  /* entries that are told, by told name, newest first */
	uint32_t buckets, count, dump;
	struct link_queue removals, changes;
};

static uint32_t index_bucket(uint32_t buckets, int ifindex)
{
	return (uint32_t)ifindex & (buckets - 1); /* the kernel counts ifindexes upwards */
}

static uint32_t name_bucket(uint32_t buckets, const char *name)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * 16777619u;
	return (h ^ h >> 16) & (buckets - 1);
}

static void link_by_index(struct xeap_link_table *t, struct link_entry *e)
{
	struct link_entry **head = &t->by_index[index_bucket(t->buckets, e->now.ifindex)];

	e->next_by_index = *head;
	*head = e;
}

static void unlink_by_index(struct xeap_link_table *t, struct link_entry *e)
{
	struct link_entry **p = &t->by_index[index_bucket(t->buckets, e->now.ifindex)];

	while (*p != e)
		p = &(*p)->next_by_index;
	*p = e->next_by_index;
}

static void link_by_name(struct xeap_link_table *t, struct link_entry *e)
{
	struct link_entry **head = &t->by_name[name_bucket(t->buckets, e->told.ifname)];

	e->next_by_name = *head;
	*head = e;
}

static void unlink_by_name(struct xeap_link_table *t, struct link_entry *e)
{
	struct link_entry **p = &t->by_name[name_bucket(t->buckets, e->told.ifname)];

	while (*p != e)
		p = &(*p)->next_by_name;
	*p = e->next_by_name;
}

/* Without memory for more buckets the chains just grow. */
static void grow(struct xeap_link_table *t)
{
	struct link_entry **old = t->by_index, **by_index, **by_name;
	uint32_t old_buckets = t->buckets;

	by_index = calloc((size_t)old_buckets * 2, sizeof(struct link_entry *));
	by_name = calloc((size_t)old_buckets * 2, sizeof(struct link_entry *));
	if (!by_index || !by_name) {
		free(by_index);
		free(by_name);
		return;
	}
	free(t->by_name);
	t->by_index = by_index;
	t->by_name = by_name;
	t->buckets = old_buckets * 2;
	for (uint32_t i = 0; i < old_buckets; i++) {
		for (struct link_entry *e = old[i], *next; e; e = next) {
			next = e->next_by_index;
			link_by_index(t, e);
			if (e->is_told)
				link_by_name(t, e);
		}
	}
	free(old);
}

static void dequeue(struct link_entry *e)
{
	if (!e->queue)
		return;
	*(e->prev ? &e->prev->next : &e->queue->first) = e->next;
	*(e->next ? &e->next->prev : &e->queue->last) = e->prev;
	e->queue = NULL;
}

static void enqueue(struct link_queue *q, struct link_entry *e)
{
	e->queue = q;
	e->next = NULL;
	e->prev = q->last;
	*(q->last ? &q->last->next : &q->first) = e;
	q->last = e;
}

static bool same_link(const struct xeap_link *a, const struct xeap_link *b)
{
	return !strcmp(a->ifname, b->ifname) && !memcmp(a->mac, b->mac, sizeof(a->mac)) &&
	       a->ethernet == b->ethernet && a->loopback == b->loopback && a->up == b->up &&
	       a->running == b->running && a->mtu == b->mtu && a->master == b->master;
}

/* Down in between, but told and now both say up: the caller has yet to hear of it. So of others. */
static bool dipped(const struct link_entry *e)
{
	return (e->was_down && e->told.up && e->now.up) ||
	       (e->lost_carrier && e->told.running && e->now.running) ||
	       (e->left_master && e->told.master && e->told.master == e->now.master);
}

/* Put an entry where its difference belongs, keeping its place when it waits there already. */
static void settle(struct xeap_link_table *t, struct link_entry *e)
{
	struct link_queue *q = NULL;

	if (e->is_told && (!e->is_there || e->reborn))
		q = &t->removals;
	else if (e->is_there && (!e->is_told || dipped(e) || !same_link(&e->told, &e->now)))
		q = &t->changes;
	if (q != e->queue) {
		dequeue(e);
		if (q)
			enqueue(q, e);
	}
	if (!e->is_told && !e->is_there) {
		unlink_by_index(t, e);
		t->count--;
		free(e);
	}
}

struct xeap_link_table *xeap_link_table_new(void)
{
	struct xeap_link_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->buckets = FIRST_BUCKETS;
	t->by_index = calloc(FIRST_BUCKETS, sizeof(struct link_entry *));
	t->by_name = calloc(FIRST_BUCKETS, sizeof(struct link_entry *));
	if (!t->by_index || !t->by_name)
		return xeap_link_table_free(t);
	return t;
}

struct xeap_link_table *xeap_link_table_free(struct xeap_link_table *t)
{
	if (!t)
		return NULL;
	for (uint32_t i = 0; t->by_index && i < t->buckets; i++) {
		for (struct link_entry *e = t->by_index[i], *next; e; e = next) {
			next = e->next_by_index;
			free(e);
		}
	}
	free(t->by_index);
	free(t->by_name);
	free(t);
	return NULL;
}

static struct link_entry *find_by_index(const struct xeap_link_table *t, int ifindex)
{
	struct link_entry *e = t->by_index[index_bucket(t->buckets, ifindex)];

	while (e && e->now.ifindex != ifindex)
		e = e->next_by_index;
	return e;
}

static struct link_entry *add_entry(struct xeap_link_table *t, int ifindex)
{
	struct link_entry *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	if (t->count >= t->buckets)
		grow(t);
	e->now.ifindex = ifindex;
	link_by_index(t, e);
	t->count++;
	return e;
}

static void gone(struct xeap_link_table *t, struct link_entry *e)
{
	e->is_there = false;
	e->reborn = false;
	settle(t, e);
}

/*
 * Frames can pass: EAPOL must while the netdev is dormant, which is waiting for 802.1X (RFC 2863
 * §3.1.12).
 */
static bool can_run(uint32_t flags, uint8_t operstate)
{
	if (!(flags & IFF_UP) || !(flags & IFF_LOWER_UP))
		return false;
	return operstate == OPER_UP || operstate == OPER_UNKNOWN || operstate == OPER_DORMANT;
}

/*
 * The kernel's count tells of carrier losses that no message did, and a count that went back, of
 * another netdev.
 */
static void count_carrier(struct link_entry *e, const struct xeap_link_news *news)
{
	if (!(news->has & XEAP_LINK_HAS_CARRIER_DOWNS))
		return;
	if (e->is_there && news->carrier_downs < e->carrier_downs && e->is_told)
		e->reborn = true;
	if (e->is_there && news->carrier_downs != e->carrier_downs)
		e->lost_carrier = true;
	e->carrier_downs = news->carrier_downs;
}

static void take_in(struct link_entry *e, const struct xeap_link_news *news)
{
	struct xeap_link *l = &e->now;

	if (news->has & XEAP_LINK_HAS_NAME)
		memcpy(l->ifname, news->ifname, sizeof(l->ifname));
	if (news->has & XEAP_LINK_HAS_MAC)
		memcpy(l->mac, news->mac, sizeof(l->mac));
	if (news->has & XEAP_LINK_HAS_MTU)
		l->mtu = news->mtu;
	if (news->has & XEAP_LINK_HAS_OPERSTATE)
		e->operstate = news->operstate;
	count_carrier(e, news);
	l->master = news->master;
	if (e->is_told && l->master != e->told.master)
		e->left_master = true;
	l->ethernet = news->arphrd == ARPHRD_ETHER;
	if (!l->ethernet)
		memset(l->mac, 0, sizeof(l->mac));
	l->loopback = (news->flags & IFF_LOOPBACK) != 0;
	l->up = (news->flags & IFF_UP) != 0;
	l->running = can_run(news->flags, e->operstate);
	if (!l->up)
		e->was_down = true;
	if (!l->running)
		e->lost_carrier = true;
}

/* Made again with the ifindex of one that is gone: nothing of the old one may shine through. */
static void forget(struct link_entry *e)
{
	e->reborn = e->is_told;
	e->now = (struct xeap_link){ .ifindex = e->now.ifindex };
	e->operstate = OPER_UNKNOWN;
}

int xeap_link_table_apply(struct xeap_link_table *t, const struct xeap_link_news *news)
{
	struct link_entry *e = find_by_index(t, news->ifindex);

	if (news->gone) {
		if (e)
			gone(t, e);
		return 0;
	}
	/* A first message without a name is no description of a netdev. */
	if ((!e || !e->is_there) && !(news->has & XEAP_LINK_HAS_NAME))
		return 0;
	if (!e)
		e = add_entry(t, news->ifindex);
	if (!e)
		return -ENOMEM;
	if (!e->is_there)
		forget(e);
	take_in(e, news);
	e->is_there = true;
	e->dump = t->dump;
	settle(t, e);
	return 0;
}

void xeap_link_table_dump_begins(struct xeap_link_table *t)
{
	t->dump++;
}

void xeap_link_table_dump_ends(struct xeap_link_table *t)
{
	for (uint32_t i = 0; i < t->buckets; i++) {
		for (struct link_entry *e = t->by_index[i], *next; e; e = next) {
			next = e->next_by_index;
			if (e->is_there && e->dump != t->dump)
				gone(t, e);
		}
	}
}

static void tell(struct xeap_link_table *t, struct link_entry *e, const struct xeap_link *link)
{
	bool renamed = !e->is_told || strcmp(e->told.ifname, link->ifname) != 0;

	if (e->is_told && renamed)
		unlink_by_name(t, e);
	e->told = *link;
	e->is_told = true;
	if (renamed)
		link_by_name(t, e);
	e->was_down = !link->up;
	e->lost_carrier = !link->running;
	e->left_master = false;
}

static void tell_removed(struct xeap_link_table *t, struct link_entry *e,
			 struct xeap_link_event *ret_event)
{
	*ret_event = (struct xeap_link_event){ .type = XEAP_LINK_REMOVED, .link = e->told };
	unlink_by_name(t, e);
	e->is_told = false;
	e->reborn = false;
	settle(t, e);
}

/* Down and up again came down to nothing: say down now, and leave the rest to the next call. */
static void tell_dip(struct xeap_link_table *t, struct link_entry *e,
		     struct xeap_link_event *ret_event)
{
	struct xeap_link link = e->told;

	link.up = link.up && !e->was_down;
	link.running = link.running && !e->was_down && !e->lost_carrier;
	if (e->left_master)
		link.master = 0;
	*ret_event = (struct xeap_link_event){ .type = XEAP_LINK_CHANGED, .link = link };
	tell(t, e, &link);
}

static void tell_changed(struct xeap_link_table *t, struct link_entry *e,
			 struct xeap_link_event *ret_event)
{
	struct xeap_link_event event = { .type = XEAP_LINK_CHANGED, .link = e->now };

	if (!e->is_told) {
		event.type = XEAP_LINK_ADDED;
	} else if (strcmp(e->told.ifname, e->now.ifname) != 0) {
		event.type = XEAP_LINK_RENAMED;
		memcpy(event.old_name, e->told.ifname, sizeof(event.old_name));
	}
	*ret_event = event;
	tell(t, e, &e->now);
}

int xeap_link_table_next(struct xeap_link_table *t, struct xeap_link_event *ret_event)
{
	struct link_entry *e = t->removals.first;

	if (e) {
		tell_removed(t, e, ret_event);
		return 1;
	}
	e = t->changes.first;
	if (!e)
		return 0;
	if (e->is_told && dipped(e))
		tell_dip(t, e, ret_event);
	else
		tell_changed(t, e, ret_event);
	settle(t, e);
	return 1;
}

const struct xeap_link *xeap_link_table_find(const struct xeap_link_table *t, const char *ifname)
{
	const struct link_entry *e = t->by_name[name_bucket(t->buckets, ifname)];

	while (e && strcmp(e->told.ifname, ifname) != 0)
		e = e->next_by_name;
	return e ? &e->told : NULL;
}
