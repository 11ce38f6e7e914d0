/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_TEAP_LOAD_H
#define XEAP_METHOD_TEAP_LOAD_H

#include <method/tunnel_load.h>

/* What TEAP's conversations share. */
struct teap_shared {
	struct xeap_tunnel_shared tunnel; /* its inner set is the user's */
	struct xeap_inner_set *machine;	  /* NULL: no keys of the machine are there */
	bool borrows;			  /* machine is that of another one */
	bool freeradius;		  /* teap_compat=freeradius */
	bool silent;			  /* teap_identity_hint=0 */
	bool user;			  /* the user has credentials */
	bool certificate;		  /* of ours, for the outer TLS */
};

/* As xeap_method.load() and .unload(). */
int xeap_teap_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		   struct xeap_diag *ret_diag);
/* As xeap_method.derive(). */
int xeap_teap_derive(void *shared, const struct xeap_method_derivation *derivation,
		     void **ret_shared, struct xeap_diag *ret_diag);
void xeap_teap_unload(void *shared);

#endif
