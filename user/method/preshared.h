/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_PRESHARED_H
#define XEAP_METHOD_PRESHARED_H

#include <base/reader.h>
#include <method/password.h>

/*
 * What EAP-PSK, -GPSK, -SAKE, -PAX and -IKEv2 share: a key that both sides have, asking a person
 * for it, and the keys that come out.
 */

/* What a method's key has to be like. */
struct xeap_preshared_kind {
	const struct xeap_method *method;
	size_t min, max;   /* bytes of the key; equal: a person may type it in hexadecimal */
	const char *wants; /* for the message of a wrong length */
};

#define XEAP_PRESHARED_SESSION_ID XEAP_KEY_MAX /* Type and the longest two nonces of IKEv2 */

/* The head of a method's context: what takes a ctx here takes it for this. */
struct xeap_preshared {
	const struct xeap_preshared_kind *kind;
	struct xeap_span identity;
	struct xeap_password password;
	bool decoded; /* what was typed was hexadecimal */
	/* The open request, while a person is asked. */
	uint8_t *request;
	size_t request_len;

	bool proven; /* the keys are there, and the server has shown that it has them */
	uint8_t msk[64], emsk[64];
	uint8_t session_id[XEAP_PRESHARED_SESSION_ID];
	size_t session_id_len;
};

/* The methods' load() and unload(). */
int xeap_preshared_load(const struct xeap_preshared_kind *kind, const struct xeap_config *config,
			bool interactive, struct xeap_diag *ret_diag);
void xeap_preshared_unload(void *shared);

/* 0; -EINVAL without an identity or for a key of a wrong length. */
int xeap_preshared_init(struct xeap_preshared *p, const struct xeap_preshared_kind *kind,
			const struct xeap_method_args *args);
void xeap_preshared_done(void *ctx);

/* The key; data NULL when a person has to be asked. */
struct xeap_span xeap_preshared_key(const struct xeap_preshared *p);

/* Keep the request and have a person asked. 0 or -ENOMEM. */
int xeap_preshared_ask(struct xeap_preshared *p, struct xeap_span request,
		       struct xeap_method_result *ret_result);
/*
 * The method's get_prompt() and answer(), -EINVAL when nothing was asked. With a key that fits, the
 * request is processed; else a person is asked once more.
 */
int xeap_preshared_get_prompt(void *ctx, struct xeap_prompt *ret_prompt);
int xeap_preshared_answer(void *ctx, const struct xeap_prompt *answers,
			  struct xeap_writer *response, struct xeap_method_result *ret_result);

/* xeap_eap_build_response() */
struct xeap_builder xeap_preshared_begin(const struct xeap_preshared *p, struct xeap_chunk *to,
					 uint8_t id);

/* What process() says: drop it silently; the server has still to prove itself; both are proven. */
int xeap_preshared_ignore(struct xeap_method_result *ret_result);
void xeap_preshared_unproven(const struct xeap_preshared *p, struct xeap_method_result *ret_result);
void xeap_preshared_proven(struct xeap_preshared *p, struct xeap_method_result *ret_result);
/*
 * The response, which the caller writes, says that it is over; the caller has set the diagnosis.
 * RFC 4137 §4.2 has no response sent that comes with DONE and FAIL.
 */
void xeap_preshared_failed(struct xeap_method_result *ret_result);

/* The method's get_key(). */
int xeap_preshared_get_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size);
/* Session-Id = Type | parts. */
void xeap_preshared_session_id(struct xeap_preshared *p, struct xeap_span first,
			       struct xeap_span second);

/* A copy of bytes, freed with free(); NULL when memory is short, never for no bytes. */
uint8_t *xeap_preshared_copy(struct xeap_span bytes);

#endif
