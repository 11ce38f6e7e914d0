/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include "tests/unit/fast_bed.h"

/* What may run inside. */
const struct xeap_method *const xeap_methods_builtin[] = { &xeap_method_md5, &xeap_method_gtc,
							   &xeap_method_mschapv2, NULL };
const size_t xeap_methods_builtin_count = 3;

const struct fast_pac fast_pac_one = { { 1, 2, 3 }, { 0xa0, 0xa1, 0xa2 }, 40 };
const struct fast_pac fast_pac_two = { { 4, 5, 6 }, { 0xb0, 0xb1 }, 64 };

static void init(struct fast_bed *b)
{
	memset(b, 0, sizeof(*b));
	b->s.a_id_len = 16;
	memset(b->s.a_id, 'A', b->s.a_id_len);
}

void fast_bed_prepare(struct fast_bed *b, const char *const *keys)
{
	static const char *const usual[] = { "identity", "\"user\"", "password", "\"secret\"" };

	init(b);
	b->config = tls_config(keys);
	for (size_t i = 0; i < 4; i += 2)
		if (!xeap_config_get_string(b->config,
					    i ? XEAP_CONFIG_PASSWORD : XEAP_CONFIG_IDENTITY))
			assert_int_equal(xeap_config_set(b->config, usual[i], usual[i + 1], NULL),
					 0);
}

void fast_bed_again(struct fast_bed *b, const struct fast_bed *first)
{
	init(b);
	b->config = first->config;
	b->shared = first->shared;
	b->sharing = true;
}

bool fast_bed_begin(struct fast_bed *b)
{
	struct xeap_method_args args = { .size = sizeof(args),
					 .config = b->config,
					 .max_packet = 2000 };
	struct xeap_diag diag = { 0 };

	if (!b->sharing && xeap_method_fast.load(b->config, b->interactive, &b->shared, &diag) < 0)
		fail_msg("%s", diag.text);
	args.shared = b->shared;
	args.identity = xeap_config_get(b->config, XEAP_CONFIG_IDENTITY);
	args.save = b->save;
	args.save_ctx = b->save_ctx;
	b->begun = true;
	return fast_server_begin(&b->s, &files.server, &xeap_method_fast, &args);
}

void fast_bed_end(struct fast_bed *b)
{
	if (b->begun)
		fast_server_end(&b->s);
	xeap_legacy_put(b->inside.legacy);
	if (b->sharing)
		return;
	xeap_method_fast.unload(b->shared);
	xeap_config_free(b->config);
}

enum insider_verdict fast_bed_inside(struct fast_bed *b, enum insider_kind kind,
				     const char *password)
{
	enum insider_verdict verdict = INSIDER_GOES_ON;

	b->inside.kind = kind;
	b->inside.user = "user";
	b->inside.password = password;
	if (b->s.anonymous)
		b->inside.challenges = b->s.challenges;
	memset(b->inside.isk, 0, sizeof(b->inside.isk));
	insider_begin(&b->inside);
	while (verdict == INSIDER_GOES_ON) {
		size_t len = 0;
		const uint8_t *eap;

		tlv_say(&b->s.t, 9, b->inside.packet, b->inside.packet_len);
		tlv_turn(&b->s.t);
		eap = tlv_find(&b->s.t, 9, &len);
		if (!eap)
			break;
		verdict = insider_take(&b->inside, xeap_span(eap, len));
	}
	return verdict;
}

/* RFC 5422 §3.2.3: of EAP-MSCHAPv2, what the server sends with comes first. */
void fast_bed_link(struct fast_bed *b)
{
	uint8_t isk[32];

	memcpy(isk, b->inside.isk + 16, 16);
	memcpy(isk + 16, b->inside.isk, 16);
	fast_link(&b->s, isk);
}

void fast_bed_method(struct fast_bed *b, enum insider_kind kind)
{
	assert_int_equal(fast_bed_inside(b, kind, "secret"), INSIDER_ACCEPTS);
	fast_bed_link(b);
	tlv_say_u16(&b->s.t, 10, 1);
	fast_say_binding(&b->s);
	tlv_turn(&b->s.t);
	assert_true(fast_binding_is_right(&b->s));
	fast_assert_result(b, 10, 1);
	assert_int_equal(b->s.t.result.decision, XEAP_DECISION_FAIL);
}

void fast_bed_provision(struct fast_bed *b, const struct fast_pac *pac)
{
	if (!fast_bed_begin(b))
		fail_msg("%s", b->s.t.result.diag.text);
	fast_bed_method(b, INSIDER_MSCHAPV2);
	fast_say_pac(&b->s, pac);
	tlv_say_u16(&b->s.t, 3, 1);
	tlv_turn(&b->s.t);
}

void fast_bed_login(struct fast_bed *b)
{
	if (!fast_bed_begin(b))
		fail_msg("%s", b->s.t.result.diag.text);
	assert_true(SSL_session_reused(b->s.t.ssl));
	assert_int_equal(fast_bed_inside(b, INSIDER_MSCHAPV2, "secret"), INSIDER_ACCEPTS);
	fast_bed_link(b);
	tlv_say_u16(&b->s.t, 10, 1);
	fast_say_binding(&b->s);
	tlv_say_u16(&b->s.t, 3, 1);
	tlv_turn(&b->s.t);
	fast_assert_success(b);
}

void fast_assert_result(const struct fast_bed *b, uint16_t type, int value)
{
	size_t len = 0;
	const uint8_t *v = tlv_find(&b->s.t, type, &len);

	assert_non_null(v);
	assert_int_equal(len, 2);
	assert_int_equal(v[1], value);
}

void fast_assert_success(struct fast_bed *b)
{
	uint8_t want[128], got[128];
	void *peer = b->s.t.peer;

	if (b->s.t.error || b->s.t.result.decision == XEAP_DECISION_FAIL)
		fail_msg("peer: %s", b->s.t.result.diag.text);
	assert_int_equal(b->s.t.result.decision, XEAP_DECISION_UNCOND_SUCC);
	fast_assert_result(b, 3, 1);
	fast_export(&b->s, want);
	assert_int_equal(xeap_method_fast.get_key(peer, XEAP_KEY_MSK, got, 128), 64);
	assert_memory_equal(got, want, 64);
	assert_int_equal(xeap_method_fast.get_key(peer, XEAP_KEY_EMSK, got, 128), 64);
	assert_memory_equal(got, want + 64, 64);
	assert_int_equal(xeap_method_fast.get_key(peer, XEAP_KEY_SESSION_ID, got, 128), 65);
	want[0] = 43;
	SSL_get_client_random(b->s.t.ssl, want + 1, 32);
	SSL_get_server_random(b->s.t.ssl, want + 33, 32);
	assert_memory_equal(got, want, 65);
}

void fast_assert_no_keys(struct fast_bed *b)
{
	uint8_t key[128];

	assert_int_equal(b->s.t.result.decision, XEAP_DECISION_FAIL);
	assert_int_equal(xeap_method_fast.get_key(b->s.t.peer, XEAP_KEY_MSK, key, 128), -ENOENT);
	assert_int_equal(xeap_method_fast.get_key(b->s.t.peer, XEAP_KEY_EMSK, key, 128), -ENOENT);
}

void fast_assert_says(const struct fast_bed *b, const char *why)
{
	assert_int_not_equal(b->s.t.result.diag.code, 0);
	if (!strstr(b->s.t.result.diag.text, why))
		fail_msg("\"%s\" is not in \"%s\"", why, b->s.t.result.diag.text);
}

void fast_assert_refused(struct fast_bed *b, const char *why)
{
	fast_assert_says(b, why);
	fast_assert_no_keys(b);
	fast_assert_result(b, 3, 2);
	assert_non_null(tlv_find(&b->s.t, 5, NULL));
	assert_null(tlv_find(&b->s.t, 12, NULL));
}

void fast_assert_load_says(const char *const *keys, const char *why)
{
	struct xeap_diag diag = { 0 };
	struct fast_bed b;

	fast_bed_prepare(&b, keys);
	assert_int_equal(xeap_method_fast.load(b.config, false, &b.shared, &diag), -EINVAL);
	if (!strstr(diag.text, why))
		fail_msg("\"%s\" is not in \"%s\"", why, diag.text);
	xeap_config_free(b.config);
}
