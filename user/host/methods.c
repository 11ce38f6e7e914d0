/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "host/host.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "host/properties.h"
#include "method/list.h"

/*
 * Registered for the life of the process, as EAPHost's method registry is for that of the
 * machine.
 */
static struct {
	pthread_mutex_t lock;
	size_t count;
	struct xeap_method_entry entry[XEAP_MAX_REGISTERED_METHODS];
} registered = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* The n-th method known: the built-in ones first. Under the lock. */
static const struct xeap_method *nth(size_t n)
{
	if (n < xeap_methods_builtin_count)
		return xeap_methods_builtin[n];
	n -= xeap_methods_builtin_count;
	return n < registered.count ? registered.entry[n].method : NULL;
}

const struct xeap_method *xeap_method_find(const char *name)
{
	const struct xeap_method *m;

	pthread_mutex_lock(&registered.lock);
	for (size_t n = 0; (m = nth(n)); n++)
		if (strcasecmp(m->name, name) == 0)
			break;
	pthread_mutex_unlock(&registered.lock);
	return m;
}

void xeap_method_names(char *buf, size_t size)
{
	const struct xeap_method *m;
	size_t at = 0;

	buf[0] = '\0';
	pthread_mutex_lock(&registered.lock);
	for (size_t n = 0; (m = nth(n)) && at < size; n++)
		at += (size_t)snprintf(buf + at, size - at, "%s%s", n ? ", " : "", m->name);
	pthread_mutex_unlock(&registered.lock);
}

/* Under the lock. */
static int add(const struct xeap_method_entry *entry)
{
	const struct xeap_method *m;

	for (size_t n = 0; (m = nth(n)); n++)
		if (strcasecmp(m->name, entry->method->name) == 0 ||
		    xeap_eap_type_equal(m->type, entry->method->type))
			return -EEXIST;
	if (registered.count == XEAP_MAX_REGISTERED_METHODS)
		return -ENOSPC;
	registered.entry[registered.count++] = *entry;
	return 0;
}

int xeap_method_register_all(const struct xeap_method_entry *entries, size_t count,
			     size_t *ret_refused)
{
	size_t before, n;
	int err = 0;

	pthread_mutex_lock(&registered.lock);
	before = registered.count;
	for (n = 0; n < count && !err; n++)
		err = xeap_method_fault(entries[n].method) ? -EINVAL : add(&entries[n]);
	if (err) {
		registered.count = before;
		*ret_refused = n - 1;
	}
	pthread_mutex_unlock(&registered.lock);
	return err;
}

int xeap_method_register(const struct xeap_method *method)
{
	struct xeap_method_entry entry = { .method = method };
	size_t refused;

	if (!method || xeap_method_fault(method))
		return -EINVAL;
	entry.properties = xeap_properties_guess(method);
	return xeap_method_register_all(&entry, 1, &refused);
}

int xeap_method_enumerate(size_t n, struct xeap_method_entry *ret_entry)
{
	const struct xeap_method *m;

	pthread_mutex_lock(&registered.lock);
	m = nth(n);
	if (m && n < xeap_methods_builtin_count)
		*ret_entry = (struct xeap_method_entry){
			.method = m,
			.properties = xeap_properties_guess(m),
		};
	else if (m)
		*ret_entry = registered.entry[n - xeap_methods_builtin_count];
	pthread_mutex_unlock(&registered.lock);
	return m ? 0 : -ENOENT;
}

uint32_t xeap_method_properties(const struct xeap_method *method)
{
	struct xeap_method_entry entry;

	for (size_t n = 0; !xeap_method_enumerate(n, &entry); n++)
		if (entry.method == method)
			return entry.properties;
	return xeap_properties_guess(method);
}
