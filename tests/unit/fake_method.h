/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#ifndef XEAP_TESTS_FAKE_METHOD_H
#define XEAP_TESTS_FAKE_METHOD_H

/*
 * An EAP method that does what each request tells it to. Type-Data of a request: what to do,
 * methodState, decision, whether notifications are allowed, then bytes that the response echoes
 * after 'R'.
 *
 *	r respond           i ignore            g give up, saying why   e give up silently
 *	0 empty response    l one byte too long L wrong Length field    c wrong Code
 *	d wrong Identifier  t wrong Type        b data moved back       a data moved ahead by 4
 *	n send the next packet of the flight
 *	f begin a flight of as many packets as the first echo byte says, send the first
 *
 * The bytes of a flight count up from packet to packet, so that reassembly shows what is missing.
 */
#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <wire/eap.h>
#include <xeap/method.h>

#define FAKE_TYPE 200
#define FAKE_PATTERN 0xa7 /* fills the secret in the context */
#define FAKE_SECRET 48

struct fake_ctx {
	const struct xeap_method_args *args;
	uint32_t max_packet;
	uint32_t flags;
	uint32_t calls;
	uint8_t counting; /* next byte of the flight */
	uint8_t secret[FAKE_SECRET];
};

static atomic_uint fake_calls; /* of process() */
static atomic_uint fake_begun; /* init() less done() */
static atomic_uint fake_short; /* so many calls of process() answer -ENOBUFS */
static atomic_int fake_init_error;

static inline int fake_init(void *p, const struct xeap_method_args *args)
{
	struct fake_ctx *ctx = p;

	if (fake_init_error)
		return fake_init_error;
	for (size_t i = 0; i < sizeof(*ctx); i++)
		if (((uint8_t *)p)[i])
			return -EEXIST; /* the context is zeroed before init() */
	memset(ctx->secret, FAKE_PATTERN, sizeof(ctx->secret));
	ctx->max_packet = args->max_packet;
	ctx->flags = args->flags;
	fake_begun++;
	return 0;
}

static inline void fake_done(void *p)
{
	fake_begun--;
}

static inline void fake_respond(struct xeap_chunk *c, uint8_t id, struct xeap_method_type type,
				struct xeap_span echo)
{
	uint8_t *at = xeap_eap_begin_response(c, id, type);

	if (!at || c->len + 1 + echo.len > c->cap)
		return;
	*at++ = 'R';
	if (echo.len)
		memcpy(at, echo.data, echo.len);
	c->len += 1 + echo.len;
	xeap_eap_finish(c);
}

static inline int fake_take(struct xeap_writer *w, uint8_t id)
{
	int err = xeap_flight_take(w);

	if (!err)
		w->c.data[1] = id;
	return err;
}

static inline int fake_flight(struct fake_ctx *ctx, struct xeap_writer *w, uint8_t id,
			      struct xeap_method_type type, unsigned int packets)
{
	xeap_flight_clear(w);
	for (unsigned int i = 0; i < packets; i++) {
		struct xeap_chunk *c = xeap_flight_append(w);
		uint8_t *at = c ? xeap_eap_begin_response(c, id, type) : NULL;

		if (!at || c != xeap_flight_last(w))
			return -ENOMEM;
		while (c->len < c->cap) {
			*at++ = ctx->counting++;
			c->len++;
		}
		xeap_eap_finish(c);
	}
	return fake_take(w, id);
}

static inline int fake_spoil(uint8_t what, struct xeap_chunk *c)
{
	switch (what) {
	case '0':
		c->len = 0;
		break;
	case 'l':
		c->len = c->cap + 1;
		break;
	case 'L':
		c->data[3]--;
		break;
	case 'c':
		c->data[0] = XEAP_EAP_REQUEST;
		break;
	case 'd':
		c->data[1]++;
		break;
	case 't':
		c->data[4] = 77;
		break;
	case 'b':
		memmove(c->data - 1, c->data, c->len);
		c->data--;
		c->cap++;
		break;
	}
	return 0;
}

static inline int fake_do(struct fake_ctx *ctx, struct xeap_method_type type,
			  const struct xeap_eap *req, struct xeap_writer *w,
			  struct xeap_method_result *ret)
{
	uint8_t what = req->data.data[0];
	struct xeap_span echo = xeap_span(req->data.data + 4, req->data.len - 4);

	switch (what) {
	case 'i':
		ret->ignore = true;
		return 0;
	case 'g':
		ret->diag.code = XEAP_E_USER_NAME_PASSWORD_REJECTED;
		strcpy(ret->diag.text, "the server does not like the password");
		return -EACCES;
	case 'e':
		return -EACCES;
	case 'f':
		return fake_flight(ctx, w, req->id, type, echo.len ? echo.data[0] : 0);
	case 'n':
		return fake_take(w, req->id);
	case 'a':
		w->c.data += 4;
		w->c.cap -= 4;
		break;
	}
	fake_respond(&w->c, req->id, type, echo);
	return fake_spoil(what, &w->c);
}

static inline int fake_process(void *p, struct xeap_span request, struct xeap_writer *w,
			       struct xeap_method_result *ret)
{
	struct fake_ctx *ctx = p;
	struct xeap_eap req;

	if (fake_short) {
		fake_short--;
		return -ENOBUFS;
	}
	fake_calls++;
	ctx->calls++;
	if (xeap_eap_parse(request, &req) || req.data.len < 4) {
		ret->ignore = true;
		return 0;
	}
	ret->method_state = (enum xeap_method_state)(req.data.data[1] - '0');
	ret->decision = (enum xeap_decision)(req.data.data[2] - '0');
	ret->allow_notifications = req.data.data[3] == 'n';
	if (ret->decision == XEAP_DECISION_FAIL && ret->method_state == XEAP_METHOD_DONE)
		strcpy(ret->diag.text, "the method has had enough");
	return fake_do(ctx, req.type, &req, w, ret);
}

static inline int fake_get_key(const void *p, enum xeap_key_kind kind, uint8_t *buf, size_t size)
{
	const struct fake_ctx *ctx = p;

	if (kind != XEAP_KEY_MSK)
		return -ENOENT;
	if (size < sizeof(ctx->secret))
		return -ENOSPC;
	memcpy(buf, ctx->secret, sizeof(ctx->secret));
	return sizeof(ctx->secret);
}

static inline void fake_describe(const void *p, struct xeap_method_info *ret_info)
{
	ret_info->cipher = "ROT13";
}

static const struct xeap_method fake_method = {
	.abi = XEAP_METHOD_ABI,
	.name = "FAKE",
	.type = { .type = FAKE_TYPE },
	.ctx_size = sizeof(struct fake_ctx),
	.init = fake_init,
	.process = fake_process,
	.get_key = fake_get_key,
	.describe = fake_describe,
	.done = fake_done,
};

/* A packet for the peer; `type` 0 for those without one. Returns it as a span over buf. */
static inline struct xeap_span fake_packet(uint8_t *buf, uint8_t code, uint8_t id, uint8_t type,
					   const void *data, size_t len)
{
	size_t n = 4;

	buf[0] = code;
	buf[1] = id;
	if (type)
		buf[n++] = type;
	if (len)
		memcpy(buf + n, data, len);
	n += len;
	buf[2] = (uint8_t)(n >> 8);
	buf[3] = (uint8_t)n;
	return xeap_span(buf, n);
}

#endif
