/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "bench/tally.h"

#include <string.h>

static const struct {
	const char *id, *name;
} causes[BENCH_CAUSE_MAX] = {
	[BENCH_SUCCESS] = { "success", "succeeded" },
	[BENCH_NO_ANSWER] = { "no-answer", "no answer at all" },
	[BENCH_SILENT_IDENTITY] = { "silent-identity", "silence after the identity" },
	[BENCH_SILENT_METHOD] = { "silent-method", "silence within the method" },
	[BENCH_SILENT_RESULT] = { "silent-result", "silence after the method" },
	[BENCH_EAP_FAILURE] = { "eap-failure", "EAP-Failure" },
	[BENCH_ALERT] = { "alert", "TLS alert of the server" },
	[BENCH_PEER_REFUSED] = { "peer-refused", "refused by the supplicant" },
	[BENCH_RADIUS_REJECT] = { "radius-reject", "Access-Reject" },
	[BENCH_WRONG_KEYS] = { "wrong-keys", "keys that differ" },
	[BENCH_ABANDONED] = { "abandoned", "abandoned on purpose" },
	[BENCH_CUT] = { "cut", "under way at the end" },
};

static const struct {
	const char *id, *name;
} latencies[BENCH_LATENCY_MAX] = {
	[BENCH_LOGIN] = { "login", "login, from its intended start" },
	[BENCH_LATE] = { "late", "start behind its time" },
	[BENCH_START_TO_IDENTITY] = { "start-identity", "Start to Request/Identity" },
	[BENCH_IDENTITY_TO_METHOD] = { "identity-method", "identity to the method" },
	[BENCH_METHOD_TURN] = { "method-turn", "a turn of the method" },
	[BENCH_METHOD] = { "method", "the whole method" },
	[BENCH_RESPONSE_TO_RESULT] = { "response-result", "last response to Success" },
};

const char *bench_cause_id(enum bench_cause cause)
{
	return causes[cause].id;
}

const char *bench_cause_name(enum bench_cause cause)
{
	return causes[cause].name;
}

const char *bench_latency_id(enum bench_latency latency)
{
	return latencies[latency].id;
}

const char *bench_latency_name(enum bench_latency latency)
{
	return latencies[latency].name;
}

void tally_merge(struct tally *t, const struct tally *from)
{
	t->started += from->started;
	t->resumed += from->resumed;
	t->frames_rx += from->frames_rx;
	t->frames_tx += from->frames_tx;
	t->retransmitted += from->retransmitted;
	t->copied += from->copied;
	for (int i = 0; i < BENCH_CAUSE_MAX; i++)
		t->ended[i] += from->ended[i];
	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		hist_merge(&t->latency[i], &from->latency[i]);
}

void tally_empty(struct tally *t)
{
	t->started = t->resumed = 0;
	t->frames_rx = t->frames_tx = t->retransmitted = t->copied = 0;
	memset(t->ended, 0, sizeof(t->ended));
	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		hist_empty(&t->latency[i]);
}

uint64_t tally_ended(const struct tally *t)
{
	uint64_t n = 0;

	for (int i = 0; i < BENCH_CAUSE_MAX; i++)
		n += t->ended[i];
	return n;
}

uint64_t tally_failed(const struct tally *t)
{
	return tally_ended(t) - t->ended[BENCH_SUCCESS] - t->ended[BENCH_ABANDONED] -
	       t->ended[BENCH_CUT];
}

enum bench_cause bench_silence(enum bench_stage stage)
{
	switch (stage) {
	case BENCH_STAGE_START:
		return BENCH_NO_ANSWER;
	case BENCH_STAGE_IDENTITY:
		return BENCH_SILENT_IDENTITY;
	case BENCH_STAGE_METHOD:
		return BENCH_SILENT_METHOD;
	case BENCH_STAGE_RESULT:
	case BENCH_STAGE_MAX:
		break;
	}
	return BENCH_SILENT_RESULT;
}

static void record(struct tally *t, enum bench_latency what, xeap_time from, xeap_time now)
{
	if (from)
		hist_record(&t->latency[what], now > from ? now - from : 0);
}

void login_start(struct login *l, struct tally *t, xeap_time intended, xeap_time now)
{
	*l = (struct login){ .intended = intended, .started = now };
	t->started++;
	record(t, BENCH_LATE, intended, now);
}

void login_request(struct login *l, struct tally *t, bool identity, xeap_time now)
{
	if (identity && l->stage == BENCH_STAGE_START) {
		record(t, BENCH_START_TO_IDENTITY, l->started, now);
		l->identity = now;
		l->stage = BENCH_STAGE_IDENTITY;
	} else if (!identity && l->stage < BENCH_STAGE_METHOD) {
		record(t, BENCH_IDENTITY_TO_METHOD, l->responded ? l->responded : l->started, now);
		l->method = now;
		l->responded = 0;
		l->stage = BENCH_STAGE_METHOD;
	} else if (!identity) {
		/* What was thought to be the method's last response was not. */
		record(t, BENCH_METHOD_TURN, l->responded, now);
		l->stage = BENCH_STAGE_METHOD;
	}
}

void login_response(struct login *l, xeap_time now)
{
	l->responded = now;
}

void login_end(struct login *l, struct tally *t, enum bench_cause cause, bool resumed,
	       xeap_time now)
{
	t->ended[cause]++;
	if (cause != BENCH_SUCCESS)
		return;
	t->resumed += resumed;
	record(t, BENCH_LOGIN, l->intended, now);
	record(t, BENCH_RESPONSE_TO_RESULT, l->responded, now);
	if (l->method && l->responded >= l->method)
		hist_record(&t->latency[BENCH_METHOD], l->responded - l->method);
}
