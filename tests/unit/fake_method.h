/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_FAKE_METHOD_H
#define XEAP_TESTS_FAKE_METHOD_H

/*
 * An EAP method that does what each request tells it to. Type-Data of a request: what to do,
 * methodState, decision, whether notifications are allowed, then bytes that the response echoes
 * after 'R'.
 *
 *	r respond           i ignore            g give up, saying why   e give up silently
 *	0 empty response    l one byte too long L wrong Length field    c wrong Code
 *	d wrong Identifier  t wrong Type        b data moved back       a data moved ahead by 4
 *	n send the next packet of the flight
 *	f begin a flight of as many packets as the first echo byte says, send the first
 *	u ask a person      p ask what cannot be shown                  A ask the supplicant
 *	U ask a person, and say what is missing in case nobody is there
 *
 * What was asked is answered with the answer as echo; "again" is asked again, "wrong" gives up,
 * "ignore" is ignored, "vague" is not worth keeping.
 *
 * The bytes of a flight count up from packet to packet, so that reassembly shows what is missing.
 */
#include "fake_packet.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <wire/eap.h>
#include <xeap/method.h>

#define FAKE_TYPE 200
#define FAKE_PATTERN 0xa7 /* fills the secret in the context */
#define FAKE_SECRET 64

struct fake_ctx {
	const struct xeap_method_args *args;
	uint32_t max_packet;
	uint32_t flags;
	uint32_t calls;
	uint8_t counting; /* next byte of the flight */
	uint8_t open[4]; /* of a request that asks: what to do, methodState, decision, Identifier */
	struct xeap_span identity;
	bool ask_again;
	uint8_t secret[FAKE_SECRET];
};

static atomic_uint fake_calls; /* of process() */
static atomic_uint fake_begun; /* init() less done() */
static atomic_uint fake_short; /* so many calls of process() answer -ENOBUFS */
static atomic_int fake_init_error;

struct fake_resumption {
	bool keeps;
	size_t len; /* 0: nothing */
	uint8_t data[XEAP_RESUMPTION_MAX + 1];
};

static _Thread_local struct fake_resumption fake_given; /* to this thread's last init() */
static struct fake_resumption fake_left;		/* by get_resumption() */
static bool fake_refuses_to_resume;

static inline int fake_init(void *p, const struct xeap_method_args *args)
{
	struct fake_ctx *ctx = p;

	if (fake_init_error)
		return fake_init_error;
	for (size_t i = 0; i < sizeof(*ctx); i++)
		if (((uint8_t *)p)[i])
			return -EEXIST; /* the context is zeroed before init() */
	memset(ctx->secret, FAKE_PATTERN, sizeof(ctx->secret));
	ctx->max_packet = args->max_packet;
	ctx->flags = args->flags;
	ctx->identity = args->identity;
	ctx->ask_again = args->ask_again;
	fake_given.keeps = args->keeps_resumption;
	fake_given.len = args->resumption.len;
	if (args->resumption.len)
		memcpy(fake_given.data, args->resumption.data, args->resumption.len);
	fake_begun++;
	return 0;
}

static inline void fake_done(void *p)
{
	fake_begun--;
}

static inline void fake_respond(struct xeap_chunk *c, uint8_t id, struct xeap_method_type type,
				struct xeap_span echo)
{
	uint8_t *at = xeap_eap_begin_response(c, id, type);

	if (!at || c->len + 1 + echo.len > c->cap)
		return;
	*at++ = 'R';
	if (echo.len)
		memcpy(at, echo.data, echo.len);
	c->len += 1 + echo.len;
	xeap_eap_finish(c);
}

static inline int fake_take(struct xeap_writer *w, uint8_t id)
{
	int err = xeap_flight_take(w);

	if (!err)
		w->c.data[1] = id;
	return err;
}

static inline int fake_flight(struct fake_ctx *ctx, struct xeap_writer *w, uint8_t id,
			      struct xeap_method_type type, unsigned int packets)
{
	xeap_flight_clear(w);
	for (unsigned int i = 0; i < packets; i++) {
		struct xeap_chunk *c = xeap_flight_append(w);
		uint8_t *at = c ? xeap_eap_begin_response(c, id, type) : NULL;

		if (!at || c != xeap_flight_last(w))
			return -ENOMEM;
		while (c->len < c->cap) {
			*at++ = ctx->counting++;
			c->len++;
		}
		xeap_eap_finish(c);
	}
	return fake_take(w, id);
}

static inline int fake_spoil(uint8_t what, struct xeap_chunk *c)
{
	switch (what) {
	case '0':
		c->len = 0;
		break;
	case 'l':
		c->len = c->cap + 1;
		break;
	case 'L':
		c->data[3]--;
		break;
	case 'c':
		c->data[0] = XEAP_EAP_REQUEST;
		break;
	case 'd':
		c->data[1]++;
		break;
	case 't':
		c->data[4] = 77;
		break;
	case 'b':
		memmove(c->data - 1, c->data, c->len);
		c->data--;
		c->cap++;
		break;
	}
	return 0;
}

static inline int fake_ask(struct fake_ctx *ctx, const struct xeap_eap *req,
			   struct xeap_method_result *ret)
{
	memcpy(ctx->open, req->data.data, 3);
	ctx->open[3] = req->id;
	if (ctx->open[0] == 'U') {
		ret->diag.code = XEAP_E_SERVER_ROOT_CERT_NOT_FOUND;
		strcpy(ret->diag.text, "the server is not known");
	}
	ret->need = ctx->open[0] == 'A' ? XEAP_NEED_ATTRIBUTES : XEAP_NEED_UI;
	return 0;
}

static inline int fake_do(struct fake_ctx *ctx, struct xeap_method_type type,
			  const struct xeap_eap *req, struct xeap_writer *w,
			  struct xeap_method_result *ret)
{
	uint8_t what = req->data.data[0];
	struct xeap_span echo = xeap_span(req->data.data + 4, req->data.len - 4);

	switch (what) {
	case 'u':
	case 'U':
	case 'p':
	case 'A':
		return fake_ask(ctx, req, ret);
	case 'i':
		ret->ignore = true;
		return 0;
	case 'g':
		ret->diag.code = XEAP_E_USER_NAME_PASSWORD_REJECTED;
		strcpy(ret->diag.text, "the server does not like the password");
		return -EACCES;
	case 'e':
		return -EACCES;
	case 'f':
		return fake_flight(ctx, w, req->id, type, echo.len ? echo.data[0] : 0);
	case 'n':
		return fake_take(w, req->id);
	case 'a':
		w->c.data += 4;
		w->c.cap -= 4;
		break;
	}
	fake_respond(&w->c, req->id, type, echo);
	return fake_spoil(what, &w->c);
}

static inline int fake_process(void *p, struct xeap_span request, struct xeap_writer *w,
			       struct xeap_method_result *ret)
{
	struct fake_ctx *ctx = p;
	struct xeap_eap req;

	if (fake_short) {
		fake_short--;
		return -ENOBUFS;
	}
	fake_calls++;
	ctx->calls++;
	if (xeap_eap_parse(request, &req) || req.data.len < 4) {
		ret->ignore = true;
		return 0;
	}
	ret->method_state = (enum xeap_method_state)(req.data.data[1] - '0');
	ret->decision = (enum xeap_decision)(req.data.data[2] - '0');
	ret->allow_notifications = req.data.data[3] == 'n';
	if (ret->decision == XEAP_DECISION_FAIL && ret->method_state == XEAP_METHOD_DONE)
		strcpy(ret->diag.text, "the method has had enough");
	return fake_do(ctx, req.type, &req, w, ret);
}

static inline int fake_get_prompt(void *p, struct xeap_prompt *ret_prompt)
{
	const struct fake_ctx *ctx = p;

	*ret_prompt = (struct xeap_prompt){
		.title = "Fake",
		.text = ctx->open[0] == 'p' ? "not\1printable" : "Who goes\nthere?",
		.method = "FAKE",
		.count = 2,
		.fields = { { .kind = XEAP_FIELD_NOTE, .id = "note", .label = "Think twice." },
			    { .kind = XEAP_FIELD_PASSWORD,
			      .flags = XEAP_FIELD_F_REQUIRED | XEAP_FIELD_F_SAVE,
			      .id = "password",
			      .label = "Password" } },
	};
	return 0;
}

static inline bool fake_says(struct xeap_span value, const char *word)
{
	return value.len == strlen(word) && memcmp(value.data, word, value.len) == 0;
}

/* What answer() and set_attributes() have in common. */
static inline int fake_go_on(struct fake_ctx *ctx, struct xeap_span value, struct xeap_writer *w,
			     struct xeap_method_result *ret)
{
	if (fake_short) {
		fake_short--;
		return -ENOBUFS;
	}
	fake_calls++;
	ret->method_state = (enum xeap_method_state)(ctx->open[1] - '0');
	ret->decision = (enum xeap_decision)(ctx->open[2] - '0');
	ret->save_user_data = !fake_says(value, "vague");
	ret->ignore = fake_says(value, "ignore");
	if (fake_says(value, "again"))
		ret->need = ctx->open[0] == 'A' ? XEAP_NEED_ATTRIBUTES : XEAP_NEED_UI;
	else if (fake_says(value, "wrong"))
		return -EACCES;
	else if (!ret->ignore)
		fake_respond(&w->c, ctx->open[3], (struct xeap_method_type){ .type = FAKE_TYPE },
			     value);
	return 0;
}

static inline int fake_answer(void *p, const struct xeap_prompt *answers, struct xeap_writer *w,
			      struct xeap_method_result *ret)
{
	return fake_go_on(p, xeap_prompt_field(answers, "password")->value, w, ret);
}

static inline int fake_get_attributes(void *p, struct xeap_attributes *ret_attributes)
{
	*ret_attributes = (struct xeap_attributes){
		.count = 1,
		.item = { { .type = 18, .value = xeap_span("What now?", 9) } },
	};
	return 0;
}

static inline int fake_set_attributes(void *p, const struct xeap_attributes *answers,
				      struct xeap_writer *w, struct xeap_method_result *ret)
{
	return fake_go_on(p, answers->count ? answers->item[0].value : xeap_span("", 0), w, ret);
}

static inline int fake_get_key(const void *p, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	const struct fake_ctx *ctx = p;

	if (kind != XEAP_KEY_MSK)
		return -ENOENT;
	if (size < sizeof(ctx->secret))
		return -ENOSPC;
	memcpy(buf, ctx->secret, sizeof(ctx->secret));
	return sizeof(ctx->secret);
}

static inline int fake_get_resumption(const void *p, uint8_t *buf, size_t size)
{
	if (!fake_left.len)
		return -ENOENT;
	if (fake_left.len > size)
		return -ENOSPC;
	memcpy(buf, fake_left.data, fake_left.len);
	return (int)fake_left.len;
}

static inline void fake_describe(const void *p, struct xeap_method_info *ret_info)
{
	ret_info->cipher = "ROT13";
	ret_info->resumed = fake_given.len && !fake_refuses_to_resume;
}

static const struct xeap_method fake_method = {
	.abi = XEAP_METHOD_ABI,
	.name = "FAKE",
	.type = { .type = FAKE_TYPE },
	.ctx_size = sizeof(struct fake_ctx),
	.init = fake_init,
	.process = fake_process,
	.get_prompt = fake_get_prompt,
	.answer = fake_answer,
	.get_attributes = fake_get_attributes,
	.set_attributes = fake_set_attributes,
	.get_key = fake_get_key,
	.get_resumption = fake_get_resumption,
	.describe = fake_describe,
	.done = fake_done,
};

#endif
