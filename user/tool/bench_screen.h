/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_SCREEN_H
#define XEAP_TOOL_BENCH_SCREEN_H

#include "tool/bench_result.h"

/* Draw with ncurses, on the terminal that it has open: from the top, what there is room for. */
void bench_screen_draw(const struct bench_result *r, const struct bench_second *last, bool utf8);
/* Colours, where the terminal has some. */
void bench_screen_colours(void);

#endif
