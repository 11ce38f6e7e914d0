/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_PLUGINS_H
#define XEAP_TOOL_PLUGINS_H

#include <stdbool.h>

/*
 * Load the plug-ins of a directory, NULL for where they are installed. Each that is refused gets a
 * line on stderr. host_path is that of xeap-method-host, NULL for where it is installed. 0, or a
 * negative errno after a line about the directory.
 */
int plugins_load(const char *directory, bool isolate, const char *host_path);

#endif
