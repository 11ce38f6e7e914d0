/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_METHOD_TUNNEL_LOAD_H
#define XEAP_METHOD_TUNNEL_LOAD_H

#include <crypto/tls.h>
#include <method/inner.h>

/* What load() of the methods with a tunnel makes. */
struct xeap_tunnel_shared {
	struct xeap_tls_profile *profile;
	struct xeap_inner_set *inner;
	bool borrows; /* profile is that of another one */
};

/*
 * Load what stands for the tunnel (a certificate of ours is not needed) and what may run in it. 0,
 * or a negative errno with a diagnosis.
 */
int xeap_tunnel_load(const struct xeap_config *config, const struct xeap_inner_choice *choice,
		     bool interactive, struct xeap_tunnel_shared *ret_shared,
		     struct xeap_diag *ret_diag);
/*
 * The same, for a tunnel of TLS 1.2 only; `server_optional`: the server may show that it is the one
 * by other means than a certificate, and ca_cert may be missing.
 */
int xeap_tunnel_load_12(const struct xeap_config *config, const struct xeap_inner_choice *choice,
			bool interactive, bool server_optional,
			struct xeap_tunnel_shared *ret_shared, struct xeap_diag *ret_diag);
/* derive(): `base` outlives what is made. */
int xeap_tunnel_derive(const struct xeap_tunnel_shared *base,
		       const struct xeap_method_derivation *derivation,
		       struct xeap_tunnel_shared *ret_shared, struct xeap_diag *ret_diag);
void xeap_tunnel_unload(struct xeap_tunnel_shared *shared);

/*
 * A word of phase1 or phase2 that has a digit from 0 to max as its value: *ret_value, untouched
 * when the word is not there. 0, or -EINVAL with a diagnosis.
 */
int xeap_tunnel_digit(const struct xeap_config *config, enum xeap_config_key key, const char *word,
		      int max, int *ret_value, struct xeap_diag *ret_diag);

/* What a method says of a turn whose failure is that of the method inside. */
void xeap_tunnel_blame_inner(const struct xeap_inner *inner, struct xeap_method_result *ret_result);

#endif
