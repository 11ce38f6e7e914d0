/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_PASSWORD_H
#define XEAP_METHOD_PASSWORD_H

#include <xeap/method.h>

/*
 * What the methods with a password share: whether there is one, where it comes from, asking a
 * person for it, and what is said when the server refuses it.
 */

/* Part of a method's context. */
struct xeap_password {
	struct xeap_span configured; /* the configuration's; data NULL when it is not to be used */
	uint8_t *typed;		     /* what a person answered, wiped at the end */
	size_t typed_len;
};

/*
 * For load(): a password is there, or may be asked for, and is no hash. 0 or -EINVAL with a
 * diagnosis.
 */
int xeap_password_check(const struct xeap_config *config, const char *method, bool interactive,
			struct xeap_diag *ret_diag);

/* The same for a method that can do with the NT hash as well. */
int xeap_password_or_hash_check(const struct xeap_config *config, const char *method,
				bool interactive, struct xeap_diag *ret_diag);

void xeap_password_init(struct xeap_password *p, const struct xeap_method_args *args);
void xeap_password_done(struct xeap_password *p);

/* What a person typed, else the configured one; data NULL when a person has to be asked. */
struct xeap_span xeap_password_get(const struct xeap_password *p);

/* Keep the answer in field `id`. 0; -ENOMEM; -EINVAL when there is none or it is empty. */
int xeap_password_take(struct xeap_password *p, const struct xeap_prompt *answers, const char *id);

/* The prompt for the password of the network block, field "password". */
void xeap_password_prompt(const char *method, struct xeap_prompt *ret_prompt);

/*
 * What process() and answer() say once a response with the password is made: Success and Failure
 * are both believed, and a Failure means that it was refused.
 */
void xeap_password_answered(const struct xeap_password *p, const char *method,
			    struct xeap_method_result *ret_result);
/*
 * The same once the server has shown that it has the password: it is right, and what the server
 * refuses now is something else.
 */
void xeap_password_proven(const struct xeap_password *p, const char *method,
			  struct xeap_method_result *ret_result);

#endif
