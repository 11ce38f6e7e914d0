/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Requests that are lost, responses that are forged or late: RFC 2865, RFC 3579, RFC 5080. */
#include "radius_bed.h"
#include "allocations.h"

static xeap_time wait_for_resend(struct lab *l)
{
	xeap_time before = l->now;

	l->now = xeap_radius_client_deadline(l->client);
	assert_true(l->now > before && l->now != XEAP_NEVER);
	xeap_radius_client_tick(l->client, l->now);
	return l->now - before;
}

/* RFC 5080 §2.2.1: 2 s, doubled, with a tenth of jitter, at most 16 s; 5 times, or 30 s. */
static void retransmission(void **state)
{
	struct lab *l = *state;
	static const unsigned int ms[] = { 2000, 4000, 8000 };

	begin(l);
	for (unsigned int i = 0; i < 3; i++) {
		xeap_time waited = wait_for_resend(l);

		assert_in_range(waited, XEAP_MS(ms[i]) * 7 / 10, XEAP_MS(ms[i]) * 13 / 10);
		assert_int_equal(l->sent_count, i + 2);
		assert_int_equal(l->sent[i + 1].len, l->sent[0].len);
		assert_memory_equal(l->sent[i + 1].data, l->sent[0].data, l->sent[0].len);
	}
	assert_int_equal(xeap_radius_client_counters(l->client)->retransmitted, 3);
	challenge(l, DO_SUCCEED);
	accept(l, FAKE_PATTERN);
	assert_true(result(l)->success);
}

static void no_answer_at_all(void **state)
{
	struct lab *l = *state;
	xeap_time from = l->now;

	begin(l);
	while (!l->ended)
		wait_for_resend(l);
	assert_in_range(l->now - from, XEAP_S(25), XEAP_S(30));
	assert_in_range(l->sent_count, 4, 5);
	assert_failed(l, "no answer from the server to");
}

static void the_login_has_its_time(void **state)
{
	struct lab *l = *state;
	struct xeap_radius_options o = lab_options(l);
	xeap_time from = l->now;

	o.timeout = XEAP_S(3);
	lab_client(l, &o);
	begin(l);
	l->now += XEAP_S(1);
	challenge(l, DO_CONTINUE);
	while (!l->ended)
		wait_for_resend(l);
	assert_int_equal(l->now - from, XEAP_S(3));
	/* What could not be sent is lost, and said in the end. */
	l->send_error = -ENETUNREACH;
	begin(l);
	while (l->ended < 2)
		wait_for_resend(l);
	assert_non_null(strstr(result(l)->why.text, "Network is unreachable"));
	l->send_error = 0;
	begin(l);
	xeap_radius_client_error(l->client, 0, -ECONNREFUSED);
	while (l->ended < 3)
		wait_for_resend(l);
	assert_non_null(strstr(result(l)->why.text, "Connection refused"));
}

static void spoil(struct lab *l, struct server_packet *p, unsigned int how)
{
	make_challenge(last(l), p, DO_SUCCEED, "");
	switch (how) {
	case 0:
		server_seal(p, "another secret");
		return;
	case 1: /* somebody who can make MD5 right */
		server_forge(p, SERVER_SECRET);
		return;
	case 2:
		server_begin(p, 2, last(l));
		server_seal(p, SERVER_SECRET);
		return;
	case 3: /* of a request that never was */
		p->data[4] ^= 1;
		server_seal(p, SERVER_SECRET);
		return;
	}
}

/* What is not genuine changes nothing, and the answer that is still counts. */
static void forged_answers_are_dropped(void **state)
{
	static const enum xeap_radius_verdict verdicts[] = {
		XEAP_RADIUS_WRONG_AUTHENTICATOR,
		XEAP_RADIUS_WRONG_MESSAGE_AUTHENTICATOR,
		XEAP_RADIUS_NO_MESSAGE_AUTHENTICATOR,
		XEAP_RADIUS_WRONG_AUTHENTICATOR,
	};
	static const char *const words[] = { "wrong Response Authenticator", "wrong Message-Auth",
					     "no Message-Authenticator", "wrong Response Auth" };
	struct lab *l = *state;

	for (unsigned int i = 0; i < 4; i++) {
		const struct xeap_radius_counters *c = xeap_radius_client_counters(l->client);
		uint64_t before = c->refused[verdicts[i]];
		struct server_packet p;

		l->ended = 0;
		l->sent_count = 0;
		begin(l);
		spoil(l, &p, i);
		deliver(l, &p);
		assert_int_equal(l->sent_count, 1);
		assert_int_equal(c->refused[verdicts[i]], before + 1);
		challenge(l, DO_SUCCEED);
		accept(l, FAKE_PATTERN);
		assert_true(result(l)->success);
		/* Alone, it is the reason. */
		l->ended = 0;
		begin(l);
		spoil(l, &p, i);
		deliver(l, &p);
		while (!l->ended)
			wait_for_resend(l);
		assert_failed(l, words[i]);
	}
}

static void strays_and_malformed(void **state)
{
	struct lab *l = *state;
	const struct xeap_radius_counters *c = xeap_radius_client_counters(l->client);
	struct server_packet p, late;

	begin(l);
	make_challenge(last(l), &late, DO_CONTINUE, "");
	server_seal(&late, SERVER_SECRET);
	p = late;
	p.data[1]++; /* another identifier */
	deliver(l, &p);
	assert_int_equal(c->stray, 1);
	for (size_t len = 0; len < late.len; len++)
		xeap_radius_client_receive(l->client, 0, xeap_span(late.data, len), l->now);
	assert_int_equal(c->malformed, late.len);
	p = late;
	p.data[0] = 1; /* a request */
	deliver(l, &p);
	assert_int_equal(c->malformed, late.len + 1);
	assert_int_equal(l->sent_count, 1);
	xeap_radius_client_receive(l->client, 1, xeap_span(late.data, late.len), l->now);
	xeap_radius_client_receive(l->client, 99, xeap_span(late.data, late.len), l->now);
	assert_int_equal(c->stray, 2);
	deliver(l, &late);
	assert_int_equal(l->sent_count, 2);
	/* The same one again, as after a retransmission: its request is over. */
	deliver(l, &late);
	assert_int_equal(c->stray, 3);
	assert_int_equal(l->sent_count, 2);
}

/* All identifiers of a flow, answers in another order. */
static void many_on_one_flow(void **state)
{
	struct lab *l = *state;
	bool seen[256] = { false };
	struct server_packet p;

	for (unsigned int i = 0; i < 256; i++) {
		begin_on(l, i, 0);
		assert_false(seen[last(l)->data[1]]);
		seen[last(l)->data[1]] = true;
	}
	begin_on(l, 256, 0);
	assert_int_equal(l->ended, 1);
	assert_non_null(strstr(l->logins[256].result.why.text, "no RADIUS identifier is free"));
	begin_on(l, 256, 1);
	assert_true(l->logins[256].running);
	for (unsigned int i = 256; i-- > 0;) {
		make_challenge(&l->sent[i], &p, DO_SUCCEED, "");
		server_seal(&p, SERVER_SECRET);
		l->sent_count = SENT_MAX - 1; /* away from the first requests */
		deliver(l, &p);
		assert_int_equal(l->sent_count, SENT_MAX);
		accept(l, FAKE_PATTERN);
		assert_true(l->logins[i].result.success);
	}
	assert_int_equal(l->ended, 257);
}

static void packets_allocate_nothing(void **state)
{
	struct lab *l = *state;
	struct server_packet p;
	uint64_t before;

	begin(l);
	challenge(l, DO_CONTINUE);
	make_challenge(last(l), &p, DO_CONTINUE, "echo");
	server_seal(&p, SERVER_SECRET);
	before = allocations;
	xeap_radius_client_receive(l->client, 0, xeap_span(p.data, p.len), l->now);
	wait_for_resend(l);
	assert_int_equal(allocations, before);
	assert_int_equal(l->sent_count, 4);
}

/* On a stream nothing is sent twice, and all fail when it ends. */
static void a_stream(void **state)
{
	struct lab *l = *state;
	struct xeap_radius_options o = lab_options(l);
	xeap_time from = l->now;

	o.reliable = true;
	lab_client(l, &o);
	begin(l);
	assert_int_equal(wait_for_resend(l), XEAP_S(60));
	assert_int_equal(l->now - from, XEAP_S(60));
	assert_int_equal(l->sent_count, 1);
	assert_failed(l, "no answer");
	begin_on(l, 0, 0);
	begin_on(l, 1, 0);
	begin_on(l, 2, 1);
	xeap_radius_client_lost(l->client, 0, "the line is cut", l->now);
	assert_string_equal(l->logins[0].result.why.text, "the line is cut");
	assert_string_equal(l->logins[1].result.why.text, "the line is cut");
	assert_true(l->logins[2].running);
	assert_int_equal(l->ended, 3);
	l->send_error = -EPIPE;
	begin_on(l, 0, 0);
	assert_int_equal(l->ended, 4);
	assert_non_null(strstr(l->logins[0].result.why.text, "Broken pipe"));
}

static void options_have_bounds(void **state)
{
	static const uint8_t many[XEAP_RADIUS_COMMON_MAX + 1];
	struct lab *l = *state;
	struct xeap_radius_client *c = NULL;
	struct xeap_radius_begin b = { .profile = l->profile, .flow = FLOWS };
	struct xeap_radius_options o = lab_options(l);

	assert_int_equal(xeap_radius_login_begin(l->client, &l->logins[0], &b, l->now), -EINVAL);
	begin(l);
	b.flow = 0;
	assert_int_equal(xeap_radius_login_begin(l->client, &l->logins[0], &b, l->now), -EINVAL);
	o.attributes = xeap_span(many, sizeof(many));
	assert_int_equal(xeap_radius_client_new(&o, &c), -EINVAL);
	o = lab_options(l);
	o.framed_mtu = XEAP_RADIUS_MTU_MAX + 1;
	assert_int_equal(xeap_radius_client_new(&o, &c), -EINVAL);
	o = lab_options(l);
	o.flows = 0;
	assert_int_equal(xeap_radius_client_new(&o, &c), -EINVAL);
	assert_null(c);
	assert_null(xeap_radius_client_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(retransmission),		TEST(no_answer_at_all),
		TEST(the_login_has_its_time),	TEST(forged_answers_are_dropped),
		TEST(strays_and_malformed),	TEST(many_on_one_flow),
		TEST(packets_allocate_nothing), TEST(a_stream),
		TEST(options_have_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
