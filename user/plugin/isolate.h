/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PLUGIN_ISOLATE_H
#define XEAP_PLUGIN_ISOLATE_H

#include <plugin/process.h>

#define XEAP_ISOLATED_MAX 32 /* isolated methods in this process */

/*
 * Make methods that stand for those of a plug-in's process, which has said what it brings, in the
 * order in which it said so. Entries and process stay with them for the life of this process, once
 * they are registered. 0, -ENOSPC or -ENOMEM.
 */
int xeap_isolate_methods(struct xeap_process *p,
			 struct xeap_method_entry ret_entries[XEAP_PLUGIN_METHODS_MAX]);

/* Undo it, for methods that were not registered. */
void xeap_isolate_forget(struct xeap_process *p);

#endif
