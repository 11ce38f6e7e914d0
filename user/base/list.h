/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BASE_LIST_H
#define XEAP_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* A circular list with a head; an entry that is on no list points at itself. */
struct xeap_node {
	struct xeap_node *next, *prev;
};

#define XEAP_CONTAINER(node, type, member) ((type *)(void *)((char *)(node)-offsetof(type, member)))

static inline void xeap_list_init(struct xeap_node *n)
{
	n->next = n->prev = n;
}

static inline bool xeap_list_empty(const struct xeap_node *n)
{
	return n->next == n;
}

static inline void xeap_list_remove(struct xeap_node *n)
{
	n->prev->next = n->next;
	n->next->prev = n->prev;
	xeap_list_init(n);
}

/* Put at the end; one that is on the list already stays where it is. */
static inline void xeap_list_append(struct xeap_node *head, struct xeap_node *n)
{
	if (!xeap_list_empty(n))
		return;
	n->prev = head->prev;
	n->next = head;
	head->prev->next = n;
	head->prev = n;
}

#endif
