/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "bench/pattern.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum part_kind {
	PART_CHAR,
	PART_NUMBER,
	PART_MAC,
	PART_BAD,
};

struct part {
	enum part_kind kind;
	int width; /* of a number, with zeros; 0: as it comes */
	char c;
};

/* The part at `at`, and where the next one is. */
static const char *next_part(const char *at, struct part *ret_part)
{
	*ret_part = (struct part){ .kind = PART_CHAR, .c = *at };
	if (*at++ != '%')
		return at;
	if (at[0] == '0' && at[1] >= '1' && at[1] <= '9') {
		ret_part->width = at[1] - '0';
		at += 2;
	}
	if (*at == 'd')
		ret_part->kind = PART_NUMBER;
	else if (*at == 'm' && !ret_part->width)
		ret_part->kind = PART_MAC;
	else if (*at != '%' || ret_part->width)
		ret_part->kind = PART_BAD;
	return *at ? at + 1 : at;
}

int pattern_check(const char *pattern, const char **ret_why)
{
	static const size_t longest[] = { [PART_CHAR] = 1, [PART_NUMBER] = 20, [PART_MAC] = 12 };
	struct part part;
	size_t len = 0;

	while (*pattern) {
		pattern = next_part(pattern, &part);
		if (part.kind == PART_BAD) {
			*ret_why = "after % comes d, 01d to 09d, m or %";
			return -EINVAL;
		}
		len += longest[part.kind];
	}
	*ret_why = "it is too long";
	return len < PATTERN_MAX ? 0 : -E2BIG;
}

size_t pattern_expand(const char *pattern, uint64_t number, const uint8_t mac[6],
		      char ret_text[PATTERN_MAX])
{
	struct part part;
	size_t at = 0;

	ret_text[0] = '\0';
	while (*pattern && at < PATTERN_MAX - 1) {
		char *to = ret_text + at;
		size_t room = PATTERN_MAX - at;

		pattern = next_part(pattern, &part);
		if (part.kind == PART_NUMBER)
			at += (size_t)snprintf(to, room, "%0*" PRIu64, part.width, number);
		else if (part.kind == PART_MAC)
			at += (size_t)snprintf(to, room, "%02x%02x%02x%02x%02x%02x", mac[0], mac[1],
					       mac[2], mac[3], mac[4], mac[5]);
		else
			at += (size_t)snprintf(to, room, "%c", part.c);
	}
	return at < PATTERN_MAX ? at : PATTERN_MAX - 1;
}

/* A field in quotes, whose two quotes are one. Returns where it ends, NULL: nowhere. */
static char *unquote(char *from)
{
	char *to = from;

	for (from++; *from; *to++ = *from++) {
		if (*from == '"' && *++from != '"') {
			*to = '\0';
			return from;
		}
	}
	return NULL;
}

char *csv_field(char **at)
{
	char *field = *at, *end;

	end = *field == '"' ? unquote(field) : field + strcspn(field, ",");
	if (!end || (*end && *end != ','))
		return NULL;
	*at = *end ? end + 1 : NULL;
	*end = '\0';
	return field;
}
