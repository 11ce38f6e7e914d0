/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/unit/fast_bed.h"

#define CERTIFIED "phase1=\"fast_provisioning=2\""
#define ANONYMOUS "phase1=\"fast_provisioning=1\""
#define NONE "phase1=\"fast_provisioning=0\""
#define FILE_NAME "pac_file=\"@/pacs\""

static const char *const certified[] = { CERTIFIED, NULL };
static const char *const anonymous[] = { ANONYMOUS, NULL };

static const char *path(const char *name)
{
	static char text[128];

	snprintf(text, sizeof(text), "%s/%s", files.dir, name);
	return text;
}

static void assert_ticket(const struct fast_bed *b, const struct fast_pac *pac)
{
	assert_int_equal(b->s.ticket_len, 4 + pac->opaque_len);
	assert_memory_equal(b->s.ticket, ((uint8_t[]){ 0, 2, 0, (uint8_t)pac->opaque_len }), 4);
	assert_memory_equal(b->s.ticket + 4, pac->opaque, pac->opaque_len);
}

/* The peer acknowledged a PAC: kept (1), or not (2). */
static void assert_acknowledged(const struct fast_bed *b, uint8_t value)
{
	const uint8_t want[] = { 0, 8, 0, 2, 0, value };
	size_t len = 0;
	const uint8_t *v = tlv_find(&b->s.t, 11, &len);

	assert_non_null(v);
	assert_int_equal(len, sizeof(want));
	assert_memory_equal(v, want, sizeof(want));
}

/* As hostapd does it: the final result, a wish for a PAC, the PAC, and the next login with it. */
static void test_certificate(void **state)
{
	static const uint8_t wish[] = { 0, 10, 0, 2, 0, 1 };
	struct fast_bed b, next;
	size_t len = 0;

	fast_bed_prepare(&b, certified);
	assert_true(fast_bed_begin(&b));
	assert_int_equal(b.s.ticket_len, 0);
	assert_int_equal(fast_bed_inside(&b, INSIDER_MSCHAPV2, "secret"), INSIDER_ACCEPTS);
	fast_bed_link(&b);
	fast_say_binding(&b.s);
	tlv_say_u16(&b.s.t, 3, 1);
	tlv_turn(&b.s.t);
	assert_true(fast_binding_is_right(&b.s));
	fast_assert_result(&b, 3, 1);
	fast_assert_result(&b, 19, 1);
	assert_memory_equal(tlv_find(&b.s.t, 11, &len), wish, sizeof(wish));
	assert_int_equal(b.s.t.result.decision, XEAP_DECISION_COND_SUCC);
	fast_say_pac(&b.s, &fast_pac_one);
	tlv_say_u16(&b.s.t, 3, 1);
	tlv_turn(&b.s.t);
	assert_acknowledged(&b, 1);
	fast_assert_success(&b);

	fast_bed_again(&next, &b);
	next.s.pac = &fast_pac_one;
	fast_bed_login(&next);
	assert_ticket(&next, &fast_pac_one);
	assert_null(tlv_find(&next.s.t, 19, NULL));
	fast_bed_end(&next);
	fast_bed_end(&b);
}

/* A server with nothing to give ends it: what was said is a success. */
static void test_no_pac_given(void **state)
{
	struct fast_bed b;

	fast_bed_prepare(&b, certified);
	assert_true(fast_bed_begin(&b));
	fast_bed_method(&b, INSIDER_GTC);
	tlv_say_u16(&b.s.t, 3, 1);
	tlv_turn(&b.s.t);
	assert_int_equal(b.s.t.result.decision, XEAP_DECISION_COND_SUCC);
	fast_assert_result(&b, 3, 1);
	fast_bed_end(&b);
}

/* RFC 4851 §5.1: how long the key block is depends on the suite, and for AEAD on who reads it. */
static void test_suites(void **state)
{
	static const char *const suites[] = { "ECDHE-ECDSA-AES128-GCM-SHA256",
					      "ECDHE-ECDSA-AES256-GCM-SHA384",
					      "ECDHE-ECDSA-CHACHA20-POLY1305",
					      "ECDHE-ECDSA-AES256-SHA" };

	for (size_t i = 0; i < 8; i++) {
		struct fast_bed b;

		fast_bed_prepare(&b, certified);
		b.s.suite = suites[i / 2];
		b.s.whole_nonce = i % 2;
		fast_bed_provision(&b, &fast_pac_one);
		fast_assert_success(&b);
		fast_bed_end(&b);
	}
}

/* GTC has no keys: its link is of zeros (RFC 4851 §5.2). */
static void test_gtc(void **state)
{
	static const char *const keys[] = { CERTIFIED, "phase2=\"auth=GTC\"", NULL };
	struct fast_bed b;

	fast_bed_prepare(&b, keys);
	assert_true(fast_bed_begin(&b));
	fast_bed_method(&b, INSIDER_GTC);
	fast_say_pac(&b.s, &fast_pac_one);
	tlv_say_u16(&b.s.t, 3, 1);
	tlv_turn(&b.s.t);
	fast_assert_success(&b);
	fast_bed_end(&b);
}

/* The configured password is good for one question; a person answers the next. */
static void test_gtc_asked(void **state)
{
	static const char *const keys[] = { CERTIFIED, "phase2=\"auth=GTC\"", NULL };
	struct xeap_prompt prompt;
	struct fast_bed b;

	fast_bed_prepare(&b, keys);
	b.interactive = true;
	b.inside.asks_twice = true;
	assert_true(fast_bed_begin(&b));
	assert_int_equal(fast_bed_inside(&b, INSIDER_GTC, "secret"), INSIDER_GOES_ON);
	assert_int_equal(b.s.t.result.need, XEAP_NEED_UI);
	assert_int_equal(xeap_method_fast.get_prompt(b.s.t.peer, &prompt), 0);
	assert_string_equal(prompt.text, "Once more");
	prompt.fields[0].value = xeap_span("typed", 5);
	memset(&b.s.t.result, 0, sizeof(b.s.t.result));
	assert_int_equal(xeap_method_fast.answer(b.s.t.peer, &prompt,
						 fake_writer_begin(&b.s.t.writer), &b.s.t.result),
			 0);
	tlv_hear(&b.s.t, &b.s.t.writer.w);
	assert_memory_equal(tlv_find(&b.s.t, 9, NULL) + 5, "typed", 5);
	fast_bed_end(&b);
}

/* Two methods, one after the other: a link each (RFC 4851 §5.2). */
static void test_sequence(void **state)
{
	struct fast_bed b;

	fast_bed_prepare(&b, certified);
	assert_true(fast_bed_begin(&b));
	fast_bed_method(&b, INSIDER_GTC);
	fast_bed_method(&b, INSIDER_MSCHAPV2);
	fast_say_pac(&b.s, &fast_pac_one);
	tlv_say_u16(&b.s.t, 3, 1);
	tlv_turn(&b.s.t);
	fast_assert_success(&b);
	fast_bed_end(&b);
}

/* RFC 5422 §3.2.3: an anonymous tunnel leads to a PAC and to nothing else. */
static void test_anonymous(void **state)
{
	struct fast_bed b, next;

	fast_bed_prepare(&b, anonymous);
	b.s.anonymous = true;
	fast_bed_provision(&b, &fast_pac_one);
	assert_acknowledged(&b, 1);
	fast_assert_result(&b, 3, 1);
	fast_assert_says(&b, "gave a PAC: the next login is with it");
	fast_assert_no_keys(&b);

	fast_bed_again(&next, &b);
	next.s.pac = &fast_pac_one;
	fast_bed_login(&next);
	fast_bed_end(&next);
	fast_bed_end(&b);
}

static void test_anonymous_without_pac(void **state)
{
	struct fast_bed b;

	fast_bed_prepare(&b, anonymous);
	b.s.anonymous = true;
	assert_true(fast_bed_begin(&b));
	fast_bed_method(&b, INSIDER_MSCHAPV2);
	tlv_say_u16(&b.s.t, 3, 1);
	tlv_turn(&b.s.t);
	fast_assert_says(&b, "gave no PAC in an anonymous tunnel");
	fast_assert_no_keys(&b);
	fast_bed_end(&b);
}

/* A password in plain text is for nobody in an anonymous tunnel. */
static void test_anonymous_gtc(void **state)
{
	struct fast_bed b;

	fast_bed_prepare(&b, anonymous);
	b.s.anonymous = true;
	assert_true(fast_bed_begin(&b));
	assert_int_equal(fast_bed_inside(&b, INSIDER_GTC, "secret"), INSIDER_GOES_ON);
	fast_assert_says(&b, "another method than MSCHAPV2 in an anonymous tunnel");
	fast_assert_no_keys(&b);
	assert_int_equal(b.s.t.heard_len, 0);
	fast_bed_end(&b);
}

/* The challenges are the tunnel's: one that the server makes up is not answered with a proof. */
static void test_anonymous_challenges(void **state)
{
	struct fast_bed b;

	fast_bed_prepare(&b, anonymous);
	b.s.anonymous = true;
	assert_true(fast_bed_begin(&b));
	b.s.challenges[0] ^= 1;
	assert_int_equal(fast_bed_inside(&b, INSIDER_MSCHAPV2, "secret"), INSIDER_REFUSES);
	fast_bed_end(&b);
}

/* Only who asked for it accepts a server that nobody knows. */
static void test_anonymous_unwanted(void **state)
{
	struct fast_bed b;

	fast_bed_prepare(&b, certified);
	b.s.anonymous = true;
	assert_false(fast_bed_begin(&b));
	fast_bed_end(&b);
}

/* With fast_provisioning=3 it is the server's choice. */
static void test_either(void **state)
{
	static const char *const keys[] = { "phase1=\"fast_provisioning=3\"", NULL };

	for (int i = 0; i < 2; i++) {
		struct fast_bed b;

		fast_bed_prepare(&b, keys);
		b.s.anonymous = i;
		fast_bed_provision(&b, &fast_pac_one);
		assert_acknowledged(&b, 1);
		if (i)
			fast_assert_no_keys(&b);
		else
			fast_assert_success(&b);
		fast_bed_end(&b);
	}
}

/* RFC 5422 §3.4: a server may give another one to who came with a PAC. */
static void test_refresh(void **state)
{
	struct fast_bed b, next, last;

	fast_bed_prepare(&b, certified);
	fast_bed_provision(&b, &fast_pac_one);
	fast_assert_success(&b);

	fast_bed_again(&next, &b);
	next.s.pac = &fast_pac_one;
	fast_bed_provision(&next, &fast_pac_two);
	assert_true(SSL_session_reused(next.s.t.ssl));
	assert_acknowledged(&next, 1);
	fast_assert_success(&next);

	fast_bed_again(&last, &b);
	last.s.pac = &fast_pac_two;
	fast_bed_login(&last);
	assert_ticket(&last, &fast_pac_two);
	fast_bed_end(&last);
	fast_bed_end(&next);
	fast_bed_end(&b);
}

/* The PAC is the proof of both: a server may leave it at that, with one link of zeros. */
static void test_pac_alone(void **state)
{
	struct fast_bed b, next;

	fast_bed_prepare(&b, certified);
	fast_bed_provision(&b, &fast_pac_one);
	fast_bed_again(&next, &b);
	next.s.pac = &fast_pac_one;
	assert_true(fast_bed_begin(&next));
	fast_link(&next.s, NULL);
	fast_say_binding(&next.s);
	tlv_say_u16(&next.s.t, 3, 1);
	tlv_turn(&next.s.t);
	assert_true(fast_binding_is_right(&next.s));
	fast_assert_success(&next);
	fast_bed_end(&next);
	fast_bed_end(&b);
}

/* A server that forgot the PAC does a whole handshake, and gives another one (RFC 4851 §3.2.2). */
static void test_forgotten(void **state)
{
	struct fast_bed b, next;

	fast_bed_prepare(&b, certified);
	fast_bed_provision(&b, &fast_pac_one);
	fast_bed_again(&next, &b);
	fast_bed_provision(&next, &fast_pac_two);
	assert_ticket(&next, &fast_pac_one);
	assert_false(SSL_session_reused(next.s.t.ssl));
	assert_acknowledged(&next, 1);
	fast_assert_success(&next);
	fast_bed_end(&next);
	fast_bed_end(&b);
}

/* RFC 5422 §4.2.2: the lifetime is for the peer's information; the server decides. */
static void test_lifetime(void **state)
{
	uint8_t value[1400];
	size_t len;
	struct fast_bed b, next;

	fast_bed_prepare(&b, certified);
	assert_true(fast_bed_begin(&b));
	fast_bed_method(&b, INSIDER_MSCHAPV2);
	len = fast_pac_value(&b.s, &fast_pac_one, value);
	/* Key, Opaque, PAC-Info's header, and the lifetime is its first */
	memcpy(value + 36 + 4 + fast_pac_one.opaque_len + 4 + 4, "\0\0\0\1", 4);
	tlv_say(&b.s.t, 11, value, len);
	tlv_say_u16(&b.s.t, 3, 1);
	tlv_turn(&b.s.t);
	assert_acknowledged(&b, 1);
	fast_bed_again(&next, &b);
	next.s.pac = &fast_pac_one;
	fast_bed_login(&next);
	fast_bed_end(&next);
	fast_bed_end(&b);
}

/* The file outlives the network block; only its owner reads it. */
static void test_file(void **state)
{
	static const char *const keys[] = { CERTIFIED, FILE_NAME, NULL };
	static const char *const later[] = { NONE, FILE_NAME, NULL };
	struct fast_bed b;
	struct stat st;

	fast_bed_prepare(&b, keys);
	fast_bed_provision(&b, &fast_pac_one);
	fast_bed_end(&b);
	assert_int_equal(stat(path("pacs"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);

	fast_bed_prepare(&b, later);
	b.s.pac = &fast_pac_one;
	fast_bed_login(&b);
	fast_bed_end(&b);
	assert_int_equal(unlink(path("pacs")), 0);
}

struct saver {
	unsigned int calls;
	bool was_there; /* before it was called */
};

static void save(void *ctx, void (*run)(void *arg), void *arg)
{
	struct saver *s = ctx;
	struct stat st;

	s->was_there = stat(path("pacs"), &st) == 0 && st.st_size;
	s->calls++;
	run(arg);
	assert_int_equal(stat(path("pacs"), &st), 0);
	assert_true(st.st_size > 0);
}

/* The file is written by whom the session names, once, and only if there is something new. */
static void test_saver(void **state)
{
	static const char *const keys[] = { CERTIFIED, FILE_NAME, NULL };
	struct saver saver = { 0 };
	struct fast_bed b, next;

	fast_bed_prepare(&b, keys);
	b.save = save;
	b.save_ctx = &saver;
	fast_bed_provision(&b, &fast_pac_one);
	fast_bed_again(&next, &b);
	next.s.pac = &fast_pac_one;
	next.save = save;
	next.save_ctx = &saver;
	fast_bed_login(&next);
	fast_bed_end(&next);
	assert_int_equal(saver.calls, 0);
	fast_bed_end(&b);
	assert_int_equal(saver.calls, 1);
	assert_false(saver.was_there);
	assert_int_equal(unlink(path("pacs")), 0);
}

static void test_broken_file(void **state)
{
	static const char *const keys[] = { CERTIFIED, FILE_NAME, NULL };
	FILE *f = fopen(path("pacs"), "w");

	fputs("wpa_supplicant EAP-FAST PAC file - version 1\nSTART\nPAC-Key=00\n", f);
	fclose(f);
	fast_assert_load_says(keys, "line 3 is not what wpa_supplicant writes");
	assert_int_equal(unlink(path("pacs")), 0);
}

static void test_words(void **state)
{
	fast_assert_load_says((const char *const[]){ "identity=\"user\"", NULL },
			      "EAP-FAST needs a PAC");
	fast_assert_load_says((const char *const[]){ "phase1=\"fast_provisioning=4\"", NULL },
			      "from 0 to 3");
	fast_assert_load_says((const char *const[]){ "phase1=\"fast_provisioning=2 "
						     "fast_max_pac_list_len=0\"",
						     NULL },
			      "fast_max_pac_list_len is from 1 to 9999");
	fast_assert_load_says((const char *const[]){ "phase1=\"fast_provisioning=2 "
						     "fast_pac_format=binary\"",
						     NULL },
			      "fast_pac_format is text here");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certificate),
		cmocka_unit_test(test_no_pac_given),
		cmocka_unit_test(test_suites),
		cmocka_unit_test(test_gtc),
		cmocka_unit_test(test_gtc_asked),
		cmocka_unit_test(test_sequence),
		cmocka_unit_test(test_anonymous),
		cmocka_unit_test(test_anonymous_without_pac),
		cmocka_unit_test(test_anonymous_gtc),
		cmocka_unit_test(test_anonymous_challenges),
		cmocka_unit_test(test_anonymous_unwanted),
		cmocka_unit_test(test_either),
		cmocka_unit_test(test_refresh),
		cmocka_unit_test(test_pac_alone),
		cmocka_unit_test(test_forgotten),
		cmocka_unit_test(test_lifetime),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_saver),
		cmocka_unit_test(test_broken_file),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, tls_files_make, tls_files_remove);
}
