/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BRIDGE_H
#define XEAP_BRIDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xeap/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The kernel's side of a controlled port (IEEE 802.1X-2020 §6.4): nothing but EAPOL passes until
 * the port is authorised, enforced by the bridge and the state of the link, and so by hardware
 * whose driver offloads them. EAPOL itself is not touched: it reaches the supplicant before the
 * bridge sees it, and XEAP_LINK's `running` stays true while a netdev is dormant.
 *
 * A supplicant's port is an uplink: the stations that are reached through it are those behind the
 * authenticator, and their frames are what comes in. XEAP_BRIDGE_LOCKED lets all of them in once
 * the port is authorised. XEAP_BRIDGE_STATIONS keeps the bridge port locked and lets in those that
 * are named: a gateway, a server, the authenticator itself.
 *
 * Over rtnetlink, with CAP_NET_ADMIN. One thread at a time. Nothing here waits for an event: the
 * calls do what they are for at once. What a process that is killed has set stays set: ports are
 * then closed, and are opened by hand with `ip link set DEV mode default state up` and
 * `bridge link set dev DEV locked off`.
 */

struct xeap_bridge;
struct xeap_bridge_port;

/** What keeps a port closed until it is authorised; flags, to be combined. */
enum xeap_bridge_way {
	/**
	 * The bridge port is `locked` (Linux 5.16), which drops what comes in from stations without
	 * an entry in the bridge's FDB; unlocked once authorised. Entries that were learned before
	 * are flushed with it, as they would let their stations in.
	 */
	XEAP_BRIDGE_LOCKED = 1 << 0,
	/**
	 * The bridge port is `locked` and stays so; once authorised, stations that are named get
	 * static entries in the bridge's FDB. Not together with XEAP_BRIDGE_LOCKED.
	 */
	XEAP_BRIDGE_STATIONS = 1 << 1,
	/**
	 * Link mode DORMANT: the operational state (RFC 2863 §3.1.12) is DORMANT until authorised,
	 * then UP, and the kernel makes it DORMANT again when the carrier comes back after a while
	 * (it does not notice a short flap). A bridge forwards nothing in either direction on a
	 * dormant port, and what configures addresses waits for it to be up. Works on any netdev.
	 */
	XEAP_BRIDGE_LINKMODE = 1 << 2,
};

#define XEAP_BRIDGE_WAYS 3	      /**< how many there are */
#define XEAP_BRIDGE_MAX_STATIONS 1024 /**< that a port can name */

/**
 * Open a socket to the kernel's bridges in this network namespace.
 * @ret_bridge: the caller's to free with xeap_bridge_close(); untouched on failure
 * @ret_diag: on failure one line
 * Returns 0, -ENOMEM, -EMFILE, -EAFNOSUPPORT, or another negative errno.
 */
int xeap_bridge_open(struct xeap_bridge **ret_bridge, struct xeap_diag *ret_diag);

/**
 * Leave all ports, as xeap_bridge_leave() does, and close.
 * @bridge: NULL is accepted
 * Returns NULL.
 */
struct xeap_bridge *xeap_bridge_close(struct xeap_bridge *bridge);

struct xeap_bridge_options {
	size_t size;   /**< sizeof(struct xeap_bridge_options) */
	uint32_t ways; /**< enum xeap_bridge_way, at least one */
	/**
	 * With XEAP_BRIDGE_STATIONS: MAC addresses that are let in once authorised, six bytes each,
	 * one behind the other; copied
	 */
	const uint8_t *stations;
	uint32_t station_count; /**< at most XEAP_BRIDGE_MAX_STATIONS */
};

/**
 * Take a port under control and close it. Its state is remembered. A port that is in no bridge is
 * closed by XEAP_BRIDGE_LINKMODE alone, until xeap_bridge_refresh() finds it in one.
 * @bridge: the socket
 * @ifindex: the netdev; of one that is under control already, -EBUSY
 * @options: what to do
 * @ret_port: the port, to be given up with xeap_bridge_leave(); untouched on failure
 * @ret_diag: on failure one line that names the port and the way out
 * Returns 0; -ENODEV, -EPERM, -EINVAL, -EBUSY, -ENOMEM, -EOPNOTSUPP (no `locked` here, or the
 * driver cannot enforce it), or another negative errno. On failure the port is as it was.
 */
int xeap_bridge_join(struct xeap_bridge *bridge, int ifindex,
		     const struct xeap_bridge_options *options, struct xeap_bridge_port **ret_port,
		     struct xeap_diag *ret_diag);

/**
 * Open a port: its supplicant is authenticated. May be repeated, with another authenticator's
 * address or the same.
 * @port: the port
 * @authenticator: with XEAP_BRIDGE_STATIONS: a MAC address that is let in beside those named; NULL
 * for none. One that an earlier call brought is let in no longer
 * @ret_diag: on failure one line
 * Returns 0 or a negative errno; on failure the port is closed.
 */
int xeap_bridge_authorize(struct xeap_bridge_port *port, const uint8_t *authenticator,
			  struct xeap_diag *ret_diag);

/**
 * Close a port: its supplicant is not, or no longer, authenticated. Entries that
 * xeap_bridge_authorize() made are removed.
 * @port: the port
 * @ret_diag: on failure one line
 * Returns 0 or a negative errno; what could be closed is.
 */
int xeap_bridge_withdraw(struct xeap_bridge_port *port, struct xeap_diag *ret_diag);

/**
 * Look at the netdev again, after an event told that its `master` has changed (struct xeap_link): a
 * bridge that it entered, or left and entered again, is made to enforce the state that the port is
 * in; one that it left is forgotten, the kernel having undone what was set there. Between entering
 * and this call a bridge enforces nothing but link mode.
 * @port: the port
 * @ret_diag: on failure one line
 * Returns 0; -ENODEV when it is gone; or a negative errno, and the port may not be enforced.
 */
int xeap_bridge_refresh(struct xeap_bridge_port *port, struct xeap_diag *ret_diag);

/**
 * Give a port up: `locked`, link mode and operational state become what they were when it was
 * joined (`locked`: when it entered its bridge), entries that were made are removed. A state that
 * was UNKNOWN becomes UP, as the kernel cannot be told UNKNOWN. A netdev that is gone is no error.
 * @port: freed in any case; NULL is accepted
 * @ret_diag: on failure one line
 * Returns 0 or the negative errno of the first step that failed; the others were done.
 */
int xeap_bridge_leave(struct xeap_bridge_port *port, struct xeap_diag *ret_diag);

struct xeap_bridge_info {
	int ifindex;
	char ifname[16];
	int bridge;	   /**< ifindex of the bridge that it is a port of; 0: none */
	uint32_t ways;	   /**< enum xeap_bridge_way that are at work now */
	bool authorized;   /**< opened by xeap_bridge_authorize() */
	bool was_locked;   /**< somebody else had locked it, and it will be again */
	uint32_t stations; /**< FDB entries that are there by xeap_bridge_authorize() */
};

/**
 * What a port is and what is at work on it.
 * @port: the port
 * @ret_info: filled
 */
void xeap_bridge_get_info(const struct xeap_bridge_port *port, struct xeap_bridge_info *ret_info);

/**
 * What could be done on a netdev; nothing is changed.
 * @bridge: the socket
 * @ifindex: the netdev
 * @ret_ways: enum xeap_bridge_way that xeap_bridge_join() would have at work now; untouched on
 * failure
 * @ret_diag: on failure one line
 * Returns 0, -ENODEV, or another negative errno.
 */
int xeap_bridge_probe(struct xeap_bridge *bridge, int ifindex, uint32_t *ret_ways,
		      struct xeap_diag *ret_diag);

/**
 * Name of a way as options and events spell it.
 * @way: one enum xeap_bridge_way
 * Returns "locked", "stations", "linkmode"; "?" for anything else.
 */
const char *xeap_bridge_way_name(enum xeap_bridge_way way);

/**
 * Ways from their names.
 * @names: names as xeap_bridge_way_name() gives them, with commas between
 * @ret_ways: enum xeap_bridge_way, combined; untouched on failure
 * Returns 0, or -EINVAL for no name, an unknown one, or "locked" together with "stations".
 */
int xeap_bridge_ways_parse(const char *names, uint32_t *ret_ways);

#ifdef __cplusplus
}
#endif
#endif
