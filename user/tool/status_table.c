// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/status_print.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define CELL_MAX 48

/* What a table shows, in order. A narrow screen does without what has `dispensable`, 1 first. */
enum column {
	PORT,
	MAC,
	VLAN,
	DRIVER,
	MODE,
	RING,
	STATE,
	RESULT,
	METHOD,
	TLS,
	IN,
	OUT,
	LOST,
	IN_RATE,
	OUT_RATE,
	COLUMN_MAX
};

static const struct {
	const char *title;
	bool number;
	unsigned int dispensable;
} columns[COLUMN_MAX] = {
	[PORT] = { "PORT" },
	[MAC] = { "MAC" },
	[VLAN] = { "VLAN", true },
	[DRIVER] = { "DRIVER", false, 1 },
	[MODE] = { "MODE", false, 4 },
	[RING] = { "RING", false, 3 },
	[STATE] = { "STATE" },
	[RESULT] = { "RESULT" },
	[METHOD] = { "METHOD", false, 5 },
	[TLS] = { "TLS", false, 2 },
	[IN] = { "IN", true },
	[OUT] = { "OUT", true },
	[LOST] = { "LOST", true },
	[IN_RATE] = { "IN/S", true },
	[OUT_RATE] = { "OUT/S", true },
};
#define DISPENSABLE_MAX 5
#define GAP 2
#define REASON_MAX 1000

struct row {
	bool well; /* nobody need look at it first */
	const char *reason;
	char cell[COLUMN_MAX][CELL_MAX];
};

struct table {
	const struct status_view *view;
	struct row *rows;
	size_t count, room;
	int width[COLUMN_MAX]; /* 0: not shown */
};

/* Reading. What is not there is 0 or "-", so that a document of a newer version can be shown. */

static uint64_t number(const json_t *object, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(object, key));

	return n > 0 ? (uint64_t)n : 0;
}

static uint64_t number_in(const json_t *object, const char *inner, const char *key)
{
	return number(json_object_get(object, inner), key);
}

static const char *text(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s && *s ? s : "-";
}

static void put_text(struct row *r, enum column c, const char *s)
{
	snprintf(r->cell[c], CELL_MAX, "%s", s);
}

static void put_number(struct row *r, enum column c, uint64_t n)
{
	snprintf(r->cell[c], CELL_MAX, "%" PRIu64, n);
}

/* Rows */

static struct row *add_row(struct table *t)
{
	size_t room = t->room ? 2 * t->room : 64;
	struct row *more;

	if (t->count == t->room) {
		more = reallocarray(t->rows, room, sizeof(*more));
		if (!more)
			return NULL;
		t->rows = more;
		t->room = room;
	}
	memset(&t->rows[t->count], 0, sizeof(*t->rows));
	return &t->rows[t->count++];
}

static void fill_vlans(struct row *r, const json_t *supplicant)
{
	const json_t *vlans = json_object_get(supplicant, "vlans"), *v;
	size_t i, len = 0;

	put_text(r, VLAN, "-");
	json_array_foreach(vlans, i, v)
	{
		if (len < CELL_MAX)
			len += (size_t)snprintf(r->cell[VLAN] + len, CELL_MAX - len, "%s%d",
						i ? "." : "", (int)json_integer_value(v));
	}
}

static void fill_supplicant(struct row *r, const json_t *supplicant)
{
	const char *result = text(supplicant, "result");

	put_text(r, STATE, text(supplicant, "dot1xSuppPaeState"));
	put_text(r, RESULT, result);
	put_text(r, METHOD, text(supplicant, "method"));
	put_text(r, TLS, text(supplicant, "tls_version"));
	put_number(r, IN, number(supplicant, "dot1xSuppEapolFramesRx"));
	put_number(r, OUT, number(supplicant, "dot1xSuppEapolFramesTx"));
	r->well = !strcmp(result, "success");
	if (!r->well)
		r->reason = json_string_value(json_object_get(supplicant, "reason"));
}

/* A port with more than one, or none: how many of them are authenticated. */
static void fill_many(struct row *r, const json_t *port)
{
	uint64_t count = number(port, "count"), failed = number_in(port, "results", "failure");
	uint64_t authenticated = number_in(port, "states", "authenticated");

	snprintf(r->cell[STATE], CELL_MAX, "%" PRIu64 " of %" PRIu64, authenticated, count);
	r->well = count && number_in(port, "results", "success") == count;
	if (failed)
		snprintf(r->cell[RESULT], CELL_MAX, "%" PRIu64 " failed", failed);
	else
		put_text(r, RESULT, r->well ? "success" : "pending");
	put_text(r, METHOD, "-");
	put_text(r, TLS, "-");
	put_number(r, IN, number_in(port, "sum", "dot1xSuppEapolFramesRx"));
	put_number(r, OUT, number_in(port, "sum", "dot1xSuppEapolFramesTx"));
}

static const json_t *find_port(const json_t *document, const char *name)
{
	const json_t *port;
	size_t i;

	json_array_foreach(json_object_get(document, "ports"), i,
			   port) if (!strcmp(text(port, "port"), name)) return port;
	return NULL;
}

/* Ports mostly stand where they stood in the document before. */
static const json_t *same_port(const json_t *before, const json_t *port, size_t place)
{
	const char *name = text(port, "port");
	const json_t *p = json_array_get(json_object_get(before, "ports"), place);

	return p && !strcmp(text(p, "port"), name) ? p : find_port(before, name);
}

static void put_rate(struct row *r, enum column c, const struct status_view *v, uint64_t now,
		     uint64_t before)
{
	double rate = now > before && v->seconds > 0 ? (double)(now - before) / v->seconds : 0;

	snprintf(r->cell[c], CELL_MAX, "%.0f", rate);
}

static void fill_rates(struct row *r, const struct status_view *v, const json_t *port, size_t place)
{
	const json_t *before = same_port(v->before, port, place);

	put_rate(r, IN_RATE, v, number_in(port, "sum", "dot1xSuppEapolFramesRx"),
		 number_in(before ? before : port, "sum", "dot1xSuppEapolFramesRx"));
	put_rate(r, OUT_RATE, v, number_in(port, "sum", "dot1xSuppEapolFramesTx"),
		 number_in(before ? before : port, "sum", "dot1xSuppEapolFramesTx"));
}

static void add_port(struct table *t, const json_t *port, size_t place)
{
	const json_t *supplicants = json_object_get(port, "supplicants");
	struct row *r = add_row(t);

	if (!r)
		return;
	put_text(r, PORT, text(port, "port"));
	put_text(r, DRIVER, text(port, "driver"));
	put_text(r, MODE, text(port, "mode"));
	put_text(r, RING, text(port, "ring"));
	put_number(r, LOST,
		   number_in(port, "rings", "rx_dropped") + number_in(port, "rings", "tx_refused"));
	if (json_array_size(supplicants) == 1 && number(port, "count") == 1)
		fill_supplicant(r, json_array_get(supplicants, 0));
	else
		fill_many(r, port);
	if (!json_is_true(json_object_get(port, "link")))
		put_text(r, STATE, "no link");
	if (!json_is_true(json_object_get(port, "joined"))) {
		put_text(r, STATE, "not joined");
		r->reason = json_string_value(json_object_get(port, "reason"));
	}
	if (t->view->before)
		fill_rates(r, t->view, port, place);
}

static void add_supplicants(struct table *t, const json_t *port)
{
	const json_t *supplicant;
	size_t i;

	json_array_foreach(json_object_get(port, "supplicants"), i, supplicant)
	{
		struct row *r = add_row(t);

		if (!r)
			return;
		put_text(r, PORT, text(port, "port"));
		put_text(r, MAC, text(supplicant, "mac"));
		fill_vlans(r, supplicant);
		fill_supplicant(r, supplicant);
	}
}

/* Layout */

static int by_name(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return strverscmp(x->cell[PORT], y->cell[PORT]);
}

static int by_need(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return x->well != y->well ? x->well - y->well : by_name(a, b);
}

static unsigned int total_width(const struct table *t)
{
	unsigned int sum = 0;

	for (unsigned int c = 0; c < COLUMN_MAX; c++)
		if (t->width[c])
			sum += (unsigned int)t->width[c] + GAP;
	return sum;
}

static void measure(struct table *t)
{
	for (unsigned int c = 0; c < COLUMN_MAX; c++) {
		size_t widest = 0;

		for (size_t i = 0; i < t->count; i++) {
			size_t n = strlen(t->rows[i].cell[c]);

			widest = n > widest ? n : widest;
		}
		if (widest && widest < strlen(columns[c].title))
			widest = strlen(columns[c].title);
		t->width[c] = (int)widest;
	}
	for (unsigned int d = 1; d <= DISPENSABLE_MAX && t->view->columns; d++)
		for (unsigned int c = 0; c < COLUMN_MAX; c++)
			if (columns[c].dispensable == d && total_width(t) > t->view->columns)
				t->width[c] = 0;
}

/* The first column has nothing before it: PORT is never left out. */
static void print_cell(FILE *out, const struct table *t, unsigned int c, const char *s)
{
	if (c != PORT && t->width[c])
		fprintf(out, "%*s", GAP, "");
	if (t->width[c])
		fprintf(out, columns[c].number ? "%*s" : "%-*s", t->width[c], s);
}

/* Whatever of the reason fits on the line. */
static void print_row(FILE *out, const struct table *t, const struct row *r)
{
	int room = t->view->columns ? (int)t->view->columns - (int)total_width(t) : REASON_MAX;

	for (unsigned int c = 0; c < COLUMN_MAX; c++)
		print_cell(out, t, c, r->cell[c]);
	if (r->reason && room > 0)
		fprintf(out, "%*s%.*s", GAP, "", room, r->reason);
	putc('\n', out);
}

static void print_rows(FILE *out, const struct table *t, size_t most)
{
	for (unsigned int c = 0; c < COLUMN_MAX; c++)
		print_cell(out, t, c, columns[c].title);
	putc('\n', out);
	for (size_t i = 0; i < t->count && i < most; i++)
		print_row(out, t, &t->rows[i]);
	if (t->count > most)
		fprintf(out, "and %zu more\n", t->count - most);
}

/* The lines above the table */

struct sum {
	uint64_t rx, tx, copied, refused, dropped;
	uint64_t frames, free, held, spilled;
};

static void add_pool(struct sum *s, const json_t *pool)
{
	s->frames += number(pool, "frames");
	s->free += number(pool, "free");
	s->held += number(pool, "held");
	s->spilled += number(pool, "spilled");
}

static void add_rings(struct sum *s, const json_t *port)
{
	const json_t *rings = json_object_get(port, "rings");

	s->rx += number(rings, "frames_rx");
	s->tx += number(rings, "frames_tx");
	s->copied += number(rings, "tx_copied");
	s->refused += number(rings, "tx_refused");
	s->dropped += number(rings, "rx_dropped");
	add_pool(s, json_object_get(port, "pool"));
}

/* Of one worker, or with -1 of all. */
static struct sum add_up(const json_t *document, int worker)
{
	const json_t *item;
	struct sum s = { 0 };
	size_t i;

	json_array_foreach(json_object_get(document, "ports"), i,
			   item) if (worker < 0 || number(item, "worker") == (uint64_t)worker)
		add_rings(&s, item);
	json_array_foreach(json_object_get(document, "workers"), i, item)
	{
		if (worker >= 0 && number(item, "worker") != (uint64_t)worker)
			continue;
		add_pool(&s, json_object_get(item, "funnel_pool"));
		add_pool(&s, json_object_get(item, "packet_pool"));
	}
	return s;
}

static void print_sum(FILE *out, const struct sum *s)
{
	fprintf(out,
		"%" PRIu64 " in, %" PRIu64 " out, %" PRIu64 " copied, %" PRIu64 " refused, %" PRIu64
		" lost; of %" PRIu64 " frames %" PRIu64 " free, %" PRIu64 " held, %" PRIu64
		" spilled\n",
		s->rx, s->tx, s->copied, s->refused, s->dropped, s->frames, s->free, s->held,
		s->spilled);
}

static unsigned int print_sums(FILE *out, const json_t *document)
{
	size_t workers = json_array_size(json_object_get(document, "workers"));
	struct sum s = add_up(document, -1);

	fputs("rings: ", out);
	print_sum(out, &s);
	for (size_t i = 0; workers > 1 && i < workers; i++) {
		const json_t *w = json_array_get(json_object_get(document, "workers"), i);

		s = add_up(document, (int)i);
		fprintf(out, "worker %zu, %" PRIu64 " ports: ", i, number(w, "ports"));
		print_sum(out, &s);
	}
	return workers > 1 ? 1 + (unsigned int)workers : 1;
}

/* Frames by what the XDP program did with them, where there were any. */
static void print_steer(FILE *out, const json_t *document)
{
	const json_t *port, *v;
	json_t *sums = json_deep_copy(json_object_get(document, "steer"));
	const char *name, *gap = "XDP:";
	size_t i;

	json_array_foreach(json_object_get(document, "ports"), i, port)
	{
		json_object_foreach(json_object_get(port, "steer"), name, v) json_object_set_new(
			sums, name,
			json_integer((json_int_t)(number(sums, name) + json_integer_value(v))));
	}
	json_object_foreach(sums, name, v)
	{
		if (!json_integer_value(v))
			continue;
		fprintf(out, "%s %" PRIu64 " %s", gap, number(sums, name), name);
		gap = ",";
	}
	fputs(*gap == ',' ? "\n" : "XDP: no frame yet\n", out);
	json_decref(sums);
}

static void print_uptime(FILE *out, uint64_t us)
{
	uint64_t s = us / 1000000;

	if (s >= 86400)
		fprintf(out, "%" PRIu64 " d ", s / 86400);
	fprintf(out, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64 "\n", s / 3600 % 24, s / 60 % 60,
		s % 60);
}

/* Returns how many lines that were. */
static unsigned int print_summary(FILE *out, const json_t *document)
{
	const json_t *p = json_object_get(document, "process");
	const json_t *t = json_object_get(document, "totals");

	fprintf(out, "xeap %s, process %" PRIu64 ", up ", text(p, "version"), number(p, "pid"));
	print_uptime(out, number(p, "uptime_us"));
	fprintf(out,
		"%" PRIu64 " ports, %" PRIu64 " supplicants: %" PRIu64 " authenticated, %" PRIu64
		" failed, %" PRIu64 " pending\n",
		number(t, "ports"), number(t, "supplicants"), number(t, "success"),
		number(t, "failure"), number(t, "pending"));
	print_steer(out, document);
	return 3 + print_sums(out, document);
}

void status_print_table(FILE *out, const json_t *document, const struct status_view *view)
{
	struct table t = { .view = view };
	const json_t *port;
	size_t i, most = SIZE_MAX;
	unsigned int lines = print_summary(out, document) + 3; /* an empty one, titles, "more" */

	json_array_foreach(json_object_get(document, "ports"), i, port)
	{
		if (view->stations)
			add_supplicants(&t, port);
		else
			add_port(&t, port, i);
	}
	if (view->rows)
		most = view->rows > lines ? view->rows - lines : 0;
	if (t.count) {
		qsort(t.rows, t.count, sizeof(*t.rows), view->rows ? by_need : by_name);
		measure(&t);
		putc('\n', out);
		print_rows(out, &t, most);
	}
	free(t.rows);
}
