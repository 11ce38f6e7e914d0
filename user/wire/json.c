/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <errno.h>
#include <string.h>
#include <wire/json.h>

/* The next octet, left where it is; 0, which is no token, at the end. */
static uint8_t peek(const struct xeap_reader *r)
{
	struct xeap_reader ahead = *r;

	return xeap_reader_left(&ahead) ? xeap_read_u8(&ahead) : 0;
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static void skip_space(struct xeap_reader *r)
{
	while (is_space(peek(r)))
		xeap_read_u8(r);
}

/* The octet, if it is next. */
static bool take(struct xeap_reader *r, uint8_t c)
{
	if (peek(r) != c || !xeap_reader_left(r))
		return false;
	xeap_read_u8(r);
	return true;
}

static bool take_word(struct xeap_reader *r, const char *word)
{
	size_t n = strlen(word);
	struct xeap_span s = xeap_read_span(r, n);

	return s.len == n && memcmp(s.data, word, n) == 0;
}

static bool take_digits(struct xeap_reader *r)
{
	bool any = false;

	for (; is_digit(peek(r)); any = true)
		xeap_read_u8(r);
	return any;
}

static bool take_number(struct xeap_reader *r)
{
	take(r, '-');
	if (!take(r, '0') && !take_digits(r))
		return false;
	if (take(r, '.') && !take_digits(r))
		return false;
	if (!take(r, 'e') && !take(r, 'E'))
		return true;
	if (!take(r, '+'))
		take(r, '-');
	return take_digits(r);
}

static bool is_hex(uint8_t c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool take_escape(struct xeap_reader *r)
{
	uint8_t c = xeap_read_u8(r);

	if (c != 'u')
		return c && strchr("\"\\/bfnrt", c);
	for (int i = 0; i < 4; i++)
		if (!is_hex(xeap_read_u8(r)))
			return false;
	return true;
}

/* The rest of a character of UTF-8 of more than one octet (RFC 3629 §4). */
static bool take_utf8(struct xeap_reader *r, uint8_t first)
{
	size_t n = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
	uint8_t low = 0x80, high = 0xbf;

	if (first < 0xc2 || first > 0xf4)
		return false;
	if (first == 0xe0)
		low = 0xa0; /* shorter in two octets */
	else if (first == 0xf0)
		low = 0x90; /* shorter in three */
	else if (first == 0xed)
		high = 0x9f; /* surrogates */
	else if (first == 0xf4)
		high = 0x8f; /* after the last character */
	for (size_t i = 0; i < n; i++) {
		uint8_t c = xeap_read_u8(r);

		if (c < low || c > high)
			return false;
		low = 0x80;
		high = 0xbf;
	}
	return true;
}

/* What is between the quotes is *ret_inside. */
static bool take_string(struct xeap_reader *r, struct xeap_span *ret_inside, bool *ret_escapes)
{
	struct xeap_reader from;
	size_t before;

	*ret_escapes = false;
	if (!take(r, '"'))
		return false;
	from = *r;
	before = xeap_reader_left(r);
	while (xeap_reader_left(r)) {
		uint8_t c = xeap_read_u8(r);

		if (c == '"') {
			*ret_inside = xeap_read_span(&from, before - xeap_reader_left(r) - 1);
			return true;
		}
		if (c == '\\')
			*ret_escapes = true;
		if (c < ' ' || (c == '\\' && !take_escape(r)) || (c >= 0x80 && !take_utf8(r, c)))
			return false;
	}
	return false;
}

static bool take_scalar(struct xeap_reader *r)
{
	struct xeap_span inside;
	bool escapes;

	switch (peek(r)) {
	case '"':
		return take_string(r, &inside, &escapes);
	case 't':
		return take_word(r, "true");
	case 'f':
		return take_word(r, "false");
	case 'n':
		return take_word(r, "null");
	default:
		return take_number(r);
	}
}

/* "name": */
static bool take_name(struct xeap_reader *r, struct xeap_span *ret_name)
{
	bool escapes;

	skip_space(r);
	if (!take_string(r, ret_name, &escapes) || escapes)
		return false;
	skip_space(r);
	return take(r, ':');
}

/* Containers that are open, the innermost last. */
struct nest {
	uint8_t closer[XEAP_JSON_DEPTH];
	size_t depth;
};

/* After a value: close what ends here. False: neither that nor a comma. */
static bool take_ends(struct xeap_reader *r, struct nest *nest)
{
	struct xeap_span name;

	for (; nest->depth; nest->depth--) {
		uint8_t closer = nest->closer[nest->depth - 1];

		skip_space(r);
		if (take(r, ','))
			return closer == ']' || take_name(r, &name);
		if (!take(r, closer))
			return false;
	}
	return true;
}

/* Open a container. An empty one is a value and closed again. */
static bool take_open(struct xeap_reader *r, struct nest *nest, bool *ret_empty)
{
	uint8_t closer = take(r, '{') ? '}' : ']';
	struct xeap_span name;

	*ret_empty = false;
	if (closer == ']')
		take(r, '[');
	if (nest->depth == XEAP_JSON_DEPTH)
		return false;
	skip_space(r);
	if (take(r, closer)) {
		*ret_empty = true;
		return true;
	}
	nest->closer[nest->depth++] = closer;
	return closer == ']' || take_name(r, &name);
}

/* One value, whatever is in it. No recursion: whoever sent it chose how deep it is. */
static bool take_value(struct xeap_reader *r, struct xeap_span *ret_value)
{
	struct nest nest = { .depth = 0 };
	struct xeap_reader from;
	size_t before;

	skip_space(r);
	from = *r;
	before = xeap_reader_left(r);
	do {
		bool is_value = true;

		skip_space(r);
		if (peek(r) == '{' || peek(r) == '[') {
			if (!take_open(r, &nest, &is_value))
				return false;
		} else if (!take_scalar(r)) {
			return false;
		}
		if (is_value && !take_ends(r, &nest))
			return false;
	} while (nest.depth);
	*ret_value = xeap_read_span(&from, before - xeap_reader_left(r));
	return !r->bad;
}

static bool at_end(struct xeap_reader *r)
{
	skip_space(r);
	return !r->bad && xeap_reader_left(r) == 0;
}

static bool same(struct xeap_span a, struct xeap_span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static bool is_known(const struct xeap_json_member *members, size_t n, struct xeap_span name)
{
	for (size_t i = 0; i < n; i++)
		if (same(members[i].name, name))
			return true;
	return false;
}

int xeap_json_members(struct xeap_span text, struct xeap_json_member *ret_members, size_t max,
		      size_t *ret_n)
{
	struct xeap_reader r = xeap_reader(text);
	size_t n = 0;

	skip_space(&r);
	if (!take(&r, '{'))
		return -EBADMSG;
	skip_space(&r);
	if (!take(&r, '}')) {
		do {
			if (n == max)
				return -ENOSPC;
			if (!take_name(&r, &ret_members[n].name) ||
			    !take_value(&r, &ret_members[n].value) ||
			    is_known(ret_members, n, ret_members[n].name))
				return -EBADMSG;
			n++;
			skip_space(&r);
		} while (take(&r, ','));
		if (!take(&r, '}'))
			return -EBADMSG;
	}
	if (!at_end(&r))
		return -EBADMSG;
	*ret_n = n;
	return 0;
}

int xeap_json_items(struct xeap_span text, struct xeap_span *ret_items, size_t max, size_t *ret_n)
{
	struct xeap_reader r = xeap_reader(text);
	size_t n = 0;

	skip_space(&r);
	if (!take(&r, '['))
		return -EBADMSG;
	skip_space(&r);
	if (!take(&r, ']')) {
		do {
			if (n == max)
				return -ENOSPC;
			if (!take_value(&r, &ret_items[n]))
				return -EBADMSG;
			n++;
			skip_space(&r);
		} while (take(&r, ','));
		if (!take(&r, ']'))
			return -EBADMSG;
	}
	if (!at_end(&r))
		return -EBADMSG;
	*ret_n = n;
	return 0;
}

struct xeap_span xeap_json_find(const struct xeap_json_member *members, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (same(members[i].name, xeap_span(name, strlen(name))))
			return members[i].value;
	return xeap_span(NULL, 0);
}

int xeap_json_number(struct xeap_span value, uint32_t max, uint32_t *ret_number)
{
	struct xeap_reader r = xeap_reader(value);
	uint64_t number = 0;

	if (!value.len || (value.len > 1 && peek(&r) == '0'))
		return -EBADMSG;
	while (xeap_reader_left(&r)) {
		uint8_t c = xeap_read_u8(&r);

		if (!is_digit(c))
			return -EBADMSG;
		number = number * 10 + (uint64_t)(c - '0');
		if (number > max)
			return -EBADMSG;
	}
	*ret_number = (uint32_t)number;
	return 0;
}

int xeap_json_plain(struct xeap_span value, struct xeap_span *ret_plain)
{
	struct xeap_reader r = xeap_reader(value);
	struct xeap_span inside;
	bool escapes;

	if (!take_string(&r, &inside, &escapes) || escapes || xeap_reader_left(&r))
		return -EBADMSG;
	*ret_plain = inside;
	return 0;
}

void xeap_json_put_compact(struct xeap_builder *b, struct xeap_span value)
{
	struct xeap_reader r = xeap_reader(value);
	bool in_string = false;

	while (xeap_reader_left(&r)) {
		uint8_t c = xeap_read_u8(&r);

		if (in_string || !is_space(c))
			xeap_put_u8(b, c);
		if (in_string && c == '\\' && xeap_reader_left(&r))
			xeap_put_u8(b, xeap_read_u8(&r));
		else if (c == '"')
			in_string = !in_string;
	}
}
