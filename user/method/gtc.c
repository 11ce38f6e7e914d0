/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <method/list.h>
#include <method/token.h>
#include <wire/eap.h>

/* Generic Token Card, RFC 3748 §5.6: what a token shows, or a password. */

static const struct xeap_token_kind kind = {
	.name = "GTC",
	.type = XEAP_EAP_GTC,
	.title = "Token or password",
	.label = "Response",
	.silent = "The server asks for a token or a password.",
	.field_flags = XEAP_FIELD_F_REQUIRED | XEAP_FIELD_F_SAVE,
};

static int gtc_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		    struct xeap_diag *ret_diag)
{
	return xeap_password_check(config, kind.name, interactive, ret_diag);
}

static void gtc_unload(void *shared)
{
	/* load() made nothing. */
}

static int gtc_init(void *ctx, const struct xeap_method_args *args)
{
	return xeap_token_init(ctx, &kind, args);
}

const struct xeap_method xeap_method_gtc = {
	.abi = XEAP_METHOD_ABI,
	.name = "GTC",
	.type = { .type = XEAP_EAP_GTC },
	.ctx_size = sizeof(struct xeap_token),
	.load = gtc_load,
	.unload = gtc_unload,
	.init = gtc_init,
	.process = xeap_token_process,
	.get_prompt = xeap_token_get_prompt,
	.answer = xeap_token_answer,
	.done = xeap_token_done,
};
