/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef TESTS_UNIT_SOAK_H
#define TESTS_UNIT_SOAK_H

#include "test_port_fake.h"
#include "tool/netport.h"
#include "tool/prompt.h"
#include "tool/report.h"

/* The world of test_soak.c: netdevs of the fake kernel, what is on their wires, and chance. */

#define SOAK_PORTS 5 /* p0 to p4 of the fake kernel; each is named by its place there */
#define SOAK_EVENTS 64
#define SOAK_MAIL 128

/* A frame on its way to an authenticator, or from it. */
struct letter {
	int ifindex;
	uint32_t len;
	uint8_t bytes[256];
};

/* A netdev, and what is on the other end of its wire. */
struct wire {
	bool carrier;
	bool silent;  /* the authenticator does not answer */
	bool unicast; /* it answers to addresses, not to the group */
	uint8_t id;
};

struct world {
	struct run_options options;
	struct report report;
	struct prompts nobody;
	struct worker worker;
	struct xeap_steer *steer;
	struct xeap_profile *profile;
	struct credentials credentials;
	struct port_spec spec;
	struct vlan_range vlans[3];
	struct wire wire[SOAK_PORTS];
	struct xeap_link_event events[SOAK_EVENTS]; /* that were not told yet */
	unsigned int event_count;
	struct letter mail[SOAK_MAIL];
	unsigned int letters;
	int next_ifindex;
	uint64_t random, seed;
	unsigned int steps;
};

extern struct world world;

#define W (&world.worker)

uint64_t draw(void);
unsigned int below(unsigned int n);
bool chance(unsigned int percent);

struct fake_netdev *netdev(unsigned int i);
/* Of a netdev that is there; -1: none. */
int place_of(int ifindex);
/* Something happened to a netdev, which is told later, in its order. */
void happened(enum xeap_link_event_type type, unsigned int i);
/* Tell the worker of so many things at most, as run.c does. */
void tell_some(unsigned int most);

/* Told of what is sent: it waits for the authenticators. */
void soak_watch(void);
/* Authenticators take what waits for them, and answer; some is lost on a wire not reliable. */
void deliver_mail(bool reliable);
/* The kernel receives a frame on a netdev, and hands it to whoever has joined that. */
void arrive(unsigned int i, const uint8_t *bytes, uint32_t len);
/* That of the funnel; NULL while there is none. */
struct fake_socket *funnel_socket(void);

#endif
