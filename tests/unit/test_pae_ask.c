/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The Supplicant PAE machine while its engine waits for a person, or for the program. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "test_pae_bed.h"

static int setup(void **state)
{
	bed_setup(state);
	bed_begin((struct bed *)*state);
	return 0;
}

static void ask(struct bed *b, uint8_t id, enum xeap_action action)
{
	b->engine.action = action;
	bed_request(b, id, XEAP_EAP_GTC);
	b->engine.action = XEAP_ACTION_NONE;
}

static void test_the_answer_goes_out(void **state)
{
	static const enum xeap_action questions[] = { XEAP_ACTION_INVOKE_UI, XEAP_ACTION_RESPOND };
	struct bed *b = (struct bed *)*state;

	for (uint8_t i = 0; i < 2; i++) {
		ask(b, (uint8_t)(2 + i), questions[i]);
		assert_int_equal(b->port.sent, 2 + i);
		bed_wait(b, XEAP_S(100));
		bed_resume(b, XEAP_ACTION_SEND);
		assert_int_equal(b->port.sent, 3 + i);
		assert_int_equal(b->port.wire[18 + 1], 2 + i);
		assert_state(b, "AUTHENTICATING");
	}
	assert_int_equal(bed_stats(b).retransmitted, 0);
	bed_finish(b, true);
	assert_state(b, "AUTHENTICATED");
}

/* IEEE 802.1Q: the answer leaves with the tags that the request came with. */
static void test_the_answer_has_the_tags_of_its_request(void **state)
{
	const uint8_t eap[] = { XEAP_EAP_REQUEST, 2, 0, 6, XEAP_EAP_GTC, 0x77 };
	struct bed *b = (struct bed *)*state;
	struct xeap_eapol h = bed_header();

	h.tags = 1;
	h.tag[0] = (struct xeap_eapol_tag){ XEAP_ETHERTYPE_VLAN, 0x0123 };
	b->engine.action = XEAP_ACTION_INVOKE_UI;
	bed_receive(b, &h, eap, sizeof(eap));
	bed_resume(b, XEAP_ACTION_SEND);
	assert_int_equal(b->port.wire[12] << 8 | b->port.wire[13], XEAP_ETHERTYPE_VLAN);
	assert_int_equal(b->port.wire[14] << 8 | b->port.wire[15], 0x0123);
}

static void test_auth_period_runs_again_after_the_answer(void **state)
{
	struct bed *b = (struct bed *)*state;

	ask(b, 2, XEAP_ACTION_INVOKE_UI);
	bed_wait(b, XEAP_S(50));
	bed_resume(b, XEAP_ACTION_SEND);
	bed_wait(b, XEAP_S(30) - 1);
	assert_state(b, "AUTHENTICATING");
	bed_wait(b, 1);
	assert_state(b, "CONNECTING");
	assert_reason(b, SILENT);
}

static void test_nobody_answers(void **state)
{
	struct bed *b = (struct bed *)*state;

	ask(b, 2, XEAP_ACTION_INVOKE_UI);
	bed_wait(b, XEAP_S(120) - 1);
	assert_state(b, "AUTHENTICATING");
	assert_true(b->engine.active);
	bed_wait(b, 1);
	assert_state(b, "HELD");
	assert_reason(b, UNANSWERED);
	assert_false(b->engine.active);
	bed_resume(b, XEAP_ACTION_SEND);
	assert_int_equal(b->port.sent, 2);
	assert_state(b, "HELD");
}

static void test_a_repeated_request_does_not_prolong_the_time(void **state)
{
	struct bed *b = (struct bed *)*state;

	ask(b, 2, XEAP_ACTION_INVOKE_UI);
	for (unsigned int i = 0; i < 11; i++) {
		bed_wait(b, XEAP_S(10));
		bed_request(b, 2, XEAP_EAP_GTC);
		assert_state(b, "AUTHENTICATING");
	}
	b->engine.action = XEAP_ACTION_DISCARD;
	bed_request(b, 99, XEAP_EAP_MD5);
	bed_wait(b, XEAP_S(10));
	assert_state(b, "HELD");
	assert_reason(b, UNANSWERED);
}

/* RFC 3748 §4.1: a new request means that the authenticator does not wait for the old one. */
static void test_the_authenticator_goes_on(void **state)
{
	struct bed *b = (struct bed *)*state;

	ask(b, 2, XEAP_ACTION_INVOKE_UI);
	b->engine.action = XEAP_ACTION_SEND;
	bed_request(b, 3, XEAP_EAP_GTC);
	assert_int_equal(b->port.sent, 3);
	xeap_pae_resume(b->pae, XEAP_ACTION_SEND, b->now);
	assert_int_equal(b->port.sent, 3);
	bed_wait(b, XEAP_S(30));
	assert_state(b, "CONNECTING");
}

static void test_one_question_after_the_other(void **state)
{
	struct bed *b = (struct bed *)*state;

	ask(b, 2, XEAP_ACTION_INVOKE_UI);
	bed_wait(b, XEAP_S(100));
	bed_resume(b, XEAP_ACTION_INVOKE_UI);
	bed_wait(b, XEAP_S(100));
	assert_state(b, "AUTHENTICATING");
	bed_resume(b, XEAP_ACTION_RESPOND);
	bed_resume(b, XEAP_ACTION_SEND);
	assert_int_equal(b->port.sent, 3);
}

static void test_a_cancelled_question_fails(void **state)
{
	struct bed *b = (struct bed *)*state;

	ask(b, 2, XEAP_ACTION_INVOKE_UI);
	b->engine.success = false;
	bed_resume(b, XEAP_ACTION_RESULT);
	assert_state(b, "HELD");
	assert_reason(b, FAILURE);
	assert_int_equal(b->engine.asked, XEAP_REASON_FROM_METHOD);
}

static void test_a_session_lost_meanwhile_begins_again(void **state)
{
	struct bed *b = (struct bed *)*state;

	ask(b, 2, XEAP_ACTION_INVOKE_UI);
	bed_resume(b, XEAP_ACTION_START_AUTHENTICATION);
	assert_int_equal(b->engine.restarts, 2);
	assert_state(b, "AUTHENTICATING");
	bed_wait(b, XEAP_S(30));
	assert_state(b, "CONNECTING");
}

static void test_a_failure_ends_the_wait(void **state)
{
	struct bed *b = (struct bed *)*state;

	ask(b, 2, XEAP_ACTION_INVOKE_UI);
	bed_finish(b, false);
	assert_state(b, "HELD");
	xeap_pae_resume(b->pae, XEAP_ACTION_SEND, b->now);
	assert_int_equal(b->port.sent, 2);
}

static void test_an_answer_that_nobody_waits_for(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_resume(b, XEAP_ACTION_RESULT);
	assert_state(b, "AUTHENTICATING");
	ask(b, 2, XEAP_ACTION_INVOKE_UI);
	xeap_pae_set_link(b->pae, false, b->now);
	xeap_pae_set_link(b->pae, true, b->now);
	bed_resume(b, XEAP_ACTION_RESULT);
	assert_state(b, "CONNECTING");
	b->engine.action = XEAP_ACTION_SEND;
	bed_request(b, 1, XEAP_EAP_IDENTITY);
	bed_resume(b, XEAP_ACTION_RESULT);
	assert_state(b, "AUTHENTICATING");
}

/* While an authorised port is asked again for a person's answer, it stays authorised. */
static void test_asked_again_with_a_question(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_request(b, 2, XEAP_EAP_GTC);
	bed_finish(b, true);
	bed_complete(b);
	bed_request(b, 3, XEAP_EAP_IDENTITY);
	ask(b, 4, XEAP_ACTION_INVOKE_UI);
	bed_wait(b, XEAP_S(100));
	assert_true(xeap_pae_is_authorized(b->pae));
	bed_wait(b, XEAP_S(20));
	assert_state(b, "HELD");
	assert_false(xeap_pae_is_authorized(b->pae));
}

#define ASK_TEST(f) cmocka_unit_test_setup_teardown(f, setup, bed_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ASK_TEST(test_the_answer_goes_out),
		ASK_TEST(test_the_answer_has_the_tags_of_its_request),
		ASK_TEST(test_auth_period_runs_again_after_the_answer),
		ASK_TEST(test_nobody_answers),
		ASK_TEST(test_a_repeated_request_does_not_prolong_the_time),
		ASK_TEST(test_the_authenticator_goes_on),
		ASK_TEST(test_one_question_after_the_other),
		ASK_TEST(test_a_cancelled_question_fails),
		ASK_TEST(test_a_session_lost_meanwhile_begins_again),
		ASK_TEST(test_a_failure_ends_the_wait),
		ASK_TEST(test_an_answer_that_nobody_waits_for),
		ASK_TEST(test_asked_again_with_a_question),
	};

	return cmocka_run_group_tests_name("pae_ask", tests, NULL, NULL);
}
