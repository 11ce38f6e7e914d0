/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BASE_PRINTABLE_H
#define XEAP_BASE_PRINTABLE_H

#include <stdbool.h>
#include <xeap/span.h>

/*
 * Text from outside made fit for a terminal: UTF-8 without control characters or broken sequences,
 * each byte of which becomes '?'. With `lines` a line feed stays, and the carriage return before
 * one goes. Writes at most `size` bytes, the NUL included, and cuts between two characters. Returns
 * the length without the NUL.
 */
size_t xeap_printable(struct xeap_span text, bool lines, char *out, size_t size);

#endif
