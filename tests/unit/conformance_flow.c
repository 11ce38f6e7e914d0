/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A conversation from begin to end, C35 to C50 and C53. Threads and memory: conformance_limits. */
#include "conformance.h"
#include "fake_packet.h"
#include "wire/eap.h"

void c35(struct bed *b)
{
	uint8_t *packet;

	bed_exchange(b, 1, BED_TYPE, "r20-x");
	packet = b->packet;
	/* Before it was sent, while it is in the TX ring, and after. */
	bed_exchange(b, 1, BED_TYPE, "r20-x");
	assert_ptr_equal(b->packet, packet);
	bed_transmit(b);
	bed_exchange(b, 1, BED_TYPE, "r20-x");
	assert_ptr_equal(b->packet, packet);
	bed_complete(b);
	bed_exchange(b, 1, BED_TYPE, "r20-x");
	assert_ptr_equal(b->packet, packet);
	assert_memory_equal(packet, "\2\1\0\7\310Rx", 7);
	assert_int_equal(fake_method_calls(), 1);
	/* The same for one that a person answered: it is not asked again. */
	assert_int_equal(bed_request(b, 2, BED_TYPE, "u20-"), XEAP_OK);
	assert_int_equal(bed_answer(b, "y"), XEAP_OK);
	bed_exchange(b, 2, BED_TYPE, "u20-");
	assert_memory_equal(b->packet, "\2\2\0\7\310Ry", 7);
	assert_int_equal(fake_method_calls(), 3);
}

void c36(struct bed *b)
{
	bed_exchange(b, 1, BED_TYPE, "r20-x");
	bed_exchange(b, 1, BED_TYPE, "r20-y");
	assert_memory_equal(b->packet, "\2\1\0\7\310Ry", 7);
	assert_int_equal(fake_method_calls(), 2);
}

void c37(struct bed *b)
{
	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "hello");
	assert_memory_equal(b->packet, "\2\1\0\25\1" BED_IDENTITY, 21);
	/* The anonymous one goes first. */
	bed_begin_with(b, "\"secret@example.org\"", "anonymous_identity", "\"@example.org\"", 0);
	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_memory_equal(b->packet, "\2\1\0\21\1@example.org", 17);
}

void c38(struct bed *b)
{
	struct xeap_session_options o = bed_options(b);

	o.flags = XEAP_FLAG_GUEST_ACCESS;
	bed_begin_again(b, &o);
	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(b->size, 5);
	assert_memory_equal(b->packet, "\2\1\0\5\1", 5);
}

void c39(struct bed *b)
{
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

static void expect_notification(struct bed *b, const char *want)
{
	const char *text = NULL;

	if (!b->api->get_notification)
		return;
	assert_int_equal(b->api->get_notification(b->host, b->session, &text, NULL), XEAP_OK);
	assert_string_equal(text, want);
}

void c40(struct bed *b)
{
	expect_notification(b, "");
	bed_exchange(b, 1, XEAP_EAP_NOTIFICATION, "Your password expires\ntoday");
	assert_memory_equal(b->packet, "\2\1\0\5\2", 5);
	expect_notification(b, "Your password expires?today");
}

/* A verdict needs no frame, so none can be lacking. */
static void c41_without_frames(struct bed *b)
{
	struct xeap_frame *taken[BED_FRAMES];
	unsigned int n;

	bed_exchange(b, 1, BED_TYPE, "r42-x");
	n = bed_take_frames(b, taken);
	assert_int_equal(bed_verdict(b, XEAP_EAP_SUCCESS, 1), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_RESULT);
	bed_give_frames(taken, n);
}

/* The authenticator would not wait for the person. */
static void c41_amid_a_question(struct bed *b)
{
	bed_exchange(b, 1, BED_TYPE, "r30-x");
	assert_int_equal(bed_request(b, 2, BED_TYPE, "u30-"), XEAP_OK);
	assert_int_equal(bed_verdict(b, XEAP_EAP_FAILURE, 2), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_RESULT);
	assert_int_equal(bed_answer(b, NULL), XEAP_E_INVALID_STATE);
	assert_false(bed_result(b, XEAP_REASON_FROM_METHOD).success);
}

void c41(struct bed *b)
{
	const char *const first[] = { "r20-x", "r30-x", "r31-x", "r42-x" };

	for (int i = 0; i < 8; i++) {
		bed_end(b);
		b->session = bed_begin(b);
		assert_int_equal(bed_verdict(b, XEAP_EAP_SUCCESS, 0), XEAP_OK);
		assert_int_not_equal(b->action, XEAP_ACTION_SEND);
		bed_exchange(b, 1, BED_TYPE, first[i / 2]);
		assert_int_equal(bed_verdict(b, i & 1 ? XEAP_EAP_SUCCESS : XEAP_EAP_FAILURE, 1),
				 XEAP_OK);
		assert_true(b->action == XEAP_ACTION_RESULT || b->action == XEAP_ACTION_DISCARD);
	}
	bed_reopen(b);
	c41_without_frames(b);
	bed_reopen(b);
	c41_amid_a_question(b);
}

void c42(struct bed *b)
{
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
	const struct api *api = b->api;

	bed_exchange(b, 1, BED_TYPE, "r20-x");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		bed_feed(b, xeap_span(bad[i].bytes, bad[i].len));
		assert_int_equal(b->code, bad[i].code);
		assert_int_equal(b->action, XEAP_ACTION_DISCARD);
		assert_int_equal(bed_gsp(b), XEAP_OK);
		assert_memory_equal(b->packet, "\2\1\0\7\310Rx", 7);
	}
	assert_int_equal(api->process(b->host, b->session, 4, NULL, &b->action, NULL),
			 XEAP_E_INVALID_PARAMETER);
	assert_int_equal(api->process(b->host, b->session, 4, b->in, NULL, NULL),
			 XEAP_E_INVALID_PARAMETER);
}

void c43(struct bed *b)
{
	uint64_t ours = b->session;

	b->session++;
	assert_int_equal(bed_request(b, 1, XEAP_EAP_IDENTITY, ""), XEAP_E_INVALID_HANDLE);
	assert_int_equal(b->action, XEAP_ACTION_START_AUTHENTICATION);
	assert_true(b->why.repair[0]);
	b->session = ours;
}

void c44(struct bed *b)
{
	assert_int_equal(bed_request(b, 1, BED_TYPE, "g20-x"), XEAP_E_AUTHENTICATION_FAILED);
	assert_int_equal(b->why.code, XEAP_E_AUTHENTICATION_FAILED);
	assert_int_equal(b->why.reason, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	assert_int_equal(b->why.method_type, BED_TYPE);
	assert_string_equal(b->why.root_cause, "the server does not like the password");
	assert_string_equal(b->why.repair, "check identity= and password=");
	assert_int_equal(bed_status(b), XEAP_AUTH_FAILED);
	assert_int_equal(bed_result(b, XEAP_REASON_FROM_METHOD).failure_code,
			 XEAP_E_USER_NAME_PASSWORD_REJECTED);
	/* From an answer as well. */
	bed_reopen(b);
	assert_int_equal(bed_request(b, 1, BED_TYPE, "u20-"), XEAP_OK);
	assert_int_equal(bed_answer(b, "wrong"), XEAP_E_AUTHENTICATION_FAILED);
	assert_int_equal(b->why.method_type, BED_TYPE);
	/* One that cannot start is named. */
	bed_reopen(b);
	fake_method_cannot_start(-22);
	assert_int_equal(bed_request(b, 1, BED_TYPE, "r20-x"), XEAP_E_AUTHENTICATION_FAILED);
	assert_int_equal(b->why.method_type, BED_TYPE);
	assert_false(bed_result(b, XEAP_REASON_FROM_METHOD).success);
}

void c45(struct bed *b)
{
	assert_int_equal(bed_request(b, 1, BED_TYPE, "g20-x"), XEAP_E_AUTHENTICATION_FAILED);
	assert_int_equal(bed_end(b), XEAP_OK);
	b->api->read_error(b->error, &b->why);
	assert_string_equal(b->why.root_cause, "the server does not like the password");
}

/* Sessions of one pool take turns with its frames; each response is its own session's. */
void c48(struct bed *b)
{
	uint64_t id[6];
	uint8_t *packet[6];

	id[0] = b->session;
	for (int i = 1; i < 6; i++)
		id[i] = bed_begin(b);
	for (int round = 1; round < 50; round++) {
		for (int i = 0; i < 6; i++) {
			char data[8] = { 'r', '2', '0', '-', (char)('a' + i) };

			b->session = id[i];
			bed_exchange(b, (uint8_t)round, BED_TYPE, data);
			assert_int_equal(b->packet[6], 'a' + i);
			packet[i] = b->packet;
		}
		for (int i = 0; i < 6; i++)
			assert_int_equal(packet[i][6], 'a' + i);
	}
}

void c49(struct bed *b)
{
	const struct api *api = b->api;
	struct xeap_session_options o = bed_options(b), p = o;
	uint64_t first, second, other;

	o.connection_id = (const uint8_t *)"connection-00001";
	p.connection_id = (const uint8_t *)"connection-00002";
	for (int i = 0; i < 3; i++) {
		assert_int_equal(api->begin(b->host, &o, b->config, &first, NULL), XEAP_OK);
		second = 99;
		assert_int_equal(api->begin(b->host, &o, b->config, &second, &b->error),
				 XEAP_E_INVALID_PARAMETER);
		assert_int_equal(second, 0);
		api->read_error(b->error, &b->why);
		assert_non_null(strstr(b->why.root_cause, "connection id"));
		api->free_error(b->error);
		assert_int_equal(api->begin(b->host, &p, b->config, &other, &b->error), XEAP_OK);
		assert_int_equal(api->end(b->host, first, NULL), XEAP_OK);
		assert_int_equal(api->end(b->host, other, NULL), XEAP_OK);
	}
}

void c50(struct bed *b)
{
	enum xeap_auth_status status = XEAP_AUTH_STATUS_MAX;

	assert_int_equal(bed_status(b), XEAP_AUTH_NOT_STARTED);
	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(bed_status(b), XEAP_AUTH_IDENTITY_EXCHANGE);
	bed_exchange(b, 2, XEAP_EAP_MD5, "x");
	assert_int_equal(bed_status(b), XEAP_AUTH_NEGOTIATING_TYPE);
	assert_int_equal(bed_request(b, 3, BED_TYPE, "u42-"), XEAP_OK);
	assert_int_equal(bed_status(b), XEAP_AUTH_IN_PROGRESS);
	assert_int_equal(bed_answer(b, "x"), XEAP_OK);
	assert_int_equal(bed_status(b), XEAP_AUTH_IN_PROGRESS);
	bed_verdict(b, XEAP_EAP_SUCCESS, 3);
	assert_int_equal(bed_status(b), XEAP_AUTH_SUCCEEDED);
	bed_end(b);
	assert_int_equal(b->api->get_auth_status(b->host, b->session, &status, NULL),
			 XEAP_E_INVALID_HANDLE);
	assert_int_equal(status, XEAP_AUTH_INVALID_SESSION);
	b->session = bed_begin(b);
	bed_exchange(b, 1, BED_TYPE, "r30-x");
	bed_verdict(b, XEAP_EAP_FAILURE, 1);
	assert_int_equal(bed_status(b), XEAP_AUTH_FAILED);
}

static void count_call(void *ctx, const uint8_t *id, enum xeap_notification_reason reason)
{
	unsigned int *calls = ctx;

	assert_memory_equal(id, "connection-00001", 16);
	(*calls)++;
}

/* With an id there are callbacks, from the first session on until it is cleared. */
static void c53_with_an_id(struct bed *b)
{
	const uint8_t *id = (const uint8_t *)"connection-00001";
	struct xeap_session_options o = bed_options(b);
	unsigned int calls = 0;

	o.connection_id = id;
	o.notify = count_call;
	o.notify_ctx = &calls;
	bed_begin_again(b, &o);
	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(b->api->notify(b->host, id), XEAP_OK);
	assert_int_equal(b->api->notify(b->host, id), XEAP_OK);
	assert_int_equal(calls, 0);
	assert_int_equal(b->api->dispatch(b->host), 1);
	assert_int_equal(calls, 1);
	assert_int_equal(bed_end(b), XEAP_OK);
	assert_int_equal(b->api->notify(b->host, id), XEAP_OK);
	assert_int_equal(b->api->dispatch(b->host), 1);
	assert_int_equal(b->api->notify(b->host, id), XEAP_OK);
	assert_int_equal(b->api->clear_connection(b->host, id, NULL), XEAP_OK);
	assert_int_equal(b->api->dispatch(b->host), 0);
	assert_int_equal(b->api->notify(b->host, id), XEAP_E_INVALID_PARAMETER);
	assert_int_equal(calls, 2);
	assert_int_equal(b->api->clear_connection(b->host, id, NULL), XEAP_E_INVALID_PARAMETER);
}

void c53(struct bed *b)
{
	struct xeap_session_options o = bed_options(b);
	unsigned int calls = 0;

	o.notify = count_call;
	o.notify_ctx = &calls;
	bed_begin_again(b, &o);
	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(b->api->dispatch(b->host), 0);
	assert_int_equal(calls, 0);
	c53_with_an_id(b);
}
