/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* EAP-GPSK: a login of other programs, key by key, and a server of RFC 5433 with all its lapses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <base/reader.h>
#include <errno.h>
#include <method/gpsk_keys.h>
#include <method/list.h>
#include <stdio.h>
#include <string.h>
#include <xeap/config.h>

#include "tests/unit/fake_writer.h"

#define KEY "abcdefghijklmnop0123456789abcdef"
#define GPSK 51

/* Of tests/fixtures/captures/gpsk.pcap and gpsk.keys.txt. */
static const uint8_t rand_peer[] = { 0xc9, 0x54, 0xa9, 0xb9, 0xc9, 0x18, 0x92, 0x91,
				     0x86, 0xb0, 0x5b, 0x77, 0x4e, 0xa0, 0xfd, 0x4c,
				     0x00, 0xcb, 0xd5, 0xfe, 0x13, 0x15, 0x45, 0xc3,
				     0xc7, 0x83, 0x68, 0xb8, 0x5b, 0xcc, 0xa7, 0x5b };
static const uint8_t rand_server[] = { 0xc3, 0xa8, 0xaf, 0x30, 0x6f, 0xf5, 0x40, 0x0d,
				       0x94, 0x85, 0x8a, 0x22, 0xad, 0x4b, 0x81, 0x3d,
				       0x32, 0xd6, 0xde, 0x15, 0x7f, 0x70, 0xea, 0x6a,
				       0x7a, 0x55, 0x2e, 0x88, 0x7c, 0xca, 0x16, 0xbb };
/* GPSK-2 from behind its OP-Code on, its code at the end. */
static const uint8_t message_2[] = {
	0x00, 0x08, 0x67, 0x70, 0x73, 0x6b, 0x75, 0x73, 0x65, 0x72, 0x00, 0x14, 0x72, 0x61, 0x64,
	0x69, 0x75, 0x73, 0x2e, 0x62, 0x61, 0x73, 0x65, 0x6c, 0x69, 0x6e, 0x65, 0x2e, 0x74, 0x65,
	0x73, 0x74, 0xc9, 0x54, 0xa9, 0xb9, 0xc9, 0x18, 0x92, 0x91, 0x86, 0xb0, 0x5b, 0x77, 0x4e,
	0xa0, 0xfd, 0x4c, 0x00, 0xcb, 0xd5, 0xfe, 0x13, 0x15, 0x45, 0xc3, 0xc7, 0x83, 0x68, 0xb8,
	0x5b, 0xcc, 0xa7, 0x5b, 0xc3, 0xa8, 0xaf, 0x30, 0x6f, 0xf5, 0x40, 0x0d, 0x94, 0x85, 0x8a,
	0x22, 0xad, 0x4b, 0x81, 0x3d, 0x32, 0xd6, 0xde, 0x15, 0x7f, 0x70, 0xea, 0x6a, 0x7a, 0x55,
	0x2e, 0x88, 0x7c, 0xca, 0x16, 0xbb, 0x00, 0x0c, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x8e, 0x60,
	0xb6, 0xde, 0x89, 0x53, 0x8a, 0x6d, 0xa1, 0xfc, 0x76, 0x6f, 0x61, 0x5c, 0x89, 0x6d
};
static const uint8_t msk[] = { 0x38, 0x2c, 0xaa, 0x96, 0x4f, 0xb4, 0x5a, 0x83, 0x7b, 0x9f, 0x3f,
			       0xc1, 0x3e, 0x67, 0xcd, 0x6c, 0x1b, 0x3d, 0x02, 0x61, 0xd8, 0x31,
			       0xab, 0x6a, 0x01, 0xf8, 0x6c, 0xc8, 0x6f, 0x53, 0x12, 0xc1, 0x60,
			       0x83, 0xc3, 0x96, 0x8c, 0xbc, 0x68, 0xa5, 0xc8, 0xa2, 0xc7, 0xdf,
			       0xfd, 0x0a, 0x92, 0x8d, 0x5e, 0x34, 0x91, 0x1b, 0x84, 0xe7, 0xa7,
			       0x47, 0xf8, 0x63, 0xbe, 0xb4, 0xe4, 0xc6, 0x4c, 0xf0 };
static const uint8_t emsk[] = { 0x4a, 0x3a, 0xd1, 0x20, 0x46, 0x53, 0xb9, 0xd7, 0x77, 0xc4, 0x01,
				0xa1, 0x88, 0xa5, 0xa4, 0x08, 0x5e, 0xe3, 0x61, 0xe9, 0x5b, 0xba,
				0xdb, 0x7e, 0xec, 0x37, 0xa2, 0x92, 0x5c, 0x08, 0x60, 0xda, 0xef,
				0x9d, 0x0f, 0x63, 0xa5, 0x45, 0x78, 0x40, 0x84, 0x21, 0xd0, 0x83,
				0x07, 0x6a, 0xb7, 0x58, 0x30, 0x74, 0x41, 0x58, 0x03, 0x86, 0xf0,
				0x04, 0xfc, 0x56, 0x8e, 0xfe, 0xb8, 0x99, 0x8c, 0x59 };
static const uint8_t session_id[] = { 0x33, 0x8b, 0x29, 0xd0, 0x5c, 0xb9, 0x8d, 0x01, 0x48,
				      0x6a, 0x08, 0x83, 0xcf, 0xb7, 0xe9, 0x73, 0xeb };

static struct xeap_span text(const char *s)
{
	return xeap_span(s, strlen(s));
}

/* The peer's nonce is this one, whatever the generator says. */
int __wrap_xeap_random(uint8_t *bytes, size_t len);
int __wrap_xeap_random(uint8_t *bytes, size_t len)
{
	assert_int_equal(len, sizeof(rand_peer));
	memcpy(bytes, rand_peer, len);
	return 0;
}

static void derive(enum xeap_gpsk_suite suite, const char *key, struct xeap_gpsk_keys *ret)
{
	const struct xeap_gpsk_seed seed = { text(key), text("gpskuser"),
					     text("radius.baseline.test"), rand_peer, rand_server };

	assert_int_equal(xeap_gpsk_derive(suite, &seed, ret), 0);
}

static void keys_are_those_of_a_captured_login(void **state)
{
	struct xeap_gpsk_keys k;
	uint8_t mac[XEAP_GPSK_MAC_MAX];

	(void)state;
	derive(XEAP_GPSK_AES, KEY, &k);
	assert_memory_equal(k.msk, msk, sizeof(msk));
	assert_memory_equal(k.emsk, emsk, sizeof(emsk));
	assert_memory_equal(k.session_id, session_id, sizeof(session_id));
	assert_int_equal(xeap_gpsk_mac(&k, xeap_span(message_2, sizeof(message_2) - 16), mac), 0);
	assert_memory_equal(mac, message_2 + sizeof(message_2) - 16, 16);
}

/* A peer, and what a server has of it. */
struct bed {
	struct xeap_config *config;
	uint8_t ctx[4096] __attribute__((aligned(16)));
	struct fake_writer out;
	struct xeap_writer *w;
	struct xeap_method_result result;
	struct xeap_gpsk_keys keys;
	uint8_t request[600];
	size_t len;
};

static struct bed bed;

static void begin(const char *key)
{
	struct xeap_method_args args = { .size = sizeof(args), .max_packet = 1400 };
	char quoted[80];

	snprintf(quoted, sizeof(quoted), "\"%s\"", key);
	memset(&bed, 0, sizeof(bed));
	assert_int_equal(xeap_config_new(&bed.config), 0);
	assert_int_equal(xeap_config_set(bed.config, "password", quoted, NULL), 0);
	fake_writer_init(&bed.out, 1400);
	args.config = bed.config;
	args.identity = text("gpskuser");
	assert_true(xeap_method_gpsk.ctx_size <= sizeof(bed.ctx));
	assert_int_equal(xeap_method_gpsk.init(bed.ctx, &args), 0);
}

static void end(void)
{
	xeap_method_gpsk.done(bed.ctx);
	fake_writer_free(&bed.out);
	xeap_config_free(bed.config);
}

/* Feed what is in bed.request. */
static int feed(void)
{
	bed.result = (struct xeap_method_result){ 0 };
	bed.w = fake_writer_begin(&bed.out);
	return xeap_method_gpsk.process(bed.ctx, xeap_span(bed.request, bed.len), bed.w,
					&bed.result);
}

static struct xeap_builder open_request(uint8_t op)
{
	struct xeap_builder b = xeap_builder(bed.request, sizeof(bed.request));

	xeap_put_u8(&b, 1);
	xeap_put_u8(&b, op);
	xeap_put_u16(&b, 0);
	xeap_put_u8(&b, GPSK);
	xeap_put_u8(&b, op);
	return b;
}

static void close_request(struct xeap_builder *b)
{
	bed.len = xeap_builder_len(b);
	bed.request[2] = (uint8_t)(bed.len >> 8);
	bed.request[3] = (uint8_t)bed.len;
}

static void put_string(struct xeap_builder *b, struct xeap_span s)
{
	xeap_put_u16(b, (uint16_t)s.len);
	xeap_put_span(b, s);
}

/* GPSK-1 with a list of suites of vendor 0. */
static void make_1(const uint16_t *suites, size_t n)
{
	struct xeap_builder b = open_request(1);

	put_string(&b, text("radius.baseline.test"));
	xeap_put_span(&b, xeap_span(rand_server, sizeof(rand_server)));
	xeap_put_u16(&b, (uint16_t)(6 * n));
	for (size_t i = 0; i < n; i++) {
		xeap_put_u32(&b, 0);
		xeap_put_u16(&b, suites[i]);
	}
	close_request(&b);
}

/* GPSK-3, and a code with the keys of bed. */
static void make_3(void)
{
	size_t size = xeap_gpsk_key_size(bed.keys.suite);
	struct xeap_builder b = open_request(3);
	uint8_t *mac;

	xeap_put_span(&b, xeap_span(rand_peer, sizeof(rand_peer)));
	xeap_put_span(&b, xeap_span(rand_server, sizeof(rand_server)));
	put_string(&b, text("radius.baseline.test"));
	xeap_put_u32(&b, 0);
	xeap_put_u16(&b, (uint16_t)bed.keys.suite);
	xeap_put_u16(&b, 0);
	mac = xeap_put_space(&b, size);
	close_request(&b);
	assert_int_equal(
		xeap_gpsk_mac(&bed.keys, xeap_span(bed.request + 6, bed.len - 6 - size), mac), 0);
}

static const uint16_t both[] = { XEAP_GPSK_AES, XEAP_GPSK_SHA256 };

/* To GPSK-2, whose code is right. */
static void say_1(const uint16_t *suites, size_t n, enum xeap_gpsk_suite wanted, const char *key)
{
	size_t size = xeap_gpsk_key_size(wanted);
	uint8_t mac[XEAP_GPSK_MAC_MAX];

	make_1(suites, n);
	assert_int_equal(feed(), 0);
	assert_false(bed.result.ignore);
	assert_int_equal(bed.result.method_state, XEAP_METHOD_MAY_CONT);
	assert_int_equal(bed.result.decision, XEAP_DECISION_FAIL);
	derive(wanted, key, &bed.keys);
	assert_int_equal(bed.w->c.data[5], 2);
	assert_int_equal(xeap_gpsk_mac(&bed.keys,
				       xeap_span(bed.w->c.data + 6, bed.w->c.len - 6 - size), mac),
			 0);
	assert_memory_equal(bed.w->c.data + bed.w->c.len - size, mac, size);
}

static void log_in(const char *key, const uint16_t *suites, size_t n, enum xeap_gpsk_suite wanted)
{
	uint8_t buf[64];

	begin(key);
	say_1(suites, n, wanted, key);
	assert_int_equal(xeap_method_gpsk.get_key(bed.ctx, XEAP_KEY_MSK, buf, 64), -ENOENT);
	make_3();
	assert_int_equal(feed(), 0);
	assert_false(bed.result.ignore);
	assert_int_equal(bed.result.decision, XEAP_DECISION_UNCOND_SUCC);
	assert_int_equal(bed.w->c.data[5], 4);
	assert_int_equal(xeap_method_gpsk.get_key(bed.ctx, XEAP_KEY_MSK, buf, 64), 64);
	assert_memory_equal(buf, bed.keys.msk, 64);
	assert_int_equal(xeap_method_gpsk.get_key(bed.ctx, XEAP_KEY_EMSK, buf, 64), 64);
	assert_memory_equal(buf, bed.keys.emsk, 64);
	assert_int_equal(xeap_method_gpsk.get_key(bed.ctx, XEAP_KEY_SESSION_ID, buf, 64), 17);
	assert_int_equal(xeap_method_gpsk.get_key(bed.ctx, XEAP_KEY_SESSION_ID, buf, 16), -ENOSPC);
	end();
}

static void it_logs_in_with_the_best_suite(void **state)
{
	(void)state;
	log_in(KEY, both, 2, XEAP_GPSK_SHA256);
	log_in(KEY, both, 1, XEAP_GPSK_AES);
	log_in("abcdefghijklmnop", both, 2, XEAP_GPSK_AES); /* too short for the other one */
}

/* One octet of GPSK-3 is another: nothing of it is believed, and the right one still is. */
static void a_changed_proof_is_dropped(void **state)
{
	(void)state;
	begin(KEY);
	say_1(both, 2, XEAP_GPSK_SHA256, KEY);
	make_3();
	for (size_t at = 5; at < bed.len; at++) {
		bed.request[at] ^= 0x40;
		if (at > 5) /* another OP-Code is another message */
			assert_int_equal(feed(), 0);
		if (at > 5)
			assert_true(bed.result.ignore);
		bed.request[at] ^= 0x40;
	}
	for (size_t cut = 6; cut < bed.len; cut++) {
		size_t whole = bed.len;

		bed.len = cut;
		bed.request[2] = 0;
		bed.request[3] = (uint8_t)cut;
		assert_int_equal(feed(), 0);
		assert_true(bed.result.ignore);
		bed.len = whole;
	}
	make_3();
	assert_int_equal(feed(), 0);
	assert_false(bed.result.ignore);
	end();
}

static void another_key_proves_nothing(void **state)
{
	uint8_t buf[64];

	(void)state;
	begin(KEY);
	say_1(both, 2, XEAP_GPSK_SHA256, KEY);
	derive(XEAP_GPSK_SHA256, "ABCDEFGHIJKLMNOP0123456789abcdef", &bed.keys);
	make_3();
	assert_int_equal(feed(), 0);
	assert_true(bed.result.ignore);
	assert_int_equal(xeap_method_gpsk.get_key(bed.ctx, XEAP_KEY_MSK, buf, 64), -ENOENT);
	end();
}

static void messages_out_of_order_are_dropped(void **state)
{
	(void)state;
	begin(KEY);
	derive(XEAP_GPSK_SHA256, KEY, &bed.keys);
	make_3();
	assert_int_equal(feed(), 0);
	assert_true(bed.result.ignore);
	say_1(both, 2, XEAP_GPSK_SHA256, KEY);
	make_1(both, 2);
	assert_int_equal(feed(), 0);
	assert_true(bed.result.ignore);
	end();
}

static void a_suite_that_nobody_knows_is_refused(void **state)
{
	static const uint16_t unknown[] = { 3, 77 };

	(void)state;
	begin(KEY);
	make_1(unknown, 2);
	assert_int_equal(feed(), -EPROTO);
	assert_non_null(strstr(bed.result.diag.text, "ciphersuite"));
	end();
}

static void load_names_what_is_wrong(void **state)
{
	static const struct {
		const char *password, *says;
	} rows[] = { { NULL, "missing" }, { "\"short\"", "16" } };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct xeap_config *c;
		struct xeap_diag diag = { 0 };
		void *shared = NULL;

		assert_int_equal(xeap_config_new(&c), 0);
		if (rows[i].password)
			assert_int_equal(xeap_config_set(c, "password", rows[i].password, NULL), 0);
		assert_int_equal(xeap_method_gpsk.load(c, false, &shared, &diag), -EINVAL);
		assert_non_null(strstr(diag.text, rows[i].says));
		xeap_config_free(c);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_those_of_a_captured_login),
		cmocka_unit_test(it_logs_in_with_the_best_suite),
		cmocka_unit_test(a_changed_proof_is_dropped),
		cmocka_unit_test(another_key_proves_nothing),
		cmocka_unit_test(messages_out_of_order_are_dropped),
		cmocka_unit_test(a_suite_that_nobody_knows_is_refused),
		cmocka_unit_test(load_names_what_is_wrong),
	};

	return cmocka_run_group_tests_name("gpsk", tests, NULL, NULL);
}
