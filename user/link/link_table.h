/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_LINK_TABLE_H
#define XEAP_LINK_TABLE_H

#include <xeap/link.h>
#include "link/link_parse.h"

/*
 * Every netdev twice: as the caller was last told, and as the kernel has it now. An event is the
 * difference between the two, made when it is asked for, so that memory is linear in netdevs
 * however fast they change.
 *
 * Four things are remembered that a plain difference would lose: that a netdev was removed and
 * another one made with its ifindex; that it was down in between; that its carrier was lost in
 * between; that it left its bridge in between.
 */
struct xeap_link_table;

/* NULL when memory is short. */
struct xeap_link_table *xeap_link_table_new(void);
struct xeap_link_table *xeap_link_table_free(struct xeap_link_table *t);

/* Take in a message. 0, or -ENOMEM: the netdev is then not in the table. */
int xeap_link_table_apply(struct xeap_link_table *t, const struct xeap_link_news *news);

/* A dump begins; at its end netdevs that neither it nor an event since named are gone. */
void xeap_link_table_dump_begins(struct xeap_link_table *t);
void xeap_link_table_dump_ends(struct xeap_link_table *t);

/*
 * The next difference; told from then on. 1, or 0 when there is none. Removals come before
 * everything else.
 */
int xeap_link_table_next(struct xeap_link_table *t, struct xeap_link_event *ret_event);

/* As told. NULL when there is none. */
const struct xeap_link *xeap_link_table_find(const struct xeap_link_table *t, const char *ifname);

#endif
