/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/printable.h>
#include <errno.h>
#include <method/token.h>
#include <stdlib.h>
#include <wire/eap.h>

int xeap_token_init(struct xeap_token *t, const struct xeap_token_kind *kind,
		    const struct xeap_method_args *args)
{
	*t = (struct xeap_token){ .kind = kind };
	xeap_password_init(&t->password, args);
	return 0;
}

static int write_response(const struct xeap_token *t, uint8_t id, struct xeap_span text,
			  struct xeap_chunk *to)
{
	struct xeap_builder b =
		xeap_eap_build_response(to, id, (struct xeap_method_type){ .type = t->kind->type });

	xeap_put_span(&b, text);
	return xeap_eap_finish_built(to, &b);
}

static int respond(struct xeap_token *t, uint8_t id, struct xeap_writer *response,
		   struct xeap_method_result *ret_result)
{
	int r = write_response(t, id, xeap_password_get(&t->password), &response->c);

	if (r < 0)
		return xeap_diag_set(&ret_result->diag, r, XEAP_E_AUTHENTICATION_FAILED,
				     "%s response does not fit a packet", t->kind->name);
	/* The server may ask once more. */
	ret_result->method_state = XEAP_METHOD_MAY_CONT;
	xeap_password_answered(&t->password, t->kind->name, ret_result);
	return 0;
}

static int ask(struct xeap_token *t, const struct xeap_eap *eap,
	       struct xeap_method_result *ret_result)
{
	if (!t->text)
		t->text = malloc(XEAP_PROMPT_TEXT_MAX);
	if (!t->text)
		return -ENOMEM;
	xeap_printable(eap->data, true, t->text, XEAP_PROMPT_TEXT_MAX);
	t->id = eap->id;
	t->open = true;
	ret_result->need = XEAP_NEED_UI;
	return 0;
}

int xeap_token_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
		       struct xeap_method_result *ret_result)
{
	struct xeap_token *t = ctx;
	struct xeap_eap eap;
	int r;

	if (xeap_eap_parse(request, &eap) < 0) {
		ret_result->ignore = true;
		return 0;
	}
	t->open = false;
	if (!t->password.configured.data)
		return ask(t, &eap, ret_result);
	r = respond(t, eap.id, response, ret_result);
	if (r == 0)
		t->password.configured = xeap_span(NULL, 0);
	return r;
}

int xeap_token_get_prompt(void *ctx, struct xeap_prompt *ret_prompt)
{
	const struct xeap_token *t = ctx;

	if (!t->open)
		return -EINVAL;
	*ret_prompt = (struct xeap_prompt){
		.title = t->kind->title,
		.text = *t->text ? t->text : t->kind->silent,
		.method = t->kind->name,
		.count = 1,
		.fields = { { .kind = XEAP_FIELD_PASSWORD,
			      .flags = t->kind->field_flags,
			      .id = "response",
			      .label = t->kind->label } },
	};
	return 0;
}

int xeap_token_answer(void *ctx, const struct xeap_prompt *answers, struct xeap_writer *response,
		      struct xeap_method_result *ret_result)
{
	struct xeap_token *t = ctx;
	int r;

	if (!t->open)
		return -EINVAL;
	r = xeap_password_take(&t->password, answers, "response");
	if (r == -EINVAL) {
		ret_result->need = XEAP_NEED_UI;
		return 0;
	}
	if (r == 0)
		r = respond(t, t->id, response, ret_result);
	if (r == 0) {
		t->open = false;
		ret_result->save_user_data = t->kind->field_flags & XEAP_FIELD_F_SAVE;
	}
	return r;
}

void xeap_token_done(void *ctx)
{
	struct xeap_token *t = ctx;

	xeap_password_done(&t->password);
	free(t->text);
	t->text = NULL;
}
