/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The results of a bench's ranks become one, without MPI: its messages are kept here. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/chance.h"
#include "tests/unit/bench_sample.h"
#include "tool/bench_merge.h"
#include "tool/bench_ranks.h"

#define RANKS 4

/* What each rank has sent, and which call fails. */
static struct {
	char *text[RANKS];
	size_t len[RANKS];
	uint32_t count[RANKS];
	const char *complaint[RANKS];
	unsigned int calls;
	bool exchange_fails, gather_fails;
} wire;
static unsigned int self;

/* By its size it is clear what is told: a result's length, a number of supplicants or a word. */
static int fake_exchange(const void *mine, size_t size, void *all)
{
	char *at = all;

	wire.calls++;
	if (wire.exchange_fails)
		return -EIO;
	for (unsigned int i = 0; i < RANKS; i++, at += size) {
		if (i == self)
			memcpy(at, mine, size);
		else if (size == sizeof(wire.len[i]))
			memcpy(at, &wire.len[i], size);
		else if (size == sizeof(wire.count[i]))
			memcpy(at, &wire.count[i], size);
		else
			snprintf(at, size, "%s", wire.complaint[i] ? wire.complaint[i] : "");
	}
	return 0;
}

static int fake_gather(const void *mine, size_t len, void *all, const size_t *lengths)
{
	char *at = all;

	wire.calls++;
	if (wire.gather_fails)
		return -EIO;
	if (self) {
		wire.text[self] = malloc(len + 1);
		assert_non_null(wire.text[self]);
		memcpy(wire.text[self], mine, len);
		wire.text[self][len] = '\0';
		wire.len[self] = len;
		return 0;
	}
	memcpy(at, mine, len);
	for (unsigned int i = 1; i < RANKS; i++) {
		at += lengths[i - 1];
		memcpy(at, wire.text[i], lengths[i]);
	}
	return 0;
}

static const struct bench_mpi_ops fake = {
	.size = sizeof(fake),
	.exchange = fake_exchange,
	.gather = fake_gather,
};

static struct bench_mpi rank(unsigned int number)
{
	self = number;
	return (struct bench_mpi){ .ops = &fake, .rank = number, .ranks = RANKS };
}

static int clear(void **state)
{
	for (unsigned int i = 0; i < RANKS; i++)
		free(wire.text[i]);
	memset(&wire, 0, sizeof(wire));
	return 0;
}

static void free_result(struct bench_result *r)
{
	bench_result_done(r);
	free(r);
}

static void free_results(struct bench_result *r[RANKS])
{
	for (unsigned int i = 0; i < RANKS; i++)
		free_result(r[i]);
}

static char *json_of(const struct bench_result *r)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	assert_int_equal(bench_report_json(r, f), 0);
	fclose(f);
	return text;
}

/* Ranks of one run: logins, causes and reasons are dealt out to them, and to `all` as well. */
static void deal(struct bench_result *r[RANKS], struct tally *all)
{
	struct chance c = { 11 };

	for (unsigned int i = 0; i < RANKS; i++) {
		r[i] = bench_sample_new(SAMPLE_GOOD);
		r[i]->seed += (uint64_t)i * 4096;
		memset(&r[i]->total, 0, sizeof(r[i]->total));
		snprintf(r[i]->host, sizeof(r[i]->host), "tester-%u", i / 2);
	}
	for (unsigned int n = 0; n < 40000; n++) {
		/* The last one has few and slow ones: averages of percentiles would show. */
		unsigned int to = chance_happens(&c, 0.01) ? RANKS - 1
							   : chance_below(&c, RANKS - 1);
		uint64_t us = chance_below(&c, to == RANKS - 1 ? 5000000 : 20000);
		unsigned int latency = chance_below(&c, BENCH_LATENCY_MAX);
		unsigned int cause = chance_below(&c, BENCH_CAUSE_MAX);

		hist_record(&r[to]->total.latency[latency], us);
		hist_record(&all->latency[latency], us);
		r[to]->total.ended[cause]++;
		all->ended[cause]++;
		r[to]->total.started++;
		all->started++;
	}
}

static void send_all(struct bench_result *r[RANKS])
{
	char why[BENCH_MPI_WHY] = "";

	for (unsigned int i = RANKS - 1; i; i--) {
		struct bench_mpi m = rank(i);
		char *before = json_of(r[i]), *after;

		assert_int_equal(bench_ranks_merge(&m, r[i], why), 0);
		after = json_of(r[i]);
		assert_string_equal(before, after); /* theirs stays as it was */
		free(before);
		free(after);
	}
}

static int merge_at_first(struct bench_result *r, char why[BENCH_MPI_WHY])
{
	struct bench_mpi m = rank(0);

	*why = '\0';
	return bench_ranks_merge(&m, r, why);
}

static struct bench_result *merged_from_files(struct bench_result *r[RANKS])
{
	char names[RANKS][32], *paths[RANKS], why[200] = "";
	struct bench_result *got = calloc(1, sizeof(*got));

	assert_non_null(got);
	for (unsigned int i = 0; i < RANKS; i++) {
		FILE *f;

		paths[i] = strcpy(names[i], "/tmp/xeap-ranks-XXXXXX");
		f = fdopen(mkstemp(paths[i]), "w");
		assert_non_null(f);
		assert_int_equal(bench_report_json(r[i], f), 0);
		fclose(f);
	}
	if (bench_merge(paths, RANKS, got, why))
		fail_msg("%s", why);
	for (unsigned int i = 0; i < RANKS; i++)
		unlink(paths[i]);
	return got;
}

static void assert_all(const struct tally *t, const struct tally *all)
{
	static const double shares[] = { .001, .5, .9, .99, .999, 1 };

	assert_int_equal(t->started, all->started);
	assert_memory_equal(t->ended, all->ended, sizeof(all->ended));
	for (int i = 0; i < BENCH_LATENCY_MAX; i++) {
		const struct hist *h = &t->latency[i], *wanted = &all->latency[i];

		assert_int_equal(h->count, wanted->count);
		assert_int_equal(h->min, wanted->min);
		assert_int_equal(h->max, wanted->max);
		assert_int_equal(h->sum, wanted->sum);
		for (size_t s = 0; s < sizeof(shares) / sizeof(shares[0]); s++)
			assert_int_equal(hist_at(h, shares[s]), hist_at(wanted, shares[s]));
		assert_memory_equal(h, wanted, sizeof(*h));
	}
}

/* One report of the ranks = --merge of a file of each = one process that had all logins. */
static void ranks_and_files_come_to_the_same(void **state)
{
	struct bench_result *r[RANKS], *files;
	struct tally *all = calloc(1, sizeof(*all));
	char why[BENCH_MPI_WHY], *one, *other;

	assert_non_null(all);
	deal(r, all);
	files = merged_from_files(r);
	send_all(r);
	assert_int_equal(merge_at_first(r[0], why), 0);
	assert_all(&r[0]->total, all);
	assert_all(&files->total, all);
	one = json_of(r[0]);
	other = json_of(files);
	assert_string_equal(one, other);
	assert_int_equal(r[0]->ranks, RANKS);
	assert_int_equal(r[0]->machines, 2);
	free(one);
	free(other);
	free(all);
	free_result(files);
	free_results(r);
}

/* Ranks begin at once: clocks of their hosts that differ do not lay their seconds apart. */
static void clocks_that_differ_do_not_matter(void **state)
{
	struct bench_result *r[RANKS];
	struct tally *all = calloc(1, sizeof(*all));
	char why[BENCH_MPI_WHY];

	deal(r, all);
	r[1]->began += 3600;
	r[2]->began = 0;
	send_all(r);
	assert_int_equal(merge_at_first(r[0], why), 0);
	assert_int_equal(r[0]->began, r[3]->began);
	assert_int_equal(r[0]->second_count, r[3]->second_count);
	assert_int_equal(r[0]->seconds[5].started, RANKS * r[3]->seconds[5].started);
	free(all);
	free_results(r);
}

/* No login, no method that came: it counts as a rank and adds nothing. */
static void a_rank_without_logins(void **state)
{
	struct bench_result *r[RANKS];
	struct tally *all = calloc(1, sizeof(*all));
	char why[BENCH_MPI_WHY];

	deal(r, all);
	free_result(r[2]);
	r[2] = bench_sample_new(SAMPLE_NOTHING);
	r[2]->duration = r[0]->duration;
	r[2]->supplicants = 0;
	memset(all, 0, sizeof(*all));
	tally_merge(all, &r[0]->total);
	tally_merge(all, &r[1]->total);
	tally_merge(all, &r[3]->total);
	send_all(r);
	assert_int_equal(merge_at_first(r[0], why), 0);
	assert_all(&r[0]->total, all);
	assert_int_equal(r[0]->ranks, RANKS);
	assert_int_equal(r[0]->supplicants, 3000);
	assert_string_equal(r[0]->method, "TLS");
	/* It was interrupted; so is the whole. */
	assert_true(r[0]->cut);
	assert_string_equal(r[0]->cut_why, "interrupted");
	free(all);
	free_results(r);
}

static void a_run_of_its_own_asks_nobody(void **state)
{
	struct bench_result *r = bench_sample_new(SAMPLE_SECOND);
	struct bench_mpi alone = { .ranks = 1 }, one = { .ops = &fake, .ranks = 1 };
	char why[BENCH_MPI_WHY], *before = json_of(r), *after;

	assert_int_equal(bench_ranks_merge(&alone, r, why), 0);
	assert_int_equal(bench_ranks_merge(&one, r, why), 0);
	assert_int_equal(wire.calls, 0);
	after = json_of(r);
	assert_string_equal(before, after);
	free(before);
	free(after);
	free_result(r);
}

/* Rank 2's message in place of what it sent. */
static void refuses(const char *text, size_t len, const char *wanted)
{
	struct bench_result *r[RANKS];
	struct tally *all = calloc(1, sizeof(*all));
	char why[BENCH_MPI_WHY];

	deal(r, all);
	send_all(r);
	free(wire.text[2]);
	wire.text[2] = malloc(len + 1);
	memcpy(wire.text[2], text, len);
	wire.len[2] = len;
	assert_int_equal(merge_at_first(r[0], why), -EINVAL);
	assert_memory_equal(why, wanted, strlen(wanted));
	assert_null(strchr(why, '\n'));
	free(all);
	free_results(r);
	clear(NULL);
}

static void a_damaged_message_is_refused_with_its_rank(void **state)
{
	struct bench_result *r = bench_sample_new(SAMPLE_GOOD);
	char *text = json_of(r), *at;
	size_t len = strlen(text);

	refuses("", 0, "rank 2: is empty");
	refuses("\n\0\xff", 3, "rank 2: line ");
	refuses("[]", 2, "rank 2: this is no JSON object");
	for (size_t cut = 1; cut < len - 1; cut = cut * 3 + 1)
		refuses(text, cut, "rank 2: line 1, column ");
	at = strstr(text, "\"version\":1");
	assert_non_null(at);
	at[10] = '2';
	refuses(text, len, "rank 2: version: 2 is not 1, the one that this xeap reads");
	at[10] = '1';
	at = strstr(text, "\"ramp_s\":5");
	assert_non_null(at);
	at[9] = '6';
	refuses(text, len, "rank 2: the runs differ in ramp_s: 6, not 5");
	free(text);
	free_result(r);
}

/* MPI says that somebody is gone: one line, no half of a result. */
static void a_rank_that_died(void **state)
{
	struct bench_result *r[RANKS];
	struct tally *all = calloc(1, sizeof(*all));
	char why[BENCH_MPI_WHY], *before, *after;

	deal(r, all);
	send_all(r);
	before = json_of(r[0]);
	wire.exchange_fails = true;
	assert_int_equal(merge_at_first(r[0], why), -EIO);
	assert_string_equal(why, "the ranks' results could not be gathered");
	wire.exchange_fails = false;
	wire.gather_fails = true;
	assert_int_equal(merge_at_first(r[0], why), -EIO);
	assert_string_equal(why, "the ranks' results could not be gathered");
	after = json_of(r[0]);
	assert_string_equal(before, after);
	free(before);
	free(after);
	free(all);
	free_results(r);
}

static void one_complaint_is_the_end_of_all(void **state)
{
	struct bench_mpi first = rank(0);
	char why[BENCH_MPI_WHY + 40] = "x", *mine = NULL;

	assert_int_equal(bench_mpi_agree(&first, NULL, why), 0);
	assert_string_equal(why, "");
	wire.complaint[2] = "no such port";
	wire.complaint[3] = "another";
	assert_int_equal(bench_mpi_agree(&first, NULL, why), -ECANCELED);
	assert_string_equal(why, "rank 2: no such port");
	assert_int_equal(bench_mpi_agree(&first, "mine", why), -ECANCELED);
	assert_string_equal(why, "rank 0: mine");
	/* The others are silent, and stop as well. */
	first = rank(1);
	assert_int_equal(bench_mpi_agree(&first, mine, why), -ECANCELED);
	assert_string_equal(why, "");
	wire.exchange_fails = true;
	assert_int_equal(bench_mpi_agree(&first, mine, why), -EIO);
}

static void each_has_its_place(void **state)
{
	struct bench_mpi m = rank(2), alone = { .ranks = 1 };
	uint32_t before = 99, all = 99;

	wire.count[0] = 5;
	wire.count[1] = 0;
	wire.count[3] = 7;
	assert_int_equal(bench_mpi_place(&m, 3, &before, &all), 0);
	assert_int_equal(before, 5);
	assert_int_equal(all, 15);
	wire.count[3] = UINT32_MAX;
	assert_int_equal(bench_mpi_place(&m, 3, &before, &all), -ERANGE);
	assert_int_equal(all, 15);
	assert_int_equal(bench_mpi_place(&alone, 3, &before, &all), 0);
	assert_int_equal(before, 0);
	assert_int_equal(all, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(ranks_and_files_come_to_the_same, clear),
		cmocka_unit_test_teardown(clocks_that_differ_do_not_matter, clear),
		cmocka_unit_test_teardown(a_rank_without_logins, clear),
		cmocka_unit_test_teardown(a_run_of_its_own_asks_nobody, clear),
		cmocka_unit_test_teardown(a_damaged_message_is_refused_with_its_rank, clear),
		cmocka_unit_test_teardown(a_rank_that_died, clear),
		cmocka_unit_test_teardown(one_complaint_is_the_end_of_all, clear),
		cmocka_unit_test_teardown(each_has_its_place, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
