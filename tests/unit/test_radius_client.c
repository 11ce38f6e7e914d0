/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* EAP logins over RADIUS against a server in memory (radius_server.h), on a virtual clock. */
#include "fake_host.h"

#include <stdio.h>

#include "radius/client.h"
#include "radius_server.h"

#define FLOWS 2
#define LOGINS 300
#define STATION "02-00-00-00-00-01"
#define SENT_MAX 300

/* What the FAKE method is to do: respond, and be done with success. */
#define DO_SUCCEED "r42n"
#define DO_CONTINUE "r20n"

struct lab {
	struct xeap_host *host;
	struct xeap_profile *profile;
	struct xeap_radius_keys *keys;
	struct xeap_radius_client *client;
	struct xeap_radius_login *logins;
	struct server_packet *sent; /* as many as SENT_MAX, the oldest first */
	unsigned int sent_count, ended;
	int send_error;
	xeap_time now;
};

static uint64_t allocations;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

void *__wrap_malloc(size_t size)
{
	allocations++;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	allocations++;
	return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	allocations++;
	return __real_realloc(p, size);
}

static int lab_send(void *ctx, uint32_t flow, struct xeap_span packet)
{
	struct lab *l = ctx;
	struct server_packet *p = &l->sent[l->sent_count];

	if (l->send_error)
		return l->send_error;
	assert_in_range(l->sent_count, 0, SENT_MAX - 1);
	assert_in_range(packet.len, 20, 4096);
	l->sent_count++;
	memcpy(p->data, packet.data, packet.len);
	p->len = packet.len;
	assert_true(server_accepts(p, SERVER_SECRET));
	return 0;
}

static void lab_ended(void *ctx, struct xeap_radius_login *login)
{
	struct lab *l = ctx;

	assert_false(login->running);
	l->ended++;
}

static const struct xeap_radius_ops lab_ops = { .send = lab_send, .ended = lab_ended };

static struct xeap_radius_options lab_options(struct lab *l)
{
	static const uint8_t attributes[] = { 12, 6, 0, 0, 5, 0x78 };

	return (struct xeap_radius_options){
		.host = l->host,
		.keys = l->keys,
		.ops = &lab_ops,
		.ctx = l,
		.attributes = xeap_span(attributes, sizeof(attributes)),
		.server = "the server",
		.framed_mtu = 1400,
		.timeout = XEAP_S(60),
		.flows = FLOWS,
		.logins = LOGINS,
		.seed = 42,
	};
}

static void lab_client(struct lab *l, const struct xeap_radius_options *o)
{
	l->client = xeap_radius_client_free(l->client);
	assert_int_equal(xeap_radius_client_new(o, &l->client), 0);
}

static int lab_up(void **state)
{
	struct xeap_host_options host = { .size = sizeof(host), .max_sessions = LOGINS };
	struct lab *l = calloc(1, sizeof(*l));
	struct xeap_radius_options o;

	xeap_method_register(&fake_method);
	assert_int_equal(xeap_host_new(&host, &l->host), XEAP_OK);
	l->profile = bed_profile("FAKE", "\"" BED_IDENTITY "\"");
	assert_int_equal(xeap_radius_keys_new(xeap_span(SERVER_SECRET, strlen(SERVER_SECRET)),
					      &l->keys, NULL),
			 0);
	l->logins = calloc(LOGINS, sizeof(*l->logins));
	l->sent = calloc(SENT_MAX, sizeof(*l->sent));
	l->now = XEAP_S(1000);
	o = lab_options(l);
	lab_client(l, &o);
	*state = l;
	return 0;
}

static int lab_down(void **state)
{
	struct lab *l = *state;

	for (unsigned int i = 0; i < LOGINS; i++)
		xeap_radius_login_stop(&l->logins[i], "the test is over", l->now);
	xeap_radius_client_free(l->client);
	xeap_host_free(l->host);
	xeap_profile_unref(l->profile);
	xeap_radius_keys_free(l->keys);
	free(l->logins);
	free(l->sent);
	free(l);
	assert_int_equal(fake_begun, 0);
	return 0;
}

static void begin_on(struct lab *l, unsigned int login, uint32_t flow)
{
	const struct xeap_radius_begin b = {
		.profile = l->profile,
		.flow = flow,
		.station = xeap_span(STATION, strlen(STATION)),
	};

	assert_int_equal(xeap_radius_login_begin(l->client, &l->logins[login], &b, l->now), 0);
}

static void begin(struct lab *l)
{
	begin_on(l, 0, 0);
}

static struct server_packet *last(struct lab *l)
{
	assert_in_range(l->sent_count, 1, SENT_MAX);
	return &l->sent[l->sent_count - 1];
}

static void deliver(struct lab *l, const struct server_packet *p)
{
	/* A block of its own, so that a sanitizer sees any look past the end. */
	uint8_t *exact = __real_malloc(p->len);

	memcpy(exact, p->data, p->len);
	xeap_radius_client_receive(l->client, 0, xeap_span(exact, p->len), l->now);
	free(exact);
}

/* A challenge whose EAP request tells the FAKE method what to do. */
static void make_challenge(const struct server_packet *request, struct server_packet *p,
			   const char *what, const char *echo)
{
	uint8_t eap[2048];
	char data[1024];
	struct xeap_span packet;

	snprintf(data, sizeof(data), "%s%s", what, echo);
	packet = fake_packet(eap, XEAP_EAP_REQUEST, (uint8_t)(request->data[1] + 17), FAKE_TYPE,
			     data, strlen(data));
	server_begin(p, 11, request);
	server_add_message_authenticator(p);
	server_add_eap(p, packet.data, packet.len);
	server_add(p, 24, "state!", 6);
}

static void challenge(struct lab *l, const char *what)
{
	struct server_packet p;

	make_challenge(last(l), &p, what, "");
	server_seal(&p, SERVER_SECRET);
	deliver(l, &p);
}

/* EAP-Success or -Failure with the Identifier of the response in the request (RFC 3748 §4.2). */
static void add_end(const struct server_packet *request, struct server_packet *p, uint8_t code)
{
	size_t len;
	const uint8_t *response = server_find(request, 79, &len);
	uint8_t end[] = { code, response[1], 0, 4 };

	server_add_eap(p, end, sizeof(end));
}

static void make_accept(const struct server_packet *request, struct server_packet *p, uint8_t fill)
{
	uint8_t key[32];

	memset(key, fill, sizeof(key));
	server_begin(p, 2, request);
	server_add_message_authenticator(p);
	add_end(request, p, XEAP_EAP_SUCCESS);
	server_add_key(p, 16, key, sizeof(key), request);
	server_add_key(p, 17, key, sizeof(key), request);
}

static void accept(struct lab *l, uint8_t fill)
{
	struct server_packet p;

	make_accept(last(l), &p, fill);
	server_seal(&p, SERVER_SECRET);
	deliver(l, &p);
}

static const struct xeap_radius_result *result(struct lab *l)
{
	assert_false(l->logins[0].running);
	assert_int_equal(xeap_radius_client_deadline(l->client), XEAP_NEVER);
	return &l->logins[0].result;
}

static void assert_failed(struct lab *l, const char *why)
{
	assert_int_equal(l->ended, 1);
	assert_false(result(l)->success);
	if (!strstr(result(l)->why.text, why))
		fail_msg("\"%s\" does not say \"%s\"", result(l)->why.text, why);
}

static void assert_attribute(const struct server_packet *p, uint8_t type, const char *value)
{
	size_t len = 0;
	const uint8_t *at = server_find(p, type, &len);

	assert_non_null(at);
	assert_int_equal(len, strlen(value));
	assert_memory_equal(at, value, len);
}

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
	deliver(l, &p);
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

static void key_name(void **state)
{
	struct lab *l = *state;
	struct server_packet p;

	begin(l);
	challenge(l, DO_SUCCEED);
	make_accept(last(l), &p, FAKE_PATTERN);
	server_add(&p, 102, "\xc8 not the method's", 18); /* FAKE has no Session-Id */
	server_seal(&p, SERVER_SECRET);
	deliver(l, &p);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, lab_up, lab_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(login),
		TEST(large_response),
		TEST(keys_that_differ),
		TEST(keys_that_do_not_come),
		TEST(one_key_of_two),
		TEST(accept_without_eap),
		TEST(accept_before_the_method_is_done),
		TEST(rejected),
		TEST(method_gives_up),
		TEST(questions_are_declined),
		TEST(challenges_that_nothing_answers),
		TEST(retransmission),
		TEST(no_answer_at_all),
		TEST(the_login_has_its_time),
		TEST(forged_answers_are_dropped),
		TEST(strays_and_malformed),
		TEST(many_on_one_flow),
		TEST(packets_allocate_nothing),
		TEST(a_stream),
		TEST(attributes_of_the_caller_come_first),
		TEST(key_name),
		TEST(challenge_tells_its_time),
		TEST(options_have_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
