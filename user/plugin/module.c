/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "plugin/module.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "host/properties.h"
#include "wire/isolate.h"

static int refuse(const char *name, const char *why, struct xeap_diag *ret_diag)
{
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_METHOD_NOT_INSTALLED, "%s: %s", name, why);
}

/*
 * A path of the file behind a descriptor that no other file had before: the dynamic loader takes
 * files of one name for the same file, and numbers of descriptors are used again. The steps that
 * lead nowhere spell a number that is not.
 */
static void make_path(int fd, char *path, size_t size)
{
	static atomic_uint count;
	size_t at = (size_t)snprintf(path, size, "/proc/self/fd");

	for (unsigned int n = atomic_fetch_add(&count, 1); n; n >>= 1)
		at += (size_t)snprintf(path + at, size - at, n & 1 ? "/." : "//.");
	snprintf(path + at, size - at, "/%d", fd);
}

/* The dynamic loader's words, without the name that it was given for the file. */
static const char *loader_says(const char *path)
{
	const char *why = dlerror();
	size_t n = strlen(path);

	if (!why)
		return "it cannot be loaded";
	return !strncmp(why, path, n) && why[n] == ':' ? why + n + 2 : why;
}

static int refuse_method(const char *name, size_t n, const char *method, const char *why,
			 struct xeap_diag *ret_diag)
{
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_METHOD_NOT_INSTALLED,
			     "%s: method %zu%s%s: %s", name, n + 1, method ? ", " : "",
			     method ? method : "", why);
}

static int check_method(const char *name, size_t n, const struct xeap_method *m,
			struct xeap_diag *ret_diag)
{
	const char *fault = xeap_method_fault(m);

	if (fault) /* what another ABI has where the name is here must not be read */
		return refuse_method(name, n, m->abi == XEAP_METHOD_ABI ? m->name : NULL, fault,
				     ret_diag);
	if (!xeap_isolate_name_ok(m->name))
		return refuse_method(name, n, NULL,
				     "its name is not of up to 32 letters, digits and -_.",
				     ret_diag);
	return 0;
}

static int check_plugin(const char *name, struct xeap_module *m, struct xeap_diag *ret_diag)
{
	const struct xeap_plugin_method *methods;
	int err = 0;

	if (m->plugin->abi != XEAP_METHOD_ABI)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_METHOD_NOT_INSTALLED,
				     "%s: it was compiled for ABI %u, this is %u", name,
				     (unsigned int)m->plugin->abi, XEAP_METHOD_ABI);
	methods = m->plugin->methods;
	if (!methods || !methods[0].method)
		return refuse(name, "it brings no method", ret_diag);
	for (m->count = 0; !err && methods[m->count].method; m->count++) {
		if (m->count == XEAP_PLUGIN_METHODS_MAX)
			return refuse(name, "it brings too many methods", ret_diag);
		err = check_method(name, m->count, methods[m->count].method, ret_diag);
	}
	return err;
}

int xeap_module_open(int fd, const char *name, struct xeap_module *ret_module,
		     struct xeap_diag *ret_diag)
{
	struct xeap_module m = { 0 };
	char path[160];
	int err;

	make_path(fd, path, sizeof(path));
	m.handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!m.handle)
		return refuse(name, loader_says(path), ret_diag);
	m.plugin = dlsym(m.handle, XEAP_PLUGIN_SYMBOL);
	err = m.plugin ? check_plugin(name, &m, ret_diag)
		       : refuse(name, "it defines no " XEAP_PLUGIN_SYMBOL, ret_diag);
	if (err) {
		dlclose(m.handle);
		return err;
	}
	*ret_module = m;
	return 0;
}

void xeap_module_close(struct xeap_module *module)
{
	dlclose(module->handle);
	module->handle = NULL;
}
