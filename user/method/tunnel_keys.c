/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <errno.h>
#include <method/keys.h>
#include <method/tunnel_keys.h>
#include <string.h>

#define METHOD_ID 64

_Static_assert(2 * XEAP_TLS_RANDOM == METHOD_ID, "both versions' Session-Ids have one length");

/* RFC 5216 §2.3. */
static int derive_12(struct xeap_tunnel *t, const char *label, struct xeap_tunnel_keys *keys)
{
	uint8_t *id = keys->session_id + 1;
	int r = xeap_tls_export(&t->tls, label, xeap_span(NULL, 0), keys->keys, sizeof(keys->keys));

	return r < 0 ? r : xeap_tls_randoms(&t->tls, id, id + XEAP_TLS_RANDOM);
}

/* RFC 9427 §2.1: the exporter's context is the Type. */
static int derive_13(struct xeap_tunnel *t, struct xeap_tunnel_keys *keys)
{
	uint8_t type = t->ops->type.type;
	struct xeap_span context = xeap_span(&type, 1);
	int r = xeap_tls_export(&t->tls, "EXPORTER_EAP_TLS_Key_Material", context, keys->keys,
				sizeof(keys->keys));

	if (r < 0)
		return r;
	return xeap_tls_export(&t->tls, "EXPORTER_EAP_TLS_Method-Id", context, keys->session_id + 1,
			       METHOD_ID);
}

int xeap_tunnel_keys_derive(struct xeap_tunnel *t, const char *label_12,
			    struct xeap_tunnel_keys *ret_keys)
{
	int r = xeap_tls_is_13(&t->tls) ? derive_13(t, ret_keys) : derive_12(t, label_12, ret_keys);

	if (r < 0)
		return xeap_diag_set(&t->tls.why, r, XEAP_E_AUTHENTICATION_FAILED,
				     "keys could not be derived");
	ret_keys->session_id[0] = t->ops->type.type;
	return 0;
}

int xeap_tunnel_keys_get(const struct xeap_tunnel_keys *keys, enum xeap_key_kind kind, uint8_t *buf,
			 size_t size)
{
	const struct xeap_method_keys exported = {
		.msk = xeap_span(keys->keys, XEAP_TUNNEL_MSK),
		.emsk = xeap_span(keys->keys + XEAP_TUNNEL_MSK, XEAP_TUNNEL_EMSK),
		.session_id = xeap_span(keys->session_id, XEAP_TUNNEL_SESSION_ID),
	};

	return xeap_method_keys_get(&exported, kind, buf, size);
}
