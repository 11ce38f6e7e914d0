/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The directory of plug-ins: which files are taken, and what becomes of them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xeap/plugin.h>

#include "base/diag.h"
#include "host/properties.h"
#include "plugin/isolate.h"
#include "plugin/module.h"

#define DEFAULT_TIMEOUT_MS 2000
#define SUFFIX ".so"

struct loader {
	struct xeap_plugins_options o;
	bool is_default; /* nobody asked for this directory */
	int dir;
	char path[PATH_MAX]; /* of the file at hand, for messages */
};

static int read_options(struct loader *l, const struct xeap_plugins_options *options,
			struct xeap_diag *ret_diag)
{
	if (options && options->size < sizeof(options->size))
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "options of plug-ins without a size");
	if (options)
		memcpy(&l->o, options, options->size < sizeof(l->o) ? options->size : sizeof(l->o));
	l->is_default = !l->o.directory;
	if (l->is_default)
		l->o.directory = XEAP_PLUGIN_DIR;
	if (!l->o.host_path)
		l->o.host_path = XEAP_METHOD_HOST;
	if (!l->o.timeout_ms)
		l->o.timeout_ms = DEFAULT_TIMEOUT_MS;
	return 0;
}

/* Only root and the user that runs this may have written it. */
static int check_owner(const char *path, const struct stat *st, struct xeap_diag *ret_diag)
{
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return xeap_diag_set(ret_diag, -EACCES, XEAP_E_METHOD_NOT_INSTALLED,
				     "%s: it belongs to user %u; chown it to root", path,
				     (unsigned int)st->st_uid);
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return xeap_diag_set(ret_diag, -EACCES, XEAP_E_METHOD_NOT_INSTALLED,
				     "%s: others than its owner may write it (mode %04o); chmod "
				     "go-w",
				     path, st->st_mode & 07777u);
	return 0;
}

static int fail(const char *path, int err, struct xeap_diag *ret_diag)
{
	return xeap_diag_set(ret_diag, err, XEAP_E_METHOD_NOT_INSTALLED, "%s: %s", path,
			     strerror(-err));
}

static int open_directory(struct loader *l, struct xeap_diag *ret_diag)
{
	struct stat st;
	int err;

	l->dir = open(l->o.directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l->dir < 0 || fstat(l->dir, &st)) {
		err = fail(l->o.directory, -errno, ret_diag);
	} else {
		err = check_owner(l->o.directory, &st, ret_diag);
	}
	if (err && l->dir >= 0)
		close(l->dir);
	return err;
}

/* A symbolic link may name another file of this directory, which nobody else can write. */
static int follow(const struct loader *l, const char *link, struct xeap_diag *ret_diag)
{
	char target[NAME_MAX + 1];
	ssize_t n = readlinkat(l->dir, link, target, sizeof(target));

	if (n < 0)
		return fail(l->path, -errno, ret_diag);
	if ((size_t)n == sizeof(target) || memchr(target, '/', (size_t)n))
		return xeap_diag_set(ret_diag, -ELOOP, XEAP_E_METHOD_NOT_INSTALLED,
				     "%s: a symbolic link that leaves its directory", l->path);
	target[n] = '\0';
	n = openat(l->dir, target, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	return n < 0 ? fail(l->path, -errno, ret_diag) : (int)n;
}

/* The file itself, checked; from here on it is known by its descriptor alone. */
static int open_file(const struct loader *l, const char *name, struct xeap_diag *ret_diag)
{
	int fd = openat(l->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), err;
	struct stat st;

	if (fd < 0)
		fd = errno == ELOOP ? follow(l, name, ret_diag) : fail(l->path, -errno, ret_diag);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st))
		err = fail(l->path, -errno, ret_diag);
	else if (!S_ISREG(st.st_mode))
		err = xeap_diag_set(ret_diag, -EACCES, XEAP_E_METHOD_NOT_INSTALLED,
				    "%s: it is no regular file", l->path);
	else
		err = check_owner(l->path, &st, ret_diag);
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int add(const struct loader *l, const struct xeap_method_entry *entries, size_t count,
	       struct xeap_diag *ret_diag)
{
	size_t refused = 0;
	int err = xeap_method_register_all(entries, count, &refused);

	if (!err)
		return 0;
	return xeap_diag_set(ret_diag, err, XEAP_E_METHOD_NOT_INSTALLED, "%s: method %s: %s",
			     l->path, entries[refused].method->name,
			     err == -EEXIST   ? "its name or type is taken by another"
			     : err == -ENOSPC ? "there are too many methods"
					      : "its type is none of a method");
}

static int add_module(const struct loader *l, const struct xeap_module *m,
		      struct xeap_diag *ret_diag)
{
	struct xeap_method_entry entries[XEAP_PLUGIN_METHODS_MAX];
	char *file = strdup(l->path); /* stays with the methods */
	int err;

	if (!file)
		return fail(l->path, -ENOMEM, ret_diag);
	for (size_t i = 0; i < m->count; i++)
		entries[i] = (struct xeap_method_entry){
			.method = m->plugin->methods[i].method,
			.properties = m->plugin->methods[i].properties,
			.file = file,
		};
	err = add(l, entries, m->count, ret_diag);
	if (err)
		free(file);
	return err;
}

static int load_here(const struct loader *l, int fd, struct xeap_diag *ret_diag)
{
	struct xeap_module m;
	int err = xeap_module_open(fd, l->path, &m, ret_diag);

	close(fd);
	if (err)
		return err;
	err = add_module(l, &m, ret_diag);
	if (err)
		xeap_module_close(&m);
	return err;
}

static int add_isolated(const struct loader *l, struct xeap_process *p, struct xeap_diag *ret_diag)
{
	struct xeap_method_entry entries[XEAP_PLUGIN_METHODS_MAX];
	int err;

	xeap_process_lock(p);
	err = xeap_process_start(p, ret_diag);
	xeap_process_unlock(p);
	if (err)
		return err;
	err = xeap_isolate_methods(p, entries);
	if (err)
		return fail(l->path, err, ret_diag);
	err = add(l, entries, p->hello.count, ret_diag);
	if (err)
		xeap_isolate_forget(p);
	return err;
}

static int load_isolated(const struct loader *l, int fd, struct xeap_diag *ret_diag)
{
	struct xeap_process *p;
	int err = xeap_process_new(fd, l->path, l->o.host_path, l->o.timeout_ms, &p);

	if (err) {
		close(fd);
		return fail(l->path, err, ret_diag);
	}
	p->launch = l->o.launch;
	p->launch_ctx = l->o.ctx;
	err = add_isolated(l, p, ret_diag);
	if (err)
		xeap_process_free(p);
	return err;
}

static bool load_file(struct loader *l, const char *name)
{
	struct xeap_diag why = { 0 };
	int fd, err;

	snprintf(l->path, sizeof(l->path), "%s/%s", l->o.directory, name);
	fd = open_file(l, name, &why);
	if (fd < 0)
		err = fd;
	else
		err = l->o.isolate ? load_isolated(l, fd, &why) : load_here(l, fd, &why);
	if (err && l->o.refused)
		l->o.refused(l->o.ctx, &why);
	return !err;
}

static int is_plugin(const struct dirent *e)
{
	size_t n = strlen(e->d_name), suffix = strlen(SUFFIX);

	return e->d_name[0] != '.' && n > suffix && !strcmp(e->d_name + n - suffix, SUFFIX);
}

/* In the order of bytes, whatever the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int load_all(struct loader *l, struct xeap_diag *ret_diag)
{
	struct dirent **names;
	int n = scandirat(l->dir, ".", &names, is_plugin, by_name), loaded = 0;

	if (n < 0)
		return fail(l->o.directory, -errno, ret_diag);
	for (int i = 0; i < n; i++) {
		loaded += load_file(l, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return loaded;
}

int xeap_plugins_load(const struct xeap_plugins_options *options, struct xeap_diag *ret_diag)
{
	struct loader l = { 0 };
	int err = read_options(&l, options, ret_diag);

	if (err)
		return err;
	err = open_directory(&l, ret_diag);
	if (err == -ENOENT && l.is_default)
		return 0;
	if (err)
		return err;
	err = load_all(&l, ret_diag);
	close(l.dir);
	return err;
}
