/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/password.h>
#include <stdlib.h>
#include <string.h>

int xeap_password_check(const struct xeap_config *config, const char *method, bool interactive,
			struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(config);
	const char *colon = *origin ? ": " : "";

	if (xeap_config_get(config, XEAP_CONFIG_PASSWORD_HASH).data)
		return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
				     "%s%spassword=hash:… is of no use to eap=%s: it needs "
				     "password=\"…\"",
				     origin, colon, method);
	if (interactive || xeap_config_get(config, XEAP_CONFIG_PASSWORD).data)
		return 0;
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "%s%spassword is missing: eap=%s needs password=\"…\"", origin, colon,
			     method);
}

int xeap_password_or_hash_check(const struct xeap_config *config, const char *method,
				bool interactive, struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(config);

	if (interactive || xeap_config_get(config, XEAP_CONFIG_PASSWORD).data ||
	    xeap_config_get(config, XEAP_CONFIG_PASSWORD_HASH).data)
		return 0;
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "%s%spassword is missing: eap=%s needs password=\"…\" or "
			     "password=hash:…",
			     origin, *origin ? ": " : "", method);
}

void xeap_password_init(struct xeap_password *p, const struct xeap_method_args *args)
{
	*p = (struct xeap_password){ 0 };
	if (!args->ask_again)
		p->configured = xeap_config_get(args->config, XEAP_CONFIG_PASSWORD);
}

static void forget_typed(struct xeap_password *p)
{
	if (p->typed)
		xeap_wipe(p->typed, p->typed_len);
	free(p->typed);
	p->typed = NULL;
	p->typed_len = 0;
}

void xeap_password_done(struct xeap_password *p)
{
	forget_typed(p);
	p->configured = xeap_span(NULL, 0);
}

struct xeap_span xeap_password_get(const struct xeap_password *p)
{
	return p->typed ? xeap_span(p->typed, p->typed_len) : p->configured;
}

int xeap_password_take(struct xeap_password *p, const struct xeap_prompt *answers, const char *id)
{
	const struct xeap_field *field = xeap_prompt_field(answers, id);
	uint8_t *copy;

	if (!field || field->value.len == 0)
		return -EINVAL;
	copy = malloc(field->value.len);
	if (!copy)
		return -ENOMEM;
	forget_typed(p);
	memcpy(copy, field->value.data, field->value.len);
	p->typed = copy;
	p->typed_len = field->value.len;
	return 0;
}

void xeap_password_prompt(const char *method, struct xeap_prompt *ret_prompt)
{
	*ret_prompt = (struct xeap_prompt){
		.title = "Password",
		.text = "The network asks for a password.",
		.method = method,
		.count = 1,
		.fields = { { .kind = XEAP_FIELD_PASSWORD,
			      .flags = XEAP_FIELD_F_REQUIRED | XEAP_FIELD_F_SAVE,
			      .id = "password",
			      .label = "Password" } },
	};
}

void xeap_password_answered(const struct xeap_password *p, const char *method,
			    struct xeap_method_result *ret_result)
{
	ret_result->decision = XEAP_DECISION_COND_SUCC;
	ret_result->allow_notifications = true;
	ret_result->save_user_data = p->typed != NULL;
	xeap_diag_set(&ret_result->diag, 0, XEAP_E_USER_NAME_PASSWORD_REJECTED,
		      "authenticator sent EAP-Failure after %s: check identity and password",
		      method);
}

void xeap_password_proven(const struct xeap_password *p, const char *method,
			  struct xeap_method_result *ret_result)
{
	xeap_password_answered(p, method, ret_result);
	ret_result->method_state = XEAP_METHOD_DONE;
	xeap_diag_set(&ret_result->diag, 0, XEAP_E_AUTHENTICATION_FAILED,
		      "server refused the login after it was proven: the account may not be "
		      "allowed here");
}
