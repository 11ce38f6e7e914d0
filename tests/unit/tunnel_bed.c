/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/tunnel_bed.h"

/* What may run inside. */
const struct xeap_method *const xeap_methods_builtin[] = { &xeap_method_md5, &xeap_method_gtc,
							   &xeap_method_tls, &xeap_method_mschapv2,
							   NULL };
const size_t xeap_methods_builtin_count = 4;

static void load(struct tunnel_bed *b, const struct tunnel_start *start)
{
	struct xeap_diag diag = { 0 };

	b->sharing = start->with;
	if (start->with) {
		b->config = start->with->config;
		b->shared = start->with->shared;
		return;
	}
	b->config = tls_config(start->keys);
	if (b->method->load(b->config, start->interactive, &b->shared, &diag) < 0)
		fail_msg("%s", diag.text);
}

void tunnel_bed_begin(struct tunnel_bed *b, const struct tunnel_start *start)
{
	struct server_options o = start->server;
	struct xeap_method_args args = {
		.size = sizeof(args),
		.keeps_resumption = start->keeps,
		.resumption = start->resumption,
		.max_packet = start->max_packet ? (uint32_t)start->max_packet : 1496,
	};

	memset(b, 0, sizeof(*b));
	b->method = start->method;
	load(b, start);
	args.config = b->config;
	args.shared = b->shared;
	args.identity = xeap_config_get(b->config, XEAP_CONFIG_IDENTITY);
	o.cert = o.cert ? o.cert : &files.server;
	o.ca = &files.ca;
	o.type = b->method->type.type;
	o.max_packet = args.max_packet;
	b->ctx = calloc(1, b->method->ctx_size);
	assert_int_equal(b->method->init(b->ctx, &args), 0);
	fake_writer_init(&b->out, args.max_packet);
	server_init(&b->server, &o);
}

void tunnel_bed_end(struct tunnel_bed *b)
{
	b->method->done(b->ctx);
	free(b->ctx);
	fake_writer_free(&b->out);
	server_free(&b->server);
	if (b->sharing)
		return;
	b->method->unload(b->shared);
	xeap_config_free(b->config);
}

static bool take(struct tunnel_bed *b)
{
	if (b->result.need == XEAP_NEED_UI)
		return false;
	/* RFC 4137 §4.4: what comes with DONE and FAIL is not sent. */
	if (b->result.method_state == XEAP_METHOD_DONE && b->result.decision == XEAP_DECISION_FAIL)
		return false;
	server_take(&b->server, xeap_span(b->out.w.c.data, b->out.w.c.len));
	return b->server.verdict == SERVER_GOING_ON;
}

bool tunnel_bed_step(struct tunnel_bed *b)
{
	struct xeap_method_result result = { 0 };
	size_t len = b->server.request_len;
	uint8_t *exact = malloc(len);
	int r;

	assert_true(++b->rounds < 8192);
	memcpy(exact, b->server.request, len);
	r = b->method->process(b->ctx, xeap_span(exact, len), fake_writer_begin(&b->out), &result);
	free(exact);
	assert_false(result.ignore);
	b->result = result;
	if (r < 0)
		b->result.decision = XEAP_DECISION_FAIL;
	return r == 0 && take(b);
}

void tunnel_bed_run(struct tunnel_bed *b)
{
	while (b->server.verdict == SERVER_GOING_ON && tunnel_bed_step(b))
		;
}

void tunnel_bed_answer(struct tunnel_bed *b, const char *id, const char *value)
{
	struct xeap_method_result result = { 0 };
	struct xeap_prompt answers;

	assert_int_equal(b->result.need, XEAP_NEED_UI);
	assert_int_equal(b->method->get_prompt(b->ctx, &answers), 0);
	assert_int_equal(answers.count, 1);
	assert_string_equal(answers.fields[0].id, id);
	answers.fields[0].value = xeap_span(value, strlen(value));
	assert_int_equal(b->method->answer(b->ctx, &answers, fake_writer_begin(&b->out), &result),
			 0);
	b->result = result;
	take(b);
}

static void assert_key(struct tunnel_bed *b, enum xeap_key_kind kind, const uint8_t *want,
		       size_t len)
{
	uint8_t got[128];

	assert_int_equal(b->method->get_key(b->ctx, kind, got, len - 1), -ENOSPC);
	assert_int_equal(b->method->get_key(b->ctx, kind, got, sizeof(got)), len);
	assert_memory_equal(got, want, len);
}

void tunnel_bed_assert_success(struct tunnel_bed *b, const uint8_t keys[128])
{
	if (b->result.decision == XEAP_DECISION_FAIL)
		fail_msg("peer: %s", b->result.diag.text);
	assert_int_equal(b->server.verdict, SERVER_SUCCESS);
	assert_key(b, XEAP_KEY_MSK, keys, 64);
	assert_key(b, XEAP_KEY_EMSK, keys + 64, 64);
	assert_key(b, XEAP_KEY_SESSION_ID, b->server.session_id, 65);
	assert_false(xeap_flight_pending(&b->out.w));
}

void tunnel_bed_assert_failure(struct tunnel_bed *b, const char *why)
{
	uint8_t key[128];

	assert_int_equal(b->result.decision, XEAP_DECISION_FAIL);
	assert_int_not_equal(b->result.diag.code, 0);
	if (!strstr(b->result.diag.text, why))
		fail_msg("\"%s\" is not in \"%s\"", why, b->result.diag.text);
	assert_int_equal(b->method->get_key(b->ctx, XEAP_KEY_MSK, key, sizeof(key)), -ENOENT);
	if (b->method->get_resumption)
		assert_int_equal(b->method->get_resumption(b->ctx, key, sizeof(key)), -ENOENT);
}

void tunnel_bed_assert_refused(const struct xeap_method *method, const char *const *keys,
			       const char *why)
{
	struct xeap_config *config = tls_config(keys);
	struct xeap_diag diag = { 0 };
	void *shared = NULL;

	assert_int_equal(method->load(config, false, &shared, &diag), -EINVAL);
	if (!strstr(diag.text, why))
		fail_msg("\"%s\" is not in \"%s\"", why, diag.text);
	xeap_config_free(config);
}
