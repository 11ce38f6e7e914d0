// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * The load tester's engine over a transport that only notes what it is asked for, and a clock that
 * the test turns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "bench/engine.h"

#define S(n) XEAP_S(n)
#define MS(n) XEAP_MS(n)
#define BEGUN_MAX 4096
#define STATIONS 64

/* What the transport was asked for, in order. */
struct bed {
	struct bench_engine e;
	struct bench_station stations[STATIONS];
	struct {
		struct bench_station *s;
		enum bench_start how;
		xeap_time at, intended;
	} begun[BEGUN_MAX];
	size_t count, dropped;
	bool at_once; /* a login succeeds as soon as it begins */
};

static void begin(void *ctx, struct bench_station *s, enum bench_start how, xeap_time now)
{
	struct bed *b = ctx;

	assert_true(b->count < BEGUN_MAX);
	assert_true(s->under_way);
	b->begun[b->count].s = s;
	b->begun[b->count].how = how;
	b->begun[b->count].at = now;
	b->begun[b->count++].intended = s->login.intended;
	if (b->at_once)
		bench_ended(&b->e, s, BENCH_SUCCESS, false, NULL, now);
}

static void drop(void *ctx, struct bench_station *s)
{
	struct bed *b = ctx;

	assert_true(s->under_way);
	b->dropped++;
}

static const struct bench_engine_ops ops = { .begin = begin, .drop = drop };

/* With so many stations; the owner's part is set by the test, before or after. */
static struct bed *new_bed(unsigned int stations)
{
	struct bed *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	assert_true(stations <= STATIONS);
	b->e.ops = &ops;
	b->e.ctx = b;
	b->e.logins.end = b->e.churn.end = b->e.reauth.end = XEAP_NEVER;
	assert_int_equal(bench_engine_init(&b->e), 0);
	for (uint32_t i = 0; i < stations; i++) {
		b->stations[i].number = i;
		bench_engine_add(&b->e, &b->stations[i]);
	}
	return b;
}

static void free_bed(struct bed *b)
{
	bench_engine_free(&b->e);
	free(b);
}

static void succeed(struct bed *b, size_t n, xeap_time now)
{
	bench_ended(&b->e, b->begun[n].s, BENCH_SUCCESS, false, NULL, now);
}

static const struct tally *tally_of(struct bed *b)
{
	return bench_tally(&b->e);
}

static void all_at_once_without_a_rate(void **state)
{
	struct bed *b = new_bed(40);

	(void)state;
	b->e.logins.total = 40;
	/* A bounded number each time, so that answers are seen to in between. */
	bench_engine_begin(&b->e, S(1));
	assert_in_range(b->count, 1, 39);
	assert_int_equal(bench_engine_deadline(&b->e, S(1)), S(1));
	bench_engine_begin(&b->e, S(1));
	assert_int_equal(b->count, 40);
	assert_int_equal(bench_engine_deadline(&b->e, S(1)), XEAP_NEVER);
	assert_false(bench_engine_is_over(&b->e, S(1)));
	for (size_t i = 0; i < 40; i++) {
		assert_int_equal(b->begun[i].s->number, i);
		assert_int_equal(b->begun[i].how, BENCH_START_FIRST);
		succeed(b, i, S(2));
	}
	assert_true(bench_engine_is_over(&b->e, S(2)));
	assert_int_equal(tally_of(b)->ended[BENCH_SUCCESS], 40);
	assert_int_equal(tally_of(b)->latency[BENCH_LOGIN].min, S(1));
	bench_engine_begin(&b->e, S(3));
	assert_int_equal(b->count, 40);
	free_bed(b);
}

/* The engine was not called for a second: what was due in it is late, and its latency says so. */
static void an_open_loop_counts_from_the_intended_time(void **state)
{
	struct bed *b = new_bed(20);

	(void)state;
	b->e.logins = (struct pace){ .rate = 10, .total = 20, .begin = S(5), .end = XEAP_NEVER };
	bench_engine_begin(&b->e, S(4));
	assert_int_equal(b->count, 0);
	assert_int_equal(bench_engine_deadline(&b->e, S(4)), S(5));
	bench_engine_begin(&b->e, S(5));
	assert_int_equal(b->count, 1);
	assert_int_equal(bench_engine_deadline(&b->e, S(5)), S(5) + MS(100));
	bench_engine_begin(&b->e, S(6));
	assert_int_equal(b->count, 11);
	for (size_t i = 0; i < 11; i++) {
		assert_int_equal(b->begun[i].intended, S(5) + MS(100) * i);
		succeed(b, i, S(6));
	}
	assert_int_equal(tally_of(b)->latency[BENCH_LATE].max, MS(900));
	assert_int_equal(tally_of(b)->latency[BENCH_LOGIN].max, S(1));
	assert_int_equal(tally_of(b)->latency[BENCH_LOGIN].min, 0);
	free_bed(b);
}

static void a_closed_loop_keeps_its_window(void **state)
{
	struct bed *b = new_bed(10);

	(void)state;
	b->e.logins = (struct pace){ .window = 3, .total = 10, .end = XEAP_NEVER };
	for (size_t ended = 0; ended < 10; ended++) {
		xeap_time now = S(ended + 1);

		bench_engine_begin(&b->e, now);
		assert_int_equal(b->count, ended + 3 < 10 ? ended + 3 : 10);
		assert_int_equal(b->begun[b->count - 1].intended, b->begun[b->count - 1].at);
		assert_int_equal(bench_engine_deadline(&b->e, now), XEAP_NEVER);
		assert_false(bench_engine_is_over(&b->e, now));
		succeed(b, ended, now);
	}
	assert_true(bench_engine_is_over(&b->e, S(11)));
	assert_int_equal(bench_engine_unbegun(&b->e, S(11)), 0);
	free_bed(b);
}

/* With -t stations log in again and again, the one that has waited longest first, until the end. */
static void a_run_of_some_time_repeats(void **state)
{
	struct bed *b = new_bed(3);

	(void)state;
	b->e.repeats = true;
	b->e.logins = (struct pace){ .rate = 1, .end = S(8) };
	for (unsigned int s = 0; s < 12; s++) {
		bench_engine_begin(&b->e, S(s));
		if (b->count > s)
			bench_ended(&b->e, b->begun[s].s,
				    s == 1 ? BENCH_EAP_FAILURE : BENCH_SUCCESS, false, "no",
				    S(s) + MS(10));
	}
	assert_int_equal(b->count, 8);
	for (unsigned int i = 0; i < 8; i++)
		assert_int_equal(b->begun[i].s->number, i % 3);
	assert_int_equal(b->begun[3].how, BENCH_START_AGAIN);
	/* It failed, so there is nothing to log off from. */
	assert_int_equal(b->begun[4].how, BENCH_START_FIRST);
	assert_int_equal(b->begun[7].how, BENCH_START_AGAIN);
	assert_true(bench_engine_is_over(&b->e, S(8)));
	free_bed(b);
}

/* A station that is under way is not begun a second time: the start waits for one, and is late. */
static void no_station_has_two_logins(void **state)
{
	struct bed *b = new_bed(2);

	(void)state;
	b->e.repeats = true;
	b->e.logins = (struct pace){ .rate = 1, .end = S(60) };
	bench_engine_begin(&b->e, S(10));
	assert_int_equal(b->count, 2);
	assert_int_equal(bench_engine_deadline(&b->e, S(10)), XEAP_NEVER);
	assert_int_equal(bench_engine_unbegun(&b->e, S(10)), 9);
	succeed(b, 1, S(10));
	bench_engine_begin(&b->e, S(10));
	assert_int_equal(b->count, 3);
	assert_ptr_equal(b->begun[2].s, b->begun[1].s);
	assert_int_equal(b->begun[2].intended, S(2));
	assert_int_equal(bench_engine_unbegun(&b->e, S(10)), 8);
	free_bed(b);
}

static void churn_and_reauth_take_only_who_has_settled(void **state)
{
	struct bed *b = new_bed(4);
	unsigned int again = 0, reauth = 0;

	(void)state;
	b->e.logins = (struct pace){ .rate = 1, .total = 4, .end = S(20) };
	b->e.churn = (struct pace){ .rate = 1, .end = S(20) };
	b->e.reauth = (struct pace){ .rate = 0.5, .end = S(20) };
	bench_engine_begin(&b->e, 0);
	assert_int_equal(b->count, 1); /* nobody has settled */
	for (unsigned int ms = 100; ms < 20000; ms += 100) {
		size_t before = b->count;

		bench_engine_begin(&b->e, MS(ms));
		for (size_t i = before; i < b->count; i++)
			assert_true(b->begun[i].s->under_way);
		/* The last start is due then. */
		if (ms <= 19000)
			assert_false(bench_engine_is_over(&b->e, MS(ms)));
		for (size_t i = 0; i < b->count; i++)
			succeed(b, i, MS(ms) + 1); /* who is not under way is not minded */
	}
	for (size_t i = 0; i < b->count; i++) {
		again += b->begun[i].how == BENCH_START_AGAIN;
		reauth += b->begun[i].how == BENCH_START_REAUTH;
	}
	assert_int_equal(b->count - again - reauth, 4); /* each of them once for the first time */
	assert_int_equal(again, 20);
	assert_int_equal(reauth, 10);
	assert_int_equal(tally_of(b)->started, 34);
	assert_int_equal(tally_of(b)->ended[BENCH_SUCCESS], 34);
	assert_true(bench_engine_is_over(&b->e, S(20)));
	assert_int_equal(bench_engine_unbegun(&b->e, S(20)), 0);
	free_bed(b);
}

/* One login as far as the stage at which it is given up; false: it was not. */
static bool gives_up(struct bed *b, struct bench_station *s, xeap_time now)
{
	struct bench_engine *e = &b->e;

	if (bench_gives_up_at_start(e, s, now))
		return true;
	bench_requested(e, s, true, now + 1);
	if (bench_gives_up(e, s, false, now + 1))
		return true;
	bench_responded(s, now + 1);
	for (unsigned int turn = 2; turn < 6; turn++) {
		bench_requested(e, s, false, now + turn);
		if (bench_gives_up(e, s, turn == 5, now + turn))
			return true;
		bench_responded(s, now + turn);
	}
	bench_ended(e, s, BENCH_SUCCESS, false, NULL, now + 6);
	return false;
}

static void logins_are_given_up_where_asked(void **state)
{
	/* What was recorded before silence began tells where that was. */
	static const struct {
		uint64_t identity, method, turns;
	} seen[BENCH_STOP_MAX] = {
		[BENCH_STOP_START] = { 0, 0, 0 },  [BENCH_STOP_IDENTITY] = { 1, 1, 0 },
		[BENCH_STOP_METHOD] = { 1, 1, 1 }, [BENCH_STOP_BEFORE_SUCCESS] = { 1, 1, 3 },
		[BENCH_STOP_NEVER] = { 1, 1, 3 },
	};

	(void)state;
	for (int stop = BENCH_STOP_NEVER; stop < BENCH_STOP_MAX; stop++) {
		struct bed *b = new_bed(1);
		const struct tally *t = tally_of(b);
		bool given_up;

		b->e.logins.total = 1;
		b->e.stop = (enum bench_stop)stop;
		b->e.stop_share = 1;
		bench_engine_begin(&b->e, S(1));
		given_up = gives_up(b, b->begun[0].s, S(1));
		assert_int_equal(given_up, stop != BENCH_STOP_NEVER);
		assert_int_equal(t->ended[BENCH_ABANDONED], given_up);
		assert_int_equal(t->ended[BENCH_SUCCESS], !given_up);
		assert_int_equal(tally_failed(t), 0);
		assert_int_equal(b->dropped, given_up);
		assert_int_equal(t->latency[BENCH_START_TO_IDENTITY].count, seen[stop].identity);
		assert_int_equal(t->latency[BENCH_IDENTITY_TO_METHOD].count, seen[stop].method);
		assert_int_equal(t->latency[BENCH_METHOD_TURN].count, seen[stop].turns);
		assert_int_equal(bench_stop_find(bench_stop_id((enum bench_stop)stop)),
				 stop == BENCH_STOP_NEVER ? BENCH_STOP_MAX : stop);
		assert_true(bench_engine_is_over(&b->e, S(2)));
		free_bed(b);
	}
}

static void a_share_is_given_up_and_the_same_ones_again(void **state)
{
	bool first[1000];

	(void)state;
	for (int run = 0; run < 2; run++) {
		struct bed *b = new_bed(1);

		b->e.repeats = true;
		b->e.logins = (struct pace){ .window = 1, .total = 1000, .end = XEAP_NEVER };
		b->e.stop = BENCH_STOP_METHOD;
		b->e.stop_share = 0.25;
		b->e.seed = 7;
		for (unsigned int i = 0; i < 1000; i++) {
			bool up;

			bench_engine_begin(&b->e, S(i));
			up = gives_up(b, b->begun[i].s, S(i));
			assert_true(!run || up == first[i]);
			first[i] = up;
		}
		assert_in_range(tally_of(b)->ended[BENCH_ABANDONED], 200, 300);
		assert_int_equal(tally_ended(tally_of(b)), 1000);
		free_bed(b);
	}
}

/* MD5: the method's first response is its last, and nothing is there to be held back. */
static void a_method_of_one_response_is_given_up_after_it(void **state)
{
	(void)state;
	for (int answered = 0; answered < 3; answered++) {
		struct bed *b = new_bed(1);
		struct bench_station *s = &b->stations[0];
		const struct tally *t = tally_of(b);

		b->e.logins.total = 1;
		b->e.stop = BENCH_STOP_METHOD;
		b->e.stop_share = 1;
		bench_engine_begin(&b->e, S(1));
		bench_requested(&b->e, s, true, S(1));
		assert_false(bench_gives_up(&b->e, s, false, S(1)));
		bench_responded(s, S(1));
		bench_requested(&b->e, s, false, S(1));
		assert_false(bench_gives_up(&b->e, s, true, S(1)));
		bench_responded(s, S(1));
		/* The answer may come before the turn ends, or the run be cut in it. */
		if (answered == 1)
			bench_ended(&b->e, s, BENCH_SUCCESS, false, NULL, S(1));
		if (answered == 2)
			bench_engine_cut(&b->e, S(1));
		bench_engine_begin(&b->e, S(1));
		assert_int_equal(t->ended[BENCH_ABANDONED], 1);
		assert_int_equal(tally_ended(t), 1);
		assert_int_equal(b->dropped, answered != 1);
		assert_false(s->in);
		assert_true(bench_engine_is_over(&b->e, S(2)));
		free_bed(b);
	}
}

/* In whichever order logins begin and packets come, each has the chance that it has by itself. */
static void chance_is_each_logins_own(void **state)
{
	bool stops[2][STATIONS];
	uint64_t drawn[2][STATIONS], same = 0, count = 0;

	(void)state;
	for (int run = 0; run < 2; run++) {
		struct bed *b = new_bed(0);

		b->e.seed = 7;
		b->e.stop = BENCH_STOP_BEFORE_SUCCESS;
		b->e.stop_share = 0.5;
		for (uint32_t i = 0; i < STATIONS; i++) {
			uint32_t n = run ? STATIONS - 1 - i : i;

			b->stations[n].number = n;
			bench_engine_add(&b->e, &b->stations[n]);
		}
		b->e.logins.total = STATIONS;
		while (b->count < STATIONS)
			bench_engine_begin(&b->e, S(1));
		for (uint32_t i = 0; i < STATIONS; i++) {
			stops[run][i] = b->stations[i].stops;
			drawn[run][i] = chance_next(&b->stations[i].chance);
		}
		bench_engine_cut(&b->e, S(2));
		free_bed(b);
	}
	assert_memory_equal(stops[0], stops[1], sizeof(stops[0]));
	assert_memory_equal(drawn[0], drawn[1], sizeof(drawn[0]));
	for (uint32_t i = 0; i < STATIONS; i++) {
		count += stops[0][i];
		same += drawn[0][i] == drawn[0][(i + 1) % STATIONS];
	}
	assert_in_range(count, STATIONS / 4, STATIONS * 3 / 4);
	assert_int_equal(same, 0);
}

static void a_cut_run_counts_what_was_under_way(void **state)
{
	struct bed *b = new_bed(10);

	(void)state;
	b->e.logins = (struct pace){ .rate = 1, .total = 10, .end = XEAP_NEVER };
	bench_engine_begin(&b->e, S(5));
	assert_int_equal(b->count, 6);
	succeed(b, 0, S(6));
	bench_engine_cut(&b->e, S(6));
	assert_int_equal(b->dropped, 5);
	assert_int_equal(tally_of(b)->ended[BENCH_CUT], 5);
	assert_int_equal(tally_of(b)->ended[BENCH_SUCCESS], 1);
	assert_int_equal(tally_ended(tally_of(b)), tally_of(b)->started);
	assert_int_equal(tally_failed(tally_of(b)), 0);
	assert_true(bench_engine_is_over(&b->e, S(6)));
	/* What the transport still says of them is too late. */
	succeed(b, 1, S(7));
	assert_int_equal(tally_of(b)->ended[BENCH_SUCCESS], 1);
	free_bed(b);
}

/* Two starts a second for ten seconds, and a window of one login that takes forever. */
static void starts_that_found_no_place_are_counted(void **state)
{
	struct bed *b = new_bed(30);

	(void)state;
	b->e.logins = (struct pace){ .rate = 2, .window = 1, .total = 30, .end = S(10) };
	bench_engine_begin(&b->e, S(1));
	assert_int_equal(bench_engine_unbegun(&b->e, 0), 0);
	assert_int_equal(bench_engine_unbegun(&b->e, S(1)), 2);
	assert_int_equal(bench_engine_unbegun(&b->e, S(100)), 19);
	assert_int_equal(b->e.logins.started, 1);
	free_bed(b);
}

static void a_login_may_end_before_begin_returns(void **state)
{
	struct bed *b = new_bed(50);

	(void)state;
	b->at_once = true;
	b->e.logins = (struct pace){ .window = 1, .total = 50, .end = XEAP_NEVER };
	bench_engine_begin(&b->e, S(1));
	bench_engine_begin(&b->e, S(1));
	assert_int_equal(b->count, 50);
	assert_int_equal(b->e.count, 0);
	assert_true(bench_engine_is_over(&b->e, S(1)));
	free_bed(b);
}

static void words_are_told_once_each(void **state)
{
	struct bench_words w = { 0 };
	char text[300], word[8] = "why 0";
	uint64_t sum = 0;

	(void)state;
	for (int i = 0; i < 3; i++)
		bench_words_add(&w, "bad password", 1);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	bench_words_add(&w, text, 2);
	bench_words_add(&w, text, 2);
	assert_int_equal(w.count, 2);
	assert_int_equal(w.words[0].count, 3);
	assert_int_equal(w.words[1].count, 4);
	assert_int_equal(strlen(w.words[1].text), BENCH_WORDS_TEXT - 1);
	assert_string_equal(w.words[1].text + BENCH_WORDS_TEXT - 6, "xx\xE2\x80\xA6");
	for (int i = 0; i < 20; i++, word[4]++)
		bench_words_add(&w, word, 1);
	assert_int_equal(w.count, BENCH_WORDS_MAX);
	assert_string_equal(w.words[BENCH_WORDS_MAX - 1].text, "others");
	for (size_t i = 0; i < w.count; i++)
		sum += w.words[i].count;
	assert_int_equal(sum, 3 + 4 + 20);
}

/* What one thread counts, another takes now and then; nothing is lost or seen twice. */
#define LOGINS 20000

struct runner {
	struct bed *b;
	atomic_bool over;
};

static void *run(void *arg)
{
	struct runner *r = arg;
	struct bench_engine *e = &r->b->e;

	for (xeap_time now = 1; !bench_engine_is_over(e, now); now++) {
		r->b->count = 0;
		bench_engine_begin(e, now);
		for (size_t i = 0; i < r->b->count; i++)
			bench_ended(e, r->b->begun[i].s, BENCH_EAP_FAILURE, false, "no", now + 1);
		bench_engine_hand_over(e, now);
	}
	bench_engine_close(e, LOGINS);
	atomic_store(&r->over, true);
	return NULL;
}

struct sum {
	uint64_t started, failed, words;
	xeap_time busy;
};

static void read_interval(struct sum *sum, struct bench_interval *i)
{
	sum->started += i->tally.started;
	sum->failed += i->tally.ended[BENCH_EAP_FAILURE];
	for (size_t k = 0; k < i->words.count; k++)
		sum->words += i->words.words[k].count;
	if (i->busy) {
		assert_true(i->busy >= sum->busy);
		sum->busy = i->busy;
	}
	bench_interval_empty(i);
}

static void threads_hand_over(void **state)
{
	struct runner r = { .b = new_bed(8) };
	struct bench_engine *e = &r.b->e;
	struct bench_interval *i;
	struct sum sum = { 0 };
	pthread_t thread;

	(void)state;
	e->repeats = true;
	e->logins = (struct pace){ .window = 8, .total = LOGINS, .end = XEAP_NEVER };
	assert_null(bench_engine_take(e));
	assert_int_equal(pthread_create(&thread, NULL, run, &r), 0);
	while (!atomic_load(&r.over)) {
		bench_engine_ask(e);
		while (!(i = bench_engine_take(e)) && !atomic_load(&r.over))
			sched_yield();
		if (i)
			read_interval(&sum, i);
	}
	pthread_join(thread, NULL);
	read_interval(&sum, e->intervals[e->at ^ 1]);
	read_interval(&sum, e->intervals[e->at]);
	assert_int_equal(sum.started, LOGINS);
	assert_int_equal(sum.failed, LOGINS);
	assert_int_equal(sum.words, LOGINS);
	assert_int_equal(sum.busy, LOGINS);
	free_bed(r.b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_at_once_without_a_rate),
		cmocka_unit_test(an_open_loop_counts_from_the_intended_time),
		cmocka_unit_test(a_closed_loop_keeps_its_window),
		cmocka_unit_test(a_run_of_some_time_repeats),
		cmocka_unit_test(no_station_has_two_logins),
		cmocka_unit_test(churn_and_reauth_take_only_who_has_settled),
		cmocka_unit_test(logins_are_given_up_where_asked),
		cmocka_unit_test(a_share_is_given_up_and_the_same_ones_again),
		cmocka_unit_test(a_method_of_one_response_is_given_up_after_it),
		cmocka_unit_test(chance_is_each_logins_own),
		cmocka_unit_test(a_cut_run_counts_what_was_under_way),
		cmocka_unit_test(starts_that_found_no_place_are_counted),
		cmocka_unit_test(a_login_may_end_before_begin_returns),
		cmocka_unit_test(words_are_told_once_each),
		cmocka_unit_test(threads_hand_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
