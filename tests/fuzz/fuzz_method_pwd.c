/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/check.h"
#include "tests/unit/fake_writer.h"
#include <errno.h>
#include <method/list.h>
#include <string.h>

/*
 * The input is a conversation: two bytes of length, then as many of Type-Data, again and again, for
 * a peer that sends fragments of 64 bytes.
 */

#define MAX_PACKET 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct xeap_config *config;
static void *shared;

static void set_up(void)
{
	if (config)
		return;
	CHECK(xeap_config_new(&config) == 0);
	CHECK(xeap_config_set(config, "password", "\"pwdpass\"", NULL) == 0);
	CHECK(xeap_method_pwd.load(config, false, &shared, NULL) == 0);
}

/* Whether the conversation goes on. */
static bool process(void *ctx, struct xeap_span request, struct fake_writer *out)
{
	struct xeap_method_result result = { 0 };
	const struct xeap_chunk *c = &out->w.c;
	uint8_t msk[64];
	int r = xeap_method_pwd.process(ctx, request, fake_writer_begin(out), &result);

	CHECK(result.need == XEAP_NEED_NONE);
	if (r < 0) {
		CHECK(result.diag.code);
		return false;
	}
	if (!result.ignore) {
		CHECK(c->len >= 6 && c->len <= MAX_PACKET && c->data[0] == 2);
		CHECK(c->data[1] == request.data[1] && c->data[4] == 52);
		CHECK((size_t)(c->data[2] << 8 | c->data[3]) == c->len);
	}
	/* Without the password there is no Confirm. */
	CHECK(xeap_method_pwd.get_key(ctx, XEAP_KEY_MSK, msk, sizeof(msk)) == -ENOENT);
	return true;
}

static struct xeap_span take(struct xeap_span *input)
{
	size_t len = (size_t)(input->data[0] << 8 | input->data[1]);
	struct xeap_span item;

	if (len > input->len - 2)
		len = input->len - 2;
	item = xeap_span(input->data + 2, len);
	*input = xeap_span(input->data + 2 + len, input->len - 2 - len);
	return item;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xeap_method_args args = { .size = sizeof(args),
					 .max_packet = MAX_PACKET,
					 .identity = xeap_span("pwduser", 7) };
	struct xeap_span input = xeap_span(data, size);
	struct fake_writer out;
	bool on = size < 0xff00;
	uint8_t *ctx;

	set_up();
	args.config = config;
	args.shared = shared;
	ctx = calloc(1, xeap_method_pwd.ctx_size);
	CHECK(xeap_method_pwd.init(ctx, &args) == 0);
	fake_writer_init(&out, MAX_PACKET);
	for (uint8_t id = 1; on && id < 40 && input.len >= 2; id++) {
		struct xeap_span body = take(&input);
		size_t n = body.len + 5;
		uint8_t *request = malloc(n);

		memcpy(request, (uint8_t[]){ 1, id, (uint8_t)(n >> 8), (uint8_t)n, 52 }, 5);
		memcpy(request + 5, body.data, body.len);
		on = process(ctx, xeap_span(request, n), &out);
		free(request);
	}
	fake_writer_free(&out);
	xeap_method_pwd.done(ctx);
	free(ctx);
	return 0;
}
