/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <base/diag.h>
#include <base/printable.h>
#include <base/wipe.h>
#include <errno.h>
#include <method/keys.h>
#include <method/list.h>
#include <method/noob_peer.h>
#include <stdio.h>
#include <stdlib.h>
#include <wire/eap.h>
#include <xeap/host.h>

/*
 * EAP-NOOB, RFC 9140: a peer without credentials and a server exchange keys, a person carries a
 * message from one to the other, and that makes the association of the two. Until then every
 * conversation ends in EAP-Failure, which is no error.
 */

#define TYPE ((struct xeap_method_type){ .type = XEAP_EAP_NOOB })
#define ERROR_INFO_MAX 120

/* What a prompt's strings live in. The message holds a secret. */
struct xeap_noob_shown {
	char message[XEAP_NOOB_MESSAGE_MAX];
	char label[XEAP_NOOB_MESSAGE_MAX + 20]; /* of the note: all that is shown of it */
	char text[XEAP_PROMPT_TEXT_MAX];
};

static int noob_load(const struct xeap_config *config, bool interactive, void **ret_shared,
		     struct xeap_diag *ret_diag)
{
	struct xeap_noob_shared *s;
	int r = xeap_noob_shared_load(config, interactive, &s, ret_diag);

	if (r == 0)
		*ret_shared = s;
	return r;
}

/* An association is one peer's. */
static int noob_derive(void *shared, const struct xeap_method_derivation *derivation,
		       void **ret_shared, struct xeap_diag *ret_diag)
{
	const char *origin = xeap_config_origin(derivation->config);

	(void)shared;
	if (xeap_config_get(derivation->config, XEAP_CONFIG_NOOB_STATE_FILE).data)
		return xeap_diag_set(ret_diag, -EOPNOTSUPP, XEAP_E_NOT_SUPPORTED,
				     "%s%seap=NOOB: noob_state_file= keeps the association of one "
				     "peer, many cannot share it",
				     origin, *origin ? ": " : "");
	return noob_load(derivation->config, derivation->interactive, ret_shared, ret_diag);
}

static void noob_unload(void *shared)
{
	xeap_noob_shared_free(shared);
}

static int noob_init(void *ctx, const struct xeap_method_args *args)
{
	struct xeap_noob_peer *c = ctx;

	c->shared = args->shared;
	c->at = XEAP_NOOB_AT_START;
	c->may_ask = c->shared->interactive &&
		     !(args->flags & (XEAP_FLAG_NON_INTERACTIVE | XEAP_FLAG_SUPPRESS_UI));
	return 0;
}

static void close_request(struct xeap_noob_peer *c)
{
	if (c->shown)
		xeap_wipe(c->shown, sizeof(*c->shown));
	free(c->shown);
	c->shown = NULL;
	free(c->request);
	c->request = NULL;
	c->request_len = 0;
}

/* The server's message, of the configuration or of a person. 0 or a negative errno. */
static int take_message(struct xeap_noob_peer *c, struct xeap_span message)
{
	int r = xeap_noob_message_take(&c->next, message);

	c->trouble = NULL;
	switch (r) {
	case 0:
		return xeap_noob_shared_set(c->shared, &c->next);
	case -EBADMSG:
		c->trouble = "is not P=…&N=…&H=…";
		return 0;
	case -ENOENT:
		c->trouble = "is for another peer, or of an earlier attempt";
		return 0;
	case -EACCES:
		c->trouble = "does not fit what was exchanged: somebody may be in the middle";
		return 0;
	default:
		return r;
	}
}

static bool takes_messages(const struct xeap_noob_peer *c)
{
	return c->next.state == XEAP_NOOB_WAITING && (c->next.dirs & XEAP_NOOB_TO_PEER);
}

static int ask(struct xeap_noob_peer *c, struct xeap_span request)
{
	uint8_t *copy = malloc(request.len);

	if (!c->shown)
		c->shown = calloc(1, sizeof(*c->shown));
	if (!copy || !c->shown) {
		free(copy);
		return -ENOMEM;
	}
	memcpy(copy, request.data, request.len);
	free(c->request);
	c->request = copy;
	c->request_len = request.len;
	return 0;
}

/* RFC 9140 figure 1: what comes after Registered is Reconnecting. */
static uint32_t told_state(const struct xeap_noob_state *s)
{
	return s->state == XEAP_NOOB_REGISTERED ? XEAP_NOOB_RECONNECTING : (uint32_t)s->state;
}

static int take_discovery(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
			  struct xeap_builder *b)
{
	const struct xeap_noob_state *s = &c->next;
	int r = 0;

	(void)q;
	xeap_noob_shared_get(c->shared, &c->next);
	if (takes_messages(c) && c->shared->message.data)
		r = take_message(c, c->shared->message);
	if (r < 0)
		return r;
	if (s->state != XEAP_NOOB_UNREGISTERED) {
		xeap_noob_put_name(b, "PeerId");
		xeap_noob_put_string(b, xeap_noob_text(&s->peer_id));
	}
	xeap_noob_put_name(b, "PeerState");
	xeap_noob_put_number(b, told_state(s));
	c->at = XEAP_NOOB_AT_CHOICE;
	return 0;
}

static int take_wait(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
		     struct xeap_builder *b)
{
	(void)q;
	(void)b;
	c->at = XEAP_NOOB_OVER;
	return 0;
}

#define IN(state) (1u << XEAP_NOOB_##state)
#define ANY (IN(UNREGISTERED) | IN(WAITING) | IN(OOB_RECEIVED) | IN(REGISTERED))

/* Where a message may come, and in which states: then what does not fit needs a person (§3.6.3). */
static const struct step {
	int (*take)(struct xeap_noob_peer *c, const struct xeap_noob_request *q,
		    struct xeap_builder *b);
	unsigned int at, states;
} steps[XEAP_NOOB_TYPE_MAX + 1] = {
	[XEAP_NOOB_DISCOVERY] = { take_discovery, XEAP_NOOB_AT_START, ANY },
	[XEAP_NOOB_NEGOTIATION] = { xeap_noob_take_negotiation, XEAP_NOOB_AT_CHOICE,
				    IN(UNREGISTERED) | IN(WAITING) | IN(OOB_RECEIVED) },
	[XEAP_NOOB_KEYS] = { xeap_noob_take_keys, XEAP_NOOB_AT_KEYS, ANY },
	[XEAP_NOOB_WAIT] = { take_wait, XEAP_NOOB_AT_CHOICE, IN(WAITING) | IN(OOB_RECEIVED) },
	[XEAP_NOOB_ID] = { xeap_noob_take_id, XEAP_NOOB_AT_CHOICE, IN(OOB_RECEIVED) },
	[XEAP_NOOB_COMPLETION] = { xeap_noob_take_completion,
				   XEAP_NOOB_AT_CHOICE | XEAP_NOOB_AT_COMPLETION,
				   IN(WAITING) | IN(OOB_RECEIVED) },
	[XEAP_NOOB_RENEGOTIATION] = { xeap_noob_take_renegotiation, XEAP_NOOB_AT_CHOICE,
				      IN(REGISTERED) },
	[XEAP_NOOB_REKEYS] = { xeap_noob_take_rekeys, XEAP_NOOB_AT_REKEYS, ANY },
	[XEAP_NOOB_RECOMPLETION] = { xeap_noob_take_recompletion, XEAP_NOOB_AT_RECOMPLETION, ANY },
};

/* From the third message on the server says whom it means. */
static int check_peer_id(const struct xeap_noob_peer *c, const struct xeap_noob_request *q)
{
	const struct xeap_noob_text *mine = &c->next.peer_id;
	struct xeap_span peer_id;
	int r;

	if (q->type < XEAP_NOOB_KEYS)
		return 0;
	r = xeap_noob_string(q, "PeerId", XEAP_NOOB_PEER_ID_MAX, &peer_id);
	if (r)
		return r;
	if (!peer_id.len)
		return XEAP_NOOB_E_STRUCTURE;
	return peer_id.len == mine->len && memcmp(peer_id.data, mine->bytes, mine->len) == 0
		       ? 0
		       : XEAP_NOOB_E_PEER_ID;
}

static int take(struct xeap_noob_peer *c, const struct xeap_noob_request *q, struct xeap_builder *b)
{
	const struct step *step = q->type <= XEAP_NOOB_TYPE_MAX ? &steps[q->type] : NULL;
	int r;

	if (!step || !step->take || !(step->at & c->at))
		return XEAP_NOOB_E_UNEXPECTED;
	if (q->type != XEAP_NOOB_DISCOVERY && !(step->states & 1u << c->next.state))
		return XEAP_NOOB_E_STATE;
	r = check_peer_id(c, q);
	if (r)
		return r;
	if (xeap_noob_value(q, "SleepTime").data &&
	    xeap_noob_number(q, "SleepTime", INT32_MAX, &c->sleep_time))
		return XEAP_NOOB_E_STRUCTURE;
	xeap_noob_put_open(b, q->type);
	if (q->type > XEAP_NOOB_NEGOTIATION && q->type != XEAP_NOOB_RENEGOTIATION) {
		xeap_noob_put_name(b, "PeerId");
		xeap_noob_put_string(b, xeap_noob_text(&c->next.peer_id));
	}
	return step->take(c, q, b);
}

static int finish(struct xeap_chunk *to, struct xeap_builder *b)
{
	xeap_put_u8(b, '}');
	return xeap_eap_finish_built(to, b);
}

static int write_error(struct xeap_noob_peer *c, uint8_t id, uint32_t code, struct xeap_chunk *to)
{
	struct xeap_builder b = xeap_eap_build_response(to, id, TYPE);
	const char *text = xeap_noob_error_text(code);

	xeap_noob_put_open(&b, XEAP_NOOB_ERROR);
	if (c->next.peer_id.len) {
		xeap_noob_put_name(&b, "PeerId");
		xeap_noob_put_string(&b, xeap_noob_text(&c->next.peer_id));
	}
	xeap_noob_put_name(&b, "ErrorCode");
	xeap_noob_put_number(&b, code);
	if (text) {
		xeap_noob_put_name(&b, "ErrorInfo");
		xeap_noob_put_string(&b, xeap_span(text, strlen(text)));
	}
	c->at = XEAP_NOOB_OVER;
	return finish(to, &b);
}

static void failing(struct xeap_method_result *ret_result)
{
	/* With CONT the peer would not hear the EAP-Failure that ends most conversations. */
	ret_result->method_state = XEAP_METHOD_MAY_CONT;
	ret_result->decision = XEAP_DECISION_FAIL;
	ret_result->allow_notifications = true;
}

/* What this peer found wrong. */
static int refuse(struct xeap_noob_peer *c, uint8_t id, uint32_t code, struct xeap_chunk *to,
		  struct xeap_method_result *ret_result)
{
	const char *hint = "";

	if (code == XEAP_NOOB_E_STATE)
		hint = ": remove the file of noob_state_file to begin anew";
	else if (code == XEAP_NOOB_E_MAC)
		hint = ": the server does not know the out-of-band message or the key";
	else if (code == XEAP_NOOB_E_DIRECTION)
		hint = ": see noob_dir";
	failing(ret_result);
	xeap_diag_set(&ret_result->diag, 0, XEAP_E_AUTHENTICATION_FAILED,
		      "EAP-NOOB: refused what the server sent (%u, %s)%s", code,
		      xeap_noob_error_text(code), hint);
	return write_error(c, id, code, to);
}

/* What the server found wrong; the answer repeats it. */
static int take_error(struct xeap_noob_peer *c, const struct xeap_noob_request *q, uint8_t id,
		      struct xeap_chunk *to, struct xeap_method_result *ret_result)
{
	char info[ERROR_INFO_MAX] = "";
	struct xeap_span text;
	const char *known;
	uint32_t code = 0;

	if (xeap_noob_number(q, "ErrorCode", UINT16_MAX, &code))
		code = 0;
	if (xeap_noob_string(q, "ErrorInfo", SIZE_MAX, &text) == 0)
		xeap_printable(text, false, info, sizeof(info));
	known = xeap_noob_error_text(code);
	failing(ret_result);
	xeap_diag_set(&ret_result->diag, 0, XEAP_E_AUTHENTICATION_FAILED,
		      "EAP-NOOB server reports error %u%s%s%s%s%s", code, known ? ", " : "",
		      known ? known : "", *info ? ": " : "", info,
		      code == XEAP_NOOB_E_STATE ? "; remove the file of noob_state_file" : "");
	return write_error(c, id, code, to);
}

/* What to do so that the next conversation gets further. */
static void say_waiting(const struct xeap_noob_peer *c, struct xeap_diag *d)
{
	const char *path = c->shared->file.path;
	char sleep_time[48] = "";

	if (c->sleep_time)
		snprintf(sleep_time, sizeof(sleep_time), " (the server says: try again in %u s)",
			 c->sleep_time);
	if (c->trouble)
		xeap_diag_set(d, 0, XEAP_E_AUTHENTICATION_FAILED,
			      "EAP-NOOB waits for the out-of-band message: the one given %s",
			      c->trouble);
	else if (c->next.has_mine && path)
		xeap_diag_set(d, 0, XEAP_E_AUTHENTICATION_FAILED,
			      "EAP-NOOB waits for the out-of-band message: give the server "
			      "MessageToServer of %s%s",
			      path, sleep_time);
	else
		xeap_diag_set(d, 0, XEAP_E_AUTHENTICATION_FAILED,
			      "EAP-NOOB waits for the out-of-band message: set noob to that of the "
			      "server, or log in where somebody can be asked%s",
			      sleep_time);
}

static void conclude(struct xeap_noob_peer *c, struct xeap_method_result *ret_result)
{
	failing(ret_result);
	if (c->proven) {
		c->at = XEAP_NOOB_OVER;
		ret_result->method_state = XEAP_METHOD_DONE;
		ret_result->decision = XEAP_DECISION_COND_SUCC;
		c->session_id[0] = XEAP_EAP_NOOB;
		memcpy(c->session_id + 1, c->keys.method_id, XEAP_NOOB_METHOD_ID);
		xeap_diag_set(&ret_result->diag, 0, XEAP_E_AUTHENTICATION_FAILED,
			      "server refused the login after it was proven: the device may not be "
			      "allowed here");
	} else if (c->at == XEAP_NOOB_OVER) {
		say_waiting(c, &ret_result->diag);
	} else {
		xeap_diag_set(&ret_result->diag, 0, XEAP_E_AUTHENTICATION_FAILED,
			      "EAP-NOOB server ended the exchange before its end");
	}
}

/* What has moved on cannot be fed again, which -ENOMEM would have the host do. */
static int cannot(const struct xeap_noob_peer *c, int r, struct xeap_diag *d)
{
	const char *path = c->shared->file.path;

	return xeap_diag_set(d, r == -ENOMEM ? -EIO : r, XEAP_E_AUTHENTICATION_FAILED,
			     "EAP-NOOB cannot go on: %s%s%s", path ? path : "", path ? ": " : "",
			     strerror(-r));
}

static int respond(struct xeap_noob_peer *c, const struct xeap_eap *eap,
		   const struct xeap_noob_request *q, struct xeap_writer *response,
		   struct xeap_method_result *ret_result)
{
	struct xeap_builder b = xeap_eap_build_response(&response->c, eap->id, TYPE);
	int r = take(c, q, &b);

	if (r > 0)
		return refuse(c, eap->id, (uint32_t)r, &response->c, ret_result);
	if (r == 0)
		r = finish(&response->c, &b);
	if (r < 0)
		return cannot(c, r, &ret_result->diag);
	conclude(c, ret_result);
	return 0;
}

/* Before PeerState is told: with the message there, this conversation can be the last. */
static bool wants_person(struct xeap_noob_peer *c, const struct xeap_noob_request *q)
{
	if (q->type != XEAP_NOOB_DISCOVERY || c->at != XEAP_NOOB_AT_START || !c->may_ask ||
	    c->asked || c->shared->message.data)
		return false;
	xeap_noob_shared_get(c->shared, &c->next);
	return c->next.state == XEAP_NOOB_WAITING;
}

static int noob_process(void *ctx, struct xeap_span request, struct xeap_writer *response,
			struct xeap_method_result *ret_result)
{
	struct xeap_noob_peer *c = ctx;
	struct xeap_noob_request q;
	struct xeap_eap eap;
	int r;

	if (c->at == XEAP_NOOB_OVER || xeap_eap_parse(request, &eap) < 0) {
		ret_result->ignore = true;
		return 0;
	}
	r = xeap_noob_read(eap.data, &q);
	if (r)
		return refuse(c, eap.id, (uint32_t)r, &response->c, ret_result);
	if (q.type == XEAP_NOOB_ERROR)
		return take_error(c, &q, eap.id, &response->c, ret_result);
	if (wants_person(c, &q)) {
		r = ask(c, eap.packet);
		if (r == 0)
			ret_result->need = XEAP_NEED_UI;
		return r;
	}
	return respond(c, &eap, &q, response, ret_result);
}

static void write_text(struct xeap_noob_peer *c, const char *way)
{
	char message[XEAP_NOOB_MESSAGE_MAX];
	struct xeap_builder b = xeap_builder(message, sizeof(message));

	if (c->next.has_mine && xeap_noob_message_write(&c->next, &b) == 0)
		xeap_printable(xeap_span(message, xeap_builder_len(&b)), false, c->shown->message,
			       sizeof(c->shown->message));
	xeap_wipe(message, sizeof(message));
	snprintf(c->shown->label, sizeof(c->shown->label), "For the server: %s", c->shown->message);
	snprintf(c->shown->text, sizeof(c->shown->text), "%s%s%s%s", way,
		 c->trouble ? "\nThe message " : "", c->trouble ? c->trouble : "",
		 c->trouble ? "." : "");
}

static int noob_get_prompt(void *ctx, struct xeap_prompt *ret_prompt)
{
	static const char *const ways[] = {
		[XEAP_NOOB_TO_SERVER] = "Give the server this message, then go on.",
		[XEAP_NOOB_TO_PEER] = "The server has a message for this device.",
		[XEAP_NOOB_DIRS] = "Give the server this message, or enter the one that it has "
				   "for this device.",
	};
	struct xeap_noob_peer *c = ctx;
	struct xeap_field *f;

	if (!c->request)
		return -EINVAL;
	write_text(c, ways[c->next.dirs & XEAP_NOOB_DIRS]);
	*ret_prompt = (struct xeap_prompt){ .title = "Out-of-band message",
					    .text = c->shown->text,
					    .method = "NOOB" };
	f = ret_prompt->fields;
	if (c->next.has_mine)
		*f++ = (struct xeap_field){
			.kind = XEAP_FIELD_NOTE,
			.id = "message",
			.label = c->shown->label,
			.value = xeap_span(c->shown->message, strlen(c->shown->message)),
		};
	*f++ = (struct xeap_field){
		.kind = XEAP_FIELD_TEXT,
		.id = "response",
		.label = c->next.dirs & XEAP_NOOB_TO_PEER ? "From the server (P=…&N=…&H=…)"
							  : "Press Enter once the server has it",
		.value = xeap_span("", 0),
	};
	ret_prompt->count = (uint32_t)(f - ret_prompt->fields);
	return 0;
}

/* An empty answer: the person has given the message of this side, or has none yet. */
static int noob_answer(void *ctx, const struct xeap_prompt *answers, struct xeap_writer *response,
		       struct xeap_method_result *ret_result)
{
	struct xeap_noob_peer *c = ctx;
	const struct xeap_field *f = xeap_prompt_field(answers, "response");
	int r = 0;

	if (!c->request)
		return -EINVAL;
	c->trouble = NULL;
	if (f && f->value.len && takes_messages(c))
		r = take_message(c, f->value);
	if (r < 0)
		return r;
	if (c->trouble) {
		xeap_diag_set(&ret_result->diag, 0, XEAP_E_INVALID_PARAMETER,
			      "the out-of-band message %s", c->trouble);
		ret_result->need = XEAP_NEED_UI;
		return 0;
	}
	c->asked = true;
	r = noob_process(c, xeap_span(c->request, c->request_len), response, ret_result);
	if (r == 0)
		close_request(c);
	return r;
}

static int noob_get_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	const struct xeap_noob_peer *c = ctx;
	const struct xeap_method_keys exported = {
		.msk = xeap_span(c->keys.msk, sizeof(c->keys.msk)),
		.emsk = xeap_span(c->keys.emsk, sizeof(c->keys.emsk)),
		.session_id = xeap_span(c->session_id, sizeof(c->session_id)),
	};

	return c->proven ? xeap_method_keys_get(&exported, kind, buf, size) : -ENOENT;
}

static int noob_get_identity(void *shared, uint8_t *buf, size_t size)
{
	return xeap_noob_shared_nai(shared, buf, size);
}

static void noob_done(void *ctx)
{
	close_request(ctx);
}

const struct xeap_method xeap_method_noob = {
	.abi = XEAP_METHOD_ABI,
	.name = "NOOB",
	.type = { .type = XEAP_EAP_NOOB },
	.flags = XEAP_METHOD_F_KEYS,
	.ctx_size = sizeof(struct xeap_noob_peer),
	.load = noob_load,
	.unload = noob_unload,
	.derive = noob_derive,
	.init = noob_init,
	.process = noob_process,
	.get_prompt = noob_get_prompt,
	.answer = noob_answer,
	.get_key = noob_get_key,
	.done = noob_done,
	.get_identity = noob_get_identity,
};
