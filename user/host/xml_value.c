/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Values of elements. */
#include "host/xml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_text(const xmlNode *node)
{
	return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

/* Comments may lie within a text, elements may not. */
static int measure(struct xeap_xml *x, const xmlNode *node, size_t *ret_len)
{
	const xmlNode *part = node->children;
	size_t len = 0;

	for (; part; part = part->next) {
		if (is_text(part))
			len += strlen((const char *)part->content);
		else if (part->type != XML_COMMENT_NODE && part->type != XML_PI_NODE)
			return xeap_xml_refuse(x, -EINVAL, node, "takes text, not elements");
	}
	*ret_len = len;
	return 0;
}

static void strip(struct xeap_bytes *text)
{
	size_t start = 0;

	while (text->len && blank(text->data[text->len - 1]))
		text->len--;
	while (start < text->len && blank(text->data[start]))
		start++;
	text->len -= start;
	memmove(text->data, text->data + start, text->len);
	text->data[text->len] = 0;
}

int xeap_xml_text(struct xeap_xml *x, const xmlNode *node, bool trim, struct xeap_bytes *ret_text)
{
	struct xeap_bytes text = { NULL, 0 };
	size_t len = 0;
	int err = measure(x, node, &len);

	if (err)
		return err;
	text.data = calloc(1, len + 1);
	if (!text.data)
		return xeap_xml_no_memory(x);
	for (const xmlNode *part = node->children; part; part = part->next) {
		if (!is_text(part))
			continue;
		len = strlen((const char *)part->content);
		memcpy(text.data + text.len, part->content, len);
		text.len += len;
	}
	if (trim)
		strip(&text);
	*ret_text = text;
	return 0;
}

int xeap_xml_bool(struct xeap_xml *x, const xmlNode *node, bool *ret_value)
{
	struct xeap_bytes text;
	struct xeap_span span;
	int err = xeap_xml_text(x, node, true, &text);

	if (err)
		return err;
	span = xeap_span(text.data, text.len);
	if (xeap_span_is(span, "true") || xeap_span_is(span, "1"))
		*ret_value = true;
	else if (xeap_span_is(span, "false") || xeap_span_is(span, "0"))
		*ret_value = false;
	else
		err = xeap_xml_refuse(x, -EINVAL, node, "is true or false");
	xeap_bytes_wipe(&text);
	return err;
}

int xeap_xml_number(struct xeap_xml *x, const xmlNode *node, uint32_t min, uint32_t max,
		    uint32_t *ret_value)
{
	struct xeap_bytes text;
	uint64_t value = 0;
	int err = xeap_xml_text(x, node, true, &text);
	bool good;

	if (err)
		return err;
	good = text.len > 0 && text.len < 12;
	for (size_t i = 0; i < text.len && good; i++) {
		good = text.data[i] >= '0' && text.data[i] <= '9';
		value = value * 10 + text.data[i] - '0';
	}
	xeap_bytes_wipe(&text);
	if (!good || value < min || value > max)
		return xeap_xml_refuse(x, -EINVAL, node, "is not a number that it may be");
	*ret_value = (uint32_t)value;
	return 0;
}

int xeap_xml_hex(struct xeap_xml *x, const xmlNode *node, struct xeap_bytes *ret_bytes)
{
	struct xeap_bytes text;
	const char *why;
	size_t len = 0;
	int err = xeap_xml_text(x, node, false, &text);

	if (err)
		return err;
	for (size_t i = 0; i < text.len; i++) {
		if (!blank(text.data[i]))
			text.data[len++] = text.data[i];
	}
	err = xeap_value_hex(xeap_span(text.data, len), ret_bytes, &why);
	xeap_bytes_wipe(&text);
	if (err == -EINVAL)
		return xeap_xml_refuse(x, err, node, "takes pairs of hexadecimal digits");
	return err ? xeap_xml_no_memory(x) : 0;
}
