/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "tests/unit/fast_bed.h"

/* What a server of EAP-FAST may not do, and what the peer says about it. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BINDING 60

static const char *const certified[] = { "phase1=\"fast_provisioning=2\"", NULL };

static void begin(struct fast_bed *b)
{
	fast_bed_prepare(b, certified);
	if (!fast_bed_begin(b))
		fail_msg("%s", b->s.t.result.diag.text);
}

static void spoil_mac(struct fast_bed *b, uint8_t *tlv)
{
	tlv[59] ^= 1;
}

static void spoil_version(struct fast_bed *b, uint8_t *tlv)
{
	tlv[5] = 2;
}

static void spoil_received(struct fast_bed *b, uint8_t *tlv)
{
	tlv[6] = 0;
}

static void spoil_subtype(struct fast_bed *b, uint8_t *tlv)
{
	tlv[7] = 1;
}

static void spoil_nonce(struct fast_bed *b, uint8_t *tlv)
{
	tlv[39] |= 1;
}

/* all of it but the MAC is what is expected, the MAC is of another chain */
static void other_chain(struct fast_bed *b, uint8_t *tlv)
{
	b->s.t.say_len -= BINDING;
	fast_link(&b->s, NULL);
	fast_say_binding(&b->s);
}

static void leave_out(struct fast_bed *b, uint8_t *tlv)
{
	b->s.t.say_len -= BINDING;
}

static void cut(struct fast_bed *b, uint8_t *tlv)
{
	tlv[3] -= 2;
	b->s.t.say_len -= 2;
}

static void longer(struct fast_bed *b, uint8_t *tlv)
{
	tlv[3] += 2;
	b->s.t.say_len += 2;
}

static void twice(struct fast_bed *b, uint8_t *tlv)
{
	fast_say_binding(&b->s);
}

static void two_results(struct fast_bed *b, uint8_t *tlv)
{
	tlv_say_u16(&b->s.t, 3, 1);
}

static void more_to_do(struct fast_bed *b, uint8_t *tlv)
{
	static const uint8_t identity[] = { 1, 9, 0, 5, 1 };

	tlv_say(&b->s.t, 9, identity, sizeof(identity));
}

/* A login that is right but for one thing, with a method that has keys and one that has none. */
static void test_spoilt(void **state)
{
	static const struct {
		void (*spoil)(struct fast_bed *b, uint8_t *tlv);
		const char *why;
	} cases[] = {
		{ spoil_mac, "crypto-binding is wrong" },
		{ other_chain, "crypto-binding is wrong" },
		{ spoil_version, "another version was negotiated" },
		{ spoil_received, "another version was negotiated" },
		{ spoil_subtype, "is no request" },
		{ spoil_nonce, "nonce of a response" },
		{ leave_out, "result without crypto-binding" },
		{ cut, "malformed" },
		{ longer, "malformed" },
		{ twice, "malformed" },
		{ two_results, "malformed" },
		{ more_to_do, "along with more to do" },
	};

	for (size_t i = 0; i < 2 * COUNT(cases); i++) {
		struct fast_bed b;

		begin(&b);
		assert_int_equal(fast_bed_inside(&b, i % 2 ? INSIDER_GTC : INSIDER_MSCHAPV2,
						 "secret"),
				 INSIDER_ACCEPTS);
		fast_bed_link(&b);
		tlv_say_u16(&b.s.t, 10, 1);
		tlv_say_u16(&b.s.t, 3, 1);
		cases[i / 2].spoil(&b, fast_say_binding(&b.s));
		tlv_turn(&b.s.t);
		fast_assert_refused(&b, cases[i / 2].why);
		fast_bed_end(&b);
	}
}

/* A Result alone, an Intermediate-Result alone: nothing was proved. */
static void test_no_binding(void **state)
{
	for (uint16_t type = 3; type <= 10; type += 7) {
		struct fast_bed b;

		begin(&b);
		assert_int_equal(fast_bed_inside(&b, INSIDER_MSCHAPV2, "secret"), INSIDER_ACCEPTS);
		tlv_say_u16(&b.s.t, type, 1);
		tlv_turn(&b.s.t);
		fast_assert_refused(&b, "result without crypto-binding");
		fast_bed_end(&b);
	}
}

/* The first method's whole message once more after the second: its nonce was there. */
static void test_replayed(void **state)
{
	uint8_t message[128];
	size_t len;
	struct fast_bed b;

	begin(&b);
	assert_int_equal(fast_bed_inside(&b, INSIDER_MSCHAPV2, "secret"), INSIDER_ACCEPTS);
	fast_bed_link(&b);
	tlv_say_u16(&b.s.t, 10, 1);
	fast_say_binding(&b.s);
	memcpy(message, b.s.t.say, len = b.s.t.say_len);
	tlv_turn(&b.s.t);
	fast_assert_result(&b, 10, 1);
	assert_int_equal(fast_bed_inside(&b, INSIDER_MSCHAPV2, "secret"), INSIDER_ACCEPTS);
	memcpy(b.s.t.say, message, b.s.t.say_len = len);
	tlv_turn(&b.s.t);
	fast_assert_refused(&b, "repeats an earlier nonce");
	fast_bed_end(&b);
}

/* What the peer sent comes back to it, as it is and dressed up as a request. */
static void test_reflected(void **state)
{
	for (int i = 0; i < 2; i++) {
		uint8_t value[BINDING - 4];
		struct fast_bed b;

		begin(&b);
		fast_bed_method(&b, INSIDER_MSCHAPV2);
		memcpy(value, tlv_find(&b.s.t, 12, NULL), sizeof(value));
		if (i) {
			value[3] = 0;
			value[35] ^= 3;
		}
		assert_int_equal(fast_bed_inside(&b, INSIDER_GTC, "secret"), INSIDER_ACCEPTS);
		tlv_say_u16(&b.s.t, 10, 1);
		tlv_say(&b.s.t, 12, value, sizeof(value));
		tlv_turn(&b.s.t);
		fast_assert_refused(&b, i ? "crypto-binding is wrong" : "is no request");
		fast_bed_end(&b);
	}
}

/* A success that no method inside has led to, its binding right as far as one can be. */
static void test_no_method(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct fast_bed b;

		begin(&b);
		fast_link(&b.s, NULL);
		tlv_say_u16(&b.s.t, i ? 10 : 3, 1);
		fast_say_binding(&b.s);
		tlv_turn(&b.s.t);
		fast_assert_refused(&b, i ? "has not proved it" : "ran no method inside");
		fast_bed_end(&b);
	}
}

/* The server is content before it has proved that it knows the password. */
static void test_unproved(void **state)
{
	for (int i = 0; i < 3; i++) {
		static const char *const why[] = { "has not proved it", "amid a method inside",
						   "is wrong" };
		struct fast_bed b;

		begin(&b);
		b.inside.skips_success = i < 2;
		b.inside.forges_proof = i == 2;
		fast_bed_inside(&b, INSIDER_MSCHAPV2, "secret");
		if (i < 2) {
			fast_bed_link(&b);
			tlv_say_u16(&b.s.t, i ? 3 : 10, 1);
			fast_say_binding(&b.s);
			tlv_turn(&b.s.t);
			fast_assert_refused(&b, why[i]);
		}
		fast_assert_no_keys(&b);
		fast_bed_end(&b);
	}
}

/* RFC 4851 §3.3.2: the result of one method comes before the next. */
static void test_next_method(void **state)
{
	static const uint8_t md5[] = { 1, 99, 0, 7, 4, 1, 0 };
	struct fast_bed b;

	begin(&b);
	assert_int_equal(fast_bed_inside(&b, INSIDER_MSCHAPV2, "secret"), INSIDER_ACCEPTS);
	tlv_say(&b.s.t, 9, (const uint8_t[]){ 1, 98, 0, 9, 6, 'a', 'b', 'c', 'd' }, 9);
	tlv_turn(&b.s.t);
	fast_assert_refused(&b, "without the result of the first");
	tlv_say(&b.s.t, 9, md5, sizeof(md5));
	tlv_turn(&b.s.t);
	fast_assert_says(&b, "goes on inside EAP-FAST after its end");
	fast_bed_end(&b);
}

/* RFC 4851 §4.2.3 and §4.2.4: what is mandatory and unknown is named, and all beside it ignored. */
static void test_nak(void **state)
{
	static const uint8_t types[] = { 1, 6, 8, 13, 18, 99 };

	for (size_t i = 0; i < sizeof(types); i++) {
		static const uint8_t identity[] = { 1, 9, 0, 5, 1 };
		struct fast_bed b;
		const uint8_t *nak;
		size_t len = 0;

		begin(&b);
		tlv_say(&b.s.t, types[i], "abcdef", 6);
		tlv_say(&b.s.t, 9, identity, sizeof(identity));
		tlv_turn(&b.s.t);
		nak = tlv_find(&b.s.t, 4, &len);
		assert_int_equal(len, 6);
		assert_memory_equal(nak, ((uint8_t[]){ 0, 0, 0, 0, 0, types[i] }), 6);
		assert_null(tlv_find(&b.s.t, 9, NULL));
		fast_bed_method(&b, INSIDER_MSCHAPV2); /* and on it goes */
		fast_bed_end(&b);
	}
}

static void test_nak_of_a_vendor(void **state)
{
	struct fast_bed b;
	const uint8_t *nak;
	size_t len = 0;

	begin(&b);
	tlv_say(&b.s.t, 7, "\0\1\2\3xyz", 7);
	tlv_turn(&b.s.t);
	nak = tlv_find(&b.s.t, 4, &len);
	assert_int_equal(len, 6);
	assert_memory_equal(nak, "\0\1\2\3\0\7", 6);
	fast_bed_end(&b);
}

/* What is unknown and not mandatory is nothing. */
static void test_optional(void **state)
{
	static const uint8_t identity[] = { 1, 9, 0, 5, 1 };
	struct fast_bed b;

	begin(&b);
	*tlv_say(&b.s.t, 99, "abcdef", 6) &= 0x7f;
	tlv_say(&b.s.t, 9, identity, sizeof(identity));
	tlv_turn(&b.s.t);
	assert_null(tlv_find(&b.s.t, 4, NULL));
	assert_non_null(tlv_find(&b.s.t, 9, NULL));
	fast_bed_end(&b);
}

/* Lengths that do not fit, and values that do not exist. */
static void test_malformed(void **state)
{
#define BYTES(...)                                                                                 \
	{                                                                                          \
		{ __VA_ARGS__ }, sizeof((uint8_t[]){ __VA_ARGS__ })                                \
	}
	static const struct {
		uint8_t bytes[24];
		size_t len;
	} cases[] = {
		BYTES(0x80),
		BYTES(0x80, 3, 0),
		BYTES(0x80, 3, 0, 2, 0),
		BYTES(0x80, 3, 0xff, 0xff, 0, 1),
		BYTES(0x80, 3, 0, 3, 0, 1, 0),
		BYTES(0x80, 3, 0, 2, 0, 3),
		BYTES(0x80, 10, 0, 1, 0),
		BYTES(0x80, 10, 0, 2, 0, 0),
		BYTES(0x80, 5, 0, 2, 7, 0xd1),
		BYTES(0x80, 9, 0, 3, 1, 9, 0),
		BYTES(0x80, 9, 0, 4, 1, 9, 0, 4, 0x80, 9, 0, 4, 1, 9, 0, 4),
		BYTES(0x80, 4, 0, 5, 0, 0, 0, 0, 0),
		BYTES(0x80, 7, 0, 3, 0, 0, 0),
		BYTES(0x80, 12, 0, 0),
		BYTES(0, 11, 0, 5, 0, 1, 0, 2, 'K'),
		BYTES(0, 11, 0, 8, 0, 9, 0, 4, 0, 4, 0, 5),
		BYTES(0, 11, 0, 0, 0, 11, 0, 0),
		BYTES(0, 11, 0, 4, 0, 1, 0, 0),
		BYTES(0, 11, 0, 7, 0, 10, 0, 3, 0, 1, 0),
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fast_bed b;

		begin(&b);
		memcpy(b.s.t.say, cases[i].bytes, b.s.t.say_len = cases[i].len);
		tlv_turn(&b.s.t);
		fast_assert_refused(&b, "malformed");
		fast_bed_end(&b);
	}
}

/* A packet of EAP inside that is none, and one with a length of its own. */
static void test_malformed_eap(void **state)
{
	static const uint8_t packets[][6] = { { 1, 9, 0, 7, 1 },
					      { 2, 9, 0, 6, 1 },
					      { 1, 9, 0, 0, 1 } };

	for (size_t i = 0; i < COUNT(packets); i++) {
		struct fast_bed b;

		begin(&b);
		tlv_say(&b.s.t, 9, packets[i], sizeof(packets[i]));
		tlv_turn(&b.s.t);
		assert_null(tlv_find(&b.s.t, 9, NULL));
		fast_assert_no_keys(&b);
		fast_bed_end(&b);
	}
}

static void drop_key(struct fast_bed *b, uint8_t *pac, size_t *len)
{
	memmove(pac, pac + 36, *len -= 36);
}

static void short_key(struct fast_bed *b, uint8_t *pac, size_t *len)
{
	pac[3] = 31;
	memmove(pac + 35, pac + 36, *len -= 1);
}

static void drop_opaque(struct fast_bed *b, uint8_t *pac, size_t *len)
{
	size_t opaque = 4 + fast_pac_one.opaque_len;

	*len -= opaque;
	memmove(pac + 36, pac + 36 + opaque, *len - 36);
}

static void other_authority(struct fast_bed *b, uint8_t *pac, size_t *len)
{
	*(uint8_t *)memchr(pac + 36, 'A', *len - 36) = 'B';
}

static void machine_pac(struct fast_bed *b, uint8_t *pac, size_t *len)
{
	pac[*len - 1] = 2;
}

static void nothing(struct fast_bed *b, uint8_t *pac, size_t *len)
{
	*len = 0;
}

/* A PAC that is of no use is not kept, and the server hears so; the login is one all the same. */
static void test_bad_pac(void **state)
{
	static void (*const spoil[])(struct fast_bed * b, uint8_t * pac, size_t * len) = {
		drop_key, short_key, drop_opaque, other_authority, machine_pac, nothing,
	};

	for (size_t i = 0; i < COUNT(spoil); i++) {
		uint8_t pac[1400];
		struct fast_bed b, next;
		size_t len = 0;

		begin(&b);
		fast_bed_method(&b, INSIDER_MSCHAPV2);
		len = fast_pac_value(&b.s, &fast_pac_one, pac);
		spoil[i](&b, pac, &len);
		tlv_say(&b.s.t, 11, pac, len);
		tlv_say_u16(&b.s.t, 3, 1);
		tlv_turn(&b.s.t);
		assert_memory_equal(tlv_find(&b.s.t, 11, &len), "\0\10\0\2\0\2", 6);
		fast_assert_result(&b, 3, 1);
		assert_int_equal(b.s.t.result.decision, XEAP_DECISION_COND_SUCC);
		fast_bed_again(&next, &b);
		assert_true(fast_bed_begin(&next));
		assert_int_equal(next.s.ticket_len, 0);
		fast_bed_end(&next);
		fast_bed_end(&b);
	}
}

static void test_early_pac(void **state)
{
	struct fast_bed b, next;

	begin(&b);
	fast_say_pac(&b.s, &fast_pac_one);
	tlv_turn(&b.s.t);
	fast_assert_refused(&b, "a PAC before the crypto-binding");
	fast_bed_again(&next, &b);
	assert_true(fast_bed_begin(&next));
	assert_int_equal(next.s.ticket_len, 0);
	fast_bed_end(&next);
	fast_bed_end(&b);
}

/* A PAC that comes with a binding that is wrong is not kept either. */
static void test_pac_of_a_stranger(void **state)
{
	struct fast_bed b, next;

	begin(&b);
	assert_int_equal(fast_bed_inside(&b, INSIDER_MSCHAPV2, "secret"), INSIDER_ACCEPTS);
	fast_bed_link(&b);
	fast_say_binding(&b.s)[59] ^= 1;
	tlv_say_u16(&b.s.t, 3, 1);
	fast_say_pac(&b.s, &fast_pac_one);
	tlv_turn(&b.s.t);
	fast_assert_refused(&b, "crypto-binding is wrong");
	fast_bed_again(&next, &b);
	assert_true(fast_bed_begin(&next));
	assert_int_equal(next.s.ticket_len, 0);
	fast_bed_end(&next);
	fast_bed_end(&b);
}

/* A PAC is shown to its own authority only; without one there is nothing to begin with. */
static void test_other_a_id(void **state)
{
	struct fast_bed b, next;

	fast_bed_prepare(&b, certified);
	fast_bed_provision(&b, &fast_pac_one);
	fast_assert_success(&b);
	for (int i = 0; i < 3; i++) {
		fast_bed_again(&next, &b);
		if (i == 0)
			next.s.a_id[15] = 'B';
		else
			next.s.a_id_len = i == 1 ? 15 : 0;
		next.s.pac = &fast_pac_one;
		assert_true(fast_bed_begin(&next));
		assert_int_equal(next.s.ticket_len, 0);
		assert_false(SSL_session_reused(next.s.t.ssl));
		fast_bed_end(&next);
	}
	fast_bed_end(&b);
}

static void test_no_pac(void **state)
{
	static const char *const keys[] = { "pac_file=\"blob://none\"", NULL };
	struct fast_bed b;

	fast_bed_prepare(&b, keys);
	assert_false(fast_bed_begin(&b));
	fast_assert_says(&b, "no PAC of this EAP-FAST server in pac_file");
	fast_assert_no_keys(&b);
	fast_bed_end(&b);
}

static void test_long_a_id(void **state)
{
	for (size_t over = 0; over < 2; over++) {
		struct fast_bed b;

		fast_bed_prepare(&b, certified);
		b.s.a_id_len = 1024 + over;
		memset(b.s.a_id, 'A', b.s.a_id_len);
		assert_int_equal(fast_bed_begin(&b), !over);
		if (over)
			fast_assert_says(&b, "A-ID is too long");
		fast_bed_end(&b);
	}
}

static void test_version_0(void **state)
{
	struct fast_bed b;

	fast_bed_prepare(&b, certified);
	b.s.version_0 = true;
	assert_false(fast_bed_begin(&b));
	fast_assert_says(&b, "EAP-FAST version 0");
	fast_bed_end(&b);
}

/* RFC 4851 §3.1: the binding repeats what the server offered. */
static void test_later_version(void **state)
{
	struct fast_bed b;

	fast_bed_prepare(&b, certified);
	b.s.version = 3;
	assert_true(fast_bed_begin(&b));
	assert_int_equal(fast_bed_inside(&b, INSIDER_GTC, "secret"), INSIDER_ACCEPTS);
	fast_bed_link(&b);
	tlv_say_u16(&b.s.t, 10, 1);
	fast_say_binding(&b.s);
	tlv_turn(&b.s.t);
	assert_int_equal(tlv_find(&b.s.t, 12, NULL)[2], 3);
	fast_bed_end(&b);
}

static void test_wrong_password(void **state)
{
	for (int i = 0; i < 4; i++) {
		const char *right = i % 2 ? "secret" : "other";
		enum insider_kind kind = i / 2 ? INSIDER_GTC : INSIDER_MSCHAPV2;
		struct fast_bed b;

		begin(&b);
		assert_int_equal(fast_bed_inside(&b, kind, right),
				 i % 2 ? INSIDER_ACCEPTS : INSIDER_REFUSES);
		tlv_say_u16(&b.s.t, 10, 2);
		tlv_say_u16(&b.s.t, 3, 2);
		tlv_turn(&b.s.t);
		fast_assert_result(&b, 10, 2);
		fast_assert_result(&b, 3, 2);
		assert_int_equal(b.s.t.result.method_state, XEAP_METHOD_DONE);
		assert_int_equal(b.s.t.result.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
		fast_assert_no_keys(&b);
		fast_bed_end(&b);
	}
}

/* After an intermediate failure another method may follow; it counts, the first does not. */
static void test_second_try(void **state)
{
	struct fast_bed b;

	begin(&b);
	assert_int_equal(fast_bed_inside(&b, INSIDER_GTC, "other"), INSIDER_REFUSES);
	tlv_say_u16(&b.s.t, 10, 2);
	tlv_turn(&b.s.t);
	fast_assert_result(&b, 10, 2);
	fast_bed_method(&b, INSIDER_MSCHAPV2);
	fast_say_pac(&b.s, &fast_pac_one);
	tlv_say_u16(&b.s.t, 3, 1);
	tlv_turn(&b.s.t);
	fast_assert_success(&b);
	fast_bed_end(&b);
}

/* A fatal Error is a failure whatever else is said (RFC 4851 §4.2.5). */
static void test_fatal_error(void **state)
{
	struct fast_bed b;

	begin(&b);
	fast_bed_method(&b, INSIDER_MSCHAPV2);
	tlv_say(&b.s.t, 5, "\0\0\x07\xd1", 4);
	tlv_say_u16(&b.s.t, 3, 1);
	tlv_turn(&b.s.t);
	fast_assert_result(&b, 3, 2);
	fast_assert_no_keys(&b);
	fast_bed_end(&b);
}

/* The server wants no suite that it was offered: its alert is told. */
static void test_alert(void **state)
{
	static const char *const keys[] = { "phase1=\"fast_provisioning=1\"", NULL };
	struct fast_bed b;

	fast_bed_prepare(&b, keys);
	assert_false(fast_bed_begin(&b));
	fast_assert_says(&b, "server sent TLS alert 40 (handshake failure)");
	fast_assert_no_keys(&b);
	fast_bed_end(&b);
}

/* Who knows the ticket, but not the PAC-Key, is not the server. */
static void test_wrong_pac_key(void **state)
{
	struct fast_pac stolen = fast_pac_one;
	struct fast_bed b, next;

	fast_bed_prepare(&b, certified);
	fast_bed_provision(&b, &fast_pac_one);
	fast_bed_again(&next, &b);
	stolen.key[0] ^= 1;
	next.s.pac = &stolen;
	assert_false(fast_bed_begin(&next));
	fast_assert_says(&next, "took the PAC of pac_file but does not know its key");
	fast_assert_no_keys(&next);
	fast_bed_end(&next);
	fast_bed_end(&b);
}

/*
 * A server that does a whole handshake instead of taking the PAC is believed by its certificate,
 * and not at all where there is nothing to check that with.
 */
static void test_refused_pac(void **state)
{
	static const char *const file[] = { "phase1=\"fast_provisioning=2\"",
					    "pac_file=\"@/refused\"", NULL };
	static const char *const without[] = { TLS_NO_CA, "pac_file=\"@/refused\"", NULL };
	struct fast_bed b;
	char path[128];

	fast_bed_prepare(&b, file);
	fast_bed_provision(&b, &fast_pac_one);
	fast_bed_end(&b);
	for (int i = 0; i < 2; i++) {
		fast_bed_prepare(&b, i ? without : file + 1);
		b.s.pac = i ? &fast_pac_one : NULL;
		assert_true(fast_bed_begin(&b));
		assert_true(b.s.ticket_len > 0);
		assert_int_equal(SSL_session_reused(b.s.t.ssl), i);
		fast_bed_end(&b);
	}
	fast_bed_prepare(&b, without);
	assert_false(fast_bed_begin(&b));
	assert_true(b.s.ticket_len > 0);
	fast_assert_says(&b, "certificate");
	fast_assert_no_keys(&b);
	fast_bed_end(&b);
	snprintf(path, sizeof(path), "%s/refused", files.dir);
	assert_int_equal(unlink(path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spoilt),
		cmocka_unit_test(test_no_binding),
		cmocka_unit_test(test_replayed),
		cmocka_unit_test(test_reflected),
		cmocka_unit_test(test_no_method),
		cmocka_unit_test(test_unproved),
		cmocka_unit_test(test_next_method),
		cmocka_unit_test(test_nak),
		cmocka_unit_test(test_nak_of_a_vendor),
		cmocka_unit_test(test_optional),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_malformed_eap),
		cmocka_unit_test(test_bad_pac),
		cmocka_unit_test(test_early_pac),
		cmocka_unit_test(test_pac_of_a_stranger),
		cmocka_unit_test(test_other_a_id),
		cmocka_unit_test(test_no_pac),
		cmocka_unit_test(test_long_a_id),
		cmocka_unit_test(test_version_0),
		cmocka_unit_test(test_later_version),
		cmocka_unit_test(test_wrong_password),
		cmocka_unit_test(test_second_try),
		cmocka_unit_test(test_fatal_error),
		cmocka_unit_test(test_alert),
		cmocka_unit_test(test_wrong_pac_key),
		cmocka_unit_test(test_refused_pac),
	};

	return cmocka_run_group_tests(tests, tls_files_make, tls_files_remove);
}
