// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* Copies of frames between two threads: what comes out is what went in, the rest is counted. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tool/capture_ring.h"

#define MANY 200000

static uint8_t bytes[CAPTURE_FRAME_MAX + 100];

static void in_order(void **state)
{
	struct capture_record in = { .time = 5, .lost = 2, .direction = 1, .ifname = "port7" };
	struct capture_record got;
	struct capture_ring *r;
	uint8_t frame[CAPTURE_FRAME_MAX];

	assert_int_equal(capture_ring_new(4096, &r), 0);
	assert_false(capture_ring_peek(r, &got));
	assert_true(capture_ring_put(r, &in, xeap_span("first", 5)));
	in.time = 6;
	assert_true(capture_ring_put(r, &in, xeap_span("second frame", 12)));
	assert_true(capture_ring_put(r, &in, xeap_span("", 0)));

	assert_true(capture_ring_peek(r, &got));
	assert_true(capture_ring_peek(r, &got));
	assert_int_equal(got.time, 5);
	assert_int_equal(got.lost, 2);
	assert_int_equal(got.direction, 1);
	assert_string_equal(got.ifname, "port7");
	assert_int_equal(got.len, 5);
	assert_int_equal(got.whole, 5);
	capture_ring_take(r, &got, frame);
	assert_memory_equal(frame, "first", 5);
	assert_true(capture_ring_peek(r, &got));
	assert_int_equal(got.time, 6);
	capture_ring_take(r, &got, NULL);
	assert_true(capture_ring_peek(r, &got));
	assert_int_equal(got.len, 0);
	capture_ring_take(r, &got, frame);
	assert_false(capture_ring_peek(r, &got));
	capture_ring_free(r);
}

/* A full ring takes nothing and keeps what it has; what was taken makes room again. */
static void full(void **state)
{
	struct capture_record in = { 0 }, got;
	struct capture_ring *r;
	unsigned int n = 0;
	uint8_t frame[CAPTURE_FRAME_MAX];

	assert_int_equal(capture_ring_new(4096, &r), 0);
	for (unsigned int round = 0; round < 100; round++) {
		while (capture_ring_put(r, &in, xeap_span(bytes, 100 + n % 7)))
			n++;
		assert_in_range(n, 20, 4096 / 100);
		assert_true(capture_ring_peek(r, &got));
		capture_ring_take(r, &got, frame);
		assert_memory_equal(frame, bytes, got.len);
		n--;
	}
	capture_ring_free(r);
}

static void long_frames_are_cut(void **state)
{
	struct capture_record in = { 0 }, got;
	struct capture_ring *r;
	uint8_t frame[CAPTURE_FRAME_MAX];

	assert_int_equal(capture_ring_new(4096, &r), 0);
	assert_false(capture_ring_put(r, &in, xeap_span(bytes, 5000)));
	capture_ring_free(r);
	assert_int_equal(capture_ring_new(16384, &r), 0);
	assert_true(capture_ring_put(r, &in, xeap_span(bytes, sizeof(bytes))));
	assert_true(capture_ring_peek(r, &got));
	assert_int_equal(got.whole, sizeof(bytes));
	assert_int_equal(got.len, CAPTURE_FRAME_MAX);
	capture_ring_take(r, &got, frame);
	assert_memory_equal(frame, bytes, CAPTURE_FRAME_MAX);
	capture_ring_free(r);
}

static void sizes(void **state)
{
	struct capture_ring *r = NULL;

	assert_int_equal(capture_ring_new(0, &r), -EINVAL);
	assert_int_equal(capture_ring_new(2048, &r), -EINVAL);
	assert_int_equal(capture_ring_new(5000, &r), -EINVAL);
	assert_null(r);
	assert_null(capture_ring_free(NULL));
}

/* One thread puts frames that say who they are, the other takes them: all, but the lost ones. */

struct putter {
	struct capture_ring *ring;
	uint64_t lost; /* of those that were told of nobody */
};

static uint32_t length_of(uint64_t n)
{
	return 1 + (uint32_t)(n * 37 % 1500);
}

static void *put_many(void *arg)
{
	struct putter *p = arg;
	uint8_t frame[1504];
	uint32_t lost = 0;

	for (uint64_t n = 0; n < MANY; n++) {
		struct capture_record r = { .time = n, .lost = lost };

		memset(frame, (int)(n & 0xff), length_of(n));
		if (capture_ring_put(p->ring, &r, xeap_span(frame, length_of(n)))) {
			lost = 0;
		} else {
			lost++;
			sched_yield();
		}
	}
	p->lost = lost;
	return NULL;
}

static void check(const struct capture_record *r, const uint8_t *frame)
{
	if (r->len != length_of(r->time) || frame[0] != (r->time & 0xff) ||
	    frame[r->len - 1] != (r->time & 0xff))
		fail_msg("frame %llu is not what it was", (unsigned long long)r->time);
}

static void two_threads(void **state)
{
	struct putter p = { 0 };
	struct capture_record r;
	pthread_t thread;
	uint64_t next = 0, taken = 0;
	bool joined = false;
	uint8_t frame[CAPTURE_FRAME_MAX];

	assert_int_equal(capture_ring_new(16384, &p.ring), 0);
	assert_int_equal(pthread_create(&thread, NULL, put_many, &p), 0);
	for (;;) {
		if (capture_ring_peek(p.ring, &r)) {
			capture_ring_take(p.ring, &r, frame);
			check(&r, frame);
			assert_int_equal(r.time, next + r.lost);
			next = r.time + 1;
			taken++;
		} else if (joined) {
			break;
		} else if (!pthread_tryjoin_np(thread, NULL)) {
			joined = true;
		} else {
			sched_yield();
		}
	}
	assert_int_equal(next + p.lost, MANY);
	assert_in_range(taken, 1000, MANY);
	capture_ring_free(p.ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order),
		cmocka_unit_test(full),
		cmocka_unit_test(long_frames_are_cut),
		cmocka_unit_test(sizes),
		cmocka_unit_test(two_threads),
	};

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7);
	return cmocka_run_group_tests_name("capture ring", tests, NULL, NULL);
}
