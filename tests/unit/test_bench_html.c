/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The page of a run. With arguments, SAMPLE FILE, it writes a report, in the form that the file's
 * name ends with, for tests/scripts/test_bench_page to look at in a browser.
 */
#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/bench_sample.h"
#include "tool/bench_points.h"

static void free_result(struct bench_result *r)
{
	bench_result_done(r);
	free(r);
}

static char *page_of(const struct bench_result *r)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_int_equal(bench_report_html(r, f), 0);
	fclose(f);
	assert_int_equal(strlen(text), len);
	return text;
}

/* Elements are closed in the order that they were opened in, and all attributes are quoted. */
static void check_elements(const char *at)
{
	char open[64][16];
	size_t depth = 0;

	while ((at = strchr(at, '<'))) {
		char name[16];
		size_t n = strcspn(++at, " />\n");
		const char *end = strchr(at, '>');

		assert_non_null(end);
		if (*at == '!' || !strncmp(at, "meta", 4))
			continue;
		if (*at == '/') {
			n = (size_t)(end - ++at);
			assert_true(depth && strlen(open[depth - 1]) == n);
			assert_memory_equal(open[--depth], at, n);
			continue;
		}
		assert_true(n && n < sizeof(name) && depth < 64);
		if (end[-1] == '/')
			continue;
		memcpy(open[depth], at, n);
		open[depth++][n] = '\0';
	}
	assert_int_equal(depth, 0);
}

static void pages_are_whole_and_without_nonsense(void **state)
{
	for (int i = 0; i < SAMPLE_MAX; i++) {
		struct bench_result *r = bench_sample_new(i);
		char *page = page_of(r);

		check_elements(page);
		assert_null(strstr(page, "nan"));
		assert_null(strstr(page, "inf "));
		assert_null(strstr(page, "<script"));
		assert_null(strstr(page, "http:"));
		assert_null(strstr(page, "https:"));
		assert_true(strlen(page) < 1000000);
		free(page);
		free_result(r);
	}
}

static void text_of_others_is_escaped(void **state)
{
	struct bench_result *r = bench_sample_new(SAMPLE_SECOND);
	char *page;

	strcpy(r->target, "<script>alert('x')</script>");
	strcpy(r->method, "a\"&b\x01\xFF");
	page = page_of(r);
	check_elements(page);
	assert_null(strstr(page, "<script"));
	assert_non_null(strstr(page, "&lt;script&gt;alert(&#39;x&#39;)"));
	assert_non_null(strstr(page, "a&quot;&amp;b\xEF\xBF\xBD\xEF\xBF\xBD"));
	free(page);
	free_result(r);
}

/* Six hundred points, and the one slow login of ten hours is still seen. */
static void long_runs_are_thinned_without_losing_the_worst(void **state)
{
	struct bench_result *r = bench_sample_new(SAMPLE_LONG);
	struct bench_points *p = malloc(sizeof(*p));
	double most = 0;

	assert_non_null(p);
	r->seconds[12345].max = 123456789;
	bench_points(r, p);
	assert_int_equal(p->count, BENCH_POINTS_MAX);
	assert_string_equal(p->unit, "h");
	assert_true(p->end > 10 && p->end < 10.1);
	for (size_t i = 0; i < p->count; i++) {
		most = p->y[COLUMN_MAX_LATENCY][i] > most ? p->y[COLUMN_MAX_LATENCY][i] : most;
		assert_true(p->y[COLUMN_STARTED][i] > 3.9 && p->y[COLUMN_STARTED][i] < 4.1);
	}
	assert_true(most == 123456.789);
	free(p);
	free_result(r);
}

static void a_run_without_success_says_so(void **state)
{
	struct bench_result *r = bench_sample_new(SAMPLE_FAILED);
	char *page = page_of(r);

	assert_non_null(strstr(page, "No login succeeded: there is no latency to show."));
	assert_non_null(strstr(page, "<b>This run was cut</b>: interrupted"));
	assert_non_null(strstr(page, "id=\"failures\""));
	assert_null(strstr(page, "id=\"distribution\""));
	free(page);
	free_result(r);
}

static void what_limited_is_said(void **state)
{
	struct bench_result *r = bench_sample_new(SAMPLE_GOOD);
	char *page = page_of(r);

	assert_non_null(strstr(page, "<b>The tester itself was the bottleneck</b>: a thread was "));
	assert_non_null(strstr(page, "data-series=\"succeeded\" data-points=\"60\""));
	free(page);
	free_result(r);
}

static void a_full_disk_is_no_success(void **state)
{
	struct bench_result *r = bench_sample_new(SAMPLE_GOOD);
	FILE *full = fopen("/dev/full", "w");

	assert_non_null(full);
	assert_int_equal(bench_report_html(r, full), -EIO);
	fclose(full);
	free_result(r);
}

static int write_csv(const struct bench_result *r, FILE *out)
{
	bench_report_csv_head(out);
	for (size_t i = 0; i < r->second_count; i++)
		bench_report_csv(&r->seconds[i], out);
	return 0;
}

static int write_text(const struct bench_result *r, FILE *out)
{
	bench_report_text(r, out);
	return 0;
}

static const struct {
	const char *suffix;
	int (*write)(const struct bench_result *r, FILE *out);
} forms[] = {
	{ ".html", bench_report_html },
	{ ".json", bench_report_json },
	{ ".csv", write_csv },
	{ ".txt", write_text },
};

static int write_form(enum bench_sample what, const char *path)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct bench_result *r;
		FILE *out;
		int err;

		if (!strstr(path, forms[i].suffix))
			continue;
		out = fopen(path, "w");
		if (!out)
			return 1;
		r = bench_sample_new(what);
		err = forms[i].write(r, out);
		free_result(r);
		return fclose(out) || err;
	}
	return 2;
}

static int write_page(const char *name, const char *path)
{
	for (int i = 0; i < SAMPLE_MAX; i++)
		if (!strcmp(name, bench_sample_names[i]))
			return write_form(i, path);
	return 2;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_whole_and_without_nonsense),
		cmocka_unit_test(text_of_others_is_escaped),
		cmocka_unit_test(long_runs_are_thinned_without_losing_the_worst),
		cmocka_unit_test(a_run_without_success_says_so),
		cmocka_unit_test(what_limited_is_said),
		cmocka_unit_test(a_full_disk_is_no_success),
	};

	if (argc == 3)
		return write_page(argv[1], argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
