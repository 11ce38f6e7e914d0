/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_PAGE_H
#define XEAP_TOOL_BENCH_PAGE_H

#include "tool/bench_result.h"

/* What stands around the plots of a page: its head, its style and the main figures, its tables. */
void bench_page_begin(FILE *out, const struct bench_result *r);
void bench_page_end(FILE *out, const struct bench_result *r);

#endif
