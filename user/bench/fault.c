/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "bench/fault.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ALL_STAGES ((1u << BENCH_STAGE_MAX) - 1)
#define DELAY_MAX_MS 600000

static const char *const kinds[FAULT_KIND_MAX] = {
	[FAULT_DROP] = "drop",	 [FAULT_DUPLICATE] = "duplicate", [FAULT_CORRUPT] = "corrupt",
	[FAULT_DELAY] = "delay", [FAULT_REORDER] = "reorder",
};

static const char *const stages[BENCH_STAGE_MAX] = {
	[BENCH_STAGE_START] = "start",
	[BENCH_STAGE_IDENTITY] = "identity",
	[BENCH_STAGE_METHOD] = "method",
	[BENCH_STAGE_RESULT] = "result",
};

const char *fault_kind_name(enum fault_kind kind)
{
	return kinds[kind];
}

/* The number of the word that `len` bytes spell; `count`: none. */
static size_t find(const char *const *words, size_t count, const char *at, size_t len)
{
	size_t i = 0;

	while (i < count && (strlen(words[i]) != len || memcmp(words[i], at, len) != 0))
		i++;
	return i;
}

/* "+"-separated stages up to `end` or a colon. Returns what follows, NULL: one is unknown. */
static const char *read_stages(const char *at, uint8_t *ret_stages)
{
	*ret_stages = 0;
	for (;;) {
		size_t len = strcspn(at, "+:"), i = find(stages, BENCH_STAGE_MAX, at, len);

		if (i == BENCH_STAGE_MAX)
			return NULL;
		*ret_stages |= (uint8_t)(1u << i);
		at += len;
		if (*at != '+')
			return at;
		at++;
	}
}

static const char *read_probability(const char *at, double *ret_p)
{
	char *end;

	*ret_p = strtod(at, &end);
	return end != at && *ret_p >= 0 && *ret_p <= 1 ? end : NULL;
}

static const char *read_delay(const char *at, xeap_time *ret_delay)
{
	char *end;
	unsigned long ms;

	if (*at < '0' || *at > '9')
		return NULL;
	ms = strtoul(at, &end, 10);
	*ret_delay = XEAP_MS((xeap_time)ms);
	return ms > 0 && ms <= DELAY_MAX_MS ? end : NULL;
}

static const char *read_rule(struct fault_rule *r, const char *word)
{
	size_t len = strcspn(word, "=");
	size_t kind = find(kinds, FAULT_KIND_MAX, word, len);
	const char *at;

	if (kind == FAULT_KIND_MAX || word[len] != '=')
		return "a fault is drop, duplicate, corrupt, delay or reorder, and =PROBABILITY";
	*r = (struct fault_rule){ .kind = (enum fault_kind)kind, .stages = ALL_STAGES };
	at = read_probability(word + len + 1, &r->probability);
	if (!at)
		return "a probability is from 0 to 1";
	if (*at == '@' && !(at = read_stages(at + 1, &r->stages)))
		return "stages are start, identity, method and result, joined by +";
	if (*at == ':' && !(at = read_delay(at + 1, &r->delay)))
		return "a delay is from 1 to 600000 milliseconds";
	if (*at)
		return "after the probability come @STAGES and :MILLISECONDS";
	if ((r->kind == FAULT_DELAY) != (r->delay > 0))
		return "a delay, and nothing else, has :MILLISECONDS at its end";
	return NULL;
}

int faults_add(struct faults *f, const char *word, const char **ret_why)
{
	struct fault_rule r;

	*ret_why = read_rule(&r, word);
	if (*ret_why)
		return -EINVAL;
	if (f->count == FAULT_RULES_MAX) {
		*ret_why = "there can be 16 of them";
		return -E2BIG;
	}
	f->rules[f->count++] = r;
	return 0;
}

const struct fault_rule *faults_hit(struct faults *f, struct chance *c, enum bench_stage stage)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct fault_rule *r = &f->rules[i];

		if (r->stages & 1u << stage && chance_happens(c, r->probability)) {
			f->done[r->kind]++;
			return r;
		}
	}
	return NULL;
}

void fault_corrupt(struct chance *c, uint8_t *packet, size_t len)
{
	if (len)
		packet[chance_below(c, len)] ^= (uint8_t)(1 + chance_below(c, 255));
}
