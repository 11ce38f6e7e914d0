/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* libxml2 is met here: no network, no entities, no DTD, and nothing of the document in messages. */
#include "host/xml.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/diag.h"
#include "base/wipe.h"
#include "host/config_limits.h"

#define OPTIONS                                                                                    \
	(XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA |           \
	 XML_PARSE_NODICT)

/* What happened while a document was parsed. */
struct outcome {
	bool dtd;
	int code, line; /* of the first error; 0: none */
};

#if LIBXML_VERSION >= 21200
typedef const xmlError parse_error;
#else
typedef xmlError parse_error;
#endif

static void keep_first(void *context, parse_error *error)
{
	xmlParserCtxt *ctxt = context;
	struct outcome *outcome = ctxt->_private;

	if (outcome->code || error->level < XML_ERR_ERROR)
		return;
	outcome->code = error->code;
	outcome->line = error->line;
}

/* libxml2 would print it, with bytes of the document. */
static void keep_quiet(void *context, parse_error *error)
{
}

/* Errors of an encoding go past a parser's own function; this one is the thread's. */
static void parse_quietly(xmlParserCtxt *ctxt)
{
	xmlStructuredErrorFunc before = xmlStructuredError;
	void *context = xmlStructuredErrorContext;

	xmlSetStructuredErrorFunc(NULL, keep_quiet);
	xmlParseDocument(ctxt);
	xmlSetStructuredErrorFunc(context, before);
}

/*
 * A document type begins: nothing of it is read. Entities can be declared nowhere else, so none is
 * ever expanded.
 */
static void stop_at_dtd(void *context, const xmlChar *name, const xmlChar *public_id,
			const xmlChar *system_id)
{
	xmlParserCtxt *ctxt = context;
	struct outcome *outcome = ctxt->_private;

	outcome->dtd = true;
	xmlStopParser(ctxt);
}

static const char *fault_of(int code)
{
	switch (code) {
	case XML_ERR_DOCUMENT_EMPTY:
		return "there is no XML in it";
	case XML_ERR_TAG_NAME_MISMATCH:
		return "an element is closed under another name";
	case XML_ERR_TAG_NOT_FINISHED:
		return "an element is not closed";
	case XML_ERR_GT_REQUIRED:
		return "a tag is not closed by >";
	case XML_ERR_DOCUMENT_END:
		return "something follows the document";
	case XML_ERR_UNDECLARED_ENTITY:
		return "an entity is none of XML's own five";
	case XML_ERR_INVALID_CHAR:
	case XML_ERR_INVALID_ENCODING:
	case XML_ERR_UNSUPPORTED_ENCODING:
	case XML_ERR_UNKNOWN_ENCODING:
		return "a character does not belong to its encoding";
	}
	return "it is not well-formed";
}

static int malformed(const struct outcome *outcome, struct xeap_diag *diag)
{
	if (outcome->code == XML_ERR_NO_MEMORY)
		return xeap_diag_set(diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	return xeap_diag_set(diag, -EINVAL, XEAP_E_XML_MALFORMED, "line %d: %s",
			     outcome->line > 0 ? outcome->line : 1, fault_of(outcome->code));
}

static const xmlNode *element(const xmlNode *node)
{
	while (node && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

const xmlNode *xeap_xml_first(const xmlNode *parent)
{
	return element(parent->children);
}

const xmlNode *xeap_xml_next(const xmlNode *node)
{
	return element(node->next);
}

/* The node after this one in document order; NULL at the end. No recursion, however deep. */
static xmlNode *successor(xmlNode *node, int *depth)
{
	if (node->type == XML_ELEMENT_NODE && node->children) {
		++*depth;
		return node->children;
	}
	while (node && !node->next) {
		node = node->parent;
		--*depth;
		if (!node || node->type != XML_ELEMENT_NODE)
			return NULL;
	}
	return node ? node->next : NULL;
}

static bool too_deep(xmlDoc *doc)
{
	xmlNode *node = xmlDocGetRootElement(doc);
	int depth = 1;

	for (; node && depth >= 1; node = successor(node, &depth)) {
		if (depth > XEAP_XML_MAX_DEPTH)
			return true;
	}
	return false;
}

static void wipe_text(xmlChar *text)
{
	if (text)
		xeap_wipe(text, strlen((const char *)text));
}

void xeap_xml_free(xmlDoc *doc)
{
	xmlNode *node = doc ? xmlDocGetRootElement(doc) : NULL;

	for (int depth = 1; node; node = successor(node, &depth)) {
		if (node->type != XML_ELEMENT_NODE) {
			wipe_text(node->content);
			continue;
		}
		for (xmlAttr *a = node->properties; a; a = a->next)
			wipe_text(a->children ? a->children->content : NULL);
	}
	xmlFreeDoc(doc);
}

/* Of all others the parser would not have converted the text. */
static bool is_known(const xmlChar *encoding)
{
	static const char *const known[] = { "UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE",
					     "US-ASCII" };

	for (size_t i = 0; encoding && i < sizeof(known) / sizeof(known[0]); i++) {
		if (!strcasecmp((const char *)encoding, known[i]))
			return true;
	}
	return !encoding;
}

/* Take the parsed tree, or say why there is none. */
static int take_doc(xmlParserCtxt *ctxt, xmlDoc **ret_doc, struct xeap_diag *diag)
{
	const struct outcome *outcome = ctxt->_private;
	xmlDoc *doc = ctxt->myDoc;
	int err = 0;

	ctxt->myDoc = NULL;
	if (outcome->dtd)
		err = xeap_diag_set(diag, -EINVAL, XEAP_E_XML_MALFORMED,
				    "a document with a DOCTYPE is not read");
	else if (!doc || !ctxt->wellFormed || !xmlDocGetRootElement(doc))
		err = malformed(outcome, diag);
	else if (!is_known(doc->encoding) || !is_known(ctxt->input->encoding))
		err = xeap_diag_set(diag, -EINVAL, XEAP_E_XML_MALFORMED,
				    "a document is in UTF-8 or UTF-16");
	else if (too_deep(doc))
		err = xeap_diag_set(diag, -E2BIG, XEAP_E_XML_MALFORMED,
				    "elements are more than %d deep", XEAP_XML_MAX_DEPTH);
	if (err)
		xeap_xml_free(doc);
	else
		*ret_doc = doc;
	return err;
}

static int parse(xmlParserCtxt *ctxt, const struct xeap_bytes *text, xmlDoc **ret_doc,
		 struct xeap_diag *diag)
{
	struct outcome outcome = { 0 };
	xmlParserInput *input = xmlNewStringInputStream(ctxt, text->data);

	if (!input || inputPush(ctxt, input) < 0) {
		xmlFreeInputStream(input);
		return xeap_diag_set(diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	}
	xmlCtxtUseOptions(ctxt, OPTIONS);
	ctxt->sax->internalSubset = stop_at_dtd;
	ctxt->sax->serror = keep_first;
	ctxt->_private = &outcome;
	parse_quietly(ctxt);
	return take_doc(ctxt, ret_doc, diag);
}

int xeap_xml_parse(struct xeap_span text, xmlDoc **ret_doc, struct xeap_diag *ret_diag)
{
	struct xeap_bytes utf8 = { NULL, 0 };
	xmlParserCtxt *ctxt;
	int err;

	if (text.len > XEAP_CONFIG_MAX_TEXT)
		return xeap_diag_set(ret_diag, -E2BIG, XEAP_E_XML_MALFORMED, "more than %d bytes",
				     XEAP_CONFIG_MAX_TEXT);
	err = xeap_xml_decode(text, &utf8);
	if (err == -EINVAL)
		return xeap_diag_set(ret_diag, err, XEAP_E_XML_MALFORMED,
				     "a character does not belong to its encoding");
	xmlInitParser();
	ctxt = err ? NULL : xmlNewParserCtxt();
	if (!ctxt)
		err = xeap_diag_set(ret_diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
	else
		err = parse(ctxt, &utf8, ret_doc, ret_diag);
	xmlFreeParserCtxt(ctxt);
	xeap_bytes_wipe(&utf8);
	return err;
}

bool xeap_xml_in(const xmlNode *node, const char *ns)
{
	const char *href = node->ns ? (const char *)node->ns->href : NULL;

	if (!href)
		return false;
	if (!strcmp(href, ns))
		return !strncmp(ns, "urn:", 4);
	if (!strncmp(href, "http://", 7))
		return !strcmp(href + 7, ns);
	return !strncmp(href, "https://", 8) && !strcmp(href + 8, ns);
}

bool xeap_xml_is(const xmlNode *node, const char *ns, const char *name)
{
	return !strcmp((const char *)node->name, name) && xeap_xml_in(node, ns);
}

const xmlNode *xeap_xml_child(const xmlNode *parent, const char *ns, const char *name)
{
	const xmlNode *node = xeap_xml_first(parent);

	while (node && !xeap_xml_is(node, ns, name))
		node = xeap_xml_next(node);
	return node;
}

const char *xeap_xml_attribute(const xmlNode *node, const char *name)
{
	for (const xmlAttr *a = node->properties; a; a = a->next) {
		if (!strcmp((const char *)a->name, name))
			return a->children ? (const char *)a->children->content : "";
	}
	return NULL;
}

int xeap_xml_refuse(struct xeap_xml *x, int err, const xmlNode *node, const char *why)
{
	uint32_t code = err == -EOPNOTSUPP ? XEAP_E_NOT_SUPPORTED : XEAP_E_XML_MALFORMED;

	return xeap_diag_set(x->diag, err, code, "line %ld: %.60s: %s", xmlGetLineNo(node),
			     (const char *)node->name, why);
}

int xeap_xml_no_memory(struct xeap_xml *x)
{
	return xeap_diag_set(x->diag, -ENOMEM, XEAP_E_OUT_OF_MEMORY, "out of memory");
}

int xeap_xml_note(struct xeap_xml *x, const xmlNode *node, const char *why)
{
	if (xeap_note(x->notes, (const char *)node->name, "%s", why))
		return xeap_xml_no_memory(x);
	return 0;
}

int xeap_xml_note_if(struct xeap_xml *x, const xmlNode *node, bool unwanted, const char *why)
{
	bool value;
	int err = xeap_xml_bool(x, node, &value);

	return err || value != unwanted ? err : xeap_xml_note(x, node, why);
}

int xeap_xml_note_fast(struct xeap_xml *x, const xmlNode *node, void *context)
{
	return xeap_xml_note_if(x, node, false, "fast_reauth=0 stands outside the network");
}

int xeap_xml_each(struct xeap_xml *x, const xmlNode *parent, const struct xeap_xml_rule *rules,
		  void *context)
{
	const xmlNode *node = xeap_xml_first(parent);
	int err = 0;

	for (; node && !err; node = xeap_xml_next(node)) {
		const struct xeap_xml_rule *rule = rules;

		while (rule->name && !xeap_xml_is(node, rule->ns, rule->name))
			rule++;
		err = rule->name ? rule->read(x, node, context)
				 : xeap_xml_note(x, node, "xeap does not know this element");
	}
	return err;
}
