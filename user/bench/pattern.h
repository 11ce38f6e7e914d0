/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_BENCH_PATTERN_H
#define XEAP_BENCH_PATTERN_H

#include <stddef.h>
#include <stdint.h>

/*
 * Text that differs from supplicant to supplicant: in a pattern
 *
 *	%d     the supplicant's number, from 0 on; %05d with zeros up to a width of 1 to 9
 *	%x     the same in hexadecimal; %06x with zeros
 *	%m     its MAC address, 020000000001
 *	%%     a percent sign
 */

#define PATTERN_MAX 256 /* bytes of what comes out, its NUL included */

/* 0; -EINVAL or, should it come out too long, -E2BIG, with *ret_why. */
int pattern_check(const char *pattern, const char **ret_why);

/* Write what a checked pattern says of one supplicant. Returns its length. */
size_t pattern_expand(const char *pattern, uint64_t number, const uint8_t mac[6],
		      char ret_text[PATTERN_MAX]);

/*
 * An address of each: a pattern with one number and no address in it, which comes out as twelve
 * hexadecimal digits, with colons or without, such as 02:00:00:%06x. 0 when it does for these
 * numbers, and no address is a group's; -EINVAL with *ret_why.
 */
int pattern_check_mac(const char *pattern, uint64_t count, const char **ret_why);
/* That of a checked one. */
void pattern_expand_mac(const char *pattern, uint64_t number, uint8_t ret_mac[6]);

/*
 * The next field of a line of a CSV file (RFC 4180), in place: quotes are taken off, *at is moved
 * to the field after it, NULL after the last one. Returns the field, NULL when quotes do not match.
 */
char *csv_field(char **at);

#endif
