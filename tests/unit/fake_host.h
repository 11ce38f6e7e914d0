/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_FAKE_HOST_H
#define XEAP_TESTS_FAKE_HOST_H

/* A host with a pool, a profile that runs the FAKE method, and one session. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/frame.h"
#include "fake_method.h"
#include "method/list.h"
#include <xeap/host.h>

const struct xeap_method *const xeap_methods_builtin[] = { NULL };
const size_t xeap_methods_builtin_count = 0;

#define BED_IDENTITY "user@example.org"
#define BED_FRAMES 8
#define BED_CHUNK 512

struct bed {
	struct xeap_host *host;
	struct xeap_profile *profile;
	struct xeap_pool *pool;
	xeap_session_id session;
	uint8_t in[2048];
	uint32_t code; /* what the last call returned */
	enum xeap_action action;
	struct xeap_error *error; /* of the last call */
	uint32_t size;
	uint8_t *packet;
};

static inline struct xeap_config *bed_config(const char *eap, const char *identity)
{
	struct xeap_config *config;
	struct xeap_diag diag;

	assert_int_equal(xeap_config_new(&config), 0);
	if (eap)
		assert_int_equal(xeap_config_set(config, "eap", eap, &diag), 0);
	if (identity)
		assert_int_equal(xeap_config_set(config, "identity", identity, &diag), 0);
	return config;
}

static inline struct xeap_profile *bed_profile(const char *eap, const char *identity)
{
	struct xeap_config *config = bed_config(eap, identity);
	struct xeap_profile *profile;
	struct xeap_diag diag;

	assert_int_equal(xeap_profile_new(config, &profile, &diag), 0);
	xeap_config_free(config);
	return profile;
}

static inline struct xeap_session_options bed_options(const struct bed *b)
{
	return (struct xeap_session_options){
		.size = sizeof(struct xeap_session_options),
		.profile = b->profile,
		.pool = b->pool,
		.max_send_packet_size = 200,
	};
}

static inline xeap_session_id bed_begin(struct bed *b)
{
	struct xeap_session_options o = bed_options(b);
	xeap_session_id id;

	assert_int_equal(xeap_session_begin(b->host, &o, &id, NULL), XEAP_OK);
	return id;
}

static inline void bed_open(struct bed *b)
{
	xeap_method_register(&fake_method);
	fake_calls = fake_begun = fake_short = 0;
	fake_init_error = 0;
	assert_int_equal(xeap_host_new(NULL, &b->host), XEAP_OK);
	assert_int_equal(xeap_pool_new(BED_FRAMES, BED_CHUNK, &b->pool), 0);
	b->profile = bed_profile("FAKE", "\"" BED_IDENTITY "\"");
	b->session = bed_begin(b);
}

static inline void bed_close(struct bed *b)
{
	struct xeap_pool_stats stats;

	xeap_error_free(b->error);
	xeap_host_free(b->host);
	xeap_profile_unref(b->profile);
	/* No frame stays with a session that is gone. */
	xeap_pool_get_stats(b->pool, &stats);
	assert_int_equal(stats.state[XEAP_FRAME_FREE] + stats.state[XEAP_FRAME_QUEUED],
			 stats.frames);
	xeap_pool_free(b->pool);
	assert_int_equal(fake_begun, 0);
}

static inline int bed_setup(void **state)
{
	struct bed *b = calloc(1, sizeof(*b));

	bed_open(b);
	*state = b;
	return 0;
}

static inline int bed_teardown(void **state)
{
	bed_close(*state);
	free(*state);
	return 0;
}

/* Feed a packet; the action counts only when XEAP_OK is returned. */
static inline uint32_t bed_feed(struct bed *b, struct xeap_span packet)
{
	xeap_error_free(b->error);
	b->action = XEAP_ACTION_MAX;
	b->code = xeap_session_process_received_packet(b->host, b->session, (uint32_t)packet.len,
						       packet.data, &b->action, &b->error);
	/* C02 and C44, at every call of every test. */
	assert_int_equal(b->error != NULL, b->code != XEAP_OK);
	if (b->error)
		assert_int_equal(b->error->code, b->code);
	return b->code;
}

static inline uint32_t bed_request(struct bed *b, uint8_t id, uint8_t type, const char *data)
{
	return bed_feed(b, fake_packet(b->in, XEAP_EAP_REQUEST, id, type, data, strlen(data)));
}

static inline uint32_t bed_verdict(struct bed *b, uint8_t code, uint8_t id)
{
	return bed_feed(b, fake_packet(b->in, code, id, 0, NULL, 0));
}

static inline uint32_t bed_gsp(struct bed *b)
{
	xeap_error_free(b->error);
	b->packet = b->in;
	b->size = 12345;
	b->code =
		xeap_session_get_send_packet(b->host, b->session, &b->size, &b->packet, &b->error);
	/* C02, C03 and C21 to C24, at every call of every test. */
	assert_int_equal(b->error != NULL, b->code != XEAP_OK);
	if (b->code) {
		assert_null(b->packet);
		assert_int_equal(b->size, 0);
	} else {
		assert_true(b->size >= 4);
		assert_int_equal(b->packet[0], XEAP_EAP_RESPONSE);
		assert_int_equal(b->packet[2] << 8 | b->packet[3], b->size);
	}
	return b->code;
}

/* Feed a request, expect Send, fetch. */
static inline void bed_exchange(struct bed *b, uint8_t id, uint8_t type, const char *data)
{
	assert_int_equal(bed_request(b, id, type, data), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_SEND);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_int_equal(b->packet[1], id);
}

/* What a ring does with the packet just fetched. */
static inline struct xeap_frame *bed_transmit(struct bed *b)
{
	struct xeap_frame *f = xeap_pool_frame_of(b->pool, b->packet);

	assert_non_null(f);
	assert_non_null(xeap_frame_push(f, 18));
	assert_int_equal(xeap_frame_queue(f), 0);
	return f;
}

static inline enum xeap_auth_status bed_status(struct bed *b)
{
	enum xeap_auth_status status;

	xeap_session_get_auth_status(b->host, b->session, &status, NULL);
	return status;
}

/* How many frames of the pool are in a state. */
static inline unsigned int bed_frames(struct bed *b, enum xeap_frame_state state)
{
	struct xeap_pool_stats stats;

	xeap_pool_get_stats(b->pool, &stats);
	return stats.state[state];
}

#define BED_TEST(f) cmocka_unit_test_setup_teardown(f, bed_setup, bed_teardown)

#endif
