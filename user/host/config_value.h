/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_HOST_CONFIG_VALUE_H
#define XEAP_HOST_CONFIG_VALUE_H

#include <stdbool.h>
#include <xeap/span.h>

/* Bytes on the heap, a NUL after them. */
struct xeap_bytes {
	uint8_t *data;
	size_t len;
};

/* 0 or -ENOMEM. */
int xeap_bytes_copy(struct xeap_span from, struct xeap_bytes *ret_bytes);
void xeap_bytes_wipe(struct xeap_bytes *bytes);

/* Whether the bytes are those of a C string. */
bool xeap_span_is(struct xeap_span span, const char *text);

/*
 * The forms of wpa_supplicant.conf(5). Each returns 0, -ENOMEM, or -EINVAL with *ret_why a phrase
 * that says what would be right; the result is untouched on failure.
 */
int xeap_value_string(struct xeap_span text, struct xeap_bytes *ret_bytes, const char **ret_why);
int xeap_value_hex(struct xeap_span text, struct xeap_bytes *ret_bytes, const char **ret_why);

/* Decimal, 0x hexadecimal or 0 octal. 0 or -EINVAL. */
int xeap_value_number(struct xeap_span text, long *ret_number);

/* Take the next word off the front, words being separated by blanks; false when none is left. */
bool xeap_value_word(struct xeap_span *text, struct xeap_span *ret_word);

#endif
