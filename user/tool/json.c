// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#include "tool/json.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Length of the well-formed UTF-8 sequence at s (RFC 3629 §4), 0 when there is none. */
static size_t utf8_length(const unsigned char *s)
{
	static const struct {
		unsigned char first_min, first_max, second_min, second_max, length;
	} form[] = {
		{ 0xC2, 0xDF, 0x80, 0xBF, 2 }, { 0xE0, 0xE0, 0xA0, 0xBF, 3 },
		{ 0xE1, 0xEC, 0x80, 0xBF, 3 }, { 0xED, 0xED, 0x80, 0x9F, 3 },
		{ 0xEE, 0xEF, 0x80, 0xBF, 3 }, { 0xF0, 0xF0, 0x90, 0xBF, 4 },
		{ 0xF1, 0xF3, 0x80, 0xBF, 4 }, { 0xF4, 0xF4, 0x80, 0x8F, 4 },
	};

	for (size_t i = 0; i < sizeof(form) / sizeof(form[0]); i++) {
		if (s[0] < form[i].first_min || s[0] > form[i].first_max)
			continue;
		if (s[1] < form[i].second_min || s[1] > form[i].second_max)
			return 0;
		for (size_t n = 2; n < form[i].length; n++)
			if (s[n] < 0x80 || s[n] > 0xBF)
				return 0;
		return form[i].length;
	}
	return 0;
}

size_t json_character(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	return *s && *s < 0x80 ? 1 : utf8_length(s);
}

/* Writes what stands at s and returns how many bytes that took. */
static size_t write_character(FILE *out, const unsigned char *s)
{
	size_t n;

	if (*s == '"' || *s == '\\') {
		fprintf(out, "\\%c", *s);
		return 1;
	}
	if (*s < 0x20 || *s == 0x7F) {
		fprintf(out, "\\u%04x", *s);
		return 1;
	}
	if (*s < 0x80) {
		putc(*s, out);
		return 1;
	}
	n = utf8_length(s);
	if (!n) {
		fputs("\\ufffd", out);
		return 1;
	}
	fwrite(s, 1, n, out);
	return n;
}

static void write_text(FILE *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	putc('"', out);
	while (*s)
		s += write_character(out, s);
	putc('"', out);
}

/* What stands before a member's value, or, without a key, an element. */
static void write_key(struct json *j, const char *key)
{
	if (!j->first)
		putc(',', j->out);
	j->first = false;
	if (!key)
		return;
	write_text(j->out, key);
	putc(':', j->out);
}

static void open_nested(struct json *j, const char *key, char bracket)
{
	write_key(j, key);
	putc(bracket, j->out);
	j->first = true;
}

static void close_nested(struct json *j, char bracket)
{
	putc(bracket, j->out);
	j->first = false;
}

void json_begin(struct json *j, FILE *out)
{
	j->out = out;
	j->first = true;
	putc('{', out);
}

void json_null(struct json *j, const char *key)
{
	write_key(j, key);
	fputs("null", j->out);
}

void json_string(struct json *j, const char *key, const char *value)
{
	if (!value) {
		json_null(j, key);
		return;
	}
	write_key(j, key);
	write_text(j->out, value);
}

void json_uint(struct json *j, const char *key, uint64_t value)
{
	write_key(j, key);
	fprintf(j->out, "%" PRIu64, value);
}

void json_real(struct json *j, const char *key, double value)
{
	char text[40];

	if (!isfinite(value)) {
		json_null(j, key);
		return;
	}
	for (int digits = DBL_DIG; digits <= DBL_DECIMAL_DIG; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	write_key(j, key);
	fputs(text, j->out);
}

void json_bool(struct json *j, const char *key, bool value)
{
	write_key(j, key);
	fputs(value ? "true" : "false", j->out);
}

void json_open_object(struct json *j, const char *key)
{
	open_nested(j, key, '{');
}

void json_close_object(struct json *j)
{
	close_nested(j, '}');
}

void json_open_array(struct json *j, const char *key)
{
	open_nested(j, key, '[');
}

void json_close_array(struct json *j)
{
	close_nested(j, ']');
}

void json_end(struct json *j)
{
	fputs("}\n", j->out);
	fflush(j->out);
}
