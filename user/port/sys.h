/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_SYS_H
#define XEAP_PORT_SYS_H

#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <poll.h>
#include <xdp/xsk.h>
#include <xeap/port.h>

/*
 * Every call by which user/port leaves the process: bpf(2), AF_XDP, AF_PACKET, epoll, poll,
 * netdevs, the clock. Tests put a file of their own in the place of sys.c when they are linked. All
 * return 0 (or what is said) or a negative errno; what a call gives out is untouched when it fails.
 */

/* bpf(2) */

struct xeap_sys_program {
	void *object;
	/* The programs for ports; xdp_frags are -1 when the kernel knows no such thing. */
	int xdp[XEAP_GATE_MAX], xdp_frags[XEAP_GATE_MAX];
	int funnel_in, funnel_out;
	/* The maps of xeap/steer.h. */
	int ports, sockets, counters, funnels, exits;
	int vlans, guards, stations, gates, authorized, gate_places;
};

struct xeap_sys_map_size {
	const char *map;
	uint32_t entries;
};

/* An object file, and the sizes of its maps, which end with one whose name is NULL. */
struct xeap_sys_object {
	const void *elf;
	size_t size;
	const struct xeap_sys_map_size *map_sizes;
};

int xeap_sys_program_load(const struct xeap_sys_object *object,
			  struct xeap_sys_program *ret_program);
void xeap_sys_program_unload(struct xeap_sys_program *program);

int xeap_sys_map_update(int map, const void *key, const void *value, uint64_t flags);
int xeap_sys_map_delete(int map, const void *key);
int xeap_sys_map_lookup(int map, const void *key, void *ret_value);
int xeap_sys_cpus(void); /* values in an entry of a per-CPU map */

/*
 * Attach by bpf_link; flags: XDP_FLAGS_DRV_MODE or XDP_FLAGS_SKB_MODE. Returns the link's
 * descriptor.
 */
int xeap_sys_xdp_attach(int program, int ifindex, uint32_t flags);
/*
 * The XDP program that sits on a netdev: its id (0: none, or not to be had) and name ("" when not
 * to be had).
 */
uint32_t xeap_sys_xdp_query(int ifindex, char ret_name[16]);

/* AF_XDP */

struct xeap_xsk {
	struct xsk_umem *umem;
	struct xsk_socket *socket;
	struct xsk_ring_prod fill, tx;
	struct xsk_ring_cons comp, rx;
	int fd;
};

struct xeap_xsk_config {
	const char *ifname;
	uint32_t queue;
	void *area; /* frames × chunk bytes */
	uint32_t frames, chunk;
	bool tx;	/* with a TX ring */
	uint16_t flags; /* XDP_COPY, XDP_ZEROCOPY, XDP_USE_NEED_WAKEUP */
};

/*
 * Register the UMEM and make its two rings, so that there is something to receive into before the
 * driver asks for it. The rings live in ret_xsk, which must not move; after a failure it is void.
 */
int xeap_sys_xsk_open(const struct xeap_xsk_config *config, struct xeap_xsk *ret_xsk);
/* Make the other two and bind. After a failure the UMEM is still to be closed. */
int xeap_sys_xsk_bind(const struct xeap_xsk_config *config, struct xeap_xsk *xsk);
void xeap_sys_xsk_close(struct xeap_xsk *xsk);
int xeap_sys_xsk_zero_copy(int fd, bool *ret_zero_copy); /* XDP_OPTIONS */
int xeap_sys_xsk_statistics(int fd, struct xdp_statistics *ret_statistics);
int xeap_sys_xsk_kick_tx(int fd);
int xeap_sys_xsk_kick_rx(int fd);

/* A UMEM area: page-aligned zeros. NULL when memory is short. */
void *xeap_sys_area_map(size_t size);
void xeap_sys_area_unmap(void *area, size_t size);

/* AF_PACKET */

/*
 * An unbound socket for an EtherType, non-blocking, with PACKET_AUXDATA; protocol 0: it receives
 * nothing.
 */
int xeap_sys_packet_open(uint16_t protocol);
/* A group address; NULL: any address, the netdev takes all frames. */
int xeap_sys_packet_join(int fd, int ifindex, const uint8_t group[6]);
int xeap_sys_packet_leave(int fd, int ifindex, const uint8_t group[6]);
int xeap_sys_packet_drops(int fd, uint32_t *ret_drops); /* since the last call */
/* As recvmmsg() and sendmmsg(), never blocking. Return messages moved. */
int xeap_sys_receive(int fd, struct mmsghdr *messages, unsigned int count);
int xeap_sys_send(int fd, struct mmsghdr *messages, unsigned int count);
void xeap_sys_close(int fd);
/* CLOCK_MONOTONIC in ns */
uint64_t xeap_sys_now(void);
void xeap_sys_nap(unsigned int ns);

/* epoll; an event's data is `ptr` */
int xeap_sys_epoll_new(void);
int xeap_sys_epoll_add(int epoll, int fd, void *ptr);
int xeap_sys_epoll_remove(int epoll, int fd);
struct xeap_sys_event {
	void *ptr;
	bool error; /* EPOLLERR or EPOLLHUP */
};
#define XEAP_SYS_EVENTS 64
/* What is ready now. Returns how many, at most XEAP_SYS_EVENTS. */
int xeap_sys_epoll_poll(int epoll, struct xeap_sys_event ret_events[XEAP_SYS_EVENTS]);
/* poll(2); timeout in ms, -1 for none. Returns how many are ready. */
int xeap_sys_poll(struct pollfd *fds, unsigned int count, int timeout_ms);

/* netdevs */

struct xeap_netdev {
	int ifindex;
	char name[IF_NAMESIZE];
	char driver[32]; /* "" when it has no name for it */
	uint8_t mac[6];
	uint32_t mtu;
	uint32_t queues; /* RX queues in use; 1 when the driver does not tell */
	bool ethernet, up;
};

int xeap_sys_netdev_index(const char *name); /* the ifindex; -ENODEV: there is none */
int xeap_sys_netdev_read(int ifindex, struct xeap_netdev *ret_netdev);

int xeap_sys_netdev_delete(int ifindex);
/* Frames that were to be sent and were not, since the netdev was made. */
int xeap_sys_netdev_tx_dropped(int ifindex, uint64_t *ret_dropped);

/* What ethtool(8) asks. */

/* A rule that takes EAPOL, all of it and nothing else, to a queue. */
struct xeap_sys_rule {
	uint32_t location, queue;
};

/*
 * The rules of that kind. Returns how many were stored; -EOPNOTSUPP: the driver takes no rules.
 */
int xeap_sys_rules(int ifindex, struct xeap_sys_rule *ret_rules, unsigned int max);
int xeap_sys_rule_add(int ifindex, uint32_t queue, uint32_t *ret_location);
int xeap_sys_rule_delete(int ifindex, uint32_t location);

/*
 * The table by which the device spreads other traffic over its queues (RSS): a queue in each entry.
 * Freed by the caller. Written with size 0: as the driver would have it.
 */
int xeap_sys_spread_read(int ifindex, uint32_t **ret_table, uint32_t *ret_size);
int xeap_sys_spread_write(int ifindex, const uint32_t *table, uint32_t size);

/* VLAN tags that the device takes off frames: 802.1Q, 802.1ad. */
#define XEAP_STRIP_CTAG 0x1
#define XEAP_STRIP_STAG 0x2
struct xeap_sys_strip {
	uint32_t active, changeable; /* XEAP_STRIP_ */
};
int xeap_sys_strip_read(int ifindex, struct xeap_sys_strip *ret_strip);
/* 0 also when the driver would not: read what came of it. */
int xeap_sys_strip_write(int ifindex, uint32_t which, bool on);

/* One ethtool command, for the files that stand behind this header. */
int xeap_sys_ethtool(int fd, const char *name, void *command);

#define XEAP_SYS_ALIAS 64 /* bytes of an alias that are looked at, with the NUL */
/* The alias of a netdev; "" when it has none. */
int xeap_sys_netdev_alias(const char *name, char ret_alias[XEAP_SYS_ALIAS]);
/* Call `found` for each netdev that has an alias. */
int xeap_sys_netdev_aliases(void (*found)(void *arg, int ifindex, const char *alias), void *arg);

struct xeap_sys_veth {
	char name[2][IF_NAMESIZE];
	const char *alias; /* of both ends */
	uint32_t mtu;
};

/* A descriptor that is in error (EPOLLERR) once the netdev goes down or away. */
int xeap_sys_netdev_watch(int ifindex);

/*
 * Make a veth pair of one queue each way that speaks for itself only: no address, neither ARP nor
 * multicast; up. -EEXIST: a name is taken. Nothing stays after a failure.
 */
int xeap_sys_veth_make(const struct xeap_sys_veth *veth, int ret_ifindex[2]);

/* processes */

int xeap_sys_process_id(void);
/* When a process began, in clock ticks since boot. -ESRCH: there is none of that number. */
int xeap_sys_process_start(int pid, uint64_t *ret_ticks);

void xeap_sys_pause(unsigned int milliseconds);

#endif
