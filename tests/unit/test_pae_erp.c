/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* EAP-Initiate and EAP-Finish (RFC 6696) at a machine whose engine runs ERP. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "test_pae_bed.h"

static int setup(void **state)
{
	static struct bed b;
	struct xeap_pae_config config;

	xeap_pae_config_defaults(&config);
	config.erp = true;
	bed_new(&b, &config);
	*state = &b;
	return 0;
}

static int teardown(void **state)
{
	bed_free(*state);
	return 0;
}

/* Re-auth-Start or Re-auth, without attributes. */
static void say(struct bed *b, enum xeap_eap_code code, uint8_t id, enum xeap_action action)
{
	const uint8_t eap[] = { (uint8_t)code, id, 0, 6, code == XEAP_EAP_INITIATE ? 1 : 2, 0 };
	struct xeap_eapol h = bed_header();

	b->engine.action = action;
	bed_receive(b, &h, eap, sizeof(eap));
}

static void test_start_begins(void **state)
{
	struct bed *b = *state;
	unsigned int sent;

	bed_connect(b);
	sent = b->port.sent;
	say(b, XEAP_EAP_INITIATE, 5, XEAP_ACTION_SEND);
	assert_state(b, "AUTHENTICATING");
	assert_int_equal(b->port.sent, sent + 1);
	assert_int_equal(bed_stats(b).eapol_req_frames_rx, 1);
	say(b, XEAP_EAP_FINISH, 5, XEAP_ACTION_DISCARD);
	assert_state(b, "AUTHENTICATING");
	say(b, XEAP_EAP_FINISH, 5, XEAP_ACTION_RESULT);
	assert_state(b, "AUTHENTICATED");
	assert_true(xeap_pae_is_authorized(b->pae));
}

static void test_refusal_holds(void **state)
{
	struct bed *b = *state;

	bed_connect(b);
	say(b, XEAP_EAP_INITIATE, 5, XEAP_ACTION_SEND);
	b->engine.success = false;
	say(b, XEAP_EAP_FINISH, 5, XEAP_ACTION_RESULT);
	assert_state(b, "HELD");
	/* Held or not, a Start is the authenticator's word that it is ready. */
	say(b, XEAP_EAP_INITIATE, 6, XEAP_ACTION_SEND);
	assert_state(b, "AUTHENTICATING");
}

/* Without a key the engine drops it, and the request that follows is the same conversation's. */
static void test_dropped_start(void **state)
{
	struct bed *b = *state;

	bed_connect(b);
	say(b, XEAP_EAP_INITIATE, 5, XEAP_ACTION_DISCARD);
	assert_state(b, "AUTHENTICATING");
	b->engine.action = XEAP_ACTION_SEND;
	bed_request(b, 6, XEAP_EAP_IDENTITY);
	assert_int_equal(b->engine.restarts, 1);
	assert_int_equal(b->engine.fed, 2);
	say(b, XEAP_EAP_INITIATE, 7, XEAP_ACTION_DISCARD);
	assert_state(b, "AUTHENTICATING");
}

/* RFC 6696 §3.1: nobody answers, and the login begins anew. */
static void test_silence(void **state)
{
	struct bed *b = *state;

	bed_connect(b);
	say(b, XEAP_EAP_INITIATE, 5, XEAP_ACTION_SEND);
	bed_wait(b, XEAP_S(30));
	assert_state(b, "CONNECTING");
	assert_int_equal(xeap_pae_get_reason(b->pae), XEAP_PAE_REASON_SILENT);
}

static void test_asked_again(void **state)
{
	struct bed *b = *state;

	bed_login(b);
	say(b, XEAP_EAP_INITIATE, 90, XEAP_ACTION_DISCARD);
	assert_true(xeap_pae_is_authorized(b->pae));
	bed_wait(b, XEAP_S(30));
	assert_state(b, "AUTHENTICATED");
	say(b, XEAP_EAP_INITIATE, 91, XEAP_ACTION_SEND);
	assert_true(xeap_pae_is_authorized(b->pae));
	say(b, XEAP_EAP_FINISH, 91, XEAP_ACTION_RESULT);
	assert_state(b, "AUTHENTICATED");
	/* One that is answered is in earnest, as a method's request is. */
	say(b, XEAP_EAP_INITIATE, 92, XEAP_ACTION_SEND);
	bed_wait(b, XEAP_S(30));
	assert_state(b, "CONNECTING");
}

/* A Finish without a conversation is nobody's. */
static void test_stray_finish(void **state)
{
	struct bed *b = *state;

	bed_connect(b);
	say(b, XEAP_EAP_FINISH, 5, XEAP_ACTION_RESULT);
	assert_state(b, "CONNECTING");
	assert_int_equal(b->engine.fed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_start_begins, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusal_holds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dropped_start, setup, teardown),
		cmocka_unit_test_setup_teardown(test_silence, setup, teardown),
		cmocka_unit_test_setup_teardown(test_asked_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stray_finish, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
