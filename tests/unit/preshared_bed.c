/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "tests/unit/preshared_bed.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/hex.h"

static uint8_t random_bytes[512];
static size_t random_len, random_at;

int __real_xeap_random(uint8_t *ret_bytes, size_t len);
int __wrap_xeap_random(uint8_t *ret_bytes, size_t len);

int __wrap_xeap_random(uint8_t *ret_bytes, size_t len)
{
	if (!random_len)
		return __real_xeap_random(ret_bytes, len);
	assert_true(random_at + len <= random_len);
	memcpy(ret_bytes, random_bytes + random_at, len);
	random_at += len;
	return 0;
}

void bed_random_hex(const char *bytes)
{
	random_len = bytes ? hex(bytes, random_bytes) : 0;
	random_at = 0;
}

static void begin(struct preshared_bed *b, const struct xeap_method *method, const char *identity,
		  const char *password, const char *key, const char *value, bool again)
{
	struct xeap_method_args args = { .size = sizeof(args),
					 .max_packet = 1496,
					 .ask_again = again,
					 .identity = xeap_span(identity, strlen(identity)) };

	memset(b, 0, sizeof(*b));
	b->method = method;
	assert_int_equal(xeap_config_new(&b->config), 0);
	if (password)
		assert_int_equal(xeap_config_set(b->config, "password", password, NULL), 0);
	if (value)
		assert_int_equal(xeap_config_set(b->config, key, value, NULL), 0);
	assert_int_equal(method->load(b->config, true, &args.shared, NULL), 0);
	b->ctx = calloc(1, method->ctx_size);
	args.config = b->config;
	assert_int_equal(method->init(b->ctx, &args), 0);
	fake_writer_init(&b->out, 1496);
}

void bed_begin(struct preshared_bed *b, const struct xeap_method *method, const char *identity,
	       const char *password, const char *phase1)
{
	begin(b, method, identity, password, "phase1", phase1, false);
}

void bed_begin_fragments(struct preshared_bed *b, const struct xeap_method *method,
			 const char *identity, const char *password, const char *size)
{
	begin(b, method, identity, password, "fragment_size", size, false);
}

void bed_begin_again(struct preshared_bed *b, const struct xeap_method *method,
		     const char *identity, const char *password)
{
	begin(b, method, identity, password, NULL, NULL, true);
}

void bed_end(struct preshared_bed *b)
{
	b->method->done(b->ctx);
	free(b->ctx);
	fake_writer_free(&b->out);
	b->method->unload(NULL);
	xeap_config_free(b->config);
	bed_random_hex(NULL);
}

static void process(struct preshared_bed *b)
{
	/* Of its exact size, so that a sanitizer sees a byte read too far. */
	uint8_t *packet = malloc(b->request_len);

	memcpy(packet, b->request, b->request_len);
	memset(&b->result, 0, sizeof(b->result));
	assert_int_equal(b->method->process(b->ctx, xeap_span(packet, b->request_len),
					    fake_writer_begin(&b->out), &b->result),
			 0);
	free(packet);
}

void bed_feed(struct preshared_bed *b, const void *type_data, size_t len)
{
	size_t n = len + 5;

	assert_true(n <= sizeof(b->request));
	b->id++;
	memcpy(b->request,
	       (uint8_t[]){ 1, b->id, (uint8_t)(n >> 8), (uint8_t)n, b->method->type.type }, 5);
	if (len)
		memcpy(b->request + 5, type_data, len);
	b->request_len = n;
	process(b);
}

void bed_feed_hex(struct preshared_bed *b, const char *packet)
{
	b->request_len = hex(packet, b->request);
	b->id = b->request[1];
	process(b);
}

struct xeap_span bed_response(struct preshared_bed *b)
{
	const struct xeap_chunk *c = &b->out.w.c;

	assert_false(b->result.ignore);
	assert_int_equal(b->result.need, XEAP_NEED_NONE);
	assert_true(c->len >= 5);
	assert_int_equal(c->data[0], 2);
	assert_int_equal(c->data[1], b->id);
	assert_int_equal(c->data[2] << 8 | c->data[3], c->len);
	assert_int_equal(c->data[4], b->method->type.type);
	return xeap_span(c->data + 5, c->len - 5);
}

void bed_assert_response_hex(struct preshared_bed *b, const char *packet)
{
	uint8_t wanted[2048];
	size_t n = hex(packet, wanted);

	bed_response(b);
	assert_int_equal(b->out.w.c.len, n);
	assert_memory_equal(b->out.w.c.data, wanted, n);
}

void bed_assert_ignored(struct preshared_bed *b)
{
	assert_true(b->result.ignore);
	bed_assert_no_keys(b);
}

void bed_assert_key_hex(struct preshared_bed *b, enum xeap_key_kind kind, const char *key)
{
	uint8_t wanted[256], got[256];
	int n = (int)hex(key, wanted);

	assert_int_equal(b->method->get_key(b->ctx, kind, got, sizeof(got)), n);
	assert_memory_equal(got, wanted, (size_t)n);
	assert_int_equal(b->method->get_key(b->ctx, kind, got, (size_t)n - 1), -ENOSPC);
}

void bed_assert_no_keys(struct preshared_bed *b)
{
	uint8_t key[256];

	for (int k = 0; k < XEAP_KEY_KIND_MAX; k++)
		assert_int_equal(b->method->get_key(b->ctx, (enum xeap_key_kind)k, key, 256),
				 -ENOENT);
}

void bed_assert_proven(struct preshared_bed *b)
{
	assert_int_equal(b->result.method_state, XEAP_METHOD_DONE);
	assert_true(b->result.decision != XEAP_DECISION_FAIL);
}

void bed_assert_failed(struct preshared_bed *b, const char *text)
{
	bed_response(b);
	assert_int_equal(b->result.method_state, XEAP_METHOD_MAY_CONT);
	assert_int_equal(b->result.decision, XEAP_DECISION_FAIL);
	assert_non_null(strstr(b->result.diag.text, text));
	bed_assert_no_keys(b);
}

void bed_answer(struct preshared_bed *b, const char *password)
{
	struct xeap_prompt prompt;

	assert_int_equal(b->method->get_prompt(b->ctx, &prompt), 0);
	assert_string_equal(prompt.method, b->method->name);
	assert_int_equal(prompt.count, 1);
	prompt.fields[0].value = xeap_span(password, strlen(password));
	memset(&b->result, 0, sizeof(b->result));
	assert_int_equal(b->method->answer(b->ctx, &prompt, fake_writer_begin(&b->out), &b->result),
			 0);
}

void bed_assert_refused(const struct xeap_method *method, const char *password, const char *phase1,
			const char *text)
{
	struct xeap_diag diag = { 0 };
	struct xeap_config *config;
	void *shared = NULL;

	assert_int_equal(xeap_config_new(&config), 0);
	if (password)
		assert_int_equal(xeap_config_set(config, "password", password, NULL), 0);
	if (phase1)
		assert_int_equal(xeap_config_set(config, "phase1", phase1, NULL), 0);
	assert_int_equal(method->load(config, false, &shared, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, text));
	xeap_config_free(config);
}
