/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PLUGIN_MODULE_H
#define XEAP_PLUGIN_MODULE_H

#include <xeap/plugin.h>

/* A shared object that is a plug-in, loaded into this process. */
struct xeap_module {
	void *handle;
	const struct xeap_plugin *plugin;
	size_t count; /* of its methods */
};

/*
 * Load the file behind a descriptor, and look at all that it brings. `name` stands in front of
 * messages. 0, or -EINVAL with one line; ret_module is untouched on failure.
 */
int xeap_module_open(int fd, const char *name, struct xeap_module *ret_module,
		     struct xeap_diag *ret_diag);
void xeap_module_close(struct xeap_module *module);

#endif
