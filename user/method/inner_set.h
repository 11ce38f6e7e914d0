/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_INNER_SET_H
#define XEAP_METHOD_INNER_SET_H

#include <method/inner.h>

struct xeap_inner_method {
	const struct xeap_method *method;
	void *shared;
};

struct xeap_inner_set {
	const struct xeap_inner_set *base; /* it was derived from and takes methods of; or NULL */
	const char *outer;		   /* as of the choice */
	struct xeap_config *config; /* what the methods see: the inner keys under the outer names */
	enum xeap_inner_whose whose;
	size_t ctx_size; /* of the largest */
	size_t count;
	struct xeap_inner_method methods[XEAP_INNER_METHODS];
};

/*
 * What to add to a method's own message, which names keys as if it ran outside: how they are called
 * inside, or nothing when it names none.
 */
const char *xeap_inner_hint(enum xeap_inner_whose whose, const char *text);

#endif
