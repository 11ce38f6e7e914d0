/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A shared object, but no plug-in. */
extern const int no_plugin;
const int no_plugin = 1;
