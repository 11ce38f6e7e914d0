/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PORT_PACE_H
#define XEAP_PORT_PACE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How to wait for frames, after how they came of late. To fall asleep and be woken costs the
 * machine some 10 us, which is more than a frame.
 *
 * Asleep, as a rule.
 *
 * Awake for a moment, after a burst: who sends in bursts has the next one under way when the last
 * is answered, and it is here sooner than a thread sleeps. If it was not, the next bursts are not
 * waited for like that.
 *
 * By naps, when many frames come one by one: what comes during a nap wakes nobody and is answered
 * in one go. A frame then waits as long as a nap takes, so that this is for rates which no login
 * has by itself; and not for a sender who waits for the answers, whom it would slow down. He is
 * known by that: if frames become fewer with the naps, there are none for a while.
 */
enum xeap_wait {
	XEAP_WAIT_ASLEEP,
	XEAP_WAIT_AWAKE,
	XEAP_WAIT_NAPPING,
	XEAP_WAIT_MAX
};

#define XEAP_PACE_AWAKE 50000 /* ns to be awake for at most */
#define XEAP_PACE_NAP 100000  /* ns */

/* Frames that make a burst, whether they come at once or in pieces that are found awake. */
#define XEAP_PACE_BURST 32
/* Bursts after which nobody stays awake, when it was in vain. */
#define XEAP_PACE_REST 16
/* The rate is taken anew after so many ns, and kept as frames in that time. */
#define XEAP_PACE_SPELL 5000000
/* Naps are for 10,000 to 150,000 frames a second. Beyond that sleep is rare enough. */
#define XEAP_PACE_LEAST 50
#define XEAP_PACE_MOST 750
/* Spells without naps, when naps made frames fewer. */
#define XEAP_PACE_SOBER 10

/* Zeroed: nothing has come yet. */
struct xeap_pace {
	uint64_t since;	 /* ns, when the spell began */
	uint32_t frames; /* in it */
	uint32_t rate;	 /* frames in the last spell without naps */
	uint32_t burst;	 /* frames since the thread slept, earlier ones for less */
	uint32_t rest;	 /* bursts to sleep after */
	uint32_t sober;	 /* spells to go without naps */
	bool naps;
};

/* So many frames came since the last wait; how is the next to be? Time in ns. */
enum xeap_wait xeap_pace_next(struct xeap_pace *p, uint64_t now, uint32_t frames);
/* To be awake was in vain. */
void xeap_pace_in_vain(struct xeap_pace *p);
/* Nothing has come, and the thread falls asleep. */
void xeap_pace_sleeps(struct xeap_pace *p);

#endif
