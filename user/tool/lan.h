/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_LAN_H
#define XEAP_TOOL_LAN_H

#include <xeap/pae.h>

#include "base/list.h"
#include "base/map.h"

struct supplicant;

/* How the authenticator of a LAN addresses its frames, as far as it has shown. */
enum lan_addressing {
	LAN_UNKNOWN,
	LAN_UNICAST, /* to the supplicant's own address */
	LAN_GROUP,   /* to the PAE group address only */
	LAN_ADDRESSING_MAX
};

/*
 * The supplicants of one netdev that share a broadcast domain: an untagged link, or one VLAN of it.
 *
 * Replies to a supplicant's own address find it by that. Replies to the group address have to be
 * given to the one that they answer, and some authenticators send no others. So as long as nothing
 * else is known, and with an authenticator that answers to the group only, one supplicant at a time
 * is under way; the others wait for their turn. With an authenticator that answers to addresses so
 * many run side by side as there are frames for. A LAN of one supplicant knows no turns.
 *
 * Each supplicant is on one of three lists.
 */
struct lan {
	struct xeap_map_entry entry; /* in the netport's lans, by lan_key() */
	uint16_t vid[2];	     /* outermost first; 0: none */
	uint16_t number;	     /* of the netport's */
	enum lan_addressing addressing;
	uint32_t supplicants, active, side_by_side;
	struct xeap_node waiting; /* for their turn, first come first served */
	struct xeap_node running; /* asking for an authenticator, or in a conversation */
	struct xeap_node settled; /* neither; the longest settled first */
	uint64_t unmatched;	  /* frames to the group that answer nobody */
};

uint64_t lan_key(const uint16_t vid[2]);

/* side_by_side: how many may run at once when replies are addressed. */
void lan_init(struct lan *l, const uint16_t vid[2], uint32_t side_by_side);
/* Belongs here from now on, settled. */
void lan_add(struct lan *l, struct supplicant *s);
void lan_remove(struct lan *l, struct supplicant *s);

/* Let a supplicant begin when it is its turn: supplicant_begin() then, from here or lan_admit(). */
void lan_queue(struct lan *l, struct supplicant *s);
/* It is under way, or not any more. Admits nobody. */
void lan_running(struct lan *l, struct supplicant *s);
void lan_settled(struct lan *l, struct supplicant *s);
/* Let those begin whose turn it is. */
void lan_admit(struct lan *l);
/* The link went down: what was learned of the authenticator counts no more. */
void lan_forget(struct lan *l);

/* A frame came to a supplicant's own address. */
void lan_addressed(struct lan *l);
/* Whom a frame to the group address answers; NULL: nobody that is known. */
struct supplicant *lan_answered(struct lan *l, const struct xeap_pae_address *a);

#endif
