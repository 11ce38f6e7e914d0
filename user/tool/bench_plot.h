/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_BENCH_PLOT_H
#define XEAP_TOOL_BENCH_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * Plots as inline SVG for the page of a run. Colours are classes, s0 to s6, which the page's style
 * gives values to, for light and for dark. All text is escaped here.
 */

/* Text of anybody, escaped for HTML and SVG; bytes that are not UTF-8 become U+FFFD. */
void bench_html_text(FILE *out, const char *text);

struct bench_series {
	const char *name;
	unsigned int colour;
	const double *y; /* one a point, NAN: none there */
	bool dashed, filled;
};

enum bench_scale {
	BENCH_LINEAR, /* from 0 on */
	BENCH_LOG,
	BENCH_NINES, /* x only: shares of 1, each nine as wide as the one before */
	BENCH_SCALE_MAX
};

struct bench_plot {
	const char *id, *title, *x_title, *y_title;
	const char *x_unit, *y_unit; /* for what is shown at a point */
	double width, height;
	enum bench_scale x_scale, y_scale;
	const double *x; /* rising */
	double x_max;	 /* the axis ends there */
	size_t points;
	const struct bench_series *series;
	size_t count;
};

/* A figure: its title, a legend, and the plot. False: no series has a point; nothing is written. */
bool bench_plot_lines(FILE *out, const struct bench_plot *p);

struct bench_bar {
	const char *name;
	double value;
	char text[48]; /* beside or in the bar */
	unsigned int colour;
};

/* One bar below the other. */
void bench_plot_bars(FILE *out, const char *id, const char *title, double width,
		     const struct bench_bar *bars, size_t count);
/* All in one bar, one behind the other, with a legend. */
void bench_plot_stack(FILE *out, const char *id, const char *title, double width,
		      const struct bench_bar *bars, size_t count);

#endif
