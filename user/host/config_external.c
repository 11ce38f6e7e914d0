/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Passwords that are kept outside a configuration. */
#include "host/config_keys.h"
#include "host/config_limits.h"
#include "host/config_network.h"
#include "host/config_value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

/* A line of NAME=VALUE. */
struct pair {
	struct xeap_span name, value;
	size_t line;
};

/* Sorted by name, then by line: a file may have one for each of tens of thousands of ports. */
struct pairs {
	struct pair *all;
	size_t count, room;
	const char *name; /* of the text, for messages */
	struct xeap_diag *diag;
};

static const enum xeap_config_key external_keys[] = {
	XEAP_CONFIG_PASSWORD_EXTERNAL,
	XEAP_CONFIG_MACHINE_PASSWORD_EXTERNAL,
};

#define KEYS (sizeof(external_keys) / sizeof(external_keys[0]))

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/*
 * Where the comment of a line begins, or its end. wpa_supplicant cuts at any # that is not between
 * quotes, and so in the middle of a password; here one counts only where a comment can be meant.
 */
static const uint8_t *find_comment(const uint8_t *p, const uint8_t *end)
{
	const uint8_t *start = p;

	for (; p < end; p++) {
		const uint8_t *quote = *p == '"' ? memchr(p + 1, '"', (size_t)(end - p - 1)) : NULL;

		if (*p == '#' && (p == start || blank(p[-1])))
			return p;
		if (quote)
			p = quote;
	}
	return end;
}

static struct xeap_span strip(const uint8_t *p, const uint8_t *end)
{
	while (p < end && blank(*p))
		p++;
	end = find_comment(p, end);
	while (end > p && blank(end[-1]))
		end--;
	return xeap_span(p, (size_t)(end - p));
}

static int refuse(const struct pairs *ps, size_t line, int err, const char *why)
{
	return xeap_diag_set(ps->diag, err, XEAP_E_INVALID_PARAMETER, "%s:%zu: %s", ps->name, line,
			     why);
}

static int no_memory(const struct pairs *ps)
{
	return xeap_diag_set(ps->diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "%s: out of memory",
			     ps->name);
}

static int add(struct pairs *ps, struct pair pair)
{
	size_t room = ps->room ? 2 * ps->room : 16;
	struct pair *more;

	if (ps->count == ps->room) {
		more = reallocarray(ps->all, room, sizeof(*more));
		if (!more)
			return no_memory(ps);
		ps->all = more;
		ps->room = room;
	}
	ps->all[ps->count++] = pair;
	return 0;
}

/* Nothing of a line is shown: it may be a password. */
static int read_line(struct pairs *ps, struct xeap_span text, size_t line)
{
	const uint8_t *end = text.data + text.len;
	const uint8_t *equals = memchr(text.data, '=', text.len);
	struct pair pair = { .line = line };

	if (!equals || equals == text.data)
		return refuse(ps, line, -EINVAL, "not a line of NAME=PASSWORD");
	if (equals + 1 == end)
		return refuse(ps, line, -EINVAL, "no password after the equals sign");
	if (memchr(text.data, 0, text.len))
		return refuse(ps, line, -EINVAL, "a password must not contain a zero byte");
	pair.name = xeap_span(text.data, (size_t)(equals - text.data));
	pair.value = xeap_span(equals + 1, (size_t)(end - equals - 1));
	return add(ps, pair);
}

static int read_lines(struct pairs *ps, struct xeap_span text)
{
	const uint8_t *p = text.data, *end = p + text.len;

	for (size_t line = 1; p < end; line++) {
		const uint8_t *newline = memchr(p, '\n', (size_t)(end - p));
		const uint8_t *stop = newline ? newline : end;
		struct xeap_span stripped = strip(p, stop);
		int err = 0;

		if (stop - p > XEAP_CONFIG_MAX_LINE)
			return refuse(ps, line, -E2BIG, "a line may have 16384 bytes");
		if (stripped.len)
			err = read_line(ps, stripped, line);
		if (err)
			return err;
		p = newline ? newline + 1 : end;
	}
	return 0;
}

static int compare_names(struct xeap_span a, struct xeap_span b)
{
	int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int order = compare_names(x->name, y->name);

	return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* The first line of a name, or NULL. */
static const struct pair *find(const struct pairs *ps, struct xeap_span name)
{
	size_t from = 0, to = ps->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (compare_names(ps->all[middle].name, name) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	if (from == ps->count || compare_names(ps->all[from].name, name) != 0)
		return NULL;
	return &ps->all[from];
}

static int resolve_key(const struct pairs *ps, struct xeap_config *config, enum xeap_config_key key)
{
	struct xeap_span name = xeap_config_get(config, key);
	const struct pair *pair;

	if (!name.data)
		return 0;
	pair = find(ps, name);
	if (!pair)
		return xeap_diag_set(ps->diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s: %s=ext:%.*s, and %s has no such name",
				     xeap_config_origin(config), xeap_config_key_name(key),
				     (int)name.len, name.data, ps->name);
	if (xeap_config_put(config, xeap_config_rule(key)->password, pair->value))
		return no_memory(ps);
	xeap_config_unset(config, key);
	return 0;
}

static int resolve_all(const struct pairs *ps, struct xeap_config_file *file)
{
	int err = 0;

	for (size_t i = 0; i < file->count && !err; i++) {
		for (size_t k = 0; k < KEYS && !err; k++)
			err = resolve_key(ps, file->networks[i], external_keys[k]);
	}
	return err;
}

int xeap_config_resolve(struct xeap_config_file *file, struct xeap_span text, const char *name,
			struct xeap_diag *ret_diag)
{
	struct pairs ps = { .name = name, .diag = ret_diag };
	int err;

	if (text.len > XEAP_CONFIG_MAX_TEXT)
		return xeap_diag_set(ret_diag, -E2BIG, XEAP_E_INVALID_PARAMETER,
				     "%s: more than %d bytes of passwords", name,
				     XEAP_CONFIG_MAX_TEXT);
	err = text.len ? read_lines(&ps, text) : 0;
	if (!err && ps.count)
		qsort(ps.all, ps.count, sizeof(*ps.all), compare);
	if (!err)
		err = resolve_all(&ps, file);
	free(ps.all);
	return err;
}

enum xeap_config_key xeap_config_external_key(const struct xeap_config *config)
{
	for (size_t k = 0; k < KEYS; k++) {
		if (xeap_config_get(config, external_keys[k]).data)
			return external_keys[k];
	}
	return XEAP_CONFIG_MAX;
}

bool xeap_config_wants_passwords(const struct xeap_config_file *file)
{
	for (size_t i = 0; i < file->count; i++) {
		if (xeap_config_external_key(file->networks[i]) != XEAP_CONFIG_MAX)
			return true;
	}
	return false;
}
