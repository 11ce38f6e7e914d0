/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A result out of JSON that may come from anywhere: every member is there, has its type and its
 * limits, and histograms are what their cells say.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/bench_members.h"
#include "tool/bench_result.h"

#define WHY_MAX 200
#define FILE_MAX_BYTES (256u << 20)
#define READ_BYTES (64u << 10)

/* Where the reader is, for what it says. */
struct place {
	const char *file;
	char *why;
	char path[80]; /* "latency.login" */
};

__attribute__((format(printf, 3, 4))) static int wrong(const struct place *p, const char *key,
						       const char *fmt, ...)
{
	char what[80];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	snprintf(p->why, WHY_MAX, "%.50s: %.40s%s%.24s: %s", p->file, p->path,
		 *p->path && *key ? "." : "", key, what);
	return -EINVAL;
}

static int take_count(const struct place *p, const json_t *object, const char *key, uint64_t max,
		      uint64_t *ret)
{
	const json_t *v = json_object_get(object, key);

	if (!v)
		return wrong(p, key, "is missing");
	if (!json_is_integer(v) || json_integer_value(v) < 0 ||
	    (uint64_t)json_integer_value(v) > max)
		return wrong(p, key, "is no count from 0 to %" PRIu64, max);
	*ret = (uint64_t)json_integer_value(v);
	return 0;
}

static int take_real(const struct place *p, const json_t *object, const char *key, double *ret)
{
	const json_t *v = json_object_get(object, key);

	if (!v)
		return wrong(p, key, "is missing");
	if (!json_is_number(v) || !(json_number_value(v) >= 0) ||
	    !(json_number_value(v) <= BENCH_REAL_MAX))
		return wrong(p, key, "is no number from 0 to %g", BENCH_REAL_MAX);
	*ret = json_number_value(v);
	return 0;
}

/* jansson lets no string have a NUL within. */
static int take_text(const struct place *p, const json_t *object, const char *key, const char **ret)
{
	const json_t *v = json_object_get(object, key);

	if (!v)
		return wrong(p, key, "is missing");
	if (!json_is_string(v))
		return wrong(p, key, "is no text");
	*ret = json_string_value(v);
	return 0;
}

/*
 * A text is cut where the room ends, not refused: one that was not UTF-8 is longer in JSON, as
 * what is written in place of other bytes takes three.
 */
static void copy_text(char *to, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (len >= size)
		for (len = size - 1; len && ((unsigned char)text[len] & 0xC0) == 0x80;)
			len--;
	memcpy(to, text, len);
	to[len] = '\0';
}

static int take_digits(const struct place *p, const json_t *object, const char *key, uint64_t *ret)
{
	const char *text = NULL;
	int err = take_text(p, object, key, &text);

	if (err)
		return err;
	errno = 0;
	*ret = strtoull(text, NULL, 10);
	if (errno || !*text || strspn(text, "0123456789") != strlen(text))
		return wrong(p, key, "has to be the digits of a number below 2^64");
	return 0;
}

/* What holds others: objects and arrays. */
static int take_inner(const struct place *p, json_t *object, const char *key, json_type type,
		      json_t **ret)
{
	json_t *v = json_object_get(object, key);

	if (!v)
		return wrong(p, key, "is missing");
	if (json_typeof(v) != type)
		return wrong(p, key, type == JSON_ARRAY ? "is no array" : "is no object");
	*ret = v;
	return 0;
}

static int take_member(const struct place *p, const json_t *object, const struct bench_member *m,
		       void *base)
{
	const char *text = NULL;
	uint64_t count = 0;
	double real = 0;
	int err = 0;

	switch (m->kind) {
	case BENCH_TEXT:
		err = take_text(p, object, m->key, &text);
		if (!err)
			copy_text((char *)base + m->offset, m->size, text);
		break;
	case BENCH_COUNT:
		err = take_count(p, object, m->key,
				 m->size == sizeof(uint32_t) ? UINT32_MAX : BENCH_COUNT_MAX,
				 &count);
		if (!err)
			bench_member_set_count(m, base, count);
		break;
	case BENCH_DIGITS:
		err = take_digits(p, object, m->key, &count);
		if (!err)
			bench_member_set_count(m, base, count);
		break;
	case BENCH_REAL:
		err = take_real(p, object, m->key, &real);
		if (!err)
			bench_member_set_real(m, base, real);
		break;
	case BENCH_KIND_MAX:
		break;
	}
	return err;
}

static int take_members(const struct place *p, const json_t *object, const struct bench_member *m,
			void *base)
{
	int err = 0;

	for (; !err && m->key; m++)
		err = take_member(p, object, m, base);
	return err;
}

/* Counts by name, in an object of the object. Without `all` those that are 0 may be missing. */
static int take_counts(const struct place *p, json_t *object, const char *key, int n,
		       const char *(*name)(int i), bool all, uint64_t *ret)
{
	struct place inner = *p;
	unsigned __int128 sum = 0;
	json_t *v = NULL;
	int err = take_inner(p, object, key, JSON_OBJECT, &v);

	if (err)
		return err;
	snprintf(inner.path, sizeof(inner.path), "%.50s%s%.20s", p->path, *p->path ? "." : "", key);
	for (int i = 0; i < n; i++) {
		if (!all && !json_object_get(v, name(i)))
			continue;
		err = take_count(&inner, v, name(i), BENCH_COUNT_MAX, &ret[i]);
		if (err)
			return err;
		sum += ret[i];
	}
	return sum > BENCH_COUNT_MAX ? wrong(p, key, "adds up to more than can be counted") : 0;
}

static const char *cause_id(int i)
{
	return bench_cause_id((enum bench_cause)i);
}

static const char *latency_id(int i)
{
	return bench_latency_id((enum bench_latency)i);
}

static const char *fault_id(int i)
{
	return fault_kind_name((enum fault_kind)i);
}

/* null, or a text. */
static int take_reason(const struct place *p, const json_t *root, const char *key, bool *ret_so,
		       char *ret_why, size_t size)
{
	const char *text = NULL;
	int err;

	if (json_is_null(json_object_get(root, key)))
		return 0;
	err = take_text(p, root, key, &text);
	if (err)
		return err;
	*ret_so = true;
	copy_text(ret_why, size, text);
	return 0;
}

static int take_cell(const struct place *p, const json_t *pair, int64_t *last, struct hist *h)
{
	const json_t *cell = json_array_get(pair, 0), *count = json_array_get(pair, 1);

	if (json_array_size(pair) != 2 || !json_is_integer(cell) || !json_is_integer(count))
		return wrong(p, "cells", "an item is no [cell, count]");
	if (json_integer_value(cell) <= *last || json_integer_value(cell) >= HIST_CELLS)
		return wrong(p, "cells", "a cell is out of order or above %d", HIST_CELLS - 1);
	if (json_integer_value(count) <= 0 ||
	    (uint64_t)json_integer_value(count) > BENCH_COUNT_MAX - h->count)
		return wrong(p, "cells", "a count is below 1, or the sum too large");
	*last = json_integer_value(cell);
	hist_add_cell(h, (uint32_t)*last, (uint64_t)json_integer_value(count));
	return 0;
}

/* The sum of all values lies between what the cells' ends would make. */
static bool sum_is_sound(const struct hist *h, uint64_t sum)
{
	unsigned __int128 least = 0, most = 0;
	uint64_t low, high;

	for (uint32_t i = 0; (i = hist_next(h, i)) < HIST_CELLS; i++) {
		hist_cell(i, &low, &high);
		least += (unsigned __int128)h->cells[i] * low;
		most += (unsigned __int128)h->cells[i] * high;
	}
	return least <= sum && sum <= most;
}

static bool is_in_cell(uint32_t cell, uint64_t value)
{
	uint64_t low, high;

	hist_cell(cell, &low, &high);
	return low <= value && value <= high;
}

/* What the cells only say to one part in 512: it has to fit to them. */
static int take_exact(const struct place *p, const json_t *object, int64_t last, struct hist *h)
{
	uint64_t count = 0, sum = 0, min = 0, max = 0;
	int err = take_count(p, object, "count", BENCH_COUNT_MAX, &count);

	if (!err)
		err = take_count(p, object, "sum_us", BENCH_COUNT_MAX, &sum);
	if (!err)
		err = take_count(p, object, "min_us", HIST_MAX, &min);
	if (!err)
		err = take_count(p, object, "max_us", HIST_MAX, &max);
	if (err)
		return err;
	if (count != h->count)
		return wrong(p, "count", "is not what the cells add up to");
	if (!sum_is_sound(h, sum))
		return wrong(p, "sum_us", "cannot be with these cells");
	if (!count)
		return 0;
	if (min > max || !is_in_cell(hist_next(h, 0), min))
		return wrong(p, "min_us", "is not in the first cell");
	if (!is_in_cell((uint32_t)last, max))
		return wrong(p, "max_us", "is not in the last cell");
	h->sum = sum;
	h->min = min;
	h->max = max;
	return 0;
}

static int take_hist(const struct place *p, json_t *object, const char *key, struct hist *h)
{
	struct place inner = *p;
	const json_t *pair;
	json_t *v = NULL, *cells = NULL;
	int64_t last = -1;
	size_t i;
	int err = take_inner(p, object, key, JSON_OBJECT, &v);

	if (err)
		return err;
	snprintf(inner.path, sizeof(inner.path), "latency.%.40s", key);
	err = take_inner(&inner, v, "cells", JSON_ARRAY, &cells);
	if (err)
		return err;
	json_array_foreach(cells, i, pair)
	{
		err = take_cell(&inner, pair, &last, h);
		if (err)
			return err;
	}
	return take_exact(&inner, v, last, h);
}

static int take_latencies(struct place *p, json_t *root, struct bench_result *r)
{
	json_t *v = NULL;
	int err = take_inner(p, root, "latency", JSON_OBJECT, &v);

	strcpy(p->path, "latency");
	for (int i = 0; !err && i < BENCH_LATENCY_MAX; i++)
		err = take_hist(p, v, latency_id(i), &r->total.latency[i]);
	*p->path = '\0';
	return err;
}

static int take_second(struct place *p, json_t *v, struct bench_result *r)
{
	struct bench_second *s = bench_result_second(r);
	int err;

	if (!s) {
		snprintf(p->why, WHY_MAX, "%.50s: out of memory", p->file);
		return -ENOMEM;
	}
	err = take_members(p, v, bench_second_members, s);
	if (!err)
		err = take_counts(p, v, "failed", BENCH_CAUSE_MAX, cause_id, false, s->failed);
	if (!err)
		err = take_counts(p, v, "stages_us", BENCH_LATENCY_MAX, latency_id, false,
				  s->stage);
	if (!err && s > r->seconds && s->at < s[-1].at)
		err = wrong(p, "at_s", "is before that of the one in front of it");
	return err;
}

static int take_words(struct place *p, json_t *v, struct bench_result *r)
{
	const char *text = NULL;
	uint64_t count = 0, max = BENCH_COUNT_MAX;
	int err = take_text(p, v, "text", &text);

	/* However they are put together, their sum can be counted. */
	for (size_t i = 0; i < r->reason_count; i++)
		max -= r->reasons[i].count;
	if (!err)
		err = take_count(p, v, "count", max, &count);
	if (!err)
		bench_result_reason(r, text, count);
	return err;
}

static int take_background(struct place *p, json_t *v, struct bench_result *r)
{
	struct bench_background *more =
		reallocarray(r->background, r->background_count + 1, sizeof(*more));

	if (!more) {
		snprintf(p->why, WHY_MAX, "%.50s: out of memory", p->file);
		return -ENOMEM;
	}
	r->background = more;
	memset(&more[r->background_count], 0, sizeof(*more));
	return take_members(p, v, bench_background_members, &more[r->background_count++]);
}

static int take_list(struct place *p, json_t *root, const char *key, size_t max,
		     int (*take)(struct place *p, json_t *v, struct bench_result *r),
		     struct bench_result *r)
{
	json_t *list = NULL, *v;
	size_t i;
	int err = take_inner(p, root, key, JSON_ARRAY, &list);

	if (!err && json_array_size(list) > max)
		err = wrong(p, key, "has more than %zu items", max);
	if (err)
		return err;
	json_array_foreach(list, i, v)
	{
		snprintf(p->path, sizeof(p->path), "%s[%zu]", key, i);
		err = json_is_object(v) ? take(p, v, r) : wrong(p, "", "is no object");
		if (err)
			return err;
	}
	*p->path = '\0';
	return 0;
}

static int take_groups(struct place *p, json_t *root, struct bench_result *r)
{
	int err = 0;

	for (size_t g = 0; !err && g < BENCH_GROUPS; g++) {
		const char *key = bench_groups[g].key;
		json_t *v = root;

		*p->path = '\0';
		if (key)
			err = take_inner(p, root, key, JSON_OBJECT, &v);
		if (key)
			snprintf(p->path, sizeof(p->path), "%s", key);
		if (!err)
			err = take_members(p, v, bench_groups[g].members, r);
	}
	if (!err && (!r->threads || !r->ranks || !r->machines)) {
		strcpy(p->path, "run");
		err = wrong(p, !r->threads ? "threads" : !r->ranks ? "ranks" : "machines", "is 0");
	}
	*p->path = '\0';
	return err;
}

/* That it is a result at all, and one of this version. */
static int take_head(const struct place *p, const json_t *root, struct bench_result *r)
{
	const json_t *schema = json_object_get(root, "schema");
	uint64_t n = 0;
	int err;

	if (!json_is_string(schema) || strcmp(json_string_value(schema), BENCH_SCHEMA) != 0)
		return wrong(p, "schema", "is not \"%s\": this is no result of xeap bench",
			     BENCH_SCHEMA);
	err = take_count(p, root, "version", BENCH_COUNT_MAX, &n);
	if (err)
		return err;
	if (n != BENCH_SCHEMA_VERSION)
		return wrong(p, "version", "%" PRIu64 " is not %d, the one that this xeap reads", n,
			     BENCH_SCHEMA_VERSION);
	err = take_count(p, root, "began", BENCH_TIME_MAX, &n);
	if (!err)
		r->began = (time_t)n;
	return err;
}

static int take_all(struct place *p, json_t *root, struct bench_result *r)
{
	int err = take_head(p, root, r);

	if (!err)
		err = take_groups(p, root, r);
	if (!err)
		err = take_reason(p, root, "cut", &r->cut, r->cut_why, sizeof(r->cut_why));
	if (!err)
		err = take_reason(p, root, "bottleneck", &r->bottleneck, r->bottleneck_why,
				  sizeof(r->bottleneck_why));
	if (!err)
		err = take_counts(p, root, "ended", BENCH_CAUSE_MAX, cause_id, true,
				  r->total.ended);
	if (!err)
		err = take_counts(p, root, "faults", FAULT_KIND_MAX, fault_id, true, r->faults);
	if (!err)
		err = take_latencies(p, root, r);
	if (!err)
		err = take_list(p, root, "reasons", BENCH_ALERTS_MAX, take_words, r);
	if (!err)
		err = take_list(p, root, "background", 100000, take_background, r);
	if (!err)
		err = take_list(p, root, "seconds", 10000000, take_second, r);
	return err;
}

int bench_result_parse(const char *text, size_t len, const char *name, struct bench_result *ret,
		       char why[WHY_MAX])
{
	struct place p = { .file = name, .why = why };
	json_error_t error;
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	int err;

	memset(ret, 0, sizeof(*ret));
	if (!len) {
		snprintf(why, WHY_MAX, "%.50s: is empty", name);
		return -EINVAL;
	}
	if (!root) {
		snprintf(why, WHY_MAX, "%.50s: line %d, column %d: %.110s", name, error.line,
			 error.column, error.text);
		/* One line, whatever jansson cites. */
		for (char *at = why; *at; at++)
			*at = (unsigned char)*at < ' ' ? ' ' : *at;
		return -EINVAL;
	}
	if (json_is_object(root)) {
		err = take_all(&p, root, ret);
	} else {
		snprintf(why, WHY_MAX, "%.50s: this is no JSON object", name);
		err = -EINVAL;
	}
	json_decref(root);
	if (err)
		bench_result_done(ret);
	return err;
}

/* All of a file, malloc()ed. */
static int slurp(int fd, char **ret_text, size_t *ret_len)
{
	char *text = NULL, *more;
	size_t len = 0, room = 0;
	ssize_t n = 0;

	do {
		len += (size_t)n;
		if (len == room) {
			room = room ? room * 2 : READ_BYTES;
			more = room <= FILE_MAX_BYTES ? realloc(text, room) : NULL;
			if (!more) {
				free(text);
				return room <= FILE_MAX_BYTES ? -ENOMEM : -EFBIG;
			}
			text = more;
		}
		n = read(fd, text + len, room - len);
	} while (n > 0 || (n < 0 && errno == EINTR && !(n = 0)));
	if (n < 0) {
		n = -errno;
		free(text);
		return (int)n;
	}
	*ret_text = text;
	*ret_len = len;
	return 0;
}

int bench_result_read(const char *path, struct bench_result *ret, char why[WHY_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err = fd < 0 ? -errno : 0;
	char *text = NULL;
	size_t len = 0;

	memset(ret, 0, sizeof(*ret));
	if (!err)
		err = slurp(fd, &text, &len);
	if (fd >= 0)
		close(fd);
	if (err) {
		snprintf(why, WHY_MAX, "%.120s: %s", path, strerror(-err));
		return err;
	}
	err = bench_result_parse(text, len, path, ret, why);
	free(text);
	return err;
}
