// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/option.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int option_wrong(const char *command, const char *format, ...)
{
	va_list args;

	fprintf(stderr, command ? "xeap %s: " : "xeap: ", command);
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

int option_uint(const char *command, const char *option, const char *text, unsigned int min,
		unsigned int max, unsigned int *ret)
{
	unsigned long long n;
	int err = option_count(command, option, text, min, max, &n);

	if (!err)
		*ret = (unsigned int)n;
	return err;
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

int option_seconds(const char *command, const char *option, const char *text, xeap_time *ret)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !(seconds >= 0.001 && seconds <= 86400))
		return option_wrong(command, "%s takes seconds from 0.001 to 86400, not '%s'",
				    option, text);
	*ret = (xeap_time)(seconds * 1e6);
	return 0;
}

bool option_mac_read(const char *text, bool station, uint8_t ret[6])
{
	unsigned int octet[6];
	int len = 0;

	/* It takes blanks and signs as well. */
	if (strspn(text, "0123456789abcdefABCDEF:") != strlen(text) ||
	    sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &octet[0], &octet[1], &octet[2], &octet[3],
		   &octet[4], &octet[5], &len) != 6 ||
	    text[len] || (station && octet[0] & 1))
		return false;
	for (int i = 0; i < 6; i++)
		ret[i] = (uint8_t)octet[i];
	return true;
}

int option_mac(const char *command, const char *option, const char *text, bool station,
	       uint8_t ret[6])
{
	if (option_mac_read(text, station, ret))
		return 0;
	return option_wrong(command, "%s takes an address such as 02:00:00:00:00:01, %snot '%s'",
			    option, station ? "not a group's, " : "", text);
}
