/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tool/bench_plot.h"

#include <math.h>
#include <string.h>

#include "tool/bench_facts.h"
#include "tool/json.h"

#define LEFT 62.0
#define RIGHT 14.0
#define TOP 10.0
#define BOTTOM 46.0
#define Y_TICKS 5
#define MARKED_POINTS 40 /* so few get a mark each */
#define MIN_SPAN 1e-9

/* An axis: a range of values on a range of the drawing. */
struct axis {
	enum bench_scale scale;
	double low, high; /* as scaled */
	double from, to;  /* in the drawing */
};

struct drawing {
	FILE *out;
	const struct bench_plot *plot;
	struct axis x, y;
};

void bench_html_text(FILE *out, const char *text)
{
	static const char special[] = "&<>\"'";
	static const char *const names[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };

	while (*text) {
		const char *at = strchr(special, *text);
		size_t n = json_character(text);

		if (at)
			fputs(names[at - special], out);
		else if (!n || (unsigned char)*text < ' ' || *text == 0x7F)
			fputs("\xEF\xBF\xBD", out);
		else
			fwrite(text, 1, n, out);
		text += n ? n : 1;
	}
}

static double scaled(enum bench_scale scale, double v)
{
	switch (scale) {
	case BENCH_LOG:
		return log10(v > MIN_SPAN ? v : MIN_SPAN);
	case BENCH_NINES:
		return -log10(1 - v > MIN_SPAN ? 1 - v : MIN_SPAN);
	case BENCH_LINEAR:
	case BENCH_SCALE_MAX:
		break;
	}
	return v;
}

static double place(const struct axis *a, double v)
{
	return a->from + (scaled(a->scale, v) - a->low) / (a->high - a->low) * (a->to - a->from);
}

/* The number of the form 1, 2 or 5 times a power of ten next above, or not. */
static double round_number(double v, bool up)
{
	double power = pow(10, floor(log10(v))), found = power;
	static const double steps[] = { 1, 2, 5, 10 };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		double n = steps[i] * power;

		if (up && n >= v * (1 - MIN_SPAN))
			return n;
		if (!up && n <= v * (1 + MIN_SPAN))
			found = n;
	}
	return found;
}

/* Whether a value is a number, and one that a logarithm has. */
static bool is_shown(const struct bench_plot *p, double v)
{
	return isfinite(v) && (p->y_scale != BENCH_LOG || v > 0);
}

/* The least and the most of all series; false when there is none. */
static bool find_range(const struct bench_plot *p, double *ret_min, double *ret_max)
{
	bool any = false;

	for (size_t s = 0; s < p->count; s++) {
		for (size_t i = 0; i < p->points; i++) {
			double v = p->series[s].y[i];

			if (!is_shown(p, v))
				continue;
			*ret_min = !any || v < *ret_min ? v : *ret_min;
			*ret_max = !any || v > *ret_max ? v : *ret_max;
			any = true;
		}
	}
	return any;
}

static double linear_step(double max)
{
	return max > MIN_SPAN ? round_number(max / Y_TICKS, true) : 1;
}

static void set_y(struct drawing *d, double min, double max)
{
	const struct bench_plot *p = d->plot;
	double step = linear_step(max);

	d->y = (struct axis){ p->y_scale, 0, 0, p->height - BOTTOM, TOP };
	if (p->y_scale == BENCH_LOG) {
		d->y.low = log10(round_number(min, false));
		d->y.high = log10(round_number(max, true));
		if (d->y.high - d->y.low < .3) {
			d->y.low -= .31;
			d->y.high += .31;
		}
	} else {
		d->y.high = step * ceil(max / step - MIN_SPAN);
		if (d->y.high < step)
			d->y.high = step;
	}
}

static void put_number(FILE *out, double v)
{
	char text[32];

	if (v >= 1000) {
		bench_text_rate(v, text);
		fputs(text, out);
	} else {
		fprintf(out, "%.4g", v);
	}
}

static void y_tick(struct drawing *d, double v)
{
	double y = place(&d->y, v);

	fprintf(d->out,
		"<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>"
		"<text class=\"tick\" text-anchor=\"end\" x=\"%.1f\" y=\"%.1f\">",
		d->x.from, y, d->x.to, d->x.from - 8, y + 4);
	put_number(d->out, v);
	fputs("</text>\n", d->out);
}

static void y_ticks(struct drawing *d)
{
	double high = d->y.high, step;
	bool few;

	if (d->y.scale != BENCH_LOG) {
		step = linear_step(high);
		for (double v = 0; v <= high * (1 + MIN_SPAN); v += step)
			y_tick(d, v);
		return;
	}
	few = high - d->y.low < 2.5;
	for (double e = floor(d->y.low); e <= high; e++) {
		static const double of_ten[] = { 1, 2, 5 };

		for (size_t i = 0; i < (few ? 3 : 1); i++) {
			double v = of_ten[i] * pow(10, e), at = log10(v);

			if (at >= d->y.low - MIN_SPAN && at <= high + MIN_SPAN)
				y_tick(d, v);
		}
	}
}

static void x_tick(struct drawing *d, double v, const char *label)
{
	double x = place(&d->x, v), y = d->y.from;

	fprintf(d->out,
		"<path class=\"mark\" d=\"M%.1f %.1fv5\"/>"
		"<text class=\"tick\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">",
		x, y, x, y + 19);
	if (label)
		fputs(label, d->out);
	else
		put_number(d->out, v);
	fputs("</text>\n", d->out);
}

static void x_ticks(struct drawing *d)
{
	double step = round_number(d->x.high / (d->plot->width > 700 ? 10 : 6), true);
	char label[16];

	if (d->x.scale != BENCH_NINES) {
		for (double v = 0; v <= d->x.high * (1 + MIN_SPAN); v += step)
			x_tick(d, v, NULL);
		return;
	}
	x_tick(d, 0, "0");
	x_tick(d, .5, "50");
	for (int nines = 1; nines <= d->x.high + MIN_SPAN; nines++) {
		snprintf(label, sizeof(label), "%.*f", nines > 2 ? nines - 2 : 0,
			 100 - 100 * pow(10, -nines));
		x_tick(d, 1 - pow(10, -nines), label);
	}
}

static void titles(struct drawing *d)
{
	double middle = (d->y.from + d->y.to) / 2;

	fprintf(d->out, "<text class=\"axis\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">",
		(d->x.from + d->x.to) / 2, d->plot->height - 6);
	bench_html_text(d->out, d->plot->x_title);
	fprintf(d->out,
		"</text><text class=\"axis\" text-anchor=\"middle\" "
		"transform=\"translate(13 %.1f) rotate(-90)\">",
		middle);
	bench_html_text(d->out, d->plot->y_title);
	fputs("</text>\n", d->out);
}

/* A line through the points of a run without gaps, or down to the axis and closed. */
static void draw_run(struct drawing *d, const double *y, size_t from, size_t to, bool filled)
{
	const double *x = d->plot->x;

	for (size_t i = from; i < to; i++)
		fprintf(d->out, "%c%.1f %.1f", i == from ? 'M' : 'L', place(&d->x, x[i]),
			place(&d->y, y[i]));
	if (filled)
		fprintf(d->out, "V%.1fH%.1fZ", d->y.from, place(&d->x, x[from]));
	else if (to == from + 1)
		fputs("h.01", d->out); /* with its round ends a dot */
}

static size_t draw_path(struct drawing *d, const double *y, bool filled)
{
	size_t shown = 0, from = 0;

	while (from < d->plot->points) {
		size_t to = from;

		while (to < d->plot->points && is_shown(d->plot, y[to]))
			to++;
		if (to > from)
			draw_run(d, y, from, to, filled);
		shown += to - from;
		from = to + 1;
	}
	return shown;
}

static void draw_marks(struct drawing *d, const struct bench_series *s)
{
	for (size_t i = 0; i < d->plot->points; i++)
		if (is_shown(d->plot, s->y[i]))
			fprintf(d->out,
				"<circle class=\"dot s%u\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n",
				s->colour, place(&d->x, d->plot->x[i]), place(&d->y, s->y[i]));
}

static void draw_series(struct drawing *d, const struct bench_series *s)
{
	size_t shown;

	if (s->filled) {
		fprintf(d->out, "<path class=\"area s%u\" d=\"", s->colour);
		draw_path(d, s->y, true);
		fputs("\"/>\n", d->out);
	}
	fprintf(d->out, "<path class=\"line s%u%s\" d=\"", s->colour, s->dashed ? " dashed" : "");
	shown = draw_path(d, s->y, false);
	fputs("\" data-series=\"", d->out);
	bench_html_text(d->out, s->name);
	fprintf(d->out, "\" data-points=\"%zu\"/>\n", shown);
	if (d->plot->points <= MARKED_POINTS)
		draw_marks(d, s);
}

/* What a pointer over the plot is told: the values at the nearest point. */
static void draw_hints(struct drawing *d)
{
	const struct bench_plot *p = d->plot;
	double left = d->x.from;

	fputs("<g class=\"hints\">\n", d->out);
	for (size_t i = 0; i < p->points; i++) {
		double x = place(&d->x, p->x[i]);
		double right = i + 1 < p->points ? (x + place(&d->x, p->x[i + 1])) / 2 : d->x.to;

		fprintf(d->out,
			"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>", left,
			d->y.to, right > left ? right - left : 0, d->y.from - d->y.to);
		put_number(d->out, p->x_scale == BENCH_NINES ? p->x[i] * 100 : p->x[i]);
		fprintf(d->out, " %s", p->x_unit);
		for (size_t s = 0; s < p->count; s++) {
			if (!is_shown(p, p->series[s].y[i]))
				continue;
			fputs("\n", d->out);
			bench_html_text(d->out, p->series[s].name);
			fputs(": ", d->out);
			put_number(d->out, p->series[s].y[i]);
			fprintf(d->out, " %s", p->y_unit);
		}
		fputs("</title></rect>\n", d->out);
		left = right;
	}
	fputs("</g>\n", d->out);
}

static void open_figure(FILE *out, const char *id, const char *title)
{
	fprintf(out, "<figure id=\"%s\">\n<figcaption>", id);
	bench_html_text(out, title);
	fputs("</figcaption>\n", out);
}

static void open_svg(FILE *out, const char *title, double width, double height)
{
	fprintf(out, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", width, height);
	bench_html_text(out, title);
	fputs("\">\n", out);
}

static void put_key(FILE *out, unsigned int colour, const char *name, const char *value)
{
	fprintf(out, "<span><i class=\"s%u\"></i>", colour);
	bench_html_text(out, name);
	if (*value)
		fprintf(out, " <b>%s</b>", value);
	fputs("</span>\n", out);
}

bool bench_plot_lines(FILE *out, const struct bench_plot *p)
{
	struct drawing d = { .out = out, .plot = p };
	double min = 0, max = 0, x_max = scaled(p->x_scale, p->x_max);

	if (!find_range(p, &min, &max))
		return false;
	d.x = (struct axis){ p->x_scale, 0, x_max > MIN_SPAN ? x_max : 1, LEFT, p->width - RIGHT };
	set_y(&d, min, max);
	open_figure(out, p->id, p->title);
	if (p->count > 1) {
		fputs("<p class=\"legend\">\n", out);
		for (size_t s = 0; s < p->count; s++)
			put_key(out, p->series[s].colour, p->series[s].name, "");
		fputs("</p>\n", out);
	}
	open_svg(out, p->title, p->width, p->height);
	y_ticks(&d);
	fprintf(out, "<path class=\"mark\" d=\"M%.1f %.1fH%.1f\"/>\n", d.x.from, d.y.from, d.x.to);
	x_ticks(&d);
	titles(&d);
	for (size_t s = 0; s < p->count; s++)
		draw_series(&d, &p->series[s]);
	draw_hints(&d);
	fputs("</svg>\n</figure>\n", out);
	return true;
}

static double largest_of(const struct bench_bar *bars, size_t count)
{
	double most = 0;

	for (size_t i = 0; i < count; i++)
		most = bars[i].value > most ? bars[i].value : most;
	return most > 0 ? most : 1;
}

void bench_plot_bars(FILE *out, const char *id, const char *title, double width,
		     const struct bench_bar *bars, size_t count)
{
	const double label = 178, value = 118, row = 30, most = largest_of(bars, count);

	open_figure(out, id, title);
	open_svg(out, title, width, row * (double)count + 4);
	for (size_t i = 0; i < count; i++) {
		double y = row * (double)i, w = (width - label - value) * bars[i].value / most;

		fprintf(out, "<text class=\"name\" text-anchor=\"end\" x=\"%.1f\" y=\"%.1f\">",
			label - 10, y + 20);
		bench_html_text(out, bars[i].name);
		fprintf(out,
			"</text><rect class=\"bar s%u\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
			"height=\"20\" rx=\"3\"/>"
			"<text class=\"name\" x=\"%.1f\" y=\"%.1f\">",
			bars[i].colour, label, y + 5, w > 2 ? w : 2, label + (w > 2 ? w : 2) + 8,
			y + 20);
		bench_html_text(out, bars[i].text);
		fputs("</text>\n", out);
	}
	fputs("</svg>\n</figure>\n", out);
}

void bench_plot_stack(FILE *out, const char *id, const char *title, double width,
		      const struct bench_bar *bars, size_t count)
{
	const double height = 46, room_for_text = 58;
	double sum = 0, x = 0;

	for (size_t i = 0; i < count; i++)
		sum += bars[i].value;
	open_figure(out, id, title);
	open_svg(out, title, width, height);
	for (size_t i = 0; sum > 0 && i < count; i++) {
		double w = width * bars[i].value / sum;

		fprintf(out,
			"<rect class=\"bar s%u\" x=\"%.1f\" y=\"3\" width=\"%.1f\" height=\"40\" "
			"rx=\"3\"><title>",
			bars[i].colour, x, w > 2.5 ? w - 2 : .5);
		bench_html_text(out, bars[i].name);
		fputs(": ", out);
		bench_html_text(out, bars[i].text);
		fputs("</title></rect>\n", out);
		if (w > room_for_text)
			fprintf(out,
				"<text class=\"inside\" text-anchor=\"middle\" x=\"%.1f\" "
				"y=\"28\">%s</text>\n",
				x + w / 2 - 1, bars[i].text);
		x += w;
	}
	fputs("</svg>\n<p class=\"legend\">\n", out);
	for (size_t i = 0; i < count; i++)
		put_key(out, bars[i].colour, bars[i].name, bars[i].text);
	fputs("</p>\n</figure>\n", out);
}
