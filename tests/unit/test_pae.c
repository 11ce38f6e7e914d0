/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The Supplicant PAE machine: IEEE 802.1X-2004 figure 8-17, its timers, its engine. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "pae/pae.h"
#include "test_pae_bed.h"

#define assert_authorized(b) assert_true(xeap_pae_is_authorized((b)->pae))
#define assert_unauthorized(b) assert_false(xeap_pae_is_authorized((b)->pae))

static void assert_steps(const struct bed *b, unsigned int n, ...)
{
	va_list list;

	assert_int_equal(b->port.steps, n);
	va_start(list, n);
	for (unsigned int i = 0; i < n; i++)
		assert_string_equal(xeap_pae_state_name(b->port.step[i]),
				    va_arg(list, const char *));
	va_end(list);
}

/* ---- CONNECTING and HELD ---- */

static void test_a_new_machine_waits_for_the_link(void **state)
{
	struct bed *b = (struct bed *)*state;

	assert_state(b, "DISCONNECTED");
	assert_reason(b, LINK_DOWN);
	assert_unauthorized(b);
	assert_true(xeap_pae_deadline(b->pae) == XEAP_NEVER);
	bed_request(b, 1, XEAP_EAP_IDENTITY);
	bed_wait(b, XEAP_S(100));
	assert_int_equal(b->port.sent, 0);
	assert_state(b, "DISCONNECTED");
}

static void test_start_is_sent_at_link_up_and_max_start_times(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_connect(b);
	assert_state(b, "CONNECTING");
	assert_reason(b, NONE);
	assert_int_equal(b->port.sent, 1);
	bed_wait(b, XEAP_S(30) - 1);
	assert_int_equal(b->port.sent, 1);
	bed_wait(b, 1);
	assert_int_equal(b->port.sent, 2);
	bed_wait(b, XEAP_S(60) - 1);
	assert_int_equal(b->port.sent, 3);
	assert_state(b, "CONNECTING");
	bed_wait(b, 1);
	assert_state(b, "HELD");
	assert_reason(b, NO_ANSWER);
	assert_int_equal(bed_stats(b).eapol_start_frames_tx, 3);
	assert_int_equal(bed_stats(b).retransmitted, 2);
}

static void test_after_held_period_it_asks_again(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_connect(b);
	bed_wait(b, XEAP_S(90));
	assert_state(b, "HELD");
	bed_wait(b, XEAP_S(60) - 1);
	assert_int_equal(b->port.sent, 3);
	bed_wait(b, 1);
	assert_state(b, "CONNECTING");
	assert_int_equal(b->port.sent, 4);
	assert_reason(b, NO_ANSWER);
}

static void test_a_late_tick_makes_no_burst_of_starts(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_connect(b);
	b->now += XEAP_S(3600);
	xeap_pae_tick(b->pae, b->now);
	xeap_pae_tick(b->pae, b->now);
	assert_int_equal(b->port.sent, 2);
	assert_true(xeap_pae_deadline(b->pae) == b->now + XEAP_S(30));
}

static void test_an_early_tick_does_nothing(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_connect(b);
	xeap_pae_tick(b->pae, b->now + XEAP_S(29));
	assert_int_equal(b->port.sent, 1);
}

static void test_without_send_start_it_listens(void **state)
{
	struct bed b;
	struct xeap_pae_config config;

	xeap_pae_config_defaults(&config);
	config.send_start = false;
	bed_new(&b, &config);
	bed_connect(&b);
	bed_wait(&b, XEAP_S(89));
	assert_int_equal(b.port.sent, 0);
	assert_state(&b, "CONNECTING");
	bed_wait(&b, XEAP_S(1));
	assert_reason(&b, NO_ANSWER);
	bed_request(&b, 1, XEAP_EAP_IDENTITY);
	assert_state(&b, "AUTHENTICATING");
	bed_free(&b);
}

static void test_a_start_that_found_no_room_is_tried_again_soon(void **state)
{
	struct bed *b = (struct bed *)*state;

	b->port.transmit_err = -ENOBUFS;
	bed_connect(b);
	assert_int_equal(bed_stats(b).transmit_failed, 1);
	assert_true(xeap_pae_deadline(b->pae) == b->now + XEAP_MS(100));
	b->port.transmit_err = 0;
	bed_wait(b, XEAP_MS(100));
	assert_int_equal(b->port.sent, 1);
	assert_int_equal(bed_stats(b).retransmitted, 0);
	/* startPeriod counts from link up, as if the first had gone */
	assert_true(xeap_pae_deadline(b->pae) == b->now + XEAP_S(30) - XEAP_MS(100));
}

static void test_a_port_that_never_sends_still_ends_in_held(void **state)
{
	struct bed *b = (struct bed *)*state;

	b->port.dry = true;
	bed_connect(b);
	bed_wait(b, XEAP_S(90));
	assert_state(b, "HELD");
	assert_int_equal(bed_stats(b).eapol_frames_tx, 0);
	assert_int_equal(bed_stats(b).transmit_failed, 900);
}

static void test_a_request_ends_held(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_begin(b);
	bed_finish(b, false);
	assert_state(b, "HELD");
	bed_request(b, 9, XEAP_EAP_IDENTITY);
	assert_state(b, "AUTHENTICATING");
}

static void test_failure_before_a_conversation_is_a_refusal(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_connect(b);
	bed_say(b, XEAP_EAP_FAILURE, 1);
	assert_state(b, "HELD");
	assert_reason(b, REFUSED);
	assert_int_equal(b->engine.fed, 0);
}

static void test_success_before_a_conversation_is_ignored(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_connect(b);
	bed_say(b, XEAP_EAP_SUCCESS, 1);
	assert_state(b, "CONNECTING");
	assert_unauthorized(b);
}

/* ---- AUTHENTICATING ---- */

static void test_login(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_begin(b);
	assert_steps(b, 3, "CONNECTING", "RESTART", "AUTHENTICATING");
	assert_int_equal(b->engine.restarts, 1);
	assert_int_equal(b->engine.fed, 1);
	assert_unauthorized(b);
	bed_request(b, 2, XEAP_EAP_MD5);
	bed_finish(b, true);
	assert_state(b, "AUTHENTICATED");
	assert_authorized(b);
	assert_reason(b, NONE);
	assert_int_equal(b->engine.asked, XEAP_REASON_FROM_METHOD);
	assert_int_equal(b->engine.ends, 1);
	assert_true(xeap_pae_deadline(b->pae) == XEAP_NEVER);
	assert_int_equal(bed_stats(b).eapol_resp_id_frames_tx, 1);
	assert_int_equal(bed_stats(b).eapol_resp_frames_tx, 1);
	assert_int_equal(bed_stats(b).eapol_req_id_frames_rx, 1);
	assert_int_equal(bed_stats(b).eapol_req_frames_rx, 1);
	assert_int_equal(bed_stats(b).eapol_frames_tx, 3);
	assert_int_equal(bed_stats(b).eapol_frames_rx, 3);
}

static void test_a_failed_login_is_held(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_begin(b);
	bed_finish(b, false);
	assert_state(b, "HELD");
	assert_reason(b, FAILURE);
	assert_unauthorized(b);
	assert_int_equal(b->engine.ends, 1);
	bed_wait(b, XEAP_S(60));
	assert_state(b, "CONNECTING");
	assert_reason(b, FAILURE);
}

static void test_a_verdict_that_cannot_be_had_is_a_failure(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_begin(b);
	b->engine.result_err = -EINVAL;
	bed_finish(b, true);
	assert_state(b, "HELD");
	assert_unauthorized(b);
}

static void test_an_authenticator_may_skip_identity(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_connect(b);
	bed_request(b, 7, XEAP_EAP_MD5);
	assert_state(b, "AUTHENTICATING");
	assert_int_equal(b->engine.fed, 1);
	assert_int_equal(b->engine.fed_packet[1], 7);
	assert_int_equal(b->port.sent, 2);
}

static void test_each_request_starts_auth_while_anew(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_begin(b);
	bed_wait(b, XEAP_S(30) - 1);
	bed_request(b, 2, XEAP_EAP_MD5);
	bed_wait(b, XEAP_S(30) - 1);
	assert_state(b, "AUTHENTICATING");
	bed_wait(b, 1);
	assert_state(b, "CONNECTING");
	assert_reason(b, SILENT);
	assert_int_equal(b->engine.asked, XEAP_REASON_TIMEOUT);
	assert_int_equal(b->engine.ends, 1);
	assert_int_equal(bed_stats(b).eapol_start_frames_tx, 2);
}

static void test_discarded_requests_do_not_keep_a_conversation_alive(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_begin(b);
	b->engine.action = XEAP_ACTION_DISCARD;
	for (uint8_t i = 0; i < 3; i++) {
		bed_wait(b, XEAP_S(9));
		bed_request(b, (uint8_t)(100 + i), XEAP_EAP_MD5);
	}
	assert_state(b, "AUTHENTICATING");
	bed_wait(b, XEAP_S(3));
	assert_state(b, "CONNECTING");
}

static void test_a_lost_success_does_not_matter_to_a_firm_method(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_begin(b);
	b->engine.success_at_timeout = true;
	bed_wait(b, XEAP_S(30));
	assert_state(b, "AUTHENTICATED");
	assert_authorized(b);
	assert_int_equal(bed_stats(b).eapol_start_frames_tx, 1);
}

static void test_what_the_engine_discards_changes_nothing(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_begin(b);
	bed_forget_steps(b);
	b->engine.action = XEAP_ACTION_DISCARD;
	bed_say(b, XEAP_EAP_FAILURE, 77);
	bed_say(b, XEAP_EAP_SUCCESS, 77);
	assert_int_equal(b->engine.fed, 3);
	assert_steps(b, 0);
}

static void test_a_packet_without_memory_is_dropped_and_taken_again(void **state)
{
	static const int errors[] = { -ENOMEM, -ENOBUFS, -EBADMSG };
	struct bed *b = (struct bed *)*state;

	bed_begin(b);
	b->engine.action = XEAP_ACTION_NONE;
	for (unsigned int i = 0; i < 3; i++) {
		b->engine.process_err = errors[i];
		bed_request(b, 2, XEAP_EAP_MD5);
		assert_state(b, "AUTHENTICATING");
		assert_int_equal(b->port.sent, 2);
	}
	b->engine.process_err = 0;
	b->engine.action = XEAP_ACTION_SEND;
	bed_request(b, 2, XEAP_EAP_MD5);
	assert_int_equal(b->port.sent, 3);
	assert_int_equal(bed_stats(b).retransmitted, 0);
}

static void test_an_engine_that_fails_without_a_word_is_held_at_once(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_begin(b);
	b->engine.action = XEAP_ACTION_NONE;
	b->engine.process_err = -EPROTO;
	bed_request(b, 2, XEAP_EAP_MD5);
	assert_state(b, "HELD");
	assert_reason(b, FAILURE);
	assert_int_equal(b->engine.verdicts, 0);
	assert_int_equal(b->port.sent, 2);
	/* the authenticator, who got no answer, repeats what the conversation failed on */
	b->engine.process_err = 0;
	b->engine.action = XEAP_ACTION_DISCARD;
	bed_request(b, 2, XEAP_EAP_MD5);
	assert_state(b, "HELD");
	bed_request(b, 2, XEAP_EAP_IDENTITY);
	assert_state(b, "AUTHENTICATING");
}

static void test_an_alert_is_sent_and_the_failure_waited_for(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_begin(b);
	b->engine.process_err = -EPROTO;
	bed_request(b, 2, XEAP_EAP_TLS);
	assert_state(b, "AUTHENTICATING");
	assert_int_equal(b->port.sent, 3);
	b->engine.process_err = 0;
	bed_finish(b, false);
	assert_state(b, "HELD");
}

static void test_an_engine_that_lost_the_conversation_begins_again_once(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_begin(b);
	b->engine.action = XEAP_ACTION_START_AUTHENTICATION;
	bed_request(b, 2, XEAP_EAP_MD5);
	assert_int_equal(b->engine.restarts, 2);
	assert_int_equal(b->engine.fed, 3);
	assert_int_equal(b->engine.fed_packet[1], 2);
	assert_state(b, "AUTHENTICATING");
}

/* ---- RESTART ---- */

static void test_an_engine_without_memory_is_asked_again(void **state)
{
	struct bed *b = (struct bed *)*state;

	b->engine.restart_err = -ENOMEM;
	bed_begin(b);
	assert_state(b, "RESTART");
	assert_true(xeap_pae_deadline(b->pae) == b->now + XEAP_MS(100));
	bed_wait(b, XEAP_MS(100));
	assert_int_equal(b->engine.restarts, 2);
	b->engine.restart_err = 0;
	bed_wait(b, XEAP_MS(100));
	assert_state(b, "AUTHENTICATING");
	assert_int_equal(b->engine.fed, 0);
	bed_request(b, 1, XEAP_EAP_IDENTITY);
	assert_int_equal(b->engine.fed, 1);
}

static void test_a_repeated_request_is_fed_when_the_engine_is_ready(void **state)
{
	struct bed *b = (struct bed *)*state;

	b->engine.restart_err = -ENOMEM;
	bed_begin(b);
	b->engine.restart_err = 0;
	bed_request(b, 1, XEAP_EAP_IDENTITY);
	assert_state(b, "AUTHENTICATING");
	assert_int_equal(b->engine.fed, 1);
}

static void test_an_engine_that_never_begins_is_given_up(void **state)
{
	struct bed *b = (struct bed *)*state;

	b->engine.restart_err = -ENOMEM;
	bed_begin(b);
	bed_wait(b, XEAP_S(30));
	assert_state(b, "CONNECTING");
	assert_reason(b, NO_ENGINE);
	assert_int_equal(b->engine.verdicts, 0);
}

static void test_an_authorised_port_survives_an_engine_without_memory(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_login(b);
	b->engine.restart_err = -ENOMEM;
	bed_request(b, 50, XEAP_EAP_IDENTITY);
	assert_state(b, "RESTART");
	assert_authorized(b);
	bed_wait(b, XEAP_S(30));
	assert_state(b, "AUTHENTICATED");
	assert_authorized(b);
}

/* ---- asked again ---- */

static void test_the_port_stays_authorised_while_it_is_asked_again(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_login(b);
	bed_forget_steps(b);
	bed_request(b, 50, XEAP_EAP_IDENTITY);
	assert_steps(b, 2, "RESTART", "AUTHENTICATING");
	assert_authorized(b);
	bed_request(b, 51, XEAP_EAP_MD5);
	assert_authorized(b);
	bed_finish(b, true);
	assert_state(b, "AUTHENTICATED");
	assert_authorized(b);
	assert_int_equal(b->engine.ends, 2);
}

static void test_asked_again_and_failed_is_unauthorised(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_login(b);
	bed_request(b, 50, XEAP_EAP_IDENTITY);
	bed_finish(b, false);
	assert_state(b, "HELD");
	assert_reason(b, FAILURE);
	assert_unauthorized(b);
}

static void test_an_identity_poll_passes_in_silence(void **state)
{
	struct bed *b = (struct bed *)*state;
	unsigned int sent;

	bed_login(b);
	bed_request(b, 50, XEAP_EAP_IDENTITY);
	sent = b->port.sent;
	bed_wait(b, XEAP_S(30));
	assert_state(b, "AUTHENTICATED");
	assert_authorized(b);
	assert_int_equal(b->port.sent, sent);
	assert_true(xeap_pae_deadline(b->pae) == XEAP_NEVER);
	assert_int_equal(b->engine.frame != NULL, 0);
}

static void test_fast_polls_are_conversations_of_their_own(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_login(b);
	for (uint8_t i = 0; i < 5; i++) {
		bed_request(b, (uint8_t)(50 + i), XEAP_EAP_IDENTITY);
		bed_wait(b, XEAP_S(10));
		assert_authorized(b);
	}
	assert_int_equal(b->engine.restarts, 6);
	bed_request(b, 54, XEAP_EAP_IDENTITY);
	assert_int_equal(b->engine.restarts, 6);
}

static void test_polls_in_quick_succession_share_conversations(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_login(b);
	for (unsigned int i = 0; i < 2 * (1 + XEAP_PAE_POLLS); i++) {
		bed_request(b, (uint8_t)i, XEAP_EAP_IDENTITY);
		assert_authorized(b);
	}
	assert_int_equal(b->engine.restarts, 1 + 2);
	bed_request(b, 250, XEAP_EAP_IDENTITY);
	assert_int_equal(b->engine.restarts, 1 + 3);
	bed_wait(b, XEAP_PAE_POLL_SPELL - 1);
	bed_request(b, 251, XEAP_EAP_IDENTITY);
	assert_int_equal(b->engine.restarts, 1 + 3);
	bed_wait(b, 1);
	bed_request(b, 252, XEAP_EAP_IDENTITY);
	assert_int_equal(b->engine.restarts, 1 + 4);
}

static void test_identity_within_a_conversation_is_the_engines_business(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_begin(b);
	bed_request(b, 2, XEAP_EAP_IDENTITY);
	assert_int_equal(b->engine.restarts, 1);
	bed_finish(b, true);
	bed_complete(b);
	bed_request(b, 50, XEAP_EAP_IDENTITY);
	bed_request(b, 51, XEAP_EAP_MD5);
	bed_request(b, 52, XEAP_EAP_IDENTITY);
	assert_int_equal(b->engine.restarts, 2);
}

static void test_a_method_that_falls_silent_ends_the_authorisation(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_login(b);
	bed_request(b, 50, XEAP_EAP_IDENTITY);
	bed_request(b, 51, XEAP_EAP_MD5);
	bed_wait(b, XEAP_S(30));
	assert_state(b, "CONNECTING");
	assert_reason(b, SILENT);
	assert_unauthorized(b);
}

static void test_a_notification_is_no_method(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_login(b);
	bed_request(b, 50, XEAP_EAP_IDENTITY);
	bed_request(b, 51, XEAP_EAP_NOTIFICATION);
	bed_wait(b, XEAP_S(30));
	assert_state(b, "AUTHENTICATED");
}

static void test_failure_after_success_withdraws(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_login(b);
	bed_say(b, XEAP_EAP_SUCCESS, 3);
	assert_authorized(b);
	bed_say(b, XEAP_EAP_FAILURE, 3);
	assert_state(b, "HELD");
	assert_reason(b, WITHDRAWN);
	assert_unauthorized(b);
}

static void test_late_requests_begin_nothing(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_login(b);
	bed_request(b, 2, XEAP_EAP_MD5);
	assert_state(b, "AUTHENTICATED");
	bed_request(b, 60, XEAP_EAP_MD5);
	assert_state(b, "AUTHENTICATING");
	bed_wait(b, XEAP_S(30));
	assert_state(b, "CONNECTING");
	bed_request(b, 60, XEAP_EAP_MD5);
	assert_state(b, "CONNECTING");
	bed_request(b, 60, XEAP_EAP_IDENTITY);
	assert_state(b, "AUTHENTICATING");
}

/* ---- link and logoff ---- */

static void test_a_link_flap_begins_afresh(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_begin(b);
	bed_forget_steps(b);
	xeap_pae_set_link(b->pae, false, b->now);
	assert_reason(b, LINK_DOWN);
	assert_int_equal(b->engine.ends, 1);
	assert_true(xeap_pae_deadline(b->pae) == XEAP_NEVER);
	xeap_pae_set_link(b->pae, true, b->now);
	assert_steps(b, 2, "DISCONNECTED", "CONNECTING");
	assert_int_equal(bed_stats(b).eapol_start_frames_tx, 2);
	/* the Identifier of the last answer, in another conversation: no retransmission */
	bed_request(b, 1, XEAP_EAP_IDENTITY);
	assert_int_equal(b->engine.restarts, 2);
	assert_int_equal(bed_stats(b).retransmitted, 0);
	bed_finish(b, true);
	assert_authorized(b);
}

static void test_the_same_again_says_nothing(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_connect(b);
	bed_connect(b);
	xeap_pae_set_logoff(b->pae, false, b->now);
	assert_int_equal(b->port.sent, 1);
	xeap_pae_set_logoff(b->pae, true, b->now);
	xeap_pae_set_logoff(b->pae, true, b->now);
	assert_int_equal(bed_stats(b).eapol_logoff_frames_tx, 1);
	xeap_pae_set_link(b->pae, false, b->now);
	xeap_pae_set_link(b->pae, false, b->now);
	assert_steps(b, 3, "CONNECTING", "LOGOFF", "DISCONNECTED");
}

static void test_logged_off_it_is_deaf(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_login(b);
	xeap_pae_set_logoff(b->pae, true, b->now);
	assert_unauthorized(b);
	assert_reason(b, LOGOFF);
	bed_request(b, 50, XEAP_EAP_IDENTITY);
	bed_say(b, XEAP_EAP_FAILURE, 50);
	bed_wait(b, XEAP_S(1000));
	assert_state(b, "LOGOFF");
	xeap_pae_set_logoff(b->pae, false, b->now);
	assert_state(b, "CONNECTING");
	assert_int_equal(bed_stats(b).eapol_start_frames_tx, 2);
}

static void test_logoff_without_link_is_told_when_it_comes(void **state)
{
	struct bed *b = (struct bed *)*state;

	xeap_pae_set_logoff(b->pae, true, b->now);
	assert_state(b, "DISCONNECTED");
	assert_int_equal(b->port.sent, 0);
	bed_connect(b);
	assert_state(b, "LOGOFF");
	assert_int_equal(bed_stats(b).eapol_logoff_frames_tx, 1);
	assert_int_equal(bed_stats(b).eapol_start_frames_tx, 0);
}

static void test_logged_on_again_before_the_link_comes(void **state)
{
	struct bed *b = (struct bed *)*state;

	xeap_pae_set_logoff(b->pae, true, b->now);
	xeap_pae_set_logoff(b->pae, false, b->now);
	assert_state(b, "DISCONNECTED");
	assert_int_equal(b->port.sent, 0);
	bed_connect(b);
	assert_state(b, "CONNECTING");
}

#define bed_test(f) cmocka_unit_test_setup_teardown(f, bed_setup, bed_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		bed_test(test_a_new_machine_waits_for_the_link),
		bed_test(test_start_is_sent_at_link_up_and_max_start_times),
		bed_test(test_after_held_period_it_asks_again),
		bed_test(test_a_late_tick_makes_no_burst_of_starts),
		bed_test(test_an_early_tick_does_nothing),
		cmocka_unit_test(test_without_send_start_it_listens),
		bed_test(test_a_start_that_found_no_room_is_tried_again_soon),
		bed_test(test_a_port_that_never_sends_still_ends_in_held),
		bed_test(test_a_request_ends_held),
		bed_test(test_failure_before_a_conversation_is_a_refusal),
		bed_test(test_success_before_a_conversation_is_ignored),
		bed_test(test_login),
		bed_test(test_a_failed_login_is_held),
		bed_test(test_a_verdict_that_cannot_be_had_is_a_failure),
		bed_test(test_an_authenticator_may_skip_identity),
		bed_test(test_each_request_starts_auth_while_anew),
		bed_test(test_discarded_requests_do_not_keep_a_conversation_alive),
		bed_test(test_a_lost_success_does_not_matter_to_a_firm_method),
		bed_test(test_what_the_engine_discards_changes_nothing),
		bed_test(test_a_packet_without_memory_is_dropped_and_taken_again),
		bed_test(test_an_engine_that_fails_without_a_word_is_held_at_once),
		bed_test(test_an_alert_is_sent_and_the_failure_waited_for),
		bed_test(test_an_engine_that_lost_the_conversation_begins_again_once),
		bed_test(test_an_engine_without_memory_is_asked_again),
		bed_test(test_a_repeated_request_is_fed_when_the_engine_is_ready),
		bed_test(test_an_engine_that_never_begins_is_given_up),
		bed_test(test_an_authorised_port_survives_an_engine_without_memory),
		bed_test(test_the_port_stays_authorised_while_it_is_asked_again),
		bed_test(test_asked_again_and_failed_is_unauthorised),
		bed_test(test_an_identity_poll_passes_in_silence),
		bed_test(test_fast_polls_are_conversations_of_their_own),
		bed_test(test_polls_in_quick_succession_share_conversations),
		bed_test(test_identity_within_a_conversation_is_the_engines_business),
		bed_test(test_a_method_that_falls_silent_ends_the_authorisation),
		bed_test(test_a_notification_is_no_method),
		bed_test(test_failure_after_success_withdraws),
		bed_test(test_late_requests_begin_nothing),
		bed_test(test_a_link_flap_begins_afresh),
		bed_test(test_the_same_again_says_nothing),
		bed_test(test_logged_off_it_is_deaf),
		bed_test(test_logoff_without_link_is_told_when_it_comes),
		bed_test(test_logged_on_again_before_the_link_comes),
	};

	return cmocka_run_group_tests_name("pae", tests, NULL, NULL);
}
