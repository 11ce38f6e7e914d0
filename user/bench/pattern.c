/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "bench/pattern.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum part_kind {
	PART_CHAR,
	PART_NUMBER,
	PART_HEX,
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
	else if (*at == 'x')
		ret_part->kind = PART_HEX;
	else if (*at == 'm' && !ret_part->width)
		ret_part->kind = PART_MAC;
	else if (*at != '%' || ret_part->width)
		ret_part->kind = PART_BAD;
	return *at ? at + 1 : at;
}

int pattern_check(const char *pattern, const char **ret_why)
{
	static const size_t longest[] = {
		[PART_CHAR] = 1, [PART_NUMBER] = 20, [PART_HEX] = 16, [PART_MAC] = 12
	};
	struct part part;
	size_t len = 0;

	while (*pattern) {
		pattern = next_part(pattern, &part);
		if (part.kind == PART_BAD) {
			*ret_why = "after % comes d, 01d to 09d, x, 01x to 09x, m or %";
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
		else if (part.kind == PART_HEX)
			at += (size_t)snprintf(to, room, "%0*" PRIx64, part.width, number);
		else if (part.kind == PART_MAC)
			at += (size_t)snprintf(to, room, "%02x%02x%02x%02x%02x%02x", mac[0], mac[1],
					       mac[2], mac[3], mac[4], mac[5]);
		else
			at += (size_t)snprintf(to, room, "%c", part.c);
	}
	return at < PATTERN_MAX ? at : PATTERN_MAX - 1;
}

/* How many numbers it has; -1: an address, or what is no pattern. */
static int numbers_in(const char *pattern)
{
	struct part part;
	int count = 0;

	while (*pattern) {
		pattern = next_part(pattern, &part);
		if (part.kind == PART_MAC || part.kind == PART_BAD)
			return -1;
		count += part.kind == PART_NUMBER || part.kind == PART_HEX;
	}
	return count;
}

/* Whether the text is twelve digits in pairs, with colons between them or without. */
static bool read_mac(const char *text, uint8_t ret_mac[6])
{
	for (int i = 0; i < 6; i++) {
		unsigned int octet;

		if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]))
			return false;
		sscanf(text, "%2x", &octet);
		ret_mac[i] = (uint8_t)octet;
		text += 2;
		if (*text == ':' && i < 5)
			text++;
	}
	return !*text;
}

int pattern_check_mac(const char *pattern, uint64_t count, const char **ret_why)
{
	static const uint8_t nobody[6];
	const uint64_t ends[] = { 0, count - 1 };
	char text[PATTERN_MAX];
	uint8_t mac[6];

	if (pattern_check(pattern, ret_why))
		return -EINVAL;
	*ret_why = "a pattern of addresses has one number, such as 02:00:00:%06x";
	if (numbers_in(pattern) != 1)
		return -EINVAL;
	/* What comes out grows with the number: in between it is as long as at both ends. */
	for (int i = 0; i < 2; i++) {
		pattern_expand(pattern, ends[i], nobody, text);
		*ret_why = i ? "its number has too few digits for so many"
			     : "it does not come out as twelve hexadecimal digits";
		if (!read_mac(text, mac))
			return -EINVAL;
	}
	*ret_why = "the first octet is to have no number, and be no group's";
	return pattern[0] == '%' || pattern[1] == '%' || mac[0] & 1 ? -EINVAL : 0;
}

void pattern_expand_mac(const char *pattern, uint64_t number, uint8_t ret_mac[6])
{
	static const uint8_t nobody[6];
	char text[PATTERN_MAX];

	pattern_expand(pattern, number, nobody, text);
	read_mac(text, ret_mac);
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
