/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BASE_UTF16_H
#define XEAP_BASE_UTF16_H

#include <stddef.h>
#include <stdint.h>
#include <xeap/span.h>

/*
 * UTF-8 to UTF-16 and back (RFC 3629, RFC 2781), units in this machine's byte order, exact or not
 * at all. Neither text may contain U+0000.
 */

/*
 * Write UTF-16 with a unit of zero after it. Returns the units that takes, that one included, more
 * than `room` when nothing of use was written; -EILSEQ for what is no UTF-8.
 */
long xeap_utf16_from_utf8(struct xeap_span text, uint16_t *buf, size_t room);

/*
 * Write UTF-8 with a NUL after it. `units` end at a unit of zero or after `len`. Returns the bytes
 * that takes, the NUL included, more than `room` when nothing of use was written; -EILSEQ for half
 * a surrogate pair.
 */
long xeap_utf16_to_utf8(const uint16_t *units, size_t len, char *buf, size_t room);

#endif
