/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tool/bench_ranks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int to_text(const struct bench_result *r, char **ret_text, size_t *ret_len)
{
	FILE *out = open_memstream(ret_text, ret_len);
	int err;

	if (!out)
		return -ENOMEM;
	err = bench_report_json(r, out);
	if (fclose(out) && !err)
		err = -ENOMEM;
	if (err) {
		free(*ret_text);
		*ret_text = NULL;
	}
	return err;
}

/* They began at once, whatever the clocks of their hosts say. */
static int add(struct bench_result *r, struct bench_result *more, const char *text, size_t len,
	       unsigned int rank, char why[BENCH_MPI_WHY])
{
	char name[24], what[BENCH_MPI_WHY];
	int err;

	snprintf(name, sizeof(name), "rank %u", rank);
	err = bench_result_parse(text, len, name, more, why);
	if (err)
		return err;
	more->began = r->began;
	err = bench_result_merge(r, more, what);
	if (err)
		snprintf(why, BENCH_MPI_WHY, "%s: %.160s", name, what);
	bench_result_done(more);
	return err;
}

static int merge_all(struct bench_mpi *m, struct bench_result *r, const char *all,
		     const size_t *lengths, char why[BENCH_MPI_WHY])
{
	struct bench_result *more = malloc(sizeof(*more)); /* a megabyte */
	int err = more ? 0 : -ENOMEM;

	/* The first is *r itself. */
	for (unsigned int i = 1; !err && i < m->ranks; i++) {
		all += lengths[i - 1];
		err = add(r, more, all, lengths[i], i, why);
	}
	free(more);
	return err;
}

int bench_ranks_merge(struct bench_mpi *m, struct bench_result *r, char why[BENCH_MPI_WHY])
{
	char *mine = NULL, *all = NULL;
	size_t *lengths = NULL, len = 0;
	int err;

	if (m->ranks == 1)
		return 0;
	snprintf(why, BENCH_MPI_WHY, "the ranks' results could not be gathered");
	/* Who has nothing to send comes, too: the others wait. */
	if (to_text(r, &mine, &len))
		len = 0;
	err = bench_mpi_gather(m, mine ? mine : "", len, &all, &lengths);
	if (!err && all)
		err = merge_all(m, r, all, lengths, why);
	free(mine);
	free(all);
	free(lengths);
	return err;
}
