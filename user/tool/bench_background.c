// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/bench_background.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEVICES_MAX 4096
#define WHY_MAX 200

static int wrong(const char *path, const char *what, char why[WHY_MAX])
{
	snprintf(why, WHY_MAX, "background load %.100s: %.80s", path, what);
	return -EINVAL;
}

/* -1: it is none, or below 0. */
static double number_of(const json_t *device, const char *key)
{
	const json_t *v = json_object_get(device, key);
	double n = json_is_number(v) ? json_number_value(v) : -1;

	return isfinite(n) && n >= 0 && n < 0x1p63 ? n : -1;
}

static bool take_device(const json_t *device, struct bench_background *ret)
{
	const char *name = json_string_value(json_object_get(device, "device"));
	double packets = number_of(device, "packets"), errors = number_of(device, "errors");
	double pps = number_of(device, "pps"), bps = number_of(device, "bps");

	if (!name || packets < 0 || errors < 0 || pps < 0 || bps < 0)
		return false;
	*ret = (struct bench_background){ .packets = (uint64_t)packets,
					  .errors = (uint64_t)errors,
					  .pps = pps,
					  .mbps = bps / 1e6 };
	snprintf(ret->name, sizeof(ret->name), "%s", name);
	return true;
}

static int take_devices(const char *path, const json_t *devices, struct bench_result *r,
			char why[WHY_MAX])
{
	size_t count = json_array_size(devices);
	struct bench_background *more;

	if (!count || count > DEVICES_MAX)
		return wrong(path, "\"devices\" has to be a list with what was sent", why);
	more = reallocarray(r->background, r->background_count + count, sizeof(*more));
	if (!more)
		return wrong(path, "out of memory", why);
	r->background = more;
	for (size_t i = 0; i < count; i++)
		if (!take_device(json_array_get(devices, i), &more[r->background_count + i]))
			return wrong(path, "a device without device, packets, errors, pps and bps",
				     why);
	r->background_count += count;
	return 0;
}

int bench_background_read(const char *path, struct bench_result *r, char why[WHY_MAX])
{
	json_error_t error;
	json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	const char *schema = json_string_value(json_object_get(root, "schema"));
	int err;

	if (!root)
		err = wrong(path, error.text, why);
	else if (!schema || (strcmp(schema, "xeap-pktgen") && strcmp(schema, "xeap-flood")))
		err = wrong(path, "neither scripts/pktgen -j nor xeap flood --json wrote this",
			    why);
	else if (json_integer_value(json_object_get(root, "version")) != 1)
		err = wrong(path, "version 1 is what can be read", why);
	else
		err = take_devices(path, json_object_get(root, "devices"), r, why);
	json_decref(root);
	return err;
}
