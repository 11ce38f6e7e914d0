/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The EAP peer machine of RFC 4137, packet by packet, with a method that does as it is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "fake_method.h"
#include "peer/peer.h"
#include <xeap/host.h>

#define MAX_PACKET 200

struct bed {
	_Alignas(16) uint8_t ctx[sizeof(struct fake_ctx)];
	struct xeap_peer_config config;
	struct xeap_peer peer;
	uint8_t in[2048], out[MAX_PACKET + 8], last[MAX_PACKET];
	struct xeap_writer w;
	enum xeap_peer_verdict verdict;
};

static const struct xeap_method other_method = {
	.abi = XEAP_METHOD_ABI,
	.name = "OTHER",
	.type = { .type = 254, .vendor = 0x00abcd, .vendor_type = 7 },
	.ctx_size = sizeof(struct fake_ctx),
	.init = fake_init,
	.process = fake_process,
	.done = fake_done,
};

static const struct xeap_peer_method methods[] = { { .method = &fake_method },
						   { .method = &other_method } };

static int setup(void **state)
{
	struct bed *b = calloc(1, sizeof(*b));

	fake_calls = fake_begun = fake_short = 0;
	fake_init_error = 0;
	b->config = (struct xeap_peer_config){
		.methods = methods,
		.method_count = 2,
		.identity = xeap_span("user@example.org", 16),
		.max_packet = MAX_PACKET,
		.ctx_memory = b->ctx,
		.ctx_size = sizeof(b->ctx),
	};
	xeap_peer_init(&b->peer, &b->config);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bed *b = *state;

	xeap_peer_done(&b->peer);
	assert_int_equal(fake_begun, 0);
	free(b);
	return 0;
}

static int feed(struct bed *b, struct xeap_span packet)
{
	struct xeap_peer_received r;
	int err = xeap_peer_receive(&b->peer, packet, &r);

	b->verdict = XEAP_PEER_VERDICT_MAX;
	if (err)
		return err;
	b->w = (struct xeap_writer){ .c = { b->out + 4, 0, MAX_PACKET } };
	return xeap_peer_enter(&b->peer, &r, xeap_peer_responds(&r) ? &b->w : NULL, &b->verdict);
}

static int request(struct bed *b, uint8_t id, uint8_t type, const char *data)
{
	return feed(b, fake_packet(b->in, XEAP_EAP_REQUEST, id, type, data, strlen(data)));
}

static int verdict(struct bed *b, uint8_t code, uint8_t id)
{
	return feed(b, fake_packet(b->in, code, id, 0, NULL, 0));
}

/* The response is to be this. */
static void expect_response(struct bed *b, uint8_t id, const void *rest, size_t len)
{
	uint8_t want[512] = { XEAP_EAP_RESPONSE, id, 0, (uint8_t)(4 + len) };

	memcpy(want + 4, rest, len);
	assert_int_equal(b->verdict, XEAP_PEER_RESPOND);
	assert_int_equal(b->w.c.len, 4 + len);
	assert_memory_equal(b->w.c.data, want, 4 + len);
}

/* Identity and one request of the method that leaves it in a state and decision. */
static void reach(struct bed *b, enum xeap_method_state state, enum xeap_decision decision)
{
	char data[8] = { 'r', (char)('0' + state), (char)('0' + decision), '-', 'x' };

	assert_int_equal(request(b, 1, XEAP_EAP_IDENTITY, ""), 0);
	assert_int_equal(request(b, 2, FAKE_TYPE, data), 0);
	assert_int_equal(b->verdict, XEAP_PEER_RESPOND);
}

static void identity_is_answered(void **state)
{
	struct bed *b = *state;

	assert_int_equal(request(b, 9, XEAP_EAP_IDENTITY, "who?"), 0);
	expect_response(b, 9, "\1user@example.org", 17);
	/* Asked again under a new Identifier, it is answered again. */
	assert_int_equal(request(b, 10, XEAP_EAP_IDENTITY, "who?"), 0);
	expect_response(b, 10, "\1user@example.org", 17);
}

static void identity_amid_a_method_is_discarded(void **state)
{
	struct bed *b = *state;

	reach(b, XEAP_METHOD_CONT, XEAP_DECISION_FAIL);
	assert_int_equal(request(b, 3, XEAP_EAP_IDENTITY, ""), 0);
	assert_int_equal(b->verdict, XEAP_PEER_DISCARD);
}

static void duplicate_is_retransmitted_without_the_method(void **state)
{
	struct bed *b = *state;

	reach(b, XEAP_METHOD_CONT, XEAP_DECISION_FAIL);
	assert_int_equal(fake_calls, 1);
	assert_int_equal(request(b, 2, FAKE_TYPE, "r20-x"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_RETRANSMIT);
	assert_int_equal(fake_calls, 1);
	/* Same Identifier, one byte differs: a new request. */
	assert_int_equal(request(b, 2, FAKE_TYPE, "r20-y"), 0);
	expect_response(b, 2, "\310Ry", 3);
	assert_int_equal(fake_calls, 2);
}

/* Bytes after Length are no content (RFC 3748 §4). */
static void padding_makes_no_new_request(void **state)
{
	struct bed *b = *state;
	struct xeap_span s;

	assert_int_equal(request(b, 1, XEAP_EAP_IDENTITY, "abc"), 0);
	s = fake_packet(b->in, XEAP_EAP_REQUEST, 1, XEAP_EAP_IDENTITY, "abc", 3);
	s.len += 20;
	assert_int_equal(feed(b, s), 0);
	assert_int_equal(b->verdict, XEAP_PEER_RETRANSMIT);
}

static void nak_names_the_configured_types(void **state)
{
	struct bed *b = *state;

	assert_int_equal(request(b, 5, XEAP_EAP_MD5, "xxxx"), 0);
	expect_response(b, 5, "\3\310\376", 3);
	assert_true(b->peer.naked);
	/* A type we do run is taken afterwards. */
	assert_int_equal(request(b, 6, FAKE_TYPE, "r20-z"), 0);
	expect_response(b, 6, "\310Rz", 3);
}

static void expanded_request_gets_expanded_nak(void **state)
{
	struct bed *b = *state;

	assert_int_equal(feed(b, fake_packet(b->in, 1, 5, 254, "\0\1\2\0\0\0\3data", 11)), 0);
	expect_response(b, 5,
			"\376\0\0\0\0\0\0\3"
			"\376\0\0\0\0\0\0\310"
			"\376\0\253\315\0\0\0\7",
			24);
}

static void expanded_method_is_chosen_by_vendor_and_type(void **state)
{
	struct bed *b = *state;

	assert_int_equal(feed(b, fake_packet(b->in, 1, 5, 254, "\0\253\315\0\0\0\7r20-q", 12)), 0);
	expect_response(b, 5, "\376\0\253\315\0\0\0\7Rq", 10);
	assert_ptr_equal(xeap_peer_selected(&b->peer), &methods[1]);
}

static void nak_without_methods_says_zero(void **state)
{
	struct bed *b = *state;

	b->config.method_count = 0;
	assert_int_equal(request(b, 5, XEAP_EAP_MD5, "xxxx"), 0);
	expect_response(b, 5, "\3\0", 2);
}

static void another_type_amid_a_method_is_discarded(void **state)
{
	struct bed *b = *state;

	reach(b, XEAP_METHOD_CONT, XEAP_DECISION_FAIL);
	assert_int_equal(request(b, 3, XEAP_EAP_MD5, "xxxx"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_DISCARD);
}

static void nothing_is_run_after_done(void **state)
{
	struct bed *b = *state;

	reach(b, XEAP_METHOD_DONE, XEAP_DECISION_COND_SUCC);
	assert_int_equal(request(b, 3, FAKE_TYPE, "r20-x"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_DISCARD);
	assert_int_equal(fake_calls, 1);
}

static void notification_is_answered_and_kept(void **state)
{
	struct bed *b = *state;

	assert_string_equal(xeap_peer_notification(&b->peer), "");
	assert_int_equal(
		request(b, 1, XEAP_EAP_NOTIFICATION, "Gr\303\274\303\237e\33[31m\302\233\377"), 0);
	expect_response(b, 1, "\2", 1);
	assert_string_equal(xeap_peer_notification(&b->peer), "Gr\303\274\303\237e?[31m???");
	assert_int_equal(request(b, 2, XEAP_EAP_NOTIFICATION, "again"), 0);
	assert_string_equal(xeap_peer_notification(&b->peer), "again");
}

static void long_notification_is_cut_between_characters(void **state)
{
	struct bed *b = *state;
	char text[1200];

	memset(text, 'a', sizeof(text));
	memcpy(text + XEAP_PEER_NOTIFICATION_TEXT - 2, "\303\274", 2);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(request(b, 1, XEAP_EAP_NOTIFICATION, text), 0);
	assert_int_equal(strlen(xeap_peer_notification(&b->peer)), XEAP_PEER_NOTIFICATION_TEXT - 2);
}

static void notification_needs_allow_notifications(void **state)
{
	struct bed *b = *state;

	reach(b, XEAP_METHOD_CONT, XEAP_DECISION_FAIL);
	assert_int_equal(request(b, 3, XEAP_EAP_NOTIFICATION, "hi"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_DISCARD);
	assert_string_equal(xeap_peer_notification(&b->peer), "");
	assert_int_equal(request(b, 4, FAKE_TYPE, "r20n"), 0);
	assert_int_equal(request(b, 5, XEAP_EAP_NOTIFICATION, "hi"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_RESPOND);
}

/*
 * A row of the figure's exits of RECEIVED for Success and Failure, and of IDLE for what the lower
 * layer says.
 */
struct exit_row {
	enum xeap_method_state state;
	enum xeap_decision decision;
	char success, failure, accept, timeout; /* S, F, or - for no change */
};

#define M(s) XEAP_METHOD_##s
#define D(d) XEAP_DECISION_##d

static const struct exit_row exits[] = {
	{ M(CONT), D(FAIL), '-', '-', '-', 'F' },
	{ M(CONT), D(UNCOND_SUCC), '-', '-', '-', 'F' }, /* CONT has no verdict yet */
	{ M(MAY_CONT), D(FAIL), 'F', 'F', 'F', 'F' },
	{ M(MAY_CONT), D(COND_SUCC), 'S', 'F', 'S', 'F' },
	{ M(MAY_CONT), D(UNCOND_SUCC), 'S', '-', 'S', 'S' },
	{ M(DONE), D(FAIL), 'F', 'F', 'F', 'F' },
	{ M(DONE), D(COND_SUCC), 'S', 'F', 'S', 'F' },
	{ M(DONE), D(UNCOND_SUCC), 'S', '-', 'S', 'S' },
};

static void expect_state(struct bed *b, char want)
{
	static const char names[] = {
		[XEAP_PEER_IDLE] = '-', [XEAP_PEER_SUCCESS] = 'S', [XEAP_PEER_FAILURE] = 'F'
	};

	assert_int_equal(names[xeap_peer_state(&b->peer)], want);
	if (want == 'F')
		assert_true(b->peer.diag.code && b->peer.diag.text[0]);
	if (want == 'S')
		assert_int_equal(b->peer.diag.text[0], 0);
}

static void again(struct bed *b, const struct exit_row *row)
{
	xeap_peer_done(&b->peer);
	xeap_peer_init(&b->peer, &b->config);
	reach(b, row->state, row->decision);
}

static void exits_are_those_of_the_figure(void **state)
{
	struct bed *b = *state;

	for (size_t i = 0; i < sizeof(exits) / sizeof(exits[0]); i++) {
		again(b, &exits[i]);
		assert_int_equal(verdict(b, XEAP_EAP_SUCCESS, 2), 0);
		expect_state(b, exits[i].success);
		again(b, &exits[i]);
		assert_int_equal(verdict(b, XEAP_EAP_FAILURE, 2), 0);
		expect_state(b, exits[i].failure);
		again(b, &exits[i]);
		xeap_peer_alt_indication(&b->peer, true);
		expect_state(b, exits[i].accept);
		again(b, &exits[i]);
		assert_false(xeap_peer_alt_indication(&b->peer, false));
		expect_state(b, 'F');
		again(b, &exits[i]);
		assert_int_equal(xeap_peer_timeout(&b->peer), exits[i].timeout == 'S');
		expect_state(b, exits[i].timeout);
	}
}

/* RFC 3748 §4.2: the Identifier is that of the Response; canned verdicts are dropped. */
static void verdict_needs_the_identifier_of_the_response(void **state)
{
	struct bed *b = *state;

	assert_int_equal(verdict(b, XEAP_EAP_SUCCESS, 0), 0);
	expect_state(b, '-');
	assert_int_equal(verdict(b, XEAP_EAP_FAILURE, 0), 0);
	expect_state(b, '-');
	reach(b, XEAP_METHOD_MAY_CONT, XEAP_DECISION_COND_SUCC);
	assert_int_equal(verdict(b, XEAP_EAP_SUCCESS, 1), 0);
	assert_int_equal(verdict(b, XEAP_EAP_SUCCESS, 3), 0);
	assert_int_equal(verdict(b, XEAP_EAP_FAILURE, 3), 0);
	expect_state(b, '-');
	b->config.next_id_accepted = true;
	assert_int_equal(verdict(b, XEAP_EAP_SUCCESS, 4), 0);
	expect_state(b, '-');
	assert_int_equal(verdict(b, XEAP_EAP_SUCCESS, 3), 0);
	expect_state(b, 'S');
}

static void success_before_any_method_is_no_success(void **state)
{
	struct bed *b = *state;

	assert_int_equal(request(b, 1, XEAP_EAP_IDENTITY, ""), 0);
	assert_int_equal(verdict(b, XEAP_EAP_SUCCESS, 1), 0);
	expect_state(b, 'F');
}

static void failure_after_nak_is_failed_negotiation(void **state)
{
	struct bed *b = *state;

	assert_int_equal(request(b, 1, XEAP_EAP_MD5, "xx"), 0);
	assert_int_equal(verdict(b, XEAP_EAP_FAILURE, 1), 0);
	expect_state(b, 'F');
	assert_int_equal(xeap_peer_diag(&b->peer)->code, XEAP_I_NEGOTIATION_FAILED);
}

static void nothing_moves_a_peer_that_is_done(void **state)
{
	struct bed *b = *state;

	reach(b, XEAP_METHOD_DONE, XEAP_DECISION_UNCOND_SUCC);
	assert_int_equal(verdict(b, XEAP_EAP_SUCCESS, 2), 0);
	assert_int_equal(b->verdict, XEAP_PEER_DONE);
	assert_int_equal(request(b, 2, FAKE_TYPE, "r42-x"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_DISCARD);
	assert_int_equal(verdict(b, XEAP_EAP_FAILURE, 2), 0);
	assert_true(xeap_peer_alt_indication(&b->peer, false));
	expect_state(b, 'S');
}

static void keys_are_for_success_only(void **state)
{
	struct bed *b = *state;
	uint8_t key[FAKE_SECRET];

	assert_int_equal(xeap_peer_get_key(&b->peer, XEAP_KEY_MSK, key, sizeof(key)), -ENOENT);
	reach(b, XEAP_METHOD_DONE, XEAP_DECISION_UNCOND_SUCC);
	assert_int_equal(xeap_peer_get_key(&b->peer, XEAP_KEY_MSK, key, sizeof(key)), -ENOENT);
	verdict(b, XEAP_EAP_SUCCESS, 2);
	assert_int_equal(xeap_peer_get_key(&b->peer, XEAP_KEY_MSK, key, sizeof(key)), sizeof(key));
	assert_int_equal(key[0], FAKE_PATTERN);
	assert_int_equal(xeap_peer_get_key(&b->peer, XEAP_KEY_MSK, key, 1), -ENOSPC);
}

static void done_and_fail_ends_at_once(void **state)
{
	struct bed *b = *state;

	assert_int_equal(request(b, 1, FAKE_TYPE, "040-"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_DONE);
	expect_state(b, 'F');
	assert_string_equal(b->peer.diag.text, "the method has had enough");
}

/* A TLS alert goes to the server before the end (RFC 5216 §2.1.3). */
static void last_words_of_a_failed_method_are_sent(void **state)
{
	struct bed *b = *state;

	assert_int_equal(request(b, 1, FAKE_TYPE, "r40-alert"), 0);
	expect_response(b, 1, "\310Ralert", 7);
	expect_state(b, '-');
	assert_int_equal(verdict(b, XEAP_EAP_FAILURE, 1), 0);
	expect_state(b, 'F');
	assert_string_equal(b->peer.diag.text, "the method has had enough");
}

static void ignored_request_leaves_nothing_behind(void **state)
{
	struct bed *b = *state;

	assert_int_equal(request(b, 1, FAKE_TYPE, "i20-"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_DISCARD);
	assert_null(xeap_peer_selected(&b->peer));
	assert_int_equal(fake_begun, 0);
	reach(b, XEAP_METHOD_CONT, XEAP_DECISION_FAIL);
	assert_int_equal(request(b, 3, FAKE_TYPE, "i42-"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_DISCARD);
	assert_int_equal(b->peer.method_state, XEAP_METHOD_CONT);
	assert_int_equal(b->peer.last_id, 2);
}

static void shortage_changes_nothing(void **state)
{
	struct bed *b = *state;
	struct xeap_peer before = b->peer;

	fake_short = 1;
	assert_int_equal(request(b, 1, FAKE_TYPE, "r20-x"), -ENOBUFS);
	assert_memory_equal(&b->peer, &before, sizeof(before));
	fake_init_error = -ENOMEM;
	assert_int_equal(request(b, 1, FAKE_TYPE, "r20-x"), -ENOMEM);
	assert_memory_equal(&b->peer, &before, sizeof(before));
	fake_init_error = 0;
	assert_int_equal(request(b, 1, FAKE_TYPE, "r20-x"), 0);
	expect_response(b, 1, "\310Rx", 3);
}

static void method_that_cannot_start_fails_the_peer(void **state)
{
	struct bed *b = *state;

	fake_init_error = -EINVAL;
	assert_int_equal(request(b, 1, FAKE_TYPE, "r20-x"), -EINVAL);
	expect_state(b, 'F');
	assert_non_null(strstr(b->peer.diag.text, "FAKE"));
	assert_ptr_equal(xeap_peer_selected(&b->peer), &methods[0]);
}

static void method_that_gives_up_fails_the_peer(void **state)
{
	struct bed *b = *state;

	assert_int_equal(request(b, 1, FAKE_TYPE, "g20-x"), -EACCES);
	expect_state(b, 'F');
	assert_int_equal(b->peer.diag.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
	assert_string_equal(b->peer.diag.text, "the server does not like the password");
}

static void silence_is_no_refusal(void **state)
{
	struct bed *b = *state;

	assert_int_equal(request(b, 1, FAKE_TYPE, "r31-x"), 0);
	b->peer.diag.code = XEAP_E_USER_NAME_PASSWORD_REJECTED;
	strcpy(b->peer.diag.text, "refused: check identity and password");
	assert_false(xeap_peer_timeout(&b->peer));
	assert_int_equal(b->peer.diag.code, XEAP_E_AUTHENTICATION_FAILED);
	assert_non_null(strstr(b->peer.diag.text, "silent"));
}

static void silent_method_gets_a_reason_made_up(void **state)
{
	struct bed *b = *state;

	assert_int_equal(request(b, 1, FAKE_TYPE, "e20-x"), -EACCES);
	expect_state(b, 'F');
	assert_non_null(strstr(b->peer.diag.text, "FAKE gave up"));
}

/* It says why in words, and gives no number. */
static void method_without_a_code_gets_one(void **state)
{
	struct bed *b = *state;

	assert_int_equal(request(b, 1, FAKE_TYPE, "e40-x"), -EACCES);
	expect_state(b, 'F');
	assert_string_equal(b->peer.diag.text, "the method has had enough");
	assert_int_equal(b->peer.diag.code, XEAP_E_AUTHENTICATION_FAILED);
}

static void improper_responses_are_refused(void **state)
{
	struct bed *b = *state;
	const char *const bad[] = { "020-x", "l20-x", "L20-x", "c20-x", "d20-x",
				    "t20-x", "r00-x", "r10-x", "r50-x", "r23-x" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(request(b, 1, FAKE_TYPE, bad[i]), -EPROTO);
		expect_state(b, 'F');
		assert_int_equal(b->peer.diag.code, XEAP_E_METHOD_INVALID_PACKET);
		xeap_peer_done(&b->peer);
		xeap_peer_init(&b->peer, &b->config);
	}
}

static void rounds_are_limited(void **state)
{
	struct bed *b = *state;

	for (int i = 0; i < XEAP_PEER_MAX_ROUNDS; i++)
		assert_int_equal(request(b, (uint8_t)i, FAKE_TYPE, "r20-x"), 0);
	assert_int_equal(request(b, 0, FAKE_TYPE, "r20-y"), -ELOOP);
	expect_state(b, 'F');
	assert_non_null(strstr(b->peer.diag.text, "1024 requests, after FAKE"));
}

static void empty_rounds_are_limited(void **state)
{
	struct bed *b = *state;

	b->config.identity.len = 0;
	for (int i = 0; i < XEAP_PEER_MAX_EMPTY_ROUNDS; i++)
		assert_int_equal(request(b, (uint8_t)i, XEAP_EAP_IDENTITY, ""), 0);
	/* One with content starts the count again. */
	assert_int_equal(request(b, 100, XEAP_EAP_IDENTITY, "who are you?"), 0);
	for (int i = 0; i < XEAP_PEER_MAX_EMPTY_ROUNDS; i++)
		assert_int_equal(request(b, (uint8_t)(101 + i), XEAP_EAP_IDENTITY, ""), 0);
	assert_int_equal(request(b, 99, XEAP_EAP_IDENTITY, ""), -ELOOP);
	expect_state(b, 'F');
}

static struct xeap_prompt answer_with(const char *id, const char *value)
{
	return (struct xeap_prompt){
		.title = "",
		.text = "",
		.method = "",
		.count = 1,
		.fields = { { .id = id, .label = "", .value = xeap_span(value, strlen(value)) } },
	};
}

static int answer(struct bed *b, const char *id, const char *value)
{
	struct xeap_prompt answers = answer_with(id, value);

	b->verdict = XEAP_PEER_VERDICT_MAX;
	b->w = (struct xeap_writer){ .c = { b->out + 4, 0, MAX_PACKET } };
	return xeap_peer_answer(&b->peer, &answers, &b->w, &b->verdict);
}

static void ask(struct bed *b)
{
	reach(b, XEAP_METHOD_CONT, XEAP_DECISION_FAIL);
	assert_int_equal(request(b, 3, FAKE_TYPE, "u20-"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_ASK);
	assert_int_equal(xeap_peer_need(&b->peer), XEAP_NEED_UI);
}

static void request_stays_open_until_it_is_answered(void **state)
{
	struct bed *b = *state;
	struct xeap_prompt prompt;
	unsigned int calls;

	ask(b);
	calls = fake_calls;
	/* A duplicate of it changes nothing, one of the request before is stale. */
	assert_int_equal(request(b, 3, FAKE_TYPE, "u20-"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_WAIT);
	assert_int_equal(request(b, 2, FAKE_TYPE, "r20-x"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_DISCARD);
	assert_int_equal(fake_calls, calls);
	assert_int_equal(xeap_peer_get_prompt(&b->peer, &prompt), 0);
	assert_string_equal(prompt.fields[1].id, "password");
	assert_int_equal(answer(b, "password", "again"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_ASK);
	assert_int_equal(answer(b, "password", "sesame"), 0);
	expect_response(b, 3, "\310Rsesame", 8);
	assert_int_equal(xeap_peer_need(&b->peer), XEAP_NEED_NONE);
	/* Now it is the last request, and its duplicate is one. */
	assert_int_equal(request(b, 3, FAKE_TYPE, "u20-"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_RETRANSMIT);
}

static void another_request_closes_the_open_one(void **state)
{
	struct bed *b = *state;

	ask(b);
	/* One that the method ignores does not, nor does one of another type. */
	assert_int_equal(request(b, 4, FAKE_TYPE, "i20-"), 0);
	assert_int_equal(request(b, 4, XEAP_EAP_MD5, "x"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_DISCARD);
	assert_int_equal(xeap_peer_need(&b->peer), XEAP_NEED_UI);
	assert_int_equal(request(b, 4, FAKE_TYPE, "r20-y"), 0);
	expect_response(b, 4, "\310Ry", 3);
	assert_int_equal(xeap_peer_need(&b->peer), XEAP_NEED_NONE);
	/* And so does another one that asks. */
	assert_int_equal(request(b, 5, FAKE_TYPE, "u20-"), 0);
	assert_int_equal(request(b, 6, FAKE_TYPE, "A20-"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_ASK);
	assert_int_equal(xeap_peer_need(&b->peer), XEAP_NEED_ATTRIBUTES);
	assert_int_equal(request(b, 5, FAKE_TYPE, "u20-"), 0);
	assert_int_equal(xeap_peer_need(&b->peer), XEAP_NEED_UI);
}

/* The authenticator waited in vain, and fails the request that is open. */
static void failure_ends_the_wait(void **state)
{
	struct bed *b = *state;

	assert_int_equal(request(b, 1, FAKE_TYPE, "u30-"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_ASK);
	assert_int_equal(verdict(b, XEAP_EAP_FAILURE, 2), 0);
	expect_state(b, '-');
	assert_int_equal(verdict(b, XEAP_EAP_SUCCESS, 1), 0);
	expect_state(b, '-');
	assert_int_equal(verdict(b, XEAP_EAP_FAILURE, 1), 0);
	expect_state(b, 'F');
	assert_int_equal(xeap_peer_need(&b->peer), XEAP_NEED_NONE);
}

static void answer_can_fail_like_a_request(void **state)
{
	struct bed *b = *state;

	ask(b);
	fake_short = 1;
	assert_int_equal(answer(b, "password", "x"), -ENOBUFS);
	assert_int_equal(xeap_peer_need(&b->peer), XEAP_NEED_UI);
	/* Ignored, it is over, and a duplicate is asked anew. */
	assert_int_equal(answer(b, "password", "ignore"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_DISCARD);
	assert_int_equal(xeap_peer_need(&b->peer), XEAP_NEED_NONE);
	assert_int_equal(request(b, 3, FAKE_TYPE, "u20-"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_ASK);
	assert_int_equal(answer(b, "password", "wrong"), -EACCES);
	expect_state(b, 'F');
	assert_int_equal(xeap_peer_need(&b->peer), XEAP_NEED_NONE);
}

static void question_that_cannot_be_put_is_the_methods_fault(void **state)
{
	struct bed *b = *state;

	reach(b, XEAP_METHOD_CONT, XEAP_DECISION_FAIL);
	assert_int_equal(request(b, 3, FAKE_TYPE, "p20-"), -EPROTO);
	expect_state(b, 'F');
	xeap_peer_done(&b->peer);
	xeap_peer_init(&b->peer, &b->config);
	/* A method without the functions has nothing to need. */
	assert_int_equal(feed(b, fake_packet(b->in, 1, 1, 254, "\0\253\315\0\0\0\7u20-", 11)),
			 -EPROTO);
	expect_state(b, 'F');
}

static void session_that_must_not_ask_fails(void **state)
{
	struct bed *b = *state;

	b->config.flags = XEAP_FLAG_NON_INTERACTIVE;
	assert_int_equal(request(b, 1, FAKE_TYPE, "u20-"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_DONE);
	expect_state(b, 'F');
	assert_int_equal(b->peer.diag.code, XEAP_E_USER_CREDENTIALS_REJECTED);
	assert_string_equal(b->peer.diag.text,
			    "FAKE has to ask a person, and this session must not");
	xeap_peer_done(&b->peer);
	xeap_peer_init(&b->peer, &b->config);
	b->config.flags = XEAP_FLAG_SUPPRESS_UI;
	assert_int_equal(request(b, 1, FAKE_TYPE, "U20-"), 0);
	assert_int_equal(b->peer.diag.code, XEAP_E_SERVER_ROOT_CERT_NOT_FOUND);
	assert_string_equal(b->peer.diag.text, "the server is not known");
}

static void identity_is_asked_for_when_there_is_none(void **state)
{
	struct bed *b = *state;
	struct xeap_prompt prompt;

	b->config.identity = xeap_span(NULL, 0);
	assert_int_equal(request(b, 1, XEAP_EAP_IDENTITY, ""), 0);
	assert_int_equal(b->verdict, XEAP_PEER_ASK);
	assert_int_equal(xeap_peer_get_prompt(&b->peer, &prompt), 0);
	assert_string_equal(prompt.fields[0].id, "identity");
	assert_true(xeap_prompt_write(&prompt, NULL, 0) > 0);
	assert_false(b->peer.identity_done);
	b->config.identity = xeap_span("me", 2);
	assert_int_equal(answer(b, "identity", "me"), 0);
	expect_response(b, 1, "\1me", 3);
}

static void packets_that_are_not_for_a_peer_are_dropped(void **state)
{
	struct bed *b = *state;
	struct xeap_peer before;

	reach(b, XEAP_METHOD_CONT, XEAP_DECISION_FAIL);
	before = b->peer;
	for (unsigned int code = 0; code < 256; code++) {
		if (code == XEAP_EAP_REQUEST || code == XEAP_EAP_SUCCESS ||
		    code == XEAP_EAP_FAILURE)
			continue;
		assert_int_equal(feed(b, fake_packet(b->in, (uint8_t)code, 3, 1, "x", 1)), 0);
		assert_int_equal(b->verdict, XEAP_PEER_DISCARD);
	}
	assert_int_equal(request(b, 3, XEAP_EAP_NAK, "x"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_DISCARD);
	assert_memory_equal(&b->peer, &before, sizeof(before));
}

static void types_below_four_are_not_negotiated(void **state)
{
	struct bed *b = *state;

	assert_int_equal(request(b, 1, XEAP_EAP_NAK, "\4"), 0);
	assert_int_equal(b->verdict, XEAP_PEER_DISCARD);
	for (char t = 0; t < 4; t++) {
		char data[8] = { 0, 0, 0, 0, 0, 0, t };

		assert_int_equal(feed(b, fake_packet(b->in, 1, 2, 254, data, 7)), 0);
		assert_int_equal(b->verdict, XEAP_PEER_DISCARD);
	}
}

static void malformed_packets_change_nothing(void **state)
{
	struct bed *b = *state;
	struct xeap_peer before = b->peer;
	struct xeap_span s = fake_packet(b->in, XEAP_EAP_REQUEST, 1, FAKE_TYPE, "r20-x", 5);

	for (size_t n = 0; n < s.len; n++)
		assert_int_equal(feed(b, xeap_span(s.data, n)), -EBADMSG);
	b->in[2] = 0xff;
	assert_int_equal(feed(b, s), -EBADMSG);
	b->in[2] = 0;
	b->in[3] = 3;
	assert_int_equal(feed(b, s), -EBADMSG);
	assert_int_equal(feed(b, fake_packet(b->in, XEAP_EAP_SUCCESS, 1, 9, NULL, 0)), -EBADMSG);
	assert_memory_equal(&b->peer, &before, sizeof(before));
}

static void done_wipes_the_context(void **state)
{
	struct bed *b = *state;

	reach(b, XEAP_METHOD_CONT, XEAP_DECISION_FAIL);
	xeap_peer_done(&b->peer);
	for (size_t i = 0; i < sizeof(b->ctx); i++)
		assert_int_equal(b->ctx[i], 0);
	xeap_peer_done(&b->peer);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(identity_is_answered),
		T(identity_amid_a_method_is_discarded),
		T(duplicate_is_retransmitted_without_the_method),
		T(padding_makes_no_new_request),
		T(nak_names_the_configured_types),
		T(expanded_request_gets_expanded_nak),
		T(expanded_method_is_chosen_by_vendor_and_type),
		T(nak_without_methods_says_zero),
		T(another_type_amid_a_method_is_discarded),
		T(nothing_is_run_after_done),
		T(notification_is_answered_and_kept),
		T(long_notification_is_cut_between_characters),
		T(notification_needs_allow_notifications),
		T(exits_are_those_of_the_figure),
		T(verdict_needs_the_identifier_of_the_response),
		T(success_before_any_method_is_no_success),
		T(failure_after_nak_is_failed_negotiation),
		T(nothing_moves_a_peer_that_is_done),
		T(keys_are_for_success_only),
		T(done_and_fail_ends_at_once),
		T(last_words_of_a_failed_method_are_sent),
		T(ignored_request_leaves_nothing_behind),
		T(shortage_changes_nothing),
		T(method_that_cannot_start_fails_the_peer),
		T(method_that_gives_up_fails_the_peer),
		T(silence_is_no_refusal),
		T(silent_method_gets_a_reason_made_up),
		T(method_without_a_code_gets_one),
		T(improper_responses_are_refused),
		T(rounds_are_limited),
		T(empty_rounds_are_limited),
		T(request_stays_open_until_it_is_answered),
		T(another_request_closes_the_open_one),
		T(failure_ends_the_wait),
		T(answer_can_fail_like_a_request),
		T(question_that_cannot_be_put_is_the_methods_fault),
		T(session_that_must_not_ask_fails),
		T(identity_is_asked_for_when_there_is_none),
		T(packets_that_are_not_for_a_peer_are_dropped),
		T(types_below_four_are_not_negotiated),
		T(malformed_packets_change_nothing),
		T(done_wipes_the_context),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
