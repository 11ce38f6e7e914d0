/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A conversation from begin to end, row by row of the conformance table, C35 to C55. Threads:
 * test_host_threads.
 */
#include "fake_host.h"

static struct xeap_session_result bed_result(struct bed *b, enum xeap_result_reason reason)
{
	struct xeap_session_result r;

	assert_int_equal(xeap_session_get_result(b->host, b->session, reason, &r, NULL), XEAP_OK);
	return r;
}

static void c35_duplicate_gets_the_same_bytes(void **state)
{
	struct bed *b = *state;
	uint8_t *packet;

	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	packet = b->packet;
	/* Before it was sent, while it is in the TX ring, and after. */
	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	assert_ptr_equal(b->packet, packet);
	bed_transmit(b);
	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	assert_ptr_equal(b->packet, packet);
	xeap_frame_complete(xeap_pool_frame_of(b->pool, packet));
	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	assert_ptr_equal(b->packet, packet);
	assert_memory_equal(packet, "\2\1\0\7\310Rx", 7);
	assert_int_equal(fake_calls, 1);
}

static void c36_same_identifier_other_content_is_new(void **state)
{
	struct bed *b = *state;

	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	bed_exchange(b, 1, FAKE_TYPE, "r20-y");
	assert_memory_equal(b->packet, "\2\1\0\7\310Ry", 7);
	assert_int_equal(fake_calls, 2);
}

static void c37_identity_is_answered_with_the_identity(void **state)
{
	struct bed *b = *state;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "hello");
	assert_memory_equal(b->packet, "\2\1\0\25\1" BED_IDENTITY, 21);
}

static void c37_the_anonymous_identity_goes_first(void **state)
{
	struct bed *b = *state;
	struct xeap_config *config = bed_config("FAKE", "\"secret@example.org\"");
	struct xeap_session_options o = bed_options(b);
	struct xeap_diag diag;

	assert_int_equal(xeap_config_set(config, "anonymous_identity", "\"@example.org\"", &diag),
			 0);
	assert_int_equal(xeap_profile_new(config, &o.profile, &diag), 0);
	xeap_config_free(config);
	xeap_session_end(b->host, b->session, NULL);
	assert_int_equal(xeap_session_begin(b->host, &o, &b->session, NULL), XEAP_OK);
	xeap_profile_unref(o.profile);
	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_memory_equal(b->packet, "\2\1\0\21\1@example.org", 17);
}

static void c38_guest_has_an_empty_identity(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = bed_options(b);

	o.flags = XEAP_FLAG_GUEST_ACCESS;
	xeap_session_end(b->host, b->session, NULL);
	assert_int_equal(xeap_session_begin(b->host, &o, &b->session, NULL), XEAP_OK);
	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(b->size, 5);
	assert_memory_equal(b->packet, "\2\1\0\5\1", 5);
}

static void c39_unwanted_type_gets_a_nak(void **state)
{
	struct bed *b = *state;

	bed_exchange(b, 1, XEAP_EAP_MD5, "challenge");
	assert_memory_equal(b->packet, "\2\1\0\6\3\310", 6);
	assert_int_equal(bed_status(b), XEAP_AUTH_NEGOTIATING_TYPE);
	assert_int_equal(bed_feed(b, fake_packet(b->in, 1, 2, 254, "\0\1\2\0\0\0\3d", 8)), XEAP_OK);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_memory_equal(b->packet, "\2\2\0\24\376\0\0\0\0\0\0\3\376\0\0\0\0\0\0\310", 20);
	assert_int_equal(bed_status(b), XEAP_AUTH_NEGOTIATING_TYPE);
	assert_int_equal(bed_verdict(b, XEAP_EAP_FAILURE, 2), XEAP_OK);
	assert_int_equal(bed_result(b, XEAP_REASON_FROM_METHOD).failure_code,
			 XEAP_I_NEGOTIATION_FAILED);
}

static void c40_notification_is_answered_and_shown(void **state)
{
	struct bed *b = *state;
	const char *text;

	assert_int_equal(xeap_session_get_notification(b->host, b->session, &text, NULL), XEAP_OK);
	assert_string_equal(text, "");
	bed_exchange(b, 1, XEAP_EAP_NOTIFICATION, "Your password expires\ntoday");
	assert_memory_equal(b->packet, "\2\1\0\5\2", 5);
	assert_int_equal(xeap_session_get_notification(b->host, b->session, &text, NULL), XEAP_OK);
	assert_string_equal(text, "Your password expires?today");
}

static void c41_verdicts_are_not_answered(void **state)
{
	struct bed *b = *state;
	const char *const first[] = { "r20-x", "r30-x", "r31-x", "r42-x" };

	for (int i = 0; i < 8; i++) {
		xeap_session_end(b->host, b->session, NULL);
		b->session = bed_begin(b);
		assert_int_equal(bed_verdict(b, XEAP_EAP_SUCCESS, 0), XEAP_OK);
		assert_int_not_equal(b->action, XEAP_ACTION_SEND);
		bed_exchange(b, 1, FAKE_TYPE, first[i / 2]);
		assert_int_equal(bed_verdict(b, i & 1 ? XEAP_EAP_SUCCESS : XEAP_EAP_FAILURE, 1),
				 XEAP_OK);
		assert_true(b->action == XEAP_ACTION_RESULT || b->action == XEAP_ACTION_DISCARD);
	}
}

/* A verdict needs no frame, so none can be lacking. */
static void c41_verdicts_are_taken_without_frames(void **state)
{
	struct bed *b = *state;
	struct xeap_frame *taken[BED_FRAMES], *f;
	int n = 0;

	bed_exchange(b, 1, FAKE_TYPE, "r42-x");
	while ((f = xeap_pool_lend(b->pool)))
		taken[n++] = f;
	assert_int_equal(bed_verdict(b, XEAP_EAP_SUCCESS, 1), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_RESULT);
	while (n--)
		xeap_frame_give_back(taken[n]);
}

static void c42_bad_input_is_dropped(void **state)
{
	struct bed *b = *state;
	const struct {
		const char *bytes;
		uint32_t len, code;
	} bad[] = {
		{ "", 0, XEAP_E_REMOTE_INVALID_PACKET },
		{ "\1", 1, XEAP_E_REMOTE_INVALID_PACKET },
		{ "\1\2\0", 3, XEAP_E_REMOTE_INVALID_PACKET },
		{ "\1\2\0\4", 4, XEAP_E_REMOTE_INVALID_PACKET },
		{ "\1\2\0\3\310r20-", 9, XEAP_E_REMOTE_INVALID_PACKET },
		{ "\1\2\0\12\310r20-", 9, XEAP_E_REMOTE_INVALID_PACKET },
		{ "\1\2\377\377\310r20-", 9, XEAP_E_REMOTE_INVALID_PACKET },
		{ "\1\2\0\10\376\0\0\0", 8, XEAP_E_REMOTE_INVALID_PACKET },
		{ "\3\1\0\5\0", 5, XEAP_E_REMOTE_INVALID_PACKET },
		{ "\0\1\0\4", 4, XEAP_OK },
		{ "\2\1\0\11\310r20-", 9, XEAP_OK },
		{ "\5\1\0\5\1", 5, XEAP_OK },
		{ "\377\1\0\4", 4, XEAP_OK },
		{ "\1\2\0\5\0", 5, XEAP_OK },
	};

	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		bed_feed(b, xeap_span(bad[i].bytes, bad[i].len));
		assert_int_equal(b->code, bad[i].code);
		assert_int_equal(b->action, XEAP_ACTION_DISCARD);
		assert_int_equal(bed_gsp(b), XEAP_OK);
		assert_memory_equal(b->packet, "\2\1\0\7\310Rx", 7);
	}
	assert_int_equal(xeap_session_process_received_packet(b->host, b->session, 4, NULL,
							      &b->action, NULL),
			 XEAP_E_INVALID_PARAMETER);
	assert_int_equal(xeap_session_process_received_packet(b->host, b->session, 4, b->in, NULL,
							      NULL),
			 XEAP_E_INVALID_PARAMETER);
}

static void c43_lost_session_says_start_authentication(void **state)
{
	struct bed *b = *state;
	xeap_session_id ours = b->session;

	b->session ^= 1ull << 30;
	assert_int_equal(bed_request(b, 1, XEAP_EAP_IDENTITY, ""), XEAP_E_INVALID_HANDLE);
	assert_int_equal(b->action, XEAP_ACTION_START_AUTHENTICATION);
	assert_true(b->error->repair[0]);
	b->session = ours;
}

static void c44_method_failure_is_an_error_with_its_type(void **state)
{
	struct bed *b = *state;

	assert_int_equal(bed_request(b, 1, FAKE_TYPE, "g20-x"), XEAP_E_AUTHENTICATION_FAILED);
	assert_int_equal(b->error->code, XEAP_E_AUTHENTICATION_FAILED);
	assert_int_equal(b->error->reason, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	assert_int_equal(b->error->method.type, FAKE_TYPE);
	assert_string_equal(b->error->root_cause, "the server does not like the password");
	assert_string_equal(b->error->repair, "check identity= and password=");
	assert_int_equal(bed_status(b), XEAP_AUTH_FAILED);
	assert_int_equal(bed_result(b, XEAP_REASON_FROM_METHOD).failure_code,
			 XEAP_E_USER_NAME_PASSWORD_REJECTED);
}

static void c44_method_that_cannot_start_is_named(void **state)
{
	struct bed *b = *state;
	struct xeap_session_result r;

	fake_init_error = -EINVAL;
	assert_int_equal(bed_request(b, 1, FAKE_TYPE, "r20-x"), XEAP_E_AUTHENTICATION_FAILED);
	assert_int_equal(b->error->method.type, FAKE_TYPE);
	r = bed_result(b, XEAP_REASON_FROM_METHOD);
	assert_false(r.success);
	assert_string_equal(r.method, "FAKE");
	assert_null(r.info.cipher);
}

static void c45_error_outlives_its_session(void **state)
{
	struct bed *b = *state;

	assert_int_equal(bed_request(b, 1, FAKE_TYPE, "g20-x"), XEAP_E_AUTHENTICATION_FAILED);
	b->host = xeap_host_free(b->host);
	assert_string_equal(b->error->root_cause, "the server does not like the password");
}

/* Sessions of one pool take turns with its frames; each response is its own session's. */
static void c48_bytes_stay_in_their_session(void **state)
{
	struct bed *b = *state;
	xeap_session_id id[6];
	uint8_t *packet[6];

	id[0] = b->session;
	for (int i = 1; i < 6; i++)
		id[i] = bed_begin(b);
	for (int round = 1; round < 50; round++) {
		for (int i = 0; i < 6; i++) {
			char data[8] = { 'r', '2', '0', '-', (char)('a' + i) };

			b->session = id[i];
			bed_exchange(b, (uint8_t)round, FAKE_TYPE, data);
			assert_int_equal(b->packet[6], 'a' + i);
			packet[i] = b->packet;
		}
		for (int i = 0; i < 6; i++)
			assert_int_equal(packet[i][6], 'a' + i);
	}
}

static void c49_connection_has_one_session_at_a_time(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = bed_options(b);
	xeap_session_id first, second, other;

	o.connection_id = (const uint8_t *)"connection-00001";
	for (int i = 0; i < 3; i++) {
		assert_int_equal(xeap_session_begin(b->host, &o, &first, NULL), XEAP_OK);
		assert_int_equal(xeap_session_begin(b->host, &o, &second, &b->error),
				 XEAP_E_INVALID_PARAMETER);
		assert_int_equal(second, 0);
		assert_non_null(strstr(b->error->root_cause, "connection id"));
		xeap_error_free(b->error);
		o.connection_id = (const uint8_t *)"connection-00002";
		assert_int_equal(xeap_session_begin(b->host, &o, &other, &b->error), XEAP_OK);
		o.connection_id = (const uint8_t *)"connection-00001";
		assert_int_equal(xeap_session_end(b->host, first, NULL), XEAP_OK);
		assert_int_equal(xeap_session_end(b->host, other, NULL), XEAP_OK);
	}
}

static void c50_status_goes_forward(void **state)
{
	struct bed *b = *state;
	enum xeap_auth_status status = XEAP_AUTH_STATUS_MAX;

	assert_int_equal(bed_status(b), XEAP_AUTH_NOT_STARTED);
	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(bed_status(b), XEAP_AUTH_IDENTITY_EXCHANGE);
	bed_exchange(b, 2, XEAP_EAP_MD5, "x");
	assert_int_equal(bed_status(b), XEAP_AUTH_NEGOTIATING_TYPE);
	bed_exchange(b, 3, FAKE_TYPE, "r42-x");
	assert_int_equal(bed_status(b), XEAP_AUTH_IN_PROGRESS);
	bed_verdict(b, XEAP_EAP_SUCCESS, 3);
	assert_int_equal(bed_status(b), XEAP_AUTH_SUCCEEDED);
	xeap_session_end(b->host, b->session, NULL);
	assert_int_equal(xeap_session_get_auth_status(b->host, b->session, &status, NULL),
			 XEAP_E_INVALID_HANDLE);
	assert_int_equal(status, XEAP_AUTH_INVALID_SESSION);
	b->session = bed_begin(b);
	bed_exchange(b, 1, FAKE_TYPE, "r30-x");
	bed_verdict(b, XEAP_EAP_FAILURE, 1);
	assert_int_equal(bed_status(b), XEAP_AUTH_FAILED);
}

static void c53_connection_id_may_be_null(void **state)
{
	struct bed *b = *state;
	xeap_session_id other = bed_begin(b);

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(xeap_session_end(b->host, other, NULL), XEAP_OK);
}

static void c55_without_a_frame_nothing_changes(void **state)
{
	struct bed *b = *state;
	struct xeap_frame *taken[BED_FRAMES], *f;
	int n = 0;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	while ((f = xeap_pool_lend(b->pool)))
		taken[n++] = f;
	assert_int_equal(bed_request(b, 2, FAKE_TYPE, "r20-x"), XEAP_E_OUT_OF_MEMORY);
	assert_int_equal(bed_status(b), XEAP_AUTH_IDENTITY_EXCHANGE);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_int_equal(b->packet[1], 1);
	while (n--)
		xeap_frame_give_back(taken[n]);
	bed_exchange(b, 2, FAKE_TYPE, "r20-x");
	assert_int_equal(fake_calls, 1);
}

static void c55_method_short_of_memory_is_asked_again(void **state)
{
	struct bed *b = *state;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	fake_short = 1;
	assert_int_equal(bed_request(b, 2, FAKE_TYPE, "r20-x"), XEAP_E_OUT_OF_MEMORY);
	assert_int_equal(bed_status(b), XEAP_AUTH_IDENTITY_EXCHANGE);
	assert_int_equal(bed_frames(b, XEAP_FRAME_LENT), 1);
	bed_exchange(b, 2, FAKE_TYPE, "r20-x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(c35_duplicate_gets_the_same_bytes),
		BED_TEST(c36_same_identifier_other_content_is_new),
		BED_TEST(c37_identity_is_answered_with_the_identity),
		BED_TEST(c37_the_anonymous_identity_goes_first),
		BED_TEST(c38_guest_has_an_empty_identity),
		BED_TEST(c39_unwanted_type_gets_a_nak),
		BED_TEST(c40_notification_is_answered_and_shown),
		BED_TEST(c41_verdicts_are_not_answered),
		BED_TEST(c41_verdicts_are_taken_without_frames),
		BED_TEST(c42_bad_input_is_dropped),
		BED_TEST(c43_lost_session_says_start_authentication),
		BED_TEST(c44_method_failure_is_an_error_with_its_type),
		BED_TEST(c44_method_that_cannot_start_is_named),
		BED_TEST(c45_error_outlives_its_session),
		BED_TEST(c48_bytes_stay_in_their_session),
		BED_TEST(c49_connection_has_one_session_at_a_time),
		BED_TEST(c50_status_goes_forward),
		BED_TEST(c53_connection_id_may_be_null),
		BED_TEST(c55_without_a_frame_nothing_changes),
		BED_TEST(c55_method_short_of_memory_is_asked_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
