// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/option.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int option_wrong(const char *command, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "xeap %s: ", command);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return -EINVAL;
}

int option_count(const char *command, const char *option, const char *text, unsigned long long min,
		 unsigned long long max, unsigned long long *ret)
{
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || n < min || n > max)
		return option_wrong(command, "%s takes a whole number from %llu to %llu, not '%s'",
				    option, min, max, text);
	*ret = n;
	return 0;
}

int option_real(const char *command, const char *option, const char *text, double min, double max,
		double *ret)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !(value >= min && value <= max))
		return option_wrong(command, "%s takes a number from %g to %g, not '%s'", option,
				    min, max, text);
	*ret = value;
	return 0;
}
