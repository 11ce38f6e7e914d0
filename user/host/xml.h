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
#define XEAP_NS_PEAP1 "www.microsoft.com/provisioning/MsPeapConnectionPropertiesV1"
#define XEAP_NS_PEAP2 "www.microsoft.com/provisioning/MsPeapConnectionPropertiesV2"
#define XEAP_NS_PEAP3 "www.microsoft.com/provisioning/MsPeapConnectionPropertiesV3"
#define XEAP_NS_PEAP_USER "www.microsoft.com/provisioning/MsPeapUserPropertiesV1"
#define XEAP_NS_MSCHAPV2 "www.microsoft.com/provisioning/MsChapV2ConnectionPropertiesV1"
#define XEAP_NS_MSCHAPV2_USER "www.microsoft.com/provisioning/MsChapV2UserPropertiesV1"
#define XEAP_NS_TTLS "www.microsoft.com/provisioning/EapTtlsConnectionPropertiesV1"
#define XEAP_NS_TTLS_USER "www.microsoft.com/provisioning/EapTtlsUserPropertiesV1"
#define XEAP_NS_TEAP "www.microsoft.com/provisioning/EapTeapConnectionPropertiesV1"
#define XEAP_NS_TEAP_USER "www.microsoft.com/provisioning/EapTeapUserPropertiesV1"
#define XEAP_NS_SIM "www.microsoft.com/provisioning/EapSimConnectionPropertiesV1"
#define XEAP_NS_AKA "www.microsoft.com/provisioning/EapAkaConnectionPropertiesV1"
#define XEAP_NS_AKA_PRIME "www.microsoft.com/provisioning/EapAkaPrimeConnectionPropertiesV1"
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

/* Text of an attribute; NULL when there is none. */
const char *xeap_xml_attribute(const xmlNode *node, const char *name);

int xeap_xml_refuse(struct xeap_xml *x, int err, const xmlNode *node, const char *why);
int xeap_xml_no_memory(struct xeap_xml *x);
int xeap_xml_note(struct xeap_xml *x, const xmlNode *node, const char *why);
/* What is only noted, when it has the value that says something. */
int xeap_xml_note_if(struct xeap_xml *x, const xmlNode *node, bool unwanted, const char *why);
/* A rule's function for fast reconnection and its like. */
int xeap_xml_note_fast(struct xeap_xml *x, const xmlNode *node, void *context);

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

/* A document that is being written. */
struct xeap_xml_out {
	struct xeap_text text;
	int depth;
	struct xeap_notes *notes;
	bool said[XEAP_CONFIG_MAX]; /* keys that elements say, exactly: not again in `network` */
};

/* xml_write.c; `ns` NULL: that of the element around it. */
void xeap_xml_open(struct xeap_xml_out *o, const char *ns, const char *name);
void xeap_xml_close(struct xeap_xml_out *o, const char *name);
void xeap_xml_empty(struct xeap_xml_out *o, const char *ns, const char *name);
void xeap_xml_leaf(struct xeap_xml_out *o, const char *ns, const char *name, struct xeap_span text);
void xeap_xml_flag(struct xeap_xml_out *o, const char *ns, const char *name, bool value);
void xeap_xml_count(struct xeap_xml_out *o, const char *ns, const char *name, long number);

/* xml_network.c: the element of our own; a rule for every list. */
int xeap_xml_read_network(struct xeap_xml *x, const xmlNode *node, void *unused);

#define XEAP_XML_NETWORK                                                                           \
	{                                                                                          \
		XEAP_NS_XEAP, "network", xeap_xml_read_network                                     \
	}

/* Write it with the keys that are set and not said. */
void xeap_xml_write_network(struct xeap_xml_out *o, const struct xeap_config *config);
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
	uint32_t author; /* of the method that EAPHost has for this type */

	/* Read the content of Config; `network` elements in it with xeap_xml_read_network(). */
	int (*from_xml)(struct xeap_xml *x, const xmlNode *config, uint8_t type);
	/* Write the content of Config. */
	void (*to_xml)(struct xeap_xml_out *o, const struct xeap_config *config);
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
/* The same for the Eap itself. */
int xeap_xml_read_this_eap(struct xeap_xml *x, const xmlNode *node, const struct xeap_xml_eap *eap);

/* Config and Credentials of a method, with its own function if it has one. */
int xeap_xml_read_config(struct xeap_xml *x, const struct xeap_xml_method *method,
			 const xmlNode *config);
int xeap_xml_read_credentials(struct xeap_xml *x, const struct xeap_xml_method *method,
			      const xmlNode *credentials);

void xeap_xml_write_config(struct xeap_xml_out *o, const struct xeap_xml_method *method,
			   const struct xeap_config *config);

/* Text of an element as a key. */
int xeap_xml_assign(struct xeap_xml *x, const xmlNode *node, enum xeap_config_key key);
/* Text that was made of one. */
int xeap_xml_assign_text(struct xeap_xml *x, const xmlNode *node, enum xeap_config_key key,
			 const struct xeap_text *text);
/* Methods without published elements; Username and Password are those of EapUserPropertiesV1. */
int xeap_xml_plain_from(struct xeap_xml *x, const xmlNode *config, uint8_t type);
int xeap_xml_plain_credentials(struct xeap_xml *x, const xmlNode *credentials, uint8_t type);
extern const struct xeap_xml_rule xeap_xml_no_rules[], xeap_xml_user_rules[];
/* Rules' functions for a name and a password of any schema. */
int xeap_xml_read_username(struct xeap_xml *x, const xmlNode *node, void *context);
int xeap_xml_read_password(struct xeap_xml *x, const xmlNode *node, void *context);

/*
 * xml_server.c: how a server is verified, outside of a tunnel and, with other keys, within.
 */
struct xeap_xml_place {
	enum xeap_config_key domain_match, ca_cert, ca_path, client_cert, private_key, prompt;
	bool inner;
};
extern const struct xeap_xml_place xeap_xml_outer, xeap_xml_inner;

struct xeap_xml_server {
	const struct xeap_xml_place *place;
	const char *ns; /* of ServerValidation and what is in it */
	const xmlNode *root, *names;
	const xmlNode *unasked; /* the element that forbids to ask about the server */
	bool ignore_names;
};

/* ServerValidation, PerformServerValidation, AcceptServerName. */
int xeap_xml_read_validation(struct xeap_xml *x, const xmlNode *node,
			     struct xeap_xml_server *server);
int xeap_xml_read_perform(struct xeap_xml *x, const xmlNode *node,
			  const struct xeap_xml_server *server);
int xeap_xml_read_accept(struct xeap_xml *x, const xmlNode *node, struct xeap_xml_server *server);
/* Once all has been read. */
int xeap_xml_judge_server(struct xeap_xml *x, const struct xeap_xml_server *server);
bool xeap_xml_has_either(struct xeap_xml *x, enum xeap_config_key a, enum xeap_config_key b);

/* Whether a person is never asked about the server; the key counts as said then. */
bool xeap_xml_never_asks(struct xeap_xml_out *o, const struct xeap_config *config,
			 const struct xeap_xml_place *place);

/* ServerNames as far as it can be said. Returns whether it is; the key counts as said then. */
bool xeap_xml_write_names(struct xeap_xml_out *o, const struct xeap_config *config,
			  const struct xeap_xml_place *place);

/* xml.c: which method an EapMethod element means. */
int xeap_xml_find_method(struct xeap_xml *x, const xmlNode *node,
			 const struct xeap_xml_method **ret_method);
void xeap_xml_write_method(struct xeap_xml_out *o, const struct xeap_xml_method *method);

/* xml_tls.c */
int xeap_xml_tls_from(struct xeap_xml *x, const xmlNode *config, uint8_t type);
void xeap_xml_tls_to(struct xeap_xml_out *o, const struct xeap_config *config);
int xeap_xml_tls_credentials(struct xeap_xml *x, const xmlNode *credentials, uint8_t type);

/* What EAP-TLS said that can only be judged when all of it has been read. */
struct xeap_xml_tls {
	struct xeap_xml_server server;
	const xmlNode *store, *different;
	bool different_username;
};

/* An Eap of EAP-TLS in a tunnel; to be judged at the end. */
int xeap_xml_inner_tls(struct xeap_xml *x, const xmlNode *eap, struct xeap_xml_tls *tls);
int xeap_xml_judge_tls(struct xeap_xml *x, const struct xeap_xml_tls *tls);
int xeap_xml_inner_tls_user(struct xeap_xml *x, const xmlNode *eap);
void xeap_xml_write_tls(struct xeap_xml_out *o, const struct xeap_config *config,
			const struct xeap_xml_place *place);

/*
 * xml_inner.c: what runs within a tunnel, and MSCHAPv2, which runs alone as well. Words are those
 * of phase2: the name of an EAP method after `word`, which is auth or autheap.
 */
struct xeap_xml_inside {
	struct xeap_text words;
	const char *word;
	uint8_t type;	      /* that the next Eap has to have; 0: any */
	const xmlNode *node;  /* the last that was found */
	const xmlNode *logon; /* UseWinLogonCredentials, when it is true */
	bool has_tls;
	struct xeap_xml_tls tls;
};

/* The context is a struct xeap_xml_inside. */
int xeap_xml_read_inner_eap(struct xeap_xml *x, const xmlNode *node, void *context);
int xeap_xml_read_inner_host(struct xeap_xml *x, const xmlNode *node, void *context);
int xeap_xml_read_logon(struct xeap_xml *x, const xmlNode *node, void *context);
/* A method that is of the tunnel's own and none of EAP. */
void xeap_xml_add_inner(struct xeap_xml_inside *in, const xmlNode *node, const char *word,
			const char *name);
/* Once all has been read. `ttls`: words may be of its own methods. */
int xeap_xml_judge_inner(struct xeap_xml *x, struct xeap_xml_inside *in, bool ttls);

/*
 * What of phase2 can be written: EAP methods after `word`, or for TTLS one method of its own. They
 * are the words that are read again.
 */
void xeap_xml_inner_words(const struct xeap_config *config, bool ttls, struct xeap_text *words);
/* Elements for such words: Eap, or EapHostConfig with an element around each, which may be NULL. */
void xeap_xml_write_inner(struct xeap_xml_out *o, const struct xeap_config *config,
			  const struct xeap_text *words, bool host, const char *around);
/* The key counts as said when the words are all of it. */
void xeap_xml_say_inner(struct xeap_xml_out *o, const struct xeap_config *config,
			const struct xeap_text *words);

/* An Eap within the credentials of a tunnel. */
int xeap_xml_read_inner_user(struct xeap_xml *x, const xmlNode *node, void *unused);

int xeap_xml_mschapv2_from(struct xeap_xml *x, const xmlNode *config, uint8_t type);
void xeap_xml_mschapv2_to(struct xeap_xml_out *o, const struct xeap_config *config);
int xeap_xml_mschapv2_credentials(struct xeap_xml *x, const xmlNode *credentials, uint8_t type);

/* What is said instead of the identity outside of the tunnel. */
struct xeap_xml_privacy {
	const xmlNode *node, *name;
	bool enabled;
};
/* Rules' functions: whether there is privacy, and which name; the context is the struct. */
int xeap_xml_read_private(struct xeap_xml *x, const xmlNode *node, void *context);
int xeap_xml_read_anonymous(struct xeap_xml *x, const xmlNode *node, void *context);
int xeap_xml_judge_privacy(struct xeap_xml *x, const struct xeap_xml_privacy *privacy);
/* The name that is written for anonymous_identity. False: none can be. */
bool xeap_xml_privacy_name(const struct xeap_config *config, struct xeap_span *ret_name);

/* Whether a key is this text. */
bool xeap_xml_key_is(const struct xeap_config *config, enum xeap_config_key key, const char *text);

/* xml_peap.c, xml_ttls.c: TTLS and TEAP, xml_sim.c: SIM, AKA and AKA' */
int xeap_xml_peap_from(struct xeap_xml *x, const xmlNode *config, uint8_t type);
void xeap_xml_peap_to(struct xeap_xml_out *o, const struct xeap_config *config);
int xeap_xml_peap_credentials(struct xeap_xml *x, const xmlNode *credentials, uint8_t type);
int xeap_xml_ttls_from(struct xeap_xml *x, const xmlNode *config, uint8_t type);
void xeap_xml_ttls_to(struct xeap_xml_out *o, const struct xeap_config *config);
int xeap_xml_ttls_credentials(struct xeap_xml *x, const xmlNode *credentials, uint8_t type);
int xeap_xml_teap_from(struct xeap_xml *x, const xmlNode *config, uint8_t type);
void xeap_xml_teap_to(struct xeap_xml_out *o, const struct xeap_config *config);
int xeap_xml_teap_credentials(struct xeap_xml *x, const xmlNode *credentials, uint8_t type);
int xeap_xml_sim_from(struct xeap_xml *x, const xmlNode *config, uint8_t type);
void xeap_xml_sim_to(struct xeap_xml_out *o, const struct xeap_config *config);
void xeap_xml_aka_to(struct xeap_xml_out *o, const struct xeap_config *config);
void xeap_xml_aka_prime_to(struct xeap_xml_out *o, const struct xeap_config *config);

/* xml.c: an EapHostConfig element into x->config, which is new. */
int xeap_xml_read_host_config(struct xeap_xml *x, const xmlNode *node);

/* xml_lan.c: a LANProfile or OneX element. */
int xeap_xml_read_profile(struct xeap_xml *x, const xmlNode *root, struct xeap_lan_profile *profile,
			  bool note_timers);

#endif
