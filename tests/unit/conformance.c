/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The bed of the conformance rows: what all of them drive, through whatever API. */
#include "conformance.h"

#include <malloc.h>
#include <pthread.h>

#include "allocations.h"
#include "base/frame.h"
#include "fake_method.h"
#include "method/list.h"

const struct xeap_method *const xeap_methods_builtin[] = { NULL };
const size_t xeap_methods_builtin_count = 0;

#define PATTERN_RUN 16 /* octets of the method's secret that are no coincidence */

void __real_free(void *p);
int __real_pthread_mutex_lock(pthread_mutex_t *lock);
void __wrap_free(void *p);
int __wrap_pthread_mutex_lock(pthread_mutex_t *lock);

static atomic_uint locks, left_behind;
static atomic_bool watching;

static bool holds_secret(const uint8_t *p, size_t size)
{
	uint8_t pattern[PATTERN_RUN];

	memset(pattern, FAKE_PATTERN, sizeof(pattern));
	return memmem(p, size, pattern, sizeof(pattern)) ||
	       memmem(p, size, BED_SECRET, strlen(BED_SECRET));
}

void __wrap_free(void *p)
{
	if (p && watching && holds_secret(p, malloc_usable_size(p)))
		left_behind++;
	__real_free(p);
}

int __wrap_pthread_mutex_lock(pthread_mutex_t *lock)
{
	locks++;
	return __real_pthread_mutex_lock(lock);
}

unsigned int bed_allocations(void)
{
	return allocations;
}

unsigned int bed_locks(void)
{
	return locks;
}

void bed_fail_allocations_after(int n)
{
	allocations_left = n;
}

void bed_watch_frees(bool on)
{
	if (on)
		left_behind = 0;
	watching = on;
}

unsigned int bed_left_behind(void)
{
	return left_behind;
}

/* The FAKE method, which can be made to stay in process() for a while. */
static pthread_barrier_t inside;
static atomic_bool pausing;

static int pausing_process(void *p, struct xeap_span request, struct xeap_writer *w,
			   struct xeap_method_result *ret)
{
	if (pausing) {
		pthread_barrier_wait(&inside);
		pthread_barrier_wait(&inside);
	}
	return fake_process(p, request, w, ret);
}

void fake_method_pause(bool on)
{
	if (on)
		pthread_barrier_init(&inside, NULL, 2);
	else
		pthread_barrier_destroy(&inside);
	pausing = on;
}

void fake_method_meet(void)
{
	pthread_barrier_wait(&inside);
}

unsigned int fake_method_calls(void)
{
	return fake_calls;
}

void fake_method_short_of_memory(unsigned int calls)
{
	fake_short = calls;
}

void fake_method_cannot_start(int err)
{
	fake_init_error = err;
}

struct xeap_pool *bed_new_pool(const struct bed *b, uint8_t **ret_area)
{
	struct xeap_pool *pool;

	*ret_area = NULL;
	if (b->kind == POOL_HEAP)
		return xeap_pool_new(BED_FRAMES, BED_CHUNK, &pool) ? NULL : pool;
	/* As a UMEM: pages, cut into chunks. */
	*ret_area = aligned_alloc(4096, BED_FRAMES * BED_CHUNK);
	return !*ret_area || xeap_pool_new_over(*ret_area, BED_FRAMES, BED_CHUNK, &pool) ? NULL
											 : pool;
}

static struct xeap_profile *new_profile(const char *identity, const char *key, const char *value,
					struct xeap_config **ret_config)
{
	struct xeap_profile *profile;
	struct xeap_config *config;
	struct xeap_diag diag;

	assert_int_equal(xeap_config_new(&config), 0);
	assert_int_equal(xeap_config_set(config, "eap", "FAKE", &diag), 0);
	if (identity)
		assert_int_equal(xeap_config_set(config, "identity", identity, &diag), 0);
	if (key)
		assert_int_equal(xeap_config_set(config, key, value, &diag), 0);
	assert_int_equal(xeap_profile_new_interactive(config, &profile, &diag), 0);
	*ret_config = config;
	return profile;
}

void bed_open(struct bed *b, const struct api *api, enum pool_kind kind)
{
	static struct xeap_method method;

	if (!method.abi) {
		method = fake_method;
		method.process = pausing_process;
		assert_int_equal(xeap_method_register(&method), 0);
	}
	fake_calls = fake_begun = fake_short = 0;
	fake_init_error = 0;
	*b = (struct bed){ .api = api, .kind = kind };
	b->host = api->open();
	assert_non_null(b->host);
	b->pool = bed_new_pool(b, &b->area);
	assert_non_null(b->pool);
	b->profile = new_profile("\"" BED_IDENTITY "\"", NULL, NULL, &b->config);
	b->session = bed_begin(b);
}

void bed_close(struct bed *b)
{
	struct xeap_pool_stats stats;

	b->api->free_error(b->error);
	b->api->close(b->host);
	xeap_profile_unref(b->profile);
	xeap_config_free(b->config);
	bed_complete(b);
	/* No frame stays with a session that is gone. */
	xeap_pool_get_stats(b->pool, &stats);
	assert_int_equal(stats.state[XEAP_FRAME_FREE], stats.frames);
	xeap_pool_free(b->pool);
	free(b->area);
	assert_int_equal(fake_begun, 0);
}

void bed_reopen(struct bed *b)
{
	const struct api *api = b->api;
	enum pool_kind kind = b->kind;

	bed_close(b);
	bed_open(b, api, kind);
}

struct xeap_session_options bed_options(const struct bed *b)
{
	return (struct xeap_session_options){
		.size = sizeof(struct xeap_session_options),
		.profile = b->profile,
		.pool = b->pool,
		.max_send_packet_size = BED_MAX_PACKET,
	};
}

uint64_t bed_begin(struct bed *b)
{
	struct xeap_session_options o = bed_options(b);
	uint64_t id = 0;

	assert_int_equal(b->api->begin(b->host, &o, b->config, &id, NULL), XEAP_OK);
	assert_int_not_equal(id, 0);
	return id;
}

void bed_begin_again(struct bed *b, const struct xeap_session_options *o)
{
	assert_int_equal(bed_end(b), XEAP_OK);
	assert_int_equal(b->api->begin(b->host, o, b->config, &b->session, NULL), XEAP_OK);
}

void bed_begin_with(struct bed *b, const char *identity, const char *key, const char *value,
		    uint32_t flags)
{
	struct xeap_session_options o;

	assert_int_equal(bed_end(b), XEAP_OK);
	xeap_profile_unref(b->profile);
	xeap_config_free(b->config);
	b->profile = new_profile(identity, key, value, &b->config);
	o = bed_options(b);
	o.flags = flags;
	assert_int_equal(b->api->begin(b->host, &o, b->config, &b->session, NULL), XEAP_OK);
}

/* C02 and C44, at every call of every row: an error comes with a failure, and says its code. */
static uint32_t settle(struct bed *b, uint32_t code)
{
	b->code = code;
	memset(&b->why, 0, sizeof(b->why));
	assert_int_equal(b->error != NULL, code != XEAP_OK);
	if (b->error) {
		b->api->read_error(b->error, &b->why);
		assert_int_equal(b->why.code, code);
	}
	return code;
}

/* Before a call that may make an error. */
static void prepare(struct bed *b)
{
	b->api->free_error(b->error);
	b->error = NULL;
	b->action = XEAP_ACTION_MAX;
}

uint32_t bed_feed(struct bed *b, struct xeap_span packet)
{
	prepare(b);
	return settle(b, b->api->process(b->host, b->session, (uint32_t)packet.len, packet.data,
					 &b->action, &b->error));
}

uint32_t bed_request(struct bed *b, uint8_t id, uint8_t type, const char *data)
{
	return bed_feed(b, fake_packet(b->in, XEAP_EAP_REQUEST, id, type, data, strlen(data)));
}

uint32_t bed_verdict(struct bed *b, uint8_t code, uint8_t id)
{
	return bed_feed(b, fake_packet(b->in, code, id, 0, NULL, 0));
}

uint32_t bed_gsp(struct bed *b)
{
	prepare(b);
	b->packet = b->in;
	b->size = 12345;
	settle(b, b->api->get_send_packet(b->host, b->session, &b->size, &b->packet, &b->error));
	/* C02, C03 and C21 to C24, at every call of every row. */
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

void bed_exchange(struct bed *b, uint8_t id, uint8_t type, const char *data)
{
	assert_int_equal(bed_request(b, id, type, data), XEAP_OK);
	assert_int_equal(b->action, XEAP_ACTION_SEND);
	assert_int_equal(bed_gsp(b), XEAP_OK);
	assert_int_equal(b->packet[1], id);
}

uint32_t bed_get_ui(struct bed *b)
{
	prepare(b);
	b->context = b->in;
	b->size = 12345;
	settle(b, b->api->get_ui_context(b->host, b->session, &b->size, &b->context, &b->error));
	if (b->code) {
		assert_null(b->context);
		assert_int_equal(b->size, 0);
	}
	return b->code;
}

static uint32_t set_ui(struct bed *b, const uint8_t *answer, uint32_t size)
{
	prepare(b);
	return settle(b, b->api->set_ui_context(b->host, b->session, size, answer, &b->action,
						&b->error));
}

uint32_t bed_answer(struct bed *b, const char *value)
{
	uint8_t bytes[BED_CHUNK];
	struct xeap_prompt prompt;
	uint32_t i = 0;
	int n;

	if (!value)
		return set_ui(b, NULL, 0);
	if (bed_get_ui(b))
		return b->code;
	assert_int_equal(xeap_prompt_parse(xeap_span(b->context, b->size), &prompt), 0);
	while (i < prompt.count && prompt.fields[i].kind == XEAP_FIELD_NOTE)
		i++;
	assert_true(i < prompt.count);
	prompt.fields[i].value = xeap_span(value, strlen(value));
	n = xeap_prompt_write(&prompt, bytes, sizeof(bytes));
	assert_true(n > 0 && n <= (int)sizeof(bytes));
	return set_ui(b, bytes, (uint32_t)n);
}

uint32_t bed_attribute(struct bed *b, const char *value)
{
	struct xeap_attributes a = {
		.count = 1, .item = { { .type = 18, .value = xeap_span(value, strlen(value)) } }
	};

	prepare(b);
	return settle(b, b->api->set_response_attributes(b->host, b->session, &a, &b->action,
							 &b->error));
}

uint32_t bed_end(struct bed *b)
{
	return b->api->end(b->host, b->session, NULL);
}

struct xeap_session_result bed_result(struct bed *b, enum xeap_result_reason reason)
{
	struct xeap_session_result r;

	assert_int_equal(b->api->get_result(b->host, b->session, reason, &r, NULL), XEAP_OK);
	return r;
}

enum xeap_auth_status bed_status(struct bed *b)
{
	enum xeap_auth_status status = XEAP_AUTH_STATUS_MAX;

	b->api->get_auth_status(b->host, b->session, &status, NULL);
	return status;
}

unsigned int bed_frames(struct bed *b, enum xeap_frame_state state)
{
	struct xeap_pool_stats stats;

	xeap_pool_get_stats(b->pool, &stats);
	return stats.state[state];
}

static void send_bytes(struct bed *b, const uint8_t *bytes, uint32_t len)
{
	b->wire_len = len - BED_HEADERS;
	memcpy(b->wire, bytes + BED_HEADERS, b->wire_len);
}

void bed_transmit(struct bed *b)
{
	struct xeap_frame *f = xeap_pool_frame_of(b->pool, b->packet);

	assert_non_null(f);
	assert_non_null(xeap_frame_push(f, BED_HEADERS));
	assert_int_equal(xeap_frame_queue(f), 0);
	if (b->kind == POOL_HEAP) {
		send_bytes(b, xeap_frame_wire(f), xeap_frame_wire_len(f));
		assert_int_equal(xeap_frame_complete(f), 0);
		return;
	}
	assert_true(b->n_tx < BED_FRAMES);
	b->tx[b->n_tx++] = (struct bed_tx){
		.address = (uint64_t)(xeap_frame_wire(f) - b->area),
		.len = xeap_frame_wire_len(f),
		.frame = f,
	};
}

void bed_complete(struct bed *b)
{
	for (unsigned int i = 0; i < b->n_tx; i++) {
		send_bytes(b, b->area + b->tx[i].address, b->tx[i].len);
		assert_int_equal(xeap_frame_complete(b->tx[i].frame), 0);
	}
	b->n_tx = 0;
}

unsigned int bed_take_frames(struct bed *b, struct xeap_frame *taken[BED_FRAMES])
{
	unsigned int n = 0;
	struct xeap_frame *f;

	while ((f = xeap_pool_lend(b->pool)))
		taken[n++] = f;
	return n;
}

void bed_give_frames(struct xeap_frame *taken[BED_FRAMES], unsigned int n)
{
	while (n--)
		assert_int_equal(xeap_frame_give_back(taken[n]), 0);
}
