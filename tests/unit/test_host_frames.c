/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What a session does with memory: which frames it takes, what it allocates, what it leaves
 * behind. malloc and its like are wrapped by the linker, for the library and for this file.
 */
#include "allocations.h"
#include "fake_host.h"
#include "host/host.h"

void __real_free(void *p);
void __wrap_free(void *p);

static const void *watched; /* a block that is going to be freed */
static size_t watched_size; /* and its bytes */
static unsigned int
	left_behind; /* of them that still held the secret's pattern when it was freed */

static unsigned int count_pattern(const uint8_t *p, size_t size)
{
	unsigned int n = 0;

	for (size_t i = 0; i < size; i++)
		n += p[i] == FAKE_PATTERN;
	return n;
}

void __wrap_free(void *p)
{
	if (p && p == watched)
		left_behind = count_pattern(p, watched_size);
	__real_free(p);
}

static void c51_nothing_is_allocated_on_the_way(void **state)
{
	struct bed *b = *state;
	unsigned int before = allocations;

	bed_exchange(b, 1, XEAP_EAP_IDENTITY, "who?");
	bed_exchange(b, 2, XEAP_EAP_MD5, "none of ours");
	for (uint8_t i = 10; i < 60; i++) {
		bed_exchange(b, i, FAKE_TYPE, "r20-x");
		xeap_frame_complete(bed_transmit(b));
		bed_exchange(b, i, FAKE_TYPE, "r20-x"); /* duplicate */
		xeap_frame_complete(bed_transmit(b));
		assert_int_equal(bed_request(b, 9, FAKE_TYPE, "i20-"), XEAP_OK);
	}
	bed_exchange(b, 60, FAKE_TYPE, "r42-x");
	bed_verdict(b, XEAP_EAP_SUCCESS, 60);
	assert_int_equal(allocations, before);
}

/* A flight that fits the pool takes frames of it, and each is sent from where it was written. */
static void a_flight_in_the_pool_is_not_copied(void **state)
{
	struct bed *b = *state;
	struct xeap_pool_stats stats;
	unsigned int before = allocations;

	bed_exchange(b, 1, FAKE_TYPE, "f20-\5");
	/* One is the response, four wait; the frame lent at first went back. */
	assert_int_equal(bed_frames(b, XEAP_FRAME_LENT), 5);
	for (uint8_t i = 2; i <= 5; i++) {
		xeap_frame_complete(bed_transmit(b));
		bed_exchange(b, i, FAKE_TYPE, "n20-");
	}
	xeap_pool_get_stats(b->pool, &stats);
	assert_int_equal(stats.copied, 0);
	assert_int_equal(allocations, before);
	assert_int_equal(bed_frames(b, XEAP_FRAME_LENT), 1);
}

static void a_flight_beyond_the_pool_is_copied_and_counted(void **state)
{
	struct bed *b = *state;
	struct xeap_pool_stats stats;
	uint8_t next = 0;

	for (uint8_t i = 0; i < 20; i++) {
		bed_exchange(b, i, FAKE_TYPE, i ? "n20-" : "f20-\24");
		for (uint32_t at = 5; at < b->size; at++)
			assert_int_equal(b->packet[at], next++);
		xeap_frame_complete(bed_transmit(b));
	}
	xeap_pool_get_stats(b->pool, &stats);
	/*
	 * Eight frames: one is lent at first, seven are the flight's, 13 are on the heap; then
	 * one of the seven gives way to the frame that is lent for the next response, until
	 * sending has freed some.
	 */
	assert_true(stats.copied >= 12 && stats.copied <= 14);
	assert_int_equal(bed_request(b, 21, FAKE_TYPE, "n20-"), XEAP_E_AUTHENTICATION_FAILED);
}

/* Two sessions fill the pool with flights, and still neither starves. */
static void flights_do_not_block_each_other(void **state)
{
	struct bed *b = *state;
	xeap_session_id id[2] = { b->session, bed_begin(b) };

	for (uint8_t i = 0; i < 8; i++) {
		for (int n = 0; n < 2; n++) {
			b->session = id[n];
			bed_exchange(b, i, FAKE_TYPE, i ? "n20-" : "f20-\10");
			assert_int_equal(b->packet[5], (uint8_t)(i * 195));
		}
	}
}

static void a_flight_ends_with_its_session(void **state)
{
	struct bed *b = *state;

	bed_exchange(b, 1, FAKE_TYPE, "f20-\24");
	assert_true(bed_frames(b, XEAP_FRAME_FREE) <= 1);
	assert_int_equal(xeap_session_end(b->host, b->session, NULL), XEAP_OK);
	assert_int_equal(bed_frames(b, XEAP_FRAME_FREE), BED_FRAMES);
}

static void a_flight_ends_with_its_method(void **state)
{
	struct bed *b = *state;

	bed_exchange(b, 1, FAKE_TYPE, "f20-\4");
	assert_int_equal(bed_request(b, 2, FAKE_TYPE, "g20-"), XEAP_E_AUTHENTICATION_FAILED);
	assert_int_equal(bed_frames(b, XEAP_FRAME_FREE), BED_FRAMES);
}

/* More sessions than frames: what was sent is spilled, a duplicate gets the same bytes, counted. */
static void held_responses_give_way_and_come_back(void **state)
{
	struct bed *b = *state;
	xeap_session_id id[BED_FRAMES * 2];
	struct xeap_pool_stats stats;

	id[0] = b->session;
	for (int i = 1; i < BED_FRAMES * 2; i++)
		id[i] = bed_begin(b);
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < BED_FRAMES * 2; i++) {
			char data[8] = { 'r', '2', '0', '-', (char)('a' + i) };

			b->session = id[i];
			bed_exchange(b, 1, FAKE_TYPE, data);
			assert_int_equal(b->packet[6], 'a' + i);
			xeap_frame_complete(bed_transmit(b));
		}
		xeap_pool_get_stats(b->pool, &stats);
		assert_int_equal(stats.spilled, pass ? 24 : 8);
		assert_int_equal(stats.copied, pass ? 16 : 0);
	}
	assert_int_equal(fake_calls, BED_FRAMES * 2);
}

/* Spilled, then neither frame nor a victim for it: 8, and the response is there once a frame is. */
static void c55_spilled_response_waits_for_a_frame(void **state)
{
	struct bed *b = *state;
	struct xeap_frame *taken[BED_FRAMES], *f;
	int n = 0;

	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	xeap_frame_complete(bed_transmit(b));
	while ((f = xeap_pool_lend(b->pool)))
		taken[n++] = f;
	assert_int_equal(n, BED_FRAMES);
	assert_int_equal(bed_request(b, 1, FAKE_TYPE, "r20-x"), XEAP_E_OUT_OF_MEMORY);
	assert_int_equal(bed_gsp(b), XEAP_E_OUT_OF_MEMORY);
	xeap_frame_give_back(taken[--n]);
	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	assert_memory_equal(b->packet, "\2\1\0\7\310Rx", 7);
	assert_int_equal(fake_calls, 1);
	while (n--)
		xeap_frame_give_back(taken[n]);
}

/* A spill that has no memory leaves the frame where it is. */
static void c55_spill_without_memory_loses_nothing(void **state)
{
	struct bed *b = *state;
	struct xeap_frame *taken[BED_FRAMES], *f;
	int n = 0;

	bed_exchange(b, 1, FAKE_TYPE, "r20-x");
	xeap_frame_complete(bed_transmit(b));
	allocations_left = 0;
	while ((f = xeap_pool_lend(b->pool)))
		taken[n++] = f;
	allocations_left = -1;
	assert_int_equal(n, BED_FRAMES - 1);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_memory_equal(b->packet, "\2\1\0\7\310Rx", 7);
	while (n--)
		xeap_frame_give_back(taken[n]);
}

/* Each allocation of begin fails once; nothing leaks, and the next begin works. */
static void c55_begin_without_memory(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = bed_options(b);
	struct xeap_host *host;
	xeap_session_id id;
	uint32_t code = XEAP_E_OUT_OF_MEMORY;

	o.pool = NULL;
	o.connection_id = (const uint8_t *)"connection-00001";
	assert_int_equal(xeap_host_new(NULL, &host), XEAP_OK);
	for (int i = 0; code; i++) {
		allocations_left = i;
		code = xeap_session_begin(host, &o, &id, NULL);
		allocations_left = -1;
		assert_true(code == XEAP_OK || code == XEAP_E_OUT_OF_MEMORY);
		assert_int_equal(id != 0, code == XEAP_OK);
		assert_true(i < 10);
	}
	xeap_host_free(host);
}

static void profile_without_memory(void **state)
{
	struct xeap_config *config = bed_config("FAKE", "\"x\"");
	struct xeap_profile *p = NULL;
	struct xeap_diag diag = { 0 };
	int err = -ENOMEM;

	for (int i = 0; err; i++) {
		allocations_left = i;
		err = xeap_profile_new(config, &p, &diag);
		allocations_left = -1;
		assert_true(err == 0 || err == -ENOMEM);
		assert_int_equal(p != NULL, err == 0);
		assert_true(i < 50);
	}
	xeap_profile_unref(p);
	xeap_config_free(config);
}

/* The same without an error object to tell of it. */
static void error_without_memory(void **state)
{
	struct bed *b = *state;
	struct xeap_error *error = (struct xeap_error *)b->in;

	allocations_left = 0;
	assert_int_equal(xeap_session_end(b->host, 0, &error), XEAP_E_INVALID_HANDLE);
	allocations_left = -1;
	assert_null(error);
}

static void c52_secrets_are_wiped_before_the_memory_goes(void **state)
{
	struct bed *b = *state;

	bed_exchange(b, 1, FAKE_TYPE, "r42-x");
	/* The frame's owner stands at the beginning of the session, the context at its end. */
	watched = xeap_pool_frame_of(b->pool, b->packet)->owner;
	watched_size = sizeof(struct xeap_session) + sizeof(struct fake_ctx);
	assert_true(count_pattern(watched, watched_size) >= FAKE_SECRET);
	left_behind = UINT32_MAX;
	assert_int_equal(xeap_session_end(b->host, b->session, NULL), XEAP_OK);
	assert_int_equal(left_behind, 0);
	watched = NULL;
}

/* Tens of thousands of them are to fit. */
static void a_session_is_small(void **state)
{
	assert_true(sizeof(struct xeap_session) <= 600);
}

/* Without a pool of the caller's a session brings its own. */
static void session_without_a_pool_has_its_own(void **state)
{
	struct bed *b = *state;
	struct xeap_session_options o = bed_options(b);
	unsigned int before;

	o.pool = NULL;
	o.max_send_packet_size = 0;
	xeap_session_end(b->host, b->session, NULL);
	assert_int_equal(xeap_session_begin(b->host, &o, &b->session, NULL), XEAP_OK);
	before = allocations;
	for (uint8_t i = 1; i < 20; i++)
		bed_exchange(b, i, FAKE_TYPE, "r20-x");
	bed_exchange(b, 20, FAKE_TYPE, "f20-\2");
	assert_int_equal(b->size, 1496);
	bed_exchange(b, 21, FAKE_TYPE, "n20-");
	assert_int_equal(allocations, before);
	assert_int_equal(bed_frames(b, XEAP_FRAME_FREE), BED_FRAMES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(c51_nothing_is_allocated_on_the_way),
		BED_TEST(a_flight_in_the_pool_is_not_copied),
		BED_TEST(a_flight_beyond_the_pool_is_copied_and_counted),
		BED_TEST(flights_do_not_block_each_other),
		BED_TEST(a_flight_ends_with_its_session),
		BED_TEST(a_flight_ends_with_its_method),
		BED_TEST(held_responses_give_way_and_come_back),
		BED_TEST(c55_spilled_response_waits_for_a_frame),
		BED_TEST(c55_spill_without_memory_loses_nothing),
		BED_TEST(c55_begin_without_memory),
		BED_TEST(profile_without_memory),
		BED_TEST(error_without_memory),
		BED_TEST(c52_secrets_are_wiped_before_the_memory_goes),
		BED_TEST(a_session_is_small),
		BED_TEST(session_without_a_pool_has_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
