/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "bench/engine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEGUN_A_TURN 32 /* so that answers are taken in between */

static const char *const stops[BENCH_STOP_MAX] = {
	[BENCH_STOP_NEVER] = "never",
	[BENCH_STOP_START] = "start",
	[BENCH_STOP_IDENTITY] = "identity",
	[BENCH_STOP_METHOD] = "method",
	[BENCH_STOP_BEFORE_SUCCESS] = "before-success",
};

const char *bench_stop_id(enum bench_stop stop)
{
	return stops[stop];
}

enum bench_stop bench_stop_find(const char *id)
{
	int i = BENCH_STOP_START;

	while (i < BENCH_STOP_MAX && strcmp(stops[i], id))
		i++;
	return i;
}

void bench_words_add(struct bench_words *w, const char *text, uint64_t count)
{
	char cut[BENCH_WORDS_TEXT];
	size_t i = 0;

	bench_words_copy(text, cut);
	while (i < w->count && strcmp(w->words[i].text, cut))
		i++;
	if (i == BENCH_WORDS_MAX) {
		i--;
		snprintf(w->words[i].text, sizeof(w->words[i].text), "others");
	} else if (i == w->count) {
		w->count++;
		snprintf(w->words[i].text, sizeof(w->words[i].text), "%s", cut);
	}
	w->words[i].count += count;
}

void bench_interval_empty(struct bench_interval *i)
{
	tally_empty(&i->tally);
	memset(&i->words, 0, sizeof(i->words));
	i->under_way = 0;
	i->busy = 0;
}

int bench_engine_init(struct bench_engine *e)
{
	xeap_list_init(&e->fresh);
	xeap_list_init(&e->settled);
	xeap_list_init(&e->under_way);
	xeap_list_init(&e->leaving);
	atomic_init(&e->asked, false);
	sem_init(&e->handed, 0, 0);
	for (int i = 0; i < 2; i++) {
		e->intervals[i] = calloc(1, sizeof(*e->intervals[i]));
		if (!e->intervals[i])
			return -ENOMEM;
	}
	return 0;
}

void bench_engine_free(struct bench_engine *e)
{
	for (int i = 0; i < 2; i++)
		free(e->intervals[i]);
	sem_destroy(&e->handed);
}

void bench_engine_add(struct bench_engine *e, struct bench_station *s)
{
	xeap_list_init(&s->line);
	xeap_list_append(&e->fresh, &s->line);
}

static struct bench_station *first_of(const struct xeap_node *list)
{
	return xeap_list_empty(list) ? NULL
				     : XEAP_CONTAINER(list->next, struct bench_station, line);
}

/* Whose turn it is to log in. */
static struct bench_station *next_login(const struct bench_engine *e)
{
	struct bench_station *s = first_of(&e->fresh);

	return s || !e->repeats ? s : first_of(&e->settled);
}

static void settle(struct bench_engine *e, struct bench_station *s)
{
	xeap_list_remove(&s->line);
	xeap_list_append(&e->settled, &s->line);
	if (s->under_way)
		e->count--;
	s->under_way = false;
}

/*
 * Chance of its own for each login, so that it is the same whatever came first. Each number is
 * mixed in by a step of the generator: seeds and supplicants that are close to each other have
 * nothing in common.
 */
static struct chance chance_of(uint64_t seed, uint32_t number, uint64_t login)
{
	struct chance c = { seed };

	c.state = chance_next(&c) ^ number;
	c.state = chance_next(&c) ^ login;
	c.state = chance_next(&c);
	return c;
}

static enum bench_start start_of(const struct bench_station *s, bool reauth)
{
	if (!s->in)
		return BENCH_START_FIRST;
	return reauth ? BENCH_START_REAUTH : BENCH_START_AGAIN;
}

/* Begin one login when one is due. */
static bool begin_one(struct bench_engine *e, struct pace *p, struct bench_station *s, bool reauth,
		      xeap_time now)
{
	xeap_time intended;

	if (!s || !pace_due(p, now, e->count, &intended))
		return false;
	xeap_list_remove(&s->line);
	xeap_list_append(&e->under_way, &s->line);
	s->under_way = true;
	e->count++;
	s->chance = chance_of(e->seed, s->number, s->logins++);
	s->stops = e->stop && chance_happens(&s->chance, e->stop_share);
	s->leaves = false;
	login_start(&s->login, bench_tally(e), intended, now);
	e->ops->begin(e->ctx, s, start_of(s, reauth), now);
	return true;
}

static bool give_up(struct bench_engine *e, struct bench_station *s, xeap_time now)
{
	e->ops->drop(e->ctx, s);
	bench_ended(e, s, BENCH_ABANDONED, false, NULL, now);
	return true;
}

static void give_up_leaving(struct bench_engine *e, xeap_time now)
{
	struct bench_station *s;

	while ((s = first_of(&e->leaving)) != NULL)
		give_up(e, s, now);
}

void bench_engine_begin(struct bench_engine *e, xeap_time now)
{
	give_up_leaving(e, now);
	for (int i = 0; i < BEGUN_A_TURN; i++) {
		bool one = begin_one(e, &e->logins, next_login(e), false, now);

		if (e->churn.rate > 0)
			one |= begin_one(e, &e->churn, first_of(&e->settled), false, now);
		if (e->reauth.rate > 0)
			one |= begin_one(e, &e->reauth, first_of(&e->settled), true, now);
		if (!one)
			return;
	}
}

static xeap_time next_of(const struct bench_engine *e, const struct pace *p, bool somebody,
			 xeap_time now)
{
	xeap_time at = pace_next(p);

	if (!somebody || (p->window && e->count >= p->window) || now >= p->end)
		return XEAP_NEVER;
	return at > now ? at : now;
}

xeap_time bench_engine_deadline(const struct bench_engine *e, xeap_time now)
{
	bool settled = !xeap_list_empty(&e->settled);
	xeap_time at = next_of(e, &e->logins, next_login(e), now);
	xeap_time churn = e->churn.rate > 0 ? next_of(e, &e->churn, settled, now) : XEAP_NEVER;
	xeap_time reauth = e->reauth.rate > 0 ? next_of(e, &e->reauth, settled, now) : XEAP_NEVER;

	if (churn < at)
		at = churn;
	return reauth < at ? reauth : at;
}

static bool goes_on(const struct pace *p, xeap_time now)
{
	return now < p->end && pace_next(p) != XEAP_NEVER;
}

bool bench_engine_is_over(const struct bench_engine *e, xeap_time now)
{
	return !e->count && !goes_on(&e->logins, now) &&
	       !(e->churn.rate > 0 && goes_on(&e->churn, now)) &&
	       !(e->reauth.rate > 0 && goes_on(&e->reauth, now));
}

static uint64_t count_due(struct pace p, xeap_time now)
{
	uint64_t n = p.started;

	while (p.rate > 0 && pace_next(&p) <= now)
		p.started++;
	return p.started - n;
}

uint64_t bench_engine_unbegun(const struct bench_engine *e, xeap_time now)
{
	return count_due(e->logins, now) + count_due(e->churn, now) + count_due(e->reauth, now);
}

void bench_engine_cut(struct bench_engine *e, xeap_time now)
{
	struct bench_station *s;

	e->logins.end = e->churn.end = e->reauth.end = 0;
	give_up_leaving(e, now);
	while ((s = first_of(&e->under_way)) != NULL) {
		e->ops->drop(e->ctx, s);
		bench_ended(e, s, BENCH_CUT, false, NULL, now);
	}
}

void bench_requested(struct bench_engine *e, struct bench_station *s, bool identity, xeap_time now)
{
	if (s->under_way)
		login_request(&s->login, bench_tally(e), identity, now);
}

void bench_responded(struct bench_station *s, xeap_time now)
{
	if (s->under_way)
		login_response(&s->login, now);
}

void bench_ended(struct bench_engine *e, struct bench_station *s, enum bench_cause cause,
		 bool resumed, const char *text, xeap_time now)
{
	struct bench_interval *i = e->intervals[e->at];

	if (!s->under_way)
		return;
	if (s->leaves) {
		cause = BENCH_ABANDONED;
		text = NULL;
	}
	login_end(&s->login, &i->tally, cause, resumed, now);
	s->in = cause == BENCH_SUCCESS;
	if (text && *text)
		bench_words_add(&i->words, text, 1);
	settle(e, s);
}

bool bench_gives_up_at_start(struct bench_engine *e, struct bench_station *s, xeap_time now)
{
	return s->under_way && s->stops && e->stop == BENCH_STOP_START && give_up(e, s, now);
}

static void leave(struct bench_engine *e, struct bench_station *s)
{
	s->leaves = true;
	xeap_list_remove(&s->line);
	xeap_list_append(&e->leaving, &s->line);
}

/*
 * The identity is told before silence begins: so it is the next response that is held back. Behind
 * the method's first response there may be none, which is why the login ends with that.
 */
bool bench_gives_up(struct bench_engine *e, struct bench_station *s, bool last, xeap_time now)
{
	bool here = false;

	if (!s->under_way || !s->stops)
		return false;
	switch (e->stop) {
	case BENCH_STOP_NEVER:
	case BENCH_STOP_MAX:
		break;
	case BENCH_STOP_START:
		here = true;
		break;
	case BENCH_STOP_IDENTITY:
		here = s->login.stage == BENCH_STAGE_METHOD;
		break;
	case BENCH_STOP_METHOD:
		here = s->leaves;
		if (!here && s->login.stage == BENCH_STAGE_METHOD)
			leave(e, s);
		break;
	case BENCH_STOP_BEFORE_SUCCESS:
		here = last;
		break;
	}
	return here && give_up(e, s, now);
}

void bench_engine_hand_over(struct bench_engine *e, xeap_time busy)
{
	struct bench_interval *i = e->intervals[e->at];

	if (!atomic_load_explicit(&e->asked, memory_order_acquire))
		return;
	i->under_way = e->count;
	i->busy = busy;
	e->at ^= 1;
	atomic_store_explicit(&e->asked, false, memory_order_release);
	sem_post(&e->handed);
}

void bench_engine_close(struct bench_engine *e, xeap_time busy)
{
	e->intervals[e->at]->under_way = e->count;
	e->intervals[e->at]->busy = busy;
}

void bench_engine_ask(struct bench_engine *e)
{
	atomic_store_explicit(&e->asked, true, memory_order_release);
}

struct bench_interval *bench_engine_take(struct bench_engine *e)
{
	/* The thread writes to the other one from the moment that this was handed over. */
	return sem_trywait(&e->handed) ? NULL : e->intervals[e->at ^ 1];
}
