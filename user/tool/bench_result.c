/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tool/bench_result.h"

#include <stdlib.h>
#include <string.h>

struct bench_second *bench_result_second(struct bench_result *r)
{
	size_t room = r->second_room ? r->second_room * 2 : 64;
	struct bench_second *more;

	if (r->second_count == r->second_room) {
		more = reallocarray(r->seconds, room, sizeof(*more));
		if (!more)
			return NULL;
		r->seconds = more;
		r->second_room = room;
	}
	more = &r->seconds[r->second_count++];
	memset(more, 0, sizeof(*more));
	return more;
}

/* Up the list, past all that are less frequent; what stands for the rest stays last. */
static void rise(struct bench_result *r, size_t i)
{
	while (i && i < BENCH_ALERTS_MAX - 1 && r->reasons[i].count > r->reasons[i - 1].count) {
		struct bench_reason other = r->reasons[i - 1];

		r->reasons[i - 1] = r->reasons[i];
		r->reasons[i--] = other;
	}
}

static size_t find_reason(const struct bench_result *r, const char *text)
{
	size_t i = 0;

	while (i < r->reason_count && strcmp(r->reasons[i].text, text) != 0)
		i++;
	return i;
}

void bench_result_reason(struct bench_result *r, const char *text, uint64_t count)
{
	struct bench_reason wanted = { .count = 0 };
	size_t i;

	if (!count)
		return;
	bench_words_copy(text, wanted.text);
	i = find_reason(r, wanted.text);
	if (i == r->reason_count && i >= BENCH_ALERTS_MAX - 1) {
		strcpy(wanted.text, BENCH_OTHER_REASONS);
		i = find_reason(r, wanted.text);
	}
	if (i == r->reason_count)
		r->reasons[r->reason_count++] = wanted;
	r->reasons[i].count += count;
	rise(r, i);
}

void bench_result_done(struct bench_result *r)
{
	free(r->seconds);
	free(r->background);
	r->seconds = NULL;
	r->second_count = r->second_room = 0;
	r->background = NULL;
	r->background_count = 0;
}

uint64_t bench_second_failed(const struct bench_second *s)
{
	uint64_t n = 0;

	for (int i = 0; i < BENCH_CAUSE_MAX; i++)
		if (i != BENCH_SUCCESS && i != BENCH_ABANDONED && i != BENCH_CUT)
			n += s->failed[i];
	return n;
}
