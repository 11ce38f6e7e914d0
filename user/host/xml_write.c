/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Elements that are written, set out by their depth. */
#include "host/xml.h"

#include <string.h>

static void indent(struct xeap_xml_out *o)
{
	for (int i = 0; i < o->depth; i++)
		xeap_text_puts(&o->text, "  ");
}

static void begin(struct xeap_xml_out *o, const char *ns, const char *name)
{
	indent(o);
	xeap_text_puts(&o->text, "<");
	xeap_text_puts(&o->text, name);
	if (!ns)
		return;
	xeap_text_puts(&o->text, strncmp(ns, "urn:", 4) ? " xmlns=\"http://" : " xmlns=\"");
	xeap_text_puts(&o->text, ns);
	xeap_text_puts(&o->text, "\"");
}

static void end(struct xeap_xml_out *o, const char *name)
{
	xeap_text_puts(&o->text, "</");
	xeap_text_puts(&o->text, name);
	xeap_text_puts(&o->text, ">\n");
}

void xeap_xml_open(struct xeap_xml_out *o, const char *ns, const char *name)
{
	begin(o, ns, name);
	xeap_text_puts(&o->text, ">\n");
	o->depth++;
}

void xeap_xml_close(struct xeap_xml_out *o, const char *name)
{
	o->depth--;
	indent(o);
	end(o, name);
}

void xeap_xml_empty(struct xeap_xml_out *o, const char *ns, const char *name)
{
	begin(o, ns, name);
	xeap_text_puts(&o->text, "/>\n");
}

void xeap_xml_leaf(struct xeap_xml_out *o, const char *ns, const char *name, struct xeap_span text)
{
	begin(o, ns, name);
	xeap_text_puts(&o->text, ">");
	xeap_xml_escape(&o->text, text);
	end(o, name);
}

void xeap_xml_flag(struct xeap_xml_out *o, const char *ns, const char *name, bool value)
{
	xeap_xml_leaf(o, ns, name, value ? xeap_span("true", 4) : xeap_span("false", 5));
}

void xeap_xml_count(struct xeap_xml_out *o, const char *ns, const char *name, long number)
{
	begin(o, ns, name);
	xeap_text_puts(&o->text, ">");
	xeap_text_number(&o->text, number);
	end(o, name);
}
