/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tool/bench_merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WHY_MAX 200

/* `more` is the one that is read into: a result is a megabyte. */
static int add(const char *path, struct bench_result *r, struct bench_result *more,
	       char why[WHY_MAX])
{
	char what[WHY_MAX];
	int err = bench_result_read(path, more, why);

	if (err)
		return err;
	err = bench_result_merge(r, more, what);
	if (err)
		snprintf(why, WHY_MAX, "%.60s: %.135s", path, what);
	bench_result_done(more);
	return err;
}

int bench_merge(char *const *paths, size_t count, struct bench_result *ret, char why[WHY_MAX])
{
	struct bench_result *more;
	int err;

	memset(ret, 0, sizeof(*ret));
	if (!count) {
		snprintf(why, WHY_MAX, "there is no file to merge");
		return -EINVAL;
	}
	more = malloc(sizeof(*more));
	if (!more) {
		snprintf(why, WHY_MAX, "out of memory");
		return -ENOMEM;
	}
	err = bench_result_read(paths[0], ret, why);
	for (size_t i = 1; !err && i < count; i++)
		err = add(paths[i], ret, more, why);
	free(more);
	if (err)
		bench_result_done(ret);
	return err;
}
