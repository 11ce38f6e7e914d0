/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/hex.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/keys.h>
#include <method/preshared.h>
#include <stdlib.h>
#include <string.h>
#include <wire/eap.h>

static bool fits(const struct xeap_preshared_kind *kind, size_t len)
{
	return len >= kind->min && len <= kind->max;
}

int xeap_preshared_load(const struct xeap_preshared_kind *kind, const struct xeap_config *config,
			bool interactive, struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(config);
	struct xeap_span key = xeap_config_get(config, XEAP_CONFIG_PASSWORD);
	int r = xeap_password_check(config, kind->method->name, interactive, ret_diag);

	if (r < 0 || !key.data || fits(kind, key.len))
		return r;
	return xeap_diag_set(ret_diag, -EINVAL, XEAP_E_INVALID_PARAMETER,
			     "%s%spassword of %zu bytes: eap=%s needs %s", origin,
			     *origin ? ": " : "", key.len, kind->method->name, kind->wants);
}

void xeap_preshared_unload(void *shared)
{
	/* load() made nothing. */
}

int xeap_preshared_init(struct xeap_preshared *p, const struct xeap_preshared_kind *kind,
			const struct xeap_method_args *args)
{
	struct xeap_span key;

	if (!args->identity.data)
		return -EINVAL;
	p->kind = kind;
	p->identity = args->identity;
	xeap_password_init(&p->password, args);
	key = xeap_password_get(&p->password);
	return key.data && !fits(kind, key.len) ? -EINVAL : 0;
}

static void close_request(struct xeap_preshared *p)
{
	free(p->request);
	p->request = NULL;
	p->request_len = 0;
}

void xeap_preshared_done(void *ctx)
{
	struct xeap_preshared *p = ctx;

	close_request(p);
	xeap_password_done(&p->password);
}

struct xeap_span xeap_preshared_key(const struct xeap_preshared *p)
{
	return xeap_password_get(&p->password);
}

uint8_t *xeap_preshared_copy(struct xeap_span bytes)
{
	uint8_t *copy = malloc(bytes.len ? bytes.len : 1);

	if (copy && bytes.len)
		memcpy(copy, bytes.data, bytes.len);
	return copy;
}

int xeap_preshared_ask(struct xeap_preshared *p, struct xeap_span request,
		       struct xeap_method_result *ret_result)
{
	uint8_t *copy = xeap_preshared_copy(request);

	if (!copy)
		return -ENOMEM;
	close_request(p);
	p->request = copy;
	p->request_len = request.len;
	ret_result->need = XEAP_NEED_UI;
	return 0;
}

int xeap_preshared_get_prompt(void *ctx, struct xeap_prompt *ret_prompt)
{
	const struct xeap_preshared *p = ctx;

	if (!p->request)
		return -EINVAL;
	xeap_password_prompt(p->kind->method->name, ret_prompt);
	return 0;
}

/* A key that is no text is typed as digits. */
static void decode_typed(struct xeap_preshared *p)
{
	struct xeap_password *w = &p->password;
	size_t len = p->kind->min;

	p->decoded = p->kind->min == p->kind->max && w->typed_len == 2 * len &&
		     xeap_hex_octets(xeap_span(w->typed, w->typed_len), w->typed);
	if (!p->decoded)
		return;
	xeap_wipe(w->typed + len, len);
	w->typed_len = len;
}

/* Take a key that was typed. 0; -EAGAIN: to be asked for once more; another negative errno. */
static int take_typed(struct xeap_preshared *p, const struct xeap_prompt *answers,
		      struct xeap_diag *ret_diag)
{
	int r = xeap_password_take(&p->password, answers, "password");

	if (r < 0)
		return r == -EINVAL ? -EAGAIN : r;
	decode_typed(p);
	if (fits(p->kind, p->password.typed_len))
		return 0;
	return xeap_diag_set(ret_diag, -EAGAIN, XEAP_E_INVALID_PARAMETER, "eap=%s needs %s",
			     p->kind->method->name, p->kind->wants);
}

int xeap_preshared_answer(void *ctx, const struct xeap_prompt *answers,
			  struct xeap_writer *response, struct xeap_method_result *ret_result)
{
	struct xeap_preshared *p = ctx;
	int r;

	if (!p->request)
		return -EINVAL;
	r = take_typed(p, answers, &ret_result->diag);
	if (r == -EAGAIN) {
		ret_result->need = XEAP_NEED_UI;
		return 0;
	}
	if (r == 0)
		r = p->kind->method->process(ctx, xeap_span(p->request, p->request_len), response,
					     ret_result);
	if (r == 0)
		close_request(p);
	return r;
}

struct xeap_builder xeap_preshared_begin(const struct xeap_preshared *p, struct xeap_chunk *to,
					 uint8_t id)
{
	return xeap_eap_build_response(to, id, p->kind->method->type);
}

int xeap_preshared_ignore(struct xeap_method_result *ret_result)
{
	ret_result->ignore = true;
	return 0;
}

void xeap_preshared_unproven(const struct xeap_preshared *p, struct xeap_method_result *ret_result)
{
	/* With CONT the peer would not hear the EAP-Failure of a server that has another key. */
	ret_result->method_state = XEAP_METHOD_MAY_CONT;
	ret_result->decision = XEAP_DECISION_FAIL;
	xeap_diag_set(&ret_result->diag, 0, XEAP_E_USER_NAME_PASSWORD_REJECTED,
		      "no proof of the same key from the server (EAP-%s): check identity and "
		      "password",
		      p->kind->method->name);
}

void xeap_preshared_proven(struct xeap_preshared *p, struct xeap_method_result *ret_result)
{
	p->proven = true;
	xeap_password_proven(&p->password, p->kind->method->name, ret_result);
	if (p->decoded)
		ret_result->save_user_data = false;
}

void xeap_preshared_failed(struct xeap_method_result *ret_result)
{
	ret_result->method_state = XEAP_METHOD_MAY_CONT;
	ret_result->decision = XEAP_DECISION_FAIL;
}

void xeap_preshared_session_id(struct xeap_preshared *p, struct xeap_span first,
			       struct xeap_span second)
{
	struct xeap_builder b = xeap_builder(p->session_id, sizeof(p->session_id));

	xeap_put_u8(&b, p->kind->method->type.type);
	xeap_put_span(&b, first);
	xeap_put_span(&b, second);
	p->session_id_len = xeap_builder_len(&b);
}

int xeap_preshared_get_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	const struct xeap_preshared *p = ctx;
	const struct xeap_method_keys exported = {
		.msk = xeap_span(p->msk, sizeof(p->msk)),
		.emsk = xeap_span(p->emsk, sizeof(p->emsk)),
		.session_id = xeap_span(p->session_id, p->session_id_len),
	};

	return p->proven ? xeap_method_keys_get(&exported, kind, buf, size) : -ENOENT;
}
