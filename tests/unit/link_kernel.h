/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef TESTS_UNIT_LINK_KERNEL_H
#define TESTS_UNIT_LINK_KERNEL_H

#include <linux/if.h>
#include <stdbool.h>
#include <stdint.h>

struct nl_msg;

/*
 * A kernel made of an array, in the place of link_sock.c. Its socket holds so many messages and no
 * more, and loses events as the real one does: from the overrun until it has been read empty.
 */

#define DEVS 4200
#define QUEUE 16384
#define DUMP_PART 3 /* netdevs a datagram of a dump */

#define ALL_UP (IFF_UP | IFF_RUNNING | IFF_LOWER_UP | IFF_BROADCAST | IFF_MULTICAST)

struct dev {
	bool there;
	char name[IFNAMSIZ];
	uint8_t mac[6];
	uint16_t arphrd;
	uint32_t flags, mtu, downs;
	uint8_t operstate;
	int master;
};

struct link_kernel {
	struct dev dev[DEVS + 1]; /* by ifindex */
	void *queue[QUEUE];
	int queue_len[QUEUE]; /* bytes, or a negative errno to answer */
	unsigned int head, tail, room;
	bool listening, congested, overrun;
	uint32_t seq;
	int dump_at; /* next ifindex to dump, 0 when none runs */
	int skip;    /* ifindex that the next dump passes over, saying that it was interrupted */
	bool changed_since; /* netdevs came or went since the dump's last part */
	unsigned int dumps, dumps_before_empty;
	struct nl_msg *foreign; /* comes in front of the next dump */
	int open_err, dump_err, dump_busy, done_err;
	int stall_err; /* the running dump stops with this, and an empty socket */
};

extern struct link_kernel k;

/* Without netdevs, with room for so many events. */
void reset(unsigned int room);
/* A datagram as it is; what reading it answers; an event, which is lost when there is no room. */
void push_bytes(const void *bytes, int len);
void push_errno(int err);
void push_event(struct nl_msg *m);
/* A message that carries no attributes. */
struct nl_msg *message(int type, int family, int ifindex, const struct dev *d);

/* What happens to netdevs; each sends an event. changed(): after a field was changed by hand. */
void create(int ifindex, const char *name);
void destroy(int ifindex);
void set_up(int ifindex, bool up);
void rename_dev(int ifindex, const char *name);
void changed(int ifindex);

#endif
