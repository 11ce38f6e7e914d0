/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The Supplicant PAE machine as a table: what every event does in every state. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "test_pae_bed.h"

enum event {
	EV_UP,
	EV_DOWN,
	EV_OFF,
	EV_ON,
	EV_DUE,
	EV_IDENTITY,
	EV_METHOD,
	EV_SUCCESS,
	EV_FAILURE,
	EV_ANSWER,
	EV_MAX
};

static void go_to(struct bed *b, enum xeap_pae_state to)
{
	switch (to) {
	case XEAP_PAE_DISCONNECTED:
	case XEAP_PAE_STATE_MAX:
		return;
	case XEAP_PAE_LOGOFF:
		bed_login(b);
		xeap_pae_set_logoff(b->pae, true, b->now);
		return;
	case XEAP_PAE_CONNECTING:
		bed_connect(b);
		return;
	case XEAP_PAE_AUTHENTICATING:
		bed_begin(b);
		return;
	case XEAP_PAE_AUTHENTICATED:
		bed_login(b);
		return;
	case XEAP_PAE_HELD:
		bed_begin(b);
		bed_finish(b, false);
		return;
	case XEAP_PAE_RESTART:
		b->engine.restart_err = -ENOMEM;
		bed_begin(b);
		b->engine.restart_err = 0;
		return;
	}
}

static void do_event(struct bed *b, enum event event)
{
	switch (event) {
	case EV_UP:
	case EV_DOWN:
		xeap_pae_set_link(b->pae, event == EV_UP, b->now);
		return;
	case EV_OFF:
	case EV_ON:
		xeap_pae_set_logoff(b->pae, event == EV_OFF, b->now);
		return;
	case EV_DUE:
		/* RESTART gives up late, CONNECTING at once: one call at a time far away. */
		b->now += XEAP_S(100);
		xeap_pae_tick(b->pae, b->now);
		return;
	case EV_IDENTITY:
		bed_request(b, 200, XEAP_EAP_IDENTITY);
		return;
	case EV_METHOD:
		bed_request(b, 201, XEAP_EAP_MD5);
		return;
	case EV_SUCCESS:
	case EV_FAILURE:
		b->engine.action = XEAP_ACTION_RESULT;
		b->engine.success = event == EV_SUCCESS;
		bed_say(b, event == EV_SUCCESS ? XEAP_EAP_SUCCESS : XEAP_EAP_FAILURE, 202);
		return;
	case EV_ANSWER:
		xeap_pae_resume(b->pae, XEAP_ACTION_RESULT, b->now);
		return;
	case EV_MAX:
		return;
	}
}

#define LO XEAP_PAE_LOGOFF
#define DI XEAP_PAE_DISCONNECTED
#define CO XEAP_PAE_CONNECTING
#define AI XEAP_PAE_AUTHENTICATING
#define AD XEAP_PAE_AUTHENTICATED
#define HE XEAP_PAE_HELD
#define RE XEAP_PAE_RESTART

static const enum xeap_pae_state expected[XEAP_PAE_STATE_MAX][EV_MAX] = {
	/*        up  down off on  due id  meth succ fail answ */
	[LO] = { LO, DI, LO, CO, LO, LO, LO, LO, LO, LO },
	[DI] = { CO, DI, DI, DI, DI, DI, DI, DI, DI, DI },
	[CO] = { CO, DI, LO, CO, CO, AI, AI, CO, HE, CO },
	[AI] = { AI, DI, LO, AI, CO, AI, AI, AD, HE, AI },
	[AD] = { AD, DI, LO, AD, AD, AI, AI, AD, HE, AD },
	[HE] = { HE, DI, LO, HE, CO, AI, AI, HE, HE, HE },
	[RE] = { RE, DI, LO, RE, CO, AI, AI, RE, HE, RE },
};

static void test_every_event_in_every_state(void **state)
{
	for (unsigned int s = 0; s < XEAP_PAE_STATE_MAX; s++) {
		for (unsigned int e = 0; e < EV_MAX; e++) {
			struct bed b;

			bed_new(&b, NULL);
			go_to(&b, (enum xeap_pae_state)s);
			assert_int_equal(xeap_pae_get_state(b.pae), s);
			do_event(&b, (enum event)e);
			if (xeap_pae_get_state(b.pae) != expected[s][e])
				fail_msg("state %s, event %u: %s",
					 xeap_pae_state_name((enum xeap_pae_state)s), e,
					 xeap_pae_state_name(xeap_pae_get_state(b.pae)));
			bed_free(&b);
		}
	}
}

/* The same while a person is asked: AUTHENTICATING all the same, but for time and the answer. */
static void test_every_event_while_asking(void **state)
{
	static const enum xeap_pae_state asking[EV_MAX] = {
		AI, DI, LO, AI, AI, AI, AI, AD, HE, AD
	};

	for (unsigned int e = 0; e < EV_MAX; e++) {
		struct bed b;

		bed_new(&b, NULL);
		go_to(&b, AI);
		b.engine.action = XEAP_ACTION_INVOKE_UI;
		bed_request(&b, 2, XEAP_EAP_GTC);
		do_event(&b, (enum event)e);
		if (xeap_pae_get_state(b.pae) != asking[e])
			fail_msg("event %u: %s", e, xeap_pae_state_name(xeap_pae_get_state(b.pae)));
		bed_free(&b);
	}
}

static void test_logoff_is_sent_from_every_state_with_a_link(void **state)
{
	for (unsigned int s = 0; s < XEAP_PAE_STATE_MAX; s++) {
		struct bed b;

		bed_new(&b, NULL);
		go_to(&b, (enum xeap_pae_state)s);
		xeap_pae_set_logoff(b.pae, true, b.now);
		assert_int_equal(bed_stats(&b).eapol_logoff_frames_tx, s != XEAP_PAE_DISCONNECTED);
		assert_false(b.engine.active);
		bed_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_event_in_every_state),
		cmocka_unit_test(test_every_event_while_asking),
		cmocka_unit_test(test_logoff_is_sent_from_every_state_with_a_link),
	};

	return cmocka_run_group_tests_name("pae_table", tests, NULL, NULL);
}
