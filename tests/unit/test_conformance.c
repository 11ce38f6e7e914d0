/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Get-send-packet, row by row of the conformance table, C01 to C34. Rows that need a user
 * interface or response attributes (C14, C15, C19, C20) and the one about the Windows header's
 * free function (C32) come with those.
 */
#include "fake_host.h"

static void c01_without_a_host_there_is_no_packet(void **state)
{
	uint32_t size = 7;
	uint8_t byte, *packet = &byte;

	assert_int_equal(xeap_session_get_send_packet(NULL, 1, &size, &packet, NULL),
			 XEAP_E_INVALID_STATE);
	assert_null(packet);
	assert_int_equal(size, 0);
}

static void c02_success_leaves_the_error_null(void **state)
{
	struct bed *b = *state;
	struct xeap_error *error = (struct xeap_error *)b->in;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(xeap_session_get_send_packet(b->host, b->session, &b->size, &b->packet,
						      &error),
			 XEAP_OK);
	assert_null(error);
}

static void c03_failure_leaves_nothing_stale(void **state)
{
	struct bed *b = *state;
	uint8_t *packet;
	uint32_t size;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	packet = b->packet;
	size = b->size;
	assert_int_equal(xeap_session_get_send_packet(b->host, b->session + 1, &size, &packet,
						      NULL),
			 XEAP_E_INVALID_HANDLE);
	assert_null(packet);
	assert_int_equal(size, 0);
}

static void c04_null_outputs_are_refused(void **state)
{
	struct bed *b = *state;
	uint32_t size = 1;
	uint8_t *packet = b->in;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(xeap_session_get_send_packet(b->host, b->session, NULL, &packet, NULL),
			 XEAP_E_INVALID_PARAMETER);
	assert_null(packet);
	assert_int_equal(xeap_session_get_send_packet(b->host, b->session, &size, NULL, NULL),
			 XEAP_E_INVALID_PARAMETER);
	assert_int_equal(size, 0);
	assert_int_equal(xeap_session_get_send_packet(b->host, b->session, NULL, NULL, NULL),
			 XEAP_E_INVALID_PARAMETER);
	assert_int_equal(bed_gsp(b), XEAP_OK);
}

static void c05_null_error_is_accepted_everywhere(void **state)
{
	struct bed *b = *state;
	xeap_session_id none;
	struct xeap_session_result result;
	enum xeap_auth_status status;
	enum xeap_action action;
	const char *text;

	assert_int_equal(xeap_session_begin(b->host, NULL, &none, NULL), XEAP_E_INVALID_PARAMETER);
	assert_int_equal(xeap_session_process_received_packet(b->host, 0, 4, b->in, &action, NULL),
			 XEAP_E_INVALID_HANDLE);
	assert_int_equal(xeap_session_get_send_packet(b->host, 0, &b->size, &b->packet, NULL),
			 XEAP_E_INVALID_HANDLE);
	assert_int_equal(xeap_session_get_result(b->host, 0, XEAP_REASON_TIMEOUT, &result, NULL),
			 XEAP_E_INVALID_HANDLE);
	assert_int_equal(xeap_session_get_auth_status(b->host, 0, &status, NULL),
			 XEAP_E_INVALID_HANDLE);
	b->size = sizeof(b->in);
	assert_int_equal(xeap_session_get_key(b->host, 0, XEAP_KEY_MSK, &b->size, b->in, NULL),
			 XEAP_E_INVALID_HANDLE);
	assert_int_equal(xeap_session_get_notification(b->host, 0, &text, NULL),
			 XEAP_E_INVALID_HANDLE);
	assert_int_equal(xeap_session_end(b->host, 0, NULL), XEAP_E_INVALID_HANDLE);
}

static void c06_input_size_is_ignored(void **state)
{
	struct bed *b = *state;
	const uint32_t sizes[] = { 0, 1, 4, UINT32_MAX };

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	for (size_t i = 0; i < 4; i++) {
		uint32_t size = sizes[i];

		assert_int_equal(xeap_session_get_send_packet(b->host, b->session, &size,
							      &b->packet, NULL),
				 XEAP_OK);
		assert_int_equal(size, 5 + strlen(BED_IDENTITY));
	}
}

static void c07_input_packet_is_overwritten(void **state)
{
	struct bed *b = *state;
	uint8_t *bogus = (uint8_t *)(uintptr_t)8;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(xeap_session_get_send_packet(b->host, b->session, &b->size, &bogus, NULL),
			 XEAP_OK);
	assert_ptr_equal(bogus, b->packet);
}

static void c08_unknown_handle_is_refused(void **state)
{
	struct bed *b = *state;
	const xeap_session_id ours = b->session;
	const xeap_session_id unknown[] = { ours + 1, ours + (1ull << 20), ~0ull, ours - 1 };

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	for (size_t i = 0; i < 4; i++) {
		b->session = unknown[i];
		assert_int_equal(bed_gsp(b), XEAP_E_INVALID_HANDLE);
	}
	b->session = ours;
	assert_int_equal(bed_gsp(b), XEAP_OK);
}

static void c09_handle_zero_is_refused(void **state)
{
	struct bed *b = *state;

	assert_int_not_equal(b->session, 0);
	b->session = 0;
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_HANDLE);
}

static void c10_ended_handle_stays_dead(void **state)
{
	struct bed *b = *state;
	xeap_session_id old = b->session;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(xeap_session_end(b->host, old, NULL), XEAP_OK);
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_HANDLE);
	/* The slot is used again, the handle never. */
	for (int i = 0; i < 1000; i++) {
		xeap_session_id id = bed_begin(b);

		assert_int_not_equal(id, old);
		assert_int_equal(id & 0xfffff, old & 0xfffff);
		assert_int_equal(bed_gsp(b), XEAP_E_INVALID_HANDLE);
		assert_int_equal(xeap_session_end(b->host, id, NULL), XEAP_OK);
	}
	assert_int_equal(xeap_session_end(b->host, old, NULL), XEAP_E_INVALID_HANDLE);
}

static void c11_failed_begin_gives_no_handle(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = bed_options(b);
	xeap_session_id id = 99;

	o.method_type = 77;
	assert_int_equal(xeap_session_begin(b->host, &o, &id, NULL), XEAP_E_METHOD_NOT_INSTALLED);
	assert_int_equal(id, 0);
	o = bed_options(b);
	o.max_send_packet_size = 63;
	id = 99;
	assert_int_equal(xeap_session_begin(b->host, &o, &id, NULL), XEAP_E_INVALID_PARAMETER);
	assert_int_equal(id, 0);
	b->session = id;
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_HANDLE);
}

static void c12_fresh_session_has_nothing_to_send(void **state)
{
	struct bed *b = *state;

	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
}

static void c13_nothing_to_send_after_discard(void **state)
{
	struct bed *b = *state;

	assert_int_equal(bed_request(b, 1, FAKE_TYPE, "i20-"), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_DISCARD);
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	/* An earlier response is still the last one. */
	bed_exchange(b, 2, FAKE_TYPE, "r20-x");
	assert_int_equal(bed_request(b, 3, FAKE_TYPE, "i20-"), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_DISCARD);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_int_equal(b->packet[1], 2);
}

static void c16_nothing_to_send_after_result(void **state)
{
	struct bed *b = *state;
	struct xeap_session_result result;

	bed_exchange(b, 1, FAKE_TYPE, "r42-x");
	assert_int_equal(bed_verdict(b, XEAP_EAP_SUCCESS, 1), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_RESULT);
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	assert_int_equal(xeap_session_get_result(b->host, b->session, XEAP_REASON_FROM_METHOD,
						 &result, NULL),
			 XEAP_OK);
	assert_true(result.success);
}

static void c17_wrong_call_has_no_side_effect(void **state)
{
	struct bed *b = *state;
	struct xeap_session_result result;

	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	assert_int_equal(xeap_session_get_result(b->host, b->session, XEAP_REASON_FROM_METHOD,
						 &result, NULL),
			 XEAP_E_INVALID_STATE);
	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_memory_equal(b->packet, "\2\1\0\25\1" BED_IDENTITY, 21);
	assert_int_equal(xeap_session_get_result(b->host, b->session, XEAP_REASON_FROM_METHOD,
						 &result, NULL),
			 XEAP_E_INVALID_STATE);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_memory_equal(b->packet, "\2\1\0\25\1" BED_IDENTITY, 21);
}

static void c18_send_makes_a_packet_available(void **state)
{
	struct bed *b = *state;

	assert_int_equal(bed_request(b, 1, XEAP_EAP_IDENTITY, ""), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_SEND);
	assert_int_equal(bed_gsp(b), XEAP_OK);
}

static void c21_size_is_the_eap_length(void **state)
{
	struct bed *b = *state;

	bed_exchange(b, 1, FAKE_TYPE, "r20-hello");
	assert_int_equal(b->size, 11);
	assert_int_equal(b->packet[2] << 8 | b->packet[3], 11);
}

static void c22_code_is_response(void **state)
{
	struct bed *b = *state;

	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	assert_int_equal(b->packet[0], 2);
}

static void c23_identifier_is_the_requests(void **state)
{
	struct bed *b = *state;

	for (unsigned int id = 200; id < 300; id += 11) {
		bed_exchange(b, (uint8_t)id, FAKE_TYPE, "r20-x");
		assert_int_equal(b->packet[1], (uint8_t)id);
	}
}

static void c24_packet_begins_with_the_code(void **state)
{
	struct bed *b = *state;
	struct xeap_frame *f;

	bed_exchange(b, 9, FAKE_TYPE, "r20-hello");
	assert_memory_equal(b->packet, "\2\11\0\13\310Rhello", 11);
	/* The headers have their room in front, in the same frame. */
	f = xeap_pool_frame_of(b->pool, b->packet);
	assert_ptr_equal(f->c.data, b->packet);
	assert_true(xeap_frame_headroom(f) >= XEAP_FRAME_HEADROOM);
}

static void c25_size_never_exceeds_the_maximum(void **state)
{
	struct bed *b = *state;
	char echo[200] = "r20-";

	memset(echo + 4, 'x', sizeof(echo) - 5);
	/* 200 is the maximum: 6 octets of headers and 194 of echo. */
	echo[4 + 194] = '\0';
	bed_exchange(b, 1, FAKE_TYPE, echo);
	assert_int_equal(b->size, 200);
	memcpy(echo, "r20-", 5);
	memset(echo + 4, 'x', 195);
	echo[4 + 195] = '\0';
	assert_int_equal(bed_request(b, 2, FAKE_TYPE, echo), XEAP_E_METHOD_INVALID_PACKET);
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
}

static void c26_fragments_reassemble_to_the_original(void **state)
{
	struct bed *b = *state;
	uint8_t next = 0;

	for (uint8_t i = 0; i < 20; i++) {
		bed_exchange(b, i, FAKE_TYPE, i ? "n20-" : "f20-\24");
		assert_int_equal(b->size, 200);
		for (uint32_t at = 5; at < b->size; at++)
			assert_int_equal(b->packet[at], next++);
		xeap_frame_complete(bed_transmit(b));
	}
}

static void c27_improper_response_is_never_handed_out(void **state)
{
	struct bed *b = *state;
	const char *const bad[] = { "020-x", "l20-x", "L20-x", "c20-x", "d20-x", "t20-x", "b20-x" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
		assert_int_equal(bed_request(b, 2, FAKE_TYPE, bad[i]),
				 XEAP_E_METHOD_INVALID_PACKET);
		assert_int_equal(b->error->method.type, FAKE_TYPE);
		assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
		assert_int_equal(bed_status(b), XEAP_AUTH_FAILED);
		xeap_session_end(b->host, b->session, NULL);
		assert_int_equal(bed_frames(b, XEAP_FRAME_FREE), BED_FRAMES);
		b->session = bed_begin(b);
	}
}

/* Not a fault: a method may leave room in front. */
static void c27_response_may_begin_later_in_its_frame(void **state)
{
	struct bed *b = *state;
	struct xeap_frame *f;

	bed_exchange(b, 1, FAKE_TYPE, "a20-x");
	assert_memory_equal(b->packet, "\2\1\0\7\310Rx", 7);
	f = xeap_pool_frame_of(b->pool, b->packet);
	assert_int_equal(xeap_frame_headroom(f), XEAP_FRAME_HEADROOM + 4);
}

static void c28_buffer_stays_until_the_next_call(void **state)
{
	struct bed *b = *state;
	uint8_t *packet;

	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	packet = b->packet;
	memset(b->in, 0xee, sizeof(b->in));
	assert_memory_equal(packet, "\2\1\0\7\310Rx", 7);
}

static void c29_other_sessions_do_not_disturb_it(void **state)
{
	struct bed *b = *state;
	xeap_session_id ours = b->session, others[3];
	uint8_t *packet;

	bed_exchange(b, 1, FAKE_TYPE, "r20-ours");
	packet = b->packet;
	for (int i = 0; i < 3; i++) {
		others[i] = b->session = bed_begin(b);
		bed_exchange(b, 1, FAKE_TYPE, "r20-theirs");
		bed_exchange(b, 2, FAKE_TYPE, "r20-theirs too");
	}
	for (int i = 0; i < 3; i++)
		xeap_session_end(b->host, others[i], NULL);
	assert_memory_equal(packet, "\2\1\0\12\310Rours", 10);
	b->session = ours;
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_ptr_equal(b->packet, packet);
}

/*
 * A held frame is fetched to be sent again; before it is queued the pool runs dry. It is not the
 * frame to be taken.
 */
static void c29_fetched_again_it_is_not_spilled(void **state)
{
	struct bed *b = *state;
	struct xeap_frame *f, *taken[BED_FRAMES];
	int n = 0;

	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	xeap_frame_complete(bed_transmit(b));
	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	while ((f = xeap_pool_lend(b->pool)))
		taken[n++] = f;
	assert_int_equal(n, BED_FRAMES - 1);
	assert_memory_equal(b->packet, "\2\1\0\7\310Rx", 7);
	/* Once it was sent again it may go. */
	xeap_frame_complete(bed_transmit(b));
	taken[n++] = xeap_pool_lend(b->pool);
	assert_non_null(taken[n - 1]);
	while (n--)
		xeap_frame_give_back(taken[n]);
}

static void c30_calls_without_a_session_do_not_disturb_it(void **state)
{
	struct bed *b = *state;
	struct xeap_host *other;
	uint8_t *packet;

	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	packet = b->packet;
	assert_int_equal(xeap_host_new(NULL, &other), XEAP_OK);
	xeap_host_free(other);
	xeap_profile_unref(bed_profile("FAKE", "\"someone\""));
	xeap_method_register(&fake_method);
	assert_memory_equal(packet, "\2\1\0\7\310Rx", 7);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_ptr_equal(b->packet, packet);
}

static void c31_end_releases_it(void **state)
{
	struct bed *b = *state;

	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	assert_int_equal(bed_frames(b, XEAP_FRAME_LENT), 1);
	assert_int_equal(xeap_session_end(b->host, b->session, NULL), XEAP_OK);
	assert_int_equal(bed_frames(b, XEAP_FRAME_FREE), BED_FRAMES);
}

/* In the TX ring at the time, it is released on completion. */
static void c31_end_releases_a_queued_one_later(void **state)
{
	struct bed *b = *state;
	struct xeap_frame *f;

	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	f = bed_transmit(b);
	assert_int_equal(xeap_session_end(b->host, b->session, NULL), XEAP_OK);
	assert_int_equal(bed_frames(b, XEAP_FRAME_QUEUED), 1);
	assert_memory_equal(f->c.data, "\2\1\0\7\310Rx", 7);
	assert_int_equal(xeap_frame_complete(f), 0);
	assert_int_equal(bed_frames(b, XEAP_FRAME_FREE), BED_FRAMES);
}

static void c34_fetched_twice_it_is_the_same(void **state)
{
	struct bed *b = *state;
	uint8_t *packet;

	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	packet = b->packet;
	xeap_frame_complete(bed_transmit(b));
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_ptr_equal(b->packet, packet);
	bed_exchange(b, 2, FAKE_TYPE, "r20-y");
	assert_memory_equal(b->packet, "\2\2\0\7\310Ry", 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(c01_without_a_host_there_is_no_packet),
		BED_TEST(c02_success_leaves_the_error_null),
		BED_TEST(c03_failure_leaves_nothing_stale),
		BED_TEST(c04_null_outputs_are_refused),
		BED_TEST(c05_null_error_is_accepted_everywhere),
		BED_TEST(c06_input_size_is_ignored),
		BED_TEST(c07_input_packet_is_overwritten),
		BED_TEST(c08_unknown_handle_is_refused),
		BED_TEST(c09_handle_zero_is_refused),
		BED_TEST(c10_ended_handle_stays_dead),
		BED_TEST(c11_failed_begin_gives_no_handle),
		BED_TEST(c12_fresh_session_has_nothing_to_send),
		BED_TEST(c13_nothing_to_send_after_discard),
		BED_TEST(c16_nothing_to_send_after_result),
		BED_TEST(c17_wrong_call_has_no_side_effect),
		BED_TEST(c18_send_makes_a_packet_available),
		BED_TEST(c21_size_is_the_eap_length),
		BED_TEST(c22_code_is_response),
		BED_TEST(c23_identifier_is_the_requests),
		BED_TEST(c24_packet_begins_with_the_code),
		BED_TEST(c25_size_never_exceeds_the_maximum),
		BED_TEST(c26_fragments_reassemble_to_the_original),
		BED_TEST(c27_improper_response_is_never_handed_out),
		BED_TEST(c27_response_may_begin_later_in_its_frame),
		BED_TEST(c28_buffer_stays_until_the_next_call),
		BED_TEST(c29_other_sessions_do_not_disturb_it),
		BED_TEST(c29_fetched_again_it_is_not_spilled),
		BED_TEST(c30_calls_without_a_session_do_not_disturb_it),
		BED_TEST(c31_end_releases_it),
		BED_TEST(c31_end_releases_a_queued_one_later),
		BED_TEST(c34_fetched_twice_it_is_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
