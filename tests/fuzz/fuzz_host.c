/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Two sessions of one small pool, fed whatever comes. Input: records of an octet that says what
 * to do, and for packets a length and as many octets. Whatever happens, what may be sent is a
 * Response of its Length with the Identifier of the last request that was answered, no frame is
 * lost or in two hands, and all come back at the end.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../unit/fake_method.h"
#include "base/frame.h"
#include "method/list.h"
#include <xeap/host.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

const struct xeap_method *const xeap_methods_builtin[] = { &fake_method, NULL };
const size_t xeap_methods_builtin_count = 1;

#define FRAMES 5
#define MAX_PACKET 96
#define SESSIONS 2

enum op {
	FEED,	    /* a packet as it is */
	FEED_SIZED, /* with its Length put right */
	FETCH,
	TRANSMIT,
	COMPLETE,
	TAKE, /* a frame away from the sessions */
	GIVE,
	SHORT, /* the method is out of memory once */
	RESULT,
	STATUS,
	AGAIN, /* end, and begin anew */
	OP_MAX
};

struct fuzz {
	struct xeap_host *host;
	struct xeap_pool *pool;
	struct xeap_profile *profile;
	xeap_session_id session[SESSIONS];
	int answered[SESSIONS]; /* Identifier of the last request that got Send, -1: none */
	bool asks[SESSIONS];	/* somebody is waited for: nothing to send (C14, C15) */
	struct xeap_frame *queued[FRAMES], *taken[FRAMES];
	unsigned int n_queued, n_taken;
};

#define must(good) must_at(good, #good, __LINE__)

static void must_at(bool good, const char *what, int line)
{
	if (good)
		return;
	fprintf(stderr, "line %d: not so: %s\n", line, what);
	abort();
}

static struct xeap_profile *profile(void)
{
	struct xeap_config *config;
	struct xeap_profile *p;

	must(!xeap_config_new(&config));
	must(!xeap_config_set(config, "eap", "FAKE", NULL));
	must(!xeap_config_set(config, "identity", "\"user@example.org\"", NULL));
	must(!xeap_profile_new(config, &p, NULL));
	xeap_config_free(config);
	return p;
}

static void begin(struct fuzz *f, unsigned int n)
{
	struct xeap_session_options o = {
		.size = sizeof(o),
		.profile = f->profile,
		.pool = f->pool,
		.max_send_packet_size = MAX_PACKET,
	};

	must(!xeap_session_begin(f->host, &o, &f->session[n], NULL));
	f->answered[n] = -1;
	f->asks[n] = false;
}

static void fetch(struct fuzz *f, unsigned int n, bool transmit)
{
	struct xeap_frame *frame;
	uint8_t *packet;
	uint32_t size,
		code = xeap_session_get_send_packet(f->host, f->session[n], &size, &packet, NULL);

	if (code) {
		must(!packet && !size);
		/* Only for want of a frame is an answer not there. */
		must(f->answered[n] < 0 || f->asks[n] || code == XEAP_E_OUT_OF_MEMORY);
		return;
	}
	must(size >= 5 && size <= MAX_PACKET && size == (uint32_t)(packet[2] << 8 | packet[3]));
	must(packet[0] == XEAP_EAP_RESPONSE && packet[1] == f->answered[n]);
	frame = xeap_pool_frame_of(f->pool, packet);
	must(frame && frame->c.data == packet);
	must(xeap_frame_headroom(frame) >= XEAP_FRAME_HEADROOM);
	if (!transmit || !xeap_frame_push(frame, 18))
		return;
	must(!xeap_frame_queue(frame));
	f->queued[f->n_queued++] = frame;
}

static void feed(struct fuzz *f, unsigned int n, struct xeap_span packet)
{
	struct xeap_error *error;
	enum xeap_action action;
	uint32_t code = xeap_session_process_received_packet(
		f->host, f->session[n], (uint32_t)packet.len, packet.data, &action, &error);

	must(!code == !error);
	if (error)
		must(error->code == code && error->root_cause[0]);
	xeap_error_free(error);
	must(!code || action == XEAP_ACTION_DISCARD);
	if (action == XEAP_ACTION_SEND) {
		f->answered[n] = packet.data[1];
		f->asks[n] = false;
	}
	if (action == XEAP_ACTION_INVOKE_UI || action == XEAP_ACTION_RESPOND)
		f->asks[n] = true;
	if (action == XEAP_ACTION_RESULT || code == XEAP_E_AUTHENTICATION_FAILED ||
	    code == XEAP_E_METHOD_INVALID_PACKET)
		f->answered[n] = -1;
}

static void result(struct fuzz *f, unsigned int n, uint8_t which)
{
	static const enum xeap_result_reason reasons[] = { XEAP_REASON_FROM_METHOD,
							   XEAP_REASON_TIMEOUT,
							   XEAP_REASON_ALT_SUCCESS_RECEIVED };
	struct xeap_session_result r;
	enum xeap_auth_status status;
	uint32_t code =
		xeap_session_get_result(f->host, f->session[n], reasons[which % 3], &r, NULL);

	must(!xeap_session_get_auth_status(f->host, f->session[n], &status, NULL));
	must(code == XEAP_OK || code == XEAP_E_INVALID_STATE);
	if (code == XEAP_OK)
		must(r.success == (status == XEAP_AUTH_SUCCEEDED) && r.success == !*r.reason &&
		     r.success == !r.failure_code);
	if (status == XEAP_AUTH_SUCCEEDED || status == XEAP_AUTH_FAILED)
		f->answered[n] = -1;
}

static void again(struct fuzz *f, unsigned int n)
{
	uint32_t size;
	uint8_t *packet;
	xeap_session_id old = f->session[n];

	must(!xeap_session_end(f->host, old, NULL));
	begin(f, n);
	must(old != f->session[n]);
	must(xeap_session_get_send_packet(f->host, old, &size, &packet, NULL) ==
	     XEAP_E_INVALID_HANDLE);
}

static void take(struct fuzz *f)
{
	struct xeap_frame *frame = xeap_pool_lend(f->pool);

	if (frame)
		f->taken[f->n_taken++] = frame;
}

static void act(struct fuzz *f, enum op op, unsigned int n, uint8_t arg)
{
	const char *text;

	switch (op) {
	case FETCH:
	case TRANSMIT:
		return fetch(f, n, op == TRANSMIT);
	case COMPLETE:
		if (f->n_queued)
			must(!xeap_frame_complete(f->queued[--f->n_queued]));
		return;
	case TAKE:
		return take(f);
	case GIVE:
		if (f->n_taken)
			must(!xeap_frame_give_back(f->taken[--f->n_taken]));
		return;
	case SHORT:
		fake_short = 1;
		return;
	case RESULT:
		return result(f, n, arg);
	case STATUS:
		must(!xeap_session_get_notification(f->host, f->session[n], &text, NULL) && text);
		return;
	case AGAIN:
		return again(f, n);
	case FEED:
	case FEED_SIZED:
	case OP_MAX:
		return;
	}
}

/* Every frame is in one state, and no more are out than somebody holds. */
static void account(struct fuzz *f)
{
	struct xeap_pool_stats s;
	uint32_t sum = 0;

	xeap_pool_get_stats(f->pool, &s);
	for (int i = 0; i < XEAP_FRAME_STATE_MAX; i++)
		sum += s.state[i];
	must(sum == FRAMES && s.state[XEAP_FRAME_QUEUED] == f->n_queued);
	must(s.state[XEAP_FRAME_LENT] >= f->n_taken);
	must(s.state[XEAP_FRAME_HELD] <= SESSIONS);
}

/* One record; returns its length. */
static size_t step(struct fuzz *f, const uint8_t *at, size_t left)
{
	uint8_t packet[256];
	unsigned int n = at[0] >> 7;
	enum op op = (enum op)((at[0] & 0x7f) % OP_MAX);
	size_t len;

	if (op != FEED && op != FEED_SIZED) {
		act(f, op, n, left > 1 ? at[1] : 0);
		return 1;
	}
	if (left < 2 || (len = at[1]) > left - 2)
		return left;
	memcpy(packet, at + 2, len);
	if (op == FEED_SIZED && len >= 4) {
		packet[2] = 0;
		packet[3] = (uint8_t)len;
	}
	feed(f, n, xeap_span(packet, len));
	return 2 + len;
}

static void finish(struct fuzz *f)
{
	struct xeap_pool_stats s;

	xeap_host_free(f->host);
	while (f->n_queued)
		must(!xeap_frame_complete(f->queued[--f->n_queued]));
	while (f->n_taken)
		must(!xeap_frame_give_back(f->taken[--f->n_taken]));
	xeap_pool_get_stats(f->pool, &s);
	must(s.state[XEAP_FRAME_FREE] == FRAMES);
	xeap_pool_free(f->pool);
	xeap_profile_unref(f->profile);
	must(fake_begun == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f = { .profile = profile() };

	fake_short = 0;
	must(!xeap_host_new(NULL, &f.host));
	must(!xeap_pool_new(FRAMES, XEAP_FRAME_HEADROOM + MAX_PACKET, &f.pool));
	for (unsigned int n = 0; n < SESSIONS; n++)
		begin(&f, n);
	for (size_t at = 0; at < size;) {
		at += step(&f, data + at, size - at);
		account(&f);
	}
	finish(&f);
	return 0;
}
