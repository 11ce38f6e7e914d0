/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Get-send-packet, C01 to C34. */
#include "base/frame.h"
#include "conformance.h"
#include "wire/eap.h"

void c01(struct bed *b)
{
	uint32_t size = 7;
	uint8_t byte, *packet = &byte;

	assert_int_equal(b->api->get_send_packet(NULL, b->session, &size, &packet, NULL),
			 XEAP_E_INVALID_STATE);
	assert_null(packet);
	assert_int_equal(size, 0);
}

void c02(struct bed *b)
{
	void *error = b->in;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(b->api->get_send_packet(b->host, b->session, &b->size, &b->packet, &error),
			 XEAP_OK);
	assert_null(error);
}

void c03(struct bed *b)
{
	uint8_t *packet;
	uint32_t size;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	packet = b->packet;
	size = b->size;
	assert_int_equal(b->api->get_send_packet(b->host, b->session + 1, &size, &packet, NULL),
			 XEAP_E_INVALID_HANDLE);
	assert_null(packet);
	assert_int_equal(size, 0);
}

void c04(struct bed *b)
{
	uint32_t size = 1;
	uint8_t *packet = b->in;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(b->api->get_send_packet(b->host, b->session, NULL, &packet, NULL),
			 XEAP_E_INVALID_PARAMETER);
	assert_null(packet);
	assert_int_equal(b->api->get_send_packet(b->host, b->session, &size, NULL, NULL),
			 XEAP_E_INVALID_PARAMETER);
	assert_int_equal(size, 0);
	assert_int_equal(b->api->get_send_packet(b->host, b->session, NULL, NULL, NULL),
			 XEAP_E_INVALID_PARAMETER);
	assert_int_equal(bed_gsp(b), XEAP_OK);
}

/* Those that are about packets and results. */
static void c05_flow(struct bed *b)
{
	const struct api *api = b->api;
	struct xeap_session_options o = bed_options(b);
	struct xeap_session_result result;
	enum xeap_auth_status status;
	enum xeap_action action;
	uint64_t none;

	o.method_type = 77;
	assert_int_equal(api->begin(b->host, &o, b->config, &none, NULL),
			 XEAP_E_METHOD_NOT_INSTALLED);
	assert_int_equal(api->process(b->host, 0, 4, b->in, &action, NULL), XEAP_E_INVALID_HANDLE);
	assert_int_equal(api->get_send_packet(b->host, 0, &b->size, &b->packet, NULL),
			 XEAP_E_INVALID_HANDLE);
	assert_int_equal(api->get_result(b->host, 0, XEAP_REASON_TIMEOUT, &result, NULL),
			 XEAP_E_INVALID_HANDLE);
	assert_int_equal(api->get_auth_status(b->host, 0, &status, NULL), XEAP_E_INVALID_HANDLE);
	assert_int_equal(api->end(b->host, 0, NULL), XEAP_E_INVALID_HANDLE);
	assert_int_equal(api->clear_connection(b->host, (const uint8_t *)"never-seen-befor", NULL),
			 XEAP_E_INVALID_PARAMETER);
}

void c05(struct bed *b)
{
	const struct api *api = b->api;
	struct xeap_attributes attributes = { 0 };
	enum xeap_action action;
	const uint8_t *context;

	c05_flow(b);
	assert_int_equal(api->get_ui_context(b->host, 0, &b->size, &context, NULL),
			 XEAP_E_INVALID_HANDLE);
	assert_int_equal(api->set_ui_context(b->host, 0, 4, b->in, &action, NULL),
			 XEAP_E_INVALID_HANDLE);
	assert_int_equal(api->get_response_attributes(b->host, 0, &attributes, NULL),
			 XEAP_E_INVALID_HANDLE);
	attributes.count = 0;
	assert_int_equal(api->set_response_attributes(b->host, 0, &attributes, &action, NULL),
			 XEAP_E_INVALID_HANDLE);
}

void c06(struct bed *b)
{
	const uint32_t sizes[] = { 0, 1, 4, UINT32_MAX };

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	for (size_t i = 0; i < 4; i++) {
		uint32_t size = sizes[i];

		assert_int_equal(b->api->get_send_packet(b->host, b->session, &size, &b->packet,
							 NULL),
				 XEAP_OK);
		assert_int_equal(size, 5 + strlen(BED_IDENTITY));
	}
}

void c07(struct bed *b)
{
	uint8_t *bogus = (uint8_t *)(uintptr_t)8;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(b->api->get_send_packet(b->host, b->session, &b->size, &bogus, NULL),
			 XEAP_OK);
	assert_ptr_equal(bogus, b->packet);
}

void c08(struct bed *b)
{
	const uint64_t ours = b->session;
	const uint64_t unknown[] = { ours + 1, ours + (1ull << 20), ~0ull, ours - 1 };

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	for (size_t i = 0; i < 4; i++) {
		b->session = unknown[i];
		assert_int_equal(bed_gsp(b), XEAP_E_INVALID_HANDLE);
	}
	b->session = ours;
	assert_int_equal(bed_gsp(b), XEAP_OK);
}

void c09(struct bed *b)
{
	assert_int_not_equal(b->session, 0);
	b->session = 0;
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_HANDLE);
}

void c10(struct bed *b)
{
	uint64_t old = b->session;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(bed_end(b), XEAP_OK);
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_HANDLE);
	/* The place is used again, the handle never. */
	for (int i = 0; i < 1000; i++) {
		uint64_t id = bed_begin(b);

		assert_int_not_equal(id, old);
		assert_int_equal(bed_gsp(b), XEAP_E_INVALID_HANDLE);
		assert_int_equal(b->api->end(b->host, id, NULL), XEAP_OK);
	}
	assert_int_equal(bed_end(b), XEAP_E_INVALID_HANDLE);
}

void c11(struct bed *b)
{
	struct xeap_session_options o = bed_options(b);
	uint64_t id = 99;

	o.method_type = 77;
	assert_int_equal(b->api->begin(b->host, &o, b->config, &id, NULL),
			 XEAP_E_METHOD_NOT_INSTALLED);
	assert_int_equal(id, 0);
	o = bed_options(b);
	o.max_send_packet_size = 63;
	id = 99;
	assert_int_equal(b->api->begin(b->host, &o, b->config, &id, NULL),
			 XEAP_E_INVALID_PARAMETER);
	assert_int_equal(id, 0);
	b->session = id;
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_HANDLE);
}

void c12(struct bed *b)
{
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
}

void c13(struct bed *b)
{
	assert_int_equal(bed_request(b, 1, BED_TYPE, "i20-"), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_DISCARD);
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	/* An earlier response is still the last one. */
	bed_exchange(b, 2, BED_TYPE, "r20-x");
	assert_int_equal(bed_request(b, 3, BED_TYPE, "i20-"), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_DISCARD);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_int_equal(b->packet[1], 2);
}

/* Nothing is to be sent, nor is it the turn of the other question; a duplicate changes nothing. */
static void expect_waiting(struct bed *b, uint8_t id, const char *data)
{
	unsigned int calls = fake_method_calls();

	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	assert_int_equal(bed_request(b, id, BED_TYPE, data), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_NONE);
	/* A late duplicate of what was answered before is no reason to send either. */
	assert_int_equal(bed_request(b, 1, BED_TYPE, "r20-x"), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_DISCARD);
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	assert_int_equal(fake_method_calls(), calls);
}

void c14(struct bed *b)
{
	struct xeap_attributes a;

	bed_exchange(b, 1, BED_TYPE, "r20-x");
	assert_int_equal(bed_request(b, 2, BED_TYPE, "A20-"), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_RESPOND);
	expect_waiting(b, 2, "A20-");
	assert_int_equal(bed_get_ui(b), XEAP_E_INVALID_STATE);
	assert_int_equal(b->api->get_response_attributes(b->host, b->session, &a, NULL), XEAP_OK);
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	/* And it is over when another request is answered. */
	bed_exchange(b, 3, BED_TYPE, "r20-y");
	assert_int_equal(bed_attribute(b, "late"), XEAP_E_INVALID_STATE);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_memory_equal(b->packet, "\2\3\0\7\310Ry", 7);
}

void c15(struct bed *b)
{
	bed_exchange(b, 1, BED_TYPE, "r20-x");
	assert_int_equal(bed_request(b, 2, BED_TYPE, "u20-"), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_INVOKE_UI);
	expect_waiting(b, 2, "u20-");
	assert_int_equal(bed_attribute(b, "x"), XEAP_E_INVALID_STATE);
	assert_int_equal(bed_get_ui(b), XEAP_OK);
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	/* Bytes that are no answer, and an answer that lacks what is required: nothing changes. */
	assert_int_equal(b->api->set_ui_context(b->host, b->session, 3, b->in, &b->action, NULL),
			 XEAP_E_INVALID_PARAMETER);
	assert_int_equal(bed_answer(b, ""), XEAP_E_INVALID_PARAMETER);
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	assert_int_equal(bed_answer(b, "again"), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_INVOKE_UI);
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	/* Cancelled: the mandatory answer all the same, and the end. */
	assert_int_equal(bed_answer(b, NULL), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_RESULT);
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	assert_false(bed_result(b, XEAP_REASON_FROM_METHOD).success);
}

void c16(struct bed *b)
{
	bed_exchange(b, 1, BED_TYPE, "r42-x");
	assert_int_equal(bed_verdict(b, XEAP_EAP_SUCCESS, 1), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_RESULT);
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	assert_true(bed_result(b, XEAP_REASON_FROM_METHOD).success);
}

void c17(struct bed *b)
{
	struct xeap_session_result result;

	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	assert_int_equal(bed_get_ui(b), XEAP_E_INVALID_STATE);
	assert_int_equal(bed_attribute(b, "x"), XEAP_E_INVALID_STATE);
	assert_int_equal(b->api->get_result(b->host, b->session, XEAP_REASON_FROM_METHOD, &result,
					    NULL),
			 XEAP_E_INVALID_STATE);
	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_memory_equal(b->packet, "\2\1\0\25\1" BED_IDENTITY, 21);
	assert_int_equal(bed_answer(b, NULL), XEAP_E_INVALID_STATE);
	assert_int_equal(b->api->get_result(b->host, b->session, XEAP_REASON_FROM_METHOD, &result,
					    NULL),
			 XEAP_E_INVALID_STATE);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_memory_equal(b->packet, "\2\1\0\25\1" BED_IDENTITY, 21);
}

/* It is there, and it is what leaves. */
static void expect_on_the_wire(struct bed *b, const void *bytes, uint32_t len)
{
	assert_int_equal(b->action, XEAP_ACTION_SEND);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	bed_transmit(b);
	bed_complete(b);
	assert_int_equal(b->wire_len, len);
	assert_memory_equal(b->wire, bytes, len);
}

void c18(struct bed *b)
{
	assert_int_equal(bed_request(b, 1, XEAP_EAP_IDENTITY, ""), XEAP_OK);
	expect_on_the_wire(b, "\2\1\0\25\1" BED_IDENTITY, 21);
}

void c19(struct bed *b)
{
	struct xeap_attributes a;

	assert_int_equal(bed_request(b, 1, BED_TYPE, "A20-"), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_RESPOND);
	assert_int_equal(b->api->get_response_attributes(b->host, b->session, &a, NULL), XEAP_OK);
	assert_int_equal(a.count, 1);
	assert_int_equal(a.item[0].type, 18);
	assert_int_equal(a.item[0].value.len, 9);
	assert_memory_equal(a.item[0].value.data, "What now?", 9);
	assert_int_equal(bed_attribute(b, "again"), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_RESPOND);
	assert_int_equal(bed_attribute(b, "go on"), XEAP_OK);
	expect_on_the_wire(b, "\2\1\0\13\310Rgo on", 11);
	assert_int_equal(bed_attribute(b, "go on"), XEAP_E_INVALID_STATE);
}

/* What is asked, and the identity, which the host itself asks for. */
void c20(struct bed *b)
{
	struct xeap_prompt prompt;

	assert_int_equal(bed_request(b, 1, BED_TYPE, "u20-"), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_INVOKE_UI);
	assert_int_equal(bed_get_ui(b), XEAP_OK);
	assert_int_equal(xeap_prompt_parse(xeap_span(b->context, b->size), &prompt), 0);
	assert_string_equal(prompt.text, "Who goes\nthere?");
	assert_int_equal(prompt.fields[1].kind, XEAP_FIELD_PASSWORD);
	assert_int_equal(bed_answer(b, "hello"), XEAP_OK);
	expect_on_the_wire(b, "\2\1\0\13\310Rhello", 11);
	assert_int_equal(bed_answer(b, NULL), XEAP_E_INVALID_STATE);
	bed_begin_with(b, NULL, NULL, NULL, 0);
	assert_int_equal(bed_request(b, 1, XEAP_EAP_IDENTITY, ""), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_INVOKE_UI);
	assert_int_equal(bed_answer(b, "me"), XEAP_OK);
	expect_on_the_wire(b, "\2\1\0\7\1me", 7);
	bed_exchange(b, 2, XEAP_EAP_IDENTITY, "");
	assert_memory_equal(b->packet, "\2\2\0\7\1me", 7);
}

void c21(struct bed *b)
{
	bed_exchange(b, 1, BED_TYPE, "r20-hello");
	assert_int_equal(b->size, 11);
	assert_int_equal(b->packet[2] << 8 | b->packet[3], 11);
}

void c22(struct bed *b)
{
	bed_exchange(b, 1, BED_TYPE, "r20-x");
	assert_int_equal(b->packet[0], 2);
}

void c23(struct bed *b)
{
	for (unsigned int id = 200; id < 300; id += 11) {
		bed_exchange(b, (uint8_t)id, BED_TYPE, "r20-x");
		assert_int_equal(b->packet[1], (uint8_t)id);
	}
	/* A later answer is still the answer to its own request. */
	assert_int_equal(bed_request(b, 77, BED_TYPE, "u20-"), XEAP_OK);
	assert_int_equal(bed_request(b, 78, BED_TYPE, "i20-"), XEAP_OK);
	assert_int_equal(bed_answer(b, "x"), XEAP_OK);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_int_equal(b->packet[1], 77);
}

void c24(struct bed *b)
{
	struct xeap_frame *f;

	bed_exchange(b, 9, BED_TYPE, "r20-hello");
	assert_memory_equal(b->packet, "\2\11\0\13\310Rhello", 11);
	/* The headers have their room in front, in the same frame. */
	f = xeap_pool_frame_of(b->pool, b->packet);
	assert_non_null(f);
	assert_ptr_equal(f->c.data, b->packet);
	assert_true(xeap_frame_headroom(f) >= XEAP_FRAME_HEADROOM);
	if (b->kind == POOL_UMEM)
		assert_true(b->packet >= b->area && b->packet < b->area + BED_FRAMES * BED_CHUNK);
}

void c25(struct bed *b)
{
	char echo[BED_MAX_PACKET] = "r20-";

	/* 6 octets of headers and 194 of echo. */
	memset(echo + 4, 'x', 194);
	bed_exchange(b, 1, BED_TYPE, echo);
	assert_int_equal(b->size, BED_MAX_PACKET);
	echo[4 + 194] = 'x';
	assert_int_equal(bed_request(b, 2, BED_TYPE, echo), XEAP_E_METHOD_INVALID_PACKET);
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
}

void c26(struct bed *b)
{
	uint8_t next = 0;

	for (uint8_t i = 0; i < 20; i++) {
		bed_exchange(b, i, BED_TYPE, i ? "n20-" : "f20-\24");
		bed_transmit(b);
		bed_complete(b);
		assert_int_equal(b->wire_len, BED_MAX_PACKET);
		for (uint32_t at = 5; at < b->wire_len; at++)
			assert_int_equal(b->wire[at], next++);
	}
}

static void c27_improper(struct bed *b, const char *data)
{
	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	assert_int_equal(bed_request(b, 2, BED_TYPE, data), XEAP_E_METHOD_INVALID_PACKET);
	assert_int_equal(b->why.method_type, BED_TYPE);
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	assert_int_equal(bed_status(b), XEAP_AUTH_FAILED);
	bed_end(b);
	assert_int_equal(bed_frames(b, XEAP_FRAME_FREE), BED_FRAMES);
	b->session = bed_begin(b);
}

void c27(struct bed *b)
{
	/* p: a question that cannot be shown is as improper. */
	const char *const bad[] = { "020-x", "l20-x", "L20-x", "c20-x",
				    "d20-x", "t20-x", "b20-x", "p20-" };
	struct xeap_frame *f;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		c27_improper(b, bad[i]);
	/* Not a fault: a method may leave room in front. */
	bed_exchange(b, 1, BED_TYPE, "a20-x");
	assert_memory_equal(b->packet, "\2\1\0\7\310Rx", 7);
	f = xeap_pool_frame_of(b->pool, b->packet);
	assert_int_equal(xeap_frame_headroom(f), XEAP_FRAME_HEADROOM + 4);
}

void c28(struct bed *b)
{
	uint8_t *packet;

	bed_exchange(b, 1, BED_TYPE, "r20-x");
	packet = b->packet;
	memset(b->in, 0xee, sizeof(b->in));
	assert_memory_equal(packet, "\2\1\0\7\310Rx", 7);
	bed_transmit(b);
	assert_memory_equal(packet, "\2\1\0\7\310Rx", 7);
	bed_complete(b);
	assert_memory_equal(packet, "\2\1\0\7\310Rx", 7);
}

/*
 * A held frame is fetched to be sent again; before it is queued the pool runs dry. It is not the
 * frame to be taken.
 */
static void c29_fetched_again(struct bed *b)
{
	struct xeap_frame *taken[BED_FRAMES];
	unsigned int n;

	bed_exchange(b, 1, BED_TYPE, "r20-x");
	bed_transmit(b);
	bed_complete(b);
	bed_exchange(b, 1, BED_TYPE, "r20-x");
	n = bed_take_frames(b, taken);
	assert_int_equal(n, BED_FRAMES - 1);
	assert_memory_equal(b->packet, "\2\1\0\7\310Rx", 7);
	/* Once it was sent again it may go. */
	bed_transmit(b);
	bed_complete(b);
	taken[n++] = xeap_pool_lend(b->pool);
	assert_non_null(taken[n - 1]);
	bed_give_frames(taken, n);
}

/* What a session does until it waits for a person; its question stays open. */
static uint64_t other_session(struct bed *b)
{
	b->session = bed_begin(b);
	bed_exchange(b, 1, BED_TYPE, "r20-theirs");
	bed_exchange(b, 2, BED_TYPE, "r20-theirs too");
	assert_int_equal(bed_request(b, 3, BED_TYPE, "u20-"), XEAP_OK);
	assert_int_equal(bed_get_ui(b), XEAP_OK);
	return b->session;
}

void c29(struct bed *b)
{
	uint64_t ours = b->session, others[3];
	uint8_t *packet;

	bed_exchange(b, 1, BED_TYPE, "r20-ours");
	packet = b->packet;
	for (int i = 0; i < 3; i++)
		others[i] = other_session(b);
	assert_int_equal(bed_answer(b, "theirs"), XEAP_OK);
	for (int i = 0; i < 3; i++)
		b->api->end(b->host, others[i], NULL);
	assert_memory_equal(packet, "\2\1\0\12\310Rours", 10);
	b->session = ours;
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_ptr_equal(b->packet, packet);
	bed_reopen(b);
	c29_fetched_again(b);
}

/* The calls that take no session, as far as they leave the host alone. */
static void calls_without_a_session(struct bed *b)
{
	const uint8_t *id = (const uint8_t *)"never-seen-befor";
	struct xeap_pool *pool;
	uint8_t *area;

	assert_int_equal(b->api->notify(b->host, id), XEAP_E_INVALID_PARAMETER);
	assert_int_equal(b->api->dispatch(b->host), 0);
	assert_int_equal(b->api->clear_connection(b->host, id, NULL), XEAP_E_INVALID_PARAMETER);
	b->api->free_error(NULL);
	pool = bed_new_pool(b, &area);
	assert_non_null(pool);
	xeap_pool_free(pool);
	free(area);
}

void c30(struct bed *b)
{
	uint8_t *packet, *context;
	uint32_t size;

	bed_exchange(b, 1, BED_TYPE, "r20-x");
	packet = b->packet;
	calls_without_a_session(b);
	assert_memory_equal(packet, "\2\1\0\7\310Rx", 7);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_ptr_equal(b->packet, packet);
	/* A question stays what it is as well. */
	assert_int_equal(bed_request(b, 2, BED_TYPE, "u20-"), XEAP_OK);
	assert_int_equal(bed_get_ui(b), XEAP_OK);
	size = b->size;
	context = malloc(size);
	memcpy(context, b->context, size);
	calls_without_a_session(b);
	assert_memory_equal(context, b->context, size);
	free(context);
	assert_int_equal(bed_answer(b, "y"), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_SEND);
}

void c31(struct bed *b)
{
	struct xeap_frame *f;

	bed_exchange(b, 1, BED_TYPE, "r20-x");
	assert_int_equal(bed_frames(b, XEAP_FRAME_LENT), 1);
	assert_int_equal(bed_end(b), XEAP_OK);
	assert_int_equal(bed_frames(b, XEAP_FRAME_FREE), BED_FRAMES);
	/* With a question open, and its context not freed. */
	b->session = bed_begin(b);
	bed_exchange(b, 1, BED_TYPE, "f20-\3");
	assert_int_equal(bed_request(b, 2, BED_TYPE, "u20-"), XEAP_OK);
	assert_int_equal(bed_get_ui(b), XEAP_OK);
	assert_int_equal(bed_end(b), XEAP_OK);
	assert_int_equal(bed_frames(b, XEAP_FRAME_FREE), BED_FRAMES);
	/* In the TX ring at the time, it is released on completion; a socket has none. */
	b->session = bed_begin(b);
	bed_exchange(b, 1, BED_TYPE, "r20-x");
	f = xeap_pool_frame_of(b->pool, b->packet);
	bed_transmit(b);
	assert_int_equal(bed_end(b), XEAP_OK);
	assert_int_equal(bed_frames(b, XEAP_FRAME_QUEUED), b->kind == POOL_UMEM);
	if (b->kind == POOL_UMEM)
		assert_memory_equal(f->c.data, "\2\1\0\7\310Rx", 7);
	bed_complete(b);
	assert_int_equal(bed_frames(b, XEAP_FRAME_FREE), BED_FRAMES);
}

void c32(struct bed *b)
{
	uint8_t *packet;

	bed_exchange(b, 1, BED_TYPE, "r20-x");
	packet = b->packet;
	/* An API without such a call has nothing that could free it: it lies in the pool. */
	assert_non_null(xeap_pool_frame_of(b->pool, packet));
	if (b->api->free_runtime_memory) {
		b->api->free_runtime_memory(packet);
		b->api->free_runtime_memory(packet);
		b->api->free_runtime_memory(NULL);
	}
	assert_memory_equal(packet, "\2\1\0\7\310Rx", 7);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_ptr_equal(b->packet, packet);
}

void c34(struct bed *b)
{
	uint8_t *packet;

	bed_exchange(b, 1, BED_TYPE, "r20-x");
	packet = b->packet;
	bed_transmit(b);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_ptr_equal(b->packet, packet);
	bed_complete(b);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_ptr_equal(b->packet, packet);
	bed_exchange(b, 2, BED_TYPE, "r20-y");
	assert_memory_equal(b->packet, "\2\2\0\7\310Ry", 7);
}
