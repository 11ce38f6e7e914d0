// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/request.h"

#include <errno.h>
#include <fnmatch.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"

static int wrong(struct xeap_diag *ret_why, const char *what, const char *key)
{
	return xeap_diag_set(ret_why, -EINVAL, XEAP_E_INVALID_PARAMETER, "%s%s%.32s%s", what,
			     key ? " '" : "", key ? key : "", key ? "'" : "");
}

static int take_text(const json_t *v, char *ret, size_t size, const char *key,
		     struct xeap_diag *ret_why)
{
	if (!json_is_string(v))
		return wrong(ret_why, "the request has no text in", key);
	if (json_string_length(v) >= size)
		return wrong(ret_why, "the request has too much text in", key);
	memcpy(ret, json_string_value(v), json_string_length(v) + 1);
	return 0;
}

static int take_cmd(struct request *r, const json_t *v, struct xeap_diag *ret_why)
{
	return take_text(v, r->cmd, sizeof(r->cmd), "cmd", ret_why);
}

static int take_ports(struct request *r, const json_t *v, struct xeap_diag *ret_why)
{
	int err = take_text(v, r->ports, sizeof(r->ports), "ports", ret_why);

	return err ? err : port_list_check(r->ports, ret_why);
}

static int take_stations(struct request *r, const json_t *v, struct xeap_diag *ret_why)
{
	if (!json_is_boolean(v))
		return wrong(ret_why, "the request has neither true nor false in", "stations");
	r->stations = json_is_true(v);
	return 0;
}

static int take_count(struct request *r, const json_t *v, struct xeap_diag *ret_why)
{
	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return wrong(ret_why, "the request has no count in", "count");
	r->count = (uint64_t)json_integer_value(v);
	return 0;
}

static const struct key {
	const char *name;
	int (*take)(struct request *r, const json_t *v, struct xeap_diag *ret_why);
} keys[] = {
	{ "cmd", take_cmd },
	{ "ports", take_ports },
	{ "stations", take_stations },
	{ "count", take_count },
};

static int take(struct request *r, const char *name, const json_t *v, struct xeap_diag *ret_why)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!strcmp(keys[i].name, name))
			return keys[i].take(r, v, ret_why);
	return wrong(ret_why, "the request has an unknown key", name);
}

int request_read(const char *text, size_t len, struct request *ret, struct xeap_diag *ret_why)
{
	json_t *root, *v;
	const char *name;
	struct request r = { 0 };
	int err = 0;

	if (len > REQUEST_MAX)
		return wrong(ret_why, "the request is too long", NULL);
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(root))
		err = wrong(ret_why, "the request is not a JSON object", NULL);
	json_object_foreach(root, name, v) if (!err) err = take(&r, name, v, ret_why);
	if (!err && !*r.cmd)
		err = wrong(ret_why, "the request has no", "cmd");
	json_decref(root);
	if (!err)
		*ret = r;
	return err;
}

/* The first of a list, and where the rest begins: NULL when it is the last. */
static size_t first_of(const char *list, const char **ret_rest)
{
	size_t n = strcspn(list, ",");

	*ret_rest = list[n] ? list + n + 1 : NULL;
	return n;
}

int port_list_check(const char *list, struct xeap_diag *ret_why)
{
	while (list && *list) {
		const char *rest;
		size_t n = first_of(list, &rest);

		if (!n || (rest && !*rest))
			return wrong(ret_why, "the list of ports has an empty name in it", NULL);
		if (n > REQUEST_PATTERN_MAX)
			return wrong(ret_why, "no port can be called", list);
		list = rest;
	}
	return 0;
}

int request_add_ports(struct request *r, const char *list, struct xeap_diag *ret_why)
{
	size_t has = strlen(r->ports);

	if (!*list)
		return wrong(ret_why, "the list of ports is empty", NULL);
	if (has + 1 + strlen(list) > REQUEST_PORTS_MAX)
		return wrong(ret_why, "that are too many ports: name a pattern", NULL);
	if (port_list_check(list, ret_why))
		return -EINVAL;
	snprintf(r->ports + has, sizeof(r->ports) - has, "%s%s", has ? "," : "", list);
	return 0;
}

static bool is_pattern(const char *name)
{
	return strpbrk(name, "*?[");
}

bool port_list_fits(const char *list, const char *ifname)
{
	char name[REQUEST_PATTERN_MAX + 1];
	const char *rest = list;

	if (!*list)
		return true;
	while (rest && *rest) {
		size_t n = first_of(list = rest, &rest);

		if (n >= sizeof(name))
			continue;
		memcpy(name, list, n);
		name[n] = '\0';
		if (is_pattern(name) ? !fnmatch(name, ifname, 0) : !strcmp(name, ifname))
			return true;
	}
	return false;
}

bool port_list_name(const char *list, unsigned int n, char *ret_name, size_t size)
{
	const char *rest = list;

	while (rest && *rest) {
		size_t len = first_of(list = rest, &rest);

		snprintf(ret_name, size, "%.*s", (int)len, list);
		if (!is_pattern(ret_name) && !n--)
			return true;
	}
	return false;
}
