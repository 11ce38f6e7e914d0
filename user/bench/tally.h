/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BENCH_TALLY_H
#define XEAP_BENCH_TALLY_H

#include <xeap/span.h>

#include "bench/hist.h"

/*
 * What became of logins: how many came to what, and how long each stage took. One for each thread
 * or rank, added up at the end.
 */

/* How far a login is: what it waits for. */
enum bench_stage {
	BENCH_STAGE_START,    /* Request/Identity (over RADIUS: the first answer) */
	BENCH_STAGE_IDENTITY, /* the method's first request */
	BENCH_STAGE_METHOD,   /* the method's further requests */
	BENCH_STAGE_RESULT,   /* Success or Failure: the method is done */
	BENCH_STAGE_MAX
};

/* What a login came to. */
enum bench_cause {
	BENCH_SUCCESS,
	BENCH_NO_ANSWER,       /* nothing came at all */
	BENCH_SILENT_IDENTITY, /* silence after the identity */
	BENCH_SILENT_METHOD,   /* silence within the method */
	BENCH_SILENT_RESULT,   /* silence after it */
	BENCH_EAP_FAILURE,     /* the authenticator's word */
	BENCH_ALERT,	       /* the server's TLS alert */
	BENCH_PEER_REFUSED,    /* the peer does not accept what the server says or proves */
	BENCH_RADIUS_REJECT,   /* Access-Reject */
	BENCH_WRONG_KEYS,      /* the server's keys are not the peer's */
	BENCH_ABANDONED,       /* given up on purpose */
	BENCH_CUT,	       /* under way when the run ended */
	BENCH_CAUSE_MAX
};

/* Latencies that are kept. */
enum bench_latency {
	BENCH_LOGIN, /* intended start to Success */
	BENCH_LATE,  /* intended start to the start as it was */
	BENCH_START_TO_IDENTITY,
	BENCH_IDENTITY_TO_METHOD,
	BENCH_METHOD_TURN, /* a response to the next request, within the method */
	BENCH_METHOD,	   /* the method's first request to its last response */
	BENCH_RESPONSE_TO_RESULT,
	BENCH_LATENCY_MAX
};

struct tally {
	uint64_t started;
	uint64_t ended[BENCH_CAUSE_MAX];
	uint64_t resumed; /* successes by a resumed session */
	uint64_t frames_rx, frames_tx, retransmitted, copied;
	struct hist latency[BENCH_LATENCY_MAX];
};

/* A login that is under way; times 0: not yet. */
struct login {
	enum bench_stage stage;
	xeap_time intended, started, identity, method;
	xeap_time responded; /* last; within the method, to a request of it */
};

void tally_merge(struct tally *t, const struct tally *from);
/* Make it as it was when it was zeroed. */
void tally_empty(struct tally *t);
uint64_t tally_failed(const struct tally *t); /* all causes but success, abandoned and cut */
uint64_t tally_ended(const struct tally *t);

void login_start(struct login *l, struct tally *t, xeap_time intended, xeap_time now);
/* A request came: for the identity, or of the method. */
void login_request(struct login *l, struct tally *t, bool identity, xeap_time now);
/* A response was sent. */
void login_response(struct login *l, xeap_time now);
/* It is over. A cause of silence is made that of the stage. */
void login_end(struct login *l, struct tally *t, enum bench_cause cause, bool resumed,
	       xeap_time now);

/* The cause of silence in a stage. */
enum bench_cause bench_silence(enum bench_stage stage);

/* For programs: "no-answer"; for people: "no answer to EAPOL-Start". */
const char *bench_cause_id(enum bench_cause cause);
const char *bench_cause_name(enum bench_cause cause);
const char *bench_latency_id(enum bench_latency latency);
const char *bench_latency_name(enum bench_latency latency);

#endif
