/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Threads, system calls, memory: C46, C47, C51, C52 and C55. */
#include "conformance.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_packet.h"
#include "wire/eap.h"

#define THREADS 4
#define CONVERSATIONS 100
#define ROUNDS 8
#define INTRUSIONS 5000

/* What a thread found; cmocka's assertions are for the main thread. */
struct worker {
	pthread_t thread;
	struct bed *bed;
	struct xeap_pool *pool; /* of its own: a pool is one thread's */
	uint8_t *area;
	char mark; /* in every response of this thread's sessions */
	unsigned int faults;
	unsigned int refused; /* calls answered XEAP_E_INVALID_STATE */
	unsigned int served;
};

static void expect(struct worker *w, bool good)
{
	w->faults += !good;
}

/* One request with the worker's mark in it. Returns the response, NULL when there is none. */
static uint8_t *exchange(struct worker *w, uint64_t id, uint8_t round)
{
	struct bed *b = w->bed;
	uint8_t in[64], *packet;
	char data[8] = { 'r', round == ROUNDS ? '4' : '2', round == ROUNDS ? '2' : '0', '-',
			 w->mark };
	struct xeap_span s = fake_packet(in, XEAP_EAP_REQUEST, round, BED_TYPE, data, 5);
	enum xeap_action action;
	uint32_t size;

	if (b->api->process(b->host, id, (uint32_t)s.len, s.data, &action, NULL) ||
	    action != XEAP_ACTION_SEND ||
	    b->api->get_send_packet(b->host, id, &size, &packet, NULL) || size != 7)
		return NULL;
	return packet;
}

static void converse(struct worker *w)
{
	static const uint8_t success[] = { XEAP_EAP_SUCCESS, ROUNDS, 0, 4 };
	const struct api *api = w->bed->api;
	struct xeap_session_options o = bed_options(w->bed);
	struct xeap_session_result result;
	enum xeap_action action;
	uint64_t id;

	o.pool = w->pool;
	expect(w, !api->begin(w->bed->host, &o, w->bed->config, &id, NULL));
	for (uint8_t round = 1; round <= ROUNDS; round++) {
		uint8_t *packet = exchange(w, id, round);

		expect(w, packet && packet[1] == round && packet[6] == (uint8_t)w->mark);
	}
	expect(w, !api->process(w->bed->host, id, 4, success, &action, NULL));
	expect(w, !api->get_result(w->bed->host, id, XEAP_REASON_FROM_METHOD, &result, NULL) &&
			  result.success);
	expect(w, !api->end(w->bed->host, id, NULL));
}

static void *converse_often(void *arg)
{
	for (int i = 0; i < CONVERSATIONS; i++)
		converse(arg);
	return NULL;
}

static void start(struct worker *w, struct bed *b, int n, void *(*run)(void *))
{
	for (int i = 0; i < n; i++) {
		w[i] = (struct worker){ .bed = b, .mark = (char)('A' + i) };
		w[i].pool = bed_new_pool(b, &w[i].area);
		assert_non_null(w[i].pool);
		assert_int_equal(pthread_create(&w[i].thread, NULL, run, &w[i]), 0);
	}
}

static void join(struct worker *w, int n)
{
	for (int i = 0; i < n; i++) {
		pthread_join(w[i].thread, NULL);
		xeap_pool_free(w[i].pool);
		free(w[i].area);
		assert_int_equal(w[i].faults, 0);
	}
}

/* C29 and C48 hold among threads: every response carries its own thread's mark. */
void c46(struct bed *b)
{
	struct worker w[THREADS];

	start(w, b, THREADS, converse_often);
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
	const struct api *api = b->api;
	uint8_t in[64];
	struct xeap_span s = fake_packet(in, XEAP_EAP_REQUEST, 1, BED_TYPE, "r20-xyz", 7);
	enum xeap_auth_status status;
	enum xeap_action action;
	const uint8_t *context;
	uint8_t *packet;
	uint32_t size, code;

	for (int i = 0; i < INTRUSIONS; i++) {
		code = api->process(b->host, b->session, (uint32_t)s.len, s.data, &action, NULL);
		expect(w, is_expected(code));
		w->refused += code == XEAP_E_INVALID_STATE;
		w->served += code == XEAP_OK;
		code = api->get_send_packet(b->host, b->session, &size, &packet, NULL);
		expect(w, is_expected(code) && (code || size == 9));
		code = api->get_auth_status(b->host, b->session, &status, NULL);
		expect(w, is_expected(code));
		code = api->get_ui_context(b->host, b->session, &size, &context, NULL);
		expect(w, code == XEAP_E_INVALID_STATE);
	}
	return NULL;
}

static void c47_many(struct bed *b)
{
	struct worker w[THREADS];
	unsigned int refused = 0, served = 0;

	start(w, b, THREADS, intrude);
	join(w, THREADS);
	for (int i = 0; i < THREADS; i++) {
		refused += w[i].refused;
		served += w[i].served;
	}
	assert_int_equal(refused + served, THREADS * INTRUSIONS);
	assert_true(served > 0);
	/* It was one request all the time, answered once. */
	assert_int_equal(fake_method_calls(), 1);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_memory_equal(b->packet, "\2\1\0\11\310Rxyz", 9);
}

static void *feed_one(void *arg)
{
	struct worker *w = arg;

	expect(w, exchange(w, w->bed->session, 1));
	return NULL;
}

/* While a thread is inside, for certain. */
static void c47_inside(struct bed *b)
{
	struct xeap_session_result result;
	struct xeap_attributes attributes = { 0 };
	struct worker w;

	fake_method_pause(true);
	start(&w, b, 1, feed_one);
	fake_method_meet();
	assert_int_equal(bed_gsp(b), XEAP_E_INVALID_STATE);
	assert_int_equal(bed_request(b, 1, XEAP_EAP_IDENTITY, ""), XEAP_E_INVALID_STATE);
	assert_int_equal(b->action, XEAP_ACTION_DISCARD);
	assert_int_equal(b->api->get_result(b->host, b->session, XEAP_REASON_TIMEOUT, &result,
					    NULL),
			 XEAP_E_INVALID_STATE);
	assert_int_equal(bed_get_ui(b), XEAP_E_INVALID_STATE);
	assert_int_equal(bed_answer(b, NULL), XEAP_E_INVALID_STATE);
	assert_int_equal(b->api->get_response_attributes(b->host, b->session, &attributes, NULL),
			 XEAP_E_INVALID_STATE);
	assert_int_equal(bed_attribute(b, "x"), XEAP_E_INVALID_STATE);
	assert_int_equal(bed_end(b), XEAP_E_INVALID_STATE);
	fake_method_meet();
	join(&w, 1);
	fake_method_pause(false);
	assert_int_equal(bed_gsp(b), XEAP_OK);
}

void c47(struct bed *b)
{
	c47_many(b);
	bed_reopen(b);
	c47_inside(b);
}

/* From here on any system call but exit() kills the process. */
static bool forbid_system_calls(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* Fetches the packet a thousand times. Returns whether it was there, and the same. */
static bool fetch_often(struct bed *b)
{
	uint8_t *packet;
	uint32_t size;
	void *error;

	for (int i = 0; i < 1000; i++)
		if (b->api->get_send_packet(b->host, b->session, &size, &packet, &error) ||
		    packet != b->packet || size != b->size)
			return false;
	return true;
}

static void expect_no_system_call(struct bed *b)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		long code = !forbid_system_calls() ? 2 : fetch_often(b) ? 0 : 1;

		for (;;)
			syscall(SYS_exit_group, code);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void expect_quiet(struct bed *b)
{
	unsigned int allocations = bed_allocations(), locks = bed_locks();

	assert_true(fetch_often(b));
	assert_int_equal(bed_allocations(), allocations);
	assert_int_equal(bed_locks(), locks);
	expect_no_system_call(b);
}

void c51(struct bed *b)
{
	bed_exchange(b, 1, BED_TYPE, "r20-x");
	expect_quiet(b);
	bed_transmit(b);
	expect_quiet(b);
	bed_complete(b);
	expect_quiet(b);
	assert_int_equal(bed_request(b, 2, BED_TYPE, "u20-"), XEAP_OK);
	assert_int_equal(bed_answer(b, "y"), XEAP_OK);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	expect_quiet(b);
}

/* A key, a typed password, and what is made of both: none of it is in memory that is freed. */
void c52(struct bed *b)
{
	struct xeap_session_result r;

	bed_watch_frees(true);
	assert_int_equal(bed_request(b, 1, BED_TYPE, "u42-"), XEAP_OK);
	assert_int_equal(bed_answer(b, BED_SECRET), XEAP_OK);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	bed_verdict(b, XEAP_EAP_SUCCESS, 1);
	r = bed_result(b, XEAP_REASON_FROM_METHOD);
	assert_true(r.success && r.save_user_data);
	assert_int_equal(r.attributes.count, 2);
	assert_int_equal(bed_end(b), XEAP_OK);
	/* A question that is open, and the host around it. */
	b->session = bed_begin(b);
	bed_exchange(b, 1, BED_TYPE, "r20-x");
	assert_int_equal(bed_request(b, 2, BED_TYPE, "u20-"), XEAP_OK);
	bed_reopen(b);
	bed_watch_frees(false);
	assert_int_equal(bed_left_behind(), 0);
}

/* Neither frame nor a victim for it. */
static void c55_no_frame(struct bed *b)
{
	struct xeap_frame *taken[BED_FRAMES];
	unsigned int n;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	n = bed_take_frames(b, taken);
	assert_int_equal(bed_request(b, 2, BED_TYPE, "r20-x"), XEAP_E_OUT_OF_MEMORY);
	assert_int_equal(bed_status(b), XEAP_AUTH_IDENTITY_EXCHANGE);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_int_equal(b->packet[1], 1);
	bed_give_frames(taken, n);
	bed_exchange(b, 2, BED_TYPE, "r20-x");
	assert_int_equal(fake_method_calls(), 1);
}

/* An answer can be given again. */
static void c55_no_frame_for_an_answer(struct bed *b)
{
	struct xeap_frame *taken[BED_FRAMES];
	unsigned int n;

	assert_int_equal(bed_request(b, 1, BED_TYPE, "u20-"), XEAP_OK);
	n = bed_take_frames(b, taken);
	assert_int_equal(bed_answer(b, "x"), XEAP_E_OUT_OF_MEMORY);
	bed_give_frames(taken, n);
	bed_fail_allocations_after(0);
	assert_int_equal(b->api->get_ui_context(b->host, b->session, &b->size, &b->context, NULL),
			 XEAP_E_OUT_OF_MEMORY);
	bed_fail_allocations_after(-1);
	assert_null(b->context);
	assert_int_equal(bed_answer(b, "x"), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_SEND);
}

static void c55_method_short_of_memory(struct bed *b)
{
	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "");
	fake_method_short_of_memory(1);
	assert_int_equal(bed_request(b, 2, BED_TYPE, "r20-x"), XEAP_E_OUT_OF_MEMORY);
	assert_int_equal(bed_status(b), XEAP_AUTH_IDENTITY_EXCHANGE);
	assert_int_equal(bed_frames(b, XEAP_FRAME_LENT), 1);
	bed_exchange(b, 2, BED_TYPE, "r20-x");
}

/* Spilled, then no frame to come back to: the response is there once one is. */
static void c55_spilled(struct bed *b)
{
	struct xeap_frame *taken[BED_FRAMES];
	unsigned int n;

	bed_exchange(b, 1, BED_TYPE, "r20-x");
	bed_transmit(b);
	bed_complete(b);
	n = bed_take_frames(b, taken);
	assert_int_equal(n, BED_FRAMES);
	assert_int_equal(bed_request(b, 1, BED_TYPE, "r20-x"), XEAP_E_OUT_OF_MEMORY);
	assert_int_equal(bed_gsp(b), XEAP_E_OUT_OF_MEMORY);
	xeap_frame_give_back(taken[--n]);
	bed_exchange(b, 1, BED_TYPE, "r20-x");
	assert_memory_equal(b->packet, "\2\1\0\7\310Rx", 7);
	assert_int_equal(fake_method_calls(), 1);
	bed_give_frames(taken, n);
}

/* Each allocation of begin fails once; nothing leaks, and the next begin works. */
static void c55_begin(struct bed *b)
{
	struct xeap_session_options o = bed_options(b);
	uint32_t code = XEAP_E_OUT_OF_MEMORY;
	uint64_t id;

	o.connection_id = (const uint8_t *)"connection-00001";
	for (int i = 0; code; i++) {
		bed_fail_allocations_after(i);
		code = b->api->begin(b->host, &o, b->config, &id, NULL);
		bed_fail_allocations_after(-1);
		assert_true(code == XEAP_OK || code == XEAP_E_OUT_OF_MEMORY);
		assert_int_equal(id != 0, code == XEAP_OK);
		assert_true(i < 200);
	}
	assert_int_equal(b->api->end(b->host, id, NULL), XEAP_OK);
}

void c55(struct bed *b)
{
	c55_no_frame(b);
	bed_reopen(b);
	c55_no_frame_for_an_answer(b);
	bed_reopen(b);
	c55_method_short_of_memory(b);
	bed_reopen(b);
	c55_spilled(b);
	bed_reopen(b);
	c55_begin(b);
}
