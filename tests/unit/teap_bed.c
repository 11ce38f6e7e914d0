/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include "tests/unit/teap_bed.h"

struct fake {
	bool done;
};

uint8_t teap_bed_msk[64], teap_bed_emsk[64];

static int fake_init(void *ctx, const struct xeap_method_args *args)
{
	return 0;
}

static int fake_process(void *ctx, struct xeap_span request, struct xeap_writer *w,
			struct xeap_method_result *result)
{
	struct fake *f = ctx;
	uint8_t response[] = { 2, request.data[1], 0, 6, request.data[4], 0x77 };

	f->done = request.len < 6 || request.data[5] != REFUSES;
	memcpy(w->c.data, response, sizeof(response));
	w->c.len = sizeof(response);
	result->method_state = XEAP_METHOD_MAY_CONT;
	result->decision = f->done ? XEAP_DECISION_COND_SUCC : XEAP_DECISION_FAIL;
	return 0;
}

static int fake_key(enum xeap_key_kind kind, bool emsk, uint8_t *buf)
{
	if (kind == XEAP_KEY_SESSION_ID || (kind == XEAP_KEY_EMSK && !emsk))
		return -ENOENT;
	memcpy(buf, kind == XEAP_KEY_MSK ? teap_bed_msk : teap_bed_emsk, 64);
	return 64;
}

static int with_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	return fake_key(kind, true, buf);
}

static int mschapv2_key(const void *ctx, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	return fake_key(kind, false, buf);
}

static const struct xeap_method with = {
	.abi = XEAP_METHOD_ABI,
	.name = "WITH",
	.type = { .type = WITH },
	.ctx_size = sizeof(struct fake),
	.init = fake_init,
	.process = fake_process,
	.get_key = with_key,
};

static const struct xeap_method mschapv2 = {
	.abi = XEAP_METHOD_ABI,
	.name = "MSCHAPV2",
	.type = { .type = MSCHAPV2 },
	.ctx_size = sizeof(struct fake),
	.init = fake_init,
	.process = fake_process,
	.get_key = mschapv2_key,
};

const struct xeap_method *const xeap_methods_builtin[] = { &with, &mschapv2, NULL };
const size_t xeap_methods_builtin_count = 2;

void teap_bed_set(struct teap_bed *b, const char *key, const char *value)
{
	assert_int_equal(xeap_config_set(b->config, key, value, NULL), 0);
}

void teap_bed_prepare(struct teap_bed *b)
{
	char value[128];

	for (int i = 0; i < 64; i++) {
		teap_bed_msk[i] = (uint8_t)(i + 1);
		teap_bed_emsk[i] = (uint8_t)(0xc0 + i);
	}
	memset(b, 0, sizeof(*b));
	assert_int_equal(xeap_config_new(&b->config), 0);
	snprintf(value, sizeof(value), "\"%s/ca.pem\"", files.dir);
	teap_bed_set(b, "ca_cert", value);
	teap_bed_set(b, "identity", "\"user\"");
	teap_bed_set(b, "phase2", "\"auth=WITH auth=MSCHAPV2\"");
}

bool teap_bed_begin(struct teap_bed *b, int version, uint8_t teap_version)
{
	struct xeap_method_args args = { .size = sizeof(args), .config = b->config };
	struct xeap_diag diag = { 0 };

	assert_int_equal(xeap_method_teap.load(b->config, false, &b->shared, &diag), 0);
	args.shared = b->shared;
	args.max_packet = 2000;
	args.keeps_resumption = b->keeps;
	args.resumption = b->resumption;
	args.identity = xeap_config_get(b->config, XEAP_CONFIG_IDENTITY);
	return teap_server_begin(&b->s, &files.server, version, &xeap_method_teap, &args,
				 teap_version);
}

void teap_bed_end(struct teap_bed *b)
{
	teap_server_end(&b->s);
	xeap_method_teap.unload(b->shared);
	xeap_config_free(b->config);
}

void teap_bed_say_eap(struct teap_server *s, uint8_t type, uint8_t octet)
{
	uint8_t packet[] = { 1, 9, 0, 6, type, octet };

	tlv_say(&s->t, 9, packet, sizeof(packet));
}

/* One method to the point where its result is due. */
void teap_bed_run(struct teap_server *s, uint8_t type)
{
	size_t len = 0;
	const uint8_t *eap;

	teap_bed_say_eap(s, type, 0);
	tlv_turn(&s->t);
	eap = tlv_find(&s->t, 9, &len);
	assert_non_null(eap);
	assert_int_equal(len, 6);
	assert_int_equal(eap[4], type);
	assert_int_equal(eap[5], 0x77);
}

void teap_bed_assert_result(const struct teap_server *s, uint16_t type, int value)
{
	const uint8_t *v = tlv_find(&s->t, type, NULL);

	assert_non_null(v);
	assert_int_equal(v[1], value);
}

void teap_bed_assert_success(struct teap_bed *b, int emsk)
{
	uint8_t expected[64], msk[64], id[128];
	int n;

	assert_int_equal(b->s.t.error, 0);
	assert_int_equal(b->s.t.result.decision, XEAP_DECISION_UNCOND_SUCC);
	teap_bed_assert_result(&b->s, 3, 1);
	teap_msk(&b->s, emsk, expected);
	assert_int_equal(xeap_method_teap.get_key(b->s.t.peer, XEAP_KEY_MSK, msk, 64), 64);
	assert_memory_equal(msk, expected, 64);
	n = xeap_method_teap.get_key(b->s.t.peer, XEAP_KEY_SESSION_ID, id, sizeof(id));
	assert_int_equal(id[0], 55);
	if (SSL_version(b->s.t.ssl) == TLS1_3_VERSION) {
		assert_int_equal(n, 65);
		return;
	}
	assert_int_equal(n, 13);
	/* RFC 5929 §3.1: the first Finished, the server's own when a session is resumed. */
	if (SSL_session_reused(b->s.t.ssl))
		assert_int_equal(SSL_get_finished(b->s.t.ssl, expected, 12), 12);
	else
		assert_int_equal(SSL_get_peer_finished(b->s.t.ssl, expected, 12), 12);
	assert_memory_equal(id + 1, expected, 12);
}

/* Refused: the server hears a failure and an error, and there are no keys. */
void teap_bed_assert_refused(struct teap_bed *b, const char *why)
{
	uint8_t msk[64];

	assert_int_equal(b->s.t.result.decision, XEAP_DECISION_FAIL);
	teap_bed_assert_result(&b->s, 3, 2);
	assert_non_null(tlv_find(&b->s.t, 5, NULL));
	assert_null(tlv_find(&b->s.t, 12, NULL));
	assert_non_null(strstr(b->s.t.result.diag.text, why));
	assert_int_equal(xeap_method_teap.get_key(b->s.t.peer, XEAP_KEY_MSK, msk, 64), -ENOENT);
}
