/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_FUZZ_PASSWORD_H
#define XEAP_FUZZ_PASSWORD_H

#include "tests/unit/check.h"
#include "tests/unit/fake_writer.h"
#include <errno.h>
#include <method/list.h>
#include <stdlib.h>
#include <string.h>

/*
 * The input is a conversation with a method that has a password: two bytes of length, then as many
 * of Type-Data, again and again. Nobody here knows the password, so there are never any keys.
 */
struct password_target {
	const struct xeap_method *method;
	const char *identity, *password,
		*phase1; /* as a network block has them; phase1 may be NULL */
	uint32_t max_packet;
	uint8_t requests; /* in one conversation, at most */
	size_t longest;	  /* Type-Data of a request; 0: as long as it comes */
	size_t input_max; /* longer inputs are no conversation; 0: any */
	bool asks;	  /* what the method asks of a person is answered */
	int may_fail;	  /* an errno of process(); 0: any, with a diagnosis */
};

/* One target a program. */
static struct xeap_config *password_config;
static void *password_shared;

static inline void password_set_up(const struct password_target *t)
{
	if (password_config)
		return;
	CHECK(xeap_config_new(&password_config) == 0);
	CHECK(xeap_config_set(password_config, "password", t->password, NULL) == 0);
	if (t->phase1)
		CHECK(xeap_config_set(password_config, "phase1", t->phase1, NULL) == 0);
	CHECK(t->method->load(password_config, t->asks, &password_shared, NULL) == 0);
}

static inline int password_answer(const struct password_target *t, void *ctx,
				  struct fake_writer *out, struct xeap_method_result *result)
{
	struct xeap_prompt prompt;

	CHECK(t->method->get_prompt(ctx, &prompt) == 0);
	CHECK(xeap_prompt_write(&prompt, NULL, 0) > 0);
	for (uint32_t i = 0; i < prompt.count; i++)
		prompt.fields[i].value = xeap_span("word", 4);
	memset(result, 0, sizeof(*result));
	return t->method->answer(ctx, &prompt, fake_writer_begin(out), result);
}

static inline void password_check_response(const struct password_target *t,
					   const struct xeap_chunk *c, uint8_t id)
{
	CHECK(c->len >= 6 && c->len <= t->max_packet && c->data[0] == 2 && c->data[1] == id);
	CHECK((size_t)(c->data[2] << 8 | c->data[3]) == c->len &&
	      c->data[4] == t->method->type.type);
}

/* Whether the conversation goes on. */
static inline bool password_process(const struct password_target *t, void *ctx,
				    struct xeap_span request, struct fake_writer *out)
{
	struct xeap_method_result result = { 0 };
	uint8_t msk[64];
	int r = t->method->process(ctx, request, fake_writer_begin(out), &result);

	if (t->asks && r == 0 && result.need == XEAP_NEED_UI)
		CHECK(password_answer(t, ctx, out, &result) == 0);
	CHECK(result.need == XEAP_NEED_NONE);
	if (r < 0) {
		CHECK(t->may_fail ? r == -t->may_fail : result.diag.code != 0);
		return false;
	}
	if (!result.ignore)
		password_check_response(t, &out->w.c, request.data[1]);
	/* A seed gets that far with chance 2^-160 at most. */
	CHECK(t->method->get_key(ctx, XEAP_KEY_MSK, msk, sizeof(msk)) == -ENOENT);
	return true;
}

static inline struct xeap_span password_take(const struct password_target *t,
					     struct xeap_span *input)
{
	size_t len = (size_t)(input->data[0] << 8 | input->data[1]);
	struct xeap_span item;

	if (len > input->len - 2)
		len = input->len - 2;
	if (t->longest && len > t->longest)
		len = t->longest;
	item = xeap_span(input->data + 2, len);
	*input = xeap_span(input->data + 2 + len, input->len - 2 - len);
	return item;
}

static inline int password_fuzz(const struct password_target *t, const uint8_t *data, size_t size)
{
	struct xeap_method_args args = { .size = sizeof(args),
					 .max_packet = t->max_packet,
					 .identity = xeap_span(t->identity, strlen(t->identity)) };
	struct xeap_span input = xeap_span(data, size);
	bool on = !t->input_max || size < t->input_max;
	struct fake_writer out;
	uint8_t *ctx;

	password_set_up(t);
	args.config = password_config;
	args.shared = password_shared;
	ctx = calloc(1, t->method->ctx_size);
	CHECK(t->method->init(ctx, &args) == 0);
	fake_writer_init(&out, t->max_packet);
	for (uint8_t id = 1; on && id < t->requests && input.len >= 2; id++) {
		struct xeap_span body = password_take(t, &input);
		size_t n = body.len + 5;
		uint8_t *request = malloc(n);

		memcpy(request,
		       (uint8_t[]){ 1, id, (uint8_t)(n >> 8), (uint8_t)n, t->method->type.type },
		       5);
		memcpy(request + 5, body.data, body.len);
		on = password_process(t, ctx, xeap_span(request, n), &out);
		free(request);
	}
	fake_writer_free(&out);
	t->method->done(ctx);
	free(ctx);
	return 0;
}

#endif
