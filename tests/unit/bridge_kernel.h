/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef TESTS_UNIT_BRIDGE_KERNEL_H
#define TESTS_UNIT_BRIDGE_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A kernel with a bridge and two netdevs, in the place of link_sock.c: it takes rtnetlink messages
 * as the real one does, and can fail any one of them.
 */

#define BRIDGE 3 /* ifindexes */
#define BRIDGE2 4
#define PORT 10
#define PORT2 11
#define ENTRIES 16

struct bridge_dev {
	bool there;
	char name[16];
	int master; /* a bridge, unless not_bridge */
	bool not_bridge;
	bool locked;
	uint8_t linkmode, operstate;
	bool carrier;
	unsigned int flushed;
};

struct bridge_entry {
	uint8_t mac[6];
	int ifindex;
	uint16_t state; /* NUD_; 0: no entry */
};

struct bridge_kernel {
	struct bridge_dev dev[2];
	struct bridge_entry fdb[ENTRIES];
	bool no_locked; /* before Linux 5.16 */
	unsigned int calls, fail_at;
	int fail_with;
	unsigned int open;
	char log[512]; /* what was set, in order: "lock unlock dormant up add del …" */
};

extern struct bridge_kernel kernel;

/* PORT ("p") in the bridge, PORT2 ("q") in none; both with a carrier, UP, nothing locked. */
void kernel_reset(void);
struct bridge_dev *kernel_dev(int ifindex);
/* The entry of an address, NULL when there is none. */
struct bridge_entry *kernel_entry(const uint8_t mac[6]);
void kernel_add_entry(const uint8_t mac[6], int ifindex, uint16_t state);
/* The netdev leaves its bridge and enters another one (0: none). */
void kernel_move(int ifindex, int master);

#endif
