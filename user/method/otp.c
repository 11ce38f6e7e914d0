/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <method/list.h>
#include <method/token.h>
#include <wire/eap.h>

/*
 * One-Time Password, RFC 3748 §5.5: the challenge of RFC 2289 §6 ("otp-md5 487 dog2") goes to a
 * person, whose generator turns it into six words or hexadecimal digits. It is not worth keeping.
 */

static const struct xeap_token_kind kind = {
	.name = "OTP",
	.type = XEAP_EAP_OTP,
	.title = "One-time password",
	.label = "One-time password",
	.silent = "The server asks for a one-time password.",
	.field_flags = XEAP_FIELD_F_REQUIRED,
};

static int otp_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		    struct xeap_diag *ret_diag)
{
	return xeap_password_check(config, kind.name, interactive, ret_diag);
}

static void otp_unload(void *shared)
{
	/* load() made nothing. */
}

static int otp_init(void *ctx, const struct xeap_method_args *args)
{
	return xeap_token_init(ctx, &kind, args);
}

const struct xeap_method xeap_method_otp = {
	.abi = XEAP_METHOD_ABI,
	.name = "OTP",
	.type = { .type = XEAP_EAP_OTP },
	.ctx_size = sizeof(struct xeap_token),
	.load = otp_load,
	.unload = otp_unload,
	.init = otp_init,
	.process = xeap_token_process,
	.get_prompt = xeap_token_get_prompt,
	.answer = xeap_token_answer,
	.done = xeap_token_done,
};
