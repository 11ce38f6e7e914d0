/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What a session asks of a person or of the supplicant, and what they answer. */
#include "host/interaction.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "host/text.h"

struct xeap_extras *xeap_session_extras(struct xeap_session *s)
{
	if (!s->extras)
		s->extras = calloc(1, sizeof(*s->extras));
	return s->extras;
}

static void drop_context(struct xeap_extras *x)
{
	if (x->context)
		xeap_wipe(x->context, x->context_size);
	free(x->context);
	x->context = NULL;
	x->context_size = 0;
}

void xeap_extras_free(struct xeap_extras *x)
{
	if (!x)
		return;
	drop_context(x);
	xeap_config_free(x->typed);
	xeap_text_free(x->user_data);
	xeap_wipe(x, sizeof(*x));
	free(x);
}

/* The prompt in bytes, as x->context. */
static uint32_t make_context(struct xeap_session *s)
{
	struct xeap_extras *x = xeap_session_extras(s);
	struct xeap_prompt prompt;
	int n;

	if (!x)
		return XEAP_E_OUT_OF_MEMORY;
	drop_context(x);
	if (xeap_peer_get_prompt(&s->peer, &prompt))
		return XEAP_E_OUT_OF_MEMORY;
	n = xeap_prompt_write(&prompt, NULL, 0);
	if (n < 0)
		return XEAP_E_METHOD_INVALID_PACKET;
	x->context = malloc((size_t)n);
	if (!x->context)
		return XEAP_E_OUT_OF_MEMORY;
	x->context_size = (size_t)n;
	xeap_prompt_write(&prompt, x->context, x->context_size);
	return XEAP_OK;
}

/* A call that is for sessions with an open request of this kind. */
static uint32_t claim(struct xeap_host *host, xeap_session_id session, enum xeap_method_need need,
		      struct xeap_session **ret_session)
{
	uint32_t code = xeap_table_claim(host, session, ret_session);

	if (code || xeap_peer_need(&(*ret_session)->peer) == need)
		return code;
	xeap_table_release(host, session);
	return XEAP_E_INVALID_STATE;
}

uint32_t xeap_session_get_ui_context(struct xeap_host *host, xeap_session_id session,
				     uint32_t *ret_size, const uint8_t **ret_context,
				     struct xeap_error **ret_error)
{
	struct xeap_session *s;
	uint32_t code;

	if (ret_error)
		*ret_error = NULL;
	if (ret_size)
		*ret_size = 0;
	if (ret_context)
		*ret_context = NULL;
	if (!ret_size || !ret_context)
		return xeap_refuse(ret_error, XEAP_E_INVALID_PARAMETER, NULL);
	code = claim(host, session, XEAP_NEED_UI, &s);
	if (code)
		return xeap_refuse(ret_error, code, NULL);
	code = make_context(s);
	if (!code) {
		*ret_size = (uint32_t)s->extras->context_size;
		*ret_context = s->extras->context;
	}
	xeap_table_release(host, session);
	return code ? xeap_refuse(ret_error, code, NULL) : XEAP_OK;
}

static bool is_answer(const struct xeap_field *asked, struct xeap_span value)
{
	if (!value.len)
		return !(asked->flags & XEAP_FIELD_F_REQUIRED);
	return asked->kind != XEAP_FIELD_CONFIRM ||
	       (value.len == 1 && (value.data[0] == '0' || value.data[0] == '1'));
}

/*
 * Hold the answers to what was asked: every field that is no note is there, and no other. Kinds and
 * flags are the prompt's, whatever came back with the values.
 */
static bool fits(const struct xeap_prompt *asked, struct xeap_prompt *answers)
{
	for (uint32_t i = 0; i < answers->count; i++) {
		struct xeap_field *a = &answers->fields[i];
		const struct xeap_field *q = xeap_prompt_field(asked, a->id);

		if (!q || (q->kind != XEAP_FIELD_NOTE && !is_answer(q, a->value)))
			return false;
		a->kind = q->kind;
		a->flags = q->flags;
	}
	for (uint32_t i = 0; i < asked->count; i++)
		if (asked->fields[i].kind != XEAP_FIELD_NOTE &&
		    !xeap_prompt_field(answers, asked->fields[i].id))
			return false;
	return true;
}

/* Where an answer is kept, by the field's id. */
static const struct {
	const char *id;
	enum xeap_config_key key;
} kept[] = {
	{ "identity", XEAP_CONFIG_IDENTITY },
	{ "password", XEAP_CONFIG_PASSWORD },
	{ "response", XEAP_CONFIG_PASSWORD }, /* of EAP-GTC: the password by another name */
};

static uint32_t keep_field(struct xeap_extras *x, const struct xeap_field *f)
{
	int err = 0;

	if (!(f->flags & XEAP_FIELD_F_SAVE))
		return XEAP_OK;
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (strcmp(kept[i].id, f->id) == 0)
			err = xeap_config_assign_bytes(x->typed, "", kept[i].key, f->value, NULL);
	if (!err)
		return XEAP_OK;
	return err == -ENOMEM ? XEAP_E_OUT_OF_MEMORY : XEAP_E_INVALID_PARAMETER;
}

/* Remember what may be kept, for the result. */
static uint32_t keep_answers(struct xeap_session *s, const struct xeap_prompt *answers)
{
	struct xeap_extras *x = xeap_session_extras(s);
	uint32_t code = XEAP_OK;

	if (!x || (!x->typed && xeap_config_new(&x->typed)))
		return XEAP_E_OUT_OF_MEMORY;
	for (uint32_t i = 0; !code && i < answers->count; i++)
		code = keep_field(x, &answers->fields[i]);
	return code;
}

/* Before there is a method it is the identity that was asked for. */
static uint32_t take_identity(struct xeap_session *s, const struct xeap_prompt *answers)
{
	const struct xeap_field *f = xeap_prompt_field(answers, "identity");

	if (f->value.len > s->config.max_packet - XEAP_IDENTITY_HEADER)
		return XEAP_E_INVALID_PARAMETER;
	s->config.identity = s->config.user =
		xeap_config_get(s->extras->typed, XEAP_CONFIG_IDENTITY);
	s->extras->identity_typed = true;
	return XEAP_OK;
}

/* Read the answers, and keep what may be kept. Nothing else has changed on failure. */
static uint32_t read_answers(struct xeap_session *s, struct xeap_span bytes,
			     struct xeap_prompt *ret_answers)
{
	struct xeap_prompt asked;
	uint32_t code;

	if (xeap_prompt_parse(bytes, ret_answers))
		return XEAP_E_INVALID_PARAMETER;
	if (xeap_peer_get_prompt(&s->peer, &asked))
		return XEAP_E_OUT_OF_MEMORY;
	if (!fits(&asked, ret_answers))
		return XEAP_E_INVALID_PARAMETER;
	code = keep_answers(s, ret_answers);
	if (!code && !xeap_peer_selected(&s->peer))
		code = take_identity(s, ret_answers);
	return code;
}

static uint32_t set_ui_context(struct xeap_session *s, struct xeap_span bytes,
			       enum xeap_action *ret_action, struct xeap_error **ret_error)
{
	enum xeap_peer_verdict verdict = XEAP_PEER_DISCARD;
	struct xeap_prompt answers;
	struct xeap_writer w;
	uint32_t code;
	int err;

	if (!bytes.len) {
		xeap_peer_cancel(&s->peer);
		return xeap_session_settle(s, 0, XEAP_PEER_DONE, NULL, ret_action, ret_error);
	}
	code = read_answers(s, bytes, &answers);
	if (code)
		return xeap_refuse(ret_error, code,
				   code == XEAP_E_INVALID_PARAMETER
					   ? "the answer does not fit what was asked"
					   : NULL);
	err = xeap_session_lend(s, &w);
	if (!err)
		err = xeap_peer_answer(&s->peer, &answers, &w, &verdict);
	return xeap_session_settle(s, err, verdict, &w, ret_action, ret_error);
}

uint32_t xeap_session_set_ui_context(struct xeap_host *host, xeap_session_id session, uint32_t size,
				     const uint8_t *answer, enum xeap_action *ret_action,
				     struct xeap_error **ret_error)
{
	struct xeap_session *s;
	uint32_t code;

	if (ret_error)
		*ret_error = NULL;
	if (ret_action)
		*ret_action = XEAP_ACTION_DISCARD;
	if (!ret_action || (!answer && size))
		return xeap_refuse(ret_error, XEAP_E_INVALID_PARAMETER, NULL);
	code = claim(host, session, XEAP_NEED_UI, &s);
	if (code == XEAP_E_INVALID_HANDLE)
		*ret_action = XEAP_ACTION_START_AUTHENTICATION;
	if (code)
		return xeap_refuse(ret_error, code, NULL);
	code = set_ui_context(s, xeap_span(answer, size), ret_action, ret_error);
	/* The bytes may be those handed out: they go only now, once the interaction is over. */
	if (s->extras && xeap_peer_need(&s->peer) != XEAP_NEED_UI)
		drop_context(s->extras);
	xeap_table_release(host, session);
	return code;
}

uint32_t xeap_session_get_response_attributes(struct xeap_host *host, xeap_session_id session,
					      struct xeap_attributes *ret_attributes,
					      struct xeap_error **ret_error)
{
	struct xeap_attributes attributes = { 0 };
	struct xeap_session *s;
	uint32_t code;

	if (ret_error)
		*ret_error = NULL;
	if (!ret_attributes)
		return xeap_refuse(ret_error, XEAP_E_INVALID_PARAMETER, NULL);
	*ret_attributes = attributes;
	code = claim(host, session, XEAP_NEED_ATTRIBUTES, &s);
	if (code)
		return xeap_refuse(ret_error, code, NULL);
	if (xeap_peer_get_attributes(&s->peer, &attributes))
		code = XEAP_E_OUT_OF_MEMORY;
	else if (attributes.count > XEAP_ATTRIBUTES_MAX)
		code = XEAP_E_METHOD_INVALID_PACKET;
	else
		*ret_attributes = attributes;
	xeap_table_release(host, session);
	return code ? xeap_refuse(ret_error, code, NULL) : XEAP_OK;
}

static uint32_t set_attributes(struct xeap_session *s, const struct xeap_attributes *attributes,
			       enum xeap_action *ret_action, struct xeap_error **ret_error)
{
	enum xeap_peer_verdict verdict = XEAP_PEER_DISCARD;
	struct xeap_writer w;
	int err = xeap_session_lend(s, &w);

	if (!err)
		err = xeap_peer_set_attributes(&s->peer, attributes, &w, &verdict);
	return xeap_session_settle(s, err, verdict, &w, ret_action, ret_error);
}

uint32_t xeap_session_set_response_attributes(struct xeap_host *host, xeap_session_id session,
					      const struct xeap_attributes *attributes,
					      enum xeap_action *ret_action,
					      struct xeap_error **ret_error)
{
	struct xeap_session *s;
	uint32_t code;

	if (ret_error)
		*ret_error = NULL;
	if (ret_action)
		*ret_action = XEAP_ACTION_DISCARD;
	if (!ret_action || !attributes || attributes->count > XEAP_ATTRIBUTES_MAX)
		return xeap_refuse(ret_error, XEAP_E_INVALID_PARAMETER, NULL);
	code = claim(host, session, XEAP_NEED_ATTRIBUTES, &s);
	if (code == XEAP_E_INVALID_HANDLE)
		*ret_action = XEAP_ACTION_START_AUTHENTICATION;
	if (code)
		return xeap_refuse(ret_error, code, NULL);
	code = set_attributes(s, attributes, ret_action, ret_error);
	xeap_table_release(host, session);
	return code;
}
