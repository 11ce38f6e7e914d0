/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TEST_PAE_BED_H
#define XEAP_TEST_PAE_BED_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <base/frame.h>
#include <wire/eap.h>
#include <wire/eapol.h>
#include <xeap/pae.h>

/*
 * A machine on a bench: a port that writes down what it is given, an engine that says what it is
 * told to, a clock that is a variable, and a heap pool whose frames must all come home.
 */

#define BED_FRAMES 8
#define BED_WIRE 128
#define BED_STEPS 8

struct bed_engine {
	/* what it is told to say */
	int restart_err;
	int process_err;
	enum xeap_action action;
	int result_err;
	bool success; /* the verdict FROM_METHOD */
	bool success_at_timeout;
	/* what happened */
	bool active;
	unsigned int restarts, ends, fed, verdicts;
	enum xeap_result_reason asked;
	uint8_t fed_packet[BED_WIRE];
	size_t fed_len;
	struct xeap_frame *frame; /* last response */
	int frame_id;
};

struct bed_port {
	bool dry;	  /* nothing to lend */
	int transmit_err; /* what it says instead of sending */
	unsigned int sent;
	uint8_t wire[BED_WIRE]; /* the last frame sent */
	size_t wire_len;
	struct xeap_frame *last; /* and where it lay */
	unsigned int steps;
	enum xeap_pae_state step[BED_STEPS]; /* states entered since bed_forget_steps() */
};

struct bed {
	struct xeap_pool *pool;
	struct xeap_pae *pae;
	struct bed_engine engine;
	struct bed_port port;
	xeap_time now;
};

static const uint8_t bed_mac[6] = { 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 };
static const uint8_t bed_switch[6] = { 0x02, 0xaa, 0xbb, 0xcc, 0xdd, 0xee };

/* A frame is never leaked, whatever is said about it: stop at once. */
static void bed_require(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "bed: %s\n", what);
	abort();
}

static int bed_restart(void *engine)
{
	struct bed *b = (struct bed *)engine;

	xeap_frame_give_back(b->engine.frame);
	b->engine.frame = NULL;
	b->engine.active = false;
	b->engine.restarts++;
	if (b->engine.restart_err < 0)
		return b->engine.restart_err;
	b->engine.active = true;
	return 0;
}

static int bed_respond(struct bed *b, struct xeap_span eap)
{
	static const uint8_t data[] = { 0xde, 0xad };
	struct xeap_frame *frame;
	uint8_t *at;

	if (b->engine.frame && b->engine.frame_id == eap.data[1])
		return 0;
	frame = xeap_pool_lend(b->pool);
	if (!frame)
		return -ENOBUFS;
	at = xeap_eap_begin_response(&frame->c, eap.data[1],
				     (struct xeap_method_type){ .type = eap.data[4] });
	memcpy(at, data, sizeof(data));
	frame->c.len += sizeof(data);
	xeap_eap_finish(&frame->c);
	xeap_frame_give_back(b->engine.frame);
	b->engine.frame = frame;
	b->engine.frame_id = eap.data[1];
	return 0;
}

static int bed_process(void *engine, struct xeap_span eap, enum xeap_action *ret_action)
{
	struct bed *b = (struct bed *)engine;
	enum xeap_action action = b->engine.action;
	int err;

	bed_require(b->engine.active, "a packet was fed to no conversation");
	bed_require(eap.len >= 4 && eap.len <= BED_WIRE, "a packet of no sound length was fed");
	b->engine.fed++;
	memcpy(b->engine.fed_packet, eap.data, eap.len);
	b->engine.fed_len = eap.len;
	/* RFC 3748 §4.2: Success and Failure are not answered, nor is RFC 6696's Finish. */
	if (action == XEAP_ACTION_SEND && eap.data[0] != XEAP_EAP_REQUEST &&
	    eap.data[0] != XEAP_EAP_INITIATE)
		action = XEAP_ACTION_DISCARD;
	if (action == XEAP_ACTION_SEND) {
		err = bed_respond(b, eap);
		if (err < 0)
			return err;
	}
	*ret_action = action;
	return b->engine.process_err;
}

static int bed_get_send_frame(void *engine, struct xeap_frame **ret_frame)
{
	struct bed *b = (struct bed *)engine;

	if (!b->engine.frame)
		return -ENOENT;
	*ret_frame = b->engine.frame;
	return 0;
}

static int bed_get_result(void *engine, enum xeap_result_reason reason, bool *ret_success)
{
	struct bed *b = (struct bed *)engine;

	bed_require(b->engine.active, "no conversation, and a verdict was asked for");
	b->engine.verdicts++;
	b->engine.asked = reason;
	if (b->engine.result_err < 0) {
		/* against the rules, and still not to be believed */
		*ret_success = true;
		return b->engine.result_err;
	}
	*ret_success = reason == XEAP_REASON_TIMEOUT ? b->engine.success_at_timeout
						     : b->engine.success;
	return 0;
}

static void bed_end(void *engine)
{
	struct bed *b = (struct bed *)engine;

	b->engine.ends++;
	b->engine.active = false;
	xeap_frame_give_back(b->engine.frame);
	b->engine.frame = NULL;
}

static struct xeap_frame *bed_lend(void *port)
{
	struct bed *b = (struct bed *)port;
	struct xeap_frame *frame = b->port.dry ? NULL : xeap_pool_lend(b->pool);

	/* whatever it held before */
	if (frame)
		frame->c.len = 5;
	return frame;
}

static int bed_transmit(void *port, struct xeap_frame *frame)
{
	struct bed *b = (struct bed *)port;
	int err = b->port.transmit_err ? b->port.transmit_err : xeap_frame_queue(frame);

	if (err < 0)
		return err;
	b->port.sent++;
	b->port.last = frame;
	b->port.wire_len = xeap_frame_wire_len(frame);
	bed_require(b->port.wire_len <= BED_WIRE, "a frame longer than its parts was sent");
	memcpy(b->port.wire, xeap_frame_wire(frame), b->port.wire_len);
	return 0;
}

static void bed_state_changed(void *port, enum xeap_pae_state from, enum xeap_pae_state to,
			      xeap_time now)
{
	struct bed *b = (struct bed *)port;

	bed_require(from != to, "a change of state that is none");
	bed_require(now == b->now, "a change of state at another time");
	bed_require(xeap_pae_get_state(b->pae) == to, "a change of state told too early");
	if (b->port.steps < BED_STEPS)
		b->port.step[b->port.steps] = to;
	b->port.steps++;
}

static const struct xeap_pae_engine_ops bed_engine_ops = {
	.restart = bed_restart,
	.process = bed_process,
	.get_send_frame = bed_get_send_frame,
	.get_result = bed_get_result,
	.end = bed_end,
};

static const struct xeap_pae_port_ops bed_port_ops = {
	.lend = bed_lend,
	.transmit = bed_transmit,
	.state_changed = bed_state_changed,
};

static void bed_new(struct bed *b, const struct xeap_pae_config *config)
{
	*b = (struct bed){ .now = XEAP_S(1000) };
	b->engine.action = XEAP_ACTION_SEND;
	b->engine.success = true;
	bed_require(xeap_pool_new(BED_FRAMES, 256, &b->pool) == 0, "no pool");
	bed_require(xeap_pae_new(config, bed_mac, &bed_engine_ops, b, &bed_port_ops, b, &b->pae) ==
			    0,
		    "no machine");
}

/* The ring has sent everything. */
static void bed_complete(struct bed *b)
{
	for (uint32_t i = 0; i < BED_FRAMES; i++)
		if (xeap_frame_get_state(xeap_pool_frame(b->pool, i)) == XEAP_FRAME_QUEUED)
			xeap_frame_complete(xeap_pool_frame(b->pool, i));
}

static void bed_free(struct bed *b)
{
	struct xeap_pool_stats stats;

	b->pae = xeap_pae_free(b->pae);
	bed_require(!b->engine.active, "the machine was freed and the conversation goes on");
	bed_complete(b);
	xeap_pool_get_stats(b->pool, &stats);
	bed_require(stats.state[XEAP_FRAME_FREE] == BED_FRAMES, "a frame was leaked");
	b->pool = xeap_pool_free(b->pool);
}

/* Write an EAPOL frame from the switch around an EAP packet. Returns its length. */
static size_t bed_wrap(uint8_t *frame, const struct xeap_eapol *h, const uint8_t *eap, size_t len)
{
	size_t header = xeap_eapol_header_len(h->tags);

	xeap_eapol_write_header(frame, h, (uint16_t)len);
	if (len)
		memcpy(frame + header, eap, len);
	return header + len;
}

static struct xeap_eapol bed_header(void)
{
	struct xeap_eapol h = { .version = 2, .type = XEAP_EAPOL_EAP };

	memcpy(h.dst, xeap_pae_group, sizeof(h.dst));
	memcpy(h.src, bed_switch, sizeof(h.src));
	return h;
}

static inline void bed_receive(struct bed *b, const struct xeap_eapol *h, const uint8_t *eap,
			       size_t len)
{
	uint8_t frame[BED_WIRE];
	size_t n = bed_wrap(frame, h, eap, len);

	xeap_pae_receive(b->pae, xeap_span(frame, n), b->now);
}

static inline void bed_request(struct bed *b, uint8_t id, uint8_t type)
{
	const uint8_t eap[] = { XEAP_EAP_REQUEST, id, 0, 6, type, 0x77 };
	struct xeap_eapol h = bed_header();

	bed_receive(b, &h, eap, sizeof(eap));
}

static inline void bed_say(struct bed *b, enum xeap_eap_code code, uint8_t id)
{
	const uint8_t eap[] = { (uint8_t)code, id, 0, 4 };
	struct xeap_eapol h = bed_header();

	bed_receive(b, &h, eap, sizeof(eap));
}

/* Time passes; the machine is called at its deadlines only. */
static inline void bed_wait(struct bed *b, xeap_time period)
{
	xeap_time until = b->now + period;

	while (xeap_pae_deadline(b->pae) <= until) {
		b->now = xeap_pae_deadline(b->pae);
		xeap_pae_tick(b->pae, b->now);
		bed_require(xeap_pae_deadline(b->pae) > b->now, "a deadline in the past");
	}
	b->now = until;
}

static inline void bed_forget_steps(struct bed *b)
{
	b->port.steps = 0;
}

static inline struct xeap_pae_stats bed_stats(const struct bed *b)
{
	struct xeap_pae_stats stats;

	xeap_pae_get_stats(b->pae, &stats);
	return stats;
}

/* A person answers what the engine asked with its last request, and the engine goes on. */
static inline void bed_resume(struct bed *b, enum xeap_action action)
{
	struct xeap_span request = xeap_span(b->engine.fed_packet, b->engine.fed_len);

	if (action == XEAP_ACTION_SEND &&
	    (!b->engine.active || request.len < 5 || bed_respond(b, request) < 0))
		action = XEAP_ACTION_NONE;
	xeap_pae_resume(b->pae, action, b->now);
}

/* ---- the machine brought into a state, the way a network does it ---- */

static inline void bed_connect(struct bed *b)
{
	xeap_pae_set_link(b->pae, true, b->now);
}

static inline void bed_begin(struct bed *b)
{
	bed_connect(b);
	b->engine.action = XEAP_ACTION_SEND;
	bed_request(b, 1, XEAP_EAP_IDENTITY);
}

static inline void bed_finish(struct bed *b, bool success)
{
	b->engine.action = XEAP_ACTION_RESULT;
	b->engine.success = success;
	bed_say(b, success ? XEAP_EAP_SUCCESS : XEAP_EAP_FAILURE, 2);
	b->engine.action = XEAP_ACTION_SEND;
	b->engine.success = true;
}

static inline void bed_login(struct bed *b)
{
	bed_begin(b);
	bed_request(b, 2, XEAP_EAP_MD5);
	bed_finish(b, true);
	bed_complete(b);
}

static inline int bed_setup(void **state)
{
	struct bed *b = (struct bed *)malloc(sizeof(*b));

	bed_new(b, NULL);
	*state = b;
	return 0;
}

static inline int bed_teardown(void **state)
{
	struct bed *b = (struct bed *)*state;

	bed_free(b);
	free(b);
	return 0;
}

#define assert_state(b, name)                                                                      \
	assert_string_equal(xeap_pae_state_name(xeap_pae_get_state((b)->pae)), name)
#define assert_reason(b, name)                                                                     \
	assert_int_equal(xeap_pae_get_reason((b)->pae), XEAP_PAE_REASON_##name)

#endif
