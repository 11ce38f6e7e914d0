/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_WORKER_H
#define XEAP_TOOL_BENCH_WORKER_H

#include <pthread.h>
#include <xeap/host.h>
#include <xeap/pae.h>

#include "base/map.h"
#include "base/timers.h"
#include "bench/engine.h"
#include "tool/bench_options.h"
#include "tool/bench_ports.h"

struct bench_worker;
struct radius_slot;

/* One supplicant of a run. */
struct bench_supplicant {
	struct bench_station s;
	struct bench_worker *worker;
	struct xeap_profile *profile;	    /* a reference */
	struct xeap_resumption *resumption; /* NULL: it resumes nothing */
	uint8_t mac[6];

	/* over RADIUS */
	struct radius_slot *slot; /* of the login that is under way */

	/* over EAPOL */
	struct bench_lan *lan;
	struct xeap_map_entry entry; /* in its port's, by address */
	struct xeap_pae *pae;
	struct xeap_timer timer;
	xeap_session_id session;
	uint64_t retransmitted; /* as counted so far */
	xeap_time give_up;	/* when the login that is under way has taken too long */
	xeap_time back;		/* after a logoff: when it asks, if it was not asked; 0: not */
	bool mute;		/* what its machine sends now does not go out */
	bool busy;		/* its machine is being called */
	bool dropped;		/* to be let go of once that call is over */
	bool verdict;		/* the conversation has a result */
	bool resumed;
	bool refused; /* EAP-Failure came */
	uint32_t code;
	char *why;
};

/* How packets get to the other side and back. Calls come from the worker's thread. */
struct bench_transport {
	/* Sockets, and what supplicants need of them; 0 or a negative errno with why. */
	int (*open)(struct bench_worker *w);
	/* Wait at most so long, or until w->timer is readable; do what came and what is due. */
	int (*turn)(struct bench_worker *w, int timeout_ms);
	xeap_time (*deadline)(const struct bench_worker *w);
	struct bench_engine_ops ops; /* ctx is the worker */
	/* Add what only the end shows to the tally; may be NULL. */
	void (*finish)(struct bench_worker *w);
	/* After open, whatever came of it. */
	void (*close)(struct bench_worker *w);
};

extern const struct bench_transport bench_radius_transport;
extern const struct bench_transport bench_eapol_transport;

/* One thread of a run, with its share of the supplicants. */
struct bench_worker {
	/* as it was made */
	const struct bench_options *options;
	const struct bench_transport *transport;
	unsigned int number; /* from 0 on */
	bool resumes;	     /* fast_reauth of the configuration */
	uint8_t eapol_version;
	struct xeap_steer *steer;  /* over EAPOL; NULL in packet mode */
	struct bench_ports *ports; /* over EAPOL: of all workers */

	/* the thread's own */
	struct bench_engine engine;
	struct xeap_host *host;
	struct bench_supplicant *supplicants;
	uint32_t count;
	xeap_time now;
	int timer;	 /* timerfd that wakes it for what is due */
	xeap_time armed; /* when */
	void *transport_data;

	/* between threads */
	pthread_t thread;
	bool started;
	atomic_bool cut;  /* end what is under way */
	atomic_bool over; /* the thread has ended */
	int err;
	struct xeap_diag why;
	uint64_t unbegun;
	/* of the first success, and of the first port; read after the thread has ended */
	char method[24], tls_version[8], mode[64];
};

/* Make host and engine for supplicants that are set. 0 or a negative errno with why. */
int bench_worker_open(struct bench_worker *w);
int bench_worker_start(struct bench_worker *w, xeap_time begin);
/* Wait until the thread has ended. */
void bench_worker_join(struct bench_worker *w);
/* Also of one that was not opened, or has no transport yet. */
void bench_worker_close(struct bench_worker *w);

/* What sessions begin with. */
struct xeap_resumption *bench_resumption(struct bench_supplicant *b);
/* Note what a success was like. */
void bench_worker_note(struct bench_worker *w, const char *method, const char *tls_version);
/* The cause of a failure with this code and these words. */
enum bench_cause bench_cause_of(uint32_t code, const char *words, enum bench_cause otherwise);

#endif
