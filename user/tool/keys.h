/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_KEYS_H
#define XEAP_TOOL_KEYS_H

/*
 * Print every name that a configuration may have, a line each: where it stands (network, global),
 * the name, and what becomes of it (used, ignored, refused).
 */
void keys_print(void);

#endif
