/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_HEX_H
#define XEAP_TESTS_HEX_H

#include <stdint.h>
#include <stdio.h>

/* The octets of a string of hexadecimal digits; returns how many. */
static inline size_t hex(const char *digits, uint8_t *ret_bytes)
{
	size_t n = 0;
	unsigned int v;

	for (; sscanf(digits + 2 * n, "%2x", &v) == 1 && digits[2 * n]; n++)
		ret_bytes[n] = (uint8_t)v;
	return n;
}

#endif
