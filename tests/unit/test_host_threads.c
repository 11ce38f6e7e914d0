/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Many threads on one host. Run under ThreadSanitizer as well: make SAN=thread. */
#include <pthread.h>

#include "fake_host.h"

#define THREADS 4
#define CONVERSATIONS 300
#define ROUNDS 8

/* What a thread found; cmocka's assertions are for the main thread. */
struct worker {
	pthread_t thread;
	struct bed *bed;
	char mark; /* in every response of this thread's sessions */
	uint8_t type;
	unsigned int faults;
	unsigned int refused; /* calls answered XEAP_E_INVALID_STATE */
	unsigned int served;
};

static void expect(struct worker *w, bool good)
{
	w->faults += !good;
}

/*
 * One request with the worker's mark in it. Returns the bytes of the response, NULL when there is
 * none.
 */
static uint8_t *exchange(struct worker *w, xeap_session_id id, uint8_t round)
{
	struct bed *b = w->bed;
	uint8_t in[64], *packet;
	char data[8] = { 'r', round == ROUNDS ? '4' : '2', round == ROUNDS ? '2' : '0', '-',
			 w->mark };
	struct xeap_span s = fake_packet(in, XEAP_EAP_REQUEST, round, w->type, data, 5);
	enum xeap_action action;
	uint32_t size;

	if (xeap_session_process_received_packet(b->host, id, (uint32_t)s.len, s.data, &action,
						 NULL) ||
	    action != XEAP_ACTION_SEND ||
	    xeap_session_get_send_packet(b->host, id, &size, &packet, NULL) || size != 7)
		return NULL;
	return packet;
}

static void converse(struct worker *w, struct xeap_session_options *o)
{
	static const uint8_t success[] = { XEAP_EAP_SUCCESS, ROUNDS, 0, 4 };
	struct xeap_session_result result;
	enum xeap_action action;
	xeap_session_id id;

	expect(w, !xeap_session_begin(w->bed->host, o, &id, NULL));
	for (uint8_t round = 1; round <= ROUNDS; round++) {
		uint8_t *packet = exchange(w, id, round);

		expect(w, packet && packet[1] == round && packet[6] == (uint8_t)w->mark);
	}
	expect(w,
	       !xeap_session_process_received_packet(w->bed->host, id, 4, success, &action, NULL));
	expect(w,
	       !xeap_session_get_result(w->bed->host, id, XEAP_REASON_FROM_METHOD, &result, NULL) &&
		       result.success);
	expect(w, !xeap_session_end(w->bed->host, id, NULL));
}

static void *converse_often(void *arg)
{
	struct worker *w = arg;
	struct xeap_session_options o = bed_options(w->bed);

	o.pool = NULL; /* each session has one of its own: pools are one thread's */
	for (int i = 0; i < CONVERSATIONS; i++)
		converse(w, &o);
	return NULL;
}

static void start(struct worker *w, struct bed *b, int n, void *(*run)(void *))
{
	for (int i = 0; i < n; i++) {
		w[i] = (struct worker){ .bed = b, .mark = (char)('A' + i), .type = FAKE_TYPE };
		assert_int_equal(pthread_create(&w[i].thread, NULL, run, &w[i]), 0);
	}
}

static void join(struct worker *w, int n)
{
	for (int i = 0; i < n; i++) {
		pthread_join(w[i].thread, NULL);
		assert_int_equal(w[i].faults, 0);
	}
}

/* C29 and C48 hold among threads in the same run: every response carries its own thread's mark. */
static void c46_sessions_run_to_completion_in_parallel(void **state)
{
	struct worker w[THREADS];

	start(w, *state, THREADS, converse_often);
	join(w, THREADS);
}

static bool is_expected(uint32_t code)
{
	return code == XEAP_OK || code == XEAP_E_INVALID_STATE;
}

/* Every kind of call, on the one session of the bed. */
static void *intrude(void *arg)
{
	struct worker *w = arg;
	struct bed *b = w->bed;
	uint8_t in[64];
	struct xeap_span s = fake_packet(in, XEAP_EAP_REQUEST, 1, FAKE_TYPE, "r20-xyz", 7);
	enum xeap_auth_status status;
	enum xeap_action action;
	uint8_t *packet;
	const char *text;
	uint32_t size, code;

	for (int i = 0; i < 20000; i++) {
		code = xeap_session_process_received_packet(b->host, b->session, (uint32_t)s.len,
							    s.data, &action, NULL);
		expect(w, is_expected(code));
		w->refused += code == XEAP_E_INVALID_STATE;
		w->served += code == XEAP_OK;
		code = xeap_session_get_send_packet(b->host, b->session, &size, &packet, NULL);
		expect(w, is_expected(code) && (code || size == 9));
		code = xeap_session_get_auth_status(b->host, b->session, &status, NULL);
		expect(w, is_expected(code));
		code = xeap_session_get_notification(b->host, b->session, &text, NULL);
		expect(w, is_expected(code));
	}
	return NULL;
}

static void c47_second_thread_on_a_session_is_refused(void **state)
{
	struct bed *b = *state;
	struct worker w[THREADS];
	unsigned int refused = 0, served = 0;

	start(w, b, THREADS, intrude);
	join(w, THREADS);
	for (int i = 0; i < THREADS; i++) {
		refused += w[i].refused;
		served += w[i].served;
	}
	assert_int_equal(refused + served, THREADS * 20000);
	assert_true(served > 0);
	/* It was one request all the time, answered once. */
	assert_int_equal(fake_calls, 1);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_memory_equal(b->packet, "\2\1\0\11\310Rxyz", 9);
}

static pthread_barrier_t inside;

/* A method that stays in process() until the test has seen what a second thread gets. */
static int slow_process(void *p, struct xeap_span request, struct xeap_writer *w,
			struct xeap_method_result *ret)
{
	pthread_barrier_wait(&inside);
	pthread_barrier_wait(&inside);
	return fake_process(p, request, w, ret);
}

static struct xeap_method slow_method;

static void *feed_slow(void *arg)
{
	struct worker *w = arg;

	expect(w, exchange(w, w->bed->session, 1));
	return NULL;
}

static void expect_refusals(struct bed *b)
{
	struct xeap_session_result result;
	const char *text;
	uint32_t size = 64;
	uint8_t key[64];

	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	assert_int_equal(bed_request(b, 1, XEAP_EAP_IDENTITY, ""), XEAP_E_INVALID_STATE);
	assert_int_equal(b->action, XEAP_ACTION_DISCARD);
	assert_int_equal(xeap_session_get_result(b->host, b->session, XEAP_REASON_TIMEOUT, &result,
						 NULL),
			 XEAP_E_INVALID_STATE);
	assert_int_equal(xeap_session_get_key(b->host, b->session, XEAP_KEY_MSK, &size, key, NULL),
			 XEAP_E_INVALID_STATE);
	assert_int_equal(xeap_session_get_notification(b->host, b->session, &text, NULL),
			 XEAP_E_INVALID_STATE);
	assert_int_equal(xeap_session_end(b->host, b->session, NULL), XEAP_E_INVALID_STATE);
}

static void c47_every_call_is_refused_while_one_runs(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = bed_options(b);
	struct worker w;

	slow_method = fake_method;
	slow_method.name = "SLOW";
	slow_method.type.type = FAKE_TYPE + 1;
	slow_method.process = slow_process;
	xeap_method_register(&slow_method);
	o.profile = bed_profile("SLOW", "\"x\"");
	xeap_session_end(b->host, b->session, NULL);
	assert_int_equal(xeap_session_begin(b->host, &o, &b->session, NULL), XEAP_OK);
	xeap_profile_unref(o.profile);
	pthread_barrier_init(&inside, NULL, 2);
	w = (struct worker){ .bed = b, .mark = 'S', .type = FAKE_TYPE + 1 };
	assert_int_equal(pthread_create(&w.thread, NULL, feed_slow, &w), 0);
	pthread_barrier_wait(&inside);
	expect_refusals(b);
	pthread_barrier_wait(&inside);
	join(&w, 1);
	pthread_barrier_destroy(&inside);
	assert_int_equal(bed_gsp(b), XEAP_OK);
}

/* Handles are claimed while their sessions are ended and their slots used again. */
static void *begin_and_end(void *arg)
{
	struct worker *w = arg;
	struct xeap_session_options o = bed_options(w->bed);
	uint32_t size, code;
	uint8_t *packet;

	o.pool = NULL;
	for (int i = 0; i < 2000; i++) {
		xeap_session_id id;

		expect(w, !xeap_session_begin(w->bed->host, &o, &id, NULL));
		expect(w, xeap_session_get_send_packet(w->bed->host, id - 1, &size, &packet, NULL));
		/* Refused only while a neighbour looks at it. */
		do
			code = xeap_session_end(w->bed->host, id, NULL);
		while (code == XEAP_E_INVALID_STATE);
		expect(w, !code);
		expect(w, xeap_session_get_send_packet(w->bed->host, id, &size, &packet, NULL) ==
				  XEAP_E_INVALID_HANDLE);
	}
	return NULL;
}

static void c10_stale_handles_race_with_new_ones(void **state)
{
	struct worker w[THREADS];

	start(w, *state, THREADS, begin_and_end);
	join(w, THREADS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(c46_sessions_run_to_completion_in_parallel),
		BED_TEST(c47_second_thread_on_a_session_is_refused),
		BED_TEST(c47_every_call_is_refused_while_one_runs),
		BED_TEST(c10_stale_handles_race_with_new_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
