/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef TESTS_BENCH_WIRE_H
#define TESTS_BENCH_WIRE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The authenticator's end of a veth: makes EAP-Request/Identity frames, each with another
 * identifier, and counts what comes back.
 *
 *	this namespace                                      the other one
 *	feed0 ── feed1 ── bench_feed ──┐
 *	                               ├──► farN ── veth ── portN   the supplicant
 *	live frames ── bench_inject ───┘     │
 *	                    bench_count ◄────┘
 *
 * Bursts are live frames (BPF_F_TEST_XDP_LIVE_FRAMES) of one call that goes on until the burst's
 * figures are taken. For a pace that would be a call a frame, which costs 12 us and leaves a page
 * pool behind where the frame is not freed at once; so paced frames are sent on feed0, and come out
 * of feed1 as the XDP frames of a driver with a page pool of its own.
 */
#define WIRE_BURST 64
#define WIRE_FRAME 60

struct wire {
	struct bench_path_bpf *skel;
	int far; /* ifindex of the far end */
	int socket, feed;
	clockid_t receiver; /* CPU time of the process that answers */
	pthread_t injector;
	volatile bool stop;
};

/* What happened in a time. */
struct wire_run {
	double seconds;
	double responses, lost;
	double machine;		 /* seconds of CPU of the whole machine that were not idle */
	double sender, receiver; /* seconds of CPU of this process, and of the other */
};

void wire_open(struct wire *w, const char *far, const char *feed, const char *feed_end);
void wire_close(struct wire *w);

/* Forget what was counted. */
void wire_reset(struct wire *w);
/* Whether a supplicant sent EAPOL-Start since, or this many responses came, within two seconds. */
bool wire_wait_start(const struct wire *w);
bool wire_wait_responses(const struct wire *w, uint64_t count);
/* One EAP packet in EAPOL to the PAE group address. */
void wire_send(const struct wire *w, const uint8_t *eap, uint16_t len);

/*
 * Wait, not for long, until nobody else is busy here. Returns what others take, in seconds of CPU a
 * second.
 */
double wire_wait_quiet(void);

/* Bursts of WIRE_BURST, each when the one before is answered. */
struct wire_run wire_burst(struct wire *w, double seconds);
/* `rate` frames a second, in even groups at most 20,000 times a second. */
struct wire_run wire_pace(struct wire *w, double rate, double seconds);

#endif
