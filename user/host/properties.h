/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_HOST_PROPERTIES_H
#define XEAP_HOST_PROPERTIES_H

#include <xeap/plugin.h>

/* XEAP_PROP_ of a method that did not say: from the standard of its type, or what it shows. */
uint32_t xeap_properties_guess(const struct xeap_method *method);

/* sound.c. What keeps a method from being run, in words; NULL when nothing does. */
const char *xeap_method_fault(const struct xeap_method *method);

/*
 * methods.c. Make all methods of a plug-in known, or none. 0, or as xeap_method_register(), then
 * with the number of the one that was refused. Entries and what they point to stay.
 */
int xeap_method_register_all(const struct xeap_method_entry *entries, size_t count,
			     size_t *ret_refused);

#endif
