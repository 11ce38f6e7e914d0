/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_STEER_H
#define XEAP_PORT_STEER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stdint.h>
#include <xeap/port.h>
#include <xeap/steer.h>

/* A netdev's share of the program: its slot and the bpf_link that holds the program there. */
struct xeap_attachment {
	uint32_t slot; /* XEAP_STEER_SLOT_NONE: not attached */
	uint16_t generation;
	int ifindex;
	int link;
	bool funnelled; /* in the maps of a funnel */
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
 * too). conf: type_mask, mac and flags are used. Until sockets are set every frame passes. A port
 * that another process has left pinned is taken over with its slot, its counters and its link.
 * Returns 0; -EBUSY when a program sits there; -EEXIST when it is pinned in another mode; -ENOSPC
 * when all slots are taken; the errno of bpf(2).
 */
int xeap_steer_attach(struct xeap_steer *steer, int ifindex, enum xeap_mode mode,
		      const struct xeap_steer_port *conf, struct xeap_attachment *ret_attachment);

/* Stop taking frames: forget the port and its sockets. They pass from now on. */
void xeap_steer_silence(struct xeap_steer *steer, const struct xeap_attachment *a, uint32_t queues);

/* Let go of link and slot. After xeap_steer_silence(). May be called from any thread. */
void xeap_steer_detach(struct xeap_steer *steer, struct xeap_attachment *a);

bool xeap_steer_is_pinned(const struct xeap_steer *steer);

/* Leave a pinned port to whoever attaches it next, in this process or another. */
void xeap_steer_leave(struct xeap_steer *steer, struct xeap_attachment *a);

/* New type_mask, mac or flags of an attached port. */
int xeap_steer_update(struct xeap_steer *steer, const struct xeap_attachment *a,
		      const struct xeap_steer_port *conf);

int xeap_steer_set_socket(struct xeap_steer *steer, const struct xeap_attachment *a, uint32_t queue,
			  int xsk);

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

uint64_t xeap_steer_count(const struct xeap_steer *steer, uint32_t slot, unsigned int reason);

#endif
