/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/teap_server.h"
#include "tests/unit/tls_bed.h"

/*
 * Inside run methods of one request whose keys are known: WITH has MSK and EMSK, MSCHAPV2 is one by
 * its number, which decides about the order of its MSK.
 */
#define WITH 250
#define MSCHAPV2 26
#define REFUSES 0xee /* a request with this octet is not the server's proof */

struct fake {
	bool done;
};

static uint8_t inner_msk[64], inner_emsk[64];

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
	memcpy(buf, kind == XEAP_KEY_MSK ? inner_msk : inner_emsk, 64);
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

static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };
#define EACH_VERSION(v) (int v##_i = 0; v##_i < 2; v##_i++)

struct bed {
	struct xeap_config *config;
	void *shared;
	struct teap_server s;
};

static void set(struct bed *b, const char *key, const char *value)
{
	assert_int_equal(xeap_config_set(b->config, key, value, NULL), 0);
}

static void prepare(struct bed *b)
{
	char value[128];

	for (int i = 0; i < 64; i++) {
		inner_msk[i] = (uint8_t)(i + 1);
		inner_emsk[i] = (uint8_t)(0xc0 + i);
	}
	memset(b, 0, sizeof(*b));
	assert_int_equal(xeap_config_new(&b->config), 0);
	snprintf(value, sizeof(value), "\"%s/ca.pem\"", files.dir);
	set(b, "ca_cert", value);
	set(b, "identity", "\"user\"");
	set(b, "phase2", "\"auth=WITH auth=MSCHAPV2\"");
}

static bool begin(struct bed *b, int version, uint8_t teap_version)
{
	struct xeap_method_args args = { .size = sizeof(args), .config = b->config };
	struct xeap_diag diag = { 0 };

	assert_int_equal(xeap_method_teap.load(b->config, false, &b->shared, &diag), 0);
	args.shared = b->shared;
	args.max_packet = 2000;
	args.identity = xeap_config_get(b->config, XEAP_CONFIG_IDENTITY);
	return teap_server_begin(&b->s, &files.server, version, &xeap_method_teap, &args,
				 teap_version);
}

static void end(struct bed *b)
{
	teap_server_end(&b->s);
	xeap_method_teap.unload(b->shared);
	xeap_config_free(b->config);
}

static void say_eap(struct teap_server *s, uint8_t type, uint8_t octet)
{
	uint8_t packet[] = { 1, 9, 0, 6, type, octet };

	teap_say(s, 9, packet, sizeof(packet));
}

/* One method to the point where its result is due. */
static void run_method(struct teap_server *s, uint8_t type)
{
	size_t len = 0;
	const uint8_t *eap;

	say_eap(s, type, 0);
	teap_turn(s);
	eap = teap_find(s, 9, &len);
	assert_non_null(eap);
	assert_int_equal(len, 6);
	assert_int_equal(eap[4], type);
	assert_int_equal(eap[5], 0x77);
}

static void assert_result(const struct teap_server *s, uint16_t type, int value)
{
	const uint8_t *v = teap_find(s, type, NULL);

	assert_non_null(v);
	assert_int_equal(v[1], value);
}

static void assert_success(struct bed *b, int emsk)
{
	uint8_t expected[64], msk[64], id[128];
	int n;

	assert_int_equal(b->s.error, 0);
	assert_int_equal(b->s.result.decision, XEAP_DECISION_UNCOND_SUCC);
	assert_result(&b->s, 3, 1);
	teap_msk(&b->s, emsk, expected);
	assert_int_equal(xeap_method_teap.get_key(b->s.peer, XEAP_KEY_MSK, msk, 64), 64);
	assert_memory_equal(msk, expected, 64);
	n = xeap_method_teap.get_key(b->s.peer, XEAP_KEY_SESSION_ID, id, sizeof(id));
	assert_int_equal(id[0], 55);
	if (SSL_version(b->s.ssl) == TLS1_3_VERSION) {
		assert_int_equal(n, 65);
		return;
	}
	assert_int_equal(n, 13);
	assert_int_equal(SSL_get_peer_finished(b->s.ssl, expected, 12), 12);
	assert_memory_equal(id + 1, expected, 12);
}

/* Refused: the server hears a failure and an error, and there are no keys. */
static void assert_refused(struct bed *b, const char *why)
{
	uint8_t msk[64];

	assert_int_equal(b->s.result.decision, XEAP_DECISION_FAIL);
	assert_result(&b->s, 3, 2);
	assert_non_null(teap_find(&b->s, 5, NULL));
	assert_null(teap_find(&b->s, 12, NULL));
	assert_non_null(strstr(b->s.result.diag.text, why));
	assert_int_equal(xeap_method_teap.get_key(b->s.peer, XEAP_KEY_MSK, msk, 64), -ENOENT);
}

static void test_emsk(void **state)
{
	for
		EACH_VERSION(v)
		{
			struct bed b;

			prepare(&b);
			assert_true(begin(&b, versions[v_i], 1));
			run_method(&b.s, WITH);
			teap_link(&b.s, inner_msk, inner_emsk);
			teap_say_u16(&b.s, 10, 1);
			teap_say_binding(&b.s, 3);
			teap_say_u16(&b.s, 3, 1);
			teap_turn(&b.s);
			assert_true(teap_binding_is_right(&b.s, 0));
			assert_true(teap_binding_is_right(&b.s, 1));
			assert_result(&b.s, 10, 1);
			assert_success(&b, 1);
			end(&b);
		}
}

static void test_mschapv2_order(void **state)
{
	uint8_t swapped[64] = { 0 };

	for
		EACH_VERSION(v)
		{
			struct bed b;

			prepare(&b);
			memcpy(swapped, inner_msk + 16, 16);
			memcpy(swapped + 16, inner_msk, 16);
			assert_true(begin(&b, versions[v_i], 1));
			run_method(&b.s, MSCHAPV2);
			teap_link(&b.s, swapped, NULL);
			teap_say_u16(&b.s, 10, 1);
			teap_say_binding(&b.s, 2);
			teap_turn(&b.s);
			assert_true(teap_binding_is_right(&b.s, 0));
			assert_int_equal(b.s.result.decision, XEAP_DECISION_FAIL);
			teap_say_u16(&b.s, 3, 1);
			teap_turn(&b.s);
			assert_success(&b, 0);
			end(&b);
		}
}

/* A server that goes on with the PRF on TLS 1.3, and outer TLVs, which the binding covers. */
static void test_prf_and_outer(void **state)
{
	static const uint8_t authority[] = { 0, 1, 0, 3, 'x', 'e', 'a' };
	struct bed b;

	prepare(&b);
	b.s.prf = true;
	memcpy(b.s.outer, authority, sizeof(authority));
	b.s.outer_len = sizeof(authority);
	assert_true(begin(&b, TLS1_3_VERSION, 1));
	run_method(&b.s, WITH);
	teap_link(&b.s, inner_msk, inner_emsk);
	teap_say_u16(&b.s, 10, 1);
	teap_say_binding(&b.s, 2);
	teap_say_u16(&b.s, 3, 1);
	teap_turn(&b.s);
	assert_true(teap_binding_is_right(&b.s, 0));
	assert_success(&b, 0);
	end(&b);
}

/* RFC 9427 §2.2 and RFC 9930 §6.1 have different words about the first key on TLS 1.3. */
static void test_bare_seed(void **state)
{
	struct bed b;

	prepare(&b);
	b.s.bare = true;
	assert_true(begin(&b, TLS1_3_VERSION, 1));
	run_method(&b.s, WITH);
	teap_link(&b.s, inner_msk, inner_emsk);
	teap_say_u16(&b.s, 10, 1);
	teap_say_binding(&b.s, 3);
	teap_say_u16(&b.s, 3, 1);
	teap_turn(&b.s);
	assert_true(teap_binding_is_right(&b.s, 1));
	assert_success(&b, 1);
	end(&b);
}

/* A Request-Action that nobody follows, amid a login; its status is failure, or success. */
static void test_request_action(void **state)
{
	for (uint8_t status = 1; status <= 2; status++) {
		const uint8_t action[] = { status, 1, 0, 6, 0, 0 };
		struct bed b;

		prepare(&b);
		assert_true(begin(&b, TLS1_3_VERSION, 1));
		run_method(&b.s, WITH);
		teap_link(&b.s, inner_msk, inner_emsk);
		teap_say_u16(&b.s, 10, 1);
		teap_say_binding(&b.s, 3);
		teap_say(&b.s, 8, action, sizeof(action));
		teap_turn(&b.s);
		assert_true(teap_binding_is_right(&b.s, 1));
		assert_result(&b.s, 3, status);
		assert_null(teap_find(&b.s, 4, NULL));
		assert_int_equal(b.s.result.decision, XEAP_DECISION_FAIL);
		if (status == 2)
			assert_non_null(strstr(b.s.result.diag.text, "insists on an action"));
		/* and what it says afterwards is what counts */
		teap_say_u16(&b.s, 3, 1);
		teap_turn(&b.s);
		assert_success(&b, 1);
		end(&b);
	}
}

static void test_machine_then_user(void **state)
{
	static const uint8_t identity[] = { 1, 1, 0, 5, 1 };
	struct bed b;
	size_t len = 0;

	prepare(&b);
	set(&b, "machine_identity", "\"host/pc\"");
	set(&b, "machine_phase2", "\"auth=WITH\"");
	assert_true(begin(&b, TLS1_3_VERSION, 1));
	teap_say_u16(&b.s, 2, 2);
	teap_say(&b.s, 9, identity, sizeof(identity));
	teap_turn(&b.s);
	assert_result(&b.s, 2, 2);
	assert_memory_equal(teap_find(&b.s, 9, &len) + 5, "host/pc", 7);
	run_method(&b.s, WITH);
	teap_link(&b.s, inner_msk, inner_emsk);
	teap_say_u16(&b.s, 10, 1);
	teap_say_binding(&b.s, 3);
	teap_say_u16(&b.s, 2, 1);
	teap_say(&b.s, 9, identity, sizeof(identity));
	teap_turn(&b.s);
	assert_true(teap_binding_is_right(&b.s, 1));
	assert_result(&b.s, 2, 1);
	assert_memory_equal(teap_find(&b.s, 9, &len) + 5, "user", 4);
	run_method(&b.s, WITH);
	teap_link(&b.s, inner_msk, inner_emsk);
	teap_say_u16(&b.s, 10, 1);
	teap_say_binding(&b.s, 3);
	teap_say_u16(&b.s, 3, 1);
	teap_turn(&b.s);
	assert_success(&b, 1);
	end(&b);
}

/* No machine is configured: the answer says that it is the user who speaks. */
static void test_other_identity(void **state)
{
	struct bed b;

	prepare(&b);
	assert_true(begin(&b, TLS1_2_VERSION, 1));
	teap_say_u16(&b.s, 2, 2);
	run_method(&b.s, WITH);
	assert_result(&b.s, 2, 1);
	end(&b);
}

static void test_password(void **state)
{
	for
		EACH_VERSION(v)
		{
			struct bed b;
			size_t len = 0;

			prepare(&b);
			set(&b, "password", "\"secret\"");
			assert_true(begin(&b, versions[v_i], 1));
			teap_say(&b.s, 13, "Password:", 9);
			teap_turn(&b.s);
			assert_memory_equal(teap_find(&b.s, 14, &len), "\4user\6secret", 12);
			assert_int_equal(len, 12);
			teap_link(&b.s, NULL, NULL);
			teap_say_u16(&b.s, 10, 1);
			teap_say_binding(&b.s, 2);
			teap_say_u16(&b.s, 3, 1);
			teap_turn(&b.s);
			assert_success(&b, 0);
			end(&b);
		}
}

static void test_password_asked(void **state)
{
	struct xeap_prompt prompt;
	struct bed b;

	prepare(&b);
	assert_true(begin(&b, TLS1_3_VERSION, 1));
	teap_say(&b.s, 13, "PIN of\nyour \33card:", 18);
	teap_turn(&b.s);
	assert_int_equal(b.s.result.need, XEAP_NEED_UI);
	assert_int_equal(xeap_method_teap.get_prompt(b.s.peer, &prompt), 0);
	assert_non_null(strstr(prompt.text, "PIN of\nyour "));
	assert_null(strchr(prompt.text, 27));
	prompt.fields[0].value = xeap_span("typed", 5);
	memset(&b.s.result, 0, sizeof(b.s.result));
	assert_int_equal(xeap_method_teap.answer(b.s.peer, &prompt, fake_writer_begin(&b.s.writer),
						 &b.s.result),
			 0);
	teap_hear(&b.s, &b.s.writer.w);
	assert_memory_equal(teap_find(&b.s, 14, NULL), "\4user\5typed", 11);
	/* asked once more: the password was wrong, or a new one is wanted */
	teap_say(&b.s, 13, NULL, 0);
	teap_turn(&b.s);
	assert_int_equal(b.s.result.need, XEAP_NEED_UI);
	end(&b);
}

static void spoil_mac(struct teap_server *s, uint8_t *tlv)
{
	tlv[79] ^= 1;
}

static void spoil_emsk_mac(struct teap_server *s, uint8_t *tlv)
{
	tlv[40] ^= 1;
}

static void spoil_version(struct teap_server *s, uint8_t *tlv)
{
	tlv[5] = 2;
}

static void spoil_received(struct teap_server *s, uint8_t *tlv)
{
	tlv[6] = 0;
}

static void spoil_subtype(struct teap_server *s, uint8_t *tlv)
{
	tlv[7] |= 1;
}

static void spoil_flags(struct teap_server *s, uint8_t *tlv)
{
	tlv[7] = 0;
}

static void spoil_nonce(struct teap_server *s, uint8_t *tlv)
{
	tlv[39] |= 1;
}

static void leave_out(struct teap_server *s, uint8_t *tlv)
{
	memmove(tlv, tlv + 80, 6);
	s->say_len -= 80;
}

static void cut(struct teap_server *s, uint8_t *tlv)
{
	tlv[3] -= 2;
}

static void twice(struct teap_server *s, uint8_t *tlv)
{
	teap_say_u16(s, 3, 1);
}

static void more_to_do(struct teap_server *s, uint8_t *tlv)
{
	say_eap(s, WITH, 0);
}

static void add_pac(struct teap_server *s, uint8_t *tlv)
{
	teap_say(s, 11, "pac", 3);
}

/* No NAK is sent in answer to a result (RFC 9930 §4.2.5). */
static void add_unknown(struct teap_server *s, uint8_t *tlv)
{
	teap_say(s, 99, NULL, 0);
}

static void test_spoilt(void **state)
{
	static const struct {
		void (*spoil)(struct teap_server *s, uint8_t *tlv);
		const char *why;
		int error;
	} cases[] = {
		{ spoil_mac, "crypto-binding is wrong", 2005 },
		{ spoil_emsk_mac, "crypto-binding is wrong", 2007 },
		{ spoil_version, "another version", 2003 },
		{ spoil_received, "another version", 2003 },
		{ spoil_subtype, "no request", 2003 },
		{ spoil_flags, "no MAC", 2001 },
		{ spoil_nonce, "nonce of a response", 2001 },
		{ leave_out, "without crypto-binding", 2001 },
		{ cut, "malformed", 2002 },
		{ twice, "malformed", 2002 },
		{ more_to_do, "along with more to do", 2002 },
		{ add_pac, "a PAC", 2002 },
		{ add_unknown, "unknown mandatory TLV", 2002 },
	};

	for
		EACH_VERSION(v)
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const uint8_t *error;
		struct bed b;
		uint8_t *tlv;

		prepare(&b);
		assert_true(begin(&b, versions[v_i], 1));
		run_method(&b.s, WITH);
		teap_link(&b.s, inner_msk, inner_emsk);
		teap_say_u16(&b.s, 10, 1);
		tlv = teap_say_binding(&b.s, 3);
		teap_say_u16(&b.s, 3, 1);
		cases[i].spoil(&b.s, tlv);
		teap_turn(&b.s);
		assert_refused(&b, cases[i].why);
		error = teap_find(&b.s, 5, NULL);
		assert_int_equal(error[2] << 8 | error[3], cases[i].error);
		end(&b);
	}
}

static void test_replayed_nonce(void **state)
{
	struct bed b;

	prepare(&b);
	assert_true(begin(&b, TLS1_3_VERSION, 1));
	for (int i = 0; i < 2; i++) {
		run_method(&b.s, WITH);
		teap_link(&b.s, inner_msk, inner_emsk);
		teap_say_u16(&b.s, 10, 1);
		b.s.nonce = 0;
		teap_say_binding(&b.s, 3);
		teap_turn(&b.s);
	}
	assert_refused(&b, "repeats an earlier nonce");
	end(&b);
}

/* What a server may not say: TLVs in an order that leaves something unproved. */
static void test_order(void **state)
{
	for (int i = 0; i < 6; i++) {
		static const char *const why[] = {
			"ran no method inside",	  "without that of the method inside",
			"has not proved it",	  "without the result of the first",
			"without crypto-binding", "has not proved it",
		};
		struct bed b;

		prepare(&b);
		assert_true(begin(&b, TLS1_3_VERSION, 1));
		if (i == 1 || i == 3)
			run_method(&b.s, WITH);
		if (i == 5) {
			say_eap(&b.s, WITH, REFUSES);
			teap_turn(&b.s);
		}
		teap_link(&b.s, i ? inner_msk : NULL, i ? inner_emsk : NULL);
		if (i == 2 || i == 5)
			teap_say_u16(&b.s, 10, 1);
		if (i == 3)
			say_eap(&b.s, MSCHAPV2, 0);
		else if (i != 4)
			teap_say_binding(&b.s, 2);
		if (i != 3)
			teap_say_u16(&b.s, 3, 1);
		teap_turn(&b.s);
		assert_refused(&b, why[i]);
		end(&b);
	}
}

/* RFC 3748 §2.1: a method whose proof is due is not left for another, nor for a bare password. */
static void test_switch_midway(void **state)
{
	for (int i = 0; i < 6; i++) {
		struct bed b;
		uint8_t msk[64];

		prepare(&b);
		set(&b, "password", "\"secret\"");
		assert_true(begin(&b, versions[i % 2], 1));
		say_eap(&b.s, WITH, REFUSES);
		teap_turn(&b.s);
		assert_int_equal(b.s.result.decision, XEAP_DECISION_FAIL);
		if (i / 2 == 0)
			say_eap(&b.s, MSCHAPV2, 0);
		else if (i / 2 == 1)
			teap_say(&b.s, 13, "Password:", 9);
		else
			teap_say_u16(&b.s, 2, 2);
		teap_turn(&b.s);
		assert_null(teap_find(&b.s, 9, NULL));
		assert_null(teap_find(&b.s, 14, NULL));
		assert_int_equal(b.s.result.decision, XEAP_DECISION_FAIL);
		assert_non_null(strstr(b.s.result.diag.text, i / 2 == 0	  ? "before the end of WITH"
							     : i / 2 == 1 ? "amid a method"
									  : "midway"));
		assert_int_equal(xeap_method_teap.get_key(b.s.peer, XEAP_KEY_MSK, msk, 64),
				 -ENOENT);
		end(&b);
	}
}

/* The binding of another tunnel, byte for byte; what the peer said itself, sent back. */
static void test_cross_wired_binding(void **state)
{
	static uint8_t recorded[80];

	for (int i = 0; i < 3; i++) {
		struct bed b;
		uint8_t *tlv;

		prepare(&b);
		assert_true(begin(&b, TLS1_3_VERSION, 1));
		run_method(&b.s, WITH);
		teap_link(&b.s, inner_msk, inner_emsk);
		teap_say_u16(&b.s, 10, 1);
		tlv = teap_say_binding(&b.s, 3);
		if (i > 0)
			memcpy(tlv, recorded, sizeof(recorded));
		memcpy(recorded, tlv, sizeof(recorded));
		if (i == 0)
			teap_say_u16(&b.s, 3, 1);
		if (i == 2)
			tlv[7] |= 1;
		teap_turn(&b.s);
		if (i == 0)
			assert_success(&b, 1);
		else
			assert_refused(&b, i == 1 ? "crypto-binding is wrong" : "no request");
		end(&b);
	}
}

/* What was sent back is the peer's own response, which has its nonce and its MACs. */
static void test_reflected_binding(void **state)
{
	struct bed b;
	uint8_t response[80], *tlv;

	prepare(&b);
	assert_true(begin(&b, TLS1_3_VERSION, 1));
	run_method(&b.s, WITH);
	teap_link(&b.s, inner_msk, inner_emsk);
	teap_say_u16(&b.s, 10, 1);
	teap_say_binding(&b.s, 3);
	teap_turn(&b.s);
	assert_non_null(teap_find(&b.s, 12, NULL));
	memcpy(response, teap_find(&b.s, 12, NULL) - 4, sizeof(response));
	tlv = teap_say_binding(&b.s, 3);
	memcpy(tlv, response, sizeof(response));
	teap_say_u16(&b.s, 3, 1);
	teap_turn(&b.s);
	assert_refused(&b, "no request");
	end(&b);
}

/* A binding, however right, makes no success of a failure. */
static void test_failure_with_binding(void **state)
{
	for (int i = 0; i < 4; i++) {
		uint8_t msk[64];
		struct bed b;

		prepare(&b);
		assert_true(begin(&b, versions[i % 2], 1));
		run_method(&b.s, WITH);
		teap_link(&b.s, inner_msk, inner_emsk);
		teap_say_u16(&b.s, 10, i / 2 ? 1 : 2);
		teap_say_binding(&b.s, 3);
		teap_say_u16(&b.s, 3, i / 2 ? 2 : 1);
		teap_turn(&b.s);
		assert_int_equal(b.s.result.decision, XEAP_DECISION_FAIL);
		assert_result(&b.s, 3, 2);
		assert_null(teap_find(&b.s, 12, NULL));
		assert_int_equal(xeap_method_teap.get_key(b.s.peer, XEAP_KEY_MSK, msk, 64),
				 -ENOENT);
		end(&b);
	}
}

static void test_nak(void **state)
{
	static const uint8_t types[] = { 0, 14, 18, 99 };

	for (size_t i = 0; i < sizeof(types); i++) {
		struct bed b;
		size_t len = 0;
		const uint8_t *nak;

		prepare(&b);
		assert_true(begin(&b, TLS1_2_VERSION, 1));
		teap_say(&b.s, types[i], "abcdef", 6);
		say_eap(&b.s, WITH, 0);
		teap_turn(&b.s);
		nak = teap_find(&b.s, 4, &len);
		assert_non_null(nak);
		assert_int_equal(len, 6);
		assert_int_equal(nak[5], types[i]);
		assert_null(teap_find(&b.s, 9, NULL));
		run_method(&b.s, WITH); /* and on it goes */
		end(&b);
	}
}

/* After an intermediate failure another method may follow; after a final one nothing. */
static void test_failure(void **state)
{
	struct bed b;

	prepare(&b);
	assert_true(begin(&b, TLS1_3_VERSION, 1));
	run_method(&b.s, WITH);
	teap_say_u16(&b.s, 10, 2);
	teap_turn(&b.s);
	assert_result(&b.s, 10, 2);
	run_method(&b.s, WITH);
	teap_say_u16(&b.s, 10, 2);
	teap_say_u16(&b.s, 3, 2);
	teap_turn(&b.s);
	assert_result(&b.s, 3, 2);
	assert_int_equal(b.s.result.decision, XEAP_DECISION_FAIL);
	assert_int_equal(b.s.result.method_state, XEAP_METHOD_DONE);
	assert_int_equal(b.s.result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	end(&b);
}

static void test_version_0(void **state)
{
	struct bed b;

	prepare(&b);
	assert_false(begin(&b, TLS1_3_VERSION, 0));
	end(&b);
}

static void assert_load_says(const char *key, const char *value, const char *why)
{
	struct xeap_diag diag = { 0 };
	struct bed b;

	prepare(&b);
	set(&b, key, value);
	assert_int_equal(xeap_method_teap.load(b.config, false, &b.shared, &diag), -EINVAL);
	assert_non_null(strstr(diag.text, why));
	xeap_config_free(b.config);
}

static void test_words(void **state)
{
	assert_load_says("phase1", "\"teap_compat=cisco\"", "teap_compat=cisco");
	assert_load_says("phase1", "\"teap_anon_dh=1\"", "teap_anon_dh=1 is not supported");
	assert_load_says("machine_phase2", "\"auth=WITH mschapv2_try=0\"",
			 "machine_phase2: unknown word \"mschapv2_try=0\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_emsk),
		cmocka_unit_test(test_mschapv2_order),
		cmocka_unit_test(test_prf_and_outer),
		cmocka_unit_test(test_bare_seed),
		cmocka_unit_test(test_request_action),
		cmocka_unit_test(test_machine_then_user),
		cmocka_unit_test(test_other_identity),
		cmocka_unit_test(test_password),
		cmocka_unit_test(test_password_asked),
		cmocka_unit_test(test_spoilt),
		cmocka_unit_test(test_replayed_nonce),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_switch_midway),
		cmocka_unit_test(test_cross_wired_binding),
		cmocka_unit_test(test_reflected_binding),
		cmocka_unit_test(test_failure_with_binding),
		cmocka_unit_test(test_nak),
		cmocka_unit_test(test_failure),
		cmocka_unit_test(test_version_0),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, tls_files_make, tls_files_remove);
}
