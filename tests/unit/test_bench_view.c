/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The full screen of a run. Without a terminal there is none. With an argument it draws a sample on
 * the terminal that it has, a second of it at a time, for tests/scripts/test_bench_view to look at:
 *
 *	test_bench_view SAMPLE [quick | handler | abort]
 *
 * quick: all of it at once; handler: SIGTERM has a handler of the program's; abort: it dies.
 */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/bench_sample.h"
#include "tool/bench_view.h"

static void there_is_none_without_a_terminal(void **state)
{
	int out = dup(STDOUT_FILENO), pipes[2];
	struct bench_view *v;

	assert_int_equal(pipe(pipes), 0);
	fflush(stdout);
	dup2(pipes[1], STDOUT_FILENO);
	v = bench_view_open();
	dup2(out, STDOUT_FILENO);
	close(out);
	close(pipes[0]);
	close(pipes[1]);
	assert_null(v);
	assert_null(bench_view_close(NULL));
}

static volatile sig_atomic_t terminated;

static void on_term(int signal_number)
{
	terminated = 1;
}

/* Until q or, with a handler of its own, SIGTERM. Returns what ended it. */
static const char *run(struct bench_view *v, struct bench_result *r, bool quick)
{
	const size_t count = r->second_count;

	r->second_count = quick ? count : 0;
	for (;;) {
		struct pollfd p = { bench_view_fd(v), POLLIN, 0 };

		bench_view_draw(v, r, r->second_count ? &r->seconds[r->second_count - 1] : NULL);
		poll(&p, 1, 20);
		if (bench_view_stop(v))
			return "stopped";
		if (terminated)
			return "terminated";
		if (r->second_count < count)
			r->second_count++;
	}
}

static int draw(const char *sample, const char *how)
{
	struct bench_result *r = NULL;
	struct bench_view *v;
	const char *end;

	for (int i = 0; i < SAMPLE_MAX; i++)
		if (!strcmp(sample, bench_sample_names[i]))
			r = bench_sample_new(i);
	if (!r)
		return 2;
	if (!strcmp(how, "handler"))
		signal(SIGTERM, on_term);
	v = bench_view_open();
	if (!v) {
		bench_result_done(r);
		free(r);
		puts("no view");
		return 3;
	}
	if (!strcmp(how, "abort")) {
		bench_view_draw(v, r, &r->seconds[0]);
		abort();
	}
	end = run(v, r, !strcmp(how, "quick"));
	bench_view_close(v);
	bench_result_done(r);
	free(r);
	puts(end);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_is_none_without_a_terminal),
	};

	if (argc > 1)
		return draw(argv[1], argc > 2 ? argv[2] : "");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
