/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_HOST_XML_H
#define XEAP_HOST_XML_H

#include <libxml/tree.h>
#include <stdbool.h>
#include <xeap/xml.h>

#include "host/config_value.h"
#include "host/text.h"

#define XEAP_XML_MAX_DEPTH 32

/* Namespaces, those of the web without http:// or https://. */
#define XEAP_NS_HOST_CONFIG "www.microsoft.com/provisioning/EapHostConfig"
#define XEAP_NS_HOST_CREDENTIALS "www.microsoft.com/provisioning/EapHostUserCredentials"
#define XEAP_NS_COMMON "www.microsoft.com/provisioning/EapCommon"
#define XEAP_NS_BASE_CONNECTION "www.microsoft.com/provisioning/BaseEapConnectionPropertiesV1"
#define XEAP_NS_BASE_USER "www.microsoft.com/provisioning/BaseEapUserPropertiesV1"
#define XEAP_NS_USER "www.microsoft.com/provisioning/EapUserPropertiesV1"
#define XEAP_NS_TLS1 "www.microsoft.com/provisioning/EapTlsConnectionPropertiesV1"
#define XEAP_NS_TLS2 "www.microsoft.com/provisioning/EapTlsConnectionPropertiesV2"
#define XEAP_NS_TLS_USER "www.microsoft.com/provisioning/EapTlsUserPropertiesV1"
#define XEAP_NS_LAN_PROFILE "www.microsoft.com/networking/LAN/profile/v1"
#define XEAP_NS_ONEX "www.microsoft.com/networking/OneX/v1"
#define XEAP_NS_XEAP "urn:xeap:config:1"

/* A document that is being read into a network. */
struct xeap_xml {
	struct xeap_config *config;
	struct xeap_notes *notes;
	struct xeap_diag *diag;
	bool has_network; /* an element of our own was there */
};

/*
 * xml_text.c: UTF-8 or UTF-16 (XML 1.0 §4.3.3) as UTF-8 without a byte order mark, in memory of
 * ours and not of the parser's. 0, -ENOMEM, or -EINVAL for what is neither, or has a NUL in it.
 */
int xeap_xml_decode(struct xeap_span text, struct xeap_bytes *ret_utf8);

/*
 * xml_tree.c: a document as a tree, and its values. Those that return an int return 0 or a negative
 * errno with the diagnosis written.
 */
int xeap_xml_parse(struct xeap_span text, xmlDoc **ret_doc, struct xeap_diag *ret_diag);
void xeap_xml_free(xmlDoc *doc); /* and wipe */

/* The first element within a node, the next one beside it; NULL at the end. */
const xmlNode *xeap_xml_first(const xmlNode *parent);
const xmlNode *xeap_xml_next(const xmlNode *node);
const xmlNode *xeap_xml_child(const xmlNode *parent, const char *ns, const char *name);
bool xeap_xml_is(const xmlNode *node, const char *ns, const char *name);
bool xeap_xml_in(const xmlNode *node, const char *ns);

int xeap_xml_refuse(struct xeap_xml *x, int err, const xmlNode *node, const char *why);
int xeap_xml_no_memory(struct xeap_xml *x);
int xeap_xml_note(struct xeap_xml *x, const xmlNode *node, const char *why);

/* Text without elements: as it stands, or without blanks around it. */
int xeap_xml_text(struct xeap_xml *x, const xmlNode *node, bool trim, struct xeap_bytes *ret_text);
int xeap_xml_bool(struct xeap_xml *x, const xmlNode *node, bool *ret_value);
int xeap_xml_number(struct xeap_xml *x, const xmlNode *node, uint32_t min, uint32_t max,
		    uint32_t *ret_value);
/* Digits with blanks anywhere. */
int xeap_xml_hex(struct xeap_xml *x, const xmlNode *node, struct xeap_bytes *ret_bytes);

/* Do for each element what a list has for its name; others get a note. */
struct xeap_xml_rule {
	const char *ns, *name;
	int (*read)(struct xeap_xml *x, const xmlNode *node, void *context);
};
int xeap_xml_each(struct xeap_xml *x, const xmlNode *parent, const struct xeap_xml_rule *rules,
		  void *context);

/* xml_network.c: the element of our own; a rule for every list. */
int xeap_xml_read_network(struct xeap_xml *x, const xmlNode *node, void *unused);

#define XEAP_XML_NETWORK                                                                           \
	{                                                                                          \
		XEAP_NS_XEAP, "network", xeap_xml_read_network                                     \
	}

/* Write it with the keys that are set but one; `indent` stands in front of its lines. */
void xeap_xml_write_network(struct xeap_text *t, const struct xeap_config *config,
			    enum xeap_config_key but, const char *indent);
void xeap_xml_escape(struct xeap_text *t, struct xeap_span text);

/* Whether a value can stand in a document and comes back the same. */
bool xeap_xml_is_text(struct xeap_span value);

/*
 * xml_methods.c: what a method brings. A method without functions has only the element of our own
 * in its documents, and another is refused.
 */
struct xeap_xml_method {
	uint8_t type; /* RFC 3748 §5, IANA "Method Types" */
	const char *name;

	/* Read the content of Config; `network` elements in it with xeap_xml_read_network(). */
	int (*from_xml)(struct xeap_xml *x, const xmlNode *config, uint8_t type);
	/* Write the content of Config, lines indented by four blanks. 0 or -ENOMEM. */
	int (*to_xml)(struct xeap_text *t, const struct xeap_config *config,
		      struct xeap_notes *notes);
	/* Read the content of Credentials. */
	int (*credentials_from_xml)(struct xeap_xml *x, const xmlNode *credentials, uint8_t type);
};

const struct xeap_xml_method *xeap_xml_method_of_type(uint32_t type);
const struct xeap_xml_method *xeap_xml_method_of_name(const char *name);

/*
 * What most methods have in Config and in Credentials: an Eap with its Type, which has to be the
 * method's, and an EapType with what `rules` say, which get `context`.
 */
struct xeap_xml_eap {
	uint8_t type;
	const char *base_ns, *type_ns;
	const struct xeap_xml_rule *rules;
	void *context;
};
int xeap_xml_read_eap(struct xeap_xml *x, const xmlNode *parent, const struct xeap_xml_eap *eap);

/* Config and Credentials of a method, with its own function if it has one. */
int xeap_xml_read_config(struct xeap_xml *x, const struct xeap_xml_method *method,
			 const xmlNode *config);
int xeap_xml_read_credentials(struct xeap_xml *x, const struct xeap_xml_method *method,
			      const xmlNode *credentials);

int xeap_xml_write_config(struct xeap_text *t, const struct xeap_xml_method *method,
			  const struct xeap_config *config, struct xeap_notes *notes);

/* Text of an element as a key. */
int xeap_xml_assign(struct xeap_xml *x, const xmlNode *node, enum xeap_config_key key);

/* xml_tls.c */
int xeap_xml_tls_from(struct xeap_xml *x, const xmlNode *config, uint8_t type);
int xeap_xml_tls_to(struct xeap_text *t, const struct xeap_config *config,
		    struct xeap_notes *notes);
int xeap_xml_tls_credentials(struct xeap_xml *x, const xmlNode *credentials, uint8_t type);

/* xml.c: an EapHostConfig element into x->config, which is new. */
int xeap_xml_read_host_config(struct xeap_xml *x, const xmlNode *node);

/* xml_lan.c: a LANProfile or OneX element. */
int xeap_xml_read_profile(struct xeap_xml *x, const xmlNode *root, struct xeap_lan_profile *profile,
			  bool note_timers);

#endif
