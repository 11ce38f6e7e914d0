/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tool/bench_merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WHY_MAX 200

/* What no two runs have in common: their times are of a microsecond. */
struct mark {
	char host[65];
	time_t began;
	uint64_t seed, started, frames_tx, login_sum, memory;
	double elapsed, cpu_user, cpu_system;
};

struct merge {
	struct bench_result *r;
	struct bench_result *more; /* that is read into: a result is a megabyte */
	struct mark *marks;	   /* by path */
	char *const *paths;
	char *why;
};

static struct mark mark_of(const struct bench_result *r)
{
	struct mark m = {
		.began = r->began,
		.seed = r->seed,
		.started = r->total.started,
		.frames_tx = r->total.frames_tx,
		.login_sum = r->total.latency[BENCH_LOGIN].sum,
		.memory = r->memory,
		.elapsed = r->elapsed,
		.cpu_user = r->cpu_user,
		.cpu_system = r->cpu_system,
	};

	memcpy(m.host, r->host, sizeof(m.host));
	return m;
}

static bool are_one(const struct mark *a, const struct mark *b)
{
	return !strcmp(a->host, b->host) && a->began == b->began && a->seed == b->seed &&
	       a->started == b->started && a->frames_tx == b->frames_tx &&
	       a->login_sum == b->login_sum && a->memory == b->memory && a->elapsed == b->elapsed &&
	       a->cpu_user == b->cpu_user && a->cpu_system == b->cpu_system;
}

/* A file that is named twice, or a copy of one, would count twice. */
static int check_new(const struct merge *m, size_t number)
{
	for (size_t i = 0; i < number; i++) {
		if (!are_one(&m->marks[i], &m->marks[number]))
			continue;
		snprintf(m->why, WHY_MAX, "%.85s: is the same result as %.85s", m->paths[number],
			 m->paths[i]);
		return -EINVAL;
	}
	return 0;
}

static int add(struct merge *m, size_t number)
{
	char what[WHY_MAX];
	int err = bench_result_read(m->paths[number], m->more, m->why);

	if (err)
		return err;
	m->marks[number] = mark_of(m->more);
	err = check_new(m, number);
	if (!err) {
		err = bench_result_merge(m->r, m->more, what);
		if (err)
			snprintf(m->why, WHY_MAX, "%.60s: %.135s", m->paths[number], what);
	}
	bench_result_done(m->more);
	return err;
}

static int merge_all(struct merge *m, size_t count)
{
	int err = bench_result_read(m->paths[0], m->r, m->why);

	if (err)
		return err;
	m->marks[0] = mark_of(m->r);
	for (size_t i = 1; !err && i < count; i++)
		err = add(m, i);
	if (err)
		bench_result_done(m->r);
	return err;
}

int bench_merge(char *const *paths, size_t count, struct bench_result *ret, char why[WHY_MAX])
{
	struct merge m = { .r = ret, .paths = paths, .why = why };
	int err = -ENOMEM;

	memset(ret, 0, sizeof(*ret));
	if (!count) {
		snprintf(why, WHY_MAX, "there is no file to merge");
		return -EINVAL;
	}
	m.more = malloc(sizeof(*m.more));
	m.marks = calloc(count, sizeof(*m.marks));
	if (m.more && m.marks)
		err = merge_all(&m, count);
	else
		snprintf(why, WHY_MAX, "out of memory");
	free(m.more);
	free(m.marks);
	return err;
}
