/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A prompt in bytes, integers in network byte order:
 *
 *	magic 4, version 2, count 2, title, text, method, count fields
 *	field: kind 1, zero 1, flags 2, id, label, value
 *	string, value: length 2, as many octets, and a zero octet that is not counted
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/printable.h"
#include "base/reader.h"
#include "base/wipe.h"
#include <xeap/prompt.h>

#define MAGIC 0x58455052u /* "XEPR" */
#define VERSION 1
#define FLAGS (XEAP_FIELD_F_REQUIRED | XEAP_FIELD_F_SAVE)

/* What a string may hold. */
enum text_kind {
	TEXT_ID,
	TEXT_LINE,
	TEXT_LINES
};

static bool is_id(struct xeap_span s)
{
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '-')
			return false;
	}
	return s.len;
}

/* Printable is what stays as it is when it is made so. */
static bool is_text(enum text_kind kind, struct xeap_span s)
{
	XEAP_SECRET(out, XEAP_PROMPT_TEXT_MAX + 1);

	if (s.len > XEAP_PROMPT_TEXT_MAX)
		return false;
	if (kind == TEXT_ID)
		return is_id(s);
	return xeap_printable(s, kind == TEXT_LINES, (char *)out, sizeof(out)) == s.len &&
	       (!s.len || memcmp(out, s.data, s.len) == 0);
}

static bool is_string(enum text_kind kind, const char *s)
{
	return s && is_text(kind, xeap_span(s, strnlen(s, XEAP_PROMPT_TEXT_MAX + 1)));
}

static bool is_value(enum xeap_field_kind kind, struct xeap_span value)
{
	if (kind == XEAP_FIELD_CONFIRM)
		return !value.len ||
		       (value.len == 1 && (value.data[0] == '0' || value.data[0] == '1'));
	return is_text(TEXT_LINE, value);
}

/* Whether a field is sound, and no other of those before it. */
static bool is_field(const struct xeap_prompt *p, uint32_t n)
{
	const struct xeap_field *f = &p->fields[n];

	if ((unsigned int)f->kind >= XEAP_FIELD_KIND_MAX || f->flags & ~FLAGS)
		return false;
	if (!is_string(TEXT_ID, f->id) || !is_string(TEXT_LINE, f->label))
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (strcmp(p->fields[i].id, f->id) == 0)
			return false;
	return is_value(f->kind, f->value);
}

static bool is_sound(const struct xeap_prompt *p)
{
	if (p->count > XEAP_PROMPT_FIELDS_MAX || !is_string(TEXT_LINE, p->title) ||
	    !is_string(TEXT_LINES, p->text) || !is_string(TEXT_LINE, p->method))
		return false;
	for (uint32_t i = 0; i < p->count; i++)
		if (!is_field(p, i))
			return false;
	return true;
}

static struct xeap_span read_value(struct xeap_reader *r)
{
	struct xeap_span s = xeap_read_span(r, xeap_read_u16(r));

	r->bad |= xeap_read_u8(r) != 0;
	return s;
}

/* A string ends with the zero octet behind it, and with no other. */
static const char *read_string(struct xeap_reader *r)
{
	struct xeap_span s = read_value(r);

	r->bad |= s.len && memchr(s.data, 0, s.len);
	return (const char *)s.data;
}

static struct xeap_field read_field(struct xeap_reader *r)
{
	struct xeap_field f = { .kind = (enum xeap_field_kind)xeap_read_u8(r) };

	r->bad |= xeap_read_u8(r) != 0;
	f.flags = xeap_read_u16(r);
	f.id = read_string(r);
	f.label = read_string(r);
	f.value = read_value(r);
	return f;
}

int xeap_prompt_parse(struct xeap_span bytes, struct xeap_prompt *ret_prompt)
{
	struct xeap_reader r = xeap_reader(bytes);
	struct xeap_prompt p = { 0 };

	if (bytes.len > XEAP_PROMPT_BYTES_MAX || xeap_read_u32(&r) != MAGIC)
		return -EBADMSG;
	if (xeap_read_u16(&r) != VERSION)
		return r.bad ? -EBADMSG : -EPROTONOSUPPORT;
	p.count = xeap_read_u16(&r);
	if (p.count > XEAP_PROMPT_FIELDS_MAX)
		return -EBADMSG;
	p.title = read_string(&r);
	p.text = read_string(&r);
	p.method = read_string(&r);
	for (uint32_t i = 0; i < p.count; i++)
		p.fields[i] = read_field(&r);
	if (r.bad || xeap_reader_left(&r) || !is_sound(&p))
		return -EBADMSG;
	*ret_prompt = p;
	return 0;
}

static size_t string_size(const char *s)
{
	return 2 + strlen(s) + 1;
}

static size_t prompt_size(const struct xeap_prompt *p)
{
	size_t n =
		4 + 2 + 2 + string_size(p->title) + string_size(p->text) + string_size(p->method);

	for (uint32_t i = 0; i < p->count; i++)
		n += 4 + string_size(p->fields[i].id) + string_size(p->fields[i].label) + 2 +
		     p->fields[i].value.len + 1;
	return n;
}

static void put_value(struct xeap_builder *b, struct xeap_span s)
{
	xeap_put_u16(b, (uint16_t)s.len);
	xeap_put_span(b, s);
	xeap_put_u8(b, 0);
}

static void put_string(struct xeap_builder *b, const char *s)
{
	put_value(b, xeap_span(s, strlen(s)));
}

static void put_field(struct xeap_builder *b, const struct xeap_field *f)
{
	xeap_put_u8(b, (uint8_t)f->kind);
	xeap_put_u8(b, 0);
	xeap_put_u16(b, (uint16_t)f->flags);
	put_string(b, f->id);
	put_string(b, f->label);
	put_value(b, f->value);
}

int xeap_prompt_write(const struct xeap_prompt *prompt, uint8_t *buf, size_t size)
{
	struct xeap_builder b;
	size_t need;

	if (!is_sound(prompt))
		return -EINVAL;
	need = prompt_size(prompt);
	if (need > XEAP_PROMPT_BYTES_MAX)
		return -EINVAL;
	if (need > size)
		return (int)need;
	b = xeap_builder(buf, need);
	xeap_put_u32(&b, MAGIC);
	xeap_put_u16(&b, VERSION);
	xeap_put_u16(&b, (uint16_t)prompt->count);
	put_string(&b, prompt->title);
	put_string(&b, prompt->text);
	put_string(&b, prompt->method);
	for (uint32_t i = 0; i < prompt->count; i++)
		put_field(&b, &prompt->fields[i]);
	return (int)need;
}

const struct xeap_field *xeap_prompt_field(const struct xeap_prompt *prompt, const char *id)
{
	for (uint32_t i = 0; i < prompt->count; i++)
		if (strcmp(prompt->fields[i].id, id) == 0)
			return &prompt->fields[i];
	return NULL;
}
