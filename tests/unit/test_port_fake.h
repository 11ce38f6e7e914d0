/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef TESTS_UNIT_TEST_PORT_FAKE_H
#define TESTS_UNIT_TEST_PORT_FAKE_H

#include <linux/bpf.h>
#include <port/sys_pin.h>
#include <xeap/steer.h>

/*
 * A kernel for tests of user/port, in the place of user/port/sys.c: netdevs, maps, AF_XDP sockets
 * whose rings are plain memory, one packet socket. It counts what is open and can fail any one
 * call.
 */

#define FAKE_NETDEVS 12 /* four of them for veths that are made */
#define FAKE_PORTS 8
#define FAKE_SOCKETS 64
#define FAKE_ENTRIES 256
#define FAKE_PACKETS 256
#define FAKE_RULES 4
#define FAKE_SPREAD 16
#define FAKE_PINS 32
#define FAKE_HANDLES 64

struct fake_netdev {
	struct xeap_netdev n;
	bool there;
	bool zero_copy;	    /* its driver has AF_XDP zero-copy */
	int no_native;	    /* errno of attaching in native mode, 0: it has it */
	int bind_error;	    /* errno of binding */
	unsigned int busy;  /* binds that answer EBUSY before one succeeds */
	int link;	    /* of the program on it, 0: none */
	int linked_program; /* that it holds there */
	uint32_t link_flags;
	unsigned int updates, attaches; /* of that link; of all there were */
	enum xeap_gate gated_by;	/* as that program has it */
	uint32_t foreign_id;		/* a program of somebody else's sits there */
	unsigned int groups;		/* memberships */
	char alias[64];
	int watch;	  /* descriptor that is told when it goes, 0: none */
	int peer;	  /* of a veth: the other's place in fake.netdev; 0: none */
	bool takes_rules; /* its driver has flow rules, and a table to spread other traffic by */
	int rule_error, spread_error; /* errno of adding a rule, of changing the table */
	struct xeap_sys_rule rule[FAKE_RULES];
	unsigned int rules;
	uint32_t spread[FAKE_SPREAD];
	unsigned int spread_resets; /* to the driver's own table */
	struct xeap_sys_strip strip;
	bool keeps_stripping; /* it takes the wish to stop that, and goes on */
};

struct fake_socket {
	struct xeap_xsk *xsk; /* NULL: closed */
	struct xeap_xsk_config config;
	int netdev;	  /* index in fake.netdev; -1: not bound */
	uint32_t *shared; /* producer and consumer of the four rings, and their flags */
	int kick_error;	  /* errno that sending answers, 0: none */
	uint32_t filled_at_bind;
	bool stuck; /* sending moves nothing */
	unsigned int sent, skipped, tx_kicks, rx_kicks;
	uint8_t last[2048]; /* what was sent last */
	uint32_t last_len;
};

struct fake_packet {
	int ifindex;
	uint8_t bytes[256];
	uint32_t len;
	uint8_t pkttype;
	int tag; /* TCI that was taken off, -1: none */
};

struct fake {
	struct fake_netdev netdev[FAKE_NETDEVS];
	struct fake_socket socket[FAKE_SOCKETS];
	struct fake_entry {
		int map;
		uint8_t key[16];
		_Alignas(8) uint8_t value[112];
	} entry[FAKE_ENTRIES];
	unsigned int entries;
	struct {
		int fd;
		void *ptr;
		bool error;
	} polled[FAKE_SOCKETS];
	unsigned int polls;
	uint64_t now_ns;
	unsigned int naps;
	unsigned int asked, asked_sockets; /* poll(2): calls, and sockets of the last one */
	int timeout_ms;			   /* of the last one */
	int poll_error;			   /* errno of it, 0: none */
	int other;			   /* a descriptor that polls readable, 0: none */
	struct fake_packet in[FAKE_PACKETS], out[FAKE_PACKETS];
	unsigned int in_first, in_count, out_count;
	int send_error; /* errno of sending a packet to netdev send_error_ifindex */
	int send_error_ifindex;
	int next_fd;
	/* what is open */
	unsigned int programs, links, sockets, areas, packet_sockets, epolls, memberships, veths;
	unsigned int calls;   /* of those that can fail */
	unsigned int fail_at; /* this one fails, from 1 on; 0: none */
	int fail_with;
	unsigned int paused_ms;
	int no_veth;			    /* errno of making one, 0: it can be made */
	int dead_process;		    /* there is none of this number, and ours is 42 */
	uint32_t max_vlans, max_authorized; /* that the maps were made for */
	/* The last entries of xeap_ports, xeap_guards and xeap_gates. */
	struct xeap_steer_port steered;
	struct xeap_steer_guard guard;
	struct xeap_steer_gate gate;
	uint64_t gate_place[XEAP_STEER_GATE_PLACES];
	/* a bpffs; what is pinned or open is the object of the number that it was made with */
	struct {
		char path[160];
		int object; /* 0: free */
	} pin[FAKE_PINS];
	struct {
		int fd, object;
	} handle[FAKE_HANDLES];
	bool dir;     /* the directory is there */
	int no_bpffs; /* errno of opening it, 0: it can be opened */
	int locked;   /* descriptor that has the lock, 0: none */
	bool locked_by_other;
	int map_mismatch; /* errno of loading with pinned maps, 0: they are what is expected */
	uint64_t netns;
	/* Told of every frame that an AF_XDP socket sends; NULL: nobody. */
	void (*on_sent)(struct fake_socket *s, const uint8_t *frame, uint32_t len);
	/* The same for the packet socket. */
	void (*on_packet)(const struct fake_packet *packet);
};

extern struct fake fake;

/* Programs and maps; what is numbered later is not below the last. */
enum {
	FD_PROGRAM = 10, /* by what the gate goes by */
	FD_FRAGS = FD_PROGRAM + XEAP_GATE_MAX,
	FD_FRAGS_LAST = FD_FRAGS + XEAP_GATE_MAX - 1,
	FD_FUNNEL_IN,
	FD_FUNNEL_OUT,
	FD_PORTS,
	FD_SOCKETS,
	FD_COUNTERS,
	FD_FUNNELS,
	FD_EXITS,
	FD_VLANS,
	FD_GUARDS,
	FD_STATIONS,
	FD_GATES,
	FD_AUTHORIZED,
	FD_GATE_PLACES,
	FD_HEADER,
	FAKE_FD_FIRST
};

/* For the parts of the fake: what is open. */
int fake_open(int object);
int fake_object(int fd); /* of which it is, or the number itself */
/* Whether a descriptor was one of fake_open(), which is closed now. */
bool fake_closed(int fd);
void fake_drop_entries(int map);
/* NULL: there is no such entry. */
struct fake_entry *fake_find_entry(int map, const void *key);
/* Pins that are there. */
unsigned int fake_pins(void);
bool fake_pinned(const char *path);

/* Every call that can fail begins with this. 0 or a negative errno. */
int fake_step(void);
/* NULL: there is none. */
struct fake_netdev *fake_netdev_at(int ifindex);

/* A kernel with netdevs p0 to p7, up, driver "fake", one queue. */
void fake_reset(void);
/* Whether nothing at all is open, attached or joined. Prints what is. */
bool fake_is_clean(void);
/* The socket bound to a queue, NULL when none is. */
struct fake_socket *fake_socket_on(const char *name, uint32_t queue);
/* The kernel receives a frame: into a chunk of the fill ring, at offset 256. False: it had none. */
bool fake_deliver(struct fake_socket *s, const void *bytes, uint32_t len);
/* Put any descriptor into the RX ring, as a kernel that has gone mad. */
void fake_deliver_raw(struct fake_socket *s, uint64_t addr, uint32_t len);
/* The netdev goes: sockets on it are in error. */
void fake_remove_netdev(const char *name);
/* A driver with flow rules on a netdev of so many queues, the table as such drivers have it. */
void fake_takes_rules(struct fake_netdev *d, uint32_t queues);
/* Put a veth pair there with this alias, as another process's. Returns the ifindex of one end. */
int fake_foreign_veth(const char *name, const char *alias);
/* A frame waits on the packet socket. */
void fake_packet_in(const struct fake_packet *p);
/* Whether these are in the maps. */
bool fake_has_vlan(uint16_t slot, uint16_t outer, uint16_t inner);
bool fake_is_authorized(int ifindex, const uint8_t mac[6]);
bool fake_has_gate_place(int ifindex, const uint8_t mac[6]);
/* Chunks in the fill ring, in the RX ring, and in the TX and completion rings together. */
uint32_t fake_filled(const struct fake_socket *s);
uint32_t fake_received(const struct fake_socket *s);
uint32_t fake_to_send(const struct fake_socket *s);

#endif
