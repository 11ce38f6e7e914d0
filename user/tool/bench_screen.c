/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tool/bench_screen.h"

#define NCURSES_NOMACROS
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <stdarg.h>
#include <string.h>
#include <wchar.h>

#include "tool/bench_facts.h"

#define SPARK_MAX 240
#define SPARK_LEVELS 8

enum colour {
	PLAIN,
	GOOD,
	BAD,
	LOUD,
	SOFT,
	COLOUR_MAX
};

/* Where the next line goes, and what it may be drawn with. */
struct canvas {
	int row, rows, columns;
	bool utf8;
};

void bench_screen_colours(void)
{
	if (!has_colors() || start_color() != OK || use_default_colors() != OK)
		return;
	init_pair(GOOD, COLOR_GREEN, -1);
	init_pair(BAD, COLOR_RED, -1);
	init_pair(LOUD, COLOR_YELLOW, -1);
	init_pair(SOFT, COLOR_CYAN, -1);
}

/* One character of text, as wide as it is; what cannot be shown is a question mark. */
static size_t put_character(const char *text, int room, int *ret_width)
{
	wchar_t wide[2] = { 0 };
	mbstate_t state = { 0 };
	size_t n = mbrtowc(wide, text, strlen(text), &state);
	int width;

	if (n == (size_t)-1 || n == (size_t)-2) {
		n = 1;
		wide[0] = L'?';
	}
	width = wcwidth(wide[0]);
	if (width < 0) {
		wide[0] = L'?';
		width = 1;
	}
	*ret_width = width;
	if (width <= room)
		waddnwstr(stdscr, wide, 1);
	return n;
}

/* At a column of the line, cut at the screen's edge. Returns the column behind it. */
static int put(const struct canvas *c, int column, enum colour colour, const char *text)
{
	if (c->row >= c->rows || wmove(stdscr, c->row, column) != OK)
		return column;
	wattr_set(stdscr, colour == LOUD ? A_BOLD : A_NORMAL, (short)colour, NULL);
	while (*text) {
		int width;

		text += put_character(text, c->columns - column, &width);
		if (width > c->columns - column)
			break;
		column += width;
	}
	wattr_set(stdscr, A_NORMAL, PLAIN, NULL);
	return column;
}

__attribute__((format(printf, 4, 5))) static int putf(const struct canvas *c, int column,
						      enum colour colour, const char *fmt, ...)
{
	char text[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return put(c, column, colour, text);
}

/* A value of an interval, for a sparkline. */
typedef double (*value_of)(const struct bench_second *s);

static double started_of(const struct bench_second *s)
{
	return bench_rate(s->started, s->length);
}

static double succeeded_of(const struct bench_second *s)
{
	return bench_rate(s->succeeded, s->length);
}

static double failed_of(const struct bench_second *s)
{
	return bench_rate(bench_second_failed(s), s->length);
}

static double under_way_of(const struct bench_second *s)
{
	return (double)s->under_way;
}

static double retransmitted_of(const struct bench_second *s)
{
	return bench_rate(s->retransmitted, s->length);
}

static double p50_of(const struct bench_second *s)
{
	return (double)s->p50;
}

static double p99_of(const struct bench_second *s)
{
	return (double)s->p99;
}

static double cpu_of(const struct bench_second *s)
{
	return s->cpu;
}

/* The last seconds as bars, as many as there is room for; the tallest is the largest of them. */
static void spark(const struct canvas *c, int column, enum colour colour,
		  const struct bench_result *r, value_of of)
{
	static const char *const blocks[] = { "\u2581", "\u2582", "\u2583", "\u2584",
					      "\u2585", "\u2586", "\u2587", "\u2588" };
	static const char *const letters[] = { "_", ".", ":", "-", "=", "+", "*", "#" };
	int room = c->columns - column;
	size_t n = room > 0 ? (size_t)room : 0, from;
	double most = 0;

	n = n > SPARK_MAX ? SPARK_MAX : n;
	n = n > r->second_count ? r->second_count : n;
	from = r->second_count - n;
	for (size_t i = from; i < r->second_count; i++)
		most = of(&r->seconds[i]) > most ? of(&r->seconds[i]) : most;
	for (size_t i = from; i < r->second_count; i++) {
		double share = most > 0 ? of(&r->seconds[i]) / most : 0;
		size_t level = (size_t)(share * (SPARK_LEVELS - 1) + .5);

		column = put(c, column, colour, (c->utf8 ? blocks : letters)[level]);
	}
}

/* The program, what it does, and how long. */
static void draw_head(struct canvas *c, const struct bench_result *r,
		      const struct bench_second *last)
{
	char at[48], of[52] = "";
	int column = put(c, 0, LOUD, "xeap bench");

	bench_text_time(last ? last->at : r->elapsed, at);
	if (r->duration > 0) {
		strcpy(of, " of ");
		bench_text_time(r->duration, of + 4);
	}
	column = putf(c, column + 2, PLAIN, "%s%s", at, of);
	putf(c, column + 2, SOFT, "%s%sover %s, %s", r->method, *r->method ? " " : "", r->transport,
	     r->target);
	c->row++;
	put(c, 0, SOFT, "q stops the run");
	c->row += 2;
}

/* "succeeded      248/s        14,890 ▁▂▃" */
static void draw_rate(struct canvas *c, const struct bench_result *r, const char *name,
		      enum colour colour, double rate, uint64_t total, value_of of)
{
	char a_second[32], all[32];

	bench_text_rate(rate, a_second);
	bench_text_count(total, all);
	putf(c, 0, PLAIN, "%-13s", name);
	putf(c, 13, colour, "%10s/s %15s", a_second, all);
	spark(c, 43, colour, r, of);
	c->row++;
}

static void draw_logins(struct canvas *c, const struct bench_result *r,
			const struct bench_second *last)
{
	const struct tally *t = &r->total;
	char under_way[32];

	draw_rate(c, r, "started", PLAIN, started_of(last), t->started, started_of);
	draw_rate(c, r, "succeeded", GOOD, succeeded_of(last), t->ended[BENCH_SUCCESS],
		  succeeded_of);
	draw_rate(c, r, "failed", tally_failed(t) ? BAD : PLAIN, failed_of(last), tally_failed(t),
		  failed_of);
	bench_text_count(last->under_way, under_way);
	putf(c, 0, PLAIN, "%-13s%28s", "under way", under_way);
	spark(c, 43, SOFT, r, under_way_of);
	c->row++;
	draw_rate(c, r, "retransmitted", PLAIN, retransmitted_of(last), t->retransmitted,
		  retransmitted_of);
	putf(c, 0, PLAIN, "%-13s%27.0f%%", "tester's CPU", last->cpu * 100);
	spark(c, 43, SOFT, r, cpu_of);
	c->row += 2;
}

static void draw_latency(const struct canvas *c, const char *name, const double us[5])
{
	char ms[24];
	int column = putf(c, 0, PLAIN, "%-32.32s", name);

	for (int i = 0; i < 5; i++) {
		bench_text_ms(us[i], ms);
		column = putf(c, column, PLAIN, "%9s", us[i] > 0 ? ms : "-");
	}
}

static void of_hist(const struct hist *h, double ret[5])
{
	for (size_t i = 0; i < BENCH_SHARES; i++)
		ret[i] = (double)hist_at(h, bench_shares[i].share);
	ret[4] = h->count ? (double)h->max : 0;
}

/* The line above latencies. */
static void draw_latency_head(struct canvas *c, const char *title)
{
	int column = putf(c, 0, SOFT, "%-32s", title);

	for (size_t i = 0; i < BENCH_SHARES; i++)
		column = putf(c, column, SOFT, "%9s", bench_shares[i].name);
	putf(c, column, SOFT, "%9s", "max");
	c->row++;
}

static void draw_login_latency(struct canvas *c, const struct bench_result *r,
			       const struct bench_second *last)
{
	const double now[5] = { (double)last->p50, (double)last->p90, (double)last->p99,
				(double)last->p999, (double)last->max };
	double all[5];

	draw_latency_head(c, "latency of logins, ms");
	draw_latency(c, "in the last second", now);
	c->row++;
	of_hist(&r->total.latency[BENCH_LOGIN], all);
	draw_latency(c, "in the whole run", all);
	c->row++;
	putf(c, 0, PLAIN, "%-13s", "p50");
	spark(c, 13, SOFT, r, p50_of);
	c->row++;
	putf(c, 0, PLAIN, "%-13s", "p99");
	spark(c, 13, SOFT, r, p99_of);
	c->row += 2;
}

static void draw_stages(struct canvas *c, const struct bench_result *r)
{
	double all[5];
	bool any = false;

	for (int i = 0; i < BENCH_LATENCY_MAX; i++) {
		if (i == BENCH_LOGIN || !r->total.latency[i].count)
			continue;
		if (!any)
			draw_latency_head(c, "stages in the whole run, ms");
		any = true;
		of_hist(&r->total.latency[i], all);
		draw_latency(c, bench_latency_name(i), all);
		c->row++;
	}
}

static void draw_failures(struct canvas *c, const struct bench_result *r)
{
	char n[32];

	if (!tally_failed(&r->total))
		return;
	put(c, 0, SOFT, "failures by cause");
	c->row++;
	for (int i = 0; i < BENCH_CAUSE_MAX; i++) {
		if (i == BENCH_SUCCESS || i == BENCH_ABANDONED || i == BENCH_CUT ||
		    !r->total.ended[i])
			continue;
		bench_text_count(r->total.ended[i], n);
		putf(c, 0, BAD, "%13s  %s", n, bench_cause_name(i));
		c->row++;
	}
	for (size_t i = 0; i < r->reason_count; i++) {
		bench_text_count(r->reasons[i].count, n);
		putf(c, 0, PLAIN, "%13s  %s", n, r->reasons[i].text);
		c->row++;
	}
	c->row++;
}

void bench_screen_draw(const struct bench_result *r, const struct bench_second *last, bool utf8)
{
	static const struct bench_second none;
	struct canvas c = { .rows = getmaxy(stdscr), .columns = getmaxx(stdscr), .utf8 = utf8 };

	draw_head(&c, r, last);
	if (r->bottleneck) {
		c.row--;
		putf(&c, 0, BAD, "The tester is the bottleneck: %s", r->bottleneck_why);
		c.row += 2;
	}
	last = last ? last : &none;
	draw_logins(&c, r, last);
	draw_login_latency(&c, r, last);
	/* What goes wrong goes before what a tall terminal has room for, too. */
	draw_failures(&c, r);
	draw_stages(&c, r);
}
