/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/fuzz/preshared.h"
#include <base/reader.h>
#include <errno.h>
#include <string.h>
#include "tests/unit/check.h"
#include "tests/unit/fake_writer.h"

#define MAX_PACKET 1400

static struct xeap_span random_bytes;
static size_t random_at;

int __wrap_xeap_random(uint8_t *ret_bytes, size_t len);

int __wrap_xeap_random(uint8_t *ret_bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		ret_bytes[i] = random_bytes.len ? random_bytes.data[random_at++ % random_bytes.len]
						: (uint8_t)random_at++;
	return 0;
}

static struct xeap_config *config;
static void *shared;

static void set_up(const struct preshared_target *t)
{
	if (config)
		return;
	CHECK(xeap_config_new(&config) == 0);
	CHECK(xeap_config_set(config, "password", t->password, NULL) == 0);
	CHECK(t->method->load(config, false, &shared, NULL) == 0);
}

static void check_response(const struct preshared_target *t, struct xeap_span request,
			   const struct xeap_chunk *c)
{
	CHECK(c->len >= 5 && c->len <= MAX_PACKET && c->data[0] == 2);
	CHECK(c->data[1] == request.data[1] && c->data[4] == t->method->type.type);
	CHECK((size_t)(c->data[2] << 8 | c->data[3]) == c->len);
}

/* Whether the conversation goes on. */
static bool process(const struct preshared_target *t, void *ctx, struct xeap_span request,
		    struct fake_writer *out, bool *proven)
{
	struct xeap_method_result result = { 0 };
	uint8_t key[256];
	int r = t->method->process(ctx, request, fake_writer_begin(out), &result);

	CHECK(result.need == XEAP_NEED_NONE);
	if (r < 0) {
		CHECK(result.diag.code || r == -EMSGSIZE);
		return false;
	}
	if (!result.ignore) {
		check_response(t, request, &out->w.c);
		*proven |= result.decision != XEAP_DECISION_FAIL;
		CHECK(result.method_state != XEAP_METHOD_NONE && result.diag.code);
	}
	/* Keys are of those who have proven themselves. */
	for (int k = 0; k < XEAP_KEY_KIND_MAX; k++)
		CHECK((t->method->get_key(ctx, (enum xeap_key_kind)k, key, sizeof(key)) > 0) ==
		      *proven);
	return true;
}

static void converse(const struct preshared_target *t, void *ctx, struct xeap_reader *in)
{
	struct fake_writer out;
	bool on = true, proven = false;

	fake_writer_init(&out, MAX_PACKET);
	for (int i = 0; on && i < 40 && xeap_reader_left(in); i++) {
		uint16_t len = xeap_read_u16(in);
		uint8_t id = xeap_read_u8(in);
		size_t left = xeap_reader_left(in), n = (len < left ? len : left) + 5;
		struct xeap_span body = xeap_read_span(in, n - 5);
		uint8_t *request = malloc(n);

		memcpy(request,
		       (uint8_t[]){ 1, id, (uint8_t)(n >> 8), (uint8_t)n, t->method->type.type },
		       5);
		if (body.len)
			memcpy(request + 5, body.data, body.len);
		on = process(t, ctx, xeap_span(request, n), &out, &proven);
		free(request);
	}
	fake_writer_free(&out);
}

int preshared_fuzz(const struct preshared_target *t, const uint8_t *data, size_t size)
{
	struct xeap_method_args args = { .size = sizeof(args),
					 .max_packet = MAX_PACKET,
					 .identity = xeap_span(t->identity, strlen(t->identity)) };
	struct xeap_reader in = xeap_reader(xeap_span(data, size));
	uint8_t *ctx;

	if (size > 0xff00)
		return 0;
	set_up(t);
	random_bytes = xeap_read_span(&in, xeap_read_u16(&in));
	random_at = 0;
	args.config = config;
	args.shared = shared;
	ctx = calloc(1, t->method->ctx_size);
	CHECK(t->method->init(ctx, &args) == 0);
	converse(t, ctx, &in);
	t->method->done(ctx);
	free(ctx);
	return 0;
}
