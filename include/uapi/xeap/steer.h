/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#ifndef XEAP_UAPI_STEER_H
#define XEAP_UAPI_STEER_H

/*
 * What bpf/steer.bpf.c and user space share. The including file provides __u8 … __u64 and __be16
 * (linux/types.h or vmlinux.h).
 */

#define XEAP_STEER_ABI 3
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
	XEAP_STEER_OTHER_VLAN,	 /* EAPOL of a VLAN that the port does not serve: passed */
	XEAP_STEER_FRAGS, /* EAPOL in several buffers, which no socket of ours takes: passed */
	XEAP_STEER_NO_HEADROOM,	 /* EAPOL of ours, no room in front for the funnel's tag: passed */
	XEAP_STEER_FUNNEL_SENT,	 /* a frame out of the funnel, handed to the port to send */
	XEAP_STEER_FUNNEL_STRAY, /* on a funnel's veth, of no port that it serves: dropped */
	/* Only where the port asks for it. */
	XEAP_STEER_MALFORMED,	    /* else RUNT, BAD_VERSION or BAD_LENGTH: dropped */
	XEAP_STEER_TYPE_DROPPED,    /* EAPOL type in the port's drop_types, else MASKED: dropped */
	XEAP_STEER_STATION_LIMIT,   /* EAPOL of ours, from one station too many: dropped */
	XEAP_STEER_POLICED_STATION, /* EAPOL of ours, above the rate of its sender: dropped */
	XEAP_STEER_POLICED_PORT,    /* EAPOL of ours, above the rate of the port: dropped */
	XEAP_STEER_GATED,	    /* not EAPOL, and not authorised: dropped */
	XEAP_STEER_GATE_ALLOWED, /* the same, of an EtherType that the gate lets through: passed */
	XEAP_STEER_GATE_OPEN,	 /* the same, the gate fails open and nobody is there: passed */
	XEAP_STEER_REASON_MAX
};

#define XEAP_STEER_SLOT_NONE 0 /* counters only; ports have slots from 1 on */

/* Value of map xeap_ports, key: __u32 ifindex. */
struct xeap_steer_port {
	__u16 slot;	  /* 1 to the number of ports the maps were made for */
	__u16 generation; /* of the slot: another one for each port that gets it */
	__u32 type_mask;  /* bit n: take EAPOL type n; types 32 and up are never taken */
	__u8 mac[6];	  /* unicast frames to this address are the port's */
	__u16 flags;	  /* XEAP_STEER_F_ */
	/* bit n: drop EAPOL type n where it is not taken; bit 31: type 31 and all above */
	__u32 drop_types;
};

/* Take unicast EAPOL to any address: several supplicants live here. */
#define XEAP_STEER_F_ANY_UNICAST 0x01
/* Pass tagged EAPOL: it is another VLAN's. Priority tags (VID 0) count as untagged. */
#define XEAP_STEER_F_UNTAGGED_ONLY 0x02
/* Frames go into the funnel of map xeap_funnels, and come from there. */
#define XEAP_STEER_F_FUNNEL 0x04
/* Take EAPOL of the VLANs that xeap_vlans names for the slot, pass that of others. */
#define XEAP_STEER_F_VLANS 0x08
/* With the former: take untagged EAPOL, too. */
#define XEAP_STEER_F_UNTAGGED 0x10
/* Drop malformed EAPOL that would be the port's. */
#define XEAP_STEER_F_DROP_MALFORMED 0x20
/* Look into xeap_guards before a frame is handed to the socket. */
#define XEAP_STEER_F_GUARD 0x40

/*
 * Key of map xeap_vlans: VLANs whose EAPOL is a port's. Outer VID first; a priority tag (VID 0) is
 * no tag. The value is of no meaning.
 */
struct xeap_steer_vlan {
	__u16 slot;
	__u16 outer, inner; /* inner: 0, there is one tag */
	__u16 pad;
};

/*
 * A token bucket as the generic cell rate algorithm has it (ITU-T I.371 Annex A): a frame conforms
 * unless it is more than `tolerance` before it is due, and the next one is due `interval` later.
 */
struct xeap_steer_rate {
	__u64 interval;	 /* ns a frame; 0: no limit */
	__u64 tolerance; /* ns: interval × (burst - 1) */
};

/* A station was last seen in one of so many spans of time, or longer ago and does not count. */
#define XEAP_STEER_SPANS 8

/* The kernel knows a lock by the name of its type, which is of no use but to programs. */
#ifdef __bpf__
#define XEAP_STEER_LOCK struct bpf_spin_lock
#else
#define XEAP_STEER_LOCK __u32
#endif

/* Value of map xeap_guards, key: __u32 slot. The second half is the program's own. */
struct xeap_steer_guard {
	struct xeap_steer_rate port, station;
	__u64 span;	     /* ns; a station is forgotten after 7 to 8 of them */
	__u32 station_limit; /* 0: none */

	XEAP_STEER_LOCK lock;	      /* of what follows, and of the port's stations */
	__u64 due;		      /* of the port's next frame */
	__u64 now;		      /* number of the span that was current last */
	__u32 seen[XEAP_STEER_SPANS]; /* stations that were seen last in span n, n modulo 8 */
};

/* Key of map xeap_stations. */
struct xeap_steer_source {
	__u16 slot, generation;
	__u8 mac[6];
	__u16 pad;
};

/* Value of map xeap_stations. */
struct xeap_steer_station {
	__u64 due;  /* of its next frame */
	__u64 span; /* in which it was seen last; 0: it was not counted */
};

/*
 * Value of map xeap_gates, key: __u32 ifindex: netdevs that have a program with a gate. Frames
 * other than EAPOL pass there if xeap_authorized says so, or if one of the rest does.
 */
#define XEAP_STEER_GATE_TYPES 8
struct xeap_steer_gate {
	__u16 slot;
	__u16 flags;			     /* XEAP_STEER_GATE_ */
	__be16 allow[XEAP_STEER_GATE_TYPES]; /* EtherTypes; 0: none */
};

/* Let everything pass while no socket stands in queue 0 of the slot: the process is gone. */
#define XEAP_STEER_GATE_FAIL_OPEN 0x01
/* The gate is for each station. (The program knows that by itself, who replaces it does not.) */
#define XEAP_STEER_GATE_STATIONS 0x02

/*
 * Key of map xeap_authorized, whose value is of no meaning. With a gate for the port, the address
 * is zeros. With a gate for each station it is the destination's, and zeros for group addresses:
 * they pass while any station is authorised.
 */
struct xeap_steer_authorized {
	__u32 ifindex;
	__u8 mac[6];
	__u16 pad;
};

/*
 * A look into a hash costs more than all the rest of a passing frame's way, so what is authorised
 * stands in the array xeap_gate_places, too, if its place is free: its own number, where others
 * have zero. Netdevs with an ifindex beyond 65535 go without.
 */
#define XEAP_STEER_GATE_BITS 15
#define XEAP_STEER_GATE_PLACES (1u << XEAP_STEER_GATE_BITS)

static inline __u64 xeap_steer_mac_number(const __u8 *mac)
{
	return (__u64)mac[5] << 40 | (__u64)mac[4] << 32 | (__u64)mac[3] << 24 |
	       (__u64)mac[2] << 16 | (__u64)mac[1] << 8 | mac[0];
}

static inline __u64 xeap_steer_gate_number(__u32 ifindex, __u64 mac)
{
	return (__u64)ifindex << 48 | mac;
}

/* By multiplication (Knuth, The Art of Computer Programming 3, §6.4). */
static inline __u32 xeap_steer_gate_place(__u64 number)
{
	return (__u32)(number * 0x9e3779b97f4a7c15ull >> (64 - XEAP_STEER_GATE_BITS));
}

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
	__u32 max_vlans, max_stations, max_authorized;
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
_Static_assert(sizeof(struct xeap_steer_header) == 96, "xeap_steer_header stays in the kernel");
_Static_assert(sizeof(struct xeap_steer_port) == 20, "xeap_steer_port is shared with the kernel");
_Static_assert(sizeof(struct xeap_steer_vlan) == 8, "xeap_steer_vlan is shared with the kernel");
_Static_assert(sizeof(struct xeap_steer_guard) == 96, "xeap_steer_guard is shared with the kernel");
_Static_assert(sizeof(struct xeap_steer_source) == 12,
	       "xeap_steer_source is shared with the kernel");
_Static_assert(sizeof(struct xeap_steer_station) == 16,
	       "xeap_steer_station is shared with the kernel");
_Static_assert(sizeof(struct xeap_steer_gate) == 20, "xeap_steer_gate is shared with the kernel");
_Static_assert(sizeof(struct xeap_steer_authorized) == 12,
	       "xeap_steer_authorized is shared with the kernel");
_Static_assert(sizeof(struct xeap_funnel_tag) == 6, "xeap_funnel_tag is on the wire");
_Static_assert(sizeof(struct xeap_steer_counters) == 8 * XEAP_STEER_REASON_MAX,
	       "xeap_steer_counters is shared with the kernel");
#endif

#endif
