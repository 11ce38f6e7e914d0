/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BASE_HEX_H
#define XEAP_BASE_HEX_H

#include <stdbool.h>
#include <xeap/span.h>

/* The value of a hexadecimal digit, or -1. */
static inline int xeap_hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Half as many octets as there are digits, which may lie at ret_octets; false and nothing written
 * when something is no digit, or one is left over.
 */
static inline bool xeap_hex_octets(struct xeap_span digits, uint8_t *ret_octets)
{
	for (size_t i = 0; i < digits.len; i++)
		if (xeap_hex_digit(digits.data[i]) < 0)
			return false;
	if (digits.len % 2)
		return false;
	for (size_t i = 0; i < digits.len / 2; i++)
		ret_octets[i] = (uint8_t)(xeap_hex_digit(digits.data[2 * i]) << 4 |
					  xeap_hex_digit(digits.data[2 * i + 1]));
	return true;
}

#endif
