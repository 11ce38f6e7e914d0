/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#ifndef XEAP_UAPI_STEER_H
#define XEAP_UAPI_STEER_H

/*
 * What bpf/steer.bpf.c and user space share. The including file provides __u8 … __u64 and __be16
 * (linux/types.h or vmlinux.h).
 */

#define XEAP_STEER_ABI 2
#define XEAP_STEER_MAX_PORTS 4096 /* slots, unless the loader asks for another number */
#define XEAP_STEER_MAX_QUEUES 64  /* RX queues of a port that can be steered */
#define XEAP_ETH_P_PAE 0x888E
#define XEAP_ETH_P_FUNNEL 0x88B5 /* IEEE 802 local experimental 1 (IEEE 802-2014 §9.2.3) */

/*
 * Why a frame went where it went: index into the per-CPU counters of a slot.
 *
 * A frame that is not EAPOL must cost next to nothing, so nothing is looked up for it: NOT_EAPOL is
 * counted for all ports together, in slot XEAP_STEER_SLOT_NONE. (How many frames a port received,
 * its netdev counts already.) So are UNKNOWN_PORT and FUNNEL_STRAY, which have no slot. Everything
 * else is counted in the slot of the port.
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
	XEAP_STEER_NO_HEADROOM,	 /* EAPOL of ours, no room in front for the funnel's tag: passed */
	XEAP_STEER_FUNNEL_SENT,	 /* a frame out of the funnel, handed to the port to send */
	XEAP_STEER_FUNNEL_STRAY, /* on a funnel's veth, of no port that it serves: dropped */
	XEAP_STEER_REASON_MAX
};

#define XEAP_STEER_SLOT_NONE 0 /* counters only; ports have slots from 1 on */

/* Value of map xeap_ports, key: __u32 ifindex. */
struct xeap_steer_port {
	__u16 slot;	  /* 1 to the number of ports the maps were made for */
	__u16 generation; /* of the slot: another one for each port that gets it */
	__u32 type_mask;  /* bit n: take EAPOL type n; types 32 and up are never taken */
	__u8 mac[6];	  /* unicast frames to this address are the port's */
	__u8 flags;	  /* XEAP_STEER_F_ */
	__u8 pad;
};

/* Take unicast EAPOL to any address: several supplicants live here. */
#define XEAP_STEER_F_ANY_UNICAST 0x01
/* Pass tagged EAPOL: it is another VLAN's. Priority tags (VID 0) count as untagged. */
#define XEAP_STEER_F_UNTAGGED_ONLY 0x02
/* Frames go into the funnel of map xeap_funnels, and come from there. */
#define XEAP_STEER_F_FUNNEL 0x04

/*
 * Stands before the EtherType of a frame on a funnel's veth, as a VLAN tag does: which port it came
 * in on, or is to leave by. The addresses in front of it are the frame's own. With a generation
 * that is not the slot's, the frame is of a port that had the slot before.
 */
struct xeap_funnel_tag {
	__be16 type; /* XEAP_ETH_P_FUNNEL */
	__be16 slot;
	__be16 generation;
};

/*
 * Default mask: EAP packet only. Start, Logoff, Key, ASF alert, MKA, announcements stay with
 * others.
 */
#define XEAP_STEER_TYPES_SUPPLICANT (1u << 0)

/* Value of per-CPU array xeap_counters, key: slot. */
struct xeap_steer_counters {
	__u64 packets[XEAP_STEER_REASON_MAX];
};

/*
 * Value of the array xeap_header, which is pinned beside the maps and says what they are. magic,
 * abi and version stay where they are for good, so that another version can tell.
 */
struct xeap_steer_header {
	__u32 magic;	  /* XEAP_STEER_MAGIC */
	__u32 abi;	  /* XEAP_STEER_ABI */
	char version[24]; /* of the xeap that made them */
	__u32 complete;	  /* 0: the pins are being made or removed */
	__u32 max_ports;
	__u32 port_size, counters_size; /* of the values of xeap_ports and xeap_counters */
	__u64 netns;			/* whose ports they are for */
	__u32 process;			/* that works with them; 0: none */
	__u32 pad;
	__u64 process_start; /* in clock ticks since boot: the number may be another's one day */
	__u64 left_at;	   /* ns of CLOCK_MONOTONIC: when a process let go of them; 0: it did not */
	__u64 left_passed; /* XEAP_STEER_NO_SOCKET of all ports at that time */
};

#define XEAP_STEER_MAGIC 0x78656170 /* "xeap" */

/*
 * Slot of (port, queue) in the XSKMAP xeap_sockets. The funnel's socket stands in queue 0 of each
 * port that it serves. The DEVMAPs xeap_funnels (the funnel's veth) and xeap_exits (the port's own
 * netdev) have the slot as their key.
 */
#define XEAP_STEER_SOCKET(slot, queue) ((slot)*XEAP_STEER_MAX_QUEUES + (queue))

#ifndef __cplusplus /* which spells it otherwise; the C side has checked */
_Static_assert(sizeof(struct xeap_steer_port) == 16, "xeap_steer_port is shared with the kernel");
_Static_assert(sizeof(struct xeap_steer_header) == 88, "xeap_steer_header stays in the kernel");
_Static_assert(sizeof(struct xeap_funnel_tag) == 6, "xeap_funnel_tag is on the wire");
_Static_assert(sizeof(struct xeap_steer_counters) == 8 * XEAP_STEER_REASON_MAX,
	       "xeap_steer_counters is shared with the kernel");
#endif

#endif
