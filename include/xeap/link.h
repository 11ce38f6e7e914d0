/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_LINK_H
#define XEAP_LINK_H

#include <stdbool.h>
#include <stdint.h>
#include <xeap/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The netdevs of this network namespace and their changes, over rtnetlink. Pull: wait for the
 * descriptor, take events until there are none. An overrun of the socket or an interrupted dump is
 * not an error: the list is dumped again and the differences come out as events, so that what
 * events say and what the kernel has never part for long.
 *
 * An event is the difference between what was told last and what is now; memory is linear in
 * netdevs, and values in between are not told. Three things are told even when they were over
 * before the call: that a netdev was down or without carrier (CHANGED, not running, then CHANGED,
 * running), that it left its bridge and came back (CHANGED, without a master, then CHANGED), and
 * that it was removed (REMOVED, then ADDED). The one exception: messages were lost,
 * the netdev was made again with the same ifindex (which the kernel does only when asked to), and
 * its count of lost carriers does not give it away; that is told as a change.
 *
 * A netdev is its ifindex. A name may pass from one netdev to another, so that for the length of an
 * event two of them were told to have it; removals are told before anything else. One that moves to
 * another network namespace is removed. One thread at a time.
 */

struct xeap_links;

struct xeap_link {
	int ifindex;
	char ifname[16];
	uint8_t mac[6]; /**< zeros when the device has no Ethernet address */
	bool ethernet;	/**< ARPHRD_ETHER */
	bool loopback;
	bool up;      /**< IFF_UP */
	bool running; /**< IFF_UP, carrier, and operstate UP, UNKNOWN or DORMANT: EAPOL can pass */
	uint32_t mtu;
	int master; /**< ifindex of the bridge, bond or team that it is a port of; 0: none */
};

enum xeap_link_event_type {
	XEAP_LINK_ADDED,   /**< also once for every netdev that was there at the start */
	XEAP_LINK_CHANGED, /**< up, running, mac, mtu or master (or, rarely, the link type) */
	XEAP_LINK_RENAMED, /**< new name; old_name is set; other fields may have changed as well */
	XEAP_LINK_REMOVED,
	XEAP_LINK_EVENT_MAX
};

struct xeap_link_event {
	enum xeap_link_event_type type;
	struct xeap_link link; /**< as it is now; as it last was, for REMOVED */
	char old_name[16];     /**< RENAMED only, else "" */
};

/**
 * Open and dump. Events for all netdevs wait when it returns; only where netdevs keep being made
 * and removed faster than they can be listed do some follow later. Needs no privilege.
 * @ret_links: the caller's to free with xeap_links_close(); untouched on failure
 * @ret_diag: on failure one line
 * Returns 0, -ENOMEM, -EMFILE, -ENFILE, -EAFNOSUPPORT (no netlink here), or another negative errno.
 */
int xeap_links_open(struct xeap_links **ret_links, struct xeap_diag *ret_diag);

/**
 * Close.
 * @links: NULL is accepted
 * Returns NULL.
 */
struct xeap_links *xeap_links_close(struct xeap_links *links);

/**
 * A descriptor that polls readable when xeap_links_next() may have something new. It says nothing
 * of events that were not taken: take them until there are none, then wait.
 * @links: the list
 * Returns the descriptor; it stays the list's.
 */
int xeap_links_fd(const struct xeap_links *links);

/**
 * Take the next event. Does not block.
 * @links: the list
 * @ret_event: untouched unless 1 is returned
 * Returns 1 when an event was stored; 0 when none waits; or a negative errno (-ENOMEM, -EBADMSG),
 * after which the list stays usable, and what was missed is dumped again by later calls.
 */
int xeap_links_next(struct xeap_links *links, struct xeap_link_event *ret_event);

/**
 * Find a netdev by name, as of the events taken so far. Takes constant time.
 * @links: the list
 * @ifname: the name
 * @ret_link: untouched when not found
 * Returns 0 or -ENODEV.
 */
int xeap_links_find(const struct xeap_links *links, const char *ifname, struct xeap_link *ret_link);

/**
 * How often the list had to be dumped again because the socket overran or a dump was interrupted.
 * @links: the list
 * Returns the count.
 */
uint64_t xeap_links_resyncs(const struct xeap_links *links);

#ifdef __cplusplus
}
#endif
#endif
