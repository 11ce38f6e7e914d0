/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Every row of the conformance table, over each API that is linked in and each kind of pool, as
 * cmocka tests; with --table, as a table of one row a line, each cell run in a process of its own.
 */
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance.h"

struct row {
	const char *id, *basis, *text;
	void (*run)(struct bed *b);
};

static const struct row rows[] = {
#define ROW(id, function, basis, text) { id, basis, text, function },
#include "conformance_rows.h"
#undef ROW
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))
#define APIS 2
#define CELLS (ROWS * APIS * POOL_KIND_MAX)
#define NAME 160
#define SECONDS 120 /* for one cell */

static const char *const kinds[POOL_KIND_MAX] = { [POOL_UMEM] = "umem", [POOL_HEAP] = "heap" };

/* One row over one API and one pool. */
struct cell {
	const struct row *row;
	const struct api *api;
	enum pool_kind kind;
	char name[NAME];
};

static struct cell cells[CELLS];
static struct CMUnitTest tests[CELLS];

static const struct api *api_number(int n)
{
	return n == 0 ? &conformance_native : &conformance_windows;
}

static void run(void **state)
{
	const struct cell *cell = *state;
	struct bed b;

	bed_open(&b, cell->api, cell->kind);
	cell->row->run(&b);
	bed_close(&b);
}

static void add(size_t n, const struct row *row, const struct api *api, enum pool_kind kind)
{
	struct cell *c = &cells[n];

	*c = (struct cell){ .row = row, .api = api, .kind = kind };
	snprintf(c->name, sizeof(c->name), "%s %s %s: %s", row->id, kinds[kind], api->name,
		 row->text);
	tests[n] = (struct CMUnitTest){ .name = c->name, .test_func = run, .initial_state = c };
}

/* Row by row, so that the four of a row stand together. Returns how many there are. */
static size_t add_all(void)
{
	size_t n = 0;

	for (size_t i = 0; i < ROWS; i++)
		for (int a = 0; a < APIS; a++)
			for (int k = 0; api_number(a) && k < POOL_KIND_MAX; k++)
				add(n++, &rows[i], api_number(a), (enum pool_kind)k);
	return n;
}

static bool passes_alone(const struct CMUnitTest *test)
{
	pid_t child;
	int status;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		alarm(SECONDS);
		if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
			exit(1);
		exit(_cmocka_run_group_tests("row", test, 1, NULL, NULL) != 0);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* The tests of a row from `at` on. Returns how many there are. */
static size_t print_row(size_t at, bool *ret_good)
{
	const struct row *row = cells[at].row;
	size_t n = 0;

	printf("%-4s %-4s", row->id, row->basis);
	for (int a = 0; a < APIS; a++)
		for (int k = 0; k < POOL_KIND_MAX; k++) {
			bool pass = api_number(a) && passes_alone(&tests[at + n]);

			n += api_number(a) != NULL;
			*ret_good &= pass;
			printf(" %-12s", !api_number(a) ? "missing" : pass ? "pass" : "FAIL");
		}
	printf(" %s\n", row->text);
	return n;
}

static int print_table(size_t count)
{
	bool good = true;

	printf("%-4s %-4s %-12s %-12s %-12s %-12s %s\n", "row", "of", "umem,native", "heap,native",
	       "umem,windows", "heap,windows", "what is to be seen");
	for (size_t at = 0; at < count;)
		at += print_row(at, &good);
	printf("%zu rows, %s\n", ROWS, good ? "all pass" : "not all pass");
	return !good;
}

int main(int argc, char **argv)
{
	size_t n = add_all();

	if (argc > 1 && strcmp(argv[1], "--table") == 0)
		return print_table(n);
	return _cmocka_run_group_tests("conformance", tests, n, NULL, NULL);
}
