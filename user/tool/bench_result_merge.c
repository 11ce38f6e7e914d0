/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Two results become one: counts by the rules of bench_members.c, seconds by their time of day. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/bench_members.h"
#include "tool/bench_result.h"

#define WHY_MAX 200

/* Whether two values of a member may stand beside each other; else why not. */
static int check_member(const struct bench_member *m, const void *a, const void *b,
			char why[WHY_MAX])
{
	bool texts = m->kind == BENCH_TEXT;

	if (m->kind == BENCH_COUNT && (m->rule == BENCH_ADD || m->rule == BENCH_LIMIT)) {
		uint64_t max = m->size == sizeof(uint32_t) ? UINT32_MAX : BENCH_COUNT_MAX;

		if (bench_member_count(m, b) <= max - bench_member_count(m, a))
			return 0;
		snprintf(why, WHY_MAX, "together, %s is more than can be counted", m->key);
		return -EINVAL;
	}
	if (m->rule != BENCH_SAME && m->rule != BENCH_KNOWN)
		return 0;
	if (texts) {
		const char *one = bench_member_text(m, a), *other = bench_member_text(m, b);

		if (!strcmp(one, other) || (m->rule == BENCH_KNOWN && (!*one || !*other)))
			return 0;
		snprintf(why, WHY_MAX, "the runs differ in %s: '%.60s', not '%.60s'", m->key, other,
			 one);
		return -EINVAL;
	}
	if (bench_member_real(m, a) == bench_member_real(m, b))
		return 0;
	snprintf(why, WHY_MAX, "the runs differ in %s: %g, not %g", m->key, bench_member_real(m, b),
		 bench_member_real(m, a));
	return -EINVAL;
}

static bool hists_fit(const struct hist *a, const struct hist *b)
{
	return b->count <= BENCH_COUNT_MAX - a->count && b->sum <= BENCH_COUNT_MAX - a->sum;
}

/* What the tables have not: the sums of counts that stand in arrays. */
static bool sums_fit(const struct bench_result *a, const struct bench_result *b)
{
	unsigned __int128 ended = 0;

	for (int i = 0; i < BENCH_CAUSE_MAX; i++)
		ended += (unsigned __int128)a->total.ended[i] + b->total.ended[i];
	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		if (!hists_fit(&a->total.latency[i], &b->total.latency[i]))
			return false;
	for (int i = 0; i < FAULT_KIND_MAX; i++)
		if (b->faults[i] > BENCH_COUNT_MAX - a->faults[i])
			return false;
	return ended <= BENCH_COUNT_MAX;
}

static int check(const struct bench_result *r, const struct bench_result *from, char why[WHY_MAX])
{
	for (size_t g = 0; g < BENCH_GROUPS; g++) {
		for (const struct bench_member *m = bench_groups[g].members; m->key; m++) {
			int err = check_member(m, r, from, why);

			if (err)
				return err;
		}
	}
	if (sums_fit(r, from))
		return 0;
	snprintf(why, WHY_MAX, "together they are more than can be counted");
	return -EINVAL;
}

static void join(const struct bench_member *m, void *base, const char *more)
{
	char *text = (char *)base + m->offset;
	size_t has = strlen(text);

	if (!*more || bench_list_has(text, more) || has + 2 + strlen(more) >= m->size)
		return;
	snprintf(text + has, m->size - has, "%s%s", has ? ", " : "", more);
}

static void merge_text(const struct bench_member *m, void *base, const char *other)
{
	const char *one = bench_member_text(m, base);

	if (m->rule == BENCH_JOIN)
		join(m, base, other);
	else if ((m->rule == BENCH_KNOWN || m->rule == BENCH_MIXED) && !*one)
		bench_member_set_text(m, base, other);
	else if (m->rule == BENCH_MIXED && *other && strcmp(one, other) != 0)
		bench_member_set_text(m, base, "mixed");
}

static uint64_t merge_count(enum bench_rule rule, uint64_t a, uint64_t b)
{
	if (rule == BENCH_ADD || (rule == BENCH_LIMIT && a && b))
		return a + b > BENCH_COUNT_MAX ? BENCH_COUNT_MAX : a + b;
	if (rule == BENCH_LIMIT)
		return 0;
	return rule == BENCH_LARGER && b > a ? b : a;
}

static double merge_real(enum bench_rule rule, double a, double b)
{
	if (rule == BENCH_ADD || (rule == BENCH_LIMIT && a > 0 && b > 0))
		return a + b;
	if (rule == BENCH_LIMIT)
		return 0;
	return rule == BENCH_LARGER && b > a ? b : a;
}

static void merge_members(const struct bench_member *m, void *base, const void *from)
{
	for (; m->key; m++) {
		if (m->kind == BENCH_TEXT)
			merge_text(m, base, bench_member_text(m, from));
		else if (m->kind == BENCH_COUNT)
			bench_member_set_count(m, base,
					       merge_count(m->rule, bench_member_count(m, base),
							   bench_member_count(m, from)));
		else if (m->kind == BENCH_REAL)
			bench_member_set_real(m, base,
					      merge_real(m->rule, bench_member_real(m, base),
							 bench_member_real(m, from)));
	}
}

/* Percentiles of several machines' logins cannot be had from theirs: the worst one stands. */
static void merge_second(struct bench_second *s, const struct bench_second *from)
{
	merge_members(bench_second_members, s, from);
	for (int i = 0; i < BENCH_CAUSE_MAX; i++)
		s->failed[i] = merge_count(BENCH_ADD, s->failed[i], from->failed[i]);
	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		s->stage[i] = merge_count(BENCH_LARGER, s->stage[i], from->stage[i]);
}

static int by_time(const void *a, const void *b)
{
	const struct bench_second *one = a, *other = b;

	return (one->at > other->at) - (one->at < other->at);
}

/*
 * Lay seconds over others: each goes to that which its middle falls into, and where there is none
 * it is one of its own. Both are in order; `at` of the first has room for all. Returns how many
 * there are now.
 */
static size_t lay_over(struct bench_second *at, size_t count, const struct bench_second *from,
		       size_t from_count, double shift)
{
	size_t i = 0, n = count, before = SIZE_MAX;

	for (size_t j = 0; j < from_count; j++) {
		struct bench_second s = from[j];
		double middle = s.at + shift - s.length / 2;

		s.at += shift;
		while (i < count && middle > at[i].at)
			i++;
		if (i == count || middle <= at[i].at - at[i].length) {
			at[n++] = s;
			continue;
		}
		/* Two of one machine in one interval: the state at its end is the later one. */
		if (before == i && at[i].under_way >= from[j - 1].under_way)
			at[i].under_way -= from[j - 1].under_way;
		merge_second(&at[i], &s);
		before = i;
	}
	qsort(at, n, sizeof(*at), by_time);
	return n;
}

/* Room for what will come from the other. 0 or -ENOMEM. */
static int make_room(struct bench_result *r, const struct bench_result *from)
{
	size_t seconds = r->second_count + from->second_count;
	size_t lines = r->background_count + from->background_count;
	void *more;

	if (seconds > r->second_room) {
		more = reallocarray(r->seconds, seconds, sizeof(*r->seconds));
		if (!more)
			return -ENOMEM;
		r->seconds = more;
		r->second_room = seconds;
	}
	if (!from->background_count)
		return 0;
	more = reallocarray(r->background, lines, sizeof(*r->background));
	if (!more)
		return -ENOMEM;
	r->background = more;
	return 0;
}

static void merge_seconds(struct bench_result *r, const struct bench_result *from)
{
	double shift = (double)(from->began - r->began);

	if (shift < 0) {
		for (size_t i = 0; i < r->second_count; i++)
			r->seconds[i].at -= shift;
		r->elapsed -= shift;
		r->began = from->began;
		shift = 0;
	}
	if (from->elapsed + shift > r->elapsed)
		r->elapsed = from->elapsed + shift;
	if (from->second_count)
		r->second_count = lay_over(r->seconds, r->second_count, from->seconds,
					   from->second_count, shift);
}

static void merge_words(struct bench_result *r, const struct bench_result *from)
{
	for (size_t i = 0; i < from->reason_count; i++)
		bench_result_reason(r, from->reasons[i].text, from->reasons[i].count);
	for (size_t i = 0; i < from->background_count; i++)
		r->background[r->background_count++] = from->background[i];
	if (from->bottleneck && !r->bottleneck)
		memcpy(r->bottleneck_why, from->bottleneck_why, sizeof(r->bottleneck_why));
	r->bottleneck |= from->bottleneck;
	if (from->cut && !r->cut)
		memcpy(r->cut_why, from->cut_why, sizeof(r->cut_why));
	r->cut |= from->cut;
}

int bench_result_merge(struct bench_result *r, const struct bench_result *from, char why[WHY_MAX])
{
	int err = check(r, from, why);

	if (err)
		return err;
	err = make_room(r, from);
	if (err) {
		snprintf(why, WHY_MAX, "out of memory");
		return err;
	}
	/* Ranks of one machine are one machine. */
	if (!bench_list_has(r->host, from->host))
		r->machines += from->machines;
	merge_seconds(r, from);
	for (size_t g = 0; g < BENCH_GROUPS; g++)
		merge_members(bench_groups[g].members, r, from);
	for (int i = 0; i < BENCH_CAUSE_MAX; i++)
		r->total.ended[i] += from->total.ended[i];
	for (int i = 0; i < BENCH_LATENCY_MAX; i++)
		hist_merge(&r->total.latency[i], &from->total.latency[i]);
	for (int i = 0; i < FAULT_KIND_MAX; i++)
		r->faults[i] += from->faults[i];
	merge_words(r, from);
	return 0;
}
