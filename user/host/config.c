/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "host/config_network.h"
#include "host/config_value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int xeap_config_new(struct xeap_config **ret_config)
{
	struct xeap_config *config = calloc(1, sizeof(*config));

	if (!config)
		return -ENOMEM;
	*ret_config = config;
	return 0;
}

int xeap_config_overlay(const struct xeap_config *below, struct xeap_config **ret_config)
{
	struct xeap_config *config;
	int err = xeap_config_new(&config);

	if (err)
		return err;
	config->below = below;
	config->order = below->order;
	*ret_config = config;
	return 0;
}

struct xeap_config *xeap_config_free(struct xeap_config *config)
{
	if (!config)
		return NULL;
	for (size_t i = 0; i < config->count; i++)
		xeap_bytes_wipe(&config->entries[i].bytes);
	free(config->entries);
	free(config->origin);
	free(config);
	return NULL;
}

static struct xeap_config_entry *find_here(const struct xeap_config *config,
					   enum xeap_config_key key)
{
	for (size_t i = 0; i < config->count; i++) {
		if (config->entries[i].key == key)
			return &config->entries[i];
	}
	return NULL;
}

static const struct xeap_config_entry *find(const struct xeap_config *config,
					    enum xeap_config_key key)
{
	const struct xeap_config_entry *e = NULL;

	for (; config && !e; config = config->below)
		e = find_here(config, key);
	return e && !e->absent ? e : NULL;
}

int xeap_config_unset(struct xeap_config *config, enum xeap_config_key key)
{
	struct xeap_config_entry *e;

	if (config->below && find(config->below, key))
		return xeap_config_store(config,
					 (struct xeap_config_entry){ .key = key, .absent = true });
	e = find_here(config, key);
	if (!e)
		return 0;
	xeap_bytes_wipe(&e->bytes);
	*e = config->entries[--config->count];
	return 0;
}

int xeap_config_store(struct xeap_config *config, struct xeap_config_entry entry)
{
	struct xeap_config_entry *more, *old = find_here(config, entry.key);

	if (old) {
		xeap_bytes_wipe(&old->bytes);
		*old = entry;
		return 0;
	}
	more = reallocarray(config->entries, config->count + 1, sizeof(*more));
	if (!more) {
		xeap_bytes_wipe(&entry.bytes);
		return -ENOMEM;
	}
	config->entries = more;
	more[config->count++] = entry;
	return 0;
}

int xeap_config_put(struct xeap_config *config, enum xeap_config_key key, struct xeap_span bytes)
{
	struct xeap_config_entry entry = { .key = key };
	int err = xeap_bytes_copy(bytes, &entry.bytes);

	return err ? err : xeap_config_store(config, entry);
}

static int copy_entry(struct xeap_config *copy, const struct xeap_config_entry *from)
{
	struct xeap_config_entry entry = *from;
	int err = 0;

	if (from->bytes.data)
		err = xeap_bytes_copy(xeap_span(from->bytes.data, from->bytes.len), &entry.bytes);
	return err ? err : xeap_config_store(copy, entry);
}

/* What lies below others is copied first. */
static int copy_entries(struct xeap_config *copy, const struct xeap_config *from)
{
	int err = from->below ? copy_entries(copy, from->below) : 0;

	for (size_t i = 0; i < from->count && !err; i++)
		err = from->entries[i].absent ? xeap_config_unset(copy, from->entries[i].key)
					      : copy_entry(copy, &from->entries[i]);
	return err;
}

int xeap_config_copy(const struct xeap_config *from, struct xeap_config **ret_copy)
{
	const char *origin = xeap_config_origin(from);
	struct xeap_config *copy;
	int err = xeap_config_new(&copy);

	if (err)
		return err;
	copy->order = from->order;
	if (*origin)
		copy->origin = strdup(origin);
	err = *origin && !copy->origin ? -ENOMEM : copy_entries(copy, from);
	if (err) {
		xeap_config_free(copy);
		return err;
	}
	*ret_copy = copy;
	return 0;
}

static const struct xeap_bytes *bytes_of(const struct xeap_config *config, enum xeap_config_key key)
{
	const struct xeap_config_entry *e = find(config, key);

	return e && e->bytes.data ? &e->bytes : NULL;
}

struct xeap_span xeap_config_get(const struct xeap_config *config, enum xeap_config_key key)
{
	const struct xeap_bytes *bytes = bytes_of(config, key);

	return bytes ? xeap_span(bytes->data, bytes->len) : xeap_span(NULL, 0);
}

const char *xeap_config_get_string(const struct xeap_config *config, enum xeap_config_key key)
{
	const struct xeap_bytes *bytes = bytes_of(config, key);

	if (!bytes || memchr(bytes->data, 0, bytes->len))
		return NULL;
	return (const char *)bytes->data;
}

long xeap_config_get_int(const struct xeap_config *config, enum xeap_config_key key, long otherwise)
{
	const struct xeap_config_entry *e = find(config, key);

	return e && !e->bytes.data ? e->number : otherwise;
}

const char *xeap_config_get_eap(const struct xeap_config *config, size_t n)
{
	const struct xeap_bytes *bytes = bytes_of(config, XEAP_CONFIG_EAP);
	const char *p, *end;

	if (!bytes)
		return NULL;
	p = (const char *)bytes->data;
	end = p + bytes->len;
	for (; n && p < end; n--)
		p += strlen(p) + 1;
	return p < end ? p : NULL;
}

int xeap_config_get_word(const struct xeap_config *config, enum xeap_config_key key,
			 const char *name, struct xeap_span *ret_value)
{
	struct xeap_span text = xeap_config_get(config, key), word;
	size_t len = strlen(name);

	while (xeap_value_word(&text, &word)) {
		if (word.len <= len || memcmp(word.data, name, len) || word.data[len] != '=')
			continue;
		*ret_value = xeap_span(word.data + len + 1, word.len - len - 1);
		return 0;
	}
	return -ENOENT;
}

const char *xeap_config_origin(const struct xeap_config *config)
{
	for (; config; config = config->below)
		if (config->origin)
			return config->origin;
	return "";
}

bool xeap_config_usable(const struct xeap_config *config)
{
	struct xeap_span words = xeap_config_get(config, XEAP_CONFIG_KEY_MGMT), word;

	if (xeap_config_get_int(config, XEAP_CONFIG_DISABLED, 0))
		return false;
	if (!words.data)
		return true;
	while (xeap_value_word(&words, &word)) {
		if (xeap_span_is(word, "IEEE8021X"))
			return true;
	}
	return false;
}
