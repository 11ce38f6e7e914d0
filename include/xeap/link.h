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
 * The netdevs of this network namespace and their changes, over rtnetlink. Pull: wait for the descriptor, take events.
 * An overrun of the socket or an interrupted dump is not an error: the list is dumped again and the differences come
 * out as events, so that what events say and what the kernel has never part for long.
 */

struct xeap_links;

struct xeap_link {
	int ifindex;
	char ifname[16];
	uint8_t mac[6]; /**< zeros when the device has no Ethernet address */
	bool ethernet;	/**< ARPHRD_ETHER */
	bool loopback;
	bool up; /**< IFF_UP */
	bool running; /**< IFF_UP and carrier: frames can pass (operstate UP, UNKNOWN or DORMANT with IFF_LOWER_UP) */
	uint32_t mtu;
};

enum xeap_link_event_type {
	XEAP_LINK_ADDED,   /**< also once for every netdev that was there at the start */
	XEAP_LINK_CHANGED, /**< up, running, mac or mtu */
	XEAP_LINK_RENAMED, /**< same ifindex, new name; old_name is set; other fields may have changed as well */
	XEAP_LINK_REMOVED,
	XEAP_LINK_EVENT_MAX
};

struct xeap_link_event {
	enum xeap_link_event_type type;
	struct xeap_link link; /**< as it is now; as it last was, for REMOVED */
	char old_name[16];     /**< RENAMED only, else "" */
};

/**
 * Open and dump. Events for all netdevs wait when it returns.
 * @ret_links: the caller's to free with xeap_links_close(); untouched on failure
 * @ret_diag: on failure one line
 * Returns 0 or a negative errno.
 */
int xeap_links_open(struct xeap_links **ret_links, struct xeap_diag *ret_diag);

/**
 * Close.
 * @links: NULL is accepted
 * Returns NULL.
 */
struct xeap_links *xeap_links_close(struct xeap_links *links);

/**
 * A descriptor that polls readable when xeap_links_next() may have something new.
 * @links: the list
 * Returns the descriptor; it stays the list's.
 */
int xeap_links_fd(const struct xeap_links *links);

/**
 * Take the next event. Does not block.
 * @links: the list
 * @ret_event: untouched unless 1 is returned
 * Returns 1 when an event was stored, 0 when none waits, or a negative errno (the list stays usable).
 */
int xeap_links_next(struct xeap_links *links, struct xeap_link_event *ret_event);

/**
 * Find a netdev by name, as of the events taken so far.
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
