/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef TESTS_BENCH_ECHO_H
#define TESTS_BENCH_ECHO_H

#include <stdint.h>

/*
 * Bare loops, the least that a receiver can do: an EAP request becomes a response by one byte and
 * goes back. They run until they are killed. Each sends EAPOL-Start when it is ready.
 */
struct echo {
	const char *ifname;
	uint32_t xdp_flags;   /* XDP_FLAGS_DRV_MODE or XDP_FLAGS_SKB_MODE */
	int program, sockets; /* bench_echo and its map */
};

#define ECHO_FRAMES 256 /* chunks of a ring */

void echo_xdp(const struct echo *e);	/* AF_XDP, copy mode */
void echo_plain(const struct echo *e);	/* AF_PACKET, recvfrom() and sendto() */
void echo_mapped(const struct echo *e); /* AF_PACKET, mapped RX ring and sendmmsg() */

#endif
