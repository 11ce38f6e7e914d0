/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#ifndef XEAP_UAPI_STEER_H
#define XEAP_UAPI_STEER_H

/*
 * What bpf/steer.bpf.c and user space share. The including file provides __u8 … __u64 (linux/types.h or vmlinux.h).
 */

#define XEAP_STEER_ABI 1
#define XEAP_STEER_MAX_PORTS 4096 /* slots */
#define XEAP_STEER_MAX_QUEUES 64  /* RX queues of a port that can be steered */
#define XEAP_ETH_P_PAE 0x888E

/* Why a frame went where it went: index into the per-CPU counters of a slot. */
enum xeap_steer_reason {
	XEAP_STEER_REDIRECTED, /* EAPOL of ours, handed to the socket */
	XEAP_STEER_NO_SOCKET,  /* EAPOL of ours, no socket in the slot: passed */
	XEAP_STEER_NOT_EAPOL,  /* any other EtherType: passed */
	XEAP_STEER_MASKED,     /* EAPOL type not in the port's mask: passed */
	XEAP_STEER_OTHER_DST, /* EAPOL to an address that is neither the port's nor a PAE group's: passed */
	XEAP_STEER_RUNT,	/* frame ends within the headers: passed */
	XEAP_STEER_BAD_VERSION, /* EAPOL version 0: passed */
	XEAP_STEER_BAD_LENGTH,	/* EAPOL body runs past the frame: passed */
	XEAP_STEER_VLAN_DEPTH,	/* more than two VLAN tags: passed */
	XEAP_STEER_BAD_QUEUE,	/* queue number beyond XEAP_STEER_MAX_QUEUES: passed */
	XEAP_STEER_REASON_MAX
};

/* Value of map xeap_ports, key: __u32 ifindex. */
struct xeap_steer_port {
	__u32 slot;	 /* below XEAP_STEER_MAX_PORTS */
	__u32 type_mask; /* bit n: take EAPOL type n; types 32 and up are never taken */
	__u8 mac[6];	 /* unicast frames to this address are the port's */
	__u8 flags;	 /* XEAP_STEER_F_ */
	__u8 pad;
};

#define XEAP_STEER_F_ANY_UNICAST                                                                   \
	0x01 /* take unicast EAPOL to any address: several supplicants live here */
#define XEAP_STEER_F_UNTAGGED_ONLY 0x02 /* pass tagged EAPOL: it is another VLAN's */

/* Default mask: EAP packet only. Start, Logoff, Key, ASF alert, MKA, announcements stay with others. */
#define XEAP_STEER_TYPES_SUPPLICANT (1u << 0)

/* Value of per-CPU array xeap_counters, key: slot. */
struct xeap_steer_counters {
	__u64 packets[XEAP_STEER_REASON_MAX];
};

/* Slot of (port, queue) in the XSKMAP xeap_sockets. */
#define XEAP_STEER_SOCKET(slot, queue) ((slot)*XEAP_STEER_MAX_QUEUES + (queue))

_Static_assert(sizeof(struct xeap_steer_port) == 16, "xeap_steer_port is shared with the kernel");
_Static_assert(sizeof(struct xeap_steer_counters) == 8 * XEAP_STEER_REASON_MAX,
	       "xeap_steer_counters is shared with the kernel");

#endif
