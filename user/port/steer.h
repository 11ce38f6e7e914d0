/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_STEER_H
#define XEAP_PORT_STEER_H

#include <linux/types.h>
#include <stdint.h>
#include <xeap/port.h>
#include <xeap/steer.h>

/* A netdev's share of the program: its slot and the bpf_link that holds the program there. */
struct xeap_attachment {
	uint32_t slot; /* XEAP_STEER_SLOT_NONE: not attached */
	int ifindex;
	int link;
};

/*
 * Give a netdev a slot and attach the program, in mode NATIVE or GENERIC (ZERO_COPY is native,
 * too). conf: type_mask, mac and flags are used. Until sockets are set every frame passes.
 * Returns 0; -EBUSY when a program sits there; -ENOSPC when all slots are taken; the errno of
 * bpf(2).
 */
int xeap_steer_attach(struct xeap_steer *steer, int ifindex, enum xeap_mode mode,
		      const struct xeap_steer_port *conf, struct xeap_attachment *ret_attachment);

/* Stop taking frames: forget the port and its sockets. They pass from now on. */
void xeap_steer_silence(struct xeap_steer *steer, const struct xeap_attachment *a, uint32_t queues);

/* Let go of link and slot. After xeap_steer_silence(). May be called from any thread. */
void xeap_steer_detach(struct xeap_steer *steer, struct xeap_attachment *a);

/* New type_mask, mac or flags of an attached port. */
int xeap_steer_update(struct xeap_steer *steer, const struct xeap_attachment *a,
		      const struct xeap_steer_port *conf);

int xeap_steer_set_socket(struct xeap_steer *steer, const struct xeap_attachment *a, uint32_t queue,
			  int xsk);

uint64_t xeap_steer_count(const struct xeap_steer *steer, uint32_t slot, unsigned int reason);

#endif
