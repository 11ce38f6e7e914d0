/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_H
#define XEAP_PORT_H

#include <stdbool.h>
#include <stdint.h>
#include <xeap/error.h>
#include <xeap/frame.h>
#include <xeap/span.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Rings and ports are two things. A *ring* is a socket with the memory its frames lie in; a *port*
 * is a netdev that a supplicant lives on. A ring serves one port (own ring: AF_XDP on one queue) or
 * many (the funnel, the packet socket). Which one a port got shows in its info; the calls are the
 * same.
 *
 * struct xeap_rings is one thread's set of rings, with one epoll descriptor over all of them. All
 * calls on a set, its ports and their frames come from one thread at a time. struct xeap_steer is
 * the loaded XDP program with its maps; one is shared by the sets of all threads, its calls may
 * come from any thread.
 */

struct xeap_steer;
struct xeap_rings;
struct xeap_port;

/** How frames reach user space, best first: the ladder that XEAP_MODE_AUTO climbs down. */
enum xeap_mode {
	XEAP_MODE_AUTO,
	XEAP_MODE_ZERO_COPY, /**< native XDP, AF_XDP zero-copy; not taken by AUTO, see below */
	XEAP_MODE_NATIVE,    /**< native XDP, AF_XDP copy */
	XEAP_MODE_GENERIC,   /**< generic (skb) XDP, AF_XDP copy */
	XEAP_MODE_PACKET,    /**< AF_PACKET, no XDP */
	XEAP_MODE_MAX
};

struct xeap_steer_options {
	size_t size;	    /**< sizeof(struct xeap_steer_options) */
	uint32_t max_ports; /**< slots; 0 means 4096, or as many as pinned maps have */
	/**
	 * VLANs of all ports together, see xeap_port_add_vlan(); 0 means 16 for each slot, or as
	 * many as pinned maps have
	 */
	uint32_t max_vlans;
	/**
	 * Stations of all ports together that policing and limits remember; 0 means 4096, or as
	 * many as pinned maps have. Some 100 bytes each, had from the start.
	 */
	uint32_t max_stations;
	uint32_t max_authorized; /**< stations that gates let through at a time; 0 as above */
	/**
	 * Directory on a bpffs, made when it is missing, in which maps and the links of ports are
	 * pinned; NULL: they end with the process. Pins that another process left are taken over:
	 * maps with what is in them, ports with their slots and counters, without the program ever
	 * leaving the port; links get this program in the place of the one before. One process at a
	 * time has the directory, and one network namespace.
	 */
	const char *pin_dir;
	/** While another process has pin_dir, open beside it; xeap_steer_own() takes it later. */
	bool beside;
};

/**
 * Load the XDP program and its maps. Needs CAP_BPF and CAP_NET_ADMIN (or CAP_SYS_ADMIN).
 * @options: NULL for the defaults
 * @ret_steer: the program, the caller's to free with xeap_steer_close() after all ports; untouched
 * on failure
 * @ret_diag: on failure one line
 * Returns 0, -EPERM, -EINVAL, -ENOMEM, or the errno of bpf(2). With pin_dir also -EBUSY (another
 * process has it), -EPROTO (its maps are of another version), -EXDEV (of another network
 * namespace), -ENOENT and -EMEDIUMTYPE (no place to pin in), -EEXIST (what is there is not xeap's).
 * After a failure pins are as they were.
 */
int xeap_steer_open(const struct xeap_steer_options *options, struct xeap_steer **ret_steer,
		    struct xeap_diag *ret_diag);

/**
 * Whether ports can be opened: false as long as another process has the directory of pins.
 * @steer: the program
 * Returns true when they can.
 */
bool xeap_steer_is_owned(const struct xeap_steer *steer);

/**
 * Take the directory of pins, which another process had when the program was opened beside it.
 * @steer: the program
 * @ret_diag: on failure one line
 * Returns 0, also when it is owned already; -EBUSY as long as the other one lives and has not let
 * go; or the errno of bpf(2).
 */
int xeap_steer_own(struct xeap_steer *steer, struct xeap_diag *ret_diag);

/**
 * Leave ports and maps pinned: what is closed from now on, ports and then the program itself, ends
 * without leaving the netdevs. EAPOL frames pass to the kernel once the sockets are closed, until
 * the next process takes over. Without pin_dir nothing changes.
 * @steer: the program
 */
void xeap_steer_keep(struct xeap_steer *steer);

/**
 * The process that has the directory of pins, to ask it to let go.
 * @steer: the program
 * Returns its number, or -ESRCH: none has it, or none that can be told from here.
 */
int xeap_steer_owner(const struct xeap_steer *steer);

/** How pinned ports came from the process before to this one. */
struct xeap_steer_gap {
	uint32_t ports; /**< that were found pinned, also those that nobody opened */
	bool known;	/**< false: the process before was killed, or had none of them */
	uint64_t ns;	/**< since it began to let go, by xeap_steer_keep() */
	/** EAPOL frames since then that a port would have taken, and that went to the kernel */
	uint64_t passed;
};

/**
 * Read the gap, once the ports are open: it ends when this is called.
 * @steer: the program, owned
 * @ret_gap: filled
 */
void xeap_steer_get_gap(const struct xeap_steer *steer, struct xeap_steer_gap *ret_gap);

/**
 * Read a counter of all ports that the program knows, those of processes before this one, too,
 * summed over ports and CPUs. Takes a microsecond a port.
 * @steer: the program
 * @reason: enum xeap_steer_reason of xeap/steer.h
 * Returns packets.
 */
uint64_t xeap_steer_total(const struct xeap_steer *steer, unsigned int reason);

/**
 * Unload the program. Pins are removed, those of ports that nobody opened, too, unless they are
 * to be kept, are another process's, or were found and no port was opened.
 * @steer: NULL is accepted
 * Returns NULL.
 */
struct xeap_steer *xeap_steer_close(struct xeap_steer *steer);

/** A netdev with the XDP program on it, see xeap_steer_look(). */
struct xeap_steer_seen {
	char ifname[16];
	int ifindex;
	enum xeap_mode mode; /**< NATIVE or GENERIC */
	bool pinned;	     /**< in the directory that was named */
	uint32_t program;    /**< id of the program */
	char program_name[16];
	/** 0: the program does not know the port, or is another version's; then nothing follows */
	uint32_t slot;
	uint32_t type_mask;
	uint8_t mac[6];
	bool funnel;
	uint64_t packets[32]; /**< by enum xeap_steer_reason of xeap/steer.h, summed over CPUs */
};

/**
 * Look at the netdevs of this network namespace that have the program of any xeap on them.
 * @pin_dir: directory whose pins are told as such, or NULL
 * @seen: called for each, in the order of the kernel's list
 * @arg: handed on to it
 * @ret_diag: on failure one line
 * Returns 0; -EPERM (some program may not be looked at); -ENOMEM; or another negative errno.
 */
int xeap_steer_look(const char *pin_dir,
		    void (*seen)(void *arg, const struct xeap_steer_seen *port), void *arg,
		    struct xeap_diag *ret_diag);

/**
 * Remove pins, of any version, and with them the program from the ports that nothing else holds it
 * on.
 * @pin_dir: the directory; it is removed with the last
 * @ifname: one port, or NULL for all of them and the maps
 * @ret_diag: on failure one line
 * Returns 0; -EBUSY when a process works with the pins; -ENOENT when there are none; -EMEDIUMTYPE
 * when this is no bpffs; -ENODEV; -EPERM.
 */
int xeap_steer_unpin(const char *pin_dir, const char *ifname, struct xeap_diag *ret_diag);

/** How ports in native and generic mode are joined to AF_XDP. Packet mode has one socket anyway. */
enum xeap_rings_kind {
	XEAP_RINGS_AUTO, /**< own rings */
	XEAP_RINGS_OWN,	 /**< a ring on every RX queue of each port; the way to zero-copy */
	/**
	 * One ring for all ports of the set, on a veth pair of its own (xeapf…) that the XDP
	 * programs redirect to and from. Cheaper to have and, with many ports, to run. The pair is
	 * removed with the set; one that a killed process left, by the next xeap_steer_open().
	 * Ports in zero-copy mode have own rings beside it.
	 */
	XEAP_RINGS_FUNNEL,
	XEAP_RINGS_KIND_MAX
};

struct xeap_rings_options {
	size_t size;		  /**< sizeof(struct xeap_rings_options) */
	struct xeap_steer *steer; /**< NULL: only XEAP_MODE_PACKET can be had */
	/** UMEM chunks a ring, power of two, 16 to 16384; 0 means 32. Half are to receive into */
	uint32_t frames;
	/**
	 * Bytes a chunk, 2048 or 4096, of which AF_XDP receives into all but 256; longer frames are
	 * lost, and counted in rx_dropped. 0 means 2048 where that holds every frame that the
	 * port's MTU allows as it is joined, else 4096; for zero-copy, where some devices receive
	 * whole KiB only, that is 4096 from an MTU of 1003 on.
	 */
	uint32_t chunk;
	uint32_t packet_frames; /**< frames of the packet socket's pool; 0 means 1024 */
	enum xeap_rings_kind kind;
	/**
	 * UMEM chunks of the funnel, power of two, 64 to 65536; 0 means 4096. All its ports share
	 * them, four a port are plenty. Half are to receive into
	 */
	uint32_t funnel_frames;
};

/**
 * Make an empty set of rings.
 * @options: NULL for the defaults
 * @ret_rings: the set, the caller's to free with xeap_rings_free(); untouched on failure
 * @ret_diag: on failure one line
 * Returns 0, -EINVAL, -ENOMEM, -EMFILE.
 */
int xeap_rings_new(const struct xeap_rings_options *options, struct xeap_rings **ret_rings,
		   struct xeap_diag *ret_diag);

/**
 * Close all ports of the set, sockets in parallel, and free it.
 * @rings: NULL is accepted
 * Returns NULL.
 */
struct xeap_rings *xeap_rings_free(struct xeap_rings *rings);

/**
 * A descriptor that polls readable when frames wait. Level-triggered. Completions do not wake
 * anybody: they are reaped along by xeap_rings_receive() and xeap_rings_flush().
 * @rings: the set
 * Returns the descriptor, which stays the set's; a negative errno when it cannot watch all rings.
 */
int xeap_rings_fd(struct xeap_rings *rings);

/**
 * Wait until frames may have come, or something else. It costs less than xeap_rings_fd() in a
 * poll(2) or an epoll of the caller's where the set has few rings, in which it looks first; and it
 * learns from how frames come: after a burst it looks for 50 us before it sleeps, and from 10,000
 * frames a second on it naps for 100 us, so that frames are answered together. A program uses one
 * or the other.
 * @rings: the set
 * @other: a descriptor that is waited for, too, until it polls readable; an epoll for more than
 *	one; -1 for none. While frames are waiting it is asked for every few turns only
 * @timeout_ms: milliseconds to wait at most; -1 for no limit
 * Returns 1 when `other` polls readable; 0 when it is for frames, for nothing (the time is over, a
 * signal came), or when `other` was not asked for; a negative errno.
 */
int xeap_rings_wait(struct xeap_rings *rings, int other, int timeout_ms);

/** Whether a flow rule in the device is to give EAPOL a queue of its own. */
enum xeap_flow_rule_use {
	/**
	 * In mode auto, on a port with several queues: the last one is EAPOL's by an ethertype
	 * rule, other traffic is kept off it (RSS), and it is served by zero-copy. Where rule, RSS
	 * or zero-copy is refused, nothing of it stays and the port is served as without.
	 */
	XEAP_FLOW_RULE_AUTO,
	XEAP_FLOW_RULE_OFF,
	XEAP_FLOW_RULE_MAX
};

/** Where the VLAN tags of the frames that come in on a netdev are. */
enum xeap_vlan_tags {
	XEAP_VLAN_TAGS_KEPT,	 /**< in the frames, where the XDP program reads them */
	XEAP_VLAN_TAGS_STRIPPED, /**< the device takes them off; that can be switched off */
	XEAP_VLAN_TAGS_FIXED,	 /**< the device takes them off, and nothing can be done */
	/**
	 * A veth: in frames that were made with them (AF_PACKET, a bridge that passes them on);
	 * hidden when the far end's stack put them there (its own VLAN netdev, or a bridge that
	 * adds them), unless `ethtool -K PEER txvlan off` is set there. This end's features mean
	 * nothing.
	 */
	XEAP_VLAN_TAGS_FAR,
	XEAP_VLAN_TAGS_MAX
};

/**
 * What is done about a device that takes VLAN tags off, when a port is to serve VLANs: an XDP
 * program then sees tagged frames without their tags, in native and in generic mode alike.
 */
enum xeap_vlan_strip {
	XEAP_VLAN_STRIP_REFUSE, /**< the port is refused, with the reason */
	XEAP_VLAN_STRIP_OFF,	/**< it is switched off, and on again by xeap_port_close() */
	XEAP_VLAN_STRIP_MAX
};

/** A token bucket. */
struct xeap_rate {
	uint32_t rate;	/**< frames a second, 1,000,000,000 at most; 0: no limit */
	uint32_t burst; /**< frames at once after a time of silence; 0 means those of a second */
};

/**
 * What frames other than EAPOL wait for on a port. Nothing but what arrives is held back: the port
 * can send.
 */
enum xeap_gate {
	XEAP_GATE_NONE,	   /**< for nothing: they pass, at no cost */
	XEAP_GATE_PORT,	   /**< until the port is authorised */
	XEAP_GATE_STATION, /**< until the station that they are sent to is authorised */
	XEAP_GATE_MAX
};

#define XEAP_GATE_ALLOW 8 /* EtherTypes that a gate lets through at all times */

struct xeap_port_options {
	size_t size;	     /**< sizeof(struct xeap_port_options) */
	enum xeap_mode mode; /**< AUTO or exactly this one */
	uint32_t type_mask;  /**< EAPOL types to take, bit n for type n; 0 means EAP packets only */
	bool any_unicast; /**< take EAPOL to any unicast address: several supplicants live here */
	void *user;	  /**< the caller's, see xeap_port_user() */
	/** Leave tagged EAPOL alone: it is another VLAN's. Priority tags (VID 0) are taken. */
	bool untagged_only;
	enum xeap_flow_rule_use flow_rule; /**< a queue of its own for EAPOL */
	enum xeap_vlan_strip vlan_strip;   /**< with vlans: of a device that takes tags off */
	/**
	 * Chunks of the port's own rings, as in xeap_rings_options; 0 means what the set has. A
	 * port with many supplicants wants more than others.
	 */
	uint32_t frames;
	/**
	 * The netdev that is meant, for callers that follow netdevs and not names; 0: whichever has
	 * the name. If the name is another's by now, opening fails with -ENODEV.
	 */
	int ifindex;
	/**
	 * Take EAPOL of the VLANs that xeap_port_add_vlan() names, and leave that of others, and
	 * untagged EAPOL, alone.
	 */
	bool vlans;
	bool vlans_and_untagged; /**< with vlans: take untagged and priority-tagged EAPOL, too */

	/* Protection, by the XDP program. What is dropped for it the port's counters say. */

	/** Drop EAPOL for this port that is cut off, of version 0 or shorter than it says. */
	bool drop_malformed;
	/**
	 * EAPOL types to drop, where they would be left to others: bit n for type n, bit 31 for
	 * type 31 and all above. None of type_mask
	 */
	uint32_t drop_types;
	struct xeap_rate police;	 /**< of EAPOL that is taken on this port, together */
	struct xeap_rate police_station; /**< of EAPOL that is taken from one source address */
	/**
	 * Source addresses from which EAPOL is taken at a time; 0: any number. Whoever comes when
	 * all places are had is dropped until one is free again.
	 */
	uint32_t max_stations;
	uint32_t station_idle; /**< seconds without EAPOL that free a place; 0 means 300 */

	/**
	 * Drop frames other than EAPOL that arrive before xeap_port_authorize() was called. Ends
	 * with the port, and outlasts the process where links and maps are pinned.
	 */
	enum xeap_gate gate;
	/** Let everything pass once the process is gone; otherwise the gate stays as it was. */
	bool gate_fail_open;
	/** EtherTypes that pass at all times, such as 0x88cc (LLDP); 0: none */
	uint16_t gate_allow[XEAP_GATE_ALLOW];
};

/**
 * Join a port: attach the program by bpf_link, bind a ring to every RX queue, join the PAE group
 * addresses. Another XDP program on the port is left alone: such a port is refused, or in mode auto
 * served by the packet socket. A port that is down is joined all the same; its rings are bound once
 * xeap_port_refresh() finds it up.
 *
 * Mode auto takes native, generic or packet, the first that can be had. Zero-copy it takes on a
 * queue that a flow rule gives to EAPOL, and nowhere else: on a queue that carries other traffic,
 * too, each of its packets would be copied on the way to the kernel. Who knows by other means that
 * the queues are the port's own asks for zero-copy. What xeap_port_close() takes back of rule and
 * RSS, a process that is killed leaves; the next that opens the port finds it, and takes it back.
 *
 * In packet mode tagged frames do not arrive: the kernel takes the tag of a VLAN off before such a
 * socket sees the frame. Priority tags (VID 0) are no hindrance, and a VLAN's own netdev can be the
 * port. A port with vlans, protection or a gate is refused in packet mode, and mode auto does not
 * resort to it.
 * @rings: the set it joins
 * @ifname: name of the netdev in this network namespace
 * @options: NULL for the defaults
 * @ret_port: the port, the set's until xeap_port_close(); untouched on failure
 * @ret_diag: on failure one line that names the port, what blocks it and the way out
 * Returns 0; -ENODEV, -EPERM, -EBUSY (another XDP program, or a queue is taken), -EOPNOTSUPP (mode
 * or VLAN tags not to be had), -ENOMEM, -EINVAL. On failure nothing stays attached.
 */
int xeap_port_open(struct xeap_rings *rings, const char *ifname,
		   const struct xeap_port_options *options, struct xeap_port **ret_port,
		   struct xeap_diag *ret_diag);

/**
 * Attach the program to a port whose rings come later, from another process perhaps: frames pass
 * until then. Only with pins, which have to be kept (xeap_steer_keep()) when the program is closed.
 * A port that is pinned already gets the options.
 * @steer: the program, opened with pin_dir
 * @ifname: name of the netdev
 * @options: NULL for the defaults; mode is auto, native or generic
 * @ret_mode: the mode it got; untouched on failure
 * @ret_diag: on failure one line
 * Returns as xeap_port_open().
 */
int xeap_steer_attach_port(struct xeap_steer *steer, const char *ifname,
			   const struct xeap_port_options *options, enum xeap_mode *ret_mode,
			   struct xeap_diag *ret_diag);

/**
 * Leave a port. Its frames must have been given back (sessions ended) before. Works after the
 * netdev is gone, too.
 * @port: NULL is accepted
 * Returns NULL.
 */
struct xeap_port *xeap_port_close(struct xeap_port *port);

/**
 * Leave many ports at once: closing a socket takes the kernel some 10 ms, which threads spend side
 * by side.
 * @ports: the ports, of one set; NULLs among them are skipped
 * @count: how many
 */
void xeap_ports_close(struct xeap_port *const *ports, unsigned int count);

/**
 * Take EAPOL of a VLAN, tagged 802.1Q or 802.1ad, on a port with xeap_port_options.vlans. One that
 * is named already stays.
 * @port: the port
 * @vids: VIDs as the frame has them, the outer one first, 1 to 4094; priority tags (VID 0) are not
 * counted
 * @count: how many: 1 or 2
 * Returns 0; -EINVAL (count, or a VID out of range); -EOPNOTSUPP (the port was opened without
 * vlans); -ENOSPC (xeap_steer_options.max_vlans are named); -ENOMEM, or the errno of bpf(2).
 */
int xeap_port_add_vlan(struct xeap_port *port, const uint16_t *vids, unsigned int count);

/**
 * Leave EAPOL of a VLAN alone again.
 * @port: the port
 * @vids: as in xeap_port_add_vlan()
 * @count: how many: 1 or 2
 * Returns 0; -ENOENT (it was not named); -EINVAL, -EOPNOTSUPP as xeap_port_add_vlan(); or the errno
 * of bpf(2).
 */
int xeap_port_remove_vlan(struct xeap_port *port, const uint16_t *vids, unsigned int count);

/**
 * Open a port's gate, or shut it again. Frames to a group address pass a gate for stations while
 * any of them is authorised. What is so already stays.
 * @port: a port with xeap_port_options.gate
 * @mac: with XEAP_GATE_STATION the station's address, an individual one; with XEAP_GATE_PORT NULL
 * @authorized: whether frames pass from now on
 * Returns 0; -EINVAL (mac is not what the gate goes by); -EOPNOTSUPP (the port has no gate);
 * -ENOSPC (xeap_steer_options.max_authorized are); -ENOMEM, or the errno of bpf(2).
 */
int xeap_port_authorize(struct xeap_port *port, const uint8_t *mac, bool authorized);

struct xeap_port_info {
	char ifname[16];
	char driver[32];
	int ifindex;
	uint8_t mac[6];
	uint32_t mtu;
	uint32_t queues;
	enum xeap_mode mode; /**< what was got, read back from the kernel */
	bool zero_copy;	     /**< XDP_OPTIONS_ZEROCOPY of every ring, or of flow_queue's */
	bool waiting;	/**< it is down: rings are bound by xeap_port_refresh() once it is up */
	char note[128]; /**< AUTO: why a better mode was not had, "" when none was tried in vain */
	char ring[8];	/**< what serves it: "own", "funnel" or "packet" */
	int flow_queue; /**< queue that a flow rule gives to EAPOL, -1: none */
};

/**
 * What a port is and what it got.
 * @port: the port
 * @ret_info: filled
 */
void xeap_port_get_info(const struct xeap_port *port, struct xeap_port_info *ret_info);

struct xeap_port_stats {
	uint64_t frames_rx;
	uint64_t frames_tx;  /**< completed, which does not prove transmission */
	uint64_t tx_copied;  /**< responses copied into a frame before sending */
	uint64_t tx_refused; /**< transmit calls that failed */
	/**
	 * By the kernel: no free frame, ring full (XDP_STATISTICS, PACKET_STATISTICS, the funnel's
	 * veth). Packet socket and funnel have one count for all their ports; it shows on one of
	 * them. What a port of the funnel lost is XEAP_STEER_REDIRECTED less frames_rx.
	 */
	uint64_t rx_dropped;
	uint64_t rx_wakeups; /**< system calls made to refill; the funnel's show on one port */
	uint64_t tx_wakeups; /**< system calls made to send; the funnel's show on one port */
};

/**
 * Read a port's counters.
 * @port: the port
 * @ret_stats: filled
 */
void xeap_port_get_stats(const struct xeap_port *port, struct xeap_port_stats *ret_stats);

/**
 * Read the XDP program's counters of a port, summed over CPUs. What costs a lookup to tell apart,
 * XEAP_STEER_NOT_EAPOL and XEAP_STEER_UNKNOWN_PORT, and what is no port's, XEAP_STEER_FUNNEL_STRAY,
 * is counted for all ports together and reads the same on each.
 * @port: the port
 * @reason: enum xeap_steer_reason of xeap/steer.h
 * Returns packets, 0 when the port has no XDP program.
 */
uint64_t xeap_port_steer_count(const struct xeap_port *port, unsigned int reason);

/**
 * Read all of a port's counters at once, as xeap_port_steer_count() reads one: two system calls in
 * all.
 * @port: the port
 * @ret_packets: filled, by enum xeap_steer_reason of xeap/steer.h
 * @reasons: how many it has room for; what the library does not know is 0
 */
void xeap_port_steer_counts(const struct xeap_port *port, uint64_t *ret_packets,
			    unsigned int reasons);

/**
 * Whether a reason is counted for all ports together, and reads the same on each.
 * @reason: enum xeap_steer_reason of xeap/steer.h
 * Returns true when it is.
 */
bool xeap_steer_reason_is_shared(unsigned int reason);

/**
 * Name of a reason, for people and metrics.
 * @reason: enum xeap_steer_reason of xeap/steer.h
 * Returns a constant string such as "redirected" or "no-socket", "?" out of range.
 */
const char *xeap_steer_reason_name(unsigned int reason);

/**
 * The caller's pointer, from xeap_port_options.
 * @port: the port
 * Returns it.
 */
void *xeap_port_user(const struct xeap_port *port);

/**
 * The pool that frames to be sent on this port come from.
 * @port: the port
 * Returns the pool; it is the set's.
 */
struct xeap_pool *xeap_port_pool(const struct xeap_port *port);

/** A received frame, in place. */
struct xeap_rx {
	struct xeap_port *port;
	struct xeap_frame *frame; /**< state received; recycled by xeap_rings_recycle() */
	struct xeap_span data;	  /**< the Ethernet frame, tags included */
};

/**
 * Take received frames off the rings and reap completions. Does not block.
 * @rings: the set
 * @ret_batch: filled from the start
 * @max: its size
 * Returns how many were stored; 0 when none wait.
 */
unsigned int xeap_rings_receive(struct xeap_rings *rings, struct xeap_rx *ret_batch,
				unsigned int max);

/**
 * Hand received frames back and refill the rings.
 * @rings: the set
 * @batch: what xeap_rings_receive() stored
 * @count: how many
 */
void xeap_rings_recycle(struct xeap_rings *rings, const struct xeap_rx *batch, unsigned int count);

/**
 * Queue a frame of the port's pool, link headers pushed, for transmission; xeap_rings_flush()
 * sends. Shorter frames are padded to 60 bytes with zeros. When the port turns out to be down at
 * xeap_rings_flush(), the frame becomes what it was before and tx_refused counts it: an answer that
 * is late by a link flap helps nobody. (The funnel cannot see that: a frame to a port that went
 * down since the last xeap_port_refresh() is lost and counted as sent.)
 * @port: the port
 * @frame: lent or held; queued afterwards, and still its owner's
 * Returns 0; -EALREADY (it is queued already); -ENOBUFS (TX ring full, the frame is as before);
 * -ENETDOWN (until xeap_port_refresh() finds it up); -ENODEV; -EBADFD (not lent or held, or of
 * another pool); -EMSGSIZE (more link headers than two VLAN tags make: no room for the funnel's
 * tag).
 */
int xeap_port_transmit(struct xeap_port *port, struct xeap_frame *frame);

/**
 * Send what was queued, with as few system calls as the mode allows, and reap completions.
 * @rings: the set
 * Returns 0, or -EAGAIN when the kernel took only part: call again at the next turn, some
 * milliseconds later at the latest. Nothing wakes the descriptor for that.
 */
int xeap_rings_flush(struct xeap_rings *rings);

/**
 * Tell a port that its netdev changed: after it went down and up, was renamed, or got another
 * address, MTU or number of queues. Rings are re-bound if they must be, and new queues get theirs.
 * @port: the port
 * @ret_diag: on failure one line
 * Returns 0, or a negative errno; the port is then to be closed.
 */
int xeap_port_refresh(struct xeap_port *port, struct xeap_diag *ret_diag);

/** One mode of a probed port. */
enum xeap_probe_result {
	XEAP_PROBE_NO,	    /**< tried or asked: not to be had */
	XEAP_PROBE_YES,	    /**< the netdev says so (netdev genl) */
	XEAP_PROBE_TRIED,   /**< it was done and undone */
	XEAP_PROBE_UNKNOWN, /**< could not be tried */
	XEAP_PROBE_RESULT_MAX
};

struct xeap_port_probe {
	struct xeap_port_info info; /**< mode: what AUTO would give */
	enum xeap_probe_result mode[XEAP_MODE_MAX];
	char blocked[128]; /**< what stands in the way of a better mode, "" when nothing */
	/**
	 * Whether a flow rule can give EAPOL a queue of its own. YES: there are several queues, the
	 * driver takes rules and lets traffic be kept off a queue; it was not tried
	 */
	enum xeap_probe_result flow_rule;
	enum xeap_vlan_tags tags;
};

/**
 * Find out what a port can do, by trying; leaves nothing attached.
 * @steer: the program, or NULL (XDP modes are then unknown)
 * @ifname: name of the netdev
 * @ret_probe: filled
 * @ret_diag: on failure one line
 * Returns 0, -ENODEV, or a negative errno.
 */
int xeap_port_probe(struct xeap_steer *steer, const char *ifname, struct xeap_port_probe *ret_probe,
		    struct xeap_diag *ret_diag);

/**
 * Whether a netdev is an end of a funnel's veth, of this process or another: no port for anybody.
 * @ifname: name of the netdev
 * Returns true when it is.
 */
bool xeap_port_is_funnel(const char *ifname);

/**
 * Name of a place of tags.
 * @tags: the place
 * Returns "kept", "stripped", "stripped-fixed", "far-end"; "?" out of range.
 */
const char *xeap_vlan_tags_name(enum xeap_vlan_tags tags);

/**
 * Name of a way to treat a device that takes tags off, as options spell it.
 * @use: the way
 * Returns "refuse", "off"; "?" out of range.
 */
const char *xeap_vlan_strip_name(enum xeap_vlan_strip use);

/**
 * Way to treat a device that takes tags off, from its name.
 * @name: as xeap_vlan_strip_name() gives it
 * @ret_use: untouched on failure
 * Returns 0 or -EINVAL.
 */
int xeap_vlan_strip_parse(const char *name, enum xeap_vlan_strip *ret_use);

/**
 * Name of a use of flow rules as options spell it.
 * @use: the use
 * Returns "auto", "off"; "?" out of range.
 */
const char *xeap_flow_rule_name(enum xeap_flow_rule_use use);

/**
 * Use of flow rules from its name.
 * @name: as xeap_flow_rule_name() gives it
 * @ret_use: untouched on failure
 * Returns 0 or -EINVAL.
 */
int xeap_flow_rule_parse(const char *name, enum xeap_flow_rule_use *ret_use);

/**
 * Name of a kind of rings as options spell it.
 * @kind: the kind
 * Returns "auto", "own", "funnel"; "?" out of range.
 */
const char *xeap_rings_kind_name(enum xeap_rings_kind kind);

/**
 * Kind of rings from its name.
 * @name: as xeap_rings_kind_name() gives it
 * @ret_kind: untouched on failure
 * Returns 0 or -EINVAL.
 */
int xeap_rings_kind_parse(const char *name, enum xeap_rings_kind *ret_kind);

/**
 * Name of a gate as options spell it.
 * @gate: what it goes by
 * Returns "none", "port", "station"; "?" out of range.
 */
const char *xeap_gate_name(enum xeap_gate gate);

/**
 * Gate from its name.
 * @name: as xeap_gate_name() gives it
 * @ret_gate: untouched on failure
 * Returns 0 or -EINVAL.
 */
int xeap_gate_parse(const char *name, enum xeap_gate *ret_gate);

/**
 * Name of a mode as options and events spell it.
 * @mode: the mode
 * Returns "auto", "zero-copy", "native", "generic", "packet"; "?" out of range.
 */
const char *xeap_mode_name(enum xeap_mode mode);

/**
 * Mode from its name.
 * @name: as xeap_mode_name() gives it
 * @ret_mode: untouched on failure
 * Returns 0 or -EINVAL.
 */
int xeap_mode_parse(const char *name, enum xeap_mode *ret_mode);

#ifdef __cplusplus
}
#endif
#endif
