/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* EapHostConfig and EapHostUserCredentials. */
#include "host/xml.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "host/config_network.h"

#define TYPE_EXPANDED 254 /* RFC 3748 §5.7 */
#define VENDOR_MICROSOFT 311

/* A document's parts; in credentials `config` is Credentials, `blob` CredentialsBlob. */
struct parts {
	const xmlNode *method, *config, *blob;
};

struct method_type {
	uint32_t type, vendor, vendor_type, author;
};

static int read_type(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct method_type *m = context;

	return xeap_xml_number(x, node, 0, 255, &m->type);
}

static int read_vendor(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct method_type *m = context;

	return xeap_xml_number(x, node, 0, 0xffffff, &m->vendor);
}

static int read_vendor_type(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct method_type *m = context;

	return xeap_xml_number(x, node, 0, UINT32_MAX, &m->vendor_type);
}

static int read_author(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct method_type *m = context;
	int err = xeap_xml_number(x, node, 0, UINT32_MAX, &m->author);

	if (!err && m->author && m->author != VENDOR_MICROSOFT)
		err = xeap_xml_note(x, node, "the method is xeap's own, not that author's");
	return err;
}

static const struct xeap_xml_rule type_rules[] = {
	{ XEAP_NS_COMMON, "Type", read_type },
	{ XEAP_NS_COMMON, "VendorId", read_vendor },
	{ XEAP_NS_COMMON, "VendorType", read_vendor_type },
	{ XEAP_NS_COMMON, "AuthorId", read_author },
	{ NULL, NULL, NULL },
};

int xeap_xml_find_method(struct xeap_xml *x, const xmlNode *node,
			 const struct xeap_xml_method **ret_method)
{
	struct method_type m = { 0 };
	const struct xeap_xml_method *method;
	int err = xeap_xml_each(x, node, type_rules, &m);

	if (err)
		return err;
	if (m.type == TYPE_EXPANDED || m.vendor || m.vendor_type)
		return xeap_xml_refuse(x, -EOPNOTSUPP, node, "expanded types are not supported");
	if (!m.type)
		return xeap_xml_refuse(x, -EINVAL, node, "has no Type of the namespace EapCommon");
	method = xeap_xml_method_of_type(m.type);
	if (!method)
		return xeap_xml_refuse(x, -EOPNOTSUPP, node, "xeap knows no method of this type");
	*ret_method = method;
	return 0;
}

static int once(struct xeap_xml *x, const xmlNode *node, const xmlNode **place)
{
	if (*place)
		return xeap_xml_refuse(x, -EINVAL, node, "is there twice");
	*place = node;
	return 0;
}

static int take_method(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct parts *p = context;

	return once(x, node, &p->method);
}

static int take_config(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct parts *p = context;

	return once(x, node, &p->config);
}

static int take_blob(struct xeap_xml *x, const xmlNode *node, void *context)
{
	struct parts *p = context;

	return once(x, node, &p->blob);
}

static const struct xeap_xml_rule config_parts[] = {
	{ XEAP_NS_HOST_CONFIG, "EapMethod", take_method },
	{ XEAP_NS_HOST_CONFIG, "Config", take_config },
	{ XEAP_NS_HOST_CONFIG, "ConfigBlob", take_blob },
	{ NULL, NULL, NULL },
};

static const struct xeap_xml_rule credential_parts[] = {
	{ XEAP_NS_HOST_CREDENTIALS, "EapMethod", take_method },
	{ XEAP_NS_HOST_CREDENTIALS, "Credentials", take_config },
	{ XEAP_NS_HOST_CREDENTIALS, "CredentialsBlob", take_blob },
	{ NULL, NULL, NULL },
};

static int take_apart(struct xeap_xml *x, const xmlNode *node, const struct xeap_xml_rule *rules,
		      struct parts *parts)
{
	int err = xeap_xml_each(x, node, rules, parts);

	if (err)
		return err;
	if (!parts->method)
		return xeap_xml_refuse(x, -EINVAL, node, "has no EapMethod");
	if (!parts->config == !parts->blob)
		return xeap_xml_refuse(x, -EINVAL, node, "has to have either elements or a blob");
	return 0;
}

/* Another maker's blob is a structure in memory; nothing can be said of what is in it. */
static int read_blob(struct xeap_xml *x, const xmlNode *node, struct xeap_config **ret_config)
{
	struct xeap_bytes blob;
	int err = xeap_xml_hex(x, node, &blob);

	if (err)
		return err;
	err = xeap_config_from_blob(xeap_span(blob.data, blob.len), ret_config, NULL);
	xeap_bytes_wipe(&blob);
	if (err == -ENOMEM)
		return xeap_xml_no_memory(x);
	return err ? xeap_xml_refuse(x, -EOPNOTSUPP, node, "only blobs of xeap's own are read") : 0;
}

/* Set what is set in another network and not in `but`, which may be NULL. */
static int merge(struct xeap_config *config, const struct xeap_config *from,
		 const struct xeap_config *but)
{
	for (size_t i = 0; i < from->count; i++) {
		struct xeap_config_entry entry = from->entries[i];
		int err = 0;

		if (but && xeap_config_has(but, entry.key))
			continue;
		if (entry.bytes.data)
			err = xeap_bytes_copy(xeap_span(from->entries[i].bytes.data,
							entry.bytes.len),
					      &entry.bytes);
		if (!err)
			err = xeap_config_store(config, entry);
		if (err)
			return err;
	}
	return 0;
}

static int merge_blob(struct xeap_xml *x, const xmlNode *node)
{
	struct xeap_config *config;
	int err = read_blob(x, node, &config);

	if (err)
		return err;
	err = merge(x->config, config, NULL);
	x->has_network = true;
	xeap_config_free(config);
	return err ? xeap_xml_no_memory(x) : 0;
}

static int assign(struct xeap_xml *x, enum xeap_config_key key, const char *value)
{
	return xeap_config_assign_bytes(x->config, "", key, xeap_span(value, strlen(value)),
					x->diag);
}

/* A wired port is meant. Without eapol_flags=0 other supplicants would wait for keys. */
static int set_defaults(struct xeap_xml *x)
{
	int err = 0;

	if (!xeap_config_has(x->config, XEAP_CONFIG_KEY_MGMT))
		err = assign(x, XEAP_CONFIG_KEY_MGMT, "IEEE8021X");
	if (!err && !x->has_network)
		err = assign(x, XEAP_CONFIG_EAPOL_FLAGS, "0");
	return err;
}

int xeap_xml_read_host_config(struct xeap_xml *x, const xmlNode *node)
{
	const struct xeap_xml_method *method = NULL;
	struct parts parts = { 0 };
	const char *name;
	int err = take_apart(x, node, config_parts, &parts);

	if (!err)
		err = xeap_xml_find_method(x, parts.method, &method);
	if (!err)
		err = assign(x, XEAP_CONFIG_EAP, method->name);
	if (!err)
		err = parts.config ? xeap_xml_read_config(x, method, parts.config)
				   : merge_blob(x, parts.blob);
	if (err)
		return err;
	name = xeap_config_get_eap(x->config, 0);
	if (!name || strcmp(name, method->name) != 0)
		return xeap_xml_refuse(x, -EINVAL, parts.method,
				       "is not the first of the methods in eap");
	return set_defaults(x);
}

static bool has_method(const struct xeap_config *config, const char *wanted)
{
	const char *name;

	for (size_t n = 0; (name = xeap_config_get_eap(config, n)); n++) {
		if (!strcmp(name, wanted))
			return true;
	}
	return false;
}

static int read_credentials(struct xeap_xml *x, const xmlNode *node)
{
	const struct xeap_xml_method *method = NULL;
	struct parts parts = { 0 };
	int err;

	if (!xeap_xml_is(node, XEAP_NS_HOST_CREDENTIALS, "EapHostUserCredentials"))
		return xeap_xml_refuse(x, -EINVAL, node, "EapHostUserCredentials was expected");
	err = take_apart(x, node, credential_parts, &parts);
	if (!err)
		err = xeap_xml_find_method(x, parts.method, &method);
	if (!err && !has_method(x->config, method->name))
		err = xeap_xml_refuse(x, -EINVAL, parts.method,
				      "the network does not have this method");
	if (err)
		return err;
	return parts.config ? xeap_xml_read_credentials(x, method, parts.config)
			    : merge_blob(x, parts.blob);
}

static int read_config(struct xeap_xml *x, const xmlNode *root)
{
	struct xeap_lan_profile profile = { .config = x->config };

	if (xeap_xml_is(root, XEAP_NS_HOST_CONFIG, "EapHostConfig"))
		return xeap_xml_read_host_config(x, root);
	if (xeap_xml_is(root, XEAP_NS_LAN_PROFILE, "LANProfile") ||
	    xeap_xml_is(root, XEAP_NS_ONEX, "OneX"))
		return xeap_xml_read_profile(x, root, &profile, true);
	if (xeap_xml_is(root, XEAP_NS_HOST_CREDENTIALS, "EapHostUserCredentials"))
		return xeap_xml_refuse(
			x, -EINVAL, root,
			"credentials alone are no network: they complete an EapHostConfig");
	return xeap_xml_refuse(x, -EINVAL, root, "is neither EapHostConfig nor LANProfile");
}

/* Parse and read into x->config. */
static int read_document(struct xeap_xml *x, struct xeap_span text,
			 int (*read)(struct xeap_xml *x, const xmlNode *root))
{
	xmlDoc *doc;
	int err = xeap_xml_parse(text, &doc, x->diag);

	if (err)
		return err;
	err = read(x, xmlDocGetRootElement(doc));
	xeap_xml_free(doc);
	return err;
}

int xeap_config_from_xml(struct xeap_span text, struct xeap_config **ret_config,
			 struct xeap_notes *notes, struct xeap_diag *ret_diag)
{
	struct xeap_xml x = { .notes = notes, .diag = ret_diag };
	int err;

	if (xeap_config_new(&x.config))
		return xeap_xml_no_memory(&x);
	err = read_document(&x, text, read_config);
	if (err)
		xeap_config_free(x.config);
	else
		*ret_config = x.config;
	return err;
}

int xeap_config_credentials_from_xml(struct xeap_config *config, struct xeap_span text,
				     struct xeap_notes *notes, struct xeap_diag *ret_diag)
{
	struct xeap_xml x = { .notes = notes, .diag = ret_diag };
	struct xeap_config old;
	int err;

	if (xeap_config_copy(config, &x.config))
		return xeap_xml_no_memory(&x);
	err = read_document(&x, text, read_credentials);
	if (!err) {
		old = *config;
		*config = *x.config;
		*x.config = old;
	}
	xeap_config_free(x.config);
	return err;
}

/* What is wrong with credentials, as such: nobody sees which of two documents is meant. */
static int complete(struct xeap_config *config, struct xeap_span credentials,
		    struct xeap_notes *notes, struct xeap_diag *diag)
{
	struct xeap_diag why = { 0 };
	int err = xeap_config_credentials_from_xml(config, credentials, notes, &why);

	return err ? xeap_diag_set(diag, err, why.code, "credentials: %s", why.text) : 0;
}

/* The document anew, with the credentials' keys there from the start: it is judged by them. */
static int read_completed(struct xeap_xml *x, struct xeap_span text, struct xeap_span credentials,
			  const struct xeap_config *before)
{
	struct xeap_config *after;
	int err;

	if (xeap_config_copy(before, &after))
		return xeap_xml_no_memory(x);
	err = complete(after, credentials, NULL, x->diag);
	if (!err && merge(x->config, after, before))
		err = xeap_xml_no_memory(x);
	xeap_config_free(after);
	if (!err)
		err = read_document(x, text, read_config);
	return err ? err : complete(x->config, credentials, x->notes, x->diag);
}

int xeap_config_completed_from_xml(struct xeap_span text, struct xeap_span credentials,
				   struct xeap_config **ret_config, struct xeap_notes *notes,
				   struct xeap_diag *ret_diag)
{
	struct xeap_xml x = { .notes = notes, .diag = ret_diag };
	struct xeap_config *before;
	int err = xeap_config_from_xml(text, &before, NULL, ret_diag);

	if (err)
		return err;
	if (xeap_config_new(&x.config))
		err = xeap_xml_no_memory(&x);
	else
		err = read_completed(&x, text, credentials, before);
	xeap_config_free(before);
	if (err)
		xeap_config_free(x.config);
	else
		*ret_config = x.config;
	return err;
}

void xeap_xml_write_method(struct xeap_xml_out *o, const struct xeap_xml_method *method)
{
	xeap_xml_open(o, NULL, "EapMethod");
	xeap_xml_count(o, XEAP_NS_COMMON, "Type", method->type);
	xeap_xml_count(o, XEAP_NS_COMMON, "VendorId", 0);
	xeap_xml_count(o, XEAP_NS_COMMON, "VendorType", 0);
	xeap_xml_count(o, XEAP_NS_COMMON, "AuthorId", method->author);
	xeap_xml_close(o, "EapMethod");
}

static void write_document(struct xeap_xml_out *o, const struct xeap_xml_method *method,
			   const struct xeap_config *config)
{
	xeap_text_puts(&o->text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	xeap_xml_open(o, XEAP_NS_HOST_CONFIG, "EapHostConfig");
	xeap_xml_write_method(o, method);
	xeap_xml_open(o, NULL, "Config");
	xeap_xml_write_config(o, method, config);
	xeap_xml_close(o, "Config");
	xeap_xml_close(o, "EapHostConfig");
}

int xeap_config_to_xml(const struct xeap_config *config, char **ret_text, struct xeap_notes *notes,
		       struct xeap_diag *ret_diag)
{
	const char *name = xeap_config_get_eap(config, 0);
	const struct xeap_xml_method *method;
	struct xeap_xml_out o = { .notes = notes };
	int err;

	if (!name)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "eap is not set: a document is one of a method");
	method = xeap_xml_method_of_name(name);
	if (!method)
		return xeap_diag_set(ret_diag, -EOPNOTSUPP, XEAP_E_NOT_SUPPORTED,
				     "eap: the number of %s is not known here", name);
	write_document(&o, method, config);
	err = xeap_text_finish(&o.text, ret_text, NULL);
	xeap_text_wipe(&o.text);
	if (err == -ENOMEM)
		xeap_diag_set(ret_diag, err, XEAP_E_OUT_OF_MEMORY, "out of memory");
	return err;
}
