/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_VIEW_H
#define XEAP_TOOL_BENCH_VIEW_H

#include <stdbool.h>

#include "tool/bench_result.h"

/*
 * The full screen of a run that is under way, by ncurses on standard output. One of them at a time,
 * all calls by the same thread.
 *
 * The terminal is left as it was by bench_view_close(), and by signals that end the program if they
 * had no handler of the caller's when the view was opened: set handlers before. ^Z is ignored while
 * it is open.
 */
struct bench_view;

/*
 * Open it, which reads the terminal's description from the disk. NULL: standard output is no
 * terminal, or none that can be drawn on, or this program was built without ncurses: log lines are
 * what to write then.
 */
struct bench_view *bench_view_open(void);
/* NULL is taken. Returns NULL. */
struct bench_view *bench_view_close(struct bench_view *v);

/*
 * Draw all that a run has so far, its seconds among it, and the last of them; NULL: there is none
 * yet. Follows the terminal's size.
 */
void bench_view_draw(struct bench_view *v, const struct bench_result *so_far,
		     const struct bench_second *last);

/* Whether somebody wants the run to stop: q was typed, or the terminal is gone. Does not wait. */
bool bench_view_stop(struct bench_view *v);
/* What to poll for POLLIN, to call bench_view_stop() then; -1: nobody can type. */
int bench_view_fd(const struct bench_view *v);

#endif
