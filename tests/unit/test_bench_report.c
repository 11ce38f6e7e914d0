/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What xeap bench writes of a run, reads again and merges. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/bench_sample.h"
#include "tool/bench_merge.h"

struct text {
	char *text;
	size_t len;
};

static void free_result(struct bench_result *r)
{
	bench_result_done(r);
	free(r);
}

static struct text json_of(const struct bench_result *r)
{
	struct text t;
	FILE *f = open_memstream(&t.text, &t.len);

	assert_int_equal(bench_report_json(r, f), 0);
	fclose(f);
	return t;
}

static struct bench_result *parsed(const char *text, size_t len)
{
	struct bench_result *r = calloc(1, sizeof(*r));
	char why[200] = "";

	assert_non_null(r);
	if (bench_result_parse(text, len, "A.json", r, why))
		fail_msg("%s", why);
	return r;
}

static struct bench_result *copied(const struct bench_result *r)
{
	struct text t = json_of(r);
	struct bench_result *copy = parsed(t.text, t.len);

	free(t.text);
	return copy;
}

/* All but pointers and room, byte for byte. */
static void assert_same(const struct bench_result *a, const struct bench_result *b)
{
	struct bench_result *one = malloc(sizeof(*one)), *other = malloc(sizeof(*other));

	assert_true(one && other);
	memcpy(one, a, sizeof(*one));
	memcpy(other, b, sizeof(*other));
	assert_int_equal(a->second_count, b->second_count);
	if (a->second_count)
		assert_memory_equal(a->seconds, b->seconds, a->second_count * sizeof(*a->seconds));
	assert_int_equal(a->background_count, b->background_count);
	if (a->background_count)
		assert_memory_equal(a->background, b->background, sizeof(*a->background));
	one->seconds = other->seconds = NULL;
	one->background = other->background = NULL;
	one->second_room = other->second_room = 0;
	assert_memory_equal(one, other, sizeof(*one));
	free(one);
	free(other);
}

static void json_comes_back_exactly(void **state)
{
	for (int i = 0; i < SAMPLE_MAX; i++) {
		struct bench_result *r, *again;

		if (i == SAMPLE_LONG)
			continue;
		r = bench_sample_new(i);
		again = copied(r);
		assert_same(r, again);
		free_result(r);
		free_result(again);
	}
}

static void odd_values_come_back_too(void **state)
{
	struct bench_result *r = bench_sample_new(SAMPLE_SECOND), *again;

	r->rate = 1e-7 / 3;
	r->churn = 0.1 + 0.2;
	r->seed = UINT64_MAX;
	r->memory = INT64_MAX;
	r->threads = UINT32_MAX;
	r->began = 0;
	strcpy(r->target, "\"\\\n\x01<&>\x7f \xF0\x9F\x98\x80");
	hist_record(&r->total.latency[BENCH_LATE], 0);
	hist_record(&r->total.latency[BENCH_LATE], HIST_MAX);
	again = copied(r);
	assert_same(r, again);
	free_result(r);
	free_result(again);
}

/* It is longer in JSON, and what does not fit is cut between characters. */
static void text_that_is_not_utf8_can_be_read(void **state)
{
	struct bench_result *r = bench_sample_new(SAMPLE_SECOND), *again;

	memset(r->host, 0xFF, sizeof(r->host) - 1);
	again = copied(r);
	assert_int_equal(strlen(again->host), 63);
	assert_memory_equal(again->host, "\xEF\xBF\xBD\xEF\xBF\xBD", 6);
	free_result(r);
	free_result(again);
}

static void json_is_one_line_that_says_what_it_is(void **state)
{
	struct bench_result *r = bench_sample_new(SAMPLE_GOOD);
	struct text t = json_of(r);
	static const char head[] = "{\"schema\":\"xeap-bench\",\"version\":1,";

	assert_memory_equal(t.text, head, sizeof(head) - 1);
	assert_ptr_equal(strchr(t.text, '\n'), t.text + t.len - 1);
	assert_non_null(strstr(t.text, "\"seed\":\"18364758544493064720\""));
	assert_non_null(strstr(t.text, "\"memory_bytes\":123456789"));
	free(t.text);
	free_result(r);
}

/* Percentiles of two machines are those of one that had all their logins. */
static void merging_is_exact(void **state)
{
	struct bench_result *a = bench_sample_new(SAMPLE_GOOD), *b = bench_sample_new(SAMPLE_GOOD);
	struct hist *all = calloc(1, sizeof(*all));
	char why[200];

	memset(&a->total.latency[BENCH_LOGIN], 0, sizeof(*all));
	memset(&b->total.latency[BENCH_LOGIN], 0, sizeof(*all));
	for (uint64_t i = 0; i < 10000; i++) {
		uint64_t us = i * i * 37 % 1000003;

		hist_record(&(i % 3 ? a : b)->total.latency[BENCH_LOGIN], us);
		hist_record(all, us);
	}
	strcpy(b->host, "tester-2");
	assert_int_equal(bench_result_merge(a, b, why), 0);
	assert_memory_equal(&a->total.latency[BENCH_LOGIN], all, sizeof(*all));
	assert_int_equal(a->total.started, 2 * b->total.started);
	for (int i = 0; i < BENCH_CAUSE_MAX; i++)
		assert_int_equal(a->total.ended[i], 2 * b->total.ended[i]);
	assert_int_equal(a->total.frames_tx, 2 * b->total.frames_tx);
	assert_int_equal(a->faults[FAULT_DROP], 24);
	assert_int_equal(a->supplicants, 2000);
	assert_true(a->rate == 500);
	assert_int_equal(a->window, 800);
	assert_int_equal(a->threads, 4);
	assert_int_equal(a->machines, 2);
	assert_int_equal(a->memory, 2 * b->memory);
	assert_true(a->elapsed == b->elapsed);
	assert_string_equal(a->host, "tester-1, tester-2");
	assert_string_equal(a->target, "eth1, eth2");
	assert_int_equal(a->reason_count, b->reason_count);
	assert_int_equal(a->reasons[0].count, 2 * b->reasons[0].count);
	assert_int_equal(a->background_count, 2);
	free(all);
	free_result(a);
	free_result(b);
}

static void seconds_are_laid_over_by_the_time_of_day(void **state)
{
	struct bench_result *a = bench_sample_new(SAMPLE_GOOD), *b = bench_sample_new(SAMPLE_GOOD);
	struct bench_result *later;
	const struct bench_second *s = b->seconds;
	char why[200];

	/* In step: each second has twice as much. */
	assert_int_equal(bench_result_merge(a, b, why), 0);
	assert_int_equal(a->second_count, 60);
	for (size_t i = 0; i < 60; i++) {
		assert_int_equal(a->seconds[i].started, 2 * s[i].started);
		assert_int_equal(a->seconds[i].under_way, 2 * s[i].under_way);
		assert_int_equal(a->seconds[i].p99, s[i].p99);
		assert_true(a->seconds[i].at == s[i].at);
	}
	assert_int_equal(a->machines, 1); /* of the same name */
	free_result(a);

	/* Ten seconds later: so many stand alone at each end. */
	a = bench_sample_new(SAMPLE_GOOD);
	later = bench_sample_new(SAMPLE_GOOD);
	later->began += 10;
	assert_int_equal(bench_result_merge(a, later, why), 0);
	assert_int_equal(a->second_count, 70);
	assert_int_equal(a->seconds[9].started, s[9].started);
	assert_int_equal(a->seconds[10].started, s[10].started + s[0].started);
	assert_int_equal(a->seconds[69].started, s[59].started);
	assert_true(a->elapsed == b->elapsed + 10);

	/* The other way round it is the same. */
	assert_int_equal(bench_result_merge(later, b, why), 0);
	assert_int_equal(later->second_count, 70);
	for (size_t i = 0; i < 70; i++)
		assert_int_equal(later->seconds[i].started, a->seconds[i].started);
	assert_int_equal(later->began, b->began);
	free_result(a);
	free_result(b);
	free_result(later);
}

/* A second that two of another fall into has the state of the later one at its end. */
static void what_is_under_way_is_no_sum_over_time(void **state)
{
	struct bench_result *a = bench_sample_new(SAMPLE_NOTHING);
	struct bench_result *b = bench_sample_new(SAMPLE_NOTHING);
	struct bench_second *s = bench_result_second(a);
	char why[200];

	*s = (struct bench_second){ .at = 2, .length = 2, .started = 10, .under_way = 5 };
	s = bench_result_second(b);
	*s = (struct bench_second){ .at = 1, .length = 1, .started = 3, .under_way = 7 };
	s = bench_result_second(b);
	*s = (struct bench_second){ .at = 2, .length = 1, .started = 4, .under_way = 9 };
	assert_int_equal(bench_result_merge(a, b, why), 0);
	assert_int_equal(a->second_count, 1);
	assert_int_equal(a->seconds[0].started, 17);
	assert_int_equal(a->seconds[0].under_way, 14);
	free_result(a);
	free_result(b);
}

static void runs_that_differ_are_not_merged(void **state)
{
	struct bench_result *a = bench_sample_new(SAMPLE_SECOND), *before = copied(a);
	struct bench_result *b = bench_sample_new(SAMPLE_SECOND);
	char why[200];

	strcpy(b->method, "PEAP");
	assert_int_equal(bench_result_merge(a, b, why), -EINVAL);
	assert_string_equal(why, "the runs differ in method: 'PEAP', not 'TLS'");
	strcpy(b->method, "");
	strcpy(b->stop_at, "method");
	assert_int_equal(bench_result_merge(a, b, why), -EINVAL);
	assert_string_equal(why, "the runs differ in stop_at: 'method', not ''");
	strcpy(b->stop_at, "");
	b->duration = 7;
	assert_int_equal(bench_result_merge(a, b, why), -EINVAL);
	assert_string_equal(why, "the runs differ in duration_s: 7, not 1.00098");
	b->duration = a->duration;
	b->total.started = INT64_MAX;
	assert_int_equal(bench_result_merge(a, b, why), -EINVAL);
	assert_string_equal(why, "together, started is more than can be counted");
	b->total.started = 1;
	b->total.ended[BENCH_ALERT] = INT64_MAX;
	assert_int_equal(bench_result_merge(a, b, why), -EINVAL);
	assert_string_equal(why, "together they are more than can be counted");
	assert_same(a, before);
	b->total.ended[BENCH_ALERT] = 0;
	assert_int_equal(bench_result_merge(a, b, why), 0); /* a method that is not known */
	free_result(a);
	free_result(b);
	free_result(before);
}

static void reasons_stand_by_their_number(void **state)
{
	struct bench_result *r = calloc(1, sizeof(*r));
	char text[300];

	bench_result_reason(r, "never", 0);
	assert_int_equal(r->reason_count, 0);
	for (uint64_t i = 1; i <= 30; i++) {
		snprintf(text, sizeof(text), "reason %d", (int)i);
		bench_result_reason(r, text, i);
	}
	assert_int_equal(r->reason_count, BENCH_ALERTS_MAX);
	assert_string_equal(r->reasons[0].text, "reason 15");
	assert_string_equal(r->reasons[14].text, "reason 1");
	bench_result_reason(r, "reason 1", 100);
	assert_string_equal(r->reasons[0].text, "reason 1");
	assert_int_equal(r->reasons[0].count, 101);
	assert_string_equal(r->reasons[15].text, BENCH_OTHER_REASONS);
	assert_int_equal(r->reasons[15].count, (16 + 30) * 15 / 2);
	memset(text, 'x', sizeof(text));
	memcpy(text + BENCH_WORDS_TEXT - 5, "\xE2\x82\xAC more", 9);
	r->reason_count = 0;
	memset(r->reasons, 0, sizeof(r->reasons));
	bench_result_reason(r, text, 1);
	/* No half character, and a sign that there was more. */
	assert_string_equal(r->reasons[0].text + BENCH_WORDS_TEXT - 6, "x\xE2\x80\xA6");
	/* What just fits is whole. */
	text[BENCH_WORDS_TEXT - 5] = '\0';
	bench_result_reason(r, text, 1);
	assert_string_equal(r->reasons[1].text, text);
	free(r);
}

/* Replaces the first `from` by `to` in the JSON of the sample of a second; expects a refusal. */
static void refuses(const char *from, const char *to, const char *wanted)
{
	struct bench_result *r = bench_sample_new(SAMPLE_SECOND);
	struct text t = json_of(r);
	char why[200] = "", *at = strstr(t.text, from);
	char *changed = malloc(t.len + strlen(to) + 1);

	assert_non_null(at);
	assert_non_null(changed);
	sprintf(changed, "%.*s%s%s", (int)(at - t.text), t.text, to, at + strlen(from));
	bench_result_done(r);
	assert_int_equal(bench_result_parse(changed, strlen(changed), "A.json", r, why), -EINVAL);
	assert_string_equal(why, wanted);
	assert_null(r->seconds);
	assert_null(r->background);
	free(changed);
	free(t.text);
	free(r);
}

static void hostile_json_is_refused_in_a_line(void **state)
{
	refuses("xeap-bench", "xeap",
		"A.json: schema: is not \"xeap-bench\": this is no result of xeap bench");
	refuses("\"schema\":\"xeap-bench\",", "",
		"A.json: schema: is not \"xeap-bench\": this is no result of xeap bench");
	refuses("\"version\":1", "\"version\":2",
		"A.json: version: 2 is not 1, the one that this xeap reads");
	refuses("\"version\":1,", "\"version\":1,\"version\":1,",
		"A.json: line 1, column 44: duplicate object key near '\"version\"'");
	refuses("\"supplicants\":1000", "\"supplicants\":-1",
		"A.json: run.supplicants: is no count from 0 to 9223372036854775807");
	refuses("\"supplicants\":1000", "\"supplicants\":1.5",
		"A.json: run.supplicants: is no count from 0 to 9223372036854775807");
	refuses("\"supplicants\":1000", "\"supplicants\":9223372036854775808",
		"A.json: line 1, column 395: too big integer near '9223372036854775808'");
	refuses("\"threads\":2", "\"threads\":4294967296",
		"A.json: run.threads: is no count from 0 to 4294967295");
	refuses("\"threads\":2", "\"threads\":0", "A.json: run.threads: is 0");
	refuses("\"machines\":1", "\"machines\":0", "A.json: run.machines: is 0");
	refuses("\"rate\":250", "\"rate\":1e300", "A.json: run.rate: is no number from 0 to 1e+15");
	refuses("\"rate\":250", "\"rate\":-0.5", "A.json: run.rate: is no number from 0 to 1e+15");
	refuses("\"rate\":250", "\"rate\":null", "A.json: run.rate: is no number from 0 to 1e+15");
	refuses("\"rate\":250,", "", "A.json: run.rate: is missing");
	refuses("\"host\":\"tester-1\"", "\"host\":[]", "A.json: host: is no text");
	refuses("\"run\":{", "\"run\":[],\"ran\":{", "A.json: run: is no object");
	refuses("\"seed\":\"1", "\"seed\":\"-1",
		"A.json: run.seed: has to be the digits of a number below 2^64");
	refuses("\"seed\":\"1", "\"seed\":\"91",
		"A.json: run.seed: has to be the digits of a number below 2^64");
	refuses("\"began\":1796000000", "\"began\":253402300800",
		"A.json: began: is no count from 0 to 253402300799");
	refuses("\"cut\":null", "\"cut\":true", "A.json: cut: is no text");
	refuses("\"eap-failure\":", "\"eap-failure\":9223372036854775807,\"x\":",
		"A.json: ended: adds up to more than can be counted");
	refuses("\"drop\":0", "\"drop\":-1",
		"A.json: faults.drop: is no count from 0 to 9223372036854775807");
	refuses("\"at_s\":", "\"at_s\":\"\",\"x\":",
		"A.json: seconds[0].at_s: is no number from 0 to 1e+15");
	refuses("\"seconds\":[", "\"seconds\":[7,", "A.json: seconds[0]: is no object");
	refuses("\"seconds\":[", "\"seconds\":7,\"x\":[", "A.json: seconds: is no array");
	refuses("{\"schema\"", "[{\"schema\"",
		"A.json: line 2, column 0: ']' expected near end of file");
}

static void a_histogram_is_what_its_cells_say(void **state)
{
	static const char login[] = "\"login\":{\"count\":";

	refuses("\"login\":{\"count\":", "\"login\":{\"count\":1",
		"A.json: latency.login.count: is not what the cells add up to");
	refuses("\"sum_us\":", "\"sum_us\":9",
		"A.json: latency.login.sum_us: cannot be with these cells");
	refuses("\"min_us\":", "\"min_us\":9",
		"A.json: latency.login.min_us: is not in the first cell");
	refuses("\"max_us\":", "\"max_us\":1099511627775,\"x\":",
		"A.json: latency.login.max_us: is not in the last cell");
	refuses("\"max_us\":", "\"max_us\":1099511627776,\"x\":",
		"A.json: latency.login.max_us: is no count from 0 to 1099511627775");
	refuses("\"cells\":[", "\"cells\":[[15872,1],",
		"A.json: latency.login.cells: a cell is out of order or above 16383");
	refuses("\"cells\":[", "\"cells\":[[16384,1],",
		"A.json: latency.login.cells: a cell is out of order or above 16383");
	refuses("\"cells\":[", "\"cells\":[[-1,1],",
		"A.json: latency.login.cells: a cell is out of order or above 16383");
	refuses("\"cells\":[", "\"cells\":[[0,0],",
		"A.json: latency.login.cells: a count is below 1, or the sum too large");
	refuses("\"cells\":[", "\"cells\":[[0,9223372036854775807],",
		"A.json: latency.login.cells: a count is below 1, or the sum too large");
	refuses("\"cells\":[", "\"cells\":[[1],",
		"A.json: latency.login.cells: an item is no [cell, count]");
	refuses("\"cells\":[", "\"cells\":[{},",
		"A.json: latency.login.cells: an item is no [cell, count]");
	refuses(login, "\"lagin\":{\"count\":", "A.json: latency.login: is missing");
}

/* Wherever a file ends too early, it is refused. */
static void what_is_truncated_is_refused(void **state)
{
	struct bench_result *r = bench_sample_new(SAMPLE_SECOND), *got = calloc(1, sizeof(*got));
	struct text t = json_of(r);
	char why[200];

	for (size_t len = 1; len < t.len - 1; len += 1 + len / 16) {
		*why = '\0';
		assert_int_equal(bench_result_parse(t.text, len, "A.json", got, why), -EINVAL);
		assert_memory_equal(why, "A.json: line ", 13);
		assert_null(strchr(why, '\n'));
	}
	assert_int_equal(bench_result_parse("", 0, "A.json", got, why), -EINVAL);
	assert_string_equal(why, "A.json: is empty");
	free(t.text);
	free(got);
	free_result(r);
}

static char *file_of(const struct bench_result *r, char path[32])
{
	int fd;
	FILE *f;

	strcpy(path, "/tmp/xeap-bench-XXXXXX");
	fd = mkstemp(path);
	f = fdopen(fd, "w");
	assert_non_null(f);
	assert_int_equal(bench_report_json(r, f), 0);
	fclose(f);
	return path;
}

static void files_are_merged(void **state)
{
	struct bench_result *a = bench_sample_new(SAMPLE_GOOD), *b = bench_sample_new(SAMPLE_GOOD);
	struct bench_result *got = calloc(1, sizeof(*got));
	char names[3][32], *paths[3] = { names[0], names[1], names[2] }, why[200], wanted[200];

	strcpy(b->host, "tester-2");
	b->began += 3;
	file_of(a, names[0]);
	file_of(b, names[1]);
	assert_int_equal(bench_merge(paths, 2, got, why), 0);
	assert_int_equal(bench_result_merge(a, b, why), 0);
	assert_same(got, a);
	bench_result_done(got);

	b->ramp = 0;
	b->cpu_user += 1;
	file_of(b, names[2]);
	assert_int_equal(bench_merge(paths, 3, got, why), -EINVAL);
	snprintf(wanted, sizeof(wanted), "%s: the runs differ in ramp_s: 0, not 5", names[2]);
	assert_string_equal(why, wanted);
	assert_null(got->seconds);
	assert_int_equal(bench_merge((char *[]){ names[0], (char[]){ "/nowhere" } }, 2, got, why),
			 -ENOENT);
	assert_string_equal(why, "/nowhere: No such file or directory");
	assert_int_equal(bench_merge((char *[]){ (char[]){ "/" } }, 1, got, why), -EISDIR);
	assert_int_equal(bench_merge(NULL, 0, got, why), -EINVAL);
	for (int i = 0; i < 3; i++)
		unlink(names[i]);
	free(got);
	free_result(a);
	free_result(b);
}

/* The same measurements count once, by whatever name they come. */
static void a_result_that_is_given_twice_is_refused(void **state)
{
	struct bench_result *a = bench_sample_new(SAMPLE_GOOD), *b = bench_sample_new(SAMPLE_GOOD);
	struct bench_result *got = calloc(1, sizeof(*got));
	char names[3][32], why[200], wanted[200];

	/* Of the same second and host, as ranks are. */
	b->elapsed += 1e-6;
	file_of(a, names[0]);
	file_of(b, names[1]);
	file_of(a, names[2]);
	assert_int_equal(bench_merge((char *[]){ names[0], names[1], names[0] }, 3, got, why),
			 -EINVAL);
	snprintf(wanted, sizeof(wanted), "%s: is the same result as %s", names[0], names[0]);
	assert_string_equal(why, wanted);
	assert_null(got->seconds);
	assert_int_equal(bench_merge((char *[]){ names[1], names[0], names[2] }, 3, got, why),
			 -EINVAL);
	snprintf(wanted, sizeof(wanted), "%s: is the same result as %s", names[2], names[0]);
	assert_string_equal(why, wanted);
	assert_int_equal(bench_merge((char *[]){ names[1], names[0] }, 2, got, why), 0);
	bench_result_done(got);
	for (int i = 0; i < 3; i++)
		unlink(names[i]);
	free(got);
	free_result(a);
	free_result(b);
}

/* Else the fuzzer does not come further than to what is missing. */
static void seeds_of_the_fuzzer_are_read(void **state)
{
	static const char *const seeds[] = { "nothing", "second", "small" };
	struct bench_result *got = calloc(1, sizeof(*got));
	char path[80], why[200];

	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		snprintf(path, sizeof(path), "tests/fuzz/seeds/fuzz_bench_result/%s", seeds[i]);
		if (bench_result_read(path, got, why))
			fail_msg("%s", why);
		bench_result_done(got);
	}
	assert_int_equal(bench_result_read("tests/fuzz/seeds/fuzz_bench_result/version", got, why),
			 -EINVAL);
	assert_non_null(strstr(why, ": version: 2 is not 1, the one that this xeap reads"));
	free(got);
}

static void a_full_disk_is_no_success(void **state)
{
	struct bench_result *r = bench_sample_new(SAMPLE_SECOND);
	FILE *full = fopen("/dev/full", "w");

	assert_non_null(full);
	assert_int_equal(bench_report_json(r, full), -EIO);
	fclose(full);
	free_result(r);
}

static size_t count_of(const char *text, char c)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == c;
	return n;
}

static void csv_has_a_field_for_each_of_its_head(void **state)
{
	struct bench_result *r = bench_sample_new(SAMPLE_GOOD);
	struct text head, line;
	FILE *f = open_memstream(&head.text, &head.len);
	const struct bench_second s = { .at = 2.5,
					.length = 0.5,
					.started = 9,
					.failed = { [BENCH_ALERT] = 2, [BENCH_CUT] = 1 } };

	bench_report_csv_head(f);
	fclose(f);
	f = open_memstream(&line.text, &line.len);
	bench_report_csv(&s, f);
	fclose(f);
	assert_int_equal(count_of(head.text, ','), count_of(line.text, ','));
	assert_string_equal(head.text + head.len - 2, "\r\n");
	assert_string_equal(line.text + line.len - 2, "\r\n");
	assert_memory_equal(head.text, "at_s,length_s,started,succeeded,failed,under_way,", 49);
	assert_memory_equal(line.text, "2.500,0.500,9,0,2,0,", 20);
	assert_non_null(strstr(head.text, ",radius-reject,"));
	assert_non_null(strstr(head.text, ",login_p50_us,"));
	free(head.text);
	free(line.text);
	free_result(r);
}

static void the_page_of_text_says_it_all(void **state)
{
	static const char *const wanted[] = {
		"Method              TLS (1.3)\n",
		"Target              eth1, eth2 over eapol\n",
		"Load                250 starts a second, at most 400 under way\n",
		"Seed                18364758544493064720\n",
		"\n  succeeded ",
		"TLS alert of the server",
		"certificate_expired <the server's",
		"\n  login, from its intended start ",
		"p99.9",
		"Retransmitted       ",
		"Faults on purpose   12 drop, 3 delay\n",
		"eth1@0",
		"\nWarning: the tester itself was the bottleneck: a thread was busy 97 %",
	};
	struct bench_result *r = bench_sample_new(SAMPLE_GOOD);
	struct text t;
	FILE *f = open_memstream(&t.text, &t.len);

	bench_report_text(r, f);
	fclose(f);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (!strstr(t.text, wanted[i]))
			fail_msg("'%s' is not in\n%s", wanted[i], t.text);
	assert_null(strstr(t.text, "was cut"));
	for (char *at = t.text, *end; (end = strchr(at, '\n')); at = end + 1)
		assert_true(end - at <= 110);
	free(t.text);
	free_result(r);
}

static void a_cut_run_says_so(void **state)
{
	struct bench_result *r = bench_sample_new(SAMPLE_NOTHING);
	struct text t;
	FILE *f = open_memstream(&t.text, &t.len);

	bench_report_text(r, f);
	fclose(f);
	assert_non_null(
		strstr(t.text, "\nThis run was cut, interrupted: the figures are of 0.0 s."));
	assert_non_null(strstr(t.text, "Ran                 0.0 of 60 s, cut: interrupted\n"));
	assert_null(strstr(t.text, "Latency"));
	assert_null(strstr(t.text, "nan"));
	free(t.text);
	free_result(r);
}

static void a_line_for_the_log(void **state)
{
	const struct bench_second s = { .at = 12.04,
					.length = 2,
					.started = 2469,
					.succeeded = 20,
					.failed = { [BENCH_ALERT] = 1 },
					.under_way = 1234567,
					.p50 = 12345,
					.p99 = 999,
					.cpu = 1.5 };
	const struct bench_second none = { .at = 1, .length = 1 };
	struct text t;
	FILE *f = open_memstream(&t.text, &t.len);

	bench_report_line(&s, f);
	bench_report_line(&none, f);
	fclose(f);
	assert_string_equal(
		t.text,
		"   12.0 s  started 1,235/s  succeeded 10.0/s  failed 0.50/s  under way 1,234,567"
		"  p50 12.3 ms  p99 0.999 ms  cpu 150 %\n"
		"    1.0 s  started 0.0/s  succeeded 0.0/s  failed 0.0/s  under way 0  cpu 0 %\n");
	free(t.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_comes_back_exactly),
		cmocka_unit_test(odd_values_come_back_too),
		cmocka_unit_test(text_that_is_not_utf8_can_be_read),
		cmocka_unit_test(json_is_one_line_that_says_what_it_is),
		cmocka_unit_test(merging_is_exact),
		cmocka_unit_test(seconds_are_laid_over_by_the_time_of_day),
		cmocka_unit_test(what_is_under_way_is_no_sum_over_time),
		cmocka_unit_test(runs_that_differ_are_not_merged),
		cmocka_unit_test(reasons_stand_by_their_number),
		cmocka_unit_test(hostile_json_is_refused_in_a_line),
		cmocka_unit_test(a_histogram_is_what_its_cells_say),
		cmocka_unit_test(what_is_truncated_is_refused),
		cmocka_unit_test(files_are_merged),
		cmocka_unit_test(a_result_that_is_given_twice_is_refused),
		cmocka_unit_test(seeds_of_the_fuzzer_are_read),
		cmocka_unit_test(a_full_disk_is_no_success),
		cmocka_unit_test(csv_has_a_field_for_each_of_its_head),
		cmocka_unit_test(the_page_of_text_says_it_all),
		cmocka_unit_test(a_cut_run_says_so),
		cmocka_unit_test(a_line_for_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
