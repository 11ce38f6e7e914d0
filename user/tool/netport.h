/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_NETPORT_H
#define XEAP_TOOL_NETPORT_H

#include <xeap/link.h>
#include <xeap/port.h>

#include "base/list.h"
#include "base/map.h"
#include "base/timers.h"
#include "tool/credentials.h"
#include "tool/lan.h"
#include "tool/pcapng.h"
#include "tool/run_options.h"
#include "tool/supplicant.h"
#include "tool/worker.h"

/*
 * A netdev with the supplicants that live on it, keyed by VLANs and address: one in each of its
 * LANs, or many. What belongs to the netdev is here: the joined port, the link, the name.
 */
struct netport {
	struct xeap_node node; /* in worker->netports */
	struct worker *worker;
	const struct port_spec *spec;
	const struct credentials *credentials;
	uint64_t number; /* ascending in the worker's list, never used twice */
	int ifindex;
	char ifname[16];
	uint8_t mac[6]; /* of the netdev */
	bool running;	/* the link, as last told */
	bool gone;	/* the netdev was removed */

	struct xeap_port
		*port; /* NULL while it cannot be joined; tried again when `retry` is due */
	struct xeap_timer retry;
	uint32_t authorized; /* supplicants that hold the netdev's gate open */
	uint8_t gate_mac[6]; /* the address that it is open for */
	uint32_t max_packet; /* EAP bytes that fit a frame of the port's pool and of its link */

	struct lan *lans;
	uint32_t lan_count;
	struct supplicant *supplicants;
	uint32_t count;
	struct xeap_map by_address, by_vlans; /* unused where there is one supplicant */

	/* What is told of it, also when the port is gone. */
	char driver[32], mode[16], ring[8];
	char reason[XEAP_DIAG_TEXT]; /* why it cannot be joined, "" */
	uint64_t tx_copied, earlier_copied;
	uint64_t strays;     /* frames to an address or VLAN that no supplicant has */
	uint32_t uncaptured; /* frames that were to be captured, see capture_ring.h */
};

/* How many supplicants a spec means on a netdev. */
uint32_t netport_size(const struct run_options *o, const struct port_spec *spec);

/* What one is made of. */
struct netport_seed {
	struct xeap_link link;
	const struct port_spec *spec;
	const struct credentials *credentials;
	uint64_t first_station; /* how many stations other ports have before its own */
};

/*
 * Make one for a netdev and join its port; a port that cannot be joined is reported and tried
 * again later. Part of the worker until it is freed. NULL: no memory.
 */
struct netport *netport_new(struct worker *w, const struct netport_seed *seed);
struct netport *netport_free(struct netport *n);
/* NULL: none that is still there. */
struct netport *netport_find(const struct worker *w, int ifindex);
/* End the conversations and forget the port, which is returned: the set of rings can close many. */
struct xeap_port *netport_detach(struct netport *n);
/* The netdev is no more, or no longer ours. */
void netport_removed(struct netport *n, const char *reason);

void netport_link_changed(struct netport *n, const struct xeap_link *link);
void netport_renamed(struct netport *n, const struct xeap_link *link);
void netport_receive(struct netport *n, struct xeap_span frame);
/* Copy a frame for those who capture: only while worker->captured is there. */
void netport_capture(struct netport *n, enum pcapng_direction direction, struct xeap_span frame);
void netport_due(struct netport *n);
void netport_count(struct netport *n);

/* Count an outcome in the worker's totals, once it has changed. */
void netport_outcome(struct supplicant *s, enum outcome outcome);

#endif
