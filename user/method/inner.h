/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_INNER_H
#define XEAP_METHOD_INNER_H

#include <xeap/method.h>

/*
 * The EAP peer inside a tunnel: it answers the identity, offers what it may by Nak, and runs one
 * method after another. The methods are the built-in ones without a tunnel of their own.
 */

#define XEAP_INNER_METHODS 8
#define XEAP_INNER_PACKET 65535 /* most bytes of a request */

/* Where a tunnelled method's credentials are: of the user, or of the machine (TEAP). */
enum xeap_inner_whose {
	XEAP_INNER_USER,    /* identity=, password=, ca_cert2=, client_cert2=, … */
	XEAP_INNER_MACHINE, /* machine_identity=, machine_ca_cert=, … */
	XEAP_INNER_WHOSE_MAX
};

struct xeap_inner_choice {
	const char *outer; /* name of the method whose tunnel it is, for messages */
	enum xeap_inner_whose whose;
	const char *prefix; /* of the words of phase2 (machine_phase2): "auth=", "autheap=" */
	/* What is allowed without such a word, if it can be loaded; names end with NULL. */
	const char *const *otherwise;
};

/* What load() of an outer method makes. */
struct xeap_inner_set;

/*
 * Load the methods that phase2 names. Other words of phase2 are left to the caller. 0; -EINVAL,
 * -ENOMEM or what the method's load() says, with a diagnosis.
 */
int xeap_inner_load(const struct xeap_config *config, const struct xeap_inner_choice *choice,
		    bool interactive, struct xeap_inner_set **ret_set, struct xeap_diag *ret_diag);
/*
 * The same methods with the credentials of a derivation's network, which is the tunnel's; the set
 * that it is derived from outlives it. Its client certificate is for the tunnel. As
 * xeap_inner_load().
 */
int xeap_inner_derive(const struct xeap_inner_set *base,
		      const struct xeap_method_derivation *derivation,
		      struct xeap_inner_set **ret_set, struct xeap_diag *ret_diag);
struct xeap_inner_set *xeap_inner_unload(struct xeap_inner_set *set);

struct xeap_inner_chunk;

/* Part of an outer method's context. */
struct xeap_inner {
	const struct xeap_inner_set *set;
	struct xeap_method_args args;	  /* for the methods */
	const struct xeap_method *method; /* that is under way, or was the last; NULL: none yet */
	void *ctx;
	struct xeap_method_result result; /* of its last turn */
	uint8_t *response;
	size_t response_size;
	struct xeap_inner_chunk *flight, *flight_last;
	bool asking;
	char *question;	  /* a text of the method's with the keys' names in here; NULL: none yet */
	bool was_refused; /* a Nak was sent, and no method begun since */
	/* A method was set up and has seen no request yet; NULL: nothing is to be added. */
	void (*begun)(struct xeap_inner *i);
};

/* 0 or -ENOMEM. */
int xeap_inner_init(struct xeap_inner *i, const struct xeap_inner_set *set,
		    const struct xeap_method_args *args);
void xeap_inner_done(struct xeap_inner *i);

/*
 * Take a Request, a whole EAP packet. Returns 0 with *ret_response the response, valid until the
 * next call; -EBADMSG: the request is not acceptable; -EAGAIN: a person has to be asked; another
 * negative errno: the method cannot go on. i->result says what to make of it, its diag why.
 */
int xeap_inner_process(struct xeap_inner *i, struct xeap_span request,
		       struct xeap_span *ret_response);

/*
 * After -EAGAIN, as xeap_method; the results are those of xeap_inner_process(). The keys that a
 * prompt names are called as in the network: ca_cert2, machine_ca_cert.
 */
int xeap_inner_get_prompt(struct xeap_inner *i, struct xeap_prompt *ret_prompt);
int xeap_inner_answer(struct xeap_inner *i, const struct xeap_prompt *answers,
		      struct xeap_span *ret_response);

/* Whether a method ran and is content: the server proved what the method wants proved. */
bool xeap_inner_succeeded(const struct xeap_inner *i);

/* A key of the last method. As xeap_method.get_key(), -ENOENT also when it has none. */
int xeap_inner_get_key(const struct xeap_inner *i, enum xeap_key_kind kind, uint8_t *buf,
		       size_t size);

/* Forget the method that ran: the next one may begin (a sequence, RFC 9930 §3.6). */
void xeap_inner_restart(struct xeap_inner *i);

/* Its network: identity= and password= of the one whose credentials these are. */
const struct xeap_config *xeap_inner_config(const struct xeap_inner_set *set);
/* How many methods there are. */
size_t xeap_inner_count(const struct xeap_inner_set *set);

#endif
