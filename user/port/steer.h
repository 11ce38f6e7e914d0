/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_STEER_H
#define XEAP_PORT_STEER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stdint.h>
#include <port/keys.h>
#include <xeap/port.h>
#include <xeap/steer.h>

/* What the program is to do on a port. Slot and generation are filled in for it. */
struct xeap_steer_conf {
	struct xeap_steer_port port;
	struct xeap_steer_guard guard; /* with XEAP_STEER_F_GUARD */
	enum xeap_gate gated_by;
	struct xeap_steer_gate gate; /* unless gated by NONE */
};

/*
 * A netdev's share of the program: its slot, the bpf_link that holds the program there and what is
 * in the maps for it.
 */
struct xeap_attachment {
	uint32_t slot; /* XEAP_STEER_SLOT_NONE: not attached */
	uint16_t generation;
	int ifindex;
	int link;
	bool funnelled; /* in the maps of a funnel */
	bool guarded;
	uint32_t station_limit;
	enum xeap_gate gated_by;
	struct xeap_keys vlans;
	struct xeap_keys authorized; /* addresses; with a gate for the port, one of zeros */
};

/* Say why the program could not be loaded. Returns an errno. */
int xeap_steer_blocked(int err, struct xeap_diag *ret_diag);
/* Whether this is what drivers say when the MTU needs a program that knows frames in buffers. */
bool xeap_steer_wants_frags(int err);

/* A funnel's programs, see xeap_steer_funnel_attach(). */
struct xeap_funnel_links {
	int in, out; /* -1: none */
};

/*
 * Give a netdev a slot and attach the program, in mode NATIVE or GENERIC (ZERO_COPY is native,
 * too). Until sockets are set every frame passes that no gate holds back. A port that another
 * process has left pinned is taken over with its slot, its counters and its link; its gate is shut.
 * Returns 0; -EBUSY when a program sits there; -EEXIST when it is pinned in another mode; -ENOSPC
 * when all slots are taken; -EDQUOT when the ports' limits of stations add up to more than are
 * remembered; the errno of bpf(2).
 */
int xeap_steer_attach(struct xeap_steer *steer, int ifindex, enum xeap_mode mode,
		      const struct xeap_steer_conf *conf, struct xeap_attachment *ret_attachment);

/* Stop taking frames: forget the port and its sockets. They pass from now on. */
void xeap_steer_silence(struct xeap_steer *steer, const struct xeap_attachment *a, uint32_t queues);

/* Let go of link and slot. After xeap_steer_silence(). May be called from any thread. */
void xeap_steer_detach(struct xeap_steer *steer, struct xeap_attachment *a);

/* Leave a pinned port to whoever attaches it next, in this process or another. */
void xeap_steer_leave(struct xeap_steer *steer, struct xeap_attachment *a);

/* Another conf->port of an attached port. */
int xeap_steer_update(struct xeap_steer *steer, const struct xeap_attachment *a,
		      const struct xeap_steer_conf *conf);

int xeap_steer_set_socket(struct xeap_steer *steer, const struct xeap_attachment *a, uint32_t queue,
			  int xsk);

/* As xeap_port_add_vlan() and xeap_port_remove_vlan(). inner: 0, there is one tag. */
int xeap_steer_add_vlan(struct xeap_steer *steer, struct xeap_attachment *a, uint16_t outer,
			uint16_t inner);
int xeap_steer_remove_vlan(struct xeap_steer *steer, struct xeap_attachment *a, uint16_t outer,
			   uint16_t inner);

/* As xeap_port_authorize(), whose port has a gate. mac: zeros with a gate for the port. */
int xeap_steer_authorize(struct xeap_steer *steer, struct xeap_attachment *a, const uint8_t mac[6]);
int xeap_steer_revoke(struct xeap_steer *steer, struct xeap_attachment *a, const uint8_t mac[6]);

/* Slots are 1 to this number. */
uint32_t xeap_steer_slots(const struct xeap_steer *steer);

/*
 * Attach the programs of a funnel's ends. The inner end's runs natively: only then can frames be
 * redirected into the outer one. Returns 0 or as xeap_steer_attach().
 */
int xeap_steer_funnel_attach(struct xeap_steer *steer, int outer, int inner,
			     struct xeap_funnel_links *ret_links);
void xeap_steer_funnel_detach(struct xeap_funnel_links *links);

/*
 * Let the frames of a port, attached with XEAP_STEER_F_FUNNEL, go into the funnel whose outer end
 * and socket these are, and come back. 0, or a negative errno and it is as before.
 */
int xeap_steer_funnel_join(struct xeap_steer *steer, struct xeap_attachment *a, int outer, int xsk);

/* Counters of a slot, XEAP_STEER_REASON_MAX of them, summed over CPUs; all 0 when unreadable. */
void xeap_steer_counts(const struct xeap_steer *steer, uint32_t slot, uint64_t *ret_packets);

#endif
