/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_ARRIVAL_H
#define XEAP_TOOL_ARRIVAL_H

#include <stdbool.h>
#include <sys/socket.h>
#include <xeap/span.h>

/*
 * When a packet arrived: the kernel's word, so that a thread that woke up late, or was busy with
 * other packets, does not take that for the other side's time. The kernel stamps packets by the
 * clock of the day; a clock here is how far that is from CLOCK_MONOTONIC.
 */
struct arrival_clock {
	int64_t gap;	 /* ns, CLOCK_MONOTONIC less CLOCK_REALTIME */
	bool is_trusted; /* false: there is no gap yet, or the time of day was just set */
};

#define ARRIVAL_CONTROL 64 /* bytes of a stamp among a message's control data, and some more */

/* Have a socket's packets stamped. One that cannot be is no failure: arrival_of() says `now`. */
void arrival_ask(int fd);
/* Look at both clocks; to be called whenever the thread has waited. */
void arrival_look(struct arrival_clock *clock);
/* When the packet of recvmsg() arrived, CLOCK_MONOTONIC; `now` when that is not known. */
xeap_time arrival_of(const struct arrival_clock *clock, struct msghdr *m, xeap_time now);

#endif
