/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#ifndef XEAP_UAPI_STEER_H
#define XEAP_UAPI_STEER_H

/*
 * What bpf/steer.bpf.c and user space share. The including file provides __u8 … __u64
 * (linux/types.h or vmlinux.h).
 */

#define XEAP_STEER_ABI 1
#define XEAP_STEER_MAX_PORTS 4096 /* slots, unless the loader asks for another number */
#define XEAP_STEER_MAX_QUEUES 64  /* RX queues of a port that can be steered */
#define XEAP_ETH_P_PAE 0x888E

/*
 * Why a frame went where it went: index into the per-CPU counters of a slot.
 *
 * A frame that is not EAPOL must cost next to nothing, so nothing is looked up for it: NOT_EAPOL is
 * counted for all ports together, in slot XEAP_STEER_SLOT_NONE. (How many frames a port received,
 * its netdev counts already.) So is UNKNOWN_PORT, which has no slot. Everything else is counted in
 * the slot of the port.
 */
enum xeap_steer_reason {
	XEAP_STEER_REDIRECTED,	 /* EAPOL of ours, handed to the socket */
	XEAP_STEER_NO_SOCKET,	 /* EAPOL of ours, no socket in the slot: passed */
	XEAP_STEER_NOT_EAPOL,	 /* any other EtherType: passed */
	XEAP_STEER_MASKED,	 /* EAPOL type not in the port's mask: passed */
	XEAP_STEER_OTHER_DST,	 /* EAPOL neither to the port nor to a PAE group address: passed */
	XEAP_STEER_RUNT,	 /* frame ends within the headers: passed */
	XEAP_STEER_BAD_VERSION,	 /* EAPOL version 0: passed */
	XEAP_STEER_BAD_LENGTH,	 /* EAPOL body runs past the frame: passed */
	XEAP_STEER_VLAN_DEPTH,	 /* more than two VLAN tags: passed */
	XEAP_STEER_BAD_QUEUE,	 /* queue number beyond XEAP_STEER_MAX_QUEUES: passed */
	XEAP_STEER_UNKNOWN_PORT, /* EAPOL on a netdev that is not in xeap_ports: passed */
	XEAP_STEER_OTHER_VLAN,	 /* tagged EAPOL and XEAP_STEER_F_UNTAGGED_ONLY: passed */
	XEAP_STEER_FRAGS, /* EAPOL in several buffers, which no socket of ours takes: passed */
	XEAP_STEER_REASON_MAX
};

#define XEAP_STEER_SLOT_NONE 0 /* counters only; ports have slots from 1 on */

/* Value of map xeap_ports, key: __u32 ifindex. */
struct xeap_steer_port {
	__u32 slot;	 /* 1 to the number of ports the maps were made for */
	__u32 type_mask; /* bit n: take EAPOL type n; types 32 and up are never taken */
	__u8 mac[6];	 /* unicast frames to this address are the port's */
	__u8 flags;	 /* XEAP_STEER_F_ */
	__u8 pad;
};

/* Take unicast EAPOL to any address: several supplicants live here. */
#define XEAP_STEER_F_ANY_UNICAST 0x01
/* Pass tagged EAPOL: it is another VLAN's. Priority tags (VID 0) count as untagged. */
#define XEAP_STEER_F_UNTAGGED_ONLY 0x02

/*
 * Default mask: EAP packet only. Start, Logoff, Key, ASF alert, MKA, announcements stay with
 * others.
 */
#define XEAP_STEER_TYPES_SUPPLICANT (1u << 0)

/* Value of per-CPU array xeap_counters, key: slot. */
struct xeap_steer_counters {
	__u64 packets[XEAP_STEER_REASON_MAX];
};

/* Slot of (port, queue) in the XSKMAP xeap_sockets. */
#define XEAP_STEER_SOCKET(slot, queue) ((slot)*XEAP_STEER_MAX_QUEUES + (queue))

#ifndef __cplusplus /* which spells it otherwise; the C side has checked */
_Static_assert(sizeof(struct xeap_steer_port) == 16, "xeap_steer_port is shared with the kernel");
_Static_assert(sizeof(struct xeap_steer_counters) == 8 * XEAP_STEER_REASON_MAX,
	       "xeap_steer_counters is shared with the kernel");
#endif

#endif
