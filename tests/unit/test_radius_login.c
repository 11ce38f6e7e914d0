/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The EAP peer between two RADIUS packets, RFC 3579, and the keys of RFC 2548. */
#include "radius_bed.h"

static void login(void **state)
{
	static const uint8_t identity[] = { 2, 0, 0, 5 + 16, 1 };
	struct lab *l = *state;
	const uint8_t *eap;
	size_t len;

	begin(l);
	assert_int_equal(l->sent_count, 1);
	assert_attribute(last(l), 1, BED_IDENTITY);
	assert_attribute(last(l), 31, STATION);
	assert_non_null(server_find(last(l), 12, &len));
	assert_null(server_find(last(l), 24, &len));
	eap = server_find(last(l), 79, &len);
	assert_int_equal(len, 5 + strlen(BED_IDENTITY));
	assert_memory_equal(eap, identity, sizeof(identity));
	challenge(l, DO_CONTINUE);
	assert_int_equal(l->sent_count, 2);
	assert_attribute(last(l), 24, "state!");
	assert_attribute(last(l), 1, BED_IDENTITY);
	assert_memory_not_equal(l->sent[0].data + 4, l->sent[1].data + 4, 16);
	l->now += XEAP_MS(30);
	challenge(l, DO_SUCCEED);
	accept(l, FAKE_PATTERN);
	assert_true(result(l)->success);
	assert_true(result(l)->accepted);
	assert_int_equal(result(l)->mppe, XEAP_RADIUS_MPPE_EQUAL);
	assert_string_equal(result(l)->method, "FAKE");
	assert_int_equal(result(l)->round_trips, 3);
	assert_int_equal(result(l)->elapsed, XEAP_MS(30));
	assert_int_equal(l->ended, 1);
	/* The same one again. */
	begin(l);
	challenge(l, DO_SUCCEED);
	accept(l, FAKE_PATTERN);
	assert_int_equal(l->ended, 2);
	assert_true(result(l)->success);
}

/* A response of many attributes, RFC 3579 §3.1. */
static void large_response(void **state)
{
	struct lab *l = *state;
	struct server_packet p;
	char echo[701];
	size_t len, eap = 0;

	memset(echo, 'e', sizeof(echo) - 1);
	echo[sizeof(echo) - 1] = '\0';
	begin(l);
	make_challenge(last(l), &p, DO_CONTINUE, echo);
	server_seal(&p, SERVER_SECRET);
	deliver(l, &p);
	assert_int_equal(l->sent_count, 2);
	assert_non_null(server_find(last(l), 79, &len));
	assert_int_equal(len, 253);
	for (size_t at = 20; at < last(l)->len; at += last(l)->data[at + 1])
		eap += last(l)->data[at] == 79 ? last(l)->data[at + 1] - 2U : 0;
	assert_int_equal(eap, 5 + 1 + 700);
}

static void keys_that_differ(void **state)
{
	struct lab *l = *state;

	begin(l);
	challenge(l, DO_SUCCEED);
	accept(l, FAKE_PATTERN ^ 1);
	assert_failed(l, "are not the MSK that FAKE derived");
	assert_int_equal(result(l)->mppe, XEAP_RADIUS_MPPE_MISMATCH);
	assert_true(result(l)->accepted);
}

/* Send an Access-Accept with these, and nothing else. */
static void accept_with(struct lab *l, bool eap, bool one_key)
{
	uint8_t key[32];
	struct server_packet p;

	memset(key, FAKE_PATTERN, sizeof(key));
	server_begin(&p, 2, last(l));
	if (eap)
		add_end(last(l), &p, XEAP_EAP_SUCCESS);
	if (one_key)
		server_add_key(&p, 17, key, sizeof(key), last(l));
	server_add(&p, 27, "\0\0\x0e\x10", 4);
	server_add_message_authenticator(&p);
	server_seal(&p, SERVER_SECRET);
	deliver(l, &p);
}

static void keys_that_do_not_come(void **state)
{
	struct lab *l = *state;
	struct xeap_radius_options o = lab_options(l);

	begin(l);
	challenge(l, DO_SUCCEED);
	accept_with(l, true, false);
	assert_failed(l, "sent no MPPE keys: -n");
	assert_int_equal(result(l)->session_timeout, 3600);
	o.no_keys = true;
	lab_client(l, &o);
	begin(l);
	challenge(l, DO_SUCCEED);
	accept_with(l, true, false);
	assert_true(result(l)->success);
	assert_int_equal(result(l)->mppe, XEAP_RADIUS_MPPE_NONE);
	/* Those that come have to be right. */
	begin(l);
	challenge(l, DO_SUCCEED);
	accept(l, 1);
	assert_false(result(l)->success);
}

/* As FreeRADIUS ends EAP-SIM. The result says what can be done about it. */
static void success_of_the_next_identifier(void **state)
{
	struct lab *l = *state;
	struct server_packet p;
	const uint8_t *response;
	size_t len;

	begin(l);
	challenge(l, DO_SUCCEED);
	response = server_find(last(l), 79, &len);
	server_begin(&p, 2, last(l));
	server_add_message_authenticator(&p);
	server_add_eap(&p, (const uint8_t[]){ XEAP_EAP_SUCCESS, (uint8_t)(response[1] + 1), 0, 4 },
		       4);
	server_seal(&p, SERVER_SECRET);
	deliver(l, &p);
	assert_failed(l, "eap_workaround=1");
}

static void one_key_of_two(void **state)
{
	struct lab *l = *state;

	begin(l);
	challenge(l, DO_SUCCEED);
	accept_with(l, true, true);
	assert_failed(l, "are not the MSK");
}

/* RFC 3579 §2.6.3: EAP-Success may be missing; the peer takes RADIUS' word (altAccept). */
static void accept_without_eap(void **state)
{
	struct lab *l = *state;
	struct xeap_radius_options o = lab_options(l);

	o.no_keys = true;
	lab_client(l, &o);
	begin(l);
	challenge(l, DO_SUCCEED);
	accept_with(l, false, false);
	assert_true(result(l)->success);
}

static void accept_before_the_method_is_done(void **state)
{
	struct lab *l = *state;

	begin(l);
	accept(l, FAKE_PATTERN);
	assert_failed(l, "");
	begin(l);
	challenge(l, DO_CONTINUE);
	accept(l, FAKE_PATTERN);
	assert_false(result(l)->success);
	assert_int_equal(l->ended, 2);
}

static void reject(struct lab *l, bool eap, const char *message)
{
	struct server_packet p;

	server_begin(&p, 3, last(l));
	if (message)
		server_add(&p, 18, message, strlen(message));
	if (eap)
		add_end(last(l), &p, XEAP_EAP_FAILURE);
	server_add_message_authenticator(&p);
	server_seal(&p, SERVER_SECRET);
	deliver(l, &p);
}

static void rejected(void **state)
{
	struct lab *l = *state;

	begin(l);
	challenge(l, DO_CONTINUE);
	reject(l, true, "go\x1b away");
	assert_failed(l, " (go? away)");
	assert_true(result(l)->rejected);
	assert_string_equal(result(l)->message, "go? away");
	begin(l);
	reject(l, false, NULL);
	assert_string_equal(result(l)->why.text, "Access-Reject");
	/* Also when the method thinks that all went well. */
	begin(l);
	challenge(l, DO_SUCCEED);
	reject(l, false, NULL);
	assert_string_equal(result(l)->why.text, "Access-Reject");
	begin(l);
	challenge(l, DO_SUCCEED);
	reject(l, true, NULL);
	assert_false(result(l)->success);
	assert_int_equal(l->ended, 4);
}

static void method_gives_up(void **state)
{
	struct lab *l = *state;

	begin(l);
	challenge(l, "g20n");
	assert_failed(l, "the server does not like the password");
	assert_int_equal(result(l)->why.code, XEAP_E_USER_NAME_PASSWORD_REJECTED);
}

/* What asks a person, or the supplicant, is declined: nobody is there. */
static void questions_are_declined(void **state)
{
	struct lab *l = *state;

	begin(l);
	challenge(l, "u20n");
	assert_int_equal(l->ended, 1);
	begin(l);
	challenge(l, "A20n");
	assert_int_equal(l->sent_count, 3); /* the method goes on without attributes */
}

static void challenges_that_nothing_answers(void **state)
{
	static const uint8_t garbage[] = { 1, 1, 0, 99, 200 };
	struct lab *l = *state;
	struct server_packet p;

	begin(l);
	server_begin(&p, 11, last(l));
	server_add_message_authenticator(&p);
	server_seal(&p, SERVER_SECRET);
	deliver(l, &p);
	assert_failed(l, "Access-Challenge without EAP");
	begin(l);
	challenge(l, "i20n");
	assert_non_null(strstr(result(l)->why.text, "that nothing answers"));
	begin(l);
	server_begin(&p, 11, last(l));
	server_add_eap(&p, garbage, sizeof(garbage));
	server_add_message_authenticator(&p);
	server_seal(&p, SERVER_SECRET);
	deliver(l, &p);
	assert_false(result(l)->success);
	begin(l);
	server_begin(&p, 11, last(l));
	server_add(&p, 79, "\1\1", 2);
	server_add_message_authenticator(&p);
	server_add(&p, 79, "\0\5\x01", 3);
	server_seal(&p, SERVER_SECRET);
	deliver(l, &p);
	assert_non_null(strstr(result(l)->why.text, "do not follow one another"));
	assert_int_equal(l->ended, 4);
}

static void attributes_of_the_caller_come_first(void **state)
{
	static const uint8_t attributes[] = { 1, 5, 'y', 'o', 'u', 31, 4, 'm', 'e' };
	struct lab *l = *state;
	struct xeap_radius_options o = lab_options(l);
	unsigned int names = 0;
	size_t len;

	o.attributes = xeap_span(attributes, sizeof(attributes));
	o.wants_key_name = true;
	lab_client(l, &o);
	begin(l);
	assert_attribute(last(l), 1, "you");
	assert_attribute(last(l), 31, "me");
	for (size_t at = 20; at < last(l)->len; at += last(l)->data[at + 1])
		names += last(l)->data[at] == 1 || last(l)->data[at] == 31;
	assert_int_equal(names, 2);
	assert_non_null(server_find(last(l), 102, &len));
	assert_int_equal(len, 1);
}

/* A name that is not the method's Session-Id. */
static void accept_with_another_name(struct lab *l)
{
	struct server_packet p;

	begin(l);
	challenge(l, DO_SUCCEED);
	make_accept(last(l), &p, FAKE_PATTERN);
	server_add(&p, 102, "\xc8 not the method's", 18); /* FAKE has no Session-Id */
	server_seal(&p, SERVER_SECRET);
	deliver(l, &p);
}

/* Who asks for it wants it right; who does not is told, and logs in. */
static void key_name(void **state)
{
	struct lab *l = *state;
	struct xeap_radius_options o = lab_options(l);

	accept_with_another_name(l);
	assert_true(result(l)->success);
	assert_int_equal(result(l)->key_name, XEAP_RADIUS_MPPE_MISMATCH);
	o.wants_key_name = true;
	lab_client(l, &o);
	l->ended = 0;
	accept_with_another_name(l);
	assert_failed(l, "EAP-Key-Name");
}

static void challenge_tells_its_time(void **state)
{
	struct lab *l = *state;
	struct server_packet p;

	begin(l);
	make_challenge(last(l), &p, DO_CONTINUE, "");
	server_add(&p, 27, "\0\0\0\x1e", 4);
	server_seal(&p, SERVER_SECRET);
	deliver(l, &p);
	assert_int_equal(l->logins[0].result.challenge_timeout, 30);
	/* A challenge without State is followed by a request without one. */
	server_begin(&p, 11, last(l));
	server_add_message_authenticator(&p);
	server_add_eap(&p, "\1\x63\0\x09\xc8r42n", 9);
	server_seal(&p, SERVER_SECRET);
	deliver(l, &p);
	assert_int_equal(l->sent_count, 3);
	assert_null(server_find(last(l), 24, &(size_t){ 0 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(login),
		TEST(large_response),
		TEST(keys_that_differ),
		TEST(keys_that_do_not_come),
		TEST(success_of_the_next_identifier),
		TEST(one_key_of_two),
		TEST(accept_without_eap),
		TEST(accept_before_the_method_is_done),
		TEST(rejected),
		TEST(method_gives_up),
		TEST(questions_are_declined),
		TEST(challenges_that_nothing_answers),
		TEST(attributes_of_the_caller_come_first),
		TEST(key_name),
		TEST(challenge_tells_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
