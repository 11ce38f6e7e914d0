/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TOOL_OPTION_H
#define XEAP_TOOL_OPTION_H

/*
 * What options of several commands have in common. `command` is xeap's, such as "bench": messages
 * begin with it. Each returns 0, or -EINVAL after one line on stderr with *ret untouched.
 */

/* Say what is wrong; always -EINVAL. */
int option_wrong(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int option_count(const char *command, const char *option, const char *text, unsigned long long min,
		 unsigned long long max, unsigned long long *ret);
int option_real(const char *command, const char *option, const char *text, double min, double max,
		double *ret);

#endif
