/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "host/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

#define NOTE_SIZE 256
#define FIRST_ROOM 512

char *xeap_text_free(char *text)
{
	if (text)
		xeap_wipe(text, strlen(text));
	free(text);
	return NULL;
}

void xeap_text_wipe(struct xeap_text *t)
{
	if (t->data)
		xeap_wipe(t->data, t->len);
	free(t->data);
	*t = (struct xeap_text){ .failed = t->failed };
}

/* realloc() would leave the old copy as it was. */
static bool grow(struct xeap_text *t, size_t more)
{
	size_t room = t->room ? t->room : FIRST_ROOM;
	char *data;

	if (t->failed || more > SIZE_MAX / 4 - t->len)
		return false;
	while (room <= t->len + more)
		room *= 2;
	if (room == t->room)
		return true;
	data = malloc(room);
	if (!data)
		return false;
	if (t->len)
		memcpy(data, t->data, t->len);
	if (t->data)
		xeap_wipe(t->data, t->len);
	free(t->data);
	t->data = data;
	t->room = room;
	return true;
}

void xeap_text_add(struct xeap_text *t, struct xeap_span bytes)
{
	if (!grow(t, bytes.len)) {
		t->failed = true;
		xeap_text_wipe(t);
		return;
	}
	if (bytes.len)
		memcpy(t->data + t->len, bytes.data, bytes.len);
	t->len += bytes.len;
}

void xeap_text_puts(struct xeap_text *t, const char *string)
{
	xeap_text_add(t, xeap_span(string, strlen(string)));
}

void xeap_text_hex(struct xeap_text *t, struct xeap_span bytes)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes.len; i++) {
		char pair[2] = { digits[bytes.data[i] >> 4], digits[bytes.data[i] & 15] };

		xeap_text_add(t, xeap_span(pair, sizeof(pair)));
	}
}

void xeap_text_number(struct xeap_text *t, long number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%ld", number);
	xeap_text_puts(t, digits);
}

int xeap_text_finish(struct xeap_text *t, char **ret_text, size_t *ret_len)
{
	xeap_text_puts(t, "");
	if (t->failed)
		return -ENOMEM;
	t->data[t->len] = 0;
	*ret_text = t->data;
	if (ret_len)
		*ret_len = t->len;
	*t = (struct xeap_text){ 0 };
	return 0;
}

/* Bytes of the UTF-8 character at p, 0 for none: overlong forms and surrogates are none. */
static size_t utf8_size(const uint8_t *p, size_t len)
{
	static const struct {
		uint8_t first, last;   /* of the first byte */
		uint8_t second, third; /* of the second byte */
		size_t size;
	} forms[] = {
		{ 0x00, 0x7f, 0, 0, 1 },       { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (*p < forms[i].first || *p > forms[i].last)
			continue;
		if (forms[i].size > len)
			return 0;
		if (forms[i].size > 1 && (p[1] < forms[i].second || p[1] > forms[i].third))
			return 0;
		for (size_t k = 2; k < forms[i].size; k++) {
			if ((p[k] & 0xc0) != 0x80)
				return 0;
		}
		return forms[i].size;
	}
	return 0;
}

bool xeap_text_is_utf8(struct xeap_span bytes, bool printable)
{
	for (size_t i = 0, size; i < bytes.len; i += size) {
		size = utf8_size(bytes.data + i, bytes.len - i);
		if (!size)
			return false;
		if (printable && (bytes.data[i] < 0x20 || bytes.data[i] == 0x7f))
			return false;
	}
	return true;
}

void xeap_text_methods(struct xeap_text *t, const struct xeap_config *config)
{
	const char *name;

	for (size_t n = 0; (name = xeap_config_get_eap(config, n)); n++) {
		xeap_text_puts(t, n ? " " : "");
		xeap_text_puts(t, name);
	}
}

void xeap_notes_clear(struct xeap_notes *notes)
{
	for (size_t i = 0; i < notes->count; i++)
		free(notes->lines[i]);
	free(notes->lines);
	*notes = (struct xeap_notes){ 0 };
}

/* Cut at NOTE_SIZE, not within a character, and without control characters. */
static void make_plain(char *line)
{
	size_t len = strlen(line), start = len;

	while (start && (line[start - 1] & 0xc0) == 0x80)
		start--;
	if (start && (line[start - 1] & 0x80))
		start--;
	if (!xeap_text_is_utf8(xeap_span(line + start, len - start), false))
		line[start] = 0;
	for (char *p = line; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	}
}

static int add_line(struct xeap_notes *notes, const char *line)
{
	char **lines = reallocarray(notes->lines, notes->count + 1, sizeof(*lines));
	char *copy = strdup(line);

	if (lines)
		notes->lines = lines;
	if (!lines || !copy) {
		free(copy);
		return -ENOMEM;
	}
	lines[notes->count++] = copy;
	return 0;
}

int xeap_note(struct xeap_notes *notes, const char *key, const char *format, ...)
{
	char line[NOTE_SIZE];
	va_list args;
	int len;

	if (!notes)
		return 0;
	len = snprintf(line, sizeof(line), "cannot carry %.100s: ", key);
	va_start(args, format);
	vsnprintf(line + len, sizeof(line) - (size_t)len, format, args);
	va_end(args);
	make_plain(line);
	return add_line(notes, line);
}
