/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BASE_DIAG_H
#define XEAP_BASE_DIAG_H

#include <xeap/error.h>

/*
 * Write a diagnosis; NULL is accepted. Control characters become '?', a text too long is cut
 * between two UTF-8 characters. Returns `err`, so that callers can return it.
 */
int xeap_diag_set(struct xeap_diag *d, int err, uint32_t code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Make an error object; NULL when memory is short (the caller's return code then has to do).
 * method may be NULL; reason 0 means code; root_cause NULL means the text of the reason; repair
 * NULL means "". The strings are copied, their control characters replaced by '?'.
 */
struct xeap_error *xeap_error_new(uint32_t code, const struct xeap_method_type *method,
				  uint32_t reason, const char *root_cause, const char *repair);

/*
 * The enum xeap_code or XEAP_E_ number that a negative errno becomes at the host's boundary;
 * XEAP_E_AUTHENTICATION_FAILED for one that says nothing more exact.
 */
uint32_t xeap_code_of_errno(int err);

#endif
