/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_LINK_LINK_H
#define XEAP_LINK_LINK_H

#include <xeap/link.h>

/*
 * Enough for a thousand netdevs changing at once before the list is dumped again; the kernel
 * doubles it.
 */
#define XEAP_LINKS_RCVBUF (2 * 1024 * 1024)

/* Largest datagram taken; the kernel dumps in datagrams of 32 KiB at most. */
#define XEAP_LINKS_DATAGRAM (64 * 1024)

/*
 * Datagrams read by one call of xeap_links_next(), so that it comes back however fast netdevs
 * change.
 */
#define XEAP_LINKS_DRAIN 256

/*
 * Drains after which xeap_links_open() leaves a list that keeps changing to the calls that follow.
 */
#define XEAP_LINKS_OPEN_TRIES 64

/* xeap_links_open() with another receive buffer. */
int xeap_links_open_sized(int rcvbuf, struct xeap_links **ret_links, struct xeap_diag *ret_diag);

#endif
