/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "host/config_value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/wipe.h"

static int bytes_alloc(size_t len, struct xeap_bytes *ret_bytes)
{
	uint8_t *data = calloc(1, len + 1);

	if (!data)
		return -ENOMEM;
	*ret_bytes = (struct xeap_bytes){ data, len };
	return 0;
}

int xeap_bytes_copy(struct xeap_span from, struct xeap_bytes *ret_bytes)
{
	int err = bytes_alloc(from.len, ret_bytes);

	if (!err && from.len)
		memcpy(ret_bytes->data, from.data, from.len);
	return err;
}

void xeap_bytes_wipe(struct xeap_bytes *bytes)
{
	if (!bytes->data)
		return;
	xeap_wipe(bytes->data, bytes->len);
	free(bytes->data);
	*bytes = (struct xeap_bytes){ NULL, 0 };
}

bool xeap_span_is(struct xeap_span span, const char *text)
{
	return span.len == strlen(text) && !memcmp(span.data, text, span.len);
}

int xeap_value_hex(struct xeap_span text, struct xeap_bytes *ret_bytes, const char **ret_why)
{
	struct xeap_bytes bytes;
	int err;

	*ret_why = "needs double quotes around its value, or bytes in hexadecimal";
	err = bytes_alloc(text.len / 2, &bytes);
	if (err)
		return err;
	if (!xeap_hex_octets(text, bytes.data)) {
		xeap_bytes_wipe(&bytes);
		return -EINVAL;
	}
	*ret_bytes = bytes;
	return 0;
}

/* Digits of a numeric escape from p on, at most `most`. Returns the byte, or -1 without a digit. */
static int escape_number(const uint8_t **p, const uint8_t *end, unsigned int base,
			 unsigned int most)
{
	const uint8_t *start = *p;
	unsigned int value = 0;

	/* -1 is above any base. */
	for (; most && *p < end && (unsigned int)xeap_hex_digit(**p) < base; most--)
		value = value * base + (unsigned int)xeap_hex_digit(*(*p)++);
	return *p == start ? -1 : (int)(value & 0xff);
}

/*
 * The byte that a backslash and what follows from p on stand for; p moves behind it. Returns -1 for
 * none: a backslash at the end, or \x without digits. Others stand for themselves. So
 * wpa_supplicant has it.
 */
static int escape(const uint8_t **p, const uint8_t *end)
{
	if (*p == end)
		return -1;
	if (**p >= '0' && **p <= '7')
		return escape_number(p, end, 8, 3);
	switch (*(*p)++) {
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case 'e':
		return '\033';
	case 'x':
		return escape_number(p, end, 16, 2);
	}
	return (*p)[-1];
}

static int value_printf(struct xeap_span inner, struct xeap_bytes *ret_bytes)
{
	const uint8_t *p = inner.data, *end = p + inner.len;
	struct xeap_bytes bytes;
	int err = bytes_alloc(inner.len, &bytes);
	size_t len = 0;

	if (err)
		return err;
	while (p < end) {
		int c = *p++;

		if (c == '\\')
			c = escape(&p, end);
		if (c >= 0)
			bytes.data[len++] = (uint8_t)c;
	}
	bytes.len = len;
	bytes.data[len] = 0;
	*ret_bytes = bytes;
	return 0;
}

int xeap_value_string(struct xeap_span text, struct xeap_bytes *ret_bytes, const char **ret_why)
{
	bool printf_form = text.len > 1 && text.data[0] == 'P' && text.data[1] == '"';
	size_t open = printf_form ? 1 : 0;
	struct xeap_span inner;

	if (!text.len || text.data[open] != '"')
		return xeap_value_hex(text, ret_bytes, ret_why);
	if (text.len < open + 2 || text.data[text.len - 1] != '"') {
		*ret_why = "lacks the closing quote at the end of its line";
		return -EINVAL;
	}
	inner = xeap_span(text.data + open + 1, text.len - open - 2);
	if (printf_form)
		return value_printf(inner, ret_bytes);
	return xeap_bytes_copy(inner, ret_bytes);
}

int xeap_value_number(struct xeap_span text, long *ret_number)
{
	char buf[24], *end;
	long number;

	if (!text.len || text.len >= sizeof(buf) || memchr(text.data, 0, text.len))
		return -EINVAL;
	memcpy(buf, text.data, text.len);
	buf[text.len] = 0;
	errno = 0;
	number = strtol(buf, &end, 0);
	if (end == buf || *end || errno)
		return -EINVAL;
	*ret_number = number;
	return 0;
}

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

bool xeap_value_word(struct xeap_span *text, struct xeap_span *ret_word)
{
	const uint8_t *p = text->data, *end, *start;

	if (!text->len)
		return false;
	end = p + text->len;
	while (p < end && blank(*p))
		p++;
	start = p;
	while (p < end && !blank(*p))
		p++;
	*text = xeap_span(p, (size_t)(end - p));
	if (p == start)
		return false;
	*ret_word = xeap_span(start, (size_t)(p - start));
	return true;
}
