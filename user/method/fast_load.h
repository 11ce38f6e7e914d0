/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_FAST_LOAD_H
#define XEAP_METHOD_FAST_LOAD_H

#include <method/fast_pac.h>
#include <method/tunnel_load.h>

/* Bits of fast_provisioning. */
#define XEAP_FAST_ANONYMOUS 1
#define XEAP_FAST_AUTHENTICATED 2

/* What EAP-FAST's conversations share. */
struct fast_shared {
	struct xeap_tunnel_shared tunnel;
	struct xeap_pacs *pacs;
	bool borrows; /* pacs are those of another one: they are in a file, for all */
	size_t max;   /* PACs that are kept */
	int provisioning;
};

/* As xeap_method.load() and .unload(). */
int xeap_fast_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		   struct xeap_diag *ret_diag);
/* As xeap_method.derive(). */
int xeap_fast_derive(void *shared, const struct xeap_method_derivation *derivation,
		     void **ret_shared, struct xeap_diag *ret_diag);
void xeap_fast_unload(void *shared);

#endif
