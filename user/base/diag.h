/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BASE_DIAG_H
#define XEAP_BASE_DIAG_H

#include <xeap/error.h>

/* Write a diagnosis; NULL is accepted. Control characters become '?'. Returns `err`, so that callers can return it. */
int xeap_diag_set(struct xeap_diag *d, int err, uint32_t code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Make an error object; NULL when memory is short (the caller's return code then has to do). */
struct xeap_error *xeap_error_new(uint32_t code, const struct xeap_method_type *method,
				  uint32_t reason, const char *root_cause, const char *repair);

/* The enum xeap_code that a negative errno becomes at the host's boundary. */
uint32_t xeap_code_of_errno(int err);

#endif
