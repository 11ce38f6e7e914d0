/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BENCH_ENGINE_H
#define XEAP_BENCH_ENGINE_H

#include <semaphore.h>
#include <stdatomic.h>

#include "base/list.h"
#include "bench/chance.h"
#include "bench/fault.h"
#include "bench/pace.h"
#include "bench/tally.h"
#include "bench/words.h"

/*
 * Who logs in when, and what came of it: one thread's share of a run. The transport, which moves
 * packets, is behind ops, and tells of what happens to a station's login.
 *
 *	fresh ──► under way ──► settled ──┐
 *	             ▲                    │ again: another login, churn, re-authentication
 *	             └────────────────────┘
 */

/* How a login begins. */
enum bench_start {
	BENCH_START_FIRST,  /* the station has not been there yet, or failed */
	BENCH_START_AGAIN,  /* it logs off before */
	BENCH_START_REAUTH, /* it does not: EAPOL-Start while it is authenticated */
	BENCH_START_MAX
};

/* Where a login is given up on purpose. */
enum bench_stop {
	BENCH_STOP_NEVER,
	BENCH_STOP_START,	   /* it was asked for, and then nothing is answered */
	BENCH_STOP_IDENTITY,	   /* the identity was told, and then nothing */
	BENCH_STOP_METHOD,	   /* the method's first response was sent */
	BENCH_STOP_BEFORE_SUCCESS, /* the method's last response is held back */
	BENCH_STOP_MAX
};

const char *bench_stop_id(enum bench_stop stop);
/* BENCH_STOP_MAX: there is no such. */
enum bench_stop bench_stop_find(const char *id);

struct bench_station {
	struct login login;
	struct xeap_node line; /* on fresh or settled */
	uint32_t number;       /* of all supplicants of the run */
	bool under_way;
	bool in;	 /* the last login succeeded, and it did not log off */
	bool stops;	 /* this login is to be given up, see bench_engine.stop */
	bool leaves;	 /* it has sent the last that it says, and whatever comes next is ignored */
	uint64_t logins; /* so far */
	struct chance chance; /* of this login, whatever others do meanwhile */
	/* what is done to its next packet on purpose, the transport's */
	const struct fault_rule *fault;
	bool judged;
};

#define BENCH_WORDS_MAX 16

/* What was told of failures, each text once. */
struct bench_words {
	size_t count;
	struct {
		char text[BENCH_WORDS_TEXT];
		uint64_t count;
	} words[BENCH_WORDS_MAX]; /* what has no room counts with the last, "others" */
};

void bench_words_add(struct bench_words *w, const char *text, uint64_t count);

/* What a thread counted since it was asked last. */
struct bench_interval {
	struct tally tally;
	struct bench_words words;
	uint64_t under_way; /* when it was handed over */
	xeap_time busy;	    /* processor time of the thread so far */
};

struct bench_engine_ops {
	/* Begin a login; its end is told by bench_ended(), before this returns if need be. */
	void (*begin)(void *ctx, struct bench_station *s, enum bench_start how, xeap_time now);
	/* Let go of a login that is under way, without a word to the other side. */
	void (*drop)(void *ctx, struct bench_station *s);
};

struct bench_engine {
	/* as the owner made it */
	const struct bench_engine_ops *ops;
	void *ctx;
	struct pace logins, churn, reauth; /* rate 0 of churn and reauth: there is none */
	bool repeats;			   /* logins go on with stations that are settled */
	enum bench_stop stop;
	double stop_share; /* of logins that are given up so */
	struct faults faults;
	uint64_t seed; /* of all chance */

	/* its own */
	struct xeap_node fresh, settled; /* the longest settled first */
	struct xeap_node under_way;
	struct xeap_node leaving; /* under way, to be given up at the next turn */
	uint64_t count;		  /* under way */
	struct bench_interval *intervals[2];
	unsigned int at; /* which is written */
	atomic_bool asked;
	sem_t handed;
};

/* Lists and intervals of one whose owner's part is set. 0 or -ENOMEM; to be freed either way. */
int bench_engine_init(struct bench_engine *e);
void bench_engine_free(struct bench_engine *e);
/* A zeroed station more, fresh. */
void bench_engine_add(struct bench_engine *e, struct bench_station *s);

static inline struct tally *bench_tally(struct bench_engine *e)
{
	return &e->intervals[e->at]->tally;
}

/* Begin what is due, a bounded number. */
void bench_engine_begin(struct bench_engine *e, xeap_time now);
/* When bench_engine_begin() is to be called next; XEAP_NEVER: not before a login ends. */
xeap_time bench_engine_deadline(const struct bench_engine *e, xeap_time now);
/* Whether nothing is under way and nothing will be. */
bool bench_engine_is_over(const struct bench_engine *e, xeap_time now);
/* Starts that were due until now, and for which no station or no place in the window was free. */
uint64_t bench_engine_unbegun(const struct bench_engine *e, xeap_time now);
/* No further logins; those under way are dropped, and counted as cut. */
void bench_engine_cut(struct bench_engine *e, xeap_time now);

/* What happens to a login, told by the transport. */
void bench_requested(struct bench_engine *e, struct bench_station *s, bool identity, xeap_time now);
void bench_responded(struct bench_station *s, xeap_time now);
/* It is over; `text` is what is told of a failure, or NULL. */
void bench_ended(struct bench_engine *e, struct bench_station *s, enum bench_cause cause,
		 bool resumed, const char *text, xeap_time now);

/*
 * Whether the response that is about to be sent is held back, since the login is given up here;
 * `last`: the method has nothing to say after it. Such a login is over when this returns true. To
 * be asked once for every response: the last one before silence begins may be let through, and the
 * login is given up at the next bench_engine_begin().
 */
bool bench_gives_up(struct bench_engine *e, struct bench_station *s, bool last, xeap_time now);
/* The same for a login whose start was just sent. */
bool bench_gives_up_at_start(struct bench_engine *e, struct bench_station *s, xeap_time now);

/* Once a turn, by its thread: hand the interval over when it was asked for. */
void bench_engine_hand_over(struct bench_engine *e, xeap_time busy);
/* The same at its thread's end, for whoever has waited for that: both intervals are to be read. */
void bench_engine_close(struct bench_engine *e, xeap_time busy);
/*
 * From another thread: ask for the interval, and take it once it is there (NULL: not yet). It is to
 * be read and emptied, with bench_interval_empty(), before the next one is asked for.
 */
void bench_engine_ask(struct bench_engine *e);
struct bench_interval *bench_engine_take(struct bench_engine *e);
void bench_interval_empty(struct bench_interval *i);

#endif
