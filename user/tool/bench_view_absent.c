/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Built without ncurses: there is no view. */
#include "tool/bench_view.h"

struct bench_view *bench_view_open(void)
{
	return NULL;
}

struct bench_view *bench_view_close(struct bench_view *v)
{
	return NULL;
}

void bench_view_draw(struct bench_view *v, const struct bench_result *so_far,
		     const struct bench_second *last)
{
}

bool bench_view_stop(struct bench_view *v)
{
	return false;
}

int bench_view_fd(const struct bench_view *v)
{
	return -1;
}
