/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_TOKEN_H
#define XEAP_METHOD_TOKEN_H

#include <method/password.h>

/*
 * Generic Token Card and One-Time Password, RFC 3748 §5.6 and §5.5: the request is a message for a
 * person, the response is what the person makes of it. They differ in type and words.
 *
 * A configured password answers the first request of a conversation, as in wpa_supplicant. A
 * server that goes on to ask (for the next token code) wants something else: a person is asked.
 */

struct xeap_token_kind {
	const char *name; /* of the method */
	uint8_t type;
	const char *title, *label, *silent; /* silent: the text for a request without a message */
	uint32_t field_flags;
};

/* A method's context. */
struct xeap_token {
	const struct xeap_token_kind *kind;
	struct xeap_password password;
	char *text; /* the message of the open request, XEAP_PROMPT_TEXT_MAX bytes */
	uint8_t id; /* of the open request */
	bool open;
};

int xeap_token_init(struct xeap_token *t, const struct xeap_token_kind *kind,
		    const struct xeap_method_args *args);
int xeap_token_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
		       struct xeap_method_result *ret_result);
int xeap_token_get_prompt(void *ctx, struct xeap_prompt *ret_prompt);
int xeap_token_answer(void *ctx, const struct xeap_prompt *answers, struct xeap_writer *response,
		      struct xeap_method_result *ret_result);
void xeap_token_done(void *ctx);

#endif
