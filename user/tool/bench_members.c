/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tool/bench_members.h"

#include <string.h>

#define MEMBER(type, member) offsetof(struct type, member), sizeof(((struct type *)NULL)->member)
#define OF_RESULT(member) MEMBER(bench_result, member)
#define OF_SECOND(member) MEMBER(bench_second, member)
#define OF_BACKGROUND(member) MEMBER(bench_background, member)

static const struct bench_member at_top[] = {
	{ "xeap", BENCH_TEXT, BENCH_MIXED, OF_RESULT(version) },
	{ "host", BENCH_TEXT, BENCH_JOIN, OF_RESULT(host) },
	{ "kernel", BENCH_TEXT, BENCH_JOIN, OF_RESULT(kernel) },
	{ "elapsed_s", BENCH_REAL, BENCH_LARGER, OF_RESULT(elapsed) },
	{ "started", BENCH_COUNT, BENCH_ADD, OF_RESULT(total.started) },
	{ "resumed", BENCH_COUNT, BENCH_ADD, OF_RESULT(total.resumed) },
	{ NULL },
};

static const struct bench_member of_run[] = {
	{ "transport", BENCH_TEXT, BENCH_SAME, OF_RESULT(transport) },
	{ "target", BENCH_TEXT, BENCH_JOIN, OF_RESULT(target) },
	{ "mode", BENCH_TEXT, BENCH_JOIN, OF_RESULT(mode) },
	{ "method", BENCH_TEXT, BENCH_KNOWN, OF_RESULT(method) },
	{ "tls", BENCH_TEXT, BENCH_MIXED, OF_RESULT(tls_version) },
	{ "stop_at", BENCH_TEXT, BENCH_SAME, OF_RESULT(stop_at) },
	{ "seed", BENCH_DIGITS, BENCH_KEEP, OF_RESULT(seed) },
	{ "supplicants", BENCH_COUNT, BENCH_ADD, OF_RESULT(supplicants) },
	{ "window", BENCH_COUNT, BENCH_LIMIT, OF_RESULT(window) },
	{ "rate", BENCH_REAL, BENCH_LIMIT, OF_RESULT(rate) },
	{ "ramp_s", BENCH_REAL, BENCH_SAME, OF_RESULT(ramp) },
	{ "duration_s", BENCH_REAL, BENCH_SAME, OF_RESULT(duration) },
	{ "churn", BENCH_REAL, BENCH_ADD, OF_RESULT(churn) },
	{ "reauth", BENCH_REAL, BENCH_ADD, OF_RESULT(reauth) },
	{ "threads", BENCH_COUNT, BENCH_ADD, OF_RESULT(threads) },
	{ "ranks", BENCH_COUNT, BENCH_ADD, OF_RESULT(ranks) },
	{ "machines", BENCH_COUNT, BENCH_KEEP, OF_RESULT(machines) },
	{ NULL },
};

static const struct bench_member of_frames[] = {
	{ "received", BENCH_COUNT, BENCH_ADD, OF_RESULT(total.frames_rx) },
	{ "sent", BENCH_COUNT, BENCH_ADD, OF_RESULT(total.frames_tx) },
	{ "retransmitted", BENCH_COUNT, BENCH_ADD, OF_RESULT(total.retransmitted) },
	{ "copied", BENCH_COUNT, BENCH_ADD, OF_RESULT(total.copied) },
	{ NULL },
};

static const struct bench_member of_tester[] = {
	{ "cpu_user_s", BENCH_REAL, BENCH_ADD, OF_RESULT(cpu_user) },
	{ "cpu_system_s", BENCH_REAL, BENCH_ADD, OF_RESULT(cpu_system) },
	{ "memory_bytes", BENCH_COUNT, BENCH_ADD, OF_RESULT(memory) },
	{ "busiest", BENCH_REAL, BENCH_LARGER, OF_RESULT(busiest) },
	{ NULL },
};

const struct bench_group bench_groups[BENCH_GROUPS] = {
	{ NULL, at_top },
	{ "run", of_run },
	{ "frames", of_frames },
	{ "tester", of_tester },
};

const struct bench_member bench_second_members[] = {
	{ "at_s", BENCH_REAL, BENCH_KEEP, OF_SECOND(at) },
	{ "length_s", BENCH_REAL, BENCH_KEEP, OF_SECOND(length) },
	{ "started", BENCH_COUNT, BENCH_ADD, OF_SECOND(started) },
	{ "succeeded", BENCH_COUNT, BENCH_ADD, OF_SECOND(succeeded) },
	{ "under_way", BENCH_COUNT, BENCH_ADD, OF_SECOND(under_way) },
	{ "p50_us", BENCH_COUNT, BENCH_LARGER, OF_SECOND(p50) },
	{ "p90_us", BENCH_COUNT, BENCH_LARGER, OF_SECOND(p90) },
	{ "p99_us", BENCH_COUNT, BENCH_LARGER, OF_SECOND(p99) },
	{ "p999_us", BENCH_COUNT, BENCH_LARGER, OF_SECOND(p999) },
	{ "max_us", BENCH_COUNT, BENCH_LARGER, OF_SECOND(max) },
	{ "frames_received", BENCH_COUNT, BENCH_ADD, OF_SECOND(frames_rx) },
	{ "frames_sent", BENCH_COUNT, BENCH_ADD, OF_SECOND(frames_tx) },
	{ "retransmitted", BENCH_COUNT, BENCH_ADD, OF_SECOND(retransmitted) },
	{ "cpu", BENCH_REAL, BENCH_ADD, OF_SECOND(cpu) },
	{ NULL },
};

const struct bench_member bench_background_members[] = {
	{ "name", BENCH_TEXT, BENCH_KEEP, OF_BACKGROUND(name) },
	{ "packets", BENCH_COUNT, BENCH_KEEP, OF_BACKGROUND(packets) },
	{ "errors", BENCH_COUNT, BENCH_KEEP, OF_BACKGROUND(errors) },
	{ "pps", BENCH_REAL, BENCH_KEEP, OF_BACKGROUND(pps) },
	{ "mbps", BENCH_REAL, BENCH_KEEP, OF_BACKGROUND(mbps) },
	{ NULL },
};

uint64_t bench_member_count(const struct bench_member *m, const void *base)
{
	uint64_t wide;
	uint32_t narrow;

	if (m->size == sizeof(narrow)) {
		memcpy(&narrow, (const char *)base + m->offset, sizeof(narrow));
		return narrow;
	}
	memcpy(&wide, (const char *)base + m->offset, sizeof(wide));
	return wide;
}

void bench_member_set_count(const struct bench_member *m, void *base, uint64_t value)
{
	uint32_t narrow = (uint32_t)value;

	if (m->size == sizeof(narrow))
		memcpy((char *)base + m->offset, &narrow, sizeof(narrow));
	else
		memcpy((char *)base + m->offset, &value, sizeof(value));
}

double bench_member_real(const struct bench_member *m, const void *base)
{
	double value;

	memcpy(&value, (const char *)base + m->offset, sizeof(value));
	return value;
}

void bench_member_set_real(const struct bench_member *m, void *base, double value)
{
	memcpy((char *)base + m->offset, &value, sizeof(value));
}

const char *bench_member_text(const struct bench_member *m, const void *base)
{
	return (const char *)base + m->offset;
}

void bench_member_set_text(const struct bench_member *m, void *base, const char *text)
{
	memcpy((char *)base + m->offset, text, strlen(text) + 1);
}

bool bench_list_has(const char *list, const char *text)
{
	size_t len = strlen(text);

	for (const char *at = list; at; at = strstr(at, ", ")) {
		at += at == list ? 0 : 2;
		if (!strncmp(at, text, len) && (!at[len] || !strncmp(at + len, ", ", 2)))
			return true;
	}
	return false;
}
