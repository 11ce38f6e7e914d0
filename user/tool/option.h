/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_OPTION_H
#define XEAP_TOOL_OPTION_H

#include <stdbool.h>
#include <stdint.h>
#include <xeap/span.h>

/*
 * What options of several commands have in common. `command` is xeap's, such as "bench": messages
 * begin with it; NULL, and they begin with xeap alone. Each returns 0, or -EINVAL after one line on
 * stderr with *ret untouched.
 */

/* Say what is wrong; always -EINVAL. */
int option_wrong(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int option_count(const char *command, const char *option, const char *text, unsigned long long min,
		 unsigned long long max, unsigned long long *ret);
int option_uint(const char *command, const char *option, const char *text, unsigned int min,
		unsigned int max, unsigned int *ret);
int option_real(const char *command, const char *option, const char *text, double min, double max,
		double *ret);
/* Seconds, a day of them at most. */
int option_seconds(const char *command, const char *option, const char *text, xeap_time *ret);
/* An address; a station's is no group's. */
int option_mac(const char *command, const char *option, const char *text, bool station,
	       uint8_t ret[6]);
/* The same without a word. Returns whether it is one. */
bool option_mac_read(const char *text, bool station, uint8_t ret[6]);

#endif
