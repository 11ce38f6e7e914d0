/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_PLUGIN_SERVE_H
#define XEAP_PLUGIN_SERVE_H

/* What xeap-method-host finds open when it is started. */
#define XEAP_SERVE_SOCKET 3
#define XEAP_SERVE_PLUGIN 4

/* Give up every right that running methods does not need. Best effort: kernels differ. */
void xeap_confine(void);

/* Load the plug-in and answer calls until the program that made them is gone. */
void xeap_serve(const char *name);

#endif
