/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_WIRE_ISOLATE_H
#define XEAP_WIRE_ISOLATE_H

#include <xeap/method.h>
#include <xeap/plugin.h>

/*
 * Messages between a program and the process that runs a plug-in for it: a call, then its reply,
 * one datagram each, numbers in network byte order. The process may be hostile: whatever it sends
 * parses to something within the limits here, or to -EBADMSG.
 *
 *	call	op, id, four arguments, data
 *	reply	op, id, a negative errno or 0, data
 */
#define XEAP_ISOLATE_MAX 131072 /* bytes of a message */
#define XEAP_ISOLATE_ARGS 4
#define XEAP_ISOLATE_KEYS 16	    /* bytes of a set of configuration keys */
#define XEAP_ISOLATE_TEXT 64	    /* bytes of a TLS version or cipher, NUL included */
#define XEAP_ISOLATE_KEY_BYTES 1024 /* most bytes of one exported key */

enum xeap_isolate_op {
	XEAP_ISOLATE_HELLO,	 /* → methods */
	XEAP_ISOLATE_LOAD,	 /* id: shared; method, interactive; configuration blob → diag */
	XEAP_ISOLATE_UNLOAD,	 /* id: shared */
	XEAP_ISOLATE_INIT,	 /* id: context; shared, max_packet, flags, ask_again */
	XEAP_ISOLATE_PROCESS,	 /* id: context; cap; request → step */
	XEAP_ISOLATE_GET_PROMPT, /* id: context → prompt */
	XEAP_ISOLATE_ANSWER,	 /* id: context; cap; prompt → step */
	XEAP_ISOLATE_GET_ATTRIBUTES, /* id: context → attributes */
	XEAP_ISOLATE_SET_ATTRIBUTES, /* id: context; cap; attributes → step */
	XEAP_ISOLATE_GET_KEY,	     /* id: context; kind, size → key */
	XEAP_ISOLATE_DONE,	     /* id: context */
	XEAP_ISOLATE_OP_MAX
};

/* The last argument of INIT. */
#define XEAP_ISOLATE_ASK_AGAIN 0x1u
#define XEAP_ISOLATE_IDENTITY 0x2u /* it is known, even if it is empty */

struct xeap_isolate_call {
	enum xeap_isolate_op op;
	uint32_t id;
	uint32_t arg[XEAP_ISOLATE_ARGS];
	struct xeap_span data;
};

struct xeap_isolate_reply {
	enum xeap_isolate_op op;
	uint32_t id;
	int error;	       /* 0 or a negative errno */
	struct xeap_span data; /* points into the message */
};

/* Writers return the bytes written, 0 when there is no room. */
size_t xeap_isolate_write_call(const struct xeap_isolate_call *call, void *buf, size_t size);
size_t xeap_isolate_write_reply(const struct xeap_isolate_reply *reply, void *buf, size_t size);

/* Parsers return 0 or -EBADMSG with the output untouched. */
int xeap_isolate_parse_call(struct xeap_span message, struct xeap_isolate_call *ret_call);
int xeap_isolate_parse_reply(struct xeap_span message, struct xeap_isolate_reply *ret_reply);

/* What process(), answer() or set_attributes() came to, with what describe() says then. */
struct xeap_isolate_step {
	struct xeap_method_result result; /* enums as the method left them, in range or not */
	char tls_version[XEAP_ISOLATE_TEXT], cipher[XEAP_ISOLATE_TEXT]; /* "": none */
	bool resumed;
	bool misplaced; /* the method's response is not within the memory it was given */
	struct xeap_span response;
};

size_t xeap_isolate_write_step(const struct xeap_isolate_step *step, void *buf, size_t size);
int xeap_isolate_parse_step(struct xeap_span data, struct xeap_isolate_step *ret_step);

#define XEAP_ISOLATE_ASKS 0x1u	 /* has get_prompt and answer */
#define XEAP_ISOLATE_OFFERS 0x2u /* has get_attributes and set_attributes */
#define XEAP_ISOLATE_KEYED 0x4u	 /* has get_key */

/* A method as its plug-in introduces it. */
struct xeap_isolate_method {
	char name[XEAP_METHOD_NAME_MAX + 1];
	struct xeap_method_type type;
	uint32_t flags, properties;
	uint32_t can; /* XEAP_ISOLATE_ASKS, … */
	uint8_t keys[XEAP_ISOLATE_KEYS];
};

struct xeap_isolate_hello {
	uint32_t count;
	struct xeap_isolate_method method[XEAP_PLUGIN_METHODS_MAX];
};

size_t xeap_isolate_write_hello(const struct xeap_isolate_hello *hello, void *buf, size_t size);
int xeap_isolate_parse_hello(struct xeap_span data, struct xeap_isolate_hello *ret_hello);

/* Whether a name is one that a plug-in's method may have. */
bool xeap_isolate_name_ok(const char *name);

size_t xeap_isolate_write_attributes(const struct xeap_attributes *attributes, void *buf,
				     size_t size);
/* Values point into data. */
int xeap_isolate_parse_attributes(struct xeap_span data, struct xeap_attributes *ret_attributes);

size_t xeap_isolate_write_diag(const struct xeap_diag *diag, void *buf, size_t size);
int xeap_isolate_parse_diag(struct xeap_span data, struct xeap_diag *ret_diag);

#endif
